//! `groupdesk dashboard`: one-time links to the dashboard, beside the running program.

use super::language::{half, said};
use super::runtime::runtime;
use super::{Failure, clock, configuration, output, problem_report};
use crate::config::StoreSettings;
use crate::service::dashboard::{invite, reset};
use crate::service::stores;
use crate::service::{Routing, address_for_people};
use crate::store::Store;
use groupdesk_dashboard::{Role, check_name, link_path};
use std::path::{Path, PathBuf};

/// The arguments of `dashboard`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  groupdesk dashboard invite laowang --role owner
  groupdesk dashboard invite alice --room qq/group:900001     (sees the tickets of this staff room only)
  groupdesk dashboard reset alice                             (a new link, for who forgot the password)")]
pub(super) struct Options {
    /// The configuration, which names the store and the address [default: groupdesk.yaml here, where there is one]
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Add a user, and print the one-time link by which they choose a password
    Invite {
        /// The name by which they log in, and which members see
        name: String,
        /// The rights: viewer, staff, admin or owner
        #[arg(long, value_name = "ROLE", default_value = "staff", value_parser = role)]
        role: Role,
        /// A staff room whose tickets they see; can be repeated [default: all]
        #[arg(long = "room", value_name = "ACCOUNT/CHANNEL")]
        rooms: Vec<String>,
    },
    /// Print a new one-time link of a user; the password stays until it is used
    Reset {
        /// The name of the user
        name: String,
    },
}

fn role(text: &str) -> Result<Role, String> {
    Role::of_name(text).ok_or_else(|| {
        said!(
            "请写 viewer（只读）、staff（客服）、admin（管理员）或 owner（所有者）",
            "write viewer, staff, admin or owner"
        )
    })
}

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    let config = configuration::without_secrets(options.config.as_deref())?;
    let Some(base) = &config.dashboard else {
        let why = match options.config.is_none() && !Path::new("groupdesk.yaml").exists() {
            true => said!(
                "这里没有 groupdesk.yaml，终端聊天没有管理面板；请先运行 groupdesk init",
                "there is no groupdesk.yaml here, and the chat in the terminal has no dashboard: run `groupdesk init` first"
            ),
            false => said!(
                "配置里写了 web.dashboard: false，管理面板没有开",
                "the dashboard is off: the configuration says `web.dashboard: false`"
            ),
        };
        return Err(Failure::Usage(why));
    };
    let token = match &options.command {
        Command::Invite { name, role, rooms } => {
            check_name(name).map_err(|why| Failure::Usage(half(why).to_owned()))?;
            if let Some(room) = rooms.iter().find(|room| room.split_once('/').is_none()) {
                return Err(Failure::Usage(said!(
                    "「{room}」不是客服群的地址；请写成 账号/会话，例如 qq/group:900001",
                    "`{room}` is no staff room: write ACCOUNT/CHANNEL, such as qq/group:900001"
                )));
            }
            let known = Routing::new(&config).staff_rooms();
            let known: Vec<String> = known.iter().map(ToString::to_string).collect();
            if let Some(room) = rooms.iter().find(|room| !known.contains(room)) {
                let known = known.join(", ");
                return Err(Failure::Usage(said!(
                    "没有客服群「{room}」；配置里有：{known}",
                    "there is no staff room `{room}`; the configuration has: {known}"
                )));
            }
            let rooms = (!rooms.is_empty()).then(|| rooms.clone());
            let token = on_store(&config.store, async |store: &dyn Store| {
                let now = clock::of_process()
                    .map_err(|_| said!("读不到时钟", "the clock can't be read"))?
                    .now();
                let invited = invite(store, name, *role, rooms.clone(), now).await;
                invited.map_err(|error| error.to_string())
            })?;
            token.ok_or_else(|| {
                Failure::Usage(said!(
                    "已经有用户「{name}」；忘了密码用 `groupdesk dashboard reset {name}`",
                    "there is a user `{name}`; for a new link: `groupdesk dashboard reset {name}`"
                ))
            })?
        }
        Command::Reset { name } => {
            let token = on_store(&config.store, async |store: &dyn Store| {
                let now = clock::of_process()
                    .map_err(|_| said!("读不到时钟", "the clock can't be read"))?
                    .now();
                reset(store, name, now).await.map_err(|error| error.to_string())
            })?;
            token.ok_or_else(|| {
                Failure::Usage(said!(
                    "没有用户「{name}」；`groupdesk dashboard invite {name}` 可以邀请",
                    "there is no user `{name}`; `groupdesk dashboard invite {name}` adds one"
                ))
            })?
        }
    };
    output::line(format_args!(
        "{}{base}{}\n{}",
        address_for_people(config.listen()),
        link_path(&token),
        said!(
            "（一次性链接，72 小时内有效；经过反向代理时换成对外的地址）",
            "a one-time link, valid for 72 hours; behind a proxy put its address in front"
        )
    ))?;
    if config.listen_anyway() {
        return Ok(());
    }
    output::line(said!(
        "配置里没有 web.listen：如果没有账号需要它，这个地址不会打开；请在 groupdesk.yaml 里写 web: {{ listen: \"127.0.0.1:8080\" }}",
        "`web.listen` is not set: where no account needs it, nothing listens there; write web: {{ listen: \"127.0.0.1:8080\" }} into groupdesk.yaml"
    ))
}

/// Opens the store, which a program that serves may have open too, and makes it where there is none.
pub(super) fn on_store<T>(
    settings: &StoreSettings,
    act: impl AsyncFnOnce(&dyn Store) -> Result<T, String>,
) -> Result<T, Failure> {
    let runtime = runtime()?;
    let done = runtime.block_on(async {
        let store = stores::open(settings)
            .await
            .map_err(|error| problem_report::store(&error))?;
        let done = act(&*store).await;
        store.close().await;
        done
    });
    done.map_err(Failure::Broken)
}
