//! Pictures that members sent, fetched for the dashboard from addresses that strangers wrote: nothing of the operator's own network,
//! within bounds, and nothing that is no picture.

use groupdesk_contract::PrivateHosts;
use groupdesk_kit::Fetcher;
use std::time::Duration;
use tokio::sync::Semaphore;

/// Largest picture, in bytes.
const BYTES_MAX: usize = 10 << 20;

/// The timeout of fetching a picture.
const DOWNLOAD_TIMEOUT: Duration = Duration::from_secs(15);
/// The most pictures that are fetched at once.
const DOWNLOADS_MAX: usize = 4;

/// Media types of pictures, by how these begin.
const KINDS: [(&[u8], &str); 4] = [
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"RIFF", "image/webp"),
];

/// Fetches pictures.
#[derive(Debug)]
pub struct Pictures {
    fetcher: Result<Fetcher, String>,
    slots: Semaphore,
}

impl Default for Pictures {
    fn default() -> Self {
        Self {
            fetcher: Fetcher::new(DOWNLOAD_TIMEOUT, PrivateHosts::default()),
            slots: Semaphore::new(DOWNLOADS_MAX),
        }
    }
}

impl Pictures {
    /// Fetches a picture, with its media type as its first bytes tell it.
    ///
    /// # Errors
    /// The reason, in a sentence for an admin, without the address.
    pub async fn get(&self, url: &str) -> Result<(&'static str, Vec<u8>), String> {
        let fetcher = self.fetcher.as_ref().map_err(Clone::clone)?;
        let _slot = self.slots.acquire().await.map_err(|error| error.to_string())?;
        let file = fetcher.get(url, BYTES_MAX).await?;
        Ok((checked_picture(&file.bytes)?, file.bytes))
    }
}

/// Returns the media type of a picture, as its first bytes tell it.
///
/// # Errors
/// The reason, in a sentence for an admin.
pub fn checked_picture(bytes: &[u8]) -> Result<&'static str, String> {
    if bytes.len() > BYTES_MAX {
        return Err("it is too large".to_owned());
    }
    kind_of(bytes).ok_or_else(|| "it is no picture".to_owned())
}

/// Returns the media type of a picture; `None` for anything else, whatever its server calls it.
fn kind_of(bytes: &[u8]) -> Option<&'static str> {
    let (_, kind) = KINDS.iter().find(|(begin, _)| bytes.starts_with(begin))?;
    let is_webp = || bytes.get(8..12) == Some(b"WEBP");
    (*kind != "image/webp" || is_webp()).then_some(kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_known_by_its_bytes() {
        for (bytes, kind) in [
            (&b"\x89PNG\r\n\x1a\n..."[..], Some("image/png")),
            (b"\xff\xd8\xff\xe0", Some("image/jpeg")),
            (b"GIF89a", Some("image/gif")),
            (b"RIFF\0\0\0\0WEBPVP8 ", Some("image/webp")),
            (b"RIFF\0\0\0\0WAVE", None),
            (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", None),
            (b"<html>", None),
            (b"", None),
        ] {
            assert_eq!(kind_of(bytes), kind, "{bytes:?}");
        }
    }

    #[tokio::test]
    async fn nothing_of_the_own_network_is_fetched() {
        for url in [
            "http://127.0.0.1:1/a.png",
            "http://[::1]/a.png",
            "http://169.254.169.254/latest/meta-data/",
            "http://localhost/a.png",
            "file:///etc/passwd",
        ] {
            assert!(Pictures::default().get(url).await.is_err(), "{url}");
        }
    }
}
