//! Tickets: found, changed, and recognised by a quote of anything said in them.

use super::*;
use crate::language::Language;
use crate::ticket::{
    Crowd, Gathering, LineKind, Pause, RelaySource, Targets, UnreachedRoom, Warning, Watcher, Window,
};

pub(super) fn ticket(number: u64, channel: &str, member: &str) -> Ticket {
    Ticket {
        number,
        place: place(channel),
        place_name: Some("用户群".to_owned()),
        kind: ChannelKind::Group,
        language: Language::CHINESE,
        member: member.into(),
        member_name: "小明".to_owned(),
        message: "m1".into(),
        link: Some("https://t.me/c/1/2".to_owned()),
        subject: "转人工".to_owned(),
        said_before: String::new(),
        draft: None,
        held: None,
        notice_is_answered: false,
        transcript: "转人工".to_owned(),
        reason: "asked for a human".to_owned(),
        opened: at(5),
        rooms: vec![place("staff")],
        added_rooms: Vec::new(),
        status: Status::Open,
        owner: None,
        watchers: Vec::new(),
        member_spoke: at(5),
        staff_acted: None,
        first_reply: None,
        ended: None,
        in_digest: true,
        earlier: "服务器连不上".to_owned(),
        tier: 1,
        targets: Targets {
            first_response: Some(jiff::SignedDuration::from_mins(30)),
            resolution: None,
        },
        warned: vec![Warning::FirstResponseSoon],
        pauses: vec![Pause {
            from: at(6),
            to: None,
        }],
        window: Some(Window {
            until: at(300),
            left: 4,
            warned: false,
        }),
        told_closed: Some(at(5)),
        undelivered: Vec::new(),
        unclaimed_since: Some(at(7)),
        held_since: None,
        told_holder: None,
        told_added: None,
        replies: Vec::new(),
        urgent: true,
        asks_for_human: true,
        unreached: vec![UnreachedRoom::new(place("staff"))],
        told_unreached: true,
        gathering: Gathering::default(),
        crowd: Some(Crowd::Told),
        pictures: Vec::new(),
    }
}

async fn a_taken_ticket_number_is_not_mistaken_for_a_known_message(home: &Home) {
    let store = home.open().await;
    let batch = Batch {
        tickets: vec![ticket(1, "g1", "u1")],
        ..Batch::default()
    };
    store.commit(&batch).await.unwrap();
    let others = Batch {
        tickets: vec![ticket(1, "g1", "u2")],
        ..Batch::default()
    };
    assert!(matches!(
        store.commit(&others).await,
        Err(StoreError::Data { .. })
    ));
    assert_eq!(store.ticket(1).await.unwrap(), Some(ticket(1, "g1", "u1")));
    let huge = Batch {
        tickets: vec![ticket(u64::MAX, "g1", "u1")],
        ..Batch::default()
    };
    assert!(matches!(
        store.commit(&huge).await,
        Err(StoreError::TooLarge { .. })
    ));
}

async fn tickets_are_found_by_channel_member_and_page(home: &Home) {
    let store = home.open().await;
    assert_eq!(store.next_ticket_number().await.unwrap(), 1);
    let tickets = vec![
        ticket(1, "g1", "u1"),
        ticket(2, "g2", "u1"),
        ticket(3, "g1", "u2"),
        ticket(9, "g1", "u1"),
    ];
    store
        .commit(&Batch {
            tickets,
            ..Batch::default()
        })
        .await
        .unwrap();
    let numbers = async |filter: TicketFilter| -> Vec<u64> {
        store
            .tickets(&filter)
            .await
            .unwrap()
            .iter()
            .map(|ticket| ticket.number)
            .collect()
    };
    assert_eq!(numbers(TicketFilter::default()).await, [9, 3, 2, 1]);
    let g1 = TicketFilter {
        place: Some(place("g1")),
        ..TicketFilter::default()
    };
    assert_eq!(numbers(g1.clone()).await, [9, 3, 1]);
    assert_eq!(
        numbers(TicketFilter {
            member: Some("u1".into()),
            ..g1.clone()
        })
        .await,
        [9, 1]
    );
    assert_eq!(
        numbers(TicketFilter {
            below: Some(9),
            limit: Some(1),
            ..g1
        })
        .await,
        [3]
    );
    assert_eq!(store.ticket(4).await.unwrap(), None);
}

async fn a_ticket_changes_and_a_quote_of_anything_in_it_finds_it(home: &Home) {
    let store = home.open().await;
    let mut ticket = ticket(3, "g1", "u1");
    let line = |kind: LineKind, text: &str, said: Option<(Place, MessageId)>| HistoryLine {
        ticket: 3,
        at: at(6),
        kind,
        who: "小明".to_owned(),
        text: text.to_owned(),
        said,
    };
    let lines = vec![
        line(LineKind::Member, "装不上", Some((place("g1"), "m1".into()))),
        line(LineKind::Event, "claimed", None),
        line(LineKind::Staff, "重启", Some((place("staff"), "s1".into()))),
    ];
    let mut notice = reply("staff", "#3", 6);
    notice.about = Some(TicketReference {
        urgent: false,
        ticket: 3,
        report: Some(RelaySource {
            room: place("staff"),
            message: "s1".into(),
        }),
    });
    let keys = store
        .commit(&Batch {
            tickets: vec![ticket.clone()],
            ticket_lines: lines.clone(),
            outbox: vec![notice.clone(), reply("g1", "other", 6)],
            ..Batch::default()
        })
        .await
        .unwrap();
    assert_eq!(store.due().await.unwrap()[0].about, notice.about);
    let settled = [(keys[0], sent("n1")), (keys[1], sent("o1"))];
    store.settle(&settled).await.unwrap();
    let quoted =
        async |channel: &str, message: &str| store.quoted(&place(channel), &message.into()).await.unwrap();
    let of = |by_us, ticket| Quoted {
        by_us,
        ticket,
        // No words of a member's.
        notice: by_us && ticket.is_some(),
        ..Quoted::default()
    };
    assert_eq!(quoted("staff", "n1").await, of(true, Some(3)));
    assert_eq!(quoted("g1", "o1").await, of(true, None));
    let said = async |channel: &str, message: &str| store.said_by_us(&place(channel), &message.into()).await;
    assert_eq!(said("staff", "n1").await.unwrap().unwrap().about, notice.about);
    assert_eq!(said("g1", "n1").await.unwrap(), None);
    assert_eq!(said("g1", "o1").await.unwrap().unwrap().about, None);
    assert_eq!(quoted("g1", "m1").await, of(false, Some(3)));
    assert_eq!(quoted("staff", "s1").await, of(false, Some(3)));
    assert_eq!(quoted("g2", "m1").await, of(false, None));
    assert_eq!(store.ticket_lines(3).await.unwrap(), lines);

    ticket.status = Status::Closed;
    ticket.watchers.push(Watcher {
        member: "u2".into(),
        name: "小红".to_owned(),
        elsewhere: Some((place("g2"), "m9".into())),
        message: None,
        spoke: Some(at(8)),
        told_added: None,
    });
    store
        .commit(&Batch {
            tickets: vec![ticket.clone()],
            ..Batch::default()
        })
        .await
        .unwrap();
    assert_eq!(store.ticket(3).await.unwrap(), Some(ticket));
    let not_closed = TicketFilter {
        not_closed: true,
        ..TicketFilter::default()
    };
    assert_eq!(store.tickets(&not_closed).await.unwrap(), []);
    let closed = TicketFilter {
        status: Some(Status::Closed),
        ..TicketFilter::default()
    };
    assert_eq!(store.tickets(&closed).await.unwrap().len(), 1);
}

over_every_store![
    a_taken_ticket_number_is_not_mistaken_for_a_known_message,
    tickets_are_found_by_channel_member_and_page,
    a_ticket_changes_and_a_quote_of_anything_in_it_finds_it,
];
