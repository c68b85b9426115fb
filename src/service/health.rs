//! Health of the program, for `/healthz`: never `ok` while nobody can be answered.

use super::alerts::{Alerts, Severity};
use super::connections::{Connections, Served};
use super::faults::Faults;
use super::knowledge::Shared;
use super::outbox::Outbox;
use super::pulse::Pulse;
use crate::semantic::Semantic;
use serde_json::{Value, json};
use std::sync::Arc;

/// Sources of the health report. All of them can be read while everything else is stuck.
pub(super) struct Health {
    pub(super) alerts: Arc<Alerts>,
    pub(super) connections: Arc<Connections>,
    pub(super) knowledge: Arc<Shared>,
    pub(super) outbox: Arc<Outbox>,
    pub(super) semantic: Option<Arc<Semantic>>,
    pub(super) faults: Arc<Faults>,
    pub(super) pulse: Arc<Pulse>,
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
            "alerts": self.alerts.firing(),
            "accounts": self.connections.standing(),
            "entries": knowledge.faq.entries().len(),
            "outbox": self.outbox.counters(),
            "semantic": semantic,
            "batch_in_hand_ms": self.pulse.in_hand_for().map(|age| u64::try_from(age.as_millis()).unwrap_or(u64::MAX)),
            "log_lines_lost": self.faults.lost_log_lines(),
        })
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
