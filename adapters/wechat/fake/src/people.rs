//! Actions of customers and servicers, as the items that `sync_msg` returns.

use super::{Fake, KF};
use serde_json::{Value, json};

/// Seconds since 1970.
fn now() -> u64 {
    groupdesk_testkit::since_1970().as_secs()
}

impl Fake {
    /// An item of a page; its id.
    pub fn item(&self, mut item: Value) -> String {
        let mut inner = self.inner();
        inner.next += 1;
        let id = format!("msg{}", inner.next);
        item["msgid"] = json!(id);
        item["send_time"] = json!(now());
        if item["origin"] == 3 {
            let user = item["external_userid"].as_str().unwrap().to_owned();
            inner.since.insert(user.clone(), 5);
            inner.states.entry(user).and_modify(|state| {
                if state.0 == 4 {
                    *state = (0, String::new())
                }
            });
        }
        inner.items.push(item);
        id
    }

    /// A customer says something; its id.
    pub fn says(&self, user: &str, text: &str) -> String {
        self.sends(user, "text", json!({"content": text}))
    }

    /// A customer sends something of `kind`; its id.
    pub fn sends(&self, user: &str, kind: &str, content: Value) -> String {
        self.item(
            json!({"open_kfid": KF, "external_userid": user, "origin": 3, "msgtype": kind, kind: content}),
        )
    }

    /// A customer presses what is labelled `label` in the last menu that has it; the id.
    pub fn presses(&self, user: &str, label: &str) -> String {
        let menu = self
            .said()
            .into_iter()
            .rev()
            .find(|said| said.user == user && said.buttons.iter().any(|(of, _)| of == label))
            .unwrap();
        let (label, id) = menu.buttons.into_iter().find(|(of, _)| of == label).unwrap();
        self.sends(user, "text", json!({"content": label, "menu_id": id}))
    }

    /// A servicer writes to a customer in WeCom's own client; the id.
    pub fn answers(&self, servicer: &str, user: &str, text: &str) -> String {
        self.item(json!({
            "open_kfid": KF, "external_userid": user, "origin": 5, "servicer_userid": servicer, "msgtype": "text",
            "text": {"content": text},
        }))
    }

    /// The platform tells of something; the id.
    pub fn event(&self, mut event: Value) -> String {
        event["open_kfid"] = json!(KF);
        self.item(json!({"origin": 4, "msgtype": "event", "event": event}))
    }

    /// A session changes hands: 1 taken from the pool, 2 transferred, 3 ended, 4 taken up again.
    pub fn session(&self, user: &str, change: i64, servicer: &str) {
        let state = if change == 3 {
            (4, String::new())
        } else {
            (3, servicer.to_owned())
        };
        let code = {
            let mut inner = self.inner();
            inner.states.insert(user.to_owned(), state);
            inner.next += 1;
            let code = format!("CODE{}", inner.next);
            inner.codes.insert(code.clone());
            code
        };
        let who = if change == 3 {
            "old_servicer_userid"
        } else {
            "new_servicer_userid"
        };
        self.event(json!({
            "event_type": "session_status_change", "external_userid": user, "change_type": change, who: servicer, "msg_code": code,
        }));
    }

    /// The last item comes once more, as after a cursor that was lost.
    pub fn repeat_item(&self) {
        let mut inner = self.inner();
        let last = inner.items.last().cloned();
        inner.items.extend(last);
    }

    /// Opens the conversation; a welcome may be sent with the code.
    pub fn enters(&self, user: &str, code: &str) {
        self.inner().codes.insert(code.to_owned());
        self.event(json!({
            "event_type": "enter_session", "external_userid": user, "scene": "group1", "scene_param": "x", "welcome_code": code,
        }));
    }

    /// An Official Account's follower may be written to so often.
    pub fn may_be_written_to(&self, user: &str, times: u32) {
        self.inner().since.insert(user.to_owned(), times);
    }

    /// A servicer is on duty.
    pub fn on_duty(&self, servicer: &str) {
        self.inner().on_duty.insert(servicer.to_owned());
    }

    /// The state of a customer's session.
    pub fn state(&self, user: &str) -> (i64, String) {
        self.inner().states.get(user).cloned().unwrap_or_default()
    }

    /// Sets the number of items in a page.
    pub fn pages_of(&self, items: usize) {
        self.inner().page = items;
    }

    /// The next pages are empty, and more is said to come.
    pub fn empty_pages(&self, pages: u32) {
        self.inner().empty_pages = pages;
    }
}
