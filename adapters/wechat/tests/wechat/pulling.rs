//! Customer Service: everything is pulled, in order, and nothing is lost by a crash; callbacks and those who only pretend.

use crate::desk;
use groupdesk_contract::{ChannelKind, Event, InMemoryStorage, Secret, Segment, Standing};
use groupdesk_wechat_callback::{Crypt, xml::Writer};
use groupdesk_wechat_fake::{AES, CORP, Fake, KF, TOKEN, Trouble};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

#[tokio::test]
async fn all_pages_are_pulled_in_order_though_one_of_them_is_empty() {
    let fake = Fake::start().await;
    let texts: Vec<String> = (0..20).map(|n| format!("问题 {n}")).collect();
    for text in &texts {
        fake.says("wm1", text);
    }
    fake.empty_pages(1);
    let mut desk = desk::kf(&fake, &json!({}), Arc::new(InMemoryStorage::default()));
    desk.connected().await;
    for text in &texts {
        let said = desk.message().await;
        assert_eq!(&said.text(), text);
        assert_eq!(said.channel.id.as_str(), format!("private:{KF}/wm1"));
        assert_eq!(
            (said.channel.kind, said.sender.name.as_str()),
            (ChannelKind::Direct, "客户 wm1")
        );
    }
    desk.quiet().await;
    assert_eq!(fake.calls("kf/customer/batchget"), 1, "a name is asked for once");
}

#[tokio::test]
async fn what_was_not_committed_before_a_crash_comes_again_and_the_rest_does_not() {
    let fake = Fake::start().await;
    fake.pages_of(2);
    let mut desk = desk::start(&fake).await;
    for text in ["one", "two", "three", "four"] {
        fake.says("wm1", text);
    }
    for text in ["one", "two"] {
        assert_eq!(desk.message().await.text(), text);
    }
    let (_, _uncommitted) = desk.uncommitted().await;
    let storage = desk.kill();
    let mut desk = desk::kf(&fake, &json!({}), storage);
    desk.connected().await;
    for text in ["three", "four"] {
        assert_eq!(desk.message().await.text(), text);
    }
    desk.quiet().await;
}

#[tokio::test]
async fn who_said_it_is_told_apart() {
    let fake = Fake::start().await;
    let mut desk = desk::start(&fake).await;
    fake.sends("wm1", "image", json!({"media_id": "M"}));
    fake.answers("zhangsan", "wm1", "您好，请稍等");
    fake.item(json!({"open_kfid": KF, "external_userid": "wm1", "origin": 9, "msgtype": "text", "text": {"content": "x"}}));
    let recalled = fake.says("wm1", "发错了");
    fake.event(json!({"event_type": "user_recall_msg", "external_userid": "wm1", "recall_msgid": recalled}));
    fake.item(json!({"msgtype": 7}));
    assert_eq!(desk.message().await.segments, [Segment::Image { url: None }]);
    let servicer = desk.message().await;
    assert_eq!(
        (servicer.sender.standing, servicer.sender.id.as_str()),
        (Standing::Staff, "zhangsan")
    );
    assert_eq!(servicer.segments[0], Segment::Mention("wm1".into()));
    desk.message().await;
    let Event::Recall(recall) = desk.event().await else {
        panic!()
    };
    assert_eq!(recall.message.as_str(), recalled);
    desk.quiet().await;
}

#[tokio::test]
async fn a_callback_rings_with_its_token_and_a_stale_one_is_left_out() {
    let fake = Fake::start().await;
    let mut desk = desk::kf(
        &fake,
        &json!({"poll": "1h"}),
        Arc::new(InMemoryStorage::default()),
    );
    desk.connected().await;
    let address = desk::serve(&desk).await;
    let crypt = Crypt::new(&Secret::new(TOKEN), &Secret::new(AES), CORP).unwrap();
    for (nonce, token) in [("1", "ENC-good"), ("2", "STALE")] {
        tokio::time::sleep(Duration::from_millis(100)).await;
        fake.says("wm1", token);
        let (query, body) = callback(&crypt, nonce, token);
        let (status, _) = fake.post(address, &format!("/wechat_kf/kf?{query}"), &body).await;
        assert_eq!(status, 200);
        assert_eq!(desk.message().await.text(), token);
    }
    let with: Vec<_> = fake
        .syncs()
        .iter()
        .filter_map(|sync| sync.get("token").cloned())
        .collect();
    assert!(
        with.contains(&json!("ENC-good")) && with.contains(&json!("STALE")),
        "{with:?}"
    );
}

/// The query and body of a callback.
pub(crate) fn callback(crypt: &Crypt, nonce: &str, token: &str) -> (String, String) {
    let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs().to_string();
    let mut event = Writer::new();
    event
        .text("ToUserName", CORP)
        .text("MsgType", "event")
        .text("Event", "kf_msg_or_event");
    event.text("Token", token).text("OpenKfId", KF);
    let encrypted = crypt.encrypt(event.finish().as_bytes()).unwrap();
    let signature = crypt.sign(&[&now, nonce, &encrypted]);
    let mut body = Writer::new();
    body.text("ToUserName", CORP)
        .text("Encrypt", &encrypted)
        .text("AgentID", "");
    (
        format!("msg_signature={signature}&timestamp={now}&nonce={nonce}"),
        body.finish(),
    )
}

#[tokio::test]
async fn whoever_cannot_sign_gets_one_empty_answer_and_nothing_is_pulled_for_them() {
    let fake = Fake::start().await;
    let mut desk = desk::kf(
        &fake,
        &json!({"poll": "1h"}),
        Arc::new(InMemoryStorage::default()),
    );
    desk.connected().await;
    let address = desk::serve(&desk).await;
    let right = Crypt::new(&Secret::new(TOKEN), &Secret::new(AES), CORP).unwrap();
    let (query, body) = callback(&right, "9", "t");
    let other_company = Crypt::new(&Secret::new(TOKEN), &Secret::new(AES), "ww-other").unwrap();
    let (query_of_other, body_of_other) = callback(&other_company, "8", "t");
    while fake.calls("kf/sync_msg") == 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let before = fake.calls("kf/sync_msg");
    for (query, body) in [
        (String::new(), String::new()),
        (query.clone(), String::new()),
        (
            query.clone(),
            body.replace("<Encrypt><![CDATA[", "<Encrypt><![CDATA[A"),
        ),
        (query.replace("nonce=9", "nonce=7"), body.clone()),
        (query.replace("timestamp=1", "timestamp=0"), body.clone()),
        (query_of_other, body_of_other),
        (query.clone(), "<xml><!DOCTYPE x></xml>".to_owned()),
        (query.clone(), "\0".repeat(1000)),
    ] {
        let answer = fake.post(address, &format!("/wechat_kf/kf?{query}"), &body).await;
        assert_eq!(answer, (403, String::new()), "{query} {body:.80}");
    }
    let (status, _) = fake.post(address, "/wechat_kf/kf?x", &"x".repeat(2 << 20)).await;
    assert_eq!(status, 413);
    assert_eq!(
        fake.get(address, "/wechat_kf/kf?echostr=abc").await,
        (403, String::new())
    );
    assert_eq!(fake.calls("kf/sync_msg"), before);
    desk.quiet().await;
}

#[tokio::test]
async fn the_desk_hears_that_the_secret_is_wrong_and_of_the_first_answer_after_an_outage() {
    let fake = Fake::start().await;
    let mut wrong = desk::kf(
        &fake,
        &json!({"secret": "wrong"}),
        Arc::new(InMemoryStorage::default()),
    );
    let reason = wrong.disconnected().await;
    assert!(
        reason.contains("the secret is wrong") && reason.contains("40001"),
        "{reason}"
    );
    fake.trouble("kf/account/list", Trouble::Page(502));
    let mut desk = desk::kf(&fake, &json!({}), Arc::new(InMemoryStorage::default()));
    desk.disconnected().await;
    desk.connected().await;
    fake.trouble("kf/sync_msg", Trouble::Refuse(45009));
    fake.says("wm1", "还在吗");
    assert_eq!(desk.message().await.text(), "还在吗");
}
