//! Tuning that labels teach of a group's traffic, beside the knowledge: it comes to the desk as data, as vectors do.

use super::Desk;
use crate::matcher::{Ranking, Tuning};

impl<'a> Desk<'a> {
    /// Gives the desk what labels teach.
    #[must_use]
    pub fn tuned(self, tuning: Option<&'a Tuning>) -> Self {
        Self { tuning, ..self }
    }

    /// Replaces the confidences of a ranking by the chances in this group, where labels teach them.
    pub(super) fn with_tuning(&self, mut ranking: Ranking) -> Ranking {
        if let Some(tuning) = self.tuning {
            tuning.apply(&mut ranking);
        }
        ranking
    }
}
