//! Bytes as text, whatever wrote them: Excel on a Chinese Windows writes GBK, and calls UTF-16 "Unicode text".

use super::ImportRefusal;
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, GB18030, GBK, UTF_8};

/// The reach of the search for a page's own declaration of its encoding, in bytes.
const META_BYTES: usize = 4096;

/// Decodes a file. `is_html` pages may declare their encoding.
pub(super) fn decode(name: &str, bytes: &[u8], is_html: bool) -> Result<String, ImportRefusal> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        let (text, malformed) = encoding.decode_without_bom_handling(bytes.get(length..).unwrap_or_default());
        return decoded_text(name, encoding, text.into_owned(), malformed);
    }
    // Text that is UTF-8 all through is nothing else, whatever it says of itself.
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(text.to_owned());
    }
    let declared = if is_html { declared(bytes) } else { None };
    let encoding = declared.filter(|encoding| *encoding != UTF_8).unwrap_or_else(|| {
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
        detector.feed(bytes, true);
        detector.guess(Some(b"cn".as_slice()), Utf8Detection::Deny)
    });
    // GB18030 reads all of GBK, and more.
    let encoding = if encoding == GBK { GB18030 } else { encoding };
    let (text, malformed) = encoding.decode_without_bom_handling(bytes);
    decoded_text(name, encoding, text.into_owned(), malformed)
}

fn decoded_text(
    name: &str,
    encoding: &'static Encoding,
    text: String,
    malformed: bool,
) -> Result<String, ImportRefusal> {
    if !malformed {
        return Ok(text);
    }
    let encoding = encoding.name();
    Err(ImportRefusal(format!(
        "读不出 {name} 的文字（试过 {encoding}）；请另存为 UTF-8 再导入 / {name} is no text in any encoding that is known here \
         ({encoding} was tried): save it as UTF-8"
    )))
}

/// The encoding that a page declares.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.get(..META_BYTES.min(bytes.len()))?;
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let (_, rest) = head.split_once("charset=")?;
    let label = rest.trim_start_matches(['"', '\'', ' ']);
    let end = label.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_')));
    Encoding::for_label(label.get(..end.unwrap_or(label.len()))?.as_bytes())
}
