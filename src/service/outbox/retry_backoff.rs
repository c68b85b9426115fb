//! Backoff of retries: the pause between two attempts to send a reply, which doubles with every failure.

use super::OutboxSettings;
use std::time::Duration;

/// Returns a random part of a pause that doubles with every attempt.
pub(super) fn random_backoff(settings: &OutboxSettings, in_a_row: u32) -> Duration {
    doubling_backoff((settings.retry_first, settings.retry_most), in_a_row).mul_f64(fastrand::f64())
}

/// Returns the pause after so many failures in a row: the first one, doubled by every further failure, at most the longest one.
pub(super) fn doubling_backoff((first, longest): (Duration, Duration), in_a_row: u32) -> Duration {
    first
        .saturating_mul(1 << in_a_row.saturating_sub(1).min(20))
        .min(longest)
}
