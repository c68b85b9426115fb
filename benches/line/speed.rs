//! Speed of the line over one connection, beside its peers.

use super::load::{self, Figures, Load, Processor};
use super::peers::{self, Peer};
use super::questions::QUESTIONS;
use super::support::program::{Program, cpu_of, peak_memory_of};
use super::support::qq::{Manners, Qq, Said, Wire};
use std::time::Instant;
use tokio::net::TcpListener;
use tokio::sync::mpsc;

/// Groups that ask.
pub(crate) const GROUPS: i64 = 5_000;
const MESSAGES: usize = 60_000;
const FEW_OUTSTANDING: usize = 64;
pub(crate) const MANY_OUTSTANDING: usize = 1_024;
const STEADY_PER_SECOND: usize = 2_000;
const STEADY_SECONDS: usize = 8;

/// Figures of one bot.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Speed {
    /// Time from the start of the process to the first answer, in milliseconds.
    pub(crate) first_answer: f64,
    /// With 64 messages outstanding.
    pub(crate) few: Figures,
    /// With 1,024 messages outstanding; `None` where that would take too long.
    pub(crate) many: Option<Figures>,
    /// Processor time with 64 outstanding.
    pub(crate) processor: Processor,
    /// Peak of the resident memory, in MiB.
    pub(crate) memory: u64,
}

impl Speed {
    fn print(&self) {
        println!(
            "  first answer      {:>8.1} ms after the start of the process",
            self.first_answer
        );
        self.few.print(&format!("{FEW_OUTSTANDING} outstanding"));
        let Processor { user, system } = self.processor;
        println!(
            "    processor time  {:.0} us a message: {user:.0} user, {system:.0} system",
            self.processor.total()
        );
        if let Some(many) = &self.many {
            many.print(&format!("{MANY_OUTSTANDING} outstanding"));
        }
        println!("  peak memory       {:>8} MiB", self.memory);
    }
}

/// Measures both directions and the peers, and prints how many times as fast we are.
pub(crate) async fn run(divide: usize) {
    let mut ours = Vec::new();
    for forward in [false, true] {
        println!(
            "\ngroupdesk, {} connection",
            if forward { "forward" } else { "reverse" }
        );
        ours.push(groupdesk(forward, divide).await);
    }
    for peer in [Peer::Kovi, Peer::NoneBot] {
        println!("\n{}, {} connection", peer.name(), peer.direction());
        let theirs = match peers::measure(peer, divide).await {
            Ok(theirs) => theirs,
            Err(why) => {
                println!("  {why}");
                continue;
            }
        };
        theirs.print();
        for (ours, direction) in ours.iter().zip(["reverse", "forward"]) {
            print!(
                "  groupdesk ({direction}) beside it: {:.2} times the answers with {FEW_OUTSTANDING} outstanding",
                ours.few.throughput / theirs.few.throughput
            );
            if let (Some(ours), Some(theirs)) = (&ours.many, &theirs.many) {
                print!(
                    ", {:.2} times with {MANY_OUTSTANDING}",
                    ours.throughput / theirs.throughput
                );
            }
            println!(
                ", {:.2} times the processor time",
                ours.processor.total() / theirs.processor.total()
            );
        }
    }
}

/// A bot that is connected.
pub(crate) struct Bot {
    pub(crate) pid: u32,
    /// Start of its process.
    pub(crate) started: Instant,
}

impl Bot {
    /// Measures it with so many messages each, few of them outstanding and then as many as `many`.
    pub(crate) async fn measure(
        &self,
        wire: &Wire,
        heard: &mut mpsc::UnboundedReceiver<Said>,
        messages: usize,
        many: Option<usize>,
    ) -> Speed {
        load::first_answer(wire, heard, QUESTIONS[0]).await;
        let first_answer = self.started.elapsed().as_secs_f64() * 1e3;
        let before = cpu_of(self.pid);
        let few = Load::of_questions(10, GROUPS)
            .full_speed(wire, heard, FEW_OUTSTANDING, messages)
            .await;
        let after = cpu_of(self.pid);
        let many = match many {
            Some(outstanding) => {
                let load = Load::of_questions(20_000_000, GROUPS);
                Some(load.full_speed(wire, heard, outstanding, messages).await)
            }
            None => None,
        };
        Speed {
            first_answer,
            few,
            many,
            processor: Processor::between(before, after, messages),
            memory: peak_memory_of(self.pid),
        }
    }
}

async fn groupdesk(forward: bool, divide: usize) -> Speed {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let connection = if forward {
        format!("      forward: {{ url: \"ws://127.0.0.1:{port}\" }}")
    } else {
        "      reverse: {}".to_owned()
    };
    // The log would otherwise be part of what is measured.
    let mut program = Program::prepare(&connection, "log: { filter: warn }");
    let (qq, mut heard) = Qq::new(Manners::WELL_BEHAVED);
    let started = Instant::now();
    program.start(&super::binary());
    let wire = if forward {
        qq.accept(&listener).await
    } else {
        qq.connect(&program.url()).await
    };
    let bot = Bot {
        pid: program.pid(),
        started,
    };
    let speed = bot
        .measure(&wire, &mut heard, MESSAGES / divide, Some(MANY_OUTSTANDING))
        .await;
    speed.print();
    Load::of_questions(10_000_000, GROUPS)
        .steady(
            &wire,
            &mut heard,
            STEADY_PER_SECOND,
            STEADY_PER_SECOND * STEADY_SECONDS / divide,
        )
        .await
        .print("steady");
    let twice = qq.by_quote().values().filter(|count| **count > 1).count();
    println!("  lost 0, answered twice {twice}");
    let status = program.terminate();
    println!("  ended with        {status}");
    speed
}
