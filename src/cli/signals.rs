//! Signals: those that ask for an end bring a clean one, whichever it is, and none ends the program without a line in the log.

use super::log::Log;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// Listeners for the signals.
#[cfg(unix)]
pub(super) struct Signals {
    /// Signals that end the program, with their names.
    ends: Vec<(&'static str, tokio::signal::unix::Signal)>,
    /// Signals that change nothing but the log, with what it says.
    noted: Vec<(&'static str, tokio::signal::unix::Signal)>,
}

#[cfg(unix)]
impl Signals {
    /// Listens from now on.
    pub(super) fn listen() -> Self {
        use tokio::signal::unix::SignalKind;
        let ends = [
            ("SIGTERM", SignalKind::terminate()),
            ("SIGINT", SignalKind::interrupt()),
            // The terminal was closed. A reload would be of no use: faq.yaml is watched, groupdesk.yaml is read at the start.
            ("SIGHUP", SignalKind::hangup()),
            ("SIGQUIT", SignalKind::quit()),
            // Once a second from the soft limit of processor time on, until the hard one kills.
            ("SIGXCPU", raw(rustix::process::Signal::XCPU)),
        ];
        let noted = [
            (
                "SIGXFSZ: a file reached the limit of its size (`ulimit -f`, LimitFSIZE) and can't grow; raise the limit",
                raw(rustix::process::Signal::XFSZ),
            ),
            (
                "SIGUSR1, which asks for nothing here",
                SignalKind::user_defined1(),
            ),
            (
                "SIGUSR2, which asks for nothing here",
                SignalKind::user_defined2(),
            ),
        ];
        let ends = ends
            .into_iter()
            .filter(|(name, _)| *name != "SIGHUP" || !is_hangup_ignored());
        Self {
            ends: ends.filter_map(listener).collect(),
            noted: noted.into_iter().filter_map(listener).collect(),
        }
    }

    /// Waits for a signal that ends the program; returns its name.
    async fn end(&mut self) -> &'static str {
        loop {
            let (ends, name) = tokio::select! {
                name = any(&mut self.ends) => (true, name),
                name = any(&mut self.noted) => (false, name),
            };
            if ends {
                return name;
            }
            tracing::warn!(signal = name, "the system sent a signal");
        }
    }
}

#[cfg(unix)]
fn raw(signal: rustix::process::Signal) -> tokio::signal::unix::SignalKind {
    tokio::signal::unix::SignalKind::from_raw(signal.as_raw())
}

#[cfg(unix)]
fn listener(
    (name, kind): (&'static str, tokio::signal::unix::SignalKind),
) -> Option<(&'static str, tokio::signal::unix::Signal)> {
    match tokio::signal::unix::signal(kind) {
        Ok(signal) => Some((name, signal)),
        Err(error) => {
            tracing::warn!(%error, signal = name, "can't listen for a signal");
            None
        }
    }
}

/// Waits for any of the signals; for ever where there is none.
#[cfg(unix)]
async fn any(signals: &mut [(&'static str, tokio::signal::unix::Signal)]) -> &'static str {
    std::future::poll_fn(|context| {
        for (name, signal) in signals.iter_mut() {
            if let std::task::Poll::Ready(Some(())) = signal.poll_recv(context) {
                return std::task::Poll::Ready(*name);
            }
        }
        std::task::Poll::Pending
    })
    .await
}

/// `true` if whoever started the program had it ignore the end of the terminal, as nohup does; a listener would undo that.
#[cfg(unix)]
fn is_hangup_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    ignored.is_some_and(|mask| mask & 1 == 1)
}

/// Listeners for the signals, of which there is Ctrl-C alone.
#[cfg(not(unix))]
pub(super) struct Signals;

#[cfg(not(unix))]
impl Signals {
    /// Listens from now on.
    pub(super) fn listen() -> Self {
        Self
    }

    /// Waits for a signal that ends the program; returns its name.
    async fn end(&mut self) -> &'static str {
        let _ = tokio::signal::ctrl_c().await;
        "Ctrl-C"
    }
}

/// Cancels at a signal that asks for an end; a second one ends the program at once.
pub(super) async fn cancel(mut signals: Signals, shutdown: CancellationToken, log: Arc<Log>) {
    let first = signals.end().await;
    tracing::info!(signal = %first, "told to stop by a signal");
    shutdown.cancel();
    loop {
        let next = signals.end().await;
        // It comes again and again by itself.
        if next != "SIGXCPU" {
            break;
        }
    }
    tracing::warn!("told to stop twice: leaving at once; what was committed is in the store");
    log.flush();
    std::process::exit(130);
}
