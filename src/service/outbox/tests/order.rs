//! Order of replies, and reports to those who rely on one that does not get through.

use super::*;
use groupdesk_contract::{NoteKind, Segment, TicketNote};

/// Makes a notice of ticket 7 to a staff room.
fn notice(key: i64, channel: &str, text: &str, kind: NoteKind, urgent: bool) -> Queued {
    let mut notice = queued(key, channel, text);
    notice.about = Some(TicketReference {
        ticket: 7,
        urgent,
        report: None,
    });
    notice.reply.note = Some(Box::new(TicketNote {
        ticket: 7,
        subject: String::new(),
        member: "3".into(),
        member_name: String::new(),
        asked_in: Place::new("qq", "g1"),
        kind,
    }));
    notice
}

fn opened(key: i64, channel: &str, text: &str, urgent: bool) -> Queued {
    let said = String::new();
    notice(key, channel, text, NoteKind::Opened { said }, urgent)
}

#[tokio::test(start_paused = true)]
async fn new_tickets_pass_further_words_and_urgent_ones_pass_all_that_waits_for_channel_and_account() {
    let pace = |per_second| Some(Pace { per_second, burst: 1 });
    let world = World::paced(PaceLimits {
        account: pace(10.0),
        channel: pace(5.0),
    });
    let more = |key| {
        let (by, said) = (String::new(), String::new());
        notice(key, "staff", "more", NoteKind::Said { by, said }, false)
    };
    // A member's flood in the staff room, and a thousand members who wait for the account.
    world.outbox.enqueue((0..300).map(more).collect());
    let members = (1000..2000).map(|key| queued(key, &format!("dm{key}"), "x"));
    world.outbox.enqueue(members.collect());
    tokio::time::sleep(Duration::from_secs(3)).await;
    world.outbox.enqueue(vec![opened(400, "staff", "new", false)]);
    tokio::time::sleep(Duration::from_millis(1)).await;
    world.outbox.enqueue(vec![opened(401, "staff", "urgent", true)]);
    tokio::time::sleep(Duration::from_secs(1)).await;
    let attempts = world.platform.attempts();
    let at = |text: &str| attempts.iter().find(|(_, said)| said == text).unwrap().0;
    assert!(
        at("urgent") <= 3_301 && at("new") <= 3_501,
        "{} {}",
        at("urgent"),
        at("new")
    );
    assert!(at("urgent") < at("new"));
    // The pace is kept all the same, and nothing that was passed is lost.
    world.done().await;
    assert_eq!(world.platform.stands("staff").len(), 302);
    assert_eq!(world.outbox.counters().sent, 1302);
    let times: Vec<u64> = world.platform.attempts().into_iter().map(|(at, _)| at).collect();
    assert!(
        times.windows(2).all(|pair| pair[1] - pair[0] >= 99),
        "faster than 10 a second"
    );
}

#[tokio::test(start_paused = true)]
async fn every_notice_that_waits_for_a_room_that_is_gone_is_told_and_not_only_the_first() {
    let mut world = World::new();
    world.platform.script("staff", (0..2_000).map(|_| later(None)));
    let told = |world: &mut World| -> Vec<String> {
        std::iter::from_fn(|| world.told.try_recv().ok())
            .map(|told| {
                assert!(matches!(told.report.outcome, DeliveryStatus::Late { .. }) && told.report.opened);
                told.report.text
            })
            .collect()
    };
    let first = (1..=3).map(|key| opened(key, "staff", &format!("#{key}"), false));
    world.outbox.enqueue(first.collect());
    tokio::time::sleep(Duration::from_secs(59)).await;
    assert_eq!(told(&mut world), [""; 0]);
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!(told(&mut world), ["#1", "#2", "#3"]);
    // What comes while nothing gets through is told at once.
    world.outbox.enqueue(vec![opened(4, "staff", "#4", false)]);
    assert_eq!(told(&mut world), ["#4"]);
    world.platform.script.lock().clear();
    world.outbox.account_connected(&"qq".into());
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(world.platform.stands("staff"), ["#1", "#2", "#3", "#4"]);
    while world.told.try_recv().is_ok() {}
    world.outbox.enqueue(vec![opened(5, "staff", "#5", false)]);
    tokio::time::sleep(Duration::from_secs(1)).await;
    let well = world.told.try_recv().unwrap().report;
    assert!(well.outcome == DeliveryStatus::Sent && well.opened);
}

#[tokio::test(start_paused = true)]
async fn what_rests_for_longer_than_anybody_waits_is_told_at_once() {
    let mut world = World::new();
    world.platform.script("staff", [later(Some(300))]);
    world.outbox.enqueue(vec![opened(1, "staff", "#1", false)]);
    tokio::time::sleep(Duration::from_secs(1)).await;
    let told = world.told.try_recv().unwrap().report;
    assert!(matches!(told.outcome, DeliveryStatus::Late { .. }) && told.text == "#1");
    // It goes out all the same, when the server lets us in.
    tokio::time::sleep(Duration::from_secs(310)).await;
    assert_eq!(world.platform.stands("staff"), ["#1"]);
}

#[tokio::test(start_paused = true)]
async fn a_platform_that_never_says_what_became_of_a_reply_holds_up_its_channel_for_a_while_only() {
    let world = World::new();
    world.platform.script("g1", [Act::Say(unknown())]);
    world.platform.past((0..1000).map(|_| PastReply::NotNow));
    world
        .outbox
        .enqueue(vec![queued(1, "g1", "a"), queued(2, "g1", "b")]);
    // Others are taken meanwhile: it is not the connection.
    for minute in 0..240 {
        world.outbox.enqueue(vec![queued(100 + minute, "g2", "x")]);
        tokio::time::sleep(Duration::from_secs(60)).await;
    }
    assert_eq!(world.platform.stands("g1"), ["a", "b"]);
}

#[tokio::test(start_paused = true)]
async fn an_address_that_must_not_be_fetched_reaches_no_account_and_the_words_beside_it_do() {
    let world = World::new();
    let mut reply = queued(1, "g1", "look:");
    for url in [
        "file:///etc/passwd",
        "data:text/html;base64,PGI+",
        "https://example.com/a.png",
    ] {
        reply.reply.segments.push(Segment::Image {
            url: Some(url.to_owned()),
        });
    }
    world.outbox.enqueue(vec![reply]);
    world.done().await;
    let sent = world.platform.segments.lock().clone();
    let urls: Vec<&str> = sent
        .iter()
        .filter_map(|segment| match segment {
            Segment::Image { url } => url.as_deref(),
            _ => None,
        })
        .collect();
    assert_eq!(urls, ["https://example.com/a.png"]);
    assert_eq!(
        world.platform.stands("g1"),
        ["look:\n[图片/picture]\n[图片/picture]"]
    );
}
