//! Questions that nobody answered, in groups, and the edits of the FAQ that answer them: each is shown as a preview first, and saved as any
//! other edit.

use super::faq::run_blocking;
use super::{Dashboard, failed};
use crate::desk::Knowledge;
use crate::faq::{Draft, EntryForm, add_entry, add_questions, append, edit_entry, exclude, remove_entry};
use crate::service::unanswered_group::UnansweredGroup;
use crate::unanswered::{Proposal, State, weight_at};
use groupdesk_dashboard::{FaqEdit, MissState, MissedGroup, Proposed, Result, Role, User};
use std::collections::BTreeSet;

/// Groups that the page lists.
const GROUPS: u32 = 30;

/// Questions, and answers of staff, that it shows of a group.
const SHOWN_QUESTIONS: usize = 6;

impl Dashboard {
    pub(super) async fn missed(&self) -> Result<Vec<MissedGroup>> {
        let store = &self.parts.store;
        let knowledge = self.parts.knowledge.get();
        let now = self.parts.clock.now();
        let has = |id: &str, text: &str| knowledge.faq.has_question(id, text);
        let mut groups = Vec::new();
        for group in store
            .miss_groups(State::Open, None, GROUPS)
            .await
            .map_err(failed)?
        {
            let missed = UnansweredGroup::read(&**store, group, |_| true, has)
                .await
                .map_err(failed)?;
            groups.push(shown(&missed, weight_at(missed.group.rank, now)));
        }
        Ok(groups)
    }

    pub(super) async fn settle_missed(&self, user: &User, id: i64, state: MissState) -> Result<()> {
        let state = match state {
            MissState::Accepted => State::Accepted,
            MissState::OutOfScope => State::OutOfScope,
            MissState::Ignored => State::Ignored,
        };
        // A group that became part of another one goes on under that one's number.
        let Some(group) = self.parts.store.miss_group(id).await.map_err(failed)? else {
            return Ok(());
        };
        let settled = self.parts.unanswered.settle(group.id, state, &user.name);
        settled.await.map_err(failed)
    }

    /// Makes two groups one; `None` unless both wait for an admin, and the user is one.
    pub(super) async fn merge_missed(&self, user: &User, one: i64, other: i64) -> Result<Option<i64>> {
        if !user.may(Role::Admin) {
            return Ok(None);
        }
        self.parts.unanswered.unite(one, other).await.map_err(failed)
    }

    /// Returns the text of the FAQ with an edit; the reason, for an admin, where it can't be made.
    pub(super) async fn faq_with(&self, edit: FaqEdit) -> Result<std::result::Result<String, String>> {
        let text = self.faq_text().await?.text;
        let name = self.faq_name();
        let knowledge = self.parts.knowledge.get();
        Ok(match edit {
            FaqEdit::Exclude { messages } => messages
                .iter()
                .try_fold(text, |text, message| exclude(&name, &text, message)),
            FaqEdit::Questions { entry, questions } => add_questions(&name, &text, &entry, &questions),
            FaqEdit::Form {
                is_new,
                id,
                questions,
                answers,
            } => {
                if let Some(refused) = call_among(&questions, &knowledge) {
                    return Ok(Err(refused));
                }
                let form = EntryForm {
                    id,
                    questions,
                    answer: answers,
                };
                return run_blocking(move || match is_new {
                    true => add_entry(&name, &text, &form),
                    false => edit_entry(&name, &text, &form),
                })
                .await;
            }
            FaqEdit::Remove { entry } => {
                return run_blocking(move || remove_entry(&name, &text, &entry)).await;
            }
            FaqEdit::Entry {
                id,
                questions,
                answer,
            } => {
                if let Some(refused) = call_among(&questions, &knowledge) {
                    return Ok(Err(refused));
                }
                append(
                    &name,
                    &text,
                    &Draft {
                        id,
                        questions,
                        answer,
                    }
                    .plain(),
                )
            }
        })
    }
}

/// Refuses questions among which one calls for a human; `None` where none does.
fn call_among(questions: &[String], knowledge: &Knowledge) -> Option<String> {
    let mut questions = questions.iter();
    let question = questions.find(|question| knowledge.calls_human(question))?;
    Some(format!(
        "「{question}」是叫人工的话，不能当作问法 / `{question}` calls for a human and can be no question of an entry"
    ))
}

fn shown(missed: &UnansweredGroup, weight: f64) -> MissedGroup {
    let (messages, members) = missed.counts();
    let mut seen = BTreeSet::new();
    let questions = missed
        .questions()
        .into_iter()
        .filter(|question| seen.insert(question.clone()));
    let mut questions: Vec<String> = questions.take(SHOWN_QUESTIONS).collect();
    if questions.is_empty() {
        questions = missed.texts().into_iter().take(SHOWN_QUESTIONS).collect();
    }
    let proposed = match &missed.proposal {
        Proposal::AddQuestions {
            entry, confidence, ..
        } => Proposed::Questions(entry.clone(), *confidence),
        Proposal::MendAnswer { entry, .. } => Proposed::Mend(entry.clone()),
        Proposal::NewEntry { nearest, .. } => Proposed::Entry(nearest.clone()),
    };
    MissedGroup {
        id: missed.group.id,
        weight,
        messages,
        members,
        first: missed.group.first,
        last: missed.group.last,
        chosen: missed.proposal.questions().to_vec(),
        questions,
        answers: missed
            .answers
            .iter()
            .take(SHOWN_QUESTIONS)
            .map(|answer| answer.text.clone())
            .collect(),
        answer: missed.answer().unwrap_or_default().to_owned(),
        proposed,
    }
}
