//! Tests of members' actions, as the desk receives them.

use crate::desk::{self, button, reply, until};
use groupdesk_contract::{Adapter, ChannelKind, ChannelRole, InMemoryStorage, MemberId, Segment, Standing};
use groupdesk_telegram_fake::{Fake, Trouble};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

const GROUP: i64 = -1_005;

#[tokio::test]
async fn groups_private_chats_mentions_and_quotes() {
    let fake = Fake::start(true).await;
    let mut desk = desk::start(&fake).await;
    assert!(desk.adapter.capabilities().receives_all_messages);

    let id = fake.says(7, GROUP, "大家好");
    let said = desk.message().await;
    assert_eq!(
        (said.id.as_str(), said.channel.id.as_str()),
        (id.to_string().as_str(), "group:-1005")
    );
    assert_eq!(
        (said.channel.kind, said.mentions_bot, said.sender.is_bot),
        (ChannelKind::Group, false, false)
    );
    assert_eq!(
        (said.sender.id.as_str(), said.sender.name.as_str()),
        ("7", "user 7")
    );

    fake.calls_bot(7, GROUP, "怎么退款");
    let said = desk.message().await;
    assert!(said.mentions_bot && said.text().trim() == "怎么退款", "{said:?}");
    assert_eq!(said.segments[0], Segment::Mention(MemberId::from("123")));

    fake.says(7, 7, "private");
    let said = desk.message().await;
    assert_eq!(
        (said.channel.id.as_str(), said.channel.kind),
        ("private:7", ChannelKind::Direct)
    );

    let answer = desk.sent(1, &reply("group:-1005", "七天内可退")).await;
    fake.replies(7, GROUP, answer.as_str().parse().unwrap(), "那过了七天呢");
    let said = desk.message().await;
    let quote = said.quote().unwrap();
    assert_eq!((quote.of_bot, &quote.message), (Some(true), &answer));
    assert_eq!(quote.text.as_deref(), Some("七天内可退"));

    // Commands: the bot's own, and another bot's.
    fake.says(7, GROUP, "/ask@OtherBot x");
    fake.says(7, GROUP, "/ask@DeskBot how do I pay");
    let said = desk.message().await;
    assert!(
        said.mentions_bot && said.text() == "/ask how do I pay",
        "{said:?}"
    );
}

#[tokio::test]
async fn with_privacy_mode_on_the_desk_knows_that_it_does_not_hear_everything() {
    let fake = Fake::start(false).await;
    let desk = desk::start(&fake).await;
    assert!(!desk.adapter.capabilities().receives_all_messages);
}

#[tokio::test]
async fn a_press_is_said_by_the_one_who_pressed_and_answered_at_once() {
    let fake = Fake::start(true).await;
    let mut desk = desk::start(&fake).await;
    let mut offer = reply("group:-1005", "您是想问？");
    offer.buttons = vec![button("退款", "1"), button("都不是", "都不是")];
    let offered = desk.sent(1, &offer).await;
    let press = fake.presses(8, GROUP, offered.as_str().parse().unwrap(), "退款");
    let (event, committed) = desk.uncommitted().await;
    let groupdesk_contract::Event::Message(said) = event else {
        panic!("{event:?}");
    };
    assert_eq!(
        (said.text().as_str(), said.sender.id.as_str(), said.mentions_bot),
        ("1", "8", true)
    );
    assert_eq!(said.quote().unwrap().message, offered);
    committed.unwrap().send(()).unwrap();
    until("the button spins", || fake.answered().contains(&press)).await;
    // What is said to a press quotes the message under which it was pressed.
    let mut answer = reply("group:-1005", "七天内可退");
    answer.quote = Some(said.id.clone());
    desk.sent(2, &answer).await;
    let heard = fake.said().pop().unwrap();
    assert_eq!(heard.quote.unwrap().to_string(), offered.as_str());
}

#[tokio::test]
async fn an_album_is_one_message_and_its_pictures_go_on_by_their_ids() {
    let fake = Fake::start(true).await;
    let mut desk = desk::start(&fake).await;
    let size =
        |id: &str, width: u32| json!({"file_id": id, "file_unique_id": id, "width": width, "height": 9});
    for (number, caption) in [("a", Some("装不上")), ("b", None), ("c", None)] {
        let mut more = json!({"media_group_id": "77", "photo": [size("small", 10), size(number, 900)]});
        if let Some(caption) = caption {
            more["caption"] = json!(caption);
        }
        let message = fake.message(7, GROUP, more);
        fake.push(json!({"message": message}));
    }
    let said = desk.message().await;
    assert_eq!(said.text().trim(), "装不上");
    let pictures: Vec<Segment> = said
        .segments
        .iter()
        .filter(|segment| matches!(segment, Segment::Image { .. }))
        .cloned()
        .collect();
    assert_eq!(pictures.len(), 3, "{said:?}");
    desk.quiet().await;
    assert_eq!(
        fake.calls("getfile"),
        0,
        "nothing is downloaded before it is needed"
    );

    let mut relay = reply("group:-1009", "小明：");
    relay.segments.extend(pictures);
    desk.sent(1, &relay).await;
    let files: Vec<String> = fake
        .said()
        .iter()
        .filter_map(|said| said.request["photo"].as_str().map(str::to_owned))
        .collect();
    assert_eq!(files, ["a", "b", "c"]);
}

#[tokio::test]
async fn a_changed_message_and_a_thumb_down_are_told() {
    let fake = Fake::start(true).await;
    let mut desk = desk::start(&fake).await;
    let id = fake.says(7, GROUP, "怎么退宽");
    desk.message().await;
    fake.edits(7, GROUP, id, "怎么退款");
    let edit = desk.edit().await;
    assert_eq!(
        (edit.message.id.as_str(), edit.message.text().as_str()),
        (id.to_string().as_str(), "怎么退款")
    );
    let (channel, by) = (&edit.message.channel.id, &edit.message.sender.id);
    assert_eq!((channel.as_str(), by.as_str()), ("group:-1005", "7"));

    let answer = desk.sent(1, &reply("group:-1005", "七天内可退")).await;
    let react = |message: &str, emoji: &str| {
        json!({"message_reaction": {
            "chat": {"id": GROUP, "type": "supergroup", "title": "Users"}, "message_id": message.parse::<i64>().unwrap(),
            "user": {"id": 7, "is_bot": false, "first_name": "u", "language_code": "zh-hans"}, "date": 1_790_000_000,
            "old_reaction": [], "new_reaction": [{"type": "emoji", "emoji": emoji}],
        }})
    };
    fake.push(react(answer.as_str(), "👍"));
    fake.push(react(&id.to_string(), "👎"));
    fake.push(react(answer.as_str(), "👎"));
    let said = desk.message().await;
    assert_eq!(
        (said.text().as_str(), said.quote().unwrap().message.as_str()),
        ("没用", answer.as_str())
    );
    desk.quiet().await;
}

#[tokio::test]
async fn the_groups_administrators_are_asked_for_once_and_may_be_staff() {
    let fake = Fake::start(true).await;
    fake.rank(GROUP, 7, "creator");
    fake.rank(GROUP, 8, "administrator");
    let settings = json!({"chat_admins": "staff"});
    let mut desk = desk::with(&fake, &settings, Arc::new(InMemoryStorage::default()));
    desk.connected().await;
    let mut known = Vec::new();
    for who in [7, 8, 9, 8] {
        fake.says(who, GROUP, "hi");
        let sender = desk.message().await.sender;
        known.push((sender.role, sender.standing));
    }
    let expected = [
        (ChannelRole::Owner, Standing::Staff),
        (ChannelRole::Admin, Standing::Staff),
        (ChannelRole::Member, Standing::Member),
        (ChannelRole::Admin, Standing::Staff),
    ];
    assert_eq!(known, expected);
    assert_eq!(fake.calls("getchatadministrators"), 1);

    // One who speaks as the group is an administrator, though Telegram puts a bot in front.
    let group = json!({"id": GROUP, "type": "supergroup", "title": "Users"});
    let hidden =
        json!({"id": 1_087_968_824, "is_bot": true, "first_name": "Group", "username": "GroupAnonymousBot"});
    let message = fake.message(
        7,
        GROUP,
        json!({"text": "我来看看", "from": hidden, "sender_chat": group}),
    );
    fake.push(json!({"message": message}));
    let sender = desk.message().await.sender;
    assert_eq!((sender.standing, sender.is_bot), (Standing::Staff, false));
}

#[tokio::test]
async fn a_group_that_becomes_a_supergroup_keeps_its_name() {
    let fake = Fake::start(true).await;
    let mut desk = desk::start(&fake).await;
    fake.says(7, -5, "before");
    assert_eq!(desk.message().await.channel.id.as_str(), "group:-5");
    let message = fake.message(7, -5, json!({"migrate_to_chat_id": -1_000_005}));
    fake.push(json!({"message": message}));
    fake.moves(-5, -1_000_005);
    fake.says(7, -1_000_005, "after");
    let said = desk.message().await;
    assert_eq!(said.channel.id.as_str(), "group:-5");
    let mut answer = reply("group:-5", "still here");
    answer.quote = Some(said.id);
    desk.sent(1, &answer).await;
    let heard = fake.said().pop().unwrap();
    assert_eq!((heard.chat, heard.text.as_str()), (-1_000_005, "still here"));
    assert!(heard.quote.is_some());

    // And after a restart, without the notice.
    until("never confirmed", || fake.unconfirmed() == 0).await;
    let mut desk = desk::with(&fake, &json!({}), desk.kill());
    desk.connected().await;
    fake.says(7, -1_000_005, "again");
    assert_eq!(desk.message().await.channel.id.as_str(), "group:-5");
}

#[tokio::test]
async fn the_commands_are_listed_in_both_languages_without_those_of_staff() {
    let fake = Fake::start(true).await;
    let _desk = desk::start(&fake).await;
    until("not listed", || fake.commands().len() == 4).await;
    let commands = fake.commands();
    for listed in &commands {
        let names: Vec<&str> = listed["commands"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|command| command["command"].as_str())
            .collect();
        assert_eq!(names, ["ask", "human", "ticket", "help"]);
        let chinese = listed["language_code"] == "zh";
        let about = listed["commands"][1]["description"].as_str().unwrap();
        assert_eq!(about == "转人工", chinese, "{listed}");
    }
}

#[tokio::test]
async fn administrators_that_can_not_be_asked_for_hold_up_no_chat() {
    let fake = Fake::start(true).await;
    let mut desk = desk::with(
        &fake,
        &json!({"chat_admins": "staff"}),
        Arc::new(InMemoryStorage::default()),
    );
    desk.connected().await;
    for _ in 0..12 {
        fake.trouble("getchatadministrators", Trouble::Slow(Duration::from_secs(30)));
    }
    for chat in 0..12 {
        fake.says(7, -2_000 - chat, "怎么退款");
    }
    let all = async {
        for _ in 0..12 {
            desk.message().await;
        }
    };
    // One of them waits for a moment, for all of them.
    tokio::time::timeout(Duration::from_secs(8), all).await.unwrap();
}

#[tokio::test]
async fn administrators_known_before_keep_their_rights_while_telegram_is_silent() {
    let fake = Fake::start(true).await;
    fake.rank(GROUP, 8, "administrator");
    let settings = json!({"chat_admins": "staff"});
    let mut desk = desk::with(&fake, &settings, Arc::new(InMemoryStorage::default()));
    desk.connected().await;
    fake.says(8, GROUP, "我来");
    assert_eq!(desk.message().await.sender.standing, Standing::Staff);
    for _ in 0..4 {
        fake.trouble(
            "getchatadministrators",
            Trouble::Refuse(500, "Internal Server Error", Value::Null),
        );
    }
    let mut desk = desk::with(&fake, &settings, desk.kill());
    desk.connected().await;
    fake.says(8, GROUP, "还是我");
    assert_eq!(desk.message().await.sender.standing, Standing::Staff);
}
