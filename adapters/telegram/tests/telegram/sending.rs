//! Tests of replies, as Telegram receives them, and of the deliveries reported.

use crate::desk::{self, button, reply};
use groupdesk_contract::{Act, Delivery, MemberId, Segment};
use groupdesk_telegram_fake::{Fake, Trouble};
use serde_json::{Value, json};
use std::time::Duration;

#[tokio::test]
async fn a_reply_quotes_names_and_offers_without_any_markup() {
    let fake = Fake::start(true).await;
    let mut desk = desk::start(&fake).await;
    let asked = fake.says(7, -5, "hi");
    let said = desk.message().await;
    let mut answer = reply("group:-5", "😀 见 *docs*_[x](tg://user?id=1) <b>粗</b>");
    answer.quote = Some(said.id);
    answer.segments.insert(0, Segment::Mention(MemberId::from("7")));
    answer.buttons = vec![button("有用", "有用"), button("没用", "没用")];
    desk.sent(1, &answer).await;
    let heard = fake.said().pop().unwrap();
    assert_eq!(heard.text, "@user 7 😀 见 *docs*_[x](tg://user?id=1) <b>粗</b>");
    assert_eq!(heard.quote, Some(asked));
    assert_eq!(heard.buttons.len(), 2);
    assert!(heard.request["parse_mode"].is_null(), "{}", heard.request);
    let entities = heard.request["entities"].as_array().unwrap();
    assert_eq!(entities.len(), 1);
    assert_eq!(
        (&entities[0]["url"], &entities[0]["length"]),
        (&json!("tg://user/?id=7"), &json!(7))
    );
    assert_eq!(
        heard.request["reply_parameters"]["allow_sending_without_reply"],
        true
    );
}

#[tokio::test]
async fn a_long_reply_goes_out_in_parts_and_goes_on_where_it_was_stopped() {
    let fake = Fake::start(true).await;
    let desk = desk::start(&fake).await;
    let line = "这一行说明第一步怎么做，然后第二步怎么做。\n";
    let text = line.repeat(400);
    let mut long = reply("group:-5", &text);
    long.buttons = vec![button("有用", "有用")];
    fake.trouble("sendmessage", Trouble::Slow(Duration::ZERO));
    fake.trouble(
        "sendmessage",
        Trouble::Refuse(429, "Too Many Requests: retry after 1", json!({"retry_after": 1})),
    );
    let outcome = desk.send(1, &long).await;
    assert!(
        matches!(outcome, Delivery::Later { after: Some(_), .. }),
        "{outcome:?}"
    );
    assert_eq!(fake.said().len(), 1);
    // This chat waits, another doesn't.
    let outcome = desk.send(2, &reply("group:-5", "short")).await;
    assert!(
        matches!(outcome, Delivery::Later { after: Some(_), .. }),
        "{outcome:?}"
    );
    desk.sent(3, &reply("group:-6", "elsewhere")).await;
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    let first = desk.sent(1, &long).await;
    let parts: Vec<_> = fake.said().into_iter().filter(|said| said.chat == -5).collect();
    assert_eq!(first.as_str(), parts[0].id.to_string());
    let whole: String = parts.iter().map(|part| part.text.as_str()).collect();
    assert_eq!(whole.replace('\n', ""), text.replace('\n', ""));
    assert!(
        parts.iter().all(|part| part.text.ends_with(['。', '\n'])),
        "cut inside a line"
    );
    let buttons: Vec<usize> = parts.iter().map(|part| part.buttons.len()).collect();
    assert_eq!(buttons, [0, 0, 1]);

    // Taken back, all of it goes.
    let mut back = reply("group:-5", "");
    back.act = Act::Unsend(first);
    assert!(matches!(desk.send(4, &back).await, Delivery::Sent { .. }));
    assert_eq!(fake.deleted().len(), 3);
}

#[tokio::test]
async fn a_storm_of_429_ends_with_everything_said_once() {
    let fake = Fake::start(true).await;
    let desk = desk::start(&fake).await;
    for _ in 0..20 {
        fake.trouble(
            "sendmessage",
            Trouble::Refuse(429, "Too Many Requests: retry after 1", json!({"retry_after": 1})),
        );
    }
    let mut waiting: Vec<i64> = (0..20).collect();
    let mut rounds = 0;
    while !waiting.is_empty() {
        rounds += 1;
        assert!(rounds < 60, "{waiting:?}");
        let mut still = Vec::new();
        for key in waiting {
            match desk
                .send(
                    key,
                    &reply(&format!("group:-{}", key + 1), &format!("text {key}")),
                )
                .await
            {
                Delivery::Sent { .. } => {}
                Delivery::Later {
                    after: Some(after), ..
                } => {
                    assert!(after <= Duration::from_secs(1), "{after:?}");
                    still.push(key);
                }
                other => panic!("{other:?}"),
            }
        }
        waiting = still;
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let mut texts: Vec<String> = fake.said().into_iter().map(|said| said.text).collect();
    texts.sort();
    texts.dedup();
    assert_eq!((texts.len(), fake.said().len()), (20, 20));
}

#[tokio::test]
async fn what_became_of_a_reply_is_told_as_it_is() {
    let fake = Fake::start(true).await;
    let desk = desk::start(&fake).await;
    let later = |delivery: &Delivery| matches!(delivery, Delivery::Later { .. });
    let unknown = |delivery: &Delivery| matches!(delivery, Delivery::Unknown { .. });
    let refused = |delivery: &Delivery| matches!(delivery, Delivery::Refused { .. });
    type Kind<'a> = &'a dyn Fn(&Delivery) -> bool;
    let cases: [(Trouble, Kind<'_>, &str); 5] = [
        (
            Trouble::Refuse(403, "Forbidden: bot was blocked by the user", Value::Null),
            &refused,
            "has blocked the bot",
        ),
        (
            Trouble::Refuse(
                403,
                "Forbidden: bot was kicked from the supergroup chat",
                Value::Null,
            ),
            &refused,
            "add it again",
        ),
        (
            Trouble::Refuse(
                400,
                "Bad Request: not enough rights to send text messages to the chat",
                Value::Null,
            ),
            &refused,
            "give it the right",
        ),
        (Trouble::Mute, &unknown, "broke"),
        (
            Trouble::Refuse(401, "Unauthorized", Value::Null),
            &later,
            "BotFather",
        ),
    ];
    for (at, (trouble, is, hint)) in cases.into_iter().enumerate() {
        fake.trouble("sendmessage", trouble.clone());
        let outcome = desk
            .send(at as i64, &reply(&format!("private:{}", at + 10), "hi"))
            .await;
        let shown = format!("{outcome:?}");
        assert!(is(&outcome) && shown.contains(hint), "{trouble:?}: {shown}");
        assert!(!shown.contains("tests-know-this"), "{shown}");
    }
    let outcome = desk.send(90, &reply("qq/group:1", "hi")).await;
    assert!(refused(&outcome), "{outcome:?}");
}

#[tokio::test]
async fn a_message_of_ours_is_changed() {
    let fake = Fake::start(true).await;
    let desk = desk::start(&fake).await;
    let mut notice = reply("group:-5", "#1 待认领");
    notice.buttons = vec![button("认领", "/t 1 claim")];
    let sent = desk.sent(1, &notice).await;
    let mut changed = reply("group:-5", "#1 老王处理中");
    changed.act = Act::Edit(sent.clone());
    changed.buttons = vec![button("解决", "/t 1 resolve")];
    for key in [2, 3] {
        // The second time nothing is different, which is as good.
        assert!(matches!(desk.send(key, &changed).await, Delivery::Sent { .. }));
    }
    let now = fake.changed();
    assert_eq!(now.len(), 1);
    assert_eq!(
        (now[0].text.as_str(), now[0].buttons[0].0.as_str()),
        ("#1 老王处理中", "解决")
    );
    changed.act = Act::Edit("9999".into());
    changed.segments = vec![Segment::Text("else".to_owned())];
    let outcome = desk.send(4, &changed).await;
    assert!(matches!(outcome, Delivery::Refused { .. }), "{outcome:?}");
}

#[tokio::test]
async fn a_picture_that_telegram_cannot_fetch_is_said_as_its_address() {
    let fake = Fake::start(true).await;
    let desk = desk::start(&fake).await;
    let mut answer = reply("group:-5", "见图");
    answer.segments.push(Segment::Image {
        url: Some("https://example.com/a.png".to_owned()),
    });
    desk.sent(1, &answer).await;
    let heard = fake.said().pop().unwrap();
    assert_eq!(
        (heard.text.as_str(), &heard.request["photo"]),
        ("见图", &json!("https://example.com/a.png"))
    );
    fake.trouble(
        "sendphoto",
        Trouble::Refuse(400, "Bad Request: failed to get HTTP URL content", Value::Null),
    );
    desk.sent(2, &answer).await;
    let heard = fake.said().pop().unwrap();
    assert_eq!(heard.text, "见图\nhttps://example.com/a.png");
    // Whatever else it says of it.
    fake.trouble(
        "sendphoto",
        Trouble::Refuse(400, "Bad Request: VOICE_OF_NOBODY_KNOWS_WHAT", Value::Null),
    );
    desk.sent(3, &answer).await;
    let heard = fake.said().pop().unwrap();
    assert_eq!(heard.text, "见图\nhttps://example.com/a.png");
}

#[tokio::test]
async fn a_quoted_message_that_is_gone_costs_the_quote_alone() {
    let fake = Fake::start(true).await;
    let desk = desk::start(&fake).await;
    let words = "Bad Request: message to be replied not found";
    fake.trouble("sendmessage", Trouble::Refuse(400, words, Value::Null));
    let mut answer = reply("group:-5", "hi");
    answer.quote = Some("77".into());
    let outcome = desk.send(1, &answer).await;
    assert!(matches!(outcome, Delivery::Sent { .. }), "{outcome:?}");
    let said = fake.said();
    assert_eq!((said.len(), said[0].quote), (1, None));
}

#[tokio::test]
async fn a_file_of_ours_is_brought_with_its_name_its_words_and_its_quote() {
    let fake = Fake::start(true).await;
    let desk = desk::start(&fake).await;
    let mut answer = reply("group:-5", "全文见文件");
    answer.quote = Some("77".into());
    answer.segments.push(Segment::File {
        name: Some("reply.txt".to_owned()),
        url: Some("data:text/plain;base64,YWJj".to_owned()),
    });
    desk.sent(1, &answer).await;
    let heard = fake.said().pop().unwrap();
    let sent = (heard.text.as_str(), heard.quote, &heard.request["document"]);
    assert_eq!(sent, ("全文见文件", Some(77), &json!("attach://file")));
    assert_eq!(heard.request["file"], "abc");
}

#[tokio::test]
async fn nothing_is_sent_to_channels_of_no_platform() {
    let fake = Fake::start(true).await;
    let desk = desk::start(&fake).await;
    groupdesk_testkit::check_channels(desk.adapter.as_ref(), "group:-5").await;
}
