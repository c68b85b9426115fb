//! Words after an answer or an end: a call for a human in an edit, thanks with a question, a ticket that is closed or
//! handed on.

use super::world::{Group, MONDAY_MORNING, said};
use crate::desk::{AnswerFate, Reason};
use crate::ticket::{Person, Roster, Status};
use groupdesk_contract::{ChannelKind, MemberId, Segment};

fn mentions(group: &mut Group, text: &str) -> (String, Vec<MemberId>) {
    let told = group.order("qq", "老王", text, None);
    let receipt = &told[0].reply;
    let mentioned = receipt.segments.iter().filter_map(|segment| match segment {
        Segment::Mention(id) => Some(id.clone()),
        _ => None,
    });
    (receipt.text(), mentioned.collect())
}

#[test]
fn an_answered_message_that_calls_a_human_now_is_heard_once() {
    let mut group = Group::at(MONDAY_MORNING);
    let asked = group.call("小明", "周末上班吗");
    assert_eq!(asked.decision, "answer", "{:?}", asked.reason);
    let again = group.wait(5).edit(&asked.message, "小明", "周末上班吗？？", true);
    assert!(again.effects.outgoing.is_empty(), "{:?}", again.reason);
    let human = group.wait(5).edit(&asked.message, "小明", "转人工", true);
    assert!(human.said().contains("#1"), "{:?}", human.reason);
    assert!(human.effects.outgoing.len() > 1, "staff are told");
    let once_more = group.wait(5).edit(&asked.message, "小明", "转人工！", true);
    assert!(once_more.effects.outgoing.is_empty(), "{:?}", once_more.effects);
    let declined = group.call("小红", "周末上班吗");
    let no = group
        .wait(5)
        .edit(&declined.message, "小红", "不用转人工了", true);
    assert!(no.effects.steps.is_empty() && group.open_tickets.get(2).is_none());
}

#[test]
fn thanks_with_a_question_on_a_waiting_ticket_are_answered_and_with_a_wish_are_thanks() {
    for (text, answered) in [
        ("谢谢，那你们几点上班", true),
        ("好的谢谢，那你们几点上班", true),
        ("感谢。另外周末上班吗", true),
        ("谢谢老板，祝生意兴隆", false),
        ("谢谢各位老师的帮助，祝好", false),
    ] {
        let mut group = Group::at(MONDAY_MORNING);
        group.call("小明", "转人工");
        group.room("老王", "/t 1 请重启面板", None);
        let did = group.wait(60).call("小明", text);
        let told = said(&did.effects.outgoing);
        assert!(
            !told.is_empty() && told.iter().all(|(channel, _)| channel == "group:1"),
            "{text}: {told:?}"
        );
        assert_eq!(did.decision == "answer", answered, "{text}: {:?}", did.reason);
        assert_eq!(
            group.open_tickets.get(1).unwrap().status,
            Status::Waiting,
            "{text}"
        );
    }
}

#[test]
fn a_closed_ticket_stays_closed_and_the_next_one_names_it() {
    let mut group = Group::at(MONDAY_MORNING);
    group.call("小明", "打印机卡纸了怎么办，转人工");
    group.room("老王", "/t 1 关闭", None);
    for number in [1, 9] {
        let told = group.room("老王", &format!("/t {number} 重开"), None);
        assert!(
            told.len() == 1 && told[0].1.contains("关闭了就不能再开") && told[0].1.contains("转人工"),
            "{told:?}"
        );
    }
    group.quoted = Some(1);
    let asked = group
        .wait(60)
        .quote("小明", "还是不行", "工单 #1 已由 老王 关闭。", true, true);
    let mut told = said(&asked.effects.outgoing);
    if told.is_empty() {
        told = group
            .due()
            .iter()
            .flat_map(|did| said(&did.effects.outgoing))
            .collect();
    }
    let notice = told.iter().find(|(channel, _)| channel == "group:staff");
    let notice = &notice.expect("staff are told").1;
    assert!(
        notice.contains("#2") && notice.contains("#1") && notice.contains("打印机卡纸"),
        "{notice}"
    );
    assert!(group.open_tickets.get(2).unwrap().subject.contains("打印机卡纸"));
    // Without a quote, but called.
    let mut group = Group::at(MONDAY_MORNING);
    group.call("小明", "打印机卡纸了怎么办，转人工");
    group.room("老王", "/t 1 关闭", None);
    let called = group.wait(60).call("小明", "还是不行");
    let answered =
        !called.effects.outgoing.is_empty() || group.due().iter().any(|did| !did.effects.outgoing.is_empty());
    assert!(answered, "{:?}", called.reason);
}

#[test]
fn who_gets_a_ticket_is_called_and_members_read_no_number_of_them() {
    let mut group = Group::at(MONDAY_MORNING);
    group.lifecycle.roster = Roster {
        people: vec![Person {
            name: "陈哥".to_owned(),
            ids: vec![("qq".into(), "10002".into())],
            shifts: None,
            tier: 1,
        }],
    };
    group.call("小明", "转人工");
    let (text, called) = mentions(&mut group, "/t 1 转给 陈哥");
    assert!(text.contains("由 陈哥 处理"), "{text}");
    assert_eq!(called, [MemberId::new("10002")]);
    let (_, called) = mentions(&mut group, "/t 1 转给我");
    assert_eq!(called, [], "who takes it is there");
    // A colleague of no roster, who has not spoken yet.
    let mut order = group.message("老王", "/t 1 转给 ");
    order.segments.push(Segment::Mention(MemberId::new("10003")));
    let told = group.send_in_room(&order);
    let called = |segment: &Segment| *segment == Segment::Mention(MemberId::new("10003"));
    assert!(told[0].reply.segments.iter().any(called), "{told:?}");
    let held = group.wait(60).call("小明", "我的工单");
    assert!(
        held.said().contains("同事") && !held.said().contains("10003"),
        "{}",
        held.said()
    );
    let held = group.wait(60).call("小明", "补充一下，是三号楼");
    assert!(!held.said().contains("10003"), "{}", held.said());
    // They speak, and have a name.
    let mut reply = group.message("10003", "/t 1 马上来");
    reply.sender.name = "小周".to_owned();
    group.send_in_room(&reply);
    let held = group.wait(60).call("小明", "我的工单");
    assert!(held.said().contains("小周"), "{}", held.said());
}

#[test]
fn who_asks_for_the_staff_on_duty_without_a_roster_is_told_of_it() {
    let mut group = Group::at(MONDAY_MORNING);
    let told = group.room("老王", "/t 值班", None);
    assert!(told[0].1.contains("roster"), "{told:?}");
}

#[test]
fn what_staff_answer_to_a_ticket_that_is_over_comes_back_to_them_with_their_words() {
    let mut group = Group::at(MONDAY_MORNING);
    group.call("小明", "转人工，程序启动不了");
    group.due();
    group.room("老王", "/t 1 关闭", None);
    let told = group.wait(5).room("老李", "请先重启再试", Some(1));
    assert!(
        told.len() == 1
            && told[0].1.contains("#1")
            && told[0].1.contains("没有转给成员")
            && told[0].1.contains("请先重启再试"),
        "{told:?}"
    );
    let order = group.wait(5).room("老李", "/t 1 请先重启再试", None);
    assert!(
        order.len() == 1 && !order[0].1.contains("没有转给成员"),
        "{order:?}"
    );
}

/// 小明 had trouble with a server, which staff resolved.
fn resolved(kind: ChannelKind) -> Group {
    let mut group = Group::at(MONDAY_MORNING);
    group.kind = kind;
    group.call("小明", "我的服务器连不上了，转人工");
    group.room("老王", "/t 1 已经重启了", None);
    group.room("老王", "/t 1 解决", None);
    group.wait(60);
    group
}

#[test]
fn another_matter_opens_no_resolved_ticket_again_and_the_same_one_does() {
    for kind in [ChannelKind::Group, ChannelKind::Direct] {
        for (words, status, tickets) in [
            // The FAQ answers it.
            ("你们几点上班", Some(Status::Resolved), 1),
            // Another matter gets a ticket of its own, and the old one is over.
            ("打印机没墨了怎么办", None, 2),
            ("我的发票抬头写错了，转人工", None, 2),
            ("怎么申请退款", None, 2),
            ("我要投诉", None, 2),
            ("my printer is broken, please help", None, 2),
            // The same one.
            ("还是不行", Some(Status::Claimed), 1),
            ("没解决", Some(Status::Claimed), 1),
            ("我的服务器又连不上了", Some(Status::Claimed), 1),
            ("服务器重启以后更慢了怎么办", Some(Status::Claimed), 1),
            ("又连不上了，怎么办", Some(Status::Claimed), 1),
            ("转人工", Some(Status::Claimed), 1),
        ] {
            let mut group = resolved(kind);
            group.call("小明", words);
            group.due();
            let first = group.open_tickets.get(1).map(|ticket| ticket.status);
            assert_eq!(first, status, "{kind:?} {words}");
            assert_eq!(group.open_tickets.next_number(), tickets + 1, "{kind:?} {words}");
        }
    }
    // A new matter stays one when a human is called for it, and when an answer to it did not help.
    let mut group = resolved(ChannelKind::Group);
    group.say("小明", "我的打印机一直卡纸");
    group.wait(5).call("小明", "转人工");
    assert_eq!(group.open_tickets.get(2).unwrap().subject, "我的打印机一直卡纸");
    let mut group = resolved(ChannelKind::Group);
    group.call("小明", "工单系统需要注册吗");
    group.wait(5).call("小明", "没用");
    assert!(group.open_tickets.get(1).is_none());
    assert_eq!(group.open_tickets.get(2).unwrap().subject, "工单系统需要注册吗");
    // What is said after it is about the new one.
    group.wait(5).call("小明", "还是不行");
    group.due();
    assert_eq!(group.open_tickets.next_number(), 3);
    // Said into the group: what asks something else is not about the end.
    let mut group = resolved(ChannelKind::Group);
    group.say("小明", "打印机没墨了怎么办？");
    assert_eq!(group.open_tickets.get(1).unwrap().status, Status::Resolved);
    // Under a quote of the ticket, too, the FAQ answers what it knows.
    let mut group = resolved(ChannelKind::Group);
    group.quoted = Some(1);
    let did = group.quote("小明", "你们几点上班", "工单 #1 已解决", true, true);
    assert_eq!(
        (did.decision, group.open_tickets.get(1).unwrap().status),
        ("answer", Status::Resolved)
    );
    group.quoted = Some(1);
    group
        .wait(5)
        .quote("小明", "日志里有 1045", "工单 #1 已解决", true, true);
    assert_eq!(group.open_tickets.get(1).unwrap().status, Status::Claimed);
}

#[test]
fn who_waits_and_says_in_any_words_that_nobody_is_needed_ends_the_ticket_and_angry_words_reach_staff() {
    let private = || {
        let mut group = Group::at(MONDAY_MORNING);
        group.kind = ChannelKind::Direct;
        group.call("小明", "转人工");
        group.wait(60);
        group
    };
    for words in [
        "算了不用转了",
        "我自己解决了",
        "关掉工单吧",
        "forget it",
        "I figured it out",
    ] {
        let mut group = private();
        let did = group.call("小明", words);
        assert_eq!(did.reason, Reason::SolvedByMember { number: 1 }, "{words}");
    }
    // What no entry surely answers is for those whom the member waits for; what one does is answered.
    for words in ["你们怎么这么慢", "电话打了两次了"] {
        let mut group = private();
        let mut did = group.call("小明", words);
        if did.decision == "quiet" {
            did = group.due().pop().expect("it waits for the rest of the burst");
        }
        assert_eq!(did.decision, "handoff", "{words}: {}", did.reason);
        assert!(
            said(&did.effects.outgoing)
                .iter()
                .any(|(place, _)| place == "group:staff"),
            "{words}"
        );
    }
    let did = private().call("小明", "你们几点上班");
    assert_eq!(did.decision, "answer", "{}", did.reason);
}

#[test]
fn who_quotes_an_answer_and_says_what_was_meant_instead_is_never_left_without_a_word() {
    for words in [
        "没用，我问的是搬到外地",
        "没有用，我说的是寄到国外",
        "没帮到我。我想问的是换到外地",
        "that didn't help, I asked about shipping abroad",
        "怎么加急",
        "为什么这么慢",
        "能快点吗",
        "不行，我问的是偏远地区",
        "跟我问的不一样",
        "没回答到点上",
        "useless, I meant to Canada",
    ] {
        for asker in ["小明", "小红"] {
            let mut group = Group::at(MONDAY_MORNING);
            let answer = group.call("小明", "你们几点上班").said();
            let did = group.wait(60).quote(asker, words, &answer, true, false);
            let later = if did.decision == "quiet" {
                group.due()
            } else {
                Vec::new()
            };
            let answered = did.decision != "quiet" || later.iter().any(|did| did.decision != "quiet");
            assert!(answered, "{asker}: {words}: {}", did.reason);
        }
    }
}

#[test]
fn a_complaint_of_any_degree_is_heard_and_the_question_behind_it_is_one_of_its_own() {
    for head in [
        "没解决",
        "完全没用",
        "根本没有帮助",
        "真的一点用都没有",
        "还是没解决",
        "你这个回答压根没帮到我",
        "確實沒什麼用",
        "that was not helpful at all",
        "Sorry, but this really didn't help",
    ] {
        for (behind, asked) in [
            ("我问的是怎么改手机号", "怎么改手机号"),
            ("我想知道春节怎么放假", "春节怎么放假"),
            ("发票抬头怎么改？", "发票抬头怎么改？"),
        ] {
            for quotes in [false, true] {
                let mut group = Group::at(MONDAY_MORNING);
                group.call("小明", "工单系统需要注册吗");
                let text = format!("{head}，{behind}");
                let did = match quotes {
                    true => group
                        .wait(20)
                        .quote("小明", &text, "不注册也可以提工单。", true, false),
                    false => group.wait(20).call("小明", &text),
                };
                let did = match did.reason {
                    Reason::Waiting { .. } => group.due().pop().unwrap_or(did),
                    _ => did,
                };
                let record = &did.effects.record;
                let mut fates: Vec<_> = record.learned.iter().map(|learned| learned.fate).collect();
                fates.dedup();
                assert_eq!(fates, [AnswerFate::DidNotHelp], "{text} {quotes}: {}", did.reason);
                let text_kept = record
                    .considered
                    .as_ref()
                    .map(|considered| considered.text.as_str());
                assert_eq!(text_kept, Some(asked), "{text} {quotes}: {}", did.reason);
            }
        }
    }
}

#[test]
fn who_asks_in_another_language_than_the_answer_above_is_answered_and_not_pointed_to_it() {
    let mut group = Group::at(MONDAY_MORNING);
    let mut asked = |who: &str, text: &str| group.wait(60).call(who, text).said();
    let chinese = asked("小明", "你们几点上班");
    let english = asked("Ann", "what are your office hours");
    assert!(english.starts_with("We are there"), "{english}");
    // Both stand there now.
    assert!(asked("Bob", "when are you open").contains("in this group"));
    assert!(asked("小红", "周末上班吗").contains("在群里回答过"), "{chinese}");
    // An entry with one text for all is pointed to in every language.
    let only = asked("小明", "怎么开纸质发票");
    assert!(only.contains("邮寄地址"), "{only}");
    let other = asked("小红", "纸质发票多久能收到");
    assert!(other.contains("在群里回答过"), "{other}");
}

#[test]
fn who_objects_to_the_end_under_the_notice_of_it_gets_a_new_ticket_that_names_the_old_one() {
    for (words, mention) in [
        ("怎么就关了", false),
        ("别关", true),
        ("等等我还有事", false),
        ("怎么把我关了", true),
    ] {
        let mut group = Group::at(MONDAY_MORNING);
        group.call("小明", "打印机卡纸了怎么办，转人工");
        group.room("老王", "/t 1 关闭", None);
        group.quoted = Some(1);
        let did = group
            .wait(60)
            .quote("小明", words, "工单 #1 已由 老王 关闭。", true, mention);
        let told = said(&did.effects.outgoing);
        let notice = told.iter().find(|(channel, _)| channel == "group:staff");
        assert!(
            notice.is_some_and(|(_, text)| text.contains("#2") && text.contains("#1")),
            "{words}: {told:?}"
        );
    }
}
