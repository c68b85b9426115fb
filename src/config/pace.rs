//! The pace at which an account may send.

/// Pace that a platform (or courtesy) sets.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    /// Replies a second in the long run; at least one in a day.
    pub per_second: f64,
    /// Replies that may go out at once after a rest; at least one.
    pub burst: u32,
}

/// Paces of an account; `None` is no limit.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct PaceLimits {
    /// Pace of all its channels together.
    pub account: Option<Pace>,
    /// Pace of each channel.
    pub channel: Option<Pace>,
}
