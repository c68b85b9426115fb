//! Staff who work by mail: a ticket is a thread in their mailbox, and what they answer to it goes to the member.
//!
//! `settings` is the account's part of groupdesk.yaml. On the way out `write` makes a mail of a reply, under a Message-ID
//! that `thread` signs, and `send` hands it to the SMTP server. On the way in `receive` waits for the IMAP mailbox, `read`
//! decides whether a mail is an answer to one of ours and by somebody who may answer, and `strip` cuts off what the mail
//! program quoted below. `tls` serves both.

mod read;
mod receive;
mod send;
mod settings;
mod strip;
mod thread;
mod tls;
mod words;
mod write;

pub use settings::{Address, Agent, Domain, Imap, Login, Security, Server, Settings, Smtp, Target};

use crate::thread::Threads;
use async_trait::async_trait;
use groupdesk_contract::{
    AccountId, Adapter, AdapterError, AddressError, Capabilities, ChannelId, Clock, Delivery, Event, Link,
    Memory, Reply, ReplyKey, Secret,
};
use lettre::transport::smtp::client::TlsParameters;
use rustls::ClientConfig;
use std::fmt;
use std::sync::Arc;
use tokio::sync::OnceCell;

/// Under which the secret of the Message-IDs is remembered.
const SECRET: &str = "thread_secret";

/// One account whose channels are groups of staff with a mail address each.
pub struct Mail {
    account: AccountId,
    settings: Settings,
    clock: Arc<dyn Clock>,
    memory: Arc<dyn Memory>,
    smtp_tls: TlsParameters,
    imap_tls: Option<Arc<ClientConfig>>,
    threads: OnceCell<Threads>,
}

impl Mail {
    /// The account `account`, as `settings` say. Nothing is connected before [`Adapter::run`] or [`Adapter::send`]. `memory`
    /// keeps how far the mailbox is read, and the secret by which answers are known.
    ///
    /// # Errors
    /// Words for the operator, when the settings can't be used together or TLS can't be set up.
    pub fn new(
        account: AccountId,
        settings: Settings,
        clock: Arc<dyn Clock>,
        memory: Arc<dyn Memory>,
    ) -> Result<Arc<Self>, String> {
        settings.check()?;
        let smtp_tls = tls::parameters(&settings.smtp.server)?;
        let imap_tls = settings
            .imap
            .as_ref()
            .map(|imap| tls::config(&imap.server))
            .transpose()?;
        Ok(Arc::new(Self {
            account,
            settings,
            clock,
            memory,
            smtp_tls,
            imap_tls,
            threads: OnceCell::new(),
        }))
    }

    /// Our Message-IDs; their secret is made when it is needed first.
    async fn threads(&self) -> Result<&Threads, String> {
        self.threads.get_or_try_init(|| self.make_threads()).await
    }

    async fn make_threads(&self) -> Result<Threads, String> {
        let not_now = |error| format!("the secret of the Message-IDs can't be kept: {error}");
        let secret = match &self.settings.thread_secret {
            Some(secret) => secret.clone(),
            None => match self.memory.get(SECRET).await.map_err(not_now)? {
                Some(secret) => Secret::new(secret),
                None => {
                    let secret = thread::new_secret()?;
                    self.memory.put(SECRET, secret.expose()).await.map_err(not_now)?;
                    secret
                }
            },
        };
        Ok(Threads::new(self.account.clone(), self.settings.domain(), secret))
    }
}

impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mail")
            .field("account", &self.account)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl Adapter for Mail {
    fn account(&self) -> &AccountId {
        &self.account
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            max_text: 1_000_000,
            quote: true,
            images: false,
            uploads: true,
            buttons: false,
            edit: false,
            unsend: false,
            hears_everything: true,
            reply_window: None,
        }
    }

    fn check_channel(&self, channel: &ChannelId) -> Result<(), AddressError> {
        let names = || self.settings.targets.keys().map(String::as_str);
        if names().any(|name| name == channel.as_str()) {
            return Ok(());
        }
        Err(AddressError::among(channel.as_str(), names()))
    }

    async fn run(&self, link: Link) -> Result<(), AdapterError> {
        match (&self.settings.imap, &self.imap_tls) {
            (Some(imap), Some(tls)) => receive::run(self, imap, tls, &link).await,
            _ => {
                link.post(Event::Connected).await?;
                link.shutdown.cancelled().await;
                Ok(())
            }
        }
    }

    async fn send(&self, key: ReplyKey, reply: &Reply) -> Delivery {
        let name = reply.channel.as_str();
        let Some(target) = self.settings.targets.get(name) else {
            let known: Vec<&str> = self.settings.targets.keys().map(String::as_str).collect();
            let reason = format!("no target `{name}`; there are: {}", known.join(", "));
            return Delivery::Refused { reason };
        };
        let threads = match self.threads().await {
            Ok(threads) => threads,
            Err(reason) => return Delivery::Later { reason, after: None },
        };
        let now = self.clock.now();
        match write::write(&self.settings, threads, (name, target), key, reply, now) {
            Ok(Some(outgoing)) => {
                send::send(&self.settings.smtp, &self.smtp_tls, &outgoing.id, &outgoing.mail).await
            }
            Ok(None) => Delivery::Sent { message: None },
            Err(reason) => Delivery::Refused { reason },
        }
    }
}
