//! The dashboard as a staff room: each order that somebody gives in a browser is a message with an id of its own, taken when it is
//! committed. Nothing that stands on a page comes from here: pages read what is committed.
//!
//! A user acts for one of their staff rooms, so the account has a channel a room (`channel_id`); `read` makes the message, `receive`
//! hands it over and waits, `send` gives whoever waits the answer that a staff room would get.

mod channel_id;
mod read;
mod receive;
mod send;

pub use read::RoomAction;
pub use receive::{OrderError, Receipt};

use async_trait::async_trait;
use groupdesk_contract::{
    AccountId, Adapter, AdapterError, AddressError, Capabilities, ChannelId, Clock, DASHBOARD, Delivery,
    Link, Reply, ReplyKey,
};
use groupdesk_kit::LinkSlot;
use receive::Waiting;
use std::fmt;
use std::sync::Arc;

/// The account of the dashboard.
pub struct Web {
    account: AccountId,
    clock: Arc<dyn Clock>,
    link: LinkSlot,
    waiting: Waiting,
}

impl fmt::Debug for Web {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Web").finish_non_exhaustive()
    }
}

impl Web {
    /// The account; it needs no settings.
    pub fn new(clock: Arc<dyn Clock>) -> Arc<Self> {
        Arc::new(Self {
            account: AccountId::new(DASHBOARD),
            clock,
            link: LinkSlot::default(),
            waiting: Waiting::default(),
        })
    }
}

#[async_trait]
impl Adapter for Web {
    fn account(&self) -> &AccountId {
        &self.account
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::of_text(usize::MAX).with(|can| {
            can.quote = true;
            can.receives_all_messages = true;
        })
    }

    fn check_channel(&self, channel: &ChannelId) -> Result<(), AddressError> {
        channel_id::check(channel)
    }

    async fn run(&self, link: Link) -> Result<(), AdapterError> {
        let _running = self.link.hold(&link);
        link.shutdown.cancelled().await;
        Ok(())
    }

    /// Takes everything: whoever waits for it has it now, everybody else reads it in the ticket.
    async fn send(&self, _: ReplyKey, reply: &Reply) -> Delivery {
        send::answer(&self.waiting, reply);
        Delivery::Sent { message: None }
    }
}
