//! What commands print. `println!` panics where nobody reads any more, as behind `| head -1`, which has read enough: here a closed pipe
//! is no error, and what else can't be written is told.

use super::Failure;
use std::fmt::Display;
use std::io::{ErrorKind, Write};

/// Prints a text to standard output as it is.
///
/// # Errors
/// [`Failure::Broken`] where it can't be written, as on a full disk.
pub(super) fn text(text: impl Display) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    settled(write!(out, "{text}").and_then(|()| out.flush()))
}

/// Prints a text to standard output, and ends the line.
///
/// # Errors
/// As for [`text`].
pub(super) fn line(text: impl Display) -> Result<(), Failure> {
    self::text(format_args!("{text}\n"))
}

/// Tells something on standard error, which may be gone.
pub(super) fn tell(text: impl Display) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// The outcome of writing, where a reader who has gone is none that failed.
///
/// # Errors
/// [`Failure::Broken`] with every other reason.
pub(super) fn settled(written: std::io::Result<()>) -> Result<(), Failure> {
    match written {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::Broken(format!(
            "写不出结果 / can't write to standard output: {error}"
        ))),
        _ => Ok(()),
    }
}
