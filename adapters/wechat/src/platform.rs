//! The platforms as the program knows them: name, addresses, settings, and how `groupdesk init` sets it up.

use crate::ilink;
use crate::kf::{self, CustomerService};
use crate::official::{self, OfficialAccount};
use groupdesk_contract::{Platform, settings_schema};

/// WeChat Customer Service.
pub const CUSTOMER_SERVICE_PLATFORM: Platform = Platform {
    staff_channel: Some("servicers"),
    path: Some(CustomerService::PATH),
    ..Platform::of_members("wechat_kf", settings_schema::<kf::Settings>)
};

/// Official accounts: each member has a chat of their own.
pub const OFFICIAL_ACCOUNT_PLATFORM: Platform = Platform {
    group_kind: "private:",
    staff_channel: None,
    path: Some(OfficialAccount::PATH),
    ..Platform::of_members("wechat_official", settings_schema::<official::Settings>)
};

/// A person's WeChat.
pub const ILINK_PLATFORM: Platform = Platform::of_staff("ilink", settings_schema::<ilink::Settings>);
