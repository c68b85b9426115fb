//! Fetches a picture that is to be uploaded. Nothing else than a picture is ever passed on, whatever stands at the address.

use crate::api::Upload;
use reqwest::Client;

/// The largest picture that WeChat takes, in bytes.
const LARGEST: usize = 2 << 20;

/// The picture at `url`.
///
/// # Errors
/// Words for an admin.
pub(crate) async fn fetch(client: &Client, url: &str) -> Result<Upload, String> {
    let mut response = client.get(url).send().await.map_err(groupdesk_http::words)?;
    if !response.status().is_success() {
        return Err(format!("HTTP {}", response.status().as_u16()));
    }
    let mut bytes = Vec::new();
    while let Some(part) = response.chunk().await.map_err(groupdesk_http::words)? {
        bytes.extend_from_slice(&part);
        if bytes.len() > LARGEST {
            return Err("it is larger than 2 MB".to_owned());
        }
    }
    let (name, kind) = if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        ("picture.png", "image/png")
    } else if bytes.starts_with(b"\xff\xd8\xff") {
        ("picture.jpg", "image/jpeg")
    } else if bytes.starts_with(b"GIF8") {
        ("picture.gif", "image/gif")
    } else {
        return Err("it is no PNG, JPEG or GIF".to_owned());
    };
    Ok(Upload { bytes, name, kind })
}
