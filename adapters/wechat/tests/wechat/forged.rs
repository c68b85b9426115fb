//! Callbacks that Tencent did not send: two thousand of them, changed in a letter, cut short or lengthened, in their address or
//! in their body. Customer Service and Official Accounts refuse all alike, and hear the one that is right afterwards.

use crate::desk;
use crate::official::{self, recorded};
use crate::pulling::callback;
use groupdesk_contract::{InMemoryStorage, Secret};
use groupdesk_wechat_callback::Crypt;
use groupdesk_wechat_fake::{AES, CORP, Fake, TOKEN};
use serde_json::json;
use std::net::SocketAddr;
use std::sync::Arc;

const EACH: usize = 1_000;

/// A right callback.
struct Right {
    path: String,
    /// The offset of the signed part in the address.
    signed: usize,
    body: String,
}

impl Right {
    fn new(path: String, body: String) -> Self {
        let signed = path.find('?').unwrap() + 1;
        Self { path, signed, body }
    }

    /// Thousands of changes, each refused with the same nothing.
    async fn forge(&self, fake: &Fake, to: SocketAddr) {
        let mut random = fastrand::Rng::with_seed(7);
        let mut seen = std::collections::BTreeSet::new();
        for number in 0..EACH {
            let (head, query) = self.path.split_at(self.signed);
            let (path, body) = if number % 2 == 0 {
                (
                    format!("{head}{}", changed(&mut random, query)),
                    self.body.clone(),
                )
            } else {
                (self.path.clone(), changed(&mut random, &self.body))
            };
            seen.insert(format!("{path}{body}"));
            let answer = fake.post(to, &path, &body).await;
            assert_eq!(answer, (403, String::new()), "{path} {body}");
        }
        assert!(seen.len() > EACH / 2, "they are not all the same");
    }
}

/// The text with one letter changed, put in, or everything cut off behind it. Blanks around what is encrypted, and the parts of
/// the envelope that nobody reads, are left alone: what is changed there is no forgery.
fn changed(random: &mut fastrand::Rng, text: &str) -> String {
    let (from, until) = match (text.find("<Encrypt>"), text.find("</Encrypt>")) {
        (Some(from), Some(until)) => (from + "<Encrypt><![CDATA[".len(), until - "]]>".len()),
        _ => (0, text.len()),
    };
    let mut bytes = text.as_bytes().to_vec();
    let at = random.usize(from..until);
    match random.u8(..3) {
        0 => bytes.truncate(at),
        1 => bytes.insert(at, b'A'),
        _ => bytes[at] = if bytes[at] == b'B' { b'C' } else { b'B' },
    }
    String::from_utf8(bytes).unwrap()
}

#[tokio::test]
async fn customer_service_refuses_all_of_them_and_pulls_nothing_for_them() {
    let fake = Fake::start().await;
    let mut desk = desk::kf(
        &fake,
        &json!({"poll": "1h"}),
        Arc::new(InMemoryStorage::default()),
    );
    desk.connected().await;
    let to = desk::serve(&desk).await;
    let crypt = Crypt::new(&Secret::new(TOKEN), &Secret::new(AES), CORP).unwrap();
    let (query, body) = callback(&crypt, "n1", "ENC");
    let right = Right::new(format!("/wechat_kf/kf?{query}"), body);
    while fake.calls("kf/sync_msg") == 0 {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    let before = fake.calls("kf/sync_msg");
    right.forge(&fake, to).await;
    assert_eq!(fake.calls("kf/sync_msg"), before);
    fake.says("wm1", "还在吗");
    assert_eq!(fake.post(to, &right.path, &right.body).await.0, 200);
    assert_eq!(desk.message().await.text(), "还在吗");
}

#[tokio::test]
async fn an_official_account_refuses_all_of_them_and_hears_nothing() {
    let fake = Fake::start().await;
    let (mut desk, to) = official::start(&fake, json!({"encoding_aes_key": AES})).await;
    let post = recorded().posts.remove(0);
    let mut path = post.path(true);
    // What is signed of a safe callback is `msg_signature`; the other signature may be anything.
    let (signature, rest) = path.split_once('&').unwrap();
    path = format!("{}?{rest}", signature.split('?').next().unwrap());
    let right = Right::new(path, post.sealed);
    right.forge(&fake, to).await;
    desk.quiet().await;
    let posted = tokio::spawn({
        let fake = fake.clone();
        async move { fake.post(to, &right.path, &right.body).await }
    });
    desk.message().await;
    posted.abort();
}
