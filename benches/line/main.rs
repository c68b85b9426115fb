//! The whole line under load: `cargo bench --bench line`. Starts the real binary with durability on, connects as a
//! OneBot implementation, and sends messages to it. The load runs in this process, on the same cores.
//!
//! | part | what it measures |
//! | --- | --- |
//! | `speed` | mentions of the bot from 5,000 groups, as fast as 64 and 1,024 outstanding messages allow, then at a steady 2,000 a second; over a reverse and over a forward connection; beside it Kovi and NoneBot2 where they are there, with the ratios |
//! | `mixed` | 3,000 groups in which one message of eleven asks the bot and the others are talk |
//! | `growth` | the same questions over 1 to 100,000 groups, and of files of 100 to 100,000 entries |
//! | `decisions` | what keeping decisions costs: the load with them and without, in turn; the differences should stay within 5 % |
//!
//! `cargo bench --bench line` runs `speed`, `cargo bench --bench line -- mixed growth` those that are named.
//! `LINE_BINARY=target/dist/groupdesk` measures another build of the program.
//!
//! The peers: `cargo build --release --manifest-path benches/kovi/Cargo.toml`, and for NoneBot2 `pip install
//! 'nonebot2[fastapi]' nonebot-adapter-onebot` into the `python3` of the path.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod decisions;
mod growth;
mod load;
mod mixed;
mod peers;
mod questions;
mod speed;
#[path = "../../tests/support/mod.rs"]
mod support;

use std::path::PathBuf;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --benches` and `cargo bench -- --test` only ask whether it runs.
    let divide = if arguments.iter().any(|argument| argument == "--test") {
        20
    } else {
        1
    };
    let parts: Vec<&str> = arguments
        .iter()
        .map(String::as_str)
        .filter(|argument| !argument.starts_with("--"))
        .collect();
    let parts = if parts.is_empty() { vec!["speed"] } else { parts };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        for part in parts {
            match part {
                "speed" => speed::run(divide).await,
                "mixed" => mixed::run(divide).await,
                "growth" => growth::run(divide).await,
                "decisions" => decisions::run(divide).await,
                part => panic!("there is no part `{part}`: try speed, mixed, growth or decisions"),
            }
        }
    });
}

/// Returns the program that is measured.
fn binary() -> PathBuf {
    std::env::var_os("LINE_BINARY").map_or_else(|| env!("CARGO_BIN_EXE_groupdesk").into(), PathBuf::from)
}
