//! The real binary, in a folder of its own.

use super::moment;
use groupdesk_testkit::free_port;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

pub const TOKEN: &str = "t0ken-of-the-tests";

pub const SELF_ID: i64 = 10_000;

/// A running groupdesk; killed when it is dropped.
pub struct Program {
    pub folder: PathBuf,
    pub port: u16,
    child: Option<Child>,
    _temp: Option<tempfile::TempDir>,
}

/// The program that is tested.
pub fn binary() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_groupdesk"))
}

impl Program {
    /// A folder with the shipped FAQ and a configuration of these `accounts` and, after them, `extra`.
    pub fn with(accounts: &str, extra: &str) -> Self {
        let temp = tempfile::tempdir().unwrap();
        let folder = temp.path().to_path_buf();
        let port = free_port();
        // Nobody is asked for whom words are, but in the tests of that.
        let tickets = if extra.contains("tickets:") {
            ""
        } else {
            "tickets: { under_notice: member }\n"
        };
        let config = format!(
            "{tickets}faq: faq.yaml\nweb: {{ listen: \"127.0.0.1:{port}\" }}\naccounts:\n{accounts}\n{extra}\n"
        );
        std::fs::write(folder.join("groupdesk.yaml"), config).unwrap();
        std::fs::copy(
            Path::new(env!("CARGO_MANIFEST_DIR")).join("faq.yaml"),
            folder.join("faq.yaml"),
        )
        .unwrap();
        Self {
            folder,
            port,
            child: None,
            _temp: Some(temp),
        }
    }

    /// An account on QQ with this `connection`, its staff room there, and `extra` at the top.
    pub fn prepare(connection: &str, extra: &str) -> Self {
        let account = format!(
            "  qq:\n    platform: onebot\n    connection:\n      access_token: ${{TEST_TOKEN}}\n{connection}\n    \
             staff: [555]\n    admins: [555]\n    staff_rooms: [\"qq/group:9\"]"
        );
        Self::with(&account, extra)
    }

    /// Starts with a reverse connection.
    pub fn reverse(extra: &str) -> Self {
        Self::prepare("      reverse: {}", extra)
    }

    pub fn url(&self) -> String {
        format!("ws://127.0.0.1:{}/onebot/v11/ws", self.port)
    }

    /// Starts it; the log goes to a file of the folder.
    pub fn start(&mut self, binary: &Path) {
        self.spawn(binary, Stdio::null(), Stdio::null());
    }

    /// Starts it with somebody at its terminal: what is typed, and what is read there.
    pub fn start_typing(&mut self, binary: &Path) -> (ChildStdin, ChildStdout) {
        self.spawn(binary, Stdio::piped(), Stdio::piped());
        let child = self.child.as_mut().unwrap();
        (child.stdin.take().unwrap(), child.stdout.take().unwrap())
    }

    /// Starts it with a log of the caller's own.
    pub fn start_logging_to(&mut self, binary: &Path, log: Stdio) {
        self.spawn_with(binary, Stdio::null(), Stdio::null(), log);
    }

    fn spawn(&mut self, binary: &Path, stdin: Stdio, stdout: Stdio) {
        let log = std::fs::File::options()
            .create(true)
            .append(true)
            .open(self.folder.join("log"))
            .unwrap();
        self.spawn_with(binary, stdin, stdout, log.into());
    }

    fn spawn_with(&mut self, binary: &Path, stdin: Stdio, stdout: Stdio, log: Stdio) {
        let child = self
            .command(binary)
            .arg("run")
            .env("TEST_TOKEN", TOKEN)
            .stdin(stdin)
            .stdout(stdout)
            .stderr(log)
            .spawn()
            .unwrap();
        self.child = Some(child);
    }

    /// A command of the program, in its folder and at the tests' time.
    pub fn command(&self, binary: &Path) -> Command {
        let mut command = Command::new(binary);
        command.current_dir(&self.folder);
        if let Some(clock) = moment::clock_file(&self.folder) {
            command.env("GROUPDESK_TEST_CLOCK", clock);
        }
        command
    }

    /// Starts another program with the same store and files, listening elsewhere.
    pub fn beside(other: &Self, port: u16) -> Self {
        let path = other.folder.join("groupdesk.yaml");
        let config = std::fs::read_to_string(&path).unwrap();
        let config = config.replace(&other.port.to_string(), &port.to_string());
        std::fs::write(path, config).unwrap();
        Self {
            folder: other.folder.clone(),
            port,
            child: None,
            _temp: None,
        }
    }

    /// Takes charge of a process that was started with [`Program::command`].
    pub fn adopt(&mut self, child: Child) {
        self.child = Some(child);
    }

    /// Puts the program's clock ahead of the tests', or behind; the program sees it at once.
    pub fn step_clock(&self, ahead_millis: i64) {
        let clock = moment::clock_file(&self.folder).expect("a build for tests");
        let next = clock.with_extension("next");
        std::fs::write(&next, (moment::offset_millis() + ahead_millis).to_string()).unwrap();
        std::fs::rename(next, clock).unwrap();
    }

    pub fn pid(&self) -> u32 {
        self.child.as_ref().unwrap().id()
    }

    /// True if there is a process, ended or not.
    pub fn running(&self) -> bool {
        self.child.is_some()
    }

    /// The exit status, if it has ended.
    pub fn ended(&mut self) -> Option<std::process::ExitStatus> {
        self.child.as_mut()?.try_wait().unwrap()
    }

    /// Sends kill -9.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Sends SIGTERM; returns the exit status.
    pub fn terminate(&mut self) -> std::process::ExitStatus {
        let mut child = self.child.take().unwrap();
        Command::new("kill")
            .args(["-TERM", &child.id().to_string()])
            .status()
            .unwrap();
        let end = Instant::now() + Duration::from_secs(60);
        loop {
            if let Some(status) = child.try_wait().unwrap() {
                return status;
            }
            assert!(Instant::now() < end, "it does not stop: {}", self.log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Waits until it has ended by itself; says how.
    pub fn wait(&mut self) -> std::process::ExitStatus {
        let mut child = self.child.take().unwrap();
        let end = Instant::now() + Duration::from_secs(30);
        loop {
            if let Some(status) = child.try_wait().unwrap() {
                return status;
            }
            if Instant::now() > end {
                let _ = child.kill();
                panic!("it does not end: {}", self.log());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }

    /// The most memory that it has had, in MiB.
    pub fn peak_memory(&self) -> u64 {
        peak_memory_of(self.pid())
    }

    /// Returns the processor time used so far, in seconds (user, system).
    pub fn cpu(&self) -> (f64, f64) {
        cpu_of(self.pid())
    }
}

/// Returns the most memory that a process has had, in MiB.
pub fn peak_memory_of(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM"))
        .unwrap_or_default();
    line.split_whitespace()
        .nth(1)
        .and_then(|kib| kib.parse::<u64>().ok())
        .unwrap_or(0)
        / 1024
}

/// Returns the processor time that a process has used, in seconds (user, system), at the usual 100 ticks a second.
pub fn cpu_of(pid: u32) -> (f64, f64) {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(") ").next().unwrap_or_default().split(' ').collect();
    let ticks = |at: usize| {
        fields
            .get(at)
            .and_then(|field| field.parse::<f64>().ok())
            .unwrap_or(0.0)
            / 100.0
    };
    (ticks(11), ticks(12))
}

impl Drop for Program {
    fn drop(&mut self) {
        self.kill();
    }
}
