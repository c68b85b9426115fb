//! Members on one platform, staff on another: words and pictures both ways.

use crate::onebot::{self, OneBot};
use crate::stage::{Place, Stage, To, Who};
use crate::support::program::Program;
use crate::telegram::{self, Telegram};
use base64::Engine;
use serde_json::json;
use std::path::Path;
use std::time::{Duration, Instant};

/// Waits for something.
async fn until<T>(what: &str, program: &Program, mut found: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + Duration::from_secs(15);
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
