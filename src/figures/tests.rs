//! One test a definition, on a history with the bot, a reopening, a night, a holiday, and two members of one ticket.

use super::*;
use crate::faq;
use crate::store::{Label, NewDecision};
use crate::ticket::{LineKind, Pause, Status, Targets};
use groupdesk_contract::Place;
use serde_json::json;

const FAQ: &str = "hours:\n  office: { notation: 5x8, time_zone: Asia/Shanghai, weekly: { mon-fri: \"09:00-17:00\" }, holidays: cn }\n\
                   service: office\nentries:\n- { id: hours, questions: [几点上班], answer: x }\n- { id: refund, questions: [怎么退款], answer: y }\n\
                   - { id: silent, questions: [怎么开票], answer: z }\n";

/// A moment of the service's time zone, by month, day and time: 2026 has its national holiday from October 1 to 7.
fn at(text: &str) -> Timestamp {
    format!("2026-{text}:00+08:00").replace(' ', "T").parse().unwrap()
}

fn asked(id: i64, member: &str, when: &str, entry: Option<&str>) -> KeptDecision {
    KeptDecision {
        id,
        decision: NewDecision {
            at: at(when),
            place: Place::new("qq", "group:1"),
            member: member.into(),
            message: format!("m{id}").as_str().into(),
            called: false,
            question: true,
            act: "ask".to_owned(),
            decision: if entry.is_some() { "answer" } else { "quiet" }.to_owned(),
            rule: "x".to_owned(),
            entry: entry.map(str::to_owned),
            confidence: None,
            needed: None,
            best: Vec::new(),
            ticket: None,
            faq_version: "v".to_owned(),
            language: "zh".to_owned(),
            shadow: false,
            text: None,
        },
        joined: None,
        outcome: None,
        label: None,
    }
}

fn ticket(number: u64, member: &str, opened: &str, lines: &[(&str, LineKind, &str)]) -> TicketHistory {
    let opened = at(opened);
    let ticket: Ticket = serde_json::from_value(json!({
        "number": number, "place": Place::new("qq", "group:1"), "kind": "group", "language": "zh", "member": member,
        "member_name": member, "message": "m", "subject": "s", "transcript": "s", "reason": "r", "opened": opened,
        "rooms": [], "status": "open", "owner": null, "watchers": [], "member_spoke": opened, "staff_acted": null,
        "first_reply": null, "ended": null, "in_digest": false,
    }))
    .unwrap();
    let lines = lines.iter().map(|(when, kind, text)| HistoryLine {
        ticket: number,
        at: at(when),
        kind: *kind,
        who: "w".to_owned(),
        text: (*text).to_owned(),
        said: None,
    });
    TicketHistory {
        ticket,
        lines: lines.collect(),
    }
}

/// Decisions: three answers, of which one is thanked for, one followed by a ticket, one repeated; a miss; a burst's first
/// part; a decision in shadow.
fn decisions() -> Vec<KeptDecision> {
    let mut thanked = asked(1, "a", "09-28 10:00", Some("hours"));
    thanked.outcome = Some((Outcome::Helped, at("09-28 10:01"), String::new()));
    let handed = asked(2, "b", "09-28 10:10", Some("refund"));
    let first = asked(3, "c", "09-28 10:20", Some("hours"));
    let again = asked(4, "c", "09-28 20:00", Some("hours"));
    let missed = asked(5, "d", "09-28 10:30", None);
    let mut part = asked(6, "d", "09-28 10:29", None);
    part.joined = Some("m5".into());
    let mut shadow = asked(7, "e", "09-28 10:40", Some("refund"));
    shadow.decision.shadow = true;
    shadow.label = Some((Label::Right, at("09-28 11:00"), "admin".to_owned()));
    vec![thanked, handed, first, again, missed, part, shadow]
}

/// Tickets: one of two members, answered at once, resolved, reopened at night, and answered in the morning; one opened
/// before the holiday, with targets, which waits for its member for a while; one that nobody answers.
fn tickets() -> Vec<TicketHistory> {
    use LineKind::{Event, Staff};
    let mut reopened = ticket(
        1,
        "b",
        "09-28 10:15",
        &[
            ("09-28 10:16", Event, "asks the same"),
            ("09-28 10:25", Staff, "好的"),
            ("09-28 11:00", Event, "resolved"),
            ("09-28 22:00", Event, "reopened by a further message"),
            ("09-29 09:30", Staff, "看到了"),
            ("09-29 10:00", Event, "resolved"),
        ],
    );
    reopened.ticket.status = Status::Resolved;
    reopened.ticket.ended = Some(at("09-29 10:00"));
    reopened.ticket.pauses = vec![
        Pause {
            from: at("09-28 11:00"),
            to: Some(at("09-28 22:00")),
        },
        Pause {
            from: at("09-29 10:00"),
            to: None,
        },
    ];
    let mut holiday = ticket(
        2,
        "f",
        "09-30 16:30",
        &[
            ("09-30 16:40", Event, "handed on to 老李"),
            ("10-08 10:00", Staff, "回来了"),
            ("10-08 16:00", Event, "resolved"),
        ],
    );
    holiday.ticket.status = Status::Resolved;
    holiday.ticket.ended = Some(at("10-08 16:00"));
    holiday.ticket.tier = 1;
    holiday.ticket.pauses = vec![Pause {
        from: at("10-08 11:00"),
        to: Some(at("10-08 15:00")),
    }];
    holiday.ticket.targets = Targets {
        first_response: Some(SignedDuration::from_hours(1)),
        resolution: Some(SignedDuration::from_hours(4)),
    };
    let mut silent = ticket(3, "g", "10-09 09:00", &[]);
    silent.ticket.targets.first_response = Some(SignedDuration::from_hours(2));
    vec![reopened, holiday, silent]
}

/// Measures a figure of the whole history, until noon of October 9, a working day.
fn measured(figure: Figure) -> Measured {
    with_history(|history| figure.measure(history, &history.all()))
}

fn with_history<T>(of: impl FnOnce(&History<'_>) -> T) -> T {
    let faq = faq::load("faq.yaml", FAQ).unwrap().faq;
    let entries: Vec<String> = faq.entries().iter().map(|entry| entry.id.clone()).collect();
    let (mut decisions, tickets) = (decisions(), tickets());
    let mut withdrawn = asked(8, "h", "10-08 12:00", Some("refund"));
    withdrawn.outcome = Some((Outcome::Withdrawn, at("10-08 12:01"), "admin".to_owned()));
    decisions.push(withdrawn);
    let count = |rule: &str, shadow, messages| DecisionCount {
        at: at("09-28 10:00"),
        place: Place::new("qq", "group:1"),
        rule: rule.to_owned(),
        shadow,
        messages,
    };
    // What was decided in shadow mode is in no figure but for the precision.
    let mut shadow = asked(9, "i", "10-08 12:00", Some("refund"));
    shadow.decision.shadow = true;
    decisions.push(shadow);
    let counts = [
        count("not_a_question", false, 492),
        count("own_message", false, 100),
        // What staff say, in their room and in the group, and other programs.
        count("staff_room", false, 30),
        count("staff_acted", false, 20),
        count("staff_speaking", false, 10),
        count("other_bot", false, 5),
        count("not_a_question", true, 300),
    ];
    let span = (at("09-28 00:00"), at("10-09 12:00"));
    of(&History::new(
        (&decisions, &counts),
        &tickets,
        &entries,
        faq.service(),
        span,
    ))
}

fn share(figure: Figure) -> (u64, u64) {
    match measured(figure) {
        Measured::Share { part, whole, .. } => (part, whole),
        other => panic!("{other:?}"),
    }
}

fn hours_of(figure: Figure) -> (Option<i64>, Option<i64>, u64, u64) {
    match measured(figure) {
        Measured::Times(times) => {
            let minutes = |seconds: Option<i64>| seconds.map(|seconds| seconds / 60);
            (
                minutes(times.median_s),
                minutes(times.p90_s),
                times.count,
                times.waiting,
            )
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_was_asked_counts_a_burst_once_and_nothing_of_shadow_mode() {
    assert_eq!(measured(Figure::Asked), Measured::Count { count: 6 });
}

#[test]
fn the_answer_rate_is_of_what_was_asked() {
    assert_eq!(share(Figure::AnswerRate), (5, 6));
}

#[test]
fn what_was_handed_over_and_what_nobody_answered_are_of_what_was_asked_too() {
    // b got a ticket after an answer; d got nothing.
    assert_eq!(share(Figure::HandedOver), (1, 6));
    assert_eq!(share(Figure::Unanswered), (1, 6));
}

#[test]
fn an_answer_resolves_when_no_ticket_no_repeat_and_no_complaint_follows() {
    // The last answer of the one who asked twice, and the one that was thanked for.
    let Measured::Share {
        part,
        whole,
        confirmed,
        ..
    } = measured(Figure::ResolutionRate)
    else {
        panic!("a share")
    };
    assert_eq!((part, whole, confirmed), (2, 6, Some(1)));
}

#[test]
fn conversations_are_what_a_member_writes_without_a_long_pause() {
    // a, b with a ticket, c twice, h; d got no reply, and e was not told anything.
    assert_eq!(share(Figure::Containment), (4, 5));
}

#[test]
fn deflection_sets_answers_against_tickets() {
    // Four answers without a ticket and three tickets.
    assert_eq!(share(Figure::Deflection), (4, 7));
}

#[test]
fn precision_is_of_labels_and_answers_taken_back_with_its_interval() {
    let Measured::Share {
        part,
        whole,
        interval,
        ..
    } = measured(Figure::Precision)
    else {
        panic!("a share")
    };
    assert_eq!((part, whole), (1, 2));
    assert_eq!(interval, Some(exact_interval(1, 2)));
}

#[test]
fn false_answers_are_of_all_messages_of_members() {
    assert_eq!(
        measured(Figure::FalseAnswers),
        Measured::PerThousand { part: 1, whole: 499 }
    );
}

#[test]
fn a_first_response_is_a_humans_in_service_time_and_a_reopening_begins_anew() {
    // 10 minutes; a night of which 30 minutes were open; a holiday with 30 minutes before it and 60 after it; one waits.
    assert_eq!(hours_of(Figure::FirstResponse), (Some(30), Some(90), 3, 1));
}

#[test]
fn a_resolution_takes_service_time_without_waiting_for_the_member() {
    // 45 minutes and 60 after the reopening; 30 and 420 minutes less 240 of waiting.
    assert_eq!(hours_of(Figure::ResolutionTime), (Some(105), Some(210), 2, 0));
}

#[test]
fn targets_are_met_in_service_time_and_what_is_overdue_is_not() {
    // The holiday's took 90 minutes; the last waits for three hours and is due after two.
    assert_eq!(share(Figure::FirstResponseMet), (0, 2));
    assert_eq!(share(Figure::ResolutionMet), (1, 1));
}

#[test]
fn the_backlog_is_what_is_open_now_by_age() {
    assert_eq!(
        measured(Figure::Backlog),
        Measured::Ages {
            count: 1,
            oldest_s: Some(3 * 3600),
            bands: [0, 1, 0, 0]
        }
    );
}

#[test]
fn reopened_handed_on_escalated_and_joined_are_shares_of_the_tickets_opened() {
    for figure in [
        Figure::Reopened,
        Figure::HandedOn,
        Figure::Escalated,
        Figure::Joined,
    ] {
        assert_eq!(share(figure), (1, 3), "{}", figure.name());
    }
}

#[test]
fn coverage_names_entries_that_never_answer_and_those_that_do_not_help() {
    let Measured::Entries {
        whole,
        never,
        most,
        doubted,
    } = measured(Figure::Coverage)
    else {
        panic!("entries")
    };
    assert_eq!((whole, never), (3, vec!["silent".to_owned()]));
    assert_eq!(most, [("hours".to_owned(), 3), ("refund".to_owned(), 2)]);
    assert_eq!(doubted, [("refund".to_owned(), 1)]);
}

#[test]
fn parts_are_days_channels_tags_entries_and_people() {
    with_history(|history| {
        let keys = |by| {
            let parts = groups(history, by, |_| vec!["paid".to_owned()]);
            parts.into_keys().collect::<Vec<_>>()
        };
        assert_eq!(
            keys(By::Day),
            ["2026-09-28", "2026-09-30", "2026-10-08", "2026-10-09"]
        );
        assert_eq!(keys(By::Channel), ["qq/group:1"]);
        assert_eq!(keys(By::Tag), ["paid"]);
        assert_eq!(keys(By::Entry), ["-", "hours", "refund"]);
        assert_eq!(keys(By::Person), ["-"]);
    });
}
