//! The console: a group chat in the terminal, with no account anywhere. It is also the adapter to copy when a new
//! one is written: `read` turns a typed line into a message, `write` turns a reply into printed lines, and
//! `connection` is the terminal itself.

mod connection;
mod read;
mod write;

use async_trait::async_trait;
use connection::Terminal;
use groupdesk_contract::{
    AccountId, Adapter, AdapterError, AddressError, Capabilities, ChannelId, Clock, Delivery, Link,
    MessageId, Reply, ReplyKey, check_kind_and_id,
};
use std::sync::{Arc, Mutex};

/// A group chat in the terminal, as an account.
#[derive(Debug)]
pub struct Console {
    account: AccountId,
    clock: Arc<dyn Clock>,
    terminal: Terminal,
    asked: Mutex<write::Asked>,
}

impl Console {
    /// The console as the account `account`; `greeting` is printed first, so that a newcomer knows what to try.
    pub fn new(account: AccountId, clock: Arc<dyn Clock>, greeting: impl Into<String>) -> Self {
        Self {
            account,
            clock,
            terminal: Terminal::new(greeting.into()),
            asked: Mutex::default(),
        }
    }
}

#[async_trait]
impl Adapter for Console {
    fn account(&self) -> &AccountId {
        &self.account
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            max_text: usize::MAX,
            quote: true,
            images: false,
            uploads: false,
            files: false,
            buttons: false,
            edit: false,
            unsend: false,
            hears_everything: true,
            reply_window: None,
        }
    }

    fn check_channel(&self, channel: &ChannelId) -> Result<(), AddressError> {
        check_kind_and_id(channel.as_str(), &["group", "direct"], "NAME", |name| {
            !name.is_empty()
        })
    }

    async fn run(&self, link: Link) -> Result<(), AdapterError> {
        self.terminal.run(&link, self.clock.as_ref(), &self.asked).await
    }

    async fn send(&self, key: ReplyKey, reply: &Reply) -> Delivery {
        let lines = {
            let mut asked = self.asked.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
            write::lines(reply, &mut asked)
        };
        self.terminal.print(&lines);
        Delivery::Sent {
            message: Some(MessageId::new(format!("bot-{}", key.0))),
        }
    }
}
