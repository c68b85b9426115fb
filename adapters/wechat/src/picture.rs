//! Fetches a picture that is to be uploaded. Nothing else than a picture is ever passed on, whatever stands at the address.

use crate::api::Upload;
use groupdesk_contract::{FileBytes, NO_LINK};
use reqwest::Client;

/// The largest picture that WeChat takes, in bytes.
const LARGEST: usize = 2 << 20;

/// Whether a picture can be had from this address: from the web, or out of the address itself.
pub(crate) fn can_fetch(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://") || url.starts_with("data:image/")
}

/// An address as it can be read; nothing for one that holds the file.
pub(crate) fn address(url: &str) -> &str {
    if url.starts_with("data:") { "" } else { url }
}

/// What is said instead of a picture that can't be sent.
pub(crate) fn in_words(url: &str, longest: usize) -> &str {
    match address(url) {
        "" => NO_LINK,
        url => crate::text::beginning(url, longest),
    }
}

/// The picture at `url`.
///
/// # Errors
/// Words for an admin.
pub(crate) async fn fetch(client: &Client, url: &str) -> Result<Upload, String> {
    let bytes = match FileBytes::from_url(url) {
        Some(file) => file.bytes,
        None => download(client, url).await?,
    };
    if bytes.len() > LARGEST {
        return Err(too_large());
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

async fn download(client: &Client, url: &str) -> Result<Vec<u8>, String> {
    let mut response = client.get(url).send().await.map_err(groupdesk_http::words)?;
    if !response.status().is_success() {
        return Err(format!("HTTP {}", response.status().as_u16()));
    }
    let mut bytes = Vec::new();
    while let Some(part) = response.chunk().await.map_err(groupdesk_http::words)? {
        bytes.extend_from_slice(&part);
        if bytes.len() > LARGEST {
            return Err(too_large());
        }
    }
    Ok(bytes)
}

fn too_large() -> String {
    format!("it is larger than {} MB", LARGEST / 1_000_000)
}
