//! The program from the outside: what it prints, and how it ends.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use serde_json::Value;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn groupdesk(folder: &Path, arguments: &[&str], input: &str) -> Output {
    groupdesk_with(folder, arguments, input, &[])
}

/// Runs groupdesk with these environment variables.
fn groupdesk_with(folder: &Path, arguments: &[&str], input: &str, variables: &[(&str, &str)]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_groupdesk"))
        .current_dir(folder)
        .args(arguments)
        .envs(variables.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn without_a_file_anywhere_it_answers_in_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let output = groupdesk(
        folder.path(),
        &[],
        "工单系统需要注册吗？\n今晚吃火锅去不去\n@bot 转人工\n",
    );
    let text = stdout(&output);
    assert!(output.status.success(), "{text}{}", stderr(&output));
    assert!(
        text.contains("不注册同样能提交工单") && text.contains("工单 #1") && !text.contains("火锅」"),
        "{text}"
    );
}

#[test]
fn a_line_that_is_no_utf_8_is_told_and_the_next_ones_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_groupdesk"))
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // The first line is in GBK, as a Chinese Windows writes it.
    let input = [
        b"\xbc\xb8\xb5\xe3\xc9\xcf\xb0\xe0\n".as_slice(),
        "工单系统需要注册吗？\n".as_bytes(),
    ]
    .concat();
    child.stdin.take().unwrap().write_all(&input).unwrap();
    let text = stdout(&child.wait_with_output().unwrap());
    assert!(
        text.contains("UTF-8") && text.contains("不注册同样能提交工单"),
        "{text}"
    );
}

#[test]
fn match_writes_a_decision_for_every_line_and_passes_other_keys_through() {
    let input = "{\"q\": \"客服几点上班\", \"n\": 1}\n{\"q\": \"今晚吃火锅去不去\"}\n{\"q\": \"转人工\"}\n\n{\"q\": \"\"}\n{\"q\": \"王总，客服几点上班\"}\n";
    let output = groupdesk(root(), &["match", "--faq", "faq.yaml"], input);
    let lines: Vec<Value> = stdout(&output)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 5, "{}", stderr(&output));
    assert_eq!(
        (&lines[0]["decision"], &lines[0]["id"], &lines[0]["n"]),
        (&"answer".into(), &"office-hours".into(), &1.into())
    );
    assert!([1, 4].iter().all(|quiet| lines[*quiet]["decision"] == "quiet"));
    assert_eq!(
        (&lines[2]["decision"], &lines[2]["id"]),
        (&"handoff".into(), &"@human".into())
    );
    assert_eq!(
        (&lines[3]["decision"], lines[3]["score"].as_f64()),
        (&"quiet".into(), Some(0.0))
    );
    for line in &lines {
        assert!(
            line["score"]
                .as_f64()
                .is_some_and(|score| (0.0..=1.0).contains(&score)),
            "{line}"
        );
        assert!(line["top"].as_array().is_some_and(|top| top.len() <= 5), "{line}");
    }
    let mentioned = groupdesk(
        root(),
        &["match", "--mentioned"],
        "{\"q\": \"docker 日志太大怎么清理\"}\n",
    );
    assert!(stdout(&mentioned).contains("\"decision\":\"handoff\""));
    let bad = groupdesk(root(), &["match"], "{\"q\": \"x\"}\nnonsense\n");
    assert_eq!(bad.status.code(), Some(2));
    assert!(stderr(&bad).contains("line 2"), "{}", stderr(&bad));
}

#[test]
fn ask_explains_itself_and_knows_the_time() {
    let ask = |at: &str| {
        let output = groupdesk(root(), &["ask", "--json", "--at", at, "现在客服在线吗"], "");
        serde_json::from_str::<Value>(&stdout(&output)).unwrap_or_else(|_| panic!("{}", stderr(&output)))
    };
    let day = ask("2026-11-23T10:00");
    assert_eq!(
        (&day["decision"], &day["id"]),
        (&"answer".into(), &"office-hours".into())
    );
    assert!(day["answer"].as_str().unwrap().contains("现在正在服务时间内"));
    let holiday = ask("2026-10-03T10:00:00+08:00");
    assert!(
        holiday["answer"].as_str().unwrap().contains("10月8日"),
        "{holiday}"
    );
    // A holiday by law, of a year of which the notice is not known.
    let new_year = ask("2027-01-01T10:00:00+08:00");
    assert!(
        !new_year["answer"]
            .as_str()
            .unwrap()
            .contains("现在正在服务时间内"),
        "{new_year}"
    );
    assert!(!holiday["candidates"].as_array().unwrap().is_empty() && holiday["reason"].is_string());
    assert_eq!(
        groupdesk(root(), &["ask", "--at", "soon", "x"], "").status.code(),
        Some(2)
    );
}

#[test]
fn check_finds_every_error_with_its_place_and_runs_the_tests() {
    for example in ["groupdesk.example.yaml", "groupdesk.example.zh.yaml"] {
        let good = groupdesk(root(), &["check", "--without-secrets", "faq.yaml", example], "");
        assert!(good.status.success(), "{}{}", stdout(&good), stderr(&good));
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("faq.yaml"), "entries:\n- id: a\n  questions: [几点开门]\n  anwser: 八点\n- id: b\n  questions: [x]\n  answer: '{{ nope }}'\n").unwrap();
    std::fs::write(
        folder.path().join("groupdesk.yaml"),
        "accounts:\n  qq:\n    platform: onebott\n    staff_rooms: [tg/1]\n",
    )
    .unwrap();
    let output = groupdesk(folder.path(), &["check"], "");
    assert_eq!(output.status.code(), Some(1));
    let errors = stderr(&output);
    for place in [
        "faq.yaml:4:3: error: unknown key `anwser`",
        "did you mean `answer`",
        "faq.yaml:7:11:",
        "groupdesk.yaml:4:19:",
    ] {
        assert!(errors.contains(place), "{place}\n{errors}");
    }
    let json = groupdesk(folder.path(), &["check", "--json"], "");
    let json: Value = serde_json::from_str(&stdout(&json)).unwrap();
    assert_eq!(json["ok"], false);
    std::fs::write(folder.path().join("faq.yaml"), "entries:\n- id: a\n  questions: [几点开门]\n  answer: 八点\n  tests: { match: [多少钱], not: [几点开门] }\n").unwrap();
    let failing = groupdesk(folder.path(), &["check", "faq.yaml"], "");
    assert_eq!(failing.status.code(), Some(1));
    let told = stderr(&failing);
    for part in [
        "faq.yaml:5:20: error: `多少钱` must match",
        "请在 questions 里加上类似的问法",
        "faq.yaml:5:32: error: `几点开门` must not match",
        "请改写 questions 里和它最像的那个问法",
    ] {
        assert!(told.contains(part), "{part}\n{told}");
    }
    assert_eq!(
        groupdesk(folder.path(), &["check", "missing.yaml"], "")
            .status
            .code(),
        Some(2)
    );
}

#[test]
fn check_warns_of_entries_that_collide() {
    let folder = tempfile::tempdir().unwrap();
    let faq = "entries:\n\
        - { id: refund, questions: [怎么退款, 如何申请退款, 退款流程是什么, 我要退款, 退款在哪里办], answer: a }\n\
        - { id: money-back, questions: [怎么申请退款, 退款怎么操作, 退款的流程, 在哪里退款], answer: b }\n\
        - { id: hours, questions: [几点上班, 什么时候有人, 周末上班吗, 客服工作时间], answer: c }\n";
    std::fs::write(folder.path().join("faq.yaml"), faq).unwrap();
    let output = groupdesk(folder.path(), &["check"], "");
    assert!(output.status.success(), "a collision is no error");
    let warnings = stderr(&output);
    assert!(
        warnings.contains("faq.yaml:3:") && warnings.contains("entries `money-back` and `refund` collide"),
        "{warnings}"
    );
    assert!(!warnings.contains("`hours`"), "{warnings}");
    assert_eq!(
        warnings.matches("warning").count(),
        2,
        "one for each side\n{warnings}"
    );
}

/// Two entries that say the same in one question each: nothing else in the file could tell.
#[test]
fn check_names_both_questions_of_a_collision_at_the_line_and_column_of_the_first() {
    let folder = tempfile::tempdir().unwrap();
    let faq = "entries:\n\
        - id: reset-password\n  questions:\n    - 怎么重置密码\n  answer: a\n\
        - id: change-password\n  questions:\n    - 如何重置密码\n  answer: b\n\
        - id: hours\n  questions: [几点上班, 客服工作时间]\n  answer: c\n";
    std::fs::write(folder.path().join("faq.yaml"), faq).unwrap();
    let output = groupdesk(folder.path(), &["check"], "");
    let warnings = stderr(&output);
    for part in [
        "faq.yaml:4:7: warning: entries `reset-password` and `change-password` collide: `怎么重置密码`, left out of the file and asked as if a member had said it in other words, finds `change-password`",
        "which has `如何重置密码` in line 8",
        "faq.yaml:8:7: warning: entries `change-password` and `reset-password` collide",
        "help: where one answer does for both",
    ] {
        assert!(warnings.contains(part), "{part}\n{warnings}");
    }
    assert!(
        stdout(&output).contains("2 of the entries have one question only"),
        "{}",
        stdout(&output)
    );
    let json = groupdesk(folder.path(), &["check", "--json"], "");
    let json: Value = serde_json::from_str(&stdout(&json)).unwrap();
    assert_eq!((&json["ok"], &json["warnings"]), (&true.into(), &2.into()));
    let faq = &json["faqs"][0];
    assert_eq!((&faq["entries"], &faq["questions"]), (&3.into(), &4.into()));
    for share in [
        &faq["expected"]["precision"],
        &faq["expected"]["coverage"],
        &faq["threshold"],
    ] {
        assert!(
            share.as_f64().is_some_and(|share| (0.0..=1.0).contains(&share)),
            "{json}"
        );
    }
    assert_eq!(faq["precision_wanted"], 0.95);
    // The only question of an entry can't be left out, and the built-in calls for a human are no questions of the file.
    assert_eq!(faq["expected"]["questions"], 2, "{json}");
    assert!(
        stdout(&output).contains(": 2 could be left out"),
        "{}",
        stdout(&output)
    );
}

#[test]
fn eval_counts_right_wrong_missed_and_false() {
    let folder = tempfile::tempdir().unwrap();
    let queries = folder.path().join("q.jsonl");
    let lines = "{\"q\":\"客服几点上班\",\"ids\":[\"office-hours\"],\"kind\":\"ask\"}\n{\"q\":\"客服电话多少\",\"ids\":[\"email\"],\"kind\":\"ask\"}\n{\"q\":\"今晚吃火锅\",\"ids\":[],\"kind\":\"smalltalk\"}\n{\"q\":\"客服几点下班\",\"ids\":[]}\n{\"q\":\"x\",\"ids\":[\"email\"],\"either\":true}\n";
    std::fs::write(&queries, lines).unwrap();
    let output = groupdesk(root(), &["eval", "--json", queries.to_str().unwrap()], "");
    let json: Value = serde_json::from_str(&stdout(&output)).unwrap();
    let figure = |key: &str| json[key].as_u64().unwrap();
    assert_eq!(
        (
            figure("right"),
            figure("wrong"),
            figure("missed"),
            figure("false")
        ),
        (1, 1, 0, 1),
        "{json}"
    );
    let kinds: Vec<(&str, u64)> = json["kinds"]
        .as_array()
        .unwrap()
        .iter()
        .map(|kind| {
            (
                kind["kind"].as_str().unwrap(),
                kind["questions"].as_u64().unwrap(),
            )
        })
        .collect();
    assert_eq!(kinds, [("ask", 2), ("smalltalk", 1)]);
    assert_eq!((figure("in_scope"), figure("out_of_scope")), (2, 2));
    assert_eq!(json["false_per_1000"], 500.0);
    assert_eq!(json["confusions"][0]["wanted"], serde_json::json!([]), "{json}");
    let mut misses: Vec<u64> = json["misses"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|miss| miss["line"].as_u64())
        .collect();
    misses.sort_unstable();
    assert_eq!(misses, [2, 4], "{json}");
    let counted: u64 = json["reliability"]["bins"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|bin| bin["count"].as_u64())
        .sum();
    assert_eq!(counted, 4);
}

#[test]
fn eval_warns_of_a_label_that_no_entry_has_in_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let queries = folder.path().join("q.jsonl");
    // As Windows' Notepad writes it.
    let lines = "\u{feff}{\"q\":\"客服几点上班\",\"ids\":[\"office-hours\"]}\n\n{\"q\":\"客服几点下班\",\"ids\":[\"office-hour\",\"@human\"]}\n";
    std::fs::write(&queries, lines).unwrap();
    let output = groupdesk(root(), &["eval", "--json", queries.to_str().unwrap()], "");
    let told = stderr(&output);
    assert!(output.status.success(), "{told}");
    for part in [
        "q.jsonl:3: warning: `office-hour` is no entry",
        "did you mean `office-hours`?",
        "没有条目「office-hour」",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert_eq!(told.matches("warning").count(), 1, "{told}");
    std::fs::write(&queries, "怎么退款\n").unwrap();
    let output = groupdesk(root(), &["eval", queries.to_str().unwrap()], "");
    assert_eq!(output.status.code(), Some(2));
    let told = stderr(&output);
    for part in ["q.jsonl:1:1: ", "expected {\"q\": ", "每行写一道，写成：{\"q\": "] {
        assert!(told.contains(part), "{part}: {told}");
    }
}

/// The figures follow from what `match` says of the same lines, worked out once more in another way.
#[test]
fn eval_agrees_with_what_match_writes() {
    let folder = tempfile::tempdir().unwrap();
    let queries = folder.path().join("q.jsonl");
    let lines = [
        ("客服几点上班", "office-hours"),
        ("几点有人在", "office-hours"),
        ("工单要注册账号吗", "ticket-registration"),
        ("怎么付钱买服务", "purchase-advanced"),
        ("今晚吃火锅", ""),
        ("服务器上班时间重启了", ""),
        ("docker 日志太大怎么清理", ""),
        ("谁知道哪里有好吃的", ""),
    ];
    let text: String = lines
        .iter()
        .map(|(q, id)| {
            let ids: Vec<&str> = Some(*id).filter(|id| !id.is_empty()).into_iter().collect();
            format!("{}\n", serde_json::json!({"q": q, "ids": ids}))
        })
        .collect();
    std::fs::write(&queries, &text).unwrap();
    let written: Vec<Value> = stdout(&groupdesk(root(), &["match"], &text))
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let scores = |inside: bool| {
        written
            .iter()
            .filter(move |line| line["ids"][0].is_string() == inside)
            .map(|line| line["score"].as_f64().unwrap())
    };
    let mut won = 0.0;
    for (ours, other) in scores(true).flat_map(|ours| scores(false).map(move |other| (ours, other))) {
        won += if ours > other { 1.0 } else { 0.0 } + if ours == other { 0.5 } else { 0.0 };
    }
    let right = written
        .iter()
        .filter(|line| line["ids"][0].is_string() && line["id"] == line["ids"][0])
        .count();
    let output = groupdesk(root(), &["eval", "--json", queries.to_str().unwrap()], "");
    let json: Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert!(
        (json["auroc"].as_f64().unwrap() - won / 16.0).abs() < 1e-9,
        "{json}"
    );
    assert_eq!(json["acc_at_1"].as_f64(), Some(right as f64 / 4.0), "{json}");
    let plain = stdout(&groupdesk(
        root(),
        &[
            "eval",
            "--misses",
            "0",
            "--precision",
            "0.9",
            queries.to_str().unwrap(),
        ],
        "",
    ));
    for part in [
        "coverage at precision 0.9 ",
        "AUROC",
        "false per 1,000",
        "0.9 to 1.0",
    ] {
        assert!(plain.contains(part), "{part}\n{plain}");
    }
    assert!(!plain.contains("Misses") && !plain.contains('\u{1b}'), "{plain}");
}

#[test]
fn the_shipped_schemas_are_those_of_the_program() {
    for (language, folder) in [("en", "schema"), ("zh", "schema/zh")] {
        for which in ["faq", "config", "webhook"] {
            let file = format!("{folder}/{which}.schema.json");
            let output = groupdesk(root(), &["--lang", language, "schema", which], "");
            let shipped = std::fs::read_to_string(root().join(&file)).unwrap();
            // The order of keys is that of the build: a crate of the tests alone makes serde_json keep the order of insertion.
            let read = |text: &str| -> Value { serde_json::from_str(text).unwrap() };
            let is_same = read(&stdout(&output)) == read(&shipped);
            assert!(
                is_same,
                "run: groupdesk --lang {language} schema {which} > {file}"
            );
        }
    }
}

#[test]
fn a_broken_file_or_a_wrong_name_ends_the_start_with_words() {
    let folder = tempfile::tempdir().unwrap();
    let output = groupdesk(folder.path(), &["run", "--config", "no.yaml"], "");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("no.yaml"));
    std::fs::write(folder.path().join("faq.yaml"), "entries: [").unwrap();
    let output = groupdesk(folder.path(), &[], "");
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("faq.yaml:"), "{}", stderr(&output));
    let config = "accounts:\n  qq:\n    platform: onebot\n    connection: { reverse: {}, access_token: \"${NO_SUCH_VARIABLE_HERE}\" }\n";
    std::fs::write(folder.path().join("groupdesk.yaml"), config).unwrap();
    let output = groupdesk(folder.path(), &[], "");
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr(&output).contains("groupdesk.yaml:4:46") && stderr(&output).contains("NO_SUCH_VARIABLE_HERE"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn a_model_that_is_not_there_is_told_with_its_place_before_anything_is_served() {
    let folder = tempfile::tempdir().unwrap();
    let config = "accounts:\n  here: { platform: console }\nsemantic: { folder: models/none }\n";
    std::fs::write(folder.path().join("groupdesk.yaml"), config).unwrap();
    for command in ["check", "run"] {
        let output = groupdesk(folder.path(), &[command], "");
        let told = stderr(&output);
        assert_eq!(output.status.code(), Some(1), "{command}: {told}");
        assert!(told.contains("groupdesk.yaml:3:21"), "{command}: {told}");
        for part in [
            "models/none is not there",
            "groupdesk model get",
            "没有模型文件夹",
        ] {
            assert!(told.contains(part), "{command}: {told}");
        }
    }
    let output = groupdesk(folder.path(), &["ask", "怎么退款"], "");
    assert_eq!(output.status.code(), Some(3));
    assert!(
        stderr(&output).contains("models/none is not there"),
        "{}",
        stderr(&output)
    );
    // Elsewhere, and without accounts' secrets, the words alone do.
    let output = groupdesk(folder.path(), &["ask", "--config", "no.yaml", "怎么退款"], "");
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn who_reads_no_further_ends_a_command_quietly() {
    let folder = tempfile::tempdir().unwrap();
    let question = "{\"q\": \"几点上班\"}\n".repeat(2_000);
    for (arguments, input) in [
        (&["ask", "几点上班"][..], ""),
        (&["ask", "几点上班", "--json"], ""),
        (&["check"], ""),
        (&["check", "--json"], ""),
        (&["schema", "faq"], ""),
        (&["licenses"], ""),
        (&["tickets", "list"], ""),
        (&["match"], question.as_str()),
    ] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_groupdesk"))
            .current_dir(folder.path())
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        // It may end before it has read all.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let output = child.wait_with_output().unwrap();
        let told = stderr(&output);
        assert!(!told.contains("panicked"), "{arguments:?}: {told}");
        let store_is_missing = arguments[0] == "tickets";
        assert!(
            output.status.success() || store_is_missing,
            "{arguments:?}: {:?} {told}",
            output.status
        );
    }
}

#[test]
fn the_notices_of_shipped_data_are_in_the_program() {
    let output = groupdesk(root(), &["licenses"], "");
    let text = String::from_utf8(output.stdout).unwrap();
    for part in ["jieba", "Sun Junyi", "WordNet", "OpenCC", "Apache License"] {
        assert!(text.contains(part), "{part}");
    }
    // Whatever data is added is given its notice.
    let notices = std::fs::read_to_string(root().join("THIRD-PARTY-NOTICES.md")).unwrap();
    let table = std::fs::read_to_string(root().join("matcher/src/data/README.md")).unwrap();
    for line in table
        .lines()
        .filter(|line| line.starts_with("| `") && !line.ends_with("| ours |"))
    {
        let files = line
            .split('`')
            .skip(1)
            .step_by(2)
            .take_while(|name| !name.contains(' '));
        let own = files.filter(|name| name.ends_with(".txt") || name.ends_with(".bin"));
        for file in own {
            assert!(notices.contains(file), "{file} has no notice");
        }
    }
}

#[test]
fn rooms_that_hear_nothing_and_channels_that_no_account_has_are_warned_of() {
    let folder = tempfile::tempdir().unwrap();
    let config = "accounts:\n\
                  \x20 qq:\n\
                  \x20   platform: qq\n\
                  \x20   connection: { app_id: 102000001, app_secret: \"${SECRET}\" }\n\
                  \x20   staff_rooms: [qq/channel:100010, bot/group:900001]\n\
                  \x20 bot:\n\
                  \x20   platform: onebot\n\
                  \x20   connection: { access_token: \"${SECRET}\" }\n\
                  \x20   staff_rooms: [qq/group:C9F778FE6ADF]\n\
                  roster:\n\
                  \x20 老王: { ids: [bot/10001], shifts: { weekly: { sat: [\"08:00-12:00\", \"13:00-23:59\"] } } }\n";
    std::fs::write(folder.path().join("groupdesk.yaml"), config).unwrap();
    let faq = "entries:\n\
               \x20 - id: a\n\
               \x20   questions: [怎么退款]\n\
               \x20   answer: 找客服\n\
               \x20   audience:\n\
               \x20     channels: [bot/group:1, bot/123456, \"qq/channel:1\", pp/group:1]\n";
    std::fs::write(folder.path().join("faq.yaml"), faq).unwrap();
    let check = |files: &[&str]| {
        let arguments = [&["check"], files].concat();
        let output = groupdesk_with(folder.path(), &arguments, "", &[("SECRET", "s3cret")]);
        assert!(output.status.success(), "{}{}", stdout(&output), stderr(&output));
        (stdout(&output), stderr(&output))
    };
    // In whatever order they are named.
    for files in [&["faq.yaml", "groupdesk.yaml"], &["groupdesk.yaml", "faq.yaml"]] {
        let (summary, told) = check(files);
        assert!(summary.contains("0 error(s), 5 warning(s)"), "{summary}{told}");
        for (place, words) in [
            ("groupdesk.yaml:5:", "`qq/channel:100010` is a poor staff room"),
            ("groupdesk.yaml:9:", "the last 5 minutes"),
            ("groupdesk.yaml:11:", "13:00-24:00"),
            ("faq.yaml:6:", "did you mean bot/group:123456?"),
            ("faq.yaml:6:", "the accounts are: bot, qq"),
        ] {
            let said = told.lines().any(|line| line.contains(place)) && told.contains(words);
            assert!(said, "{place} {words}: {told}");
        }
    }
    // Alone it is not known which accounts there are.
    let (summary, told) = check(&["faq.yaml"]);
    assert!(summary.contains("0 warning(s)"), "{summary}{told}");
}
