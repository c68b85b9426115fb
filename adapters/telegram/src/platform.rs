//! The platform as the program knows it: name, addresses, settings, and how `groupdesk init` sets it up.

use crate::Telegram;
use crate::settings::Settings;
use groupdesk_contract::{Platform, Setup, SetupToken, settings_schema};

/// Telegram.
pub const PLATFORM: Platform = Platform {
    staff_channel: Some("group:-1001234567890"),
    path: Some(Telegram::PATH),
    setup: Some(&SETUP),
    ..Platform::of_members("telegram", settings_schema::<Settings>)
};

const SETUP: Setup = Setup {
    token: Some(SetupToken {
        key: "token",
        variable: "TELEGRAM_TOKEN",
        file: "telegram-token.txt",
        is_needed: true,
        sample: "123456:sample",
        question: (
            "@BotFather 给的令牌（token），形如 123456:ABC-DEF…",
            "The token that @BotFather gave, like 123456:ABC-DEF...",
        ),
    }),
    takes_staff: true,
    ids: ("-1001234567890", "123456789"),
    ..Setup::new(
        2,
        "tg",
        ("Telegram", "Telegram"),
        (
            "然后把机器人拉进群；日志会写出每个群的号码。要让它听到没有叫它的问题，先在 @BotFather 里 /setprivacy → Disable。",
            "then add the bot to your groups; the log tells each one's id. To let it hear what is not addressed to it: @BotFather, /setprivacy, Disable.",
        ),
    )
};
