//! The robot with a callback address: the check of it, answers in the callback, streams that are asked for again, late
//! answers, presses, retries, and hostile callers.

use crate::api::Api;
use crate::caller::{self, Callback, KEY, TOKEN, callback, message};
use crate::desk::{self, Desk, reply, with_buttons};
use groupdesk_contract::{AccountState, Adapter, Delivery, Event, InMemoryStorage, MessageId};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;

pub(crate) async fn start(more: Value) -> (Desk, SocketAddr) {
    let mut webhook = json!({"token": TOKEN, "aes_key": KEY});
    webhook
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    let mut desk = desk::of(
        json!({"webhook": webhook, "welcome": "你好"}),
        Arc::new(InMemoryStorage::default()),
    );
    assert_eq!(desk.event().await, Event::State(AccountState::Connected));
    let address = groupdesk_testkit::serve(Arc::clone(&desk.adapter).routes().unwrap()).await;
    (desk, address)
}

fn posted(callback: &Callback, to: SocketAddr) -> JoinHandle<Value> {
    let callback = callback.clone();
    tokio::spawn(async move { callback.answered(to).await })
}

#[tokio::test]
async fn the_address_is_checked_and_nobody_else_learns_anything() {
    let (mut desk, to) = start(json!({})).await;
    assert_eq!(
        caller::http(to, "GET", &caller::check("echo 你好"), b"").await,
        (200, "echo 你好".to_owned())
    );
    let good = callback(&message("M1", "li", "x", ""), 0);
    let forged = Callback {
        query: good.query.replace("nonce=n", "nonce=m"),
        ..good.clone()
    };
    let truncated = Callback {
        body: good.body[..good.body.len() - 9].to_owned(),
        ..good.clone()
    };
    let old = callback(&message("M1", "li", "x", ""), 1_200);
    let nothing = Callback {
        query: String::new(),
        body: "{}".to_owned(),
    };
    for hostile in [&forged, &truncated, &old, &nothing] {
        assert_eq!(hostile.post(to).await, (403, String::new()), "{hostile:?}");
    }
    assert_eq!(
        caller::http(to, "GET", "echostr=x", b"").await,
        (403, String::new())
    );
    let (status, body) = caller::http(to, "POST", &good.query, &vec![b'x'; 2 << 20]).await;
    assert!(status == 413 && !body.contains("sign"), "{status} {body}");
    desk.quiet().await;
    // Signed nonsense is acknowledged, since it can't be read later either.
    assert_eq!(callback(&json!([7]), 0).answered(to).await, Value::Null);
    desk.quiet().await;
}

#[tokio::test]
async fn the_answer_goes_out_in_the_callback_after_the_commit_and_again_to_a_retry() {
    let (mut desk, to) = start(json!({})).await;
    let asked = callback(&message("M1", "li", "怎么退款", ""), 0);
    let answer = posted(&asked, to);
    let (event, committed) = desk.uncommitted().await;
    assert!(
        matches!(&event, Event::Message(message) if message.text() == "怎么退款"),
        "{event:?}"
    );
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(!answer.is_finished(), "answered before the commit");
    committed.unwrap().send(()).unwrap();
    let words = with_buttons(
        reply("private:li", Some(&"M1".into()), "三天内退款"),
        &[("有用", "/yes")],
    );
    assert_eq!(desk.sent(1, &words).await, MessageId::from("r1"));
    let said = answer.await.unwrap();
    assert_eq!(
        (&said["msgtype"], &said["stream"]["content"]),
        (&json!("stream_with_template_card"), &json!("三天内退款"))
    );
    assert_eq!(said["stream"]["finish"], true);
    // WeCom did not get it: the very same callback, and the same message in another.
    assert_eq!(asked.answered(to).await, said);
    desk.quiet().await;
    let again = posted(&callback(&message("M1", "li", "怎么退款", ""), 0), to);
    assert_eq!(desk.message().await.id, MessageId::from("M1"));
    assert_eq!(again.await.unwrap(), said);
    // Its button.
    let card = &said["template_card"];
    let pressed = json!({"event_key": card["button_list"][0]["key"], "task_id": card["task_id"]});
    let event = json!({"msgid": "E1", "aibotid": "B", "chattype": "single", "from": {"userid": "li"}, "msgtype": "event",
        "event": {"eventtype": "template_card_event", "template_card_event": pressed}});
    let press = posted(&callback(&event, 0), to);
    let said = desk.message().await;
    assert_eq!(
        (said.text().as_str(), said.quote().unwrap().message.as_str()),
        ("/yes", "r1")
    );
    assert_eq!(press.await.unwrap()["response_type"], "update_template_card");
}

#[tokio::test]
async fn a_late_answer_goes_to_the_address_once_and_then_waits_for_the_member() {
    let (mut desk, to) = start(json!({})).await;
    let api = Api::start().await;
    let began = Instant::now();
    let asked = posted(&callback(&message("M1", "li", "转人工", &api.late()), 0), to);
    desk.message().await;
    assert_eq!(asked.await.unwrap(), Value::Null, "nothing is said early");
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    desk.sent(1, &reply("private:li", Some(&"M1".into()), "我是小王"))
        .await;
    assert_eq!(
        api.calls("aibot/response")[0].2["markdown"]["content"],
        "我是小王"
    );
    let more = reply("private:li", None, "还在吗");
    let delivery = desk.send(2, &more).await;
    assert!(
        matches!(&delivery, Delivery::Later { reason, .. } if reason.contains("writes again")),
        "{delivery:?}"
    );
    let window = desk.adapter.capabilities().reply_window.unwrap();
    assert_eq!(
        (window.replies, window.within <= Duration::from_secs(3_600)),
        (2, true)
    );
    // The member's next message takes it along.
    let asked = posted(&callback(&message("M2", "li", "在", &api.late()), 0), to);
    desk.message().await;
    desk.sent(2, &more).await;
    assert_eq!(asked.await.unwrap()["stream"]["content"], "还在吗");
}

#[tokio::test]
async fn a_stream_is_asked_for_until_the_answer_is_there() {
    let (mut desk, to) = start(json!({"thinking": "正在查找…"})).await;
    let asked = posted(&callback(&message("M1", "li", "怎么退款", ""), 0), to);
    desk.message().await;
    let first = asked.await.unwrap();
    assert_eq!(
        (&first["stream"]["content"], &first["stream"]["finish"]),
        (&json!("正在查找…"), &json!(false))
    );
    let id = first["stream"]["id"].clone();
    let poll = callback(
        &json!({"msgid": "P1", "msgtype": "stream", "stream": {"id": id}}),
        0,
    );
    assert_eq!(poll.answered(to).await, first);
    let robot = Arc::clone(&desk.adapter);
    let sending = tokio::spawn(async move {
        let words = reply("private:li", Some(&"M1".into()), "三天内退款");
        robot.send(groupdesk_contract::ReplyKey(1), &words).await
    });
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(!sending.is_finished(), "said only when it is fetched");
    let poll = callback(
        &json!({"msgid": "P2", "msgtype": "stream", "stream": {"id": id}}),
        0,
    );
    let last = poll.answered(to).await;
    assert_eq!(
        last["stream"],
        json!({"id": id, "finish": true, "content": "三天内退款"})
    );
    assert!(matches!(sending.await.unwrap(), Delivery::Sent { .. }));
    // One of before the program was started ends.
    let stray = callback(
        &json!({"msgid": "P3", "msgtype": "stream", "stream": {"id": "gd-before"}}),
        0,
    );
    assert_eq!(stray.answered(to).await["stream"]["finish"], true);
}

#[tokio::test]
async fn what_could_not_be_committed_is_refused_so_that_it_comes_again() {
    let (mut desk, to) = start(json!({})).await;
    let asked = callback(&message("M1", "li", "怎么退款", ""), 0);
    let first = tokio::spawn({
        let asked = asked.clone();
        async move { asked.post(to).await.0 }
    });
    drop(desk.uncommitted().await);
    assert_eq!(first.await.unwrap(), 503);
    // The same callback is new work still.
    let second = posted(&asked, to);
    assert_eq!(desk.message().await.id, MessageId::from("M1"));
    desk.sent(1, &reply("private:li", Some(&"M1".into()), "三天"))
        .await;
    assert_eq!(second.await.unwrap()["stream"]["content"], "三天");
    let entered = json!({"msgid": "E1", "from": {"userid": "li"}, "msgtype": "event", "event": {"eventtype": "enter_chat"}});
    assert_eq!(
        callback(&entered, 0).answered(to).await,
        json!({"msgtype": "text", "text": {"content": "你好"}})
    );
    desk.shutdown.cancel();
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(callback(&message("M9", "li", "x", ""), 0).post(to).await.0, 503);
}

#[tokio::test]
async fn a_thousand_forgeries_are_refused_alike() {
    let (mut desk, to) = start(json!({})).await;
    let good = callback(&message("M1", "li", "怎么退款", ""), 0);
    let mut random = fastrand::Rng::with_seed(7);
    let mut change = |text: &str| {
        let mut bytes = text.as_bytes().to_vec();
        let at = random.usize(..bytes.len());
        match random.u8(..3) {
            0 => bytes.truncate(at),
            1 => bytes.insert(at, b'A'),
            // Another letter than the one that stands there.
            _ => bytes[at] = if bytes[at] == b'B' { b'C' } else { b'B' },
        }
        String::from_utf8(bytes).unwrap()
    };
    // A change in `"encrypt"` or in the names of parameters is a forgery like one in their values.
    for number in 0..1_000 {
        let forged = if number % 2 == 0 {
            Callback {
                query: change(&good.query),
                ..good.clone()
            }
        } else {
            Callback {
                body: change(&good.body),
                ..good.clone()
            }
        };
        assert_eq!(forged.post(to).await, (403, String::new()), "{forged:?}");
    }
    desk.quiet().await;
}
