//! Every command in a Chinese terminal and in an English one: each speaks its language alone.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::collections::BTreeSet;
use std::process::Stdio;
use std::time::{Duration, Instant};
use support::program::{Program, binary};
use support::qq::{Manners, Qq, group_message, next};

/// Data of two words at most, so that what remains is the program's own.
const FAQ: &str = "language: en\nentries:\n\
                   \x20 - { id: refund, questions: [\"refund policy?\", \"money back?\", \"get refund\"], answer: \"Ask billing.\" }\n\
                   \x20 - { id: parcel, questions: [\"parcel delayed?\", \"where parcel\"], answer: \"Ask shipping.\" }\n";

/// Arguments of each command, behind its name. A command that is missing here fails the test.
const CALLS: &[&str] = &[
    "init --lang {lang} --yes",
    "run --config missing.yaml",
    "ask refund policy?",
    "ask --group dinner tonight",
    "ask --at noon refund",
    "why 1",
    "why qq/group:7/1",
    "why what",
    "stats",
    "stats --definitions",
    "stats --list answer-rate",
    "stats --by channel",
    "stats --list nothing",
    "unanswered",
    "unanswered reopen m99",
    "unanswered reopen x",
    "labels list --nearest",
    "labels set right qq/group:7/1",
    "labels set right 9999",
    "labels set perhaps 1",
    "labels report",
    "match",
    "eval questions.jsonl",
    "eval --labels 5 questions.jsonl",
    "eval missing.jsonl",
    "eval broken.jsonl",
    "check",
    "check broken.yaml",
    "check --preview",
    "diff faq.yaml other.yaml",
    "diff nothing faq.yaml",
    "faq log",
    "faq show nothing",
    "faq rollback latest",
    "health",
    "health --address 127.0.0.1:1",
    "status",
    "status --address 127.0.0.1:1",
    "dashboard invite {lang} --role owner",
    "dashboard reset nobody",
    "api-key make {lang} --account site",
    "api-key list",
    "api-key end {lang} --account site",
    "api-key end nobody --account site",
    "backup {lang}.db",
    "restore missing.db",
    "store copy sqlite:missing.db postgres://127.0.0.1:1/x",
    "store copy missing.db x",
    "import table.csv --out {lang}.yaml",
    "import missing.csv --out no.yaml",
    "import table.csv --out faq.yaml",
    "import names.csv --out no.yaml",
    "export --to md --out {lang}.md",
    "export --to csv --out {lang}.csv",
    "tickets list",
    "tickets list --since noon",
    "tickets show 1",
    "tickets show 99",
    "tickets export 1",
    "tickets forget qq nobody",
    "forget member qq/99999",
    "forget member nobody",
    "quarantine list",
    "quarantine show 99",
    "quarantine retry 99",
    "quarantine forget --all",
    "schema --install {lang}-schema",
    "texts nolanguage",
    "licenses --what",
    "model list",
    "model get nothing",
    "model check missing",
    "wechat qr",
    "wechat qr --out x.gif",
    "help",
];

/// The paths of all commands, as the help lists them.
fn commands(program: &Program, path: &[String], found: &mut BTreeSet<String>) {
    let output = program
        .command(binary())
        .args(path)
        .args(["--lang", "en", "--help"])
        .output()
        .unwrap();
    let help = String::from_utf8(output.stdout).unwrap();
    let listed = help.split("Commands:\n").nth(1).unwrap_or_default();
    let listed = listed.split("\n\n").next().unwrap_or_default();
    let names = listed
        .lines()
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let names: Vec<&str> = names.filter_map(|line| line.split_whitespace().next()).collect();
    if names.is_empty() {
        found.insert(path.join(" "));
    }
    for name in names
        .into_iter()
        .filter(|name| *name != "help" || path.is_empty())
    {
        let below: Vec<String> = path.iter().cloned().chain([name.to_owned()]).collect();
        match name {
            "help" => drop(found.insert("help".to_owned())),
            _ => commands(program, &below, found),
        }
    }
}

fn is_chinese(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}')
}

/// Takes out what stands in Chinese quotation marks: questions of the FAQ, the built-in ones too.
fn quoted(line: &str) -> String {
    let mut parts = line.split(['「', '」']);
    let mut rest = parts.next().unwrap_or_default().to_owned();
    for part in parts.skip(1).step_by(2) {
        rest.push('·');
        rest.push_str(part);
    }
    rest
}

/// Returns three English words that follow each other and are no code, name, path or command.
fn english_words(line: &str) -> Option<String> {
    // No sentences of the program: a line of faq.yaml, what the store keeps of a ticket, and what the system says.
    if line.contains("- { id:") {
        return None;
    }
    let line = line
        .replace("the member asked for a human", "")
        .replace("No such file or directory (os error 2)", "")
        .replace("Connection refused (os error 111)", "");
    let line = quoted(&line);
    let mut outside = String::new();
    for (at, part) in line.split('`').enumerate() {
        outside.push_str(if at % 2 == 0 { part } else { "·" });
    }
    let outside = outside.split("groupdesk ").enumerate().map(|(at, part)| {
        let words = part.split_inclusive(' ');
        let is_argument = |word: &&str| word.is_ascii();
        match at {
            0 => part.to_owned(),
            _ => words.skip_while(is_argument).collect(),
        }
    });
    let outside = outside.collect::<Vec<String>>().join("·");
    let mut words: Vec<&str> = Vec::new();
    for word in outside.split(' ') {
        let bare = word.trim_matches(|c: char| "(),.:;?!\"'".contains(c));
        let is_word = bare.len() > 1 && bare.chars().all(|c| c.is_ascii_alphabetic() || c == '\'');
        if !is_word {
            words.clear();
            continue;
        }
        words.push(bare);
        if words.len() == 3 {
            return Some(words.join(" "));
        }
        // A list of names.
        if word.ends_with(',') {
            words.clear();
        }
    }
    None
}

#[tokio::test]
async fn every_command_speaks_the_terminal_s_language_and_no_other() {
    let site = "  site:\n    platform: web\n    connection: { origins: [\"https://shop.example\"] }\n    staff_rooms: [dashboard/team]\n";
    let mut program = Program::reverse("");
    let config = std::fs::read_to_string(program.folder.join("groupdesk.yaml")).unwrap();
    let config = config.replace("accounts:\n", &format!("accounts:\n{site}"));
    let write = |name: &str, text: &str| std::fs::write(program.folder.join(name), text).unwrap();
    write("groupdesk.yaml", &config);
    write("faq.yaml", FAQ);
    write("other.yaml", &FAQ.replace("\"refund policy?\", ", ""));
    write(
        "broken.yaml",
        "entries:\n  - { id: a, questons: [x], answer: y }\n",
    );
    write(
        "questions.jsonl",
        "{\"q\": \"refund policy?\", \"ids\": [\"refund\"]}\n{\"q\": \"where parcel\", \"ids\": [\"refund\"]}\n{\"q\": \"dinner \
         tonight\", \"ids\": []}\n{\"q\": \"lost\", \"ids\": [\"parcel\"], \"kind\": \"short\"}\n",
    );
    write("broken.jsonl", "{\n");
    write(
        "table.csv",
        "question,answer\nopening hours?,Nine\nopening hours?,Ten\n,Eleven\n",
    );
    write("names.csv", "what,which,when\n1,2,3\n");
    program.start(binary());
    let (qq, mut heard) = Qq::new(Manners::WELL_BEHAVED);
    let wire = qq.connect(&program.url()).await;
    wire.send(group_message(1, 7, 20_001, "refund policy?", true));
    next(&mut heard).await;
    wire.send(group_message(2, 7, 20_002, "human agent", true));
    next(&mut heard).await;
    let end = Instant::now() + Duration::from_secs(60);
    while !program
        .command(binary())
        .args(["why", "1"])
        .output()
        .unwrap()
        .status
        .success()
    {
        assert!(Instant::now() < end, "no ticket: {}", program.log());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }

    let mut known = BTreeSet::new();
    commands(&program, &[], &mut known);
    assert!(known.len() > 30, "{known:?}");
    let calls = |path: &str| {
        let named = |call: &&&str| **call == path || call.starts_with(&format!("{path} "));
        CALLS.iter().filter(named).count()
    };
    let forgotten: Vec<&String> = known.iter().filter(|path| calls(path) == 0).collect();
    assert!(
        forgotten.is_empty(),
        "commands without a call in CALLS: {forgotten:?}"
    );

    let mut wrong = Vec::new();
    for lang in ["zh", "en"] {
        for call in CALLS {
            let call = call.replace("{lang}", lang);
            let output = program
                .command(binary())
                .args(["--lang", lang])
                .args(call.split(' '))
                .env("TEST_TOKEN", support::program::TOKEN)
                .stdin(Stdio::null())
                .output()
                .unwrap();
            let text = [output.stdout, output.stderr].concat();
            let text = String::from_utf8(text).unwrap();
            for line in text.lines() {
                let found = match lang {
                    "zh" => english_words(line),
                    _ => line.contains(is_chinese).then(String::new),
                };
                if let Some(found) = found {
                    wrong.push(format!("{lang} {call}: {line}   <{found}>"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} lines:\n{}", wrong.len(), wrong.join("\n"));
}
