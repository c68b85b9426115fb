//! Property tests: no page panics the reader, and known items are read beside unknown ones.

use super::*;
use proptest::prelude::*;
use serde_json::json;

fn read(value: Value) -> Option<Happened> {
    let item = Item::deserialize(&value).ok()?;
    Some(item.happened("wk", None, Some("menu")))
}

#[test]
fn new_fields_and_new_types_do_no_harm() {
    let item = json!({
        "msgid": "1", "external_userid": "wm", "origin": 3, "send_time": 1_700_000_000, "msgtype": "channels_shop", "new": {"a": [1]},
        "channels_shop": 5,
    });
    let Some(Happened::Event(event)) = read(item) else {
        panic!()
    };
    let Event::Message(message) = *event else { panic!() };
    assert_eq!(message.segments, [Segment::Other("channels_shop".to_owned())]);
    assert_eq!(message.channel.id.as_str(), "private:wk/wm");
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<i64>().prop_map(Value::from),
        "[a-z_\u{4f60}]{0,8}".prop_map(Value::from),
        Just(json!({"content": "x", "menu_id": "y"})),
        Just(json!({"event_type": "session_status_change", "external_userid": "wm", "change_type": 3})),
        Just(json!({"event_type": "user_recall_msg", "external_userid": "wm"})),
        Just(json!([[]])),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn nothing_panics_the_reader(
        kind in prop_oneof![Just("text"), Just("event"), Just("file"), Just("link"), Just("location"), Just("")],
        origin in prop_oneof![Just(3i64), Just(4), Just(5), any::<i64>()],
        time in prop_oneof![Just(1_700_000_000i64), any::<i64>()],
        user in value(),
        content in value(),
    ) {
        let mut item = json!({"msgid": "1", "origin": origin, "send_time": time, "msgtype": kind, "external_userid": user});
        item[kind] = content;
        let _ = read(item);
    }
}
