//! kill -9 in the middle of a load, and a restart: each accepted message is answered, none twice.

mod support;

use std::collections::HashSet;
use std::path::Path;
use std::time::Duration;
use support::program::Program;
use support::qq::{Manners, Qq, group_message};

/// The number of messages that each life of the program is sent.
const MESSAGES: i64 = 1_500;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kill_9_in_the_middle_of_a_load_loses_no_message_and_answers_none_twice() {
    let mut program = Program::reverse("");
    let (qq, mut heard) = Qq::new(Manners::WELL_BEHAVED);
    let mut sent: HashSet<String> = HashSet::new();
    for life in 0..3 {
        program.start(Path::new(env!("CARGO_BIN_EXE_groupdesk")));
        let wire = qq.connect(&program.url()).await;
        for at in 0..MESSAGES {
            let id = life * MESSAGES + at + 1;
            sent.insert(id.to_string());
            wire.send(group_message(
                id,
                1000 + id % 400,
                20_000 + id,
                "工单系统需要注册吗？",
                true,
            ));
        }
        // In the middle of it: some answered, some decided, some still in the socket.
        for _ in 0..(100 + life * 200) {
            tokio::time::timeout(Duration::from_secs(60), heard.recv())
                .await
                .expect("answers come")
                .unwrap();
        }
        program.kill();
        drop(wire);
    }
    program.start(Path::new(env!("CARGO_BIN_EXE_groupdesk")));
    let wire = qq.connect(&program.url()).await;
    // The platform brings again what it does not know to be answered, as one that keeps its own books would.
    let answered = qq.by_quote();
    for id in sent.iter().filter(|id| !answered.contains_key(*id)) {
        let id: i64 = id.parse().unwrap();
        wire.send(group_message(
            id,
            1000 + id % 400,
            20_000 + id,
            "工单系统需要注册吗？",
            true,
        ));
    }
    while tokio::time::timeout(Duration::from_secs(8), heard.recv())
        .await
        .is_ok()
    {}
    let answers = qq.by_quote();
    let unanswered: Vec<&String> = sent.iter().filter(|id| !answers.contains_key(*id)).collect();
    let twice: Vec<(&String, &usize)> = answers.iter().filter(|(_, count)| **count > 1).collect();
    assert!(
        unanswered.is_empty(),
        "{} unanswered: {unanswered:?}\n{}",
        unanswered.len(),
        program.log()
    );
    assert!(twice.is_empty(), "{} answered twice: {twice:?}", twice.len());
}
