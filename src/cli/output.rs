//! Output of the commands. `println!` panics if the reader has gone, as behind `| head -1`; here a closed pipe is no
//! error, and any other failure is reported.

use super::Failure;
use super::language::said;
use std::fmt::Display;
use std::io::{ErrorKind, Write};

/// Prints a text to standard output as it is.
///
/// # Errors
/// [`Failure::Broken`] if it can't be written, as on a full disk.
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

/// Prints a text to standard error, which may be gone.
pub(super) fn tell(text: impl Display) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Converts the outcome of writing; a reader who has gone is no failure.
///
/// # Errors
/// [`Failure::Broken`] for every other error.
pub(super) fn settled(written: std::io::Result<()>) -> Result<(), Failure> {
    match written {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::Broken(said!(
            "写不出结果：{error}",
            "can't write to standard output: {error}"
        ))),
        _ => Ok(()),
    }
}
