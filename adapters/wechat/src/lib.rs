//! WeChat's official ways to its users, each one to one: WeChat Customer Service ([`CustomerService`]), Official Accounts
//! ([`OfficialAccount`]), and iLink ([`ILink`], experimental) to the one who scanned its code.
//!
//! `kf`, `official` and `ilink` hold an account each; `api` is how the first two call Tencent (token, error codes), `text`
//! cuts what is too long, `picture` fetches what is uploaded, `qr` draws codes and makes links to Customer Service. Callbacks
//! are opened by `groupdesk-wechat-callback`.
#![warn(clippy::string_slice, clippy::indexing_slicing)]

mod api;
mod api_url;
mod ilink;
mod kf;
mod official;
mod picture;
mod platform;
pub mod qr;
mod text;

pub use api_url::ApiUrl;
pub use ilink::{ILink, Settings as ILinkSettings};
pub use kf::{CustomerService, Settings as CustomerServiceSettings};
pub use official::{OfficialAccount, Settings as OfficialAccountSettings, Transfer};
pub use platform::{CUSTOMER_SERVICE_PLATFORM, ILINK_PLATFORM, OFFICIAL_ACCOUNT_PLATFORM};
