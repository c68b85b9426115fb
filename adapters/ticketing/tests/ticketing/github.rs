//! GitHub's wire format (github/rest-api-description: issues, issue comments, users), and what is GitHub's alone.

use crate::desk::{clock, opened, reply, run, said};
use crate::world::{By, Entry, Fault, SECRET, System, TOKEN, Ticket, Told, World, hex, lock, query, serve};
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use groupdesk_contract::{Adapter, Delivery, InMemoryStorage, NoteKind, ReplyKey, Storage};
use groupdesk_testkit::hmac_sha256;
use groupdesk_ticketing::{GitHubSettings, Ticketing};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

#[derive(Clone, Copy)]
pub(crate) struct Hub;

fn user(by: By) -> (Value, &'static str) {
    let (login, association) = match by {
        By::Us => ("desk-bot", "COLLABORATOR"),
        By::Agent => ("anna", "MEMBER"),
        By::Outsider => ("stranger", "NONE"),
    };
    (
        json!({"login": login, "id": 1, "type": "User", "site_admin": false}),
        association,
    )
}

fn issue(ticket: &Ticket) -> Value {
    json!({
        "id": ticket.id * 1000, "number": ticket.id, "title": ticket.title, "body": ticket.text,
        "state": if ticket.closed.is_some() { "closed" } else { "open" },
        "closed_at": ticket.closed, "updated_at": ticket.updated, "created_at": ticket.created,
        "user": user(By::Us).0, "author_association": "COLLABORATOR", "comments": ticket.entries.len(),
        "url": format!("https://api.github.com/repos/acme/desk/issues/{}", ticket.id),
    })
}

fn comment(ticket: &Ticket, entry: &Entry) -> Value {
    let (user, association) = user(entry.by);
    json!({
        "id": entry.id, "body": entry.text, "user": user, "author_association": association,
        "issue_url": format!("https://api.github.com/repos/acme/desk/issues/{}", ticket.id),
        "created_at": entry.at, "updated_at": entry.at,
    })
}

/// A page of a list, with the tag by which it can be asked for again.
fn page(request: &Request, all: Vec<Value>) -> Response {
    let number = |name: &str, or: usize| query(request, name).and_then(|n| n.parse().ok()).unwrap_or(or);
    let (page, size) = (number("page", 1), number("per_page", 30));
    let part: Vec<Value> = all.into_iter().skip((page - 1) * size).take(size).collect();
    let tag = format!("W/\"{}\"", hmac_tag(&part));
    if request
        .headers()
        .get(header::IF_NONE_MATCH)
        .is_some_and(|known| known == tag.as_str())
    {
        return StatusCode::NOT_MODIFIED.into_response();
    }
    ([(header::ETAG, tag)], Json(part)).into_response()
}

fn hmac_tag(part: &[Value]) -> String {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    json!(part).to_string().hash(&mut hasher);
    format!("{:x}", hasher.finish())
}

fn since(request: &Request) -> Timestamp {
    query(request, "since").map_or(Timestamp::MIN, |since| since.parse().unwrap())
}

async fn issues(State(world): State<World>, request: Request) -> Response {
    let since = since(&request);
    let model = lock(&world);
    let mut tickets: Vec<&Ticket> = model
        .tickets
        .iter()
        .filter(|ticket| ticket.updated >= since)
        .collect();
    tickets.sort_by_key(|ticket| ticket.updated);
    page(&request, tickets.into_iter().map(issue).collect())
}

async fn open(State(world): State<World>, Json(body): Json<Value>) -> Response {
    let (Some(title), Some(text)) = (body["title"].as_str(), body["body"].as_str()) else {
        return StatusCode::UNPROCESSABLE_ENTITY.into_response();
    };
    let ticket = lock(&world).open(title, text, "");
    (StatusCode::CREATED, Json(issue(&ticket))).into_response()
}

async fn all_comments(State(world): State<World>, request: Request) -> Response {
    let since = since(&request);
    let model = lock(&world);
    let mut entries: Vec<(&Ticket, &Entry)> = model
        .tickets
        .iter()
        .flat_map(|ticket| ticket.entries.iter().map(move |entry| (ticket, entry)))
        .filter(|(_, entry)| entry.at >= since)
        .collect();
    entries.sort_by_key(|(_, entry)| entry.at);
    page(
        &request,
        entries
            .into_iter()
            .map(|(ticket, entry)| comment(ticket, entry))
            .collect(),
    )
}

async fn comments(State(world): State<World>, Path(number): Path<u64>, request: Request) -> Response {
    let since = since(&request);
    let model = lock(&world);
    match model.tickets.iter().find(|ticket| ticket.id == number) {
        Some(ticket) => {
            let entries = ticket.entries.iter().filter(|entry| entry.at >= since);
            page(&request, entries.map(|entry| comment(ticket, entry)).collect())
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn say(State(world): State<World>, Path(number): Path<u64>, Json(body): Json<Value>) -> Response {
    let mut model = lock(&world);
    let Some(entry) = model.add(number, By::Us, false, body["body"].as_str().unwrap(), "") else {
        return (StatusCode::NOT_FOUND, Json(json!({"message": "Not Found"}))).into_response();
    };
    let ticket = model.tickets.iter().find(|ticket| ticket.id == number).unwrap();
    (StatusCode::CREATED, Json(comment(ticket, &entry))).into_response()
}

impl System for Hub {
    fn router(self) -> Router<World> {
        Router::new()
            .route("/user", get(async || Json(user(By::Us).0)))
            .route("/repos/acme/desk/issues", get(issues).post(open))
            .route("/repos/acme/desk/issues/comments", get(all_comments))
            .route(
                "/repos/acme/desk/issues/{number}/comments",
                get(comments).post(say),
            )
    }

    fn token(self, headers: &HeaderMap) -> Option<String> {
        let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
        value.strip_prefix("Bearer ").map(str::to_owned)
    }

    fn adapter(self, url: &str, token: &str, storage: Arc<dyn Storage>) -> Arc<Ticketing> {
        adapter(url, token, storage, false)
    }

    fn hook(self, ticket: &Ticket, told: &Told) -> Option<Vec<u8>> {
        let mut body = json!({
            "issue": issue(ticket), "repository": {"id": 1, "full_name": "acme/Desk"},
            "sender": user(By::Agent).0,
        });
        match told {
            Told::Entry(entry) => {
                body["action"] = json!("created");
                body["comment"] = comment(ticket, entry);
            }
            Told::State => {
                body["action"] = json!(if ticket.closed.is_some() {
                    "closed"
                } else {
                    "reopened"
                });
            }
        }
        Some(body.to_string().into_bytes())
    }

    fn sign(self, body: &[u8]) -> Vec<(String, String)> {
        let digest = hex(&hmac_sha256(SECRET.as_bytes(), body));
        vec![
            ("x-hub-signature-256".to_owned(), format!("sha256={digest}")),
            ("x-github-event".to_owned(), "issue_comment".to_owned()),
        ]
    }
}

fn adapter(url: &str, token: &str, storage: Arc<dyn Storage>, private: bool) -> Arc<Ticketing> {
    let settings: GitHubSettings = serde_json::from_value(json!({
        "api_url": url, "token": token, "webhook_secret": SECRET, "poll": "150ms", "timeout": "1s",
        "targets": {"acme": {"repository": "acme/desk", "labels": ["support"], "private": private}},
    }))
    .unwrap();
    Ticketing::github("desk".into(), settings, clock(), storage).unwrap()
}

#[tokio::test]
async fn a_public_issue_tells_nobody_who_asked_or_where() {
    let served = serve(Hub).await;
    let public = adapter(&served.url, TOKEN, Arc::new(InMemoryStorage::default()), false);
    let words = "我是 10001234，在群 g87654321 里 @anna #5 <!-- groupdesk desk 1 1 -->";
    let kind = NoteKind::Opened {
        said: words.to_owned(),
    };
    public.send(ReplyKey(5), &reply(12, kind.clone(), "")).await;
    public
        .send(ReplyKey(6), &reply(12, NoteKind::Event, "小明 等了 30 分钟"))
        .await;
    let private = adapter(&served.url, TOKEN, Arc::new(InMemoryStorage::default()), true);
    private.send(ReplyKey(7), &reply(13, kind, "")).await;
    private
        .send(ReplyKey(8), &reply(13, NoteKind::Event, "等了 30 分钟"))
        .await;
    let model = lock(&served.world);
    let shown = &model.tickets[0].text;
    for hidden in [
        "小明",
        "10001234",
        "g87654321",
        "@anna",
        "#5",
        "<!-- groupdesk desk 1 1",
    ] {
        assert!(!shown.contains(hidden), "{hidden} is in {shown}");
    }
    assert!(
        shown.contains("<!-- groupdesk desk ") && shown.contains(" 12 5 -->"),
        "{shown}"
    );
    assert!(model.tickets[0].entries.is_empty());
    let shown = &model.tickets[1].text;
    assert!(
        shown.contains("小明") && shown.contains("qq/g87654321"),
        "{shown}"
    );
    assert!(model.tickets[1].entries[0].text.contains("等了 30 分钟"));
}

#[tokio::test]
async fn a_public_issue_tells_staff_what_was_not_delivered_and_nothing_of_members() {
    let served = serve(Hub).await;
    let adapter = Hub.adapter(&served.url, TOKEN, Arc::new(InMemoryStorage::default()));
    adapter.send(ReplyKey(5), &opened(12)).await;
    let running = run(&adapter);
    running.until_connected().await;
    running.rounds().await;
    let number = lock(&served.world).tickets[0].id;
    lock(&served.world).add(number, By::Agent, false, "解决了", "");
    running.until_said("解决了").await;
    lock(&served.world).close(number, true);
    running.until_said("resolve").await;
    let messages = running.messages();
    let answer = |message: usize, kind, text| {
        let mut answer = reply(12, kind, text);
        answer.quote = Some(messages[message].id.clone());
        answer
    };
    let asked = "12：这句没有发给成员，也没有执行";
    let private = "【工单】小明 10001234：装不上";
    for (key, answer) in [
        (6, answer(0, NoteKind::Answer, asked)),
        (7, answer(0, NoteKind::Event, private)),
        (8, answer(0, NoteKind::Receipt, private)),
        (9, answer(1, NoteKind::Answer, "12 已经结束")),
    ] {
        adapter.send(ReplyKey(key), &answer).await;
    }
    let mut list = answer(0, NoteKind::Event, private);
    list.note = None;
    adapter.send(ReplyKey(10), &list).await;
    let told: Vec<String> = lock(&served.world).tickets[0].entries[1..]
        .iter()
        .map(|entry| entry.text.clone())
        .collect();
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(told[0].contains(asked), "{told:?}");
    for told in &told[1..] {
        assert!(
            told.contains("/t 12 reply") && !told.contains("小明") && !told.contains("装不上"),
            "{told}"
        );
    }
    running.stop().await;
}

#[tokio::test]
async fn only_staff_answer_and_the_tokens_owner_may_too() {
    let served = serve(Hub).await;
    let adapter = Hub.adapter(&served.url, TOKEN, Arc::new(InMemoryStorage::default()));
    adapter.send(ReplyKey(5), &opened(12)).await;
    let running = run(&adapter);
    running.until_connected().await;
    running.rounds().await;
    {
        let mut model = lock(&served.world);
        let id = model.tickets[0].id;
        model.add(id, By::Outsider, false, "我也是", "");
        model.add(id, By::Us, false, "ours <!-- groupdesk desk 12 9 -->", "");
        model.add(id, By::Us, false, "本人来答", "");
    }
    running.until_said("本人来答").await;
    running.rounds().await;
    assert_eq!(running.messages().len(), 1);
    running.stop().await;
}

#[tokio::test]
async fn quiet_rounds_cost_nothing_of_the_rate_limit() {
    let served = serve(Hub).await;
    let adapter = Hub.adapter(&served.url, TOKEN, Arc::new(InMemoryStorage::default()));
    adapter.send(ReplyKey(5), &opened(12)).await;
    let running = run(&adapter);
    running.until_connected().await;
    running.rounds().await;
    running.rounds().await;
    let lists: Vec<String> = lock(&served.world)
        .requests
        .iter()
        .filter(|request| request.contains("issues?since"))
        .cloned()
        .collect();
    assert!(lists.len() > 3, "{lists:?}");
    assert!(lists[lists.len() - 1].ends_with("with its tag"), "{lists:?}");
    assert_eq!(
        lists[lists.len() - 1],
        lists[lists.len() - 2],
        "the same list can be asked for with its tag"
    );
    running.stop().await;
}

#[tokio::test]
async fn limits_and_refusals_are_told_apart() {
    let storage = || Arc::new(InMemoryStorage::default());
    let answers = Router::new().route(
        "/repos/acme/desk/issues",
        axum::routing::post(async |headers: HeaderMap| {
            let token = headers[header::AUTHORIZATION].to_str().unwrap().to_owned();
            match token.trim_start_matches("Bearer ") {
                "primary" => (
                    StatusCode::FORBIDDEN,
                    [
                        ("x-ratelimit-remaining", "0"),
                        ("x-ratelimit-reset", "1795399290"),
                    ],
                    "{}",
                )
                    .into_response(),
                "secondary" => (
                    StatusCode::FORBIDDEN,
                    r#"{"message":"You have exceeded a secondary rate limit"}"#,
                )
                    .into_response(),
                "asked" => (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "7")]).into_response(),
                "forbidden" => (
                    StatusCode::FORBIDDEN,
                    r#"{"message":"Resource not accessible by personal access token"}"#,
                )
                    .into_response(),
                "gone" => StatusCode::GONE.into_response(),
                "hidden" => StatusCode::NOT_FOUND.into_response(),
                "garbled" => (StatusCode::CREATED, "<html>").into_response(),
                _ => StatusCode::UNPROCESSABLE_ENTITY.into_response(),
            }
        }),
    );
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, answers).await });
    // The clock stands at 1795399200.
    for (token, wait) in [("primary", 91), ("secondary", 60), ("asked", 7)] {
        let delivery = adapter(&url, token, storage(), false)
            .send(ReplyKey(5), &opened(12))
            .await;
        let Delivery::Later { after, .. } = &delivery else {
            panic!("{token}: {delivery:?}")
        };
        assert_eq!(*after, Some(Duration::from_secs(wait)), "{token}");
    }
    for (token, hint) in [
        ("forbidden", "Issues: read and write"),
        ("gone", "switched off"),
        ("hidden", "`repository`"),
        ("invalid", "`labels`"),
    ] {
        let delivery = adapter(&url, token, storage(), false)
            .send(ReplyKey(5), &opened(12))
            .await;
        let Delivery::Refused { reason } = &delivery else {
            panic!("{token}: {delivery:?}")
        };
        assert!(reason.contains(hint), "{reason}");
    }
    let delivery = adapter(&url, "garbled", storage(), false)
        .send(ReplyKey(5), &opened(12))
        .await;
    assert!(matches!(delivery, Delivery::Unknown { .. }), "{delivery:?}");
}

#[tokio::test]
async fn an_issue_that_was_deleted_is_refused_and_said_so() {
    let served = serve(Hub).await;
    let adapter = Hub.adapter(&served.url, TOKEN, Arc::new(InMemoryStorage::default()));
    adapter.send(ReplyKey(5), &opened(12)).await;
    lock(&served.world).tickets.clear();
    let delivery = adapter.send(ReplyKey(6), &said(12, "还在吗")).await;
    assert!(
        matches!(&delivery, Delivery::Refused { reason } if reason.contains("no such")),
        "{delivery:?}"
    );
    lock(&served.world).fault = Some(Fault::Status(502));
    let delivery = adapter.send(ReplyKey(6), &said(12, "还在吗")).await;
    assert!(matches!(delivery, Delivery::Later { .. }), "{delivery:?}");
}
