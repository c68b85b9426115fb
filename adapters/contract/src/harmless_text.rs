//! Texts from outside, made harmless for those who read them: in a terminal, in a log, in a notice.

use crate::{AccountState, Event, Message, Segment};
use std::borrow::Cow;

/// The longest name that is shown, in characters.
const NAME_MAX_CHARS: usize = 64;

/// True for a character that ends a line in some program: a terminal, a browser, a log viewer.
fn breaks_line(c: char) -> bool {
    matches!(
        c,
        '\n' | '\r' | '\u{0b}' | '\u{0c}' | '\u{85}' | '\u{2028}' | '\u{2029}'
    )
}

/// True for a character that steers the display instead of being shown: control characters (with them the escape sequences of
/// terminals), overrides of the writing direction, annotations, and invisible tags.
fn steers(c: char) -> bool {
    (c.is_control() && !breaks_line(c) && c != '\t')
        || matches!(
            c,
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fff9}'..='\u{fffb}' | '\u{e0001}'
        )
}

/// True for a character that is invisible in a name: it makes two names look alike or one look empty. Joiners stay, because they
/// are parts of emoji.
fn invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2060}'
            ..='\u{2064}' | '\u{feff}'
    )
}

/// A text of several lines without what would steer a terminal or a reader's screen. Every kind of line break becomes a
/// plain one.
pub fn clean_text(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| steers(c) || (breaks_line(c) && c != '\n')) {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        if c == '\r' && rest.peek() == Some(&'\n') {
            continue;
        }
        if breaks_line(c) {
            clean.push('\n');
        } else if !steers(c) {
            clean.push(c);
        }
    }
    Cow::Owned(clean)
}

/// Returns the beginning of a text in one line, at most `most` characters of it, with an ellipsis where more follows.
pub fn shortened(text: &str, most: usize) -> String {
    let text = clean_line(text);
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.into_owned(),
    }
}

/// A text in one line, without what would steer a terminal or a reader's screen: line breaks become spaces.
pub fn clean_line(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| steers(c) || breaks_line(c) || c == '\t') {
        return Cow::Borrowed(text);
    }
    let shown = text.chars().filter(|c| !steers(*c));
    let line: String = shown
        .map(|c| if breaks_line(c) || c == '\t' { ' ' } else { c })
        .collect();
    Cow::Owned(
        line.split(' ')
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
            .join(" "),
    )
}

/// A name in one line, without what nobody sees, and no longer than a name.
pub fn clean_name(name: &str) -> String {
    let line = clean_line(name);
    let seen: String = line.chars().filter(|c| !invisible(*c)).collect();
    let seen = seen.trim();
    match seen.char_indices().nth(NAME_MAX_CHARS) {
        Some((at, _)) => format!("{}…", seen.get(..at).unwrap_or(seen)),
        None => seen.to_owned(),
    }
}

fn clean(text: &mut String) {
    if let Cow::Owned(clean) = clean_text(text) {
        *text = clean;
    }
}

fn clean_optional_name(name: &mut Option<String>) {
    if let Some(name) = name {
        *name = clean_name(name);
    }
}

impl Message {
    /// Cleans the texts that people choose freely: names to one line, texts to visible characters. Ids stay unchanged.
    pub fn clean(&mut self) {
        self.sender.name = clean_name(&self.sender.name);
        clean_optional_name(&mut self.channel.name);
        for segment in &mut self.segments {
            match segment {
                Segment::Text(text) => clean(text),
                Segment::File { name, .. } => clean_optional_name(name),
                Segment::Quote(quote) => {
                    if let Some(text) = &mut quote.text {
                        clean(text);
                    }
                }
                Segment::Other(word) => *word = clean_name(word),
                Segment::Mention(_) | Segment::MentionAll | Segment::Image { .. } => {}
            }
        }
    }
}

impl Event {
    /// Cleans the texts that people choose freely, and puts the platform's fault texts into one line.
    pub fn clean(&mut self) {
        match self {
            Self::Message(message) => message.clean(),
            Self::Edit(edit) => edit.message.clean(),
            Self::Undelivered(undelivered) => {
                undelivered.reason = clean_line(&undelivered.reason).into_owned()
            }
            Self::State(
                AccountState::Degraded { reason }
                | AccountState::BadCredentials { reason }
                | AccountState::Failed { reason },
            ) => *reason = clean_line(reason).into_owned(),
            Self::Alert(alert) => {
                if let Some(message) = &mut alert.message {
                    clean(message);
                }
            }
            Self::Recall(_) | Self::State(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_name_forges_no_line_and_steers_no_terminal() {
        assert_eq!(
            clean_name("小明\n【工单 #2】\u{1b}[2J\u{9b}31m王\u{202e}总\u{2028}x"),
            "小明 【工单 #2】[2J31m王总 x"
        );
        assert_eq!(clean_name(" \u{200b}\u{feff}\r\n "), "");
        assert_eq!(clean_name("👨‍👩‍👧 家"), "👨‍👩‍👧 家");
        assert_eq!(clean_name(&"长".repeat(500)).chars().count(), NAME_MAX_CHARS + 1);
    }

    #[test]
    fn words_keep_their_lines_and_lose_what_steers() {
        assert_eq!(
            clean_text("一\r\n二\r三\u{2028}四\t五\u{1b}]0;title\u{7}\u{202e}六"),
            "一\n二\n三\n四\t五]0;title六"
        );
        assert!(matches!(clean_text("就是\n普通的 words 👍🏽"), Cow::Borrowed(_)));
    }

    proptest! {
        #[test]
        fn whatever_comes_a_line_is_one_line_and_cleaning_twice_is_cleaning_once(text in any::<String>()) {
            let line = clean_line(&text);
            prop_assert!(!line.chars().any(|c| breaks_line(c) || steers(c)));
            prop_assert_eq!(clean_line(&line), line.clone());
            let name = clean_name(&text);
            prop_assert!(!name.chars().any(|c| breaks_line(c) || steers(c) || invisible(c)));
            let words = clean_text(&text);
            prop_assert!(!words.chars().any(|c| c != '\n' && (breaks_line(c) || steers(c))));
            prop_assert_eq!(clean_text(&words), words.clone());
        }
    }
}
