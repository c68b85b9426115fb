//! Real groups: most of what is said there is talk.

use super::load::{self, Figures, Processor};
use super::questions::QUESTIONS;
use super::support::program::Program;
use super::support::qq::{Manners, Qq, Wire, group_message};
use std::collections::HashMap;
use std::time::Instant;

const GROUPS: i64 = 3_000;
/// Messages of which one asks.
const PER_QUESTION: i64 = 11;
const MESSAGES: i64 = 110_000;
/// Questions that wait for their answers, at most.
const OUTSTANDING: usize = 64;

/// Talk in which nobody is asked.
const TALK: [&str; 16] = [
    "早啊",
    "哈哈哈哈",
    "今天天气真不错，下午去爬山",
    "昨晚那场球看了吗，最后两分钟太刺激了",
    "+1",
    "吃饭去了，回头聊",
    "这个版本更新以后界面好看多了",
    "收到",
    "我们公司今年年会改到十二月底了",
    "刚到家，路上堵了一个小时",
    "lol that was a good one",
    "see you tomorrow everyone",
    "周末有人一起打羽毛球吗",
    "孩子明天开学，今晚早点睡",
    "我把昨天的照片发到相册里了，大家自己去看",
    "[表情]",
];

/// Measures how many messages pass a second, of which one in eleven is answered.
pub(crate) async fn run(divide: usize) {
    println!("\nmixed: {GROUPS} groups, one question in {PER_QUESTION} messages");
    let mut program = Program::prepare("      reverse: {}", "log: { filter: warn }");
    let (qq, mut heard) = Qq::new(Manners::WELL_BEHAVED);
    program.start(&super::binary());
    let wire = qq.connect(&program.url()).await;
    load::first_answer(&wire, &mut heard, QUESTIONS[0]).await;

    let messages = MESSAGES / i64::try_from(divide).unwrap();
    let before = program.cpu();
    let started = Instant::now();
    let mut under_way: HashMap<String, Instant> = HashMap::new();
    let mut latencies = Vec::new();
    let mut needless = 0;
    let mut id = 10;
    while id < 10 + messages || !under_way.is_empty() {
        while id < 10 + messages && under_way.len() < OUTSTANDING {
            if say(&wire, id) {
                under_way.insert(id.to_string(), Instant::now());
            }
            id += 1;
        }
        let said = load::next(&mut heard).await;
        match said.quote.and_then(|quote| under_way.remove(&quote)) {
            Some(sent) => latencies.push(said.at - sent),
            None => needless += 1,
        }
    }
    let took = started.elapsed();
    let processor = Processor::between(before, program.cpu(), messages.unsigned_abs() as usize);
    let answered = latencies.len();
    let figures = Figures::of(latencies, took);
    println!(
        "  {:>8.0} messages a second, {answered} answered, {needless} needless; p50 {:.1} ms, p99 {:.1} ms",
        messages as f64 / took.as_secs_f64(),
        figures.p50,
        figures.p99
    );
    println!(
        "  processor time    {:.0} us a message, peak memory {} MiB",
        processor.total(),
        program.peak_memory()
    );
    program.terminate();
}

/// Says the message of this number in its group. Returns true where it asks.
fn say(wire: &Wire, id: i64) -> bool {
    let number = id.unsigned_abs() as usize;
    let asks = id % PER_QUESTION == 0;
    let text = if asks {
        QUESTIONS[number / 11 % QUESTIONS.len()]
    } else {
        TALK[number % TALK.len()]
    };
    wire.send(group_message(
        id,
        100_000 + id % GROUPS,
        200_000 + id % 19_997,
        text,
        asks,
    ));
    asks
}
