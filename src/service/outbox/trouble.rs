//! Whether an account's replies get through. While none does, one of those that failed is tried every few seconds, and the first
//! that gets through lets all the others follow: each one's own pause may be minutes.

use super::account::{Account, Signal};
use groupdesk_contract::{AccountId, ChannelId};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// How often one of the replies that failed is tried while none gets through. Short enough that members are answered within seconds
/// of a fault's end, long enough that a platform in trouble hardly notices.
const PROBE_INTERVAL: Duration = Duration::from_secs(3);

/// How long replies must have failed, and none got through, before it is told. Platforms take a reply within a second or two; a
/// connection that breaks is made anew meanwhile.
const FAILING_FOR: Duration = Duration::from_secs(4);

/// The same where nothing was answered at all. A picture may take its time, so that it is told only of several channels.
const UNANSWERED_FOR: Duration = Duration::from_secs(6);

/// In how many channels nothing is answered before it is the account's fault, and not the channel's.
const UNANSWERED_CHANNELS: usize = 2;

/// In how many channels all is refused before it is the account's fault.
const REFUSED_CHANNELS: usize = 3;

/// In how many channels replies fail before another channel's success proves nothing: a staff room that hears of it is not the
/// members who hear nothing.
const FAILING_CHANNELS: usize = 3;

/// How long a failure counts without another one in its channel: a reply pauses no longer while others fail.
const FAILURE_COUNTS_FOR: Duration = Duration::from_secs(120);

/// How many failing channels are remembered.
const FAILING_CHANNELS_KEPT: usize = 64;

/// How long a reply that failed may wait before it is told, also where the account sends again.
const BEHIND_AFTER: Duration = Duration::from_secs(8);

/// An account that is connected, as far as is known, and through which nothing gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stalled {
    /// The account.
    pub account: AccountId,
    /// For how long.
    pub lasts: Duration,
    /// What the platform said last, in its words.
    pub reason: String,
    /// How many replies failed and are tried again.
    pub failing: usize,
}

/// What is known of an account's ability to send.
#[derive(Debug, Default)]
pub(super) struct Trouble {
    state: Mutex<State>,
    /// Replies that got through.
    pub(super) got_through: Signal,
    /// Replies that got through after a time in which none did: what failed meanwhile, for whatever reason, may follow.
    pub(super) recovered: Signal,
    /// Whoever has it is the next to try.
    probe: tokio::sync::Mutex<()>,
    disconnected: AtomicBool,
}

#[derive(Debug, Default)]
struct State {
    /// When the first attempt began that has failed since one last succeeded.
    failed_since: Option<Instant>,
    succeeded: Option<Instant>,
    reason: String,
    /// Replies that failed and are tried again.
    failing: usize,
    next: u64,
    /// Replies that failed with the others of their account: since when each waits.
    waiting: BTreeMap<u64, Instant>,
    /// Attempts under way: when each began, and where.
    under_way: BTreeMap<u64, (Instant, ChannelId)>,
    /// The channels in which a reply failed since one last got through there, with when it last did; not all where they are many.
    failing_channels: BTreeMap<ChannelId, Instant>,
    /// The channels that refused something since an attempt last succeeded, as far as they are counted.
    refused: BTreeSet<ChannelId>,
    refused_since: Option<Instant>,
}

/// An attempt under way, until it is dropped.
pub(super) struct Attempt<'a> {
    trouble: &'a Trouble,
    number: u64,
    began: Instant,
    channel: ChannelId,
}

/// A reply that failed, as long as it is tried.
pub(super) struct Failing {
    account: Arc<Account>,
    number: u64,
}

/// Whether a reply fails together with the others of its account.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Luck {
    /// How many replies had got through before it first failed.
    first: Option<u64>,
    /// Others got through after it failed, it failed again, and no other does: that is its own trouble.
    pub(super) is_alone: bool,
}

impl Luck {
    /// Notes a failure of what was begun when so many had got through.
    pub(super) fn failed(&mut self, before: u64, trouble: &Trouble) {
        let first = *self.first.get_or_insert(before);
        let state = trouble.state();
        self.is_alone = before > first && state.failed_since.is_none() && !state.is_widespread();
    }
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        self.trouble.state().under_way.remove(&self.number);
    }
}

impl Drop for Failing {
    fn drop(&mut self) {
        let mut state = self.account.trouble.state();
        state.failing = state.failing.saturating_sub(1);
        state.waiting.remove(&self.number);
    }
}

impl Trouble {
    /// Notes that an attempt begins.
    pub(super) fn begin(&self, channel: &ChannelId) -> Attempt<'_> {
        let began = Instant::now();
        let mut state = self.state();
        let number = state.number();
        state.under_way.insert(number, (began, channel.clone()));
        Attempt {
            trouble: self,
            number,
            began,
            channel: channel.clone(),
        }
    }

    /// Notes that something got through to a channel, and lets what failed before follow.
    pub(super) fn succeeded(&self, channel: &ChannelId) {
        let recovered = {
            let mut state = self.state();
            let is_recovery = state.failing_channels.contains_key(channel) || !state.is_widespread();
            let failed_since = state.failed_since;
            if is_recovery {
                state.failed_since = None;
                state.failing_channels.clear();
            }
            state.succeeded = Some(Instant::now());
            state.refused.clear();
            state.refused_since = None;
            failed_since.is_some_and(|since| since.elapsed() >= FAILING_FOR)
        };
        if recovered {
            self.recovered.signal();
        }
        self.got_through.signal();
    }

    /// Notes that a reply was refused for good.
    pub(super) fn refused(&self, channel: &ChannelId, reason: &str) {
        let mut state = self.state();
        state.refused_since.get_or_insert_with(Instant::now);
        if state.refused.len() < REFUSED_CHANNELS {
            state.refused.insert(channel.clone());
        }
        reason.clone_into(&mut state.reason);
    }

    /// Says whether an account can be reached; while it can't, nothing is tried out of turn.
    pub(super) fn disconnected(&self, disconnected: bool) {
        self.disconnected.store(disconnected, Ordering::Release);
    }

    /// Waits until it is the caller's turn to try whether something gets through; for ever while that is known to be vain.
    pub(super) async fn turn_to_probe(&self) {
        if self.disconnected.load(Ordering::Acquire) {
            std::future::pending::<()>().await;
        }
        let _turn = self.probe.lock().await;
        sleep(PROBE_INTERVAL).await;
    }

    /// For how long nothing has got through, and why, where that is no single channel's fault.
    pub(super) fn stalled(&self) -> Option<(Duration, String, usize)> {
        let now = Instant::now();
        let state = self.state();
        let since = |at: Instant| now.saturating_duration_since(at);
        let failed = state.failed_since.filter(|_| state.failing > 0).map(since);
        let refused = state.refused_since.map(since);
        let refused = refused.filter(|_| state.refused.len() >= REFUSED_CHANNELS);
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

    /// For how long the oldest reply waits that failed with others, where the account sends again, and how many such there are.
    pub(super) fn behind(&self) -> Option<(Duration, usize)> {
        let state = self.state();
        let oldest = state.waiting.values().min()?.elapsed();
        (state.failed_since.is_none() && oldest >= BEHIND_AFTER).then_some((oldest, state.waiting.len()))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Whether replies fail in so many channels that it is none of theirs.
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
    /// Notes that it failed, and its reply is tried again; `luck` tells whether that is the account's fault.
    pub(super) fn failed(
        &self,
        account: &Arc<Account>,
        failing: &mut Option<Failing>,
        luck: Luck,
        reason: &str,
    ) {
        let mut state = self.trouble.state();
        state.note_failure(&self.channel);
        let number = match failing {
            Some(failing) => failing.number,
            None => {
                let number = state.number();
                let account = Arc::clone(account);
                *failing = Some(Failing { account, number });
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
        let trouble = Trouble::default();
        let channel = |name: &str| ChannelId::from(name);
        let widespread = || trouble.state().is_widespread();
        for name in ["group:1", "group:2", "group:3"] {
            trouble.state().note_failure(&channel(name));
        }
        trouble.state().failed_since = Some(Instant::now());
        trouble.succeeded(&channel("group:staff"));
        assert!(widespread() && trouble.state().failed_since.is_some());
        // One of them gets through: the others may follow.
        trouble.succeeded(&channel("group:2"));
        assert!(!widespread() && trouble.state().failed_since.is_none());
    }
}
