//! Tests of mails that arrive in the IMAP mailbox.

use crate::desk::{Running, connected, open};
use crate::peers::{Folder, Imap, Smtp};
use groupdesk_contract::{
    Adapter, ChannelKind, Clock, Delivery, Event, InMemoryStorage, Message, Segment, SystemClock,
};
use groupdesk_mail::Mail;
use groupdesk_testkit::free_port;
use mail_parser::MessageParser;
use std::sync::Arc;

pub(crate) struct House {
    pub(crate) folder: Folder,
    pub(crate) smtp: Smtp,
    pub(crate) imap: Imap,
    pub(crate) adapter: Arc<Mail>,
    pub(crate) desk: Running,
}

pub(crate) async fn house() -> Option<House> {
    let folder = Folder::new().await?;
    let smtp = folder.smtp(free_port(), "none").await;
    let imap = folder.imap(free_port()).await;
    let adapter = connected(&folder, &smtp, &imap, &Arc::new(InMemoryStorage::default()));
    let mut desk = Running::new(&adapter);
    desk.connected().await;
    Some(House {
        folder,
        smtp,
        imap,
        adapter,
        desk,
    })
}

pub(crate) fn answer(id: &str, from: &str, headers: &str, body: &str) -> Vec<u8> {
    let headers = headers.replace('\n', "\r\n");
    let body = body.replace('\n', "\r\n");
    format!("From: {from}\r\nTo: desk@example.com\r\nMessage-ID: <{id}>\r\nDate: Mon, 23 Nov 2026 18:00:00 +0800\r\n{headers}\r\n\r\n{body}\r\n").into_bytes()
}

fn text(message: &Message) -> String {
    message.text()
}

#[tokio::test]
async fn an_answer_by_mail_comes_to_the_ticket_without_what_it_quotes() {
    let Some(mut house) = house().await else { return };
    let opened = open(&house.adapter, 7).await;
    let taken = house.smtp.taken().await;
    let ours = MessageParser::default().parse(&taken.raw).unwrap();
    // The whole of our mail is quoted, as a mail program does it.
    let quoted: Vec<String> = ours
        .body_text(0)
        .unwrap()
        .lines()
        .map(|line| format!("> {line}"))
        .collect();
    let body = format!(
        "请重启一下，\n然后再试。\n\n-- \nAlice\n\nOn Mon, Nov 23, 2026 at 6:00 PM Desk <desk@example.com> wrote:\n\n{}",
        quoted.join("\n")
    );
    let headers = format!(
        "Subject: Re: [#12] x\nIn-Reply-To: <{opened}>\nReferences: <{}> <{opened}>\nX-Auto-Response-Suppress: All\n\
         Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit",
        ours.references().as_text().unwrap(),
    );
    house
        .imap
        .receive(&answer(
            "a1@example.com",
            "Alice Ant <Alice@Example.com>",
            &headers,
            &body,
        ))
        .await;
    let message = house.desk.message().await;
    assert_eq!(message.ticket, Some(12));
    assert_eq!(message.id.as_str(), "a1@example.com");
    assert_eq!(
        (message.channel.id.as_str(), message.channel.kind),
        ("support", ChannelKind::Group)
    );
    assert_eq!(
        (message.sender.id.as_str(), message.sender.name.as_str()),
        ("alice@example.com", "Alice Ant")
    );
    // The Date header is the sender's own idea; the mailbox knows when it came.
    let age = SystemClock.now().duration_since(message.at);
    assert!(age.as_secs().abs() < 300, "{age:?}");
    assert!(!message.sender.is_bot && !message.sender.is_self && !message.mentions_bot);
    let quote = message.quote().unwrap();
    assert_eq!(
        (quote.message.as_str(), quote.of_bot),
        (opened.as_str(), Some(true))
    );
    assert_eq!(
        message.segments[1..],
        [Segment::Text("请重启一下，\n然后再试。".to_owned())]
    );

    // A program that keeps only the start of the thread, and an agent who was not written to.
    let root = format!(
        "References: <{}>\nSubject: x",
        ours.references().as_text().unwrap()
    );
    house
        .imap
        .receive(&answer("a2@example.com", "eve@staff.example", &root, "claim"))
        .await;
    let message = house.desk.message().await;
    assert_eq!(
        (message.ticket, text(&message).as_str(), message.quote()),
        (Some(12), "claim", None)
    );
    assert_eq!(message.sender.name, "eve");

    // Below the whole of our mail, as it is: the answer is what stands there.
    let below = format!("{}\n请看下面", ours.body_text(0).unwrap().replace("\r\n", "\n"));
    house
        .imap
        .receive(&answer("a3@example.com", "bob@example.com", &headers, &below))
        .await;
    let message = house.desk.message().await;
    assert_eq!((message.ticket, text(&message).as_str()), (Some(12), "请看下面"));

    // What was passed on is marked as read, once the last one is.
    for _ in 0..100 {
        if house.imap.seen().await == 3 {
            house.desk.stop().await;
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("not all three are marked as read");
}

#[tokio::test]
async fn mail_in_the_encodings_and_forms_that_people_send_is_understood() {
    let Some(mut house) = house().await else { return };
    let opened = open(&house.adapter, 7).await;
    let thread = format!("In-Reply-To: <{opened}>\nSubject: x\nMIME-Version: 1.0");

    // "重启就好了" and, as the sender's name, "张三", in GB18030.
    let gb = "=?GB18030?B?1cXI/Q==?= <alice@example.com>";
    let headers =
        format!("{thread}\nContent-Type: text/plain; charset=gb18030\nContent-Transfer-Encoding: base64");
    house
        .imap
        .receive(&answer("g1@example.com", gb, &headers, "1tjG9L7NusPByw=="))
        .await;
    let message = house.desk.message().await;
    assert_eq!(
        (text(&message).as_str(), message.sender.name.as_str()),
        ("重启就好了", "张三")
    );

    let headers = format!("{thread}\nContent-Type: text/html; charset=utf-8");
    let html = "<html><head><style>p{}</style></head><body><p>restart <b>it</b></p><p>then &lt;retry&gt;</p>\
         <div>On Mon, Nov 23, 2026 Desk &lt;desk@example.com&gt; wrote:</div>\
         <blockquote>## Reply above this line ##<br>help</blockquote></body></html>";
    house
        .imap
        .receive(&answer("g2@example.com", "alice@example.com", &headers, html))
        .await;
    let said = text(&house.desk.message().await);
    assert!(
        said.starts_with("restart it") && said.ends_with("then <retry>"),
        "{said:?}"
    );

    let headers = format!("{thread}\nContent-Type: multipart/mixed; boundary=b");
    let parts = "--b\nContent-Type: text/plain; charset=utf-8; format=flowed\n\na long \nline\n\n--b\n\
         Content-Type: application/pdf; name=\"guide.pdf\"\nContent-Disposition: attachment; filename=\"guide.pdf\"\n\
         Content-Transfer-Encoding: base64\n\nJVBERg==\n--b\nContent-Type: image/png\nContent-ID: <logo>\n\
         Content-Disposition: inline; filename=\"logo.png\"\nContent-Transfer-Encoding: base64\n\niVBORw==\n--b--";
    house
        .imap
        .receive(&answer("g3@example.com", "alice@example.com", &headers, parts))
        .await;
    let message = house.desk.message().await;
    assert_eq!(text(&message), "a long line");
    // The file is fetched when it is passed on.
    let Some(Segment::File {
        name: Some(name),
        url: Some(url),
    }) = message.segments.last()
    else {
        panic!("{message:?}");
    };
    assert_eq!(name, "guide.pdf");
    let (account, held) = groupdesk_contract::read_held_file(url).unwrap();
    assert_eq!(account.as_str(), "mail");
    let file = house.adapter.fetch(held).await.unwrap();
    assert_eq!(
        (file.kind.as_str(), file.bytes.as_slice()),
        ("application/pdf", &b"%PDF"[..])
    );
    assert!(house.adapter.fetch(&held.replacen('/', "9/", 1)).await.is_err());

    // Without a Message-ID it still has an id of its own.
    let bare = format!("From: alice@example.com\r\nIn-Reply-To: <{opened}>\r\nSubject: x\r\n\r\nhi\r\n");
    house.imap.receive(bare.as_bytes()).await;
    assert!(house.desk.message().await.id.as_str().starts_with("sha256:"));
    house.desk.stop().await;
}

#[tokio::test]
async fn strangers_forgeries_robots_and_our_own_mail_are_left_alone() {
    let Some(mut house) = house().await else { return };
    let opened = open(&house.adapter, 7).await;
    let own = house.smtp.taken().await.raw;
    let thread = format!("In-Reply-To: <{opened}>\nSubject: x");
    let with = |header: &str| format!("{thread}\n{header}");
    let alice = "alice@example.com";
    let forged = opened.replacen("t12.", "t13.", 1);
    let bounce = format!(
        "{thread}\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=b"
    );
    let status = format!(
        "--b\nContent-Type: text/plain\n\nsorry\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\n\
         Final-Recipient: rfc822; bob@example.com\nAction: failed\nStatus: 5.1.1\n--b\n\
         Content-Type: text/rfc822-headers\n\nMessage-ID: <{opened}>\n--b--"
    );
    let strange: Vec<(&str, String, &str)> = vec![
        (alice, format!("In-Reply-To: <{forged}>\nSubject: x"), "forged"),
        ("mallory@example.com", thread.clone(), "not staff"),
        (
            "mallory@example.com",
            "Subject: Re: [#12] x".to_owned(),
            "not staff, by number",
        ),
        ("sam@example.com", thread.clone(), "staff of another target"),
        (
            "mallory@staff.example.com",
            thread.clone(),
            "a domain that looks like it",
        ),
        (alice, "Subject: lunch?".to_owned(), "about something else"),
        (
            alice,
            with("Auto-Submitted: auto-replied (vacation)"),
            "out of office",
        ),
        (alice, with("Precedence: bulk"), "bulk"),
        (alice, with("List-Id: <list.example.com>"), "a list"),
        (alice, with("X-Autoreply: yes"), "auto-reply"),
        (alice, with("Return-Path: <>"), "no return"),
        ("desk@example.com", thread.clone(), "ourselves"),
        ("noreply@staff.example", thread.clone(), "robot"),
        ("mailer-daemon@staff.example", thread.clone(), "daemon"),
        (
            "alice@example.com, mallory@example.com",
            thread.clone(),
            "two senders",
        ),
        (alice, with("From: mallory@example.com"), "two From headers"),
        (
            alice,
            "Subject: Re: [#12] x".to_owned(),
            "staff, who may be anybody, by number",
        ),
    ];
    for (number, (from, headers, body)) in strange.iter().enumerate() {
        house
            .imap
            .receive(&answer(&format!("s{number}@example.com"), from, headers, body))
            .await;
    }
    house
        .imap
        .receive(&answer(
            "b1@example.com",
            "MAILER-DAEMON@example.com",
            &bounce,
            &status,
        ))
        .await;
    house.imap.receive(&own).await;
    house.imap.receive(b"no mail at all").await;
    house
        .imap
        .receive(&answer(
            "z@example.com",
            alice,
            &with("Auto-Submitted: no"),
            "at last",
        ))
        .await;
    let message = house.desk.message().await;
    assert_eq!(text(&message), "at last", "everything before it was left alone");
    for _ in 0..100 {
        if house.imap.seen().await > 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(house.imap.seen().await, 1, "the rest stays unread for people");
    house.desk.stop().await;
}

#[tokio::test]
async fn an_answer_that_can_not_be_passed_on_comes_back_and_one_of_nobody_knows_whom_is_an_alert() {
    let Some(mut house) = house().await else { return };
    let opened = open(&house.adapter, 7).await;
    house.smtp.taken().await;
    let thread = format!("In-Reply-To: <{opened}>\nSubject: x");
    house
        .imap
        .receive(&answer(
            "e1@example.com",
            "alice@example.com",
            &thread,
            "> only what is quoted",
        ))
        .await;
    let back = house.smtp.taken().await;
    assert_eq!(back.to, ["alice@example.com"]);
    let mail = MessageParser::default().parse(&back.raw).unwrap();
    assert_eq!(mail.in_reply_to().as_text(), Some("e1@example.com"));
    assert_eq!(mail.header_raw("Auto-Submitted").unwrap().trim(), "auto-replied");
    assert!(
        mail.subject().unwrap().starts_with("[#12] 未转发"),
        "{:?}",
        mail.subject()
    );
    // What answers that answers the ticket.
    let again = format!("In-Reply-To: <{}>\nSubject: x", mail.message_id().unwrap());
    house
        .imap
        .receive(&answer(
            "e2@example.com",
            "alice@example.com",
            &again,
            "now in words",
        ))
        .await;
    let message = house.desk.message().await;
    assert_eq!(
        (message.ticket, text(&message).as_str()),
        (Some(12), "now in words")
    );

    house
        .imap
        .receive(&answer(
            "f1@example.com",
            "alice@example.com",
            "Subject: [#12] x",
            "/faq accept 12",
        ))
        .await;
    let Event::Alert(alert) = house.desk.event().await else {
        panic!("an alert")
    };
    let message = alert.message.unwrap();
    assert!(
        alert.name == "refused" && message.contains("alice@example.com") && message.contains("#12"),
        "{message}"
    );
    house.desk.stop().await;
}

/// A member once read "smime.p7m" and nothing else.
#[tokio::test]
async fn a_mail_of_which_nothing_can_be_read_says_nothing_to_the_member_and_comes_back() {
    let Some(mut house) = house().await else { return };
    let opened = open(&house.adapter, 7).await;
    house.smtp.taken().await;
    let sealed = "Content-Type: application/x-pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\nContent-Disposition: attachment; \
                  filename=smime.p7m\nContent-Transfer-Encoding: base64";
    let forms = [
        ("s1@example.com", sealed, "MIAGCSqGSIb3DQEHA6CAMIA=", "smime.p7m"),
        (
            "s2@example.com",
            "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=b",
            "--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n\n--b\nContent-Type: application/octet-stream; \
             name=encrypted.asc\nContent-Disposition: inline; filename=encrypted.asc\n\n-----BEGIN PGP MESSAGE-----\n\nhQ\n--b--",
            "encrypted.asc",
        ),
    ];
    for (id, headers, body, name) in forms {
        let headers = format!("In-Reply-To: <{opened}>\nSubject: x\nMIME-Version: 1.0\n{headers}");
        let mail = answer(id, "alice@example.com", &headers, body);
        house.imap.receive(&mail).await;
        let back = house.smtp.taken().await;
        assert_eq!(back.to, ["alice@example.com"]);
        let mail = MessageParser::default().parse(&back.raw).unwrap();
        assert!(
            mail.subject().unwrap().starts_with("[#12] 未转发"),
            "{:?}",
            mail.subject()
        );
        let words = mail.body_text(0).unwrap();
        assert!(words.contains(name) && words.contains("not encrypted"), "{words}");
    }
    let plain = format!("In-Reply-To: <{opened}>\nSubject: x");
    let mail = answer("s3@example.com", "alice@example.com", &plain, "now in words");
    house.imap.receive(&mail).await;
    assert_eq!(text(&house.desk.message().await), "now in words");
    house.desk.stop().await;
}

#[tokio::test]
async fn whoever_may_answer_is_told_what_became_of_it_and_nothing_that_nobody_knows() {
    let Some(mut house) = house().await else { return };
    let opened = open(&house.adapter, 7).await;
    house.smtp.taken().await;
    let wang = "wang@staff.example";
    let headers = format!("In-Reply-To: <{opened}>\nSubject: x\nContent-Type: text/plain; charset=utf-8");
    let body = "请先备份\n//老王\n\n发件人: 张三 <z@foo.example>\n发送时间: 2026年11月23日\n收件人: 李四\n主题: x\n\nsecret";
    let mail = answer("w1@example.com", wang, &headers, body);
    house.imap.receive(&mail).await;
    let message = house.desk.message().await;
    assert_eq!(
        text(&message),
        "/t 12 reply 请先备份\n//老王",
        "a signature is no note"
    );
    let told = house.smtp.taken().await;
    let told_text = MessageParser::default()
        .parse(&told.raw)
        .unwrap()
        .body_text(0)
        .unwrap()
        .into_owned();
    assert_eq!(told.to, [wang]);
    assert!(
        told_text.contains("发件人: 张三") && !told_text.contains("已转给成员"),
        "{told_text}"
    );
    let note = crate::desk::note(groupdesk_contract::NoteKind::Answer);
    let mut asked = crate::desk::reply("support", "这句没有发给成员", Some(note));
    asked.quote = Some(message.id);
    house.adapter.send(groupdesk_contract::ReplyKey(20), &asked).await;
    let mut to = house.smtp.taken().await.to;
    to.sort();
    assert_eq!(to, ["alice@example.com", "bob@example.com", wang]);
    house.desk.stop().await;
}

#[tokio::test]
async fn a_program_that_answers_every_mail_is_not_answered_for_ever() {
    let Some(mut house) = house().await else { return };
    let opened = open(&house.adapter, 7).await;
    house.smtp.taken().await;
    let thread = format!("In-Reply-To: <{opened}>\nSubject: x");
    for number in 0..5 {
        let id = format!("p{number}@example.com");
        house
            .imap
            .receive(&answer(
                &id,
                "alice@example.com",
                &thread,
                "Thank you for your mail, we will be in touch.",
            ))
            .await;
    }
    for _ in 0..2 {
        assert!(text(&house.desk.message().await).starts_with("Thank you"));
    }
    assert!(matches!(house.desk.event().await, Event::Alert(alert) if alert.name == "refused"));
    house.desk.quiet(1).await;
    // A person would want to know, once, what became of it, and how it gets through.
    let back = house.smtp.taken().await;
    assert_eq!(back.to, ["alice@example.com"]);
    let told = MessageParser::default().parse(&back.raw).unwrap();
    assert_eq!(told.in_reply_to().as_text(), Some("p2@example.com"));
    assert!(told.body_text(0).unwrap().contains("/t 12 reply"));
    // The desk's own words about a ticket that is over are said twice within the hour, and no more.
    let mut over = crate::desk::reply(
        "support",
        "工单 #12 已结束",
        Some(crate::desk::note(groupdesk_contract::NoteKind::Event)),
    );
    over.quote = Some("p1@example.com".into());
    for (key, is_sent) in [(20, true), (21, true), (22, false)] {
        let Delivery::Sent { message } = house.adapter.send(groupdesk_contract::ReplyKey(key), &over).await
        else {
            panic!("it is settled");
        };
        assert_eq!(message.is_some(), is_sent, "{key}");
        if is_sent {
            // The next mail is this one: the program's others were answered by none.
            let mail = house.smtp.taken().await;
            let mail = MessageParser::default()
                .parse(&mail.raw)
                .unwrap()
                .body_text(0)
                .unwrap()
                .into_owned();
            let says_last = mail.contains("一小时内不再重复");
            assert!(
                mail.contains("工单 #12 已结束") && says_last == (key == 21),
                "{mail}"
            );
        }
    }
    house.desk.stop().await;
}

#[tokio::test]
async fn what_a_colleague_wrote_in_an_hour_is_passed_on_when_it_is_read_in_a_minute() {
    let Some(mut house) = house().await else { return };
    let opened = open(&house.adapter, 7).await;
    house.smtp.taken().await;
    let now = SystemClock.now();
    for number in 0..9 {
        let date = now - jiff::SignedDuration::from_mins(50 - 5 * number);
        let date = date.strftime("%a, %d %b %Y %H:%M:%S +0000");
        let mail = format!(
            "From: alice@example.com\r\nMessage-ID: <h{number}@example.com>\r\nIn-Reply-To: <{opened}>\r\nSubject: x\r\n\
             Date: {date}\r\n\r\nstep {number}\r\n"
        );
        house.imap.receive(mail.as_bytes()).await;
    }
    for number in 0..9 {
        assert!(text(&house.desk.message().await).ends_with(&format!("step {number}")));
    }
    house.desk.stop().await;
}

#[tokio::test]
async fn a_pasted_picture_arrives_and_a_logo_that_stays_is_told_to_whoever_sent_it() {
    let Some(mut house) = house().await else { return };
    let opened = open(&house.adapter, 7).await;
    house.smtp.taken().await;
    let headers = format!(
        "In-Reply-To: <{opened}>\nSubject: x\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary=b"
    );
    let picture = |id: &str| {
        format!(
            "--b\nContent-Type: image/png\nContent-ID: <{id}>\nContent-Disposition: inline; filename={id}.png\n\
             Content-Transfer-Encoding: base64\n\niVBORw==\n"
        )
    };
    let body = format!(
        "--b\nContent-Type: text/html; charset=utf-8\n\n<p>press <img src=\"cid:icon\"></p>\
         <div class=\"gmail_signature\">Alice<img src=\"cid:brand\"></div>\n{}{}--b--",
        picture("icon"),
        picture("brand")
    );
    let mail = answer("k1@example.com", "alice@example.com", &headers, &body);
    house.imap.receive(&mail).await;
    let message = house.desk.message().await;
    let pictures = message
        .segments
        .iter()
        .filter(|segment| matches!(segment, Segment::Image { .. }));
    assert_eq!(pictures.count(), 1);
    let back = house.smtp.taken().await;
    let told = MessageParser::default().parse(&back.raw).unwrap();
    let words = told.body_text(0).unwrap();
    assert!(
        words.contains("1 张小图片") && words.contains("1 small inline"),
        "{words}"
    );
    house.desk.stop().await;
}
