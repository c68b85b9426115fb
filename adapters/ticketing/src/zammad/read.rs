//! Zammad's tickets and articles as what happened in a ticket. Pure.

use super::wire::{Article, Author, Hook, Ticket};
use crate::remote::{Item, Person, What};
use crate::settings::ZammadTarget;
use std::collections::BTreeMap;

pub(super) fn article_id(id: u64) -> String {
    format!("article:{id}")
}

/// An agent's answer; neither internal nor ours.
pub(super) fn answered(remote: &str, article: &Article) -> Option<Item> {
    let text = article.text();
    if article.internal || article.sender != "Agent" || text.contains("[groupdesk ") {
        return None;
    }
    let from = article.from.as_deref().unwrap_or_default();
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
        },
    })
}

/// Whether a ticket is done.
pub(super) fn state(target: &ZammadTarget, ticket: &Ticket) -> Item {
    let closed = target.closed_states.contains(&ticket.state);
    Item {
        remote: ticket.id.to_string(),
        by: None,
        at: ticket.updated_at,
        what: if closed { What::Closed } else { What::Open },
    }
}

/// What a webhook tells; `None` when it isn't JSON of Zammad's. A ticket's id doesn't tell its target, so a state counts as
/// done where any target says so.
pub(super) fn webhook(targets: &BTreeMap<String, ZammadTarget>, body: &[u8]) -> Option<Vec<Item>> {
    let hook: Hook = serde_json::from_slice(body).ok()?;
    let mut items = Vec::new();
    let ticket = hook.ticket;
    if let Some(article) = &hook.article
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
