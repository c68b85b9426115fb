//! Several questions in one message.

use super::world::{Did, Group, MONDAY_MORNING, said};

const OPEN: &str = "8:00";
const TICKETS: &str = "https://example.com/ticket";

/// What was said to the member, in one message.
fn answer(did: &Did) -> String {
    let replies = said(&did.turn.outgoing);
    let own: Vec<_> = replies
        .iter()
        .filter(|(channel, _)| channel == "group:1")
        .collect();
    assert!(own.len() <= 1, "{own:?}");
    own.first().map(|(_, text)| text.clone()).unwrap_or_default()
}

#[test]
fn two_questions_that_have_a_sure_answer_each_are_answered_in_one_message() {
    for called in [true, false] {
        for text in [
            "你们几点上班？另外在哪里提交工单？",
            "你们几点上班\n在哪里提交工单",
            "我是新用户。你们几点上班？还有，在哪里提交工单？谢谢！",
        ] {
            let mut group = Group::at(MONDAY_MORNING);
            let did = if called {
                group.call("小明", text)
            } else {
                group.say("小明", text)
            };
            let answer = answer(&did);
            assert!(
                answer.contains(OPEN) && answer.contains(TICKETS),
                "{called} {text}: {answer}"
            );
            assert_eq!(answer.matches("没解决？").count(), 1, "{answer}");
        }
    }
    let mut group = Group::at(MONDAY_MORNING);
    let did = group.call("Ann", "When are you open? And where can I open a ticket?");
    let answer = answer(&did);
    assert!(
        answer.contains("We are there") && answer.contains("Tickets: "),
        "{answer}"
    );
}

#[test]
fn one_that_hands_over_comes_last_and_opens_one_ticket() {
    let mut group = Group::at(MONDAY_MORNING);
    let did = group.call("小明", "怎么申请退款？另外你们几点上班？");
    let member: Vec<_> = said(&did.turn.outgoing)
        .into_iter()
        .filter(|(channel, _)| channel == "group:1")
        .collect();
    assert!(
        member[0].1.contains(OPEN) && member[0].1.contains("退款要由同事处理"),
        "{member:?}"
    );
    assert!(member.len() == 2 && member[1].1.contains("#1"), "{member:?}");
    assert_eq!(group.book.all().count(), 1);
}

#[test]
fn parts_that_make_one_question_or_have_no_sure_answer_are_no_several() {
    for text in [
        "工单系统？需要注册吗？",
        "你们几点上班？周末上班吗？",
        "你们几点上班？数据库升级以后报错 1045 怎么办？",
    ] {
        let mut group = Group::at(MONDAY_MORNING);
        let answer = answer(&group.call("小明", text));
        assert!(
            !(answer.contains(OPEN) && answer.contains("工单")),
            "{text}: {answer}"
        );
        assert!(answer.matches(OPEN).count() <= 1, "{text}: {answer}");
    }
    let mut group = Group::at(MONDAY_MORNING);
    let text = "你们几点上班？另外在哪里提交工单？";
    group.policy.wait_for_human = jiff::SignedDuration::from_secs(30);
    assert!(group.say("小明", text).turn.outgoing.is_empty());
    let answer = answer(&group.due().pop().unwrap());
    assert!(answer.contains(OPEN) && answer.contains(TICKETS), "{answer}");
}
