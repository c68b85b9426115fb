//! Faults of the program behind the dashboard.

/// A fault of the program behind the dashboard, in words for its log.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct BackendError(pub String);

/// Result of a question to the program.
pub type Result<T> = std::result::Result<T, BackendError>;
