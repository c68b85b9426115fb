//! The pages, a file each.

pub(crate) mod account;
pub(crate) mod audit_log;
pub(crate) mod channels;
pub(crate) mod decision_explanation;
pub(crate) mod faq;
pub(crate) mod faq_entry;
pub(crate) mod figures;
pub(crate) mod hours;
pub(crate) mod import_export;
pub(crate) mod inbox;
pub(crate) mod keys;
pub(crate) mod labels;
pub(crate) mod login;
pub(crate) mod one_time_link;
pub(crate) mod overview;
pub(crate) mod picture;
pub(crate) mod sessions;
pub(crate) mod sso;
pub(crate) mod ticket;
pub(crate) mod totp;
pub(crate) mod transcript;
pub(crate) mod try_it_box;
pub(crate) mod unanswered_questions;
pub(crate) mod users;

use crate::app::App;
use crate::backend::AuditEntry;

/// Writes an entry of the audit log.
///
/// # Errors
/// Fails when the backend does.
async fn note(app: &App, who: &str, action: &str, detail: impl Into<String>) -> crate::Result<()> {
    let entry = AuditEntry {
        at: app.backend.now(),
        who: who.to_owned(),
        action: action.to_owned(),
        detail: detail.into(),
    };
    app.backend.note(&entry).await
}
