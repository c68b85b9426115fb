//! Reads `holidays` and `hours`.

use super::{Loader, Schedules, path};
use crate::faq::companion_files::CalendarFile;
use crate::faq::file_schema::Head;
use crate::hours::{HolidayBook, Schedule, ScheduleSpec, SpecError, parse_notation};
use crate::yaml::nearest;

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
        self.calendars_of_no_use(head);
        // The file's order decides on the service hours if the key `service` is missing.
        schedules.sort_by_key(|(name, _)| self.document.key_position(&path(&["hours", name])));
        schedules
    }

    /// Warns of calendars that no hours name: one with a misspelt name would change nothing, and nobody would be told.
    fn calendars_of_no_use(&mut self, head: &Head) {
        if self.misread.iter().any(|path| path.starts_with("hours")) {
            return;
        }
        let used = head.hours.values().filter_map(|spec| match spec {
            ScheduleSpec::Detailed(detail) => detail.holidays.clone(),
            ScheduleSpec::Notation(_) => None,
        });
        let used: Vec<String> = used.collect();
        for name in head.holidays.keys().filter(|name| !used.contains(name)) {
            let (meant, meant_chinese) = match nearest(name, &used) {
                Some(near) => (format!("did you mean `{near}`? "), format!("是不是要写 {near}？")),
                None => Default::default(),
            };
            let at = path(&["holidays", name]);
            let message = format!("no hours name the holiday calendar `{name}`: its days change nothing");
            let help = format!("{meant}hours follow it by `holidays: {name}`");
            let mut problem = self.document.problem(&at, message, Some(help));
            (problem.line, problem.column) = self.document.key_position(&at);
            problem.in_chinese(format!(
                "没有哪个服务时间用节假日表「{name}」，这里写的日子不起作用；{meant_chinese}要用它，请在 hours 里写 holidays: {name}"
            ));
            self.warnings.push(problem.into_warning());
        }
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
