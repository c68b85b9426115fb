//! Our contacts, conversations and messages.

use super::wire::Contact;
use crate::remote::{OutgoingEntry, Words, insert};
use crate::settings::ChatwootTarget;
use groupdesk_contract::TicketNote;
use serde_json::{Value, json};

/// The custom attribute that holds our mark.
pub(super) const MARK: &str = "groupdesk";

pub(super) fn account(target: &ChatwootTarget) -> String {
    format!("/api/v1/accounts/{}", target.account)
}

/// The same member is the same contact in every ticket.
pub(super) fn identifier(note: &TicketNote) -> String {
    format!("groupdesk:{}:{}", note.asked_in.account, note.member)
}

/// The body of `POST contacts`.
pub(super) fn contact(target: &ChatwootTarget, note: &TicketNote) -> Value {
    json!({ "inbox_id": target.inbox, "name": note.member_name, "identifier": identifier(note) })
}

/// The body of `POST conversations`: the conversation and its first message, made together or not at all.
pub(super) fn conversation(letter: &OutgoingEntry<'_>, target: &ChatwootTarget, contact: &Contact) -> Value {
    let note = letter.note;
    let mut body = json!({
        "inbox_id": target.inbox,
        "contact_id": contact.id,
        "status": "open",
        "custom_attributes": {
            MARK: letter.mark.to_string(),
            "ticket": note.ticket.to_string(),
            "subject": note.subject,
            "asked_in": note.asked_in.to_string(),
        },
        "message": message(letter),
    });
    let source = contact
        .contact_inboxes
        .iter()
        .find(|known| {
            known
                .inbox
                .as_ref()
                .is_some_and(|inbox| inbox.id == target.inbox.get())
        })
        .and_then(|known| known.source_id.as_deref());
    if let Some(source) = source {
        insert(&mut body, "source_id", json!(source));
    }
    body
}

/// The body of `POST conversations/{id}/messages`.
pub(super) fn message(letter: &OutgoingEntry<'_>) -> Value {
    let (content, kind, private) = match letter.words {
        Words::Desk(text) => (calling_nobody(text), "outgoing", true),
        Words::Member { by, said } if by == letter.note.member_name => (said.to_owned(), "incoming", false),
        Words::Member { by, said } => (format!("{by}: {said}"), "incoming", false),
    };
    json!({
        "content": content, "message_type": kind, "private": private, "source_id": letter.mark.to_string(),
    })
}

/// A private note in which no agent is called: there Chatwoot takes `[@Anna](mention://user/1/Anna)`, which may stand in a member's
/// name as well.
fn calling_nobody(text: &str) -> String {
    text.replace("mention:", "mention\u{200b}:")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_made_of_a_mention_calls_nobody() {
        let note = calling_nobody("[@Anna](mention://user/1/Anna) 又说：x");
        assert!(
            !note.contains("mention://") && note.contains("user/1/Anna"),
            "{note}"
        );
    }
}
