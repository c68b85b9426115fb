//! Measures what a decision of the desk costs, without a store and a platform: `cargo bench --bench desk`. Messages come from a group that
//! has not spoken before; those that call the bot are the ones that `line` asks.

#[path = "line/questions.rs"]
mod questions;

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use groupdesk::desk::{ChannelContext, ChannelState, Desk, Effects, Knowledge, Policy, TicketPolicy};
use groupdesk::matcher::warm_up;
use groupdesk::ticket::OpenTickets;
use groupdesk_contract::{
    Channel, ChannelId, ChannelKind, ChannelRole, MemberId, Message, MessageId, Place, Segment, Sender,
    Standing,
};
use jiff::Timestamp;
use questions::QUESTIONS;
use std::collections::BTreeMap;

/// Talk of a group.
const TALK: &[&str] = &[
    "大佬们中午吃什么",
    "docker 容器一直重启，日志里报 permission denied，有人遇到过吗",
    "哈哈哈哈哈",
    "我刚下班，回去再看",
    "@小王 昨天的文件发我一下",
    "这个版本比上次稳定多了",
    "收到",
    "周末有人打球吗",
];

/// A Tuesday, 10:00 in Shanghai: the office is open.
const NOW: &str = "2026-10-20T10:00:00+08:00";

fn message(text: &str, called: bool, now: Timestamp) -> Message {
    let mut segments = vec![Segment::Text(text.to_owned())];
    if called {
        segments.insert(0, Segment::Mention(MemberId::new("bot")));
    }
    Message {
        id: MessageId::new("1"),
        channel: Channel {
            id: ChannelId::new("group:1"),
            kind: ChannelKind::Group,
            name: None,
        },
        sender: Sender {
            id: MemberId::new("20001"),
            name: "member".to_owned(),
            role: ChannelRole::Member,
            is_bot: false,
            is_self: false,
            standing: Standing::Member,
        },
        segments,
        mentions_bot: called,
        at: now,
        ticket: None,
        link: None,
    }
}

fn desk(c: &mut Criterion) {
    warm_up();
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/faq.yaml")).unwrap_or_default();
    let Ok((knowledge, _)) = Knowledge::load("faq.yaml", &text, None) else {
        return;
    };
    let (policy, lifecycle) = (Policy::default(), TicketPolicy::default());
    let open_tickets = OpenTickets::new(Vec::new(), 1, BTreeMap::new());
    let (place, tell) = (Place::new("qq", "group:1"), [Place::new("qq", "group:9")]);
    let context = ChannelContext {
        place: &place,
        policy: &policy,
        tell: &tell,
        next_ticket: 1,
        tickets: &open_tickets,
        lifecycle: &lifecycle,
        window: None,
        buttons: false,
        unsend: false,
    };
    let now: Timestamp = NOW.parse().unwrap_or_default();
    let decide = |message: &Message| -> (Effects, ChannelState) {
        Desk::new(&knowledge).message(&context, now, ChannelState::default(), message, false, None)
    };
    for (name, texts, called) in [
        ("a question that calls the bot", &QUESTIONS[..], true),
        ("talk", TALK, false),
    ] {
        let messages: Vec<Message> = texts.iter().map(|text| message(text, called, now)).collect();
        let mut next = messages.iter().cycle();
        c.bench_function(name, |b| {
            b.iter(|| next.next().map(|message| decide(black_box(message))))
        });
    }
    let (_, state) = decide(&message("客服几点上班", true, now));
    c.bench_function("a channel's state as JSON", |b| {
        b.iter(|| black_box(&state).to_json())
    });
}

criterion_group!(benches, desk);
criterion_main!(benches);
