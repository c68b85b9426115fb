//! Shadow mode: decided as everywhere, and not a word to the group.

use super::world::{Group, MONDAY_MORNING, knowledge};
use crate::desk::{ChannelState, DeliveryReport, DeliveryStatus, Desk, Listen, Reason};
use crate::matcher::{Judged, Tuning};
use groupdesk_contract::{ChannelKind, Place, Segment};

/// Everything that a group may say: a sure question, one that fits several entries, one that nobody knows, calls for a human.
const SAID: [(&str, bool); 9] = [
    ("你们几点上班？", false),
    ("你们几点上班？", true),
    ("今晚吃火锅去不去", false),
    ("发票怎么开", true),
    ("docker 日志太大怎么清理？", true),
    ("转人工", true),
    ("转人工", false),
    ("怎么申请退款", true),
    ("在吗", true),
];

fn group(listen: Listen) -> Group {
    let mut group = Group::at(MONDAY_MORNING);
    group.policy.listen = listen;
    group
}

#[test]
fn shadow_mode_decides_as_all_and_says_nothing_to_the_group() {
    for (text, called) in SAID {
        let [mut all, mut shadow] = [Listen::All, Listen::Shadow].map(group);
        let decided = |group: &mut Group| {
            let mut did = if called {
                group.call("小明", text)
            } else {
                group.say("小明", text)
            };
            if matches!(did.reason, Reason::Waiting { .. }) {
                assert!(did.effects.outgoing.is_empty());
                did = group.due().pop().unwrap();
            }
            did
        };
        let (all, did) = (decided(&mut all), decided(&mut shadow));
        assert_eq!(all.effects.decided, did.effects.decided, "{text}");
        let to_group = |outgoing: &&crate::desk::Outgoing| outgoing.place == shadow.place;
        assert_eq!(did.effects.outgoing.iter().filter(to_group).count(), 0, "{text}");
        assert!(
            did.effects.steps.is_empty() && shadow.open_tickets.next_number() == 1,
            "{text}"
        );
        assert!(did.effects.record.shadow);
        // Who got a reply in the other mode, and had called for it, is told to staff.
        let awaits = all
            .effects
            .outgoing
            .iter()
            .any(|outgoing| outgoing.place == super::world::place());
        let calls = awaits && (called || did.decision == "handoff");
        assert_eq!(
            did.effects.outgoing.len(),
            usize::from(calls),
            "{text}: {}",
            did.reason
        );
    }
}

#[test]
fn staff_are_told_who_called_what_would_have_been_answered_and_where_to_answer() {
    let mut group = group(Listen::Shadow);
    let did = group.call("小明", "你们几点上班");
    assert_eq!(did.effects.outgoing[0].place, group.tell[0]);
    let told = did.said();
    for part in [
        "小明",
        "│ 你们几点上班",
        "本来会答：上班时间",
        "https://chat.test/1",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    // Thanks need nobody, and nobody thanks for what was not said.
    let thanks = group.call("小明", "谢谢");
    assert!(thanks.effects.outgoing.is_empty() && thanks.effects.record.learned.is_empty());
}

#[test]
fn staff_read_all_of_a_burst_however_many_messages_it_has() {
    for listen in [Listen::All, Listen::Shadow] {
        let mut group = group(listen);
        let mut asked: Vec<String> = (1..=80).map(|n| format!("第{n}台打印机换墨")).collect();
        asked.push("转人工".to_owned());
        let mut told = String::new();
        for (n, text) in asked.iter().enumerate() {
            let did = if n == 0 || text == "转人工" {
                group.call("小明", text)
            } else {
                group.wait(1).say("小明", text)
            };
            told.push_str(&did.said());
        }
        for did in group.wait(10).due() {
            told.push_str(&did.said());
        }
        if let Some(ticket) = group.open_tickets.get(1) {
            told.push_str(&ticket.transcript);
        }
        let missing: Vec<&String> = asked
            .iter()
            .filter(|text| !told.contains(text.as_str()))
            .collect();
        assert!(missing.is_empty(), "{listen:?}: {missing:?} in {told}");
    }
}

#[test]
fn a_burst_that_was_asked_back_is_in_the_ticket_that_follows() {
    let mut group = group(Listen::All);
    let asked: Vec<String> = (1..=10).map(|n| format!("第{n}台打印机换墨")).collect();
    for text in &asked {
        group.wait(1).call("小明", text);
    }
    assert!(
        group
            .wait(10)
            .due()
            .iter()
            .all(|did| did.effects.ticket().is_none())
    );
    let ticket = group
        .wait(10)
        .call("小明", "转人工")
        .effects
        .ticket()
        .unwrap()
        .clone();
    let missing: Vec<&String> = asked
        .iter()
        .filter(|text| !ticket.earlier.contains(text.as_str()))
        .collect();
    assert!(missing.is_empty(), "{missing:?} in {}", ticket.earlier);
}

#[test]
fn a_call_that_a_room_refuses_is_told_to_the_rooms_that_have_no_notice_of_their_own() {
    let mut group = group(Listen::Shadow);
    let other = Place::new("qq", "group:other");
    group.lifecycle.staff_rooms = vec![group.tell[0].clone(), other.clone()];
    let called = group.call("小明", "转人工").effects.outgoing.remove(0);
    let reason = "1200 你已被移出该群".to_owned();
    let fate = |caller| DeliveryReport {
        caller,
        ..DeliveryReport::of(
            called.place.clone(),
            None,
            &called.reply,
            DeliveryStatus::Late {
                reason: reason.clone(),
            },
        )
    };
    let desk = Desk::new(knowledge());
    let told = desk.call_not_told(&group.lifecycle, &group.tell, &fate(called.caller.clone()));
    assert_eq!(told.len(), 1, "{told:?}");
    let text = told[0].reply.text();
    assert!(
        told[0].place == other && text.contains("1200") && text.contains("│ 转人工"),
        "{text}"
    );
    // That word is no reason for another.
    let caller = told[0].caller.clone().unwrap();
    assert!(caller.instead && caller.member.as_str() == "小明", "{caller:?}");
}

#[test]
fn a_direct_chat_is_answered_and_a_ticket_that_is_there_goes_on() {
    let mut group = group(Listen::Shadow);
    group.kind = ChannelKind::Direct;
    assert!(!group.call("小明", "你们几点上班").said().is_empty());
    let mut group = self::group(Listen::All);
    group.call("小红", "转人工，打印机坏了");
    group.policy.listen = Listen::Shadow;
    let more = group.wait(30).call("小红", "是三楼的那台");
    assert_eq!(more.reason.ticket(), Some(1), "{}", more.reason);
    assert!(!more.effects.steps.is_empty() && !more.effects.record.shadow);
    assert!(
        more.effects
            .outgoing
            .iter()
            .all(|outgoing| outgoing.place == group.tell[0]),
        "{:?}",
        more.effects.outgoing
    );
}

#[test]
fn what_was_kept_to_itself_is_not_pointed_to_when_the_bot_may_speak() {
    let mut group = group(Listen::Shadow);
    group.call("小明", "你们几点上班");
    assert_eq!(
        group
            .wait(10)
            .call("小红", "你们几点上班")
            .effects
            .decided
            .reason
            .rule(),
        "answered_before"
    );
    group.policy.listen = Listen::All;
    let said = group.wait(10).call("小刚", "你们几点上班").said();
    assert!(said.starts_with("周一至周五"), "{said}");
}

#[test]
fn what_labels_teach_keeps_the_bot_from_speaking_up_and_not_from_answering_a_call() {
    let knowledge = knowledge();
    let asked = [
        "你们几点上班",
        "客服的上班时间是什么时候",
        "周末上班吗",
        "在哪里提交工单",
        "工单系统的地址",
        "怎么开工单",
        "怎么开纸质发票",
        "门禁刷不开",
    ];
    let label = |right: bool| {
        let judged = (0..64).map(|number: usize| {
            let text = asked[number % asked.len()];
            let entry = knowledge.matcher.rank(text).candidates[0].id.to_string();
            Judged {
                text: text.to_owned(),
                meaning: None,
                entry,
                right,
                weight: 1.0,
            }
        });
        let judged: Vec<Judged> = judged.collect();
        assert_eq!(Tuning::learn(&knowledge.matcher, &judged[..29], 0.95), None);
        Tuning::learn(&knowledge.matcher, &judged, 0.95).unwrap()
    };
    let decide = |tuning: &Tuning, called: bool| {
        let mut group = group(Listen::All);
        let mut message = group.message("小明", "你们几点上班？");
        message.mentions_bot = called;
        let desk = Desk::new(knowledge).tuned(Some(tuning));
        let state = ChannelState::default();
        let (effects, _) = desk.message(&group.channel_context(), group.now, state, &message, false, None);
        effects.decided.decision.kind().stored()
    };
    let (trusted, needless) = (label(true), label(false));
    assert_eq!(
        (decide(&trusted, false), decide(&trusted, true)),
        ("answer", "answer")
    );
    assert_eq!(
        (decide(&needless, false), decide(&needless, true)),
        ("quiet", "answer")
    );
    assert!((needless.threshold() - 1.0).abs() < 1e-6);
}

#[test]
fn a_picture_alone_is_told_as_one_and_shown() {
    let mut group = group(Listen::Shadow);
    let mut message = group.message("小明", "");
    message.mentions_bot = true;
    let picture = Segment::Image {
        url: Some("https://example.com/1.png".to_owned()),
    };
    message.segments.push(picture.clone());
    let mut did = group.hear(message, false);
    if did.effects.outgoing.is_empty() {
        did = group.due().pop().unwrap();
    }
    let told = &did.effects.outgoing[0].reply;
    assert!(
        told.text().contains("（图片或文件，没有文字）"),
        "{}",
        told.text()
    );
    assert!(told.segments.contains(&picture), "{told:?}");
}
