//! Counters of frames and events received, ignored and refused.

use std::sync::atomic::{AtomicU64, Ordering};

macro_rules! counters {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {
        /// Running counts of an account since the program started.
        #[derive(Debug, Default)]
        pub(crate) struct Counters {
            $(pub(crate) $name: Counter,)*
        }

        /// A copy of the counts at one moment.
        #[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
        pub struct Counts {
            $($(#[$doc])* pub $name: u64,)*
        }

        impl Counters {
            /// The counts now.
            pub(crate) fn counts(&self) -> Counts {
                Counts { $($name: self.$name.get(),)* }
            }
        }
    };
}

counters! {
    /// Text and binary frames received.
    frames,
    /// Messages handed to the desk.
    messages,
    /// Messages that had been handed over already, by another connection or after a reconnect.
    duplicates,
    /// Recalls handed to the desk.
    recalls,
    /// Known events that mean nothing to the desk (requests, most notices).
    ignored_events,
    /// Events of an unknown type, or without the fields that make them one.
    unknown_events,
    /// Segments of an unknown type; their messages were handed over.
    unknown_segments,
    /// Frames that are no JSON object, or nested too deep.
    malformed_frames,
    /// Messages over the size limit, which were skipped.
    oversized_frames,
    /// Answers to calls of ours.
    answers,
    /// Answers that came after their call had been given up.
    late_answers,
    /// Answers to calls that were not ours.
    foreign_answers,
    /// Calls that got no answer in time.
    unanswered_calls,
    /// Connections accepted or made.
    connections,
    /// Connections refused for their token, id or role.
    refused_connections,
    /// Connections closed because nothing came any more.
    silent_connections,
}

/// A number that only grows.
#[derive(Debug, Default)]
pub(crate) struct Counter(AtomicU64);

impl Counter {
    /// Adds one.
    pub(crate) fn up(&self) {
        self.add(1);
    }

    /// Adds `more`.
    pub(crate) fn add(&self, more: u64) {
        self.0.fetch_add(more, Ordering::Relaxed);
    }

    fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}
