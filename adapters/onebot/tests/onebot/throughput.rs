//! Measures the throughput of one connection. The floor is far below what an optimised build does; the numbers are printed.

use crate::fake::{Desk, Fake, group_message, mention, reply};
use futures_util::{SinkExt, StreamExt};
use groupdesk_contract::{Adapter, Delivery, Event, ReplyKey};
use serde_json::{Value, json};
use std::time::Instant;
use tokio_tungstenite::tungstenite::Message as Frame;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thousands_of_mentions_are_heard_and_answered() {
    const MESSAGES: i64 = 10_000;
    let mut desk = Desk::start(json!({})).await;
    let fake = Fake::ready(&mut desk).await;
    let (mut sink, mut stream) = fake.0.split();
    let (answers, mut waiting) = tokio::sync::mpsc::unbounded_channel::<Frame>();
    let start = Instant::now();
    let saying = tokio::spawn(async move {
        for id in 1..=MESSAGES {
            sink.feed(Frame::Text(
                group_message(id, mention(" 工作时间")).to_string().into(),
            ))
            .await
            .unwrap();
            if id % 64 == 0 {
                sink.flush().await.unwrap();
            }
        }
        sink.flush().await.unwrap();
        let mut batch = Vec::new();
        while waiting.recv_many(&mut batch, 128).await > 0 {
            for frame in batch.drain(..) {
                sink.feed(frame).await.unwrap();
            }
            sink.flush().await.unwrap();
        }
    });
    let answering = tokio::spawn(async move {
        for _ in 0..MESSAGES {
            let frame = stream.next().await.unwrap().unwrap();
            let call: Value = serde_json::from_str(frame.to_text().unwrap()).unwrap();
            let answer =
                json!({"status": "ok", "retcode": 0, "data": {"message_id": 1}, "echo": call["echo"]});
            answers.send(Frame::Text(answer.to_string().into())).unwrap();
        }
        stream
    });
    let mut sends = tokio::task::JoinSet::new();
    for key in 0..MESSAGES {
        let Event::Message(message) = desk.event().await else {
            panic!()
        };
        let onebot = desk.onebot.clone();
        sends.spawn(async move {
            onebot
                .send(ReplyKey(key), &reply(Some(message.id.as_str()), "5×8"))
                .await
        });
    }
    let heard = start.elapsed();
    while let Some(sent) = sends.join_next().await {
        assert!(matches!(sent.unwrap(), Delivery::Sent { .. }));
    }
    let answered = start.elapsed();
    let rate = |elapsed: std::time::Duration| MESSAGES as f64 / elapsed.as_secs_f64();
    println!(
        "heard {:.0}/s, answered {:.0}/s, the fake on the same cores",
        rate(heard),
        rate(answered)
    );
    assert!(rate(answered) > 500.0);
    drop(answering.await.unwrap());
    saying.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_reaches_the_desk_in_milliseconds_under_a_steady_load() {
    const MESSAGES: usize = 2_000;
    let mut desk = Desk::start(json!({})).await;
    let mut fake = Fake::ready(&mut desk).await;
    let saying = tokio::spawn(async move {
        let mut said = Vec::with_capacity(MESSAGES);
        let mut tick = tokio::time::interval(std::time::Duration::from_millis(5));
        for id in 0..MESSAGES {
            // Ten every five milliseconds: 2,000 a second.
            if id % 10 == 0 {
                tick.tick().await;
            }
            said.push(Instant::now());
            fake.say(group_message(id as i64, mention(" 工作时间"))).await;
        }
        (said, fake)
    });
    let mut heard = Vec::with_capacity(MESSAGES);
    for _ in 0..MESSAGES {
        desk.message().await;
        heard.push(Instant::now());
    }
    let (said, _fake) = saying.await.unwrap();
    let mut took: Vec<_> = said
        .iter()
        .zip(&heard)
        .map(|(said, heard)| *heard - *said)
        .collect();
    took.sort();
    println!(
        "p50 {:?}, p99 {:?}",
        took[MESSAGES / 2],
        took[MESSAGES * 99 / 100]
    );
    // The machine that runs the tests is shared; alone it is a fraction of a millisecond.
    assert!(took[MESSAGES / 2].as_millis() < 50);
}
