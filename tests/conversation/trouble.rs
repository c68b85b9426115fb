//! Kills, lost connections, events that come twice: nothing is lost, nothing is said twice.

use crate::stage::{Place, Scene, Stage, To, Who};
use std::time::{Duration, Instant};

pub(crate) async fn killed_before_answering<S: Stage>() {
    if !S::HAS.deafness {
        return;
    }
    let mut scene = Scene::<S>::open().await;
    scene.stage.deaf(true);
    let call = scene
        .say(Who::Asker, Place::Group, To::Bot, "工单系统需要注册吗")
        .await;
    let end = Instant::now() + Duration::from_secs(60);
    while !scene.program.log().contains("decided") {
        assert!(Instant::now() < end, "not decided: {}", scene.program.log());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
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
    // So that the channel is known, and what was said there is noted: not every platform can tell whether it was.
    barrier(&mut scene).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
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

pub(crate) async fn token_ends<S: Stage>() {
    if !S::HAS.token {
        return;
    }
    let mut scene = Scene::<S>::open().await;
    barrier(&mut scene).await;
    scene.stage.tokens_end();
    let call = scene.say(Who::Asker, Place::Group, To::Bot, "转人工").await;
    scene.hear_answer(Place::Group, &call).await;
    let notice = scene.hear(Place::Room, "【工单 #1】").await;
    scene.stage.tokens_end();
    scene.answer(Who::Agent, &notice, 1, "请把日志发出来").await;
    scene.hear(Place::Group, "请把日志发出来").await;
    scene.hear(Place::Room, "已送达").await;
    scene.stage.tokens_end();
    scene.go_on(Who::Asker, Place::Group, "日志：disk full").await;
    scene.hear(Place::Room, "disk full").await;
}

pub(crate) async fn window_closes<S: Stage>() {
    let Some(replies) = S::HAS.replies else {
        return;
    };
    let mut scene = Scene::<S>::open().await;
    let call = scene.say(Who::Asker, Place::Group, To::Bot, "转人工").await;
    scene.hear_answer(Place::Group, &call).await;
    let notice = scene.hear(Place::Room, "【工单 #1】").await;
    assert!(
        notice.text.contains(&format!("还剩 {} 条", replies - 1)),
        "{notice:?}"
    );
    // Each of them counts, beside the one with the number; the platform's own side counts too.
    for number in 1..replies {
        let text = format!("第{number}步做完了吗");
        scene.answer(Who::Agent, &notice, 1, &text).await;
        scene.hear(Place::Group, &text).await;
    }
    scene.hear(Place::Room, "只再接收 0 条").await;
    scene.answer(Who::Agent, &notice, 1, "最后一步是重启").await;
    scene.hear(Place::Room, "留存").await;
    // What staff typed while it closed goes out when the member writes again, and once.
    scene.go_on(Who::Asker, Place::Group, "都做完了，然后呢").await;
    scene.hear(Place::Group, "最后一步是重启").await;
    scene.hear(Place::Room, "都做完了").await;
    let times = |text: &str| {
        let said = scene.said_in(Place::Group);
        said.iter().filter(|said| said.text.contains(text)).count()
    };
    assert_eq!(times("最后一步是重启"), 1);
    assert!(
        (1..replies).all(|number| times(&format!("第{number}步")) == 1),
        "{:#?}",
        scene.stage.said()
    );
}

/// Asks a question that is answered after everything before it.
async fn barrier<S: Stage>(scene: &mut Scene<S>) {
    let call = scene
        .say(Who::Neighbour, Place::Group, To::Bot, "客服电话是多少")
        .await;
    scene.hear_answer(Place::Group, &call).await;
}
