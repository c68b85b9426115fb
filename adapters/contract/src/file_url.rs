//! Rules for addresses of pictures and files: which may be passed on, and which lie in a private network.
//!
//! They come from members, staff and programs, and go to whoever fetches them: a platform's server, an implementation beside us,
//! the desk itself. So a `file:` address would read the disk of that machine, and `http://127.0.0.1/` its services.

use crate::{AccountId, FileBytes, Message, Segment, no_link, read_held_file};
use std::borrow::Cow;
use url::Url;

/// The longest web address that is passed on, in bytes. Platforms' signed addresses have some hundred.
pub const MAX_URL_BYTES: usize = 8 << 10;
/// The longest `data:` address that is passed on, in bytes; a file of 10 MiB fits.
pub const MAX_DATA_URL_BYTES: usize = 16 << 20;
/// The longest `data:` address that is taken from outside, in bytes: it is kept with the message.
const MAX_DATA_URL_BYTES_TAKEN: usize = 512 << 10;
/// The kinds of pictures that may come within an address. SVG is none of them: it can hold a program.
const PICTURE_KINDS: [&str; 6] = [
    "image/png",
    "image/jpeg",
    "image/jpg",
    "image/gif",
    "image/webp",
    "image/bmp",
];

/// An address that may be passed on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileUrl<'a> {
    /// On the web, over http or https; spelled so that every program reads the same host in it.
    Web(Url),
    /// The file itself, in a `data:` address.
    Inline(&'a str),
    /// A file that an account holds ([`crate::held_file`]).
    Held {
        /// The account that can fetch it.
        account: AccountId,
        /// The account's own id of the file.
        file: &'a str,
    },
}

/// The reason why an address is not passed on; it doesn't repeat the address, which may hold a key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileUrlError {
    /// Longer than any address that is taken.
    #[error("the address is too long")]
    TooLong,
    /// A control character or a line break.
    #[error("the address has control characters in it")]
    ControlCharacter,
    /// No address at all.
    #[error("it is no address")]
    NoAddress,
    /// Neither http nor https.
    #[error("addresses of pictures and files begin with http:// or https://, not with `{0}:`")]
    Scheme(String),
    /// `user:password@host`.
    #[error("the address holds a user name or a password")]
    UserInfo,
    /// A `data:` address of something else than a picture, or one that can't be decoded.
    #[error("a `data:` address must hold a picture (png, jpeg, gif, webp or bmp) in base64")]
    NoPicture,
    /// A file that another account holds.
    #[error("it names a file of another account")]
    Foreign,
}

impl FileUrlError {
    /// The reason in Chinese.
    fn in_chinese(&self) -> String {
        match self {
            Self::TooLong => "地址太长".to_owned(),
            Self::ControlCharacter => "地址里有控制字符".to_owned(),
            Self::NoAddress => "不是有效的地址".to_owned(),
            Self::Scheme(scheme) => format!("地址必须以 http:// 或 https:// 开头，不能是 {scheme}:"),
            Self::UserInfo => "地址里带有用户名或密码".to_owned(),
            Self::NoPicture => "data: 地址里不是图片（png、jpeg、gif、webp、bmp）".to_owned(),
            Self::Foreign => "这是另一个账号的文件".to_owned(),
        }
    }
}

/// The platform's word for a picture or file whose address was taken out, before the reasons.
const REFUSED: &str = "refused-file:";

/// Stands between the reason in Chinese and the one in English.
const BETWEEN: &str = " / ";

/// The place of a picture or file in a message whose address was taken out, with the reason for those who read the message.
fn refused_file(error: &FileUrlError) -> Segment {
    Segment::Other(format!("{REFUSED}{}{BETWEEN}{error}", error.in_chinese()))
}

/// Returns the reason for which the address of a picture or file was removed, in Chinese and in English, if `segment` is such a
/// reason.
pub fn read_refused_file(segment: &Segment) -> Option<(&str, &str)> {
    match segment {
        Segment::Other(word) => word.strip_prefix(REFUSED)?.split_once(BETWEEN),
        _ => None,
    }
}

impl<'a> FileUrl<'a> {
    /// Reads an address that is to be passed on.
    ///
    /// # Errors
    /// If it is none of the three kinds.
    pub fn parse(text: &'a str) -> Result<Self, FileUrlError> {
        if let Some((account, file)) = read_held_file(text) {
            let plain = text.len() <= MAX_URL_BYTES && !text.chars().any(char::is_control);
            return match plain {
                true => Ok(Self::Held { account, file }),
                false => Err(FileUrlError::ControlCharacter),
            };
        }
        if has_scheme(text, "data") {
            return inline(text, MAX_DATA_URL_BYTES);
        }
        if text.len() > MAX_URL_BYTES {
            return Err(FileUrlError::TooLong);
        }
        if text.chars().any(char::is_control) {
            return Err(FileUrlError::ControlCharacter);
        }
        let url = Url::parse(text.trim()).map_err(|_| FileUrlError::NoAddress)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(FileUrlError::Scheme(url.scheme().chars().take(32).collect()));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(FileUrlError::UserInfo);
        }
        match url.host_str() {
            Some(host) if !host.is_empty() => Ok(Self::Web(url)),
            _ => Err(FileUrlError::NoAddress),
        }
    }

    /// Returns the address in its canonical spelling.
    pub fn to_text(&self) -> Cow<'a, str> {
        match self {
            Self::Web(url) => Cow::Owned(url.as_str().to_owned()),
            Self::Inline(text) => Cow::Borrowed(text),
            Self::Held { account, file } => Cow::Owned(crate::held_file(account, file)),
        }
    }
}

/// Replaces pictures and files with bad addresses in the segments of a reply by a text. `None` if all addresses are good.
pub fn passable(segments: &[Segment]) -> Option<Vec<Segment>> {
    let bad = |segment: &Segment| match segment {
        Segment::Image { url: Some(url) } => FileUrl::parse(url).err(),
        // The outbox puts the bytes of any file into a `data:` address.
        Segment::File { url: Some(url), .. } if has_scheme(url, "data") => (url.len() > MAX_DATA_URL_BYTES
            || FileBytes::from_url(url).is_none())
        .then_some(FileUrlError::TooLong),
        Segment::File { url: Some(url), .. } => FileUrl::parse(url).err(),
        _ => None,
    };
    if !segments.iter().any(|segment| bad(segment).is_some()) {
        return None;
    }
    let words = |segment: &Segment| Segment::Text(format!("\n{}", no_link(segment)));
    let passed = segments.iter().map(|segment| match bad(segment) {
        Some(_) => words(segment),
        None => segment.clone(),
    });
    Some(passed.collect())
}

impl Message {
    /// Takes every address out that `account` may not report, and spells the others so that every program reads the same host in
    /// them; returns why addresses were taken out. The picture or file itself stays, without an address, and is followed by the reason.
    pub(crate) fn screen_urls(&mut self, account: &AccountId) -> Vec<FileUrlError> {
        // What says so already was not said by us.
        self.segments
            .retain(|segment| read_refused_file(segment).is_none());
        let mut refused = Vec::new();
        for segment in &mut self.segments {
            let (Segment::Image { url } | Segment::File { url, .. }) = segment else {
                continue;
            };
            let Some(text) = url.take() else { continue };
            match taken(&text, account) {
                Ok(good) => *url = Some(good),
                Err(error) => refused.push(error),
            }
        }
        self.segments.extend(refused.iter().map(refused_file));
        if let Some(link) = self.link.take() {
            match FileUrl::parse(&link) {
                Ok(FileUrl::Web(link)) => self.link = Some(link.into()),
                Ok(_) => refused.push(FileUrlError::NoAddress),
                Err(error) => refused.push(error),
            }
        }
        refused
    }
}

/// An address that comes from outside, by way of `account`.
fn taken(text: &str, account: &AccountId) -> Result<String, FileUrlError> {
    if has_scheme(text, "data") {
        return inline(text, MAX_DATA_URL_BYTES_TAKEN).map(|url| url.to_text().into_owned());
    }
    match FileUrl::parse(text)? {
        FileUrl::Held { account: of, .. } if of != *account => Err(FileUrlError::Foreign),
        // A held file is named in the account's own way, to the letter.
        FileUrl::Held { .. } => Ok(text.to_owned()),
        web => Ok(web.to_text().into_owned()),
    }
}

fn inline(text: &str, longest: usize) -> Result<FileUrl<'_>, FileUrlError> {
    if text.len() > longest {
        return Err(FileUrlError::TooLong);
    }
    let file = FileBytes::from_url(text).ok_or(FileUrlError::NoPicture)?;
    match PICTURE_KINDS.contains(&file.kind.as_str()) && !file.bytes.is_empty() {
        true => Ok(FileUrl::Inline(text)),
        false => Err(FileUrlError::NoPicture),
    }
}

fn has_scheme(text: &str, scheme: &str) -> bool {
    text.split_once(':')
        .is_some_and(|(before, _)| before.trim().eq_ignore_ascii_case(scheme))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One pixel, or something like it.
    const PICTURE: &str = "data:image/png;base64,iVBORw0KGgo=";

    fn is_good(text: &str) -> bool {
        FileUrl::parse(text).is_ok()
    }

    #[test]
    fn only_the_web_our_own_pictures_and_held_files_are_passed_on() {
        for good in [
            "https://multimedia.nt.qq.com.cn/download?appid=1407&fileid=a_b-c&rkey=CAISKA%3D",
            "http://x/a.png",
            "HTTPS://Example.COM:8443/图.png",
            PICTURE,
            "account-file:tg/AgAC#sticker",
        ] {
            assert!(is_good(good), "{good}");
        }
        for bad in [
            "",
            "a.jpg",
            "/etc/passwd",
            "file:///etc/passwd",
            "FILE:///etc/passwd",
            " file:///etc/passwd",
            "base64://aGk=",
            "ftp://x/a",
            "gopher://x/",
            "javascript:alert(1)",
            "data:text/html,<script>",
            "data:text/html;base64,aGk=",
            "DATA:text/html;base64,aGk=",
            "data:image/svg+xml;base64,aGk=",
            "data:image/png;base64,?",
            "data:image/png;base64,",
            "https://user@x/a",
            "https://user:hush@x/a",
            "https://x/a\r\nHost: y",
            "https://x/a\0",
            "https://x/a\u{1b}[2J",
            "https://",
            "http:///etc/passwd/..\u{7f}",
            "account-file:tg/a\nb",
        ] {
            assert!(!is_good(bad), "{bad:?}");
        }
        assert!(!is_good(&format!("https://x/{}", "a".repeat(MAX_URL_BYTES))));
        let error = FileUrl::parse("https://user:hush@x/a").unwrap_err().to_string();
        assert!(!error.contains("hush"), "{error}");
    }

    #[test]
    fn what_is_passed_on_names_one_host_to_every_reader() {
        for (written, passed) in [
            ("http:\\\\127.0.0.1\\a", "http://127.0.0.1/a"),
            ("http://0x7f.1/", "http://127.0.0.1/"),
            ("http://2130706433/", "http://127.0.0.1/"),
            ("http://0177.0.0.01/", "http://127.0.0.1/"),
            ("http://①②⑦.0.0.1/", "http://127.0.0.1/"),
            ("https://EXAMPLE.com", "https://example.com/"),
        ] {
            assert_eq!(FileUrl::parse(written).unwrap().to_text(), passed);
        }
    }

    #[test]
    fn a_reply_keeps_its_words_and_loses_what_must_not_be_fetched() {
        let image = |url: &str| Segment::Image {
            url: Some(url.to_owned()),
        };
        let file = |name: &str, url: &str| Segment::File {
            name: Some(name.to_owned()),
            url: Some(url.to_owned()),
        };
        let good = [
            Segment::Text("x".to_owned()),
            image(PICTURE),
            image("https://x/a"),
            file("a.pdf", "data:application/pdf;base64,aGk="),
        ];
        assert_eq!(passable(&good), None);
        let bad = [
            Segment::Text("x".to_owned()),
            image("file:///etc/passwd"),
            file("a.log", "file:///var/log/a.log"),
            image("https://x/a"),
        ];
        let passed = passable(&bad).unwrap();
        assert_eq!(passed.len(), 4);
        assert_eq!(
            (&passed[0], &passed[3]),
            (&Segment::Text("x".to_owned()), &image("https://x/a"))
        );
        assert_eq!(passed[1], Segment::Text("\n[图片/picture]".to_owned()));
        assert_eq!(passed[2], Segment::Text("\n[文件/file] a.log".to_owned()));
    }
}
