//! `groupdesk api-key`: keys with which programs call the API of a website, beside the running program.

use super::language::{label, said};
use super::{Failure, clock, configuration, dashboard, output};
use crate::config::Config;
use crate::service::{KeyError, end_key, make_key};
use crate::store::Store;
use groupdesk_contract::AccountId;
use groupdesk_dashboard::is_key_name;
use std::path::PathBuf;

/// Name in the audit log of who uses the command line.
const WHO: &str = "command line";

/// Platform whose accounts have an API.
const PLATFORM: &str = "web";

/// The arguments of `api-key`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  groupdesk api-key make shop-app
  groupdesk api-key make shop-app --account site     (where there are several websites)
  groupdesk api-key end shop-app")]
pub(super) struct Options {
    /// The configuration, which names the store [default: groupdesk.yaml here, where there is one]
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
    /// The account of the platform web [default: the only one]
    #[arg(long, value_name = "ACCOUNT", global = true)]
    account: Option<String>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Make a key and print it, this once
    Make {
        /// The name by which it is ended
        #[arg(value_name = "NAME")]
        key: String,
    },
    /// List the keys
    List,
    /// End a key: requests with it are refused from then on
    End {
        /// The name that it was made with
        #[arg(value_name = "NAME")]
        key: String,
    },
}

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    let config = configuration::without_secrets(options.config.as_deref())?;
    if matches!(options.command, Command::List) {
        return list(&config);
    }
    let account = account(&config, options.account.as_deref())?;
    let now = clock::of_process()
        .map_err(|_| Failure::Broken(said!("读不到时钟", "the clock can't be read")))?
        .now();
    match &options.command {
        Command::List => Ok(()),
        Command::Make { key: name } => {
            if !is_key_name(name) {
                return Err(Failure::Usage(said!(
                    "名字用字母、数字和 -_.，最多 40 个字符",
                    "a name has letters, digits and -_., at most 40"
                )));
            }
            let made = dashboard::on_store(&config.store, async |store: &dyn Store| {
                let made = make_key(store, &account, name, WHO, now).await;
                refusal_or_error(made)
            })?;
            match made {
                Some(key) => {
                    let once = said!(
                        "（只显示这一次；只保存它的哈希）",
                        "shown this once; only its hash is kept"
                    );
                    output::line(format_args!("{key}\n{once}"))
                }
                None => Err(Failure::Usage(said!(
                    "账号 {account} 已经有密钥「{name}」",
                    "the account {account} has a key `{name}`"
                ))),
            }
        }
        Command::End { key: name } => {
            let ended = dashboard::on_store(&config.store, async |store: &dyn Store| {
                let ended = end_key(store, &account, name, WHO, now).await;
                refusal_or_error(ended)
            })?;
            match ended {
                Some(()) => output::line(said!("密钥「{name}」已停用", "the key `{name}` is ended")),
                None => Err(Failure::Usage(said!(
                    "账号 {account} 没有可用的密钥「{name}」；用 `groupdesk api-key list` 查看",
                    "the account {account} has no good key `{name}`; `groupdesk api-key list` shows them"
                ))),
            }
        }
    }
}

/// Tells a refusal, which is no fault of the store, from one that is.
fn refusal_or_error<T>(done: Result<T, KeyError>) -> Result<Option<T>, String> {
    match done {
        Ok(done) => Ok(Some(done)),
        Err(KeyError::Exists | KeyError::Unknown) => Ok(None),
        Err(error) => Err(error.to_string()),
    }
}

/// Finds the account for which a key is.
fn account(config: &Config, given: Option<&str>) -> Result<AccountId, Failure> {
    let websites = config
        .accounts
        .iter()
        .filter(|account| account.platform == PLATFORM);
    let names: Vec<&str> = websites.map(|account| account.name.as_str()).collect();
    let known = names.join(", ");
    match (given, names.as_slice()) {
        (_, []) => Err(Failure::Usage(said!(
            "配置里没有 platform: web 的账号，见 docs/zh/web.md",
            "the configuration has no account with `platform: web`; see docs/web.md"
        ))),
        (None, [only]) => Ok(AccountId::new(*only)),
        (None, _) => Err(Failure::Usage(said!(
            "有好几个网站账号，请加 --account：{known}",
            "there are several websites, add --account: {known}"
        ))),
        (Some(given), names) if names.contains(&given) => Ok(AccountId::new(given)),
        (Some(given), _) => Err(Failure::Usage(said!(
            "没有网站账号「{given}」；配置里有：{known}",
            "there is no website `{given}`; the configuration has: {known}"
        ))),
    }
}

fn list(config: &Config) -> Result<(), Failure> {
    let keys = dashboard::on_store(&config.store, async |store: &dyn Store| {
        store.api_keys().await.map_err(|error| error.to_string())
    })?;
    if keys.is_empty() {
        return output::line(said!("还没有密钥", "no keys yet"));
    }
    for key in keys {
        let used = key.used.map_or_else(|| "-".to_owned(), |used| used.to_string());
        let state = match key.ended {
            Some(ended) => said!("已停用 {ended}", "ended {ended}"),
            None => said!("可用", "good"),
        };
        output::line(format_args!(
            "{}/{}  {state}  {}: {}  {}{used}",
            key.account,
            key.name,
            key.creator,
            key.created,
            label("最近使用", "last used")
        ))?;
    }
    Ok(())
}
