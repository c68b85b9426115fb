//! Orders about questions that nobody answered: the list, one group in full, and the edit that a group comes to. Nothing that members
//! wrote goes into the file before an admin has seen all of it.

use super::edit::Edit;
use super::edit_order::EditOrder;
use super::edits::Edits;
use super::group::OfGroup;
use super::order::GroupWish;
use super::{Answer, not_written};
use crate::desk::BuiltIn;
use crate::faq::Draft;
use crate::service::missed::Missed;
use crate::service::routing::Routing;
use crate::service::{Unanswered, asked};
use crate::store::{MissGroup, Result, Store};
use crate::unanswered::{Proposal, State, typical_first, weight_at};
use groupdesk_contract::{Message, Place, clean_line, shortened};
use jiff::Timestamp;
use std::fmt::Write;
use std::sync::Arc;

/// Groups that a list in a room shows, and those that are looked through for them.
const LISTED: usize = 10;
const LOOKED_AT: u32 = 100;

/// Questions of a group in the list, and their characters.
const QUESTIONS: usize = 2;
const SHOWN: usize = 40;

/// Messages of a group that are shown in full.
const MESSAGES: usize = 30;

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
) -> Result<Option<Missed>> {
    let is_told = |place: &Place| routing.channel(place).tell.contains(room);
    let missed = Missed::read(store, group, is_told, |id| unanswered.has_entry(id)).await?;
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
    let mut lines = String::new();
    let mut heaviest = None;
    let mut listed = 0;
    for group in store.miss_groups(State::Open, since, LOOKED_AT).await? {
        let Some(missed) = seen(store, routing, unanswered, (room, group)).await? else {
            continue;
        };
        // Writing to a string can't fail.
        let _ = writeln!(lines, "{}", in_a_line(&missed, now));
        heaviest.get_or_insert(missed.group.id);
        listed += 1;
        if listed == LISTED {
            break;
        }
    }
    Ok(heaviest.map(|heaviest| Listed { lines, heaviest }))
}

/// List of groups for a room.
pub(super) struct Listed {
    lines: String,
    /// Number of the heaviest one.
    heaviest: i64,
}

/// Renders the list as the answer to an order.
pub(super) fn listed(list: Option<Listed>) -> String {
    match list {
        None => "没有没人答上的问题 / nothing went unanswered".to_owned(),
        Some(Listed { lines, heaviest: id }) => format!(
            "没人答上的问题，最重的在前 / what nobody answered, the heaviest first:\n{lines}/faq misses m{id} —— 看一组的全部内容 / all of a \
             group\n/faq accept m{id} —— 写入 FAQ，先给您看 / write it into the FAQ, shown first\n/faq exclude m{id} · /faq ignore m{id} —— \
             不归 FAQ 管 · 不再提示 / out of scope · never again"
        ),
    }
}

fn in_a_line(missed: &Missed, now: Timestamp) -> String {
    let group = &missed.group;
    let questions: Vec<String> = missed
        .proposal
        .questions()
        .iter()
        .take(QUESTIONS)
        .map(|question| format!("「{}」", shortened(question, SHOWN)))
        .collect();
    let proposed = match &missed.proposal {
        Proposal::MendAnswer { entry, .. } => {
            format!("→ 条目 {entry} 的答案没帮上忙 / the answer of {entry} did not help")
        }
        Proposal::AddQuestions { entry, .. } => format!("→ 条目 / entry {entry}"),
        Proposal::NewEntry { .. } if missed.answers.is_empty() => "→ 新条目 / new entry".to_owned(),
        Proposal::NewEntry { .. } => "→ 新条目，客服答过 / new entry, staff answered".to_owned(),
    };
    let (messages, members) = missed.counts();
    let elsewhere = match missed.elsewhere {
        0 => String::new(),
        more => format!(" +{more} 条在别处 / elsewhere"),
    };
    format!(
        "m{} ×{messages}（{members} 人，{:.1}）{}{elsewhere} {proposed}",
        group.id,
        weight_at(group.rank, now),
        questions.concat()
    )
}

/// Tells of messages of a group that a room does not see, and that go with an order all the same; empty where there are none.
fn others_too(missed: &Missed) -> String {
    match missed.elsewhere {
        0 => String::new(),
        more => format!(
            "\n另有 {more} 条来自这里看不到的渠道，也一起算在内 / {more} more of channels that this room does not see go with it"
        ),
    }
}

/// Renders a group in full.
fn in_full(missed: &Missed) -> String {
    let group = &missed.group;
    let (messages, members) = missed.counts();
    let mut text = format!(
        "m{}：{messages} 条，{members} 人 / {messages} message(s) of {members} member(s)\n",
        group.id
    );
    let texts = missed.texts();
    for said in texts.iter().take(MESSAGES) {
        // Writing to a string can't fail, here and below.
        let _ = writeln!(text, "「{}」", shortened(&clean_line(said), IN_FULL));
    }
    let shown = u64::try_from(texts.len().min(MESSAGES)).unwrap_or(u64::MAX);
    if let Some(more) = messages.checked_sub(shown).filter(|more| *more > 0) {
        let _ = writeln!(text, "… 还有 {more} 条 / and {more} more");
    }
    if missed.elsewhere > 0 {
        let more = missed.elsewhere;
        let _ = writeln!(
            text,
            "另有 {more} 条在这里看不到的渠道 / {more} more in channels that this room does not see"
        );
    }
    for answer in &missed.answers {
        let ticket = answer
            .ticket
            .map(|ticket| format!(" #{ticket}"))
            .unwrap_or_default();
        let _ = writeln!(
            text,
            "客服答过 / staff answered{ticket}: {}",
            clean_line(&answer.text)
        );
    }
    let id = group.id;
    let _ = match &missed.proposal {
        Proposal::MendAnswer { entry, .. } => write!(text, "{}", mend(id, entry)),
        Proposal::AddQuestions {
            entry, confidence, ..
        } => write!(
            text,
            "建议加为条目 {entry} 的问法（置信度 {confidence:.2}）/ proposed: questions of {entry}: /faq accept m{id}\n另写一条 / a new \
             entry instead: /faq accept m{id} new"
        ),
        Proposal::NewEntry { nearest, .. } => {
            let nearest = nearest.as_ref().map(|(entry, confidence)| {
                format!("；最像条目 {entry}（置信度 {confidence:.2}）/ nearest is {entry}")
            });
            write!(
                text,
                "建议写一条新条目 / proposed: a new entry: /faq accept m{id}{}\n加到已有的条目 / or to an entry: /faq accept m{id} 条目 / ENTRY",
                nearest.unwrap_or_default()
            )
        }
    };
    text
}

/// Tells what to do about an answer that did not help.
fn mend(id: i64, entry: &str) -> String {
    format!(
        "条目 {entry} 答过这些问题，没帮上忙：请在 faq.yaml 里改它的答案，改好后发 /faq accept m{id} done / entry {entry} answered these and did not \
         help: mend its answer in faq.yaml, then say /faq accept m{id} done\n问的是别的：/faq accept m{id} ENTRY 加到别的条目，/faq accept m{id} new \
         另写一条 / something else was asked: add it to another entry, or make a new one"
    )
}

/// Carries out an order about a group, or begins to.
pub(super) async fn answer(
    edits: &Arc<Edits>,
    store: &dyn Store,
    routing: &Routing,
    (room, message): (&Place, &Message),
    (id, wish): (i64, GroupWish<'_>),
) -> Result<Answer> {
    let unanswered = edits.unanswered();
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
        return Ok(Answer::Now(format!(
            "这里没有第 m{id} 组，或已经处理过 / there is no group m{id} here, or it is done: /faq misses"
        )));
    };
    // A merged group goes on under another number.
    let id = missed.group.id;
    let edit = match wish {
        GroupWish::Show => return Ok(Answer::Now(in_full(&missed))),
        GroupWish::Ignore => {
            let by = groupdesk_contract::clean_name(&message.sender.name);
            unanswered.settle(id, State::Ignored, &by).await?;
            return Ok(Answer::Now(format!(
                "第 m{id} 组不再提示，相近的问题也不再提示；要恢复：/faq reopen m{id} / m{id} is not shown again, nor what is near it; /faq reopen m{id} \
                 takes that back{}",
                others_too(&missed)
            )));
        }
        GroupWish::Reopen => {
            let by = groupdesk_contract::clean_name(&message.sender.name);
            let state = missed.group.state;
            unanswered.settle(id, State::Open, &by).await?;
            let listed = match state {
                State::OutOfScope => {
                    "\nfaq.yaml 的 out_of_scope 里还有它的问题，要回答请先删掉 / its questions stand under out_of_scope in faq.yaml: take them out to \
                     have them answered"
                }
                _ => "",
            };
            return Ok(Answer::Now(format!(
                "第 m{id} 组又列出来了 / m{id} is listed again: /faq misses m{id}{listed}"
            )));
        }
        GroupWish::Accept {
            entry: Some(done), ..
        } if DONE.contains(&done) => {
            let by = groupdesk_contract::clean_name(&message.sender.name);
            unanswered.settle(id, State::Accepted, &by).await?;
            return Ok(Answer::Now(format!(
                "第 m{id} 组已处理，不再列出 / m{id} is done and no longer listed{}",
                others_too(&missed)
            )));
        }
        GroupWish::Exclude => {
            let mut excluded = typical(&missed);
            excluded.truncate(EXCLUDED);
            Edit::OutOfScope(excluded)
        }
        GroupWish::Accept { entry, answer } => match accepted(unanswered, &missed, entry, answer) {
            Ok(edit) => edit,
            Err(why) => return Ok(Answer::Now(not_written(&why))),
        },
    };
    let further = typical(&missed);
    let order = EditOrder::new(room, message, None, edit).of_group(OfGroup {
        id,
        state: missed.group.state,
        others: others_too(&missed),
        asked: asked::of_decided(routing, missed.decided),
        further,
    });
    Ok(Answer::Later(Box::new(order)))
}

/// Returns the messages of a group that can be questions, the most typical ones first.
fn typical(missed: &Missed) -> Vec<String> {
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
    missed: &Missed,
    entry: Option<&str>,
    answer: Option<&str>,
) -> std::result::Result<Edit, String> {
    let id = missed.group.id;
    let questions: Vec<String> = missed.proposal.questions().to_vec();
    let is_new = entry.is_some_and(|entry| NEW.contains(&entry));
    let named = entry.filter(|_| !is_new);
    if let (Proposal::MendAnswer { entry, .. }, None, None) = (&missed.proposal, entry, answer) {
        return Err(mend(id, entry));
    }
    let proposed = match &missed.proposal {
        Proposal::AddQuestions { entry, .. } if !is_new && answer.is_none() => Some(entry.as_str()),
        _ => None,
    };
    if let (Some(entry), Some(_)) = (named, answer) {
        return Err(format!(
            "条目 {entry} 已经有答案；只写 /faq accept m{id} {entry} / entry {entry} has an answer: say /faq accept m{id} {entry}"
        ));
    }
    if let Some(entry) = named.or(proposed) {
        if !unanswered.has_entry(entry) {
            return Err(format!("FAQ 里没有条目 {entry} / the FAQ has no entry {entry}"));
        }
        return Ok(Edit::Questions(entry.to_owned(), questions));
    }
    let Some(answer) = answer.or_else(|| missed.answer()) else {
        return Err(format!(
            "还没有客服答过这组问题，请把答案写在第二行起 / no staff member has answered it: write the answer from the second line on:\n/faq accept \
             m{id}\n……"
        ));
    };
    let draft = Draft {
        id: format!("asked-{id}"),
        questions,
        answer: answer.to_owned(),
    };
    Ok(Edit::Entry(draft.plain()))
}
