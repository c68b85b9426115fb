//! A hand-over from the call to its end, with members and staff on the platform.

use crate::stage::{Place, Scene, Stage, To, Who};

pub(crate) async fn whole_life<S: Stage>() {
    let mut scene = Scene::<S>::open().await;
    let call = scene.say(Who::Asker, Place::Group, To::Bot, "转人工").await;
    assert!(scene.hear_answer(Place::Group, &call).await.text.contains("#1"));
    let notice = scene.hear(Place::Room, "【工单 #1】").await;

    // A second call of the same member is no second ticket.
    let again = scene.say(Who::Asker, Place::Group, To::Bot, "转人工").await;
    assert!(scene.hear_answer(Place::Group, &again).await.text.contains("#1"));

    scene.answer(Who::Agent, &notice, 1, "请把日志发出来").await;
    let relayed = scene.hear(Place::Group, "请把日志发出来").await;
    assert!(relayed.text.contains("#1"), "{relayed:?}");
    scene.hear(Place::Room, "已送达").await;

    // What the member says next belongs to it, and the bot keeps out of what a human holds. (Out of hours the hand-over itself
    // named the telephone.)
    let before = scene.said_in(Place::Group).len();
    scene
        .go_on(
            Who::Asker,
            Place::Group,
            "日志在这里：disk full，客服电话是多少？",
        )
        .await;
    scene.hear(Place::Room, "disk full").await;
    scene.go_on(Who::Colleague, Place::Room, "/t 1 认领").await;
    scene.hear(Place::Room, "已由").await;
    scene.go_on(Who::Agent, Place::Room, "中午吃什么").await;
    assert!(
        scene
            .said_in(Place::Group)
            .iter()
            .skip(before)
            .all(|said| !said.text.contains("0731"))
    );

    // The program dies, and everything is as it was. (The console's group is a new one each time.)
    if S::HAS.connection {
        scene.program.kill();
        scene.start().await;
    }
    scene.go_on(Who::Agent, Place::Room, "/t 1 resolve").await;
    scene.hear(Place::Room, "#1 已解决").await;
    // Where a platform has only answers, the word that it was resolved may come as one, before what was asked for.
    scene.say(Who::Asker, Place::Group, To::Bot, "我的工单").await;
    scene.hear(Place::Group, "已解决").await;

    // It goes on where the member does.
    let more = scene
        .say(Who::Asker, Place::Group, To::Bot, "还是不行，又满了")
        .await;
    assert!(scene.hear_answer(Place::Group, &more).await.text.contains("#1"));
    scene.hear(Place::Room, "又满了").await;
    scene.go_on(Who::Agent, Place::Room, "/t 1 close").await;
    scene.hear(Place::Room, "已关闭").await;
    assert!(
        scene
            .said_in(Place::Group)
            .iter()
            .all(|said| !said.text.contains("吃什么"))
    );
}

pub(crate) async fn by_buttons<S: Stage>() {
    if !S::HAS.buttons {
        return;
    }
    let mut scene = Scene::<S>::open().await;
    scene.say(Who::Asker, Place::Group, To::Bot, "转人工").await;
    let notice = scene.hear_with_buttons(Place::Room, "【工单 #1】").await;
    let label = |part: &str| {
        let found = notice.buttons.iter().find(|label| label.contains(part));
        found
            .unwrap_or_else(|| panic!("no button {part}: {notice:?}"))
            .clone()
    };
    // A member can't press what is the staff's, wherever the message went.
    scene.stage.press(Who::Agent, &notice, &label("认领")).await;
    scene.hear(Place::Room, "处理。").await;
    scene.stage.press(Who::Agent, &notice, &label("解决")).await;
    scene.hear(Place::Room, "#1 已解决").await;
}
