//! HTML as pieces of text: headings, questions (`summary`, `dt`), lines. The tokens come from html5ever; what site builders write is too
//! broken for more than tokens.

use super::blocks::{self, Kind, Piece};
use super::{Parsed, SourcePosition, Unit};
use crate::faq::WrittenEntry;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use serde_json::Value;
use std::cell::RefCell;

/// The beginning of a comment that holds the rest of an entry, in pages and texts that `groupdesk export` wrote.
pub(super) const META: &str = " groupdesk ";
/// The beginning of a comment that tells the line of the text from which a page was made.
pub(super) const LINE: &str = "line ";

/// Elements that divide no words.
const INLINE: [&str; 20] = [
    "a", "img", "b", "strong", "i", "em", "u", "s", "del", "ins", "span", "code", "font", "mark", "small",
    "sub", "sup", "label", "button", "kbd",
];

/// The most characters told of a picture that is left out; its address may be all of it.
const LOST_CHARS_MAX: usize = 80;

/// Elements whose inside is nobody's question or answer.
const SKIPPED: [&str; 12] = [
    "title", "script", "style", "noscript", "template", "svg", "nav", "footer", "select", "textarea",
    "iframe", "object",
];

/// Reads a page.
pub(super) fn read(name: &str, html: &str, parsed: &mut Parsed) {
    let place = |number: usize| SourcePosition {
        file: name.to_owned(),
        unit: Unit::Line,
        number,
    };
    let writer = written(html, false);
    let before = parsed.found.len();
    for (line, data) in &writer.linked {
        if let Ok(value) = serde_json::from_str(data) {
            linked(&value, &place(*line), parsed);
        }
    }
    // What a page says to search engines is what it shows to readers.
    if parsed.found.len() == before {
        blocks::read(&writer.pieces, &place, parsed);
    }
}

/// Reads the questions of a page's linked data (schema.org's `FAQPage`), wherever they stand in it.
fn linked(value: &Value, place: &SourcePosition, parsed: &mut Parsed) {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
    match value {
        Value::Array(items) => items.iter().for_each(|item| linked(item, place, parsed)),
        Value::Object(object) => {
            let question = text(object.get("name"));
            let answer = text(object.get("acceptedAnswer").and_then(|answer| answer.get("text")));
            if let (Some(question), Some(answer)) = (question, answer) {
                let (answer, pictures) = plain(&answer);
                let mut entry = WrittenEntry {
                    pictures,
                    ..WrittenEntry::default()
                };
                entry.questions.push(plain(&question).0);
                entry.answer.push((String::new(), answer));
                parsed.found(entry, place.clone());
                return;
            }
            object.values().for_each(|part| linked(part, place, parsed));
        }
        _ => {}
    }
}

/// A page that is one answer as text, and the addresses of its pictures.
pub(super) fn plain(html: &str) -> (String, Vec<String>) {
    blocks::plain(&pieces(html, false))
}

/// The pieces of a page; its lines are told by its own comments where it was made of another text.
pub(super) fn pieces(html: &str, is_made: bool) -> Vec<Piece> {
    written(html, is_made).pieces
}

fn written(html: &str, is_made: bool) -> Writer {
    let writer = Writer {
        is_made,
        ..Writer::default()
    };
    let tokenizer = Tokenizer::new(Sink(RefCell::new(writer)), TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(html));
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    let mut writer = tokenizer.sink.0.into_inner();
    writer.end_line();
    writer
}

struct Sink(RefCell<Writer>);

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<()> {
        let mut writer = self.0.borrow_mut();
        if !writer.is_made {
            writer.at = usize::try_from(line).unwrap_or(0);
        }
        match token {
            Token::CharacterTokens(text) => writer.text(&text),
            Token::CommentToken(text) => writer.comment(&text),
            Token::TagToken(tag) => {
                writer.tag(&tag);
                if tag.kind == TagKind::StartTag && !tag.self_closing {
                    match &*tag.name {
                        "style" | "xmp" | "iframe" | "noembed" | "noframes" => {
                            return TokenSinkResult::RawData(RawKind::Rawtext);
                        }
                        "script" => return TokenSinkResult::RawData(RawKind::ScriptData),
                        "title" | "textarea" => return TokenSinkResult::RawData(RawKind::Rcdata),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

#[derive(Debug, Default)]
struct Writer {
    is_made: bool,
    pieces: Vec<Piece>,
    /// The line where the reader is.
    at: usize,
    text: String,
    /// The line on which the text began.
    began: usize,
    kind: Kind,
    /// White space is due before the next word; with a line's end in it or without.
    space: Option<bool>,
    gap: bool,
    pictures: Vec<String>,
    lists: Vec<Option<u32>>,
    in_pre: bool,
    /// The element whose inside is left out, and how many of its name are open.
    skipped: Option<(String, usize)>,
    /// The address of the link that is open, and where its text begins.
    link: Option<(String, usize)>,
    /// Linked data, and where each begins; the one that is open.
    linked: Vec<(usize, String)>,
    in_linked: bool,
}

impl Writer {
    fn tag(&mut self, tag: &Tag) {
        let name = &*tag.name;
        let starts = tag.kind == TagKind::StartTag;
        if let Some((skipped, open)) = &mut self.skipped {
            if skipped == name {
                match starts {
                    true if !tag.self_closing => *open += 1,
                    true => {}
                    false => *open -= 1,
                }
            }
            if self.skipped.as_ref().is_some_and(|(_, open)| *open == 0) {
                self.skipped = None;
            }
            return;
        }
        match starts {
            true => self.start(name, tag),
            false => self.end(name),
        }
    }

    fn start(&mut self, name: &str, tag: &Tag) {
        let attribute = |wanted: &str| {
            let mut attributes = tag.attrs.iter();
            let found = attributes.find(|attribute| &*attribute.name.local == wanted);
            found.map(|attribute| attribute.value.trim().to_owned())
        };
        if SKIPPED.contains(&name) {
            let is_linked =
                name == "script" && attribute("type").is_some_and(|kind| kind.contains("ld+json"));
            if is_linked {
                self.linked.push((self.at, String::new()));
            }
            self.in_linked = is_linked;
            if !tag.self_closing {
                self.skipped = Some((name.to_owned(), 1));
            }
            return;
        }
        match name {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" if self.kind != Kind::Question => {
                let level = name.bytes().last().map_or(0, |digit| digit - b'0');
                self.open(Kind::Heading(level));
            }
            "summary" | "dt" => self.open(Kind::Question),
            // Nobody has to close a `dt`.
            "dd" => {
                self.block(true);
                self.kind = Kind::Text;
            }
            // In a heading, blocks are only how it looks.
            _ if self.kind != Kind::Text && !INLINE.contains(&name) => {
                self.space = self.space.or(Some(false))
            }
            "br" => match self.text.is_empty() {
                true => self.gap = true,
                false => self.end_line(),
            },
            "li" => {
                self.end_line();
                let indent = "  ".repeat(self.lists.len().saturating_sub(1));
                let mark = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number = number.saturating_add(1);
                        format!("{indent}{}. ", *number - 1)
                    }
                    _ => format!("{indent}- "),
                };
                self.text.push_str(&mark);
                self.began = self.at;
            }
            "ul" | "ol" => {
                self.block(self.lists.is_empty());
                let first = attribute("start").and_then(|start| start.parse().ok());
                self.lists.push((name == "ol").then(|| first.unwrap_or(1)));
            }
            "pre" => {
                self.block(true);
                self.in_pre = true;
            }
            "td" | "th" if !self.text.is_empty() => {
                self.text.push_str(" | ");
                self.space = None;
            }
            "a" => {
                if let Some(address) = attribute("href") {
                    self.link = Some((address, self.text.len()));
                }
            }
            "img" => {
                let address = attribute("src").unwrap_or_default();
                if is_address(&address) {
                    self.pictures.push(address);
                } else if !address.is_empty() {
                    self.pieces.push(Piece {
                        kind: Kind::Lost,
                        text: address.chars().take(LOST_CHARS_MAX).collect(),
                        line: self.at,
                        gap: false,
                        pictures: Vec::new(),
                    });
                }
            }
            _ => self.boundary(name),
        }
    }

    fn end(&mut self, name: &str) {
        match name {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" if matches!(self.kind, Kind::Heading(_)) => self.close(),
            "summary" | "dt" if self.kind == Kind::Question => self.close(),
            "a" => self.end_link(),
            "details" | "dl" => {
                self.close();
                self.push(Kind::End, String::new());
            }
            _ if self.kind != Kind::Text => {}
            "ul" | "ol" => {
                self.end_line();
                self.lists.pop();
                self.gap |= self.lists.is_empty();
            }
            "pre" => {
                self.in_pre = false;
                let text = std::mem::take(&mut self.text);
                let text = text.strip_prefix('\n').unwrap_or(&text).trim_end_matches('\n');
                if !text.trim().is_empty() {
                    self.push(Kind::Verbatim, text.to_owned());
                }
                self.gap = true;
            }
            _ => self.boundary(name),
        }
    }

    /// Begins or ends a block or a line where an element does.
    fn boundary(&mut self, name: &str) {
        match name {
            "p" | "table" | "blockquote" | "hr" | "details" | "dl" | "dd" | "figure"
                // The text of an item stands behind its mark.
                if !is_mark(&self.text) => {
                    self.block(self.lists.is_empty());
                }
            "tr" | "div" | "section" | "article" | "main" | "aside" | "header" | "body" | "html" | "head"
            | "form" | "fieldset" | "address" | "center" | "figcaption" | "caption" | "li" => self.end_line(),
            _ => {}
        }
    }

    /// The end of a heading or a question.
    fn close(&mut self) {
        self.block(true);
        self.kind = Kind::Text;
    }

    fn block(&mut self, gap: bool) {
        self.end_line();
        self.gap |= gap;
    }

    fn open(&mut self, kind: Kind) {
        self.block(true);
        self.kind = kind;
        self.began = self.at;
    }

    fn end_link(&mut self) {
        let Some((address, from)) = self.link.take() else {
            return;
        };
        let shown = self.text.get(from..).unwrap_or_default().trim();
        let bare = |text: &str| {
            let text = text.trim_start_matches("https://").trim_start_matches("http://");
            text.trim_start_matches("mailto:")
                .trim_end_matches('/')
                .to_owned()
        };
        if self.kind != Kind::Text || !is_address(&address) || bare(shown) == bare(&address) {
            return;
        }
        match shown {
            "" if self.text.is_empty() => self.text.push_str(&address),
            "" => {}
            _ => self.text.push_str(&format!(" ({address})")),
        }
    }

    fn comment(&mut self, text: &str) {
        if self.is_made
            && let Some(line) = text.strip_prefix(LINE)
        {
            self.at = line.trim().parse().unwrap_or(self.at);
        } else if let Some(meta) = text.strip_prefix(META) {
            self.end_line();
            self.push(Kind::Meta, meta.trim().to_owned());
        }
    }

    fn text(&mut self, text: &str) {
        if self.skipped.is_some() {
            if let Some((_, data)) = self.linked.last_mut().filter(|_| self.in_linked) {
                data.push_str(text);
            }
            return;
        }
        if self.in_pre {
            self.text.push_str(text);
            return;
        }
        for c in text.chars() {
            if matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{c}') {
                let breaks = c == '\n' || self.space == Some(true);
                self.space = Some(breaks);
                continue;
            }
            if self.text.is_empty() {
                self.began = self.at;
            } else if let Some(breaks) = self.space
                && !self.text.ends_with(' ')
                // A line that ends between two characters of Chinese ends no word.
                && !(breaks && is_wide(c) && self.text.chars().next_back().is_some_and(is_wide))
            {
                self.text.push(' ');
            }
            self.space = None;
            self.text.push(if c == '\u{a0}' { ' ' } else { c });
        }
    }

    fn end_line(&mut self) {
        let text = std::mem::take(&mut self.text);
        self.space = None;
        self.link = None;
        let text = text.trim_end();
        if text.is_empty() || self.kind == Kind::Text && is_mark(text) {
            // Pictures go with what is said next, or was said before.
            if !self.pictures.is_empty() {
                self.push(Kind::Text, String::new());
            }
            return;
        }
        self.push(self.kind, text.to_owned());
    }

    fn push(&mut self, kind: Kind, text: String) {
        self.pieces.push(Piece {
            kind,
            text,
            line: if self.began == 0 { self.at } else { self.began },
            gap: std::mem::take(&mut self.gap),
            pictures: std::mem::take(&mut self.pictures),
        });
        self.began = 0;
    }
}

/// `true` if a line is only the mark of a list's item.
fn is_mark(line: &str) -> bool {
    let mark = line.trim();
    let number = mark.strip_suffix('.').unwrap_or_default();
    mark == "-" || !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_address(text: &str) -> bool {
    ["https://", "http://", "mailto:"]
        .iter()
        .any(|scheme| text.starts_with(scheme))
}

/// Characters of Chinese and Japanese, and their signs: no spaces stand between them.
fn is_wide(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ff60}' | '\u{20000}'..='\u{3ffff}' | '“' | '”' | '…')
}
