//! A message of a OneBot implementation that sends strings with CQ codes.
#![no_main]

// The adapter shows nobody its parts, and need not for this.
#[path = "../../adapters/onebot/src"]
#[expect(dead_code, reason = "one function of it is called")]
mod onebot {
    pub(crate) mod cq;
    pub(crate) mod wire;
}
use libfuzzer_sys::fuzz_target;
use onebot::{cq, wire};

fuzz_target!(|coded: &str| {
    let segments = cq::segments(coded).len();
    // A code takes six bytes at least, and between two of them there is one text.
    assert!(
        segments <= wire::MAX_SEGMENTS.min(1 + 2 * (coded.len() / 6)),
        "{segments} segments"
    );
});
