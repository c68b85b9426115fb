//! Events of real implementations in, messages of the contract out.

use super::*;
use proptest::prelude::*;

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

fn read(json: &str) -> Reading {
    event(
        &Frame::parse(json).unwrap(),
        Surroundings {
            self_id: Some("10000"),
            now: NOW,
        },
    )
}

fn message(json: &str) -> Message {
    match read(json) {
        Reading::Message(message) => message,
        other => panic!("no message: {other:?}"),
    }
}

fn group(content: &str, more: &str) -> String {
    format!(
        r#"{{"post_type":"message","message_type":"group","sub_type":"normal","self_id":10000,"group_id":42,"user_id":7,
            "message_id":1,"time":1700000000,"message":{content}{more}}}"#
    )
}

#[test]
fn array_and_string_say_the_same() {
    let array = message(&group(
        r#"[{"type":"reply","data":{"id":"-99"}},{"type":"at","data":{"qq":"10000"}},{"type":"text","data":{"text":" [x] 5×8?"}},
            {"type":"image","data":{"file":"a.jpg","url":"http://x/a"}},{"type":"face","data":{"id":"14"}}]"#,
        r#","sender":{"nickname":"nick","card":" ","role":"admin"}"#,
    ));
    let string = message(&group(
        r#""[CQ:reply,id=-99][CQ:at,qq=10000] &#91;x&#93; 5×8?[CQ:image,file=a.jpg,url=http://x/a][CQ:face,id=14]""#,
        r#","sender":{"nickname":"nick","card":"","role":"admin"}"#,
    ));
    assert_eq!(array, string);
    assert!(array.mentions_bot);
    assert_eq!(array.channel.id.as_str(), "group:42");
    assert_eq!(array.quote().unwrap().message.as_str(), "-99");
    assert_eq!(array.text(), " [x] 5×8?");
    assert_eq!(
        (array.sender.name.as_str(), array.sender.role),
        ("nick", ChannelRole::Admin)
    );
    assert_eq!(array.at, Timestamp::from_second(1_700_000_000).unwrap());
    assert_eq!(
        array.segments[3],
        Segment::Image {
            url: Some("http://x/a".to_owned())
        }
    );
    assert_eq!(array.segments[4], Segment::Other("face".to_owned()));
}

#[test]
fn a_code_that_a_member_typed_is_text() {
    let typed = message(&group(
        r#"[{"type":"text","data":{"text":"[CQ:at,qq=10000] hi"}}]"#,
        "",
    ));
    assert!(!typed.mentions_bot);
    assert_eq!(typed.text(), "[CQ:at,qq=10000] hi");
    let all = message(&group(r#"[{"type":"at","data":{"qq":"all"}}]"#, ""));
    assert_eq!(
        (all.mentions_bot, &all.segments[..]),
        (false, &[Segment::MentionAll][..])
    );
}

#[test]
fn ids_keep_their_spelling_whatever_their_type() {
    for (json, id) in [
        ("-9223372036854775808", "-9223372036854775808"),
        ("18446744073709551615", "18446744073709551615"),
        ("9007199254740993", "9007199254740993"),
    ] {
        let event = format!(
            r#"{{"post_type":"message","message_type":"private","self_id":"10000","user_id":{json},"message_id":{json},"message":"x"}}"#
        );
        let message = message(&event);
        assert_eq!(message.id.as_str(), id);
        assert_eq!(message.channel.id.as_str(), format!("private:{id}"));
        assert_eq!(message.at, NOW);
    }
    let event = group("\"x\"", "").replace("\"message_id\":1", "\"message_id\":\"00a-7\"");
    assert_eq!(
        message(&event).id.as_str(),
        "00a-7",
        "a message's may be anything"
    );
}

#[test]
fn a_group_or_a_member_that_is_no_number_makes_no_channel() {
    for id in [
        "\"abc\"",
        "1.5",
        "\"\\u0000\"",
        "\"4 2\"",
        "\"4\\n2\"",
        "\"1e3\"",
        "1e30",
        "true",
        "[42]",
        "0",
        "\"0\"",
        "\"-\"",
    ] {
        for event in [
            group("\"x\"", "").replace("\"group_id\":42", &format!("\"group_id\":{id}")),
            group("\"x\"", "").replace("\"user_id\":7", &format!("\"user_id\":{id}")),
            format!(
                r#"{{"post_type":"notice","notice_type":"group_recall","group_id":{id},"message_id":3}}"#
            ),
            format!(
                r#"{{"post_type":"notice","notice_type":"friend_recall","user_id":{id},"message_id":3}}"#
            ),
        ] {
            assert_eq!(read(&event), Reading::Unknown, "{event}");
        }
    }
    for (id, channel) in [
        ("\" 42 \"", "group:42"),
        ("42.0", "group:42"),
        ("\"042\"", "group:42"),
    ] {
        let event = group("\"x\"", "").replace("\"group_id\":42", &format!("\"group_id\":{id}"));
        assert_eq!(message(&event).channel.id.as_str(), channel);
    }
}

#[test]
fn a_picture_or_file_that_stands_in_the_message_itself_is_dropped_and_its_words_stay() {
    let event = group(
        r#"[{"type":"image","data":{"file":"base64://iVBO","url":"base64://iVBO"}},
            {"type":"record","data":{"file":"data:audio/amr;base64,AAAA"}},{"type":"text","data":{"text":"人工"}}]"#,
        "",
    );
    assert_eq!(
        message(&event).segments,
        [
            Segment::Image { url: None },
            Segment::File {
                name: None,
                url: None
            },
            Segment::Text("人工".to_owned())
        ]
    );
}

#[test]
fn what_the_account_itself_says_is_marked() {
    let sent = message(
        r#"{"post_type":"message_sent","message_type":"private","self_id":10000,"user_id":10000,"target_id":7,"message_id":5,"message":[],"time":1700000000123}"#,
    );
    assert!(sent.sender.is_self);
    assert_eq!(sent.channel.id.as_str(), "private:7");
    assert_eq!(sent.at.as_millisecond(), 1_700_000_000_123);
    assert!(
        message(
            &group("\"x\"", r#","sender":{"role":"owner"}"#)
                .replace("\"user_id\":7", "\"user_id\":\"10000\"")
        )
        .sender
        .is_self
    );
}

#[test]
fn a_mask_is_nobodys_account_and_has_no_rank() {
    let masked = message(&group(
        "\"x\"",
        r#","anonymous":{"id":1001,"name":"大力鬼","flag":"f+/="},"sender":{"role":"owner","user_id":80000000}"#,
    ));
    assert_eq!(masked.sender.id.as_str(), "anonymous:f+/=");
    assert_eq!(
        (masked.sender.name.as_str(), masked.sender.role),
        ("大力鬼", ChannelRole::Member)
    );
    let null = message(&group("\"x\"", r#","anonymous":null"#));
    assert_eq!(null.sender.id.as_str(), "7");
}

#[test]
fn recalls_heartbeats_and_the_rest_are_told_apart() {
    let recall = r#"{"post_type":"notice","notice_type":"group_recall","group_id":42,"user_id":7,"operator_id":8,"message_id":-3,"time":1700000000}"#;
    let Reading::Recall(recall) = read(recall) else {
        panic!()
    };
    assert_eq!(
        (recall.channel.as_str(), recall.message.as_str()),
        ("group:42", "-3")
    );
    assert_eq!(recall.by, Some(MemberId::from("8")));
    let bad = Health {
        online: crate::wire::Flag::No,
        good: crate::wire::Flag::Yes,
    };
    for (json, reading) in [
        (
            r#"{"post_type":"meta_event","meta_event_type":"lifecycle","sub_type":"connect"}"#,
            Reading::Connected,
        ),
        (
            r#"{"post_type":"meta_event","meta_event_type":"heartbeat","interval":5000,"status":{"online":false,"good":true,"x":1}}"#,
            Reading::Heartbeat {
                health: bad,
                interval: Some(5000),
            },
        ),
        (
            r#"{"post_type":"request","request_type":"friend"}"#,
            Reading::Ignored,
        ),
        (
            r#"{"post_type":"notice","notice_type":"notify","sub_type":"poke"}"#,
            Reading::Ignored,
        ),
        (
            r#"{"post_type":"message","message_type":"guild","message_id":"a","user_id":"b"}"#,
            Reading::Unknown,
        ),
        (
            r#"{"post_type":"message","message_type":"group","message_id":1,"user_id":2}"#,
            Reading::Unknown,
        ),
        (r#"{"post_type":17}"#, Reading::Unknown),
        ("{}", Reading::Unknown),
    ] {
        assert_eq!(read(json), reading, "{json}");
    }
    assert_eq!(
        read(&group("\"x\"", "").replace("normal", "notice")),
        Reading::Ignored
    );
}

#[test]
fn raw_message_stands_in_only_for_a_missing_message() {
    let both = message(&group("[]", r#","raw_message":"raw""#));
    assert_eq!(both.text(), "");
    let missing = group("null", r#","raw_message":"[CQ:at,qq=10000]raw""#);
    assert!(message(&missing).mentions_bot);
}

#[test]
fn half_an_emoji_in_a_name_does_not_cost_the_message() {
    let json = group(
        "\"\\\\ud83d \\ud83d\\ude00\"",
        r#","sender":{"nickname":"a\ud83d"}"#,
    );
    assert!(Frame::parse(&json).is_err());
    let mended = groupdesk_contract::mend_surrogates(&json).unwrap();
    let read = message(&mended);
    assert_eq!(
        (read.sender.name.as_str(), read.text().as_str()),
        ("a\u{FFFD}", "\\ud83d 😀")
    );
    assert_eq!(
        groupdesk_contract::mend_surrogates(r#"{"a":"\ud83d\ude00\n"}"#),
        None
    );
}

fn json() -> impl Strategy<Value = serde_json::Value> {
    let key = prop_oneof![
        Just("post_type"),
        Just("message_type"),
        Just("message"),
        Just("data"),
        Just("type"),
        Just("sender"),
        Just("user_id"),
        Just("message_id"),
        Just("group_id"),
        Just("self_id"),
        Just("anonymous"),
        Just("status"),
        Just("time"),
        Just("text"),
        Just("qq"),
        Just("id"),
        Just("notice_type"),
        Just("meta_event_type"),
        Just("interval"),
        Just("echo"),
    ];
    let word = prop_oneof![
        Just("message".to_owned()),
        Just("group".to_owned()),
        Just("private".to_owned()),
        Just("notice".to_owned()),
        Just("meta_event".to_owned()),
        Just("heartbeat".to_owned()),
        Just("group_recall".to_owned()),
        Just("text".to_owned()),
        Just("at".to_owned()),
        Just("reply".to_owned()),
        ".*",
    ];
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<u64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        word.prop_map(Into::into),
    ];
    leaf.prop_recursive(4, 64, 12, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
            prop::collection::vec((key.clone(), inner), 0..12).prop_map(|fields| {
                serde_json::Value::Object(
                    fields
                        .into_iter()
                        .map(|(key, value)| (key.to_owned(), value))
                        .collect(),
                )
            }),
        ]
    })
}

proptest! {
    #[test]
    fn any_object_can_be_read(fields in json()) {
        let json = fields.to_string();
        match Frame::parse(&json) {
            Ok(frame) => {
                event(&frame, Surroundings { self_id: Some("1"), now: NOW });
                past_text(&frame);
            }
            // A bare array can pass for a struct's fields in order or not; any object must be read.
            Err(error) => prop_assert!(!fields.is_object(), "{error}: {json}"),
        }
    }

    #[test]
    fn any_text_is_read_or_refused(json in ".*") {
        let _ = Frame::parse(&json);
        let _ = groupdesk_contract::mend_surrogates(&json);
    }
}

/// A key and one of the values that implementations write for it; empty where some leave the key out.
fn shape(key: &'static str, values: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::sample::select(values).prop_map(move |value| match value {
        "" => String::new(),
        value => format!(",\"{key}\":{value}"),
    })
}

proptest! {
    /// NapCat, Lagrange, LLOneBot and go-cqhttp differ in all of these, and each is somebody's question.
    #[test]
    fn a_group_message_is_read_in_every_shape_that_implementations_write(
        id in shape("message_id", &["1", "-1", "0", "\"0\"", "\"1\"", "\"\"", "null", "1.5", "9223372036854775808", "{}", ""]),
        self_id in shape("self_id", &["10000", "\"10000\"", "null", "0", ""]),
        group in shape("group_id", &["42", "\"42\"", "\" 42 \"", "42.0"]),
        sender in prop::sample::select(vec![
            ",\"user_id\":7",
            ",\"user_id\":\"7\",\"sender\":null",
            ",\"user_id\":7,\"sender\":[]",
            ",\"user_id\":7,\"sender\":\"x\"",
            ",\"user_id\":null,\"sender\":{\"user_id\":7}",
            ",\"sender\":{\"user_id\":\"7\",\"nickname\":null,\"card\":1,\"role\":{}}",
            ",\"user_id\":9,\"user_id\":7",
            ",\"sender\":{\"user_id\":8,\"user_id\":7}",
        ]),
        time in shape("time", &["0", "1700000000", "\"1700000000\"", "1700000000000", "-5", "1", "253402300799", "1e300", "null", "[]", ""]),
        content in shape("message", &[
            "\"怎么报修\"",
            "[{\"type\":\"text\",\"data\":{\"text\":\"怎么报修\"}}]",
            "{\"type\":\"text\",\"data\":{\"text\":\"怎么报修\"}}",
            "[{\"type\":\"text\",\"type\":\"text\",\"data\":{\"text\":\"\",\"text\":\"怎么报修\"}}]",
            "[null,{\"type\":\"hologram\"},{\"type\":\"text\",\"data\":{\"text\":\"怎么报修\"}}]",
        ]),
        more in shape("anonymous", &["null", "{}", "\"\"", "0", "[]", ""]),
        format in shape("message_format", &["\"array\"", "\"string\"", "1", ""]),
    ) {
        let json = format!(
            "{{\"post_type\":\"message\",\"message_type\":\"group\",\"sub_type\":\"normal\"{id}{self_id}{group}{sender}{time}{content}{more}{format}}}"
        );
        let read = message(&json);
        let text = read.text();
        prop_assert_eq!(text.trim(), "怎么报修");
        prop_assert_eq!(read.channel.id.as_str(), "group:42");
        prop_assert_eq!(read.sender.id.as_str(), "7");
        prop_assert!(!read.id.as_str().is_empty() && read.id.as_str() != "0");
        prop_assert_eq!(&message(&json).id, &read.id, "the same message has the same id");
    }
}
