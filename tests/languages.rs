//! A desk in Japanese with the real binary: a question answered, one handed over while nobody is there, the staff room, and no
//! Chinese sentence in any of it.
#![cfg(unix)]

mod support;

use std::time::Duration;
use support::program::{Program, binary};
use support::qq::{Manners, Qq, Said, group_message};

/// The members' group and the staff room.
const GROUP: i64 = 7;
const ROOM: i64 = 9;

const FAQ: &str = r#"
language: ja
service: office
hours:
  office: { time_zone: Asia/Tokyo, weekly: { mon: "03:00-03:01" } }
  shop: { time_zone: Asia/Tokyo, weekly: { mon-fri: "09:00-18:00", sat: "10:00-12:00" } }
contact_points:
  phone: { name: 電話, hours: shop, value: 03-1234-5678 }
texts:
  ticket_opened_asked: "係の者におつなぎします（受付番号 #{{ number }}）。"
entries:
  - id: hours
    questions: [営業時間を教えてください, 何時から開いていますか, 今日は営業していますか]
    answer: "営業時間は{{ hours.shop }}です。"
"#;

/// Characters that only simplified Chinese writes so.
const SIMPLIFIED: &str = "您请这们说没还给问认开员时题发为无现该录转单过";

async fn hear(qq: &Qq, group: i64, part: &str) -> Said {
    qq.hears(group, part, Duration::from_secs(60)).await
}

#[tokio::test]
async fn a_desk_in_japanese_says_everything_in_japanese_and_in_the_admins_words() {
    let mut program = Program::reverse("");
    std::fs::write(program.folder.join("faq.yaml"), FAQ).unwrap();
    program.start(binary());
    let (qq, _said) = Qq::new(Manners::WELL_BEHAVED);
    let wire = qq.connect(&program.url()).await;
    wire.send(group_message(1, GROUP, 20_001, "営業時間を教えてください", true));
    let answer = hear(&qq, GROUP, "営業時間は").await.text;
    assert!(
        answer.contains("営業時間は月～金 9:00–18:00、土 10:00–12:00です。"),
        "{answer}"
    );

    wire.send(group_message(2, GROUP, 20_002, "担当者につないでください", true));
    let opened = hear(&qq, GROUP, "受付番号 #1").await.text;
    assert!(opened.contains("現在は対応時間外です。対応の再開は"), "{opened}");
    let notice = hear(&qq, ROOM, "[チケット #1]").await.text;
    assert!(notice.contains("理由：メンバーが担当者を求めた"), "{notice}");

    wire.send(group_message(3, ROOM, 555, "/t 1 お待たせしました。", false));
    hear(&qq, GROUP, "お待たせしました。").await;
    hear(&qq, ROOM, "✓ #1 届きました").await;
    wire.send(group_message(4, ROOM, 555, "/t 1 resolve", false));
    hear(&qq, GROUP, "がチケット #1 を解決済みにしました").await;
    wire.send(group_message(5, GROUP, 20_002, "まだ解決しない", true));
    hear(&qq, GROUP, "チケット #1 を再開しました").await;
    wire.send(group_message(6, ROOM, 555, "/t help", false));
    hear(&qq, ROOM, "チケットの通知を引用して書くと").await;

    for said in qq.said() {
        let text = said.text;
        assert!(!text.contains(|c| SIMPLIFIED.contains(c)), "{text}");
    }
}
