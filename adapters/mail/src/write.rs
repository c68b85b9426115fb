//! A reply of the desk as a mail.

use crate::read::{Back, MAX_ANSWER_CHARS, Why};
use crate::settings::{Settings, Target};
use crate::strip::{END, MARKER};
use crate::thread::Threads;
use groupdesk_contract::{FileBytes, MessageId, NoteKind, Reply, ReplyKey, Segment, TicketNote};
use jiff::Timestamp;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, MessageBuilder, MultiPart, SinglePart};
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
    let (what, mut text) = words(back);
    if back.pictures_left > 0 && back.why != Why::Pictures {
        text = format!("{text}\n\n{}", pictures_left(back.pictures_left));
    }
    if is_last {
        text = format!("{text}\n\n{LAST}");
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

/// The end of the last notice that somebody gets for now.
const LAST: &str = "一天之内不再发送这样的通知：之后没有转出去的邮件会留在邮箱里（未读），管理员会收到提醒。\n\
                    This is the last such notice within a day: mails that can't be passed on stay unread in the mailbox, and the admins are \
                    told.";

/// The end of a notice about a part of a mail. When it is written nobody knows what becomes of the rest.
const REST_CHINESE: &str = "其余部分照常处理；如果没有送达成员，会另有邮件告诉您。";
const REST_ENGLISH: &str =
    "The rest is handled as ever: if it does not reach the member, another mail says so.";

/// The text of a notice: in a few words, and in sentences.
fn words(back: &Back) -> (&'static str, String) {
    const NOT: &str = "未转发 / Not delivered";
    const PART: &str = "部分采用 / Taken in part";
    match &back.why {
        Why::Empty => (
            NOT,
            "您的回复没有转给成员：在其中没有找到您自己写的内容（只有引用、签名，或无法与引用区分）。请把内容写在最上面再发一次。\n\
             Your answer was not delivered: nothing of your own was found in it (only what it quotes, a signature, or words that can't be \
             told from the quote). Please write above everything else and send it again."
                .to_owned(),
        ),
        Why::Sealed(names) => (
            NOT,
            format!(
                "您的回复没有转给成员：里面没有能读的文字，只有不能转的内容（加密或整封签名的邮件、作为附件的邮件，或邮件过大）：{}。请以普通文字、不加密地再发一次。\n\
                 Your answer was not delivered: no words can be read in it, only what is not passed on (an encrypted or wrapped mail, a mail as an \
                 attachment, or a mail that is too large): {}. Please send it again in plain words, not encrypted.",
                names.join(", "),
                names.join(", ")
            ),
        ),
        Why::NoTicket => (
            NOT,
            "您的回复没有转给任何人：它回复的邮件不属于某一个工单。请回复该工单自己的邮件，或写「/t 12 内容」；「/t」列出所有工单。\n\
             Your answer was delivered to nobody: the mail that it answers belongs to no single ticket. Answer the ticket's own mail, or \
             write \"/t 12 your text\"; \"/t\" lists the tickets."
                .to_owned(),
        ),
        Why::NotAllowed => (
            NOT,
            format!(
                "您的回复没有转给成员：{} 不在可以回复的地址中。请用收到工单的地址回复，或请管理员把它加入 targets.{} 的 agents。\n\
                 Your answer was not delivered: {} is none of the addresses that may answer. Answer from the address that got the ticket, or \
                 have it added to `agents` of targets.{}.",
                back.to, back.target, back.to, back.target
            ),
        ),
        Why::Automatic => {
            let order = match back.ticket {
                Some(ticket) => format!("/t {ticket} reply"),
                None => "/t 12 reply".to_owned(),
            };
            (
                NOT,
                format!(
                    "您的邮件没有转给成员：它读起来像外出、休假时的自动回复。如果这就是您的答复，请这样发送：\n    {order} 您的答复\n\
                     Your mail was not passed on, because it reads like an out-of-office note. If it is your answer, send:\n    {order} your answer"
                ),
            )
        }
        Why::Program => {
            let order = match back.ticket {
                Some(ticket) => format!("/t {ticket} reply"),
                None => "/t 12 reply".to_owned(),
            };
            (
                NOT,
                format!(
                    "您的这封邮件没有转给成员：同样的内容来了好几次，或者来得太快、太多，像是程序自动发出的。一小时内再有这样的邮件，不再另行通知；它们留在邮箱里（未读）。\
                     如果是您自己写的，请这样发送，它不受这个限制：\n    {order} 您的答复\n\
                     This mail was not passed on: the same words came several times, or mails came faster or more often than people write. Further \
                     ones within the hour are not answered, and stay unread in the mailbox. If you wrote it yourself, send it like this, which is \
                     not limited:\n    {order} your answer"
                ),
            )
        }
        Why::Cut(line) => (
            PART,
            format!(
                "您的邮件从下面这一行起没有采用，因为它看起来是引用的历史邮件：\n    {line}\n如果那也是您写的，请单独再发一次。{REST_CHINESE}\n\
                 Your mail was left out from this line on, because it looks like an older mail that is quoted. If that is your own as well, please \
                 send it again by itself. {REST_ENGLISH}"
            ),
        ),
        Why::Long(chars) => (
            "内容过长 / A long answer",
            format!(
                "您的回复有 {chars} 字，超过 {MAX_ANSWER_CHARS} 字：群里只发开头，全文作为文件附上（如果成员所在的平台能接收文件）。\
                 如果没有送达，会另有邮件告诉您。\n\
                 Your answer has {chars} characters, more than {MAX_ANSWER_CHARS}: the member gets the beginning, and all of it as a file where \
                 their platform takes files. If it does not arrive, another mail says so."
            ),
        ),
        Why::Pictures => (
            PART,
            format!("{}\n{REST_CHINESE}\n{REST_ENGLISH}", pictures_left(back.pictures_left)),
        ),
        Why::Files(names) => (
            PART,
            format!(
                "下列附件没有转给成员（邮件过大、附件过多，或附件本身是邮件）：{}\n{REST_CHINESE}\n\
                 These attachments were left out (the mail is too large, there are too many, or they are mails themselves): {}\n{REST_ENGLISH}",
                names.join(", "),
                names.join(", ")
            ),
        ),
    }
}

/// Tells that pictures of a mail were not passed on, and how to have them passed on.
fn pictures_left(count: usize) -> String {
    format!(
        "有 {count} 张小图片没有转给成员：它们在签名或引用里，看起来是标志（logo）。如果需要，请把图片作为附件再发一次。\n\
         {count} small inline images were not passed on: they stand in the signature or the quote, and look like logos. If the member \
         needs them, please send them again as attachments."
    )
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
    if subject.chars().count() <= SUBJECT {
        return subject.trim_end().to_owned();
    }
    subject.chars().take(SUBJECT - 1).chain(['…']).collect()
}

/// Renders the body; `heard` is true if there is a mailbox for answers.
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
        Some(note) => format!("{MARKER}\n\n{text}\n\n{}\n{END}\n", footer(note.ticket)),
        None => format!("{MARKER}\n\n{text}\n\n{END}\n"),
    }
}

/// Renders the reply as text. A person is named by the id that they have here: their address.
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
        "工单 #{ticket}：回复本邮件，内容会转给提问的成员；正文只写「认领」「解决」或 close 时是命令，「/t note 内容」是给同事的备注。\n\
         Ticket #{ticket}: what you answer to this mail goes to the member; \"claim\", \"resolve\" or \"close\" alone is a command, \
         \"/t note ...\" a word among staff."
    )
}

#[cfg(test)]
mod tests;
