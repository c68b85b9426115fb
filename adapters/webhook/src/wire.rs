//! What goes over the wire, both ways. The format is ours; `groupdesk schema webhook` prints its JSON Schema.

use groupdesk_contract::{AccountId, NoteKind, Reply, ReplyKey, Segment};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What is posted to a target.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Outgoing<'a> {
    /// Grows with every message and names it for ever: the same key twice is the same message sent again.
    pub key: i64,
    /// The account in groupdesk.yaml.
    pub account: &'a str,
    /// The target.
    pub channel: &'a str,
    /// What a staff room would be told, in words.
    pub text: String,
    /// Addresses of pictures.
    pub pictures: Vec<&'a str>,
    /// The ticket that it is about; absent for a digest and for other words to all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ticket: Option<TicketPart<'a>>,
}

/// What is said of a ticket.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TicketPart<'a> {
    /// Its number.
    pub number: u64,
    /// What it is about, in a line; may be empty.
    pub subject: &'a str,
    /// Whose it is.
    pub member: Person<'a>,
    /// Where they asked, as account/channel.
    pub asked_in: String,
    /// `opened`; `said`: a member says more; `event`: something that staff want to know; `receipt`: the answer to what was
    /// ordered.
    pub event: &'static str,
    /// Who says more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<&'a str>,
    /// The member's own words, for `opened` and `said`.
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

/// What is posted to us: a word of staff.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Incoming {
    /// The ticket that it is about. Without it the text must be an order that begins with a slash, such as `/t`; else the call is
    /// refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<u64>,
    /// A reply to the member, or an order: `claim`, `resolve`, `close`, `reopen`, `note ...`.
    pub text: String,
    /// Who of the staff says it.
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
                NoteKind::Event | NoteKind::Ended => ("event", None, None),
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
