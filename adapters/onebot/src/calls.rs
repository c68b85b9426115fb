//! Calls to the implementation, each told from the others by its `echo`.

use crate::counters::Counters;
use crate::wire::{Content, Frame, Scalar, Status};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

/// What an implementation answered.
#[derive(Debug)]
pub(crate) struct Answer {
    status: Option<String>,
    pub(crate) retcode: Option<i64>,
    /// What went wrong, in its words; empty where it says nothing.
    pub(crate) words: String,
    data: Option<Box<RawValue>>,
}

/// Why there is no answer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unanswered {
    /// The call never left.
    NotWritten,
    /// It was written, or may have been.
    Lost,
}

/// The calls of one connection that wait for their answers.
#[derive(Debug, Default)]
pub(crate) struct Calls {
    waiting: Mutex<HashMap<u64, oneshot::Sender<Result<Answer, Unanswered>>>>,
}

/// Makes echoes that no other process and no earlier run of this one has used.
static PREFIX: LazyLock<String> = LazyLock::new(|| format!("groupdesk-{:016x}-", fastrand::u64(..)));
static NEXT: AtomicU64 = AtomicU64::new(1);

#[derive(Serialize)]
struct Call<'a, P> {
    action: &'a str,
    params: P,
    echo: &'a str,
}

/// A call as it goes out.
#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) number: u64,
    pub(crate) json: String,
}

/// Renders a call of `action`.
pub(crate) fn render(action: &str, params: impl Serialize) -> Result<Written, serde_json::Error> {
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let mut echo = String::with_capacity(PREFIX.len() + 20);
    echo.push_str(&PREFIX);
    // Writing to a string can't fail.
    let _ = write!(echo, "{number}");
    let json = serde_json::to_string(&Call {
        action,
        params,
        echo: &echo,
    })?;
    Ok(Written { number, json })
}

impl Calls {
    /// Waits for the answer to the call `number`.
    pub(crate) fn expect(&self, number: u64) -> oneshot::Receiver<Result<Answer, Unanswered>> {
        let (sender, receiver) = oneshot::channel();
        self.lock().insert(number, sender);
        receiver
    }

    /// Gives the call `number` up: its answer will be counted as late.
    pub(crate) fn forget(&self, number: u64) {
        self.lock().remove(&number);
    }

    /// Says that the call `number` never left.
    pub(crate) fn not_written(&self, number: u64) {
        let waiting = self.lock().remove(&number);
        if let Some(waiting) = waiting {
            // Nobody waits any more: then nobody needs to know.
            let _ = waiting.send(Err(Unanswered::NotWritten));
        }
    }

    /// Says to all who wait that no answer will come any more.
    pub(crate) fn lose_all(&self) {
        let waiting = std::mem::take(&mut *self.lock());
        for (_, waiting) in waiting {
            let _ = waiting.send(Err(Unanswered::Lost));
        }
    }

    /// Hands an answer to whom it belongs.
    pub(crate) fn answer(&self, frame: &Frame<'_>, counters: &Counters) {
        let echo = frame
            .echo
            .str()
            .and_then(|echo| echo.strip_prefix(PREFIX.as_str()));
        let Some(number) = echo.and_then(|number| number.parse::<u64>().ok()) else {
            counters.foreign_answers.up();
            return;
        };
        let waiting = self.lock().remove(&number);
        match waiting {
            Some(waiting) => {
                counters.answers.up();
                let _ = waiting.send(Ok(Answer::read(frame)));
            }
            None => counters.late_answers.up(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<u64, oneshot::Sender<Result<Answer, Unanswered>>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Answer {
    /// Reads an answer.
    pub(crate) fn read(frame: &Frame<'_>) -> Self {
        let status = match &frame.status {
            Status::Word(word) => Some(word.to_ascii_lowercase()),
            _ => None,
        };
        let message = match &frame.message {
            Content::Coded(words) => Some(words.as_ref()),
            _ => None,
        };
        let words = [frame.wording.str(), message, frame.msg.str()];
        let words = words.into_iter().flatten().find(|words| !words.trim().is_empty());
        Self {
            status,
            retcode: frame.retcode.integer(),
            words: words.unwrap_or_default().to_owned(),
            data: frame.data.map(RawValue::to_owned),
        }
    }

    /// Whether the call was carried out (or will be).
    pub(crate) fn is_ok(&self) -> bool {
        match self.status.as_deref() {
            Some("ok" | "async") => true,
            Some(_) => false,
            None => matches!(self.retcode, Some(0 | 1)),
        }
    }

    /// The `message_id` in its data.
    pub(crate) fn message_id(&self) -> Option<String> {
        #[derive(Deserialize)]
        struct Data<'a> {
            #[serde(borrow, default)]
            message_id: Scalar<'a>,
        }
        let data: Data<'_> = serde_json::from_str(self.data.as_ref()?.get()).ok()?;
        data.message_id.named().map(std::borrow::Cow::into_owned)
    }

    /// Its data, read as `T`.
    pub(crate) fn data<'a, T: Deserialize<'a>>(&'a self) -> Option<T> {
        serde_json::from_str(self.data.as_ref()?.get()).ok()
    }
}
