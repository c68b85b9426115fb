//! `/label` of staff: what the bot answered, or would have answered in shadow mode, is right, wrong or needless. In a staff room by
//! number, by button or one after the other; in the members' group under a message.

use super::batch_work::Arrived;
use super::inbox_state::InboxWorker;
use crate::desk::{Effects, Knowledge, typed_behind};
use crate::figures::{LabelCounts, SURE_OF};
use crate::hours::moment;
use crate::language::Language;
use crate::store::{DeduplicationKey, KeptDecision, Label, NamedDecision, NewLabel, Result, Unlabelled};
use crate::texts::ComposedTexts;
use groupdesk_contract::{Button, CommandKind, Message, Place, clean_text};
use jiff::Timestamp;
use std::collections::{HashMap, HashSet};
use std::fmt::Write;

/// Words that take a label back.
const TAKE_BACK: [&str; 4] = ["none", "undo", "撤销", "取消"];

/// Decisions that a list shows.
const LISTED_DECISIONS: usize = 8;

/// Unlabelled decisions that are read at once.
const PAGE_DECISIONS: u32 = 100;
/// Times that they are read: a room may be told of few of the channels.
const PAGES_MAX: usize = 20;

/// Longest text that is shown, in characters.
const SHOWN_CHARS: usize = 200;

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
enum LabelOrder {
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
fn read(text: &str) -> Option<LabelOrder> {
    let rest = typed_behind(CommandKind::Label, text)?;
    if !rest.is_empty() && !rest.starts_with(char::is_whitespace) {
        return None;
    }
    let words: Vec<&str> = rest.split_whitespace().collect();
    Some(match words.as_slice() {
        [] => LabelOrder::Next,
        ["list" | "列表"] => LabelOrder::List,
        ["report" | "报告" | "统计"] => LabelOrder::Report,
        words => set(words).unwrap_or(LabelOrder::Help),
    })
}

/// Reads a label and the decisions that it is given to, in any order.
fn set(words: &[&str]) -> Option<LabelOrder> {
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
    Some(LabelOrder::Set(label?, named))
}

fn decision(word: &str) -> Option<NamedDecision> {
    let word = word.trim_matches(|c| "#＃[]，,".contains(c));
    NamedDecision::read(word)
}

impl InboxWorker {
    /// Answers the orders among the messages of a batch.
    pub(super) async fn labels(
        &self,
        messages: &[(&Arrived, &DeduplicationKey, &Message)],
        new: &HashSet<DeduplicationKey>,
        knowledge: &Knowledge,
        now: Timestamp,
    ) -> Result<HashMap<DeduplicationKey, Labelling>> {
        let mut answers = HashMap::new();
        for given in self.staff_orders(messages, new, read) {
            // In a group only what is quoted is labelled: its decisions are no talk for members.
            let order = match given.order {
                LabelOrder::Set(..) | LabelOrder::Help if given.in_room => given.order,
                LabelOrder::Set(label, _) => LabelOrder::Set(label, Vec::new()),
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
    worker: &'a InboxWorker,
    knowledge: &'a Knowledge,
    language: Language,
    now: Timestamp,
    rooms: Vec<Place>,
}

impl Labeller<'_> {
    async fn answer(
        self,
        order: LabelOrder,
        place: &Place,
        in_room: bool,
        message: &Message,
    ) -> Result<Labelling> {
        match order {
            LabelOrder::Help => {
                let text = self.texts().label_help();
                Ok(self.saying(text, Vec::new(), Vec::new()))
            }
            LabelOrder::Next => {
                let (text, buttons) = self.next(&[]).await?;
                Ok(self.saying(text, buttons, Vec::new()))
            }
            LabelOrder::List => {
                let mut text = String::new();
                for one in self.unlabelled(&[], LISTED_DECISIONS).await? {
                    // Writing to a string can't fail, here and below.
                    let _ = writeln!(text, "{}", self.shown(&one));
                }
                text.push_str(&if text.is_empty() {
                    self.texts().nothing_to_label()
                } else {
                    self.texts().label_help()
                });
                Ok(self.saying(text, Vec::new(), Vec::new()))
            }
            LabelOrder::Report => {
                let text = self.report().await?;
                Ok(self.saying(text, Vec::new(), Vec::new()))
            }
            LabelOrder::Set(label, named) => {
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

    fn texts(&self) -> ComposedTexts<'_> {
        self.knowledge.faq.texts(self.language)
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
    fn concerns(&self, one: &KeptDecision) -> bool {
        self.are_told_of(&one.decision.place)
    }

    fn are_told_of(&self, place: &Place) -> bool {
        let tell = &self.worker.inbox.routing.written(place).tell;
        self.rooms.iter().any(|room| tell.contains(room))
    }

    async fn find(&self, named: &NamedDecision) -> Result<Option<KeptDecision>> {
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
                let _ = writeln!(text, "{}", self.texts().no_decision_to_label(&shown));
                continue;
            };
            let _ = writeln!(
                text,
                "[{}] {} — {}",
                one.id,
                self.title(&one),
                word(self.texts(), label)
            );
            labels.push(NewLabel {
                decision: one.id,
                label,
                at: self.now,
                by: message.sender.id.to_string(),
            });
        }
        if named.is_empty() {
            text = self.texts().label_help();
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
    async fn unlabelled(&self, but: &[i64], wanted: usize) -> Result<Vec<KeptDecision>> {
        let mut found = Vec::new();
        for answered in [true, false] {
            let mut filter = Unlabelled {
                answered,
                below: None,
                limit: PAGE_DECISIONS,
            };
            for _ in 0..PAGES_MAX {
                let page = self.worker.inbox.store.unlabelled(&filter).await?;
                let Some(last) = page.last() else { break };
                filter.below = Some((last.decision.at, last.id));
                let fits = |one: &KeptDecision| !but.contains(&one.id) && self.concerns(one);
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
            return Ok((self.texts().nothing_to_label(), Vec::new()));
        };
        let buttons = Label::ALL.map(|label| Button {
            label: word(self.texts(), Some(label)),
            says: format!("/label {} {}", one.id, label.name()),
        });
        let how = self.texts().how_to_label(&one.id.to_string());
        Ok((format!("{}\n{how}", self.shown(&one)), buttons.to_vec()))
    }

    fn title(&self, one: &KeptDecision) -> String {
        let id = one.labelled_entry().unwrap_or_default();
        self.knowledge.faq.title_of(id, self.language)
    }

    /// Renders a decision: what was said where, and what the bot answered, or would have.
    fn shown(&self, one: &KeptDecision) -> String {
        let row = &one.decision;
        let zone = self.knowledge.faq.service().time_zone();
        let at = moment(self.now, row.at, zone, self.texts());
        let said: String = row
            .text
            .as_deref()
            .unwrap_or("…")
            .chars()
            .take(SHOWN_CHARS)
            .collect();
        let said = clean_text(&said).replace('\n', "\n│ ");
        let best = row.best.first().map(|(_, confidence)| *confidence);
        let sure = row
            .confidence
            .or(best)
            .map_or(String::new(), |confidence| format!(" {:.0}%", 100.0 * confidence));
        let title = format!("{}{sure}", self.title(one));
        let outcome = self
            .texts()
            .decision_to_label(&title, row.entry.is_some(), row.shadow);
        format!("[{}] {at}  {}\n│ {said}\n{outcome}", one.id, row.place)
    }

    async fn report(&self) -> Result<String> {
        let judged = self.worker.inbox.store.judgements().await?;
        let concern = judged.iter().filter(|of| self.are_told_of(&of.place));
        let mut text = String::new();
        for (place, labels) in LabelCounts::counted(concern) {
            let _ = writeln!(text, "{place}: {}", reported(self.texts(), &labels));
        }
        if text.is_empty() {
            return Ok(self.texts().no_labels_yet());
        }
        Ok(text.trim_end().to_owned())
    }
}

/// Renders what labels say of a channel.
fn reported(texts: ComposedTexts<'_>, labels: &LabelCounts) -> String {
    let (low, high) = labels.interval();
    let needed = labels.still_needed();
    let sure = SURE_OF
        .iter()
        .zip(needed)
        .map(|(share, needed)| texts.labels_needed(&share.to_string(), &needed.to_string()));
    let LabelCounts {
        right,
        wrong,
        needless,
        by_service,
    } = labels;
    let counted = texts.labels_counted(
        &right.to_string(),
        &wrong.to_string(),
        &needless.to_string(),
        &by_service.to_string(),
    );
    let share = |share: f64| format!("{:.1}", 100.0 * share);
    counted + &texts.labels_prove(&share(low), &share(high), &sure.collect::<Vec<_>>().join(", "))
}

fn word(texts: ComposedTexts<'_>, label: Option<Label>) -> String {
    match label {
        Some(Label::Right) => texts.label_right(),
        Some(Label::Wrong) => texts.label_wrong(),
        Some(Label::Needless) => texts.label_needless(),
        None => texts.label_taken_back(),
    }
}
