//! Our tickets and notes.

use crate::remote::{OutgoingEntry, Words};
use crate::settings::HubSpotTarget;
use crate::text;
use jiff::Timestamp;
use serde_json::{Value, json};

/// HubSpot's own number for "note to ticket" (Associations v4, table of association types).
const NOTE_TO_TICKET: u32 = 228;

/// The longest text is 65,536 characters; in HTML some of them become five.
const BODY: usize = 12_000;

/// The body of `POST /crm/v3/objects/tickets`.
pub(super) fn ticket(letter: &OutgoingEntry<'_>, target: &HubSpotTarget) -> Value {
    let note = letter.note;
    let subject = note.subject.split_whitespace().collect::<Vec<_>>().join(" ");
    let subject = match subject.as_str() {
        "" => format!("Ticket {}", note.ticket),
        subject => format!("Ticket {}: {subject}", note.ticket),
    };
    json!({ "properties": {
        "subject": subject,
        "content": entry_text(letter),
        "hs_pipeline": target.pipeline,
        "hs_pipeline_stage": target.stage,
    }})
}

/// The body of `POST /crm/v3/objects/notes`.
pub(super) fn note(letter: &OutgoingEntry<'_>, remote: &str, now: Timestamp) -> Value {
    json!({
        "properties": {
            "hs_timestamp": now.as_millisecond().to_string(),
            "hs_note_body": text::to_html(&entry_text(letter)),
        },
        "associations": [{
            "to": { "id": remote },
            "types": [{ "associationCategory": "HUBSPOT_DEFINED", "associationTypeId": NOTE_TO_TICKET }],
        }],
    })
}

fn entry_text(letter: &OutgoingEntry<'_>) -> String {
    let said = match letter.words {
        Words::Desk(text) => text.to_owned(),
        Words::Member { by, said } => format!("{by} ({}):\n\n{said}", letter.note.asked_in),
    };
    format!("{}\n\n[{}]", text::cut(&said, BODY), letter.mark)
}
