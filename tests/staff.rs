//! The hand-over end to end: members in one QQ group, staff in another, the real binary between them, killed on the way.

mod support;

use std::time::{Duration, Instant};
use support::program::{Program, binary};
use support::qq::{Manners, Qq, Said, Wire, group_message, group_quote};

/// The members' group and the staff room.
const GROUP: i64 = 77;
const ROOM: i64 = 9;

/// Waits until the bot has said something in a group.
async fn hear(qq: &Qq, group: i64, part: &str) -> Said {
    qq.hears(group, part, Duration::from_secs(90)).await
}

/// Waits until the program has logged something.
async fn wait_for_log(program: &Program, words: &str) {
    let end = Instant::now() + Duration::from_secs(30);
    while !program.log().contains(words) {
        assert!(Instant::now() < end, "not logged: {words}\n{}", program.log());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn start(program: &mut Program, qq: &Qq) -> Wire {
    program.start(binary());
    qq.connect(&program.url()).await
}

#[tokio::test]
async fn a_member_and_staff_talk_through_a_ticket_that_outlives_kills() {
    let mut program = Program::reverse("tickets: { under_notice: ask }");
    let (qq, _said) = Qq::new(Manners::WELL_BEHAVED);
    let wire = start(&mut program, &qq).await;
    wire.send(group_message(1, GROUP, 3, "转人工", true));
    let notice = hear(&qq, ROOM, "【工单 #1】").await;
    hear(&qq, GROUP, "#1").await;
    // The notice's id is kept a moment after it was said; a program that is killed before looks it up first, and what is quoted
    // meanwhile is of no ticket yet.
    tokio::time::sleep(Duration::from_millis(500)).await;
    program.kill();

    // Quoting the notice is a reply to the member, also after a kill; the staff see that it arrived.
    let wire = start(&mut program, &qq).await;
    wire.send(group_quote(2, ROOM, 555, "请把日志发出来", notice.id));
    hear(&qq, ROOM, "要发给成员吗").await;
    wire.send(group_message(102, ROOM, 555, "1", false));
    let reply = hear(&qq, GROUP, "请把日志发出来").await;
    assert!(
        reply.quote.as_deref() == Some("1") && reply.text.contains("#1"),
        "{reply:?}"
    );
    assert_eq!(hear(&qq, ROOM, "已送达").await.quote.as_deref(), Some("2"));

    // The member answers without calling anybody; staff get it, the bot keeps out.
    wire.send(group_message(3, GROUP, 3, "日志在这里：disk full", false));
    hear(&qq, ROOM, "disk full").await;
    // A second staff member can't take it, and what is said without a quote stays in the room.
    wire.send(group_message(4, ROOM, 556, "/t 1 认领", false));
    hear(&qq, ROOM, "已由 member 555 认领").await;
    wire.send(group_message(5, ROOM, 556, "中午吃什么", false));
    program.kill();

    let wire = start(&mut program, &qq).await;
    wire.send(group_message(6, ROOM, 555, "/t 1 备注 磁盘满", false));
    hear(&qq, ROOM, "已备注").await;
    wire.send(group_message(7, ROOM, 555, "/t 1 resolve", false));
    hear(&qq, ROOM, "#1 已解决").await;
    wire.send(group_message(8, GROUP, 3, "我的工单", true));
    hear(&qq, GROUP, "已解决").await;
    // What staff said becomes an entry, once an admin wants it; it is live at once.
    wire.send(group_message(20, ROOM, 556, "/faq accept 1", false));
    hear(&qq, ROOM, "只有管理员").await;
    wire.send(group_message(21, ROOM, 555, "/faq draft 1", false));
    let draft = hear(&qq, ROOM, "answer: \"请把日志发出来\"").await;
    // A call for a human is no question: the admin is asked for one, and can't give such a one either.
    assert!(
        !draft.text.contains("\"转人工\"") && draft.text.contains("第二行是问题"),
        "{}",
        draft.text
    );
    wire.send(group_message(30, ROOM, 555, "/faq accept 1", false));
    hear(&qq, ROOM, "没有写入").await;
    wire.send(group_message(
        31,
        ROOM,
        555,
        "/faq accept 1\n转人工\n请把日志发出来",
        false,
    ));
    hear(&qq, ROOM, "「转人工」是机器人自带的含义").await;
    let order = "/faq accept 1\n怎么导出审计日志\n在 {{设置}} 里导出审计日志。";
    wire.send(group_message(22, ROOM, 555, order, false));
    hear(&qq, ROOM, "已写入").await;
    let file = std::fs::read_to_string(program.folder.join("faq.yaml")).unwrap();
    assert!(file.contains("id: \"ticket-1\"") && file.contains("# yaml-language-server"));
    wait_for_log(&program, "the FAQ was reloaded").await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    wire.send(group_message(23, 78, 8, "怎么导出审计日志", true));
    hear(&qq, 78, "在 {{设置}} 里导出审计日志。").await;
    // What is none of the FAQ's business is not answered any more, once an admin says so.
    let first = |question: &str| {
        let output = program
            .command(binary())
            .args(["ask", "--json", question])
            .output()
            .unwrap();
        let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        (
            json["id"].as_str().unwrap_or_default() == "ticket-1",
            json["score"].as_f64().unwrap(),
        )
    };
    let song = "谁能导出审计日志当小说看";
    assert!(matches!(first(song), (true, 0.2..)), "{:?}", first(song));
    let order = format!("/faq exclude\n{song}");
    wire.send(group_message(24, ROOM, 555, &order, false));
    hear(&qq, ROOM, &format!("「{song}」")).await;
    assert!(matches!(first(song), (_, ..0.1)), "{:?}", first(song));
    let file = std::fs::read_to_string(program.folder.join("faq.yaml")).unwrap();
    assert!(
        file.contains("\nout_of_scope:\n  - \"谁能导出审计日志当小说看\"\n"),
        "{file}"
    );

    let mut texts: Vec<String> = qq.said().into_iter().map(|said| said.text).collect();
    texts.sort();
    assert!(
        texts.windows(2).all(|pair| pair[0] != pair[1]),
        "said twice: {texts:#?}"
    );

    let tickets = |arguments: &[&str]| {
        let output = program
            .command(binary())
            .arg("tickets")
            .args(arguments)
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(
        tickets(&["list"]).contains("#1  resolved"),
        "{}",
        tickets(&["list"])
    );
    // Closed or not, by what anybody said in it: in traditional characters, in another form, by people and by dates.
    for found in [
        &["list", "磁盤"][..],
        &["list", "Disk FULL", "日志"],
        &["list", "--member", "3", "--since", "7d"],
        &["list", "--all", "--owner", "member 555", "--until", "2100-01-01"],
    ] {
        let listed = tickets(found);
        assert!(listed.contains("#1  resolved"), "{found:?}: {listed}");
    }
    for nothing in [
        &["list", "硬盘"][..],
        &["list", "磁盘", "--owner", "-"],
        &["list", "--all", "--member", "999"],
        &["list", "--all", "--until", "2020-01-01"],
    ] {
        let listed = tickets(nothing);
        assert!(listed.starts_with("共 0 个工单"), "{nothing:?}: {listed}");
    }
    let csv = tickets(&["list", "磁盘满", "--csv"]);
    assert!(
        csv.starts_with("\u{feff}number,status,opened") && csv.contains("\n1,resolved/已解决,"),
        "{csv}"
    );
    let shown = tickets(&["show", "1"]);
    for part in [
        "转人工",
        "请把日志发出来",
        "disk full",
        "磁盘满",
        "*member 555 claimed*",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert!(!shown.contains("中午吃什么"), "{shown}");
    let json: serde_json::Value = serde_json::from_str(&tickets(&["show", "1", "--json"])).unwrap();
    assert_eq!(json["status"], "resolved");

    wire.send(group_message(9, ROOM, 555, "/t 1 close", false));
    hear(&qq, ROOM, "已关闭").await;
    let refused = program
        .command(binary())
        .args(["tickets", "forget", "QQ", "3"])
        .output()
        .unwrap();
    let error = String::from_utf8(refused.stderr).unwrap();
    assert!(
        !refused.status.success() && error.contains("`QQ`") && error.contains("knows: qq"),
        "{error}"
    );
    // A name is no id; who trusts "done" believes that it is gone.
    let refused = program
        .command(binary())
        .args(["tickets", "forget", "qq", "小明"])
        .output()
        .unwrap();
    let error = String::from_utf8(refused.stderr).unwrap();
    assert!(
        !refused.status.success() && error.contains("什么都没有删除"),
        "{error}"
    );
    assert!(tickets(&["forget", "qq", "3"]).contains("1 closed ticket"));
    assert!(!tickets(&["export"]).contains("disk full"));
    assert!(tickets(&["list", "磁盘"]).starts_with("共 0 个工单"));
    wire.send(group_message(10, GROUP, 4, "转人工", true));
    // A number is not given twice.
    hear(&qq, ROOM, "【工单 #2】").await;
}

#[tokio::test]
async fn each_room_has_its_own_tickets_and_what_was_resolved_goes_on_when_it_is_not() {
    let mut program = Program::reverse("channels: { \"qq/group:78\": { staff_rooms: [\"qq/group:10\"] } }");
    let (qq, _said) = Qq::new(Manners::WELL_BEHAVED);
    let wire = start(&mut program, &qq).await;
    wire.send(group_message(1, GROUP, 3, "/human 装不上", true));
    hear(&qq, ROOM, "【工单 #1】").await;
    wire.send(group_message(2, 78, 4, "/human 发票没收到", true));
    hear(&qq, 10, "【工单 #2】").await;
    // The staff of the other room see nothing of it and change nothing.
    for (id, order) in [
        (3, "/t 1"),
        (4, "/t 1 close"),
        (5, "/t 1 您好"),
        (6, "/faq draft 1"),
    ] {
        wire.send(group_message(id, 10, 600, order, false));
        let refused = if id == 6 {
            "这里没有工单 #1"
        } else {
            "这里没有未关闭的工单 #1"
        };
        hear(&qq, 10, refused).await;
    }
    wire.send(group_message(7, 10, 600, "/t", false));
    hear(&qq, 10, "#2 [").await;

    wire.send(group_message(8, ROOM, 555, "/t 1 请重启一下", false));
    hear(&qq, GROUP, "请重启一下").await;
    wire.send(group_message(9, GROUP, 3, "谢谢", false));
    wire.send(group_message(10, ROOM, 555, "/t 1 resolve", false));
    let told = hear(&qq, GROUP, "标记为解决").await;
    assert_eq!(told.quote.as_deref(), Some("1"), "{told:?}");
    program.kill();
    let wire = start(&mut program, &qq).await;
    wire.send(group_message(11, GROUP, 3, "好的", false));
    wire.send(group_message(12, GROUP, 3, "还是不行", false));
    let again = hear(&qq, GROUP, "重新打开").await;
    assert_eq!(again.quote.as_deref(), Some("12"), "{again:?}");
    hear(&qq, ROOM, "还是不行").await;
    wire.send(group_message(13, GROUP, 3, "有人看了吗", true));
    hear(&qq, GROUP, "由 member 555 处理").await;
    let others = qq.said();
    let leaked = others.iter().filter(|said| said.group == Some(10));
    assert!(
        leaked.clone().all(|said| !said.text.contains("装不上")),
        "{others:#?}"
    );
    let noise = others
        .iter()
        .filter(|said| said.group == Some(ROOM) && said.text.contains("谢谢"));
    assert_eq!(noise.count(), 0, "{others:#?}");
}

#[tokio::test]
async fn a_flood_of_one_member_and_of_many_accounts_neither_drowns_the_staff_room_nor_an_urgent_call() {
    const WORDS: i64 = 1_500;
    const ACCOUNTS: i64 = 4_000;
    let mut program = Program::reverse("defaults: { urgent: [宕机] }");
    let (qq, _said) = Qq::new(Manners {
        history: true,
        answers: true,
    });
    let wire = start(&mut program, &qq).await;
    wire.send(group_message(1, GROUP, 3, "转人工", true));
    hear(&qq, ROOM, "【工单 #1】").await;
    for n in 0..WORDS {
        wire.send(group_message(
            10_000 + n,
            GROUP,
            3,
            &format!("第 {n} 句话"),
            false,
        ));
    }
    // A tenth at a time: what a group sees in a few seconds.
    for n in 0..ACCOUNTS {
        let text = format!("/human 问题 {n}");
        wire.send(group_message(
            20_000 + n,
            GROUP + 1 + n % 10,
            1_000 + n,
            &text,
            true,
        ));
    }
    wire.send(group_message(30_000, 99, 4, "生产环境宕机了", true));
    hear(&qq, ROOM, "生产环境宕机了").await;
    // Everybody has a number, and the urgent one was not the 5,500th thing that the room read.
    let room: Vec<Said> = qq
        .said()
        .into_iter()
        .filter(|said| said.group == Some(ROOM))
        .collect();
    let place = room
        .iter()
        .position(|said| said.text.contains("生产环境宕机了"))
        .unwrap();
    assert!(place <= 140, "{place} messages before the urgent one");
    let more = room
        .iter()
        .filter(|said| said.text.contains("【工单 #1 补充】"))
        .count();
    assert!(more <= 20, "{more} notices of one member's words");
    hear(&qq, ROOM, "没有逐个通知").await;
    let tickets = program
        .command(binary())
        .args(["tickets", "list"])
        .output()
        .unwrap();
    let listed = String::from_utf8(tickets.stdout).unwrap();
    assert!(
        listed.contains(&format!("/ {} ticket(s), times in ", ACCOUNTS + 2)),
        "{}",
        listed.len()
    );
}

#[tokio::test]
async fn staff_read_the_name_of_the_group_also_of_what_waited_and_in_lists() {
    let mut program = Program::reverse("");
    let (qq, _said) = Qq::new(Manners::WELL_BEHAVED);
    let wire = start(&mut program, &qq).await;
    // The bot waits whether more comes: the ticket is opened without a message in hand.
    let mut asked = group_message(1, GROUP, 3, "你们有瑜伽教练培训班吗", true);
    asked["group_name"] = "青禾会员1群".into();
    wire.send(asked);
    let notice = hear(&qq, ROOM, "【工单 #1】").await;
    let named = "青禾会员1群（qq/group:77）";
    assert!(notice.text.contains(named), "{}", notice.text);
    for (id, order) in [(2, "/t"), (3, "/t 1")] {
        let before = qq.said().len();
        wire.send(group_message(id, ROOM, 555, order, false));
        let end = Instant::now() + Duration::from_secs(30);
        while !qq.said()[before..].iter().any(|said| said.text.contains(named)) {
            assert!(Instant::now() < end, "{order}: {:#?}", qq.said());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}
