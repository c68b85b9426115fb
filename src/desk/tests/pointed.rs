//! Answers to a pointer, to a complaint in another language, and to words that press: who called is never left with silence or with the
//! wrong words.

use super::world::{FRIDAY_NIGHT, Group, MONDAY_MORNING};
use crate::desk::Reason;
use groupdesk_contract::MemberId;

/// 小红 was pointed to the answer that 小明 got.
fn pointed() -> Group {
    let mut group = Group::at(MONDAY_MORNING);
    group.say("小明", "你们几点上班");
    let did = group.wait(20).say("小红", "你们几点上班");
    assert!(
        matches!(did.reason, Reason::AnsweredBefore { .. }),
        "{}",
        did.reason
    );
    group.wait(10);
    group
}

#[test]
fn who_does_not_find_what_they_were_pointed_to_gets_it_once_and_then_a_human() {
    for words in [
        "上面没有啊",
        "找不到",
        "哪里？没看到",
        "above where? can't see it",
        "見つかりません",
    ] {
        let mut group = pointed();
        let did = group.say("小红", words);
        assert_eq!(
            (did.decision, &did.reason),
            ("answer", &Reason::PointedInVain),
            "{words}"
        );
        assert!(did.said().contains("8:00"), "{words}: {}", did.said());
        let did = group.wait(10).say("小红", words);
        assert_eq!(did.decision, "handoff", "{words}: {}", did.reason);
        assert!(
            group
                .open_tickets
                .of_member(&super::world::place(), &MemberId::new("小红"))
                .is_some()
        );
    }
    // By a quote of the pointer anybody may say it, and by a call its reader.
    let mut group = Group::at(MONDAY_MORNING);
    group.say("小明", "你们几点上班");
    let pointer = group.wait(20).say("小红", "你们几点上班").said();
    let did = group.wait(60).quote("小刚", "没看到", &pointer, true, false);
    assert_eq!(did.reason, Reason::PointedInVain);
    let mut group = pointed();
    assert_eq!(group.call("小红", "在哪？").reason, Reason::PointedInVain);
}

#[test]
fn who_was_pointed_to_nothing_and_who_speaks_to_others_is_not_heard() {
    let mut group = pointed();
    assert_eq!(group.say("小刚", "找不到").decision, "quiet");
    let mut group = pointed();
    let did = group.quote("小红", "没看到", "我发的图呢", false, false);
    assert_eq!(did.decision, "quiet");
    let mut group = Group::at(MONDAY_MORNING);
    group.say("小明", "你们几点上班");
    assert_ne!(group.wait(10).say("小明", "找不到").reason, Reason::PointedInVain);
    assert_eq!(group.wait(10).say("小红", "where is it?").decision, "quiet");
}

#[test]
fn a_laugh_or_thanks_under_a_question_does_not_ask_it_again() {
    let mut group = Group::at(MONDAY_MORNING);
    assert_eq!(
        group.quote("小红", "哈哈", "你们几点上班", false, true).decision,
        "quiet"
    );
    let did = group.wait(5).quote("小红", "谢谢", "你们几点上班", false, true);
    let did = match did.reason {
        Reason::Waiting { .. } => group.due().remove(0),
        _ => did,
    };
    assert!(
        did.said().contains("找我") || did.said().contains("不客气"),
        "{}",
        did.said()
    );
    let did = group
        .wait(5)
        .quote("小刚", "帮他看看", "你们几点上班", false, true);
    assert_eq!(did.decision, "answer", "{}", did.reason);
    let did = group
        .wait(5)
        .quote("小刚", "在哪里提交工单", "你们几点上班", false, true);
    assert!(did.said().contains("工单入口"), "{}", did.said());
}

#[test]
fn complaints_about_an_answer_are_heard_in_english_and_japanese_and_answered_so() {
    for (words, answered) in [
        ("that's useless", "ticket #1"),
        ("useless", "ticket #1"),
        ("not what I asked", "ticket #1"),
        ("答えになっていない", "チケット #1"),
        ("それじゃない", "チケット #1"),
        ("使えない", "チケット #1"),
    ] {
        let mut group = Group::at(MONDAY_MORNING);
        group.call("小明", "你们几点上班");
        let did = group.wait(10).say("小明", words);
        assert_eq!(did.decision, "handoff", "{words}: {}", did.reason);
        assert!(
            did.said().to_lowercase().contains(answered),
            "{words}: {}",
            did.said()
        );
    }
    let mut group = Group::at(MONDAY_MORNING);
    group.call("小明", "你们几点上班");
    let did = group.wait(10).say("小明", "意味がわからない");
    assert!(
        matches!(did.reason, Reason::DoubtedAnswer { .. }) && did.said().contains("担当者"),
        "{}",
        did.said()
    );
    for words in ["転人工", "担当者に代わって"] {
        let mut group = Group::at(MONDAY_MORNING);
        assert_eq!(group.call("小明", words).decision, "handoff", "{words}");
    }
    // Said out of the blue, they are talk.
    for words in ["that's useless", "それじゃない", "使えない"] {
        let mut group = Group::at(MONDAY_MORNING);
        assert_eq!(group.say("小明", words).decision, "quiet", "{words}");
    }
}

#[test]
fn a_question_behind_no_help_is_answered_and_the_answer_before_it_did_not_help() {
    for (words, has) in [
        ("没用，你们几点上班", "8:00"),
        ("useless, when are you open", "8:00"),
        ("没用，那周末上班吗", "8:00"),
    ] {
        let mut group = Group::at(MONDAY_MORNING);
        group.call("小明", "在哪里提交工单");
        let did = group.wait(10).say("小明", words);
        assert!(did.said().contains(has), "{words}: {} {}", did.said(), did.reason);
        assert_eq!(did.effects.record.learned.len(), 1, "{words}");
        assert!(
            group.state.failing_for(&MemberId::new("小明")).is_empty(),
            "{words}"
        );
    }
    // It fails, and nothing else is asked.
    let mut group = Group::at(MONDAY_MORNING);
    group.call("小明", "在哪里提交工单");
    let did = group.wait(10).say("小明", "没用，打不开");
    assert!(
        matches!(did.reason, Reason::ChannelFails { .. }),
        "{}",
        did.reason
    );
}

#[test]
fn help_is_told_after_many_rounds_too_but_not_to_what_says_nothing_else() {
    let mut group = Group::at(MONDAY_MORNING);
    for words in [
        "讲个笑话",
        "你会什么",
        "啦啦啦",
        "你是谁",
        "唱首歌",
        "你好笨",
        "你几岁",
        "随便",
    ] {
        group.call("小明", words);
        group.due();
        group.wait(2);
    }
    for words in ["/help", "帮助", "/help", "help"] {
        let did = group.wait(20).call("小明", words);
        // Who has a ticket by then and asks for help without a command hears of that.
        let of_ticket = did.reason == Reason::AskedForTicket && !words.starts_with('/');
        assert!(
            did.reason == Reason::AskedForHelp || of_ticket,
            "{words}: {}",
            did.reason
        );
        assert!(!did.said().is_empty(), "{words}");
    }
    let mut group = Group::at(MONDAY_MORNING);
    let heard = (0..40)
        .filter(|_| !group.wait(30).call("程序", "/help").said().is_empty())
        .count();
    assert!((1..20).contains(&heard), "{heard}");
}

#[test]
fn who_presses_hears_how_the_ticket_stands_and_staff_once_that_they_press() {
    let mut group = Group::at(MONDAY_MORNING);
    group.call("小明", "转人工，系统打不开");
    let did = group.wait(60).call("小明", "在吗，很急");
    assert!(
        did.said().contains("#1") && !did.said().contains("QQ群"),
        "{}",
        did.said()
    );
    let to_staff = |did: &super::world::Did| {
        let outgoing = did.effects.outgoing.iter();
        outgoing
            .filter(|outgoing| outgoing.place.channel.as_str() == "group:staff")
            .count()
    };
    assert_eq!(to_staff(&did), 1);
    let did = group.wait(30).call("小明", "急急急");
    assert!(did.said().contains("#1") && to_staff(&did) == 0, "{}", did.said());
    // Where nobody comes soon, it is told who can be reached.
    let mut group = Group::at(FRIDAY_NIGHT);
    group.call("小明", "转人工，系统打不开");
    let did = group.wait(60).call("小明", "能快点吗，很急");
    assert!(
        did.said().contains("#1") && did.said().contains("工单系统"),
        "{}",
        did.said()
    );
    // Without a ticket it is no word about one.
    let mut group = Group::at(MONDAY_MORNING);
    assert!(!group.call("小明", "在吗，很急").said().contains('#'));
}

#[test]
fn clauses_of_a_subject_are_joined_as_its_language_does() {
    let mut group = Group::at(MONDAY_MORNING);
    let did = group.call("Ann", "my site is down. talk to a human please. error 500");
    assert_eq!(
        did.effects.ticket().unwrap().subject,
        "my site is down, error 500"
    );
    let did = group.call("小红", "网站打不开，转人工，报错500");
    assert_eq!(did.effects.ticket().unwrap().subject, "网站打不开，报错500");
}

#[test]
fn choices_that_are_not_understood_bring_the_offer_of_a_human() {
    for (words, has) in [
        ("看不懂", "转人工"),
        ("意味がわからない", "担当者"),
        ("I don't understand", "human"),
    ] {
        let mut group = Group::at(MONDAY_MORNING);
        group.call("小明", "怎么开发票");
        group.due();
        let did = group.wait(10).say("小明", words);
        assert!(did.said().contains(has), "{words}: {} {}", did.said(), did.reason);
    }
}
