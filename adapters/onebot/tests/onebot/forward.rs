//! We connect to the implementation.

use crate::fake::{Desk, Fake, SELF, group_message, mention, reply, text};
use groupdesk_contract::{Adapter, Delivery, MessageId, ReplyKey};
use groupdesk_testkit::free_port;
use serde_json::json;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};

async fn listen() -> (TcpListener, serde_json::Value) {
    let listener = TcpListener::bind(("127.0.0.1", free_port())).await.unwrap();
    let url = format!("ws://{}", listener.local_addr().unwrap());
    (
        listener,
        json!({"forward": {"url": url}, "access_token": "s3cret"}),
    )
}

/// Takes the next connection; only with the token, as NapCat does.
async fn accept(listener: &TcpListener) -> Fake<TcpStream> {
    let (stream, _) = tokio::time::timeout(Duration::from_secs(10), listener.accept())
        .await
        .unwrap()
        .unwrap();
    #[expect(clippy::result_large_err, reason = "the signature is the library's")]
    let check = |request: &Request, response: Response| -> Result<Response, ErrorResponse> {
        assert_eq!(request.headers()["authorization"], "Bearer s3cret");
        assert_eq!(request.uri().query(), None);
        Ok(response)
    };
    Fake(tokio_tungstenite::accept_hdr_async(stream, check).await.unwrap())
}

#[tokio::test]
async fn a_mention_is_heard_and_answered() {
    let (listener, settings) = listen().await;
    let mut desk = Desk::start(settings).await;
    let mut fake = accept(&listener).await;
    fake.lifecycle().await;
    desk.connected().await;
    fake.say(group_message(1, mention(" hello"))).await;
    assert!(desk.message().await.mentions_bot);
    let onebot = desk.onebot.clone();
    let sending = tokio::spawn(async move { onebot.send(ReplyKey(1), &reply(Some("1"), "hi")).await });
    let call = fake.call().await;
    fake.answer(&call, json!({"message_id": "a-7"})).await;
    assert_eq!(
        sending.await.unwrap(),
        Delivery::Sent {
            message: Some(MessageId::from("a-7"))
        }
    );
}

#[tokio::test]
async fn a_lost_connection_comes_back_and_repeats_nothing() {
    let (listener, settings) = listen().await;
    let mut desk = Desk::start(settings).await;
    let mut fake = accept(&listener).await;
    fake.say(group_message(1, text("once"))).await;
    desk.connected().await;
    assert_eq!(desk.message().await.text(), "once");
    drop(fake);
    desk.disconnected().await;
    let mut fake = accept(&listener).await;
    fake.say(group_message(1, text("once"))).await;
    fake.say(group_message(2, text("twice"))).await;
    desk.connected().await;
    assert_eq!(desk.message().await.text(), "twice");
    // A crash in the middle of a frame is a lost connection like any other.
    let mut raw = fake.0.into_inner();
    tokio::io::AsyncWriteExt::write_all(&mut raw, &[0x81, 0x7E, 0x10])
        .await
        .unwrap();
    drop(raw);
    desk.disconnected().await;
    let mut fake = accept(&listener).await;
    fake.lifecycle().await;
    desk.connected().await;
}

#[tokio::test]
async fn an_implementation_that_is_away_or_refuses_is_reported_once_and_tried_again() {
    let (listener, settings) = listen().await;
    let address = listener.local_addr().unwrap();
    drop(listener);
    let mut desk = Desk::start(settings).await;
    assert!(desk.disconnected().await.contains("cannot be reached"));
    let listener = TcpListener::bind(address).await.unwrap();
    let (stream, _) = listener.accept().await.unwrap();
    #[expect(clippy::result_large_err, reason = "the signature is the library's")]
    let refuse = |_: &Request, _: Response| -> Result<Response, ErrorResponse> {
        let mut response = ErrorResponse::new(None);
        *response.status_mut() = axum::http::StatusCode::FORBIDDEN;
        Err(response)
    };
    assert!(tokio_tungstenite::accept_hdr_async(stream, refuse).await.is_err());
    let mut fake = accept(&listener).await;
    fake.lifecycle().await;
    desk.connected().await;
    let mut other = group_message(1, text("x"));
    other["self_id"] = json!(SELF);
    fake.say(other).await;
    desk.message().await;
}

#[tokio::test]
async fn a_tls_address_fails_in_words() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("wss://{}", listener.local_addr().unwrap());
    let mut desk = Desk::start(json!({"forward": {"url": url}})).await;
    let (stream, _) = listener.accept().await.unwrap();
    drop(stream);
    assert!(desk.disconnected().await.contains("cannot be reached"));
}
