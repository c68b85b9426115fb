//! The runtime of a command that asks something and ends.

use super::Failure;
use super::language::said;
use tokio::runtime::{Builder, Runtime};

/// Starts a runtime on this thread.
///
/// # Errors
/// [`Failure::Broken`] where the machine gives none.
pub(super) fn runtime() -> Result<Runtime, Failure> {
    Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| {
            Failure::Broken(said!(
                "启动不了运行环境：{error}",
                "can't start the runtime: {error}"
            ))
        })
}
