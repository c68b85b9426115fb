//! Opens callbacks and seals their responses.

use crate::{Crypt, MAX_BODY_BYTES, Name, Query, Refused, Sighting, Window, envelope};
use groupdesk_contract::Clock;
use std::sync::Arc;

/// Verifies, decrypts and deduplicates the callbacks of one account.
#[derive(Debug)]
pub struct CallbackVerifier {
    crypt: Crypt,
    window: Window,
    clock: Arc<dyn Clock>,
}

/// A callback out of its envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// The platform's message.
    pub content: String,
    /// New, or answered a moment before.
    pub sighting: Sighting,
    /// The identity, to recognise a repetition.
    name: Name,
}

impl CallbackVerifier {
    /// A verifier that `crypt` locks.
    pub fn new(crypt: Crypt, clock: Arc<dyn Clock>) -> Self {
        let window = Window::new(Arc::clone(&clock));
        Self { crypt, window, clock }
    }

    /// The platform checks the address (GET): what it wants back, as the whole body. Such a check may be repeated.
    ///
    /// # Errors
    /// If the platform's signature isn't under it, or it is too old.
    pub fn verify_url(&self, query: &Query) -> Result<String, Refused> {
        let plain = self.opened(query, &query.echostr)?;
        Ok(plain.content)
    }

    /// Takes a callback out of an envelope of XML.
    ///
    /// # Errors
    /// If the platform's signature isn't under it, it is too old, or it can't be decrypted for this receiver.
    pub fn open_xml(&self, query: &Query, body: &[u8]) -> Result<Opened, Refused> {
        sized(body)?;
        self.opened(query, &envelope::from_xml(body)?)
    }

    /// Takes a callback out of an envelope of JSON.
    ///
    /// # Errors
    /// As [`CallbackVerifier::open_xml`].
    pub fn open_json(&self, query: &Query, body: &[u8]) -> Result<Opened, Refused> {
        sized(body)?;
        self.opened(query, &envelope::from_json(body)?)
    }

    /// Opens a callback of an Official Account in plain mode: signed, but not encrypted; its content is not protected.
    ///
    /// # Errors
    /// If the platform's signature isn't in its address, it is too old, or is no text.
    pub fn open_plain(&self, query: &Query, body: &[u8]) -> Result<Opened, Refused> {
        sized(body)?;
        let name = self.signed_plain(query)?;
        let sighting = self.window.admit(&name)?;
        let content = text(body.to_vec())?;
        Ok(Opened {
            content,
            sighting,
            name,
        })
    }

    /// The platform checks the address of an Official Account in plain mode (GET): what it wants back.
    ///
    /// # Errors
    /// If the platform's signature isn't in the address, or it is too old.
    pub fn verify_plain_url(&self, query: &Query) -> Result<String, Refused> {
        let name = self.signed_plain(query)?;
        self.window.admit(&name)?;
        Ok(query.echostr.clone())
    }

    /// Records that the callback is committed and answered: a repetition is [`Sighting::Again`] for half a minute, and refused
    /// afterwards.
    pub fn answered(&self, opened: &Opened) {
        self.window.answered_to(&opened.name);
    }

    /// Puts an answer to the callback of `query` into an envelope of XML.
    ///
    /// # Errors
    /// If it can't be encrypted.
    pub fn seal_xml(&self, query: &Query, answer: &str) -> Result<String, Refused> {
        let (encrypted, signature, timestamp) = self.sealed(query, answer)?;
        Ok(envelope::to_xml(&encrypted, &signature, timestamp, &query.nonce))
    }

    /// Puts an answer to the callback of `query` into an envelope of JSON.
    ///
    /// # Errors
    /// If it can't be encrypted.
    pub fn seal_json(&self, query: &Query, answer: &str) -> Result<String, Refused> {
        let (encrypted, signature, timestamp) = self.sealed(query, answer)?;
        envelope::to_json(&encrypted, &signature, timestamp, &query.nonce)
    }

    fn opened(&self, query: &Query, encrypted: &str) -> Result<Opened, Refused> {
        self.crypt
            .verify(&query.msg_signature, &[&query.timestamp, &query.nonce, encrypted])?;
        let name = Name::new(query, &query.msg_signature);
        let sighting = self.window.admit(&name)?;
        let content = text(self.crypt.decrypt(encrypted)?)?;
        Ok(Opened {
            content,
            sighting,
            name,
        })
    }

    /// The name of a callback whose address alone is signed.
    fn signed_plain(&self, query: &Query) -> Result<Name, Refused> {
        self.crypt
            .verify(&query.signature, &[&query.timestamp, &query.nonce])?;
        Ok(Name::new(query, &query.signature))
    }

    fn sealed(&self, query: &Query, answer: &str) -> Result<(String, String, i64), Refused> {
        let encrypted = self.crypt.encrypt(answer.as_bytes())?;
        let timestamp = self.clock.now().as_second();
        let signature = self
            .crypt
            .sign(&[&timestamp.to_string(), &query.nonce, &encrypted]);
        Ok((encrypted, signature, timestamp))
    }
}

fn sized(body: &[u8]) -> Result<(), Refused> {
    if body.len() <= MAX_BODY_BYTES {
        Ok(())
    } else {
        Err(Refused::new("the callback is longer than any of the platform's"))
    }
}

fn text(plain: Vec<u8>) -> Result<String, Refused> {
    String::from_utf8(plain).map_err(|_| Refused::new("the callback is no text"))
}
