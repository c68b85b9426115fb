//! Reads the body of a mail: its text, in any form and encoding, and its pictures and files.

use crate::strip::{self, Context, Own};
use crate::{charset, html};
use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;
use mail_parser::{Encoding, Message, MessageParser, MessagePart, MimeHeaders, PartType};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// The size, in bytes, below which a picture inside the text may be a logo: it is passed on only if it stands in the author's own
/// text.
const LOGO_BYTES: usize = 5 * 1024;

/// The longest text part, in characters, that may only announce the HTML part.
const PLACEHOLDER_CHARS: usize = 300;

/// The longest name of a file, in characters.
const NAME_CHARS: usize = 120;

/// The body of a mail.
#[derive(Debug, Default)]
pub(super) struct Body {
    pub(super) own: Own,
    /// The first lines below the author's text, where a signature stands.
    pub(super) below: Vec<String>,
    pub(super) files: Vec<File>,
    /// The number of small pictures left out, as those of a signature or quote.
    pub(super) pictures_left: usize,
}

/// A file that came with a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct File {
    /// The place in the mail from which to read it again.
    pub(crate) which: Which,
    /// Name.
    pub(crate) name: String,
    /// It is to be seen.
    pub(crate) is_picture: bool,
    /// It is of a kind that is not passed on: a whole mail, with addresses of others in it, or one that only its receiver can open.
    pub(crate) is_mail: bool,
}

/// The place of a file in a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Which {
    /// A part, by its number.
    Part(usize),
    /// A picture inside the HTML, by its number.
    Inline(usize),
    /// The author's whole text.
    Text,
}

/// Reads the author's own text and the files of a mail.
pub(super) fn read(mail: &Message<'_>, context: &Context<'_>) -> Body {
    let hint = hint(mail);
    let mut text = text(mail, &mail.text_body, &hint);
    if !mail.attachments.is_empty() {
        text.text = without_placeholders(&text.text, mail);
    }
    let mut own = strip::strip(&text.text, context);
    let mut below = below(&text.text, &own.text);
    let mut pictures = text.pictures;
    let has_html = mail.html_body.iter().any(|part| is_html(mail, *part));
    // Some programs send an empty text beside the HTML, or one that says to look there.
    if mail.html_body != mail.text_body && has_html && (own.text.is_empty() || is_placeholder(&text.text)) {
        let page = self::text(mail, &mail.html_body, &hint);
        let other = strip::strip(&page.text, context);
        if !other.text.is_empty() {
            below = self::below(&page.text, &other.text);
            own = other;
        }
        pictures = page.pictures;
    }
    let pasted = || pasted(mail, &hint, context);
    let (mut files, pictures_left) = files(mail, &hint, pasted);
    for (number, _) in pictures.iter().enumerate() {
        files.push(File {
            which: Which::Inline(number),
            name: format!("{}.png", number + 1),
            is_picture: true,
            is_mail: false,
        });
    }
    if !files.is_empty() && strip::is_footer(&own.text) {
        own.text.clear();
    }
    Body {
        own,
        below,
        files,
        pictures_left,
    }
}

/// The number of lines below the author's text that are read.
const LINES_BELOW: usize = 3;

/// Returns the first lines with content below the author's own text, up to a quote.
fn below(text: &str, own: &str) -> Vec<String> {
    let Some(last) = own.lines().rev().map(str::trim).find(|line| !line.is_empty()) else {
        return Vec::new();
    };
    let mut lines = text.lines().map(str::trim).skip_while(|line| *line != last);
    lines.next();
    lines
        .filter(|line| line.chars().any(char::is_alphanumeric))
        .take(LINES_BELOW)
        .take_while(|line| !line.starts_with('>'))
        .map(str::to_owned)
        .collect()
}

/// A text without what programs write where a picture stands that came along: Outlook `[cid:image001.png@01DC.0]`, Gmail
/// `[image: image.png]`. The picture itself is passed on.
fn without_placeholders(text: &str, mail: &Message<'_>) -> String {
    let parts = || mail.attachments.iter().filter_map(|number| mail.part(*number));
    let came = |name: &str| {
        parts().any(|part| {
            let id = part.content_id().unwrap_or_default();
            id.trim_matches(['<', '>']) == name || part.attachment_name() == Some(name)
        })
    };
    // Outlook's own ids, which end in two numbers, stand in what it forwards without the picture as well.
    let is_outlooks = |id: &str| {
        id.rsplit_once('@').is_some_and(|(_, end)| {
            end.contains('.') && end.chars().all(|c| c.is_ascii_hexdigit() || c == '.')
        })
    };
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['[', '<']) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let close = if from.starts_with('[') { ']' } else { '>' };
        // Opening and closing signs are one byte each.
        let inside = from.find([close, '\n']).and_then(|end| from.get(1..end));
        let rest_after = |inside: &str| from.get(1 + inside.len()..)?.strip_prefix(close);
        let found = inside.and_then(|inside| Some((inside, rest_after(inside)?)));
        let inside = found.map(|(inside, _)| inside).unwrap_or_default();
        let is_placeholder = match inside.split_once(':') {
            Some(("cid", id)) => came(id.trim()) || is_outlooks(id.trim()),
            Some(("image" | "图片" | "圖片" | "Bild" | "画像", name)) => {
                close == ']' && came(name.trim())
            }
            _ => false,
        };
        rest = match found.filter(|_| is_placeholder) {
            Some((_, after)) => after,
            None => {
                let (sign, after) = from.split_at_checked(1).unwrap_or((from, ""));
                out.push_str(sign);
                after
            }
        };
    }
    out.push_str(rest);
    out
}

/// The parts of the mail that the HTML shows, by Content-ID.
#[derive(Debug, Default)]
struct Pasted {
    /// The parts in the author's own text.
    own: BTreeSet<String>,
    /// As a character in the text.
    spoken: Vec<html::Shown>,
}

/// Collects the parts that the HTML shows among the author's own text.
fn pasted(mail: &Message<'_>, hint: &str, context: &Context<'_>) -> Pasted {
    let mut pasted = Pasted::default();
    for part in mail.html_body.iter().filter_map(|part| mail.part(*part)) {
        if !matches!(part.body, PartType::Html(_)) {
            continue;
        }
        let charset = part
            .content_type()
            .and_then(|content| content.attribute("charset"));
        let page = html::read_shown(&charset::decode(&bytes(mail, part), charset, true, hint));
        let own = strip::strip(&page.text, context).text;
        pasted
            .own
            .extend(page.shown.within(&own).into_iter().map(str::to_owned));
        pasted.spoken.push(page.shown);
    }
    pasted
}

/// The bytes of a file and what they are.
pub(crate) fn file(raw: &[u8], which: Which) -> Option<(String, Vec<u8>)> {
    let mail = MessageParser::default().parse(raw)?;
    match which {
        Which::Part(number) => {
            let part = mail.parts.get(number)?;
            let kind = part.content_type().map_or_else(
                || "application/octet-stream".to_owned(),
                |kind| {
                    format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or("octet-stream")).to_lowercase()
                },
            );
            Some((kind, bytes(&mail, part).into_owned()))
        }
        Which::Inline(number) => {
            let hint = hint(&mail);
            let pages = [
                text(&mail, &mail.text_body, &hint),
                text(&mail, &mail.html_body, &hint),
            ];
            let url = pages
                .into_iter()
                .find(|page| !page.pictures.is_empty())?
                .pictures
                .into_iter()
                .nth(number)?;
            let (kind, data) = url.strip_prefix("data:")?.split_once(";base64,")?;
            Some((kind.to_owned(), base64_decode(data.trim().as_bytes())?))
        }
        Which::Text => None,
    }
}

/// Returns the top-level domain of the author's address.
fn hint(mail: &Message<'_>) -> String {
    let from = mail
        .from()
        .and_then(|from| from.first())
        .and_then(|from| from.address());
    from.and_then(|from| from.rsplit_once('.'))
        .map(|(_, domain)| domain.trim().to_lowercase())
        .unwrap_or_default()
}

fn is_html(mail: &Message<'_>, part: u32) -> bool {
    mail.part(part)
        .is_some_and(|part| matches!(part.body, PartType::Html(_)))
}

/// The text of some parts.
fn text(mail: &Message<'_>, parts: &[u32], hint: &str) -> html::Page {
    let mut page = html::Page::default();
    for part in parts.iter().filter_map(|part| mail.part(*part)) {
        let is_html = match part.body {
            PartType::Text(_) => false,
            PartType::Html(_) => true,
            _ => continue,
        };
        let is_attached = part
            .content_disposition()
            .is_some_and(|disposition| disposition.is_attachment());
        if is_attached && !page.text.is_empty() {
            continue;
        }
        let content = part.content_type();
        let attribute = |name: &str| content.and_then(|content| content.attribute(name));
        let says = |name: &str, wanted: &str| {
            attribute(name).is_some_and(|value| value.eq_ignore_ascii_case(wanted))
        };
        let said = charset::decode(&bytes(mail, part), attribute("charset"), is_html, hint);
        let said = if is_html {
            let read = html::read(&said);
            page.pictures.extend(read.pictures);
            read.text
        } else if says("format", "flowed") {
            strip::unflow(&said, says("delsp", "yes"))
        } else {
            said
        };
        if !page.text.is_empty() && !page.text.ends_with('\n') {
            page.text.push('\n');
        }
        page.text.push_str(&said);
    }
    page
}

/// The bytes of a part, as they were before they were written for the way.
fn bytes<'a>(mail: &'a Message<'_>, part: &'a MessagePart<'_>) -> Cow<'a, [u8]> {
    if !matches!(part.body, PartType::Text(_) | PartType::Html(_)) {
        return Cow::Borrowed(part.contents());
    }
    let range = part.raw_body_offset() as usize..part.raw_end_offset() as usize;
    let Some(raw) = mail.raw_message().get(range) else {
        return Cow::Borrowed(part.contents());
    };
    let decoded = match part.encoding {
        Encoding::None => Some(Cow::Borrowed(raw)),
        Encoding::QuotedPrintable => quoted_printable_decode(raw).map(Cow::Owned),
        Encoding::Base64 => base64_decode(raw).map(Cow::Owned),
    };
    decoded.unwrap_or(Cow::Borrowed(part.contents()))
}

fn is_placeholder(text: &str) -> bool {
    let text = text.trim();
    text.chars().count() <= PLACEHOLDER_CHARS
        && text.lines().count() <= 3
        && text.to_lowercase().contains("html")
}

/// Collects the attached files, and counts the small pictures left out as those of a signature or a quote.
fn files(mail: &Message<'_>, hint: &str, pasted: impl Fn() -> Pasted) -> (Vec<File>, usize) {
    let mut files = Vec::new();
    let mut found = None;
    let mut left = 0;
    // OpenPGP's form (RFC 3156): two parts that only its receiver can read.
    let is_sealed = mail
        .content_type()
        .and_then(|content| content.subtype())
        .is_some_and(|subtype| subtype.eq_ignore_ascii_case("encrypted"));
    for number in &mail.attachments {
        let Some(part) = mail.part(*number) else { continue };
        let content = part.content_type();
        let kind = content.map_or("", |content| content.ctype());
        let subtype = content.and_then(|content| content.subtype()).unwrap_or_default();
        let is_attached = part
            .content_disposition()
            .is_some_and(|disposition| disposition.is_attachment());
        let is_picture = kind.eq_ignore_ascii_case("image");
        let is_small =
            is_picture && part.content_id().is_some() && !is_attached && part.contents().len() < LOGO_BYTES;
        // Text that is no attachment is what was written, in another form.
        let is_text = matches!(part.body, PartType::Text(_) | PartType::Html(_))
            && !is_attached
            && part.attachment_name().is_none();
        if subtype.ends_with("-signature") || is_text {
            continue;
        }
        if let Some(id) = part.content_id().filter(|_| is_small) {
            let pasted = found.get_or_insert_with(&pasted);
            let is_logo = part
                .attachment_name()
                .is_some_and(|name| name.to_lowercase().contains("logo"));
            if pasted.spoken.iter().any(|shown| shown.is_spoken(id)) {
                continue;
            }
            if is_logo || !pasted.own.contains(id) {
                left += 1;
                continue;
            }
        }
        let name = name(mail, part, hint).unwrap_or_else(|| {
            let end = if subtype.is_empty() { "bin" } else { subtype };
            format!("{}.{end}", files.len() + 1)
        });
        files.push(File {
            which: Which::Part(*number as usize),
            name,
            is_picture,
            is_mail: matches!(part.body, PartType::Message(_)) || is_sealed || sealed_kind(subtype),
        });
    }
    (files, left)
}

/// True for the subtype of a part that is a mail, encrypted or wrapped with its signature (S/MIME, RFC 8551).
fn sealed_kind(subtype: &str) -> bool {
    ["pkcs7-mime", "x-pkcs7-mime"]
        .iter()
        .any(|kind| subtype.eq_ignore_ascii_case(kind))
}

/// The name of an attachment, also where a program wrote it without saying in which encoding.
fn name(mail: &Message<'_>, part: &MessagePart<'_>, hint: &str) -> Option<String> {
    let name = part.attachment_name()?;
    let name = if name.contains('\u{fffd}') {
        raw_name(mail, part, hint).unwrap_or_else(|| name.to_owned())
    } else {
        name.to_owned()
    };
    // A path is nobody's business, and a control character nobody's name.
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = name
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(NAME_CHARS)
        .collect();
    Some(name.trim().to_owned()).filter(|name| !name.is_empty())
}

fn raw_name(mail: &Message<'_>, part: &MessagePart<'_>, hint: &str) -> Option<String> {
    let headers = part.headers.iter().filter(|header| {
        ["content-disposition", "content-type"].contains(&header.name().to_ascii_lowercase().as_str())
    });
    headers.into_iter().find_map(|header| {
        let raw = mail
            .raw_message()
            .get(header.offset_field() as usize..header.offset_end() as usize)?;
        let written = charset::decode(raw, None, false, hint);
        let header = format!("{}\r\n\r\n", written.trim_end());
        let parsed = MessageParser::default().parse(header.as_bytes())?;
        let name = parsed.root_part().attachment_name()?.to_owned();
        (!name.contains('\u{fffd}')).then_some(name)
    })
}
