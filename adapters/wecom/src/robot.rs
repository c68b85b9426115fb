//! The intelligent robot (智能机器人): members of the company ask it in private, or mention it in internal groups.

mod answerable;
mod calls;
mod card;
mod channel_id;
mod core;
mod message_index;
mod pending_reply;
mod read;
mod receive;
mod requesters;
mod response_url;
mod send;
mod settings;
mod socket;
mod webhook;

pub use settings::{RobotSettings, Webhook};

use async_trait::async_trait;
use core::Core;
use groupdesk_contract::{
    AccountId, AccountState, Adapter, AdapterError, AddressError, Capabilities, ChannelId, Delivery, Event,
    Link, Reply, ReplyKey, ReplyWindow, check_kind_and_id,
};
use std::sync::Arc;
use std::time::Duration;

groupdesk_kit::account! {
    /// An intelligent robot.
    pub struct Robot(Core, RobotSettings);
}

impl Robot {
    /// The path below which each account has its route.
    pub const PATH: &str = "/wecom_robot";
}

#[async_trait]
impl Adapter for Robot {
    fn account(&self) -> &AccountId {
        &self.core.account
    }

    /// Limits answers if there is a callback address: a message can be answered twice within an hour, at once and later at its
    /// `response_url`. Over the long connection the robot may write at any time.
    fn capabilities(&self) -> Capabilities {
        let reply_window = self.core.verifier.as_ref().map(|_| ReplyWindow {
            within: Duration::try_from(response_url::RESPONSE_URL_TTL).unwrap_or_default(),
            replies: 2,
        });
        // A character takes up to four bytes.
        Capabilities::of_text(send::MAX_TEXT / 4).with(|can| {
            can.quote = true;
            can.buttons = true;
            can.reply_window = reply_window;
        })
    }

    fn check_channel(&self, channel: &ChannelId) -> Result<(), AddressError> {
        check_kind_and_id(channel.as_str(), &["group", "private"], "ID", |id| !id.is_empty())
    }

    /// The routes that WeCom posts to, `/wecom_robot/ACCOUNT`, if the settings want a callback address. Messages are answered 503
    /// while the adapter doesn't run.
    fn routes(self: Arc<Self>) -> Option<axum::Router> {
        let verifier = self.core.verifier.as_ref();
        verifier.map(|_| webhook::router(Arc::clone(&self.core)))
    }

    async fn run(&self, link: Link) -> Result<(), AdapterError> {
        let _running = self.core.link.hold(&link);
        if self.core.verifier.is_none() {
            return receive::run(&self.core, &link).await;
        }
        link.post(Event::State(AccountState::Connected)).await?;
        link.shutdown.cancelled().await;
        Ok(())
    }

    async fn send(&self, key: ReplyKey, reply: &Reply) -> Delivery {
        send::send(&self.core, key, reply).await
    }
}
