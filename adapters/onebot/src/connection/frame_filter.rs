//! Sits between a socket and the WebSocket layer, so that no frame costs the connection. It cuts pictures that stand in a large
//! frame as base64, which keeps the text around them, and replaces a message that is still too long by a placeholder. Texts go on
//! as bytes, since the WebSocket layer ends a connection for one letter that is not UTF-8.

use std::io;
use std::pin::Pin;
use std::sync::LazyLock;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The longest message that is read, in bytes, once its pictures are cut.
pub(crate) const MAX_MESSAGE_BYTES: usize = 4 << 20;

/// Frames up to this size pass as they are.
const SMALL_FRAME_BYTES: u64 = 256 << 10;

/// The most bytes that are kept of a run of letters, digits and `+/=-_`. No word and no address is as long.
const MAX_RUN_BYTES: usize = 16 << 10;

/// The bytes at the beginning and at the end that are kept of a message that is too long: a call's echo stands in one of them.
const SAMPLE_BYTES: usize = 2 << 10;

/// The size of the buffer that the socket is read into.
const READ_BYTES: usize = 64 << 10;
/// The longest header of a WebSocket frame (RFC 6455, section 5.2).
const MAX_HEADER_BYTES: usize = 14;

/// The first bytes of the placeholder of a message that was too long. Nobody else can know them, and no text begins with the
/// first one.
static MARK: LazyLock<[u8; 16]> = LazyLock::new(|| (fastrand::u128(..) | 0xFF << 120).to_be_bytes());

/// The placeholder of a message that was too long.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooLong<'a> {
    /// Length in bytes.
    pub(crate) bytes: u64,
    /// Beginning and its end.
    pub(crate) sample: &'a [u8],
}

impl<'a> TooLong<'a> {
    /// Reads what the sieve put in the place of a message; `None` for a message.
    pub(crate) fn of(message: &'a [u8]) -> Option<Self> {
        let rest = message.strip_prefix(MARK.as_slice())?;
        let (bytes, sample) = rest.split_first_chunk()?;
        Some(Self {
            bytes: u64::from_be_bytes(*bytes),
            sample,
        })
    }
}

/// A socket that sieves incoming frames; outgoing ones pass unchanged.
#[derive(Debug)]
pub(crate) struct Sieve<S> {
    socket: S,
    raw: Box<[u8]>,
    /// The bytes for the WebSocket layer; it has read the first `taken` of them.
    out: Vec<u8>,
    taken: usize,
    strainer: Strainer,
    is_broken: bool,
}

impl<S> Sieve<S> {
    /// Sieves a socket on which the next byte is a frame's.
    pub(crate) fn new(socket: S) -> Self {
        Self {
            socket,
            raw: vec![0; READ_BYTES].into_boxed_slice(),
            out: Vec::new(),
            taken: 0,
            strainer: Strainer::default(),
            is_broken: false,
        }
    }

    /// Sieves a socket on which an HTTP response comes first.
    pub(crate) fn after_response(socket: S) -> Self {
        let mut sieve = Self::new(socket);
        sieve.strainer.at = At::Response { matched: 0 };
        sieve
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Sieve<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        loop {
            let rest = this.out.get(this.taken..).unwrap_or_default();
            if !rest.is_empty() {
                let now = rest.get(..buf.remaining()).unwrap_or(rest);
                buf.put_slice(now);
                this.taken += now.len();
                return Poll::Ready(Ok(()));
            }
            this.taken = 0;
            this.out.clear();
            // One large message must not hold its memory for as long as the connection lives.
            this.out.shrink_to(2 * READ_BYTES);
            if this.is_broken {
                let error = "a message began inside of another";
                return Poll::Ready(Err(io::Error::new(io::ErrorKind::InvalidData, error)));
            }
            let mut raw = ReadBuf::new(&mut this.raw);
            ready!(Pin::new(&mut this.socket).poll_read(context, &mut raw))?;
            if raw.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
            this.is_broken = !this.strainer.feed(raw.filled_mut(), &mut this.out);
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Sieve<S> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().socket).poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().socket).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().socket).poll_shutdown(context)
    }
}

/// The position of the next byte in the stream.
#[derive(Debug, Clone, Copy, Default)]
enum At {
    /// In an HTTP response, of whose closing blank line so much has come.
    Response { matched: usize },
    /// In the header of a frame.
    #[default]
    Header,
    /// In a payload that passes.
    Passing { left: u64 },
    /// In a payload that is gathered.
    Gathering {
        left: u64,
        mask: [u8; 4],
        /// The number of bytes gathered.
        done: usize,
        is_last: bool,
    },
}

/// Reads frame headers and decides about the payloads. Pure.
#[derive(Debug, Default)]
struct Strainer {
    at: At,
    header: Vec<u8>,
    gathered: Option<Gathered>,
}

impl Strainer {
    /// Takes bytes in, and adds to `out` what goes on; `false` when they break the protocol.
    fn feed(&mut self, mut raw: &mut [u8], out: &mut Vec<u8>) -> bool {
        // Every arm takes at least one byte.
        while !raw.is_empty() {
            match self.at {
                At::Response { matched } => {
                    let Some(first) = raw.split_off_first_mut() else {
                        break;
                    };
                    out.push(*first);
                    let matched = match (*first, matched) {
                        (b'\r', 0 | 2) | (b'\n', 1 | 3) => matched + 1,
                        (b'\r', _) => 1,
                        _ => 0,
                    };
                    self.at = if matched == 4 {
                        At::Header
                    } else {
                        At::Response { matched }
                    };
                }
                At::Header => {
                    self.header.extend(raw.split_off_first_mut().map(|first| *first));
                    if self.header.len() == header_bytes(&self.header) && !self.begin(out) {
                        return false;
                    }
                }
                At::Passing { left } => {
                    let now = within(left, raw.len());
                    let (payload, rest) = raw.split_at_mut(now);
                    out.extend_from_slice(payload);
                    raw = rest;
                    let left = left - now as u64;
                    self.at = if left == 0 {
                        At::Header
                    } else {
                        At::Passing { left }
                    };
                }
                At::Gathering {
                    left,
                    mask,
                    done,
                    is_last,
                } => {
                    let now = within(left, raw.len());
                    let (payload, rest) = raw.split_at_mut(now);
                    for (byte, masked) in payload.iter_mut().zip(mask.iter().cycle().skip(done)) {
                        *byte ^= masked;
                    }
                    if let Some(gathered) = &mut self.gathered {
                        gathered.take(payload);
                    }
                    raw = rest;
                    let left = left - now as u64;
                    let done = (done + now) % 4;
                    self.at = At::Gathering {
                        left,
                        mask,
                        done,
                        is_last,
                    };
                    self.end_of_gathering(out);
                }
            }
        }
        true
    }

    /// A header is complete.
    fn begin(&mut self, out: &mut Vec<u8>) -> bool {
        const TEXT: u8 = 1;
        const BINARY: u8 = 2;
        let mut header = std::mem::take(&mut self.header);
        let Some(Header { first, left, mask }) = Header::read(&header) else {
            return false;
        };
        let is_last = first & 0x80 != 0;
        let gathers = match first & 0x0F {
            0 => self.gathered.is_some(),
            TEXT | BINARY if self.gathered.is_some() => return false,
            TEXT | BINARY if !is_last || left > SMALL_FRAME_BYTES => {
                self.gathered = Some(Gathered::new(first, mask.is_some()));
                true
            }
            TEXT | BINARY => {
                if let Some(kind) = header.first_mut() {
                    *kind = (first & 0xF0) | BINARY;
                }
                false
            }
            _ => false,
        };
        if gathers {
            let mask = mask.unwrap_or_default();
            self.at = At::Gathering {
                left,
                mask,
                done: 0,
                is_last,
            };
            self.end_of_gathering(out);
        } else {
            out.extend_from_slice(&header);
            self.at = if left == 0 {
                At::Header
            } else {
                At::Passing { left }
            };
        }
        header.clear();
        self.header = header;
        true
    }

    fn end_of_gathering(&mut self, out: &mut Vec<u8>) {
        let At::Gathering { left: 0, is_last, .. } = self.at else {
            return;
        };
        self.at = At::Header;
        if is_last && let Some(gathered) = self.gathered.take() {
            gathered.write(out);
        }
    }
}

/// The part of `left` that lies within `available` bytes.
fn within(left: u64, available: usize) -> usize {
    usize::try_from(left).map_or(available, |left| left.min(available))
}

/// The length of the header that begins with `header`, in bytes, as far as its bytes so far tell.
fn header_bytes(header: &[u8]) -> usize {
    let Some(second) = header.get(1) else {
        return MAX_HEADER_BYTES;
    };
    let length = match second & 0x7F {
        126 => 2,
        127 => 8,
        _ => 0,
    };
    2 + length + if second & 0x80 == 0 { 0 } else { 4 }
}

/// A frame's header (RFC 6455, section 5.2).
struct Header {
    first: u8,
    left: u64,
    mask: Option<[u8; 4]>,
}

impl Header {
    fn read(header: &[u8]) -> Option<Self> {
        let (&[first, second], rest) = header.split_first_chunk()?;
        let (left, rest) = match second & 0x7F {
            126 => {
                let (length, rest) = rest.split_first_chunk()?;
                (u64::from(u16::from_be_bytes(*length)), rest)
            }
            127 => {
                let (length, rest) = rest.split_first_chunk()?;
                (u64::from_be_bytes(*length), rest)
            }
            short => (u64::from(short), rest),
        };
        let mask = rest.first_chunk().copied();
        Some(Self { first, left, mask })
    }
}

/// A large message, or one in pieces, while it comes.
#[derive(Debug)]
struct Gathered {
    first: u8,
    is_masked: bool,
    bytes: u64,
    kept: Vec<u8>,
    /// The beginning of a message that is too long.
    beginning: Option<Vec<u8>>,
    /// The number of letters of base64 came one after the other.
    run: usize,
    /// A backslash came: before a slash it belongs to base64.
    is_escaped: bool,
}

impl Gathered {
    fn new(first: u8, is_masked: bool) -> Self {
        Self {
            first,
            is_masked,
            bytes: 0,
            kept: Vec::new(),
            beginning: None,
            run: 0,
            is_escaped: false,
        }
    }

    fn take(&mut self, payload: &[u8]) {
        self.bytes += payload.len() as u64;
        for &byte in payload {
            if std::mem::take(&mut self.is_escaped) {
                if byte != b'/' {
                    self.run = 0;
                } else {
                    self.run += 1;
                    if self.run > MAX_RUN_BYTES {
                        continue;
                    }
                }
                self.keep(b'\\');
                self.keep(byte);
            } else if byte == b'\\' {
                self.is_escaped = true;
            } else if byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'-' | b'_') {
                self.run += 1;
                if self.run <= MAX_RUN_BYTES {
                    self.keep(byte);
                }
            } else {
                self.run = 0;
                self.keep(byte);
            }
        }
    }

    fn keep(&mut self, byte: u8) {
        if self.kept.len() >= MAX_MESSAGE_BYTES {
            let beginning = || self.kept.iter().take(SAMPLE_BYTES).copied().collect();
            self.beginning.get_or_insert_with(beginning);
            self.kept.drain(..MAX_MESSAGE_BYTES - SAMPLE_BYTES);
        }
        self.kept.push(byte);
    }

    /// Adds it to `out` as one frame.
    fn write(mut self, out: &mut Vec<u8>) {
        if std::mem::take(&mut self.is_escaped) {
            self.keep(b'\\');
        }
        if let Some(beginning) = self.beginning.take() {
            let bytes = self.bytes.to_be_bytes();
            let end = self.kept.last_chunk::<SAMPLE_BYTES>();
            let end = end.map_or(self.kept.as_slice(), <[u8; SAMPLE_BYTES]>::as_slice);
            self.kept = [MARK.as_slice(), &bytes, &beginning, end].concat();
        }
        out.push(0x80 | (self.first & 0x70) | 2);
        out.push(if self.is_masked { 0xFF } else { 0x7F });
        out.extend_from_slice(&(self.kept.len() as u64).to_be_bytes());
        if self.is_masked {
            // Under this mask every byte stays as it is.
            out.extend_from_slice(&[0; 4]);
        }
        out.append(&mut self.kept);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A frame in its wire form.
    fn frame(first: u8, mask: Option<[u8; 4]>, payload: &[u8]) -> Vec<u8> {
        let masked = if mask.is_some() { 0x80 } else { 0 };
        let mut frame = vec![first];
        match payload.len() {
            short @ 0..126 => frame.push(masked | u8::try_from(short).unwrap()),
            long => {
                frame.push(masked | 127);
                frame.extend_from_slice(&(long as u64).to_be_bytes());
            }
        }
        frame.extend_from_slice(&mask.unwrap_or_default()[..if mask.is_some() { 4 } else { 0 }]);
        let key = mask.unwrap_or_default();
        frame.extend(payload.iter().enumerate().map(|(at, byte)| byte ^ key[at % 4]));
        frame
    }

    /// The frames that come out, unmasked: their first bytes and payloads.
    fn sieved(mut wire: Vec<u8>, piece: usize, start: At) -> (Vec<u8>, Vec<(u8, Vec<u8>)>) {
        let mut strainer = Strainer {
            at: start,
            ..Strainer::default()
        };
        let mut out = Vec::new();
        for piece in wire.chunks_mut(piece) {
            assert!(strainer.feed(piece, &mut out));
        }
        let response = out
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .map_or(0, |at| at + 4);
        let mut rest = &out[if matches!(start, At::Response { .. }) {
            response
        } else {
            0
        }..];
        let before = out[..out.len() - rest.len()].to_vec();
        let mut frames = Vec::new();
        while !rest.is_empty() {
            let length = header_bytes(rest);
            let header = Header::read(&rest[..length]).unwrap();
            let end = length + usize::try_from(header.left).unwrap();
            let key = header.mask.unwrap_or_default();
            let payload = rest[length..end].iter().enumerate();
            frames.push((
                header.first,
                payload.map(|(at, byte)| byte ^ key[at % 4]).collect(),
            ));
            rest = &rest[end..];
        }
        (before, frames)
    }

    #[test]
    fn pictures_are_cut_pieces_are_joined_and_all_else_stays_however_it_is_cut() {
        let picture = r"iVBO\/w0K+gA".repeat(60_000);
        let large = |picture: &str| format!(r#"{{"a":"\\\"图\\/{picture}\n转人工","b":"[CQ:x] \u4e00"}}"#);
        for mask in [None, Some([1, 2, 3, 250])] {
            let mut wire = b"HTTP/1.1 101 x\r\na: b\r\n\r\n".to_vec();
            wire.extend(frame(0x81, mask, "小".as_bytes()));
            wire.extend(frame(0x01, mask, "二进".as_bytes().split_at(2).0));
            wire.extend(frame(0x89, mask, b"ping"));
            wire.extend(frame(0x00, mask, b""));
            wire.extend(frame(0x80, mask, "二进".as_bytes().split_at(2).1));
            wire.extend(frame(0x81, mask, large(&picture).as_bytes()));
            wire.extend(frame(
                0x81,
                mask,
                &"[\u{20}".repeat(MAX_MESSAGE_BYTES).into_bytes(),
            ));
            wire.extend(frame(0x82, mask, b""));
            for piece in [7, 4_096, 1 << 20] {
                let (before, frames) = sieved(wire.clone(), piece, At::Response { matched: 0 });
                assert!(before.ends_with(b"a: b\r\n\r\n"));
                assert_eq!(frames.len(), 6);
                assert_eq!(frames[0], (0x82, "小".as_bytes().to_vec()));
                assert_eq!(frames[1], (0x89, b"ping".to_vec()));
                assert_eq!(frames[2], (0x82, "二进".as_bytes().to_vec()));
                let words = std::str::from_utf8(&frames[3].1).unwrap();
                assert!(words.len() < 4 * MAX_RUN_BYTES, "{}", words.len());
                let read: serde_json::Value = serde_json::from_str(words).unwrap();
                assert!(read["a"].as_str().unwrap().starts_with("\\\"图\\/iVBO/w0K"));
                assert!(read["a"].as_str().unwrap().ends_with("\n转人工"));
                assert_eq!(read["b"], "[CQ:x] 一");
                let long = TooLong::of(&frames[4].1).unwrap();
                assert_eq!(long.bytes, 2 * MAX_MESSAGE_BYTES as u64);
                assert_eq!(long.sample.len(), 2 * SAMPLE_BYTES);
                assert_eq!(frames[5], (0x82, Vec::new()));
            }
        }
        assert_eq!(TooLong::of(b"\xFF\xFE"), None);
    }

    #[test]
    fn a_message_inside_of_another_breaks_the_protocol() {
        let mut wire = [frame(0x01, None, b"x"), frame(0x81, None, b"y")].concat();
        assert!(!Strainer::default().feed(&mut wire, &mut Vec::new()));
    }
}
