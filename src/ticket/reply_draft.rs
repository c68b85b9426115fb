//! The draft of an answer that staff were shown last.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A draft of an answer, for staff; it is never sent by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplyDraft {
    /// Its sentences, as they would be sent.
    pub sentences: Vec<String>,
    /// Time at which it was made.
    pub at: Timestamp,
    /// `true` if the member got a reply after it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub outdated: bool,
}

impl ReplyDraft {
    /// Returns its text, with a space between sentences that end as in English.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for sentence in &self.sentences {
            if text.chars().last().is_some_and(|last| last.is_ascii()) {
                text.push(' ');
            }
            text.push_str(sentence);
        }
        text
    }

    /// `true` if all of it stands in a text.
    pub fn is_in(&self, text: &str) -> bool {
        let bare = |text: &str| text.split_whitespace().collect::<String>();
        let text = bare(text);
        self.sentences
            .iter()
            .all(|sentence| text.contains(&bare(sentence)))
    }
}
