//! `groupdesk unanswered`: what members asked and nobody answered, in groups, heaviest first, with what is proposed for each.

use super::language::said;
use super::tickets::on_store;
use super::time_zone::Zone;
use super::{Failure, clock, load_knowledge, output, problem_report};
use crate::faq;
use crate::service::unanswered_group::UnansweredGroup;
use crate::store::{StaffAnswer, Store};
use crate::unanswered::{Proposal, State, weight_at};
use groupdesk_contract::clean_line;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use std::fmt::Write;
use std::path::PathBuf;

/// Groups that are listed unless told otherwise.
const LISTED_GROUPS: u32 = 50;

/// Answers of staff that a terminal shows of a group.
const SHOWN_ANSWERS_MAX: usize = 3;

/// Questions that a terminal shows of a group.
const QUESTIONS: usize = 5;

/// The arguments of `unanswered`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Accept a group in the staff room: /faq misses lists them, /faq accept m12 shows what would be written.
在客服群里采纳：/faq misses 列出，/faq accept m12 先给您看要写的内容。")]
pub(super) struct Options {
    /// The configuration, which names the store and the FAQ [default: groupdesk.yaml here, where there is one]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Only groups with a message within this time until now, such as 7d or 12h
    #[arg(long, value_name = "SPAN", value_parser = super::stats::span)]
    since: Option<SignedDuration>,
    /// Print one JSON array, with the messages of each group
    #[arg(long)]
    json: bool,
    /// The largest number of groups; 0 for all
    #[arg(long, default_value_t = LISTED_GROUPS)]
    limit: u32,
    /// Groups in this state
    #[arg(long, value_enum, default_value = "open")]
    state: StateName,
    #[command(subcommand)]
    action: Option<GroupAction>,
}

#[derive(Debug, clap::Subcommand)]
enum GroupAction {
    /// List a group again that was ignored, excluded or accepted
    Reopen {
        /// The number of the group, as the list writes it: m12 or 12
        #[arg(value_name = "GROUP", value_parser = group_number)]
        group: i64,
    },
}

fn group_number(text: &str) -> Result<i64, String> {
    let digits = text.trim_start_matches(['m', 'M']);
    digits.parse().map_err(|_| {
        said!(
            "「{text}」不是组号；照列表里那样写，例如 m12",
            "`{text}` is no group: m12, as the list writes it"
        )
    })
}

/// Lists a group again; the program takes it up while it runs too.
fn reopen(options: &Options, group: i64) -> Result<(), Failure> {
    let now = clock::of_process()?.now();
    let found = on_store(options.config.as_deref(), async |store: &dyn Store| {
        let Some(found) = store.miss_group(group).await? else {
            return Ok(None);
        };
        let by = ("groupdesk unanswered", now);
        store.settle_miss_group(found.id, State::Open, by, None).await?;
        Ok(Some(found.id))
    })?;
    match found {
        Some(id) => output::line(said!("m{id} 又列出来了", "m{id} is listed again")),
        None => Err(Failure::Usage(said!(
            "没有第 m{group} 组",
            "there is no group m{group}"
        ))),
    }
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum StateName {
    Open,
    Accepted,
    #[value(name = "out_of_scope")]
    OutOfScope,
    Ignored,
}

impl From<StateName> for State {
    fn from(name: StateName) -> Self {
        match name {
            StateName::Open => Self::Open,
            StateName::Accepted => Self::Accepted,
            StateName::OutOfScope => Self::OutOfScope,
            StateName::Ignored => Self::Ignored,
        }
    }
}

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    if let Some(GroupAction::Reopen { group }) = options.action {
        return reopen(options, group);
    }
    let config = options.config.as_deref();
    let named = load_knowledge::faq_of(config)?;
    let (name, text) = problem_report::faq_text(named.as_deref())?;
    // Of a FAQ with errors the entries are not known; the questions are all the same.
    let faq = faq::load(&name, &text).ok().map(|loaded| loaded.faq);
    let zone = faq
        .as_ref()
        .map_or(jiff::tz::TimeZone::UTC, |faq| faq.service().time_zone().clone());
    let has = |id: &str, text: &str| match &faq {
        Some(faq) => faq.has_question(id, text),
        None => Some(false),
    };
    let now = clock::of_process()?.now();
    let since = options
        .since
        .map(|since| now.saturating_sub(since).unwrap_or(Timestamp::MIN));
    let limit = match options.limit {
        0 => u32::MAX,
        limit => limit,
    };
    let (missed, waiting) = on_store(config, async |store: &dyn Store| {
        let mut missed = Vec::new();
        for group in store.miss_groups(options.state.into(), since, limit).await? {
            missed.push(UnansweredGroup::read(store, group, |_| true, has).await?);
        }
        Ok((missed, store.queued_misses_count().await?))
    })?;
    if options.json {
        let all: Vec<Value> = missed.iter().map(|missed| object(missed, now)).collect();
        // A `Value` is always JSON.
        return output::line(serde_json::to_string_pretty(&all).unwrap_or_default());
    }
    output::text(list(&missed, waiting, &Zone::from(zone), now))
}

fn object(missed: &UnansweredGroup, now: Timestamp) -> Value {
    let group = &missed.group;
    let messages: Vec<Value> = missed
        .decided
        .iter()
        .map(|one| {
            let row = &one.decision;
            json!({
                "at": row.at, "account": row.place.account.as_str(), "channel": row.place.channel.as_str(),
                "member": row.member.as_str(), "message": row.message.as_str(), "text": row.text, "called": row.called,
                "rule": row.rule, "ticket": row.ticket,
                "outcome": one.outcome.as_ref().map(|(outcome, _, _)| outcome.name()),
            })
        })
        .collect();
    let answers: Vec<Value> = missed
        .answers
        .iter()
        .map(|answer| {
            json!({"at": answer.at, "question": answer.question, "text": answer.text, "ticket": answer.ticket})
        })
        .collect();
    let proposal = match &missed.proposal {
        Proposal::AddQuestions {
            entry,
            confidence,
            questions,
        } => {
            json!({"kind": "add_questions", "entry": entry, "confidence": confidence, "questions": questions})
        }
        Proposal::MendAnswer { entry, questions } => {
            json!({"kind": "mend_answer", "entry": entry, "questions": questions})
        }
        Proposal::NewEntry { questions, nearest } => {
            let nearest = nearest
                .as_ref()
                .map(|(entry, confidence)| json!({"entry": entry, "confidence": confidence}));
            json!({"kind": "new_entry", "questions": questions, "answer": missed.answer(), "nearest": nearest})
        }
    };
    json!({
        "group": group.id, "state": group.state.name(), "weight": weight_at(group.rank, now), "count": group.messages,
        "members": group.members, "first": group.first, "last": group.last, "proposal": proposal, "answers": answers,
        "messages": messages,
    })
}

fn list(missed: &[UnansweredGroup], waiting: u64, zone: &Zone, now: Timestamp) -> String {
    let mut text = String::new();
    for missed in missed {
        // Writing to a string can't fail, here and below.
        let group = &missed.group;
        let (messages, members) = (group.messages, group.members);
        let _ = writeln!(
            text,
            "m{}  {:.1}  {}  {} … {}",
            group.id,
            weight_at(group.rank, now),
            said!(
                "{messages} 条 {members} 人",
                "{messages} message(s) of {members} member(s)"
            ),
            zone.minute(group.first),
            zone.minute(group.last),
        );
        for question in missed.proposal.questions().iter().take(QUESTIONS) {
            let _ = writeln!(text, "    「{}」", clean_line(question));
        }
        for StaffAnswer {
            text: said, ticket, ..
        } in missed.answers.iter().take(SHOWN_ANSWERS_MAX)
        {
            let ticket = ticket.map(|ticket| format!(" #{ticket}")).unwrap_or_default();
            let answered = said!("客服答过{ticket}", "staff answered{ticket}");
            let _ = writeln!(text, "    {answered}: {}", clean_line(said));
        }
        let _ = writeln!(text, "    {}", proposed(&missed.proposal));
    }
    let counted = said!(
        "{count} 组，最重的在前；时间为 {zone}",
        "{count} group(s), the heaviest first; times in {zone}",
        count = missed.len(),
        zone = zone.name()
    );
    let _ = writeln!(text, "{counted}");
    if waiting > 0 {
        let more = if waiting >= 1_000 { "+" } else { "" };
        let waiting = said!(
            "还有 {waiting}{more} 条尚未归组，程序运行时会自动归组",
            "{waiting}{more} more are not in groups yet: the program groups them while it runs"
        );
        let _ = writeln!(text, "{waiting}");
    }
    text
}

/// Renders a proposal.
fn proposed(proposal: &Proposal) -> String {
    match proposal {
        Proposal::AddQuestions {
            entry, confidence, ..
        } => said!(
            "建议：加为条目 {entry} 的问法（置信度 {confidence:.2}）",
            "proposed: questions of entry {entry} (confidence {confidence:.2})"
        ),
        Proposal::MendAnswer { entry, .. } => {
            said!(
                "建议：改条目 {entry} 的答案，它没帮上忙",
                "proposed: mend the answer of entry {entry}, which did not help"
            )
        }
        Proposal::NewEntry {
            nearest: Some((entry, confidence)),
            ..
        } => said!(
            "建议：新条目（最像 {entry}，置信度 {confidence:.2}）",
            "proposed: a new entry (nearest is {entry}, confidence {confidence:.2})"
        ),
        Proposal::NewEntry { nearest: None, .. } => said!("建议：新条目", "proposed: a new entry"),
    }
}
