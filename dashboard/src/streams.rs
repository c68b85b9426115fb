//! Streams of live updates by session: one session has so many at once, and the oldest one ends for another. Each holds a connection, and
//! the places of an address are shared by everybody behind it.

use crate::backend::TokenHash;
use parking_lot::Mutex;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// Streams of one session at once: a page has one.
const OF_ONE: usize = 16;

/// Streams that are open now.
#[derive(Debug, Clone, Default)]
pub(crate) struct Streams(Arc<Mutex<Open>>);

#[derive(Debug, Default)]
struct Open {
    of: HashMap<TokenHash, VecDeque<(u64, CancellationToken)>>,
    number: u64,
}

/// Place of a stream; it is left when this is dropped.
#[derive(Debug)]
pub(crate) struct StreamPlace {
    streams: Streams,
    session: TokenHash,
    number: u64,
    /// Cancelled when the stream is to end for a newer one.
    pub(crate) over: CancellationToken,
}

impl Streams {
    /// Takes a place for a stream of a session. Where it has as many as it may, its oldest one ends.
    pub(crate) fn enter(&self, session: TokenHash) -> StreamPlace {
        let mut open = self.0.lock();
        open.number += 1;
        let number = open.number;
        let over = CancellationToken::new();
        let own = open.of.entry(session).or_default();
        own.push_back((number, over.clone()));
        while own.len() > OF_ONE {
            if let Some((_, oldest)) = own.pop_front() {
                oldest.cancel();
            }
        }
        drop(open);
        StreamPlace {
            streams: self.clone(),
            session,
            number,
            over,
        }
    }
}

impl Drop for StreamPlace {
    fn drop(&mut self) {
        let mut open = self.streams.0.lock();
        if let Some(own) = open.of.get_mut(&self.session) {
            own.retain(|(number, _)| *number != self.number);
            if own.is_empty() {
                open.of.remove(&self.session);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_stream_of_a_session_ends_for_another_and_no_other_sessions_does() {
        let streams = Streams::default();
        let (one, other) = ([1; 32], [2; 32]);
        let of_other = streams.enter(other);
        let mut places: VecDeque<StreamPlace> = (0..OF_ONE).map(|_| streams.enter(one)).collect();
        assert!(places.iter().all(|place| !place.over.is_cancelled()));
        let newest = streams.enter(one);
        let ended: Vec<bool> = places.iter().map(|place| place.over.is_cancelled()).collect();
        assert!(ended[0] && !ended[1..].contains(&true), "{ended:?}");
        // A place that is left is free.
        drop(places.pop_back());
        let again = streams.enter(one);
        assert!(places.iter().skip(1).all(|place| !place.over.is_cancelled()));
        assert!(!of_other.over.is_cancelled() && !newest.over.is_cancelled());
        drop((places, newest, again, of_other));
        assert!(streams.0.lock().of.is_empty());
    }
}
