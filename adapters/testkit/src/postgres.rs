//! PostgreSQL, and pgbouncer before it, in a temporary folder: Debian's programs, as they are on the machine.

use crate::{Peer, free_port};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

const POSTGRESQL: Peer = Peer {
    name: "PostgreSQL",
    bring: "install Debian's postgresql-15",
};

const PGBOUNCER: Peer = Peer {
    name: "pgbouncer",
    bring: "install Debian's pgbouncer",
};

/// User of every database. Whoever is on this machine may be it: the cluster has nothing but tests.
const USER: &str = "groupdesk";

/// Stops what runs in the folder `$1`, and deletes it, when the program that started it has ended, however that ended.
const CLEAN_UP: &str = "cat > /dev/null; for pid in \"$1\"/pgbouncer.pid \"$1\"/data/postmaster.pid; do \
    [ -f \"$pid\" ] && kill -QUIT \"$(head -n 1 \"$pid\")\"; done; sleep 0.3; rm -rf \"$1\"";

/// A cluster of databases of a test's own, which ends with it.
#[derive(Debug)]
pub struct Cluster {
    folder: PathBuf,
    programs: PathBuf,
    port: u16,
    pooled: OnceLock<Option<u16>>,
    made: AtomicU32,
    /// Cleans up when it is closed.
    cleaner: Option<Child>,
}

/// Returns the cluster that the tests of this process share, each with a database of its own; `None`, and a word, where PostgreSQL is
/// not on this machine.
pub fn cluster() -> Option<&'static Cluster> {
    static SHARED: OnceLock<Option<Cluster>> = OnceLock::new();
    // Tests that run beside each other all say that they are skipped.
    match SHARED.get_or_init(|| programs().map(|programs| Cluster::of(programs, &["fsync=off"]))) {
        Some(cluster) => Some(cluster),
        None => POSTGRESQL.or_skip(None),
    }
}

impl Cluster {
    /// Starts a cluster that belongs to one test, with these settings (`name=value`).
    pub fn start(settings: &[&str]) -> Option<Self> {
        Some(Self::of(POSTGRESQL.or_skip(programs())?, settings))
    }

    fn of(programs: PathBuf, settings: &[&str]) -> Self {
        let folder = tempfile::Builder::new()
            .prefix("groupdesk-pg-")
            .tempdir()
            .unwrap();
        let folder = folder.keep();
        std::fs::create_dir(folder.join("data")).unwrap();
        if is_root() {
            let done = Command::new("chown")
                .args(["-R", account()])
                .arg(&folder)
                .status();
            assert!(done.unwrap().success());
        }
        let cleaner = Command::new("sh")
            .args(["-c", CLEAN_UP, "sh"])
            .arg(&folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let cluster = Self {
            port: free_port(),
            programs,
            pooled: OnceLock::new(),
            made: AtomicU32::new(0),
            cleaner: Some(cleaner.unwrap()),
            folder,
        };
        let data = cluster.data();
        cluster.run(
            "initdb",
            &[
                "-D",
                &data,
                "-U",
                USER,
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C",
                "--no-sync",
            ],
        );
        let mut lines = format!(
            "port = {}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = '{}'\nmax_connections = 200\nshared_buffers = 64MB\n",
            cluster.port,
            cluster.folder.display()
        );
        for setting in settings {
            lines.push_str(setting);
            lines.push('\n');
        }
        let mut file = std::fs::File::options()
            .append(true)
            .open(Path::new(&data).join("postgresql.conf"))
            .unwrap();
        file.write_all(lines.as_bytes()).unwrap();
        cluster.up();
        cluster
    }

    /// Starts the server, and waits until it answers.
    pub fn up(&self) {
        let log = self.folder.join("log").display().to_string();
        self.run(
            "pg_ctl",
            &["-D", &self.data(), "-l", &log, "-w", "-t", "60", "start"],
        );
    }

    /// Kills the server and its processes at once, as a crash of the machine does.
    pub fn kill(&self) {
        self.run("pg_ctl", &["-D", &self.data(), "-m", "immediate", "-w", "stop"]);
    }

    /// Makes a database, and returns its address.
    pub fn database(&self) -> String {
        let number = self.made.fetch_add(1, Ordering::Relaxed);
        let name = format!("desk{number}");
        let port = self.port.to_string();
        let host = self.folder.display().to_string();
        self.run("createdb", &["-h", &host, "-p", &port, "-U", USER, &name]);
        format!("postgres://{USER}@127.0.0.1:{}/{name}", self.port)
    }

    /// Returns the address of a database behind pgbouncer, which gives each transaction another connection; `None`, and a word, where
    /// pgbouncer is not on this machine.
    pub fn pooled(&self, address: &str) -> Option<String> {
        let port = self.pooled.get_or_init(|| self.start_pooler());
        let port = PGBOUNCER.or_skip(*port)?;
        Some(address.replace(&format!(":{}/", self.port), &format!(":{port}/")))
    }

    /// Runs a statement in a database, and returns what it selects, a row a line.
    pub fn ask(&self, address: &str, statement: &str) -> String {
        let asked = Command::new(self.programs.join("psql"))
            .args([
                address,
                "-X",
                "-A",
                "-t",
                "-v",
                "ON_ERROR_STOP=1",
                "-c",
                statement,
            ])
            .output()
            .unwrap();
        assert!(
            asked.status.success(),
            "{statement}: {}",
            String::from_utf8_lossy(&asked.stderr)
        );
        String::from_utf8_lossy(&asked.stdout).trim().to_owned()
    }

    fn start_pooler(&self) -> Option<u16> {
        let program = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer"]
            .into_iter()
            .find(|program| Path::new(program).exists())?;
        let port = free_port();
        let folder = self.folder.display();
        let settings = format!(
            "[databases]\n* = host=127.0.0.1 port={} user={USER}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n\
             auth_type = any\npool_mode = transaction\nmax_client_conn = 500\ndefault_pool_size = 4\nserver_idle_timeout = 5\n\
             unix_socket_dir =\nlogfile = {folder}/pgbouncer.log\npidfile = {folder}/pgbouncer.pid\n",
            self.port
        );
        let file = self.folder.join("pgbouncer.ini");
        std::fs::write(&file, settings).unwrap();
        let done = as_account(Path::new(program))
            .args(["-q", "-d"])
            .arg(&file)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        assert!(done.unwrap().success(), "pgbouncer does not start");
        let until = Instant::now() + Duration::from_secs(20);
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < until, "pgbouncer does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
        Some(port)
    }

    fn data(&self) -> String {
        self.folder.join("data").display().to_string()
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let log = self.folder.join("log");
        let done = as_account(&self.programs.join(program))
            .args(arguments)
            .current_dir("/")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .unwrap();
        assert!(
            done.success(),
            "{program} fails: {}",
            std::fs::read_to_string(log).unwrap_or_default()
        );
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Some(mut cleaner) = self.cleaner.take() {
            drop(cleaner.stdin.take());
            let _ = cleaner.wait();
        }
    }
}

/// Returns the folder with the programs of the newest PostgreSQL.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?.flatten();
    let mut versions: Vec<(u32, PathBuf)> = versions
        .filter_map(|version| {
            let number = version.file_name().to_str()?.parse().ok()?;
            Some((number, version.path().join("bin")))
        })
        .filter(|(_, bin)| bin.join("initdb").exists() && bin.join("psql").exists())
        .collect();
    versions.sort();
    Some(versions.pop()?.1)
}

/// Makes a command that does not run as root: neither program does.
fn as_account(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let account = account();
    let mut command = Command::new("setpriv");
    command.args(["--reuid", account, "--regid", "nogroup", "--clear-groups", "--"]);
    command.arg(program);
    command
}

/// Returns the account of the system that they run as.
fn account() -> &'static str {
    let users = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    if users.lines().any(|line| line.starts_with("postgres:")) {
        "postgres"
    } else {
        "nobody"
    }
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|id| id.stdout.trim_ascii() == b"0")
}
