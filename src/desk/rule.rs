//! The parts of a reason by which decisions are kept and counted.

mod chinese;

use super::reason::Reason;
use crate::language::Language;

impl Reason {
    /// Returns the stable word for the rule, as its JSON has it.
    pub fn rule(&self) -> &'static str {
        match self {
            Self::CalledAndKnown { .. } => "called_and_known",
            Self::UnaskedButCertain { .. } => "unasked_but_certain",
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
            | Self::Promoted { needed, .. }
            | Self::NotCertain { needed, .. } => Some(*needed),
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

/// Returns a kept rule as a sentence, with what was kept of its facts; the rule itself where this version does not know it.
pub fn rule_in_words(
    language: Language,
    rule: &str,
    (confidence, needed): (Option<f32>, Option<f32>),
    entry: Option<&str>,
    ticket: Option<u64>,
) -> String {
    let (english, chinese) = match rule {
        "answered_before" => (
            "the same answer stands in the channel already: pointed to instead of repeated",
            "同样的答案已在这个会话里：只指过去，不再重复",
        ),
        "waiting" => (
            "it waited whether the member goes on, staff answer first or the judge has a voice, and nothing has followed yet",
            "在等成员是否还要说、客服是否先答、判断模型怎么说，还没有下文",
        ),
        "picked" => ("a choice of an offer was picked", "选了一个选项"),
        "staff_speaking" => (
            "staff spoke: the waiting answer was dropped",
            "客服说话了：等着的答案不说了",
        ),
        "staff_acted" => ("staff work on the ticket", "客服处理了工单"),
        "doubted_answer" => (
            "the member says that an answer is not what was asked, or not clear",
            "成员说答案不是所问，或看不明白",
        ),
        "channel_fails" => (
            "the member says that the contact point of the answer fails",
            "成员说答案里的联系方式用不了",
        ),
        "promoted" => (
            "the judge names the entry, which the matcher was not sure of",
            "判断模型认这个条目，匹配本身没有把握",
        ),
        "other_account" => (
            "another account of ours is in the group too, and decides on it",
            "我们的另一个账号也在这个群，由它判断",
        ),
        "too_old" => ("the message was too old: an old replay", "消息太旧：旧消息重放"),
        _ => ("", ""),
    };
    let without_facts = match language {
        Language::CHINESE => chinese,
        _ => english,
    };
    if !without_facts.is_empty() {
        return without_facts.to_owned();
    }
    let facts = serde_json::json!({
        "rule": rule,
        "confidence": confidence.unwrap_or_default(),
        "needed": needed.unwrap_or_default(),
        "entry": entry.unwrap_or_default(),
        "number": ticket.unwrap_or_default(),
    });
    serde_json::from_value::<Reason>(facts).map_or_else(
        |_| rule.to_owned(),
        |reason| match language {
            Language::CHINESE => chinese::in_chinese(&reason),
            _ => reason.to_string(),
        },
    )
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
            let words = |language| rule_in_words(language, reason.rule(), confidences, None, reason.ticket());
            let chinese = words(Language::CHINESE);
            assert!(chinese.chars().any(|c| c > '\u{2e80}'), "{chinese}");
            let words = words(Language::ENGLISH);
            let dropped = matches!(reason, Reason::StaffSpeaking { .. });
            assert!(dropped || words == reason.to_string(), "{words}");
        }
        assert_eq!(
            rule_in_words(Language::CHINESE, "of_a_later_version", (None, None), None, None),
            "of_a_later_version"
        );
    }
}
