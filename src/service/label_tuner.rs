//! Learns from labels beside the answering: at the start, after the FAQ or its vectors were loaded, and when labels came, but no
//! more often than [`LABELS_CHECK_INTERVAL`].

use super::live_knowledge::LiveKnowledge;
use crate::desk::Knowledge;
use crate::matcher::{Judged, Tuning};
use crate::semantic::Semantic;
use crate::store::{KeptDecision, Label, Outcome, Result, Store};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Pause between two looks at the labels.
const LABELS_CHECK_INTERVAL: Duration = Duration::from_secs(60);

/// Pause between two looks at the version of the FAQ in service.
const POLL_INTERVAL: Duration = Duration::from_secs(2);

/// Latest judged decisions that are learnt from.
const LEARNT_MAX: u32 = 3_000;

/// Weight of what service shows of an answer, against the label of a person.
const OF_SERVICE: f64 = 0.5;

/// Labels of people below which nothing is learnt from service: it shows wrong answers rather than right ones.
const LABELS_OF_PEOPLE: usize = 30;

/// Learns until the program stops.
pub(super) async fn tune(
    store: Arc<dyn Store>,
    shared: Arc<LiveKnowledge>,
    semantic: Option<Arc<Semantic>>,
    stop: CancellationToken,
) {
    let mut judged: Vec<KeptDecision> = Vec::new();
    let mut tuned_for: Option<Arc<Knowledge>> = None;
    let mut looked: Option<tokio::time::Instant> = None;
    loop {
        let knowledge = shared.get();
        let mut learn = tuned_for
            .as_ref()
            .is_none_or(|tuned| !Arc::ptr_eq(tuned, &knowledge));
        if looked.is_none_or(|looked| looked.elapsed() >= LABELS_CHECK_INTERVAL) {
            looked = Some(tokio::time::Instant::now());
            match store.judged_decisions(LEARNT_MAX).await {
                Ok(now) => {
                    learn |= now != judged;
                    judged = now;
                }
                Err(error) => tracing::warn!(%error, "can't read the labels; trying again"),
            }
        }
        if learn {
            let training = training_examples(&judged);
            let tuning = learn_from(training, Arc::clone(&knowledge), semantic.as_deref()).await;
            if let Some(tuning) = &tuning {
                let (labels, needed) = (tuning.labels(), tuning.threshold());
                tracing::info!(labels, needed, "tuned to the labels");
                if needed >= 1.0 {
                    tracing::warn!(
                        labels,
                        "by the labels no confidence is worth the precision that faq.yaml asks for: only questions that stand in it \
                         word for word are answered without a call; add questions that members really ask, or ask for less"
                    );
                }
            }
            shared.tune(tuning);
            tuned_for = Some(knowledge);
        }
        tokio::select! {
            () = tokio::time::sleep(POLL_INTERVAL) => {}
            () = stop.cancelled() => return,
        }
    }
}

/// Returns what a running program would learn from.
///
/// # Errors
/// Fails with a [`StoreError`](crate::store::StoreError) when the store can't be read.
pub async fn to_learn(store: &dyn Store) -> Result<Vec<Judged>> {
    Ok(training_examples(&store.judged_decisions(LEARNT_MAX).await?))
}

/// Learns from labels for a version of the FAQ, by words alone.
pub fn learnt(knowledge: &Knowledge, training: &[Judged]) -> Option<Tuning> {
    if training.is_empty() {
        return None;
    }
    Tuning::learn(&knowledge.matcher, training, knowledge.faq.precision())
}

/// Ranks the labelled messages, and fits to them, on a thread of its own.
async fn learn_from(
    mut training: Vec<Judged>,
    knowledge: Arc<Knowledge>,
    semantic: Option<&Semantic>,
) -> Option<Tuning> {
    if training.is_empty() {
        return None;
    }
    if let (Some(semantic), Some(dimensions)) = (semantic, knowledge.dimensions) {
        let texts: Vec<String> = training.iter().map(|example| example.text.clone()).collect();
        let vectors: HashMap<String, Arc<[f32]>> = semantic.embed(&texts, dimensions).await;
        for example in &mut training {
            example.meaning = vectors.get(&example.text).map(|vector| vector.to_vec());
        }
    }
    let learn = move || Tuning::learn(&knowledge.matcher, &training, knowledge.faq.precision());
    tokio::task::spawn_blocking(learn).await.unwrap_or_else(|error| {
        tracing::error!(%error, "learning from the labels failed");
        None
    })
}

/// Returns the messages that teach something: labelled by people, or, where they have labelled enough, by what followed on
/// the answer.
fn training_examples(judged: &[KeptDecision]) -> Vec<Judged> {
    let by_people = judged.iter().filter(|one| one.label.is_some()).count();
    judged
        .iter()
        .filter_map(|one| {
            let (right, weight) = match (&one.label, &one.outcome) {
                (Some((label, ..)), _) => (*label == Label::Right, 1.0),
                (None, Some((outcome, ..))) if by_people >= LABELS_OF_PEOPLE && answered(one) => {
                    let right = match outcome {
                        Outcome::Helped => true,
                        Outcome::Withdrawn | Outcome::DidNotHelp | Outcome::AnsweredByStaff => false,
                        Outcome::HandedOver => return None,
                    };
                    (right, OF_SERVICE)
                }
                _ => return None,
            };
            Some(Judged {
                text: one.decision.text.clone()?,
                meaning: None,
                entry: one.labelled_entry()?.to_owned(),
                right,
                weight,
            })
        })
        .collect()
}

/// `true` for an answer that was said.
fn answered(one: &KeptDecision) -> bool {
    one.decision.entry.is_some() && !one.decision.shadow
}
