//! HubSpot's notes and tickets as what happened in a ticket. Pure.

use super::wire::Object;
use crate::remote::{Held, Item, Person, What};
use crate::settings::HubSpotTarget;
use crate::text;

pub(super) fn note_id(note: &Object) -> String {
    format!("note:{}", note.id)
}

/// Returns the text of a note to the member: the part behind the prefix. `None` for an internal note.
pub(super) fn answer(target: &HubSpotTarget, note: &Object) -> Option<String> {
    let text = text::of_html(note.property("hs_note_body"));
    if text.contains("[groupdesk ") {
        return None;
    }
    let said = target.answer_prefixes.iter().find_map(|prefix| {
        let begins = text.get(..prefix.len())?.eq_ignore_ascii_case(prefix);
        let said = text.get(prefix.len()..)?.trim();
        (begins && !prefix.is_empty()).then_some(said)
    })?;
    (!said.is_empty() || !files(note).is_empty()).then(|| said.to_owned())
}

/// The attachments of a note, which can't be fetched with the token of a private app: the member learns of them by name.
fn files(note: &Object) -> Vec<Held> {
    let ids = note.property("hs_attachment_ids").split(';');
    let ids = ids.filter(|id| !id.trim().is_empty());
    ids.map(|_| Held {
        name: None,
        is_image: false,
        file: None,
    })
    .collect()
}

pub(super) fn answered(target: &HubSpotTarget, ticket: &str, note: &Object) -> Option<Item> {
    let author = ["hs_created_by", "hubspot_owner_id"]
        .iter()
        .map(|name| note.property(name))
        .find(|id| !id.is_empty());
    Some(Item {
        remote: ticket.to_owned(),
        by: author.map(|id| Person {
            id: id.to_owned(),
            name: format!("HubSpot {id}"),
            is_bot: false,
        }),
        at: note.created_at,
        what: What::Answered {
            id: note_id(note),
            text: answer(target, note)?,
            files: files(note),
        },
    })
}

/// Returns the state of a ticket.
pub(super) fn state(target: &HubSpotTarget, ticket: &Object) -> Item {
    let stage = ticket.property("hs_pipeline_stage");
    let closed = target.closed_stages.iter().any(|closed| closed == stage);
    Item {
        remote: ticket.id.clone(),
        by: None,
        at: ticket.updated_at,
        what: if closed { What::Closed } else { What::Open },
    }
}
