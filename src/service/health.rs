//! Health of the program, for `/healthz`: never `ok` while nobody can be answered.

use super::alerts::{Alerts, Severity};
use super::connections::{Connections, Served};
use super::draft_requests::Drafting;
use super::heartbeat::Heartbeat;
use super::judge_requests::JudgeCaller;
use super::live_knowledge::LiveKnowledge;
use super::outbox::Outbox;
use super::process_faults::Faults;
use crate::semantic::Semantic;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::Arc;

/// Sources of the health report. All of them can be read while everything else is stuck.
pub(super) struct Health {
    pub(super) alerts: Arc<Alerts>,
    pub(super) connections: Arc<Connections>,
    pub(super) knowledge: Arc<LiveKnowledge>,
    pub(super) outbox: Arc<Outbox>,
    pub(super) semantic: Option<Arc<Semantic>>,
    pub(super) asker: Option<Arc<JudgeCaller>>,
    pub(super) drafting: Option<Arc<Drafting>>,
    pub(super) faults: Arc<Faults>,
    pub(super) pulse: Arc<Heartbeat>,
    pub(super) run: RunFacts,
}

/// Facts about this run of the program that don't change.
pub(super) struct RunFacts {
    pub(super) started: Timestamp,
    /// File of the FAQ; `None` is the one built in.
    pub(super) faq: Option<PathBuf>,
    pub(super) store: PathBuf,
}

impl Health {
    /// Renders the JSON object of `/healthz`.
    pub(super) fn to_json(&self) -> Value {
        let knowledge = self.knowledge.get();
        let semantic = match &self.semantic {
            None => "off",
            Some(semantic) if semantic.is_down() => "down",
            Some(semantic) if semantic.is_unsuited() => "unsuited",
            Some(_) if knowledge.dimensions.is_none() => "loading",
            Some(_) => "ready",
        };
        json!({
            "status": status(self.alerts.worst(), self.connections.served()),
            "holder": true,
            "alerts": self.alerts.firing(),
            "accounts": self.accounts(),
            "entries": knowledge.faq.entries().len(),
            "faq": { "file": self.run.faq, "loaded": self.knowledge.loaded() },
            "outbox": self.outbox.counters(),
            "semantic": semantic,
            "judge": self.asker.as_ref().map_or_else(|| json!("off"), |asker| asker.to_json()),
            "drafts": self.drafting.as_ref().map_or_else(|| json!("off"), |drafting| drafting.to_json()),
            "batch_in_hand_ms": self.pulse.in_hand_for().map(|age| u64::try_from(age.as_millis()).unwrap_or(u64::MAX)),
            "log_lines_lost": self.faults.lost_log_lines(),
            "store": self.run.store,
            "process": std::process::id(),
            "started": self.run.started,
            "version": env!("CARGO_PKG_VERSION"),
        })
    }

    /// Renders the accounts, each with its last attempt to send.
    fn accounts(&self) -> Value {
        let mut accounts = json!(self.connections.standing());
        for (account, last) in self.outbox.last_sends() {
            if let Some(account) = accounts.get_mut(account.as_str()) {
                account["last_send"] = json!(last);
            }
        }
        accounts
    }
}

/// The program as a whole, in a word.
pub(super) fn status(worst: Option<Severity>, served: Served) -> &'static str {
    match (worst, served) {
        (Some(Severity::Critical), _) | (_, Served::Nobody) => "failing",
        (Some(Severity::Warning), _) | (_, Served::Some) => "degraded",
        (None | Some(Severity::Info), Served::Everybody) => "ok",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_ok_only_while_everybody_is_served_and_nothing_is_wrong() {
        assert_eq!(status(None, Served::Everybody), "ok");
        assert_eq!(status(None, Served::Some), "degraded");
        assert_eq!(status(Some(Severity::Warning), Served::Everybody), "degraded");
        assert_eq!(status(None, Served::Nobody), "failing");
        assert_eq!(status(Some(Severity::Critical), Served::Everybody), "failing");
    }
}
