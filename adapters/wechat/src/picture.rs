//! Fetches a picture to upload. Only pictures are ever passed on, never another file at the address.

use crate::api::Upload;
use groupdesk_contract::{FileBytes, FileUrl, NO_LINK};
use groupdesk_kit::Fetcher;

/// The largest picture that WeChat takes, in bytes.
const MAX_PICTURE_BYTES: usize = 2 << 20;

/// True if a picture can be fetched from this address: from the web, or out of the address itself.
pub(crate) fn can_fetch(url: &str) -> bool {
    matches!(FileUrl::parse(url), Ok(FileUrl::Web(_) | FileUrl::Inline(_)))
}

/// An address as it can be read; nothing for one that holds the file, or that is none.
pub(crate) fn address(url: &str) -> &str {
    match FileUrl::parse(url) {
        Ok(FileUrl::Web(_)) => url,
        _ => "",
    }
}

/// Returns the text for a picture where only text is accepted: its address, or a placeholder if the address holds the file.
pub(crate) fn as_words(url: &str) -> &str {
    match address(url) {
        "" => NO_LINK,
        url => url,
    }
}

/// The text in place of a picture that can't be sent.
pub(crate) fn in_words<'a>(url: &'a str, longest: usize, fetcher: &Fetcher) -> &'a str {
    match address(url) {
        "" => NO_LINK,
        // Nobody in a chat can open it, nor needs to know of it.
        url if fetcher.refuses(url) => NO_LINK,
        url => crate::text::beginning(url, longest),
    }
}

/// The picture at `url`.
///
/// # Errors
/// The reason, in a sentence for an admin.
pub(crate) async fn fetch(fetcher: &Fetcher, url: &str) -> Result<Upload, String> {
    let bytes = match FileBytes::from_url(url) {
        Some(file) => file.bytes,
        None => fetcher.get(url, MAX_PICTURE_BYTES).await?.bytes,
    };
    if bytes.len() > MAX_PICTURE_BYTES {
        return Err(format!("it is larger than {} MiB", MAX_PICTURE_BYTES >> 20));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_only_words_are_taken_a_picture_is_its_address_and_never_its_bytes() {
        assert_eq!(as_words("https://x.example/a.png"), "https://x.example/a.png");
        assert_eq!(as_words("data:image/png;base64,iVBORw0KGgo="), NO_LINK);
        assert!(!can_fetch("file:///etc/passwd") && !can_fetch("data:text/html;base64,aGk="));
        assert_eq!(address("file:///etc/passwd"), "");
    }
}
