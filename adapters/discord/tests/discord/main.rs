//! The adapter against a REST API and gateway of our own, on a real socket.

mod fake;

use fake::Fake;
use groupdesk_contract::{
    AccountId, Act, Adapter, AdapterError, ChannelId, ChannelKind, Delivery, Event, Forgetful, Incoming,
    Link, Reply, ReplyKey, Segment, SystemClock,
};
use groupdesk_discord::Discord;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

type Running = (
    Arc<Discord>,
    mpsc::Receiver<Incoming>,
    JoinHandle<Result<(), AdapterError>>,
);

fn start(fake: &Fake) -> Running {
    let settings = serde_json::from_value(json!({"token": "hush", "api_url": fake.url()})).unwrap();
    let account = AccountId::from("dc");
    let memory = Arc::new(Forgetful::default());
    let discord = Discord::new(account.clone(), settings, Arc::new(SystemClock), memory).unwrap();
    let (sender, inbox) = mpsc::channel(64);
    let link = Link::new(account, sender, CancellationToken::new());
    let adapter = Arc::clone(&discord);
    (
        discord,
        inbox,
        tokio::spawn(async move { adapter.run(link).await }),
    )
}

async fn event(inbox: &mut mpsc::Receiver<Incoming>) -> Event {
    let incoming = tokio::time::timeout(Duration::from_secs(10), inbox.recv()).await;
    let incoming = incoming.expect("an event comes").expect("the adapter runs");
    if let Some(committed) = incoming.committed {
        committed.send(()).unwrap();
    }
    incoming.event
}

fn reply(text: &str) -> Reply {
    Reply {
        channel: ChannelId::from("channel:77"),
        kind: ChannelKind::Group,
        quote: Some("501".into()),
        segments: vec![Segment::Text(text.to_owned())],
        note: None,
        buttons: Vec::new(),
        act: Act::Say,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_asks_and_the_bot_answers_quoting_and_pinging_nobody() {
    let fake = Fake::start(None).await;
    let (discord, mut inbox, _running) = start(&fake);
    assert_eq!(event(&mut inbox).await, Event::Connected);
    fake.says(501, "<@42> how do I install?");
    let Event::Message(message) = event(&mut inbox).await else {
        panic!("no message");
    };
    assert!(message.mentions_bot);
    assert_eq!(message.text().trim(), "how do I install?");
    assert_eq!(
        (message.channel.id.as_str(), message.sender.id.as_str()),
        ("channel:77", "7")
    );
    let sent = discord.send(ReplyKey(9), &reply("@everyone Run setup.exe")).await;
    assert_eq!(
        sent,
        Delivery::Sent {
            message: Some("900".into())
        }
    );
    let said = fake.calls().pop().unwrap().1;
    assert_eq!(said["message_reference"]["message_id"], "501");
    assert_eq!(said["allowed_mentions"]["parse"], json!([]));
    assert_eq!(
        (&said["nonce"], &said["enforce_nonce"]),
        (&json!("gd9-0"), &json!(true))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn intents_that_are_not_switched_on_are_named() {
    let fake = Fake::start(Some(4014)).await;
    let (_discord, _inbox, running) = start(&fake);
    let ended = tokio::time::timeout(Duration::from_secs(10), running)
        .await
        .unwrap()
        .unwrap();
    let Err(AdapterError::Broken(words)) = ended else {
        panic!("not broken: {ended:?}");
    };
    assert!(words.contains("Message Content Intent"), "{words}");
}
