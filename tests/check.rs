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
        told.contains("`run` refuses to start") && told.contains("run 在这里不能启动"),
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

#[cfg(target_os = "linux")]
#[test]
fn a_file_that_never_answers_is_an_error_and_no_standstill() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let here = "accounts:\n  here: { platform: console, staff_rooms: [here/group:staff] }\nfaq: faq.yaml\n";
    // Its reader waits for the kernel's next line; who may not read it gets another error, at once.
    for endless in ["faq.yaml", "groupdesk.yaml"] {
        let (config, faq) = (at("groupdesk.yaml"), at("faq.yaml"));
        for file in [&config, &faq] {
            let _ = std::fs::remove_file(file);
        }
        write(&config, here).unwrap();
        write(&faq, FAQ).unwrap();
        std::fs::remove_file(at(endless)).unwrap();
        std::os::unix::fs::symlink("/proc/kmsg", at(endless)).unwrap();
        for command in ["check", "run"] {
            let begun = std::time::Instant::now();
            let (code, summary, told) = groupdesk(folder.path(), &[command], &[]);
            assert_ne!(code, Some(0), "{command}: {summary}{told}");
            assert!(
                told.contains(endless) && told.contains("读不"),
                "{command} {endless}: {told}"
            );
            assert!(
                begun.elapsed().as_secs() < 15,
                "{command} {endless}: {:?}",
                begun.elapsed()
            );
        }
    }
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
    assert!(told.contains("staff_rooms: [qq/group:123456]"), "{told}");
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
    // A website has members and no room for staff.
    let site = "faq: faq.yaml\naccounts: { site: { platform: web, connection: { origins: [https://shop.example] } } }\n";
    write(folder.path().join("groupdesk.yaml"), site).unwrap();
    let (_, _, told) = groupdesk(folder.path(), &["check"], &[]);
    assert!(told.contains("staff_rooms: [dashboard/team]"), "{told}");
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

/// A command that is given no more than the time to be refused: what serves is ended.
fn outcome(folder: &Path, command: &str, variables: &[(&str, &str)]) -> (bool, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_groupdesk"))
        .current_dir(folder)
        .arg(command)
        .envs(variables.iter().copied())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::from(std::fs::File::create(folder.join("told")).unwrap()))
        .spawn()
        .unwrap();
    let told = || std::fs::read_to_string(folder.join("told")).unwrap();
    let end = std::time::Instant::now() + std::time::Duration::from_secs(90);
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return (status.success(), told());
        }
        // It serves; where its log says nothing, so does what listens.
        let serves = told().contains("ready accounts=");
        if serves {
            child.kill().unwrap();
            child.wait().unwrap();
            return (true, told());
        }
        assert!(std::time::Instant::now() < end, "{}", told());
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

#[test]
fn whatever_run_refuses_check_reports_with_its_place_and_what_check_passes_runs() {
    let port = groupdesk_testkit::free_port();
    let good = |more: &str| {
        format!(
            "faq: faq.yaml\naccounts: {{ qq: {{ platform: onebot, connection: {{ access_token: \"${{CHECK_TOKEN}}\" }}, staff_rooms: \
             [qq/group:1] }} }}\n{more}\n"
        )
    };
    let web = format!("web: {{ listen: \"127.0.0.1:{port}\" }}");
    let token = ("CHECK_TOKEN", "s3cret");
    type Case<'a> = (&'a str, String, &'a [(&'a str, &'a str)], &'a str);
    let cases: [Case<'_>; 11] = [
        ("good", good(&web), &[token], ""),
        ("no variable", good(&web), &[], "groupdesk.yaml:2:"),
        (
            "an empty variable",
            good(&web),
            &[("CHECK_TOKEN", "")],
            "groupdesk.yaml:2:",
        ),
        (
            "no folder",
            good(&format!("{web}\nstore: {{ path: nowhere/x.db }}")),
            &[token],
            "groupdesk.yaml:4:16",
        ),
        (
            "a folder for a store",
            good(&format!("{web}\nstore: {{ path: folder }}")),
            &[token],
            "groupdesk.yaml:4:16",
        ),
        (
            "no store",
            good(&format!("{web}\nstore: {{ path: faq.yaml }}")),
            &[token],
            "groupdesk.yaml:4:16",
        ),
        (
            "another's store",
            good(&format!("{web}\nstore: {{ path: newer.db }}")),
            &[token],
            "groupdesk.yaml:4:16",
        ),
        (
            "another machine's address",
            good("web: { listen: \"192.0.2.1:8080\" }"),
            &[token],
            "groupdesk.yaml:3:16",
        ),
        (
            "no filter",
            good(&format!("{web}\nlog: {{ filter: \"groupdesk=loud\" }}")),
            &[token],
            "groupdesk.yaml:4:16",
        ),
        (
            "no filter in the environment",
            good(&web),
            &[token, ("GROUPDESK_LOG", "groupdesk=loud")],
            "GROUPDESK_LOG: error",
        ),
        (
            "no faq",
            good(&web).replace("faq.yaml", "none.yaml"),
            &[token],
            "groupdesk.yaml:1:6",
        ),
    ];
    let newer = tempfile::tempdir().unwrap();
    make_newer(newer.path());
    for (name, config, variables, place) in cases {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| folder.path().join(name);
        write(file("faq.yaml"), FAQ).unwrap();
        write(file("groupdesk.yaml"), config).unwrap();
        std::fs::create_dir(file("folder")).unwrap();
        std::fs::copy(newer.path().join("groupdesk.db"), file("newer.db")).unwrap();
        let (passes, told) = outcome(folder.path(), "check", variables);
        assert_eq!(passes, place.is_empty(), "{name}: {told}");
        assert!(told.contains(place), "{name} {place}: {told}");
        if !passes {
            assert!(
                told.contains("中文") && told.contains("help: ") || place.ends_with("2:"),
                "{name}: {told}"
            );
        }
        assert!(!file("groupdesk.db").exists(), "{name}: check makes nothing");
        let (runs, told) = outcome(folder.path(), "run", variables);
        assert_eq!(runs, passes, "{name}: {told}");
    }
    // An address in use is the exception: the program itself may serve there.
    let taken = std::net::TcpListener::bind(("127.0.0.1", port)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    write(folder.path().join("faq.yaml"), FAQ).unwrap();
    write(folder.path().join("groupdesk.yaml"), good(&web)).unwrap();
    assert!(outcome(folder.path(), "check", &[token]).0);
    let (runs, told) = outcome(folder.path(), "run", &[token]);
    assert!(!runs && told.contains(&port.to_string()), "{told}");
    drop(taken);
    // A machine that never runs the files need not be able to.
    write(
        folder.path().join("groupdesk.yaml"),
        good("store: { path: nowhere/x.db }"),
    )
    .unwrap();
    let (code, summary, told) = groupdesk(folder.path(), &["check", "--without-secrets"], &[]);
    assert_eq!(code, Some(0), "{summary}{told}");
    assert!(told.contains("groupdesk.yaml:3:16: warning"), "{told}");
}

/// A store that a newer version has written to.
fn make_newer(folder: &Path) {
    let config = "accounts: { here: { platform: console } }\n";
    write(folder.join("groupdesk.yaml"), config).unwrap();
    let (code, _, told) = groupdesk(folder, &["run"], &[]);
    assert_eq!(code, Some(0), "{told}");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        use sqlx::{ConnectOptions, Connection};
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(folder.join("groupdesk.db"));
        let mut store = options.connect().await.unwrap();
        sqlx::query("INSERT INTO _sqlx_migrations SELECT 999, 'of later', installed_on, 1, x'00', 0 FROM _sqlx_migrations LIMIT 1")
            .execute(&mut store)
            .await
            .unwrap();
        store.close().await.unwrap();
    });
}

#[test]
fn the_example_starts_as_the_readme_says_and_the_readme_s_entries_pass_on_their_own() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = tempfile::tempdir().unwrap();
    let port = groupdesk_testkit::free_port();
    let example = std::fs::read_to_string(root.join("groupdesk.example.yaml")).unwrap();
    // Another port than the usual one, which may be taken on the machine of the test.
    let example = format!("{example}\nweb: {{ listen: \"127.0.0.1:{port}\" }}\n");
    write(folder.path().join("groupdesk.yaml"), example).unwrap();
    std::fs::copy(root.join("faq.yaml"), folder.path().join("faq.yaml")).unwrap();
    for (variables, is_good) in [(&[("ONEBOT_TOKEN", "t")][..], true), (&[], false)] {
        for command in ["check", "run"] {
            let (passes, told) = outcome(folder.path(), command, variables);
            assert_eq!(passes, is_good, "{command}: {told}");
            assert_eq!(told.contains("ONEBOT_TOKEN"), !is_good, "{command}: {told}");
        }
    }
    for readme in ["README.md", "README.zh-CN.md"] {
        let text = std::fs::read_to_string(root.join(readme)).unwrap();
        let blocks = text
            .split("```yaml\n")
            .skip(1)
            .filter_map(|block| block.split("```").next());
        let entries: Vec<&str> = blocks.filter(|block| block.starts_with("entries:")).collect();
        assert!(!entries.is_empty(), "{readme}");
        for entry in entries {
            let folder = tempfile::tempdir().unwrap();
            write(folder.path().join("faq.yaml"), entry).unwrap();
            let (code, summary, told) = groupdesk(folder.path(), &["check", "faq.yaml"], &[]);
            assert_eq!(code, Some(0), "{readme}: {summary}{told}");
            assert!(
                summary.contains("0 error(s), 0 warning(s)"),
                "{readme}: {summary}{told}"
            );
        }
    }
}

#[test]
fn a_language_and_a_calendar_of_ones_own_are_files_from_the_first_command_to_the_answer() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("texts")).unwrap();
    let (code, printed, _) = groupdesk(folder.path(), &["texts", "ko"], &[]);
    assert_eq!(code, Some(0));
    write(
        folder.path().join("texts/ko.yaml"),
        printed.replace("welcome:", "welcom:"),
    )
    .unwrap();
    write(
        folder.path().join("kr.yaml"),
        "yearly: [03-01]\nuntil: 2027-12-31\noff: [2027-02-08]\n",
    )
    .unwrap();
    write(
        folder.path().join("faq.yaml"),
        "language: en\nlanguages: { ko: texts/ko.yaml }\nholidays: { kr: kr.yaml }\n\
         hours: { desk: { weekly: { daily: \"09:00-18:00\" }, time_zone: Asia/Seoul, holidays: kr } }\n\
         entries:\n- id: refund\n  questions: [환불은 어떻게 하나요, how do I get a refund]\n  \
         answer: { ko: { open: 지금 문의하세요, closed: 내일 문의하세요 }, en: Ask. }\n",
    )
    .unwrap();
    let (code, summary, told) = groupdesk(folder.path(), &["check", "faq.yaml"], &[]);
    assert_eq!(code, Some(1), "{summary}{told}");
    assert!(
        told.contains("texts/ko.yaml:") && told.contains("did you mean `welcome`?"),
        "{told}"
    );
    write(folder.path().join("texts/ko.yaml"), printed).unwrap();
    let (code, summary, told) = groupdesk(folder.path(), &["check", "faq.yaml"], &[]);
    assert_eq!(code, Some(0), "{summary}{told}");
    for (at, question, answer) in [
        (
            "2027-02-09T10:00:00+09:00",
            "환불은 어떻게 하나요",
            "지금 문의하세요",
        ),
        (
            "2027-03-01T10:00:00+09:00",
            "환불은 어떻게 하나요",
            "내일 문의하세요",
        ),
        ("2027-02-09T10:00:00+09:00", "how do I get a refund", "Ask."),
    ] {
        let (_, said, told) = groupdesk(
            folder.path(),
            &["ask", "--faq", "faq.yaml", "--at", at, question],
            &[],
        );
        assert!(said.contains(answer), "{at} {question}: {said}{told}");
    }
}

#[test]
fn chinese_quotes_around_a_setting_are_an_error_that_says_what_to_type() {
    let folder = tempfile::tempdir().unwrap();
    let faq = "hours: { office: { weekly: { mon-fri: “09:00-18:00” } } }\nentries:\n\
               - { id: “address”, questions: [几点开门, 什么时候开门], answer: “八点” }\n";
    write(folder.path().join("faq.yaml"), faq).unwrap();
    let config = "faq: faq.yaml\naccounts:\n  qq:\n    platform: onebot\n\
                  \x20   connection:\n      access_token: “${CHECK_TOKEN}”\n    staff_rooms: [“qq/group:900001”]\n";
    write(folder.path().join("groupdesk.yaml"), config).unwrap();
    for variables in [&[("CHECK_TOKEN", "t0ken")][..], &[]] {
        let (code, _, told) = groupdesk(folder.path(), &["check"], variables);
        assert_eq!(code, Some(1), "{told}");
        for part in [
            "groupdesk.yaml:6:21: error",
            "groupdesk.yaml:7:19: error",
            "faq.yaml:1:39: error",
            "faq.yaml:3:9: error",
            "写成：\"${CHECK_TOKEN}\"",
            "写成：\"qq/group:900001\"",
            "写成：\"09:00-18:00\"",
            "写成：\"address\"",
        ] {
            assert!(told.contains(part), "{part}: {told}");
        }
        // For members they may be meant.
        assert!(!told.contains("\"“") && !told.contains("faq.yaml:3:55"), "{told}");
    }
}

#[test]
fn a_token_that_no_client_can_send_is_refused_by_check_and_run() {
    let folder = tempfile::tempdir().unwrap();
    let config = "accounts:\n  qq: { platform: onebot, connection: { access_token: \"${CHECK_TOKEN}\" }, staff_rooms: [qq/group:1] }\n";
    write(folder.path().join("groupdesk.yaml"), config).unwrap();
    for command in ["check", "run"] {
        for token in ["密语九九", "t0 ken", "“t0ken”"] {
            let (code, _, told) = groupdesk(folder.path(), &[command], &[("CHECK_TOKEN", token)]);
            assert_eq!(code, Some(1), "{command} {token}: {told}");
            assert!(told.contains("平台收不到这样的令牌"), "{told}");
            assert!(!told.contains(token), "{told}");
        }
    }
}

#[test]
fn what_follows_from_a_missing_variable_is_no_error_without_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let config = "accounts:\n  desk:\n    platform: webhook\n    connection:\n      targets:\n        first:\n\
                  \x20         url: \"${CHECK_URL}\"\n          secret: \"${CHECK_SECRET}\"\n";
    write(folder.path().join("groupdesk.yaml"), config).unwrap();
    let (code, summary, told) = groupdesk(folder.path(), &["check", "--without-secrets"], &[]);
    assert_eq!(code, Some(0), "{summary}{told}");
    // What is wrong is not missing too.
    let wrong = config
        .replace("${CHECK_URL}", "ftp://x")
        .replace("${CHECK_SECRET}", "short");
    write(folder.path().join("groupdesk.yaml"), wrong).unwrap();
    let (code, _, told) = groupdesk(folder.path(), &["check"], &[]);
    assert_eq!((code, told.matches(": error: ").count()), (Some(1), 2), "{told}");
    assert!(!told.contains("缺少"), "{told}");
}

#[test]
fn a_staff_room_is_proposed_only_where_the_platform_has_one() {
    let folder = tempfile::tempdir().unwrap();
    let config = "accounts:\n  b: { platform: qq, connection: { app_id: 1, app_secret: x } }\n\
                  \x20 kf: { platform: wechat_kf, connection: { corp_id: x, secret: y, token: z, encoding_aes_key: short } }\n";
    write(folder.path().join("groupdesk.yaml"), config).unwrap();
    let (_, _, told) = groupdesk(folder.path(), &["check"], &[]);
    assert!(told.contains("staff_rooms: [kf/servicers]"), "{told}");
    assert!(
        told.contains("客服群不能放在这个平台上") && !told.contains("group:123456"),
        "{told}"
    );
}

#[test]
fn the_language_stands_before_or_behind_the_command_and_a_wrong_one_is_told() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path().join("faq.yaml"), FAQ).unwrap();
    for arguments in [["--lang", "fr", "check"], ["check", "--lang", "fr"]] {
        let (code, _, told) = groupdesk(folder.path(), &arguments, &[("LC_ALL", "zh_CN.UTF-8")]);
        assert_eq!(code, Some(2), "{told}");
        assert!(
            told.contains("「fr」不能用于 --lang") && told.contains("zh、en"),
            "{told}"
        );
    }
    let (code, _, told) = groupdesk(folder.path(), &["check", "--lang", "zh"], &[]);
    assert_eq!(code, Some(0), "{told}");
}

#[test]
fn what_was_probably_meant_is_proposed() {
    let folder = tempfile::tempdir().unwrap();
    for (faq, typed) in [
        ("precision: 95%\nentries: []\n", "0.95"),
        (
            "entries:\n  - { id: 我的 地址, questions: [地址], answer: a }\n",
            "id: 我的-地址",
        ),
        ("怎么退款\n请联系客服\n", "entries:\n  - id: refund"),
    ] {
        write(folder.path().join("faq.yaml"), faq).unwrap();
        let (code, _, told) = groupdesk(folder.path(), &["check"], &[]);
        assert_eq!(code, Some(1), "{told}");
        assert!(told.matches(typed).count() >= 2, "{typed}: {told}");
    }
}
