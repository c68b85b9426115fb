//! groupdesk.yaml as it is written: the keys, their types and their descriptions. [`super::load`] checks what they mean
//! together.

use super::Platforms;
use super::channel::PolicyFile;
use super::ids::{AsWritten, Id, PersonText, PlaceText};
use super::model::ModelFile;
use super::semantic::SemanticFile;
use super::tickets::TicketsFile;
use crate::hours::ScheduleSpec;
use groupdesk_contract::Secret;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;
use std::num::NonZeroU32;

/// groupdesk.yaml: what the operator of groupdesk edits.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct File {
    /// Platforms that the accounts may be on; not in the file.
    #[serde(skip)]
    pub(super) platforms: Platforms,
    /// The FAQ, relative to this file. Without it the one built into the program is used.
    pub(super) faq: Option<String>,
    /// Store of conversations, tickets and replies to send.
    pub(super) store: StoreFile,
    /// The HTTP listener, which platforms and `/healthz` use.
    pub(super) web: Option<WebFile>,
    /// Log, to standard error.
    pub(super) log: LogFile,
    /// Metrics for Prometheus, at `/metrics` of the HTTP listener.
    pub(super) metrics: MetricsFile,
    /// The bot's identities on chat platforms, by a name of your choice.
    pub(super) accounts: BTreeMap<String, AccountFile>,
    /// Rules for the life of tickets.
    pub(super) tickets: TicketsFile,
    /// Questions that nobody answered.
    pub(super) unanswered: UnansweredFile,
    /// Staff who take tickets, by a name for colleagues and members, with their shifts. Staff on duty are mentioned when
    /// a ticket is opened. Default: nobody is mentioned, the staff rooms are told.
    pub(super) roster: BTreeMap<String, PersonFile>,
    /// Behaviour of the bot in every channel with a tag, such as `paid` or `free`; over `defaults`, under `channels`.
    pub(super) tags: BTreeMap<String, PolicyFile>,
    /// Behaviour of the bot in every channel without other settings.
    pub(super) defaults: PolicyFile,
    /// Behaviour of the bot in single channels, by `account/channel`, such as `qq/group:123456`.
    #[serde(deserialize_with = "by_channel")]
    pub(super) channels: BTreeMap<String, PolicyFile>,
    /// A model that knows what words mean, on top of the built-in matching. Default: none.
    pub(super) semantic: Option<SemanticFile>,
    /// A chat model that judges where the matching is unsure. Default: none, and no request.
    pub(super) model: Option<ModelFile>,
}

/// Store of everything that is kept.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct StoreFile {
    /// The SQLite file, relative to this file. Default: groupdesk.db.
    pub(super) path: Option<String>,
    /// A PostgreSQL database instead, such as `postgres://groupdesk@db.example:5432/groupdesk`; of a primary with standbys all hosts, with
    /// commas between them. Default: none, the file is the store.
    pub(super) url: Option<Secret>,
    /// Password of the database, such as `${file:/run/secrets/database}`. Default: the one in `url`, if any.
    pub(super) password: Option<Secret>,
    /// `true` if a pooler in transaction mode, such as pgbouncer, stands before the database. Default: false.
    pub(super) pooler: Option<bool>,
    /// Days after the last message in a channel after which its latest messages are forgotten. Default: 1.
    pub(super) conversation_days: Option<NonZeroU32>,
}

/// Questions that nobody answered.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct UnansweredFile {
    /// Interval at which the staff rooms are sent the heaviest groups: `weekly`, on Monday at nine, or `off`. Default: off.
    pub(super) digest: UnansweredDigest,
}

/// Interval at which the staff rooms are sent what nobody answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum UnansweredDigest {
    /// Never.
    #[default]
    Off,
    /// Once a week.
    Weekly,
}

/// The HTTP listener.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WebFile {
    /// Address and port. Default: 127.0.0.1:8080.
    #[serde(default, deserialize_with = "listen_text")]
    pub(super) listen: Option<String>,
    /// `false` leaves out the dashboard: tickets, users and the state of the program in a browser. Default: true.
    #[serde(default)]
    pub(super) dashboard: Option<bool>,
    /// Path below which a proxy serves the dashboard and the widget of websites, such as `/desk`. Default: none, they are at the root.
    #[serde(default)]
    pub(super) base_path: Option<String>,
    /// Name or address with a port at which the other nodes of the same database reach this one, such as `10.0.0.7:8080`: a standby
    /// passes on to the holder what it is asked. Default: `listen`, where that is an address that others reach; else none.
    #[serde(default)]
    pub(super) advertise: Option<String>,
    /// Identity provider (OpenID Connect) by which users of the dashboard log in, in builds with the feature `oidc`.
    #[serde(default)]
    pub(super) oidc: Option<OidcFile>,
}

/// An identity provider.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OidcFile {
    /// Address of it, as its description calls it: `https://id.example/realms/shop`.
    pub(super) issuer: String,
    /// Name by which it knows the dashboard.
    pub(super) client_id: String,
    /// Secret by which it knows the dashboard: `${OIDC_SECRET}`. Without it the dashboard is a public client.
    #[serde(default)]
    pub(super) client_secret: Option<String>,
    /// Name of it for people, as `Log in with NAME`. Default: OpenID Connect.
    #[serde(default)]
    pub(super) name: Option<String>,
}

/// Metrics for Prometheus.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct MetricsFile {
    /// `true` counts events and decisions by channel too, so that the channels' ids are on `/metrics`. Default: false.
    pub(super) channels: bool,
}

/// Format and filter of the log.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct LogFile {
    /// `human` for a person, `json` for a log collector.
    pub(super) format: LogFormat,
    /// Filter of the log, as `info` or `info,groupdesk::desk=debug`. The environment's GROUPDESK_LOG wins. Texts of
    /// messages are logged at debug only.
    pub(super) filter: Option<String>,
}

/// Format of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For a person.
    #[default]
    Human,
    /// One JSON object a line.
    Json,
}

/// One identity of the bot on a platform.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AccountFile {
    /// The platform, such as `onebot`; `groupdesk check` lists those that this program was built with.
    pub(super) platform: String,
    /// Settings for reaching the platform; the keys depend on the platform.
    // Read by the platform's adapter from the document itself; named here so that it is a known key.
    #[serde(default, rename = "connection")]
    #[schemars(with = "serde_json::Value")]
    pub(super) _connection: serde_yaml::Value,
    /// Platform ids of the people who answer members. The bot never answers them.
    #[serde(default)]
    pub(super) staff: Vec<Id>,
    /// Platform ids of the staff who may also change the FAQ.
    #[serde(default)]
    pub(super) admins: Vec<Id>,
    /// Platform ids of programs that the platform does not mark as such. They are never answered and cause no ticket.
    #[serde(default)]
    pub(super) bots: Vec<Id>,
    /// Platform ids of members whom the bot ignores.
    #[serde(default)]
    pub(super) ignore: Vec<Id>,
    /// Channels in which staff are told of hand-overs, as `account/channel`; they may be on another account.
    #[serde(default)]
    pub(super) staff_rooms: Vec<PlaceText>,
    /// Pace at which the account may send.
    #[serde(default)]
    pub(super) pace: PaceFile,
}

/// Pace at which an account may send. Platforms punish accounts that send too fast.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct PaceFile {
    /// In all channels together. Default: no limit.
    pub(super) account: Option<Rate>,
    /// In one channel. Default: 5 a second after a burst of 60.
    pub(super) channel: Option<Rate>,
}

/// A rate of messages.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// Messages a second, in the long run.
    pub per_second: f64,
    /// Messages that may go at once after a silence.
    pub burst: u32,
}

/// A staff member who takes tickets.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PersonFile {
    /// Ids on each account, as `account/id`. The bot never answers them there.
    pub(super) ids: Vec<PersonText>,
    /// Shifts, written like `hours` in faq.yaml: { weekly: { mon-fri: "08:00-12:00" }, holidays: cn }, or 7x24. Default:
    /// the service hours.
    #[serde(default)]
    pub(super) shifts: Option<ScheduleSpec>,
    /// Order of calls: tier 1, then 2 when nobody claims a ticket for `escalate_after`, and so on. Default: 1.
    #[serde(default)]
    pub(super) tier: Option<u32>,
}

/// Reads settings by channel: a number alone is an address that lacks its account, and not a mistake of YAML.
fn by_channel<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, PolicyFile>, D::Error> {
    #[derive(PartialEq, Eq, PartialOrd, Ord)]
    struct Key(String);
    impl<'de> Deserialize<'de> for Key {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let text = AsWritten::expecting("account/channel, such as qq/group:123456");
            Ok(Self(deserializer.deserialize_any(text)?))
        }
    }
    let channels: BTreeMap<Key, PolicyFile> = BTreeMap::deserialize(deserializer)?;
    Ok(channels
        .into_iter()
        .map(|(Key(name), settings)| (name, settings))
        .collect())
}

/// Reads the address of the HTTP listener as text; the check that knows more than its type reports errors.
fn listen_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    struct Written(String);
    impl<'de> Deserialize<'de> for Written {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let text = AsWritten::expecting("address and port, such as 127.0.0.1:8080");
            Ok(Self(deserializer.deserialize_any(text)?))
        }
    }
    let written: Option<Written> = Option::deserialize(deserializer)?;
    Ok(written.map(|Written(text)| text))
}
