//! The endpoint over real sockets: what it is asked, what it answers, and what becomes of messages when it does not.
#![cfg(feature = "endpoint")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use axum::extract::{Json, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use groupdesk_contract::{Clock, ManualClock, Secret};
use groupdesk_model::{EmbedError, Embedder, EmbeddingCache, Endpoint, EndpointSettings, Role};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

const KEY: &str = "sk-never-shown";

/// The fake's behaviour.
#[derive(Clone)]
enum Mood {
    Well,
    Slow,
    Status(u16),
    Busy(&'static str),
    Most(usize),
    Body(&'static str),
}

struct Fake {
    mood: Mutex<Mood>,
    asked: Mutex<Vec<(HeaderMap, Value)>>,
}

impl Fake {
    async fn start() -> (Arc<Self>, String) {
        let fake = Arc::new(Self {
            mood: Mutex::new(Mood::Well),
            asked: Mutex::default(),
        });
        let routes = axum::Router::new()
            .route("/v1/embeddings", post(answer))
            .with_state(Arc::clone(&fake));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/v1/", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        (fake, url)
    }

    fn be(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    fn calls(&self) -> usize {
        self.asked.lock().unwrap().len()
    }
}

/// The vector of a text: its length and one.
async fn answer(State(fake): State<Arc<Fake>>, headers: HeaderMap, Json(body): Json<Value>) -> Response {
    fake.asked.lock().unwrap().push((headers, body.clone()));
    let mood = fake.mood.lock().unwrap().clone();
    match mood {
        Mood::Slow => {
            tokio::time::sleep(Duration::from_secs(20)).await;
            StatusCode::OK.into_response()
        }
        Mood::Status(status) => {
            (StatusCode::from_u16(status).unwrap(), format!("bad key {KEY}")).into_response()
        }
        Mood::Body(body) => body.into_response(),
        Mood::Busy(seconds) => {
            (StatusCode::TOO_MANY_REQUESTS, [("retry-after", seconds)], "").into_response()
        }
        Mood::Most(most) if body["input"].as_array().unwrap().len() > most => {
            StatusCode::UNPROCESSABLE_ENTITY.into_response()
        }
        Mood::Well | Mood::Most(_) => {
            let texts = body["input"].as_array().unwrap();
            let data = texts.iter().enumerate().rev().map(|(index, text)| {
                let length = text.as_str().unwrap().chars().count();
                json!({"object": "embedding", "index": index, "embedding": [length, 1]})
            });
            Json(json!({"object": "list", "data": data.collect::<Vec<_>>()})).into_response()
        }
    }
}

fn endpoint(url: &str) -> Endpoint {
    Endpoint::new(&EndpointSettings {
        url: url.to_owned(),
        model: "small".to_owned(),
        key: Some(Secret::new(KEY)),
        timeout: Duration::from_secs(1),
    })
    .unwrap()
}

/// The fake's vector of a text of so many characters, as it comes back: of length 1.
fn vector(length: u32) -> Vec<f32> {
    let length = f64::from(length);
    let norm = (length * length + 1.0).sqrt();
    vec![(length / norm) as f32, (1.0 / norm) as f32]
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// The log lines of this thread.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }

    fn begin(&self) -> tracing::subscriber::DefaultGuard {
        let log = self.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_ansi(false)
            .with_writer(move || log.clone())
            .finish();
        tracing::subscriber::set_default(subscriber)
    }
}

#[tokio::test]
async fn texts_are_asked_for_with_key_and_model_and_come_back_in_their_order() {
    let (fake, url) = Fake::start().await;
    let endpoint = endpoint(&url);
    let vectors = endpoint
        .embed(Role::Question, &["a", "退款", "four"])
        .await
        .unwrap();
    assert_eq!(vectors, [vector(1), vector(2), vector(4)]);
    assert_eq!(
        endpoint.embed(Role::Question, &[]).await.unwrap(),
        Vec::<Vec<f32>>::new()
    );
    let asked = fake.asked.lock().unwrap();
    let (headers, body) = &asked[0];
    assert_eq!(asked.len(), 1);
    assert_eq!(headers["authorization"], format!("Bearer {KEY}"));
    assert_eq!(
        *body,
        json!({"model": "small", "input": ["a", "退款", "four"], "encoding_format": "float"})
    );
}

#[tokio::test]
async fn what_goes_wrong_is_told_in_words_without_the_key() {
    let (fake, url) = Fake::start().await;
    let log = Log::default();
    let _guard = log.begin();
    let endpoint = endpoint(&url);
    let mut told = vec![format!("{endpoint:?}")];
    for (status, words) in [
        (401, "key is refused"),
        (404, "model"),
        (400, "model"),
        (500, "the server failed"),
        (307, "somewhere else"),
    ] {
        fake.be(Mood::Status(status));
        let error = endpoint.embed(Role::Question, &["a"]).await.unwrap_err();
        assert!(
            matches!(&error, EmbedError::Refused(why) if why.contains(words)),
            "{status}: {error}"
        );
        told.push(error.to_string());
    }
    for body in [
        "<html>",
        r#"{"data": []}"#,
        r#"{"data": [{"embedding": ["sk-never-shown"]}]}"#,
    ] {
        fake.be(Mood::Body(body));
        let error = endpoint.embed(Role::Question, &["a"]).await.unwrap_err();
        assert!(matches!(error, EmbedError::Nonsense(_)), "{error}");
        told.push(error.to_string());
    }
    let nobody = self::endpoint("http://127.0.0.1:1/v1");
    let error = nobody.embed(Role::Question, &["a"]).await.unwrap_err();
    assert!(matches!(error, EmbedError::Unreachable(_)), "{error}");
    told.push(error.to_string());
    let told = told.join("\n") + &log.text();
    assert!(!told.contains(KEY), "{told}");
}

#[test]
fn an_address_that_can_not_be_used_is_refused_at_the_start() {
    for (url, key) in [
        ("api.openai.com/v1", KEY),
        ("ftp://example.org", KEY),
        ("https://example.org/v1?key=x", KEY),
        ("https://me:hidden@example.org", KEY),
        ("https://example.org", "line\nbreak"),
    ] {
        let settings = EndpointSettings {
            url: url.to_owned(),
            model: "small".to_owned(),
            key: Some(Secret::new(key)),
            timeout: Duration::from_secs(1),
        };
        let error = Endpoint::new(&settings).unwrap_err();
        assert!(error.contains("`url`") || error.contains("`key`"), "{error}");
        assert!(!error.contains("hidden") && !error.contains(key), "{error}");
    }
}

#[tokio::test]
async fn a_message_is_not_held_up_by_a_slow_server_and_a_dead_one_is_left_alone_until_the_clock_says() {
    let (fake, url) = Fake::start().await;
    let log = Log::default();
    let _guard = log.begin();
    let clock = Arc::new(ManualClock::at(Timestamp::UNIX_EPOCH));
    let heard = EmbeddingCache::new(
        Arc::new(endpoint(&url)),
        Arc::clone(&clock) as Arc<dyn Clock>,
        Duration::from_millis(80),
    );
    let known = heard.vectors(&texts(&["known", ""]), 2).await;
    assert_eq!(known["known"].to_vec(), vector(5));
    assert_eq!(known.len(), 1);

    fake.be(Mood::Slow);
    let began = std::time::Instant::now();
    for _ in 0..3 {
        let found = heard.vectors(&texts(&["known", "new"]), 2).await;
        assert_eq!(
            found.keys().collect::<Vec<_>>(),
            ["known"],
            "what is remembered needs no server"
        );
    }
    assert!(began.elapsed() < Duration::from_secs(10));
    assert!(heard.is_down());

    fake.be(Mood::Well);
    let calls = fake.calls();
    assert!(heard.vectors(&texts(&["new"]), 2).await.is_empty());
    assert_eq!(fake.calls(), calls, "left alone");
    clock.advance(SignedDuration::from_secs(30));
    assert_eq!(
        heard.vectors(&texts(&["new", "new"]), 2).await["new"].to_vec(),
        vector(3)
    );
    assert!(!heard.is_down());
    assert_eq!(
        log.text().matches("the semantic tier is down").count(),
        1,
        "{}",
        log.text()
    );
    assert_eq!(log.text().matches("the semantic tier is back").count(), 1);
    assert!(!log.text().contains(KEY) && log.text().contains("no answer within 80ms"));
}

#[tokio::test]
async fn vectors_of_another_model_than_the_faq_s_are_not_used() {
    let (_fake, url) = Fake::start().await;
    let clock: Arc<dyn Clock> = Arc::new(ManualClock::at(Timestamp::UNIX_EPOCH));
    let heard = EmbeddingCache::new(Arc::new(endpoint(&url)), clock, Duration::from_secs(10));
    for text in ["a", "b", "c"] {
        assert!(!heard.is_down());
        assert!(heard.vectors(&texts(&[text]), 3).await.is_empty());
    }
    assert!(heard.is_down());
}

#[tokio::test]
async fn many_messages_go_in_few_requests_and_a_long_one_goes_in_part() {
    let (fake, url) = Fake::start().await;
    let clock: Arc<dyn Clock> = Arc::new(ManualClock::at(Timestamp::UNIX_EPOCH));
    let heard = EmbeddingCache::new(Arc::new(endpoint(&url)), clock, Duration::from_secs(30));
    let mut many: Vec<String> = (0..255).map(|number| "长".repeat(number + 1)).collect();
    many.push("字".repeat(100_000));
    let found = heard.vectors(&many, 2).await;
    assert_eq!(found.len(), 256);
    assert_eq!(found[&many[99]].to_vec(), vector(100));
    assert_eq!(found[&many[255]].to_vec(), vector(1000));
    assert_eq!(fake.calls(), 4);
}

#[tokio::test]
async fn a_server_that_is_busy_says_for_how_long_and_one_that_takes_fewer_texts_gets_fewer() {
    let (fake, url) = Fake::start().await;
    let endpoint = endpoint(&url);
    for (header, expected) in [("7", Some(7)), ("99999999", Some(600)), ("soon", None)] {
        fake.be(Mood::Busy(header));
        let error = endpoint.embed(Role::Question, &["a"]).await.unwrap_err();
        let EmbedError::Busy { reason, after } = error else {
            panic!("{error}")
        };
        assert!(reason.contains("too many requests"));
        assert_eq!(after, expected.map(Duration::from_secs));
    }
    fake.be(Mood::Most(16));
    let most = endpoint.batch();
    let texts = vec!["a"; most];
    assert!(matches!(
        endpoint.embed(Role::Question, &texts).await,
        Err(EmbedError::TooLarge(_))
    ));
    assert!(matches!(
        endpoint.embed(Role::Question, &texts[..endpoint.batch()]).await,
        Err(EmbedError::TooLarge(_))
    ));
    let fits = endpoint.batch();
    assert!(
        fits <= 16
            && endpoint
                .embed(Role::Question, &texts[..fits])
                .await
                .unwrap()
                .len()
                == fits
    );
    assert_eq!(endpoint.batch(), fits, "what fits is learned");
}
