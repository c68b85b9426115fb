//! The platform of these tests speaks what QQ speaks: QQ's own SDK for Python (`tests/independent/peer.py`) is a bot on it.
//! Skipped, and said so, where `GROUPDESK_BOTPY` names no Python that has it.

use groupdesk_qq_fake::{APP, Fake, SECRET, Trouble};
use groupdesk_testkit::Peer;
use serde_json::json;
use std::process::Stdio;
use std::time::{Duration, Instant};
use tokio::process::Command;

async fn until(what: &str, is: impl Fn() -> bool) {
    let end = Instant::now() + Duration::from_secs(20);
    while !is() {
        assert!(Instant::now() < end, "{what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn qqs_own_sdk_lives_on_the_fake() {
    let peer = Peer {
        name: "qq-botpy",
        bring: "pip install qq-botpy, and let GROUPDESK_BOTPY name that Python",
    };
    let Some(python) = peer.named_by("GROUPDESK_BOTPY") else {
        return;
    };
    let fake = Fake::start(false).await;
    let _peer = Command::new(python)
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/independent/peer.py"))
        .args([fake.address.to_string().as_str(), APP, SECRET])
        // It writes its log where it is.
        .current_dir(env!("CARGO_TARGET_TMPDIR"))
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    fake.connected(1).await;
    fake.calls_bot("A1", "group:G1", "怎么退款");
    let said = fake
        .hears("the group's answer", |said| {
            said.text.starts_with("group A1: 怎么退款")
        })
        .await;
    assert_eq!(said.place, "group:G1");
    let picture = fake.hears("the picture", |said| said.picture.is_some()).await;
    assert_eq!(picture.picture.as_deref(), Some("https://x.example/a.png"));
    fake.says("U1", "private:U1", "在吗");
    fake.hears("the private answer", |said| said.text == "c2c 在吗")
        .await;
    fake.calls_bot("7", "channel:100", "a < b");
    fake.hears("the channel's answer", |said| {
        said.text.starts_with("guild user 7") && said.text.contains("a < b")
    })
    .await;
    let press = json!({"id": "p1", "type": 11, "group_openid": "G1", "group_member_openid": "A1", "version": 1,
        "data": {"type": 11, "resolved": {"button_data": "/t 1 claim", "button_id": "1-0"}}});
    fake.push("INTERACTION_CREATE", press);
    until("the press is answered", || fake.answered() == ["p1"]).await;
    fake.trouble("messages", Trouble::Refuse(400, 40_054_013, "用户拒收消息"));
    fake.says("U1", "private:U1", "noch");
    until("it was refused", || fake.calls("messages") >= 6).await;
    fake.close(4009);
    until("the SDK resumes", || {
        fake.greetings().iter().any(|greeting| greeting["op"] == json!(6))
    })
    .await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    fake.says("U1", "private:U1", "wieder da?");
    fake.hears("the answer after the resumption", |said| {
        said.text == "c2c wieder da?"
    })
    .await;
}
