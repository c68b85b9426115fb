//! The moment at which the tests take place: no outcome may depend on the day on which they are run. The program under test is
//! given the same clock (`GROUPDESK_TEST_CLOCK`), and what the other side of a platform stamps is stamped by it.

use std::sync::OnceLock;
use std::time::Duration;

/// The moments at which the conversations must pass, by name, in China.
pub const MOMENTS: [(&str, &str); 7] = [
    ("workday", "2026-10-20T10:00:00+08:00"),
    ("lunch", "2026-10-20T12:30:00+08:00"),
    ("night", "2026-10-21T02:00:00+08:00"),
    ("weekend", "2026-10-24T12:00:00+08:00"),
    ("national-day", "2026-10-01T10:00:00+08:00"),
    ("make-up-saturday", "2026-10-10T10:00:00+08:00"),
    ("new-year-2027", "2027-01-01T10:00:00+08:00"),
];

/// Chooses one of them; without it, it is the first.
const CHOICE: &str = "GROUPDESK_TEST_MOMENT";

/// True if the program under test takes a clock: the build that is measured does not.
const PROGRAM_TAKES_CLOCK: bool = cfg!(any(debug_assertions, feature = "test-clock"));

/// The time since 1970, as this test sees it.
pub fn since_1970() -> Duration {
    let machine = std::time::UNIX_EPOCH.elapsed().unwrap();
    let millis = i128::try_from(machine.as_millis()).unwrap() + i128::from(offset_millis());
    Duration::from_millis(u64::try_from(millis).unwrap())
}

/// Sets the fakes' clock to this moment; before a fake starts.
pub fn move_fakes() {
    groupdesk_testkit::shift_fake_clock(offset_millis());
}

/// The milliseconds between the machine's clock and the tests'; the same one as long as the tests run, so that time runs on.
pub fn offset_millis() -> i64 {
    static OFFSET: OnceLock<i64> = OnceLock::new();
    *OFFSET.get_or_init(|| {
        if !PROGRAM_TAKES_CLOCK {
            return 0;
        }
        let choice = std::env::var(CHOICE).unwrap_or_else(|_| MOMENTS[0].0.to_owned());
        let Some((_, at)) = MOMENTS.iter().find(|(name, _)| *name == choice) else {
            panic!("{CHOICE}: `{choice}` is none of {MOMENTS:?}");
        };
        let at: jiff::Timestamp = at.parse().unwrap();
        let machine = std::time::UNIX_EPOCH.elapsed().unwrap();
        at.as_millisecond() - i64::try_from(machine.as_millis()).unwrap()
    })
}

/// The file that tells the program under test the time, written into `folder`; `None` for a program that takes none.
pub fn clock_file(folder: &std::path::Path) -> Option<std::path::PathBuf> {
    PROGRAM_TAKES_CLOCK.then(|| {
        let file = folder.join("clock");
        if !file.exists() {
            std::fs::write(&file, offset_millis().to_string()).unwrap();
        }
        file
    })
}
