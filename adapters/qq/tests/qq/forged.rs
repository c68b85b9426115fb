//! Callbacks that QQ did not send: forged, repeated, cut off, blown up, made of nothing. All are refused alike.

use crate::desk::Desk;
use crate::hook::{hooked, signature};
use groupdesk_qq_fake::people::now;
use groupdesk_qq_fake::{APP, Fake};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use std::net::SocketAddr;

/// The damage done to a genuine callback of QQ.
#[derive(Debug, Clone)]
enum Damage {
    Signature(usize),
    ShortSignature(usize),
    NoHex(String),
    Body(usize, u8),
    Cut(usize),
    More(Vec<u8>),
    Time(i64),
    TimeWords(String),
    Late(i64),
    OtherApp(String),
    NoSignature,
    NoTime,
    Nothing(Vec<u8>),
}

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        (0_usize..512).prop_map(Damage::Signature),
        (0_usize..128).prop_map(Damage::ShortSignature),
        "[ -~]{0,200}".prop_map(Damage::NoHex),
        (any::<usize>(), 1_u8..=255).prop_map(|(at, by)| Damage::Body(at, by)),
        any::<usize>().prop_map(Damage::Cut),
        proptest::collection::vec(any::<u8>(), 1..40).prop_map(Damage::More),
        prop_oneof![-1000_i64..=-1, 1_i64..=1000].prop_map(Damage::Time),
        "[ -~]{0,40}".prop_map(Damage::TimeWords),
        prop_oneof![-100_000_i64..=-310, 310_i64..=100_000].prop_map(Damage::Late),
        "[0-9]{1,12}".prop_map(Damage::OtherApp),
        Just(Damage::NoSignature),
        Just(Damage::NoTime),
        proptest::collection::vec(any::<u8>(), 0..200).prop_map(Damage::Nothing),
    ]
}

const BODY: &str = r#"{"id":"E:1","op":0,"s":1,"t":"GROUP_AT_MESSAGE_CREATE","d":{"id":"m1","content":" 怎么退款","group_openid":"G1","author":{"member_openid":"E4F4"}}}"#;

async fn send(to: SocketAddr, damage: &Damage) -> (u16, String) {
    let now = i64::try_from(now()).unwrap();
    let mut time = now.to_string();
    if let Damage::Late(by) = damage {
        time = (now + by).to_string();
    }
    let mut body = BODY.as_bytes().to_vec();
    let mut signed = signature(&time, &body);
    let mut app = APP.to_owned();
    match damage {
        Damage::Signature(bit) => {
            let at = bit / 4;
            let digit = u32::from_str_radix(&signed[at..=at], 16).unwrap() ^ (1 << (bit % 4));
            signed.replace_range(at..=at, &format!("{digit:x}"));
        }
        Damage::ShortSignature(length) => signed.truncate(*length),
        Damage::NoHex(text) => signed.clone_from(text),
        Damage::Body(at, by) => {
            let at = at % body.len();
            body[at] ^= by;
        }
        Damage::Cut(at) => body.truncate(at % body.len()),
        Damage::More(more) => body.extend(more),
        Damage::Time(by) => time = (now + by).to_string(),
        Damage::TimeWords(words) => time.clone_from(words),
        Damage::OtherApp(other) => app = format!("9{other}"),
        Damage::Nothing(bytes) => body.clone_from(bytes),
        Damage::Late(_) | Damage::NoSignature | Damage::NoTime => {}
    }
    let mut headers = vec![("X-Bot-Appid", app.as_str())];
    if !matches!(damage, Damage::NoTime) {
        headers.push(("X-Signature-Timestamp", time.as_str()));
    }
    if !matches!(damage, Damage::NoSignature) {
        headers.push(("X-Signature-Ed25519", signed.as_str()));
    }
    Fake::post(to, "/qq/qq", &headers, &body).await
}

#[tokio::test]
async fn thousands_of_forged_callbacks_are_refused_alike_and_nothing_is_heard() {
    let fake = Fake::start(true).await;
    let (mut desk, to) = hooked(&fake).await;
    let mut runner = TestRunner::deterministic();
    let strategy = damage();
    for _ in 0..2_000 {
        let damage = strategy.new_tree(&mut runner).unwrap().current();
        let answer = send(to, &damage).await;
        assert_eq!(answer, (401, String::new()), "{damage:?}");
    }
    desk.quiet().await;
    still_works(&mut desk, to).await;
}

#[tokio::test]
async fn a_callback_that_is_too_large_or_never_ends_is_refused_like_any_other() {
    let fake = Fake::start(true).await;
    let (mut desk, to) = hooked(&fake).await;
    let mut body = BODY.as_bytes().to_vec();
    body.resize(2 << 20, b' ');
    let time = now().to_string();
    let signed = signature(&time, &body);
    let headers = [
        ("X-Signature-Timestamp", time.as_str()),
        ("X-Signature-Ed25519", signed.as_str()),
    ];
    let (status, _) = Fake::post(to, "/qq/qq", &headers, &body).await;
    // The connection may end before all of it is written.
    assert!(matches!(status, 401 | 0), "{status}");
    assert_eq!(Fake::post(to, "/qq/other", &[], b"{}").await.0, 404);
    desk.quiet().await;
    still_works(&mut desk, to).await;
}

async fn still_works(desk: &mut Desk, to: SocketAddr) {
    let payload: serde_json::Value = serde_json::from_str(BODY).unwrap();
    let posted = crate::hook::post(to, &payload);
    assert_eq!(desk.message().await.id.as_str(), "m1");
    assert_eq!(posted.await.unwrap().0, 200);
}
