//! What all connections of an account share: what was seen and said, and the way to the desk.

use crate::connection::Connection;
use crate::connection::reader::complaint;
use crate::counters::Counters;
use crate::hub::Hub;
use crate::lanes::Lanes;
use crate::read;
use crate::recent::Recent;
use crate::settings::Settings;
use crate::wire::{Frame, Health};
use groupdesk_contract::{
    AccountId, AdapterError, ChannelId, ChannelKind, Clock, Event, Link, Message, MessageId, Quote, Recall,
    ReplyKey, Segment,
};
use serde_json::json;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Semaphore, oneshot};
use tokio::time::Instant;

/// How many messages are remembered to recognise them when they come again.
const SEEN: usize = 16_384;
/// How many messages of our own are remembered to recognise a quote of them.
const SAID: usize = 8_192;
/// How many half-sent replies, temporary chats and routes are remembered.
const NOTES: usize = 4_096;
/// How long looking up a quoted message may take.
const QUOTE_WITHIN: Duration = Duration::from_secs(1);
/// How many quoted messages are looked up at the same time; further ones stay unknown.
const LOOKUPS: usize = 64;

/// The state of an account.
#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) account: AccountId,
    pub(crate) settings: Settings,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) counters: Counters,
    pub(crate) hub: Hub,
    /// The way to the desk while the adapter runs.
    pub(crate) link: Mutex<Option<Link>>,
    lanes: Arc<Lanes>,
    lookups: Arc<Semaphore>,
    /// What the desk was told last: whether the account can work, and if not, why.
    announced: tokio::sync::Mutex<Option<Result<(), String>>>,
    hasher: RandomState,
    /// Hashes of (channel, message).
    seen: Mutex<Recent<u64, ()>>,
    said: Mutex<Recent<(ChannelId, MessageId), ()>>,
    notes: Mutex<Notes>,
}

/// What sending remembers.
#[derive(Debug)]
pub(crate) struct Notes {
    /// How many messages of a reply in several have been sent, and the id of the first.
    pub(crate) progress: Recent<ReplyKey, (usize, Option<MessageId>)>,
    /// The group through which a stranger's direct chat goes.
    pub(crate) temporary: Recent<ChannelId, String>,
    /// The own id that hears a channel, where there are several.
    pub(crate) routes: Recent<ChannelId, Arc<str>>,
    /// When a host of pictures was looked at, and why nothing may be fetched from it.
    pub(crate) hosts: Recent<String, (Instant, Option<&'static str>)>,
}

impl Core {
    pub(crate) fn new(account: AccountId, settings: Settings, clock: Arc<dyn Clock>) -> Self {
        Self {
            account,
            settings,
            clock,
            counters: Counters::default(),
            hub: Hub::default(),
            link: Mutex::new(None),
            lanes: Arc::default(),
            lookups: Arc::new(Semaphore::new(LOOKUPS)),
            announced: tokio::sync::Mutex::new(None),
            hasher: RandomState::new(),
            seen: Mutex::new(Recent::new(SEEN)),
            said: Mutex::new(Recent::new(SAID)),
            notes: Mutex::new(Notes {
                progress: Recent::new(NOTES),
                temporary: Recent::new(NOTES),
                routes: Recent::new(NOTES),
                hosts: Recent::new(NOTES),
            }),
        }
    }

    /// Whether an implementation with this own id may connect.
    pub(crate) fn is_expected(&self, self_id: &str) -> bool {
        self.settings
            .self_id
            .as_ref()
            .is_none_or(|expected| expected.as_str() == self_id)
    }

    /// The way to the desk, while the adapter runs.
    pub(crate) fn link(&self) -> Option<Link> {
        lock(&self.link)
            .clone()
            .filter(|link| !link.shutdown.is_cancelled())
    }

    /// What sending remembers.
    pub(crate) fn notes(&self) -> MutexGuard<'_, Notes> {
        lock(&self.notes)
    }

    /// Remembers a message of our own.
    pub(crate) fn remember_said(&self, channel: &ChannelId, message: &MessageId) {
        lock(&self.said).insert((channel.clone(), message.clone()), ());
    }

    /// Takes a message in: once, marked if it is our own, with what it quotes.
    pub(crate) async fn message(
        self: &Arc<Self>,
        link: &Link,
        connection: &Arc<Connection>,
        mut message: Message,
        temporary: Option<&str>,
    ) -> Result<(), AdapterError> {
        let key = self.hasher.hash_one((&message.channel.id, &message.id));
        if !lock(&self.seen).insert(key, ()) {
            self.counters.duplicates.up();
            return Ok(());
        }
        self.counters.messages.up();
        self.counters
            .unknown_segments
            .add(read::unknown_segments(&message));
        message.sender.is_self |= self.hub.is_own(message.sender.id.as_str());
        if message.sender.is_self {
            self.remember_said(&message.channel.id, &message.id);
        }
        if message.channel.kind == ChannelKind::Direct
            && let Some(group) = temporary
        {
            self.notes()
                .temporary
                .insert(message.channel.id.clone(), group.to_owned());
        }
        if self.hub.has_many_selves()
            && let Some(self_id) = connection.self_id()
        {
            self.notes()
                .routes
                .insert(message.channel.id.clone(), self_id.clone());
        }
        let quote = self.quoted(connection, &mut message);
        let channel = message.channel.id.clone();
        self.lanes
            .post(link, channel, Event::Message(message), quote)
            .await
    }

    /// Takes a recall in.
    pub(crate) async fn recall(&self, link: &Link, recall: Recall) -> Result<(), AdapterError> {
        self.counters.recalls.up();
        self.lanes
            .post(link, recall.channel.clone(), Event::Recall(recall), None)
            .await
    }

    /// Records what an implementation says about its health, and tells the desk if that changes what can be done.
    pub(crate) async fn health(
        &self,
        link: &Link,
        connection: &Connection,
        complaint: Option<&'static str>,
    ) -> Result<(), AdapterError> {
        if self.hub.complain(connection, complaint) {
            self.announce(link).await?;
        }
        Ok(())
    }

    /// Tells the desk whether the account can work, if that is news.
    pub(crate) async fn announce(&self, link: &Link) -> Result<(), AdapterError> {
        // Held while posting, so that two changes can't be told in the wrong order.
        let mut announced = self.announced.lock().await;
        let state = self.hub.trouble().map_or(Ok(()), Err);
        let is_news = match (&*announced, &state) {
            (None, Err(_)) => self.hub.sender(None).is_none(),
            (Some(before), now) => before.is_ok() != now.is_ok(),
            (None, Ok(())) => true,
        };
        if !is_news {
            return Ok(());
        }
        let event = match &state {
            Ok(()) => Event::Connected,
            Err(reason) => Event::Disconnected {
                reason: reason.clone(),
            },
        };
        link.post(event).await?;
        *announced = Some(state);
        Ok(())
    }

    /// Forgets what was announced: a new run tells it again.
    pub(crate) async fn forget_announcement(&self) {
        *self.announced.lock().await = None;
    }

    /// Waits until the connections have said goodbye, for a few seconds at most.
    pub(crate) async fn wait_until_closed(&self) {
        for _ in 0..400 {
            if self.hub.is_empty() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Asks a silent implementation how it is; its answer is a sign of life, whatever it says.
    pub(crate) fn probe(self: &Arc<Self>, connection: Arc<Connection>) {
        let core = self.clone();
        tokio::spawn(async move {
            let within = core.settings.call_timeout.0;
            let answer = connection.call("get_status", json!({}), within).await;
            let complaint = match answer {
                Ok(answer) => answer.data::<Health>().and_then(complaint),
                Err(_) => {
                    connection.found_mute();
                    Some("the implementation does not answer")
                }
            };
            if let Some(link) = core.link() {
                // When the desk takes no more, the reader notices too.
                let _ = core.health(&link, &connection, complaint).await;
            }
        });
    }

    /// Finds out about the message that `message` quotes: at once where it is known, else by asking.
    fn quoted(
        self: &Arc<Self>,
        connection: &Arc<Connection>,
        message: &mut Message,
    ) -> Option<oneshot::Receiver<Quote>> {
        let channel = &message.channel.id;
        let quote = message.segments.iter_mut().find_map(|segment| match segment {
            Segment::Quote(quote) => Some(quote),
            _ => None,
        })?;
        if lock(&self.said)
            .get(&(channel.clone(), quote.message.clone()))
            .is_some()
        {
            quote.of_bot = Some(true);
        }
        if quote.of_bot.is_some() || message.sender.is_self {
            return None;
        }
        let self_id = connection.self_id().cloned();
        let caller = if connection.can_call() {
            connection.clone()
        } else {
            self.hub.sender(self_id.as_deref())?
        };
        let permit = self.lookups.clone().try_acquire_owned().ok()?;
        let (found, waiting) = oneshot::channel();
        let core = self.clone();
        let id = quote.message.clone();
        tokio::spawn(async move {
            let _permit = permit;
            if let Some(quote) = core.look_up(&caller, self_id.as_deref(), id).await {
                // Nobody waits any more: the program stops.
                let _ = found.send(quote);
            }
        });
        Some(waiting)
    }

    async fn look_up(&self, caller: &Connection, self_id: Option<&str>, id: MessageId) -> Option<Quote> {
        let params = json!({ "message_id": caller.message_id(id.as_str()) });
        let answer = caller.call("get_msg", params, QUOTE_WITHIN).await.ok()?;
        if !answer.is_ok() {
            return None;
        }
        let past: Frame<'_> = answer.data()?;
        let author = read::past_author(&past);
        let of_bot = author.map(|author| self_id == Some(author.as_ref()) || self.hub.is_own(&author));
        Some(Quote {
            message: id,
            of_bot,
            text: read::past_text(&past),
        })
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
