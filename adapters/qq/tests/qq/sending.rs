//! Replies as QQ gets them: what they answer, their numbers, pictures, buttons, guilds, taking back.

use crate::desk::{self, answer, button, reply};
use groupdesk_contract::{Act, Adapter, Delivery, FileBytes, MessageId, Segment};
use groupdesk_qq_fake::Fake;
use serde_json::json;

const GROUP: &str = "group:C9F7";

fn refused(delivery: Delivery) -> String {
    match delivery {
        Delivery::Refused { reason } => reason,
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test]
async fn an_answer_names_its_message_and_the_next_one_has_the_next_number() {
    let fake = Fake::start(false).await;
    let mut desk = desk::start(&fake).await;
    let first = fake.calls_bot("E4F4", GROUP, "怎么退款");
    desk.message().await;
    let second = fake.calls_bot("E4F5", GROUP, "怎么登录");
    desk.message().await;
    desk.sent(1, &answer(GROUP, &first, "一")).await;
    desk.sent(2, &answer(GROUP, &first, "二")).await;
    // What answers nothing by itself goes under the newest that can be answered.
    desk.sent(3, &reply(GROUP, "三")).await;
    let said = fake.said();
    let ids = |at: usize| {
        (
            said[at].request["msg_id"].as_str().unwrap(),
            said[at].request["msg_seq"].as_u64().unwrap(),
        )
    };
    assert_eq!(
        (ids(0), ids(1), ids(2)),
        ((first.as_str(), 1), (first.as_str(), 2), (second.as_str(), 1))
    );
    assert_eq!(said[0].request["msg_type"], 0);
    assert_eq!(
        said[0].request["message_reference"]["message_id"],
        format!("REFIDX_{first}")
    );
    assert_eq!(said[0].quote.as_deref(), Some(first.as_str()));
    assert!(
        desk.adapter
            .capabilities()
            .reply_window
            .is_some_and(|window| window.replies == 5)
    );
}

#[tokio::test]
async fn the_sixth_answer_goes_to_another_message_or_is_refused_in_words() {
    let fake = Fake::start(false).await;
    let mut desk = desk::start(&fake).await;
    let first = fake.calls_bot("E4F4", GROUP, "怎么退款");
    desk.message().await;
    for key in 1..=5 {
        desk.sent(key, &answer(GROUP, &first, &format!("{key}"))).await;
    }
    let reason = refused(desk.send(6, &answer(GROUP, &first, "六")).await);
    assert!(reason.contains("has to write again"), "{reason}");
    assert_eq!(fake.said().len(), 5);
    // The same reply goes out when the member writes again.
    let second = fake.calls_bot("E4F4", GROUP, "还在吗");
    desk.message().await;
    desk.sent(6, &answer(GROUP, &first, "六")).await;
    assert_eq!(fake.said()[5].request["msg_id"], json!(second));
    // Nobody wrote there: nothing is even tried.
    let calls = fake.calls("messages");
    refused(desk.send(7, &reply("group:OTHER", "x")).await);
    assert_eq!(fake.calls("messages"), calls);
}

#[tokio::test]
async fn of_its_own_accord_the_bot_speaks_in_guilds_and_where_the_settings_say_so() {
    let fake = Fake::start(false).await;
    fake.grant_proactive(GROUP);
    let desk = desk::start_with(&fake, &json!({"proactive": true})).await;
    desk.sent(1, &reply("channel:100010", "公告 <@!1> @everyone & co"))
        .await;
    desk.sent(2, &reply(GROUP, "公告 <@!1> <qqbot-at-user id=\"1\" />"))
        .await;
    let reason = refused(desk.send(3, &reply("group:OTHER", "公告")).await);
    assert!(
        reason.contains("own accord") && reason.contains("40034102"),
        "{reason}"
    );
    let said = fake.said();
    assert_eq!(
        said[0].request,
        json!({"content": "公告 &lt;@!1&gt; @\u{200b}everyone &amp; co"})
    );
    assert_eq!(
        said[1].request["content"],
        json!("公告 <\u{200b}@!1> <\u{200b}qqbot-at-user id=\"1\" />")
    );
}

#[tokio::test]
async fn an_event_is_answered_like_a_message() {
    let fake = Fake::start(false).await;
    let mut desk = desk::start(&fake).await;
    let added = json!({"group_openid": "NEW", "op_member_openid": "E4F4", "timestamp": 1_699_240_248});
    let event = fake.push("GROUP_ADD_ROBOT", added);
    // Events come in their order: when the next is heard, this one was.
    fake.calls_bot("E4F4", GROUP, "x");
    desk.message().await;
    desk.sent(1, &reply("group:NEW", "大家好")).await;
    assert_eq!(fake.said()[0].request["event_id"], event["id"]);
}

#[tokio::test]
async fn a_long_answer_is_said_in_parts_and_taken_back_whole() {
    let fake = Fake::start(false).await;
    let mut desk = desk::start(&fake).await;
    let asked = fake.calls_bot("E4F4", GROUP, "步骤");
    desk.message().await;
    let text: String = (1..=600)
        .map(|step| format!("第{step}步，执行 install-{step} 并等待。"))
        .collect();
    let first = desk.sent(1, &answer(GROUP, &asked, &text)).await;
    let said = fake.said();
    assert!((3..=5).contains(&said.len()), "{}", said.len());
    assert_eq!(
        said.iter().map(|said| said.text.as_str()).collect::<String>(),
        text
    );
    assert_eq!(first.as_str(), said[0].id);
    let back = reply(GROUP, "").with(|reply| {
        reply.act = Act::Unsend(first);
        reply.segments = Vec::new();
    });
    assert_eq!(desk.send(2, &back).await, Delivery::Sent { message: None });
    assert_eq!(fake.deleted().len(), said.len());
    fake.trouble(
        "delete",
        groupdesk_qq_fake::Trouble::Refuse(400, 306_011, "超出可撤回消息时间"),
    );
    let late = back.with(|reply| {
        reply.act = Act::Unsend(MessageId::from(said[0].id.as_str()));
    });
    assert!(refused(desk.send(3, &late).await).contains("2 minutes"));
}

#[tokio::test]
async fn pictures_are_uploaded_by_address_or_whole_and_named_where_qq_takes_none() {
    let fake = Fake::start(false).await;
    let mut desk = desk::start(&fake).await;
    let asked = fake.calls_bot("E4F4", GROUP, "看看");
    desk.message().await;
    let picture = |url: String| Segment::Image { url: Some(url) };
    let bytes = FileBytes {
        kind: "image/png".to_owned(),
        bytes: vec![7; 300],
    };
    let mut with = answer(GROUP, &asked, "见图");
    with.segments.push(picture("https://x.example/a.png".to_owned()));
    with.segments.push(picture(bytes.to_url()));
    desk.sent(1, &with).await;
    let said = fake.said();
    assert_eq!(
        (said[0].text.as_str(), said[0].picture.as_deref()),
        ("见图", Some("https://x.example/a.png"))
    );
    assert_eq!(said[0].request["msg_type"], 7);
    assert_eq!(
        (said[1].text.as_str(), said[1].picture.as_deref()),
        (" ", Some("400 bytes of base64"))
    );
    // What QQ can't fetch is left out, and the words arrive.
    fake.trouble(
        "files",
        groupdesk_qq_fake::Trouble::Refuse(500, 304_082, "upload media info fail"),
    );
    let mut with = answer(GROUP, &asked, "再看");
    with.segments
        .push(picture("https://x.example/gone.png".to_owned()));
    desk.sent(2, &with).await;
    assert_eq!(fake.said()[2].text, "再看\n[图片/picture]");
    // Guilds take an address as it is, and bytes in a form.
    let asked = fake.calls_bot("1234", "channel:100010", "看看");
    desk.message().await;
    let mut with = answer("channel:100010", &asked, "见图");
    with.segments.push(picture("https://x.example/a.png".to_owned()));
    desk.sent(3, &with).await;
    with.segments = vec![Segment::Text("图".to_owned()), picture(bytes.to_url())];
    desk.sent(4, &with).await;
    let said = fake.said();
    assert_eq!(said[3].picture.as_deref(), Some("https://x.example/a.png"));
    assert_eq!(said[3].request["message_reference"]["message_id"], json!(asked));
    assert_eq!(said[4].request["msg_id"], json!(asked));
    assert_eq!(
        (said[4].text.as_str(), said[4].quote.as_deref()),
        ("图", Some(asked.as_str()))
    );
    assert!(said[4].picture.is_some());
    // Nor do words wait for a picture with which QQ takes its time, or that it refuses without saying why.
    let asked = fake.calls_bot("E4F4", GROUP, "还有吗");
    desk.message().await;
    let mut with = answer(GROUP, &asked, "三看");
    with.segments
        .push(picture("https://x.example/odd.png".to_owned()));
    fake.trouble("files", groupdesk_qq_fake::Trouble::Cut);
    desk.sent(5, &with).await;
    assert_eq!(fake.said()[5].text, "三看\n[图片/picture]");
    // The quote goes first, then the picture.
    for _ in 0..2 {
        fake.trouble(
            "messages",
            groupdesk_qq_fake::Trouble::Refuse(400, 987_654, "odd"),
        );
    }
    desk.sent(6, &with).await;
    assert_eq!(fake.said()[6].text, "三看\n[图片/picture]");
}

#[tokio::test]
async fn buttons_stand_under_markdown_and_their_press_can_be_answered() {
    let fake = Fake::start(false).await;
    fake.grant_markdown();
    let mut desk = desk::start_with(&fake, &json!({"markdown": true, "buttons": "callback"})).await;
    assert!(desk.adapter.capabilities().buttons);
    for place in [GROUP, "private:E4F4", "channel:100010"] {
        let asked = fake.calls_bot("E4F4", place, "怎么登录");
        desk.message().await;
        let mut offer = answer(place, &asked, "您是想问：\n1. *怎么* 登录_a");
        offer.buttons = vec![button("怎么登录", "1"), button("都不是", "none")];
        let key = i64::try_from(fake.said().len()).unwrap() + 1;
        let sent = desk.sent(key, &offer).await;
        let said = fake.said().pop().unwrap();
        assert_eq!(said.text, "您是想问：\n1. *怎么* 登录_a");
        assert_eq!(
            said.request["markdown"]["content"],
            json!("您是想问：\n1. \\*怎么\\* 登录\\_a")
        );
        let press = fake.presses("E4F9", place, sent.as_str(), "都不是");
        let message = desk.message().await;
        assert_eq!(message.segments[1], Segment::Text("none".to_owned()));
        assert!(message.mentions_bot);
        let quote = message.quote().unwrap();
        assert_eq!((&quote.message, quote.of_bot), (&sent, Some(true)), "{place}");
        desk::until("QQ is told of the press", || fake.answered().contains(&press)).await;
        let key = key + 1;
        desk.sent(key, &answer(place, message.id.as_str(), "好的")).await;
        let said = fake.said().pop().unwrap();
        assert!(said.request["event_id"].is_string(), "{:?}", said.request);
    }
    // QQ takes the grant back: the words arrive all the same.
    fake.trouble(
        "messages",
        groupdesk_qq_fake::Trouble::Refuse(400, 304_037, "没有发消息按钮组件的权限"),
    );
    let asked = fake.calls_bot("E4F4", GROUP, "怎么登录");
    desk.message().await;
    let mut offer = answer(GROUP, &asked, "1. 怎么登录");
    offer.buttons = vec![button("怎么登录", "1")];
    desk.sent(99, &offer).await;
    let said = fake.said().pop().unwrap();
    assert_eq!((said.text.as_str(), said.buttons.len()), ("1. 怎么登录", 0));
}

#[tokio::test]
async fn people_are_mentioned_by_id_where_that_is_possible() {
    let fake = Fake::start(false).await;
    let mut desk = desk::start(&fake).await;
    for (key, place) in [(1, GROUP), (2, "private:E4F4")] {
        let asked = fake.calls_bot("E4F4", place, "在吗");
        desk.message().await;
        let mut hello = answer(place, &asked, " 您好");
        hello.segments.insert(0, Segment::Mention("E4F4".into()));
        desk.sent(key, &hello).await;
    }
    let said = fake.said();
    assert_eq!(
        said[0].request["content"],
        json!("<qqbot-at-user id=\"E4F4\" /> 您好")
    );
    assert_eq!(said[1].request["content"], json!(" 您好"));
}

#[tokio::test]
async fn nothing_is_sent_to_channels_of_no_platform() {
    let fake = Fake::start(false).await;
    let desk = desk::start(&fake).await;
    groupdesk_testkit::check_channels(desk.adapter.as_ref(), "group:A1").await;
}
