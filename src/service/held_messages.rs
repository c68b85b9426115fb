//! Messages that were kept quiet because they look older than the platform's connection. If clocks turn out to differ,
//! they are new and are decided once more; if not, staff are told of those that call the bot.

use groupdesk_contract::{AccountId, ChannelId, ChannelKind, Event, Incoming, Message, MessageId};
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::{Duration, Instant};

/// Time for which they are held: two messages a few seconds apart prove that clocks differ.
const HOLD_FOR: Duration = Duration::from_secs(60);

/// Time in which the proof must come before staff are told.
const PROOF_WITHIN: Duration = Duration::from_secs(15);

/// Messages that are held of an account; of a flood of old ones the last are enough.
const HELD_MAX: usize = 32;

/// Messages that are remembered because staff were told of them: platforms bring the same past again with each
/// connection.
const TOLD_KEPT: usize = 1024;

/// Messages that are held, by account.
#[derive(Debug, Default)]
pub(super) struct HeldMessages {
    accounts: HashMap<AccountId, VecDeque<HeldMessage>>,
    told: VecDeque<(AccountId, ChannelId, MessageId)>,
}

#[derive(Debug)]
struct HeldMessage {
    message: Message,
    /// Age that it seemed to have.
    age: SignedDuration,
    since: Instant,
    /// `true` if staff need not be told of it, or were.
    told: bool,
}

/// A message that is decided once more.
#[derive(Debug)]
pub(super) struct HandedBack {
    /// Event as its platform sent it.
    pub(super) incoming: Incoming,
    /// Time at which it was sent, by our clock.
    pub(super) at: Timestamp,
}

/// A message that called the bot and was not answered.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ExpiredMessage {
    pub(super) channel: ChannelId,
    pub(super) sender: String,
    pub(super) age: SignedDuration,
}

impl HeldMessages {
    /// Holds a message that was kept quiet at `now`, with the age that it seemed to have.
    pub(super) fn hold(&mut self, account: &AccountId, message: &Message, age: SignedDuration, now: Instant) {
        let held = self.accounts.entry(account.clone()).or_default();
        held.retain(|one| now.duration_since(one.since) < HOLD_FOR);
        let same =
            |one: &HeldMessage| one.message.id == message.id && one.message.channel.id == message.channel.id;
        // A batch that could not be committed is decided again.
        if held.iter().any(same) {
            return;
        }
        let calls = message.mentions_bot || message.channel.kind == ChannelKind::Direct;
        let known = self
            .told
            .iter()
            .any(|(of, channel, id)| of == account && *channel == message.channel.id && *id == message.id);
        if held.len() >= HELD_MAX {
            held.pop_front();
        }
        held.push_back(HeldMessage {
            message: message.clone(),
            age,
            since: now,
            told: !calls || known,
        });
    }

    /// Takes out the held messages of an account whose messages look older than they are by `skew`.
    pub(super) fn release(
        &mut self,
        account: &AccountId,
        skew: SignedDuration,
        now: Instant,
    ) -> Vec<HandedBack> {
        // By a clock that is behind they are older still.
        let held = self.accounts.remove(account).filter(|_| skew.is_positive());
        let held = held.into_iter().flatten();
        held.filter(|one| now.duration_since(one.since) < HOLD_FOR)
            .filter_map(|HeldMessage { message, .. }| {
                let at = message.at.checked_add(skew).ok()?;
                let incoming = Incoming {
                    account: account.clone(),
                    event: Event::Message(message),
                    // It was acknowledged when it was kept quiet.
                    committed: None,
                };
                Some(HandedBack { incoming, at })
            })
            .collect()
    }

    /// Returns the messages of which staff are to be told now, by account; each once.
    pub(super) fn unanswered(&mut self, now: Instant) -> BTreeMap<AccountId, Vec<ExpiredMessage>> {
        let mut found: BTreeMap<AccountId, Vec<ExpiredMessage>> = BTreeMap::new();
        for (account, held) in &mut self.accounts {
            let waited = |one: &&mut HeldMessage| now.duration_since(one.since) >= PROOF_WITHIN;
            // Those that came with the first are told with it.
            if !held.iter_mut().any(|one| !one.told && waited(&one)) {
                continue;
            }
            for one in held.iter_mut().filter(|one| !one.told) {
                one.told = true;
                if self.told.len() >= TOLD_KEPT {
                    self.told.pop_front();
                }
                let channel = one.message.channel.id.clone();
                self.told
                    .push_back((account.clone(), channel.clone(), one.message.id.clone()));
                found.entry(account.clone()).or_default().push(ExpiredMessage {
                    channel,
                    sender: one.message.sender.name.clone(),
                    age: one.age,
                });
            }
        }
        self.accounts.retain(|_, held| {
            held.retain(|one| now.duration_since(one.since) < HOLD_FOR);
            !held.is_empty()
        });
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use groupdesk_contract::{Channel, ChannelRole, Segment, Sender, Standing};

    fn message(id: &str, calls: bool) -> Message {
        Message {
            id: id.into(),
            channel: Channel {
                id: "g".into(),
                kind: ChannelKind::Group,
                name: None,
            },
            sender: Sender {
                id: "u".into(),
                name: "小明".to_owned(),
                role: ChannelRole::Member,
                is_bot: false,
                is_self: false,
                standing: Standing::Member,
            },
            segments: vec![Segment::Text("在吗".to_owned())],
            mentions_bot: calls,
            at: "2026-11-24T10:00:00+08:00".parse().unwrap(),
            ticket: None,
            link: None,
        }
    }

    const AGE: SignedDuration = SignedDuration::from_mins(11);

    fn held(held: &mut HeldMessages, id: &str, calls: bool, now: Instant) {
        held.hold(&"qq".into(), &message(id, calls), AGE, now);
    }

    #[test]
    fn what_proves_to_be_said_just_now_comes_back_with_its_own_time_and_once() {
        let (mut all, start) = (HeldMessages::default(), Instant::now());
        let after = |seconds| start + Duration::from_secs(seconds);
        held(&mut all, "too long ago", true, start);
        for id in ["a", "b", "a"] {
            held(&mut all, id, false, after(50));
        }
        assert!(all.release(&"another".into(), AGE, after(62)).is_empty());
        let back = all.release(&"qq".into(), AGE, after(62));
        let ids: Vec<(&str, Timestamp)> = back
            .iter()
            .map(|back| match &back.incoming.event {
                Event::Message(message) => (message.id.as_str(), back.at),
                other => panic!("{other:?}"),
            })
            .collect();
        let at = "2026-11-24T10:11:00+08:00".parse().unwrap();
        assert_eq!(ids, [("a", at), ("b", at)]);
        assert!(all.release(&"qq".into(), AGE, after(63)).is_empty());
    }

    #[test]
    fn staff_hear_once_of_calls_that_nothing_proved_to_be_new() {
        let (mut all, start) = (HeldMessages::default(), Instant::now());
        let after = |seconds| start + Duration::from_secs(seconds);
        held(&mut all, "chatter", false, start);
        held(&mut all, "call", true, start);
        held(&mut all, "another", true, after(9));
        assert!(all.unanswered(after(14)).is_empty());
        assert_eq!(all.unanswered(after(15))[&AccountId::from("qq")].len(), 2);
        assert!(all.unanswered(after(30)).is_empty());
        // A platform that connects again brings it again.
        held(&mut all, "call", true, after(100));
        assert!(all.unanswered(after(120)).is_empty());
        // The proof may come after that.
        assert_eq!(all.release(&"qq".into(), AGE, after(121)).len(), 1);
    }
}
