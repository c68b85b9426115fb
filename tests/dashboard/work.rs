//! A day's work: the day in figures, a ticket's targets, candidates and files, questions that are none for the FAQ, tags, groups that are
//! one, and trials in any channel.

use super::support::browser::{Browser, PASSWORD, Page};
use super::support::program::{Program, binary};
use super::support::qq::group_message;
use super::{GROUP, TEST_TIMEOUT, order, started, until};
use serde_json::Value;

/// A question that the shipped FAQ answers, and words of its answers.
const KNOWN: &str = "提交工单要不要先注册账号";
const ANSWER: &str = "不注册同样能提交工单";
const ENGLISH_ANSWER: &str = "tickets can be sent without an account";

/// `KNOWN` in an address.
const KNOWN_IN_ADDRESS: &str = "%E6%8F%90%E4%BA%A4%E5%B7%A5%E5%8D%95%E8%A6%81%E4%B8%8D%E8%A6%81%E5%85%88%E6%B3%A8%E5%86%8C%E8%B4%A6%E5%8F%B7";

/// Questions of two groups.
const PARKING: &str = "你们的停车场在哪里呀";
const EXPORT: &str = "审计日志怎么导出成表格";

/// A question that brings in a human.
const UNKNOWN: &str = "数据库升级以后报错 1045 怎么办";

/// The value of a figure of the day on the overview.
fn tile(page: &Page, figure: &str) -> Option<String> {
    let link = page
        .body
        .split(&format!("href=\"/figures/{figure}?span=today"))
        .nth(1)?;
    let value = link.split("<b>").nth(1)?;
    Some(value.split('<').next()?.to_owned())
}

/// Gets the overview again and again until these figures of the day stand on it.
async fn until_tiles(browser: &mut Browser, wanted: [&str; 4]) -> Page {
    let end = std::time::Instant::now() + TEST_TIMEOUT;
    loop {
        let page = browser.get("/");
        let tiles = ["asked", "answer-rate", "handed-over", "unanswered"].map(|figure| tile(&page, figure));
        if tiles.iter().map(Option::as_deref).eq(wanted.map(Some)) {
            return page;
        }
        assert!(std::time::Instant::now() < end, "{tiles:?}: {}", page.body);
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
}

#[tokio::test]
async fn the_overview_counts_the_day_and_names_the_last_edit_of_the_faq() {
    let (program, qq, wire) = started("channels:\n  qq/group:8: { staff_rooms: [qq/group:10] }\n").await;
    let mut boss = Browser::invited(&program, &["invite", "boss", "--role", "admin"]);
    let mut far = Browser::invited(
        &program,
        &["invite", "far", "--role", "viewer", "--room", "qq/group:10"],
    );
    until_tiles(&mut boss, ["0", "0", "0", "0"]).await;
    wire.send(group_message(1, GROUP, 20_001, KNOWN, true));
    qq.hears(GROUP, ANSWER, TEST_TIMEOUT).await;
    wire.send(group_message(2, GROUP, 20_002, "转人工，发票丢了", true));
    wire.send(group_message(3, GROUP, 20_003, PARKING, false));
    let page = until_tiles(&mut boss, ["3", "1", "1", "1"]).await;
    assert!(
        page.body.contains("/tickets?tab=overdue") && tile(&page, "first-response").is_some(),
        "{}",
        page.body
    );
    // Each opens what it counts.
    for (figure, way, finds) in [
        ("asked", "", [true, true, true]),
        ("answer-rate", "&as=yes", [true, false, false]),
        ("answer-rate", "&as=no", [false, true, true]),
        ("handed-over", "&as=yes", [false, true, false]),
        ("unanswered", "&as=yes", [false, false, true]),
    ] {
        let list = boss.get(&format!("/figures/{figure}?span=today{way}")).body;
        let found = [KNOWN, "发票丢了", PARKING].map(|text| list.contains(text));
        assert_eq!(found, finds, "{figure}{way}: {list}");
    }
    assert!(
        boss.get("/figures/csv?span=today")
            .header("content-disposition")
            .unwrap()
            .contains("figures-today.csv")
    );
    // Of other rooms nothing is counted.
    until_tiles(&mut far, ["0", "0", "0", "0"]).await;

    // The file that the program began with was no edit.
    let page = boss.get("/").body;
    assert!(
        page.contains("Last edit of the FAQ") && !page.contains("/changes"),
        "{page}"
    );
    let faq = boss.get("/faq").body;
    let base = faq.split("name=\"base\" value=\"").nth(1).unwrap();
    let base = base.split('"').next().unwrap();
    let text = std::fs::read_to_string(program.folder.join("faq.yaml")).unwrap();
    let text = format!("{text}# <b>checked</b>\n");
    let fields = [("base", base), ("text", &text), ("note", "停车 <i>x</i>")];
    assert_eq!(boss.post("/faq/save", &fields).status, 303);
    let page = boss.get("/").body;
    let link = page.split("href=\"/faq/versions/").nth(1);
    let link = link
        .unwrap_or_else(|| panic!("{page}"))
        .split('"')
        .next()
        .unwrap();
    let link = format!("/faq/versions/{link}");
    assert!(
        link.ends_with("/changes") && page.contains("<b>boss</b>") && page.contains(">dashboard<"),
        "{link}: {page}"
    );
    assert!(!page.contains("<i>x"), "{page}");
    let changes = boss.get(&link).body;
    assert!(
        changes.contains("class=\"added\"") && changes.contains("checked") && !changes.contains("<b>checked"),
        "{changes}"
    );
    assert_eq!(boss.get("/faq/versions/nothing/changes").status, 404);
    assert!(boss.get("/faq/versions").body.contains(&link));
    // Who may not edit it sees who did, and no link.
    let page = far.get("/").body;
    assert!(
        page.contains("<b>boss</b>") && !page.contains("/faq/versions"),
        "{page}"
    );
    assert_eq!(far.get(&link).status, 403);
}

#[tokio::test]
async fn a_ticket_shows_what_is_left_and_candidates_and_leaves_as_a_file_without_others_words() {
    let extra = "defaults: { first_response: 2h, resolution: 8h }\nchannels:\n  qq/group:8: { staff_rooms: [qq/group:10] }\n";
    let (program, qq, wire) = started(extra).await;
    let mut alice = Browser::invited(&program, &["invite", "alice"]);
    let mut viewer = Browser::invited(&program, &["invite", "vera", "--role", "viewer"]);
    let mut far = Browser::invited(&program, &["invite", "far", "--room", "qq/group:10"]);
    let mut boss = Browser::invited(&program, &["invite", "boss", "--role", "admin"]);
    wire.send(group_message(1, GROUP, 20_001, UNKNOWN, true));
    let page = until(&mut alice, "/tickets/1", "name=\"order\" value=\"reply\"").await;
    // Another member asks the same, and joins.
    wire.send(group_message(2, GROUP, 20_002, UNKNOWN, true));
    until(&mut alice, "/tickets/1", "member 20002").await;
    wire.send(group_message(3, GROUP, 20_001, "日志里有 <img src=x>", true));
    until(&mut alice, "/tickets/1", "日志里有").await;

    // Targets run in service time, so that by night nothing goes.
    let is_left = |page: &str| {
        ["2 h left", "1 h 59 min left", "1 h 58 min left"]
            .iter()
            .any(|left| page.contains(left))
    };
    let list = alice.get("/tickets").body;
    assert!(is_left(&list) && is_left(&alice.get("/").body), "{list}");
    let shown = alice.get("/tickets/1").body;
    assert!(is_left(&shown) && shown.contains("8 h <span"), "{shown}");

    assert_eq!(
        order(&mut alice, &page, "note", "只给同事看 [x](http://evil.example)").status,
        303
    );
    let page = until(&mut alice, "/tickets/1", "只给同事看").await;
    assert_eq!(order(&mut alice, &page, "reply", "好的，马上").status, 303);
    qq.hears(GROUP, "好的，马上", TEST_TIMEOUT).await;
    let page = until(&mut alice, "/tickets/1", "好的，马上").await.body;
    assert!(page.contains("href=\"/tickets/1/file/md\""), "{page}");

    let file = viewer.get("/tickets/1/file/md");
    assert_eq!(file.status, 200, "{}", file.body);
    let kept = file.header("content-disposition").unwrap();
    assert!(
        kept.starts_with("attachment") && kept.contains("ticket-1.md"),
        "{kept}"
    );
    let text = &file.body;
    assert!(text.starts_with("# #1 ") && text.contains("好的，马上"), "{text}");
    assert!(
        text.contains("(Internal note)\n  > 只给同事看 \\[x](http"),
        "{text}"
    );
    assert!(
        text.contains("\\<img src=x>") && text.contains("member 20001"),
        "{text}"
    );
    assert!(
        !text.contains("20002") && text.contains("Also asked by: 1"),
        "{text}"
    );

    let file = alice.get("/tickets/1/file/json");
    let read: Value = serde_json::from_str(&file.body).unwrap();
    assert_eq!(
        (&read["number"], &read["also_asked"]),
        (&Value::from(1), &Value::from(1))
    );
    let lines = read["lines"].as_array().unwrap();
    let internal: Vec<&Value> = lines.iter().filter(|line| line["internal"] == true).collect();
    assert_eq!(internal.len(), 1, "{read:#}");
    assert_eq!(internal[0]["kind"], "note");
    assert!(
        lines
            .iter()
            .any(|line| line["kind"] == "staff" && line["text"] == "好的，马上"),
        "{read:#}"
    );
    assert!(!file.body.contains("20002"), "{}", file.body);

    for format in ["md", "json"] {
        assert_eq!(far.get(&format!("/tickets/1/file/{format}")).status, 404);
    }
    assert_eq!(alice.get("/tickets/1/file/exe").status, 404);
    let audit = boss.get("/audit").body;
    assert!(audit.contains("#1 md") && audit.contains("#1 json"), "{audit}");

    // A candidate has its confidence beside it.
    wire.send(group_message(4, GROUP, 20_003, &format!("转人工，{KNOWN}"), true));
    let shown = until(&mut alice, "/tickets/2", "name=\"order\" value=\"reply\"")
        .await
        .body;
    let candidate = shown.split("title=\"Confidence\">").nth(1);
    let candidate = candidate.unwrap_or_else(|| panic!("{shown}")).split('<').next();
    let candidate: f32 = candidate.unwrap().parse().unwrap();
    assert!(
        (0.05..=1.0).contains(&candidate) && shown.contains(ANSWER),
        "{shown}"
    );

    // A week later a ticket that nobody answered is over its target, and both pages say by how much.
    program.step_clock(8 * 24 * 3_600_000);
    let mut alice = log_in_again(&program, "alice");
    for path in ["/tickets?tab=open", "/tickets/2"] {
        let page = until(&mut alice, path, " over</span>").await.body;
        let over = page.split(" over</span>").next().unwrap();
        assert!(
            over.ends_with("h") || over.ends_with("min") || over.ends_with('d'),
            "{page}"
        );
        let tag = over.rsplit("<span class=\"").next().unwrap();
        assert!(tag.starts_with("tag bad"), "{tag}: {page}");
    }
}

#[tokio::test]
async fn a_question_that_is_none_for_the_faq_leaves_the_groups_for_good_and_comes_back_when_asked() {
    let (mut program, _qq, wire) = started("channels:\n  qq/group:8: { staff_rooms: [qq/group:10] }\n").await;
    let mut alice = Browser::invited(&program, &["invite", "alice"]);
    let mut viewer = Browser::invited(&program, &["invite", "vera", "--role", "viewer"]);
    let mut far = Browser::invited(&program, &["invite", "far", "--room", "qq/group:10"]);
    let mut boss = Browser::invited(&program, &["invite", "boss", "--role", "admin"]);
    wire.send(group_message(1, GROUP, 20_001, PARKING, false));
    until(&mut boss, "/unanswered", "停车场").await;
    // Said at once, both would be read as one.
    tokio::time::sleep(std::time::Duration::from_secs(6)).await;
    wire.send(group_message(2, GROUP, 20_001, "转人工", true));
    until(&mut alice, "/tickets/1", "停车场").await;
    assert!(boss.get("/unanswered").body.contains("停车场"));
    assert!(boss.get("/tickets/1").body.contains("/faq/entry?ticket=1"));

    let say = |browser: &mut Browser, what: &str| browser.post("/tickets/1/question", &[("do", what)]).status;
    assert_eq!((say(&mut viewer, "aside"), say(&mut far, "aside")), (403, 404));
    assert_eq!(say(&mut alice, "nothing"), 400);
    assert_eq!((say(&mut alice, "aside"), say(&mut alice, "aside")), (303, 303));
    let page = boss.get("/tickets/1").body;
    assert!(
        page.contains("no question for the FAQ")
            && page.contains("alice")
            && !page.contains("/faq/entry?ticket=1"),
        "{page}"
    );
    until(&mut boss, "/unanswered", "No question went unanswered").await;
    drop(wire);
    program.terminate();
    program.start(binary());
    until_up(&program);
    until(&mut boss, "/tickets/1", "no question for the FAQ").await;
    assert!(
        boss.get("/unanswered")
            .body
            .contains("No question went unanswered")
    );

    assert_eq!(say(&mut alice, "back"), 303);
    until(&mut boss, "/unanswered", "停车场").await;
    assert!(boss.get("/tickets/1").body.contains("/faq/entry?ticket=1"));
    let audit = boss.get("/audit").body;
    assert!(
        audit.contains("put a question aside") && audit.contains("took a question back"),
        "{audit}"
    );
}

#[tokio::test]
async fn tickets_are_found_by_the_tags_of_their_channels_and_the_address_keeps_the_filter() {
    let extra =
        "defaults: { tags: [shop] }\nchannels:\n  qq/group:8: { tags: [paid], staff_rooms: [qq/group:10] }\n";
    let (program, _qq, wire) = started(extra).await;
    let mut alice = Browser::invited(&program, &["invite", "alice", "--role", "admin"]);
    let mut near = Browser::invited(&program, &["invite", "near", "--room", "qq/group:9"]);
    wire.send(group_message(1, GROUP, 20_001, "转人工，发票丢了", true));
    until(&mut alice, "/tickets?tab=open", "id=\"t1\"").await;
    wire.send(group_message(2, 8, 20_002, "转人工，密码忘了", true));
    until(&mut alice, "/tickets?tab=open", "id=\"t2\"").await;
    for (query, finds) in [
        ("tag=paid", [false, true]),
        ("tag=shop", [true, false]),
        ("tag=nothing", [false, false]),
        ("tag=paid&channel=qq%2Fgroup%3A8", [false, true]),
        ("tag=paid&channel=qq%2Fgroup%3A7", [false, false]),
        ("tag=shop&q=%E5%8F%91%E7%A5%A8&status=open", [true, false]),
        ("tag=paid&status=closed", [false, false]),
    ] {
        let page = alice.get(&format!("/tickets?{query}")).body;
        let found = [1, 2].map(|number| page.contains(&format!("id=\"t{number}\"")));
        assert_eq!(found, finds, "{query}: {page}");
    }
    let page = alice.get("/tickets?tag=paid&status=open").body;
    // The choice stays chosen, a search keeps it, and so does the page that updates itself.
    for kept in [
        "<option value=\"paid\" selected>",
        "<input type=\"hidden\" name=\"tag\" value=\"paid\">",
        "<input type=\"hidden\" name=\"status\" value=\"open\">",
        "status=open&#38;tag=paid",
    ] {
        assert!(page.contains(kept), "{kept}: {page}");
    }
    // Tags of channels that a user does not see are not offered, and find nothing.
    let page = near.get("/tickets?tag=paid").body;
    assert!(!page.contains("密码忘了"), "{page}");
    let page = near.get("/tickets").body;
    assert!(
        page.contains("value=\"shop\"") && !page.contains("value=\"paid\""),
        "{page}"
    );
}

#[tokio::test]
async fn two_groups_of_unanswered_questions_become_one_for_good() {
    let (mut program, _qq, wire) = started("").await;
    let mut boss = Browser::invited(&program, &["invite", "boss", "--role", "admin"]);
    let mut bob = Browser::invited(&program, &["invite", "bob"]);
    wire.send(group_message(1, GROUP, 20_001, PARKING, false));
    until(&mut boss, "/unanswered", "停车场").await;
    wire.send(group_message(2, GROUP, 20_002, EXPORT, false));
    until(&mut boss, "/unanswered", "审计日志").await;
    let groups = |page: &str| page.matches("aria-label=\"m").count();
    let page = boss.get("/unanswered").body;
    assert!(groups(&page) == 2 && page.contains("value=\"merge\""), "{page}");

    let merge = |browser: &mut Browser, one: &str, with: &str| {
        let fields = [("do", "merge"), ("with", with)];
        browser.post(&format!("/unanswered/{one}"), &fields).status
    };
    assert_eq!(merge(&mut bob, "2", "1"), 403);
    for (one, with) in [("2", "2"), ("2", "99"), ("99", "1"), ("2", ""), ("2", "x")] {
        assert_eq!(merge(&mut boss, one, with), 303);
        let page = boss.get("/unanswered").body;
        assert!(
            page.contains("Not merged") && groups(&page) == 2,
            "{one} {with}: {page}"
        );
    }
    // Whichever is named first, the older one stays.
    assert_eq!(merge(&mut boss, "1", "2"), 303);
    let page = boss.get("/unanswered").body;
    assert!(page.contains("m1 + m2 → m1"), "{page}");
    let is_one = |page: &str| {
        let both = page.contains("停车场") && page.contains("审计日志");
        groups(page) == 1 && both && page.contains("aria-label=\"m1\"") && page.contains("2 messages")
    };
    assert!(is_one(&page), "{page}");
    assert_eq!(merge(&mut boss, "2", "1"), 303);
    assert!(boss.get("/unanswered").body.contains("Not merged"));
    assert!(boss.get("/audit").body.contains("m1 + m2 → m1"));

    // A day later, behind the merge of the night, it is still one; it takes in what is said again, and is settled under either number.
    drop(wire);
    program.terminate();
    program.step_clock(25 * 3_600_000);
    program.start(binary());
    let mut boss = log_in_again(&program, "boss");
    let page = until(&mut boss, "/unanswered", "停车场").await.body;
    assert!(is_one(&page), "{page}");
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    let page = boss.get("/unanswered").body;
    assert!(is_one(&page), "{page}");
    assert_eq!(boss.post("/unanswered/2", &[("do", "ignore")]).status, 303);
    assert!(
        boss.get("/unanswered")
            .body
            .contains("No question went unanswered")
    );
}

/// Waits until browsers can come.
fn until_up(program: &Program) {
    let end = std::time::Instant::now() + TEST_TIMEOUT;
    while std::net::TcpStream::connect(("127.0.0.1", program.port)).is_err() {
        assert!(std::time::Instant::now() < end, "{}", program.log());
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
}

/// Logs in again after a day, at which the session is over.
fn log_in_again(program: &Program, name: &str) -> Browser {
    until_up(program);
    let mut browser = Browser::new(program.port);
    let entered = browser.post("/login", &[("name", name), ("password", PASSWORD)]);
    assert_eq!(entered.status, 303, "{}", entered.body);
    browser
}

#[tokio::test]
async fn a_trial_is_decided_by_the_settings_of_its_channel_and_answered_in_its_language() {
    let extra = "channels:\n  qq/group:8: { listen: \"off\", staff_rooms: [qq/group:10] }\n  qq/group:6: { listen: mentions }\n";
    let (program, _qq, _wire) = started(extra).await;
    let mut alice = Browser::invited(&program, &["invite", "alice"]);
    let mut far = Browser::invited(
        &program,
        &["invite", "far", "--role", "viewer", "--room", "qq/group:10"],
    );
    let ask = |browser: &mut Browser, query: &str| {
        browser.get(&format!("/try?text={KNOWN_IN_ADDRESS}&{query}")).body
    };
    let page = ask(&mut alice, "how=called");
    assert!(
        page.contains(ANSWER) && page.contains("value=\"qq/group:8\""),
        "{page}"
    );
    assert!(!page.contains("Settings in force"), "{page}");
    for (query, said) in [
        ("how=called&channel=qq%2Fgroup%3A7", ANSWER),
        ("how=called&channel=qq%2Fgroup%3A8", "Nothing: it stays quiet"),
        ("how=group&channel=qq%2Fgroup%3A6", "Nothing: it stays quiet"),
        ("how=group&channel=qq%2Fgroup%3A7", ANSWER),
        ("how=called&language=en", ENGLISH_ANSWER),
        ("how=called&language=zh", ANSWER),
        ("how=called&language=xx", ANSWER),
        ("how=called&channel=nobody%2Fgroup%3A7", "no such channel"),
        ("how=called&channel=qq", "no such channel"),
        ("how=called&channel=qq%2Fgroup%3A9", "no such channel"),
    ] {
        let page = ask(&mut alice, query);
        assert!(page.contains(said), "{query}: {page}");
    }
    let page = ask(&mut alice, "how=called&channel=qq%2Fgroup%3A8&language=en");
    assert!(
        page.contains("Settings in force")
            && page.contains("<code>listen</code>")
            && page.contains("channels"),
        "{page}"
    );
    // What was chosen stays chosen.
    assert!(
        page.contains("value=\"qq/group:8\" placeholder") && page.contains("<option value=\"en\" selected>"),
        "{page}"
    );
    // Channels of other rooms are neither offered nor tried.
    let page = ask(&mut far, "how=called&channel=qq%2Fgroup%3A7");
    assert!(
        page.contains("no such channel") && !page.contains(ANSWER),
        "{page}"
    );
    assert!(!page.contains("value=\"qq/group:6\""), "{page}");
}
