//! The wire format of OneBot v11 implementations, unchanged: one type for every frame, read in one pass.
//!
//! Implementations disagree about types (ids as numbers or strings, absent or `null` or `""`), so every field is read
//! loosely: a value of a type that nobody expects counts as absent and never spoils the rest of the frame, and of a key that comes
//! twice the last value counts.

mod fields;
mod loose;
mod segment;

pub(crate) use fields::{Key, read_fields};
pub(crate) use loose::{Flag, Loose, Scalar};
pub(crate) use segment::{Content, MAX_SEGMENTS, Segment, SegmentData};

use serde::Deserialize;
use serde::de::{self, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

/// Any frame that an implementation sends: an event, or the answer to a call. A past message as `get_msg` and the
/// history calls tell it has the same fields.
#[derive(Debug, Default)]
pub(crate) struct Frame<'a> {
    pub(crate) post_type: Scalar<'a>,
    pub(crate) message_type: Scalar<'a>,
    pub(crate) notice_type: Scalar<'a>,
    pub(crate) meta_event_type: Scalar<'a>,
    pub(crate) sub_type: Scalar<'a>,
    pub(crate) time: Scalar<'a>,
    pub(crate) self_id: Scalar<'a>,
    pub(crate) user_id: Scalar<'a>,
    pub(crate) group_id: Scalar<'a>,
    pub(crate) group_name: Scalar<'a>,
    /// The other side of a private message that the account itself sent (NapCat, go-cqhttp).
    pub(crate) target_id: Scalar<'a>,
    pub(crate) operator_id: Scalar<'a>,
    pub(crate) message_id: Scalar<'a>,
    /// The platform's own number of a message (NapCat).
    pub(crate) real_seq: Scalar<'a>,
    /// Message of an event, or error text of a response.
    pub(crate) message: Content<'a>,
    pub(crate) raw_message: Scalar<'a>,
    pub(crate) sender: Loose<Sender<'a>>,
    pub(crate) anonymous: Loose<Anonymous<'a>>,
    /// Milliseconds to the next heartbeat.
    pub(crate) interval: Scalar<'a>,
    pub(crate) status: Status<'a>,
    pub(crate) echo: Scalar<'a>,
    pub(crate) retcode: Scalar<'a>,
    pub(crate) wording: Scalar<'a>,
    pub(crate) msg: Scalar<'a>,
    pub(crate) data: Option<&'a RawValue>,
}

read_fields!(Frame {
    "post_type" => post_type,
    "message_type" => message_type,
    "notice_type" => notice_type,
    "meta_event_type" => meta_event_type,
    "sub_type" => sub_type,
    "time" => time,
    "self_id" => self_id,
    "user_id" => user_id,
    "group_id" => group_id,
    "group_name" => group_name,
    "target_id" => target_id,
    "operator_id" => operator_id,
    "message_id" => message_id,
    "real_seq" => real_seq,
    "message" => message,
    "raw_message" => raw_message,
    "sender" => sender,
    "anonymous" => anonymous,
    "interval" => interval,
    "status" => status,
    "echo" => echo,
    "retcode" => retcode,
    "wording" => wording,
    "msg" => msg,
    "data" => data,
});

/// The author, as far as the implementation knows.
#[derive(Debug, Default)]
pub(crate) struct Sender<'a> {
    pub(crate) user_id: Scalar<'a>,
    pub(crate) nickname: Scalar<'a>,
    pub(crate) card: Scalar<'a>,
    pub(crate) role: Scalar<'a>,
    /// The group through which somebody who is no friend writes (go-cqhttp, LLOneBot).
    pub(crate) group_id: Scalar<'a>,
}

read_fields!(Sender {
    "user_id" => user_id,
    "nickname" => nickname,
    "card" => card,
    "role" => role,
    "group_id" => group_id,
});

/// The mask of an anonymous member.
#[derive(Debug, Default)]
pub(crate) struct Anonymous<'a> {
    pub(crate) id: Scalar<'a>,
    pub(crate) name: Scalar<'a>,
    pub(crate) flag: Scalar<'a>,
}

read_fields!(Anonymous {
    "id" => id,
    "name" => name,
    "flag" => flag,
});

/// `status` is a word in an answer and an object in a heartbeat.
#[derive(Debug, Default)]
pub(crate) enum Status<'a> {
    #[default]
    Absent,
    Word(Cow<'a, str>),
    Health(Health),
}

/// The state of the account behind the implementation.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Health {
    pub(crate) online: Flag,
    pub(crate) good: Flag,
}

impl<'de> Deserialize<'de> for Health {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        HealthFields::deserialize(deserializer).map(|fields| Self {
            online: fields.online,
            good: fields.good,
        })
    }
}

#[derive(Debug, Default)]
struct HealthFields<'a> {
    online: Flag,
    good: Flag,
    lifetime: PhantomData<&'a ()>,
}

read_fields!(HealthFields {
    "online" => online,
    "good" => good,
});

impl Health {
    /// Returns the fault that keeps the account from sending, in a sentence for an admin.
    pub(crate) fn complaint(self) -> Option<&'static str> {
        self.is_bad()
            .then_some("the implementation says that the account is not online")
    }

    /// True if either flag reports a fault.
    pub(crate) fn is_bad(self) -> bool {
        self.online == Flag::No || self.good == Flag::No
    }
}

impl<'a> Frame<'a> {
    /// Reads the JSON text of one frame.
    pub(crate) fn parse(json: &'a str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }

    /// True for a response to a call, false for an event.
    pub(crate) fn is_answer(&self) -> bool {
        self.post_type.is_absent()
            && (!self.echo.is_absent() || !self.retcode.is_absent() || matches!(self.status, Status::Word(_)))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Status<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct StatusVisitor;

        impl<'de> Visitor<'de> for StatusVisitor {
            type Value = Status<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a status")
            }

            fn visit_borrowed_str<E>(self, word: &'de str) -> Result<Self::Value, E> {
                Ok(Status::Word(Cow::Borrowed(word)))
            }

            fn visit_str<E>(self, word: &str) -> Result<Self::Value, E> {
                Ok(Status::Word(Cow::Owned(word.to_owned())))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                Health::deserialize(de::value::MapAccessDeserializer::new(map)).map(Status::Health)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Status::Absent)
            }

            loose::absent_scalars!(Status::Absent);
        }

        deserializer.deserialize_any(StatusVisitor)
    }
}
