//! WeCom (企业微信): the intelligent robot for members of a company, and two ways that only send, for staff rooms.
//!
//! [`Robot`] talks over a long connection (`robot/connection`) or is posted callbacks (`robot/hook`). A message's way in:
//! `robot/read` makes the event, `robot/open` keeps how it may be answered, the desk commits it. A reply's way out: `render`
//! makes texts of it, `robot/send` says them by the first way that takes them: as the answer to the message, as a message of
//! its own, or once within an hour to the address that came with the message (`robot/late`). `pace` keeps WeCom's limits,
//! `fault` puts its error codes into words.
//!
//! [`GroupRobot`] posts into one group each; [`App`] writes to staff in a self-built application's name.
#![warn(clippy::string_slice, clippy::indexing_slicing)]

mod address;
mod app;
mod fault;
mod group_robot;
mod http;
mod platform;
mod rate_limits;
mod render;
mod robot;

pub use address::{ApiUrl, GatewayUrl};
pub use app::{App, AppSettings};
pub use group_robot::{Format, GroupRobot, GroupRobotSettings};
pub use platform::{APP_PLATFORM, GROUP_ROBOT_PLATFORM, ROBOT_PLATFORM};
pub use robot::{Robot, RobotSettings, Webhook};
