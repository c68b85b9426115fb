//! Customer Service: what is said, once, and what the platform's answers mean for it.

use crate::desk::{self, Desk, button, reply};
use groupdesk_contract::{Delivery, InMemoryStorage, MessageId, Segment, SystemClock};
use groupdesk_wechat_fake::{Fake, KF, Trouble};
use serde_json::json;
use std::sync::Arc;

fn channel() -> String {
    format!("private:{KF}/wm1")
}

async fn start(fake: &Fake) -> Desk {
    let mut desk = desk::start(fake).await;
    fake.says("wm1", "你好");
    desk.message().await;
    desk
}

#[tokio::test]
async fn choices_are_a_menu_whose_click_says_them_under_it() {
    let fake = Fake::start().await;
    let mut desk = start(&fake).await;
    let mut ask = reply(&channel(), "您是想问：1 退款 2 发票");
    ask.buttons = vec![button("退款", "/pick 1"), button("转人工", "/human")];
    let id = desk.delivered(1, &ask).await.unwrap();
    fake.presses("wm1", "退款");
    let pressed = desk.message().await;
    assert_eq!(pressed.text(), "/pick 1");
    let quote = pressed.quote().unwrap();
    assert_eq!((&quote.message, quote.of_bot), (&id, Some(true)));
    assert_eq!(
        fake.said().len(),
        1,
        "words and choices are one of the five messages"
    );
}

#[tokio::test]
async fn a_picture_is_uploaded_and_what_is_none_is_said_as_its_address() {
    let fake = Fake::start().await;
    let desk = start(&fake).await;
    let mut picture = reply(&channel(), "看图");
    for path in ["picture.png", "cgi-bin/none"] {
        picture.segments.push(Segment::Image {
            url: Some(format!("http://{}/{path}", fake.address)),
        });
    }
    desk.delivered(1, &picture).await;
    let said = fake.said();
    assert_eq!(said[1].request["image"]["media_id"], "media-1");
    assert_eq!(said[2].text, format!("http://{}/cgi-bin/none", fake.address));
    let upload = String::from_utf8_lossy(&fake.uploads()[0]).into_owned();
    assert!(
        upload.contains("name=\"media\"; filename=\"picture.png\"") && upload.contains("the rest\r\n--"),
        "{upload}"
    );
    // Uploaded, and refused all the same.
    picture.segments.remove(0);
    picture.segments.truncate(1);
    fake.trouble("kf/send_msg", Trouble::Refuse(40007));
    desk.delivered(2, &picture).await;
    assert_eq!(
        fake.said()[3].text,
        format!("http://{}/picture.png", fake.address)
    );
}

#[tokio::test]
async fn a_token_that_ends_in_mid_conversation_is_noticed_by_nobody() {
    let fake = Fake::start().await;
    let desk = start(&fake).await;
    fake.tokens_end();
    desk.delivered(1, &reply(&channel(), "退款 3 天内到账")).await;
    fake.tokens_end();
    desk.delivered(2, &reply(&channel(), "还有别的吗")).await;
    assert!(fake.granted() >= 3);
}

#[tokio::test]
async fn what_the_platform_says_is_told_as_it_is() {
    let fake = Fake::start().await;
    let desk = start(&fake).await;
    let hi = reply(&channel(), "hi");
    fake.trouble("kf/send_msg", Trouble::Mute);
    assert!(matches!(desk.send(1, &hi).await, Delivery::Unknown { .. }));
    fake.trouble("kf/send_msg", Trouble::Endless);
    let endless = desk.send(9, &hi).await;
    assert!(
        matches!(&endless, Delivery::Unknown { reason } if reason.contains("can't be read")),
        "{endless:?}"
    );
    fake.trouble("kf/send_msg", Trouble::Page(502));
    assert!(matches!(desk.send(2, &hi).await, Delivery::Unknown { .. }));
    fake.trouble("kf/send_msg", Trouble::Refuse(45009));
    assert!(matches!(
        desk.send(3, &hi).await,
        Delivery::Later { after: Some(_), .. }
    ));
    fake.trouble("kf/send_msg", Trouble::Refuse(48002));
    let Delivery::Refused { reason } = desk.send(4, &hi).await else {
        panic!()
    };
    assert!(
        reason.contains("no right to this API") && reason.contains("48002") && !reason.contains("token"),
        "{reason}"
    );
    for key in 5..9 {
        desk.delivered(key, &hi).await;
    }
    let Delivery::Refused { reason } = desk.send(9, &hi).await else {
        panic!()
    };
    assert!(reason.contains("five messages"), "{reason}");
    let Delivery::Refused { reason } = desk.send(10, &reply(&format!("private:{KF}/wm2"), "hi")).await else {
        panic!()
    };
    assert!(reason.contains("48 hours"), "{reason}");
    assert!(matches!(
        desk.send(11, &reply("group:1", "hi")).await,
        Delivery::Refused { .. }
    ));
}

#[tokio::test]
async fn a_long_reply_that_broke_off_goes_on_where_it_was_under_the_same_ids() {
    let fake = Fake::start().await;
    let desk = start(&fake).await;
    let long = reply(&channel(), &"很长的答案。".repeat(200));
    // The first part goes through; the second one is asked to wait.
    fake.trouble("kf/send_msg", Trouble::Slow(std::time::Duration::from_millis(1)));
    fake.trouble("kf/send_msg", Trouble::Refuse(-1));
    assert!(matches!(desk.send(1, &long).await, Delivery::Later { .. }));
    let first = desk.delivered(1, &long).await.unwrap();
    let said = fake.said();
    assert_eq!(
        said.iter().map(|said| said.text.as_str()).collect::<String>(),
        long.text()
    );
    assert_eq!(first, MessageId::new(said[0].id.as_str()));
    assert!(said.iter().all(|said| said.text.len() <= 2048));
}

#[tokio::test]
async fn a_link_to_the_service_account_is_made_for_a_scene() {
    let fake = Fake::start().await;
    let settings: groupdesk_wechat::CustomerServiceSettings =
        serde_json::from_value(fake.connection()).unwrap();
    let clock = Arc::new(SystemClock);
    let url = groupdesk_wechat::qr::contact_way(&settings, clock.clone(), KF, Some("group1"))
        .await
        .unwrap();
    assert_eq!(
        url,
        format!("https://work.weixin.qq.com/kfid/kfc{KF}?enc_scene=group1")
    );
    let accounts = groupdesk_wechat::qr::accounts(&settings, clock.clone())
        .await
        .unwrap();
    assert_eq!(accounts, [(KF.to_owned(), "客服".to_owned())]);
    let bad = groupdesk_wechat::qr::contact_way(&settings, clock, KF, Some("a b")).await;
    assert!(bad.unwrap_err().contains("letters"));
}

#[tokio::test]
async fn who_enters_is_welcomed_once() {
    let fake = Fake::start().await;
    let mut desk = desk::kf(
        &fake,
        &json!({"welcome": "您好，请直接提问"}),
        Arc::new(InMemoryStorage::default()),
    );
    desk.connected().await;
    fake.enters("wm1", "WELCOME");
    let said = fake
        .hears("a welcome", |said| said.text == "您好，请直接提问")
        .await;
    assert_eq!(said.code.as_deref(), Some("WELCOME"));
    desk.quiet().await;
    assert_eq!(fake.said().len(), 1);
}

#[tokio::test]
async fn nothing_is_sent_to_channels_of_no_platform() {
    let fake = Fake::start().await;
    let desk = desk::start(&fake).await;
    groupdesk_testkit::check_channels(desk.adapter.as_ref(), "private:wk1/wm1").await;
}
