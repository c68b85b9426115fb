//! QQ through OneBot v11, over WebSocket in both directions.
//!
//! Wire facts: the standard (`botuniverse/onebot-11`: communication, event, message, api) and what implementations make
//! of it (NapCat, Lagrange.OneBot, go-cqhttp). [`wire`] has the platform's types, [`read`] and [`write`] turn them into
//! ours and back, [`connection`] is one WebSocket, [`reverse`] and [`forward`] are the two ways to get one.

mod calls;
mod connection;
mod counters;
mod cq;
mod forward;
mod history;
mod incoming;
mod read;
mod recent;
mod reverse;
mod settings;
mod split;
mod verdict;
mod wire;
mod write;

pub use counters::Counts;
pub use settings::{Forward, HttpPath, Reverse, Secret, SelfId, Settings, Span, WsUrl};

use async_trait::async_trait;
use connection::{Connection, NoAnswer};
use counters::Counters;
use groupdesk_contract::{
    AccountId, Adapter, AdapterError, Capabilities, ChannelId, Clock, Delivery, Event, Link, Message, MessageId,
    PastReply, Reply, ReplyKey,
};
use jiff::Timestamp;
use recent::Recent;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use write::{SendParams, Target};

/// The longest text of one message, in characters. QQ refuses somewhat more than this.
const MAX_TEXT: usize = 4500;

/// How many messages are remembered to leave out those that a second connection or a reconnect brings again.
const SEEN: usize = 20_000;

/// How many sent messages are remembered to know a quote of one without asking.
const SENT: usize = 20_000;

/// A QQ account reached through OneBot v11.
#[derive(Debug)]
pub struct OneBot {
    /// For the tasks of its connections, which outlive the call that starts them.
    this: Weak<Self>,
    account: AccountId,
    settings: Settings,
    clock: Arc<dyn Clock>,
    counters: Counters,
    state: Mutex<State>,
    seen: Mutex<Recent<(ChannelId, MessageId), ()>>,
    sent: Mutex<Recent<(ChannelId, MessageId), ()>>,
    /// Channels in which a message waits for its quote to be looked up, with the messages behind it.
    held: Mutex<HashMap<ChannelId, VecDeque<Message>>>,
}

#[derive(Debug, Default)]
struct State {
    link: Option<Link>,
    /// The newest last.
    connections: Vec<Arc<Connection>>,
    /// Whether the desk was told that the account can send.
    connected: bool,
}

impl OneBot {
    /// The account `account`; it connects when it is run.
    pub fn new(account: AccountId, settings: Settings, clock: Arc<dyn Clock>) -> Arc<Self> {
        Arc::new_cyclic(|this| Self {
            this: Weak::clone(this),
            account,
            settings,
            clock,
            counters: Counters::default(),
            state: Mutex::default(),
            seen: Mutex::new(Recent::new(SEEN)),
            sent: Mutex::new(Recent::new(SENT)),
            held: Mutex::default(),
        })
    }

    /// What implementations connect to, for the program's HTTP listener; without routes where only `forward` is set.
    pub fn router(self: &Arc<Self>) -> axum::Router {
        reverse::router(self)
    }

    /// What was received, ignored and refused since the start.
    pub fn counters(&self) -> Counts {
        self.counters.counts()
    }

    /// The way to the desk, while the account is run.
    fn link(&self) -> Option<Link> {
        lock(&self.state).link.clone()
    }

    /// The newest connection over which something can be sent.
    fn sender(&self) -> Option<Arc<Connection>> {
        let state = lock(&self.state);
        state.connections.iter().rev().find(|connection| connection.can_send()).cloned()
    }

    /// Tells the desk when the account has become able to send, or unable.
    async fn tell_presence(&self, reason: &str) {
        let (link, event) = {
            let mut state = lock(&self.state);
            let able = state.connections.iter().any(|connection| connection.can_send());
            if able == state.connected {
                return;
            }
            state.connected = able;
            let event = if able { Event::Connected } else { Event::Disconnected { reason: reason.to_owned() } };
            (state.link.clone(), event)
        };
        if let Some(link) = link {
            // The desk takes no more events: the program is stopping.
            let _ = link.post(event).await;
        }
    }

    fn was_sent(&self, channel: &ChannelId, message: &MessageId) -> bool {
        lock(&self.sent).get(&(channel.clone(), message.clone())).is_some()
    }
}

#[async_trait]
impl Adapter for OneBot {
    fn account(&self) -> &AccountId {
        &self.account
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { max_text: MAX_TEXT, quote: true, images: true, hears_everything: true, reply_window: None }
    }

    async fn run(&self, link: Link) -> Result<(), AdapterError> {
        lock(&self.state).link = Some(link.clone());
        let forward = self.settings.forward.as_ref().zip(self.this.upgrade()).map(|(forward, this)| {
            let url = forward.url.clone();
            tokio::spawn(async move { forward::run(this, url).await })
        });
        link.shutdown.cancelled().await;
        let connections = {
            let mut state = lock(&self.state);
            state.link = None;
            std::mem::take(&mut state.connections)
        };
        for connection in connections {
            connection.close();
        }
        if let Some(forward) = forward {
            forward.abort();
        }
        Ok(())
    }

    async fn send(&self, _key: ReplyKey, reply: &Reply) -> Delivery {
        let Some(target) = Target::of(&reply.channel) else {
            return Delivery::Refused { reason: format!("`{}` is no channel of OneBot", reply.channel) };
        };
        let messages = write::messages(reply, MAX_TEXT);
        let parts = messages.len();
        let mut first = None;
        for (at, message) in messages.iter().enumerate() {
            let Some(connection) = self.sender() else {
                let reason = "no implementation is connected".to_owned();
                return partly(at, parts, Delivery::Later { reason, after: None });
            };
            let params = SendParams { address: target.address(connection.ids_as_text()), message };
            let delivery = match connection.call(target.send_action(), params, self.settings.call_timeout.0).await {
                Ok(answer) => verdict::of(&answer),
                Err(NoAnswer::NotWritten) => {
                    Delivery::Later { reason: "the connection was lost".to_owned(), after: None }
                }
                Err(NoAnswer::Lost) => {
                    self.counters.unanswered_calls.up();
                    Delivery::Unknown { reason: "the implementation did not answer".to_owned() }
                }
            };
            let Delivery::Sent { message } = delivery else {
                return partly(at, parts, delivery);
            };
            if let Some(id) = &message {
                lock(&self.sent).insert((reply.channel.clone(), id.clone()), ());
            }
            if at == 0 {
                first = message;
            }
        }
        Delivery::Sent { message: first }
    }

    async fn find_sent(&self, _key: ReplyKey, reply: &Reply, since: Timestamp) -> PastReply {
        let Some(connection) = self.sender() else { return PastReply::NotNow };
        history::find(self, &connection, reply, since).await
    }
}

/// A delivery that failed after some parts of the reply were sent: what is missing must not make the parts that stand
/// there be said again blindly.
fn partly(sent: usize, parts: usize, delivery: Delivery) -> Delivery {
    match delivery {
        delivery if sent == 0 => delivery,
        Delivery::Later { reason, .. } | Delivery::Refused { reason } | Delivery::Unknown { reason } => {
            Delivery::Unknown { reason: format!("{sent} of {parts} parts were sent, then: {reason}") }
        }
        sent @ Delivery::Sent { .. } => sent,
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing that holds these locks can panic half-way through a change.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
