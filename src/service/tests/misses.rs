//! From questions that nobody answered to an entry: grouped as they come, listed in the staff room, shown in full, and live on an
//! admin's second word.

use super::*;
use crate::store::{MissGroup, Misses};
use crate::unanswered::State as GroupState;

impl World {
    async fn groups(&self, state: GroupState) -> Vec<MissGroup> {
        let store = SqliteStore::open(self.folder.path().join("test.db"))
            .await
            .unwrap();
        let groups = store.miss_groups(state, None, 20).await.unwrap();
        store.close().await;
        groups
    }

    /// Waits until the open groups have this many messages, the heaviest first.
    async fn grouped(&self, messages: &[u64]) -> Vec<MissGroup> {
        let mut groups = Vec::new();
        for _ in 0..200 {
            groups = self.groups(GroupState::Open).await;
            if groups
                .iter()
                .map(|group| group.messages)
                .eq(messages.iter().copied())
            {
                return groups;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{messages:?}: {groups:#?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_group_becomes_an_entry_after_an_admin_saw_all_of_it_and_its_messages_are_answered() {
    let mut world = World::at("2026-11-23T10:00:00+08:00").await;
    let file = world.folder.path().join("faq.yaml");
    std::fs::write(&file, FAQ).unwrap();
    world.kill().await;
    let group = "qq/group:1";
    for (who, said) in [
        ("u1", "怎么导出审计日志"),
        ("u2", "审计日志怎么导出？"),
        ("u3", "请问审计日志在哪里导出"),
        ("u5", "发票抬头写错了怎么改"),
    ] {
        world.say(group, who, said, None).await;
    }
    world
        .say(group, "u4", "@bot /human 怎样导出审计日志啊", None)
        .await;
    world.hears("tg/staff", "【工单 #1】").await;
    world.say("tg/staff", "wang", "/t 1 在设置里点导出", None).await;
    world.hears(group, "在设置里点导出").await;
    let groups = world.grouped(&[3, 1]).await;
    let (first, other) = (groups[0].id, groups[1].id);
    assert_eq!(groups[0].members, 3);

    world.say("tg/staff", "wang", "/faq misses", None).await;
    let told = world.hears("tg/staff", "没人答上的问题").await.text;
    assert!(told.contains(&format!("m{first} ×3")), "{told}");
    // A room that is told of none of these channels sees nothing of them.
    world.say("tg/other", "li", "/faq misses", None).await;
    world.hears("tg/other", "没有没人答上的问题").await;

    // Nobody of the staff has answered in a ticket of the group: the admin does.
    world
        .say("tg/staff", "wang", &format!("/faq accept m{first}"), None)
        .await;
    world.hears("tg/staff", "请把答案写在第二行起").await;
    let order = format!("/faq accept m{first}\n在设置里，点“导出”");
    world.say("tg/staff", "wang", &order, None).await;
    let told = world.hears("tg/staff", "还没有写入").await.text;
    for words in [
        "asked-",
        "在设置里，点“导出”",
        "怎么导出审计日志",
        "3 条中 3 条有回答",
        "新回答",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
    assert_eq!(std::fs::read_to_string(&file).unwrap(), FAQ);
    world.say("tg/staff", "wang", "1", None).await;
    let told = world.hears("tg/staff", "已写入").await.text;
    assert!(told.contains(&format!("m{first} → + asked-{first}")), "{told}");
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.starts_with(FAQ) && text.contains("asked-"), "{text}");
    world.grouped(&[1]).await;
    assert_eq!(world.groups(GroupState::Accepted).await[0].id, first);
    // Taken out of the file again, its questions are what nobody answers.
    std::fs::write(&file, FAQ).unwrap();
    world.kill().await;
    assert_eq!(world.grouped(&[3, 1]).await[0].id, first);
    std::fs::write(&file, &text).unwrap();
    world.kill().await;
    world.grouped(&[1]).await;

    // What is ignored stays ignored, and so does what is near it, after a restart too.
    let order = format!("/faq ignore m{other}");
    world.say("tg/staff", "wang", &order, None).await;
    world.hears("tg/staff", "不再提示，相近").await;
    world.kill().await;
    world.say(group, "u6", "发票抬头写错了怎么改呀", None).await;
    world.say(group, "u7", "@bot 审计日志在哪儿导出", None).await;
    world.hears(group, "在设置里，点“导出”").await;
    for _ in 0..100 {
        if world.groups(GroupState::Ignored).await[0].messages == 2 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(world.groups(GroupState::Ignored).await[0].messages, 2);
    assert_eq!(world.groups(GroupState::Open).await, []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_group_that_another_admin_settles_under_a_preview_is_not_written() {
    let mut world = World::at("2026-11-23T10:00:00+08:00").await;
    let file = world.folder.path().join("faq.yaml");
    world.say("qq/group:1", "u1", "怎么导出审计日志", None).await;
    let id = world.grouped(&[1]).await[0].id;
    let order = format!("/faq accept m{id}\n在设置里");
    world.say("tg/staff", "wang", &order, None).await;
    world.hears("tg/staff", "还没有写入").await;
    world
        .say("tg/staff", "li", &format!("/faq ignore m{id}"), None)
        .await;
    world.hears("tg/staff", "不再提示，相近").await;
    world.say("tg/staff", "wang", "1", None).await;
    world.hears("tg/staff", "在此期间被别人忽略了").await;
    assert_eq!(std::fs::read_to_string(&file).unwrap(), FAQ);
    assert_eq!(world.groups(GroupState::Ignored).await[0].id, id);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_admins_settle_groups_and_what_is_forgotten_leaves_them() {
    let mut world = World::at("2026-11-23T10:00:00+08:00").await;
    for (who, said) in [("u1", "怎么导出审计日志"), ("u2", "审计日志怎么导出？")] {
        world.say("qq/group:1", who, said, None).await;
    }
    // Where no texts are kept, nothing is grouped.
    world.say("qq/group:other", "u3", "怎样导出审计日志", None).await;
    let id = world.grouped(&[2]).await[0].id;
    for order in ["accept", "ignore", "exclude"] {
        let order = format!("/faq {order} m{id}");
        world.say("tg/staff", "zhao", &order, None).await;
    }
    world.hears("tg/staff", "只有管理员").await;
    world
        .say("tg/staff", "zhao", &format!("/faq misses m{id}"), None)
        .await;
    world.hears("tg/staff", "「审计日志怎么导出？」").await;
    let store = SqliteStore::open(world.folder.path().join("test.db"))
        .await
        .unwrap();
    for (member, left) in [("u1", &[1][..]), ("u2", &[])] {
        let member = crate::store::Forget::Member("qq".into(), member.into());
        store.forget(&member).await.unwrap();
        world.grouped(left).await;
    }
    assert_eq!(world.times("tg/staff", "只有管理员").await, 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_room_gets_a_weeks_digest_of_its_own_channels_once_where_it_is_wanted() {
    let mut world = World::at("2026-11-20T10:00:00+08:00").await;
    let config = format!("{CONFIG}unanswered: {{ digest: weekly }}\n");
    std::fs::write(world.folder.path().join("groupdesk.yaml"), config).unwrap();
    world.kill().await;
    world.say("qq/group:1", "u1", "怎么导出审计日志", None).await;
    world.grouped(&[1]).await;
    world.time("2026-11-23T08:59:00+08:00").await;
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert_eq!(world.times("tg/staff", "一周内没人答上").await, 0);
    world.time("2026-11-23T09:01:00+08:00").await;
    let told = world.hears("tg/staff", "一周内没人答上").await.text;
    assert!(told.contains("怎么导出审计日志"), "{told}");
    world.kill().await;
    world.time("2026-11-24T10:00:00+08:00").await;
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert_eq!(world.times("tg/staff", "一周内没人答上").await, 1);
    assert_eq!(world.times("tg/other", "一周内没人答上").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_room_may_not_see_is_not_shown_and_what_was_forgotten_is_not_written() {
    let mut world = World::at("2026-11-23T10:00:00+08:00").await;
    let file = world.folder.path().join("faq.yaml");
    std::fs::write(&file, FAQ).unwrap();
    let config = CONFIG.replace(
        "  qq/group:other:",
        "  qq/group:secret: { staff_rooms: [tg/other] }\n  qq/group:other:",
    );
    std::fs::write(world.folder.path().join("groupdesk.yaml"), config).unwrap();
    world.kill().await;
    for (group, who, said) in [
        ("qq/group:1", "u1", "怎么导出审计日志"),
        ("qq/group:1", "u2", "审计日志怎么导出？"),
        ("qq/group:1", "u3", "请问审计日志在哪里导出"),
        ("qq/group:secret", "u4", "请问怎么导出审计日志呀"),
    ] {
        world.say(group, who, said, None).await;
    }
    let id = world.grouped(&[4]).await[0].id;
    // Each room counts what it sees, and is told that there is more; what it decides goes for all of it, which it is told too.
    for (room, seen) in [("tg/staff", "×3（3 人"), ("tg/other", "×1（1 人")] {
        world.say(room, "wang", "/faq misses", None).await;
        let told = world.hears(room, "没人答上的问题").await.text;
        assert!(told.contains(seen) && told.contains("条在别处"), "{room}: {told}");
    }
    world
        .say("tg/other", "wang", &format!("/faq ignore m{id}"), None)
        .await;
    world.hears("tg/other", "另有 3 条").await;
    world
        .say("tg/staff", "wang", &format!("/faq reopen m{id}"), None)
        .await;
    world.hears("tg/staff", "又列出来了").await;
    world.grouped(&[4]).await;
    let order = format!("/faq accept m{id}\n在设置里，点“导出”");
    world.say("tg/staff", "wang", &order, None).await;
    let told = world.hears("tg/staff", "还没有写入").await.text;
    assert!(told.contains("另有 1 条来自这里看不到的渠道"), "{told}");
    assert!(
        told.contains("怎么导出审计日志") && told.contains("另有"),
        "{told}"
    );
    assert!(!told.contains("日志呀"), "{told}");
    let store = SqliteStore::open(world.folder.path().join("test.db"))
        .await
        .unwrap();
    let member = crate::store::Forget::Member("qq".into(), "u1".into());
    store.forget(&member).await.unwrap();
    store.close().await;
    world.say("tg/staff", "wang", "1", None).await;
    world.hears("tg/staff", "成员的原话已经删除").await;
    assert_eq!(std::fs::read_to_string(&file).unwrap(), FAQ);
    assert_eq!(world.times("tg/staff", "已写入").await, 0);
}
