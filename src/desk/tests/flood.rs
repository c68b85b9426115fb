//! More messages, or more tickets, than staff can read: they are gathered, and an urgent one still comes through at once.

use super::world::{Did, FRIDAY_NIGHT, Group, MONDAY_MORNING, said};
use groupdesk_contract::Place;

/// Texts that the staff room got.
fn in_room(told: Vec<(String, String)>) -> Vec<String> {
    let heard = told.into_iter().filter(|(channel, _)| channel == "group:staff");
    heard.map(|(_, text)| text).collect()
}

#[test]
fn a_text_of_any_length_is_read_in_part_and_kept_whole() {
    for sign in [
        "\u{301}", "？", "，", "！", "\u{200d}", "👍🏽", "🇨🇳", "a.", "1、", "谢", " ", "@", "\\", "({[",
    ] {
        let long = format!("转人工，{}", sign.repeat(60_000));
        let mut group = Group::at(MONDAY_MORNING);
        assert_eq!(group.say("小明", &long[9..]).decision, "quiet", "{sign:?}");
        let did = group.call("小红", &long);
        let mut done = vec![did];
        done.extend(group.wait(30).due());
        let opened = done.iter_mut().find_map(|did| did.effects.opened_mut().cloned());
        if let Some(ticket) = opened {
            assert_eq!(ticket.transcript.trim(), long.trim(), "{sign:?}");
        }
        // As many as make a burst, each as long as a platform takes.
        for _ in 0..8 {
            group.wait(1).say("小刚", &format!("请问{}", sign.repeat(2_000)));
        }
        group.wait(30).due();
    }
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
        for (channel, text) in said(&did.effects.outgoing) {
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
    let kept = group.open_tickets.take_change().lines;
    assert_eq!(
        kept.iter().filter(|line| line.text.contains("句话")).count(),
        1500
    );
    // After the flood a word is told at once again.
    let did = group.wait(60).say("小明", "还在吗");
    assert_eq!(in_room(said(&did.effects.outgoing)).len(), 1);
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
        let replies = said(&did.effects.outgoing);
        alone += in_room(replies.clone()).len();
        // Everybody has a number, and those who wait for long know it.
        assert!(replies[0].1.contains(&format!("#{}", number + 1)), "{replies:?}");
        assert_eq!(replies[0].1.contains("请求很多"), replies.len() == 1);
    }
    assert_eq!(alone, 60);
    let did = group.call("小明", "生产环境宕机");
    let urgent = in_room(said(&did.effects.outgoing));
    assert!(urgent.len() == 1 && urgent[0].contains("宕机"), "{urgent:?}");
    assert!(did.effects.outgoing[1].about.as_ref().unwrap().urgent);
    group.wait(61);
    together.extend(in_room(group.tickets_due()));
    assert!((6..=9).contains(&together.len()), "{} notices", together.len());
    assert!(together.iter().all(|text| text.len() < 1000), "{together:#?}");
    // Nobody claims them: that is told together too.
    let mut escalated = Vec::new();
    for _ in 0..12 {
        escalated.extend(in_room(group.wait(180).tickets_due()));
    }
    escalated.retain(|text| text.contains("还没有人认领"));
    // Those that were told one by one are named, and come together where they cross the limit together.
    let named: usize = escalated
        .iter()
        .map(|text| text.matches("[待认领]").count())
        .sum();
    assert!((1..=12).contains(&escalated.len()), "{escalated:#?}");
    assert!(
        named >= 20 && escalated.iter().all(|text| text.len() < 4000),
        "{named}: {escalated:#?}"
    );
    // The next digest has a line for the oldest, and counts the rest.
    group.now = "2026-11-24T08:00:00+08:00".parse().unwrap();
    let digest = in_room(group.tickets_due());
    let digest = digest.iter().find(|text| text.contains("【上班了】")).unwrap();
    assert!(digest.contains("还有") && digest.len() < 10_000, "{digest}");
}

/// Messages that staff got one by one, and tickets that were opened.
fn told_alone(did: &[Did]) -> (usize, usize) {
    let told = did
        .iter()
        .map(|did| in_room(said(&did.effects.outgoing)).len())
        .sum();
    (
        told,
        did.iter().filter(|did| did.effects.ticket().is_some()).count(),
    )
}

#[test]
fn a_hundred_who_ask_at_once_are_counted_one_by_one_and_hide_nobody_else() {
    let mut group = Group::at(MONDAY_MORNING);
    for flood in 0..2 {
        group.place = Place::new("qq", format!("group:{flood}").as_str());
        group.state = Default::default();
        for number in 0..100 {
            group.call(
                &format!("m{flood}-{number}"),
                &format!("第 {number} 台服务器的域名解析坏了，错误码 {number}"),
            );
        }
        assert_eq!(told_alone(&group.due()), (60, 100));
    }
    // Somebody who plainly asks for a human is told at once, among them and in another group.
    let did = group.call("小明", "转人工");
    assert!(in_room(said(&did.effects.outgoing))[0].contains("小明"));
    group.place = Place::new("qq", "group:other");
    group.state = Default::default();
    let did = group.call("小红", "转人工");
    assert!(in_room(said(&did.effects.outgoing))[0].contains("小红"));
    // So is another group's question, although the room has heard its fill.
    group.call("小李", "数据库升级以后报错 1045");
    assert_eq!(told_alone(&group.due()), (1, 1));
    // Where too many ask for a human, the summary has the names of those whom it does not tell one by one.
    for number in 0..61 {
        group.call(&format!("求助者{number}"), "转人工");
    }
    let together = in_room(group.wait(60).tickets_due());
    assert!(
        together
            .iter()
            .any(|text| text.contains("要人工的：#") && text.contains("求助者60")),
        "{together:#?}"
    );
}

#[test]
fn a_hundred_who_ask_the_same_at_once_share_a_ticket_and_are_told_together() {
    let mut group = Group::at(MONDAY_MORNING);
    for number in 0..100 {
        group.call(&format!("m{number}"), "数据库升级以后报错 1045 怎么办");
    }
    let (told, opened) = told_alone(&group.due());
    assert!(opened == 1 && told <= 4, "{opened} opened, {told} told");
    let together = in_room(group.wait(30).tickets_due());
    assert!(together.iter().any(|text| text.contains("96 条")), "{together:?}");
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
            told.push(in_room(said(&did.effects.outgoing)).len());
        }
    }
    // The room's limit is reached by the fifth, and whoever comes from a channel that has told nothing yet is told all the same.
    assert_eq!(told, [1, 1, 1, 1, 0, 1, 0, 1, 0, 1, 0, 1]);
    let did = group.wait(1).call("mx", "/human 同一个群的第二个问题");
    assert_eq!(in_room(said(&did.effects.outgoing)).len(), 0);
    // An hour later there is room again.
    group.wait(3600);
    group.place = Place::new("qq", "group:99");
    let did = group.call("小明", "/human 又一个");
    assert_eq!(in_room(said(&did.effects.outgoing)).len(), 1);
}
