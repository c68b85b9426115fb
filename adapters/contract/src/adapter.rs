//! The interface between a platform's adapter and the desk: [`Adapter`] for replies, [`Link`] for events.

use crate::{
    AccountId, AddressError, ChannelId, Delivery, Edit, Event, FileBytes, MemberId, MessageId, Reply,
    ReplyKey,
};
use async_trait::async_trait;
use jiff::Timestamp;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

/// One account on one platform. The service supervises it: when [`Adapter::run`] ends with an error it is started
/// again after a pause, and nothing else stops.
#[async_trait]
pub trait Adapter: Send + Sync {
    /// The name of the account in `groupdesk.yaml`.
    fn account(&self) -> &AccountId;

    /// The platform's abilities and limits.
    fn capabilities(&self) -> Capabilities;

    /// The limit on the age and number of replies to one message in `channel`, on platforms whose channels differ in it. The
    /// default is the limit of the whole platform, [`Capabilities::reply_window`].
    fn reply_window(&self, channel: &ChannelId) -> Option<ReplyWindow> {
        let _ = channel;
        self.capabilities().reply_window
    }

    /// The link that a code to scan holds, while the account waits for somebody to log it in by scanning. The default is that none does.
    fn log_in_link(&self) -> Option<String> {
        None
    }

    /// The ids by which members see the account on the platform, as far as they are known: other accounts of ours do not answer
    /// them. The default is that none is known.
    fn own_ids(&self) -> Vec<MemberId> {
        Vec::new()
    }

    /// Checks that `channel`, as the operator wrote it, can be a channel of the account; the platform is not asked. The default
    /// is that any can.
    ///
    /// # Errors
    /// The form that channels of this platform have, and which one was probably meant.
    fn check_channel(&self, channel: &ChannelId) -> Result<(), AddressError> {
        let _ = channel;
        Ok(())
    }

    /// Checks that `member`, as the operator wrote it, can be the id of a person on the platform. The default is that any can.
    ///
    /// # Errors
    /// The form that ids of people have.
    fn check_member(&self, member: &MemberId) -> Result<(), AddressError> {
        let _ = member;
        Ok(())
    }

    /// Returns the routes that the account serves on the program's HTTP listener, each below a path that holds the account's name
    /// or that the operator chose. Requests are refused with 503 while [`Adapter::run`] does not run. The default is none.
    fn routes(self: Arc<Self>) -> Option<axum::Router> {
        None
    }

    /// Receives events and hands them to `link` until `link` asks it to stop. It reconnects by itself; it returns an error only
    /// for a fault that a new connection can't mend.
    async fn run(&self, link: Link) -> Result<(), AdapterError>;

    /// Tries once to send `reply`. It does not retry and does not wait for a connection: without one it answers
    /// [`Delivery::Later`] at once. Called from several tasks, for different channels, at the same time.
    async fn send(&self, key: ReplyKey, reply: &Reply) -> Delivery;

    /// Returns the names of files that the platform did not take of a reply that was sent without them, once: staff are told. The
    /// default is none.
    fn left_out(&self, key: ReplyKey) -> Vec<String> {
        let _ = key;
        Vec::new()
    }

    /// Looks for a reply with an unknown outcome (no answer came, or the process was killed) in the channel. `since` is the time
    /// at which the reply was decided. The default answers that the platform cannot tell.
    async fn find_sent(&self, key: ReplyKey, reply: &Reply, since: Timestamp) -> PastReply {
        let _ = (key, reply, since);
        PastReply::CannotTell
    }

    /// Fetches a file that it named with [`crate::held_file`], so that another account can show it. The default is that
    /// the platform's files have addresses of their own, and none was named so.
    ///
    /// # Errors
    /// The reason, in a sentence for an admin: the file is gone, or too large.
    async fn fetch(&self, file: &str) -> Result<FileBytes, String> {
        Err(format!("`{file}` is no file of this account"))
    }

    /// Returns a public address of a file that the account named with [`crate::held_file`], if only for a while: it stands in
    /// place of a file that can't be passed on. The default is that there is none.
    async fn file_link(&self, file: &str) -> Option<String> {
        let _ = file;
        None
    }
}

/// The answer of [`Adapter::find_sent`]: arrived, missing, or not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PastReply {
    /// It stands there, with this id.
    Arrived(MessageId),
    /// The platform was asked, and the reply is not there.
    Missing,
    /// The account is not connected: ask again later.
    NotNow,
    /// The platform has no way to tell.
    CannotTell,
}

/// A platform's abilities and limits; the desk and the outbox plan with them. Made by [`Capabilities::of_text`], so that a new
/// ability changes no adapter that lacks it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Capabilities {
    /// The longest text of one message, in characters; longer replies are split.
    pub max_text: usize,
    /// A reply can quote the message that it answers.
    pub quote: bool,
    /// A reply can carry pictures by URL.
    pub images: bool,
    /// A reply can carry pictures and files themselves, as `data:` URLs ([`FileBytes::to_url`]).
    pub uploads: bool,
    /// The uploads may be any files; else pictures only.
    pub files: bool,
    /// A reply can carry buttons.
    pub buttons: bool,
    /// A message of ours can be changed.
    pub edit: bool,
    /// A message of ours can be taken back.
    pub unsend: bool,
    /// Messages that do not mention the bot arrive too.
    pub receives_all_messages: bool,
    /// The limit on the age and number of replies to one message; `None` where the platform sets none.
    pub reply_window: Option<ReplyWindow>,
}

impl Capabilities {
    /// Makes the capabilities of a platform that takes texts of at most `max_text` characters, and nothing else.
    pub const fn of_text(max_text: usize) -> Self {
        Self {
            max_text,
            quote: false,
            images: false,
            uploads: false,
            files: false,
            buttons: false,
            edit: false,
            unsend: false,
            receives_all_messages: false,
            reply_window: None,
        }
    }

    /// Returns the capabilities with what `add` sets.
    ///
    /// ```
    /// use groupdesk_contract::Capabilities;
    ///
    /// let can = Capabilities::of_text(4_000).with(|can| {
    ///     can.quote = true;
    ///     can.images = true;
    /// });
    /// assert!(can.quote && !can.buttons);
    /// ```
    #[must_use]
    pub fn with(mut self, add: impl FnOnce(&mut Self)) -> Self {
        add(&mut self);
        self
    }
}

/// A platform's limit on answering one message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReplyWindow {
    /// The longest time after the member's message in which the platform accepts a reply.
    pub within: Duration,
    /// The most replies that one message may get.
    pub replies: u32,
}

/// An adapter's way to the desk.
#[derive(Debug, Clone)]
pub struct Link {
    account: AccountId,
    inbox: mpsc::Sender<Incoming>,
    /// Cancelled when the adapter should stop.
    pub shutdown: CancellationToken,
}

/// An event on its way to the inbox.
#[derive(Debug)]
pub struct Incoming {
    /// The account that reports it.
    pub account: AccountId,
    /// The event itself.
    pub event: Event,
    /// Told when the event is committed (or known already); only then may it be acknowledged to the platform.
    pub committed: Option<oneshot::Sender<()>>,
}

impl Link {
    /// A way to `inbox` for `account`.
    pub fn new(account: AccountId, inbox: mpsc::Sender<Incoming>, shutdown: CancellationToken) -> Self {
        Self {
            account,
            inbox,
            shutdown,
        }
    }

    /// Hands an event over; waits only while the inbox is full. For platforms that take no acknowledgement.
    ///
    /// # Errors
    /// [`AdapterError::Stopped`] when the desk takes no more events.
    pub async fn post(&self, event: Event) -> Result<(), AdapterError> {
        let incoming = self.incoming(event, None);
        self.inbox.send(incoming).await.map_err(|_| AdapterError::Stopped)
    }

    /// Hands an event over and waits until it is committed, so that the caller may acknowledge it.
    ///
    /// # Errors
    /// [`AdapterError::Stopped`] when the desk takes no more events; the event must then not be acknowledged.
    pub async fn deliver(&self, event: Event) -> Result<(), AdapterError> {
        let (committed, wait) = oneshot::channel();
        let incoming = self.incoming(event, Some(committed));
        self.inbox
            .send(incoming)
            .await
            .map_err(|_| AdapterError::Stopped)?;
        wait.await.map_err(|_| AdapterError::Stopped)
    }

    /// The event on its way, without addresses that must not be fetched: every adapter passes here.
    fn incoming(&self, mut event: Event, committed: Option<oneshot::Sender<()>>) -> Incoming {
        if let Event::Message(message) | Event::Edit(Edit { message, .. }) = &mut event {
            for reason in message.screen_urls(&self.account) {
                tracing::warn!(account = %self.account, %reason, "a picture or file is taken without its address");
            }
        }
        Incoming {
            account: self.account.clone(),
            event,
            committed,
        }
    }
}

/// The reason for which [`Adapter::run`] ended.
#[derive(Debug, thiserror::Error)]
pub enum AdapterError {
    /// The desk takes no more events: the program is stopping.
    #[error("the desk takes no more events")]
    Stopped,
    /// Something that a person must put right (an address in use, a token refused).
    #[error("{0}")]
    Broken(String),
}
