//! Programs that answer every mail: known by what no person does, however little their headers tell.

use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, VecDeque};

/// The most mails with the same text; one more within this time marks a program.
const SAME: (usize, SignedDuration) = (2, SignedDuration::from_hours(1));

/// The most mails of a person to one ticket within this time; one more marks a program.
const FAST: (usize, SignedDuration) = (6, SignedDuration::from_secs(60));

/// The most mails an hour from one person to one ticket, however they are dated: a program that dates its answers itself ends
/// here.
const MANY: (usize, SignedDuration) = (40, SignedDuration::from_hours(1));

/// A mail that came.
#[derive(Debug, Clone, Copy)]
struct Came {
    /// The time of writing. People write at their pace, and a mailbox that was unreachable hands over all at once.
    written: Timestamp,
    read: Timestamp,
    text: u64,
}

/// The latest mails, by author and ticket.
#[derive(Debug, Default)]
pub(super) struct Repeats(BTreeMap<String, VecDeque<Came>>);

impl Repeats {
    /// True if the mail written at `written`, and read now, is a program's, judged by the earlier ones. Counts the mail.
    pub(super) fn is_program(&mut self, who: &str, text: u64, written: Timestamp, read: Timestamp) -> bool {
        let is_recent = |mail: &Came| read.duration_since(mail.read) < MANY.1;
        if self.0.len() > 1_000 {
            self.0.retain(|_, mails| mails.back().is_some_and(is_recent));
        }
        let mails = self.0.entry(who.to_owned()).or_default();
        while mails.front().is_some_and(|mail| !is_recent(mail)) {
            mails.pop_front();
        }
        // Mails need not come in the order in which they were written.
        let within = |mail: &&Came, time| written.duration_since(mail.written).abs() < time;
        let same = mails
            .iter()
            .filter(|mail| mail.text == text && within(mail, SAME.1));
        let fast = mails.iter().filter(|mail| within(mail, FAST.1));
        let is_program = same.count() >= SAME.0 || fast.count() >= FAST.0 || mails.len() >= MANY.0;
        mails.push_back(Came { written, read, text });
        is_program
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_writes_the_same_again_and_again_or_faster_than_people_do_is_a_program() {
        let at = |seconds| Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds);
        let mut repeats = Repeats::default();
        let mut live = |who: &str, text, seconds| repeats.is_program(who, text, at(seconds), at(seconds));
        assert!(!live("a 1", 7, 0) && !live("a 1", 7, 100));
        assert!(live("a 1", 7, 200) && !live("a 1", 8, 300));
        assert!(!live("a 2", 7, 200), "another ticket");
        assert!(!live("a 1", 7, 4_000), "much later");
        for number in 0..6 {
            assert!(!live("b 1", number, 5_000), "{number}");
        }
        assert!(live("b 1", 6, 5_010));
    }

    #[test]
    fn what_a_person_wrote_in_an_hour_may_be_read_in_a_second_and_dates_of_its_own_making_save_no_program() {
        let at = |seconds| Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds);
        let mut repeats = Repeats::default();
        for number in (0..12_u32).rev() {
            let written = at(300 * i64::from(number));
            assert!(!repeats.is_program("a 1", number.into(), written, at(4_000)));
        }
        let taken = (0..100_i64).filter(|number| {
            let written = at(10_000 + 3_000 * number);
            !repeats.is_program("b 1", number.unsigned_abs(), written, at(4_000 + number))
        });
        assert_eq!(taken.count(), MANY.0);
    }
}
