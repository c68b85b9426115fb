//! The job of `cargo bench --bench line` done with Kovi: twelve regular expressions, each with an answer that quotes the
//! question; nothing is kept. It connects to the OneBot server at the port that is its argument, with the token in `TEST_TOKEN`.
//!
//! `cargo build --release --manifest-path benches/kovi/Cargo.toml` makes it; the benchmark starts it where it lies.

use kovi::PluginBuilder;
use kovi::config::kovi_conf::KoviConf;
use kovi::event::entry_id::ID;
use kovi::plugin::Plugin;
use kovi_onebot::{EventRegistrar, Host, MsgEvent, OneBotDriver, OneBotDriverConfig, Server};
use regex::Regex;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, LazyLock};

/// As in `benches/peer.py`.
const PATTERNS: [&str; 12] = [
    "注册", "上班", "电话", "5×8", "提交工单", "邮箱", "QQ群", "微信", "支持范围", "包括哪些", "购买", "联系方式",
];

static MATCHERS: LazyLock<Vec<(Regex, String)>> = LazyLock::new(|| {
    PATTERNS
        .iter()
        .map(|pattern| {
            let regex = Regex::new(pattern).expect("the pattern is one of ours");
            (regex, format!("关于{pattern}：请看帮助中心。"))
        })
        .collect()
});

fn main() {
    let port = std::env::args()
        .nth(1)
        .and_then(|port| port.parse().ok())
        .expect("the first argument is a port");
    let token = std::env::var("TEST_TOKEN").unwrap_or_default();
    let server = Server::new(
        Host::IpAddr(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        port,
        token,
        false,
        String::new(),
        false,
    );
    let driver = OneBotDriver::new(OneBotDriverConfig { server });
    let mut bot = kovi::Bot::build(KoviConf::new(ID::new(0), None, false), driver);
    bot.mount_plugin(Plugin::new(
        "answers",
        env!("CARGO_PKG_VERSION"),
        Arc::new(|| {
            Box::pin(async {
                PluginBuilder::on_msg(answer);
            })
        }),
    ));
    let runtime = kovi::tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("the system gives threads");
    runtime.block_on(bot.run());
}

async fn answer(event: Arc<MsgEvent>) {
    if !event.message.contains("at") {
        return;
    }
    let text = event.borrow_text().unwrap_or_default();
    if let Some((_, answer)) = MATCHERS.iter().find(|(regex, _)| regex.is_match(text)) {
        event.reply_and_quote(answer.as_str());
    }
}
