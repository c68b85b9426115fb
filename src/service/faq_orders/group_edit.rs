//! The edit that a group of unanswered questions comes to: its questions grow until the group is answered, and all of it is shown.

use super::edit::Edit;
use crate::desk::Knowledge;
use crate::matcher::Tuning;
use crate::preview::{PreviewMessage, Version, outcome};
use crate::store::MissGroup;
use crate::texts::ComposedTexts;
use crate::unanswered::{State, is_answered};
use jiff::Timestamp;

/// Questions that are added at once.
const STEP_QUESTIONS: usize = 3;
/// Most questions that are added in all.
const QUESTIONS_MAX: usize = 15;

/// Group of questions that an order is made from.
#[derive(Debug, Clone)]
pub(in crate::service) struct OfGroup {
    /// Number.
    pub(super) id: i64,
    /// Its state when it was looked at.
    pub(super) state: State,
    /// Messages, with the entry that answered each.
    pub(super) asked: Vec<(PreviewMessage, Option<String>)>,
    /// Word on its messages that the room does not see.
    pub(super) others: String,
    /// Messages that can be questions, the most typical ones first.
    pub(super) further: Vec<String>,
}

impl OfGroup {
    /// Shows an edit in full.
    pub(super) fn shown(&self, edit: &Edit, answered: usize, texts: ComposedTexts<'_>) -> String {
        let (id, all) = (self.id, self.asked.len());
        let then = match edit {
            Edit::OutOfScope(_) => texts.faq_nothing_near_again(),
            Edit::Questions(..) | Edit::Entry(_) => texts.faq_group_then(all, answered),
        };
        format!("m{id} → {}{then}{}", edit.in_full(texts), self.others)
    }

    /// Tells that somebody settled the group after its room was shown what the edit does.
    pub(super) fn settled_meanwhile(&self, now: &MissGroup, texts: ComposedTexts<'_>) -> String {
        let id = self.id;
        if now.id != id {
            return texts.faq_group_merged(id, now.id);
        }
        let state = match now.state {
            State::Open => texts.faq_state_open(),
            State::Accepted => texts.faq_state_accepted(),
            State::OutOfScope => texts.faq_state_out_of_scope(),
            State::Ignored => texts.faq_state_ignored(),
            State::Merged => texts.faq_state_merged(),
        };
        texts.faq_group_settled(id, &state)
    }
}

/// Edit of a group that was tried.
pub(super) struct Grown {
    /// The edit.
    pub(super) edit: Edit,
    /// File with it.
    pub(super) after: Vec<u8>,
    /// Knowledge of that file.
    pub(super) new: Knowledge,
    /// Training examples of the labels for it.
    pub(super) tuning: Option<Tuning>,
    /// Messages of the group that are answered then.
    pub(super) answered: usize,
}

/// Tries the edit of a group, with further questions of it where too few of its messages are answered otherwise. `try_edit`
/// returns the file and its knowledge.
///
/// # Errors
/// Fails as `try_edit` does.
pub(super) fn grown(
    edit: Edit,
    group: &OfGroup,
    (old, may_grow, now): (&Knowledge, bool, Timestamp),
    try_edit: impl Fn(&Edit) -> Result<(Vec<u8>, Knowledge, Option<Tuning>), String>,
) -> Result<Grown, String> {
    let mut edit = edit;
    if may_grow {
        edit = without_calls(edit, old);
    }
    loop {
        let (after, new, tuning) = try_edit(&edit)?;
        let version = Version {
            knowledge: &new,
            tuning: tuning.as_ref(),
        };
        let left = unanswered(group, &edit, version, now);
        let answered = group.asked.len() - left.len();
        let is_enough = !may_grow || is_answered(answered, group.asked.len());
        let more = with_more(&edit, group, &left, old).filter(|_| !is_enough);
        match more {
            Some(more) => edit = more,
            None => {
                return Ok(Grown {
                    edit,
                    after,
                    new,
                    tuning,
                    answered,
                });
            }
        }
    }
}

/// Returns the messages of a group that the edit's entry does not answer.
fn unanswered<'g>(group: &'g OfGroup, edit: &Edit, new: Version<'_>, now: Timestamp) -> Vec<&'g str> {
    let id = match edit {
        Edit::Entry(draft) => &draft.id,
        Edit::Questions(id, _) => id,
        Edit::OutOfScope(_) => return Vec::new(),
    };
    let desk = new.desk();
    let left = group.asked.iter().filter(|(asked, _)| {
        let outcome = outcome(&desk, asked, now).outcome;
        outcome.answer() != Some(id)
    });
    left.map(|(asked, _)| asked.text.as_str()).collect()
}

/// Returns an edit without the questions by which the desk would call a human.
fn without_calls(edit: Edit, known: &Knowledge) -> Edit {
    let keep = |questions: &mut Vec<String>| questions.retain(|question| !known.calls_human(question));
    match edit {
        Edit::Entry(mut draft) => {
            keep(&mut draft.questions);
            Edit::Entry(draft)
        }
        Edit::Questions(id, mut questions) => {
            keep(&mut questions);
            Edit::Questions(id, questions)
        }
        Edit::OutOfScope(mut messages) => {
            keep(&mut messages);
            Edit::OutOfScope(messages)
        }
    }
}

/// Returns an edit with some of the messages that are `left` as questions; `None` where there is none, or it has enough.
fn with_more(edit: &Edit, group: &OfGroup, left: &[&str], known: &Knowledge) -> Option<Edit> {
    let mut edit = edit.clone();
    let questions = match &mut edit {
        Edit::Entry(draft) => &mut draft.questions,
        Edit::Questions(_, questions) => questions,
        Edit::OutOfScope(_) => return None,
    };
    let room = QUESTIONS_MAX.checked_sub(questions.len())?.min(STEP_QUESTIONS);
    let more: Vec<String> = group
        .further
        .iter()
        .filter(|text| left.iter().any(|left| said_in(left, text)))
        .filter(|text| !questions.contains(text) && !known.calls_human(text))
        .take(room)
        .cloned()
        .collect();
    if more.is_empty() {
        return None;
    }
    questions.extend(more);
    Some(edit)
}

/// `true` if a question is a message, or its beginning.
fn said_in(message: &str, question: &str) -> bool {
    let line = message.split_whitespace().collect::<Vec<_>>().join(" ");
    line.contains(question)
}
