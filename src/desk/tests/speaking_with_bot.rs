//! Members who speak on with the bot without calling it again.

use super::world::{Group, MONDAY_MORNING};
use crate::desk::{Knowledge, Reason};

/// FAQ of a shop's software.
const FAQ: &str = "\
entries:
  - id: printer
    title: 小票打印机连接与设置
    questions: [打印机连不上, 小票打印机不出纸, 打印机没反应怎么办]
    answer: 重新配对打印机。
  - id: refund
    title: 续费和退费
    questions: [软件能退费吗, 年费怎么退, 续费多少钱]
    answer: 七天内可退。
  - id: goods
    title: 顾客退货退款
    questions: [顾客要退货怎么退, 怎么给顾客退款, 退货单怎么开]
    answer: 在销售单里点退货。
";

/// Group that a file of its own serves.
fn group_with(faq: &str) -> Group {
    let (knowledge, _) = Knowledge::load("faq.yaml", faq, None).unwrap();
    let mut group = Group::at(MONDAY_MORNING);
    group.faq = Some(knowledge);
    group
}

#[test]
fn who_says_that_it_still_fails_right_under_the_answer_gets_a_human() {
    for words in [
        "还是不行",
        "按你说的弄了 还是不行",
        "试了 还是不出",
        "搞了 不行啊",
        "nope still blank",
    ] {
        let mut group = group_with(FAQ);
        assert_eq!(group.call("老王", "打印机连不上").decision, "answer");
        let did = group.wait(5).say("老王", words);
        assert_eq!(did.reason, Reason::DidNotHelp, "{words}");
        // Behind others' words it may be about theirs.
        let mut group = group_with(FAQ);
        group.call("老王", "打印机连不上");
        group.wait(2).say("李姐", "我这边今天网也很差");
        assert_eq!(group.wait(3).say("老王", words).decision, "quiet", "{words}");
    }
    for words in ["还是算了", "好的我试试", "周末还是工作日"] {
        let mut group = group_with(FAQ);
        group.call("老王", "打印机连不上");
        assert_ne!(
            group.wait(5).say("老王", words).reason,
            Reason::DidNotHelp,
            "{words}"
        );
    }
}

#[test]
fn whom_the_bot_has_just_answered_asks_for_a_human_in_fewer_words() {
    for words in ["有客服吗", "有人工客服吗", "有没有人管啊", "客服呢"] {
        let mut group = group_with(FAQ);
        group.call("阿珍", "打印机连不上");
        group.wait(2).say("李姐", "我也想知道");
        let did = group.wait(3).say("阿珍", words);
        assert!(
            matches!(did.reason, Reason::AskedForHuman { .. }),
            "{words}: {}",
            did.reason
        );
    }
}

#[test]
fn a_group_that_asks_for_support_by_name_gets_it_and_one_that_asks_for_anybody_does_not() {
    for words in ["有客服吗", "请问有客服在吗", "is anyone from the team here?"] {
        let did = group_with(FAQ).say("老王", words);
        assert!(
            matches!(did.reason, Reason::AskedForHuman { .. }),
            "{words}: {}",
            did.reason
        );
    }
    for words in ["有人吗", "客服呢", "有没有人管啊", "有没有人一起吃饭"] {
        assert_eq!(group_with(FAQ).say("老王", words).decision, "quiet", "{words}");
    }
}

#[test]
fn words_in_the_place_of_a_number_pick_the_choice_that_they_name() {
    let offered = || {
        let mut group = group_with(FAQ);
        let did = group.call("阿强", "要退怎么弄");
        let did = if matches!(did.reason, Reason::Waiting { .. }) {
            group.due().pop().unwrap()
        } else {
            did
        };
        assert_eq!(did.decision, "clarify", "{}", did.reason);
        group
    };
    let mut group = offered();
    let did = group.wait(5).say("阿强", "软件的");
    assert!(did.said().contains("七天内"), "{} {}", did.said(), did.reason);
    let mut group = offered();
    let did = group.wait(5).say("阿强", "顾客");
    assert!(did.said().contains("点退货"), "{} {}", did.said(), did.reason);
    // Others' words between are a talk, and a courtesy picks nothing.
    let mut group = offered();
    group.wait(2).say("李姐", "顾客最近真多");
    assert_eq!(group.wait(2).say("阿强", "顾客").decision, "quiet");
    let mut group = offered();
    assert_eq!(group.wait(2).say("阿强", "好的").decision, "quiet");
}

#[test]
fn a_question_of_the_file_that_answers_another_member_is_said_to_them() {
    let faq = "entries:\n  - { id: mail, questions: [邮箱, 邮箱是多少, 怎么发邮件给你们], answer: a@example.com }\n  - { id: hours, questions: \
               [几点上班, 周末上班吗], answer: 九点 }\n";
    let mut group = group_with(faq);
    group.say("小林", "谁知道怎么联系他们的老板");
    assert_eq!(group.wait(5).say("大伟", "邮箱").decision, "quiet");
    let mut group = group_with(faq);
    group.say("小林", "你发票发到哪个地方了");
    assert_eq!(group.wait(5).say("大伟", "邮箱").decision, "quiet");
    let mut group = group_with(faq);
    assert_eq!(group.say("大伟", "邮箱").decision, "answer");
}
