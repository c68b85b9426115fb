//! Measures what docs/postgresql.md tells of failovers: how long until somebody answers again, and what is lost or answered twice. Run by
//! name, on a quiet machine, since it takes minutes:
//!
//! ```sh
//! cargo test --release --features test-clock --test nodes -- --ignored --nocapture --test-threads 1 measured
//! ```
//!
//! `GROUPDESK_LOAD` is the messages a second (50), `GROUPDESK_ROUNDS` how often the holder dies (10) or stands still (5).

use super::hearing::{node, stand_by};
use super::support::qq::{Qq, Said, Wire};
use super::{Nodes, message, signal, status, wait_until};
use std::collections::HashSet;
use std::io::Write;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::sync::mpsc::UnboundedReceiver;

/// Time after which an implementation connects again, as NapCat's `reconnectInterval` of three seconds.
const RECONNECT: Duration = Duration::from_secs(3);

/// Time of load between two failovers.
const BETWEEN: Duration = Duration::from_secs(5);

/// Time for which a holder stands still, and for which the database is away.
const STILL: Duration = Duration::from_secs(30);
const AWAY: Duration = Duration::from_secs(60);

/// Longest time until everything is answered.
const LATEST: Duration = Duration::from_secs(180);

/// A bot's group chats under load, with a connection to each node.
struct Load {
    sent: Arc<AtomicI64>,
    over: Arc<AtomicBool>,
    /// Number of connections that stand.
    connected: Arc<Mutex<[Option<Wire>; 2]>>,
}

impl Load {
    fn start(qq: &Qq, urls: [String; 2]) -> Self {
        let load = Self {
            sent: Arc::default(),
            over: Arc::default(),
            connected: Arc::default(),
        };
        for (at, url) in urls.into_iter().enumerate() {
            let (qq, over, wires) = (qq.clone(), Arc::clone(&load.over), Arc::clone(&load.connected));
            tokio::spawn(async move {
                while !over.load(Ordering::Relaxed) {
                    if let Ok(wire) = qq.try_connect(&url, super::support::program::TOKEN).await {
                        wires.lock().unwrap()[at] = Some(wire);
                    }
                    let closed = || wires.lock().unwrap()[at].as_ref().is_none_or(Wire::closed);
                    while !closed() {
                        tokio::time::sleep(Duration::from_millis(50)).await;
                    }
                    wires.lock().unwrap()[at] = None;
                    tokio::time::sleep(RECONNECT).await;
                }
            });
        }
        let (sent, over, wires) = (
            Arc::clone(&load.sent),
            Arc::clone(&load.over),
            Arc::clone(&load.connected),
        );
        let mut ticks = tokio::time::interval(Duration::from_secs(1) / number("GROUPDESK_LOAD", 50));
        tokio::spawn(async move {
            while !over.load(Ordering::Relaxed) {
                ticks.tick().await;
                let wires = wires.lock().unwrap();
                if wires.iter().all(Option::is_none) {
                    continue;
                }
                let id = sent.fetch_add(1, Ordering::Relaxed) + 1;
                for wire in wires.iter().flatten() {
                    wire.send(message(id));
                }
            }
        });
        load
    }

    fn sent(&self) -> i64 {
        self.sent.load(Ordering::Relaxed)
    }

    async fn both_connected(&self) {
        wait_until("both nodes hear", || {
            self.connected.lock().unwrap().iter().all(Option::is_some)
        })
        .await;
    }

    /// Waits until both nodes hear, and all is answered that one of them alone has heard: what it holds in memory dies with it.
    async fn settled(&self, qq: &Qq) {
        self.both_connected().await;
        let sent = self.sent();
        let until = Instant::now() + LATEST;
        let behind = || {
            let answered = qq.by_quote();
            (1..=sent).rev().any(|id| !answered.contains_key(&id.to_string()))
        };
        while behind() && Instant::now() < until {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        tokio::time::sleep(BETWEEN).await;
    }

    /// Ends the load, waits until nothing more is said, and tells what was lost and what was answered twice.
    async fn end(self, what: &str, qq: &Qq, heard: &mut UnboundedReceiver<Said>) {
        self.over.store(true, Ordering::Relaxed);
        let until = Instant::now() + LATEST;
        while qq.by_quote().len() < usize::try_from(self.sent()).unwrap() && Instant::now() < until {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        while tokio::time::timeout(BETWEEN, heard.recv()).await.is_ok() {}
        let counts = qq.by_quote();
        let answered: HashSet<&String> = counts.keys().collect();
        let lost: Vec<i64> = (1..=self.sent())
            .filter(|id| !answered.contains(&id.to_string()))
            .collect();
        let twice = counts.values().filter(|count| **count > 1).count();
        say(&format!(
            "{what}: {} messages, {} lost, {twice} answered twice",
            self.sent(),
            lost.len()
        ));
        assert!(
            lost.is_empty() && twice == 0,
            "the first lost: {:?}",
            lost.first()
        );
    }
}

fn number(name: &str, usual: u32) -> u32 {
    std::env::var(name)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(usual)
}

fn say(line: &str) {
    let _ = std::io::stderr().write_all(format!("measured: {line}\n").as_bytes());
}

/// Tells the times of all rounds: the median and the longest.
fn tell(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let median = times[times.len() / 2];
    let longest = times.last().unwrap();
    say(&format!(
        "{what}: median {median:.1?}, longest {longest:.1?}, all {times:.1?}"
    ));
}

/// Waits for the answer to a message that was sent after this one.
async fn answer_after(heard: &mut UnboundedReceiver<Said>, id: i64) -> Instant {
    loop {
        let said = tokio::time::timeout(LATEST, heard.recv()).await.unwrap().unwrap();
        let quoted = said.quote.as_deref().and_then(|quote| quote.parse::<i64>().ok());
        if quoted.is_some_and(|quoted| quoted > id) {
            return said.at;
        }
    }
}

fn holder(nodes: &Nodes) -> usize {
    let holds = |node| status(node, "/healthz/holder") == Some(200);
    nodes.nodes.iter().position(holds).expect("a node holds the desk")
}

async fn started() -> Option<(Nodes, Load)> {
    let nodes = Nodes::start_as(node).await?;
    let load = Load::start(&nodes.qq, [nodes.nodes[0].url(), nodes.nodes[1].url()]);
    load.settled(&nodes.qq).await;
    Some((nodes, load))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "measures for minutes; see the head of the file"]
async fn measured_deaths_of_the_holder_under_load() {
    let Some((mut nodes, load)) = started().await else {
        return;
    };
    let mut times = Vec::new();
    for _ in 0..number("GROUPDESK_ROUNDS", 10) {
        let at = holder(&nodes);
        let (killed, sent) = (Instant::now(), load.sent());
        nodes.nodes[at].kill();
        times.push(answer_after(&mut nodes.heard, sent).await.duration_since(killed));
        stand_by(&mut nodes.nodes[at]).await;
        load.settled(&nodes.qq).await;
    }
    tell("next answer after kill -9", times);
    load.end("kill -9", &nodes.qq.clone(), &mut nodes.heard).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "measures for minutes; see the head of the file"]
async fn measured_hand_overs_under_load() {
    let Some((mut nodes, load)) = started().await else {
        return;
    };
    let mut times = Vec::new();
    for _ in 0..number("GROUPDESK_ROUNDS", 10) {
        let at = holder(&nodes);
        let (told, sent) = (Instant::now(), load.sent());
        signal(&nodes.nodes[at], "-TERM");
        // The holder answers what it has taken in; what it has not is the next one's.
        wait_until("the other node holds it", || {
            status(&nodes.nodes[1 - at], "/healthz/holder") == Some(200)
        })
        .await;
        times.push(told.elapsed());
        answer_after(&mut nodes.heard, sent).await;
        assert!(nodes.nodes[at].wait().success());
        stand_by(&mut nodes.nodes[at]).await;
        load.settled(&nodes.qq).await;
    }
    tell("the next node serves after SIGTERM", times);
    load.end("SIGTERM", &nodes.qq.clone(), &mut nodes.heard).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "measures for minutes; see the head of the file"]
async fn measured_holders_that_stand_still_under_load() {
    let Some((mut nodes, load)) = started().await else {
        return;
    };
    let mut times = Vec::new();
    for _ in 0..number("GROUPDESK_ROUNDS", 5) {
        let at = holder(&nodes);
        let (stopped, sent) = (Instant::now(), load.sent());
        signal(&nodes.nodes[at], "-STOP");
        times.push(answer_after(&mut nodes.heard, sent).await.duration_since(stopped));
        tokio::time::sleep(STILL.saturating_sub(stopped.elapsed())).await;
        signal(&nodes.nodes[at], "-CONT");
        assert_eq!(
            nodes.nodes[at].wait().code(),
            Some(3),
            "{}",
            nodes.nodes[at].log()
        );
        stand_by(&mut nodes.nodes[at]).await;
        load.settled(&nodes.qq).await;
    }
    tell("next answer after SIGSTOP", times);
    load.end("SIGSTOP and SIGCONT", &nodes.qq.clone(), &mut nodes.heard)
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "measures for minutes; see the head of the file"]
async fn measured_a_database_that_is_away_for_a_minute_under_load() {
    let Some((mut nodes, load)) = started().await else {
        return;
    };
    let epoch = nodes.epoch();
    nodes.cluster.kill();
    let sent = load.sent();
    tokio::time::sleep(AWAY).await;
    let early = nodes
        .qq
        .by_quote()
        .keys()
        .filter(|id| id.parse::<i64>().unwrap() > sent + 5)
        .count();
    let (back, sent) = (Instant::now(), load.sent());
    nodes.cluster.up();
    let took = answer_after(&mut nodes.heard, sent).await.duration_since(back);
    say(&format!(
        "the database away for {AWAY:?}: {early} answered meanwhile, the first that came later is answered {took:.1?} after the \
         start of the database",
    ));
    load.end("database away", &nodes.qq.clone(), &mut nodes.heard)
        .await;
    say(&format!("epoch {epoch} before, {} after", nodes.epoch()));
}
