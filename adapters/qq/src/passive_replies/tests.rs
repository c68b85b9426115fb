//! Tests of what can be answered, and by which number.

use super::*;
use groupdesk_contract::InMemoryStorage;
use proptest::prelude::*;
use std::collections::BTreeSet;

fn room() -> ChannelRef {
    ChannelRef::Group("G".to_owned())
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + seconds).unwrap()
}

async fn heard(ledger: &PassiveReplies, room: &ChannelRef, id: &str, seconds: i64) {
    let to = To::Message(id.to_owned());
    ledger
        .record_message(
            room,
            &MessageId::from(id),
            to,
            Some(format!("REFIDX_{id}")),
            at(seconds),
            true,
        )
        .await;
}

async fn way(ledger: &PassiveReplies, key: i64, quote: &str, seconds: i64) -> Result<(String, u32), NoRoute> {
    let quote = MessageId::from(quote);
    let way = ledger
        .reply_route(&room(), (ReplyKey(key), 0), Some(&quote), false, at(seconds))
        .await?;
    match way.to {
        Some(To::Message(id)) => Ok((id, way.seq)),
        other => panic!("{other:?}"),
    }
}

fn to(id: &str, seq: u32) -> Result<(String, u32), NoRoute> {
    Ok((id.to_owned(), seq))
}

#[tokio::test]
async fn a_group_gives_five_minutes_and_a_direct_chat_an_hour() {
    let ledger = PassiveReplies::new(Arc::new(InMemoryStorage::default()));
    heard(&ledger, &room(), "a", 0).await;
    assert_eq!(way(&ledger, 1, "a", 296).await, to("a", 1));
    assert_eq!(way(&ledger, 2, "a", 298).await, Err(NoRoute::Closed));
    heard(&ledger, &room(), "b", 299).await;
    assert_eq!(way(&ledger, 2, "a", 300).await, to("b", 1));
    let direct = ChannelRef::User("U".to_owned());
    heard(&ledger, &direct, "c", 0).await;
    let quote = MessageId::from("c");
    let late = ledger
        .reply_route(&direct, (ReplyKey(3), 0), Some(&quote), false, at(3590))
        .await;
    assert!(late.is_ok());
    assert_eq!(
        ledger.past(&direct, ReplyKey(3), at(3599)).await,
        Past::Repeatable
    );
    assert_eq!(ledger.past(&direct, ReplyKey(3), at(3601)).await, Past::Unclear);
    assert_eq!(ledger.past(&direct, ReplyKey(4), at(3601)).await, Past::Clear);
}

#[tokio::test]
async fn notes_outlive_the_process_and_a_repeated_part_keeps_its_number() {
    let storage: Arc<dyn Storage> = Arc::new(InMemoryStorage::default());
    let ledger = PassiveReplies::new(Arc::clone(&storage));
    heard(&ledger, &room(), "a", 0).await;
    assert_eq!(way(&ledger, 1, "a", 1).await, to("a", 1));
    assert_eq!(way(&ledger, 2, "a", 1).await, to("a", 2));
    ledger
        .arrived(
            &room(),
            (ReplyKey(2), 0),
            Some("m2".to_owned()),
            Some("REFIDX_m2".to_owned()),
        )
        .await;
    let ledger = PassiveReplies::new(storage);
    assert_eq!(way(&ledger, 1, "a", 2).await, to("a", 1));
    assert_eq!(
        way(&ledger, 2, "a", 2).await,
        Err(NoRoute::Arrived(Some("m2".into())))
    );
    assert_eq!(way(&ledger, 3, "a", 2).await, to("a", 3));
    assert_eq!(
        ledger.quoted(&room(), "REFIDX_m2").await,
        Some(("m2".into(), true))
    );
    assert_eq!(
        ledger.quoted(&room(), "REFIDX_a").await,
        Some(("a".into(), false))
    );
    assert_eq!(ledger.quoted(&room(), "REFIDX_x").await, None);
    // A message that comes again does not begin to count anew.
    heard(&ledger, &room(), "a", 0).await;
    assert_eq!(way(&ledger, 4, "a", 2).await, to("a", 4));
    // What was refused gives its place back, and not its number.
    ledger.refused(&room(), (ReplyKey(4), 0), false).await;
    assert_eq!(way(&ledger, 5, "a", 2).await, to("a", 5));
    assert_eq!(way(&ledger, 6, "a", 2).await, to("a", 6));
    assert_eq!(way(&ledger, 7, "a", 2).await, Err(NoRoute::Closed));
}

proptest! {
    #[test]
    fn no_two_parts_ever_share_a_number_and_no_message_has_six_answers(
        steps in proptest::collection::vec((0_i64..12, 0_u8..4, 0_usize..4), 1..60)
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let ledger = PassiveReplies::new(Arc::new(InMemoryStorage::default()));
            let mut open = BTreeSet::new();
            let mut used = BTreeSet::new();
            for (now, (key, what, message)) in (0_i64..).zip(steps) {
                let id = format!("m{message}");
                let part = (ReplyKey(key), 0);
                match what {
                    0 => heard(&ledger, &room(), &id, now).await,
                    1 => {
                        ledger.refused(&room(), part, false).await;
                        open.retain(|(of, _): &(i64, (String, u32))| *of != key);
                    }
                    _ => if let Ok(found) = way(&ledger, key, &id, now).await {
                        let is_known = open.contains(&(key, found.clone()));
                        assert!(is_known || used.insert(found.clone()), "{found:?} twice");
                        open.insert((key, found.clone()));
                        let answers = open.iter().filter(|(_, (to, _))| *to == found.0).count();
                        assert!(answers <= 5);
                    },
                }
            }
        });
    }
}
