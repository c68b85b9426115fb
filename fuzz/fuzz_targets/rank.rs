//! A message of a member: normalising, words, ranking, verdict.
#![no_main]

use groupdesk::desk::{Knowledge, judge_called, judge_unasked};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static KNOWLEDGE: LazyLock<Knowledge> =
    LazyLock::new(
        || match Knowledge::load("faq.yaml", include_str!("../../faq.yaml"), None) {
            Ok((knowledge, _)) => knowledge,
            Err(problems) => panic!("{problems:?}"),
        },
    );

fuzz_target!(|message: &str| {
    let matcher = &KNOWLEDGE.matcher;
    let ranking = matcher.rank(message);
    let confidences: Vec<f32> = ranking
        .candidates
        .iter()
        .map(|candidate| candidate.confidence)
        .collect();
    assert!(
        confidences
            .iter()
            .all(|confidence| (0.0..=1.0).contains(confidence)),
        "{confidences:?}"
    );
    assert!(
        confidences.windows(2).all(|pair| pair[0] >= pair[1]),
        "{confidences:?}"
    );
    assert_eq!(matcher.rank(message), ranking);
    judge_called(&ranking);
    judge_unasked(&ranking);
});
