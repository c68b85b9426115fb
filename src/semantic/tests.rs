//! Tests of which vectors a FAQ asks of the model and which are stored.

use super::*;
use crate::store::SqliteStore;
use async_trait::async_trait;
use groupdesk_contract::ManualClock;
use jiff::Timestamp;
use parking_lot::Mutex;
use std::path::Path;

/// Gives every text its length and one; fails once it was asked for as many texts as it may.
#[derive(Debug)]
struct Model {
    asked: Mutex<Vec<usize>>,
    may: Mutex<usize>,
    dimensions: usize,
}

#[async_trait]
impl Embedder for Model {
    fn model(&self) -> &str {
        "model"
    }
    fn batch(&self) -> usize {
        2
    }
    fn costly(&self) -> bool {
        true
    }
    async fn embed(&self, _: Role, texts: &[&str]) -> Result<Vec<Vec<f32>>, EmbedError> {
        let mut may = self.may.lock();
        *may = may
            .checked_sub(texts.len())
            .ok_or_else(|| EmbedError::Unreachable("down".to_owned()))?;
        self.asked.lock().push(texts.len());
        let vector = |text: &&str| {
            let mut vector = vec![0.0; self.dimensions];
            vector[0] = text.len() as f32;
            vector
        };
        Ok(texts.iter().map(vector).collect())
    }
}

fn model(may: usize, dimensions: usize) -> Arc<Model> {
    Arc::new(Model {
        asked: Mutex::default(),
        may: Mutex::new(may),
        dimensions,
    })
}

async fn semantic(model: &Arc<Model>, folder: &Path) -> Semantic {
    let embedder: Arc<dyn Embedder> = Arc::clone(model) as Arc<dyn Embedder>;
    let clock: Arc<dyn Clock> = Arc::new(ManualClock::at(Timestamp::UNIX_EPOCH));
    let store = SqliteStore::open(folder.join("desk.db")).await.unwrap();
    Semantic::new(embedder, clock, Duration::from_secs(5)).keeping(Arc::new(store))
}

fn texts(texts: &[&str]) -> EmbeddedTexts {
    EmbeddedTexts {
        questions: texts.iter().map(|text| (*text).to_owned()).collect(),
        passages: Vec::new(),
    }
}

#[tokio::test]
async fn a_restart_asks_for_nothing_and_an_edit_for_what_is_new() {
    let folder = tempfile::tempdir().unwrap();
    let first = model(100, 2);
    let tier = semantic(&first, folder.path()).await;
    let meanings = tier.meanings(&texts(&["a", "bb", "ccc"])).await.unwrap();
    assert_eq!((meanings.len(), meanings.dimensions()), (3, 2));
    assert_eq!(first.asked.lock().iter().sum::<usize>(), 3);

    let second = model(100, 2);
    let tier = semantic(&second, folder.path()).await;
    assert_eq!(tier.meanings(&texts(&["a", "bb", "ccc"])).await.unwrap().len(), 3);
    assert!(second.asked.lock().is_empty());
    assert_eq!(tier.meanings(&texts(&["a", "dddd"])).await.unwrap().len(), 2);
    assert_eq!(*second.asked.lock(), [1]);
    tier.forget_but(&texts(&["a", "dddd"])).await;
    assert_eq!(tier.meanings(&texts(&["a", "bb"])).await.unwrap().len(), 2);
    assert_eq!(*second.asked.lock(), [1, 1]);
}

#[tokio::test]
async fn what_was_asked_for_before_a_failure_is_not_asked_for_again() {
    let folder = tempfile::tempdir().unwrap();
    let failing = model(4, 2);
    let all = texts(&["a", "bb", "ccc", "dddd", "eeeee", "ffffff", "ggggggg"]);
    let error = semantic(&failing, folder.path())
        .await
        .meanings(&all)
        .await
        .unwrap_err();
    assert!(matches!(error, EmbedError::Unreachable(_)));
    let well = model(100, 2);
    let meanings = semantic(&well, folder.path()).await.meanings(&all).await.unwrap();
    assert_eq!(meanings.len(), 7);
    assert!(well.asked.lock().iter().sum::<usize>() <= 5);
}

#[tokio::test]
async fn another_model_under_the_old_name_is_asked_for_everything() {
    let folder = tempfile::tempdir().unwrap();
    let old = model(100, 2);
    semantic(&old, folder.path())
        .await
        .meanings(&texts(&["a", "bb"]))
        .await
        .unwrap();
    let new = model(100, 3);
    let tier = semantic(&new, folder.path()).await;
    let meanings = tier.meanings(&texts(&["a", "bb", "ccc"])).await.unwrap();
    assert_eq!((meanings.len(), meanings.dimensions()), (3, 3));
    let again = tier.meanings(&texts(&["a", "bb", "ccc"])).await.unwrap();
    assert_eq!(again.dimensions(), 3);
    assert_eq!(new.asked.lock().iter().sum::<usize>(), 4);
}

#[tokio::test]
async fn a_text_that_means_nothing_to_the_model_has_no_vector() {
    let folder = tempfile::tempdir().unwrap();
    let tier = semantic(&model(100, 2), folder.path()).await;
    assert_eq!(tier.meanings(&texts(&["", "a"])).await.unwrap().len(), 1);
    let heard = tier.embed(&texts(&["a", ""]).questions, 2).await;
    assert_eq!(heard.keys().collect::<Vec<_>>(), ["a"]);
}

/// A server with limits: it takes one text at once, and every other call comes too soon.
#[derive(Debug, Default)]
struct Limited {
    calls: Mutex<Vec<(usize, bool)>>,
}

#[async_trait]
impl Embedder for Limited {
    fn model(&self) -> &str {
        "limited"
    }
    fn batch(&self) -> usize {
        4
    }
    fn costly(&self) -> bool {
        true
    }
    async fn embed(&self, _: Role, texts: &[&str]) -> Result<Vec<Vec<f32>>, EmbedError> {
        let mut calls = self.calls.lock();
        let busy = calls.len().is_multiple_of(2);
        calls.push((texts.len(), busy));
        if busy {
            return Err(EmbedError::Busy {
                reason: "too many requests".to_owned(),
                after: Some(Duration::from_millis(5)),
            });
        }
        if texts.len() > 1 {
            return Err(EmbedError::TooLarge("one at once".to_owned()));
        }
        Ok(texts.iter().map(|text| vec![text.len() as f32, 1.0]).collect())
    }
}

#[tokio::test]
async fn a_server_with_limits_gives_all_vectors_in_one_round() {
    let server = Arc::new(Limited::default());
    let embedder: Arc<dyn Embedder> = Arc::clone(&server) as Arc<dyn Embedder>;
    let clock: Arc<dyn Clock> = Arc::new(ManualClock::at(Timestamp::UNIX_EPOCH));
    let tier = Semantic::new(embedder, clock, Duration::from_secs(5));
    let all = EmbeddedTexts {
        questions: (1..=9).map(|n| "x".repeat(n)).collect(),
        ..EmbeddedTexts::default()
    };
    assert_eq!(tier.meanings(&all).await.unwrap().len(), 9);
    let calls = server.calls.lock();
    assert!(calls.iter().any(|(_, busy)| *busy));
    assert_eq!(calls.iter().filter(|call| **call == (1, false)).count(), 9);
}
