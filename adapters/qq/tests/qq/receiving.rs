//! Tests of QQ's events, as the desk receives them.

use crate::desk::{self, answer};
use groupdesk_contract::{ChannelKind, ChannelRole, Event, Segment};
use groupdesk_qq_fake::{BOT, Fake};
use serde_json::json;

fn text(text: &str) -> Segment {
    Segment::Text(text.to_owned())
}

#[tokio::test]
async fn a_group_a_direct_chat_and_guilds_are_heard_each_with_its_own_ids() {
    let fake = Fake::start(true).await;
    let mut desk = desk::start_with(&fake, &json!({"hears_everything": true})).await;
    fake.name("E4F4", "小明");
    let id = fake.calls_bot("E4F4", "group:C9F7", "怎么退款");
    let message = desk.message().await;
    assert_eq!(
        (message.id.as_str(), message.channel.id.as_str()),
        (id.as_str(), "group:C9F7")
    );
    assert_eq!(
        (message.channel.kind, message.sender.id.as_str()),
        (ChannelKind::Group, "E4F4")
    );
    assert_eq!(message.sender.name, "小明");
    assert!(message.mentions_bot && !message.sender.is_bot);
    assert_eq!(message.segments, [text("怎么退款")]);

    fake.says("E4F5ABCDEF", "group:C9F7", "谁吃饭");
    let message = desk.message().await;
    assert!(!message.mentions_bot);
    assert_eq!(message.sender.name, "QQ E4F5AB");

    fake.says("E4F4", "private:E4F4", "在吗");
    let message = desk.message().await;
    assert_eq!(
        (message.channel.id.as_str(), message.channel.kind),
        ("private:E4F4", ChannelKind::Direct)
    );

    fake.calls_bot("1234", "channel:100010", "a <b> & c");
    let message = desk.message().await;
    assert_eq!(
        (message.channel.id.as_str(), message.sender.id.as_str()),
        ("channel:100010", "1234")
    );
    assert!(message.mentions_bot);
    assert_eq!(message.segments, [text("a <b> & c")]);

    fake.says("1234", "dms:187", "hi");
    let message = desk.message().await;
    assert_eq!(
        (message.channel.id.as_str(), message.channel.kind),
        ("dms:187", ChannelKind::Direct)
    );

    fake.deletes("1234", "channel:100010", "08ab_x");
    match desk.event().await {
        Event::Recall(recall) => {
            assert_eq!(
                (recall.message.as_str(), recall.channel.as_str()),
                ("08ab_x", "channel:100010")
            );
            assert_eq!(recall.by.unwrap().as_str(), "1234");
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn without_the_grant_only_mentions_are_heard() {
    let fake = Fake::start(false).await;
    let mut desk = desk::start(&fake).await;
    fake.says("E4F4", "group:C9F7", "谁吃饭");
    desk.quiet().await;
    fake.calls_bot("E4F4", "group:C9F7", "怎么退款");
    assert!(desk.message().await.mentions_bot);
    let identify = &fake.greetings()[0]["d"];
    assert_eq!(identify["intents"], json!(1 << 25 | 1 << 30 | 1 << 12 | 1 << 27));
}

#[tokio::test]
async fn pictures_voices_files_and_mentions_are_read() {
    let fake = Fake::start(true).await;
    let mut desk = desk::start_with(&fake, &json!({"hears_everything": true})).await;
    let more = json!({
        "author": {"id": "x", "member_openid": "E4F4", "member_role": "owner", "bot": false, "username": "群主"},
        "mentions": [
            {"scope": "single", "bot": true, "id": "abc", "is_you": true, "member_openid": "me", "username": "Desk"},
            {"scope": "single", "bot": false, "id": "def", "is_you": false, "member_openid": "E4F9", "username": "b"},
        ],
        "attachments": [
            {"content_type": "image/png", "filename": "a.png", "url": "gchat.qpic.cn/a.png", "size": 7},
            {"content_type": "voice", "filename": "v.silk", "url": "https://x/v", "asr_refer_text": "打不开"},
            {"content_type": "voice", "filename": "w.silk", "url": "https://x/w"},
            {"content_type": "file", "filename": "log.txt", "url": "https://x/l"},
            null_free(),
        ],
    });
    let (_, data) = fake.message("E4F4", "group:C9F7", "<@abc> 看 <@def> 这个", more);
    fake.push("GROUP_MESSAGE_CREATE", data);
    let message = desk.message().await;
    assert!(message.mentions_bot);
    assert_eq!(message.sender.role, ChannelRole::Owner);
    let file = |name: &str, url: &str| Segment::File {
        name: Some(name.to_owned()),
        url: Some(url.to_owned()),
    };
    assert_eq!(
        message.segments,
        [
            text("看 "),
            Segment::Mention("E4F9".into()),
            text(" 这个"),
            Segment::Image {
                url: Some("https://gchat.qpic.cn/a.png".to_owned())
            },
            text("打不开"),
            file("w.silk", "https://x/w"),
            file("log.txt", "https://x/l"),
        ]
    );
    // @everyone is no call.
    let more = json!({"mentions": [{"scope": "all", "is_you": true, "username": "all"}]});
    let (_, data) = fake.message("E4F4", "group:C9F7", "开会", more);
    fake.push("GROUP_MESSAGE_CREATE", data);
    let message = desk.message().await;
    assert!(!message.mentions_bot);
    assert_eq!(message.segments[0], Segment::MentionAll);
    // The bot's own words and other bots.
    let (_, data) = fake.message(
        BOT,
        "channel:100010",
        "我",
        json!({"author": {"id": BOT, "bot": true}}),
    );
    fake.push("MESSAGE_CREATE", data);
    let own = desk.message().await;
    assert!(own.sender.is_self && own.sender.is_bot);
}

/// An attachment that holds nothing.
fn null_free() -> serde_json::Value {
    json!({"content_type": null, "url": null, "filename": null})
}

#[tokio::test]
async fn a_quote_names_the_message_and_whether_it_is_the_bots() {
    let fake = Fake::start(true).await;
    let mut desk = desk::start_with(&fake, &json!({"hears_everything": true})).await;
    for place in ["group:C9F7", "channel:100010"] {
        let asked = fake.calls_bot("1234", place, "怎么退款");
        desk.message().await;
        let ours = desk
            .sent(
                if place.starts_with('g') { 1 } else { 2 },
                &answer(place, &asked, "这样退"),
            )
            .await;
        fake.replies("1234", place, ours.as_str(), "还是不行");
        let message = desk.message().await;
        let quote = message.quote().unwrap();
        assert_eq!(
            (quote.message.as_str(), quote.of_bot),
            (ours.as_str(), Some(true)),
            "{place}"
        );
        fake.replies("1235", place, &asked, "我也是");
        let message = desk.message().await;
        let quote = message.quote().unwrap();
        assert_eq!(
            (quote.message.as_str(), quote.of_bot),
            (asked.as_str(), Some(false)),
            "{place}"
        );
    }
    // Somebody else's bot can't be told from ours by anything but its message.
    let more = json!({
        "message_type": 103,
        "msg_elements": [{"content": "q", "author": {"bot": true, "username": "Desk"}, "msg_idx": "REFIDX_else"}],
    });
    let (_, data) = fake.message("1234", "group:C9F7", "x", more);
    fake.push("GROUP_MESSAGE_CREATE", data);
    let message = desk.message().await;
    let quote = message.quote().unwrap();
    assert_eq!(
        (quote.message.as_str(), quote.of_bot, quote.text.as_deref()),
        ("REFIDX_else", None, Some("q"))
    );
    // A guild is asked for what is not known.
    let (unknown, _) = fake.message("7", "channel:100010", "theirs", json!({}));
    fake.replies("1234", "channel:100010", &unknown, "y");
    let message = desk.message().await;
    let quote = message.quote().unwrap();
    assert_eq!(
        (quote.of_bot, quote.text.as_deref()),
        (Some(false), Some("theirs"))
    );
}
