//! Tests of the bot's messages: sent once, in parts, edited and deleted, and the faults in between.

use crate::desk::{self, answer, button, reply};
use groupdesk_contract::{Act, Adapter, Delivery, FileBytes, MessageId, PastReply, Reply, ReplyKey, Segment};
use groupdesk_discord_fake::{Fake, HELP, STAFF, Trouble};
use jiff::Timestamp;
use serde_json::json;
use std::time::Duration;

/// The text in place of the files.
const NAMED: &str = "[图片/picture]\n[文件/file] a.log";
const SAY: &str = "POST channels/messages";

/// The present moment, a little before.
fn now() -> Timestamp {
    let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
    Timestamp::from_second(i64::try_from(now).unwrap()).unwrap()
}

fn long() -> Reply {
    reply(HELP, &"一段说明。\n".repeat(800))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_discord_answers_becomes_of_a_reply() {
    let fake = Fake::start().await;
    let desk = desk::start(&fake).await;
    let forbidden = json!({"message": "Missing Access", "code": 50001});
    fake.trouble(SAY, Trouble::Refuse(403, forbidden));
    let refused = desk.send(1, &reply(HELP, "a")).await;
    assert!(
        matches!(&refused, Delivery::Refused { reason } if reason.contains("Missing Access")),
        "{refused:?}"
    );
    fake.trouble(SAY, Trouble::Refuse(500, json!({"message": "500", "code": 0})));
    assert!(matches!(
        desk.send(2, &reply(HELP, "b")).await,
        Delivery::Unknown { .. }
    ));
    // The wall before Discord: it may have come through, and the look into the channel tells.
    fake.trouble(SAY, Trouble::Page(502));
    let walled = reply(HELP, "f");
    assert!(matches!(desk.send(7, &walled).await, Delivery::Unknown { .. }));
    assert_eq!(
        desk.adapter.find_sent(ReplyKey(7), &walled, now()).await,
        PastReply::Missing
    );
    desk::sent(&desk, 7, &walled).await;
    fake.trouble(SAY, Trouble::Page(404));
    assert!(matches!(
        desk.send(3, &reply(HELP, "c")).await,
        Delivery::Later { .. }
    ));
    // In 7 s such an answer took a gigabyte of memory.
    fake.trouble(SAY, Trouble::Endless);
    let endless = desk.send(6, &reply(HELP, "e")).await;
    assert!(
        matches!(&endless, Delivery::Unknown { reason } if reason.contains("larger than 16 MiB")),
        "{endless:?}"
    );
    assert!(matches!(
        desk.send(4, &reply(HELP, " ")).await,
        Delivery::Refused { .. }
    ));
    let nowhere = desk.send(5, &reply(12345, "d")).await;
    assert!(matches!(nowhere, Delivery::Refused { .. }), "{nowhere:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_is_obeyed_and_nothing_is_hammered() {
    let fake = Fake::start().await;
    let desk = desk::start(&fake).await;
    let storm = json!({"message": "You are being rate limited.", "retry_after": 0.4, "global": false});
    fake.trouble(SAY, Trouble::Refuse(429, storm));
    let start = std::time::Instant::now();
    let later = desk.send(1, &reply(HELP, "a")).await;
    assert!(
        matches!(later, Delivery::Later { after: Some(after), .. } if after <= Duration::from_millis(400)),
        "{later:?}"
    );
    for _ in 0..20 {
        assert!(matches!(
            desk.send(1, &reply(HELP, "a")).await,
            Delivery::Later { .. }
        ));
    }
    assert!(start.elapsed() > Duration::from_millis(350) || fake.calls(SAY) == 1);
    // Another channel is free; after the wait this one is.
    fake.tells(7, "hi");
    desk::sent(&desk, 2, &reply(1_000_007, "b")).await;
    tokio::time::sleep(Duration::from_millis(450)).await;
    desk::sent(&desk, 1, &reply(HELP, "a")).await;
    let global = json!({"message": "You are being rate limited.", "retry_after": 0.4, "global": true});
    fake.trouble(SAY, Trouble::Refuse(429, global));
    assert!(matches!(
        desk.send(3, &reply(HELP, "c")).await,
        Delivery::Later { .. }
    ));
    assert!(matches!(
        desk.send(4, &reply(1_000_007, "d")).await,
        Delivery::Later { .. }
    ));
    let both: Vec<String> = fake.said().into_iter().map(|said| said.text).collect();
    assert_eq!(both, ["b", "a"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_whose_answer_was_lost_is_found_and_stands_there_once() {
    let fake = Fake::start().await;
    let desk = desk::start(&fake).await;
    let asked = fake.says(7, HELP, "how?");
    let say = answer(HELP, asked, "like this");
    assert_eq!(
        desk.adapter.find_sent(ReplyKey(1), &say, now()).await,
        PastReply::Missing
    );
    fake.trouble(SAY, Trouble::Mute);
    assert!(matches!(desk.send(1, &say).await, Delivery::Unknown { .. }));
    let PastReply::Arrived(found) = desk.adapter.find_sent(ReplyKey(1), &say, now()).await else {
        panic!("not found");
    };
    assert_eq!(found.as_str(), fake.said()[0].id.to_string());
    // The same words to somebody else are another reply.
    let other = fake.says(8, HELP, "how?");
    let other = answer(HELP, other, "like this");
    assert_eq!(
        desk.adapter.find_sent(ReplyKey(2), &other, now()).await,
        PastReply::Missing
    );
    // And where nobody looked, the nonce keeps it from being said twice.
    desk::sent(&desk, 1, &say).await;
    assert_eq!(fake.said().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_reply_goes_on_where_it_broke_off() {
    let fake = Fake::start().await;
    let desk = desk::start(&fake).await;
    fake.trouble(SAY, Trouble::Slow(Duration::ZERO));
    fake.trouble(
        SAY,
        Trouble::Refuse(429, json!({"message": "slow", "retry_after": 0.05})),
    );
    assert!(matches!(desk.send(1, &long()).await, Delivery::Later { .. }));
    assert_eq!(fake.said().len(), 1);
    tokio::time::sleep(Duration::from_millis(80)).await;
    let first = desk::sent(&desk, 1, &long()).await;
    let said = fake.said();
    assert_eq!((said.len(), said[0].id), (3, first));
    let whole: String = said.iter().map(|said| said.text.as_str()).collect();
    assert_eq!(whole, "一段说明。\n".repeat(800));

    // After a restart the history tells which parts stand there.
    let fake = Fake::start().await;
    let desk = desk::start(&fake).await;
    fake.trouble(SAY, Trouble::Slow(Duration::ZERO));
    fake.trouble(SAY, Trouble::Refuse(500, json!({"message": "500"})));
    assert!(matches!(desk.send(1, &long()).await, Delivery::Unknown { .. }));
    let memory = desk::kill(desk).await;
    let mut desk = desk::with(&fake, &json!({}), memory);
    desk.connected().await;
    assert_eq!(
        desk.adapter.find_sent(ReplyKey(1), &long(), now()).await,
        PastReply::Missing
    );
    desk::sent(&desk, 1, &long()).await;
    assert_eq!(fake.said().len(), 3);
    let found = desk.adapter.find_sent(ReplyKey(1), &long(), now()).await;
    assert!(matches!(found, PastReply::Arrived(id) if id.as_str() == fake.said()[0].id.to_string()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_of_ours_is_changed_and_taken_back_with_all_its_parts() {
    let fake = Fake::start().await;
    let desk = desk::start(&fake).await;
    let first = desk::sent(&desk, 1, &long()).await;
    let act = |act, text: &str| {
        reply(HELP, text).with(|reply| {
            reply.act = act;
        })
    };
    let id = MessageId::new(first.to_string());
    let mut short = act(Act::Edit(id.clone()), "short now");
    short.buttons = vec![button("ok", "/ok")];
    desk::sent(&desk, 2, &short).await;
    let changed = fake.changed();
    assert_eq!((changed[0].id, changed[0].text.as_str()), (first, "short now"));
    assert_eq!(changed[0].buttons, [("ok".to_owned(), "gd0:/ok".to_owned())]);
    assert_eq!(fake.deleted().len(), 2);
    let longer = "x".repeat(2500);
    desk::sent(&desk, 3, &act(Act::Edit(id.clone()), &longer)).await;
    assert_eq!(fake.said().len(), 4);
    let mut gone = act(Act::Unsend(id), "");
    gone.segments = Vec::<Segment>::new();
    assert_eq!(desk.send(4, &gone).await, Delivery::Sent { message: None });
    assert_eq!(fake.deleted().len(), 4);
    // What is gone already is gone.
    assert_eq!(desk.send(5, &gone).await, Delivery::Sent { message: None });
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_and_files_are_uploaded_and_what_can_not_be_is_named() {
    let fake = Fake::start().await;
    let desk = desk::start(&fake).await;
    let bytes = |kind: &str, bytes: &[u8]| {
        let file = FileBytes {
            kind: kind.to_owned(),
            bytes: bytes.to_vec(),
        };
        Some(file.to_url())
    };
    let mut seen = reply(HELP, "see");
    seen.segments.push(Segment::Image {
        url: bytes("image/png", &[0, 255, 13, 10, 7]),
    });
    seen.segments.push(Segment::File {
        name: Some("a.log".to_owned()),
        url: bytes("text/plain", b"hi"),
    });
    desk::sent(&desk, 1, &seen).await;
    let said = fake.said().remove(0);
    assert_eq!(said.text, "see");
    assert_eq!(said.request["files"], json!([["2.png", 5], ["a.log", 2]]));
    assert_eq!(
        said.request["attachments"][1],
        json!({"id": 1, "filename": "a.log"})
    );
    seen.segments.remove(0);
    desk::sent(&desk, 2, &seen).await;
    assert_eq!(fake.said()[1].text, "");

    let large = json!({"message": "Request entity too large", "code": 40005});
    fake.trouble(SAY, Trouble::Refuse(413, large));
    desk::sent(&desk, 3, &seen).await;
    assert_eq!(fake.said()[2].text, NAMED);
    // Whatever else Discord has against them, the words arrive.
    seen.segments.insert(0, Segment::Text("看日志".to_owned()));
    let forbidden = json!({"message": "Missing Permissions", "code": 50013});
    fake.trouble(SAY, Trouble::Refuse(403, forbidden));
    desk::sent(&desk, 5, &seen).await;
    assert_eq!(fake.said()[3].text, format!("看日志\n{NAMED}"));
    let mut held = reply(HELP, "x");
    held.segments.push(Segment::Image {
        url: Some("account-file:tg/secret".to_owned()),
    });
    desk::sent(&desk, 4, &held).await;
    assert_eq!(fake.said()[4].text.trim_end(), "x\n[图片/picture]");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_store_gets_no_old_message_for_its_own() {
    let fake = Fake::start().await;
    let old = desk::start(&fake).await;
    old.sent(1, &reply(HELP, "an old answer")).await;
    desk::kill(old).await;
    let new = desk::start(&fake).await;
    new.sent(1, &reply(HELP, "a new answer")).await;
    let said: Vec<String> = fake.said().into_iter().map(|said| said.text).collect();
    assert_eq!(said, ["an old answer", "a new answer"]);
    // The same store's is known by its nonce.
    let memory = desk::kill(new).await;
    let mut again = desk::with(&fake, &json!({}), memory);
    again.connected().await;
    desk::sent(&again, 1, &reply(HELP, "a new answer")).await;
    assert_eq!(fake.said().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quoted_message_that_is_gone_costs_the_quote_alone() {
    let fake = Fake::start().await;
    let desk = desk::start(&fake).await;
    let errors = json!({"message_reference": {"_errors": [{"code": "MESSAGE_REFERENCE_UNKNOWN_MESSAGE"}]}});
    for (status, body) in [
        (404, json!({"message": "Unknown Message", "code": 10008})),
        (
            403,
            json!({"message": "Cannot reply without permission to read message history", "code": 160_002}),
        ),
        (
            400,
            json!({"message": "Invalid Form Body", "code": 50035, "errors": errors}),
        ),
    ] {
        fake.trouble("POST channels/messages", Trouble::Refuse(status, body));
        desk::sent(&desk, i64::from(status), &answer(HELP, 500, "hi")).await;
        assert_eq!(fake.said().pop().unwrap().quote, None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_members_picture_reaches_staff_itself_since_its_address_ends() {
    let fake = Fake::start().await;
    let mut desk = desk::start(&fake).await;
    let old = "https://cdn.discordapp.com/attachments/77/31/a.png?ex=then";
    let file = json!({"id": "31", "filename": "a.png", "url": old, "content_type": "image/png", "size": 3});
    fake.says_with(7, HELP, "see", json!({"attachments": [file]}));
    let said = desk.message().await;
    let url = match &said.segments[1] {
        Segment::Image { url: Some(url) } => url.clone(),
        other => panic!("{other:?}"),
    };
    assert!(said.link.is_some() && !url.contains("cdn"), "{url}");
    let (_, held) = groupdesk_contract::read_held_file(&url).unwrap();
    let png = desk.adapter.fetch(held).await.unwrap();
    assert_eq!(
        (png.kind.as_str(), png.bytes.as_slice()),
        ("image/png", b"PNG".as_slice())
    );
    assert!(desk.adapter.file_link(held).await.unwrap().ends_with("?ex=now"));

    let mut told = reply(STAFF, "12: see");
    told.segments.push(Segment::Image {
        url: Some(url.clone()),
    });
    desk::sent(&desk, 1, &told).await;
    let shown = fake.said().pop().unwrap();
    assert_eq!(shown.request["files"], json!([["2.png", 3]]));
    // The member took the message back: the words go all the same.
    fake.deletes(HELP, said.id.as_str().parse().unwrap());
    desk::sent(&desk, 2, &told).await;
    let shown = fake.said().pop().unwrap();
    assert!(
        shown.text.contains("12: see") && shown.text.contains("图片"),
        "{}",
        shown.text
    );
    for wrong in ["77/31", "../x", "1/2/3"] {
        assert!(desk.adapter.fetch(wrong).await.is_err(), "{wrong}");
    }

    fake.tells(7, "hi");
    loop {
        if let groupdesk_contract::Event::Message(direct) = desk.event().await {
            assert_eq!(direct.link, None, "nobody else can open it");
            break;
        }
    }
}

#[tokio::test]
async fn nothing_is_sent_to_channels_of_no_platform() {
    let fake = Fake::start().await;
    let desk = desk::start(&fake).await;
    groupdesk_testkit::check_channels(desk.adapter.as_ref(), "channel:5").await;
}
