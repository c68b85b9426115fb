//! An entry of the FAQ in its form: checked while it is filled in, previewed, saved, and read by the bot.
#![allow(clippy::unwrap_used, clippy::allow_attributes)]

use super::chrome::open_chrome;
use super::{TEST_TIMEOUT, join, started};
use serde_json::json;
use std::time::Instant;

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_is_made_and_edited_in_a_form_with_its_lines_beside_it() {
    let (program, _qq, _wire) = started().await;
    let Some(chrome) = open_chrome(program.port, "en").await else {
        return;
    };
    join(&chrome, &program, &["invite", "alice", "--role", "owner"]).await;
    // The first step that the overview names leads to it in two clicks.
    chrome.click(".steps a[href$='/faq']").await;
    chrome.click("a[href$='/faq/entry']").await;
    chrome.types("[name=id]", "parking").await;
    chrome
        .types("#questions", "停车场在哪里\n你们的停车场在哪里呀")
        .await;
    chrome
        .types("[name=answer]", "停车场在东门，{{ hours.nothing }}。")
        .await;
    // A mistake is told while somebody types, and so is what is written into the file.
    chrome
        .until("document.querySelector('#side').textContent.includes('nothing')")
        .await;
    chrome
        .run("const a = document.querySelector('[name=answer]'); a.value = '停车场在东门。'; a.dispatchEvent(new Event('input', {bubbles: true}));")
        .await;
    chrome
        .until("document.querySelector('#side pre') && document.querySelector('#side pre').textContent.includes('answer: 停车场在东门。')")
        .await;
    chrome.click("form[action$='/faq/entry'] button.primary").await;
    chrome.until("document.querySelector('.diff .added')").await;
    chrome.click("form[action$='/faq/save'] button").await;
    chrome.until("document.querySelector('.notice')").await;
    let end = Instant::now() + TEST_TIMEOUT;
    while !said(&chrome).await.contains("停车场在东门") {
        assert!(Instant::now() < end);
    }
    // It is found by its words, and changed; the rest of the file stays as it was.
    let before = std::fs::read_to_string(program.folder.join("faq.yaml")).unwrap();
    chrome.open("/faq?q=东门").await;
    assert_eq!(
        chrome
            .run("return document.querySelectorAll('.rows li').length")
            .await,
        1
    );
    chrome.click(".rows a").await;
    chrome
        .until("document.getElementById('questions').value.includes('你们的停车场')")
        .await;
    chrome
        .run("const a = document.querySelector('[name=answer]'); a.value = '停车场在西门。';")
        .await;
    chrome.click("form[action$='/faq/entry'] button.primary").await;
    chrome.until("document.querySelector('.diff .removed')").await;
    chrome.click("form[action$='/faq/save'] button").await;
    chrome.until("location.pathname === '/faq'").await;
    let after = std::fs::read_to_string(program.folder.join("faq.yaml")).unwrap();
    assert_eq!(after, before.replace("停车场在东门。", "停车场在西门。"));
    assert_eq!(chrome.faults().await, json!([]));
    chrome.quit().await;
}

/// What the bot would say to somebody who looks for the car park.
async fn said(chrome: &super::Chrome) -> String {
    chrome.open("/try").await;
    chrome.types("[name=text]", "停车场在哪里").await;
    chrome.click("form.card button.primary").await;
    chrome.until("location.search !== ''").await;
    chrome.text("main").await
}
