//! Tests of faults of the store's file and its disk while the real binary serves: full, gone, cut, read-only.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};
use support::program::{Program, binary};
use support::qq::{Manners, Qq, Said, Wire, group_message};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const GROUP: i64 = 77;
const ROOM: i64 = 9;

/// The longest time after a fault's end until everybody is served again; a busy machine needs a little more.
const SERVED_AGAIN: Duration = Duration::from_secs(20);

fn qq() -> Qq {
    let (qq, mut heard) = Qq::new(Manners::WELL_BEHAVED);
    tokio::spawn(async move { while heard.recv().await.is_some() {} });
    qq
}

/// Waits until the bot has said something in a group.
async fn hear(program: &Program, qq: &Qq, group: i64, part: &str) -> Said {
    let end = Instant::now() + SERVED_AGAIN;
    loop {
        let all = qq.said();
        let found = all
            .iter()
            .find(|said| said.group == Some(group) && said.text.contains(part));
        if let Some(said) = found {
            return said.clone();
        }
        assert!(
            Instant::now() < end,
            "not said in {group}: {part}\n{all:#?}\n{}",
            program.log()
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn health(program: &Program) -> String {
    let Ok(mut socket) = tokio::net::TcpStream::connect(("127.0.0.1", program.port)).await else {
        return String::new();
    };
    let request = format!(
        "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n\r\n",
        program.port
    );
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    let _ = socket.read_to_string(&mut answer).await;
    answer
}

/// Waits until health says something.
async fn healthy(program: &Program, part: &str) -> String {
    let end = Instant::now() + SERVED_AGAIN;
    loop {
        let said = health(program).await;
        if said.contains(part) {
            return said;
        }
        assert!(
            Instant::now() < end,
            "health never said {part}: {said}\n{}",
            program.log()
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn start(program: &mut Program, qq: &Qq) -> Wire {
    program.start(binary());
    qq.connect(&program.url()).await
}

fn tickets(program: &Program) -> String {
    let output = program
        .command(binary())
        .args(["tickets", "list", "--all"])
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// A small disk of its own; unmounted in the end.
struct Disk(PathBuf);

impl Disk {
    /// Mounts a small disk; `None` without the right to mount.
    fn of(mebibytes: u32) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap().keep();
        let size = format!("size={mebibytes}m");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &size, "none"])
            .arg(&folder)
            .output()
            .is_ok_and(|output| output.status.success());
        if mounted {
            return Some(Self(folder));
        }
        eprintln!("skipped: this machine does not let us mount a small disk");
        let _ = std::fs::remove_dir(folder);
        None
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).output();
        let _ = std::fs::remove_dir(&self.0);
    }
}

/// Asks in 60 groups at once.
fn flood(wire: &Wire) {
    for id in 0..60 {
        wire.send(group_message(
            100 + id,
            1000 + id,
            200 + id,
            "工单系统需要注册吗？",
            true,
        ));
    }
}

/// Waits until each of them has its answer.
async fn hear_all(program: &Program, qq: &Qq) {
    for id in 0..60 {
        hear(program, qq, 1000 + id, "注册").await;
    }
}

#[tokio::test]
async fn after_a_full_disk_every_message_is_answered_and_health_said_why_not() {
    let Some(disk) = Disk::of(4) else { return };
    let mut program = Program::reverse(&format!("store: {{ path: {}/desk.db }}", disk.0.display()));
    let qq = qq();
    let wire = start(&mut program, &qq).await;
    wire.send(group_message(1, GROUP, 3, "工单系统需要注册吗？", true));
    hear(&program, &qq, GROUP, "注册").await;
    healthy(&program, "\"status\":\"ok\"").await;
    // Nothing is left of the disk.
    let filler = disk.0.join("filler");
    let zeros = vec![0_u8; 64 << 20];
    let _ = std::fs::write(&filler, &zeros);
    flood(&wire);
    let said = healthy(&program, "\"status\":\"failing\"").await;
    assert!(
        said.contains("503") && said.contains("\"name\":\"store\""),
        "{said}"
    );
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert!(health(&program).await.contains("\"status\":\"failing\""));
    std::fs::remove_file(&filler).unwrap();
    hear_all(&program, &qq).await;
    healthy(&program, "\"status\":\"ok\"").await;
    hear(&program, &qq, ROOM, "[groupdesk] ✓").await;
    wire.send(group_message(300, GROUP, 3, "转人工", true));
    hear(&program, &qq, ROOM, "【工单 #1】").await;
    let twice: Vec<_> = qq
        .by_quote()
        .into_iter()
        .filter(|(_, count)| *count > 1)
        .collect();
    assert!(twice.is_empty(), "{twice:?}");
    assert!(program.terminate().success(), "{}", program.log());
}

/// Sets the largest size of the program's files, in bytes.
fn limit_files(program: &Program, bytes: &str) {
    let limit = format!("--fsize={bytes}:unlimited");
    let set = Command::new("prlimit")
        .args(["--pid", &program.pid().to_string(), &limit])
        .status();
    assert!(set.unwrap().success());
}

#[tokio::test]
async fn a_store_that_has_reached_the_largest_size_of_a_file_is_told_like_a_full_disk() {
    let mut program = Program::reverse("");
    let qq = qq();
    let wire = start(&mut program, &qq).await;
    wire.send(group_message(1, GROUP, 3, "工单系统需要注册吗？", true));
    hear(&program, &qq, GROUP, "注册").await;
    healthy(&program, "\"status\":\"ok\"").await;
    limit_files(&program, "65536");
    flood(&wire);
    let said = healthy(&program, "\"status\":\"failing\"").await;
    assert!(
        said.contains("\"name\":\"store\"") && said.contains("ulimit -f"),
        "{said}"
    );
    assert!(program.log().contains("SIGXFSZ"), "{}", program.log());
    limit_files(&program, "unlimited");
    hear_all(&program, &qq).await;
    healthy(&program, "\"status\":\"ok\"").await;
    assert!(program.terminate().success(), "{}", program.log());
}

#[tokio::test]
async fn what_could_not_be_committed_at_the_end_makes_it_a_bad_end() {
    let Some(disk) = Disk::of(4) else { return };
    let mut program = Program::reverse(&format!("store: {{ path: {}/desk.db }}", disk.0.display()));
    let qq = qq();
    let wire = start(&mut program, &qq).await;
    wire.send(group_message(1, GROUP, 3, "工单系统需要注册吗？", true));
    hear(&program, &qq, GROUP, "注册").await;
    let _ = std::fs::write(disk.0.join("filler"), vec![0_u8; 64 << 20]);
    // Some are in hand, some wait.
    for id in 2..9 {
        wire.send(group_message(id, GROUP + id, 4, "工单系统需要注册吗？", true));
        healthy(&program, "\"status\":").await;
    }
    healthy(&program, "\"status\":\"failing\"").await;
    assert!(!program.terminate().success(), "{}", program.log());
    assert!(
        program.log().contains("7 message(s) were not committed"),
        "{}",
        program.log()
    );
}

#[tokio::test]
async fn a_store_that_is_deleted_under_the_program_is_written_back_and_no_number_is_given_twice() {
    let mut program = Program::reverse("");
    let qq = qq();
    let wire = start(&mut program, &qq).await;
    wire.send(group_message(1, GROUP, 3, "转人工", true));
    hear(&program, &qq, ROOM, "【工单 #1】").await;
    for suffix in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(program.folder.join(format!("groupdesk.db{suffix}")));
    }
    hear(&program, &qq, ROOM, "was deleted while groupdesk ran").await;
    healthy(&program, "\"status\":\"degraded\"").await;
    wire.send(group_message(2, 78, 4, "转人工", true));
    hear(&program, &qq, ROOM, "【工单 #2】").await;
    program.kill();
    assert!(tickets(&program).contains("2 ticket(s)"), "{}", tickets(&program));
    let wire = start(&mut program, &qq).await;
    wire.send(group_message(3, 79, 5, "转人工", true));
    hear(&program, &qq, ROOM, "【工单 #3】").await;
}

#[tokio::test]
async fn a_store_that_is_cut_to_nothing_ends_the_program_with_a_reason() {
    let mut program = Program::reverse("");
    let qq = qq();
    let wire = start(&mut program, &qq).await;
    wire.send(group_message(1, GROUP, 3, "转人工", true));
    hear(&program, &qq, ROOM, "【工单 #1】").await;
    // What stands in the log alone would be written back.
    assert!(program.terminate().success());
    let wire = start(&mut program, &qq).await;
    let path = program.folder.join("groupdesk.db");
    std::fs::File::options()
        .write(true)
        .open(&path)
        .unwrap()
        .set_len(0)
        .unwrap();
    let status = program.wait();
    drop(wire);
    assert_eq!(status.code(), Some(3), "{}", program.log());
    assert!(
        program.log().contains("is lost: somebody cut it to nothing"),
        "{}",
        program.log()
    );
    for suffix in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(program.folder.join(format!("groupdesk.db{suffix}")));
    }
    // The next start has nothing any more, says so, and gives other numbers.
    let wire = start(&mut program, &qq).await;
    hear(&program, &qq, ROOM, "#1 was given already").await;
    wire.send(group_message(2, 78, 4, "转人工", true));
    hear(&program, &qq, ROOM, "【工单 #2】").await;
}

#[tokio::test]
async fn a_store_that_is_cut_in_half_under_the_program_is_no_silence_now_nor_at_the_next_start() {
    let mut program = Program::reverse("");
    let qq = qq();
    let wire = start(&mut program, &qq).await;
    for id in 1..300 {
        wire.send(group_message(id, 1000 + id, 3 + id, "转人工", true));
    }
    hear(&program, &qq, 1299, "#299").await;
    assert!(program.terminate().success());
    let wire = start(&mut program, &qq).await;
    healthy(&program, "\"status\":\"ok\"").await;
    let path = program.folder.join("groupdesk.db");
    let file = std::fs::File::options().write(true).open(&path).unwrap();
    let bytes = file.metadata().unwrap().len();
    file.set_len(bytes / 2).unwrap();
    wire.send(group_message(1000, GROUP, 9, "工单系统需要注册吗？", true));
    let end = Instant::now() + SERVED_AGAIN;
    loop {
        if let Some(status) = program.ended() {
            assert_eq!(status.code(), Some(3), "{}", program.log());
            assert!(
                program.log().contains("the file is damaged: restore it"),
                "{}",
                program.log()
            );
            break;
        }
        if health(&program).await.contains("\"status\":\"failing\"") {
            break;
        }
        assert!(Instant::now() < end, "{}", program.log());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    program.kill();
    program.start(binary());
    let status = program.wait();
    assert_eq!(status.code(), Some(3), "{}", program.log());
    assert!(
        program
            .log()
            .contains("the store is damaged: restore it from a backup"),
        "{}",
        program.log()
    );
}

/// Does harm to the store in a folder.
type Harm = fn(&std::path::Path);

/// Damages of an open store, each by its name.
const DAMAGES: [(&str, Harm); 2] = [
    ("the log is cut", |folder| {
        let log = std::fs::File::options()
            .write(true)
            .open(folder.join("groupdesk.db-wal"));
        log.unwrap().set_len(0).unwrap();
    }),
    ("all but the first pages are overwritten", |folder| {
        use std::io::{Seek, SeekFrom, Write};
        let file = std::fs::File::options()
            .write(true)
            .open(folder.join("groupdesk.db"));
        let (mut file, start) = (file.unwrap(), 8192);
        let bytes = file.metadata().unwrap().len() - start;
        file.seek(SeekFrom::Start(start)).unwrap();
        file.write_all(&vec![0x5a; usize::try_from(bytes).unwrap()])
            .unwrap();
    }),
];

#[tokio::test]
async fn a_store_in_which_what_is_read_is_damaged_ends_the_program_with_a_reason() {
    for (damage, harm) in DAMAGES {
        let mut program = Program::reverse("");
        let qq = qq();
        let wire = start(&mut program, &qq).await;
        for id in 1..60 {
            wire.send(group_message(id, 1000 + id, 3 + id, "转人工", true));
        }
        hear(&program, &qq, 1059, "#59").await;
        if damage != DAMAGES[0].0 {
            // What stands in the log alone would hide it.
            assert!(program.terminate().success());
        }
        let wire = if damage == DAMAGES[0].0 {
            wire
        } else {
            start(&mut program, &qq).await
        };
        healthy(&program, "\"status\":\"ok\"").await;
        harm(&program.folder);
        let end = Instant::now() + SERVED_AGAIN;
        let mut id = 100;
        let status = loop {
            if let Some(status) = program.ended() {
                break status;
            }
            // Each in a channel of which nothing is in memory.
            wire.send(group_message(id, 1000 + id, 9, "工单系统需要注册吗？", true));
            id += 1;
            assert!(Instant::now() < end, "{damage}: {}", program.log());
            tokio::time::sleep(Duration::from_millis(100)).await;
        };
        assert_eq!(status.code(), Some(3), "{damage}: {}", program.log());
        let log = program.log();
        assert!(log.contains("the file is damaged: restore it"), "{damage}: {log}");
    }
}

/// Runs the program as a user who may not write, which root always may.
#[cfg(unix)]
#[tokio::test]
async fn a_store_that_can_t_be_written_is_an_error_at_the_start() {
    use std::os::unix::fs::{PermissionsExt, chown};
    let mut program = Program::reverse("");
    let qq = qq();
    let wire = start(&mut program, &qq).await;
    wire.send(group_message(1, GROUP, 3, "工单系统需要注册吗？", true));
    hear(&program, &qq, GROUP, "注册").await;
    assert!(program.terminate().success());
    let nobody = 65_534;
    let mode = std::fs::Permissions::from_mode;
    std::fs::set_permissions(&program.folder, mode(0o777)).unwrap();
    for entry in std::fs::read_dir(&program.folder).unwrap() {
        let path = entry.unwrap().path();
        if chown(&path, Some(nobody), Some(nobody)).is_err() {
            return eprintln!("skipped: this user may not give files away");
        }
        std::fs::set_permissions(&path, mode(0o644)).unwrap();
    }
    std::fs::set_permissions(program.folder.join("groupdesk.db"), mode(0o444)).unwrap();
    let nobody = nobody.to_string();
    let mut command = Command::new("setpriv");
    command.args(["--reuid", &nobody, "--regid", &nobody, "--clear-groups"]);
    let possible = command
        .arg("true")
        .output()
        .is_ok_and(|output| output.status.success());
    if !possible {
        return eprintln!("skipped: setpriv is not here");
    }
    let copy = program.folder.join("groupdesk");
    std::fs::copy(binary(), &copy).unwrap();
    std::fs::set_permissions(&copy, mode(0o755)).unwrap();
    let run = program.command(&copy);
    let mut command = Command::new("timeout");
    command
        .args([
            "20",
            "setpriv",
            "--reuid",
            &nobody,
            "--regid",
            &nobody,
            "--clear-groups",
        ])
        .arg(run.get_program())
        .arg("run")
        .current_dir(&program.folder)
        .envs(run.get_envs().filter_map(|(name, value)| Some((name, value?))))
        .env("TEST_TOKEN", support::program::TOKEN);
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(
        said.contains("give the program's user the right to write"),
        "{said}"
    );
    assert!(!said.contains("ready"), "{said}");
}
