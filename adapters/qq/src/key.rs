//! The Ed25519 key that QQ and we both derive from the AppSecret: QQ signs its callbacks with it, we sign its challenge.
//!
//! Source: <https://bot.q.qq.com/wiki/develop/api-v2/dev-prepare/interface-framework/sign.html>.

use groupdesk_contract::Secret;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use std::fmt;

/// The seed of an Ed25519 key, in bytes.
const SEED: usize = 32;
/// An Ed25519 signature, in bytes.
const SIGNATURE: usize = 64;

pub(crate) struct Key(Ed25519KeyPair);

impl Key {
    /// The key of a secret: its bytes, repeated to 32, are the seed.
    ///
    /// # Errors
    /// If the secret is empty.
    pub(crate) fn of(secret: &Secret) -> Result<Self, String> {
        let seed: Vec<u8> = secret.expose().bytes().cycle().take(SEED).collect();
        Ed25519KeyPair::from_seed_unchecked(&seed)
            .map(Self)
            .map_err(|_| "no key can be made of the app_secret".to_owned())
    }

    /// True if QQ signed `body` at `timestamp`; `signature` is in hexadecimal.
    pub(crate) fn has_signed(&self, timestamp: &str, body: &[u8], signature: &str) -> bool {
        let Some(signature) = unhex(signature) else {
            return false;
        };
        let mut signed = timestamp.as_bytes().to_vec();
        signed.extend_from_slice(body);
        UnparsedPublicKey::new(&ED25519, self.0.public_key().as_ref())
            .verify(&signed, &signature)
            .is_ok()
    }

    /// The signature of `text` at `timestamp`, in hexadecimal.
    pub(crate) fn sign(&self, timestamp: &str, text: &str) -> String {
        let signature = self.0.sign(format!("{timestamp}{text}").as_bytes());
        signature
            .as_ref()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// The 64 bytes that 128 hexadecimal digits spell.
fn unhex(text: &str) -> Option<[u8; SIGNATURE]> {
    let digits = text.as_bytes();
    if digits.len() != 2 * SIGNATURE {
        return None;
    }
    let mut bytes = [0; SIGNATURE];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let digit = |at: usize| char::from(*pair.get(at)?).to_digit(16);
        *byte = u8::try_from(digit(0)? * 16 + digit(1)?).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(secret: &str) -> Key {
        Key::of(&Secret::new(secret)).unwrap()
    }

    /// The examples of QQ's documentation and of its Go SDK (`interaction/signature`). The documentation's example of a
    /// signed callback is left out: no library verifies it.
    #[test]
    fn the_published_examples_are_verified_and_signed() {
        let documented = [
            215, 195, 98, 254, 120, 174, 248, 31, 242, 50, 135, 180, 147, 98, 139, 93, 176, 42, 60, 79, 227,
            11, 33, 94, 77, 25, 96, 155, 93, 118, 103, 58,
        ];
        assert_eq!(
            key("naOC0ocQE3shWLAfffVLB1rhYPG7").0.public_key().as_ref(),
            documented
        );

        let of_sdk = "e949b5b94ef4103df903fb031d1d16e358db3db83e79e117edd404c8508be3ce8a76d7bad1bed353194c126a1a5915b4ad8b5288\
             c1191cc53a12acffccd82004";
        let body = r#"{"id":"ROBOT1.0_veoihSEXDc8Q.g-6eLpNIa11bH8MisOjn-m-LKxCPntMk6exUXgcWCGpVO7L2QKTNZzjZzFFDSbiOFcqAPWyVA!!","content":"哦一下","timestamp":"2024-10-15T16:33:15+08:00","author":{"id":"675860273","user_openid":"675860273"}}"#;
        assert!(key("123456abcdef").has_signed("1728981195", body.as_bytes(), of_sdk));
        assert!(!key("123456abcdeg").has_signed("1728981195", body.as_bytes(), of_sdk));
        assert!(!key("123456abcdef").has_signed("1728981196", body.as_bytes(), of_sdk));

        assert_eq!(
            key("DG5g3B4j9X2KOErG").sign("1725442341", "Arq0D5A61EgUu4OxUvOp"),
            "87befc99c42c651b3aac0278e71ada338433ae26fcb24307bdc5ad38c1adc2d01bcfcadc0842edac85e85205028a1132afe09280305f13\
             aa6909ffc2d652c706"
        );
    }

    proptest! {
        #[test]
        fn one_bit_more_or_less_is_no_signature(
            body in proptest::collection::vec(any::<u8>(), 0..80), bit in 0_usize..512, cut in 0_usize..128,
        ) {
            let key = key("a secret");
            let text = String::from_utf8_lossy(&body).into_owned();
            let signature = key.sign("1725442341", &text);
            prop_assert!(key.has_signed("1725442341", text.as_bytes(), &signature));
            let mut bytes = unhex(&signature).unwrap();
            bytes[bit / 8] ^= 1 << (bit % 8);
            let flipped: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            prop_assert!(!key.has_signed("1725442341", text.as_bytes(), &flipped));
            prop_assert!(!key.has_signed("1725442341", text.as_bytes(), signature.get(..cut).unwrap_or_default()));
        }

        #[test]
        fn whatever_stands_for_a_signature_is_no_panic(text in "\\PC{0,140}", hex in "[0-9a-fA-Fx]{126,130}") {
            let key = key("a secret");
            prop_assert!(!key.has_signed("1", b"body", &text));
            prop_assert!(!key.has_signed("1", b"body", &hex));
        }
    }
}
