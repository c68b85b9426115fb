//! QQ's official bot API.

mod bounded;
mod key;
mod room;
mod settings;
mod split;

pub use settings::{ApiUrl, AppId, Buttons, Mode, Settings};
