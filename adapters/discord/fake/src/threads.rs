//! Threads below messages, private threads, posts in forums.

use super::answers::{read, refuse, respond, told};
use super::gateway::channel;
use super::{Channel, Fake, Inner};
use axum::response::Response;
use serde_json::{Value, json};

fn make(fake: &Fake, inner: &mut Inner, parent: u64, id: u64, kind: u8, body: &Value) -> Value {
    let room = Channel {
        id,
        guild: inner.channels[&parent].guild,
        kind,
        name: body["name"].as_str().unwrap_or_default().to_owned(),
        parent: Some(parent),
    };
    inner.channels.insert(id, room);
    let made = channel(inner, id);
    for session in &mut inner.sessions {
        session.log.push(("THREAD_CREATE".to_owned(), made.clone()));
    }
    fake.news.notify_waiters();
    made
}

/// A thread that hangs on a message has its number.
pub(super) fn below(fake: &Fake, inner: &mut Inner, parent: u64, message: u64, body: &Value) -> Response {
    if inner.channels.contains_key(&message) {
        return refuse(400, 160_004, "A thread has already been created for this message");
    }
    if body["name"]
        .as_str()
        .is_none_or(|name| name.chars().count() > 100)
    {
        return refuse(400, 50035, "Invalid Form Body: name");
    }
    respond(201, &make(fake, inner, parent, message, 11, body))
}

/// A thread of its own, or a post in a forum.
pub(super) fn free(fake: &Fake, inner: &mut Inner, parent: u64, body: &Value) -> Response {
    let is_forum = inner.channels.get(&parent).is_some_and(|room| room.kind == 15);
    if is_forum == body["message"].is_null() {
        return refuse(400, 50035, "Invalid Form Body: message");
    }
    let id = inner.next();
    if !is_forum {
        return respond(201, &make(fake, inner, parent, id, 12, body));
    }
    let mut made = make(fake, inner, parent, id, 11, body);
    inner.history.push(told(id, id, &body["message"], None));
    inner.said.push(read(id, id, &body["message"]));
    made["message"] = json!({"id": id.to_string()});
    respond(201, &made)
}

impl Fake {
    /// Deletes a thread, as staff do.
    pub fn removes(&self, thread: u64) {
        self.inner().channels.remove(&thread);
    }
}
