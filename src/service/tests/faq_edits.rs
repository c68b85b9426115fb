//! Edits of faq.yaml that are ordered in chat: what they do is shown before they take an answer from anybody, they are made from the
//! file that was shown, and no other edit is overwritten.

use super::unsent::recalled;
use super::*;
use crate::faq::version_of;
use crate::preview::{MessageOutcome, Origin, PreviewMessage, preview};
use crate::store::FaqSource;
use std::path::PathBuf;

/// As Windows' Notepad leaves it: a byte-order mark, its line ends, and none at the end.
const FILE: &str = "\u{feff}# ours\r\nlanguage: zh\r\nentries:\r\n  - id: hours\r\n    questions: [你们几点上班, 客服的上班时间是什么时候, 周末上班吗] # often\r\n    answer: 九点\r\n  - id: refund\r\n    questions: [怎么退款, 退款多久到账, 可以退款吗]\r\n    answer: 三天";

impl World {
    /// Begins with the file as Windows leaves it.
    async fn with_windows_file() -> Self {
        let mut world = Self::at("2026-11-23T10:00:00+08:00").await;
        std::fs::write(world.faq(), FILE).unwrap();
        world.kill().await;
        world
    }

    fn faq(&self) -> PathBuf {
        self.folder.path().join("faq.yaml")
    }

    fn text(&self) -> String {
        std::fs::read_to_string(self.faq()).unwrap()
    }

    /// Waits until a reply to the last message in the staff room waits to be sent.
    async fn queued_reply(&self) {
        let store = SqliteStore::open(self.folder.path().join("test.db"))
            .await
            .unwrap();
        let (room, last) = (Place::new("tg", "staff"), self.last());
        for _ in 0..600 {
            if store.is_reply_queued(&room, &last).await.unwrap() {
                return store.close().await;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("no reply to {last:?}");
    }

    /// Brings a ticket of a member to its answer.
    async fn ticket(&mut self, number: u64, group: &str, question: &str, answer: &str) {
        let said = format!("@bot /human {question}");
        self.say(group, &format!("member-{number}"), &said, None).await;
        self.hears("tg/staff", &format!("【工单 #{number}】")).await;
        let order = format!("/t {number} {answer}");
        self.say("tg/staff", "wang", &order, None).await;
        self.hears(group, answer).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_edit_that_only_adds_answers_is_live_at_once_and_leaves_every_other_byte() {
    let mut world = World::with_windows_file().await;
    world
        .ticket(1, "qq/group:1", "怎么导出审计日志", "在设置里")
        .await;
    world.say("tg/staff", "wang", "/faq draft 1", None).await;
    world.hears("tg/staff", "id: \"ticket-1\"").await;
    world.say("tg/staff", "wang", "/faq accept 1", None).await;
    let told = world.hears("tg/staff", "已写入").await.text;
    let text = world.text();
    for words in ["新回答", "「怎么导出审计日志」", &version_of(text.as_bytes())] {
        assert!(told.contains(words), "{words}: {told}");
    }
    let added = text.strip_prefix(FILE).unwrap();
    assert!(
        added.starts_with("\r\n  - id: \"ticket-1\"\r\n") && !added.ends_with('\n'),
        "{added}"
    );
    let store = SqliteStore::open(world.folder.path().join("test.db"))
        .await
        .unwrap();
    let versions = store.faq_versions(10).await.unwrap();
    let (newest, content) = (
        &versions[0],
        store.faq_content(&versions[0].version).await.unwrap(),
    );
    assert_eq!(content.as_deref(), Some(text.as_bytes()));
    assert_eq!((newest.source, newest.author.as_str()), (FaqSource::Chat, "wang"));
    store.close().await;
    world.kill().await;
    world
        .say("qq/group:2", "hong", "@bot 怎么导出审计日志", None)
        .await;
    world.hears("qq/group:2", "在设置里").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_ticket_writes_is_what_its_room_was_shown_and_nothing_that_was_said_since() {
    let mut world = World::with_windows_file().await;
    world
        .ticket(1, "qq/group:1", "转人工 海豚号怎么冻结", "请稍等哈")
        .await;
    for said in ["我问问技术", "在的，您说", "在设置里冻结", "不客气"] {
        world.say("tg/staff", "wang", &format!("/t 1 {said}"), None).await;
        world.hears("qq/group:1", said).await;
    }
    world.say("tg/staff", "wang", "/faq draft 1", None).await;
    let draft = world.hears("tg/staff", "id: \"ticket-1\"").await.text;
    for words in ["questions: [\"海豚号怎么冻结\"]", "answer: \"在设置里冻结\""] {
        assert!(draft.contains(words), "{words}: {draft}");
    }
    // What is said after the draft is not written unseen, by whoever accepts it.
    let secret = "您这次的验证码是 8841";
    world
        .say("tg/staff", "wang", &format!("/t 1 {secret}"), None)
        .await;
    world.hears("qq/group:1", secret).await;
    world.say("tg/staff", "li", "/faq accept 1", None).await;
    let told = world.hears("tg/staff", "还没有写入，请先看").await.text;
    assert!(told.contains("海豚号怎么冻结") && told.contains(secret), "{told}");
    assert_eq!(world.text(), FILE);
    // Nor is a ticket of which nobody was shown a draft; what was shown is what the second word writes.
    world
        .ticket(2, "qq/group:2", "鲸鱼卡在哪里激活", "在首页激活")
        .await;
    world.say("tg/staff", "wang", "/faq accept 2", None).await;
    let told = world.hears("tg/staff", "#2 → 新条目").await.text;
    assert!(
        told.contains("鲸鱼卡在哪里激活") && told.contains("在首页激活"),
        "{told}"
    );
    world
        .say("tg/staff", "wang", "/t 2 初始密码是 whale-77", None)
        .await;
    world.hears("qq/group:2", "whale-77").await;
    world.say("tg/staff", "wang", "1", None).await;
    world.hears("tg/staff", "已写入").await;
    let text = world.text();
    assert!(
        text.contains("answer: \"在首页激活\"") && !text.contains("whale") && !text.contains("8841"),
        "{text}"
    );
    // Words of the order itself are in the room.
    world
        .say(
            "tg/staff",
            "li",
            "/faq accept 1\n海豚号怎么冻结\n在设置里冻结",
            None,
        )
        .await;
    world.hears("tg/staff", "+ ticket-1").await;
    assert!(!world.text().contains("8841"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_is_carried_out_once_however_often_and_by_whichever_account_it_is_received() {
    let mut world = World::at("2026-11-23T10:00:00+08:00").await;
    std::fs::write(world.faq(), FAQ).unwrap();
    let config = CONFIG
        .replace(
            "  qq: { platform: fake, ",
            "  qq: { platform: fake, admins: [wang], ",
        )
        .replace(
            "  qq2: { platform: fake, staff_rooms: [tg/staff] }",
            "  qq2: { platform: fake, admins: [wang], staff_rooms: [qq2/group:9] }",
        )
        .replace(
            "staff_rooms: [tg/staff, mail/support]",
            "staff_rooms: [qq/group:9]",
        );
    std::fs::write(world.folder.path().join("groupdesk.yaml"), config).unwrap();
    world.kill().await;
    let order = "/faq exclude\n谁有周末的表情包";
    for account in ["qq", "qq2"] {
        world
            .say(&format!("{account}/group:9"), "wang", order, None)
            .await;
    }
    // The event comes again, as after a reconnection.
    world.messages -= 1;
    world.say("qq2/group:9", "wang", order, None).await;
    world.hears("qq/group:9", "已写入").await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(world.times("qq/group:9", "out_of_scope").await, 1);
    assert_eq!(world.times("qq2/group:9", "out_of_scope").await, 0);
    assert_eq!(world.text().matches("表情包").count(), 1, "{}", world.text());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_edit_that_takes_an_answer_is_shown_and_waits_for_the_second_word_of_the_same_admin() {
    let mut world = World::with_windows_file().await;
    // What a test of the file wants is answered no longer.
    let text = FILE.replace(
        "    answer: 九点",
        "    answer: 九点\r\n    tests: { match: [几点上班呀] }",
    );
    std::fs::write(world.faq(), &text).unwrap();
    let order = "/faq exclude\n几点上班呀";
    world.say("tg/staff", "wang", order, None).await;
    let told = world.hears("tg/staff", "还没有写入").await.text;
    assert!(
        told.contains("1 条测试因此失败") && told.contains("回复 1"),
        "{told}"
    );
    assert_eq!(world.text(), text);
    // Another's word, and a word too late, make nothing live.
    world.say("tg/staff", "li", "1", None).await;
    world.time("2026-11-23T10:11:00+08:00").await;
    world.say("tg/staff", "wang", "1", None).await;
    assert_eq!(world.times("tg/staff", "已写入").await, 0);
    // Who says it in vain is told so, once.
    world.hears("tg/staff", "没有在等您确认的修改").await;
    world.say("tg/staff", "wang", "1", None).await;
    assert_eq!(world.times("tg/staff", "没有在等您确认的修改").await, 1);
    world.say("tg/staff", "wang", order, None).await;
    for _ in 0..100 {
        if world.times("tg/staff", "还没有写入").await == 2 {
            break;
        }
    }
    world.say("tg/staff", "wang", "1", None).await;
    world.hears("tg/staff", "已写入").await;
    assert!(
        world.text().contains("out_of_scope:\r\n  - \"几点上班呀\"\r\n"),
        "{}",
        world.text()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_word_counts_only_once_the_room_has_seen_what_it_agrees_to() {
    let mut world = World::with_windows_file().await;
    let text = FILE.replace(
        "    answer: 九点",
        "    answer: 九点\r\n    tests: { match: [几点上班呀] }",
    );
    std::fs::write(world.faq(), &text).unwrap();
    let tg = Arc::clone(&world.platforms[1]);
    assert_eq!(tg.account, "tg".into());
    tg.down.store(true, Ordering::SeqCst);
    world
        .say("tg/staff", "wang", "/faq exclude\n几点上班呀", None)
        .await;
    // It is decided, and waits for the platform.
    world.queued_reply().await;
    world.say("tg/staff", "wang", "1", None).await;
    world.queued_reply().await;
    assert_eq!(world.text(), text);
    tg.down.store(false, Ordering::SeqCst);
    world.time("2026-11-23T10:02:00+08:00").await;
    let shown = world.hears("tg/staff", "原来的回答会有变化").await.text;
    assert!(shown.contains("1 条测试因此失败"), "{shown}");
    world.time("2026-11-23T10:04:00+08:00").await;
    world.hears("tg/staff", "预览还没发到这里").await;
    assert_eq!(world.text(), text);
    world.say("tg/staff", "wang", "1", None).await;
    world.hears("tg/staff", "已写入").await;
    assert!(world.text().contains("几点上班呀\"\r\n"), "{}", world.text());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_edits_at_once_the_second_is_shown_the_first_and_overwrites_nothing() {
    let mut world = World::with_windows_file().await;
    world
        .ticket(1, "qq/group:1", "怎么导出审计日志", "在设置里")
        .await;
    world.ticket(2, "qq/group:2", "发票抬头怎么改", "发邮件来").await;
    world.say("tg/staff", "wang", "/faq draft 1", None).await;
    world.hears("tg/staff", "id: \"ticket-1\"").await;
    // By hand, meanwhile.
    let by_hand = FILE.replace("三天", "五天");
    std::fs::write(world.faq(), &by_hand).unwrap();
    world.say("tg/staff", "wang", "/faq accept 1", None).await;
    let told = world.hears("tg/staff", "在此期间改过").await.text;
    assert!(
        told.contains("-     answer: 三天") && told.contains("+     answer: 五天"),
        "{told}"
    );
    assert_eq!(world.text(), by_hand);
    // It changes once more before the second word: shown again, nothing lost.
    let again = by_hand.replace("五天", "七天");
    std::fs::write(world.faq(), &again).unwrap();
    world.say("tg/staff", "wang", "/faq accept 1", None).await;
    world.hears("tg/staff", "+     answer: 七天").await;
    assert_eq!(world.text(), again);
    world.say("tg/staff", "wang", "1", None).await;
    world.hears("tg/staff", "已写入").await;
    assert!(world.text().starts_with(&again) && world.text().contains("ticket-1"));

    // Another room's edit between a draft and its word; the same room's own was announced there.
    world.say("tg/staff", "li", "/faq draft 2", None).await;
    world.hears("tg/staff", "id: \"ticket-2\"").await;
    world
        .say("tg/staff", "li", "/faq exclude\n谁有客服的表情包", None)
        .await;
    world.hears("tg/staff", "「谁有客服的表情包」").await;
    world.say("tg/staff", "li", "/faq accept 2", None).await;
    for _ in 0..1_200 {
        if world.text().contains("ticket-2") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let text = world.text();
    for words in ["七天", "ticket-1", "ticket-2", "表情包"] {
        assert!(text.contains(words), "{words}: {text}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn members_get_what_the_preview_shows_once_the_file_is_in_service() {
    let mut world = World::with_windows_file().await;
    let new = FILE.replace("id: refund", "id: money").replace(
        "[怎么退款, 退款多久到账, 可以退款吗]",
        "[怎么退款, 发票怎么开, 能开发票吗]",
    );
    let said = [
        "你们几点上班",
        "怎么退款",
        "退款多久到账",
        "发票怎么开",
        "能开发票吗",
        "今天天气真好",
        "转人工",
        "登录不了",
        "周末上班吗",
        "谢谢",
    ];
    let messages: Vec<PreviewMessage> = said
        .iter()
        .enumerate()
        .map(|(at, text)| PreviewMessage {
            text: (*text).to_owned(),
            called: at % 2 == 1,
            kind: ChannelKind::Group,
            place: Place::new("qq", format!("group:new-{at}").as_str()),
            policy: Arc::default(),
            origin: Origin::Member,
        })
        .collect();
    let known = |text: &str| Knowledge::load("faq.yaml", text, None).unwrap().0;
    let now = world.clock.now();
    let (old_faq, new_faq) = (known(FILE), known(&new));
    let shown = preview(&old_faq, &new_faq, &messages, now);
    assert!(shown.changes.len() >= 3, "{shown:?}");
    std::fs::write(world.faq(), &new).unwrap();
    world.kill().await;
    for message in &messages {
        let place = message.place.to_string();
        let call = if message.called { "@bot " } else { "" };
        let who = format!("m-{}", message.place.channel);
        world
            .say(&place, &who, &format!("{call}{}", message.text), None)
            .await;
    }
    // A burst's end is waited for on the desk's clock.
    world.time("2026-11-23T10:00:30+08:00").await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    let desk = crate::desk::Desk::new(&new_faq);
    for message in &messages {
        let expected = crate::preview::outcome(&desk, message, now);
        let heard = world.platform("qq").said(message.place.channel.as_str());
        let texts: Vec<&str> = heard.iter().map(|said| said.text.as_str()).collect();
        match &expected.outcome {
            MessageOutcome::Answered { .. } | MessageOutcome::Offered { .. } => {
                assert_eq!(texts, [expected.words.as_str()])
            }
            MessageOutcome::HandedOver { .. } => {
                assert!(texts.len() == 1 && texts[0].contains("#"), "{texts:?}")
            }
            MessageOutcome::Quiet => assert!(texts.is_empty(), "{}: {texts:?}", message.text),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_draft_asks_what_the_ticket_is_about_and_never_what_the_bot_understands_by_itself() {
    let mut world = World::with_windows_file().await;
    world.say("qq/group:1", "ming", "@bot 转人工", None).await;
    world.hears("tg/staff", "【工单 #1】").await;
    world.say("qq/group:1", "ming", "发票抬头怎么改", None).await;
    world.hears("tg/staff", "发票抬头怎么改").await;
    world.say("tg/staff", "wang", "/t 1 发邮件来", None).await;
    world.hears("qq/group:1", "发邮件来").await;
    world.say("tg/staff", "wang", "/faq draft 1", None).await;
    let draft = world.hears("tg/staff", "id: \"ticket-1\"").await.text;
    assert!(draft.contains("questions: [\"发票抬头怎么改\"]"), "{draft}");
    for built_in in ["转人工", "帮助", "help"] {
        let order = format!("/faq accept 1\n{built_in}\n发邮件来");
        world.say("tg/staff", "wang", &order, None).await;
        world
            .hears("tg/staff", &format!("「{built_in}」是机器人自带的含义"))
            .await;
    }
    assert_eq!(world.text(), FILE);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_whom_the_settings_pass_over_gives_an_order_about_the_faq() {
    let mut world = World::with_windows_file().await;
    world.say("tg/staff", "robot", "/faq", None).await;
    world.say("tg/staff", "robot", "/label report", None).await;
    world.say("tg/staff", "wang", "/faq", None).await;
    world.hears("tg/staff", "/faq draft 12").await;
    let said = world.platforms[1].said("staff");
    assert_eq!(said.len(), 1, "{said:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_staff_took_back_is_in_no_draft_and_is_never_written() {
    let mut world = World::with_windows_file().await;
    // A draft that holds it is shown, then it is taken back: what the word writes is shown anew.
    world
        .ticket(1, "qq/group:1", "怎么导出审计日志", "在设置里")
        .await;
    world.say("tg/staff", "wang", "/t 1 密码 7788", None).await;
    world.hears("qq/group:1", "7788").await;
    let secret = world.last();
    world.say("tg/staff", "wang", "/faq draft 1", None).await;
    world.hears("tg/staff", "密码 7788").await;
    world.event(recalled("tg/staff", &secret)).await;
    world.hears("tg/staff", "撤回").await;
    world.say("tg/staff", "wang", "/faq accept 1", None).await;
    let told = world.hears("tg/staff", "还没有写入，请先看").await.text;
    assert!(told.contains("在设置里") && !told.contains("7788"), "{told}");
    assert_eq!(world.text(), FILE);
    world.say("tg/staff", "wang", "1", None).await;
    world.hears("tg/staff", "已写入").await;
    assert!(!world.text().contains("7788"), "{}", world.text());
    // So is what is taken back between the preview and the second word.
    world
        .ticket(2, "qq/group:2", "鲸鱼卡在哪里激活", "在首页激活")
        .await;
    world.say("tg/staff", "wang", "/t 2 口令 4455", None).await;
    world.hears("qq/group:2", "4455").await;
    let secret = world.last();
    world.say("tg/staff", "wang", "/faq accept 2", None).await;
    world.hears("tg/staff", "#2 → 新条目").await;
    let taken_back = world.times("tg/staff", "撤回").await;
    world.event(recalled("tg/staff", &secret)).await;
    for _ in 0..50 {
        if world.times("tg/staff", "撤回").await > taken_back {
            break;
        }
    }
    world.say("tg/staff", "wang", "1", None).await;
    for _ in 0..50 {
        if world.times("tg/staff", "#2 → 新条目").await == 2 {
            break;
        }
    }
    assert_eq!(world.times("tg/staff", "#2 → 新条目").await, 2);
    assert!(!world.text().contains("ticket-2"), "{}", world.text());
    world.say("tg/staff", "wang", "1", None).await;
    world.hears("tg/staff", "+ ticket-2").await;
    assert!(world.text().contains("在首页激活") && !world.text().contains("4455"));
    // Whoever looks at the ticket reads that it was taken back.
    world.say("tg/staff", "wang", "/t 1", None).await;
    let shown = world.hears("tg/staff", "已撤回）").await.text;
    assert!(shown.contains("7788"), "{shown}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_word_behind_another_order_agrees_to_no_edit_before_it() {
    let mut world = World::with_windows_file().await;
    let tested = |text: &str, answer: &str, question: &str| {
        let with_test = format!("{answer}\r\n    tests: {{ match: [{question}] }}");
        text.replacen(answer, &with_test, 1)
    };
    let text = tested(FILE, "    answer: 九点", "几点上班呀");
    let text = tested(&text, "    answer: 三天", "怎么退款呀");
    std::fs::write(world.faq(), &text).unwrap();
    world
        .say("tg/staff", "wang", "/faq exclude\n几点上班呀", None)
        .await;
    world.hears("tg/staff", "还没有写入").await;
    // The preview of the next order is not there yet.
    world
        .say("tg/staff", "wang", "/faq exclude\n怎么退款呀", None)
        .await;
    world.say("tg/staff", "wang", "1", None).await;
    for _ in 0..100 {
        if world.times("tg/staff", "还没有写入").await == 2 {
            break;
        }
    }
    assert_eq!(world.text().matches("几点上班呀").count(), 1, "{}", world.text());
}
