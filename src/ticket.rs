//! A handed-over conversation and its states: what a ticket is, and what may become of it. Pure.
//!
//! ```text
//! open -> claimed <-> waiting (for the member) -> resolved -> closed
//!   \________________________________________/      |
//!                                        reopened <-/  (inside a window)
//! ```

mod book;
mod duty;
mod gathering;
mod question;
mod reach;
mod rush;

pub(crate) use book::REPLY_KEPT;
pub use book::{Asked, Book, Change, Refusal, Replied, Said};
pub use duty::{Person, Presence, Roster};
pub use gathering::{Gathering, Told};
pub use question::{asks_the_same, is_personal, stands_alone};
pub use reach::{Reach, Unreached};
pub use rush::{Opening, TicketLimits};

use crate::hours::Language;
use groupdesk_contract::{AccountId, ChannelKind, MemberId, MessageId, Place};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// The largest number that a ticket can have: a database's integers end there.
pub const MAX_NUMBER: u64 = i64::MAX as u64;

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
    /// The latest message of the one who asked: what a relayed reply quotes.
    pub message: MessageId,
    /// Where people can open the message that brought it about, where the platform has such addresses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// What was asked, cut to a line.
    pub subject: String,
    /// What the member said, and was answered, in the minutes before; a line each.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub earlier: String,
    /// What of that could tell what the words are about: who asks the same after other words asks something else.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub said_before: String,
    /// The words that brought it about, pictures as links.
    pub transcript: String,
    /// Why it was handed over, in words for staff.
    pub reason: String,
    /// When.
    pub opened: Timestamp,
    /// The staff rooms that were told. It is theirs: staff of other rooms neither see it nor act on it.
    pub rooms: Vec<Place>,
    /// Those of `rooms` that were told later, by an escalation or because the ticket was handed on to them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub added_rooms: Vec<Place>,
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
    /// How many tiers beyond the first were told that nobody claims it.
    #[serde(default)]
    pub tier: u32,
    /// In what service time it should be answered and resolved.
    #[serde(default)]
    pub targets: Targets,
    /// Which of the targets' warnings were given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warned: Vec<Warning>,
    /// When it was not the staff's turn; the last one may go on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pauses: Vec<Pause>,
    /// Until when, and how often, the platform takes replies to the member's latest message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<Window>,
    /// When the member was last told that nobody is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told_closed: Option<Timestamp>,
    /// What staff said and the platform refused: said again when the member speaks next.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub undelivered: Vec<String>,
    /// Since when nobody has it, where somebody had it before or it was over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unclaimed_since: Option<Timestamp>,
    /// Since when its owner has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_since: Option<Timestamp>,
    /// When the member was last told that further words were added to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told_added: Option<Timestamp>,
    /// When the member was last told who has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told_holder: Option<Timestamp>,
    /// The last things that staff said to the member, for those who join later.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replies: Vec<StaffReply>,
    /// The member used a word that the admin calls urgent.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub urgent: bool,
    /// The member plainly asked for a human.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub asks_for_human: bool,
    /// The rooms that its notice has not reached; the others know of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unreached: Vec<Unreached>,
    /// The member was told that nobody could be told yet.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub told_unreached: bool,
    /// Further words of the member that staff are told together.
    #[serde(default, skip_serializing_if = "Gathering::is_idle")]
    pub gathering: Gathering,
    /// It was one of too many at a time, and is told with the others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crowd: Option<Crowd>,
}

/// Something that staff said to a member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffReply {
    /// The message that they wrote it with, by which it is found when that is changed or taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<MessageId>,
    /// Their name.
    pub by: String,
    /// The words, cut.
    pub text: String,
    /// They were said to those in other groups, too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub to_all: bool,
    /// They were said without an order, under a quote: whatever else the message comes to say is for the same member.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub under_quote: bool,
}

/// Where a ticket stands that is told together with others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Crowd {
    /// No room has been told.
    Untold,
    /// The rooms were told its number among the others'.
    Told,
}

/// The service times (SLA) in which a ticket should be answered and resolved.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Targets {
    /// From its opening to the staff's first answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_response: Option<SignedDuration>,
    /// From its opening to its resolution, without the time in which the member was waited for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolution: Option<SignedDuration>,
}

/// Something that staff are told of a target, once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Warning {
    /// Little is left for the first answer.
    FirstResponseSoon,
    /// The first answer is late.
    FirstResponseMissed,
    /// Little is left for the resolution.
    ResolutionSoon,
    /// The resolution is late.
    ResolutionMissed,
}

/// A time in which it was not the staff's turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// Its beginning.
    pub from: Timestamp,
    /// Its end; `None` while it goes on.
    pub to: Option<Timestamp>,
}

/// What a platform still takes in answer to a member's message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// Until when.
    pub until: Timestamp,
    /// How many replies.
    pub left: u32,
    /// Staff were warned that it closes.
    #[serde(default)]
    pub warned: bool,
}

impl Window {
    /// Whether a reply would still be taken.
    pub fn is_open(&self, now: Timestamp) -> bool {
        now < self.until && self.left > 0
    }
}

impl Ticket {
    /// Whether the staff of a room were told of it.
    pub fn is_of(&self, room: &Place) -> bool {
        self.rooms.contains(room)
    }

    /// Notes that more rooms are told of it.
    pub fn add_rooms(&mut self, rooms: &[Place]) {
        for room in rooms {
            if !self.is_of(room) {
                self.rooms.push(room.clone());
                self.added_rooms.push(room.clone());
            }
        }
    }

    /// Whether these are the rooms that were told when it was opened.
    fn began_in(&self, rooms: &[Place]) -> bool {
        let first = self.rooms.iter().filter(|room| !self.added_rooms.contains(room));
        first.eq(rooms)
    }

    /// Whether the same staff see both; of two tickets that no room was told of nobody sees either.
    fn shares_staff_with(&self, other: &Self) -> bool {
        self.rooms.iter().any(|room| other.is_of(room)) || (self.rooms.is_empty() && other.rooms.is_empty())
    }

    /// Moves to another state; the time in which the member is waited for is kept out of the resolution's.
    fn enter(&mut self, status: Status, now: Timestamp) {
        let paused = |status| matches!(status, Status::Waiting | Status::Resolved | Status::Closed);
        match (paused(self.status), paused(status)) {
            (false, true) => self.pauses.push(Pause { from: now, to: None }),
            (true, false) => {
                if let Some(pause) = self.pauses.last_mut() {
                    pause.to.get_or_insert(now);
                }
            }
            _ => {}
        }
        if status == Status::Open && self.status != Status::Open {
            self.unclaimed_since = Some(now);
            self.tier = 0;
        }
        self.status = status;
    }

    /// Makes it somebody's, or nobody's.
    fn give(&mut self, owner: Option<Agent>, now: Timestamp) {
        let same = match (&self.owner, &owner) {
            (Some(before), Some(after)) => before.is(after),
            (before, after) => before.is_none() && after.is_none(),
        };
        if !same {
            self.held_since = owner.is_some().then_some(now);
            self.told_holder = None;
        }
        self.owner = owner;
    }

    /// Since when nobody has it, where nobody has.
    pub fn waits_since(&self) -> Timestamp {
        self.unclaimed_since.unwrap_or(self.opened)
    }

    /// Since when the member is waited for, where it is.
    pub fn asked_back_at(&self) -> Timestamp {
        let began = self.pauses.last().map_or(self.opened, |pause| pause.from);
        self.staff_acted.map_or(began, |acted| acted.max(began))
    }

    /// Whether it has a human's answer that stands.
    pub fn is_answered(&self) -> bool {
        matches!(self.status, Status::Waiting | Status::Resolved) && !self.replies.is_empty()
    }

    /// What staff said that is for those who ask the same in a channel: in other groups only what they said to all.
    pub fn replies_for(&self, place: &Place) -> impl Iterator<Item = &StaffReply> {
        let here = self.place == *place;
        self.replies.iter().filter(move |reply| here || reply.to_all)
    }

    /// Whether it has a human's answer that stands, for those who ask the same in a channel.
    pub fn is_answered_in(&self, place: &Place) -> bool {
        matches!(self.status, Status::Waiting | Status::Resolved) && self.replies_for(place).next().is_some()
    }

    /// Whether those who joined it have nothing more to wait for.
    pub fn is_settled(&self) -> bool {
        self.is_answered() || self.status == Status::Resolved
    }

    /// Who of the watchers somebody is.
    pub fn watcher(&self, place: &Place, member: &MemberId) -> Option<&Watcher> {
        let mut watchers = self.watchers.iter();
        watchers.find(|watcher| watcher.member == *member && watcher.place(self) == place)
    }
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
    /// Where they asked, and their latest message there, where that is another channel than the ticket's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub elsewhere: Option<(Place, MessageId)>,
    /// The message with which they asked, where that is the ticket's channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<MessageId>,
    /// When they last spoke of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spoke: Option<Timestamp>,
    /// When they were last told that their words were passed on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told_added: Option<Timestamp>,
}

impl Watcher {
    /// Where they asked.
    pub fn place<'a>(&'a self, ticket: &'a Ticket) -> &'a Place {
        self.elsewhere.as_ref().map_or(&ticket.place, |(place, _)| place)
    }
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
    /// It is of an urgent ticket, and goes first.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub urgent: bool,
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
