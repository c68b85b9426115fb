//! A group chat in the terminal, with no account anywhere; its platform is called `console` in `groupdesk.yaml`. `read` turns a typed
//! line into a message, `write` turns a reply into printed lines, and `receive` is the terminal itself.
#![warn(clippy::string_slice, clippy::indexing_slicing)]

mod read;
mod receive;
mod write;

use async_trait::async_trait;
use groupdesk_contract::{
    AccountId, Adapter, AdapterError, AddressError, Capabilities, ChannelId, Clock, Delivery, Link,
    MessageId, Reply, ReplyKey, check_kind_and_id,
};
use receive::Screen;
use std::sync::{Arc, Mutex};

/// A group chat in the terminal, as an account.
#[derive(Debug)]
pub struct Terminal {
    account: AccountId,
    clock: Arc<dyn Clock>,
    screen: Screen,
    asked: Mutex<write::Asked>,
}

impl Terminal {
    /// The terminal as the account `account`; `greeting` is printed first, so that a newcomer knows what to try.
    pub fn new(account: AccountId, clock: Arc<dyn Clock>, greeting: impl Into<String>) -> Self {
        Self {
            account,
            clock,
            screen: Screen::new(greeting.into()),
            asked: Mutex::default(),
        }
    }
}

#[async_trait]
impl Adapter for Terminal {
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
        check_kind_and_id(channel.as_str(), &["group", "direct"], "NAME", |name| {
            !name.is_empty()
        })
    }

    async fn run(&self, link: Link) -> Result<(), AdapterError> {
        self.screen.run(&link, self.clock.as_ref(), &self.asked).await
    }

    async fn send(&self, key: ReplyKey, reply: &Reply) -> Delivery {
        let lines = {
            let mut asked = self.asked.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
            write::lines(reply, &mut asked)
        };
        self.screen.print(&lines);
        Delivery::Sent {
            message: Some(MessageId::new(format!("bot-{}", key.0))),
        }
    }
}
