//! The staff room: claim, reply, note, hand on, resolve, close, reopen, by command or by quoting; and staff who simply
//! answer in the member's own channel.

mod command;

use super::handoff::{about, notices};
use super::policy::TicketPolicy;
use super::reason::Reason;
use super::turn::{Outgoing, Step, Turn};
use super::{Decided, Decision, Desk, words};
use crate::hours::Language;
use crate::ticket::{About, Agent, Book, Refusal, Report, Ticket};
use command::{Action, Order};
use groupdesk_contract::{ChannelKind, MemberId, Message, Place, Reply, Segment};
use jiff::{SignedDuration, Timestamp};

/// What staff wrote while the program was down is done late rather than never, but not what a platform repeats of an older
/// past than the inbox remembers.
const LATE: SignedDuration = SignedDuration::from_hours(24);

/// How many undelivered replies a ticket keeps.
const KEPT: usize = 20;

/// How many tickets a list shows.
const LISTED: usize = 30;

impl Desk<'_> {
    /// A message in a staff room. `quoted` is the ticket that the quoted message belongs to.
    pub fn staff_room(
        &self,
        room: &Place,
        book: &mut Book,
        policy: &TicketPolicy,
        now: Timestamp,
        message: &Message,
        quoted: Option<u64>,
    ) -> Turn {
        if message.sender.is_self {
            return Turn::quiet(Reason::OwnMessage);
        }
        if message.sender.is_bot {
            return Turn::quiet(Reason::OtherBot);
        }
        let age = now.duration_since(message.at);
        if age > LATE {
            return Turn::quiet(Reason::TooOld {
                seconds: age.as_secs(),
            });
        }
        let language = self.knowledge.faq.language();
        let text = message.text();
        let Some(order) = command::read(&text, quoted) else {
            return Turn::quiet(Reason::StaffRoom);
        };
        let staff = Staff {
            language,
            policy,
            room,
            now,
            message,
            agent: Agent {
                account: room.account.clone(),
                id: message.sender.id.clone(),
                name: message.sender.name.clone(),
            },
        };
        match order {
            Order::Help => staff.say(words::staff_help(language), None),
            Order::List => staff.list(book),
            Order::Ticket { number, action } => staff.act(book, number, action),
        }
    }

    /// A message of a ticket was taken back: by its member, or by staff in a room, where it may have been relayed.
    pub(super) fn recalled_in_ticket(&self, place: &Place, ticket: &Ticket) -> Vec<Outgoing> {
        let language = self.knowledge.faq.language();
        if ticket.place == *place {
            let text = words::member_recalled(language, ticket.number, &ticket.member_name);
            notices(&ticket.rooms, ticket.number, &text).collect()
        } else {
            let text = words::cannot_unsend(language, ticket.number);
            notices(std::slice::from_ref(place), ticket.number, &text).collect()
        }
    }

    /// Staff speak in a member's channel: the ticket of the member whom they quote or mention is theirs.
    pub(super) fn staff_answer(
        &self,
        place: &Place,
        book: &Book,
        message: &Message,
        quoted: Option<u64>,
    ) -> Option<(Step, Vec<Outgoing>)> {
        let mentioned = message.segments.iter().find_map(|segment| match segment {
            Segment::Mention(member) => book.of_member(place, member),
            _ => None,
        });
        let ticket = quoted
            .and_then(|number| book.get(number))
            .filter(|ticket| ticket.place == *place)
            .or(mentioned)
            .filter(|ticket| ticket.status.is_active())?;
        let agent = Agent {
            account: place.account.clone(),
            id: message.sender.id.clone(),
            name: message.sender.name.clone(),
        };
        let mut outgoing = Vec::new();
        if ticket.owner.is_none() {
            let text = words::answered_in_group(self.knowledge.faq.language(), ticket.number, &agent.name);
            outgoing.extend(notices(&ticket.rooms, ticket.number, &text));
        }
        let step = Step::Reply {
            number: ticket.number,
            agent,
            text: message.text(),
            said: (place.clone(), message.id.clone()),
        };
        Some((step, outgoing))
    }
}

/// One message of a staff member.
struct Staff<'a> {
    language: Language,
    policy: &'a TicketPolicy,
    room: &'a Place,
    now: Timestamp,
    message: &'a Message,
    agent: Agent,
}

impl Staff<'_> {
    fn act(&self, book: &mut Book, number: u64, action: Action) -> Turn {
        let (language, now, agent) = (self.language, self.now, &self.agent);
        let before = book.get(number).cloned();
        let done = match action {
            Action::Show => {
                return match &before {
                    Some(ticket) => self.say(self.card(ticket), Some(number)),
                    None => self.say(words::no_such_ticket(language, number), None),
                };
            }
            Action::Reply(text) => {
                return match self.snippet(&text) {
                    Ok(snippet) => self.reply(book, number, snippet.unwrap_or(&text)),
                    Err(unknown) => self.say(unknown, Some(number)),
                };
            }
            Action::Claim => book
                .claim(number, agent, now)
                .map(|_| words::claimed(language, number, &agent.name)),
            Action::Release => book
                .hand_on(number, agent, None, now)
                .map(|()| words::released(language, number)),
            Action::HandOn => match self.mentioned() {
                Some(to) => {
                    let name = to.name.clone();
                    book.hand_on(number, agent, Some(to), now)
                        .map(|()| words::claimed(language, number, &name))
                }
                None => return self.say(words::hand_on_to_whom(language, number), Some(number)),
            },
            Action::Note(text) => book
                .note(number, agent, text, now)
                .map(|()| words::noted(language, number)),
            Action::Resolve => book
                .resolve(number, &agent.name, now)
                .map(|_| words::resolved(language, number)),
            Action::Close => book
                .close(number, &agent.name, now)
                .map(|()| words::closed(language, number)),
            Action::Reopen => book
                .reopen(number, agent, now)
                .map(|()| words::claimed(language, number, &agent.name)),
        };
        let text = match done {
            Ok(text) => text,
            Err(refusal) => return self.refused(number, &refusal),
        };
        let mut turn = self.say(text.clone(), Some(number));
        // The other rooms that were told must not take it up as well.
        let others: Vec<Place> = before
            .iter()
            .flat_map(|ticket| ticket.rooms.iter().filter(|room| *room != self.room).cloned())
            .collect();
        turn.outgoing.extend(notices(&others, number, &text));
        turn
    }

    /// Relays a message to the member, and to those who watch.
    fn reply(&self, book: &mut Book, number: u64, text: &str) -> Turn {
        let carried: Vec<Segment> = self
            .message
            .segments
            .iter()
            .filter(|segment| matches!(segment, Segment::Image { url: Some(_) } | Segment::File { .. }))
            .cloned()
            .collect();
        if text.trim().is_empty() && carried.is_empty() {
            return self.say(words::nothing_to_relay(self.language, number), Some(number));
        }
        let said = Some((self.room.clone(), self.message.id.clone()));
        let ticket = match book.replied(number, &self.agent, transcript(text, &carried), said, self.now) {
            Ok(ticket) => ticket,
            Err(refusal) => return self.refused(number, &refusal),
        };
        let mut segments = Vec::new();
        for watcher in &ticket.watchers {
            segments.push(Segment::Mention(watcher.member.clone()));
        }
        let head = words::relayed(ticket.language, number, &self.agent.name, text.trim());
        segments.push(Segment::Text(if segments.is_empty() {
            head
        } else {
            format!(" {head}")
        }));
        segments.extend(carried.into_iter().map(|segment| match segment {
            Segment::File { name, url } => Segment::Text(format!(
                "\n[{}] {}",
                name.unwrap_or_default(),
                url.unwrap_or_default()
            )),
            other => other,
        }));
        let outgoing = Outgoing {
            place: ticket.place.clone(),
            reply: Reply {
                channel: ticket.place.channel.clone(),
                kind: ticket.kind,
                quote: Some(ticket.message.clone()),
                segments,
                note: None,
            },
            about: Some(About {
                ticket: number,
                report: Some(Report {
                    room: self.room.clone(),
                    message: self.message.id.clone(),
                }),
            }),
        };
        Turn {
            decided: self.decided(number),
            outgoing: vec![outgoing],
            steps: Vec::new(),
        }
    }

    /// The text that `!name` stands for, if the text is one.
    fn snippet(&self, text: &str) -> Result<Option<&str>, String> {
        let Some(name) = text.trim().strip_prefix(['!', '！']).map(str::trim) else {
            return Ok(None);
        };
        let snippets = &self.policy.snippets;
        if name.is_empty() || name.contains(char::is_whitespace) || snippets.is_empty() {
            return Ok(None);
        }
        let known: Vec<&str> = snippets.keys().map(String::as_str).collect();
        match snippets.get(name) {
            Some(snippet) => Ok(Some(snippet)),
            None => Err(words::no_such_snippet(self.language, name, &known.join("、"))),
        }
    }

    fn list(&self, book: &Book) -> Turn {
        let active: Vec<&Ticket> = book.all().filter(|ticket| ticket.status.is_active()).collect();
        let more = active.len().saturating_sub(LISTED);
        let lines: Vec<String> = active
            .iter()
            .take(LISTED)
            .map(|ticket| self.line(ticket))
            .collect();
        self.say(words::list(self.language, &lines, more), None)
    }

    fn line(&self, ticket: &Ticket) -> String {
        words::list_line(self.language, ticket, self.now)
    }

    fn card(&self, ticket: &Ticket) -> String {
        format!("{}\n{}", self.line(ticket), ticket.transcript)
    }

    fn refused(&self, number: u64, refusal: &Refusal) -> Turn {
        let text = match refusal {
            Refusal::Unknown => words::no_such_ticket(self.language, number),
            Refusal::Held { by } => words::held_by(self.language, number, by),
            Refusal::Over => words::over(self.language, number),
        };
        self.say(text, Some(number))
    }

    /// Whom a message mentions last: a mention of the bot comes first.
    fn mentioned(&self) -> Option<Agent> {
        let id: &MemberId = self
            .message
            .segments
            .iter()
            .rev()
            .find_map(|segment| match segment {
                Segment::Mention(id) => Some(id),
                _ => None,
            })?;
        Some(Agent {
            account: self.room.account.clone(),
            id: id.clone(),
            name: id.to_string(),
        })
    }

    /// Says something in the room, quoting the order.
    fn say(&self, text: String, ticket: Option<u64>) -> Turn {
        let outgoing = Outgoing {
            place: self.room.clone(),
            reply: Reply {
                channel: self.room.channel.clone(),
                kind: self.message.channel.kind,
                quote: Some(self.message.id.clone()),
                segments: vec![Segment::Text(text)],
                note: None,
            },
            about: ticket.and_then(about),
        };
        Turn {
            decided: match ticket {
                Some(number) => self.decided(number),
                None => Decided::quiet(Reason::StaffRoom),
            },
            outgoing: vec![outgoing],
            steps: Vec::new(),
        }
    }

    fn decided(&self, number: u64) -> Decided {
        Decided {
            decision: Decision::HandOff {
                ticket: number,
                entry: None,
            },
            reason: Reason::StaffActed {
                by: self.agent.name.clone(),
            },
        }
    }
}

/// A message as the history keeps it: pictures and files as links.
fn transcript(text: &str, carried: &[Segment]) -> String {
    let mut lines = vec![text.trim().to_owned()];
    lines.extend(carried.iter().filter_map(|segment| match segment {
        Segment::Image { url } | Segment::File { url, .. } => url.clone(),
        _ => None,
    }));
    lines.retain(|line| !line.is_empty());
    lines.join("\n")
}

impl Desk<'_> {
    /// What became of a relayed reply, for the staff who wrote it; `text` is the reply. What did not arrive is kept for
    /// the member's next message.
    pub fn delivered(
        &self,
        book: &mut Book,
        report: &Report,
        ticket: u64,
        outcome: &Outcome,
        text: &str,
    ) -> Outgoing {
        if matches!(outcome, Outcome::Refused { .. }) {
            book.mark(ticket, |ticket| {
                if ticket.undelivered.len() < KEPT {
                    ticket.undelivered.push(text.trim().to_owned());
                }
            });
        }
        let language = self.knowledge.faq.language();
        let text = match outcome {
            Outcome::Sent => words::delivery_sent(language, ticket),
            Outcome::Refused { reason } => words::delivery_refused(language, ticket, reason),
            Outcome::Unknown { reason } => words::delivery_unknown(language, ticket, reason),
        };
        Outgoing {
            place: report.room.clone(),
            reply: Reply {
                channel: report.room.channel.clone(),
                kind: ChannelKind::Group,
                quote: Some(report.message.clone()),
                segments: vec![Segment::Text(text)],
                note: None,
            },
            about: about(ticket),
        }
    }
}

/// What became of something that staff said to a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The platform took it.
    Sent,
    /// It will not arrive.
    Refused {
        /// Why, in words for an admin.
        reason: String,
    },
    /// Nobody can tell.
    Unknown {
        /// Why, in words for an admin.
        reason: String,
    },
}
