//! `/label` of staff: what the bot answered, or would have answered in shadow mode, is right, wrong or needless. In a staff room by
//! number, by button or one after the other; in the members' group under a message.

use super::batch::Worker;
use super::work::Arrived;
use crate::desk::{Effects, Knowledge};
use crate::figures::{Labels, SURE_OF};
use crate::hours::moment;
use crate::language::Language;
use crate::store::{Decided, InboxKey, Label, NamedDecision, NewLabel, Result, Unlabelled};
use groupdesk_contract::{Button, Message, Place, clean_text};
use jiff::Timestamp;
use std::collections::{HashMap, HashSet};
use std::fmt::Write;

/// Names of the order.
const NAMES: [&str; 5] = ["/label", "／label", "/标注", "／标注", "/labels"];

/// Words that take a label back.
const TAKE_BACK: [&str; 4] = ["none", "undo", "撤销", "取消"];

/// Decisions that a list shows.
const LISTED: usize = 8;

/// Unlabelled decisions that are read at once, and how often: a room may be told of few of the channels.
const PAGE: u32 = 100;
const PAGES: usize = 20;

/// Longest text that is shown, in characters.
const SHOWN: usize = 200;

/// An answer to `/label`, with the labels that it gave.
pub(super) struct Labelling {
    rooms: Vec<Place>,
    text: String,
    buttons: Vec<Button>,
    pub(super) labels: Vec<NewLabel>,
}

impl Labelling {
    /// Makes the turn that tells the rooms.
    pub(super) fn effects(self, place: &Place, message: &Message) -> Effects {
        let mut effects = Effects::told_to_rooms(&self.rooms, place, message, &self.text);
        if let Some(last) = effects.outgoing.last_mut() {
            last.reply.buttons = self.buttons;
        }
        effects
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Order {
    /// Show the next decision to label.
    Next,
    /// Show several.
    List,
    /// Show what the labels say.
    Report,
    /// Label these; the quoted one where none is named.
    Set(Option<Label>, Vec<NamedDecision>),
    /// Tell how it is typed.
    Help,
}

/// Reads an order; `None` for anything else.
fn read(text: &str) -> Option<Order> {
    let mut words = text.split_whitespace();
    let name = words.next()?;
    if !NAMES.contains(&name.to_lowercase().as_str()) {
        return None;
    }
    let words: Vec<&str> = words.collect();
    Some(match words.as_slice() {
        [] => Order::Next,
        ["list" | "列表"] => Order::List,
        ["report" | "报告" | "统计"] => Order::Report,
        words => set(words).unwrap_or(Order::Help),
    })
}

/// Reads a label and the decisions that it is given to, in any order.
fn set(words: &[&str]) -> Option<Order> {
    let mut label = None;
    let mut named = Vec::new();
    for word in words {
        let verdict = Label::of_word(word).map(Some);
        let verdict = verdict.or_else(|| TAKE_BACK.contains(&word.to_lowercase().as_str()).then_some(None));
        match verdict {
            Some(verdict) if label.is_none() => label = Some(verdict),
            Some(_) => return None,
            None => named.push(decision(word)?),
        }
    }
    Some(Order::Set(label?, named))
}

fn decision(word: &str) -> Option<NamedDecision> {
    let word = word.trim_matches(|c| "#＃[]，,".contains(c));
    NamedDecision::read(word)
}

impl Worker {
    /// Answers the orders among the messages of a batch.
    pub(super) async fn labels(
        &self,
        messages: &[(&Arrived, &InboxKey, &Message)],
        new: &HashSet<InboxKey>,
        knowledge: &Knowledge,
        now: Timestamp,
    ) -> Result<HashMap<InboxKey, Labelling>> {
        let mut answers = HashMap::new();
        for given in self.staff_orders(messages, new, read) {
            // In a group only what is quoted is labelled: its decisions are no talk for members.
            let order = match given.order {
                Order::Set(..) | Order::Help if given.in_room => given.order,
                Order::Set(label, _) => Order::Set(label, Vec::new()),
                _ if !given.in_room => continue,
                order => order,
            };
            let labeller = Labeller {
                worker: self,
                knowledge,
                language: knowledge.faq.language(),
                now,
                rooms: given.rooms,
            };
            let answer = labeller.answer(order, &given.key.place, given.in_room, given.message);
            answers.insert(given.key.clone(), answer.await?);
        }
        Ok(answers)
    }
}

/// Answers one order.
struct Labeller<'a> {
    worker: &'a Worker,
    knowledge: &'a Knowledge,
    language: Language,
    now: Timestamp,
    rooms: Vec<Place>,
}

impl Labeller<'_> {
    async fn answer(
        self,
        order: Order,
        place: &Place,
        in_room: bool,
        message: &Message,
    ) -> Result<Labelling> {
        match order {
            Order::Help => {
                let text = help(self.language);
                Ok(self.saying(text, Vec::new(), Vec::new()))
            }
            Order::Next => {
                let (text, buttons) = self.next(&[]).await?;
                Ok(self.saying(text, buttons, Vec::new()))
            }
            Order::List => {
                let mut text = String::new();
                for one in self.unlabelled(&[], LISTED).await? {
                    // Writing to a string can't fail, here and below.
                    let _ = writeln!(text, "{}", self.shown(&one));
                }
                text.push_str(&if text.is_empty() {
                    nothing_left(self.language)
                } else {
                    help(self.language)
                });
                Ok(self.saying(text, Vec::new(), Vec::new()))
            }
            Order::Report => {
                let text = self.report().await?;
                Ok(self.saying(text, Vec::new(), Vec::new()))
            }
            Order::Set(label, named) => {
                let quoted = message.quote().filter(|_| !in_room);
                let quoted = quoted.map(|quote| NamedDecision::Message(place.clone(), quote.message.clone()));
                let named: Vec<NamedDecision> = if named.is_empty() {
                    quoted.into_iter().collect()
                } else {
                    named
                };
                self.set(label, &named, in_room, message).await
            }
        }
    }

    fn saying(self, text: String, buttons: Vec<Button>, labels: Vec<NewLabel>) -> Labelling {
        Labelling {
            rooms: self.rooms,
            text,
            buttons,
            labels,
        }
    }

    /// `true` if the rooms are told of a decision's channel.
    fn concerns(&self, one: &Decided) -> bool {
        self.are_told_of(&one.decision.place)
    }

    fn are_told_of(&self, place: &Place) -> bool {
        let tell = &self.worker.inbox.directory.written(place).tell;
        self.rooms.iter().any(|room| tell.contains(room))
    }

    async fn find(&self, named: &NamedDecision) -> Result<Option<Decided>> {
        let found = named.find(&*self.worker.inbox.store).await?;
        Ok(found.filter(|one| self.concerns(one)))
    }

    async fn set(
        self,
        label: Option<Label>,
        named: &[NamedDecision],
        in_room: bool,
        message: &Message,
    ) -> Result<Labelling> {
        let mut labels = Vec::new();
        let mut text = String::new();
        for named in named {
            let Some(one) = self.find(named).await? else {
                let shown = match named {
                    NamedDecision::Number(number) => number.to_string(),
                    NamedDecision::Message(place, message) => format!("{place}/{message}"),
                };
                let _ = writeln!(text, "{}", no_decision(self.language, &shown));
                continue;
            };
            let _ = writeln!(
                text,
                "[{}] {} — {}",
                one.id,
                self.title(&one),
                word(self.language, label)
            );
            labels.push(NewLabel {
                decision: one.id,
                label,
                at: self.now,
                by: message.sender.id.to_string(),
            });
        }
        if named.is_empty() {
            text = help(self.language);
        }
        let mut buttons = Vec::new();
        if in_room && !labels.is_empty() {
            let done: Vec<i64> = labels.iter().map(|label| label.decision).collect();
            let (next, under) = self.next(&done).await?;
            text.push_str(&next);
            buttons = under;
        }
        Ok(self.saying(text.trim_end().to_owned(), buttons, labels))
    }

    /// Returns decisions that wait for a label, answers first, but those with these numbers.
    async fn unlabelled(&self, but: &[i64], wanted: usize) -> Result<Vec<Decided>> {
        let mut found = Vec::new();
        for answered in [true, false] {
            let mut filter = Unlabelled {
                answered,
                below: None,
                limit: PAGE,
            };
            for _ in 0..PAGES {
                let page = self.worker.inbox.store.unlabelled(&filter).await?;
                let Some(last) = page.last() else { break };
                filter.below = Some((last.decision.at, last.id));
                let fits = |one: &Decided| !but.contains(&one.id) && self.concerns(one);
                found.extend(page.into_iter().filter(fits));
                if found.len() >= wanted {
                    found.truncate(wanted);
                    return Ok(found);
                }
            }
        }
        Ok(found)
    }

    /// Shows the next decision that waits for a label, with a button for each.
    async fn next(&self, but: &[i64]) -> Result<(String, Vec<Button>)> {
        let Some(one) = self.unlabelled(but, 1).await?.pop() else {
            return Ok((nothing_left(self.language), Vec::new()));
        };
        let buttons = Label::ALL.map(|label| Button {
            label: word(self.language, Some(label)).to_owned(),
            says: format!("/label {} {}", one.id, label.name()),
        });
        let how = match self.language {
            Language::CHINESE => format!("（/label {} 对 | 错 | 不必；/label 报告）", one.id),
            _ => format!("(/label {} right | wrong | needless; /label report)", one.id),
        };
        Ok((format!("{}\n{how}", self.shown(&one)), buttons.to_vec()))
    }

    fn title(&self, one: &Decided) -> String {
        let id = one.labelled_entry().unwrap_or_default();
        self.knowledge.faq.title_of(id, self.language)
    }

    /// Renders a decision: what was said where, and what the bot answered, or would have.
    fn shown(&self, one: &Decided) -> String {
        let row = &one.decision;
        let zone = self.knowledge.faq.service().time_zone();
        let at = moment(self.now, row.at, zone, self.knowledge.faq.texts(self.language));
        let said: String = row.text.as_deref().unwrap_or("…").chars().take(SHOWN).collect();
        let said = clean_text(&said).replace('\n', "\n│ ");
        let best = row.best.first().map(|(_, confidence)| *confidence);
        let sure = row
            .confidence
            .or(best)
            .map_or(String::new(), |confidence| format!(" {:.0}%", 100.0 * confidence));
        let (chinese, english) = match (&row.entry, row.shadow) {
            (Some(_), false) => ("答了", "answered"),
            (Some(_), true) => ("本来会答", "would have answered"),
            (None, _) => ("没答，最像", "no answer; nearest"),
        };
        let did = match self.language {
            Language::CHINESE => chinese,
            _ => english,
        };
        format!(
            "[{}] {at}  {}\n│ {said}\n{did}: {}{sure}",
            one.id,
            row.place,
            self.title(one)
        )
    }

    async fn report(&self) -> Result<String> {
        let judged = self.worker.inbox.store.judgements().await?;
        let concern = judged.iter().filter(|of| self.are_told_of(&of.place));
        let mut text = String::new();
        for (place, labels) in Labels::counted(concern) {
            let _ = writeln!(text, "{place}: {}", reported(self.language, &labels));
        }
        if text.is_empty() {
            return Ok(match self.language {
                Language::CHINESE => "还没有标注。/label 逐条来".to_owned(),
                _ => "No labels yet: /label shows one after the other".to_owned(),
            });
        }
        Ok(text.trim_end().to_owned())
    }
}

/// Renders what labels say of a channel.
fn reported(language: Language, labels: &Labels) -> String {
    let (low, high) = labels.interval();
    let needed = labels.still_needed();
    let sure = SURE_OF.iter().zip(needed).map(|(share, needed)| match language {
        Language::CHINESE => format!("{share} 还需 {needed} 条"),
        _ => format!("{share}: {needed} more"),
    });
    let sure = sure.collect::<Vec<_>>().join(", ");
    let Labels {
        right,
        wrong,
        needless,
        by_service,
    } = labels;
    match language {
        Language::CHINESE => format!(
            "对 {right}，错 {wrong}，不必 {needless}，服务中看出不对 {by_service}；精确率在 {:.1}% 到 {:.1}% 之间（单侧 95%）；要确认（之后全对）{sure}",
            100.0 * low,
            100.0 * high
        ),
        _ => format!(
            "right {right}, wrong {wrong}, needless {needless}, shown wrong by service {by_service}; precision {:.1} % to {:.1} % (one-sided 95 %); to be sure \
             of, if all that follow are right, {sure}",
            100.0 * low,
            100.0 * high
        ),
    }
}

fn word(language: Language, label: Option<Label>) -> &'static str {
    let (chinese, english) = match label {
        Some(Label::Right) => ("对", "right"),
        Some(Label::Wrong) => ("错", "wrong"),
        Some(Label::Needless) => ("不必", "needless"),
        None => ("已撤销标注", "label taken back"),
    };
    match language {
        Language::CHINESE => chinese,
        _ => english,
    }
}

fn no_decision(language: Language, named: &str) -> String {
    match language {
        Language::CHINESE => format!("{named}：没有可以标注的判断"),
        _ => format!("{named}: no decision to label"),
    }
}

fn nothing_left(language: Language) -> String {
    match language {
        Language::CHINESE => "没有要标注的了。结果：/label 报告".to_owned(),
        _ => "Nothing is left to label. What came out: /label report".to_owned(),
    }
}

fn help(language: Language) -> String {
    match language {
        Language::CHINESE => {
            "/label 逐条看　/label 列表　/label 12 对 | 错 | 不必　/label 对 12 13 14　/label 12 撤销　/label 报告；在群里引用一条消息写 /label 错"
                .to_owned()
        }
        _ => {
            "/label shows one after the other, /label list, /label 12 right | wrong | needless, /label right 12 13 14, /label 12 undo, /label report; in the \
             group: quote a message with /label wrong"
                .to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use groupdesk_contract::MessageId;

    #[test]
    fn an_order_names_a_label_and_decisions_in_any_order() {
        let numbers = |numbers: &[i64]| {
            numbers
                .iter()
                .copied()
                .map(NamedDecision::Number)
                .collect::<Vec<_>>()
        };
        let message = NamedDecision::Message(Place::new("qq", "group:7"), MessageId::new("12"));
        for (text, order) in [
            ("/label", Order::Next),
            ("/标注 列表", Order::List),
            ("/label report", Order::Report),
            ("/label 12 对", Order::Set(Some(Label::Right), numbers(&[12]))),
            (
                "/label wrong #12 [13]",
                Order::Set(Some(Label::Wrong), numbers(&[12, 13])),
            ),
            (" /LABEL needless", Order::Set(Some(Label::Needless), vec![])),
            ("/label 12 撤销", Order::Set(None, numbers(&[12]))),
            (
                "/label qq/group:7/12 w",
                Order::Set(Some(Label::Wrong), vec![message]),
            ),
            ("/label 12", Order::Help),
            ("/label right wrong 1", Order::Help),
            ("/label hm 1", Order::Help),
        ] {
            assert_eq!(read(text), Some(order), "{text}");
        }
        assert_eq!(read("/labelled 12 right"), None);
        assert_eq!(read("label 12 right"), None);
    }
}
