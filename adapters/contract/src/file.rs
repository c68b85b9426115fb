//! Pictures and files that stand nowhere on the web: how they are named, and how their bytes travel.

use crate::{AccountId, Segment};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::fmt;

/// Names a file that only the account which received it can fetch.
const HELD: &str = "account-file:";

/// Stands in a text for a picture that has no public address.
pub const NO_LINK: &str = "[图片/picture]";

/// Stands in a text for a file that is no picture, or not known to be one, and has no public address.
pub const NO_FILE_LINK: &str = "[文件/file]";

/// Stands in a member's text behind a file that can't be sent to them, so that nobody waits for it.
pub const WITH_STAFF: &str = "（这里收不了文件，文件在客服那边 / it can't be sent here, staff have it）";

/// The text in place of a picture or file without a public address: what it is, and its name.
pub fn no_link(segment: &Segment) -> String {
    match segment {
        Segment::File { name, .. } => no_file_link(name.as_deref()),
        _ => NO_LINK.to_owned(),
    }
}

/// The address itself, if people can open it: it is no file within an address, and none that only an account has.
pub fn open_url(url: &str) -> Option<&str> {
    (!url.starts_with("data:") && read_held_file(url).is_none()).then_some(url)
}

/// The text in place of a file of this name.
pub fn no_file_link(name: Option<&str>) -> String {
    format!("{NO_FILE_LINK} {}", name.unwrap_or_default())
        .trim_end()
        .to_owned()
}

/// The address of the file that `account` knows as `file`, to stand where a segment has a URL. Another account's replies
/// carry the bytes instead, as [`FileBytes::to_url`] writes them.
pub fn held_file(account: &AccountId, file: &str) -> String {
    format!("{HELD}{account}/{file}")
}

/// The account that has the file with this address, and what the account calls it; `None` for any other address.
pub fn read_held_file(url: &str) -> Option<(AccountId, &str)> {
    let (account, file) = url.strip_prefix(HELD)?.split_once('/')?;
    Some((AccountId::new(account), file))
}

/// A file itself.
#[derive(Clone, PartialEq, Eq)]
pub struct FileBytes {
    /// The media type, such as `image/jpeg`.
    pub kind: String,
    /// All of it.
    pub bytes: Vec<u8>,
}

impl FileBytes {
    /// The file as a `data:` URL (RFC 2397), for accounts that upload.
    pub fn to_url(&self) -> String {
        format!("data:{};base64,{}", self.kind, STANDARD.encode(&self.bytes))
    }

    /// The file in such a URL; `None` for any other.
    pub fn from_url(url: &str) -> Option<Self> {
        let (kind, data) = url.strip_prefix("data:")?.split_once(";base64,")?;
        Some(Self {
            kind: kind.to_owned(),
            bytes: STANDARD.decode(data).ok()?,
        })
    }
}

impl fmt::Debug for FileBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} bytes", self.kind, self.bytes.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_found_again_by_its_address_and_in_its_url() {
        let address = held_file(&AccountId::new("tg"), "AgAC/x#sticker");
        assert_eq!(
            read_held_file(&address),
            Some((AccountId::new("tg"), "AgAC/x#sticker"))
        );
        assert_eq!(read_held_file("https://x/account-file:tg/1"), None);
        let file = FileBytes {
            kind: "image/png".to_owned(),
            bytes: vec![0, 255, 7],
        };
        assert_eq!(FileBytes::from_url(&file.to_url()), Some(file));
        assert_eq!(FileBytes::from_url("data:image/png;base64,?"), None);
    }
}
