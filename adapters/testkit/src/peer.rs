//! Independent programs that tests run beside ours, and that need not be on a machine.

use std::io::Write;
use std::process::{Command, Stdio};

/// Variable that turns a missing peer into a failure, where it is `1`.
const REQUIRE: &str = "GROUPDESK_REQUIRE_PEERS";

/// An independent program by name, with the way to bring it.
#[derive(Debug, Clone, Copy)]
pub struct Peer {
    /// Name.
    pub name: &'static str,
    /// The operator's way to bring it.
    pub bring: &'static str,
}

impl Peer {
    /// Returns `found`; where there is none, says `skipped: NAME` on standard error, past what `cargo test` captures, so that the
    /// skips of a run can be counted.
    ///
    /// # Panics
    /// If there is none and `GROUPDESK_REQUIRE_PEERS` is `1`.
    pub fn or_skip<T>(self, found: Option<T>) -> Option<T> {
        if found.is_none() {
            let Self { name, bring } = self;
            let required = std::env::var_os(REQUIRE).is_some_and(|value| value == "1");
            assert!(!required, "{name} is not here, and {REQUIRE}=1: {bring}");
            // In one write: tests run beside each other. One passes or fails whether or not the line can be written.
            let line = format!("skipped: {name} is not here: {bring}\n");
            let _ = std::io::stderr().write_all(line.as_bytes());
        }
        found
    }

    /// Does the same with the value of a variable, which says where the peer is.
    ///
    /// # Panics
    /// As [`Peer::or_skip`] does.
    pub fn named_by(self, variable: &str) -> Option<String> {
        self.or_skip(std::env::var(variable).ok().filter(|value| !value.is_empty()))
    }
}

/// Returns the Python of `$PYTHON`, or `python3`, if it runs and the arguments succeed; for example `["-c", "import venv"]`.
pub fn python(arguments: &[&str]) -> Option<String> {
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let ran = Command::new(&python)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    ran.is_ok_and(|status| status.success()).then_some(python)
}
