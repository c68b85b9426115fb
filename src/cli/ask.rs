//! `groupdesk ask`: one question, the decision, the answer, and why.

use super::judged::Judged;
use super::known::Known;
use super::language::{self, TerminalLanguage, either, in_one_or_both, label, said};
use super::{Failure, clock, out};
use crate::decision_kind::DecisionKind;
use crate::desk::{Decided, Decision, Desk, Knowledge, Policy, rule_in_words};
use crate::language::Language;
use crate::matcher::{Candidate, Evidence};
use crate::preview::{alone, trial_channel, trial_message};
use crate::texts::ComposedTexts;
use groupdesk_contract::{ChannelId, ChannelKind, Place, Segment};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::json;
use std::path::PathBuf;

/// The arguments of `ask`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  groupdesk ask 几点上班
  groupdesk ask --at 2026-10-01T09:00 \"现在有人吗\"
  groupdesk ask --group 今晚吃火锅去不去      (would the bot speak up unasked?)")]
pub(super) struct Options {
    /// The FAQ [default: the one that the configuration names, else faq.yaml here, else the one built in]
    #[arg(long, value_name = "FILE")]
    faq: Option<PathBuf>,
    /// The configuration whose `semantic`, `model` and `faq` are used [default: groupdesk.yaml here, where there is one]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The time at which it is asked: 2026-10-01T09:00 in the service's time zone, or with an offset [default: now]
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// As said in a group by somebody who did not call the bot
    #[arg(long)]
    group: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// The question
    #[arg(required = true, num_args = 1..)]
    question: Vec<String>,
}

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    let knowledge = Known::load_judged(options.config.as_deref(), options.faq.as_deref(), None)?;
    let zone = knowledge.faq.service().time_zone().clone();
    let now = match &options.at {
        None => clock::of_process()?.now(),
        Some(at) => time(at, &zone)?,
    };
    let question = options.question.join(" ");
    let place = Place::new("ask", "ask");
    let policy = Policy::default();
    let channel_context = trial_channel(&place, &policy, &[]);
    let channel = (&ChannelId::new("ask"), ChannelKind::Group);
    let message = trial_message(channel, "you", &question, !options.group, now);
    let desk = Desk::new(&knowledge);
    let vectors = knowledge.embed_message(&desk, &channel_context, now, &message);
    let desk = desk.with_embeddings(&vectors);
    let judging = knowledge.judged().map(Judged::judging);
    let mut effects = alone(&desk.judged(judging.as_ref()), &channel_context, now, &message);
    let inquiry = effects.1;
    if let (Some(judged), Some(inquiry)) = (knowledge.judged(), &inquiry) {
        judged.ask(inquiry);
        let judging = judged.judging();
        effects = alone(&desk.judged(Some(&judging)), &channel_context, now, &message);
    }
    let effects = effects.0;

    let ranking = knowledge.rank(&question);
    let best = ranking.candidates.first();
    let answer: Vec<String> = effects
        .outgoing
        .iter()
        .map(|outgoing| outgoing.reply.text())
        .collect();
    if options.json {
        let pictures: Vec<&str> = effects
            .outgoing
            .iter()
            .flat_map(|outgoing| &outgoing.reply.segments)
            .filter_map(|segment| match segment {
                Segment::Image { url } => url.as_deref(),
                _ => None,
            })
            .collect();
        let id = match &effects.decided.decision {
            Decision::Answer { entry } => Some(entry.as_str()),
            _ => best.map(|best| best.id.as_ref()),
        };
        let candidates: Vec<serde_json::Value> = ranking
            .candidates
            .iter()
            .map(|candidate| {
                json!({"id": candidate.id.as_ref(), "score": candidate.confidence, "unasked": candidate.unasked, "why": why(&knowledge, &question, candidate)})
            })
            .collect();
        let judge = knowledge.judged().map(|judged| {
            let best = best.map(|best| best.id.as_ref());
            json!({"voice": judged.told(inquiry.as_ref(), best, TerminalLanguage::En), "weight": judged.weight()})
        });
        let mut object = json!({
            "question": question,
            "at": zone.to_datetime(now).to_string(),
            "decision": effects.decided.decision.kind().stored(),
            "id": id,
            "score": best.map_or(0.0, |best| best.confidence),
            "answer": (!answer.is_empty()).then(|| answer.join("\n")),
            "pictures": pictures,
            "reason": effects.decided.reason.to_string(),
            "reads_as": ranking.reading.act().name(),
            "asks": ranking.reading.asks(),
            "to_another_member": ranking.reading.to_member,
            "of_others": ranking.reading.of_others,
            "candidates": candidates,
            "needed_when_not_called": knowledge.matcher.thresholds().answer,
        });
        if let Some(judge) = judge {
            object["judge"] = judge;
        }
        let text =
            serde_json::to_string_pretty(&object).map_err(|error| Failure::Broken(error.to_string()))?;
        return out::line(text);
    }
    let decision = match &effects.decided.decision {
        Decision::Answer { entry } => format!("{} ({entry})", language::decision(DecisionKind::Answer)),
        other => language::decision(other.kind()),
    };
    let mut shown = format!(
        "{}{decision}\n{}{}\n",
        label("决定", "decision"),
        label("原因", "why"),
        reason(&effects.decided, best)
    );
    let reading = &ranking.reading;
    shown.push_str(&label("读作", "reads as"));
    shown.push_str(language::act(reading.act().name()));
    let (asks, to_member, of_others) = (reading.asks(), reading.to_member, reading.of_others);
    let shares = either(
        format!("（提问或说遇到问题 {asks:.2}，对别的成员说 {to_member:.2}，关于别家 {of_others:.2}）\n"),
        format!(
            " (asks or tells of trouble {asks:.2}, said to another member {to_member:.2}, of others {of_others:.2})\n"
        ),
    );
    shown.push_str(&shares);
    if let Some(judged) = knowledge.judged() {
        let best = best.map(|best| best.id.as_ref());
        let voice = judged.told(
            inquiry.as_ref(),
            best,
            either(TerminalLanguage::Zh, TerminalLanguage::En),
        );
        let weight = judged.weight();
        let weight = either(
            format!("（意见的权重 {weight:.1}）"),
            format!(" (weight of its voice: {weight:.1})"),
        );
        shown.push_str(&format!("{}{voice}{weight}\n", label("模型", "judge")));
    }
    for text in &answer {
        shown.push_str(&format!("\n{text}\n"));
    }
    if !ranking.candidates.is_empty() {
        let head = said!(
            "候选（概率、条目、依据）",
            "candidates (probability, entry, what told)"
        );
        shown.push_str(&format!("\n{head}:\n"));
    }
    for candidate in &ranking.candidates {
        shown.push_str(&format!(
            "  {:>5.3}  {:<24} {}\n",
            candidate.confidence,
            candidate.id,
            evidence(&knowledge, &question, candidate)
        ));
    }
    out::text(shown)
}

/// Says why it was decided so.
fn reason(decided: &Decided, best: Option<&Candidate>) -> String {
    let reason = &decided.reason;
    let entry = match &decided.decision {
        Decision::Answer { entry } => Some(entry.as_str()),
        _ => best.map(|best| best.id.as_ref()),
    };
    let texts = ComposedTexts::built_in(Language::CHINESE);
    let confidences = (reason.confidence(), reason.needed());
    in_one_or_both(
        " / ",
        || rule_in_words(texts, reason.rule(), confidences, entry, reason.ticket()),
        || reason.to_string(),
    )
}

/// Describes the evidence for a candidate in the language of the terminal.
pub(super) fn evidence(knowledge: &Knowledge, question: &str, candidate: &Candidate) -> String {
    let chinese = match &candidate.evidence {
        Evidence::Pattern(pattern) => format!("符合正则 {pattern}"),
        Evidence::Exact(example) => format!("就是例句「{example}」"),
        Evidence::Nearest(example) => {
            let shared = knowledge.matcher.shared_words(question, example).join("、");
            let shared = if shared.is_empty() {
                "没有".to_owned()
            } else {
                shared
            };
            format!("最近的例句「{example}」，共有的词：{shared}")
        }
    };
    either(chinese, why(knowledge, question, candidate))
}

/// Describes the evidence for a candidate, as JSON has it.
pub(super) fn why(knowledge: &Knowledge, question: &str, candidate: &Candidate) -> String {
    match &candidate.evidence {
        Evidence::Pattern(pattern) => format!("the pattern {pattern} matches"),
        Evidence::Exact(example) => format!("it is the example question “{example}”"),
        Evidence::Nearest(example) => {
            let shared = knowledge.matcher.shared_words(question, example);
            let words = if shared.is_empty() {
                "no word".to_owned()
            } else {
                shared.join(", ")
            };
            format!("nearest example “{example}”, shared: {words}")
        }
    }
}

/// Names the words of a question that the nearest example of a candidate does not have.
pub(super) fn against(knowledge: &Knowledge, question: &str, candidate: &Candidate) -> String {
    let Evidence::Nearest(example) = &candidate.evidence else {
        return "-".to_owned();
    };
    let shared = knowledge.matcher.shared_words(question, example);
    let mut words = knowledge.matcher.shared_words(question, question);
    words.retain(|word| !shared.contains(word));
    if words.is_empty() {
        "-".to_owned()
    } else {
        words.join(", ")
    }
}

fn time(text: &str, zone: &TimeZone) -> Result<Timestamp, Failure> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(at);
    }
    text.parse::<DateTime>().and_then(|local| zone.to_timestamp(local)).map_err(|_| {
        Failure::Usage(said!("--at {text} 不是时间，例如 2026-10-01T09:00（服务的时区）或 2026-10-01T09:00:00+08:00", "--at {text} is no time; expected 2026-10-01T09:00 (in the service's time zone) or 2026-10-01T09:00:00+08:00"
        ))
    })
}
