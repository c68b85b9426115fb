//! Results of the work on a reply, and of a step of it.

use std::time::Duration;

/// Result of the work on a reply.
pub(super) enum Ended {
    /// Its outcome is recorded.
    DeliveryOutcome,
    /// A reply of higher priority goes first.
    Outranked,
    /// The outbox closes; the reply stays in the store.
    Closing,
}

/// Result of a step.
pub(super) enum DeliveryStep {
    /// The outcome is recorded.
    DeliveryOutcome,
    /// Go on with the next step.
    On,
    /// Go on after a pause.
    Pause(Duration),
    /// Go on after a pause that the platform or its adapter asked for, or as soon as the account proves able to send
    /// again.
    PauseOrProof(Duration),
    /// Go on after a pause, or as soon as there is hope: the account connects, another reply gets through, or this one is
    /// next to probe.
    PauseOrHope(Duration),
}
