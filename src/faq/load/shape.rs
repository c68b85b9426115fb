//! A file whose entries stand under another name, under none, or without their dashes: what to type, so that they are found.

use super::{Loader, path};
use crate::yaml::entry_of_keys;

impl Loader<'_> {
    /// Tells of entries that do not stand as a list under `entries`, and takes them in where they can be read all the same.
    pub(super) fn shape(&mut self) {
        let misnamed = self.problems.iter().find_map(|problem| {
            let help = problem.help.as_deref()?;
            (help.starts_with("did you mean `entries`?") && !problem.path.contains('.'))
                .then(|| problem.path.clone())
        });
        if let Some(name) = misnamed {
            self.document.rename(&name, "entries");
        }
        if self.document.len(&[]) > 0 {
            // A list alone: it is the file's only problem that can be seen.
            for problem in self.problems.iter_mut().filter(|problem| problem.path.is_empty()) {
                problem.help = Some("write `entries:` in a line of its own above it".to_owned());
                problem.chinese = Some("缺少 entries；请在这一行上面加一行，写成：entries:".to_owned());
            }
        }
        let entries = path(&["entries"]);
        if !self.document.has_keys(&entries) {
            return;
        }
        let (line, _) = self.document.key_position(&entries);
        let mut problem = self.document.problem(
            &entries,
            "every entry begins with a dash and its id".to_owned(),
            Some("begin each with `- id: ...`".to_owned()),
        );
        problem.chinese = Some("每个条目都要以短横和 id 开头：- id: ...".to_owned());
        if let Some((at, typed)) = entry_of_keys(&self.lines, line) {
            (problem.line, problem.column) = at;
            problem.help = Some(format!("write:{typed}"));
            problem.chinese = Some(format!("每个条目都要以短横和 id 开头，写成：{typed}"));
        }
        self.problems.push(problem);
    }
}
