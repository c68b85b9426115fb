//! Kills, lost connections, events that come twice: nothing is lost, nothing is said twice.

use crate::stage::{Place, Scene, Stage, To, Who};
use std::time::Duration;

pub(crate) async fn killed_before_answering<S: Stage>() {
    if !S::HAS.connection {
        return;
    }
    let mut scene = Scene::<S>::open().await;
    scene.stage.deaf(true);
    let call = scene
        .say(Who::Asker, Place::Group, To::Bot, "工单系统需要注册吗")
        .await;
    // Long enough for the decision to be on the disk.
    tokio::time::sleep(Duration::from_millis(700)).await;
    scene.program.kill();
    assert_eq!(
        scene.answers_to(&call),
        0,
        "{:#?}\n{}",
        scene.stage.said(),
        scene.program.log()
    );
    scene.stage.deaf(false);
    scene.start().await;
    scene.hear_answer(Place::Group, &call).await;
    barrier(&mut scene).await;
    assert_eq!(scene.answers_to(&call), 1, "{:#?}", scene.stage.said());
}

pub(crate) async fn asked_while_down<S: Stage>() {
    if !S::HAS.past {
        return;
    }
    let mut scene = Scene::<S>::open().await;
    // So that the channel is known.
    barrier(&mut scene).await;
    scene.program.kill();
    let called = scene
        .say(Who::Asker, Place::Group, To::Bot, "工单系统需要注册吗")
        .await;
    let handed = scene.say(Who::Neighbour, Place::Group, To::Bot, "转人工").await;
    scene.start().await;
    scene.hear_answer(Place::Group, &called).await;
    scene.hear_answer(Place::Group, &handed).await;
    scene.hear(Place::Room, "#1").await;
    assert_eq!((scene.answers_to(&called), scene.answers_to(&handed)), (1, 1));
}

pub(crate) async fn lost_connection<S: Stage>() {
    if !S::HAS.connection {
        return;
    }
    let mut scene = Scene::<S>::open().await;
    let before = scene
        .say(Who::Asker, Place::Group, To::Bot, "工单系统需要注册吗")
        .await;
    scene.stage.repeat().await;
    scene.hear_answer(Place::Group, &before).await;
    scene.stage.repeat().await;
    scene.stage.break_connection(&scene.program).await;
    scene.stage.repeat().await;
    barrier(&mut scene).await;
    assert_eq!(scene.answers_to(&before), 1, "{:#?}", scene.stage.said());
}

/// Something that is answered after everything before it.
async fn barrier<S: Stage>(scene: &mut Scene<S>) {
    let call = scene
        .say(Who::Neighbour, Place::Group, To::Bot, "客服电话是多少")
        .await;
    scene.hear_answer(Place::Group, &call).await;
}
