//! Vectors of messages from a semantic model, which come to the desk as data beside an event. The desk tells which texts need one by
//! deciding the event once without them, and noting what it ranks.

use super::channel_state::ChannelState;
use super::reading;
use super::reason::Reason;
use super::{ChannelContext, Desk};
use crate::matcher::Ranking;
use groupdesk_contract::Message;
use jiff::Timestamp;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::Arc;

/// Vectors of texts, by text. The matcher ranks a text without one lexically.
pub type Vectors = HashMap<String, Arc<[f32]>>;

/// Texts that a desk ranked, each once, in order.
#[derive(Debug, Default)]
pub(super) struct RankedTexts(Mutex<Vec<String>>);

impl RankedTexts {
    fn add(&self, text: &str) {
        let mut texts = self.0.lock();
        if !text.is_empty() && !texts.iter().any(|other| other == text) {
            texts.push(text.to_owned());
        }
    }

    pub(super) fn into_texts(self) -> Vec<String> {
        self.0.into_inner()
    }
}

impl<'a> Desk<'a> {
    /// Gives the desk the vectors of these texts.
    #[must_use]
    pub fn with_embeddings(self, vectors: &'a Vectors) -> Self {
        Self {
            vectors: Some(vectors),
            ..self
        }
    }

    /// Lets the desk note the texts that it ranks.
    #[must_use]
    pub(super) fn noting(self, ranked: &'a RankedTexts) -> Self {
        Self {
            ranked: Some(ranked),
            ..self
        }
    }

    /// Returns the texts that [`Desk::message`] ranks with these arguments; none where their meaning can't change what it does.
    pub fn texts(
        &self,
        channel_context: &ChannelContext<'_>,
        now: Timestamp,
        state: &ChannelState,
        message: &Message,
        staff: bool,
        quoted: Option<u64>,
    ) -> Vec<String> {
        let ranked = RankedTexts::default();
        if reading::courtesy(reading::readable(message.text().trim())).is_some() {
            return Vec::new();
        }
        let desk = self.noting(&ranked);
        let (effects, _) = desk.message(channel_context, now, state.clone(), message, staff, quoted);
        if effects.decided.reason == Reason::OnlyWhenCalled {
            return Vec::new();
        }
        ranked.into_texts()
    }

    /// Returns the texts that [`Desk::wake`] ranks for the members of a channel whose time has come.
    pub fn texts_due(
        &self,
        channel_context: &ChannelContext<'_>,
        now: Timestamp,
        state: &ChannelState,
    ) -> Vec<String> {
        let ranked = RankedTexts::default();
        let desk = self.noting(&ranked);
        let mut state = state.clone();
        for member in state.due(now, channel_context.policy) {
            desk.wake(channel_context, now, &mut state, &member);
        }
        ranked.into_texts()
    }

    /// Ranks a text, with its vector where there is one.
    pub(super) fn rank_text(&self, text: &str, allowed: impl Fn(usize) -> bool) -> Ranking {
        if let Some(ranked) = self.ranked {
            ranked.add(text);
        }
        let vector = self.vectors.and_then(|vectors| vectors.get(text));
        let vector = vector.filter(|vector| Some(vector.len()) == self.knowledge.dimensions);
        let matcher = &self.knowledge.matcher;
        self.with_tuning(matcher.rank_with(text, vector.map(AsRef::as_ref), allowed))
    }
}
