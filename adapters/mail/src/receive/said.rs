//! The index of answers that were passed on lately. A rebuilt mailbox gives its mails new numbers and is read again, perhaps days
//! later, when the desk has forgotten them.

use crate::thread::hex;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

/// The most that are remembered; the oldest go first.
const MOST: usize = 2_000;

/// Message-IDs, shortened, with when they were passed on; oldest first.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Said(Vec<(i64, String)>);

impl Said {
    /// Parses the text that [`Said::text`] wrote, and skips lines that it can't read.
    pub(super) fn read(text: &str) -> Self {
        let entry = |line: &str| {
            let (second, id) = line.split_once(' ')?;
            Some((second.parse().ok()?, id.to_owned()))
        };
        Self(text.lines().filter_map(entry).collect())
    }

    /// Writes the index as text for the store.
    pub(super) fn text(&self) -> String {
        let lines: Vec<String> = self
            .0
            .iter()
            .map(|(second, id)| format!("{second} {id}"))
            .collect();
        lines.join("\n")
    }

    pub(super) fn contains(&self, id: &str) -> bool {
        let short = short(id);
        self.0.iter().any(|(_, known)| *known == short)
    }

    /// Adds an id and forgets what is older than `kept`.
    pub(super) fn add(&mut self, id: &str, now: Timestamp, kept: SignedDuration) {
        let since = now.as_second().saturating_sub(kept.as_secs());
        self.0.retain(|(second, _)| *second >= since);
        self.0.push((now.as_second(), short(id)));
        let over = self.0.len().saturating_sub(MOST);
        self.0.drain(..over);
    }
}

fn short(id: &str) -> String {
    hex(&Sha256::digest(id.as_bytes())[..10])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_said_is_known_over_a_restart_until_it_is_old() {
        let day = SignedDuration::from_hours(24);
        let now = Timestamp::from_second(1_000_000).unwrap();
        let mut said = Said::default();
        said.add("a@example.com", now, day);
        said.add("b c\n@example.com", now + SignedDuration::from_hours(20), day);
        let mut again = Said::read(&said.text());
        assert_eq!(again, said);
        assert!(again.contains("a@example.com") && again.contains("b c\n@example.com"));
        assert!(!again.contains("c@example.com"));
        again.add("c@example.com", now + SignedDuration::from_hours(30), day);
        assert!(!again.contains("a@example.com") && again.contains("b c\n@example.com"));
        assert_eq!(Said::read("nonsense\n1 x\nx y"), Said(vec![(1, "x".to_owned())]));
    }

    #[test]
    fn it_does_not_grow_without_end() {
        let mut said = Said::default();
        for number in 0..MOST + 5 {
            said.add(
                &number.to_string(),
                Timestamp::UNIX_EPOCH,
                SignedDuration::from_hours(1),
            );
        }
        assert_eq!(said.0.len(), MOST);
        assert!(!said.contains("4") && said.contains("5"));
    }
}
