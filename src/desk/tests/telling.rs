//! A member who was told that somebody comes is never left with nobody told.

use super::world::{Group, MONDAY_MORNING, place, said};
use crate::desk::{DeliveryReport, DeliveryStatus, Outgoing};
use crate::ticket::Status;
use groupdesk_contract::{NoteKind, Place};

fn room(name: &str) -> Place {
    Place::new(name, "group:staff")
}

fn late() -> DeliveryStatus {
    DeliveryStatus::Late {
        reason: "not connected".to_owned(),
    }
}

fn refused() -> DeliveryStatus {
    DeliveryStatus::Refused {
        reason: "muted".to_owned(),
    }
}

/// Reports `outcome` for the notices to one room, and returns the desk's reaction.
fn meets(group: &mut Group, sent: &[Outgoing], room: &Place, outcome: &DeliveryStatus) -> Vec<Outgoing> {
    let mut told = Vec::new();
    for outgoing in sent.iter().filter(|outgoing| outgoing.place == *room) {
        let about = outgoing.about.clone();
        let fate = DeliveryReport::of(room.clone(), about, &outgoing.reply, outcome.clone());
        told.extend(group.fate(&fate));
    }
    told
}

/// A ticket that goes to the room on QQ, in an installation that has others.
fn asked(others: &[&str]) -> (Group, Vec<Outgoing>) {
    let mut group = Group::at(MONDAY_MORNING);
    let rooms = std::iter::once("qq").chain(others.iter().copied());
    group.lifecycle.staff_rooms = rooms.map(room).collect();
    let did = group.call("小明", "/human 升级失败");
    (group, did.effects.outgoing)
}

#[test]
fn a_notice_that_a_room_does_not_get_goes_to_every_room_of_the_installation() {
    for outcome in [late(), refused()] {
        let (mut group, sent) = asked(&["tg", "dc"]);
        let told = meets(&mut group, &sent, &room("qq"), &outcome);
        let rooms: Vec<&Place> = told.iter().map(|outgoing| &outgoing.place).collect();
        assert_eq!(rooms, [&room("tg"), &room("dc")]);
        for outgoing in &told {
            let text = outgoing.reply.text();
            for part in ["【工单 #1】小明", "│ 升级失败", "qq/group:staff"] {
                assert!(text.contains(part), "{text}");
            }
            let note = outgoing.reply.note.as_ref().unwrap();
            assert!(matches!(note.kind, NoteKind::Opened { .. }));
        }
        // It is theirs now: they see it and answer it.
        assert!(
            group.room_of("tg", "老王", "/t 1", None)[0]
                .1
                .contains("升级失败")
        );
        let said = group.room_of("tg", "老王", "/t 1 请重启", None);
        let answered = |(channel, text): &(String, String)| channel == "group:1" && text.contains("请重启");
        assert!(said.iter().any(answered), "{said:?}");
        assert_eq!(meets(&mut group, &sent, &room("qq"), &outcome), [], "told once");
    }
}

#[test]
fn the_other_rooms_of_a_ticket_hear_that_one_was_not_told_and_no_stranger_does() {
    let mut group = Group::at(MONDAY_MORNING);
    group.lifecycle.staff_rooms = ["qq", "tg", "dc"].map(room).to_vec();
    group.tell.push(room("tg"));
    let sent = group.call("小明", "转人工").effects.outgoing;
    // Whether the other one has its notice already or will have it in a moment.
    for outcome in [late(), refused()] {
        let told = meets(&mut group, &sent, &room("qq"), &outcome);
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].place, room("tg"));
        assert!(told[0].reply.text().contains("送到 qq/group:staff"));
        assert_eq!(meets(&mut group, &sent, &room("tg"), &DeliveryStatus::Sent), []);
    }
}

#[test]
fn where_no_room_can_be_told_the_member_learns_it_once_and_that_it_is_over() {
    let (mut group, sent) = asked(&["tg"]);
    let fallback = meets(&mut group, &sent, &room("qq"), &refused());
    assert_eq!(fallback[0].place, room("tg"));
    let told = meets(&mut group, &fallback, &room("tg"), &refused());
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].place, place());
    let text = told[0].reply.text();
    assert!(text.contains("联系不上") && text.contains("工单系统"), "{text}");
    // A room that refused is told again, after longer and longer, without the words that it may have refused.
    let mut pauses = Vec::new();
    let mut again = Vec::new();
    for _ in 0..3 {
        let due = group.next_due().unwrap();
        pauses.push(due.duration_since(group.now).as_mins());
        group.now = due;
        again = group.due_now();
        let rooms: Vec<&Place> = again.iter().map(|outgoing| &outgoing.place).collect();
        assert_eq!(rooms, [&room("qq"), &room("tg")]);
        for outgoing in &again {
            let text = outgoing.reply.text();
            assert!(text.contains("#1") && !text.contains("升级失败"), "{text}");
        }
        for name in ["qq", "tg"] {
            assert_eq!(meets(&mut group, &again, &room(name), &refused()), []);
        }
    }
    assert_eq!(pauses, [1, 2, 4]);
    let told = meets(&mut group, &again, &room("qq"), &DeliveryStatus::Sent);
    assert_eq!(told.len(), 1);
    assert!(told[0].place == place() && told[0].reply.text().contains("已经收到"));
    // Whoever has it ends the notices to the room that still refuses.
    assert!(group.open_tickets.get(1).unwrap().tell_again_at().is_some());
    group.room("老王", "/t 1 claim", None);
    assert_eq!(group.open_tickets.get(1).unwrap().tell_again_at(), None);
}

#[test]
fn a_member_on_the_account_that_is_down_is_told_nothing_that_is_over_when_it_arrives() {
    let (mut group, sent) = asked(&[]);
    assert_eq!(meets(&mut group, &sent, &room("qq"), &late()), []);
    assert_eq!(meets(&mut group, &sent, &room("qq"), &DeliveryStatus::Sent), []);
    assert!(group.open_tickets.get(1).unwrap().unreached.is_empty());
}

#[test]
fn a_ticket_of_which_nobody_was_told_is_escalated_and_stands_in_the_next_digest() {
    let (mut group, sent) = asked(&[]);
    group.lifecycle.escalate_to = vec![room("boss")];
    let told = meets(&mut group, &sent, &room("qq"), &refused());
    assert_eq!(told[0].place, room("boss"), "at once, as the notice itself");
    meets(&mut group, &told, &room("boss"), &DeliveryStatus::Sent);
    group.wait(15 * 60 + 1);
    let escalated = group.tickets_due();
    let unclaimed = |(_, text): &(String, String)| text.contains("还没有人认领");
    assert!(escalated.iter().any(unclaimed), "{escalated:?}");
    group.now = "2026-11-24T08:00:00+08:00".parse().unwrap();
    let opening = group.tickets_due();
    let digest = |(_, text): &(String, String)| text.contains("【上班了】") && text.contains("#1");
    assert!(opening.iter().any(digest), "{opening:?}");
    assert_eq!(group.open_tickets.get(1).unwrap().status, Status::Open);
}

#[test]
fn a_notice_that_gets_through_after_all_makes_no_digest() {
    for outcome in [late(), refused()] {
        let (mut group, sent) = asked(&["tg"]);
        let told = meets(&mut group, &sent, &room("qq"), &outcome);
        meets(&mut group, &told, &room("tg"), &outcome);
        let mut again = sent;
        if outcome == refused() {
            group.now = group.next_due().unwrap();
            again = group.due_now();
        }
        for name in ["qq", "tg"] {
            let notices = if outcome == late() && name == "tg" {
                &told
            } else {
                &again
            };
            meets(&mut group, notices, &room(name), &DeliveryStatus::Sent);
        }
        for _ in 0..30 {
            let due = group.tickets_due();
            let digest = |(_, text): &(String, String)| text.contains("上班了");
            assert!(!due.iter().any(digest), "{due:?}");
            group.wait(30);
        }
        assert_eq!(group.open_tickets.get(1).unwrap().status, Status::Open);
    }
}

#[test]
fn an_answer_that_was_refused_stands_nowhere_and_nobody_is_pointed_to_it() {
    let mut group = Group::at(MONDAY_MORNING);
    let answer = |group: &mut Group, who: &str| {
        let did = group.wait(1).call(who, "你们几点上班");
        did.effects.outgoing.into_iter().next().unwrap()
    };
    let first = answer(&mut group, "小明");
    assert!(answer(&mut group, "小红").reply.text().contains("回答过"));
    let fate = |outcome| DeliveryReport::of(place(), None, &first.reply, outcome);
    assert!(!fate(DeliveryStatus::Sent).matters());
    for outcome in [late(), refused()] {
        assert!(answer(&mut group, "小红").reply.text().contains("回答过"));
        group.unsaid(&fate(outcome));
    }
    let again = answer(&mut group, "小刚").reply.text();
    assert!(again.contains("8:00"), "{again}");
    assert!(answer(&mut group, "小红").reply.text().contains("回答过"));
    let staff = group.call("小明", "/human 在吗");
    assert!(!said(&staff.effects.outgoing)[1].1.contains("机器人答"));
}
