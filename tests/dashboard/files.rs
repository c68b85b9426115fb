//! Files that a browser sends, and pictures that only an account has.

use super::support::browser::Browser;
use super::support::moment;
use super::support::program::{Program, binary};
use super::{TEST_TIMEOUT, started, until};
use groupdesk_discord_fake::{BOT, Fake, HELP};
use serde_json::json;
use std::time::{Duration, Instant};

/// A spreadsheet that the program itself wrote.
fn spreadsheet(program: &Program) -> Vec<u8> {
    let other =
        "entries:\n  - id: parking\n    questions: [停车场在哪里, 能停车吗]\n    answer: 停车场在东门。\n";
    std::fs::write(program.folder.join("other.yaml"), other).unwrap();
    let written = program
        .command(binary())
        .args([
            "export",
            "--faq",
            "other.yaml",
            "--to",
            "xlsx",
            "--out",
            "other.xlsx",
        ])
        .output()
        .unwrap();
    assert!(
        written.status.success(),
        "{}",
        String::from_utf8_lossy(&written.stderr)
    );
    std::fs::read(program.folder.join("other.xlsx")).unwrap()
}

#[tokio::test]
async fn files_that_are_sent_are_previewed_and_imported() {
    let (program, _qq, _wire) = started("").await;
    let mut alice = Browser::invited(&program, &["invite", "alice", "--role", "admin"]);
    let sheet = spreadsheet(&program);
    let table = "question,answer\n怎么预约,打电话就行\n,没有问题\n".as_bytes();
    let page = alice.upload("/data/upload", &[("other.xlsx", &sheet), ("more.csv", table)]);
    assert_eq!(page.status, 200, "{}", page.body);
    for shown in [
        "Entries that were read: 2",
        "Left out or changed: 1",
        "+",
        "停车场在东门",
        "怎么预约",
    ] {
        assert!(page.body.contains(shown), "{shown}: {}", page.body);
    }
    // Nothing is written before somebody saves it.
    let faq = std::fs::read_to_string(program.folder.join("faq.yaml")).unwrap();
    assert!(!faq.contains("停车场"));
    // What is no file, and what can't be read, is refused in words.
    for (file, why) in [
        (("a.pdf", b"%PDF-1.7".as_slice()), "a.pdf"),
        (("a.xlsx", b"PK nothing".as_slice()), "a.xlsx"),
        (("", b"".as_slice()), "No file arrived"),
    ] {
        assert_eq!(alice.upload("/data/upload", &[file]).status, 303, "{why}");
        let told = alice.get("/data").body;
        assert!(
            told.contains("notice error") && told.contains(why),
            "{why}: {told}"
        );
    }
    let large = vec![b'x'; 13 << 20];
    let _ = alice.upload("/data/upload", &[("a.csv", &large)]);
    let told = alice.get("/data").body;
    assert!(told.contains("too large") && told.contains("12 MB"), "{told}");
    // Staff may not.
    let mut bob = Browser::invited(&program, &["invite", "bob"]);
    assert_eq!(bob.upload("/data/upload", &[("more.csv", table)]).status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_that_only_the_account_has_is_shown_by_the_program() {
    moment::move_fakes();
    let fake = Fake::start().await;
    let account = format!(
        "  dc:\n    platform: discord\n    connection: {}\n    staff_rooms: [dashboard/team]",
        fake.connection()
    );
    let mut program = Program::with(&account, "");
    program.start(binary());
    let end = Instant::now() + TEST_TIMEOUT;
    while fake.identified().is_empty() {
        assert!(Instant::now() < end, "it does not connect: {}", program.log());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let mut alice = Browser::invited(&program, &["invite", "alice"]);
    let picture = |id: &str, name: &str| {
        let old = format!("https://cdn.discordapp.com/attachments/77/{id}/{name}?ex=then");
        json!({"attachments": [{"id": id, "filename": name, "url": old, "content_type": "image/png", "size": 70}]})
    };
    let asked = format!("<@{BOT}> 转人工，页面打不开");
    fake.says_with(301, HELP, &asked, picture("31", "real.png"));
    let page = until(&mut alice, "/tickets/1", "class=\"picture\"").await.body;
    let path = |page: &str| {
        let at = page.rfind("src=\"/tickets/1/picture/").unwrap();
        page[at + 5..].split('"').next().unwrap().to_owned()
    };
    // No page names where it is.
    assert!(
        !page.contains("account-file") && !page.contains("cdn.discordapp"),
        "{page}"
    );
    let first = path(&page);
    let shown = alice.get(&first);
    let kind = shown.header("content-type");
    assert_eq!(
        (shown.status, kind),
        (200, Some("image/png")),
        "{}",
        program.log()
    );
    // A further message has one of its own; what is no picture, whatever it says, is none.
    fake.says_with(301, HELP, "还有这个", picture("32", "a.png"));
    let page = until(&mut alice, "/tickets/1", "还有这个").await.body;
    let second = path(&page);
    assert_ne!(first, second);
    assert_eq!(alice.get(&second).status, 404);
    // Who does not see the ticket does not see its pictures.
    let mut far = Browser::invited(
        &program,
        &["invite", "far", "--role", "viewer", "--room", "dashboard/team"],
    );
    assert_eq!(far.get(&first).status, 200);
    assert_eq!(alice.get("/tickets/1/picture/0/0").status, 404);
    assert_eq!(Browser::new(program.port).get(&first).status, 303);
}
