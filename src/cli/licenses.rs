//! `groupdesk licenses`: the notices of others' data that the program carries, as their licences ask for.

use super::{Failure, output};

/// The notices, part of the program so that every copy of it has them.
const NOTICES: &str = include_str!("../../THIRD-PARTY-NOTICES.md");

/// The licence of the program.
const LICENSE: &str = include_str!("../../LICENSE");

pub(super) fn run() -> Result<(), Failure> {
    output::text(format_args!("{NOTICES}\n{LICENSE}"))
}
