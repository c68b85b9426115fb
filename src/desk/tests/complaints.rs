//! Complaints: to the bot they go to a human, with the complaint as the subject; said into a group only the plain request does.

use super::world::{Did, Group, MONDAY_MORNING};
use crate::desk::{Knowledge, Reason};
use groupdesk_contract::ChannelKind;

/// Waits for what comes of a message.
fn came_to(group: &mut Group, did: Did) -> Did {
    match did.reason {
        Reason::Waiting { .. } => group.due().remove(0),
        _ => did,
    }
}

const COMPLAINTS: [&str; 6] = [
    "我要投诉",
    "我要投诉，你们发货太慢了",
    "你们态度太差了",
    "你们客服什么态度？",
    "I want to file a complaint",
    "your support is terrible",
];

#[test]
fn a_complaint_to_the_bot_goes_to_a_human_with_the_complaint_as_the_subject() {
    for words in COMPLAINTS {
        for kind in [ChannelKind::Group, ChannelKind::Direct] {
            let mut group = Group::at(MONDAY_MORNING);
            group.kind = kind;
            group.say("小明", "我的打印机一直卡纸");
            group.due();
            group.open_tickets =
                crate::ticket::OpenTickets::new(Vec::new(), 1, std::collections::BTreeMap::new());
            let did = group.wait(60).call("小明", words);
            let did = came_to(&mut group, did);
            assert_eq!(did.reason, Reason::Complains, "{words}");
            assert_eq!(did.effects.ticket().unwrap().subject, words);
        }
    }
    // The details that follow at once belong to it.
    let mut group = Group::at(MONDAY_MORNING);
    group.call("小明", "我要投诉");
    group.wait(1).say("小明", "你们发货太慢了");
    let did = group.due().remove(0);
    assert_eq!(did.effects.ticket().unwrap().subject, "我要投诉，你们发货太慢了");
}

#[test]
fn said_into_a_group_only_the_plain_request_is_heard() {
    for (words, heard) in [
        ("我要投诉", true),
        ("我要投诉你们！", true),
        ("I want to file a complaint", true),
        ("你们态度太差了", false),
        ("我要投诉物业", false),
        ("老王说我要投诉", false),
        ("客户要投诉怎么办", false),
        ("我不想投诉", false),
    ] {
        let mut group = Group::at(MONDAY_MORNING);
        let did = group.say("小明", words);
        let did = came_to(&mut group, did);
        assert_eq!(did.reason == Reason::Complains, heard, "{words}: {}", did.reason);
        assert_eq!(did.decision == "handoff", heard, "{words}: {}", did.reason);
    }
    let mut group = Group::at(MONDAY_MORNING);
    group.policy.listen = crate::desk::Listen::Mentions;
    assert_eq!(group.say("小明", "我要投诉").reason, Reason::OnlyWhenCalled);
    let did = group
        .wait(60)
        .quote("小明", "我要投诉", "今天下午开会", false, false);
    assert_eq!(did.decision, "quiet");
}

#[test]
fn an_entry_about_complaints_answers_them() {
    let text = r#"
entries:
  - { id: complain, questions: [怎么投诉, 我要投诉, 投诉电话是多少], answer: 投诉请打 12345。 }
  - { id: hours, questions: [你们几点上班], answer: 八点。 }
"#;
    for words in ["我要投诉", "怎么投诉", "我要投诉你们"] {
        let mut group = Group::at(MONDAY_MORNING);
        group.faq = Some(Knowledge::load("faq.yaml", text, None).unwrap().0);
        let did = group.call("小明", words);
        assert_eq!(came_to(&mut group, did).decision, "answer", "{words}");
    }
}
