//! A website: a program with a key speaks for its visitors, and reads what they were told.

use crate::alone::{Chats, Told};
use crate::client::{Client, TEST_TIMEOUT};
use crate::stage::{Has, Who};
use crate::support::program::Program;
use serde_json::{Value, json};
use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, Instant};

/// The visitors, by the website's own ids.
const VISITORS: [&str; 3] = ["asker", "neighbour", "staff"];

pub(crate) struct Website {
    client: Option<Client>,
    said: Vec<Value>,
}

impl Website {
    fn client(&self) -> &Client {
        self.client.as_ref().expect("the program was started")
    }

    fn post(&self, message: &Value) {
        let posted = self.client().post("/api/v1/messages", message);
        assert_eq!(posted.status, 200, "{}", posted.body);
    }

    fn say_as(&mut self, user: &str, text: &str, quote: Option<&str>) -> String {
        let id = format!("m-{}", self.said.len());
        let message =
            json!({ "id": id, "visitor": user, "name": Self::name(user), "text": text, "quote": quote });
        self.post(&message);
        self.said.push(message);
        id
    }

    /// Returns what a visitor was told.
    fn replies(&self, user: &str) -> Vec<Value> {
        let mut history = self.client().history(&format!("?visitor={user}&limit=200"));
        history.retain(|message| message["type"] == "reply");
        history
    }
}

fn buttons(reply: &Value) -> Vec<Value> {
    reply["buttons"].as_array().cloned().unwrap_or_default()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

impl Chats for Website {
    const HAS: Has = Has {
        groups: false,
        everything: false,
        // Whoever posts while the program is down is told so, and posts again.
        past: false,
        // What is kept is sent.
        deafness: false,
        ..Has::ALL
    };

    async fn new() -> Self {
        Self {
            client: None,
            said: Vec::new(),
        }
    }

    fn account(&self) -> String {
        "    platform: web\n    connection: {}".to_owned()
    }

    fn user(who: Who) -> &'static str {
        match who {
            Who::Asker => VISITORS[0],
            Who::Neighbour => VISITORS[1],
            Who::Agent | Who::Colleague => VISITORS[2],
        }
    }

    fn channel(user: &str) -> String {
        format!("private:user:{user}")
    }

    fn name(user: &str) -> String {
        format!("访客 {user}")
    }

    async fn start(&mut self, program: &mut Program, binary: &Path) {
        if self.client.is_none() {
            let made = program
                .command(binary)
                .args(["api-key", "make", "app"])
                .output()
                .unwrap();
            let told = String::from_utf8_lossy(&made.stdout).into_owned();
            let key = told.lines().next().unwrap_or_else(|| panic!("no key: {made:?}"));
            self.client = Some(Client::program(program.port, key));
        }
        program.start(binary);
        let end = Instant::now() + TEST_TIMEOUT;
        while TcpStream::connect(("127.0.0.1", program.port)).is_err()
            || self.client().get("/api/v1/messages?visitor=asker").status != 200
        {
            assert!(Instant::now() < end, "it does not run: {}", program.log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn say(&mut self, user: &str, text: &str) -> String {
        self.say_as(user, text, None)
    }

    async fn press(&mut self, user: &str, label: &str) {
        let replies = self.replies(user);
        let pressed = replies.iter().rev().find_map(|reply| {
            let button = buttons(reply)
                .into_iter()
                .find(|button| button["label"] == label)?;
            Some((text(&reply["id"]), text(&button["says"])))
        });
        let (under, says) = pressed.unwrap_or_else(|| panic!("no button {label}: {replies:#?}"));
        self.say_as(user, &says, Some(&under));
    }

    fn told(&self) -> Vec<Told> {
        let of = |user: &&str| {
            let replies = self.replies(user).into_iter();
            let told = replies.map(|reply| Told {
                user: (*user).to_owned(),
                text: text(&reply["text"]),
                buttons: buttons(&reply)
                    .iter()
                    .map(|button| text(&button["label"]))
                    .collect(),
            });
            told.collect::<Vec<_>>()
        };
        VISITORS.iter().flat_map(of).collect()
    }

    async fn repeat(&mut self) {
        let last = self.said.last().expect("somebody said something").clone();
        self.post(&last);
    }

    /// Does nothing, because no connection stands: each request is one of its own.
    async fn break_connection(&mut self, _: &Program) {}

    fn deaf(&mut self, _: bool) {}

    fn tokens_end(&mut self) {}
}
