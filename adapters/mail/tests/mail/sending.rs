//! Tests of mails that arrive at the SMTP server.

use crate::desk::{mail, mail_with, note, nowhere, reply, settings};
use crate::peers::{Folder, PASSWORD, Taken, USER};
use groupdesk_contract::{
    Adapter, Delivery, InMemoryStorage, ManualClock, NoteKind, PastReply, ReplyKey, Segment,
};
use groupdesk_testkit::free_port;
use jiff::Timestamp;
use mail_parser::{Message, MessageParser};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

fn parse(taken: &Taken) -> Message<'_> {
    MessageParser::default().parse(&taken.raw).unwrap()
}

fn sent(delivery: Delivery) -> String {
    match delivery {
        Delivery::Sent { message: Some(id) } => id.as_str().to_owned(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_ticket_is_one_thread_from_its_opening_on() {
    let Some(folder) = Folder::new().await else { return };
    let mut smtp = folder.smtp(free_port(), "none").await;
    let at: Timestamp = "2026-11-23T10:00:00Z".parse().unwrap();
    let imap =
        json!({"host": "127.0.0.1", "port": 1, "security": "none", "username": USER, "password": PASSWORD});
    let account = settings(smtp.settings(&folder), imap);
    let adapter = mail_with(
        account,
        Arc::new(InMemoryStorage::default()),
        Arc::new(ManualClock::at(at)),
    );

    let said = "装不上\nhttps://example.com/a.png".to_owned();
    let opened = reply(
        "support",
        "【工单 #12】小明 在 QQ 群\n装不上…",
        Some(note(NoteKind::Opened { said })),
    );
    let first = sent(adapter.send(ReplyKey(7), &opened).await);
    assert!(
        first.starts_with("t12.7.") && first.ends_with("@example.com"),
        "{first}"
    );
    let taken = smtp.taken().await;
    assert_eq!(taken.to, ["alice@example.com", "bob@example.com"]);
    let opening = parse(&taken);
    assert_eq!(opening.message_id(), Some(first.as_str()));
    assert_eq!(opening.subject(), Some("[#12] 装不上： Bcc: eve@example.com"));
    assert!(opening.bcc().is_none() && !taken.to.contains(&"eve@example.com".to_owned()));
    let from = opening.from().unwrap().first().unwrap();
    assert_eq!(
        (from.name(), from.address()),
        (Some("客服 Desk"), Some("desk@example.com"))
    );
    assert_eq!(
        opening.reply_to().unwrap().first().unwrap().address(),
        Some("desk@example.com")
    );
    assert_eq!(opening.date().unwrap().to_timestamp(), at.as_second());
    assert_eq!(
        opening.header_raw("Auto-Submitted").unwrap().trim(),
        "auto-generated"
    );
    assert_eq!(
        opening.header_raw("X-Auto-Response-Suppress").unwrap().trim(),
        "All"
    );
    let body = opening.body_text(0).unwrap();
    assert!(
        body.starts_with("## 请在此行以上回复 / Reply above this line ##"),
        "{body}"
    );
    assert!(
        body.contains("https://example.com/a.png") && body.contains("工单 #12："),
        "{body}"
    );
    assert!(opening.in_reply_to().as_text().is_none());

    let more = NoteKind::Said {
        by: "小明".to_owned(),
        said: "还是不行".to_owned(),
    };
    let mut subjects = vec![opening.subject().unwrap().to_owned()];
    for (key, kind, text) in [(8, more, "小明：还是不行"), (9, NoteKind::Event, "等了 30 分钟")] {
        let id = sent(
            adapter
                .send(ReplyKey(key), &reply("support", text, Some(note(kind))))
                .await,
        );
        let taken = smtp.taken().await;
        let mail = parse(&taken);
        assert_eq!(mail.message_id(), Some(id.as_str()));
        assert_ne!(id, first);
        let root = opening.references().as_text().unwrap();
        assert_eq!(
            (mail.in_reply_to().as_text(), mail.references().as_text()),
            (Some(root), Some(root))
        );
        assert!(root.starts_with("t12.0."), "{root}");
        subjects.push(mail.subject().unwrap().to_owned());
        assert!(mail.body_text(0).unwrap().contains(text));
    }
    assert!(
        subjects.iter().all(|subject| *subject == subjects[0]),
        "{subjects:?}"
    );

    let receipt = reply("support", "已认领", Some(note(NoteKind::Receipt)));
    assert_eq!(
        adapter.send(ReplyKey(10), &receipt).await,
        Delivery::Sent { message: None }
    );
    // The next mail to come is the digest: the receipt disturbed nobody.
    let mut digest = reply("support", "3 个工单在等\n#12 装不上", None);
    digest.quote = Some("asked@staff.example".into());
    digest.segments.push(Segment::Image {
        url: Some("https://example.com/b.png".to_owned()),
    });
    let id = sent(adapter.send(ReplyKey(11), &digest).await);
    let taken = smtp.taken().await;
    let mail = parse(&taken);
    assert_eq!(
        (mail.message_id(), mail.subject()),
        (Some(id.as_str()), Some("3 个工单在等"))
    );
    assert_eq!(mail.in_reply_to().as_text(), Some("asked@staff.example"));
    assert!(mail.body_text(0).unwrap().contains("https://example.com/b.png"));
    assert_eq!(
        sent(adapter.send(ReplyKey(11), &digest).await),
        id,
        "a mail sent again bears the same id"
    );
    assert_eq!(
        adapter.find_sent(ReplyKey(11), &digest, at).await,
        PastReply::CannotTell
    );
}

#[tokio::test]
async fn both_kinds_of_tls_trust_the_given_authority_and_no_other() {
    let Some(folder) = Folder::new().await else { return };
    for security in ["tls", "starttls"] {
        let mut smtp = folder.smtp(free_port(), security).await;
        let storage = Arc::new(InMemoryStorage::default());
        let mut server = smtp.settings(&folder);
        let trusting = mail(settings(server.clone(), json!(null)), &storage);
        sent(trusting.send(ReplyKey(1), &reply("support", "hello", None)).await);
        smtp.taken().await;
        server["ca"] = json!(null);
        let strict = mail(settings(server, json!(null)), &storage);
        let Delivery::Later { reason, .. } = strict.send(ReplyKey(2), &reply("support", "hello", None)).await
        else {
            panic!("an unknown authority is not trusted");
        };
        assert!(reason.to_lowercase().contains("certificate"), "{reason}");
    }
}

#[tokio::test]
async fn what_the_server_says_decides_whether_it_is_tried_again() {
    let Some(folder) = Folder::new().await else { return };
    let mut smtp = folder.smtp(free_port(), "none").await;
    let storage = Arc::new(InMemoryStorage::default());
    let server = smtp.settings(&folder);
    let to = |people: &[&str]| {
        let mut account = settings(server.clone(), json!(null));
        account["targets"]["support"]["to"] = json!(people);
        mail(account, &storage)
    };
    let hello = reply("support", "hello", None);
    for last in ["never@example.com", "unwanted@example.com"] {
        let Delivery::Refused { reason } = to(&[last]).send(ReplyKey(1), &hello).await else {
            panic!("{last} is final");
        };
        assert!(reason.contains('5') && !reason.contains("s3cret"), "{reason}");
    }
    for passing in ["later@example.com", "busy@example.com"] {
        let delivery = to(&[passing]).send(ReplyKey(1), &hello).await;
        assert!(
            matches!(delivery, Delivery::Later { .. }),
            "{passing}: {delivery:?}"
        );
    }
    let doubtful = to(&["silent@example.com"]).send(ReplyKey(1), &hello).await;
    assert!(matches!(doubtful, Delivery::Unknown { .. }), "{doubtful:?}");
    for _ in ["unwanted", "busy", "silent"] {
        smtp.taken().await;
    }
    let mixed = to(&["never@example.com", "later@example.com"])
        .send(ReplyKey(1), &hello)
        .await;
    assert!(matches!(mixed, Delivery::Later { .. }), "{mixed:?}");
    sent(
        to(&["never@example.com", "alice@example.com"])
            .send(ReplyKey(1), &hello)
            .await,
    );
    assert_eq!(
        smtp.taken().await.to,
        ["alice@example.com"],
        "one who can't be reached keeps it from nobody else"
    );
}

#[tokio::test]
async fn a_wrong_password_a_server_that_is_down_and_an_unknown_target_are_told_in_words() {
    let Some(folder) = Folder::new().await else { return };
    let port = free_port();
    let smtp = folder.smtp(port, "none").await;
    let storage = Arc::new(InMemoryStorage::default());
    let mut server = smtp.settings(&folder);
    server["password"] = json!("not-the-right-one");
    let stranger = mail(settings(server, json!(null)), &storage);
    let hello = reply("support", "hello", None);
    let Delivery::Later { reason, after } = stranger.send(ReplyKey(1), &hello).await else {
        panic!("a password can be put right");
    };
    assert!(
        reason.contains("`desk`") && !reason.contains("not-the-right-one"),
        "{reason}"
    );
    assert!(
        after.is_some_and(|after| after >= Duration::from_secs(60)),
        "{after:?}"
    );
    assert!(!format!("{stranger:?}").contains("not-the-right-one"));

    let right = mail(settings(smtp.settings(&folder), json!(null)), &storage);
    drop(smtp);
    tokio::time::sleep(Duration::from_millis(300)).await;
    let down = right.send(ReplyKey(2), &hello).await;
    assert!(matches!(down, Delivery::Later { .. }), "{down:?}");
    let mut smtp = folder.smtp(port, "none").await;
    sent(right.send(ReplyKey(2), &hello).await);
    smtp.taken().await;

    let Delivery::Refused { reason } = right.send(ReplyKey(3), &reply("suport", "hello", None)).await else {
        panic!("there is no such target");
    };
    assert!(reason.contains("support"), "{reason}");
    let nobody = mail(settings(nowhere(), json!(null)), &storage);
    assert!(matches!(
        nobody.send(ReplyKey(3), &hello).await,
        Delivery::Later { .. }
    ));
}

#[tokio::test]
async fn a_person_of_the_roster_is_a_mail_address() {
    let adapter = mail(
        settings(nowhere(), json!(null)),
        &Arc::new(InMemoryStorage::default()),
    );
    for address in ["wang@example.com", "w.ang+desk@mail.example.com"] {
        assert_eq!(adapter.check_member(&address.into()), Ok(()), "{address}");
    }
    for nobody in [
        "notanaddress",
        "wang@",
        "@example.com",
        "Wang <w@example.com>",
        "a b@example.com",
    ] {
        assert!(adapter.check_member(&nobody.into()).is_err(), "{nobody}");
    }
}
