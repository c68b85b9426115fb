//! Measures the worth of labels in a simulated group whose traffic is the labelled questions. Staff label part of it, the bot learns, and
//! the rest is decided before and after.

use super::labelled_questions::Row;
use crate::cli::language::either;
use crate::cli::load_knowledge::Known;
use crate::cli::{Failure, output};
use crate::desk::Verdict;
use crate::figures::exact_interval;
use crate::matcher::{Ranking, Target, Tuning};
use serde::Serialize;
use std::fmt::Write;

/// Share of the traffic, of five parts, that may be labelled; what is left is decided.
const LABELLED_OF_FIVE: usize = 4;

/// Messages that may be labelled at most: of a large set the rest tells more.
const POOL_MAX: usize = 1_500;

/// Ways in which the traffic is divided.
const SPLITS: u64 = 40;

/// Outcomes of all divisions together.
#[derive(Debug, Serialize)]
pub(super) struct Learnt {
    /// Share of unasked answers that was wanted to be right.
    precision_wanted: f64,
    /// Labels in each division, on average.
    labels: f64,
    /// As decided by the file alone.
    before: Answers,
    /// As decided after the labels.
    after: Answers,
}

/// Answers of entries to messages that nobody labelled, over all divisions.
#[derive(Debug, Default, Serialize)]
struct Answers {
    answered: u64,
    right: u64,
    in_scope: u64,
    /// Right answers of all answers; none where nothing was answered.
    precision: Option<f64>,
    /// Exact interval of the precision of an average division.
    interval: (f64, f64),
    /// Right answers of all questions in scope.
    coverage: Option<f64>,
    /// Divisions in which nothing was answered.
    silent: u64,
}

/// A message of the traffic.
struct Message {
    ranking: Ranking,
    ids: Vec<String>,
}

impl Message {
    /// Returns `true` if the entry that answers it is right; `None` where none answers.
    fn answer(&self, knowledge: &Known, ranking: &Ranking) -> Option<bool> {
        match knowledge.judge_unasked(ranking) {
            Verdict::Answer { candidate, .. } => {
                let id = &*ranking.candidates.get(candidate)?.id;
                Some(self.ids.iter().any(|right| right == id))
            }
            _ => None,
        }
    }

    /// Returns the entry that a person would label, and whether it is right; `None` where there is nothing to label.
    fn label(&self) -> Option<(&str, bool)> {
        let best = self.ranking.candidates.first()?;
        let id = matches!(best.target, Target::Entry(_)).then_some(&*best.id)?;
        Some((id, self.ids.iter().any(|right| right == id)))
    }
}

/// Runs the simulated group, with so many labels at most.
///
/// # Errors
/// Fails where the output can't be written.
pub(super) fn run(
    knowledge: &Known,
    rows: &[Row],
    labels: usize,
    (precision, json): (f64, bool),
) -> Result<(), Failure> {
    let traffic: Vec<Message> = rows
        .iter()
        .map(|row| Message {
            ranking: knowledge.rank(&row.q),
            ids: row.ids.clone(),
        })
        .collect();
    let learnt = learnt(knowledge, &traffic, labels, precision);
    if json {
        let json =
            serde_json::to_string_pretty(&learnt).map_err(|error| Failure::Broken(error.to_string()))?;
        output::line(json)
    } else {
        output::text(text(&learnt))
    }
}

fn learnt(knowledge: &Known, traffic: &[Message], labels: usize, precision: f64) -> Learnt {
    let (mut before, mut after) = (Answers::default(), Answers::default());
    let mut given = 0;
    for seed in 0..SPLITS {
        let order = shuffled(traffic.len(), seed);
        let pool = (traffic.len() * LABELLED_OF_FIVE / 5).min(POOL_MAX);
        let (pool, rest) = order.split_at(pool);
        // As `/label` shows them: answers first, then questions without one.
        let answered = |message: &&Message| message.answer(knowledge, &message.ranking).is_some();
        let pool: Vec<&Message> = pool.iter().map(|at| &traffic[*at]).collect();
        let first = pool.iter().copied().filter(answered);
        let then = pool
            .iter()
            .copied()
            .filter(|message| !answered(message) && message.ranking.question);
        let labelled = first.chain(then).filter_map(|message| {
            let (entry, right) = message.label()?;
            Some((&message.ranking, entry, right, 1.0))
        });
        let labelled: Vec<_> = labelled.take(labels).collect();
        given += labelled.len();
        let tuning = Tuning::of_rankings(labelled, precision);
        let rest: Vec<&Message> = rest.iter().map(|at| &traffic[*at]).collect();
        before.add(rest.iter().map(|message| {
            let right = message.answer(knowledge, &message.ranking);
            (right, !message.ids.is_empty())
        }));
        after.add(rest.iter().map(|message| {
            let mut ranking = message.ranking.clone();
            if let Some(tuning) = &tuning {
                tuning.apply(&mut ranking);
            }
            (message.answer(knowledge, &ranking), !message.ids.is_empty())
        }));
    }
    before.close();
    after.close();
    Learnt {
        precision_wanted: precision,
        labels: given as f64 / SPLITS as f64,
        before,
        after,
    }
}

impl Answers {
    fn add(&mut self, messages: impl Iterator<Item = (Option<bool>, bool)>) {
        let before = self.answered;
        for (right, in_scope) in messages {
            self.answered += u64::from(right.is_some());
            self.right += u64::from(right == Some(true));
            self.in_scope += u64::from(in_scope);
        }
        self.silent += u64::from(self.answered == before);
    }

    fn close(&mut self) {
        let share = |part: u64, whole: u64| (whole > 0).then(|| part as f64 / whole as f64);
        self.precision = share(self.right, self.answered);
        self.coverage = share(self.right, self.in_scope);
        self.interval = exact_interval(self.right / SPLITS, self.answered / SPLITS);
    }
}

/// Returns the numbers below `count` in an order that follows from the seed alone (Fisher-Yates over SplitMix64).
fn shuffled(count: usize, seed: u64) -> Vec<usize> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    };
    let mut order: Vec<usize> = (0..count).collect();
    for at in (1..count).rev() {
        let other = usize::try_from(next() % (at as u64 + 1)).unwrap_or_default();
        order.swap(at, other);
    }
    order
}

fn text(learnt: &Learnt) -> String {
    let percent =
        |share: Option<f64>| share.map_or_else(|| "-".to_owned(), |share| format!("{:.1}%", 100.0 * share));
    let (labels, wanted) = (learnt.labels, learnt.precision_wanted);
    let mut text = either(
        format!("模拟的群，分成 {SPLITS} 种：每种标注 {labels:.0} 条，精确率要 {wanted}\n"),
        format!(
            "A simulated group, divided in {SPLITS} ways: {labels:.0} labels each, precision {wanted} wanted\n"
        ),
    );
    let (before, after) = either(("标注前", "标注后"), ("before ", "after  "));
    for (name, answers) in [(before, &learnt.before), (after, &learnt.after)] {
        let each = answers.answered as f64 / SPLITS as f64;
        let (precision, coverage) = (percent(answers.precision), percent(answers.coverage));
        let silent = answers.silent;
        let line = either(
            format!(
                "  {name} 精确率 {precision:>6}  覆盖率 {coverage:>6}  每种回答 {each:.1} 次，其中 {silent} 种一次也没有"
            ),
            format!(
                "  {name} precision {precision:>6}  coverage {coverage:>6}  {each:.1} answers each, none in {silent} of them"
            ),
        );
        // Writing to a string can't fail.
        let _ = writeln!(text, "{line}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_division_follows_from_its_seed_and_has_each_message_once() {
        let order = shuffled(100, 7);
        assert_eq!(order, shuffled(100, 7));
        assert_ne!(order, shuffled(100, 8));
        let mut sorted = order;
        sorted.sort_unstable();
        assert_eq!(sorted, (0..100).collect::<Vec<_>>());
    }
}
