//! Groups that several of our own accounts are in: every one of them receives each message, and one answers. That is the
//! one that is called; else the one that the member talks with; else the first by name of those that receive the group's
//! messages. A message that was left to one of them is not taken up by another.

use crate::desk::Reason;
use crate::service::routing::Routing;
use groupdesk_contract::{
    AccountId, ChannelId, ChannelKind, Event, Incoming, MemberId, Message, MessageId, Place, Segment,
};
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

/// Largest difference of the times that two accounts report for one message.
const SAME_WITHIN: SignedDuration = SignedDuration::from_secs(10);

/// Time for which a member goes on talking with the account that they called.
const TALKS_FOR: SignedDuration = SignedDuration::from_mins(10);

/// Last messages of a group that are compared.
const COPIES_KEPT: usize = 64;

/// Part of their texts that is compared, in characters.
const TEXT_COMPARED: usize = 200;

/// Groups that are held.
const GROUPS_KEPT: usize = 8192;

/// Role of an account for a message.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Hearing {
    /// It decides on the message.
    Decide,
    /// The message is one of our own accounts'.
    Own,
    /// Another of our accounts decides on the message.
    LeaveTo(AccountId),
}

impl Hearing {
    /// Returns the reason to stay quiet, where the account does not decide.
    pub(super) fn silence(&self) -> Option<Reason> {
        match self {
            Self::Decide => None,
            Self::Own => Some(Reason::OwnMessage),
            Self::LeaveTo(account) => Some(Reason::OtherAccount {
                account: account.to_string(),
            }),
        }
    }
}

/// Groups whose messages several accounts of one platform receive.
#[derive(Debug, Default)]
pub(super) struct Siblings {
    groups: HashMap<(String, ChannelId), Group>,
    disconnected: BTreeSet<AccountId>,
}

#[derive(Debug, Default)]
struct Group {
    /// Accounts that receive them, with the number of messages that each has not reported and another has.
    hears: BTreeMap<AccountId, u32>,
    said: VecDeque<HeardMessage>,
    /// Account that a member called last, with the time.
    talks: HashMap<MemberId, (AccountId, Timestamp)>,
}

/// One message, whoever reported it.
#[derive(Debug)]
struct HeardMessage {
    sender: MemberId,
    text: String,
    at: Timestamp,
    /// Id on each account that reported it.
    reported_by: BTreeMap<AccountId, MessageId>,
    /// Account that decides on it, and whether it was called.
    taken: Option<(AccountId, bool)>,
}

impl Siblings {
    /// Records whether an account is connected.
    pub(super) fn note(&mut self, incoming: &Incoming) {
        match &incoming.event {
            Event::State(state) if state.is_connected() => drop(self.disconnected.remove(&incoming.account)),
            Event::State(_) => drop(self.disconnected.insert(incoming.account.clone())),
            _ => {}
        }
    }

    /// Decides which account handles a message that `place`'s account reports. `staff`: the sender is staff, whom nobody
    /// answers. `has_ticket` tells whether the sender has a ticket with an account.
    pub(super) fn assign(
        &mut self,
        routing: &Routing,
        place: &Place,
        message: &Message,
        staff: bool,
        has_ticket: impl Fn(&Place) -> bool,
        now: Timestamp,
    ) -> Hearing {
        let account = &place.account;
        let siblings = routing.siblings(account);
        if siblings.is_empty() || message.sender.is_self {
            return Hearing::Decide;
        }
        let is_of = |sibling: &AccountId, id: &MemberId| routing.own_ids(sibling).contains(id);
        if siblings.iter().any(|sibling| is_of(sibling, &message.sender.id)) {
            return Hearing::Own;
        }
        if message.channel.kind != ChannelKind::Group || routing.is_staff_room(place) {
            return Hearing::Decide;
        }
        let there = |sibling: &AccountId| Place::new(sibling.clone(), place.channel.clone());
        if let Some(sibling) = siblings
            .iter()
            .find(|sibling| routing.is_staff_room(&there(sibling)))
        {
            return Hearing::LeaveTo(sibling.clone());
        }
        if staff {
            return Hearing::Decide;
        }
        let platform = routing.platform(account).to_owned();
        if self.groups.len() >= GROUPS_KEPT {
            self.groups.retain(|_, group| group.hears.len() > 1);
        }
        let group = self.groups.entry((platform, place.channel.clone())).or_default();
        let called = message.mentions_bot || message.quote_of_bot().is_some();
        let mentioned = message.segments.iter().find_map(|segment| match segment {
            Segment::Mention(id) => siblings.iter().find(|sibling| is_of(sibling, id)),
            _ => None,
        });
        let disconnected = &self.disconnected;
        let choice = |group: &Group| {
            if called {
                return account.clone();
            }
            if let Some(mentioned) = mentioned.filter(|mentioned| !disconnected.contains(*mentioned)) {
                return mentioned.clone();
            }
            let present: Vec<&AccountId> = group
                .hears
                .iter()
                .filter(|(hears, missed)| **missed <= 1 && !disconnected.contains(*hears))
                .map(|(hears, _)| hears)
                .collect();
            let talks = group
                .talks
                .get(&message.sender.id)
                .filter(|(_, at)| now.duration_since(*at) <= TALKS_FOR)
                .map(|(with, _)| with);
            let ticket = present.iter().copied().find(|hears| has_ticket(&there(hears)));
            talks
                .filter(|with| present.contains(with))
                .or(ticket)
                .or(present.first().copied())
                .unwrap_or(account)
                .clone()
        };
        group.report(account, message);
        let choice = choice(group);
        group.take(account, message, choice, called, now)
    }
}

/// Returns the part of a message's text that is compared.
fn compared(message: &Message) -> String {
    message.text().chars().take(TEXT_COMPARED).collect()
}

impl Group {
    /// Records that an account reports a message.
    fn report(&mut self, account: &AccountId, message: &Message) {
        self.hears.insert(account.clone(), 0);
        if self.said_before(account, message).is_some() {
            return;
        }
        for (_, missed) in self.hears.iter_mut().filter(|(hears, _)| *hears != account) {
            *missed = missed.saturating_add(1);
        }
        if self.said.len() >= COPIES_KEPT {
            self.said.pop_front();
        }
        self.said.push_back(HeardMessage {
            sender: message.sender.id.clone(),
            text: compared(message),
            at: message.at,
            reported_by: BTreeMap::new(),
            taken: None,
        });
    }

    /// Returns the message where another account has reported it, or this one has and it is decided on once more.
    fn said_before(&mut self, account: &AccountId, message: &Message) -> Option<&mut HeardMessage> {
        let text = compared(message);
        self.said
            .iter_mut()
            .find(|said| match said.reported_by.get(account) {
                Some(id) => *id == message.id && said.text == text,
                None => {
                    said.sender == message.sender.id
                        && said.text == text
                        && said.at.duration_since(message.at).abs() <= SAME_WITHIN
                }
            })
    }

    /// Gives a message to the account of choice, unless another has it.
    fn take(
        &mut self,
        account: &AccountId,
        message: &Message,
        choice: AccountId,
        called: bool,
        now: Timestamp,
    ) -> Hearing {
        let Some(said) = self.said_before(account, message) else {
            return Hearing::Decide;
        };
        said.reported_by.insert(account.clone(), message.id.clone());
        if let Some((taken, by_call)) = &said.taken
            && taken != account
            && (*by_call || !called)
        {
            return Hearing::LeaveTo(taken.clone());
        }
        if choice != *account {
            return Hearing::LeaveTo(choice);
        }
        said.taken = Some((account.clone(), called));
        if called {
            self.talks
                .retain(|_, (_, at)| now.duration_since(*at) <= TALKS_FOR);
            self.talks
                .insert(message.sender.id.clone(), (account.clone(), now));
        }
        Hearing::Decide
    }
}
