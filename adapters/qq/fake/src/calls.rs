//! The API's calls: tokens, who the bot is, messages with all their conditions, uploads, presses, taking back.

use super::{APP, BOT, Fake, SECRET, Said, Trouble};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Method, Uri};
use axum::response::Response;
use axum::routing::any;
use serde_json::{Value, json};
use std::time::Duration;

pub(super) fn router(fake: Fake) -> Router {
    let large = axum::extract::DefaultBodyLimit::max(64 << 20);
    Router::new().fallback(any(receive)).layer(large).with_state(fake)
}

async fn receive(
    State(fake): State<Fake>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let path: Vec<String> = uri.path().split('/').skip(1).map(decoded).collect();
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let call = match (method.as_str(), path.as_slice()) {
        ("POST", ["app", "getAppAccessToken"]) => "token",
        ("GET", ["gateway", "bot"]) => "gateway",
        ("GET", ["users", "@me"]) => "me",
        ("POST", [.., "messages"]) => "messages",
        ("POST", [.., "files"]) => "files",
        ("PUT", ["interactions", _]) => "interactions",
        ("DELETE", [.., "messages", _]) => "delete",
        ("GET", [.., "messages", _]) => "look",
        other => panic!("no such call: {other:?}"),
    };
    let trouble = {
        let mut inner = fake.inner();
        inner.calls.push(call.to_owned());
        let at = inner.trouble.iter().position(|(of, _)| *of == call);
        at.and_then(|at| inner.trouble.remove(at))
            .map(|(_, trouble)| trouble)
    };
    match trouble {
        Some(Trouble::Refuse(status, code, words)) => return refuse(status, code, words),
        Some(Trouble::Page(status)) => {
            return Response::builder()
                .status(status)
                .body("<html>nginx</html>".into())
                .unwrap();
        }
        Some(Trouble::Mute) => {
            answer(&fake, call, &path, &headers, &body);
            return broken();
        }
        Some(Trouble::Cut) => return broken(),
        Some(Trouble::Slow(time)) => tokio::time::sleep(time).await,
        None => {}
    }
    answer(&fake, call, &path, &headers, &body)
}

/// A body that breaks off.
fn broken() -> Response {
    let stream = futures_util::stream::iter([Err::<Bytes, std::io::Error>(std::io::Error::other("cut"))]);
    Response::builder()
        .header("content-length", "100")
        .body(Body::from_stream(stream))
        .unwrap()
}

fn reply(status: u16, body: &Value) -> Response {
    Response::builder()
        .status(status)
        .header("content-type", "application/json")
        .header("x-tps-trace-id", "8cbfe05773d4402496e605e19336e396")
        .body(body.to_string().into())
        .unwrap()
}

pub(super) fn refuse(status: u16, code: i64, words: &str) -> Response {
    let trace = "8cbfe05773d4402496e605e19336e396";
    let data = json!({"message_audit": {"audit_id": "audit-7"}});
    reply(
        status,
        &json!({"message": words, "code": code, "err_code": code, "trace_id": trace, "data": data}),
    )
}

fn answer(fake: &Fake, call: &str, path: &[&str], headers: &HeaderMap, body: &Bytes) -> Response {
    if call == "token" {
        return token(fake, body);
    }
    let shown = headers
        .get("authorization")
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let right = {
        let inner = fake.inner();
        !inner.token.is_empty() && shown == format!("QQBot {}", inner.token)
    };
    if !right {
        return refuse(401, 11_244, "token not exist or expire");
    }
    assert_eq!(headers.get("x-union-appid").unwrap(), APP);
    match call {
        "me" => reply(200, &json!({"id": BOT, "username": "Desk", "avatar": ""})),
        "gateway" => reply(
            200,
            &json!({
                "url": format!("ws://{}/websocket/", fake.gateway), "shards": 1,
                "session_start_limit": {"total": 1000, "remaining": 1000, "reset_after": 86_400_000, "max_concurrency": 1},
            }),
        ),
        "interactions" => {
            fake.inner().answered.push(path[1].to_owned());
            Response::builder().status(204).body(Body::empty()).unwrap()
        }
        "delete" => {
            let id = path.last().unwrap();
            let place = place(path);
            if !fake
                .said()
                .iter()
                .any(|said| said.place == place && said.id == *id)
            {
                return refuse(400, 306_002, "msgid error");
            }
            fake.inner().deleted.push((place, (*id).to_owned()));
            reply(200, &json!({}))
        }
        "look" => {
            let ours = fake.said().into_iter().find(|said| said.id == path[3]);
            match ours {
                Some(said) => reply(
                    200,
                    &json!({"message": {"id": said.id, "content": said.text, "author": {"id": BOT, "bot": true}}}),
                ),
                None if fake.inner().answerable.contains_key(path[3]) => reply(
                    200,
                    &json!({"id": path[3], "content": "theirs", "author": {"id": "7", "bot": false}}),
                ),
                None => refuse(404, 50_039, "get message failed"),
            }
        }
        "files" => upload(fake, body),
        _ => say(fake, &place(path), headers, body),
    }
}

fn token(fake: &Fake, body: &Bytes) -> Response {
    let asked: Value = serde_json::from_slice(body).unwrap();
    if asked != json!({"appId": APP, "clientSecret": SECRET}) {
        return reply(
            200,
            &json!({"code": 100_016, "message": "invalid appid or secret"}),
        );
    }
    let mut inner = fake.inner();
    inner.tokens += 1;
    inner.token = format!("token-{}", inner.tokens);
    reply(
        200,
        &json!({"access_token": inner.token, "expires_in": inner.token_life.to_string()}),
    )
}

fn place(path: &[&str]) -> String {
    match path {
        ["v2", "groups", id, ..] => format!("group:{id}"),
        ["v2", "users", id, ..] => format!("private:{id}"),
        ["channels", id, ..] => format!("channel:{id}"),
        ["dms", id, ..] => format!("dms:{id}"),
        other => panic!("no such place: {other:?}"),
    }
}

fn upload(fake: &Fake, body: &Bytes) -> Response {
    let asked: Value = serde_json::from_slice(body).unwrap();
    assert_eq!(
        asked["srv_send_msg"],
        json!(false),
        "a picture is not to be sent by uploading it"
    );
    let what = match (&asked["url"], &asked["file_data"]) {
        (Value::String(url), Value::Null) => url.clone(),
        (Value::Null, Value::String(data)) => format!("{} bytes of base64", data.len()),
        other => panic!("an upload of nothing: {other:?}"),
    };
    let mut inner = fake.inner();
    let info = inner.fresh("file_info");
    inner.uploads.insert(info.clone(), what);
    reply(200, &json!({"file_uuid": "u", "file_info": info, "ttl": 300}))
}

fn say(fake: &Fake, place: &str, headers: &HeaderMap, body: &Bytes) -> Response {
    let kind = headers
        .get("content-type")
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or_default();
    let (asked, attached) = match kind.split_once("boundary=") {
        Some((_, boundary)) => form(body, boundary),
        None => (serde_json::from_slice(body).unwrap(), None),
    };
    let is_guild = place.starts_with("channel:") || place.starts_with("dms:");
    let mut inner = fake.inner();
    let named = asked["msg_id"]
        .as_str()
        .or_else(|| asked["event_id"].as_str())
        .map(str::to_owned);
    match &named {
        Some(named) => {
            let Some((said_in, at, _)) = inner.answerable.get(named).cloned() else {
                return refuse(400, 40_034_024, "请求参数msg_id无效或越权");
            };
            if said_in != place {
                return refuse(400, 40_034_024, "请求参数msg_id无效或越权");
            }
            let window = match (inner.window, place.starts_with("private:")) {
                (Some(window), _) => window,
                (None, true) => Duration::from_secs(3600),
                (None, false) => Duration::from_secs(300),
            };
            if !is_guild {
                let number = asked["msg_seq"].as_u64().unwrap_or(1);
                if inner.numbers.contains(&(named.clone(), number)) {
                    return refuse(400, 40_054_005, "消息被去重，请检查请求msgseq");
                }
                if at.elapsed() > window {
                    return refuse(400, 40_034_128, "被动消息超时");
                }
                if inner.numbers.iter().filter(|(of, _)| of == named).count() >= 5 {
                    return refuse(400, 40_034_005, "被动消息超过限制");
                }
            } else if at.elapsed() > window {
                return refuse(400, 304_027, "MSG_EXPIRE");
            }
        }
        None if is_guild || inner.proactive.contains(place) => {}
        None => return refuse(400, 40_034_102, "主动消息失败, 无权限"),
    }
    let words = asked["markdown"]["content"]
        .as_str()
        .or_else(|| asked["content"].as_str())
        .unwrap_or_default();
    if (asked["markdown"].is_object() || asked["keyboard"].is_object()) && !inner.markdown {
        return refuse(400, 304_036, "没有 markdown 模板的权限");
    }
    if !is_guild && !inner.addresses && (words.contains("://") || words.contains(".example")) {
        return refuse(400, 40_054_010, "不允许发送url");
    }
    if words.trim().is_empty() && asked["media"].is_null() && attached.is_none() && asked["image"].is_null() {
        return refuse(400, 50_006, "CannotSendEmptyMessage");
    }
    let picture = match asked["media"]["file_info"].as_str() {
        Some(info) => match inner.uploads.get(info) {
            Some(what) => Some(what.clone()),
            None => return refuse(400, 304_082, "upload media info fail"),
        },
        None => attached
            .map(|size| format!("{size} bytes"))
            .or_else(|| asked["image"].as_str().map(str::to_owned)),
    };
    let buttons = asked["keyboard"]["content"]["rows"]
        .as_array()
        .into_iter()
        .flatten();
    let buttons = buttons.flat_map(|row| row["buttons"].as_array().cloned().unwrap_or_default());
    let text_of = |value: &Value| value.as_str().unwrap().to_owned();
    let buttons = buttons.map(|button| {
        (
            text_of(&button["render_data"]["label"]),
            text_of(&button["action"]["data"]),
            text_of(&button["id"]),
        )
    });
    let buttons: Vec<_> = buttons.collect();
    let quoted = asked["message_reference"]["message_id"].as_str();
    let quote = quoted
        .map(|id| id.trim_start_matches("REFIDX_").to_owned())
        .or_else(|| named.clone());
    if let Some(named) = &named {
        inner
            .numbers
            .insert((named.clone(), asked["msg_seq"].as_u64().unwrap_or(1)));
    }
    let id = inner.fresh("ROBOT1.0_sent");
    inner.said.push(Said {
        place: place.to_owned(),
        id: id.clone(),
        text: shown(words, is_guild, asked["markdown"].is_object()),
        quote,
        buttons,
        picture,
        request: asked,
    });
    let idx = format!("REFIDX_{id}");
    reply(
        200,
        &json!({"id": id, "timestamp": "2026-11-24T10:00:00+08:00", "ext_info": {"ref_idx": idx}}),
    )
}

/// The text as people see it.
fn shown(words: &str, is_guild: bool, is_markdown: bool) -> String {
    let mut text = String::new();
    let mut escaped = false;
    for c in words.chars() {
        if is_markdown && c == '\\' && !escaped {
            escaped = true;
            continue;
        }
        escaped = false;
        // Nobody sees it.
        if c != '\u{200b}' {
            text.push(c);
        }
    }
    if is_guild && !is_markdown {
        text = text
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&amp;", "&");
    }
    text
}

/// The fields of a form, and the size of its file.
fn form(body: &[u8], boundary: &str) -> (Value, Option<usize>) {
    let text = String::from_utf8_lossy(body).into_owned();
    let mut fields = json!({});
    let mut file = None;
    for part in text.split(&format!("--{boundary}")) {
        let Some((head, value)) = part.split_once("\r\n\r\n") else {
            continue;
        };
        let value = value.strip_suffix("\r\n").unwrap_or(value);
        let name = head.split("name=\"").nth(1).unwrap().split('"').next().unwrap();
        if name == "file_image" {
            file = Some(value.len());
        } else {
            fields[name] = json!(value);
        }
    }
    (fields, file)
}

/// A piece of a path without its escapes.
fn decoded(piece: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = piece.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = std::str::from_utf8(after.get(..2).unwrap_or_default()).ok();
        match code
            .and_then(|code| u8::from_str_radix(code, 16).ok())
            .filter(|_| *first == b'%')
        {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).unwrap()
}
