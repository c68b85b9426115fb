//! Keyed digests of webhook calls.

use groupdesk_contract::Secret;
use ring::hmac;

/// Verifies HMAC-SHA256, as GitHub and Chatwoot sign.
pub(crate) fn is_sha256(secret: &Secret, parts: &[&[u8]], signature: Option<&str>) -> bool {
    is_signed(hmac::HMAC_SHA256, secret, parts, signature, "sha256=")
}

/// Verifies HMAC-SHA1, as Zammad signs.
pub(crate) fn is_sha1(secret: &Secret, parts: &[&[u8]], signature: Option<&str>) -> bool {
    is_signed(
        hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
        secret,
        parts,
        signature,
        "sha1=",
    )
}

fn is_signed(
    algorithm: hmac::Algorithm,
    secret: &Secret,
    parts: &[&[u8]],
    signature: Option<&str>,
    scheme: &str,
) -> bool {
    let Some(tag) = signature
        .and_then(|signature| signature.strip_prefix(scheme))
        .and_then(bytes)
    else {
        return false;
    };
    let key = hmac::Key::new(algorithm, secret.expose().as_bytes());
    hmac::verify(&key, &parts.concat(), &tag).is_ok()
}

/// The bytes of a hexadecimal text.
fn bytes(hex: &str) -> Option<Vec<u8>> {
    let digits = hex.as_bytes();
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    let value = |digit: u8| char::from(digit).to_digit(16);
    digits
        .chunks_exact(2)
        .map(|pair| match pair {
            &[high, low] => u8::try_from(value(high)? * 16 + value(low)?).ok(),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_vectors_are_recognised() {
        // docs.github.com, "Validating webhook deliveries".
        let secret = Secret::new("It's a Secret to Everybody");
        let github = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
        assert!(is_sha256(&secret, &[b"Hello, World!"], Some(github)));
        assert!(is_sha256(&secret, &[b"Hello, ", b"World!"], Some(github)));
        assert!(!is_sha256(&secret, &[b"Hello, World?"], Some(github)));
        assert!(!is_sha256(&Secret::new("x"), &[b"Hello, World!"], Some(github)));
        // RFC 2202, test case 2 of HMAC-SHA-1.
        let rfc = "sha1=effcdf6ae5eb2fa2d27416d5f184df9c259a7c79";
        assert!(is_sha1(
            &Secret::new("Jefe"),
            &[b"what do ya want for nothing?"],
            Some(rfc)
        ));
    }

    #[test]
    fn what_is_no_signature_is_refused() {
        let secret = Secret::new("s");
        for wrong in [
            None,
            Some(""),
            Some("sha256="),
            Some("sha256=0"),
            Some("sha256=zz"),
            Some("sha1=00"),
            Some("é"),
        ] {
            assert!(!is_sha256(&secret, &[b"body"], wrong), "{wrong:?}");
        }
    }
}
