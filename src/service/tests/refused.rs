//! Pictures with addresses that nobody may be sent to fetch from.

use super::*;

/// Sends a text with a picture, as it comes through an adapter's way to the desk.
async fn says_with_picture(world: &World, place: &str, text: &str, url: &str) {
    let (account, channel) = place.split_once('/').unwrap();
    let id = MessageId::new(format!("{place}{text}{url}"));
    let Event::Edit(edit) = edited(account, channel, &id, text).event else {
        panic!("an edit")
    };
    let mut message = Message {
        at: world.clock.now(),
        mentions_bot: true,
        ..edit.message
    };
    message.segments.push(Segment::Image {
        url: Some(url.to_owned()),
    });
    let events = world.life.as_ref().unwrap().events.clone();
    let link = Link::new(account.into(), events, CancellationToken::new());
    link.deliver(Event::Message(message)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_reads_a_message_sees_that_a_picture_does_not_come_along_and_why() {
    let world = World::at("2026-11-23T09:00:00+08:00").await;
    says_with_picture(&world, "qq/group:1", "转人工，升级失败", "file:///etc/passwd").await;
    let notice = world.hears("tg/staff", "【工单 #1】").await.text;
    for part in ["│ 转人工，升级失败", "有一个图片或文件没有转发", "不能是 file:"] {
        assert!(notice.contains(part), "{notice}");
    }
    assert!(!notice.contains("passwd"), "{notice}");
    let other = "data:text/html;base64,aGk=";
    says_with_picture(&world, "qq/group:2", "转人工，打印机坏了", other).await;
    world.hears("tg/staff", "data: 地址里不是图片").await;
    // The same for what staff say: the words go to the member, and who wrote them hears of the rest.
    says_with_picture(&world, "tg/staff", "/t 1 看图", "file:///a.png").await;
    world.hears("qq/group:1", "老王：看图").await;
    let told = world.hears("tg/staff", "不能是 file:").await;
    assert!(told.text.contains("没有转发"));
    assert_eq!(world.times("tg/staff", "不能是 file:").await, 2);
}
