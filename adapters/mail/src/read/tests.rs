//! Mails as mailboxes hold them: who answers what, and what is left out.

use super::*;
use crate::settings::Settings;
use groupdesk_contract::{ReplyKey, Secret};
use serde_json::json;

fn house() -> (Settings, Threads) {
    let settings = json!({
        "smtp": {"host": "smtp.example.com"},
        "from": "desk@example.com",
        "targets": {"support": {"to": ["alice@example.com"]}, "sales": {"to": ["alice@example.com", "sam@example.com"]}},
    });
    let threads = Threads::new("mail".into(), "example.com", Secret::new("a secret of ours"));
    (serde_json::from_value(settings).unwrap(), threads)
}

fn read(mail: &str) -> Read {
    let (settings, threads) = house();
    let rules = Rules {
        settings: &settings,
        threads: &threads,
    };
    let read = rules.read(mail.as_bytes(), Timestamp::UNIX_EPOCH);
    let headers = mail.split_inclusive("\n\n").next().unwrap();
    let screened = rules.screen(headers.as_bytes());
    match &read {
        Read::Said(_) | Read::Bounced { .. } | Read::Empty { .. } => assert_eq!(screened, None, "{mail}"),
        // A report shows only in its body what it is about.
        Read::Left(reason) => assert!(screened == Some(reason) || reason.contains("report"), "{mail}"),
    }
    read
}

fn id(target: &str) -> String {
    house().1.mail(target, Some(12), ReplyKey(7))
}

fn report(about: &str, action: &str) -> String {
    format!(
        "From: MAILER-DAEMON@example.net\nReturn-Path: <>\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: text/plain\n\nsorry\n\
         --b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.net\n\nFinal-Recipient: rfc822; \
         bob@example.net\nAction: {action}\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 no such user\n--b\n\
         Content-Type: message/rfc822\n\nMessage-ID: <{about}>\nSubject: [#12] x\n\nhello\n--b--\n"
    )
}

#[test]
fn a_report_on_a_mail_of_ours_that_did_not_arrive_names_the_ticket() {
    let Read::Bounced { ticket, report: said } = read(&report(&id("support"), "failed")) else {
        panic!("it bounced");
    };
    assert_eq!(ticket, Some(12));
    assert!(
        said.contains("bob@example.net") && said.contains("5.1.1") && said.contains("no such user"),
        "{said}"
    );
    assert!(matches!(
        read(&report(&id("support"), "delivered")),
        Read::Left(_)
    ));
    assert!(matches!(
        read(&report("t12.7.0123456789abcdef@example.com", "failed")),
        Read::Left(_)
    ));
}

#[test]
fn the_answered_mail_says_the_target_where_one_person_is_in_two() {
    for target in ["support", "sales"] {
        let mail = format!(
            "From: alice@example.com\nIn-Reply-To: <{}>\nMessage-ID: <a@b>\n\nhi\n",
            id(target)
        );
        let Read::Said(message) = read(&mail) else {
            panic!("{target}");
        };
        assert_eq!((message.channel.id.as_str(), message.ticket), (target, Some(12)));
    }
}

#[test]
fn the_mail_that_was_answered_counts_before_the_start_of_its_thread() {
    let root = house().1.root("support", 12);
    for threading in [
        format!("In-Reply-To: <{root}>\nReferences: <{}> <other@x>", id("support")),
        format!("References: <{root}> <{}>", id("support")),
    ] {
        let Read::Said(message) = read(&format!(
            "From: alice@example.com\n{threading}\nMessage-ID: <a@b>\n\nhi\n"
        )) else {
            panic!("{threading}");
        };
        assert_eq!(message.quote().unwrap().message.as_str(), id("support"));
    }
}

#[test]
fn an_answer_with_nothing_in_it_is_told_apart_from_strangers() {
    let mail = format!(
        "From: alice@example.com\nIn-Reply-To: <{}>\nMessage-ID: <a@b>\n\n> help\n",
        id("support")
    );
    let from = "alice@example.com".to_owned();
    assert_eq!(
        read(&mail),
        Read::Empty {
            ticket: Some(12),
            from
        }
    );
}

#[test]
fn a_number_in_brackets_is_the_ticket_and_nothing_else_is() {
    for (subject, ticket) in [
        ("Re: [#42] x", Some(42)),
        ("回复：[#7]", Some(7)),
        ("[#x] [#8]", Some(8)),
        ("#42", None),
        ("[42]", None),
        ("[#]", None),
        ("[#+4]", None),
        ("[#99999999999999999999]", None),
    ] {
        assert_eq!(number(subject), ticket, "{subject}");
    }
}

proptest::proptest! {
    #[test]
    fn no_mail_makes_it_panic(
        start in "(From: alice@example.com\n|Subject: \\[#1\\]\n|In-Reply-To: <t1.2.3@example.com>\n|Content-Type: multipart/report; boundary=b\n){0,4}",
        rest in "(\\PC|\n|--b|<|>){0,80}",
    ) {
        let (settings, threads) = house();
        let rules = Rules { settings: &settings, threads: &threads };
        let mail = format!("{start}{rest}");
        rules.read(mail.as_bytes(), Timestamp::UNIX_EPOCH);
        rules.screen(mail.as_bytes());
    }
}
