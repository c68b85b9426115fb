//! A group chat in the terminal, with no account anywhere; its platform is called `console` in `groupdesk.yaml`. `read` turns a typed
//! line into a message, `write` turns a reply into printed lines, and `receive` is the terminal itself.
#![warn(clippy::string_slice, clippy::indexing_slicing)]

mod platform;
mod read;
mod receive;
mod terminal_texts;
mod write;

pub use platform::PLATFORM;

use async_trait::async_trait;
use groupdesk_contract::{
    AccountId, Adapter, AdapterError, AddressError, Capabilities, ChannelId, Clock, Delivery, Link,
    MessageId, Reply, ReplyKey, check_kind_and_id,
};
use groupdesk_texts::language::Language;
use parking_lot::Mutex;
use receive::Screen;
use std::sync::Arc;
use terminal_texts::Words;

/// A group chat in the terminal, as an account.
#[derive(Debug)]
pub struct Terminal {
    account: AccountId,
    clock: Arc<dyn Clock>,
    screen: Screen,
    asked: Mutex<write::Asked>,
}

impl Terminal {
    /// Makes the terminal as the account `account`. It greets in `language`, and proposes to ask `example`, which the FAQ answers.
    pub fn new(account: AccountId, clock: Arc<dyn Clock>, language: Language, example: Option<&str>) -> Self {
        Self {
            account,
            clock,
            screen: Screen::new(Words::of(language, example)),
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
            let mut asked = self.asked.lock();
            write::lines(reply, &mut asked)
        };
        self.screen.print(&lines);
        Delivery::Sent {
            message: Some(MessageId::new(format!("bot-{}", key.0))),
        }
    }
}
