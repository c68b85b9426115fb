//! Out: a note on a ticket becomes a new remote ticket or an entry in one; and the search for what may have arrived.

use super::Ticketing;
use crate::answer::Trouble;
use crate::notes::Opened;
use crate::remote::{Attached, Found, Letter, Mark, Search, Words};
use groupdesk_contract::{
    Delivery, FileBytes, MemoryError, MessageId, NoteKind, PastReply, Reply, ReplyKey, Segment, TicketNote,
};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;
use std::sync::{MutexGuard, PoisonError};

/// The longest time by which the system's clock may be behind ours.
const CLOCKS: SignedDuration = SignedDuration::from_secs(300);
/// The reach of the search for an attempt to open, counted from the first try; older tickets with the same number are not ours.
const TRIES: SignedDuration = SignedDuration::from_hours(24 * 7);
/// The most bytes of files that one entry carries.
const MOST_BYTES: usize = 10 << 20;
/// The delay after which a system's search is trusted to know a new entry.
const INDEXED: SignedDuration = SignedDuration::from_secs(60);

/// Returns the note of a reply, if it is to be written, and its text.
fn written<'a>(reply: &'a Reply, desk: &'a str) -> Option<(&'a TicketNote, Words<'a>)> {
    let note = reply.note.as_deref()?;
    let words = match &note.kind {
        NoteKind::Opened { said } => Words::Member {
            by: &note.member_name,
            said,
        },
        NoteKind::Said { by, said } => Words::Member { by, said },
        NoteKind::Event | NoteKind::Ended => Words::Desk(desk),
        NoteKind::Receipt => return None,
    };
    Some((note, words))
}

impl Ticketing {
    pub(super) async fn say(&self, key: ReplyKey, reply: &Reply) -> Delivery {
        let target = reply.channel.as_str();
        let targets = self.remote.targets();
        if !targets.contains(&target) {
            return Delivery::Refused {
                reason: format!("no target `{target}`; there are: {}", targets.join(", ")),
            };
        }
        let text = reply.text();
        let Some((note, words)) = written(reply, &text) else {
            return Delivery::Sent { message: None };
        };
        if matches!(words, Words::Desk(_)) && !self.remote.takes_events(target) {
            return Delivery::Sent { message: None };
        }
        let files = attached(reply);
        let written = async {
            let letter = Letter {
                mark: self.mark(note, key.0).await?,
                note,
                words,
                files: &files,
            };
            self.write(target, &letter).await
        };
        let written = written.await;
        if let Some(link) = self.link() {
            // Only when the program stops nobody hears of it.
            let _ = self.tell_of_key(&link, written.as_ref().err()).await;
        }
        match written {
            Ok(message) => Delivery::Sent {
                message: Some(MessageId::new(message)),
            },
            Err(trouble) => trouble.into(),
        }
    }

    async fn mark(&self, note: &TicketNote, key: i64) -> Result<Mark<'_>, Trouble> {
        let store = self.store.get(self.notes.0.as_ref()).await;
        Ok(Mark {
            account: &self.account,
            store: store.map_err(forgotten)?,
            ticket: note.ticket,
            key,
        })
    }

    async fn write(&self, target: &str, letter: &Letter<'_>) -> Result<String, Trouble> {
        let ticket = letter.note.ticket;
        match self.notes.opened(target, ticket).await.map_err(forgotten)? {
            Some(opened) if opened.key == letter.mark.key => Ok(opening_id(&opened.remote)),
            Some(opened) => {
                self.notes
                    .watch(target, &opened.remote)
                    .await
                    .map_err(forgotten)?;
                self.append(target, &opened.remote, letter).await
            }
            None => self.open(target, letter).await,
        }
    }

    /// Says more, unless an earlier try that ended in an error did so.
    async fn append(&self, target: &str, remote: &str, letter: &Letter<'_>) -> Result<String, Trouble> {
        let key = letter.mark.key;
        if self.doubts().contains(&key) {
            let marks = [letter.mark];
            let search = Search {
                marks: &marks,
                note: letter.note,
                since: self.week_ago(),
                fresh: true,
            };
            match self.remote.find_entry(target, remote, &search).await? {
                Found::There(id) => {
                    self.doubts().remove(&key);
                    return Ok(id);
                }
                Found::Missing => {}
                Found::TooSoon => return Err(self.too_soon()),
            }
        }
        let outcome = self.remote.append(target, remote, letter).await;
        match &outcome {
            Err(trouble) if !trouble.nothing_made() => self.doubts().insert(key),
            _ => self.doubts().remove(&key),
        };
        outcome
    }

    /// Makes the remote ticket, unless an earlier try made it and its answer was lost.
    async fn open(&self, target: &str, letter: &Letter<'_>) -> Result<String, Trouble> {
        let ticket = letter.note.ticket;
        let key = letter.mark.key;
        let mut tries = self.notes.tries(target, ticket).await.map_err(forgotten)?;
        if !tries.keys.is_empty()
            && let Some(opened) = self
                .find_opening(target, letter.note, &tries.keys, self.week_ago())
                .await?
        {
            if opened.key == key {
                return Ok(opening_id(&opened.remote));
            }
            return self.append(target, &opened.remote, letter).await;
        }
        if !tries.keys.contains(&key) {
            tries.keys.push(key);
        }
        tries.last = self.now();
        self.notes
            .keep_tries(target, ticket, &tries)
            .await
            .map_err(forgotten)?;
        let remote = match self.remote.open(target, letter).await {
            Ok(remote) => remote,
            Err(trouble) => {
                if trouble.nothing_made() {
                    tries.keys.retain(|tried| *tried != key);
                    self.notes
                        .keep_tries(target, ticket, &tries)
                        .await
                        .map_err(forgotten)?;
                }
                return Err(trouble);
            }
        };
        let opened = Opened { key, remote };
        match self.notes.keep_opened(target, ticket, &opened).await {
            Ok(()) => Ok(opening_id(&opened.remote)),
            Err(error) => Err(Trouble::Unknown(format!(
                "it was opened but can't be noted: {error}"
            ))),
        }
    }

    /// The remote ticket that was opened with one of `keys`; it is remembered when it is found.
    async fn find_opening(
        &self,
        target: &str,
        note: &TicketNote,
        keys: &[i64],
        since: Timestamp,
    ) -> Result<Option<Opened>, Trouble> {
        let last = self
            .notes
            .tries(target, note.ticket)
            .await
            .map_err(forgotten)?
            .last;
        let fresh = last.saturating_add(INDEXED).unwrap_or(Timestamp::MAX) > self.now();
        for &key in keys {
            let marks = [self.mark(note, key).await?];
            let search = Search {
                marks: &marks,
                note,
                since,
                fresh,
            };
            match self.remote.find_opening(target, &search).await? {
                Found::There(remote) => {
                    let opened = Opened { key, remote };
                    self.notes
                        .keep_opened(target, note.ticket, &opened)
                        .await
                        .map_err(forgotten)?;
                    return Ok(Some(opened));
                }
                Found::Missing => {}
                Found::TooSoon => return Err(self.too_soon()),
            }
        }
        Ok(None)
    }

    fn too_soon(&self) -> Trouble {
        Trouble::later(format!(
            "it may have arrived; {} is asked again when its search knows",
            self.remote.system()
        ))
    }

    fn week_ago(&self) -> Timestamp {
        self.now().saturating_sub(TRIES).unwrap_or(Timestamp::MIN)
    }

    fn doubts(&self) -> MutexGuard<'_, BTreeSet<i64>> {
        self.doubts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) async fn find(&self, key: ReplyKey, reply: &Reply, since: Timestamp) -> PastReply {
        let Some((note, _)) = written(reply, "") else {
            return PastReply::Missing;
        };
        let target = reply.channel.as_str();
        if !self.remote.targets().contains(&target) {
            return PastReply::Missing;
        }
        let since = since.saturating_sub(CLOCKS).unwrap_or(Timestamp::MIN);
        match self.look(target, key.0, note, since).await {
            Ok(Some(message)) => PastReply::Arrived(MessageId::new(message)),
            Ok(None) => PastReply::Missing,
            Err(Trouble::Later { .. } | Trouble::Unknown(_) | Trouble::KeyRefused(_)) => PastReply::NotNow,
            // The next try is refused in the same words, which then reach an admin.
            Err(Trouble::Refused(_)) => PastReply::CannotTell,
        }
    }

    async fn look(
        &self,
        target: &str,
        key: i64,
        note: &TicketNote,
        since: Timestamp,
    ) -> Result<Option<String>, Trouble> {
        let Some(opened) = self.notes.opened(target, note.ticket).await.map_err(forgotten)? else {
            let opened = self.find_opening(target, note, &[key], since).await?;
            return Ok(opened.map(|opened| opening_id(&opened.remote)));
        };
        if opened.key == key {
            return Ok(Some(opening_id(&opened.remote)));
        }
        let marks = [self.mark(note, key).await?];
        let search = Search {
            marks: &marks,
            note,
            since,
            fresh: true,
        };
        match self.remote.find_entry(target, &opened.remote, &search).await? {
            Found::There(id) => Ok(Some(id)),
            Found::Missing => Ok(None),
            Found::TooSoon => Err(self.too_soon()),
        }
    }
}

/// The pictures and files that a reply carries itself, no more of them than a request may hold.
fn attached(reply: &Reply) -> Vec<Attached> {
    let mut left = MOST_BYTES;
    let mut files: Vec<Attached> = Vec::new();
    for segment in &reply.segments {
        let (name, url) = match segment {
            Segment::Image { url: Some(url) } => (None, url),
            Segment::File { name, url: Some(url) } => (name.as_deref(), url),
            _ => continue,
        };
        let Some(file) = FileBytes::from_url(url) else {
            continue;
        };
        let Some(rest) = left.checked_sub(file.bytes.len()) else {
            tracing::warn!(name, "a file is too large for the ticket system and is left out");
            continue;
        };
        left = rest;
        let name = name
            .map(shown)
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| {
                let ending = file.kind.split_once('/').map_or("bin", |(_, ending)| ending);
                let ending: String = ending.chars().take_while(char::is_ascii_alphanumeric).collect();
                format!("{}.{ending}", files.len() + 1)
            });
        files.push(Attached { name, file });
    }
    files
}

/// A file's name without what no name holds.
fn shown(name: &str) -> String {
    let plain = name
        .chars()
        .filter(|c| !c.is_control() && !matches!(c, '/' | '\\' | '"'));
    plain.take(100).collect::<String>().trim().to_owned()
}

/// The id of the message that opened a ticket.
fn opening_id(remote: &str) -> String {
    format!("opened:{remote}")
}

/// The outcome while the durable notes can't be read: nothing is written to the system, since it may have been written before.
fn forgotten(error: MemoryError) -> Trouble {
    Trouble::later(format!("what was sent before can't be read or kept now: {error}"))
}
