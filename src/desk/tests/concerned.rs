//! Tickets are ended and joined by those whom they concern, and by nobody else.

use super::world::{Did, Group, MONDAY_MORNING, said};
use crate::desk::Reason;
use crate::ticket::Status;
use groupdesk_contract::{MemberId, Place, Segment};

fn status(group: &Group) -> Status {
    group.open_tickets.get(1).unwrap().status
}

fn to_staff(did: &Did) -> Vec<String> {
    let heard = said(&did.effects.outgoing).into_iter();
    heard
        .filter(|(channel, _)| channel == "group:staff")
        .map(|(_, text)| text)
        .collect()
}

/// Calls the bot and waits for the effect.
fn asks(group: &mut Group, who: &str, text: &str) -> Did {
    let did = group.call(who, text);
    match did.reason {
        Reason::Waiting { .. } => group.due().remove(0),
        _ => did,
    }
}

#[test]
fn whose_name_stands_in_front_is_spoken_to_though_they_never_spoke() {
    let mut group = Group::at(MONDAY_MORNING);
    for text in [
        "小明，在哪里提交工单？",
        "王总，你们几点上班？",
        "老李：工单系统需要注册吗",
    ] {
        let did = group.wait(60).say("小红", text);
        assert_eq!(did.reason, Reason::ToSomebodyElse, "{text}");
    }
    assert_eq!(group.say("小红", "请问，在哪里提交工单？").decision, "answer");
}

#[test]
fn solved_said_into_the_group_ends_nothing_before_staff_spoke_and_staff_read_it() {
    for words in ["不用了", "搞定了", "never mind"] {
        let mut group = Group::at(MONDAY_MORNING);
        group.call("小明", "转人工");
        let did = group.wait(60).say("小明", words);
        assert_eq!((did.decision, status(&group)), ("quiet", Status::Open), "{words}");
        assert!(to_staff(&did)[0].contains(words), "staff decide: {words}");
        // Said to the bot, or under what it said of the ticket, it is meant.
        assert_eq!(
            group.wait(60).call("小明", words).reason,
            Reason::SolvedByMember { number: 1 }
        );
        let mut group = Group::at(MONDAY_MORNING);
        group.call("小明", "转人工");
        group.quoted = Some(1);
        let quoted = group.wait(60).quote("小明", words, "【工单 #1】", true, false);
        assert_eq!(quoted.reason, Reason::SolvedByMember { number: 1 }, "{words}");
    }
}

#[test]
fn solved_right_after_the_staffs_answer_is_said_to_them_unless_somebody_else_spoke_meanwhile() {
    let answered = || {
        let mut group = Group::at(MONDAY_MORNING);
        group.call("小明", "转人工");
        group.wait(60).room("老王", "请把密码改成大写的", Some(1));
        group.wait(60);
        group
    };
    let mut group = answered();
    assert_eq!(
        group.say("小明", "搞定了").reason,
        Reason::SolvedByMember { number: 1 }
    );
    let mut group = answered();
    group.say("小红", "小明要帮你带饭吗");
    let did = group.wait(5).say("小明", "不用了");
    assert_eq!((did.decision, status(&group)), ("quiet", Status::Waiting));
    assert!(to_staff(&did)[0].contains("不用了"));
    // To the one who has the ticket, by a mention.
    let mut message = group.message("小明", "搞定了");
    message
        .segments
        .insert(0, Segment::Mention(MemberId::new("老王")));
    assert_eq!(
        group.hear(message, false).reason,
        Reason::SolvedByMember { number: 1 }
    );
}

#[test]
fn nobody_else_ends_a_members_ticket() {
    let mut group = Group::at(MONDAY_MORNING);
    group.call("小明", "转人工");
    group.quoted = Some(1);
    group.quote("小红", "解决了", "【工单 #1】", true, false);
    group.quoted = Some(1);
    group.quote("小红", "取消工单", "【工单 #1】", true, true);
    group.due();
    assert_eq!(status(&group), Status::Open);
    assert_eq!(
        group.call("小明", "取消工单").reason,
        Reason::SolvedByMember { number: 1 }
    );
}

#[test]
fn words_without_a_question_of_their_own_share_no_ticket() {
    for words in [
        "/human 怎么办",
        "这个怎么弄？",
        "有人能帮我解决一下这个问题吗？",
        "https://example.com/a 打不开怎么办",
        "how do I fix this?",
    ] {
        let mut group = Group::at(MONDAY_MORNING);
        let opened = |group: &mut Group, who: &str| {
            for _ in 0..3 {
                asks(group.wait(20), who, words);
            }
        };
        opened(&mut group, "小明");
        opened(&mut group, "小红");
        let watchers: usize = group.open_tickets.all().map(|ticket| ticket.watchers.len()).sum();
        assert_eq!((watchers, group.open_tickets.all().count()), (0, 2), "{words}");
    }
}

#[test]
fn the_same_words_after_other_words_or_with_a_picture_are_another_question() {
    let question = "升级以后登录报 500 怎么办？";
    let mut group = Group::at(MONDAY_MORNING);
    group.say("小明", "我用的是网站版");
    asks(group.wait(20), "小明", question);
    group.say("小红", "我装的是手机客户端");
    asks(group.wait(20), "小红", question);
    assert_eq!(
        group.open_tickets.all().count(),
        2,
        "they speak of different things"
    );
    group.say("小刚", "大家早上好");
    group.say("小刚", "我用的是网站版");
    let joined = asks(group.wait(20), "小刚", question);
    assert_eq!(joined.reason, Reason::SharesTicket { number: 1 });

    let mut group = Group::at(MONDAY_MORNING);
    let shown = |group: &mut Group, who: &str| {
        let mut message = group.message(who, question);
        message.segments.push(Segment::Image { url: None });
        message.mentions_bot = true;
        group.hear(message, false);
        group.due();
    };
    shown(&mut group, "小明");
    shown(&mut group, "小红");
    asks(&mut group, "小刚", question);
    assert_eq!(
        group.open_tickets.all().count(),
        3,
        "nobody knows what is on the pictures"
    );
}

#[test]
fn an_answer_stays_in_its_group_until_staff_say_it_to_all() {
    let question = "数据库升级以后报错 1045 怎么办？";
    let mut group = Group::at(MONDAY_MORNING);
    asks(&mut group, "小明", question);
    let at = |group: &mut Group, place: &str| {
        group.state = Default::default();
        group.place = Place::new("qq", place);
    };
    at(&mut group, "group:2");
    let joined = asks(group.wait(20), "小红", question);
    assert_eq!(joined.reason, Reason::SharesTicket { number: 1 });
    assert!(
        to_staff(&joined)[0].contains("小红") && to_staff(&joined)[0].contains("qq/group:2"),
        "{:?}",
        to_staff(&joined)
    );
    let told = group.room("老王", "/t 1 您的密码是 abc", None);
    let heard: Vec<&str> = told.iter().map(|(channel, _)| channel.as_str()).collect();
    assert_eq!(heard, ["group:1", "group:staff"], "{told:?}");
    assert!(told[1].1.contains("还有 1 人同问") && told[1].1.contains("/t 1 全部"));
    // Who comes later in another group is not told it either: theirs is a ticket of their own.
    at(&mut group, "group:3");
    let later = asks(group.wait(20), "小刚", question);
    assert!(
        later.said().contains("#2") && !later.said().contains("abc"),
        "{}",
        later.said()
    );
    let told = group.room("老王", "/t 1 to all 升级脚本已修复，请重试", None);
    let heard: Vec<&str> = told.iter().map(|(channel, _)| channel.as_str()).collect();
    assert_eq!(heard, ["group:1", "group:2"], "{told:?}");
    at(&mut group, "group:4");
    let later = asks(group.wait(20), "小李", question);
    let words = later.said();
    assert!(
        words.contains("升级脚本已修复") && !words.contains("abc"),
        "{words}"
    );
}

#[test]
fn a_joiner_may_leave_and_the_ticket_goes_on() {
    let question = "数据库升级以后报错 1045 怎么办？";
    let mut group = Group::at(MONDAY_MORNING);
    asks(&mut group, "小明", question);
    let joined = asks(group.wait(20), "小红", question);
    assert!(joined.said().contains("退出工单"), "{}", joined.said());
    let left = group.wait(20).say("小红", "退出工单");
    assert_eq!(left.reason, Reason::LeftTicket { number: 1 });
    let ticket = group.open_tickets.get(1).unwrap();
    assert!(ticket.watchers.is_empty() && ticket.status == Status::Open);
    assert!(to_staff(&left)[0].contains("小明 的工单不变"));
}

#[test]
fn what_still_fails_goes_to_the_ticket_though_a_name_stands_before_it() {
    let mut group = Group::at(MONDAY_MORNING);
    asks(&mut group, "小红", "数据库升级以后报错 1045 怎么办");
    let told = to_staff(&group.wait(60).say("小红", "小明：我还是打不开"));
    assert!(told.len() == 1 && told[0].contains("还是打不开"), "{told:?}");
    // Whatever else is said to somebody by name is said to them.
    let said = group.wait(10).say("小红", "小明：晚上吃什么");
    assert_eq!(said.reason, Reason::ToSomebodyElse);
    assert!(to_staff(&group.wait(10).say("小刚", "小明：我还是打不开")).is_empty());
}

#[test]
fn what_stands_beside_a_courtesy_reaches_staff_and_is_in_the_ticket() {
    for words in [
        "嗯，端口是8080",
        "谢谢，我的邮箱是 b@b.cn",
        "谢谢，是端口没开",
        "收到，域名是 a.cn",
        "辛苦了，服务器在香港",
        "明白了，那我先等着，账号是 test",
        "ok, version is 7.4",
        "thank you, server is in HK",
        "收到 版本7.4",
    ] {
        let mut group = Group::at(MONDAY_MORNING);
        group.call("小明", "转人工");
        group.wait(60);
        let did = asks(&mut group, "小明", words);
        assert!(to_staff(&did)[0].contains(words), "{words}: {}", did.reason);
        assert!(did.said().contains("#1"), "{words}: {}", did.said());
    }
    // A courtesy alone is told to nobody.
    for words in ["谢谢", "好的，谢谢", "嗯嗯", "辛苦了！"] {
        let mut group = Group::at(MONDAY_MORNING);
        group.call("小明", "转人工");
        group.wait(60);
        let did = asks(&mut group, "小明", words);
        assert!(to_staff(&did).is_empty() && did.decision == "clarify", "{words}");
    }
}

#[test]
fn who_tells_the_bot_that_it_works_again_ends_the_ticket_and_staff_read_why() {
    for (words, why) in [
        ("可以了", ""),
        ("现在可以了", ""),
        ("行了", ""),
        ("OK了", ""),
        ("好了，是权限问题", "是权限问题"),
        ("可以了，重启之后就正常了", "重启之后"),
        ("it's working again", "working again"),
        ("不用了，我自己好了", "自己好了"),
        ("人不用来了，我弄好了", "我弄好了"),
    ] {
        let mut group = Group::at(MONDAY_MORNING);
        group.call("小明", "转人工");
        let did = group.wait(60).call("小明", words);
        assert_eq!(did.reason, Reason::SolvedByMember { number: 1 }, "{words}");
        assert!(to_staff(&did)[0].contains(why), "{words}");
        assert!(did.said().contains("#1"), "{words}");
        // Said into the group it may be about anything: staff read it.
        let mut group = Group::at(MONDAY_MORNING);
        group.call("小明", "转人工");
        let did = group.wait(60).say("小明", words);
        assert!(to_staff(&did)[0].contains(words), "{words}");
        // That no human is wanted is about the ticket, wherever it is said.
        let ended = words.contains("人不用来了");
        assert_eq!(status(&group) == Status::Open, !ended, "{words}");
    }
    // It is an answer where staff asked for one, and no end where trouble goes on.
    let mut group = Group::at(MONDAY_MORNING);
    group.call("小明", "转人工");
    group.wait(60).room("老王", "方便远程吗？", Some(1));
    let did = group.wait(60).call("小明", "可以了");
    assert!(
        group.open_tickets.get(1).unwrap().status.is_active(),
        "{}",
        did.reason
    );
    let did = group.wait(60).call("小明", "报错没了，但是很慢");
    assert!(
        group.open_tickets.get(1).unwrap().status.is_active(),
        "{}",
        did.reason
    );
}
