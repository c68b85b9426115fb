//! What comes to a standby is passed on: pages, streams, webhooks, the widget and WebSockets.

use super::client::{Client, SHOP};
use super::support::browser::{Browser, read_until};
use super::support::moment;
use super::support::program::{Program, TOKEN};
use super::{Nodes, QUESTION, holds, message, status};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use groupdesk_testkit::{TEST_TIMEOUT, free_port, hmac_sha256};
use std::io::Read;
use std::net::TcpStream;

/// QQ, a website, and a staff room that is a program.
fn node(store: &str) -> Program {
    let nobody = free_port();
    let accounts = format!(
        "  qq:\n    platform: onebot\n    connection: {{ access_token: \"${{TEST_TOKEN}}\", reverse: {{}} }}\n    \
         staff_rooms: [\"qq/group:9\", hook/desk]\n  \
         site:\n    platform: web\n    connection: {{ origins: [\"{SHOP}\"] }}\n    staff_rooms: [dashboard/team]\n  \
         hook:\n    platform: webhook\n    connection:\n      targets:\n        \
         desk: {{ url: \"http://127.0.0.1:{nobody}/\", secret: \"${{TEST_TOKEN}}\" }}"
    );
    Program::with(&accounts, store)
}

/// Sends a signed webhook; returns the status of the answer.
fn webhook(node: &Program, id: &str) -> u16 {
    let body = r#"{"text": "/t", "author": {"id": "u1", "name": "Wang"}}"#;
    let seconds = moment::since_1970().as_secs();
    let signed = format!("{id}.{seconds}.{body}");
    let mac = BASE64_STANDARD.encode(hmac_sha256(TOKEN.as_bytes(), signed.as_bytes()));
    let headers = format!(
        "Content-Type: application/json\r\nContent-Length: {}\r\nwebhook-id: {id}\r\nwebhook-timestamp: {seconds}\r\n\
         webhook-signature: v1,{mac}\r\n",
        body.len()
    );
    let program = Client::program(node.port, "");
    program
        .request("POST", "/webhook/hook/desk", &headers, body)
        .status
}

/// Reads until the stream ends; a connection that breaks is an end too.
fn ends(stream: &mut TcpStream) {
    stream.set_read_timeout(Some(TEST_TIMEOUT)).unwrap();
    let mut rest = Vec::new();
    if let Err(error) = stream.read_to_end(&mut rest) {
        assert_ne!(error.kind(), std::io::ErrorKind::WouldBlock, "it goes on");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_streams_webhooks_and_the_widget_are_served_through_a_standby_and_move_with_the_desk() {
    let Some(mut nodes) = Nodes::start_as(node).await else {
        return;
    };
    let standby = nodes.nodes[1].port;
    let visitor = Client::guest(standby);
    let mut events = visitor.events("", 0);
    let said = visitor.say("m-1", QUESTION);
    assert_eq!(said.status, 200, "{}", said.body);
    assert_eq!(events.until("\"answers\":\"m-1\"")["type"], "reply");
    // A page of another host reaches no more than through the holder.
    let mut foreign = Client::page(standby);
    foreign.origin = Some("https://evil.example".to_owned());
    assert_eq!(foreign.get("/").status, 403);

    assert_eq!(
        webhook(&nodes.nodes[1], "call-1"),
        204,
        "{}",
        nodes.nodes[0].log()
    );
    let calls = "SELECT count(*) FROM seen WHERE account = 'hook'";
    assert_eq!(nodes.cluster.ask(&nodes.address, calls), "1");

    let mut browser = Browser::invited(&nodes.nodes[1], &["invite", "wang", "--role", "owner"]);
    let page = browser.get("/");
    assert_eq!(page.status, 200, "{}", page.body);
    let mut live = browser.live();
    read_until(&mut live, "text/event-stream");

    // What was passed on once is not passed on again, and whoever says so without the pass is nobody.
    let again =
        Client::program(standby, "").request("GET", "/login", "X-Groupdesk-Passed-On: x 127.0.0.1\r\n", "");
    assert_eq!(again.status, 503);
    assert!(again.header("retry-after").is_some(), "{}", again.head);

    nodes.nodes[0].kill();
    ends(&mut live);
    holds(&nodes.nodes[1]).await;
    // The session goes on, and so does the conversation.
    assert_eq!(browser.get("/").status, 200);
    let mut live = browser.live();
    read_until(&mut live, "text/event-stream");
    assert_eq!(webhook(&nodes.nodes[1], "call-2"), 204);
    assert_eq!(visitor.say("m-2", QUESTION).status, 200);
    assert_eq!(visitor.history("").len(), 4);
    for node in &nodes.nodes {
        assert!(!node.log().contains(TOKEN), "{}", node.log());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_implementation_at_the_address_of_a_standby_speaks_with_the_holder_and_moves_with_the_desk() {
    let Some(mut nodes) = Nodes::start().await else {
        return;
    };
    let url = nodes.nodes[1].url();
    let wire = nodes.qq.connect(&url).await;
    for id in 1..=50 {
        wire.send(message(id));
    }
    nodes.hear(50).await;
    assert_eq!(status(&nodes.nodes[1], "/healthz/holder"), Some(503));
    assert!(nodes.nodes[0].log().contains("onebot connected"));
    nodes.nodes[0].kill();
    super::wait_until("the implementation is told", || wire.closed()).await;
    let wire = nodes.qq.connect(&url).await;
    holds(&nodes.nodes[1]).await;
    for id in 51..=60 {
        wire.send(message(id));
    }
    super::all_are_answered_once(&mut nodes, 60).await;
}
