//! Answers that wait for staff to speak first.

use super::world::{Group, MONDAY_MORNING};
use crate::desk::Reason;
use groupdesk_contract::{MemberId, Segment};
use jiff::SignedDuration;

/// 小明 asked what the FAQ knows, and nobody called the bot.
fn waiting() -> Group {
    let mut group = Group::at(MONDAY_MORNING);
    group.policy.wait_for_human = SignedDuration::from_secs(30);
    let did = group.say("小明", "你们几点上班");
    assert!(matches!(did.reason, Reason::Waiting { .. }), "{}", did.reason);
    group
}

fn is_answered(group: &mut Group) -> bool {
    let answered = group
        .due()
        .iter()
        .any(|did| did.said().contains("服务时间") || did.said().contains("8:00"));
    answered || group.due().iter().any(|did| did.said().contains("8:00"))
}

#[test]
fn impatience_and_words_to_others_lose_nobody_the_answer_that_waits() {
    for words in [
        "急，在线等",
        "有没有人啊",
        "拜托了各位",
        "客服别装死",
        "anyone?",
        "？",
        "工单我知道，就是这个",
        "谢谢",
        "你们几点上班",
    ] {
        for after in [1, 10] {
            let mut group = waiting();
            group.wait(after).say("小明", words);
            assert!(is_answered(&mut group), "{words} after {after} s");
        }
    }
    for (id, after) in [("小红", 1), ("小红", 10)] {
        let mut group = waiting();
        let mut message = group.wait(after).message("小明", "晚上吃啥");
        message.segments.insert(0, Segment::Mention(MemberId::new(id)));
        group.hear(message, false);
        assert!(is_answered(&mut group), "to {id} after {after} s");
    }
    let mut group = waiting();
    let mut picture = group.wait(10).message("小明", "");
    picture.segments = vec![Segment::Image { url: None }];
    group.hear(picture, false);
    assert!(is_answered(&mut group), "a picture");
    // The answer itself, or a human, ends it.
    let mut group = waiting();
    assert_eq!(group.wait(10).call("小明", "你们几点上班").decision, "answer");
    assert!(group.due().is_empty());
    let mut group = waiting();
    assert_eq!(group.wait(10).call("小明", "转人工").decision, "handoff");
    assert!(group.due().is_empty());
    // Another question is answered as well.
    let mut group = waiting();
    group.wait(10).say("小明", "工单系统需要注册吗");
    let said: String = group.due().iter().map(super::world::Did::said).collect();
    assert!(said.contains("不注册也可以") && said.contains("8:00"), "{said}");
}

#[test]
fn words_that_settle_it_and_thanks_to_another_end_the_wait() {
    for words in ["查到了，不用管我", "不用了，翻到了", "找到了"] {
        for after in [1, 10] {
            let mut group = waiting();
            assert_eq!(
                group.wait(after).say("小明", words).reason,
                Reason::AskerSpoke,
                "{words}"
            );
            assert!(group.due().is_empty(), "{words} after {after} s");
        }
    }
    let mut group = waiting();
    group.wait(10).say("小红", "八点半");
    group.wait(10).say("小明", "谢谢");
    assert!(group.due().is_empty());
}

#[test]
fn staff_who_speak_to_others_answer_nobody_else() {
    let to = |group: &mut Group, id: &str, text: &str| {
        let mut message = group.wait(10).message("staff", text);
        message.segments.insert(0, Segment::Mention(MemberId::new(id)));
        group.hear(message, true).reason
    };
    let mut group = waiting();
    assert_eq!(
        to(&mut group, "小李", "你的发票寄出了"),
        Reason::StaffSpeaking { dropped: 0 }
    );
    assert_eq!(
        group.wait(1).staff("大家下午好").reason,
        Reason::StaffSpeaking { dropped: 0 }
    );
    assert!(is_answered(&mut group));
    let mut group = waiting();
    assert_eq!(
        to(&mut group, "小明", "八点"),
        Reason::StaffSpeaking { dropped: 1 }
    );
    // Of two who wait, it answers the one who spoke last.
    let mut group = waiting();
    group.wait(5).say("小红", "工单系统需要注册吗");
    assert_eq!(
        group.wait(2).staff("不用注册").reason,
        Reason::StaffSpeaking { dropped: 1 }
    );
    assert!(is_answered(&mut group));
}
