//! The FAQ moves with the desk: what came into service on one node is what the next one answers from.

use super::support::qq::group_message;
use super::{Nodes, TEST_TIMEOUT, holds, status, wait_until};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

const NEW_QUESTION: &str = "打印机的墨盒在哪里换？";

fn health(port: u16) -> String {
    let mut text = String::new();
    if let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) {
        let _ = write!(
            stream,
            "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
        );
        let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
        let _ = stream.read_to_string(&mut text);
    }
    text
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_edit_on_the_holder_is_answered_from_by_the_standby_after_its_death_and_its_own_edits_stay() {
    let Some(mut nodes) = Nodes::start().await else {
        return;
    };
    let [first, second] = [0, 1].map(|node| nodes.nodes[node].folder.join("faq.yaml"));
    let edited = format!(
        "{}\n  - id: ink\n    questions: [{NEW_QUESTION}, 墨盒怎么换, 换墨盒的地方]\n    answer: 前台二楼，红色的柜子\n",
        std::fs::read_to_string(&first).unwrap().trim_end()
    );
    std::fs::write(&first, &edited).unwrap();
    wait_until("the standby's file follows", || {
        std::fs::read_to_string(&second).is_ok_and(|text| text == edited)
    })
    .await;
    wait_until("the standby says so", || {
        health(nodes.nodes[1].port).contains("\"faq\":\"same\"")
    })
    .await;
    // Somebody works on the standby's file: it is theirs until this node serves.
    let theirs = edited.replace("红色的柜子", "绿色的柜子");
    std::fs::write(&second, &theirs).unwrap();
    wait_until("the standby tells that its file differs", || {
        health(nodes.nodes[1].port).contains("\"faq\":\"differs: ")
    })
    .await;
    nodes.nodes[0].kill();
    holds(&nodes.nodes[1]).await;
    assert_eq!(std::fs::read_to_string(&second).unwrap(), theirs);
    let wire = nodes.qq.connect(&nodes.nodes[1].url()).await;
    wire.send(group_message(1, 1000, 20_000, NEW_QUESTION, true));
    let said = tokio::time::timeout(TEST_TIMEOUT, nodes.heard.recv()).await;
    let said = said.expect("an answer comes").unwrap();
    assert!(said.text.contains("绿色的柜子"), "{}", said.text);
    // The node that was killed comes back with a file that was in service, and follows what is now.
    nodes.nodes[0].start(super::binary());
    wait_until("it stands by", || {
        status(&nodes.nodes[0], "/healthz") == Some(200)
    })
    .await;
    wait_until("its file follows", || {
        std::fs::read_to_string(&first).is_ok_and(|text| text == theirs)
    })
    .await;
}
