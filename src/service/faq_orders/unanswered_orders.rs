//! Orders about questions that nobody answered: the list, one group in full, and the edit that a group comes to. Nothing that members
//! wrote goes into the file before an admin has seen all of it.

use super::OrderAnswer;
use super::carry_out_edits::Edits;
use super::edit::Edit;
use super::edit_order::EditOrder;
use super::group_edit::OfGroup;
use super::order_syntax::GroupWish;
use crate::desk::BuiltIn;
use crate::faq::Draft;
use crate::service::routing::Routing;
use crate::service::unanswered_group::UnansweredGroup;
use crate::service::{Unanswered, preview_messages};
use crate::store::{MissGroup, Result, Store};
use crate::texts::ComposedTexts;
use crate::unanswered::{Proposal, State, typical_first, weight_at};
use groupdesk_contract::{Message, Place, clean_line, shortened};
use jiff::Timestamp;
use std::sync::Arc;

/// Groups that a list in a room shows.
const LISTED_GROUPS: usize = 10;
/// Groups that are looked through for the list.
const SEARCHED_GROUPS: u32 = 100;

/// Questions of a group in the list.
const LISTED_QUESTIONS: usize = 2;
/// Characters of a question in the list.
const QUESTION_CHARS: usize = 40;

/// Messages of a group that are shown in full.
const SHOWN_MESSAGES_MAX: usize = 30;

/// Messages that a group puts out of scope at most.
const EXCLUDED: usize = 5;

/// Words for a new entry, in the place of an entry's id.
const NEW: [&str; 3] = ["new", "新", "新条目"];

/// Words for a group whose entry has another answer by now.
const DONE: [&str; 4] = ["done", "mended", "已改", "改好了"];

/// Characters of a message that is shown in full.
const IN_FULL: usize = 500;

/// Returns a group as far as a room may see it: what was said in the channels whose tickets it is told of.
async fn seen(
    store: &dyn Store,
    routing: &Routing,
    unanswered: &Unanswered,
    (room, group): (&Place, MissGroup),
) -> Result<Option<UnansweredGroup>> {
    let is_told = |place: &Place| routing.channel(place).tell.contains(room);
    let missed = UnansweredGroup::read(store, group, is_told, |id, text| {
        unanswered.has_question(id, text)
    })
    .await?;
    Ok(Some(missed).filter(|missed| !missed.decided.is_empty()))
}

/// Lists the heaviest groups for a room, with those after `since` alone where it is given. Returns `None` where there is none.
pub(super) async fn list(
    store: &dyn Store,
    routing: &Routing,
    unanswered: &Unanswered,
    room: &Place,
    (since, now): (Option<Timestamp>, Timestamp),
) -> Result<Option<Listed>> {
    let knowledge = unanswered.knowledge();
    let texts = knowledge.faq.own_texts();
    let mut lines = Vec::new();
    let mut heaviest = None;
    for group in store.miss_groups(State::Open, since, SEARCHED_GROUPS).await? {
        let Some(missed) = seen(store, routing, unanswered, (room, group)).await? else {
            continue;
        };
        lines.push(in_a_line(&missed, now, texts));
        heaviest.get_or_insert(missed.group.id);
        if lines.len() == LISTED_GROUPS {
            break;
        }
    }
    let lines = lines.join("\n");
    Ok(heaviest.map(|heaviest| Listed { lines, heaviest }))
}

/// List of groups for a room.
pub(super) struct Listed {
    lines: String,
    /// Number of the heaviest one.
    heaviest: i64,
}

/// Renders the list as the answer to an order.
pub(super) fn listed(list: Option<Listed>, texts: ComposedTexts<'_>) -> String {
    match list {
        None => texts.faq_nothing_unanswered(),
        Some(Listed { lines, heaviest }) => texts.faq_unanswered_list(&lines, heaviest),
    }
}

fn in_a_line(missed: &UnansweredGroup, now: Timestamp, texts: ComposedTexts<'_>) -> String {
    let group = &missed.group;
    let questions: Vec<String> = missed
        .proposal
        .questions()
        .iter()
        .take(LISTED_QUESTIONS)
        .map(|question| format!("「{}」", shortened(question, QUESTION_CHARS)))
        .collect();
    let proposed = match &missed.proposal {
        Proposal::MendAnswer { entry, .. } => texts.faq_line_mend(entry),
        Proposal::AddQuestions { entry, .. } => texts.faq_line_add(entry),
        Proposal::NewEntry { .. } if missed.answers.is_empty() => texts.faq_line_new(),
        Proposal::NewEntry { .. } => texts.faq_line_new_answered(),
    };
    let (messages, members) = missed.counts();
    let elsewhere = match missed.elsewhere {
        0 => String::new(),
        more => texts.faq_line_elsewhere(more),
    };
    let weight = format!("{:.1}", weight_at(group.rank, now));
    let questions = questions.concat() + elsewhere.as_str();
    texts.faq_group_line(group.id, messages, members, &weight, &questions, &proposed)
}

/// Tells of messages of a group that a room does not see, and that go with an order all the same; empty where there are none.
fn others_too(missed: &UnansweredGroup, texts: ComposedTexts<'_>) -> String {
    match missed.elsewhere {
        0 => String::new(),
        more => format!("\n{}", texts.faq_others_too(more)),
    }
}

/// Renders a group in full.
fn in_full(missed: &UnansweredGroup, texts: ComposedTexts<'_>) -> String {
    let group = &missed.group;
    let (messages, members) = missed.counts();
    let mut lines = vec![texts.faq_group_head(group.id, messages, members)];
    let said = missed.texts();
    let shown = said.iter().take(SHOWN_MESSAGES_MAX);
    lines.extend(shown.map(|said| format!("「{}」", shortened(&clean_line(said), IN_FULL))));
    let shown = u64::try_from(said.len().min(SHOWN_MESSAGES_MAX)).unwrap_or(u64::MAX);
    if let Some(more) = messages.checked_sub(shown).filter(|more| *more > 0) {
        lines.push(texts.faq_more_messages(more));
    }
    if missed.elsewhere > 0 {
        lines.push(texts.faq_more_elsewhere(missed.elsewhere));
    }
    for answer in &missed.answers {
        lines.push(texts.faq_staff_answered(&clean_line(&answer.text), answer.ticket));
    }
    let percent = |confidence: f32| format!("{confidence:.2}");
    lines.push(match &missed.proposal {
        Proposal::MendAnswer { entry, .. } => texts.faq_mend(entry, group.id),
        Proposal::AddQuestions {
            entry, confidence, ..
        } => texts.faq_propose_questions(entry, &percent(*confidence), group.id),
        Proposal::NewEntry { nearest, .. } => {
            let confidence = nearest.as_ref().map(|(_, confidence)| percent(*confidence));
            let nearest = nearest.as_ref().map(|(entry, _)| entry.as_str());
            texts.faq_propose_entry(group.id, nearest, confidence.as_deref())
        }
    });
    lines.join("\n")
}

/// Carries out an order about a group, or begins to.
pub(super) async fn answer(
    edits: &Arc<Edits>,
    store: &dyn Store,
    routing: &Routing,
    (room, message): (&Place, &Message),
    (id, wish): (i64, GroupWish<'_>),
) -> Result<OrderAnswer> {
    let unanswered = edits.unanswered();
    let knowledge = edits.knowledge();
    let texts = knowledge.faq.own_texts();
    let group = store.miss_group(id).await?;
    let reopens = wish == GroupWish::Reopen;
    let is_seen = |state: State| match state {
        State::Open | State::Ignored | State::OutOfScope => true,
        State::Accepted => reopens,
        State::Merged => false,
    };
    let group = group.filter(|group| is_seen(group.state));
    let missed = match group {
        Some(group) => seen(store, routing, unanswered, (room, group)).await?,
        None => None,
    };
    let Some(missed) = missed else {
        return Ok(OrderAnswer::Now(texts.faq_no_group(id)));
    };
    // A merged group goes on under another number.
    let id = missed.group.id;
    let edit = match wish {
        GroupWish::Show => return Ok(OrderAnswer::Now(in_full(&missed, texts))),
        GroupWish::Ignore => {
            let by = groupdesk_contract::clean_name(&message.sender.name);
            unanswered.settle(id, State::Ignored, &by).await?;
            return Ok(OrderAnswer::Now(
                texts.faq_group_ignored(id) + others_too(&missed, texts).as_str(),
            ));
        }
        GroupWish::Reopen => {
            let by = groupdesk_contract::clean_name(&message.sender.name);
            let state = missed.group.state;
            unanswered.settle(id, State::Open, &by).await?;
            let mut text = texts.faq_group_reopened(id);
            if state == State::OutOfScope {
                text.push('\n');
                text.push_str(&texts.faq_still_out_of_scope());
            }
            return Ok(OrderAnswer::Now(text));
        }
        GroupWish::Accept {
            entry: Some(done), ..
        } if DONE.contains(&done) => {
            let by = groupdesk_contract::clean_name(&message.sender.name);
            unanswered.settle(id, State::Accepted, &by).await?;
            return Ok(OrderAnswer::Now(
                texts.faq_group_done(id) + &others_too(&missed, texts),
            ));
        }
        GroupWish::Exclude => {
            let mut excluded = typical(&missed);
            excluded.truncate(EXCLUDED);
            Edit::OutOfScope(excluded)
        }
        GroupWish::Accept { entry, answer } => match accepted(unanswered, &missed, (entry, answer), texts) {
            Ok(edit) => edit,
            Err(why) => return Ok(OrderAnswer::Now(texts.faq_not_written(&why))),
        },
    };
    let further = typical(&missed);
    let order = EditOrder::new(room, message, None, edit).of_group(OfGroup {
        id,
        state: missed.group.state,
        others: others_too(&missed, texts),
        asked: preview_messages::of_decided(routing, missed.decided),
        further,
    });
    Ok(OrderAnswer::Later(Box::new(order)))
}

/// Returns the messages of a group that can be questions, the most typical ones first.
fn typical(missed: &UnansweredGroup) -> Vec<String> {
    let texts = missed.questions();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let typical = typical_first(&texts).into_iter();
    typical
        .filter(|text| BuiltIn::of(text).is_none())
        .map(str::to_owned)
        .collect()
}

/// Returns the edit that accepts a group.
fn accepted(
    unanswered: &Unanswered,
    missed: &UnansweredGroup,
    (entry, answer): (Option<&str>, Option<&str>),
    texts: ComposedTexts<'_>,
) -> std::result::Result<Edit, String> {
    let id = missed.group.id;
    let questions: Vec<String> = missed.proposal.questions().to_vec();
    let is_new = entry.is_some_and(|entry| NEW.contains(&entry));
    let named = entry.filter(|_| !is_new);
    if let (Proposal::MendAnswer { entry, .. }, None, None) = (&missed.proposal, entry, answer) {
        return Err(texts.faq_mend(entry, id));
    }
    let proposed = match &missed.proposal {
        Proposal::AddQuestions { entry, .. } if !is_new && answer.is_none() => Some(entry.as_str()),
        _ => None,
    };
    if let (Some(entry), Some(_)) = (named, answer) {
        return Err(texts.faq_entry_has_answer(entry, id));
    }
    if let Some(entry) = named.or(proposed) {
        if !unanswered.has_entry(entry) {
            return Err(texts.faq_no_entry(entry));
        }
        return Ok(Edit::Questions(entry.to_owned(), questions));
    }
    let Some(answer) = answer.or_else(|| missed.answer()) else {
        return Err(texts.faq_group_not_answered(id));
    };
    let draft = Draft {
        id: format!("asked-{id}"),
        questions,
        answer: answer.to_owned(),
    };
    Ok(Edit::Entry(draft.plain()))
}
