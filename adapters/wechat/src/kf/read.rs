//! Reads the platform's items as events. Wire format: <https://developer.work.weixin.qq.com/document/path/94670>.

use super::channel_id::Customer;
use groupdesk_contract::{
    Channel, ChannelKind, ChannelRole, Event, MemberId, Message, MessageId, Quote, Recall, Segment, Sender,
    Standing,
};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

/// The origin of a customer's message; any but this and the servicer's is the platform's.
const ORIGIN_CUSTOMER: i64 = 3;
/// The origin of a servicer's message in WeCom's own client.
const ORIGIN_SERVICER: i64 = 5;

/// One item of a page.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Item {
    pub(crate) msgid: String,
    #[serde(default)]
    open_kfid: String,
    #[serde(default)]
    external_userid: String,
    #[serde(default)]
    send_time: i64,
    #[serde(default)]
    origin: i64,
    #[serde(default)]
    servicer_userid: String,
    #[serde(default)]
    msgtype: String,
    /// The fields under the name of its type.
    #[serde(flatten)]
    rest: serde_json::Map<String, Value>,
}

/// An item, parsed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Happened {
    /// An event for the desk.
    Event(Box<Event>),
    /// Somebody opened the conversation and may be welcomed with the code, for 20 seconds.
    Entered {
        code: Option<String>,
        scene: String,
        at: Timestamp,
    },
    /// A message of ours did not arrive after all.
    Failed {
        customer: Customer,
        message: String,
        why: i64,
        at: Timestamp,
    },
    /// A session changed hands.
    Session {
        customer: Customer,
        change: i64,
        servicer: String,
        code: Option<String>,
        at: Timestamp,
    },
    /// Nothing that concerns us.
    Nothing,
}

impl Item {
    /// The customer of a message, whose name is to be known.
    pub(crate) fn customer(&self) -> Option<&str> {
        (self.origin == ORIGIN_CUSTOMER && !self.external_userid.is_empty())
            .then_some(self.external_userid.as_str())
    }

    /// Parses the item, for the account that was pulled.
    pub(crate) fn happened(&self, open_kfid: &str, name: Option<&str>, menu: Option<&str>) -> Happened {
        let Ok(at) = Timestamp::from_second(self.send_time) else {
            return Happened::Nothing;
        };
        if self.msgtype == "event" {
            return self.event(open_kfid, at);
        }
        let servicer = match self.origin {
            ORIGIN_CUSTOMER => None,
            ORIGIN_SERVICER => Some(self.servicer_userid.as_str()),
            _ => return Happened::Nothing,
        };
        if self.external_userid.is_empty() || self.msgid.is_empty() {
            return Happened::Nothing;
        }
        let customer = Customer {
            open_kfid: if self.open_kfid.is_empty() {
                open_kfid
            } else {
                &self.open_kfid
            }
            .to_owned(),
            user: self.external_userid.clone(),
        };
        let mut segments = self.segments();
        let sender = match servicer {
            Some(servicer) => {
                // Staff answer this customer: that it is said to them decides whose ticket it belongs to.
                segments.insert(0, Segment::Mention(MemberId::new(customer.user.as_str())));
                person(servicer, servicer, Standing::Staff)
            }
            None => {
                if self.clicked().is_some()
                    && let Some(menu) = menu
                {
                    segments.insert(
                        0,
                        Segment::Quote(Quote {
                            message: MessageId::new(menu),
                            of_bot: Some(true),
                            text: None,
                        }),
                    );
                }
                person(&customer.user, name.unwrap_or("微信用户"), Standing::Member)
            }
        };
        Happened::Event(Box::new(Event::Message(Message {
            id: MessageId::new(self.msgid.as_str()),
            channel: Channel {
                id: customer.channel(),
                kind: ChannelKind::Direct,
                name: None,
            },
            sender,
            segments,
            mentions_bot: false,
            at,
            ticket: None,
            link: None,
        })))
    }

    /// Returns the text of a clicked menu entry.
    pub(crate) fn clicked(&self) -> Option<&str> {
        let id = self.rest.get("text")?.get("menu_id")?.as_str()?;
        (self.origin == ORIGIN_CUSTOMER && !id.is_empty()).then_some(id)
    }

    fn segments(&self) -> Vec<Segment> {
        let part = self.rest.get(&self.msgtype);
        let text = |name: &str| {
            let value = part.and_then(|part| part.get(name)?.as_str());
            value.unwrap_or_default().to_owned()
        };
        let one = match self.msgtype.as_str() {
            "text" => Segment::Text(match self.clicked() {
                Some(says) => says.to_owned(),
                None => text("content"),
            }),
            "image" => Segment::Image { url: None },
            "voice" | "video" | "file" => Segment::File {
                name: Some(text("filename")).filter(|name| !name.is_empty()),
                url: None,
            },
            "link" => Segment::Text([text("title"), text("url")].join(" ").trim().to_owned()),
            "location" => Segment::Text([text("name"), text("address")].join(" ").trim().to_owned()),
            other => Segment::Other(other.to_owned()),
        };
        vec![one]
    }

    fn event(&self, open_kfid: &str, at: Timestamp) -> Happened {
        let event = self.rest.get("event");
        let text = |name: &str| {
            event
                .and_then(|event| event.get(name)?.as_str())
                .unwrap_or_default()
        };
        let number = |name: &str| {
            event
                .and_then(|event| event.get(name)?.as_i64())
                .unwrap_or_default()
        };
        let some = |name: &str| Some(text(name).to_owned()).filter(|text| !text.is_empty());
        let customer = Customer {
            open_kfid: some("open_kfid").unwrap_or_else(|| open_kfid.to_owned()),
            user: text("external_userid").to_owned(),
        };
        match text("event_type") {
            "enter_session" => Happened::Entered {
                code: some("welcome_code"),
                scene: [text("scene"), text("scene_param")].join(" ").trim().to_owned(),
                at,
            },
            _ if customer.user.is_empty() => Happened::Nothing,
            "msg_send_fail" => Happened::Failed {
                customer,
                message: text("fail_msgid").to_owned(),
                why: number("fail_type"),
                at,
            },
            "session_status_change" => Happened::Session {
                customer,
                change: number("change_type"),
                servicer: some("new_servicer_userid")
                    .or_else(|| some("old_servicer_userid"))
                    .unwrap_or_default(),
                code: some("msg_code"),
                at,
            },
            "user_recall_msg" | "servicer_recall_msg" => {
                let by = some("servicer_userid").unwrap_or_else(|| customer.user.clone());
                match some("recall_msgid") {
                    Some(message) => Happened::Event(Box::new(Event::Recall(Recall {
                        channel: customer.channel(),
                        message: MessageId::new(message),
                        by: Some(MemberId::new(by)),
                        at,
                    }))),
                    None => Happened::Nothing,
                }
            }
            _ => Happened::Nothing,
        }
    }
}

/// Makes the sender of a message on the platform.
pub(crate) fn person(id: &str, name: &str, standing: Standing) -> Sender {
    Sender {
        id: MemberId::new(id),
        name: name.to_owned(),
        role: ChannelRole::Member,
        is_bot: false,
        is_self: false,
        standing,
    }
}

#[cfg(test)]
mod tests;
