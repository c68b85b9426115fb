//! The parts of a reason by which decisions are kept and counted.

use super::reason::Reason;
use crate::decision_kind::DecisionKind;
use crate::language::Language;
use crate::texts::ComposedTexts;
use std::fmt;

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
    fn in_words(&self, language: Language) -> String {
        let texts = ComposedTexts::built_in(language);
        let confidences = (self.confidence(), self.needed());
        rule_in_words(texts, self.rule(), confidences, self.entry(), self.ticket())
    }

    /// Returns the reason as the log has it, which chooses the language: Chinese in the alternate form (`{:#}`).
    pub fn logged(&self) -> impl fmt::Display {
        Logged(self)
    }

    /// Returns the stable word for the rule, as its JSON has it.
    pub fn rule(&self) -> &'static str {
        match self {
            Self::CalledAndKnown { .. } => "called_and_known",
            Self::UnaskedButCertain { .. } => "unasked_but_certain",
            Self::FollowsUp { .. } => "follows_up",
            Self::Promoted { .. } => "promoted",
            Self::Vetoed { .. } => "vetoed",
            Self::NotAgreed { .. } => "not_agreed",
            Self::Picked { .. } => "picked",
            Self::PickedBefore => "picked_before",
            Self::ChoiceGone => "choice_gone",
            Self::NoSuchChoice => "no_such_choice",
            Self::OfferOver => "offer_over",
            Self::AnsweredBefore { .. } => "answered_before",
            Self::SeveralFit => "several_fit",
            Self::OfOthers => "of_others",
            Self::CalledWithoutQuestion => "called_without_question",
            Self::Courtesy => "courtesy",
            Self::AskedForHuman { .. } => "asked_for_human",
            Self::EntryHandsOver => "entry_hands_over",
            Self::CalledButUnknown { .. } => "called_but_unknown",
            Self::CalledAgainWithoutAnswer => "called_again_without_answer",
            Self::HasTicket { .. } => "has_ticket",
            Self::SharesTicket { .. } => "shares_ticket",
            Self::LeftTicket { .. } => "left_ticket",
            Self::HeldByHuman { .. } => "held_by_human",
            Self::SolvedByMember { .. } => "solved_by_member",
            Self::AskedForTicket => "asked_for_ticket",
            Self::DidNotHelp => "did_not_help",
            Self::Urgent => "urgent",
            Self::TookBack => "took_back",
            Self::Complains => "complains",
            Self::PointedToContacts => "pointed_to_contacts",
            Self::Thanked => "thanked",
            Self::StaffActed { .. } => "staff_acted",
            Self::ToSomebodyElse => "to_somebody_else",
            Self::DeclinedHuman => "declined_human",
            Self::NotUnasked { .. } => "not_unasked",
            Self::ChannelFails { .. } => "channel_fails",
            Self::NotAQuestion => "not_a_question",
            Self::NotCertain { .. } => "not_certain",
            Self::OnlyWhenCalled => "only_when_called",
            Self::Muted => "muted",
            Self::OwnMessage => "own_message",
            Self::OtherAccount { .. } => "other_account",
            Self::OtherBot => "other_bot",
            Self::Ignored => "ignored",
            Self::OthersCommand => "others_command",
            Self::DoubtedAnswer { .. } => "doubted_answer",
            Self::StaffSpeaking { .. } => "staff_speaking",
            Self::AttendedByStaff => "attended_by_staff",
            Self::StaffRoom => "staff_room",
            Self::TooOld { .. } => "too_old",
            Self::LoopGuard => "loop_guard",
            Self::PointedInVain => "pointed_in_vain",
            Self::AskedForHelp => "asked_for_help",
            Self::PointedBefore => "pointed_before",
            Self::Waiting { .. } => "waiting",
            Self::AskerSpoke => "asker_spoke",
            Self::Recalled => "recalled",
            Self::Edited => "edited",
            Self::NothingWaiting => "nothing_waiting",
        }
    }

    /// Returns the confidence that decided, 0 to 1, where one did.
    pub fn confidence(&self) -> Option<f32> {
        match self {
            Self::CalledAndKnown { confidence, .. }
            | Self::UnaskedButCertain { confidence, .. }
            | Self::FollowsUp { confidence, .. }
            | Self::Promoted { confidence, .. }
            | Self::AskedForHuman { confidence }
            | Self::CalledButUnknown { confidence }
            | Self::NotCertain { confidence, .. } => Some(*confidence),
            _ => None,
        }
    }

    /// Returns the confidence that was needed, 0 to 1, where it decided.
    pub fn needed(&self) -> Option<f32> {
        match self {
            Self::CalledAndKnown { needed, .. }
            | Self::UnaskedButCertain { needed, .. }
            | Self::FollowsUp { needed, .. }
            | Self::Promoted { needed, .. }
            | Self::NotCertain { needed, .. } => Some(*needed),
            _ => None,
        }
    }

    /// Returns the id of the entry that it is about.
    fn entry(&self) -> Option<&str> {
        match self {
            Self::Vetoed { entry } | Self::NotAgreed { entry } | Self::NotUnasked { entry } => Some(entry),
            _ => None,
        }
    }

    /// Returns the number of the ticket that it is about.
    pub fn ticket(&self) -> Option<u64> {
        match self {
            Self::HasTicket { number }
            | Self::SharesTicket { number }
            | Self::LeftTicket { number }
            | Self::HeldByHuman { number }
            | Self::SolvedByMember { number } => Some(*number),
            _ => None,
        }
    }
}

/// Returns a kind of decision in words.
pub fn decision_in_words(texts: ComposedTexts<'_>, kind: DecisionKind) -> String {
    match kind {
        DecisionKind::Answer => texts.decision_answer(),
        DecisionKind::Clarify => texts.decision_clarify(),
        DecisionKind::AskBack => texts.decision_ask_back(),
        DecisionKind::Courtesy => texts.decision_courtesy(),
        DecisionKind::Information => texts.decision_information(),
        DecisionKind::ContactPoints => texts.decision_contact_points(),
        DecisionKind::HandOff => texts.decision_handoff(),
        DecisionKind::TicketMessage => texts.decision_ticket_message(),
        DecisionKind::TicketEnd => texts.decision_ticket_end(),
        DecisionKind::StaffOrder => texts.decision_staff_order(),
        DecisionKind::Quiet => texts.decision_quiet(),
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
    let (entry, number) = (entry.unwrap_or_default(), ticket.unwrap_or_default());
    match rule {
        "called_and_known" => texts.rule_called_and_known(&confidence, &needed),
        "unasked_but_certain" => texts.rule_unasked_but_certain(&confidence, &needed),
        "follows_up" => texts.rule_follows_up(&confidence, &needed),
        "promoted" => texts.rule_promoted(),
        "vetoed" => texts.rule_vetoed(entry),
        "not_agreed" => texts.rule_not_agreed(entry),
        "picked" => texts.rule_picked(),
        "picked_before" => texts.rule_picked_before(),
        "choice_gone" => texts.rule_choice_gone(),
        "no_such_choice" => texts.rule_no_such_choice(),
        "offer_over" => texts.rule_offer_over(),
        "answered_before" => texts.rule_answered_before(),
        "several_fit" => texts.rule_several_fit(),
        "of_others" => texts.rule_of_others(),
        "called_without_question" => texts.rule_called_without_question(),
        "courtesy" => texts.rule_courtesy(),
        "asked_for_human" => texts.rule_asked_for_human(&confidence),
        "entry_hands_over" => texts.rule_entry_hands_over(),
        "called_but_unknown" => texts.rule_called_but_unknown(&confidence),
        "called_again_without_answer" => texts.rule_called_again_without_answer(),
        "held_by_human" => texts.rule_held_by_human(number),
        "shares_ticket" => texts.rule_shares_ticket(number),
        "left_ticket" => texts.rule_left_ticket(number),
        "solved_by_member" => texts.rule_solved_by_member(number),
        "asked_for_ticket" => texts.rule_asked_for_ticket(),
        "did_not_help" => texts.rule_did_not_help(),
        "urgent" => texts.rule_urgent(),
        "took_back" => texts.rule_took_back(),
        "complains" => texts.rule_complains(),
        "pointed_to_contacts" => texts.rule_pointed_to_contacts(),
        "thanked" => texts.rule_thanked(),
        "staff_acted" => texts.rule_staff_acted(),
        "has_ticket" => texts.rule_has_ticket(number),
        "to_somebody_else" => texts.rule_to_somebody_else(),
        "declined_human" => texts.rule_declined_human(),
        "not_unasked" => texts.rule_not_unasked(entry),
        "channel_fails" => texts.rule_channel_fails(),
        "not_a_question" => texts.rule_not_a_question(),
        "not_certain" => texts.rule_not_certain(&confidence, &needed),
        "only_when_called" => texts.rule_only_when_called(),
        "muted" => texts.rule_muted(),
        "own_message" => texts.rule_own_message(),
        "other_account" => texts.rule_other_account(),
        "other_bot" => texts.rule_other_bot(),
        "ignored" => texts.rule_ignored(),
        "others_command" => texts.rule_others_command(),
        "doubted_answer" => texts.rule_doubted_answer(),
        "staff_speaking" => texts.rule_staff_speaking(),
        "attended_by_staff" => texts.rule_attended_by_staff(),
        "staff_room" => texts.rule_staff_room(),
        "too_old" => texts.rule_too_old(),
        "loop_guard" => texts.rule_loop_guard(),
        "pointed_in_vain" => texts.rule_pointed_in_vain(),
        "asked_for_help" => texts.rule_asked_for_help(),
        "pointed_before" => texts.rule_pointed_before(),
        "waiting" => texts.rule_waiting(),
        "asker_spoke" => texts.rule_asker_spoke(),
        "recalled" => texts.rule_recalled(),
        "edited" => texts.rule_edited(),
        "nothing_waiting" => texts.rule_nothing_waiting(),
        unknown => unknown.to_owned(),
    }
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
}
