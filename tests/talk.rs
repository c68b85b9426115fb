//! Conversations of several members, over one socket: `talk/conversations.txt`, each in a group of its own, all side by side.
//! Everything that the bot says there, and to staff about them, must be what is written: no word more, none less.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

mod support;

#[path = "talk/script.rs"]
mod script;
#[path = "talk/stage.rs"]
mod stage;

use futures_util::future::join_all;
use script::Conversation;
use stage::{BURST_MILLIS, Group, Stage};
use std::time::Duration;
use support::program::{Program, binary};
use support::qq::{Manners, Qq};

/// Words to staff come a moment after those to the member.
const LAST_WORDS: Duration = Duration::from_millis(1500);

/// The settings of the groups that have some.
fn settings(conversations: &[Conversation]) -> String {
    let of_group = |(at, conversation): (usize, &Conversation)| {
        let group = Group::id(at);
        (!conversation.settings.is_empty())
            .then(|| format!("  qq/group:{group}: {{ {} }}\n", conversation.settings))
    };
    let channels: String = conversations.iter().enumerate().filter_map(of_group).collect();
    format!(
        "defaults: {{ burst: {BURST_MILLIS}ms }}\ntickets: {{ gather: 0s, under_notice: member, limits: {{ member: 60, channel: 60, room: 500 }} }}\n\
         channels:\n{channels}"
    )
}

#[tokio::test]
async fn every_conversation_goes_as_it_is_written() {
    let only = std::env::var("GROUPDESK_TEST_TALK").unwrap_or_default();
    let mut conversations = script::read(include_str!("talk/conversations.txt"));
    assert!(conversations.len() >= 40, "{} conversations", conversations.len());
    conversations.retain(|conversation| conversation.title.contains(&only));
    // All share one staff room, which must not be slowed down by what others say there.
    let connection = "      reverse: {}\n    pace: { channel: { per_second: 100, burst: 2000 } }";
    let mut program = Program::prepare(connection, &settings(&conversations));
    program.start(binary());
    let (qq, _said) = Qq::new(Manners::WELL_BEHAVED);
    let wire = qq.connect(&program.url()).await;
    let stage = Stage::new(qq, wire);
    let groups = conversations.iter().enumerate();
    let played = join_all(groups.map(|(at, conversation)| stage.play(at, conversation))).await;
    tokio::time::sleep(LAST_WORDS).await;

    let mut failures: Vec<String> = played.iter().filter_map(|group| stage.failure(group)).collect();
    failures.extend(stage.of_nobody(&played));
    assert!(
        failures.is_empty(),
        "{} of {} conversations went otherwise:\n\n{}",
        failures.len(),
        conversations.len(),
        failures.join("\n")
    );
}
