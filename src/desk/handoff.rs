//! Bringing in a human: a ticket, a word to the member, a notice to staff.

pub(super) use super::words::Why;

use super::decision::{Decided, Decision};
use super::policy::HandoffTo;
use super::reason::Reason;
use super::turn::{Outgoing, Step, Turn};
use super::{Case, ChannelState, Desk, words};
use crate::hours::Language;
use crate::matcher::{Ranking, Target};
use crate::ticket::{About, Status, Ticket, Watcher};
use groupdesk_contract::{ChannelKind, Place, Reply, Segment};

/// The longest subject of a ticket, in characters.
const SUBJECT: usize = 80;

/// The longest text of a member that a notice repeats, in characters; the ticket keeps all of it.
const NOTICE: usize = 1000;

impl Desk<'_> {
    /// Opens a ticket, or joins the one that the member, or another member with the same question, has.
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
        member.answered = None;
        member.unhelped = 0;
        let setting = case.setting;
        if let Some(ticket) = setting.tickets.of_member(setting.place, case.member) {
            let text = match ticket.status {
                Status::Resolved => words::ticket_reopened(language, ticket.number),
                _ => words::ticket_joined(language, ticket.number),
            };
            return self.join(case, ticket, Some(text));
        }
        if setting.policy.handoff == HandoffTo::Pointer {
            return self.point(case, language);
        }
        let said = case.said();
        // "Human, please" says nothing of what it is about.
        let tells = matches!(why, Why::Unknown | Why::NoneMeant | Why::Urgent);
        let same =
            setting
                .tickets
                .same_question(setting.place, &said, case.now, setting.lifecycle.join_within);
        if let Some(ticket) = same.filter(|_| tells) {
            let number = ticket.number;
            let mut turn = self.join(case, ticket, Some(words::ticket_watched(language, number)));
            let watcher = Watcher {
                member: case.member.clone(),
                name: case.member_name.to_owned(),
            };
            turn.steps.insert(0, Step::Watch { number, watcher });
            return turn;
        }
        self.open(case, language, why, ranking, reason)
    }

    /// Where there are no staff: whom the member can reach now.
    fn point(&self, case: &Case<'_>, language: Language) -> Turn {
        let open_now = self.knowledge.faq.open_now(case.now, language);
        Turn {
            decided: Decided {
                decision: Decision::Clarify { choices: Vec::new() },
                reason: Reason::PointedToContacts,
            },
            outgoing: vec![self.reply(case, words::pointer(language, &open_now))],
            steps: Vec::new(),
        }
    }

    fn open(
        &self,
        case: &Case<'_>,
        language: Language,
        why: Why,
        ranking: Option<&Ranking>,
        reason: Reason,
    ) -> Turn {
        let setting = case.setting;
        let staff_language = self.knowledge.faq.language();
        let said = case.said();
        let number = setting.next_ticket;
        let why_words = words::why(staff_language, why);
        let ticket = Ticket {
            number,
            place: setting.place.clone(),
            kind: case.kind,
            language,
            member: case.member.clone(),
            member_name: case.member_name.to_owned(),
            message: case.last.message.clone(),
            subject: cut(said.lines().next().unwrap_or_default(), SUBJECT),
            transcript: said,
            reason: why_words.clone(),
            opened: case.now,
            rooms: setting.tell.to_vec(),
            status: Status::Open,
            owner: None,
            watchers: Vec::new(),
            member_spoke: case.now,
            staff_acted: None,
            first_reply: None,
            ended: None,
            in_digest: !self.knowledge.faq.service_open(case.now),
            escalated: false,
            undelivered: Vec::new(),
        };
        let mut reply = self.reply(case, self.opened(case, language, number, why));
        reply.about = about(number);
        let place = case.channel_name.map_or_else(
            || setting.place.to_string(),
            |name| format!("{name}（{}）", setting.place),
        );
        let guess = ranking
            .and_then(|ranking| ranking.candidates.first())
            .and_then(|best| match best.target {
                Target::Entry(index) => {
                    let entry = self.knowledge.faq.entries().get(index)?;
                    Some((entry.title(staff_language), best.confidence))
                }
                Target::Human => None,
            });
        let notice = words::notice(
            staff_language,
            &words::Notice {
                number,
                who: &who(case),
                place: &place,
                said: &self.shown(&ticket.transcript),
                why: &why_words,
                guess: guess
                    .as_ref()
                    .map(|(title, confidence)| (title.as_str(), *confidence)),
            },
        );
        let mut outgoing = vec![reply];
        outgoing.extend(notices(&ticket.rooms, number, &notice));
        Turn {
            decided: Decided {
                decision: Decision::HandOff {
                    ticket: number,
                    entry: None,
                },
                reason,
            },
            outgoing,
            steps: vec![Step::Open(Box::new(ticket))],
        }
    }

    /// Adds the case to a ticket: staff are told, and the member gets `reply`, if any.
    pub(super) fn join(&self, case: &Case<'_>, ticket: &Ticket, reply: Option<String>) -> Turn {
        let number = ticket.number;
        let text = case.said();
        let staff_language = self.knowledge.faq.language();
        let mut notice = words::notice_more(staff_language, number, &who(case), &self.shown(&text));
        let mut steps = vec![Step::Say {
            number,
            who: who(case),
            text: text.clone(),
            message: case.last.message.clone(),
        }];
        let mut outgoing: Vec<Outgoing> = reply
            .map(|text| Outgoing {
                about: about(number),
                ..self.reply(case, text)
            })
            .into_iter()
            .collect();
        if !ticket.undelivered.is_empty() {
            let again = words::said_meanwhile(ticket.language, &ticket.undelivered);
            outgoing.push(Outgoing {
                about: about(number),
                ..self.reply(case, again)
            });
            notice.push_str(&words::redelivered(staff_language));
            steps.push(Step::Redelivered { number });
        }
        let pictures = case.parts().flat_map(|part| part.attached.iter().cloned());
        let pictures: Vec<Segment> = pictures.map(|url| Segment::Image { url: Some(url) }).collect();
        outgoing.extend(notices(&ticket.rooms, number, &notice).map(|mut notice| {
            notice.reply.segments.extend(pictures.iter().cloned());
            notice
        }));
        Turn {
            decided: Decided {
                decision: Decision::HandOff {
                    ticket: number,
                    entry: None,
                },
                reason: Reason::HasTicket { number },
            },
            outgoing,
            steps,
        }
    }

    /// A member's words as a notice shows them.
    fn shown(&self, said: &str) -> String {
        if said.is_empty() {
            words::no_text(self.knowledge.faq.language())
        } else {
            cut(said, NOTICE)
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
                why,
                open,
                told: !case.setting.tell.is_empty(),
                opens: opens.as_deref(),
                open_now: &open_now,
            },
        )
    }
}

/// The member's name and id.
pub(super) fn who(case: &Case<'_>) -> String {
    format!("{}（{}）", case.member_name, case.member)
}

/// The same words in each room, so that quoting them is speaking of the ticket.
pub(super) fn notices(rooms: &[Place], ticket: u64, text: &str) -> impl Iterator<Item = Outgoing> {
    rooms.iter().map(move |room| Outgoing {
        place: room.clone(),
        reply: Reply {
            channel: room.channel.clone(),
            kind: ChannelKind::Group,
            quote: None,
            segments: vec![Segment::Text(text.to_owned())],
            note: None,
        },
        about: about(ticket),
    })
}

pub(super) fn about(ticket: u64) -> Option<About> {
    Some(About { ticket, report: None })
}

/// At most `characters` of a text, with an ellipsis where something was cut.
fn cut(text: &str, characters: usize) -> String {
    match text.char_indices().nth(characters) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or(text)),
        None => text.to_owned(),
    }
}
