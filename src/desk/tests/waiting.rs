//! Course of a ticket: its owner, whose turn it is, thanks, silence, its end, and its reopening.

use super::world::{Group, MONDAY_MORNING, said};
use crate::desk::Reason;
use crate::ticket::Status;
use groupdesk_contract::{ChannelKind, Place, ReplyWindow};
use jiff::SignedDuration;
use std::time::Duration;

fn status(group: &Group) -> Status {
    group.open_tickets.get(1).unwrap().status
}

/// 小明 asked for a human, 老王 answered.
fn answered() -> Group {
    let mut group = Group::at(MONDAY_MORNING);
    group.call("小明", "转人工");
    group.wait(60).room("老王", "请把密码改成大写的", Some(1));
    assert_eq!(status(&group), Status::Waiting);
    group.wait(60);
    group
}

#[test]
fn a_member_is_told_that_it_was_resolved_and_opens_it_again_without_calling_anybody() {
    let mut group = answered();
    let told = group.order("qq", "老王", "/t 1 resolve", None);
    let word = &told[1];
    assert_eq!(word.place, group.place);
    assert_eq!(
        word.reply.quote,
        Some(group.open_tickets.get(1).unwrap().message.clone())
    );
    for part in ["#1", "老王", "24 小时内", "还是不行"] {
        assert!(word.reply.text().contains(part), "{part}: {}", word.reply.text());
    }
    assert_eq!(
        word.about.as_ref().unwrap().ticket,
        1,
        "a quote of it speaks of the ticket"
    );
    for chatter in ["谢谢", "好的", "谢谢老王", "👌", "今晚吃什么"] {
        let wait = if chatter == "今晚吃什么" { 900 } else { 5 };
        assert_eq!(
            group.wait(wait).say("小明", chatter).decision,
            "quiet",
            "{chatter}"
        );
        assert_eq!(status(&group), Status::Resolved, "{chatter}");
    }
    let others = group.say("小红", "还是不行");
    assert_eq!((others.decision, status(&group)), ("quiet", Status::Resolved));
    let again = group.wait(20 * 3600).say("小明", "还是不行");
    assert!(
        again.said().contains("#1") && again.said().contains("重新打开"),
        "{}",
        again.said()
    );
    assert_eq!(
        again.effects.outgoing[0].reply.quote.as_ref(),
        Some(&again.message)
    );
    assert_eq!(status(&group), Status::Claimed, "it is still 老王's");
    assert!(said(&again.effects.outgoing)[1].1.contains("还是不行"));

    // A moment after the end, other words are about it too, unless they are said to somebody else.
    group.room("老王", "/t 1 resolve", None);
    let words = group.wait(60).say("小明", "重启以后日志里又多了三行");
    assert!(words.said().contains("重新打开"), "{}", words.said());
    // Not after the window: then it is nobody's.
    group.room("老王", "/t 1 resolve", None);
    group.wait(25 * 3600).tickets_due();
    assert_eq!(group.say("小明", "还是不行").decision, "quiet");
    assert_eq!(group.open_tickets.get(1), None);
}

#[test]
fn the_end_is_told_in_the_members_language_and_not_where_the_platform_takes_no_more() {
    let mut group = Group::at(MONDAY_MORNING);
    group.call("Ann", "/human my server is down");
    let told = said(&group.order("qq", "老王", "/t 1 resolve", None));
    assert!(
        told[1].1.contains("marked ticket #1 as resolved") && told[1].1.contains("24 hours"),
        "{told:?}"
    );
    let again = group.wait(60).say("Ann", "It is still not working");
    assert!(again.said().contains("open again"), "{}", again.said());
    let told = said(&group.order("qq", "老王", "/t 1 close", None));
    assert!(
        told[1].0 == "group:1" && told[1].1.contains("closed ticket #1"),
        "{told:?}"
    );

    let mut group = Group::at(MONDAY_MORNING);
    group.window = Some(ReplyWindow {
        within: Duration::from_secs(300),
        replies: 5,
    });
    group.call("小明", "转人工");
    let told = said(&group.wait(600).order("qq", "老王", "/t 1 resolve", None));
    assert!(
        told.iter().all(|(channel, _)| channel == "group:staff"),
        "{told:?}"
    );
    assert!(
        told.iter().any(|(_, text)| text.contains("没有收到通知")),
        "{told:?}"
    );
}

#[test]
fn thanks_are_nobodys_turn_and_all_right_is_an_answer_where_staff_asked() {
    let mut group = answered();
    group.policy.targets.resolution = Some(SignedDuration::from_mins(20));
    let thanks = group.say("小明", "谢谢！");
    assert_eq!(
        (thanks.reason, thanks.effects.outgoing.len()),
        (Reason::Thanked, 0)
    );
    let thanks = group.wait(10).call("小明", "好的谢谢");
    assert_eq!(status(&group), Status::Waiting);
    let told = said(&thanks.effects.outgoing);
    assert!(
        told.len() == 2 && told[0].1.contains("好的") && told[1].0 == "group:staff",
        "who calls the bot gets a word, and staff read it: {told:?}"
    );
    group.wait(3600);
    assert_eq!(group.tickets_due(), [], "and no alarm follows");
    // It stands in the history.
    let lines = group.open_tickets.take_change().lines;
    assert!(lines.iter().any(|line| line.text == "谢谢！"));
    group.room("老王", "现在可以重启吗？", Some(1));
    group.wait(10).say("小明", "可以");
    assert_eq!(status(&group), Status::Claimed, "it was asked for");
    // Before anybody answered, thanks are no notice either.
    let mut group = Group::at(MONDAY_MORNING);
    group.call("小明", "转人工");
    assert_eq!(group.wait(5).say("小明", "谢谢").effects.outgoing, []);
}

#[test]
fn while_a_member_is_waited_for_the_bot_answers_what_it_surely_knows() {
    let mut group = answered();
    let asked = group.wait(20 * 60).call("小明", "你们几点上班");
    assert_eq!(asked.decision, "answer");
    assert_eq!(
        status(&group),
        Status::Waiting,
        "and it is still the member's turn"
    );
    // What it does not surely know, and what is said of the ticket, is the human's.
    let unsure = group.wait(10).call("小明", "密码改了，然后呢");
    assert_eq!(unsure.reason, Reason::HasTicket { number: 1 });
    group.room("老王", "再试一次", Some(1));
    group.quoted = Some(1);
    let quoted = group
        .wait(10)
        .quote("小明", "你们几点上班", "【工单 #1】", true, false);
    assert_eq!(quoted.reason, Reason::HasTicket { number: 1 });
    // In a chat with the bot alone everything calls it: the human's while the conversation is under way.
    let mut group = Group::at(MONDAY_MORNING);
    group.kind = ChannelKind::Direct;
    group.place = Place::new("qq", "private:3");
    group.call("小明", "转人工");
    group.room("老王", "您什么时候方便", Some(1));
    assert_eq!(
        group.wait(60).say("小明", "你们几点上班").reason,
        Reason::HasTicket { number: 1 }
    );
    group.room("老王", "八点", Some(1));
    assert_eq!(group.wait(3600).say("小明", "你们几点上班").decision, "answer");
}

#[test]
fn words_that_wait_to_be_read_when_staff_take_the_ticket_join_it_once_with_what_follows() {
    for order in ["认领", "你好，我来看看"] {
        for last in ["能帮帮我吗", "谢谢", "好的", "不用了，已经解决了"] {
            let mut group = Group::at(MONDAY_MORNING);
            group.kind = ChannelKind::Direct;
            group.place = Place::new("qq", "private:3");
            group.call("小明", "转人工，打印机坏了");
            let waits = group.wait(60).say("小明", "屏幕上写着错误 1234");
            assert!(
                matches!(waits.reason, Reason::Waiting { .. }),
                "{:?}",
                waits.reason
            );
            group.wait(1).room("老王", order, Some(1));
            group.wait(1).say("小明", last);
            group.wait(60).due();
            let lines = group.open_tickets.take_change().lines;
            let kept = lines
                .iter()
                .filter(|line| line.text.contains("错误 1234"))
                .count();
            assert_eq!(kept, 1, "{order}, {last}: {lines:?}");
        }
    }
}

#[test]
fn a_call_is_told_once_who_has_the_ticket_and_again_when_somebody_else_has() {
    let mut group = Group::at(MONDAY_MORNING);
    group.call("小明", "转人工");
    group.wait(120).room("老王", "认领", Some(1));
    let word = group.wait(60).call("小明", "有人看了吗");
    for part in ["#1", "老王", "今天 10:02"] {
        assert!(word.said().contains(part), "{part}: {}", word.said());
    }
    assert!(
        said(&word.effects.outgoing)[1].1.contains("有人看了吗"),
        "and staff hear of the call"
    );
    let only_staff = |group: &mut Group, text: &str| {
        let did = group.wait(60).call("小明", text);
        said(&did.effects.outgoing)
            .iter()
            .all(|(channel, _)| channel == "group:staff")
    };
    assert!(only_staff(&mut group, "日志在桌面上"));
    assert!(only_staff(&mut group, "你们几点上班"));
    assert!(
        group
            .say("小明", "没人理我")
            .effects
            .outgoing
            .iter()
            .all(|told| told.place != group.place)
    );
    // "My ticket" is answered whenever it is asked.
    assert!(group.call("小明", "我的工单").said().contains("老王 正在处理"));
    group.room("老李", "/t 1 release", None);
    group.room("老李", "/t 1 claim", None);
    let word = group.wait(60).call("小明", "还没好吗？急");
    assert!(word.said().contains("老李"), "{}", word.said());
    // After hours of silence it is worth saying again.
    assert!(
        group
            .wait(3 * 3600)
            .call("小明", "有进展吗")
            .said()
            .contains("老李")
    );
}

#[test]
fn a_ticket_that_waits_in_vain_ends_by_itself_and_both_sides_are_told() {
    let mut group = answered();
    // 24 hours of service: Monday from 10:01, Tuesday, Wednesday until 15:01.
    let end = "2026-11-25T15:01:00+08:00".parse().unwrap();
    assert_eq!(group.next_due(), Some(end));
    group.now = end;
    let told = group.due_now();
    let places: Vec<&str> = told
        .iter()
        .map(|outgoing| outgoing.place.channel.as_str())
        .collect();
    assert_eq!(places, ["group:1", "group:staff"]);
    assert!(told[0].reply.text().contains("没有等到您的消息") && told[0].reply.text().contains("还是不行"));
    assert!(told[1].reply.text().contains("24 小时") && told[1].reply.text().contains("#1"));
    assert_eq!(status(&group), Status::Resolved);
    assert!(
        group
            .wait(3600)
            .say("小明", "还是不行")
            .said()
            .contains("重新打开")
    );
    // A further word of staff begins it anew; zero is never.
    let mut group = answered();
    group.wait(3 * 3600).room("老王", "好了吗", Some(1));
    assert!(group.next_due() > Some(end));
    group.lifecycle.auto_resolve_after = SignedDuration::ZERO;
    assert_eq!(group.next_due(), None);
}

#[test]
fn a_released_ticket_is_escalated_when_nobody_claims_it_from_then_on() {
    let mut group = Group::at(MONDAY_MORNING);
    group.call("小明", "转人工");
    group.wait(60).room("老王", "认领", Some(1));
    group.wait(3600).room("老王", "释放", Some(1));
    assert_eq!(group.tickets_due(), []);
    assert_eq!(
        group.next_due(),
        Some("2026-11-23T11:16:00+08:00".parse().unwrap())
    );
    group.now = group.next_due().unwrap();
    let told = group.tickets_due();
    assert!(told.len() == 1 && told[0].1.contains("已等 15 分钟"), "{told:?}");
}

#[test]
fn what_is_late_is_not_soon_late_in_the_same_breath() {
    let mut group = Group::at(MONDAY_MORNING);
    group.policy.targets.first_response = Some(SignedDuration::from_mins(10));
    group.policy.targets.resolution = Some(SignedDuration::from_mins(12));
    group.lifecycle.escalate_after = SignedDuration::ZERO;
    group.call("小明", "转人工");
    // The program was off meanwhile.
    group.wait(3600);
    let told = group.tickets_due();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(
        told[0].1.contains("首次回复已超时") && told[1].1.contains("已过解决时限"),
        "{told:?}"
    );
    assert_eq!(group.next_due(), None);
}

#[test]
fn who_waits_and_asks_how_long_is_told_how_it_stands() {
    let mut group = Group::at(MONDAY_MORNING);
    group.call("小明", "/human 数据库启动不了");
    for words in [
        "什么时候能回我",
        "还要等多久？",
        "人呢",
        "还有人管吗",
        "any update?",
    ] {
        let did = group.wait(30).call("小明", words);
        assert!(did.said().contains("#1"), "{words}: {}", did.said());
        assert!(did.effects.steps.is_empty(), "{words}: nothing for staff");
    }
    // Without a call the words are for staff, but for "my ticket".
    let mut group = Group::at(MONDAY_MORNING);
    group.call("小明", "/human 数据库启动不了");
    assert!(group.wait(30).say("小明", "还要等多久").said().contains("补充"));
    assert!(group.wait(30).say("小明", "我的工单").said().contains("#1"));
    // Who has none asks the FAQ.
    let did = group.wait(30).call("小红", "还要等多久");
    assert!(!did.said().contains("#1"), "{}", did.said());
}
