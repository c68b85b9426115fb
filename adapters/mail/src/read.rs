//! Reads a mail as a message for the desk, or tells why it is none. The author is a stranger until the mail names one of our own
//! Message-IDs and comes from an address that may answer it; From alone proves nothing, as anybody can write it.

mod authentic;
mod automatic;
mod away;
mod away_marks;
#[rustfmt::skip]
mod away_words;
mod body;
mod content;
mod phrases;
mod report;

pub(crate) use body::{Which, file};
pub(crate) use report::Bounce;

use crate::sent_lines::Sent;
use crate::settings::{Settings, Target};
use crate::strip::Context;
use crate::thread::{Named, Threads, hex};
use content::{message, reason_to_return};
use groupdesk_contract::{AccountId, Message, SpellingTrait, TicketOrder};
use groupdesk_texts::Catalogue;
use jiff::{SignedDuration, Timestamp};
use mail_parser::{HeaderValue, MessageParser, MimeHeaders};
use sha2::{Digest, Sha256};

/// An answer of more characters is too long for a chat: the member gets the beginning, and all of it as a file.
pub(crate) const MAX_ANSWER_CHARS: usize = 2_000;

/// The length of that beginning, in characters.
const BEGINNING_CHARS: usize = 1_500;

/// The most files of a mail that are passed on; further ones are named.
const MAX_FILES: usize = 10;

/// The largest age at which a mail is reported with its own time. An older mail is reported as of now, because the desk drops
/// events older than a day as a platform's replay of its past. A mailbox replays nothing: the adapter remembers the mails that it
/// passed on.
const REPORTED_AGE_MAX: SignedDuration = SignedDuration::from_hours(20);

/// The longest time from a mail's Date to its receipt by the mailbox for which the Date is believed.
const TRANSIT_MAX: SignedDuration = SignedDuration::from_hours(8 * 24);
/// The longest time by which a mail's Date may lie after its receipt, since clocks differ.
const CLOCK_SKEW_MAX: SignedDuration = SignedDuration::from_mins(10);

/// A parsed mail, by its consequence for the desk.
#[derive(Debug, PartialEq)]
pub(crate) enum Read {
    /// An answer.
    Said {
        /// The answer.
        message: Box<Message>,
        /// The notice that goes back to the author, if any.
        told: Option<Back>,
        /// The time of writing, by the mail's own Date if that is plausible; else the time at which the mailbox received it.
        written: Timestamp,
    },
    /// A mail of ours did not arrive, or not yet.
    Bounced(Bounce),
    /// An answer that can't be passed on: the author gets a notice.
    Returned(Back),
    /// A mail about a ticket whose author may be forged: admins get an alert.
    Refused {
        /// The ticket.
        ticket: Option<u64>,
        /// The author, as the mail claims.
        from: String,
        /// The reason.
        reason: &'static str,
    },
    /// Nothing of ours, for the reason given.
    Left(&'static str),
}

/// Words back to somebody whose mail names one of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Back {
    /// The target that they answered for.
    pub(crate) target: String,
    /// The ticket.
    pub(crate) ticket: Option<u64>,
    /// Address of the author.
    pub(crate) to: String,
    /// Id of the author's mail.
    pub(crate) answers: String,
    /// The content of the notice.
    pub(crate) why: Why,
    /// The number of small pictures of their mail that were not passed on.
    pub(crate) pictures_left: usize,
}

/// The content of a notice about somebody's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Why {
    /// It was not passed on: nothing of their own is in it.
    Empty,
    /// It was not passed on: all that is in it are these, which are not passed on.
    Sealed(Vec<String>),
    /// It was not passed on: it answers no ticket's mail.
    NoTicket,
    /// It was not passed on: they are none of those who may answer.
    NotAllowed,
    /// It was not passed on: it reads like an out-of-office note.
    Automatic,
    /// It was not passed on: a program seems to write, by what came before.
    Program,
    /// It was passed on, but for what stands below this line.
    Cut(String),
    /// It has so many characters that the member got the beginning, and all as a file.
    Long(usize),
    /// These came along and were not passed on.
    Files(Vec<String>),
    /// It was passed on, but for small pictures of the signature or the quote.
    Pictures,
}

/// The rules that decide who may answer which ticket.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rules<'a> {
    pub(crate) account: &'a AccountId,
    pub(crate) settings: &'a Settings,
    pub(crate) threads: &'a Threads,
    pub(crate) sent: &'a Sent,
}

/// A verdict from the headers alone.
enum Screened {
    Answer(Box<Answer>),
    Report { formal: bool },
}

#[derive(Debug)]
struct Answer {
    target: String,
    ticket: Option<u64>,
    /// Our mail that it answers, by Message-ID; `None` if it names none that we sent.
    answered: Option<String>,
    /// It names one of our Message-IDs, as only those can who got our mail.
    signed: bool,
    from: String,
    name: String,
}

/// The verdict, by the headers, that a mail is not passed on.
enum Stop {
    Left(&'static str),
    Refused {
        ticket: Option<u64>,
        from: String,
        reason: &'static str,
    },
    NotAllowed(Box<Answer>),
}

/// A mail in the mailbox.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Arrived<'a> {
    /// The mail.
    pub(crate) raw: &'a [u8],
    /// The time at which the mailbox received it.
    pub(crate) received: Timestamp,
    /// Now.
    pub(crate) now: Timestamp,
    /// The mailbox's own name for it.
    pub(crate) place: &'a str,
    /// The mail is longer than what was fetched of it.
    pub(crate) cut: bool,
}

impl Rules<'_> {
    /// Returns the reason not to fetch the mail with these headers; `None` if it must be fetched.
    pub(crate) fn screen(&self, headers: &[u8]) -> Option<&'static str> {
        match MessageParser::default().parse_headers(headers) {
            Some(mail) => match self.judge(&mail) {
                Err(Stop::Left(reason)) => Some(reason),
                _ => None,
            },
            None => Some("it is no mail"),
        }
    }

    /// Parses a fetched mail and decides about it.
    pub(crate) fn read(&self, arrived: Arrived<'_>) -> Read {
        let Some(mail) = MessageParser::default().parse(arrived.raw) else {
            return Read::Left("it is no mail");
        };
        let answer = match self.judge(&mail) {
            Ok(Screened::Answer(answer)) => *answer,
            Ok(Screened::Report { formal }) => return self.read_report(&mail, arrived.raw, formal),
            Err(Stop::Left(reason)) => return Read::Left(reason),
            Err(Stop::Refused { ticket, from, reason }) => return Read::Refused { ticket, from, reason },
            Err(Stop::NotAllowed(answer)) => {
                return Read::Returned(back(&answer, id(&mail, arrived.raw), Why::NotAllowed));
            }
        };
        let id = id(&mail, arrived.raw);
        let body = self.body(&mail, &answer);
        let is_order = is_order(&body.own.text);
        if !answer.signed && is_order {
            return Read::Refused {
                ticket: answer.ticket,
                from: answer.from,
                reason: "it gives an order, and answers none of our mails",
            };
        }
        let pictures_left = body.pictures_left;
        if let Some(why) = reason_to_return(&answer, &body, is_order, arrived.cut) {
            let pictures_left = if why == Why::Empty { pictures_left } else { 0 };
            return Read::Returned(Back {
                pictures_left,
                ..back(&answer, id, why)
            });
        }
        let content = self.content(arrived, &answer, body, is_order);
        let told = content.why.map(|why| Back {
            pictures_left,
            ..back(&answer, id.clone(), why)
        });
        Read::Said {
            message: Box::new(message(&arrived, answer, &id, content.segments)),
            told,
            written: written(&mail, arrived.received),
        }
    }

    /// Reads a report about a mail of ours.
    fn read_report(&self, mail: &mail_parser::Message<'_>, raw: &[u8], formal: bool) -> Read {
        let text = format!(
            "{} {}",
            mail.subject().unwrap_or_default(),
            mail.body_text(0).unwrap_or_default()
        );
        match self.report(raw, formal, &text) {
            Ok(bounce) => Read::Bounced(bounce),
            Err(reason) => Read::Left(reason),
        }
    }

    /// Returns the author's whole text of a mail that was passed on.
    pub(crate) fn whole_text(&self, raw: &[u8]) -> Option<String> {
        let mail = MessageParser::default().parse(raw)?;
        match self.judge(&mail) {
            Ok(Screened::Answer(answer)) => Some(self.body(&mail, &answer).own.text),
            _ => None,
        }
    }

    fn body(&self, mail: &mail_parser::Message<'_>, answer: &Answer) -> body::Body {
        let known = self.sent.known(&answer.target, answer.ticket);
        let us = self.settings.from.plain();
        body::read(
            mail,
            &Context {
                us: &us,
                known: &known,
            },
        )
    }

    fn judge(&self, mail: &mail_parser::Message<'_>) -> Result<Screened, Stop> {
        let report = mail.content_type().is_some_and(|content| {
            content.ctype().eq_ignore_ascii_case("multipart")
                && content
                    .subtype()
                    .is_some_and(|subtype| subtype.eq_ignore_ascii_case("report"))
        });
        if report {
            return Ok(Screened::Report { formal: true });
        }
        // With two From headers, programs differ in whom they show.
        let one = mail.header_values("From").count() == 1;
        let senders: Vec<_> = mail.from().map(|from| from.iter().collect()).unwrap_or_default();
        let sender = match senders.as_slice() {
            [sender] if one => *sender,
            _ => {
                return Err(match automatic::by_headers(mail) {
                    Some(reason) => Stop::Left(reason),
                    None => self.without_sender(mail, "it is not from one person"),
                });
            }
        };
        let Some(from) = sender.address().map(str::trim).filter(|from| from.contains('@')) else {
            return Err(self.without_sender(mail, "its From has no address"));
        };
        let from = from.to_lowercase();
        if automatic::is_mail_system(&from) {
            return Ok(Screened::Report { formal: false });
        }
        if let Some(reason) = automatic::by_headers(mail) {
            return Err(Stop::Left(reason));
        }
        if from == self.settings.from.plain() {
            return Err(Stop::Left("it is our own"));
        }
        if automatic::is_robot(&from) {
            return Err(Stop::Left("it is from a robot"));
        }
        let local = from.split('@').next().unwrap_or_default();
        let name = sender.name().map(str::trim).filter(|name| !name.is_empty());
        let name = name.unwrap_or(local).to_owned();
        let (target, answer) = self.thread(mail, from, name)?;
        if !target.hears(&answer.from) {
            return Err(Stop::NotAllowed(Box::new(answer)));
        }
        let headers = mail.headers().iter().filter_map(|header| {
            let raw = mail
                .raw_message()
                .get(header.offset_start() as usize..header.offset_end() as usize)?;
            Some((
                header.name().to_owned(),
                String::from_utf8_lossy(raw).into_owned(),
            ))
        });
        let headers: Vec<(String, String)> = headers.collect();
        if authentic::is_forged(&headers, self.settings.authserv_id.as_deref()) {
            return Err(Stop::Refused {
                ticket: answer.ticket,
                from: answer.from,
                reason: "its sender is forged, says the server that received it (dmarc=fail)",
            });
        }
        Ok(Screened::Answer(Box::new(answer)))
    }

    /// The verdict on a mail that names no single sender: somebody wrote it where it answers one of ours.
    fn without_sender(&self, mail: &mail_parser::Message<'_>, reason: &'static str) -> Stop {
        match self.thread(mail, String::new(), String::new()) {
            Ok((_, answer)) if answer.signed => Stop::Refused {
                ticket: answer.ticket,
                from: "(From: ?)".to_owned(),
                reason,
            },
            _ => Stop::Left(reason),
        }
    }

    /// Finds the target, the ticket and the mail of ours that the mail answers.
    ///
    /// # Errors
    /// The verdict not to pass the mail on.
    fn thread(
        &self,
        mail: &mail_parser::Message<'_>,
        from: String,
        name: String,
    ) -> Result<(&Target, Answer), Stop> {
        let ids: Vec<&str> = texts(mail.in_reply_to())
            .into_iter()
            .chain(texts(mail.references()).into_iter().rev())
            .collect();
        let ours = ids.iter().flat_map(|id| {
            let targets = self.settings.targets.iter();
            targets.filter_map(|(name, target)| Some((name, target, self.threads.recognise(name, id)?, *id)))
        });
        let ours: Vec<_> = ours.collect();
        // The mail that was answered says more than the start of its thread.
        let best = ours
            .iter()
            .find(|(_, _, named, _)| !named.root)
            .or_else(|| ours.first());
        if let Some((target_name, target, named, id)) = best {
            let Named { ticket, root } = *named;
            let answer = Answer {
                target: (*target_name).clone(),
                ticket,
                answered: (!root).then(|| (*id).to_owned()),
                signed: true,
                from,
                name,
            };
            return Ok((*target, answer));
        }
        let numbered = mail
            .subject()
            .and_then(number)
            .ok_or(Stop::Left("it answers no mail of ours"))?;
        let mut targets = self.settings.targets.iter();
        let Some((target_name, target)) = targets.find(|(_, target)| target.hears(&from)) else {
            return Err(Stop::Left("who wrote it may not answer"));
        };
        if !self.settings.answers_by_subject {
            return Err(Stop::Refused {
                ticket: Some(numbered),
                from,
                reason: "it answers none of our mails: only its subject names a ticket, and anybody can write that",
            });
        }
        let answer = Answer {
            target: target_name.clone(),
            ticket: Some(numbered),
            answered: None,
            signed: false,
            from,
            name,
        };
        Ok((target, answer))
    }
}

impl Which {
    fn name(self) -> String {
        match self {
            Self::Part(number) => number.to_string(),
            Self::Inline(number) => format!("i{number}"),
            Self::Text => "text".to_owned(),
        }
    }

    /// Parses the text that [`Which::name`] wrote.
    pub(crate) fn read(name: &str) -> Option<Self> {
        match name.strip_prefix('i') {
            _ if name == "text" => Some(Self::Text),
            Some(number) => number.parse().ok().map(Self::Inline),
            None => name.parse().ok().map(Self::Part),
        }
    }
}

fn back(answer: &Answer, answers: String, why: Why) -> Back {
    Back {
        target: answer.target.clone(),
        ticket: answer.ticket,
        to: answer.from.clone(),
        answers,
        why,
        pictures_left: 0,
    }
}

/// Returns the time of writing: the mail's Date, unless it lies after the receipt, or longer before it than mails travel.
fn written(mail: &mail_parser::Message<'_>, received: Timestamp) -> Timestamp {
    let date = mail
        .date()
        .and_then(|date| Timestamp::from_second(date.to_timestamp()).ok());
    date.filter(|date| {
        let on_the_way = received.duration_since(*date);
        on_the_way >= -CLOCK_SKEW_MAX && on_the_way <= TRANSIT_MAX
    })
    .unwrap_or(received)
}

/// True for a text that the desk reads as a command.
fn is_order(text: &str) -> bool {
    text.starts_with(['/', '／']) || TicketOrder::is_word_that(SpellingTrait::ByMail, &text.to_lowercase())
}

/// Returns the beginning of a long answer, up to the end of a line if one is near.
fn beginning(text: &str, chars: usize) -> String {
    let begin: String = text.chars().take(BEGINNING_CHARS).collect();
    let whole_lines = begin.rsplit_once('\n').map(|(lines, _)| lines);
    let whole_lines = whole_lines.filter(|lines| lines.len() * 2 > begin.len());
    let begin = whole_lines.unwrap_or(&begin);
    let rest = Catalogue::both().mail_beginning_only(chars);
    format!("{}\n……（{rest}）", begin.trim_end())
}

/// Returns one text or a list of them as a list; the parser gives either.
fn texts<'a>(value: &'a HeaderValue<'_>) -> Vec<&'a str> {
    match value {
        HeaderValue::Text(text) => vec![text.as_ref()],
        HeaderValue::TextList(texts) => texts.iter().map(AsRef::as_ref).collect(),
        _ => Vec::new(),
    }
}

/// The ticket that a subject names: `Re: [#42] ...`.
fn number(subject: &str) -> Option<u64> {
    subject.split("[#").skip(1).find_map(|rest| {
        let (number, _) = rest.split_once(']')?;
        let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        if digits { number.parse().ok() } else { None }
    })
}

/// The mail's own id, or what stands in for it where a program gave it none.
fn id(mail: &mail_parser::Message<'_>, raw: &[u8]) -> String {
    if let Some(id) = mail.message_id().map(str::trim).filter(|id| !id.is_empty()) {
        return id.to_owned();
    }
    let mut hash = Sha256::new();
    for name in ["Date", "From", "Subject"] {
        hash.update(mail.header_raw(name).unwrap_or_default().as_bytes());
        hash.update([0]);
    }
    hash.update(raw.len().to_le_bytes());
    format!("sha256:{}", hex(&hash.finalize()))
}

#[cfg(test)]
mod tests;
