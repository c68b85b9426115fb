//! A reply of the desk as a mail.

use crate::settings::{Settings, Target};
use crate::strip::MARKER;
use crate::thread::Threads;
use groupdesk_contract::{FileBytes, MessageId, NoteKind, Reply, ReplyKey, Segment, TicketNote};
use jiff::Timestamp;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, MultiPart, SinglePart};
use std::time::SystemTime;

/// The longest subject; what is cut off stands in the mail.
const SUBJECT: usize = 120;

/// A mail that is ready to be sent.
#[derive(Debug)]
pub(crate) struct Outgoing {
    /// Its Message-ID, without the brackets.
    pub(crate) id: String,
    /// The mail.
    pub(crate) mail: lettre::Message,
}

/// The mail that says `reply` to a target; `None` where it is only the receipt for what staff did, for which nobody is
/// sent a mail.
///
/// # Errors
/// Words for an admin, when no mail can be made of it.
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
    let id = threads.mail(name, note.map(|note| note.ticket), key);
    let mut mail = lettre::Message::builder()
        .from(settings.from.0.clone())
        .reply_to(settings.from.0.clone())
        .date(SystemTime::try_from(now.max(Timestamp::UNIX_EPOCH)).map_err(|error| error.to_string())?)
        .message_id(Some(format!("<{id}>")))
        .subject(subject(reply, note))
        // RFC 3834: this is what stops out-of-office notes and the loops that they begin.
        .raw_header(raw("Auto-Submitted", "auto-generated"))
        .raw_header(raw("X-Auto-Response-Suppress", "All"));
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
    let text = SinglePart::plain(body(reply, note, settings.imap.is_some()));
    let files = files(reply);
    let mail = if files.is_empty() {
        mail.singlepart(text)
    } else {
        let with_text = MultiPart::mixed().singlepart(text);
        mail.multipart(files.into_iter().fold(with_text, MultiPart::singlepart))
    };
    let mail = mail.map_err(|error| format!("no mail can be made of it: {error}"))?;
    Ok(Some(Outgoing { id, mail }))
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

/// A Message-ID that somebody else made, where it is safe to put into a header.
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
    if subject.chars().count() <= SUBJECT {
        return subject.trim_end().to_owned();
    }
    subject.chars().take(SUBJECT - 1).chain(['…']).collect()
}

/// `heard` says that there is a mailbox for answers.
fn body(reply: &Reply, note: Option<&TicketNote>, heard: bool) -> String {
    let mut text = said(reply);
    // A chat's notice may be shortened; a mail has room for all of it.
    if let Some(NoteKind::Opened { said } | NoteKind::Said { said, .. }) = note.map(|note| &note.kind)
        && !said.trim().is_empty()
        && !text.contains(said.trim())
    {
        text.push_str("\n\n---- 全文 / in full ----\n");
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
        Some(note) => format!("{MARKER}\n\n{text}\n\n-- \n{}\n", footer(note.ticket)),
        None => format!("{MARKER}\n\n{text}\n"),
    }
}

/// The reply in words. A person is called by the id that they have here: their address.
fn said(reply: &Reply) -> String {
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
        "工单 #{ticket}：回复本邮件，内容会转给提问的成员；正文只写「认领」「解决」或 close 时是命令。\n\
         Ticket #{ticket}: what you answer to this mail goes to the member; \"claim\", \"resolve\" or \"close\" alone is a command."
    )
}

#[cfg(test)]
mod tests;
