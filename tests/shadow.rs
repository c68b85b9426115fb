//! Shadow mode with the real binary: the group hears nothing, staff are told who called and label what would have been answered,
//! and the figures come out.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use serde_json::Value;
use std::time::{Duration, Instant};
use support::program::{Program, binary};
use support::qq::{Manners, Mood, Qq, Said, group_message, group_quote};

/// The members' group and the staff room.
const GROUP: i64 = 7;
const ROOM: i64 = 9;

/// Waits until the bot has said something in a group.
async fn hear(qq: &Qq, group: i64, part: &str) -> Said {
    qq.hears(group, part, Duration::from_secs(90)).await
}

fn run(program: &Program, arguments: &[&str]) -> Value {
    let output = program.command(binary()).args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[tokio::test]
async fn shadow_mode_says_nothing_is_labelled_and_its_figures_come_out() {
    let mut program = Program::reverse("channels: { \"qq/group:7\": { listen: shadow } }");
    program.start(binary());
    let (qq, _said) = Qq::new(Manners::WELL_BEHAVED);
    let wire = qq.connect(&program.url()).await;
    let question = group_message(1, GROUP, 20_001, "客服几点上班", false);
    qq.remember(&question);
    wire.send(question);
    wire.send(group_message(2, GROUP, 20_002, "今晚吃火锅", false));
    // Who calls is told to staff, with what would have been answered.
    wire.send(group_message(3, GROUP, 20_003, "客服几点上班？", true));
    let told = hear(&qq, ROOM, "【影子模式】").await.text;
    assert!(
        told.contains("客服几点上班？") && told.contains("本来会答"),
        "{told}"
    );
    wire.send(group_message(4, GROUP, 20_004, "转人工，电视机坏了", true));
    hear(&qq, ROOM, "本来会转人工").await;

    // One after the other, by number; and in the group under a message, which the group hears nothing of.
    wire.send(group_message(10, ROOM, 555, "/label", false));
    let shown = hear(&qq, ROOM, "本来会答：").await;
    assert!(shown.text.contains("qq/group:7"), "{}", shown.text);
    let listed = run(&program, &["labels", "list", "--json"]);
    let id = |message: &str| {
        let mut rows = listed.as_array().unwrap().iter();
        let row = rows.find(|row| row["message"] == message);
        let row = row.unwrap_or_else(|| panic!("{message}: {listed:#}"));
        assert_eq!(row["shadow"], true);
        row["id"].to_string()
    };
    let (first, third) = (id("1"), id("3"));
    wire.send(group_message(11, ROOM, 555, &format!("/label {third} 错"), false));
    hear(&qq, ROOM, " — 错").await;
    wire.send(group_quote(12, GROUP, 555, "/label 对", 1));
    hear(&qq, ROOM, " — 对").await;
    wire.send(group_message(13, ROOM, 555, "/label 报告", false));
    hear(&qq, ROOM, "对 1，错 1，不必 0").await;
    assert!(qq.said().iter().all(|said| said.group == Some(ROOM)));

    // The same beside the running program, where a label is put right.
    let labelled = run(&program, &["labels", "list", "--labelled", "--json"]);
    assert_eq!(labelled.as_array().unwrap().len(), 2);
    assert_eq!(labelled[0]["labelled_by"], "555");
    let set = program
        .command(binary())
        .args(["labels", "set", "right", &third])
        .output()
        .unwrap();
    assert!(set.status.success(), "{set:?}");
    let wrong = program
        .command(binary())
        .args(["labels", "set", "right", &first, "9999"])
        .output()
        .unwrap();
    assert_eq!(wrong.status.code(), Some(2));
    let report = run(&program, &["labels", "report", "--json"]);
    assert_eq!(
        (&report[0]["channel"], &report[0]["right"]),
        (&"qq/group:7".into(), &2.into())
    );
    assert_eq!(report[0]["still_needed"]["0.95"], 57);
    let stats = run(&program, &["stats", "--json"]);
    let figures = &stats["parts"][0]["figures"];
    assert_eq!(
        (&figures["asked"]["count"], &figures["precision"]["part"]),
        (&0.into(), &2.into())
    );
    // No ticket came of it.
    assert_eq!(figures["backlog"]["count"], 0);
    let why = program
        .command(binary())
        .args(["why", "qq/group:7/3"])
        .output()
        .unwrap();
    assert!(
        String::from_utf8(why.stdout)
            .unwrap()
            .contains("shadow: not said")
    );

    // With the member their labels go.
    let forgot = program
        .command(binary())
        .args(["forget", "member", "qq/20003"])
        .output()
        .unwrap();
    assert!(forgot.status.success());
    assert_eq!(run(&program, &["labels", "report", "--json"])[0]["right"], 1);
}

#[tokio::test]
async fn a_call_that_the_staff_room_refuses_is_told_when_it_takes_messages_again_and_leaves_with_its_member()
{
    let mut program = Program::reverse("channels: { \"qq/group:7\": { listen: shadow } }");
    program.start(binary());
    let (qq, _said) = Qq::new(Manners::WELL_BEHAVED);
    let wire = qq.connect(&program.url()).await;
    let refused = async |program: &Program, times: usize| {
        let end = Instant::now() + Duration::from_secs(90);
        while program.log().matches("is kept, and tried again").count() < times {
            assert!(Instant::now() < end, "{}", program.log());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    qq.set_mood(Mood::Refusing);
    wire.send(group_message(1, GROUP, 20_001, "转人工，服务器宕机了", true));
    wire.send(group_message(2, GROUP, 20_002, "转人工，打印机冒烟了", true));
    refused(&program, 2).await;
    // It waits over a restart too; who is forgotten meanwhile is told of by nobody.
    program.kill();
    program.start(binary());
    let forgot = program
        .command(binary())
        .args(["forget", "member", "qq/20002"])
        .output()
        .unwrap();
    assert!(forgot.status.success(), "{forgot:?}");
    let wire = qq.connect(&program.url()).await;
    qq.set_mood(Mood::Well);
    wire.send(group_message(10, ROOM, 555, "/t", false));
    let told = hear(&qq, ROOM, "服务器宕机了").await;
    assert!(told.text.contains("【影子模式】"), "{}", told.text);
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert!(qq.said().iter().all(|said| !said.text.contains("打印机冒烟")));
}

#[tokio::test]
async fn what_labels_teach_is_in_force_after_a_start() {
    let mut program = Program::reverse("channels: { \"qq/group:7\": { listen: shadow } }");
    program.start(binary());
    let (qq, _said) = Qq::new(Manners::WELL_BEHAVED);
    let wire = qq.connect(&program.url()).await;
    for number in 0..40 {
        wire.send(group_message(
            100 + number,
            GROUP,
            30_000 + number,
            "客服几点上班",
            false,
        ));
    }
    let end = Instant::now() + Duration::from_secs(60);
    let ids = loop {
        let listed = run(&program, &["labels", "list", "--nearest", "--json"]);
        let ids: Vec<String> = listed
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["id"].to_string())
            .collect();
        if ids.len() == 40 {
            break ids;
        }
        assert!(Instant::now() < end, "{listed:#}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    let mut arguments = vec!["labels", "set", "needless"];
    arguments.extend(ids.iter().map(String::as_str));
    let set = program.command(binary()).args(&arguments).output().unwrap();
    assert!(set.status.success(), "{set:?}");
    program.kill();
    program.start(binary());
    let wire = qq.connect(&program.url()).await;
    while !program.log().contains("tuned to the labels") {
        assert!(Instant::now() < end, "{}", program.log());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    // Elsewhere the bot may speak, and does where it is called.
    wire.send(group_message(1, 8, 20_001, "客服几点上班", false));
    wire.send(group_message(2, 8, 20_002, "客服几点上班？", true));
    let said = hear(&qq, 8, "").await;
    assert_eq!(said.quote.as_deref(), Some("2"));
}
