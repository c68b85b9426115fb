//! Reasons for decisions, as sentences that an admin understands.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Reason why the bot answered, asked, handed over or kept quiet. Its [`std::fmt::Display`] is a sentence for an admin.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "rule")]
pub enum Reason {
    /// The message called the bot and an entry is probable enough.
    CalledAndKnown {
        /// Calibrated probability that the entry is the right one, 0 to 1.
        confidence: f32,
        /// Confidence that was needed, 0 to 1.
        needed: f32,
    },
    /// The message did not call the bot, reads as a question, and an entry is certain enough to speak up.
    UnaskedButCertain {
        /// Calibrated probability that the entry is the right one, 0 to 1.
        confidence: f32,
        /// Confidence that was needed, 0 to 1.
        needed: f32,
    },
    /// The member asks on in a few words after an answer, and another entry is probable enough.
    FollowsUp {
        /// Calibrated probability that the entry is the right one, 0 to 1.
        confidence: f32,
        /// Confidence that was needed, 0 to 1.
        needed: f32,
    },
    /// The judge names an entry that the matcher was not sure of.
    Promoted {
        /// Calibrated probability that the entry is the right one, 0 to 1.
        confidence: f32,
        /// Confidence that was needed, 0 to 1.
        needed: f32,
        /// Probability without the judge, 0 to 1.
        alone: f32,
    },
    /// The judge does not agree with an answer that nobody called for.
    Vetoed {
        /// Id of the entry.
        entry: String,
    },
    /// The judge's agreement with an answer that nobody called for did not come.
    NotAgreed {
        /// Id of the entry.
        entry: String,
    },
    /// The member picked one of the choices that the bot offered.
    Picked {
        /// The number of the choice, from 1.
        choice: usize,
    },
    /// The member picked it before: a button was pressed twice.
    PickedBefore,
    /// The member picked a choice that the file no longer has.
    ChoiceGone,
    /// The member picked a number that no choice has.
    NoSuchChoice,
    /// The member picked from an offer that is forgotten.
    OfferOver,
    /// The same answer was given in this channel a short time ago: the member is pointed to it.
    AnsweredBefore {
        /// Time at which it was given.
        at: Timestamp,
    },
    /// Several entries share the probability.
    SeveralFit,
    /// The message speaks of another company, place or person.
    OfOthers,
    /// The bot was called without a question that it could read.
    CalledWithoutQuestion,
    /// The message greets, thanks or chats, and is replied to in kind.
    Courtesy,
    /// The member asked for a human.
    AskedForHuman {
        /// Calibrated probability, 0 to 1; 1 where a command or a choice said so.
        confidence: f32,
    },
    /// The entry that fits says that a human must take over.
    EntryHandsOver,
    /// The message called the bot and no entry fits.
    CalledButUnknown {
        /// Confidence of the best candidate, 0 to 1.
        confidence: f32,
    },
    /// The bot was called again and could not help the first time either.
    CalledAgainWithoutAnswer,
    /// The member has an open ticket already; the message joins it.
    HasTicket {
        /// Number of the ticket.
        number: u64,
    },
    /// The member joined another one's ticket, and says something of it.
    SharesTicket {
        /// Number of the ticket.
        number: u64,
    },
    /// The member joined another one's ticket and needs nobody any more.
    LeftTicket {
        /// Number of the ticket.
        number: u64,
    },
    /// A staff member has the member's ticket: the bot keeps out of it.
    HeldByHuman {
        /// Number of the ticket.
        number: u64,
    },
    /// The member says that the ticket is solved.
    SolvedByMember {
        /// Number of the ticket.
        number: u64,
    },
    /// The member asks for the state of the ticket.
    AskedForTicket,
    /// The member says that the answer did not help.
    DidNotHelp,
    /// The message has a word that the admin calls urgent.
    Urgent,
    /// The member takes back what they asked.
    TookBack,
    /// The member complains of the service or the staff.
    Complains,
    /// The channel has no tickets: the member is pointed to the contact points.
    PointedToContacts,
    /// Thanks for what staff did need no answer.
    Thanked,
    /// Staff work on a ticket.
    StaffActed {
        /// Name of the staff member.
        by: String,
    },
    /// The message is said to another member.
    ToSomebodyElse,
    /// The member says that no human is wanted.
    DeclinedHuman,
    /// The entry that fits says that it is not for those who did not call the bot.
    NotUnasked {
        /// Id of the entry.
        entry: String,
    },
    /// The entry that fits would send the member to a channel of which they say that it fails.
    ChannelFails {
        /// Id of the contact point.
        contact: String,
    },
    /// The message does not call the bot and does not read as a question.
    NotAQuestion,
    /// The message does not call the bot and no entry is certain enough.
    NotCertain {
        /// Confidence of the best candidate, 0 to 1.
        confidence: f32,
        /// Confidence that was needed, 0 to 1.
        needed: f32,
    },
    /// The message does not call the bot, and in this channel the bot answers only when it is called.
    OnlyWhenCalled,
    /// The bot is switched off in this channel.
    Muted,
    /// The sender is the bot itself.
    OwnMessage,
    /// Another account of ours is in the group too, and decides on the message.
    OtherAccount {
        /// Name of the account.
        account: String,
    },
    /// The sender is a program.
    OtherBot,
    /// The settings tell the bot to ignore the sender.
    Ignored,
    /// The message is a command to another program, or to nobody.
    OthersCommand,
    /// The member says that the answer is another question's, or that it can't be understood.
    DoubtedAnswer {
        /// Entry that was answered.
        entry: String,
    },
    /// The sender is staff; answers that were waiting in the channel were dropped.
    StaffSpeaking {
        /// Waiting answers that were dropped.
        dropped: usize,
    },
    /// Staff spoke to the sender a short time ago: what is said to nobody else is said to them.
    AttendedByStaff,
    /// The channel is a staff room: messages there are not for the bot.
    StaffRoom,
    /// The message is older than the replay limit: the platform repeats its past.
    TooOld {
        /// Age in seconds.
        seconds: i64,
    },
    /// The member and the bot answer each other, at a pace at which only programs talk or without anything of the FAQ being
    /// asked.
    LoopGuard,
    /// The member does not find the answer that they were pointed to: they get it again.
    PointedInVain,
    /// The member asks what the bot can do.
    AskedForHelp,
    /// The same answer was pointed to a moment ago; saying so again would be noise.
    PointedBefore,
    /// Nothing to say yet: the member may still be typing, or staff may answer first.
    Waiting {
        /// Time at which the bot will speak if nothing changes.
        until: Timestamp,
    },
    /// The answer that was waiting is dropped because the asker went on talking.
    AskerSpoke,
    /// The member took the message back.
    Recalled,
    /// The message was changed.
    Edited,
    /// There was nothing left to do when the time came.
    NothingWaiting,
}
