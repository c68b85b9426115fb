//! Members on one platform, staff on another: words and pictures both ways.

use crate::onebot::{self, OneBot};
use crate::stage::{Place, Stage, To, Who};
use crate::support::program::Program;
use crate::telegram::{self, Telegram};
use base64::Engine;
use groupdesk_wechat_fake::ilink::{FakeILink, OWNER};
use groupdesk_wechat_fake::{Fake, SECRET};
use serde_json::json;
use std::path::Path;
use std::time::{Duration, Instant};

/// Waits for something.
async fn until<T>(what: &str, program: &Program, mut found: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + Duration::from_secs(90);
    loop {
        if let Some(found) = found() {
            return found;
        }
        assert!(Instant::now() < end, "never: {what}\n{}", program.log());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_member_on_telegram_and_staff_on_qq_exchange_words_and_pictures() {
    let mut members = Telegram::new().await;
    let mut staff = OneBot::new().await;
    let accounts = format!(
        "  tg:\n{}\n    staff_rooms: [\"qq/{}\"]\n  qq:\n{}\n    staff: [{:?}]",
        members.account(),
        OneBot::channel(Place::Room),
        staff.account(),
        OneBot::id(Who::Agent),
    );
    let mut program = Program::with(&accounts, "");
    let binary = Path::new(env!("CARGO_BIN_EXE_groupdesk"));
    members.start(&mut program, binary).await;
    staff.connect(&program).await;

    let fake = members.fake();
    let picture = |id: &str, caption: &str| {
        let photo = json!([{"file_id": id, "file_unique_id": "u", "width": 90, "height": 60}]);
        let more = json!({"photo": photo, "caption": caption});
        fake.push(json!({"message": fake.message(301, telegram::GROUP, more)}));
    };
    members.say(Who::Asker, Place::Group, To::Bot, "转人工").await;
    let notice = until("the notice", &program, || {
        let said = staff.qq().said();
        said.into_iter().find(|said| said.text.contains("【工单 #1】"))
    })
    .await;

    // Telegram's picture has an address that holds the bot's token: its bytes travel, and only now.
    assert_eq!(fake.calls("getfile"), 0);
    picture("shot-1", "看这个截图");
    let shown = until("the picture", &program, || {
        let said = staff.qq().said();
        said.into_iter().find(|said| said.text.contains("看这个截图"))
    })
    .await;
    let bytes = base64::engine::general_purpose::STANDARD.encode("bytes of shot-1.jpg");
    assert_eq!(
        shown.pictures,
        [format!("base64://{bytes}")],
        "{:#?}\n{}",
        staff.qq().said(),
        program.log()
    );
    assert!(
        !shown.text.contains("shot-1") && !shown.text.contains("account-file"),
        "{shown:?}"
    );
    assert!(!shown.text.contains("[图片/picture]"), "{shown:?}");

    // One that is gone takes nothing along.
    picture("gone", "还有这个");
    let shown = until("the words beside a lost picture", &program, || {
        let said = staff.qq().said();
        said.into_iter().find(|said| said.text.contains("还有这个"))
    })
    .await;
    assert!(
        shown.pictures.is_empty() && shown.text.contains("[图片/picture]"),
        "{shown:?}"
    );

    let mut answer = crate::support::qq::group_quote(9, onebot::ROOM, 555, "照这样设置", notice.id);
    answer["message"]
        .as_array_mut()
        .unwrap()
        .push(json!({"type": "image", "data": {"file": "a.jpg", "url": "https://example.com/a.jpg"}}));
    staff.send(answer);
    let said = until("the answer", &program, || {
        let mut said = fake.said().into_iter();
        said.find(|said| said.chat == telegram::GROUP && said.text.contains("照这样设置"))
    })
    .await;
    assert_eq!(said.request["photo"], "https://example.com/a.jpg", "{said:?}");
    assert!(!program.log().contains(telegram::SECRET), "{}", program.log());
}

#[tokio::test]
async fn a_follower_of_an_official_account_and_one_of_the_staff_on_their_own_wechat_talk_over_a_restart() {
    crate::support::moment::move_fakes();
    let (members, staff) = (Fake::start().await, FakeILink::start().await);
    staff.scan();
    let accounts = format!(
        "  oa:\n    platform: wechat_official\n    connection: {}\n    staff_rooms: [me/owner]\n  me:\n    platform: ilink\n    \
         connection: {}",
        members.official_connection(),
        staff.connection(),
    );
    let mut program = Program::with(&accounts, "");
    let binary = Path::new(env!("CARGO_BIN_EXE_groupdesk"));
    program.start(binary);
    let to = std::net::SocketAddr::from(([127, 0, 0, 1], program.port));
    until("both accounts", &program, || {
        let log = program.log();
        let runs = |account: &str| {
            log.lines()
                .any(|line| line.contains(" connected ") && line.contains(&format!("account={account}")))
        };
        (runs("oa") && runs("me")).then_some(())
    })
    .await;
    let told = |part: &'static str| {
        let staff = staff.clone();
        move || {
            staff
                .said()
                .into_iter()
                .map(|(text, _)| text)
                .find(|text| text.contains(part))
        }
    };
    let said = |part: &'static str| {
        let members = members.clone();
        move || members.said().into_iter().find(|said| said.text.contains(part))
    };

    members.follower_says(to, "oa", "u1", "转人工");
    let number = until("the number", &program, said("#1")).await;
    assert_eq!(number.request["passive"], "text");
    // WeChat takes nothing for somebody who has not written; what waits goes out when they do, and not minutes later.
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(staff.said(), [], "{}", program.log());
    staff.writes("somebody@im.wechat", "/t 1 我来");
    staff.writes(OWNER, "在");
    let begun = Instant::now();
    until("the notice", &program, told("【工单 #1】")).await;
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());

    staff.writes(OWNER, "/t 1 请把日志发出来");
    until("the answer", &program, said("请把日志发出来")).await;
    until("the receipt", &program, told("已送达")).await;
    members.follower_says(to, "oa", "u1", "日志：disk full");
    until("the member's words", &program, told("disk full")).await;

    // What was said is noted by then; iLink could not tell whether it was.
    tokio::time::sleep(Duration::from_millis(300)).await;
    program.kill();
    program.start(binary);
    staff.writes(OWNER, "/t 1 resolve");
    until("the end", &program, told("#1 已解决")).await;
    assert_eq!(staff.inner().logins, 1, "nobody has to scan again");
    assert!(members.said().iter().all(|said| !said.text.contains("我来")));
    let once = staff
        .said()
        .iter()
        .filter(|(text, _)| text.contains("disk full"))
        .count();
    assert_eq!(once, 1);
    let log = program.log();
    assert!(!log.contains("bot-token-1") && !log.contains(SECRET), "{log}");
}
