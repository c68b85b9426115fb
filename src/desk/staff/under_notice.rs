//! Words under a quoted line of the desk's own, such as a notice: it speaks to colleagues, and so may who quotes it. Once a ticket staff are asked; the answer is a
//! number.

use super::command::{Order, read};
use super::ticket_actions::TicketAction;
use super::{Staff, agent};
use crate::desk::Desk;
use crate::desk::effects::{Effects, Outgoing};
use crate::desk::policy::{TicketPolicy, UnderNotice};
use crate::desk::reading::WordList;
use crate::desk::reading::made_of;
use crate::desk::staff_notice::{about, note, plain};
use crate::ticket::{HeldWords, OpenTickets, Ticket};
use groupdesk_contract::{MemberId, Message, NoteKind, Place};
use jiff::{SignedDuration, Timestamp};

/// Line of the desk's own that a message of a staff room quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::desk) enum QuotedLine {
    /// None, or words of somebody else.
    None,
    /// Notice of a ticket, or another line about it.
    Notice,
    /// Answer to what staff wrote, such as the question for whom words are.
    Answer,
}

/// Time for which the answer to the question is waited for.
const WAITS: SignedDuration = SignedDuration::from_mins(10);

/// Returns the time at which a staff member was last asked in a room whom words are for, of the questions that still wait.
pub fn asked_whom_for(open_tickets: &OpenTickets, room: &Place, by: &MemberId) -> Option<Timestamp> {
    held_by(open_tickets, room, by).map(|(_, held)| held.at).max()
}

/// Returns the tickets of which words of a staff member are held in a room, with those words.
fn held_by<'b>(
    open_tickets: &'b OpenTickets,
    room: &'b Place,
    by: &'b MemberId,
) -> impl Iterator<Item = (&'b Ticket, &'b HeldWords)> {
    let held = open_tickets
        .all_in(room)
        .filter_map(|ticket| Some((ticket, ticket.held.as_deref()?)));
    held.filter(move |(_, held)| held.room == *room && held.by == *by)
}

impl Desk<'_> {
    /// Reads the messages of a staff room as quoting the notice of a ticket.
    #[must_use]
    pub fn quoting_notice(self, quoted: bool) -> Self {
        let under = if quoted {
            QuotedLine::Notice
        } else {
            QuotedLine::None
        };
        Self { under, ..self }
    }

    /// Reads them as quoting an answer to what staff wrote, such as the question for whom words are, where `quoted` says so.
    #[must_use]
    pub fn quoting_answer(self, quoted: bool) -> Self {
        let under = if quoted { QuotedLine::Answer } else { self.under };
        Self { under, ..self }
    }

    /// Returns the time at which a question whom words are for is answered by nobody.
    pub(in crate::desk) fn held_until(ticket: &Ticket) -> Option<Timestamp> {
        let held = ticket.held.as_ref()?;
        Some(held.at.saturating_add(WAITS).unwrap_or(Timestamp::MAX))
    }

    /// Keeps the words that nobody said for whom they are as a note, and tells their room.
    pub(in crate::desk) fn keep_held(
        &self,
        open_tickets: &mut OpenTickets,
        policy: &TicketPolicy,
        number: u64,
        now: Timestamp,
    ) -> Option<Outgoing> {
        let held = open_tickets.get(number)?.held.clone()?;
        open_tickets.mark(number, |ticket| ticket.held = None);
        let message = serde_json::from_str::<Message>(&held.message).ok()?;
        let text = held.words.unwrap_or_else(|| message.text());
        let agent = agent(&policy.roster, &held.room, &message.sender);
        open_tickets
            .note(number, &agent, text.trim().to_owned(), now)
            .ok()?;
        let told = self
            .in_language(self.knowledge.faq.language())
            .tell_kept_unanswered(number, text.trim());
        Some(Outgoing {
            about: about(number),
            ..plain(&held.room, told)
        })
    }

    /// Carries out the answer to the question whom words are for: `1` the member, `2` colleagues. A quote says which question is
    /// answered; where several wait and none is quoted, nobody gets anything before it is said which. `None` for anything else.
    pub(super) fn told_what_is_meant(
        &self,
        (room, message): (&Place, &Message),
        quoted: Option<u64>,
        open_tickets: &mut OpenTickets,
        policy: &TicketPolicy,
        now: Timestamp,
    ) -> Option<Effects> {
        let Some(for_member) = answer(&message.text(), quoted.is_some()) else {
            return self.asked_again((room, message), quoted?, open_tickets, now);
        };
        let mut waiting: Vec<Ticket> = held_by(open_tickets, room, &message.sender.id)
            .filter(|(ticket, _)| quoted.is_none_or(|quoted| ticket.number == quoted))
            .filter(|(_, held)| now.duration_since(held.at) <= WAITS)
            .map(|(ticket, _)| ticket.clone())
            .collect();
        let language = self.knowledge.faq.language();
        if waiting.len() > 1 {
            let numbers: Vec<u64> = waiting.iter().map(|ticket| ticket.number).collect();
            let text = self.in_language(language).ask_which_is_answered(&numbers);
            return Some(Effects::said_to_staff(room, message, text));
        }
        let Some(ticket) = waiting.pop() else {
            // Under a question that is settled an answer is none, and no words for anybody.
            let number = quoted.filter(|number| {
                self.under == QuotedLine::Answer && open_tickets.get_in(room, *number).is_some()
            })?;
            let text = self.in_language(language).for_whom_settled(number);
            return Some(Effects::said_to_staff(room, message, text));
        };
        let number = ticket.number;
        let held = ticket
            .held
            .as_ref()
            .map(|held| serde_json::from_str::<Message>(&held.message));
        let held = held?.ok()?;
        let words = ticket.held.as_ref().and_then(|held| held.words.clone());
        open_tickets.mark(number, |ticket| {
            ticket.held = None;
            // Of words that were asked about for what they say nothing follows for others.
            if words.is_none() {
                ticket.notice_is_answered = for_member;
            }
        });
        let staff = Staff {
            desk: self,
            language,
            policy,
            room,
            now,
            message: &held,
            agent: agent(&policy.roster, room, &held.sender),
            ticket: Some(ticket),
            written_in: None,
        };
        let text = words.unwrap_or_else(|| held.text());
        Some(if for_member {
            match super::snippet(policy, self.in_language(staff.language), &text) {
                Ok(snippet) => staff.reply(open_tickets, number, snippet.unwrap_or(text.trim()), false),
                Err(unknown) => staff.say(unknown, Some(number)),
            }
        } else {
            staff.kept_as_note(open_tickets, number, text.trim())
        })
    }
}

impl Desk<'_> {
    /// Asks once more for whom words are, with those words, where the question is quoted and the answer to it is not understood: such an
    /// answer is no word for anybody. `None` for an order, and for words that say themselves for whom they are.
    fn asked_again(
        &self,
        (room, message): (&Place, &Message),
        number: u64,
        open_tickets: &mut OpenTickets,
        now: Timestamp,
    ) -> Option<Effects> {
        let text = message.text();
        let is_plain = match read(&text, Some(number))? {
            Order::Ticket { number: of, action } => {
                of == number && matches!(action, TicketAction::Reply(words) if words.trim() == text.trim())
            }
            _ => false,
        };
        if self.under != QuotedLine::Answer || !is_plain {
            return None;
        }
        let waits = |(ticket, held): &(&Ticket, &HeldWords)| {
            ticket.number == number && now.duration_since(held.at) <= WAITS
        };
        let held = held_by(open_tickets, room, &message.sender.id)
            .find(waits)
            .map(|(_, held)| held.clone())?;
        let under_notice = held.words.is_none();
        let asked = serde_json::from_str::<Message>(&held.message).ok()?;
        let words = held.words.unwrap_or_else(|| asked.text());
        // It waits for as long as before.
        open_tickets.mark(number, |ticket| {
            if let Some(held) = &mut ticket.held {
                held.at = now;
            }
        });
        let question = self
            .in_language(self.knowledge.faq.language())
            .ask_for_whom_again(number, under_notice, words.trim());
        let mut effects = Effects::said_to_staff(room, message, question);
        let ticket = open_tickets.get(number)?;
        for told in &mut effects.outgoing {
            told.about = about(number);
            told.reply.note = note(ticket, NoteKind::Answer);
        }
        Some(effects)
    }
}

/// Words before the number of an answer, as the question itself has them.
const BEFORE_NUMBER: [&str; 9] = [
    "回复",
    "回覆",
    "选择",
    "選擇",
    "选",
    "選",
    "reply with",
    "reply",
    "option",
];

/// Answers in words: send it, and keep it in.
const SEND: [&str; 14] = [
    "发",
    "发吧",
    "发送",
    "发给他",
    "发给她",
    "发给成员",
    "發",
    "發吧",
    "發送",
    "發給他",
    "發給她",
    "發給成員",
    "send",
    "send it",
];
const KEEP: [&str; 24] = [
    "不发",
    "别发",
    "不要发",
    "不用发",
    "先不发",
    "先别发",
    "不發",
    "別發",
    "不要發",
    "不用發",
    "不要",
    "不用",
    "不",
    "别",
    "別",
    "否",
    "no",
    "don't",
    "don’t",
    "don't send",
    "don’t send",
    "don't send it",
    "dont send",
    "do not send",
];

/// Answers that agree; as an answer to nobody in particular they may be said to a colleague.
const YES: [&str; 13] = [
    "是", "是的", "好", "好的", "可以", "对", "對", "嗯", "要", "yes", "y", "ok", "okay",
];

/// Reads an answer to the question whom words are for: `true` for the member. `quoted` says that a line of the desk is quoted.
fn answer(text: &str, quoted: bool) -> Option<bool> {
    let said = text.trim().to_lowercase();
    let said = said.trim_end_matches(['.', '。', '、', '!', '！', '吧', ' ']);
    let number = BEFORE_NUMBER.iter().find_map(|word| said.strip_prefix(word));
    match number.unwrap_or(said).trim_start_matches([' ', ':', '：']) {
        "1" | "１" | "一" | "①" | "1️⃣" => return Some(true),
        "2" | "２" | "二" | "②" | "2️⃣" => return Some(false),
        _ => {}
    }
    if SEND.contains(&said) || (quoted && YES.contains(&said)) {
        return Some(true);
    }
    if KEEP.contains(&said) {
        return Some(false);
    }
    // In other words, by what they are made of: 给他发, 甭发了, just a note.
    if text.contains(['?', '？', '吗']) || text.contains("要不要") {
        return None;
    }
    match made_of(text, [&SENDS, &REFUSES, &AGREES, &BESIDE])? {
        [sends, true, ..] if sends || quoted => Some(false),
        [true, false, ..] => Some(true),
        [false, false, true, _] if quoted => Some(true),
        _ => None,
    }
}

/// Words of which answers in other words are made: of sending, ...
static SENDS: WordList = WordList::new("发 发送 发出 发出去 发过去 发给 发掉 send sendit");

/// ... of keeping it in, ...
static REFUSES: WordList = WordList::new(
    "不 不要 不用 不必 别 甭 勿 莫 没必要 取消 算 作罢 记下 记着 记 备注 nah nope no not dont donot cancel never nevermind note \
internal 第二 选项二 选二",
);

/// ... of consent, ...
static AGREES: WordList =
    WordList::new("可以 是 好 行 对 嗯 要 确认 同意 sure yes yep yeah ok okay goahead 第一 选项一 选一");

/// ... and what stands beside them.
static BESIDE: WordList = WordList::new(
    "给 他 她 它 成员 客户 用户 对方 吧 啊 呀 哦 了 的 就 即可 那 个 先 还是 只 一下 it this to him her them the member customer please \
just as a",
);

impl Staff<'_> {
    /// `true` if words that would go to a member stand under the ticket's notice, with nothing that says for whom they are. In a mail or an
    /// issue they are for the member.
    pub(super) fn may_be_for_colleagues(&self, ticket: &Ticket, text: &str) -> bool {
        let plain = self.message.text().trim() == text.trim();
        let open = match self.policy.under_notice {
            // An answer may be to a question that is settled, and other words under one that waits are none.
            UnderNotice::Ask => {
                !ticket.notice_is_answered || ticket.held.is_some() || answer(text, true).is_some()
            }
            UnderNotice::Member => false,
            UnderNotice::Colleagues => true,
        };
        open && plain
            && self.desk.under != QuotedLine::None
            && self.message.ticket.is_none()
            && !self.is_slashed()
    }

    /// Asks whether words are for the member, or keeps them as a note where the settings say so.
    pub(super) fn ask_whom_it_is_for(
        &self,
        open_tickets: &mut OpenTickets,
        number: u64,
        text: &str,
    ) -> Effects {
        if self.policy.under_notice == UnderNotice::Colleagues {
            return self.kept_as_note(open_tickets, number, text);
        }
        self.ask_for_whom(open_tickets, number, None)
    }

    /// Asks whether words are for the member. `words` are those of a message that has an order before them. Others of the same ticket that
    /// were asked about before are kept as a note.
    pub(super) fn ask_for_whom(
        &self,
        open_tickets: &mut OpenTickets,
        number: u64,
        words: Option<&str>,
    ) -> Effects {
        let kept = self.desk.keep_held(open_tickets, self.policy, number, self.now);
        let Ok(message) = serde_json::to_string(self.message) else {
            return self.refused(number, &crate::ticket::TicketRefusal::Unknown);
        };
        let held = HeldWords {
            room: self.room.clone(),
            by: self.message.sender.id.clone(),
            message,
            words: words.map(str::to_owned),
            at: self.now,
        };
        open_tickets.mark(number, |ticket| ticket.held = Some(Box::new(held)));
        let question = self.texts().for_whom(number, words.is_none());
        let mut effects = self.ask(question, Some(number));
        effects.outgoing.splice(..0, kept);
        effects
    }

    fn kept_as_note(&self, open_tickets: &mut OpenTickets, number: u64, text: &str) -> Effects {
        match open_tickets.note(number, &self.agent, text.to_owned(), self.now) {
            Ok(()) => self.receipt(self.texts().noted_under_notice(number), number),
            Err(refusal) => self.refused(number, &refusal),
        }
    }
}
