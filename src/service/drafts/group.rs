//! The edit that a group of unanswered questions comes to: its questions grow until the group is answered, and all of it is shown.

use super::edit::Edit;
use crate::desk::Knowledge;
use crate::matcher::Tuning;
use crate::preview::{Asked, Version, outcome};
use crate::store::MissGroup;
use crate::unanswered::{State, is_answered};
use jiff::Timestamp;

/// Questions that are added at once, and in all.
const STEP: usize = 3;
const QUESTIONS_MAX: usize = 15;

/// Group of questions that an order is made from.
#[derive(Debug, Clone)]
pub(in crate::service) struct OfGroup {
    /// Its number.
    pub(super) id: i64,
    /// Its state when it was looked at.
    pub(super) state: State,
    /// Its messages, with the entry that answered each.
    pub(super) asked: Vec<(Asked, Option<String>)>,
    /// Word on its messages that the room does not see.
    pub(super) others: String,
    /// Messages that can be questions, the most typical ones first.
    pub(super) further: Vec<String>,
}

impl OfGroup {
    /// Shows an edit in full.
    pub(super) fn shown(&self, edit: &Edit, answered: usize) -> String {
        let (id, all) = (self.id, self.asked.len());
        let shown = match edit {
            Edit::OutOfScope(_) => format!(
                "m{id} → {}相近的也不再提示 / what is near it is not shown again either",
                edit.in_full()
            ),
            Edit::Questions(..) | Edit::Entry(_) => {
                format!("m{id} → {}{}", edit.in_full(), then(answered, all))
            }
        };
        shown + &self.others
    }
}

impl OfGroup {
    /// Tells that somebody settled the group after its room was shown what the edit does.
    pub(super) fn settled_meanwhile(&self, now: &MissGroup) -> String {
        let id = self.id;
        let (chinese, english) = match now.state {
            State::Open => ("又列出来了", "listed again"),
            State::Accepted => ("处理了", "done"),
            State::OutOfScope => ("排除了", "put out of scope"),
            State::Ignored => ("忽略了", "put aside"),
            State::Merged => ("并到别的组里了", "merged"),
        };
        match now.id == id {
            true => format!(
                "第 m{id} 组在此期间被别人{chinese}；仍要写入请再发一次指令 / m{id} was {english} by somebody else meanwhile: give the order \
                 anew if you still want it"
            ),
            false => format!(
                "第 m{id} 组在此期间并到第 m{now} 组里了，请看那一组 / m{id} became a part of m{now} meanwhile: look at that one",
                now = now.id
            ),
        }
    }
}

fn then(answered: usize, all: usize) -> String {
    format!("写入后这组 {all} 条中 {answered} 条有回答 / of its {all} messages {answered} are answered then")
}

/// Edit of a group that was tried.
pub(super) struct Grown {
    /// The edit.
    pub(super) edit: Edit,
    /// File with it.
    pub(super) after: Vec<u8>,
    /// Knowledge of that file.
    pub(super) new: Knowledge,
    /// Lessons of the labels for it.
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
    let room = QUESTIONS_MAX.checked_sub(questions.len())?.min(STEP);
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
