//! The dashboard in a real browser: what a script, a style sheet or an input method can break, and what a person does first.
#![cfg(unix)]

#[path = "browser/chrome.rs"]
mod chrome;
#[path = "browser/entry.rs"]
mod entry;
#[path = "browser/pages.rs"]
mod pages;
#[path = "browser/readme.rs"]
mod readme;
mod support;
#[path = "browser/words.rs"]
mod words;

use chrome::{Chrome, open_chrome};
use serde_json::json;
use std::time::{Duration, Instant};
use support::browser::{Browser, PASSWORD, invite};
use support::program::{Program, binary};
use support::qq::{Manners, Qq, Wire, group_message};

/// The longest time for something that takes no time.
const TEST_TIMEOUT: Duration = Duration::from_secs(60);

/// The members' group.
const GROUP: i64 = 7;

async fn started() -> (Program, Qq, Wire) {
    started_with("").await
}

async fn started_with(extra: &str) -> (Program, Qq, Wire) {
    let mut program = Program::reverse(extra);
    program.start(binary());
    let (qq, heard) = Qq::new(Manners::WELL_BEHAVED);
    std::mem::forget(heard);
    let wire = qq.connect(&program.url()).await;
    (program, qq, wire)
}

/// Comes in by a one-time link that the command line made.
async fn join(chrome: &Chrome, program: &Program, arguments: &[&str]) {
    chrome.open(&invite(program, arguments)).await;
    chrome.types("[name=password]", PASSWORD).await;
    chrome.types("[name=again]", PASSWORD).await;
    chrome.click("button.primary").await;
    chrome.until("document.querySelector('.bar')").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_owner_comes_in_takes_a_live_ticket_and_answers_it() {
    let (program, qq, wire) = started().await;
    let Some(chrome) = open_chrome(program.port, "en").await else {
        return;
    };
    join(&chrome, &program, &["invite", "alice", "--role", "owner"]).await;
    chrome.sees("All well").await;
    chrome.click("form[action$='/logout'] button").await;
    chrome.types("[name=name]", "alice").await;
    chrome.types("[name=password]", PASSWORD).await;
    chrome.click("button.primary").await;
    chrome.until("location.pathname === '/'").await;

    // A member's question comes to the open page by itself.
    chrome.click(".bar nav a[href$='/tickets']").await;
    chrome.sees("No tickets here").await;
    wire.send(group_message(1, GROUP, 20_001, "转人工，发票丢了", true));
    chrome.sees("发票丢了").await;
    chrome.until("document.title.startsWith('(1) ')").await;
    chrome.click("td.subject a").await;
    chrome.click("[data-key=c]").await;
    chrome.sees("Owner: alice").await;

    // An update leaves what is being typed as it is, with its caret.
    chrome.types("#reply", "发票在").await;
    wire.send(group_message(2, GROUP, 20_001, "在吗？", true));
    chrome.sees("在吗？").await;
    chrome.types("#reply", "路上").await;
    chrome
        .until("document.getElementById('reply').value === '发票在路上'")
        .await;
    chrome
        .until("document.getElementById('draft-state').textContent !== ''")
        .await;

    // While an input method composes, its keys send nothing: they have the code 229.
    let composing = json!({"text": "gongdan", "selectionStart": 7, "selectionEnd": 7});
    chrome.devtools("Input.imeSetComposition", composing).await;
    for kind in ["rawKeyDown", "keyUp"] {
        let key = json!({"type": kind, "key": "Enter", "code": "Enter", "modifiers": 2, "windowsVirtualKeyCode": 229});
        chrome.devtools("Input.dispatchKeyEvent", key).await;
    }
    chrome.devtools("Input.insertText", json!({"text": "工单"})).await;
    chrome
        .until("document.getElementById('reply').value === '发票在路上工单'")
        .await;
    assert_eq!(
        chrome
            .run("return document.querySelectorAll('.talk .staff').length")
            .await,
        0
    );
    chrome.sends("#reply").await;
    qq.hears(GROUP, "发票在路上工单", TEST_TIMEOUT).await;
    chrome
        .until("document.querySelector('.talk .staff .receipt.good')")
        .await;
    assert_eq!(
        chrome.run("return document.getElementById('reply').value").await,
        ""
    );
    assert_eq!(chrome.faults().await, json!([]));

    // The program goes, and the page says so; it comes back, and the page is right by itself.
    let mut program = program;
    program.kill();
    chrome.until("!document.getElementById('lost').hidden").await;
    program.start(binary());
    chrome.until("document.getElementById('lost').hidden").await;
    chrome.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_answer_at_once_one_is_heard_and_the_other_keeps_the_draft() {
    let (program, qq, wire) = started().await;
    let Some(alice) = open_chrome(program.port, "en").await else {
        return;
    };
    let Some(bob) = open_chrome(program.port, "zh-CN").await else {
        return;
    };
    join(&alice, &program, &["invite", "alice"]).await;
    join(&bob, &program, &["invite", "bob"]).await;
    wire.send(group_message(1, GROUP, 20_001, "转人工", true));
    for (chrome, words) in [(&alice, "我来处理"), (&bob, "我也来了")] {
        chrome.open("/tickets").await;
        chrome.click("td.subject a").await;
        chrome.types("#reply", words).await;
    }
    tokio::join!(alice.sends("#reply"), bob.sends("#reply"));
    for chrome in [&alice, &bob] {
        chrome
            .until("document.querySelectorAll('.talk .staff').length === 1")
            .await;
    }
    let mut kept = Vec::new();
    for chrome in [&alice, &bob] {
        chrome.until("document.readyState === 'complete'").await;
        let draft = chrome.run("return document.getElementById('reply').value").await;
        if draft != "" {
            chrome.until("document.querySelector('.notice.error')").await;
            kept.push(draft);
        }
    }
    assert_eq!(kept.len(), 1, "{kept:?}");
    let heard = if kept[0] == "我也来了" {
        "我来处理"
    } else {
        "我也来了"
    };
    qq.hears(GROUP, heard, TEST_TIMEOUT).await;
    alice.quit().await;
    bob.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_edits_the_faq_by_its_preview_brings_it_back_and_invites_a_colleague() {
    let (program, _qq, _wire) = started().await;
    let Some(chrome) = open_chrome(program.port, "en").await else {
        return;
    };
    join(&chrome, &program, &["invite", "alice", "--role", "owner"]).await;
    chrome.click(".bar nav a[href$='/faq']").await;
    // A mistake is told while it is typed.
    let edit = |from: &str, to: &str| {
        format!(
            "const t = document.getElementById('faq'); t.value = t.value.replace({}, {}); \
             t.dispatchEvent(new Event('input', {{bubbles: true}}));",
            json!(from),
            json!(to)
        )
    };
    chrome
        .run(&edit("entries:\n", "entries:\n  - id: broken\n"))
        .await;
    chrome.until("document.querySelector('#problems .bad')").await;
    let entry = "entries:\n  - id: parking\n    questions: [停车场在哪里, 你们的停车场在哪里呀]\n    answer: 停车场在东门。\n";
    chrome.run(&edit("entries:\n  - id: broken\n", entry)).await;
    chrome.until("document.querySelector('#problems .good')").await;
    chrome.click("form[action$='/faq/preview'] button.primary").await;
    chrome.until("document.querySelector('.diff .added')").await;
    chrome.types("#remark", "parking").await;
    chrome.click("form[action$='/faq/save'] button").await;
    chrome.until("document.querySelector('.notice')").await;
    let end = Instant::now() + TEST_TIMEOUT;
    loop {
        chrome.open("/try").await;
        chrome.types("[name=text]", "停车场在哪里").await;
        chrome.click("form.card button.primary").await;
        chrome.until("location.search !== ''").await;
        if chrome.text("main").await.contains("停车场在东门") {
            break;
        }
        assert!(Instant::now() < end);
    }
    // The version before is one click and one look away.
    chrome.open("/faq/versions").await;
    chrome.click("tbody tr:last-child a").await;
    chrome.until("document.querySelector('.diff .removed')").await;
    chrome.click("form[action$='/faq/save'] button").await;
    chrome.until("location.pathname === '/faq'").await;
    let text = std::fs::read_to_string(program.folder.join("faq.yaml")).unwrap();
    assert!(!text.contains("parking"));

    chrome.open("/users").await;
    chrome
        .types("form[action$='/users/invite'] [name=name]", "bob")
        .await;
    chrome.click("form[action$='/users/invite'] button.primary").await;
    chrome.until("document.querySelector('.notice') && document.querySelector('.notice').textContent.includes('/join/')").await;
    let notice = chrome.text(".notice").await;
    let link = notice
        .split_whitespace()
        .find_map(|word| word.find("/join/").map(|at| word[at..].to_owned()));
    let mut bob = Browser::new(program.port);
    let link = link.unwrap();
    assert_eq!(
        bob.post(&link, &[("password", PASSWORD), ("again", PASSWORD)])
            .status,
        303
    );
    assert_eq!(bob.get("/tickets").status, 200);
    assert_eq!(chrome.faults().await, json!([]));
    chrome.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_tabs_of_one_browser_are_all_live() {
    let (program, _qq, wire) = started().await;
    let Some(chrome) = open_chrome(program.port, "en").await else {
        return;
    };
    join(&chrome, &program, &["invite", "alice"]).await;
    let mut tabs = Vec::new();
    for _ in 0..10 {
        tabs.push(chrome.tab("/tickets").await);
    }
    wire.send(group_message(1, GROUP, 20_001, "转人工，发票丢了", true));
    for tab in &tabs {
        chrome.see(tab).await;
        chrome.sees("发票丢了").await;
    }
    // The tab that holds the stream is closed: another one takes it over.
    wire.send(group_message(2, GROUP, 20_002, "转人工，密码忘了", true));
    for tab in &tabs {
        chrome.see(tab).await;
        chrome.sees("密码忘了").await;
        chrome.run("window.close()").await;
    }
    chrome.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_click_lets_a_tab_in_the_background_say_that_somebody_waits() {
    let (program, _qq, wire) = started().await;
    let Some(chrome) = open_chrome(program.port, "en").await else {
        return;
    };
    join(&chrome, &program, &["invite", "alice"]).await;
    chrome.open("/tickets").await;
    // A browser without a screen shows none: what it is asked to show is kept.
    chrome
        .run(
            "window.told = []; document.hasFocus = () => false; \
             window.Notification = class { constructor(text) { window.told.push(text); } \
             static get permission() { return 'granted'; } static async requestPermission() { return 'granted'; } };",
        )
        .await;
    let sees = |text: &'static str| chrome.until(text);
    sees("document.getElementById('bell').textContent === 'Alerts: off'").await;
    wire.send(group_message(1, GROUP, 20_001, "转人工，发票丢了", true));
    chrome.sees("发票丢了").await;
    assert_eq!(chrome.run("return window.told.length").await, 0);
    chrome.click("#bell").await;
    sees("document.getElementById('bell').textContent === 'Alerts: on'").await;
    wire.send(group_message(2, GROUP, 20_002, "转人工，密码忘了", true));
    sees("window.told.includes('Unclaimed tickets: 2')").await;
    wire.send(group_message(3, GROUP, 20_001, "转人工，发票还是没有找到", true));
    sees("window.told.includes('A member has written')").await;
    // Nothing happens for longer than a lost connection is let pass.
    tokio::time::sleep(Duration::from_secs(6)).await;
    assert_eq!(
        chrome.run("return document.getElementById('lost').hidden").await,
        json!(true)
    );
    assert_eq!(chrome.faults().await, json!([]));
    chrome.quit().await;
}
