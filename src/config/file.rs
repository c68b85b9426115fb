//! groupdesk.yaml as it is written: the keys, their types and their descriptions. What they mean together is checked
//! in [`super::load`].

use super::semantic::SemanticFile;
use crate::desk::{Commands, HandoffTo, Listen};
use crate::hours::ScheduleSpec;
use crate::yaml::in_both;
use groupdesk_contract::Place;
use jiff::SignedDuration;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::num::NonZeroU32;

/// groupdesk.yaml: what the operator of groupdesk edits.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct File {
    /// The FAQ, relative to this file. Without it the one built into the program is used.
    pub(super) faq: Option<String>,
    /// Where conversations, tickets and what is to be sent are kept.
    pub(super) store: StoreFile,
    /// The HTTP listener, which platforms and `/healthz` use.
    pub(super) web: Option<WebFile>,
    /// What is logged, to standard error.
    pub(super) log: LogFile,
    /// The bot's identities on chat platforms, by a name of your choice.
    pub(super) accounts: BTreeMap<String, AccountFile>,
    /// How tickets live.
    pub(super) tickets: TicketsFile,
    /// Who takes tickets, by a name for colleagues and members, and when they are there. Whoever is on duty is mentioned
    /// when a ticket is opened. Default: nobody is mentioned, the staff rooms are told.
    pub(super) roster: BTreeMap<String, PersonFile>,
    /// How the bot behaves in every channel with a tag, such as `paid` or `free`; over `defaults`, under `channels`.
    pub(super) tags: BTreeMap<String, PolicyFile>,
    /// How the bot behaves in every channel that says nothing else.
    pub(super) defaults: PolicyFile,
    /// How the bot behaves in single channels, by `account/channel`, such as `qq/group:123456`.
    #[serde(deserialize_with = "by_channel")]
    pub(super) channels: BTreeMap<String, PolicyFile>,
    /// A model that knows what words mean, on top of the built-in matching. Default: none.
    pub(super) semantic: Option<SemanticFile>,
}

/// Where everything is kept.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct StoreFile {
    /// The SQLite file, relative to this file. Default: groupdesk.db.
    pub(super) path: Option<String>,
    /// What was said last in a channel is forgotten when nobody has spoken there for so many days. Default: 1.
    pub(super) conversation_days: Option<NonZeroU32>,
}

/// The HTTP listener.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WebFile {
    /// Address and port. Default: 127.0.0.1:8080.
    #[serde(default, deserialize_with = "listen_text")]
    pub(super) listen: Option<String>,
}

/// What is logged.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct LogFile {
    /// `human` for a person, `json` for a log collector.
    pub(super) format: LogFormat,
    /// What is logged, as `info` or `info,groupdesk::desk=debug`. The environment's GROUPDESK_LOG wins. Messages' texts are
    /// logged at debug only.
    pub(super) filter: Option<String>,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For a person.
    #[default]
    Human,
    /// One JSON object a line.
    Json,
}

/// One identity of the bot on a platform.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AccountFile {
    /// The platform, such as `onebot`; `groupdesk check` lists those that this program was built with.
    pub(super) platform: String,
    /// How to reach the platform; its keys depend on the platform.
    // Read by the platform's adapter from the document itself; named here so that it is a known key.
    #[serde(default, rename = "connection")]
    #[schemars(with = "serde_json::Value")]
    pub(super) _connection: serde_yaml::Value,
    /// The platform ids of the people who answer members. The bot never answers them.
    #[serde(default)]
    pub(super) staff: Vec<Id>,
    /// The platform ids of the staff who may also change the FAQ.
    #[serde(default)]
    pub(super) admins: Vec<Id>,
    /// The platform ids of programs that the platform does not mark as such. They are never answered and cause no ticket.
    #[serde(default)]
    pub(super) bots: Vec<Id>,
    /// The platform ids of members whose words the bot passes over.
    #[serde(default)]
    pub(super) ignore: Vec<Id>,
    /// The channels in which staff are told of hand-overs, as `account/channel`; they may be on another account.
    #[serde(default)]
    pub(super) staff_rooms: Vec<PlaceText>,
    /// How fast the account may send.
    #[serde(default)]
    pub(super) pace: PaceFile,
}

/// How fast an account may send. Platforms punish accounts that talk too fast.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct PaceFile {
    /// In all channels together. Default: no limit.
    pub(super) account: Option<Rate>,
    /// In one channel. Default: 5 a second after a burst of 60.
    pub(super) channel: Option<Rate>,
}

/// A rate of messages.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// Messages a second, in the long run.
    pub per_second: f64,
    /// How many may go at once after a silence.
    pub burst: u32,
}

/// How the bot behaves in a channel.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct PolicyFile {
    /// `all`: answers those who call it, and questions to which it is sure of the answer. `mentions`: only those who call
    /// it. `off`: nothing. Default: all.
    pub(super) listen: Option<Listen>,
    /// Tags of the channel, such as `paid`, which an entry's `audience` can ask for.
    pub(super) tags: Option<Vec<String>>,
    /// How long the same answer is pointed to instead of repeated in a group. Default: 10m.
    pub(super) cool_down: Option<Span>,
    /// Messages of one member that follow each other within this time are read as one. Default: 3s.
    pub(super) burst: Option<Span>,
    /// How long an answer nobody called for waits, so that staff or the asker can speak first. Default: 0s.
    pub(super) wait_for_human: Option<Span>,
    /// How long the numbered choices of a "did you mean" can be picked. Default: 2m.
    pub(super) clarify_for: Option<Span>,
    /// Messages older than this are taken as a replay and ignored. Default: 10m.
    pub(super) replay_limit: Option<Span>,
    /// Words that call a human at once, whoever is addressed, such as 宕机 or 数据丢失. Default: none.
    pub(super) urgent: Option<Vec<String>>,
    /// What bringing in a human means: `ticket`, or `pointer` to the contact points that are open. Default: ticket.
    pub(super) handoff: Option<HandoffTo>,
    /// `called`: commands such as /help are the bot's only where it is called too (by a mention, a quote, as /help@bot on
    /// Telegram, in a direct chat), since other programs have the same ones. `always`: no other program there has them.
    /// Default: called.
    pub(super) commands: Option<Commands>,
    /// The ids of programs there that the platform does not mark as such, besides the account's. They are never answered and
    /// cause no ticket.
    pub(super) bots: Option<Vec<Id>>,
    /// The ids of members whose words the bot passes over there, besides the account's.
    pub(super) ignore: Option<Vec<Id>>,
    /// An answer that its member quotes and calls another question's is taken back, where the platform can. Default: false.
    pub(super) withdraw_wrong_answers: Option<bool>,
    /// Where staff are told of hand-overs from this channel, as `account/channel`. Default: the account's `staff_rooms`.
    pub(super) staff_rooms: Option<Vec<PlaceText>>,
    /// In how much service time a ticket should have its first answer: staff are warned before and after. Default: none.
    pub(super) first_response: Option<Span>,
    /// In how much service time a ticket should be resolved, not counting the time in which the member is waited for.
    /// Default: none.
    pub(super) resolution: Option<Span>,
}

/// One who takes tickets.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PersonFile {
    /// Who they are on each account, as `account/id`. The bot never answers them there.
    pub(super) ids: Vec<PersonText>,
    /// When they are there, written like `hours` in faq.yaml: { weekly: { mon-fri: "08:00-12:00" }, holidays: cn }, or 7x24.
    /// Default: in service hours.
    #[serde(default)]
    pub(super) shifts: Option<ScheduleSpec>,
    /// Who is called first: 1, then 2 when nobody claims a ticket for `escalate_after`, and so on. Default: 1.
    #[serde(default)]
    pub(super) tier: Option<u32>,
}

/// Reads settings by channel: a number alone is an address that lacks its account, and not a mistake of YAML.
fn by_channel<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, PolicyFile>, D::Error> {
    #[derive(PartialEq, Eq, PartialOrd, Ord)]
    struct Key(String);
    impl<'de> Deserialize<'de> for Key {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let text = AsWritten::expecting("account/channel, such as qq/group:123456");
            Ok(Self(deserializer.deserialize_any(text)?))
        }
    }
    let channels: BTreeMap<Key, PolicyFile> = BTreeMap::deserialize(deserializer)?;
    Ok(channels
        .into_iter()
        .map(|(Key(name), settings)| (name, settings))
        .collect())
}

/// Reads where the HTTP listener stands; what it should be is told by who knows more than its type.
fn listen_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    struct Written(String);
    impl<'de> Deserialize<'de> for Written {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let text = AsWritten::expecting("address and port, such as 127.0.0.1:8080");
            Ok(Self(deserializer.deserialize_any(text)?))
        }
    }
    let written: Option<Written> = Option::deserialize(deserializer)?;
    Ok(written.map(|Written(text)| text))
}

/// A person's address, `account/id`. Without an account it is nobody's, which is told by who knows the accounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PersonText(pub(super) String, pub(super) String);

impl<'de> Deserialize<'de> for PersonText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = deserializer.deserialize_any(AsWritten::expecting("account/id, such as qq/10001"))?;
        Ok(match text.split_once('/') {
            Some((account, id)) if !account.is_empty() && !id.is_empty() => {
                Self(account.to_owned(), id.to_owned())
            }
            _ => Self(String::new(), text),
        })
    }
}

/// Reads a text, or a number as its digits.
struct AsWritten {
    expected: &'static str,
}

impl AsWritten {
    fn expecting(expected: &'static str) -> Self {
        Self { expected }
    }
}

impl de::Visitor<'_> for AsWritten {
    type Value = String;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expected)
    }
    fn visit_str<E: de::Error>(self, text: &str) -> Result<String, E> {
        Ok(text.trim().to_owned())
    }
    fn visit_u64<E>(self, number: u64) -> Result<String, E> {
        Ok(number.to_string())
    }
    fn visit_i64<E>(self, number: i64) -> Result<String, E> {
        Ok(number.to_string())
    }
}

impl JsonSchema for PersonText {
    fn schema_name() -> Cow<'static, str> {
        "Person".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "pattern": "^[^/]+/.+$",
            "description": "A person, as account/id.",
            "examples": ["qq/10001"],
        })
    }
}

/// How tickets live.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct TicketsFile {
    /// A member who asks the same in the same words inside this time joins the ticket of the first. Default: 30m.
    pub(super) join_within: Option<Span>,
    /// So long after the last word of a ticket, what its member says in the group belongs to it without calling the bot.
    /// Default: 10m.
    pub(super) follow: Option<Span>,
    /// So long after it was resolved, a ticket is reopened when its member writes again. Default: 24h.
    pub(super) reopen_within: Option<Span>,
    /// A ticket that nobody claimed for so long, in service time, is told to the next tier; 0s: never. Default: 15m.
    pub(super) escalate_after: Option<Span>,
    /// A ticket in which staff answered and the member has said nothing for so long, in service time, is resolved: both sides are
    /// told, and the member's word opens it again. 0s: never. Default: 24h, which is about three days of an office.
    pub(super) auto_resolve_after: Option<Span>,
    /// Texts that staff send by name, such as `!hello` for the one called `hello`.
    pub(super) snippets: BTreeMap<String, String>,
    /// Closed tickets, with all that was said in them, are forgotten so many days after they were opened. Default: kept.
    pub(super) retention_days: Option<u32>,
    /// The next tier's rooms, as `account/channel`. Default: the rooms that were told of the ticket.
    pub(super) escalate_to: Vec<PlaceText>,
    /// A member's words in a ticket that follow each other faster than staff can read (more than three within this time) are
    /// told to staff together, once in this time; 0s: never. Default: 10s.
    pub(super) gather: Option<Span>,
    /// How many new tickets an hour staff are told of one by one; more are told together, once a minute, and stand in the
    /// digest. Urgent ones are counted by themselves.
    pub(super) limits: TicketLimitsFile,
}

/// How many new tickets an hour staff are told of one by one.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct TicketLimitsFile {
    /// Of one member. Default: 6.
    pub(super) member: Option<u32>,
    /// Of one channel. Default: 60.
    pub(super) channel: Option<u32>,
    /// In one staff room. Default: 120.
    pub(super) room: Option<u32>,
}

/// A platform's id, written as text or as a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Id(pub(super) String);

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = Id;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a platform id, as text or number")
            }
            fn visit_str<E: de::Error>(self, id: &str) -> Result<Id, E> {
                match id.trim() {
                    "" => Err(E::custom(in_both(
                        "the id is empty",
                        "号码是空的；请补上，或删掉这一项",
                    ))),
                    id => Ok(Id(id.to_owned())),
                }
            }
            fn visit_u64<E>(self, id: u64) -> Result<Id, E> {
                Ok(Id(id.to_string()))
            }
            fn visit_i64<E>(self, id: i64) -> Result<Id, E> {
                Ok(Id(id.to_string()))
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

impl JsonSchema for Id {
    fn schema_name() -> Cow<'static, str> {
        "Id".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "integer"], "description": "A platform id, as text or number." })
    }
}

/// A length of time such as `10m`, `3s`, `1h 30m`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span(pub(super) SignedDuration);

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = Span;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a length of time such as 3s, 10m or 1h 30m")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Span, E> {
                match text.parse::<SignedDuration>() {
                    Ok(span) if !span.is_negative() && span <= SignedDuration::from_hours(24 * 365) => {
                        Ok(Span(span))
                    }
                    _ => Err(no_span(text)),
                }
            }
            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Span, E> {
                Err(no_span(&number.to_string()))
            }
            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Span, E> {
                Err(no_span(&number.to_string()))
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

fn no_span<E: de::Error>(text: &str) -> E {
    E::custom(in_both(
        &format!("`{text}` is no length of time; expected something like 3s, 10m or 1h 30m"),
        &format!("「{text}」不是时间长度；请带上单位，例如 3s（秒）、10m（分钟）、1h 30m"),
    ))
}

impl JsonSchema for Span {
    fn schema_name() -> Cow<'static, str> {
        "Span".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "description": "A length of time such as 3s, 10m or 1h 30m.", "examples": ["3s", "10m"] })
    }
}

/// A channel's address, `account/channel`. Without an account it is none, which is told by who knows the accounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PlaceText(pub(super) Place);

/// Reads `account/channel`.
pub(super) fn place(text: &str) -> Option<Place> {
    let (account, channel) = text.split_once('/')?;
    (!account.is_empty() && !channel.is_empty()).then(|| Place::new(account, channel))
}

impl<'de> Deserialize<'de> for PlaceText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text =
            deserializer.deserialize_any(AsWritten::expecting("account/channel, such as qq/group:123456"))?;
        Ok(Self(
            place(&text).unwrap_or_else(|| Place::new("", text.as_str())),
        ))
    }
}

impl JsonSchema for PlaceText {
    fn schema_name() -> Cow<'static, str> {
        "Channel".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "pattern": "^[^/]+/.+$",
            "description": "A channel, as account/channel.",
            "examples": ["qq/group:123456"],
        })
    }
}
