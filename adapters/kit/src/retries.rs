//! Replies that a platform refuses for a reason that nobody here knows: tried again a few times, and not for ever.

use groupdesk_contract::{Delivery, ReplyKey};
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::time::Duration;

/// The pauses between the tries. The channel's other replies wait behind it, so that it is not for long.
const PAUSES: [Duration; 3] = [
    Duration::from_secs(3),
    Duration::from_secs(10),
    Duration::from_secs(30),
];
/// The most replies whose tries are counted.
const REPLIES_MAX: usize = 4_096;

/// Counts failed tries by reply.
#[derive(Debug, Default)]
pub struct Retries(Mutex<BTreeMap<ReplyKey, usize>>);

impl Retries {
    /// Decides about a reply that the platform refused with a code that is in no list: [`Delivery::Later`] a few times, then
    /// [`Delivery::Refused`].
    pub fn after_unknown(&self, key: ReplyKey, reason: String) -> Delivery {
        let mut tries = self.0.lock();
        let tried = tries.remove(&key).unwrap_or(0);
        let Some(pause) = PAUSES.get(tried) else {
            return Delivery::Refused {
                reason: format!("tried {} times in vain: {reason}", tried + 1),
            };
        };
        tries.insert(key, tried + 1);
        if tries.len() > REPLIES_MAX {
            tries.pop_first();
        }
        Delivery::Later {
            reason,
            after: Some(*pause),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_refusal_is_tried_again_and_not_for_ever() {
        let retries = Retries::default();
        for _ in 0..3 {
            let again = retries.after_unknown(ReplyKey(1), "?".to_owned());
            assert!(matches!(again, Delivery::Later { after: Some(_), .. }));
        }
        let last = retries.after_unknown(ReplyKey(1), "?".to_owned());
        assert!(matches!(last, Delivery::Refused { reason } if reason.contains("4 times")));
        assert!(matches!(
            retries.after_unknown(ReplyKey(2), String::new()),
            Delivery::Later { .. }
        ));
    }
}
