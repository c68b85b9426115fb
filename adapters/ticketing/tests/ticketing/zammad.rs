//! Zammad's wire format (zammad/zammad-documentation and zammad-admin-documentation), and what is Zammad's alone. The search
//! answers as Zammad 6.5 and later do; the older forms are read in `src/zammad/wire.rs`.

use crate::desk::{clock, opened, reply, run};
use crate::world::{By, Entry, SECRET, System, TOKEN, Ticket, Told, World, hex, lock, query, serve};
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use groupdesk_contract::{Adapter, Event, FileBytes, InMemoryStorage, NoteKind, ReplyKey, Segment, Storage};
use groupdesk_testkit::hmac_sha1;
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
        "cc": null, "message_id": null, "preferences": {}, "time_unit": null, "attachments": [],
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
    take_files(&world, &body["article"]);
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
    Json(found.map(ticket).collect())
}

/// Stores the attachments of an article, by name.
fn take_files(world: &World, article: &Value) {
    let files = article["attachments"].as_array().cloned().unwrap_or_default();
    let name = |file: &Value| {
        let text = |key: &str| file[key].as_str().unwrap().to_owned();
        (text("filename"), text("mime-type"), text("data"))
    };
    lock(world).files.extend(files.iter().map(name));
}

async fn file(State(world): State<World>, Path((ticket, article, id)): Path<(u64, u64, u64)>) -> Response {
    let known = lock(&world)
        .tickets
        .iter()
        .any(|known| known.id == ticket && known.entries.iter().any(|entry| entry.id == article));
    if known && id == 19 {
        ([(header::CONTENT_TYPE, "image/png")], "PNG").into_response()
    } else {
        StatusCode::NOT_FOUND.into_response()
    }
}

async fn articles(State(world): State<World>, Path(id): Path<u64>) -> Response {
    let model = lock(&world);
    match model.tickets.iter().find(|known| known.id == id) {
        Some(found) => {
            let mut all = vec![first(found)];
            all.extend(found.entries.iter().map(|entry| article(found, entry)));
            all.extend(model.odd.clone());
            Json(all).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn say(State(world): State<World>, Json(body): Json<Value>) -> Response {
    let internal = body["internal"].as_bool().unwrap();
    if body["sender"] == "System" {
        // Zammad takes it; not everybody reads it.
        return StatusCode::UNPROCESSABLE_ENTITY.into_response();
    }
    take_files(&world, &body);
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
            .route("/api/v1/ticket_attachment/{ticket}/{article}/{file}", get(file))
            .route("/api/v1/ticket_articles/by_ticket/{id}", get(articles))
    }

    fn token(self, headers: &HeaderMap) -> Option<String> {
        let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
        value.strip_prefix("Token token=").map(str::to_owned)
    }

    fn adapter(self, url: &str, token: &str, storage: Arc<dyn Storage>) -> Arc<Ticketing> {
        let settings: ZammadSettings = serde_json::from_value(json!({
            "api_url": url, "token": token, "webhook_secret": SECRET, "poll": "150ms", "timeout": "1s",
            "targets": {"acme": {"group": "Chat", "customer": "chat@example.com"}},
        }))
        .unwrap();
        Ticketing::zammad("desk".into(), settings, clock(), storage).unwrap()
    }

    fn hook(self, of: &Ticket, told: &Told) -> Option<Vec<u8>> {
        // What a call is not about is an empty object.
        let mut body = json!({"ticket": ticket(of), "article": {}});
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
                format!("sha1={}", hex(&hmac_sha1(SECRET.as_bytes(), body))),
            ),
            ("x-zammad-trigger".to_owned(), "groupdesk".to_owned()),
            ("x-zammad-delivery".to_owned(), "f1".to_owned()),
        ]
    }
}

#[tokio::test]
async fn the_desks_words_are_internal_and_a_mark_is_not_mistaken_for_a_longer_one() {
    let served = serve(Zam).await;
    let storage: Arc<dyn Storage> = Arc::new(InMemoryStorage::default());
    let adapter = Zam.adapter(&served.url, TOKEN, Arc::clone(&storage));
    adapter.send(ReplyKey(55), &opened(12)).await;
    adapter
        .send(ReplyKey(56), &reply(12, NoteKind::Event, "等了 30 分钟"))
        .await;
    {
        let model = lock(&served.world);
        assert!(model.tickets[0].entries[0].internal);
        let text = &model.tickets[0].text;
        assert!(
            text.contains("[groupdesk desk ") && text.ends_with(" 12 55]"),
            "{text}"
        );
    }
    // It knows nothing of the ticket but whose it is; key 5 is not key 55.
    let mark = storage.get("store-mark").await.unwrap().unwrap();
    let storage = InMemoryStorage::default();
    storage.put("store-mark", &mark).await.unwrap();
    let other = Zam.adapter(&served.url, TOKEN, Arc::new(storage));
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
    let storage: Arc<dyn Storage> = Arc::new(InMemoryStorage::default());
    let adapter = Zam.adapter(&served.url, TOKEN, Arc::clone(&storage));
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

#[tokio::test]
async fn pictures_of_staff_reach_the_member_and_those_of_the_member_the_ticket() {
    let served = serve(Zam).await;
    let adapter = Zam.adapter(&served.url, TOKEN, Arc::new(InMemoryStorage::default()));
    let png = FileBytes {
        kind: "image/png".to_owned(),
        bytes: b"PNG".to_vec(),
    };
    let mut asked = opened(12);
    asked.segments.push(Segment::Image {
        url: Some(png.to_url()),
    });
    adapter.send(ReplyKey(5), &asked).await;
    let names: Vec<String> = lock(&served.world)
        .files
        .iter()
        .map(|file| file.0.clone())
        .collect();
    assert_eq!(names, ["1.png"]);
    assert!(adapter.capabilities().uploads);

    let running = run(&adapter);
    running.until_connected().await;
    running.rounds().await;
    let said = {
        let mut model = lock(&served.world);
        let id = model.tickets[0].id;
        let entry = model.add(id, By::Agent, false, "", "").unwrap();
        let path = format!("/api/v1/ticket_attachment/{id}/{}/19?view=inline", entry.id);
        let text = format!("点这里 <img src=\"{path}\" style=\"max-width:100%;\"><img src=\"cid:gone\">");
        model.tickets[0].entries[0].text = text;
        format!("account-file:desk/{id}/{}/19", entry.id)
    };
    running
        .until(|event| matches!(event, Event::Message(message) if message.text().contains("点这里")))
        .await;
    let messages = running.messages();
    let segments = &messages[0].segments;
    assert_eq!(
        segments[1],
        Segment::Image {
            url: Some(said.clone())
        }
    );
    assert!(
        matches!(&segments[2], Segment::Text(text) if text.contains("[图片")),
        "what can't be fetched is told of: {segments:?}"
    );
    let file = said.strip_prefix("account-file:desk/").unwrap();
    assert_eq!(adapter.fetch(file).await, Ok(png));
    for wrong in ["1/2/3", "../../users", "1/2", ""] {
        assert!(adapter.fetch(wrong).await.is_err(), "{wrong}");
    }
    running.stop().await;
}

#[tokio::test]
async fn an_entry_that_can_not_be_read_is_told_of_and_stops_no_other() {
    let served = serve(Zam).await;
    let adapter = Zam.adapter(&served.url, TOKEN, Arc::new(InMemoryStorage::default()));
    adapter.send(ReplyKey(5), &opened(12)).await;
    lock(&served.world).odd = vec![json!({"id": {}, "body": "secret"}), json!("secret")];
    let running = run(&adapter);
    running.until_connected().await;
    running.rounds().await;
    {
        let mut model = lock(&served.world);
        let id = model.tickets[0].id;
        model.add(id, By::Agent, false, "重启一下试试", "").unwrap();
    }
    running.until_said("重启一下试试").await;
    let told = |event: &Event| match event {
        Event::Alert(alert) => alert.name == "unreadable-acme" && alert.message.is_some(),
        _ => false,
    };
    running.until(told).await;
    assert!(!format!("{:?}", running.events()).contains("secret"));
    running.rounds().await;
    let many = running.events().iter().filter(|event| told(event)).count();
    assert_eq!(many, 1, "said once");
    lock(&served.world).odd.clear();
    running
        .until(|event| matches!(event, Event::Alert(alert) if alert.message.is_none()))
        .await;
    running.stop().await;
}
