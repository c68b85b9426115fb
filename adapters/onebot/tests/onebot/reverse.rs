//! Implementations connect to us: who may, in which roles, and which connection is used.

use crate::fake::{Desk, Fake, SELF, group_message, mention, reply, text};
use groupdesk_contract::{Adapter, Delivery, MessageId, ReplyKey};
use serde_json::json;
use tokio_tungstenite::tungstenite::Error;

fn status(outcome: Result<Fake, Error>) -> u16 {
    match outcome {
        Err(Error::Http(response)) => {
            let body = response.body().clone().unwrap_or_default();
            assert!(body.is_empty(), "a refusal tells nothing: {body:?}");
            response.status().as_u16()
        }
        Err(other) => panic!("{other}"),
        Ok(_) => 101,
    }
}

#[tokio::test]
async fn a_mention_is_heard_and_answered() {
    let mut desk = Desk::start(json!({})).await;
    let mut fake = Fake::ready(&mut desk).await;
    fake.say(group_message(1, mention(" 怎么报修"))).await;
    let message = desk.message().await;
    assert!(message.mentions_bot);
    assert_eq!(
        (message.text().trim(), message.sender.name.as_str()),
        ("怎么报修", "明")
    );
    assert_eq!(message.channel.name.as_deref(), Some("用户群"));

    let onebot = desk.onebot.clone();
    let sending = tokio::spawn(async move { onebot.send(ReplyKey(1), &reply(Some("1"), "请看 FAQ")).await });
    let call = fake.call().await;
    assert_eq!(call["action"], "send_group_msg");
    assert_eq!(
        call["params"],
        json!({"group_id": 42, "message": [
            {"type": "reply", "data": {"id": "1"}}, {"type": "text", "data": {"text": "请看 FAQ"}}
        ]})
    );
    fake.answer(&call, json!({"message_id": 555})).await;
    assert_eq!(
        sending.await.unwrap(),
        Delivery::Sent {
            message: Some(MessageId::from("555"))
        }
    );
}

#[tokio::test]
async fn only_the_right_token_opens_the_door() {
    let desk = Desk::start(json!({"access_token": "s3cret", "self_id": "10000"})).await;
    let url = desk.url();
    let query = |token: &str| format!("{url}?access_token={token}");
    assert_eq!(status(Fake::with_headers(&url, &[]).await), 401);
    assert_eq!(
        status(Fake::with_headers(&url, &[("authorization", "Bearer ")]).await),
        401
    );
    assert_eq!(
        status(Fake::with_headers(&url, &[("authorization", "Bearer s3cre")]).await),
        403
    );
    assert_eq!(status(Fake::with_headers(&query("wrong"), &[]).await), 403);
    assert_eq!(
        status(Fake::with_headers(&url, &[("authorization", "Bearer s3cret"), ("x-self-id", "666")]).await),
        403
    );
    assert_eq!(
        status(Fake::with_headers(&url, &[("authorization", "bearer s3cret")]).await),
        101
    );
    assert_eq!(
        status(Fake::with_headers(&url, &[("authorization", "Token s3cret"), ("x-self-id", "10000")]).await),
        101
    );
    assert_eq!(status(Fake::with_headers(&query("s3cret"), &[]).await), 101);
    assert_eq!(status(Fake::with_headers(&query("%"), &[]).await), 403);
    assert_eq!(
        status(Fake::with_headers(&query("a&access_token=b"), &[]).await),
        401
    );
    let counts = desk.onebot.counters();
    assert_eq!((counts.refused_connections, counts.connections), (7, 3));
    assert!(!format!("{:?}", desk.onebot).contains("s3cret"));
}

#[tokio::test]
async fn without_a_token_a_foreign_web_page_is_refused() {
    let desk = Desk::start(json!({})).await;
    let own = format!("http://{}", desk.address);
    assert_eq!(
        status(Fake::with_headers(&desk.url(), &[("origin", "https://evil.example")]).await),
        403
    );
    assert_eq!(
        status(Fake::with_headers(&desk.url(), &[("origin", &own)]).await),
        101
    );
    // A page whose own name was made to resolve to this machine counts as from here, but for its name.
    let rebound = [
        ("host", "evil.example:8080"),
        ("origin", "http://evil.example:8080"),
    ];
    assert_eq!(status(Fake::with_headers(&desk.url(), &rebound).await), 403);
    assert_eq!(status(Fake::with_headers(&desk.url(), &rebound[..1]).await), 403);
    assert_eq!(
        status(Fake::with_headers(&desk.url(), &[("host", "groupdesk:8080")]).await),
        101
    );
    // Behind a proxy with TLS the name is the operator's, and the token tells.
    let with_token = Desk::start(json!({"access_token": "s3cret"})).await;
    let proxied = [("host", "desk.example"), ("authorization", "Bearer s3cret")];
    assert_eq!(status(Fake::with_headers(&with_token.url(), &proxied).await), 101);
}

#[tokio::test]
async fn who_connects_and_says_nothing_that_an_implementation_says_is_sent_away() {
    let mut desk = Desk::start(json!({"heartbeat_timeout": "300ms", "probe_after": "100ms"})).await;
    let mut stranger = Fake::connect(&desk).await;
    for _ in 0..10 {
        stranger.text("{\"hello\":1}".to_owned()).await;
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    let kept = desk.onebot.send(ReplyKey(99), &reply(None, "x")).await;
    assert!(
        matches!(kept, Delivery::Later { .. }),
        "nothing is said to a stranger"
    );
    assert_eq!(stranger.close_code().await, Some(1001));

    // Who says nothing by itself and answers what it is asked is one.
    let mut quiet = Fake::connect(&desk).await;
    let probe = quiet.call().await;
    assert_eq!(probe["action"], "get_status");
    quiet.answer(&probe, json!({"online": true, "good": true})).await;
    while desk.event().await != groupdesk_contract::Event::State(groupdesk_contract::AccountState::Connected)
    {
    }
    let sending = desk.onebot.clone();
    let sending = tokio::spawn(async move { sending.send(ReplyKey(1), &reply(None, "x")).await });
    loop {
        let call = quiet.call().await;
        quiet.answer(&call, json!({"message_id": 1})).await;
        if call["action"] == "send_group_msg" {
            break;
        }
    }
    assert!(matches!(sending.await.unwrap(), Delivery::Sent { .. }));
}

#[tokio::test]
async fn an_account_has_a_few_connections_and_no_thousand() {
    let desk = Desk::start(json!({})).await;
    let mut held = Vec::new();
    for _ in 0..32 {
        held.push(Fake::with_headers(&desk.url(), &[]).await.unwrap());
    }
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    assert_eq!(status(Fake::with_headers(&desk.url(), &[]).await), 503);
}

#[tokio::test]
async fn before_and_after_the_run_callers_are_told_to_come_back() {
    let desk = Desk::start(json!({})).await;
    desk.shutdown.cancel();
    desk.running.await.unwrap();
    assert_eq!(
        status(Fake::with_headers(&format!("ws://{}/onebot/v11/ws", desk.address), &[]).await),
        503
    );
}

#[tokio::test]
async fn events_and_calls_may_come_on_two_connections() {
    let mut desk = Desk::start(json!({})).await;
    let headers = |role: &'static str| [("x-self-id", "10000"), ("x-client-role", role)];
    let mut events = Fake::with_headers(&desk.url(), &headers("Event")).await.unwrap();
    events.lifecycle().await;
    assert!(matches!(
        desk.onebot.send(ReplyKey(1), &reply(None, "x")).await,
        Delivery::Later { .. }
    ));
    let reason = desk.disconnected().await;
    assert!(reason.contains("for sending"), "{reason}");
    let mut api = Fake::with_headers(&format!("{}/api/", desk.url()), &headers("API"))
        .await
        .unwrap();
    desk.connected().await;
    events.say(group_message(1, text("hi"))).await;
    desk.message().await;
    let onebot = desk.onebot.clone();
    let sending = tokio::spawn(async move { onebot.send(ReplyKey(1), &reply(None, "x")).await });
    let call = api.call().await;
    api.answer(&call, json!({"message_id": 2})).await;
    assert_eq!(
        sending.await.unwrap(),
        Delivery::Sent {
            message: Some(MessageId::from("2"))
        }
    );
    drop(api);
    desk.disconnected().await;
}

#[tokio::test]
async fn the_newest_connection_sends_and_an_older_one_takes_over() {
    let mut desk = Desk::start(json!({})).await;
    let mut first = Fake::ready(&mut desk).await;
    let mut second = Fake::connect(&desk).await;
    second.say(group_message(1, text("same"))).await;
    desk.message().await;
    first.say(group_message(1, text("same"))).await;
    first.say(group_message(2, text("another"))).await;
    assert_eq!(desk.message().await.text(), "another");
    assert_eq!(desk.onebot.counters().duplicates, 1);

    for (key, fake) in [(1, &mut second), (2, &mut first)] {
        let onebot = desk.onebot.clone();
        let sending = tokio::spawn(async move { onebot.send(ReplyKey(key), &reply(None, "x")).await });
        let call = fake.call().await;
        fake.answer(&call, json!({"message_id": 1000 + key})).await;
        assert!(matches!(sending.await.unwrap(), Delivery::Sent { .. }));
        fake.0.close(None).await.unwrap();
        assert!(fake.close_code().await.is_none() || key == 1 || key == 2);
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let reason = desk.disconnected().await;
    assert_eq!(reason, "the implementation closed the connection");
    desk.quiet().await;
}

#[tokio::test]
async fn an_event_of_another_account_closes_the_connection() {
    let mut desk = Desk::start(json!({"self_id": SELF})).await;
    let mut fake = Fake::with_headers(&desk.url(), &[]).await.unwrap();
    let mut other = group_message(1, text("x"));
    other["self_id"] = json!(666);
    fake.say(other).await;
    assert_eq!(fake.close_code().await, Some(1008));
    desk.disconnected().await;
    desk.quiet().await;
}

#[tokio::test]
async fn stopping_says_goodbye() {
    let mut desk = Desk::start(json!({})).await;
    let mut fake = Fake::ready(&mut desk).await;
    desk.shutdown.cancel();
    assert_eq!(fake.close_code().await, Some(1001));
    desk.running.await.unwrap();
}
