//! Our tickets and articles.

use crate::api_error::ApiError;
use crate::remote::{Attached, OutgoingEntry, Words, insert};
use crate::settings::ZammadTarget;
use serde_json::{Value, json};

/// The longest title that Zammad takes is 250 characters.
const TITLE: usize = 200;

/// The body of `POST /api/v1/tickets`.
pub(super) fn ticket(letter: &OutgoingEntry<'_>, target: &ZammadTarget) -> Value {
    let note = letter.note;
    let subject = note.subject.split_whitespace().collect::<Vec<_>>().join(" ");
    let title = match subject.as_str() {
        "" => format!("Ticket {}", note.ticket),
        subject => format!("Ticket {}: {subject}", note.ticket),
    };
    json!({
        "title": title.chars().take(TITLE).collect::<String>(),
        "group": target.group,
        "customer_id": format!("guess:{}", target.customer),
        "article": article_body(letter),
    })
}

/// The body of `POST /api/v1/ticket_articles`.
pub(super) fn article(letter: &OutgoingEntry<'_>, remote: &str) -> Result<Value, ApiError> {
    let ticket: u64 = remote
        .parse()
        .map_err(|_| ApiError::Refused(format!("`{remote}` is no ticket")))?;
    let mut article = article_body(letter);
    insert(&mut article, "ticket_id", json!(ticket));
    Ok(article)
}

fn article_body(letter: &OutgoingEntry<'_>) -> Value {
    let note = letter.note;
    let (text, sender, internal) = match letter.words {
        // Not `System`, whose words Zammad does not show to everybody.
        Words::Desk(text) => (text.to_owned(), "Agent", true),
        Words::Member { by, said } => (format!("{by} ({}):\n\n{said}", note.asked_in), "Customer", false),
    };
    let mut article = json!({
        "subject": format!("Ticket {}", note.ticket),
        "body": format!("{text}\n\n[{}]", letter.mark),
        "content_type": "text/plain",
        "type": "note",
        "sender": sender,
        "internal": internal,
    });
    let files: Vec<Value> = letter.files.iter().map(file).collect();
    if !files.is_empty() {
        insert(&mut article, "attachments", Value::Array(files));
    }
    article
}

fn file(attached: &Attached) -> Value {
    let url = attached.file.to_url();
    let data = url.split_once(',').map_or("", |(_, data)| data);
    json!({ "filename": attached.name, "data": data, "mime-type": attached.file.kind })
}
