//! Staff of different rooms, with a real store between a message and its quote.

use super::World;
use std::sync::atomic::Ordering;
use std::time::Duration;

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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_quote_of_an_id_that_two_messages_had_is_asked_back_and_reaches_no_member() {
    let mut world = World::at("2026-11-23T10:00:00+08:00").await;
    world.say("qq/group:1", "ming", "@bot /human 装不上", None).await;
    let first = world.hears("tg/staff", "【工单 #1】").await;
    world.say("tg/staff", "wang", "重装一遍", Some(&first.id)).await;
    world.hears("qq/group:1", "重装一遍").await;
    // The implementation was restarted, and numbers its messages from the beginning.
    world.number_again("tg", &first.id);
    world.say("qq/group:2", "hong", "@bot /human 发票", None).await;
    let second = world.hears("tg/staff", "【工单 #2】").await;
    assert_eq!(second.id, first.id);
    world.say("tg/staff", "wang", "稍等一下", Some(&second.id)).await;
    world.hears("tg/staff", "没有发给任何成员").await;
    for member in ["qq/group:1", "qq/group:2"] {
        assert_eq!(world.times(member, "稍等一下").await, 0, "{member}");
    }
    world
        .say("tg/staff", "wang", "/t 2 马上开", Some(&second.id))
        .await;
    world.hears("qq/group:2", "马上开").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_quote_of_an_unknown_id_is_asked_back_where_the_room_has_a_ticket() {
    let mut world = World::at("2026-11-23T10:00:00+08:00").await;
    let unknown = "tg-99".into();
    world.say("tg/staff", "wang", "中午吃什么", Some(&unknown)).await;
    assert_eq!(world.times("tg/staff", "没有发给任何成员").await, 0);
    world.platform("tg").down.store(true, Ordering::SeqCst);
    world.say("qq/group:1", "ming", "@bot /human 装不上", None).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    world.say("tg/staff", "wang", "重装一遍", Some(&unknown)).await;
    // A colleague's message is known to be one.
    let of_colleague = world.last();
    world.say("tg/staff", "li", "好的", Some(&of_colleague)).await;
    world.platform("tg").down.store(false, Ordering::SeqCst);
    world.hears("tg/staff", "没有发给任何成员").await;
    assert_eq!(world.times("tg/staff", "没有发给任何成员").await, 1);
    assert_eq!(world.times("qq/group:1", "重装一遍").await, 0);
}
