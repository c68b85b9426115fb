//! Measures the matcher with the shipped file: from a raw message to its ranking, and from entries to a matcher.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use groupdesk::matcher::{EntryInput, HumanInput, Input, Matcher, warm_up};

/// Messages as a group sends them: questions, paraphrases, chatter.
const MESSAGES: &[&str] = &[
    "工单地址",
    "请问提工单之前要不要先注册一个账号？",
    "你們週末有人值班嗎",
    "hi, could you tell me when support is available?",
    "5 X 8 是啥意思",
    "大佬们中午吃什么",
    "docker 容器一直重启，日志里报 permission denied，有人遇到过吗",
    "哈哈哈哈哈",
    "转人工",
    "how do I reset the root password of my database",
];

fn shipped() -> Input {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/faq.yaml")).unwrap_or_default();
    let faq: serde_yaml::Value = serde_yaml::from_str(&text).unwrap_or_default();
    let strings = |value: &serde_yaml::Value| -> Vec<String> {
        value
            .as_sequence()
            .into_iter()
            .flatten()
            .filter_map(|s| s.as_str().map(str::to_owned))
            .collect()
    };
    let entries = faq["entries"]
        .as_sequence()
        .into_iter()
        .flatten()
        .map(|entry| EntryInput {
            id: entry["id"].as_str().unwrap_or_default().to_owned(),
            questions: strings(&entry["questions"]),
            patterns: strings(&entry["patterns"]),
            passage: entry["answer"].as_str().unwrap_or_default().to_owned(),
        });
    Input {
        entries: entries.collect(),
        synonyms: faq["synonyms"]
            .as_sequence()
            .into_iter()
            .flatten()
            .map(strings)
            .collect(),
        human: HumanInput {
            questions: strings(&faq["human"]["questions"]),
            patterns: strings(&faq["human"]["patterns"]),
        },
        precision: 0.95,
        ..Input::default()
    }
}

fn matcher(c: &mut Criterion) {
    warm_up();
    let input = shipped();
    assert!(!input.entries.is_empty(), "faq.yaml could not be read");
    c.bench_function("build the shipped file", |b| {
        b.iter(|| Matcher::build(black_box(input.clone())).map(|m| m.thresholds()));
    });
    let Ok(matcher) = Matcher::build(input) else {
        return;
    };
    let mut next = MESSAGES.iter().cycle();
    c.bench_function("rank a message", |b| {
        b.iter(|| next.next().map(|m| matcher.rank(black_box(m))));
    });
    let hostile = "工单x ".repeat(20_000);
    c.bench_function("rank 100 kB", |b| b.iter(|| matcher.rank(black_box(&hostile))));
}

criterion_group!(benches, matcher);
criterion_main!(benches);
