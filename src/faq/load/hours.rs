//! Reads `holidays` and `hours`.

use super::{Loader, Schedules, path};
use crate::faq::beside::CalendarFile;
use crate::faq::file::Head;
use crate::hours::{HolidayBook, Schedule, ScheduleSpec, SpecError, parse_notation};

impl Loader<'_> {
    pub(super) fn schedules(&mut self, head: &Head) -> Schedules {
        let mut book = HolidayBook::shipped();
        for (name, calendar) in &head.holidays {
            let here = path(&["holidays", name]);
            let with = match calendar {
                CalendarFile::Here(spec) => {
                    let with = book.clone().with(name, spec);
                    with.map_err(|errors| self.spec_errors(&here, errors)).ok()
                }
                CalendarFile::Beside(file) => self.calendar(&here, name, file, &book),
            };
            // The name is known all the same.
            book = with.unwrap_or_else(|| book.with_name(name));
        }
        for name in self.misread_names("holidays") {
            book = book.with_name(&name);
        }
        let mut schedules = Vec::new();
        for (name, spec) in &head.hours {
            let spec = &self.without_contradiction(name, spec);
            match Schedule::build(spec, &book) {
                Ok(schedule) => schedules.push((name.clone(), schedule)),
                Err(errors) => {
                    self.spec_errors(&path(&["hours", name]), errors);
                    // The name is known all the same: references to it are no mistakes.
                    schedules.push((name.clone(), Schedule::always()));
                }
            }
            for warning in spec.warnings() {
                let here = [path(&["hours", name]), warning.path].concat();
                let mut problem = self.document.problem(&here, warning.message, warning.help);
                problem.chinese = warning.chinese;
                self.warnings.push(problem.into_warning());
            }
        }
        for name in self.misread_names("hours") {
            if schedules.iter().all(|(known, _)| *known != name) {
                schedules.push((name, Schedule::always()));
            }
        }
        // The file's order decides on the service hours if the key `service` is missing.
        schedules.sort_by_key(|(name, _)| self.document.key_position(&path(&["hours", name])));
        schedules
    }

    /// Returns hours without a notation that would contradict what could be read of them: what could not is told already.
    fn without_contradiction(&self, name: &str, spec: &ScheduleSpec) -> ScheduleSpec {
        let mut spec = spec.clone();
        let week = format!("hours.{name}.weekly.");
        if let ScheduleSpec::Detailed(detail) = &mut spec
            && self.misread.iter().any(|path| path.starts_with(&week))
        {
            let notation = detail.notation.take();
            detail.notation = notation.filter(|text| parse_notation(text).is_none());
        }
        spec
    }

    fn spec_errors(&mut self, above: &[String], errors: Vec<SpecError>) {
        for error in errors {
            let path: Vec<String> = above.iter().chain(&error.path).cloned().collect();
            let chinese = error.chinese.unwrap_or_default();
            self.error(&path, error.message, error.help, chinese);
        }
    }
}
