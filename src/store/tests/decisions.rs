//! Decisions are kept with their batch: one a message, with what becomes of it.

use super::*;

pub(super) fn decision(channel: &str, message: &str, second: i64) -> NewDecision {
    NewDecision {
        at: at(second),
        place: place(channel),
        member: "u1".into(),
        message: message.into(),
        called: true,
        question: true,
        act: "ask".to_owned(),
        decision: "answer".to_owned(),
        rule: "called_and_known".to_owned(),
        entry: Some("office-hours".to_owned()),
        confidence: Some(0.987),
        needed: Some(0.5),
        best: vec![
            ("office-hours".to_owned(), 0.987),
            ("refund".to_owned(), 0.01),
            ("@human".to_owned(), 0.001),
        ],
        ticket: None,
        faq_version: "0123456789ab".to_owned(),
        language: "zh".to_owned(),
        shadow: false,
        text: Some("请问一下你们客服周末几点上班呀，在线等".to_owned()),
    }
}

pub(super) fn outcome(message: &str, outcome: Outcome, second: i64) -> DecisionOutcome {
    DecisionOutcome {
        place: place("g1"),
        about: Answered::Message(message.into()),
        outcome,
        at: at(second),
        by: "u1".to_owned(),
        words: None,
    }
}

/// Something of everything that a batch can hold.
pub(super) fn of_all_kinds() -> Decisions {
    let joined = Joined {
        place: place("g1"),
        message: "m1".into(),
        into: "m2".into(),
        at: at(2),
    };
    Decisions {
        rows: vec![decision("g1", "m1", 1), decision("g1", "m2", 2)],
        joined: vec![joined],
        dropped: vec![Dropped {
            place: place("g1"),
            message: "m2".into(),
            at: at(3),
            rule: "staff_speaking".to_owned(),
        }],
        outcomes: [
            Answered::Message("m2".into()),
            Answered::Reply("p1".into()),
            Answered::Member("u1".into()),
        ]
        .map(|about| DecisionOutcome {
            about,
            ..outcome("m2", Outcome::Helped, 5)
        })
        .to_vec(),
        counts: vec![count("g1", 3)],
        labels: vec![label(1, Some(Label::Right), 6)],
    }
}

fn label(decision: i64, label: Option<Label>, second: i64) -> NewLabel {
    NewLabel {
        decision,
        label,
        at: at(second),
        by: "boss".to_owned(),
    }
}

fn count(channel: &str, messages: u32) -> DecisionCount {
    DecisionCount {
        at: at(1),
        place: place(channel),
        rule: "not_a_question".to_owned(),
        shadow: false,
        messages,
    }
}

async fn keep(store: &dyn Store, decisions: Decisions) {
    let batch = Batch {
        decisions,
        ..Batch::default()
    };
    store.commit(&batch).await.unwrap();
}

async fn on(store: &dyn Store, message: &str) -> Vec<KeptDecision> {
    store.decisions_on(&place("g1"), &message.into()).await.unwrap()
}

async fn a_message_has_one_decision_the_last_and_the_strongest_outcome(home: &Home) {
    let store = home.open().await;
    let waiting = NewDecision {
        decision: "quiet".to_owned(),
        rule: "waiting".to_owned(),
        entry: None,
        best: Vec::new(),
        text: None,
        ..decision("g1", "m2", 2)
    };
    let first = Decisions {
        rows: vec![decision("g1", "m1", 1), waiting],
        counts: vec![count("g1", 3), count("g2", 1)],
        ..Decisions::default()
    };
    keep(&*store, first).await;
    keep(&*store, of_all_kinds()).await;
    let worse = vec![
        outcome("m2", Outcome::DidNotHelp, 7),
        outcome("m2", Outcome::Helped, 7),
        outcome("m9", Outcome::Helped, 7),
    ];
    keep(
        &*store,
        Decisions {
            outcomes: worse,
            ..Decisions::default()
        },
    )
    .await;
    let late = outcome("m2", Outcome::Helped, 9);
    keep(
        &*store,
        Decisions {
            outcomes: vec![late],
            ..Decisions::default()
        },
    )
    .await;
    store.close().await;

    let store = home.open().await;
    let last = on(&*store, "m2").await;
    assert_eq!(last.len(), 1);
    assert_eq!(last[0].decision, decision("g1", "m2", 2));
    let outcome = last[0].outcome.as_ref().map(|(outcome, at, _)| (*outcome, *at));
    assert_eq!(outcome, Some((Outcome::DidNotHelp, at(7))));
    assert_eq!(on(&*store, "m1").await[0].joined, Some("m2".into()));
    // A burst is one question.
    let questions = store.logged_questions(10).await.unwrap();
    assert_eq!(questions, last);
    let counts = store.decision_counts(at(0), at(2)).await.unwrap();
    let counts: Vec<_> = counts
        .iter()
        .map(|count| (count.place.channel.as_str(), count.messages))
        .collect();
    assert_eq!(counts, [("g1", 6), ("g2", 1)]);
}

async fn an_edit_and_an_id_that_is_given_again_are_decisions_of_their_own(home: &Home) {
    let store = home.open().await;
    let again = at(3 * 86_400).duration_since(at(0)).as_secs();
    keep(
        &*store,
        Decisions {
            rows: vec![decision("g1", "m1", 1), decision("g1", "m1", again)],
            ..Decisions::default()
        },
    )
    .await;
    let edited = Decisions {
        rows: vec![decision("g1", "m1", again + 9)],
        joined: vec![Joined {
            place: place("g1"),
            message: "m1".into(),
            into: "m1".into(),
            at: at(again + 9),
        }],
        outcomes: vec![outcome("m1", Outcome::Helped, again + 20)],
        ..Decisions::default()
    };
    keep(&*store, edited).await;
    let found = on(&*store, "m1").await;
    let facts: Vec<_> = found
        .iter()
        .map(|one| (one.joined.is_some(), one.outcome.is_some()))
        .collect();
    assert_eq!(facts, [(false, true), (true, false), (false, false)]);
    // Pages of one give the same, each once.
    let mut filter = DecisionFilter {
        limit: Some(1),
        ..DecisionFilter::default()
    };
    let mut paged = Vec::new();
    while let Some(one) = store.decisions(&filter).await.unwrap().pop() {
        filter.below = Some((one.decision.at, one.id));
        paged.push(one);
    }
    assert_eq!(paged, found);
    // An id that names nothing is no message's.
    keep(
        &*store,
        Decisions {
            rows: vec![decision("g1", "0", 1), decision("g1", "0", 1)],
            ..Decisions::default()
        },
    )
    .await;
    assert_eq!(
        store.decisions(&DecisionFilter::default()).await.unwrap().len(),
        5
    );
    assert!(on(&*store, "0").await.is_empty());
}

#[tokio::test]
async fn a_decision_takes_at_most_400_bytes_with_its_indexes() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let file = folder.path().join("desk.db");
    let rows: i64 = 20_000;
    for batch in 0..rows / 200 {
        let row = |number: i64| {
            let number = batch * 200 + number;
            let message = (7_412_345_678_000_i64 + number).to_string();
            let group = format!("group:{}", 123_456_000 + number % 97);
            NewDecision {
                member: format!("{}", 1_234_567_000 + number % 977).as_str().into(),
                ..decision(&group, &message, number)
            }
        };
        let rows = (0..200).map(row).collect();
        keep(
            &store,
            Decisions {
                rows,
                ..Decisions::default()
            },
        )
        .await;
    }
    store.close().await;
    let bytes = std::fs::metadata(&file).unwrap().len() / rows.unsigned_abs();
    assert!(bytes <= 400, "{bytes} bytes a row");
}

async fn decisions_go_by_the_retention_of_their_channel_and_with_their_member(home: &Home) {
    let store = home.open().await;
    let mut rows: Vec<NewDecision> = (0..1_500)
        .map(|number| {
            decision(
                ["g1", "g2", "g3"][number % 3],
                &format!("m{number}"),
                10 + number as i64,
            )
        })
        .collect();
    for row in rows.iter_mut().skip(1_400) {
        row.member = "u2".into();
    }
    keep(
        &*store,
        Decisions {
            rows,
            counts: vec![count("g1", 1)],
            ..Decisions::default()
        },
    )
    .await;
    let horizon = Horizon {
        decisions: DecisionHorizon {
            before: at(310),
            channels: vec![(place("g2"), at(610)), (place("g3"), at(0))],
        },
        now: at(2_000),
        ..horizon(0, 0)
    };
    // 100 of the first channel, 200 of the second, none of the third.
    assert_eq!(store.prune(&horizon).await.unwrap().decisions, 300);
    assert_eq!(store.prune(&horizon).await.unwrap().decisions, 0);
    let which = Forget::Member("qq".into(), "u2".into());
    assert_eq!(store.forget(&which).await.unwrap().decisions, 100);
    let left = store.decisions(&DecisionFilter::default()).await.unwrap();
    assert_eq!(left.len(), 1_100);
    assert!(left.iter().all(|one| one.decision.member == "u1".into()));
    let none = Horizon {
        decisions: DecisionHorizon {
            before: at(9_000),
            channels: Vec::new(),
        },
        now: at(9_000),
        ..horizon
    };
    assert_eq!(store.prune(&none).await.unwrap().decisions, 1_100);
    assert!(store.decision_counts(at(0), at(9)).await.unwrap().is_empty());
}

async fn a_label_is_kept_with_who_gave_it_replaced_taken_back_and_goes_with_its_decision(home: &Home) {
    let store = home.open().await;
    let near = NewDecision {
        decision: "quiet".to_owned(),
        rule: "not_certain".to_owned(),
        entry: None,
        ..decision("g1", "m2", 2)
    };
    let rows = vec![decision("g1", "m1", 1), near, decision("g1", "m3", 3)];
    keep(
        &*store,
        Decisions {
            rows,
            ..Decisions::default()
        },
    )
    .await;
    let unlabelled = async |answered| {
        let filter = Unlabelled {
            answered,
            below: None,
            limit: 10,
        };
        let found = store.unlabelled(&filter).await.unwrap();
        found.iter().map(|one| one.id).collect::<Vec<_>>()
    };
    assert_eq!(
        (unlabelled(true).await, unlabelled(false).await),
        (vec![3, 1], vec![2])
    );
    let labels = |labels: Vec<NewLabel>| Decisions {
        labels,
        ..Decisions::default()
    };
    let given = vec![
        label(1, Some(Label::Wrong), 5),
        label(2, Some(Label::Needless), 5),
    ];
    keep(&*store, labels(given)).await;
    keep(
        &*store,
        labels(vec![label(1, Some(Label::Right), 6), label(99, None, 6)]),
    )
    .await;
    assert_eq!(
        (unlabelled(true).await, unlabelled(false).await),
        (vec![3], vec![])
    );
    let first = store.decision(1).await.unwrap().unwrap();
    assert_eq!(first.label, Some((Label::Right, at(6), "boss".to_owned())));
    let judged = |found: Vec<KeptDecision>| found.iter().map(|one| one.id).collect::<Vec<_>>();
    assert_eq!(judged(store.judged_decisions(10).await.unwrap()), [2, 1]);
    let counted = store.judgements().await.unwrap();
    assert!(counted.iter().any(|of| of.label.is_some()), "{counted:?}");
    keep(&*store, labels(vec![label(2, None, 7)])).await;
    assert_eq!(judged(store.judged_decisions(10).await.unwrap()), [1]);
    let which = Forget::Member("qq".into(), "u1".into());
    store.forget(&which).await.unwrap();
    assert!(store.judged_decisions(10).await.unwrap().is_empty());
}

over_every_store![
    a_message_has_one_decision_the_last_and_the_strongest_outcome,
    an_edit_and_an_id_that_is_given_again_are_decisions_of_their_own,
    decisions_go_by_the_retention_of_their_channel_and_with_their_member,
    a_label_is_kept_with_who_gave_it_replaced_taken_back_and_goes_with_its_decision,
];
