//! `groupdesk licenses`: the notices of others' data that the program carries, as their licences ask for.

use super::Failure;
use std::io::Write;

/// The notices, in the program itself: who has the program has them.
const NOTICES: &str = include_str!("../../THIRD-PARTY-NOTICES.md");

/// The licence of the program.
const LICENSE: &str = include_str!("../../LICENSE");

pub(super) fn run() -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    match write!(out, "{NOTICES}\n{LICENSE}") {
        // Who reads with `head` has read enough.
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Failure::Broken(error.to_string()))
        }
        _ => Ok(()),
    }
}
