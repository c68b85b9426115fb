//! A faq.yaml that is no text: the pages say what is wrong with it and what to do, and every one of them can be used.

use super::support::browser::Browser;
use super::{started, until};
use encoding_rs::GBK;

fn hidden(page: &str, name: &str) -> String {
    let found = page.split(&format!("name=\"{name}\" value=\"")).nth(1);
    found.unwrap().split('"').next().unwrap().to_owned()
}

/// Saves the text that a preview shows.
fn saves(browser: &mut Browser, preview: &str, text: &str, note: &str) {
    assert!(preview.contains("/faq/save"), "{preview}");
    let base = hidden(preview, "base");
    let fields = [("base", base.as_str()), ("text", text), ("note", note)];
    let saved = browser.post("/faq/save", &fields);
    assert_eq!(saved.status, 303, "{}", saved.body);
}

#[tokio::test]
async fn a_faq_in_gbk_is_told_in_words_and_is_mended_or_brought_back_in_the_browser() {
    let (program, _qq, _wire) = started("").await;
    let mut boss = Browser::invited(&program, &["invite", "boss", "--role", "admin"]);
    let file = program.folder.join("faq.yaml");
    let entry = "entries:\n  - id: parking\n    questions: [停车场在哪里, 哪里可以停车]\n    answer: 停车场在东门。\n";
    let before = std::fs::read_to_string(&file).unwrap();
    let before = before.replacen("entries:\n", entry, 1);
    std::fs::write(&file, &before).unwrap();
    let question = "/try?text=%E5%81%9C%E8%BD%A6%E5%9C%BA%E5%9C%A8%E5%93%AA%E9%87%8C&how=called";
    until(&mut boss, question, "停车场在东门").await;
    let versions = until(&mut boss, "/faq/versions", "/faq/versions/").await.body;
    let good = versions.split("/faq/versions/").nth(1).unwrap();
    let good = good.split(['"', '/']).next().unwrap().to_owned();

    // An editor of Windows saves another answer as GBK.
    let changed = before.replace("停车场在东门", "停车场在西门");
    let in_gbk = GBK.encode(&changed).0.into_owned();
    assert!(String::from_utf8(in_gbk.clone()).is_err());
    std::fs::write(&file, &in_gbk).unwrap();
    for path in ["/faq", "/faq/entry", "/faq/entry?id=parking", "/hours"] {
        let page = boss.get(path);
        assert_eq!(page.status, 200, "{path}");
        assert!(
            page.body.contains("not UTF-8 text") && page.body.contains("save the file with UTF-8"),
            "{path}: {}",
            page.body
        );
    }
    boss.language = "zh-CN";
    let page = boss.get("/faq").body;
    assert!(
        page.contains("请另存为 UTF-8") && page.contains("仍在用上一个好的版本"),
        "{page}"
    );
    assert!(page.contains("停车场在西门"), "it is read as GBK: {page}");
    boss.language = "en";
    let changes = format!("/faq/versions/{good}/changes");
    for path in [
        "/faq/versions",
        &changes,
        "/data",
        "/data/faq/yaml",
        "/data/faq/csv",
    ] {
        assert_eq!(boss.get(path).status, 200, "{path}");
    }
    assert!(
        boss.get(question).body.contains("停车场在东门"),
        "the last good one is in service"
    );

    // The text can be saved as it reads: the file is UTF-8 then, and says what its author meant.
    let base = hidden(&boss.get("/faq").body, "base");
    let preview = boss
        .post("/faq/preview", &[("base", &base), ("text", &changed)])
        .body;
    assert!(
        preview.contains("+     answer: 停车场在西门") && preview.contains("not UTF-8"),
        "{preview}"
    );
    saves(&mut boss, &preview, &changed, "");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), changed);
    until(&mut boss, question, "停车场在西门").await;

    // So can what says nothing new: only its encoding is wrong.
    std::fs::write(&file, &in_gbk).unwrap();
    let base = hidden(&boss.get("/faq").body, "base");
    let preview = boss
        .post("/faq/preview", &[("base", &base), ("text", &changed)])
        .body;
    saves(&mut boss, &preview, &changed, "");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), changed);

    // Any version can come back over it; what stood there is kept among them as it was.
    std::fs::write(&file, &in_gbk).unwrap();
    let preview = boss.get(&format!("/faq/versions/{good}")).body;
    assert!(preview.contains("+     answer: 停车场在东门"), "{preview}");
    saves(&mut boss, &preview, &before, &format!("= {good}"));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), before);
    until(&mut boss, question, "停车场在东门").await;

    // A file that is not there is told too.
    std::fs::remove_file(&file).unwrap();
    for path in ["/faq", "/faq/entry", "/hours"] {
        let page = boss.get(path);
        assert!(
            page.status == 200 && page.body.contains("be read"),
            "{path}: {}",
            page.body
        );
        assert!(!page.body.contains("The FAQ built into"), "{path}: {}", page.body);
    }
    assert!(boss.get("/faq").body.contains("停车场在东门"));
}
