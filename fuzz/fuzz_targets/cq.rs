//! A message of a OneBot implementation that sends strings with CQ codes.
#![no_main]

use groupdesk_onebot::fuzzing::{MAX_SEGMENTS, count_segments};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|coded: &str| {
    let segments = count_segments(coded);
    // A code takes six bytes at least, and between two of them there is one text.
    assert!(
        segments <= MAX_SEGMENTS.min(1 + 2 * (coded.len() / 6)),
        "{segments} segments"
    );
});
