//! Failing accounts: tells if an account's replies get through. While none does, one of those that failed probes every
//! few seconds, and the first that gets through lets all the others follow: each one's own backoff may be minutes.

use super::repeated_signal::Signal;
use groupdesk_contract::{AccountId, ChannelId};
use parking_lot::Mutex;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// Interval of probes while no reply gets through. Short enough that members are answered within seconds of a fault's
/// end, long enough that a platform in trouble hardly notices.
const PROBE_INTERVAL: Duration = Duration::from_secs(3);

/// Time for which replies must have failed, and none got through, before the account counts as failing. Platforms take a
/// reply within a second or two; a connection that breaks is made anew meanwhile.
const FAILING_FOR: Duration = Duration::from_secs(4);

/// Time after which an account counts as failing where no attempt got an answer. A picture may take its time, so it takes several channels.
const UNANSWERED_FOR: Duration = Duration::from_secs(6);

/// Channels without answers from which on it is the account's fault, and not the channel's.
const UNANSWERED_CHANNELS: usize = 2;

/// Channels with refusals only from which on it is the account's fault.
const REFUSED_CHANNELS: usize = 3;

/// Failing channels from which on another channel's success proves nothing: a staff room that gets its notice does not
/// help the members who get nothing.
const FAILING_CHANNELS: usize = 3;

/// Time for which a failure counts without another one in its channel: a reply pauses no longer while others fail.
const FAILURE_COUNTS_FOR: Duration = Duration::from_secs(120);

/// Failing channels that are remembered.
const FAILING_CHANNELS_KEPT: usize = 64;

/// Waiting time of a failed reply from which on it is reported, also where the account sends again.
const BEHIND_AFTER: Duration = Duration::from_secs(8);

/// An account that is connected, as far as is known, and whose replies all fail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stalled {
    /// Account.
    pub account: AccountId,
    /// Time for which it has lasted.
    pub lasts: Duration,
    /// Last error of the platform, in its words.
    pub reason: String,
    /// Replies that failed and are retried.
    pub failing: usize,
}

/// Ability of an account to send.
#[derive(Debug, Default)]
pub(super) struct SendingFailure {
    state: Mutex<State>,
    /// Replies that got through.
    pub(super) got_through: Signal,
    /// Replies that got through after a time in which none did: all that failed meanwhile, for whatever reason, may
    /// follow.
    pub(super) recovered: Signal,
    /// Lock of the one reply that probes next.
    probe: tokio::sync::Mutex<()>,
    disconnected: AtomicBool,
}

#[derive(Debug, Default)]
struct State {
    /// Start of the first attempt that has failed since one last succeeded.
    failed_since: Option<Instant>,
    succeeded: Option<Instant>,
    reason: String,
    /// Replies that failed and are retried.
    failing: usize,
    next: u64,
    /// Replies that failed with the others of their account, each with the time since which it waits.
    waiting: BTreeMap<u64, Instant>,
    /// Attempts under way, each with its start and its channel.
    under_way: BTreeMap<u64, (Instant, ChannelId)>,
    /// Channels in which a reply failed since one last got through there, with the last failure; not all where they are
    /// many.
    failing_channels: BTreeMap<ChannelId, Instant>,
    /// Channels that refused something since an attempt last succeeded, as far as they are counted.
    refused: BTreeSet<ChannelId>,
    refused_since: Option<Instant>,
    refused_last: Option<Instant>,
}

/// An attempt under way, until it is dropped.
pub(super) struct Attempt<'a> {
    trouble: &'a Arc<SendingFailure>,
    number: u64,
    began: Instant,
    channel: ChannelId,
}

/// A reply that failed, while it is retried.
pub(super) struct FailingReply {
    trouble: Arc<SendingFailure>,
    number: u64,
}

/// Tells a reply's own failure from those of its account.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Luck {
    /// Replies that had got through before it first failed.
    first: Option<u64>,
    /// `true` if others got through after it failed, it failed again, and no other does: that is its own trouble.
    pub(super) is_alone: bool,
}

impl Luck {
    /// Records a failure of an attempt that began when `before` replies had got through.
    pub(super) fn failed(&mut self, before: u64, trouble: &SendingFailure) {
        let first = *self.first.get_or_insert(before);
        let state = trouble.state.lock();
        self.is_alone = before > first && state.failed_since.is_none() && !state.is_widespread();
    }
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        self.trouble.state.lock().under_way.remove(&self.number);
    }
}

impl Drop for FailingReply {
    fn drop(&mut self) {
        let mut state = self.trouble.state.lock();
        state.failing = state.failing.saturating_sub(1);
        state.waiting.remove(&self.number);
    }
}

impl SendingFailure {
    /// Records that an attempt begins.
    pub(super) fn begin<'a>(self: &'a Arc<Self>, channel: &ChannelId) -> Attempt<'a> {
        let began = Instant::now();
        let mut state = self.state.lock();
        let number = state.number();
        state.under_way.insert(number, (began, channel.clone()));
        Attempt {
            trouble: self,
            number,
            began,
            channel: channel.clone(),
        }
    }

    /// Records that a reply got through to a channel, and lets what failed before follow.
    pub(super) fn succeeded(&self, channel: &ChannelId) {
        let recovered = {
            let mut state = self.state.lock();
            let is_recovery = state.failing_channels.contains_key(channel) || !state.is_widespread();
            let failed_since = state.failed_since;
            if is_recovery {
                state.failed_since = None;
                state.failing_channels.clear();
            }
            state.succeeded = Some(Instant::now());
            state.refused.clear();
            state.refused_since = None;
            state.refused_last = None;
            failed_since.is_some_and(|since| since.elapsed() >= FAILING_FOR)
        };
        if recovered {
            self.recovered.signal();
        }
        self.got_through.signal();
    }

    /// Records that a reply was refused for good.
    pub(super) fn refused(&self, channel: &ChannelId, reason: &str) {
        let mut state = self.state.lock();
        let now = Instant::now();
        state.refused_since.get_or_insert(now);
        state.refused_last = Some(now);
        if state.refused.len() < REFUSED_CHANNELS {
            state.refused.insert(channel.clone());
        }
        reason.clone_into(&mut state.reason);
    }

    /// Records whether an account is disconnected; while it is, nothing is tried out of turn.
    pub(super) fn disconnected(&self, disconnected: bool) {
        self.disconnected.store(disconnected, Ordering::Release);
    }

    /// `true` while a reply that fails may do so by itself: the account is connected, and not everything fails.
    pub(super) fn may_fail_alone(&self) -> bool {
        let state = self.state.lock();
        let fails_everywhere = state.failed_since.is_some() && state.is_widespread();
        !self.disconnected.load(Ordering::Acquire) && !fails_everywhere
    }

    /// `true` if anything has got through.
    pub(super) fn has_succeeded(&self) -> bool {
        self.state.lock().succeeded.is_some()
    }

    /// Waits for the caller's turn to probe; for ever while a probe is known to be vain.
    pub(super) async fn turn_to_probe(&self) {
        if self.disconnected.load(Ordering::Acquire) {
            std::future::pending::<()>().await;
        }
        let _turn = self.probe.lock().await;
        sleep(PROBE_INTERVAL).await;
    }

    /// Returns time, error and number of failing replies while nothing gets through, where that is no single channel's
    /// fault.
    pub(super) fn stalled(&self) -> Option<(Duration, String, usize)> {
        let now = Instant::now();
        let state = self.state.lock();
        let since = |at: Instant| now.saturating_duration_since(at);
        let failed = state.failed_since.filter(|_| state.failing > 0).map(since);
        let refused = state.refused_since.map(since);
        // What was refused some time ago tells nothing of now, and nobody may say anything for hours.
        let is_fresh = state
            .refused_last
            .is_some_and(|at| since(at) <= FAILURE_COUNTS_FOR);
        let refused = refused.filter(|_| is_fresh && state.refused.len() >= REFUSED_CHANNELS);
        if let Some(lasts) = failed.max(refused).filter(|lasts| *lasts >= FAILING_FOR) {
            return Some((lasts, state.reason.clone(), state.failing));
        }
        let begun = |began: Instant| state.succeeded.map_or(began, |succeeded| succeeded.max(began));
        let mut channels = BTreeSet::new();
        let mut longest = Duration::ZERO;
        for (began, channel) in state.under_way.values() {
            let lasts = since(begun(*began));
            if lasts >= UNANSWERED_FOR {
                longest = longest.max(lasts);
                channels.insert(channel);
            }
        }
        let reason = "no answer".to_owned();
        (channels.len() >= UNANSWERED_CHANNELS).then_some((longest, reason, state.under_way.len()))
    }

    /// Returns the number of replies that failed and are retried.
    pub(super) fn failing(&self) -> usize {
        self.state.lock().failing
    }

    /// Returns how long the oldest reply has waited that failed with others, where the account sends again, and their
    /// number.
    pub(super) fn behind(&self) -> Option<(Duration, usize)> {
        let state = self.state.lock();
        let oldest = state.waiting.values().min()?.elapsed();
        (state.failed_since.is_none() && oldest >= BEHIND_AFTER).then_some((oldest, state.waiting.len()))
    }
}

impl State {
    /// `true` if replies fail in so many channels that it is none of theirs.
    fn is_widespread(&self) -> bool {
        let recent = |at: &&Instant| at.elapsed() < FAILURE_COUNTS_FOR;
        self.failing_channels.values().filter(recent).count() >= FAILING_CHANNELS
    }

    fn note_failure(&mut self, channel: &ChannelId) {
        let now = Instant::now();
        if let Some(at) = self.failing_channels.get_mut(channel) {
            *at = now;
            return;
        }
        if self.failing_channels.len() >= FAILING_CHANNELS_KEPT {
            self.failing_channels
                .retain(|_, at| at.elapsed() < FAILURE_COUNTS_FOR);
        }
        if self.failing_channels.len() < FAILING_CHANNELS_KEPT {
            self.failing_channels.insert(channel.clone(), now);
        }
    }

    fn number(&mut self) -> u64 {
        let number = self.next;
        self.next = number.wrapping_add(1);
        number
    }
}

impl Attempt<'_> {
    /// Records that it failed, and its reply is retried; `luck` tells whether that is the account's fault.
    pub(super) fn failed(&self, failing: &mut Option<FailingReply>, luck: Luck, reason: &str) {
        let mut state = self.trouble.state.lock();
        state.note_failure(&self.channel);
        let number = match failing {
            Some(failing) => failing.number,
            None => {
                let number = state.number();
                let trouble = Arc::clone(self.trouble);
                *failing = Some(FailingReply { trouble, number });
                state.failing = state.failing.saturating_add(1);
                state.waiting.insert(number, self.began);
                number
            }
        };
        if luck.is_alone {
            state.waiting.remove(&number);
        } else {
            // What succeeded meanwhile is newer.
            let began = state.succeeded.map_or(self.began, |at| at.max(self.began));
            state.failed_since.get_or_insert(began);
            reason.clone_into(&mut state.reason);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_staff_room_that_is_told_does_not_end_the_trouble_of_many_channels() {
        let trouble = Arc::new(SendingFailure::default());
        let channel = |name: &str| ChannelId::from(name);
        let widespread = || trouble.state.lock().is_widespread();
        for name in ["group:1", "group:2", "group:3"] {
            trouble.state.lock().note_failure(&channel(name));
        }
        trouble.state.lock().failed_since = Some(Instant::now());
        trouble.succeeded(&channel("group:staff"));
        assert!(widespread() && trouble.state.lock().failed_since.is_some());
        // One of them gets through: the others may follow.
        trouble.succeeded(&channel("group:2"));
        assert!(!widespread() && trouble.state.lock().failed_since.is_none());
    }
}
