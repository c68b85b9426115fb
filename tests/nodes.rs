//! Two nodes on one PostgreSQL: one serves, the other one follows it, and what the first one had begun is neither lost nor said twice.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

#[path = "widget/client.rs"]
#[expect(dead_code, reason = "the tests of the widget need all of it")]
mod client;
#[path = "nodes/faq.rs"]
mod faq;
#[path = "nodes/hearing.rs"]
mod hearing;
#[path = "nodes/measured.rs"]
mod measured;
#[path = "nodes/passed_on.rs"]
mod passed_on;
mod support;

use groupdesk_testkit::Cluster;
use std::collections::HashSet;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};
use support::program::{Program, binary};
use support::qq::{Manners, Qq, Said, group_message};
use tokio::sync::mpsc::UnboundedReceiver;

const QUESTION: &str = "工单系统需要注册吗？";

/// The longest time for what takes seconds where nothing else runs: eight programs and four databases may start at once.
const TEST_TIMEOUT: Duration = Duration::from_secs(120);

/// Time within which a standby must have followed a holder that was killed, however busy the machine is. `measured` tells how long it takes.
const FOLLOWED: Duration = Duration::from_secs(60);

/// Time within which a holder that ends must have handed the desk over, likewise.
const HANDED_OVER: Duration = Duration::from_secs(30);

struct Nodes {
    cluster: Cluster,
    address: String,
    nodes: [Program; 2],
    qq: Qq,
    heard: UnboundedReceiver<Said>,
}

impl Nodes {
    /// Makes two nodes, of which the first holds the desk and the second waits; `None` where PostgreSQL is not here.
    async fn start() -> Option<Self> {
        Self::start_as(Program::reverse).await
    }

    /// Makes two nodes of a configuration, which is given the store's settings.
    async fn start_as(node: impl Fn(&str) -> Program) -> Option<Self> {
        let cluster = Cluster::start(&[])?;
        let address = cluster.database();
        let node = || {
            let node = node(&format!("store: {{ url: \"{address}\" }}"));
            advertise(&node);
            node
        };
        let mut nodes = [node(), node()];
        for node in &mut nodes {
            node.start(binary());
            wait_until("it answers", || status(node, "/healthz").is_some()).await;
        }
        assert_eq!(
            status(&nodes[0], "/healthz/holder"),
            Some(200),
            "{}",
            nodes[0].log()
        );
        assert_eq!(status(&nodes[1], "/healthz"), Some(200), "{}", nodes[1].log());
        assert_eq!(status(&nodes[1], "/healthz/holder"), Some(503));
        let (qq, heard) = Qq::new(Manners::WELL_BEHAVED);
        Some(Self {
            cluster,
            address,
            nodes,
            qq,
            heard,
        })
    }

    fn epoch(&self) -> String {
        self.cluster.ask(&self.address, "SELECT epoch FROM desks")
    }

    async fn hear(&mut self, messages: usize) {
        for _ in 0..messages {
            tokio::time::timeout(TEST_TIMEOUT, self.heard.recv())
                .await
                .expect("answers come")
                .unwrap();
        }
    }
}

/// Lets the other node reach this one.
fn advertise(node: &Program) {
    let path = node.folder.join("groupdesk.yaml");
    let config = std::fs::read_to_string(&path).unwrap();
    let listen = format!("listen: \"127.0.0.1:{}\"", node.port);
    let both = format!("{listen}, advertise: \"127.0.0.1:{}\"", node.port);
    std::fs::write(path, config.replace(&listen, &both)).unwrap();
}

fn message(id: i64) -> serde_json::Value {
    group_message(id, 1000 + id % 50, 20_000 + id, QUESTION, true)
}

/// Returns the status of a node's answer; `None` where it does not answer.
fn status(node: &Program, path: &str) -> Option<u16> {
    let mut stream = TcpStream::connect(("127.0.0.1", node.port)).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    )
    .ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    answer.split(' ').nth(1)?.parse().ok()
}

async fn wait_until(what: &str, mut so: impl FnMut() -> bool) {
    let end = Instant::now() + TEST_TIMEOUT;
    while !so() {
        assert!(Instant::now() < end, "{what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Waits until a node holds the desk.
async fn holds(node: &Program) {
    let end = Instant::now() + TEST_TIMEOUT;
    while status(node, "/healthz/holder") != Some(200) {
        assert!(Instant::now() < end, "the standby takes the desk\n{}", node.log());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Waits until every one of so many messages is answered and nothing more is said, and checks that none is answered twice.
async fn all_are_answered_once(nodes: &mut Nodes, messages: usize) {
    let qq = nodes.qq.clone();
    wait_until("everything is answered", || qq.by_quote().len() >= messages).await;
    while tokio::time::timeout(Duration::from_secs(3), nodes.heard.recv())
        .await
        .is_ok()
    {}
    let counts = qq.by_quote().into_iter();
    let twice: Vec<_> = counts.filter(|(_, count)| *count > 1).collect();
    assert!(twice.is_empty(), "{twice:?}\n{}", nodes.nodes[1].log());
}

fn signal(node: &Program, name: &str) {
    let sent = Command::new("kill")
        .args([name, &node.pid().to_string()])
        .status();
    assert!(sent.unwrap().success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_standby_follows_a_holder_that_is_killed_and_no_message_is_lost_or_answered_twice() {
    let Some(mut nodes) = Nodes::start().await else {
        return;
    };
    let mut sent = HashSet::new();
    let wire = nodes.qq.connect(&nodes.nodes[0].url()).await;
    for id in 1..=400 {
        sent.insert(id.to_string());
        wire.send(message(id));
    }
    nodes.hear(100).await;
    nodes.nodes[0].kill();
    let killed = Instant::now();
    drop(wire);
    holds(&nodes.nodes[1]).await;
    let wire = nodes.qq.connect(&nodes.nodes[1].url()).await;
    while nodes.heard.try_recv().is_ok() {}
    // The platform brings again what it does not know to be answered.
    let answered = nodes.qq.by_quote();
    for id in 1..=400 {
        if !answered.contains_key(&id.to_string()) {
            wire.send(message(id));
        }
    }
    nodes.hear(1).await;
    let took = killed.elapsed();
    assert!(took < FOLLOWED, "it took {took:?}\n{}", nodes.nodes[1].log());
    let _ = std::io::stderr().write_all(format!("measured: next answer {took:?} after kill -9\n").as_bytes());
    all_are_answered_once(&mut nodes, sent.len()).await;
    assert_eq!(nodes.epoch(), "2");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_holder_that_was_stopped_commits_nothing_and_says_nothing_when_it_goes_on() {
    let Some(mut nodes) = Nodes::start().await else {
        return;
    };
    let wire = nodes.qq.connect(&nodes.nodes[0].url()).await;
    wire.send(message(1));
    nodes.hear(1).await;
    signal(&nodes.nodes[0], "-STOP");
    // It has them in its socket when it goes on.
    for id in 1_001..=1_100 {
        wire.send(message(id));
    }
    holds(&nodes.nodes[1]).await;
    let other = nodes.qq.connect(&nodes.nodes[1].url()).await;
    other.send(message(2));
    nodes.hear(1).await;
    signal(&nodes.nodes[0], "-CONT");
    assert_eq!(nodes.nodes[0].wait().code(), Some(3), "{}", nodes.nodes[0].log());
    assert!(
        nodes.nodes[0].log().contains("no longer holds the desk"),
        "{}",
        nodes.nodes[0].log()
    );
    other.send(message(3));
    nodes.hear(1).await;
    let said: HashSet<String> = nodes.qq.by_quote().into_keys().collect();
    let expected: HashSet<String> = ["1", "2", "3"].map(str::to_owned).into();
    assert_eq!(said, expected);
    let late = "SELECT count(*) FROM seen WHERE message::bigint BETWEEN 1001 AND 1100";
    assert_eq!(nodes.cluster.ask(&nodes.address, late), "0");
    assert_eq!(nodes.epoch(), "2");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_holder_that_is_told_to_end_hands_the_desk_over_before_its_term_ends() {
    let Some(mut nodes) = Nodes::start().await else {
        return;
    };
    let wire = nodes.qq.connect(&nodes.nodes[0].url()).await;
    wire.send(message(1));
    nodes.hear(1).await;
    let told = Instant::now();
    signal(&nodes.nodes[0], "-TERM");
    wait_until("the standby takes the desk", || nodes.epoch() == "2").await;
    let took = told.elapsed();
    let _ = std::io::stderr().write_all(format!("measured: handed over in {took:?}\n").as_bytes());
    assert!(took < HANDED_OVER, "it took {took:?}: {}", nodes.nodes[0].log());
    assert!(nodes.nodes[0].wait().success());
    let wire = nodes.qq.connect(&nodes.nodes[1].url()).await;
    wire.send(message(2));
    nodes.hear(1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_database_is_away_nothing_is_answered_and_when_it_is_back_everything_is() {
    let Some(mut nodes) = Nodes::start().await else {
        return;
    };
    // The holder alone: the standby would be as good.
    nodes.nodes[1].kill();
    let wire = nodes.qq.connect(&nodes.nodes[0].url()).await;
    wire.send(message(1));
    nodes.hear(1).await;
    nodes.cluster.kill();
    for id in 2..=50 {
        wire.send(message(id));
    }
    wait_until("health tells of it", || {
        status(&nodes.nodes[0], "/healthz") == Some(503)
    })
    .await;
    // Longer than the term of the lease.
    assert!(
        tokio::time::timeout(Duration::from_secs(8), nodes.heard.recv())
            .await
            .is_err(),
        "something was answered that was not committed"
    );
    nodes.cluster.up();
    nodes.hear(49).await;
    let qq = nodes.qq.clone();
    assert!(
        qq.by_quote().values().all(|count| *count == 1),
        "{:?}",
        qq.by_quote()
    );
    wait_until("health is well again", || {
        status(&nodes.nodes[0], "/healthz") == Some(200)
    })
    .await;
    assert_eq!(nodes.epoch(), "1", "{}", nodes.nodes[0].log());
    assert!(Path::new(&nodes.nodes[0].folder).exists());
}
