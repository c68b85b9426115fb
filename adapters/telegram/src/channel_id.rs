//! Channel ids and message ids: what the desk knows a chat, a topic and a message by.
//!
//! `group:<chat id>`, `group:<chat id>/<thread id>` for a topic, `private:<chat id>`. A group that became a supergroup
//! keeps the id that it had, so that what is configured for it goes on working; its messages are numbered anew, so theirs
//! are `<message id>/<chat id>`.

use groupdesk_contract::{ChannelId, ChannelKind, MessageId};

/// A channel as the desk knows it: the chat id is the first one that the chat had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ChannelRef {
    pub(crate) chat: i64,
    pub(crate) thread: Option<i32>,
    pub(crate) private: bool,
}

impl ChannelRef {
    /// The room that `channel` names, when it is one of ours.
    pub(crate) fn parse(channel: &ChannelId) -> Option<Self> {
        let (kind, rest) = channel.as_str().split_once(':')?;
        let private = match kind {
            "private" => true,
            "group" => false,
            _ => return None,
        };
        let (chat, thread) = match rest.split_once('/') {
            Some((chat, thread)) if !private => (chat, Some(thread.parse().ok()?)),
            Some(_) => return None,
            None => (rest, None),
        };
        Some(Self {
            chat: chat.parse().ok()?,
            thread,
            private,
        })
    }

    pub(crate) fn channel(self) -> ChannelId {
        match (self.private, self.thread) {
            (true, _) => ChannelId::new(format!("private:{}", self.chat)),
            (false, None) => ChannelId::new(format!("group:{}", self.chat)),
            (false, Some(thread)) => ChannelId::new(format!("group:{}/{thread}", self.chat)),
        }
    }

    pub(crate) fn kind(self) -> ChannelKind {
        if self.private {
            ChannelKind::Direct
        } else {
            ChannelKind::Group
        }
    }
}

/// The desk's id of message `number` of the chat `now`, which was `first` before it moved.
pub(crate) fn message_id(number: i32, first: i64, now: i64) -> MessageId {
    if first == now {
        MessageId::new(number.to_string())
    } else {
        MessageId::new(format!("{number}/{now}"))
    }
}

/// The number that `id` has in the chat `now`; `None` for one from before the chat moved, and for what is no message.
pub(crate) fn message_number(id: &MessageId, first: i64, now: i64) -> Option<i32> {
    match id.as_str().split_once('/') {
        None if first == now => id.as_str().parse().ok(),
        Some((number, chat)) if chat.parse() == Ok(now) => number.parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_come_back_as_they_were() {
        for id in ["group:-100123", "group:-100123/55", "private:7"] {
            assert_eq!(
                ChannelRef::parse(&ChannelId::from(id)).unwrap().channel(),
                ChannelId::from(id)
            );
        }
        for id in ["group:", "group:x", "private:7/5", "7", "room:7", "group:7/x"] {
            assert_eq!(ChannelRef::parse(&ChannelId::from(id)), None, "{id}");
        }
    }

    #[test]
    fn a_moved_group_numbers_its_messages_anew() {
        let id = message_id(3, -5, -1005);
        assert_eq!(id.as_str(), "3/-1005");
        assert_eq!(message_number(&id, -5, -1005), Some(3));
        assert_eq!(message_number(&MessageId::from("3"), -5, -1005), None);
        assert_eq!(message_number(&MessageId::from("3"), -5, -5), Some(3));
        assert_eq!(message_number(&MessageId::from("press:9"), -5, -5), None);
    }
}
