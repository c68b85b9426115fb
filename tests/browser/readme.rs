//! Pictures of the main pages for the README: a week of a small shop's group, in each language and scheme. They are made where
//! GROUPDESK_PICTURES names a folder; `just pictures` puts them into docs/pictures.
#![allow(clippy::unwrap_used, clippy::allow_attributes)]

use super::chrome::{Chrome, open_chrome, pictures};
use super::support::browser::{Browser, PASSWORD};
use super::support::moment;
use super::support::program::{Program, binary};
use super::support::qq::{Manners, Qq, Wire, group_message};
use super::{GROUP, TEST_TIMEOUT};
use serde_json::json;
use std::time::{Duration, Instant};

const DAY: i64 = 86_400;

/// Members of the group who ask for a human on the last day.
const ASKERS: [i64; 3] = [30_001, 30_002, 30_003];

/// A shop in one language.
struct Shop {
    language: &'static str,
    staff: &'static str,
    faq: &'static str,
    /// Names of members, by their number.
    names: &'static [&'static str],
    /// Questions that the FAQ answers, and those that it leaves to staff.
    known: &'static [&'static str],
    unknown: &'static [&'static str],
    reply: &'static str,
    /// The last day's tickets: what each member says.
    tickets: [&'static str; 3],
    /// What staff say in the first of them, what its member says to that, and a note.
    talk: [&'static str; 3],
}

const CHINESE: Shop = Shop {
    language: "zh",
    staff: "老王",
    faq: include_str!("readme/zh.yaml"),
    names: &[
        "小满",
        "阿哲",
        "周舟",
        "林深",
        "Kiki",
        "大橙子",
        "何以",
        "南风",
        "半夏",
        "木子",
    ],
    known: &[
        "怎么退款",
        "怎么开发票",
        "密码忘了怎么办",
        "几点上班",
        "多久发货",
        "学生有优惠吗",
        "怎么导出数据",
        "换手机了怎么登录",
    ],
    unknown: &[
        "转人工 能寄到海外吗",
        "转人工 可以货到付款吗",
        "转人工 下单后能改地址吗",
    ],
    reply: "已经处理好了，请刷新看看。",
    tickets: [
        "转人工 付款成功了，订单还是显示未支付，订单号 20261124-0017",
        "转人工 发票抬头写错了，能重开吗",
        "转人工 收到的键盘少了一个键帽",
    ],
    talk: [
        "您好，查到了：付款已到账，订单状态我手动同步了，请刷新看看。",
        "显示已付款了。发票什么时候能开？",
        "支付回调晚了 12 分钟，已告诉技术。",
    ],
};

const ENGLISH: Shop = Shop {
    language: "en",
    staff: "alex",
    faq: include_str!("readme/en.yaml"),
    names: &[
        "Mira", "Tom", "Lena", "Jonas", "Priya", "Sam", "Yuki", "Carla", "Ben", "Noor",
    ],
    known: &[
        "how do I get a refund",
        "where is my invoice",
        "I forgot my password",
        "what are your office hours",
        "how long does shipping take",
        "is there a student discount",
        "how do I export my data",
        "how do I log in on a new phone",
    ],
    unknown: &[
        "human please, do you ship to Norway",
        "human please, can I pay on delivery",
        "human please, can I change the address of an order",
    ],
    reply: "That is sorted out now, please have a look.",
    tickets: [
        "human please, I paid but order 20261124-0017 still says unpaid",
        "human please, my invoice shows the wrong name",
        "human please, one keycap is missing in the box",
    ],
    talk: [
        "Hi! The payment has arrived and I have updated the order, please reload the page.",
        "It shows as paid now. Could you send me the invoice as well?",
        "The callback of the payment came 12 minutes late; engineering knows.",
    ],
};

/// A message of a member with a name, at the program's time.
fn message(shop: &Shop, id: i64, member: i64, text: &str, ahead: i64) -> serde_json::Value {
    let mut message = group_message(id, GROUP, member, text, true);
    let at = usize::try_from(member).unwrap() % shop.names.len();
    message["sender"]["nickname"] = json!(shop.names[at]);
    let time = message["time"].as_i64().unwrap() + ahead;
    message["time"] = json!(time);
    message
}

fn log_in(program: &Program, shop: &Shop) -> Browser {
    let mut browser = Browser::new(program.port);
    let given = [("name", shop.staff), ("password", PASSWORD)];
    assert_eq!(browser.post("/login", &given).status, 303);
    browser
}

fn order(browser: &mut Browser, number: u64, order: &str, text: &str) {
    let page = browser.get(&format!("/tickets/{number}"));
    let seen = page.body.split("name=\"seen\" value=\"").nth(1);
    let seen = seen
        .and_then(|rest| rest.split('"').next())
        .unwrap_or("0")
        .to_owned();
    let id = page.order_id(order);
    let fields = [
        ("id", id.as_str()),
        ("order", order),
        ("text", text),
        ("seen", seen.as_str()),
    ];
    let path = format!("/tickets/{number}/order");
    assert_eq!(browser.post(&path, &fields).status, 303);
}

async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let end = Instant::now() + TEST_TIMEOUT;
    while !holds() {
        assert!(Instant::now() < end, "never: {what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// A day of the past: questions that are answered, and some that staff answer.
async fn day(program: &mut Program, qq: &Qq, shop: &Shop, ago: i64, opened: &mut u64) {
    let ahead = -ago * DAY;
    let _ = moment::clock_file(&program.folder);
    program.step_clock(ahead * 1_000);
    program.start(binary());
    let wire = qq.connect(&program.url()).await;
    let mut staff = if ago == 6 {
        Browser::invited(program, &["invite", shop.staff, "--role", "owner"])
    } else {
        log_in(program, shop)
    };
    let answered = usize::try_from([9, 6, 8, 5, 7, 4, 6][usize::try_from(ago).unwrap()]).unwrap();
    for at in 0..answered {
        let id = 10_000 * (ago + 1) + i64::try_from(at).unwrap();
        let text = shop.known[(at * 3 + answered) % shop.known.len()];
        let before = qq.said().len();
        wire.send(message(shop, id, 20_000 + id % 97, text, ahead));
        until(text, || qq.said().len() > before).await;
    }
    let asked = 1 + usize::from(ago % 3 == 0);
    for at in 0..asked {
        let id = 10_000 * (ago + 1) + 500 + i64::try_from(at).unwrap();
        let text = shop.unknown[(usize::try_from(ago).unwrap() + at) % shop.unknown.len()];
        *opened += 1;
        let number = *opened;
        wire.send(message(shop, id, 25_000 + id % 89, text, ahead));
        let path = format!("/tickets/{number}");
        until(text, || staff.get(&path).body.contains("reply-form")).await;
        order(&mut staff, number, "reply", shop.reply);
        order(&mut staff, number, "resolve", "");
    }
    label(&mut staff, ago);
    if ago == 6 {
        settle_in(program, &mut staff, shop).await;
    }
    drop(wire);
    program.terminate();
}

/// Calls the day's answers right, and one of them wrong.
fn label(staff: &mut Browser, ago: i64) {
    let page = staff.get("/labels").body;
    let ids: Vec<String> = page
        .split("action=\"/labels/")
        .skip(1)
        .filter_map(|rest| rest.split('"').next().map(str::to_owned))
        .collect();
    for (at, id) in ids.iter().enumerate() {
        let verdict = if ago == 3 && at == 0 { "wrong" } else { "right" };
        let _ = staff.post(&format!("/labels/{id}"), &[("label", verdict)]);
    }
}

/// The day of the pictures: a ticket with a conversation, and two that wait.
async fn today(program: &Program, qq: &Qq, wire: &Wire, shop: &Shop, opened: u64) {
    let mut staff = log_in(program, shop);
    for (at, (member, text)) in ASKERS.into_iter().zip(shop.tickets).enumerate() {
        let id = 90_000 + i64::try_from(at).unwrap();
        wire.send(message(shop, id, member, text, 0));
        let path = format!("/tickets/{}", opened + 1 + u64::try_from(at).unwrap());
        until(text, || staff.get(&path).body.contains("reply-form")).await;
    }
    let number = opened + 1;
    let [reply, thanks, note] = shop.talk;
    order(&mut staff, number, "claim", "");
    order(&mut staff, number, "note", note);
    order(&mut staff, number, "reply", reply);
    qq.hears(GROUP, reply, TEST_TIMEOUT).await;
    wire.send(message(shop, 90_100, ASKERS[0], thanks, 0));
    let path = format!("/tickets/{number}");
    until(thanks, || staff.get(&path).body.contains(thanks)).await;
    for (at, text) in shop.known.iter().enumerate() {
        let before = qq.said().len();
        wire.send(message(
            shop,
            91_000 + i64::try_from(at).unwrap(),
            40_001 + i64::try_from(at).unwrap(),
            text,
            0,
        ));
        until(text, || qq.said().len() > before).await;
    }
}

async fn language_of(chrome: &Chrome, language: &str) {
    chrome.open("/account").await;
    let choose =
        format!("const s = document.getElementById('language'); s.value = '{language}'; s.form.submit();");
    chrome.run(&choose).await;
    let tag = if language == "zh" { "zh-CN" } else { "en" };
    chrome
        .until(&format!("document.documentElement.lang === '{tag}'"))
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_for_the_readme_show_a_week_of_a_shop() {
    let Some(folder) = pictures() else {
        return;
    };
    for shop in [CHINESE, ENGLISH] {
        let roster = format!(
            "roster:\n  {}: {{ ids: [qq/555, dashboard/{}] }}\n",
            shop.staff, shop.staff
        );
        let mut program = Program::reverse(&roster);
        std::fs::write(program.folder.join("faq.yaml"), shop.faq).unwrap();
        let (qq, heard) = Qq::new(Manners::WELL_BEHAVED);
        std::mem::forget(heard);
        let mut opened = 0;
        for ago in (1..=6).rev() {
            day(&mut program, &qq, &shop, ago, &mut opened).await;
        }
        program.step_clock(0);
        program.start(binary());
        let wire = qq.connect(&program.url()).await;
        today(&program, &qq, &wire, &shop, opened).await;
        let Some(chrome) = open_chrome(program.port, shop.language).await else {
            return;
        };
        chrome.open("/login").await;
        chrome.types("[name=name]", shop.staff).await;
        chrome.types("[name=password]", PASSWORD).await;
        chrome.click("button.primary").await;
        chrome.until("document.querySelector('.bar')").await;
        language_of(&chrome, shop.language).await;
        for scheme in ["light", "dark"] {
            for (name, path, height) in [
                ("overview", "/".to_owned(), 720),
                ("ticket", format!("/tickets/{}", opened + 1), 900),
                ("entry", "/faq/entry?id=refund".to_owned(), 680),
                ("figures", "/figures?span=7".to_owned(), 520),
                ("tickets", "/tickets?tab=open".to_owned(), 560),
                ("faq", "/faq".to_owned(), 860),
            ] {
                chrome.looks(scheme, (1280, height)).await;
                chrome.open(&path).await;
                chrome.until("document.readyState === 'complete'").await;
                let file = format!("{name}-{}-{scheme}.png", shop.language);
                chrome.picture(&folder.join(file), false).await;
                assert_eq!(chrome.faults().await, json!([]), "{path}");
            }
        }
        chrome.quit().await;
    }
}

/// The first steps that the overview names: a colleague, and an edit of the FAQ.
async fn settle_in(program: &Program, staff: &mut Browser, shop: &Shop) {
    let _ = Browser::invited(program, &["invite", "mei", "--role", "staff"]);
    let page = staff.get("/faq").body;
    let base = page.split("name=\"base\" value=\"").nth(1).unwrap();
    let base = base.split('"').next().unwrap().to_owned();
    let text = format!("{}\n# {}\n", shop.faq.trim_end(), shop.staff);
    let saved = [("base", base.as_str()), ("text", text.as_str()), ("note", "")];
    assert_eq!(staff.post("/faq/save", &saved).status, 303);
    let versions = || Browser::clone(staff).get("/faq/versions").body;
    until("a second version", || versions().matches("<tr>").count() > 2).await;
}
