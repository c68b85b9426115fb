//! Style sheet, script and htmx: served under an address that holds their hash, so that a browser asks for each once.

use crate::secrets;
use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderMap, Response, StatusCode, header};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;
use std::sync::LazyLock;

/// A file that pages load.
struct Asset {
    name: &'static str,
    kind: &'static str,
    bytes: &'static [u8],
    zipped: Vec<u8>,
    hash: String,
}

/// Time for which browsers keep a file: its address changes with its content.
const KEPT: &str = "public, max-age=31536000, immutable";

static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    let script = "text/javascript; charset=utf-8";
    vec![
        asset(
            "style.css",
            "text/css; charset=utf-8",
            include_bytes!("../assets/style.css"),
        ),
        asset("htmx.js", script, include_bytes!("../assets/htmx.min.js")),
        asset("desk.js", script, include_bytes!("../assets/desk.js")),
        asset("icon.svg", "image/svg+xml", include_bytes!("../assets/icon.svg")),
    ]
});

fn asset(name: &'static str, kind: &'static str, bytes: &'static [u8]) -> Asset {
    let mut zip = GzEncoder::new(Vec::new(), Compression::best());
    let zipped = zip
        .write_all(bytes)
        .and_then(|()| zip.finish())
        .unwrap_or_default();
    let hash = secrets::hex(&secrets::sha256_of(bytes));
    Asset {
        name,
        kind,
        bytes,
        zipped,
        hash: hash.chars().take(12).collect(),
    }
}

/// Returns the address of a file below the dashboard's.
pub(crate) fn address(name: &str) -> String {
    let found = ASSETS.iter().find(|asset| asset.name == name);
    let hash = found.map_or("", |asset| asset.hash.as_str());
    format!("/assets/{hash}/{name}")
}

/// Serves a file; one of another version is not there.
pub(crate) async fn serve(Path((hash, name)): Path<(String, String)>, headers: HeaderMap) -> Response<Body> {
    let found = ASSETS
        .iter()
        .find(|asset| asset.name == name && asset.hash == hash);
    let Some(asset) = found else {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NOT_FOUND;
        return response;
    };
    let accepts = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|accepts| accepts.to_str().ok());
    let zipped = accepts.is_some_and(|accepts| accepts.contains("gzip")) && !asset.zipped.is_empty();
    let body = if zipped {
        Body::from(asset.zipped.as_slice())
    } else {
        Body::from(asset.bytes)
    };
    let mut response = Response::new(body);
    let head = response.headers_mut();
    head.insert(header::CONTENT_TYPE, header::HeaderValue::from_static(asset.kind));
    head.insert(header::CACHE_CONTROL, header::HeaderValue::from_static(KEPT));
    head.insert(header::VARY, header::HeaderValue::from_static("accept-encoding"));
    if zipped {
        head.insert(header::CONTENT_ENCODING, header::HeaderValue::from_static("gzip"));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn htmx_is_the_file_that_its_authors_published() {
        // htmx.org 4.0.1 of the npm registry, dist/htmx.min.js; its licence is in htmx.LICENSE.
        let published = "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130";
        let found = ASSETS.iter().find(|asset| asset.name == "htmx.js");
        assert_eq!(
            found
                .map(|asset| secrets::hex(&secrets::sha256_of(asset.bytes)))
                .as_deref(),
            Some(published)
        );
    }

    #[test]
    fn a_first_visit_loads_little() {
        let bytes: usize = ASSETS.iter().map(|asset| asset.zipped.len()).sum();
        assert!(bytes < 40 << 10, "{bytes} bytes");
    }
}
