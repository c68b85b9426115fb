//! Questions that nobody answered: queued by what is written of decisions, in groups that lose what is pruned and forgotten.

use super::*;
use crate::unanswered::{State, weight_at};

/// A question of a member that nobody answered.
fn missed(message: &str, member: &str, second: i64) -> NewDecision {
    NewDecision {
        member: member.into(),
        called: false,
        decision: "quiet".to_owned(),
        rule: "not_certain".to_owned(),
        entry: None,
        text: Some(format!("审计日志怎么导出 {message}")),
        ..decisions::decision("g1", message, second)
    }
}

async fn keep(store: &dyn Store, decisions: Decisions) {
    let batch = Batch {
        decisions,
        ..Batch::default()
    };
    store.commit(&batch).await.unwrap();
}

async fn rows(store: &dyn Store, rows: Vec<NewDecision>) {
    keep(
        store,
        Decisions {
            rows,
            ..Decisions::default()
        },
    )
    .await;
}

/// Places all that is queued in one group, and returns the messages' weights.
pub(super) async fn place(store: &dyn Store, group: Option<i64>) -> Vec<Option<u8>> {
    let queued = store.queued_misses(at(100_000), 100).await.unwrap();
    let changes = queued.iter().map(|queued| {
        let decision = queued.decision;
        match (queued.miss.clone(), queued.group) {
            (None, _) => MissChange::Leaves { decision },
            (Some(miss), Some(_)) => MissChange::Weighs {
                decision,
                weight: miss.weight,
            },
            (Some(miss), None) => MissChange::Into {
                decision,
                miss,
                group,
                begins: 1,
            },
        }
    });
    store.place_misses(&changes.collect::<Vec<_>>()).await.unwrap();
    while !store.recount_miss_groups(1).await.unwrap().is_empty() {}
    assert_eq!(store.queued_misses_count().await.unwrap(), 0);
    let weight = |queued: &QueuedMiss| queued.miss.as_ref().map(|miss| miss.weight);
    queued.iter().map(weight).collect()
}

async fn a_message_that_is_decided_once_more_before_it_is_placed_is_kept_as_any_other(home: &Home) {
    let store = home.open().await;
    rows(&*store, vec![missed("m1", "u1", 1)]).await;
    rows(&*store, vec![missed("m1", "u1", 1)]).await;
    let outcome = decisions::outcome("m1", Outcome::HandedOver, 2);
    keep(
        &*store,
        Decisions {
            rows: vec![missed("m1", "u1", 1), missed("m2", "u2", 2)],
            outcomes: vec![outcome],
            ..Decisions::default()
        },
    )
    .await;
    assert_eq!(store.queued_misses_count().await.unwrap(), 2);
}

/// Calls all that this part of the store can do.
pub(super) async fn everything(store: &dyn Store) {
    rows(store, vec![missed("m21", "u1", 21), missed("m22", "u2", 22)]).await;
    let words = DecisionOutcome {
        words: Some("在设置里".to_owned()),
        ..decisions::outcome("m21", Outcome::HandedOver, 31)
    };
    place(store, None).await;
    let all = Decisions {
        outcomes: vec![words, decisions::outcome("m22", Outcome::Helped, 31)],
        ..Decisions::default()
    };
    keep(store, all).await;
    place(store, None).await;
    let groups = store.miss_groups(State::Open, Some(at(0)), 5).await.unwrap();
    let id = groups[0].id;
    store.kept_miss_groups(0, 10).await.unwrap();
    store.kept_miss_group(id).await.unwrap();
    store.miss_group(id).await.unwrap();
    store.misses_in(id, 5).await.unwrap();
    store.staff_answers(id).await.unwrap();
    let leaves = MissChange::Leaves { decision: 99 };
    store.place_misses(&[leaves]).await.unwrap();
    let asked = store
        .asked_by(&super::place("g1"), &"u1".into(), (at(0), at(99)))
        .await
        .unwrap();
    let asked: Vec<i64> = asked.iter().map(|one| one.id).collect();
    store
        .put_aside(&asked, true, &memo("@aside", "1", "x"))
        .await
        .unwrap();
    store.merge_miss_groups(&[(id, id + 1)]).await.unwrap();
    store.recount_miss_groups(5).await.unwrap();
    let by = ("wang", at(9));
    store
        .settle_miss_group(id, State::Ignored, by, None)
        .await
        .unwrap();
}

async fn group(store: &dyn Store) -> MissGroup {
    let groups = store.miss_groups(State::Open, None, 10).await.unwrap();
    assert_eq!(groups.len(), 1, "{groups:?}");
    groups[0].clone()
}

async fn what_is_a_miss_is_queued_by_whatever_makes_it_one_and_weighs_what_came_of_it(home: &Home) {
    let store = home.open().await;
    let answered = decisions::decision("g1", "m4", 4);
    let untold = NewDecision {
        text: None,
        ..missed("m5", "u5", 5)
    };
    let talk = NewDecision {
        question: false,
        called: true,
        rule: "called_but_unknown".to_owned(),
        ..missed("m6", "u6", 6)
    };
    let offered = |message: &str, second| NewDecision {
        rule: "several_fit".to_owned(),
        ..missed(message, message, second)
    };
    let picked = NewDecision {
        member: "m7".into(),
        rule: "picked".to_owned(),
        ..decisions::decision("g1", "m9", 20)
    };
    let called = NewDecision {
        called: true,
        rule: "called_but_unknown".to_owned(),
        ..missed("m2", "u2", 2)
    };
    let ticket = NewDecision {
        ticket: Some(7),
        ..called.clone()
    };
    let ticket = NewDecision {
        message: "m3".into(),
        ..ticket
    };
    rows(
        &*store,
        vec![
            missed("m1", "u1", 1),
            called,
            ticket,
            answered,
            untold,
            talk,
            offered("m7", 10),
            offered("m8", 11),
            picked,
        ],
    )
    .await;
    // What may still be picked from waits.
    assert_eq!(store.queued_misses(at(60), 100).await.unwrap().len(), 3);
    assert_eq!(
        place(&*store, None).await,
        [Some(1), Some(3), Some(5), None, Some(1)]
    );
    let found = group(&*store).await;
    assert_eq!((found.messages, found.members), (4, 3));
    let weight = weight_at(found.rank, at(0));
    assert!((weight - 30.0).abs() < 0.1, "{weight}");

    // The answer that did not help is a miss too, and a message that got a ticket weighs more.
    let outcomes = vec![
        decisions::outcome("m4", Outcome::DidNotHelp, 30),
        DecisionOutcome {
            words: Some("在设置里，点导出".to_owned()),
            by: "wang".to_owned(),
            ..decisions::outcome("m1", Outcome::HandedOver, 31)
        },
    ];
    let more = Decisions {
        outcomes,
        joined: vec![Joined {
            place: super::place("g1"),
            message: "m8".into(),
            into: "m2".into(),
            at: at(32),
        }],
        ..Decisions::default()
    };
    keep(&*store, more).await;
    assert_eq!(place(&*store, Some(found.id)).await, [Some(5), Some(3), None]);
    let found = group(&*store).await;
    assert_eq!((found.messages, found.members), (4, 2));
    let weight = weight_at(found.rank, at(0));
    assert!((weight - 32.0).abs() < 0.1, "{weight}");
    let answers = store.staff_answers(found.id).await.unwrap();
    assert_eq!(answers.len(), 1);
    assert_eq!(answers[0].text, "在设置里，点导出");
    assert_eq!(store.misses_in(found.id, 10).await.unwrap().len(), 4);
}

async fn a_group_loses_what_is_forgotten_and_pruned_and_ends_when_nothing_is_left(home: &Home) {
    let store = home.open().await;
    let words = DecisionOutcome {
        words: Some("在设置里".to_owned()),
        by: "wang".to_owned(),
        ..decisions::outcome("m1", Outcome::AnsweredByStaff, 31)
    };
    let all = Decisions {
        rows: vec![
            missed("m1", "u1", 1),
            missed("m2", "u1", 2),
            missed("m3", "u2", 3_000),
        ],
        outcomes: vec![words],
        ..Decisions::default()
    };
    keep(&*store, all).await;
    place(&*store, None).await;
    let id = group(&*store).await.id;
    let member = Forget::Member("qq".into(), "u1".into());
    store.forget(&member).await.unwrap();
    while !store.recount_miss_groups(1).await.unwrap().is_empty() {}
    let found = group(&*store).await;
    assert_eq!((found.messages, found.members, found.first), (1, 1, at(3_000)));
    assert_eq!(store.staff_answers(id).await.unwrap(), []);
    store.prune(&horizon(0, 5_000)).await.unwrap();
    while !store.recount_miss_groups(1).await.unwrap().is_empty() {}
    assert_eq!(store.miss_group(id).await.unwrap(), None);
    // Its number is not given again.
    rows(&*store, vec![missed("m9", "u1", 9_000)]).await;
    place(&*store, None).await;
    assert_eq!(group(&*store).await.id, id + 1);
}

async fn a_merged_group_is_found_by_its_old_number_and_what_was_put_aside_is_known_again(home: &Home) {
    let store = home.open().await;
    let mut ids = Vec::new();
    for (message, second) in [("m1", 1), ("m2", 2), ("m3", 3)] {
        rows(&*store, vec![missed(message, message, second)]).await;
        let queued = store.queued_misses(at(9), 1).await.unwrap();
        let change = MissChange::Into {
            decision: queued[0].decision,
            miss: queued[0].miss.clone().unwrap(),
            group: None,
            begins: 5,
        };
        ids.push(store.place_misses(&[change]).await.unwrap()[0].1);
    }
    store.merge_miss_groups(&[(ids[1], ids[0])]).await.unwrap();
    while !store.recount_miss_groups(10).await.unwrap().is_empty() {}
    let found = store.miss_group(ids[1]).await.unwrap().unwrap();
    assert_eq!((found.id, found.messages, found.members), (ids[0], 2, 2));
    store
        .settle_miss_group(ids[0], State::Ignored, ("wang", at(9)), Some(b"mean"))
        .await
        .unwrap();
    let kept = store.kept_miss_groups(0, 10).await.unwrap();
    let kept: Vec<_> = kept
        .iter()
        .map(|kept| (kept.id, kept.state, kept.mean.as_deref(), kept.texts.len()))
        .collect();
    assert_eq!(
        kept,
        [
            (ids[0], State::Ignored, Some(&b"mean"[..]), 2),
            (ids[2], State::Open, None, 1)
        ]
    );
    assert_eq!(store.kept_miss_groups(1, 10).await.unwrap().len(), 1);
    assert_eq!(store.kept_miss_groups(2, 10).await.unwrap(), []);
    let since = store.miss_groups(State::Open, Some(at(4)), 10).await.unwrap();
    assert_eq!(since, []);
}

async fn a_question_that_is_put_aside_leaves_its_group_whatever_follows_and_may_come_back(home: &Home) {
    let store = home.open().await;
    rows(
        &*store,
        vec![
            missed("m1", "u1", 1),
            missed("m2", "u2", 2),
            missed("m3", "u1", 50),
        ],
    )
    .await;
    place(&*store, None).await;
    let id = group(&*store).await.id;
    let of = store
        .asked_by(&super::place("g1"), &"u1".into(), (at(0), at(10)))
        .await
        .unwrap();
    let asked: Vec<i64> = of.iter().map(|one| one.id).collect();
    assert_eq!(asked.len(), 1, "{of:?}");
    let note = memo("@aside", "7", "by wang");
    store.put_aside(&asked, true, &note).await.unwrap();
    assert_eq!(place(&*store, Some(id)).await, [None]);
    assert_eq!(group(&*store).await.messages, 2);
    // What becomes of it later changes nothing.
    let later = Decisions {
        outcomes: vec![decisions::outcome("m1", Outcome::HandedOver, 60)],
        ..Decisions::default()
    };
    keep(&*store, later).await;
    assert_eq!(place(&*store, Some(id)).await, [None]);
    assert_eq!(group(&*store).await.messages, 2);
    let kept = store.memo("@aside", "7").await.unwrap();
    assert_eq!(kept.as_deref(), Some("by wang"));
    let note = memo("@aside", "7", "");
    store.put_aside(&asked, false, &note).await.unwrap();
    assert_eq!(place(&*store, Some(id)).await, [Some(5)]);
    assert_eq!(group(&*store).await.messages, 3);
}

over_every_store![
    a_question_that_is_put_aside_leaves_its_group_whatever_follows_and_may_come_back,
    a_message_that_is_decided_once_more_before_it_is_placed_is_kept_as_any_other,
    what_is_a_miss_is_queued_by_whatever_makes_it_one_and_weighs_what_came_of_it,
    a_group_loses_what_is_forgotten_and_pruned_and_ends_when_nothing_is_left,
    a_merged_group_is_found_by_its_old_number_and_what_was_put_aside_is_known_again,
];
