//! Group robots and applications, which only send.

use crate::api::Api;
use crate::desk::reply;
use groupdesk_contract::{
    AccountId, AccountState, Adapter, Delivery, Event, InMemoryStorage, Link, MemberId, Reply, ReplyKey,
    Segment, SystemClock,
};
use groupdesk_wecom::{App, GroupRobot};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

fn group_robot(settings: Value) -> Result<Arc<GroupRobot>, String> {
    let settings = serde_json::from_value(settings).map_err(|error| error.to_string())?;
    GroupRobot::new(
        AccountId::from("gr"),
        settings,
        Arc::new(SystemClock),
        Arc::new(InMemoryStorage::default()),
    )
}

fn app(api: &Api, more: Value) -> Result<Arc<App>, String> {
    let mut settings =
        json!({"corpid": "ww1", "secret": "app-secret", "agentid": 1_000_002, "api_url": api.url()});
    settings
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    let settings = serde_json::from_value(settings).map_err(|error| error.to_string())?;
    App::new(
        AccountId::from("app"),
        settings,
        Arc::new(SystemClock),
        Arc::new(InMemoryStorage::default()),
    )
}

fn called(text: &str) -> Reply {
    let mut called = reply("support", None, text);
    called
        .segments
        .insert(0, Segment::Mention(MemberId::from("wang")));
    called.segments.push(Segment::MentionAll);
    called
}

fn is_sent(delivery: &Delivery) -> bool {
    matches!(delivery, Delivery::Sent { .. })
}

#[tokio::test]
async fn a_group_robot_posts_texts_that_call_people() {
    let api = Api::start().await;
    let robot = group_robot(json!({"groups": {"support": "693a-key"}, "api_url": api.url()})).unwrap();
    assert!(is_sent(&robot.send(ReplyKey(1), &called("工单 #7")).await));
    let (_, query, body) = api.calls("webhook/send").remove(0);
    assert_eq!(query["key"], "693a-key");
    assert_eq!(
        body,
        json!({"msgtype": "text", "text": {"content": "@wang 工单 #7@all", "mentioned_list": ["wang", "@all"]}})
    );
    let address = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a-key";
    let robot =
        group_robot(json!({"groups": {"support": address}, "api_url": api.url(), "format": "markdown"}))
            .unwrap();
    assert!(is_sent(
        &robot
            .send(ReplyKey(2), &called(&"很长的一段。\n".repeat(300)))
            .await
    ));
    let calls = api.calls("webhook/send");
    let kinds: Vec<&str> = calls[1..]
        .iter()
        .map(|(_, _, body)| body["msgtype"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["markdown", "markdown", "text"]);
    assert!(
        calls[1].2["markdown"]["content"]
            .as_str()
            .unwrap()
            .starts_with("<@wang> ")
    );
}

#[tokio::test]
async fn a_group_robot_says_twenty_a_minute_and_its_key_is_in_no_words() {
    let api = Api::start().await;
    let robot =
        group_robot(json!({"groups": {"support": "693a-key", "gone": "wrong-key"}, "api_url": api.url()}))
            .unwrap();
    for key in 0..20 {
        assert!(is_sent(
            &robot.send(ReplyKey(key), &reply("support", None, "x")).await
        ));
    }
    let delivery = robot.send(ReplyKey(20), &reply("support", None, "x")).await;
    assert!(
        matches!(delivery, Delivery::Later { after: Some(after), .. } if after > Duration::from_secs(50))
    );
    assert_eq!(api.calls("webhook/send").len(), 20);
    let delivery = robot.send(ReplyKey(21), &reply("gone", None, "x")).await;
    assert!(
        matches!(&delivery, Delivery::Later { reason, after: Some(_) } if reason.contains("key is wrong")),
        "{delivery:?}"
    );
    let delivery = robot.send(ReplyKey(22), &reply("other", None, "x")).await;
    assert!(
        matches!(&delivery, Delivery::Refused { reason } if reason.contains("gone, support")),
        "{delivery:?}"
    );
    assert!(!format!("{robot:?}").contains("-key"));
    let unreachable = json!({"groups": {"support": "693a-key"}, "api_url": "http://127.0.0.1:1"});
    let delivery = group_robot(unreachable)
        .unwrap()
        .send(ReplyKey(1), &reply("support", None, "x"))
        .await;
    assert!(
        matches!(&delivery, Delivery::Later { reason, .. } if !reason.contains("key")),
        "{delivery:?}"
    );
    for wrong in [
        json!({"groups": {}}),
        json!({"groups": {"a": ""}}),
        json!({"groups": {"a": "x y"}}),
    ] {
        assert!(group_robot(wrong).is_err());
    }
}

#[tokio::test]
async fn wecom_says_that_a_group_is_full_and_a_lost_answer_is_unknown() {
    let api = Api::start().await;
    let robot = group_robot(json!({"groups": {"support": "693a-key"}, "api_url": api.url()})).unwrap();
    api.trouble(
        "webhook/send",
        json!({"errcode": 45009, "errmsg": "api freq out of limit"}),
    );
    for _ in 0..2 {
        let delivery = robot.send(ReplyKey(1), &reply("support", None, "x")).await;
        assert!(
            matches!(delivery, Delivery::Later { after: Some(_), .. }),
            "{delivery:?}"
        );
    }
    assert!(api.calls("webhook/send").is_empty());
    let robot = group_robot(json!({"groups": {"support": "693a-key"}, "api_url": api.url()})).unwrap();
    api.trouble("webhook/send", Value::Null);
    let delivery = robot.send(ReplyKey(1), &reply("support", None, "x")).await;
    assert!(
        matches!(&delivery, Delivery::Unknown { reason } if !reason.contains("key")),
        "{delivery:?}"
    );
}

#[tokio::test]
async fn an_application_writes_to_members_and_chats_with_one_token() {
    let api = Api::start().await;
    let app = app(&api, json!({})).unwrap();
    assert!(is_sent(
        &app.send(ReplyKey(1), &reply("user:wang|li", None, "工单 #7"))
            .await
    ));
    assert!(is_sent(
        &app.send(ReplyKey(2), &reply("chat:support", None, "工单 #7"))
            .await
    ));
    assert_eq!(
        api.calls("message/send")[0].2,
        json!({"touser": "wang|li", "agentid": 1_000_002, "msgtype": "text", "text": {"content": "工单 #7"}})
    );
    assert_eq!(
        api.calls("appchat/send")[0].2,
        json!({"chatid": "support", "msgtype": "text", "text": {"content": "工单 #7"}})
    );
    assert_eq!(api.calls("gettoken").len(), 1);
    // The token ends in mid-conversation, and nobody notices.
    api.expire_tokens();
    assert!(is_sent(
        &app.send(ReplyKey(3), &reply("user:wang", None, "x")).await
    ));
    assert_eq!(api.calls("gettoken").len(), 2);
    let long = "很长的一段。\n".repeat(300);
    assert!(is_sent(
        &app.send(ReplyKey(4), &reply("user:li", None, &long)).await
    ));
    let parts: Vec<String> = api.calls("message/send")[2..]
        .iter()
        .map(|(_, _, body)| body["text"]["content"].as_str().unwrap().to_owned())
        .collect();
    assert!(parts.len() > 2 && parts.iter().all(|part| part.len() <= 2_048));
    assert_eq!(parts.join("\n"), long.trim());
}

#[tokio::test]
async fn an_applications_faults_are_words_for_the_admin() {
    let api = Api::start().await;
    let right = app(&api, json!({})).unwrap();
    let delivery = right.send(ReplyKey(1), &reply("user:nobody", None, "x")).await;
    assert!(
        matches!(&delivery, Delivery::Refused { reason } if reason.contains("visible")),
        "{delivery:?}"
    );
    api.trouble(
        "message/send",
        json!({"errcode": 60020, "errmsg": "not allow to access from your ip, hint: [9], from ip: 1.2.3.4"}),
    );
    let delivery = right.send(ReplyKey(2), &reply("user:li", None, "x")).await;
    assert!(
        matches!(&delivery, Delivery::Later { reason, after: Some(_) } if reason.contains("企业可信IP")),
        "{delivery:?}"
    );
    let delivery = right.send(ReplyKey(3), &reply("li", None, "x")).await;
    assert!(
        matches!(&delivery, Delivery::Refused { reason } if reason.contains("user:USERID")),
        "{delivery:?}"
    );
    // Refused for ever: asked once more with a new token, not again and again.
    for _ in 0..2 {
        api.trouble(
            "message/send",
            json!({"errcode": 40014, "errmsg": "invalid access_token"}),
        );
    }
    let delivery = right.send(ReplyKey(4), &reply("user:wang", None, "x")).await;
    assert!(matches!(delivery, Delivery::Later { .. }), "{delivery:?}");

    let wrong = app(&api, json!({"secret": "hush-hush"})).unwrap();
    let (sender, mut inbox) = mpsc::channel(8);
    let shutdown = CancellationToken::new();
    let link = Link::new(AccountId::from("app"), sender, shutdown.clone());
    let running = tokio::spawn({
        let wrong = Arc::clone(&wrong);
        async move { wrong.run(link).await }
    });
    match inbox.recv().await.unwrap().event {
        Event::State(AccountState::Degraded { reason } | AccountState::BadCredentials { reason }) => {
            assert!(reason.contains("secret") && !reason.contains("hush"), "{reason}")
        }
        other => panic!("{other:?}"),
    }
    shutdown.cancel();
    running.await.unwrap().unwrap();
    assert!(!format!("{wrong:?}").contains("hush"));
    for (wrong, hint) in [
        (json!({"corpid": ""}), "corpid"),
        (json!({"secret": ""}), "variable"),
        (json!({"api_url": "http://x.example"}), "https"),
    ] {
        let error = app(&api, wrong).unwrap_err();
        assert!(error.contains(hint), "{error}");
    }
}
