//! A handed-over conversation and its states: what a ticket is, and what may become of it. Pure.
//!
//! ```text
//! open -> claimed <-> waiting (for the member) -> resolved -> closed
//!   \________________________________________/      |
//!                                        reopened <-/  (inside a window)
//! ```

mod book;

pub use book::{Book, Change, Refusal};

use crate::hours::Language;
use groupdesk_contract::{AccountId, ChannelKind, MemberId, MessageId, Place};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A conversation that was handed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// Its number, unique for ever in this installation.
    pub number: u64,
    /// Where the member asked.
    pub place: Place,
    /// Whether others listen there.
    pub kind: ChannelKind,
    /// The language that the member is answered in.
    pub language: Language,
    /// Who asked.
    pub member: MemberId,
    /// Their name at that time.
    pub member_name: String,
    /// The member's latest message: what a relayed reply quotes.
    pub message: MessageId,
    /// What was asked, cut to a line.
    pub subject: String,
    /// All that was said before the hand-over, as far as it matters.
    pub transcript: String,
    /// Why it was handed over, in words for staff.
    pub reason: String,
    /// When.
    pub opened: Timestamp,
    /// The staff rooms that were told.
    pub rooms: Vec<Place>,
    /// Where it stands.
    pub status: Status,
    /// The staff member who has it.
    pub owner: Option<Agent>,
    /// Others who asked the same.
    pub watchers: Vec<Watcher>,
    /// When the member last spoke in it.
    pub member_spoke: Timestamp,
    /// When staff last did something with it.
    pub staff_acted: Option<Timestamp>,
    /// When staff first answered the member.
    pub first_reply: Option<Timestamp>,
    /// When it was resolved or closed.
    pub ended: Option<Timestamp>,
    /// Nobody was there when it was opened: staff find it in the digest at the next opening.
    pub in_digest: bool,
    /// The next tier was told that nobody claims it.
    pub escalated: bool,
    /// What staff said and the platform refused: said again when the member speaks next.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub undelivered: Vec<String>,
}

/// Where a ticket stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Nobody has it.
    Open,
    /// A staff member has it, and it is their turn.
    Claimed,
    /// A staff member has it, and it is the member's turn.
    Waiting,
    /// Answered; the member's next message reopens it for a while.
    Resolved,
    /// Over.
    Closed,
}

impl Status {
    /// Its name in the store and in commands.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Claimed => "claimed",
            Self::Waiting => "waiting",
            Self::Resolved => "resolved",
            Self::Closed => "closed",
        }
    }

    /// Somebody still expects something.
    pub fn is_active(self) -> bool {
        matches!(self, Self::Open | Self::Claimed | Self::Waiting)
    }

    /// A human holds the conversation: the bot does not answer its member.
    pub fn is_held(self) -> bool {
        matches!(self, Self::Claimed | Self::Waiting)
    }
}

/// A staff member, by platform id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agent {
    /// The account through which they are known.
    pub account: AccountId,
    /// Their id there.
    pub id: MemberId,
    /// Their name, for people.
    pub name: String,
}

impl Agent {
    /// Whether it is the same person, whatever the name.
    pub fn is(&self, other: &Self) -> bool {
        self.account == other.account && self.id == other.id
    }
}

/// Somebody who asked what another member's ticket asks already.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watcher {
    /// Who.
    pub member: MemberId,
    /// Their name at that time.
    pub name: String,
}

/// Something that was said or done in a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Which ticket.
    pub ticket: u64,
    /// When.
    pub at: Timestamp,
    /// What it was.
    pub kind: LineKind,
    /// By whom: a name and an id.
    pub who: String,
    /// The words, pictures as links.
    pub text: String,
    /// Where it was said, and the platform's id for it, by which a quote of it is recognised.
    pub said: Option<(Place, MessageId)>,
}

/// What a line of a ticket's history is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineKind {
    /// The member said it.
    Member,
    /// Staff said it to the member.
    Staff,
    /// Staff said it to each other.
    Note,
    /// It was opened, claimed, resolved, ...
    Event,
}

impl LineKind {
    /// The kind of that name; an event where there is none (another version wrote it).
    pub fn of(name: &str) -> Self {
        [Self::Member, Self::Staff, Self::Note]
            .into_iter()
            .find(|kind| kind.name() == name)
            .unwrap_or(Self::Event)
    }

    /// Its name in the store and in exports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Staff => "staff",
            Self::Note => "note",
            Self::Event => "event",
        }
    }
}

/// What a reply on its way belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// The ticket.
    pub ticket: u64,
    /// Who is told what became of it, for what staff say to a member.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report: Option<Report>,
}

/// The staff's message that a relayed reply carries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The staff room.
    pub room: Place,
    /// The message there.
    pub message: MessageId,
}
