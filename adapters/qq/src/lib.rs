//! QQ's official bot API, version 2: groups, direct chats and guild channels, by WebSocket or by signed webhook.
//!
//! An event's way in: `gateway` reads it from the WebSocket, or `webhook` is posted it and proves with `key` that QQ did; `read`
//! makes the desk's event of it; `intake` looks up what it quotes, notes in `passive_replies` that it can be answered, and hands it
//! over. A reply's way out: `write` makes messages of it, `passive_replies` finds what each of them answers and gives it its number,
//! `send` sends them one by one, `api` says what an answer means.
#![warn(clippy::string_slice, clippy::indexing_slicing)]

mod api;
mod channel_id;
mod core;
mod intake;
mod key;
mod keyboard;
mod passive_replies;
mod platform;
mod read;
mod receive;
mod send;
mod settings;
mod status;
mod webhook;
mod wire;
mod write;

pub use platform::PLATFORM;
pub use settings::{ApiUrl, AppId, Buttons, Mode, Settings};

use crate::channel_id::{ChannelRef, GROUP_WINDOW};
use crate::core::Core;
use async_trait::async_trait;
use groupdesk_contract::{
    AccountId, Adapter, AdapterError, AddressError, Capabilities, ChannelId, Delivery, Link, PastReply,
    Reply, ReplyKey, ReplyWindow, check_kind_and_id,
};
use std::sync::Arc;

groupdesk_kit::account! {
    /// A bot of QQ's open platform.
    pub struct Qq(Core, Settings);
}

impl Qq {
    /// The path below which each account has its route.
    pub const PATH: &str = "/qq";
}

#[async_trait]
impl Adapter for Qq {
    fn account(&self) -> &AccountId {
        &self.core.account
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::of_text(write::MAX_TEXT).with(|can| {
            can.quote = true;
            can.images = true;
            can.uploads = true;
            can.files = true;
            can.buttons = self.core.settings.buttons != Buttons::Off;
            can.unsend = true;
            can.receives_all_messages = self.core.settings.hears_everything;
            // Rooms differ, see below; this is the narrowest.
            can.reply_window = Some(GROUP_WINDOW);
        })
    }

    fn reply_window(&self, channel: &ChannelId) -> Option<ReplyWindow> {
        match ChannelRef::parse(channel) {
            Some(room) => room.window(self.core.settings.proactive),
            None => Some(GROUP_WINDOW),
        }
    }

    fn check_channel(&self, channel: &ChannelId) -> Result<(), AddressError> {
        let is_id = |id: &str| ChannelRef::parse(&ChannelId::new(format!("group:{id}"))).is_some();
        check_kind_and_id(
            channel.as_str(),
            &["group", "private", "channel", "dms"],
            "OPENID",
            is_id,
        )
    }

    /// The routes of QQ's webhook, `/qq/ACCOUNT`, with `mode: webhook`. Events are answered 503 while the adapter doesn't run.
    fn routes(self: Arc<Self>) -> Option<axum::Router> {
        (self.core.settings.mode == Mode::Webhook).then(|| webhook::router(Arc::clone(&self.core)))
    }

    async fn run(&self, link: Link) -> Result<(), AdapterError> {
        let _running = self.core.link.hold(&link);
        receive::run(&self.core, &link).await
    }

    async fn send(&self, key: ReplyKey, reply: &Reply) -> Delivery {
        send::send(&self.core, key, reply).await
    }

    async fn find_sent(&self, key: ReplyKey, reply: &Reply, _: jiff::Timestamp) -> PastReply {
        send::find_sent(&self.core, key, reply).await
    }
}
