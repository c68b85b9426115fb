//! The encoder's thread: it takes what waits, as many tokens as go well together, and uses half the processor at most.

use super::reader::Reader;
use super::settings::Settings;
use super::transformer::Transformer;
use crate::vector::unit;
use crate::{EmbedError, Role};
use parking_lot::{Condvar, Mutex};
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

/// Texts are taken together up to so many tokens.
const TOKENS_TOGETHER: usize = 512;

/// A call with no more texts than this is of messages, and goes first.
pub(super) const URGENT_TEXTS_MAX: usize = 4;

/// The most calls for other texts than messages that wait; a further one is refused as busy.
const MAX_WAITING: usize = 1024;

/// The longest wait of a message, predicted from the encoder's rate so far: one that would wait longer is refused at once, and
/// matched by its words.
const LONGEST_WAIT: Duration = Duration::from_millis(600);

/// The assumed rate, in bytes of text a second, until the first texts are measured.
const FIRST_GUESS: f64 = 5_000.0;

/// The weight of the newest texts in the rate.
const NEWEST: f64 = 0.2;

type Vectors = Result<Vec<Vec<f32>>, EmbedError>;

/// Texts whose vectors somebody waits for.
struct Job {
    texts: Vec<String>,
    done: oneshot::Sender<Vectors>,
}

impl Job {
    fn bytes(&self) -> usize {
        self.texts.iter().map(String::len).sum()
    }
}

struct Queue {
    messages: VecDeque<Job>,
    others: VecDeque<Job>,
    /// Bytes of the messages that wait.
    waiting: usize,
    /// Bytes of text that are read in a second.
    rate: f64,
    ended: bool,
}

impl Default for Queue {
    fn default() -> Self {
        Self {
            messages: VecDeque::new(),
            others: VecDeque::new(),
            waiting: 0,
            rate: FIRST_GUESS,
            ended: false,
        }
    }
}

impl Queue {
    /// Takes a call, unless it would wait too long.
    fn push(&mut self, job: Job) -> Result<(), EmbedError> {
        let busy = |after| EmbedError::Busy {
            reason: "the encoder has more to do than it can".to_owned(),
            after,
        };
        if job.texts.len() > URGENT_TEXTS_MAX {
            if self.others.len() >= MAX_WAITING {
                return Err(busy(None));
            }
            self.others.push_back(job);
            return Ok(());
        }
        let wait = Duration::from_secs_f64(self.waiting as f64 / self.rate);
        if wait > LONGEST_WAIT {
            return Err(busy(Some(wait)));
        }
        self.waiting += job.bytes();
        self.messages.push_back(job);
        Ok(())
    }

    fn next_message(&mut self) -> Option<Job> {
        let job = self.messages.pop_front()?;
        self.waiting = self.waiting.saturating_sub(job.bytes());
        Some(job)
    }

    /// Learns from texts that were read.
    fn learn(&mut self, bytes: usize, took: Duration) {
        let rate = bytes as f64 / took.as_secs_f64().max(1e-6);
        self.rate += NEWEST * (rate.max(1.0) - self.rate);
    }
}

#[derive(Default)]
struct Shared {
    queue: Mutex<Queue>,
    came: Condvar,
}

impl Shared {}

/// A handle of the thread, which ends with it.
pub(super) struct Worker {
    shared: Arc<Shared>,
    query_prefix: String,
    passage_prefix: String,
}

impl Worker {
    /// Starts the thread.
    ///
    /// # Errors
    /// If the system gives none.
    pub(super) fn start(
        reader: Reader,
        transformer: Transformer,
        settings: &Settings,
    ) -> std::io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let half = available_parallelism().map_or(1, |cores| (cores.get() / 2).max(1));
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(half)
            .thread_name(|_| "encoder".to_owned())
            .build()
            .map_err(std::io::Error::other)?;
        let queue = Arc::clone(&shared);
        std::thread::Builder::new()
            .name("encoder".to_owned())
            .spawn(move || serve(&queue, &reader, &transformer, &pool))?;
        Ok(Self {
            shared,
            query_prefix: settings.query_prefix.clone(),
            passage_prefix: settings.passage_prefix.clone(),
        })
    }

    /// Embeds the texts, with vectors of length 1, once the thread comes to them.
    ///
    /// # Errors
    /// If too many wait, or the model makes nothing of a text.
    pub(super) async fn vectors(&self, role: Role, texts: &[&str]) -> Vectors {
        if texts.is_empty() {
            return Ok(Vec::new());
        }
        let prefix = match role {
            Role::Question => &self.query_prefix,
            Role::Passage => &self.passage_prefix,
        };
        let texts: Vec<String> = texts.iter().map(|text| format!("{prefix}{text}")).collect();
        let (done, vectors) = oneshot::channel();
        self.shared.queue.lock().push(Job { texts, done })?;
        self.shared.came.notify_one();
        vectors
            .await
            .unwrap_or_else(|_| Err(EmbedError::Unreachable("the encoder is ending".to_owned())))
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.shared.queue.lock().ended = true;
        self.shared.came.notify_one();
    }
}

fn serve(shared: &Shared, reader: &Reader, transformer: &Transformer, pool: &rayon::ThreadPool) {
    while let Some(jobs) = next(shared, reader) {
        let texts: Vec<Vec<u32>> = jobs.iter().flat_map(|(_, texts)| texts).cloned().collect();
        let bytes = jobs.iter().map(|(job, _)| job.bytes()).sum();
        let began = Instant::now();
        // A matrix that the arithmetic can't take must not end the thread: all who come later would wait for ever.
        let outcome = catch_unwind(AssertUnwindSafe(|| pool.install(|| transformer.vectors(&texts))));
        shared.queue.lock().learn(bytes, began.elapsed());
        let mut vectors = match outcome {
            Ok(Ok(vectors)) => Ok(vectors.into_iter()),
            Ok(Err(error)) => Err(error.to_string()),
            Err(_) => Err("its arithmetic fails on a text".to_owned()),
        };
        for (job, texts) in jobs {
            let answer = match &mut vectors {
                Ok(vectors) => vectors
                    .by_ref()
                    .take(texts.len())
                    .map(|vector| unit(vector).ok_or_else(|| nonsense("numbers are none")))
                    .collect(),
                Err(why) => Err(nonsense(why)),
            };
            // Whoever asked may have stopped waiting.
            let _ = job.done.send(answer);
        }
    }
}

fn nonsense(why: &str) -> EmbedError {
    EmbedError::Nonsense(format!("the encoder: {why}"))
}

/// Waits for jobs and takes as many as go together, in tokens; none when the model is dropped.
fn next(shared: &Shared, reader: &Reader) -> Option<Vec<(Job, Vec<Vec<u32>>)>> {
    let mut queue = shared.queue.lock();
    let mut taken = Vec::new();
    let mut tokens = 0;
    loop {
        if queue.ended {
            return None;
        }
        while tokens < TOKENS_TOGETHER {
            let job = match queue.next_message() {
                Some(job) => job,
                // What is many texts already goes alone.
                None if taken.is_empty() => match queue.others.pop_front() {
                    Some(job) => job,
                    None => break,
                },
                None => break,
            };
            drop(queue);
            if !job.done.is_closed() {
                match read(reader, &job.texts) {
                    Ok(texts) => {
                        tokens += texts.iter().map(Vec::len).sum::<usize>();
                        taken.push((job, texts));
                    }
                    Err(error) => drop(job.done.send(Err(error))),
                }
            }
            queue = shared.queue.lock();
        }
        if !taken.is_empty() {
            return Some(taken);
        }
        shared.came.wait(&mut queue);
    }
}

fn read(reader: &Reader, texts: &[String]) -> Result<Vec<Vec<u32>>, EmbedError> {
    texts
        .iter()
        .map(|text| {
            reader
                .tokens(text)
                .ok_or_else(|| nonsense("its tokenizer fails on a text"))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(texts: usize, bytes: usize) -> Job {
        Job {
            texts: vec!["x".repeat(bytes); texts],
            done: oneshot::channel().0,
        }
    }

    #[test]
    fn a_message_that_would_wait_too_long_is_refused_at_once_and_told_for_how_long() {
        let mut queue = Queue::default();
        queue.learn(100_000, Duration::from_secs(1));
        let rate = queue.rate;
        let mut taken = 0;
        let refused = loop {
            match queue.push(job(1, 1_000)) {
                Ok(()) => taken += 1,
                Err(error) => break error,
            }
        };
        let wait = Duration::from_secs_f64(f64::from(taken) * 1_000.0 / rate);
        assert!(wait > LONGEST_WAIT && wait < LONGEST_WAIT * 2, "{wait:?}");
        assert!(matches!(refused, EmbedError::Busy { after: Some(after), .. } if after == wait));
        assert!(
            queue.push(job(URGENT_TEXTS_MAX + 1, 1_000)).is_ok(),
            "the FAQ's texts wait"
        );
        while queue.next_message().is_some() {}
        assert!(queue.push(job(1, 1_000)).is_ok());
    }
}
