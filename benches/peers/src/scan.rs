//! A rapidfuzz scan: the message against every question, by the normalised similarity that most who reach for it use. The
//! crate first; the C++ core behind Python's `process.extract` where Python has it.

use rapidfuzz::fuzz::RatioBatchComparator;
use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Duration;

/// Returns the number of the most similar question. A candidate that can't beat the best so far is given up early, as
/// `extractOne` does.
pub fn best(questions: &[String], message: &str) -> Option<usize> {
    let comparator = RatioBatchComparator::new(message.chars());
    let mut best = None;
    let mut most = 0.0;
    for (number, question) in questions.iter().enumerate() {
        let arguments = rapidfuzz::fuzz::Args::default().score_cutoff(most);
        if let Some(score) = comparator.similarity_with_args(question.chars(), &arguments)
            && score > most
        {
            most = score;
            best = Some(number);
        }
    }
    best
}

const PYTHON: &str = "
import json, sys, time
from rapidfuzz import fuzz, process
questions, messages = json.load(sys.stdin)
for message in messages:
    started = time.perf_counter_ns()
    process.extract(message, questions, scorer=fuzz.ratio, limit=3)
    print(time.perf_counter_ns() - started)
";

/// Measures Python's rapidfuzz for each message; `None` without a Python that has it. `SCALE_PYTHON` names another interpreter
/// than `python3`.
pub fn python(questions: &[String], messages: &[&str]) -> Option<Vec<Duration>> {
    let python = std::env::var("SCALE_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let mut child = Command::new(python)
        .args(["-c", PYTHON])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let input = serde_json::json!([questions, messages]).to_string();
    // It may have ended for want of the module; its status says so.
    let _ = child.stdin.take()?.write_all(input.as_bytes());
    let output = child
        .wait_with_output()
        .ok()
        .filter(|output| output.status.success())?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.lines()
        .map(|line| line.parse().ok().map(Duration::from_nanos))
        .collect()
}
