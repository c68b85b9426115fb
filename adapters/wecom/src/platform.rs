//! The platforms as the program knows them: name, addresses, settings, and how `groupdesk init` sets it up.

use crate::app::AppSettings;
use crate::group_robot::GroupRobotSettings;
use crate::robot::{Robot, RobotSettings};
use groupdesk_contract::{Platform, Setup, SetupId, SetupToken, settings_schema};

/// Intelligent robots.
pub const ROBOT_PLATFORM: Platform = Platform {
    path: Some(Robot::PATH),
    setup: Some(&SETUP),
    ..Platform::of_members("wecom_robot", settings_schema::<RobotSettings>)
};

const SETUP: Setup = Setup {
    token: Some(SetupToken {
        key: "secret",
        variable: "WECOM_ROBOT_SECRET",
        file: "wecom-secret.txt",
        is_needed: true,
        sample: "sample",
        question: (
            "机器人页面上的 Secret（长连接方式）",
            "The Secret on the robot's page (long connection)",
        ),
    }),
    id: Some(SetupId {
        key: "bot_id",
        name: ("Bot ID", "Bot ID"),
        is_list: false,
        question: ("机器人页面上的 Bot ID", "The Bot ID on the robot's page"),
    }),
    takes_staff: true,
    ids: ("wrkSFfCgAAxxxxxx", "zhangsan"),
    ..Setup::new(
        5,
        "wecom",
        ("企业微信智能机器人", "WeCom, intelligent robot"),
        (
            "然后把机器人加进内部群，@它提问；日志会写出群的号码。",
            "then add the robot to an internal group and mention it; the log tells the group's id.",
        ),
    )
};

/// Robots of groups, which only write.
pub const GROUP_ROBOT_PLATFORM: Platform =
    Platform::of_staff("wecom_group_robot", settings_schema::<GroupRobotSettings>);

/// Applications.
pub const APP_PLATFORM: Platform = Platform {
    group_kind: "chat:",
    staff_channel: Some("chat:123456"),
    ..Platform::of_staff("wecom_app", settings_schema::<AppSettings>)
};
