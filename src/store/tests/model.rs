//! Any sequence of operations leaves the store as it leaves a model of maps in memory.

use super::*;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Clone)]
enum Op {
    Commit {
        inbox: Vec<(u8, u8)>,
        channels: Vec<(u8, String, Option<i64>)>,
        replies: Vec<u8>,
        settled: Vec<(u8, u8)>,
    },
    Settle(Vec<(u8, u8)>),
    Prune {
        inbox: i64,
        outbox: i64,
    },
    Reopen,
}

fn op() -> impl Strategy<Value = Op> {
    let settled = || prop::collection::vec((0..20_u8, 0..4_u8), 0..6);
    prop_oneof![
        6 => (
            prop::collection::vec((0..4_u8, 0..12_u8), 0..5),
            prop::collection::vec((0..4_u8, "\\PC{0,8}", prop::option::of(0..90_i64)), 0..5),
            prop::collection::vec(0..4_u8, 0..5),
            settled(),
        )
            .prop_map(|(inbox, channels, replies, settled)| Op::Commit { inbox, channels, replies, settled }),
        3 => settled().prop_map(Op::Settle),
        1 => (0..40_i64, 0..40_i64).prop_map(|(inbox, outbox)| Op::Prune { inbox, outbox }),
        1 => Just(Op::Reopen),
    ]
}

#[derive(Debug, Clone, Default)]
struct Model {
    inbox: BTreeMap<DeduplicationKey, Timestamp>,
    channels: BTreeMap<Place, (String, Option<Timestamp>)>,
    /// Decided when; attempts; not before; final.
    replies: BTreeMap<ReplyKey, (Timestamp, u32, Timestamp, bool)>,
    sent: BTreeMap<ReplyKey, MessageId>,
    last_key: i64,
}

impl Model {
    fn settle(&mut self, settled: &[(ReplyKey, DeliveryOutcome)]) {
        for (key, settled) in settled {
            let Some((_, attempts, not_before, done)) = self.replies.get_mut(key).filter(|row| !row.3) else {
                continue;
            };
            match settled {
                DeliveryOutcome::Attempt { count, next_try, .. } => {
                    (*attempts, *not_before) = (*count, *next_try)
                }
                DeliveryOutcome::Sent { message, .. } => {
                    *done = true;
                    self.sent.extend(message.clone().map(|message| (*key, message)));
                }
                DeliveryOutcome::Refused { .. } | DeliveryOutcome::Unknown { .. } => *done = true,
            }
        }
    }

    fn commit(&mut self, batch: &Batch) -> Option<Vec<ReplyKey>> {
        let new: BTreeSet<_> = batch.inbox.iter().map(|row| &row.key).collect();
        if new.len() < batch.inbox.len() || new.iter().any(|key| self.inbox.contains_key(key)) {
            return None;
        }
        self.inbox
            .extend(batch.inbox.iter().map(|row| (row.key.clone(), row.received)));
        self.channels.extend(
            batch
                .channels
                .iter()
                .map(|row| (row.place.clone(), (row.state.clone(), row.wake_at))),
        );
        let keys = batch.outbox.iter().map(|row| {
            self.last_key += 1;
            self.replies
                .insert(ReplyKey(self.last_key), (row.decided, 0, row.not_before, false));
            ReplyKey(self.last_key)
        });
        let keys = keys.collect();
        self.settle(&batch.settled);
        Some(keys)
    }
}

/// The record that a pair of small numbers stands for.
fn record((key, kind): (u8, u8)) -> (ReplyKey, DeliveryOutcome) {
    let settled = match kind {
        0 => DeliveryOutcome::Sent {
            message: Some(format!("p{key}").as_str().into()),
            at: at(1),
        },
        1 => DeliveryOutcome::Refused {
            reason: "muted".to_owned(),
            at: at(1),
        },
        2 => DeliveryOutcome::Unknown {
            reason: "silence".to_owned(),
            at: at(1),
        },
        _ => DeliveryOutcome::Attempt {
            count: 3,
            next_try: at(70),
            reason: "busy".to_owned(),
        },
    };
    (ReplyKey(i64::from(key)), settled)
}

async fn check(store: &dyn Store, model: &Model) {
    let every: Vec<DeduplicationKey> = (0..4)
        .flat_map(|g| (0..12).map(move |m| inbox(&format!("g{g}"), &format!("m{m}"), 0).key))
        .collect();
    let expected: Vec<bool> = every.iter().map(|key| model.inbox.contains_key(key)).collect();
    assert_eq!(store.known(&every).await.unwrap(), expected);
    let places: Vec<Place> = (0..5).map(|g| place(&format!("g{g}"))).collect();
    let expected: Vec<Option<String>> = places
        .iter()
        .map(|place| model.channels.get(place).map(|(state, _)| state.clone()))
        .collect();
    assert_eq!(store.channel_states(&places).await.unwrap(), expected);
    let waking: BTreeSet<_> = store.waking().await.unwrap().into_iter().collect();
    let expected: BTreeSet<_> = model
        .channels
        .iter()
        .filter_map(|(place, (_, wake))| Some((place.clone(), (*wake)?)))
        .collect();
    assert_eq!(waking, expected);
    let due: Vec<_> = store
        .due()
        .await
        .unwrap()
        .into_iter()
        .map(|d| (d.key, d.decided, d.attempts, d.not_before))
        .collect();
    let expected: Vec<_> = model
        .replies
        .iter()
        .filter(|(_, row)| !row.3)
        .map(|(key, row)| (*key, row.0, row.1, row.2))
        .collect();
    assert_eq!(due, expected);
    for key in 0..20_i64 {
        let message = MessageId::from(format!("p{key}").as_str());
        let sent = model.sent.contains_key(&ReplyKey(key)).then_some(key % 4);
        for g in 0..4 {
            let ours = store
                .quoted(&place(&format!("g{g}")), &message)
                .await
                .unwrap()
                .by_us;
            assert_eq!(ours, sent == Some(g));
        }
    }
}

async fn play(ops: Vec<Op>, home: &Home) {
    let mut store = home.open_quickly().await;
    let mut model = Model::default();
    for (second, op) in (0..).zip(ops) {
        match op {
            Op::Commit {
                inbox: new,
                channels,
                replies,
                settled,
            } => {
                // A reply's channel follows from its key, so that the check knows where it was sent.
                let mut next = model.last_key;
                let batch = Batch {
                    inbox: new
                        .iter()
                        .map(|(g, m)| inbox(&format!("g{g}"), &format!("m{m}"), second))
                        .collect(),
                    channels: channels
                        .iter()
                        .map(|(g, s, wake)| state(&format!("g{g}"), s, *wake))
                        .collect(),
                    tickets: Vec::new(),
                    ticket_lines: Vec::new(),
                    memos: Vec::new(),
                    outbox: replies
                        .iter()
                        .map(|_| {
                            next += 1;
                            reply(&format!("g{}", next % 4), "x", second)
                        })
                        .collect(),
                    settled: settled.into_iter().map(record).collect(),
                    quarantined: Vec::new(),
                    decisions: Decisions::default(),
                };
                match (store.commit(&batch).await, model.commit(&batch)) {
                    (Ok(keys), Some(expected)) => assert_eq!(keys, expected),
                    (Err(StoreError::AlreadyKnown), None) => {}
                    (store, model) => panic!("the store says {store:?}, the model {model:?}"),
                }
            }
            Op::Settle(settled) => {
                let settled: Vec<_> = settled.into_iter().map(record).collect();
                store.settle(&settled).await.unwrap();
                model.settle(&settled);
            }
            Op::Prune { inbox, outbox } => {
                store.prune(&horizon(inbox, outbox)).await.unwrap();
                model.inbox.retain(|_, received| *received >= at(inbox));
                model.replies.retain(|_, row| !row.3 || row.0 >= at(outbox));
                model.sent.retain(|key, _| model.replies.contains_key(key));
            }
            Op::Reopen => {
                store.close().await;
                store = home.open_quickly().await;
            }
        }
    }
    check(&*store, &model).await;
    store.close().await;
}

fn run(play: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.unwrap().block_on(play);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn the_store_does_what_maps_in_memory_do(ops in prop::collection::vec(op(), 1..30)) {
        run(play(ops, &Home::sqlite()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn the_store_in_postgresql_does_what_maps_in_memory_do(ops in prop::collection::vec(op(), 1..30)) {
        if let Some(home) = Home::postgres() {
            run(play(ops, &home));
        }
    }
}
