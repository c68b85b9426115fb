//! The encoder's thread: it takes what waits, as many tokens as go well together, and uses half the processor at most.

use super::reader::Reader;
use super::settings::Settings;
use super::transformer::Transformer;
use crate::vector::unit;
use crate::{EmbedError, Role};
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::available_parallelism;
use tokio::sync::oneshot;

/// Texts are taken together up to so many tokens.
const TOKENS_TOGETHER: usize = 512;

/// A call with no more texts than this is of messages, and goes first.
const FEW: usize = 4;

/// More calls than this don't wait: whoever comes then is told to come again.
const MAX_WAITING: usize = 1024;

type Vectors = Result<Vec<Vec<f32>>, EmbedError>;

/// Texts whose vectors somebody waits for.
struct Job {
    texts: Vec<String>,
    done: oneshot::Sender<Vectors>,
}

#[derive(Default)]
struct Queue {
    messages: VecDeque<Job>,
    others: VecDeque<Job>,
    ended: bool,
}

#[derive(Default)]
struct Shared {
    queue: Mutex<Queue>,
    came: Condvar,
}

impl Shared {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

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
    /// When the system gives none.
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

    /// The vectors of the texts, each of length 1, once the thread comes to them.
    ///
    /// # Errors
    /// When too many wait, or the model makes nothing of a text.
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
        {
            let mut queue = self.shared.queue();
            let place = if texts.len() <= FEW {
                &mut queue.messages
            } else {
                &mut queue.others
            };
            if place.len() >= MAX_WAITING {
                return Err(EmbedError::Busy {
                    reason: "the encoder has more to do than it can".to_owned(),
                    after: None,
                });
            }
            place.push_back(Job { texts, done });
        }
        self.shared.came.notify_one();
        vectors
            .await
            .unwrap_or_else(|_| Err(EmbedError::Unreachable("the encoder is ending".to_owned())))
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.shared.queue().ended = true;
        self.shared.came.notify_one();
    }
}

fn serve(shared: &Shared, reader: &Reader, transformer: &Transformer, pool: &rayon::ThreadPool) {
    while let Some(jobs) = next(shared, reader) {
        let texts: Vec<Vec<u32>> = jobs.iter().flat_map(|(_, texts)| texts).cloned().collect();
        // A matrix that the arithmetic can't take must not end the thread: all who come later would wait for ever.
        let outcome = catch_unwind(AssertUnwindSafe(|| pool.install(|| transformer.vectors(&texts))));
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
    let mut queue = shared.queue();
    let mut taken = Vec::new();
    let mut tokens = 0;
    loop {
        if queue.ended {
            return None;
        }
        while tokens < TOKENS_TOGETHER {
            let job = match queue.messages.pop_front() {
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
            queue = shared.queue();
        }
        if !taken.is_empty() {
            return Some(taken);
        }
        queue = shared.came.wait(queue).unwrap_or_else(PoisonError::into_inner);
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
