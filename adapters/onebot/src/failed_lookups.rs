//! Remembers the look-ups that broke the connection, so that a question that an implementation can't bear is not repeated.

use groupdesk_contract::ChannelId;
use groupdesk_kit::BoundedMap;
use std::time::Duration;
use tokio::time::Instant;

/// The number of past messages asked for.
pub(crate) const MANY_MESSAGES: u32 = 100;
/// The number asked for after a longer history broke the connection.
pub(crate) const FEW_MESSAGES: u32 = 20;

/// The most channels that are remembered.
const CHANNELS: usize = 1_024;

/// The number of a channel's look-ups that may break the connection before a pause; the first may have been a coincidence.
const CHANNEL_BREAKS: u32 = 2;
/// The number of such look-ups in a row over all channels.
const ACCOUNT_BREAKS: u32 = 4;

/// The pauses of look-ups after each further break, the last one from then on.
const PAUSES: [Duration; 4] = [
    Duration::from_secs(60),
    Duration::from_secs(5 * 60),
    Duration::from_secs(15 * 60),
    Duration::from_secs(60 * 60),
];

/// The look-ups of an account that were not answered because the connection broke.
#[derive(Debug)]
pub(crate) struct Lookups {
    account: Breaks,
    channels: BoundedMap<ChannelId, Breaks>,
    /// A history showed a message of our own: a message that is missing from one was not sent.
    pub(crate) shows_own: bool,
}

#[derive(Debug, Clone, Copy, Default)]
struct Breaks {
    in_a_row: u32,
    not_before: Option<Instant>,
}

impl Breaks {
    fn add(&mut self, patience: u32, now: Instant) {
        self.in_a_row = self.in_a_row.saturating_add(1);
        if let Some(over) = self.in_a_row.checked_sub(patience) {
            let pause = usize::try_from(over).ok().and_then(|over| PAUSES.get(over));
            self.not_before = pause.or(PAUSES.last()).map(|pause| now + *pause);
        }
    }

    fn pauses(&self, now: Instant) -> bool {
        self.not_before.is_some_and(|not_before| now < not_before)
    }
}

impl Default for Lookups {
    fn default() -> Self {
        Self {
            account: Breaks::default(),
            channels: BoundedMap::new(CHANNELS),
            shows_own: false,
        }
    }
}

impl Lookups {
    /// Returns the number of messages of `channel` that may be asked for now; `None` during a pause.
    pub(crate) fn may_ask(&self, channel: &ChannelId, now: Instant) -> Option<u32> {
        let breaks = self.channels.get(channel).copied().unwrap_or_default();
        match breaks.in_a_row {
            _ if self.account.pauses(now) || breaks.pauses(now) => None,
            0 => Some(MANY_MESSAGES),
            _ => Some(FEW_MESSAGES),
        }
    }

    /// Records that a look-up in `channel` broke the connection.
    pub(crate) fn broke(&mut self, channel: &ChannelId, now: Instant) {
        self.account.add(ACCOUNT_BREAKS, now);
        let mut breaks = self.channels.get(channel).copied().unwrap_or_default();
        breaks.add(CHANNEL_BREAKS, now);
        self.channels.insert(channel.clone(), breaks);
    }

    /// Records that the response about `channel` was too large; the next look-up asks for fewer messages.
    pub(crate) fn was_too_much(&mut self, channel: &ChannelId) {
        let mut breaks = self.channels.get(channel).copied().unwrap_or_default();
        breaks.in_a_row = breaks.in_a_row.max(1);
        self.channels.insert(channel.clone(), breaks);
    }

    /// Records that a response about `channel` came and was readable; the number of messages to ask for stays.
    pub(crate) fn answered(&mut self, channel: &ChannelId) {
        self.account = Breaks::default();
        if let Some(breaks) = self.channels.get(channel).copied() {
            let in_a_row = breaks.in_a_row.min(1);
            let not_before = None;
            self.channels
                .insert(channel.clone(), Breaks { in_a_row, not_before });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_breaks_the_connection_is_asked_ever_more_rarely() {
        let start = Instant::now();
        let (bad, good) = (ChannelId::from("group:1"), ChannelId::from("group:2"));
        let mut lookups = Lookups::default();
        let mut asked = Vec::new();
        for second in 0..3 * 3_600 {
            let now = start + Duration::from_secs(second);
            if let Some(count) = lookups.may_ask(&bad, now) {
                asked.push((second, count));
                lookups.broke(&bad, now);
            }
            // The others are asked all the while.
            assert_eq!(lookups.may_ask(&good, now), Some(MANY_MESSAGES));
            lookups.answered(&good);
        }
        let few = |second| (second, FEW_MESSAGES);
        assert_eq!(asked[..4], [(0, MANY_MESSAGES), few(1), few(61), few(361)]);
        assert!(asked.len() <= 8, "{asked:?}");
        lookups.answered(&bad);
        assert_eq!(lookups.may_ask(&bad, start), Some(FEW_MESSAGES));
        // An implementation that breaks whatever it is asked about is left alone.
        for _ in 0..ACCOUNT_BREAKS {
            lookups.broke(&good, start);
        }
        assert_eq!(lookups.may_ask(&ChannelId::from("group:3"), start), None);
    }
}
