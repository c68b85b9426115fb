//! A browser without a screen: requests to the dashboard over a real socket, with the headers and the cookie of one.

use super::program::Program;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Command;
use std::time::Duration;

/// The longest time for an answer.
const TEST_TIMEOUT: Duration = Duration::from_secs(60);

/// What stands between the files of a form.
const BOUNDARY: &str = "----groupdesk-test-9d2f";

/// An answer.
#[derive(Debug, Clone)]
pub struct Page {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Page {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    /// The value of the hidden field `id` of the form that gives an order.
    pub fn order_id(&self, order: &str) -> String {
        let field = format!("name=\"order\" value=\"{order}\"");
        let before = self.body.split(&field).next().unwrap();
        assert!(before.len() < self.body.len(), "no order {order}: {}", self.body);
        let id = before.rsplit("name=\"id\" value=\"").next().unwrap();
        id.split('"').next().unwrap().to_owned()
    }
}

/// A browser with at most one session.
#[derive(Debug, Clone)]
pub struct Browser {
    port: u16,
    pub cookie: Option<String>,
    pub language: &'static str,
}

impl Browser {
    pub fn new(port: u16) -> Self {
        Self {
            port,
            cookie: None,
            language: "en",
        }
    }

    /// A browser in which a user has logged in by a link that the command line made.
    pub fn invited(program: &Program, arguments: &[&str]) -> Self {
        let mut browser = Self::new(program.port);
        let link = invite(program, arguments);
        let joined = browser.post(&link, &[("password", PASSWORD), ("again", PASSWORD)]);
        assert_eq!(joined.status, 303, "{}", joined.body);
        browser
    }

    pub fn get(&mut self, path: &str) -> Page {
        self.request("GET", path, &[], None)
    }

    pub fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let origin = format!("http://127.0.0.1:{}", self.port);
        let headers = [("Origin", origin.as_str()), ("Sec-Fetch-Site", "same-origin")];
        self.request("POST", path, &headers, Some(fields))
    }

    /// Sends files as a form does.
    pub fn upload(&mut self, path: &str, files: &[(&str, &[u8])]) -> Page {
        let origin = format!("http://127.0.0.1:{}", self.port);
        let headers = [("Origin", origin.as_str()), ("Sec-Fetch-Site", "same-origin")];
        let mut body = Vec::new();
        for (name, content) in files {
            let head = format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n"
            );
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(content);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        self.send("POST", path, &headers, Some((&kind, &body)))
    }

    /// Sends any request, and keeps the cookie that it sets.
    pub fn request(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        fields: Option<&[(&str, &str)]>,
    ) -> Page {
        let form = fields.map(encoded);
        let body = form
            .as_ref()
            .map(|form| ("application/x-www-form-urlencoded", form.as_bytes()));
        self.send(method, path, headers, body)
    }

    fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<(&str, &[u8])>,
    ) -> Page {
        let mut request = format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nAccept-Language: {}\r\nConnection: close\r\n",
            self.port, self.language
        );
        for (name, value) in headers {
            request += &format!("{name}: {value}\r\n");
        }
        if let Some(cookie) = &self.cookie {
            request += &format!("Cookie: {cookie}\r\n");
        }
        if let Some((kind, body)) = body {
            request += &format!("Content-Type: {kind}\r\nContent-Length: {}\r\n", body.len());
        }
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(TEST_TIMEOUT)).unwrap();
        let mut bytes = format!("{request}\r\n").into_bytes();
        bytes.extend_from_slice(body.map_or(&[], |(_, body)| body));
        // Who refuses a large body answers before it has come.
        let _ = stream.write_all(&bytes);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        let page = Page {
            status: status.unwrap_or_else(|| panic!("no answer: {answer}")),
            head: head.to_owned(),
            body: body.to_owned(),
        };
        if let Some(cookie) = page.header("set-cookie") {
            self.cookie = cookie.split(';').next().map(str::to_owned);
        }
        page
    }

    /// Opens the stream of live updates, and returns it with what was sent until now unread.
    pub fn live(&self) -> TcpStream {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(TEST_TIMEOUT)).unwrap();
        let cookie = self.cookie.as_deref().unwrap_or_default();
        let request = format!(
            "GET /live HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n",
            self.port
        );
        stream.write_all(request.as_bytes()).unwrap();
        stream
    }
}

/// The password of every user of the tests.
pub const PASSWORD: &str = "correct horse battery";

/// Makes a one-time link on the command line, and returns its path.
pub fn invite(program: &Program, arguments: &[&str]) -> String {
    let mut command: Command = program.command(super::program::binary());
    let output = command.arg("dashboard").args(arguments).output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success(),
        "{told}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let link = told.lines().next().unwrap();
    let path = link.strip_prefix(&format!("http://127.0.0.1:{}", program.port));
    path.unwrap_or_else(|| panic!("another address: {link}"))
        .to_owned()
}

fn encoded(fields: &[(&str, &str)]) -> String {
    let encode = |text: &str| -> String {
        text.bytes()
            .map(|byte| match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => char::from(byte).to_string(),
                byte => format!("%{byte:02X}"),
            })
            .collect()
    };
    let fields = fields
        .iter()
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)));
    fields.collect::<Vec<_>>().join("&")
}

/// Reads a stream until `wanted` stands in it.
pub fn read_until(stream: &mut TcpStream, wanted: &str) -> String {
    let mut read = String::new();
    let mut buffer = [0; 4096];
    while !read.contains(wanted) {
        let count = stream.read(&mut buffer).unwrap();
        assert!(count > 0, "the stream ended: {read}");
        read += &String::from_utf8_lossy(&buffer[..count]);
    }
    read
}
