//! `/why` of staff: why a message was decided as it was, in three lines. Under a notice or relayed words in a staff room,
//! with a ticket's number there, or under a message in the members' group, where the answer goes to the staff rooms.

use super::batch_work::Arrived;
use super::inbox_state::InboxWorker;
use crate::desk::{Knowledge, rule_in_words, typed_behind};
use crate::hours::moment;
use crate::store::{DeduplicationKey, KeptDecision, Quoted, Result};
use crate::texts::ComposedTexts;
use groupdesk_contract::{CommandKind, Message, Place};
use jiff::Timestamp;
use std::collections::{HashMap, HashSet};

/// An answer to `/why`, with the rooms that get it.
pub(super) struct WhyReply {
    pub(super) rooms: Vec<Place>,
    pub(super) text: String,
}

/// Reads `/why` and `/why 12`; `None` for anything else.
fn read(text: &str) -> Option<Option<u64>> {
    let rest = typed_behind(CommandKind::Why, text)?
        .trim()
        .trim_start_matches(['#', '＃']);
    if rest.is_empty() {
        return Some(None);
    }
    rest.parse().ok().map(Some)
}

impl InboxWorker {
    /// Answers the orders among the messages of a batch.
    pub(super) async fn whys(
        &self,
        messages: &[(&Arrived, &DeduplicationKey, &Message)],
        new: &HashSet<DeduplicationKey>,
        quotes: &HashMap<DeduplicationKey, Quoted>,
        knowledge: &Knowledge,
    ) -> Result<HashMap<DeduplicationKey, WhyReply>> {
        let mut told = HashMap::new();
        let now = self.inbox.clock.now();
        for asked in self.staff_orders(messages, new, read) {
            let (key, number) = (asked.key, asked.order);
            let quoted = quotes.get(key).copied().unwrap_or_default();
            let found = if asked.in_room {
                match number.or(quoted.ticket) {
                    Some(number) => self.of_ticket(&key.place, number).await?,
                    None => Vec::new(),
                }
            } else {
                match asked.message.quote() {
                    Some(quote) => {
                        let store = &self.inbox.store;
                        store.decisions_on(&key.place, &quote.message).await?
                    }
                    None => continue,
                }
            };
            let texts = knowledge.faq.texts(knowledge.faq.language());
            let text = found.first().map_or_else(
                || texts.no_decision_kept(),
                |one| three_lines(one, knowledge, (texts, now)),
            );
            let rooms = asked.rooms;
            told.insert(key.clone(), WhyReply { rooms, text });
        }
        Ok(told)
    }

    /// Returns the decisions of a ticket; none where a room was not told of it.
    async fn of_ticket(&self, room: &Place, number: u64) -> Result<Vec<KeptDecision>> {
        let ticket = self.inbox.store.ticket(number).await?;
        match ticket.filter(|ticket| ticket.is_of(room)) {
            Some(_) => self.inbox.store.decisions_of_ticket(number).await,
            None => Ok(Vec::new()),
        }
    }
}

/// Renders a decision: what was decided and why, between what, and by which file at what hour.
fn three_lines(
    one: &KeptDecision,
    knowledge: &Knowledge,
    (texts, now): (ComposedTexts<'_>, Timestamp),
) -> String {
    let row = &one.decision;
    let best: Vec<String> = row
        .best
        .iter()
        .map(|(entry, confidence)| format!("{entry} {confidence:.2}"))
        .collect();
    let best = if best.is_empty() {
        "-".to_owned()
    } else {
        best.join(" · ")
    };
    let needed = row
        .needed
        .map_or_else(|| "-".to_owned(), |needed| format!("{needed:.2}"));
    let entry = row
        .entry
        .as_deref()
        .or(row.best.first().map(|(entry, _)| entry.as_str()));
    let why = rule_in_words(texts, &row.rule, (row.confidence, row.needed), entry, row.ticket);
    let target = match (&row.entry, row.ticket) {
        (Some(entry), _) => format!(" {entry}"),
        (None, Some(ticket)) => format!(" #{ticket}"),
        (None, None) => String::new(),
    };
    let service = knowledge.faq.service();
    let open = service.is_open(row.at);
    let at = moment(now, row.at, service.time_zone(), texts);
    let same = row.faq_version == knowledge.version;
    let kind = row.kind().map(|kind| kind.in_words(texts));
    let decision = format!("{}{target}", kind.unwrap_or_else(|| row.decision.clone()));
    [
        texts.why_decided(&decision, &why, row.shadow),
        texts.why_of_these(&best, &needed, row.called),
        texts.why_by_file(&row.faq_version, &at, !same, open),
    ]
    .join("\n")
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn the_order_is_told_from_words_that_begin_like_it() {
        assert_eq!(read("/why"), Some(None));
        assert_eq!(read(" /why #12 "), Some(Some(12)));
        assert_eq!(read("/为什么 3"), Some(Some(3)));
        assert_eq!(read("/why not"), None);
        assert_eq!(read("why"), None);
    }
}
