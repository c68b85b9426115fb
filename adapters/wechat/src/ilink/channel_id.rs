//! The one channel of an account: its owner.

/// The one channel that there is.
pub(crate) const OWNER: &str = "owner";
