//! Messages to staff beside questions: pictures, courtesies, and "it works now".

use super::world::{Did, Group, MONDAY_MORNING, said};
use crate::desk::Reason;
use crate::ticket::Status;
use groupdesk_contract::{ChannelKind, Segment};

/// Sends a picture without text.
fn picture(group: &mut Group, who: &str, called: bool) -> Did {
    let mut message = group.message(who, "");
    message.segments = vec![Segment::Image {
        url: Some("https://example.com/a.png".to_owned()),
    }];
    message.mentions_bot = called;
    group.hear(message, false)
}

/// Number of texts to the member, and whether staff saw a picture.
fn shown(did: &Did) -> (usize, bool) {
    let outgoing = &did.effects.outgoing;
    let (staff, member): (Vec<_>, Vec<_>) = outgoing
        .iter()
        .partition(|outgoing| outgoing.place.channel.as_str() == "group:staff");
    let is_picture = |segment: &Segment| matches!(segment, Segment::Image { url: Some(_) });
    let seen = staff
        .iter()
        .any(|told| told.reply.segments.iter().any(is_picture));
    (member.len(), seen)
}

#[test]
fn a_picture_from_before_the_call_goes_to_staff_with_the_ticket() {
    let mut group = Group::at(MONDAY_MORNING);
    picture(&mut group, "小明", false);
    picture(&mut group, "小红", false);
    let opened = group.wait(30).call("小明", "转人工，程序启动不了");
    let pictures = opened
        .effects
        .outgoing
        .iter()
        .flat_map(|told| &told.reply.segments);
    let pictures = pictures.filter(|segment| matches!(segment, Segment::Image { .. }));
    assert_eq!(pictures.count(), 1, "{:?}", opened.effects.outgoing);
    let ticket = group.open_tickets.all().next().unwrap();
    assert!(ticket.transcript.contains("a.png"), "{}", ticket.transcript);
    // It was shown: the next ticket has it no more.
    group.wait(10).call("小明", "解决了");
    let again = group.wait(10).call("小明", "转人工，换个问题：怎么退款");
    assert!(!shown(&again).1, "{:?}", again.effects.outgoing);
}

#[test]
fn a_picture_alone_joins_the_members_ticket_whatever_its_state() {
    for kind in [ChannelKind::Group, ChannelKind::Direct] {
        for order in [None, Some("/t 1 claim"), Some("/t 1 请发截图")] {
            let mut group = Group::at(MONDAY_MORNING);
            group.kind = kind;
            group.call("小明", "转人工");
            if let Some(order) = order {
                group.room("老王", order, None);
            }
            let first = picture(group.wait(60), "小明", true);
            assert!(
                shown(&first).0 <= 1 && shown(&first).1,
                "{kind:?} {order:?}: {:?}",
                first.effects.outgoing
            );
            assert!(!first.said().contains("看不懂"), "{}", first.said());
            let second = picture(group.wait(60), "小明", true);
            assert_eq!(shown(&second), (0, true), "{kind:?} {order:?}");
        }
    }
    // Who joined another's ticket shows it there too; who has none is asked for words.
    let mut group = Group::at(MONDAY_MORNING);
    for who in ["小明", "小红"] {
        group.call(who, "数据库升级以后报错 1045 怎么办");
        group.due();
    }
    assert_eq!(group.open_tickets.all().count(), 1);
    assert!(shown(&picture(group.wait(20), "小红", true)).1);
    picture(&mut group, "小李", true);
    assert!(group.due().pop().unwrap().said().contains("看不懂图片"));
}

#[test]
fn thanks_to_the_bot_while_staff_wait_for_the_member_get_a_short_word_once() {
    let mut group = Group::at(MONDAY_MORNING);
    group.call("小明", "转人工");
    group.room("老王", "/t 1 重启一下再看", None);
    let did = group.wait(60).call("小明", "感谢");
    assert_eq!(said(&did.effects.outgoing).len(), 1);
    assert!(did.said().contains("不客气"), "{}", did.said());
    assert!(group.wait(60).call("小明", "谢谢").effects.outgoing.is_empty());
    assert!(group.wait(60).say("小明", "谢谢").effects.outgoing.is_empty());
    assert_eq!(group.open_tickets.get(1).unwrap().status, Status::Waiting);
}

#[test]
fn that_it_works_now_ends_the_ticket_after_an_answer_of_staff() {
    for words in ["好了，谢谢", "搞定了", "可以了", "行了", "能登录了，谢谢老王"] {
        let mut group = Group::at(MONDAY_MORNING);
        group.call("小明", "转人工");
        group.room("老王", "/t 1 清一下缓存再登录", None);
        let did = group.wait(60).say("小明", words);
        assert_eq!(did.reason, Reason::SolvedByMember { number: 1 }, "{words}");
        // Said by staff into the group, to nobody by name.
        let mut group = Group::at(MONDAY_MORNING);
        group.call("小明", "转人工");
        group.wait(60).staff("清一下缓存再登录");
        let did = group.wait(60).say("小明", words);
        assert_eq!(did.reason, Reason::SolvedByMember { number: 1 }, "{words}");
    }
    // Asked whether it works, "可以了" says so; asked for something else, it says that this was done.
    for (reply, solved) in [("现在可以了吗？", true), ("日志发我一下可以吗？", false)] {
        let mut group = Group::at(MONDAY_MORNING);
        group.call("小明", "转人工");
        group.room("老王", &format!("/t 1 {reply}"), None);
        group.wait(60).say("小明", "可以了");
        assert_eq!(
            group.open_tickets.get(1).unwrap().status == Status::Resolved,
            solved,
            "{reply}"
        );
    }
    // Before an answer, or after somebody else has spoken, it may be said of anything.
    let mut group = Group::at(MONDAY_MORNING);
    group.call("小明", "转人工");
    group.wait(10).say("小明", "好了");
    group.room("老王", "/t 1 清一下缓存再登录", None);
    group.wait(10).say("小红", "周五聚餐的位置定好了吗");
    group.wait(10).say("小明", "好了");
    assert_eq!(group.open_tickets.get(1).unwrap().status, Status::Waiting);
}

#[test]
fn a_laugh_before_the_call_is_no_part_of_what_is_asked() {
    for idle in ["哈哈", "1", "😂😂"] {
        let mut group = Group::at(MONDAY_MORNING);
        group.say("小明", idle);
        group.wait(1).call("小明", "扫码枪扫不上怎么处理");
        group.due();
        let subjects: Vec<String> = group
            .open_tickets
            .all()
            .map(|ticket| ticket.subject.clone())
            .collect();
        assert_eq!(subjects, ["扫码枪扫不上怎么处理"], "{idle}");
    }
}

#[test]
fn who_asks_again_once_the_answer_is_another_is_answered_and_not_pointed_above() {
    let mut group = Group::at("2026-11-23T17:20:00+08:00");
    assert!(group.call("小明", "你们几点上班").said().contains("17:30"));
    assert!(matches!(
        group.wait(60).call("小红", "客服的上班时间是什么时候").reason,
        Reason::AnsweredBefore { .. }
    ));
    // Closed by now: "somebody is there" is no longer true.
    let closed = group.wait(20 * 60).call("小李", "你们几点上班");
    assert!(
        !matches!(closed.reason, Reason::AnsweredBefore { .. }),
        "{}",
        closed.said()
    );
    assert!(matches!(
        group.wait(60).call("小王", "你们几点上班").reason,
        Reason::AnsweredBefore { .. }
    ));
}

#[test]
fn an_entry_about_a_trouble_is_its_answer_whatever_address_stands_in_it() {
    for text in ["门禁刷不开", "刷门禁卡没反应怎么办", "门禁卡没反应"] {
        let did = Group::at(MONDAY_MORNING).call("小明", text);
        assert!(did.said().contains("128631425"), "{text}: {}", did.said());
    }
}
