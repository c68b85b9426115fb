//! Two accounts of ours in one group: every message comes twice, and one of them answers.

use super::World;

impl World {
    /// Sends a message to a group that both accounts receive; `first` reports it first.
    async fn both(&mut self, first: &str, group: &str, who: &str, text: &str) {
        let second = if first == "qq" { "qq2" } else { "qq" };
        for account in [first, second] {
            // Only the one that is called is called.
            let text = if account == "qq2" {
                text.replace("@other ", "@bot ")
            } else {
                text.to_owned()
            };
            self.say(&format!("{account}/{group}"), who, &text, None).await;
        }
    }

    async fn answers(&self, group: &str, words: &str) -> (usize, usize) {
        let first = self.times(&format!("qq/{group}"), words).await;
        (first, self.times(&format!("qq2/{group}"), words).await)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_two_accounts_in_a_group_answers_and_it_is_the_one_that_is_called() {
    let mut world = World::at("2026-11-23T10:00:00+08:00").await;
    // Nobody knows yet who is there: whoever reports it first.
    world.both("qq2", "group:1", "ming", "你们几点上班").await;
    assert_eq!(world.answers("group:1", "8:00").await, (0, 1));
    // From then on the first by name, whoever reports it first.
    world.time("2026-11-23T10:20:00+08:00").await;
    world.both("qq2", "group:1", "hong", "你们几点上班").await;
    assert_eq!(world.answers("group:1", "8:00").await, (1, 1));
    world.time("2026-11-23T10:40:00+08:00").await;
    world.both("qq", "group:1", "gang", "你们几点上班").await;
    assert_eq!(world.answers("group:1", "8:00").await, (2, 1));
    // The one that is called, and what follows in its conversation.
    world.time("2026-11-23T11:00:00+08:00").await;
    world.both("qq", "group:1", "li", "@other 转人工").await;
    world.hears("qq2/group:1", "#1").await;
    world.both("qq", "group:1", "li", "服务器连不上").await;
    world.hears("tg/staff", "服务器连不上").await;
    assert_eq!(world.times("tg/staff", "服务器连不上").await, 1);
    assert_eq!(world.times("qq/group:1", "#1").await, 0);
    // What one of them says is nothing to the other.
    world.say("qq/group:1", "bot-qq2", "转人工", None).await;
    world.say("qq/group:1", "bot-qq2", "你们几点上班", None).await;
    assert_eq!(world.answers("group:1", "#2").await, (0, 0));
    // One that hears nothing any more is not waited for twice.
    for who in ["a", "b", "c"] {
        world.say("qq2/group:1", who, "@bot /human 装不上", None).await;
    }
    world.time("2026-11-23T11:30:00+08:00").await;
    world.say("qq2/group:1", "d", "你们几点上班", None).await;
    assert_eq!(world.answers("group:1", "8:00").await, (2, 2));
}
