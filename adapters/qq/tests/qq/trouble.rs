//! Tests of faults between QQ and us: expired tokens, lost responses, refusals, reviews, closed reply windows.

use crate::desk::{self, Desk, answer, reply};
use groupdesk_contract::{Delivery, InMemoryStorage, PastReply, Storage, SystemClock};
use groupdesk_qq_fake::{Fake, Trouble};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

const GROUP: &str = "group:C9F7";

async fn asked(fake: &Fake, desk: &mut Desk) -> String {
    let asked = fake.calls_bot("E4F4", GROUP, "怎么退款");
    desk.message().await;
    asked
}

#[tokio::test]
async fn a_token_that_runs_out_in_mid_conversation_is_noticed_by_nobody() {
    let fake = Fake::start(false).await;
    let mut desk = desk::start(&fake).await;
    let asked = asked(&fake, &mut desk).await;
    desk.sent(1, &answer(GROUP, &asked, "一")).await;
    assert_eq!(fake.tokens(), 1);
    fake.expire_token();
    desk.sent(2, &answer(GROUP, &asked, "二")).await;
    assert_eq!((fake.tokens(), fake.said().len()), (2, 2));
    // Many at once ask for one.
    fake.expire_token();
    let reply = answer(GROUP, &asked, "三");
    let (a, b) = tokio::join!(desk.send(3, &reply), desk.send(4, &reply));
    assert!(matches!((a, b), (Delivery::Sent { .. }, Delivery::Sent { .. })));
    assert_eq!(fake.tokens(), 3);
}

#[tokio::test]
async fn a_wrong_secret_is_said_in_words_and_never_shown() {
    let fake = Fake::start(false).await;
    let settings = json!({"app_secret": "not-the-secret"});
    let mut desk = desk::with(
        &fake,
        &settings,
        Arc::new(InMemoryStorage::default()),
        Arc::new(SystemClock),
    );
    let reason = desk.disconnected().await;
    assert!(
        reason.contains("app_secret") && reason.contains("100016"),
        "{reason}"
    );
    assert!(!reason.contains("not-the-secret"));
}

#[tokio::test]
async fn an_answer_that_never_came_back_is_sent_again_and_stands_there_once() {
    let fake = Fake::start(false).await;
    let mut desk = desk::start(&fake).await;
    let asked = asked(&fake, &mut desk).await;
    let reply = answer(GROUP, &asked, "一");
    // Done, but the connection ends: the second try is refused as a duplicate, which proves the first.
    fake.trouble("messages", Trouble::Mute);
    assert_eq!(desk.send(1, &reply).await, Delivery::Sent { message: None });
    assert_eq!((fake.said().len(), fake.calls("messages")), (1, 2));
    // Not done: the second try is the first to arrive.
    fake.trouble("messages", Trouble::Cut);
    desk.sent(2, &answer(GROUP, &asked, "二")).await;
    assert_eq!(fake.said().len(), 2);
    // Twice without an answer: nobody knows, and looking is asking again.
    fake.trouble("messages", Trouble::Mute);
    fake.trouble("messages", Trouble::Page(502));
    let reply = answer(GROUP, &asked, "三");
    assert!(matches!(desk.send(3, &reply).await, Delivery::Unknown { .. }));
    assert_eq!(desk::find(&desk, 3, &reply).await, PastReply::Missing);
    assert_eq!(desk.send(3, &reply).await, Delivery::Sent { message: None });
    assert_eq!(fake.said().len(), 3);
}

#[tokio::test]
async fn a_kill_between_sending_and_knowing_says_nothing_twice() {
    let fake = Fake::start(false).await;
    let mut desk = desk::start(&fake).await;
    let asked = asked(&fake, &mut desk).await;
    let first = answer(GROUP, &asked, "一");
    desk.sent(1, &first).await;
    fake.trouble("messages", Trouble::Mute);
    fake.trouble("messages", Trouble::Mute);
    let lost = answer(GROUP, &asked, "二");
    assert!(matches!(
        desk.send(2, &lost).await,
        Delivery::Unknown { .. } | Delivery::Sent { .. }
    ));
    let storage = desk.kill();
    let mut desk = desk::with(&fake, &json!({}), storage, Arc::new(SystemClock));
    desk.connected().await;
    for (key, reply) in [(1, &first), (2, &lost)] {
        assert_eq!(desk::find(&desk, key, reply).await, PastReply::Missing);
        assert!(matches!(desk.send(key, reply).await, Delivery::Sent { .. }));
    }
    assert_eq!(fake.said().len(), 2);
    // What is new has the next number.
    desk.sent(3, &answer(GROUP, &asked, "三")).await;
    assert_eq!(fake.said()[2].request["msg_seq"], json!(3));
}

#[tokio::test]
async fn a_number_that_was_used_by_a_forgotten_reply_proves_nothing() {
    let fake = Fake::start(false).await;
    let mut desk = desk::start(&fake).await;
    let asked = asked(&fake, &mut desk).await;
    desk.sent(1, &answer(GROUP, &asked, "一")).await;
    drop(desk.kill());
    // The notes are gone; the message comes again with the new session.
    let mut desk = desk::start(&fake).await;
    fake.repeat();
    desk.message().await;
    desk.sent(2, &answer(GROUP, &asked, "二")).await;
    let said = fake.said();
    assert_eq!((said.len(), said[1].text.as_str()), (2, "二"));
}

#[tokio::test]
async fn a_window_that_closed_is_told_in_words() {
    let fake = Fake::start(false).await;
    let mut desk = desk::start(&fake).await;
    let asked = asked(&fake, &mut desk).await;
    fake.window(Duration::ZERO);
    match desk.send(1, &answer(GROUP, &asked, "一")).await {
        Delivery::Refused { reason } => assert!(
            reason.contains("too old") && reason.contains("40034128"),
            "{reason}"
        ),
        other => panic!("{other:?}"),
    }
    // It is not tried again at once, and is said when the member writes.
    let calls = fake.calls("messages");
    assert!(matches!(
        desk.send(1, &reply(GROUP, "一")).await,
        Delivery::Refused { .. }
    ));
    assert_eq!(fake.calls("messages"), calls);
    fake.window(Duration::from_secs(300));
    fake.calls_bot("E4F4", GROUP, "在吗");
    desk.message().await;
    desk.sent(1, &reply(GROUP, "一")).await;
}

#[tokio::test]
async fn refusals_are_final_or_later_as_their_codes_say() {
    let fake = Fake::start(false).await;
    let mut desk = desk::start(&fake).await;
    let asked = asked(&fake, &mut desk).await;
    let reply = answer(GROUP, &asked, "一");
    for (status, code, words, hint) in [
        (400, 40_054_010, "不允许发送url", "list it at q.qq.com"),
        (400, 40_034_102, "主动消息失败, 无权限", "own accord"),
        (403, 11_253, "check app privilege not pass", "apply for it"),
        (400, 40_054_002, "禁言", "muted"),
    ] {
        fake.trouble("messages", Trouble::Refuse(status, code, words));
        match desk.send(1, &reply).await {
            Delivery::Refused { reason } => assert!(
                reason.contains(hint) && reason.contains(&code.to_string()),
                "{reason}"
            ),
            other => panic!("{code}: {other:?}"),
        }
    }
    for (status, code) in [(429, 22_009), (429, 0), (500, 1_100_300), (400, 304_018)] {
        fake.trouble("messages", Trouble::Refuse(status, code, "later"));
        match desk.send(1, &reply).await {
            Delivery::Later { after, .. } => assert!(after.is_some(), "{code}"),
            other => panic!("{code}: {other:?}"),
        }
    }
    // A proxy's page tells nothing of what QQ did, twice.
    fake.trouble("messages", Trouble::Page(502));
    fake.trouble("messages", Trouble::Page(502));
    assert!(matches!(desk.send(1, &reply).await, Delivery::Unknown { .. }));
    assert!(matches!(desk.send(1, &reply).await, Delivery::Sent { .. }));
    assert_eq!(fake.said().len(), 1);
    // A code that is in no list may mean what it quotes: the words are said without it, and a refusal is not final at once.
    fake.trouble("messages", Trouble::Refuse(400, 88_888_888, "新的错误"));
    desk.sent(2, &answer(GROUP, &asked, "二")).await;
    for _ in 0..2 {
        fake.trouble("messages", Trouble::Refuse(400, 88_888_888, "新的错误"));
    }
    match desk.send(3, &answer(GROUP, &asked, "三")).await {
        Delivery::Later { reason, after } => assert!(
            after.is_some() && reason.contains("新的错误") && reason.contains("88888888"),
            "{reason}"
        ),
        other => panic!("{other:?}"),
    }
    desk.sent(3, &answer(GROUP, &asked, "三")).await;
}

#[tokio::test]
async fn an_address_that_qq_does_not_let_through_costs_the_answer_the_address_only() {
    let fake = Fake::start(false).await;
    let mut desk = desk::start(&fake).await;
    let asked = fake.calls_bot("1234", GROUP, "x");
    desk.message().await;
    let reply = answer(
        GROUP,
        &asked,
        "工单见 https://x.example/a?b=c#d，或 x.example/help。版本 7.3.1",
    );
    assert!(matches!(desk.send(1, &reply).await, Delivery::Sent { .. }));
    let said = fake.said();
    assert_eq!(said.len(), 1, "{said:#?}");
    let text = &said[0].text;
    assert!(
        text.starts_with("工单见 [网址未能显示") && text.ends_with("版本 7.3.1"),
        "{text}"
    );
    assert!(!text.contains("x.example"), "{text}");
    // Nothing more can be left out.
    fake.trouble("messages", Trouble::Refuse(400, 40_054_010, "不允许发送url"));
    match desk.send(2, &answer(GROUP, &asked, "见 localhost")).await {
        Delivery::Refused { reason } => assert!(reason.contains("q.qq.com"), "{reason}"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_message_under_review_counts_as_said() {
    let fake = Fake::start(false).await;
    let mut desk = desk::start(&fake).await;
    let asked = fake.calls_bot("1234", "channel:100010", "x");
    desk.message().await;
    for code in [304_023, 304_024] {
        fake.trouble(
            "messages",
            Trouble::Refuse(202, code, "push message is waiting for audit now"),
        );
        let delivery = desk.send(code, &answer("channel:100010", &asked, "y")).await;
        assert_eq!(delivery, Delivery::Sent { message: None });
        assert_eq!(
            desk::find(&desk, code, &answer("channel:100010", &asked, "y")).await,
            PastReply::Missing
        );
        // Sent again it is known to have been taken.
        let calls = fake.calls("messages");
        desk.send(code, &answer("channel:100010", &asked, "y")).await;
        assert_eq!(fake.calls("messages"), calls);
    }
    // In a guild nothing tells whether it arrived.
    fake.trouble("messages", Trouble::Mute);
    let reply = answer("channel:100010", &asked, "z");
    assert!(matches!(desk.send(7, &reply).await, Delivery::Unknown { .. }));
    assert_eq!(desk::find(&desk, 7, &reply).await, PastReply::CannotTell);
}

#[tokio::test]
async fn nothing_is_sent_that_can_not_be_noted_first() {
    #[derive(Debug)]
    struct Full;
    #[async_trait::async_trait]
    impl Storage for Full {
        async fn get(&self, _: &str) -> Result<Option<String>, groupdesk_contract::StorageError> {
            Ok(None)
        }
        async fn put(&self, _: &str, _: &str) -> Result<(), groupdesk_contract::StorageError> {
            Err(groupdesk_contract::StorageError("the disk is full".to_owned()))
        }
    }
    let fake = Fake::start(false).await;
    let mut desk = desk::with(&fake, &json!({}), Arc::new(Full), Arc::new(SystemClock));
    desk.connected().await;
    let asked = asked(&fake, &mut desk).await;
    match desk.send(1, &answer(GROUP, &asked, "一")).await {
        Delivery::Later { reason, .. } => assert!(reason.contains("disk is full"), "{reason}"),
        other => panic!("{other:?}"),
    }
    assert_eq!(fake.said(), []);
}
