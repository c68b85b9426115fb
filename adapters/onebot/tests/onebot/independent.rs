//! Our fake speaks what others read: aiocqhttp, in the adapter's place, makes the same of the same frames. Skipped, and
//! said so, where `GROUPDESK_AIOCQHTTP` names no Python that has it.

use crate::fake::{Desk, Fake, group_message};
use groupdesk_contract::{Message, Segment};
use groupdesk_testkit::Peer;
use serde_json::{Value, json};
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

async fn peer(python: String) -> (Child, Lines<BufReader<ChildStdout>>, String) {
    let port = groupdesk_testkit::free_port();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/independent/peer.py");
    let mut child = Command::new(python)
        .args([script, &port.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    (child, lines, format!("ws://127.0.0.1:{port}/ws/"))
}

async fn line(lines: &mut Lines<BufReader<ChildStdout>>) -> Value {
    let line = tokio::time::timeout(Duration::from_secs(20), lines.next_line()).await;
    serde_json::from_str(&line.expect("it says something").unwrap().expect("it lives")).unwrap()
}

fn shown(message: &Message) -> Value {
    let said = message.segments.iter().map(|segment| match segment {
        Segment::Text(text) => json!(["text", text]),
        Segment::Mention(member) => json!(["at", member.as_str()]),
        Segment::MentionAll => json!(["at", "all"]),
        Segment::Quote(quote) => json!(["reply", quote.message.as_str()]),
        Segment::Image { url } => json!(["image", url]),
        Segment::File { .. } => json!(["file", null]),
        Segment::Other(kind) => json!([kind, null]),
    });
    json!({
        "id": message.id.as_str(),
        "group": message.channel.id.as_str().strip_prefix("group:"),
        "user": message.sender.id.as_str(),
        "name": message.sender.name,
        "said": said.collect::<Vec<_>>(),
    })
}

#[tokio::test]
async fn an_independent_framework_makes_the_same_of_the_same_frames() {
    let aiocqhttp = Peer {
        name: "aiocqhttp",
        bring: "pip install aiocqhttp, and let GROUPDESK_AIOCQHTTP name that Python",
    };
    let Some(python) = aiocqhttp.named_by("GROUPDESK_AIOCQHTTP") else {
        return;
    };
    let (_child, mut lines, url) = peer(python).await;
    let headers = [
        ("x-self-id", "10000"),
        ("x-client-role", "Universal"),
        ("authorization", "Bearer s3cret"),
    ];
    let mut theirs = loop {
        match Fake::with_headers(&url, &headers).await {
            Ok(fake) => break fake,
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    };
    theirs.lifecycle().await;
    let mut desk = Desk::start(json!({})).await;
    let mut ours = Fake::ready(&mut desk).await;
    let contents = [
        json!([{"type": "reply", "data": {"id": "-5"}}, {"type": "at", "data": {"qq": "10000"}},
            {"type": "text", "data": {"text": " [CQ:at,qq=all] 5×8?"}}, {"type": "face", "data": {"id": "14"}}]),
        json!(
            "[CQ:at,qq=10000] &#91;x&#93; &amp;amp; a,b[CQ:image,file=a.jpg,url=http://x/?a=1&amp;b=2&#44;3][CQ:at,qq=all]"
        ),
        json!("broken [CQ:at,qq= and plain"),
        json!([{"type": "text", "data": {"text": "你好\n😀"}}]),
    ];
    for (id, content) in contents.into_iter().enumerate() {
        // Ids may be negative; 0 is none.
        let event = group_message(i64::try_from(id).unwrap() - 9, content);
        // A quote makes the adapter ask; it gets no answer and goes on after a second.
        ours.say(event.clone()).await;
        theirs.say(event).await;
        let heard = line(&mut lines).await;
        assert_eq!(heard["heard"], shown(&desk.message().await));
        let call = theirs.call().await;
        assert_eq!(
            (&call["action"], &call["params"]["group_id"]),
            (&json!("send_group_msg"), &json!(42))
        );
        theirs.answer(&call, json!({"message_id": 9})).await;
        assert_eq!(line(&mut lines).await["answer"], json!({"message_id": 9}));
    }
}
