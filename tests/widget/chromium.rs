//! The widget in a real browser, driven by the WebDriver protocol: a page of another origin with the strictest policy.

use crate::client::TEST_TIMEOUT;
use crate::support::browser::Browser;
use crate::support::program::Program;
use crate::{QUESTION, order, start, website_for};
use groupdesk_testkit::{Peer, free_port};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The key under which WebDriver names an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// The Enter key, as WebDriver writes it.
const ENTER: &str = "\u{e007}";

/// The part of a script that finds the widget.
const ROOT: &str = "const root = document.querySelector('[data-groupdesk]').shadowRoot;";

/// A browser with one window; it is closed when this is dropped.
struct Window {
    port: u16,
    session: String,
    driver: Child,
}

impl Window {
    /// Opens a browser; `None` where there is none.
    fn open() -> Option<Self> {
        let port = free_port();
        let driver = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let has_browser = Command::new("chromium")
            .arg("--version")
            .stdout(Stdio::null())
            .status();
        let browser = Peer {
            name: "chromium",
            bring: "apt-get install chromium chromium-driver",
        };
        let found = driver
            .ok()
            .filter(|_| has_browser.is_ok_and(|status| status.success()));
        let driver = browser.or_skip(found)?;
        let mut window = Self {
            port,
            session: String::new(),
            driver,
        };
        let end = Instant::now() + TEST_TIMEOUT;
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < end, "chromedriver does not listen");
            std::thread::sleep(Duration::from_millis(50));
        }
        let options = json!({ "args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=900,800"] });
        let wanted = json!({ "capabilities": { "alwaysMatch": { "goog:chromeOptions": options, "goog:loggingPrefs": { "browser": "ALL" } } } });
        let session = window.call("POST", "/session", &wanted);
        window.session = session["sessionId"].as_str().unwrap().to_owned();
        Some(window)
    }

    /// Calls the driver; returns the value.
    fn call(&self, method: &str, path: &str, sent: &Value) -> Value {
        let sent = if method == "POST" {
            sent.to_string()
        } else {
            String::new()
        };
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            sent.len()
        );
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.write_all((head + &sent).as_bytes()).unwrap();
        stream.set_read_timeout(Some(TEST_TIMEOUT)).unwrap();
        // The driver keeps the connection.
        let mut answer = Vec::new();
        let mut buffer = [0; 16 << 10];
        let body = loop {
            let count = stream.read(&mut buffer).unwrap();
            assert!(count > 0, "the driver went: {}", String::from_utf8_lossy(&answer));
            answer.extend_from_slice(&buffer[..count]);
            let text = String::from_utf8_lossy(&answer).into_owned();
            let Some((head, body)) = text.split_once("\r\n\r\n") else {
                continue;
            };
            let length = head.lines().find_map(|line| {
                line.to_ascii_lowercase()
                    .strip_prefix("content-length:")?
                    .trim()
                    .parse::<usize>()
                    .ok()
            });
            if length.is_some_and(|length| body.len() >= length) {
                break body.to_owned();
            }
        };
        let body = body.as_str();
        let answer: Value = serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {body}"));
        assert!(answer["value"].get("error").is_none(), "{path}: {answer:#}");
        answer["value"].clone()
    }

    fn on_page(&self, method: &str, path: &str, sent: &Value) -> Value {
        self.call(method, &format!("/session/{}{path}", self.session), sent)
    }

    /// Runs a script in the page, where `root` is the widget.
    fn run(&self, script: &str) -> Value {
        let script = format!("{ROOT}{script}");
        self.on_page("POST", "/execute/sync", &json!({ "script": script, "args": [] }))
    }

    /// Types into the widget's field, as somebody at the keyboard.
    fn type_into_box(&self, text: &str) {
        let element = self.run("return root.querySelector('textarea')");
        let id = element[ELEMENT].as_str().unwrap();
        self.on_page("POST", &format!("/element/{id}/value"), &json!({ "text": text }));
    }

    /// Presses keys wherever the focus is.
    fn press(&self, key: &str) {
        let keys = json!([{ "type": "keyDown", "value": key }, { "type": "keyUp", "value": key }]);
        let actions = json!({ "actions": [{ "type": "key", "id": "keys", "actions": keys }] });
        self.on_page("POST", "/actions", &actions);
    }

    /// Calls the browser's own protocol.
    fn debug(&self, command: &str, parameters: &Value) {
        self.on_page(
            "POST",
            "/goog/cdp/execute",
            &json!({ "cmd": command, "params": parameters }),
        );
    }

    /// Waits until a script returns `true`.
    fn until(&self, what: &str, script: &str) {
        let end = Instant::now() + TEST_TIMEOUT;
        while self.run(script) != json!(true) {
            let shown = self.run("return root.textContent + '\\n' + root.querySelector('textarea').value");
            assert!(Instant::now() < end, "{what}\n{shown}\n{}", self.console());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn until_said(&self, words: &str) {
        let words = json!(words);
        self.until(
            &format!("not said: {words}"),
            &format!("return root.querySelector('.log').textContent.includes({words})"),
        );
    }

    /// Returns what the browser complains of.
    fn console(&self) -> String {
        self.on_page("POST", "/se/log", &json!({ "type": "browser" }))
            .to_string()
    }

    /// Keeps a picture where `GROUPDESK_PICTURES` says.
    fn picture(&self, name: &str) {
        use base64::Engine;
        let Some(folder) = std::env::var_os("GROUPDESK_PICTURES") else {
            return;
        };
        let picture = self.on_page("GET", "/screenshot", &Value::Null);
        let picture = base64::prelude::BASE64_STANDARD
            .decode(picture.as_str().unwrap())
            .unwrap();
        std::fs::write(std::path::Path::new(&folder).join(name), picture).unwrap();
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        if !self.session.is_empty() && !std::thread::panicking() {
            self.call("DELETE", &format!("/session/{}", self.session), &Value::Null);
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// Serves the pages of a shop; the policy of each allows the widget's host and nothing else.
fn shop(port: u16, desk: u16) {
    let listener = TcpListener::bind(("127.0.0.1", port)).unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { continue };
            let mut asked = [0; 4096];
            let _ = stream.read(&mut asked);
            let page = format!(
                "<!doctype html><html lang=\"zh-CN\"><meta name=\"viewport\" content=\"width=device-width\"><title>商店</title><h1>商店</h1><p>欢迎光临。\
                 <script src=\"http://127.0.0.1:{desk}/widget.js\" defer></script></html>"
            );
            let policy = format!(
                "default-src 'none'; script-src http://127.0.0.1:{desk}; connect-src http://127.0.0.1:{desk}; \
                 require-trusted-types-for 'script'; trusted-types 'none'; base-uri 'none'; form-action 'none'"
            );
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Security-Policy: {policy}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                page.len()
            );
            let _ = stream.write_all((head + &page).as_bytes());
        }
    });
}

#[tokio::test]
async fn the_widget_works_in_a_page_with_the_strictest_policy() {
    let shop_port = free_port();
    let mut program: Program = website_for(&format!("http://127.0.0.1:{shop_port}"), "");
    let Some(window) = Window::open() else { return };
    start(&mut program).await;
    shop(shop_port, program.port);
    let address = json!({ "url": format!("http://127.0.0.1:{shop_port}/") });
    window.on_page("POST", "/url", &address);

    // By keyboard alone: Tab reaches the button, Enter opens, the field has the focus.
    window.press("\u{e004}");
    assert_eq!(
        window.run("return root.activeElement && root.activeElement.className"),
        "launch"
    );
    window.press(ENTER);
    window.until(
        "the field has no focus",
        "return root.activeElement === root.querySelector('textarea')",
    );
    window.until(
        "no hours",
        "return root.querySelector('.head').textContent.includes('服务时间')",
    );
    window.picture("widget-open.png");

    // An input method's Enter sends nothing, the next one does.
    window.debug(
        "Input.imeSetComposition",
        &json!({ "text": "gong dan", "selectionStart": 8, "selectionEnd": 8 }),
    );
    let composing =
        json!({ "type": "rawKeyDown", "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229 });
    window.debug("Input.dispatchKeyEvent", &composing);
    window.debug("Input.insertText", &json!({ "text": QUESTION }));
    assert_eq!(window.run("return root.querySelectorAll('.said').length"), 0);
    assert_eq!(
        window.run("return root.querySelector('textarea').value"),
        QUESTION
    );
    window.type_into_box(ENTER);
    window.until("no answer", "return root.querySelectorAll('.said').length === 2");
    window.until(
        "not confirmed",
        "return !root.querySelector('.log').textContent.includes('发送中')",
    );
    window.picture("widget-answer.png");

    // Words are text, whatever they look like; the conversation is there after a reload.
    window.type_into_box("<img src=x onerror=\"window.hacked=1\"><b>转人工</b>");
    window.type_into_box(ENTER);
    window.until_said("<b>转人工</b>");
    assert_eq!(
        window.run("return root.querySelectorAll('img, b').length + (window.hacked || 0)"),
        0
    );
    window.until("no answer", "return root.querySelectorAll('.said').length >= 4");
    window.on_page("POST", "/url", &address);
    window.run("root.querySelector('.launch').click()");
    window.until_said("<b>转人工</b>");

    // Staff answer while the page is open.
    let mut alice = Browser::invited(&program, &["invite", "alice", "--role", "owner"]);
    window.type_into_box("转人工");
    window.type_into_box(ENTER);
    let end = Instant::now() + TEST_TIMEOUT;
    while !alice.get("/tickets").body.contains("/tickets/1") {
        assert!(Instant::now() < end, "no ticket: {}", program.log());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    order(&mut alice, "claim", "");
    order(&mut alice, "reply", "您好，请看 https://shop.example/help 。");
    window.until_said("您好，请看");
    let link = "return [...root.querySelectorAll('.log a')].some((a) => a.href === 'https://shop.example/help' && a.rel.includes('noopener'))";
    assert_eq!(window.run(link), true);

    // The program is killed: the page says so, keeps what is typed, and sends it once when the program is back.
    program.kill();
    window.until(
        "no word of the lost connection",
        "return !root.querySelector('.lost').hidden",
    );
    window.type_into_box("断线时写的话");
    window.type_into_box(ENTER);
    window.until_said("连上后会再发");
    window.picture("widget-offline.png");
    start(&mut program).await;
    window.until("still lost", "return root.querySelector('.lost').hidden");
    window.until(
        "not sent",
        "return !root.querySelector('.log').textContent.includes('连上后会再发')",
    );
    let once = "return [...root.querySelectorAll('.own .words')].filter((one) => one.textContent === '断线时写的话').length";
    assert_eq!(window.run(once), 1);
    let end = Instant::now() + TEST_TIMEOUT;
    while !alice.get("/tickets/1").body.contains("断线时写的话") {
        assert!(Instant::now() < end, "staff were not told: {}", program.log());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }

    // Nothing came from elsewhere, no cookie was set, and the policy was never broken. Escape leads back to the button.
    let hosts =
        "return [...new Set(performance.getEntriesByType('resource').map((one) => new URL(one.name).host))]";
    assert_eq!(window.run(hosts), json!([format!("127.0.0.1:{}", program.port)]));
    assert_eq!(window.run("return document.cookie"), "");
    let console = window.console();
    assert!(
        !console.contains("Content Security Policy") && !console.contains("TypeError"),
        "{console}"
    );
    window.press("\u{e00c}");
    assert_eq!(
        window.run("return root.querySelector('.panel').hidden && root.activeElement.className"),
        "launch"
    );
    let named = "return [...root.querySelectorAll('button, textarea')].every((one) => one.textContent.trim() || one.getAttribute('aria-label') || root.querySelector(`label[for=${one.id}]`))";
    assert_eq!(window.run(named), true);

    // A dark and narrow screen.
    window.debug(
        "Emulation.setDeviceMetricsOverride",
        &json!({ "width": 320, "height": 568, "deviceScaleFactor": 1, "mobile": false }),
    );
    window.debug(
        "Emulation.setEmulatedMedia",
        &json!({ "features": [{ "name": "prefers-color-scheme", "value": "dark" }] }),
    );
    window.run("root.querySelector('.launch').click()");
    window.picture("widget-dark.png");
    assert_eq!(
        window.run("return root.querySelector('.panel').scrollWidth <= 320"),
        true
    );
    let page = "return getComputedStyle(root.querySelector('.panel')).backgroundColor";
    assert_eq!(window.run(page), "rgb(22, 27, 36)");
}
