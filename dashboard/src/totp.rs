//! Second step of a log-in: codes of an authenticator app (RFC 6238: SHA-1, six digits, 30 seconds), and recovery codes.

use crate::secrets;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha1::Sha1;
use std::fmt;

/// Time for which a code is the present one.
const STEP_SECONDS: i64 = 30;
/// Steps before and after the present one of which a code is taken: clocks differ.
const STEPS_OFF_MAX: i64 = 1;

/// Digits of a code.
const CODE_DIGITS: u32 = 6;

/// Length of a secret, as RFC 4226 asks for.
const SECRET_BYTES: usize = 20;

/// Number of recovery codes.
const RECOVERY_CODES: usize = 8;
/// Length of a recovery code before it is written in base32.
const RECOVERY_BYTES: usize = 5;

/// Letters of base32.
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Second step of a user's log-in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totp {
    /// Secret that the app has too, in base32.
    secret: String,
    /// `true` once a code of the app was entered: until then nobody is asked for one.
    confirmed: bool,
    /// Step of the last code that was taken: none is taken twice.
    #[serde(default)]
    last: i64,
    /// SHA-256 of the recovery codes that are left, in hexadecimal digits.
    #[serde(default)]
    recovery: Vec<String>,
}

impl fmt::Debug for Totp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Totp")
            .field("confirmed", &self.confirmed)
            .finish_non_exhaustive()
    }
}

impl Totp {
    /// Makes one that waits for its first code.
    pub(crate) fn new() -> Self {
        Self {
            secret: base32(&secrets::random::<SECRET_BYTES>()),
            confirmed: false,
            last: 0,
            recovery: Vec::new(),
        }
    }

    /// `true` if a log-in needs it.
    pub fn is_confirmed(&self) -> bool {
        self.confirmed
    }

    /// Returns the secret, for those who type it into the app.
    pub(crate) fn secret(&self) -> &str {
        &self.secret
    }

    /// Returns the number of recovery codes that are left.
    pub(crate) fn recovery_left(&self) -> usize {
        self.recovery.len()
    }

    /// Returns the address that the app reads from a code to scan.
    pub(crate) fn address(&self, user: &str) -> String {
        let encode = |text: &str| {
            let bytes = text.bytes().map(|byte| match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => char::from(byte).to_string(),
                byte => format!("%{byte:02X}"),
            });
            bytes.collect::<String>()
        };
        format!(
            "otpauth://totp/groupdesk:{}?secret={}&issuer=groupdesk&algorithm=SHA1&digits={CODE_DIGITS}&period={STEP_SECONDS}",
            encode(user),
            self.secret
        )
    }

    /// Takes a code of the app, or a recovery code; each once. Returns what then is kept, `None` if it is wrong.
    #[must_use]
    pub(crate) fn take(&self, code: &str, now: Timestamp) -> Option<Self> {
        let plain: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
        let mut after = self.clone();
        if plain.len() == usize::try_from(CODE_DIGITS).unwrap_or_default() {
            let key = bytes_of(&self.secret)?;
            let step = now.as_second().div_euclid(STEP_SECONDS);
            let found = (step - STEPS_OFF_MAX..=step + STEPS_OFF_MAX)
                .filter(|step| *step > self.last)
                .find(|step| secrets::same(&code_of(&key, *step), &plain))?;
            after.last = found;
            return Some(after);
        }
        let hash = secrets::hex(&secrets::sha256(&plain.to_ascii_lowercase()));
        let at = self.recovery.iter().position(|kept| secrets::same(kept, &hash))?;
        after.recovery.remove(at);
        Some(after)
    }

    /// Confirms it by its first code. Returns what is kept, and the recovery codes, which nobody sees again.
    #[must_use]
    pub(crate) fn confirm(&self, code: &str, now: Timestamp) -> Option<(Self, Vec<String>)> {
        let mut after = self.take(code, now)?;
        let codes: Vec<String> = (0..RECOVERY_CODES)
            .map(|_| secrets::hex(&secrets::random::<RECOVERY_BYTES>()))
            .collect();
        after.confirmed = true;
        after.recovery = codes
            .iter()
            .map(|code| secrets::hex(&secrets::sha256(code)))
            .collect();
        Some((after, codes))
    }
}

/// Returns the code of a step.
fn code_of(key: &[u8], step: i64) -> String {
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(key) else {
        return String::new();
    };
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let offset = hash.last().map_or(0, |last| usize::from(last & 0x0f));
    let word = hash
        .iter()
        .skip(offset)
        .take(4)
        .fold(0_u32, |word, byte| word << 8 | u32::from(*byte));
    let digits = usize::try_from(CODE_DIGITS).unwrap_or_default();
    format!("{:0digits$}", (word & 0x7fff_ffff) % 10_u32.pow(CODE_DIGITS))
}

fn base32(bytes: &[u8]) -> String {
    let (mut text, mut word, mut bits) = (String::new(), 0_u32, 0);
    for byte in bytes {
        word = word << 8 | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            let at = usize::try_from(word >> bits & 31).unwrap_or_default();
            text.extend(BASE32.get(at).map(|letter| char::from(*letter)));
        }
    }
    text
}

fn bytes_of(text: &str) -> Option<Vec<u8>> {
    let (mut bytes, mut word, mut bits) = (Vec::new(), 0_u32, 0);
    for letter in text.bytes() {
        let value = BASE32.iter().position(|known| *known == letter)?;
        word = (word & 0x00ff_ffff) << 5 | u32::try_from(value).ok()?;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.extend(u8::try_from(word >> bits & 0xff));
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap_or_default()
    }

    #[test]
    fn codes_are_those_of_the_rfc() {
        // RFC 6238, appendix B, the last six of its eight digits.
        let key = b"12345678901234567890";
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(code_of(key, seconds / STEP_SECONDS), code);
        }
        assert_eq!(base32(key), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(bytes_of(&base32(key)).as_deref(), Some(&key[..]));
    }

    #[test]
    fn a_code_is_taken_once_and_a_recovery_code_too() {
        let totp = Totp {
            secret: base32(b"12345678901234567890"),
            ..Totp::new()
        };
        assert!(!totp.is_confirmed() && totp.take("287083", at(59)).is_none());
        let (after, codes) = totp
            .confirm("287 082", at(59))
            .unwrap_or((Totp::new(), Vec::new()));
        assert!(after.is_confirmed() && codes.len() == RECOVERY_CODES);
        assert!(after.take("287082", at(59)).is_none(), "a second time");
        assert!(
            after.take("287082", at(59 + 4 * STEP_SECONDS)).is_none(),
            "too late"
        );
        let code = codes.first().cloned().unwrap_or_default();
        let rest = after.take(&code, at(100)).unwrap_or_else(Totp::new);
        assert_eq!(rest.recovery_left(), RECOVERY_CODES - 1);
        assert!(rest.take(&code, at(100)).is_none());
        assert!(after.take("", at(100)).is_none());
    }
}
