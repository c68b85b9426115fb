//! An Official Account (公众号): its followers, one to one. WeChat posts what they say and takes one answer in the same
//! request within five seconds; what comes later goes by the customer message API, which verified accounts have for 48 hours.
//!
//! `webhook` takes the posts, `read` makes events of them, `pending_replies` holds requests open that may carry an answer, `send` says
//! replies by the one way or the other.

mod channel_id;
mod core;
mod pending_replies;
mod read;
mod send;
mod settings;
mod webhook;

pub use settings::{Settings, Transfer};

use self::core::Core;
use async_trait::async_trait;
use groupdesk_contract::{
    AccountId, AccountState, Adapter, AdapterError, AddressError, Capabilities, ChannelId, Delivery, Event,
    Link, Reply, ReplyKey, ReplyWindow, check_kind_and_id,
};
use std::sync::Arc;
use std::time::Duration;

groupdesk_kit::account! {
    /// An Official Account.
    pub struct OfficialAccount(Core, Settings);
}

impl OfficialAccount {
    /// The path below which each account has its route.
    pub const PATH: &str = "/wechat_official";
}

#[async_trait]
impl Adapter for OfficialAccount {
    fn account(&self) -> &AccountId {
        &self.core.account
    }

    /// Limits answers if there is no customer message API: an answer must then come while WeChat waits, three times five seconds,
    /// and once.
    fn capabilities(&self) -> Capabilities {
        let api = self.core.api.is_some();
        Capabilities::of_text(send::MAX_PASSIVE).with(|can| {
            can.images = api;
            can.uploads = api;
            can.buttons = api;
            can.receives_all_messages = true;
            can.reply_window = Some(if api {
                ReplyWindow {
                    within: Duration::from_secs(48 * 3600),
                    replies: 5,
                }
            } else {
                ReplyWindow {
                    within: webhook::ANSWER_TIMEOUT * 3,
                    replies: 1,
                }
            });
        })
    }

    fn check_channel(&self, channel: &ChannelId) -> Result<(), AddressError> {
        check_kind_and_id(channel.as_str(), &["private"], "OPENID", |id| !id.is_empty())
    }

    /// The routes that WeChat posts to: `/wechat_official/ACCOUNT`. Requests are answered 503 while the adapter doesn't run.
    fn routes(self: Arc<Self>) -> Option<axum::Router> {
        Some(webhook::router(Arc::clone(&self.core)))
    }

    async fn run(&self, link: Link) -> Result<(), AdapterError> {
        let _running = self.core.link.hold(&link);
        link.post(Event::State(AccountState::Connected)).await?;
        link.shutdown.cancelled().await;
        Ok(())
    }

    async fn send(&self, key: ReplyKey, reply: &Reply) -> Delivery {
        send::send(&self.core, key, reply).await
    }
}
