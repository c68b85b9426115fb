//! Compares two versions of the FAQ: which of the messages that were asked would be answered now that were not, no longer, or
//! otherwise. Pure, and decided by the desk itself with the settings of each message's channel, so that what is shown here is what
//! members get. Each message is taken on its own, as from somebody who has said nothing before; neither a semantic model nor a judge
//! is asked.

mod outcome;
mod preview_text;
mod trial;

#[cfg(test)]
mod tests;

pub use outcome::{MessageOutcome, PreviewDecision, alone, outcome};
pub use preview_text::{BRIEFLY, in_full, with_examples};
pub use trial::{trial_channel, trial_message};

use crate::desk::{Desk, Knowledge, Policy};
use crate::faq;
use crate::matcher::Tuning;
use crate::yaml::Problem;
use groupdesk_contract::{ChannelKind, Place};
use jiff::Timestamp;
use serde::Serialize;
use std::collections::HashMap;
use std::sync::Arc;

/// Threads that decide at most: others answer members meanwhile.
const THREADS: usize = 2;

/// Messages that a thread takes at once.
const CHUNK: usize = 64;

/// A message that was asked, or may be.
#[derive(Debug, Clone)]
pub struct PreviewMessage {
    /// Words.
    pub text: String,
    /// `true` if it called the bot.
    pub called: bool,
    /// Kind of its channel.
    pub kind: ChannelKind,
    /// Channel.
    pub place: Place,
    /// Settings of the channel.
    pub policy: Arc<Policy>,
    /// Origin.
    pub origin: Origin,
}

/// Origin of an asked message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// A member said it.
    Member,
    /// It is a question of one of the two files.
    File,
}

/// Way in which a decision changes. The order is that in which they are shown: what is lost first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// It was answered, and is no longer.
    NoLongerAnswered,
    /// It is answered with another entry, or by a human too.
    AnsweredOtherwise,
    /// It is answered with the same entry, in other words.
    Reworded,
    /// It was not answered, and is now.
    NewlyAnswered,
    /// It gets a "did you mean" now.
    NowOffered,
    /// It got a "did you mean", and is not answered either.
    NoLongerOffered,
    /// It gets a "did you mean" with other choices.
    OfferedOtherwise,
    /// It brings in a human now.
    NowHandedOver,
    /// It brought in a human.
    NoLongerHandedOver,
}

impl Kind {
    /// Returns the way in which a decision changes; `None` where it does not.
    fn of(before: &PreviewDecision, after: &PreviewDecision) -> Option<Self> {
        use MessageOutcome::{HandedOver, Offered};
        let (old, new) = (&before.outcome, &after.outcome);
        if old == new {
            let reworded = new.answer().is_some() && before.words != after.words;
            return reworded.then_some(Self::Reworded);
        }
        Some(match (old, new) {
            (old, new) if old.answer().is_some() && new.answer().is_some() => Self::AnsweredOtherwise,
            (old, _) if old.answer().is_some() => Self::NoLongerAnswered,
            (_, new) if new.answer().is_some() => Self::NewlyAnswered,
            (Offered { .. }, Offered { .. }) => Self::OfferedOtherwise,
            (_, Offered { .. }) => Self::NowOffered,
            (Offered { .. }, _) => Self::NoLongerOffered,
            (_, HandedOver { .. }) => Self::NowHandedOver,
            (_, _) => Self::NoLongerHandedOver,
        })
    }
}

/// A message on which another decision falls.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DecisionChange {
    /// Way in which it changes.
    pub kind: Kind,
    /// Words of the message.
    pub text: String,
    /// `true` if it called the bot.
    pub called: bool,
    /// Channel.
    pub place: Place,
    /// Origin.
    pub origin: Origin,
    /// Number of times that it was asked so there.
    pub times: usize,
    /// Decision by the old version.
    pub before: MessageOutcome,
    /// Decision by the new version.
    pub after: MessageOutcome,
}

/// Precision and coverage that a file's own questions predict.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Figures {
    /// Share of the answers that are right, 0 to 1.
    pub precision: f32,
    /// Share of the answerable questions that are answered rightly, 0 to 1.
    pub coverage: f32,
    /// Number of questions behind these figures.
    pub questions: usize,
}

/// Comparison of two versions of the FAQ.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Preview {
    /// Messages of members that were decided by both.
    pub from_members: usize,
    /// Questions of the files that were decided by both.
    pub from_files: usize,
    /// Messages on which the decision stays.
    pub unchanged: usize,
    /// The others: by their kind, the most frequent first.
    pub changes: Vec<DecisionChange>,
    /// Tests of the new file that fail and did not, as sentences with their places.
    pub broken: Vec<String>,
    /// Figures of the old version.
    pub before: Figures,
    /// Figures of the new version.
    pub after: Figures,
}

impl Preview {
    /// Number of messages that change in this way.
    pub fn count(&self, kind: Kind) -> usize {
        let of_kind = self.changes.iter().filter(|change| change.kind == kind);
        of_kind.map(|change| change.times).sum()
    }
}

/// Everything of a message that its decision depends on; those that are alike are decided once.
#[derive(PartialEq, Eq, Hash)]
struct Key<'a> {
    text: &'a str,
    called: bool,
    kind: ChannelKind,
    place: &'a Place,
    origin: Origin,
}

/// A version of the FAQ, with what labels teach of its groups.
#[derive(Debug, Clone, Copy)]
pub struct Version<'a> {
    /// The FAQ.
    pub knowledge: &'a Knowledge,
    /// Training examples of the labels, where there are enough.
    pub tuning: Option<&'a Tuning>,
}

impl<'a> From<&'a Knowledge> for Version<'a> {
    fn from(knowledge: &'a Knowledge) -> Self {
        Self {
            knowledge,
            tuning: None,
        }
    }
}

impl<'a> Version<'a> {
    /// Makes the desk that decides by it.
    pub fn desk(self) -> Desk<'a> {
        Desk::new(self.knowledge).tuned(self.tuning)
    }
}

/// Decides messages by both versions, as at the time `now`.
pub fn preview<'a>(
    old: impl Into<Version<'a>>,
    new: impl Into<Version<'a>>,
    asked: &[PreviewMessage],
    now: Timestamp,
) -> Preview {
    let (old, new) = (old.into(), new.into());
    let mut distinct: Vec<(&PreviewMessage, usize)> = Vec::new();
    let mut known: HashMap<Key<'_>, usize> = HashMap::new();
    for message in asked {
        let key = Key {
            text: &message.text,
            called: message.called,
            kind: message.kind,
            place: &message.place,
            origin: message.origin,
        };
        let at = *known.entry(key).or_insert(distinct.len());
        match distinct.get_mut(at) {
            Some((_, times)) => *times += 1,
            None => distinct.push((message, 1)),
        }
    }
    let (old_desk, new_desk) = (old.desk(), new.desk());
    let (old, new) = (old.knowledge, new.knowledge);
    let decided = side_by_side(&distinct, |(message, _)| {
        let (before, after) = (outcome(&old_desk, message, now), outcome(&new_desk, message, now));
        Kind::of(&before, &after).map(|kind| (kind, before.outcome, after.outcome))
    });
    let mut changes: Vec<DecisionChange> = distinct
        .iter()
        .zip(decided)
        .filter_map(|((message, times), decided)| {
            let (kind, before, after) = decided?;
            Some(DecisionChange {
                kind,
                text: message.text.clone(),
                called: message.called,
                place: message.place.clone(),
                origin: message.origin,
                times: *times,
                before,
                after,
            })
        })
        .collect();
    changes.sort_by(|a, b| (a.kind, a.origin, b.times).cmp(&(b.kind, b.origin, a.times)));
    let changed: usize = changes.iter().map(|change| change.times).sum();
    let of = |origin| asked.iter().filter(|asked| asked.origin == origin).count();
    Preview {
        from_members: of(Origin::Member),
        from_files: of(Origin::File),
        unchanged: asked.len() - changed,
        changes,
        broken: broken(old, new),
        before: figures(old),
        after: figures(new),
    }
}

/// Returns the tests of the new version that fail, without those that fail in the old one too.
fn broken(old: &Knowledge, new: &Knowledge) -> Vec<String> {
    let failing = |of: &Knowledge| faq::failing_tests(&of.faq, &of.matcher);
    let before = failing(old);
    let is_new = |problem: &Problem| before.iter().all(|other| other.message != problem.message);
    let new = failing(new).into_iter().filter(is_new);
    new.map(|problem| problem.in_both_languages()).collect()
}

fn figures(of: &Knowledge) -> Figures {
    let expected = of.matcher.expected();
    Figures {
        precision: expected.precision,
        coverage: expected.coverage,
        questions: expected.questions,
    }
}

/// Calls `work` with every item, on two threads; returns the results in order.
fn side_by_side<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    if items.len() <= CHUNK {
        return items.iter().map(work).collect();
    }
    let next = std::sync::atomic::AtomicUsize::new(0);
    let chunks: Vec<&[T]> = items.chunks(CHUNK).collect();
    let take = || {
        let mut done: Vec<(usize, Vec<R>)> = Vec::new();
        loop {
            let at = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let Some(chunk) = chunks.get(at) else { return done };
            done.push((at, chunk.iter().map(&work).collect()));
        }
    };
    let mut done = std::thread::scope(|scope| {
        let others: Vec<_> = (1..THREADS).map(|_| scope.spawn(take)).collect();
        let mut done = take();
        for other in others {
            match other.join() {
                Ok(more) => done.extend(more),
                Err(fault) => std::panic::resume_unwind(fault),
            }
        }
        done
    });
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().flat_map(|(_, results)| results).collect()
}
