//! Words to the service manager, by systemd's protocol: that the program serves, that it goes on working, that it ends. Nobody listens
//! where `NOTIFY_SOCKET` is not set, and nothing is said.

/// What the service manager hears from the watchdog.
pub(super) struct ServiceManager {
    /// It restarts a program that is silent for long.
    restarts_silent: bool,
    /// How the program was when it was last told.
    status: String,
    /// It could not be told.
    unheard: bool,
}

impl ServiceManager {
    pub(super) fn of_process() -> Self {
        Self {
            restarts_silent: restarts_silent(),
            status: String::new(),
            unheard: false,
        }
    }

    /// Tells how the program is, and, where it is `alive`, that it need not be restarted.
    pub(super) fn tell(&mut self, alive: bool, status: &str) {
        let mut words = Vec::new();
        if alive && self.restarts_silent {
            words.push(Word::Alive);
        }
        if self.status != status {
            status.clone_into(&mut self.status);
            words.push(Word::Status(status));
        }
        if words.is_empty() {
            return;
        }
        let unheard = say(&words).is_err();
        if unheard && !self.unheard {
            tracing::warn!("the service manager can't be told that the program works, and may restart it");
        }
        self.unheard = unheard;
    }
}

/// Tells that the program serves.
pub(super) fn ready() {
    if let Err(error) = say(&[Word::Ready]) {
        tracing::warn!(%error, "the service manager can't be told that the program serves");
    }
}

/// Tells that the program ends.
pub(super) fn stopping() {
    if let Err(error) = say(&[Word::Stopping]) {
        tracing::warn!(%error, "the service manager can't be told that the program ends");
    }
}

enum Word<'a> {
    Ready,
    Alive,
    Stopping,
    Status(&'a str),
}

#[cfg(unix)]
fn say(words: &[Word<'_>]) -> std::io::Result<()> {
    use sd_notify::NotifyState;
    let states: Vec<NotifyState<'_>> = words
        .iter()
        .map(|word| match word {
            Word::Ready => NotifyState::Ready,
            Word::Alive => NotifyState::Watchdog,
            Word::Stopping => NotifyState::Stopping,
            Word::Status(status) => NotifyState::Status(status),
        })
        .collect();
    sd_notify::notify(&states)
}

#[cfg(unix)]
fn restarts_silent() -> bool {
    sd_notify::watchdog_enabled().is_some()
}

#[cfg(not(unix))]
fn say(words: &[Word<'_>]) -> std::io::Result<()> {
    for word in words {
        if let Word::Status(status) = word {
            tracing::trace!(status, "no service manager is told");
        }
    }
    Ok(())
}

#[cfg(not(unix))]
fn restarts_silent() -> bool {
    false
}
