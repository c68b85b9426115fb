//! Reasons for decisions: each a row with the name under which it is kept, the kind of a decision that is kept for it, and its sentence.

use crate::decision_kind::DecisionKind;
use crate::language::Language;
use crate::texts::ComposedTexts;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Declares the reasons. A row has the variant with its facts, its name in the store, in metrics and in JSON, and the function of its
/// sentence with the facts that it says. In brackets stands the kind of a decision that is kept for it, where that is not the first of
/// its class.
macro_rules! reasons {
    ($(
        $(#[$doc:meta])*
        $variant:ident $rule:literal $({ $($(#[$field_doc:meta])* $field:ident: $of:ty),* $(,)? })? $([$kind:ident])?
            => $sentence:ident($($fact:ident),*);
    )*) => {
        /// Reason why the bot answered, asked, handed over or kept quiet. Its [`std::fmt::Display`] is a sentence for an admin.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "rule")]
        pub enum Reason {
            $(
                $(#[$doc])*
                #[serde(rename = $rule)]
                $variant $({ $($(#[$field_doc])* $field: $of),* })?,
            )*
        }

        impl Reason {
            /// Returns the stable word for the rule, as its JSON has it.
            pub fn rule(&self) -> &'static str {
                match self {
                    $(Self::$variant { .. } => $rule,)*
                }
            }

            /// Returns those of its facts that are kept.
            fn facts(&self) -> Facts<'_> {
                let mut facts = Facts::default();
                match self {
                    $(Self::$variant $({ $($field),* })? => { $($(keep_fact!(facts, $field $field);)*)? })*
                }
                facts
            }
        }

        /// Returns the kind of a decision that is kept for a rule, where that is not the first of its class.
        fn kind_of_rule(rule: &str) -> Option<DecisionKind> {
            match rule {
                $($($rule => Some(DecisionKind::$kind),)?)*
                _ => None,
            }
        }

        /// Says a kept rule; the rule itself where this version does not know it.
        fn say(texts: ComposedTexts<'_>, rule: &str, facts: &SaidFacts<'_>) -> String {
            match rule {
                $($rule => texts.$sentence($(facts.$fact),*),)*
                unknown => unknown.to_owned(),
            }
        }
    };
}

/// Keeps a fact of a reason if it is one of those that a kept decision has.
macro_rules! keep_fact {
    ($facts:ident, confidence $value:ident) => {
        $facts.confidence = Some(*$value)
    };
    ($facts:ident, needed $value:ident) => {
        $facts.needed = Some(*$value)
    };
    ($facts:ident, entry $value:ident) => {
        $facts.entry = Some($value)
    };
    ($facts:ident, number $value:ident) => {
        $facts.number = Some(*$value)
    };
    ($facts:ident, $other:ident $value:ident) => {
        let _ = $value;
    };
}

reasons! {
    /// The message called the bot and an entry is probable enough.
    CalledAndKnown "called_and_known" {
        /// Calibrated probability that the entry is the right one, 0 to 1.
        confidence: f32,
        /// Confidence that was needed, 0 to 1.
        needed: f32,
    } => rule_called_and_known(confidence, needed);
    /// The message did not call the bot, reads as a question, and an entry is certain enough to speak up.
    UnaskedButCertain "unasked_but_certain" {
        /// Calibrated probability that the entry is the right one, 0 to 1.
        confidence: f32,
        /// Confidence that was needed, 0 to 1.
        needed: f32,
    } => rule_unasked_but_certain(confidence, needed);
    /// The member asks on in a few words after an answer, and another entry is probable enough.
    FollowsUp "follows_up" {
        /// Calibrated probability that the entry is the right one, 0 to 1.
        confidence: f32,
        /// Confidence that was needed, 0 to 1.
        needed: f32,
    } => rule_follows_up(confidence, needed);
    /// The judge names an entry that the matcher was not sure of.
    Promoted "promoted" {
        /// Calibrated probability that the entry is the right one, 0 to 1.
        confidence: f32,
        /// Confidence that was needed, 0 to 1.
        needed: f32,
        /// The same probability without the judge, 0 to 1.
        alone: f32,
    } => rule_promoted();
    /// The judge does not agree with an answer that nobody called for.
    Vetoed "vetoed" {
        /// Id of the entry.
        entry: String,
    } => rule_vetoed(entry);
    /// The judge's agreement with an answer that nobody called for did not come.
    NotAgreed "not_agreed" {
        /// Id of the entry.
        entry: String,
    } => rule_not_agreed(entry);
    /// The member picked one of the choices that the bot offered.
    Picked "picked" {
        /// The number of the choice, from 1.
        choice: usize,
    } => rule_picked();
    /// The member picked it before: a button was pressed twice.
    PickedBefore "picked_before" => rule_picked_before();
    /// The member picked a choice that the file no longer has.
    ChoiceGone "choice_gone" [Information] => rule_choice_gone();
    /// The member picked a number that no choice has.
    NoSuchChoice "no_such_choice" [Information] => rule_no_such_choice();
    /// The member picked from an offer that is forgotten.
    OfferOver "offer_over" [Information] => rule_offer_over();
    /// The same answer was given in this channel a short time ago: the member is pointed to it.
    AnsweredBefore "answered_before" {
        /// Time at which it was given.
        at: Timestamp,
    } => rule_answered_before();
    /// Several entries share the probability.
    SeveralFit "several_fit" => rule_several_fit();
    /// The message speaks of another company, place or person.
    OfOthers "of_others" => rule_of_others();
    /// The bot was called without a question that it could read.
    CalledWithoutQuestion "called_without_question" [AskBack] => rule_called_without_question();
    /// The message greets, thanks or chats, and is replied to in kind.
    Courtesy "courtesy" [Courtesy] => rule_courtesy();
    /// The member asked for a human.
    AskedForHuman "asked_for_human" {
        /// Calibrated probability, 0 to 1; 1 where a command or a choice said so.
        confidence: f32,
    } => rule_asked_for_human(confidence);
    /// The entry that fits says that a human must take over.
    EntryHandsOver "entry_hands_over" => rule_entry_hands_over();
    /// The message called the bot and no entry fits.
    CalledButUnknown "called_but_unknown" {
        /// Confidence of the best candidate, 0 to 1.
        confidence: f32,
    } => rule_called_but_unknown(confidence);
    /// The bot was called again and could not help the first time either.
    CalledAgainWithoutAnswer "called_again_without_answer" => rule_called_again_without_answer();
    /// The member has an open ticket already; the message joins it.
    HasTicket "has_ticket" {
        /// Number of the ticket.
        number: u64,
    } [TicketMessage] => rule_has_ticket(number);
    /// The member joined another one's ticket, and says something of it.
    SharesTicket "shares_ticket" {
        /// Number of the ticket.
        number: u64,
    } [TicketMessage] => rule_shares_ticket(number);
    /// The member joined another one's ticket and needs nobody any more.
    LeftTicket "left_ticket" {
        /// Number of the ticket.
        number: u64,
    } [TicketEnd] => rule_left_ticket(number);
    /// A staff member has the member's ticket: the bot keeps out of it.
    HeldByHuman "held_by_human" {
        /// Number of the ticket.
        number: u64,
    } => rule_held_by_human(number);
    /// The member says that the ticket is solved.
    SolvedByMember "solved_by_member" {
        /// Number of the ticket.
        number: u64,
    } [TicketEnd] => rule_solved_by_member(number);
    /// The member asks for the state of the ticket.
    AskedForTicket "asked_for_ticket" [Information] => rule_asked_for_ticket();
    /// The member says that the answer did not help.
    DidNotHelp "did_not_help" => rule_did_not_help();
    /// The message has a word that the admin calls urgent.
    Urgent "urgent" => rule_urgent();
    /// The member takes back what they asked.
    TookBack "took_back" [Courtesy] => rule_took_back();
    /// The member complains of the service or the staff.
    Complains "complains" => rule_complains();
    /// The channel has no tickets: the member is pointed to the contact points.
    PointedToContacts "pointed_to_contacts" [ContactPoints] => rule_pointed_to_contacts();
    /// Thanks for what staff did need no answer.
    Thanked "thanked" [Courtesy] => rule_thanked();
    /// Staff work on a ticket.
    StaffActed "staff_acted" {
        /// Name of the staff member.
        by: String,
    } [StaffOrder] => rule_staff_acted();
    /// The message is said to another member.
    ToSomebodyElse "to_somebody_else" => rule_to_somebody_else();
    /// The member says that no human is wanted.
    DeclinedHuman "declined_human" => rule_declined_human();
    /// The entry that fits says that it is not for those who did not call the bot.
    NotUnasked "not_unasked" {
        /// Id of the entry.
        entry: String,
    } => rule_not_unasked(entry);
    /// The entry that fits would send the member to a channel of which they say that it fails.
    ChannelFails "channel_fails" {
        /// Id of the contact point.
        contact: String,
    } [ContactPoints] => rule_channel_fails();
    /// The message does not call the bot and does not read as a question.
    NotAQuestion "not_a_question" => rule_not_a_question();
    /// The message does not call the bot and no entry is certain enough.
    NotCertain "not_certain" {
        /// Confidence of the best candidate, 0 to 1.
        confidence: f32,
        /// Confidence that was needed, 0 to 1.
        needed: f32,
    } => rule_not_certain(confidence, needed);
    /// The message does not call the bot, and in this channel the bot answers only when it is called.
    OnlyWhenCalled "only_when_called" => rule_only_when_called();
    /// The bot is switched off in this channel.
    Muted "muted" => rule_muted();
    /// The sender is the bot itself.
    OwnMessage "own_message" => rule_own_message();
    /// Another account of ours is in the group too, and decides on the message.
    OtherAccount "other_account" {
        /// Name of the account.
        account: String,
    } => rule_other_account();
    /// The sender is a program.
    OtherBot "other_bot" => rule_other_bot();
    /// The settings tell the bot to ignore the sender.
    Ignored "ignored" => rule_ignored();
    /// The message is a command to another program, or to nobody.
    OthersCommand "others_command" => rule_others_command();
    /// The member says that the answer is another question's, or that it can't be understood.
    DoubtedAnswer "doubted_answer" {
        /// Entry that was answered.
        entry: String,
    } [AskBack] => rule_doubted_answer();
    /// The sender is staff; answers that were waiting in the channel were dropped.
    StaffSpeaking "staff_speaking" {
        /// Waiting answers that were dropped.
        dropped: usize,
    } => rule_staff_speaking();
    /// Staff spoke to the sender a short time ago: what is said to nobody else is said to them.
    AttendedByStaff "attended_by_staff" => rule_attended_by_staff();
    /// The channel is a staff room: messages there are not for the bot.
    StaffRoom "staff_room" => rule_staff_room();
    /// The message is older than the replay limit: the platform repeats its past.
    TooOld "too_old" {
        /// Age in seconds.
        seconds: i64,
    } => rule_too_old();
    /// The member and the bot answer each other, at a pace at which only programs talk or without anything of the FAQ being
    /// asked.
    LoopGuard "loop_guard" => rule_loop_guard();
    /// The member does not find the answer that they were pointed to: they get it again.
    PointedInVain "pointed_in_vain" => rule_pointed_in_vain();
    /// The member asks what the bot can do.
    AskedForHelp "asked_for_help" [Information] => rule_asked_for_help();
    /// The same answer was pointed to a moment ago; saying so again would be noise.
    PointedBefore "pointed_before" => rule_pointed_before();
    /// Nothing to say yet: the member may still be typing, or staff may answer first.
    Waiting "waiting" {
        /// Time at which the bot will speak if nothing changes.
        until: Timestamp,
    } => rule_waiting();
    /// The answer that was waiting is dropped because the asker went on talking.
    AskerSpoke "asker_spoke" => rule_asker_spoke();
    /// The member took the message back.
    Recalled "recalled" => rule_recalled();
    /// The message was changed.
    Edited "edited" => rule_edited();
    /// There was nothing left to do when the time came.
    NothingWaiting "nothing_waiting" => rule_nothing_waiting();
}

/// Facts of a reason that a kept decision has.
#[derive(Debug, Default)]
struct Facts<'a> {
    confidence: Option<f32>,
    needed: Option<f32>,
    entry: Option<&'a str>,
    number: Option<u64>,
}

/// The same facts, as sentences say them.
struct SaidFacts<'a> {
    confidence: &'a str,
    needed: &'a str,
    entry: &'a str,
    number: u64,
}

/// A reason for the log: in English, and in Chinese in the alternate form (`{:#}`).
struct Logged<'a>(&'a Reason);

impl fmt::Display for Logged<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(reason) = self;
        if !f.alternate() {
            return reason.fmt(f);
        }
        f.write_str(&reason.in_words(Language::CHINESE))
    }
}

/// The English sentence of the rule, with the facts that a kept rule does not have where there are any.
impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Promoted {
                confidence,
                needed,
                alone,
            } => write!(
                f,
                "the judge names the entry too, which is right with probability {confidence:.2} then ({alone:.2} without the judge, needed: {needed:.2})"
            ),
            Self::Picked { choice } => write!(f, "the asker picked choice {choice}"),
            Self::AnsweredBefore { at } => write!(
                f,
                "the same answer was given in this channel at {at}: pointed to instead of repeated"
            ),
            Self::StaffActed { by } => write!(f, "{by} of the staff works on the ticket"),
            Self::ChannelFails { contact } => {
                write!(f, "the member says that the contact point `{contact}` fails")
            }
            Self::OtherAccount { account } => write!(
                f,
                "our account `{account}` is in the group too, and decides on it"
            ),
            Self::DoubtedAnswer { entry } => write!(
                f,
                "the member says that the answer of `{entry}` is not what was asked, or not clear"
            ),
            Self::StaffSpeaking { dropped: 0 } => f.write_str("the sender is staff"),
            Self::StaffSpeaking { dropped } => write!(
                f,
                "the sender is staff: {dropped} waiting answer(s) in the channel dropped"
            ),
            Self::TooOld { seconds } => write!(f, "the message is {seconds} s old: an old replay"),
            Self::PointedInVain => {
                f.write_str("the member does not find the answer that they were pointed to")
            }
            Self::Waiting { until } => write!(
                f,
                "waiting until {until} whether the member goes on, staff answer first or the judge has a voice"
            ),
            reason => f.write_str(&reason.in_words(Language::ENGLISH)),
        }
    }
}

impl Reason {
    /// Returns the sentence of the rule in a language, as it is built in.
    pub fn in_words(&self, language: Language) -> String {
        let facts = self.facts();
        let confidences = (facts.confidence, facts.needed);
        let texts = ComposedTexts::built_in(language);
        rule_in_words(texts, self.rule(), confidences, facts.entry, facts.number)
    }

    /// Returns the reason as the log has it, which chooses the language: Chinese in the alternate form (`{:#}`).
    pub fn logged(&self) -> impl fmt::Display {
        Logged(self)
    }

    /// Returns the confidence that decided, 0 to 1, where one did.
    pub fn confidence(&self) -> Option<f32> {
        self.facts().confidence
    }

    /// Returns the confidence that was needed, 0 to 1, where it decided.
    pub fn needed(&self) -> Option<f32> {
        self.facts().needed
    }

    /// Returns the number of the ticket that it is about.
    pub fn ticket(&self) -> Option<u64> {
        self.facts().number
    }
}

/// Returns a kept rule as a sentence, with what was kept of its facts; the rule itself where this version does not know it.
pub fn rule_in_words(
    texts: ComposedTexts<'_>,
    rule: &str,
    (confidence, needed): (Option<f32>, Option<f32>),
    entry: Option<&str>,
    ticket: Option<u64>,
) -> String {
    let [confidence, needed] = [confidence, needed].map(|of| format!("{:.2}", of.unwrap_or_default()));
    let facts = SaidFacts {
        confidence: &confidence,
        needed: &needed,
        entry: entry.unwrap_or_default(),
        number: ticket.unwrap_or_default(),
    };
    say(texts, rule, &facts)
}

/// Finds the kind of a kept decision by its word and its rule; `None` for a word that this version does not know. Versions that had no
/// rule `courtesy` kept a reply to a courtesy as `called_without_question`, which is found as [`DecisionKind::AskBack`].
pub fn kept_kind(decision: &str, rule: &str) -> Option<DecisionKind> {
    kind_of_rule(rule)
        .filter(|kind| kind.stored() == decision)
        .or_else(|| DecisionKind::first_of(decision))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_for_a_rule_is_that_of_its_json() {
        let reasons = [
            Reason::OfOthers,
            Reason::NotAQuestion,
            Reason::HasTicket { number: 7 },
            Reason::StaffSpeaking { dropped: 0 },
            Reason::UnaskedButCertain {
                confidence: 0.9,
                needed: 0.8,
            },
        ];
        for reason in reasons {
            let json = serde_json::to_value(&reason).unwrap();
            assert_eq!(json["rule"], reason.rule());
            let confidences = (reason.confidence(), reason.needed());
            let words = |language| {
                let texts = ComposedTexts::built_in(language);
                rule_in_words(texts, reason.rule(), confidences, None, reason.ticket())
            };
            let chinese = words(Language::CHINESE);
            assert!(chinese.chars().any(|c| c > '\u{2e80}'), "{chinese}");
            assert_eq!(
                (format!("{:#}", reason.logged()), reason.logged().to_string()),
                (chinese, reason.to_string())
            );
            let words = words(Language::ENGLISH);
            let dropped = matches!(reason, Reason::StaffSpeaking { .. });
            assert!(dropped || words == reason.to_string(), "{words}");
        }
        let texts = ComposedTexts::built_in(Language::CHINESE);
        assert_eq!(
            rule_in_words(texts, "of_a_later_version", (None, None), None, None),
            "of_a_later_version"
        );
    }

    #[test]
    fn a_kept_decision_is_found_by_its_word_and_its_rule() {
        for (decision, rule, kind) in [
            ("answer", "picked", DecisionKind::Answer),
            ("clarify", "several_fit", DecisionKind::Clarify),
            ("clarify", "called_without_question", DecisionKind::AskBack),
            ("clarify", "courtesy", DecisionKind::Courtesy),
            ("clarify", "asked_for_ticket", DecisionKind::Information),
            ("clarify", "pointed_to_contacts", DecisionKind::ContactPoints),
            ("clarify", "of_a_later_version", DecisionKind::Clarify),
            ("handoff", "asked_for_human", DecisionKind::HandOff),
            ("handoff", "has_ticket", DecisionKind::TicketMessage),
            ("handoff", "solved_by_member", DecisionKind::TicketEnd),
            ("handoff", "staff_acted", DecisionKind::StaffOrder),
            ("quiet", "thanked", DecisionKind::Quiet),
        ] {
            let found = kept_kind(decision, rule);
            assert_eq!(found, Some(kind), "{decision} {rule}");
            assert_eq!(kind.stored(), decision);
        }
        assert_eq!(kept_kind("of_a_later_version", "picked"), None);
    }
}
