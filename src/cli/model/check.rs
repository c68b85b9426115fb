//! `groupdesk model check`: opens a model, and measures what it takes and which languages it knows.

use super::Failure;
use groupdesk_embedding::{EmbedError, Embedder, Encoder, Role, Source};
use std::path::Path;
use std::time::{Duration, Instant};

/// How many of a language's pairs a model must find to be of use for it.
const PAIRS_WANTED: usize = 7;

/// Questions and the same in other words, which share as few as possible with it.
type Pairs = [(&'static str, &'static str); 10];

const CHINESE: Pairs = [
    ("怎么退款", "我想把钱要回来"),
    ("你们几点上班", "营业时间是什么"),
    ("我忘了密码", "账号登不进去"),
    ("快递到哪了", "包裹一直没收到"),
    ("这个多少钱", "价格怎么算"),
    ("我要找真人", "请转接客服"),
    ("软件老是闪退", "程序总是崩溃"),
    ("怎么注销账号", "不想用了，请删除我的资料"),
    ("能寄到国外吗", "支持海外配送么"),
    ("帮我开发票", "需要报销凭证"),
];

const ENGLISH: Pairs = [
    ("how do I get my money back", "I would like a refund"),
    ("when are you open", "what are the business hours"),
    ("I forgot my password", "logging in no longer works"),
    ("where is my parcel", "the delivery has not arrived yet"),
    ("how much does it cost", "what is the price"),
    ("can I talk to a person", "please put customer service through"),
    (
        "the app keeps crashing",
        "your software stops working all the time",
    ),
    ("how do I delete my profile", "please close the account for good"),
    ("do you ship abroad", "is it sent to other countries"),
    ("I need an invoice", "a receipt for the tax office, please"),
];

pub(super) fn run(folder: &Path) -> Result<(), Failure> {
    if !folder.is_dir() {
        return Err(Failure::Usage(format!(
            "没有文件夹 {place} / there is no folder {place}",
            place = folder.display()
        )));
    }
    let broken = |why: String| Failure::Broken(format!("这个模型用不了 / the model can't be used: {why}"));
    let before = own_memory();
    let started = Instant::now();
    let model = Source::Folder(folder.to_owned()).open().map_err(broken)?;
    let opened = started.elapsed();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::Broken(format!("can't start the runtime: {error}")))?;
    let measured = runtime.block_on(async {
        let chinese = find(model.as_ref(), &CHINESE).await?;
        let english = find(model.as_ref(), &ENGLISH).await?;
        Ok::<_, EmbedError>((chinese, english))
    });
    let (chinese, english) = measured.map_err(|error| broken(error.to_string()))?;
    let kind = match Encoder::is_in(folder) {
        true => "句子编码器 / sentence encoder",
        false => "静态词表 / static table",
    };
    let memory = match (before, own_memory()) {
        (Some(before), Some(now)) => format!("{} MB", now.saturating_sub(before).div_ceil(1024)),
        _ => "在这个系统上量不出来 / can't be measured on this system".to_owned(),
    };
    println!(
        "{}: {kind}\n  维数 / width: {}\n  内存 / memory: {memory}\n  打开 / opening: {:.1} s\n  一条消息 / a message: {:.1} ms",
        folder.display(),
        chinese.width,
        opened.as_secs_f64(),
        (chinese.took + english.took).as_secs_f64() * 1000.0 / (4 * CHINESE.len()) as f64,
    );
    for (language, outcome) in [("中文 / Chinese", &chinese), ("英文 / English", &english)] {
        let verdict = if outcome.is_of_use() {
            "可用 / of use"
        } else {
            "不可用 / of no use"
        };
        println!(
            "  {language}: {} / {} 对同义句认得出 / pairs of the same meaning found: {verdict}",
            outcome.found,
            CHINESE.len()
        );
    }
    println!(
        "  这只是粗略的检查；用您自己的问题测：groupdesk eval 问题.jsonl / this is a rough look; measure it on questions of your own with \
         `groupdesk eval questions.jsonl`"
    );
    Ok(())
}

/// What came of a language's pairs.
struct Outcome {
    width: usize,
    /// How many have their own other half as the nearest.
    found: usize,
    took: Duration,
}

impl Outcome {
    fn is_of_use(&self) -> bool {
        self.found >= PAIRS_WANTED
    }
}

async fn find(model: &dyn Embedder, pairs: &Pairs) -> Result<Outcome, EmbedError> {
    let started = Instant::now();
    let (mut questions, mut others) = (Vec::new(), Vec::new());
    for (question, other) in pairs {
        // One at a time, as messages come.
        questions.extend(model.embed(Role::Question, &[*question]).await?);
        others.extend(model.embed(Role::Question, &[*other]).await?);
    }
    Ok(Outcome {
        width: questions.first().map_or(0, Vec::len),
        found: nearest_own(&questions, &others),
        took: started.elapsed(),
    })
}

/// How many of the questions have their own other half nearer than every other.
fn nearest_own(questions: &[Vec<f32>], others: &[Vec<f32>]) -> usize {
    let own = |at: usize, question: &[f32]| {
        let mine = others.get(at).map(|other| likeness(question, other));
        let rest = others.iter().enumerate().filter(|(place, _)| *place != at);
        mine.is_some_and(|mine| {
            rest.map(|(_, other)| likeness(question, other))
                .all(|other| other < mine)
        })
    };
    questions
        .iter()
        .enumerate()
        .filter(|(at, question)| own(*at, question))
        .count()
}

fn likeness(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The memory of this process in kilobytes without the files that it has mapped, where the system tells.
fn own_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"))?;
    line.trim().trim_end_matches("kB").trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_is_found_only_where_nothing_else_is_as_near() {
        let line = |x: f32, y: f32| vec![x, y];
        let questions = [line(1.0, 0.0), line(0.0, 1.0)];
        assert_eq!(nearest_own(&questions, &[line(0.9, 0.1), line(0.2, 0.8)]), 2);
        assert_eq!(nearest_own(&questions, &[line(0.1, 0.9), line(0.2, 0.8)]), 0);
        assert_eq!(
            nearest_own(&questions, &[line(0.5, 0.5), line(0.5, 0.5)]),
            0,
            "a model that tells nothing apart"
        );
    }
}
