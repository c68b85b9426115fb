//! The platform as the program knows it: name, addresses, settings, and how `groupdesk init` sets it up.

use crate::settings::Settings;
use groupdesk_contract::{Platform, Setup, SetupToken, settings_schema};

/// Discord.
pub const PLATFORM: Platform = Platform {
    group_kind: "channel:",
    staff_channel: Some("channel:123456789012345678"),
    setup: Some(&SETUP),
    ..Platform::of_members("discord", settings_schema::<Settings>)
};

const SETUP: Setup = Setup {
    token: Some(SetupToken {
        key: "token",
        variable: "DISCORD_TOKEN",
        file: "discord-token.txt",
        is_needed: true,
        sample: "sample",
        question: (
            "机器人的令牌（Developer Portal → Bot → Reset Token）",
            "The bot's token (Developer Portal, Bot, Reset Token)",
        ),
    }),
    takes_staff: true,
    ids: ("123456789012345678", "123456789012345678"),
    ..Setup::new(
        3,
        "dc",
        ("Discord", "Discord"),
        (
            "然后把机器人邀请进服务器（先在 Bot 页打开 Message Content Intent）。",
            "then invite the bot to your server (with Message Content Intent switched on, on the page Bot).",
        ),
    )
};
