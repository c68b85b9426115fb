//! Bringing in a human: a ticket, a word to the member, a notice to staff.

pub(super) use super::words::Why;

use super::conversation::OpenTicket;
use super::decision::{Decided, Decision};
use super::reason::Reason;
use super::turn::{Outgoing, Ticket, Turn};
use super::{Case, ChannelState, Desk, words};
use crate::hours::Language;
use crate::matcher::{Ranking, Target};
use groupdesk_contract::{ChannelKind, Reply, Segment};

/// The longest subject of a ticket, in characters.
const SUBJECT: usize = 80;

/// The longest text of a member that a notice repeats, in characters; the ticket keeps all of it.
const NOTICE: usize = 1000;

impl Desk<'_> {
    /// Opens a ticket, or joins the one that the member has.
    pub(super) fn hand_off(
        &self,
        case: &Case<'_>,
        state: &mut ChannelState,
        language: Language,
        why: Why,
        ranking: Option<&Ranking>,
        reason: Reason,
    ) -> Turn {
        let member = state.member(case.member, case.now);
        member.burst = Vec::new();
        member.pending = None;
        member.choices = None;
        member.expected = None;
        member.unhelped = 0;
        let said = case.said();
        let who = format!("{}（{}）", case.member_name, case.member);
        if let Some(ticket) = &member.ticket {
            let number = ticket.number;
            let mut outgoing = vec![self.reply(case, words::ticket_joined(language, number))];
            let text = if said.is_empty() {
                words::no_text(self.knowledge.faq.language())
            } else {
                cut(&said, NOTICE)
            };
            outgoing.extend(self.notices(
                case,
                &words::notice_more(self.knowledge.faq.language(), number, &who, &text),
            ));
            let decision = Decision::HandOff {
                ticket: number,
                entry: None,
            };
            return Turn {
                decided: Decided {
                    decision,
                    reason: Reason::HasTicket { number },
                },
                outgoing,
                ticket: None,
            };
        }
        let number = case.setting.next_ticket;
        member.ticket = Some(OpenTicket {
            number,
            opened: case.now,
        });

        let mut outgoing = vec![self.reply(case, self.opened(case, language, number, why))];
        let staff_language = self.knowledge.faq.language();
        let place = case.channel_name.map_or_else(
            || case.setting.place.to_string(),
            |name| format!("{name}（{}）", case.setting.place),
        );
        let guess = ranking
            .and_then(|ranking| ranking.candidates.first())
            .and_then(|best| match best.target {
                Target::Entry(index) => self
                    .knowledge
                    .faq
                    .entries()
                    .get(index)
                    .map(|entry| (entry.title(staff_language), best.confidence)),
                Target::Human => None,
            });
        let text = if said.is_empty() {
            words::no_text(staff_language)
        } else {
            cut(&said, NOTICE)
        };
        let why_words = words::why(staff_language, why);
        let notice = words::notice(
            staff_language,
            &words::Notice {
                number,
                who: &who,
                place: &place,
                said: &text,
                why: &why_words,
                guess: guess
                    .as_ref()
                    .map(|(title, confidence)| (title.as_str(), *confidence)),
            },
        );
        outgoing.extend(self.notices(case, &notice));
        let ticket = Ticket {
            number,
            place: case.setting.place.clone(),
            member: case.member.clone(),
            member_name: case.member_name.to_owned(),
            message: case.last.message.clone(),
            subject: cut(said.lines().next().unwrap_or_default(), SUBJECT),
            transcript: said,
            reason: why_words,
            opened: case.now,
        };
        Turn {
            decided: Decided {
                decision: Decision::HandOff {
                    ticket: number,
                    entry: None,
                },
                reason,
            },
            outgoing,
            ticket: Some(ticket),
        }
    }

    /// What the member is told: the number, whether somebody is there, when, and who can be reached now.
    fn opened(&self, case: &Case<'_>, language: Language, number: u64, why: Why) -> String {
        let faq = &self.knowledge.faq;
        let open = faq.service_open(case.now);
        let opens = faq.next_opening(case.now, language);
        let open_now = faq.open_now(case.now, language);
        words::ticket_opened(
            language,
            &words::TicketOpened {
                number,
                asked: matches!(why, Why::Asked | Why::Entry),
                open,
                told: !case.setting.tell.is_empty(),
                opens: opens.as_deref(),
                open_now: &open_now,
            },
        )
    }

    fn notices(&self, case: &Case<'_>, text: &str) -> Vec<Outgoing> {
        case.setting
            .tell
            .iter()
            .map(|room| Outgoing {
                place: room.clone(),
                reply: Reply {
                    channel: room.channel.clone(),
                    kind: ChannelKind::Group,
                    quote: None,
                    segments: vec![Segment::Text(text.to_owned())],
                },
            })
            .collect()
    }
}

/// At most `characters` of a text, with an ellipsis where something was cut.
fn cut(text: &str, characters: usize) -> String {
    match text.char_indices().nth(characters) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or(text)),
        None => text.to_owned(),
    }
}
