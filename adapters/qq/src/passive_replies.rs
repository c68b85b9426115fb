//! Keeps the answerable messages of every channel, and the numbers of the answers. QQ accepts an answer only to a message (or
//! event) of the last minutes, a few times, each with another `msg_seq`. QQ refuses the same `msg_id` and `msg_seq` twice, so
//! that an answer with an unknown outcome can be sent again.
//!
//! Kept over a restart, one note a channel, written before anything is sent.

use crate::channel_id::ChannelRef;
use groupdesk_contract::{MessageId, ReplyKey, Storage};
use groupdesk_kit::BoundedMap;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tokio::sync::{Mutex, MutexGuard};

/// The most channels in memory; the others are read from the store again.
const CHANNELS_IN_MEMORY_MAX: usize = 2_000;
/// The most messages of a channel that are kept to be answered or recognised in a quote.
const ANSWERABLE_MESSAGES_MAX: usize = 64;
/// The most messages of our own that are recognised in a quote.
const SENT: usize = 100;
/// The safety margin before the reply window closes: an answer sent later may arrive too late.
const MARGIN: SignedDuration = SignedDuration::from_secs(3);

/// The notes of one channel.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
struct ChannelQuota {
    anchors: Vec<AnswerableMessage>,
    sent: Vec<Sent>,
}

/// A message or event that can be answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AnswerableMessage {
    /// The desk's id of it.
    pub(crate) id: String,
    /// The platform's id of it.
    pub(crate) to: To,
    pub(crate) at: Timestamp,
    /// The number by which it is quoted, in groups and direct chats.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) idx: Option<String>,
    /// The number of answers it has.
    #[serde(default)]
    used: u32,
    /// The last `msg_seq`.
    #[serde(default)]
    seq: u32,
}

/// The target of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum To {
    /// A message, by its id.
    Message(String),
    /// An event, by its id.
    Event(String),
}

/// One message of ours, on its way or there.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Sent {
    key: i64,
    part: usize,
    /// The message that it answers; `None` for a message of the bot's own accord.
    to: Option<To>,
    seq: u32,
    until: Option<Timestamp>,
    arrived: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    idx: Option<String>,
}

/// The parameters to send a part of a reply with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReplyRoute {
    pub(crate) to: Option<To>,
    pub(crate) seq: u32,
    /// An earlier try of this very part may have arrived.
    pub(crate) again: bool,
}

/// The reason for which a part can't be sent, or needn't be.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum NoRoute {
    /// It stands there.
    Arrived(Option<MessageId>),
    /// No message there can be answered now.
    Closed,
    /// It can't be noted, so it is not sent.
    Unnoted(String),
}

/// The outcome of an earlier try of a reply.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Past {
    /// All that was tried arrived, or nothing was tried.
    Clear,
    /// The earlier try can be repeated: QQ refuses duplicates.
    Repeatable,
    /// The outcome is unknown.
    Unclear,
}

pub(crate) struct PassiveReplies {
    storage: Arc<dyn Storage>,
    pages: Mutex<BoundedMap<ChannelRef, ChannelQuota>>,
}

impl PassiveReplies {
    pub(crate) fn new(storage: Arc<dyn Storage>) -> Self {
        Self {
            storage,
            pages: Mutex::new(BoundedMap::new(CHANNELS_IN_MEMORY_MAX)),
        }
    }

    /// Records a message or event that can be answered. One that is not addressed to the bot is persisted only with the next
    /// write: in groups with full access there are too many to write each.
    pub(crate) async fn record_message(
        &self,
        room: &ChannelRef,
        id: &MessageId,
        to: To,
        idx: Option<String>,
        at: Timestamp,
        is_for_us: bool,
    ) {
        let mut pages = self.pages.lock().await;
        let mut page = self.page(&mut pages, room).await;
        if page.anchors.iter().any(|anchor| anchor.id == id.as_str()) {
            return;
        }
        page.anchors.push(AnswerableMessage {
            id: id.as_str().to_owned(),
            to,
            at,
            idx,
            used: 0,
            seq: 0,
        });
        let surplus = page.anchors.len().saturating_sub(ANSWERABLE_MESSAGES_MAX);
        page.anchors.drain(..surplus);
        if !is_for_us {
            pages.insert(room.clone(), page);
        } else if let Err(error) = self.keep(&mut pages, room, page).await {
            tracing::warn!(
                error,
                "what can be answered can't be noted; it is forgotten when the program ends"
            );
        }
    }

    /// Finds the route for `part` of the reply `key`: the one that it had before, or the quoted message, or else the newest that
    /// can be answered; a message of our own accord if the channel or `proactive` allows it.
    pub(crate) async fn reply_route(
        &self,
        room: &ChannelRef,
        (key, part): (ReplyKey, usize),
        quote: Option<&MessageId>,
        proactive: bool,
        now: Timestamp,
    ) -> Result<ReplyRoute, NoRoute> {
        let mut pages = self.pages.lock().await;
        let mut page = self.page(&mut pages, room).await;
        if let Some(sent) = page
            .sent
            .iter()
            .find(|sent| sent.key == key.0 && sent.part == part)
        {
            if sent.arrived {
                return Err(NoRoute::Arrived(sent.message.as_deref().map(MessageId::from)));
            }
            return Ok(ReplyRoute {
                to: sent.to.clone(),
                seq: sent.seq,
                again: true,
            });
        }
        let open = |anchor: &&mut AnswerableMessage| {
            let until = until(room, anchor.at);
            now < until.checked_sub(MARGIN).unwrap_or(until) && anchor.used < room.answers()
        };
        let wanted = |anchor: &&mut AnswerableMessage| quote.is_some_and(|quote| anchor.id == quote.as_str());
        let chosen = match page.anchors.iter_mut().filter(open).find(wanted) {
            Some(anchor) => Some(anchor),
            None => page.anchors.iter_mut().rev().find(open),
        };
        let sent = match chosen {
            Some(anchor) => {
                anchor.used += 1;
                anchor.seq += 1;
                Sent {
                    key: key.0,
                    part,
                    to: Some(anchor.to.clone()),
                    seq: anchor.seq,
                    until: Some(until(room, anchor.at)),
                    arrived: false,
                    message: None,
                    idx: None,
                }
            }
            None if proactive || room.is_guild() => Sent {
                key: key.0,
                part,
                to: None,
                seq: 1,
                until: None,
                arrived: false,
                message: None,
                idx: None,
            },
            None => return Err(NoRoute::Closed),
        };
        let way = ReplyRoute {
            to: sent.to.clone(),
            seq: sent.seq,
            again: false,
        };
        page.sent.push(sent);
        let surplus = page.sent.len().saturating_sub(SENT);
        page.sent.drain(..surplus);
        self.keep(&mut pages, room, page)
            .await
            .map_err(NoRoute::Unnoted)?;
        Ok(way)
    }

    /// Gives a part another number: QQ already has the first one, of another reply.
    pub(crate) async fn renumber(
        &self,
        room: &ChannelRef,
        (key, part): (ReplyKey, usize),
        way: &ReplyRoute,
    ) -> Result<ReplyRoute, NoRoute> {
        let mut pages = self.pages.lock().await;
        let mut page = self.page(&mut pages, room).await;
        let anchor = page
            .anchors
            .iter_mut()
            .find(|anchor| Some(&anchor.to) == way.to.as_ref());
        let seq = match anchor {
            Some(anchor) => {
                anchor.seq = anchor.seq.max(way.seq) + 1;
                anchor.seq
            }
            None => way.seq + 1,
        };
        if let Some(sent) = page
            .sent
            .iter_mut()
            .find(|sent| sent.key == key.0 && sent.part == part)
        {
            sent.seq = seq;
        }
        self.keep(&mut pages, room, page)
            .await
            .map_err(NoRoute::Unnoted)?;
        Ok(ReplyRoute {
            to: way.to.clone(),
            seq,
            again: false,
        })
    }

    /// The part stands there.
    pub(crate) async fn arrived(
        &self,
        room: &ChannelRef,
        (key, part): (ReplyKey, usize),
        message: Option<String>,
        idx: Option<String>,
    ) {
        let mut pages = self.pages.lock().await;
        let mut page = self.page(&mut pages, room).await;
        if let Some(sent) = page
            .sent
            .iter_mut()
            .find(|sent| sent.key == key.0 && sent.part == part)
        {
            sent.arrived = true;
            sent.message = message.or(sent.message.take());
            sent.idx = idx.or(sent.idx.take());
        }
        if let Err(error) = self.keep(&mut pages, room, page).await {
            tracing::warn!(error, "an answer that arrived can't be noted");
        }
    }

    /// Records that QQ has not accepted the part: the next try may take another route. The number is not used again.
    pub(crate) async fn refused(&self, room: &ChannelRef, (key, part): (ReplyKey, usize), is_dead: bool) {
        let mut pages = self.pages.lock().await;
        let mut page = self.page(&mut pages, room).await;
        let Some(at) = page
            .sent
            .iter()
            .position(|sent| sent.key == key.0 && sent.part == part)
        else {
            return;
        };
        let sent = page.sent.remove(at);
        if let Some(anchor) = page
            .anchors
            .iter_mut()
            .find(|anchor| Some(&anchor.to) == sent.to.as_ref())
        {
            anchor.used = if is_dead {
                u32::MAX
            } else {
                anchor.used.saturating_sub(1)
            };
        }
        if let Err(error) = self.keep(&mut pages, room, page).await {
            tracing::warn!(error, "an answer that was refused can't be noted");
        }
    }

    /// Decides whether the reply can be sent again without a duplicate.
    pub(crate) async fn past(&self, room: &ChannelRef, key: ReplyKey, now: Timestamp) -> Past {
        let mut pages = self.pages.lock().await;
        let page = self.page(&mut pages, room).await;
        let mut tried = page
            .sent
            .iter()
            .filter(|sent| sent.key == key.0 && !sent.arrived)
            .peekable();
        if tried.peek().is_none() {
            return Past::Clear;
        }
        // Beyond the window QQ would say "too old" to what it has and to what it hasn't.
        let repeatable = |sent: &Sent| {
            !room.is_guild() && sent.to.is_some() && sent.until.is_some_and(|until| now < until)
        };
        if tried.all(repeatable) {
            Past::Repeatable
        } else {
            Past::Unclear
        }
    }

    /// The first message of a reply that arrived.
    pub(crate) async fn first(&self, room: &ChannelRef, key: ReplyKey) -> Option<MessageId> {
        let mut pages = self.pages.lock().await;
        let page = self.page(&mut pages, room).await;
        let of = page.sent.iter().filter(|sent| sent.key == key.0 && sent.arrived);
        let first = of.min_by_key(|sent| sent.part)?;
        first.message.as_deref().map(MessageId::from)
    }

    /// Returns all messages of the reply whose first is `message`.
    pub(crate) async fn whole(&self, room: &ChannelRef, message: &MessageId) -> Vec<String> {
        let mut pages = self.pages.lock().await;
        let page = self.page(&mut pages, room).await;
        let key = page
            .sent
            .iter()
            .find(|sent| sent.message.as_deref() == Some(message.as_str()));
        let Some(key) = key.map(|sent| sent.key) else {
            return vec![message.as_str().to_owned()];
        };
        let of = page.sent.iter().filter(|sent| sent.key == key);
        of.filter_map(|sent| sent.message.clone()).collect()
    }

    /// Resolves a quote to the message and a flag that is true if it is ours. `id` is a message's id or the number by which it is
    /// quoted.
    pub(crate) async fn quoted(&self, room: &ChannelRef, id: &str) -> Option<(MessageId, bool)> {
        let mut pages = self.pages.lock().await;
        let page = self.page(&mut pages, room).await;
        let is = |known: &Option<String>| known.as_deref() == Some(id);
        // Any part of a reply stands for its first, which is the one that the desk knows.
        let ours = page.sent.iter().find(|sent| is(&sent.message) || is(&sent.idx));
        if let Some(ours) = ours {
            let first = page
                .sent
                .iter()
                .filter(|sent| sent.key == ours.key && sent.message.is_some());
            let first = first.min_by_key(|sent| sent.part).unwrap_or(ours);
            return Some((MessageId::from(first.message.as_deref().unwrap_or(id)), true));
        }
        let theirs = page
            .anchors
            .iter()
            .find(|anchor| anchor.id == id || is(&anchor.idx));
        theirs.map(|anchor| (MessageId::from(anchor.id.as_str()), false))
    }

    /// The number by which a message is quoted.
    pub(crate) async fn idx(&self, room: &ChannelRef, message: &MessageId) -> Option<String> {
        let mut pages = self.pages.lock().await;
        let page = self.page(&mut pages, room).await;
        page.anchors
            .iter()
            .find(|anchor| anchor.id == message.as_str())?
            .idx
            .clone()
    }

    async fn page(
        &self,
        pages: &mut MutexGuard<'_, BoundedMap<ChannelRef, ChannelQuota>>,
        room: &ChannelRef,
    ) -> ChannelQuota {
        if let Some(page) = pages.get(room) {
            return page.clone();
        }
        let page = match self.storage.get(&key(room)).await {
            Ok(kept) => kept
                .and_then(|kept| serde_json::from_str(&kept).ok())
                .unwrap_or_default(),
            Err(error) => {
                tracing::warn!(%error, "what can be answered can't be read");
                ChannelQuota::default()
            }
        };
        pages.insert(room.clone(), page.clone());
        page
    }

    async fn keep(
        &self,
        pages: &mut MutexGuard<'_, BoundedMap<ChannelRef, ChannelQuota>>,
        room: &ChannelRef,
        page: ChannelQuota,
    ) -> Result<(), String> {
        let text = serde_json::to_string(&page).map_err(|error| error.to_string())?;
        pages.insert(room.clone(), page);
        self.storage
            .put(&key(room), &text)
            .await
            .map_err(|error| error.to_string())
    }
}

fn key(room: &ChannelRef) -> String {
    format!("room:{}", room.channel())
}

fn until(room: &ChannelRef, at: Timestamp) -> Timestamp {
    at.saturating_add(room.answers_within()).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests;
