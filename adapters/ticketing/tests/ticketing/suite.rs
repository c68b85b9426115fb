//! The tests that every system must pass.

use crate::answered::what_staff_wrote_in_vain_is_answered_where_they_wrote_it;
use crate::chatwoot::Woot;
use crate::desk::{TARGET, opened, reply, run, said};
use crate::github::Hub;
use crate::hubspot::Spot;
use crate::world::{By, Fault, SECRET, START, Served, System, TOKEN, Told, lock, serve, serve_on};
use crate::zammad::Zam;
use axum::Router;
use axum::http::StatusCode;
use groupdesk_contract::{
    AccountState, Adapter, Delivery, Event, InMemoryStorage, NoteKind, PastReply, ReplyKey, Storage,
    StorageError,
};
use groupdesk_ticketing::Ticketing;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::net::TcpListener;

macro_rules! suite {
    ($($system:ident: $value:expr;)*) => {
        $(mod $system {
            use super::*;
            suite!(@each $value; tickets_are_opened_once_and_more_is_said_in_them,
                what_has_no_place_is_taken_as_sent,
                a_ticket_that_was_never_opened_is_opened_by_what_is_said,
                an_answer_comes_back_once_by_poll_and_webhook,
                words_that_begin_like_an_order_are_words,
                what_staff_wrote_in_vain_is_answered_where_they_wrote_it,
                what_staff_say_among_themselves_stays,
                closing_resolves_and_opening_reopens,
                a_restart_hands_nothing_over_twice,
                an_answer_waits_for_a_memory_that_fails,
                a_system_that_was_down_gets_everything_once,
                a_lost_answer_makes_no_second_ticket,
                a_lost_answer_makes_no_second_entry,
                an_error_after_the_fact_makes_nothing_twice,
                a_new_store_takes_no_old_ticket_for_its_own,
                a_wrong_token_is_told_in_words,
                a_token_that_is_revoked_later_is_told_in_words,
                forged_oversized_and_replayed_calls_do_nothing,);
        })*
    };
    (@each $value:expr; $($test:ident,)*) => {
        $(#[tokio::test]
        async fn $test() {
            super::$test($value).await;
        })*
    };
}

suite! {
    github: Hub;
    chatwoot: Woot;
    zammad: Zam;
    hubspot: Spot;
}

fn forgetful() -> Arc<dyn Storage> {
    Arc::new(InMemoryStorage::default())
}

pub(crate) fn sent(delivery: Delivery) -> Option<String> {
    match delivery {
        Delivery::Sent { message } => message.map(|id| id.as_str().to_owned()),
        other => panic!("{other:?}"),
    }
}

/// A system with ticket 12 in it, and its adapter.
pub(crate) async fn with_a_ticket(system: impl System) -> (Served, Arc<Ticketing>, Arc<dyn Storage>, u64) {
    let served = serve(system).await;
    let storage = forgetful();
    let adapter = system.adapter(&served.url, TOKEN, Arc::clone(&storage));
    sent(adapter.send(ReplyKey(5), &opened(12)).await).unwrap();
    let id = lock(&served.world).tickets[0].id;
    (served, adapter, storage, id)
}

pub(crate) async fn call(
    adapter: &Arc<Ticketing>,
    path: &str,
    headers: &[(String, String)],
    body: Vec<u8>,
) -> StatusCode {
    let router: Router = Arc::clone(adapter).routes().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(async move { axum::serve(listener, router).await });
    let client = groupdesk_kit::client(Duration::from_secs(10)).unwrap();
    let mut request = client.post(format!("http://{address}{path}"));
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let answer = request.body(body).send().await.unwrap();
    server.abort();
    answer.status()
}

async fn tickets_are_opened_once_and_more_is_said_in_them(system: impl System) {
    let (served, adapter, _, _) = with_a_ticket(system).await;
    let again = sent(adapter.send(ReplyKey(5), &opened(12)).await).unwrap();
    assert!(again.starts_with("opened:"), "{again}");
    let first = sent(adapter.send(ReplyKey(6), &said(12, "还是不行")).await).unwrap();
    let second = sent(adapter.send(ReplyKey(7), &said(12, "在吗")).await).unwrap();
    assert_ne!(first, second);
    sent(adapter.send(ReplyKey(8), &opened(13)).await).unwrap();
    let model = lock(&served.world);
    assert_eq!(model.tickets.len(), 2);
    let ticket = &model.tickets[0];
    assert!(ticket.title.contains("装不上"), "{}", ticket.title);
    assert!(
        ticket.text.contains("https://example.com/a.png#1"),
        "{}",
        ticket.text
    );
    assert_eq!(ticket.entries.len(), 2);
    assert!(ticket.entries[0].text.contains("还是不行"));
    assert!(
        ticket
            .entries
            .iter()
            .all(|entry| entry.by == By::Us && !entry.internal)
    );
}

async fn what_has_no_place_is_taken_as_sent(system: impl System) {
    let (served, adapter, _, _) = with_a_ticket(system).await;
    let mut digest = reply(12, NoteKind::Event, "今日 3 个工单");
    digest.note = None;
    let receipt = reply(12, NoteKind::Receipt, "已发送");
    for nothing in [digest, receipt.clone()] {
        assert_eq!(sent(adapter.send(ReplyKey(6), &nothing).await), None);
        let since = START.parse().unwrap();
        assert_eq!(
            adapter.find_sent(ReplyKey(6), &nothing, since).await,
            PastReply::Missing
        );
    }
    let mut elsewhere = receipt;
    elsewhere.channel = "nowhere".into();
    let Delivery::Refused { reason } = adapter.send(ReplyKey(7), &elsewhere).await else {
        panic!("there is no such target")
    };
    assert!(reason.contains("nowhere") && reason.contains(TARGET), "{reason}");
    assert!(lock(&served.world).tickets[0].entries.is_empty());
}

async fn a_ticket_that_was_never_opened_is_opened_by_what_is_said(system: impl System) {
    let served = serve(system).await;
    let adapter = system.adapter(&served.url, TOKEN, forgetful());
    sent(adapter.send(ReplyKey(9), &said(12, "还是不行")).await).unwrap();
    sent(adapter.send(ReplyKey(10), &said(12, "在吗")).await).unwrap();
    let model = lock(&served.world);
    assert_eq!(model.tickets.len(), 1);
    assert!(model.tickets[0].text.contains("还是不行"));
    assert_eq!(model.tickets[0].entries.len(), 1);
}

async fn an_answer_comes_back_once_by_poll_and_webhook(system: impl System) {
    let (served, adapter, _, id) = with_a_ticket(system).await;
    let running = run(&adapter);
    running.until_connected().await;
    running.rounds().await;
    let answer = system.public("重启一下试试");
    let (ticket, entry) = {
        let mut model = lock(&served.world);
        let entry = model.add(id, By::Agent, false, &answer, "").unwrap();
        (model.tickets[0].clone(), entry)
    };
    if let Some(body) = system.hook(&ticket, &Told::Entry(entry)) {
        let headers = system.sign(&body);
        assert_eq!(
            call(&adapter, "/ticketing/desk", &headers, body.clone()).await,
            StatusCode::NO_CONTENT
        );
        assert_eq!(
            running.messages().len(),
            1,
            "acknowledged only when it is committed"
        );
        call(&adapter, "/ticketing/desk", &headers, body).await;
    }
    running.until_said("重启一下试试").await;
    running.rounds().await;
    let messages = running.messages();
    assert_eq!(messages.len(), 1, "{messages:?}");
    let message = &messages[0];
    assert_eq!(message.ticket, Some(12));
    assert_eq!(message.channel.id.as_str(), TARGET);
    assert!(!message.sender.is_self && !message.sender.is_bot);
    assert!(
        message.sender.id.as_str().contains("anna") || message.sender.id.as_str() == "7",
        "{:?}",
        message.sender
    );
    running.stop().await;
}

async fn words_that_begin_like_an_order_are_words(system: impl System) {
    let (served, adapter, _, id) = with_a_ticket(system).await;
    let running = run(&adapter);
    running.until_connected().await;
    running.rounds().await;
    for (written, read) in [
        ("Note that it restarts", "/t 12 reply Note that it restarts"),
        (
            "Hand over the log, please",
            "/t 12 reply Hand over the log, please",
        ),
        ("Give it five minutes", "/t 12 reply Give it five minutes"),
        ("备注 一栏请留空", "/t 12 reply 备注 一栏请留空"),
        ("/t note 他没付钱", "/t note 他没付钱"),
        ("claim", "claim"),
    ] {
        let text = system.public(written);
        lock(&served.world).add(id, By::Agent, false, &text, "").unwrap();
        running.until_said(read).await;
    }
    let messages = running.messages();
    assert!(messages.iter().all(|message| message.ticket == Some(12)));
    running.stop().await;
}

async fn what_staff_say_among_themselves_stays(system: impl System) {
    let (served, adapter, _, id) = with_a_ticket(system).await;
    let running = run(&adapter);
    running.until_connected().await;
    running.rounds().await;
    sent(adapter.send(ReplyKey(6), &said(12, "还是不行")).await).unwrap();
    let (ticket, entry) = {
        let mut model = lock(&served.world);
        let entry = model.add(id, By::Agent, true, "// 他没付钱", "").unwrap();
        (model.tickets[0].clone(), entry)
    };
    if let Some(body) = system.hook(&ticket, &Told::Entry(entry)) {
        let headers = system.sign(&body);
        assert!(
            call(&adapter, "/ticketing/desk", &headers, body)
                .await
                .is_success()
        );
    }
    running.rounds().await;
    assert_eq!(running.messages(), [], "neither their notes nor our own words");
    running.stop().await;
}

async fn closing_resolves_and_opening_reopens(system: impl System) {
    let (served, adapter, _, id) = with_a_ticket(system).await;
    let running = run(&adapter);
    running.until_connected().await;
    running.rounds().await;
    for (closed, command, at_least) in [(true, "resolve", 1), (false, "reopen", 2), (true, "resolve", 3)] {
        let ticket = {
            let mut model = lock(&served.world);
            model.close(id, closed);
            model.tickets[0].clone()
        };
        if at_least < 3
            && let Some(body) = system.hook(&ticket, &Told::State)
        {
            let headers = system.sign(&body);
            assert!(
                call(&adapter, "/ticketing/desk", &headers, body)
                    .await
                    .is_success()
            );
        }
        for _ in 0..200 {
            if running.messages().len() >= at_least {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        running.rounds().await;
        let messages = running.messages();
        assert_eq!(messages.len(), at_least, "{messages:?}");
        assert_eq!(messages[at_least - 1].text(), command);
        assert_eq!(messages[at_least - 1].ticket, Some(12));
    }
    let mut ids: Vec<_> = running.messages().into_iter().map(|message| message.id).collect();
    ids.dedup();
    assert_eq!(ids.len(), 3);
    running.stop().await;
}

async fn a_restart_hands_nothing_over_twice(system: impl System) {
    let (served, adapter, storage, id) = with_a_ticket(system).await;
    let running = run(&adapter);
    running.until_connected().await;
    running.rounds().await;
    let say = |text: &str| {
        let text = system.public(text);
        lock(&served.world).add(id, By::Agent, false, &text, "").unwrap();
    };
    say("一");
    say("二");
    running.until_said("二").await;
    running.stop().await;
    // While nobody listens.
    say("三");
    let adapter = system.adapter(&served.url, TOKEN, storage);
    let running = run(&adapter);
    running.until_said("三").await;
    running.rounds().await;
    let texts: Vec<_> = running
        .messages()
        .iter()
        .map(groupdesk_contract::Message::text)
        .collect();
    assert_eq!(texts, ["三"]);
    running.stop().await;
}

async fn an_answer_waits_for_a_memory_that_fails(system: impl System) {
    let served = serve(system).await;
    let storage = Arc::new(Failing::default());
    let adapter = system.adapter(&served.url, TOKEN, storage.clone());
    sent(adapter.send(ReplyKey(5), &opened(12)).await).unwrap();
    let running = run(&adapter);
    running.until_connected().await;
    running.rounds().await;
    storage.fails.store(true, Ordering::SeqCst);
    let text = system.public("重启一下试试");
    {
        let mut model = lock(&served.world);
        let id = model.tickets[0].id;
        model.add(id, By::Agent, false, &text, "").unwrap();
    }
    running
        .until(|event| matches!(event, Event::State(AccountState::Degraded { reason }) if reason.contains("disk is full")))
        .await;
    let later = adapter.send(ReplyKey(6), &said(12, "在吗")).await;
    assert!(matches!(later, Delivery::Later { .. }), "{later:?}");
    assert_eq!(running.messages(), []);
    storage.fails.store(false, Ordering::SeqCst);
    running.until_said("重启一下试试").await;
    running.stop().await;
}

/// A memory that can be made to fail.
#[derive(Debug, Default)]
struct Failing {
    kept: InMemoryStorage,
    fails: AtomicBool,
}

#[async_trait::async_trait]
impl Storage for Failing {
    async fn get(&self, key: &str) -> Result<Option<String>, StorageError> {
        if self.fails.load(Ordering::SeqCst) && !key.starts_with("cursor:") && !key.starts_with("watch:") {
            return Err(StorageError("the disk is full".to_owned()));
        }
        self.kept.get(key).await
    }

    async fn put(&self, key: &str, value: &str) -> Result<(), StorageError> {
        self.kept.put(key, value).await
    }
}

async fn a_system_that_was_down_gets_everything_once(system: impl System) {
    let address = format!("127.0.0.1:{}", groupdesk_testkit::free_port());
    let adapter = system.adapter(&format!("http://{address}"), TOKEN, forgetful());
    let running = run(&adapter);
    running
        .until(|event| matches!(event, Event::State(AccountState::Degraded { reason }) if reason.contains("no connection")))
        .await;
    let down = adapter.send(ReplyKey(5), &opened(12)).await;
    assert!(matches!(down, Delivery::Later { .. }), "{down:?}");
    let served = serve_on(system, TcpListener::bind(&address).await.unwrap());
    lock(&served.world).fault = Some(Fault::Status(503));
    running
        .until(|event| matches!(event, Event::State(AccountState::Degraded { reason }) if reason.contains("503")))
        .await;
    let busy = adapter.send(ReplyKey(5), &opened(12)).await;
    assert!(matches!(busy, Delivery::Later { .. }), "{busy:?}");
    assert!(
        running
            .events()
            .iter()
            .all(|event| *event != Event::State(AccountState::Connected))
    );
    lock(&served.world).fault = None;
    running.until_connected().await;
    sent(adapter.send(ReplyKey(5), &opened(12)).await).unwrap();
    assert_eq!(lock(&served.world).tickets.len(), 1);
    running.stop().await;
}

async fn a_lost_answer_makes_no_second_ticket(system: impl System) {
    let served = serve(system).await;
    let storage = forgetful();
    let adapter = system.adapter(&served.url, TOKEN, Arc::clone(&storage));
    let since = START.parse().unwrap();
    assert_eq!(
        adapter.find_sent(ReplyKey(4), &opened(12), since).await,
        PastReply::Missing
    );
    lock(&served.world).fault = Some(Fault::Silence);
    let lost = adapter.send(ReplyKey(5), &opened(12)).await;
    assert!(matches!(lost, Delivery::Unknown { .. }), "{lost:?}");
    lock(&served.world).fault = None;
    // The program was killed, and nobody asks before it is sent again.
    let adapter = system.adapter(&served.url, TOKEN, Arc::clone(&storage));
    let PastReply::Arrived(found) = adapter.find_sent(ReplyKey(5), &opened(12), since).await else {
        panic!("it is there")
    };
    assert_eq!(
        sent(adapter.send(ReplyKey(5), &opened(12)).await),
        Some(found.as_str().to_owned())
    );
    lock(&served.world).fault = Some(Fault::Silence);
    let lost = adapter.send(ReplyKey(6), &opened(13)).await;
    assert!(matches!(lost, Delivery::Unknown { .. }), "{lost:?}");
    lock(&served.world).fault = None;
    let adapter = system.adapter(&served.url, TOKEN, storage);
    sent(adapter.send(ReplyKey(6), &opened(13)).await).unwrap();
    assert_eq!(lock(&served.world).tickets.len(), 2);
}

async fn a_lost_answer_makes_no_second_entry(system: impl System) {
    let (served, adapter, _, _) = with_a_ticket(system).await;
    let since = START.parse().unwrap();
    lock(&served.world).fault = Some(Fault::Silence);
    let lost = adapter.send(ReplyKey(6), &said(12, "还是不行")).await;
    assert!(matches!(lost, Delivery::Unknown { .. }), "{lost:?}");
    lock(&served.world).fault = None;
    let found = adapter.find_sent(ReplyKey(6), &said(12, "还是不行"), since).await;
    assert!(matches!(found, PastReply::Arrived(_)), "{found:?}");
    for other in [60, 7] {
        let found = adapter
            .find_sent(ReplyKey(other), &said(12, "还是不行吗"), since)
            .await;
        assert_eq!(found, PastReply::Missing);
    }
    lock(&served.world).fault = Some(Fault::Status(503));
    let found = adapter.find_sent(ReplyKey(6), &said(12, "还是不行"), since).await;
    assert_eq!(found, PastReply::NotNow);
}

async fn an_error_after_the_fact_makes_nothing_twice(system: impl System) {
    let served = serve(system).await;
    let adapter = system.adapter(&served.url, TOKEN, forgetful());
    for (key, reply) in [(5, opened(12)), (6, said(12, "还是不行"))] {
        lock(&served.world).fault = Some(Fault::Gateway);
        let later = adapter.send(ReplyKey(key), &reply).await;
        assert!(matches!(later, Delivery::Later { .. }), "{later:?}");
        lock(&served.world).fault = None;
        sent(adapter.send(ReplyKey(key), &reply).await).unwrap();
    }
    let model = lock(&served.world);
    assert_eq!(model.tickets.len(), 1);
    assert_eq!(model.tickets[0].entries.len(), 1);
}

async fn a_new_store_takes_no_old_ticket_for_its_own(system: impl System) {
    let (served, adapter, storage, _) = with_a_ticket(system).await;
    sent(adapter.send(ReplyKey(6), &said(12, "还是不行")).await).unwrap();
    // Tickets and replies are numbered anew.
    let new = system.adapter(&served.url, TOKEN, forgetful());
    let since = START.parse().unwrap();
    for (key, reply) in [(5, opened(12)), (6, said(12, "还是不行"))] {
        let found = new.find_sent(ReplyKey(key), &reply, since).await;
        assert!(!matches!(found, PastReply::Arrived(_)), "{found:?}");
        let known = system.adapter(&served.url, TOKEN, Arc::clone(&storage));
        let found = known.find_sent(ReplyKey(key), &reply, since).await;
        assert!(matches!(found, PastReply::Arrived(_)), "{found:?}");
    }
}

async fn a_token_that_is_revoked_later_is_told_in_words(system: impl System) {
    let (served, adapter, _, _) = with_a_ticket(system).await;
    let running = run(&adapter);
    running.until_connected().await;
    running.rounds().await;
    lock(&served.world).fault = Some(Fault::Status(401));
    // What is to be said waits, whoever notices first, and staff hear of it once.
    let waits = adapter.send(ReplyKey(6), &said(12, "还是不行")).await;
    assert!(
        matches!(&waits, Delivery::Later { reason, .. } if reason.contains("`token`")),
        "{waits:?}"
    );
    running
        .until(|event| matches!(event, Event::State(AccountState::BadCredentials { reason }) if reason.contains("`token`")))
        .await;
    let told = |over: bool| {
        let events = running.events();
        let alerts = events.iter().filter(|event| {
            matches!(event, Event::Alert(alert) if alert.name == "token" && alert.message.is_none() == over)
        });
        alerts.count()
    };
    assert_eq!((told(false), told(true)), (1, 0));
    lock(&served.world).fault = None;
    running
        .until(
            |event| matches!(event, Event::Alert(alert) if alert.name == "token" && alert.message.is_none()),
        )
        .await;
    sent(adapter.send(ReplyKey(6), &said(12, "还是不行")).await).unwrap();
    assert_eq!((told(false), told(true)), (1, 1));
    assert_eq!(lock(&served.world).tickets[0].entries.len(), 1);
    running.stop().await;
}

async fn a_wrong_token_is_told_in_words(system: impl System) {
    let served = serve(system).await;
    let adapter = system.adapter(&served.url, "wr0ng", forgetful());
    let Delivery::Later { reason, .. } = adapter.send(ReplyKey(5), &opened(12)).await else {
        panic!("a key that is not taken says nothing of the reply")
    };
    assert!(reason.contains("401") && reason.contains("`token`"), "{reason}");
    let running = run(&adapter);
    running
        .until(|event| matches!(event, Event::State(AccountState::BadCredentials { reason }) if reason.contains("`token`")))
        .await;
    assert!(!format!("{adapter:?} {:?}", running.events()).contains("wr0ng"));
    assert!(!format!("{adapter:?}").contains(SECRET));
    running.stop().await;
}

async fn forged_oversized_and_replayed_calls_do_nothing(system: impl System) {
    let (served, adapter, _, id) = with_a_ticket(system).await;
    let (ticket, entry) = {
        let mut model = lock(&served.world);
        let entry = model.add(id, By::Agent, false, "重启一下试试", "").unwrap();
        // Only the webhook tells of it.
        model.tickets[0].entries.clear();
        (model.tickets[0].clone(), entry)
    };
    let Some(body) = system.hook(&ticket, &Told::Entry(entry)) else {
        assert!(adapter.routes().is_none());
        return;
    };
    let headers = system.sign(&body);
    let path = "/ticketing/desk";
    let asleep = call(&adapter, path, &headers, body.clone()).await;
    assert_eq!(asleep, StatusCode::SERVICE_UNAVAILABLE, "it is to come again");
    let running = run(&adapter);
    running.until_connected().await;
    assert_eq!(
        call(&adapter, path, &[], body.clone()).await,
        StatusCode::UNAUTHORIZED
    );
    let mut changed = body.clone();
    let at = changed.len() - 2;
    changed.insert(at, b' ');
    assert_eq!(
        call(&adapter, path, &headers, changed).await,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(
        call(&adapter, "/ticketing/desk/guess", &[], body.clone()).await,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(
        call(&adapter, "/ticketing/other", &headers, body.clone()).await,
        StatusCode::NOT_FOUND
    );
    let big = vec![b' '; 2 * 1024 * 1024];
    let signed = system.sign(&big);
    assert_eq!(
        call(&adapter, path, &signed, big).await,
        StatusCode::PAYLOAD_TOO_LARGE
    );
    let nonsense = b"[1, {".to_vec();
    let signed = system.sign(&nonsense);
    assert_eq!(
        call(&adapter, path, &signed, nonsense).await,
        StatusCode::BAD_REQUEST
    );
    running
        .until(|event| matches!(event, Event::Alert(alert) if alert.name == "webhook"))
        .await;
    assert_eq!(running.messages(), []);
    for _ in 0..2 {
        assert!(call(&adapter, path, &headers, body.clone()).await.is_success());
    }
    assert_eq!(running.messages().len(), 1);
    running.stop().await;
}
