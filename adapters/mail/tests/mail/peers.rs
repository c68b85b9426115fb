//! The mail servers, and the folder with their mailbox and certificates.

use async_imap::Session;
use futures_util::TryStreamExt;
use groupdesk_testkit::Peer;
use serde_json::{Value, json};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command as Plain, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::net::TcpStream;
use tokio::process::{Child, ChildStdout, Command};

const PACKAGES: [&str; 3] = ["aiosmtpd==1.4.6", "pymap==0.36.7", "trustme==1.2.1"];

pub(crate) const USER: &str = "desk";
pub(crate) const PASSWORD: &str = "s3cret";

/// The environment's `bin`, made once for all tests, also those of other processes; `None` where Python or its packages can't be
/// had.
fn environment() -> Option<PathBuf> {
    let made =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("mail-{}", PACKAGES.join("-").replace('=', "")));
    std::fs::create_dir_all(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let lock = File::create(made.with_extension("lock")).unwrap();
    lock.lock().unwrap();
    let ready = made.join("ready");
    let servers = Peer {
        name: "aiosmtpd and pymap",
        bring: "python3 with venv, and a way to PyPI",
    };
    servers.or_skip((ready.exists() || make(&made, &ready)).then(|| made.join("bin")))
}

/// Makes the environment; `false` where that fails. It is tried once a run: what could not be had is not asked for by each test.
fn make(environment: &Path, ready: &Path) -> bool {
    static FAILED: AtomicBool = AtomicBool::new(false);
    if FAILED.load(Ordering::Relaxed) {
        return false;
    }
    let made = groupdesk_testkit::python(&["-c", "import venv, ensurepip"]).is_some_and(|python| {
        let venv = Plain::new(python)
            .args(["-m", "venv", "--clear"])
            .arg(environment)
            .status();
        let install = Plain::new(environment.join("bin/python"))
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
            .args(PACKAGES)
            .status();
        venv.is_ok_and(|status| status.success()) && install.is_ok_and(|status| status.success())
    });
    if made {
        File::create(ready).unwrap();
    }
    FAILED.store(!made, Ordering::Relaxed);
    made
}

fn run(command: &mut Plain) {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(
        output.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

fn script(name: &str) -> String {
    format!("{}/tests/peers/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// A folder with a mailbox and certificates.
pub(crate) struct Folder {
    folder: TempDir,
    bin: PathBuf,
}

impl Folder {
    pub(crate) async fn new() -> Option<Self> {
        tokio::task::spawn_blocking(|| {
            let bin = environment()?;
            let folder = tempfile::tempdir().unwrap();
            run(Plain::new(bin.join("python"))
                .arg(script("prepare.py"))
                .arg(folder.path())
                .args([USER, PASSWORD]));
            Some(Self { folder, bin })
        })
        .await
        .unwrap()
    }

    pub(crate) fn file(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    /// Forgets all UIDs, as a server does that was restored from a backup.
    pub(crate) fn renumber(&self) {
        let lists = ["dovecot-uidlist"].map(|name| self.folder.path().join("box").join(USER).join(name));
        for list in lists {
            std::fs::remove_file(&list).unwrap_or_else(|error| panic!("{}: {error}", list.display()));
        }
    }

    /// An SMTP server with `none`, `starttls` or `tls`.
    pub(crate) async fn smtp(&self, port: u16, security: &str) -> Smtp {
        let mut child = Command::new(self.bin.join("python"))
            .args([
                &script("smtp.py"),
                &port.to_string(),
                security,
                &self.file("server.pem"),
            ])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut smtp = Smtp {
            _child: child,
            lines,
            security: security.to_owned(),
            port,
        };
        assert_eq!(smtp.line().await, json!({"ready": true}));
        smtp
    }

    /// An IMAP server; its mailbox outlives it.
    pub(crate) async fn imap(&self, port: u16) -> Imap {
        let pem = self.file("server.pem");
        let port_text = port.to_string();
        let child = Command::new(self.bin.join("pymap"))
            .args([
                "--host",
                "127.0.0.1",
                "--port",
                &port_text,
                "--cert",
                &pem,
                "--key",
                &pem,
            ])
            .args(["--no-service", "admin", "--no-service", "managesieve"])
            .args(["maildir", &self.file("box")])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut imap = Imap { child, port };
        for _ in 0..200 {
            if TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
                return imap;
            }
            assert!(imap.child.try_wait().unwrap().is_none(), "pymap ended at once");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("pymap does not listen");
    }
}

pub(crate) struct Smtp {
    _child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    security: String,
    port: u16,
}

/// A mail that the SMTP server took.
pub(crate) struct Taken {
    pub(crate) to: Vec<String>,
    pub(crate) raw: Vec<u8>,
}

impl Smtp {
    async fn line(&mut self) -> Value {
        let line = tokio::time::timeout(Duration::from_secs(20), self.lines.next_line()).await;
        serde_json::from_str(&line.expect("it says something").unwrap().expect("it lives")).unwrap()
    }

    pub(crate) async fn taken(&mut self) -> Taken {
        let line = self.line().await;
        let raw =
            mail_parser::decoders::base64::base64_decode(line["raw"].as_str().unwrap().as_bytes()).unwrap();
        let to = line["to"]
            .as_array()
            .unwrap()
            .iter()
            .map(|to| to.as_str().unwrap().to_owned())
            .collect();
        Taken { to, raw }
    }

    pub(crate) fn settings(&self, folder: &Folder) -> Value {
        // Without encryption the server is never to see the certificate authority.
        let ca = if self.security == "none" {
            Value::Null
        } else {
            folder.file("ca.pem").into()
        };
        json!({"host": "127.0.0.1", "port": self.port, "security": self.security, "ca": ca,
            "username": USER, "password": PASSWORD})
    }
}

pub(crate) struct Imap {
    child: Child,
    pub(crate) port: u16,
}

impl Imap {
    pub(crate) fn settings(&self, folder: &Folder) -> Value {
        json!({"host": "127.0.0.1", "port": self.port, "security": "starttls", "ca": folder.file("ca.pem"),
            "username": USER, "password": PASSWORD, "poll": "1s"})
    }

    pub(crate) async fn kill(mut self) {
        self.child.kill().await.unwrap();
    }

    async fn session(&self) -> Session<TcpStream> {
        let tcp = TcpStream::connect(("127.0.0.1", self.port)).await.unwrap();
        let mut client = async_imap::Client::new(tcp);
        client.read_response().await.unwrap().unwrap();
        client
            .login(USER, PASSWORD)
            .await
            .map_err(|(error, _)| error)
            .unwrap()
    }

    /// A mail arrives.
    pub(crate) async fn receive(&self, raw: &[u8]) {
        let mut session = self.session().await;
        session.append("INBOX", None, None, raw).await.unwrap();
        session.logout().await.unwrap();
    }

    /// The UIDVALIDITY of the mailbox.
    pub(crate) async fn validity(&self) -> u32 {
        self.session()
            .await
            .examine("INBOX")
            .await
            .unwrap()
            .uid_validity
            .unwrap()
    }

    /// The number of mails marked as read.
    pub(crate) async fn seen(&self) -> usize {
        let mut session = self.session().await;
        session.examine("INBOX").await.unwrap();
        let fetches = session.uid_fetch("1:*", "(UID FLAGS)").await.unwrap();
        let fetches: Vec<_> = fetches.try_collect().await.unwrap();
        let is_seen = |fetch: &&async_imap::types::Fetch| {
            fetch.flags().any(|flag| flag == async_imap::types::Flag::Seen)
        };
        fetches.iter().filter(is_seen).count()
    }
}
