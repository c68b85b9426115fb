//! Reads WeCom's callbacks as events. The bodies are the same over both transports; unknown and odd parts are skipped.
//!
//! Wire format: <https://developer.work.weixin.qq.com/document/path/100719> and path 101027.

use super::card::{self, Press};
use super::core::Core;
use groupdesk_contract::{
    Channel, ChannelId, ChannelKind, ChannelRole, MemberId, Message, MessageId, Quote, Segment, Sender,
    Standing,
};
use jiff::Timestamp;
use serde_json::Value;

/// A callback, parsed.
#[derive(Debug)]
pub(crate) enum CallbackEvent {
    /// A message, with the address for a late answer.
    Message(Box<Message>, Option<String>),
    /// A button was pressed.
    Press(Press, Box<Message>),
    /// Somebody opened the chat with the robot.
    Entered,
    /// Another program connected as this robot.
    Kicked,
    /// WeCom asks how a stream goes on.
    Stream(String),
    /// Nothing for us.
    Other,
}

/// Reads the body of a callback.
pub(crate) async fn read_callback(core: &Core, body: &Value) -> CallbackEvent {
    match text_at(body, "/msgtype") {
        Some("stream") => text_at(body, "/stream/id")
            .map_or(CallbackEvent::Other, |id| CallbackEvent::Stream(id.to_owned())),
        Some("event") => event(core, body),
        Some(_) => message(core, body).await.unwrap_or(CallbackEvent::Other),
        None => CallbackEvent::Other,
    }
}

fn event(core: &Core, body: &Value) -> CallbackEvent {
    let named = |name: &str| {
        let nested = format!("/event/template_card_event/{name}");
        text_at(body, &nested).or_else(|| text_at(body, &format!("/event/{name}")))
    };
    match text_at(body, "/event/eventtype") {
        Some("enter_chat") => CallbackEvent::Entered,
        Some("disconnected_event") => CallbackEvent::Kicked,
        Some("template_card_event") => {
            let press = card::press(
                named("event_key").unwrap_or_default(),
                named("task_id").unwrap_or_default(),
            );
            let Some((press, mut message)) = press.zip(envelope(core, body)) else {
                return CallbackEvent::Other;
            };
            message.segments = vec![
                Segment::Quote(Quote {
                    message: press.message.clone(),
                    of_bot: Some(true),
                    text: None,
                }),
                Segment::Text(press.says.clone()),
            ];
            CallbackEvent::Press(press, Box::new(message))
        }
        _ => CallbackEvent::Other,
    }
}

async fn message(core: &Core, body: &Value) -> Option<CallbackEvent> {
    let mut message = envelope(core, body)?;
    let quote = match body.get("quote") {
        Some(quoted) if quoted.is_object() => {
            let text = spoken(quoted);
            let found = core.said.find(&message.channel.id, &text).await;
            Some(Segment::Quote(Quote {
                message: found.message,
                of_bot: found.of_bot,
                text: (!text.is_empty()).then_some(text),
            }))
        }
        _ => None,
    };
    let mut segments = segments(body);
    if message.channel.kind == ChannelKind::Group {
        forget_mention(&mut segments, core.settings.name.as_deref());
    }
    message.segments = quote.into_iter().chain(segments).collect();
    core.said
        .by_member(&message.channel.id, &message.text(), &message.id);
    let later = text_at(body, "/response_url").map(str::to_owned);
    Some(CallbackEvent::Message(Box::new(message), later))
}

/// Reads author, channel and time of a message, without its content.
fn envelope(core: &Core, body: &Value) -> Option<Message> {
    let id = text_at(body, "/msgid").filter(|id| !id.is_empty())?;
    let user = text_at(body, "/from/userid").filter(|user| !user.is_empty())?;
    let group = text_at(body, "/chattype") == Some("group");
    let (kind, channel) = match text_at(body, "/chatid") {
        Some(chat) if group && !chat.is_empty() => (ChannelKind::Group, format!("group:{chat}")),
        _ if group => return None,
        _ => (ChannelKind::Direct, format!("private:{user}")),
    };
    let at = body
        .pointer("/create_time")
        .and_then(Value::as_i64)
        .and_then(|seconds| Timestamp::from_second(seconds).ok());
    Some(Message {
        id: MessageId::from(id),
        channel: Channel {
            id: ChannelId::new(channel),
            kind,
            name: None,
        },
        sender: Sender {
            id: MemberId::from(user),
            name: user.to_owned(),
            role: ChannelRole::Member,
            is_bot: false,
            is_self: false,
            standing: Standing::Member,
        },
        segments: Vec::new(),
        // In groups the robot hears nothing else.
        mentions_bot: group,
        at: at.unwrap_or_else(|| core.clock.now()),
        ticket: None,
        link: None,
    })
}

fn segments(body: &Value) -> Vec<Segment> {
    let url = |at: &str| text_at(body, at).map(str::to_owned);
    match text_at(body, "/msgtype").unwrap_or_default() {
        kind @ ("text" | "voice") => {
            let text = text_at(body, &format!("/{kind}/content")).unwrap_or_default();
            vec![Segment::Text(text.to_owned())]
        }
        "mixed" => {
            let items = body.pointer("/mixed/msg_item").and_then(Value::as_array);
            items
                .into_iter()
                .flatten()
                .take(100)
                .flat_map(segments_of_item)
                .collect()
        }
        "image" => vec![Segment::Image {
            url: url("/image/url"),
        }],
        kind @ ("file" | "video") => vec![Segment::File {
            name: url(&format!("/{kind}/filename")).or_else(|| url(&format!("/{kind}/name"))),
            url: url(&format!("/{kind}/url")),
        }],
        other => vec![Segment::Other(other.to_owned())],
    }
}

/// An item of a mixed message; none of them holds items itself.
fn segments_of_item(item: &Value) -> Vec<Segment> {
    match text_at(item, "/msgtype") {
        Some("mixed") | None => Vec::new(),
        Some(_) => segments(item),
    }
}

/// Returns the text of a quoted message.
fn spoken(quoted: &Value) -> String {
    let texts = segments(quoted).into_iter().filter_map(|segment| match segment {
        Segment::Text(text) => Some(text),
        _ => None,
    });
    texts.collect::<Vec<_>>().join(" ")
}

/// Removes the mention of the robot that WeCom writes into the text, at its beginning or its end.
fn forget_mention(segments: &mut Vec<Segment>, name: Option<&str>) {
    let texts: Vec<usize> = (0..segments.len())
        .filter(|at| matches!(segments.get(*at), Some(Segment::Text(_))))
        .collect();
    for at in [texts.first(), texts.last()].into_iter().flatten() {
        if let Some(Segment::Text(text)) = segments.get_mut(*at)
            && let Some(rest) = without_mention(text, name)
        {
            *text = rest;
            break;
        }
    }
    segments.retain(|segment| !matches!(segment, Segment::Text(text) if text.trim().is_empty()));
}

fn without_mention(text: &str, name: Option<&str>) -> Option<String> {
    let ends = |rest: &str| rest.is_empty() || rest.starts_with(char::is_whitespace);
    let text = text.trim();
    if let Some(name) = name {
        let named = format!("@{}", name.trim_start_matches('@'));
        let at = text
            .match_indices(&named)
            .map(|(at, found)| (at, at + found.len()))
            .find(|(_, end)| text.get(*end..).is_some_and(ends))?;
        let (before, behind) = (text.get(..at.0)?.trim_end(), text.get(at.1..)?.trim_start());
        let gap = if before.is_empty() || behind.is_empty() {
            ""
        } else {
            " "
        };
        return Some(format!("{before}{gap}{behind}"));
    }
    if let Some(rest) = text.strip_prefix('@') {
        return Some(
            rest.split_once(char::is_whitespace)
                .map_or("", |(_, rest)| rest)
                .trim_start()
                .to_owned(),
        );
    }
    let (before, last) = text.rsplit_once(char::is_whitespace)?;
    last.starts_with('@').then(|| before.trim_end().to_owned())
}

pub(crate) fn text_at<'a>(body: &'a Value, pointer: &str) -> Option<&'a str> {
    body.pointer(pointer).and_then(Value::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_robots_own_name_is_no_part_of_the_question() {
        for (text, name, left) in [
            ("@Bot 怎么退款", None, "怎么退款"),
            ("@Bot\u{2005}怎么退款", None, "怎么退款"),
            ("怎么退款 @Bot", None, "怎么退款"),
            ("@Bot", None, ""),
            ("@Help Desk 怎么退款", Some("Help Desk"), "怎么退款"),
            ("请问 @Help Desk 怎么退款", Some("@Help Desk"), "请问 怎么退款"),
        ] {
            assert_eq!(without_mention(text, name).as_deref(), Some(left), "{text}");
        }
        assert_eq!(without_mention("a@b.example 怎么退款", None), None);
        assert_eq!(without_mention("@Help Desk2 x", Some("Help Desk")), None);
    }
}
