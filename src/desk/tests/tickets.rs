//! Whole lives of tickets: from the hand-over to the staff's answer and to the end, by day and by night.

use super::world::{FRIDAY_NIGHT, Group, MONDAY_MORNING, said};
use crate::desk::{DeliveryStatus, Reason};
use crate::ticket::{LineKind, Status};
use groupdesk_contract::ChannelKind;
use proptest::prelude::*;

fn status(group: &Group, number: u64) -> Option<Status> {
    group.open_tickets.get(number).map(|ticket| ticket.status)
}

#[test]
fn from_the_question_to_the_staffs_answer_and_back() {
    let mut group = Group::at(MONDAY_MORNING);
    group.call("小明", "转人工");
    assert_eq!(status(&group, 1), Some(Status::Open));
    // What follows within minutes belongs to it, without calling anybody.
    let more = group.wait(20).say("小明", "服务器昨晚开始连不上");
    assert_eq!(more.reason, Reason::HasTicket { number: 1 });
    assert_eq!(said(&more.effects.outgoing).len(), 1, "only staff are told");
    assert!(said(&more.effects.outgoing)[0].1.contains("服务器昨晚开始连不上"));

    assert!(group.room("老王", "认领", Some(1))[0].1.contains("老王"));
    assert_eq!(status(&group, 1), Some(Status::Claimed));
    let refused = group.room("老李", "/t 1 claim", None);
    assert!(refused[0].1.contains("老王"), "{refused:?}");

    let answer = group.wait(60).room("老王", "请重启一下网络服务", Some(1));
    assert_eq!(answer[0].0, "group:1");
    assert_eq!(answer[0].1, "【工单 #1】老王：请重启一下网络服务");
    assert_eq!(status(&group, 1), Some(Status::Waiting));

    // The bot keeps out: what is said without calling it goes to the human, and so does what it is not sure of.
    let asked = group.wait(30).say("小明", "重启过了，你们几点上班");
    assert_eq!(asked.reason, Reason::HasTicket { number: 1 });
    assert!(
        said(&asked.effects.outgoing)
            .iter()
            .all(|(channel, _)| channel == "group:staff")
    );
    assert_eq!(status(&group, 1), Some(Status::Claimed));
    // While it is the human's turn, even what it could answer.
    let asked = group.wait(30).call("小明", "你们几点上班");
    assert_eq!(asked.reason, Reason::HasTicket { number: 1 });
    // Others are answered as ever.
    assert_eq!(group.call("小红", "你们几点上班").decision, "answer");

    assert!(group.room("老王", "/t 1 resolve", None)[0].1.contains("已解决"));
    assert_eq!(status(&group, 1), Some(Status::Resolved));
    group.quoted = Some(1);
    let thanks = group.wait(10).quote("小明", "谢谢", "【工单 #1】", true, false);
    assert_eq!(thanks.reason, Reason::Thanked);
    assert_eq!(status(&group, 1), Some(Status::Resolved));
    group.quoted = Some(1);
    let again = group
        .wait(60)
        .quote("小明", "还是连不上", "【工单 #1】", true, false);
    assert!(again.said().contains("重新打开"), "{}", again.said());
    assert_eq!(status(&group, 1), Some(Status::Claimed));

    group.room("老王", "关闭", Some(1));
    assert_eq!(status(&group, 1), None);
    let lines = group.open_tickets.take_change().lines;
    let kinds: Vec<LineKind> = lines.iter().map(|line| line.kind).collect();
    assert_eq!(kinds.iter().filter(|kind| **kind == LineKind::Staff).count(), 1);
    assert_eq!(kinds.iter().filter(|kind| **kind == LineKind::Member).count(), 5);
}

#[test]
fn members_with_the_same_question_share_a_ticket_and_its_answer() {
    let mut group = Group::at(MONDAY_MORNING);
    group.call("小明", "数据库升级以后报错 1045 怎么办");
    group.due();
    let joined = group.wait(60).call("小红", "数据库升级以后，报错 1045 怎么办？");
    let joined = if joined.decision == "quiet" {
        group.due().remove(0)
    } else {
        joined
    };
    assert!(joined.said().contains("#1"), "{}", joined.said());
    assert_eq!(group.open_tickets.all().count(), 1);
    let place = group.open_tickets.get(1).unwrap().place.clone();
    assert_eq!(
        group
            .open_tickets
            .of_member(&place, &"小红".into())
            .unwrap()
            .number,
        1
    );
    group.room("老王", "/t 1 改一下密码", None);
    assert!(
        group
            .open_tickets
            .get(1)
            .unwrap()
            .watchers
            .iter()
            .any(|w| w.name == "小红")
    );
}

#[test]
fn courtesies_in_a_claimed_ticket_call_nobody_unless_staff_asked_for_them() {
    for words in ["好的 感谢", "收到感谢", "ok", "🙏", "感恩", "嗯嗯，好的"] {
        let mut group = Group::at(MONDAY_MORNING);
        group.call("小明", "转人工");
        group.room("老王", "认领", Some(1));
        group.open_tickets.take_change();
        let first = group.wait(60).call("小明", words);
        let second = group.wait(60).call("小明", words);
        let heard: Vec<_> = [&first, &second]
            .iter()
            .flat_map(|did| said(&did.effects.outgoing))
            .collect();
        assert_eq!(heard.len(), 1, "{words}: {heard:?}");
        assert!(
            heard[0].0 == "group:1" && !heard[0].1.contains("转告"),
            "{heard:?}"
        );
        assert_eq!(status(&group, 1), Some(Status::Claimed));
        let lines = group.open_tickets.take_change().lines;
        assert!(
            lines.iter().any(|line| line.text.contains(words)),
            "it is in the history"
        );
    }
    // What staff asked for is an answer.
    let mut group = Group::at(MONDAY_MORNING);
    group.call("小明", "转人工");
    group.room("老王", "/t 1 现在可以重启吗？", None);
    group.wait(60).call("小明", "我先保存一下文件再说");
    assert_eq!(status(&group, 1), Some(Status::Claimed));
    let did = group.wait(60).call("小明", "可以");
    assert!(
        said(&did.effects.outgoing)
            .iter()
            .any(|(channel, _)| channel == "group:staff")
    );
}

#[test]
fn staff_who_answer_in_the_group_have_the_ticket() {
    let mut group = Group::at(MONDAY_MORNING);
    group.call("小明", "转人工");
    group.quoted = Some(1);
    let did = group.staff("我来看看");
    assert_eq!(status(&group, 1), Some(Status::Waiting));
    assert!(
        said(&did.effects.outgoing)[0].1.contains("staff"),
        "the room is told who has it"
    );
    assert_eq!(
        group.open_tickets.get(1).unwrap().owner.as_ref().unwrap().name,
        "staff"
    );
}

#[test]
fn a_night_ends_in_a_digest_and_a_day_without_a_claim_in_an_escalation() {
    let mut group = Group::at(FRIDAY_NIGHT);
    group.call("小明", "转人工");
    group.wait(600).call("小红", "转人工");
    // Nothing before Monday, 8:00.
    let opening = "2026-11-23T08:00:00+08:00".parse().unwrap();
    assert_eq!(group.next_due(), Some(opening));
    group.now = opening;
    let digest = group.tickets_due();
    assert_eq!(digest.len(), 1, "one message for all: {digest:?}");
    let told = &digest[0].1;
    for part in ["#1", "2 个工单", "https://chat.test/1", "https://chat.test/2"] {
        assert!(told.contains(part), "{part}: {told}");
    }
    // Fifteen minutes of service time later, for the one that nobody has.
    group.room("老王", "/t 1 claim", None);
    let escalation = "2026-11-23T08:15:00+08:00".parse().unwrap();
    assert_eq!(group.next_due(), Some(escalation));
    group.now = escalation;
    let escalated = group.tickets_due();
    assert!(escalated.len() == 1 && escalated[0].1.contains("#2") && escalated[0].1.contains("15 分钟"));
    assert_eq!(group.tickets_due(), [], "once");
    assert_eq!(group.next_due(), None);
    group.room("老王", "/t 2 resolve", None);
    group.wait(24 * 3600);
    group.tickets_due();
    assert_eq!(
        status(&group, 2),
        None,
        "closed when it can't be reopened any more"
    );
}

#[test]
fn a_member_can_ask_and_can_say_that_it_is_solved_or_that_the_answer_was_no_help() {
    let mut group = Group::at(MONDAY_MORNING);
    assert!(group.call("小明", "我的工单").said().contains("没有未完结的工单"));
    group.call("小红", "转人工");
    group.call("小明", "/human 装不上");
    let asked = group.call("小明", "/ticket").said();
    assert!(asked.contains("#2") && asked.contains("前面还有 1 个"), "{asked}");
    let solved = group.call("小明", "解决了，谢谢");
    assert!(solved.said().contains("标记为解决"), "{}", solved.said());
    assert_eq!(status(&group, 2), Some(Status::Resolved));

    group.call("小刚", "你们几点上班");
    let no = group.wait(10).say("小刚", "不是这个");
    assert_eq!(no.reason, Reason::DidNotHelp);
    assert!(no.said().contains("#3"), "{}", no.said());
    // Said out of the blue, or of anything in a group, it is chatter.
    group.wait(600).call("小李", "你们几点上班");
    group.wait(2).say("小王", "我这台电脑又蓝屏了");
    assert_eq!(group.wait(5).say("小李", "还是不行").decision, "quiet");
    assert_eq!(group.say("小李", "不对").decision, "quiet");
}

#[test]
fn an_urgent_word_brings_a_human_where_the_admin_wants_it() {
    let mut group = Group::at(MONDAY_MORNING);
    assert_eq!(group.say("小明", "线上全部宕机了").decision, "quiet");
    group.policy.urgent = vec!["宕机".to_owned()];
    assert_eq!(group.say("小红", "线上全部宕机了").reason, Reason::Urgent);
    // The same words of another member are another emergency: staff on duty are called again.
    let did = group.wait(5).say("小刚", "线上全部宕机了");
    assert_eq!((did.decision, did.reason), ("handoff", Reason::Urgent));
    let told = said(&did.effects.outgoing);
    assert!(told[0].1.contains("#2") && told[1].1.contains("紧急"), "{told:?}");
    // And who has a ticket about something else is heard as well.
    group.wait(60).call("小丽", "转人工");
    let did = group.wait(60).call("小丽", "又宕机了");
    assert!(
        did.effects
            .steps
            .iter()
            .any(|step| matches!(step, crate::desk::TicketChange::Say { said, .. } if said.urgent))
    );
}

#[test]
fn an_urgent_word_of_another_time_or_between_two_members_brings_nobody() {
    let mut group = Group::at(MONDAY_MORNING);
    group.policy.urgent = vec!["宕机".to_owned(), "数据丢失".to_owned(), "outage".to_owned()];
    for words in [
        "我们那边没宕机，正常",
        "上次宕机是去年的事了",
        "面试官问我怎么避免数据丢失",
        "there was no outage today",
    ] {
        assert_eq!(group.wait(60).say("小明", words).decision, "quiet", "{words}");
    }
    let mut to_member = |words: &str| {
        group
            .wait(60)
            .quote("小红", words, "今天怎么样", false, false)
            .reason
    };
    assert_eq!(to_member("你们宕机了吗"), Reason::ToSomebodyElse);
    assert_eq!(to_member("没有宕机，是网络问题"), Reason::ToSomebodyElse);
    assert_eq!(to_member("生产环境宕机了，快看"), Reason::Urgent);
}

#[test]
fn the_bot_keeps_out_of_what_staff_talk_about_with_a_member() {
    let mut group = Group::at(MONDAY_MORNING);
    let asked = group.say("小明", "你们有教练培训吗");
    let mut told = group.message("staff", "有的，下月开班");
    told.segments.insert(
        0,
        groupdesk_contract::Segment::Quote(groupdesk_contract::Quote {
            message: asked.message,
            of_bot: Some(false),
            text: None,
        }),
    );
    group.hear(told, true);
    group.wait(30);
    assert_eq!(
        group.say("小明", "客服几点上班？").reason,
        Reason::AttendedByStaff
    );
    // Others are answered, and so is whoever calls.
    assert_eq!(group.say("小红", "客服几点上班？").decision, "answer");
    assert_eq!(group.wait(601).say("小明", "客服几点上班？").decision, "answer");
}

#[test]
fn staff_read_what_was_quoted() {
    let mut group = Group::at(MONDAY_MORNING);
    let answered = group.call("小明", "客服几点上班");
    let text = answered.said();
    let did = group
        .wait(200)
        .quote("小红", "量子退火器那边不是这样的，转人工", &text, true, true);
    let told = said(&did.effects.outgoing);
    let shown: String = text.chars().take(8).collect();
    assert!(
        told.iter()
            .any(|(_, told)| told.contains("（引用：") && told.contains(&shown)),
        "{told:?}"
    );
}

#[test]
fn staff_hear_of_a_message_that_was_taken_back() {
    let mut group = Group::at(MONDAY_MORNING);
    let asked = group.call("小明", "转人工");
    group.quoted = Some(1);
    let did = group.recall(&asked.message);
    let told = said(&did.effects.outgoing);
    assert!(
        told.len() == 1 && told[0].0 == "group:staff" && told[0].1.contains("撤回"),
        "{told:?}"
    );
}

#[test]
fn a_channel_without_staff_points_to_who_is_there() {
    let mut group = Group::at(FRIDAY_NIGHT);
    group.policy.handoff = crate::desk::HandoffTo::Pointer;
    let did = group.call("小明", "转人工");
    assert!(
        did.said().contains("https://example.com/ticket"),
        "{}",
        did.said()
    );
    assert!(
        !did.said().contains("128631425"),
        "the QQ group is closed at night"
    );
    assert_eq!(group.open_tickets.all().count(), 0);
    assert_eq!(did.effects.outgoing.len(), 1);
}

#[test]
fn staff_send_texts_by_name() {
    let mut group = Group::at(MONDAY_MORNING);
    let snippets = &mut group.lifecycle.snippets;
    snippets.insert("log".to_owned(), "请把 /data/logs 打包发给我们".to_owned());
    group.call("小明", "转人工");
    let sent = group.room("老王", "!log", Some(1));
    assert_eq!(
        sent[0],
        (
            "group:1".to_owned(),
            "【工单 #1】老王：请把 /data/logs 打包发给我们".to_owned()
        )
    );
    let unknown = group.room("老王", "/t 1 !nolog", None);
    assert!(
        unknown[0].0 == "group:staff" && unknown[0].1.contains("log"),
        "{unknown:?}"
    );
}

#[test]
fn staff_see_what_became_of_what_they_said() {
    let mut group = Group::at(MONDAY_MORNING);
    group.call("小明", "转人工");
    group.room("老王", "请重启", Some(1));
    let outcome = DeliveryStatus::Refused {
        reason: "禁言".to_owned(),
    };
    let refused = group.delivered(outcome, "【工单 #1】老王：请重启");
    assert_eq!(refused.0, "group:staff");
    assert!(refused.1.contains("没有送达：禁言"), "{}", refused.1);
    let spoke = said(&group.wait(60).say("小明", "有人吗").effects.outgoing);
    let hears = |spoke: &[(String, String)], where_: &str, what: &str| {
        spoke
            .iter()
            .any(|(channel, text)| channel == where_ && text.contains(what))
    };
    assert!(hears(&spoke, "group:1", "请重启") && hears(&spoke, "group:staff", "补发"));
    let once = said(&group.wait(60).say("小明", "好了吗").effects.outgoing);
    assert!(!hears(&once, "group:1", ""));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever members and staff do: a ticket has one owner exactly while it is held, the bot never answers a member
    /// whom a human holds, and no ticket is stuck.
    #[test]
    fn no_order_of_events_breaks_a_ticket(steps in prop::collection::vec((0usize..10, 0usize..4, 0usize..3, 1i64..4000), 1..60)) {
        let mut group = Group::at(MONDAY_MORNING);
        let members = ["小明", "小红", "小刚", "小李"];
        let staff = ["老王", "老李", "老张"];
        for (what, who, by, seconds) in steps {
            group.wait(seconds);
            group.tickets_due();
            let member = members[who];
            let place = super::world::place();
            let before = group.open_tickets.of_member(&place, &member.into()).cloned();
            let number = before.as_ref().map_or(1, |ticket| ticket.number);
            let did = match what {
                0 => Some(group.call(member, "转人工")),
                1 => Some(group.call(member, "你们几点上班")),
                2 => Some(group.say(member, "还是不行")),
                3 => Some(group.call(member, "解决了")),
                _ => None,
            };
            if let (Some(did), Some(before)) = (did, &before)
                && before.status.is_held()
                && what != 3
            {
                // Only that nobody is there right now may be said, by night, and who has the ticket; and what a member who is
                // waited for asks the bot about something else.
                let bot: Vec<_> = said(&did.effects.outgoing).into_iter().filter(|(channel, _)| channel != "group:staff").collect();
                let answers = before.status == Status::Waiting && what == 1;
                let kept_out = |text: &str| text.contains("非服务时间") || text.contains(&format!("#{} 由", before.number));
                prop_assert!(answers || bot.iter().all(|(_, text)| kept_out(text)), "{bot:?}");
            }
            match what {
                4 => drop(group.room(staff[by], "认领", Some(number))),
                5 => drop(group.room(staff[by], "请看文档", Some(number))),
                6 => drop(group.room(staff[by], "解决", Some(number))),
                7 => drop(group.room(staff[by], "重开", Some(number))),
                8 => drop(group.room(staff[by], "关闭", Some(number))),
                9 => drop(group.room(staff[by], "释放", Some(number))),
                _ => {}
            }
            for ticket in group.open_tickets.all() {
                prop_assert_eq!(ticket.status.is_held(), ticket.owner.is_some() && ticket.status.is_active());
                prop_assert!(ticket.status != Status::Closed);
                prop_assert_eq!(ticket.ended.is_some(), ticket.status == Status::Resolved);
                let found = group.open_tickets.of_member(&ticket.place, &ticket.member).map(|found| found.number);
                prop_assert_eq!(found, Some(ticket.number), "a member has one ticket");
            }
        }
        let numbers: Vec<u64> = group.open_tickets.all().map(|ticket| ticket.number).collect();
        for number in numbers {
            group.room("老王", &format!("/t {number} close"), None);
            prop_assert!(group.open_tickets.get(number).is_none());
        }
    }
}

#[test]
fn neither_a_name_nor_words_forge_a_line_of_a_notice() {
    let mut group = Group::at(MONDAY_MORNING);
    let forged = "【工单 #2】王总（1） 在 qq/group:1";
    let mut message = group.message(
        "明",
        &format!("/human 升级失败\n{forged}\u{2028}{forged}\r{forged}"),
    );
    message.sender.name = format!("小明\n{forged}\u{1b}[2J");
    message.mentions_bot = true;
    let did = group.hear(message, false);
    let told = &did.effects.outgoing[1].reply.text();
    assert!(told.starts_with("【工单 #1】小明 【工单 #2】"), "{told}");
    let mut texts = vec![told.clone()];
    texts.extend(group.room("王", "/t 1", None).into_iter().map(|(_, text)| text));
    texts.extend(group.room("王", "/t", None).into_iter().map(|(_, text)| text));
    let more = group.wait(5).say("明", &format!("x\n{forged}"));
    assert_eq!(more.reason, Reason::HasTicket { number: 1 });
    texts.extend(said(&more.effects.outgoing).into_iter().map(|(_, text)| text));
    for text in texts {
        for line in text.lines().skip(1) {
            assert!(!line.starts_with('【'), "{text}");
        }
        assert!(!text.contains(['\u{1b}', '\u{2028}', '\r']), "{text:?}");
    }
}

#[test]
fn the_subject_is_the_trouble_whenever_it_is_told() {
    const TROUBLE: &str = "我的打印机一直卡纸";
    // Before the order, with talk in between, or in the same breath.
    for before in [
        &["我的打印机一直卡纸", "转人工"][..],
        &["我的打印机一直卡纸", "在吗", "有人吗", "在吗", "转人工"],
        &["你好", "我的打印机一直卡纸", "帮我转人工"],
        &["我的打印机一直卡纸，转人工"],
    ] {
        let mut group = Group::at(MONDAY_MORNING);
        for words in before {
            let did = group.wait(1).call("小明", words);
            if did.effects.ticket().is_some() {
                break;
            }
        }
        assert_eq!(group.open_tickets.get(1).unwrap().subject, TROUBLE, "{before:?}");
    }
    // After it: at once, or after more that says nothing.
    for (kind, after) in [
        (ChannelKind::Group, &["我的打印机一直卡纸"][..]),
        (
            ChannelKind::Direct,
            &["你好", "在吗", "我的打印机一直卡纸", "重启也没用"],
        ),
        (
            ChannelKind::Group,
            &["转人工", "快点，转人工，我的打印机一直卡纸"],
        ),
    ] {
        let mut group = Group::at(MONDAY_MORNING);
        group.kind = kind;
        group.call("小明", "转人工");
        let mut told = Vec::new();
        for words in after {
            let mut did = vec![group.wait(20).call("小明", words)];
            did.extend(group.due());
            told.extend(did.iter().flat_map(|did| said(&did.effects.outgoing)));
        }
        assert!(
            group.open_tickets.get(1).unwrap().subject.contains(TROUBLE),
            "{after:?}"
        );
        let staff = |(room, text): &(String, String)| room == "group:staff" && text.contains(TROUBLE);
        assert!(told.iter().any(staff), "{told:?}");
    }
    // A subject that tells something stays.
    let mut group = Group::at(MONDAY_MORNING);
    group.call("小明", "我的打印机一直卡纸，转人工");
    group.wait(20).call("小明", "显示器也黑屏了");
    group.due();
    assert_eq!(group.open_tickets.get(1).unwrap().subject, TROUBLE);
}
