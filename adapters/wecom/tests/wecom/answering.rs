//! Tests of replies over the long connection.

use crate::api::Api;
use crate::desk::{self, reply, until, with_buttons};
use groupdesk_contract::{Act, Adapter, Delivery, MemberId, MessageId, Segment};
use groupdesk_wecom_fake::{Fake, Trouble};
use serde_json::json;
use std::time::Duration;

const GROUP: &str = "wrGROUP";

#[tokio::test]
async fn the_first_reply_answers_the_message_whole_and_later_ones_are_messages_of_their_own() {
    let fake = Fake::start().await;
    let mut desk = desk::start(&fake).await;
    fake.calls_bot("li", GROUP, "怎么退款");
    fake.calls_bot("wang", GROUP, "怎么开票");
    let (first, second) = (desk.message().await.id, desk.message().await.id);
    desk.sent(1, &reply("group:wrGROUP", Some(&first), "三天内退款"))
        .await;
    desk.sent(2, &reply("group:wrGROUP", Some(&second), "在这里开票"))
        .await;
    desk.sent(3, &reply("group:wrGROUP", Some(&first), "已转人工 #7"))
        .await;
    // What answers nobody does not take a question that still waits.
    fake.calls_bot("li", GROUP, "还有一个问题");
    desk.message().await;
    desk.sent(4, &reply("group:wrGROUP", None, "工单 #8 来了")).await;
    let said = fake.said();
    let shape: Vec<(&str, Option<&str>)> = said
        .iter()
        .map(|said| (&*said.text, said.quote.as_deref()))
        .collect();
    assert_eq!(
        shape,
        [
            ("三天内退款", Some(first.as_str())),
            ("在这里开票", Some(second.as_str())),
            ("<@li> 已转人工 #7", None),
            ("工单 #8 来了", None),
        ]
    );
    assert_eq!(said[0].body["stream"]["finish"], true);
    assert_eq!(
        (&said[2].body["msgtype"], &said[2].body["chat_type"]),
        (&json!("markdown"), &json!(2))
    );
    assert!(
        fake.frames()
            .iter()
            .all(|frame| frame["body"]["stream"]["finish"] != false),
        "nothing early is said"
    );
}

#[tokio::test]
async fn an_answer_whose_time_is_over_is_a_message_of_its_own() {
    let fake = Fake::start().await;
    let mut desk = desk::start(&fake).await;
    fake.writes("li", "怎么退款");
    let asked = desk.message().await.id;
    fake.trouble(
        "aibot_respond_msg",
        Trouble::Refuse(846_608, "stream message update expired"),
    );
    let words = with_buttons(
        reply("private:li", Some(&asked), "三天内退款"),
        &[("有用", "/yes")],
    );
    desk.sent(1, &words).await;
    let said = fake.said();
    assert_eq!(said.len(), 2, "the text and its card: {said:?}");
    assert_eq!(
        (&*said[0].chat, &*said[0].text, &said[0].quote),
        ("li", "三天内退款", &None)
    );
    assert_eq!(said[0].body["chat_type"], 1);
    assert_eq!(said[1].buttons.len(), 1);
}

#[tokio::test]
async fn long_answers_are_cut_and_continue_where_they_stopped() {
    let fake = Fake::start().await;
    let mut desk = desk::start(&fake).await;
    fake.writes("li", "长的");
    let asked = desk.message().await.id;
    let long = "这是很长的一段。\n".repeat(2_000);
    fake.trouble("aibot_send_msg", Trouble::Refuse(-1, "system busy"));
    let words = reply("private:li", Some(&asked), &long);
    let delivery = desk.send(1, &words).await;
    assert!(matches!(delivery, Delivery::Later { .. }), "{delivery:?}");
    assert_eq!(fake.said().len(), 1);
    tokio::time::sleep(Duration::from_millis(2_100)).await;
    desk.sent(1, &words).await;
    let all: Vec<String> = fake.said().into_iter().map(|said| said.text).collect();
    assert_eq!(all.len(), 3);
    assert_eq!(all.join("\n"), long.trim());
}

#[tokio::test]
async fn a_chat_waits_when_it_is_full_and_the_others_do_not() {
    let fake = Fake::start().await;
    let mut desk = desk::start(&fake).await;
    fake.writes("li", "x");
    fake.writes("wang", "x");
    desk.message().await;
    desk.message().await;
    for key in 0..30 {
        desk.sent(key, &reply("private:li", None, "x")).await;
    }
    match desk.send(30, &reply("private:li", None, "x")).await {
        Delivery::Later {
            after: Some(after), ..
        } => assert!(after > Duration::from_secs(50), "{after:?}"),
        other => panic!("{other:?}"),
    }
    assert_eq!(
        fake.said().len(),
        30,
        "WeCom was not asked for more than it takes"
    );
    desk.sent(31, &reply("private:wang", None, "x")).await;
    // WeCom counts otherwise than we do.
    fake.trouble("aibot_send_msg", Trouble::Refuse(45009, "api freq out of limit"));
    for _ in 0..2 {
        let delivery = desk.send(32, &reply("private:wang", None, "x")).await;
        assert!(
            matches!(&delivery, Delivery::Later { after: Some(after), .. } if after.as_secs() > 50),
            "{delivery:?}"
        );
    }
    assert_eq!(
        fake.frames()
            .iter()
            .filter(|frame| frame["body"]["chatid"] == "wang")
            .count(),
        2,
        "the one that was taken, and one that was refused"
    );
}

#[tokio::test]
async fn what_became_of_a_reply_is_told_as_it_is() {
    let fake = Fake::start().await;
    let mut desk = desk::start(&fake).await;
    fake.writes("li", "x");
    desk.message().await;
    desk.sent(1, &reply("private:li", None, "x")).await;
    let words = reply("private:li", None, "y");
    fake.trouble("aibot_send_msg", Trouble::Refuse(40058, "invalid"));
    assert!(matches!(desk.send(2, &words).await, Delivery::Refused { .. }));
    let stranger = desk.send(3, &reply("private:nobody", None, "y")).await;
    assert!(
        matches!(&stranger, Delivery::Refused { reason } if reason.contains("86008")),
        "{stranger:?}"
    );
    assert!(matches!(
        desk.send(4, &reply("user:li", None, "y")).await,
        Delivery::Refused { .. }
    ));
    assert!(matches!(
        desk.send(4, &reply("private:li", None, " \n")).await,
        Delivery::Refused { .. }
    ));
    let edit = words.clone().with(|reply| {
        reply.act = Act::Edit(MessageId::from("r1"));
    });
    assert!(matches!(desk.send(4, &edit).await, Delivery::Refused { .. }));
    fake.trouble("aibot_send_msg", Trouble::Mute);
    assert!(matches!(desk.send(5, &words).await, Delivery::Unknown { .. }));
    fake.trouble("aibot_send_msg", Trouble::TakeAndDrop);
    assert!(matches!(desk.send(6, &words).await, Delivery::Unknown { .. }));
    until("the loss is noticed", || fake.subscriptions() == 2).await;
}

#[tokio::test]
async fn without_a_connection_the_address_of_the_message_is_used_once_and_after_that_it_is_tried_later() {
    let fake = Fake::start().await;
    let api = Api::start().await;
    fake.gives_addresses(api.late());
    let mut desk = desk::start(&fake).await;
    let asked = fake.writes("li", "怎么退款");
    desk.message().await;
    // Nobody may connect for a while.
    fake.trouble("aibot_subscribe", Trouble::Refuse(40001, "invalid credential"));
    fake.drop_connection();
    let reason = desk.disconnected().await;
    if !reason.contains("secret") {
        let reason = desk.disconnected().await;
        assert!(
            reason.contains("secret") && !reason.contains(groupdesk_wecom_fake::SECRET),
            "{reason}"
        );
    }
    desk.sent(1, &reply("private:li", Some(&(&*asked).into()), "三天内退款"))
        .await;
    let calls = api.calls("aibot/response");
    assert_eq!(calls.len(), 1);
    assert_eq!(calls[0].1["response_code"], asked);
    assert_eq!(
        calls[0].2,
        json!({"msgtype": "markdown", "markdown": {"content": "三天内退款"}})
    );
    let delivery = desk
        .send(2, &reply("private:li", Some(&(&*asked).into()), "还有"))
        .await;
    assert!(
        matches!(&delivery, Delivery::Later { reason, .. } if reason.contains("not connected")),
        "{delivery:?}"
    );
}

#[tokio::test]
async fn mentions_are_written_as_wecom_reads_them() {
    let fake = Fake::start().await;
    let mut desk = desk::start(&fake).await;
    fake.calls_bot("li", GROUP, "x");
    desk.message().await;
    let mut words = reply("group:wrGROUP", None, "请看 <@all>");
    words.segments.insert(0, Segment::Mention(MemberId::from("wang")));
    desk.sent(1, &words).await;
    assert_eq!(fake.said()[0].text, "<@wang> 请看 <\u{200b}@all>");
    assert_eq!(desk.adapter.capabilities().reply_window, None);
}

#[tokio::test]
async fn nothing_is_sent_to_channels_of_no_platform() {
    let fake = Fake::start().await;
    let desk = desk::start(&fake).await;
    groupdesk_testkit::check_channels(desk.adapter.as_ref(), "group:a").await;
}
