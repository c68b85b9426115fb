//! `/why` of staff: why a message was decided as it was, in three lines. Under a notice or relayed words in a staff room,
//! with a ticket's number there, or under a message in the members' group, where the answer goes to the staff rooms.

use super::work::Arrived;
use super::worker::Worker;
use crate::desk::{Knowledge, rule_in_words};
use crate::hours::moment;
use crate::language::Language;
use crate::store::{Decided, InboxKey, Quoted, Result};
use groupdesk_contract::{Message, Place};
use jiff::Timestamp;
use std::collections::{HashMap, HashSet};

/// An answer to `/why`, with the rooms that get it.
pub(super) struct Told {
    pub(super) rooms: Vec<Place>,
    pub(super) text: String,
}

/// Reads `/why` and `/why 12`; `None` for anything else.
fn read(text: &str) -> Option<Option<u64>> {
    let text = text.trim();
    let rest = ["/why", "／why", "/为什么", "／为什么"]
        .into_iter()
        .find_map(|word| text.strip_prefix(word))?;
    let rest = rest.trim().trim_start_matches(['#', '＃']);
    if rest.is_empty() {
        return Some(None);
    }
    rest.parse().ok().map(Some)
}

impl Worker {
    /// Answers the orders among the messages of a batch.
    pub(super) async fn whys(
        &self,
        messages: &[(&Arrived, &InboxKey, &Message)],
        new: &HashSet<InboxKey>,
        quotes: &HashMap<InboxKey, Quoted>,
        knowledge: &Knowledge,
    ) -> Result<HashMap<InboxKey, Told>> {
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
            let language = knowledge.faq.language();
            let text = found.first().map_or_else(
                || nothing(language),
                |one| three_lines(one, knowledge, (language, now)),
            );
            let rooms = asked.rooms;
            told.insert(key.clone(), Told { rooms, text });
        }
        Ok(told)
    }

    /// Returns the decisions of a ticket; none where a room was not told of it.
    async fn of_ticket(&self, room: &Place, number: u64) -> Result<Vec<Decided>> {
        let ticket = self.inbox.store.ticket(number).await?;
        match ticket.filter(|ticket| ticket.is_of(room)) {
            Some(_) => self.inbox.store.decisions_of_ticket(number).await,
            None => Ok(Vec::new()),
        }
    }
}

fn nothing(language: Language) -> String {
    match language {
        Language::CHINESE => "没有留下它的判断：请引用消息，或写 /why 工单号".to_owned(),
        _ => "No decision of it is kept: quote a message, or write /why NUMBER".to_owned(),
    }
}

/// Names a decision in Chinese.
fn in_chinese(decision: &str) -> &str {
    match decision {
        "answer" => "回答",
        "clarify" => "反问",
        "handoff" => "转人工",
        "quiet" => "不说话",
        other => other,
    }
}

/// Renders a decision: what was decided and why, between what, and by which file at what hour.
fn three_lines(one: &Decided, knowledge: &Knowledge, (language, now): (Language, Timestamp)) -> String {
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
    let why = rule_in_words(
        language,
        &row.rule,
        (row.confidence, row.needed),
        entry,
        row.ticket,
    );
    let target = match (&row.entry, row.ticket) {
        (Some(entry), _) => format!(" {entry}"),
        (None, Some(ticket)) => format!(" #{ticket}"),
        (None, None) => String::new(),
    };
    let service = knowledge.faq.service();
    let open = service.is_open(row.at);
    let at = moment(now, row.at, service.time_zone(), knowledge.faq.texts(language));
    let same = row.faq_version == knowledge.version;
    match language {
        Language::CHINESE => format!(
            "{}{target}{}：{why}\n候选 {best}；门槛 {needed}（{}）\nFAQ {}{}；{at}，{}",
            in_chinese(&row.decision),
            if row.shadow {
                "（影子模式，没有说）"
            } else {
                ""
            },
            if row.called {
                "叫了机器人"
            } else {
                "没叫机器人"
            },
            row.faq_version,
            if same { "" } else { "（已改）" },
            if open { "上班时间" } else { "下班时间" },
        ),
        _ => format!(
            "{}{target}{}: {why}\ncandidates {best}; needed {needed} ({})\nFAQ {}{}; {at}, {}",
            row.decision,
            if row.shadow {
                " (shadow mode: not said)"
            } else {
                ""
            },
            if row.called {
                "called"
            } else {
                "not called: precision"
            },
            row.faq_version,
            if same { "" } else { " (changed since)" },
            if open { "open" } else { "closed" },
        ),
    }
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
