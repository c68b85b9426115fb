//! The platform as the program knows it: name, addresses, settings, and how `groupdesk init` sets it up.

use groupdesk_contract::{Platform, Setup, no_settings};

/// The terminal in which the program runs.
pub const PLATFORM: Platform = Platform {
    staff_channel: Some("group:staff"),
    setup: Some(&SETUP),
    ..Platform::of_members("console", no_settings)
};

const SETUP: Setup = Setup {
    lines: "    staff: [staff]\n    admins: [staff]\n    staff_rooms: [here/group:staff]\n",
    ..Setup::new(
        6,
        "here",
        ("先在这个终端里试一试", "This terminal, to try it"),
        (
            "然后直接打字提问，例如“几点上班”；/console 列出可用的命令。",
            "then type a question, such as \"when are you open\"; /console lists what else can be typed.",
        ),
    )
};
