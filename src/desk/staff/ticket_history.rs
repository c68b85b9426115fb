//! All that was said in a ticket, for staff who look at it.

use super::Staff;
use super::command::{Order, read};
use super::ticket_actions::TicketAction;
use crate::desk::{Desk, composed_texts};
use crate::ticket::{HistoryLine, LineKind, LineState, Ticket, standing};
use std::collections::HashMap;

/// Histories of tickets that staff of this batch look at, by number.
pub type Histories = HashMap<u64, Vec<HistoryLine>>;

/// Lines of a history that are shown at most, the latest ones.
const LINES_MAX: usize = 40;

/// Characters of them, beyond which the older ones are left out: platforms cut or refuse more.
const CHARACTERS_MAX: usize = 3000;

/// Characters of one line.
const LINE_MAX: usize = 600;

/// Returns the ticket that a message of a staff room asks to see; `quoted` is the ticket whose message it quotes.
pub fn shown_ticket(text: &str, quoted: Option<u64>) -> Option<u64> {
    match read(text, quoted)? {
        Order::Ticket {
            number,
            action: TicketAction::Show,
        } => Some(number),
        _ => None,
    }
}

impl<'a> Desk<'a> {
    /// Shows staff these histories of tickets.
    #[must_use]
    pub fn with_histories(self, histories: &'a Histories) -> Self {
        Self {
            histories: Some(histories),
            ..self
        }
    }
}

impl Staff<'_> {
    /// Shows a ticket with what was said in it: by its members, by staff to them, and among staff.
    pub(super) fn with_history(&self, ticket: &Ticket) -> String {
        let lines = self.desk.histories.and_then(|of| of.get(&ticket.number));
        let said = |line: &&HistoryLine| line.kind != LineKind::Event && !line.text.trim().is_empty();
        let lines = lines.map_or(&[][..], |lines| lines.as_slice());
        let said: Vec<(usize, &HistoryLine)> =
            lines.iter().enumerate().filter(|(_, line)| said(line)).collect();
        if said.is_empty() {
            return self.card(ticket);
        }
        let mut shown: Vec<String> = Vec::new();
        let mut characters = 0;
        for (position, line) in said.iter().rev().take(LINES_MAX) {
            let is_taken_back = standing(lines, *position) == LineState::TakenBack;
            let at = self.desk.when(self.now, line.at, self.language);
            let text =
                self.texts()
                    .history_line((line.kind, is_taken_back), at.trim(), &line.who, &cut(&line.text));
            characters += text.chars().count();
            if characters > CHARACTERS_MAX && !shown.is_empty() {
                break;
            }
            shown.push(text);
        }
        let mut card = self.line(ticket);
        if !ticket.earlier.is_empty() {
            card.push('\n');
            card.push_str(&composed_texts::quoted(&ticket.earlier));
        }
        let more = said.len() - shown.len();
        if more > 0 {
            card.push('\n');
            card.push_str(&self.texts().history_more(ticket.number, more));
        }
        for text in shown.iter().rev() {
            card.push('\n');
            card.push_str(text);
        }
        card.push_str(&self.texts().list_joined(ticket));
        card.push_str(&self.desk.timing(ticket, self.now));
        card
    }
}

fn cut(text: &str) -> String {
    crate::desk::ticket_subject::cut(text.trim(), LINE_MAX)
}
