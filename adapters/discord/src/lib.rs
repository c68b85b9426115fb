//! Discord, as a bot: text channels, threads, forum posts, direct messages, slash commands, buttons. The types of the gateway
//! are [serenity]'s; the loop that reads it is our own, since serenity's client runs every event as a task of its own (their
//! order is lost), reads nothing of a message in which one field is new, and logs what it can't read.
//!
//! A message's way in: `session` takes it from a shard's WebSocket and acknowledges an interaction at once, `intake` puts
//! all shards' events in a row, `deliver` looks up what is needed (`guilds`, `channel_id`), `read` makes the event, the desk commits it,
//! `read_marks` remembers how far each channel was read, and `catch_up` fetches what was missed. A reply's way out: `threads`
//! finds its thread, `write` makes messages of it (`split`, `markup`, `components`, `upload`), `send` posts them one by one, through
//! `relay_webhooks` under a member's name; `api` says what an answer means, `pace` who has to wait. Discord's addresses of pictures end
//! after a day, so that `files` are known by their messages, and fetched when they are passed on.
//!
//! [serenity]: https://docs.rs/serenity
#![warn(clippy::string_slice, clippy::indexing_slicing)]

mod acknowledge;
mod api;
mod catch_up;
mod channel_id;
mod commands;
mod components;
mod core;
mod event_delivery;
mod files;
mod guilds;
mod markup;
mod platform;
mod rate_limits;
mod read;
mod read_marks;
mod receive;
mod relay_webhooks;
mod send;
mod settings;
mod split;
mod start;
mod status;
mod threads;
mod upload;
mod wire;
mod write;

pub use platform::PLATFORM;
pub use settings::{ApiUrl, CatchUp, GatewayUrl, Role, Settings, TicketThreads};

use crate::core::Core;
use async_trait::async_trait;
use groupdesk_contract::{
    AccountId, Adapter, AdapterError, AddressError, Capabilities, ChannelId, Delivery, FileBytes, Link,
    MemberId, PastReply, Reply, ReplyKey, check_kind_and_id, check_number, is_number,
};
use jiff::Timestamp;

groupdesk_kit::account! {
    /// A Discord bot.
    pub struct Discord(Core, Settings);
}

#[async_trait]
impl Adapter for Discord {
    fn account(&self) -> &AccountId {
        &self.core.account
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::of_text(split::MAX_TEXT).with(|can| {
            can.quote = true;
            can.images = true;
            can.uploads = true;
            can.files = true;
            can.buttons = true;
            can.edit = true;
            can.unsend = true;
            can.receives_all_messages = true;
        })
    }

    fn own_ids(&self) -> Vec<MemberId> {
        let me = self.core.state().me;
        me.iter().map(|me| MemberId::new(me.user.to_string())).collect()
    }

    fn check_channel(&self, channel: &ChannelId) -> Result<(), AddressError> {
        check_kind_and_id(channel.as_str(), &["channel", "dm"], "NUMBER", is_number)
    }

    fn check_member(&self, member: &MemberId) -> Result<(), AddressError> {
        check_number(member.as_str())
    }

    async fn run(&self, link: Link) -> Result<(), AdapterError> {
        let _running = self.core.link.hold(&link);
        receive::run(&self.core, &link).await
    }

    async fn send(&self, key: ReplyKey, reply: &Reply) -> Delivery {
        send::send(&self.core, key, reply).await
    }

    async fn find_sent(&self, key: ReplyKey, reply: &Reply, since: Timestamp) -> PastReply {
        send::find_sent(&self.core, key, reply, since).await
    }

    async fn fetch(&self, file: &str) -> Result<FileBytes, String> {
        files::fetch(&self.core, file).await
    }

    async fn file_link(&self, file: &str) -> Option<String> {
        files::find(&self.core, file).await.ok().map(|found| found.url)
    }
}
