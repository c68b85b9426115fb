//! The wire format, both ways. It is our own; `groupdesk schema webhook` prints its JSON Schema.

use groupdesk_contract::{AccountId, NoteKind, Reply, ReplyKey, Segment};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The body posted to a target.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Outgoing<'a> {
    /// Grows with every message and names it for ever: the same key twice is the same message sent again.
    pub key: i64,
    /// The account in groupdesk.yaml.
    pub account: &'a str,
    /// The target.
    pub channel: &'a str,
    /// The text that a staff room would get.
    pub text: String,
    /// Addresses of pictures.
    pub pictures: Vec<&'a str>,
    /// The ticket that it is about; absent for a digest and other messages to all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ticket: Option<TicketPart<'a>>,
}

/// A ticket event.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TicketPart<'a> {
    /// Its number.
    pub number: u64,
    /// The subject, in a line; may be empty.
    pub subject: &'a str,
    /// The member who owns the ticket.
    pub member: Person<'a>,
    /// The channel in which they asked, as account/channel.
    pub asked_in: String,
    /// `opened`; `said`: a member's further message; `event`: something that staff want to know; `receipt`: the answer to a
    /// command.
    pub event: &'static str,
    /// The author of a further message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<&'a str>,
    /// The member's own text, for `opened` and `said`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub said: Option<&'a str>,
}

/// Somebody on a platform.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Person<'a> {
    /// The platform's id.
    pub id: &'a str,
    /// The name, for people.
    pub name: &'a str,
}

/// The body posted to us: a message of staff.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Incoming {
    /// The ticket that it is about. Without it the text must be an order that begins with a slash, such as `/t`; else the call is
    /// refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<u64>,
    /// A reply to the member, or an order: `claim`, `resolve`, `close`, `reopen`, `note ...`.
    pub text: String,
    /// The author, one of the staff.
    pub author: Author,
    /// Addresses of pictures for the member: `https://...`, `http://...`, or a small picture as `data:image/png;base64,...`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pictures: Vec<String>,
}

/// One of the staff.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Author {
    /// An id that stays theirs; `roster` can name it.
    pub id: String,
    /// The name that the member sees.
    pub name: String,
}

impl<'a> Outgoing<'a> {
    pub(crate) fn new(account: &'a AccountId, key: ReplyKey, reply: &'a Reply) -> Self {
        let pictures = reply.segments.iter().filter_map(|segment| match segment {
            Segment::Image { url } => url.as_deref(),
            _ => None,
        });
        let ticket = reply.note.as_deref().map(|note| {
            let (event, by, said) = match &note.kind {
                NoteKind::Opened { said } => ("opened", None, Some(said.as_str())),
                NoteKind::Said { by, said } => ("said", Some(by.as_str()), Some(said.as_str())),
                NoteKind::Event | NoteKind::Answer | NoteKind::Ended => ("event", None, None),
                NoteKind::Receipt => ("receipt", None, None),
            };
            TicketPart {
                number: note.ticket,
                subject: &note.subject,
                member: Person {
                    id: note.member.as_str(),
                    name: &note.member_name,
                },
                asked_in: note.asked_in.to_string(),
                event,
                by,
                said,
            }
        });
        Self {
            key: key.0,
            account: account.as_str(),
            channel: reply.channel.as_str(),
            text: reply.text(),
            pictures: pictures.collect(),
            ticket,
        }
    }
}

/// The JSON Schema of both directions.
pub fn json_schema() -> schemars::Schema {
    schemars::json_schema!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "groupdesk webhook",
        "description": "`outgoing` is posted to a target's url; `incoming` is posted to /webhook/ACCOUNT/TARGET. Both are \
            signed as Standard Webhooks says: webhook-id, webhook-timestamp, webhook-signature.",
        "properties": {
            "outgoing": schemars::schema_for!(Outgoing<'static>),
            "incoming": schemars::schema_for!(Incoming),
        },
    })
}
