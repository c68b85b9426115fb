//! Orders in a staff room as people write them: nothing that may be an order, or is for colleagues, reaches a member.

use super::world::{Group, MONDAY_MORNING, knowledge};
use crate::desk::{Desk, Outgoing};
use crate::ticket::{LineKind, Person, Roster, Status};
use groupdesk_contract::{ChannelId, MessageId, NoteKind, Place, Quote, Segment};

/// A ticket that a colleague has.
fn held() -> Group {
    let mut group = Group::at(MONDAY_MORNING);
    group.call("小明", "转人工");
    group.room("老王", "认领", Some(1));
    group
}

fn status(group: &Group) -> Option<Status> {
    group.open_tickets.get(1).map(|ticket| ticket.status)
}

/// Sends a text under the ticket's notice and returns the answer, after checking that nothing went to the member.
fn privately(group: &mut Group, text: &str) -> String {
    let told = group.room("老王", text, Some(1));
    assert!(
        told.iter().all(|(channel, _)| channel == "group:staff"),
        "{text}: {told:?}"
    );
    told[0].1.clone()
}

#[test]
fn what_staff_note_is_never_said_to_the_member() {
    for text in [
        "备注：这人很急",
        "备注:这人很急",
        "备注，这人很急",
        "【备注】这人很急",
        "备注这人很急",
        "/t 1 备注：这人很急",
        "note: 这人很急",
        "/t 1 note: 这人很急",
    ] {
        let mut group = held();
        let receipt = privately(&mut group, text);
        assert!(receipt.contains("已备注"), "{text}: {receipt}");
        let lines = group.open_tickets.take_change().lines;
        let note = lines.iter().find(|line| line.kind == LineKind::Note);
        assert_eq!(note.map(|line| line.text.as_str()), Some("这人很急"), "{text}");
    }
    for text in ["//这人很急", "、、这人很急", "/t 1 //这人很急"] {
        let receipt = privately(&mut held(), text);
        assert!(receipt.contains("已备注"), "{text}: {receipt}");
    }
    for text in [
        "/t 1 noet 他欠费",
        "/t 1 nto he is lying",
        "ntoe 他欠费",
        "/t 1 notes he is lying",
        "beizhu 他是骗子",
        "/t 1 clo",
        "/t 1 to al 大家好",
        "转 Li",
    ] {
        let asked = privately(&mut held(), text);
        assert!(asked.contains("没有发给成员"), "{text}: {asked}");
    }
    for text in [
        "note that you must restart first",
        "close the window and try again",
        "re: your invoice",
        "resolve it by restarting",
    ] {
        let said = held().room("老王", text, Some(1));
        assert_eq!(
            said[0],
            ("group:1".to_owned(), format!("【工单 #1】老王：{text}"))
        );
    }
    let mut group = held();
    let asked = privately(&mut group, "备住 这人很急");
    assert!(
        asked.contains("没有发给成员") && asked.contains("备注"),
        "{asked}"
    );
    let reply = group.room("老王", "回复：备注栏请留空", Some(1));
    assert_eq!(
        reply[0],
        ("group:1".to_owned(), "【工单 #1】老王：备注栏请留空".to_owned())
    );
}

#[test]
fn an_order_behind_a_number_an_order_or_a_slash_is_asked_back_and_reaches_no_member() {
    for text in [
        "/t 1 号 备注 悄悄话",
        "/t 1号备注 悄悄话",
        "/t 1,2 note 悄悄话",
        "/t 1 和 2 备注 悄悄话",
        "/t 1 claim note 悄悄话",
        "/t 1 认领\n备注 悄悄话",
        "claim\n悄悄话",
        "/t 1 关闭\n悄悄话",
        "/t 1 claim\n/t 2 note 悄悄话",
        "/t 1 /t note 悄悄话",
        "/t 1 to qq/group:900009",
        "/t 1 @10002 note 悄悄话",
        "/t 1 N O T E 悄悄话",
        "/t 1 comment 悄悄话",
        "/t 1 note-taking app is separate",
        "/t 1 note.txt 里有说明",
        "/t 1 回复-全部 都试试",
        "/t 1 交给老周",
        "/t 1 transfer May",
        "/t 1 结案",
        "/t 1 拉黑",
        "/t 1 help",
        "/t 1 悄悄话：客户很急",
        "/t 1 同事注意：客户很急",
    ] {
        let mut group = held();
        let asked = privately(&mut group, text);
        assert!(
            asked.contains("没有发给成员") && asked.contains("/t "),
            "{text}: {asked}"
        );
        assert_eq!(status(&group), Some(Status::Claimed), "{text}");
    }
    let noted = privately(&mut held(), "/t 1\u{200b}//悄悄话");
    assert!(noted.contains("已备注"), "{noted}");
    for words in [
        "请重启 12 号服务器",
        "no. 3 is broken",
        "您好，13 号到货",
        "reply.example.com is the host",
        "Reply-To must be set",
        "hand-held scanners are supported",
    ] {
        let told = held().room("老王", &format!("/t 1 {words}"), None);
        assert_eq!(
            told[0],
            ("group:1".to_owned(), format!("【工单 #1】老王：{words}"))
        );
    }
}

#[test]
fn an_order_in_another_dress_is_done_and_what_looks_like_one_is_asked_back() {
    for (text, after) in [
        ("解决！", Some(Status::Resolved)),
        ("解决。", Some(Status::Resolved)),
        ("结单", Some(Status::Resolved)),
        ("关闭。", None),
        ("关闭工单", None),
        ("释放！", Some(Status::Open)),
    ] {
        let mut group = held();
        group.room("老王", text, Some(1));
        assert_eq!(status(&group), after, "{text}");
        let lines = group.open_tickets.take_change().lines;
        assert!(lines.iter().all(|line| line.kind != LineKind::Staff), "{text}");
    }
    let mut group = held();
    for text in ["解决了", "解诀", "认领一下", "close pls", "备注"] {
        let asked = privately(&mut group, text);
        assert!(
            asked.contains("没有发给成员") && asked.contains("/t 1 "),
            "{text}: {asked}"
        );
        assert_eq!(status(&group), Some(Status::Claimed), "{text}");
    }
    let asked = privately(&mut group, "解决了");
    assert!(
        asked.contains("/t 1 解决") && asked.contains("/t 1 回复 解决了"),
        "{asked}"
    );
    let said = group.room("老王", "/t 1 回复 解决了", None);
    assert_eq!(said[0].1, "【工单 #1】老王：解决了");
}

#[test]
fn a_ticket_is_handed_on_by_a_name_or_an_id_of_the_roster_and_else_nobody_is_told() {
    let mut group = held();
    let asked = privately(&mut group, "转给 小李 5002");
    assert!(asked.contains("转给谁"), "{asked}");
    let asked = privately(&mut group, "转给财务处理了，请稍等");
    assert!(asked.contains("/t 1 回复"), "{asked}");
    group.lifecycle.roster = Roster {
        people: vec![Person {
            name: "小李".to_owned(),
            ids: vec![("qq".into(), "5002".into())],
            shifts: None,
            tier: 1,
        }],
    };
    for to in [
        "转给 小李",
        "转给小李！",
        "转给 5002",
        "/t 1 转给 @小李(5002)",
        "hand to 小李",
    ] {
        group.room("老王", "/t 1 转给我", None);
        group.room("老王", to, Some(1));
        let owner = group.open_tickets.get(1).unwrap().owner.clone().unwrap();
        assert_eq!((owner.name.as_str(), owner.id.as_str()), ("小李", "5002"), "{to}");
    }
    let said = group.room("老王", "give it five minutes", Some(1));
    assert_eq!(said[0].0, "group:1", "{said:?}");
}

#[test]
fn words_that_name_no_ticket_are_answered_with_what_to_type() {
    let mut group = held();
    let said = group.room("老王", "/t1 马上加墨", None);
    assert_eq!(said[0].1, "【工单 #1】老王：马上加墨");
    for text in ["t 1 马上加墨", "解决", "备注：这人很急", "#1 解决"] {
        let told = group.room("老王", text, None);
        assert!(told.len() == 1 && told[0].1.contains("/t 1"), "{text}: {told:?}");
    }
    assert_eq!(group.room("老王", "中午吃什么", None), []);
    // A quote of the list, or of a message whose words nobody knows.
    for (quoted, answered) in [
        (Some("#1 [处理中 老王] 小明\n#2 [待认领] 小红"), true),
        (None, true),
        (Some("groupdesk: 磁盘快满了"), false),
    ] {
        let quote = Quote {
            message: MessageId::new("list"),
            of_bot: Some(true),
            text: quoted.map(str::to_owned),
        };
        let told = under(&mut group, quote, "稍等");
        assert_eq!(told.is_some(), answered, "{quoted:?}");
        assert!(told.is_none_or(|told| told.contains("没有发给任何成员")));
    }
    let of_colleague = Quote {
        message: MessageId::new("x"),
        of_bot: Some(false),
        text: Some("#1 谁跟".to_owned()),
    };
    assert_eq!(under(&mut group, of_colleague, "我来"), None);
}

fn under(group: &mut Group, quote: Quote, text: &str) -> Option<String> {
    let mut message = group.message("老王", text);
    message.channel.id = ChannelId::new("group:staff");
    message.segments.insert(0, Segment::Quote(quote));
    let desk = Desk::new(knowledge());
    let room = Place::new("qq", "group:staff");
    let effects = desk.staff_room(
        &room,
        &mut group.open_tickets,
        &group.lifecycle,
        group.now,
        &message,
        None,
    );
    effects.outgoing.first().map(|outgoing| outgoing.reply.text())
}

#[test]
fn reopening_an_open_ticket_says_that_it_is_open() {
    let mut group = held();
    let told = privately(&mut group, "重开");
    assert!(told.contains("没有结束") && !told.contains("先"), "{told}");
    group.room("老王", "解决", Some(1));
    privately(&mut group, "重开");
    assert_eq!(status(&group), Some(Status::Claimed));
}

#[test]
fn who_needs_no_human_any_more_is_not_told_to_staff_as_solved() {
    for (text, solved) in [("别转人工", false), ("解决了", true)] {
        let mut group = Group::at(MONDAY_MORNING);
        group.call("小明", "转人工");
        let did = group.wait(20).call("小明", text);
        let told = &did.effects.outgoing.last().unwrap().reply.text();
        assert_eq!(told.contains("说已解决"), solved, "{told}");
        assert_eq!(told.contains("不需要人工了"), !solved, "{told}");
    }
}

#[test]
fn the_first_notice_of_a_room_says_how_to_answer_and_no_later_one_does() {
    let mut group = Group::at(MONDAY_MORNING);
    let how = |did: &super::world::Did| {
        let told = did
            .effects
            .outgoing
            .iter()
            .filter(|told| told.place.channel.as_str() == "group:staff");
        told.map(|told| told.reply.text()).collect::<String>()
    };
    let first = how(&group.call("小明", "转人工"));
    assert!(
        first.contains("引用这条消息") && first.contains("/t 1 认领") && first.contains("/t 帮助"),
        "{first}"
    );
    let room = Place::new("qq", "group:staff");
    assert_eq!(
        group.open_tickets.take_change().introduced,
        std::slice::from_ref(&room)
    );
    group.room("老王", "关闭", Some(1));
    let second = how(&group.call("小红", "转人工"));
    assert!(second.contains("#2") && !second.contains("/t 帮助"), "{second}");
    assert_eq!(group.open_tickets.take_change().introduced, []);
    // Nor after a restart.
    let next = group.open_tickets.next_number();
    group.open_tickets =
        crate::ticket::OpenTickets::new(Vec::new(), next, Default::default()).with_introduced([room].into());
    let third = how(&group.call("小刚", "转人工"));
    assert!(third.contains("#3") && !third.contains("/t 帮助"), "{third}");
}

#[test]
fn a_call_for_help_in_a_staff_room_lists_the_orders() {
    let mut group = held();
    for text in ["/help", "/t help", "/t 帮助", "/帮助", "帮助", "help", "帮助！"] {
        let told = group.room("老王", text, None);
        assert!(
            told.len() == 1 && told[0].1.contains("/t 12 认领"),
            "{text}: {told:?}"
        );
    }
    let told = group.room("老王", "/help", Some(1));
    assert!(told[0].1.contains("/t 12 认领"), "{told:?}");
    // All families of orders, and an order that is nearly one of them, under a notice too: no member reads it.
    for text in ["/help", "帮助", "/help faq", "帮助 label"] {
        let told = group.room("老王", text, None);
        for family in ["/faq ", "/label ", "/why "] {
            assert!(told[0].1.contains(family), "{text} {family}: {told:?}");
        }
    }
    for quoted in [None, Some(1)] {
        for (text, meant) in [
            ("/lable 对", "/label"),
            ("/wyh", "/why"),
            ("/why not", "/why"),
            ("/faqs misses", "/faq"),
            ("、标住 对", "/标注"),
            ("/hlep", "/help"),
        ] {
            let told = group.room("老王", text, quoted);
            let asked = told.len() == 1 && told[0].0 == "group:staff";
            assert!(
                asked && told[0].1.contains(&format!("是不是要写 {meant}？")),
                "{text}: {told:?}"
            );
        }
    }
    for others in ["/weather 北京", "/data/label 满了", "/roll"] {
        assert_eq!(group.room("老王", others, None), [], "{others}");
    }
    // Under a notice the words of the room's orders are asked back: nobody means its member by them.
    for (text, meant) in [
        ("帮助", "/t 帮助"),
        ("值班", "/t 值班"),
        ("上班", "/t 上班"),
        ("列表", "/t"),
        ("全部", "回复全部"),
        ("所有人", "回复全部"),
    ] {
        let told = group.room("老王", text, Some(1));
        assert!(
            told.len() == 1 && told[0].0 == "group:staff" && told[0].1.contains(meant),
            "{text}: {told:?}"
        );
    }
    assert_eq!(group.room("老王", "谁来帮助一下小李", None), []);
}

#[test]
fn what_is_not_delivered_is_told_where_it_was_written_in_words_that_the_public_may_read() {
    for text in [
        "解决了",
        "clsoe",
        "转 Li",
        "备住 他是骗子",
        "/t 1,2 note x",
        "/t 99 你好",
        "/t 9999999999999999999999 x",
    ] {
        let told = thread(&mut held(), text, None);
        let note = told[0].reply.note.as_ref().unwrap();
        assert_eq!((note.ticket, &note.kind), (1, &NoteKind::Answer), "{text}");
        let words = told[0].reply.text();
        assert!(!words.contains("小明"), "{text}: {words}");
    }
    // What names members is not for everybody, and an answer to a mail about no ticket stays out of its thread.
    for private in ["/t 1", "/t"] {
        let told = thread(&mut held(), private, None);
        let note = told[0].reply.note.as_ref();
        assert!(note.is_none_or(|note| note.kind == NoteKind::Event), "{private}");
    }
    let quote = Segment::Quote(Quote {
        message: "mail".into(),
        of_bot: Some(true),
        text: None,
    });
    assert_eq!(thread(&mut held(), "/t 99 你好", Some(quote))[0].reply.note, None);
}

/// Sends a text in the thread of the ticket.
fn thread(group: &mut Group, text: &str, quote: Option<Segment>) -> Vec<Outgoing> {
    let mut message = group.message("老王", text);
    message.ticket = Some(1);
    message.segments.splice(0..0, quote);
    let room = Place::new("qq", "group:staff");
    Desk::new(knowledge())
        .staff_room(
            &room,
            &mut group.open_tickets,
            &group.lifecycle,
            group.now,
            &message,
            None,
        )
        .outgoing
}
