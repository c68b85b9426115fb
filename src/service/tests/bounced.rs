//! Messages that a platform took and then did not deliver, or not in whole.

use super::*;
use groupdesk_contract::Undelivered;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_bounces_late_stands_nowhere_and_the_next_one_who_asks_reads_it() {
    let mut world = World::at("2026-11-23T09:00:00+08:00").await;
    let ask = "@bot 客服的上班时间是什么时候";
    world.say("qq/group:1", "小明", ask, None).await;
    let answer = world.hears("qq/group:1", "8:00").await.id;
    world.say("qq/group:1", "小红", ask, None).await;
    world.hears("qq/group:1", "回答过").await;

    // What was sent must be written before it can bounce; a platform takes longer for that, too.
    tokio::time::sleep(Duration::from_millis(200)).await;
    let bounced = Undelivered {
        channel: "group:1".into(),
        message: answer.clone(),
        reason: "over quota".to_owned(),
        at: world.clock.now(),
    };
    world.platforms[0].said.lock().retain(|said| said.id != answer);
    // Heard twice, as platforms tell it: heeded once.
    for _ in 0..2 {
        let event = Incoming {
            account: "qq".into(),
            event: Event::Undelivered(bounced.clone()),
            committed: None,
        };
        world.event(event).await;
    }
    world.say("qq/group:1", "小刚", ask, None).await;
    world.hears("qq/group:1", "8:00").await;
    world.say("qq/group:1", "小红", ask, None).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(world.times("qq/group:1", "回答过").await, 2);
    assert_eq!(world.times("qq/group:1", "8:00").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn staff_whose_file_the_member_s_platform_does_not_take_are_told_with_the_receipt() {
    let mut world = World::at("2026-11-23T09:00:00+08:00").await;
    world
        .say("qq/group:1", "小明", "@bot 转人工，升级失败", None)
        .await;
    world.hears("tg/staff", "#1").await;
    let file = Segment::File {
        name: Some("步骤.pdf".to_owned()),
        url: Some("account-file:mail/INBOX/7/1".to_owned()),
    };
    let mut answer = edited("tg", "staff", &"s1".into(), "/t 1 照附件做");
    if let Event::Edit(edit) = answer.event {
        let mut message = edit.message;
        message.segments.push(file);
        answer.event = Event::Message(message);
    }
    world.event(answer).await;
    let said = world.hears("qq/group:1", "照附件做").await;
    assert!(
        said.text.contains("步骤.pdf") && !said.text.contains("account-file"),
        "{said:?}"
    );
    let told = world.hears("tg/staff", "附件没有送到").await;
    assert!(
        told.text.contains("✓ #1") && told.text.contains("步骤.pdf"),
        "{told:?}"
    );
}
