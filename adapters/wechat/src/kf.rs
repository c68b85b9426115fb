//! WeChat Customer Service (微信客服): any WeChat user, one to one, by a link or a QR code.
//!
//! A callback (`webhook`) only says that there is something; `receive` fetches all of it and keeps how far it came after the desk
//! has committed; `read` makes events of it; `intake` does what is ours to do (welcome, session changes). Replies go out by
//! `send` as `write` puts them. `handover` gives a conversation to a human servicer of the platform when the desk opens a
//! ticket, and tells the desk what the servicers do.

mod channel_id;
mod core;
mod handover;
mod intake;
mod read;
mod receive;
mod send;
mod settings;
mod webhook;
mod write;

pub use settings::Settings;

use self::core::Core;
use async_trait::async_trait;
use groupdesk_contract::{
    AccountId, Adapter, AdapterError, AddressError, Capabilities, ChannelId, Delivery, Link, Reply, ReplyKey,
    ReplyWindow,
};
use std::sync::Arc;
use std::time::Duration;

groupdesk_kit::account! {
    /// A company's WeChat Customer Service accounts, by one self-built app.
    pub struct CustomerService(Core, Settings);
}

impl CustomerService {
    /// The path below which each account has its route.
    pub const PATH: &str = "/wechat_kf";
}

#[async_trait]
impl Adapter for CustomerService {
    fn account(&self) -> &AccountId {
        &self.core.account
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::of_text(write::MAX_TEXT / 3).with(|can| {
            can.images = true;
            can.uploads = true;
            can.buttons = true;
            can.receives_all_messages = true;
            can.reply_window = Some(ReplyWindow {
                within: Duration::from_secs(48 * 3600),
                replies: 5,
            });
        })
    }

    fn check_channel(&self, channel: &ChannelId) -> Result<(), AddressError> {
        if channel.as_str() == channel_id::SERVICERS || channel_id::Customer::parse(channel).is_some() {
            return Ok(());
        }
        let mut error = AddressError::among(channel.as_str(), [channel_id::SERVICERS]);
        error.expected = format!("{} or private:OPEN_KFID/EXTERNAL_USERID", channel_id::SERVICERS);
        Err(error)
    }

    /// The routes that WeCom calls: `/wechat_kf/ACCOUNT`.
    fn routes(self: Arc<Self>) -> Option<axum::Router> {
        Some(webhook::router(Arc::clone(&self.core)))
    }

    async fn run(&self, link: Link) -> Result<(), AdapterError> {
        let _running = self.core.link.hold(&link);
        receive::run(&self.core, &link).await
    }

    async fn send(&self, key: ReplyKey, reply: &Reply) -> Delivery {
        send::send(&self.core, key, reply).await
    }
}
