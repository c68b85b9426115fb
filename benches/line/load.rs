//! Messages that a bot is asked, and the time that it takes to answer them.

use super::questions::QUESTIONS;
use super::support::qq::{Said, Wire, group_message};
use std::collections::HashMap;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;

/// Throughput and latencies of one stretch of load.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Figures {
    /// Answers a second.
    pub(crate) throughput: f64,
    /// Median of the latency from the event sent to the answer's action received, in milliseconds.
    pub(crate) p50: f64,
    /// 99th percentile, in milliseconds.
    pub(crate) p99: f64,
    /// The longest, in milliseconds.
    pub(crate) worst: f64,
}

impl Figures {
    /// Makes the figures of these latencies, of answers that came within `took`.
    pub(crate) fn of(mut latencies: Vec<Duration>, took: Duration) -> Self {
        latencies.sort();
        let at = |share: f64| {
            let index = ((latencies.len() as f64 * share) as usize).min(latencies.len() - 1);
            latencies[index].as_secs_f64() * 1e3
        };
        Self {
            throughput: latencies.len() as f64 / took.as_secs_f64(),
            p50: at(0.5),
            p99: at(0.99),
            worst: at(1.0),
        }
    }

    pub(crate) fn print(&self, name: &str) {
        println!(
            "  {name:<18}{:>8.0} answers a second; p50 {:.1} ms, p99 {:.1} ms, worst {:.1} ms",
            self.throughput, self.p50, self.p99, self.worst
        );
    }
}

/// Messages under way and the latencies of those that are answered.
pub(crate) struct Load {
    /// Returns the group and the text of the message of this number.
    message: Box<dyn Fn(i64) -> (i64, String) + Send>,
    next: i64,
    under_way: HashMap<String, Instant>,
    latencies: Vec<Duration>,
}

impl Load {
    /// Messages with ids from `first` on; `message` returns group and text by the id.
    pub(crate) fn new(first: i64, message: impl Fn(i64) -> (i64, String) + Send + 'static) -> Self {
        Self {
            message: Box::new(message),
            next: first,
            under_way: HashMap::new(),
            latencies: Vec::new(),
        }
    }

    /// The shipped file's questions over this many groups.
    pub(crate) fn of_questions(first: i64, groups: i64) -> Self {
        Self::new(first, move |id| {
            let question = QUESTIONS[id.unsigned_abs() as usize % QUESTIONS.len()];
            (100_000 + id % groups, question.to_owned())
        })
    }

    fn send(&mut self, wire: &Wire) {
        let id = self.next;
        let (group, text) = (self.message)(id);
        self.under_way.insert(id.to_string(), Instant::now());
        wire.send(group_message(id, group, 200_000 + id % 19_997, &text, true));
        self.next += 1;
    }

    fn hear(&mut self, said: Said) {
        if let Some(sent) = said.quote.and_then(|quote| self.under_way.remove(&quote)) {
            self.latencies.push(said.at - sent);
        }
    }

    /// Sends as many messages as these, never more than `outstanding` unanswered.
    pub(crate) async fn full_speed(
        mut self,
        wire: &Wire,
        heard: &mut mpsc::UnboundedReceiver<Said>,
        outstanding: usize,
        messages: usize,
    ) -> Figures {
        let started = Instant::now();
        let mut sent = 0;
        while self.latencies.len() < messages {
            while sent < messages && self.under_way.len() < outstanding {
                self.send(wire);
                sent += 1;
            }
            self.hear(next(heard).await);
        }
        Figures::of(self.latencies, started.elapsed())
    }

    /// Sends as many messages as these, at a steady rate.
    pub(crate) async fn steady(
        mut self,
        wire: &Wire,
        heard: &mut mpsc::UnboundedReceiver<Said>,
        per_second: usize,
        messages: usize,
    ) -> Figures {
        let mut tick = tokio::time::interval(Duration::from_millis(1));
        let started = Instant::now();
        let mut sent = 0;
        while self.latencies.len() < messages {
            tokio::select! {
                _ = tick.tick() => {
                    let due = (started.elapsed().as_secs_f64() * per_second as f64) as usize;
                    while sent < due.min(messages) {
                        self.send(wire);
                        sent += 1;
                    }
                }
                said = next(heard) => self.hear(said),
            }
        }
        Figures::of(self.latencies, started.elapsed())
    }
}

/// Asks a first question, and waits for its answer: the bot is ready then.
pub(crate) async fn first_answer(wire: &Wire, heard: &mut mpsc::UnboundedReceiver<Said>, question: &str) {
    wire.send(group_message(1, 1, 1, question, true));
    next(heard).await;
}

/// Processor time of a bot, in microseconds a message.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Processor {
    pub(crate) user: f64,
    pub(crate) system: f64,
}

impl Processor {
    /// Makes it of the times before and after these messages, in seconds.
    pub(crate) fn between(before: (f64, f64), after: (f64, f64), messages: usize) -> Self {
        let micros = |seconds: f64| seconds / messages as f64 * 1e6;
        Self {
            user: micros(after.0 - before.0),
            system: micros(after.1 - before.1),
        }
    }

    pub(crate) fn total(self) -> f64 {
        self.user + self.system
    }
}

/// Returns what the bot says next.
///
/// # Panics
/// Panics when it says nothing for 30 s.
pub(crate) async fn next(heard: &mut mpsc::UnboundedReceiver<Said>) -> Said {
    tokio::time::timeout(Duration::from_secs(30), heard.recv())
        .await
        .expect("a message was lost")
        .unwrap()
}
