//! Several questions in one message.

use super::world::{Did, Group, MONDAY_MORNING, said};
use crate::desk::Reason;
use groupdesk_contract::ChannelKind;

const OPEN: &str = "8:00";
const TICKETS: &str = "https://example.com/ticket";

/// Returns the text to the member, in one message.
fn answer(did: &Did) -> String {
    let replies = said(&did.effects.outgoing);
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
fn up_to_three_questions_are_answered_together_however_they_are_joined() {
    const INVOICE: &str = "电子发票发到邮箱";
    for text in [
        "你们几点上班，在哪里提交工单，怎么开电子发票",
        "你们几点上班，还有在哪里提交工单，顺便怎么开电子发票？",
        "你们几点上班？另外在哪里提交工单，怎么开电子发票",
        "我是新用户，你们几点上班，在哪里提交工单，顺便问一下怎么开电子发票，谢谢",
    ] {
        for called in [true, false] {
            let mut group = Group::at(MONDAY_MORNING);
            let did = if called {
                group.call("小明", text)
            } else {
                group.say("小明", text)
            };
            let answer = answer(&did);
            for part in [OPEN, TICKETS, INVOICE] {
                assert!(answer.contains(part), "{called} {text}: {answer}");
            }
        }
    }
    let mut group = Group::at(MONDAY_MORNING);
    let text = "when are you open, where can I open a ticket, and do I have to register to open a ticket";
    let english = answer(&group.call("Ann", text));
    for part in ["We are there", "Tickets: ", "No registration needed"] {
        assert!(english.contains(part), "{english}");
    }
    // A fourth is asked back, one that nothing fits goes to a human.
    for (last, part) in [("工单系统需要注册吗", "工单要不要注册"), ("会议室怎么预订", "#1")]
    {
        let mut group = Group::at(MONDAY_MORNING);
        let text = format!("你们几点上班，在哪里提交工单，怎么开电子发票，{last}");
        let answer = answer(&came_to(&mut group, &text));
        assert!(answer.contains(INVOICE) && answer.contains(part), "{answer}");
    }
    // Clauses of one question stay together.
    for text in [
        "我的网站打不开了，怎么办",
        "工单系统，需要注册吗",
        "你们周末上班吗，几点到几点",
    ] {
        let mut group = Group::at(MONDAY_MORNING);
        let answer = answer(&came_to(&mut group, text));
        assert!(!answer.contains("\n\n"), "{text}: {answer}");
    }
}

#[test]
fn one_that_hands_over_comes_last_and_opens_one_ticket() {
    let mut group = Group::at(MONDAY_MORNING);
    let did = group.call("小明", "怎么申请退款？另外你们几点上班？");
    let member: Vec<_> = said(&did.effects.outgoing)
        .into_iter()
        .filter(|(channel, _)| channel == "group:1")
        .collect();
    assert!(
        member[0].1.contains(OPEN) && member[0].1.contains("退款要由同事处理"),
        "{member:?}"
    );
    assert!(member.len() == 2 && member[1].1.contains("#1"), "{member:?}");
    assert_eq!(group.open_tickets.all().count(), 1);
}

#[test]
fn parts_that_make_one_question_or_have_no_sure_answer_are_no_several() {
    for text in [
        "工单系统？需要注册吗？",
        "你们几点上班？周末上班吗？",
        "你们几点上班？真的吗？请尽快回复",
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
    assert!(group.say("小明", text).effects.outgoing.is_empty());
    let answer = answer(&group.due().pop().unwrap());
    assert!(answer.contains(OPEN) && answer.contains(TICKETS), "{answer}");
}

/// Calls the bot and waits for the final effect.
fn came_to(group: &mut Group, text: &str) -> Did {
    let did = group.call("小明", text);
    match did.reason {
        Reason::Waiting { .. } => group.due().remove(0),
        _ => did,
    }
}

#[test]
fn the_part_of_a_call_that_nothing_fits_goes_to_a_human_in_the_message_that_answers_the_others() {
    for (text, part) in [
        ("你们几点上班？我的服务器挂了怎么办？", "我的服务器挂了怎么办"),
        ("你们几点上班，另外我的网站打不开了", "我的网站打不开了"),
        ("我的网站打不开了，另外你们几点上班", "我的网站打不开了"),
        ("你们几点上班？我要投诉你们！", "我要投诉你们"),
        (
            "when are you open? how do I reset the firewall password?",
            "how do I reset the firewall password",
        ),
    ] {
        for kind in [ChannelKind::Group, ChannelKind::Direct] {
            let mut group = Group::at(MONDAY_MORNING);
            group.kind = kind;
            let did = came_to(&mut group, text);
            let answer = answer(&did);
            let hours = answer.contains(OPEN) || answer.contains("We are there");
            assert!(
                hours && answer.contains("#1") && answer.contains(part),
                "{text}: {answer}"
            );
            let subject = &group.open_tickets.get(1).unwrap().subject;
            assert!(
                subject.contains(part) && !subject.contains("几点"),
                "{text}: {subject}"
            );
        }
        // Nobody asked the bot: it says nothing of what it does not know.
        let mut group = Group::at(MONDAY_MORNING);
        let did = group.say("小明", text);
        assert!(
            did.effects.ticket().is_none() && group.open_tickets.all().count() == 0,
            "{text}"
        );
    }
}

#[test]
fn what_may_be_meant_and_what_is_one_answer_too_many_is_asked_back_in_the_same_message() {
    let mut group = Group::at(MONDAY_MORNING);
    let did = came_to(&mut group, "你们几点上班？发票多久能收到？");
    let first = answer(&did);
    assert!(
        first.contains(OPEN) && first.contains("电子发票") && first.contains("纸质发票"),
        "{first}"
    );
    assert_eq!(group.open_tickets.all().count(), 0);
    let first_choice = if first.find("电子发票") < first.find("纸质发票") {
        "发到邮箱"
    } else {
        "邮寄地址"
    };
    let picked = answer(&group.say("小明", "1"));
    assert!(picked.contains(first_choice), "{picked}");

    let mut group = Group::at(MONDAY_MORNING);
    let did = came_to(
        &mut group,
        "你们几点上班？在哪里提交工单？怎么开纸质发票？工单系统需要注册吗？",
    );
    let all = answer(&did);
    for part in [OPEN, TICKETS, "邮寄地址", "工单要不要注册"] {
        assert!(all.contains(part), "{part}: {all}");
    }
    assert!(answer(&group.say("小明", "1")).contains("不注册也可以"));
}

#[test]
fn one_question_with_a_comma_is_not_cut_in_two() {
    for text in [
        "手里是旧版的客户端，工单系统需要注册吗",
        "我们有个 40 页的合同，怎么开纸质发票",
        "说是要先登录，提交工单要先注册账号吗，还有别的法子没",
    ] {
        let mut group = Group::at(MONDAY_MORNING);
        let did = came_to(&mut group, text);
        let said = answer(&did);
        assert!(
            !said.contains("至于") && group.open_tickets.all().count() == 0,
            "{text}: {said}"
        );
    }
}
