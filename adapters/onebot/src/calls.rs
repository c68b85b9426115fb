//! Calls to the implementation, each with an `echo` of its own.
//!
//! A sending call is remembered after its caller gave up: a late response still tells the outcome of the reply.

use crate::counters::Counters;
use crate::wire::{Content, Frame, Scalar, Status, read_fields};
use crate::write::OutSegment;
use groupdesk_contract::{ChannelId, ReplyKey};
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::Instant;

/// The time after giving up a call in which its response may still come: a slow implementation answers, and says, after a minute.
/// A reply missing from the history may arrive within it, so it is not repeated earlier.
pub(crate) const LATE_ANSWER_TIMEOUT: Duration = Duration::from_secs(65);

/// The most sending calls that are remembered after their caller stopped waiting.
const MAX_OVERDUE: usize = 4_096;

/// An implementation's response to a call.
#[derive(Debug)]
pub(crate) struct Answer {
    status: Option<String>,
    pub(crate) retcode: Option<i64>,
    /// The implementation's error text; empty if it gave none.
    pub(crate) words: String,
    data: Option<Box<RawValue>>,
}

/// The reason for which a call has no response.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unanswered {
    /// The call never left; nothing happened.
    NotWritten,
    /// It was written, or may have been, and the connection was lost before the response.
    Lost,
    /// It was written and not answered in time.
    TimedOut,
    /// It came and is too long, or no JSON.
    Unreadable,
}

/// The content of a sending call: one message of a reply.
#[derive(Debug, Clone)]
pub(crate) struct SentMessage {
    pub(crate) key: ReplyKey,
    pub(crate) channel: ChannelId,
    /// The position of the message in the reply, from 0.
    pub(crate) number: usize,
    /// The number of messages that the reply has.
    pub(crate) of: usize,
    pub(crate) message: Vec<OutSegment>,
}

type Waiting = oneshot::Sender<Result<Answer, Unanswered>>;

/// The calls of one connection without a response so far.
#[derive(Debug, Default)]
pub(crate) struct Calls(Mutex<Inside>);

#[derive(Debug, Default)]
struct Inside {
    waiting: HashMap<u64, (Waiting, Option<SentMessage>)>,
    /// Sending calls that were written and then given up by their caller, with the time of giving up.
    overdue: BTreeMap<u64, (SentMessage, Instant)>,
    /// The latest sending call that was answered.
    last_answered: u64,
    /// True if the sending call that was answered last was so before its caller gave up.
    answers_in_time: bool,
}

/// A sending call that was given up, and whose response may still come.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Overdue {
    /// The time of giving up.
    pub(crate) since: Instant,
    /// A later one was answered, or the last one in time: the implementation is not slow, or not with all that it sends.
    pub(crate) is_passed: bool,
}

/// The recipient of a response.
#[derive(Debug)]
pub(crate) enum ResponseRecipient {
    /// It answers no call of ours.
    Foreign,
    /// The caller has it, or nobody needs it.
    InTime,
    /// The caller gave up; the response tells the outcome of this message.
    Late(SentMessage, Answer),
}

/// A call whose answer somebody waits for; given up when it is dropped.
pub(crate) struct Expected<'a> {
    calls: &'a Calls,
    number: u64,
    pub(crate) answer: oneshot::Receiver<Result<Answer, Unanswered>>,
}

impl Drop for Expected<'_> {
    fn drop(&mut self) {
        self.calls.give_up(self.number);
    }
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
pub(crate) struct WrittenCall {
    pub(crate) number: u64,
    pub(crate) json: String,
}

/// Renders a call of `action`.
pub(crate) fn render(action: &str, params: impl Serialize) -> Result<WrittenCall, serde_json::Error> {
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
    Ok(WrittenCall { number, json })
}

impl Calls {
    /// Registers the call `number`, whose message is `said`, to wait for its response.
    pub(crate) fn expect(&self, number: u64, said: Option<SentMessage>) -> Expected<'_> {
        let (sender, answer) = oneshot::channel();
        self.0.lock().waiting.insert(number, (sender, said));
        Expected {
            calls: self,
            number,
            answer,
        }
    }

    /// Gives up the call `number`: its caller waits no more.
    fn give_up(&self, number: u64) {
        let mut inside = self.0.lock();
        let Some((_, Some(said))) = inside.waiting.remove(&number) else {
            return;
        };
        inside.overdue.insert(number, (said, Instant::now()));
        if inside.overdue.len() > MAX_OVERDUE {
            inside.overdue.pop_first();
        }
    }

    /// Says that the call `number` never left.
    pub(crate) fn not_written(&self, number: u64) {
        let waiting = {
            let mut inside = self.0.lock();
            inside.overdue.remove(&number);
            inside.waiting.remove(&number)
        };
        if let Some((waiting, _)) = waiting {
            // Nobody waits any more: then nobody needs to know.
            let _ = waiting.send(Err(Unanswered::NotWritten));
        }
    }

    /// Says to all who wait that no answer will come any more.
    pub(crate) fn lose_all(&self) {
        let inside = std::mem::take(&mut *self.0.lock());
        for (_, (waiting, _)) in inside.waiting {
            let _ = waiting.send(Err(Unanswered::Lost));
        }
    }

    /// Returns the last sending call of `key` that was given up, if its response may still come.
    pub(crate) fn overdue(&self, key: ReplyKey) -> Option<Overdue> {
        let inside = self.0.lock();
        let mut latest_first = inside.overdue.iter().rev();
        let (number, (_, since)) = latest_first.find(|(_, (said, _))| said.key == key)?;
        let is_passed = inside.last_answered > *number || inside.answers_in_time;
        Some(Overdue {
            since: *since,
            is_passed,
        })
    }

    /// Tells the caller that an unreadable response came, of which there is `sample`; true if it answers a call of ours.
    pub(crate) fn unreadable(&self, sample: &str) -> bool {
        // An echo is unknown to everybody else, so that it stands only in the answer to its call.
        let echoes = sample.match_indices(PREFIX.as_str());
        let numbers = echoes.filter_map(|(at, prefix)| {
            let rest = sample.get(at + prefix.len()..).unwrap_or_default();
            let digits = rest.split(|letter: char| !letter.is_ascii_digit()).next()?;
            digits.parse::<u64>().ok()
        });
        let mut is_ours = false;
        for number in numbers {
            is_ours = true;
            let waiting = {
                let mut inside = self.0.lock();
                inside.overdue.remove(&number);
                inside.waiting.remove(&number)
            };
            if let Some((waiting, _)) = waiting {
                // Nobody waits any more: then nobody needs to know.
                let _ = waiting.send(Err(Unanswered::Unreadable));
            }
        }
        is_ours
    }

    /// Hands an answer to whom it belongs.
    pub(crate) fn answer(&self, frame: &Frame<'_>, counters: &Counters) -> ResponseRecipient {
        let echo = frame
            .echo
            .str()
            .and_then(|echo| echo.strip_prefix(PREFIX.as_str()));
        let Some(number) = echo.and_then(|number| number.parse::<u64>().ok()) else {
            counters.foreign_answers.up();
            return ResponseRecipient::Foreign;
        };
        let (waiting, overdue) = {
            let mut inside = self.0.lock();
            let (waiting, overdue) = (inside.waiting.remove(&number), inside.overdue.remove(&number));
            if overdue.is_some() || matches!(&waiting, Some((_, Some(_)))) {
                inside.last_answered = inside.last_answered.max(number);
                inside.answers_in_time = overdue.is_none();
            }
            (waiting, overdue)
        };
        if let Some((waiting, said)) = waiting {
            counters.answers.up();
            // Who waited may be gone in this very moment.
            return match (waiting.send(Ok(Answer::read(frame))), said) {
                (Err(Ok(answer)), Some(said)) => ResponseRecipient::Late(said, answer),
                _ => ResponseRecipient::InTime,
            };
        }
        counters.late_answers.up();
        match overdue {
            Some((said, _)) => ResponseRecipient::Late(said, Answer::read(frame)),
            None => ResponseRecipient::InTime,
        }
    }
}

#[derive(Debug, Default)]
struct Data<'a> {
    message_id: Scalar<'a>,
}

read_fields!(Data {
    "message_id" => message_id,
});

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

    /// True if the call was carried out, or will be.
    pub(crate) fn is_ok(&self) -> bool {
        match self.status.as_deref() {
            Some("ok" | "async") => true,
            Some(_) => false,
            None => matches!(self.retcode, Some(0 | 1)),
        }
    }

    /// The `message_id` in its data.
    pub(crate) fn message_id(&self) -> Option<String> {
        let data: Data<'_> = serde_json::from_str(self.data.as_ref()?.get()).ok()?;
        data.message_id.named().map(std::borrow::Cow::into_owned)
    }

    /// Returns its data, read as `T`.
    pub(crate) fn data<'a, T: Deserialize<'a>>(&'a self) -> Option<T> {
        serde_json::from_str(self.data.as_ref()?.get()).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(key: i64) -> Option<SentMessage> {
        Some(SentMessage {
            key: ReplyKey(key),
            channel: ChannelId::from("group:1"),
            number: 0,
            of: 1,
            message: Vec::new(),
        })
    }

    fn answer(calls: &Calls, number: u64) {
        let json = format!(
            r#"{{"status":"ok","retcode":0,"data":null,"echo":"{}{number}"}}"#,
            *PREFIX
        );
        calls.answer(&Frame::parse(&json).unwrap(), &Counters::default());
    }

    #[test]
    fn an_answer_is_awaited_for_long_unless_the_implementation_answers_in_time_or_has_answered_a_later_call()
    {
        let calls = Calls::default();
        let passed = |key| calls.overdue(ReplyKey(key)).map(|overdue| overdue.is_passed);
        for number in [1, 2] {
            drop(calls.expect(number, said(number.cast_signed())));
        }
        assert_eq!(
            (passed(1), passed(2)),
            (Some(false), Some(false)),
            "nothing is known of it"
        );
        // It is slow, and known to be.
        answer(&calls, 2);
        assert_eq!((passed(1), passed(2)), (Some(true), None));
        drop(calls.expect(3, said(3)));
        assert_eq!(passed(3), Some(false));
        let in_time = calls.expect(4, said(4));
        answer(&calls, 4);
        drop(in_time);
        drop(calls.expect(5, said(5)));
        assert_eq!((passed(3), passed(5)), (Some(true), Some(true)));
    }
}
