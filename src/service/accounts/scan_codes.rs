//! Codes to scan: by which somebody logs an account in, or members come to it.

use crate::config::{AccountConfig, Config};
use groupdesk_contract::Clock;
use std::sync::Arc;

/// Platforms whose accounts have a code to scan.
const WITH_CODE: [&str; 2] = ["wechat_kf", "ilink"];

/// `true` if accounts of a platform have a code to scan: by which somebody logs them in, or members come.
pub fn has_code(platform: &str) -> bool {
    WITH_CODE.contains(&platform)
}

/// Draws the code of a link as SVG.
///
/// # Errors
/// The reason, in both languages, for an admin.
pub fn code(link: &str) -> Result<String, String> {
    #[cfg(feature = "wechat")]
    return super::qr::svg(link);
    #[cfg(not(feature = "wechat"))]
    Err(format!(
        "这个程序编译时没有微信，画不出二维码 / this program was built without WeChat and draws no code: {link}"
    ))
}

/// Makes the link by which members come to an account.
///
/// # Errors
/// The reason, in both languages, for an admin: its platform has none, or does not give it.
pub async fn member_link(
    config: &Config,
    account: &AccountConfig,
    clock: &Arc<dyn Clock>,
) -> Result<String, String> {
    #[cfg(feature = "wechat")]
    if account.platform == "wechat_kf" {
        let settings = super::customer_service(config, account).map_err(|_| "groupdesk check".to_owned())?;
        let kf = match settings.open_kfids.as_slice() {
            [only] => only.clone(),
            served => {
                let mut known = super::qr::accounts(&settings, Arc::clone(clock)).await?;
                known.retain(|(id, _)| served.is_empty() || served.contains(id));
                match known.as_slice() {
                    [(id, _)] => id.clone(),
                    _ => {
                        return Err(format!(
                            "有多个（或没有）客服账号，请用命令 groupdesk wechat qr --account {name} --kf wk... / there is more than one \
                             Customer Service account, or none: use `groupdesk wechat qr --account {name} --kf wk...`",
                            name = account.name
                        ));
                    }
                }
            }
        };
        return super::qr::contact_way(&settings, Arc::clone(clock), &kf, None).await;
    }
    let _ = (config, clock);
    Err(format!(
        "帐号 {name} 已登录，现在不需要扫码 / account {name} is logged in: nothing has to be scanned now",
        name = account.name
    ))
}

#[cfg(all(test, feature = "wechat"))]
mod tests {
    use super::*;

    #[test]
    fn every_platform_with_a_code_is_one_of_the_table() {
        let names = super::super::platforms();
        for platform in WITH_CODE {
            assert!(names.iter().any(|known| known.name == platform), "{platform}");
        }
    }
}
