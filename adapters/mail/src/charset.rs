//! Decodes bytes by the character set that the mail declares, unless the bytes contradict it.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, GB18030, UTF_8};

/// The reach of the search for a page's own declaration of its encoding, in bytes.
const META_BYTES: usize = 4096;

/// Decodes `bytes`. `declared` is the mail's own declaration; `html` pages may carry another; `hint` is the author's top-level
/// domain, from which the likely languages follow.
pub(crate) fn decode(bytes: &[u8], declared: Option<&str>, html: bool, hint: &str) -> String {
    let label = declared.map(str::trim).unwrap_or_default().to_ascii_lowercase();
    if label.starts_with("hz")
        || label == "x-hz"
        || (is_hz(bytes) && !label.contains("2022") && !label.contains("utf-7"))
    {
        return hz(bytes);
    }
    let meta = if html && is_weak(&label) {
        meta(bytes)
    } else {
        None
    };
    let told = Encoding::for_label(meta.as_deref().unwrap_or(&label).as_bytes())
        .filter(|told| *told != encoding_rs::REPLACEMENT);
    if bytes.is_ascii() && !told.is_some_and(|told| told.name().starts_with("ISO-2022")) {
        return told.map_or_else(
            || String::from_utf8_lossy(bytes).into_owned(),
            |told| told.decode(bytes).0.into_owned(),
        );
    }
    // Text that is UTF-8 all through is nothing else, whatever is said of it: three bytes a character don't come about by chance.
    let as_utf8 = std::str::from_utf8(bytes).ok();
    if let Some(text) = as_utf8
        && (told.is_none_or(|told| told == UTF_8) || text.chars().any(|c| c as u32 >= 0x800))
    {
        return text.trim_start_matches('\u{feff}').to_owned();
    }
    if let Some(told) = told
        && (!is_weak(&label) || meta.is_some())
    {
        // The old names of Chinese encodings stand for all of GB18030.
        let told = if told.name() == "GBK" { GB18030 } else { told };
        let (text, _, malformed) = told.decode(bytes);
        if !malformed {
            return text.into_owned();
        }
    }
    let guessed = guess(bytes, hint);
    let (text, _, malformed) = guessed.decode(bytes);
    match told {
        Some(told) if malformed => told.decode(bytes).0.into_owned(),
        _ => text.into_owned(),
    }
}

/// True for a declaration that says nothing, because programs add it unasked.
fn is_weak(label: &str) -> bool {
    matches!(
        label,
        "" | "us-ascii"
            | "ascii"
            | "ansi_x3.4-1968"
            | "unknown-8bit"
            | "x-unknown"
            | "unknown"
            | "default"
            | "iso-8859-1"
            | "latin1"
            | "8bit"
            | "binary"
    )
}

fn guess(bytes: &[u8], hint: &str) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    // Most who write to us unlabelled write Chinese.
    let country = hint.len() == 2 && hint.bytes().all(|byte| byte.is_ascii_lowercase());
    let hint = if country { hint } else { "cn" };
    let guessed = detector.guess(Some(hint.as_bytes()), Utf8Detection::Allow);
    if guessed.name() == "GBK" { GB18030 } else { guessed }
}

/// Returns the encoding that an HTML page declares in a `<meta>` tag.
fn meta(bytes: &[u8]) -> Option<String> {
    let head = bytes.get(..META_BYTES).unwrap_or(bytes);
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let rest = head.split("<meta").skip(1).find_map(|tag| {
        let tag = tag.split('>').next()?;
        tag.split_once("charset=").map(|(_, rest)| rest.to_owned())
    })?;
    let label: String = rest
        .trim_start_matches(['"', '\'', ' '])
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        .collect();
    (!label.is_empty()).then_some(label)
}

/// True for HZ (RFC 1843): GB2312 in seven bits, between `~{` and `~}`.
fn is_hz(bytes: &[u8]) -> bool {
    let find = |bytes: &[u8], wanted: &[u8]| bytes.windows(2).position(|pair| pair == wanted);
    let inside = || {
        let shifted = bytes.get(find(bytes, b"~{")? + 2..)?;
        shifted.get(..find(shifted, b"~}")?)
    };
    bytes.is_ascii()
        && inside().is_some_and(|inside| {
            !inside.is_empty()
                && inside.len().is_multiple_of(2)
                && inside.iter().all(|byte| (0x21..=0x7e).contains(byte))
        })
}

fn hz(bytes: &[u8]) -> String {
    let mut gb = Vec::with_capacity(bytes.len());
    let mut chinese = false;
    let mut rest = bytes;
    loop {
        rest = match (chinese, rest) {
            (_, []) => break,
            (false, [b'~', b'{', tail @ ..]) => {
                chinese = true;
                tail
            }
            (true, [b'~', b'}', tail @ ..]) => {
                chinese = false;
                tail
            }
            (false, [b'~', b'~', tail @ ..]) => {
                gb.push(b'~');
                tail
            }
            (false, [b'~', b'\n', tail @ ..]) => tail,
            // A line's end ends the mode as well.
            (true, [end @ (b'\n' | b'\r'), tail @ ..]) => {
                chinese = false;
                gb.push(*end);
                tail
            }
            (true, [first, second, tail @ ..]) => {
                gb.extend([first | 0x80, second | 0x80]);
                tail
            }
            (_, [byte, tail @ ..]) => {
                gb.push(*byte);
                tail
            }
        };
    }
    GB18030.decode(&gb).0.into_owned()
}

/// A folder's name as IMAP writes it (modified UTF-7, RFC 3501 5.1.3). A name that is written so already stays.
pub(crate) fn folder(name: &str) -> String {
    if name.is_ascii() && (!name.contains('&') || is_folder(name)) {
        return name.to_owned();
    }
    let mut written = String::new();
    let mut shifted: Vec<u16> = Vec::new();
    let flush = |shifted: &mut Vec<u16>, written: &mut String| {
        if !shifted.is_empty() {
            let bytes: Vec<u8> = shifted.drain(..).flat_map(u16::to_be_bytes).collect();
            written.push('&');
            written.push_str(&base64(&bytes));
            written.push('-');
        }
    };
    for c in name.chars() {
        match c {
            '&' => {
                flush(&mut shifted, &mut written);
                written.push_str("&-");
            }
            ' '..='~' => {
                flush(&mut shifted, &mut written);
                written.push(c);
            }
            _ => shifted.extend(c.encode_utf16(&mut [0; 2]).iter()),
        }
    }
    flush(&mut shifted, &mut written);
    written
}

/// True if every `&` of a name begins a sequence in modified UTF-7.
fn is_folder(name: &str) -> bool {
    name.split('&').skip(1).all(|part| {
        part.split_once('-').is_some_and(|(inside, _)| {
            inside.is_empty() || (inside.len() >= 3 && inside.bytes().all(|byte| ALPHABET.contains(&byte)))
        })
    })
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

/// Encodes base64 with a comma for the slash, and without padding.
fn base64(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits =
            chunk.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for digit in 0..=chunk.len() {
            let letter = ALPHABET.get((bits >> (18 - 6 * digit) & 63) as usize);
            text.extend(letter.map(|letter| char::from(*letter)));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWER: &str = "请重启一下服务，然后再试";

    #[test]
    fn what_is_not_what_it_says_is_read_all_the_same() {
        let (gbk, _, _) = GB18030.encode(ANSWER);
        for declared in [
            None,
            Some("gb2312"),
            Some("utf-8"),
            Some("us-ascii"),
            Some("iso-8859-1"),
            Some("x-nonsense"),
            Some("gbk"),
        ] {
            assert_eq!(decode(&gbk, declared, false, "com"), ANSWER, "{declared:?}");
        }
        for declared in [
            None,
            Some("gb2312"),
            Some("gb18030"),
            Some("iso-8859-1"),
            Some("big5"),
        ] {
            assert_eq!(
                decode(ANSWER.as_bytes(), declared, false, "cn"),
                ANSWER,
                "{declared:?}"
            );
        }
        let page = [
            b"<meta http-equiv=Content-Type content=\"text/html; charset=gb2312\">".as_slice(),
            &gbk,
        ]
        .concat();
        assert!(decode(&page, None, true, "com").ends_with(ANSWER));
        assert!(decode(&page, Some("us-ascii"), true, "de").ends_with(ANSWER));
        let german = "Bitte neu starten, dann läuft es wieder für alle.";
        let (latin, _, _) = encoding_rs::WINDOWS_1252.encode(german);
        assert_eq!(decode(&latin, None, false, "de"), german);
        assert_eq!(decode(&latin, Some("iso-8859-1"), false, "de"), german);
        assert_eq!(decode(b"plain", Some("gbk"), false, "cn"), "plain");
    }

    #[test]
    fn hz_is_read() {
        // RFC 1843's own example.
        let line = b"The next sentence is in GB.~{<:Ky2;S{#,NpJ)l6HK!#~}Bye.";
        let said = "The next sentence is in GB.己所不欲，勿施於人。Bye.";
        for declared in [Some("hz-gb-2312"), None, Some("us-ascii")] {
            assert_eq!(decode(line, declared, false, "cn"), said, "{declared:?}");
        }
        assert_eq!(decode(b"cp ~/a ~/{b}", None, false, "cn"), "cp ~/a ~/{b}");
    }

    #[test]
    fn folders_have_names_in_any_script() {
        for (name, written) in [
            ("INBOX", "INBOX"),
            ("工单", "&XeVTVQ-"),
            ("支持/工单 1", "&ZS9jAQ-/&XeVTVQ- 1"),
            ("R&D", "R&-D"),
            ("&XeVTVQ-", "&XeVTVQ-"),
            ("~peter/mail/台北", "~peter/mail/&U,BTFw-"),
        ] {
            assert_eq!(folder(name), written);
        }
    }
}
