//! Gathers the messages of a ticket that come faster than staff can read, so that one notice has them together.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// Further messages of a ticket that are told at once before the rest of an interval is gathered.
const UNGATHERED_MESSAGES_MAX: u32 = 3;

/// Gathered messages that a notice shows; the ticket's history has all of them.
const SHOWN_MESSAGES: usize = 20;

/// Longest line of a notice of gathered messages, in characters.
const LINE_MAX_CHARS: usize = 300;

/// Gathered messages in a row after which the member is told so.
const MUCH: u32 = 10;

/// Further messages of a ticket, told at once or gathered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gathering {
    /// Start of the interval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    since: Option<Timestamp>,
    /// Messages that were told at once in it.
    #[serde(default, skip_serializing_if = "is_zero")]
    told: u32,
    /// Lines that wait, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    waiting: Vec<String>,
    /// Waiting messages that are counted, but not shown.
    #[serde(default, skip_serializing_if = "is_zero")]
    left_out: u32,
    /// Messages that were gathered since the member last paused.
    #[serde(default, skip_serializing_if = "is_zero")]
    in_a_row: u32,
}

/// Treatment of a further message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeTiming {
    /// Staff are told now.
    AtOnce,
    /// Staff get it later, with others.
    Later,
    /// Staff get it later, and it is time to tell the member so.
    LaterAndMemberToo,
}

impl Gathering {
    /// `true` if there is nothing to remember.
    pub fn is_idle(&self) -> bool {
        *self == Self::default()
    }

    /// Returns the treatment of a message that comes now.
    pub fn next(&self, now: Timestamp, interval: SignedDuration) -> NoticeTiming {
        if self.begins_anew(now, interval) || (self.told < UNGATHERED_MESSAGES_MAX && self.waits() == 0) {
            NoticeTiming::AtOnce
        } else if self.in_a_row.saturating_add(1) == MUCH {
            NoticeTiming::LaterAndMemberToo
        } else {
            NoticeTiming::Later
        }
    }

    /// Adds the message that comes now.
    pub fn take(&mut self, line: &str, now: Timestamp, interval: SignedDuration) {
        if self.next(now, interval) == NoticeTiming::AtOnce {
            if self.begins_anew(now, interval) {
                *self = Self {
                    since: Some(now),
                    ..Self::default()
                };
            }
            self.told = self.told.saturating_add(1);
            return;
        }
        self.in_a_row = self.in_a_row.saturating_add(1);
        if self.waiting.len() < SHOWN_MESSAGES {
            let cut: String = line.chars().take(LINE_MAX_CHARS).collect();
            self.waiting.push(cut);
        } else {
            self.left_out = self.left_out.saturating_add(1);
        }
    }

    /// Start of the interval, for moving it with the clock.
    pub(super) fn since_mut(&mut self) -> &mut Option<Timestamp> {
        &mut self.since
    }

    /// Returns the time at which the gathered messages are told.
    pub fn due(&self, interval: SignedDuration) -> Option<Timestamp> {
        let since = self.since.filter(|_| self.waits() > 0)?;
        Some(since.saturating_add(interval).unwrap_or(Timestamp::MAX))
    }

    /// Takes out the lines to tell now, and the number of those left out. Messages of the next interval are gathered
    /// again.
    pub fn flush(&mut self, now: Timestamp) -> (Vec<String>, u32) {
        self.since = Some(now);
        self.told = UNGATHERED_MESSAGES_MAX;
        (
            std::mem::take(&mut self.waiting),
            std::mem::take(&mut self.left_out),
        )
    }

    fn waits(&self) -> usize {
        self.waiting.len()
    }

    fn begins_anew(&self, now: Timestamp, interval: SignedDuration) -> bool {
        self.waits() == 0
            && self
                .since
                .is_none_or(|since| now.duration_since(since).abs() >= interval)
    }
}

fn is_zero(count: &u32) -> bool {
    *count == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    const INTERVAL: SignedDuration = SignedDuration::from_secs(10);

    #[test]
    fn a_few_messages_go_at_once_and_a_flood_makes_one_notice_an_interval() {
        let start: Timestamp = "2026-11-23T02:00:00Z".parse().unwrap();
        let mut gathering = Gathering::default();
        let (mut at_once, mut notices, mut member, mut shown, mut left_out) = (0, 0, 0, 0, 0);
        // 1,500 messages, five a second.
        for number in 0..1500 {
            let now = start + SignedDuration::from_millis(200 * number);
            if gathering.due(INTERVAL).is_some_and(|due| due <= now) {
                let (lines, more) = gathering.flush(now);
                notices += 1;
                shown += lines.len();
                left_out += usize::try_from(more).unwrap();
            }
            match gathering.next(now, INTERVAL) {
                NoticeTiming::AtOnce => at_once += 1,
                NoticeTiming::Later => {}
                NoticeTiming::LaterAndMemberToo => member += 1,
            }
            gathering.take(&format!("line {number}"), now, INTERVAL);
        }
        assert_eq!((at_once, member), (3, 1));
        assert!((29..=30).contains(&notices), "{notices}");
        let end = start + SignedDuration::from_secs(400);
        let (lines, more) = gathering.flush(end);
        assert_eq!(
            at_once + shown + left_out + lines.len() + usize::try_from(more).unwrap(),
            1500
        );
        // After a pause all is as before.
        let later = end + INTERVAL;
        assert_eq!(gathering.next(later, INTERVAL), NoticeTiming::AtOnce);
        gathering.take("again", later, INTERVAL);
        assert_eq!(gathering.next(later, INTERVAL), NoticeTiming::AtOnce);
    }

    #[test]
    fn without_an_interval_everything_goes_at_once() {
        let now: Timestamp = "2026-11-23T02:00:00Z".parse().unwrap();
        let mut gathering = Gathering::default();
        for _ in 0..100 {
            assert_eq!(gathering.next(now, SignedDuration::ZERO), NoticeTiming::AtOnce);
            gathering.take("x", now, SignedDuration::ZERO);
        }
    }
}
