//! Turns tickets into FAQ entries. `/faq draft 12` in a staff room shows the entry that staff's replies make; an admin's
//! `/faq accept 12` writes it into the file, which is then reloaded like any edit. `/faq exclude 12` puts a message out
//! of scope that was taken for a question and is none. Before an edit takes an answer from somebody, it is shown what it does
//! (`edits`).

mod carry_out_edits;
mod edit;
mod edit_order;
mod group_edit;
mod order_syntax;
mod unanswered_orders;

use super::Unanswered;
use super::preview_messages::{first_question, question};
use super::routing::Routing;
use crate::desk::{BuiltIn, says_wait};
use crate::faq::Draft;
use crate::store::{Result, Store};
use crate::texts::ComposedTexts;
use crate::ticket::{HistoryLine, LineKind, LineState, Ticket, standing};
use carry_out_edits::Edits;
pub(super) use carry_out_edits::EditsParts;
use edit::Edit;
pub(super) use edit_order::EditOrder;
use groupdesk_contract::{Message, Place, Standing};
use jiff::Timestamp;
use order_syntax::{FaqOrder, FaqOrderWish, read};
use std::path::PathBuf;
use std::sync::Arc;

/// Context of the orders about drafts.
#[derive(Debug, Clone)]
pub struct Drafts {
    edits: Arc<Edits>,
}

/// Answer to an order about drafts.
#[derive(Debug)]
pub enum OrderAnswer {
    /// These words, at once.
    Now(String),
    /// The order is carried out beside the answering of members, once its message is committed; its answer comes as a notice.
    Later(Box<EditOrder>),
}

impl Drafts {
    /// Makes the context. `file` is the FAQ; `None` is the one built into the program, which can't be written.
    pub fn new(file: Option<PathBuf>, parts: EditsParts) -> Self {
        Self {
            edits: Arc::new(Edits::new(file, parts)),
        }
    }

    /// Begins an edit. To be called when the message that ordered it is committed.
    pub fn begin(&self, order: EditOrder) {
        self.edits.begin(order);
    }

    /// Carries out an order about drafts and returns its answer; `None` for any other message. `to_us` says that the message is
    /// said to the program, or to nobody; `asked`, when its sender was last asked something else that a number answers: a number is
    /// the answer to the newest question.
    ///
    /// # Errors
    /// Fails with a [`StoreError`](crate::store::StoreError) when the store can't be read.
    pub async fn answer(
        &self,
        store: &dyn Store,
        routing: &Routing,
        (room, message): (&Place, &Message),
        (to_us, asked): (bool, Option<Timestamp>),
    ) -> Result<Option<OrderAnswer>> {
        let knowledge = self.edits.knowledge();
        let texts = knowledge.faq.own_texts();
        let text = message.text();
        let order = read(&text);
        // The ticket's order once more, without other words, means what was shown for it.
        let accepts = match &order {
            Some(FaqOrder::Ticket(number, FaqOrderWish::Accept(None))) => Some(*number),
            _ => None,
        };
        if let Some(confirmed) = self.edits.confirmed(room, message, (accepts, to_us), asked) {
            return Ok(Some(OrderAnswer::Later(Box::new(confirmed))));
        }
        if to_us && asked.is_none() && self.edits.confirms_nothing(room, message) {
            return Ok(Some(OrderAnswer::Now(texts.faq_nothing_waits())));
        }
        let Some(order) = order else { return Ok(None) };
        if order.changes()
            && message.sender.standing < Standing::Admin
            && !routing.is_admin(&room.account, &message.sender.id)
        {
            return Ok(Some(OrderAnswer::Now(texts.faq_admins_only())));
        }
        let (number, wish) = match order {
            FaqOrder::Help => return Ok(Some(OrderAnswer::Now(texts.faq_help()))),
            FaqOrder::Exclude(words) => {
                return Ok(Some(Self::exclude(room, message, words.to_owned(), texts)));
            }
            FaqOrder::Misses => {
                let now = self.edits.now();
                let unanswered = self.edits.unanswered();
                let list = unanswered_orders::list(store, routing, unanswered, room, (None, now)).await?;
                return Ok(Some(OrderAnswer::Now(unanswered_orders::listed(list, texts))));
            }
            FaqOrder::Group(id, wish) => {
                let answer =
                    unanswered_orders::answer(&self.edits, store, routing, (room, message), (id, wish));
                return Ok(Some(answer.await?));
            }
            FaqOrder::NoSuch(digits) => return Ok(Some(OrderAnswer::Now(texts.faq_no_ticket(digits)))),
            FaqOrder::Ticket(number, wish) => (number, wish),
        };
        // To staff who were not told of a ticket there is none, closed ones included.
        let ticket = store.ticket(number).await?;
        let Some(ticket) = ticket.filter(|ticket| ticket.is_of(room)) else {
            return Ok(Some(OrderAnswer::Now(texts.faq_no_ticket(&number.to_string()))));
        };
        Ok(Some(match wish {
            FaqOrderWish::Exclude => match asked_in(&ticket, &store.ticket_lines(number).await?) {
                Some(question) => Self::exclude(room, message, question, texts),
                None => OrderAnswer::Now(texts.faq_not_written(&texts.faq_no_question())),
            },
            FaqOrderWish::Draft => {
                let draft = drafted(store, &ticket).await?;
                let text = shown(number, &draft, texts);
                self.edits.drafted(room, number, draft, &message.id);
                OrderAnswer::Now(text)
            }
            FaqOrderWish::Accept(given) => {
                let mut draft = drafted(store, &ticket).await?;
                // Words that stand in the order are in the room by that.
                let under = match given {
                    Some((question, answer)) => {
                        draft.questions = vec![question.to_owned()];
                        draft.answer = answer.to_owned();
                        draft = draft.plain();
                        Some(message.id.clone())
                    }
                    None => self.edits.shown_draft(room, number, &draft),
                };
                match refused(number, &draft, texts) {
                    Some(why) => OrderAnswer::Now(texts.faq_not_written(&why)),
                    None => {
                        let order = EditOrder::new(room, message, Some(number), Edit::Entry(draft));
                        OrderAnswer::Later(Box::new(order.of_draft(under)))
                    }
                }
            }
        }))
    }

    /// Puts a message out of scope.
    fn exclude(room: &Place, message: &Message, words: String, texts: ComposedTexts<'_>) -> OrderAnswer {
        if BuiltIn::of(&words) == Some(BuiltIn::Human) {
            return OrderAnswer::Now(texts.faq_not_written(&texts.faq_calls_human(&words)));
        }
        let edit = Edit::OutOfScope(vec![words]);
        OrderAnswer::Later(Box::new(EditOrder::new(room, message, None, edit)))
    }
}

/// Returns the weekly digest of what was asked in a room's channels since a time and nobody answered; `None` where that is nothing.
pub(super) async fn digest(
    (store, routing, unanswered): (&dyn Store, &Routing, &Unanswered),
    room: &Place,
    (since, now): (Timestamp, Timestamp),
) -> Result<Option<String>> {
    let list = unanswered_orders::list(store, routing, unanswered, room, (Some(since), now)).await?;
    let knowledge = unanswered.knowledge();
    let texts = knowledge.faq.own_texts();
    Ok(list.map(|list| {
        let listed = unanswered_orders::listed(Some(list), texts);
        format!("{}\n{listed}", texts.faq_week_unanswered())
    }))
}

/// Returns the reason for which a draft can't be an entry.
fn refused(number: u64, draft: &Draft, texts: ComposedTexts<'_>) -> Option<String> {
    if draft.answer.is_empty() {
        return Some(texts.faq_not_answered_yet(number));
    }
    if draft.questions.is_empty() {
        return Some(ask_for_question(number, texts));
    }
    let mut questions = draft.questions.iter();
    let built_in = questions.find(|text| BuiltIn::of(text).is_some());
    built_in.map(|question| texts.faq_own_meaning(question))
}

/// Makes the draft from a ticket's question and the staff's replies.
async fn drafted(store: &dyn Store, ticket: &Ticket) -> Result<Draft> {
    let lines = store.ticket_lines(ticket.number).await?;
    // What was taken back or said otherwise since is no answer.
    let stands = |at: usize| standing(&lines, at) == LineState::Stands;
    let said: Vec<&str> = lines
        .iter()
        .enumerate()
        .filter(|(at, line)| line.kind == LineKind::Staff && stands(*at))
        .flat_map(|(_, line)| line.text.lines())
        .filter(|line| line.trim().is_empty() || !says_wait(line))
        .collect();
    Ok(Draft {
        id: format!("ticket-{}", ticket.number),
        questions: asked_in(ticket, &lines).into_iter().collect(),
        answer: said.join("\n").trim().to_owned(),
    }
    .plain())
}

/// Returns the question that a ticket is about: where it began with a call for a human alone, what the member told before anybody
/// answered.
fn asked_in(ticket: &Ticket, lines: &[HistoryLine]) -> Option<String> {
    question(ticket).or_else(|| {
        let unanswered = lines.iter().take_while(|line| line.kind != LineKind::Staff);
        let of_member = unanswered.filter(|line| line.kind == LineKind::Member);
        first_question(of_member.flat_map(|line| line.text.lines()))
    })
}

fn shown(number: u64, draft: &Draft, texts: ComposedTexts<'_>) -> String {
    if draft.answer.is_empty() {
        return texts.faq_not_answered_yet(number);
    }
    let what_next = if draft.questions.is_empty() {
        ask_for_question(number, texts)
    } else {
        texts.faq_accept_draft(number)
    };
    format!("{}\n{what_next}", draft.yaml(0).trim_end())
}

/// Asks an admin for the question that the ticket does not hold.
fn ask_for_question(number: u64, texts: ComposedTexts<'_>) -> String {
    format!(
        "{}\n{}",
        texts.faq_no_question(),
        texts.faq_write_question(number)
    )
}
