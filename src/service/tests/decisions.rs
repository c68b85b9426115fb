//! Every message leaves a decision or is counted, in the batch that decides it.

use super::*;
use crate::store::{DecisionFilter, KeptDecision, SqliteStore};

impl World {
    async fn decisions(&self) -> Vec<KeptDecision> {
        let store = SqliteStore::open(self.folder.path().join("test.db"))
            .await
            .unwrap();
        let mut decisions = store.decisions(&DecisionFilter::default()).await.unwrap();
        decisions.reverse();
        decisions
    }

    async fn counted(&self) -> Vec<(String, u32)> {
        let store = SqliteStore::open(self.folder.path().join("test.db"))
            .await
            .unwrap();
        let counts = store
            .decision_counts(Timestamp::MIN, Timestamp::MAX)
            .await
            .unwrap();
        let counts = counts.into_iter().map(|count| (count.rule, count.messages));
        counts.collect()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_calls_or_asks_is_kept_and_the_rest_is_counted() {
    let mut world = World::at("2026-11-23T09:00:00+08:00").await;
    let group = "qq/group:1";
    world.say(group, "小红", "今晚吃火锅去不去", None).await;
    world.say(group, "小明", "你们几点上班？", None).await;
    world.say(group, "小刚", "哈哈哈", None).await;
    world.say(group, "小刚", "收到，谢谢大家", None).await;
    world.say("tg/staff", "wang", "大家早", None).await;
    world
        .say("qq/group:quiet", "小丽", "@bot 电视机坏了怎么修", None)
        .await;
    world.hears(group, "8:00").await;

    let kept = world.decisions().await;
    let facts: Vec<_> = kept
        .iter()
        .map(|one| {
            let row = &one.decision;
            (
                row.member.as_str(),
                row.called,
                row.decision.as_str(),
                row.rule.as_str(),
            )
        })
        .filter(|(member, ..)| *member != "小红")
        .collect();
    assert_eq!(
        facts,
        [
            ("小明", false, "answer", "unasked_but_certain"),
            ("小丽", true, "quiet", "waiting"),
        ]
    );
    let answered = &kept
        .iter()
        .find(|one| one.decision.member == "小明".into())
        .unwrap();
    let row = &answered.decision;
    assert_eq!(row.entry.as_deref(), Some("hours"));
    assert_eq!(row.text.as_deref(), Some("你们几点上班？"));
    assert_eq!(row.best[0].0, "hours");
    assert!(row.question && row.confidence >= row.needed && row.needed > Some(0.5));
    let chatter: u32 = world
        .counted()
        .await
        .iter()
        .filter(|(rule, _)| rule == "not_a_question")
        .map(|(_, messages)| messages)
        .sum();
    assert!(chatter >= 2, "{:?}", world.counted().await);
    assert!(world.counted().await.contains(&("staff_room".to_owned(), 1)));

    // The wait is over: the same row has the final decision.
    world.time("2026-11-23T09:00:10+08:00").await;
    world.hears("qq/group:quiet", "#1").await;
    let kept = world.decisions().await;
    let last: Vec<_> = kept
        .iter()
        .filter(|one| one.decision.member == "小丽".into())
        .collect();
    assert_eq!(last.len(), 1);
    let row = &last[0].decision;
    assert_eq!((row.decision.as_str(), row.ticket), ("handoff", Some(1)));
    assert_eq!(row.rule, "called_but_unknown");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_becomes_of_an_answer_is_learnt_from_members_and_staff() {
    let mut world = World::at("2026-11-23T09:00:00+08:00").await;
    let ask = "你们几点上班？";
    for group in ["qq/group:1", "qq/group:2", "qq/group:3", "qq/group:4"] {
        world.say(group, "小明", ask, None).await;
    }
    let answer = world.hears("qq/group:3", "8:00").await;
    world.say("qq/group:1", "小明", "@bot 谢谢，解决了", None).await;
    world.say("qq/group:2", "小明", "没用", None).await;
    let recall = Recall {
        channel: "group:3".into(),
        message: answer.id,
        by: Some("admin".into()),
        at: world.clock.now(),
    };
    world
        .event(Incoming {
            account: "qq".into(),
            event: Event::Recall(recall),
            committed: None,
        })
        .await;
    // The settings keep no texts there.
    world.say("qq/group:other", "小明", ask, None).await;
    world.hears("qq/group:other", "8:00").await;
    let kept = world.decisions().await;
    let outcome = |channel: &str| {
        let of = |one: &&KeptDecision| {
            one.decision.place.channel.as_str() == channel && one.decision.decision == "answer"
        };
        let row = kept.iter().find(of).unwrap();
        row.outcome
            .as_ref()
            .map(|(outcome, _, by)| (outcome.name(), by.as_str()))
    };
    assert_eq!(outcome("group:1"), Some(("helped", "")));
    assert_eq!(outcome("group:2"), Some(("did_not_help", "")));
    assert_eq!(outcome("group:3"), Some(("withdrawn", "admin")));
    assert_eq!(outcome("group:4"), None);
    let other = kept
        .iter()
        .find(|one| one.decision.place.channel.as_str() == "group:other");
    assert_eq!(other.unwrap().decision.text, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn staff_ask_why_by_ticket_by_notice_and_under_a_message_of_the_group() {
    let mut world = World::at("2026-11-23T09:00:00+08:00").await;
    world
        .say("qq/group:1", "小明", "@bot 转人工，电视机坏了", None)
        .await;
    let notice = world.hears("tg/staff", "#1").await;
    world.say("tg/staff", "wang", "/why 1", None).await;
    world.hears("tg/staff", "转人工 #1").await;
    world.say("tg/staff", "wang", "/why", Some(&notice.id)).await;
    world.say("tg/other", "zhao", "/why 1", None).await;
    // A room that was not told of the ticket hears nothing of it.
    world.hears("tg/other", "没有留下它的判断").await;
    assert_eq!(world.times("tg/staff", "转人工 #1").await, 2);
    assert_eq!(world.times("tg/other", "转人工 #1").await, 0);

    world.say("qq/group:2", "小红", "你们几点上班？", None).await;
    let answer = world.hears("qq/group:2", "8:00").await;
    let Event::Edit(edit) = edited("qq", "group:2", &"why-1".into(), "/why").event else {
        panic!("an edit")
    };
    let mut message = edit.message;
    message.sender.standing = Standing::Staff;
    message.at = world.clock.now();
    let quote = Quote {
        message: answer.id.clone(),
        of_bot: None,
        text: None,
    };
    message.segments.insert(0, Segment::Quote(quote));
    world
        .event(Incoming {
            account: "qq".into(),
            event: Event::Message(message),
            committed: None,
        })
        .await;
    let told = world.hears("tg/staff", "回答 hours").await;
    assert_eq!(told.text.lines().count(), 3, "{}", told.text);
    assert!(told.text.contains("没人叫机器人") || told.text.contains("概率"));
    assert_eq!(world.times("qq/group:2", "hours").await, 0);
}
