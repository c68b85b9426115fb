//! `groupdesk wechat`: makes what WeChat Customer Service needs once: the link and the QR code by which members come.

use super::language::said;
use super::runtime::runtime;
use super::{Failure, output, problem_report, run::load};
use crate::config::{AccountConfig, Config};
use crate::service::accounts::{customer_service, qr};
use groupdesk_contract::SystemClock;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The platform whose accounts have such links.
const PLATFORM: &str = "wechat_kf";
/// The width of a module of the picture, in pixels: enough for a group's notice or a printed page.
const SCALE: u32 = 10;

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Make a link to Customer Service, and draw its QR code: for a group's notice, a web page, a printed card
    Qr(QrOptions),
}

/// The arguments of `wechat qr`.
#[derive(Debug, clap::Args)]
pub(super) struct QrOptions {
    /// The configuration [default: groupdesk.yaml here]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The account in the configuration [default: the only one of WeChat Customer Service]
    #[arg(long, value_name = "NAME")]
    account: Option<String>,
    /// The Customer Service account of WeChat's, by its id (`wk...`) [default: the only one that there is]
    #[arg(long, value_name = "OPEN_KFID")]
    kf: Option<String>,
    /// Comes back when somebody enters by this link, such as the group it stands in: 1 to 32 letters, digits, `_`, `-`
    #[arg(long, value_name = "SCENE")]
    scene: Option<String>,
    /// Write the code to a file, .svg or .png, instead of drawing it here
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub(super) fn run(command: &Command) -> Result<(), Failure> {
    let Command::Qr(options) = command;
    let draw = options.out.as_deref().map(drawer).transpose()?;
    let (config, text) = load(options.config.as_deref())?;
    let account = account(&config, options.account.as_deref())?;
    let settings = match customer_service(&config, account) {
        Ok(settings) => settings,
        Err(found) => {
            problem_report::problems(&found, &text);
            return Err(Failure::Found);
        }
    };
    let runtime = runtime()?;
    let link = runtime.block_on(async {
        let kf = match (&options.kf, settings.open_kfids.as_slice()) {
            (Some(kf), _) => kf.clone(),
            (None, [only]) => only.clone(),
            (None, served) => {
                let known = qr::accounts(&settings, Arc::new(SystemClock)).await;
                only_one(known.map_err(Failure::Broken)?, served)?
            }
        };
        let made = qr::contact_way(&settings, Arc::new(SystemClock), &kf, options.scene.as_deref()).await;
        made.map_err(Failure::Broken)
    })?;
    match (&options.out, draw) {
        (Some(file), Some(draw)) => {
            let picture = draw(&link).map_err(Failure::Broken)?;
            std::fs::write(file, picture).map_err(|error| {
                let file = file.display();
                Failure::Broken(said!("写不了 {file}：{error}", "can't write {file}: {error}"))
            })?;
            let file = file.display();
            output::tell(said!("二维码在 {file}", "The code is in {file}"));
        }
        // The link alone goes to standard output, for scripts.
        _ => output::tell(qr::terminal(&link).map_err(Failure::Broken)?),
    }
    output::line(link)
}

type Draw = fn(&str) -> Result<Vec<u8>, String>;

/// Returns the function that draws a file of this name; called before any request to the platform.
///
/// # Errors
/// [`Failure::Usage`] if the name ends in neither .svg nor .png.
fn drawer(file: &Path) -> Result<Draw, Failure> {
    let ending = file.extension().map(|ending| ending.to_ascii_lowercase());
    match ending.as_ref().and_then(|ending| ending.to_str()) {
        Some("svg") => Ok(|link| qr::svg(link).map(String::into_bytes)),
        Some("png") => Ok(|link| qr::png(link, SCALE)),
        _ => {
            let file = file.display();
            Err(Failure::Usage(said!(
                "--out {file}：文件名要以 .svg 或 .png 结尾",
                "--out {file}: the file's name must end in .svg or .png"
            )))
        }
    }
}

fn account<'a>(config: &'a Config, name: Option<&str>) -> Result<&'a AccountConfig, Failure> {
    let mut fitting = config
        .accounts
        .iter()
        .filter(|account| account.platform == PLATFORM && name.is_none_or(|name| account.name == name));
    match (fitting.next(), fitting.next(), name) {
        (Some(account), None, _) => Ok(account),
        (Some(_), Some(_), _) => {
            let names: Vec<&str> = config
                .accounts
                .iter()
                .filter(|account| account.platform == PLATFORM)
                .map(|account| account.name.as_str())
                .collect();
            let names = names.join(", ");
            Err(Failure::Usage(said!(
                "平台 {PLATFORM} 的账号不止一个，请用 --account 指定：{names}",
                "there is more than one account of platform `{PLATFORM}`; say which with --account: {names}"
            )))
        }
        (None, _, Some(name)) => Err(Failure::Usage(said!(
            "配置里没有平台 {PLATFORM} 的账号「{name}」",
            "the configuration has no account `{name}` of platform `{PLATFORM}`"
        ))),
        (None, _, None) => Err(Failure::Usage(said!(
            "配置里没有平台 {PLATFORM} 的账号；写法见 docs/zh/wechat.md",
            "the configuration has no account of platform `{PLATFORM}`; docs/wechat.md shows how to write one"
        ))),
    }
}

/// Returns the only Customer Service account that is served, if none was named.
///
/// # Errors
/// [`Failure::Usage`] if there is none, or more than one.
fn only_one(mut known: Vec<(String, String)>, served: &[String]) -> Result<String, Failure> {
    known.retain(|(id, _)| served.is_empty() || served.contains(id));
    match known.as_slice() {
        [(id, _)] => Ok(id.clone()),
        [] => Err(Failure::Usage(said!(
            "这个应用不能管理任何客服账号：请在企业微信管理后台的「通过API管理微信客服账号」里加上",
            "the app may serve no Customer Service account: put one under 通过API管理微信客服账号 in WeCom's admin console"
        ))),
        several => {
            let list: Vec<String> = several
                .iter()
                .map(|(id, name)| format!("\n  {id}  {name}"))
                .collect();
            let list = list.concat();
            Err(Failure::Usage(said!(
                "客服账号不止一个，请用 --kf 指定：{list}",
                "there is more than one Customer Service account; say which with --kf:{list}"
            )))
        }
    }
}
