//! Remarks about an answer: they refer to that answer, and are no new question.

use super::world::{Did, Group, MONDAY_MORNING};
use crate::desk::{Decision, Reason};
use groupdesk_contract::{Act, ChannelKind};
use jiff::SignedDuration;

fn choices(did: &Did) -> Vec<String> {
    match &did.turn.decided.decision {
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
        assert!(
            did.said().contains("没答对") && did.said().contains("都不是"),
            "{}",
            did.said()
        );
        assert_eq!(group.book.all().count(), 0, "{words}");
        let other = group.wait(5).say("小明", "1");
        assert_eq!(
            other.turn.decided.decision,
            Decision::Answer {
                entry: choices(&did)[0].clone()
            }
        );
    }
    // None of these either: a human, with what was asked.
    let mut group = picked();
    group.say("小明", "不是这个意思");
    let human = group.wait(5).say("小明", "0");
    assert_eq!(human.turn.ticket().unwrap().transcript, "怎么开发票");
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
        assert_eq!(group.book.all().count(), 0, "{words}");
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
    assert_eq!((did.decision, group.book.all().count()), ("clarify", 0));
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
            did.turn.outgoing.iter().any(
                |outgoing| matches!(&outgoing.reply.act, Act::Unsend(message) if message.as_str() == "q"),
            );
        assert_eq!(taken_back, wanted && able);
        // Not by anybody else's word, for whom it was right.
        let answer = group.wait(700).say("小明", "你们几点上班").said();
        let did = group.wait(60).quote("小红", "答错了", &answer, true, false);
        assert!(
            did.turn
                .outgoing
                .iter()
                .all(|outgoing| outgoing.reply.act.is_say())
        );
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
    let ticket = human.turn.ticket().unwrap();
    assert!(
        ticket.earlier.contains("怎么开发票") && ticket.transcript.contains("没用"),
        "{} / {}",
        ticket.earlier,
        ticket.transcript
    );
}
