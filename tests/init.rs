//! `groupdesk init` from the outside: from nothing to a bot that answers.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use groupdesk_testkit::free_port;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use support::program::{Program, binary};
use support::qq::{Manners, Qq, group_message, next};

/// Runs groupdesk in a folder, with the terminal's language and what is typed.
fn groupdesk(folder: &Path, language: &str, arguments: &[&str], typed: Stdio) -> (Command, Stdio) {
    let mut command = Command::new(binary());
    command
        .current_dir(folder)
        .args(arguments)
        .env_remove("LC_ALL")
        .env_remove("LC_MESSAGES")
        .env("LANG", language)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    (command, typed)
}

fn say(folder: &Path, language: &str, arguments: &[&str], typed: &[u8]) -> Output {
    let (mut command, stdin) = groupdesk(folder, language, arguments, Stdio::piped());
    let mut child = command.stdin(stdin).spawn().unwrap();
    // Who has heard enough closes the pipe.
    let _ = child.stdin.take().unwrap().write_all(typed);
    child.wait_with_output().unwrap()
}

/// Standard output and standard error.
fn told(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (text(&output.stdout), text(&output.stderr))
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
}

fn checks(folder: &Path) {
    let (mut command, _) = groupdesk(folder, "C", &["check"], Stdio::null());
    let output = command.stdin(Stdio::null()).output().unwrap();
    let (summary, problems) = told(&output);
    assert!(
        output.status.success() && summary.contains("0 error(s)"),
        "{summary}{problems}"
    );
}

#[test]
fn the_answers_of_a_pipe_make_a_desk_that_passes_check_and_the_token_stands_in_its_own_file_alone() {
    let folder = tempfile::tempdir().unwrap();
    let typed = "１\nhush-hush\n９００００１\n10001，10002\n123456\n晨星：\"数码\"\n";
    let output = say(folder.path(), "zh_CN.UTF-8", &["init"], typed.as_bytes());
    let (said, asked) = told(&output);
    assert!(output.status.success(), "{said}{asked}");
    for part in [
        "下一步：运行\n  groupdesk run\n",
        "URL:   ws://127.0.0.1:",
        "/onebot/v11/ws",
        "onebot-token.txt（令牌",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert!(
        asked.contains("机器人用在哪里") && asked.contains("客服群的群号"),
        "{asked}"
    );
    let config = std::fs::read_to_string(folder.path().join("groupdesk.yaml")).unwrap();
    for part in [
        "staff: [10001, 10002]",
        "staff_rooms: [qq/group:900001]",
        "qq/group:123456: { listen: all }",
        "${file:onebot-token.txt}",
        "docs/zh/operation.md",
        "groupdesk.example.zh.yaml",
    ] {
        assert!(config.contains(part), "{part}: {config}");
    }
    let faq = std::fs::read_to_string(folder.path().join("faq.yaml")).unwrap();
    assert!(faq.contains("晨星"), "{faq}");
    for text in [&said, &asked, &config, &faq] {
        assert!(!text.contains("hush"), "{text}");
    }
    let secret = folder.path().join("onebot-token.txt");
    assert_eq!(std::fs::read_to_string(&secret).unwrap(), "hush-hush\n");
    assert_eq!(
        std::fs::metadata(&secret).unwrap().permissions().mode() & 0o777,
        0o600
    );
    checks(folder.path());

    // Nothing is ever overwritten.
    let before: Vec<_> = files(folder.path())
        .iter()
        .map(|file| std::fs::read(file).unwrap())
        .collect();
    let again = say(folder.path(), "en_US.UTF-8", &["init", "--yes"], b"");
    let (_, refused) = told(&again);
    assert_eq!(again.status.code(), Some(2));
    assert!(
        refused.contains("there already") && refused.contains("--dir"),
        "{refused}"
    );
    let after: Vec<_> = files(folder.path())
        .iter()
        .map(|file| std::fs::read(file).unwrap())
        .collect();
    assert_eq!(before, after);
}

#[test]
fn flags_do_for_every_platform_and_what_is_missing_or_wrong_is_named_with_its_flag_and_leaves_nothing_behind()
{
    let folder = tempfile::tempdir().unwrap();
    let init = |more: &[&str], typed: &[u8]| {
        let arguments: Vec<&str> = [&["init", "--lang", "en"], more].concat();
        let output = say(folder.path(), "C", &arguments, typed);
        let (said, problems) = told(&output);
        (output.status.code(), said + &problems)
    };
    let telegram = ["--yes", "--platform", "telegram"];
    let on_telegram = |flag, value| [&telegram[..], &[flag, value]].concat();
    let without_sign = on_telegram("--staff-room", "1001234567890");
    let name = on_telegram("--staff-room", "abc");
    let handle = on_telegram("--staff", "@wang");
    let wrong: [(&[&str], &[u8], &str); 14] = [
        (&without_sign, b"", "write the id alone, such as -1001234567890"),
        (&name, b"", "--staff-room: `abc` can't be the id of a group"),
        (&handle, b"", "--staff: `@wang` can't be the id of a person"),
        (&["--yes", "--platform", "qq", "--id", "abc"], b"", "--id: "),
        (
            &["--platform", "telegram"],
            "令牌\n".as_bytes(),
            "The flag --token-env gives this answer",
        ),
        (&[], b"", "groupdesk init --yes --platform onebot"),
        (&["--platform", "telegram"], b"", "--token-env is missing"),
        (&["--yes", "--platform", "qq"], b"", "--id is missing"),
        (
            &["--yes", "--platform", "icq"],
            b"",
            "--platform: there is no `icq`; write one of onebot",
        ),
        (&["--yes", "--staff", "bob"], b"", "--staff: "),
        (
            &["--yes", "--token-env", "123:abc"],
            b"",
            "is no name of a variable",
        ),
        (&["--yes", "--name", "{{ x }}"], b"", "--name: "),
        (
            &["--yes", "--platform", "console", "--staff", "1"],
            b"",
            "of no use on the platform console",
        ),
        (&[], b"1\n\xff\xfe\n", "no UTF-8"),
    ];
    for (more, typed, part) in wrong {
        let (code, words) = init(more, typed);
        assert_eq!(code, Some(2), "{more:?}: {words}");
        assert!(words.contains(part), "{more:?} {part}: {words}");
        assert_eq!(files(folder.path()), [""; 0].map(PathBuf::from), "{more:?}");
    }
    // With standard input closed altogether.
    let closed = Command::new("sh")
        .arg("-c")
        .arg("exec \"$0\" init --lang zh <&-")
        .arg(binary())
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert_eq!(closed.status.code(), Some(2));
    assert!(told(&closed).1.contains("没有人回答"), "{}", told(&closed).1);

    for (platform, more) in [
        (
            "onebot",
            &["--staff-room", "900001", "--staff", "10001", "--group", "1,2"][..],
        ),
        ("telegram", &["--staff-room", "-1001234567890"]),
        ("discord", &["--token-env", "OUR_TOKEN"]),
        ("qq", &["--id", "102000001"]),
        ("wecom_robot", &["--id", "aibXXXX"]),
        ("console", &[]),
    ] {
        let there = folder.path().join(platform);
        let dir = there.to_str().unwrap().to_owned();
        let (code, said) = init(
            &[
                &["--yes", "--platform", platform, "--dir", &dir, "--name", "Star"],
                more,
            ]
            .concat(),
            b"",
        );
        assert_eq!(code, Some(0), "{platform}: {said}");
        assert!(
            said.contains(&format!("groupdesk run --config {dir}/groupdesk.yaml")),
            "{said}"
        );
        let output = Command::new(binary())
            .current_dir(&there)
            .arg("check")
            .envs(
                ["TELEGRAM_TOKEN", "OUR_TOKEN", "QQ_SECRET", "WECOM_ROBOT_SECRET"]
                    .map(|name| (name, "123456789:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")),
            )
            .output()
            .unwrap();
        assert!(output.status.success(), "{platform}: {:?}", told(&output));
    }
}

#[tokio::test]
async fn a_onebot_client_at_the_printed_address_is_answered_with_the_printed_command_and_no_file_opened() {
    let folder = tempfile::tempdir().unwrap();
    let listen = format!("127.0.0.1:{}", free_port());
    let typed = "\nt0ken-of-the-tests\n\n\n\n晨星\n";
    let output = say(
        folder.path(),
        "zh_CN.UTF-8",
        &["init", "--listen", &listen],
        typed.as_bytes(),
    );
    let (said, problems) = told(&output);
    assert!(output.status.success(), "{said}{problems}");
    let url = said
        .lines()
        .find_map(|line| line.trim().strip_prefix("URL:"))
        .unwrap()
        .trim()
        .to_owned();
    assert_eq!(url, format!("ws://{listen}/onebot/v11/ws"));
    let command = said
        .lines()
        .find_map(|line| line.trim().strip_prefix("groupdesk "))
        .unwrap();
    assert_eq!(command, "run");

    // Started elsewhere: the token's file is beside the configuration.
    let mut program = Program::reverse("");
    let child = program
        .command(binary())
        .args(["run", "--config"])
        .arg(folder.path().join("groupdesk.yaml"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(std::fs::File::create(program.folder.join("log")).unwrap())
        .spawn()
        .unwrap();
    program.adopt(child);
    let (qq, mut heard) = Qq::new(Manners::WELL_BEHAVED);
    let wire = qq.connect(&url).await;
    wire.send(group_message(1, 7, 20_001, "几点上班", true));
    let answer = next(&mut heard).await;
    assert!(answer.text.contains("客服的上班时间"), "{answer:?}");
    wire.send(group_message(2, 7, 20_001, "你们是做什么的", true));
    let answer = next(&mut heard).await;
    assert!(answer.text.contains("晨星"), "{answer:?}");
}

#[test]
fn schemas_are_installed_where_the_first_line_of_the_files_looks() {
    let folder = tempfile::tempdir().unwrap();
    let schema = |arguments: &[&str]| {
        let output = Command::new(binary())
            .arg("schema")
            .args(arguments)
            .current_dir(folder.path())
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    for (language, description) in [("en", "The questions and their answers."), ("zh", "问题和答案")] {
        schema(&["--install", "--lang", language]);
        for name in ["faq", "config"] {
            let file = folder.path().join(format!("schema/{name}.schema.json"));
            let installed = std::fs::read_to_string(file).unwrap();
            assert_eq!(installed, schema(&[name, "--lang", language]));
            assert!(
                name == "config" || installed.contains(&format!("\"description\": \"{description}\"")),
                "{language}: {installed}"
            );
        }
    }
}
