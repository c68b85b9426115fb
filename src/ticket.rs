//! Tickets (conversations that were handed over), their states, and the allowed changes between those. Pure.
//!
//! ```text
//! open -> claimed <-> waiting (for the member) -> resolved -> closed
//!   \________________________________________/      |
//!                                        reopened <-/  (inside a window)
//! ```

mod caller;
mod duty;
pub mod events;
mod gathering;
mod member_message;
mod notice_delivery;
mod open_tickets;
mod recalled_replies;
mod reply_draft;
mod shareable_question;
mod ticket_limits;
mod topic;

pub use caller::Caller;
pub use duty::{Person, Presence, Roster};
pub use gathering::{Gathering, NoticeTiming};
pub use groupdesk_contract::TicketStatus as Status;
pub use member_message::MemberMessage;
pub use notice_delivery::{Reach, UnreachedRoom};
pub(crate) use open_tickets::REPLY_KEPT;
pub use open_tickets::{Change, NewQuestion, OpenTickets, Replied, TicketRefusal};
pub use recalled_replies::{LineState, standing};
pub use reply_draft::ReplyDraft;
pub use shareable_question::{asks_the_same, is_personal, stands_alone};
pub use ticket_limits::{TicketLimits, TicketOpening};
pub use topic::has_topic_of;

use crate::language::Language;
use groupdesk_contract::{AccountId, ChannelKind, MemberId, MessageId, Place, clean_name};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// Largest number that a ticket can have: a database's integers end there.
pub const MAX_NUMBER: u64 = i64::MAX as u64;

/// A conversation that was handed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// Number, unique for ever in this installation.
    pub number: u64,
    /// Channel in which the member asked.
    pub place: Place,
    /// Name of that channel at that time, where the platform tells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place_name: Option<String>,
    /// Kind of that channel: direct, or a group in which others listen.
    pub kind: ChannelKind,
    /// Language in which the member is answered.
    pub language: Language,
    /// Member who asked.
    pub member: MemberId,
    /// Name of the member at that time.
    pub member_name: String,
    /// Latest message of the member who asked: a relayed reply quotes it.
    pub message: MessageId,
    /// Link to the message that opened the ticket, where the platform has such links.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// Question, cut to a line.
    pub subject: String,
    /// Messages of the member in the minutes before, with the answers that they got; a line each.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub earlier: String,
    /// Messages among them that could show the topic of the question: a member who asks the same after other messages asks
    /// something else.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub said_before: String,
    /// Text that opened the ticket, pictures as links.
    pub transcript: String,
    /// Reason for the hand-over, for staff.
    pub reason: String,
    /// Time at which it was opened.
    pub opened: Timestamp,
    /// Staff rooms that were told. The ticket is theirs: staff of other rooms neither see it nor act on it.
    pub rooms: Vec<Place>,
    /// Rooms among `rooms` that were told later, by an escalation or because the ticket was handed on to them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub added_rooms: Vec<Place>,
    /// State of the ticket.
    pub status: Status,
    /// Staff member who has it.
    pub owner: Option<Agent>,
    /// Other members who asked the same.
    pub watchers: Vec<Watcher>,
    /// Time of the member's last message in it.
    pub member_spoke: Timestamp,
    /// Time at which staff last acted on it.
    pub staff_acted: Option<Timestamp>,
    /// Time of the first answer by staff.
    pub first_reply: Option<Timestamp>,
    /// Time at which it was resolved or closed.
    pub ended: Option<Timestamp>,
    /// `true` if nobody was on duty when it was opened: staff find it in the digest at the next opening.
    pub in_digest: bool,
    /// Number of tiers beyond the first that were told that nobody claims it.
    #[serde(default)]
    pub tier: u32,
    /// Targets for its first answer and its resolution, in service time.
    #[serde(default)]
    pub targets: Targets,
    /// Warnings about the targets that staff have got.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warned: Vec<Warning>,
    /// Times in which it was not the staff's turn; the last one may go on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pauses: Vec<Pause>,
    /// Reply window for the member's latest message, as far as it is left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<Window>,
    /// Time at which the member was last told that nobody is on duty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told_closed: Option<Timestamp>,
    /// Staff replies that the platform refused: they are sent again when the member writes next.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub undelivered: Vec<String>,
    /// Start of the time without an owner, where it had one before or had ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unclaimed_since: Option<Timestamp>,
    /// Time since which its owner has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_since: Option<Timestamp>,
    /// Time at which the member was last told that further messages were added to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told_added: Option<Timestamp>,
    /// Time at which the member was last told who has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told_holder: Option<Timestamp>,
    /// Last replies of staff to the member, for those who join later.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replies: Vec<StaffReply>,
    /// `true` if the member used a term that the admin calls urgent.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub urgent: bool,
    /// `true` if the member plainly asked for a human.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub asks_for_human: bool,
    /// Rooms that its notice has not reached; the others know of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unreached: Vec<UnreachedRoom>,
    /// `true` if the member was told that nobody could be told yet.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub told_unreached: bool,
    /// Further messages of the member that staff get together.
    #[serde(default, skip_serializing_if = "Gathering::is_idle")]
    pub gathering: Gathering,
    /// Words under its notice that staff were asked about: whether they are for the member.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<Box<HeldWords>>,
    /// `true` if staff said once that words under its notice are for the member.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub notice_is_answered: bool,
    /// Draft of an answer that staff were shown last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draft: Option<ReplyDraft>,
    /// Set where it was one of too many at a time, and is told with the others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crowd: Option<Crowd>,
    /// Pictures of the member that only the account can fetch, of the latest messages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pictures: Vec<MemberPictures>,
}

/// Pictures of a member's message that have no address on the web.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberPictures {
    /// Channel of the message.
    pub place: Place,
    /// Id of the message.
    pub message: MessageId,
    /// Addresses of the files ([`groupdesk_contract::held_file`]).
    pub addresses: Vec<String>,
}

/// Messages of which a ticket keeps the pictures.
const PICTURES_KEPT: usize = 20;

/// A reply of staff to a member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffReply {
    /// Staff message that it relays, by which it is found when staff edit or recall that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<MessageId>,
    /// Name of the staff member.
    pub by: String,
    /// Text, cut.
    pub text: String,
    /// `true` if it went to those in other groups, too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub to_all: bool,
    /// `true` if it was a plain text under a quote: after an edit, too, it is for the same member.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub under_quote: bool,
}

/// Words under a notice of which nobody knows yet whether they are for the member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldWords {
    /// Room in which they were written.
    pub room: Place,
    /// Member of staff who wrote them.
    pub by: MemberId,
    /// Message that they are, as JSON.
    pub message: String,
    /// The words alone, where an order stands before them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
    /// Time at which they were written.
    pub at: Timestamp,
}

/// Progress of a ticket that is told together with others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Crowd {
    /// No room has been told.
    Untold,
    /// The rooms were told its number among the others'.
    Told,
}

/// Service times (SLA) in which a ticket should be answered and resolved.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Targets {
    /// Service time from its opening to the first answer by staff.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_response: Option<SignedDuration>,
    /// Service time from its opening to its resolution, without the time in which it waits for the member.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolution: Option<SignedDuration>,
}

/// A warning about a target, which staff get once.
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
    /// Beginning.
    pub from: Timestamp,
    /// End; `None` while it goes on.
    pub to: Option<Timestamp>,
}

/// Rest of a reply window: what the platform still takes in answer to a member's message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// Time at which it closes.
    pub until: Timestamp,
    /// Replies that are left.
    pub left: u32,
    /// `true` if staff were warned that it closes.
    #[serde(default)]
    pub warned: bool,
}

impl Window {
    /// `true` if the platform still takes a reply.
    pub fn is_open(&self, now: Timestamp) -> bool {
        now < self.until && self.left > 0
    }
}

impl Ticket {
    /// Makes a ticket that was opened now and has nothing else yet. A field that is kept for later begins here.
    pub fn new(
        number: u64,
        (place, kind): (Place, ChannelKind),
        (member, message): (MemberId, MessageId),
        language: Language,
        now: Timestamp,
    ) -> Self {
        Self {
            number,
            place,
            place_name: None,
            kind,
            language,
            member,
            member_name: String::new(),
            message,
            link: None,
            subject: String::new(),
            earlier: String::new(),
            said_before: String::new(),
            transcript: String::new(),
            reason: String::new(),
            opened: now,
            rooms: Vec::new(),
            added_rooms: Vec::new(),
            status: Status::Open,
            owner: None,
            watchers: Vec::new(),
            member_spoke: now,
            staff_acted: None,
            first_reply: None,
            ended: None,
            in_digest: false,
            tier: 0,
            targets: Targets::default(),
            warned: Vec::new(),
            pauses: Vec::new(),
            window: None,
            told_closed: None,
            undelivered: Vec::new(),
            unclaimed_since: None,
            held_since: None,
            told_added: None,
            told_holder: None,
            replies: Vec::new(),
            urgent: false,
            asks_for_human: false,
            unreached: Vec::new(),
            told_unreached: false,
            gathering: Gathering::default(),
            held: None,
            notice_is_answered: false,
            draft: None,
            crowd: None,
            pictures: Vec::new(),
        }
    }

    /// Keeps the pictures of a message of the member.
    pub fn keep_pictures(&mut self, place: &Place, message: &MessageId, addresses: Vec<String>) {
        if addresses.is_empty() {
            return;
        }
        if self.pictures.len() >= PICTURES_KEPT {
            let _ = self.pictures.remove(0);
        }
        self.pictures.push(MemberPictures {
            place: place.clone(),
            message: message.clone(),
            addresses,
        });
    }

    /// Returns the subject where it is what the member asked before the ticket.
    pub fn asked_before(&self) -> Option<&str> {
        let subject = self.subject.as_str();
        Some(subject).filter(|subject| self.earlier.contains(subject.trim_end_matches('…')))
    }

    /// Returns the channel by its name, where it is known, and by its address.
    pub fn named_place(&self) -> String {
        match &self.place_name {
            Some(name) => format!("{}（{}）", clean_name(name), self.place),
            None => self.place.to_string(),
        }
    }

    /// `true` if staff were warned that one of its targets is missed, and it still is.
    pub fn is_overdue(&self) -> bool {
        let unanswered = self.first_reply.is_none() && self.warned.contains(&Warning::FirstResponseMissed);
        self.ended.is_none() && (unanswered || self.warned.contains(&Warning::ResolutionMissed))
    }

    /// `true` if the staff of a room were told of it, wherever they speak.
    pub fn is_of(&self, room: &Place) -> bool {
        self.rooms.contains(&*room.stands_for())
    }

    /// Records that more rooms are told of it.
    pub fn add_rooms(&mut self, rooms: &[Place]) {
        for room in rooms {
            if !self.is_of(room) {
                self.rooms.push(room.clone());
                self.added_rooms.push(room.clone());
            }
        }
    }

    /// `true` if these are the rooms that were told when it was opened.
    fn began_in(&self, rooms: &[Place]) -> bool {
        let first = self.rooms.iter().filter(|room| !self.added_rooms.contains(room));
        first.eq(rooms)
    }

    /// `true` if the same staff see both. Of two tickets without a room nobody sees either, which counts as the same.
    fn shares_staff_with(&self, other: &Self) -> bool {
        self.rooms.iter().any(|room| other.is_of(room)) || (self.rooms.is_empty() && other.rooms.is_empty())
    }

    /// Moves to another state. The time in which the ticket waits for the member does not count for its resolution.
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

    /// Gives it an owner, or takes the owner away.
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

    /// Takes the name of its owner from what they say: who was given it before they spoke is known by an id alone.
    fn learn_name(&mut self, agent: &Agent) {
        if let Some(owner) = self.owner.as_mut().filter(|owner| owner.is(agent)) {
            owner.name.clone_from(&agent.name);
        }
    }

    /// Returns the start of the time without an owner, where it has none.
    pub fn waits_since(&self) -> Timestamp {
        self.unclaimed_since.unwrap_or(self.opened)
    }

    /// Returns the time since which it waits for the member, where it does.
    pub fn asked_back_at(&self) -> Timestamp {
        let began = self.pauses.last().map_or(self.opened, |pause| pause.from);
        self.staff_acted.map_or(began, |acted| acted.max(began))
    }

    /// `true` if it has a human's answer that stands.
    pub fn is_answered(&self) -> bool {
        matches!(self.status, Status::Waiting | Status::Resolved) && !self.replies.is_empty()
    }

    /// Staff replies for those who ask the same in a channel: in other groups only those to all.
    pub fn replies_for(&self, place: &Place) -> impl Iterator<Item = &StaffReply> {
        let here = self.place == *place;
        self.replies.iter().filter(move |reply| here || reply.to_all)
    }

    /// `true` if it has a human's answer that stands, for those who ask the same in a channel.
    pub fn is_answered_in(&self, place: &Place) -> bool {
        matches!(self.status, Status::Waiting | Status::Resolved) && self.replies_for(place).next().is_some()
    }

    /// `true` if those who joined it have nothing more to wait for.
    pub fn is_settled(&self) -> bool {
        self.is_answered() || self.status == Status::Resolved
    }

    /// Finds the watcher that a member is.
    pub fn watcher(&self, place: &Place, member: &MemberId) -> Option<&Watcher> {
        let mut watchers = self.watchers.iter();
        watchers.find(|watcher| watcher.member == *member && watcher.place(self) == place)
    }
}

/// A staff member, by platform id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agent {
    /// Account through which they are known.
    pub account: AccountId,
    /// Id of the member there.
    pub id: MemberId,
    /// Name of the member, for people.
    pub name: String,
}

impl Agent {
    /// `true` if it is the same person, whatever the name.
    pub fn is(&self, other: &Self) -> bool {
        self.account == other.account && self.id == other.id
    }
}

/// A member who asked the same as another member's ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watcher {
    /// The member.
    pub member: MemberId,
    /// Name of the member at that time.
    pub name: String,
    /// Channel in which they asked, and their latest message there, where that is another channel than the ticket's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub elsewhere: Option<(Place, MessageId)>,
    /// Message with which they asked, where that is the ticket's channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<MessageId>,
    /// Time of their last message about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spoke: Option<Timestamp>,
    /// Time at which they were last told that their messages were passed on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told_added: Option<Timestamp>,
}

impl Watcher {
    /// Returns the channel in which they asked.
    pub fn place<'a>(&'a self, ticket: &'a Ticket) -> &'a Place {
        self.elsewhere.as_ref().map_or(&ticket.place, |(place, _)| place)
    }
}

/// A row of a ticket's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryLine {
    /// Number of the ticket.
    pub ticket: u64,
    /// Time of the row.
    pub at: Timestamp,
    /// Kind of the row.
    pub kind: LineKind,
    /// Author: a name and an id.
    pub who: String,
    /// Text, pictures as links.
    pub text: String,
    /// Channel and id of the message, by which a quote of it is recognised.
    pub said: Option<(Place, MessageId)>,
}

/// Kind of a row of a ticket's history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineKind {
    /// A message of the member.
    Member,
    /// A reply of staff to the member.
    Staff,
    /// An internal note of staff.
    Note,
    /// It was opened, claimed, resolved, ...
    Event,
}

impl LineKind {
    /// Reads the kind of that name; an event where there is none (another version wrote it).
    pub fn of(name: &str) -> Self {
        [Self::Member, Self::Staff, Self::Note]
            .into_iter()
            .find(|kind| kind.name() == name)
            .unwrap_or(Self::Event)
    }

    /// Name of the kind in the store and in exports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Staff => "staff",
            Self::Note => "note",
            Self::Event => "event",
        }
    }
}

/// Source of a reply on its way: its ticket, and the staff message that it relays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketReference {
    /// The ticket.
    pub ticket: u64,
    /// `true` if the ticket is urgent: the reply goes first.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub urgent: bool,
    /// Staff message under which the delivery is reported, where it relays one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report: Option<RelaySource>,
}

/// Staff message that a relayed reply carries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelaySource {
    /// Staff room of the message.
    pub room: Place,
    /// Id of the message there.
    pub message: MessageId,
}
