//! Tests of reading updates: real ones, and some that no server should send.

use super::*;
use crate::wire;
use groupdesk_contract::ChannelKind;
use serde_json::{Value, json};
use teloxide_core::types::{Update, UpdateKind};

const AT: i64 = 1_790_000_000;

fn me() -> Myself {
    Myself {
        id: 123,
        username: "DeskBot".to_owned(),
        hears_everything: true,
    }
}

fn around(me: &Myself) -> Around<'_> {
    static ACCOUNT: std::sync::LazyLock<AccountId> = std::sync::LazyLock::new(|| AccountId::new("tg"));
    Around {
        account: &ACCOUNT,
        me,
        first: -1005,
        ticket: None,
        role: ChannelRole::Member,
        standing: Standing::Member,
        part_of: None,
        now: time(AT),
    }
}

fn update(update: Value) -> Update {
    wire::arrived(&update).update.unwrap()
}

/// A message of member 7 in the supergroup, with `more` on top.
fn wire_message(more: Value) -> Value {
    let mut message = json!({
        "message_id": 10, "date": AT, "chat": {"id": -1005, "type": "supergroup", "title": "Users"},
        "from": {"id": 7, "is_bot": false, "first_name": "小", "last_name": "明", "language_code": "zh-hans"}
    });
    let fields = message.as_object_mut().unwrap();
    for (key, value) in more.as_object().unwrap() {
        fields.insert(key.clone(), value.clone());
    }
    message
}

fn said_in(more: Value, around: &Around<'_>) -> Option<Said> {
    let update = update(json!({"update_id": 1, "message": wire_message(more)}));
    let UpdateKind::Message(read) = &update.kind else {
        panic!("{update:?}");
    };
    match message(&[read], around)? {
        Event::Message(said) => Some(said),
        event => panic!("{event:?}"),
    }
}

fn said(more: Value) -> Option<Said> {
    let me = me();
    said_in(more, &around(&me))
}

fn text(text: &str) -> Segment {
    Segment::Text(text.to_owned())
}

fn mention(id: &str) -> Segment {
    Segment::Mention(MemberId::from(id))
}

#[test]
fn a_supergroups_messages_can_be_opened_by_their_link() {
    let link = |chat: Value| said(json!({"text": "hi", "chat": chat})).unwrap().link;
    let group = |id: i64| json!({"id": id, "type": "supergroup", "title": "Users"});
    assert_eq!(
        link(group(-1_001_234_567_890)).as_deref(),
        Some("https://t.me/c/1234567890/10")
    );
    let mut public = group(-1_001_234_567_890);
    public["username"] = json!("Users");
    assert_eq!(link(public).as_deref(), Some("https://t.me/Users/10"));
    assert_eq!(link(group(-1005)), None);
    // No id of Telegram's, and no end of the program.
    link(group(i64::MIN));
}

#[test]
fn a_message_tells_who_said_what_where_and_when() {
    let said = said(json!({"text": "怎么退款"})).unwrap();
    assert_eq!(said.id.as_str(), "10");
    assert_eq!(said.channel.id.as_str(), "group:-1005");
    assert_eq!(
        (said.channel.kind, said.channel.name.as_deref()),
        (ChannelKind::Group, Some("Users"))
    );
    assert_eq!(
        (said.sender.id.as_str(), said.sender.name.as_str()),
        ("7", "小 明")
    );
    assert_eq!(said.segments, [text("怎么退款")]);
    assert!(!said.mentions_bot && said.ticket.is_none());
    assert_eq!(said.at.as_second(), AT);
}

#[test]
fn the_bot_is_mentioned_by_name_in_any_case_by_id_and_by_command() {
    let at =
        |kind: &str, offset: usize, length: usize| json!({"type": kind, "offset": offset, "length": length});
    let with = |words: &str, entity: Value| said(json!({"text": words, "entities": [entity]}));

    let named = with("😀 @deskbot 退款", at("mention", 3, 8)).unwrap();
    assert!(named.mentions_bot);
    assert_eq!(named.segments, [text("😀 "), mention("123"), text(" 退款")]);

    let other = with("@deskbot2 退款", at("mention", 0, 9)).unwrap();
    assert!(!other.mentions_bot);
    assert_eq!(other.segments, [text("@deskbot2 退款")]);

    let mut pinged = at("text_mention", 0, 2);
    pinged["user"] = json!({"id": 8, "is_bot": false, "first_name": "A"});
    let pinged = with("阿三 hi", pinged).unwrap();
    assert_eq!(pinged.segments, [mention("8"), text(" hi")]);

    let command = with("/ask@DESKBOT how to pay", at("bot_command", 0, 12)).unwrap();
    assert!(command.mentions_bot);
    assert_eq!(command.segments, [text("/ask how to pay")]);
    assert!(!with("/ask how", at("bot_command", 0, 4)).unwrap().mentions_bot);
    assert_eq!(with("/ask@OtherBot how", at("bot_command", 0, 13)), None);
    // Places that no text has are passed over.
    assert!(with("abc", at("mention", 2, 900)).is_some());
    assert!(with("😀", at("mention", 1, 1)).is_some());
}

#[test]
fn a_quote_tells_whose_message_it_is_and_the_words_that_were_picked() {
    let quoted = |from: u64, more: Value| {
        let mut message = json!({
            "text": "but how?",
            "reply_to_message": {"message_id": 4, "date": AT, "chat": {"id": -1005, "type": "supergroup", "title": "Users"},
                "from": {"id": from, "is_bot": from == 123, "first_name": "X"}, "text": "the whole answer"}
        });
        if let (Some(fields), Value::Object(more)) = (message.as_object_mut(), more) {
            fields.extend(more);
        }
        said(message).unwrap().quote().cloned()
    };
    let of_bot = quoted(123, json!({})).unwrap();
    assert_eq!((of_bot.message.as_str(), of_bot.of_bot), ("4", Some(true)));
    assert_eq!(of_bot.text.as_deref(), Some("the whole answer"));
    let of_other = quoted(9, json!({"quote": {"text": "answer", "position": 10}})).unwrap();
    assert_eq!(
        (of_other.of_bot, of_other.text.as_deref()),
        (Some(false), Some("answer"))
    );
    // In a topic, the message that opened it is "replied" to by everything.
    assert_eq!(
        quoted(123, json!({"message_thread_id": 4, "is_topic_message": true})),
        None
    );
}

#[test]
fn a_topic_is_a_channel_and_a_tickets_topic_is_the_staff_room() {
    let me = me();
    let in_topic = |words: &str| json!({"text": words, "message_thread_id": 55, "is_topic_message": true});
    let said_there = said_in(in_topic("hi"), &around(&me)).unwrap();
    assert_eq!(said_there.channel.id.as_str(), "group:-1005/55");

    let mut of_ticket = around(&me);
    of_ticket.ticket = Some(12);
    let said_there = said_in(in_topic("we look into it"), &of_ticket).unwrap();
    assert_eq!(
        (said_there.channel.id.as_str(), said_there.ticket),
        ("group:-1005", Some(12))
    );
    assert_eq!(
        said_in(in_topic("// who takes it?"), &of_ticket).unwrap().ticket,
        None
    );
    // A thread of replies in a group without topics is no topic.
    let thread = said(json!({"text": "hi", "message_thread_id": 55})).unwrap();
    assert_eq!(thread.channel.id.as_str(), "group:-1005");
}

#[test]
fn those_who_speak_as_a_chat_are_people_known_by_that_chat() {
    let me = me();
    let mut as_admin = around(&me);
    (as_admin.role, as_admin.standing) = (ChannelRole::Admin, Standing::Staff);
    let anonymous = said_in(
        json!({"text": "hi", "author_signature": "老板",
            "from": {"id": 1_087_968_824, "is_bot": true, "first_name": "Group", "username": "GroupAnonymousBot"},
            "sender_chat": {"id": -1005, "type": "supergroup", "title": "Users"}}),
        &as_admin,
    )
    .unwrap()
    .sender;
    assert_eq!(
        (anonymous.id.as_str(), anonymous.name.as_str()),
        ("-1005", "老板")
    );
    assert!(!anonymous.is_bot);
    assert_eq!(
        (anonymous.role, anonymous.standing),
        (ChannelRole::Admin, Standing::Staff)
    );

    let channel = json!({"text": "hi",
        "from": {"id": 136_817_688, "is_bot": true, "first_name": "Channel", "username": "Channel_Bot"},
        "sender_chat": {"id": -1009, "type": "channel", "title": "News"}});
    let as_channel = said(channel).unwrap().sender;
    assert_eq!(
        (
            as_channel.id.as_str(),
            as_channel.name.as_str(),
            as_channel.is_bot
        ),
        ("-1009", "News", false)
    );

    let announced = json!({"text": "new version", "is_automatic_forward": true,
        "from": {"id": 777_000, "is_bot": false, "first_name": "Telegram"},
        "sender_chat": {"id": -1009, "type": "channel", "title": "News"}});
    assert_eq!(said(announced), None);

    let bot = said(json!({"text": "hi", "from": {"id": 9, "is_bot": true, "first_name": "B"}})).unwrap();
    assert!(bot.sender.is_bot && !bot.sender.is_self);
    let own = said(json!({"text": "hi", "from": {"id": 123, "is_bot": true, "first_name": "B"}})).unwrap();
    assert!(own.sender.is_self);
}

#[test]
fn pictures_and_files_are_told_by_id() {
    let file = |id: &str| json!({"file_id": id, "file_unique_id": "u", "file_size": 10});
    let with = |key: &str, mut file: Value, more: Value| {
        if let (Some(fields), Value::Object(more)) = (file.as_object_mut(), more) {
            fields.extend(more);
        }
        let mut message = json!({ "caption": "see" });
        message[key] = if key == "photo" { json!([file]) } else { file };
        said(message).unwrap().segments
    };
    let image = |url: &str| Segment::Image {
        url: Some(url.to_owned()),
    };
    let named = |name: &str, url: &str| Segment::File {
        name: Some(name.to_owned()),
        url: Some(url.to_owned()),
    };
    let size = json!({"width": 90, "height": 60});
    assert_eq!(
        with("photo", file("P-1_x"), size),
        [text("see"), image("account-file:tg/P-1_x")]
    );
    assert_eq!(
        with(
            "document",
            file("D1"),
            json!({"file_name": "log.txt", "mime_type": "text/plain"})
        ),
        [text("see"), named("log.txt", "account-file:tg/D1")]
    );
    assert_eq!(
        with("document", file("D2"), json!({"mime_type": "image/png"})),
        [text("see"), image("account-file:tg/D2#document")]
    );
    assert_eq!(
        with("voice", file("V1"), json!({"duration": 3})),
        [text("see"), named("voice", "account-file:tg/V1#voice")]
    );
    let sticker = json!({"sticker": {"file_id": "S1", "file_unique_id": "u", "type": "regular", "width": 512,
        "height": 512, "is_animated": false, "is_video": false, "file_size": 1, "emoji": "😀"}});
    assert_eq!(
        said(sticker).unwrap().segments,
        [image("account-file:tg/S1#sticker")]
    );
    let place = json!({"location": {"latitude": 1.5, "longitude": 2.5}});
    assert_eq!(
        said(place).unwrap().segments,
        [Segment::Other("location".to_owned())]
    );
}

#[test]
fn service_messages_say_nothing() {
    let user = json!({"id": 8, "is_bot": false, "first_name": "New"});
    for service in [
        json!({"new_chat_members": [user]}),
        json!({"left_chat_member": user}),
        json!({"new_chat_title": "Other"}),
        json!({"group_chat_created": true}),
        json!({"migrate_to_chat_id": -1009}),
        json!({"forum_topic_created": {"name": "T", "icon_color": 7_322_096}}),
        json!({"pinned_message": {"message_id": 1, "date": 0, "chat": {"id": -1005, "type": "supergroup", "title": "U"}}}),
    ] {
        assert_eq!(said(service.clone()), None, "{service}");
    }
}

#[test]
fn a_moved_group_keeps_its_channel_and_numbers_apart() {
    let me = me();
    let mut moved = around(&me);
    moved.first = -5;
    let said = said_in(json!({"text": "hi"}), &moved).unwrap();
    assert_eq!(
        (said.channel.id.as_str(), said.id.as_str()),
        ("group:-5", "10/-1005")
    );
}

#[test]
fn an_edit_tells_the_new_words() {
    let me = me();
    let edited = update(json!({"update_id": 1, "edited_message":
        wire_message(json!({"text": "怎么退款？", "edit_date": AT + 60,
            "reply_to_message": wire_message(json!({"message_id": 4, "text": "【工单 #1】"}))}))}));
    let UpdateKind::EditedMessage(edited) = &edited.kind else {
        panic!("{edited:?}");
    };
    let Some(Event::Edit(edit)) = edit(edited, &around(&me)) else {
        panic!("no edit");
    };
    assert_eq!(
        (
            edit.message.id.as_str(),
            edit.message.text().as_str(),
            edit.message.sender.id.as_str()
        ),
        ("10", "怎么退款？", "7")
    );
    assert_eq!(edit.at.as_second(), AT + 60);
    // It is still under what it quotes.
    assert_eq!(edit.message.quote().unwrap().message.as_str(), "4");
}

#[test]
fn only_a_new_thumb_down_says_something_in_the_users_language() {
    let me = me();
    let reaction = |old: &[&str], new: &[&str], language: Option<&str>| {
        let list = |emojis: &[&str]| -> Vec<Value> {
            emojis
                .iter()
                .map(|emoji| json!({"type": "emoji", "emoji": emoji}))
                .collect()
        };
        let mut user = json!({"id": 7, "is_bot": false, "first_name": "U"});
        if let Some(language) = language {
            user["language_code"] = json!(language);
        }
        let update = update(json!({"update_id": 1, "message_reaction": {
            "chat": {"id": -1005, "type": "supergroup", "title": "Users"}, "message_id": 4, "user": user, "date": AT,
            "old_reaction": list(old), "new_reaction": list(new)}}));
        let UpdateKind::MessageReaction(reaction) = &update.kind else {
            panic!("{update:?}");
        };
        match dislike(reaction, &around(&me)) {
            Some(Event::Message(said)) => Some(said),
            _ => None,
        }
    };
    assert_eq!(reaction(&[], &["👍"], None), None);
    assert_eq!(reaction(&["👎"], &["👎", "🔥"], None), None);
    assert_eq!(reaction(&["👎"], &[], None), None);
    let said = reaction(&["👍"], &["👎"], Some("zh-hans")).unwrap();
    assert_eq!((said.text().as_str(), said.mentions_bot), ("没用", true));
    assert_eq!(said.quote().unwrap().message.as_str(), "4");
    assert_eq!(reaction(&[], &["👎"], Some("de")).unwrap().text(), "not helpful");
}
