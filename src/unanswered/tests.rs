//! What the groups promise, whatever their quality; that is measured by `cargo bench --bench unanswered`.

use super::*;
use crate::matcher::{Input, Matcher};
use jiff::{SignedDuration, Timestamp};

fn matcher() -> Matcher {
    Matcher::build(Input::default()).unwrap()
}

#[test]
fn questions_that_ask_the_same_are_one_group_with_the_oldest_key() {
    let matcher = matcher();
    let mut groups = Groups::default();
    let said = [
        "怎么导出审计日志",
        "发票抬头写错了怎么改",
        "审计日志怎么导出？",
        "请问审计日志在哪里导出",
        "发票抬头写错了要怎么改",
        "how do I reset my password",
        "怎样导出审计日志啊",
    ];
    let keys: Vec<u64> = (1..)
        .zip(said)
        .map(|(next, text)| groups.place(&matcher.views(text), next).group)
        .collect();
    assert_eq!(keys, [1, 2, 1, 1, 2, 6, 1]);
    let mut walk = MergeWalk::default();
    while let Some(merges) = groups.merge_step(&mut walk, 1) {
        assert_eq!(merges, []);
    }
}

#[test]
fn groups_that_grew_together_are_merged_into_the_older_one_but_none_into_what_was_put_aside() {
    let matcher = matcher();
    let mut groups = Groups::default();
    for (key, text) in [
        (4, "怎么导出审计日志"),
        (7, "怎么导出审计日志呢"),
        (9, "退款多久到账"),
    ] {
        groups.put(key, &matcher.views(text));
    }
    let mut walk = MergeWalk::default();
    let mut merged = Vec::new();
    while let Some(merges) = groups.merge_step(&mut walk, 2) {
        merged.extend(merges);
    }
    assert_eq!(merged, [Merge { from: 7, into: 4 }]);
    assert_eq!(groups.len(), 2);
    // What an admin ignores takes in what is near it, whatever is older.
    let mean = Vector::mean(&[matcher.views("退款多久到账")]);
    let mean = Vector::of_bytes(&mean.to_bytes()).unwrap();
    groups.keep(12, mean);
    groups.remove(9);
    assert_eq!(groups.place(&matcher.views("退款要多久到账"), 20).group, 12);
    groups.put(3, &matcher.views("退款多久到账啊"));
    let mut walk = MergeWalk::default();
    let mut merged = Vec::new();
    while let Some(merges) = groups.merge_step(&mut walk, 50) {
        merged.extend(merges);
    }
    assert_eq!(merged, [Merge { from: 3, into: 12 }]);
}

#[test]
fn a_weight_is_halved_every_two_weeks_and_counts_members() {
    let now: Timestamp = "2026-11-30T10:00:00Z".parse().unwrap();
    let ago = |days: i64| now.saturating_sub(SignedDuration::from_hours(24 * days)).unwrap();
    let sum = LogSum::NOTHING
        .with(Weight::TICKET, ago(14))
        .with(Weight::CALLED, now)
        .with(Weight::UNASKED, ago(28));
    let weight = weight_at(sum.rank(2), now);
    assert!((weight - 2.0 * (2.5 + 3.0 + 0.25)).abs() < 1e-6, "{weight}");
    // The order of two groups stays while nobody asks.
    let other = LogSum::NOTHING
        .with(Weight::CALLED, now)
        .with(Weight::CALLED, now);
    assert!(other.rank(1) < sum.rank(2));
    let later = now.saturating_add(HALF_LIFE).unwrap();
    assert!((weight_at(sum.rank(2), later) * 2.0 - weight).abs() < 1e-6);
    assert_eq!(weight_at(LogSum::NOTHING.rank(0), now), 0.0);
}

#[test]
fn five_questions_stand_for_a_group_and_none_of_them_twice() {
    let texts = [
        "怎么导出审计日志",
        "怎么导出审计日志？",
        "怎么导出审计日志啊",
        "审计日志在哪里下载",
        "日志导出按钮在哪",
        "后台的审计记录可以导成表格吗",
        "导出审计日志要什么权限",
        "能不能把审计日志发我一份",
    ];
    let picked = diverse(&texts, 5);
    assert_eq!(picked.len(), 5);
    assert!(picked.contains(&"后台的审计记录可以导成表格吗"), "{picked:?}");
    let same = picked.iter().filter(|text| text.starts_with("怎么导出审计日志"));
    assert_eq!(same.count(), 1, "{picked:?}");
    assert_eq!(diverse(&["？？", "!"], 5), Vec::<&str>::new());
}

#[test]
fn an_entry_that_most_messages_nearly_ask_gets_them_and_others_need_one() {
    let best = |entry: &str, confidence: f32| vec![(entry.to_owned(), confidence), ("other".to_owned(), 0.1)];
    let all = [
        ("怎么退钱", best("refund", 0.7)),
        ("钱怎么退回来", best("refund", 0.55)),
        ("退钱退到哪里", best("gone", 0.5)),
    ];
    let of = |unhelped_by: Option<&'static str>| -> Vec<UnansweredMessage<'_>> {
        all.iter()
            .map(|(text, best)| UnansweredMessage {
                text,
                best,
                unhelped_by,
                answered_by: None,
            })
            .collect()
    };
    let asked = of(None);
    let proposal = propose(&asked, |entry, _| (entry != "gone").then_some(false));
    let Proposal::AddQuestions { entry, questions, .. } = &proposal else {
        panic!("{proposal:?}");
    };
    assert_eq!((entry.as_str(), questions.len()), ("refund", 3));
    // Of what is less likely than not, most is wrong: it is named, and not proposed.
    let unlikely = [best("refund", 0.39), best("refund", 0.19), best("refund", 0.3)];
    let mut low = of(None);
    for (asked, best) in low.iter_mut().zip(&unlikely) {
        asked.best = best;
    }
    let proposal = propose(&low, |_, _| Some(false));
    let nearest = Some(("refund".to_owned(), 0.3));
    assert!(
        matches!(&proposal, Proposal::NewEntry { nearest: named, .. } if *named == nearest),
        "{proposal:?}"
    );
    assert!(matches!(propose(&asked, |_, _| None), Proposal::NewEntry { .. }));
    // The entry whose answer did not help is not offered the same questions once more: its answer is to be mended.
    let asked = of(Some("refund"));
    let proposal = propose(&asked, |entry, _| (entry != "gone").then_some(false));
    assert!(
        matches!(&proposal, Proposal::MendAnswer { entry, .. } if entry == "refund"),
        "{proposal:?}"
    );
    let proposal = propose(&asked, |entry, _| (entry == "other").then_some(false));
    assert!(matches!(proposal, Proposal::NewEntry { .. }), "{proposal:?}");
}

#[test]
fn an_entry_that_has_the_question_or_answered_it_is_not_proposed_for_it() {
    let best = vec![("refund".to_owned(), 0.74), ("other".to_owned(), 0.58)];
    let of = |text, answered_by| UnansweredMessage {
        text,
        best: &best,
        unhelped_by: None,
        answered_by,
    };
    let has = |entry: &str, text: &str| Some(entry == "refund" && text == "怎么退钱");
    // The file has it since.
    let proposal = propose(&[of("怎么退钱", None)], has);
    assert!(
        matches!(&proposal, Proposal::AddQuestions { entry, .. } if entry == "other"),
        "{proposal:?}"
    );
    // Its neighbours have that answer.
    let asked = [
        of("钱怎么退回来", Some("refund")),
        of("退钱退到哪里", Some("refund")),
    ];
    let none = |entry: &str, _: &str| (entry == "refund").then_some(false);
    let proposal = propose(&asked, none);
    assert!(
        matches!(&proposal, Proposal::NewEntry { nearest: None, .. }),
        "{proposal:?}"
    );
    // What it lacks is added, and nothing that it has.
    let asked = [
        of("怎么退钱", None),
        of("钱怎么退回来", None),
        of("退钱退到哪里", None),
    ];
    let has = |entry: &str, text: &str| (entry == "refund").then_some(text == "怎么退钱");
    let proposal = propose(&asked, has);
    let Proposal::AddQuestions { entry, questions, .. } = &proposal else {
        panic!("{proposal:?}");
    };
    assert_eq!(entry, "refund");
    assert!(
        questions.len() == 2 && !questions.contains(&"怎么退钱".to_owned()),
        "{questions:?}"
    );
}

#[test]
fn what_is_as_near_to_what_was_put_aside_as_to_another_group_goes_there() {
    let matcher = matcher();
    let mut groups = Groups::default();
    groups.put(8, &matcher.views("今晚谁打游戏？"));
    let mean = Vector::mean(&[matcher.views("晚上有人打游戏吗")]);
    groups.keep(9, Vector::of_bytes(&mean.to_bytes()).unwrap());
    assert_eq!(groups.place(&matcher.views("晚上有人打游戏没"), 20).group, 9);
    // Two that say the same word for word: the one that was put aside has it, however old the other is.
    let mean = Vector::mean(&[matcher.views("今晚谁打游戏？")]);
    groups.keep(12, Vector::of_bytes(&mean.to_bytes()).unwrap());
    assert_eq!(groups.place(&matcher.views("今晚谁打游戏呀"), 20).group, 12);
}
