//! Entries of the FAQ in their form, over a socket: made of a ticket, edited, removed, refused with what was typed.

use super::support::browser::Browser;
use super::support::qq::group_message;
use super::{GROUP, TEST_TIMEOUT, order, started, until};

/// Fields of a form of an entry, of the version of the file that stands there now.
fn form<'a>(base: &'a str, id: &'a str, questions: &'a str, answer: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("base", base),
        ("id", id),
        ("questions", questions),
        ("key", ""),
        ("answer", answer),
    ]
}

fn hidden(page: &str, name: &str) -> String {
    let found = page.split(&format!("name=\"{name}\" value=\"")).nth(1);
    found.unwrap().split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_ticket_becomes_an_entry_and_an_entry_is_changed_and_taken_away() {
    let (program, qq, wire) = started("").await;
    let mut alice = Browser::invited(&program, &["invite", "alice", "--role", "admin"]);
    wire.send(group_message(1, GROUP, 20_001, "转人工 停车场在哪里", true));
    let page = until(&mut alice, "/tickets/1", "name=\"order\" value=\"reply\"").await;
    assert!(page.body.contains("/faq/entry?ticket=1"), "{}", page.body);
    assert_eq!(
        order(&mut alice, &page, "reply", "停车场在东门，请从侧门进").status,
        303
    );
    qq.hears(GROUP, "停车场在东门", TEST_TIMEOUT).await;
    // It is found by its channel, and by no other.
    assert!(
        alice
            .get("/tickets?channel=qq/group:7")
            .body
            .contains("/tickets/1")
    );
    for none in ["qq/group:8", "group:7"] {
        let page = alice.get(&format!("/tickets?channel={none}")).body;
        assert!(page.contains("No ticket found"), "{none}");
    }
    let page = alice.get("/faq/entry?ticket=1").body;
    assert!(
        page.contains("停车场在哪里") && page.contains("停车场在东门，请从侧门进"),
        "{page}"
    );
    let base = hidden(&page, "base");
    let mut new = form(&base, "parking", "停车场在哪里\r\n怎么停车", "停车场在东门。");
    new.push(("new", "yes"));
    let page = alice.post("/faq/entry", &new).body;
    assert!(
        page.contains("+   - id: parking") && !page.contains("notice error"),
        "{page}"
    );
    let saved = [("base", hidden(&page, "base")), ("text", text_of(&page))];
    let saved: Vec<(&str, &str)> = saved
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    assert_eq!(alice.post("/faq/save", &saved).status, 303);
    let faq = || std::fs::read_to_string(program.folder.join("faq.yaml")).unwrap();
    assert!(faq().contains("- id: parking"));

    // Somebody else's edit in between is told; so is what is checked while somebody types.
    let page = alice
        .post("/faq/entry", &form(&base, "parking", "停车场在哪里", "在西门。"))
        .body;
    assert!(
        page.contains("Somebody changed faq.yaml") && page.contains("在西门"),
        "{page}"
    );
    let checked = alice
        .post(
            "/faq/entry/check",
            &form(&base, "parking", "停车场在哪里", "在{{ nothing }}"),
        )
        .body;
    assert!(checked.contains("nothing"), "{checked}");
    let checked = alice
        .post(
            "/faq/entry/check",
            &form(&base, "parking", "停车场在哪里", "在北门"),
        )
        .body;
    assert!(
        checked.contains("answer: 在北门") && checked.contains("no mistakes"),
        "{checked}"
    );
    // What is refused keeps what was typed.
    for (id, questions) in [("parking", "停车场"), ("ticket-registration", "停车场")] {
        let mut given = form(&base, id, questions, "写了很久的答案");
        given.push(("new", "yes"));
        let refused = alice.post("/faq/entry", &given);
        assert_eq!(refused.status, 422);
        assert!(refused.body.contains("写了很久的答案") && refused.body.contains("notice error"));
    }
    assert_eq!(alice.get("/faq/entry?id=nothing").status, 404);
    let gone = [("base", base.as_str()), ("id", "parking"), ("do", "remove")];
    let page = alice.post("/faq/entry", &gone).body;
    assert!(page.contains("-   - id: parking"), "{page}");
    assert!(faq().contains("- id: parking"));
    // Staff may not.
    let mut bob = Browser::invited(&program, &["invite", "bob"]);
    for path in ["/faq/entry", "/faq/entry?ticket=1"] {
        assert_eq!(bob.get(path).status, 403, "{path}");
    }
    assert_eq!(bob.post("/faq/entry", &gone).status, 403);
    assert!(!bob.get("/tickets/1").body.contains("/faq/entry"));
}

/// The text that a preview would save.
fn text_of(page: &str) -> String {
    let text = page.split("<textarea name=\"text\" hidden>").nth(1).unwrap();
    let text = text.split("</textarea>").next().unwrap();
    let text = text.trim_start_matches('\n');
    text.replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&#38;", "&")
}

#[tokio::test]
async fn an_edit_in_the_form_and_a_version_that_comes_back_leave_comments_and_line_ends_as_they_are() {
    let (program, _qq, _wire) = started("").await;
    let mut alice = Browser::invited(&program, &["invite", "alice", "--role", "admin"]);
    let file = program.folder.join("faq.yaml");
    let faq = || std::fs::read_to_string(&file).unwrap();
    // One line with an end of Windows among others.
    let entry = "entries:\n  - id: parking\r\n    questions: [停车场在哪里, 哪里可以停车] # often\n    answer: 停车场在东门。  # note\n";
    let before = faq().replacen("entries:\n", entry, 1);
    std::fs::write(&file, &before).unwrap();
    let question = "/try?text=%E5%81%9C%E8%BD%A6%E5%9C%BA%E5%9C%A8%E5%93%AA%E9%87%8C&how=called";
    until(&mut alice, question, "停车场在东门").await;
    let base = hidden(&alice.get("/faq").body, "base");
    let given = form(&base, "parking", "停车场在哪里\r\n哪里可以停车", "停车场在西门。");
    let page = alice.post("/faq/entry", &given).body;
    // As a browser sends what stands in a form.
    let sends = |page: &str| text_of(page).replace("\r\n", "\n").replace('\n', "\r\n");
    let sent = sends(&page);
    let saved = alice.post("/faq/save", &[("base", &base), ("text", &sent)]);
    assert_eq!(saved.status, 303, "{}", saved.body);
    assert_eq!(faq(), before.replace("东门。  # note", "西门。  # note"));
    let page = alice.get(&format!("/faq/versions/{base}")).body;
    let (now, sent, note) = (hidden(&page, "base"), sends(&page), format!("= {base}"));
    let saved = alice.post("/faq/save", &[("base", &now), ("text", &sent), ("note", &note)]);
    assert_eq!(saved.status, 303, "{}", saved.body);
    assert_eq!(faq(), before);
}
