//! The state that all connections of an account share: the messages received and sent, and the link to the desk.

use crate::calls::{Answer, SentMessage, Unanswered};
use crate::channel_order::ChannelOrder;
use crate::codes::{self, Verdict};
use crate::connection::Connection;
use crate::connections::Connections;
use crate::counters::Counters;
use crate::failed_lookups::Lookups;
use crate::flapping::Flapping;
use crate::progress::{Late, Progress};
use crate::read;
use crate::settings::Settings;
use crate::unreadable::Unreadable;
use crate::wire::{Frame, Health};
use groupdesk_contract::{
    AccountId, AccountState, AdapterError, Alert, ChannelId, ChannelKind, Clock, Event, Link, Message,
    MessageId, Quote, Recall, ReplyKey, Segment, Sender, clean_line,
};
use groupdesk_kit::{BoundedMap, LinkSlot};
use jiff::{SignedDuration, Timestamp};
use parking_lot::{Mutex, MutexGuard};
use serde_json::json;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, Semaphore, oneshot};
use tokio::time::Instant;

/// The most received messages that are remembered, to recognise repeated ones.
const SEEN_MAX: usize = 16_384;
/// The most messages of our own that are remembered, to recognise a quote of them.
const SENT_MAX: usize = 8_192;
/// The largest difference between the times that two connections report for one message.
const SAME_TIME_MAX: SignedDuration = SignedDuration::from_mins(2);
/// The most half-sent replies, temporary chats and routes that are remembered.
const NOTES_MAX: usize = 4_096;
/// The timeout of a look-up of a quoted message.
const QUOTE_TIMEOUT: Duration = Duration::from_secs(1);
/// The most look-ups of quoted messages at the same time; further quotes stay unknown.
const LOOKUPS_MAX: usize = 64;

/// The fault reported of an implementation that leaves a probe unanswered.
const MUTE: &str = "the implementation does not answer";

/// The state of an account.
#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) account: AccountId,
    pub(crate) settings: Settings,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) counters: Counters,
    pub(crate) connections: Connections,
    /// The way to the desk while the adapter runs.
    pub(crate) link: LinkSlot,
    /// Told when an answer came that nobody waited for any more.
    pub(crate) late_answers: Notify,
    channel_order: Arc<ChannelOrder>,
    lookups: Arc<Semaphore>,
    announced: tokio::sync::Mutex<Announced>,
    hasher: RandomState,
    /// The times of messages, by hashes of everything that identifies a message.
    seen: Mutex<BoundedMap<u64, Timestamp>>,
    said: Mutex<BoundedMap<(ChannelId, MessageId), ()>>,
    notes: Mutex<Notes>,
    unreadable: Mutex<Unreadable>,
    flapping: Mutex<Flapping>,
}

/// The account state that was last reported to the desk.
#[derive(Debug, Default)]
struct Announced {
    /// Connected, or disconnected for this reason; `None` before the first report.
    state: Option<Result<(), String>>,
    /// An alert fires because the account is not logged in.
    is_offline: bool,
}

/// The memory of the sending side.
#[derive(Debug)]
pub(crate) struct Notes {
    /// Replies that are not settled.
    pub(crate) replies: BoundedMap<ReplyKey, Progress>,
    /// The files that were left out of a reply that was sent, until somebody asks.
    pub(crate) left_out: BoundedMap<ReplyKey, Vec<String>>,
    /// The reply to which a message of ours belongs.
    confirmed: BoundedMap<(ChannelId, MessageId), ReplyKey>,
    /// The names of members, as their latest messages gave them.
    names: BoundedMap<String, String>,
    /// The group through which a stranger's direct chat goes.
    pub(crate) temporary: BoundedMap<ChannelId, String>,
    /// The look-ups that broke the connection.
    pub(crate) lookups: Lookups,
    /// The own id that receives a channel, for accounts with several.
    pub(crate) routes: BoundedMap<ChannelId, Arc<str>>,
    /// The time at which a host of pictures was checked, and the reason not to fetch from it.
    pub(crate) hosts: BoundedMap<String, (Instant, Option<&'static str>)>,
}

impl Core {
    pub(crate) fn new(account: AccountId, settings: Settings, clock: Arc<dyn Clock>) -> Self {
        Self {
            account,
            settings,
            clock,
            counters: Counters::default(),
            connections: Connections::default(),
            link: LinkSlot::default(),
            late_answers: Notify::new(),
            channel_order: Arc::default(),
            lookups: Arc::new(Semaphore::new(LOOKUPS_MAX)),
            announced: tokio::sync::Mutex::default(),
            unreadable: Mutex::default(),
            flapping: Mutex::default(),
            hasher: RandomState::new(),
            seen: Mutex::new(BoundedMap::new(SEEN_MAX)),
            said: Mutex::new(BoundedMap::new(SENT_MAX)),
            notes: Mutex::new(Notes {
                replies: BoundedMap::new(NOTES_MAX),
                left_out: BoundedMap::new(NOTES_MAX),
                confirmed: BoundedMap::new(SENT_MAX),
                names: BoundedMap::new(NOTES_MAX),
                temporary: BoundedMap::new(NOTES_MAX),
                lookups: Lookups::default(),
                routes: BoundedMap::new(NOTES_MAX),
                hosts: BoundedMap::new(NOTES_MAX),
            }),
        }
    }

    fn learn_name(&self, sender: &Sender) {
        let name = clean_line(&sender.name);
        if !name.trim().is_empty() {
            let id = sender.id.as_str().to_owned();
            self.notes().names.insert(id, name.into_owned());
        }
    }

    /// Returns a member's name, if they wrote something since the start.
    pub(crate) fn name_of(&self, member: &str) -> Option<String> {
        self.notes().names.get(&member.to_owned()).cloned()
    }

    /// True if an implementation with this own id may connect.
    pub(crate) fn is_expected(&self, self_id: &str) -> bool {
        self.settings
            .self_id
            .as_ref()
            .is_none_or(|expected| expected.as_str() == self_id)
    }

    /// The way to the desk, while the adapter runs.
    pub(crate) fn link(&self) -> Option<Link> {
        self.link.get().filter(|link| !link.shutdown.is_cancelled())
    }

    /// Returns the own id that reaches `channel`, for accounts with several.
    pub(crate) fn route(&self, channel: &ChannelId) -> Option<Arc<str>> {
        match self.connections.has_many_selves() {
            true => self.notes().routes.get(channel).cloned(),
            false => None,
        }
    }

    /// Locks the memory of the sending side.
    pub(crate) fn notes(&self) -> MutexGuard<'_, Notes> {
        self.notes.lock()
    }

    /// Returns the progress of a reply.
    pub(crate) fn progress(&self, key: ReplyKey) -> Progress {
        self.notes().replies.get(&key).cloned().unwrap_or_default()
    }

    /// Remembers how far a reply has come.
    pub(crate) fn keep_progress(&self, key: ReplyKey, progress: &Progress) {
        self.notes().replies.insert(key, progress.clone());
    }

    /// Remembers that a message of our own is (the first part of) a reply.
    pub(crate) fn confirm(&self, key: ReplyKey, channel: &ChannelId, message: &MessageId) {
        self.notes()
            .confirmed
            .insert((channel.clone(), message.clone()), key);
        self.remember_said(channel, message);
    }

    /// True if a past message is known to belong to another reply than `key`.
    pub(crate) fn is_of_another(&self, key: ReplyKey, channel: &ChannelId, past: &Frame<'_>) -> bool {
        past.message_id.named().is_some_and(|id| {
            let message = (channel.clone(), MessageId::new(id.as_ref()));
            self.notes().confirmed.get(&message).is_some_and(|of| *of != key)
        })
    }

    /// Takes in an answer that nobody waited for any more: it settles its reply all the same.
    pub(crate) fn late(&self, said: &SentMessage, answer: &Answer) {
        let verdict = codes::of(answer, &said.message);
        if let Verdict::Sent(Some(id)) = &verdict {
            self.confirm(said.key, &said.channel, id);
        }
        let mut progress = self.progress(said.key);
        // A later try may have said it meanwhile.
        if progress.said == said.number {
            progress.heard_late = true;
            match verdict {
                Verdict::Sent(id) => {
                    progress.was_said(id, &said.message, &said.message);
                    progress.is_whole = progress.said == said.of;
                }
                failure => {
                    progress.late = Some(Late {
                        verdict: failure,
                        reason: codes::reason(answer),
                        message: said.message.clone(),
                    });
                }
            }
            self.keep_progress(said.key, &progress);
        }
        self.late_answers.notify_waiters();
    }

    /// A connection has ended: who waits for late answers need not wait any more. When it was the last one, the implementation may
    /// have been restarted, after which some give their ids anew: what was ours by its id may be somebody else's.
    pub(crate) fn lost_connection(&self) {
        if self.connections.is_empty() {
            self.said.lock().clear();
            self.notes().confirmed.clear();
        }
        self.late_answers.notify_waiters();
    }

    /// Counts an unreadable event, which `what` describes without its text.
    pub(crate) async fn unreadable(&self, link: &Link, what: &str) -> Result<(), AdapterError> {
        let tell = self.unreadable.lock().note(Instant::now());
        if let Some(events) = tell.log {
            tracing::warn!(account = %self.account, events, what, "an event can't be read; it may have been a member's message");
        }
        let Some(events) = tell.alert else {
            return Ok(());
        };
        let message = format!(
            "{events} 个事件无法读取，成员的消息可能丢失：请检查 OneBot 实现的版本 / events could not be read, members' messages may be \
             lost; look at the implementation's version and its log ({what})"
        );
        self.alert(link, "unreadable_events", Some(message)).await
    }

    /// Takes note of an event that could be read.
    pub(crate) async fn readable(&self, link: &Link) -> Result<(), AdapterError> {
        let now = Instant::now();
        let is_over = self.unreadable.lock().is_over(now);
        if is_over {
            self.alert(link, "unreadable_events", None).await?;
        }
        let is_steady = self.flapping.lock().is_over(now);
        if is_steady {
            self.alert(link, "unstable_connection", None).await?;
        }
        Ok(())
    }

    /// Takes note of a connection that was lost for `reason`: over and over, that is an alert, however soon the next one is there.
    pub(crate) async fn note_flapping(&self, link: &Link, reason: &str) -> Result<(), AdapterError> {
        let is_told = self.flapping.lock().note(Instant::now());
        if !is_told {
            return Ok(());
        }
        tracing::warn!(account = %self.account, reason, "the connection is lost over and over");
        let message = format!(
            "与 OneBot 实现的连接反复断开（一分钟内 5 次），消息和回复可能延迟或丢失：请查看 OneBot 实现（NapCat 等）的日志 / the connection was \
             lost five times in a minute, messages and replies may be late or lost; look at the implementation's log ({reason})"
        );
        self.alert(link, "unstable_connection", Some(message)).await
    }

    async fn alert(&self, link: &Link, name: &str, message: Option<String>) -> Result<(), AdapterError> {
        let name = name.to_owned();
        link.post(Event::Alert(Alert { name, message })).await
    }

    /// Remembers a message of our own.
    pub(crate) fn remember_said(&self, channel: &ChannelId, message: &MessageId) {
        self.said.lock().insert((channel.clone(), message.clone()), ());
    }

    /// Takes a message in: once, marked if it is our own, with what it quotes.
    pub(crate) async fn message(
        self: &Arc<Self>,
        link: &Link,
        connection: &Arc<Connection>,
        mut message: Message,
        temporary: Option<&str>,
    ) -> Result<(), AdapterError> {
        if self.is_repeated(&message) {
            self.counters.duplicates.up();
            return Ok(());
        }
        self.counters.messages.up();
        self.counters
            .unknown_segments
            .add(read::unknown_segments(&message));
        message.sender.is_self |= self.connections.is_own(message.sender.id.as_str());
        if message.sender.is_self {
            self.remember_said(&message.channel.id, &message.id);
        } else {
            self.learn_name(&message.sender);
            // An implementation that gives its ids anew gives one to a member that was ours before.
            self.said
                .lock()
                .remove(&(message.channel.id.clone(), message.id.clone()));
        }
        if message.channel.kind == ChannelKind::Direct
            && let Some(group) = temporary
        {
            self.notes()
                .temporary
                .insert(message.channel.id.clone(), group.to_owned());
        }
        if self.connections.has_many_selves()
            && let Some(self_id) = connection.self_id()
        {
            self.notes()
                .routes
                .insert(message.channel.id.clone(), self_id.clone());
        }
        let quote = self.quoted(connection, &mut message);
        let channel = message.channel.id.clone();
        self.channel_order
            .post(link, channel, Event::Message(message), quote)
            .await
    }

    /// True if the message came before, over another connection or before a reconnect. Ids alone don't tell: some implementations
    /// use the same ones again after a restart.
    fn is_repeated(&self, message: &Message) -> bool {
        let key = self.hasher.hash_one((
            &message.channel.id,
            &message.id,
            &message.sender.id,
            message.segments.len(),
            message.text(),
        ));
        let mut seen = self.seen.lock();
        let known = seen.get(&key).copied();
        seen.insert(key, message.at);
        known.is_some_and(|at| message.at.duration_since(at).abs() <= SAME_TIME_MAX)
    }

    /// Takes a recall in.
    pub(crate) async fn recall(&self, link: &Link, recall: Recall) -> Result<(), AdapterError> {
        self.counters.recalls.up();
        self.channel_order
            .post(link, recall.channel.clone(), Event::Recall(recall), None)
            .await
    }

    /// Records an implementation's report of its health, and tells the desk if the account's state changes by it.
    pub(crate) async fn health(
        &self,
        link: &Link,
        connection: &Connection,
        complaint: Option<&'static str>,
    ) -> Result<(), AdapterError> {
        if self.connections.complain(connection, complaint) {
            self.announce(link).await?;
        }
        Ok(())
    }

    /// Tells the desk whether the account can work, if that is news.
    pub(crate) async fn announce(&self, link: &Link) -> Result<(), AdapterError> {
        // Held while posting, so that two changes can't be told in the wrong order.
        let mut announced = self.announced.lock().await;
        let state = self.connections.trouble().map_or(Ok(()), Err);
        let is_news = match (&announced.state, &state) {
            (None, Err(_)) => self.connections.sender(None).is_none(),
            (Some(before), now) => before.is_ok() != now.is_ok(),
            (None, Ok(())) => true,
        };
        let is_ok = state.is_ok();
        if is_news {
            let now = match &state {
                Ok(()) => AccountState::Connected,
                Err(reason) => AccountState::Degraded {
                    reason: reason.clone(),
                },
            };
            link.post(Event::State(now)).await?;
            announced.state = Some(state);
        }
        let is_offline = self
            .connections
            .complaint()
            .is_some_and(|complaint| complaint != MUTE);
        if is_offline && !announced.is_offline {
            announced.is_offline = true;
            let message = "QQ 账号不在线，回复暂缓发送：请在 OneBot 实现（NapCat 等）里重新登录 / the account is not online and replies \
                           wait: log it in again in the OneBot implementation";
            self.alert(link, "offline", Some(message.to_owned())).await?;
        } else if is_ok && announced.is_offline {
            announced.is_offline = false;
            self.alert(link, "offline", None).await?;
        }
        Ok(())
    }

    /// Forgets the reported state: a new run reports it again.
    pub(crate) async fn forget_announcement(&self) {
        self.announced.lock().await.state = None;
    }

    /// Waits for the close handshakes of the connections, a few seconds at most.
    pub(crate) async fn wait_until_closed(&self) {
        for _ in 0..400 {
            if self.connections.is_empty() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Asks a silent implementation for its status; any answer is a sign of life.
    pub(crate) fn probe(self: &Arc<Self>, connection: Arc<Connection>) {
        let core = self.clone();
        tokio::spawn(async move {
            // A slow implementation is not a dead one.
            let within = core.settings.call_timeout.0 * 3;
            let answer = connection.call("get_status", json!({}), within).await;
            let complaint = match answer {
                Ok(answer) => answer.data::<Health>().and_then(Health::complaint),
                // It has answered, whatever that was.
                Err(Unanswered::Unreadable) => None,
                Err(_) => {
                    connection.found_mute();
                    Some(MUTE)
                }
            };
            if let Some(link) = core.link() {
                // When the desk takes no more, the reader notices too.
                let _ = core.health(&link, &connection, complaint).await;
            }
        });
    }

    /// Looks up the message that `message` quotes: at once if it is known, else by asking.
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
        if self
            .said
            .lock()
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
            self.connections.sender(self_id.as_deref())?
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
        let answer = caller.call("get_msg", params, QUOTE_TIMEOUT).await.ok()?;
        if !answer.is_ok() {
            return None;
        }
        let past: Frame<'_> = answer.data()?;
        let author = read::past_author(&past);
        let of_bot =
            author.map(|author| self_id == Some(author.as_ref()) || self.connections.is_own(&author));
        Some(Quote {
            message: id,
            of_bot,
            text: read::past_text(&past),
        })
    }
}
