//! Costs of keeping decisions.

use super::load::{self, Load, Processor};
use super::questions::QUESTIONS;
use super::speed::GROUPS;
use super::support::program::Program;
use super::support::qq::{Manners, Qq};

/// Runs with decisions kept and without.
const TURNS: usize = 5;
const MESSAGES: usize = 30_000;
const STEADY_PER_SECOND: usize = 1_000;
const STEADY_MESSAGES: usize = 8_000;

/// Figures of one run.
#[derive(Debug, Clone, Copy)]
struct Run {
    /// Answers a second, as fast as 64 outstanding messages allow.
    throughput: f64,
    /// Processor time of a message, in microseconds.
    processor: f64,
    /// p99 of the latency at the steady rate, in milliseconds.
    p99: f64,
}

/// Function that takes one figure of a run.
type FigureOf = fn(&Run) -> f64;

/// Compares the line with decisions kept and without, in turn: what else the machine does meets both alike.
pub(crate) async fn run(divide: usize) {
    let mut runs: [Vec<Run>; 2] = Default::default();
    for turn in 0..TURNS {
        for kept in [turn % 2 == 0, turn % 2 != 0] {
            let run = one_run(kept, divide).await;
            println!("  {} {run:.2?}", if kept { "kept   " } else { "without" });
            runs[usize::from(kept)].push(run);
        }
    }
    let median = |of: &[Run], figure: FigureOf| {
        let mut values: Vec<f64> = of.iter().map(figure).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    let figures: [(&str, FigureOf); 3] = [
        ("answers a second", |run| run.throughput),
        ("processor us", |run| run.processor),
        ("p99 ms", |run| run.p99),
    ];
    println!("\nmedian of {TURNS}        without        kept  difference");
    for (name, figure) in figures {
        let [without, kept] = [median(&runs[0], figure), median(&runs[1], figure)];
        println!(
            "  {name:<18} {without:>9.1}   {kept:>9.1}   {:>+8.1} %",
            (kept / without - 1.0) * 100.0
        );
    }
}

async fn one_run(kept: bool, divide: usize) -> Run {
    let retention = if kept { "90d" } else { "0s" };
    let extra = format!("log: {{ filter: warn }}\ndefaults: {{ decisions: {{ retention: {retention} }} }}");
    let mut program = Program::prepare("      reverse: {}", &extra);
    let (qq, mut heard) = Qq::new(Manners::WELL_BEHAVED);
    program.start(&super::binary());
    let wire = qq.connect(&program.url()).await;
    load::first_answer(&wire, &mut heard, QUESTIONS[0]).await;
    let messages = MESSAGES / divide;
    let before = program.cpu();
    let full = Load::of_questions(10, GROUPS)
        .full_speed(&wire, &mut heard, 64, messages)
        .await;
    let after = program.cpu();
    let steady = Load::of_questions(10_000_000, GROUPS)
        .steady(&wire, &mut heard, STEADY_PER_SECOND, STEADY_MESSAGES / divide)
        .await;
    program.terminate();
    Run {
        throughput: full.throughput,
        processor: Processor::between(before, after, messages).total(),
        p99: steady.p99,
    }
}
