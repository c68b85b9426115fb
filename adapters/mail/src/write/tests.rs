//! Mails as they are written: headers that nobody else may write, threads, subjects.

use super::*;
use groupdesk_contract::{ChannelKind, Place, Secret};
use mail_parser::MessageParser;
use proptest::prelude::*;
use serde_json::json;

fn written(subject: &str, text: &str, quote: Option<&str>, heard: bool) -> Vec<u8> {
    let segments = vec![
        Segment::Mention("bob@example.com".into()),
        Segment::Text(text.to_owned()),
    ];
    of_segments(subject, segments, quote, heard)
}

fn of_segments(subject: &str, segments: Vec<Segment>, quote: Option<&str>, heard: bool) -> Vec<u8> {
    let mut settings = json!({
        "smtp": {"host": "smtp.example.com"},
        "from": "desk@example.com",
        "targets": {"support": {"to": ["alice@example.com"]}},
    });
    if heard {
        settings["imap"] = json!({"host": "imap.example.com", "username": "desk", "password": "hush"});
    }
    let settings: Settings = serde_json::from_value(settings).unwrap();
    let threads = Threads::new("mail".into(), "example.com", Secret::new("a secret of ours"));
    let note = quote.is_none().then(|| {
        Box::new(TicketNote {
            ticket: 12,
            subject: subject.to_owned(),
            member: "10001".into(),
            member_name: "小明".to_owned(),
            asked_in: Place::new("qq", "42"),
            kind: NoteKind::Event,
        })
    });
    let reply = Reply::new("support".into(), ChannelKind::Group, segments)
        .with_quote(quote.map(MessageId::from))
        .with_note(note);
    let target = ("support", &settings.targets["support"]);
    let outgoing = write(
        &settings,
        &threads,
        target,
        ReplyKey(1),
        &reply,
        Timestamp::UNIX_EPOCH,
    );
    outgoing.unwrap().unwrap().mail.formatted()
}

#[test]
fn a_picture_that_came_along_is_attached() {
    let file = FileBytes {
        kind: "image/png".to_owned(),
        bytes: vec![137, 80, 0, 255, 13, 10],
    };
    let segments = vec![
        Segment::Text("看这个截图".to_owned()),
        Segment::Image {
            url: Some(file.to_url()),
        },
        Segment::File {
            name: Some("日志\r\nBcc: x.zip".to_owned()),
            url: Some("data:no type;base64,AAAA".to_owned()),
        },
    ];
    let raw = of_segments("x", segments, None, true);
    let mail = MessageParser::default().parse(&raw).unwrap();
    let text = mail.body_text(0).unwrap();
    assert!(text.contains("看这个截图") && !text.contains("data:"), "{text}");
    assert!(mail.bcc().is_none());
    let attached: Vec<&[u8]> = mail.attachments().map(|part| part.contents()).collect();
    assert_eq!(attached, [&file.bytes[..], &[0, 0, 0]]);
}

#[test]
fn answers_are_asked_for_only_where_they_are_heard() {
    let body = |heard| {
        let raw = written("x", "等了 30 分钟", None, heard);
        let mail = MessageParser::default().parse(&raw).unwrap();
        mail.body_text(0).unwrap().into_owned()
    };
    let heard = body(true);
    assert!(
        heard.starts_with(MARKER)
            && heard.contains("@bob@example.com 等了 30 分钟")
            && heard.contains("claim"),
        "{heard}"
    );
    assert_eq!(body(false).trim(), "@bob@example.com 等了 30 分钟");
}

#[test]
fn a_ticket_without_a_subject_is_named_after_its_member_and_a_long_one_is_cut() {
    let subject = |subject: &str| {
        let raw = written(subject, "x", None, true);
        let mail = MessageParser::default().parse(&raw).unwrap();
        mail.subject().unwrap().to_owned()
    };
    assert_eq!(subject(" \n"), "[#12] 小明");
    let long = subject(&"长".repeat(500));
    assert!(
        long.chars().count() == SUBJECT_CHARS && long.ends_with('…'),
        "{long}"
    );
}

proptest! {
    #[test]
    fn nothing_that_others_wrote_becomes_a_header(
        subject in "(\\PC|\r|\n|\u{2028}|\u{0}|Bcc: eve@example.com){0,40}",
        text in "(\\PC|\n|\r){0,60}",
        quote in proptest::option::of("(a@b|<|>|\r\n|Bcc: eve@example.com| ){0,6}"),
    ) {
        let raw = written(&subject, &text, quote.as_deref(), true);
        let mail = MessageParser::default().parse(&raw).unwrap();
        prop_assert!(mail.bcc().is_none());
        let known = ["From", "Reply-To", "Date", "Message-ID", "Subject", "Content-Type", "Auto-Submitted",
            "X-Auto-Response-Suppress", "To", "In-Reply-To", "References", "Content-Transfer-Encoding", "MIME-Version"];
        for header in mail.headers() {
            prop_assert!(known.contains(&header.name()), "{}", header.name());
        }
        if quote.is_none() {
            prop_assert!(mail.subject().unwrap().starts_with("[#12]"));
        }
    }
}
