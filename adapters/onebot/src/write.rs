//! From the contract to the wire: a reply as the messages that say it. Pure.
//!
//! Everything goes out as array segments, whose texts an implementation takes as they are, so that a CQ code that a
//! member typed and an answer repeats stays the text that it is.

use crate::channel_id::Target;
use crate::read::is_made_up;
use groupdesk_contract::{NO_LINK, Reply, Segment, WITH_STAFF, no_file_link};
use groupdesk_kit::{SplitLimit, split_text};
use serde::Serialize;

/// The longest text of one message. QQ takes some 5,000 characters; longer ones come as a file or not at all.
pub(crate) const MAX_TEXT: usize = 4_500;

/// One segment of an outgoing message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", content = "data", rename_all = "snake_case")]
pub(crate) enum OutSegment {
    Reply {
        id: String,
    },
    At {
        qq: String,
    },
    Text {
        text: String,
    },
    Image {
        file: String,
    },
    /// No segment of the standard's; NapCat and LLOneBot send it. It is a message of its own, as QQ has it.
    File {
        file: String,
        name: String,
        /// The text in place of it, where it is not taken.
        #[serde(skip)]
        instead: String,
    },
}

/// An id in the parameters of a call. The standard wants numbers; an implementation that gives ids as strings gets
/// strings back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(crate) enum OutId {
    Number(i64),
    Text(String),
}

impl OutId {
    /// Makes an id: a number if possible, unless the implementation prefers strings.
    pub(crate) fn new(id: &str, as_text: bool) -> Self {
        match id.parse::<i64>() {
            Ok(number) if !as_text && number.to_string() == id => Self::Number(number),
            _ => Self::Text(id.to_owned()),
        }
    }
}

impl Target<'_> {
    /// The parameters that name it.
    pub(crate) fn address(self, as_text: bool) -> Address {
        match self {
            Self::Group(id) => Address {
                group_id: Some(OutId::new(id, as_text)),
                user_id: None,
            },
            Self::Private(id) => Address {
                group_id: None,
                user_id: Some(OutId::new(id, as_text)),
            },
        }
    }
}

/// The parameters that name a channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Address {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) group_id: Option<OutId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) user_id: Option<OutId>,
}

/// The parameters of a send.
#[derive(Debug, Serialize)]
pub(crate) struct SendParams<'a> {
    #[serde(flatten)]
    pub(crate) address: Address,
    pub(crate) message: &'a [OutSegment],
}

/// Renders the messages of `reply`, in order; no message has more than `max_text` characters of text. The first one quotes. Empty
/// for a reply without content.
pub(crate) fn messages(reply: &Reply, max_text: usize) -> Vec<Vec<OutSegment>> {
    let mut messages = Vec::new();
    let mut message = Vec::new();
    let mut length = 0;
    for segment in &reply.segments {
        match segment {
            Segment::Text(text) => {
                for part in split_to_fit(text, max_text, length) {
                    let characters = part.chars().count();
                    if length > 0 && length + characters > max_text {
                        messages.push(std::mem::take(&mut message));
                        length = 0;
                    }
                    length += characters;
                    add_text(&mut message, part);
                }
            }
            // On the wire it would call everybody; nobody has that id.
            Segment::Mention(member) if member.as_str().eq_ignore_ascii_case("all") => {
                add_text(&mut message, "@all ");
            }
            Segment::Mention(member) => message.push(OutSegment::At {
                qq: member.as_str().to_owned(),
            }),
            Segment::MentionAll => message.push(OutSegment::At { qq: "all".to_owned() }),
            Segment::Image { url: Some(url) } => message.push(OutSegment::Image { file: picture(url) }),
            Segment::File { name, url: Some(url) } if url.starts_with("data:") => {
                messages.push(std::mem::take(&mut message));
                length = 0;
                // A member must not wait for what does not come.
                let rest = if reply.note.is_none() { WITH_STAFF } else { "" };
                messages.push(vec![OutSegment::File {
                    instead: format!("{}{rest}", no_file_link(name.as_deref())),
                    file: picture(url),
                    name: name.clone().unwrap_or_else(|| "file".to_owned()),
                }]);
            }
            Segment::File { name, url: Some(url) } => {
                let link = match name {
                    Some(name) => format!("{name}: {url}"),
                    None => url.clone(),
                };
                add_text(&mut message, &link);
            }
            // A picture without an address, and what only members can send.
            Segment::Image { url: None }
            | Segment::File { url: None, .. }
            | Segment::Quote(_)
            | Segment::Other(_) => {}
        }
    }
    messages.push(message);
    messages.retain(|message| !message.is_empty());
    let quote = reply.quote.as_ref().filter(|quote| !is_made_up(quote));
    let first = messages.first_mut().filter(|first| !has_file(first));
    if let (Some(first), Some(quote)) = (first, quote) {
        first.insert(
            0,
            OutSegment::Reply {
                id: quote.as_str().to_owned(),
            },
        );
    }
    messages
}

/// True for a message that is a file.
pub(crate) fn has_file(message: &[OutSegment]) -> bool {
    message
        .iter()
        .any(|segment| matches!(segment, OutSegment::File { .. }))
}

pub(crate) fn has_picture(message: &[OutSegment]) -> bool {
    message
        .iter()
        .any(|segment| matches!(segment, OutSegment::Image { .. }))
}

pub(crate) fn has_quote(message: &[OutSegment]) -> bool {
    message
        .iter()
        .any(|segment| matches!(segment, OutSegment::Reply { .. }))
}

pub(crate) fn has_mention(message: &[OutSegment]) -> bool {
    message
        .iter()
        .any(|segment| matches!(segment, OutSegment::At { .. }))
}

/// Returns the message with its pictures as links, for pictures that can't be fetched.
pub(crate) fn without_pictures(message: &[OutSegment]) -> Vec<OutSegment> {
    let mut plain = Vec::with_capacity(message.len());
    for segment in message {
        match segment {
            OutSegment::Image { file } => {
                let link = if file.starts_with("base64://") {
                    NO_LINK
                } else {
                    file
                };
                let line = if plain.is_empty() {
                    link.to_owned()
                } else {
                    format!("\n{link}")
                };
                add_text(&mut plain, &line);
            }
            OutSegment::Text { text } => {
                let after_link =
                    matches!(plain.last(), Some(OutSegment::Text { .. })) && !text.starts_with('\n');
                let line = if after_link {
                    format!("\n{text}")
                } else {
                    text.clone()
                };
                add_text(&mut plain, &line);
            }
            other => plain.push(other.clone()),
        }
    }
    plain
}

/// Returns the message with its file in words, for an implementation that takes none.
pub(crate) fn without_file(message: &[OutSegment]) -> Vec<OutSegment> {
    let plain = message.iter().map(|segment| match segment {
        OutSegment::File { instead, .. } => OutSegment::Text {
            text: instead.clone(),
        },
        other => other.clone(),
    });
    plain.collect()
}

/// The message without its quote, for when the quoted message is gone.
pub(crate) fn without_quote(message: &[OutSegment]) -> Vec<OutSegment> {
    let rest = message
        .iter()
        .filter(|segment| !matches!(segment, OutSegment::Reply { .. }));
    rest.cloned().collect()
}

/// Returns the message with its mentions in words, for when the mentioned member is gone or everybody can't be called. `names`
/// gives a member's name, where it is known.
pub(crate) fn without_mentions(
    message: &[OutSegment],
    names: &dyn Fn(&str) -> Option<String>,
) -> Vec<OutSegment> {
    let mut plain = Vec::with_capacity(message.len());
    for segment in message {
        match segment {
            OutSegment::At { qq } if qq == "all" => add_text(&mut plain, "@全体成员"),
            OutSegment::At { qq } => {
                let name = names(qq).unwrap_or_else(|| qq.clone());
                add_text(&mut plain, &format!("@{name}"));
            }
            OutSegment::Text { text } => add_text(&mut plain, text),
            other => plain.push(other.clone()),
        }
    }
    plain
}

/// The standard writes a picture's bytes as `base64://` (message/segment.md).
fn picture(url: &str) -> String {
    match url
        .strip_prefix("data:")
        .and_then(|rest| rest.split_once(";base64,"))
    {
        Some((_, data)) => format!("base64://{data}"),
        None => url.to_owned(),
    }
}

/// Splits a text; one that fits behind the `length` characters that a message has stays whole.
fn split_to_fit(text: &str, max: usize, length: usize) -> Vec<&str> {
    let fits = text.chars().nth(max.saturating_sub(length)).is_none();
    if fits && !text.is_empty() {
        vec![text]
    } else {
        split_text(text, SplitLimit::chars(max))
    }
}

/// Adds text; behind a mention it starts with a space, as the platform's own clients write it.
fn add_text(message: &mut Vec<OutSegment>, part: &str) {
    match message.last_mut() {
        Some(OutSegment::Text { text }) => text.push_str(part),
        Some(OutSegment::At { .. }) if !part.starts_with(char::is_whitespace) => {
            message.push(OutSegment::Text {
                text: format!(" {part}"),
            });
        }
        _ => message.push(OutSegment::Text {
            text: part.to_owned(),
        }),
    }
}

/// The text of an outgoing message, for comparing it with what stands in the channel.
pub(crate) fn text(message: &[OutSegment]) -> String {
    let texts = message.iter().filter_map(|segment| match segment {
        OutSegment::Text { text } => Some(text.as_str()),
        _ => None,
    });
    texts.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use groupdesk_contract::{ChannelId, ChannelKind, MemberId, MessageId};
    use serde_json::json;

    fn reply(segments: Vec<Segment>) -> Reply {
        Reply::new(ChannelId::from("group:42"), ChannelKind::Group, segments)
            .with_quote(Some(MessageId::from("-7")))
    }

    #[test]
    fn a_reply_quotes_mentions_and_says_codes_as_text() {
        let reply = reply(vec![
            Segment::Mention(MemberId::from("10001")),
            Segment::Text("[CQ:at,qq=all] 你好".to_owned()),
            Segment::Image {
                url: Some("https://x/y.png".to_owned()),
            },
            Segment::Image { url: None },
        ]);
        assert_eq!(
            serde_json::to_value(messages(&reply, 4500)).unwrap(),
            json!([[
                {"type": "reply", "data": {"id": "-7"}},
                {"type": "at", "data": {"qq": "10001"}},
                {"type": "text", "data": {"text": " [CQ:at,qq=all] 你好"}},
                {"type": "image", "data": {"file": "https://x/y.png"}}
            ]])
        );
    }

    #[test]
    fn nobody_s_id_calls_everybody() {
        let reply = reply(vec![
            Segment::Mention(MemberId::from("all")),
            Segment::Text("你好".to_owned()),
        ]);
        assert_eq!(
            serde_json::to_value(&messages(&reply, 4500)[0][1..]).unwrap(),
            json!([{"type": "text", "data": {"text": "@all 你好"}}])
        );
    }

    #[test]
    fn pictures_become_links_and_quotes_go_when_they_cannot_be_had() {
        let mut wanted = reply(vec![
            Segment::Text("看图".to_owned()),
            Segment::Image {
                url: Some("https://x/y.png".to_owned()),
            },
            Segment::Image {
                url: Some("data:image/png;base64,aGk=".to_owned()),
            },
            Segment::Text("好了".to_owned()),
        ]);
        let message = &messages(&wanted, 4500)[0];
        assert_eq!(
            serde_json::to_value(without_quote(&without_pictures(message))).unwrap(),
            json!([{"type": "text", "data": {"text": "看图\nhttps://x/y.png\n[图片/picture]\n好了"}}])
        );
        assert!(matches!(without_pictures(message)[0], OutSegment::Reply { .. }));
        wanted.quote = Some(crate::read::made_up_id(1_700_000_000, "7", &[]));
        assert!(!matches!(messages(&wanted, 4500)[0][0], OutSegment::Reply { .. }));
    }

    #[test]
    fn mentions_become_words() {
        let wanted = reply(vec![
            Segment::Mention(MemberId::from("10001")),
            Segment::Mention(MemberId::from("10002")),
            Segment::Text("你好".to_owned()),
            Segment::MentionAll,
        ]);
        let names = |id: &str| (id == "10001").then(|| "小明".to_owned());
        assert_eq!(
            serde_json::to_value(without_mentions(&messages(&wanted, 4500)[0], &names)).unwrap(),
            json!([
                {"type": "reply", "data": {"id": "-7"}},
                {"type": "text", "data": {"text": "@小明@10002 你好@全体成员"}}
            ])
        );
    }

    #[test]
    fn a_long_text_becomes_several_messages_and_only_the_first_quotes() {
        let long = format!("{}\n\n{}", "一".repeat(60), "二".repeat(60));
        let said = messages(
            &reply(vec![Segment::Text(long), Segment::Text("三".repeat(50))]),
            100,
        );
        let texts: Vec<String> = said.iter().map(|message| text(message)).collect();
        assert_eq!(texts, ["一".repeat(60), "二".repeat(60), "三".repeat(50)]);
        assert!(matches!(said[0][0], OutSegment::Reply { .. }));
        assert!(
            said[1..]
                .iter()
                .flatten()
                .all(|segment| !matches!(segment, OutSegment::Reply { .. }))
        );
        assert!(messages(&reply(vec![Segment::Other("face".to_owned())]), 100).is_empty());
    }

    #[test]
    fn ids_are_numbers_unless_they_cannot_be_or_the_platform_wants_strings() {
        assert_eq!(OutId::new("-9223372036854775808", false), OutId::Number(i64::MIN));
        assert_eq!(OutId::new("42", true), OutId::Text("42".to_owned()));
        assert_eq!(OutId::new("007", false), OutId::Text("007".to_owned()));
        assert_eq!(OutId::new("abc", false), OutId::Text("abc".to_owned()));
        assert_eq!(
            Target::of(&ChannelId::from("group:42")),
            Some(Target::Group("42"))
        );
        assert_eq!(Target::of(&ChannelId::from("telegram:42")), None);
    }
}
