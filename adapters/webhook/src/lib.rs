//! A staff room that is somebody else's program: what would be said there is posted to an HTTP address as JSON. It
//! only sends; a reply goes through the contract's outbox, so an address that is down for an hour gets it afterwards.
//!
//! `settings` is the account's part of groupdesk.yaml, `post` one request and what its answer means.

mod post;
mod settings;

pub use settings::{Settings, Target};

use async_trait::async_trait;
use groupdesk_contract::{
    AccountId, Adapter, AdapterError, Capabilities, Delivery, Event, Link, PastReply, Reply, ReplyKey,
};
use std::sync::Arc;
use std::time::Duration;

/// How long an address may take to answer.
const TIMEOUT: Duration = Duration::from_secs(10);

/// One account whose channels are HTTP addresses.
#[derive(Debug)]
pub struct Webhook {
    account: AccountId,
    settings: Settings,
    client: reqwest::Client,
}

impl Webhook {
    /// The account.
    ///
    /// # Errors
    /// Words for the operator, when no HTTP client can be made.
    pub fn new(account: AccountId, settings: Settings) -> Result<Arc<Self>, String> {
        let client = groupdesk_http::client(TIMEOUT)?;
        Ok(Arc::new(Self {
            account,
            settings,
            client,
        }))
    }
}

#[async_trait]
impl Adapter for Webhook {
    fn account(&self) -> &AccountId {
        &self.account
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            max_text: usize::MAX,
            quote: false,
            images: true,
            hears_everything: false,
            reply_window: None,
        }
    }

    async fn run(&self, link: Link) -> Result<(), AdapterError> {
        link.post(Event::Connected).await?;
        link.shutdown.cancelled().await;
        Ok(())
    }

    async fn send(&self, key: ReplyKey, reply: &Reply) -> Delivery {
        let Some(target) = self.settings.targets.get(reply.channel.as_str()) else {
            let known: Vec<&str> = self.settings.targets.keys().map(String::as_str).collect();
            return Delivery::Refused {
                reason: format!("no target `{}`; there are: {}", reply.channel, known.join(", ")),
            };
        };
        post::post(&self.client, &self.account, target, key, reply).await
    }

    /// Every request carries its key as `Idempotency-Key`: sending it again is what the receiver is prepared for.
    async fn find_sent(&self, _: ReplyKey, _: &Reply, _: jiff::Timestamp) -> PastReply {
        PastReply::Missing
    }
}
