//! Every page in both languages and schemes, on a wide and on a narrow screen: what a tool finds that people can't use, and pictures to look at.
#![allow(clippy::unwrap_used, clippy::allow_attributes)]

use super::chrome::{Chrome, axe, judged, open_chrome, pictures};
use super::support::qq::{Wire, group_message};
use super::{join, started_with};
use groupdesk_dashboard::ROUTES;

/// Routes that answer with a file, not with a page.
const NO_PAGES: &[&str] = &[
    "/figures/csv",
    "/data/faq/{format}",
    "/data/tickets",
    "/data/audit",
    "/tickets/{number}/picture/{line}/{link}",
    "/tickets/{number}/file/{format}",
];

/// Settings that show on pages: targets that run, tags to filter by, and a channel of its own.
const EXTRA: &str = "defaults: { first_response: 2h, resolution: 8h, tags: [shop] }\nchannels:\n  qq/group:7: { tags: [shop, paid] }\n";

/// Lets members ask, so that pages have something to show.
async fn fill(chrome: &Chrome, wire: &Wire) {
    let asked = [
        (
            20_001,
            "转人工，发票丢了，订单号 2026-11-24-000017，麻烦尽快处理，谢谢",
            true,
        ),
        (20_002, "怎么开发票？", true),
        (
            20_003,
            "转人工 My order never arrived and the tracking page has said Pneumonoultramicroscopicsilicovolcanoconiosis for a week",
            true,
        ),
        (20_004, "你们的停车场在哪里呀", true),
        (20_005, "停车场在哪儿？", true),
    ];
    for (at, (member, text, called)) in asked.into_iter().enumerate() {
        wire.send(group_message(
            100 + i64::try_from(at).unwrap(),
            7,
            member,
            text,
            called,
        ));
    }
    chrome.open("/tickets").await;
    chrome
        .until("document.querySelectorAll('[data-row]').length >= 2")
        .await;
}

/// Pages to look at: every one of the routes, with what its path needs.
fn pages() -> Vec<String> {
    ROUTES
        .iter()
        .filter(|route| route.method == "GET" && !["/live", "/assets/{hash}/{name}"].contains(&route.path))
        .filter(|route| !NO_PAGES.contains(&route.path))
        .map(|route| {
            let path = route
                .path
                .replace("{number}", "1")
                .replace("{token}", "x")
                .replace("{name}", "qq");
            path.replace("{version}", "none")
                .replace("{figure}", "asked")
                .replace("{id}", "1")
        })
        .chain([
            "/faq/entry?id=ticket-registration".to_owned(),
            "/try?text=%E5%81%9C%E8%BD%A6%E5%9C%BA&channel=qq%2Fgroup%3A7".to_owned(),
            "/tickets?tag=paid&status=open".to_owned(),
            "/figures/handed-over?span=today&as=yes".to_owned(),
        ])
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_can_be_used_by_everybody_in_both_languages_and_schemes_and_on_a_narrow_screen() {
    let (program, _qq, wire) = started_with(EXTRA).await;
    let Some(chrome) = open_chrome(program.port, "en").await else {
        return;
    };
    let Some(axe) = axe() else { return };
    let pictures = pictures();
    join(&chrome, &program, &["invite", "alice", "--role", "owner"]).await;
    fill(&chrome, &wire).await;
    let mut wrong = Vec::new();
    for language in ["zh", "en"] {
        chrome.open("/account").await;
        chrome
            .run(&format!(
                "const s = document.getElementById('language'); s.value = '{language}'; s.form.submit();"
            ))
            .await;
        let tag = if language == "zh" { "zh-CN" } else { "en" };
        chrome
            .until(&format!("document.documentElement.lang === '{tag}'"))
            .await;
        for path in pages() {
            for (scheme, width) in [("light", 1280), ("dark", 1280), ("light", 320)] {
                chrome.looks(scheme, (width, 900)).await;
                chrome.open(&path).await;
                let case = format!("{language} {scheme} {width} {path}");
                wrong.extend(
                    judged(&chrome, &axe)
                        .await
                        .into_iter()
                        .map(|one| format!("{case}: {one}")),
                );
                let wide = chrome.run("return document.documentElement.scrollWidth").await;
                if wide.as_u64().unwrap() > u64::from(width) {
                    wrong.push(format!("{case}: {wide} pixels wide"));
                }
                if let Some(folder) = &pictures {
                    let name = format!(
                        "{}-{language}-{scheme}-{width}.png",
                        path.replace(['/', '?', '='], "_")
                    );
                    chrome.picture(&folder.join(name), true).await;
                }
            }
        }
    }
    // Who is outside sees these pages only.
    chrome.click("form[action$='/logout'] button").await;
    for path in ["/login", "/join/x", "/nothing"] {
        for scheme in ["light", "dark"] {
            chrome.looks(scheme, (1280, 900)).await;
            chrome.open(path).await;
            let found = judged(&chrome, &axe).await;
            wrong.extend(
                found
                    .into_iter()
                    .map(|one| format!("outside {scheme} {path}: {one}")),
            );
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    chrome.quit().await;
}
