//! The fake gateway speaks what WeCom speaks: WeCom's own client for Node.js subscribes to it, answers, pushes, marks a
//! press and is kicked. And its cryptography encrypts to the callback address, and decrypts the answer. Skipped, and said so, where `GROUPDESK_AIBOT_SDK` names no copy of it (`tests/independent/peer.cjs`
//! says how to get one).

use crate::caller::{KEY, TOKEN};
use crate::desk::{reply, until};
use groupdesk_wecom_fake::{BOT, Fake, SECRET};

use serde_json::{Value, json};
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

/// Path of the package; `None` if it isn't installed.
fn sdk() -> Option<String> {
    let peer = groupdesk_testkit::Peer {
        name: "@wecom/aibot-node-sdk",
        bring: "npm install @wecom/aibot-node-sdk, and let GROUPDESK_AIBOT_SDK name its folder",
    };
    peer.named_by("GROUPDESK_AIBOT_SDK")
}

struct Peer {
    _child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Peer {
    fn start(script: &str, arguments: &[&str]) -> Self {
        let script = format!("{}/tests/independent/{script}", env!("CARGO_MANIFEST_DIR"));
        let mut child = Command::new("node")
            .arg(script)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { _child: child, lines }
    }

    async fn next(&mut self, what: &str) -> Value {
        let line = tokio::time::timeout(Duration::from_secs(20), self.lines.next_line()).await;
        let line = line.expect("it says something").unwrap().expect("it lives");
        let line: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(line["what"], what, "{line}");
        line
    }
}

#[tokio::test]
async fn wecoms_own_cryptography_reaches_the_callback_address_and_reads_its_answer() {
    let Some(sdk) = sdk() else { return };
    let (mut desk, to) = crate::hook::start(json!({})).await;
    let url = format!("http://{to}/wecom_robot/wecom");
    let mut peer = Peer::start("caller.cjs", &[&sdk, &url, TOKEN, KEY]);
    let checked = peer.next("checked").await;
    assert_eq!(
        (&checked["status"], &checked["text"]),
        (&json!(200), &json!("echo 你好"))
    );
    let asked = desk.message().await;
    assert_eq!(asked.text(), "怎么退款");
    desk.sent(1, &reply("private:li", Some(&asked.id), "三天内退款"))
        .await;
    let answered = peer.next("answered").await;
    assert_eq!(
        (&answered["right"], &answered["nonce"]),
        (&json!(true), &json!("n2"))
    );
    assert_eq!(answered["said"]["stream"]["content"], "三天内退款");
}

#[tokio::test]
async fn wecoms_own_client_understands_the_fake_gateway() {
    let Some(sdk) = sdk() else { return };
    let fake = Fake::start().await;
    let url = format!("ws://{}", fake.address);
    let mut peer = Peer::start("peer.cjs", &[&sdk, &url, BOT, SECRET]);
    peer.next("authenticated").await;
    until("heartbeats", || fake.pings() >= 2).await;
    let id = fake.calls_bot("li", "wrGROUP", "怎么退款");
    let heard = peer.next("message").await;
    assert_eq!(
        (&heard["body"]["msgid"], &heard["body"]["chatid"]),
        (&id.clone().into(), &"wrGROUP".into())
    );
    assert_eq!(peer.next("answered").await["code"], 0);
    assert_eq!(peer.next("pushed").await["code"], 0);
    let said = fake.said();
    assert_eq!(
        (&*said[0].text, said[0].quote.as_deref(), said[0].buttons.len()),
        ("三天内退款", Some(&*id), 1)
    );
    assert_eq!((&*said[1].text, said[1].quote.as_deref()), ("还有", None));
    fake.presses("li", "wrGROUP", "有用");
    assert_eq!(peer.next("press").await["task"], "gd-r1-1");
    assert_eq!(peer.next("marked").await["code"], 0);
    assert_eq!(fake.updates()[0]["response_type"], "update_template_card");
    fake.enters("li");
    assert_eq!(peer.next("greeted").await["code"], 0);
    fake.kick().await;
    // It warns of it, and tells.
    peer.next("warning").await;
    peer.next("kicked").await;
}
