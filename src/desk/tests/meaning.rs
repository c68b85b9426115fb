//! Texts that need a vector. Every story (`world`) checks that those that the desk ranks are among them.

use super::world::{Group, MONDAY_MORNING, knowledge};
use crate::desk::{Desk, Listen};
use groupdesk_contract::{ChannelKind, Message, MessageId, Quote, Segment};

fn texts(group: &Group, message: &Message, staff: bool) -> Vec<String> {
    let context = group.channel_context();
    Desk::new(knowledge()).texts(&context, group.now, &group.state, message, staff, None)
}

#[test]
fn what_can_not_be_answered_is_not_asked_for() {
    let mut group = Group::at(MONDAY_MORNING);
    let said = group.message("a", "  几点有人 ");
    assert_eq!(texts(&group, &said, false), ["几点有人"]);
    assert!(texts(&group, &said, true).is_empty(), "staff");
    for text in ["", "谢谢", "在吗？", "/help", "/human 急", "/ticket"] {
        let message = group.message("a", text);
        assert!(texts(&group, &message, false).is_empty(), "{text}");
    }
    let mut own = said.clone();
    own.sender.is_self = true;
    let mut bot = said.clone();
    bot.sender.is_bot = true;
    assert!(texts(&group, &own, false).is_empty() && texts(&group, &bot, false).is_empty());
    group.policy.listen = Listen::Off;
    assert!(texts(&group, &said, false).is_empty());
    group.policy.listen = Listen::Mentions;
    assert!(texts(&group, &said, false).is_empty());
    let mut called = said.clone();
    called.mentions_bot = true;
    assert_eq!(texts(&group, &called, false), ["几点有人"]);
    let mut direct = said.clone();
    direct.channel.kind = ChannelKind::Direct;
    assert_eq!(texts(&group, &direct, false), ["几点有人"]);
    group.policy.listen = Listen::All;
    group.wait(601);
    assert!(texts(&group, &said, false).is_empty(), "too old");
}

#[test]
fn a_question_under_somebody_s_words_and_a_burst_are_asked_for_whole_too() {
    let mut group = Group::at(MONDAY_MORNING);
    let mut under = group.message("a", "这个怎么办");
    under.mentions_bot = true;
    under.segments.insert(
        0,
        Segment::Quote(Quote {
            message: MessageId::new("9"),
            of_bot: Some(false),
            text: Some("发票还没有收到".to_owned()),
        }),
    );
    assert_eq!(
        texts(&group, &under, false),
        ["这个怎么办", "发票还没有收到 这个怎么办"]
    );
    let mut ask = group.message("a", "/ask 几点有人");
    assert_eq!(texts(&group, &ask, false), [""; 0], "another program's");
    ask.mentions_bot = true;
    assert_eq!(texts(&group, &ask, false), ["几点有人"]);

    group.say("b", "我的电脑坏了");
    group.wait(2);
    let more = group.message("b", "现在有人在吗");
    assert_eq!(
        texts(&group, &more, false),
        ["我的电脑坏了\n现在有人在吗", "现在有人在吗"]
    );
    group.wait(2);
    assert_eq!(texts(&group, &more, false), ["现在有人在吗"]);
}
