//! Entries of the FAQ one by one, for the form in which they are edited.

use super::Dashboard;
use super::faq::run_blocking;
use crate::faq::{entry_lines, written};
use groupdesk_dashboard::{FaqEntry, Result};

impl Dashboard {
    pub(super) async fn faq_entries(&self) -> Result<Vec<FaqEntry>> {
        let text = self.faq_text().await?.text;
        let name = self.faq_name();
        run_blocking(move || {
            let entries = written(&name, &text).map(|faq| faq.entries).unwrap_or_default();
            let entries = entries.into_iter().map(|entry| FaqEntry {
                id: entry.id,
                questions: entry.questions,
                answers: entry.answer,
            });
            entries.collect()
        })
        .await
    }

    pub(super) async fn faq_entry_lines(&self, text: String, entry: &str) -> Result<Option<(usize, String)>> {
        let (name, entry) = (self.faq_name(), entry.to_owned());
        run_blocking(move || entry_lines(&name, &text, &entry)).await
    }
}
