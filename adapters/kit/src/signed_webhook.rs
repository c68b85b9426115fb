//! Webhooks signed the way of the [Standard Webhooks] specification: `v1,` and the base64 of HMAC-SHA256 over
//! `{id}.{timestamp}.{body}`.
//!
//! [Standard Webhooks]: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use groupdesk_contract::Secret;
use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use sha2::Sha256;

/// The largest difference between the sender's clock and ours, which is also the largest age of a request.
const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_mins(5);

/// The reason for which a request is refused. Who can't sign gets [`Forged::Signature`], whatever the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Forged {
    /// No signature of the list is right.
    #[error("the signature is wrong")]
    Signature,
    /// The time is missing, or too far from ours.
    #[error("the time is not within five minutes of ours")]
    Time,
}

/// The value of `webhook-signature` for a request; `timestamp` is in seconds since 1970.
pub fn sign(secret: &Secret, id: &str, timestamp: i64, body: &[u8]) -> String {
    format!(
        "v1,{}",
        BASE64_STANDARD.encode(
            mac(secret, id, &timestamp.to_string(), body)
                .finalize()
                .into_bytes()
        )
    )
}

/// Checks that a request was signed with `secret` a short time ago. `signatures` may hold several, separated by spaces.
///
/// # Errors
/// [`Forged::Signature`] if no signature matches; [`Forged::Time`] if `timestamp` is not fresh ([`is_fresh`]).
pub fn verify(
    secret: &Secret,
    id: &str,
    timestamp: &str,
    signatures: &str,
    body: &[u8],
    now: Timestamp,
) -> Result<(), Forged> {
    let right = signatures
        .split(' ')
        .filter_map(|signature| signature.strip_prefix("v1,"))
        .any(|signature| {
            BASE64_STANDARD
                .decode(signature)
                .is_ok_and(|signature| mac(secret, id, timestamp, body).verify_slice(&signature).is_ok())
        });
    if !right {
        return Err(Forged::Signature);
    }
    if is_fresh(timestamp, now) {
        Ok(())
    } else {
        Err(Forged::Time)
    }
}

/// True if a signed time, in seconds since 1970, is within five minutes of `now`: an older request may be a repeated one.
pub fn is_fresh(timestamp: &str, now: Timestamp) -> bool {
    let at = timestamp
        .parse()
        .ok()
        .and_then(|seconds| Timestamp::from_second(seconds).ok());
    at.is_some_and(|at| now.duration_since(at).abs() <= CLOCK_TOLERANCE)
}

fn mac(secret: &Secret, id: &str, timestamp: &str, body: &[u8]) -> Hmac<Sha256> {
    let key = key(secret.expose());
    // HMAC takes keys of any length, so that the other case does not come.
    let mut mac = Hmac::<Sha256>::new_from_slice(&key)
        .unwrap_or_else(|_| Hmac::new(&hmac::digest::Key::<Hmac<Sha256>>::default()));
    mac.update(id.as_bytes());
    mac.update(b".");
    mac.update(timestamp.as_bytes());
    mac.update(b".");
    mac.update(body);
    mac
}

/// Length of a key behind `whsec_`, in bytes, by the specification.
const KEY_BYTES: std::ops::RangeInclusive<usize> = 24..=64;

/// Shortest secret of another form, in characters: a shorter one can be tried out.
const SECRET_CHARS_MIN: usize = 16;

/// Checks that a secret can close anything.
///
/// # Errors
/// Fails with a sentence for the operator, in English and Chinese, where it is too short, or no base64 behind `whsec_`.
pub fn check_secret(secret: &Secret) -> Result<(), String> {
    let text = secret.expose();
    let makes = "make one with `openssl rand -base64 32` and write `whsec_` in front";
    let makes_chinese = "用 openssl rand -base64 32 生成一个，前面加上 whsec_";
    match text.strip_prefix("whsec_") {
        Some(encoded) => match BASE64_STANDARD.decode(encoded) {
            Ok(key) if KEY_BYTES.contains(&key.len()) => Ok(()),
            Ok(key) => Err(groupdesk_contract::in_both(
                &format!(
                    "the key behind `whsec_` has {} bytes; it needs 24 to 64: {makes}",
                    key.len()
                ),
                &format!(
                    "whsec_ 后面的密钥只有 {} 字节，应为 24 到 64 字节（变量有没有设置？）；{makes_chinese}",
                    key.len()
                ),
            )),
            Err(_) => Err(groupdesk_contract::in_both(
                &format!("what stands behind `whsec_` is no base64: {makes}"),
                &format!("whsec_ 后面不是 base64；{makes_chinese}"),
            )),
        },
        None if text.chars().count() < SECRET_CHARS_MIN => Err(groupdesk_contract::in_both(
            &format!("the secret is shorter than {SECRET_CHARS_MIN} characters: {makes}"),
            &format!("密钥不足 {SECRET_CHARS_MIN} 个字符，太容易猜到；{makes_chinese}"),
        )),
        None => Ok(()),
    }
}

/// Returns the bytes of a secret: base64 behind `whsec_`, any other text unchanged.
fn key(secret: &str) -> Vec<u8> {
    secret
        .strip_prefix("whsec_")
        .and_then(|encoded| BASE64_STANDARD.decode(encoded).ok())
        .unwrap_or_else(|| secret.as_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's reference libraries.
    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const BODY: &[u8] = br#"{"test": 2432232314}"#;
    const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    #[test]
    fn a_secret_that_closes_nothing_is_refused() {
        assert_eq!(check_secret(&Secret::new(SECRET)), Ok(()));
        assert_eq!(check_secret(&Secret::new("a-long-enough-secret")), Ok(()));
        for weak in ["whsec_", "whsec_AAAA", "whsec_***", "x", "short-secret"] {
            let error = check_secret(&Secret::new(weak)).unwrap_err();
            assert!(error.contains("openssl") && !error.contains("AAAA"), "{error}");
        }
    }

    #[test]
    fn the_published_example_is_signed_and_verified() {
        let secret = Secret::new(SECRET);
        assert_eq!(sign(&secret, ID, 1_614_265_330, BODY), SIGNATURE);
        let at = Timestamp::from_second(1_614_265_330).unwrap();
        let check = |timestamp: &str, signatures: &str, body: &[u8], seconds: i64| {
            let now = at + SignedDuration::from_secs(seconds);
            verify(&secret, ID, timestamp, signatures, body, now)
        };
        assert_eq!(check("1614265330", SIGNATURE, BODY, 299), Ok(()));
        let several = format!("v1a,xx v1,AAAA {SIGNATURE}");
        assert_eq!(check("1614265330", &several, BODY, 0), Ok(()));
        assert_eq!(check("1614265330", SIGNATURE, BODY, 301), Err(Forged::Time));
        assert_eq!(check("1614265330", SIGNATURE, BODY, -301), Err(Forged::Time));
        assert_eq!(check("1614265330", SIGNATURE, b"{}", 0), Err(Forged::Signature));
        assert_eq!(check("1614265331", SIGNATURE, BODY, 0), Err(Forged::Signature));
        for nonsense in [
            "",
            "v1,",
            "v1,====",
            "v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        ] {
            assert_eq!(check("1614265330", nonsense, BODY, 0), Err(Forged::Signature));
        }
    }
}
