//! Faults of Telegram, and of what stands before it: what becomes of replies meanwhile, and what is told of the account.

use crate::desk::{self, note, reply};
use groupdesk_contract::{AccountState, Delivery, Event, InMemoryStorage, NoteKind, Segment};
use groupdesk_telegram_fake::{Fake, Trouble};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

const JSON: &str = "application/json";
const HTML: &str = "text/html; charset=utf-8";
const PORTAL: &str = "<html>log in to this network</html>";

#[tokio::test]
async fn a_reply_that_telegram_shows_not_to_have_taken_is_sent_later() {
    let fake = Fake::start(true).await;
    let desk = desk::start(&fake).await;
    let own = |code, words| Trouble::Refuse(code, words, Value::Null);
    let cases = [
        (
            own(500, "Internal Server Error"),
            "a fault: Internal Server Error",
        ),
        (own(502, "Bad Gateway"), "a fault: Bad Gateway"),
        (own(503, "Words of tomorrow"), "a fault: Words of tomorrow"),
        (Trouble::Raw(200, HTML, PORTAL), "(200 OK): <html>log in"),
        (Trouble::Raw(302, HTML, ""), "(302 Found)"),
        (Trouble::Raw(403, HTML, PORTAL), "(403 Forbidden)"),
        (Trouble::Raw(502, HTML, "<html>bad</html>"), "(502 Bad Gateway)"),
        (Trouble::Page(504), "(504 Gateway Timeout)"),
        (Trouble::Page(200), "(200 OK): <html>nginx"),
        (Trouble::Raw(503, JSON, "{\"ok\":"), "(503 Service Unavailable)"),
        (Trouble::Raw(200, JSON, "{\"error\":\"no route\"}"), "no route"),
    ];
    for (trouble, words) in cases {
        fake.trouble("sendmessage", trouble.clone());
        let outcome = desk.send(1, &reply("group:-5", "hi")).await;
        assert!(
            matches!(&outcome, Delivery::Later { reason, after: None } if reason.contains(words)),
            "{trouble:?}: {outcome:?}"
        );
        assert!(!format!("{outcome:?}").contains("tests-know-this"));
    }
    assert!(fake.said().is_empty(), "{:?}", fake.said());
    desk.sent(1, &reply("group:-5", "hi")).await;
    assert_eq!(fake.said().len(), 1);
}

#[tokio::test]
async fn a_reply_whose_answer_never_came_or_broke_off_is_unknown() {
    let fake = Fake::start(true).await;
    let desk = desk::start(&fake).await;
    for trouble in [
        Trouble::Mute,
        Trouble::Cut,
        Trouble::Raw(200, JSON, "{\"ok\":true,\"result\":{\"message_"),
        Trouble::Raw(200, JSON, ""),
    ] {
        fake.trouble("sendmessage", trouble.clone());
        let outcome = desk.send(1, &reply("group:-5", "hi")).await;
        assert!(
            matches!(outcome, Delivery::Unknown { .. }),
            "{trouble:?}: {outcome:?}"
        );
    }
}

#[tokio::test]
async fn a_file_outlives_a_short_fault_and_is_left_out_where_it_is_the_cause() {
    let fake = Fake::start(true).await;
    let desk = desk::start(&fake).await;
    let mut answer = reply("group:-5", "全文见文件");
    answer.segments.push(Segment::File {
        name: Some("reply.txt".to_owned()),
        url: Some("data:text/plain;base64,YWJj".to_owned()),
    });
    let heard = || {
        let heard = fake.said().pop().unwrap();
        (heard.text, heard.request["document"].clone())
    };
    let attached = ("全文见文件".to_owned(), json!("attach://file"));
    let in_words = ("全文见文件".to_owned(), Value::Null);

    // Telegram has a fault for a moment.
    for _ in 0..2 {
        fake.trouble("senddocument", Trouble::Page(502));
        let outcome = desk.send(1, &answer).await;
        assert!(matches!(outcome, Delivery::Later { .. }), "{outcome:?}");
    }
    desk.sent(1, &answer).await;
    assert_eq!(heard(), attached);

    // It has one whatever is sent.
    for _ in 0..4 {
        fake.trouble("senddocument", Trouble::Page(502));
        fake.trouble("sendmessage", Trouble::Page(502));
        let outcome = desk.send(2, &answer).await;
        assert!(matches!(outcome, Delivery::Later { .. }), "{outcome:?}");
    }
    fake.calm();
    desk.sent(2, &answer).await;
    assert_eq!(heard(), attached);

    // It has one at this file.
    for attempt in 1..=3 {
        fake.trouble("senddocument", Trouble::Page(504));
        let outcome = desk.send(3, &answer).await;
        let is_sent = matches!(outcome, Delivery::Sent { .. });
        assert_eq!(is_sent, attempt == 3, "{attempt}: {outcome:?}");
    }
    assert_eq!(heard(), in_words);

    // A proxy takes no file of this size.
    fake.trouble("senddocument", Trouble::Raw(413, HTML, "<html>too large</html>"));
    desk.sent(4, &answer).await;
    assert_eq!(heard(), in_words);
}

#[tokio::test]
async fn a_ticket_whose_topic_got_no_answer_is_told_of_later() {
    let fake = Fake::start(true).await;
    fake.forum(-5);
    let storage = Arc::new(InMemoryStorage::default());
    let mut desk = desk::with(&fake, &json!({"topics": true}), storage);
    desk.connected().await;
    let mut notice = reply("group:-5", "#1 待认领");
    let said = "打不开".to_owned();
    notice.note = note(1, NoteKind::Opened { said });
    fake.trouble("createforumtopic", Trouble::Cut);
    let outcome = desk.send(1, &notice).await;
    assert!(matches!(outcome, Delivery::Later { .. }), "{outcome:?}");
    desk.sent(1, &notice).await;
    assert_eq!((fake.topics().len(), fake.said().len()), (1, 1));
}

#[tokio::test]
async fn an_answer_without_a_list_of_updates_is_a_fault_that_is_told_and_not_asked_for_in_a_rush() {
    let fake = Fake::start(true).await;
    let mut desk = desk::start(&fake).await;
    for _ in 0..5 {
        for answer in [
            "{\"ok\":true,\"result\":null}",
            "{\"ok\":true,\"result\":{}}",
            "{\"ok\":true,\"result\":true}",
            "{\"ok\":true}",
        ] {
            fake.trouble("getupdates", Trouble::Raw(200, JSON, answer));
        }
    }
    let reason = desk.disconnected().await;
    assert!(reason.contains("no list of updates"), "{reason}");
    let before = fake.calls("getupdates");
    tokio::time::sleep(Duration::from_secs(2)).await;
    let asked = fake.calls("getupdates") - before;
    assert!((1..=4).contains(&asked), "{asked} times in two seconds");
    fake.calm();
    fake.says(7, -1_005, "还在吗");
    while desk.event().await != Event::State(AccountState::Connected) {}
    assert_eq!(desk.message().await.text(), "还在吗");
}
