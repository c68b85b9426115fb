//! Conversations: what a member writes in a channel without a long pause.

use super::History;
use crate::decision_kind::DecisionKind;
use crate::store::KeptDecision;
use groupdesk_contract::{MemberId, Place};
use jiff::SignedDuration;
use std::collections::BTreeMap;

/// Longest pause within a conversation.
const CONVERSATION_GAP: SignedDuration = SignedDuration::from_mins(30);

/// Returns the conversations in which the bot replied, each by its first decision, and whether it led to a ticket.
pub(super) fn conversations<'a>(
    history: &History<'_>,
    decisions: &[&'a KeptDecision],
) -> Vec<(&'a KeptDecision, bool)> {
    let mut of_members: BTreeMap<(&Place, &MemberId), Vec<&KeptDecision>> = BTreeMap::new();
    for one in decisions.iter().filter(|one| !one.decision.shadow) {
        let member = (&one.decision.place, &one.decision.member);
        of_members.entry(member).or_default().push(one);
    }
    let mut found = Vec::new();
    for rows in of_members.values_mut() {
        rows.sort_by_key(|one| (one.decision.at, one.id));
        let goes_on = |a: &&KeptDecision, b: &&KeptDecision| {
            b.decision.at.duration_since(a.decision.at) <= CONVERSATION_GAP
        };
        for rows in rows.chunk_by(goes_on) {
            let replied = rows
                .iter()
                .any(|one| one.decision.kind() != Some(DecisionKind::Quiet));
            if let Some(first) = rows.first().filter(|_| replied) {
                let ticket = rows.iter().any(|one| has_ticket(history, one));
                found.push((*first, ticket));
            }
        }
    }
    found
}

/// `true` if a decision led to a ticket at once or within the pause.
fn has_ticket(history: &History<'_>, one: &KeptDecision) -> bool {
    let row = &one.decision;
    let opened = history.opened.get(&(&row.place.account, &row.member));
    row.ticket.is_some()
        || opened.is_some_and(|times| {
            let first = times.partition_point(|time| *time < row.at);
            times
                .get(first)
                .is_some_and(|time| time.duration_since(row.at) <= CONVERSATION_GAP)
        })
}
