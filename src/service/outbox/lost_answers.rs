//! Answers to members that were given up: nobody but the log would know of them, where they belong to no ticket.

use crate::desk::{DeliveryReport, DeliveryStatus};
use groupdesk_contract::{AccountId, Place};
use parking_lot::{Mutex, MutexGuard};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::Instant;

/// Time for which lost answers are told.
const TOLD_FOR: Duration = Duration::from_secs(600);

/// Channels that are named; of more, the latest.
const PLACES_MAX: usize = 5;

/// Answers of an account that members did not get, lately.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LostAnswers {
    /// Account.
    pub account: AccountId,
    /// Number of answers.
    pub count: u64,
    /// Channels in which they are missing, the latest last.
    pub places: Vec<Place>,
    /// Last error of the platform, in its words.
    pub reason: String,
}

/// Memory of the answers that were given up.
#[derive(Debug, Default)]
pub(super) struct Lost(Mutex<BTreeMap<AccountId, (Instant, LostAnswers)>>);

impl Lost {
    /// Counts a delivery that is an answer to a member, belongs to no ticket, and was given up.
    pub(super) fn note(&self, report: &DeliveryReport) {
        let (DeliveryStatus::Refused { reason } | DeliveryStatus::Unknown { reason }) = &report.outcome
        else {
            return;
        };
        if report.about.is_some() || report.answers.is_none() {
            return;
        }
        let (account, now) = (&report.place.account, Instant::now());
        let mut lost = self.lost(now);
        let (at, known) = lost.entry(account.clone()).or_insert_with(|| {
            let none = LostAnswers {
                account: account.clone(),
                count: 0,
                places: Vec::new(),
                reason: String::new(),
            };
            (now, none)
        });
        *at = now;
        known.count += 1;
        known.reason.clone_from(reason);
        known.places.retain(|place| *place != report.place);
        known.places.push(report.place.clone());
        if known.places.len() > PLACES_MAX {
            known.places.remove(0);
        }
    }

    /// Returns what was lost lately, by account.
    pub(super) fn lately(&self) -> Vec<LostAnswers> {
        self.lost(Instant::now())
            .values()
            .map(|(_, lost)| lost.clone())
            .collect()
    }

    fn lost(&self, now: Instant) -> MutexGuard<'_, BTreeMap<AccountId, (Instant, LostAnswers)>> {
        let mut lost = self.0.lock();
        lost.retain(|_, (at, _)| now.saturating_duration_since(*at) < TOLD_FOR);
        lost
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use groupdesk_contract::{ChannelId, ChannelKind, MessageId, Reply};

    fn report(channel: &str, quotes: bool, outcome: DeliveryStatus) -> DeliveryReport {
        let reply = Reply::of_text(ChannelId::new(channel), ChannelKind::Group, "九点".to_owned())
            .with_quote(quotes.then(|| MessageId::new("1")));
        DeliveryReport::of(Place::new("qq", channel), None, &reply, outcome)
    }

    #[tokio::test(start_paused = true)]
    async fn answers_that_were_given_up_are_told_for_a_while_with_the_latest_channels() {
        let lost = Lost::default();
        let refused = |reason: &str| DeliveryStatus::Refused {
            reason: reason.to_owned(),
        };
        lost.note(&report("group:0", true, DeliveryStatus::Sent));
        lost.note(&report("group:0", false, refused("banned")));
        assert_eq!(lost.lately(), [], "sent, and no answer to anybody");
        for number in 1..=7 {
            lost.note(&report(&format!("group:{number}"), true, refused("muted")));
        }
        lost.note(&report("group:3", true, refused("banned")));
        let told = lost.lately();
        let places: Vec<String> = told[0].places.iter().map(ToString::to_string).collect();
        assert_eq!(
            (told.len(), told[0].count, told[0].reason.as_str()),
            (1, 8, "banned")
        );
        assert_eq!(
            places,
            [
                "qq/group:4",
                "qq/group:5",
                "qq/group:6",
                "qq/group:7",
                "qq/group:3"
            ]
        );
        tokio::time::advance(TOLD_FOR).await;
        assert_eq!(lost.lately(), []);
    }
}
