//! Property tests: no request to a webhook breaks anything.

use crate::github::read_as;
use crate::remote::{Call, What};
use crate::{ChatwootSettings, GitHubSettings, Ticketing, ZammadSettings};
use axum::http::{HeaderMap, HeaderValue};
use groupdesk_contract::{InMemoryStorage, ManualClock};
use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use std::sync::{Arc, LazyLock};

static SYSTEMS: LazyLock<Vec<Arc<Ticketing>>> = LazyLock::new(|| {
    let clock = || Arc::new(ManualClock::at(Timestamp::UNIX_EPOCH));
    let storage = || Arc::new(InMemoryStorage::default());
    let url = "https://desk.example.com";
    let github: GitHubSettings = serde_json::from_value(json!({
        "token": "t", "webhook_secret": "s", "targets": {"a": {"repository": "acme/desk"}},
    }))
    .unwrap();
    let chatwoot: ChatwootSettings = serde_json::from_value(json!({
        "api_url": url, "token": "t", "webhook_secret": "s", "path_secret": "p",
        "targets": {"a": {"account": 1, "inbox": 3}},
    }))
    .unwrap();
    let zammad: ZammadSettings = serde_json::from_value(json!({
        "api_url": url, "token": "t", "webhook_secret": "s",
        "targets": {"a": {"group": "Chat", "customer": "chat@example.com"}},
    }))
    .unwrap();
    vec![
        Ticketing::github("desk".into(), github, clock(), storage()).unwrap(),
        Ticketing::chatwoot("desk".into(), chatwoot, clock(), storage()).unwrap(),
        Ticketing::zammad("desk".into(), zammad, clock(), storage()).unwrap(),
    ]
});

/// Generates JSON from the systems' own keys and values, in random arrangements.
fn payload() -> impl Strategy<Value = Value> {
    const KEYS: &[&str] = &[
        "event",
        "action",
        "issue",
        "comment",
        "repository",
        "full_name",
        "sender",
        "login",
        "type",
        "number",
        "body",
        "id",
        "state",
        "closed_at",
        "updated_at",
        "created_at",
        "user",
        "author_association",
        "conversation",
        "inbox",
        "inbox_id",
        "status",
        "message_type",
        "private",
        "content",
        "attachments",
        "data_url",
        "ticket",
        "article",
        "ticket_id",
        "internal",
        "content_type",
        "created_by",
        "from",
        "last_activity_at",
        "custom_attributes",
    ];
    const WORDS: &[&str] = &[
        "message_created",
        "conversation_status_changed",
        "created",
        "closed",
        "acme/desk",
        "MEMBER",
        "2026-11-23T02:00:00Z",
        "9999-99-99T00:00:00Z",
        "outgoing",
        "resolved",
        "text/html",
        "<b",
        "Agent",
        "open",
        "<!-- groupdesk ",
        "é",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        Just(json!(3)),
        any::<f64>().prop_map(Value::from),
        proptest::sample::select(WORDS).prop_map(Value::from),
        "\\PC{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 64, 12, |inner| {
        let key = proptest::sample::select(KEYS);
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            proptest::collection::vec((key, inner), 0..12).prop_map(|pairs| {
                let pairs = pairs.into_iter().map(|(key, value)| (key.to_owned(), value));
                Value::from(pairs.collect::<Map<String, Value>>())
            }),
        ]
    })
}

/// Genuine webhook bodies, by system.
fn real() -> [Value; 3] {
    let at = "2026-11-23T02:00:00Z";
    [
        json!({
            "action": "created", "repository": {"full_name": "acme/desk"}, "sender": {"login": "anna", "type": "User"},
            "issue": {"number": 7, "state": "open", "updated_at": at, "closed_at": null},
            "comment": {"id": 1, "body": "hi", "user": {"login": "anna", "type": "User"}, "author_association": "MEMBER",
                        "created_at": at, "updated_at": at},
        }),
        json!({
            "event": "message_created", "id": 1, "content": "hi", "message_type": "outgoing", "private": false,
            "created_at": at, "sender": {"id": 7, "name": "Anna", "type": "user"}, "inbox": {"id": 3},
            "conversation": {"id": 5, "inbox_id": 3, "status": "open", "last_activity_at": 1}, "source_id": null,
            "attachments": [{"data_url": "https://example.com/a.png"}],
        }),
        json!({
            "ticket": {"id": 5, "state": "closed", "updated_at": at},
            "article": {"id": 9, "ticket_id": 5, "body": "<p>hi</p>", "content_type": "text/html", "sender": "Agent",
                        "internal": false, "from": "Anna <a@example.com>", "created_by": {"login": "anna"}, "created_at": at},
        }),
    ]
}

/// Puts `new` in the place of the `at`-th value of a tree, counted from its root.
fn put(tree: &mut Value, at: &mut usize, new: &Value) {
    if *at == 0 {
        *tree = new.clone();
        *at = usize::MAX;
        return;
    }
    *at -= 1;
    match tree {
        Value::Object(fields) => fields.values_mut().for_each(|value| put(value, at, new)),
        Value::Array(values) => values.iter_mut().for_each(|value| put(value, at, new)),
        _ => {}
    }
}

#[test]
fn what_the_systems_really_send_is_read() {
    let read = |system: usize| {
        SYSTEMS[system]
            .remote()
            .read(real()[system].to_string().as_bytes())
    };
    // GitHub's waits until it is known whose token it is.
    assert_eq!(read(0).unwrap().len(), 0);
    assert_eq!(
        read_as("desk-bot", real()[0].to_string().as_bytes())
            .unwrap()
            .len(),
        1
    );
    assert_eq!(read(1).unwrap().len(), 1);
    assert_eq!(read(2).unwrap().len(), 2);
}

/// The fields of [`real`] that an answer can do without.
const SPARE: [&[&str]; 3] = [
    &[
        "/sender",
        "/issue/state",
        "/issue/closed_at",
        "/comment/user/type",
        "/comment/issue_url",
        "/issue/body",
    ],
    &[
        "/content",
        "/sender/name",
        "/sender/type",
        "/source_id",
        "/conversation/status",
        "/conversation/last_activity_at",
        "/conversation/custom_attributes",
        "/attachments",
        "/attachments/0/data_url",
    ],
    &[
        "/ticket/state",
        "/article/ticket_id",
        "/article/content_type",
        "/article/from",
        "/article/created_by",
        "/article/created_by/login",
        "/article/attachments",
    ],
];

#[test]
fn a_field_that_is_missing_or_odd_never_costs_the_answer() {
    let odd = [
        json!(null),
        json!({}),
        json!([]),
        json!([null]),
        json!({"x": 1}),
        json!(-1),
        json!(0.5),
        json!(""),
    ];
    for ((system, call), fields) in real().into_iter().enumerate().zip(SPARE) {
        for (field, odd) in fields
            .iter()
            .flat_map(|field| odd.iter().map(move |odd| (field, odd)))
        {
            let mut call = call.clone();
            let Some(place) = call.pointer_mut(field) else {
                continue;
            };
            *place = odd.clone();
            let body = call.to_string();
            let items = if system == 0 {
                read_as("desk-bot", body.as_bytes())
            } else {
                SYSTEMS[system].remote().read(body.as_bytes())
            };
            let answers = items
                .into_iter()
                .flatten()
                .filter(|item| matches!(item.what, What::Answered { .. }));
            assert_eq!(answers.count(), 1, "{system} {field} {odd}");
        }
    }
}

#[test]
fn a_key_that_comes_twice_costs_nothing() {
    for (system, call) in real().into_iter().enumerate() {
        let twice =
            call.to_string()
                .replacen('{', "{\"event\":1,\"action\":1,\"ticket\":1,\"article\":1,", 1);
        let items = if system == 0 {
            read_as("desk-bot", twice.as_bytes())
        } else {
            SYSTEMS[system].remote().read(twice.as_bytes())
        };
        assert!(!items.unwrap().is_empty(), "{system}");
    }
}

proptest! {
    #[test]
    fn a_real_call_with_a_wrong_part_is_read_or_refused(at in 0..40_usize, new in payload()) {
        for (system, mut call) in SYSTEMS.iter().zip(real()) {
            put(&mut call, &mut at.clone(), &new);
            system.remote().read(call.to_string().as_bytes());
            read_as("anna", call.to_string().as_bytes());
        }
    }

    #[test]
    fn any_json_is_read_or_refused(payload in payload()) {
        for system in SYSTEMS.iter() {
            system.remote().read(payload.to_string().as_bytes());
        }
        read_as("anna", payload.to_string().as_bytes());
    }

    #[test]
    fn any_bytes_are_read_or_refused(body in proptest::collection::vec(any::<u8>(), 0..200)) {
        for system in SYSTEMS.iter() {
            system.remote().read(&body);
        }
    }

    #[test]
    fn no_guess_is_a_signature(
        body in "\\PC{0,40}",
        guess in "(sha1=|sha256=)?[0-9a-f]{0,64}|\\PC{0,20}",
        at in "-?[0-9]{0,20}",
        path in proptest::option::of("[a-oq-z]{0,3}"),
    ) {
        let mut headers = HeaderMap::new();
        for name in ["x-hub-signature", "x-hub-signature-256", "x-chatwoot-signature"] {
            if let Ok(value) = HeaderValue::from_str(&guess) {
                headers.insert(name, value);
            }
        }
        if let Ok(value) = HeaderValue::from_str(&at) {
            headers.insert("x-chatwoot-timestamp", value);
        }
        let call = Call {
            headers: &headers,
            body: body.as_bytes(),
            path_secret: path.as_deref(),
            now: Timestamp::UNIX_EPOCH,
        };
        for system in SYSTEMS.iter() {
            prop_assert!(!system.remote().verify(&call));
        }
    }
}
