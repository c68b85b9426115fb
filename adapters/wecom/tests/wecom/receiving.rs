//! Tests of events over the long connection.

use crate::desk::{self, reply, until, with_buttons};
use groupdesk_contract::{Adapter, ChannelKind, InMemoryStorage, Quote, Segment, Storage};
use groupdesk_wecom_fake::Fake;
use serde_json::json;
use std::sync::Arc;

const GROUP: &str = "wrGROUP";

#[tokio::test]
async fn a_mention_in_a_group_and_a_private_word_are_heard_and_the_rest_of_the_group_is_not() {
    let fake = Fake::start().await;
    let mut desk = desk::start(&fake).await;
    fake.says("li", GROUP, "今晚吃火锅");
    let id = fake.calls_bot("li", GROUP, "怎么退款");
    let said = desk.message().await;
    assert_eq!(
        (said.id.as_str(), said.channel.id.as_str()),
        (&*id, "group:wrGROUP")
    );
    assert_eq!(
        (said.channel.kind, said.text().as_str(), said.mentions_bot),
        (ChannelKind::Group, "怎么退款", true)
    );
    assert_eq!(said.sender.id.as_str(), "li");
    fake.writes("li", "@someone 怎么退款");
    let said = desk.message().await;
    assert_eq!(
        (said.channel.id.as_str(), said.channel.kind),
        ("private:li", ChannelKind::Direct)
    );
    assert_eq!(
        (said.text().as_str(), said.mentions_bot),
        ("@someone 怎么退款", false)
    );
    assert!(!desk.adapter.capabilities().receives_all_messages);
}

#[tokio::test]
async fn pictures_voices_files_and_odd_things_are_read_as_far_as_they_can_be() {
    let fake = Fake::start().await;
    let mut desk = desk::start(&fake).await;
    let picture = json!({"url": "https://x/a", "aeskey": "k"});
    let items = json!([{"msgtype": "text", "text": {"content": "@Desk"}}, {"msgtype": "image", "image": picture}, {"msgtype": "text", "text": {"content": "看这个"}}, 7, {"msgtype": "mixed"}]);
    let image = Segment::Image {
        url: Some("https://x/a".to_owned()),
    };
    for (more, segments) in [
        (
            json!({"msgtype": "mixed", "mixed": {"msg_item": items}}),
            vec![image.clone(), Segment::Text("看这个".to_owned())],
        ),
        (json!({"msgtype": "image", "image": picture}), vec![image]),
        (
            json!({"msgtype": "voice", "voice": {"content": "怎么退款"}}),
            vec![Segment::Text("怎么退款".to_owned())],
        ),
        (
            json!({"msgtype": "file", "file": {"url": "https://x/f"}}),
            vec![Segment::File {
                name: None,
                url: Some("https://x/f".to_owned()),
            }],
        ),
        (
            json!({"msgtype": "hologram"}),
            vec![Segment::Other("hologram".to_owned())],
        ),
        (json!({"msgtype": "text"}), vec![]),
    ] {
        fake.tell("li", GROUP, more.clone());
        assert_eq!(desk.message().await.segments, segments, "{more}");
    }
    // What has no sender, no id or no kind is passed over, and nothing breaks.
    for odd in [
        json!({"msgtype": "text", "msgid": "1", "from": 7}),
        json!({"msgtype": "text", "msgid": "", "from": {"userid": "li"}}),
        json!({"msgtype": null, "msgid": "1", "from": {"userid": "li"}}),
        json!({"msgtype": "text", "msgid": "1", "from": {"userid": "li"}, "chattype": "group"}),
        json!({"msgtype": "event", "msgid": "1", "from": {"userid": "li"}, "event": []}),
        json!({"msgtype": "event", "msgid": "1", "from": {"userid": "li"}, "event": {"eventtype": "template_card_event"}}),
        json!("x"),
    ] {
        fake.raw(json!({"cmd": "aibot_msg_callback", "headers": {"req_id": "odd"}, "body": odd}));
    }
    fake.raw(json!([1, 2]));
    fake.raw(json!({"cmd": 7, "headers": "x"}));
    fake.writes("li", "still here");
    assert_eq!(desk.message().await.text(), "still here");
}

#[tokio::test]
async fn a_quote_of_the_robots_words_is_known_after_a_restart_too() {
    let fake = Fake::start().await;
    let storage: Arc<dyn Storage> = Arc::new(InMemoryStorage::default());
    let mut desk = desk::with(&fake, &json!({}), Arc::clone(&storage));
    desk.event().await;
    let asked = fake.calls_bot("li", GROUP, "怎么退款");
    assert_eq!(desk.message().await.id.as_str(), asked);
    let answer = desk
        .sent(
            41,
            &reply(
                "group:wrGROUP",
                Some(&(&*asked).into()),
                "**工单 #7**：三天内退款",
            ),
        )
        .await;
    for _ in 0..2 {
        fake.quotes("li", GROUP, "@li 工单 #7：三天内退款", "谢谢");
        let said = desk.message().await;
        let quote = Quote {
            message: answer.clone(),
            of_bot: Some(true),
            text: Some("@li 工单 #7：三天内退款".to_owned()),
        };
        assert_eq!(
            said.segments,
            [Segment::Quote(quote), Segment::Text("谢谢".to_owned())]
        );
        desk = desk::with(&fake, &json!({}), Arc::clone(&storage));
        desk.event().await;
    }
    // Words of a member, and words that nobody said here.
    let theirs = fake.calls_bot("wang", GROUP, "发票怎么开");
    desk.message().await;
    fake.quotes("li", GROUP, "@Desk 发票怎么开", "这个呢");
    let quote = desk.message().await.quote().unwrap().clone();
    assert_eq!((quote.message.as_str(), quote.of_bot), (&*theirs, Some(false)));
    fake.quotes("li", GROUP, "别的", "这个呢");
    assert_eq!(desk.message().await.quote().unwrap().of_bot, None);
}

#[tokio::test]
async fn a_press_is_a_word_that_quotes_the_answer_and_its_card_is_marked_for_the_one_who_pressed() {
    let fake = Fake::start().await;
    let mut desk = desk::start(&fake).await;
    fake.calls_bot("li", GROUP, "怎么退款");
    let asked = desk.message().await.id;
    let answer = with_buttons(
        reply("group:wrGROUP", Some(&asked), "三天内退款"),
        &[("有用", "/yes"), ("没用，转人工", "/no: 人工")],
    );
    let id = desk.sent(5, &answer).await;
    let shown = fake.hears("the answer", |said| said.text == "三天内退款").await;
    assert_eq!(shown.quote.as_deref(), Some(asked.as_str()));
    assert_eq!(
        shown.buttons.len(),
        2,
        "in one message with the answer: {shown:?}"
    );
    let pressed = fake.presses("li", GROUP, "没用，转人工");
    let (event, committed) = desk.uncommitted().await;
    let groupdesk_contract::Event::Message(said) = event else {
        panic!("{event:?}")
    };
    assert_eq!(
        (said.id.as_str(), said.sender.id.as_str(), said.text().as_str()),
        (&*pressed, "li", "/no: 人工")
    );
    assert_eq!(
        said.quote().map(|quote| (&quote.message, quote.of_bot)),
        Some((&id, Some(true)))
    );
    assert!(fake.updates().is_empty(), "marked before it is committed");
    committed.unwrap().send(()).unwrap();
    until("the card is marked", || !fake.updates().is_empty()).await;
    let update = &fake.updates()[0];
    assert_eq!(update["userids"], json!(["li"]));
    assert_eq!(update["template_card"]["main_title"]["title"], "✓ 没用，转人工");
    assert_eq!(update["template_card"]["task_id"], json!(shown.task));
}

#[tokio::test]
async fn a_press_that_the_desk_is_slow_to_commit_is_answered_in_time_all_the_same() {
    let fake = Fake::start().await;
    let mut desk = desk::start(&fake).await;
    fake.writes("li", "怎么退款");
    let asked = desk.message().await.id;
    desk.sent(
        5,
        &with_buttons(reply("private:li", Some(&asked), "三天"), &[("有用", "/yes")]),
    )
    .await;
    fake.presses("li", "li", "有用");
    let (_, _uncommitted) = desk.uncommitted().await;
    until("the card is marked", || !fake.updates().is_empty()).await;
}

#[tokio::test]
async fn who_opens_the_chat_is_greeted_when_the_settings_say_so() {
    let fake = Fake::start().await;
    let mut desk = desk::with(
        &fake,
        &json!({"welcome": "你好，直接提问即可"}),
        Arc::new(InMemoryStorage::default()),
    );
    desk.event().await;
    fake.enters("li");
    until("greeted", || !fake.welcomes().is_empty()).await;
    assert_eq!(
        fake.welcomes()[0],
        json!({"msgtype": "text", "text": {"content": "你好，直接提问即可"}})
    );
    let silent = Fake::start().await;
    let mut desk = desk::start(&silent).await;
    silent.enters("li");
    desk.quiet().await;
    assert!(
        silent.welcomes().is_empty() && silent.frames().len() == 1,
        "{:?}",
        silent.frames()
    );
}
