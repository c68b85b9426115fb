//! The envelopes around what is encrypted.

use crate::{Refused, xml};
use serde::{Deserialize, Serialize};

/// Returns the encrypted part of an XML body.
pub(crate) fn from_xml(body: &[u8]) -> Result<String, Refused> {
    let text = std::str::from_utf8(body).map_err(|_| Refused::new("the callback is no text"))?;
    let root = xml::read(text)?;
    match root.text("Encrypt") {
        Some(encrypted) => Ok(encrypted.trim().to_owned()),
        None => Err(Refused::new("nothing is encrypted in the callback")),
    }
}

/// Returns the encrypted part of a JSON body.
pub(crate) fn from_json(body: &[u8]) -> Result<String, Refused> {
    #[derive(Deserialize)]
    struct Envelope {
        #[serde(alias = "Encrypt")]
        encrypt: String,
    }
    let envelope: Envelope = serde_json::from_slice(body).map_err(|_| {
        Refused::new("the callback is not {\"encrypt\": ...}: is it of a robot with a callback address?")
    })?;
    Ok(envelope.encrypt)
}

/// An answer's envelope in XML.
pub(crate) fn to_xml(encrypted: &str, signature: &str, timestamp: i64, nonce: &str) -> String {
    let mut out = xml::Writer::new();
    out.text("Encrypt", encrypted)
        .text("MsgSignature", signature)
        .number("TimeStamp", timestamp)
        .text("Nonce", nonce);
    out.finish()
}

/// An answer's envelope in JSON.
///
/// # Errors
/// Never seen: texts and a number can be written.
pub(crate) fn to_json(
    encrypted: &str,
    signature: &str,
    timestamp: i64,
    nonce: &str,
) -> Result<String, Refused> {
    #[derive(Serialize)]
    struct Envelope<'a> {
        encrypt: &'a str,
        msgsignature: &'a str,
        timestamp: i64,
        nonce: &'a str,
    }
    serde_json::to_string(&Envelope {
        encrypt: encrypted,
        msgsignature: signature,
        timestamp,
        nonce,
    })
    .map_err(|error| Refused::new(format!("the answer can't be written: {error}")))
}
