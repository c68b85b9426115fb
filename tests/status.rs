//! `groupdesk status`, `backup` and `restore`, beside the running program and without it.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::{Duration, Instant};
use support::program::{Program, binary};
use support::qq::{Manners, Qq, group_message, next};

/// The longest time for something that takes no time.
const TEST_TIMEOUT: Duration = Duration::from_secs(90);

fn run(program: &Program, arguments: &[&str]) -> Output {
    // Without the account's token, which none of these need.
    program.command(binary()).args(arguments).output().unwrap()
}

fn told(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    text(&output.stdout) + &text(&output.stderr)
}

fn status(program: &Program) -> Value {
    let output = run(program, &["status", "--json"]);
    assert!(output.status.success(), "{}", told(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The status, as soon as it is as wanted.
async fn until(program: &Program, wanted: impl Fn(&Value) -> bool) -> Value {
    let end = Instant::now() + TEST_TIMEOUT;
    loop {
        let status = status(program);
        if wanted(&status) {
            return status;
        }
        assert!(Instant::now() < end, "{status:#}\n{}", program.log());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

fn subjects(program: &Program) -> String {
    told(&run(program, &["tickets", "list", "--all"]))
}

fn beside(folder: &Path, part: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries
        .filter(|path| path.file_name().unwrap().to_str().unwrap().contains(part))
        .collect()
}

#[tokio::test]
async fn status_tells_of_accounts_tickets_faq_and_store_from_the_program_and_less_without_it() {
    let mut program = Program::reverse("");
    let before = status(&program);
    assert_eq!(
        (&before["running"], &before["source"]),
        (&false.into(), &"store".into())
    );
    assert!(told(&run(&program, &["status"])).contains("还没有 / not there yet"));
    program.start(binary());
    let (qq, mut heard) = Qq::new(Manners::WELL_BEHAVED);
    let wire = qq.connect(&program.url()).await;
    let connected = until(&program, |status| {
        status["accounts"]["qq"]["state"] == "connected"
    })
    .await;
    assert_eq!(connected["source"], "program");
    assert!(
        connected["accounts"]["qq"]["last_event"].is_null()
            && connected["accounts"]["qq"]["last_send"].is_null()
    );

    wire.send(group_message(1, 7, 20_001, "转人工，机密的话", true));
    next(&mut heard).await;
    let status = until(&program, |status| {
        status["accounts"]["qq"]["last_send"]["outcome"] == "sent" && status["tickets"]["open"] == 1
    })
    .await;
    let qq_account = &status["accounts"]["qq"];
    for at in [
        &qq_account["since"],
        &qq_account["last_event"],
        &qq_account["last_send"]["at"],
        &status["faq"]["loaded"],
    ] {
        assert!(at.is_string(), "{status:#}");
    }
    assert_eq!(status["tickets"]["overdue"], 0);
    assert_eq!(status["faq"]["file"], "faq.yaml");
    assert!(status["store"]["bytes"].as_u64().unwrap() > 4096);
    let words = told(&run(&program, &["status"]));
    for part in [
        "账号 / account qq: 已连接 / connected",
        "成功 / sent",
        "1 open, 0 overdue",
        "faq.yaml",
        "KiB",
        "Asia/Shanghai",
    ] {
        assert!(words.contains(part), "{part}: {words}");
    }
    for told in [&words, &status.to_string()] {
        assert!(
            !told.contains("机密") && !told.contains(support::program::TOKEN),
            "{told}"
        );
    }
    // A reload is seen.
    let loaded = status["faq"]["loaded"].clone();
    let faq = program.folder.join("faq.yaml");
    let text = std::fs::read_to_string(&faq).unwrap() + "\n# edited\n";
    std::fs::write(&faq, text).unwrap();
    until(&program, |status| status["faq"]["loaded"] != loaded).await;

    assert!(program.terminate().success());
    let stopped = self::status(&program);
    assert_eq!(
        (&stopped["running"], &stopped["tickets"]["open"]),
        (&false.into(), &1.into())
    );
    let words = told(&run(&program, &["status"]));
    assert!(
        words.contains("没有运行 / not running") && words.contains("from the store alone"),
        "{words}"
    );
}

#[tokio::test]
async fn a_backup_is_made_while_it_runs_and_is_put_back_when_it_does_not_and_nothing_is_overwritten() {
    let mut program = Program::reverse("");
    let nothing = run(&program, &["backup", "copy.db"]);
    assert_eq!(nothing.status.code(), Some(2), "{}", told(&nothing));
    program.start(binary());
    let (qq, mut heard) = Qq::new(Manners::WELL_BEHAVED);
    let wire = qq.connect(&program.url()).await;
    wire.send(group_message(1, 7, 20_001, "转人工", true));
    next(&mut heard).await;
    until(&program, |status| status["tickets"]["open"] == 1).await;

    let made = run(&program, &["backup", "copy.db"]);
    assert!(made.status.success(), "{}", told(&made));
    let copy = program.folder.join("copy.db");
    let bytes = std::fs::read(&copy).unwrap();
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&copy).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600, "members' words are in it");
    let again = run(&program, &["backup", "copy.db"]);
    assert_eq!(again.status.code(), Some(3));
    assert!(
        told(&again).contains("nothing is overwritten"),
        "{}",
        told(&again)
    );
    assert_eq!(std::fs::read(&copy).unwrap(), bytes);
    assert_eq!(beside(&program.folder, ".part-"), Vec::<PathBuf>::new());

    // What comes after it is not in it, and the program took no harm.
    wire.send(group_message(2, 8, 20_002, "转人工", true));
    next(&mut heard).await;
    until(&program, |status| status["tickets"]["open"] == 2).await;
    let refused = run(&program, &["restore", "copy.db"]);
    assert_eq!(refused.status.code(), Some(3));
    let words = told(&refused);
    assert!(
        words.contains(&format!("进程 {}", program.pid())) && words.contains("stop it first"),
        "{words}"
    );
    assert!(program.terminate().success());

    for (name, bytes) in [("cut.db", &bytes[..bytes.len() / 2]), ("text.db", b"no database, but long enough to be looked at as one: 12345678901234567890123456789012345678901234567890")] {
        std::fs::write(program.folder.join(name), bytes).unwrap();
        let refused = run(&program, &["restore", name]);
        assert_eq!(refused.status.code(), Some(3), "{name}");
        assert!(told(&refused).contains("nothing was restored"), "{}", told(&refused));
    }
    assert_eq!(run(&program, &["restore", "nowhere.db"]).status.code(), Some(3));
    assert!(
        subjects(&program).contains("2 ticket(s)"),
        "{}",
        subjects(&program)
    );
    assert_eq!(beside(&program.folder, ".restoring-"), Vec::<PathBuf>::new());

    let restored = run(&program, &["restore", "copy.db"]);
    let words = told(&restored);
    assert!(restored.status.success(), "{words}");
    assert!(
        subjects(&program).contains("1 ticket(s)"),
        "{}",
        subjects(&program)
    );
    // What stood there is kept where it says.
    let aside = beside(&program.folder, ".before-restore-");
    let aside = aside
        .iter()
        .find(|path| !path.to_str().unwrap().ends_with("-wal"))
        .unwrap();
    let name = aside.file_name().unwrap().to_str().unwrap();
    assert!(words.contains(name), "{words}");
    let back = run(&program, &["restore", name]);
    assert!(back.status.success(), "{}", told(&back));
    assert!(
        subjects(&program).contains("2 ticket(s)"),
        "{}",
        subjects(&program)
    );

    // It serves with what was put back, and gives no number twice.
    let restored = run(&program, &["restore", "copy.db"]);
    assert!(restored.status.success(), "{}", told(&restored));
    program.start(binary());
    let (qq, mut heard) = Qq::new(Manners::WELL_BEHAVED);
    let wire = qq.connect(&program.url()).await;
    wire.send(group_message(3, 10, 20_003, "转人工", true));
    let end = Instant::now() + TEST_TIMEOUT;
    loop {
        let said = next(&mut heard).await;
        // A notice that was on its way when the copy was made may be said again.
        if said.group == Some(9) && said.text.contains("20003") {
            assert!(said.text.contains("#3"), "{said:?}");
            break;
        }
        assert!(Instant::now() < end);
    }
}
