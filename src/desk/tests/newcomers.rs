//! Members who don't know the bot yet, and staff who look at what was said.

use super::super::*;
use super::world::*;
use crate::desk::asked_whom_for;
use crate::ticket::{HistoryLine, LineKind};
use groupdesk_contract::ChannelKind;
use jiff::SignedDuration;

#[test]
fn who_asks_what_the_bot_is_gets_its_topics_to_pick_from_and_the_way_to_a_human() {
    for words in [
        "帮助",
        "菜单",
        "你是谁",
        "你能做什么",
        "/help",
        "help",
        "who are you",
    ] {
        let mut group = Group::at(MONDAY_MORNING);
        let did = group.call("小明", words);
        let told = did.said();
        let title = |number: usize| told.lines().find(|line| line.starts_with(&format!("{number}. ")));
        assert!(title(1).is_some() && title(2).is_some(), "{words}: {told}");
        assert!(
            told.contains("转人工") || told.contains("human"),
            "{words}: {told}"
        );
        let picked = group.wait(20).say("小明", "2");
        assert_eq!(picked.decision, "answer", "{words}: {}", picked.reason);
        // Of somebody else's talk it is none.
        assert_eq!(group.say("小红", words).decision, "quiet", "{words}");
    }
    // Who waits for a human speaks to them.
    let mut group = Group::at(MONDAY_MORNING);
    group.kind = ChannelKind::Direct;
    group.call("小明", "转人工");
    let did = group.wait(60).call("小明", "help");
    assert!(
        !did.effects
            .outgoing
            .iter()
            .any(|outgoing| outgoing.reply.text().contains("1. "))
    );
}

#[test]
fn who_calls_a_human_and_says_no_more_is_asked_what_it_is_about_and_staff_read_that() {
    let mut group = Group::at(MONDAY_MORNING);
    let did = group.call("小明", "转人工");
    assert!(did.said().contains("是什么问题"), "{}", did.said());
    let did = group.wait(30).say("小明", "装完以后后台打不开");
    let told = said(&did.effects.outgoing);
    let to = |place: &str, words: &str| {
        told.iter()
            .any(|(channel, text)| channel == place && text.contains(words))
    };
    assert!(to("group:staff", "装完以后后台打不开"), "{told:?}");
    assert_eq!(group.open_tickets.get(1).unwrap().subject, "装完以后后台打不开");
    // What follows goes on without a word each.
    let did = group.wait(30).say("小明", "端口是 8080");
    assert!(
        said(&did.effects.outgoing)
            .iter()
            .all(|(channel, _)| channel == "group:staff")
    );
    assert_eq!(group.open_tickets.get(1).unwrap().subject, "装完以后后台打不开");
    // Who says it at once is not asked, and who asked something before neither.
    let mut group = Group::at(MONDAY_MORNING);
    let did = group.call("小明", "转人工，后台打不开");
    assert!(!did.said().contains("是什么问题"), "{}", did.said());
}

#[test]
fn tickets_that_cross_a_limit_at_the_same_time_are_told_in_one_message_and_of_each_the_later_stage() {
    let mut group = Group::at(MONDAY_MORNING);
    group.lifecycle.escalate_after = SignedDuration::from_mins(30);
    group.policy.targets.first_response = Some(SignedDuration::from_mins(50));
    for who in ["小明", "小红", "小刚"] {
        group.call(who, "转人工");
    }
    // They were opened at one moment, and are told together.
    group.wait(30 * 60);
    let told = group.tickets_due();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].1.matches("还没有人认领").count(), 1, "{told:?}");
    for number in ["#1 ", "#2 ", "#3 "] {
        assert!(told[0].1.contains(number), "{told:?}");
    }
    // A program that was stopped meanwhile tells the last of what came.
    let mut group = Group::at(MONDAY_MORNING);
    group.lifecycle.escalate_after = SignedDuration::from_mins(30);
    group.policy.targets.first_response = Some(SignedDuration::from_mins(50));
    group.call("小明", "转人工");
    group.wait(2 * 60 * 60);
    let told = group.due_now();
    let texts = said(&told);
    assert_eq!(texts.len(), 1, "{texts:?}");
    assert!(texts[0].1.contains("首次回复已超时"), "{texts:?}");
    // It is of one ticket: a quote of it is an answer.
    assert_eq!(told[0].about.as_ref().map(|about| about.ticket), Some(1));
    assert!(group.tickets_due().is_empty());
}

#[test]
fn words_under_a_notice_go_to_nobody_before_staff_said_once_for_whom_they_are() {
    let mut group = Group::at(MONDAY_MORNING);
    group.lifecycle.under_notice = UnderNotice::Ask;
    group.call("小明", "转人工");
    let to_member = |told: &[(String, String)]| told.iter().any(|(channel, _)| channel != "group:staff");
    let told = group.under_notice("老王", "这个人昨天也来过", 1);
    assert!(
        !to_member(&told) && told[0].1.contains("要发给成员吗"),
        "{told:?}"
    );
    // A colleague's number answers nothing; "2" keeps it among staff.
    assert!(group.room("老李", "1", None).is_empty());
    let told = group.room("老王", "2", None);
    assert!(!to_member(&told) && told[0].1.contains("已备注"), "{told:?}");
    let lines = group.open_tickets.take_change().lines;
    let note = lines.iter().find(|line| line.kind == LineKind::Note).unwrap();
    assert_eq!(note.text, "这个人昨天也来过");
    // What says itself for whom it is goes at once, and so does what stands under the member's own words.
    assert!(to_member(&group.under_notice("老王", "回复：请稍等", 1)));
    assert!(to_member(&group.room("老王", "请发一下日志", Some(1))));
    // Once it was for the member, it is in this ticket.
    group.under_notice("老王", "请重启一下", 1);
    let told = group.room("老王", "1", None);
    assert!(to_member(&told) && told[0].1.contains("请重启一下"), "{told:?}");
    assert!(to_member(&group.under_notice("老王", "好了吗", 1)));
    assert!(group.room("老王", "1", None).is_empty());
    // A bare number under the notice may answer a question that is settled.
    assert!(!to_member(&group.under_notice("老王", "1", 1)));
    assert!(to_member(&group.room("老王", "1", None)));
    // In another the question comes again, and waits for ten minutes.
    group.call("小红", "转人工");
    assert!(!to_member(&group.under_notice("老王", "请重启一下", 2)));
    assert!(group.wait(11 * 60).room("老王", "1", None).is_empty());
    group.lifecycle.under_notice = UnderNotice::Colleagues;
    let told = group.under_notice("老王", "又是他", 2);
    assert!(!to_member(&told) && told[0].1.contains("已备注"), "{told:?}");
    group.lifecycle.under_notice = UnderNotice::Member;
    assert!(to_member(&group.under_notice("老王", "请稍等", 2)));
}

#[test]
fn words_that_look_like_a_word_to_colleagues_are_asked_about_behind_an_order_too() {
    let mut group = Group::at(MONDAY_MORNING);
    group.call("小明", "转人工");
    group.call("小红", "转人工");
    let to_member = |told: &[(String, String)]| told.iter().any(|(channel, _)| channel != "group:staff");
    for text in [
        "/t 1 内部说明：他欠费",
        "/t 1 2 您好",
        "/t 1 认领 然后联系他",
        "/t 1 @老王 你看下",
    ] {
        let told = group.room("老王", text, None);
        assert!(!to_member(&told), "{text}: {told:?}");
        assert!(
            told.last().unwrap().1.contains("要发给成员吗"),
            "{text}: {told:?}"
        );
        assert_eq!(group.room("老王", "2", None).len(), 1, "{text}");
    }
    // Sent all the same, it comes without the order; and the next one is asked about again.
    group.room("老王", "/t 1 别发给他：他欠费", None);
    let told = group.room("老王", "1", None);
    assert!(
        to_member(&told) && told.iter().any(|(_, text)| text.ends_with("别发给他：他欠费")),
        "{told:?}"
    );
    assert!(told.iter().all(|(_, text)| !text.contains("/t 1")), "{told:?}");
    assert!(!to_member(&group.room("老王", "/t 1 小记：他欠费", None)));
    // Who says for whom it is, is not asked.
    assert!(to_member(&group.room("老王", "/t 1 回复 内部说明：见附件", None)));
}

#[test]
fn a_question_whom_words_are_for_that_nobody_answers_leaves_a_note_and_a_word_of_it() {
    let mut group = Group::at(MONDAY_MORNING);
    group.lifecycle.under_notice = UnderNotice::Ask;
    group.call("小明", "转人工");
    let notes = |group: &mut Group| {
        let lines = group.open_tickets.take_change().lines;
        let notes = lines.into_iter().filter(|line| line.kind == LineKind::Note);
        notes.map(|line| line.text).collect::<Vec<String>>()
    };
    group.under_notice("老王", "第一句", 1);
    // The second question of a ticket does not take the words of the first with it.
    let told = group.under_notice("老王", "第二句", 1);
    assert!(
        told[0].1.contains("│ 第一句") && told[1].1.contains("要发给成员吗"),
        "{told:?}"
    );
    assert_eq!(notes(&mut group), ["第一句"]);
    group.wait(11 * 60);
    let told = group.tickets_due();
    let told: Vec<&str> = told
        .iter()
        .map(|(_, text)| text.as_str())
        .filter(|text| text.contains("备注"))
        .collect();
    assert!(told.len() == 1 && told[0].contains("│ 第二句"), "{told:?}");
    assert_eq!(notes(&mut group), ["第二句"]);
    // A ticket that is closed meanwhile keeps them too.
    group.under_notice("老王", "第三句", 1);
    let told = group.room("老王", "/t 1 关闭", None);
    assert!(told.iter().any(|(_, text)| text.contains("│ 第三句")), "{told:?}");
    assert_eq!(notes(&mut group), ["第三句"]);
}

#[test]
fn where_several_questions_wait_a_number_answers_the_one_that_it_quotes() {
    let mut group = Group::at(MONDAY_MORNING);
    group.lifecycle.under_notice = UnderNotice::Ask;
    group.call("小明", "转人工");
    group.call("小红", "转人工");
    let to_member = |told: &[(String, String)]| told.iter().any(|(channel, _)| channel != "group:staff");
    group.under_notice("老王", "请重置密码", 1);
    group.under_notice("老王", "这人欠费，先不理", 2);
    let told = group.room("老王", "1", None);
    assert!(
        !to_member(&told) && told[0].1.contains("#1、#2 都在等"),
        "{told:?}"
    );
    let told = group.room("老王", "2。", Some(2));
    assert!(!to_member(&told) && told[0].1.contains("#2 已备注"), "{told:?}");
    // One is left: no need to say which.
    let told = group.room("老王", "1", None);
    assert!(
        told.iter().any(|(_, text)| text.contains("请重置密码")) && to_member(&told),
        "{told:?}"
    );
    assert!(told.iter().all(|(_, text)| !text.contains("欠费")), "{told:?}");
}

#[test]
fn who_looks_at_a_ticket_reads_all_that_was_said_in_it() {
    let mut group = Group::at(MONDAY_MORNING);
    group.call("小明", "转人工");
    group.wait(30).say("小明", "装完以后后台打不开");
    group.room("老王", "/t 1 端口开了吗", None);
    group.room("老王", "/t 1 备注 老客户", None);
    let lines: Vec<HistoryLine> = group.open_tickets.take_change().lines;
    assert!(lines.iter().any(|line| line.kind == LineKind::Event));
    let histories = Histories::from([(1, lines)]);
    let shown = group.looked_at("/t 1", &histories);
    let at = |words: &str| {
        shown
            .find(words)
            .unwrap_or_else(|| panic!("no {words} in {shown}"))
    };
    assert!(at("│ 转人工") < at("│ 装完以后后台打不开"));
    assert!(at("│ 装完以后后台打不开") < at("→ 成员\n│ 端口开了吗"));
    assert!(at("→ 成员\n│ 端口开了吗") < at("备注（成员看不到）\n│ 老客户"));
    // Of a long one the latest are shown.
    let line = |number: usize| HistoryLine {
        ticket: 1,
        at: group.now,
        kind: LineKind::Member,
        who: "小明".to_owned(),
        text: format!("第 {number} 句，{}", "很长".repeat(100)),
        said: None,
    };
    let histories = Histories::from([(1, (0..60).map(line).collect())]);
    let shown = group.looked_at("/t 1", &histories);
    assert!(
        shown.contains("第 59 句") && !shown.contains("第 9 句"),
        "{shown}"
    );
    assert!(
        shown.contains("groupdesk tickets show 1") && shown.chars().count() < 4500,
        "{shown}"
    );
}

#[test]
fn when_staff_were_asked_for_whom_their_words_are_is_known_until_they_say() {
    let (mut group, room) = (asked_for_whom(), Place::new("qq", "group:staff"));
    let asked = |group: &Group, who: &str| asked_whom_for(&group.open_tickets, &room, &who.into());
    assert_eq!(asked(&group, "老王"), Some(group.now));
    assert_eq!(asked(&group, "老李"), None);
    group.room("老王", "1", None);
    assert_eq!(asked(&group, "老王"), None);
}

/// 小明 waits for a human, and 老王 was asked for whom his words under the notice are.
fn asked_for_whom() -> Group {
    let mut group = Group::at(MONDAY_MORNING);
    group.lifecycle.under_notice = UnderNotice::Ask;
    group.call("小明", "转人工");
    let told = group.under_notice("老王", "这个人欠费", 1);
    assert!(told[0].1.contains("要发给成员吗"), "{told:?}");
    group
}

#[test]
fn whatever_is_said_to_the_question_for_whom_words_are_reaches_no_member_by_itself() {
    let to_member = |told: &[(String, String)]| told.iter().any(|(channel, _)| channel != "group:staff");
    for kept in [
        "2",
        "2 吧",
        "②",
        "选2",
        "回复 2",
        "不要",
        "不发",
        "别发！",
        "no",
        "don't send",
    ] {
        let mut group = asked_for_whom();
        let told = group.under_notice("老王", kept, 1);
        assert!(
            !to_member(&told) && told[0].1.contains("已备注"),
            "{kept}: {told:?}"
        );
        // Nor does what is said to it when it is settled.
        let told = group.under_notice("老王", "1", 1);
        assert!(!to_member(&told), "{kept}: {told:?}");
    }
    for sent in ["1", "①", "回复 1", "发给成员", "好的", "yes"] {
        let mut group = asked_for_whom();
        assert!(to_member(&group.under_notice("老王", sent, 1)), "{sent}");
        for again in ["1", "2", "不要"] {
            let told = group.under_notice("老王", again, 1);
            assert!(!to_member(&told), "{sent}, {again}: {told:?}");
        }
    }
    // Without a quote, words that may be said to a colleague answer nothing.
    let mut group = asked_for_whom();
    assert!(group.room("老王", "好的", None).is_empty());
    assert!(!to_member(&group.room("老王", "不发", None)));
    // Other words under it are asked about in their turn.
    let mut group = asked_for_whom();
    assert!(!to_member(&group.under_notice("老王", "这个人是骗子", 1)));
    let told = group.under_notice("老王", "1", 1);
    assert!(
        to_member(&told) && told.iter().any(|(_, text)| text.contains("这个人是骗子")),
        "{told:?}"
    );
}

#[test]
fn a_japanese_newcomer_gets_the_topics_a_human_and_an_end() {
    for words in ["何ができますか", "ヘルプ", "あなたは誰ですか", "何ができるの？"] {
        let mut group = Group::at(MONDAY_MORNING);
        let told = group.call("田中", words).said();
        assert!(told.contains("1. "), "{words}: {told}");
    }
    for words in ["こんにちは", "もしもし", "おはようございます"] {
        let mut group = Group::at(MONDAY_MORNING);
        let did = group.call("田中", words);
        assert!(did.effects.ticket().is_none(), "{words}: {}", did.reason);
    }
    for words in [
        "人間のスタッフとお話ししたいです",
        "スタッフを呼んでください",
        "担当の方に相談できますか",
        "人と直接話したいのですが",
        "クレームを入れたいです",
        "苦情があります",
    ] {
        let mut group = Group::at(MONDAY_MORNING);
        let mut did = group.call("田中", words);
        if matches!(did.reason, Reason::Waiting { .. }) {
            did = group.due().pop().unwrap();
        }
        assert!(did.effects.ticket().is_some(), "{words}: {}", did.reason);
        let asked = matches!(did.reason, Reason::AskedForHuman { .. } | Reason::Complains);
        assert!(asked, "{words}: {}", did.reason);
        let did = group.wait(60).call("田中", "やっぱりいいです、忘れてください");
        assert!(
            matches!(did.reason, Reason::SolvedByMember { number: 1 }),
            "{words}: {}",
            did.reason
        );
    }
}

#[test]
fn an_answer_in_other_words_to_the_question_for_whom_words_are_is_never_the_message() {
    let to_member = |told: &[(String, String)]| told.iter().any(|(channel, _)| channel != "group:staff");
    for sent in ["给他发", "可以发", "sure", "发给他吧"] {
        let mut group = asked_for_whom();
        let told = group.under_question("老王", sent, 1);
        assert!(
            to_member(&told) && told.iter().any(|(_, text)| text.contains("这个人欠费")),
            "{sent}: {told:?}"
        );
    }
    for kept in [
        "甭发了",
        "取消",
        "nah",
        "just a note",
        "第二个",
        "选项二",
        "记下就行",
    ] {
        let mut group = asked_for_whom();
        let told = group.under_question("老王", kept, 1);
        assert!(
            !to_member(&told) && told[0].1.contains("已备注"),
            "{kept}: {told:?}"
        );
        // It is settled, and says so.
        let told = group.under_question("老王", "1", 1);
        assert!(
            !to_member(&told) && told[0].1.contains("答过"),
            "{kept}: {told:?}"
        );
        assert!(group.room("老王", "1", None).is_empty(), "{kept}");
    }
    for unknown in ["我再想想", "等老李来看看再说", "要不要发？"] {
        let mut group = asked_for_whom();
        let told = group.under_question("老王", unknown, 1);
        assert!(
            told.len() == 1 && told[0].1.contains("要发给成员吗") && told[0].1.contains("│ 这个人欠费"),
            "{unknown}: {told:?}"
        );
        let told = group.room("老王", "1", None);
        let (_, said) = told.iter().find(|(channel, _)| channel != "group:staff").unwrap();
        assert!(
            said.contains("这个人欠费") && !said.contains(unknown),
            "{unknown}: {told:?}"
        );
    }
    // What says itself for whom it is, is no answer.
    let mut group = asked_for_whom();
    assert!(to_member(&group.under_question("老王", "回复：请稍等", 1)));
}

#[test]
fn once_words_under_a_notice_went_to_the_member_a_word_to_colleagues_is_still_asked_about() {
    let mut group = Group::at(MONDAY_MORNING);
    group.lifecycle.under_notice = UnderNotice::Ask;
    group.call("小明", "转人工");
    let to_member = |told: &[(String, String)]| told.iter().any(|(channel, _)| channel != "group:staff");
    group.under_notice("老王", "请重启一下", 1);
    assert!(to_member(&group.room("老王", "1", None)));
    for words in [
        "这客户又来了",
        "不要理他",
        "转技术吧",
        "fyi he paid last week",
        "@老李 你看下这个",
    ] {
        // Under the member's own words too.
        for under_notice in [true, false] {
            let told = match under_notice {
                true => group.under_notice("老王", words, 1),
                false => group.room("老王", words, Some(1)),
            };
            assert!(!to_member(&told), "{words}: {told:?}");
            group.room("老王", "2", None);
        }
    }
    for words in [
        "请再试一下",
        "您的退款已经到账",
        "please try again",
        "your refund went out today",
    ] {
        assert!(to_member(&group.under_notice("老王", words, 1)), "{words}");
    }
}
