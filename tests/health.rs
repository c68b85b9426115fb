//! The running program's own word that it works: to people, to an image's health check, and to a service manager.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use serde_json::Value;
use std::os::unix::net::UnixDatagram;
use std::process::{Output, Stdio};
use std::time::{Duration, Instant};
use support::program::{Program, binary};
use support::qq::{Manners, Qq};

/// The time for something that takes none.
const TEST_TIMEOUT: Duration = Duration::from_secs(90);

fn health(program: &Program, arguments: &[&str]) -> Output {
    // Without the account's token, which it does not need.
    let mut command = program.command(binary());
    command.arg("health").args(arguments).output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn health_json(program: &Program) -> (Option<i32>, Value) {
    let output = health(program, &["--json"]);
    (
        output.status.code(),
        serde_json::from_slice(&output.stdout).unwrap(),
    )
}

#[tokio::test]
async fn health_tells_what_the_running_program_says_of_itself_and_fails_while_nobody_is_answered() {
    let mut program = Program::reverse("");
    let (code, health_then) = health_json(&program);
    assert_eq!((code, &health_then["status"]), (Some(1), &"unreachable".into()));
    assert!(
        health_then["error"]
            .as_str()
            .unwrap()
            .contains(&program.port.to_string())
    );

    program.start(binary());
    let end = Instant::now() + TEST_TIMEOUT;
    let nobody = loop {
        let found = health_json(&program);
        if found.1["status"] != "unreachable" {
            break found;
        }
        assert!(Instant::now() < end, "{}", program.log());
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    assert_eq!((nobody.0, &nobody.1["status"]), (Some(1), &"failing".into()));
    let words = stdout(&health(&program, &[]));
    assert!(
        words.starts_with("failing") && words.contains("qq starting"),
        "{words}"
    );

    let (qq, mut heard) = Qq::new(Manners::WELL_BEHAVED);
    tokio::spawn(async move { while heard.recv().await.is_some() {} });
    let _wire = qq.connect(&program.url()).await;
    let end = Instant::now() + TEST_TIMEOUT;
    let somebody = loop {
        let found = health_json(&program);
        if found.0 == Some(0) {
            break found.1;
        }
        assert!(Instant::now() < end, "{}", found.1);
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    assert_eq!(somebody["accounts"]["qq"]["state"], "connected");
    let words = stdout(&health(
        &program,
        &["--address", &format!("0.0.0.0:{}", program.port)],
    ));
    assert!(words.contains("qq connected"), "{words}");
}

#[test]
fn what_answers_there_and_is_no_groupdesk_is_not_well() {
    let program = Program::reverse("");
    let listener = std::net::TcpListener::bind(("127.0.0.1", program.port)).unwrap();
    let server = std::thread::spawn(move || {
        use std::io::{Read, Write};
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 1024]).unwrap();
        stream
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
            .unwrap();
    });
    let (code, health) = health_json(&program);
    server.join().unwrap();
    assert_eq!((code, &health["status"]), (Some(1), &"unreachable".into()));
    assert!(
        health["error"].as_str().unwrap().contains("no groupdesk"),
        "{health}"
    );
}

/// Hears what a service manager hears, until there is a word of it; all that was heard.
fn heard_until(manager: &UnixDatagram, word: &str) -> Vec<String> {
    let mut heard = Vec::new();
    let end = Instant::now() + TEST_TIMEOUT;
    while !heard.iter().any(|heard: &String| heard.contains(word)) {
        assert!(Instant::now() < end, "no {word} in {heard:?}");
        let mut words = [0; 4096];
        if let Ok(read) = manager.recv(&mut words) {
            let words = String::from_utf8(words[..read].to_vec()).unwrap();
            heard.extend(words.lines().map(str::to_owned));
        }
    }
    heard
}

#[test]
fn a_service_manager_hears_that_it_serves_goes_on_working_and_ends() {
    let mut program = Program::reverse("");
    let socket = program.folder.join("notify");
    let manager = UnixDatagram::bind(&socket).unwrap();
    manager.set_read_timeout(Some(Duration::from_secs(1))).unwrap();
    let child = program
        .command(binary())
        .arg("run")
        .env("TEST_TOKEN", support::program::TOKEN)
        .env("NOTIFY_SOCKET", &socket)
        .env("WATCHDOG_USEC", "30000000")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    program.adopt(child);
    let before = heard_until(&manager, "READY=1");
    // Whoever is told that it serves can call it.
    let (code, _) = health_json(&program);
    assert_eq!(code, Some(1), "nobody is connected");
    assert!(!before.iter().any(|word| word == "STOPPING=1"), "{before:?}");
    let mut heard = before;
    if !heard.iter().any(|word| word.starts_with("STATUS=failing")) {
        heard = heard_until(&manager, "STATUS=failing");
    }
    heard.extend(heard_until(&manager, "WATCHDOG=1"));
    assert!(heard.iter().all(|word| word != "STOPPING=1"), "{heard:?}");
    assert!(program.terminate().success());
    heard_until(&manager, "STOPPING=1");
}

#[test]
fn a_service_manager_that_restarts_nobody_is_not_told_all_the_time() {
    let mut program = Program::with("  desk: { platform: console }", "");
    let socket = program.folder.join("notify");
    let manager = UnixDatagram::bind(&socket).unwrap();
    manager.set_read_timeout(Some(Duration::from_secs(1))).unwrap();
    let mut child = program
        .command(binary())
        .arg("run")
        .env("NOTIFY_SOCKET", &socket)
        // Of another process: what is inherited is not meant.
        .env("WATCHDOG_USEC", "30000000")
        .env("WATCHDOG_PID", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let terminal = child.stdin.take();
    program.adopt(child);
    heard_until(&manager, "STATUS=ok");
    drop(terminal);
    let last = heard_until(&manager, "STOPPING=1");
    assert!(!last.iter().any(|word| word == "WATCHDOG=1"), "{last:?}");
    assert!(program.wait().success());
}
