//! Property tests with texts from outside: no text of a member, an admin's editor or an implementation panics, and the same text
//! always gets the same result. The libFuzzer targets of the same entry points are in `fuzz/`; `benches/peers` measures long
//! texts.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use groupdesk::desk::Knowledge;
use groupdesk::faq::{self, RenderContext};
use groupdesk::language::Language;
use groupdesk::matcher::Ranking;
use jiff::Timestamp;
use proptest::prelude::*;
use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::LazyLock;

static KNOWLEDGE: LazyLock<Knowledge> = LazyLock::new(shipped);

fn shipped() -> Knowledge {
    let text = include_str!("../faq.yaml");
    Knowledge::load("faq.yaml", text, None)
        .expect("the shipped file is good")
        .0
}

const MESSAGES: [&str; 12] = [
    "工单在哪提",
    "工单系統需要註冊嗎",
    "几点上班",
    "5X8 是什么意思",
    "how do I reach a human",
    "docker 报错 permission denied 怎么办",
    "哈哈哈",
    "免费镜像 支持 吗",
    "gongdan dizhi",
    "",
    "？",
    "客服电话多少 客服微信多少 客服邮箱多少",
];

/// Messages as members type them, whole and in pieces, with the sequences that the normaliser looks for.
fn message() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "工单",
        "注册",
        "工",
        "單",
        "客服",
        "几点",
        "上班",
        "你好",
        "请问",
        "大佬",
        "啊",
        "啊啊啊啊啊啊",
        "转人工",
        "不",
        "没",
        "吗",
        "？",
        "，",
        "。",
        " ",
        "\n",
        "\t",
        "5",
        "×",
        "x",
        "X",
        "*",
        "八",
        "7",
        "/",
        "24",
        "office",
        "hours",
        "ticket",
        "tikcet",
        "email",
        "@bot ",
        "[捂脸]",
        "[",
        "]",
        "http://a.b/c?d=e",
        "a@b.c",
        "C++",
        "\u{200b}",
        "\u{301}",
        "İ",
        "ß",
        "Ａ",
        "㍿",
        "ﷺ",
        "😀",
        "👨\u{200d}👩\u{200d}👧",
        "\u{202e}",
        "\u{0}",
        "\u{fffd}",
        "gongdan",
        "'s",
        "$",
        "%",
        "-",
        "_",
        ".",
    ]);
    prop_oneof![
        prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat()),
        "(?s).{0,40}",
    ]
}

/// Pieces of templates, right and wrong.
fn template() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "{{ ",
        " }}",
        "{% ",
        " %}",
        "{# ",
        " #}",
        "if ",
        "else",
        "elif ",
        "endif",
        "for x in ",
        "endfor",
        "set x = ",
        "x",
        "open_now",
        "contact",
        "contact.phone",
        ".value",
        ".hours",
        "hours.office",
        "next_opening",
        "service_open",
        "contact_list",
        "nothing",
        " and ",
        " not ",
        " == ",
        " + ",
        " ~ ",
        " * ",
        "1",
        "99999999999999999999",
        "'a'",
        "\"",
        "'",
        "|upper",
        "|replace('a', 'b')",
        "|default('x')",
        "|length",
        "|indent(",
        "(",
        ")",
        "range(3)",
        "-%}",
        "{%- ",
        "raw",
        "endraw",
        "电话",
        "text ",
        "\n",
    ]);
    prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_message_gets_the_same_probabilities_in_order(text in message()) {
        let matcher = &KNOWLEDGE.matcher;
        let ranking = matcher.rank(&text);
        prop_assert!(ranking.candidates.iter().all(|candidate| (0.0..=1.0).contains(&candidate.confidence)));
        prop_assert!(ranking.candidates.windows(2).all(|pair| pair[0].confidence >= pair[1].confidence));
        prop_assert_eq!(&matcher.rank(&text), &ranking);
    }

    #[test]
    fn any_template_is_refused_with_a_place_or_said_in_both_languages(template in template()) {
        let indented: String = template.lines().map(|line| format!("    {line}\n")).collect();
        let text = format!(
            "hours: {{ office: 7x24 }}\nservice: office\ncontact_points: {{ phone: {{ name: 电话, value: '1', hours: office }} }}\n\
             entries:\n- id: a\n  questions: [x]\n  answer: |\n{indented}"
        );
        match faq::load("faq.yaml", &text) {
            Ok(loaded) => for language in [Language::CHINESE, Language::ENGLISH] {
                let said = loaded.faq.render(0, &RenderContext { now: Timestamp::UNIX_EPOCH, language });
                prop_assert!(said.text.len() < 1 << 20);
            },
            Err(problems) => {
                prop_assert!(!problems.is_empty());
                for problem in problems {
                    prop_assert!((1..=text.lines().count() + 1).contains(&problem.line), "{problem}");
                }
            }
        }
    }
}

#[test]
fn all_threads_rank_alike_with_a_matcher_of_their_own_and_with_a_shared_one() {
    let rank = |knowledge: &Knowledge| -> Vec<Ranking> {
        MESSAGES
            .iter()
            .map(|message| knowledge.matcher.rank(message))
            .collect()
    };
    let here = rank(&KNOWLEDGE);
    std::thread::scope(|scope| {
        let shared: Vec<_> = (0..4).map(|_| scope.spawn(|| rank(&KNOWLEDGE))).collect();
        let own = scope.spawn(|| rank(&shipped()));
        for thread in shared.into_iter().chain([own]) {
            assert_eq!(thread.join().unwrap(), here);
        }
    });
}

/// Every process has hash seeds of its own; nothing that is decided may follow from them.
#[test]
fn every_run_of_the_program_decides_alike_to_the_last_digit() {
    let input: String = MESSAGES
        .iter()
        .map(|message| format!("{}\n", serde_json::json!({ "q": message })))
        .collect();
    let run = || {
        let mut child = Command::new(env!("CARGO_BIN_EXE_groupdesk"))
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .args(["match", "--faq", "faq.yaml"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    };
    let first = run();
    assert_eq!(
        String::from_utf8_lossy(&first.stdout).lines().count(),
        MESSAGES.len()
    );
    for _ in 0..3 {
        assert_eq!(run().stdout, first.stdout);
    }
}
