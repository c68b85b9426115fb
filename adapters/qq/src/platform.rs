//! The platform as the program knows it: name, addresses, settings, and how `groupdesk init` sets it up.

use crate::Qq;
use crate::settings::Settings;
use groupdesk_contract::{Platform, Setup, SetupId, SetupToken, settings_schema};

/// Bots of QQ's open platform. They can't write of their own accord.
pub const PLATFORM: Platform = Platform {
    staff_channel: None,
    path: Some(Qq::PATH),
    setup: Some(&SETUP),
    ..Platform::of_members("qq", settings_schema::<Settings>)
};

const SETUP: Setup = Setup {
    hint: ("官方机器人", "official bots"),
    token: Some(SetupToken {
        key: "app_secret",
        variable: "QQ_SECRET",
        file: "qq-secret.txt",
        is_needed: true,
        sample: "sample",
        question: (
            "AppSecret（q.qq.com 的开发设置）",
            "The AppSecret (q.qq.com, development settings)",
        ),
    }),
    id: Some(SetupId {
        key: "app_id",
        name: ("AppID", "AppID"),
        is_list: false,
        question: ("AppID", "The AppID"),
    }),
    ..Setup::new(
        4,
        "qqbot",
        ("QQ 官方机器人（q.qq.com）", "QQ, official bots (q.qq.com)"),
        (
            "然后在 q.qq.com 把机器人加进群，@它提问。它不能主动发消息，客服群请放在别的平台（docs/zh/qq.md）。",
            "then add the bot to a group at q.qq.com and mention it. It can't write of its own accord: staff rooms belong on another platform (docs/qq.md).",
        ),
    )
};
