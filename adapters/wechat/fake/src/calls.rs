//! The fake's implementation of each call.

use super::{APP, CORP, Fake, Inner, KF, SECRET, Said};
use axum::body::Body;
use axum::response::Response;
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub(super) fn raw(kind: &str, body: Vec<u8>) -> Response {
    Response::builder()
        .header("content-type", kind)
        .body(body.into())
        .unwrap()
}

fn ok(mut more: Value) -> Response {
    more["errcode"] = json!(0);
    more["errmsg"] = json!("ok");
    raw("application/json; charset=UTF-8", more.to_string().into_bytes())
}

pub(super) fn refuse(code: i64) -> Response {
    let body = json!({"errcode": code, "errmsg": "no, hint: [1700000000_1_abc], from ip: 1.2.3.4"});
    raw("application/json; charset=UTF-8", body.to_string().into_bytes())
}

/// An answer that ends before its end.
pub(super) fn broken() -> Response {
    Response::builder()
        .header("content-length", "100")
        .body(Body::from("{"))
        .unwrap()
}

pub(super) fn answer(fake: &Fake, path: &str, query: &BTreeMap<String, String>, body: &[u8]) -> Response {
    let mut inner = fake.inner();
    let text = |name: &str| query.get(name).map(String::as_str).unwrap_or_default();
    let json: Value = serde_json::from_slice(body).unwrap_or_default();
    match path {
        "gettoken" if text("corpid") != CORP => return refuse(40013),
        "gettoken" if text("corpsecret") != SECRET => return refuse(40001),
        "stable_token" if json["appid"] != APP => return refuse(40013),
        "stable_token" if json["secret"] != SECRET => return refuse(40125),
        "gettoken" | "stable_token" => return ok(grant(&mut inner)),
        _ => {}
    }
    if !inner.tokens.contains(text("access_token")) {
        return refuse(if text("access_token").is_empty() {
            41001
        } else {
            42001
        });
    }
    let user = json["external_userid"].as_str().unwrap_or_default().to_owned();
    match path {
        "kf/account/list" => ok(json!({"account_list": [{"open_kfid": KF, "name": "客服", "avatar": ""}]})),
        "kf/sync_msg" => sync(&mut inner, &json),
        "kf/send_msg" => send(&mut inner, &json),
        "kf/send_msg_on_event" => {
            if !inner.codes.remove(json["code"].as_str().unwrap_or_default()) {
                return refuse(40058);
            }
            said(&mut inner, &json)
        }
        "kf/customer/batchget" => {
            let users = json["external_userid_list"]
                .as_array()
                .cloned()
                .unwrap_or_default();
            let customer = |user: &Value| json!({"external_userid": user, "nickname": format!("客户 {}", user.as_str().unwrap())});
            ok(
                json!({"customer_list": users.iter().map(customer).collect::<Vec<_>>(), "invalid_external_userid": []}),
            )
        }
        "kf/servicer/list" => {
            let one = |name: &String| json!({"userid": name, "status": 0});
            ok(json!({"servicer_list": inner.on_duty.iter().map(one).collect::<Vec<_>>()}))
        }
        "kf/service_state/get" => {
            let (state, servicer) = inner.states.get(&user).cloned().unwrap_or_default();
            ok(json!({"service_state": state, "servicer_userid": servicer}))
        }
        "kf/service_state/trans" => trans(&mut inner, &json, &user),
        "kf/add_contact_way" => ok(json!({"url": format!(
            "https://work.weixin.qq.com/kfid/kfc{}?enc_scene={}", json["open_kfid"].as_str().unwrap(), json["scene"].as_str().unwrap_or_default()
        )})),
        "media/upload" => {
            inner.uploads.push(body.to_vec());
            ok(
                json!({"type": text("type"), "media_id": format!("media-{}", inner.uploads.len()), "created_at": "1380000000"}),
            )
        }
        "message/custom/send" => send(&mut inner, &json),
        _ => Response::builder().status(404).body(Body::empty()).unwrap(),
    }
}

fn grant(inner: &mut Inner) -> Value {
    inner.granted += 1;
    let token = format!("token-{}", inner.granted);
    inner.tokens.insert(token.clone());
    json!({"access_token": token, "expires_in": 7200})
}

/// A cursor is how many items were handed out before.
fn sync(inner: &mut Inner, json: &Value) -> Response {
    inner.syncs.push(json.clone());
    if json["open_kfid"] != KF {
        return refuse(95000);
    }
    if json.get("token").is_some_and(|token| token == "STALE") {
        return refuse(95007);
    }
    let from: usize = json["cursor"]
        .as_str()
        .unwrap_or_default()
        .trim_start_matches('c')
        .parse()
        .unwrap_or(0);
    if inner.empty_pages > 0 {
        inner.empty_pages -= 1;
        // The platform may have nothing on a page and more on the next one.
        return ok(json!({"next_cursor": format!("c0{from}"), "has_more": 1, "msg_list": []}));
    }
    let until = (from + inner.page).min(inner.items.len());
    let list = inner.items.get(from..until).unwrap_or_default().to_vec();
    let more = i32::from(until < inner.items.len());
    ok(json!({"next_cursor": format!("c{until}"), "has_more": more, "msg_list": list}))
}

fn send(inner: &mut Inner, json: &Value) -> Response {
    let user = json["touser"].as_str().unwrap_or_default().to_owned();
    if inner.states.get(&user).is_some_and(|(state, _)| *state > 1) {
        return refuse(95018);
    }
    let official = json.get("open_kfid").is_none();
    let Some(left) = inner.since.get_mut(&user) else {
        return refuse(if official { 45015 } else { 95002 });
    };
    if *left == 0 {
        return refuse(if official { 45047 } else { 95001 });
    }
    *left -= 1;
    said(inner, json)
}

fn said(inner: &mut Inner, json: &Value) -> Response {
    let menu = &json["msgmenu"];
    let button = |item: &Value| {
        let (item, label) = match item.get("click") {
            Some(click) => (click, "content"),
            None => (item, "content"),
        };
        (
            item[label].as_str().unwrap().to_owned(),
            item["id"].as_str().unwrap().to_owned(),
        )
    };
    let text = json["text"]["content"].as_str().or(menu["head_content"].as_str());
    inner.next += 1;
    let id = json["msgid"]
        .as_str()
        .map_or_else(|| format!("M{}", inner.next), str::to_owned);
    inner.said.push(Said {
        user: json["touser"].as_str().unwrap_or_default().to_owned(),
        id: id.clone(),
        text: text.unwrap_or_default().to_owned(),
        buttons: menu["list"]
            .as_array()
            .into_iter()
            .flatten()
            .map(button)
            .collect(),
        code: json["code"].as_str().map(str::to_owned),
        request: json.clone(),
    });
    ok(json!({"msgid": id}))
}

fn trans(inner: &mut Inner, json: &Value, user: &str) -> Response {
    let (from, to) = (
        inner.states.get(user).map_or(0, |(state, _)| *state),
        json["service_state"].as_i64().unwrap(),
    );
    let servicer = json["servicer_userid"].as_str().unwrap_or_default().to_owned();
    if to == 3 && !inner.on_duty.contains(&servicer) {
        return refuse(95014);
    }
    if to <= from && from != 3 {
        return refuse(95016);
    }
    inner.states.insert(user.to_owned(), (to, servicer));
    inner.next += 1;
    let code = format!("CODE{}", inner.next);
    inner.codes.insert(code.clone());
    ok(json!({"msg_code": code}))
}
