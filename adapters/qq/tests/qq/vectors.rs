//! Callbacks signed by an independent implementation of Ed25519 (pyca/cryptography 48.0.0 over OpenSSL; made by
//! `tests/independent/vectors.py`), posted to the adapter as they are.

use crate::desk;
use groupdesk_contract::{InMemoryStorage, ManualClock, Segment};
use groupdesk_qq_fake::Fake;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;

#[derive(Deserialize)]
struct Vector {
    secret: String,
    timestamp: String,
    body: String,
    signature: String,
}

#[tokio::test]
async fn what_another_implementation_signed_is_taken_and_nothing_else() {
    let vectors: Vec<Vector> = serde_json::from_str(include_str!("vectors.json")).unwrap();
    assert_eq!(vectors.len(), 15);
    let fake = Fake::start(false).await;
    for vector in &vectors {
        let clock = ManualClock::at(Timestamp::from_second(vector.timestamp.parse().unwrap()).unwrap());
        let settings = json!({"mode": "webhook", "app_secret": vector.secret});
        let mut desk = desk::with(
            &fake,
            &settings,
            Arc::new(InMemoryStorage::default()),
            Arc::new(clock),
        );
        let to = desk::serve(&desk).await;
        let post = async |timestamp: &str, signature: &str| {
            let headers = [
                ("X-Signature-Timestamp", timestamp),
                ("X-Signature-Ed25519", signature),
            ];
            Fake::post(to, "/qq/qq", &headers, vector.body.as_bytes()).await
        };
        assert_eq!(post("1725442342", &vector.signature).await, (401, String::new()));
        let taken = tokio::spawn({
            let (signature, body) = (vector.signature.clone(), vector.body.clone());
            async move {
                let headers = [
                    ("X-Signature-Timestamp", "1725442341"),
                    ("X-Signature-Ed25519", signature.as_str()),
                ];
                Fake::post(to, "/qq/qq", &headers, body.as_bytes()).await
            }
        });
        if vector.body.contains("GROUP_AT") {
            let message = loop {
                if let groupdesk_contract::Event::Message(message) = desk.event().await {
                    break message;
                }
            };
            assert_eq!(message.id.as_str(), "ROBOT1.0_vector");
            assert_eq!(message.segments, [Segment::Text("怎么退款 🙂".to_owned())]);
        }
        let (status, body) = taken.await.unwrap();
        assert_eq!(
            (status, body.as_str()),
            (200, json!({"op": 12, "d": 0}).to_string().as_str()),
            "{}",
            vector.body
        );
        desk.shutdown.cancel();
    }
}
