//! Programs that answer every mail: known by what no person does, however little their headers tell.

use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, VecDeque};

/// The same words come a third time within this from nobody but a program.
const SAME: (usize, SignedDuration) = (2, SignedDuration::from_hours(1));

/// Nobody writes more mails to one ticket in so short a time.
const FAST: (usize, SignedDuration) = (6, SignedDuration::from_secs(60));

/// What came lately, by who wrote it and where.
#[derive(Debug, Default)]
pub(super) struct Repeats(BTreeMap<String, VecDeque<(Timestamp, u64)>>);

impl Repeats {
    /// Whether a mail that came at `at` is a program's, by those before it. It is counted.
    pub(super) fn is_program(&mut self, who: &str, text: u64, at: Timestamp) -> bool {
        if self.0.len() > 1_000 {
            self.0.retain(|_, mails| {
                mails
                    .back()
                    .is_some_and(|(last, _)| at.duration_since(*last) < SAME.1)
            });
        }
        let mails = self.0.entry(who.to_owned()).or_default();
        while mails
            .front()
            .is_some_and(|(first, _)| at.duration_since(*first) >= SAME.1)
        {
            mails.pop_front();
        }
        let same = mails.iter().filter(|(_, known)| *known == text).count();
        let fast = mails
            .iter()
            .filter(|(before, _)| at.duration_since(*before) < FAST.1)
            .count();
        mails.push_back((at, text));
        same >= SAME.0 || fast >= FAST.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_writes_the_same_again_and_again_or_faster_than_people_do_is_a_program() {
        let at = |seconds| Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds);
        let mut repeats = Repeats::default();
        assert!(!repeats.is_program("a 1", 7, at(0)) && !repeats.is_program("a 1", 7, at(100)));
        assert!(repeats.is_program("a 1", 7, at(200)) && !repeats.is_program("a 1", 8, at(300)));
        assert!(!repeats.is_program("a 2", 7, at(200)), "another ticket");
        assert!(!repeats.is_program("a 1", 7, at(4_000)), "much later");
        for number in 0..6 {
            assert!(!repeats.is_program("b 1", number, at(5_000)), "{number}");
        }
        assert!(repeats.is_program("b 1", 6, at(5_010)));
    }
}
