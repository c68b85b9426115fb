//! Hashes that are the same on every machine and in every build.

/// FNV-1a with a final mix: terms are short, and the low bits index tables.
pub(crate) fn text(s: &str) -> u64 {
    bytes(0, s.as_bytes())
}

/// Hash of `s` in the name space `salt`.
pub(crate) fn salted(salt: u64, s: &str) -> u64 {
    bytes(salt, s.as_bytes())
}

/// Hash of an ordered pair.
pub(crate) fn pair(a: u64, b: u64) -> u64 {
    mix(a.rotate_left(21).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ b)
}

pub(crate) fn bytes(salt: u64, s: &[u8]) -> u64 {
    let start = 0xcbf2_9ce4_8422_2325 ^ salt.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mix(s
        .iter()
        .fold(start, |h, &b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3)))
}

fn mix(h: u64) -> u64 {
    let h = (h ^ (h >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    h ^ (h >> 29)
}
