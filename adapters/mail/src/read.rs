//! A mail as a message for the desk, or why it is none. Whoever may write to the mailbox is a stranger until the mail
//! names one of our own Message-IDs and comes from somebody who may answer it.

use crate::settings::Settings;
use crate::strip;
use crate::thread::{Named, Threads, hex};
use groupdesk_contract::{Channel, ChannelKind, ChannelRole, Message, Quote, Segment, Sender, Standing};
use jiff::Timestamp;
use mail_parser::{HeaderValue, MessageParser, MimeHeaders, PartType};
use sha2::{Digest, Sha256};

/// A picture inside the text that is smaller is somebody's logo, not a screenshot.
const LOGO: usize = 32 * 1024;

/// What a mail is to us.
#[derive(Debug, PartialEq)]
pub(crate) enum Read {
    /// Somebody answered.
    Said(Box<Message>),
    /// A mail of ours did not arrive, or not yet.
    Bounced {
        /// The ticket that it was about.
        ticket: Option<u64>,
        /// What the report says, in a line.
        report: String,
    },
    /// Somebody answered a ticket, and there is nothing in it to pass on.
    Empty {
        /// The ticket.
        ticket: Option<u64>,
        /// Who.
        from: String,
    },
    /// Nothing of ours, for the reason given.
    Left(&'static str),
}

/// Who may answer what.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rules<'a> {
    pub(crate) settings: &'a Settings,
    pub(crate) threads: &'a Threads,
}

/// What the headers alone say.
enum Screened {
    Answer(Box<Answer>),
    Report,
}

struct Answer {
    target: String,
    ticket: Option<u64>,
    answered: Option<String>,
    from: String,
    name: String,
}

impl Rules<'_> {
    /// Why the mail with these headers need not be fetched, if it need not.
    pub(crate) fn screen(&self, headers: &[u8]) -> Option<&'static str> {
        match MessageParser::default().parse_headers(headers) {
            Some(mail) => self.judge(&mail).err(),
            None => Some("it is no mail"),
        }
    }

    /// What the mail says. `received` is when the mailbox got it.
    pub(crate) fn read(&self, raw: &[u8], received: Timestamp) -> Read {
        let Some(mail) = MessageParser::default().parse(raw) else {
            return Read::Left("it is no mail");
        };
        let answer = match self.judge(&mail) {
            Ok(Screened::Answer(answer)) => *answer,
            Ok(Screened::Report) => return self.report(raw),
            Err(reason) => return Read::Left(reason),
        };
        let text = words(&mail);
        if text.is_empty() {
            return Read::Empty {
                ticket: answer.ticket,
                from: answer.from,
            };
        }
        let mut segments = Vec::new();
        if let Some(answered) = answer.answered {
            segments.push(Segment::Quote(Quote {
                message: answered.as_str().into(),
                of_bot: Some(true),
                text: None,
            }));
        }
        segments.push(Segment::Text(text));
        let channel = Channel {
            id: answer.target.as_str().into(),
            kind: ChannelKind::Group,
            name: Some(answer.target),
        };
        Read::Said(Box::new(Message {
            id: id(&mail, raw).as_str().into(),
            channel,
            sender: Sender {
                id: answer.from.as_str().into(),
                name: answer.name,
                role: ChannelRole::Member,
                is_bot: false,
                is_self: false,
                standing: Standing::Member,
            },
            segments,
            mentions_bot: false,
            at: received,
            ticket: answer.ticket,
            link: None,
        }))
    }

    fn judge(&self, mail: &mail_parser::Message<'_>) -> Result<Screened, &'static str> {
        let report = mail.content_type().is_some_and(|content| {
            content.ctype().eq_ignore_ascii_case("multipart")
                && content
                    .subtype()
                    .is_some_and(|subtype| subtype.eq_ignore_ascii_case("report"))
        });
        if report {
            return Ok(Screened::Report);
        }
        if let Some(reason) = automatic(mail) {
            return Err(reason);
        }
        // With two From headers, programs differ in whom they show.
        if mail.header_values("From").count() != 1 {
            return Err("it has not one From");
        }
        let senders: Vec<_> = mail.from().map(|from| from.iter().collect()).unwrap_or_default();
        let [sender] = senders.as_slice() else {
            return Err("it is not from one person");
        };
        let Some(from) = sender.address().map(str::trim).filter(|from| from.contains('@')) else {
            return Err("its From has no address");
        };
        let from = from.to_lowercase();
        if from == self.settings.from.plain() {
            return Err("it is our own");
        }
        if is_robot(&from) {
            return Err("it is from a robot");
        }
        let (target, ticket, answered) = self.thread(mail, &from)?;
        let local = from.split('@').next().unwrap_or_default();
        let name = sender.name().map(str::trim).filter(|name| !name.is_empty());
        Ok(Screened::Answer(Box::new(Answer {
            target,
            ticket,
            answered,
            name: name.unwrap_or(local).to_owned(),
            from,
        })))
    }

    /// Which target and ticket the mail answers, and which mail of ours.
    fn thread(
        &self,
        mail: &mail_parser::Message<'_>,
        from: &str,
    ) -> Result<(String, Option<u64>, Option<String>), &'static str> {
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
        if let Some((name, target, named, id)) = best {
            if !target.hears(from) {
                return Err("who wrote it may not answer");
            }
            let Named { ticket, root } = *named;
            return Ok(((*name).clone(), ticket, (!root).then(|| (*id).to_owned())));
        }
        let numbered = mail
            .subject()
            .and_then(number)
            .ok_or("it answers no mail of ours")?;
        let mut targets = self.settings.targets.iter();
        match targets.find(|(_, target)| target.hears(from)) {
            Some((name, _)) => Ok((name.clone(), Some(numbered), None)),
            None => Err("who wrote it may not answer"),
        }
    }

    /// A report of a mail server, if it is about a mail of ours.
    fn report(&self, raw: &[u8]) -> Read {
        let raw = String::from_utf8_lossy(raw);
        let ids = raw
            .split('<')
            .skip(1)
            .filter_map(|rest| rest.split_once('>').map(|(id, _)| id));
        let ours = ids.into_iter().find_map(|id| {
            let mut targets = self.settings.targets.keys();
            targets.find_map(|target| self.threads.recognise(target, id))
        });
        let Some(named) = ours else {
            return Read::Left("it is a report on no mail of ours");
        };
        let fields = ["action:", "final-recipient:", "status:", "diagnostic-code:"];
        let lines: Vec<&str> = raw
            .lines()
            .map(str::trim)
            .filter(|line| {
                fields
                    .iter()
                    .any(|field| line.to_ascii_lowercase().starts_with(field))
            })
            .take(8)
            .collect();
        let failed = lines.iter().any(|line| {
            let line = line.to_ascii_lowercase();
            line.strip_prefix("action:")
                .is_some_and(|action| matches!(action.trim(), "failed" | "delayed"))
        });
        if !failed {
            return Read::Left("it reports no failure");
        }
        Read::Bounced {
            ticket: named.ticket,
            report: lines.join("; "),
        }
    }
}

/// Why the mail is a program's and not a person's (RFC 3834 and what programs do besides). `X-Auto-Response-Suppress` says
/// nothing: Exchange puts it on ordinary mails.
fn automatic(mail: &mail_parser::Message<'_>) -> Option<&'static str> {
    let value = |name: &'static str| mail.header_raw(name).map(|value| value.trim().to_lowercase());
    if value("Auto-Submitted").is_some_and(|value| value.split([';', ' ', '(']).next() != Some("no")) {
        return Some("it is an automatic answer");
    }
    let bulk = |value: String| ["bulk", "list", "junk", "auto_reply"].contains(&value.as_str());
    if value("Precedence").is_some_and(bulk) {
        return Some("it is bulk mail");
    }
    if value("Return-Path").is_some_and(|path| path == "<>") {
        return Some("it wants no answer");
    }
    let marks = ["List-Id", "X-Autoreply", "X-Autorespond", "X-Autoresponder"];
    marks
        .iter()
        .any(|name| mail.header_raw(*name).is_some())
        .then_some("it is from a list or a program")
}

fn is_robot(address: &str) -> bool {
    const ROBOTS: [&str; 7] = [
        "mailer-daemon",
        "postmaster",
        "noreply",
        "no-reply",
        "no_reply",
        "donotreply",
        "do-not-reply",
    ];
    let local = address.split(['@', '+']).next().unwrap_or_default();
    ROBOTS.contains(&local)
}

/// One text or a list of them; the parser gives either.
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

/// What was written, and the names of what was attached.
fn words(mail: &mail_parser::Message<'_>) -> String {
    let mut text = String::new();
    for (position, part) in mail.text_bodies().enumerate() {
        let Some(body) = mail.body_text(position) else {
            continue;
        };
        let content = part.content_type();
        let says = |name: &str, wanted: &str| {
            content
                .and_then(|content| content.attribute(name))
                .is_some_and(|value| value.eq_ignore_ascii_case(wanted))
        };
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        if says("format", "flowed") {
            text.push_str(&strip::unflow(&body, says("delsp", "yes")));
        } else {
            text.push_str(&body);
        }
    }
    let mut words = strip::strip(&text);
    for name in attachments(mail) {
        if !words.is_empty() {
            words.push('\n');
        }
        words.push_str(&format!("[附件/attachment: {name}]"));
    }
    words
}

fn attachments(mail: &mail_parser::Message<'_>) -> Vec<String> {
    let named = mail.attachments().filter_map(|part| {
        let content = part.content_type();
        let kind = content.map_or("", |content| content.ctype());
        let subtype = content.and_then(|content| content.subtype()).unwrap_or_default();
        let signature = subtype.ends_with("-signature");
        let attached = part
            .content_disposition()
            .is_some_and(|disposition| disposition.is_attachment());
        let logo = kind.eq_ignore_ascii_case("image")
            && part.content_id().is_some()
            && !attached
            && part.contents().len() < LOGO;
        // Text that is no attachment is what was written, in another form.
        let text = matches!(part.body, PartType::Text(_) | PartType::Html(_))
            && !attached
            && part.attachment_name().is_none();
        if signature || logo || text {
            return None;
        }
        let name = part
            .attachment_name()
            .unwrap_or(if subtype.is_empty() { "?" } else { subtype });
        let plain = name.chars().map(|c| if c.is_control() { ' ' } else { c });
        Some(plain.take(120).collect::<String>())
    });
    named.collect()
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
