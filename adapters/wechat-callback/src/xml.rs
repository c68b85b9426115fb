//! The small part of XML that callbacks use: elements and texts. No DTD, no entities but XML's own five, bounded depth and
//! number; attributes, comments and processing instructions are skipped.

mod write;

pub use write::Writer;

use crate::Refused;
use quick_xml::Reader;
use quick_xml::events::Event;

/// The deepest nesting of elements.
const DEPTH: usize = 16;
/// The most elements of a document.
const ELEMENTS: usize = 10_000;

/// An element, with what stands in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Element {
    /// Name.
    pub name: String,
    /// The text directly in it, joined; of an element with children, the blanks between them.
    pub text: String,
    /// The elements directly in it, in order.
    pub children: Vec<Element>,
}

impl Element {
    /// The first element of that name directly in this one.
    pub fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The text of the first element of that name directly in this one.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.child(name).map(|child| child.text.as_str())
    }
}

/// Reads a document: its root.
///
/// # Errors
/// If it is no XML, or uses features that no callback does.
pub fn read(text: &str) -> Result<Element, Refused> {
    let broken = || Refused::new("the callback is no XML that can be read");
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Element> = Vec::new();
    let mut root = None;
    let mut elements = 0;
    loop {
        let event = reader.read_event().map_err(|_| broken())?;
        match event {
            Event::Start(start) => {
                elements += 1;
                if open.len() == DEPTH || elements > ELEMENTS || root.is_some() {
                    return Err(broken());
                }
                open.push(named(start.name().as_ref()));
            }
            Event::Empty(start) => {
                elements += 1;
                if open.len() == DEPTH || elements > ELEMENTS || root.is_some() {
                    return Err(broken());
                }
                close(named(start.name().as_ref()), &mut open, &mut root);
            }
            // That it closes what is open, the reader has checked.
            Event::End(_) => close(open.pop().ok_or_else(broken)?, &mut open, &mut root),
            Event::Text(part) => say(&mut open, &part.xml10_content()).ok_or_else(broken)?,
            Event::CData(part) => say(&mut open, &part.xml10_content()).ok_or_else(broken)?,
            Event::GeneralRef(reference) => {
                let meant = match reference.resolve_char_ref().map_err(|_| broken())? {
                    Some(letter) => letter,
                    None => predefined(&reference.xml10_content()).ok_or_else(broken)?,
                };
                say(&mut open, meant.encode_utf8(&mut [0; 4])).ok_or_else(broken)?;
            }
            Event::DocType(_) => return Err(Refused::new("the callback has a DTD, which no callback needs")),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            Event::Eof => break,
        }
    }
    root.filter(|_| open.is_empty()).ok_or_else(broken)
}

fn named(name: &str) -> Element {
    Element {
        name: name.to_owned(),
        ..Element::default()
    }
}

fn close(element: Element, open: &mut [Element], root: &mut Option<Element>) {
    match open.last_mut() {
        Some(parent) => parent.children.push(element),
        None => *root = Some(element),
    }
}

/// Adds text to the innermost element; outside of the root it may only be blank.
fn say(open: &mut [Element], text: &str) -> Option<()> {
    match open.last_mut() {
        Some(element) => element.text.push_str(text),
        None if text.trim_matches(['\u{feff}', ' ', '\t', '\r', '\n']).is_empty() => {}
        None => return None,
    }
    Some(())
}

fn predefined(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn texts_are_joined_and_names_count_only_where_they_stand() {
        let root = read(
            "\u{feff}<?xml version=\"1.0\"?>\n<xml><!-- x --><A><![CDATA[a]]]]><![CDATA[>b]]></A><B>1 &lt; 2 &amp; &#20320;\
             </B><C><A>inner</A></C><D/><A>second</A></xml>\n",
        )
        .unwrap();
        assert_eq!(root.text("A"), Some("a]]>b"));
        assert_eq!(root.text("B"), Some("1 < 2 & 你"));
        assert_eq!(root.child("C").unwrap().text("A"), Some("inner"));
        assert_eq!(root.text("D"), Some(""));
        assert_eq!(root.text("E"), None);
    }

    #[test]
    fn what_no_callback_needs_is_refused() {
        let bomb = "<!DOCTYPE l [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">]><xml><A>&b;</A></xml>";
        let file = "<!DOCTYPE x [<!ENTITY f SYSTEM \"file:///etc/passwd\">]><xml>&f;</xml>";
        let deep = format!("{}x{}", "<a>".repeat(17), "</a>".repeat(17));
        let many = format!("<a>{}</a>", "<b/>".repeat(10_000));
        for wrong in [
            bomb,
            file,
            &deep,
            &many,
            "",
            "x",
            "<a>",
            "</a>",
            "<a></b>",
            "<a/><b/>",
            "<a/>x",
            "<a>&unknown;</a>",
            "<a>&#0;</a>",
            "<a>&#x110000;</a>",
            "<a><![CDATA[x</a>",
            "<a",
            "<a>&amp</a>",
        ] {
            assert!(read(wrong).is_err(), "{wrong:.60}");
        }
        read(&format!("{}x{}", "<a>".repeat(16), "</a>".repeat(16))).unwrap();
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn nothing_panics_the_reader(text in "(<|>|/|a|xml|!|\\[CDATA\\[|\\]\\]|&|;|#|x|-|\\?| |\"|=|你){0,40}") {
            let _ = read(&text);
        }

        #[test]
        fn what_is_written_is_read(a in any::<String>(), b in any::<i64>(), c in "(\\]|>|<|&|!|a){0,20}") {
            let mut out = Writer::new();
            out.text("A", &a).number("B", b).nested("C", |inner| { inner.text("D", &c); });
            let root = read(&out.finish()).unwrap();
            let kept: String = a.chars().filter(|c| write::is_allowed(*c)).collect();
            prop_assert_eq!(root.text("A").unwrap(), kept.replace("\r\n", "\n").replace('\r', "\n"));
            prop_assert_eq!(root.text("B").unwrap(), b.to_string());
            prop_assert_eq!(root.child("C").unwrap().text("D").unwrap(), c);
        }
    }
}
