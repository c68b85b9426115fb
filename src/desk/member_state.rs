//! The parts of a channel's state: what is remembered of its members, their messages and the answers, and for how long.

use groupdesk_contract::{MemberId, MessageId};
use jiff::fmt::serde::timestamp::microsecond;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// Idle time after which the loop guard forgets an exchange that it suspects.
pub(super) const EXCHANGE_KEPT: SignedDuration = SignedDuration::from_secs(60);

/// Time for which an answer is remembered, so that a quote of the bot can be traced to it.
pub(super) const ANSWER_KEPT: SignedDuration = SignedDuration::from_mins(5);

/// After one courtesy of the bot to a member, it leaves theirs unanswered for this time.
pub(super) const COURTESY_COOLDOWN: SignedDuration = SignedDuration::from_mins(10);

/// Time after the bot's reply in which only a program answers.
pub(super) const PROGRAM_REPLY_WITHIN: SignedDuration = SignedDuration::from_secs(5);

/// Time without a round after which the count begins again.
pub(super) const ROUNDS_KEPT: SignedDuration = SignedDuration::from_mins(15);

/// A message that a member sent a short time ago.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recent {
    /// Sender.
    pub member: MemberId,
    /// Digest of its id; 0 where an earlier version remembered it.
    #[serde(default, skip_serializing_if = "is_unknown")]
    pub message: u64,
    /// Text, cut to `RECENT_TEXT` characters. Empty for a picture alone.
    pub text: String,
    /// Addresses of its pictures and files, at most `RECENT_PICTURES`: a ticket that follows shows them to staff.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attached: Vec<String>,
    /// `true` if it mentions another member and calls nobody else.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub to_member: bool,
    /// `true` if it goes on speaking to a member who was called by name before.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub goes_on: bool,
    /// Title of the answer that the bot gave to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered: Option<String>,
    /// Time at which it was sent.
    #[serde(with = "microsecond::required")]
    pub at: Timestamp,
}

/// `true` if there is no digest.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over references")]
fn is_unknown(digest: &u64) -> bool {
    *digest == 0
}

/// An answer that stands in the channel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GivenAnswer {
    /// Id of the entry.
    pub entry: String,
    /// Message that it answers, by which it is found when its delivery fails.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<MessageId>,
    /// Time at which it was given.
    #[serde(with = "microsecond::required")]
    pub at: Timestamp,
    /// Digest of its text without digits: the entry may say something else by now. 0 where it is not known.
    #[serde(default, skip_serializing_if = "is_unknown")]
    pub digest: u64,
    /// Digest of the text in the language in which it was given, without digits. 0 where it is not known.
    #[serde(default, skip_serializing_if = "is_unknown")]
    pub said: u64,
    /// Time at which somebody was last pointed to it. Of a member's own last answer: they were only pointed to it.
    #[serde(
        default,
        with = "microsecond::optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub pointed: Option<Timestamp>,
}

/// State of one member in one channel.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct MemberState {
    /// Name under which staff see the member.
    pub name: String,
    /// Unanswered messages of the burst that is under way, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub burst: Vec<BurstPart>,
    /// Reply that waits for its time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pending: Option<Pending>,
    /// Choices that the member may pick from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub choices: Option<Choices>,
    /// End of the time in which a message of the member counts as addressed to the bot, because it asked for one.
    #[serde(
        default,
        with = "microsecond::optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub expected: Option<Timestamp>,
    /// Request for words that it made until then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invited: Option<Invited>,
    /// Calls in a row that the bot could not answer.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unhelped: u8,
    /// Last answer that the member got: "not this" refers to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered: Option<GivenAnswer>,
    /// Entries that fitted next to that answer, for a member who says that it is the wrong one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alternatives: Option<Alternatives>,
    /// Entry whose answer last brought the member to a human: it did not help, or was none to their question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refuted: Option<String>,
    /// Contact points that the member reported as failing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failing: Vec<FailingContactPoint>,
    /// Last remark about an answer that a button makes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remarked: Option<Remark>,
    /// Time at which the bot last replied to a courtesy of the member.
    #[serde(
        default,
        with = "microsecond::optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub courteous: Option<Timestamp>,
    /// Exchange of replies that the loop guard watches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exchange: Option<Exchange>,
    /// Calls in a row in which nothing of the FAQ was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rounds: Option<Rounds>,
    /// Time at which the member last spoke.
    #[serde(with = "microsecond::required")]
    pub seen: Timestamp,
}

fn is_zero(count: &u8) -> bool {
    *count == 0
}

/// A reply that the bot will send unless somebody else speaks first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pending {
    /// Time at which it is sent.
    #[serde(with = "microsecond::required")]
    pub due: Timestamp,
    /// Reason to wait.
    pub kind: PendingKind,
}

/// Reason for which a pending reply waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PendingKind {
    /// The bot was called and has no answer: the member may still be typing.
    Call,
    /// The bot has an answer that nobody called for: staff or the asker may speak first.
    Answer,
    /// The bot was called, and the judge's voice is awaited.
    VoiceOnCall,
    /// Nobody called the bot, and the judge's voice is awaited.
    VoiceOnAnswer,
}

/// A "did you mean" that can be picked from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Choices {
    /// Entries in the order shown; choice 1 is the first.
    pub entries: Vec<String>,
    /// Time until which one can be picked.
    #[serde(with = "microsecond::required")]
    pub until: Timestamp,
    /// Text of the question, for the ticket if none of them is meant.
    pub asked: String,
    /// Digest by which buttons name the offer; 0 where an earlier version made it.
    #[serde(default, skip_serializing_if = "is_unknown")]
    pub key: u64,
    /// Titles in the order shown: the file may change before one is picked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub titles: Vec<String>,
}

/// A remark about an answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Remark {
    /// Digest of the answer's message and the text.
    pub what: u64,
    /// Time at which it was made.
    #[serde(with = "microsecond::required")]
    pub at: Timestamp,
}

/// Entries that fitted a question next to the answered one.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Alternatives {
    /// Text that was answered, cut.
    pub asked: String,
    /// Ids of the entries, best first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entries: Vec<String>,
    /// `true` if the member called the answer unclear before.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unclear: bool,
}

/// Calls and replies in a row in which nothing of the FAQ was asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rounds {
    /// Number of rounds.
    pub count: u32,
    /// Rounds that quoted the bot or repeated the one before.
    pub mechanical: u32,
    /// Time of the last round.
    #[serde(with = "microsecond::required")]
    pub last: Timestamp,
    /// Digest of the last call's text.
    pub text: u64,
    /// `true` if the last call quoted the bot or repeated the one before.
    pub is_mechanical: bool,
    /// `true` if it repeated the one before.
    pub repeats: bool,
    /// `true` if it quoted the bot, and showed nothing.
    #[serde(default)]
    pub quotes_bot: bool,
    /// Times that the member ended a ticket.
    #[serde(default)]
    pub ended: u32,
    /// `true` if staff were told that not every message of the member reaches them.
    #[serde(default)]
    pub told: bool,
}

/// Replies to one member in quick succession.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Exchange {
    /// Time of the first reply.
    #[serde(with = "microsecond::required")]
    pub since: Timestamp,
    /// Time of the last reply.
    #[serde(with = "microsecond::required")]
    pub last: Timestamp,
    /// Number of replies.
    pub replies: u32,
    /// Answered messages that quoted or echoed the bot, or repeated the member's last one.
    pub suspicious: u32,
    /// Digest of the member's last message.
    pub text: u64,
}

/// One message of a burst.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BurstPart {
    /// Id of the message on its platform.
    pub message: MessageId,
    /// Text without mentions.
    pub text: String,
    /// `true` if it called the bot.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub called: bool,
    /// `true` if it called the bot by nothing but a quote of it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_quote: bool,
    /// `true` if its text holds words of somebody else's message, which it quotes.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub quotes: bool,
    /// `true` if it carried a picture or a file.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub picture: bool,
    /// Addresses from which its pictures and files can be downloaded.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attached: Vec<String>,
    /// Reasons for addresses of pictures and files that were taken out, in Chinese and in English.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<(String, String)>,
    /// Link to the message that people can open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// Number of the closed ticket whose message it quotes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of_closed: Option<u64>,
    /// Entry whose answer it quotes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of_answer: Option<String>,
    /// Beginning of the message that it quotes, unless its own text holds that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quoted: Option<String>,
    /// Time at which it was received.
    #[serde(with = "microsecond::required")]
    pub at: Timestamp,
}

/// A "did you mean" that stands in a channel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Offer {
    /// Member to whom it was made.
    pub member: MemberId,
    /// Choices; without entries where only a press of it is known.
    pub choices: Choices,
    /// Picks so far: the member, and the number of the choice; 0 stands for none of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub taken: Vec<(MemberId, usize)>,
    /// `true` if its choices were not listed: the same list stood above.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub listed_above: bool,
    /// `true` if somebody was told which numbers there are.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub told_range: bool,
    /// Time at which it was made.
    #[serde(with = "microsecond::required")]
    pub at: Timestamp,
}

/// A contact point that a member reported as failing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FailingContactPoint {
    /// Id.
    pub contact: String,
    /// Time of the report.
    #[serde(with = "microsecond::required")]
    pub at: Timestamp,
    /// `true` once the other channels were listed to them in its place.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub listed: bool,
}

/// Request of the bot to a member for words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Invited {
    /// The question was asked for: the call had none in it.
    Question,
    /// Other words were asked for: the bot could not make a question out of those.
    Rephrased,
}

/// A member to whom staff spoke, by a mention or by a quote.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Attended {
    pub(super) member: MemberId,
    #[serde(with = "microsecond::required")]
    pub(super) at: Timestamp,
}
