//! Writes the XML of answers.

use std::fmt::Write as _;

/// Writes `<xml>...</xml>`.
#[derive(Debug)]
pub struct Writer(String);

impl Writer {
    /// An `<xml>` with nothing in it.
    pub fn new() -> Self {
        Self("<xml>".to_owned())
    }

    /// Adds a text, in CDATA; a `]]>` in it is split over two. Characters that XML can't carry are left out.
    pub fn text(&mut self, name: &'static str, text: &str) -> &mut Self {
        self.0.push('<');
        self.0.push_str(name);
        self.0.push_str("><![CDATA[");
        let kept: String = text.chars().filter(|c| is_allowed(*c)).collect();
        self.0.push_str(&kept.replace("]]>", "]]]]><![CDATA[>"));
        self.0.push_str("]]></");
        self.0.push_str(name);
        self.0.push('>');
        self
    }

    /// A number.
    pub fn number(&mut self, name: &'static str, number: i64) -> &mut Self {
        // Writing to a String does not fail.
        let _ = write!(self.0, "<{name}>{number}</{name}>");
        self
    }

    /// An element with others in it.
    pub fn nested(&mut self, name: &'static str, inner: impl FnOnce(&mut Self)) -> &mut Self {
        self.0.push('<');
        self.0.push_str(name);
        self.0.push('>');
        inner(self);
        self.0.push_str("</");
        self.0.push_str(name);
        self.0.push('>');
        self
    }

    /// The document.
    pub fn finish(mut self) -> String {
        self.0.push_str("</xml>");
        self.0
    }
}

impl Default for Writer {
    fn default() -> Self {
        Self::new()
    }
}

/// True for a character that XML 1.0 can carry.
pub(super) fn is_allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}
