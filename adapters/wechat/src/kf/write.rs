//! Renders a reply as the platform's messages. Since a customer's message allows only five, buttons go under the last text if it
//! is short enough.

use crate::text::{self, Piece};
use groupdesk_contract::{AccountId, Button, Reply, ReplyKey};
use groupdesk_kit::{SplitLimit, split_text};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// The longest text, in bytes.
pub(crate) const MAX_TEXT: usize = 2048;
/// The longest text above a menu, in bytes.
const MENU_HEAD_BYTES_MAX: usize = 1024;
/// The longest text of a choice, in bytes.
const CHOICE_BYTES_MAX: usize = 128;
/// The most choices of a menu.
const CHOICES_MAX: usize = 10;

/// A message to post.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Part {
    /// Words.
    Text(String),
    /// A picture, by its address.
    Picture(String),
    /// A text with choices below.
    Menu { head: String, list: Vec<Value> },
}

impl Part {
    /// Returns its type and the fields under the type's name; a picture by the id of its upload.
    pub(crate) fn body(&self, media: &str) -> (&'static str, Value) {
        match self {
            Self::Text(text) => ("text", json!({"content": text})),
            Self::Picture(_) => ("image", json!({"media_id": media})),
            Self::Menu { head, list } if head.is_empty() => ("msgmenu", json!({"list": list})),
            Self::Menu { head, list } => ("msgmenu", json!({"head_content": head, "list": list})),
        }
    }
}

/// The messages of a reply.
pub(crate) fn parts(reply: &Reply) -> Vec<Part> {
    let mut parts = Vec::new();
    for piece in text::pieces(reply) {
        match piece {
            Piece::Text(text) => {
                let texts = split_text(&text, SplitLimit::bytes(MAX_TEXT));
                parts.extend(texts.into_iter().map(|text| Part::Text(text.to_owned())));
            }
            Piece::Picture(url) => parts.push(Part::Picture(url)),
        }
    }
    let list: Vec<Value> = reply.buttons.iter().take(CHOICES_MAX).map(choice).collect();
    if list.is_empty() {
        return parts;
    }
    // Pictures behind the last words go before them, so that words and choices are one message all the same.
    let fits = |part: &Part| matches!(part, Part::Text(text) if text.len() <= MENU_HEAD_BYTES_MAX);
    let last = parts.iter().rposition(|part| matches!(part, Part::Text(_)));
    let head = match last
        .filter(|at| parts.get(*at).is_some_and(fits))
        .map(|at| parts.remove(at))
    {
        Some(Part::Text(text)) => text,
        _ => String::new(),
    };
    parts.push(Part::Menu { head, list });
    parts
}

fn choice(button: &Button) -> Value {
    let content = text::beginning(&button.label, CHOICE_BYTES_MAX);
    json!({"type": "click", "click": {"id": button.says, "content": content}})
}

/// Makes our own id of a message, the same for every attempt and in no other store: at most 32 letters, digits, `_` and `-`.
pub(crate) fn id(account: &AccountId, store: &str, key: ReplyKey, part: usize) -> String {
    let hash = Sha256::digest(format!("{store} {account}").as_bytes());
    let account: String = hash.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    format!("gd-{account}-{:x}-{part:x}", key.0)
}

/// Returns the id of a reply's first message, which names the reply, from the id of any.
pub(crate) fn whole(id: &str) -> String {
    match id.rsplit_once('-') {
        Some((reply, part)) if id.starts_with("gd-") && part.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
            format!("{reply}-0")
        }
        _ => id.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use groupdesk_contract::{ChannelKind, Segment};

    #[test]
    fn buttons_go_under_the_last_words_where_these_are_short_enough() {
        let mut reply = Reply::of_text(
            "private:wk/wm".into(),
            ChannelKind::Direct,
            "您是想问？".to_owned(),
        )
        .with_buttons(vec![Button {
            label: "退款".repeat(40),
            says: "/pick 1".to_owned(),
        }]);
        let Some(Part::Menu { head, list }) = parts(&reply).pop() else {
            panic!()
        };
        assert_eq!((head.as_str(), parts(&reply).len()), ("您是想问？", 1));
        assert_eq!(list[0]["click"]["id"], "/pick 1");
        assert_eq!(list[0]["click"]["content"].as_str().unwrap().len(), 126);
        reply.segments.push(Segment::Image {
            url: Some("https://a/b".to_owned()),
        });
        let illustrated = parts(&reply);
        assert!(
            matches!(&illustrated[..], [Part::Picture(_), Part::Menu { head, .. }] if head == "您是想问？"),
            "two of the five messages, and not three: {illustrated:?}"
        );
        reply.segments = vec![
            Segment::Text("长".repeat(400)),
            Segment::Image {
                url: Some("https://a/b".to_owned()),
            },
        ];
        let parts = parts(&reply);
        assert!(
            matches!(&parts[..], [Part::Text(_), Part::Picture(_), Part::Menu { head, .. }] if head.is_empty())
        );
    }

    #[test]
    fn an_id_fits_and_is_the_same_every_time() {
        let longest = id(&"账号".into(), "a1b2c3", ReplyKey(i64::MAX), 15);
        assert!(longest.len() <= 32, "{longest}");
        assert!(
            longest
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
        );
        assert_eq!(longest, id(&"账号".into(), "a1b2c3", ReplyKey(i64::MAX), 15));
        assert_ne!(longest, id(&"账号".into(), "a1b2c4", ReplyKey(i64::MAX), 15));
        assert_ne!(
            id(&"a".into(), "s", ReplyKey(1), 0),
            id(&"b".into(), "s", ReplyKey(1), 0)
        );
    }
}
