//! The platform as the program knows it: name, addresses, settings, and how `groupdesk init` sets it up.

use crate::site::Settings;
use groupdesk_contract::{Platform, Setup, SetupEndpoint, SetupId, settings_schema};

/// A chat on a website.
pub const PLATFORM: Platform = Platform {
    group_kind: "private:user:",
    staff_channel: None,
    setup: Some(&SETUP),
    ..Platform::of_members("web", settings_schema::<Settings>)
};

const SETUP: Setup = Setup {
    hint: ("网站", ""),
    id: Some(SetupId {
        key: "origins",
        name: ("网页的来源", "the origin of the pages"),
        is_list: true,
        question: (
            "网页的来源：协议和域名，例如 https://shop.example",
            "The origin of its pages: scheme and host, such as https://shop.example",
        ),
    }),
    endpoint: Some(SetupEndpoint {
        shown: "  <script src=\"http://{host}/widget.js\" defer></script>\n",
    }),
    ..Setup::new(
        7,
        "site",
        (
            "网站（网页右下角的聊天窗口）",
            "A website (a chat in the corner of its pages)",
        ),
        (
            "然后把这一行放进网页，打开网页试一试。外网访问要在前面放 HTTPS 的反向代理，并加一个客服群，见 docs/zh/web.md。",
            "then put that line into a page and open it. For the internet put a proxy with HTTPS in front, and add a staff room: docs/web.md.",
        ),
    )
};
