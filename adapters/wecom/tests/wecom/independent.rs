//! The fake gateway speaks what WeCom speaks: WeCom's own client for Node.js subscribes to it, answers, pushes, marks a
//! press and is kicked. Skipped, and said so, where `GROUPDESK_AIBOT_SDK` names no copy of it (`tests/independent/peer.cjs`
//! says how to get one).

use crate::desk::until;
use crate::fake::{BOT, Fake, SECRET};
use serde_json::Value;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

#[tokio::test]
async fn wecoms_own_client_understands_the_fake_gateway() {
    let Ok(sdk) = std::env::var("GROUPDESK_AIBOT_SDK") else {
        eprintln!("skipped: GROUPDESK_AIBOT_SDK names no copy of @wecom/aibot-node-sdk");
        return;
    };
    let fake = Fake::start().await;
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/independent/peer.cjs");
    let mut child = Command::new("node")
        .args([script, &sdk, &format!("ws://{}", fake.address), BOT, SECRET])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut next = async |what: &str| -> Value {
        let line = tokio::time::timeout(Duration::from_secs(20), lines.next_line()).await;
        let line = line.expect("it says something").unwrap().expect("it lives");
        let line: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(line["what"], what, "{line}");
        line
    };
    next("authenticated").await;
    until("heartbeats", || fake.pings() >= 2).await;
    let id = fake.calls_bot("li", "wrGROUP", "怎么退款");
    let heard = next("message").await;
    assert_eq!(
        (&heard["body"]["msgid"], &heard["body"]["chatid"]),
        (&id.clone().into(), &"wrGROUP".into())
    );
    assert_eq!(next("answered").await["code"], 0);
    assert_eq!(next("pushed").await["code"], 0);
    let said = fake.said();
    assert_eq!(
        (&*said[0].text, said[0].quote.as_deref(), said[0].buttons.len()),
        ("三天内退款", Some(&*id), 1)
    );
    assert_eq!((&*said[1].text, said[1].quote.as_deref()), ("还有", None));
    fake.presses("li", "wrGROUP", "有用");
    assert_eq!(next("press").await["task"], "gd-r1-1");
    assert_eq!(next("marked").await["code"], 0);
    assert_eq!(fake.updates()[0]["response_type"], "update_template_card");
    fake.enters("li");
    assert_eq!(next("greeted").await["code"], 0);
    fake.kick().await;
    // It warns of it, and tells.
    next("warning").await;
    next("kicked").await;
}
