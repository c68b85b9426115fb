//! The widget in a real browser: pages of another origin with the strictest policy, edits and recalls of staff, and what a tool
//! finds that people can't use.

use crate::chrome::{Chrome, axe, judged, open_chrome, pictures};
use crate::client::TEST_TIMEOUT;
use crate::support::browser::Browser;
use crate::support::moment;
use crate::support::program::Program;
use crate::{QUESTION, order, start, website_for};
use groupdesk_discord_fake::{Fake, STAFF};
use groupdesk_testkit::free_port;
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::{Duration, Instant};

/// Keys, as WebDriver writes them.
const ENTER: &str = "\u{e007}";
const TAB: &str = "\u{e004}";
const ESCAPE: &str = "\u{e00c}";

/// The part of a script that finds the widget.
const ROOT: &str = "const root = document.querySelector('[data-groupdesk]').shadowRoot;";

/// A browser on a page with the widget.
struct Window(Chrome);

impl Window {
    /// Opens a browser; `None` where there is none.
    async fn open() -> Option<Self> {
        open_chrome(0, "zh-CN").await.map(Self)
    }

    /// Runs a script in the page, where `root` is the widget.
    async fn run(&self, script: &str) -> Value {
        self.0.run(&format!("{ROOT}{script}")).await
    }

    /// Types into the widget's field, as somebody at the keyboard.
    async fn type_into_box(&self, text: &str) {
        self.run("root.querySelector('textarea').focus()").await;
        self.0.press(text).await;
    }

    /// Waits until a script returns `true`.
    async fn until(&self, script: &str) {
        self.0.until(&format!("(() => {{{ROOT}{script}}})()")).await;
    }

    async fn until_said(&self, words: &str) {
        let words = json!(words);
        self.until(&format!(
            "return root.querySelector('.log').textContent.includes({words})"
        ))
        .await;
    }

    /// Waits until something is said, and tells what the program did if it is not.
    async fn until_said_by(&self, program: &Program, words: &str) {
        let end = Instant::now() + TEST_TIMEOUT;
        loop {
            let said = self.run("return root.querySelector('.log').textContent").await;
            if said.as_str().is_some_and(|said| said.contains(words)) {
                return;
            }
            assert!(
                Instant::now() < end,
                "not said: {words}\n{said}\n{}",
                program.log()
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Keeps a picture where `GROUPDESK_PICTURES` says.
    async fn picture(&self, name: &str) {
        if let Some(folder) = pictures() {
            self.0.picture(&folder.join(name), false).await;
        }
    }
}

/// Serves the pages of a shop; the policy of each allows the widget's host and nothing else.
fn shop(port: u16, desk: u16, path: &str) {
    let listener = TcpListener::bind(("127.0.0.1", port)).unwrap();
    let script = format!("http://127.0.0.1:{desk}{path}/widget.js");
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { continue };
            let mut asked = [0; 4096];
            let read = stream.read(&mut asked).unwrap_or(0);
            let english = asked[..read].starts_with(b"GET /en");
            let (tag, title) = if english {
                ("en", "Shop")
            } else {
                ("zh-CN", "商店")
            };
            let page = format!(
                "<!doctype html><html lang=\"{tag}\"><meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title>\
                 <main><h1>{title}</h1><p>{title}</p></main><script src=\"{script}\" defer></script></html>"
            );
            let policy = format!(
                "default-src 'none'; script-src http://127.0.0.1:{desk}; connect-src http://127.0.0.1:{desk}; \
                 require-trusted-types-for 'script'; trusted-types 'none'; base-uri 'none'; form-action 'none'"
            );
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Security-Policy: {policy}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                page.len()
            );
            let _ = stream.write_all((head + page.as_str()).as_bytes());
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn the_widget_works_in_a_page_with_the_strictest_policy() {
    let shop_port = free_port();
    let mut program: Program = website_for(&format!("http://127.0.0.1:{shop_port}"), "");
    let Some(window) = Window::open().await else {
        return;
    };
    start(&mut program).await;
    shop(shop_port, program.port, "");
    let address = format!("http://127.0.0.1:{shop_port}/");
    window.0.open(&address).await;

    // By keyboard alone: Tab reaches the button, Enter opens, the field has the focus.
    window.0.press(TAB).await;
    assert_eq!(
        window
            .run("return root.activeElement && root.activeElement.className")
            .await,
        "launch"
    );
    window.0.press(ENTER).await;
    window
        .until("return root.activeElement === root.querySelector('textarea')")
        .await;
    window
        .until("return root.querySelector('.head').textContent.includes('服务时间')")
        .await;
    window.picture("widget-open.png").await;

    // An input method's Enter sends nothing, the next one does.
    let composing = json!({ "text": "gong dan", "selectionStart": 8, "selectionEnd": 8 });
    window.0.devtools("Input.imeSetComposition", composing).await;
    let key = json!({ "type": "rawKeyDown", "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229 });
    window.0.devtools("Input.dispatchKeyEvent", key).await;
    window
        .0
        .devtools("Input.insertText", json!({ "text": QUESTION }))
        .await;
    assert_eq!(
        window.run("return root.querySelectorAll('.said').length").await,
        0
    );
    assert_eq!(
        window.run("return root.querySelector('textarea').value").await,
        QUESTION
    );
    window.type_into_box(ENTER).await;
    window
        .until("return root.querySelectorAll('.said').length === 2")
        .await;
    window
        .until("return !root.querySelector('.log').textContent.includes('发送中')")
        .await;
    window.picture("widget-answer.png").await;

    // Words are text, whatever they look like; the conversation is there after a reload.
    window
        .type_into_box("<img src=x onerror=\"window.hacked=1\"><b>转人工</b>")
        .await;
    window.type_into_box(ENTER).await;
    window.until_said("<b>转人工</b>").await;
    assert_eq!(
        window
            .run("return root.querySelectorAll('img, b').length + (window.hacked || 0)")
            .await,
        0
    );
    window
        .until("return root.querySelectorAll('.said').length >= 4")
        .await;
    window.0.open(&address).await;
    window.run("root.querySelector('.launch').click()").await;
    window.until_said("<b>转人工</b>").await;

    // Staff answer while the page is open.
    let mut alice = Browser::invited(&program, &["invite", "alice", "--role", "owner"]);
    window.type_into_box("转人工").await;
    window.type_into_box(ENTER).await;
    until_told(&mut alice, "/tickets", "/tickets/1").await;
    order(&mut alice, "claim", "");
    order(&mut alice, "reply", "您好，请看 https://shop.example/help 。");
    window.until_said("您好，请看").await;
    let link = "return [...root.querySelectorAll('.log a')].some((a) => a.href === 'https://shop.example/help' && a.rel.includes('noopener'))";
    assert_eq!(window.run(link).await, true);

    // The program is killed: the page says so, keeps what is typed, and sends it once when the program is back.
    program.kill();
    window.until("return !root.querySelector('.lost').hidden").await;
    // Another tab wrote something, too, and was left.
    let other = "const key = Object.keys(localStorage).find((key) => key.startsWith('groupdesk:')); \
                 const kept = JSON.parse(localStorage.getItem(key)); \
                 kept.out.push({ id: crypto.randomUUID(), text: '另一个标签页写的话', at: new Date().toISOString() }); \
                 localStorage.setItem(key, JSON.stringify(kept))";
    window.run(other).await;
    window.type_into_box("断线时写的话").await;
    window.type_into_box(ENTER).await;
    window.until_said("连上后会再发").await;
    window.picture("widget-offline.png").await;
    start(&mut program).await;
    window.until("return root.querySelector('.lost').hidden").await;
    window
        .until("return !root.querySelector('.log').textContent.includes('连上后会再发')")
        .await;
    let once = "return [...root.querySelectorAll('.own .words')].filter((one) => one.textContent === '断线时写的话').length";
    assert_eq!(window.run(once).await, 1);
    until_told(&mut alice, "/tickets/1", "断线时写的话").await;
    until_told(&mut alice, "/tickets/1", "另一个标签页写的话").await;

    // Nothing came from elsewhere, no cookie was set, and the policy was never broken. Escape leads back to the button.
    let hosts =
        "return [...new Set(performance.getEntriesByType('resource').map((one) => new URL(one.name).host))]";
    assert_eq!(
        window.run(hosts).await,
        json!([format!("127.0.0.1:{}", program.port)])
    );
    assert_eq!(window.run("return document.cookie").await, "");
    assert_eq!(window.0.faults().await, json!([]));
    window.0.press(ESCAPE).await;
    assert_eq!(
        window
            .run("return root.querySelector('.panel').hidden && root.activeElement.className")
            .await,
        "launch"
    );

    // A dark and narrow screen.
    window.0.looks("dark", (320, 568)).await;
    window.run("root.querySelector('.launch').click()").await;
    window.picture("widget-dark.png").await;
    assert_eq!(
        window
            .run("return root.querySelector('.panel').scrollWidth <= 320")
            .await,
        true
    );
    let page = "return getComputedStyle(root.querySelector('.panel')).backgroundColor";
    assert_eq!(window.run(page).await, "rgb(22, 27, 36)");
    window.0.quit().await;
}

/// Gets a page of the dashboard again and again until something stands on it.
async fn until_told(browser: &mut Browser, path: &str, wanted: &str) {
    let end = Instant::now() + TEST_TIMEOUT;
    loop {
        let page = browser.get(path).body;
        if page.contains(wanted) {
            return;
        }
        assert!(Instant::now() < end, "not on {path}: {wanted}\n{page}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// A website below a path, whose staff are on Discord.
async fn with_discord(shop_port: u16) -> (Program, Fake) {
    moment::move_fakes();
    let fake = Fake::start().await;
    let accounts = format!(
        "  site:\n    platform: web\n    connection:\n      origins: [\"http://127.0.0.1:{shop_port}\"]\n    \
         staff_rooms: [\"dc/channel:{STAFF}\"]\n  dc:\n    platform: discord\n    connection: {}\n    staff: [555]",
        fake.connection()
    );
    let mut program = Program::with(&accounts, "log: { filter: \"info,groupdesk::service=debug\" }");
    let path = program.folder.join("groupdesk.yaml");
    let config = std::fs::read_to_string(&path).unwrap();
    std::fs::write(path, config.replace("web: {", "web: { base_path: /desk,")).unwrap();
    start(&mut program).await;
    let end = Instant::now() + TEST_TIMEOUT;
    while fake.identified().is_empty() {
        assert!(Instant::now() < end, "no Discord: {}", program.log());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    (program, fake)
}

/// Waits until staff are told of something, and returns the message.
async fn noticed(fake: &Fake, words: &str) -> u64 {
    let end = Instant::now() + TEST_TIMEOUT;
    loop {
        let said = fake.said();
        let mut told = said.iter().filter(|said| said.channel == STAFF);
        if let Some(notice) = told.find(|said| said.text.contains(words)) {
            return notice.id;
        }
        assert!(Instant::now() < end, "staff are not told: {said:#?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Waits until what the bot said is in the store, so that a quote of it is understood: a look-up by staff is answered when
/// all before it is committed.
async fn until_recorded(program: &Program, fake: &Fake) {
    let in_room = || fake.said().iter().filter(|said| said.channel == STAFF).count();
    let line = format!("sent place=dc/channel:{STAFF}");
    let end = Instant::now() + TEST_TIMEOUT;
    while !program.log().contains(&line) {
        assert!(Instant::now() < end, "staff are not told: {}", program.log());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let before = in_room();
    fake.says(555, STAFF, "/t 1");
    while in_room() == before {
        assert!(Instant::now() < end, "no answer to /t 1: {}", program.log());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn below_a_path_the_widget_shows_what_staff_edit_and_take_back_and_everybody_can_use_it() {
    let shop_port = free_port();
    let Some(window) = Window::open().await else {
        return;
    };
    let (program, fake) = with_discord(shop_port).await;
    shop(shop_port, program.port, "/desk");
    let address = format!("http://127.0.0.1:{shop_port}/");
    window.0.open(&address).await;
    window.run("root.querySelector('.launch').click()").await;
    window
        .until("return root.querySelector('.head').textContent.includes('服务时间')")
        .await;
    window.type_into_box(QUESTION).await;
    window.type_into_box(ENTER).await;
    window
        .until("return root.querySelectorAll('.said').length === 2")
        .await;
    window.type_into_box("转人工，订单丢了").await;
    window.type_into_box(ENTER).await;
    let notice = noticed(&fake, "订单丢了").await;
    until_recorded(&program, &fake).await;
    let reply = fake.replies(555, STAFF, notice, "您好，明天到货。");
    window.until_said_by(&program, "明天到货").await;
    // What staff edit is edited on the open page, once and marked as such.
    fake.edits(reply, "您好，后天到货。");
    window.until_said_by(&program, "后天到货").await;
    window.until_said("已修改").await;
    let words = "return root.querySelector('.log').textContent.includes('明天到货')";
    assert_eq!(window.run(words).await, false);
    // What they take back is gone, also for who comes back.
    let second = fake.replies(555, STAFF, notice, "这句发错了。");
    window.until_said_by(&program, "这句发错了").await;
    fake.deletes(STAFF, second);
    window.until_said_by(&program, "这条消息已撤回").await;
    window.0.open(&address).await;
    window.run("root.querySelector('.launch').click()").await;
    window.until_said("后天到货").await;
    let words = "return root.querySelector('.log').textContent.includes('这句发错了')";
    assert_eq!(window.run(words).await, false);
    // All of it came from below the path.
    let paths = "return performance.getEntriesByType('resource').every((one) => new URL(one.name).pathname.startsWith('/desk/'))";
    assert_eq!(window.run(paths).await, true);

    let Some(axe) = axe() else { return };
    let mut wrong = Vec::new();
    for (page, scheme, size) in [
        ("", "light", (1280, 800)),
        ("", "dark", (320, 568)),
        ("en", "light", (320, 568)),
        ("en", "dark", (1280, 800)),
    ] {
        window.0.looks(scheme, size).await;
        window.0.open(&format!("{address}{page}")).await;
        for open in [false, true] {
            if open {
                window.run("root.querySelector('.launch').click()").await;
                window
                    .until("return root.querySelector('.head').textContent.includes(':30') && root.querySelectorAll('.said').length > 2")
                    .await;
                // Its movement is over.
                window
                    .until("return root.querySelector('.panel').getAnimations().every((one) => one.playState === 'finished')")
                    .await;
            }
            let found = judged(&window.0, &axe).await;
            wrong.extend(
                found
                    .into_iter()
                    .map(|one| format!("/{page} {scheme} {size:?} open: {open}: {one}")),
            );
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    window.0.quit().await;
}
