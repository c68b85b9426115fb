//! Turns tickets into FAQ entries. `/faq draft 12` in a staff room shows the entry that staff's replies make; an admin's
//! `/faq accept 12` writes it into the file, which is then reloaded like any edit. `/faq exclude 12` puts a message out
//! of scope that was taken for a question and is none. Before an edit takes an answer from somebody, it is shown what it does
//! (`edits`).

mod edit;
mod edit_order;
mod edits;
mod group;
mod misses;
mod order;

use super::Unanswered;
use super::asked::{first_question, question};
use super::routing::Routing;
use crate::desk::{BuiltIn, says_wait};
use crate::faq::Draft;
use crate::store::{Result, Store};
use crate::ticket::{HistoryLine, LineKind, Standing as ReplyStanding, Ticket, standing};
use edit::Edit;
pub(super) use edit_order::EditOrder;
use edits::Edits;
pub(super) use edits::EditsParts;
use groupdesk_contract::{Message, Place, Standing};
use jiff::Timestamp;
use order::{HELP, Order, Wish, read};
use std::path::PathBuf;
use std::sync::Arc;

/// Context of the orders about drafts.
#[derive(Debug, Clone)]
pub struct Drafts {
    edits: Arc<Edits>,
}

/// Answer to an order about drafts.
#[derive(Debug)]
pub enum Answer {
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
    ) -> Result<Option<Answer>> {
        let text = message.text();
        let order = read(&text);
        // The ticket's order once more, without other words, means what was shown for it.
        let accepts = match &order {
            Some(Order::Ticket(number, Wish::Accept(None))) => Some(*number),
            _ => None,
        };
        if let Some(confirmed) = self.edits.confirmed(room, message, (accepts, to_us), asked) {
            return Ok(Some(Answer::Later(Box::new(confirmed))));
        }
        if to_us && asked.is_none() && self.edits.confirms_nothing(room, message) {
            return Ok(Some(Answer::Now(NOTHING_WAITS.to_owned())));
        }
        let Some(order) = order else { return Ok(None) };
        if order.changes()
            && message.sender.standing < Standing::Admin
            && !routing.is_admin(&room.account, &message.sender.id)
        {
            let refusal = "只有管理员（admins）可以改 FAQ / only admins may change the FAQ";
            return Ok(Some(Answer::Now(refusal.to_owned())));
        }
        let (number, wish) = match order {
            Order::Help => return Ok(Some(Answer::Now(HELP.to_owned()))),
            Order::Exclude(words) => return Ok(Some(Self::exclude(room, message, words.to_owned()))),
            Order::Misses => {
                let now = self.edits.now();
                let unanswered = self.edits.unanswered();
                let list = misses::list(store, routing, unanswered, room, (None, now)).await?;
                return Ok(Some(Answer::Now(misses::listed(list))));
            }
            Order::Group(id, wish) => {
                let answer = misses::answer(&self.edits, store, routing, (room, message), (id, wish));
                return Ok(Some(answer.await?));
            }
            Order::NoSuch(digits) => return Ok(Some(Answer::Now(no_such_ticket(digits)))),
            Order::Ticket(number, wish) => (number, wish),
        };
        // To staff who were not told of a ticket there is none, closed ones included.
        let ticket = store.ticket(number).await?;
        let Some(ticket) = ticket.filter(|ticket| ticket.is_of(room)) else {
            return Ok(Some(Answer::Now(no_such_ticket(&number.to_string()))));
        };
        Ok(Some(match wish {
            Wish::Exclude => match asked_in(&ticket, &store.ticket_lines(number).await?) {
                Some(question) => Self::exclude(room, message, question),
                None => Answer::Now(not_written(&NO_QUESTION)),
            },
            Wish::Draft => {
                let draft = drafted(store, &ticket).await?;
                let text = shown(number, &draft);
                self.edits.drafted(room, number, draft, &message.id);
                Answer::Now(text)
            }
            Wish::Accept(given) => {
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
                match refused(number, &draft) {
                    Some(why) => Answer::Now(not_written(&why)),
                    None => {
                        let order = EditOrder::new(room, message, Some(number), Edit::Entry(draft));
                        Answer::Later(Box::new(order.of_draft(under)))
                    }
                }
            }
        }))
    }

    /// Puts a message out of scope.
    fn exclude(room: &Place, message: &Message, words: String) -> Answer {
        if BuiltIn::of(&words) == Some(BuiltIn::Human) {
            return Answer::Now(not_written(&format!(
                "「{words}」是转人工，不能排除 / it calls a human and can't be out of scope"
            )));
        }
        let edit = Edit::OutOfScope(vec![words]);
        Answer::Later(Box::new(EditOrder::new(room, message, None, edit)))
    }
}

/// Returns the weekly digest of what was asked in a room's channels since a time and nobody answered; `None` where that is nothing.
pub(super) async fn digest(
    (store, routing, unanswered): (&dyn Store, &Routing, &Unanswered),
    room: &Place,
    (since, now): (Timestamp, Timestamp),
) -> Result<Option<String>> {
    let list = misses::list(store, routing, unanswered, room, (Some(since), now)).await?;
    Ok(list.map(|list| {
        format!(
            "一周内没人答上的问题 / what nobody answered in a week\n{}",
            misses::listed(Some(list))
        )
    }))
}

/// Returns the reason for which a draft can't be an entry.
fn refused(number: u64, draft: &Draft) -> Option<String> {
    if draft.answer.is_empty() {
        return Some("工单还没有人工回复 / the ticket has no answer of a human".to_owned());
    }
    if draft.questions.is_empty() {
        return Some(ask_for_question(number));
    }
    let mut questions = draft.questions.iter();
    let built_in = questions.find(|text| BuiltIn::of(text).is_some());
    built_in.map(|question| own_meaning(question))
}

fn no_such_ticket(number: &str) -> String {
    format!("这里没有工单 #{number} / there is no ticket #{number} here")
}

fn own_meaning(question: &str) -> String {
    format!(
        "「{question}」是机器人自带的含义，不能作为问题；请写成员真正会问的话 / the bot understands it by itself: write what members \
         ask"
    )
}

fn not_written(why: &dyn std::fmt::Display) -> String {
    format!("没有写入 / not written: {why}")
}

/// Makes the draft from a ticket's question and the staff's replies.
async fn drafted(store: &dyn Store, ticket: &Ticket) -> Result<Draft> {
    let lines = store.ticket_lines(ticket.number).await?;
    // What was taken back or said otherwise since is no answer.
    let stands = |at: usize| standing(&lines, at) == ReplyStanding::Stands;
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

fn shown(number: u64, draft: &Draft) -> String {
    if draft.answer.is_empty() {
        return format!("工单 #{number} 还没有人工回复 / nobody has answered #{number} yet");
    }
    if draft.questions.is_empty() {
        return format!("{}\n{}", draft.yaml(0).trim_end(), ask_for_question(number));
    }
    format!(
        "{}\n/faq accept {number} —— 写入；要改就另起两行写问题和答案 / writes it; to edit it, put your question and answer \
         on lines of their own",
        draft.yaml(0).trim_end()
    )
}

/// Answer to a second word that nothing waits for.
const NOTHING_WAITS: &str = "没有在等您确认的修改：要么已经写入，要么过了 10 分钟，要么预览还没出来，请看上面的回执 / no edit waits for your word: it is \
                             written, older than ten minutes, or not shown yet; see the answer above";

/// Answer where a ticket holds no question.
const NO_QUESTION: &str =
    "工单里没有成员的问题（只有转人工之类的话） / the ticket holds no question of its member";

/// Asks an admin for the question that the ticket does not hold.
fn ask_for_question(number: u64) -> String {
    format!(
        "{NO_QUESTION}\n请这样写入，第二行是问题，第三行起是答案 / write it so, the question in the second line, the answer from the \
         third on:\n/faq accept {number}\n怎么……\n……"
    )
}
