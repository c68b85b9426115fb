//! Whole days: holidays with restarts, an end that is down for an hour, changes and recalls both ways.

use super::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_national_day_week_over_two_platforms_and_restarts() {
    // The last minutes before the holidays: nobody of the roster is there any more, the group learns when somebody is.
    let mut world = World::at("2026-09-30T17:40:00+08:00").await;
    world
        .say("qq/group:1", "小明", "@bot 转人工，升级失败", None)
        .await;
    let told = world.hears("qq/group:1", "#1").await;
    assert!(told.text.contains("下周四（10月8日）8:00"), "{}", told.text);
    assert!(
        told.text.contains("https://example.com/docs"),
        "what is open now: {}",
        told.text
    );
    let notice = world.hears("tg/staff", "#1").await;
    assert!(notice.mentions.is_empty(), "nobody is on duty: {notice:?}");
    world.kill().await;
    world.time("2026-10-03T11:00:00+08:00").await;
    world.say("qq/group:1", "小明", "@bot 转人工，在吗", None).await;
    world.hears("tg/staff", "在吗").await;
    assert_eq!(world.times("qq/group:1", "非服务时间").await, 1, "told once");

    // The first workday: a digest in each room, once, also when the program is killed around it.
    world.time("2026-10-08T08:00:00+08:00").await;
    world.hears("tg/staff", "【上班了】").await;
    world.hears("mail/support", "【上班了】").await;
    world.kill().await;
    world.time("2026-10-08T08:05:00+08:00").await;
    assert_eq!(world.times("tg/staff", "【上班了】").await, 1);

    // Unclaimed for fifteen minutes of service: whoever is on duty is called again.
    world.time("2026-10-08T08:15:00+08:00").await;
    assert_eq!(world.hears("tg/staff", "还没有人认领").await.mentions, ["wang"]);

    // A staff member on the other platform quotes the notice; the member is answered, and staff see that it arrived.
    let answer = "请先备份再升级";
    let quote = world.hears("tg/staff", "#1").await.id;
    world.say("tg/staff", "wang", answer, Some(&quote)).await;
    world.hears("qq/group:1", answer).await;
    world.hears("tg/staff", "✓ #1").await;
    world.kill().await;
    // Over lunch the owner is away; what the member says then is in the hands of the afternoon shift.
    world.time("2026-10-08T13:10:00+08:00").await;
    let relayed = world.hears("qq/group:1", answer).await.id;
    world
        .say("qq/group:1", "小明", "备份以后还是失败", Some(&relayed))
        .await;
    let more = world.hears("tg/staff", "备份以后还是失败").await;
    assert_eq!(more.mentions, ["li"]);
    world.say("tg/staff", "li", "/t 1 我远程看一下", None).await;
    world.hears("qq/group:1", "老李：我远程看一下").await;
    world.say("tg/staff", "li", "/t 1 resolve", None).await;
    world.hears("mail/support", "#1 已解决").await;
    // The make-up Saturday is a workday; a day later the ticket is closed for good, and the next call opens another.
    world.time("2026-10-10T10:00:00+08:00").await;
    world.say("qq/group:1", "小明", "@bot 转人工", None).await;
    let saturday = world.hears("qq/group:1", "#2").await;
    assert!(!saturday.text.contains("非服务时间"), "{}", saturday.text);
    assert_eq!(
        world.times("qq/group:1", answer).await,
        1,
        "said once, over three restarts"
    );
    // A free group is pointed to the docs: no ticket.
    world.say("qq/group:free", "小红", "@bot 转人工", None).await;
    world.hears("qq/group:free", "https://example.com/docs").await;
    assert_eq!(world.times("tg/staff", "#3").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_end_that_is_down_for_an_hour_gets_everything_and_the_others_are_told() {
    let mut world = World::at("2026-11-23T09:00:00+08:00").await;
    let mail = Arc::clone(&world.platforms[2]);
    mail.down.store(true, Ordering::SeqCst);
    world
        .say("qq/group:1", "小明", "@bot 转人工，升级失败", None)
        .await;
    world.hears("tg/staff", "#1").await;
    world.time("2026-11-23T09:06:00+08:00").await;
    let told = world.hears("tg/staff", "还没送到 mail/support").await;
    assert!(told.text.contains("connection refused"), "{}", told.text);
    world.kill().await;
    world.clock.advance(SignedDuration::from_mins(54));
    mail.down.store(false, Ordering::SeqCst);
    let late = world.hears("mail/support", "升级失败").await;
    assert!(late.text.contains("#1"));
    assert_eq!(
        world.times("mail/support", "原因：").await,
        1,
        "the notice itself"
    );
    // The same for a member's platform: staff see that their word is not through yet, and then that it is.
    let qq = Arc::clone(&world.platforms[0]);
    qq.down.store(true, Ordering::SeqCst);
    world.say("tg/staff", "wang", "/t 1 请重启", None).await;
    world.time("2026-11-23T10:10:00+08:00").await;
    world.hears("tg/staff", "… #1 还没送达").await;
    qq.down.store(false, Ordering::SeqCst);
    world.hears("qq/group:1", "请重启").await;
    world.hears("tg/staff", "✓ #1").await;
    let place = Place::new("qq", "group:1");
    assert_eq!(world.times(&place.to_string(), "请重启").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_staff_change_or_take_back_changes_for_the_member_and_the_other_way_round() {
    let mut world = World::at("2026-11-23T09:00:00+08:00").await;
    world
        .say("qq/group:1", "小明", "@bot 转人工，升级失败", None)
        .await;
    let asked = world.last();
    world.hears("tg/staff", "#1").await;
    world.say("tg/staff", "wang", "/t 1 请重启服务器", None).await;
    let written = world.last();
    world.hears("tg/staff", "✓ #1").await;
    world.kill().await;
    world
        .event(edited("tg", "staff", &written, "/t 1 请重启浏览器"))
        .await;
    world.hears("tg/staff", "消息已改").await;
    world.hears("qq/group:1", "老王：请重启浏览器").await;
    let said = world.platforms[0].said("group:1");
    assert!(said.iter().all(|said| !said.text.contains("服务器")), "{said:#?}");
    world
        .event(edited("qq", "group:1", &asked, "转人工，降级失败"))
        .await;
    world.hears("tg/staff", "把消息改成：\n│ 转人工，降级失败").await;
    world
        .event(Incoming {
            account: "tg".into(),
            event: Event::Recall(Recall {
                channel: "staff".into(),
                message: written,
                by: None,
                at: "2026-11-23T09:02:00+08:00".parse().unwrap(),
            }),
            committed: None,
        })
        .await;
    world.hears("tg/staff", "已从成员那边撤回").await;
    assert_eq!(world.times("qq/group:1", "请重启").await, 0);
}
