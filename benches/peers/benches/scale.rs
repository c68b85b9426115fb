//! The matcher at scale: `cargo bench --manifest-path benches/peers/Cargo.toml`, or with a stage's name behind `--` that stage
//! alone. Each stage runs in a process of its own, so that none finds the memory of another.
//!
//! `SCALE_ENTRIES=5000` makes all files smaller; `SCALE_PYTHON` names a Python that has rapidfuzz; `GROUPDESK_BIN` a release
//! build of the program, whose start is measured then too.

use std::hint::black_box;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use groupdesk_bench::corpus::{Corpus, QUESTIONS, Query};
use groupdesk_bench::measure::{Times, micros, peak, ratio, resident};
use groupdesk_bench::ours::{self, Ours};
use groupdesk_bench::scan;
use groupdesk_bench::tantivy::{Segmenter, Tantivy};

/// The stages: name and function.
const STAGES: [(&str, fn()); 5] = [
    ("shipped", shipped),
    ("long", long),
    ("peers", peers),
    ("large", large),
    ("reload", reload),
];

/// Messages as a group sends them: questions, paraphrases, chatter.
const MESSAGES: [&str; 10] = [
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

fn main() {
    let wanted = std::env::args()
        .skip(1)
        .find(|argument| !argument.starts_with('-'));
    if let Some(wanted) = wanted {
        match STAGES.iter().find(|(name, _)| *name == wanted) {
            Some((_, stage)) => stage(),
            None => panic!("no stage {wanted}; there are {:?}", STAGES.map(|(name, _)| name)),
        }
        return;
    }
    let program = std::env::current_exe().unwrap_or_else(|error| panic!("{error}"));
    for (name, _) in STAGES {
        println!("== {name}");
        match Command::new(&program).arg(name).status() {
            Ok(status) if status.success() => {}
            other => panic!("{name}: {other:?}"),
        }
    }
}

/// The number of entries: `usual`, or fewer on request.
fn entries(usual: usize) -> usize {
    let most = std::env::var("SCALE_ENTRIES")
        .ok()
        .and_then(|most| most.parse().ok());
    usual.min(most.unwrap_or(usual))
}

/// Measures the time from start to ready, and from message to decision, with the product's own file.
fn shipped() {
    let started = Instant::now();
    let ours = Ours::shipped();
    println!(
        "start to ready, in process (tables, faq.yaml, matcher): {}",
        micros(started.elapsed())
    );
    if let Ok(program) = std::env::var("GROUPDESK_BIN") {
        let folder = std::env::temp_dir();
        let times = Times::of(&[()], 10, |()| {
            let output = Command::new(&program)
                .args(["ask", "工单地址"])
                .current_dir(&folder)
                .output();
            assert!(
                output.is_ok_and(|output| output.status.success()),
                "{program} ask"
            );
        });
        println!("the program itself, `groupdesk ask`: {times}");
    }
    let times = Times::of(&MESSAGES, 2_000, |message| {
        black_box(ours.decide(black_box(message)));
    });
    println!("message to decision: {times}");
    for message in MESSAGES {
        let times = Times::of(&[message], 2_000, |message| {
            black_box(ours.decide(black_box(message)));
        });
        println!("  {:>9}  {message}", micros(times.median()));
    }
}

/// A message of 100 kB against one of 10 kB, for texts that are hard in different ways.
fn long() {
    let ours = Ours::shipped();
    let hard = [
        "工单x ",
        "工单",
        "a",
        "ab ",
        "啊",
        "5*8 ",
        "[",
        "你好",
        "é\u{301}",
        "\u{200b}",
        "😀",
        "İ",
        "怎么退款？",
        "單",
        "http://a.b/",
        "\n",
        "@bot ",
        "ﷺ",
        "docker 报错 ",
    ];
    println!("median at   1 kB, 10 kB, 100 kB, 1 MB; 100 kB : 10 kB");
    for unit in hard {
        let time = |bytes: usize| {
            let text = unit.repeat(bytes / unit.len());
            Times::of(&[text], 9, |text| {
                black_box(ours.decide(black_box(text)));
            })
            .median()
        };
        let [kilo, ten, hundred, mega] = [1_000, 10_000, 100_000, 1_000_000].map(time);
        println!(
            "{:>11} {:>11} {:>11} {:>11}  {:>5.1}  {unit:?}",
            micros(kilo),
            micros(ten),
            micros(hundred),
            micros(mega),
            ratio(hundred, ten)
        );
    }
}

/// The share of the questions made from an entry whose first hit is that entry, in percent.
fn found(queries: &[Query], first: impl Fn(&Query) -> Option<usize>) -> f64 {
    let asked: Vec<&Query> = queries.iter().filter(|query| query.entry.is_some()).collect();
    let right = asked.iter().filter(|query| first(query) == query.entry).count();
    100.0 * right as f64 / asked.len().max(1) as f64
}

fn built(entries: usize) -> (Corpus, Ours) {
    ours::ready();
    let corpus = Corpus::new(entries);
    let before = resident();
    let started = Instant::now();
    let ours = Ours::build(&corpus);
    let took = started.elapsed();
    let questions = entries * QUESTIONS;
    println!(
        "{entries} entries, {questions} questions: built in {:.2} s; {} bytes a question (resident, the text included); peak {} MB",
        took.as_secs_f64(),
        resident().saturating_sub(before) / questions.max(1),
        peak() >> 20
    );
    (corpus, ours)
}

/// Ours beside tantivy and rapidfuzz.
fn peers() {
    let (corpus, ours) = built(entries(10_000));
    let queries = corpus.queries(2_000);
    let mine = Times::of(&queries, 5, |query| {
        black_box(ours.decide(black_box(&query.text)));
    });
    let share = found(&queries, |query| ours.first(&query.text));
    println!("groupdesk, message to decision  {mine}  {share:.1}% found");

    let segmenter = Segmenter::load();
    let questions = corpus.questions();
    tantivy("words", &mine, &questions, &queries, |text| segmenter.words(text));
    tantivy("all terms", &mine, &questions, &queries, |text| {
        segmenter.terms(text)
    });

    let few = &queries[..queries.len().min(40)];
    let other = Times::of(few, 3, |query| {
        black_box(scan::best(&questions, black_box(&query.text)));
    });
    let share = found(&queries[..queries.len().min(200)], |query| {
        scan::best(&questions, &query.text).map(|question| question / QUESTIONS)
    });
    println!("rapidfuzz (crate), best one     {other}  {share:.1}% found");
    against("the rapidfuzz crate", &other, &mine);
    let messages: Vec<&str> = few.iter().map(|query| query.text.as_str()).collect();
    match scan::python(&questions, &messages) {
        Some(times) => {
            let other = Times::from(times);
            println!("rapidfuzz (Python, C++ inside)  {other}");
            against("Python's rapidfuzz", &other, &mine);
        }
        None => println!("rapidfuzz (Python): not there, left out"),
    }
}

/// Measures tantivy with the terms that `terms` makes of a text, without the time of making them.
fn tantivy(
    name: &str,
    mine: &Times,
    questions: &[String],
    queries: &[Query],
    terms: impl Fn(&str) -> Vec<String>,
) {
    let made: Vec<Vec<String>> = questions.iter().map(|question| terms(question)).collect();
    let started = Instant::now();
    let tantivy = Tantivy::build(&made).unwrap_or_else(|error| panic!("{error}"));
    let took = started.elapsed().as_secs_f64();
    let made: Vec<Vec<String>> = queries.iter().map(|query| terms(&query.text)).collect();
    let other = Times::of(&made, 5, |terms| {
        black_box(tantivy.search(black_box(terms)).ok());
    });
    let share = found(queries, |query| {
        let best = tantivy.search(&terms(&query.text)).ok()?;
        best.first().map(|&entry| entry as usize)
    });
    println!("tantivy, {name} to best three  {other}  {share:.1}% found; indexed in {took:.2} s");
    against(&format!("tantivy ({name})"), &other, mine);
}

fn against(name: &str, other: &Times, mine: &Times) {
    println!(
        "  groupdesk is {:.1} times as fast as {name} at the median, {:.1} times at p99",
        ratio(other.median(), mine.median()),
        ratio(other.at(0.99), mine.at(0.99))
    );
}

/// Measures building, memory and answers at 100,000 entries.
fn large() {
    let (corpus, ours) = built(entries(100_000));
    let queries = corpus.queries(2_000);
    let times = Times::of(&queries, 5, |query| {
        black_box(ours.decide(black_box(&query.text)));
    });
    let share = found(&queries, |query| ours.first(&query.text));
    println!("message to decision  {times}  {share:.1}% found");
}

/// Answers from the old matcher while a new one of a large file is built and swapped in.
fn reload() {
    let corpus = Corpus::new(entries(20_000));
    let queries = corpus.queries(2_000);
    let serving = Arc::new(Mutex::new(Arc::new(Ours::build(&corpus))));
    let (building, over) = (AtomicBool::new(false), AtomicBool::new(false));
    let current = || Arc::clone(&serving.lock().unwrap_or_else(PoisonError::into_inner));
    std::thread::scope(|scope| {
        let answering = scope.spawn(|| {
            let (mut alone, mut meanwhile) = (Vec::new(), Vec::new());
            for query in queries.iter().cycle() {
                if over.load(Ordering::Relaxed) {
                    break;
                }
                let started = Instant::now();
                black_box(current().decide(&query.text));
                let took = started.elapsed();
                if building.load(Ordering::Relaxed) {
                    meanwhile.push(took);
                } else {
                    alone.push(took);
                }
            }
            (Times::from(alone), Times::from(meanwhile))
        });
        std::thread::sleep(Duration::from_secs(2));
        building.store(true, Ordering::Relaxed);
        let started = Instant::now();
        let new = Arc::new(Ours::build(&corpus));
        let old = std::mem::replace(&mut *serving.lock().unwrap_or_else(PoisonError::into_inner), new);
        let took = started.elapsed();
        building.store(false, Ordering::Relaxed);
        drop(old);
        std::thread::sleep(Duration::from_millis(500));
        over.store(true, Ordering::Relaxed);
        match answering.join() {
            Ok((alone, meanwhile)) => {
                println!("answers with nothing else going on  {alone}");
                println!(
                    "while a new file was built ({:.1} s)  {meanwhile}",
                    took.as_secs_f64()
                );
            }
            Err(_) => panic!("the answering thread ended"),
        }
    });
}
