//! Tests of the mistakes found in a bad FAQ, their places, and the answers of a good one.

mod companion_files;
mod documents;
mod mistakes;
mod newcomers;
mod texts;
mod typed;
mod wide;

use super::file_watch::watch_by;
use super::*;
use jiff::Timestamp;
use proptest::prelude::*;
use std::sync::Arc;
use std::time::{Duration, Instant};

const SHIPPED: &str = include_str!("../../faq.yaml");

/// Problems as `line:column message`.
fn problems(text: &str) -> Vec<String> {
    match load("faq.yaml", text) {
        Ok(_) => Vec::new(),
        Err(problems) => problems
            .iter()
            .map(|p| format!("{}:{} {}", p.line, p.column, p.message))
            .collect(),
    }
}

fn at(time: &str) -> Timestamp {
    time.parse().unwrap()
}

#[test]
fn each_mistake_is_found_where_it_stands() {
    let entry = "- { id: a, questions: [x], answer: y }";
    for (text, expected) in [
        (
            "entries:\n- { id: a, questions: [x], anwser: y }",
            "2:28 unknown key `anwser`",
        ),
        (
            &format!("entries:\n{entry}\n{entry}"),
            "3:9 the id `a` stands here a second time; the first is in line 2",
        ),
        (
            "entries:\n- { id: a, questions: [x], answer: ' ' }",
            "2:36 the answer is empty",
        ),
        (
            "entries:\n- { id: a, answer: y }",
            "2:9 nothing leads to entry `a`: it has neither questions nor patterns",
        ),
        (
            "entries:\n- { id: a, questions: ['?'], answer: y }",
            "2:24 an empty question in entry `a`",
        ),
        (
            "entries:\n- { id: a, patterns: ['(x'], answer: y }",
            "2:23 the pattern `(x` is no regular expression: unclosed group",
        ),
        (
            "entries:\n- { id: a, patterns: ['x*'], answer: y }",
            "2:23 the pattern `x*` matches the empty text",
        ),
        (
            "entries:\n- { id: '@human', questions: [x], answer: y }",
            "2:9 `@human` is no id",
        ),
        (
            "entries:\n- { id: a, questions: [x], answer: y, see_also: [b] }",
            "2:50 unknown entry `b`",
        ),
        (
            "entries:\n- { id: a, questions: [x], answer: y, hours: night }",
            "2:46 unknown hours `night`",
        ),
        (
            "entries:\n- { id: a, questions: [x], answer: y, pictures: [no] }",
            "2:50 `no` is no link",
        ),
        (
            "entries:\n- { id: a, questions: [x], answer: { open: y } }",
            "2:36 there is nothing to say while closed",
        ),
        (
            "entries:\n- { id: a, questions: [x], answer: { fr: y } }",
            "2:38 unknown key `fr`",
        ),
        (
            "entries:\n- { id: a, questions: [x], answer: '{{ nothing }}' }",
            "2:36 the template names what does not exist: `nothing`",
        ),
        (
            "entries:\n- { id: a, questions: [x], answer: '{{ open_now ' }",
            "2:36 the template is not written right",
        ),
        (
            "entries:\n- id: a\n  questions: [x]\n  answer: |\n    one\n    {{ contact.fax.value }}\n",
            "6:5 the template names what does not exist: `contact.fax.value`",
        ),
        ("hours: { o: 5x8 }\nentries: []", "1:13"),
        (
            "precision: 2\nentries:\n- { id: a, questions: [x], answer: y }",
            "1:12 precision 2 is out of range",
        ),
        (
            "service: o\nentries:\n- { id: a, questions: [x], answer: y }",
            "1:10 unknown hours `o`",
        ),
        (
            "contact_points: { a: { name: b } }\nentries: []",
            "1:22 nobody can reach `a`: it has neither value nor link",
        ),
        ("entries: 5", "1:10"),
        ("", "0:0 there are no entries"),
        ("entries:\n  - id: a\n bad", "3:"),
    ] {
        let found = problems(text);
        assert!(
            found.iter().any(|problem| problem.starts_with(expected)),
            "{expected}\n{found:#?}"
        );
    }
}

#[test]
fn many_mistakes_are_told_at_once() {
    let text = "langauge: zh\nprecision: 7\nentries:\n- { id: a, questions: [x], answer: '{{ no }}' }\n- { id: a, questions: [y], answer: z, see_also: [q] }\n- { questions: [] }\n";
    let found = problems(text);
    assert_eq!(found.len(), 6, "{found:#?}");
}

#[test]
fn bombs_and_absurd_sizes_are_refused_quickly() {
    let mut laughs = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..10 {
        laughs.push_str(&format!(
            "a{level}: &a{level} [{}]\n",
            vec![format!("*a{}", level - 1); 9].join(", ")
        ));
    }
    let big = "# ".repeat(35 << 20);
    let started = Instant::now();
    assert!(!problems(&laughs).is_empty());
    assert!(problems(&big)[0].contains("at most"));
    assert!(!problems(&format!("entries: {}", "[".repeat(10_000))).is_empty());
    assert!(
        started.elapsed() < Duration::from_secs(2),
        "{:?}",
        started.elapsed()
    );
}

#[test]
fn a_template_can_not_build_what_takes_for_ever_to_print_or_compare() {
    let doubled = |start: &str, step: &str, end: &str| format!("{start}{}{end}", step.repeat(40));
    for template in [
        doubled("{% set x = 'a' %}", "{% set x = [x, x] %}", "{{ x }}"),
        doubled("{% set x = 'a' %}", "{% set x = (x, x) %}", "{{ x == x }}"),
        doubled("{% set x = 'a' %}", "{% set x = dict(a=x, b=x) %}", "{{ x }}"),
        doubled("{% set x = 'a' %}", "{% set x = x ~ x %}", "{{ x }}"),
        "{% set n = namespace(x=1) %}{{ n.x }}".to_owned(),
    ] {
        let text = format!("entries:\n- id: a\n  questions: [x]\n  answer: \"{template}\"\n");
        assert!(!problems(&text).is_empty(), "{template}");
    }
}

#[test]
fn the_shipped_file_has_no_mistakes_and_every_entry_it_must_have() {
    let loaded = load("faq.yaml", SHIPPED).expect("the shipped file is good");
    assert_eq!(loaded.warnings, []);
    for id in [
        "ticket-registration",
        "ticket-feedback",
        "service-notation",
        "office-hours",
        "unreachable-staff",
        "contact-channels",
        "ticket-open",
        "email",
        "qq-group",
        "wechat",
        "phone",
        "support-scope",
        "free-image-support",
        "paid-image-support",
        "docs-guidance",
        "advanced-services",
        "purchase-advanced",
    ] {
        assert!(loaded.faq.index_of(id).is_some(), "{id}");
    }
}

#[test]
fn a_change_of_the_office_hours_changes_every_answer_that_speaks_of_them() {
    let before = load("faq.yaml", SHIPPED).unwrap().faq;
    let after = load(
        "faq.yaml",
        &SHIPPED.replacen("mon-fri: \"08:00-17:30\"", "mon-fri: \"09:15-18:45\"", 1),
    )
    .unwrap()
    .faq;
    let mut spoke = 0;
    for (index, entry) in before.entries().iter().enumerate() {
        for language in [Language::CHINESE, Language::ENGLISH] {
            let context = RenderContext {
                now: at("2026-11-23T10:00:00+08:00"),
                language,
            };
            let (old, new) = (
                before.render(index, &context).text,
                after.render(index, &context).text,
            );
            if old.contains("周一至周五 8:00") || old.contains("Mon–Fri 8:00") {
                spoke += 1;
                assert!(
                    new.contains("9:15") && !new.contains("周一至周五 8:00"),
                    "{}: {new}",
                    entry.id
                );
            }
        }
    }
    assert!(spoke >= 4, "{spoke} answers speak of the office hours");
}

#[test]
fn open_and_closed_have_answers_of_their_own_and_the_reader_a_language() {
    let faq = load("faq.yaml", SHIPPED).unwrap().faq;
    let index = faq.index_of("office-hours").unwrap();
    let say = |time: &str, language| {
        faq.render(
            index,
            &RenderContext {
                now: at(time),
                language,
            },
        )
        .text
    };
    assert!(say("2026-11-23T10:00:00+08:00", Language::CHINESE).contains("现在正在服务时间内"));
    let night = say("2026-11-23T22:00:00+08:00", Language::CHINESE);
    assert!(
        night.contains("明天") && night.contains("工单系统") && !night.contains("128631425"),
        "{night}"
    );
    assert!(say("2026-11-23T10:00:00+08:00", Language::ENGLISH).starts_with("Our office hours are"));
    // The holiday week is closed, the make-up Saturday after it open.
    assert!(say("2026-10-05T10:00:00+08:00", Language::CHINESE).contains("不在服务时间"));
    assert!(say("2026-10-10T10:00:00+08:00", Language::CHINESE).contains("现在正在服务时间内"));
}

#[test]
fn facts_stand_in_the_language_of_the_sentence_around_them() {
    let say = |answer: &str, language| {
        let text = format!(
            "service: office\nhours:\n  office: {{ time_zone: Asia/Shanghai, weekly: {{ mon-fri: \"09:00-18:00\" }} }}\n\
             entries:\n  - id: hours\n    questions: [几点上班]\n    answer: \"{answer}\"\n"
        );
        let faq = load("faq.yaml", &text).unwrap().faq;
        let now = at("2026-11-23T20:00:00+08:00");
        faq.render(0, &RenderContext { now, language }).text
    };
    let chinese = say(
        "上班时间：{{ hours.office }}，{{ next_opening }}有人。",
        Language::ENGLISH,
    );
    assert!(
        chinese.contains("周一至周五") && chinese.contains("明天"),
        "{chinese}"
    );
    let english = say("We are there {{ hours.office }}.", Language::CHINESE);
    assert!(english.contains("Mon–Fri"), "{english}");
    // Facts alone are the reader's.
    assert!(say("{{ hours.office }}", Language::ENGLISH).contains("Mon–Fri"));
    assert!(say("{{ hours.office }}", Language::CHINESE).contains("周一至周五"));
}

#[test]
fn a_calendar_that_ends_soon_or_has_no_data_is_warned_of() {
    let faq = load("faq.yaml", SHIPPED).unwrap().faq;
    let warnings = faq.calendar_warnings(at("2026-11-23T10:00:00+08:00"));
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(warnings[0].message.contains("`cn` until 2026-12-31"));
    assert!(
        faq.calendar_warnings(at("2026-10-31T10:00:00+08:00")).is_empty(),
        "sixty days before"
    );
    assert_eq!(
        faq.calendar_warnings(at("2027-03-01T10:00:00+08:00")).len(),
        1,
        "and after it"
    );
    // Own days off of the coming year, written in time.
    let text = "holidays: { ours: { off: [\"2027-02-05\"] } }\nhours: { desk: { weekly: { mon-fri: \"09:00-18:00\" }, holidays: ours } }\n\
                entries:\n- { id: a, questions: [x], answer: y }\n";
    let faq = load("faq.yaml", text).unwrap().faq;
    let years = |now: &str| -> Vec<bool> {
        let warnings = faq.calendar_warnings(at(now));
        warnings
            .iter()
            .map(|warning| warning.message.contains("2026"))
            .collect()
    };
    assert!(years("2026-11-30T10:00:00+08:00").is_empty());
    assert_eq!(years("2026-03-01T10:00:00+08:00"), [true]);
}

#[tokio::test]
async fn edits_are_told_however_the_editor_saves() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("faq.yaml");
    std::fs::write(&path, "one").unwrap();
    let mut edits = watch(path.clone(), "none");
    let mut next = async || {
        tokio::time::timeout(Duration::from_secs(5), edits.recv())
            .await
            .unwrap()
            .unwrap()
    };
    assert_eq!(next().await.unwrap(), "one", "edited before it was watched");
    std::fs::write(&path, "two").unwrap();
    assert_eq!(next().await.unwrap(), "two");
    let other = folder.path().join("new");
    std::fs::write(&other, "three").unwrap();
    std::fs::rename(&other, &path).unwrap();
    assert_eq!(next().await.unwrap(), "three");
    std::fs::remove_file(&path).unwrap();
    assert!(next().await.is_err());
    std::fs::write(&path, "three").unwrap();
    assert_eq!(next().await.unwrap(), "three");
}

#[tokio::test]
async fn a_file_that_is_written_slowly_is_read_when_it_is_done() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("faq.yaml");
    std::fs::write(&path, "one").unwrap();
    let mut edits = watch(path.clone(), "one");
    tokio::time::sleep(Duration::from_millis(100)).await;
    let mut file = std::fs::File::create(&path).unwrap();
    for line in 0..12 {
        std::io::Write::write_all(&mut file, format!("line {line}\n").as_bytes()).unwrap();
        tokio::time::sleep(Duration::from_millis(250)).await;
        assert!(edits.try_recv().is_err(), "told after line {line}");
    }
    let told = tokio::time::timeout(Duration::from_secs(5), edits.recv()).await;
    assert!(told.unwrap().unwrap().unwrap().ends_with("line 11\n"));
    // A file that is never at rest is still read.
    let start = Instant::now();
    let told = loop {
        std::io::Write::write_all(&mut file, b"more\n").unwrap();
        tokio::time::sleep(Duration::from_millis(200)).await;
        match edits.try_recv() {
            Ok(told) => break told,
            Err(_) => assert!(start.elapsed() < Duration::from_secs(20)),
        }
    };
    assert!(told.unwrap().contains("more") && start.elapsed() > Duration::from_secs(5));
}

#[tokio::test]
async fn a_read_that_never_ends_is_told_and_holds_up_no_later_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("faq.yaml");
    let (release, hang) = std::sync::mpsc::channel::<()>();
    let hang = parking_lot::Mutex::new(hang);
    let reader = move |path: &std::path::Path| {
        let text = std::fs::read_to_string(path).unwrap();
        if text == "hangs" {
            let _ = hang.lock().recv();
        }
        Ok(text)
    };
    std::fs::write(&path, "one").unwrap();
    let mut edits = watch_by(path.clone(), "one", Duration::from_millis(200), Arc::new(reader));
    let mut next = async || {
        tokio::time::timeout(Duration::from_secs(5), edits.recv())
            .await
            .unwrap()
            .unwrap()
    };
    tokio::time::sleep(Duration::from_millis(100)).await;
    std::fs::write(&path, "hangs").unwrap();
    let told = next().await.unwrap_err().in_both_languages();
    assert!(
        told.contains("没有读完") && told.contains("no answer within"),
        "{told}"
    );
    let other = folder.path().join("new");
    std::fs::write(&other, "two").unwrap();
    std::fs::rename(&other, &path).unwrap();
    assert_eq!(next().await.unwrap(), "two");
    std::fs::write(&path, "hangs").unwrap();
    assert!(next().await.is_err(), "it hangs once more");
    // It answers again, and is still the same file.
    drop(release);
    assert_eq!(next().await.unwrap(), "hangs");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_text_makes_the_loader_panic(text in "\\PC{0,200}") {
        let _ = load("faq.yaml", &text);
        let _ = load("faq.yaml", &format!("entries:\n- id: a\n  questions: [x]\n  answer: |\n    {text}"));
    }

    #[test]
    fn no_slip_of_the_editor_makes_the_loader_panic(line in 0usize..400, other in 0usize..400, cut in 0usize..40) {
        let mut lines: Vec<&str> = SHIPPED.lines().collect();
        let (line, other) = (line % lines.len(), other % lines.len());
        lines.swap(line, other);
        let short: String = lines[line].chars().skip(cut).collect();
        lines[line] = &short;
        let _ = load("faq.yaml", &lines.join("\n"));
    }
}
