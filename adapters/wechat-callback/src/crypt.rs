//! The cryptography: SHA-1 over sorted texts as a signature, AES-256-CBC with padding to 32 bytes, and the receiver's id
//! inside.

use crate::Refused;
use aes::Aes256;
use base64::Engine;
use base64::alphabet::STANDARD as ALPHABET;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use cbc::cipher::block_padding::NoPadding;
use cbc::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use groupdesk_contract::Secret;
use sha1::{Digest, Sha1};
use std::fmt;
use subtle::{Choice, ConstantTimeEq, ConstantTimeLess};

/// The block size of PKCS#7 here: two AES blocks, not one.
const PAD: usize = 32;
/// A random text of 16 bytes and the length of the message stand before it.
const HEAD: usize = 20;

/// The 43 letters of an EncodingAESKey hold 258 bits, of which the last two may be anything.
const KEY: GeneralPurpose = GeneralPurpose::new(
    &ALPHABET,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Signs, verifies, encrypts and decrypts for one receiver.
#[derive(Clone)]
pub struct Crypt {
    token: Secret,
    key: [u8; 32],
    receiver: String,
}

impl Crypt {
    /// Takes `token` and `aes_key` (the EncodingAESKey of 43 letters) as the platform's page shows them. `receiver` stands in
    /// every callback: the corpid for WeCom's apps and WeChat Customer Service, nothing for an intelligent robot of one's own
    /// company, the appid for an Official Account.
    ///
    /// # Errors
    /// A sentence for the operator, if one of them can't be right.
    pub fn new(token: &Secret, aes_key: &Secret, receiver: &str) -> Result<Self, String> {
        if token.is_empty() {
            return Err("the callback's token is empty; is the variable set?".to_owned());
        }
        let text = aes_key.expose();
        let shaped = text.len() == 43 && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let key = shaped
            .then(|| KEY.decode(text).ok())
            .flatten()
            .and_then(|key| <[u8; 32]>::try_from(key).ok());
        let Some(key) = key else {
            return Err(
                "the EncodingAESKey must be the 43 letters and digits that the platform shows; is the variable set?"
                    .to_owned(),
            );
        };
        Ok(Self {
            token: token.clone(),
            key,
            receiver: receiver.to_owned(),
        })
    }

    /// The signature over the token and `parts` (time, nonce, and what is encrypted, if anything): lower-case hexadecimal.
    pub fn sign(&self, parts: &[&str]) -> String {
        let mut sorted: Vec<&[u8]> = parts.iter().map(|part| part.as_bytes()).collect();
        sorted.push(self.token.expose().as_bytes());
        sorted.sort_unstable();
        let mut hash = Sha1::new();
        for part in sorted {
            hash.update(part);
        }
        let mut hex = String::with_capacity(40);
        for byte in hash.finalize() {
            for half in [byte >> 4, byte & 15] {
                hex.push(char::from_digit(u32::from(half), 16).unwrap_or('0'));
            }
        }
        hex
    }

    /// Checks that `signature` is the one over the token and `parts`, in constant time, so that the duration doesn't tell how
    /// much of it is right.
    ///
    /// # Errors
    /// [`Refused`] if it is another.
    pub fn verify(&self, signature: &str, parts: &[&str]) -> Result<(), Refused> {
        if bool::from(self.sign(parts).as_bytes().ct_eq(signature.as_bytes())) {
            Ok(())
        } else {
            Err(Refused::new(
                "the signature is wrong: somebody else calls, or the token is another than the platform's page shows",
            ))
        }
    }

    /// Encrypts `message`, as base64.
    ///
    /// # Errors
    /// If the machine gives no random numbers.
    pub fn encrypt(&self, message: &[u8]) -> Result<String, Refused> {
        let mut random = [0; 16];
        getrandom::fill(&mut random)
            .map_err(|error| Refused::new(format!("this machine gives no random numbers: {error}")))?;
        self.encrypt_with(random, message)
    }

    /// Encrypts `message` behind a given random text; for known examples.
    ///
    /// # Errors
    /// If the message is longer than its length can say.
    pub fn encrypt_with(&self, random: [u8; 16], message: &[u8]) -> Result<String, Refused> {
        let too_long = || Refused::new("the answer is too long to be encrypted");
        let length = u32::try_from(message.len()).map_err(|_| too_long())?;
        let mut plain = Vec::with_capacity(HEAD + message.len() + self.receiver.len() + PAD);
        plain.extend_from_slice(&random);
        plain.extend_from_slice(&length.to_be_bytes());
        plain.extend_from_slice(message);
        plain.extend_from_slice(self.receiver.as_bytes());
        let missing = PAD - plain.len() % PAD;
        plain.resize(plain.len() + missing, u8::try_from(missing).unwrap_or_default());
        let length = plain.len();
        cbc::Encryptor::<Aes256>::new(&self.key.into(), &iv(&self.key).into())
            .encrypt_padded::<NoPadding>(&mut plain, length)
            .map_err(|_| too_long())?;
        Ok(STANDARD.encode(plain))
    }

    /// Decrypts the text that [`Crypt::verify`] found signed, and checks that it is for this receiver.
    ///
    /// # Errors
    /// [`Refused`] if it isn't of the form that the platform makes with this key for this receiver. Every fault inside takes the
    /// same work to find.
    pub fn decrypt(&self, encrypted: &str) -> Result<Vec<u8>, Refused> {
        let undecipherable = || {
            Refused::new(
                "what is in the callback can't be decrypted: the EncodingAESKey is another than the platform's page shows",
            )
        };
        let mut plain = STANDARD.decode(encrypted).map_err(|_| undecipherable())?;
        let padding = unlock(&self.key, &mut plain).ok_or_else(undecipherable)?;
        // From here on a wrong padding is an empty one, and all checks are made, so that none shows by the time it takes.
        let end = plain.len() - padding.unwrap_or(0);
        let length = plain
            .get(16..HEAD)
            .and_then(|bytes| <[u8; 4]>::try_from(bytes).ok())
            .and_then(|bytes| usize::try_from(u32::from_be_bytes(bytes)).ok());
        let middle = length
            .and_then(|length| HEAD.checked_add(length))
            .filter(|middle| *middle <= end);
        let receiver = middle
            .and_then(|middle| plain.get(middle..end))
            .unwrap_or_default();
        let is_ours = bool::from(receiver.ct_eq(self.receiver.as_bytes()));
        match (padding, middle, is_ours) {
            (Some(_), Some(middle), true) => Ok(plain.get(HEAD..middle).unwrap_or_default().to_vec()),
            (Some(_), Some(_), false) => Err(Refused::new(format!(
                "the callback is for another receiver than {:?}: check the corpid or appid",
                self.receiver
            ))),
            _ => Err(undecipherable()),
        }
    }
}

impl fmt::Debug for Crypt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Crypt")
            .field("receiver", &self.receiver)
            .finish_non_exhaustive()
    }
}

fn iv(key: &[u8; 32]) -> [u8; 16] {
    let mut iv = [0; 16];
    iv.copy_from_slice(&key[..16]);
    iv
}

/// Decrypts in place: `None` when there are no whole blocks, else how long the padding is, if it is one.
fn unlock(key: &[u8; 32], content: &mut [u8]) -> Option<Option<usize>> {
    if content.is_empty() || !content.len().is_multiple_of(16) {
        return None;
    }
    cbc::Decryptor::<Aes256>::new(&(*key).into(), &iv(key).into())
        .decrypt_padded::<NoPadding>(content)
        .ok()?;
    Some(padding(content))
}

/// Returns the number of padding bytes at the end: 1 to 32, each of which holds that number. The check reads all of the last 32,
/// in constant time.
fn padding(plain: &[u8]) -> Option<usize> {
    let last = *plain.last()?;
    let pad = u8::try_from(PAD).unwrap_or(u8::MAX);
    let mut right = !last.ct_eq(&0) & last.ct_lt(&(pad + 1));
    for (back, byte) in (0..pad).zip(plain.iter().rev()) {
        let inside = back.ct_lt(&last);
        right &= !inside | byte.ct_eq(&last);
    }
    let fits = Choice::from(u8::from(usize::from(last) <= plain.len()));
    bool::from(right & fits).then(|| usize::from(last))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_padding_is_what_the_plain_rule_says(tail in prop::collection::vec(0_u8..=40, 1..80)) {
            let last = usize::from(tail[tail.len() - 1]);
            let simple = ((1..=32).contains(&last) && last <= tail.len()
                && tail[tail.len() - last..].iter().all(|byte| usize::from(*byte) == last)).then_some(last);
            prop_assert_eq!(padding(&tail), simple);
        }

        #[test]
        fn every_right_padding_is_found(before in prop::collection::vec(any::<u8>(), 0..64), length in 1_u8..=32) {
            let mut plain = before;
            plain.extend(std::iter::repeat_n(length, usize::from(length)));
            prop_assert_eq!(padding(&plain), Some(usize::from(length)));
        }
    }
}
