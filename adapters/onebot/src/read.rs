//! Reads frames: from the wire to the contract. Pure.

use crate::cq;
use crate::wire::{Content, Frame, Health, Scalar, Segment as WireSegment, Status};
use groupdesk_contract::{
    Channel, ChannelId, ChannelKind, ChannelRole, MemberId, Message, MessageId, Quote, Recall, Segment,
    Sender, Standing,
};
use jiff::Timestamp;
use std::borrow::Cow;
use std::ops::Deref;

/// The context of a frame.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Surroundings<'a> {
    /// The account's own id, as far as it is known.
    pub(crate) self_id: Option<&'a str>,
    pub(crate) now: Timestamp,
}

/// A frame, as the desk and the adapter understand it.
#[derive(Debug, PartialEq)]
pub(crate) enum Reading {
    Message(Message),
    Recall(Recall),
    /// The implementation reports that it is there.
    Connected,
    /// The implementation shuts down.
    Disabled,
    /// The account was logged out, or thrown off by another login.
    Offline,
    /// The account is logged in again.
    Online,
    /// A sign of life, with the state of the account and the milliseconds until the next.
    Heartbeat {
        health: Health,
        interval: Option<u64>,
    },
    /// Known, and nothing for the desk.
    Ignored,
    /// Not known.
    Unknown,
}

/// Reads one event.
pub(crate) fn event(frame: &Frame<'_>, around: Surroundings<'_>) -> Reading {
    let own = frame.self_id.number();
    let around = Surroundings {
        self_id: own.as_deref().or(around.self_id),
        ..around
    };
    match frame.post_type.str() {
        Some("message" | "message_sent") => message(frame, around),
        Some("notice") => notice(frame, around),
        Some("meta_event") => meta(frame),
        Some("request") => Reading::Ignored,
        _ => Reading::Unknown,
    }
}

/// The text of a past message, as `get_msg` and the history calls tell it.
pub(crate) fn past_text(frame: &Frame<'_>) -> Option<String> {
    let wire = content(frame)?;
    let texts = wire.iter().filter(|segment| segment.kind.str() == Some("text"));
    let text: String = texts.filter_map(|segment| segment.data.0.text.str()).collect();
    (!text.trim().is_empty()).then_some(text)
}

/// The name of the file that a past message is.
pub(crate) fn past_file<'f>(frame: &'f Frame<'_>) -> Option<Cow<'f, str>> {
    let wire = content(frame)?;
    let file = wire.iter().find(|segment| segment.kind.str() == Some("file"))?;
    let name = file.data.0.name.text().or_else(|| file.data.0.file.text())?;
    Some(Cow::Owned(name.into_owned()))
}

/// The message that a past message quotes.
pub(crate) fn past_quote(frame: &Frame<'_>) -> Option<MessageId> {
    let wire = content(frame)?;
    let quote = wire.iter().find(|segment| segment.kind.str() == Some("reply"))?;
    quote.data.0.id.id().map(|id| MessageId::new(id.as_ref()))
}

/// The author of a past message.
pub(crate) fn past_author<'f>(frame: &'f Frame<'_>) -> Option<Cow<'f, str>> {
    frame.sender.0.user_id.id().or_else(|| frame.user_id.id())
}

/// True if a past message never reached the platform: NapCat keeps failed messages in its history, without the platform's
/// sequence number.
pub(crate) fn past_failed(frame: &Frame<'_>) -> bool {
    frame.real_seq.id().is_some_and(|seq| seq == "0")
}

/// The time at which a past message was sent.
pub(crate) fn past_time(frame: &Frame<'_>) -> Option<Timestamp> {
    timestamp(&frame.time)
}

/// The number of the message's segments of unknown types.
pub(crate) fn unknown_segments(message: &Message) -> u64 {
    let unknown = |segment: &&Segment| matches!(segment, Segment::Other(kind) if !KNOWN_OTHERS.contains(&kind.as_str()));
    message.segments.iter().filter(unknown).count() as u64
}

const KNOWN_OTHERS: [&str; 19] = [
    "face",
    "rps",
    "dice",
    "shake",
    "poke",
    "anonymous",
    "share",
    "contact",
    "location",
    "music",
    "forward",
    "node",
    "xml",
    "json",
    "markdown",
    "keyboard",
    "at",
    "reply",
    "miniapp",
];

fn message(frame: &Frame<'_>, around: Surroundings<'_>) -> Reading {
    if frame.sub_type.str() == Some("notice") {
        return Reading::Ignored;
    }
    let Some(user) = frame.user_id.number().or_else(|| frame.sender.0.user_id.number()) else {
        return Reading::Unknown;
    };
    let is_self = frame.post_type.str() == Some("message_sent") || around.self_id == Some(user.as_ref());
    let channel = match frame.message_type.str() {
        Some("group") => match frame.group_id.number() {
            Some(group) => Channel {
                id: group_channel(&group),
                kind: ChannelKind::Group,
                name: frame.group_name.text().map(Cow::into_owned),
            },
            None => return Reading::Unknown,
        },
        Some("private") => {
            // What the account itself says in a direct chat stands in the chat with the other side.
            let peer = if is_self { frame.target_id.number() } else { None };
            Channel {
                id: private_channel(peer.as_deref().unwrap_or(&user)),
                kind: ChannelKind::Direct,
                name: None,
            }
        }
        _ => return Reading::Unknown,
    };
    let wire = content(frame).unwrap_or(Wire::Made(Vec::new()));
    let mut mentions_bot = false;
    let mut segments = Vec::with_capacity(wire.len());
    for segment in wire.iter() {
        let Some(segment) = read_segment(segment, around.self_id) else {
            continue;
        };
        mentions_bot |=
            matches!(&segment, Segment::Mention(member) if around.self_id == Some(member.as_str()));
        segments.push(segment);
    }
    let at = timestamp(&frame.time).unwrap_or(around.now);
    let id = match frame.message_id.named() {
        Some(id) => MessageId::new(id.as_ref()),
        None => made_up_id(at.as_second(), &user, &segments),
    };
    Reading::Message(Message {
        id,
        sender: sender(frame, &user, channel.kind, is_self),
        channel,
        segments,
        mentions_bot,
        at,
        ticket: None,
        link: None,
    })
}

/// The beginning of the ids of messages that came without one.
const MADE_UP: &str = "noid:";

/// An id for a message that came without one, or with 0 as all of an implementation's: the same for the same message, also when it
/// comes again after a restart, and another for any other.
pub(crate) fn made_up_id(seconds: i64, user: &str, segments: &[Segment]) -> MessageId {
    // FNV-1a, which is the same in every version of the program.
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let text = format!("{user}\n{segments:?}");
    for byte in text.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    MessageId::new(format!("{MADE_UP}{seconds}:{hash:016x}"))
}

/// Tells whether an id was made up: the platform knows no message by it.
pub(crate) fn is_made_up(id: &MessageId) -> bool {
    id.as_str().starts_with(MADE_UP)
}

fn sender(frame: &Frame<'_>, user: &str, kind: ChannelKind, is_self: bool) -> Sender {
    let mask = &frame.anonymous.0;
    if let Some(mask_id) = mask.flag.named().or_else(|| mask.id.named()) {
        // A mask shares the number 80000000 with every other; it is nobody's account, so the id can't be a
        // configured one.
        return Sender {
            id: MemberId::new(format!("anonymous:{mask_id}")),
            name: mask.name.text().map(Cow::into_owned).unwrap_or_default(),
            role: ChannelRole::Member,
            is_bot: false,
            is_self: false,
            standing: Standing::Member,
        };
    }
    let said = &frame.sender.0;
    let anonymous = frame.sub_type.str() == Some("anonymous");
    Sender {
        id: if anonymous {
            MemberId::new(format!("anonymous:{user}"))
        } else {
            MemberId::new(user)
        },
        name: said
            .card
            .text()
            .or_else(|| said.nickname.text())
            .map(Cow::into_owned)
            .unwrap_or_default(),
        role: match said.role.str() {
            Some("owner") if kind == ChannelKind::Group && !anonymous => ChannelRole::Owner,
            Some("admin") if kind == ChannelKind::Group && !anonymous => ChannelRole::Admin,
            _ => ChannelRole::Member,
        },
        is_bot: false,
        is_self,
        standing: Standing::Member,
    }
}

fn notice(frame: &Frame<'_>, around: Surroundings<'_>) -> Reading {
    let (channel, by) = match frame.notice_type.str() {
        Some("group_recall") => match frame.group_id.number() {
            Some(group) => (group_channel(&group), frame.operator_id.number()),
            None => return Reading::Unknown,
        },
        Some("friend_recall") => match frame.user_id.number() {
            Some(user) => (private_channel(&user), Some(user)),
            None => return Reading::Unknown,
        },
        // NapCat and Lagrange; the user is the account itself.
        Some("bot_offline") => return Reading::Offline,
        Some("bot_online") => return Reading::Online,
        Some(_) => return Reading::Ignored,
        None => return Reading::Unknown,
    };
    let Some(message) = frame.message_id.id() else {
        return Reading::Unknown;
    };
    Reading::Recall(Recall {
        channel,
        message: MessageId::new(message.as_ref()),
        by: by.map(|member| MemberId::new(member.as_ref())),
        at: timestamp(&frame.time).unwrap_or(around.now),
    })
}

fn meta(frame: &Frame<'_>) -> Reading {
    match (frame.meta_event_type.str(), frame.sub_type.str()) {
        (Some("lifecycle"), Some("disable")) => Reading::Disabled,
        (Some("lifecycle"), Some("enable")) => Reading::Online,
        (Some("lifecycle"), _) => Reading::Connected,
        (Some("heartbeat"), _) => Reading::Heartbeat {
            health: match frame.status {
                Status::Health(health) => health,
                _ => Health::default(),
            },
            interval: frame
                .interval
                .integer()
                .and_then(|interval| u64::try_from(interval).ok()),
        },
        _ => Reading::Unknown,
    }
}

/// The group through which somebody writes who is no friend of the account (a temporary session).
pub(crate) fn temporary_group<'f>(frame: &'f Frame<'_>) -> Option<Cow<'f, str>> {
    if frame.message_type.str() != Some("private") || frame.sub_type.str() == Some("friend") {
        return None;
    }
    frame
        .group_id
        .number()
        .or_else(|| frame.sender.0.group_id.number())
}

/// The segments of the message; `raw_message` stands in only where `message` is missing.
fn content<'f>(frame: &'f Frame<'_>) -> Option<Wire<'f>> {
    match &frame.message {
        Content::Segments(segments) => Some(Wire::There(segments)),
        Content::Coded(coded) => Some(Wire::Made(cq::segments(coded))),
        Content::Absent => frame
            .raw_message
            .str()
            .map(|coded| Wire::Made(cq::segments(coded))),
    }
}

/// Segments that stand in the frame, or were made from a string in it.
#[derive(Debug)]
enum Wire<'f> {
    There(&'f [WireSegment<'f>]),
    Made(Vec<WireSegment<'f>>),
}

impl<'f> Deref for Wire<'f> {
    type Target = [WireSegment<'f>];

    fn deref(&self) -> &Self::Target {
        match self {
            Self::There(segments) => segments,
            Self::Made(segments) => segments,
        }
    }
}

fn read_segment(wire: &WireSegment<'_>, self_id: Option<&str>) -> Option<Segment> {
    let data = &wire.data.0;
    let owned = |scalar: &Scalar<'_>| scalar.text().map(Cow::into_owned);
    Some(match wire.kind.str()? {
        "text" => Segment::Text(data.text.str().map(str::to_owned).or_else(|| owned(&data.text))?),
        "at" => match data.qq.id() {
            Some(who) if who == "all" => Segment::MentionAll,
            Some(who) => Segment::Mention(MemberId::new(who.as_ref())),
            None => Segment::Other("at".to_owned()),
        },
        "reply" => match data.id.id() {
            Some(message) => Segment::Quote(Quote {
                message: MessageId::new(message.as_ref()),
                // Some implementations tell whom the quoted message is from.
                of_bot: data.qq.id().and_then(|author| Some(self_id? == author)),
                text: owned(&data.text),
            }),
            None => Segment::Other("reply".to_owned()),
        },
        "image" | "mface" => Segment::Image {
            url: url(data.url.str(), data.file.str()),
        },
        "record" | "video" | "file" => Segment::File {
            name: [&data.name, &data.file]
                .into_iter()
                .find_map(|name| owned(name).filter(|name| !is_bytes(name))),
            url: url(data.url.str(), data.file.str()),
        },
        kind => Segment::Other(kind.chars().take(64).collect()),
    })
}

/// The address of a picture or file: `url`, or `file` if that is an address and not a name.
fn url(url: Option<&str>, file: Option<&str>) -> Option<String> {
    let is_address = |text: &&str| text.starts_with("http://") || text.starts_with("https://");
    url.filter(|text| !text.trim().is_empty() && !is_bytes(text))
        .or_else(|| file.filter(is_address))
        .map(str::to_owned)
}

/// True if a picture or file is inline, rather than a name or an address. The check is by prefix: large ones have been cut, and
/// nobody fetches the others.
fn is_bytes(text: &str) -> bool {
    text.starts_with("base64://") || text.starts_with("data:")
}

/// Reads a time in seconds since 1970; a number thousands of years away is in milliseconds. `None` for a time at which no message
/// can have been sent.
fn timestamp(time: &Scalar<'_>) -> Option<Timestamp> {
    const YEAR_2010: i64 = 1_262_304_000;
    const YEAR_2100: i64 = 4_102_444_800;
    match time.integer()? {
        seconds @ YEAR_2010..YEAR_2100 => Timestamp::from_second(seconds).ok(),
        milliseconds if (YEAR_2010..YEAR_2100).contains(&(milliseconds / 1_000)) => {
            Timestamp::from_millisecond(milliseconds).ok()
        }
        _ => None,
    }
}

/// The channel of a group.
pub(crate) fn group_channel(group: &str) -> ChannelId {
    ChannelId::new(format!("group:{group}"))
}

/// The channel of a direct chat.
pub(crate) fn private_channel(user: &str) -> ChannelId {
    ChannelId::new(format!("private:{user}"))
}

#[cfg(test)]
mod tests;
