//! Bodies that carry files: `multipart/form-data`. Source: RFC 7578.

/// The longest file name that is sent, in characters.
const MAX_NAME_CHARS: usize = 100;

/// A body of `multipart/form-data` that is being written.
#[derive(Debug)]
pub struct Form {
    boundary: String,
    bytes: Vec<u8>,
}

impl Form {
    /// Makes an empty form with a boundary of its own.
    #[must_use]
    pub fn new() -> Self {
        Self {
            boundary: format!("groupdesk-{:016x}{:016x}", fastrand::u64(..), fastrand::u64(..)),
            bytes: Vec::new(),
        }
    }

    /// Adds a field that holds text.
    pub fn field(&mut self, name: &str, value: &str) {
        self.part(&format!("name=\"{name}\""), None, value.as_bytes());
    }

    /// Adds a field that holds JSON.
    pub fn json(&mut self, name: &str, value: &str) {
        self.part(
            &format!("name=\"{name}\""),
            Some("application/json"),
            value.as_bytes(),
        );
    }

    /// Adds a file. A content type that would break the form is sent as `application/octet-stream`.
    pub fn file(&mut self, field: &str, name: &str, kind: &str, bytes: &[u8]) {
        let plain = |c: char| c.is_ascii_alphanumeric() || "/.+-".contains(c);
        let is_plain = !kind.is_empty() && kind.chars().all(plain);
        let kind = if is_plain {
            kind
        } else {
            "application/octet-stream"
        };
        let head = format!("name=\"{field}\"; filename=\"{}\"", file_name(name));
        self.part(&head, Some(kind), bytes);
    }

    /// Ends the form; returns its content type and its bytes.
    #[must_use]
    pub fn finish(mut self) -> (String, Vec<u8>) {
        self.bytes
            .extend_from_slice(format!("--{}--\r\n", self.boundary).as_bytes());
        (
            format!("multipart/form-data; boundary={}", self.boundary),
            self.bytes,
        )
    }

    fn part(&mut self, head: &str, kind: Option<&str>, bytes: &[u8]) {
        let kind = kind.map_or_else(String::new, |kind| format!("Content-Type: {kind}\r\n"));
        let head = format!(
            "--{}\r\nContent-Disposition: form-data; {head}\r\n{kind}\r\n",
            self.boundary
        );
        self.bytes.extend_from_slice(head.as_bytes());
        self.bytes.extend_from_slice(bytes);
        self.bytes.extend_from_slice(b"\r\n");
    }
}

impl Default for Form {
    fn default() -> Self {
        Self::new()
    }
}

/// Makes a file's name one that breaks no form and names no folder.
#[must_use]
pub fn file_name(name: &str) -> String {
    let safe = |c: char| {
        if c.is_control() || "\"\\/".contains(c) {
            '_'
        } else {
            c
        }
    };
    name.chars().map(safe).take(MAX_NAME_CHARS).collect()
}
