//! groupdesk.yaml: what the operator edits. Read once at the start; every mistake is an error with its position.

mod addresses;
mod advertise;
mod channel;
mod consequent_errors;
mod duration;
mod empty_keys;
mod environment;
mod faq_and_missing_values;
mod file_schema;
mod ids;
mod layered_settings;
mod load;
mod log_filter;
mod model;
mod model_settings;
mod oidc;
mod pace;
mod platforms;
mod roster;
mod semantic;
mod setting_origin;
mod shadow_check;
mod store;
mod tags;
mod tickets;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_connection;
#[cfg(test)]
mod tests_whole;

pub use addresses::{Address, Named};
pub use consequent_errors::without as without_consequences;
pub use environment::Environment;
pub use faq_and_missing_values::{NamedFaq, missing, named_faq};
pub use file_schema::{LogFormat, Rate, UnansweredDigest};
pub use load::{load, read};
pub use model::{DraftSettings, JudgeApi, JudgeSettings};
pub use model_settings::{Tier, load_tier};
pub use oidc::OidcSettings;
pub use pace::{Pace, PaceLimits};
pub use platforms::Platforms;
pub use semantic::MODELS;
pub use setting_origin::InForce;
pub use store::{PostgresSettings, StoreSettings};
pub use tags::Tags;

use crate::desk::{Policy, TicketPolicy};
use crate::language::Language;
use crate::yaml::{Document, Problem};
use groupdesk_contract::{AccountId, Place, divided};
use groupdesk_model::Source;
use jiff::SignedDuration;
use serde::de::DeserializeOwned;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

/// Address of the HTTP listener unless `web.listen` says otherwise.
const LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);

/// File of the store unless `store.path` says otherwise.
const STORE: &str = "groupdesk.db";

/// Retention of a channel's latest messages unless `store.conversation_days` says otherwise: none of them matters longer
/// than some minutes, but a cool-down may be set to hours.
const CONVERSATION_RETENTION: SignedDuration = SignedDuration::from_hours(24);

/// Pace of one channel unless `pace.channel` says otherwise: more than any group can read, less than what looks like an
/// attack.
const CHANNEL_PACE: Rate = Rate {
    per_second: 5.0,
    burst: 60,
};

/// The configuration, checked.
#[derive(Debug)]
pub struct Config {
    /// FAQ file; `None` is the one built in.
    pub faq: Option<PathBuf>,
    /// Place of the store.
    pub store: StoreSettings,
    /// Time after the last message for which a channel's latest messages are kept.
    pub conversation_retention: SignedDuration,
    /// Format and filter of the log.
    pub log: Log,
    /// Language of the terminal in which the program was started.
    pub terminal_language: Language,
    /// `true` if metrics count by channel.
    pub metrics_by_channel: bool,
    /// Accounts, by name.
    pub accounts: Vec<AccountConfig>,
    /// Rules for the life of tickets.
    pub tickets: TicketPolicy,
    /// Interval at which the staff rooms are sent what nobody answered.
    pub unanswered: UnansweredDigest,
    /// Behaviour of the bot where nothing else is set.
    pub defaults: Policy,
    /// Channels with settings of their own.
    pub channels: Vec<Channel>,
    /// Source of vectors; `None` matches lexically.
    pub semantic: Option<Source>,
    /// Model that `semantic: auto` found, in both languages, for the log and for `check`.
    pub semantic_note: Option<String>,
    /// The judge; `None` asks no chat model for anything.
    pub judge: Option<JudgeSettings>,
    /// Drafts for staff; `None` asks no chat model for any.
    pub drafts: Option<DraftSettings>,
    /// Path below which the dashboard is served; `None` leaves the dashboard out.
    pub dashboard: Option<String>,
    /// Identity provider by which users of the dashboard log in.
    pub oidc: Option<OidcSettings>,
    base_path: String,
    listen: Option<SocketAddr>,
    /// Address at which other nodes reach this one.
    pub advertise: Option<String>,
    addresses: Vec<Address>,
    /// Tags of the file; `None` where there is no file.
    tags: Option<Tags>,
    /// Platforms that the program was built with.
    platforms: Platforms,
    /// Findings of the reader that are no errors.
    doubts: Vec<Problem>,
    document: Document,
}

/// Format and filter of the log.
#[derive(Debug, Clone)]
pub struct Log {
    /// Format of a line.
    pub format: LogFormat,
    /// Filter in the syntax of `tracing`.
    pub filter: String,
}

/// An account as configured.
#[derive(Debug)]
pub struct AccountConfig {
    /// Name of the account.
    pub name: String,
    /// Name of its platform.
    pub platform: String,
    /// Platform ids of staff.
    pub staff: Vec<String>,
    /// Platform ids of admins.
    pub admins: Vec<String>,
    /// Platform ids of programs.
    pub bots: Vec<String>,
    /// Platform ids of members who are ignored.
    pub ignore: Vec<String>,
    /// Staff rooms that are told of hand-overs.
    pub staff_rooms: Vec<Place>,
    /// Pace at which it may send.
    pub pace: PaceLimits,
}

/// A channel with settings of its own.
#[derive(Debug)]
pub struct Channel {
    /// Address of the channel.
    pub place: Place,
    /// Behaviour of the bot there.
    pub policy: Policy,
    /// Staff rooms, where they are not the account's.
    pub staff_rooms: Option<Vec<Place>>,
}

impl AccountConfig {
    /// Returns the path of one of the account's keys.
    pub fn path(&self, key: &str) -> Vec<String> {
        vec!["accounts".to_owned(), self.name.clone(), key.to_owned()]
    }
}

impl Config {
    /// Makes the configuration of a start without a file: a group chat in this terminal.
    pub fn console() -> Self {
        let here = PathBuf::from("faq.yaml");
        Self {
            faq: here.exists().then_some(here),
            store: StoreSettings::File(PathBuf::from(STORE)),
            conversation_retention: CONVERSATION_RETENTION,
            // Somebody looks at this terminal: only what goes wrong belongs between the messages.
            log: Log {
                format: LogFormat::Human,
                filter: "warn".to_owned(),
            },
            terminal_language: Language::ENGLISH,
            metrics_by_channel: false,
            accounts: vec![AccountConfig {
                name: "console".to_owned(),
                platform: "console".to_owned(),
                staff: vec!["staff".to_owned()],
                admins: vec!["staff".to_owned()],
                bots: Vec::new(),
                ignore: Vec::new(),
                staff_rooms: vec![Place::new("console", "group:staff")],
                pace: pace(None, None),
            }],
            tickets: TicketPolicy::default(),
            unanswered: UnansweredDigest::default(),
            defaults: Policy::default(),
            channels: Vec::new(),
            semantic: None,
            semantic_note: None,
            judge: None,
            drafts: None,
            dashboard: None,
            oidc: None,
            base_path: String::new(),
            listen: None,
            advertise: None,
            addresses: Vec::new(),
            tags: None,
            platforms: Platforms::default(),
            doubts: Vec::new(),
            document: Document::default(),
        }
    }

    /// Returns the address of the HTTP listener.
    pub fn listen(&self) -> SocketAddr {
        self.listen.unwrap_or(LISTEN)
    }

    /// Returns the path below which the dashboard and websites are served, without a slash at its end; empty at the root.
    pub fn base_path(&self) -> &str {
        &self.base_path
    }

    /// `true` if the HTTP listener is wanted although no account needs it.
    pub fn listen_anyway(&self) -> bool {
        self.listen.is_some()
    }

    /// Returns the pace at which an account may send.
    pub fn pace(&self, account: &AccountId) -> PaceLimits {
        let found = self
            .accounts
            .iter()
            .find(|candidate| candidate.name == account.as_str());
        found.map_or_else(|| pace(None, None), |account| account.pace)
    }

    /// Reads an account's `connection` as its adapter's type.
    ///
    /// # Errors
    /// Fails with every key that does not fit, with positions.
    pub fn connection<T: DeserializeOwned>(&self, account: &AccountConfig) -> Result<T, Vec<Problem>> {
        let mut problems = Vec::new();
        let path = account.path("connection");
        match self.document.read::<T>(&path, &mut problems) {
            Some(connection) if problems.is_empty() => Ok(connection),
            _ => Err(problems),
        }
    }

    /// Reads of an account's `connection` what can be read; `None` where that is not enough.
    pub fn readable_connection<T: DeserializeOwned>(&self, account: &AccountConfig) -> Option<T> {
        self.document.read(&account.path("connection"), &mut Vec::new())
    }

    /// Returns every channel and person that the file names.
    pub fn addresses(&self) -> &[Address] {
        &self.addresses
    }

    /// Returns the tags that the file names; `None` without a file.
    pub fn tags(&self) -> Option<&Tags> {
        self.tags.as_ref()
    }

    /// Makes an error about the key at the end of a path of the file.
    pub fn key_problem(&self, path: &[String], message: String, help: Option<String>) -> Problem {
        let (line, column) = self.document.key_position(path);
        Problem {
            line,
            column,
            ..self.document.problem(path, message, help)
        }
    }

    /// Makes the error of an adapter about its `connection`, in both languages where it has them, without a value that
    /// stands there.
    pub fn connection_problem(&self, account: &AccountConfig, error: &str) -> Problem {
        let path = account.path("connection");
        let (english, chinese) = divided(error);
        let mut problem = self.document.problem(&path, english.to_owned(), None);
        problem.chinese = chinese.map(str::to_owned);
        self.document.hide_values(&path, &mut problem);
        problem
    }

    /// Makes an error at a path of the file.
    pub fn problem(&self, path: &[String], message: String, help: Option<String>) -> Problem {
        self.document.problem(path, message, help)
    }

    /// Makes an error about the source of [`Config::semantic`], at its place in the file.
    pub fn semantic_problem(&self, message: String) -> Problem {
        let path = match (&self.semantic, &self.semantic_note) {
            (Some(source), None) => semantic::path(source),
            _ => &["semantic"],
        };
        let path: Vec<String> = path.iter().map(|key| (*key).to_owned()).collect();
        let help = "correct it, or remove `semantic` to match by words alone".to_owned();
        let (english, chinese) = divided(&message);
        let mut problem = self.problem(&path, english.to_owned(), Some(help));
        let why = chinese.map_or_else(
            || "语义模型用不了（原因见上面的英文）；请改正".to_owned(),
            |why| format!("语义模型用不了：{why}"),
        );
        problem.in_chinese(format!("{why}；或删掉 semantic，只按文字匹配"));
        problem
    }

    /// Makes an error about the model, at its place in the file.
    pub fn model_problem(&self, message: String) -> Problem {
        let path = ["model".to_owned()];
        let help = "correct it, or remove `model` to do without one".to_owned();
        let mut problem = self.problem(&path, message, Some(help));
        problem.in_chinese("model 用不了（原因见上面的英文）；请改正，或删掉 model，不用模型");
        problem
    }

    /// Returns warnings about settings that are allowed and probably a mistake.
    pub fn warnings(&self) -> Vec<Problem> {
        let mut warnings = self.document.warnings().to_vec();
        warnings.extend(self.doubts.iter().cloned());
        for account in &self.accounts {
            if account.staff_rooms.is_empty() && self.platforms.has_members(&account.platform) {
                let message = format!(
                    "account `{}` has no staff room: nobody is told of hand-overs",
                    account.name
                );
                let (help, chinese) = self.with_staff_room(account);
                let path = vec!["accounts".to_owned(), account.name.clone()];
                let mut problem = self.problem(&path, message, Some(help)).into_warning();
                problem.in_chinese(format!(
                    "账号「{}」没有客服群，转人工时没有人会收到通知；{chinese}",
                    account.name
                ));
                warnings.push(problem);
            }
        }
        warnings
    }

    /// Returns what to type where an account has no staff room, in English and in Chinese.
    fn with_staff_room(&self, account: &AccountConfig) -> (String, String) {
        if let Some(room) = self.platforms.staff_room(&account.platform, &account.name) {
            let real = match room.ends_with("/servicers") {
                true => ("the platform's own servicers", "平台自带的接待人员"),
                false => ("with the address of the staff's own room", "换成您的客服群"),
            };
            return (
                format!("set `staff_rooms: [{room}]`, {}", real.0),
                format!("请加上 staff_rooms: [{room}]（{}）", real.1),
            );
        }
        let mut help = "no staff room can be on this platform: name that of another account in `staff_rooms` (OneBot, Telegram, a \
                        mailbox, a webhook)"
            .to_owned();
        let mut chinese = "客服群不能放在这个平台上，请另设一个账号（OneBot、Telegram、邮箱、webhook），把它的客服群写进 staff_rooms"
            .to_owned();
        // The dashboard has a room of its own.
        if self.dashboard.is_some() {
            help.push_str("; or set `staff_rooms: [dashboard/team]`, the dashboard's");
            chinese.push_str("；也可以用管理面板：staff_rooms: [dashboard/team]");
        }
        (help, chinese)
    }
}

fn pace(account: Option<Rate>, channel: Option<Rate>) -> PaceLimits {
    let pace = |rate: Rate| Pace {
        per_second: rate.per_second,
        burst: rate.burst,
    };
    PaceLimits {
        account: account.map(pace),
        channel: Some(pace(channel.unwrap_or(CHANNEL_PACE))),
    }
}

/// Returns the JSON Schema of groupdesk.yaml.
pub fn json_schema(platforms: &Platforms) -> serde_json::Value {
    load::json_schema(platforms)
}
