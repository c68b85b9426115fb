//! A FAQ gets its vectors beside the answers, when the model answers, and only the version in service gets them.

use super::*;
use async_trait::async_trait;
use groupdesk_contract::{Clock, ManualClock};
use groupdesk_model::{EmbedError, Embedder, Role};
use jiff::Timestamp;
use parking_lot::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Semaphore;

const FAQ: &str = r#"
language: zh
contact_points:
  wiki: { name: 文档站, link: "https://example.com/docs" }
entries:
  - id: refund
    questions: [怎么退款, 买错了能退钱吗]
    answer: 在订单页点退款。
"#;

/// Model that fails some times, then answers as soon as it is let.
#[derive(Debug)]
struct Model {
    failures: AtomicUsize,
    let_go: Semaphore,
    asked: Mutex<Vec<String>>,
}

#[async_trait]
impl Embedder for Model {
    fn model(&self) -> &str {
        "model"
    }
    fn batch(&self) -> usize {
        100_000
    }
    fn costly(&self) -> bool {
        true
    }
    async fn embed(&self, _: Role, texts: &[&str]) -> Result<Vec<Vec<f32>>, EmbedError> {
        let fails = |left: usize| left.checked_sub(1);
        if self
            .failures
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, fails)
            .is_ok()
        {
            return Err(EmbedError::Unreachable("down".to_owned()));
        }
        self.let_go.acquire().await.unwrap().forget();
        self.asked
            .lock()
            .extend(texts.iter().map(|text| (*text).to_owned()));
        Ok(vec![vec![1.0, 0.0]; texts.len()])
    }
}

fn start(failures: usize) -> (Arc<Model>, Arc<LiveKnowledge>, EmbeddingLoader) {
    let model = Arc::new(Model {
        failures: AtomicUsize::new(failures),
        let_go: Semaphore::new(0),
        asked: Mutex::default(),
    });
    let clock: Arc<dyn Clock> = Arc::new(ManualClock::at(Timestamp::UNIX_EPOCH));
    let semantic = Semantic::new(
        Arc::clone(&model) as Arc<dyn Embedder>,
        Arc::clone(&clock),
        Duration::from_secs(1),
    );
    let shared = Arc::new(LiveKnowledge::new(knowledge(FAQ), clock));
    let deepener = EmbeddingLoader::new(Some(Arc::new(semantic)), Arc::clone(&shared));
    (model, shared, deepener)
}

fn knowledge(text: &str) -> Knowledge {
    Knowledge::load("faq.yaml", text, None).unwrap().0
}

async fn until_deep(shared: &LiveKnowledge) -> Arc<Knowledge> {
    loop {
        let knowledge = shared.get();
        if knowledge.dimensions.is_some() {
            return knowledge;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn the_words_serve_until_the_vectors_are_there_however_often_the_model_fails() {
    let (model, shared, mut deepener) = start(6);
    deepener.begin("faq.yaml".to_owned(), FAQ.to_owned());
    tokio::time::sleep(Duration::from_secs(3600)).await;
    assert_eq!(shared.get().dimensions, None);
    model.let_go.add_permits(2);
    assert_eq!(until_deep(&shared).await.dimensions, Some(2));
    let asked = model.asked.lock();
    assert!(asked.contains(&"怎么退款".to_owned()), "{asked:?}");
}

#[tokio::test]
async fn an_edit_that_comes_meanwhile_is_not_undone() {
    let (model, shared, mut deepener) = start(0);
    let old = shared.get();
    deepener.begin("faq.yaml".to_owned(), FAQ.to_owned());
    tokio::task::yield_now().await;
    shared.set(knowledge(FAQ));
    assert!(!shared.replace(&old, knowledge(FAQ)));
    deepener.begin("faq.yaml".to_owned(), FAQ.to_owned());
    model.let_go.add_permits(4);
    until_deep(&shared).await;
    drop(deepener);
}
