//! iLink (ClawBot), experimental: the personal WeChat of the one who scanned a code, one to one, through Tencent's own API. It
//! is made for a staff room that is one of the staff: the channel `owner`.
//!
//! `login` draws the code and waits for the scan, `receive` receives with a durable cursor, `send` says what WeChat takes within
//! 24 hours of the owner's last message; `wire` is the API.

mod channel_id;
mod core;
mod login;
mod read;
mod receive;
mod send;
mod settings;
mod wire;

pub use settings::Settings;

use self::core::Core;
use async_trait::async_trait;
use groupdesk_contract::{
    AccountId, Adapter, AdapterError, AddressError, Capabilities, ChannelId, Delivery, Link, Reply, ReplyKey,
    ReplyWindow,
};
use std::time::Duration;

groupdesk_kit::account! {
    /// One person's own WeChat.
    pub struct ILink(Core, Settings);
}

#[async_trait]
impl Adapter for ILink {
    fn account(&self) -> &AccountId {
        &self.core.account
    }

    fn log_in_link(&self) -> Option<String> {
        self.core.state().code.clone()
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::of_text(send::MAX_TEXT).with(|can| {
            can.receives_all_messages = true;
            can.reply_window = Some(ReplyWindow {
                within: Duration::from_secs(24 * 3600),
                replies: 10,
            });
        })
    }

    fn check_channel(&self, channel: &ChannelId) -> Result<(), AddressError> {
        if channel.as_str() == channel_id::OWNER {
            return Ok(());
        }
        Err(AddressError {
            expected: channel_id::OWNER.to_owned(),
            suggestion: Some(channel_id::OWNER.to_owned()),
        })
    }

    async fn run(&self, link: Link) -> Result<(), AdapterError> {
        receive::run(&self.core, &link).await
    }

    async fn send(&self, key: ReplyKey, reply: &Reply) -> Delivery {
        send::send(&self.core, key, reply).await
    }
}
