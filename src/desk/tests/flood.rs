//! More words, or more tickets, than staff can read: they are gathered, and an urgent one still comes through at once.

use super::world::{FRIDAY_NIGHT, Group, MONDAY_MORNING, said};
use groupdesk_contract::Place;

/// What the staff room heard.
fn in_room(told: Vec<(String, String)>) -> Vec<String> {
    let heard = told.into_iter().filter(|(channel, _)| channel == "group:staff");
    heard.map(|(_, text)| text).collect()
}

#[test]
fn a_member_who_writes_1500_sentences_makes_a_few_notices_and_hears_of_it_once() {
    let mut group = Group::at(MONDAY_MORNING);
    group.call("小明", "转人工");
    let (mut heard, mut replies) = (Vec::new(), Vec::new());
    for number in 0..1500 {
        if number % 5 == 0 {
            group.wait(1);
        }
        heard.extend(in_room(group.tickets_due()));
        let did = group.say("小明", &format!("第 {number} 句话"));
        for (channel, text) in said(&did.turn.outgoing) {
            match channel.as_str() {
                "group:staff" => heard.push(text),
                _ => replies.push(text),
            }
        }
    }
    group.wait(30);
    heard.extend(in_room(group.tickets_due()));
    assert!(heard.len() <= 40, "{} notices", heard.len());
    assert_eq!(replies.len(), 1, "{replies:?}");
    assert!(replies[0].contains("合并"));
    for number in [0, 1, 2, 3, 10] {
        let words = format!("第 {number} 句话");
        assert!(heard.iter().any(|text| text.contains(&words)), "{words}");
    }
    assert!(heard.iter().any(|text| text.contains("都在工单记录里")));
    // Everything is in the history.
    let kept = group.book.take_change().lines;
    assert_eq!(
        kept.iter().filter(|line| line.text.contains("句话")).count(),
        1500
    );
    // After the flood a word is told at once again.
    let did = group.wait(60).say("小明", "还在吗");
    assert_eq!(in_room(said(&did.turn.outgoing)).len(), 1);
}

#[test]
fn of_a_thousand_tickets_some_are_told_one_by_one_the_rest_together_and_an_urgent_one_at_once() {
    let mut group = Group::at(MONDAY_MORNING);
    group.policy.urgent = vec!["宕机".to_owned()];
    let (mut alone, mut together) = (0, Vec::new());
    for number in 0..1000 {
        if number % 10 == 0 {
            group.wait(4);
        }
        if number % 25 == 0 {
            together.extend(in_room(group.tickets_due()));
        }
        let did = group.call(&format!("m{number}"), &format!("/human 问题 {number}"));
        let replies = said(&did.turn.outgoing);
        alone += in_room(replies.clone()).len();
        // Everybody has a number, and those who wait for long know it.
        assert!(replies[0].1.contains(&format!("#{}", number + 1)), "{replies:?}");
        assert_eq!(replies[0].1.contains("请求很多"), replies.len() == 1);
    }
    assert_eq!(alone, 60);
    let did = group.call("小明", "生产环境宕机");
    let urgent = in_room(said(&did.turn.outgoing));
    assert!(urgent.len() == 1 && urgent[0].contains("宕机"), "{urgent:?}");
    assert!(did.turn.outgoing[1].about.as_ref().unwrap().urgent);
    group.wait(61);
    together.extend(in_room(group.tickets_due()));
    assert!((6..=9).contains(&together.len()), "{} notices", together.len());
    assert!(together.iter().all(|text| text.len() < 1000), "{together:#?}");
    // Nobody claims them: that is told together too.
    let mut escalated = Vec::new();
    for _ in 0..12 {
        escalated.extend(in_room(group.wait(180).tickets_due()));
    }
    let unclaimed = escalated
        .iter()
        .filter(|text| text.contains("还没有人认领"))
        .count();
    assert!((61..=61 + 10).contains(&unclaimed), "{unclaimed}");
    // The next digest has a line for the oldest, and counts the rest.
    group.now = "2026-11-24T08:00:00+08:00".parse().unwrap();
    let digest = in_room(group.tickets_due());
    let digest = digest.iter().find(|text| text.contains("【上班了】")).unwrap();
    assert!(digest.contains("还有") && digest.len() < 10_000, "{digest}");
}

#[test]
fn the_same_member_or_the_same_staff_room_over_many_channels_is_limited_as_well() {
    let mut group = Group::at(FRIDAY_NIGHT);
    group.lifecycle.limits.member = 2;
    group.lifecycle.limits.room = 5;
    let mut told = Vec::new();
    for number in 0..6 {
        group.place = Place::new("qq", format!("group:{number}").as_str());
        group.state = Default::default();
        for who in ["小明".to_owned(), format!("m{number}")] {
            let did = group.wait(1).call(&who, &format!("/human {who} 的问题 {number}"));
            told.push(in_room(said(&did.turn.outgoing)).len());
        }
    }
    assert_eq!(told, [1, 1, 1, 1, 0, 1, 0, 0, 0, 0, 0, 0]);
    // An hour later there is room again.
    group.wait(3600);
    group.place = Place::new("qq", "group:99");
    let did = group.call("小明", "/human 又一个");
    assert_eq!(in_room(said(&did.turn.outgoing)).len(), 1);
}
