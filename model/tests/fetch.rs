//! A model is brought over real sockets: whole, broken off, damaged, from elsewhere; and from a folder.
#![cfg(all(feature = "fetch", feature = "testing"))]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use axum::body::{Body, Bytes};
use axum::extract::{Path as UrlPath, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures_util::{StreamExt, stream};
use groupdesk_model::catalog::recommended;
use groupdesk_model::fetch::{Address, Brought, FetchError, copy, fetch};
use groupdesk_model::{Embedder, Encoder, Role, testing};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;

const NUMBERS: &str = "model.safetensors";
/// The bytes of the numbers that one response carries before the line breaks.
const PIECE: usize = 30_000;

/// The fake's behaviour when asked for the numbers; the other files always come.
#[derive(Clone, Copy, PartialEq)]
enum Mood {
    Well,
    /// Every answer breaks off.
    Breaks,
    /// The first answer breaks off, and there is no other.
    BreaksOnce,
    IgnoresRange,
    WrongSum,
    Page,
    Gone,
    /// Sends to where the bytes are, as Hugging Face does.
    Elsewhere,
    /// Sends to an address that somebody could listen to.
    Insecure,
}

struct Fake {
    mood: Mutex<Mood>,
    files: Mutex<HashMap<String, Vec<u8>>>,
    /// The `Range` headers of the requests for the numbers.
    ranges: Mutex<Vec<String>>,
}

impl Fake {
    /// Serves the files of a folder.
    async fn start(folder: &Path) -> (Arc<Self>, Address) {
        let mut files = HashMap::new();
        for name in [
            "config.json",
            "modules.json",
            "1_Pooling/config.json",
            "tokenizer.json",
            NUMBERS,
        ] {
            if let Ok(bytes) = fs::read(folder.join(name)) {
                files.insert(name.to_owned(), bytes);
            }
        }
        let fake = Arc::new(Self {
            mood: Mutex::new(Mood::Well),
            files: Mutex::new(files),
            ranges: Mutex::default(),
        });
        let routes = axum::Router::new()
            .route("/m/{*file}", get(answer))
            .route("/bytes/{*file}", get(bytes))
            .with_state(Arc::clone(&fake));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/m", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        (fake, Address::of(&address, None).unwrap())
    }

    fn be(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
        self.ranges.lock().unwrap().clear();
    }

    fn ranges(&self) -> Vec<String> {
        self.ranges.lock().unwrap().clone()
    }

    fn sum(&self, file: &str) -> String {
        sum(&self.files.lock().unwrap()[file])
    }
}

fn sum(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in Sha256::digest(bytes) {
        write!(text, "{byte:02x}").unwrap();
    }
    text
}

async fn answer(
    State(fake): State<Arc<Fake>>,
    UrlPath(file): UrlPath<String>,
    headers: HeaderMap,
) -> Response {
    let Some(bytes) = fake.files.lock().unwrap().get(&file).cloned() else {
        return StatusCode::NOT_FOUND.into_response();
    };
    if file != NUMBERS {
        return bytes.into_response();
    }
    let range = headers
        .get("range")
        .map(|range| range.to_str().unwrap().to_owned());
    let asked = {
        let mut ranges = fake.ranges.lock().unwrap();
        ranges.push(range.clone().unwrap_or_default());
        ranges.len()
    };
    let mood = *fake.mood.lock().unwrap();
    let tag = format!("\"{}\"", sum(&bytes));
    match mood {
        Mood::Well => part(&bytes, range.as_deref(), &tag, None),
        Mood::Breaks => part(&bytes, range.as_deref(), &tag, Some(PIECE)),
        Mood::BreaksOnce if asked == 1 => part(&bytes, None, &tag, Some(PIECE)),
        Mood::BreaksOnce => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Mood::IgnoresRange => part(&bytes, None, &tag, None),
        Mood::WrongSum => part(&bytes, range.as_deref(), &format!("\"{}\"", "0".repeat(64)), None),
        Mood::Page => (
            [("content-type", "text/html; charset=utf-8")],
            "<html>log in</html>",
        )
            .into_response(),
        Mood::Gone => StatusCode::NOT_FOUND.into_response(),
        Mood::Elsewhere => {
            let headers = [("location", "/bytes/model.safetensors"), ("x-linked-etag", &tag)];
            (StatusCode::FOUND, headers).into_response()
        }
        Mood::Insecure => (StatusCode::FOUND, [("location", "http://files.example/m")]).into_response(),
    }
}

/// The store of bytes, whose tags look like checksums and are none.
async fn bytes(State(fake): State<Arc<Fake>>, UrlPath(file): UrlPath<String>) -> Response {
    let bytes = fake.files.lock().unwrap()[&file].clone();
    part(&bytes, None, &format!("\"{}\"", "f".repeat(64)), None)
}

/// Answers with the requested range, or all; with no more than `most` bytes of it before the line breaks.
fn part(bytes: &[u8], range: Option<&str>, tag: &str, most: Option<usize>) -> Response {
    let start: usize = range.map_or(0, |range| {
        range
            .trim_start_matches("bytes=")
            .trim_end_matches('-')
            .parse()
            .unwrap()
    });
    let all = bytes.len();
    let mut answer = Response::builder().header("etag", tag);
    if start >= all {
        answer = answer.status(StatusCode::RANGE_NOT_SATISFIABLE);
        return answer
            .header("content-range", format!("bytes */{all}"))
            .body(Body::empty())
            .unwrap();
    }
    if range.is_some() {
        answer = answer
            .status(StatusCode::PARTIAL_CONTENT)
            .header("content-range", format!("bytes {start}-{}/{all}", all - 1));
    }
    let answer = answer.header("content-length", (all - start).to_string());
    let rest = Bytes::copy_from_slice(&bytes[start..]);
    match most.filter(|most| *most < rest.len()) {
        None => answer.body(Body::from(rest)).unwrap(),
        Some(most) => {
            let piece = rest.slice(..most);
            let breaks = stream::once(async {
                // So that what was sent is under way before the line breaks.
                tokio::time::sleep(Duration::from_millis(100)).await;
                Err(std::io::Error::other("the line breaks"))
            });
            let sent = stream::once(async move { Ok(piece) }).chain(breaks);
            answer.body(Body::from_stream(sent)).unwrap()
        }
    }
}

/// A model that is published, and a folder for models.
struct World {
    _published: TempDir,
    models: TempDir,
    fake: Arc<Fake>,
    address: Address,
}

impl World {
    async fn new() -> Self {
        let published = tempfile::tempdir().unwrap();
        let pooling = testing::pooling("pooling_mode_cls_token");
        testing::write_encoder(published.path(), &testing::tensors(false), "bert", &pooling).unwrap();
        let (fake, address) = Fake::start(published.path()).await;
        Self {
            _published: published,
            models: tempfile::tempdir().unwrap(),
            fake,
            address,
        }
    }

    async fn get(&self) -> Result<Vec<Brought>, FetchError> {
        let known = recommended("multilingual-e5-small");
        fetch(&self.address, &self.models.path().join("e5"), known, &mut |_| {}).await
    }

    fn numbers(&self, brought: &[Brought]) -> Brought {
        let found = brought.iter().find(|brought| brought.file == NUMBERS).unwrap();
        assert_eq!(found.sha256, self.fake.sum(NUMBERS));
        found.clone()
    }

    /// The names in the models' folder.
    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.models.path()).unwrap();
        entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    }
}

#[tokio::test]
async fn a_model_is_brought_whole_and_understands_as_the_published_one_with_the_prefixes_that_it_lacked() {
    let world = World::new().await;
    let mut seen = Vec::new();
    let folder = world.models.path().join("e5");
    let known = recommended("multilingual-e5-small");
    let brought = fetch(&world.address, &folder, known, &mut |progress| {
        seen.push((progress.file.to_owned(), progress.have, progress.total));
    })
    .await
    .unwrap();
    let names: Vec<&str> = brought.iter().map(|brought| brought.file).collect();
    let expected = [
        "config.json",
        "modules.json",
        "1_Pooling/config.json",
        "tokenizer.json",
        NUMBERS,
    ];
    assert_eq!(names, expected);
    assert!(world.numbers(&brought).checked);
    assert!(!brought[3].checked, "no checksum was told of the tokenizer");
    let size = world.numbers(&brought).bytes;
    assert_eq!(seen.last().unwrap(), &(NUMBERS.to_owned(), size, Some(size)));

    let prompts = fs::read_to_string(folder.join("config_sentence_transformers.json")).unwrap();
    assert!(
        prompts.contains("\"query: \"") && prompts.contains("\"passage: \""),
        "{prompts}"
    );
    let encoder = Encoder::open(&folder).unwrap();
    assert_eq!(encoder.dimensions(), testing::WIDTH);
    let vectors = encoder.embed(Role::Question, &["opening hours"]).await.unwrap();
    assert_eq!(vectors[0].len(), testing::WIDTH);
    // Nothing but the model is left, and it is not fetched over another.
    assert_eq!(world.names(), ["e5"]);
    assert!(!folder.join("model.safetensors.version").exists());
    assert!(matches!(world.get().await, Err(FetchError::Exists(_))));
}

#[tokio::test]
async fn what_broke_off_is_gone_on_with_in_the_same_call_and_in_the_next() {
    let world = World::new().await;
    world.fake.be(Mood::Breaks);
    let size = world.numbers(&world.get().await.unwrap()).bytes;
    let ranges = world.fake.ranges();
    assert_eq!(ranges[0], "");
    assert_eq!(ranges[1], format!("bytes={PIECE}-"));
    assert_eq!(ranges.len() as u64, size.div_ceil(PIECE as u64));
    fs::remove_dir_all(world.models.path().join("e5")).unwrap();

    world.fake.be(Mood::BreaksOnce);
    let error = world.get().await.unwrap_err();
    assert!(error.to_string().contains("HTTP 503"), "{error}");
    assert_eq!(world.names(), ["e5.part"], "nothing stands under the final name");
    world.fake.be(Mood::Well);
    assert!(world.numbers(&world.get().await.unwrap()).checked);
    assert_eq!(world.fake.ranges(), [format!("bytes={PIECE}-")]);
    assert_eq!(world.names(), ["e5"]);
}

#[tokio::test]
async fn a_part_is_not_gone_on_with_where_the_server_ignores_ranges_or_has_another_version() {
    let world = World::new().await;
    world.fake.be(Mood::BreaksOnce);
    world.get().await.unwrap_err();
    world.fake.be(Mood::IgnoresRange);
    assert!(world.numbers(&world.get().await.unwrap()).checked);
    fs::remove_dir_all(world.models.path().join("e5")).unwrap();

    world.fake.be(Mood::BreaksOnce);
    world.get().await.unwrap_err();
    let other = tempfile::tempdir().unwrap();
    let mut tensors = testing::tensors(false);
    tensors.values_mut().for_each(|(_, numbers)| numbers.reverse());
    testing::write_encoder(other.path(), &tensors, "bert", &[]).unwrap();
    let numbers = fs::read(other.path().join(NUMBERS)).unwrap();
    world
        .fake
        .files
        .lock()
        .unwrap()
        .insert(NUMBERS.to_owned(), numbers);
    world.fake.be(Mood::Well);
    assert!(world.numbers(&world.get().await.unwrap()).checked);
    assert_eq!(world.fake.ranges(), [format!("bytes={PIECE}-"), String::new()]);
}

#[tokio::test]
async fn all_that_came_before_the_program_was_ended_is_not_fetched_again() {
    let world = World::new().await;
    let staging = world.models.path().join("e5.part");
    fs::create_dir_all(&staging).unwrap();
    // It was ended while the files got their names.
    let numbers = world.fake.files.lock().unwrap()[NUMBERS].clone();
    fs::write(staging.join(NUMBERS), numbers).unwrap();
    let brought = world.get().await.unwrap();
    let size = world.numbers(&brought).bytes;
    assert_eq!(world.fake.ranges(), [format!("bytes={size}-")]);
    assert!(world.numbers(&brought).checked);
}

#[tokio::test]
async fn what_is_damaged_missing_or_something_else_leaves_nothing_under_the_final_name() {
    let world = World::new().await;
    for (mood, english, chinese) in [
        (Mood::WrongSum, "is damaged", "已损坏"),
        (
            Mood::Gone,
            "there is no model.safetensors",
            "没有 model.safetensors",
        ),
        (Mood::Page, "web page", "网页"),
        (Mood::Insecure, "not https", "https://"),
    ] {
        world.fake.be(mood);
        let error = world.get().await.unwrap_err();
        assert!(error.to_string().contains(english), "{error}");
        assert!(error.in_chinese().contains(chinese), "{}", error.in_chinese());
        assert_eq!(world.names(), ["e5.part"]);
    }
    let damaged = world.models.path().join("e5.part/model.safetensors.part");
    assert!(!damaged.exists(), "nothing is gone on with that is damaged");
    // Whole, and of another kind.
    world.fake.be(Mood::Well);
    let gpt = br#"{"model_type": "gpt2", "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4,
        "max_position_embeddings": 16}"#;
    world
        .fake
        .files
        .lock()
        .unwrap()
        .insert("config.json".to_owned(), gpt.to_vec());
    let error = world.get().await.unwrap_err();
    assert!(error.to_string().contains("`model_type` is `gpt2`"), "{error}");
    assert!(world.names().is_empty());
}

#[tokio::test]
async fn a_redirect_is_followed_and_the_checksum_is_the_publisher_s() {
    let world = World::new().await;
    world.fake.be(Mood::Elsewhere);
    assert!(world.numbers(&world.get().await.unwrap()).checked);
}

#[tokio::test]
async fn a_server_that_is_not_there_is_said_with_other_places() {
    let address = format!("http://127.0.0.1:{}/m", groupdesk_testkit::free_port());
    let models = tempfile::tempdir().unwrap();
    let address = Address::of(&address, None).unwrap();
    let error = fetch(&address, &models.path().join("m"), None, &mut |_| {})
        .await
        .unwrap_err();
    assert!(matches!(error, FetchError::Unreachable { .. }), "{error}");
    assert!(error.to_string().contains("modelscope"), "{error}");
    assert_eq!(fs::read_dir(models.path()).unwrap().count(), 0);
}

#[test]
fn a_model_is_copied_from_a_folder_whole_or_not_at_all() {
    let (stick, models) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let folder = models.path().join("mine");
    let error = copy(stick.path(), &folder, None, &mut |_| {}).unwrap_err();
    assert!(error.to_string().contains("tokenizer.json"), "{error}");
    let pooling = testing::pooling("pooling_mode_mean_tokens");
    testing::write_encoder(stick.path(), &testing::tensors(true), "xlm-roberta", &pooling).unwrap();
    let brought = copy(stick.path(), &folder, None, &mut |_| {}).unwrap();
    assert_eq!(brought.len(), 5);
    assert!(Encoder::open(&folder).is_ok());
    fs::write(stick.path().join(NUMBERS), "cut").unwrap();
    let broken = models.path().join("broken");
    assert!(matches!(
        copy(stick.path(), &broken, None, &mut |_| {}),
        Err(FetchError::Unusable(_))
    ));
    assert_eq!(fs::read_dir(models.path()).unwrap().count(), 1);
}
