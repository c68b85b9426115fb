//! Tests of the log: it tells an admin enough, and never holds members' texts or tokens.

use crate::desk::{self, more, reply, until};
use groupdesk_contract::Event;
use groupdesk_discord_fake::{Control, Fake, HELP, STAFF, TOKEN, Trouble};
use serde_json::json;
use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// The log lines at `info` and above.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

// On one thread, so that all that is logged comes here.
#[tokio::test]
async fn the_log_names_what_is_wrong_and_holds_neither_words_nor_tokens() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::INFO)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let fake = Fake::start().await;
    fake.flags(0);
    let mut desk = desk::start_with(&fake, json!({"relay_webhooks": true})).await;
    // What can't be read, in parts and as a whole.
    fake.push(
        "MESSAGE_CREATE",
        json!({"id": "5", "channel_id": "77", "content": ["hushed words"]}),
    );
    fake.control(Control::Frame(json!({"op": "hushed words"})));
    let message = fake.message(7, HELP, "", json!({}));
    fake.push("MESSAGE_CREATE", message);
    let mut alerts = Vec::new();
    for words in [
        json!({"message": "Unknown interaction", "code": 10062}),
        json!({"message": "no"}),
    ] {
        fake.trouble("POST interactions/callback", Trouble::Refuse(404, words));
        let id = fake.command(7, HELP, "ask", Some(("question", "hushed words")));
        loop {
            match desk.event().await {
                Event::Message(_) => break,
                Event::Alert(alert) => alerts.extend(alert.message),
                other => panic!("{other:?}"),
            }
        }
        until("not logged", || log.text().contains("acknowledged")).await;
        assert!(!log.text().contains(&format!("secret-{id}")));
    }
    fake.trouble(
        "POST webhooks",
        Trouble::Refuse(403, json!({"message": "Missing Permissions"})),
    );
    desk.send(1, &more(STAFF, 1, "hushed words", "#1 hushed words"))
        .await;
    fake.trouble("POST channels/messages", Trouble::Mute);
    desk.send(2, &reply(HELP, "hushed words")).await;
    fake.refuse(true);
    fake.control(Control::Drop);
    desk.disconnected().await;
    tokio::time::sleep(Duration::from_millis(100)).await;

    let log = log.text() + &alerts.join("\n");
    assert!(log.contains("Message Content Intent is off"), "{log}");
    assert!(log.contains("a message arrived without its text"), "{log}");
    assert!(log.contains("MESSAGE_CREATE"), "{log}");
    for secret in ["hushed", TOKEN, "secret-"] {
        assert!(!log.contains(secret), "{secret}: {log}");
    }
}
