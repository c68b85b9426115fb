//! The program under load, the platform it is connected to, and the books of what was asked and answered.

use crate::disk::Disk;
use crate::faults::Fault;
use crate::health::Health;
use crate::support::program::Program;
use crate::support::qq::{Manners, Mood, Qq, Wire, group_message};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio_tungstenite::tungstenite::Message;

/// A pause between two messages of the load.
const SEND_INTERVAL: Duration = Duration::from_millis(15);
/// The groups of the load.
const GROUPS: i64 = 400;
/// One in so many messages calls for a human.
const TICKET_EVERY: i64 = 150;
/// The longest time after a fault's end until the program serves again, or has ended.
const RECOVERY: Duration = Duration::from_secs(10);
/// The longest wait after that for the last answer.
const ANSWERED: Duration = Duration::from_secs(15);
/// The same after a stall: a message that was sent during it may still arrive, and its response come late. To send nothing twice,
/// the program waits for the call, then for a late response (10 s and 20 s, `adapters/onebot/src/find.rs`), and asks the history.
const ANSWERED_AFTER_SILENCE: Duration = Duration::from_secs(50);
/// The staff room.
const STAFF_ROOM: i64 = 9;
/// The longest outage that health may miss.
const NOTICE: Duration = Duration::from_secs(8);

/// Everything.
pub(crate) struct World {
    pub(crate) program: Program,
    pub(crate) qq: Qq,
    disk: Option<Disk>,
    wire: Arc<Mutex<Option<Wire>>>,
    books: Arc<Mutex<BTreeMap<i64, Asked>>>,
    next: Arc<AtomicI64>,
    sending: Arc<AtomicBool>,
    log_reader: Child,
    health: Health,
}

/// A message that calls the bot.
#[derive(Clone)]
struct Asked {
    frame: Value,
    /// It calls for a human.
    human: bool,
    at: Instant,
}

impl World {
    pub(crate) async fn new() -> Self {
        let mut program =
            Program::reverse("tickets: { limits: { member: 100000, channel: 100000, room: 100000 } }");
        let disk = Disk::mount(&program.folder);
        if disk.is_some() {
            let file = program.folder.join("groupdesk.yaml");
            let config = std::fs::read_to_string(&file).unwrap();
            std::fs::write(&file, config + "store: { path: disk/desk.db }\n").unwrap();
        }
        let (qq, _) = Qq::new(Manners::WELL_BEHAVED);
        let health = Health::watch(program.port);
        let log_reader = start(&mut program);
        let world = Self {
            program,
            qq,
            disk,
            wire: Arc::default(),
            books: Arc::default(),
            next: Arc::new(AtomicI64::new(1)),
            sending: Arc::default(),
            log_reader,
            health,
        };
        world.connect().await;
        world.load();
        world
    }

    pub(crate) fn can(&self, fault: Fault) -> bool {
        self.disk.is_some() || !fault.needs_disk()
    }

    pub(crate) fn disk(&self) -> &Disk {
        self.disk.as_ref().unwrap()
    }

    /// Runs one round: load, a fault in the middle of it, its end, and the conditions that must hold then.
    ///
    /// # Errors
    /// The condition that was broken, in a sentence.
    pub(crate) async fn round(
        &mut self,
        fault: Fault,
        long: bool,
        random: &mut fastrand::Rng,
    ) -> Result<(), String> {
        let lasts = if long {
            Duration::from_secs(14)
        } else {
            Duration::from_millis(random.u64(500..4000))
        };
        self.sending.store(true, Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis(random.u64(100..800))).await;
        let began = Instant::now();
        self.suffer(fault, lasts).await?;
        let ended = Instant::now();
        self.serves_again(fault).await?;
        self.sending.store(false, Ordering::SeqCst);
        self.everybody_is_answered(fault).await?;
        if fault.leaves_health() {
            self.health_knew(fault, began, ended)?;
        }
        self.nothing_is_said_twice(fault)
    }

    /// Starts afresh after a failed round, so that its losses don't count against the next ones.
    pub(crate) async fn begin_anew(&mut self) {
        self.sending.store(false, Ordering::SeqCst);
        self.qq.set_mood(Mood::Well);
        if let Some(disk) = &self.disk {
            disk.fill(false);
            disk.read_only(false);
        }
        let answered = self.qq.by_quote();
        let once = |id: &i64| answered.get(&id.to_string()) == Some(&1);
        self.books.lock().unwrap().retain(|id, _| once(id));
        self.program.kill();
        self.lose_connection();
        self.log_reader = start(&mut self.program);
        self.connect().await;
    }

    /// Asserts that within [`RECOVERY`] a new message is answered; starts a program anew that has ended, once it logged the
    /// reason.
    async fn serves_again(&mut self, fault: Fault) -> Result<(), String> {
        let end = Instant::now() + RECOVERY;
        loop {
            if let Some(status) = self.program.ended() {
                let said_why = self.last_words().contains("groupdesk:");
                // Without a log nobody can be told; the exit code is all there is.
                if status.success() || !(said_why || fault == Fault::LogGone) {
                    return Err(format!("{fault:?}: it ended without a word: {status}"));
                }
                eprintln!("    ended with {status} and is started again");
                self.program.kill();
            }
            if !self.program.running() {
                self.log_reader = start(&mut self.program);
            }
            if self.wire.lock().unwrap().as_ref().is_none_or(Wire::closed) {
                self.connect().await;
            }
            let probe = self.probe().to_string();
            let look = Instant::now() + Duration::from_secs(2);
            while Instant::now() < look {
                if self.qq.by_quote().contains_key(&probe) {
                    return Ok(());
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            if Instant::now() > end {
                return Err(format!(
                    "{fault:?}: nobody is answered {RECOVERY:?} after its end"
                ));
            }
        }
    }

    /// The platform brings again what it does not know to be answered, and then everybody is.
    async fn everybody_is_answered(&self, fault: Fault) -> Result<(), String> {
        let began = Instant::now();
        let answered = match fault {
            Fault::PlatformSilent => ANSWERED_AFTER_SILENCE,
            _ => ANSWERED,
        };
        let mut again = true;
        loop {
            let open = self.open();
            if open.is_empty() {
                eprintln!("    all answered after {:?}", began.elapsed());
                return Ok(());
            }
            if again && began.elapsed() > Duration::from_secs(1) {
                again = false;
                for asked in open.values() {
                    self.send(asked.frame.clone());
                }
            }
            if began.elapsed() > answered {
                let some: Vec<String> = open
                    .iter()
                    .take(5)
                    .map(|(id, asked)| format!("{id} of {:?} ago", asked.at.elapsed()))
                    .collect();
                let all = self.books.lock().unwrap().len();
                return Err(format!(
                    "{fault:?}: {} of {all} unanswered: {}",
                    open.len(),
                    some.join(", ")
                ));
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    fn open(&self) -> BTreeMap<i64, Asked> {
        let answered = self.qq.by_quote();
        let mut open = self.books.lock().unwrap().clone();
        open.retain(|id, _| !answered.contains_key(&id.to_string()));
        open
    }

    fn nothing_is_said_twice(&self, fault: Fault) -> Result<(), String> {
        let books = self.books.lock().unwrap();
        let answered = self.qq.by_quote();
        let twice: Vec<&i64> = books
            .keys()
            .filter(|id| answered.get(&id.to_string()).is_some_and(|count| *count > 1))
            .collect();
        if twice.is_empty() {
            return Ok(());
        }
        let some = &twice[..twice.len().min(5)];
        Err(format!("{fault:?}: {} answered twice: {some:?}", twice.len()))
    }

    /// Checks that health is not "ok" after an outage of [`NOTICE`], while messages waited.
    fn health_knew(&self, fault: Fault, began: Instant, ended: Instant) -> Result<(), String> {
        let answered = self.qq.said().iter().map(|said| said.at).collect::<Vec<_>>();
        let last = answered.into_iter().filter(|at| *at < ended).max();
        let silent = last.unwrap_or(began).max(began) + NOTICE;
        let wrong: Vec<Duration> = self
            .health
            .between(silent, ended)
            .into_iter()
            .filter(|(_, status)| status == "ok")
            .map(|(at, _)| at.duration_since(began))
            .collect();
        match wrong.first() {
            None => Ok(()),
            Some(first) => Err(format!(
                "{fault:?}: health was \"ok\" {first:?} after it began, and nobody was answered"
            )),
        }
    }

    /// Checks after all rounds that each ticket has a number of its own and the staff know it; returns the violations.
    pub(crate) fn the_end(&self) -> Vec<String> {
        let books = self.books.lock().unwrap();
        let said = self.qq.said();
        let calls: Vec<String> = books
            .iter()
            .filter(|(_, asked)| asked.human)
            .map(|(id, _)| id.to_string())
            .collect();
        let told: BTreeSet<u64> = said
            .iter()
            .filter(|said| said.group == Some(STAFF_ROOM))
            .filter_map(|said| ticket_number(&said.text))
            .collect();
        let mut numbers = BTreeSet::new();
        let mut wrong = Vec::new();
        for call in &calls {
            let answer = said.iter().find(|said| said.quote.as_deref() == Some(call));
            match answer.and_then(|answer| ticket_number(&answer.text)) {
                None => wrong.push(format!("call {call} was told no number")),
                Some(number) if !numbers.insert(number) => wrong.push(format!("#{number} was given twice")),
                Some(number) if !told.contains(&number) => {
                    wrong.push(format!("nobody was told of #{number}"));
                }
                Some(_) => {}
            }
        }
        eprintln!("{} messages, {} tickets", books.len(), calls.len());
        wrong
    }

    /// Sends messages until the test ends, where they are asked for.
    fn load(&self) {
        let (sending, next) = (Arc::clone(&self.sending), Arc::clone(&self.next));
        let (wire, books) = (Arc::clone(&self.wire), Arc::clone(&self.books));
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(SEND_INTERVAL).await;
                if sending.load(Ordering::SeqCst) {
                    let id = next.fetch_add(1, Ordering::SeqCst);
                    ask(&wire, &books, id, 1000 + id % GROUPS, id % TICKET_EVERY == 0);
                }
            }
        });
    }

    /// Asks in a group of its own, where nothing is waiting.
    fn probe(&self) -> i64 {
        let id = self.next.fetch_add(1, Ordering::SeqCst);
        ask(&self.wire, &self.books, id, 1_000_000 + id, false);
        id
    }

    fn send(&self, frame: Value) {
        if let Some(wire) = &*self.wire.lock().unwrap() {
            wire.send(frame);
        }
    }

    pub(crate) fn send_raw(&self, frame: &str) {
        if let Some(wire) = &*self.wire.lock().unwrap() {
            wire.raw(Message::text(frame.to_owned()));
        }
    }

    pub(crate) fn lose_connection(&self) {
        if let Some(wire) = self.wire.lock().unwrap().take() {
            wire.cut();
        }
    }

    pub(crate) async fn connect(&self) {
        let wire = self.qq.connect(&self.program.url()).await;
        *self.wire.lock().unwrap() = Some(wire);
    }

    /// Waits for the end of a program that was asked to stop.
    pub(crate) async fn expect_end(&mut self) -> Result<(), String> {
        let end = Instant::now() + Duration::from_secs(25);
        loop {
            if let Some(status) = self.program.ended() {
                self.program.kill();
                self.lose_connection();
                let ended_well = status.success();
                return ended_well
                    .then_some(())
                    .ok_or(format!("told to stop, it ended with {status}"));
            }
            if Instant::now() > end {
                return Err("told to stop, it does not end".to_owned());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Takes the reader of the log away.
    pub(crate) fn lose_log(&mut self) {
        let _ = self.log_reader.kill();
        let _ = self.log_reader.wait();
    }

    pub(crate) fn last_words(&self) -> String {
        let log = self.program.log();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(40)..].join("\n")
    }
}

fn ask(wire: &Mutex<Option<Wire>>, books: &Mutex<BTreeMap<i64, Asked>>, id: i64, group: i64, human: bool) {
    let text = if human {
        "转人工"
    } else {
        "工单系统需要注册吗？"
    };
    let frame = group_message(id, group, 20_000 + id, text, true);
    let asked = Asked {
        frame: frame.clone(),
        human,
        at: Instant::now(),
    };
    books.lock().unwrap().insert(id, asked);
    if let Some(wire) = &*wire.lock().unwrap() {
        wire.send(frame);
    }
}

/// Starts the program; whoever reads its log can go away. Answers with the reader.
fn start(program: &mut Program) -> Child {
    let file = std::fs::File::options()
        .create(true)
        .append(true)
        .open(program.folder.join("log"))
        .unwrap();
    let mut reader = Command::new("cat")
        .stdin(Stdio::piped())
        .stdout(file)
        .spawn()
        .unwrap();
    let log = Stdio::from(reader.stdin.take().unwrap());
    program.start_logging_to(Path::new(env!("CARGO_BIN_EXE_groupdesk")), log);
    reader
}

/// The number in "#12".
fn ticket_number(text: &str) -> Option<u64> {
    let after = text.split('#').nth(1)?;
    let digits: String = after.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}
