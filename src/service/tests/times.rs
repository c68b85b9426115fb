//! Times that platforms tell and that can't be.

use super::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_whose_time_cannot_be_is_one_of_now_and_disturbs_no_other() {
    let mut world = World::at("2026-11-23T09:00:00+08:00").await;
    let times = [
        Timestamp::MAX,
        Timestamp::MIN,
        Timestamp::UNIX_EPOCH,
        Timestamp::from_second(1).unwrap(),
        "2038-01-19T03:14:07Z".parse().unwrap(),
    ];
    for (number, at) in times.into_iter().enumerate() {
        let place = format!("group:{number}");
        let Event::Edit(edit) = edited(
            "qq",
            &place,
            &format!("odd-{number}").as_str().into(),
            "你们几点上班？",
        )
        .event
        else {
            panic!("an edit")
        };
        let message = Message { at, ..edit.message };
        world
            .event(Incoming {
                account: "qq".into(),
                event: Event::Message(message),
                committed: None,
            })
            .await;
        world.hears(&format!("qq/{place}"), "8:00").await;
    }
    // No clock is thought to differ: the next one's time is its own.
    world.say("qq/group:9", "小红", "你们几点上班？", None).await;
    world.hears("qq/group:9", "8:00").await;
    assert_eq!(world.times("tg/staff", "时钟").await, 0);
}
