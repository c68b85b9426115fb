//! Measures the groups of unanswered questions: their quality on labelled sets, and the time that one message takes.
//!
//! ```text
//! GROUPDESK_EVAL=/path/to/eval cargo bench --bench unanswered
//! ```
//!
//! The folder has `chatter/queries.jsonl`, `clinc-full/` and `lcqmc/`, each with a `faq.yaml` and labelled `queries.jsonl`; what is not
//! there is left out. Everything is drawn by a fixed rule, so that a run can be repeated. Nothing of it is in the program or its tests.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a measurement, not the program"
)]

use groupdesk::faq;
use groupdesk::matcher::{Input, Matcher};
use groupdesk::unanswered::{GROUPS_MAX, Groups, MergeWalk};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Messages with the true group of each.
type Labelled = Vec<(String, String)>;

fn main() {
    let folder =
        std::env::var_os("GROUPDESK_EVAL").map_or_else(|| PathBuf::from("../shared/eval"), PathBuf::from);
    let matcher = Matcher::build(Input::default()).unwrap();
    println!("set            when     P     R     F1    3+  purity found pieces");
    for (name, set) in [
        ("faq+chatter", shipped(&folder)),
        ("clinc", clinc(&folder)),
        ("lcqmc", lcqmc(&folder)),
    ] {
        match set {
            Some(set) => measure(&matcher, name, &shuffled(set)),
            None => println!("{name:<14} not there"),
        }
    }
    time(&matcher);
}

fn measure(matcher: &Matcher, name: &str, set: &Labelled) {
    let mut groups = Groups::default();
    let mut found: Vec<u64> = (1..)
        .zip(set)
        .map(|(next, (_, text))| groups.place(&matcher.views(text), next).group)
        .collect();
    report(name, "as told", set, &found);
    let mut walk = MergeWalk::default();
    while let Some(merges) = groups.merge_step(&mut walk, 32) {
        for merge in merges {
            let of = found.iter_mut().filter(|group| **group == merge.from);
            of.for_each(|group| *group = merge.into);
        }
    }
    report(name, "merged", set, &found);
}

/// Prints B3 precision, recall and F1; of the groups of three and more their number and purity, the share of true groups of three and more
/// that have one of their own, and how many each of those has.
fn report(name: &str, when: &str, set: &Labelled, found: &[u64]) {
    let mut groups: HashMap<u64, Vec<usize>> = HashMap::new();
    let mut truths: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, (truth, _)) in set.iter().enumerate() {
        groups.entry(found[at]).or_default().push(at);
        truths.entry(truth).or_default().push(at);
    }
    let (mut precision, mut recall) = (0.0, 0.0);
    for (at, (truth, _)) in set.iter().enumerate() {
        let (group, whole) = (&groups[&found[at]], &truths[truth.as_str()]);
        let right = group.iter().filter(|other| set[**other].0 == *truth).count() as f64;
        precision += right / group.len() as f64;
        recall += right / whole.len() as f64;
    }
    precision /= set.len() as f64;
    recall /= set.len() as f64;
    let (mut pure, mut all, mut large) = (0, 0, 0);
    let mut own: HashMap<&str, usize> = HashMap::new();
    for group in groups.values().filter(|group| group.len() >= 3) {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for at in group {
            *counts.entry(&set[*at].0).or_default() += 1;
        }
        let (truth, most) = counts.into_iter().max_by_key(|(_, count)| *count).unwrap();
        pure += most;
        all += group.len();
        large += 1;
        if most * 2 > group.len() && truths[truth].len() >= 3 {
            *own.entry(truth).or_default() += 1;
        }
    }
    let wanted = truths.values().filter(|whole| whole.len() >= 3).count();
    println!(
        "{name:<14} {when:<8} {precision:.3} {recall:.3} {:.3} {large:>4}  {:.3}  {:.3}  {:.2}",
        2.0 * precision * recall / (precision + recall),
        pure as f64 / f64::from(all.max(1) as u32),
        own.len() as f64 / wanted.max(1) as f64,
        own.values().sum::<usize>() as f64 / own.len().max(1) as f64,
    );
}

/// Measures one message's time among as many groups as are held.
fn time(matcher: &Matcher) {
    let syllables = [
        "退款", "发票", "日志", "导出", "登录", "密码", "套餐", "升级", "接口", "报错", "域名", "备案",
        "证书", "续费", "带宽",
    ];
    let verbs = [
        "怎么",
        "为什么不能",
        "哪里可以",
        "多久能",
        "需要",
        "支持",
        "如何",
        "能不能",
    ];
    let text = |at: usize| {
        let word = |by: usize| syllables[at / by % syllables.len()];
        format!(
            "{}{}{}{}{}号{at}",
            verbs[at % verbs.len()],
            word(1),
            word(15),
            word(225),
            word(3375)
        )
    };
    let mut groups = Groups::default();
    for at in 0..GROUPS_MAX {
        groups.put(at as u64 + 1, &matcher.views(&text(at)));
    }
    let mut times: Vec<Duration> = (0..2_000)
        .map(|at| {
            let said = text(at * 37 + 13);
            let started = Instant::now();
            groups.place(&matcher.views(&said), 1 << 40);
            started.elapsed()
        })
        .collect();
    times.sort();
    println!(
        "one message among {} groups: median {:?}, p99 {:?}",
        groups.len(),
        times[times.len() / 2],
        times[times.len() * 99 / 100]
    );
}

/// Chinese questions of the shipped FAQ, by entry, and chatter, each a group of its own.
fn shipped(folder: &Path) -> Option<Labelled> {
    let faq = faq::load("faq.yaml", include_str!("../faq.yaml")).ok()?.faq;
    let chatter = queries(&folder.join("chatter"))?;
    let is_chinese = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    let asked = faq.entries().iter().flat_map(|entry| {
        let questions = entry.questions.iter().filter(|question| is_chinese(question));
        questions.map(|question| (entry.id.clone(), question.clone()))
    });
    let alone = (0..)
        .zip(chatter)
        .map(|(at, (text, _))| (format!("alone {at}"), text));
    Some(asked.chain(alone).collect())
}

/// Sixty intents in sizes by Zipf's law, and three hundred questions of none.
fn clinc(folder: &Path) -> Option<Labelled> {
    let entries = questions(&folder.join("clinc-full"))?;
    let alone = queries(&folder.join("clinc-full"))?;
    let mut set = Labelled::new();
    for (rank, (id, questions)) in drawn(entries, 60).into_iter().enumerate() {
        let size = (60 / (rank + 1)).max(2);
        set.extend(drawn(questions, size).into_iter().map(|text| (id.clone(), text)));
    }
    let alone = alone
        .into_iter()
        .filter(|(_, ids)| ids.is_empty())
        .map(|(text, _)| text)
        .collect();
    let alone = (0..).zip(drawn(alone, 300));
    set.extend(alone.map(|(at, text)| (format!("alone {at}"), text)));
    Some(set)
}

/// Three hundred groups of paraphrases of three and more, and three hundred questions of none.
fn lcqmc(folder: &Path) -> Option<Labelled> {
    let mut entries: BTreeMap<String, Vec<String>> = questions(&folder.join("lcqmc"))?.into_iter().collect();
    let mut alone = Vec::new();
    for (text, ids) in queries(&folder.join("lcqmc"))? {
        match ids.first().and_then(|id| entries.get_mut(id)) {
            Some(questions) => questions.push(text),
            None => alone.push(text),
        }
    }
    let large = entries
        .into_iter()
        .filter(|(_, questions)| questions.len() >= 3)
        .collect();
    let mut set = Labelled::new();
    for (id, questions) in drawn(large, 300) {
        set.extend(questions.into_iter().map(|text| (id.clone(), text)));
    }
    let alone = (0..).zip(drawn(alone, 300));
    set.extend(alone.map(|(at, text)| (format!("alone {at}"), text)));
    Some(set)
}

fn questions(folder: &Path) -> Option<Vec<(String, Vec<String>)>> {
    let text = std::fs::read_to_string(folder.join("faq.yaml")).ok()?;
    let faq: serde_yaml::Value = serde_yaml::from_str(&text).ok()?;
    let entries = faq.get("entries")?.as_sequence()?;
    let read = |entry: &serde_yaml::Value| {
        let questions = entry.get("questions")?.as_sequence()?;
        let questions = questions
            .iter()
            .filter_map(|question| question.as_str().map(str::to_owned));
        Some((entry.get("id")?.as_str()?.to_owned(), questions.collect()))
    };
    Some(entries.iter().filter_map(read).collect())
}

/// Reads messages with the entries that answer them.
fn queries(folder: &Path) -> Option<Vec<(String, Vec<String>)>> {
    let text = std::fs::read_to_string(folder.join("queries.jsonl")).ok()?;
    let read = |line: &str| {
        let query: Value = serde_json::from_str(line).ok()?;
        let ids = query["ids"].as_array()?.iter();
        let ids = ids.filter_map(|id| id.as_str().map(str::to_owned)).collect();
        Some((query["q"].as_str()?.to_owned(), ids))
    };
    Some(text.lines().filter_map(read).collect())
}

/// Draws some of many, the same on every run.
fn drawn<T>(from: Vec<T>, most: usize) -> Vec<T> {
    let mut drawn = shuffled(from);
    drawn.truncate(most);
    drawn
}

/// Shuffles by a linear congruence, the same on every run.
fn shuffled<T>(mut items: Vec<T>) -> Vec<T> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    for at in (1..items.len()).rev() {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let other = usize::try_from(state >> 33).unwrap_or_default() % (at + 1);
        items.swap(at, other);
    }
    items
}
