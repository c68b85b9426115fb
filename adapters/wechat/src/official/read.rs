//! Reads WeChat's posts as events. Wire format:
//! <https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Receiving_standard_messages.html>.

use super::channel_id::channel;
use groupdesk_contract::{
    Channel, ChannelKind, ChannelRole, MemberId, Message, MessageId, Segment, Sender, Standing,
};
use groupdesk_wechat_callback::xml::Element;
use jiff::Timestamp;

/// A post, parsed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Post {
    /// The follower.
    pub(crate) user: String,
    /// The account, by its original id.
    pub(crate) account: String,
    pub(crate) kind: Kind,
}

/// The content of a post.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    /// A follower's message; `transferable` if it is no event, so that WeChat's customer service may get it.
    Said {
        message: Box<Message>,
        transferable: bool,
    },
    /// Somebody follows the account.
    Followed,
    /// Nothing that concerns us.
    Nothing,
}

/// Reads a post; `None` without author or content.
pub(crate) fn post(xml: &Element) -> Option<Post> {
    let text = |name: &str| xml.text(name).map(str::trim).filter(|text| !text.is_empty());
    let user = text("FromUserName")?;
    let account = text("ToUserName")?;
    let seconds = text("CreateTime")?;
    let at = Timestamp::from_second(seconds.parse().ok()?).ok()?;
    // WeChat gives events no id. Two clicks may come in one second.
    let event_id = || {
        let key = text("EventKey").map(|key| format!(":{key}"));
        format!("{user}:{seconds}{}", key.unwrap_or_default())
    };
    let said = |id: String, segment: Segment, transferable: bool| Kind::Said {
        message: Box::new(message(id, user, segment, at)),
        transferable,
    };
    let owned = |name: &str| text(name).map(str::to_owned);
    let id = || owned("MsgId").unwrap_or_else(event_id);
    let kind = match text("MsgType")? {
        "event" => match text("Event")?.to_ascii_lowercase().as_str() {
            "subscribe" => Kind::Followed,
            "click" => match owned("EventKey") {
                Some(key) => said(event_id(), Segment::Text(key), false),
                None => Kind::Nothing,
            },
            _ => Kind::Nothing,
        },
        // A choice of a menu is said as what it stands for.
        "text" => match owned("bizmsgmenuid").or_else(|| owned("Content")) {
            Some(words) => said(id(), Segment::Text(words), true),
            None => Kind::Nothing,
        },
        "voice" => match owned("Recognition") {
            Some(words) => said(id(), Segment::Text(words), true),
            None => said(id(), file("voice"), true),
        },
        "image" => said(id(), Segment::Image { url: owned("PicUrl") }, true),
        "video" | "shortvideo" => said(id(), file("video"), true),
        "location" => match owned("Label") {
            Some(label) => said(id(), Segment::Text(label), true),
            None => said(id(), Segment::Other("location".to_owned()), true),
        },
        "link" => {
            let parts = [text("Title").unwrap_or_default(), text("Url").unwrap_or_default()];
            said(id(), Segment::Text(parts.join(" ").trim().to_owned()), true)
        }
        other => said(id(), Segment::Other(other.to_owned()), true),
    };
    Some(Post {
        user: user.to_owned(),
        account: account.to_owned(),
        kind,
    })
}

fn file(name: &str) -> Segment {
    Segment::File {
        name: Some(name.to_owned()),
        url: None,
    }
}

fn message(id: String, user: &str, segment: Segment, at: Timestamp) -> Message {
    Message {
        id: MessageId::new(id),
        channel: Channel {
            id: channel(user),
            kind: ChannelKind::Direct,
            name: None,
        },
        sender: Sender {
            id: MemberId::new(user),
            // The platform tells no names any more.
            name: "微信用户".to_owned(),
            role: ChannelRole::Member,
            is_bot: false,
            is_self: false,
            standing: Standing::Member,
        },
        segments: vec![segment],
        mentions_bot: false,
        at,
        ticket: None,
        link: None,
    }
}

#[cfg(test)]
mod tests;
