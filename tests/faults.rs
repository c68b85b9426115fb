//! Faults of the machine, on the real binary: whatever breaks, the program serves or ends with a reason, and health never says
//! `ok` while nobody can be answered.
#![cfg(unix)]

mod support;

use groupdesk_testkit::free_port;
use serde_json::Value;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};
use support::program::{Program, binary};
use support::qq::{Manners, Mood, Qq, group_message, next};

/// Fetches `/healthz`.
fn health(port: u16) -> Result<Value, std::io::Error> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let body = answer.split("\r\n\r\n").nth(1).unwrap_or_default();
    Ok(serde_json::from_str(body)?)
}

/// Waits until something is so; what it was then.
async fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + Duration::from_secs(90);
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < end, "never: {what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn fires(port: u16, name: &str) -> Option<Value> {
    let health = health(port).ok()?;
    let firing = health["alerts"].as_array()?.iter();
    firing
        .clone()
        .find(|alert| alert["name"] == name)
        .map(|_| health.clone())
}

async fn ended(program: &mut Program) -> ExitStatus {
    until("the program ends", || program.ended()).await
}

#[tokio::test]
async fn without_anybody_who_reads_its_log_it_answers_and_says_so() {
    let mut program = Program::reverse("");
    let mut child = program
        .command(binary())
        .arg("run")
        .env("TEST_TOKEN", support::program::TOKEN)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut log = child.stderr.take().unwrap();
    program.adopt(child);
    let (qq, mut said) = Qq::new(Manners::WELL_BEHAVED);
    let wire = qq.connect(&program.url()).await;
    // Whoever read it is gone: every line from now on breaks a pipe.
    let mut first = [0; 16];
    log.read_exact(&mut first).unwrap();
    drop(log);
    for id in 1..4 {
        wire.send(group_message(id, 70 + id, 1, "客服电话是多少", true));
        assert_eq!(next(&mut said).await.quote, Some(id.to_string()));
    }
    let health = until("health tells of it", || fires(program.port, "log")).await;
    assert_eq!(health["status"], "degraded");
    assert!(health["log_lines_lost"].as_u64() >= Some(1), "{health}");
    let told = next(&mut said).await;
    assert!(told.group == Some(9) && told.text.contains("日志"), "{told:?}");
}

/// A program whose clock is eleven minutes ahead of the platform's from the start.
async fn ahead() -> Option<(Program, Qq, support::qq::Wire)> {
    let mut program = Program::reverse("");
    let file = support::moment::clock_file(&program.folder)?;
    let ahead = support::moment::offset_millis() + 11 * 60 * 1000;
    assert!(std::fs::write(file, ahead.to_string()).is_ok());
    program.start(binary());
    let (qq, mut heard) = Qq::new(Manners::WELL_BEHAVED);
    tokio::spawn(async move { while heard.recv().await.is_some() {} });
    let wire = qq.connect(&program.url()).await;
    Some((program, qq, wire))
}

#[tokio::test]
async fn with_a_clock_that_is_wrong_from_the_start_everybody_is_answered_once_that_is_known() {
    let Some((program, qq, wire)) = ahead().await else {
        return;
    };
    for id in 1..5 {
        wire.send(group_message(id, 70 + id, 1, "客服电话是多少", true));
        tokio::time::sleep(Duration::from_millis(2200)).await;
    }
    until("all are answered", || (qq.by_quote().len() == 4).then_some(())).await;
    let health = until("health tells of it", || fires(program.port, "clock")).await;
    assert_eq!(health["status"], "degraded");
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(
        qq.by_quote().values().all(|count| *count == 1),
        "{:#?}",
        qq.said()
    );
}

#[tokio::test]
async fn a_call_that_looks_too_old_and_that_nothing_proves_new_is_told_to_staff() {
    let Some((program, qq, wire)) = ahead().await else {
        return;
    };
    wire.send(group_message(1, 71, 1, "客服电话是多少", true));
    wire.send(group_message(2, 72, 2, "随便聊聊", false));
    let told = until("staff hear of it", || {
        qq.said().into_iter().find(|said| said.group == Some(9))
    })
    .await;
    let (named, chatter) = (told.text.contains("qq/group:71"), told.text.contains("72"));
    assert!(named && !chatter && told.text.contains("时钟"), "{told:?}");
    let health = until("health tells of it", || fires(program.port, "unanswered")).await;
    assert_eq!(health["status"], "degraded");
}

#[tokio::test]
async fn health_is_not_ok_before_somebody_can_be_answered_nor_after() {
    let mut program = Program::reverse("");
    program.start(binary());
    let before = until("it listens", || health(program.port).ok()).await;
    assert_eq!(
        (&before["status"], &before["accounts"]["qq"]["state"]),
        (&"failing".into(), &"starting".into())
    );
    let (qq, _said) = Qq::new(Manners::WELL_BEHAVED);
    let wire = qq.connect(&program.url()).await;
    let status = |wanted: &'static str| {
        let port = program.port;
        move || health(port).ok().filter(|health| health["status"] == wanted)
    };
    until("it is ok", status("ok")).await;
    wire.cut();
    let after = until("it is not", status("failing")).await;
    assert_eq!(after["accounts"]["qq"]["state"], "disconnected", "{after}");
    assert!(after["accounts"]["qq"]["reason"].is_string(), "{after}");
    let told = until("it is told", || fires(program.port, "connections")).await;
    assert!(told["alerts"].to_string().contains("qq/connection"), "{told}");
    let _wire = qq.connect(&program.url()).await;
    until("it is ok again", status("ok")).await;
}

#[tokio::test]
async fn a_thousand_connections_that_say_nothing_shut_nobody_out() {
    let mut program = Program::reverse("");
    let limited = format!("ulimit -n 256 && exec {} run", binary().display());
    let child = program
        .command(Path::new("sh"))
        .args(["-c", &limited])
        .env("TEST_TOKEN", support::program::TOKEN)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(std::fs::File::create(program.folder.join("log")).unwrap())
        .spawn()
        .unwrap();
    program.adopt(child);
    let (qq, mut said) = Qq::new(Manners::WELL_BEHAVED);
    let wire = qq.connect(&program.url()).await;
    let port = program.port;
    let idle: Vec<TcpStream> = (0..400)
        .filter_map(|_| TcpStream::connect(("127.0.0.1", port)).ok())
        .collect();
    assert!(idle.len() > 100);
    // Who is there goes on, and what is on the disk is read.
    wire.send(group_message(1, 71, 1, "几点上班", true));
    while next(&mut said).await.quote.as_deref() != Some("1") {}
    let path = program.folder.join("faq.yaml");
    let faq = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, faq.replace("08:00", "07:15")).unwrap();
    until("the edit is live", || {
        program.log().contains("reloaded").then_some(())
    })
    .await;
    // Nobody waits for those who say nothing: they are gone after a while, though they never hang up.
    let told = until("somebody new is let in", || health(port).ok()).await;
    assert_eq!(told["entries"].as_u64().map(|entries| entries > 0), Some(true));
    assert!(program.log().contains("web/connections"), "{}", program.log());
    drop(idle);
}

#[tokio::test]
async fn a_second_program_never_serves_though_the_lock_file_is_deleted() {
    let mut program = Program::reverse("");
    program.start(binary());
    let (qq, mut said) = Qq::new(Manners::WELL_BEHAVED);
    let wire = qq.connect(&program.url()).await;
    wire.send(group_message(1, 71, 1, "几点上班", true));
    next(&mut said).await;
    let lock = std::fs::read_dir(&program.folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.extension().is_some_and(|end| end == "lock"))
        .unwrap();
    std::fs::remove_file(&lock).unwrap();
    let other = program
        .command(binary())
        .arg("run")
        .env("TEST_TOKEN", support::program::TOKEN)
        .output();
    let second = tokio::task::spawn_blocking(move || other).await.unwrap().unwrap();
    let words = String::from_utf8_lossy(&second.stderr).into_owned();
    assert_eq!(second.status.code(), Some(3), "{words}");
    assert!(words.contains("another groupdesk"), "{words}");
    wire.send(group_message(2, 72, 1, "几点上班", true));
    assert_eq!(next(&mut said).await.quote.as_deref(), Some("2"));
}

#[tokio::test]
async fn a_clock_that_is_wrong_or_set_back_keeps_nobody_waiting_and_is_told_once() {
    let mut program = Program::reverse("defaults: { wait_for_human: 5s }");
    program.start(binary());
    let (qq, mut said) = Qq::new(Manners::WELL_BEHAVED);
    let wire = qq.connect(&program.url()).await;
    wire.send(group_message(1, 71, 1, "几点上班", true));
    next(&mut said).await;
    // Eleven minutes ahead: what is said now looks eleven minutes old.
    program.step_clock(11 * 60 * 1000);
    for id in 2..5 {
        wire.send(group_message(id, 70 + id, 1, "几点上班", true));
        tokio::time::sleep(Duration::from_secs(3)).await;
    }
    wire.send(group_message(6, 76, 1, "几点上班", true));
    let mut texts = Vec::new();
    let mut answered = Vec::new();
    loop {
        let one = next(&mut said).await;
        let last = one.quote.as_deref() == Some("6");
        answered.extend(one.quote);
        texts.push(one.text);
        if last {
            break;
        }
    }
    // From the first one on: the connection stood, and what came over it was live.
    assert_eq!(answered, ["2", "3", "4", "6"]);
    until("health tells of it", || fires(program.port, "clock")).await;
    // Back again, and an hour more, while an answer waits for staff to speak first. What is brought again is known by what the
    // platform said of it, whatever was made of that.
    program.step_clock(0);
    wire.send(group_message(3, 73, 1, "几点上班", true));
    wire.send(group_message(7, 77, 1, "工单系统需要注册吗？", false));
    tokio::time::sleep(Duration::from_millis(500)).await;
    program.step_clock(-3600 * 1000);
    loop {
        let one = next(&mut said).await;
        let last = one.quote.as_deref() == Some("7");
        texts.push(one.text);
        if last {
            break;
        }
    }
    let told = texts
        .iter()
        .filter(|text| text.contains("⚠") && text.contains("时钟"))
        .count();
    assert_eq!(told, 1, "{texts:#?}");
    assert_eq!(qq.by_quote().get("3"), Some(&1));
}

#[tokio::test]
async fn what_was_kept_quiet_as_too_old_is_answered_when_it_comes_again_by_a_clock_that_is_right() {
    let mut program = Program::reverse("");
    program.start(binary());
    program.step_clock(20 * 60 * 1000);
    let (qq, mut said) = Qq::new(Manners::WELL_BEHAVED);
    let wire = qq.connect(&program.url()).await;
    let asked = group_message(1, 71, 1, "几点上班", true);
    wire.send(asked.clone());
    // It may as well have been said twenty minutes ago, while there was no connection.
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert!(qq.said().is_empty());
    program.kill();
    program.step_clock(0);
    program.start(binary());
    let wire = qq.connect(&program.url()).await;
    wire.send(asked);
    assert_eq!(next(&mut said).await.quote.as_deref(), Some("1"));
}

#[tokio::test]
async fn a_connected_platform_through_which_nothing_gets_is_no_health_and_its_end_answers_all() {
    for mood in [Mood::Failing, Mood::Deaf] {
        let mut program = Program::reverse("");
        program.start(binary());
        let (qq, mut said) = Qq::new(Manners::WELL_BEHAVED);
        let wire = qq.connect(&program.url()).await;
        wire.send(group_message(1, 71, 1, "几点上班", true));
        next(&mut said).await;
        qq.set_mood(mood);
        for id in 2..12 {
            wire.send(group_message(id, 70 + id, id, "几点上班", true));
        }
        let began = Instant::now();
        let known = until("health knows it", || fires(program.port, "qq/sending")).await;
        assert_eq!(known["status"], "failing");
        // Longer than the pauses between the tries of one reply are short.
        tokio::time::sleep(Duration::from_secs(20).saturating_sub(began.elapsed())).await;
        qq.set_mood(Mood::Well);
        let ended = Instant::now();
        until("everybody is answered", || {
            (qq.by_quote().len() >= 11).then_some(())
        })
        .await;
        let took = ended.elapsed();
        assert!(took < Duration::from_secs(20), "{mood:?}: {took:?}");
        until("health is well again", || {
            (health(program.port).ok()?["status"] == "ok").then_some(())
        })
        .await;
        assert!(qq.by_quote().values().all(|times| *times == 1));
        for mark in ["⚠", "✓"] {
            until("staff are told", || {
                let said = qq.said().into_iter();
                said.map(|said| said.text)
                    .find(|text| text.contains(mark) && text.contains("发不出去"))
            })
            .await;
        }
    }
}

#[test]
fn names_and_paths_that_can_t_be_served_are_errors_with_a_place() {
    let folder = tempfile::tempdir().unwrap();
    let check = |config: &str| {
        std::fs::write(folder.path().join("groupdesk.yaml"), config).unwrap();
        let output = Command::new(binary())
            .current_dir(&folder)
            .args(["check", "groupdesk.yaml"])
            .env("TEST_TOKEN", "x")
            .output()
            .unwrap();
        let words = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{words}");
        words
    };
    for name in [
        "\"*y\"",
        "\"a{b\"",
        "\"a b\"",
        "\"a/b\"",
        "\"\"",
        "\".\"",
        "\"工\u{202e}单\"",
    ] {
        let words = check(&format!("accounts:\n  {name}: {{ platform: console }}\n"));
        assert!(
            words.contains("groupdesk.yaml:2:") && words.contains("can't be the name of an account"),
            "{name}: {words}"
        );
    }
    let onebot = "platform: onebot, connection: { access_token: t0ken-t0ken-t0ken, reverse: {} }";
    let words = check(&format!(
        "accounts:\n  one: {{ {onebot} }}\n  two: {{ {onebot} }}\n"
    ));
    assert!(
        words.contains("groupdesk.yaml:3:")
            && words.contains("/onebot/v11/ws")
            && words.contains("path: /onebot/two"),
        "{words}"
    );
    let words = check(&format!(
        "accounts:\n  one: {{ {} }}\n",
        onebot.replace("{}", "{ path: /healthz }")
    ));
    assert!(
        words.contains("groupdesk.yaml:2:") && words.contains("`/healthz`"),
        "{words}"
    );
}

#[tokio::test]
async fn a_program_that_was_stopped_while_another_took_its_store_ends_with_an_error() {
    let mut program = Program::reverse("");
    program.start(binary());
    let (qq, mut said) = Qq::new(Manners::WELL_BEHAVED);
    let wire = qq.connect(&program.url()).await;
    wire.send(group_message(1, 71, 1, "几点上班", true));
    next(&mut said).await;
    let pid = program.pid().to_string();
    // Not in the middle of a write, which would hold the database as well.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let signal = |name: &str| Command::new("kill").args([name, &pid]).status().unwrap();
    signal("-STOP");
    for entry in std::fs::read_dir(&program.folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|end| end == "lock") {
            std::fs::remove_file(path).unwrap();
        }
    }
    let mut second = Program::beside(&program, free_port());
    second.start(binary());
    until("the second one serves", || health(second.port).ok()).await;
    signal("-CONT");
    let status = ended(&mut program).await;
    assert_eq!(status.code(), Some(3), "{}", program.log());
    assert!(program.log().contains("another groupdesk"), "{}", program.log());
    assert!(health(second.port).is_ok());
}

fn send(program: &Program, signal: &str) {
    let sent = Command::new("kill")
        .args([&format!("-{signal}"), &program.pid().to_string()])
        .status();
    assert!(sent.is_ok_and(|status| status.success()), "{signal}");
}

#[tokio::test]
async fn no_signal_ends_the_program_without_a_line_in_its_log() {
    let mut program = Program::reverse("");
    for signal in ["HUP", "QUIT", "XCPU"] {
        program.start(binary());
        until("it serves", || health(program.port).ok()).await;
        for harmless in ["USR1", "USR2", "XFSZ", "PIPE"] {
            send(&program, harmless);
        }
        until("the last of them is noted", || {
            program.log().contains("SIGXFSZ: a file").then_some(())
        })
        .await;
        health(program.port).unwrap();
        send(&program, signal);
        let status = ended(&mut program).await;
        let line = format!("told to stop by a signal signal=SIG{signal}");
        assert!(
            status.success() && program.log().contains(&line),
            "{}",
            program.log()
        );
    }
    // Whoever started it wants it to outlive the terminal.
    let log = std::fs::File::options()
        .append(true)
        .open(program.folder.join("log"));
    let mut command = program.command(Path::new("nohup"));
    command
        .arg(binary())
        .arg("run")
        .env("TEST_TOKEN", support::program::TOKEN);
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log.unwrap())
        .spawn();
    program.adopt(child.unwrap());
    until("it serves", || health(program.port).ok()).await;
    let before = program.log().matches("SIGHUP").count();
    send(&program, "HUP");
    send(&program, "USR1");
    tokio::time::sleep(Duration::from_millis(500)).await;
    health(program.port).unwrap();
    assert_eq!(program.log().matches("SIGHUP").count(), before);
    assert!(program.terminate().success());
}
