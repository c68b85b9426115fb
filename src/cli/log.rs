//! The log of `run`: a thread of its own writes the lines to standard error, so that a slow reader or a full disk can't
//! stop the program. Lines that can't be written are counted, and reported by health and in the staff rooms.

mod wording;

#[cfg(not(feature = "otlp"))]
use super::collector;
#[cfg(feature = "otlp")]
use super::traces::Exporter;
use crate::config::{Config, LogFormat};
use crate::language::Language;
use crate::service::{Faults, TRACE_TARGET};
use crate::yaml::Problem;
use parking_lot::Mutex;
use std::ffi::OsString;
use std::fmt::Debug;
use std::io::{IsTerminal, Write};
use std::sync::Arc;
use tracing::field::Field;
use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::field::MakeExt as _;
use tracing_subscriber::filter::{FilterExt, filter_fn};
use tracing_subscriber::fmt::format::{Writer, debug_fn};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};
use wording::Wording;

/// The number of lines that may wait for the writing thread; more are dropped.
const WAITING_LINES_MAX: usize = 8192;

/// The log, until it is flushed.
#[derive(Debug)]
pub(super) struct Log {
    guard: Mutex<Option<WorkerGuard>>,
    #[cfg(feature = "otlp")]
    exporter: Option<Exporter>,
}

impl Log {
    /// Starts logging as the configuration says, or the environment's `GROUPDESK_LOG`.
    ///
    /// # Errors
    /// Fails where the filter can't be parsed.
    pub(super) fn start(config: &Config, faults: &Arc<Faults>) -> Result<Arc<Self>, Box<Problem>> {
        let filter = filter(config)?;
        let out = Counting {
            out: std::io::stderr(),
            faults: Arc::clone(faults),
        };
        let (lines, guard) = NonBlockingBuilder::default()
            .lossy(true)
            .buffered_lines_limit(WAITING_LINES_MAX)
            .thread_name("log")
            .finish(out);
        let dropped = lines.error_counter();
        faults.count_dropped_lines(Box::new(move || {
            u64::try_from(dropped.dropped_lines()).unwrap_or(u64::MAX)
        }));
        let log = tracing_subscriber::fmt::layer()
            .with_ansi(std::io::stderr().is_terminal() && !wants_no_color(std::env::var_os("NO_COLOR")))
            // It would tell of its own failures with `eprintln!`, which panics where standard error is gone.
            .log_internal_errors(false)
            .with_writer(lines);
        let log = match config.log.format {
            LogFormat::Human if config.terminal_language == Language::CHINESE => {
                let wording = Wording::chinese();
                let fields = debug_fn(move |to: &mut Writer<'_>, field: &Field, value: &dyn Debug| {
                    wording.write(to, field, value)
                });
                log.fmt_fields(fields.delimited(" ")).boxed()
            }
            LogFormat::Human => log.boxed(),
            LogFormat::Json => log.json().boxed(),
        };
        let filter = filter.and(filter_fn(|metadata| metadata.target() != TRACE_TARGET));
        let log = tracing_subscriber::registry().with(log.with_filter(filter));
        #[cfg(feature = "otlp")]
        let exporter = Exporter::of_environment()?;
        #[cfg(feature = "otlp")]
        let log = log.with(exporter.as_ref().map(Exporter::layer));
        log.init();
        #[cfg(not(feature = "otlp"))]
        if collector::is_named() {
            tracing::warn!(
                "{} is set, and this build exports no traces: it needs the feature `otlp`",
                collector::ENDPOINT
            );
        }
        Ok(Arc::new(Self {
            guard: Mutex::new(Some(guard)),
            #[cfg(feature = "otlp")]
            exporter,
        }))
    }

    /// Writes the lines that wait, no longer than about a second; later ones are lost.
    pub(super) fn flush(&self) {
        #[cfg(feature = "otlp")]
        if let Some(exporter) = &self.exporter {
            exporter.shutdown();
        }
        drop(self.guard.lock().take());
    }
}

/// Names the filter in the environment, which wins over the configuration's.
const FILTER: &str = "GROUPDESK_LOG";

/// Returns the filter that the environment or the configuration sets.
///
/// # Errors
/// When it is not understood; with its place in the configuration, where it stands there.
pub(super) fn filter(config: &Config) -> Result<EnvFilter, Box<Problem>> {
    filter_of(config, std::env::var(FILTER).ok())
}

fn filter_of(config: &Config, of_environment: Option<String>) -> Result<EnvFilter, Box<Problem>> {
    let text = of_environment.as_ref().unwrap_or(&config.log.filter);
    EnvFilter::try_new(text).map_err(|error| {
        let message = format!("the log filter `{text}` is not understood: {error}");
        let help = "try `info` or `groupdesk=debug`".to_owned();
        let mut problem = match of_environment {
            Some(_) => Problem {
                help: Some(help),
                ..Problem::of_file(FILTER, message)
            },
            None => config.problem(&["log".to_owned(), "filter".to_owned()], message, Some(help)),
        };
        problem.in_chinese(format!(
            "看不懂日志过滤条件「{text}」；可以写 info 或 groupdesk=debug"
        ));
        Box::new(problem)
    })
}

/// As <https://no-color.org> has it: set to anything but nothing.
fn wants_no_color(value: Option<OsString>) -> bool {
    value.is_some_and(|value| !value.is_empty())
}

/// Logs every panic with its place, and counts it. Its message may hold a member's words, so it stays at debug.
pub(super) fn tell_of_panics(faults: Arc<Faults>) {
    std::panic::set_hook(Box::new(move |panic| {
        let place = panic.location().map_or_else(
            || "unknown".to_owned(),
            |at| format!("{}:{}", at.file(), at.line()),
        );
        let thread = std::thread::current();
        tracing::error!(
            place,
            thread = thread.name().unwrap_or("unnamed"),
            "a part of the program broke off; please report this line"
        );
        tracing::debug!(
            place,
            words = panic.payload_as_str().unwrap_or_default(),
            "its words"
        );
        faults.panicked(place);
    }));
}

/// Writes lines and counts those that can't be written: a log that fails must stop nothing.
struct Counting<W> {
    out: W,
    faults: Arc<Faults>,
}

impl<W: Write> Write for Counting<W> {
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        if self.out.write_all(line).is_err() {
            self.faults.log_line_unwritten();
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        // Lines that could not be flushed were counted when they were written, or will be next time.
        let _ = self.out.flush();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Gone;

    impl Write for Gone {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::BrokenPipe.into())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Err(std::io::ErrorKind::StorageFull.into())
        }
    }

    #[test]
    fn no_colour_is_wanted_where_the_variable_says_anything() {
        assert!(wants_no_color(Some("1".into())) && wants_no_color(Some("0".into())));
        assert!(!wants_no_color(None) && !wants_no_color(Some("".into())));
    }

    #[test]
    fn a_log_that_can_t_be_written_fails_nobody_and_is_counted() {
        let faults = Arc::new(Faults::default());
        faults.count_dropped_lines(Box::new(|| 40));
        let mut log = Counting {
            out: Gone,
            faults: Arc::clone(&faults),
        };
        for _ in 0..2 {
            log.write_all(b"a line\n").unwrap();
            log.flush().unwrap();
        }
        assert_eq!(faults.lost_log_lines(), 42);
    }
}
