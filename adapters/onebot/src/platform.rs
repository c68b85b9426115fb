//! The platform as the program knows it: name, addresses, settings, and how `groupdesk init` sets it up.

use crate::settings::Settings;
use groupdesk_contract::{Platform, Setup, SetupEndpoint, SetupToken, settings_schema};

/// QQ behind OneBot v11.
pub const PLATFORM: Platform = Platform {
    setup: Some(&SETUP),
    ..Platform::of_members("onebot", settings_schema::<Settings>)
};

const SETUP: Setup = Setup {
    hint: ("QQ", "QQ"),
    token: Some(SetupToken {
        key: "access_token",
        variable: "ONEBOT_TOKEN",
        file: "onebot-token.txt",
        is_needed: false,
        sample: "sample",
        question: (
            "令牌（token），要和 NapCat 里填的一样。NapCat 就在这台机器上时可以不设，直接回车",
            "The token, the same as in NapCat. With NapCat on this machine none is needed: press Enter",
        ),
    }),
    takes_staff: true,
    ids: ("900001", "10001"),
    endpoint: Some(SetupEndpoint {
        shown: "  URL:   ws://{host}/onebot/v11/ws\n  Token: {token}\n",
    }),
    ..Setup::new(
        1,
        "qq",
        (
            "QQ 群（OneBot：NapCat、Lagrange 等）",
            "QQ groups (OneBot: NapCat, Lagrange, ...)",
        ),
        (
            "然后在 NapCat 里新建“WebSocket 客户端”（反向 WebSocket），填上面的地址；在群里发“@机器人 几点上班”试一试。",
            "then add a \"WebSocket client\" (reverse WebSocket) with the address above in NapCat, and say \"@bot when are you open\" in the group.",
        ),
    )
};
