//! In: what happened in a remote ticket becomes a message in the staff room, once.

use super::Ticketing;
use crate::notes::{Known, State};
use crate::remote::{Held, Item, Person, What};
use groupdesk_contract::{
    AccountId, AdapterError, Channel, ChannelId, ChannelKind, ChannelRole, Event, Link, MemberId, Message,
    MessageId, NO_LINK, Segment, Sender, Standing, StorageError, held_file, no_file_link, plainly_said,
};

/// Beginnings of the ids of what is no entry, but a change of the ticket's state.
const CLOSED: &str = "closed:";
const REOPENED: &str = "reopened:";

/// The reason for which an entry could not be reported to the desk.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotTaken {
    #[error(transparent)]
    Stopped(#[from] AdapterError),
    #[error("what came before can't be read or kept now: {0}")]
    Forgotten(#[from] StorageError),
}

impl Ticketing {
    /// Hands `item` to the desk, unless it is of nobody's ticket here or was handed over before. When this returns, the
    /// desk has committed it.
    pub(crate) async fn take(&self, link: &Link, item: Item) -> Result<(), NotTaken> {
        let _one_at_a_time = self.reading.lock().await;
        let Some(known) = self.notes.known(&item.remote).await? else {
            return Ok(());
        };
        if !self.remote.targets().contains(&known.target.as_str()) {
            return Ok(());
        }
        let state = self.notes.state(&item.remote).await?;
        let change = |closed| State {
            closed,
            since: item.at,
        };
        let (id, segments, change) = match &item.what {
            What::Answered { id, text, files } => {
                // Nobody who writes a comment sees at once what became of it: "Note that ..." is for the member.
                let text = plainly_said(known.ticket, text);
                (id.clone(), entry_segments(&self.account, &text, files), None)
            }
            What::Closed if !state.closed && item.at > state.since => {
                let id = format!("{CLOSED}{}:{}", item.remote, item.at);
                (id, text_segments("resolve"), Some(change(true)))
            }
            What::Open if state.closed && item.at > state.since => {
                let id = format!("{REOPENED}{}:{}", item.remote, item.at);
                (id, text_segments("reopen"), Some(change(false)))
            }
            What::Closed | What::Open => return Ok(()),
        };
        let seen = self.notes.seen(&item.remote).await?;
        if seen.contains(&id) || segments.is_empty() {
            return Ok(());
        }
        let message = self.message(known, &item, message_id(&item.remote, &id), segments);
        link.deliver(Event::Message(message)).await?;
        self.notes.keep_seen(&item.remote, seen, id).await?;
        if let Some(state) = change {
            self.notes.keep_state(&item.remote, state).await?;
        }
        Ok(())
    }

    fn message(&self, known: Known, item: &Item, id: String, segments: Vec<Segment>) -> Message {
        let system = || Person {
            id: self.remote.system().to_lowercase(),
            name: self.remote.system().to_owned(),
            is_bot: false,
        };
        let by = item.by.clone().unwrap_or_else(system);
        Message {
            id: MessageId::new(id),
            channel: Channel {
                id: ChannelId::new(known.target.as_str()),
                kind: ChannelKind::Group,
                name: Some(known.target),
            },
            sender: Sender {
                id: MemberId::new(by.id),
                name: by.name,
                role: ChannelRole::Member,
                is_bot: by.is_bot,
                is_self: false,
                standing: Standing::Member,
            },
            segments,
            mentions_bot: false,
            at: item.at,
            ticket: Some(known.ticket),
            link: None,
        }
    }
}

/// Names an entry for the desk, with the remote ticket that it stands in: what the desk answers to it is written there.
fn message_id(remote: &str, entry: &str) -> String {
    format!("{remote} {entry}")
}

/// Splits a message's id into the remote ticket and its entry.
pub(super) fn entry_of(message: &str) -> Option<(&str, &str)> {
    message.split_once(' ')
}

/// The id of an entry that stands for a change of the ticket's state.
pub(super) fn is_state(entry: &str) -> bool {
    entry.starts_with(CLOSED) || entry.starts_with(REOPENED)
}

/// Renders an answer: its text, and its pictures and files, which only this account can fetch.
fn entry_segments(account: &AccountId, text: &str, files: &[Held]) -> Vec<Segment> {
    let mut segments = text_segments(text);
    for Held { name, is_image, file } in files {
        let url = file.as_ref().map(|file| held_file(account, file));
        segments.push(match url {
            Some(url) if *is_image => Segment::Image { url: Some(url) },
            Some(url) => Segment::File {
                name: name.clone(),
                url: Some(url),
            },
            None if *is_image => {
                Segment::Text(format!("\n{NO_LINK} {}", name.as_deref().unwrap_or_default()))
            }
            None => Segment::Text(format!("\n{}", no_file_link(name.as_deref()))),
        });
    }
    segments
}

fn text_segments(text: &str) -> Vec<Segment> {
    let text = Some(text).filter(|text| !text.trim().is_empty());
    text.map(|text| Segment::Text(text.to_owned()))
        .into_iter()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_words_and_files_and_what_can_not_be_fetched_is_told_of() {
        let account = AccountId::new("desk");
        let held = |file: Option<&str>, is_image| Held {
            name: Some("a.txt".to_owned()),
            is_image,
            file: file.map(str::to_owned),
        };
        let files = [
            held(Some("1/2/3"), true),
            held(Some("1/2/4"), false),
            held(None, true),
        ];
        let segments = entry_segments(&account, "ok\nnow", &files);
        assert_eq!(
            segments,
            [
                Segment::Text("ok\nnow".to_owned()),
                Segment::Image {
                    url: Some("account-file:desk/1/2/3".to_owned())
                },
                Segment::File {
                    name: Some("a.txt".to_owned()),
                    url: Some("account-file:desk/1/2/4".to_owned())
                },
                Segment::Text(format!("\n{NO_LINK} a.txt")),
            ]
        );
        assert_eq!(entry_segments(&account, "  ", &[]), []);
    }
}
