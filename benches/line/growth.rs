//! Costs of a message with more groups, and with more entries.

use super::load::{self, Load, Processor};
use super::questions::QUESTIONS;
use super::support::program::Program;
use super::support::qq::{Manners, Qq};
use std::fmt::Write as _;
use std::time::Instant;

const MESSAGES: usize = 100_000;
const GROUPS: [i64; 4] = [1, 100, 10_000, 100_000];
const ENTRIES: [usize; 4] = [100, 1_000, 10_000, 100_000];
/// Messages a file is asked.
const ASKED: usize = 20_000;
/// Words that the questions of generated entries are made of; two of them, and a number, make one.
const WORDS: [&str; 20] = [
    "证书",
    "插件",
    "面板",
    "镜像",
    "端口",
    "磁盘",
    "备份",
    "域名",
    "数据库",
    "防火墙",
    "日志",
    "缓存",
    "脚本",
    "容器",
    "快照",
    "密钥",
    "网关",
    "队列",
    "模板",
    "报表",
];

/// Prints time, processor and memory for each size.
pub(crate) async fn run(divide: usize) {
    println!("\ngrowth: {MESSAGES} questions over groups");
    for groups in GROUPS {
        let mut program = Program::prepare("      reverse: {}", "log: { filter: warn }");
        measure(
            &mut program,
            &format!("{groups} groups"),
            Load::of_questions(10, groups),
            MESSAGES / divide,
            QUESTIONS[0],
        )
        .await;
    }
    println!("\ngrowth: {ASKED} questions of files");
    for entries in ENTRIES {
        let entries = entries / if entries > 1_000 { divide } else { 1 };
        let mut program = Program::prepare("      reverse: {}", "log: { filter: warn }");
        std::fs::write(program.folder.join("faq.yaml"), file(entries)).unwrap();
        let load = Load::new(10, move |id| {
            (
                100_000 + id % 5_000,
                question(id.unsigned_abs() as usize % entries),
            )
        });
        measure(
            &mut program,
            &format!("{entries} entries"),
            load,
            ASKED / divide,
            &question(0),
        )
        .await;
    }
}

async fn measure(program: &mut Program, name: &str, load: Load, messages: usize, first: &str) {
    let (qq, mut heard) = Qq::new(Manners::WELL_BEHAVED);
    let started = Instant::now();
    program.start(&super::binary());
    let wire = qq.connect(&program.url()).await;
    load::first_answer(&wire, &mut heard, first).await;
    let first_answer = started.elapsed().as_secs_f64() * 1e3;
    let before = program.cpu();
    let figures = load.full_speed(&wire, &mut heard, 64, messages).await;
    let after = program.cpu();
    println!(
        "  {name:<16} {:>7.0} answers a second, {:>5.0} us a message, p99 {:>6.1} ms, {:>4} MiB, first answer after {first_answer:.0} ms",
        figures.throughput,
        Processor::between(before, after, messages).total(),
        figures.p99,
        program.peak_memory(),
    );
    program.terminate();
}

fn question(entry: usize) -> String {
    let first = WORDS[entry % WORDS.len()];
    let second = WORDS[entry / WORDS.len() % WORDS.len()];
    format!("{first}{second}{entry}号怎么设置？")
}

/// A file of this many entries with one question each.
fn file(entries: usize) -> String {
    let mut text = "language: zh\nentries:\n".to_owned();
    for entry in 0..entries {
        writeln!(
            text,
            "  - id: entry-{entry}\n    questions: [\"{}\"]\n    answer: \"第 {entry} 号的答案。\"",
            question(entry)
        )
        .unwrap();
    }
    text
}
