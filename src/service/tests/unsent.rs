//! Messages that are edited or recalled before their answer is sent: nobody reads the old text, and the room is told the
//! truth.

use super::*;

pub(super) fn recalled(place: &str, message: &MessageId) -> Incoming {
    let (account, channel) = place.split_once('/').unwrap();
    let recall = Recall {
        channel: channel.into(),
        message: message.clone(),
        by: None,
        at: "2026-11-23T09:01:00+08:00".parse().unwrap(),
    };
    Incoming {
        account: account.into(),
        event: Event::Recall(recall),
        committed: None,
    }
}

fn hold_sends(world: &World, down: bool) {
    world.platforms[0].down.store(down, Ordering::SeqCst);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn staffs_words_that_are_not_sent_yet_are_dropped_or_replaced_and_the_room_is_told_so() {
    let mut world = World::at("2026-11-23T09:00:00+08:00").await;
    world
        .say("qq/group:1", "小明", "@bot 转人工，升级失败", None)
        .await;
    let notice = world.hears("tg/staff", "#1").await.id;
    let edit = |message: &MessageId, text: &str| edited("tg", "staff", message, text);

    // Changed into a note, into other words, and taken back, while nothing gets through.
    hold_sends(&world, true);
    world.say("tg/staff", "wang", "退不了款", Some(&notice)).await;
    let first = world.last();
    world
        .event(edit(&first, &format!(">{notice} 备注 退不了款")))
        .await;
    world.hears("tg/staff", "这条还没发出，已取消").await;
    world.hears("tg/staff", "#1 已备注").await;
    world.say("tg/staff", "wang", "/t 1 旧词", None).await;
    let second = world.last();
    world.event(edit(&second, "/t 1 新词")).await;
    world.hears("tg/staff", "已换成新的内容").await;
    world.say("tg/staff", "wang", "/t 1 说错的话", None).await;
    let third = world.last();
    world.event(recalled("tg/staff", &third)).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(world.times("tg/staff", "已取消").await, 2);
    hold_sends(&world, false);
    world.hears("qq/group:1", "老王：新词").await;

    // All of it in one instant.
    let quoted = world.post("tg/staff", "wang", "改不成了", Some(&notice)).await;
    let fourth = world.last();
    world
        .event(edit(&fourth, &format!(">{notice} 备注 改不成了")))
        .await;
    quoted.await.unwrap();
    let typed = world.post("tg/staff", "wang", "/t 1 又说错", None).await;
    let fifth = world.last();
    world.event(recalled("tg/staff", &fifth)).await;
    typed.await.unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    for words in ["退不了款", "旧词", "说错", "改不成了"] {
        assert_eq!(world.times("qq/group:1", words).await, 0, "{words}");
    }
    assert_eq!(world.times("tg/staff", "撤回不了").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_question_that_is_taken_back_before_its_answer_is_sent_is_not_answered_and_can_be_asked_again() {
    let mut world = World::at("2026-11-23T09:00:00+08:00").await;
    hold_sends(&world, true);
    world.say("qq/group:1", "小明", "@bot 你们几点上班", None).await;
    let asked = world.last();
    tokio::time::sleep(Duration::from_millis(100)).await;
    world.event(recalled("qq/group:1", &asked)).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    // Changed, it is answered as it stands now: not at all.
    world.say("qq/group:3", "小明", "@bot 你们几点上班", None).await;
    let changed = world.last();
    tokio::time::sleep(Duration::from_millis(100)).await;
    world
        .event(edited("qq", "group:3", &changed, "今天天气不错"))
        .await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    hold_sends(&world, false);
    world.say("qq/group:2", "小红", "@bot 你们几点上班", None).await;
    world.hears("qq/group:2", "8:00").await;
    assert_eq!(world.times("qq/group:1", "8:00").await, 0);
    assert_eq!(world.times("qq/group:3", "8:00").await, 0);
    world.say("qq/group:1", "小明", "@bot 你们几点上班", None).await;
    world.hears("qq/group:1", "8:00").await;
}
