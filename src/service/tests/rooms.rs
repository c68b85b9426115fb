//! Staff of different rooms, with a real store between a message and its quote.

use super::World;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn staff_who_were_not_told_of_a_ticket_make_nothing_of_it_and_no_draft_either() {
    let mut world = World::at("2026-11-23T10:00:00+08:00").await;
    world.say("qq/group:1", "ming", "@bot /human 装不上", None).await;
    world.hears("tg/staff", "【工单 #1】").await;
    world.say("tg/staff", "wang", "/t 1 重装一遍", None).await;
    world.hears("qq/group:1", "重装一遍").await;
    world
        .say("qq/group:other", "hong", "@bot /human 发票", None)
        .await;
    world.hears("tg/other", "【工单 #2】").await;
    for order in ["/t 1", "/t 1 您好", "/t 1 close", "/faq draft 1", "/faq 采纳 1"] {
        world.say("tg/other", "guest", order, None).await;
    }
    assert_eq!(world.times("tg/other", "这里没有").await, 4);
    assert_eq!(world.times("tg/other", "只有管理员").await, 1);
    assert_eq!(world.times("tg/other", "装").await, 0);
    assert_eq!(world.times("qq/group:1", "您好").await, 0);
    world.say("tg/staff", "wang", "/faq draft 1", None).await;
    world.hears("tg/staff", "/faq accept 1").await;
    // Closed and out of the book: still nobody else's.
    world.say("tg/staff", "wang", "/t 1 close", None).await;
    world.say("tg/other", "guest", "/faq draft 1", None).await;
    assert_eq!(world.times("tg/other", "这里没有工单 #1").await, 2);
    assert_eq!(world.times("tg/other", "装").await, 0);
}
