//! Makes the accounts' adapters and keeps them running. The one file that names platforms: a new adapter is one row
//! of `PLATFORMS`. All else about it stands in its crate, in `platform.rs`.

mod paths;
mod scan_codes;

pub use scan_codes::{code, has_code, member_link};

use self::paths::taken_path;
use super::connections::Connections;
#[cfg(feature = "terminal")]
use super::example_question;
use crate::config::{AccountConfig, Config, Platforms};
use crate::yaml::{Problem, nearest};
#[cfg(any(feature = "terminal", feature = "_connection"))]
use groupdesk_contract::AccountId;
use groupdesk_contract::{AccountState, Adapter, AdapterError, Clock, Incoming, Link, Platform, Storage};
#[cfg(feature = "discord")]
use groupdesk_discord::Discord;
#[cfg(feature = "mail")]
use groupdesk_mail::Mail;
#[cfg(feature = "qq")]
use groupdesk_qq::Qq;
#[cfg(feature = "telegram")]
use groupdesk_telegram::Telegram;
#[cfg(feature = "ticketing")]
use groupdesk_ticketing::Ticketing;
pub use groupdesk_web::{
    Front, Kept, OrderError, Pictures, RoomAction, Visits, VisitsError, Web, Website, api_document,
    checked_picture, key_hash, new_key,
};
#[cfg(feature = "wechat")]
pub use groupdesk_wechat::qr;
#[cfg(feature = "wechat")]
use groupdesk_wechat::{CustomerService, CustomerServiceSettings, ILink, OfficialAccount};
#[cfg(feature = "wecom")]
use groupdesk_wecom::{App, GroupRobot, Robot};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// Arguments of an adapter's constructor.
pub struct AdapterArguments<'a> {
    /// Whole file, for errors with positions.
    pub config: &'a Config,
    /// Account to serve.
    pub account: &'a AccountConfig,
    /// Clock of the program.
    pub clock: Arc<dyn Clock>,
    /// Storage of the account for what must outlive a restart.
    pub storage: Arc<dyn Storage>,
    /// `true` if the keys of its `connection` that can't be read are left out: the adapter is only asked which addresses it has.
    pub only_for_addresses: bool,
}

#[cfg(feature = "_connection")]
impl AdapterArguments<'_> {
    /// Reads the account's `connection`.
    fn connection<T: serde::de::DeserializeOwned>(&self) -> Result<T, Vec<Problem>> {
        match self.only_for_addresses {
            true => self.config.readable_connection(self.account).ok_or_else(Vec::new),
            false => self.config.connection(self.account),
        }
    }

    /// Turns an adapter's error about its `connection` into one with a position.
    fn wrong(&self, error: String) -> Vec<Problem> {
        vec![self.config.connection_problem(self.account, &error)]
    }
}

/// An account ready to run.
pub struct BuiltAdapter {
    /// Adapter of the account.
    pub adapter: Arc<dyn Adapter>,
    /// Routes that it serves on the program's HTTP listener.
    pub routes: Option<axum::Router>,
    /// Paths of these routes that the operator chose; all others hold the account's name.
    pub chosen_paths: Vec<String>,
    /// Website, whose routes pages of other hosts may call.
    pub website: Option<Arc<Website>>,
    /// `true` if members can be on it.
    pub has_members: bool,
    /// `true` if it may end by itself, with its terminal.
    pub may_end: bool,
    /// `true` if it runs on a standby too, which keeps what it hears.
    pub standby_hears: bool,
}

impl BuiltAdapter {
    /// Makes an account that serves no paths of the operator's choice.
    #[cfg(any(feature = "terminal", feature = "_connection"))]
    fn new(adapter: Arc<dyn Adapter>) -> Self {
        Self {
            routes: Arc::clone(&adapter).routes(),
            adapter,
            chosen_paths: Vec::new(),
            website: None,
            has_members: true,
            may_end: false,
            standby_hears: false,
        }
    }
}

type Constructor = fn(&AdapterArguments<'_>) -> Result<BuiltAdapter, Vec<Problem>>;

/// A platform that this program was built with, and the constructor of its adapters.
struct PlatformRow {
    platform: &'static Platform,
    build: Constructor,
}

const PLATFORMS: &[PlatformRow] = &[
    #[cfg(feature = "terminal")]
    PlatformRow {
        platform: &groupdesk_terminal::PLATFORM,
        build: terminal,
    },
    #[cfg(feature = "onebot")]
    PlatformRow {
        platform: &groupdesk_onebot::PLATFORM,
        build: onebot,
    },
    #[cfg(feature = "qq")]
    PlatformRow {
        platform: &groupdesk_qq::PLATFORM,
        build: |given| connected(given, Qq::new),
    },
    #[cfg(feature = "telegram")]
    PlatformRow {
        platform: &groupdesk_telegram::PLATFORM,
        build: |given| connected(given, Telegram::new),
    },
    #[cfg(feature = "discord")]
    PlatformRow {
        platform: &groupdesk_discord::PLATFORM,
        build: |given| connected(given, Discord::new),
    },
    #[cfg(feature = "wecom")]
    PlatformRow {
        platform: &groupdesk_wecom::ROBOT_PLATFORM,
        build: |given| connected(given, Robot::new),
    },
    #[cfg(feature = "wecom")]
    PlatformRow {
        platform: &groupdesk_wecom::GROUP_ROBOT_PLATFORM,
        build: |given| connected(given, GroupRobot::new),
    },
    #[cfg(feature = "wecom")]
    PlatformRow {
        platform: &groupdesk_wecom::APP_PLATFORM,
        build: |given| connected(given, App::new),
    },
    #[cfg(feature = "wechat")]
    PlatformRow {
        platform: &groupdesk_wechat::CUSTOMER_SERVICE_PLATFORM,
        build: |given| connected(given, CustomerService::new),
    },
    #[cfg(feature = "wechat")]
    PlatformRow {
        platform: &groupdesk_wechat::OFFICIAL_ACCOUNT_PLATFORM,
        build: |given| connected(given, OfficialAccount::new),
    },
    #[cfg(feature = "wechat")]
    PlatformRow {
        platform: &groupdesk_wechat::ILINK_PLATFORM,
        build: |given| connected(given, ILink::new),
    },
    #[cfg(feature = "web")]
    PlatformRow {
        platform: &groupdesk_web::PLATFORM,
        build: website,
    },
    #[cfg(feature = "webhook")]
    PlatformRow {
        platform: &groupdesk_webhook::PLATFORM,
        build: webhook,
    },
    #[cfg(feature = "mail")]
    PlatformRow {
        platform: &groupdesk_mail::PLATFORM,
        build: |given| connected(given, Mail::new),
    },
    #[cfg(feature = "ticketing")]
    PlatformRow {
        platform: &groupdesk_ticketing::GITHUB_PLATFORM,
        build: |given| connected(given, Ticketing::github),
    },
    #[cfg(feature = "ticketing")]
    PlatformRow {
        platform: &groupdesk_ticketing::CHATWOOT_PLATFORM,
        build: |given| connected(given, Ticketing::chatwoot),
    },
    #[cfg(feature = "ticketing")]
    PlatformRow {
        platform: &groupdesk_ticketing::ZAMMAD_PLATFORM,
        build: |given| connected(given, Ticketing::zammad),
    },
    #[cfg(feature = "ticketing")]
    PlatformRow {
        platform: &groupdesk_ticketing::HUBSPOT_PLATFORM,
        build: |given| connected(given, Ticketing::hubspot),
    },
];

/// Pauses before a failed adapter is restarted, the first and the longest.
const RESTART: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));

/// Returns the platforms that this program was built with, as groupdesk.yaml knows them.
pub fn platforms() -> Platforms {
    PLATFORMS.iter().map(|row| row.platform).collect()
}

/// Makes the adapters of all accounts; `storage` gives each its storage.
///
/// # Errors
/// Fails with every error in their `connection`s and paths, with positions.
pub fn build(
    config: &Config,
    clock: &Arc<dyn Clock>,
    storage: &dyn Fn(&str) -> Arc<dyn Storage>,
) -> Result<Vec<BuiltAdapter>, Vec<Problem>> {
    let mut built = Vec::new();
    // Adapters with mistakes in their connection, of platforms whose addresses do not depend on it.
    let mut half_built = Vec::new();
    let mut problems = Vec::new();
    let mut paths = BTreeMap::new();
    for account in &config.accounts {
        let mut given = AdapterArguments {
            config,
            account,
            clock: Arc::clone(clock),
            storage: storage(&account.name),
            only_for_addresses: false,
        };
        let Some(row) = PLATFORMS.iter().find(|row| row.platform.name == account.platform) else {
            problems.push(unknown_platform(config, account));
            continue;
        };
        match (row.build)(&given) {
            Ok(mut made) => {
                made.has_members = row.platform.has_members;
                problems.extend(taken_path(config, account, &made, &mut paths));
                built.push(made);
            }
            Err(found) => {
                problems.extend(found);
                given.only_for_addresses = true;
                let made = (row.build)(&given).ok();
                half_built.extend(made.filter(|_| row.platform.has_members));
            }
        }
    }
    let asked: Vec<&BuiltAdapter> = built.iter().chain(&half_built).collect();
    problems.extend(super::address_check::impossible(config, &asked));
    if problems.is_empty() {
        Ok(built)
    } else {
        Err(problems)
    }
}

fn unknown_platform(config: &Config, account: &AccountConfig) -> Problem {
    let names = PLATFORMS.iter().map(|row| row.platform.name.to_owned());
    let names: Vec<String> = names.collect();
    let given = &account.platform;
    let known = names.join(", ");
    let (meant, meant_chinese) = match nearest(given, &names) {
        Some(name) => (format!("did you mean `{name}`? "), format!("是不是要写 {name}？")),
        None => Default::default(),
    };
    let mut problem = config.problem(
        &account.path("platform"),
        format!("unknown platform `{given}`"),
        Some(format!("{meant}this program was built with: {known}")),
    );
    problem.in_chinese(format!(
        "没有「{given}」这个平台；{meant_chinese}可以写：{known}（QQ 群用 onebot）"
    ));
    problem
}

#[cfg(feature = "terminal")]
fn terminal(given: &AdapterArguments<'_>) -> Result<BuiltAdapter, Vec<Problem>> {
    let account = AccountId::new(given.account.name.as_str());
    let language = given.config.terminal_language;
    let example = example_question::example_question(given.config.faq.as_deref(), language);
    let clock = Arc::clone(&given.clock);
    let adapter = groupdesk_terminal::Terminal::new(account, clock, language, example.as_deref());
    Ok(BuiltAdapter {
        may_end: true,
        ..BuiltAdapter::new(Arc::new(adapter))
    })
}

#[cfg(feature = "onebot")]
fn onebot(given: &AdapterArguments<'_>) -> Result<BuiltAdapter, Vec<Problem>> {
    let settings: groupdesk_onebot::Settings = given.connection()?;
    if let Some(reverse) = settings.reverse()
        && settings.access_token.is_none()
        && !reverse.allow_without_token
        && !given.config.listen().ip().is_loopback()
    {
        let error = format!(
            "the listener on {} is open to whoever reaches it, who can then speak for the account: it needs `access_token`",
            given.config.listen()
        );
        let hint = "write access_token: \"${ONEBOT_TOKEN}\" here and the same token into the implementation, or \
                    web.listen: 127.0.0.1:8080, or reverse: { allow_without_token: true } in a network that you trust";
        let path = given.account.path("connection");
        let mut problem = given.config.problem(&path, error, Some(hint.to_owned()));
        problem.in_chinese(format!(
            "监听地址 {} 谁都能连上，连上就能冒充这个账号，所以需要 access_token；请在这里写 access_token: \"${{ONEBOT_TOKEN}}\"，并在 \
             OneBot 实现里填同一个令牌；或者写 web.listen: 127.0.0.1:8080；内部网络可信时也可以写 reverse: {{ allow_without_token: true }}",
            given.config.listen()
        ));
        return Err(vec![problem]);
    }
    let account = AccountId::new(given.account.name.as_str());
    let standby_hears = settings.standby_hears();
    let adapter = groupdesk_onebot::OneBot::new(account, settings, Arc::clone(&given.clock));
    Ok(BuiltAdapter {
        standby_hears,
        chosen_paths: adapter.paths(),
        ..BuiltAdapter::new(adapter)
    })
}

#[cfg(feature = "webhook")]
fn webhook(given: &AdapterArguments<'_>) -> Result<BuiltAdapter, Vec<Problem>> {
    let settings: groupdesk_webhook::Settings = given.connection()?;
    let account = AccountId::new(given.account.name.as_str());
    let (clock, storage) = (Arc::clone(&given.clock), Arc::clone(&given.storage));
    let adapter = groupdesk_webhook::Webhook::new(account, settings, clock, storage)
        .map_err(|error| given.wrong(error))?;
    Ok(BuiltAdapter::new(adapter))
}

/// Makes a website. It is at a path of its own, and the first one where the dashboard is too.
#[cfg(feature = "web")]
fn website(given: &AdapterArguments<'_>) -> Result<BuiltAdapter, Vec<Problem>> {
    let settings: groupdesk_web::Settings = given.connection()?;
    let account = AccountId::new(given.account.name.as_str());
    let (config, platform) = (given.config, &given.account.platform);
    let base = config.base_path();
    let mut mounts = vec![format!("{base}/web/{}", account.path_segment())];
    let websites = config.accounts.iter().filter(|other| other.platform == *platform);
    let key = |other: &&AccountConfig| config.problem(&other.path("platform"), String::new(), None).line;
    if websites
        .min_by_key(key)
        .is_some_and(|first| first.name == given.account.name)
    {
        mounts.push(base.to_owned());
    }
    let (clock, storage) = (Arc::clone(&given.clock), Arc::clone(&given.storage));
    let adapter =
        Website::new(account, settings, clock, storage, mounts).map_err(|error| given.wrong(error))?;
    Ok(BuiltAdapter {
        chosen_paths: adapter.paths(),
        website: Some(Arc::clone(&adapter)),
        ..BuiltAdapter::new(adapter)
    })
}

/// Constructor of an adapter from its settings.
#[cfg(feature = "_connection")]
type Make<S, A> = fn(AccountId, S, Arc<dyn Clock>, Arc<dyn Storage>) -> Result<Arc<A>, String>;

/// Makes an account of a platform whose adapter is made like most.
#[cfg(feature = "_connection")]
fn connected<S: serde::de::DeserializeOwned, A: Adapter + 'static>(
    given: &AdapterArguments<'_>,
    make: Make<S, A>,
) -> Result<BuiltAdapter, Vec<Problem>> {
    let settings: S = given.connection()?;
    let account = AccountId::new(given.account.name.as_str());
    let (clock, storage) = (Arc::clone(&given.clock), Arc::clone(&given.storage));
    let adapter = make(account, settings, clock, storage).map_err(|error| given.wrong(error))?;
    Ok(BuiltAdapter::new(adapter))
}

/// Reads the settings of WeChat Customer Service on `account`, for the commands that make its links.
///
/// # Errors
/// Fails with every error in its `connection`, with positions.
#[cfg(feature = "wechat")]
pub fn customer_service(
    config: &Config,
    account: &AccountConfig,
) -> Result<CustomerServiceSettings, Vec<Problem>> {
    config.connection(account)
}

/// Returns the schemas of messages that other people's programs send and receive, by platform.
pub fn message_schemas() -> Vec<(&'static str, schemars::Schema)> {
    vec![
        #[cfg(feature = "webhook")]
        ("webhook", groupdesk_webhook::json_schema()),
    ]
}

/// Run time of an adapter after which its next failure counts as the first.
const RAN_WELL: Duration = Duration::from_secs(300);

/// Keeps an adapter running: when it fails, breaks off or ends unasked, it is restarted after a pause, and nothing else
/// stops; `connections` shows the reason. Returns when the program stops, or when an account that may end by itself does.
pub async fn supervise(
    adapter: Arc<dyn Adapter>,
    may_end: bool,
    connections: Arc<Connections>,
    inbox: mpsc::Sender<Incoming>,
    shutdown: CancellationToken,
) {
    let account = adapter.account().clone();
    let mut pause = RESTART.0;
    loop {
        let began = Instant::now();
        let link = Link::new(account.clone(), inbox.clone(), shutdown.clone());
        let run = {
            let adapter = Arc::clone(&adapter);
            // A task of its own, so that a panic ends nothing but this run.
            tokio::spawn(async move { adapter.run(link).await })
        };
        let ended = run.await;
        if shutdown.is_cancelled() {
            return;
        }
        let reason = match ended {
            Ok(Err(AdapterError::Stopped)) if inbox.is_closed() => return,
            Ok(Ok(())) if may_end => {
                connections.set(&account, AccountState::Stopped);
                return;
            }
            Ok(Ok(())) => "its adapter ended although nobody asked it to".to_owned(),
            Ok(Err(error)) => error.to_string(),
            Err(_) => "its adapter broke off; the log has where, please report it".to_owned(),
        };
        if began.elapsed() >= RAN_WELL {
            pause = RESTART.0;
        }
        tracing::error!(%account, reason, ?pause, "the account failed; starting it again after a pause");
        connections.set(&account, AccountState::Failed { reason });
        tokio::select! {
            () = tokio::time::sleep(pause) => pause = (pause * 2).min(RESTART.1),
            () = shutdown.cancelled() => return,
        }
    }
}

#[cfg(test)]
mod tests;
