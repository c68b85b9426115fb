//! Figures of the day for the overview. They are counted beside the pages, so that a desk with many decisions holds up no page: what
//! took long is counted anew more seldom, and until then a page has what was counted last.

use super::Dashboard;
use super::figures::{Reading, row};
use crate::figures::Figure;
use groupdesk_dashboard::{BackendError, FiguresSpan, Result, Today, User};
use jiff::civil::Date;
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Time that a page waits for figures that nobody counted before.
const FIRST_COUNT_TIMEOUT: Duration = Duration::from_millis(60);

/// Age at which figures are counted anew although nothing was said or done: what waits goes on waiting.
const FIGURES_AGE_MAX: Duration = Duration::from_secs(60);

/// Share of the time that counting takes at most, as one to this.
const COUNTING_SHARE_DIVISOR: u32 = 20;

/// Limits by rooms of which figures are kept.
const KEPT_LIMITS: usize = 50;

/// Figures on the overview.
const FIGURES: [Figure; 5] = [
    Figure::Asked,
    Figure::AnswerRate,
    Figure::HandedOver,
    Figure::Unanswered,
    Figure::FirstResponse,
];

/// Figures that were counted, by the rooms that limit them.
#[derive(Debug, Default)]
pub(super) struct Kept(Mutex<BTreeMap<Option<Vec<String>>, Counted>>);

#[derive(Debug, Clone, Default)]
struct Counted {
    today: Option<Arc<Today>>,
    /// Day of them, and number of the store's changes when they were counted.
    of: Option<(Date, u64)>,
    at: Option<Instant>,
    took: Duration,
    /// `true` while they are being counted anew.
    goes_on: bool,
}

impl Counted {
    /// `true` if they can be shown without being counted anew.
    fn is_fresh(&self, now: (Date, u64)) -> bool {
        let age = self.at.map_or(Duration::MAX, |at| at.elapsed());
        let is_of_today = self.of.is_some_and(|(day, _)| day == now.0);
        is_of_today
            && (age < self.took * COUNTING_SHARE_DIVISOR || (self.of == Some(now) && age < FIGURES_AGE_MAX))
    }
}

impl Kept {
    fn put(&self, limits: &Option<Vec<String>>, counted: Counted) {
        let mut kept = self.0.lock();
        kept.insert(limits.clone(), counted);
    }
}

/// A counting that goes on; it ends however it ends.
struct Going {
    kept: Arc<Kept>,
    limits: Option<Vec<String>>,
}

impl Drop for Going {
    fn drop(&mut self) {
        let mut kept = self.kept.0.lock();
        if let Some(counted) = kept.get_mut(&self.limits) {
            counted.goes_on = false;
        }
    }
}

impl Dashboard {
    /// Returns the figures of the day; `None` where nobody counted them before and that takes long.
    pub(super) async fn today(&self, user: &User) -> Result<Option<Arc<Today>>> {
        let limits = user.limits().map(<[String]>::to_vec);
        let reading = self.reading();
        let now = (reading.day(), *self.parts.store.changes().borrow());
        let known = {
            let mut kept = self.today.0.lock();
            if kept.len() >= KEPT_LIMITS && !kept.contains_key(&limits) {
                kept.clear();
            }
            let counted = kept.entry(limits.clone()).or_default();
            if counted.is_fresh(now) || counted.goes_on {
                return Ok(counted.today.clone());
            }
            counted.goes_on = true;
            counted.today.clone()
        };
        let going = Going {
            kept: Arc::clone(&self.today),
            limits,
        };
        let user = user.clone();
        let counting = tokio::spawn(async move {
            let begun = Instant::now();
            let counted = count(&reading, &user).await;
            let today = Arc::new(counted?);
            going.kept.put(
                &going.limits,
                Counted {
                    today: Some(Arc::clone(&today)),
                    of: Some(now),
                    at: Some(begun),
                    took: begun.elapsed(),
                    goes_on: true,
                },
            );
            Ok(today)
        });
        // The counting goes on without who asked for it.
        match tokio::time::timeout(FIRST_COUNT_TIMEOUT, counting).await {
            Ok(Ok(counted)) => counted.map(Some),
            Ok(Err(fault)) => Err(BackendError(fault.to_string())),
            Err(_) => Ok(known),
        }
    }
}

async fn count(reading: &Reading, user: &User) -> Result<Today> {
    let read = reading.rows(user, FiguresSpan::Today, false).await?;
    let knowledge = reading.knowledge.get();
    let history = read
        .rows
        .history(&read.entries, knowledge.faq.service(), read.until);
    let all = history.all();
    Ok(Today {
        figures: FIGURES
            .map(|figure| row(figure, &figure.measure(&history, &all)))
            .to_vec(),
        is_cut: read.is_cut,
    })
}
