//! Tests of reading Discord's messages.

use super::*;
use groupdesk_contract::{Channel, ChannelId, ChannelKind};
use serde::Deserialize;
use serde_json::{Value, json};

fn around() -> Around {
    Around {
        account: AccountId::new("dc"),
        me: Myself {
            user: 42,
            application: 43,
        },
        spot: MessagePlace {
            channel: Channel {
                id: ChannelId::from("channel:77"),
                kind: ChannelKind::Group,
                name: None,
            },
            ticket: None,
            title: Some("Setup fails".to_owned()),
        },
        guild: Some(5),
        nick: None,
        role: ChannelRole::Member,
        standing: Standing::Staff,
        part_of: None,
        own_role: Some(50),
        now: Timestamp::UNIX_EPOCH,
    }
}

fn said(more: Value) -> Option<Said> {
    let mut told = json!({
        "id": "900", "channel_id": "77", "guild_id": "5", "type": 0, "content": "",
        "author": {"id": "7", "username": "ming", "global_name": "小明"},
    });
    told.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    match message(&serde_json::from_value(told).unwrap(), &around()) {
        Some(Event::Message(said)) => Some(said),
        Some(other) => panic!("{other:?}"),
        None => None,
    }
}

#[test]
fn mentions_are_read_by_id_and_what_only_looks_like_one_is_text() {
    let (segments, mentions_bot) = text_segments("hi <@!7> and <@42>, <@x> <@", &around());
    assert!(mentions_bot);
    let text = |text: &str| Segment::Text(text.to_owned());
    let wanted = [
        text("hi "),
        Segment::Mention(MemberId::from("7")),
        text(" and "),
        Segment::Mention(MemberId::from("42")),
        text(", <@x> <@"),
    ];
    assert_eq!(segments, wanted);
}

#[test]
fn the_first_message_of_a_forum_post_has_the_posts_title() {
    let first = said(json!({"id": "77", "content": "it stops at 3%"})).unwrap();
    assert_eq!(first.text(), "Setup fails\nit stops at 3%");
    assert_eq!(said(json!({"content": "still"})).unwrap().text(), "still");
}

#[test]
fn what_nobody_said_is_passed_over_and_what_is_new_about_a_message_spoils_nothing() {
    assert_eq!(said(json!({"content": "joined", "type": 7})), None);
    assert_eq!(said(json!({"content": "x", "webhook_id": "8"})), None);
    assert_eq!(
        said(json!({"content": "x", "author": {"id": "42", "username": "desk", "bot": true}})),
        None
    );
    assert_eq!(said(json!({})), None, "nothing in it");
    let new = json!({"content": "hi", "components": [{"type": 99}], "embeds": [{"type": "new"}], "flags": 1_u64 << 40});
    assert_eq!(said(new).unwrap().text(), "hi");
    let bot = said(json!({"content": "x", "author": {"id": "9", "username": "other", "bot": true}})).unwrap();
    assert!(bot.sender.is_bot && bot.sender.standing == Standing::Member);
}

#[test]
fn pictures_files_and_forwarded_messages_are_there() {
    let found = said(json!({
        "attachments": [
            {"id": "31", "filename": "a.png", "url": "https://cdn/a.png?ex=1", "content_type": "image/png"},
            {"filename": "a.log", "url": "https://cdn/a.log"},
        ],
        "message_snapshots": [{"message": {"content": "error 7", "attachments": []}}],
    }))
    .unwrap();
    let url = |name: &str| Some(format!("https://cdn/{name}"));
    let wanted = [
        Segment::Image {
            url: Some("account-file:dc/77/900/31".to_owned()),
        },
        Segment::File {
            name: Some("a.log".to_owned()),
            url: url("a.log"),
        },
        Segment::Text("error 7".to_owned()),
    ];
    assert_eq!(found.segments, wanted);
}

#[test]
fn a_webhooks_words_of_ours_are_quoted_as_the_bots() {
    let quoted = json!({"id": "800", "channel_id": "77", "content": "hi", "webhook_id": "3", "application_id": "43",
        "author": {"id": "3", "username": "小明"}});
    let found = said(json!({"content": "and you?", "type": 19, "referenced_message": quoted})).unwrap();
    assert_eq!(found.quote().unwrap().of_bot, Some(true));
}

#[test]
fn the_bots_own_role_is_the_bot_and_a_servers_emoji_are_readable() {
    let called = said(json!({"content": "<@&50> <:cry:123> help <a:x:1> <3 <:y> <t:1:R>"})).unwrap();
    assert!(called.mentions_bot);
    assert_eq!(called.text(), " :cry: help :x: <3 <:y> <t:1:R>");
    let other = said(json!({"content": "<@&51> help"})).unwrap();
    assert!(!other.mentions_bot && other.text() == "<@&51> help");
}

#[test]
fn a_field_that_is_null_or_odd_never_costs_the_words() {
    let whole = json!({
        "id": "900", "channel_id": "77", "guild_id": "5", "type": 0, "content": "hi", "edited_timestamp": null,
        "author": {"id": "7", "username": "ming", "global_name": "小明", "avatar": "a", "bot": false},
        "member": {"nick": "m", "roles": ["1"], "permissions": "0"}, "attachments": [{"id": "1", "url": "u"}],
        "sticker_items": [{"name": "s"}], "embeds": [], "poll": null, "referenced_message": null,
        "message_snapshots": [{"message": {"content": "x", "attachments": []}}], "application_id": "3", "flags": 0,
    });
    let odd = [
        json!(null),
        json!({}),
        json!([]),
        json!([null]),
        json!("x"),
        json!(-1),
        json!(0.5),
        json!([{"x": {}}]),
    ];
    let fields = whole.as_object().unwrap().keys();
    for field in fields.filter(|field| {
        !["id", "channel_id", "author", "content", "type", "guild_id"].contains(&field.as_str())
    }) {
        for odd in &odd {
            let mut told = whole.clone();
            told[field] = odd.clone();
            let read = Message::deserialize(&told).unwrap_or_else(|error| panic!("{field} {odd}: {error}"));
            let text = match message(&read, &around()) {
                Some(Event::Message(said)) => said.text(),
                other => panic!("{field} {odd}: {other:?}"),
            };
            assert!(text.contains("hi"), "{field} {odd}");
        }
    }
}
