//! A real browser: Chromium without a screen, driven by chromedriver.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::allow_attributes)]

use groupdesk_testkit::{Peer, free_port};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use thirtyfour::prelude::{By, DesiredCapabilities, WebDriver, WebElement};
use thirtyfour::{ChromiumLikeCapabilities, Key, WindowHandle};

/// The longest time for something that takes no time.
const TEST_TIMEOUT: Duration = Duration::from_secs(60);

const CHROMIUM: Peer = Peer {
    name: "chromium",
    bring: "apt-get install chromium chromium-driver",
};

const AXE: Peer = Peer {
    name: "axe-core",
    bring: "npm install axe-core, and its axe.min.js in GROUPDESK_AXE",
};

/// Counts what a page does that it must not: each document has it from its first moment on.
const WATCH: &str = "window.faults = []; \
    addEventListener('securitypolicyviolation', (e) => faults.push('CSP: ' + e.violatedDirective + ' ' + e.blockedURI)); \
    addEventListener('error', (e) => faults.push('error: ' + (e.message || (e.target && e.target.src))), true);";

/// A browser with a session of its own; it ends with this.
pub(crate) struct Chrome {
    driver: WebDriver,
    server: Child,
    base: String,
    _profile: tempfile::TempDir,
}

impl Drop for Chrome {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// Returns the source of axe-core, or says that it is missed.
pub(crate) fn axe() -> Option<String> {
    let file = AXE.named_by("GROUPDESK_AXE")?;
    AXE.or_skip(std::fs::read_to_string(file).ok())
}

/// What axe says of the page, and what else is wrong with it.
pub(crate) async fn judged(chrome: &Chrome, axe: &str) -> Vec<String> {
    chrome.run(axe).await;
    let script = "const done = arguments[arguments.length - 1]; \
        axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}).then((found) => \
        done(found.violations.map((one) => one.id + ': ' + one.nodes.map((node) => node.html.slice(0, 160)).join(' | '))));";
    let found = chrome.run_async(script).await;
    let mut found: Vec<String> = serde_json::from_value(found).unwrap();
    if let Value::Array(faults) = chrome.faults().await {
        found.extend(faults.iter().map(Value::to_string));
    }
    found
}

/// The folder for pictures, where somebody wants to look at them.
pub(crate) fn pictures() -> Option<PathBuf> {
    std::env::var_os("GROUPDESK_PICTURES").map(PathBuf::from)
}

/// Starts a browser for the program at a port, or says that there is none.
pub(crate) async fn open_chrome(port: u16, language: &str) -> Option<Chrome> {
    let found = |name: &str| {
        let paths = std::env::var_os("PATH")?;
        std::env::split_paths(&paths)
            .map(|folder| folder.join(name))
            .find(|file| file.is_file())
    };
    let both = found("chromedriver").zip(found("chromium"));
    let (driver, browser) = CHROMIUM.or_skip(both)?;
    Some(Chrome::start(driver, browser, port, language).await)
}

impl Chrome {
    async fn start(driver: PathBuf, browser: PathBuf, port: u16, language: &str) -> Self {
        // The client of WebDriver takes the process's TLS, though it uses none.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let at = free_port();
        let server = Command::new(driver)
            .arg(format!("--port={at}"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let profile = tempfile::tempdir().unwrap();
        let mut wanted = DesiredCapabilities::chrome();
        wanted.set_binary(browser.to_str().unwrap()).unwrap();
        for argument in [
            "--headless=new".to_owned(),
            // Continuous integration runs as root in a container.
            "--no-sandbox".to_owned(),
            "--disable-dev-shm-usage".to_owned(),
            "--disable-gpu".to_owned(),
            "--hide-scrollbars".to_owned(),
            "--window-size=1280,900".to_owned(),
            format!("--user-data-dir={}", profile.path().display()),
        ] {
            wanted.add_arg(&argument).unwrap();
        }
        wanted
            .add_experimental_option("prefs", json!({"intl.accept_languages": language}))
            .unwrap();
        let url = format!("http://127.0.0.1:{at}");
        let end = Instant::now() + TEST_TIMEOUT;
        let driver = loop {
            match WebDriver::new(&url, wanted.clone()).await {
                Ok(driver) => break driver,
                Err(error) => assert!(Instant::now() < end, "chromedriver does not start: {error}"),
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        };
        let chrome = Self {
            driver,
            server,
            base: format!("http://127.0.0.1:{port}"),
            _profile: profile,
        };
        chrome
            .devtools("Page.addScriptToEvaluateOnNewDocument", json!({"source": WATCH}))
            .await;
        chrome
    }

    /// Gives an order of the browser's developer tools.
    pub(crate) async fn devtools(&self, command: &str, parameters: Value) -> Value {
        let tools = self.driver.cdp();
        tools
            .send_raw(command, parameters)
            .await
            .unwrap_or_else(|error| panic!("{command}: {error}"))
    }

    /// Opens a page of the dashboard.
    pub(crate) async fn open(&self, path: &str) {
        let url = if path.starts_with("http") {
            path.to_owned()
        } else {
            format!("{}{path}", self.base)
        };
        self.driver.goto(url).await.unwrap();
    }

    /// Runs a script, whose `return` is the answer.
    pub(crate) async fn run(&self, script: &str) -> Value {
        let ran = self.driver.execute(script, Vec::<Value>::new()).await;
        ran.unwrap_or_else(|error| panic!("{script}: {error}"))
            .json()
            .clone()
    }

    /// Runs a script that calls its last argument with the answer.
    pub(crate) async fn run_async(&self, script: &str) -> Value {
        let ran = self.driver.execute_async(script, Vec::<Value>::new()).await;
        ran.unwrap_or_else(|error| panic!("{script}: {error}"))
            .json()
            .clone()
    }

    /// Waits until an expression is true in the page.
    pub(crate) async fn until(&self, expression: &str) {
        let end = Instant::now() + TEST_TIMEOUT;
        let script = format!("return Boolean({expression})");
        loop {
            // While a page is being left its scripts may fail.
            let ran = self.driver.execute(script.as_str(), Vec::<Value>::new()).await;
            if ran.is_ok_and(|ran| ran.json() == &json!(true)) {
                return;
            }
            if Instant::now() > end {
                let text = self.text("body").await;
                panic!("never: {expression}\n{}\n{text}", self.path().await);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until a text stands on the page.
    pub(crate) async fn sees(&self, text: &str) {
        let wanted = json!(text);
        self.until(&format!(
            "document.body && document.body.innerText.includes({wanted})"
        ))
        .await;
    }

    /// The path of the page.
    pub(crate) async fn path(&self) -> String {
        let url = self.driver.current_url().await.unwrap();
        let path = url.as_str().strip_prefix(&self.base);
        path.unwrap_or(url.as_str()).to_owned()
    }

    /// The text of an element, as a person sees it.
    pub(crate) async fn text(&self, selector: &str) -> String {
        self.element(selector).await.text().await.unwrap()
    }

    /// The element of a selector, once it is there.
    pub(crate) async fn element(&self, selector: &str) -> WebElement {
        let end = Instant::now() + TEST_TIMEOUT;
        loop {
            match self.driver.find(By::Css(selector)).await {
                Ok(found) => return found,
                Err(error) => assert!(Instant::now() < end, "no {selector}: {error}"),
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Clicks on an element; one that goes to another page waits for that by itself.
    pub(crate) async fn click(&self, selector: &str) {
        let end = Instant::now() + TEST_TIMEOUT;
        loop {
            // A live update may take the element away between finding and clicking.
            match self.element(selector).await.click().await {
                Ok(()) => return,
                Err(error) => assert!(Instant::now() < end, "{selector}: {error}"),
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Types into a field.
    pub(crate) async fn types(&self, selector: &str, text: &str) {
        self.element(selector).await.send_keys(text).await.unwrap();
    }

    /// Presses Ctrl+Enter in a field.
    pub(crate) async fn sends(&self, selector: &str) {
        let field = self.element(selector).await;
        field.send_keys(Key::Control + Key::Enter).await.unwrap();
    }

    /// Faults of the page since it was opened: violations of its policy, and errors of its scripts.
    pub(crate) async fn faults(&self) -> Value {
        self.run("return window.faults").await
    }

    /// Chooses a scheme, and a size in CSS pixels.
    pub(crate) async fn looks(&self, scheme: &str, (width, height): (u32, u32)) {
        let features = json!([{"name": "prefers-color-scheme", "value": scheme}]);
        self.devtools("Emulation.setEmulatedMedia", json!({"features": features}))
            .await;
        let screen = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.devtools("Emulation.setDeviceMetricsOverride", screen).await;
    }

    /// Presses keys wherever the focus is.
    pub(crate) async fn press(&self, keys: &str) {
        let actions = self.driver.action_chain().send_keys(keys);
        actions.perform().await.unwrap();
    }

    /// Writes the whole page as a picture, or as much of it as the screen shows.
    pub(crate) async fn picture(&self, file: &std::path::Path, whole: bool) {
        use base64::Engine;
        let asked = json!({"format": "png", "captureBeyondViewport": whole});
        let shot = self.devtools("Page.captureScreenshot", asked).await;
        let data = base64::engine::general_purpose::STANDARD.decode(shot["data"].as_str().unwrap());
        std::fs::write(file, data.unwrap()).unwrap();
    }

    /// Opens a page in a tab of its own, and returns the tab.
    pub(crate) async fn tab(&self, path: &str) -> WindowHandle {
        let tab = self.driver.new_tab().await.unwrap();
        self.see(&tab).await;
        self.open(path).await;
        tab
    }

    /// Looks at a tab.
    pub(crate) async fn see(&self, tab: &WindowHandle) {
        self.driver.switch_to_window(tab.clone()).await.unwrap();
    }

    /// Ends the browser in an orderly way.
    pub(crate) async fn quit(self) {
        let _ = self.driver.clone().quit().await;
    }
}
