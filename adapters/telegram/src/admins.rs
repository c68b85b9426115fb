//! The administrators of chats, fetched once in ten minutes, beside the messages: only the first message of a chat waits for the
//! list, for a moment, and none does while Telegram doesn't respond. The last list of a chat outlives a restart.

use groupdesk_contract::ChannelRole;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The lifetime of a list.
const ADMINS_TTL: SignedDuration = SignedDuration::from_mins(10);
/// The retry delay after a call without a response.
const RETRY_DELAY: SignedDuration = SignedDuration::from_mins(1);

#[derive(Debug, Default)]
pub(crate) struct Admins {
    chats: BTreeMap<i64, Known>,
    /// Chats of which an answer is awaited.
    asking: BTreeSet<i64>,
    /// Telegram gave no answer: nobody waits for one before.
    silent_until: Option<Timestamp>,
}

#[derive(Debug)]
struct Known {
    until: Timestamp,
    /// By user id; everybody else is a member. None before a first answer.
    ranks: Option<Ranks>,
}

/// Ranks by user id.
pub(crate) type Ranks = BTreeMap<u64, ChannelRole>;

impl Admins {
    /// Returns the rank of `user` in `chat`; `None` if the list must be fetched.
    pub(crate) fn role(&self, chat: i64, user: u64, now: Timestamp) -> Option<ChannelRole> {
        let known = self.chats.get(&chat).filter(|known| known.until > now)?;
        let rank = known.ranks.as_ref().and_then(|ranks| ranks.get(&user));
        Some(rank.copied().unwrap_or_default())
    }

    /// The rank of `user` by the last answer, however old; `None` before a first one.
    pub(crate) fn last_known(&self, chat: i64, user: u64) -> Option<ChannelRole> {
        let ranks = self.chats.get(&chat)?.ranks.as_ref()?;
        Some(ranks.get(&user).copied().unwrap_or_default())
    }

    /// True if the caller is to fetch the list of `chat`; false while another caller does.
    pub(crate) fn begin(&mut self, chat: i64) -> bool {
        self.asking.insert(chat)
    }

    /// True if waiting for a list is worth while: the last call had a response, or the retry delay is over.
    pub(crate) fn answers(&self, now: Timestamp) -> bool {
        self.silent_until.is_none_or(|until| until <= now)
    }

    /// Records that no response came in the time that a message can wait.
    pub(crate) fn fell_silent(&mut self, now: Timestamp) {
        self.silent_until = Some(now.saturating_add(RETRY_DELAY).unwrap_or(Timestamp::MAX));
    }

    /// Takes over what an earlier run knew of `chat`, unless more is known.
    pub(crate) fn restore(&mut self, chat: i64, ranks: Ranks) {
        self.chats.entry(chat).or_insert(Known {
            until: Timestamp::MIN,
            ranks: Some(ranks),
        });
    }

    /// Records Telegram's response: the list of administrators, or none. Without a response the known list stays. Returns the
    /// list if it changed.
    pub(crate) fn learn(&mut self, chat: i64, answer: Option<&Value>, now: Timestamp) -> Option<&Ranks> {
        self.asking.remove(&chat);
        let before = self.chats.remove(&chat).and_then(|known| known.ranks);
        let told: Option<Ranks> = answer
            .and_then(Value::as_array)
            .map(|members| members.iter().filter_map(rank).collect());
        let lasts = if told.is_some() { ADMINS_TTL } else { RETRY_DELAY };
        match told {
            Some(_) => self.silent_until = None,
            None => self.fell_silent(now),
        }
        let is_news = told.is_some() && told != before;
        let until = now.saturating_add(lasts).unwrap_or(Timestamp::MAX);
        let ranks = told.or(before);
        let known = self.chats.entry(chat).or_insert(Known { until, ranks });
        known.ranks.as_ref().filter(|_| is_news)
    }

    /// Forgets the list of a chat, because somebody's rank changed.
    pub(crate) fn forget(&mut self, chat: i64) {
        if let Some(known) = self.chats.get_mut(&chat) {
            known.until = Timestamp::MIN;
        }
    }
}

/// A list of administrators as a note: `7 owner,8 admin`.
pub(crate) fn to_note(ranks: &Ranks) -> String {
    let rank = |(user, role): (&u64, &ChannelRole)| match role {
        ChannelRole::Owner => format!("{user} owner"),
        _ => format!("{user} admin"),
    };
    // An empty note is none.
    std::iter::once("-".to_owned())
        .chain(ranks.iter().map(rank))
        .collect::<Vec<_>>()
        .join(",")
}

/// The list of such a note.
pub(crate) fn of_note(note: &str) -> Ranks {
    let ranks = note.split(',').filter_map(|part| {
        let (user, word) = part.split_once(' ')?;
        let role = match word {
            "owner" => ChannelRole::Owner,
            _ => ChannelRole::Admin,
        };
        Some((user.parse().ok()?, role))
    });
    ranks.collect()
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
    #[test]
    fn a_silence_about_one_chat_is_waited_for_in_no_other_and_a_list_outlives_a_restart() {
        let at = |minutes| Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes);
        let mut admins = Admins::default();
        assert!(admins.answers(at(0)) && admins.begin(-5) && !admins.begin(-5));
        admins.learn(-5, None, at(0));
        assert!(!admins.answers(at(0)) && admins.answers(at(1)) && admins.begin(-5));
        let list =
            json!([{"status": "creator", "user": {"id": 7}}, {"status": "administrator", "user": {"id": 8}}]);
        let note = admins.learn(-5, Some(&list), at(0)).map(to_note);
        assert!(admins.answers(at(0)));
        assert_eq!(admins.learn(-5, Some(&list), at(0)), None, "nothing new");
        let mut later = Admins::default();
        assert_eq!(later.last_known(-5, 7), None);
        later.restore(-5, of_note(&note.unwrap()));
        assert_eq!(later.role(-5, 7, at(0)), None, "to be asked for all the same");
        assert_eq!(later.last_known(-5, 7), Some(ChannelRole::Owner));
        assert_eq!(later.last_known(-5, 8), Some(ChannelRole::Admin));
        assert_eq!(later.last_known(-5, 9), Some(ChannelRole::Member));
    }
}
