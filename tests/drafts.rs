//! Drafts for staff, end to end: the real binary, a group of QQ with its staff room, and a chat model's server.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use groupdesk_model_fake::{Fake, KEY, Mood, SAYS, sources};
use serde_json::Value;
use std::io::{Read, Write};
use std::sync::Arc;
use std::time::Duration;
use support::program::{Program, binary};
use support::qq::{Manners, Qq, Said, Wire, group_message, group_quote, next};
use tokio::sync::mpsc;

const GROUP: i64 = 770_077;
const STAFF_ROOM: i64 = 9;
const STAFF: i64 = 555;
const ASKED: &str = "转人工 我买的付费镜像有问题，一直打不开后台";

fn program(fake: &Fake, more: &str) -> Program {
    let program = Program::reverse(&format!(
        "model: {{ drafts: true, url: \"{}\", model: fake, key: \"${{file:key}}\"{more} }}",
        fake.url
    ));
    std::fs::write(program.folder.join("key"), KEY).unwrap();
    program
}

fn health(port: u16) -> Value {
    let mut stream = std::net::TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream
        .write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(!answer.contains(KEY), "{answer}");
    serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
}

/// The groups, with what the bot says in them.
struct Groups {
    wire: Wire,
    said: mpsc::UnboundedReceiver<Said>,
    all: Vec<Said>,
    last: i64,
}

impl Groups {
    async fn of(program: &Program) -> Self {
        let (qq, said) = Qq::new(Manners::WELL_BEHAVED);
        let wire = qq.connect(&program.url()).await;
        Self {
            wire,
            said,
            all: Vec::new(),
            last: 0,
        }
    }

    /// Waits for a message of the bot in the staff room, or not there, with these words.
    async fn until(&mut self, in_room: bool, words: &str) -> Said {
        loop {
            let one = next(&mut self.said).await;
            eprintln!("{:?}: {}", one.group, one.text);
            self.all.push(one.clone());
            if (one.group == Some(STAFF_ROOM)) == in_room && one.text.contains(words) {
                return one;
            }
        }
    }

    /// A member calls the bot in a group of their own; the staff room has the notice.
    async fn asks(&mut self, member: i64, text: &str) -> Said {
        self.last += 1;
        self.wire.send(group_message(
            self.last,
            GROUP + member,
            800_000 + member,
            text,
            true,
        ));
        self.until(true, &format!("{}", 800_000 + member)).await
    }

    fn order(&mut self, text: &str) {
        self.last += 1;
        self.wire
            .send(group_message(self.last, STAFF_ROOM, STAFF, text, false));
    }

    async fn quote(&mut self, text: &str, quoted: &Said) {
        // Nobody quotes a message before its sender knows that it arrived.
        tokio::time::sleep(Duration::from_secs(3)).await;
        self.last += 1;
        self.wire
            .send(group_quote(self.last, STAFF_ROOM, STAFF, text, quoted.id));
    }
}

async fn until_asked(fake: &Arc<Fake>, calls: usize) {
    for _ in 0..3000 {
        if fake.calls() >= calls {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the model is not asked");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn staff_get_drafts_with_their_sources_and_members_get_what_staff_send() {
    let fake = Fake::start(Mood::NoSchema, Box::new(|_| None)).await;
    let mut program = program(&fake, ", timeout: { draft: 20s }");
    program.start(binary());
    let mut groups = Groups::of(&program).await;
    assert_eq!(fake.calls(), 0, "nothing is asked before there is a ticket");

    // A new ticket: its draft follows it, in the staff room alone, with the one sentence that a source says.
    groups.asks(1, ASKED).await;
    let draft = groups.until(true, "草稿").await;
    assert_eq!(fake.calls(), 2, "the schema is refused once");
    assert_eq!(
        draft.text.matches('〔').count(),
        2,
        "one sentence, and what the brackets mean: {}",
        draft.text
    );
    for never in [SAYS, "密码", "evil", "777", "of-its-own"] {
        assert!(!draft.text.contains(never), "{never}: {}", draft.text);
    }
    groups.quote("发送", &draft).await;
    let sent = groups.until(false, "【工单 #1】").await;
    let given = sources(&fake.asked().last().unwrap().1).unwrap();
    let text = sent.text.split_once('：').unwrap().1;
    assert!(given.last().unwrap().1.starts_with(text), "{}", sent.text);
    groups.order("/t 1 send");
    groups.until(true, "过时").await;
    groups.order("/t 1 解决");
    groups.until(true, "已解决").await;

    // What staff answered is a source for others who ask the like.
    groups.asks(2, "转人工 付费镜像有问题，后台打不开").await;
    let draft = groups.until(true, "草稿").await;
    assert!(draft.text.contains("〔#1〕"), "{}", draft.text);
    let given = sources(&fake.asked().last().unwrap().1).unwrap();
    assert!(given.iter().any(|(id, _)| id == "#1"), "{given:?}");

    // Staff were quicker than the model: its draft is dropped. Asked for, it says so.
    fake.be(Mood::Slow(Duration::from_secs(8)));
    let calls = fake.calls();
    let notice = groups.asks(3, ASKED).await;
    until_asked(&fake, calls + 1).await;
    groups.quote("我来看看是什么问题", &notice).await;
    groups.until(false, "【工单 #3】").await;
    groups.order("/t 3 草稿");
    until_asked(&fake, calls + 2).await;
    groups.order("/t 3 reply 重启一下后台服务");
    groups.until(true, "作废").await;
    let third = |said: &&Said| said.group == Some(STAFF_ROOM) && said.text.contains("#3 的回答草稿");
    assert_eq!(groups.all.iter().filter(third).count(), 0);

    // What is of no use is no draft, and a server that fails is told of in health; members notice nothing.
    for (mood, why) in [
        (Mood::Cut, "不能用"),
        (Mood::Prose, "不能用"),
        (Mood::Wrong, "没有能用的"),
        (Mood::Status(500), "没有应答"),
        (Mood::Busy("3600"), "没有应答"),
        (Mood::Right, "没有应答"),
    ] {
        fake.be(mood);
        groups.order("/t 3 draft");
        groups.until(true, why).await;
    }
    groups.asks(4, ASKED).await;
    let port = program.port;
    let health = tokio::task::spawn_blocking(move || health(port)).await.unwrap();
    assert_eq!(health["drafts"]["state"], "down", "{health}");
    assert_eq!(health["judge"], "off");
    assert_eq!(health["drafts"]["today"]["calls"], fake.calls(), "{health}");

    // Nobody but staff ever read a draft, and no request holds a name, an id, or anything else of the chat.
    for said in groups.all.iter().filter(|said| said.group != Some(STAFF_ROOM)) {
        assert!(
            !said.text.contains("草稿") && !said.text.contains('〔'),
            "{}",
            said.text
        );
    }
    assert!(groups.all.iter().all(|said| !said.text.contains(SAYS)));
    for (headers, body) in fake.asked() {
        assert_eq!(headers["authorization"], format!("Bearer {KEY}"));
        let keys = |value: &Value| {
            let mut keys: Vec<String> = value.as_object().unwrap().keys().cloned().collect();
            // serde_json keeps the order of insertion in some builds and sorts in others.
            keys.sort();
            keys
        };
        let content: Value = serde_json::from_str(body["messages"][1]["content"].as_str().unwrap()).unwrap();
        assert_eq!(keys(&content), ["question", "sources"]);
        let body = body.to_string();
        for never in ["member ", "77007", "80000", "qq/", "555", "重启一下"] {
            assert!(!body.contains(never), "{never} in {body}");
        }
    }
    assert!(!program.log().contains(KEY), "{}", program.log());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_days_requests_end_drafts_and_without_the_setting_there_are_none() {
    let fake = Fake::start(Mood::Right, Box::new(|_| None)).await;
    let mut program = program(&fake, ", calls_per_day: 2");
    program.start(binary());
    let mut groups = Groups::of(&program).await;
    for member in 1..=2 {
        groups.asks(member, ASKED).await;
        groups.until(true, "草稿").await;
    }
    groups.asks(3, "转人工 付费镜像的售后怎么找").await;
    groups.order("/t 3 草稿");
    groups.until(true, "用完了").await;
    assert_eq!(fake.calls(), 2);
    // Over a restart too: the day is the same.
    program.terminate();
    program.start(binary());
    drop(groups);
    let mut groups = Groups::of(&program).await;
    groups.last = 100;
    groups.order("/t 3 草稿");
    groups.until(true, "用完了").await;
    assert_eq!(fake.calls(), 2);
    drop(groups);

    let mut plain = Program::reverse("");
    plain.start(binary());
    let mut groups = Groups::of(&plain).await;
    groups.asks(1, ASKED).await;
    groups.order("/t 1 草稿");
    groups.until(true, "model.drafts").await;
}
