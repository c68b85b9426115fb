//! The REST API: what the server answers to the bot's calls, with Discord's own checks.

use super::answers::{read, refuse, respond, told};
use super::gateway::user;
use super::{APPLICATION, BOT, Fake, Inner, TOKEN, Trouble, threads};
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use serde_json::{Value, json};

/// A message whose files have addresses of this moment.
fn signed(fake: &Fake, mut message: Value) -> Value {
    for file in message["attachments"].as_array_mut().unwrap() {
        let (id, name) = (file["id"].as_str().unwrap(), file["filename"].as_str().unwrap());
        let url = format!("http://{}/attachments/77/{id}/{name}?ex=now", fake.address);
        file["url"] = json!(url);
    }
    message
}

/// A file, where its address is one of this moment, for anybody.
pub(super) async fn file(request: Request) -> Response {
    if request.uri().query() != Some("ex=now") || request.headers().contains_key("authorization") {
        return respond(404, &Value::Null);
    }
    let answer = Response::builder().header("content-type", "image/png");
    let real = request.uri().path().ends_with("/real.png");
    let bytes: &[u8] = if real {
        b"\x89PNG\r\n\x1a\nof a test"
    } else {
        b"PNG"
    };
    answer.body(Body::from(bytes)).unwrap()
}

/// An answer that breaks off.
fn broken() -> Response {
    let pieces =
        futures_util::stream::iter([Ok(Bytes::from("{\"id\":")), Err(std::io::Error::other("gone"))]);
    Response::builder().body(Body::from_stream(pieces)).unwrap()
}

/// A call's name: its method and the words of its path.
fn name(method: &str, path: &[&str]) -> String {
    let mut words = Vec::new();
    let mut is_secret = false;
    for part in path {
        if part.parse::<u64>().is_ok() {
            is_secret = matches!(words.last(), Some(&"webhooks" | &"interactions"));
        } else if is_secret {
            is_secret = false;
        } else {
            words.push(*part);
        }
    }
    format!("{method} {}", words.join("/"))
}

pub(super) async fn receive(State(fake): State<Fake>, request: Request) -> Response {
    let method = request.method().to_string();
    let path = request.uri().path().to_owned();
    let query = request.uri().query().unwrap_or_default().to_owned();
    let token = request.headers().get("authorization").cloned();
    let agent = request.headers().get("user-agent").cloned();
    let is_named = agent.is_some_and(|agent| agent.as_bytes().starts_with(b"DiscordBot ("));
    let bytes = axum::body::to_bytes(request.into_body(), 1 << 20).await.unwrap();
    let body: Value = serde_json::from_slice(&bytes).unwrap_or_else(|_| form(&bytes));
    let path = path.strip_prefix("/api/v10/").unwrap_or(&path).to_owned();
    let parts: Vec<&str> = path.split('/').collect();
    let call = name(&method, &parts);
    let trouble = {
        let mut inner = fake.inner();
        inner.calls.push(call.clone());
        let at = inner.trouble.iter().position(|(of, _)| *of == call);
        at.and_then(|at| inner.trouble.remove(at))
            .map(|(_, trouble)| trouble)
    };
    if token.as_ref().and_then(|token| token.to_str().ok()) != Some(&format!("Bot {TOKEN}")) {
        return refuse(401, 0, "401: Unauthorized");
    }
    if !is_named {
        return Response::builder()
            .status(403)
            .body("error code: 1010".into())
            .unwrap();
    }
    if fake.inner().forbidden.contains(&call) {
        return refuse(403, 50013, "Missing Permissions");
    }
    match trouble {
        Some(Trouble::Refuse(status, body)) => return respond(status, &body),
        Some(Trouble::Page(status)) => {
            return Response::builder()
                .status(status)
                .body("<html>nginx</html>".into())
                .unwrap();
        }
        Some(Trouble::Endless) => {
            answer(&fake, &call, &parts, &query, &body);
            return endless();
        }
        Some(Trouble::Mute) => {
            answer(&fake, &call, &parts, &query, &body);
            return broken();
        }
        Some(Trouble::Slow(time)) => tokio::time::sleep(time).await,
        None => {}
    }
    answer(&fake, &call, &parts, &query, &body)
}

/// The message of a form, with its files as their names and sizes.
fn form(bytes: &[u8]) -> Value {
    let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
    let Some((boundary, _)) = text.split_once("\r\n") else {
        return Value::Null;
    };
    let mut body = Value::Null;
    let mut files = Vec::new();
    for part in text.split(boundary) {
        let Some((head, inside)) = part.split_once("\r\n\r\n") else {
            continue;
        };
        let inside = inside.strip_suffix("\r\n").unwrap_or(inside);
        let bytes: Vec<u8> = inside.chars().map(|c| c as u8).collect();
        if head.contains("payload_json") {
            body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        } else if let Some((_, name)) = head.split_once("filename=\"") {
            files.push(json!([name.split('"').next(), bytes.len()]));
        }
    }
    body["files"] = json!(files);
    body
}

fn id(parts: &[&str], at: usize) -> u64 {
    parts.get(at).and_then(|id| id.parse().ok()).unwrap_or_default()
}

fn asked(query: &str, key: &str) -> Option<u64> {
    query
        .split('&')
        .find_map(|pair| pair.strip_prefix(key)?.strip_prefix('=')?.parse().ok())
}

fn answer(fake: &Fake, call: &str, parts: &[&str], query: &str, body: &Value) -> Response {
    let mut inner = fake.inner();
    match call {
        "GET users/@me" => respond(200, &user(BOT)),
        "GET applications/@me" => respond(
            200,
            &json!({"id": APPLICATION.to_string(), "name": "desk", "flags": inner.flags}),
        ),
        "GET gateway/bot" => respond(
            200,
            &json!({
                "url": format!("ws://{}", fake.address), "shards": inner.shards,
                "session_start_limit": {"total": 1000, "remaining": inner.remaining, "reset_after": 500,
                    "max_concurrency": inner.together},
            }),
        ),
        "GET guilds/members" => {
            let roles = inner.roles.get(&id(parts, 3)).cloned().unwrap_or_default();
            let roles: Vec<String> = roles.iter().map(u64::to_string).collect();
            respond(
                200,
                &json!({"user": user(id(parts, 3)), "roles": roles, "nick": null}),
            )
        }
        "PUT applications/guilds/commands" => {
            inner.commands.push((id(parts, 3), body.clone()));
            respond(200, body)
        }
        "POST interactions/callback" => {
            let done = id(parts, 1);
            inner.answered.push((done, body.clone()));
            if body["type"] != 4 {
                return respond(204, &Value::Null);
            }
            let message = inner.next();
            respond(
                200,
                &json!({"interaction": {"id": done.to_string()}, "resource": {"type": 4, "message": {"id": message.to_string()}}}),
            )
        }
        "GET channels/messages" if parts.len() == 4 => {
            let wanted = json!(parts[3]);
            match inner.history.iter().find(|message| message["id"] == wanted) {
                Some(found) => respond(200, &signed(fake, found.clone())),
                None => refuse(404, 10008, "Unknown Message"),
            }
        }
        "GET channels/messages" => history(&inner, id(parts, 1), query),
        "POST channels/messages" => say(&mut inner, id(parts, 1), body, None),
        "PATCH channels/messages" => change(&mut inner, id(parts, 3), body),
        "DELETE channels/messages" => delete(&mut inner, id(parts, 1), id(parts, 3)),
        "POST channels/messages/threads" => {
            threads::below(fake, &mut inner, id(parts, 1), id(parts, 3), body)
        }
        "POST channels/threads" => threads::free(fake, &mut inner, id(parts, 1), body),
        "GET channels/webhooks" => {
            let channel = id(parts, 1);
            let known: Vec<Value> = inner
                .hooks
                .iter()
                .filter(|hook| hook.1 == channel)
                .map(hook)
                .collect();
            respond(200, &json!(known))
        }
        "POST channels/webhooks" => {
            let made = inner.next();
            inner
                .hooks
                .push((made, id(parts, 1), format!("hook-secret-{made}")));
            respond(200, &hook(inner.hooks.last().unwrap()))
        }
        "POST webhooks" if id(parts, 1) == APPLICATION => {
            let token = parts.get(2).copied().unwrap_or_default();
            let Some(place) = inner.interactions.get(token).copied() else {
                return refuse(404, 10015, "Unknown Webhook");
            };
            say(&mut inner, place, body, None)
        }
        "POST webhooks" => {
            let Some(known) = inner.hooks.iter().find(|hook| hook.0 == id(parts, 1)).cloned() else {
                return refuse(404, 10015, "Unknown Webhook");
            };
            let place = asked(query, "thread_id").unwrap_or(known.1);
            say(&mut inner, place, body, Some(known.0))
        }
        "PATCH webhooks/messages" => change(&mut inner, id(parts, 4), body),
        "DELETE webhooks/messages" => {
            let place = asked(query, "thread_id").unwrap_or_default();
            delete(&mut inner, place, id(parts, 4))
        }
        _ => refuse(404, 0, "404: Not Found"),
    }
}

fn hook((id, channel, token): &(u64, u64, String)) -> Value {
    json!({
        "id": id.to_string(), "type": 1, "channel_id": channel.to_string(), "token": token, "name": "groupdesk",
        "application_id": APPLICATION.to_string(),
    })
}

fn history(inner: &Inner, channel: u64, query: &str) -> Response {
    let after = asked(query, "after").unwrap_or_default();
    let limit = usize::try_from(asked(query, "limit").unwrap_or(50)).unwrap();
    let number = |message: &Value| -> u64 { message["id"].as_str().unwrap().parse().unwrap() };
    let mut found: Vec<&Value> = inner
        .history
        .iter()
        .filter(|message| message["channel_id"] == json!(channel.to_string()) && number(message) > after)
        .collect();
    found.sort_by_key(|message| number(message));
    found.truncate(limit);
    found.reverse();
    respond(200, &json!(found))
}

/// Checks a message as Discord does.
fn check(body: &Value) -> Option<&'static str> {
    let content = body["content"].as_str().unwrap_or_default();
    if content.trim().is_empty() && body["files"].is_null() {
        return Some("Cannot send an empty message");
    }
    if content.encode_utf16().count() > 2000 {
        return Some("Invalid Form Body: content: Must be 2000 or fewer in length.");
    }
    if body["nonce"].as_str().is_some_and(|nonce| nonce.len() > 25) {
        return Some("Invalid Form Body: nonce: Must be 25 or fewer in length.");
    }
    let rows = body["components"].as_array().cloned().unwrap_or_default();
    let mut ids = std::collections::BTreeSet::new();
    for row in &rows {
        let inside = row["components"].as_array().unwrap();
        let twice = inside
            .iter()
            .any(|component| !ids.insert(component["custom_id"].to_string()));
        let long = inside
            .iter()
            .any(|component| component["custom_id"].as_str().is_none_or(|id| id.len() > 100));
        let many = inside.len() > 5
            || inside.iter().any(|menu| {
                menu["options"]
                    .as_array()
                    .is_some_and(|options| options.len() > 25)
            });
        if twice || long || many {
            return Some("Invalid Form Body: components");
        }
    }
    (rows.len() > 5).then_some("Invalid Form Body: components: Must be 5 or fewer in length.")
}

pub(super) fn say(inner: &mut Inner, channel: u64, body: &Value, hook: Option<u64>) -> Response {
    match inner.channels.get(&channel) {
        None => return refuse(404, 10003, "Unknown Channel"),
        Some(room) if inner.mute_threads && room.parent.is_some() => {
            return refuse(403, 50013, "Missing Permissions");
        }
        Some(room) if room.kind == 15 => {
            return refuse(400, 50008, "Cannot send messages in a non-text channel");
        }
        Some(_) => {}
    }
    if let Some(words) = check(body) {
        return refuse(400, 50035, words);
    }
    let nonce = body["nonce"].as_str().map(|nonce| (channel, nonce.to_owned()));
    if let Some(known) = nonce.as_ref().and_then(|nonce| inner.nonces.get(nonce)) {
        return respond(
            200,
            &json!({"id": known.to_string(), "channel_id": channel.to_string()}),
        );
    }
    let id = inner.next();
    if let Some(nonce) = nonce {
        inner.nonces.insert(nonce, id);
    }
    let message = told(channel, id, body, hook);
    inner.history.push(message.clone());
    inner.said.push(read(channel, id, body));
    respond(200, &message)
}

fn change(inner: &mut Inner, id: u64, body: &Value) -> Response {
    let Some(at) = inner.said.iter().position(|said| said.id == id) else {
        return refuse(404, 10008, "Unknown Message");
    };
    if let Some(words) = check(body) {
        return refuse(400, 50035, words);
    }
    let now = read(inner.said[at].channel, id, body);
    inner.changed.push(now);
    respond(200, &json!({"id": id.to_string()}))
}

fn delete(inner: &mut Inner, channel: u64, id: u64) -> Response {
    let known = inner
        .history
        .iter()
        .position(|message| message["id"] == json!(id.to_string()));
    let Some(at) = known else {
        return refuse(404, 10008, "Unknown Message");
    };
    inner.history.remove(at);
    inner.deleted.push((channel, id));
    respond(204, &Value::Null)
}

/// An answer that does not end; 256 MiB here, so that a test that fails does not take the machine's memory.
fn endless() -> Response {
    let pieces = std::iter::repeat_n(Bytes::from(vec![b'['; 1 << 16]), 4_096);
    let pieces = futures_util::stream::iter(pieces.map(Ok::<_, std::io::Error>));
    Response::builder().body(Body::from_stream(pieces)).unwrap()
}
