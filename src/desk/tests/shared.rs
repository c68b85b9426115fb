//! Tickets that several members share because they asked the same: owner of the conversation, and recipients of each
//! message.

use super::world::{Did, FRIDAY_NIGHT, Group, MONDAY_MORNING, said};
use crate::desk::{Outgoing, Reason};
use crate::ticket::{LineKind, Status};
use groupdesk_contract::{ChannelKind, Place, Segment};

const QUESTION: &str = "数据库升级以后报错 1045 怎么办";

/// 小明 asks, 小红 asks the same a minute later.
fn shared(time: &str) -> Group {
    let mut group = Group::at(time);
    assert!(asks(&mut group, "小明").said().contains("#1"));
    let joined = asks(group.wait(60), "小红");
    assert_eq!(joined.reason, Reason::SharesTicket { number: 1 });
    group
}

fn asks(group: &mut Group, who: &str) -> Did {
    let did = group.call(who, QUESTION);
    if did.decision == "quiet" {
        group.due().remove(0)
    } else {
        did
    }
}

fn mentions(outgoing: &Outgoing) -> Vec<String> {
    let segments = outgoing.reply.segments.iter();
    segments
        .filter_map(|segment| match segment {
            Segment::Mention(id) => Some(id.to_string()),
            _ => None,
        })
        .collect()
}

fn to_staff(did: &Did) -> Vec<String> {
    said(&did.effects.outgoing)
        .into_iter()
        .filter(|(channel, _)| channel == "group:staff")
        .map(|(_, text)| text)
        .collect()
}

#[test]
fn who_joined_a_ticket_changes_nothing_of_it_for_the_one_who_asked() {
    let mut group = shared(MONDAY_MORNING);
    group.room("老王", "改一下密码", Some(1));
    let before = group.open_tickets.get(1).unwrap().clone();
    assert_eq!(before.status, Status::Waiting);

    // "Solved" ends it for the one who says so.
    let solved = group.wait(30).call("小红", "解决了");
    assert_eq!(solved.reason, Reason::LeftTicket { number: 1 });
    assert!(
        to_staff(&solved)[0].contains("小明 的工单不变"),
        "{:?}",
        to_staff(&solved)
    );
    let after = group.open_tickets.get(1).unwrap();
    assert_eq!(after.status, Status::Waiting);
    assert!(after.watchers.is_empty());
    assert_eq!(group.open_tickets.of_member(&group.place, &"小红".into()), None);
    assert_eq!(
        (&after.message, after.member_spoke, after.staff_acted),
        (&before.message, before.member_spoke, before.staff_acted)
    );
    // And for the one who asked it is solved when they say so.
    assert!(group.call("小明", "解决了").said().contains("标记为解决"));
    assert_eq!(group.open_tickets.get(1).unwrap().status, Status::Resolved);
}

#[test]
fn words_of_one_who_joined_go_to_staff_as_theirs_and_a_new_question_is_a_ticket_of_their_own() {
    let mut group = shared(MONDAY_MORNING);
    group.room("老王", "认领", Some(1));
    let asked = group.open_tickets.get(1).unwrap().message.clone();
    let more = group.wait(30).say("小红", "我这边是 8.0 版本");
    let told = to_staff(&more);
    assert!(
        told.len() == 1 && told[0].contains("同问】小红") && told[0].contains("提问的是 小明"),
        "{told:?}"
    );
    assert!(
        said(&more.effects.outgoing)
            .iter()
            .all(|(channel, _)| channel == "group:staff")
    );
    // What the bot knows it answers: nobody holds their conversation.
    assert_eq!(group.wait(5).call("小红", "你们几点上班").decision, "answer");
    assert_eq!(group.wait(5).say("小红", "谢谢").decision, "quiet");
    let human = group.wait(5).call("小红", "转人工");
    assert!(human.said().contains("#1"), "{}", human.said());
    let ticket = group.open_tickets.get(1).unwrap();
    assert_eq!((ticket.status, &ticket.message), (Status::Claimed, &asked));

    group.call("小红", "怎么申请退款");
    let own = group
        .open_tickets
        .get(2)
        .expect("another question, another ticket");
    assert_eq!(own.member.as_str(), "小红");
    // The answer of the first reaches both, quoting the one who asked and mentioning each.
    let answer = group.order("qq", "老王", "改一下密码", Some(1));
    assert_eq!(answer.len(), 1);
    assert_eq!(answer[0].reply.quote.as_ref(), Some(&asked));
    assert_eq!(mentions(&answer[0]), ["小明", "小红"]);
    // History says who said what.
    let lines = group.open_tickets.take_change().lines;
    let line = lines.iter().find(|line| line.text.contains("8.0")).unwrap();
    assert!(line.kind == LineKind::Member && line.who.starts_with("小红"));
}

#[test]
fn who_comes_after_the_answer_gets_it_and_a_ticket_of_their_own_when_it_does_not_help() {
    let mut group = Group::at(MONDAY_MORNING);
    asks(&mut group, "小明");
    group.room("老王", "改一下密码", Some(1));
    let joined = asks(group.wait(60), "小红");
    assert!(
        joined.said().contains("老王：改一下密码") && joined.said().contains("还是不行"),
        "{}",
        joined.said()
    );
    assert_eq!(
        group.open_tickets.get(1).unwrap().status,
        Status::Waiting,
        "nobody's turn"
    );
    // Also after it was resolved; what they were told does.
    group.room("老王", "/t 1 resolve", None);
    let later = asks(group.wait(60), "小刚");
    assert!(later.said().contains("改一下密码"), "{}", later.said());
    let persists = group.wait(1200).say("小刚", "还是不行");
    assert!(persists.said().contains("#2"), "{}", persists.said());
    let own = group.open_tickets.get(2).unwrap();
    assert_eq!(own.subject, QUESTION);
    assert!(
        own.earlier.contains("工单 #1") && own.earlier.contains("改一下密码"),
        "{}",
        own.earlier
    );
    let first = group.open_tickets.get(1).unwrap();
    assert_eq!(first.status, Status::Resolved);
    assert!(first.watchers.iter().all(|watcher| watcher.name != "小刚"));
    // What goes on after a first reply is told as that.
    let mut group = Group::at(MONDAY_MORNING);
    asks(&mut group, "小明");
    group.room("老王", "稍等，我看看", Some(1));
    group.wait(10).say("小明", "日志发您了，请看一下");
    let joined = asks(group.wait(60), "小红");
    assert!(
        joined.said().contains("目前的回复") && joined.said().contains("稍等"),
        "{}",
        joined.said()
    );
}

#[test]
fn the_end_of_a_shared_ticket_is_told_to_all_who_share_it_where_they_asked() {
    let mut group = Group::at(MONDAY_MORNING);
    asks(&mut group, "小明");
    asks(group.wait(20), "小刚");
    group.state = Default::default();
    group.place = Place::new("qq", "group:2");
    asks(group.wait(20), "小红");
    group.room("老王", "改一下密码", Some(1));
    let card = group.room("老王", "/t 1", None).remove(0).1;
    for part in [
        "老王：改一下密码",
        "小刚（qq/group:1，已收到回复）",
        "小红（qq/group:2，还没有回复）",
    ] {
        assert!(card.contains(part), "{part}: {card}");
    }
    let told = group.order("qq", "老王", "/t 1 resolve", None);
    let members: Vec<(String, Vec<String>)> = told
        .iter()
        .filter(|outgoing| outgoing.place.channel.as_str() != "group:staff")
        .map(|outgoing| (outgoing.place.channel.to_string(), mentions(outgoing)))
        .collect();
    let both = vec!["小明".to_owned(), "小刚".to_owned()];
    assert_eq!(
        members,
        [
            ("group:1".to_owned(), both),
            ("group:2".to_owned(), vec!["小红".to_owned()])
        ]
    );
    // Who was not answered is not told that it is resolved, and waits on.
    let hers = told
        .iter()
        .find(|outgoing| outgoing.place.channel.as_str() == "group:2");
    let hers = hers.unwrap().reply.text();
    assert!(!hers.contains("标记为解决") && hers.contains("#2"), "{hers}");
    let own = group.open_tickets.get(2).expect("a ticket of her own");
    assert_eq!(
        (own.member.as_str(), own.status, &own.place),
        ("小红", Status::Open, &group.place)
    );
    assert!(own.earlier.contains("改一下密码"), "{}", own.earlier);
    assert_eq!(group.open_tickets.get(1).unwrap().watchers.len(), 1);
    assert_eq!(
        group
            .open_tickets
            .of_member(&group.place, &"小红".into())
            .unwrap()
            .number,
        2
    );
    let notice = told.last().unwrap().reply.text();
    assert!(
        notice.contains("还没得到回复") && notice.contains("#2"),
        "{notice}"
    );
    let answer = group.order("qq", "老王", "改一下密码", Some(2));
    assert_eq!(answer[0].place.channel.as_str(), "group:2");

    // The one who asked says that it is solved: the others are asked whether it is for them.
    let mut group = shared(MONDAY_MORNING);
    let solved = group.call("小明", "解决了");
    let others = &solved.effects.outgoing[1];
    assert_eq!(mentions(others), ["小红"]);
    assert!(others.reply.text().contains("您的还没解决"));
    assert!(group.wait(60).say("小红", "还是不行").said().contains("#2"));
}

#[test]
fn the_same_words_again_are_no_second_notice_and_a_night_says_when_somebody_comes() {
    let mut group = shared(FRIDAY_NIGHT);
    let joined = asks(group.wait(60), "小刚");
    assert!(
        joined.said().contains("#1") && joined.said().contains("下周一"),
        "{}",
        joined.said()
    );
    let again = asks(group.wait(60), "小刚");
    assert!(again.said().contains("#1"));
    assert_eq!(to_staff(&again), Vec::<String>::new());
    assert_eq!(group.open_tickets.get(1).unwrap().watchers.len(), 2);
}

#[test]
fn a_ticket_written_by_an_older_version_is_read() {
    let mut group = shared(MONDAY_MORNING);
    group.room("老王", "认领", Some(1));
    let ticket = group.open_tickets.get(1).unwrap();
    let mut json = serde_json::to_value(ticket).unwrap();
    let object = json.as_object_mut().unwrap();
    for key in [
        "added_rooms",
        "unclaimed_since",
        "held_since",
        "told_holder",
        "replies",
    ] {
        object.remove(key);
    }
    for watcher in object["watchers"].as_array_mut().unwrap() {
        watcher.as_object_mut().unwrap().remove("spoke");
    }
    let read: crate::ticket::Ticket = serde_json::from_value(json).unwrap();
    assert_eq!((read.number, read.rooms.len(), read.watchers.len()), (1, 1, 1));
    assert_eq!(read.waits_since(), read.opened);
    group.open_tickets = crate::ticket::OpenTickets::new(vec![read], 2, Default::default());
    // Who has it is told without since when.
    let word = group.wait(60).call("小明", "有进展吗");
    assert!(
        word.said().contains("老王") && !word.said().contains("起）"),
        "{}",
        word.said()
    );
}

#[test]
fn who_joined_a_ticket_that_is_resolved_without_an_answer_waits_on_with_the_others_there() {
    let mut group = shared(MONDAY_MORNING);
    asks(group.wait(20), "小刚");
    let asked = group.open_tickets.get(1).unwrap().watchers[0].message.clone();
    let told = group.order("qq", "老王", "解决", Some(1));
    let hers: Vec<_> = told
        .iter()
        .filter(|outgoing| mentions(outgoing) == ["小红", "小刚"])
        .collect();
    assert_eq!(hers.len(), 1, "{told:?}");
    let own = group.open_tickets.get(2).unwrap();
    assert_eq!((own.member.as_str(), own.watchers.len()), ("小红", 1));
    assert_eq!(Some(&own.message), asked.as_ref());
    assert_eq!(hers[0].reply.quote, asked);
    let first = group.open_tickets.get(1).unwrap();
    assert!(first.watchers.is_empty() && first.status == Status::Resolved);
    let ended = told
        .iter()
        .find(|outgoing| outgoing.reply.text().contains("标记为解决"));
    assert_eq!(
        mentions(ended.unwrap()),
        Vec::<String>::new(),
        "told to 小明 alone"
    );
    // Who has been answered by then has nothing to wait for.
    group.room("老王", "改一下密码", Some(2));
    group.room("老王", "解决", Some(2));
    assert_eq!(group.open_tickets.all().count(), 2);
}

#[test]
fn a_matter_of_ones_own_is_a_ticket_of_ones_own() {
    for text in [
        "我的订单呢，一直没到",
        "我要退货不想要了",
        "my order hasn't arrived yet",
    ] {
        let mut group = Group::at(MONDAY_MORNING);
        for who in ["小明", "小红"] {
            let did = group.wait(20).call(who, &format!("/human {text}"));
            assert!(did.said().contains('#'), "{}", did.said());
        }
        assert_eq!(group.open_tickets.all().count(), 2, "{text}");
        let mut group = Group::at(MONDAY_MORNING);
        for who in ["小明", "小红"] {
            group.wait(20).call(who, text);
            group.due();
        }
        assert!(
            group.open_tickets.all().all(|ticket| ticket.watchers.is_empty()),
            "{text}"
        );
    }
}

#[test]
fn trouble_that_is_told_is_its_tellers_own_and_only_staff_hear_who_else_has_it() {
    for text in [
        "网站打不开了",
        "付款了没到账",
        "登录不上去了",
        "密码重置邮件收不到",
        "账号被封了怎么解封",
        "the site is down",
    ] {
        let mut group = Group::at(MONDAY_MORNING);
        let mut told = Vec::new();
        for who in ["小明", "小红"] {
            let mut did = group.wait(180).call(who, text);
            if did.decision == "quiet" {
                did = group.due().remove(0);
            }
            assert!(!did.said().contains("同样的问题"), "{text}: {}", did.said());
            told = to_staff(&did);
        }
        assert!(
            group.open_tickets.all().count() == 2
                && group.open_tickets.all().all(|ticket| ticket.watchers.is_empty()),
            "{text}"
        );
        assert!(
            told[0].contains("#2") && told[0].contains("工单 1 号"),
            "{text}: {told:?}"
        );
        let answer = group.order("qq", "老王", "您的账号欠费了，请充值", Some(1));
        assert!(
            answer
                .iter()
                .all(|told| !mentions(told).contains(&"小红".to_owned())),
            "{text}"
        );
    }
}

#[test]
fn me_too_joins_with_a_mention_of_the_bot_and_by_the_name_of_who_asked() {
    for text in ["同问", "我也遇到这个问题了", "一样的问题，求解", "+1"] {
        let mut group = Group::at(MONDAY_MORNING);
        asks(&mut group, "小明");
        group.quoted = Some(1);
        let joined = group.wait(30).quote("小红", text, QUESTION, false, true);
        assert_eq!(joined.reason, Reason::SharesTicket { number: 1 }, "{text}");
    }
    let mut group = Group::at(MONDAY_MORNING);
    asks(&mut group, "小明");
    let joined = group.wait(30).call("小红", "跟小明一样的问题");
    assert_eq!(joined.reason, Reason::SharesTicket { number: 1 });
}

#[test]
fn who_joined_leaves_in_plain_words() {
    for text in [
        "不用了，我自己好了",
        "我这边好了",
        "我自己弄好了，不用通知我了",
        "退出",
    ] {
        let mut group = shared(MONDAY_MORNING);
        let left = group.wait(30).call("小红", text);
        assert_eq!(left.reason, Reason::LeftTicket { number: 1 }, "{text}");
        let answer = group.order("qq", "老王", "改一下密码", Some(1));
        assert_eq!(mentions(&answer[0]), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn who_says_me_too_of_a_ticket_joins_it_and_is_told_once() {
    let told = "已为您转人工，工单 #1";
    for text in [
        "我也是这个问题",
        "同问",
        "+1",
        "我这边也遇到了",
        "me too, same problem",
    ] {
        let mut group = Group::at(MONDAY_MORNING);
        asks(&mut group, "小明");
        group.quoted = Some(1);
        let joined = group.wait(30).quote("小红", text, told, true, false);
        assert_eq!(joined.reason, Reason::SharesTicket { number: 1 }, "{text}");
        assert!(joined.said().contains("#1"), "{}", joined.said());
        assert!(to_staff(&joined)[0].contains("小红"));
        assert!(
            group
                .open_tickets
                .get(1)
                .unwrap()
                .watcher(&group.place, &"小红".into())
                .is_some()
        );
        group.quoted = Some(1);
        let again = group.wait(5).quote("小红", text, told, true, false);
        assert!(
            group.open_tickets.all().count() == 1
                && again
                    .effects
                    .outgoing
                    .iter()
                    .all(|said| said.place != group.place)
                || again.said().contains("#1")
        );
        // Called right after, without a quote; much later it is said of nothing.
        let called = group.wait(5).call("小刚", "我也遇到了");
        assert_eq!(called.reason, Reason::SharesTicket { number: 1 });
        let late = group.wait(36_000).call("小强", "我也遇到了");
        assert_ne!(late.reason, Reason::SharesTicket { number: 1 });
    }
    // A ticket that does not say what it is about, or a matter of its asker's own: one of their own, which names the other.
    for asked in ["转人工", "我的订单 12345 的包装破了"] {
        let mut group = Group::at(MONDAY_MORNING);
        let did = group.call("小明", asked);
        if did.decision == "quiet" {
            group.due();
        }
        group.quoted = Some(1);
        let own = group.wait(30).quote("小红", "我也是这个问题", told, true, false);
        assert!(own.said().contains("#2"), "{asked}: {}", own.said());
        assert!(group.open_tickets.get(2).unwrap().earlier.contains("#1"));
    }
}

#[test]
fn an_order_of_a_ticket_by_somebody_who_has_none_opens_none() {
    for order in ["退出工单", "关闭工单", "我的工单", "取消我的工单", "leave ticket"] {
        let mut group = Group::at(MONDAY_MORNING);
        asks(&mut group, "小明");
        group.quoted = Some(1);
        let quoted = group
            .wait(30)
            .quote("小红", order, "已为您转人工，工单 #1", true, false);
        let called = group.wait(30).call("小刚", order);
        for did in [quoted, called] {
            let said = did.said();
            assert!(
                said.contains("没有未完结的工单") || said.contains("no open ticket"),
                "{order}: {said}"
            );
        }
        assert_eq!(group.open_tickets.all().count(), 1, "{order}");
        assert_eq!(group.open_tickets.get(1).unwrap().status, Status::Open, "{order}");
    }
}

#[test]
fn who_joins_with_me_too_is_told_to_staff_in_their_own_words_with_the_question() {
    let asked = "数据库升级以后报错 1045 怎么办";
    for words in [
        "我也是",
        "我也遇到这个问题",
        "我也是，我们三台都这样",
        "same here, three of them",
    ] {
        let mut group = Group::at(MONDAY_MORNING);
        group.call("小明", asked);
        group.due();
        for who in ["小红", "小刚", "小李"] {
            // Each on its own, and not gathered.
            let did = group.wait(180).call(who, words);
            assert_eq!(did.reason, Reason::SharesTicket { number: 1 }, "{words}");
            let told = to_staff(&did);
            assert!(
                told.len() == 1
                    && told[0].contains(who)
                    && told[0].contains(words)
                    && told[0].contains(asked),
                "{told:?}"
            );
        }
    }
    // A matter of their own gets tickets of their own, each of which names the question and not another "me too".
    let mut group = Group::at(MONDAY_MORNING);
    group.call("小明", "我的服务器连不上了");
    group.due();
    for (who, words) in [
        ("小红", "我也是"),
        ("小刚", "我也遇到这个问题"),
        ("小李", "我也是，重启也没用"),
    ] {
        let told = to_staff(&group.wait(60).call(who, words));
        assert!(
            told.len() == 1 && told[0].contains("#1 同问：我的服务器连不上了") && told[0].contains(words),
            "{told:?}"
        );
    }
    // A question behind it is one.
    let did = group.wait(60).call("小周", "我也是，你们几点上班");
    assert_ne!(did.decision, "handoff", "{}", did.reason);
}

#[test]
fn what_reads_like_an_order_of_staff_is_told_to_them_whole() {
    let mut group = Group::at(MONDAY_MORNING);
    group.kind = ChannelKind::Direct;
    group.say("小明", "转人工");
    let mut added = group.wait(60).say("小明", "/faq draft 1");
    if added.decision == "quiet" {
        added = group.due().remove(0);
    }
    let told = to_staff(&added);
    assert!(
        told.iter().any(|text| text.contains("│ /faq draft 1")),
        "{told:?}"
    );
}
