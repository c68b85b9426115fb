//! Mails as mailboxes hold them: who answers what, and what is left out.

use super::*;
use crate::settings::Settings;
use groupdesk_contract::{ReplyKey, Secret, Segment};
use serde_json::json;

fn house(more: serde_json::Value) -> (Settings, Threads) {
    let mut settings = json!({
        "smtp": {"host": "smtp.example.com"},
        "from": "desk@example.com",
        "targets": {"support": {"to": ["alice@example.com"]}, "sales": {"to": ["alice@example.com", "sam@example.com"]}},
    });
    settings
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    let threads = Threads::new("mail".into(), "example.com", Secret::new("a secret of ours"));
    (serde_json::from_value(settings).unwrap(), threads)
}

fn read_by(more: serde_json::Value, mail: &[u8], late: SignedDuration) -> Read {
    let (read, screened) = look(more, mail, late);
    match &read {
        // A report shows only in its body what it is about.
        Read::Left(reason) => assert!(screened == Some(reason) || reason.contains("report")),
        _ => assert_eq!(screened, None),
    }
    read
}

/// The result of reading a mail, and of screening its headers alone.
fn look(more: serde_json::Value, mail: &[u8], late: SignedDuration) -> (Read, Option<&'static str>) {
    let (settings, threads) = house(more);
    let rules = Rules {
        account: &"mail".into(),
        settings: &settings,
        threads: &threads,
        sent: &Sent::default(),
    };
    let read = rules.read(Arrived {
        raw: mail,
        received: Timestamp::UNIX_EPOCH,
        now: Timestamp::UNIX_EPOCH + late,
        place: "9/7",
        cut: false,
    });
    let end = mail
        .windows(2)
        .position(|pair| pair == b"\n\n")
        .map_or(mail.len(), |end| end + 2);
    (read, rules.screen(&mail[..end]))
}

fn read(mail: &str) -> Read {
    read_by(json!({}), mail.as_bytes(), SignedDuration::ZERO)
}

/// The message that a mail becomes, and the notice to its author.
fn said(mail: &[u8]) -> (Message, Option<Why>) {
    match read_by(json!({}), mail, SignedDuration::ZERO) {
        Read::Said { message, told, .. } => (*message, told.map(|back| back.why)),
        other => panic!("{other:?}"),
    }
}

/// A mail of alice's that answers ours.
fn answer(headers: &str, body: &str) -> Vec<u8> {
    let id = id("support");
    format!("From: Alice <alice@example.com>\nIn-Reply-To: <{id}>\nMessage-ID: <a@b>\n{headers}\n\n{body}\n")
        .into_bytes()
}

fn returned(read: Read) -> Why {
    match read {
        Read::Returned(back) => back.why,
        other => panic!("{other:?}"),
    }
}

fn id(target: &str) -> String {
    house(json!({})).1.mail(target, Some(12), ReplyKey(7))
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
    let Read::Bounced(bounce) = read(&report(&id("support"), "failed")) else {
        panic!("it bounced");
    };
    assert_eq!(
        (bounce.ticket, bounce.message.as_str(), bounce.is_final),
        (Some(12), id("support").as_str(), true)
    );
    assert_eq!(
        (bounce.target.as_str(), bounce.recipients),
        ("support", vec!["bob@example.net".to_owned()])
    );
    let said = bounce.report;
    assert!(
        said.contains("bob@example.net") && said.contains("5.1.1") && said.contains("no such user"),
        "{said}"
    );
    assert!(matches!(
        read(&report(&id("support"), "delayed")),
        Read::Bounced(Bounce { is_final: false, .. })
    ));
    // What providers write in their own words, and not in a server's fields.
    let words = format!(
        "From: postmaster@qq.com\nReferences: <{}>\nSubject: =?utf-8?B?57O757uf6YCA5L+h?=\nContent-Type: text/plain; charset=utf-8\n\n\
         收件人邮件地址（bob@qq.com）的邮箱已满，邮件投递失败。\n",
        id("support")
    );
    assert!(matches!(
        read(&words),
        Read::Bounced(Bounce {
            is_final: true,
            ticket: Some(12),
            ..
        })
    ));
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
        let (message, _) = said(mail.as_bytes());
        assert_eq!((message.channel.id.as_str(), message.ticket), (target, Some(12)));
    }
}

#[test]
fn the_mail_that_was_answered_counts_before_the_start_of_its_thread() {
    let root = house(json!({})).1.root("support", 12);
    for threading in [
        format!("In-Reply-To: <{root}>\nReferences: <{}> <other@x>", id("support")),
        format!("References: <{root}> <{}>", id("support")),
    ] {
        let mail = format!("From: alice@example.com\n{threading}\nMessage-ID: <a@b>\n\nhi\n");
        let (message, _) = said(mail.as_bytes());
        assert_eq!(message.quote().unwrap().message.as_str(), id("support"));
    }
}

#[test]
fn what_can_not_be_passed_on_goes_back_to_whoever_wrote_it() {
    let text = |headers: &str, body: &str| String::from_utf8(answer(headers, body)).unwrap();
    assert_eq!(returned(read(&text("X: y", "> help"))), Why::Empty);
    let note = "您好！这是来自QQ邮箱的假期自动回复邮件。您的邮件已收到。";
    assert_eq!(
        returned(read(&text("Content-Type: text/plain; charset=utf-8", note))),
        Why::Automatic
    );
    let away = "您好，我在休假，12月8号回来。";
    let utf8 = "Content-Type: text/plain; charset=utf-8";
    assert_eq!(returned(read(&text(utf8, away))), Why::Automatic);
    for marked in [
        "您好，您的邮件我已收到，我会尽快回复您。\n\n——来自QQ邮箱的自动回复",
        "Thanks, we got your mail.\n\n-- \nAutomatic reply",
        "好的，收到\n\n--\n自动回复",
    ] {
        assert_eq!(returned(read(&text(utf8, marked))), Why::Automatic, "{marked}");
    }
    let (message, _) = said(text(utf8, "请在设置里打开它\n\n-- \n张三\n自动回复产品组").as_bytes());
    assert_eq!(message.text(), "请在设置里打开它");
    let (message, _) = said(text(utf8, &format!("/t 12 reply {away}")).as_bytes());
    assert!(message.text().ends_with(away), "who sends it as an order says it");
    let stranger = text("X: y", "hi").replace("alice@", "alice.at.home@");
    assert_eq!(returned(read(&stranger)), Why::NotAllowed);
    // An answer to the digest belongs to no ticket, and an order says which one.
    let digest = house(json!({})).1.mail("support", None, ReplyKey(9));
    let to_digest = |body: &str| text("X: y", body).replace(&id("support"), &digest);
    assert_eq!(returned(read(&to_digest("重启一下"))), Why::NoTicket);
    let (order, _) = said(to_digest("/t 12 重启一下").as_bytes());
    assert_eq!((order.text().as_str(), order.ticket), ("/t 12 重启一下", None));
    let Read::Returned(back) = read(&to_digest("x")) else {
        panic!("it goes back")
    };
    assert_eq!(
        (back.to.as_str(), back.answers.as_str(), back.target.as_str()),
        ("alice@example.com", "a@b", "support")
    );
    // What was cut by a guess is told as well, and what is above arrives.
    let (message, why) = said(&answer(
        "X: y",
        "ok\n\nFrom: Eve <eve@x.example>\nSent: Monday 1 Jan 2026\nTo: Bob\nSubject: x\n\nsecret",
    ));
    assert_eq!(
        (message.text().as_str(), why),
        ("ok", Some(Why::Cut("From: Eve <eve@x.example>".to_owned())))
    );
}

#[test]
fn who_only_says_that_they_are_staff_is_not_believed() {
    let forged =
        "From: alice@example.com\nSubject: Re: [#12] x\nMessage-ID: <a@b>\n\nsend us your password\n";
    let by = |more: serde_json::Value, mail: &str| read_by(more, mail.as_bytes(), SignedDuration::ZERO);
    let refused = |read: Read| match read {
        Read::Refused { ticket, from, reason } => {
            assert_eq!((ticket, from.as_str()), (Some(12), "alice@example.com"));
            reason
        }
        other => panic!("{other:?}"),
    };
    assert!(refused(read(forged)).contains("none of our mails"));
    assert_eq!(
        read(&forged.replace("alice@", "mallory@")),
        Read::Left("who wrote it may not answer")
    );
    let open = json!({"answers_by_subject": true});
    assert!(matches!(by(open.clone(), forged), Read::Said { .. }));
    for order in ["/faq accept 12", "／t 12 close", "close", "认领"] {
        let mail = forged.replace("send us your password", order);
        assert!(refused(by(open.clone(), &mail)).contains("order"), "{order}");
    }
    // The receiving server says that From is forged: then the Message-ID was copied from somewhere.
    let dmarc =
        "Authentication-Results: mx.example.com; spf=fail; dmarc=fail (p=reject) header.from=example.com";
    let signed = String::from_utf8(answer(dmarc, "hi")).unwrap();
    assert!(refused(read(&signed)).contains("dmarc"));
    assert!(refused(by(json!({"authserv_id": "mx.example.com"}), &signed)).contains("dmarc"));
    assert!(matches!(
        by(json!({"authserv_id": "other.example"}), &signed),
        Read::Said { .. }
    ));
    assert!(refused(by(open, &format!("{dmarc}\n{forged}"))).contains("dmarc"));
}

#[test]
fn an_answer_of_nobody_or_of_two_is_not_taken_and_not_passed_over() {
    let id = id("support");
    for from in [
        "From: Alice <alice@example.com>\nFrom: Eve <eve@example.net>\n",
        "From: alice@example.com, eve@example.net\n",
        "From: Alice\n",
        "",
    ] {
        let mail = format!("{from}In-Reply-To: <{id}>\nMessage-ID: <a@b>\n\n请重启\n");
        let Read::Refused { ticket, .. } = read(&mail) else {
            panic!("{from}")
        };
        assert_eq!(ticket, Some(12));
        let others = mail.replace(&id, "x@example.net");
        assert!(matches!(read(&others), Read::Left(_)), "{from}");
    }
}

#[test]
fn notes_that_programs_send_for_people_who_are_away_are_left_alone() {
    for header in [
        "Auto-Submitted: auto-replied",
        "X-Autoreply: yes",
        "X-Auto-Reply: 1",
        "Precedence: auto_reply",
        "Precedence: bulk",
        "List-Unsubscribe: <x>",
        "Return-Path: <>",
        "Subject: Automatic reply: [#12] x",
        "Subject: =?utf-8?B?6Ieq5Yqo5Zue5aSNOiBbIzEyXSDoo4XkuI3kuIo=?=",
        "Subject: Abwesenheitsnotiz: Re: [#12] x",
        "X-Mail-Autoreply: x",
    ] {
        let mail = String::from_utf8(answer(header, "I am away until Monday.")).unwrap();
        assert!(matches!(read(&mail), Read::Left(_)), "{header}");
    }
    let (message, _) = said(&answer(
        "Auto-Submitted: no\nX-Auto-Response-Suppress: All\nSubject: Re: [#12] Out of Office does not work",
        "hi",
    ));
    assert_eq!(message.text(), "hi");
}

#[test]
fn words_that_begin_like_an_order_are_words_and_orders_say_so() {
    for (written, heard) in [
        (
            "Note that it restarts by itself.",
            "/t 12 reply Note that it restarts by itself.",
        ),
        ("Give it five minutes.", "/t 12 reply Give it five minutes."),
        (
            "Hand over the log, please.",
            "/t 12 reply Hand over the log, please.",
        ),
        ("备注 栏请留空", "/t 12 reply 备注 栏请留空"),
        ("/t note he called twice", "/t note he called twice"),
        ("claim", "claim"),
        ("解决", "解决"),
    ] {
        let (message, _) = said(&answer("Content-Type: text/plain; charset=utf-8", written));
        assert_eq!(message.text(), heard);
    }
}

#[test]
fn an_answer_that_was_read_days_late_is_an_answer() {
    let mail = answer("X: y", "hi");
    for (hours, at) in [(1, 0), (30, 30), (24 * 6, 24 * 6)] {
        let late = SignedDuration::from_hours(hours);
        let Read::Said { message, .. } = read_by(json!({}), &mail, late) else {
            panic!("{hours}");
        };
        assert_eq!(message.at, Timestamp::UNIX_EPOCH + SignedDuration::from_hours(at));
    }
}

#[test]
fn pictures_and_files_come_along_and_what_is_too_long_comes_as_one() {
    let parts = format!(
        "--b\nContent-Type: multipart/related; boundary=c\n\n--c\nContent-Type: text/html; charset=utf-8\n\n\
         <p>看图<img src=\"cid:1\"></p><img src=\"data:image/png;base64,iVBORw==\">\n\
         --c\nContent-Type: image/png\nContent-ID: <1>\nContent-Disposition: inline; filename=image001.png\n\
         Content-Transfer-Encoding: base64\n\n{}\n--c--\n\
         --b\nContent-Type: application/zip\nContent-Disposition: attachment; filename=\"../日志.zip\"\n\
         Content-Transfer-Encoding: base64\n\nUEsDBA==\n\
         --b\nContent-Type: image/png\nContent-ID: <logo>\nContent-Disposition: inline; filename=logo.png\n\
         Content-Transfer-Encoding: base64\n\niVBORw==\n\
         --b\nContent-Type: message/rfc822\n\nFrom: eve@example.com\nSubject: s\n\nsecret\n--b--",
        "iVBO".repeat(3_000)
    );
    // A program that writes a name as it is, in GBK.
    let (name, _, _) = encoding_rs::GBK.encode("日志.zip");
    let mail = answer(
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b",
        &parts,
    );
    let at = mail
        .windows(10)
        .position(|part| part == "日志.zip".as_bytes())
        .unwrap();
    let mail = [&mail[..at], &name, &mail[at + "日志.zip".len()..]].concat();
    let (message, why) = said(&mail);
    assert!(message.text().starts_with("看图"), "{}", message.text());
    let files: Vec<(Option<&str>, &str)> = message
        .segments
        .iter()
        .filter_map(|segment| match segment {
            Segment::Image { url: Some(url) } => Some((None, url.as_str())),
            Segment::File { name, url: Some(url) } => Some((name.as_deref(), url.as_str())),
            _ => None,
        })
        .collect();
    let [(None, screenshot), (Some("日志.zip"), log), (None, inline)] = files[..] else {
        panic!("{files:?}");
    };
    let bytes = |url: &str| {
        let (_, held) = groupdesk_contract::read_held_file(url).unwrap();
        let which = held.strip_prefix("9/7/").unwrap();
        file(&mail, Which::read(which).unwrap()).unwrap()
    };
    assert_eq!(bytes(screenshot).1.len(), 9_000);
    assert_eq!(bytes(log), ("application/zip".to_owned(), b"PK\x03\x04".to_vec()));
    assert_eq!(bytes(inline), ("image/png".to_owned(), b"\x89PNG".to_vec()));
    assert!(
        matches!(why, Some(Why::Files(left)) if left.len() == 1),
        "the mail in the mail, with addresses of others, stays"
    );

    let long = "line of a log\n".repeat(20_000);
    let (message, why) = said(&answer("X: y", &long));
    assert_eq!(why, Some(Why::Long(long.len() - 1)));
    assert!(
        message.text().chars().count() < 1_700 && message.text().contains("279999"),
        "{}",
        message.text().len()
    );
    assert!(
        matches!(message.segments.last(), Some(Segment::File { name: Some(name), url: Some(url) }) if name == "reply.txt" && url.ends_with("/text"))
    );
}

#[test]
fn what_programs_write_where_a_picture_stands_is_no_word_and_what_people_write_of_it_is() {
    let text = |body: &str| {
        let parts = format!(
            "--b\nContent-Type: text/plain; charset=utf-8\n\n{body}\n--b\nContent-Type: image/png\n\
             Content-ID: <image001.png@01DC.0>\nContent-Disposition: inline; filename=image001.png\n\
             Content-Transfer-Encoding: base64\n\n{}\n--b--",
            "iVBO".repeat(3_000)
        );
        let headers = "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b";
        let (message, _) = said(&answer(headers, &parts));
        assert!(
            matches!(message.segments.last(), Some(Segment::Image { .. })),
            "{message:?}"
        );
        message.text()
    };
    for (body, words) in [
        ("[cid:image001.png@01DC.0]\n点这里", "点这里"),
        ("点这里\n[cid:image001.png@01DC.0]", "点这里"),
        ("点[image: image001.png]这里 <cid:image001.png@01DC.0>", "点这里"),
        ("点这里 [cid:image009.png@01DC5A2B.8F3E]", "点这里"),
        (
            "写 [cid:NAME] 和 [image: x]，a < b",
            "写 [cid:NAME] 和 [image: x]，a < b",
        ),
    ] {
        assert_eq!(text(body).trim(), words, "{body}");
    }
}

#[test]
fn a_small_picture_that_somebody_pasted_comes_along_and_logos_that_stay_are_counted() {
    let picture = |id: &str| {
        format!(
            "--b\nContent-Type: image/png\nContent-ID: <{id}>\nContent-Disposition: inline; filename=image001.png\n\
             Content-Transfer-Encoding: base64\n\niVBORw==\n"
        )
    };
    let look = |html: &str, ids: &[&str]| {
        let pictures: String = ids.iter().map(|id| picture(id)).collect();
        let parts = format!(
            "--b\nContent-Type: multipart/alternative; boundary=c\n\n--c\nContent-Type: text/plain; charset=utf-8\n\n点这里\n--c\n\
             Content-Type: text/html; charset=utf-8\n\n{html}\n--c--\n{pictures}--b--"
        );
        let mail = answer(
            "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b",
            &parts,
        );
        match read_by(json!({}), &mail, SignedDuration::ZERO) {
            Read::Said { message, told, .. } => {
                let pictures = message
                    .segments
                    .iter()
                    .filter(|segment| matches!(segment, Segment::Image { .. }));
                assert!(message.text().ends_with("点这里"), "{}", message.text());
                (pictures.count(), told.map(|back| (back.why, back.pictures_left)))
            }
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(look("<p>点这里<img src='cid:a'></p>", &["a"]), (1, None));
    assert_eq!(
        look(
            "<p>点这里</p><div><img src='cid:a'></div><div>-- <br>Alice</div>",
            &["a"]
        ),
        (1, None)
    );
    let left = |count| Some((Why::Pictures, count));
    let signed =
        "<p>点这里<img src='cid:a'></p><div class='gmail_signature'><div>Alice</div><img src='cid:b'></div>";
    assert_eq!(look(signed, &["a", "b"]), (1, left(1)));
    let below = "<p>点这里</p><div>-- <br>Alice<br><img src='cid:a'></div>";
    assert_eq!(look(below, &["a", "never-shown"]), (0, left(2)));
    let quoted = format!(
        "<p>点这里</p><blockquote>{}<br>x<img src='cid:a'></blockquote>",
        crate::strip::MARKER
    );
    assert_eq!(look(&quoted, &["a"]), (0, left(1)));
    assert_eq!(
        look("<p>点这里<img alt='👍' src='cid:a'></p>", &["a"]),
        (0, None),
        "it is in the words"
    );
}

#[test]
fn html_is_read_where_the_text_beside_it_says_nothing() {
    let both = |text: &str, html: &str| {
        let parts = format!(
            "--b\nContent-Type: text/plain; charset=utf-8\n\n{text}\n--b\nContent-Type: text/html; charset=utf-8\n\n{html}\n--b--"
        );
        said(&answer(
            "MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=b",
            &parts,
        ))
        .0
        .text()
    };
    let html = "<div>cd /opt</div><div>git pull</div><div>make</div>";
    assert_eq!(both("", html), "cd /opt\ngit pull\nmake");
    assert_eq!(both("您的邮箱不支持 HTML 格式", html), "cd /opt\ngit pull\nmake");
    assert_eq!(both("in words", html), "in words");
}

#[test]
fn text_in_any_encoding_is_read_whatever_it_says_of_itself() {
    let (gbk, _, _) = encoding_rs::GB18030.encode("重启就好了，谢谢");
    let with = |headers: &str, body: &[u8]| {
        let mail = answer(headers, "");
        let mail = [&mail[..mail.len() - 1], body, b"\n"].concat();
        said(&mail).0.text()
    };
    for headers in [
        "X: y",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Type: text/plain; charset=us-ascii",
        "Content-Type: text/plain; charset=gb2312",
    ] {
        assert_eq!(with(headers, &gbk), "重启就好了，谢谢", "{headers}");
    }
    assert_eq!(
        with("Content-Type: text/plain; charset=hz-gb-2312", b"~{VXFt~}"),
        "重启"
    );
    let page = [
        b"<html><meta http-equiv=content-type content='text/html; charset=gb2312'><p>".as_slice(),
        &gbk,
    ]
    .concat();
    assert_eq!(with("Content-Type: text/html", &page), "重启就好了，谢谢");
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
        let mail = format!("{start}{rest}");
        look(json!({"answers_by_subject": true}), mail.as_bytes(), SignedDuration::ZERO);
    }
}
