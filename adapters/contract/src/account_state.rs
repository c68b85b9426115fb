//! The state of an account, as its adapter and whoever runs it know it.

/// The state of an account. The adapter reports each change by [`Event::State`](crate::Event::State).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccountState {
    /// It has not been connected yet.
    Connecting,
    /// It sends and receives.
    Connected,
    /// It does not, for now; the adapter goes on trying.
    Degraded {
        /// The fault, in a sentence for an admin.
        reason: String,
    },
    /// The platform refuses its credentials: the adapter goes on trying, and an admin has to act.
    BadCredentials {
        /// The fault and its remedy, in a sentence for an admin.
        reason: String,
    },
    /// Its adapter failed, and is started again. Set by whoever runs the adapter.
    Failed {
        /// The fault, in a sentence for an admin.
        reason: String,
    },
    /// It ended by itself, as the terminal does when it is closed. Set by whoever runs the adapter.
    Stopped,
}

impl AccountState {
    /// True for an account that sends and receives.
    pub fn is_connected(&self) -> bool {
        *self == Self::Connected
    }

    /// Returns the reason for which it does not send and receive, where there is one.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Degraded { reason } | Self::BadCredentials { reason } | Self::Failed { reason } => {
                Some(reason)
            }
            Self::Connecting | Self::Connected | Self::Stopped => None,
        }
    }
}
