//! `groupdesk check` against `run` with the same files: a file that passes the check is not refused afterwards.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs::write;
use std::path::Path;
use std::process::{Command, Stdio};

/// The exit code, standard output, and standard error.
fn groupdesk(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_groupdesk"))
        .current_dir(folder)
        .args(arguments)
        .envs(variables.iter().copied())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

const FAQ: &str = "entries:\n- { id: a, questions: [几点开门, 什么时候开门], answer: 八点 }\n";

#[test]
fn a_secret_that_is_not_here_is_an_error_for_check_as_for_run() {
    let folder = tempfile::tempdir().unwrap();
    let config = "accounts:\n\
                  \x20 qq:\n\
                  \x20   platform: onebot\n\
                  \x20   connection: { access_token: \"${CHECK_TOKEN}\" }\n\
                  \x20   staff: [\"${CHECK_STAFF}\"]\n\
                  \x20   staff_rooms: [qq/group:1]\n\
                  \x20 tg: { platform: telegram, connection: { token: \"1:${file:/no/such/secret}\" }, staff_rooms: [qq/group:1] }\n\
                  web: { listen: \"${CHECK_LISTEN}\" }\n";
    write(folder.path().join("groupdesk.yaml"), config).unwrap();
    let places = [
        ("groupdesk.yaml:4:33: error", "export CHECK_TOKEN="),
        ("groupdesk.yaml:5:13: error", "环境变量 CHECK_STAFF 没有设置"),
        ("groupdesk.yaml:7:50: error", "/no/such/secret"),
        ("groupdesk.yaml:8:16: error", "${file:/path/of/the/file}"),
    ];
    for command in ["check", "run"] {
        let (code, _, told) = groupdesk(folder.path(), &[command], &[]);
        assert_eq!(code, Some(1), "{command}: {told}");
        for (place, words) in places {
            assert!(
                told.contains(place) && told.contains(words),
                "{command} {place} {words}: {told}"
            );
        }
        assert_eq!(
            told.matches(": error: ").count(),
            4,
            "nothing is made of what is missing\n{told}"
        );
    }
    let (code, summary, told) = groupdesk(folder.path(), &["check", "--without-secrets"], &[]);
    assert_eq!(code, Some(0), "{summary}{told}");
    assert!(summary.contains("0 error(s), 4 warning(s)"), "{summary}");
    assert!(
        told.contains("`run` refuses to start") && told.contains("run 不能启动"),
        "{told}"
    );
}

#[test]
fn a_secret_that_is_here_is_no_problem() {
    let folder = tempfile::tempdir().unwrap();
    let config = "accounts:\n  qq: { platform: onebot, connection: { access_token: \"${CHECK_TOKEN}\" }, staff_rooms: [qq/group:1] }\n";
    write(folder.path().join("groupdesk.yaml"), config).unwrap();
    let (code, summary, told) = groupdesk(folder.path(), &["check"], &[("CHECK_TOKEN", "s3cret")]);
    assert_eq!(code, Some(0), "{summary}{told}");
    assert!(summary.contains("0 error(s), 0 warning(s)"), "{summary}{told}");
}

#[test]
fn the_faq_that_is_checked_is_the_one_that_run_answers_from() {
    let folder = tempfile::tempdir().unwrap();
    let config = |faq: &str| {
        let text =
            format!("{faq}accounts:\n  here: {{ platform: console, staff_rooms: [here/group:staff] }}\n");
        write(folder.path().join("groupdesk.yaml"), text).unwrap();
    };
    write(folder.path().join("faq.yaml"), FAQ).unwrap();
    write(folder.path().join("ours.yaml"), FAQ.replace("answer", "anwser")).unwrap();
    // A name without a file.
    config("faq: faqq.yaml\n");
    for arguments in [&["check"][..], &["check", "groupdesk.yaml"]] {
        let (code, _, told) = groupdesk(folder.path(), arguments, &[]);
        assert_eq!(code, Some(1), "{told}");
        assert!(
            told.contains("groupdesk.yaml:1:6: error") && told.contains("faqq.yaml"),
            "{told}"
        );
        assert!(
            told.contains("did you mean `faq: faq.yaml`?") && told.contains("是不是要写 faq: faq.yaml"),
            "{told}"
        );
    }
    assert_ne!(groupdesk(folder.path(), &["run"], &[]).0, Some(0));
    // Another file than faq.yaml, which nobody answers from.
    config("faq: ours.yaml\n");
    let (code, summary, told) = groupdesk(folder.path(), &["check"], &[]);
    assert_eq!(code, Some(1), "{told}");
    assert!(
        told.contains("ours.yaml:2:") && !summary.contains("\nfaq.yaml"),
        "{summary}{told}"
    );
    assert_eq!(groupdesk(folder.path(), &["ask", "几点开门"], &[]).0, Some(1));
    write(folder.path().join("ours.yaml"), FAQ.replace("八点", "九点")).unwrap();
    let (_, answer, _) = groupdesk(folder.path(), &["ask", "几点开门"], &[]);
    assert!(answer.contains("九点"), "{answer}");
    let (code, summary, told) = groupdesk(folder.path(), &["check", "groupdesk.yaml", "./ours.yaml"], &[]);
    assert_eq!(code, Some(0), "{told}");
    assert_eq!(summary.matches("1 entries").count(), 1, "once\n{summary}");
    // None, although one stands there.
    config("");
    let (code, summary, told) = groupdesk(folder.path(), &["check"], &[]);
    assert_eq!(code, Some(0), "{told}");
    assert!(
        told.contains("add the line `faq: faq.yaml`") && summary.contains("1 warning(s)"),
        "{summary}{told}"
    );
}

#[test]
fn what_check_says_is_said_in_chinese_too() {
    let folder = tempfile::tempdir().unwrap();
    let faq = "entries:\n\
        - { id: a, questions: [怎么重置密码], answer: a, tests: { match: [今天天气], not: [怎么重置密码] } }\n\
        - { id: b, questions: [如何重置密码], answer: b }\n\
        - { id: c, questions: [几点上班, 客服工作时间], answer: c }\n";
    write(folder.path().join("faq.yaml"), faq).unwrap();
    let config = "faq: faq.yaml\naccounts: { qq: { platform: onebot } }\n";
    write(folder.path().join("groupdesk.yaml"), config).unwrap();
    let (_, summary, told) = groupdesk(folder.path(), &["check"], &[]);
    for part in [
        "条目「a」和「b」冲突",
        "测试不通过：「今天天气」",
        "账号「qq」没有客服群",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    let problems = told.matches(": error: ").count() + told.matches(": warning: ").count();
    assert_eq!(told.matches("中文: ").count(), problems, "{told}");
    for part in ["个条目", "1 个账号", "个错误，"] {
        assert!(summary.contains(part), "{part}: {summary}");
    }
    write(
        folder.path().join("groupdesk.yaml"),
        config.replace("onebot", "onebott"),
    )
    .unwrap();
    let (_, _, told) = groupdesk(folder.path(), &["check"], &[]);
    assert!(
        told.contains("did you mean `onebot`?") && told.contains("是不是要写 onebot？"),
        "{told}"
    );
}

#[test]
fn no_secret_of_an_address_is_printed_whoever_complains_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let account = "accounts: { here: { platform: console, staff_rooms: [here/group:staff] } }\n";
    for rest in [
        "semantic: { endpoint: { url: \"http://x:hunter2@h h/v1\", model: m } }\n",
        "semantic: { endpoint: { url: \"htp://x/v1?api_key=hunter2\", model: m } }\n",
        "mail: hunter2\n",
        "mail: { smtp: hunter2 }\n",
        "web: { listen: \"http://x:hunter2@127.0.0.1:8080\" }\n",
    ] {
        write(folder.path().join("groupdesk.yaml"), format!("{account}{rest}")).unwrap();
        for arguments in [&["check"][..], &["check", "--json"], &["run"]] {
            let (code, printed, told) = groupdesk(folder.path(), arguments, &[]);
            assert_ne!(code, Some(0), "{arguments:?} {rest}{printed}{told}");
            assert!(
                !printed.contains("hunter2") && !told.contains("hunter2"),
                "{arguments:?} {rest}{printed}{told}"
            );
        }
    }
}
