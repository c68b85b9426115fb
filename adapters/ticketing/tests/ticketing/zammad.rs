//! Zammad's wire format (zammad/zammad-documentation and zammad-admin-documentation), and what is Zammad's alone.

use crate::desk::{clock, opened, reply};
use crate::world::{By, Entry, SECRET, System, TOKEN, Ticket, Told, World, hmac, lock, query, serve};
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use groupdesk_contract::{Adapter, Forgetful, Memory, NoteKind, ReplyKey};
use groupdesk_ticketing::{Ticketing, ZammadSettings};
use serde_json::{Value, json};
use std::sync::Arc;

#[derive(Clone, Copy)]
pub(crate) struct Zam;

fn ticket(ticket: &Ticket) -> Value {
    json!({
        "id": ticket.id, "number": "22019", "title": ticket.title, "group_id": 2, "group": "Chat", "state_id": 4,
        "state": if ticket.closed.is_some() { "closed" } else { "open" }, "updated_at": ticket.updated,
        "created_at": ticket.created, "article_count": 1, "preferences": {}, "note": null,
    })
}

fn article(ticket: &Ticket, entry: &Entry) -> Value {
    let (sender, login) = match entry.by {
        By::Us => ("Customer", "desk@example.com"),
        By::Agent => ("Agent", "anna@example.com"),
        By::Outsider => ("Customer", "x@example.com"),
    };
    let html = entry.by == By::Agent;
    json!({
        "id": entry.id, "ticket_id": ticket.id, "from": "Anna Smith", "to": "", "subject": "",
        "body": if html { format!("<div>{}</div>", entry.text) } else { entry.text.clone() },
        "content_type": if html { "text/html" } else { "text/plain" }, "type": "note", "sender": sender,
        "internal": entry.internal, "created_by": login, "created_at": entry.at, "updated_at": entry.at,
    })
}

fn first(ticket: &Ticket) -> Value {
    let entry = Entry {
        id: ticket.id + 10_000,
        text: ticket.text.clone(),
        by: By::Us,
        internal: false,
        at: ticket.created,
        mark: String::new(),
    };
    article(ticket, &entry)
}

async fn open(State(world): State<World>, Json(body): Json<Value>) -> Response {
    if body["group"] != "Chat" || body["customer_id"] != "guess:chat@example.com" {
        return (
            StatusCode::UNPROCESSABLE_ENTITY,
            Json(json!({"error": "No lookup value found"})),
        )
            .into_response();
    }
    let text = body["article"]["body"].as_str().unwrap();
    let made = lock(&world).open(body["title"].as_str().unwrap(), text, "");
    (StatusCode::CREATED, Json(ticket(&made))).into_response()
}

async fn show(State(world): State<World>, Path(id): Path<u64>) -> Response {
    match lock(&world).tickets.iter().find(|known| known.id == id) {
        Some(found) => Json(ticket(found)).into_response(),
        None => (
            StatusCode::NOT_FOUND,
            Json(json!({"error": "Couldn't find Ticket"})),
        )
            .into_response(),
    }
}

async fn search(State(world): State<World>, request: Request) -> Json<Value> {
    let words = query(&request, "query").unwrap();
    let model = lock(&world);
    // A full-text search: every word is somewhere, in any order.
    let found = model
        .tickets
        .iter()
        .filter(|ticket| words.split(' ').all(|word| ticket.text.contains(word)));
    let ids: Vec<u64> = found.map(|ticket| ticket.id).collect();
    Json(json!({"tickets": ids, "tickets_count": ids.len(), "assets": {}}))
}

async fn articles(State(world): State<World>, Path(id): Path<u64>) -> Response {
    match lock(&world).tickets.iter().find(|known| known.id == id) {
        Some(found) => {
            let mut all = vec![first(found)];
            all.extend(found.entries.iter().map(|entry| article(found, entry)));
            Json(all).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn say(State(world): State<World>, Json(body): Json<Value>) -> Response {
    let internal = body["internal"].as_bool().unwrap();
    let mut model = lock(&world);
    let id = body["ticket_id"].as_u64().unwrap();
    match model.add(id, By::Us, internal, body["body"].as_str().unwrap(), "") {
        Some(entry) => {
            let ticket = model.tickets.iter().find(|known| known.id == id).unwrap();
            (StatusCode::CREATED, Json(article(ticket, &entry))).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

impl System for Zam {
    fn router(self) -> Router<World> {
        Router::new()
            .route(
                "/api/v1/users/me",
                get(async || Json(json!({"id": 5, "login": "desk@example.com"}))),
            )
            .route("/api/v1/tickets", post(open))
            .route("/api/v1/tickets/search", get(search))
            .route("/api/v1/tickets/{id}", get(show))
            .route("/api/v1/ticket_articles", post(say))
            .route("/api/v1/ticket_articles/by_ticket/{id}", get(articles))
    }

    fn token(self, headers: &HeaderMap) -> Option<String> {
        let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
        value.strip_prefix("Token token=").map(str::to_owned)
    }

    fn adapter(self, url: &str, token: &str, memory: Arc<dyn Memory>) -> Arc<Ticketing> {
        let settings: ZammadSettings = serde_json::from_value(json!({
            "api_url": url, "token": token, "webhook_secret": SECRET, "poll": "150ms", "timeout": "1s",
            "targets": {"acme": {"group": "Chat", "customer": "chat@example.com"}},
        }))
        .unwrap();
        Ticketing::zammad("desk".into(), settings, clock(), memory).unwrap()
    }

    fn hook(self, of: &Ticket, told: &Told) -> Option<Vec<u8>> {
        let mut body = json!({"ticket": ticket(of)});
        if let Told::Entry(entry) = told {
            body["article"] = article(of, entry);
            // A webhook shows people whole.
            let login = body["article"]["created_by"].clone();
            body["article"]["created_by"] = json!({"id": 3, "login": login, "roles": ["Agent"]});
        }
        Some(body.to_string().into_bytes())
    }

    fn sign(self, body: &[u8]) -> Vec<(String, String)> {
        vec![
            (
                "x-hub-signature".to_owned(),
                format!("sha1={}", hmac("sha1", SECRET, body)),
            ),
            ("x-zammad-trigger".to_owned(), "groupdesk".to_owned()),
            ("x-zammad-delivery".to_owned(), "f1".to_owned()),
        ]
    }
}

#[tokio::test]
async fn the_desks_words_are_internal_and_a_mark_is_not_mistaken_for_a_longer_one() {
    let served = serve(Zam).await;
    let adapter = Zam.adapter(&served.url, TOKEN, Arc::new(Forgetful::default()));
    adapter.send(ReplyKey(55), &opened(12)).await;
    adapter
        .send(ReplyKey(56), &reply(12, NoteKind::Event, "等了 30 分钟"))
        .await;
    {
        let model = lock(&served.world);
        assert!(model.tickets[0].entries[0].internal);
        assert!(model.tickets[0].text.ends_with("[groupdesk desk 12 55]"));
    }
    // Another memory knows nothing of the ticket; key 5 is not key 55.
    let other = Zam.adapter(&served.url, TOKEN, Arc::new(Forgetful::default()));
    let since = crate::world::START.parse().unwrap();
    let missing = other.find_sent(ReplyKey(5), &opened(12), since).await;
    assert_eq!(missing, groupdesk_contract::PastReply::Missing);
    let found = other.find_sent(ReplyKey(55), &opened(12), since).await;
    assert!(
        matches!(found, groupdesk_contract::PastReply::Arrived(_)),
        "{found:?}"
    );
}

#[tokio::test]
async fn a_search_that_may_be_behind_is_not_believed() {
    let served = serve(Zam).await;
    let memory: Arc<dyn Memory> = Arc::new(Forgetful::default());
    let adapter = Zam.adapter(&served.url, TOKEN, Arc::clone(&memory));
    lock(&served.world).fault = Some(crate::world::Fault::Silence);
    adapter.send(ReplyKey(5), &opened(12)).await;
    let hidden = {
        let mut model = lock(&served.world);
        model.fault = None;
        std::mem::take(&mut model.tickets)
    };
    let since = crate::world::START.parse().unwrap();
    let behind = adapter.find_sent(ReplyKey(5), &opened(12), since).await;
    assert_eq!(behind, groupdesk_contract::PastReply::NotNow);
    let again = adapter.send(ReplyKey(5), &opened(12)).await;
    assert!(
        matches!(again, groupdesk_contract::Delivery::Later { .. }),
        "{again:?}"
    );
    lock(&served.world).tickets = hidden;
    let found = adapter.find_sent(ReplyKey(5), &opened(12), since).await;
    assert!(
        matches!(found, groupdesk_contract::PastReply::Arrived(_)),
        "{found:?}"
    );
}
