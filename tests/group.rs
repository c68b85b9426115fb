//! End to end: the real binary, a real socket, a group of QQ on the other side.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use groupdesk_testkit::free_port;
use serde_json::json;
use std::time::Duration;
use support::program::{Program, TOKEN, binary};
use support::qq::{Manners, Qq, Said, group_message, next, now};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Message;

/// Asserts that the bot says nothing within a time in which it would have spoken.
async fn silence(said: &mut mpsc::UnboundedReceiver<Said>, milliseconds: u64) {
    let spoken = tokio::time::timeout(Duration::from_millis(milliseconds), said.recv()).await;
    assert!(spoken.is_err(), "the bot should be quiet: {spoken:?}");
}

#[tokio::test]
async fn a_group_is_answered_over_a_reverse_connection() {
    let mut program = Program::reverse("");
    program.start(binary());
    let (qq, mut said) = Qq::new(Manners::WELL_BEHAVED);
    let wire = qq.connect(&program.url()).await;

    wire.send(group_message(1, 77, 1, "工单系统需要注册吗？", false));
    let answer = next(&mut said).await;
    assert_eq!((answer.group, answer.quote.as_deref()), (Some(77), Some("1")));
    assert!(answer.text.contains("注册"), "{}", answer.text);

    // Chatter, a repeated event, staff, and the bot itself: nothing.
    wire.send(group_message(2, 77, 2, "今晚吃火锅去不去", false));
    wire.send(group_message(1, 77, 1, "工单系统需要注册吗？", false));
    wire.send(group_message(3, 77, 555, "你们几点上班", false));
    wire.send(group_message(
        4,
        77,
        support::program::SELF_ID,
        "你们几点上班",
        false,
    ));
    silence(&mut said, 400).await;

    // A call that nothing in the FAQ answers is handed over: the member and the staff room are told.
    wire.send(group_message(5, 77, 3, "转人工", true));
    let first = next(&mut said).await;
    let second = next(&mut said).await;
    let (member, staff) = if first.group == Some(77) {
        (first, second)
    } else {
        (second, first)
    };
    assert!(
        member.text.contains("#1") && member.quote.as_deref() == Some("5"),
        "{}",
        member.text
    );
    assert!(
        staff.group == Some(9) && staff.text.contains("#1") && staff.text.contains("member 3"),
        "{}",
        staff.text
    );

    // A message in the string format, with the bot mentioned by a CQ code, as older implementations send it.
    wire.send(json!({
        "time": now(), "self_id": "10000", "post_type": "message", "message_type": "group", "sub_type": "normal",
        "message_id": "-6", "group_id": "77", "user_id": "8", "raw_message": "",
        "message": "[CQ:at,qq=10000] 客服电话是多少&#91;呲牙&#93;", "sender": {"nickname": "old"},
    }));
    let answer = next(&mut said).await;
    assert!(
        answer.quote.as_deref() == Some("-6") && answer.text.contains("0731"),
        "{}",
        answer.text
    );
}

#[tokio::test]
async fn a_group_is_answered_over_a_forward_connection_that_comes_back() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let mut program = Program::prepare(
        &format!("      forward: {{ url: \"ws://127.0.0.1:{port}\" }}"),
        "",
    );
    program.start(binary());
    let (qq, mut said) = Qq::new(Manners::WELL_BEHAVED);
    let wire = qq.accept(&listener).await;
    wire.send(group_message(1, 77, 1, "客服几点上班？", true));
    assert_eq!(next(&mut said).await.quote.as_deref(), Some("1"));
    wire.cut();
    let wire = qq.accept(&listener).await;
    wire.send(group_message(2, 78, 1, "客服几点上班？", true));
    assert_eq!(next(&mut said).await.quote.as_deref(), Some("2"));
}

#[tokio::test]
async fn a_good_edit_is_live_and_a_bad_one_keeps_the_last_good_file() {
    let mut program = Program::reverse("");
    program.start(binary());
    let (qq, mut said) = Qq::new(Manners::WELL_BEHAVED);
    let wire = qq.connect(&program.url()).await;
    wire.send(group_message(1, 77, 1, "几点上班", true));
    assert!(next(&mut said).await.text.contains("8:00"));

    let path = program.folder.join("faq.yaml");
    let faq = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, faq.replace("08:00", "07:15")).unwrap();
    for _ in 0..3_000 {
        if program.log().contains("the FAQ was reloaded") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    wire.send(group_message(2, 78, 1, "几点上班", true));
    let text = next(&mut said).await.text;
    assert!(text.contains("7:15"), "{text}");

    std::fs::write(&path, faq.replace("entries:", "entires:")).unwrap();
    let report = next(&mut said).await;
    assert!(
        report.group == Some(9)
            && report.text.contains("entires")
            && report.text.contains("是不是要写 entries"),
        "the admins are told, in Chinese too: {}",
        report.text
    );
    wire.send(group_message(3, 79, 1, "几点上班", true));
    assert!(
        next(&mut said).await.text.contains("7:15"),
        "the last good version stays"
    );

    // Not an error, and not what is meant.
    let silent = faq.replace(
        "entries:\n",
        "entries:\n  - id: group\n    questions: [群号是多少]\n    answer: 加群 #12345\n",
    );
    std::fs::write(&path, silent).unwrap();
    let good = next(&mut said).await;
    assert!(
        good.group == Some(9) && good.text.contains("已改好"),
        "{}",
        good.text
    );
    let warned = next(&mut said).await;
    assert!(
        warned.group == Some(9) && warned.text.contains("\"加群 #12345\""),
        "{}",
        warned.text
    );

    let untrue = faq.replace(
        "entries:\n",
        "entries:\n  - id: group\n    questions: [群号是多少]\n    answer: 就是这个\n    tests: { match: [量子退火器怎么接咖啡机] }\n",
    );
    std::fs::write(&path, untrue).unwrap();
    let warned = next(&mut said).await;
    assert!(
        warned.group == Some(9) && warned.text.contains("测试不通过：「量子退火器怎么接咖啡机」"),
        "{}",
        warned.text
    );
}

#[tokio::test]
async fn hostile_frames_and_wrong_tokens_change_nothing() {
    let mut program = Program::reverse("");
    program.start(binary());
    let (qq, mut said) = Qq::new(Manners::WELL_BEHAVED);
    let wire = qq.connect(&program.url()).await;
    for token in ["", "wrong", "t0ken-of-the-test"] {
        assert!(qq.try_connect(&program.url(), token).await.is_err(), "{token:?}");
    }
    wire.raw(Message::text("{"));
    wire.raw(Message::text("[".repeat(100_000)));
    wire.raw(Message::text(format!(
        "{{\"a\":{}1{}}}",
        "[".repeat(50_000),
        "]".repeat(50_000)
    )));
    wire.raw(Message::binary(vec![0xff; 1000]));
    wire.send(json!({"post_type": "message", "message_type": "group", "message": 5}));
    wire.send(json!({"post_type": "never heard of", "x": [1, 2, 3]}));
    wire.send(group_message(1, 77, 1, &"工".repeat(350_000), true));
    wire.send(group_message(
        2,
        77,
        2,
        "[CQ:at,qq=all]&#91;\u{0}\u{200b}\u{202e}[CQ:",
        false,
    ));
    // It is still there, and still answers others at once.
    wire.send(group_message(3, 77, 3, "客服电话是多少", true));
    loop {
        let answer = next(&mut said).await;
        if answer.quote.as_deref() == Some("3") {
            assert!(answer.text.contains("0731"));
            break;
        }
    }
    let health = reqwest_free_get(program.port, "/healthz").await;
    assert!(health.contains("\"status\":\"ok\""), "{health}");
    assert!(!program.log().contains(TOKEN), "no secret in the log");
}

#[tokio::test]
async fn sigterm_finishes_what_is_in_hand() {
    let mut program = Program::reverse("");
    program.start(binary());
    let (qq, mut said) = Qq::new(Manners::WELL_BEHAVED);
    let wire = qq.connect(&program.url()).await;
    wire.send(group_message(1, 77, 1, "几点上班", true));
    next(&mut said).await;
    let status = tokio::task::spawn_blocking(move || program.terminate())
        .await
        .unwrap();
    assert!(status.success(), "{status}");
}

#[tokio::test]
async fn a_wait_survives_a_restart() {
    let mut program = Program::reverse("defaults: { wait_for_human: 2s }");
    program.start(binary());
    let (qq, mut said) = Qq::new(Manners::WELL_BEHAVED);
    let wire = qq.connect(&program.url()).await;
    wire.send(group_message(1, 77, 1, "工单系统需要注册吗？", false));
    silence(&mut said, 300).await;
    program.kill();
    program.start(binary());
    let _wire = qq.connect(&program.url()).await;
    assert_eq!(next(&mut said).await.quote.as_deref(), Some("1"));
}

#[tokio::test]
async fn an_address_in_use_is_said_in_words() {
    let port = free_port();
    let _taken = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
    let mut program = Program::reverse("");
    let path = program.folder.join("groupdesk.yaml");
    let config = std::fs::read_to_string(&path)
        .unwrap()
        .replace(&program.port.to_string(), &port.to_string());
    std::fs::write(&path, config).unwrap();
    program.start(binary());
    for _ in 0..3_000 {
        if program.log().contains("web.listen") {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{}", program.log());
}

/// A GET without a client library.
async fn reqwest_free_get(port: u16, path: &str) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut stream = tokio::net::TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    stream
        .write_all(format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").as_bytes())
        .await
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}
