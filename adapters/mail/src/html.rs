//! HTML of a mail as plain text: blocks end lines, `pre` keeps its own, links keep their address, what is quoted is marked with
//! `> `, rows of tables are lines. The tokens come from html5ever; what mail programs write is too broken for more than tokens.

mod shown_parts;

pub(crate) use shown_parts::Shown;

use crate::strip::QUOTE_BEGINS;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use std::cell::RefCell;

/// The longest text that is made; the rest of a longer mail is left out.
const MAX_CHARS: usize = 2_000_000;

/// Tables in tables, and links in links, are followed no deeper; nobody writes such, and each costs time.
const MAX_DEPTH: usize = 100;

/// The content of an HTML page.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Page {
    /// Text.
    pub(crate) text: String,
    /// The pictures that stand in it as they are, as `data:` URLs.
    pub(crate) pictures: Vec<String>,
    /// The parts of the mail that it shows.
    pub(crate) shown: Shown,
}

/// Reads a page.
pub(crate) fn read(html: &str) -> Page {
    write(html, Writer::default())
}

/// Reads a page, with a placeholder character in the text for each part of the mail that the page shows.
pub(crate) fn read_shown(html: &str) -> Page {
    let mut writer = Writer::default();
    writer.shown.marks = true;
    write(html, writer)
}

fn write(html: &str, writer: Writer) -> Page {
    let tokenizer = Tokenizer::new(Sink(RefCell::new(writer)), TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(html));
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    tokenizer.sink.0.into_inner().finish()
}

struct Sink(RefCell<Writer>);

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut writer = self.0.borrow_mut();
        match token {
            Token::CharacterTokens(text) => writer.text(&text),
            Token::TagToken(tag) => {
                let raw = tag.kind == TagKind::StartTag && !tag.self_closing;
                writer.tag(&tag);
                if raw {
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

/// An open element: a table, a row with its cells, a cell with its lines.
#[derive(Debug)]
enum Frame {
    Table,
    Row(Vec<Vec<String>>),
    Cell(Vec<String>),
}

#[derive(Debug, Default)]
struct Writer {
    lines: Vec<String>,
    frames: Vec<Frame>,
    line: String,
    /// A space is due before the next word.
    space: bool,
    /// A blank line is due before the next one.
    gap: bool,
    quoted: usize,
    pre: usize,
    lists: Vec<Option<u32>>,
    /// The element whose inside is left out, and how many of its name are open.
    skipped: Option<(String, usize)>,
    /// The links that are open: address, and where their text begins.
    links: Vec<(String, usize)>,
    pictures: Vec<String>,
    shown: Shown,
    chars: usize,
}

impl Writer {
    fn tag(&mut self, tag: &Tag) {
        let name = &*tag.name;
        let starts = tag.kind == TagKind::StartTag;
        if let Some((skipped, open)) = &mut self.skipped {
            if skipped == name {
                if starts && !tag.self_closing {
                    *open += 1;
                } else if !starts {
                    *open -= 1;
                    if *open == 0 {
                        self.skipped = None;
                    }
                }
            }
            return;
        }
        self.shown.follow(tag);
        if starts {
            self.start(name, tag);
        } else {
            self.end(name);
        }
    }

    fn start(&mut self, name: &str, tag: &Tag) {
        let attribute = |wanted: &str| {
            let found = tag
                .attrs
                .iter()
                .find(|attribute| &*attribute.name.local == wanted);
            found.map(|attribute| attribute.value.to_string())
        };
        let is_void = [
            "br", "hr", "img", "meta", "link", "input", "wbr", "col", "area", "base",
        ]
        .contains(&name);
        let style = attribute("style")
            .unwrap_or_default()
            .to_lowercase()
            .replace(' ', "");
        let hidden = !is_void
            && !tag.self_closing
            && (style.contains("display:none") || style.contains("mso-hide:all"));
        if hidden
            || [
                "style",
                "script",
                "title",
                "head",
                "noscript",
                "template",
                "textarea",
                "select",
                "svg",
                "xml",
                "o:p-hidden",
            ]
            .contains(&name)
        {
            // A head that is never closed ends where the body begins.
            if name != "head" {
                self.skipped = Some((name.to_owned(), 1));
            }
            return;
        }
        if begins_quote(
            &attribute("class").unwrap_or_default(),
            &attribute("id").unwrap_or_default(),
        ) {
            self.break_line();
            self.line.push(QUOTE_BEGINS);
            self.break_line();
        }
        let too_deep = self.frames.len() >= MAX_DEPTH || self.links.len() >= MAX_DEPTH;
        match name {
            "table" | "tr" | "td" | "th" | "a" if too_deep => self.break_line(),
            "br" => self.new_line(),
            "hr" => {
                self.break_line();
                self.line.push_str("----------");
                self.break_line();
            }
            "p" => {
                self.break_line();
                let close = attribute("class").is_some_and(|class| class.contains("MsoNormal"))
                    || style.contains("margin:0")
                    || style.contains("margin-top:0");
                self.gap |= !close;
            }
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.break_line();
                self.gap = true;
            }
            "pre" => {
                self.break_line();
                self.pre += 1;
            }
            "blockquote" => {
                self.break_line();
                self.quoted += 1;
            }
            "ul" => {
                self.break_line();
                self.lists.push(None);
            }
            "ol" => {
                self.break_line();
                let first = attribute("start")
                    .and_then(|start| start.parse().ok())
                    .unwrap_or(1);
                self.lists.push(Some(first));
            }
            "li" => {
                self.break_line();
                let indent = "  ".repeat(self.lists.len().saturating_sub(1));
                let mark = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number = number.saturating_add(1);
                        format!("{indent}{}. ", *number - 1)
                    }
                    _ => format!("{indent}- "),
                };
                self.word(&mark);
            }
            "table" => {
                self.break_line();
                self.frames.push(Frame::Table);
            }
            "tr" => {
                self.close_row();
                self.break_line();
                self.frames.push(Frame::Row(Vec::new()));
            }
            "td" | "th" => {
                self.close_cell();
                self.break_line();
                self.frames.push(Frame::Cell(Vec::new()));
            }
            "a" => {
                if let Some(address) = attribute("href") {
                    self.links.push((address.trim().to_owned(), self.line.len()));
                }
            }
            "img" => self.picture(attribute("src").as_deref(), attribute("alt").as_deref()),
            _ if is_block(name) => self.break_line(),
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        match name {
            "p" => {
                self.break_line();
            }
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.break_line();
                self.gap = true;
            }
            "pre" => {
                self.break_line();
                self.pre = self.pre.saturating_sub(1);
            }
            "blockquote" => {
                self.break_line();
                self.quoted = self.quoted.saturating_sub(1);
            }
            "ul" | "ol" => {
                self.break_line();
                self.lists.pop();
            }
            "a" => self.close_link(),
            "td" | "th" => self.close_cell(),
            "tr" => self.close_row(),
            "table" => {
                self.close_row();
                self.break_line();
                if matches!(self.frames.last(), Some(Frame::Table)) {
                    self.frames.pop();
                }
            }
            _ if is_block(name) => self.break_line(),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if self.skipped.is_some() || self.chars > MAX_CHARS {
            return;
        }
        self.chars += text.len();
        if self.pre > 0 {
            for (number, line) in text.split('\n').enumerate() {
                if number > 0 {
                    self.new_line();
                }
                self.line.push_str(line.trim_end_matches('\r'));
            }
            return;
        }
        let mut word = String::new();
        for c in text.chars() {
            if matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{c}') {
                self.word(&word);
                word.clear();
                self.space = true;
            } else {
                word.push(if c == '\u{a0}' { ' ' } else { c });
            }
        }
        self.word(&word);
    }

    fn word(&mut self, word: &str) {
        if word.is_empty() {
            return;
        }
        if self.space && !self.line.is_empty() && !self.line.ends_with(' ') {
            self.line.push(' ');
        }
        self.space = false;
        self.line.push_str(word);
    }

    /// Ends the line if something stands in it.
    fn break_line(&mut self) {
        if self.line.is_empty() {
            self.space = false;
        } else {
            self.new_line();
        }
    }

    fn new_line(&mut self) {
        self.space = false;
        let line = std::mem::take(&mut self.line);
        for (_, start) in &mut self.links {
            *start = 0;
        }
        let prefix = "> ".repeat(self.quoted.min(8));
        let gap = std::mem::take(&mut self.gap);
        let lines = self.frames.iter_mut().rev().find_map(|frame| match frame {
            Frame::Cell(lines) => Some(lines),
            _ => None,
        });
        let lines = lines.unwrap_or(&mut self.lines);
        let is_blank = |line: &String| line.trim_start_matches(['>', ' ']).is_empty();
        if gap && !line.trim().is_empty() && lines.last().is_some_and(|last| !is_blank(last)) {
            lines.push(prefix.trim_end().to_owned());
        }
        lines.push(format!("{prefix}{}", line.trim_end()).trim_end().to_owned());
    }

    fn close_cell(&mut self) {
        if !matches!(self.frames.last(), Some(Frame::Cell(_))) {
            return;
        }
        self.break_line();
        if let Some(Frame::Cell(lines)) = self.frames.pop() {
            match self.frames.last_mut() {
                Some(Frame::Row(cells)) => cells.push(lines),
                _ => lines.into_iter().for_each(|line| self.keep(line)),
            }
        }
    }

    fn close_row(&mut self) {
        self.close_cell();
        if !matches!(self.frames.last(), Some(Frame::Row(_))) {
            return;
        }
        let Some(Frame::Row(cells)) = self.frames.pop() else {
            return;
        };
        let filled: Vec<&Vec<String>> = cells
            .iter()
            .filter(|lines| lines.iter().any(|line| !line.trim().is_empty()))
            .collect();
        let is_one = |lines: &&Vec<String>| lines.iter().filter(|line| !line.trim().is_empty()).count() == 1;
        if filled.len() > 1 && filled.iter().all(is_one) {
            let words: Vec<&str> = filled
                .iter()
                .filter_map(|lines| lines.iter().find(|line| !line.trim().is_empty()))
                .map(|line| line.trim_start_matches(['>', ' ']))
                .collect();
            let prefix = "> ".repeat(self.quoted.min(8));
            self.keep(format!("{prefix}{}", words.join(" | ")));
        } else {
            cells.into_iter().flatten().for_each(|line| self.keep(line));
        }
    }

    /// Keeps a line that is whole.
    fn keep(&mut self, line: String) {
        let lines = self.frames.iter_mut().rev().find_map(|frame| match frame {
            Frame::Cell(lines) => Some(lines),
            _ => None,
        });
        lines.unwrap_or(&mut self.lines).push(line);
    }

    fn close_link(&mut self) {
        let Some((address, start)) = self.links.pop() else {
            return;
        };
        let said = self.line.get(start..).unwrap_or_default().trim();
        let is_web = address.starts_with("http://")
            || address.starts_with("https://")
            || address.starts_with("ftp://");
        let bare = |text: &str| {
            let text = text.split_once("://").map_or(text, |(_, rest)| rest);
            text.trim_end_matches('/').to_lowercase()
        };
        if is_web && !said.is_empty() && !bare(said).contains(&bare(&address)) && address.len() <= 2_000 {
            self.space = false;
            self.line.push_str(&format!(" ({address})"));
        }
    }

    fn picture(&mut self, source: Option<&str>, alt: Option<&str>) {
        if let Some(source) = source.filter(|source| source.starts_with("data:image/")) {
            self.pictures.push(source.to_owned());
        } else if let Some(alt) = alt.filter(|alt| !alt.is_ascii() && alt.chars().count() <= 4) {
            // An emoji, which Gmail and others send as a picture.
            self.shown.speak(source);
            self.word(alt);
        } else if let Some(mark) = source.and_then(|source| self.shown.mark(source)) {
            self.word(mark.encode_utf8(&mut [0; 4]));
        }
    }

    fn finish(mut self) -> Page {
        self.break_line();
        while !self.frames.is_empty() {
            self.close_row();
            self.frames.pop();
        }
        Page {
            text: self.lines.join("\n"),
            pictures: self.pictures,
            shown: self.shown,
        }
    }
}

fn is_block(name: &str) -> bool {
    [
        "address",
        "article",
        "aside",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "header",
        "legend",
        "main",
        "menu",
        "nav",
        "option",
        "section",
        "summary",
        "tbody",
        "tfoot",
        "thead",
    ]
    .contains(&name)
}

/// True for an element that begins a quoted mail: it has a name that Gmail, Yahoo, Proton, Thunderbird, Outlook, Feishu, QQ Mail,
/// NetEase or Aliyun gives it.
fn begins_quote(class: &str, id: &str) -> bool {
    const CLASSES: [&str; 14] = [
        "gmail_quote",
        "gmail_quote_container",
        "gmail_attr",
        "yahoo_quoted",
        "protonmail_quote",
        "moz-cite-prefix",
        "moz-email-headers-table",
        "zmail_extra",
        "history-quote-wrapper",
        "lark-mail-quote",
        "adit-html-block--collapsed",
        "ntes-mailmaster-quote",
        "alimail-quote",
        "tutanota_quote",
    ];
    const IDS: [&str; 10] = [
        "appendonsend",
        "divRplyFwdMsg",
        "OLK_SRC_BODY_SECTION",
        "yahoo_quoted",
        "ymail_android_signature_quote",
        "isReplyContent",
        "ntes-pcmac-replyforward",
        "lark-mail-quote",
        "reply-intro",
        "mail-editor-reference-message-container",
    ];
    class.split_whitespace().any(|class| CLASSES.contains(&class))
        || IDS.iter().any(|known| id.ends_with(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_on_lines_of_its_own_stays_on_them() {
        for (html, text) in [
            ("<div>a</div><div><br></div><div>b</div>", "a\n\nb"),
            (
                "<div>cd /opt</div><div>git pull</div><div>make</div>",
                "cd /opt\ngit pull\nmake",
            ),
            (
                "<h1>T</h1><ul><li>a<li>b<ol><li>c</li><li>d</li></ol></ul>e",
                "T\n\n- a\n- b\n  1. c\n  2. d\ne",
            ),
            ("<pre>a\n  b\n\nc</pre>", "a\n  b\n\nc"),
            (
                "a <b>bold</b>\n  word<br>next &lt;x&gt;&nbsp;&amp;",
                "a bold word\nnext <x> &",
            ),
            ("<p>a</p><p>b</p>", "a\n\nb"),
            (
                "<p class=MsoNormal>a<o:p></o:p></p><p class=MsoNormal>&nbsp;</p><p class=MsoNormal>b</p>",
                "a\n\nb",
            ),
            (
                "<table><tr><th>k<th>v<tr><td><p>a</p></td><td>1</td></tr></table>x",
                "k | v\na | 1\nx",
            ),
            (
                "<table><tr><td><div>one</div><div>two</div></td></tr></table>",
                "one\ntwo",
            ),
            (
                "<a href=\"https://x.cn/a?b=1&amp;c=2\">here</a>.",
                "here (https://x.cn/a?b=1&c=2).",
            ),
            (
                "<a href=\"https://x.cn/\">x.cn</a> <a href=\"mailto:a@b\">me</a>",
                "x.cn me",
            ),
            (
                "<style>p{}</style><title>t</title><script>if (a<b) {}</script><div style=\"display: none\">pre<div>x</div></div>a",
                "a",
            ),
            (
                "x<blockquote>a<blockquote>b</blockquote></blockquote>y",
                "x\n> a\n> > b\ny",
            ),
            ("<div>ok <img alt=\"😀\" src=\"cid:1\"></div>", "ok 😀"),
            ("<!--[if mso]><p>no</p><![endif]-->yes", "yes"),
            ("<table><td>never closed", "never closed"),
            ("</div></td></tr></table></blockquote>a<", "a<"),
        ] {
            assert_eq!(read(html).text, text, "{html}");
        }
    }

    #[test]
    fn a_picture_that_stands_in_the_page_is_kept() {
        let page = read("see<img src=\"data:image/png;base64,AAAA\"><img src=\"https://x/logo.png\">");
        assert_eq!(page.pictures, ["data:image/png;base64,AAAA"]);
    }

    proptest::proptest! {
        #[test]
        fn no_page_makes_it_panic(html in "(<(/?(td|tr|table|a href=x|li|pre|blockquote|p|div|script|b))>|\\PC|\n){0,60}") {
            read(&html);
        }
    }
}
