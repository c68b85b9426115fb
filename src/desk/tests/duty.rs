//! Shifts, targets, reply windows: the calls to staff, their times, and the warnings before it is too late.

use super::world::{FRIDAY_NIGHT, Group, MONDAY_MORNING, place, said};
use crate::desk::{DeliveryReport, DeliveryStatus, Outgoing};
use crate::hours::{HolidayBook, HoursSpec, HoursTable, Schedule, ScheduleDetail, ScheduleSpec};
use crate::ticket::{Person, Roster, Status, TicketReference};
use groupdesk_contract::{NoteKind, Place, ReplyWindow, Segment};
use jiff::SignedDuration;
use std::time::Duration;

fn shift(hours: &str) -> Schedule {
    let detail = ScheduleDetail {
        weekly: HoursTable(vec![(
            "mon-fri".to_owned(),
            HoursSpec::Many(hours.split(',').map(str::to_owned).collect()),
        )]),
        ..ScheduleDetail::default()
    };
    Schedule::build(&ScheduleSpec::Detailed(detail), &HolidayBook::shipped()).unwrap()
}

fn person(name: &str, ids: &[(&str, &str)], shifts: Option<&str>, tier: u32) -> Person {
    Person {
        name: name.to_owned(),
        ids: ids
            .iter()
            .map(|(account, id)| ((*account).into(), (*id).into()))
            .collect(),
        shifts: shifts.map(shift),
        tier,
    }
}

/// 老王 in the morning, 老李 in the afternoon, 老板 behind them.
fn staffed(time: &str) -> Group {
    let mut group = Group::at(time);
    group.lifecycle.roster = Roster {
        people: vec![
            person("老王", &[("qq", "wang"), ("tg", "77")], Some("08:00-12:00"), 1),
            person("老李", &[("qq", "li")], Some("13:00-17:30"), 1),
            person("老板", &[("qq", "boss")], None, 2),
        ],
    };
    group
}

fn mentions(outgoing: &[Outgoing]) -> Vec<String> {
    let segments = outgoing.iter().flat_map(|outgoing| &outgoing.reply.segments);
    segments
        .filter_map(|segment| match segment {
            Segment::Mention(id) => Some(id.to_string()),
            _ => None,
        })
        .collect()
}

#[test]
fn whoever_is_on_duty_is_called_and_the_next_tier_when_nobody_claims() {
    let mut group = staffed(MONDAY_MORNING);
    let did = group.call("小明", "转人工");
    assert_eq!(mentions(&did.effects.outgoing), ["wang"]);
    group.wait(15 * 60);
    assert_eq!(mentions(&group.due_now()), ["boss"]);
    // Lunch: nobody of the first tier is there, the second is.
    let mut group = staffed("2026-11-23T12:30:00+08:00");
    assert_eq!(mentions(&group.call("小明", "转人工").effects.outgoing), ["boss"]);
    let mut group = staffed("2026-11-23T14:00:00+08:00");
    assert_eq!(mentions(&group.call("小明", "转人工").effects.outgoing), ["li"]);
    let mut group = staffed(FRIDAY_NIGHT);
    assert_eq!(
        mentions(&group.call("小明", "转人工").effects.outgoing),
        Vec::<String>::new()
    );
}

#[test]
fn staff_say_that_they_are_there_or_not_until_their_shift_changes() {
    let mut group = staffed(MONDAY_MORNING);
    assert!(group.room("wang", "/t off", None)[0].1.contains("明天"));
    assert!(group.room("wang", "/t 值班", None)[0].1.contains("在班：老板"));
    assert_eq!(mentions(&group.call("小明", "转人工").effects.outgoing), ["boss"]);
    assert!(group.room("li", "/t 上班", None)[0].1.contains("老李 已上班"));
    assert_eq!(mentions(&group.call("小红", "转人工").effects.outgoing), ["li"]);
    assert!(group.room("guest", "/t on", None)[0].1.contains("roster"));
    assert_eq!(group.open_tickets.take_change().presence.len(), 2);
    // The next morning 老王 is back without having said so.
    group.now = "2026-11-24T09:00:00+08:00".parse().unwrap();
    assert_eq!(mentions(&group.call("小刚", "转人工").effects.outgoing), ["wang"]);
}

#[test]
fn one_person_on_two_platforms_is_one_owner_and_a_shift_change_does_not_strand_a_ticket() {
    let mut group = staffed(MONDAY_MORNING);
    group.tell.push(Place::new("tg", "group:staff"));
    group.call("小明", "转人工");
    group.room_of("tg", "77", "认领", Some(1));
    let answer = group.room("wang", "请重启", Some(1));
    assert_eq!(
        answer[0].1, "【工单 #1】老王：请重启",
        "the same person, by the roster's name"
    );
    let more = group.wait(60).say("小明", "还是不行");
    assert_eq!(
        mentions(&more.effects.outgoing),
        ["wang", "77"],
        "in each room by the id there"
    );
    // In the afternoon he is gone: whoever is there is called, and whoever answers has it.
    group.now = "2026-11-23T14:00:00+08:00".parse().unwrap();
    group.quoted = Some(1);
    let more = group.quote("小明", "有人吗", "【工单 #1】", true, false);
    assert_eq!(mentions(&more.effects.outgoing), ["li"]);
    assert!(more.said().contains("由 老王 处理") && more.said().contains("现在不在"));
    assert!(said(&more.effects.outgoing)[1].1.contains("老王 现在不在"));
    group.room("li", "我来看", Some(1));
    assert_eq!(
        group.open_tickets.get(1).unwrap().owner.as_ref().unwrap().name,
        "老李"
    );
    group.room("boss", "补充一句", Some(1));
    assert_eq!(
        group.open_tickets.get(1).unwrap().owner.as_ref().unwrap().name,
        "老李",
        "who is there keeps it"
    );
}

#[test]
fn targets_count_service_time_without_the_members_own() {
    let mut group = Group::at("2026-11-20T17:00:00+08:00");
    group.lifecycle.escalate_after = SignedDuration::ZERO;
    group.policy.targets.first_response = Some(SignedDuration::from_mins(50));
    group.policy.targets.resolution = Some(SignedDuration::from_hours(2));
    let did = group.call("小明", "转人工");
    assert!(
        said(&did.effects.outgoing)[1]
            .1
            .contains("首次回复时限：下周一（11月23日）8:20"),
        "{:?}",
        said(&did.effects.outgoing)
    );
    assert!(
        group
            .call("小明", "我的工单")
            .said()
            .contains("下周一（11月23日）8:20前回复"),
        "the member is told when to expect an answer"
    );
    // 30 minutes on Friday; the weekend counts nothing. A warning at 40, a miss at 50.
    assert_eq!(
        group.next_due(),
        Some("2026-11-23T08:10:00+08:00".parse().unwrap())
    );
    group.now = group.next_due().unwrap();
    assert!(group.tickets_due()[0].1.contains("快超时"));
    assert_eq!(
        group.next_due(),
        Some("2026-11-23T08:20:00+08:00".parse().unwrap())
    );
    group.now = group.next_due().unwrap();
    assert!(group.tickets_due()[0].1.contains("已超时"));
    // Answered at 8:30: an hour is left of the resolution's two. The member takes until 10:00.
    group.now = "2026-11-23T08:30:00+08:00".parse().unwrap();
    group.room("老王", "请重启", Some(1));
    assert_eq!(
        group.next_due(),
        Some("2026-11-25T13:30:00+08:00".parse().unwrap()),
        "it is the member's turn, for 24 hours of service"
    );
    assert!(group.room("老王", "/t 1", None)[0].1.contains("用时：60 分钟"));
    group.now = "2026-11-23T10:00:00+08:00".parse().unwrap();
    group.quoted = Some(1);
    group.quote("小明", "不行", "【工单 #1】", true, false);
    assert_eq!(
        group.next_due(),
        Some("2026-11-23T10:36:00+08:00".parse().unwrap())
    );
    group.now = group.next_due().unwrap();
    assert!(group.tickets_due()[0].1.contains("快到解决时限"));
    group.now = "2026-11-23T11:00:00+08:00".parse().unwrap();
    assert!(group.tickets_due()[0].1.contains("已过解决时限"));
    group.room("老王", "/t 1 resolve", None);
    group.now = "2026-11-24T11:00:00+08:00".parse().unwrap();
    group.tickets_due();
    assert_eq!(group.next_due(), None);
}

#[test]
fn staff_see_a_reply_window_before_it_closes_and_what_comes_too_late_is_kept() {
    let mut group = Group::at(MONDAY_MORNING);
    group.window = Some(ReplyWindow {
        within: Duration::from_secs(1800),
        replies: 3,
    });
    let did = group.call("小明", "转人工");
    let notice = &said(&did.effects.outgoing)[1].1;
    assert!(
        notice.contains("10:30") && notice.contains("还剩 2 条"),
        "{notice}"
    );
    assert_eq!(
        group.room("老王", "请看日志", Some(1)).len(),
        2,
        "one is left now"
    );
    assert!(
        group.room("老王", "在 /data/logs", Some(1))[1]
            .1
            .contains("只再接收 0 条")
    );
    let third = group.room("老王", "发我", Some(1));
    assert!(third.len() == 1 && third[0].0 == "group:staff" && third[0].1.contains("留存"));
    // The member speaks: what was kept goes out, and the window is a new one.
    let spoke = said(&group.wait(60).say("小明", "日志在哪").effects.outgoing);
    assert!(
        spoke
            .iter()
            .any(|(channel, text)| channel == "group:1" && text.contains("发我"))
    );
    assert!(
        spoke
            .iter()
            .any(|(channel, text)| channel == "group:staff" && text.contains("还剩 2 条"))
    );
    assert_eq!(
        group.next_due(),
        Some("2026-11-23T10:21:00+08:00".parse().unwrap())
    );
    group.now = group.next_due().unwrap();
    assert!(group.tickets_due()[0].1.contains("回复窗口快关闭"));
    assert_eq!(group.next_due(), None);
    group.wait(3600);
    assert!(group.room("老王", "太晚了", Some(1))[0].1.contains("留存"));
}

#[test]
fn the_same_question_in_two_groups_gets_one_answer_in_both_where_staff_say_it_to_all() {
    let mut group = Group::at(MONDAY_MORNING);
    group.call("小明", "数据库升级以后报错 1045 怎么办");
    group.due();
    let first = std::mem::take(&mut group.state);
    group.place = Place::new("qq", "group:2");
    group.wait(60).call("小红", "数据库升级以后报错 1045 怎么办");
    assert!(group.due().remove(0).said().contains("#1"));
    let answer = group.order("qq", "老王", "/t 1 to all 改一下密码", None);
    let told: Vec<String> = answer
        .iter()
        .map(|outgoing| outgoing.place.channel.to_string())
        .collect();
    assert_eq!(told, ["group:1", "group:2"]);
    assert_eq!(mentions(&answer), ["小红"], "only where she asked");
    // What is asked in private is shared with nobody.
    group.place = Place::new("qq", "private:3");
    group.kind = groupdesk_contract::ChannelKind::Direct;
    group.state = first;
    group.wait(10).call("小刚", "数据库升级以后报错 1045 怎么办");
    group.due();
    assert_eq!(group.open_tickets.all().count(), 2);
}

#[test]
fn a_night_word_in_a_claimed_ticket_is_answered_once_and_stands_in_the_digest() {
    let mut group = Group::at("2026-11-20T16:00:00+08:00");
    group.call("小明", "转人工");
    group.room("老王", "请重启", Some(1));
    group.now = FRIDAY_NIGHT.parse().unwrap();
    let hears = |group: &mut Group, text: &str| {
        group.quoted = Some(1);
        let did = group.wait(60).quote("小明", text, "【工单 #1】", true, false);
        said(&did.effects.outgoing)
            .into_iter()
            .filter(|(channel, _)| channel == "group:1")
            .collect::<Vec<_>>()
    };
    let first = hears(&mut group, "还是不行");
    assert!(
        first.len() == 1 && first[0].1.contains("下周一（11月23日）8:00"),
        "{first:?}"
    );
    assert_eq!(hears(&mut group, "在吗"), []);
    assert_eq!(
        group.next_due(),
        Some("2026-11-23T08:00:00+08:00".parse().unwrap())
    );
    group.now = group.next_due().unwrap();
    assert!(group.tickets_due()[0].1.contains("处理中 老王"));
    assert_eq!(hears(&mut group, "早上好"), []);
}

#[test]
fn the_whole_of_a_conversation_reaches_staff() {
    let mut group = Group::at(MONDAY_MORNING);
    group.say("小红", "今晚吃什么");
    group.wait(10).say("小明", "升级后登录页一直转圈");
    group.wait(10).call("小明", "你们几点上班");
    let did = group.wait(10).call("小明", "转人工");
    let ticket = group.open_tickets.get(1).unwrap();
    assert_eq!(ticket.subject, "你们几点上班");
    assert_eq!(
        ticket.earlier,
        "升级后登录页一直转圈\n你们几点上班\n（机器人答：上班时间）"
    );
    assert!(said(&did.effects.outgoing)[1].1.contains("登录页一直转圈"));
    let note = did.effects.outgoing[1].reply.note.as_ref().unwrap();
    assert_eq!(
        note.kind,
        NoteKind::Opened {
            said: format!("{}\n转人工", ticket.earlier)
        }
    );
}

#[test]
fn an_end_that_cannot_be_told_is_told_to_the_others() {
    let mut group = Group::at(MONDAY_MORNING);
    let mail = Place::new("mail", "support");
    group.tell.push(mail.clone());
    group.call("小明", "转人工");
    let reason = "550 no such user".to_owned();
    for outcome in [
        DeliveryStatus::Late {
            reason: reason.clone(),
        },
        DeliveryStatus::Refused { reason },
    ] {
        let fate = DeliveryReport {
            place: mail.clone(),
            about: Some(TicketReference {
                ticket: 1,
                urgent: false,
                report: None,
            }),
            caller: None,
            opened: true,
            answers: None,
            outcome,
            text: String::new(),
            left_out: Vec::new(),
        };
        let told = group.fate(&fate);
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].place.account.as_str(), "qq");
        assert!(told[0].reply.text().contains("mail/support：550"));
        assert_eq!(told[0].about, None, "and nobody is told of that word in turn");
    }
    let well = DeliveryReport {
        place: place(),
        about: Some(TicketReference {
            ticket: 1,
            urgent: false,
            report: None,
        }),
        caller: None,
        opened: true,
        answers: None,
        outcome: DeliveryStatus::Sent,
        text: String::new(),
        left_out: Vec::new(),
    };
    assert_eq!(group.fate(&well), []);
}

#[test]
fn lunch_and_the_national_day_week_are_no_service_time() {
    // The week of 1 October 2026: off until the 7th, Saturday the 10th is a workday.
    let mut group = Group::at("2026-09-30T17:20:00+08:00");
    group.call("小明", "转人工");
    // Ten minutes on Wednesday, five on Thursday the 8th.
    assert_eq!(
        group.next_due(),
        Some("2026-10-08T08:05:00+08:00".parse().unwrap())
    );
    group.now = group.next_due().unwrap();
    assert!(group.tickets_due()[0].1.contains("已等 15 分钟"));
    let mut group = Group::at("2026-10-10T09:00:00+08:00");
    group.call("小明", "转人工");
    assert_eq!(group.open_tickets.get(1).unwrap().status, Status::Open);
    assert!(
        !group.open_tickets.get(1).unwrap().in_digest,
        "a make-up Saturday is a workday"
    );
}

#[test]
fn buttons_say_what_a_member_or_staff_could_say() {
    let mut group = Group::at(MONDAY_MORNING);
    group.buttons = true;
    let presses = |did: &[Outgoing], label: &str| {
        let mut buttons = did.iter().flat_map(|outgoing| &outgoing.reply.buttons);
        buttons
            .find(|button| button.label.contains(label))
            .map(|button| button.says.clone())
            .unwrap()
    };
    let asked = group.call("小明", "发票多久能收到");
    let asked = if asked.effects.outgoing.is_empty() {
        group.due().remove(0)
    } else {
        asked
    };
    assert_eq!(asked.decision, "clarify");
    let pick = presses(&asked.effects.outgoing, "电子发票");
    let answer = group.wait(5).quote("小明", &pick, "", true, true);
    assert!(answer.said().contains("发到邮箱"), "{}", answer.said());
    let not = presses(&answer.effects.outgoing, "没解决");
    let handed = group.wait(5).quote("小明", &not, "", true, true);
    assert_eq!(handed.decision, "handoff");
    let claim = presses(&handed.effects.outgoing, "认领");
    group.room("老王", &claim, Some(1));
    assert_eq!(group.open_tickets.get(1).unwrap().status, Status::Claimed);
    let resolve = presses(&handed.effects.outgoing, "解决");
    group.room("老王", &resolve, Some(1));
    assert_eq!(group.open_tickets.get(1).unwrap().status, Status::Resolved);
    let answered = group.wait(600).call("小红", "你们几点上班");
    let helped = presses(&answered.effects.outgoing, "有帮助");
    assert_eq!(
        group.wait(5).quote("小红", &helped, "", true, true).reason,
        crate::desk::Reason::Thanked
    );
    for buttons in
        [&asked, &answer, &handed].map(|did| did.effects.outgoing.iter().flat_map(|o| &o.reply.buttons))
    {
        for button in buttons {
            assert!(
                button.says.len() <= 60,
                "platforms carry little in a button: {button:?}"
            );
        }
    }
}
