//! Metrics of the process, by the names that every exporter gives them; what the system does not tell is left out.

use super::Shown;
use crate::service::metric_names;
use jiff::Timestamp;
use std::fmt;
use std::path::Path;

/// Writes the metrics of this process, which began at `started`.
pub(super) fn encode(shown: &mut Shown<'_>, started: Timestamp) -> fmt::Result {
    shown.gauge(
        metric_names::PROCESS_START_TIME_SECONDS,
        "Time at which the process started",
        [(Vec::new(), started.as_duration().as_secs_f64())],
    )?;
    if let Some(seconds) = cpu_seconds() {
        shown.counter(
            metric_names::PROCESS_CPU_SECONDS,
            "Processor time that the process has used",
            [(Vec::new(), seconds)],
        )?;
    }
    let memory = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    for (name, help, line) in [
        (
            metric_names::PROCESS_RESIDENT_MEMORY_BYTES,
            "Memory of the process",
            "VmRSS:",
        ),
        (
            metric_names::PROCESS_VIRTUAL_MEMORY_BYTES,
            "Addresses of the process",
            "VmSize:",
        ),
    ] {
        if let Some(bytes) = kibibytes(&memory, line) {
            shown.gauge(name, help, [(Vec::new(), bytes * 1024.0)])?;
        }
    }
    if let Ok(open) = std::fs::read_dir("/proc/self/fd") {
        shown.gauge(
            metric_names::PROCESS_OPEN_FDS,
            "Files and sockets that are open",
            [(Vec::new(), open.count() as f64)],
        )?;
    }
    if let Some(max) = crate::web::descriptors() {
        shown.gauge(
            metric_names::PROCESS_MAX_FDS,
            "Files and sockets that may be open",
            [(Vec::new(), max as f64)],
        )?;
    }
    Ok(())
}

/// Returns a line of /proc/self/status.
fn kibibytes(status: &str, line: &str) -> Option<f64> {
    let found = status.lines().find_map(|text| text.strip_prefix(line))?;
    found.trim().trim_end_matches(" kB").parse().ok()
}

#[cfg(unix)]
fn cpu_seconds() -> Option<f64> {
    use rustix::time::{ClockId, clock_gettime};
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Some(time.tv_sec as f64 + time.tv_nsec as f64 / 1e9)
}

#[cfg(not(unix))]
fn cpu_seconds() -> Option<f64> {
    None
}

/// Returns the space that is left for this program beside a file.
#[cfg(unix)]
pub(super) fn free_bytes(file: &Path) -> Option<u64> {
    let system = rustix::fs::statvfs(file).ok()?;
    Some(system.f_bavail.saturating_mul(system.f_frsize))
}

/// Returns the space that is left for this program beside a file.
#[cfg(not(unix))]
pub(super) fn free_bytes(_: &Path) -> Option<u64> {
    None
}
