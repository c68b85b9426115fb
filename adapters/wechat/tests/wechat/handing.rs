//! Customer Service: a ticket gives the conversation to a servicer of the platform, and what they do comes back as orders.

use crate::desk::{self, Desk, reply};
use groupdesk_contract::{
    Delivery, Event, InMemoryStorage, Message, NoteKind, Place, Reply, Standing, TicketNote,
};
use groupdesk_wechat_fake::{Fake, KF};
use serde_json::json;
use std::sync::Arc;

/// The ticket is over.
fn ended() -> Reply {
    let mut told = opened("kf");
    if let Some(note) = &mut told.note {
        note.kind = NoteKind::Ended;
    }
    told
}

fn opened(account: &str) -> Reply {
    let mut told = reply("servicers", "#7 小明：要人工");
    told.note = Some(Box::new(TicketNote {
        ticket: 7,
        subject: "退款".to_owned(),
        member: "wm1".into(),
        member_name: "小明".to_owned(),
        asked_in: Place::new(account, format!("private:{KF}/wm1").as_str()),
        kind: NoteKind::Opened {
            said: "要人工".to_owned(),
        },
    }));
    told
}

fn is_order(message: &Message, by: &str, text: &str) {
    assert_eq!(
        (message.text().as_str(), message.sender.id.as_str()),
        (text, by),
        "{message:?}"
    );
    assert_eq!(
        (message.channel.id.as_str(), message.ticket),
        ("servicers", Some(7))
    );
    assert_eq!(message.sender.standing, Standing::Staff);
}

async fn start(fake: &Fake, named: &[&str]) -> Desk {
    let mut desk = desk::kf(
        fake,
        &json!({"servicers": {KF: named}}),
        Arc::new(InMemoryStorage::default()),
    );
    desk.connected().await;
    fake.says("wm1", "转人工");
    desk.message().await;
    desk
}

#[tokio::test]
async fn a_ticket_goes_to_the_first_named_servicer_on_duty_and_its_number_still_reaches_the_customer() {
    let fake = Fake::start().await;
    fake.on_duty("lisi");
    let mut desk = start(&fake, &["zhangsan", "lisi"]).await;
    desk.delivered(1, &opened("kf")).await;
    assert_eq!(fake.state("wm1"), (3, "lisi".to_owned()));
    is_order(&desk.message().await, "lisi", "claim");
    let number = reply(&format!("private:{KF}/wm1"), "工单 #7 已建立");
    desk.delivered(2, &number).await;
    let said = fake.said().pop().unwrap();
    assert!(said.code.is_some() && said.text == "工单 #7 已建立", "{said:?}");
    let Delivery::Refused { reason } = desk.send(3, &number).await else {
        panic!()
    };
    assert!(reason.contains("a servicer has the conversation"), "{reason}");
}

#[tokio::test]
async fn with_nobody_on_duty_it_goes_to_the_pool_and_what_servicers_do_drives_the_ticket() {
    let fake = Fake::start().await;
    let mut desk = start(&fake, &["zhangsan"]).await;
    desk.delivered(1, &opened("kf")).await;
    desk.delivered(1, &opened("kf")).await;
    assert_eq!(
        (fake.state("wm1").0, fake.calls("kf/service_state/trans")),
        (2, 1),
        "handed over once"
    );
    fake.session("wm1", 1, "wangwu");
    is_order(&desk.message().await, "wangwu", "claim");
    fake.answers("wangwu", "wm1", "已为您退款");
    assert_eq!(desk.message().await.sender.standing, Standing::Staff);
    fake.session("wm1", 3, "wangwu");
    is_order(&desk.message().await, "wangwu", "resolve");
    desk.delivered(4, &reply(&format!("private:{KF}/wm1"), "工单已解决"))
        .await;
    assert!(
        fake.said().pop().unwrap().code.is_some(),
        "said with the code of the session's end"
    );
    fake.session("wm1", 4, "wangwu");
    is_order(&desk.message().await, "wangwu", "reopen");
    is_order(&desk.message().await, "wangwu", "claim");
}

#[tokio::test]
async fn a_ticket_that_ends_takes_its_customer_out_of_the_pool_and_not_away_from_a_servicer() {
    let fake = Fake::start().await;
    let mut desk = start(&fake, &[]).await;
    // Nothing was handed over yet.
    desk.delivered(1, &ended()).await;
    assert_eq!(fake.state("wm1").0, 0);
    desk.delivered(2, &opened("kf")).await;
    assert_eq!(fake.state("wm1").0, 2);
    desk.delivered(3, &ended()).await;
    assert_eq!(fake.state("wm1").0, 4);
    let over = reply(&format!("private:{KF}/wm1"), "工单 #7 已解决");
    desk.delivered(4, &over).await;
    assert!(
        fake.said().pop().unwrap().code.is_some(),
        "said with the code of the end"
    );
    fake.says("wm1", "再问一个");
    desk.message().await;
    desk.delivered(5, &reply(&format!("private:{KF}/wm1"), "答案"))
        .await;
    assert_eq!(fake.said().pop().unwrap().code, None, "the bot answers again");

    desk.delivered(6, &opened("kf")).await;
    fake.session("wm1", 1, "wangwu");
    is_order(&desk.message().await, "wangwu", "claim");
    desk.delivered(7, &ended()).await;
    assert_eq!(fake.state("wm1"), (3, "wangwu".to_owned()));
}

#[tokio::test]
async fn what_was_taken_and_did_not_arrive_is_told_by_the_id_that_the_desk_knows() {
    let fake = Fake::start().await;
    let mut desk = start(&fake, &[]).await;
    let long = "很长的回复。".repeat(400);
    let known = desk
        .delivered(9, &reply(&format!("private:{KF}/wm1"), &long))
        .await
        .unwrap();
    let last = fake.said().pop().unwrap().id;
    assert_ne!(last, known.as_str(), "it was sent in parts");
    fake.event(
        json!({"event_type": "msg_send_fail", "external_userid": "wm1", "fail_msgid": last, "fail_type": 6}),
    );
    let Event::Undelivered(event) = desk.event().await else {
        panic!()
    };
    assert_eq!(
        (event.channel, event.message),
        (format!("private:{KF}/wm1").as_str().into(), known)
    );
    assert!(event.reason.starts_with("five messages"), "{}", event.reason);
}

#[tokio::test]
async fn a_ticket_of_another_account_cannot_be_handed_over_and_other_words_are_taken() {
    let fake = Fake::start().await;
    let desk = start(&fake, &[]).await;
    let Delivery::Refused { reason } = desk.send(1, &opened("telegram")).await else {
        panic!()
    };
    assert!(reason.contains("name another staff room"), "{reason}");
    desk.delivered(2, &reply("servicers", "digest")).await;
    assert_eq!(fake.calls("kf/service_state/trans"), 0);
}
