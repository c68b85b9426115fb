//! Edited staff messages, which are read as orders again: no text that is not for the member reaches or stays with them.

use super::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_staff_change_is_read_as_an_order_again_whatever_it_was_and_is() {
    let mut world = World::at("2026-11-23T09:00:00+08:00").await;
    world
        .say("qq/group:1", "小明", "@bot 转人工，升级失败", None)
        .await;
    let notice = world.hears("tg/staff", "#1").await.id;
    world
        .say("qq/group:2", "小红", "@bot 转人工，发票丢了", None)
        .await;
    world.hears("tg/staff", "#2").await;
    let edit = |message: &MessageId, text: &str| edited("tg", "staff", message, text);

    // A reply becomes a note: nobody but staff reads it, and what was said is taken back.
    world.say("tg/staff", "wang", "/t 1 我看看", None).await;
    let first = world.last();
    world.hears("tg/staff", "✓ #1").await;
    world.event(edit(&first, "/t 1 note 他是骗子")).await;
    world.hears("tg/staff", "已从成员那边撤回").await;
    world.hears("tg/staff", "#1 已备注").await;
    assert_eq!(world.times("qq/group:1", "我看看").await, 0);

    // The note becomes a reply, which the platform quotes; another ticket's; a reply under a quote; talk.
    world.event(edit(&first, "/t 1 请稍等")).await;
    world.hears("qq/group:1", "老王：请稍等").await;
    world.event(edit(&first, "/t 2 发票重开了")).await;
    world.hears("qq/group:2", "老王：发票重开了").await;
    assert_eq!(world.times("qq/group:1", "请稍等").await, 0);
    world.event(edit(&first, &format!(">{notice} 在查了"))).await;
    world.hears("qq/group:1", "老王：在查了").await;
    assert_eq!(world.times("qq/group:2", "发票重开了").await, 0);
    world.event(edit(&first, &format!(">{notice} 还在查"))).await;
    world.hears("qq/group:1", "老王：还在查").await;
    assert_eq!(world.times("qq/group:1", "在查了").await, 0);
    world.event(edit(&first, "/t 1 还在等")).await;
    world.hears("qq/group:1", "老王：还在等").await;
    world.event(edit(&first, "中午吃什么")).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(world.times("qq/group:1", "还在等").await, 0);
    // Another order is done.
    world.event(edit(&first, "/t 1 resolve")).await;
    world.hears("tg/staff", "#1 已解决").await;

    // Over all of it neither member read a word that was not for them.
    for group in ["qq/group:1", "qq/group:2"] {
        for words in ["骗子", "note", "/t", "中午", "resolve"] {
            assert_eq!(world.times(group, words).await, 0, "{words} in {group}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_edit_that_changes_no_words_does_nothing_and_one_of_a_negatives_order_neither() {
    let mut world = World::at("2026-11-23T09:00:00+08:00").await;
    world
        .say("qq/group:1", "小明", "@bot 转人工，升级失败", None)
        .await;
    world.hears("tg/staff", "#1").await;
    world
        .say("tg/staff", "wang", "/t 1 看 https://x.example", None)
        .await;
    let first = world.last();
    world.hears("tg/staff", "✓ #1").await;
    let before = world.platforms[1].said("staff").len();
    world
        .event(edited("tg", "staff", &first, "/t 1 看 https://x.example"))
        .await;
    world
        .event(edited("tg", "staff", &first, "/t 1  看 https://x.example "))
        .await;
    world
        .event(edited("tg", "staff", &first, "/t 9223372036854775808 claim"))
        .await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    let said = world.platforms[1].said("staff");
    let texts: Vec<&str> = said[before..].iter().map(|said| said.text.as_str()).collect();
    assert!(texts.iter().all(|text| !text.contains("消息已改")), "{texts:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_member_changes_into_a_question_or_a_call_is_answered_once() {
    let mut world = World::at("2026-11-23T09:01:00+08:00").await;
    world.say("qq/group:1", "小明", "你们", None).await;
    let said = world.last();
    let edit = |text: &str| edited("qq", "group:1", &said, text);
    world.event(edit("你们几点上班？")).await;
    world.hears("qq/group:1", "8:00").await;
    // What the platform repeats, and what is changed once more, is not answered again.
    world.event(edit("你们几点上班？")).await;
    world.event(edit("你们周末几点上班？")).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(world.times("qq/group:1", "8:00").await, 1);
    // A change that quotes a word of ours calls us.
    let ours = world.hears("qq/group:1", "8:00").await.id;
    world.say("qq/group:1", "小明", "那个谁", None).await;
    let other = world.last();
    let call = format!(">{ours} 转人工");
    world.event(edited("qq", "group:1", &other, &call)).await;
    world.hears("tg/staff", "#1").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn new_words_under_a_quote_reach_the_member_whatever_the_platform_can_do() {
    let mut world = World::at("2026-11-23T09:00:00+08:00").await;
    world
        .say("qq/group:1", "小明", "@bot 转人工，升级失败", None)
        .await;
    let notice = world.hears("tg/staff", "#1").await.id;
    let member = Arc::clone(&world.platforms[0]);
    for (edits, unsends) in [(true, true), (false, true), (false, false)] {
        member.edits.store(edits, Ordering::SeqCst);
        member.unsends.store(unsends, Ordering::SeqCst);
        world.kill().await;
        let (old, new) = (
            format!("请看旧 {edits} {unsends}"),
            format!("请看新 {edits} {unsends}"),
        );
        world.say("tg/staff", "wang", &old, Some(&notice)).await;
        let written = world.last();
        world.hears("qq/group:1", &old).await;
        world.hears("tg/staff", "✓ #1").await;
        let quoted = || edited("tg", "staff", &written, &format!(">{notice} {new}"));
        world.event(quoted()).await;
        world.hears("qq/group:1", &format!("老王：{new}")).await;
        // What is not changed once more, a preview of a link for one, is not said once more.
        world.event(quoted()).await;
        // The notice is gone: the message quotes nothing any more, and its words are for the same member.
        let newest = format!("请看新新 {edits} {unsends}");
        world.event(edited("tg", "staff", &written, &newest)).await;
        world.hears("qq/group:1", &format!("老王：{newest}")).await;
        tokio::time::sleep(Duration::from_millis(100)).await;
        let stand = usize::from(!edits && !unsends);
        for (text, times) in [(&old, stand), (&new, stand), (&newest, 1)] {
            assert_eq!(
                world.times("qq/group:1", &format!("老王：{text}")).await,
                times,
                "{text}"
            );
        }
    }
    // What is among staff alone from now on is not said.
    world.say("tg/staff", "wang", "稍等", Some(&notice)).await;
    let written = world.last();
    world.hears("qq/group:1", "老王：稍等").await;
    world.event(edited("tg", "staff", &written, "//他又来了")).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(world.times("qq/group:1", "他又来了").await, 0);
}
