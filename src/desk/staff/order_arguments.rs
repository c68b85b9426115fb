//! Objects of an order in a staff room: a colleague, a room, a list of tickets.

use super::order_spelling::{self, SLASHES};
use super::{Staff, agent};
use crate::ticket::{Agent, Person};
use groupdesk_contract::{MemberId, Message, Place, Segment, Sender};

/// `true` if a message quotes one of the bot's that names tickets; also where the quote's text is not known.
pub(super) fn quotes_tickets(message: &Message) -> bool {
    message.quote().is_some_and(|quote| {
        let text = quote.text.as_deref().filter(|text| !text.trim().is_empty());
        quote.of_bot == Some(true) && text.is_none_or(|text| !numbers_in(text).is_empty())
    })
}

/// Returns the tickets that a text of ours names, each once.
pub fn numbers_in(text: &str) -> Vec<u64> {
    let mut numbers = Vec::new();
    for part in text.split('#').skip(1) {
        let end = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
        let number = part.get(..end).and_then(|digits| digits.parse().ok());
        if let Some(number) = number.filter(|number| !numbers.contains(number)) {
            numbers.push(number);
        }
    }
    numbers
}

impl Staff<'_> {
    /// Finds the colleague whom an order mentions, or names by a name or an id of the roster.
    pub(super) fn colleague(&self, to: &str) -> Option<Agent> {
        self.mentioned().or_else(|| self.named(to))
    }

    fn named(&self, to: &str) -> Option<Agent> {
        let to = to.trim_matches(|c: char| !c.is_alphanumeric());
        if ["我", "自己", "me", "myself"].contains(&to) {
            return Some(self.agent.clone());
        }
        let words: Vec<&str> = to
            .split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '（' | '）' | '@' | '，' | ','))
            .collect();
        let has_id = |person: &&Person| {
            let id = person.id_on(&self.room.account);
            id.is_some_and(|id| words.contains(&id.as_str()))
        };
        let people = &self.policy.roster.people;
        let by_name = people
            .iter()
            .filter(|person| !person.name.is_empty() && to.starts_with(&person.name))
            .max_by_key(|person| person.name.len());
        let person = people.iter().find(has_id).or(by_name)?;
        let (account, id) = person.ids.first()?;
        Some(Agent {
            account: account.clone(),
            id: id.clone(),
            name: person.name.clone(),
        })
    }

    /// Returns the last member that a message mentions: a mention of the bot comes first.
    fn mentioned(&self) -> Option<Agent> {
        let id: &MemberId = self
            .message
            .segments
            .iter()
            .rev()
            .find_map(|segment| match segment {
                Segment::Mention(id) => Some(id),
                _ => None,
            })?;
        let sender = Sender {
            name: id.to_string(),
            id: id.clone(),
            ..self.message.sender.clone()
        };
        Some(agent(&self.policy.roster, self.room, &sender))
    }

    /// `true` if it mentions somebody of the roster: what is said to a colleague is not for the member.
    pub(super) fn calls_colleague(&self) -> bool {
        let account = &self.room.account;
        let mut said = self.message.segments.iter();
        said.any(|segment| matches!(segment, Segment::Mention(id) if self.policy.roster.person(account, id).is_some()))
    }

    /// Finds the staff room of an address.
    pub(super) fn room_of(&self, address: &str) -> Option<&Place> {
        let address = address.trim();
        let mut rooms = self.policy.staff_rooms.iter();
        rooms.find(|room| !address.is_empty() && room.to_string() == address)
    }

    /// `true` if it begins with a slash, so that an order is certainly meant.
    pub(super) fn is_slashed(&self) -> bool {
        order_spelling::seen(&self.message.text())
            .trim_start()
            .starts_with(SLASHES)
    }
}
