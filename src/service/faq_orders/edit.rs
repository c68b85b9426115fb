//! The edit of faq.yaml that a staff room orders: what it adds, and how it is made in the file's text.

use crate::desk::Knowledge;
use crate::faq::{Draft, add_questions, append, exclude, only_adds, only_adds_questions};
use crate::preview::{Kind, Preview};
use crate::texts::ComposedTexts;

/// Edit of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Edit {
    /// A new entry.
    Entry(Draft),
    /// Messages that are put out of scope.
    OutOfScope(Vec<String>),
    /// Questions of an entry.
    Questions(String, Vec<String>),
}

impl Edit {
    /// Key of the list that it adds to.
    pub(super) fn key(&self) -> &'static str {
        match self {
            Self::Entry(_) | Self::Questions(..) => "entries",
            Self::OutOfScope(_) => "out_of_scope",
        }
    }

    /// `true` if a file says what it did, and what the edit means.
    pub(super) fn is_meant(&self, name: &str, before: &str, after: &str) -> bool {
        match self {
            Self::Entry(_) => only_adds(name, before, after, self.key(), 1),
            Self::OutOfScope(messages) => only_adds(name, before, after, self.key(), messages.len()),
            Self::Questions(id, questions) => only_adds_questions(name, before, after, id, questions),
        }
    }

    /// Returns its questions.
    pub(super) fn questions(&self) -> &[String] {
        match self {
            Self::Entry(draft) => &draft.questions,
            Self::Questions(_, questions) | Self::OutOfScope(questions) => questions,
        }
    }

    /// Returns the file's text with the edit.
    pub(super) fn apply(&self, name: &str, text: &str, known: &Knowledge) -> Result<String, String> {
        match self {
            Self::OutOfScope(messages) => {
                let mut after = text.to_owned();
                for message in messages {
                    after = exclude(name, &after, message)?;
                }
                Ok(after)
            }
            Self::Questions(id, questions) => match questions.iter().find(|text| known.calls_human(text)) {
                Some(question) => Err(known.faq.own_texts().faq_own_meaning(question)),
                None => add_questions(name, text, id, questions),
            },
            Self::Entry(draft) => {
                // Unless the desk by itself would call a human for one of its questions: that depends on what else stands in the file.
                let mut questions = draft.questions.iter();
                match questions.find(|text| known.calls_human(text)) {
                    Some(question) => Err(known.faq.own_texts().faq_own_meaning(question)),
                    None => append(name, text, draft),
                }
            }
        }
    }

    /// `true` if these are the words that the edit itself is about: of those it is meant that they are answered otherwise.
    pub(super) fn is_about(&self, words: &str) -> bool {
        self.questions().iter().any(|question| question == words)
    }

    /// Shows what it writes, in full.
    pub(super) fn in_full(&self, texts: ComposedTexts<'_>) -> String {
        let questions = |questions: &[String]| -> String {
            let lines = questions.iter().map(|question| format!("  「{question}」\n"));
            lines.collect()
        };
        match self {
            Self::Entry(draft) => format!("{}:\n{}", texts.faq_new_entry(), draft.yaml(0)),
            Self::OutOfScope(messages) => format!("out_of_scope:\n{}", questions(messages)),
            Self::Questions(id, added) => {
                format!("{}:\n{}", texts.faq_questions_of(id), questions(added))
            }
        }
    }

    /// Description for the list of versions.
    pub(super) fn note(&self) -> String {
        match self {
            Self::Entry(draft) => format!("+ {}", draft.id),
            Self::OutOfScope(_) => "+ out_of_scope".to_owned(),
            Self::Questions(id, questions) => format!("+ {id} (+{})", questions.len()),
        }
    }

    /// `true` if what the edit does is to be seen by an admin first.
    pub(super) fn asks(&self, preview: &Preview) -> bool {
        let surprises = |kind: Kind, text: &str| kind != Kind::NewlyAnswered && !self.is_about(text);
        let mut changes = preview.changes.iter();
        !preview.broken.is_empty() || changes.any(|change| surprises(change.kind, &change.text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_desk_would_hand_over_is_not_accepted_as_a_question() {
        let text = "entries:\n- { id: hours, questions: [几点开门, 营业时间], answer: 九点 }\n- { id: refund, questions: [怎么退款, 退款多久到账], \
                    answer: 找前台 }\n- { id: pay, questions: [怎么付款, 能刷卡吗], answer: 都行 }\n";
        let (known, _) = Knowledge::load("faq.yaml", text, None).unwrap();
        let accept = |question: &str| {
            let draft = Draft {
                id: "ticket-1".to_owned(),
                questions: vec![question.to_owned()],
                answer: "按规定办理".to_owned(),
            };
            Edit::Entry(draft).apply("faq.yaml", text, &known)
        };
        for call in ["我想和客服说话", "找客服聊聊", "想跟你们的人聊聊"] {
            let refused = accept(call).unwrap_err();
            assert!(refused.contains(call) && refused.contains("自带"), "{refused}");
        }
        for question in ["怎么导出审计日志", "客服几点上班"] {
            assert!(accept(question).unwrap().contains(question), "{question}");
        }
    }
}
