//! Fingerprints of the lines that we sent lately, by thread: they tell an answer's own text from its quote of our mail, in
//! whatever form a program quotes.

use crate::strip::Known;
use crate::thread::hex;
use groupdesk_contract::{Storage, StorageError};
use sha2::{Digest, Sha256};

/// The key in the store.
const KEY: &str = "sent_lines";

/// The most mails that are remembered; the oldest go first.
const MAX_MAILS: usize = 300;
/// The most lines of all of them together.
const MAX_LINES: usize = 5_000;

/// The most lines of one mail.
const MAX_MAIL_LINES: usize = 200;

/// Mails of ours, oldest first: a thread each, with its lines.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Sent(Vec<(String, Vec<u64>)>);

impl Sent {
    /// Loads the fingerprints from the store.
    ///
    /// # Errors
    /// If it can't be read now.
    pub(crate) async fn load(storage: &dyn Storage) -> Result<Self, StorageError> {
        let text = storage.get(KEY).await?.unwrap_or_default();
        let mails = text.lines().filter_map(|line| {
            let mut words = line.split(' ');
            let thread = words.next()?.to_owned();
            let prints = words.filter_map(|word| u64::from_str_radix(word, 16).ok());
            Some((thread, prints.collect()))
        });
        Ok(Self(mails.collect()))
    }

    /// Adds a mail.
    pub(crate) fn add(&mut self, target: &str, ticket: Option<u64>, body: &str) {
        let prints: Vec<u64> = Known::of(body).take(MAX_MAIL_LINES).collect();
        self.0.push((thread(target, ticket), prints));
        // The newest mail stays, however long it is.
        let mut lines = 0;
        let newest = self.0.iter().rev().take(MAX_MAILS).enumerate();
        let kept = newest.take_while(|(at, (_, prints))| {
            lines += prints.len();
            *at == 0 || lines <= MAX_LINES
        });
        let over = self.0.len() - kept.count();
        self.0.drain(..over);
    }

    /// Keeps it.
    ///
    /// # Errors
    /// If it can't be written now.
    pub(crate) async fn keep(&self, storage: &dyn Storage) -> Result<(), StorageError> {
        let lines = self.0.iter().map(|(thread, prints)| {
            let prints = prints.iter().map(|print| format!(" {print:x}"));
            format!("{thread}{}", prints.collect::<String>())
        });
        storage.put(KEY, &lines.collect::<Vec<String>>().join("\n")).await
    }

    /// The lines of a thread.
    pub(crate) fn known(&self, target: &str, ticket: Option<u64>) -> Known {
        let thread = thread(target, ticket);
        let mails = self.0.iter().filter(|(known, _)| *known == thread);
        mails.flat_map(|(_, prints)| prints.iter().copied()).collect()
    }
}

/// A short name of a thread. What belongs to no ticket is one thread a target.
fn thread(target: &str, ticket: Option<u64>) -> String {
    let mut hash = Sha256::new();
    hash.update(target.as_bytes());
    hash.update([0]);
    hash.update(ticket.unwrap_or_default().to_le_bytes());
    hex(hash.finalize().iter().take(6))
}

#[cfg(test)]
mod tests {
    use super::*;
    use groupdesk_contract::InMemoryStorage;

    #[tokio::test]
    async fn what_was_written_is_known_over_a_restart_and_does_not_grow_without_end() {
        let storage = InMemoryStorage::default();
        let mut sent = Sent::load(&storage).await.unwrap();
        sent.add("support", Some(12), "【工单 #12】小明\n装不上");
        sent.keep(&storage).await.unwrap();
        let again = Sent::load(&storage).await.unwrap();
        assert_eq!(again, sent);
        let wanted: Known = Known::of("【工单 #12】小明\n装不上").collect();
        assert_eq!(again.known("support", Some(12)), wanted);
        assert_eq!(again.known("support", Some(13)), Known::default());
        let long: String = (0..1_000).map(|line| format!("line {line}\n")).collect();
        for ticket in 0..400 {
            sent.add("support", Some(ticket), &long);
        }
        let lines: usize = sent.0.iter().map(|(_, prints)| prints.len()).sum();
        assert!(sent.0.len() <= MAX_MAILS && lines <= MAX_LINES);
        assert_ne!(sent.known("support", Some(399)), Known::default());
        assert_eq!(sent.known("support", Some(12)), Known::default());
    }
}
