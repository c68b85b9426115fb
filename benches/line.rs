//! The whole line under load: `cargo bench --bench line`. Starts the real binary with durability on, connects as a
//! OneBot implementation, and sends mentions of the bot from thousands of groups, first as fast as 64 outstanding
//! messages allow, then at a steady 2,000 a second; over a reverse and over a forward connection.
//!
//! Figures: answers a second, latency from sending the event to receiving the answer's action, peak memory, time from
//! the start of the process to the first answer. The load runs in this process, on the same cores.
//!
//! `LINE_DECISIONS=1 cargo bench --bench line` measures what keeping decisions costs: the same load with them and without, in turn, and
//! the differences of throughput, processor time and p99. They should stay within 5 %.
//!
//! `LINE_PEER=1 cargo bench --bench line` measures NoneBot2 with `benches/peer.py` in the same run; that file says what to
//! install.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

#[path = "../tests/support/mod.rs"]
mod support;

use std::collections::HashMap;
use std::path::Path;
use std::time::{Duration, Instant};
use support::program::Program;
use support::qq::{Manners, Qq, Said, Wire, group_message};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

const OUTSTANDING: usize = 64;
const FULL_SPEED: usize = 60_000;
/// Of the peer; enough for several seconds of it.
const PEER_MESSAGES: usize = 1_500;
const STEADY_PER_SECOND: usize = 2_000;
const STEADY_SECONDS: usize = 8;

const QUESTIONS: [&str; 12] = [
    "工单系统需要注册吗？",
    "客服几点上班",
    "客服电话是多少",
    "5×8 是什么意思",
    "在哪里提交工单",
    "支持邮箱是哪个",
    "QQ群号是多少",
    "怎么加客服微信",
    "技术支持范围有哪些",
    "高级服务包括哪些",
    "在哪里购买高级服务",
    "有哪些联系方式",
];

fn main() {
    // `cargo test --benches` and `cargo bench -- --test` only ask whether it runs.
    let quick = std::env::args().any(|argument| argument == "--test");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        if std::env::var_os("LINE_DECISIONS").is_some() {
            return decisions(if quick { 20 } else { 1 }).await;
        }
        for forward in [false, true] {
            direction(forward, if quick { 20 } else { 1 }).await;
        }
        if std::env::var_os("LINE_PEER").is_some() {
            peer().await;
        }
    });
}

async fn direction(forward: bool, divide: usize) {
    println!("\n{} connection", if forward { "forward" } else { "reverse" });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let connection = if forward {
        format!("      forward: {{ url: \"ws://127.0.0.1:{port}\" }}")
    } else {
        "      reverse: {}".to_owned()
    };
    let mut program = Program::prepare(&connection, "log: { filter: warn }");
    // The log would otherwise be part of what is measured.
    let (qq, mut heard) = Qq::new(Manners {
        history: true,
        answers: true,
    });
    let started = Instant::now();
    program.start(Path::new(env!("CARGO_BIN_EXE_groupdesk")));
    let wire = if forward {
        qq.accept(&listener).await
    } else {
        qq.connect(&program.url()).await
    };
    wire.send(group_message(1, 1, 1, QUESTIONS[0], true));
    heard.recv().await.unwrap();
    println!(
        "  first answer      {:>8.1} ms after the start of the process",
        started.elapsed().as_secs_f64() * 1e3
    );

    let messages = FULL_SPEED / divide;
    let before = program.cpu();
    full_speed(&wire, &mut heard, messages).await;
    let after = program.cpu();
    let micros = |seconds: f64| seconds / messages as f64 * 1e6;
    println!(
        "    processor time  {:.0} us user and {:.0} us system a message",
        micros(after.0 - before.0),
        micros(after.1 - before.1)
    );

    let messages = STEADY_PER_SECOND * STEADY_SECONDS / divide;
    let mut load = steady(&wire, &mut heard, messages).await;
    println!("  steady            {STEADY_PER_SECOND:>8} messages a second over {messages} messages");
    load.print();
    println!("  peak memory       {:>8} MiB", program.peak_memory());
    let twice = qq.by_quote().values().filter(|count| **count > 1).count();
    println!("  lost 0, answered twice {twice}");
    let status = program.terminate();
    println!("  ended with        {status}");
}

/// Sends as fast as 64 outstanding messages allow.
async fn full_speed(wire: &Wire, heard: &mut mpsc::UnboundedReceiver<Said>, messages: usize) -> f64 {
    let mut load = Load::new(10);
    let started = Instant::now();
    for _ in 0..OUTSTANDING {
        load.send(wire);
    }
    while load.latencies.len() < messages {
        load.hear(next(heard).await);
        if load.sent < messages {
            load.send(wire);
        }
    }
    let throughput = messages as f64 / started.elapsed().as_secs_f64();
    println!("  {OUTSTANDING} outstanding    {throughput:>8.0} answers a second over {messages} messages");
    load.print();
    throughput
}

/// Runs with decisions kept and without.
const TURNS: usize = 5;

/// Figures of one run.
#[derive(Debug, Clone, Copy)]
struct Run {
    /// Answers a second, as fast as 64 outstanding messages allow.
    throughput: f64,
    /// Processor time of a message, in microseconds.
    processor: f64,
    /// p99 of the latency at the steady rate, in milliseconds.
    p99: f64,
}

/// Function that takes one figure of a run.
type FigureOf = fn(&Run) -> f64;

/// Compares the line with decisions kept and without, in turn: what else the machine does meets both alike.
async fn decisions(divide: usize) {
    let mut runs: [Vec<Run>; 2] = Default::default();
    for turn in 0..TURNS {
        for kept in [turn % 2 == 0, turn % 2 != 0] {
            let run = one_run(kept, divide).await;
            println!("  {} {run:.2?}", if kept { "kept   " } else { "without" });
            runs[usize::from(kept)].push(run);
        }
    }
    let median = |of: &[Run], figure: FigureOf| {
        let mut values: Vec<f64> = of.iter().map(figure).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    let figures: [(&str, FigureOf); 3] = [
        ("answers a second", |run| run.throughput),
        ("processor us", |run| run.processor),
        ("p99 ms", |run| run.p99),
    ];
    println!("\nmedian of {TURNS}        without        kept  difference");
    for (name, figure) in figures {
        let [without, kept] = [median(&runs[0], figure), median(&runs[1], figure)];
        println!(
            "  {name:<18} {without:>9.1}   {kept:>9.1}   {:>+8.1} %",
            (kept / without - 1.0) * 100.0
        );
    }
}

async fn one_run(kept: bool, divide: usize) -> Run {
    let retention = if kept { "90d" } else { "0s" };
    let extra = format!("log: {{ filter: warn }}\ndefaults: {{ decisions: {{ retention: {retention} }} }}");
    let mut program = Program::prepare("      reverse: {}", &extra);
    let (qq, mut heard) = Qq::new(Manners {
        history: true,
        answers: true,
    });
    program.start(Path::new(env!("CARGO_BIN_EXE_groupdesk")));
    let wire = qq.connect(&program.url()).await;
    wire.send(group_message(1, 1, 1, QUESTIONS[0], true));
    heard.recv().await.unwrap();
    let messages = FULL_SPEED / 2 / divide;
    let before = program.cpu();
    let throughput = full_speed(&wire, &mut heard, messages).await;
    let after = program.cpu();
    let mut load = steady(&wire, &mut heard, STEADY_PER_SECOND / 2 * STEADY_SECONDS / divide).await;
    program.terminate();
    Run {
        throughput,
        processor: (after.0 + after.1 - before.0 - before.1) / messages as f64 * 1e6,
        p99: load.at(0.99),
    }
}

/// Sends at the steady rate.
async fn steady(wire: &Wire, heard: &mut mpsc::UnboundedReceiver<Said>, messages: usize) -> Load {
    let mut load = Load::new(10_000_000);
    let mut tick = tokio::time::interval(Duration::from_millis(1));
    let started = Instant::now();
    while load.latencies.len() < messages {
        tokio::select! {
            _ = tick.tick() => {
                let wanted = (started.elapsed().as_secs_f64() * STEADY_PER_SECOND as f64) as usize;
                while load.sent < wanted.min(messages) {
                    load.send(wire);
                }
            }
            said = next(heard) => load.hear(said),
        }
    }
    load
}

/// The same for NoneBot2, over a reverse connection.
async fn peer() {
    println!("\nNoneBot2, reverse connection");
    let port = groupdesk_testkit::free_port();
    let child = std::process::Command::new("python3")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peer.py"))
        .arg(port.to_string())
        .env("TEST_TOKEN", support::program::TOKEN)
        .spawn();
    let mut child = match child {
        Ok(child) => child,
        Err(error) => return println!("  can't be started: {error}"),
    };
    let (qq, mut heard) = Qq::new(Manners {
        history: true,
        answers: true,
    });
    let wire = qq.connect(&format!("ws://127.0.0.1:{port}/onebot/v11/ws")).await;
    full_speed(&wire, &mut heard, PEER_MESSAGES).await;
    let _ = child.kill();
    let _ = child.wait();
}

async fn next(heard: &mut mpsc::UnboundedReceiver<Said>) -> Said {
    tokio::time::timeout(Duration::from_secs(30), heard.recv())
        .await
        .expect("a message was lost")
        .unwrap()
}

/// Messages under way and the latencies of those that are answered.
struct Load {
    first: i64,
    sent: usize,
    under_way: HashMap<String, Instant>,
    latencies: Vec<Duration>,
}

impl Load {
    fn new(first: i64) -> Self {
        Self {
            first,
            sent: 0,
            under_way: HashMap::new(),
            latencies: Vec::new(),
        }
    }

    fn send(&mut self, wire: &Wire) {
        let id = self.first + self.sent as i64;
        let question = QUESTIONS[self.sent % QUESTIONS.len()];
        self.under_way.insert(id.to_string(), Instant::now());
        wire.send(group_message(
            id,
            100_000 + id % 5_000,
            200_000 + id % 19_997,
            question,
            true,
        ));
        self.sent += 1;
    }

    fn hear(&mut self, said: Said) {
        if let Some(sent) = said.quote.and_then(|quote| self.under_way.remove(&quote)) {
            self.latencies.push(said.at - sent);
        }
    }

    /// Returns a quantile of the latencies in milliseconds.
    fn at(&mut self, share: f64) -> f64 {
        self.latencies.sort();
        let index = ((self.latencies.len() as f64 * share) as usize).min(self.latencies.len() - 1);
        self.latencies[index].as_secs_f64() * 1e3
    }

    fn print(&mut self) {
        println!(
            "    latency         p50 {:.1} ms, p99 {:.1} ms, worst {:.1} ms",
            self.at(0.5),
            self.at(0.99),
            self.at(1.0)
        );
    }
}
