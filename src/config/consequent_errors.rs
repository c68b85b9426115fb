//! Errors that follow from others: of a value with a mistake, and of what holds it, one error is told.

use crate::yaml::Problem;

/// Returns the later problems without those about a value that an earlier one is about already, or about what holds it. Where the
/// earlier values were taken out, nothing stands in them any more, and the items of a list behind each have other numbers.
pub fn without(earlier: &[Problem], were_taken_out: bool, later: Vec<Problem>) -> Vec<Problem> {
    let follows = |problem: &Problem| {
        earlier.iter().any(|cause| {
            let cause = match cause.path.rsplit_once('.') {
                Some((list, at)) if were_taken_out && at.parse::<usize>().is_ok() => list,
                _ => cause.path.as_str(),
            };
            problem.path == cause
                || holds(&problem.path, cause)
                || were_taken_out && holds(cause, &problem.path)
        })
    };
    later.into_iter().filter(|problem| !follows(problem)).collect()
}

/// `true` if what is at `path` is the value at `above`, or stands in it.
pub(super) fn holds(above: &str, path: &str) -> bool {
    let rest = path.strip_prefix(above);
    above.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}
