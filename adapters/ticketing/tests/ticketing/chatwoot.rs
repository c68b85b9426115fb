//! Chatwoot's wire format (the views of chatwoot/chatwoot), and what is Chatwoot's alone.

use crate::desk::{clock, opened, reply, run};
use crate::world::{By, Entry, SECRET, START, System, TOKEN, Ticket, Told, World, hex, lock, query, serve};
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use groupdesk_contract::{Adapter, InMemoryStorage, NoteKind, ReplyKey, Storage};
use groupdesk_testkit::hmac_sha256;
use groupdesk_ticketing::{ChatwootSettings, Ticketing};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::sync::Arc;

#[derive(Clone, Copy)]
pub(crate) struct Woot;

fn conversation(ticket: &Ticket) -> Value {
    json!({
        "id": ticket.id, "inbox_id": 3, "account_id": 1, "uuid": "x",
        "status": if ticket.closed.is_some() { "resolved" } else { "open" },
        "custom_attributes": {"groupdesk": ticket.mark, "ticket": "12"},
        "last_activity_at": ticket.updated.as_second(), "timestamp": ticket.updated.as_second(),
        "created_at": ticket.created.as_second(), "messages": [], "labels": [], "meta": {"channel": "Channel::Api"},
    })
}

fn message(entry: &Entry) -> Value {
    let (kind, sender) = match entry.by {
        By::Us if entry.internal => (1, json!({"id": 9, "name": "Desk", "type": "user"})),
        By::Us => (0, json!({"id": 31, "name": "小明", "type": "contact"})),
        By::Agent => (
            1,
            json!({"id": 7, "name": "Anna", "type": "user", "email": "a@example.com"}),
        ),
        By::Outsider => (3, Value::Null),
    };
    json!({
        "id": entry.id, "content": entry.text, "inbox_id": 3, "message_type": kind, "content_type": "text",
        "status": "sent", "content_attributes": {}, "created_at": entry.at.as_second(), "private": entry.internal,
        "source_id": if entry.mark.is_empty() { Value::Null } else { json!(entry.mark) }, "sender": sender,
    })
}

async fn contacts(State(world): State<World>, request: Request) -> Json<Value> {
    let wanted = query(&request, "q").unwrap();
    let model = lock(&world);
    let found = model
        .contacts
        .iter()
        .filter(|(_, _, identifier)| identifier.contains(&wanted));
    let found: Vec<Value> = found
        .map(|(id, name, identifier)| {
            json!({"id": id, "name": name, "identifier": identifier,
                   "contact_inboxes": [{"source_id": format!("src-{id}"), "inbox": {"id": 3, "name": "Groups"}}]})
        })
        .collect();
    Json(json!({"meta": {"count": found.len()}, "payload": found}))
}

async fn make_contact(State(world): State<World>, Json(body): Json<Value>) -> Response {
    let mut model = lock(&world);
    let identifier = body["identifier"].as_str().unwrap().to_owned();
    if model.contacts.iter().any(|(_, _, known)| *known == identifier) || body["inbox_id"] != 3 {
        return (
            StatusCode::UNPROCESSABLE_ENTITY,
            Json(json!({"message": "Identifier has already been taken"})),
        )
            .into_response();
    }
    let id = model.id();
    model
        .contacts
        .push((id, body["name"].as_str().unwrap().to_owned(), identifier.clone()));
    Json(json!({"payload": {
        "contact": {"id": id, "identifier": identifier,
                    "contact_inboxes": [{"source_id": format!("src-{id}"), "inbox": {"id": 3}}]},
        "contact_inbox": {"inbox": {"id": 3}, "source_id": format!("src-{id}")},
    }}))
    .into_response()
}

async fn open(State(world): State<World>, Json(body): Json<Value>) -> Response {
    let source = format!("src-{}", body["contact_id"]);
    if body["source_id"] != source.as_str() || body["message"]["message_type"] != "incoming" {
        return StatusCode::UNPROCESSABLE_ENTITY.into_response();
    }
    let attributes = &body["custom_attributes"];
    let ticket = lock(&world).open(
        attributes["subject"].as_str().unwrap(),
        body["message"]["content"].as_str().unwrap(),
        attributes["groupdesk"].as_str().unwrap(),
    );
    Json(conversation(&ticket)).into_response()
}

async fn list(State(world): State<World>, request: Request) -> Json<Value> {
    assert_eq!(query(&request, "inbox_id").as_deref(), Some("3"));
    let page: usize = query(&request, "page").unwrap().parse().unwrap();
    let model = lock(&world);
    let mut tickets: Vec<&Ticket> = model.tickets.iter().collect();
    tickets.sort_by_key(|ticket| std::cmp::Reverse(ticket.updated));
    let payload: Vec<Value> = tickets
        .into_iter()
        .skip((page - 1) * 25)
        .take(25)
        .map(conversation)
        .collect();
    Json(json!({"data": {"meta": {"all_count": model.tickets.len()}, "payload": payload}}))
}

async fn theirs(State(world): State<World>) -> Json<Value> {
    let model = lock(&world);
    Json(json!({"payload": model.tickets.iter().map(conversation).collect::<Vec<_>>()}))
}

async fn messages(State(world): State<World>, Path(id): Path<u64>, request: Request) -> Response {
    let before: u64 = query(&request, "before").map_or(u64::MAX, |id| id.parse().unwrap());
    let model = lock(&world);
    let Some(ticket) = model.tickets.iter().find(|ticket| ticket.id == id) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let entries: Vec<&Entry> = ticket.entries.iter().filter(|entry| entry.id < before).collect();
    let newest: Vec<Value> = entries[entries.len().saturating_sub(20)..]
        .iter()
        .map(|entry| message(entry))
        .collect();
    Json(json!({"meta": {}, "payload": newest})).into_response()
}

async fn say(State(world): State<World>, Path(id): Path<u64>, Json(body): Json<Value>) -> Response {
    let private = body["private"].as_bool().unwrap();
    assert_eq!(
        body["message_type"],
        if private { "outgoing" } else { "incoming" }
    );
    let text = body["content"].as_str().unwrap();
    match lock(&world).add(id, By::Us, private, text, body["source_id"].as_str().unwrap()) {
        Some(entry) => Json(message(&entry)).into_response(),
        None => (
            StatusCode::NOT_FOUND,
            Json(json!({"error": "Resource could not be found"})),
        )
            .into_response(),
    }
}

impl System for Woot {
    fn router(self) -> Router<World> {
        let account = "/api/v1/accounts/1";
        Router::new()
            .route(
                "/api/v1/profile",
                get(async || Json(json!({"id": 9, "name": "Desk"}))),
            )
            .route(&format!("{account}/contacts/search"), get(contacts))
            .route(&format!("{account}/contacts"), post(make_contact))
            .route(&format!("{account}/contacts/{{id}}/conversations"), get(theirs))
            .route(&format!("{account}/conversations"), get(list).post(open))
            .route(
                &format!("{account}/conversations/{{id}}/messages"),
                get(messages).post(say),
            )
    }

    fn token(self, headers: &HeaderMap) -> Option<String> {
        Some(headers.get("api_access_token")?.to_str().ok()?.to_owned())
    }

    fn adapter(self, url: &str, token: &str, storage: Arc<dyn Storage>) -> Arc<Ticketing> {
        let settings: ChatwootSettings = serde_json::from_value(json!({
            "api_url": url, "token": token, "webhook_secret": SECRET, "path_secret": "l0ng", "poll": "150ms",
            "timeout": "1s", "targets": {"acme": {"account": 1, "inbox": 3}},
        }))
        .unwrap();
        Ticketing::chatwoot("desk".into(), settings, clock(), storage).unwrap()
    }

    fn hook(self, ticket: &Ticket, told: &Told) -> Option<Vec<u8>> {
        let body = match told {
            Told::Entry(entry) => {
                let mut body = message(entry);
                body["event"] = json!("message_created");
                // A webhook spells these in words.
                body["message_type"] = json!("outgoing");
                body["created_at"] = json!(entry.at);
                body["conversation"] = conversation(ticket);
                body["inbox"] = json!({"id": 3, "name": "Groups"});
                body["account"] = json!({"id": 1, "name": "acme"});
                body
            }
            Told::State => {
                let mut body = conversation(ticket);
                body["event"] = json!("conversation_status_changed");
                body
            }
        };
        Some(body.to_string().into_bytes())
    }

    fn sign(self, body: &[u8]) -> Vec<(String, String)> {
        sign(START.parse::<Timestamp>().unwrap().as_second() + 200, body)
    }
}

fn sign(at: i64, body: &[u8]) -> Vec<(String, String)> {
    let signed = [at.to_string().as_bytes(), b".", body].concat();
    vec![
        ("x-chatwoot-timestamp".to_owned(), at.to_string()),
        (
            "x-chatwoot-signature".to_owned(),
            format!("sha256={}", hex(&hmac_sha256(SECRET.as_bytes(), &signed))),
        ),
        ("x-chatwoot-delivery".to_owned(), "5a7c".to_owned()),
    ]
}

#[tokio::test]
async fn the_same_member_is_one_contact_and_the_desks_words_are_private() {
    let served = serve(Woot).await;
    let adapter = Woot.adapter(&served.url, TOKEN, Arc::new(InMemoryStorage::default()));
    adapter.send(ReplyKey(5), &opened(12)).await;
    adapter.send(ReplyKey(6), &opened(13)).await;
    adapter
        .send(ReplyKey(7), &reply(12, NoteKind::Event, "等了 30 分钟"))
        .await;
    let model = lock(&served.world);
    assert_eq!(model.contacts.len(), 1);
    assert_eq!(model.contacts[0].2, "groupdesk:qq:10001234");
    assert_eq!(model.tickets.len(), 2);
    assert!(model.tickets[0].entries[0].internal);
}

#[tokio::test]
async fn an_old_call_is_refused_and_an_old_chatwoot_has_the_paths_secret() {
    let served = serve(Woot).await;
    let adapter = Woot.adapter(&served.url, TOKEN, Arc::new(InMemoryStorage::default()));
    adapter.send(ReplyKey(5), &opened(12)).await;
    let running = run(&adapter);
    running.until_connected().await;
    let body = {
        let mut model = lock(&served.world);
        let id = model.tickets[0].id;
        let entry = model.add(id, By::Agent, false, "好了", "").unwrap();
        model.tickets[0].entries.clear();
        Woot.hook(&model.tickets[0].clone(), &Told::Entry(entry)).unwrap()
    };
    let now = START.parse::<Timestamp>().unwrap().as_second();
    for at in [now - 301, now + 301] {
        let status = crate::suite::call(&adapter, "/ticketing/desk", &sign(at, &body), body.clone()).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(running.messages(), []);
    let status = crate::suite::call(&adapter, "/ticketing/desk/l0ng", &[], body).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(running.messages().len(), 1);
    running.stop().await;
}
