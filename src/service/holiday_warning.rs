//! Warns ahead of time that the known holidays end: from then on a holiday would be taken for a normal day.

use super::alerts::{Alerts, Severity};
use super::live_knowledge::LiveKnowledge;
use crate::faq::Faq;
use crate::hours::{HolidaysEnd, Schedule};
use groupdesk_contract::{Clock, Storage};
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Name of the alert.
const ALERT: &str = "holidays";

/// Shortest time between two notices to the staff rooms.
const TELL_INTERVAL: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Key of the memo with the time of the last notice.
const TOLD: &str = "told";

/// Interval at which the calendar is checked.
const LOOK_INTERVAL: Duration = Duration::from_secs(3600);

/// Checks the calendars of the FAQ in service, and of the shifts of staff, until `stop`.
pub(super) async fn watch(
    knowledge: Arc<LiveKnowledge>,
    shifts: Vec<Schedule>,
    alerts: Arc<Alerts>,
    clock: Arc<dyn Clock>,
    storage: Arc<dyn Storage>,
    stop: CancellationToken,
) {
    if let Some(end) = knowledge
        .get()
        .faq
        .holidays_end(clock.now())
        .filter(HolidaysEnd::is_near)
    {
        tracing::info!(calendar = end.calendar, last = %end.last, "the known holidays end soon");
    }
    loop {
        look(
            (&knowledge.get().faq, &shifts),
            &alerts,
            clock.now(),
            storage.as_ref(),
        )
        .await;
        tokio::select! {
            () = tokio::time::sleep(LOOK_INTERVAL) => {}
            () = stop.cancelled() => return,
        }
    }
}

async fn look((faq, shifts): (&Faq, &[Schedule]), alerts: &Alerts, now: Timestamp, storage: &dyn Storage) {
    let ends = shifts.iter().filter_map(|shift| HolidaysEnd::of(shift, now));
    let first = ends.chain(faq.holidays_end(now)).min_by_key(|end| end.days_left);
    let Some(end) = first.filter(HolidaysEnd::is_near) else {
        alerts.resolve(ALERT);
        return;
    };
    let message = warning_text(&end);
    // Before the end everything said is right: nothing is degraded yet.
    let severity = if end.days_left < 0 {
        Severity::Warning
    } else {
        Severity::Info
    };
    alerts.fire_quietly(ALERT, severity, message.as_str());
    let told = storage.get(TOLD).await.ok().flatten();
    let told: Option<Timestamp> = told.and_then(|told| told.parse().ok());
    if told.is_some_and(|told| now.duration_since(told) < TELL_INTERVAL) {
        return;
    }
    alerts.tell(&format!("🗓 {message}"));
    if let Err(error) = storage.put(TOLD, &now.to_string()).await {
        tracing::debug!(
            error = error.0,
            "can't note that the staff rooms were told of the holidays"
        );
    }
}

fn warning_text(end: &HolidaysEnd) -> String {
    let calendar = &end.calendar;
    let (chinese, english) = end.words();
    format!(
        "{chinese}。新一年的放假安排公布后，请升级 groupdesk，或写进 faq.yaml：holidays: {{ {calendar}: {{ off: [...], work: [...] }} }} / \
         {english}; update groupdesk, or add the dates to faq.yaml"
    )
}

#[cfg(test)]
mod tests {
    use super::super::routing::Routing;
    use super::*;
    use crate::config::Config;
    use groupdesk_contract::{InMemoryStorage, ManualClock};
    use tokio::sync::mpsc;

    #[tokio::test]
    async fn the_end_of_the_known_holidays_is_said_ahead_and_to_staff_once_a_month() {
        let text = "hours:\n  office: { weekly: { mon-fri: \"08:00-17:30\" }, holidays: cn }\nentries:\n  - { id: a, questions: [几点上班], answer: 八点 }\n";
        let faq = crate::faq::load("faq.yaml", text).unwrap().faq;
        let storage = InMemoryStorage::default();
        let at = |day: &str| -> Timestamp { format!("{day}T10:00:00+08:00").parse().unwrap() };
        let (notices, mut heard) = mpsc::channel(16);
        let clock = Arc::new(ManualClock::at(at("2026-10-01")));
        let alerts = Alerts::new(clock, &Routing::new(&Config::console()), notices);
        let mut times = || std::iter::from_fn(|| heard.try_recv().ok()).count();
        look((&faq, &[]), &alerts, at("2026-10-31"), &storage).await;
        assert_eq!((alerts.firing().len(), times()), (0, 0));
        look((&faq, &[]), &alerts, at("2026-12-05"), &storage).await;
        assert_eq!((alerts.firing()[0].severity, times()), (Severity::Info, 1));
        // As after a restart: in health at once, to the staff not again.
        alerts.resolve_quietly(ALERT);
        look((&faq, &[]), &alerts, at("2026-12-06"), &storage).await;
        assert_eq!((alerts.firing().len(), times()), (1, 0));
        assert_eq!(alerts.worst(), None, "nothing is wrong yet");
        look((&faq, &[]), &alerts, at("2027-01-06"), &storage).await;
        assert_eq!((alerts.worst(), times()), (Some(Severity::Warning), 1));
        // Dates of the admin's own end it.
        let more = format!("holidays: {{ cn: {{ off: [2027-01-01] }} }}\n{text}");
        let faq = crate::faq::load("faq.yaml", &more).unwrap().faq;
        look((&faq, &[]), &alerts, at("2027-01-07"), &storage).await;
        assert!(alerts.firing().is_empty());
    }
}
