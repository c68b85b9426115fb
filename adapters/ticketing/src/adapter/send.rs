//! Out: a note on a ticket becomes a new remote ticket or an entry in one; and the search for what may have arrived.

use super::Ticketing;
use super::receive::{entry_of, is_state};
use crate::api_error::ApiError;
use crate::notes::Opened;
use crate::remote::{Attached, Found, IdempotencyMarker, OutgoingEntry, Search, Words};
use groupdesk_contract::{
    Delivery, FileBytes, MemberId, MessageId, NoteKind, PastReply, Reply, ReplyKey, Segment, StorageError,
    TicketNote,
};
use jiff::{SignedDuration, Timestamp};

/// The longest time by which the system's clock may be behind ours.
const CLOCK_SKEW_MAX: SignedDuration = SignedDuration::from_secs(300);
/// The reach of the search for an attempt to open, counted from the first try; older tickets with the same number are not ours.
const TRIES: SignedDuration = SignedDuration::from_hours(24 * 7);
/// The most bytes of files that one entry carries.
const MOST_BYTES: usize = 10 << 20;
/// The delay after which a system's search is trusted to know a new entry.
const INDEXED: SignedDuration = SignedDuration::from_secs(60);

/// A reply on its way into a remote ticket.
struct Place {
    note: TicketNote,
    /// The remote ticket in which staff wrote what it answers; `None` for what goes into its ticket's own.
    remote: Option<String>,
}

/// Returns a reply's text with its author; `None` for what is not written.
fn written<'a>(kind: &'a NoteKind, note: &'a TicketNote, desk: &'a str) -> Option<Words<'a>> {
    Some(match kind {
        NoteKind::Opened { said } => Words::Member {
            by: &note.member_name,
            said,
        },
        NoteKind::Said { by, said } => Words::Member { by, said },
        NoteKind::Event | NoteKind::Answer | NoteKind::Ended => Words::Desk(desk),
        NoteKind::Receipt => return None,
    })
}

/// The comment in a public ticket that stands for an answer of the desk which may tell of members.
fn in_public(ticket: u64) -> String {
    format!(
        "系统对上面这条评论的答复不能写在公开的地方（其中可能有成员的信息）。如果它是说给成员的，可能没有送达：请看这个工单的其他客服群，\
         或日志。要说给成员，请写：/t {ticket} 回复 文字\n\
         What the desk answers to the comment above can't stand in public, as it may tell of members. If it was for the member, it may not \
         have arrived: see the ticket's other staff rooms, or the log. To say something to the member: /t {ticket} reply TEXT"
    )
}

impl Ticketing {
    /// Finds where a reply is written; `None` for what has no place here.
    async fn place(&self, reply: &Reply) -> Result<Option<Place>, StorageError> {
        let target = reply.channel.as_str();
        let quote = reply.quote.as_ref().map(MessageId::as_str);
        if let Some((remote, _)) = quote.and_then(entry_of)
            && let Some(known) = self.notes.known(remote).await?
            && known.target == target
        {
            let of_no_ticket = || TicketNote {
                ticket: known.ticket,
                subject: String::new(),
                member: MemberId::new(""),
                member_name: String::new(),
                asked_in: groupdesk_contract::Place::new(self.account.as_str(), target),
                kind: NoteKind::Event,
            };
            return Ok(Some(Place {
                note: reply.note.as_deref().cloned().unwrap_or_else(of_no_ticket),
                remote: Some(remote.to_owned()),
            }));
        }
        Ok(reply
            .note
            .as_deref()
            .cloned()
            .map(|note| Place { note, remote: None }))
    }

    pub(super) async fn say(&self, key: ReplyKey, reply: &Reply) -> Delivery {
        let target = reply.channel.as_str();
        let targets = self.remote.targets();
        if !targets.contains(&target) {
            return Delivery::Refused {
                reason: format!("no target `{target}`; there are: {}", targets.join(", ")),
            };
        }
        let place = match self.place(reply).await {
            Ok(place) => place,
            Err(error) => return forgotten(error).into(),
        };
        let Some(Place { note, remote }) = place else {
            if reply.quote.is_some() {
                tracing::warn!(account = %self.account, target, "what the desk answers to staff has no ticket to be written in");
            }
            return Delivery::Sent { message: None };
        };
        let mut text = reply.text();
        let is_public = !self.remote.takes_events(target);
        if is_public && written(&note.kind, &note, "").is_some_and(|words| matches!(words, Words::Desk(_))) {
            let entry = reply.quote.as_ref().and_then(|quote| entry_of(quote.as_str()));
            // Staff read there what they wrote in vain; that they closed what had ended is no news to them.
            if remote.is_none() || entry.is_none_or(|(_, entry)| is_state(entry)) {
                return Delivery::Sent { message: None };
            }
            if note.kind != NoteKind::Answer {
                text = in_public(note.ticket);
            }
        }
        let Some(words) = written(&note.kind, &note, &text) else {
            return Delivery::Sent { message: None };
        };
        let files = attached(reply);
        let written = async {
            let letter = OutgoingEntry {
                mark: self.mark(&note, key.0).await?,
                note: &note,
                words,
                files: &files,
            };
            match &remote {
                Some(remote) => self.append(target, remote, &letter).await,
                None => self.write(target, &letter).await,
            }
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

    async fn mark(&self, note: &TicketNote, key: i64) -> Result<IdempotencyMarker<'_>, ApiError> {
        let store = self.store.get(self.notes.0.as_ref()).await;
        Ok(IdempotencyMarker {
            account: &self.account,
            store: store.map_err(forgotten)?,
            ticket: note.ticket,
            key,
        })
    }

    async fn write(&self, target: &str, letter: &OutgoingEntry<'_>) -> Result<String, ApiError> {
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
    async fn append(
        &self,
        target: &str,
        remote: &str,
        letter: &OutgoingEntry<'_>,
    ) -> Result<String, ApiError> {
        let key = letter.mark.key;
        if self.doubts.lock().contains(&key) {
            let marks = [letter.mark];
            let search = Search {
                marks: &marks,
                note: letter.note,
                since: self.week_ago(),
                fresh: true,
            };
            match self.remote.find_entry(target, remote, &search).await? {
                Found::There(id) => {
                    self.doubts.lock().remove(&key);
                    return Ok(id);
                }
                Found::Missing => {}
                Found::TooSoon => return Err(self.too_soon()),
            }
        }
        let outcome = self.remote.append(target, remote, letter).await;
        match &outcome {
            Err(trouble) if !trouble.nothing_made() => self.doubts.lock().insert(key),
            _ => self.doubts.lock().remove(&key),
        };
        outcome
    }

    /// Makes the remote ticket, unless an earlier try made it and its answer was lost.
    async fn open(&self, target: &str, letter: &OutgoingEntry<'_>) -> Result<String, ApiError> {
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
            Err(error) => Err(ApiError::Unknown(format!(
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
    ) -> Result<Option<Opened>, ApiError> {
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

    fn too_soon(&self) -> ApiError {
        ApiError::later(format!(
            "it may have arrived; {} is asked again when its search knows",
            self.remote.system()
        ))
    }

    fn week_ago(&self) -> Timestamp {
        self.now().saturating_sub(TRIES).unwrap_or(Timestamp::MIN)
    }

    pub(super) async fn find(&self, key: ReplyKey, reply: &Reply, since: Timestamp) -> PastReply {
        let target = reply.channel.as_str();
        if !self.remote.targets().contains(&target) {
            return PastReply::Missing;
        }
        let place = match self.place(reply).await {
            Ok(Some(place)) if written(&place.note.kind, &place.note, "").is_some() => place,
            Ok(_) => return PastReply::Missing,
            Err(_) => return PastReply::NotNow,
        };
        let since = since.saturating_sub(CLOCK_SKEW_MAX).unwrap_or(Timestamp::MIN);
        match self.look(target, key.0, &place, since).await {
            Ok(Some(message)) => PastReply::Arrived(MessageId::new(message)),
            Ok(None) => PastReply::Missing,
            Err(ApiError::Later { .. } | ApiError::Unknown(_) | ApiError::KeyRefused(_)) => PastReply::NotNow,
            // The next try is refused in the same words, which then reach an admin.
            Err(ApiError::Refused(_)) => PastReply::CannotTell,
        }
    }

    async fn look(
        &self,
        target: &str,
        key: i64,
        place: &Place,
        since: Timestamp,
    ) -> Result<Option<String>, ApiError> {
        let note = &place.note;
        let remote = match &place.remote {
            Some(remote) => remote.clone(),
            None => {
                let Some(opened) = self.notes.opened(target, note.ticket).await.map_err(forgotten)? else {
                    let opened = self.find_opening(target, note, &[key], since).await?;
                    return Ok(opened.map(|opened| opening_id(&opened.remote)));
                };
                if opened.key == key {
                    return Ok(Some(opening_id(&opened.remote)));
                }
                opened.remote
            }
        };
        let marks = [self.mark(note, key).await?];
        let search = Search {
            marks: &marks,
            note,
            since,
            fresh: true,
        };
        match self.remote.find_entry(target, &remote, &search).await? {
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
fn forgotten(error: StorageError) -> ApiError {
    ApiError::later(format!("what was sent before can't be read or kept now: {error}"))
}
