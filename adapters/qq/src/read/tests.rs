//! Tests of events that no member of the fake makes: notices, and whatever QQ might send one day.

use super::*;
use groupdesk_contract::ChannelKind;
use proptest::prelude::*;
use serde_json::json;

fn payload(name: &str, data: Value) -> Payload {
    serde_json::from_value(json!({"op": 0, "s": 1, "id": format!("{name}:1"), "t": name, "d": data})).unwrap()
}

fn of(name: &str, data: Value) -> ParsedEvent {
    read(&payload(name, data), Some("me"), Timestamp::UNIX_EPOCH)
}

/// The examples of QQ's documentation.
#[test]
fn the_documented_events_are_read() {
    let c2c = json!({
        "author": {"user_openid": "E4F4AEA33253A2797FB897C50B81D7ED"}, "content": "123",
        "id": "ROBOT1.0_.b6nx.CVryAO0nR58RXuU6SC.m92gc19j02qKqdm8ek!", "timestamp": "2023-11-06T13:37:18+08:00",
    });
    let ParsedEvent::Said(said) = of("C2C_MESSAGE_CREATE", c2c) else {
        panic!()
    };
    assert_eq!(said.message.channel.kind, ChannelKind::Direct);
    assert_eq!(said.message.at.to_string(), "2023-11-06T05:37:18Z");
    let press = json!({
        "chat_type": 2, "id": "30540ff7-9d8f-4737-83f1-e116ce6afa8b", "type": 11, "version": 1, "user_openid": "E4F4",
        "data": {"resolved": {"button_data": "回调按钮", "button_id": "21", "user_id": "E4F4"}, "type": 11},
    });
    let ParsedEvent::Pressed(pressed) = of("INTERACTION_CREATE", press) else {
        panic!()
    };
    assert_eq!(pressed.message.channel.id.as_str(), "private:E4F4");
    assert_eq!(pressed.message.text(), "回调按钮");
    let guild = json!({
        "author": {"avatar": "http://thirdqq.qlogo.cn/0", "bot": false, "id": "1234", "username": "abc"},
        "channel_id": "100010", "content": "ndnnd", "guild_id": "18700000000001", "id": "0812345677890abcdef",
        "member": {"joined_at": "2021-04-12T16:34:42+08:00", "nick": "小明", "roles": ["4"]},
        "timestamp": "2021-05-20T15:14:58+08:00", "seq": 101,
    });
    let ParsedEvent::Said(said) = of("AT_MESSAGE_CREATE", guild) else {
        panic!()
    };
    assert_eq!(
        (said.message.sender.role, said.message.sender.name.as_str()),
        (ChannelRole::Owner, "小明")
    );
}

#[test]
fn what_happens_to_the_bot_is_told_in_words() {
    for (name, data, room, hint, may_answer) in [
        (
            "GROUP_ADD_ROBOT",
            json!({"group_openid": "G"}),
            Some("group:G"),
            "added",
            true,
        ),
        (
            "GROUP_DEL_ROBOT",
            json!({"group_openid": "G", "timestamp": 1}),
            Some("group:G"),
            "removed",
            false,
        ),
        (
            "GROUP_MSG_REJECT",
            json!({"group_openid": "G"}),
            Some("group:G"),
            "off",
            false,
        ),
        (
            "C2C_MSG_RECEIVE",
            json!({"openid": "U"}),
            Some("private:U"),
            "on",
            true,
        ),
        (
            "FRIEND_ADD",
            json!({"openid": "U"}),
            Some("private:U"),
            "added",
            true,
        ),
        (
            "FRIEND_DEL",
            json!({"openid": "U"}),
            Some("private:U"),
            "removed",
            false,
        ),
        (
            "MESSAGE_AUDIT_REJECT",
            json!({"audit_id": "a", "channel_id": "1"}),
            Some("channel:1"),
            "review",
            false,
        ),
        ("GUILD_DELETE", json!({"id": "1"}), None, "guild", false),
    ] {
        let ParsedEvent::Notice(notice) = of(name, data) else {
            panic!("{name}")
        };
        assert_eq!(
            notice.room.map(|room| room.channel().to_string()).as_deref(),
            room,
            "{name}"
        );
        assert!(notice.words.contains(hint), "{name}: {}", notice.words);
        assert_eq!(notice.answerable.is_some(), may_answer, "{name}");
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[ -~<>@!]{0,20}".prop_map(Value::from),
    ];
    let names = "id|content|author|timestamp|group_openid|channel_id|guild_id|attachments|mentions|member|message_scene|ext|\
         msg_elements|message_reference|message_id|data|resolved|button_data|user_openid|member_openid|url|content_type|message";
    leaf.prop_recursive(4, 40, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map(names, inner, 0..8)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn whatever_comes_is_read_or_left_out(data in any_json(), which in 0_usize..8) {
        let name = [
            "GROUP_AT_MESSAGE_CREATE", "GROUP_MESSAGE_CREATE", "C2C_MESSAGE_CREATE", "MESSAGE_CREATE",
            "DIRECT_MESSAGE_CREATE", "INTERACTION_CREATE", "PUBLIC_MESSAGE_DELETE", "GROUP_ADD_ROBOT",
        ][which];
        if let ParsedEvent::Said(said) = of(name, data) {
            prop_assert_eq!(ChannelRef::parse(&said.message.channel.id), Some(said.room));
        }
    }
}
