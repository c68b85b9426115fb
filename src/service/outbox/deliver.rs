//! Delivers one reply: from the queue to its outcome, however many attempts it takes.

mod delivery_step;
pub(super) mod overtake;
mod persistent_notices;
mod recalled_replies;

use super::account_sender::OutboxAccount;
use super::conversation_order::ConversationOrder;
use super::delivery_deadlines::Timing;
use super::early_retry::EarlyRetry;
use super::reply_priority::Priority;
use super::retry_backoff::random_backoff;
use super::sending_failure::{Attempt, FailingReply, Luck};
use super::{OutboxState, Queued, SendOutcome, WaitingReply, reply_files};
use crate::desk::{DeliveryReport, DeliveryStatus, opens_ticket};
use crate::service::traces;
use crate::store::DeliveryOutcome;
use delivery_step::{DeliveryStep, Ended};
use futures_util::FutureExt;
use groupdesk_contract::{ChannelId, Delivery, MessageId, PastReply};
use jiff::{SignedDuration, Timestamp};
use overtake::{Done, Tried};
use std::ops::ControlFlow;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tracing::Instrument;

/// Look-ups that a platform which takes other replies may answer by "not now", before it counts as unable to tell: what
/// waits behind it does not wait for ever.
const LOOKS_MAX: u32 = 12;

/// Work on one reply of a channel.
struct DeliveryWorker {
    shared: Arc<OutboxState>,
    account: Arc<OutboxAccount>,
    channel: ChannelId,
    /// Notified when a reply of higher priority comes.
    outranked: Arc<Notify>,
    /// Time at which the channel's pace allows the next reply; it stays when another one goes first.
    turn: Option<Instant>,
    /// Start of the attempts, while nothing asks for a pause.
    tried: Tried,
}

/// Doubt about a reply: it may have arrived already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum MayHaveArrived {
    No,
    /// It comes from an earlier run of the program.
    LeftBehind,
    /// It was sent, and no answer came.
    Unanswered,
}

/// A reply on its way.
struct ReplyDelivery {
    queued: Queued,
    conversation_order: ConversationOrder,
    /// Reply with the files of other accounts in it.
    inlined: Option<reply_files::Carried>,
    doubt: MayHaveArrived,
    /// Failed attempts, over all runs of the program.
    attempts: u32,
    /// Failed attempts since the account last connected, or anything of it got through.
    in_a_row: u32,
    /// Set once it failed, while it is retried.
    failing: Option<FailingReply>,
    luck: Luck,
    /// Attempts without an answer.
    unanswered: u32,
    timing: Timing,
    /// `true` if staff were told that it is late.
    told_late: bool,
    /// Look-ups that the platform answered by "not now", and the replies that it had taken before.
    looks: (u32, u64),
}

impl ReplyDelivery {
    fn new(waiting: WaitingReply) -> Self {
        Self {
            timing: waiting.timing,
            failing: None,
            luck: Luck::default(),
            queued: waiting.queued,
            conversation_order: waiting.conversation_order,
            inlined: None,
            doubt: if waiting.from_previous_run {
                MayHaveArrived::LeftBehind
            } else {
                MayHaveArrived::No
            },
            attempts: waiting.attempts,
            in_a_row: 0,
            unanswered: 0,
            told_late: waiting.told_late,
            looks: (0, 0),
        }
    }

    fn priority(&self) -> Priority {
        Priority::of(&self.queued.reply, self.queued.about.as_ref())
    }
}

impl DeliveryWorker {
    /// Works on a reply until its outcome is recorded, another goes first, or the outbox closes.
    async fn take(mut self, waiting: WaitingReply) -> Done {
        let early = waiting.from_previous_run && waiting.attempts > 0;
        let mut journey = ReplyDelivery::new(waiting);
        let ended = AssertUnwindSafe(self.deliver(&mut journey, early))
            .catch_unwind()
            .await;
        match ended {
            Ok(Ended::DeliveryOutcome) => {}
            Ok(Ended::Outranked) => self.account.put_back(WaitingReply {
                queued: journey.queued,
                conversation_order: journey.conversation_order,
                attempts: journey.attempts,
                from_previous_run: false,
                told_late: journey.told_late,
                dropped: false,
                timing: journey.timing,
            }),
            Ok(Ended::Closing) => return Done::Closing,
            // The channel must not stand still for one reply.
            Err(_) => {
                tracing::error!(place = %journey.queued.place, "the outbox failed at a reply; please report it");
                let reason = "groupdesk itself failed while it was sent";
                self.unknown(&mut journey, reason.to_owned());
            }
        }
        Done::Next { turn: self.turn }
    }

    /// Works on a reply until its outcome is recorded. `early` lets it begin as soon as the account connects: a reply
    /// that an earlier run put off because it was not connected need not be put off by this one.
    async fn deliver(&mut self, journey: &mut ReplyDelivery, early: bool) -> Ended {
        let wait = journey.timing.wait(&self.shared);
        if !wait.is_zero() {
            let hope = EarlyRetry {
                connects: early.then(|| self.account.connected.times()),
                ..EarlyRetry::NONE
            };
            if self.pause(wait, journey, hope).await.is_break() {
                return Ended::Closing;
            }
        }
        if !self.names_message(journey).await {
            return Ended::DeliveryOutcome;
        }
        loop {
            if journey.doubt == MayHaveArrived::No {
                if self.is_dropped(journey) || !self.is_there(journey).await {
                    return Ended::DeliveryOutcome;
                }
                if let Some(ended) = self.wait_for_turn(journey).await {
                    return ended;
                }
            }
            let permit = tokio::select! {
                biased;
                () = self.shared.closing.cancelled() => return Ended::Closing,
                permit = self.account.permit(journey.doubt != MayHaveArrived::No) => permit,
            };
            if journey.timing.left(&self.shared).is_zero() {
                self.expire(journey);
                return Ended::DeliveryOutcome;
            }
            let connects = self.account.connected.times();
            let got_through = self.account.trouble.got_through.times();
            let recovered = self.account.trouble.recovered.times();
            let step = match journey.doubt {
                MayHaveArrived::No if !self.may_send(journey).await => DeliveryStep::On,
                MayHaveArrived::No => {
                    self.turn = None;
                    self.send(journey, got_through).await
                }
                MayHaveArrived::LeftBehind | MayHaveArrived::Unanswered => {
                    self.look(journey, got_through).await
                }
            };
            drop(permit);
            let paused = match step {
                DeliveryStep::DeliveryOutcome => return Ended::DeliveryOutcome,
                DeliveryStep::On => ControlFlow::Continue(()),
                DeliveryStep::Pause(pause) => self.pause(pause, journey, EarlyRetry::NONE).await,
                DeliveryStep::PauseOrProof(pause) => {
                    // The pause is the channel's: nothing else may go there meanwhile.
                    self.tried.rests(pause);
                    let hope = EarlyRetry {
                        recovered: Some(recovered),
                        ..EarlyRetry::NONE
                    };
                    self.pause(pause, journey, hope).await
                }
                DeliveryStep::PauseOrHope(pause) => {
                    let hope = EarlyRetry {
                        connects: Some(connects),
                        // What fails where others get through waits for its own time, unless none of them did for a while.
                        got_through: (!journey.luck.is_alone).then_some(got_through),
                        recovered: Some(recovered),
                    };
                    let paused = self.pause(pause, journey, hope).await;
                    if hope.is_fulfilled(&self.account) {
                        journey.in_a_row = 0;
                    }
                    paused
                }
            };
            if paused.is_break() {
                return Ended::Closing;
            }
        }
    }

    /// Waits for the turns of channel and account; returns `Some` when it does not come to that. Replies of higher
    /// priority that come meanwhile go first.
    async fn wait_for_turn(&mut self, journey: &ReplyDelivery) -> Option<Ended> {
        let priority = journey.priority();
        let outranked = Arc::clone(&self.outranked);
        loop {
            // From before the queue is looked at: what comes meanwhile is heard of.
            let outranked = outranked.notified();
            if self
                .account
                .is_outranked(&self.channel, journey.queued.key, priority)
            {
                return Some(Ended::Outranked);
            }
            let account = &self.account;
            let turn = *self
                .turn
                .get_or_insert_with(|| Instant::now() + account.turn_of_channel(&self.channel));
            let turns = async {
                if turn > Instant::now() {
                    sleep_until(turn).await;
                }
                account.gate.pass(priority).await;
            };
            let left = journey.timing.left(&self.shared);
            tokio::select! {
                biased;
                () = self.shared.closing.cancelled() => return Some(Ended::Closing),
                () = turns => return None,
                () = outranked => {}
                // What follows finds that it is too old.
                () = sleep(left) => return None,
            }
        }
    }

    /// Makes one attempt, after `got_through` replies of the account got through.
    async fn send(&self, journey: &mut ReplyDelivery, got_through: u64) -> DeliveryStep {
        let settings = &self.shared.settings;
        self.tried.begins();
        if journey.inlined.is_none() {
            journey.inlined = reply_files::inlined(&self.shared, &self.account, &journey.queued.reply).await;
        }
        let inlined = journey.inlined.as_ref();
        let reply = inlined.map_or(&journey.queued.reply, |inlined| &inlined.reply);
        self.shared.trust.passed().await;
        let under_way = self.account.trouble.begin(&self.channel);
        let span = journey.queued.trace.send();
        let attempt = self.account.adapter.send(journey.queued.key, reply);
        let attempt = AssertUnwindSafe(attempt).catch_unwind().instrument(span.clone());
        let begun = Instant::now();
        let delivery = match timeout(settings.send_timeout, attempt).await {
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
        self.account.send_seconds.observe(begun.elapsed().as_secs_f64());
        traces::attempted(&span, &delivery);
        match delivery {
            Delivery::Sent { message } => self.sent(journey, message),
            Delivery::Refused { reason } => {
                self.account.trouble.refused(&self.channel, &reason);
                self.refused(journey, reason)
            }
            Delivery::Later { reason, after } => {
                journey.luck.failed(got_through, &self.account.trouble);
                self.failed(under_way, journey, &reason);
                if self.shared.on_way.failed(journey.queued.key) {
                    return DeliveryStep::On;
                }
                journey.in_a_row = journey.in_a_row.saturating_add(1);
                let least = settings.retry_first / 10;
                let mut pause = after.unwrap_or_else(|| random_backoff(settings, journey.in_a_row));
                if after.is_none() && !journey.told_late && journey.queued.is_reported() {
                    // Those who rely on it hear of it in time.
                    let late = self.until_late(journey);
                    pause = pause.min(late.max(settings.retry_first));
                }
                let pause = pause.max(least);
                self.note_attempt(journey, pause, reason);
                if after.is_some() {
                    DeliveryStep::PauseOrProof(pause)
                } else {
                    DeliveryStep::PauseOrHope(pause)
                }
            }
            Delivery::Unknown { reason } => {
                journey.luck.failed(got_through, &self.account.trouble);
                self.failed(under_way, journey, &reason);
                journey.unanswered += 1;
                journey.doubt = MayHaveArrived::Unanswered;
                let further = journey.unanswered.saturating_sub(settings.doubts + 1).min(20);
                let pause = settings.doubt_pause.mul_f64(1.5_f64.powf(further.into()));
                let pause = pause.min(settings.retry_most);
                self.note_attempt(journey, pause, reason);
                DeliveryStep::Pause(pause)
            }
        }
    }

    fn failed(&self, attempt: Attempt<'_>, journey: &mut ReplyDelivery, reason: &str) {
        attempt.failed(&mut journey.failing, journey.luck, reason);
    }

    /// Asks the platform if the reply is there already.
    async fn look(&self, journey: &mut ReplyDelivery, got_through: u64) -> DeliveryStep {
        self.tried.begins();
        let queued = &journey.queued;
        if !queued.reply.act.is_say() && journey.unanswered <= self.shared.settings.doubts {
            // Changing a message, or taking it back, a second time does no harm.
            journey.doubt = MayHaveArrived::No;
            return DeliveryStep::On;
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
            PastReply::Missing
                if journey.unanswered > self.shared.settings.doubts && !self.is_repeated(journey) =>
            {
                let reason = format!(
                    "sent {} times without an answer, and it is not there",
                    journey.unanswered
                );
                self.refused(journey, reason)
            }
            PastReply::Missing => {
                journey.doubt = MayHaveArrived::No;
                DeliveryStep::On
            }
            PastReply::NotNow => {
                let taken = self.account.trouble.got_through.times();
                if journey.looks.0 == 0 {
                    journey.looks.1 = taken;
                }
                journey.luck.failed(got_through, &self.account.trouble);
                journey.looks.0 = journey.looks.0.saturating_add(1);
                if journey.looks.0 > LOOKS_MAX && taken > journey.looks.1 {
                    journey.looks = (0, taken);
                    return self.cannot_tell(journey);
                }
                self.tell_late(
                    journey,
                    "the platform does not say whether it arrived",
                    Duration::ZERO,
                );
                journey.in_a_row = journey.in_a_row.saturating_add(1);
                DeliveryStep::PauseOrHope(
                    random_backoff(&self.shared.settings, journey.in_a_row)
                        .max(self.shared.settings.retry_first / 10),
                )
            }
            PastReply::CannotTell => self.cannot_tell(journey),
        }
    }

    fn is_repeated(&self, journey: &ReplyDelivery) -> bool {
        let of_ticket = journey.queued.about.is_some();
        journey
            .timing
            .repeats(of_ticket, journey.luck.is_alone, &self.shared)
    }

    /// Sends a reply once more, and only once, where nobody can say if it arrived.
    fn cannot_tell(&self, journey: &mut ReplyDelivery) -> DeliveryStep {
        if journey.unanswered > 1 {
            let reason = "sent twice without an answer, and the platform can't tell";
            return self.unknown(journey, reason.to_owned());
        }
        if self.shared.on_way.is_unwanted(journey.queued.key) {
            let reason =
                "撤回时还不知道它是否已送达 / taken back while nobody could tell whether it had arrived";
            return self.unknown(journey, reason.to_owned());
        }
        journey.doubt = MayHaveArrived::No;
        DeliveryStep::On
    }

    fn note_attempt(&self, journey: &mut ReplyDelivery, pause: Duration, reason: String) {
        journey.attempts = journey.attempts.saturating_add(1);
        self.shared.counters.retried();
        self.account.counters.retried();
        self.tell_late(journey, &reason, pause);
        let Queued { key, place, .. } = &journey.queued;
        tracing::debug!(%place, key = key.0, reason, ?pause, "a reply will be tried again");
        self.keep_attempt(journey, pause, SendOutcome::Retrying, reason);
    }

    /// Keeps in the store that an attempt failed, and when the next one is due.
    fn keep_attempt(&self, journey: &ReplyDelivery, pause: Duration, outcome: SendOutcome, reason: String) {
        let pause = SignedDuration::try_from(pause).unwrap_or(SignedDuration::MAX);
        let now = self.shared.clock.now();
        self.account.last.note(now, outcome, Some(&reason));
        let next_try = now.saturating_add(pause).unwrap_or(Timestamp::MAX);
        self.shared.settled.add(
            journey.queued.key,
            DeliveryOutcome::Attempt {
                count: journey.attempts,
                next_try,
                reason,
            },
        );
    }

    fn sent(&self, journey: &ReplyDelivery, message: Option<MessageId>) -> DeliveryStep {
        let queued = &journey.queued;
        tracing::debug!(place = %queued.place, key = queued.key.0, "sent");
        self.account.got_through(&self.channel);
        self.shared.counters.unqueued();
        self.account.counters.unqueued();
        self.shared.counters.sent();
        self.account.counters.sent();
        let inlined = journey.inlined.as_ref();
        let mut left_out = inlined
            .map(|inlined| inlined.left_out.clone())
            .unwrap_or_default();
        left_out.extend(self.account.adapter.left_out(queued.key));
        let report = DeliveryReport {
            left_out,
            ..queued.report(DeliveryStatus::Sent)
        };
        let at = self.shared.clock.now();
        if queued.to.is_some() && !self.shared.is_staff_room(&queued.place) {
            let age = journey.timing.age(&self.shared).as_secs_f64();
            self.shared.latency.observe(age);
        }
        self.shared
            .settle(queued.key, DeliveryOutcome::Sent { message, at }, report);
        DeliveryStep::DeliveryOutcome
    }

    fn refused(&self, journey: &mut ReplyDelivery, reason: String) -> DeliveryStep {
        if journey.queued.is_kept() {
            return self.put_off(journey, reason);
        }
        self.shared.counters.unqueued();
        self.account.counters.unqueued();
        self.account.counters.refused();
        let queued = &journey.queued;
        let report = queued.report(super::refusal(&reason));
        self.shared.refuse(queued.key, report, reason);
        DeliveryStep::DeliveryOutcome
    }

    fn unknown(&self, journey: &mut ReplyDelivery, reason: String) -> DeliveryStep {
        if journey.queued.is_kept() {
            return self.put_off(journey, reason);
        }
        let queued = &journey.queued;
        tracing::warn!(place = %queued.place, key = queued.key.0, reason, "a reply may or may not have arrived");
        self.shared.counters.unqueued();
        self.account.counters.unqueued();
        self.shared.counters.unknown();
        self.account.counters.unknown();
        let report = queued.report(DeliveryStatus::Unknown {
            reason: reason.clone(),
        });
        let at = self.shared.clock.now();
        self.shared
            .settle(queued.key, DeliveryOutcome::Unknown { reason, at }, report);
        DeliveryStep::DeliveryOutcome
    }

    /// Returns the time until staff are told that it is late.
    fn until_late(&self, journey: &ReplyDelivery) -> Duration {
        let settings = &self.shared.settings;
        let after = if journey.queued.is_kept() || opens_ticket(&journey.queued.reply) {
            settings.notice_late_after
        } else {
            settings.late_after
        };
        journey.timing.until_older_than(after, &self.shared)
    }

    /// Tells staff, once, that a reply of a ticket is late or will not be retried before `pause` ends; the same for all
    /// replies that wait behind it.
    fn tell_late(&self, journey: &mut ReplyDelivery, reason: &str, pause: Duration) {
        let queued = &journey.queued;
        // A platform that asks for so long a pause is late already.
        let long =
            SignedDuration::try_from(pause).map_or(true, |pause| pause >= self.shared.settings.late_after);
        if journey.told_late || !(long || self.until_late(journey).is_zero()) {
            return;
        }
        journey.told_late = true;
        if queued.is_reported() {
            self.shared.report_late(queued.report(DeliveryStatus::Late {
                reason: reason.to_owned(),
            }));
        } else {
            self.shared.room_fails(&queued.place, reason);
        }
        for late in self.account.stuck(&self.channel, queued.key, reason) {
            self.shared.report_late(late);
        }
    }

    fn expire(&self, journey: &mut ReplyDelivery) {
        match journey.doubt {
            MayHaveArrived::No => self.refused(journey, "expired: it could not be sent in time".to_owned()),
            MayHaveArrived::LeftBehind | MayHaveArrived::Unanswered => self.unknown(
                journey,
                "expired before it could be found out whether it arrived".to_owned(),
            ),
        };
    }

    /// Waits for `pause`, but not past the end of the reply, and no longer than until there is hope.
    async fn pause(&self, pause: Duration, journey: &ReplyDelivery, hope: EarlyRetry) -> ControlFlow<()> {
        let pause = pause.min(journey.timing.left(&self.shared));
        let trouble = &self.account.trouble;
        let got_through = async {
            match hope.got_through {
                Some(before) => tokio::select! {
                    () = trouble.got_through.after(before) => {}
                    () = trouble.turn_to_probe() => {}
                },
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            done = self.wait(pause) => done,
            () = self.account.connected.after_some(hope.connects) => ControlFlow::Continue(()),
            () = trouble.recovered.after_some(hope.recovered) => ControlFlow::Continue(()),
            () = got_through => ControlFlow::Continue(()),
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
