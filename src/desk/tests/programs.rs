//! Programs in the group: loops with them, their commands, and those that the settings name; and messages that are changed.

use super::world::{Did, Group, MONDAY_MORNING, said};
use crate::desk::{Commands, Reason};
use groupdesk_contract::{ChannelKind, Quote, Segment};
use jiff::SignedDuration;

/// Waits for the effect of a message that is still pending.
fn settled(group: &mut Group, did: Did) -> Did {
    match did.reason {
        Reason::Waiting { .. } => group.due().pop().unwrap_or(did),
        _ => did,
    }
}

/// Messages that the member's channel and the staff room get.
fn heard(did: &Did) -> (usize, usize) {
    let told = said(&did.effects.outgoing);
    let staff = told
        .iter()
        .filter(|(channel, _)| channel == "group:staff")
        .count();
    (told.len() - staff, staff)
}

#[test]
fn a_program_that_quotes_us_is_not_answered_for_ever_at_any_pace() {
    for pace in [6, 60, 600] {
        for varied in [false, true] {
            let mut group = Group::at(MONDAY_MORNING);
            let (mut answers, mut notices) = (0, 0);
            for number in 0..40 {
                let text = if varied {
                    format!("第 {number} 次：我是群管家，没有这个指令？")
                } else {
                    "我是群管家，没有这个指令？".to_owned()
                };
                let did = group.wait(pace).quote("otherbot", &text, "我没听懂", true, false);
                let did = settled(&mut group, did);
                answers += heard(&did).0;
                notices += heard(&did).1;
            }
            assert!(
                answers <= 6,
                "{answers} answers, every {pace} s, varied: {varied}"
            );
            assert!(
                notices <= 12,
                "{notices} notices, every {pace} s, varied: {varied}"
            );
        }
    }
}

#[test]
fn a_program_that_goes_through_the_topics_of_the_faq_is_not_pointed_to_them_for_ever() {
    let mut group = Group::at(MONDAY_MORNING);
    let topics = ["你们几点上班", "在哪里提交工单", "工单系统需要注册吗"];
    let heard = (0..60).filter(|number| {
        let did = group
            .wait(6)
            .quote("otherbot", topics[number % 3], "工单入口", true, true);
        heard(&did).0 > 0
    });
    assert!(heard.count() <= topics.len() + 6);
}

#[test]
fn a_busy_human_is_heard() {
    // Questions of the FAQ are answered however many were none.
    let mut group = Group::at(MONDAY_MORNING);
    for number in 0..12 {
        let did = group.wait(20).call("小明", &format!("asdf qwer {number}"));
        settled(&mut group, did);
    }
    assert_eq!(
        group.wait(20).call("小明", "工单系统需要注册吗").decision,
        "answer"
    );
    // What a member goes on to say in a ticket reaches staff, every word of it.
    let mut group = Group::at(MONDAY_MORNING);
    group.call("小明", "转人工");
    let mut replies = 0;
    for number in 0..20 {
        let did = group
            .wait(20)
            .call("小明", &format!("日志第 {number} 行是 error {number}"));
        let did = settled(&mut group, did);
        replies += heard(&did).0;
        assert_eq!(heard(&did).1, 1, "{number}: {}", did.reason);
    }
    assert_eq!(replies, 1, "that it was added is said once");
    // Staff speak: the exchange begins anew.
    group.room("老王", "请发全部日志", Some(1));
    let did = group.wait(20).call("小明", "日志在这里了吗");
    assert_eq!(heard(&did).1, 1);
}

#[test]
fn who_asks_in_the_words_of_the_file_is_in_no_loop_however_often_and_after_whatever() {
    for pace in [2, 6, 20, 90] {
        let mut group = Group::at(MONDAY_MORNING);
        for number in 0..40 {
            let asked = group.wait(pace).call("小明", "工单系统需要注册吗");
            assert_eq!(asked.decision, "answer", "{pace} s, {number}: {}", asked.reason);
            assert_eq!(heard(&asked).0, 1, "{pace} s, {number}: {}", asked.reason);
        }
    }
    // Complaints under quotes of the bot, of a member who got no help, in between.
    let mut group = Group::at(MONDAY_MORNING);
    for number in 0..12 {
        for text in ["没用，我问的是搬到外地", "asdf qwer"] {
            let did = group
                .wait(4)
                .quote("小明", text, "不注册也可以提工单。", true, true);
            settled(&mut group, did);
        }
        let asked = group.wait(4).call("小明", "工单系统需要注册吗");
        let asked = settled(&mut group, asked);
        assert_ne!(asked.reason, Reason::LoopGuard, "{number}");
        assert!(asked.decision != "quiet", "{number}: {}", asked.reason);
    }
}

#[test]
fn every_picture_of_a_ticket_reaches_staff_and_they_are_told_once_when_repetitions_do_not() {
    let mut group = Group::at(MONDAY_MORNING);
    group.call("小明", "转人工");
    for (words, quotes) in [("", false), ("看图", false), ("", true)] {
        for number in 0..12 {
            let mut message = group.wait(20).message("小明", words);
            message.mentions_bot = true;
            if quotes {
                let quote = Quote {
                    message: "notice".into(),
                    of_bot: Some(true),
                    text: None,
                };
                message.segments.insert(0, Segment::Quote(quote));
            }
            message.segments.push(Segment::Image {
                url: Some(format!("https://example.com/{number}.png")),
            });
            let did = group.hear(message, false);
            let did = settled(&mut group, did);
            assert_eq!(heard(&did).1, 1, "{words} {number}: {}", did.reason);
        }
    }
    // The same over and over is a program's, at whatever pace; staff know from then on that not all of it reaches them.
    for pace in [2, 20] {
        let mut group = Group::at(MONDAY_MORNING);
        group.call("小明", "转人工");
        let mut told = 0;
        for _ in 0..60 {
            let did = group.wait(pace).call("小明", "怎么还没有人管我的事情");
            let did = settled(&mut group, did);
            let notices = said(&did.effects.outgoing);
            told += notices
                .iter()
                .filter(|(channel, text)| channel == "group:staff" && text.contains("小明 一直在重复"))
                .count();
        }
        assert_eq!(told, 1, "every {pace} s");
    }
}

#[test]
fn that_words_were_added_is_said_again_after_a_while() {
    let mut group = Group::at(MONDAY_MORNING);
    group.call("小明", "转人工");
    let added = |group: &mut Group, text: &str| {
        let did = group.call("小明", text);
        settled(group, did).said().contains("已补充")
    };
    assert!(added(group.wait(30), "转人工"));
    assert!(!added(group.wait(30), "转人工，快点"));
    assert!(added(group.wait(31 * 60), "转人工"));
}

#[test]
fn whom_the_settings_name_is_never_answered_and_has_no_ticket() {
    let mut group = Group::at(MONDAY_MORNING);
    group.policy.bots = vec!["群管家".to_owned()];
    group.policy.ignore = vec!["小黑".to_owned()];
    assert_eq!(group.call("群管家", "转人工").reason, Reason::OtherBot);
    assert_eq!(group.call("小黑", "转人工").reason, Reason::Ignored);
    assert_eq!(group.say("小黑", "你们几点上班？").effects.outgoing, []);
    assert_eq!(group.open_tickets.all().count(), 0);
    assert_eq!(group.say("小明", "你们几点上班？").decision, "answer");
}

#[test]
fn a_command_is_ours_only_where_we_are_called_unless_the_settings_say_so() {
    let commands = [
        "/help",
        "/start",
        "/ticket",
        "/help 画图",
        "/人工",
        "/ask 你们几点上班",
        "/问 你们几点上班",
        "/翻译 你们几点上班",
    ];
    for text in commands {
        let mut group = Group::at(MONDAY_MORNING);
        let did = group.say("小明", text);
        assert_eq!(did.reason, Reason::OthersCommand, "{text}");
        assert_eq!(
            group.open_tickets.all().count() + did.effects.outgoing.len(),
            0,
            "{text}"
        );
    }
    // Neither do they reach the staff who have the member's ticket.
    let mut group = Group::at(MONDAY_MORNING);
    group.call("小明", "转人工");
    group.room("老王", "认领", Some(1));
    assert_eq!(group.say("小明", "/画图 一只猫").effects.outgoing, []);
    // Called, in a direct chat, or by the settings they are ours.
    let answered = |did: &Did| did.decision == "answer";
    let mut group = Group::at(MONDAY_MORNING);
    assert!(answered(&group.call("小明", "/ask 几点上班")));
    let mut group = Group::at(MONDAY_MORNING);
    assert!(answered(&group.quote(
        "小明",
        "/ask 几点上班",
        "在的",
        true,
        false
    )));
    let mut group = Group::at(MONDAY_MORNING);
    group.kind = ChannelKind::Direct;
    assert_eq!(group.say("小明", "/人工").decision, "handoff");
    let mut group = Group::at(MONDAY_MORNING);
    group.policy.commands = Commands::Always;
    assert!(answered(&group.say("小明", "/ask 几点上班")));
    assert_eq!(group.say("小红", "/画图 几点上班").reason, Reason::OthersCommand);
    // A path is no command.
    assert_ne!(group.say("小红", "/data/log 满了").reason, Reason::OthersCommand);
}

#[test]
fn a_message_that_becomes_a_question_is_read_as_new_once() {
    let mut group = Group::at(MONDAY_MORNING);
    let first = group.say("小明", "你们");
    assert_eq!(first.decision, "quiet");
    let edited = group
        .wait(60)
        .edit(&first.message, "小明", "你们几点上班？", false);
    assert_eq!(edited.decision, "answer");
    assert_eq!(
        edited.effects.outgoing[0].reply.quote,
        Some(first.message.clone())
    );
    let again = group
        .wait(60)
        .edit(&first.message, "小明", "你们周末几点上班？", true);
    assert_eq!((again.reason, again.effects.outgoing.len()), (Reason::Edited, 0));
    // It begins to call the bot.
    let said = group.say("小红", "大家早上好");
    assert_eq!(said.decision, "quiet");
    let called = group.wait(20).edit(&said.message, "小红", "工单要注册么", true);
    assert_eq!(called.decision, "answer", "{}", called.reason);
    // What was answered before is not answered once more.
    let asked = group.wait(700).say("小刚", "你们几点上班？");
    assert_eq!(asked.decision, "answer");
    let edited = group
        .wait(20)
        .edit(&asked.message, "小刚", "工单系统需要注册吗？", true);
    assert_eq!(edited.effects.outgoing, []);
    // What staff have answered meanwhile is theirs.
    let mut group = Group::at(MONDAY_MORNING);
    group.policy.wait_for_human = SignedDuration::from_secs(30);
    let asked = group.say("小明", "你们几点上班");
    group.wait(5).staff("八点半");
    let edited = group
        .wait(5)
        .edit(&asked.message, "小明", "你们周末几点上班", false);
    assert_eq!(edited.reason, Reason::Edited);
    // What waits is put right and goes on waiting.
    let mut group = Group::at(MONDAY_MORNING);
    let call = group.call("小明", "那个");
    group
        .wait(1)
        .edit(&call.message, "小明", "工单系统需要注册吗", true);
    assert_eq!(group.due().pop().unwrap().decision, "answer");
}

#[test]
fn a_call_that_got_no_answer_and_is_put_right_is_read_as_new() {
    for (before, after, decision) in [
        ("asdf qwer", "在哪里提交工单", "answer"),
        ("", "在哪里提交工单", "answer"),
        ("你好", "你好，网站打不开了", "handoff"),
        ("发票多久能收到", "电子发票多久能收到", "answer"),
    ] {
        let mut group = Group::at(MONDAY_MORNING);
        let said = group.call("小明", before);
        let message = said.message.clone();
        let first = settled(&mut group, said);
        assert_eq!(
            (first.decision, heard(&first).0),
            ("clarify", 1),
            "{before}: {}",
            first.reason
        );
        // A change that leaves the words as they are is none.
        let same = group.wait(5).edit(&message, "小明", before, true);
        assert_eq!(same.effects.outgoing, [], "{before}");
        let edited = group.wait(5).edit(&message, "小明", after, true);
        let edited = settled(&mut group, edited);
        assert_eq!(edited.decision, decision, "{before}: {}", edited.reason);
        let again = group.wait(5).edit(&message, "小明", "工单系统需要注册吗", true);
        assert_eq!(again.effects.outgoing, [], "{before}");
    }
}

#[test]
fn many_rounds_in_a_breath_end_for_staff_too_and_so_does_a_human_called_and_sent_away_in_turn() {
    let mut group = Group::at(MONDAY_MORNING);
    let (mut notices, mut lines) = (0, 0);
    for number in 0..14 {
        let did = group
            .wait(4)
            .call("程序", &format!("打印机第 {number} 号墨盒怎么换才对"));
        let did = settled(&mut group, did);
        notices += heard(&did).1;
        lines += did.effects.steps.len();
    }
    assert!(notices <= 10, "{notices} notices");
    assert!(lines >= 12, "what is said stands in the ticket: {lines}");
    let mut group = Group::at(MONDAY_MORNING);
    let (mut words, mut notices) = (0, 0);
    for number in 0..20 {
        let text = ["转人工", "不用人工了"][number % 2];
        let did = group.wait(20).call("小明", text);
        words += heard(&did).0;
        notices += heard(&did).1;
        assert!(number > 6 || heard(&did).0 == 1, "{number}: {}", did.reason);
    }
    assert!(words <= 8 && notices <= 9, "{words} words, {notices} notices");
    // Whoever ends a ticket after many words ends it.
    let mut group = Group::at(MONDAY_MORNING);
    group.call("小明", "转人工");
    for number in 0..12 {
        group
            .wait(20)
            .call("小明", &format!("日志第 {number} 行是 error {number}"));
        group.due();
    }
    assert_eq!(
        group.wait(20).call("小明", "解决了").reason,
        Reason::SolvedByMember { number: 1 }
    );
}
