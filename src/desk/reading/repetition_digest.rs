//! Digests by which repetition is noticed.

use groupdesk_contract::{Message, Segment};

/// Returns a digest of a text for noticing repetition; equal texts have equal digests on every machine.
pub(in crate::desk) fn digest(text: &str) -> u64 {
    // FNV-1a: the state is stored, so the hash must not change between builds as std's may.
    text.bytes().take(4096).fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// Returns a digest of a message with its pictures, for noticing repetition: another picture makes another message of the
/// same text.
pub(in crate::desk) fn digest_of(message: &Message) -> u64 {
    let mut shown = message.text().trim().to_owned();
    for segment in &message.segments {
        let (kind, name, url) = match segment {
            Segment::Image { url } => ("image", None, url.as_deref()),
            Segment::File { name, url } => ("file", name.as_deref(), url.as_deref()),
            Segment::Other(other) => ("other", Some(other.as_str()), None),
            Segment::Text(_) | Segment::Mention(_) | Segment::MentionAll | Segment::Quote(_) => continue,
        };
        for part in [
            "\0",
            kind,
            "\0",
            name.unwrap_or_default(),
            "\0",
            url.unwrap_or_default(),
        ] {
            shown.push_str(part);
        }
    }
    digest(&shown)
}
