//! Official Accounts: posts that wechatpy made (`tests/peers/official.py` makes them again), answers inside and outside of the
//! request, retries, accounts without rights, and those who only pretend.

use crate::desk::{self, Desk, button, reply, with};
use groupdesk_contract::{
    AccountId, Clock, Delivery, InMemoryStorage, ManualClock, NoteKind, Place, Secret, Segment, TicketNote,
};
use groupdesk_wechat::{OfficialAccount, OfficialAccountSettings};
use groupdesk_wechat_callback::{Crypt, xml};
use groupdesk_wechat_fake::{AES, APP, Fake, SECRET, TOKEN, Trouble};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

const PATH: &str = "/wechat_official/oa";

#[derive(Deserialize)]
pub(crate) struct Recorded {
    now: i64,
    pub(crate) posts: Vec<Post>,
    text: String,
    transfer: String,
}

#[derive(Clone, Deserialize)]
pub(crate) struct Post {
    timestamp: String,
    nonce: String,
    signature: String,
    msg_signature: String,
    plain: String,
    pub(crate) sealed: String,
    read: Value,
}

impl Post {
    pub(crate) fn path(&self, safe: bool) -> String {
        let more = if safe {
            format!("&encrypt_type=aes&msg_signature={}", self.msg_signature)
        } else {
            String::new()
        };
        format!(
            "{PATH}?signature={}&timestamp={}&nonce={}{more}",
            self.signature, self.timestamp, self.nonce
        )
    }

    async fn post(&self, fake: &Fake, to: SocketAddr) -> (u16, String) {
        fake.post(to, &self.path(false), &self.plain).await
    }
}

pub(crate) fn recorded() -> Recorded {
    serde_json::from_str(include_str!("official.json")).unwrap()
}

pub(crate) async fn start(fake: &Fake, more: Value) -> (Desk, SocketAddr) {
    let base = json!({"app_id": APP, "secret": SECRET, "token": TOKEN, "api_url": format!("http://{}", fake.address), "private_hosts": ["127.0.0.1"]});
    let settings: OfficialAccountSettings = serde_json::from_value(with(base, &more)).unwrap();
    let clock: Arc<dyn Clock> = Arc::new(ManualClock::at(Timestamp::from_second(recorded().now).unwrap()));
    let storage = Arc::new(InMemoryStorage::default());
    let adapter = OfficialAccount::new(AccountId::from("oa"), settings, clock, storage.clone()).unwrap();
    let mut desk = desk::of(adapter, storage);
    desk.connected().await;
    let address = desk::serve(&desk).await;
    (desk, address)
}

/// Posts in the background, as WeChat does while it waits.
fn posting(fake: &Fake, to: SocketAddr, number: usize) -> tokio::task::JoinHandle<(u16, String)> {
    let fake = fake.clone();
    tokio::spawn(async move { recorded().posts[number].post(&fake, to).await })
}

#[tokio::test]
async fn what_wechatpy_makes_is_read_as_wechatpy_reads_it_in_both_modes() {
    let fake = Fake::start().await;
    for safe in [false, true] {
        let key = if safe { json!(AES) } else { Value::Null };
        let (mut desk, to) = start(&fake, json!({"encoding_aes_key": key, "welcome": "欢迎"})).await;
        for (number, post) in recorded().posts.into_iter().enumerate() {
            let posted = tokio::spawn({
                let (fake, path) = (fake.clone(), post.path(safe));
                let body = if safe {
                    post.sealed.clone()
                } else {
                    post.plain.clone()
                };
                async move { fake.post(to, &path, &body).await }
            });
            let read = |name: &str| post.read[name].as_str().unwrap_or_default().to_owned();
            let kind = (read("type"), read("event"));
            if kind.0 == "event" && kind.1 != "click" {
                let (status, body) = posted.await.unwrap();
                assert_eq!(status, 200);
                assert_eq!(body == "success", kind.1 != "subscribe", "{body}");
                continue;
            }
            let said = desk.message().await;
            assert_eq!(said.channel.id.as_str(), format!("private:{}", read("source")));
            let words = match kind.0.as_str() {
                "text" if number == 1 => "/pick 1".to_owned(),
                "text" => read("content"),
                "voice" => read("recognition"),
                "location" => read("label"),
                "event" => read("key"),
                _ => String::new(),
            };
            assert_eq!(said.text(), words);
            match kind.0.as_str() {
                "event" => assert_eq!(
                    said.id.as_str(),
                    format!("{}:{}:{}", read("source"), recorded().now, read("key"))
                ),
                _ => assert_eq!(said.id.as_str(), read("id")),
            }
            if kind.0 == "image" {
                assert_eq!(
                    said.segments,
                    [Segment::Image {
                        url: Some(read("image"))
                    }]
                );
            }
            posted.abort();
        }
    }
}

#[tokio::test]
async fn an_answer_in_time_is_the_answer_of_the_request_as_wechatpy_writes_it_and_again_for_a_retry() {
    let fake = Fake::start().await;
    let (mut desk, to) = start(&fake, json!({})).await;
    let posted = posting(&fake, to, 0);
    desk.message().await;
    desk.delivered(1, &reply("private:openid0", "3 天内到账 ]] <b>"))
        .await;
    let (status, body) = posted.await.unwrap();
    let ours = xml::read(&body).unwrap();
    let theirs = xml::read(&recorded().text).unwrap();
    assert_eq!(status, 200);
    for name in ["ToUserName", "FromUserName", "CreateTime", "MsgType", "Content"] {
        assert_eq!(ours.text(name), theirs.text(name), "{name}");
    }
    assert_eq!(
        posting(&fake, to, 0).await.unwrap(),
        (200, body),
        "the same message again, the same answer"
    );
    desk.quiet().await;
    assert_eq!(fake.calls("message/custom/send"), 0);
}

#[tokio::test]
async fn in_safe_mode_the_answer_is_encrypted() {
    let fake = Fake::start().await;
    let (mut desk, to) = start(&fake, json!({"encoding_aes_key": AES})).await;
    let post = recorded().posts.remove(0);
    let posted = tokio::spawn({
        let (fake, path) = (fake.clone(), post.path(true));
        async move { fake.post(to, &path, &post.sealed).await }
    });
    desk.message().await;
    desk.delivered(1, &reply("private:openid0", "好的")).await;
    let body = xml::read(&posted.await.unwrap().1).unwrap();
    let crypt = Crypt::new(&Secret::new(TOKEN), &Secret::new(AES), APP).unwrap();
    let part = |name: &str| body.text(name).unwrap().to_owned();
    let signed = [part("TimeStamp"), part("Nonce"), part("Encrypt")];
    crypt
        .verify(&part("MsgSignature"), &signed.each_ref().map(String::as_str))
        .unwrap();
    let plain = String::from_utf8(crypt.decrypt(&part("Encrypt")).unwrap()).unwrap();
    assert_eq!(xml::read(&plain).unwrap().text("Content"), Some("好的"));
}

#[tokio::test]
async fn what_comes_late_or_has_choices_goes_by_the_customer_message_api() {
    let fake = Fake::start().await;
    fake.may_be_written_to("openid0", 3);
    let (mut desk, to) = start(&fake, json!({})).await;
    let posted = posting(&fake, to, 0);
    desk.message().await;
    let mut ask = reply("private:openid0", "您是想问：");
    ask.buttons = vec![button("退款", "/pick 1")];
    desk.delivered(1, &ask).await;
    assert_eq!(
        posted.await.unwrap(),
        (200, "success".to_owned()),
        "the request is not held any longer"
    );
    let said = fake.said().pop().unwrap();
    assert_eq!((said.text.as_str(), said.buttons.len()), ("您是想问：", 1));
    fake.may_be_written_to("openid0", 5);
    ask.segments.push(Segment::Image {
        url: Some(format!("http://{}/picture.png", fake.address)),
    });
    desk.delivered(9, &ask).await;
    let said = fake.said();
    assert_eq!(said[said.len() - 2].request["msgtype"], "image");
    assert_eq!(
        said[said.len() - 1].text,
        "您是想问：",
        "words and choices are one message"
    );
    fake.may_be_written_to("openid0", 2);
    fake.tokens_end();
    let late = reply("private:openid0", "人工回复");
    desk.delivered(2, &late).await;
    fake.trouble("message/custom/send", Trouble::Mute);
    assert!(matches!(desk.send(3, &late).await, Delivery::Unknown { .. }));
    let Delivery::Refused { reason } = desk.send(4, &late).await else {
        panic!()
    };
    assert!(reason.contains("45047"), "{reason}");
    let Delivery::Refused { reason } = desk.send(5, &reply("private:openid9", "x")).await else {
        panic!()
    };
    assert!(reason.contains("48 hours"), "{reason}");
}

#[tokio::test]
async fn a_request_without_an_answer_ends_inside_of_five_seconds() {
    let fake = Fake::start().await;
    let (mut desk, to) = start(&fake, json!({})).await;
    let begun = Instant::now();
    let posted = posting(&fake, to, 0);
    desk.message().await;
    assert_eq!(posted.await.unwrap(), (200, "success".to_owned()));
    assert!((4..5).contains(&begun.elapsed().as_secs()));
}

#[tokio::test]
async fn without_rights_the_answer_may_come_with_the_next_attempt_and_what_is_later_is_refused() {
    let fake = Fake::start().await;
    let (mut desk, to) = start(&fake, json!({"customer_messages": false, "secret": null})).await;
    assert_eq!(desk.adapter.capabilities().reply_window.unwrap().replies, 1);
    let first = posting(&fake, to, 0);
    desk.message().await;
    tokio::time::sleep(Duration::from_millis(5000)).await;
    // WeChat has given up the first request.
    first.abort();
    let second = posting(&fake, to, 0);
    desk.message().await;
    desk.delivered(1, &reply("private:openid0", &"长".repeat(700)))
        .await;
    let answer = xml::read(&second.await.unwrap().1).unwrap();
    let words = answer.text("Content").unwrap();
    assert!(words.ends_with('…') && words.chars().count() <= 600);
    let Delivery::Refused { reason } = desk.send(2, &reply("private:openid0", "x")).await else {
        panic!()
    };
    assert!(reason.contains("verified"), "{reason}");
    assert_eq!(fake.granted(), 0);
}

#[tokio::test]
async fn a_follower_with_a_ticket_goes_to_wechats_customer_service_with_the_next_message() {
    let fake = Fake::start().await;
    let (mut desk, to) = start(&fake, json!({"transfer": {"kf_account": "kf1@gh_1"}})).await;
    let mut told = reply("servicers", "#7");
    told.note = Some(Box::new(TicketNote {
        ticket: 7,
        subject: String::new(),
        member: "openid0".into(),
        member_name: String::new(),
        asked_in: Place::new("oa", "private:openid0"),
        kind: NoteKind::Opened { said: String::new() },
    }));
    desk.delivered(1, &told).await;
    let posted = posting(&fake, to, 0);
    desk.message().await;
    let ours = xml::read(&posted.await.unwrap().1).unwrap();
    let theirs = xml::read(&recorded().transfer).unwrap();
    assert_eq!(ours.text("MsgType"), theirs.text("MsgType"));
    // wechatpy names no servicer.
    assert_eq!(
        ours.child("TransInfo").unwrap().text("KfAccount"),
        Some("kf1@gh_1")
    );
}

#[tokio::test]
async fn a_ticket_that_ended_before_the_next_message_takes_nobody_there() {
    let fake = Fake::start().await;
    let (mut desk, to) = start(&fake, json!({"transfer": {}})).await;
    for kind in [NoteKind::Opened { said: String::new() }, NoteKind::Ended] {
        let mut told = reply("servicers", "#7");
        told.note = Some(Box::new(TicketNote {
            ticket: 7,
            subject: String::new(),
            member: "openid0".into(),
            member_name: String::new(),
            asked_in: Place::new("oa", "private:openid0"),
            kind,
        }));
        desk.delivered(1, &told).await;
    }
    let posted = posting(&fake, to, 0);
    desk.message().await;
    desk.delivered(2, &reply("private:openid0", "好的")).await;
    let answer = xml::read(&posted.await.unwrap().1).unwrap();
    assert_eq!(answer.text("MsgType"), Some("text"));
}

#[tokio::test]
async fn whoever_cannot_sign_learns_nothing_and_neither_mode_takes_the_other() {
    let fake = Fake::start().await;
    let posts = recorded().posts;
    let (mut plain, to_plain) = start(&fake, json!({})).await;
    let (mut safe, to_safe) = start(&fake, json!({"encoding_aes_key": AES})).await;
    let empty = (403, String::new());
    assert_eq!(
        fake.post(to_plain, &posts[0].path(true), &posts[0].sealed).await,
        empty
    );
    assert_eq!(
        fake.post(to_safe, &posts[0].path(false), &posts[0].plain).await,
        empty
    );
    for path in [
        PATH.to_owned(),
        posts[0].path(false).replace("nonce=nonce0", "nonce=x"),
        format!("{PATH}?signature=é"),
    ] {
        assert_eq!(fake.post(to_plain, &path, &posts[0].plain).await, empty, "{path}");
    }
    assert_eq!(
        fake.post(to_safe, &posts[0].path(true), &posts[1].sealed).await,
        empty
    );
    assert_eq!(fake.post(to_plain, &posts[0].path(false), "<xml").await, empty);
    assert_eq!(fake.post(to_plain, &posts[0].path(false), "<xml/>").await.0, 200);
    let echo = format!("{}&echostr=5927782489442352469", posts[0].path(false));
    assert_eq!(
        fake.get(to_plain, &echo).await,
        (200, "5927782489442352469".to_owned())
    );
    assert_eq!(fake.get(to_plain, &echo.replace("nonce0", "n")).await, empty);
    plain.quiet().await;
    safe.quiet().await;
    plain.shutdown.cancel();
    let _ = plain.running.await.unwrap();
    assert_eq!(posts[0].post(&fake, to_plain).await.0, 503, "it comes again");
}

#[tokio::test]
async fn a_conversation_goes_on_over_both_ways_and_a_message_that_was_not_taken_comes_again() {
    let fake = Fake::start().await;
    let storage = Arc::new(InMemoryStorage::default());
    let settings = serde_json::from_value(fake.official_connection()).unwrap();
    let clock = Arc::new(groupdesk_contract::SystemClock);
    let adapter = OfficialAccount::new(AccountId::from("oa"), settings, clock, storage.clone()).unwrap();
    let mut desk = desk::of(adapter, storage);
    desk.connected().await;
    let to = desk::serve(&desk).await;
    let id = fake.follower_says(to, "oa", "u1", "怎么退款");
    let (event, committed) = desk.uncommitted().await;
    drop((event, committed));
    let again = desk.message().await;
    assert_eq!(
        (again.id.as_str(), again.text().as_str()),
        (id.as_str(), "怎么退款")
    );
    desk.delivered(1, &reply("private:u1", "3 天内到账")).await;
    let first = fake.hears("the answer", |said| said.text == "3 天内到账").await;
    assert_eq!(first.request, json!({"passive": "text"}));
    desk.delivered(2, &reply("private:u1", "还有别的吗")).await;
    let second = fake.hears("more", |said| said.text == "还有别的吗").await;
    assert_eq!(second.request["msgtype"], "text");
}
