//! Servers that go away, programs that are started again, mailboxes that are rebuilt: nothing is lost, nothing comes twice.

use crate::desk::{Running, connected, mail, nowhere, open, settings};
use crate::peers::Folder;
use crate::proxy;
use groupdesk_contract::{Event, InMemoryStorage, Storage};
use groupdesk_testkit::free_port;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::Ordering;

fn answer(to: &str, number: u32) -> Vec<u8> {
    format!(
        "From: alice@example.com\r\nMessage-ID: <r{number}@example.com>\r\nIn-Reply-To: <{to}>\r\nSubject: x\r\n\r\nanswer {number}\r\n"
    )
    .into_bytes()
}

#[tokio::test]
async fn a_server_that_goes_and_comes_back_costs_no_mail_and_doubles_none() {
    let Some(folder) = Folder::new().await else { return };
    let smtp = folder.smtp(free_port(), "none").await;
    let port = free_port();
    let imap = folder.imap(port).await;
    let adapter = connected(&folder, &smtp, &imap, &Arc::new(InMemoryStorage::default()));
    let mut desk = Running::new(&adapter);
    desk.connected().await;
    let opened = open(&adapter, 1).await;
    imap.receive(&answer(&opened, 1)).await;
    assert_eq!(desk.message().await.text(), "answer 1");

    imap.kill().await;
    let reason = desk.disconnected().await;
    assert!(!reason.contains("s3cret"), "{reason}");
    // Mails come while nobody listens: to another process on the same mailbox.
    let elsewhere = folder.imap(free_port()).await;
    for number in [2, 3] {
        elsewhere.receive(&answer(&opened, number)).await;
    }
    elsewhere.kill().await;
    let imap = folder.imap(port).await;
    assert_eq!(desk.message().await.text(), "answer 2");
    assert_eq!(desk.message().await.text(), "answer 3");
    imap.receive(&answer(&opened, 4)).await;
    assert_eq!(desk.message().await.text(), "answer 4");
    desk.quiet(1).await;
    desk.stop().await;
}

#[tokio::test]
async fn a_restart_goes_on_where_the_last_commit_was() {
    let Some(folder) = Folder::new().await else { return };
    let smtp = folder.smtp(free_port(), "none").await;
    let imap = folder.imap(free_port()).await;
    let storage = Arc::new(InMemoryStorage::default());
    let adapter = connected(&folder, &smtp, &imap, &storage);
    let opened = open(&adapter, 1).await;
    imap.receive(&answer(&opened, 1)).await;
    // The first start finds what waits in the mailbox.
    let mut desk = Running::new(&adapter);
    assert_eq!(desk.message().await.text(), "answer 1");
    desk.stop().await;
    drop(adapter);

    imap.receive(&answer(&opened, 2)).await;
    let adapter = connected(&folder, &smtp, &imap, &storage);
    let mut desk = Running::new(&adapter);
    desk.connected().await;
    let Event::Message(taken) = desk.crash().await else {
        panic!("the mail comes");
    };
    assert_eq!(taken.text(), "answer 2");
    drop(adapter);

    // It was not committed, so it comes again, as the same message; and the first one doesn't.
    let adapter = connected(&folder, &smtp, &imap, &storage);
    let mut desk = Running::new(&adapter);
    let again = desk.message().await;
    assert_eq!((&again.id, again.text()), (&taken.id, "answer 2".to_owned()));
    desk.quiet(1).await;
    desk.stop().await;
    let adapter = connected(&folder, &smtp, &imap, &storage);
    let mut desk = Running::new(&adapter);
    desk.connected().await;
    desk.quiet(1).await;
    desk.stop().await;
    let key = format!("imap:{}:INBOX", imap.validity().await);
    assert_eq!(storage.get(&key).await.unwrap().as_deref(), Some("2"));
}

#[tokio::test]
async fn a_mailbox_that_was_rebuilt_is_read_again_and_nothing_comes_twice() {
    let Some(folder) = Folder::new().await else { return };
    let smtp = folder.smtp(free_port(), "none").await;
    let port = free_port();
    let imap = folder.imap(port).await;
    let storage = Arc::new(InMemoryStorage::default());
    let adapter = connected(&folder, &smtp, &imap, &storage);
    let mut desk = Running::new(&adapter);
    desk.connected().await;
    let opened = open(&adapter, 1).await;
    imap.receive(&answer(&opened, 1)).await;
    assert_eq!(desk.message().await.text(), "answer 1");
    let before = imap.validity().await;
    imap.kill().await;
    desk.disconnected().await;
    let elsewhere = folder.imap(free_port()).await;
    elsewhere.receive(&answer(&opened, 2)).await;
    elsewhere.kill().await;
    folder.renumber();
    let imap = folder.imap(port).await;
    assert_eq!(desk.message().await.text(), "answer 2");
    imap.receive(&answer(&opened, 3)).await;
    assert_eq!(desk.message().await.text(), "answer 3");
    assert_ne!(imap.validity().await, before, "the mailbox was numbered anew");
    desk.stop().await;
}

#[tokio::test]
async fn a_server_that_cannot_tell_of_new_mail_is_asked() {
    let Some(folder) = Folder::new().await else { return };
    let smtp = folder.smtp(free_port(), "none").await;
    let imap = folder.imap(free_port()).await;
    let proxy = proxy::start(imap.port, " IDLE", " ELDI").await;
    let mut server = imap.settings(&folder);
    server["port"] = json!(proxy.port);
    server["security"] = json!("none");
    let adapter = mail(
        settings(smtp.settings(&folder), server),
        &Arc::new(InMemoryStorage::default()),
    );
    let mut desk = Running::new(&adapter);
    desk.connected().await;
    let opened = open(&adapter, 1).await;
    for number in [1, 2] {
        imap.receive(&answer(&opened, number)).await;
        assert_eq!(desk.message().await.text(), format!("answer {number}"));
    }
    desk.quiet(1).await;
    let before = proxy.said.load(Ordering::Relaxed);
    desk.quiet(4).await;
    let said = proxy.said.load(Ordering::Relaxed) - before;
    assert!(
        (2..40).contains(&said),
        "it is asked each second and no more: {said}"
    );
    desk.stop().await;
}

#[tokio::test]
async fn a_mail_that_cannot_be_fetched_does_not_keep_the_others_back_for_ever() {
    let Some(folder) = Folder::new().await else { return };
    let smtp = folder.smtp(free_port(), "none").await;
    let imap = folder.imap(free_port()).await;
    let proxy = proxy::start(imap.port, "* 2 FETCH", "* 2 HCTEF").await;
    let mut server = imap.settings(&folder);
    server["port"] = json!(proxy.port);
    server["security"] = json!("none");
    let adapter = mail(
        settings(smtp.settings(&folder), server),
        &Arc::new(InMemoryStorage::default()),
    );
    let opened = open(&adapter, 1).await;
    for number in [1, 2, 3] {
        imap.receive(&answer(&opened, number)).await;
    }
    let mut desk = Running::new(&adapter);
    assert_eq!(desk.message().await.text(), "answer 1");
    let reason = desk.disconnected().await;
    assert!(reason.contains("mail 2"), "{reason}");
    assert_eq!(desk.message().await.text(), "answer 3");
    desk.stop().await;
}

#[tokio::test]
async fn the_secret_is_made_once_and_a_given_one_is_heeded() {
    let storage = Arc::new(InMemoryStorage::default());
    let Some(folder) = Folder::new().await else { return };
    let smtp = folder.smtp(free_port(), "none").await;
    let account = settings(smtp.settings(&folder), json!(null));
    let first = open(&mail(account.clone(), &storage), 7).await;
    let kept = storage.get("thread_secret").await.unwrap().unwrap();
    assert_eq!(kept.len(), 64);
    assert_eq!(open(&mail(account.clone(), &storage), 7).await, first);
    let mut given = account.clone();
    given["thread_secret"] = json!("one that an operator chose");
    assert_ne!(open(&mail(given, &storage), 7).await, first);
    assert_eq!(storage.get("thread_secret").await.unwrap().unwrap(), kept);
    let mut bad = settings(nowhere(), json!(null));
    bad["smtp"]["ca"] = json!("/nowhere/ca.pem");
    let made = groupdesk_mail::Mail::new(
        "mail".into(),
        serde_json::from_value(bad).unwrap(),
        Arc::new(groupdesk_contract::SystemClock),
        storage,
    );
    assert!(made.unwrap_err().contains("/nowhere/ca.pem"));
}
