//! Who administers a chat, asked once in ten minutes.

use groupdesk_contract::ChannelRole;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use std::collections::BTreeMap;

/// How long an answer holds.
const FRESH: SignedDuration = SignedDuration::from_mins(10);
/// How long it is not asked again after no answer.
const RETRY: SignedDuration = SignedDuration::from_mins(1);

#[derive(Debug, Default)]
pub(crate) struct Admins {
    chats: BTreeMap<i64, Known>,
}

#[derive(Debug)]
struct Known {
    until: Timestamp,
    /// By user id; everybody else is a member.
    ranks: BTreeMap<u64, ChannelRole>,
}

impl Admins {
    /// The rank of `user` in `chat`; `None` when Telegram is to be asked.
    pub(crate) fn role(&self, chat: i64, user: u64, now: Timestamp) -> Option<ChannelRole> {
        let known = self.chats.get(&chat).filter(|known| known.until > now)?;
        Some(known.ranks.get(&user).copied().unwrap_or_default())
    }

    /// Keeps what Telegram said: the list of administrators, or nothing. Without an answer what was known before holds.
    pub(crate) fn learn(&mut self, chat: i64, answer: Option<&Value>, now: Timestamp) {
        let (ranks, lasts) = match answer.and_then(Value::as_array) {
            Some(members) => (members.iter().filter_map(rank).collect(), FRESH),
            None => {
                let before = self.chats.remove(&chat).map(|known| known.ranks);
                (before.unwrap_or_default(), RETRY)
            }
        };
        let until = now.saturating_add(lasts).unwrap_or(Timestamp::MAX);
        self.chats.insert(chat, Known { until, ranks });
    }

    /// Somebody's rank changed.
    pub(crate) fn forget(&mut self, chat: i64) {
        if let Some(known) = self.chats.get_mut(&chat) {
            known.until = Timestamp::MIN;
        }
    }
}

/// A `ChatMember` of the list: who, and what they are.
fn rank(member: &Value) -> Option<(u64, ChannelRole)> {
    let user = member.pointer("/user/id")?.as_u64()?;
    match member.get("status")?.as_str()? {
        "creator" => Some((user, ChannelRole::Owner)),
        "administrator" => Some((user, ChannelRole::Admin)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_answer_holds_for_ten_minutes_and_survives_a_failure() {
        let at = |minutes| Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes);
        let mut admins = Admins::default();
        assert_eq!(admins.role(-5, 7, at(0)), None);
        let list =
            json!([{"status": "creator", "user": {"id": 7}}, {"status": "administrator", "user": {"id": 8}}]);
        admins.learn(-5, Some(&list), at(0));
        assert_eq!(admins.role(-5, 7, at(9)), Some(ChannelRole::Owner));
        assert_eq!(admins.role(-5, 8, at(9)), Some(ChannelRole::Admin));
        assert_eq!(admins.role(-5, 9, at(9)), Some(ChannelRole::Member));
        assert_eq!(admins.role(-5, 7, at(10)), None);
        admins.learn(-5, None, at(10));
        assert_eq!(
            admins.role(-5, 7, at(10)),
            Some(ChannelRole::Owner),
            "the old answer, for a minute"
        );
        assert_eq!(admins.role(-5, 7, at(11)), None);
        admins.learn(-5, Some(&list), at(11));
        admins.forget(-5);
        assert_eq!(admins.role(-5, 7, at(11)), None);
    }
}
