//! Words of members that look like markup, scripts or marks of control: thousands of them, and nothing but words on every page.
#![allow(clippy::unwrap_used, clippy::allow_attributes)]

use super::chrome::open_chrome;
use super::support::qq::group_message;
use super::{GROUP, TEST_TIMEOUT, join, started};
use serde_json::json;
use std::time::{Duration, Instant};

/// Members who speak, a ticket each.
const MEMBERS: usize = 40;

/// Messages of each of them.
const MESSAGES: usize = 50;

/// Words of members that would do something if a page took them for more than words.
const MARKUP: [&str; 25] = [
    "<script>window.hacked = 1</script>",
    "<img src=x onerror='window.hacked = 1'>",
    "\"><svg onload=window.hacked=1>",
    "</textarea><script>window.hacked = 1</script>",
    "</title><script>window.hacked = 1</script>",
    "javascript:window.hacked=1",
    "{{ f.base }} {% raw %} ${window.hacked=1}",
    "<a href=\"javascript:window.hacked=1\" hx-get=\"/logout\" hx-trigger=\"load\">x</a>",
    "<form action=/logout method=post><button data-key=c>",
    "<base href=https://evil.example/>",
    "<meta http-equiv=refresh content=0;url=https://evil.example/>",
    "\u{202e}gnirts\u{202c} \u{0} \u{7} \u{1b}[31m \u{feff}",
    "<style>*{display:none}</style>",
    "<iframe srcdoc=\"<script>parent.hacked=1</script>\"></iframe>",
    "<details open ontoggle=window.hacked=1>x</details>",
    "<math><mtext></style><img src=x onerror=window.hacked=1>",
    "<noscript><p title=\"</noscript><img src=x onerror=window.hacked=1>\">",
    "<object data=\"data:text/html,<script>parent.hacked=1</script>\"></object>",
    "' autofocus onfocus=window.hacked=1 x='",
    "&lt;script&gt;window.hacked=1&lt;/script&gt; &#60;b&#62;",
    "<template><script>window.hacked=1</script></template>",
    "<input type=image src=x onerror=window.hacked=1 name=order value=close>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<div hx-on:load=\"window.hacked=1\" hx-get=/users hx-trigger=load hx-swap-oob=true id=live>x</div>",
    "https://evil.example/\"onmouseover=window.hacked=1//x.png",
];

/// What stands around them, so that they would be in an attribute, in a script, in a comment or behind a mark of control.
const AROUND: [(&str, &str); 10] = [
    ("", ""),
    ("\">", "<\""),
    ("'>", "<'"),
    ("--><!--", "-->"),
    ("</script>", "<script>"),
    ("</textarea></select></title>", ""),
    ("\u{0}\u{8}", "\u{1b}]0;x\u{7}"),
    ("\u{202e}", "\u{2066}"),
    ("\u{feff}\u{200b}", "\u{200d}"),
    ("]]>", "<![CDATA["),
];

/// A message of its own for each number.
fn words(number: usize) -> String {
    let (before, after) = AROUND[number / MARKUP.len() % AROUND.len()];
    format!("{before}{}{after} {number}", MARKUP[number % MARKUP.len()])
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_thousand_messages_of_markup_and_control_none_is_more_than_words() {
    let (program, _qq, wire) = started().await;
    let Some(chrome) = open_chrome(program.port, "en").await else {
        return;
    };
    join(&chrome, &program, &["invite", "alice", "--role", "owner"]).await;
    chrome.open("/tickets?tab=open").await;
    for member in 0..MEMBERS {
        let user = 20_001 + i64::try_from(member).unwrap();
        let id = |at: usize| i64::try_from(1 + member * MESSAGES + at).unwrap();
        wire.send(group_message(
            id(0),
            GROUP,
            user,
            &format!("转人工 {}", words(member)),
            true,
        ));
        for at in 1..MESSAGES {
            let text = words(member + at * MEMBERS);
            wire.send(group_message(id(at), GROUP, user, &text, true));
        }
    }
    // A busy machine takes its time, as long as it goes on.
    let count = || chrome.run("return document.querySelectorAll('[data-row]').length");
    let (mut seen, mut end) = (0, Instant::now() + TEST_TIMEOUT);
    while seen < MEMBERS as u64 {
        let now = count().await.as_u64().unwrap();
        if now > seen {
            (seen, end) = (now, Instant::now() + TEST_TIMEOUT);
        }
        assert!(Instant::now() < end, "{seen} tickets");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    // The last one is there, once it is.
    let last = format!("{}", MEMBERS * MESSAGES - 1);
    let said = || chrome.run("return document.querySelectorAll('.talk .member').length");
    chrome.open(&format!("/tickets/{MEMBERS}")).await;
    let (mut seen, mut end) = (0, Instant::now() + TEST_TIMEOUT);
    while !chrome.text(".talk").await.contains(&last) {
        let now = said().await.as_u64().unwrap();
        if now > seen {
            (seen, end) = (now, Instant::now() + TEST_TIMEOUT);
        }
        assert!(Instant::now() < end, "{seen} messages");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let paths = (1..=MEMBERS).map(|number| format!("/tickets/{number}"));
    let more = [
        "/tickets?q=hacked",
        "/unanswered",
        "/labels?kind=nearest",
        "/figures/asked?span=1",
        "/why?of=1",
        "/faq/entry?ticket=1",
        "/",
    ];
    let mut read = 0;
    for path in paths.chain(more.map(str::to_owned)) {
        chrome.open(&path).await;
        let hacked = chrome
            .run("return window.hacked === undefined && location.host.startsWith('127.0.0.1')")
            .await;
        assert_eq!(hacked, json!(true), "{path}");
        assert_eq!(chrome.faults().await, json!([]), "{path}");
        let foreign = "return document.querySelectorAll('main script, main iframe, main style, main object, main link, base, main math, main svg[onload], main template').length";
        assert_eq!(chrome.run(foreign).await, 0, "{path}");
        let count = chrome
            .run("return document.querySelectorAll('.talk .member').length")
            .await;
        read += count.as_u64().unwrap();
    }
    // Not all that is said in a group belongs to a ticket; some of each member's does.
    assert!(
        read >= 2 * MEMBERS as u64,
        "{read} of {} were looked at",
        MEMBERS * MESSAGES
    );
    chrome.quit().await;
}
