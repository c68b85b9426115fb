//! Texts of the desk itself, put together from the sentences of [`Texts`]: lists, reasons, what a sentence depends on.

mod buttons;
mod drafts;
mod duty;
mod flood;
mod history;
mod orders;
mod reach;
mod shadow;
mod shared;
mod tickets;

pub(super) use shadow::CalledInShadow;
pub(super) use tickets::StatusValues;

use super::handoff_reason::HandoffReason;
use super::member_state::Recent;
use crate::language::Language;
use crate::texts::{ComposedTexts, Numbered};
use groupdesk_contract::clean_text;

/// Longest part of a message that is repeated, in characters.
const PART_SHOWN: usize = 40;

/// Values of the message to a member whose ticket is opened.
#[derive(Debug)]
pub(super) struct TicketOpened<'a> {
    /// Number of the ticket.
    pub(super) number: u64,
    /// Reason for the ticket.
    pub(super) why: HandoffReason,
    /// `true` if somebody is on duty now.
    pub(super) open: bool,
    /// `true` if a staff room is told.
    pub(super) told: bool,
    /// Time at which somebody is on duty again, as text.
    pub(super) opens: Option<&'a str>,
    /// Contact points that are open now, as text.
    pub(super) open_now: &'a str,
}

/// Values of the notice of a new ticket to staff.
#[derive(Debug)]
pub(super) struct NewTicket<'a> {
    /// Number of the ticket.
    pub(super) number: u64,
    /// Name and id of the member.
    pub(super) who: &'a str,
    /// Name or id of the channel.
    pub(super) place: &'a str,
    /// Text of the member.
    pub(super) said: &'a str,
    /// Reason for the hand-over.
    pub(super) why: &'a str,
    /// Best guess of the bot: title and confidence.
    pub(super) guess: Option<(&'a str, f32)>,
}

impl ComposedTexts<'_> {
    /// Introduces the reply to parts of a message whose others are answered above.
    pub(super) fn introduce_parts(self, parts: &[&str]) -> String {
        let shown = parts.iter().map(|part| {
            let cut: String = part.chars().take(PART_SHOWN).collect();
            let more = if part.chars().count() > PART_SHOWN {
                "…"
            } else {
                ""
            };
            format!("「{}{more}」", clean_text(&cut))
        });
        self.about_parts(&shown.collect::<String>())
    }

    /// Asks which entries the parts without a sure answer mean; the others are answered above. The titles are numbered
    /// from 1.
    pub(super) fn also_asked(self, parts: &[&str], titles: &[String]) -> String {
        self.introduce_parts(parts) + &self.did_you_mean(Numbered(titles))
    }

    /// Offers other entries: the answer was another question's.
    pub(super) fn not_that_but(self, titles: &[String]) -> String {
        self.sorry_not_that() + &self.did_you_mean(Numbered(titles))
    }

    /// Offers other entries to who asks on about an answer.
    pub(super) fn beyond_that(self, titles: &[String]) -> String {
        self.if_not_enough() + &self.did_you_mean(Numbered(titles))
    }

    /// Line with a link under an answer.
    pub(super) fn link(self, title: Option<&str>, url: &str) -> String {
        match title {
            Some(title) => self.titled_link(title, url),
            None => url.to_owned(),
        }
    }

    /// Tells the member that a ticket was opened.
    pub(super) fn ticket_opened(self, ticket: &TicketOpened<'_>) -> String {
        let TicketOpened {
            number,
            why,
            open,
            told,
            opens,
            open_now,
        } = *ticket;
        let mut text = match why {
            HandoffReason::Asked | HandoffReason::Entry => self.ticket_opened_asked(number),
            HandoffReason::NotHelped | HandoffReason::AskedOn | HandoffReason::NoneMeant => {
                self.ticket_opened_not_helped(number)
            }
            HandoffReason::NotSolvedThere => self.ticket_opened_alone(number),
            HandoffReason::Urgent => self.ticket_opened_urgent(number),
            HandoffReason::Complaint => self.ticket_opened_complaint(number),
            HandoffReason::Unknown => self.ticket_opened_unknown(number),
        };
        if open && told {
            return text + &self.answer_comes_here();
        }
        if !open {
            text.push_str(&self.nobody_there(opens));
        }
        if !open_now.is_empty() {
            text.push_str(&self.reach_us_now(open_now));
        }
        text
    }

    /// Notice of a new ticket in a staff room.
    pub(super) fn notice(self, notice: &NewTicket<'_>) -> String {
        let NewTicket {
            number,
            who,
            place,
            said,
            why,
            guess,
        } = *notice;
        let guess = guess.map_or(String::new(), |(title, confidence)| {
            self.best_guess(title, &(confidence * 100.0).round().to_string())
        });
        self.notice_new(number, who, place, said, why) + &guess
    }

    /// Lists a member's earlier messages with their answers, a line each.
    pub(super) fn earlier(self, earlier: &[Recent]) -> String {
        let told = earlier.iter().filter(|recent| !recent.text.is_empty());
        let lines = told.map(|recent| match &recent.answered {
            None => recent.text.clone(),
            Some(title) => format!("{}\n{}", recent.text, self.answered_by_bot(title)),
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    /// Lists the messages that a member quoted: without them staff don't know what "that's wrong" is about.
    pub(super) fn quoted_by<'q>(self, quoted: impl Iterator<Item = &'q str>) -> String {
        quoted
            .map(|text| self.quoting(text))
            .collect::<Vec<_>>()
            .join("\n")
    }

    /// Line for a picture or file that is not passed on, with the reason, which there is in Chinese and English.
    pub(super) fn file_not_passed_on(self, chinese: &str, english: &str) -> String {
        self.file_left_out(self.of_two(chinese, english))
    }

    /// Chooses between the two languages of what other parts of the program say.
    fn of_two<'t>(self, chinese: &'t str, english: &'t str) -> &'t str {
        match self.language() {
            Language::CHINESE | Language::TRADITIONAL_CHINESE => chinese,
            _ => english,
        }
    }

    /// Reason for a ticket, for staff.
    pub(super) fn why(self, why: HandoffReason) -> String {
        match why {
            HandoffReason::Asked => self.why_asked(),
            HandoffReason::Unknown => self.why_unknown(),
            HandoffReason::NoneMeant => self.why_none_meant(),
            HandoffReason::Entry => self.why_entry(),
            HandoffReason::NotHelped => self.why_not_helped(),
            HandoffReason::AskedOn => self.why_asked_on(),
            HandoffReason::NotSolvedThere => self.why_not_solved_there(),
            HandoffReason::Urgent => self.why_urgent(),
            HandoffReason::Complaint => self.why_complaint(),
        }
    }
}

/// Quotes a member's text in a notice: with a bar before each line, so that none of them can pass for a line of the
/// desk's own.
pub(super) fn quoted(said: &str) -> String {
    let said = clean_text(said);
    let lines: Vec<String> = said.lines().map(|line| format!("│ {line}")).collect();
    lines.join("\n")
}
