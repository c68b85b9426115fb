//! Replies that do not get through and step aside for those of other conversations.

use super::*;
use groupdesk_contract::{Act as Does, MessageId};
use proptest::prelude::*;

fn connected() -> World {
    let world = World::new();
    world.outbox.account_connected(&"qq".into());
    world
}

/// Makes an answer to a member.
fn answer(key: i64, member: &str, text: &str) -> Queued {
    let mut answer = queued(key, "g1", text);
    answer.to = Some(member.into());
    answer.reply.quote = Some(MessageId::new(format!("m{key}")));
    answer
}

async fn seconds(seconds: u64) {
    tokio::time::sleep(Duration::from_secs(seconds)).await;
}

/// Returns the second at which a text was first tried.
fn first_tried(world: &World, text: &str) -> Option<u64> {
    let attempts = world.platform.attempts().into_iter();
    attempts
        .filter(|(_, tried)| tried == text)
        .map(|(at, _)| at / 1_000)
        .min()
}

#[tokio::test(start_paused = true)]
async fn whatever_keeps_a_reply_those_to_others_pass_it_after_seconds_and_its_members_keep_their_order() {
    let never = || (0..500).map(|_| later(None)).collect::<Vec<_>>();
    let doubtful = || (0..500).map(|_| Act::Say(unknown())).collect();
    let slow = || vec![Act::Hang(Duration::from_secs(12))];
    for (case, acts) in [("fails", never()), ("in doubt", doubtful()), ("slow", slow())] {
        let world = connected();
        world.platform.script_text("bad", acts);
        world.outbox.enqueue(vec![
            answer(1, "a", "bad"),
            answer(2, "a", "to the same"),
            answer(3, "b", "to another"),
            answer(4, "b", "and more"),
        ]);
        seconds(4).await;
        assert_eq!(world.platform.stands("g1"), [""; 0], "{case}");
        seconds(3).await;
        assert_eq!(world.platform.stands("g1"), ["to another", "and more"], "{case}");
        // What comes later waits no longer than for anything else.
        world.outbox.enqueue(vec![answer(5, "c", "late comer")]);
        tokio::time::sleep(Duration::from_millis(1)).await;
        assert_eq!(world.platform.stands("g1").len(), 3, "{case}");
        // Its own backoff, and no more.
        let tries = world
            .platform
            .attempts()
            .iter()
            .filter(|(_, text)| text == "bad")
            .count();
        assert!((1..20).contains(&tries), "{case}: {tries}");
        world.platform.by_text.lock().clear();
        world.done().await;
        let stands = world.platform.stands("g1");
        assert_eq!(stands[3..], ["bad", "to the same"], "{case}");
        assert!(
            (1..=5).all(|key| is_sent(world.store.of(key).last().unwrap())),
            "{case}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn what_changes_a_message_that_waits_or_goes_on_with_it_never_passes_it() {
    let of_ticket = |key, text: &str, ticket| {
        let mut of_ticket = queued(key, "g1", text);
        of_ticket.about = Some(TicketReference {
            ticket,
            urgent: false,
            report: Some(RelaySource {
                room: Place::new("qq", "staff"),
                message: "s1".into(),
            }),
        });
        of_ticket
    };
    let mut takes_back = queued(4, "g1", "");
    takes_back.reply.act = Does::Unsend(unnamed(ReplyKey(1)));
    takes_back.reply.segments.clear();
    let world = connected();
    world
        .platform
        .script_text("part 1", (0..500).map(|_| later(None)).collect());
    world.outbox.enqueue(vec![
        of_ticket(1, "part 1", 7),
        // The same message of staff, and the same words.
        of_ticket(2, "part 2", 8),
        answer(3, "x", "part 1"),
        takes_back,
        answer(5, "y", "free"),
    ]);
    seconds(60).await;
    assert_eq!(world.platform.stands("g1"), ["free"]);
    world.platform.by_text.lock().clear();
    world.done().await;
    assert_eq!(world.platform.stands("g1"), ["free", "", "part 2", "part 1"]);
}

#[tokio::test(start_paused = true)]
async fn where_nothing_gets_through_the_order_stays() {
    // Not connected: not even tried out of turn.
    let world = connected();
    world.outbox.account_disconnected(&"qq".into());
    world.platform.script("g1", (0..500).map(|_| later(None)));
    let all = || (1..=9).map(|key| answer(key, &format!("m{key}"), &key.to_string()));
    world.outbox.enqueue(all().collect());
    seconds(600).await;
    assert!(world.platform.attempts().iter().all(|(_, text)| text == "1"));
    world.platform.script.lock().clear();
    world.outbox.account_connected(&"qq".into());
    seconds(1).await;
    let stands = world.platform.stands("g1");
    assert_eq!(stands, (1..=9).map(|n| n.to_string()).collect::<Vec<_>>());

    // A channel that takes nothing: a few are tried, and the rest waits in order.
    let world = connected();
    world.platform.script("g1", (0..5_000).map(|_| later(None)));
    world.outbox.enqueue(all().collect());
    seconds(600).await;
    assert!(first_tried(&world, "4").is_some() && first_tried(&world, "5").is_none());
    world.platform.script.lock().clear();
    world.outbox.account_connected(&"qq".into());
    world.done().await;
    let (mut aside, in_order): (Vec<String>, Vec<String>) = world
        .platform
        .stands("g1")
        .into_iter()
        .partition(|text| text.as_str() < "4");
    aside.sort();
    assert_eq!(aside, ["1", "2", "3"]);
    assert_eq!(in_order, ["4", "5", "6", "7", "8", "9"]);
}

#[tokio::test(start_paused = true)]
async fn nothing_passes_while_the_platform_asked_for_a_pause() {
    let world = connected();
    world.platform.script("g1", [later(Some(40))]);
    world
        .outbox
        .enqueue(vec![answer(1, "a", "one"), answer(2, "b", "two")]);
    world.done().await;
    assert_eq!(
        (first_tried(&world, "two"), world.platform.stands("g1").len()),
        (Some(40), 2)
    );
}

#[tokio::test(start_paused = true)]
async fn those_who_rely_on_what_waits_behind_a_reply_aside_are_told_and_no_others() {
    let mut world = connected();
    let of_ticket = |key, text: &str, ticket| {
        let mut of_ticket = queued(key, "g1", text);
        let (room, message) = (Place::new("qq", "staff"), MessageId::new(format!("s{key}")));
        of_ticket.about = Some(TicketReference {
            ticket,
            urgent: false,
            report: Some(RelaySource { room, message }),
        });
        of_ticket
    };
    world
        .platform
        .script_text("bad", (0..500).map(|_| later(None)).collect());
    world
        .outbox
        .enqueue(vec![of_ticket(1, "bad", 7), of_ticket(2, "behind", 7)]);
    seconds(310).await;
    world
        .outbox
        .enqueue(vec![of_ticket(3, "behind too", 7), of_ticket(4, "free", 8)]);
    seconds(1).await;
    let told = std::iter::from_fn(|| world.told.try_recv().ok());
    let mut late: Vec<String> = Vec::new();
    for told in told {
        match told.report.outcome {
            DeliveryStatus::Late { .. } => late.push(told.report.text),
            outcome => assert_eq!(
                (outcome, told.report.about.unwrap().ticket),
                (DeliveryStatus::Sent, 8)
            ),
        }
    }
    assert_eq!(late, ["bad", "behind", "behind too"]);
}

#[derive(Debug, Clone)]
struct Plan {
    member: u8,
    ticket: Option<u64>,
    acts: Vec<u8>,
    after: u64,
}

fn plan() -> impl Strategy<Value = Plan> {
    let acts = prop::collection::vec(0..6_u8, 0..8);
    (0..4_u8, prop::option::of(0..3_u64), acts, 0..9_000_u64).prop_map(|(member, ticket, acts, after)| Plan {
        member,
        ticket,
        acts,
        after,
    })
}

fn act(number: u8) -> Act {
    match number {
        0 => Act::Say(unknown()),
        1 => Act::SayUnanswered,
        2 => Act::Hang(Duration::from_secs(12)),
        3 => later(Some(7)),
        _ => later(None),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]
    #[test]
    fn whatever_fails_nothing_is_lost_nothing_is_said_twice_and_every_conversation_keeps_its_order(
        plans in prop::collection::vec(plan(), 1..14),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        let stands = runtime.block_on(async {
            let world = connected();
            for (key, plan) in (1..).zip(&plans) {
                let mut reply = answer(key, &format!("member {}", plan.member), &format!("reply {key}"));
                reply.about = plan.ticket.map(|ticket| TicketReference { ticket, urgent: false, report: None });
                world.platform.script_text(&format!("reply {key}"), plan.acts.iter().copied().map(act).collect());
                world.outbox.enqueue(vec![reply]);
                tokio::time::sleep(Duration::from_millis(plan.after)).await;
            }
            world.done().await;
            let counts = world.outbox.counters();
            assert_eq!((counts.sent, counts.queued), (u64::try_from(plans.len()).unwrap(), 0));
            world.platform.stands("g1")
        });
        let order: Vec<usize> = stands.iter().map(|text| text.trim_start_matches("reply ").parse::<usize>().unwrap() - 1).collect();
        let mut sorted = order.clone();
        sorted.sort_unstable();
        prop_assert_eq!(sorted, (0..plans.len()).collect::<Vec<_>>());
        for (at, later) in order.iter().enumerate() {
            for before in &order[at..] {
                let (one, other) = (&plans[*later], &plans[*before]);
                let together = one.member == other.member || (one.ticket.is_some() && one.ticket == other.ticket);
                prop_assert!(!together || later <= before, "{order:?}");
            }
        }
    }
}
