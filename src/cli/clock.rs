//! The clock of the commands: the machine's, or in builds for tests one that a test sets.
//!
//! A test that starts the program must not have another outcome on a Sunday. It names a file in the environment's
//! `GROUPDESK_TEST_CLOCK`; the file holds the milliseconds to add to the machine's clock, and may change while the program runs.
//! A program that serves people refuses it: only builds with debug assertions or with the feature `test-clock` know it.

use super::Failure;
use super::language::said;
use groupdesk_contract::{Clock, SystemClock};
use jiff::{SignedDuration, Timestamp};
use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// The environment variable that names the file with the offset.
const TEST_CLOCK: &str = "GROUPDESK_TEST_CLOCK";

/// `true` in a build for tests.
const FOR_TESTS: bool = cfg!(any(debug_assertions, feature = "test-clock"));

/// Returns the clock of this process.
///
/// # Errors
/// [`Failure::Usage`] if a clock for tests is set but this build refuses it, or it can't be read.
pub(super) fn of_process() -> Result<Arc<dyn Clock>, Failure> {
    choose(std::env::var_os(TEST_CLOCK), FOR_TESTS)
}

fn choose(file: Option<OsString>, for_tests: bool) -> Result<Arc<dyn Clock>, Failure> {
    let Some(file) = file else {
        return Ok(Arc::new(SystemClock));
    };
    if !for_tests {
        return Err(Failure::Usage(said!(
            "设了 {TEST_CLOCK}（测试用的时钟），这个程序不是测试用的；请从环境里去掉它：unset {TEST_CLOCK}",
            "{TEST_CLOCK} is set, which moves the clock for tests, and this program is no build for tests; \
             remove it from the environment: unset {TEST_CLOCK}"
        )));
    }
    let clock = OffsetClock {
        file: PathBuf::from(file),
        last_millis: AtomicI64::new(0),
    };
    match clock.read() {
        Ok(offset) => clock.last_millis.store(offset, Ordering::Relaxed),
        Err(error) => {
            let file = clock.file.display();
            return Err(Failure::Usage(said!(
                "{TEST_CLOCK}：{file}：{error}；应为一个文件，里面是要加到时钟上的毫秒数",
                "{TEST_CLOCK}: {file}: {error}; expected a file with the milliseconds to add to the machine's clock"
            )));
        }
    }
    Ok(Arc::new(clock))
}

/// The machine's clock with a file's milliseconds added. It runs on as the machine's does, and jumps when the file changes.
#[derive(Debug)]
struct OffsetClock {
    file: PathBuf,
    /// The last offset that was read; used while the file is being written.
    last_millis: AtomicI64,
}

impl OffsetClock {
    fn read(&self) -> Result<i64, String> {
        let text = std::fs::read_to_string(&self.file).map_err(|error| error.to_string())?;
        text.trim()
            .parse()
            .map_err(|_| format!("`{}` is no whole number", text.trim()))
    }
}

impl Clock for OffsetClock {
    fn now(&self) -> Timestamp {
        let millis = match self.read() {
            Ok(millis) => {
                self.last_millis.store(millis, Ordering::Relaxed);
                millis
            }
            Err(_) => self.last_millis.load(Ordering::Relaxed),
        };
        let now = SystemClock.now();
        now.saturating_add(SignedDuration::from_millis(millis))
            .unwrap_or(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_for_tests_is_refused_in_words_by_a_program_that_serves_and_runs_on_in_one_that_is_tested() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("clock");
        std::fs::write(&file, "3600000\n").unwrap();
        let set = || Some(file.clone().into_os_string());
        let Err(Failure::Usage(refused)) = choose(set(), false) else {
            panic!("a release takes it")
        };
        assert!(refused.contains("unset GROUPDESK_TEST_CLOCK"), "{refused}");

        let ahead = |clock: &Arc<dyn Clock>| clock.now().duration_since(SystemClock.now()).as_secs_f64();
        let clock = choose(set(), true).ok().unwrap();
        assert!((3599.0..=3600.0).contains(&ahead(&clock)));
        let first = clock.now();
        std::thread::sleep(std::time::Duration::from_millis(2));
        assert!(clock.now() > first);
        std::fs::write(&file, "-60000").unwrap();
        assert!((-61.0..=-59.0).contains(&ahead(&clock)));
        std::fs::write(&file, "").unwrap();
        assert!((-61.0..=-59.0).contains(&ahead(&clock)));
        assert!(choose(set(), true).is_err());
        assert!(ahead(&choose(None, false).ok().unwrap()).abs() < 1.0);
    }
}
