//! Staff rooms of different people: a ticket belongs to those that were told of it.

use super::world::{Group, MONDAY_MORNING, said};
use crate::desk::Desk;
use crate::desk::tests::world::knowledge;
use crate::ticket::{OpenTickets, Status};
use groupdesk_contract::{ChannelId, Place};
use std::collections::BTreeMap;

/// Ticket 1 is the room's on QQ, ticket 2 the one's on Telegram.
fn two_rooms() -> Group {
    let mut group = Group::at(MONDAY_MORNING);
    group.call("小明", "/human 装不上");
    group.tell = vec![Place::new("tg", "group:staff")];
    group.place = Place::new("qq", "group:2");
    group.state = Default::default();
    group.call("小红", "/human 发票没收到");
    group
}

#[test]
fn to_the_staff_of_another_room_a_ticket_is_as_if_it_were_not_there() {
    let mut group = two_rooms();
    group.room_of("tg", "外人", "/t 2 claim", None);
    for order in [
        "",
        "claim",
        "release",
        "转给 @自己",
        "note 听说",
        "解决",
        "close",
        "重开",
        "查看",
        "您好",
        "!log",
    ] {
        let before = group.open_tickets.get(1).cloned();
        let there = group.room_of("tg", "外人", &format!("/t 1 {order}"), None);
        let nowhere = group.room_of("tg", "外人", &format!("/t 7 {order}"), None);
        assert_eq!(there.len(), 1, "{order}: nobody else hears of it: {there:?}");
        assert_eq!(there[0].1.replace("#1", "#7"), nowhere[0].1, "{order}");
        assert_eq!(group.open_tickets.get(1).cloned(), before, "{order}");
        // Neither by a quote nor by what names its ticket without one: a mail thread, an issue.
        if !order.is_empty() {
            let quoted = group.room_of("tg", "外人", order, Some(1));
            let of_none = group.room_of("tg", "外人", order, Some(7));
            assert_eq!(quoted.len(), 1, "{order}: nobody else hears of it: {quoted:?}");
            assert_eq!(quoted[0].1.replace("#1", "#7"), of_none[0].1, "{order}");
            let mut message = group.message("外人", order);
            message.channel.id = ChannelId::new("group:staff");
            message.ticket = Some(1);
            let room = Place::new("tg", "group:staff");
            let desk = Desk::new(knowledge());
            let effects = desk.staff_room(
                &room,
                &mut group.open_tickets,
                &group.lifecycle,
                group.now,
                &message,
                None,
            );
            assert_eq!(said(&effects.outgoing), quoted, "{order}");
            assert_eq!(
                effects.outgoing[0].about, None,
                "quoting the refusal speaks of no ticket"
            );
            assert_eq!(group.open_tickets.get(1).cloned(), before, "{order}");
        }
    }
    let list = &group.room_of("tg", "外人", "/t", None)[0].1;
    assert!(list.contains("#2") && !list.contains("#1"), "{list}");
    let list = &group.room("老王", "/t", None)[0].1;
    assert!(list.contains("#1") && !list.contains("#2"), "{list}");
    group.room_of("tg", "外人", "/t 2 close", None);
    assert!(
        group.room_of("tg", "外人", "/t", None)[0]
            .1
            .contains("没有未完结的工单")
    );
}

#[test]
fn a_member_waits_behind_those_only_whom_the_same_staff_answer() {
    let mut group = two_rooms();
    assert!(group.call("小红", "我的工单").said().contains("前面还有 0 个"));
    group.call("小刚", "/human 退货");
    assert!(group.call("小刚", "我的工单").said().contains("前面还有 1 个"));
}

#[test]
fn an_escalation_and_a_hand_on_make_a_ticket_the_other_rooms_too() {
    let mut group = two_rooms();
    let boss = Place::new("boss", "group:staff");
    group.lifecycle.escalate_to = vec![boss.clone()];
    group.lifecycle.staff_rooms = vec![boss.clone(), Place::new("tg", "group:staff")];
    assert!(
        group.room_of("boss", "老板", "/t 1", None)[0]
            .1
            .contains("没有未关闭的工单")
    );
    group.wait(15 * 60);
    let told = group.due_now();
    assert!(told.iter().all(|outgoing| outgoing.place == boss), "{told:?}");
    assert!(
        group.room_of("boss", "老板", "/t 1", None)[0]
            .1
            .contains("装不上")
    );
    let list = &group.room_of("boss", "老板", "/t", None)[0].1;
    assert!(list.contains("#1") && list.contains("#2"), "{list}");
    // The room that had it hears what becomes of it, and the third one nothing.
    let claimed = group.order("boss", "老板", "认领", Some(1));
    let places: Vec<String> = claimed
        .iter()
        .map(|outgoing| outgoing.place.to_string())
        .collect();
    assert_eq!(places, ["boss/group:staff", "qq/group:staff"]);

    // Handed on to a room by its address: all of it is told there, and it is free to be claimed.
    assert!(
        group.room("老王", "/t 1 转给 tg/nowhere", None)[0]
            .1
            .contains("转给谁")
    );
    let handed = group.order("qq", "老王", "/t 1 转给 tg/group:staff", None);
    let told: Vec<(String, String)> = handed
        .iter()
        .map(|outgoing| (outgoing.place.to_string(), outgoing.reply.text()))
        .collect();
    let there = told.iter().find(|(place, _)| place == "tg/group:staff").unwrap();
    assert!(
        there.1.contains("装不上") && there.1.contains("老王"),
        "{there:?}"
    );
    assert_eq!(group.open_tickets.get(1).unwrap().status, Status::Open);
    assert!(
        group.room_of("tg", "小李", "认领", Some(1))[0]
            .1
            .contains("由 小李 处理")
    );
    // Who asks the same in a channel of the first rooms still joins it.
    let place = Place::new("qq", "group:3");
    let asked = crate::ticket::NewQuestion {
        place: &place,
        kind: groupdesk_contract::ChannelKind::Group,
        rooms: &[Place::new("qq", "group:staff")],
        said: "装不上",
        before: "",
    };
    let window = group.lifecycle.join_within;
    assert_eq!(
        group
            .open_tickets
            .same_question(&asked, group.now, window)
            .map(|ticket| ticket.number),
        Some(1)
    );
}

#[test]
fn a_ticket_whose_rooms_are_gone_from_the_settings_is_the_channels_present_rooms() {
    let mut group = two_rooms();
    let tickets = group.open_tickets.all().cloned().collect();
    let mut open_tickets = OpenTickets::new(tickets, 3, BTreeMap::new());
    let new = [Place::new("tg", "group:staff")];
    open_tickets.rehome(|room| new.contains(room), |_| &new, group.now);
    assert_eq!(open_tickets.get(1).unwrap().rooms, new);
    assert_eq!(
        open_tickets.changed().collect::<Vec<_>>(),
        [1],
        "the other one has its room"
    );
    group.open_tickets = open_tickets;
    let digest = group.due_now();
    assert_eq!(digest.len(), 1);
    assert_eq!(digest[0].place, new[0]);
    assert!(digest[0].reply.text().contains("#1"));
    assert!(group.room_of("tg", "小李", "/t 1", None)[0].1.contains("装不上"));
}
