//! Zammad's tickets and articles as what happened in a ticket. Pure.

use super::wire::{Article, Attachment, Author, Ticket};
use crate::remote::{Held, Item, Person, What, part};
use crate::settings::ZammadTarget;
use crate::text;
use serde_json::Value;
use std::collections::BTreeMap;

/// The path of articles' files; ticket, article and file follow.
const FILES: &str = "/api/v1/ticket_attachment/";

pub(super) fn article_id(id: u64) -> String {
    format!("article:{id}")
}

/// The way to a file that [`answered`] named.
pub(super) fn file_path(file: &str) -> Option<String> {
    let is_number = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit());
    let is_file = file.split('/').count() == 3 && file.split('/').all(is_number);
    is_file.then(|| format!("{FILES}{file}"))
}

/// An agent's answer; neither internal nor ours.
pub(super) fn answered(remote: &str, article: &Article) -> Option<Item> {
    let text = article.text();
    if article.internal || article.sender != "Agent" || text.contains("[groupdesk ") {
        return None;
    }
    let from = article.from.as_str();
    let login = article.created_by.as_ref().map_or(from, Author::login);
    let name = from
        .split('<')
        .next()
        .unwrap_or_default()
        .trim()
        .trim_matches('"');
    Some(Item {
        remote: remote.to_owned(),
        by: Some(Person {
            id: login.to_owned(),
            name: if name.is_empty() { login } else { name }.to_owned(),
            is_bot: false,
        }),
        at: article.created_at,
        what: What::Answered {
            id: article_id(article.id),
            text,
            files: files(remote, article),
        },
    })
}

/// The pictures in an article's text, and its attachments: Zammad gives them to those who have the token.
fn files(remote: &str, article: &Article) -> Vec<Held> {
    let mut files: Vec<Held> = Vec::new();
    let held = |file: String| file_path(&file).map(|_| file);
    let shown = if article.is_html() {
        text::pictures(&article.body)
    } else {
        Vec::new()
    };
    for source in shown {
        // Addresses on the web stand in the text.
        if source.starts_with("http://") || source.starts_with("https://") {
            continue;
        }
        let path = source.split(['?', '#']).next().unwrap_or_default();
        let file = path.strip_prefix(FILES).map(str::to_owned).and_then(held);
        files.push(Held {
            name: None,
            is_image: true,
            file,
        });
    }
    let attached = article.attachments.iter().filter(|attached| !attached.is_body());
    for attached in attached {
        let Attachment { id, filename, .. } = attached;
        let file = format!("{remote}/{}/{id}", article.id);
        if files.iter().any(|shown| shown.file.as_ref() == Some(&file)) {
            continue;
        }
        files.push(Held {
            name: Some(filename.clone()).filter(|name| !name.is_empty()),
            is_image: attached.is_image(),
            file: held(file),
        });
    }
    files
}

/// Returns the state of a ticket.
pub(super) fn state(target: &ZammadTarget, ticket: &Ticket) -> Item {
    let closed = target.closed_states.contains(&ticket.state);
    Item {
        remote: ticket.id.to_string(),
        by: None,
        at: ticket.updated_at,
        what: if closed { What::Closed } else { What::Open },
    }
}

/// Reads a webhook call; `None` if it isn't JSON of Zammad's. A ticket's id doesn't tell its target, so a state counts as closed
/// if any target lists it.
pub(super) fn webhook(targets: &BTreeMap<String, ZammadTarget>, body: &[u8]) -> Option<Vec<Item>> {
    let hook: Value = groupdesk_contract::read_json(body)
        .ok()
        .filter(Value::is_object)?;
    let mut items = Vec::new();
    let ticket: Option<Ticket> = part(&hook, "ticket")?;
    let article: Option<Article> = part(&hook, "article")?;
    if let Some(article) = &article
        && let Some(id) = article.ticket_id.or(ticket.as_ref().map(|ticket| ticket.id))
    {
        items.extend(answered(&id.to_string(), article));
    }
    if let Some(ticket) = ticket.filter(|ticket| !ticket.state.is_empty()) {
        let target = targets
            .values()
            .find(|target| target.closed_states.contains(&ticket.state))
            .or_else(|| targets.values().next());
        items.extend(target.map(|target| state(target, &ticket)));
    }
    Some(items)
}
