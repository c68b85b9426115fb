//! Tests of mailboxes that bounce, refuse, or are not there.

use crate::desk::{Running, mail, nowhere, open, settings};
use crate::receiving::{answer, house};
use groupdesk_contract::{AccountState, Event, InMemoryStorage};
use serde_json::json;
use std::sync::Arc;

#[tokio::test]
async fn a_hand_over_that_bounces_is_told_at_once() {
    let Some(mut house) = house().await else { return };
    let opened = open(&house.adapter, 7).await;
    let bounce = "Subject: x\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=b";
    let status = |who: &str| {
        format!(
            "--b\nContent-Type: message/delivery-status\n\nFinal-Recipient: rfc822; {who}\nAction: failed\nStatus: 5.2.2\n\n--b\n\
             Content-Type: text/rfc822-headers\n\nMessage-ID: <{opened}>\n--b--"
        )
    };
    let daemon = "MAILER-DAEMON@example.com";
    house
        .imap
        .receive(&answer(
            "b1@example.com",
            daemon,
            bounce,
            &status("bob@example.com"),
        ))
        .await;
    // One of two is reached: that is an alert, and the ticket is told.
    assert!(matches!(house.desk.event().await, Event::Alert(alert) if alert.name == "bounced/support"));
    house
        .imap
        .receive(&answer(
            "b2@example.com",
            daemon,
            bounce,
            &status("alice@example.com"),
        ))
        .await;
    loop {
        if let Event::Undelivered(undelivered) = house.desk.event().await {
            assert_eq!(
                (undelivered.channel.as_str(), undelivered.message.as_str()),
                ("support", opened.as_str())
            );
            assert!(undelivered.reason.contains("5.2.2"));
            break;
        }
    }
    house.desk.stop().await;
}

#[tokio::test]
async fn an_account_without_a_mailbox_only_sends() {
    let adapter = mail(
        settings(nowhere(), json!(null)),
        &Arc::new(InMemoryStorage::default()),
    );
    let mut desk = Running::new(&adapter);
    assert_eq!(desk.event().await, Event::State(AccountState::Connected));
    desk.stop().await;
}

#[tokio::test]
async fn a_wrong_password_is_told_in_words_and_not_tried_at_once_again() {
    let Some(house) = house().await else { return };
    let mut server = house.imap.settings(&house.folder);
    server["password"] = json!("not-the-right-one");
    let adapter = mail(settings(nowhere(), server), &Arc::new(InMemoryStorage::default()));
    let mut desk = Running::new(&adapter);
    let Event::Alert(alert) = desk.event().await else {
        panic!("an alert")
    };
    assert!(alert.name == "imap" && alert.message.unwrap().contains("imap.password"));
    let reason = desk.disconnected().await;
    assert!(
        reason.contains("`desk`")
            && reason.contains("imap.password")
            && !reason.contains("not-the-right-one"),
        "{reason}"
    );
    desk.quiet(3).await;
    desk.stop().await;
    house.desk.stop().await;
}
