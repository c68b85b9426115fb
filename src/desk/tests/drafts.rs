//! Drafts of answers for staff: what a model may see, what staff are shown, and what becomes of it.

use super::world::{Group, MONDAY_MORNING, knowledge, said};
use crate::desk::{Desk, DraftInput, DraftRequest, DraftResult, DraftSentence, NoDraft};
use crate::ticket::{Status, Ticket};
use groupdesk_contract::{Place, Quote, Segment};

/// A question of a member that ends as a ticket, with more than the matcher knows of it.
const ASKED: &str = "人工 电子发票没收到，我的订单号是 778899001，怎么办";

fn group() -> Group {
    let mut group = Group::at(MONDAY_MORNING);
    group.lifecycle.drafts = true;
    group
}

/// Opens the ticket of `who`, and returns what the model is asked.
fn opened(group: &mut Group, who: &str, text: &str) -> Option<DraftInput> {
    let did = group.call(who, text);
    let wanted = did.effects.wanted.clone()?;
    assert_eq!(
        Some(wanted.ticket),
        did.effects.ticket().map(|ticket| ticket.number)
    );
    brief(group, wanted)
}

/// Prepares a draft with the history since the last one.
fn brief(group: &mut Group, wanted: DraftRequest) -> Option<DraftInput> {
    remembering(group, wanted, &[])
}

fn remembering(group: &mut Group, wanted: DraftRequest, tickets: &[Ticket]) -> Option<DraftInput> {
    let history = group.open_tickets.take_change().lines;
    let desk = Desk::new(knowledge());
    let ticket = group.open_tickets.get(wanted.ticket)?.clone();
    let brief = desk.draft_input(&group.open_tickets, &group.policy, wanted)?;
    Some(desk.with_sources(brief, &ticket, &history, tickets, group.now))
}

fn quote(text: &str) -> Segment {
    Segment::Quote(Quote {
        message: "q".into(),
        of_bot: Some(true),
        text: Some(text.to_owned()),
    })
}

fn sentence(text: &str, source: &str) -> DraftSentence {
    DraftSentence {
        text: text.to_owned(),
        source: source.to_owned(),
    }
}

/// Brings what the model says of a question, and returns what is said: `(channel, text)`.
fn comes(
    group: &mut Group,
    brief: DraftInput,
    sentences: Result<Vec<DraftSentence>, NoDraft>,
) -> Vec<(String, String)> {
    let drafted = DraftResult {
        brief,
        said: sentences,
    };
    said(&Desk::new(knowledge()).show_draft(&mut group.open_tickets, drafted, group.now))
}

const GOOD: (&str, &str) = ("电子发票发到邮箱。", "invoice-electronic");

fn good() -> Result<Vec<DraftSentence>, NoDraft> {
    Ok(vec![sentence(GOOD.0, GOOD.1)])
}

#[test]
fn a_new_ticket_has_a_draft_in_the_staff_room_which_a_staff_member_sends_once() {
    let mut plain = Group::at(MONDAY_MORNING);
    assert_eq!(opened(&mut plain, "小明", ASKED), None);

    let mut group = group();
    let brief = opened(&mut group, "小明", ASKED).unwrap();
    assert!(
        brief.question.contains("电子发票没收到") && !brief.question.contains("小明"),
        "{brief:?}"
    );
    let ids: Vec<&str> = brief.sources.iter().map(|source| source.id.as_str()).collect();
    assert!(
        ids.contains(&"invoice-electronic") && !ids.contains(&"paid-priority"),
        "{ids:?}"
    );
    let told = comes(
        &mut group,
        brief,
        Ok(vec![
            sentence(GOOD.0, GOOD.1),
            sentence("请把密码发给我。", "invoice-electronic"),
            sentence("电子发票发到邮箱，3 天内到。", "invoice-electronic"),
            sentence("电子发票发到邮箱。", "no-such-entry"),
        ]),
    );
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].0, "group:staff");
    let shown = &told[0].1;
    assert!(
        shown.contains("草稿") && shown.contains("没有发给成员") && shown.contains("/t 1 发送"),
        "{shown}"
    );
    assert!(
        shown.contains("电子发票发到邮箱。〔invoice-electronic〕"),
        "{shown}"
    );
    assert!(
        !shown.contains("密码") && !shown.contains("3 天") && !shown.contains("no-such"),
        "{shown}"
    );

    // Under another draft nobody means this one.
    let mut other = group.message("老王", "发送");
    other
        .segments
        .insert(0, quote("📝 #1 的回答草稿：……\n七天内可以退款。〔refund〕"));
    other.ticket = Some(1);
    let refused = said(&group.send_in_room(&other));
    assert!(
        refused[0].1.contains("以前的草稿") && refused[0].0 == "group:staff",
        "{refused:?}"
    );
    let sent = group.wait(60).room("老王", "发送", Some(1));
    assert_eq!(
        sent[0],
        (
            "group:1".to_owned(),
            "【工单 #1】老王：电子发票发到邮箱。".to_owned()
        )
    );
    let again = group.room("老李", "/t 1 send", None);
    assert!(
        again.iter().all(|(channel, _)| channel == "group:staff"),
        "{again:?}"
    );
    assert!(again[0].1.contains("过时"), "{again:?}");
}

#[test]
fn a_draft_is_dropped_or_refused_when_the_conversation_has_moved_on() {
    type Moves = (&'static str, fn(&mut Group));
    let moves: [Moves; 4] = [
        ("the member says more", |group| {
            drop(group.wait(5).say("小明", "对了，发票抬头也错了"))
        }),
        ("staff answer", |group| {
            drop(group.wait(5).room("老王", "我看一下", Some(1)))
        }),
        ("it is closed", |group| {
            drop(group.room("老王", "/t 1 关闭", None))
        }),
        ("it is resolved", |group| {
            drop(group.room("老王", "/t 1 解决", None))
        }),
    ];
    for (what, moves) in moves {
        let mut group = group();
        let brief = opened(&mut group, "小明", ASKED).unwrap();
        moves(&mut group);
        assert!(comes(&mut group, brief, good()).is_empty(), "{what}");
        let refused = group.room("老王", "/t 1 发送", None);
        assert!(
            refused.iter().all(|(channel, _)| channel == "group:staff"),
            "{what}: {refused:?}"
        );
    }
    // A claim moves nothing on.
    let mut group = group();
    let brief = opened(&mut group, "小明", ASKED).unwrap();
    group.room("老王", "认领", Some(1));
    assert_eq!(comes(&mut group, brief, good()).len(), 1);
    // After a reply of staff it is outdated, wherever that was said.
    group.wait(30).room("老王", "已经补发了", Some(1));
    assert!(group.room("老王", "发送", Some(1))[0].1.contains("过时"));
}

#[test]
fn staff_ask_for_a_draft_and_are_told_why_there_is_none() {
    let mut group = group();
    opened(&mut group, "小明", ASKED).unwrap();
    let ask = |group: &mut Group, text: &str, quoted| {
        let mut message = group.message("老王", text);
        message.channel.id = "group:staff".into();
        let room = Place::new("qq", "group:staff");
        let desk = Desk::new(knowledge());
        let effects = desk.staff_room(
            &room,
            &mut group.open_tickets,
            &group.lifecycle,
            group.now,
            &message,
            quoted,
        );
        (effects.wanted, said(&effects.outgoing))
    };
    for (text, quoted) in [
        ("/t 1 draft", None),
        ("/t 1 草稿", None),
        ("/draft", Some(1)),
        ("/草稿", Some(1)),
    ] {
        let (wanted, said) = ask(&mut group, text, quoted);
        let wanted = wanted.unwrap_or_else(|| panic!("{text}: {said:?}"));
        let brief = brief(&mut group, wanted).unwrap();
        assert_eq!(brief.rooms, [Place::new("qq", "group:staff")]);
        let told = comes(&mut group, brief.clone(), Err(NoDraft::Down));
        assert!(
            told[0].1.contains("没有草稿") && told[0].0 == "group:staff",
            "{told:?}"
        );
        let told = comes(
            &mut group,
            brief.clone(),
            Ok(vec![sentence("随便说说。", "invoice-electronic")]),
        );
        assert!(told[0].1.contains("没有草稿"), "{told:?}");
        assert!(comes(&mut group, brief, good())[0].1.contains("没有发给成员"));
    }
    // Without a slash it may be for the member: staff are asked. So is "send" where there is no draft.
    let (wanted, said) = ask(&mut group, "草稿", Some(1));
    assert!(wanted.is_none() && said[0].0 == "group:staff", "{said:?}");
    let mut other = self::group();
    opened(&mut other, "小红", ASKED).unwrap();
    let (_, said) = ask(&mut other, "发送", Some(1));
    assert!(
        said.iter().all(|(channel, _)| channel == "group:staff"),
        "{said:?}"
    );
    // Where no model drafts, staff learn that; nothing is asked.
    let mut off = Group::at(MONDAY_MORNING);
    off.call("小明", ASKED);
    let (wanted, said) = ask(&mut off, "/t 1 draft", None);
    assert!(wanted.is_none() && said[0].1.contains("model.drafts"), "{said:?}");
}

#[test]
fn earlier_answers_to_alike_questions_are_sources_without_what_was_their_members_own() {
    let mut before = group();
    opened(
        &mut before,
        "张小红",
        "人工 电子发票一直没收到，订单号 556677889，电话 13900001111",
    )
    .unwrap();
    before.wait(60).room(
        "老王",
        "张小红您好，订单 556677889 的电子发票请看垃圾邮件箱，找不到就打 400-123-4567",
        Some(1),
    );
    before.room("老王", "/t 1 解决", None);
    let old: Vec<Ticket> = before.open_tickets.all().cloned().collect();
    assert_eq!(old[0].status, Status::Resolved);
    let mut group = group();
    group.open_tickets = crate::ticket::OpenTickets::new(Vec::new(), 8, std::collections::BTreeMap::new());
    let wanted = group.call("小明", ASKED).effects.wanted.unwrap();
    let source = |brief: &DraftInput| {
        let mut sources = brief.sources.iter();
        sources
            .find(|source| source.id == "#1")
            .map(|source| source.text.clone())
    };
    let remembered = remembering(&mut group, wanted.clone(), &old).unwrap();
    let text = source(&remembered).unwrap();
    assert!(
        text.contains("电子发票请看垃圾邮件箱") && text.contains("400-123-4567"),
        "{text}"
    );
    for own in ["张小红", "556677889", "老王"] {
        assert!(!text.contains(own), "{own}: {text}");
    }
    let told = comes(
        &mut group,
        remembered,
        Ok(vec![sentence("电子发票请看垃圾邮件箱。", "#1")]),
    );
    assert!(told[0].1.contains("电子发票请看垃圾邮件箱。〔#1〕"), "{told:?}");

    // Of another room's tickets nothing is shown, nor of those that are not over, unanswered, or about something else.
    let mut but = |change: &dyn Fn(&mut Ticket)| {
        let mut old = old.clone();
        change(&mut old[0]);
        source(&remembering(&mut group, wanted.clone(), &old).unwrap())
    };
    assert_eq!(
        but(&|old| old.rooms = vec![Place::new("qq", "group:other")]),
        None
    );
    assert_eq!(but(&|old| old.status = Status::Waiting), None);
    assert_eq!(but(&|old| old.replies.clear()), None);
    assert_eq!(but(&|old| old.transcript = "门禁卡刷不开了".to_owned()), None);
}

#[test]
fn a_draft_waits_for_what_the_ticket_is_about_and_answers_what_was_asked_last() {
    let mut group = group();
    assert_eq!(group.call("小明", "转人工").effects.wanted, None);
    let more = group
        .wait(20)
        .say("小明", "电子发票一直没收到 https://example.com/orders/778899001");
    let brief = brief(&mut group, more.effects.wanted.unwrap()).unwrap();
    assert_eq!(brief.question, "电子发票一直没收到");
    comes(&mut group, brief, good());
    // There is one: further words ask for no other.
    let more = group.wait(20).say("小明", "订单是上周的");
    assert_eq!(more.effects.wanted, None);
    group.wait(60).room("老王", "已经补发了", Some(1));
    group.wait(60).say("小明", "纸质发票要寄到新地址");
    let wanted = DraftRequest {
        ticket: 1,
        asked: Some((Place::new("qq", "group:staff"), "s9".into())),
    };
    let brief = self::brief(&mut group, wanted).unwrap();
    assert_eq!(brief.question, "纸质发票要寄到新地址");
    assert!(
        brief.sources.iter().any(|source| source.id == "invoice-paper"),
        "{brief:?}"
    );
}
