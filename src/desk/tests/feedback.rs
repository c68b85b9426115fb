//! Remarks about an answer: they refer to that answer, and are no new question.

use super::world::{Did, Group, MONDAY_MORNING};
use crate::desk::{AnswerFate, Decision, Reason};
use groupdesk_contract::{Act, ChannelKind};
use jiff::SignedDuration;

fn choices(did: &Did) -> Vec<String> {
    match &did.effects.decided.decision {
        Decision::Clarify { choices } => choices.clone(),
        other => panic!("{other:?}: {}", did.reason),
    }
}

/// 小明 asked about invoices and picked the first of two.
fn picked() -> Group {
    let mut group = Group::at(MONDAY_MORNING);
    group.call("小明", "怎么开发票");
    group.due();
    assert_eq!(group.wait(10).say("小明", "1").decision, "answer");
    group.wait(10);
    group
}

#[test]
fn who_says_that_it_is_not_what_was_asked_is_offered_what_else_was_meant() {
    for words in [
        "不是这个意思",
        "我问的不是这个",
        "答错了",
        "没回答我的问题",
        "that's not what I asked",
    ] {
        let mut group = picked();
        let did = group.say("小明", words);
        assert!(
            matches!(did.reason, Reason::DoubtedAnswer { .. }),
            "{words}: {}",
            did.reason
        );
        assert!(!choices(&did).is_empty(), "{words}");
        let (not_it, none) = match words.is_ascii() {
            true => ("that was not it", "none of these"),
            false => ("没答对", "都不是"),
        };
        assert!(
            did.said().contains(not_it) && did.said().contains(none),
            "{}",
            did.said()
        );
        assert_eq!(group.open_tickets.all().count(), 0, "{words}");
        let other = group.wait(5).say("小明", "1");
        assert_eq!(
            other.effects.decided.decision,
            Decision::Answer {
                entry: choices(&did)[0].clone()
            }
        );
    }
    // None of these either: a human, with what was asked.
    let mut group = picked();
    group.say("小明", "不是这个意思");
    let human = group.wait(5).say("小明", "0");
    assert_eq!(human.effects.ticket().unwrap().transcript, "怎么开发票");
    let mut group = picked();
    group.say("小明", "不是这个意思");
    let human = group.wait(5).say("小明", "还是不是这个意思");
    assert_eq!(human.decision, "handoff");
}

#[test]
fn where_nothing_else_is_left_a_human_comes_and_what_is_unclear_offers_one_first() {
    let mut group = Group::at(MONDAY_MORNING);
    group.call("小明", "工单系统需要注册吗");
    group.wait(10);
    for words in ["看不懂", "能说详细点吗"] {
        let mut group = Group::at(MONDAY_MORNING);
        group.call("小明", "你们几点上班");
        let did = group.wait(10).say("小明", words);
        assert_eq!(
            did.reason,
            Reason::DoubtedAnswer {
                entry: "office-hours".to_owned()
            }
        );
        assert!(did.said().contains("转人工"), "{}", did.said());
        assert_eq!(group.open_tickets.all().count(), 0, "{words}");
        assert_eq!(group.wait(10).say("小明", "转人工").decision, "handoff");
    }
    let mut group = Group::at(MONDAY_MORNING);
    group.call("小明", "你们几点上班");
    group.wait(10).say("小明", "看不懂");
    assert_eq!(group.wait(10).say("小明", "还是看不懂").decision, "handoff");
}

#[test]
fn nobody_else_and_nothing_out_of_the_blue_is_heard_as_feedback() {
    for words in ["不是这个意思", "答错了", "看不懂"] {
        let mut group = picked();
        assert_eq!(group.say("小红", words).decision, "quiet", "{words}");
        assert_eq!(group.wait(200).say("小明", words).decision, "quiet", "{words}");
        // Said to somebody else.
        let mut group = picked();
        let did = group.quote("小明", words, "明天改到三点", false, false);
        assert_eq!(did.decision, "quiet", "{words}");
    }
    // Who has a ticket speaks of that, until the bot answers something.
    let mut group = Group::at(MONDAY_MORNING);
    group.call("小明", "转人工");
    group.wait(5).call("小明", "看不懂");
    assert_eq!(group.due().pop().unwrap().reason, Reason::HasTicket { number: 1 });
    assert_eq!(group.wait(5).call("小明", "你们几点上班").decision, "answer");
    let did = group.wait(5).say("小明", "看不懂");
    assert!(
        matches!(did.reason, Reason::DoubtedAnswer { .. }),
        "{}",
        did.reason
    );
    // Who quotes the answer speaks of it.
    let mut group = Group::at(MONDAY_MORNING);
    let answer = group.say("小明", "你们几点上班").said();
    let did = group.wait(60).quote("小红", "看不懂", &answer, true, false);
    assert_eq!(
        did.reason,
        Reason::DoubtedAnswer {
            entry: "office-hours".to_owned()
        }
    );
    // In a chat with the bot alone there is nobody else to whom it could be said.
    let mut group = Group::at(MONDAY_MORNING);
    group.kind = ChannelKind::Direct;
    let did = group.say("小明", "答错了");
    assert_eq!((did.decision, group.open_tickets.all().count()), ("clarify", 0));
}

#[test]
fn a_wrong_answer_is_taken_back_where_settings_and_platform_allow_it() {
    for (wanted, able) in [(true, true), (true, false), (false, true)] {
        let mut group = Group::at(MONDAY_MORNING);
        group.policy.withdraw_wrong_answers = wanted;
        group.unsend = able;
        let answer = group.say("小明", "你们几点上班").said();
        let did = group
            .wait(60)
            .quote("小明", "我问的不是这个", &answer, true, false);
        let taken_back =
            did.effects.outgoing.iter().any(
                |outgoing| matches!(&outgoing.reply.act, Act::Unsend(message) if message.as_str() == "q"),
            );
        assert_eq!(taken_back, wanted && able);
        // Not by anybody else's word, for whom it was right.
        let answer = group.wait(700).say("小明", "你们几点上班").said();
        let did = group.wait(60).quote("小红", "答错了", &answer, true, false);
        assert!(
            did.effects
                .outgoing
                .iter()
                .all(|outgoing| outgoing.reply.act.is_say())
        );
    }
}

#[test]
fn who_takes_back_what_they_asked_gets_a_short_word_and_no_answer() {
    for words in [
        "算了不用了",
        "算了，当我没问",
        "算了",
        "never mind",
        "不问了，谢谢",
    ] {
        for kind in [ChannelKind::Group, ChannelKind::Direct] {
            // An offer: nothing can be picked from it any more.
            let mut group = Group::at(MONDAY_MORNING);
            group.kind = kind;
            group.call("小明", "怎么开发票");
            group.due();
            let did = group.wait(10).call("小明", words);
            assert_eq!(did.reason, Reason::TookBack, "{words}");
            assert!(!did.said().is_empty() && group.due().is_empty(), "{words}");
            assert!(
                group
                    .state
                    .members
                    .values()
                    .all(|member| member.choices.is_none())
            );
            // A call that waits.
            let mut group = Group::at(MONDAY_MORNING);
            group.kind = kind;
            group.call("小明", "那个数据库怎么办");
            let did = group.wait(1).call("小明", words);
            assert_eq!(
                (did.decision, did.effects.steps.len()),
                ("clarify", 0),
                "{words}: {}",
                did.reason
            );
            assert!(group.due().is_empty(), "{words}");
            // A ticket: it ends as taken back.
            let mut group = Group::at(MONDAY_MORNING);
            group.kind = kind;
            group.call("小明", "转人工");
            let did = group.wait(10).call("小明", words);
            assert_eq!(did.reason, Reason::SolvedByMember { number: 1 }, "{words}");
            let staff = did.effects.outgoing.last().unwrap();
            let withdrawn = crate::texts::Catalogue::built_in()
                .texts(crate::language::Language::CHINESE)
                .notice_withdrawn(1, "小明（小明）");
            assert!(staff.reply.text().contains(&withdrawn), "{}", staff.reply.text());
            // Nothing at all: a word, and nothing is looked up.
            let mut group = Group::at(MONDAY_MORNING);
            group.kind = kind;
            let did = group.call("小明", words);
            assert_eq!(did.reason, Reason::Courtesy, "{words}");
        }
        // Under a quote of the answer, and to another member.
        let mut group = Group::at(MONDAY_MORNING);
        let answer = group.say("小明", "你们几点上班").said();
        let did = group.wait(60).quote("小明", words, &answer, true, false);
        assert_eq!(did.decision, "clarify", "{words}: {}", did.reason);
        assert_eq!(group.wait(5).say("小明", words).decision, "quiet", "{words}");
    }
}

#[test]
fn an_answer_that_waits_is_dropped_when_its_asker_needs_none() {
    for words in ["好了", "解决了", "找到了", "没事了", "never mind"] {
        for after in [1, 2, 10] {
            let mut group = Group::at(MONDAY_MORNING);
            group.policy.wait_for_human = SignedDuration::from_secs(30);
            group.say("小明", "你们几点上班");
            let did = group.wait(after).say("小明", words);
            assert_eq!(did.reason, Reason::AskerSpoke, "{words} after {after} s");
            assert!(group.due().is_empty(), "{words} after {after} s");
        }
        // Another member's word changes nothing.
        let mut group = Group::at(MONDAY_MORNING);
        group.policy.wait_for_human = SignedDuration::from_secs(30);
        group.say("小明", "你们几点上班");
        group.wait(1).say("小红", words);
        assert_eq!(group.due().len(), 1);
        // A call that waits whether more follows is taken back alike.
        let mut group = Group::at(MONDAY_MORNING);
        group.call("小明", "那个数据库");
        assert_eq!(group.wait(1).say("小明", words).reason, Reason::AskerSpoke);
        assert!(group.due().is_empty());
    }
}

#[test]
fn chatter_takes_nothing_from_the_ticket_of_who_says_that_an_answer_did_not_help() {
    let mut group = picked();
    for n in 0..40 {
        let others = ["小红", "小刚", "小赵", "老李", "阿强"];
        group.say(others[n % 5], &format!("今天天气不错，第{n}次说"));
    }
    let human = group.wait(2).call("小明", "没用");
    let ticket = human.effects.ticket().unwrap();
    assert!(
        ticket.earlier.contains("怎么开发票") && ticket.transcript.contains("没用"),
        "{} / {}",
        ticket.earlier,
        ticket.transcript
    );
}

#[test]
fn who_asks_on_about_an_answer_is_not_pointed_back_to_it() {
    // It is quoted, by whomever, or it came a moment ago.
    for (kind, asker, quotes) in [
        (ChannelKind::Group, "小明", true),
        (ChannelKind::Group, "小红", true),
        (ChannelKind::Group, "小明", false),
        (ChannelKind::Direct, "小明", true),
        (ChannelKind::Direct, "小明", false),
    ] {
        let mut group = Group::at(MONDAY_MORNING);
        group.kind = kind;
        let answer = group.call("小明", "工单系统需要注册吗").said();
        group.wait(20);
        let did = if quotes {
            group.quote(asker, "那注册要钱吗", &answer, true, false)
        } else {
            group.call(asker, "那注册要钱吗")
        };
        assert!(matches!(did.reason, Reason::Waiting { .. }), "{}", did.reason);
        let did = group.due().pop().unwrap();
        let entry = "ticket-registration".to_owned();
        assert_eq!(did.reason, Reason::DoubtedAnswer { entry }, "{asker} {quotes}");
        assert_eq!(
            did.effects.ticket().unwrap().subject,
            "那注册要钱吗",
            "{asker} {quotes}"
        );
    }
    // Other entries that fit what is asked come first, and a human for whom they are not what was meant.
    let mut group = Group::at(MONDAY_MORNING);
    group.call("小明", "怎么开纸质发票");
    group.wait(20).call("小明", "那发票要多久收到呢");
    let did = group.due().pop().unwrap();
    assert_eq!(choices(&did), ["invoice-electronic"], "{}", did.said());
    let human = group.wait(5).say("小明", "0");
    assert_eq!(human.effects.ticket().unwrap().transcript, "那发票要多久收到呢");
    // An old answer that is quoted is the same answer still; another answer is none that was quoted.
    let mut group = Group::at(MONDAY_MORNING);
    let answer = group.call("小明", "工单系统需要注册吗").said();
    group
        .wait(3600)
        .quote("小红", "那注册要钱吗", &answer, true, false);
    assert_eq!(group.due().pop().unwrap().decision, "handoff");
    let did = group
        .wait(60)
        .quote("小李", "那你们几点上班", &answer, true, false);
    assert_eq!(did.decision, "answer", "{}", did.reason);
    // The same words again, a question of the file's own, and somebody else's call are pointed to what stands there.
    for (who, words) in [
        ("小明", "工单系统需要注册吗？"),
        ("小明", "提交工单要先注册账号吗"),
        ("小红", "工单要注册么"),
    ] {
        let mut group = Group::at(MONDAY_MORNING);
        group.call("小明", "工单系统需要注册吗");
        let did = group.wait(20).call(who, words);
        assert!(matches!(did.reason, Reason::AnsweredBefore { .. }), "{words}");
    }
}

#[test]
fn a_second_question_that_the_same_answer_answers_is_pointed_to_it_and_never_unknown() {
    for (kind, who) in [(ChannelKind::Group, "小明"), (ChannelKind::Direct, "小明")] {
        for (first, second) in [
            ("你们几点上班", "周末上班么"),
            ("几点上班", "周末上不上班啊"),
            ("what are your office hours", "so when are you open?"),
        ] {
            let mut group = Group::at(MONDAY_MORNING);
            group.kind = kind;
            assert_eq!(group.call(who, first).decision, "answer", "{first}");
            let mut did = group.wait(30).call(who, second);
            if did.decision == "quiet" {
                did = group.due().remove(0);
            }
            assert_eq!(did.decision, "answer", "{second}: {}", did.reason);
        }
    }
    // What it says nothing of goes to a human, without "I don't know".
    let mut group = Group::at(MONDAY_MORNING);
    group.call("小明", "工单系统需要注册吗");
    group.wait(20).call("小明", "那注册要钱吗");
    let said = group.due().pop().unwrap().said();
    assert!(said.contains("#1") && !said.contains("不知道"), "{said}");
}

#[test]
fn what_was_only_said_of_an_answer_does_not_stand_before_the_question() {
    let mut group = picked();
    group.quote("小明", "我问的不是这个", "电子发票发到邮箱。", true, false);
    let did = group.wait(5).say("小明", "0");
    let ticket = did.effects.ticket().unwrap();
    assert!(
        ticket.transcript.contains("发票") && !ticket.earlier.contains("不是这个"),
        "{} / {}",
        ticket.earlier,
        ticket.transcript
    );
}

#[test]
fn what_was_meant_instead_is_looked_up_and_goes_to_a_human_where_nothing_fits() {
    for who in ["小明", "小红"] {
        for (words, subject) in [
            ("答错了，我问的是营业执照", "营业执照"),
            ("不是这个，我要的是安装包", "安装包"),
            ("答错了我问的是营业执照", "营业执照"),
            ("wrong, I meant the licence", "the licence"),
        ] {
            let mut group = Group::at(MONDAY_MORNING);
            let answer = group.say("小明", "工单系统需要注册吗").said();
            let held = group.wait(20).quote(who, words, &answer, true, false);
            let did = group.due().pop().unwrap_or(held);
            assert!(
                matches!(did.reason, Reason::DoubtedAnswer { .. }),
                "{who} {words}: {}",
                did.reason
            );
            assert_eq!(did.effects.ticket().unwrap().subject, subject, "{who} {words}");
        }
        // What they ask is a question of its own that nobody answered, and the answer did not help.
        for (words, asked) in [
            (
                "没用，退不了，我要的是退定金怎么弄",
                "退不了，我要的是退定金怎么弄",
            ),
            ("没用，怎么退定金", "怎么退定金"),
            (
                "that did not help, how do I get my deposit back?",
                "how do I get my deposit back?",
            ),
        ] {
            let mut group = Group::at(MONDAY_MORNING);
            let answer = group.say("小明", "工单系统需要注册吗").said();
            let held = group.wait(20).quote(who, words, &answer, true, true);
            let did = group.due().pop().unwrap_or(held);
            let considered = did.effects.record.considered.as_ref().unwrap();
            assert_eq!(
                (
                    did.effects.decided.reason.rule(),
                    considered.text.as_str(),
                    considered.question
                ),
                ("doubted_answer", asked, true),
                "{who} {words}: {}",
                did.reason
            );
            let fates: Vec<AnswerFate> = did
                .effects
                .record
                .learned
                .iter()
                .map(|learned| learned.fate)
                .collect();
            assert!(
                fates.contains(&AnswerFate::DidNotHelp) && !fates.contains(&AnswerFate::HandedOver),
                "{who} {words}: {fates:?}"
            );
        }
        // What the file knows is answered or offered.
        let mut group = Group::at(MONDAY_MORNING);
        let answer = group.say("小明", "工单系统需要注册吗").said();
        let did = group
            .wait(20)
            .quote(who, "答错了，我问的是上班时间", &answer, true, false);
        assert_eq!(did.decision, "answer", "{who}: {}", did.reason);
        group
            .wait(20)
            .quote(who, "不对，我问的是发票", &answer, true, false);
        assert_eq!(choices(&group.due().pop().unwrap()).len(), 2, "{who}");
        // None of these: the ticket is about what was meant, with the reason.
        let did = group
            .wait(5)
            .quote(who, "答错了，已经改价了", &answer, true, false);
        let ticket = did.effects.ticket().unwrap();
        assert_eq!(ticket.subject, "发票", "{who}");
        assert!(ticket.transcript.contains("已经改价了"), "{}", ticket.transcript);
    }
}

#[test]
fn an_objection_with_a_reason_is_heard_like_one_without() {
    for (words, quotes) in [
        ("答错了，已经改价了", true),
        ("答错了，已经改价了", false),
        ("不对，地址早就换了", true),
        ("不是这个意思，你看错了，我没有门禁卡", false),
        ("wrong answer, it is about my old card", true),
    ] {
        let mut group = picked();
        let did = if quotes {
            group.quote("小明", words, "电子发票发到邮箱。", true, false)
        } else {
            group.say("小明", words)
        };
        assert!(
            matches!(did.reason, Reason::DoubtedAnswer { .. }),
            "{words}: {}",
            did.reason
        );
        assert!(!choices(&did).is_empty(), "{words}");
    }
    let mut group = picked();
    let did = group.quote("小明", "没用，我已经试过了", "电子发票发到邮箱。", true, false);
    assert_eq!(did.reason, Reason::DidNotHelp);
    assert!(did.effects.ticket().unwrap().transcript.contains("试过了"));
    // Said by anybody else, or about anything else, it is talk.
    for (who, wait) in [("小红", 5), ("小明", 200)] {
        let mut group = picked();
        let did = group.wait(wait).say(who, "答错了，已经改价了");
        assert_eq!(did.decision, "quiet", "{who}");
    }
}

#[test]
fn a_channel_that_a_member_reports_as_failing_is_not_named_to_them_for_a_while() {
    const QQ: &str = "128631425";
    let faq = || {
        let text = r#"
hours:
  office: { notation: 5x8, time_zone: Asia/Shanghai, weekly: { mon-fri: "08:00-17:30" } }
contact_points:
  mail: { name: { zh: 邮箱, en: mail }, hours: office, value: "help@example.com" }
  qq-group: { name: { zh: QQ 群, en: QQ group }, hours: office, value: "128631425" }
service: office
entries:
  - { id: contacts, questions: [怎么联系你们, 有哪些联系方式, how can I reach you], answer: "{{ contact_list }}" }
  - { id: group, title: { zh: QQ群, en: QQ group }, questions: [QQ群号是多少, 怎么加QQ群], answer: "{{ contact.qq_group.value }}" }
"#;
        Some(crate::desk::Knowledge::load("faq.yaml", text, None).unwrap().0)
    };
    for (kind, report) in [
        (ChannelKind::Group, "QQ群加不上"),
        (ChannelKind::Direct, "QQ群加不上"),
        (ChannelKind::Direct, "你们的QQ群满了，加不进去"),
    ] {
        let mut group = Group::at(MONDAY_MORNING);
        (group.kind, group.faq) = (kind, faq());
        // Somebody else got it before: it stands above.
        assert!(group.say("小红", "怎么联系你们").said().contains(QQ));
        group.wait(20).call("小明", report);
        group.due();
        for words in ["怎么联系你们", "QQ群号是多少", "怎么联系你们"] {
            let did = group.wait(20).call("小明", words);
            let said = did.said();
            assert!(
                said.contains("help@example.com") && !said.contains(QQ),
                "{report} / {words}: {said}"
            );
        }
        assert!(group.wait(5).call("小李", "QQ群号是多少").said().contains(QQ));
        // Later it may work again.
        assert!(group.wait(700).call("小明", "QQ群号是多少").said().contains(QQ));
    }
    // Where no other is open, a human comes.
    let mut group = Group::at(MONDAY_MORNING);
    group.faq = faq();
    group.call("小明", "邮箱的邮件被退回了，邮箱联系不上");
    group.due();
    group.wait(5).call("小明", "QQ群也加不上");
    let did = group
        .due()
        .pop()
        .unwrap_or_else(|| group.wait(5).call("小明", "QQ群号是多少"));
    assert_eq!(did.decision, "handoff", "{}", did.reason);
}

#[test]
fn ones_own_next_line_after_an_answer_is_about_it_until_others_have_spoken() {
    for words in [
        "不对",
        "错了",
        "没看懂诶",
        "你答的什么鬼",
        "wrong",
        "nope, wrong",
        "huh?",
        "不对，不是这个",
    ] {
        let mut group = Group::at(MONDAY_MORNING);
        group.say("小明", "在哪里提交工单？");
        let did = group.wait(10).say("小明", words);
        assert!(
            matches!(did.reason, Reason::DoubtedAnswer { .. }),
            "{words}: {}",
            did.reason
        );
    }
    for words in [
        "不是这个意思",
        "看不懂",
        "没用",
        "不是这个意思，我是说重启服务器没用",
    ] {
        let mut group = Group::at(MONDAY_MORNING);
        group.say("小明", "在哪里提交工单？");
        group.wait(10).say("小红", "李哥你的方案不行");
        let did = group.wait(10).say("小明", words);
        assert_eq!(
            (did.decision, group.due().len()),
            ("quiet", 0),
            "{words}: {}",
            did.reason
        );
    }
}

#[test]
fn who_objects_under_an_answer_to_somebody_else_brings_it_to_staff() {
    for words in ["答错了", "没用", "你答的什么鬼"] {
        let mut group = Group::at(MONDAY_MORNING);
        let answer = group.say("小明", "在哪里提交工单？").said();
        let did = group.wait(10).quote("小红", words, &answer, true, false);
        let ticket = did.effects.ticket().unwrap();
        assert!(ticket.earlier.contains("工单入口"), "{words}: {}", ticket.earlier);
    }
    let mut group = picked();
    for words in ["这跟我问的没关系", "太简略了，具体怎么操作", "not helpful at all"] {
        let did = group.wait(10).call("小明", words);
        assert!(
            matches!(did.reason, Reason::DoubtedAnswer { .. } | Reason::DidNotHelp),
            "{words}: {}",
            did.reason
        );
        group = picked();
    }
}
