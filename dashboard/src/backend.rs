//! The dashboard's only way to everything else: questions and orders that the program behind it answers. No page knows a store or
//! a platform.

mod channels;
mod decisions;
mod faq;
pub(crate) mod fault;
mod figures;
mod hours;

pub use crate::secrets::TokenHash;
pub use channels::{AccountStanding, Accounts, ChannelStanding, Code, Listening, Refused, Setting};
pub use decisions::{Candidate, LabelReport, Labelled, LabelsPage, ToLabel, Verdict, Why, WhyOf};
pub use faq::{
    FaqChanged, FaqEdit, FaqEdited, FaqEntry, FaqFormat, FaqPreview, FaqProblem, FaqText, FaqVersionRow,
    ImportFile, Imported, MissState, MissedGroup, Proposed, Saved, Trial, TrialChoices, Tried,
};
pub use fault::{BackendError, Result};
pub use figures::{Amount, FigureRow, Figures, FiguresSpan, Item, ListOf, Listed, Part, Split, Times, Today};
pub use groupdesk_contract::TicketStatus as Status;
pub use hours::{Day, DayKind, HoursEdit, Month};

use crate::api_keys::Keys;
use crate::sso::IdentityProvider;
use crate::user_accounts::{Role, User};
use async_trait::async_trait;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs::File;
use std::sync::Arc;
use tokio::sync::watch;

/// The program behind the dashboard. Every method that takes a [`User`] shows and changes only what is of the user's rooms.
#[async_trait]
pub trait Backend: Keys + Send + Sync + 'static {
    /// Returns the time.
    fn now(&self) -> Timestamp;

    /// Returns the time zone in which times are shown: that of the service hours.
    fn zone(&self) -> TimeZone;

    /// Returns a number that grows whenever something that pages show has changed.
    fn changes(&self) -> watch::Receiver<u64>;

    /// Returns the users, by name.
    async fn users(&self) -> Result<Vec<User>>;

    /// Returns the user of this name.
    async fn user(&self, name: &str) -> Result<Option<User>>;

    /// Puts a user in the place of `before`, or adds one where that is `None`; `false` if it has changed meanwhile.
    async fn put_user(&self, before: Option<&User>, user: &User) -> Result<bool>;

    /// Keeps a session.
    async fn start_session(&self, token: TokenHash, session: &Session) -> Result<()>;

    /// Returns the session of a token.
    async fn session(&self, token: TokenHash) -> Result<Option<Session>>;

    /// Returns the sessions of a user with their tokens, the one that was used last first.
    async fn sessions(&self, user: &str) -> Result<Vec<(TokenHash, Session)>>;

    /// Records that a session was used.
    async fn touch_session(&self, token: TokenHash, seen: Timestamp) -> Result<()>;

    /// Ends one session.
    async fn end_session(&self, token: TokenHash) -> Result<()>;

    /// Ends all sessions of a user.
    async fn end_sessions(&self, user: &str) -> Result<()>;

    /// Adds to the audit log.
    async fn note(&self, entry: &AuditEntry) -> Result<()>;

    /// Returns the newest entries of the audit log below a number, with their numbers, newest first.
    async fn audit(&self, below: Option<i64>, limit: u32) -> Result<Vec<(i64, AuditEntry)>>;

    /// Returns the half-written words of a user in a ticket; empty where there are none.
    async fn draft(&self, user: &User, number: u64, of: Words) -> Result<String>;

    /// Keeps half-written words; empty ones are forgotten.
    async fn put_draft(&self, user: &User, number: u64, of: Words, text: &str) -> Result<()>;

    /// Returns all tickets that are not closed, newest first.
    async fn open_tickets(&self, user: &User) -> Result<Vec<TicketRow>>;

    /// Returns tickets of any state, newest first.
    async fn find_tickets(&self, user: &User, search: &Search) -> Result<Vec<TicketRow>>;

    /// Returns a ticket with all that was said in it.
    async fn ticket(&self, user: &User, number: u64) -> Result<Option<TicketView>>;

    /// Returns the target of each of these tickets that ends first, where one still runs.
    async fn next_targets(&self, user: &User, numbers: &[u64]) -> Result<BTreeMap<u64, Target>>;

    /// Records that a ticket's question is none for the FAQ, or takes that back; `false` if the user may not, or has no such ticket.
    async fn put_aside(&self, user: &User, number: u64, aside: bool) -> Result<bool>;

    /// Carries out an order in a ticket; it is committed when this returns. The same id again changes nothing.
    async fn order(&self, user: &User, number: u64, id: &str, order: &TicketOrder) -> Result<Ordered>;

    /// Returns the names of the colleagues on the roster, with those who are there now first.
    async fn colleagues(&self) -> Result<Vec<Colleague>>;

    /// Returns the FAQ as it stands in its file.
    async fn faq_text(&self) -> Result<FaqText>;

    /// Returns the mistakes in a text of the FAQ that can be found fast.
    async fn faq_problems(&self, text: String) -> Result<Vec<FaqProblem>>;

    /// Tells what a text of the FAQ would change: its lines, and what members would get.
    async fn faq_preview(&self, text: String) -> Result<FaqPreview>;

    /// Writes the FAQ, if the file still is the version `base`.
    async fn save_faq(&self, user: &User, base: &str, text: &str, note: &str) -> Result<Saved>;

    /// Returns the entries of the FAQ as its file has them; none where it has errors.
    async fn faq_entries(&self) -> Result<Vec<FaqEntry>>;

    /// Returns the lines of an entry in a text of the FAQ, with the number of the first one; `None` where there is no such entry.
    async fn faq_entry_lines(&self, text: String, entry: &str) -> Result<Option<(usize, String)>>;

    /// Returns the versions of the FAQ, newest first.
    async fn faq_versions(&self) -> Result<Vec<FaqVersionRow>>;

    /// Returns the version of the FAQ that came last.
    async fn faq_edited(&self) -> Result<Option<FaqEdited>>;

    /// Returns the lines that a version changed against the one before it; `None` where there is no such version.
    async fn faq_changed(&self, version: &str) -> Result<Option<FaqChanged>>;

    /// Returns the text of a version.
    async fn faq_version(&self, version: &str) -> Result<Option<String>>;

    /// Returns the groups of questions that nobody answered, the heaviest first.
    async fn missed(&self) -> Result<Vec<MissedGroup>>;

    /// Puts a group into another state.
    async fn settle_missed(&self, user: &User, id: i64, state: MissState) -> Result<()>;

    /// Makes two groups one, of which the older one stays; returns its number, or `None` unless both wait for an admin, and the user
    /// is one.
    async fn merge_missed(&self, user: &User, one: i64, other: i64) -> Result<Option<i64>>;

    /// Returns the text of the FAQ with an edit; the reason, for an admin, where it can't be made.
    async fn faq_with(&self, edit: FaqEdit) -> Result<std::result::Result<String, String>>;

    /// Tells what the bot would say to a message. Nobody gets it. `None` if the user sees no such channel.
    async fn try_out(&self, user: &User, trial: Trial) -> Result<Option<Tried>>;

    /// Returns what may be chosen for a trial.
    async fn trial_choices(&self, user: &User) -> Result<TrialChoices>;

    /// Returns the figures of the day, which may be some seconds old; `None` while they are being counted.
    async fn today(&self, user: &User) -> Result<Option<Arc<Today>>>;

    /// Returns the figures of a span, and of the parts of a split.
    async fn figures(&self, user: &User, span: FiguresSpan, split: Option<Split>) -> Result<Figures>;

    /// Returns the figures of a span as comma-separated values.
    async fn figures_csv(&self, user: &User, span: FiguresSpan, split: Option<Split>) -> Result<String>;

    /// Lists what a figure counts; `None` if there is no such figure.
    async fn listed(&self, user: &User, of: &ListOf) -> Result<Option<Listed>>;

    /// Returns decisions with everything that led to them.
    async fn why(&self, user: &User, of: &WhyOf) -> Result<Vec<Why>>;

    /// Returns what labels say, and decisions that wait for one.
    async fn labels(&self, of: &ToLabel) -> Result<LabelsPage>;

    /// Labels a decision, or takes its label back; `false` if there is none that can have one.
    async fn label(&self, user: &User, decision: i64, verdict: Option<Verdict>) -> Result<bool>;

    /// Returns the accounts and channels of the program.
    async fn accounts(&self) -> Result<Accounts>;

    /// Switches what the bot listens to in a channel, or leaves it to groupdesk.yaml again; `false` if no channel can have this
    /// address. It holds over a restart.
    async fn switch(&self, user: &User, channel: &str, to: Option<Listening>) -> Result<bool>;

    /// Returns the code that is scanned for an account; `None` if its platform has none.
    async fn code(&self, account: &str) -> Result<Option<Code>>;

    /// Returns a month of the hours with this name, or of the service hours where it is empty; `None` if there are none.
    async fn month(&self, name: &str, first: Date) -> Result<Option<Month>>;

    /// Returns the text of the FAQ with other hours on some days; the reason, for an admin, where it can't be made.
    async fn hours_with(&self, edit: HoursEdit) -> Result<std::result::Result<String, String>>;

    /// Returns the FAQ in a format; the reason, for an admin, where that can't be made.
    async fn faq_as(&self, format: FaqFormat) -> Result<std::result::Result<Vec<u8>, String>>;

    /// Returns the FAQ with the entries of files in other formats behind its own; the reason, for an admin, where they can't be read.
    async fn faq_with_import(&self, files: Vec<ImportFile>) -> Result<std::result::Result<Imported, String>>;

    /// Makes a copy of the store while the program serves, and opens it; it is gone when nobody reads it any more.
    async fn back_up(&self) -> Result<File>;

    /// Returns the picture at a link in a ticket, or at an address of [`TicketLine::pictures`], fetched by the program itself; the
    /// reason, for staff, where there is none.
    async fn picture(&self, url: &str) -> Result<std::result::Result<Picture, String>>;

    /// Returns the tags of the channels that a user sees.
    fn tags(&self, user: &User) -> Vec<String>;

    /// Returns the identity provider by which users may log in; `None` without one.
    fn identity_provider(&self) -> Option<&dyn IdentityProvider>;

    /// Returns the staff rooms there are, for invitations.
    fn rooms(&self) -> Vec<String>;

    /// Returns the health of the program, as `/healthz` tells it.
    fn health(&self) -> Value;
}

/// A picture that a member sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Media type, as its first bytes tell it.
    pub kind: &'static str,
    /// All of it.
    pub bytes: Vec<u8>,
}

/// A session of a user in a browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Name of the user.
    pub user: String,
    /// Time of the log-in.
    pub created: Timestamp,
    /// Time at which it was last used.
    pub seen: Timestamp,
    /// Name of the browser, as it says itself.
    pub agent: String,
}

/// An entry of the audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// Time of it.
    pub at: Timestamp,
    /// Name of the user; as it was typed, where a log-in failed.
    pub who: String,
    /// Action, as a word for programs: `login`, `login_failed`, `user_invited`, ...
    pub action: String,
    /// Object of it and details, for people.
    pub detail: String,
}

/// A ticket in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketRow {
    /// Number of the ticket.
    pub number: u64,
    /// Question, in a line.
    pub subject: String,
    /// Name of the member.
    pub member: String,
    /// Channel in which they asked, for people.
    pub channel: String,
    /// State of it.
    pub status: Status,
    /// Name of the staff member who has it.
    pub owner: Option<String>,
    /// `true` if the user has it.
    pub is_mine: bool,
    /// `true` if a target is missed.
    pub is_overdue: bool,
    /// `true` if a term in it is urgent.
    pub is_urgent: bool,
    /// Time at which it was opened.
    pub opened: Timestamp,
    /// Time of the last message of the member.
    pub member_spoke: Timestamp,
    /// Number of replies that the platform refused.
    pub undelivered: usize,
    /// Number of further members who asked the same.
    pub watchers: usize,
}

/// A search of tickets.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Search {
    /// Words that must all be in it.
    pub words: String,
    /// Only those in this state.
    pub status: Option<Status>,
    /// Only those of this staff room.
    pub room: Option<String>,
    /// Only those of this channel, as `account/channel`.
    pub channel: Option<String>,
    /// Only those of channels with this tag.
    pub tag: Option<String>,
    /// Only those of this member, as `account/id`.
    pub member: Option<String>,
    /// Only those that this staff member has.
    pub owner: Option<String>,
    /// Only those opened at this time or later.
    pub since: Option<Timestamp>,
    /// Only those with a lower number.
    pub below: Option<u64>,
    /// Largest number of them.
    pub limit: u32,
}

/// A ticket with all that was said in it.
#[derive(Debug, Clone)]
pub struct TicketView {
    /// Row of it in a list.
    pub row: TicketRow,
    /// Id of the member on the platform.
    pub member_id: String,
    /// Address of the member, as `account/id`.
    pub member_address: String,
    /// Link to the message that opened it.
    pub link: Option<String>,
    /// Reason for the hand-over, for staff.
    pub reason: String,
    /// Messages of the minutes before, a line each.
    pub earlier: String,
    /// Text that opened it.
    pub transcript: String,
    /// Time until which, and number of replies that, the platform still takes.
    pub window: Option<(Timestamp, u32)>,
    /// Targets for the first answer and the resolution, in words.
    pub targets: Vec<Target>,
    /// Names of the further members who asked the same.
    pub watchers: Vec<String>,
    /// Name of who said that its question is none for the FAQ, and when.
    pub aside: Option<(String, Timestamp)>,
    /// Draft of an answer, made by a model.
    pub draft: Option<String>,
    /// Events of it, in order.
    pub lines: Vec<TicketLine>,
    /// Entries that fit the question, the best first.
    pub answers: Vec<FittingAnswer>,
    /// Names and texts of the snippets.
    pub snippets: Arc<Vec<(String, String)>>,
}

/// An entry of the FAQ that fits a ticket's question.
#[derive(Debug, Clone, PartialEq)]
pub struct FittingAnswer {
    /// Question of the entry, in the language of the ticket.
    pub title: String,
    /// Answer.
    pub text: String,
    /// Confidence that it is the right one.
    pub confidence: f32,
}

/// A target of a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    /// `true` for the resolution, `false` for the first answer.
    pub of_resolution: bool,
    /// Time by which it should be met, as service time counts.
    pub seconds: i64,
    /// Service time that is left, in seconds, below zero where it is over; `None` once it is met.
    pub left: Option<i64>,
    /// Time at which it ends; `None` where it is over, or stands still because the member's answer is waited for.
    pub due: Option<Timestamp>,
    /// `true` if it is missed.
    pub missed: bool,
    /// `true` if it is met.
    pub met: bool,
}

impl Target {
    /// Returns the one of a ticket's targets that ends first, of those that still run.
    pub fn next(targets: &[Self]) -> Option<&Self> {
        let running = targets.iter().filter(|target| target.left.is_some());
        running.min_by_key(|target| target.left)
    }
}

/// A row of a ticket's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketLine {
    /// Time of the row.
    pub at: Timestamp,
    /// Kind of the row.
    pub kind: LineKind,
    /// Author.
    pub who: String,
    /// Text of it.
    pub text: String,
    /// `true` if somebody else than the ticket's member, or staff, wrote it: another member who asked the same.
    pub of_others: bool,
    /// Addresses of pictures in it that stand nowhere on the web; no page shows them.
    pub pictures: Vec<String>,
    /// Outcome of the delivery of a reply.
    pub delivery: Option<LineDelivery>,
}

/// Kind of a row of a ticket's history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineKind {
    /// A message of the member.
    Member,
    /// A reply of staff.
    Staff,
    /// An internal note.
    Note,
    /// Something that happened.
    Event,
}

impl LineKind {
    /// Returns its name in style sheets.
    pub fn name(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Staff => "staff",
            Self::Note => "note",
            Self::Event => "event",
        }
    }
}

/// Outcome of the delivery of a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LineDelivery {
    /// It waits, or is being tried again for a reason.
    Queued(Option<String>),
    /// It arrived.
    Sent,
    /// It was refused, for a reason.
    Refused(String),
    /// It may or may not have arrived.
    Unknown(String),
}

/// An order of staff in a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TicketOrder {
    /// The user takes it.
    Claim,
    /// The user gives it back.
    Release,
    /// Words for the member.
    Reply {
        /// The words.
        text: String,
        /// Number of the replies of staff that the page showed: after a further one it is not carried out.
        seen: usize,
    },
    /// Words for colleagues.
    Note(String),
    /// Somebody else takes it: a colleague by name, or a room by its address.
    HandOn(String),
    /// It is answered.
    Resolve,
    /// It is over.
    Close,
    /// It goes on.
    Reopen,
}

impl TicketOrder {
    /// Returns the words in it that are kept if it is refused.
    pub fn words(&self) -> Option<(Words, &str)> {
        match self {
            Self::Reply { text, .. } => Some((Words::Reply, text)),
            Self::Note(text) => Some((Words::Note, text)),
            _ => None,
        }
    }

    /// Returns the role that it needs.
    pub fn needs(&self) -> Role {
        Role::Staff
    }
}

/// Words that a user writes in a ticket, and that are kept until they are said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Words {
    /// A reply to the member.
    Reply,
    /// A note for colleagues.
    Note,
}

/// Outcome of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ordered {
    /// `true` if it was carried out.
    pub done: bool,
    /// Name of the colleague whose reply came first, so that it was not.
    pub overtaken_by: Option<String>,
    /// Words about it, as a staff room would get them.
    pub told: Vec<String>,
}

/// Somebody on the roster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Colleague {
    /// Name of them.
    pub name: String,
    /// `true` if they are on duty.
    pub is_there: bool,
}
