//! Tokens and passwords: made, hashed and compared.

use argon2::{Algorithm, Argon2, Params, Version};
use sha2::{Digest, Sha256};
use std::fmt::Write;
use subtle::ConstantTimeEq;

/// SHA-256 of a session's token, or of a one-time link's.
pub type TokenHash = [u8; 32];

/// Length of a token.
const TOKEN_BYTES: usize = 32;
/// Length of a password's salt.
const SALT_BYTES: usize = 16;
/// Length of a password's hash.
const HASH_BYTES: usize = 32;

/// Cost of a password's hash: memory in KiB, and passes. OWASP's first choice for Argon2id.
const COST: (u32, u32) = (19_456, 2);

/// Name of the form in which passwords are kept.
const FORM: &str = "argon2id-1";

/// A hash of no password, for names that nobody has: they cost the same time.
const NOBODY: &str = "argon2id-1$00000000000000000000000000000000$0000000000000000000000000000000000000000000000000000000000000000";

/// Returns random bytes.
///
/// # Panics
/// Panics where the operating system gives none: nothing could be kept secret then.
#[expect(clippy::expect_used, reason = "without random numbers there are no secrets")]
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random numbers");
    bytes
}

/// Makes a token that nobody can guess.
pub(crate) fn token() -> String {
    hex(&random::<TOKEN_BYTES>())
}

/// Makes the id of an order: the time in milliseconds, then random digits, as a UUID of version 7.
pub(crate) fn order_id(milliseconds: i64) -> String {
    let mut bytes: [u8; 16] = random();
    let time = u64::try_from(milliseconds).unwrap_or_default().to_be_bytes();
    for (byte, of_time) in bytes.iter_mut().zip(time.into_iter().skip(2)) {
        *byte = of_time;
    }
    if let Some(version) = bytes.get_mut(6) {
        *version = (*version & 0x0f) | 0x70;
    }
    if let Some(variant) = bytes.get_mut(8) {
        *variant = (*variant & 0x3f) | 0x80;
    }
    let mut id = String::with_capacity(36);
    for (at, byte) in bytes.iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            id.push('-');
        }
        let _ = write!(id, "{byte:02x}");
    }
    id
}

/// `true` if a text can be the id of an order.
pub(crate) fn is_order_id(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            14 => byte == b'7',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// Returns the SHA-256 of a text.
pub(crate) fn sha256(text: &str) -> [u8; 32] {
    sha256_of(text.as_bytes())
}

/// Returns the SHA-256 of bytes.
pub(crate) fn sha256_of(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Writes bytes in hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Writes bytes in base64, for pictures within a page.
pub(crate) fn base64(bytes: &[u8]) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

fn bytes_of(hex: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = hex
        .chars()
        .map(|digit| u8::try_from(digit.to_digit(16)?).ok())
        .collect::<Option<_>>()?;
    Some(
        digits
            .chunks(2)
            .map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit))
            .collect(),
    )
}

/// `true` if two texts are the same; it takes as long for those that are not.
pub(crate) fn same(one: &str, other: &str) -> bool {
    one.as_bytes().ct_eq(other.as_bytes()).into()
}

/// Hashes a new password. Takes some 50 ms and 19 MiB: call it where blocking is allowed.
pub(crate) fn hash_password(password: &str) -> Option<String> {
    let salt: [u8; SALT_BYTES] = random();
    let hash = derive(password, &salt)?;
    Some(format!("{FORM}${}${}", hex(&salt), hex(&hash)))
}

/// `true` if a password is the one that was hashed. `None` is compared as well, and never right.
pub(crate) fn verify_password(password: &str, hashed: Option<&str>) -> bool {
    let mut parts = hashed.unwrap_or(NOBODY).split('$');
    let (form, salt, hash) = (parts.next(), parts.next(), parts.next());
    let salt = salt.and_then(bytes_of).unwrap_or_default();
    // A hash of another form has no salt that can be one: nothing is equal to nothing then.
    let found = derive(password, &salt).map(|found| hex(&found));
    let right = matches!((hash, found), (Some(hash), Some(found)) if same(hash, &found));
    right && form == Some(FORM) && hashed.is_some()
}

fn derive(password: &str, salt: &[u8]) -> Option<[u8; HASH_BYTES]> {
    let params = Params::new(COST.0, COST.1, 1, Some(HASH_BYTES)).ok()?;
    let mut hash = [0; HASH_BYTES];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(password.as_bytes(), salt, &mut hash)
        .ok()?;
    Some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_known_by_its_hash_alone() {
        let hash = hash_password("correct horse").unwrap_or_default();
        assert!(verify_password("correct horse", Some(&hash)));
        for (password, hash) in [
            ("Correct horse", Some(hash.as_str())),
            ("", Some(hash.as_str())),
            ("correct horse", None),
            ("correct horse", Some("")),
            ("correct horse", Some("argon2id-1$$")),
            ("", Some(NOBODY)),
        ] {
            assert!(!verify_password(password, hash), "{password} {hash:?}");
        }
        assert_ne!(hash, hash_password("correct horse").unwrap_or_default());
    }

    #[test]
    fn ids_of_orders_are_uuids_of_version_7_in_the_order_of_time() {
        let (first, second) = (order_id(1_700_000_000_000), order_id(1_700_000_000_001));
        assert!(first < second && is_order_id(&first) && is_order_id(&second));
        assert!(first.starts_with("018bcfe5-6800-7"), "{first}");
        for bad in [
            "",
            "018bcfe5-6800-4000-8000-000000000000",
            "018bcfe5-6800-7000-8000-00000000000<",
        ] {
            assert!(!is_order_id(bad), "{bad}");
        }
    }
}
