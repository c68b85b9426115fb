//! The weight of a group: what its messages weigh, times its members, halved every two weeks. As all of it fades at one pace, groups
//! are ordered by a number that does not change while nobody asks.

use jiff::{SignedDuration, Timestamp};

/// Time in which a weight is halved.
pub const HALF_LIFE: SignedDuration = SignedDuration::from_hours(24 * 14);

/// Weight of one message when it was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weight;

impl Weight {
    /// Weight of a message that led to a ticket.
    pub const TICKET: u8 = 5;
    /// Weight of a message that called the bot.
    pub const CALLED: u8 = 3;
    /// Any other.
    pub const UNASKED: u8 = 1;
}

/// Sum of the weights of messages, each as it will be worth at any time: the logarithm (base 2) of what it would be worth in 1970.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LogSum(pub f64);

impl LogSum {
    /// The sum of nothing.
    pub const NOTHING: Self = Self(f64::NEG_INFINITY);

    /// Adds a message.
    #[must_use]
    pub fn with(self, weight: u8, at: Timestamp) -> Self {
        self.plus(Self(f64::from(weight.max(1)).log2() + half_lives(at)))
    }

    /// Adds another sum.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        let (high, low) = if self.0 >= other.0 {
            (self.0, other.0)
        } else {
            (other.0, self.0)
        };
        if low == f64::NEG_INFINITY {
            return Self(high);
        }
        Self(high + (low - high).exp2().ln_1p() / std::f64::consts::LN_2)
    }

    /// Returns the number by which groups are ordered: the heaviest has the highest.
    #[expect(clippy::cast_precision_loss, reason = "members are far below 2^52")]
    pub fn rank(self, members: u64) -> f64 {
        self.0 + (members.max(1) as f64).log2()
    }
}

/// Returns the weight at a time of a group that is ordered by `rank`.
pub fn weight_at(rank: f64, now: Timestamp) -> f64 {
    (rank - half_lives(now)).exp2()
}

fn half_lives(at: Timestamp) -> f64 {
    #[expect(
        clippy::cast_precision_loss,
        reason = "microseconds of this century, to a second"
    )]
    let micros = at.as_microsecond() as f64;
    micros / 1e6 / HALF_LIFE.as_secs_f64()
}
