//! `groupdesk match`: reads questions in JSON lines, writes decisions in JSON lines.

use super::language::said;
use super::load_knowledge::Known;
use super::{Failure, output};
use crate::decision_kind::DecisionKind;
use crate::desk::{Decision, Desk, JudgeEffect, Policy, Verdict, judge_called};
use crate::matcher::{Candidate, Ranking};
use crate::preview::{alone, trial_channel, trial_message};
use groupdesk_contract::{ChannelKind, Place};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use std::io::{BufRead, BufWriter, Write};
use std::path::PathBuf;

/// The arguments of `match`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Reads lines like {\"q\": \"几点上班\"} and writes each back with the decision:
  {\"q\", \"decision\": \"answer|clarify|handoff|quiet\", \"id\", \"score\", \"top\": [{\"id\", \"score\"}]}
`id` and `score` are the best candidate's, also where the decision is to stay quiet. The request for a
human has the id @human. A judge (`model` of the configuration) is asked where the matching is unsure, one
message after the other, and `score` is the probability with its voice. Each message is taken on its own, as said in a group by somebody who did not
call the bot.")]
pub(super) struct Options {
    /// The FAQ [default: the one that the configuration names, else faq.yaml here, else the one built in]
    #[arg(long, value_name = "FILE")]
    faq: Option<PathBuf>,
    /// The configuration whose `semantic`, `model` and `faq` are used [default: groupdesk.yaml here, where there is one]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Take every message as addressed to the bot
    #[arg(long)]
    mentioned: bool,
    /// The precision wanted, instead of the file's (0.5 to 0.999)
    #[arg(long, value_name = "P")]
    precision: Option<f64>,
}

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    match answer_all(options) {
        Err(Ended::Writing(error)) => output::settled(Err(error)),
        Err(Ended::Failed(failure)) => Err(failure),
        Ok(()) => Ok(()),
    }
}

/// The reasons for which no more lines are read.
enum Ended {
    /// The output can't be written; most often, the reader has gone.
    Writing(std::io::Error),
    Failed(Failure),
}

impl From<Failure> for Ended {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

fn answer_all(options: &Options) -> Result<(), Ended> {
    let knowledge = Known::load_judged(
        options.config.as_deref(),
        options.faq.as_deref(),
        options.precision,
    )?;
    let mut out = BufWriter::new(std::io::stdout().lock());
    for (number, line) in std::io::stdin().lock().lines().enumerate() {
        let line = line.map_err(|error| {
            let number = number + 1;
            Failure::Broken(said!(
                "第 {number} 行读不了：{error}",
                "line {number}: can't read: {error}"
            ))
        })?;
        if line.trim().is_empty() {
            continue;
        }
        let number = number + 1;
        let mut object: Map<String, Value> = serde_json::from_str(&line).map_err(|error| {
            Failure::Usage(said!(
                "标准输入第 {number} 行不是 JSON 对象：{error}；应为 {{\"q\": \"...\"}}",
                "standard input, line {number}: not a JSON object: {error}; expected {{\"q\": \"...\"}}"
            ))
        })?;
        let question = match object.get("q") {
            Some(Value::String(question)) => question.clone(),
            _ => {
                let missing = said!(
                    "标准输入第 {number} 行没有 q，或 q 不是文字；应为 {{\"q\": \"...\"}}",
                    "standard input, line {number}: `q` is missing or no text; expected {{\"q\": \"...\"}}"
                );
                return Err(Failure::Usage(missing).into());
            }
        };
        let (ranking, decision) = decide(&knowledge, &question, options.mentioned);
        let best = ranking.candidates.first();
        object.insert("decision".to_owned(), json!(decision));
        object.insert("id".to_owned(), json!(best.map(|best| best.id.as_ref())));
        object.insert(
            "score".to_owned(),
            json!(best.map_or(0.0, |best| score(best, options.mentioned))),
        );
        let top: Vec<Value> = ranking
            .candidates
            .iter()
            .map(|candidate| json!({"id": candidate.id.as_ref(), "score": score(candidate, options.mentioned)}))
            .collect();
        object.insert("top".to_owned(), Value::Array(top));
        serde_json::to_writer(&mut out, &object).map_err(|error| Ended::Writing(error.into()))?;
        out.write_all(b"\n").map_err(Ended::Writing)?;
    }
    out.flush().map_err(Ended::Writing)
}

/// Returns a candidate's confidence, for a message that calls the bot (`mentioned`) or one that does not.
pub(super) fn score(candidate: &Candidate, mentioned: bool) -> f32 {
    if mentioned {
        candidate.confidence
    } else {
        candidate.unasked
    }
}

/// Decides on a message that stands alone, with the judge if there is one. Returns its ranking and the decision's kind.
pub(super) fn decide(knowledge: &Known, question: &str, mentioned: bool) -> (Ranking, DecisionKind) {
    let ranking = knowledge.rank(question);
    let (verdict, by_words) = decide_alone(knowledge, &ranking, mentioned);
    let counsel = knowledge.judged().map_or(JudgeEffect::Stands, |judged| {
        judged.counsel(knowledge, question, &ranking, &verdict, mentioned)
    });
    match counsel {
        JudgeEffect::Promoted(ranking, _) => (*ranking, DecisionKind::Answer),
        JudgeEffect::Vetoed(_) => (ranking, DecisionKind::Quiet),
        JudgeEffect::Stands | JudgeEffect::Missing(_) if by_words != DecisionKind::Quiet && !mentioned => {
            let quiet = is_left_alone(knowledge, question);
            (ranking, if quiet { DecisionKind::Quiet } else { by_words })
        }
        JudgeEffect::Stands | JudgeEffect::Missing(_) => (ranking, by_words),
    }
}

/// `true` if the desk says nothing to a message in a group, whatever it matches: it reads to whom it is said, too.
fn is_left_alone(knowledge: &Known, question: &str) -> bool {
    let place = Place::new("match", "match");
    let policy = Policy::default();
    let channel_context = trial_channel(&place, &policy, &[]);
    let now = Timestamp::UNIX_EPOCH;
    let message = trial_message(
        (&place.channel, ChannelKind::Group),
        "member",
        question,
        false,
        now,
    );
    let desk = Desk::new(knowledge);
    let vectors = knowledge.embed_message(&desk, &channel_context, now, &message);
    let (effects, _) = alone(&desk.with_embeddings(&vectors), &channel_context, now, &message);
    effects.decided.decision == Decision::StayQuiet
}

/// Decides on the ranking of a message without the judge. Returns the verdict and the decision's kind.
pub(super) fn decide_alone(knowledge: &Known, ranking: &Ranking, mentioned: bool) -> (Verdict, DecisionKind) {
    let verdict = if mentioned {
        judge_called(ranking)
    } else {
        knowledge.judge_unasked(ranking)
    };
    let kind = verdict.kind();
    (verdict, kind)
}
