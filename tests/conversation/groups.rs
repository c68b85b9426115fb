//! Questions and their answers: in a group, called and not, and with the bot alone.

use crate::stage::{Place, Scene, Stage, To, Who, long_answer};

pub(crate) async fn quiet_until_sure<S: Stage>() {
    if !S::HAS.everything {
        return;
    }
    let mut scene = Scene::<S>::open().await;
    scene
        .say(Who::Asker, Place::Group, To::Everybody, "今晚吃火锅去不去")
        .await;
    scene
        .say(Who::Agent, Place::Group, To::Everybody, "客服几点上班？")
        .await;
    let sure = scene
        .say(
            Who::Neighbour,
            Place::Group,
            To::Everybody,
            "工单系统需要注册吗？",
        )
        .await;
    let answer = scene.hear_answer(Place::Group, &sure).await;
    assert!(answer.text.contains("注册"), "{answer:?}");
    // Whatever it wanted to say to the others it would have said before.
    scene
        .say(Who::Neighbour, Place::Group, To::Bot, "客服电话是多少")
        .await;
    scene.hear(Place::Group, "0731").await;
    // A staff room may be told of the calendar besides.
    let said = scene.stage.said();
    let in_group = said.iter().filter(|said| said.place == Place::Group).count();
    assert_eq!(in_group, 2, "{said:#?}");
}

pub(crate) async fn calls<S: Stage>() {
    let mut scene = Scene::<S>::open().await;
    let call = scene
        .say(Who::Asker, Place::Group, To::Bot, "工单要不要注册啊")
        .await;
    let answer = scene.hear_answer(Place::Group, &call).await;
    assert!(answer.text.contains("注册"), "{answer:?}");
    // What it doesn't know is handed over, in so many words.
    let call = scene
        .say(
            Who::Neighbour,
            Place::Group,
            To::Bot,
            "怎么把量子退火器接到咖啡机上",
        )
        .await;
    let answer = scene.hear_answer(Place::Group, &call).await;
    assert!(answer.text.contains("#1"), "{answer:?}");
    scene.hear(Place::Room, "#1").await;
    // A command says what is wanted of the one that is called.
    let call = scene
        .say(Who::Asker, Place::Group, To::Bot, "/ask 客服电话是多少")
        .await;
    assert!(scene.hear_answer(Place::Group, &call).await.text.contains("0731"));
}

pub(crate) async fn picked_by_number<S: Stage>() {
    let mut scene = Scene::<S>::open().await;
    let call = scene.say(Who::Asker, Place::Group, To::Bot, "怎么登录").await;
    let offer = scene.hear_answer(Place::Group, &call).await;
    assert!(offer.text.contains("1. "), "{offer:?}");
    // Only the one who asked can pick.
    if S::HAS.groups {
        scene.go_on(Who::Neighbour, Place::Group, "1").await;
    }
    let pick = scene.go_on(Who::Asker, Place::Group, "1").await;
    assert!(scene.hear_answer(Place::Group, &pick).await.text.contains("注册"));
    assert_eq!(scene.said_in(Place::Group).len(), 2, "{:#?}", scene.stage.said());
}

pub(crate) async fn picked_by_button<S: Stage>() {
    if !S::HAS.buttons {
        return;
    }
    let mut scene = Scene::<S>::open().await;
    let call = scene.say(Who::Asker, Place::Group, To::Bot, "怎么登录").await;
    let offer = scene.hear_answer(Place::Group, &call).await;
    let offer = scene
        .hear_with_buttons(Place::Group, offer.text.lines().next().unwrap())
        .await;
    let label = offer.buttons.first().expect("something can be pressed").clone();
    scene.stage.press(Who::Asker, &offer, &label).await;
    scene.hear(Place::Group, "注册同样").await;
    // Pressed twice, it says nothing more, and makes no ticket.
    scene.stage.press(Who::Asker, &offer, &label).await;
    scene
        .say(Who::Asker, Place::Group, To::Bot, "客服电话是多少")
        .await;
    scene.hear(Place::Group, "0731").await;
    assert_eq!(scene.said_in(Place::Group).len(), 3, "{:#?}", scene.stage.said());
    if S::HAS.groups {
        assert!(
            scene
                .said_in(Place::Room)
                .iter()
                .all(|said| !said.text.contains("工单 #")),
            "{:#?}",
            scene.stage.said()
        );
    }
}

pub(crate) async fn alone<S: Stage>() {
    let mut scene = Scene::<S>::open().await;
    let place = Place::Private(Who::Asker);
    scene
        .say(Who::Asker, place, To::Everybody, "工单系统需要注册吗")
        .await;
    scene.hear(place, "注册").await;
    scene
        .say(Who::Asker, place, To::Everybody, "怎么把量子退火器接到咖啡机上")
        .await;
    scene.hear(place, "#1").await;
    let notice = scene.hear(Place::Room, "【工单 #1】").await;
    scene.answer(Who::Agent, &notice, 1, "接不上，抱歉").await;
    scene.hear(place, "接不上，抱歉").await;
    assert!(scene.said_in(Place::Group).is_empty());
}

pub(crate) async fn long<S: Stage>() {
    if S::HAS.replies.is_some() && !S::HAS.groups {
        // Whatever is longer than all the messages that may be sent.
        return;
    }
    let mut scene = Scene::<S>::open().await;
    scene
        .say(Who::Asker, Place::Group, To::Bot, "给我看完整的离线安装步骤")
        .await;
    scene.hear(Place::Group, "install-700 ").await;
    let said: String = scene
        .said_in(Place::Group)
        .into_iter()
        .map(|said| said.text)
        .collect();
    // Where it is cut is the platform's matter.
    let bare = |text: &str| text.split_whitespace().collect::<String>();
    assert!(bare(&said).contains(&bare(&long_answer())), "{said}");
}

pub(crate) async fn markup<S: Stage>() {
    let mut scene = Scene::<S>::open().await;
    let call = scene
        .say(Who::Asker, Place::Group, To::Bot, "量子打印机要改哪个配置键")
        .await;
    let answer = scene.hear_answer(Place::Group, &call).await;
    let wanted = "设置 `a_b*c` 为 <b>1</b> & [x](y) ~~z~~ \\_ 即可 @everyone";
    assert!(answer.text.contains(wanted), "{answer:?}");
    scene.say(Who::Asker, Place::Group, To::Bot, "转人工").await;
    let notice = scene.hear(Place::Room, "【工单 #1】").await;
    assert!(notice.text.contains(&S::name(Who::Asker)), "{notice:?}");
}
