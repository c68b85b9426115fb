//! `groupdesk ask`: one question, the decision, the answer, and why.

use super::command_judge::Judged;
use super::language::{self, TerminalLanguage, either, in_one_or_both, label, said};
use super::load_knowledge::Known;
use super::{Failure, clock, output};
use crate::decision_kind::DecisionKind;
use crate::desk::{Decided, Decision, Desk, Effects, JudgeQuestion, Knowledge, Policy, rule_in_words};
use crate::language::Language;
use crate::matcher::{Candidate, Evidence, Ranking};
use crate::preview::{alone, trial_channel, trial_message};
use crate::texts::ComposedTexts;
use groupdesk_contract::{ChannelId, ChannelKind, Place, Segment};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
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
    let asked = Asked::decide(&knowledge, options.question.join(" "), !options.group, now);
    if options.json {
        let object = asked.object(&zone.to_datetime(now).to_string());
        let text =
            serde_json::to_string_pretty(&object).map_err(|error| Failure::Broken(error.to_string()))?;
        return output::line(text);
    }
    output::text(asked.shown())
}

/// A question that was decided.
struct Asked<'a> {
    knowledge: &'a Known,
    question: String,
    effects: Effects,
    /// Question to the judge; `None` where it was not asked.
    inquiry: Option<JudgeQuestion>,
    ranking: Ranking,
}

impl<'a> Asked<'a> {
    /// Decides a question as the first message of somebody in a group, with the judge where there is one.
    fn decide(knowledge: &'a Known, question: String, calls_bot: bool, now: Timestamp) -> Self {
        let place = Place::new("ask", "ask");
        let policy = Policy::default();
        let channel_context = trial_channel(&place, &policy, &[]);
        let channel = (&ChannelId::new("ask"), ChannelKind::Group);
        let message = trial_message(channel, "you", &question, calls_bot, now);
        let desk = Desk::new(knowledge);
        let vectors = knowledge.embed_message(&desk, &channel_context, now, &message);
        let desk = desk.with_embeddings(&vectors);
        let judging = knowledge.judged().map(Judged::judging);
        let (mut effects, inquiry) = alone(&desk.judged(judging.as_ref()), &channel_context, now, &message);
        if let (Some(judged), Some(inquiry)) = (knowledge.judged(), &inquiry) {
            judged.ask(inquiry);
            let judging = judged.judging();
            effects = alone(&desk.judged(Some(&judging)), &channel_context, now, &message).0;
        }
        let ranking = knowledge.rank(&question);
        Self {
            knowledge,
            question,
            effects,
            inquiry,
            ranking,
        }
    }

    fn best(&self) -> Option<&Candidate> {
        self.ranking.candidates.first()
    }

    /// Returns the texts of the answer.
    fn answer(&self) -> Vec<String> {
        let outgoing = self.effects.outgoing.iter();
        outgoing.map(|outgoing| outgoing.reply.text()).collect()
    }

    /// Returns the judge's voice in words, and the weight of it; `None` without a judge.
    fn judge(&self, language: TerminalLanguage) -> Option<(String, f32)> {
        let judged = self.knowledge.judged()?;
        let best = self.best().map(|best| best.id.as_ref());
        Some((
            judged.told(self.inquiry.as_ref(), best, language),
            judged.weight(),
        ))
    }

    /// Returns everything as a JSON object; `at` is the time of the question.
    fn object(&self, at: &str) -> Value {
        let Self { effects, ranking, .. } = self;
        let segments = effects
            .outgoing
            .iter()
            .flat_map(|outgoing| &outgoing.reply.segments);
        let pictures = segments.filter_map(|segment| match segment {
            Segment::Image { url } => url.as_deref(),
            _ => None,
        });
        let pictures: Vec<&str> = pictures.collect();
        let id = match &effects.decided.decision {
            Decision::Answer { entry } => Some(entry.as_str()),
            _ => self.best().map(|best| best.id.as_ref()),
        };
        let candidates: Vec<Value> = ranking
            .candidates
            .iter()
            .map(|candidate| {
                json!({"id": candidate.id.as_ref(), "score": candidate.confidence, "unasked": candidate.unasked, "why": why(self.knowledge, &self.question, candidate)})
            })
            .collect();
        let answer = self.answer();
        let mut object = json!({
            "question": self.question,
            "at": at,
            "decision": effects.decided.decision.kind().stored(),
            "id": id,
            "score": self.best().map_or(0.0, |best| best.confidence),
            "answer": (!answer.is_empty()).then(|| answer.join("\n")),
            "pictures": pictures,
            "reason": effects.decided.reason.to_string(),
            "reads_as": ranking.reading.act().name(),
            "asks": ranking.reading.asks(),
            "to_another_member": ranking.reading.to_member,
            "of_others": ranking.reading.of_others,
            "candidates": candidates,
            "needed_when_not_called": self.knowledge.matcher.thresholds().answer,
        });
        if let Some((voice, weight)) = self.judge(TerminalLanguage::En) {
            object["judge"] = json!({"voice": voice, "weight": weight});
        }
        object
    }

    /// Returns everything as text for a person.
    fn shown(&self) -> String {
        let decided = &self.effects.decided;
        let decision = match &decided.decision {
            Decision::Answer { entry } => format!("{} ({entry})", language::decision(DecisionKind::Answer)),
            other => language::decision(other.kind()),
        };
        let mut shown = format!(
            "{}{decision}\n{}{}\n",
            label("决定", "decision"),
            label("原因", "why"),
            reason(decided, self.best())
        );
        shown.push_str(&self.reading());
        if let Some((voice, weight)) = self.judge(either(TerminalLanguage::Zh, TerminalLanguage::En)) {
            let weight = either(
                format!("（意见的权重 {weight:.1}）"),
                format!(" (weight of its voice: {weight:.1})"),
            );
            shown.push_str(&format!("{}{voice}{weight}\n", label("模型", "judge")));
        }
        for text in self.answer() {
            shown.push_str(&format!("\n{text}\n"));
        }
        shown.push_str(&self.candidates());
        shown
    }

    /// Says what the message reads as.
    fn reading(&self) -> String {
        let reading = &self.ranking.reading;
        let (asks, to_member, of_others) = (reading.asks(), reading.to_member, reading.of_others);
        let shares = either(
            format!("（提问或说遇到问题 {asks:.2}，对别的成员说 {to_member:.2}，关于别家 {of_others:.2}）\n"),
            format!(
                " (asks or tells of trouble {asks:.2}, said to another member {to_member:.2}, of others {of_others:.2})\n"
            ),
        );
        let act = language::act(reading.act().name());
        format!("{}{act}{shares}", label("读作", "reads as"))
    }

    /// Lists the candidates with what told for each.
    fn candidates(&self) -> String {
        let mut lines = String::new();
        if !self.ranking.candidates.is_empty() {
            let head = said!(
                "候选（概率、条目、依据）",
                "candidates (probability, entry, what told)"
            );
            lines.push_str(&format!("\n{head}:\n"));
        }
        for candidate in &self.ranking.candidates {
            lines.push_str(&format!(
                "  {:>5.3}  {:<24} {}\n",
                candidate.confidence,
                candidate.id,
                evidence(self.knowledge, &self.question, candidate)
            ));
        }
        lines
    }
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
