//! Pictures and files that a reply carries itself: which of them Discord takes, and the form in which they go. Source:
//! <https://docs.discord.com/developers/reference#uploading-files>.

use groupdesk_contract::{Act, FileBytes, Reply, Segment};
use groupdesk_kit::set_field;
use serde_json::{Value, json};

/// The most files of one message.
const FILES_MAX: usize = 10;
/// The most bytes of all files of one message together.
const FILES_BYTES_MAX: usize = 10 * 1024 * 1024;

/// A file on its way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Upload {
    /// The index of its segment in the reply.
    pub(crate) segment: usize,
    pub(crate) name: String,
    pub(crate) file: FileBytes,
}

/// A body with files in it, and its content type.
pub(crate) struct Form {
    pub(crate) kind: String,
    pub(crate) bytes: Vec<u8>,
}

/// The files of `reply` that a message can carry; the text names the others.
pub(crate) fn of(reply: &Reply) -> Vec<Upload> {
    let mut uploads: Vec<Upload> = Vec::new();
    if reply.act != Act::Say {
        return uploads;
    }
    let mut left = FILES_BYTES_MAX;
    for (segment, part) in reply.segments.iter().enumerate() {
        let (name, url) = match part {
            Segment::Image { url: Some(url) } => (None, url),
            Segment::File { name, url: Some(url) } => (name.as_deref(), url),
            _ => continue,
        };
        let Some(file) = FileBytes::from_url(url) else {
            continue;
        };
        let Some(rest) = left
            .checked_sub(file.bytes.len())
            .filter(|_| uploads.len() < FILES_MAX)
        else {
            continue;
        };
        left = rest;
        uploads.push(Upload {
            segment,
            name: shown(name, &file.kind, segment),
            file,
        });
    }
    uploads
}

/// A name that breaks no form; a picture without one is named after what it is.
fn shown(name: Option<&str>, kind: &str, segment: usize) -> String {
    let name = name.map(str::trim).filter(|name| !name.is_empty());
    let Some(name) = name else {
        let ending = kind.split_once('/').map_or("bin", |(_, ending)| ending);
        let ending: String = ending.chars().take_while(char::is_ascii_alphanumeric).collect();
        return format!("{}.{ending}", segment + 1);
    };
    groupdesk_kit::file_name(name)
}

/// Makes the form of `body` with `uploads`.
pub(crate) fn form(body: &Value, uploads: &[Upload]) -> Form {
    let mut body = body.clone();
    let attachments = uploads
        .iter()
        .enumerate()
        .map(|(at, upload)| json!({"id": at, "filename": upload.name}));
    set_field(&mut body, "attachments", Value::from_iter(attachments));
    let mut form = groupdesk_kit::Form::new();
    form.json("payload_json", &body.to_string());
    for (at, upload) in uploads.iter().enumerate() {
        form.file(
            &format!("files[{at}]"),
            &upload.name,
            &upload.file.kind,
            &upload.file.bytes,
        );
    }
    let (kind, bytes) = form.finish();
    Form { kind, bytes }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_break_no_form() {
        assert_eq!(shown(Some("a\"\r\n日志.txt"), "text/plain", 0), "a___日志.txt");
        assert_eq!(shown(None, "image/png", 2), "3.png");
        assert_eq!(shown(Some(" "), "image/svg+xml", 0), "1.svg");
        assert_eq!(shown(None, "odd", 0), "1.bin");
    }
}
