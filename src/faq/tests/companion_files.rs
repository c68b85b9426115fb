//! Files beside faq.yaml that it names: calendars of other countries and years, languages, and how their mistakes are told.

use super::{CompanionFiles, load};
use crate::faq::RenderContext;
use crate::language::Language;
use crate::texts::template;
use jiff::Timestamp;
use std::path::Path;
use std::time::Duration;

const FAQ: &str = "\
holidays: { kr: holidays/kr.yaml }
hours: { desk: { weekly: { mon-fri: \"09:00-18:00\" }, time_zone: Asia/Seoul, holidays: kr } }
entries:
- { id: a, questions: [x], answer: \"{{ hours.desk }}\" }
";

const KOREA: &str = "\
# Source: 관보
name: { zh: 韩国公休日, en: Korean public holidays }
until: 2027-12-31
yearly: [01-01, 03-01, 08-15]
off: [2026-12-25, 2027-02-06..2027-02-09]
";

fn written(folder: &Path, calendar: &str) -> String {
    std::fs::create_dir_all(folder.join("holidays")).unwrap();
    std::fs::write(folder.join("holidays/kr.yaml"), calendar).unwrap();
    folder.join("faq.yaml").display().to_string()
}

fn at(time: &str) -> Timestamp {
    format!("{time}+09:00").parse().unwrap()
}

#[test]
fn a_calendar_stands_in_a_file_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let name = written(folder.path(), KOREA);
    let faq = load(&name, FAQ).unwrap().faq;
    let service = faq.service();
    for (time, open) in [
        ("2026-12-24T10:00:00", true),
        ("2026-12-25T10:00:00", false),
        ("2027-02-08T10:00:00", false),
        ("2030-03-01T10:00:00", false),
    ] {
        assert_eq!(service.is_open(at(time)), open, "{time}");
    }
    assert_eq!(faq.calendar_warnings(at("2027-10-01T10:00:00")).len(), 0);
    let warning = &faq.calendar_warnings(at("2027-11-05T10:00:00"))[0];
    assert!(warning.message.contains("`kr` until 2027-12-31"), "{warning}");
    assert!(warning.chinese.as_deref().unwrap().contains("到 2027-12-31 为止"));
}

#[test]
fn a_mistake_in_such_a_file_is_told_with_its_place_there() {
    let folder = tempfile::tempdir().unwrap();
    for (calendar, line, message) in [
        (
            "yearly: [01-01]\noff:\n  - 2027-02-30\n",
            3,
            "there is no date `2027-02-30`",
        ),
        (
            "off: [2027-02-06]\nyearly: [13-01]\n",
            2,
            "`13-01` is no day of every year",
        ),
        ("off: [2027-02-06]\nuntil: soon\n", 2, "`soon` is not a date"),
        ("of: [2027-02-06]\n", 1, "unknown key `of`"),
        ("off: [2027-02-06\n", 1, ""),
    ] {
        let name = written(folder.path(), calendar);
        let problems = load(&name, FAQ).unwrap_err();
        let problem = &problems[0];
        assert!(
            problem.file.ends_with("kr.yaml") && problem.line >= line,
            "{problem}"
        );
        assert!(problem.message.contains(message), "{problem}");
        // The line of faq.yaml at that place is another one, and is not shown.
        let shown = problem.with_source(&FAQ.lines().collect::<Vec<_>>());
        assert!(!shown.contains("| "), "{shown}");
        assert!(
            problem.in_both_languages().contains("kr.yaml"),
            "{}",
            problem.in_both_languages()
        );
    }
    std::fs::remove_file(folder.path().join("holidays/kr.yaml")).unwrap();
    let name = folder.path().join("faq.yaml").display().to_string();
    let missing = &load(&name, FAQ).unwrap_err()[0];
    assert!(
        missing.help.as_deref().unwrap().contains("in line 1"),
        "{missing}"
    );
    for outside in ["../kr.yaml", "/etc/kr.yaml"] {
        let problems = load(&name, &FAQ.replace("holidays/kr.yaml", outside)).unwrap_err();
        assert!(
            problems[0].message.contains("is not beside this file"),
            "{}",
            problems[0]
        );
        assert_eq!(problems[0].line, 1);
    }
}

#[tokio::test]
async fn a_change_of_such_a_file_is_noticed_also_where_its_mistake_stopped_the_load() {
    let folder = tempfile::tempdir().unwrap();
    let name = written(folder.path(), "off: [2027-02-30]\n");
    let problems = load(&name, FAQ).unwrap_err();
    let mut beside = CompanionFiles::default();
    beside.and_of_problems(&problems).await;
    written(folder.path(), KOREA);
    tokio::time::timeout(Duration::from_secs(10), beside.changed())
        .await
        .unwrap();
    let good = load(&name, FAQ).unwrap().faq;
    assert_eq!(good.companion_files().len(), 1);
}

const KOREAN_FAQ: &str = "\
language: ko
languages: { ko: texts/ko.yaml }
hours: { desk: { weekly: { mon-fri: \"09:00-18:00\" }, time_zone: Asia/Seoul } }
entries:
- { id: a, questions: [환불은 어떻게 하나요], answer: { ko: \"{{ hours.desk }}\", en: English } }
";

fn korean() -> Language {
    Language::from_tag("ko").unwrap()
}

#[test]
fn a_language_stands_in_a_file_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("texts")).unwrap();
    let name = folder.path().join("faq.yaml").display().to_string();
    // As `groupdesk texts ko` prints it, and somebody has begun to translate.
    let printed = template(korean());
    assert!(
        printed.contains("languages: { ko: texts/ko.yaml }"),
        "{printed:.300}"
    );
    let translated: Vec<String> = printed
        .lines()
        .map(|line| match line.split_once(": ") {
            Some(("welcome", _)) => "welcome: 천만에요.".to_owned(),
            Some(("short_monday", _)) => "short_monday: 월".to_owned(),
            Some(("home_zone", _)) => "home_zone: Asia/Seoul".to_owned(),
            _ => line.to_owned(),
        })
        .collect();
    std::fs::write(folder.path().join("texts/ko.yaml"), translated.join("\n")).unwrap();
    let loaded = load(&name, KOREAN_FAQ).unwrap();
    assert_eq!(loaded.warnings, []);
    let faq = loaded.faq;
    assert_eq!(faq.texts(korean()).welcome(), "천만에요.");
    assert_eq!(
        faq.texts(Language::ENGLISH).welcome(),
        "You're welcome. I'm here if you need more."
    );
    let answer = |language| {
        let now = at("2026-11-23T20:00:00");
        faq.render(0, &RenderContext { now, language }).text
    };
    assert!(
        answer(korean()).contains('월') && !answer(korean()).contains("Seoul"),
        "{}",
        answer(korean())
    );
    assert_eq!(answer(Language::ENGLISH), "English");
}

#[test]
fn a_mistake_in_a_language_is_told_with_its_place_and_a_missing_sentence_is_a_warning() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("texts")).unwrap();
    let name = folder.path().join("faq.yaml").display().to_string();
    let path = folder.path().join("texts/ko.yaml");
    std::fs::write(
        &path,
        "welcome: 천만에요.\nticket_closed: \"#{{ number }}\"\nwelcom: 네\n",
    )
    .unwrap();
    let problems = load(&name, KOREAN_FAQ).unwrap_err();
    let told: Vec<(usize, &str)> = problems
        .iter()
        .map(|problem| (problem.line, problem.message.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            (2, "the text leaves out {{ by }}"),
            (3, "the bot has no sentence `welcom`")
        ]
    );
    assert!(problems.iter().all(|problem| problem.file.ends_with("ko.yaml")));
    std::fs::write(&path, "welcome: 천만에요.\n").unwrap();
    let loaded = load(&name, KOREAN_FAQ).unwrap();
    assert!(
        loaded.warnings[0]
            .message
            .contains("sentence(s) are missing and said in English"),
        "{:?}",
        loaded.warnings
    );
    assert_eq!(
        loaded.faq.texts(korean()).all_right(),
        "All right. I'm here if you need more."
    );
    // Without a file a language is as unknown as before.
    let problems = load(
        &name,
        &KOREAN_FAQ.replace("languages: { ko: texts/ko.yaml }\n", ""),
    )
    .unwrap_err();
    assert_eq!(problems[0].message, "unknown language `ko`");
    let problems = load(
        &name,
        &KOREAN_FAQ
            .replace("{ ko: texts", "{ korean: texts")
            .replace("language: ko", "language: en"),
    )
    .unwrap_err();
    assert!(
        problems
            .iter()
            .any(|problem| problem.message.contains("`korean` is no language")),
        "{problems:?}"
    );
}
