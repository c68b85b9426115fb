//! Requests and tokens of the day, over restarts: the judge and the drafts share them.

use super::OWNER;
use crate::store::{Batch, Memo, Store};
use groupdesk_contract::Clock;
use groupdesk_model::{Meter, Spent};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

/// Memo with the calls and tokens of the day.
const SPENT: &str = "spent";

/// The meter of the model, and the store where it is kept.
pub struct Spending {
    meter: Arc<Meter>,
    store: Option<Arc<dyn Store>>,
}

/// Calls and tokens of a day, as they are kept.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    day: String,
    calls: u64,
    sent: u64,
    received: u64,
}

impl Spending {
    /// Begins at nothing.
    pub fn new(clock: Arc<dyn Clock>, calls_per_day: u64) -> Self {
        Self {
            meter: Arc::new(Meter::new(clock, calls_per_day)),
            store: None,
        }
    }

    /// Keeps what is spent in `store`, and goes on from what is kept there.
    #[must_use]
    pub async fn keeping(self, store: Arc<dyn Store>) -> Self {
        match store.memo(OWNER, SPENT).await {
            Ok(kept) => {
                let kept = kept.and_then(|kept| serde_json::from_str::<Kept>(&kept).ok());
                if let Some(kept) = kept
                    && let Ok(day) = kept.day.parse()
                {
                    self.meter.go_on(Spent {
                        day,
                        calls: kept.calls,
                        sent: kept.sent,
                        received: kept.received,
                    });
                }
            }
            Err(error) => tracing::warn!(%error, "can't read how many calls the model had today"),
        }
        Self {
            store: Some(store),
            ..self
        }
    }

    /// Returns the meter, which counts the requests and may stop them.
    pub fn meter(&self) -> &Arc<Meter> {
        &self.meter
    }

    /// Keeps what was spent until now.
    pub async fn keep(&self) {
        let Some(store) = &self.store else { return };
        let spent = self.meter.spent();
        let kept = Kept {
            day: spent.day.to_string(),
            calls: spent.calls,
            sent: spent.sent,
            received: spent.received,
        };
        let Ok(value) = serde_json::to_string(&kept) else {
            return;
        };
        let memo = Memo {
            owner: OWNER.to_owned(),
            key: SPENT.to_owned(),
            value,
        };
        if let Err(error) = store.commit(&Batch::of_memo(memo)).await {
            tracing::warn!(%error, "can't keep how many calls the model had today");
        }
    }
}

impl fmt::Debug for Spending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Spending")
            .field("meter", &self.meter)
            .finish_non_exhaustive()
    }
}
