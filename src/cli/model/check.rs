//! `groupdesk model check`: opens a model, and measures its memory and time, and the languages that it knows.

use super::super::language::{label, said};
use super::super::problem_report::in_a_line;
use super::super::runtime::runtime;
use super::{Failure, output};
use groupdesk_model::{EmbedError, Embedder, Encoder, Role, Source};
use std::cmp::Ordering;
use std::path::Path;
use std::time::{Duration, Instant};

/// The share of comparisons that a model of use for a language has right; half of them is chance. On these sentences
/// all-MiniLM-L6-v2 has 0.99 in English and 0.51 in Chinese, which it does not know; multilingual-e5-small 0.95 and 0.93.
const SHARE_WANTED: f32 = 0.8;

/// Questions, each with a paraphrase that shares as few words as possible with it.
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
        return Err(Failure::Usage(said!(
            "没有文件夹 {place}",
            "there is no folder {place}",
            place = folder.display()
        )));
    }
    let broken = |why: String| {
        let why = in_a_line(&why);
        Failure::Broken(said!("这个模型用不了：{why}", "the model can't be used: {why}"))
    };
    let before = own_memory();
    let started = Instant::now();
    let model = Source::Folder(folder.to_owned()).open().map_err(broken)?;
    let opened = started.elapsed();
    let runtime = runtime()?;
    let measured = runtime.block_on(async {
        let chinese = compare(model.as_ref(), &CHINESE).await?;
        let english = compare(model.as_ref(), &ENGLISH).await?;
        Ok::<_, EmbedError>((chinese, english))
    });
    let (chinese, english) = measured.map_err(|error| broken(error.to_string()))?;
    let kind = match Encoder::is_in(folder) {
        true => said!("句子编码器", "sentence encoder"),
        false => said!("静态词表", "static table"),
    };
    let memory = match (before, own_memory()) {
        (Some(before), Some(now)) => format!("{} MB", now.saturating_sub(before).div_ceil(1024)),
        _ => said!("在这个系统上量不出来", "can't be measured on this system"),
    };
    output::line(format_args!(
        "{}: {kind}\n  {}{}\n  {}{memory}\n  {}{:.1} s\n  {}{:.1} ms",
        folder.display(),
        label("维数", "width"),
        chinese.width,
        label("内存", "memory"),
        label("打开", "opening"),
        opened.as_secs_f64(),
        label("一条消息", "a message"),
        (chinese.took + english.took).as_secs_f64() * 1000.0 / (4 * CHINESE.len()) as f64,
    ))?;
    for (language, outcome) in [
        (said!("中文", "Chinese"), &chinese),
        (said!("英文", "English"), &english),
    ] {
        let verdict = match outcome.right >= SHARE_WANTED {
            true => said!("可用", "of use"),
            false => said!("不可用", "of no use"),
        };
        let nearer = said!(
            "同义句比不同义的更相近",
            "the same meaning is nearer than another"
        );
        output::line(format_args!(
            "  {language}: {nearer}: {:.0} %  {verdict}",
            outcome.right * 100.0
        ))?;
    }
    let rough = said!(
        "这只是粗略的检查；用您自己的问题测：groupdesk eval 问题.jsonl",
        "this is a rough look; measure it on questions of your own with `groupdesk eval questions.jsonl`"
    );
    output::line(format_args!("  {rough}"))
}

/// The results on a language's pairs.
struct Comparison {
    width: usize,
    /// The share of comparisons in which a sentence is nearer to its own other half than to another.
    right: f32,
    took: Duration,
}

async fn compare(model: &dyn Embedder, pairs: &Pairs) -> Result<Comparison, EmbedError> {
    let started = Instant::now();
    let mut vectors = Vec::new();
    for (question, other) in pairs {
        for text in [*question, *other] {
            // One at a time, as messages come.
            vectors.extend(model.embed(Role::Question, &[text]).await?);
        }
    }
    Ok(Comparison {
        width: vectors.first().map_or(0, Vec::len),
        took: started.elapsed(),
        right: share_right(vectors),
    })
}

/// Returns the share of right comparisons, for vectors whose pairs follow each other. Models put all texts into one
/// corner, and only the differences tell; so the mean of all is subtracted, as in the matcher.
fn share_right(mut vectors: Vec<Vec<f32>>) -> f32 {
    let count = vectors.len() as f32;
    let width = vectors.first().map_or(0, Vec::len);
    let mean: Vec<f32> = (0..width)
        .map(|at| vectors.iter().filter_map(|vector| vector.get(at)).sum::<f32>() / count)
        .collect();
    for vector in &mut vectors {
        vector.iter_mut().zip(&mean).for_each(|(x, mean)| *x -= mean);
        let length = likeness(vector, vector).sqrt().max(f32::MIN_POSITIVE);
        vector.iter_mut().for_each(|x| *x /= length);
    }
    let (mut right, mut all) = (0.0, 0.0);
    for (at, vector) in vectors.iter().enumerate() {
        let own = at ^ 1;
        let Some(mine) = vectors.get(own).map(|other| likeness(vector, other)) else {
            continue;
        };
        for (place, other) in vectors.iter().enumerate() {
            if place == at || place == own {
                continue;
            }
            all += 1.0;
            right += match mine.total_cmp(&likeness(vector, other)) {
                Ordering::Greater => 1.0,
                Ordering::Equal => 0.5,
                Ordering::Less => 0.0,
            };
        }
    }
    if all > 0.0 { right / all } else { 0.0 }
}

fn likeness(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Returns the memory of this process in kilobytes without the files that it has mapped; `None` if the system does not
/// tell.
fn own_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"))?;
    line.trim().trim_end_matches("kB").trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_right_by_their_differences_and_what_tells_nothing_apart_is_chance() {
        let turn = |angle: f32| vec![10.0 + angle.cos(), angle.sin()];
        let near = share_right([0.0, 0.1, 2.0, 2.1, 4.0, 4.1].map(turn).to_vec());
        assert!(near > 0.99, "{near}");
        let crossed = share_right([0.0, 3.1, 0.1, 3.2, 0.2, 3.3].map(turn).to_vec());
        assert!(crossed < 0.2, "{crossed}");
        let same = share_right(vec![vec![1.0, 0.5]; 6]);
        assert!((same - 0.5).abs() < 0.01, "{same}");
        assert_eq!(share_right(Vec::new()), 0.0);
    }
}
