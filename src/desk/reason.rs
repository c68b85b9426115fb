//! Reasons for decisions, as sentences that an admin understands.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Reason why the bot answered, asked, handed over or kept quiet. Its [`fmt::Display`] is a sentence for an admin.
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
        /// The same probability without the judge, 0 to 1.
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

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CalledAndKnown { confidence, needed } => {
                write!(
                    f,
                    "the bot was called, and the entry is right with probability {confidence:.2} (needed when called: {needed:.2})"
                )
            }
            Self::UnaskedButCertain { confidence, needed } => {
                write!(
                    f,
                    "reads as a question, and the entry is right with probability {confidence:.2} (needed when not called: {needed:.2})"
                )
            }
            Self::FollowsUp { confidence, needed } => {
                write!(
                    f,
                    "follows up on an answer, and the entry is right with probability {confidence:.2} (needed when called: {needed:.2})"
                )
            }
            Self::Promoted {
                confidence,
                needed,
                alone,
            } => {
                write!(
                    f,
                    "the judge names the entry too, which is right with probability {confidence:.2} then ({alone:.2} without the judge, needed: {needed:.2})"
                )
            }
            Self::Vetoed { entry } => {
                write!(
                    f,
                    "nobody called the bot, and the judge does not agree that entry `{entry}` answers it"
                )
            }
            Self::NotAgreed { entry } => {
                write!(
                    f,
                    "nobody called the bot, and the judge, whose agreement to entry `{entry}` is needed, has no voice"
                )
            }
            Self::Picked { choice } => write!(f, "the asker picked choice {choice}"),
            Self::PickedBefore => f.write_str("the same was picked before"),
            Self::ChoiceGone => f.write_str("the choice that was picked is no longer in the file"),
            Self::NoSuchChoice => f.write_str("no choice has the number that was picked"),
            Self::OfferOver => f.write_str("something was picked from an offer that is over"),
            Self::AnsweredBefore { at } => {
                write!(
                    f,
                    "the same answer was given in this channel at {at}: pointed to instead of repeated"
                )
            }
            Self::SeveralFit => f.write_str("several entries fit about equally well"),
            Self::OfOthers => f.write_str("it reads as a question about another company, place or person"),
            Self::CalledWithoutQuestion => {
                f.write_str("the bot was called, but there is no question in the message")
            }
            Self::Courtesy => f.write_str("the message greets, thanks or chats, and asks nothing"),
            Self::AskedForHuman { confidence } => {
                write!(f, "the member asks for a human (probability {confidence:.2})")
            }
            Self::EntryHandsOver => f.write_str("the entry that fits says `handoff: always`"),
            Self::CalledButUnknown { confidence } => {
                write!(f, "the bot was called, and no entry fits (best: {confidence:.2})")
            }
            Self::CalledAgainWithoutAnswer => {
                f.write_str("the bot was called again and could not help the first time either")
            }
            Self::HeldByHuman { number } => {
                write!(
                    f,
                    "staff have the member's ticket #{number}: the bot keeps out of it"
                )
            }
            Self::SharesTicket { number } => {
                write!(
                    f,
                    "the member asks what ticket #{number} asks already: staff are told"
                )
            }
            Self::LeftTicket { number } => {
                write!(
                    f,
                    "the member joined ticket #{number} and needs no answer any more"
                )
            }
            Self::SolvedByMember { number } => {
                write!(f, "the member says that ticket #{number} is solved")
            }
            Self::AskedForTicket => f.write_str("the member asks how the ticket stands"),
            Self::DidNotHelp => f.write_str("the member says that the answer did not help"),
            Self::Urgent => f.write_str("the message has a word that the admin calls urgent"),
            Self::TookBack => f.write_str("the member takes back what they asked"),
            Self::Complains => f.write_str("the member complains"),
            Self::PointedToContacts => {
                f.write_str("in this channel the bot points to the contact points instead of opening tickets")
            }
            Self::Thanked => f.write_str("thanks for what staff did need no answer"),
            Self::StaffActed { by } => write!(f, "{by} of the staff works on the ticket"),
            Self::HasTicket { number } => {
                write!(f, "the member has ticket #{number} open: the message joins it")
            }
            Self::ToSomebodyElse => f.write_str("said to another member, by mention or quote"),
            Self::DeclinedHuman => f.write_str("the member wants no human"),
            Self::NotUnasked { entry } => {
                write!(
                    f,
                    "nobody called the bot, and entry `{entry}` says `unasked: never`"
                )
            }
            Self::ChannelFails { contact } => {
                write!(f, "the member says that the contact point `{contact}` fails")
            }
            Self::NotAQuestion => f.write_str("nobody called the bot, and it does not read as a question"),
            Self::NotCertain { confidence, needed } => {
                write!(
                    f,
                    "nobody called the bot, and the best entry is right with probability {confidence:.2} only (needed when not called: {needed:.2})"
                )
            }
            Self::OnlyWhenCalled => f.write_str(
                "nobody called the bot, and in this channel it speaks only when called (`listen: mentions`)",
            ),
            Self::Muted => f.write_str("the bot is switched off in this channel (`listen: off`)"),
            Self::OwnMessage => f.write_str("the bot's own message"),
            Self::OtherAccount { account } => {
                write!(
                    f,
                    "our account `{account}` is in the group too, and decides on it"
                )
            }
            Self::OtherBot => f.write_str("the sender is a program"),
            Self::Ignored => f.write_str("the sender is passed over by the settings (`ignore`)"),
            Self::OthersCommand => f.write_str(
                "a command that does not call the bot may be another program's (`commands: called`)",
            ),
            Self::DoubtedAnswer { entry } => {
                write!(
                    f,
                    "the member says that the answer of `{entry}` is not what was asked, or not clear"
                )
            }
            Self::StaffSpeaking { dropped: 0 } => f.write_str("the sender is staff"),
            Self::StaffSpeaking { dropped } => {
                write!(
                    f,
                    "the sender is staff: {dropped} waiting answer(s) in the channel dropped"
                )
            }
            Self::AttendedByStaff => {
                f.write_str("staff spoke to the sender a short time ago: the bot keeps out")
            }
            Self::StaffRoom => f.write_str("said in a staff room"),
            Self::TooOld { seconds } => write!(f, "the message is {seconds} s old: an old replay"),
            Self::LoopGuard => f.write_str("the sender and the bot answer each other in a loop"),
            Self::PointedInVain => {
                f.write_str("the member does not find the answer that they were pointed to")
            }
            Self::AskedForHelp => f.write_str("the member asks what the bot can do"),
            Self::PointedBefore => f.write_str("the same answer was pointed to a moment ago"),
            Self::Waiting { until } => write!(
                f,
                "waiting until {until} whether the member goes on, staff answer first or the judge has a voice"
            ),
            Self::AskerSpoke => f.write_str("the asker needs no answer any more: the waiting one is dropped"),
            Self::Recalled => f.write_str("the message was taken back"),
            Self::Edited => f.write_str("the message was changed"),
            Self::NothingWaiting => f.write_str("nothing was waiting any more"),
        }
    }
}
