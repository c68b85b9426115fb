//! The index of answers that were passed on lately. A rebuilt mailbox gives its mails new numbers and is read again, perhaps days
//! later, when the desk has forgotten them.

use crate::thread::hex;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

/// The most that are remembered; the oldest go first.
const ANSWERS_MAX: usize = 2_000;

/// Message-IDs, shortened, with when they were passed on, and their writers where the desk may answer; oldest first.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Said(Vec<Entry>);

#[derive(Debug, PartialEq, Eq)]
struct Entry {
    second: i64,
    id: String,
    writer: Option<String>,
}

impl Said {
    /// Parses the text that [`Said::text`] wrote, and skips lines that it can't read.
    pub(crate) fn read(text: &str) -> Self {
        let entry = |line: &str| {
            let mut parts = line.splitn(3, ' ');
            Some(Entry {
                second: parts.next()?.parse().ok()?,
                id: parts.next()?.to_owned(),
                writer: parts.next().map(str::to_owned),
            })
        };
        Self(text.lines().filter_map(entry).collect())
    }

    /// Writes the index as text for the store.
    pub(super) fn text(&self) -> String {
        let lines: Vec<String> = self
            .0
            .iter()
            .map(|Entry { second, id, writer }| match writer {
                Some(writer) => format!("{second} {id} {writer}"),
                None => format!("{second} {id}"),
            })
            .collect();
        lines.join("\n")
    }

    pub(super) fn contains(&self, id: &str) -> bool {
        let short = short(id);
        self.0.iter().any(|known| known.id == short)
    }

    /// Returns the address of who wrote a mail.
    pub(crate) fn writer(&self, id: &str) -> Option<&str> {
        let short = short(id);
        let mut found = self.0.iter().rev().filter(|known| known.id == short);
        found.find_map(|known| known.writer.as_deref())
    }

    /// Adds an id and forgets what is older than `kept`.
    pub(super) fn add(&mut self, id: &str, writer: Option<&str>, now: Timestamp, kept: SignedDuration) {
        let since = now.as_second().saturating_sub(kept.as_secs());
        self.0.retain(|known| known.second >= since);
        self.0.push(Entry {
            second: now.as_second(),
            id: short(id),
            // A line is an entry.
            writer: writer
                .filter(|writer| !writer.contains(char::is_whitespace))
                .map(str::to_owned),
        });
        let over = self.0.len().saturating_sub(ANSWERS_MAX);
        self.0.drain(..over);
    }
}

fn short(id: &str) -> String {
    hex(Sha256::digest(id.as_bytes()).iter().take(10))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_said_is_known_over_a_restart_until_it_is_old() {
        let day = SignedDuration::from_hours(24);
        let now = Timestamp::from_second(1_000_000).unwrap();
        let mut said = Said::default();
        said.add("a@example.com", Some("wang@example.com"), now, day);
        said.add(
            "b c\n@example.com",
            None,
            now + SignedDuration::from_hours(20),
            day,
        );
        let mut again = Said::read(&said.text());
        assert_eq!(again, said);
        assert!(again.contains("a@example.com") && again.contains("b c\n@example.com"));
        assert!(!again.contains("c@example.com"));
        assert_eq!(again.writer("a@example.com"), Some("wang@example.com"));
        assert_eq!(again.writer("b c\n@example.com"), None);
        again.add("c@example.com", None, now + SignedDuration::from_hours(30), day);
        assert!(!again.contains("a@example.com") && again.contains("b c\n@example.com"));
        assert_eq!(Said::read("nonsense\n1 x\nx y"), Said::read("1 x"));
    }

    #[test]
    fn it_does_not_grow_without_end() {
        let mut said = Said::default();
        for number in 0..ANSWERS_MAX + 5 {
            said.add(
                &number.to_string(),
                None,
                Timestamp::UNIX_EPOCH,
                SignedDuration::from_hours(1),
            );
        }
        assert_eq!(said.0.len(), ANSWERS_MAX);
        assert!(!said.contains("4") && said.contains("5"));
    }
}
