//! Service hours as a month, and edits of single days.

use super::Dashboard;
use super::faq::run_blocking;
use crate::faq::{self, Faq, hours_used, with_exception};
use crate::hours::{DayKind as Kind, Schedule};
use crate::language::Language;
use groupdesk_dashboard::{Day, DayKind, HoursEdit, Month, Result};
use jiff::civil::Date;

impl Dashboard {
    /// Returns a month of hours as they stand in the file; as they are in service while that has errors.
    pub(super) async fn month(&self, name: &str, first: Date) -> Result<Option<Month>> {
        let written = self.faq_text().await?;
        let file = self.faq_name();
        let knowledge = self.parts.knowledge.get();
        let name = name.to_owned();
        run_blocking(move || {
            let used = hours_used(&file, &written.text);
            let loaded = faq::load(&file, &written.text);
            let faq = loaded.as_ref().map_or(&knowledge.faq, |loaded| &loaded.faq);
            let name = if name.is_empty() {
                used.service.clone()
            } else {
                name
            };
            let (_, schedule) = faq.schedules().find(|(one, _)| *one == name)?;
            let names = faq.schedules().map(|(one, _)| {
                let service = (one == used.service).then(|| "service".to_owned());
                let contacts = used.contacts.get(one).cloned().unwrap_or_default();
                (one.to_owned(), service.into_iter().chain(contacts).collect())
            });
            Some(Month {
                names: names.collect(),
                zone: schedule.time_zone().iana_name().unwrap_or("UTC").to_owned(),
                described: described(faq, schedule),
                days: days(schedule, first),
                workday: schedule.workday().join(", "),
                known_until: schedule.holidays_known_until(),
                can_be_written: written.can_be_written,
                unreadable: written.unreadable,
                name,
            })
        })
        .await
    }

    pub(super) async fn hours_with(&self, edit: HoursEdit) -> Result<std::result::Result<String, String>> {
        let text = self.faq_text().await?.text;
        let file = self.faq_name();
        run_blocking(move || {
            with_exception(
                &file,
                &text,
                &edit.name,
                (edit.from, edit.to),
                edit.hours.as_deref(),
            )
        })
        .await
    }
}

fn described(faq: &Faq, schedule: &Schedule) -> (String, String) {
    let of = |language| schedule.describe(faq.texts(language));
    (of(Language::CHINESE), of(Language::ENGLISH))
}

fn days(schedule: &Schedule, first: Date) -> Vec<Day> {
    let mut days = Vec::new();
    let mut date = first.first_of_month();
    while date.month() == first.month() {
        let plan = schedule.day(date);
        days.push(Day {
            date,
            spans: plan.spans.iter().map(|span| span.replace('-', "–")).collect(),
            kind: match plan.kind {
                Kind::Weekday => DayKind::Weekday,
                Kind::Holiday => DayKind::Holiday,
                Kind::Workday => DayKind::Workday,
                Kind::Exception => DayKind::Exception,
            },
        });
        let Ok(next) = date.tomorrow() else { break };
        date = next;
    }
    days
}
