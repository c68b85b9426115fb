//! Telegram, as a bot over [teloxide]'s types and calls: groups, topics, private chats, staff rooms; by long polling or by
//! webhook. The loop that receives is our own, since teloxide's acknowledges updates before they are handled.
//!
//! An update's way in: `poll` asks for it, or `webhook` is posted it; `wire` reads it, whatever is new about it; `album` puts
//! the pieces of an album together; `intake` looks up what is needed (`admins`, `notebook`); `read` makes the event; the
//! desk commits it, and only then it is acknowledged. A reply's way out: `write` makes messages of it (`split`, `keyboard`),
//! `topics` finds its topic, `send` sends them one by one, `api` says what an answer means, `pace` who has to wait.
//!
//! Pictures and files are known by their ids (with `#voice`, `#video`, ... where it is no photo or document), which this
//! account can send again; `fetch` downloads one for another platform, and nobody else, since its address holds the token.
//!
//! [teloxide]: https://docs.rs/teloxide
#![warn(clippy::string_slice, clippy::indexing_slicing)]

mod admins;
mod album;
mod api;
mod channel_id;
mod core;
mod fetch;
mod intake;
mod keyboard;
mod platform;
mod rate_limits;
mod read;
mod receive;
mod send;
mod settings;
mod split;
mod start;
mod status;
mod topics;
mod upload;
mod webhook;
mod wire;
mod write;

pub use platform::PLATFORM;
pub use settings::{ApiUrl, ChatAdmins, PollTimeout, PublicUrl, Settings, Webhook};

use crate::channel_id::ChannelRef;
use crate::core::Core;
use async_trait::async_trait;
use groupdesk_contract::{
    AccountId, Adapter, AdapterError, AddressError, Capabilities, ChannelId, Delivery, FileBytes, Link,
    MemberId, Reply, ReplyKey, check_kind_and_id, check_number, is_number,
};
use std::sync::Arc;

groupdesk_kit::account! {
    /// A Telegram bot.
    pub struct Telegram(Core, Settings);
}

impl Telegram {
    /// The path below which each account has its route.
    pub const PATH: &str = "/telegram";
}

#[async_trait]
impl Adapter for Telegram {
    fn account(&self) -> &AccountId {
        &self.core.account
    }

    /// Reports `hears_everything` only after getMe confirmed that privacy mode is off.
    fn capabilities(&self) -> Capabilities {
        let hears_everything = self
            .core
            .state()
            .me
            .as_ref()
            .is_some_and(|me| me.hears_everything);
        Capabilities::of_text(split::MAX_TEXT).with(|can| {
            can.quote = true;
            can.images = true;
            can.uploads = true;
            can.files = true;
            can.buttons = true;
            can.edit = true;
            can.unsend = true;
            can.receives_all_messages = hears_everything;
        })
    }

    fn own_ids(&self) -> Vec<MemberId> {
        let me = self.core.state().me.clone();
        me.iter().map(|me| MemberId::new(me.id.to_string())).collect()
    }

    fn check_channel(&self, channel: &ChannelId) -> Result<(), AddressError> {
        let written = channel.as_str();
        // Groups have negative numbers, people positive ones.
        let can_be = |room: &ChannelRef| (room.private && room.chat > 0) || (!room.private && room.chat < 0);
        let as_it_writes_it = |room: &ChannelRef| room.channel() == *channel;
        if ChannelRef::parse(channel)
            .as_ref()
            .is_some_and(|room| can_be(room) && as_it_writes_it(room))
        {
            return Ok(());
        }
        if written.starts_with("group:") {
            return Err(AddressError::expected("group:-NUMBER or private:NUMBER"));
        }
        let kinds = if channel.as_str().contains('-') {
            ["group", "private"]
        } else {
            ["private", "group"]
        };
        let is_chat = |id: &str| is_number(id.strip_prefix('-').unwrap_or(id));
        check_kind_and_id(written, &kinds, "NUMBER", is_chat)
    }

    fn check_member(&self, member: &MemberId) -> Result<(), AddressError> {
        check_number(member.as_str())
    }

    /// The routes of Telegram's webhook, `/telegram/ACCOUNT`, if the settings want one. Requests are answered 503 while the
    /// adapter doesn't run.
    fn routes(self: Arc<Self>) -> Option<axum::Router> {
        let webhook = self.core.settings.webhook.as_ref();
        webhook.map(|_| webhook::router(Arc::clone(&self.core)))
    }

    async fn run(&self, link: Link) -> Result<(), AdapterError> {
        let _running = self.core.link.hold(&link);
        receive::run(&self.core, &link).await
    }

    async fn send(&self, key: ReplyKey, reply: &Reply) -> Delivery {
        send::send(&self.core, key, reply).await
    }

    async fn fetch(&self, file: &str) -> Result<FileBytes, String> {
        fetch::fetch(&self.core, file).await
    }
}
