//! The way of one reply from the queue to its outcome, however many attempts it takes.

use super::account::Account;
use super::{Delivered, Queued, Shared, Waiting, fate, files};
use crate::desk::Outcome;
use crate::store::Settled;
use futures_util::FutureExt;
use groupdesk_contract::{ChannelId, Delivery, MessageId, PastReply, Reply};
use jiff::{SignedDuration, Timestamp};
use std::ops::ControlFlow;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// Works through one channel's queue.
pub(super) struct Worker {
    pub(super) shared: Arc<Shared>,
    pub(super) account: Arc<Account>,
    pub(super) channel: ChannelId,
}

/// Whether a reply may have arrived already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Doubt {
    No,
    /// It comes from an earlier run of the program.
    LeftBehind,
    /// It was sent, and no answer came.
    Unanswered,
}

/// A reply on its way.
struct Journey {
    queued: Queued,
    /// The reply with the files of other accounts in it.
    carried: Option<Reply>,
    doubt: Doubt,
    /// Attempts in vain, over all runs of the program.
    attempts: u32,
    /// Attempts in vain since the account last connected.
    in_a_row: u32,
    /// Attempts without an answer.
    unanswered: u32,
    /// When it is given up.
    end: Timestamp,
    /// Staff were told that it is not through yet.
    told_late: bool,
}

/// What a step came to.
enum Step {
    /// The outcome is noted.
    Settled,
    /// On to the next step.
    On,
    /// On after a pause.
    Pause(Duration),
    /// On after a pause, or as soon as the account connects.
    PauseOrConnect(Duration),
}

impl Worker {
    /// Delivers `first` and all that is queued behind it; ends with the queue, or when the outbox closes.
    pub(super) async fn run(self, first: Waiting) {
        let mut next = Some(first);
        while let Some(waiting) = next {
            if self.deliver(waiting).await.is_break() {
                return;
            }
            next = self.account.next(&self.channel);
        }
    }

    /// Breaks off when the outbox closes; the reply then stays in the store.
    async fn deliver(&self, waiting: Waiting) -> ControlFlow<()> {
        let Waiting {
            queued,
            attempts,
            left_behind,
        } = waiting;
        let end = self.shared.end_of(&queued);
        let doubt = if left_behind { Doubt::LeftBehind } else { Doubt::No };
        let mut journey = Journey {
            queued,
            carried: None,
            doubt,
            attempts,
            in_a_row: 0,
            unanswered: 0,
            end,
            told_late: false,
        };
        let early = until(journey.queued.not_before, self.shared.clock.now());
        if !early.is_zero() {
            // What an earlier run put off because it was not connected need not be put off by this one.
            let connects = (left_behind && attempts > 0).then(|| self.account.connected.times());
            self.pause(early, &journey, connects).await?;
        }
        loop {
            if journey.doubt == Doubt::No {
                self.pause(self.account.turn_of_channel(&self.channel), &journey, None)
                    .await?;
                self.pause(self.account.turn_of_account(), &journey, None).await?;
            }
            let permit = tokio::select! {
                biased;
                () = self.shared.closing.cancelled() => return ControlFlow::Break(()),
                permit = self.account.permit() => permit,
            };
            if self.shared.clock.now() >= journey.end {
                self.expire(&journey);
                return ControlFlow::Continue(());
            }
            let connects = self.account.connected.times();
            let step = match journey.doubt {
                Doubt::No => self.send(&mut journey).await,
                Doubt::LeftBehind | Doubt::Unanswered => self.look(&mut journey).await,
            };
            drop(permit);
            match step {
                Step::Settled => return ControlFlow::Continue(()),
                Step::On => {}
                Step::Pause(pause) => self.pause(pause, &journey, None).await?,
                Step::PauseOrConnect(pause) => {
                    self.pause(pause, &journey, Some(connects)).await?;
                    if self.account.connected.times() > connects {
                        journey.in_a_row = 0;
                    }
                }
            }
        }
    }

    /// One attempt.
    async fn send(&self, journey: &mut Journey) -> Step {
        let settings = &self.shared.settings;
        if journey.carried.is_none() {
            journey.carried = files::carried(&self.shared, &self.account, &journey.queued.reply).await;
        }
        let reply = journey.carried.as_ref().unwrap_or(&journey.queued.reply);
        let attempt = self.account.adapter.send(journey.queued.key, reply);
        let delivery = match timeout(settings.send_timeout, AssertUnwindSafe(attempt).catch_unwind()).await {
            Ok(Ok(delivery)) => delivery,
            Ok(Err(_)) => {
                tracing::error!(place = %journey.queued.place, "an adapter panicked while it sent a reply; please report it");
                Delivery::Unknown {
                    reason: "the adapter failed".to_owned(),
                }
            }
            Err(_) => Delivery::Unknown {
                reason: format!("no answer for {:?}", settings.send_timeout),
            },
        };
        match delivery {
            Delivery::Sent { message } => self.sent(journey, message),
            Delivery::Refused { reason } => self.refused(journey, reason),
            Delivery::Later { reason, after } => {
                journey.in_a_row = journey.in_a_row.saturating_add(1);
                let least = settings.retry_first / 10;
                let pause = after.unwrap_or_else(|| self.backoff(journey.in_a_row)).max(least);
                self.note_attempt(journey, pause, reason);
                if after.is_some() {
                    Step::Pause(pause)
                } else {
                    Step::PauseOrConnect(pause)
                }
            }
            Delivery::Unknown { reason } => {
                journey.unanswered += 1;
                journey.doubt = Doubt::Unanswered;
                self.note_attempt(journey, settings.doubt_pause, reason);
                Step::Pause(settings.doubt_pause)
            }
        }
    }

    /// Asks the platform whether the reply is there already.
    async fn look(&self, journey: &mut Journey) -> Step {
        let queued = &journey.queued;
        if !queued.reply.act.is_say() && journey.unanswered <= self.shared.settings.doubts {
            // Changing a message, or taking it back, a second time does no harm.
            journey.doubt = Doubt::No;
            return Step::On;
        }
        let look = self
            .account
            .adapter
            .find_sent(queued.key, &queued.reply, queued.decided);
        let found = match timeout(
            self.shared.settings.send_timeout,
            AssertUnwindSafe(look).catch_unwind(),
        )
        .await
        {
            Ok(Ok(found)) => found,
            Ok(Err(_)) => {
                tracing::error!(place = %queued.place, "an adapter panicked while it looked for a reply; please report it");
                PastReply::NotNow
            }
            Err(_) => PastReply::NotNow,
        };
        match found {
            PastReply::Arrived(message) => self.sent(journey, Some(message)),
            PastReply::Missing if journey.unanswered > self.shared.settings.doubts => {
                let reason = format!(
                    "sent {} times without an answer, and it is not there",
                    journey.unanswered
                );
                self.refused(journey, reason)
            }
            PastReply::Missing => {
                journey.doubt = Doubt::No;
                Step::On
            }
            PastReply::NotNow => {
                journey.in_a_row = journey.in_a_row.saturating_add(1);
                Step::PauseOrConnect(
                    self.backoff(journey.in_a_row)
                        .max(self.shared.settings.retry_first / 10),
                )
            }
            PastReply::CannotTell if journey.unanswered > 1 => self.unknown(
                journey,
                "sent twice without an answer, and the platform can't tell".to_owned(),
            ),
            PastReply::CannotTell => {
                journey.doubt = Doubt::No;
                Step::On
            }
        }
    }

    /// A random part of a pause that doubles with every attempt.
    fn backoff(&self, in_a_row: u32) -> Duration {
        let settings = &self.shared.settings;
        let doubled = settings
            .retry_first
            .saturating_mul(1 << in_a_row.saturating_sub(1).min(20));
        doubled.min(settings.retry_most).mul_f64(fastrand::f64())
    }

    fn note_attempt(&self, journey: &mut Journey, pause: Duration, reason: String) {
        journey.attempts = journey.attempts.saturating_add(1);
        self.shared.counters.retried();
        self.tell_late(journey, &reason, pause);
        let Queued { key, place, .. } = &journey.queued;
        tracing::debug!(%place, key = key.0, reason, ?pause, "a reply will be tried again");
        let pause = SignedDuration::try_from(pause).unwrap_or(SignedDuration::MAX);
        let next_try = self
            .shared
            .clock
            .now()
            .saturating_add(pause)
            .unwrap_or(Timestamp::MAX);
        self.shared.settled.add(
            *key,
            Settled::Attempt {
                count: journey.attempts,
                next_try,
                reason,
            },
        );
    }

    fn sent(&self, journey: &Journey, message: Option<MessageId>) -> Step {
        let Queued { key, place, .. } = &journey.queued;
        tracing::debug!(%place, key = key.0, "sent");
        self.shared.counters.unqueued();
        self.shared.counters.sent();
        let fate = fate(place, journey.queued.about.as_ref(), String::new, Outcome::Sent);
        let at = self.shared.clock.now();
        self.shared.settle(*key, Settled::Sent { message, at }, fate);
        Step::Settled
    }

    fn refused(&self, journey: &Journey, reason: String) -> Step {
        self.shared.counters.unqueued();
        let queued = &journey.queued;
        let fate = queued.fate(super::refusal(&reason));
        self.shared.refuse(queued.key, fate, &queued.place, reason);
        Step::Settled
    }

    fn unknown(&self, journey: &Journey, reason: String) -> Step {
        let queued = &journey.queued;
        tracing::warn!(place = %queued.place, key = queued.key.0, reason, "a reply may or may not have arrived");
        self.shared.counters.unqueued();
        self.shared.counters.unknown();
        let fate = queued.fate(Outcome::Unknown {
            reason: reason.clone(),
        });
        let at = self.shared.clock.now();
        self.shared
            .settle(queued.key, Settled::Unknown { reason, at }, fate);
        Step::Settled
    }

    /// Tells staff, once, that something of a ticket is not through yet, or will not be for `pause`.
    fn tell_late(&self, journey: &mut Journey, reason: &str, pause: Duration) {
        let queued = &journey.queued;
        let waited = self.shared.clock.now().duration_since(queued.decided);
        let pause = SignedDuration::try_from(pause).unwrap_or(SignedDuration::MAX);
        let late = waited.max(pause) >= self.shared.settings.late_after;
        if journey.told_late || !late {
            return;
        }
        journey.told_late = true;
        let outcome = Outcome::Late {
            reason: reason.to_owned(),
        };
        if let Some(fate) = queued.fate(outcome) {
            // At the program's end nobody listens any more; the next run tells it.
            let _ = self.shared.delivered.send(Delivered { fate, settled: None });
        }
    }

    fn expire(&self, journey: &Journey) {
        match journey.doubt {
            Doubt::No => self.refused(journey, "expired: it could not be sent in time".to_owned()),
            Doubt::LeftBehind | Doubt::Unanswered => self.unknown(
                journey,
                "expired before it could be found out whether it arrived".to_owned(),
            ),
        };
    }

    /// Waits, but not past the end of the reply; with `connects`, no longer than until the account connects once more.
    async fn pause(&self, pause: Duration, journey: &Journey, connects: Option<u64>) -> ControlFlow<()> {
        let pause = pause.min(until(journey.end, self.shared.clock.now()));
        match connects {
            None => self.wait(pause).await,
            Some(connects) => tokio::select! {
                done = self.wait(pause) => done,
                () = self.account.connected.after(connects) => ControlFlow::Continue(()),
            },
        }
    }

    /// Waits; breaks off when the outbox closes.
    async fn wait(&self, pause: Duration) -> ControlFlow<()> {
        if pause.is_zero() {
            return ControlFlow::Continue(());
        }
        tokio::select! {
            () = self.shared.closing.cancelled() => ControlFlow::Break(()),
            () = sleep(pause) => ControlFlow::Continue(()),
        }
    }
}

/// How long it is from `now` until `then`; nothing when that has passed.
fn until(then: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(then.duration_since(now)).unwrap_or_default()
}
