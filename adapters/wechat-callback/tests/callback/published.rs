//! Examples that the platform's documentation and other implementations publish.

use groupdesk_contract::{Clock, ManualClock, Secret};
use groupdesk_wechat_callback::{CallbackVerifier, Crypt, Query, xml};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use std::sync::Arc;

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Example {
    #[serde(default)]
    pub(crate) source: String,
    pub(crate) token: String,
    pub(crate) aes_key: String,
    pub(crate) receiver: String,
    #[serde(default)]
    pub(crate) timestamp: String,
    #[serde(default)]
    pub(crate) nonce: String,
    pub(crate) signature: Option<String>,
    pub(crate) encrypted: String,
    pub(crate) plain: Option<String>,
    pub(crate) random: Option<String>,
}

impl Example {
    pub(crate) fn crypt(&self) -> Crypt {
        Crypt::new(
            &Secret::new(&*self.token),
            &Secret::new(&*self.aes_key),
            &self.receiver,
        )
        .unwrap()
    }

    pub(crate) fn query(&self) -> Query {
        Query {
            msg_signature: self.signature.clone().unwrap_or_default(),
            timestamp: self.timestamp.clone(),
            nonce: self.nonce.clone(),
            echostr: self.encrypted.clone(),
            ..Query::default()
        }
    }

    /// A verifier at the example's own time.
    pub(crate) fn verifier(&self) -> (CallbackVerifier, Arc<ManualClock>) {
        let at = Timestamp::from_second(self.timestamp.parse().unwrap()).unwrap();
        let clock = Arc::new(ManualClock::at(at));
        (
            CallbackVerifier::new(self.crypt(), Arc::clone(&clock) as Arc<dyn Clock>),
            clock,
        )
    }
}

pub(crate) fn published() -> Vec<Example> {
    serde_json::from_str(include_str!("published.json")).unwrap()
}

#[test]
fn every_published_example_is_verified_decrypted_and_made_again() {
    let all = published();
    assert_eq!(all.len(), 9);
    for example in all {
        let crypt = example.crypt();
        let plain = String::from_utf8(crypt.decrypt(&example.encrypted).unwrap()).unwrap();
        match &example.plain {
            Some(expected) => assert_eq!(&plain, expected, "{}", example.source),
            None => {
                let root = xml::read(&plain).unwrap();
                assert_eq!(root.text("Content"), Some("hello"), "{plain}");
                assert_eq!(root.text("MsgId"), Some("12345"), "{plain}");
            }
        }
        if let Some(random) = &example.random {
            let random = random.as_bytes().try_into().unwrap();
            assert_eq!(
                crypt.encrypt_with(random, plain.as_bytes()).unwrap(),
                example.encrypted,
                "{}",
                example.source
            );
        }
        let Some(signature) = &example.signature else {
            continue;
        };
        let (verifier, clock) = example.verifier();
        assert_eq!(
            verifier.verify_url(&example.query()).unwrap(),
            plain,
            "{}",
            example.source
        );
        let body = format!(
            "<xml><ToUserName><![CDATA[x]]></ToUserName><Encrypt><![CDATA[{}]]></Encrypt></xml>",
            example.encrypted
        );
        assert_eq!(
            verifier
                .open_xml(&example.query(), body.as_bytes())
                .unwrap()
                .content,
            plain
        );
        for key in ["encrypt", "Encrypt"] {
            let body = serde_json::json!({ key: example.encrypted }).to_string();
            assert_eq!(
                verifier
                    .open_json(&example.query(), body.as_bytes())
                    .unwrap()
                    .content,
                plain
            );
        }
        // The same a quarter of an hour later is a recording.
        clock.advance(SignedDuration::from_mins(15));
        assert!(verifier.verify_url(&example.query()).is_err());
        let parts = [&*example.timestamp, &*example.nonce, &*example.encrypted];
        assert_eq!(&crypt.sign(&parts), signature);
        assert!(
            crypt
                .verify(signature, &[parts[0], "437374424", parts[2]])
                .is_err()
        );
    }
}

#[test]
fn a_plain_official_account_signs_its_address_alone() {
    let key = Secret::new("jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C");
    let clock = Arc::new(ManualClock::at(Timestamp::from_second(1_700_000_000).unwrap()));
    let verifier = CallbackVerifier::new(Crypt::new(&Secret::new("tok"), &key, "wx1").unwrap(), clock);
    let query = Query::read(Some(
        "signature=8633893fb43e07cf18bde4ef3cc3af60cad003d3&timestamp=1700000000&nonce=n1&echostr=123",
    ));
    assert_eq!(verifier.verify_plain_url(&query).unwrap(), "123");
    assert_eq!(verifier.open_plain(&query, b"<xml/>").unwrap().content, "<xml/>");
    let forged = Query {
        nonce: "n2".to_owned(),
        ..query
    };
    assert!(verifier.verify_plain_url(&forged).is_err() && verifier.open_plain(&forged, b"<xml/>").is_err());
}

#[test]
fn a_key_that_is_none_is_named_before_anything_starts() {
    for wrong in [
        "",
        "short",
        &"a".repeat(44),
        "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2=",
        "退款",
    ] {
        let error = Crypt::new(&Secret::new("t"), &Secret::new(wrong), "").unwrap_err();
        assert!(error.contains("43 letters"), "{error}");
    }
    assert!(Crypt::new(&Secret::new(""), &Secret::new("a".repeat(43)), "").is_err());
}
