//! Requests to the semantic tier, for which nobody waits.

use super::*;
use groupdesk_model::{EmbedError, Embedder, Role};

/// Model that remembers its requests, and answers while it is well.
#[derive(Debug, Default)]
struct Model {
    asked: Mutex<Vec<String>>,
    slow: AtomicBool,
}

#[async_trait]
impl Embedder for Model {
    fn model(&self) -> &str {
        "model"
    }
    fn batch(&self) -> usize {
        64
    }
    fn costly(&self) -> bool {
        true
    }
    async fn embed(&self, _: Role, texts: &[&str]) -> Result<Vec<Vec<f32>>, EmbedError> {
        let new = texts.iter().map(|text| (*text).to_owned());
        self.asked.lock().extend(new);
        if self.slow.load(Ordering::SeqCst) {
            tokio::time::sleep(Duration::from_secs(3600)).await;
        }
        Ok(vec![vec![1.0, 0.0]; texts.len()])
    }
}

impl Model {
    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.asked.lock())
    }
}

const MORNING: &str = "2026-03-03T10:00:00+08:00";

async fn world(timeout: Duration) -> (World, Arc<Model>) {
    let model = Arc::new(Model::default());
    let embedder = Arc::clone(&model) as Arc<dyn Embedder>;
    let tier = |clock| Some(Arc::new(Semantic::new(embedder, clock, timeout)));
    (World::with(MORNING, tier).await, model)
}

#[tokio::test]
async fn only_what_a_member_may_be_answered_is_sent_to_the_model_and_once() {
    let (mut world, model) = world(Duration::from_secs(30)).await;
    world.say("qq/group:1", "m1", "什么时候开门", None).await;
    assert_eq!(model.asked(), ["什么时候开门"]);
    world.say("qq/group:2", "m2", "什么时候开门", None).await;
    assert!(model.asked().is_empty(), "it is remembered");
    world.say("qq/group:1", "m3", "谢谢！", None).await;
    world.say("qq/group:1", "m4", "  ", None).await;
    world.say("tg/group:1", "wang", "我来看看", None).await;
    world.say("tg/staff", "wang", "!on", None).await;
    assert!(model.asked().is_empty(), "courtesies, nothing, and staff");
    world.say("qq/group:1", "m5", "@bot 打印机连不上网络", None).await;
    world.say("qq/group:1", "m5", "今天还有人值班吗", None).await;
    let asked = model.asked();
    assert_eq!(
        asked,
        [
            "打印机连不上网络",
            "打印机连不上网络\n今天还有人值班吗",
            "今天还有人值班吗"
        ]
    );
}

#[tokio::test]
async fn a_model_that_does_not_answer_costs_the_timeout_and_then_nothing_and_never_an_answer() {
    let (mut world, model) = world(Duration::from_millis(50)).await;
    model.slow.store(true, Ordering::SeqCst);
    for number in 0..6 {
        let place = format!("qq/group:{number}");
        let who = format!("m{number}");
        let text = format!("@bot 你们几点上班{}", "？".repeat(number));
        world.say(&place, &who, &text, None).await;
        world.hears(&place, "8:00").await;
    }
    assert_eq!(model.asked().len(), 3, "left alone after three failures");
}
