//! A reply of the desk as a mail.

use crate::read::{Back, MAX_ANSWER_CHARS, Why};
use crate::settings::{Settings, Target};
use crate::strip::{END, MARKER};
use crate::thread::Threads;
use groupdesk_contract::{FileBytes, MessageId, NoteKind, Reply, ReplyKey, Segment, TicketNote};
use groupdesk_texts::Catalogue;
use jiff::Timestamp;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, MessageBuilder, MultiPart, SinglePart};
use std::time::SystemTime;

/// The longest subject; what is cut off stands in the mail.
const SUBJECT_CHARS: usize = 120;

/// A mail that is ready to be sent.
#[derive(Debug)]
pub(crate) struct Outgoing {
    /// Message-ID, without the brackets.
    pub(crate) id: String,
    /// The mail.
    pub(crate) mail: lettre::Message,
    /// The text.
    pub(crate) body: String,
    /// The ticket whose thread it belongs to.
    pub(crate) ticket: Option<u64>,
}

/// Writes the mail of `reply` to a target; `None` if it is only the receipt for a staff command, for which nobody gets a mail.
///
/// # Errors
/// The reason for which no mail can be made of it, in a sentence for an admin.
pub(crate) fn write(
    settings: &Settings,
    threads: &Threads,
    (name, target): (&str, &Target),
    key: ReplyKey,
    reply: &Reply,
    now: Timestamp,
) -> Result<Option<Outgoing>, String> {
    let note = reply.note.as_deref();
    if note.is_some_and(|note| note.kind == NoteKind::Receipt) {
        return Ok(None);
    }
    let ticket = note.map(|note| note.ticket);
    let id = threads.mail(name, ticket, key);
    let mut mail = begin(settings, &id, now, "auto-generated")?.subject(subject(reply, note));
    for to in &target.to {
        mail = mail.to(to.0.clone());
    }
    match note {
        Some(note) => {
            let root = format!("<{}>", threads.root(name, note.ticket));
            if !matches!(note.kind, NoteKind::Opened { .. }) {
                mail = mail.in_reply_to(root.clone());
            }
            mail = mail.references(root);
        }
        None => {
            if let Some(answered) = reply.quote.as_ref().and_then(mail_id) {
                mail = mail.in_reply_to(answered.clone()).references(answered);
            }
        }
    }
    let body = body(reply, note, settings.imap.is_some());
    let text = SinglePart::plain(body.clone());
    let files = files(reply);
    let mail = if files.is_empty() {
        mail.singlepart(text)
    } else {
        let with_text = MultiPart::mixed().singlepart(text);
        mail.multipart(files.into_iter().fold(with_text, MultiPart::singlepart))
    };
    let mail = mail.map_err(|error| format!("no mail can be made of it: {error}"))?;
    Ok(Some(Outgoing {
        id,
        mail,
        body,
        ticket,
    }))
}

/// Writes the mail that tells somebody the outcome of their answer; `is_last` if no further one follows for now.
///
/// # Errors
/// The reason for which no mail can be made of it, in a sentence for an admin.
pub(crate) fn back(
    settings: &Settings,
    threads: &Threads,
    back: &Back,
    is_last: bool,
    now: Timestamp,
) -> Result<Outgoing, String> {
    // No reply of the desk has such a key.
    let key = ReplyKey(-now.as_millisecond().max(1));
    let id = threads.mail(&back.target, back.ticket, key);
    let to = back
        .to
        .parse()
        .map_err(|error| format!("`{}` can't be written to: {error}", back.to))?;
    let (what, mut text) = outcome_text(back);
    if back.pictures_left > 0 && back.why != Why::Pictures {
        let left = Catalogue::both_in_lines().mail_logos_left(back.pictures_left);
        text = format!("{text}\n\n{left}");
    }
    if is_last {
        text = format!("{text}\n\n{}", Catalogue::both_in_lines().mail_last_notice());
    }
    let ticket = back
        .ticket
        .map(|ticket| format!("[#{ticket}] "))
        .unwrap_or_default();
    let mut mail = begin(settings, &id, now, "auto-replied")?
        .to(lettre::message::Mailbox::new(None, to))
        .subject(format!("{ticket}{what}"));
    let mut references = back
        .ticket
        .map(|ticket| format!("<{}>", threads.root(&back.target, ticket)));
    if let Some(answered) = mail_id(&MessageId::new(back.answers.as_str())) {
        mail = mail.in_reply_to(answered.clone());
        references = Some(references.map_or(answered.clone(), |root| format!("{root} {answered}")));
    }
    if let Some(references) = references {
        mail = mail.references(references);
    }
    let body = format!("{MARKER}\n\n{text}\n\n{END}\n");
    let mail = mail
        .singlepart(SinglePart::plain(body.clone()))
        .map_err(|error| format!("no mail can be made of it: {error}"))?;
    Ok(Outgoing {
        id,
        mail,
        body,
        ticket: back.ticket,
    })
}

/// The text of a notice: in a few words, and in sentences.
fn outcome_text(back: &Back) -> (String, String) {
    let (subjects, texts) = (Catalogue::both(), Catalogue::both_in_lines());
    let order = || match back.ticket {
        Some(ticket) => format!("/t {ticket} reply"),
        None => "/t 12 reply".to_owned(),
    };
    // When it is written nobody knows what becomes of the rest.
    let of_a_part = |text: String| {
        let text = format!("{text}\n{}", texts.mail_rest_follows());
        (subjects.mail_taken_in_part(), text)
    };
    let text = match &back.why {
        Why::Cut(line) => return of_a_part(texts.mail_cut(line)),
        Why::Pictures => return of_a_part(texts.mail_logos_left(back.pictures_left)),
        Why::Files(names) => return of_a_part(texts.mail_files_left(&names.join(", "))),
        Why::Long(chars) => {
            return (
                subjects.mail_long(),
                texts.mail_too_long(*chars, MAX_ANSWER_CHARS),
            );
        }
        Why::Empty => texts.mail_nothing_of_your_own(),
        Why::Sealed(names) => texts.mail_sealed(&names.join(", ")),
        Why::NoTicket => texts.mail_no_ticket(),
        Why::NotAllowed => texts.mail_may_not_answer(&back.to, &back.target),
        Why::Automatic => texts.mail_reads_automatic(&order()),
        Why::Program => texts.mail_reads_like_program(&order()),
    };
    (subjects.mail_not_delivered(), text)
}

/// Starts a mail with the headers that all mails of ours have.
fn begin(settings: &Settings, id: &str, now: Timestamp, submitted: &str) -> Result<MessageBuilder, String> {
    let now = SystemTime::try_from(now.max(Timestamp::UNIX_EPOCH)).map_err(|error| error.to_string())?;
    Ok(lettre::Message::builder()
        .from(settings.from.0.clone())
        .reply_to(settings.from.0.clone())
        .date(now)
        .message_id(Some(format!("<{id}>")))
        // RFC 3834: this is what stops out-of-office notes and the loops that they begin.
        .raw_header(raw("Auto-Submitted", submitted))
        .raw_header(raw("X-Auto-Response-Suppress", "All")))
}

/// The files whose bytes came along, attached.
fn files(reply: &Reply) -> Vec<SinglePart> {
    let mut files = Vec::new();
    for segment in &reply.segments {
        let (Segment::Image { url: Some(url) } | Segment::File { url: Some(url), .. }) = segment else {
            continue;
        };
        let Some(file) = FileBytes::from_url(url) else {
            continue;
        };
        let number = files.len() + 1;
        let name = match segment {
            Segment::File { name: Some(name), .. } => name.clone(),
            _ => {
                let end = file.kind.rsplit('/').next().unwrap_or("bin");
                format!("{number}.{end}")
            }
        };
        let kind = ContentType::parse(&file.kind).or_else(|_| ContentType::parse("application/octet-stream"));
        if let Ok(kind) = kind {
            files.push(Attachment::new(name).body(file.bytes, kind));
        }
    }
    files
}

fn raw(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

/// Returns somebody else's Message-ID, if it is safe to put into a header.
fn mail_id(message: &MessageId) -> Option<String> {
    let id = message.as_str();
    let plain = id
        .chars()
        .all(|c| c.is_ascii_graphic() && !matches!(c, '<' | '>'));
    (plain && id.contains('@') && id.len() <= 250).then(|| format!("<{id}>"))
}

fn subject(reply: &Reply, note: Option<&TicketNote>) -> String {
    let line = |text: &str| {
        let words: Vec<&str> = text
            .split(|c: char| c.is_whitespace() || c.is_control())
            .filter(|word| !word.is_empty())
            .collect();
        words.join(" ")
    };
    let subject = match note {
        Some(note) => {
            let subject = line(&note.subject);
            let subject = if subject.is_empty() {
                line(&note.member_name)
            } else {
                subject
            };
            format!("[#{}] {subject}", note.ticket)
        }
        None => reply
            .text()
            .lines()
            .map(line)
            .find(|line| !line.is_empty())
            .unwrap_or_else(|| "groupdesk".to_owned()),
    };
    if subject.chars().count() <= SUBJECT_CHARS {
        return subject.trim_end().to_owned();
    }
    subject.chars().take(SUBJECT_CHARS - 1).chain(['…']).collect()
}

/// Renders the body; `heard` is true if there is a mailbox for answers.
fn body(reply: &Reply, note: Option<&TicketNote>, heard: bool) -> String {
    let mut text = reply_text(reply);
    // A chat's notice may be shortened; a mail has room for all of it.
    if let Some(NoteKind::Opened { said } | NoteKind::Said { said, .. }) = note.map(|note| &note.kind)
        && !said.trim().is_empty()
        && !text.contains(said.trim())
    {
        text.push_str(&format!("\n\n---- {} ----\n", Catalogue::both().mail_in_full()));
        text.push_str(said.trim());
    }
    for segment in &reply.segments {
        let (label, url) = match segment {
            Segment::Image { url: Some(url) } => ("图片/picture", url),
            Segment::File { url: Some(url), .. } => ("文件/file", url),
            _ => continue,
        };
        if !text.contains(url.as_str()) && !url.starts_with("data:") {
            text.push_str(&format!("\n[{label}] {url}"));
        }
    }
    let text = text.trim();
    match note {
        _ if !heard => format!("{text}\n"),
        Some(note) => format!("{MARKER}\n\n{text}\n\n{}\n{END}\n", footer(note.ticket)),
        None => format!("{MARKER}\n\n{text}\n\n{END}\n"),
    }
}

/// Renders the reply as text. A person is named by the id that they have here: their address.
fn reply_text(reply: &Reply) -> String {
    let mut said = String::new();
    for segment in &reply.segments {
        match segment {
            Segment::Text(text) => said.push_str(text),
            Segment::Mention(member) => said.push_str(&format!("@{member} ")),
            Segment::MentionAll => said.push_str("@all "),
            Segment::Quote(_) | Segment::Image { .. } | Segment::File { .. } | Segment::Other(_) => {}
        }
    }
    said
}

fn footer(ticket: u64) -> String {
    format!(
        "工单 #{ticket}：回复本邮件，内容会转给提问的成员；正文只写「认领」「解决」或 close 时是命令，「/t note 内容」是给同事的备注。\n\
         Ticket #{ticket}: what you answer to this mail goes to the member; \"claim\", \"resolve\" or \"close\" alone is a command, \
         \"/t note ...\" a word among staff."
    )
}

#[cfg(test)]
mod tests;
