//! Proofs of identity: a visitor by a token that we signed, somebody whom the website signs, or a program by its key.

use super::channel_id;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use groupdesk_contract::{AccountId, MemberId, Secret, Storage, StorageError};
use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::sync::Arc;
use tokio::sync::OnceCell;

/// The note under which the secret of the tokens is kept.
const TOKEN_SECRET: &str = "token-secret";
/// Prefixes of a token and of a program's key.
const TOKEN: &str = "v1.";
const KEY: &str = "gdk_";

/// Signs tokens of visitors, and knows what the website signs.
pub(crate) struct Signer {
    account: AccountId,
    identity: Option<Secret>,
    storage: Arc<dyn Storage>,
    secret: OnceCell<String>,
}

impl Signer {
    pub(crate) fn new(account: AccountId, identity: Option<Secret>, storage: Arc<dyn Storage>) -> Self {
        Self {
            account,
            identity,
            storage,
            secret: OnceCell::new(),
        }
    }

    /// Tells whether `hash` is the website's signature of `id`.
    pub(crate) fn vouches(&self, id: &str, hash: &str) -> bool {
        let Some(secret) = self.identity.as_ref().filter(|secret| !secret.is_empty()) else {
            return false;
        };
        let given = from_hex(hash.trim());
        let mac = mac(secret.expose().as_bytes(), id.as_bytes());
        given.is_some_and(|given| mac.verify_slice(&given).is_ok())
    }

    /// Makes a token of a visitor.
    ///
    /// # Errors
    /// Fails where the secret can't be read or kept now.
    pub(crate) async fn token(&self, visitor: &MemberId, now: Timestamp) -> Result<String, StorageError> {
        let head = format!(
            "{}.{}",
            BASE64_URL_SAFE_NO_PAD.encode(visitor.as_str()),
            now.as_second()
        );
        let mac = self.mac_of(visitor, &head).await?.finalize().into_bytes();
        Ok(format!("{TOKEN}{head}.{}", hex(&mac)))
    }

    /// Returns the visitor of a token that is not older than `keep`; `None` for any other text.
    ///
    /// # Errors
    /// Fails where the secret can't be read now.
    pub(crate) async fn visitor(
        &self,
        token: &str,
        now: Timestamp,
        keep: SignedDuration,
    ) -> Result<Option<MemberId>, StorageError> {
        let read = || {
            let (head, mac) = token.strip_prefix(TOKEN)?.rsplit_once('.')?;
            let (visitor, made) = head.split_once('.')?;
            let visitor = String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(visitor).ok()?).ok()?;
            let made = Timestamp::from_second(made.parse().ok()?).ok()?;
            Some((head, from_hex(mac)?, MemberId::new(visitor), made))
        };
        let Some((head, mac, visitor, made)) = read() else {
            return Ok(None);
        };
        let signed = self.mac_of(&visitor, head).await?.verify_slice(&mac).is_ok();
        let young = now.duration_since(made) <= keep;
        Ok((signed && young).then_some(visitor))
    }

    /// Begins the signature of a token. That of somebody whom the website vouches for ends with the website's secret.
    async fn mac_of(&self, visitor: &MemberId, head: &str) -> Result<Hmac<Sha256>, StorageError> {
        let secret = self.secret.get_or_try_init(|| self.drawn()).await?;
        let mut mac = mac(secret.as_bytes(), self.account.as_str().as_bytes());
        mac.update(b"\n");
        mac.update(head.as_bytes());
        if channel_id::is_user(visitor)
            && let Some(identity) = &self.identity
        {
            mac.update(b"\n");
            mac.update(&Sha256::digest(identity.expose().as_bytes()));
        }
        Ok(mac)
    }

    /// Reads the secret of the tokens, or draws it.
    async fn drawn(&self) -> Result<String, StorageError> {
        if let Some(kept) = self
            .storage
            .get(TOKEN_SECRET)
            .await?
            .filter(|kept| !kept.is_empty())
        {
            return Ok(kept);
        }
        let drawn = hex(&random());
        self.storage.put(TOKEN_SECRET, &drawn).await?;
        Ok(drawn)
    }
}

/// Makes the id of a new guest.
pub(crate) fn new_guest() -> MemberId {
    let number = hex(&random());
    channel_id::guest(number.get(..24).unwrap_or_default())
}

/// Makes a key for a program. Only its hash is kept.
pub fn new_key() -> String {
    format!("{KEY}{}", hex(&random()))
}

/// Returns the hash under which a key is kept.
pub fn key_hash(key: &str) -> [u8; 32] {
    Sha256::digest(key.as_bytes()).into()
}

/// Returns `true` for a text of the form of a program's key.
pub(crate) fn is_key(text: &str) -> bool {
    text.starts_with(KEY)
}

fn mac(key: &[u8], text: &[u8]) -> Hmac<Sha256> {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key)
        // HMAC takes a key of any length.
        .unwrap_or_else(|_| Hmac::new(&hmac::digest::Key::<Hmac<Sha256>>::default()));
    mac.update(text);
    mac
}

#[expect(clippy::expect_used, reason = "without random numbers there are no secrets")]
fn random() -> [u8; 32] {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).expect("the operating system gives random numbers");
    bytes
}

fn hex(bytes: &[u8]) -> String {
    let mut hex = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let pairs = text.as_bytes().chunks(2);
    pairs
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use groupdesk_contract::InMemoryStorage;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    const KEEP: SignedDuration = SignedDuration::from_hours(24);

    #[tokio::test]
    async fn a_token_is_good_for_its_visitor_account_and_time_alone() {
        let storage: Arc<dyn Storage> = Arc::new(InMemoryStorage::default());
        let secret = |text: &str| Some(Secret::new(text));
        let signer = Signer::new("site".into(), secret("0123456789abcdef"), Arc::clone(&storage));
        let (guest, user) = (new_guest(), channel_id::user("小明").unwrap());
        for visitor in [&guest, &user] {
            let token = signer.token(visitor, at(1_000)).await.unwrap();
            let read = signer.visitor(&token, at(2_000), KEEP).await.unwrap();
            assert_eq!(read.as_ref(), Some(visitor));
            assert_eq!(
                signer.visitor(&token, at(1_000 + 86_401), KEEP).await.unwrap(),
                None
            );
            // Another visitor, another time, another account, another signature: each is another token.
            let other = BASE64_URL_SAFE_NO_PAD.encode("user:1");
            let parts: Vec<&str> = token.split('.').collect();
            for forged in [
                format!("v1.{other}.{}.{}", parts[2], parts[3]),
                format!("v1.{}.999999.{}", parts[1], parts[3]),
                format!("v1.{}.{}.{}", parts[1], parts[2], "0".repeat(64)),
                format!("v1.{}.{}", parts[1], parts[2]),
                token.replacen('v', "w", 1),
                String::new(),
            ] {
                assert_eq!(
                    signer.visitor(&forged, at(1_000), KEEP).await.unwrap(),
                    None,
                    "{forged}"
                );
            }
            let elsewhere = Signer::new("other".into(), secret("0123456789abcdef"), Arc::clone(&storage));
            assert_eq!(elsewhere.visitor(&token, at(1_000), KEEP).await.unwrap(), None);
            // The website's new secret ends what its old one signed, and nothing else.
            let renewed = Signer::new("site".into(), secret("fedcba9876543210"), Arc::clone(&storage));
            let still = renewed.visitor(&token, at(1_000), KEEP).await.unwrap();
            assert_eq!(still.is_some(), visitor == &guest);
        }
    }

    #[test]
    fn the_website_vouches_by_hmac_and_nobody_else_does() {
        let storage: Arc<dyn Storage> = Arc::new(InMemoryStorage::default());
        let signer =
            |secret: Option<&str>| Signer::new("site".into(), secret.map(Secret::new), Arc::clone(&storage));
        // printf 42 | openssl dgst -sha256 -hmac key
        let made = "f2991b7ce981d0b5adc5e6a0f31acaeb407bfc21354bbcc31a0c43eaffa83d65".to_owned();
        assert!(
            signer(Some("key")).vouches("42", &made)
                && signer(Some("key")).vouches("42", &made.to_uppercase())
        );
        for (secret, id, hash) in [
            (Some("key"), "43", made.as_str()),
            (Some("kez"), "42", &made),
            (Some("key"), "42", ""),
            (Some("key"), "42", "zz"),
            (None, "42", &made),
        ] {
            assert!(!signer(secret).vouches(id, hash), "{secret:?} {id} {hash}");
        }
    }

    #[test]
    fn a_key_is_long_and_its_hash_tells_nothing() {
        let key = new_key();
        assert!(is_key(&key) && key.len() == 68 && key != new_key());
        assert_ne!(key_hash(&key), key_hash(&new_key()));
    }
}
