//! Two ways in which people reach the desk by a browser: the dashboard's staff room ([`Web`], in `room`), whose orders are messages
//! of staff, and websites ([`Website`], in `site`), whose visitors are members and talk to the desk in a widget or by programs.
#![warn(clippy::string_slice, clippy::indexing_slicing)]

mod picture;
mod platform;
mod room;
mod site;

pub use picture::{Pictures, checked_picture};
pub use platform::PLATFORM;
pub use room::{OrderError, Receipt, RoomAction, Web};
pub use site::{Front, Kept, Settings, Visits, VisitsError, Website, api_document, key_hash, new_key};
