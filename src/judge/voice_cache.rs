//! Cache of the judge's voices: bounded, and copied when it changes, so that a decision reads one state of it.

use crate::desk::{JudgeAnswer, JudgeQuestion, Voices};
use jiff::{SignedDuration, Timestamp};
use std::collections::VecDeque;
use std::sync::Arc;

/// Voices that are remembered.
const VOICES_MAX: usize = 1024;

/// Time for which a silence counts: the message that waited is decided by it, and a later one asks anew.
const SILENCE_KEPT: SignedDuration = SignedDuration::from_secs(15);

/// Voices, the oldest forgotten first.
#[derive(Debug, Default)]
pub(super) struct VoiceCache {
    voices: Arc<Voices>,
    order: VecDeque<Arc<JudgeQuestion>>,
    silent: Vec<(Timestamp, Arc<JudgeQuestion>)>,
}

impl VoiceCache {
    /// Returns the voices as they are at `now`.
    pub(super) fn at(&mut self, now: Timestamp) -> Arc<Voices> {
        let is_over = |at: &Timestamp| now.duration_since(*at).abs() > SILENCE_KEPT;
        if self.silent.iter().any(|(at, _)| is_over(at)) {
            let mut voices = Voices::clone(&self.voices);
            self.silent.retain(|(at, inquiry)| {
                let over = is_over(at);
                if over && matches!(voices.get(inquiry), Some(JudgeAnswer::Silent(_))) {
                    voices.remove(inquiry);
                }
                !over
            });
            self.voices = Arc::new(voices);
        }
        Arc::clone(&self.voices)
    }

    /// Forgets all voices.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Remembers a voice.
    pub(super) fn put(&mut self, inquiry: &JudgeQuestion, voice: JudgeAnswer, now: Timestamp) {
        let inquiry = Arc::new(inquiry.clone());
        let mut voices = Voices::clone(&self.voices);
        if matches!(voice, JudgeAnswer::Silent(_)) {
            self.silent.push((now, Arc::clone(&inquiry)));
        } else {
            self.order.push_back(Arc::clone(&inquiry));
        }
        voices.insert(inquiry, voice);
        while self.order.len() > VOICES_MAX
            && let Some(oldest) = self.order.pop_front()
        {
            // It may have been asked again since.
            if !self.order.contains(&oldest) {
                voices.remove(&oldest);
            }
        }
        self.voices = Arc::new(voices);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inquiry(number: usize) -> JudgeQuestion {
        JudgeQuestion {
            text: number.to_string(),
            entries: Vec::new(),
        }
    }

    #[test]
    fn a_silence_is_soon_forgotten_and_the_oldest_voices_make_room() {
        let mut cache = VoiceCache::default();
        let now = Timestamp::UNIX_EPOCH;
        cache.put(&inquiry(0), JudgeAnswer::Silent("down"), now);
        for number in 1..=VOICES_MAX + 5 {
            cache.put(&inquiry(number), JudgeAnswer::Nothing, now);
        }
        let voices = cache.at(now);
        assert_eq!(voices.len(), VOICES_MAX + 1);
        assert_eq!(voices.get(&inquiry(0)), Some(&JudgeAnswer::Silent("down")));
        assert!(voices.get(&inquiry(5)).is_none() && voices.get(&inquiry(6)).is_some());
        let later = cache.at(now + SignedDuration::from_secs(16));
        assert_eq!((later.len(), later.get(&inquiry(0))), (VOICES_MAX, None));
    }
}
