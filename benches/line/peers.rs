//! Other bots at the same job: twelve regular expressions, nothing kept.

use super::speed::{Bot, MANY_OUTSTANDING, Speed};
use super::support::program::TOKEN;
use super::support::qq::{Manners, Qq, Wire};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;
use tokio::net::TcpListener;

/// A bot that groupdesk is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Peer {
    Kovi,
    NoneBot,
}

impl Peer {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Kovi => "Kovi",
            Self::NoneBot => "NoneBot2",
        }
    }

    pub(crate) fn direction(self) -> &'static str {
        match self {
            Self::Kovi => "forward",
            Self::NoneBot => "reverse",
        }
    }

    /// Enough for several seconds of it.
    fn messages(self) -> usize {
        match self {
            Self::Kovi => 60_000,
            Self::NoneBot => 1_500,
        }
    }
}

/// A running peer; killed when it is dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Measures a peer.
///
/// # Errors
/// Fails with what to do where the peer is not there.
pub(crate) async fn measure(peer: Peer, divide: usize) -> Result<Speed, String> {
    let (qq, mut heard) = Qq::new(Manners::WELL_BEHAVED);
    let started = Instant::now();
    let (running, wire, _connections) = match peer {
        Peer::Kovi => {
            let binary = folder().join("benches/kovi/target/release/kovi-peer");
            if !binary.exists() {
                return Err(
                    "is not built: cargo build --release --manifest-path benches/kovi/Cargo.toml".to_owned(),
                );
            }
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let port = listener.local_addr().unwrap().port();
            let running = start(Command::new(binary).arg(port.to_string()))?;
            // One connection for its actions, and then one for events.
            let actions = qq.accept_silently(&listener).await;
            let events = qq.accept(&listener).await;
            (running, events, Some(actions))
        }
        Peer::NoneBot => {
            let there = Command::new("python3")
                .args(["-c", "import nonebot, nonebot.adapters.onebot"])
                .stderr(Stdio::null())
                .status();
            if !there.is_ok_and(|status| status.success()) {
                return Err(
                    "is not there: pip install 'nonebot2[fastapi]' nonebot-adapter-onebot".to_owned(),
                );
            }
            let port = groupdesk_testkit::free_port();
            let script = folder().join("benches/line/nonebot.py");
            let running = start(Command::new("python3").arg(script).arg(port.to_string()))?;
            let wire = qq.connect(&format!("ws://127.0.0.1:{port}/onebot/v11/ws")).await;
            (running, wire, None::<Wire>)
        }
    };
    let bot = Bot {
        pid: running.0.id(),
        started,
    };
    let many = match peer {
        Peer::Kovi => Some(MANY_OUTSTANDING),
        Peer::NoneBot => None,
    };
    Ok(bot
        .measure(&wire, &mut heard, peer.messages() / divide, many)
        .await)
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}

fn start(command: &mut Command) -> Result<Running, String> {
    command
        .env("TEST_TOKEN", TOKEN)
        .stdout(Stdio::null())
        .spawn()
        .map(Running)
        .map_err(|error| format!("can't be started: {error}"))
}
