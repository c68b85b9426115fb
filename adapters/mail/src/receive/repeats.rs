//! Programs that answer every mail: known by what no person does, however little their headers tell.

use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// The most mails with the same text; one more within this time marks a program.
const SAME: (usize, SignedDuration) = (2, SignedDuration::from_hours(1));

/// The most mails of ours to one ticket that a person answers within this time; one more marks a program. Programs answer each
/// one once, people what they have before them, as often as they like.
const FAST: (usize, SignedDuration) = (6, SignedDuration::from_secs(60));

/// The most mails an hour from one person to one ticket, however they are dated: a program that dates its answers itself ends
/// here.
const REPEATS_MAX: (usize, SignedDuration) = (40, SignedDuration::from_hours(1));

/// A mail that came.
#[derive(Debug, Clone, Copy)]
pub(super) struct Came {
    /// The time of writing. People write at their pace, and a mailbox that was unreachable hands over all at once.
    pub(super) written: Timestamp,
    pub(super) read: Timestamp,
    /// The fingerprint of its text.
    pub(super) text: u64,
    /// The fingerprint of the id of our mail that it answers, if it tells.
    pub(super) answers: Option<u64>,
}

/// The latest mails, by author and ticket.
#[derive(Debug, Default)]
pub(super) struct Repeats(BTreeMap<String, VecDeque<Came>>);

impl Repeats {
    /// True if the mail that `came` is a program's, judged by the earlier ones. Counts the mail.
    pub(super) fn is_program(&mut self, who: &str, came: Came) -> bool {
        let is_recent = |mail: &Came| came.read.duration_since(mail.read) < REPEATS_MAX.1;
        if self.0.len() > 1_000 {
            self.0.retain(|_, mails| mails.back().is_some_and(is_recent));
        }
        let mails = self.0.entry(who.to_owned()).or_default();
        while mails.front().is_some_and(|mail| !is_recent(mail)) {
            mails.pop_front();
        }
        // Mails need not come in the order in which they were written.
        let within = |mail: &&Came, time| came.written.duration_since(mail.written).abs() < time;
        let same = mails
            .iter()
            .filter(|mail| mail.text == came.text && within(mail, SAME.1));
        let fast = mails.iter().filter(|mail| within(mail, FAST.1));
        let answered: Vec<Option<u64>> = fast.map(|mail| mail.answers).collect();
        let known: BTreeSet<u64> = answered.iter().flatten().copied().collect();
        let unknown = answered.iter().filter(|answers| answers.is_none()).count();
        let is_new = came.answers.is_none_or(|answers| !known.contains(&answers));
        let is_fast = is_new && known.len() + unknown >= FAST.0;
        let is_program = same.count() >= SAME.0 || is_fast || mails.len() >= REPEATS_MAX.0;
        mails.push_back(came);
        is_program
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn came(text: u64, written: Timestamp, read: Timestamp, answers: Option<u64>) -> Came {
        Came {
            written,
            read,
            text,
            answers,
        }
    }

    #[test]
    fn a_person_answers_one_mail_as_often_as_they_like_and_a_program_each_once() {
        let at = |seconds| Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds);
        let mut repeats = Repeats::default();
        for number in 0..30_u32 {
            let now = at(number.into());
            assert!(!repeats.is_program("a 1", came(number.into(), now, now, Some(u64::from(number % 3)))));
        }
        let taken = (0..30_u32).filter(|number| {
            let (now, number) = (at((*number).into()), u64::from(*number));
            !repeats.is_program("b 1", came(number, now, now, Some(number)))
        });
        assert_eq!(taken.count(), FAST.0);
    }

    #[test]
    fn who_writes_the_same_again_and_again_or_faster_than_people_do_is_a_program() {
        let at = |seconds| Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds);
        let mut repeats = Repeats::default();
        let mut live =
            |who: &str, text, seconds| repeats.is_program(who, came(text, at(seconds), at(seconds), None));
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
            assert!(!repeats.is_program("a 1", came(number.into(), written, at(4_000), Some(1))));
        }
        let taken = (0..100_i64).filter(|number| {
            let written = at(10_000 + 3_000 * number);
            !repeats.is_program(
                "b 1",
                came(number.unsigned_abs(), written, at(4_000 + number), Some(1)),
            )
        });
        assert_eq!(taken.count(), REPEATS_MAX.0);
    }
}
