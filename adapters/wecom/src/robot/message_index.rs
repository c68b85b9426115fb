//! An index of the latest messages by their texts: WeCom gives the text of a quote, not the id of the message.

use groupdesk_contract::{ChannelId, MessageId, Storage};
use groupdesk_kit::{BoundedMap, Notebook};
use parking_lot::Mutex;
use std::sync::Arc;

/// The most messages of members that can be found again, in all channels.
const MEMBER_MESSAGES_MAX: usize = 5_000;
/// The most messages of ours that are kept over a restart, in each channel.
const OWN_MESSAGES_MAX: usize = 100;
/// The most channels whose messages of ours are at hand.
const CHANNELS_MAX: usize = 1_000;
/// The length of the beginning by which texts are compared, in characters.
const COMPARED_CHARS: usize = 80;

/// The index.
pub(crate) struct MessageIndex {
    notebook: Notebook,
    theirs: Mutex<BoundedMap<(ChannelId, u64), MessageId>>,
    /// A channel's messages of ours, the oldest first.
    ours: tokio::sync::Mutex<BoundedMap<ChannelId, Vec<(u64, MessageId)>>>,
}

/// A message that is quoted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) message: MessageId,
    pub(crate) of_bot: Option<bool>,
}

impl MessageIndex {
    pub(super) fn new(storage: Arc<dyn Storage>) -> Self {
        Self {
            notebook: Notebook::without_cache(storage),
            theirs: Mutex::new(BoundedMap::new(MEMBER_MESSAGES_MAX)),
            ours: tokio::sync::Mutex::new(BoundedMap::new(CHANNELS_MAX)),
        }
    }

    /// Records a member's message.
    pub(super) fn by_member(&self, channel: &ChannelId, text: &str, message: &MessageId) {
        if let Some(print) = print(text) {
            self.theirs
                .lock()
                .insert((channel.clone(), print), message.clone());
        }
    }

    /// Records a message of ours. If the store can't be written, it is known until the process ends.
    pub(super) async fn by_us(&self, channel: &ChannelId, text: &str, message: &MessageId) {
        let Some(print) = print(text) else {
            return;
        };
        let mut all = self.ours.lock().await;
        let mut ours = match all.remove(channel) {
            Some(ours) => ours,
            None => self.load(channel).await,
        };
        ours.retain(|(known, _)| *known != print);
        ours.push((print, message.clone()));
        ours.drain(..ours.len().saturating_sub(OWN_MESSAGES_MAX));
        self.notebook.put_json(&note_key(channel), &ours).await;
        all.insert(channel.clone(), ours);
    }

    /// Finds the message with the text `text`: of ours, of a member, or unknown.
    pub(super) async fn find(&self, channel: &ChannelId, text: &str) -> Found {
        let Some(print) = print(text) else {
            return unknown(0);
        };
        let mut all = self.ours.lock().await;
        if all.get(channel).is_none() {
            let ours = self.load(channel).await;
            all.insert(channel.clone(), ours);
        }
        let ours = all
            .get(channel)
            .and_then(|ours| ours.iter().find(|(known, _)| *known == print));
        if let Some((_, message)) = ours {
            return Found {
                message: message.clone(),
                of_bot: Some(true),
            };
        }
        match self.theirs.lock().get(&(channel.clone(), print)) {
            Some(message) => Found {
                message: message.clone(),
                of_bot: Some(false),
            },
            None => unknown(print),
        }
    }

    async fn load(&self, channel: &ChannelId) -> Vec<(u64, MessageId)> {
        self.notebook.json(&note_key(channel)).await.unwrap_or_default()
    }
}

fn unknown(print: u64) -> Found {
    Found {
        message: MessageId::new(format!("text-{print:016x}")),
        of_bot: None,
    }
}

fn note_key(channel: &ChannelId) -> String {
    format!("said:{channel}")
}

/// A number for the beginning of a text (FNV-1a over its letters and digits: Markdown's signs and blanks may be shown or
/// not). `None` when it has neither.
fn print(text: &str) -> Option<u64> {
    // In groups WeCom puts the name of the one who is answered before the answer.
    let text = match text.trim_start().strip_prefix('@') {
        Some(named) => named
            .split_once(char::is_whitespace)
            .map_or(named, |(_, rest)| rest),
        None => text,
    };
    let mut letters = text
        .chars()
        .filter(|c| c.is_alphanumeric())
        .take(COMPARED_CHARS)
        .peekable();
    letters.peek()?;
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in letters.collect::<String>().bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    Some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;
    use groupdesk_contract::InMemoryStorage;

    #[tokio::test]
    async fn a_quote_is_found_by_its_words_and_ours_after_a_restart_too() {
        let storage: Arc<dyn Storage> = Arc::new(InMemoryStorage::default());
        let said = MessageIndex::new(Arc::clone(&storage));
        let (here, there) = (ChannelId::from("group:1"), ChannelId::from("group:2"));
        said.by_us(&here, "**工单 #7** 打不开\n安装包", &MessageId::from("r7"))
            .await;
        said.by_member(&here, "怎么退款？", &MessageId::from("m1"));
        let again = MessageIndex::new(storage);
        for said in [&said, &again] {
            let found = said.find(&here, "@张三 工单 #7 打不开 安装包").await;
            assert_eq!(
                found,
                Found {
                    message: MessageId::from("r7"),
                    of_bot: Some(true)
                }
            );
            assert_eq!(said.find(&there, "工单 #7 打不开 安装包").await.of_bot, None);
        }
        let theirs = said.find(&here, "怎么退款").await;
        assert_eq!(
            theirs,
            Found {
                message: MessageId::from("m1"),
                of_bot: Some(false)
            }
        );
        assert_eq!(said.find(&here, "！！").await.of_bot, None);
        for number in 0..150 {
            said.by_us(
                &here,
                &format!("answer {number}"),
                &MessageId::new(format!("r{number}")),
            )
            .await;
        }
        assert_eq!(
            said.find(&here, "answer 20").await.of_bot,
            None,
            "the oldest are forgotten"
        );
        assert_eq!(
            said.find(&here, "answer 149").await.message,
            MessageId::from("r149")
        );
    }
}
