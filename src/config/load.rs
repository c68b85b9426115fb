//! Loads groupdesk.yaml's text into a [`Config`]: positions, environment, and the checks across keys.

use super::addresses::{no_channel, served_staff_rooms};
use super::consequent_errors::{holds, without};
use super::file_schema::{AccountFile, File};
use super::ids::{Id, PlaceText, place, places};
use super::tags::Tags;
use super::{AccountConfig, CONVERSATION_RETENTION, Channel, Config, Environment, Log, Platforms, pace};
use crate::desk::Policy;
use crate::language::Language;
use crate::yaml::{Document, Limits, Problem};
use groupdesk_contract::{DASHBOARD, Place};
use jiff::SignedDuration;
use std::net::SocketAddr;
use std::path::Path;

/// Largest configuration, in bytes.
const FILE_MAX_BYTES: usize = 1 << 20;

pub(super) fn parse(path: &Path, text: &str) -> Result<Document, Vec<Problem>> {
    let limits = Limits {
        bytes: FILE_MAX_BYTES,
        ..Limits::default()
    };
    Document::parse(&path.display().to_string(), text, &limits).map(Document::with_secrets)
}

/// Loads a configuration of accounts on `platforms`. Relative paths in it are relative to the file.
///
/// # Errors
/// Fails with every error in it, with positions.
pub fn load(
    path: &Path,
    text: &str,
    environment: &Environment,
    platforms: &Platforms,
) -> Result<Config, Vec<Problem>> {
    match read(path, text, environment, platforms) {
        (Some(config), problems) if problems.is_empty() => Ok(config),
        (_, problems) => Err(problems),
    }
}

/// Reads a configuration as [`load`] does, with every error in it. What can be read of one with errors is returned too, so that
/// its adapters can be tried; it is not to be run.
pub fn read(
    path: &Path,
    text: &str,
    environment: &Environment,
    platforms: &Platforms,
) -> (Option<Config>, Vec<Problem>) {
    let mut document = match parse(path, text) {
        Ok(document) => document,
        Err(problems) => return (None, problems),
    };
    let mut unread = super::empty_keys::empty_secrets(&document);
    document.hide_secrets(&mut unread);
    let folder = path.parent().unwrap_or(Path::new(""));
    unread.extend(document.expand(|value| environment.expand(folder, value)));
    let file: Option<File> = document.read(&[], &mut unread);
    let lacking: Vec<Problem> = super::oidc::lacking(&document).into_iter().collect();
    unread.retain(|problem| !lacking.iter().any(|key| holds(&key.path, &problem.path)));
    let Some(mut file) = file else {
        return (None, [unread, lacking].concat());
    };
    // Checks that compare several parts say nothing true of a file of which a part is missing.
    let is_whole = unread.is_empty() && lacking.is_empty();
    let mut problems = Vec::new();
    file.platforms = platforms.clone();
    let defaults = file.defaults.over(&Policy::default());
    let listen = listen(&document, &file, &mut problems);
    let mut across = Vec::new();
    let advertise = super::advertise::advertise(&document, &file, listen, &mut across);
    check(&document, &file, &mut problems);
    across.extend(served_staff_rooms(&document, &file));
    document.hide_secrets(&mut problems);
    let mut doubts = super::empty_keys::not_written(&document);
    let store = super::store::store(&document, &file.store, folder, &mut problems);
    let roster = super::roster::roster(&document, &file, &mut problems, &mut doubts);
    let semantic = file
        .semantic
        .as_ref()
        .map(|file| super::semantic::chosen(&document, file, folder, &mut problems))
        .unwrap_or_default();
    let model = file.model.as_ref();
    let model = model.map(|file| super::model::model(&document, file, &mut problems));
    let (judge, drafts) = model.map_or((None, None), |model| (model.judge, model.drafts));
    let channels = channels(&file, &defaults);
    let (defaults, rooms) = tagged(&defaults, &defaults.tags, &file);
    let accounts = accounts(&file, rooms);
    across.extend(super::shadow_check::unheard(
        &document,
        &file,
        &defaults,
        (&accounts, &channels),
    ));
    if is_whole {
        document.hide_secrets(&mut across);
        problems.extend(across);
    }
    doubts.extend(super::log_filter::doubt(&document, file.log.filter.as_deref()));
    let oidc = super::oidc::oidc(&document, &file, &mut problems);
    let config = Config {
        faq: file.faq.as_ref().map(|faq| folder.join(faq)),
        store,
        conversation_retention: conversation_retention(&file),
        log: log(&file),
        terminal_language: Language::ENGLISH,
        metrics_by_channel: file.metrics.channels,
        accounts,
        tickets: file.tickets.policy(roster, drafts.is_some()),
        unanswered: file.unanswered.digest,
        defaults,
        channels,
        semantic: semantic.source,
        semantic_note: semantic.note,
        judge,
        drafts,
        dashboard: dashboard(&file),
        oidc,
        base_path: base_path(&file).to_owned(),
        listen,
        advertise,
        addresses: super::addresses::addresses(&document, &file),
        tags: Some(Tags::of(&file)),
        platforms: platforms.clone(),
        doubts,
        document,
    };
    let found = without(&unread, true, problems);
    (Some(config), [unread, lacking, found].concat())
}

/// Reads the address of the HTTP listener; `None` without one, and where it is no address, which is a problem.
fn listen(document: &Document, file: &File, problems: &mut Vec<Problem>) -> Option<SocketAddr> {
    let Some(text) = &file.web.as_ref()?.listen else {
        return Some(super::LISTEN);
    };
    match text.parse() {
        Ok(address) => Some(address),
        Err(_) => {
            problems.push(no_address(document, text));
            None
        }
    }
}

/// Lays the settings of every channel over those of its tags and `defaults`.
fn channels(file: &File, defaults: &Policy) -> Vec<Channel> {
    let channels = file.channels.iter().filter_map(|(address, settings)| {
        let tags = settings.tags.as_ref().unwrap_or(&defaults.tags);
        let (under, rooms) = tagged(defaults, tags, file);
        Some(Channel {
            place: place(address)?,
            policy: settings.over(&under),
            staff_rooms: settings.staff_rooms.as_ref().or(rooms).map(|rooms| places(rooms)),
        })
    });
    channels.collect()
}

/// Makes the settings of all accounts; `rooms` are the staff rooms of the tags that every channel carries.
fn accounts(file: &File, rooms: Option<&Vec<PlaceText>>) -> Vec<AccountConfig> {
    let default_rooms = file
        .defaults
        .staff_rooms
        .as_ref()
        .map(|rooms| places(rooms))
        .unwrap_or_default();
    let accounts = file.accounts.iter().map(|(name, account)| {
        let mut account = self::account(name, account, &default_rooms);
        if let Some(rooms) = rooms {
            account.staff_rooms = places(rooms);
        }
        account
    });
    accounts.collect()
}

/// Returns the time for which conversations are kept.
fn conversation_retention(file: &File) -> SignedDuration {
    file.store
        .conversation_days
        .map_or(CONVERSATION_RETENTION, |days| {
            SignedDuration::from_hours(24 * i64::from(days.get()))
        })
}

/// Returns the settings of the log.
fn log(file: &File) -> Log {
    Log {
        format: file.log.format,
        filter: file.log.filter.clone().unwrap_or_else(|| "info".to_owned()),
    }
}

/// Returns the path below which the dashboard is served; `None` without one. It is on wherever the HTTP listener may be.
fn dashboard(file: &File) -> Option<String> {
    let web = file.web.as_ref();
    let wanted = web.is_none_or(|web| web.dashboard != Some(false));
    wanted.then(|| base_path(file).to_owned())
}

/// Returns the path below which the dashboard and websites are served.
fn base_path(file: &File) -> &str {
    let path = file.web.as_ref().and_then(|web| web.base_path.as_deref());
    path.unwrap_or_default().trim_end_matches('/')
}

/// `true` if an account is the dashboard's own, which stands in no file.
pub(super) fn is_dashboard(file: &File, account: &str) -> bool {
    account == DASHBOARD && dashboard(file).is_some()
}

/// `true` if the file names an account, also where that can't be read, or was typed with another colon.
pub(super) fn has_account(document: &Document, file: &File, name: &str) -> bool {
    let is_written = || {
        let keys = document.keys(&strings(&["accounts"]));
        keys.iter().any(|key| key.split('：').next() == Some(name))
    };
    file.accounts.contains_key(name) || is_dashboard(file, name) || is_written()
}

/// Reports an account that has the dashboard's name, and a path that can't be one.
fn check_dashboard(document: &Document, file: &File, problems: &mut Vec<Problem>) {
    if is_dashboard(file, DASHBOARD) && file.accounts.contains_key(DASHBOARD) {
        let mut problem = document.problem(
            &strings(&["accounts", DASHBOARD]),
            format!("`{DASHBOARD}` is the name of the dashboard's own account"),
            Some("choose another name, or write `web: { dashboard: false }`".to_owned()),
        );
        problem.in_chinese(format!(
            "「{DASHBOARD}」是管理面板自己的账号名；请换一个名字，或写 web: {{ dashboard: false }}"
        ));
        problems.push(problem);
    }
    let path = base_path(file);
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '.');
    let good = path.is_empty() || (path.starts_with('/') && !path.contains("//") && path.chars().all(plain));
    if !good {
        let typed: String = path.chars().filter(|c| plain(*c)).collect();
        let typed = format!("/{}", typed.trim_matches('/'));
        let mut problem = document.problem(
            &strings(&["web", "base_path"]),
            format!("`{path}` is no path"),
            Some(format!("write base_path: {typed}")),
        );
        problem.in_chinese(format!("「{path}」不是路径；请写 base_path: {typed}"));
        problems.push(problem);
    }
}

/// Makes the error about `web.listen`, with what was probably meant.
fn no_address(document: &Document, text: &str) -> Problem {
    let half = text.replace('：', ":");
    let (host, port) = half.rsplit_once(':').unwrap_or(match half.parse::<u16>() {
        Ok(_) => ("", half.as_str()),
        Err(_) => (half.as_str(), ""),
    });
    let host = match host {
        "" | "localhost" => "127.0.0.1",
        "*" => "0.0.0.0",
        host => host,
    };
    let port = if port.is_empty() { "8080" } else { port };
    let meant = format!("{host}:{port}");
    let meant = match meant.parse::<SocketAddr>() {
        Ok(_) => meant,
        Err(_) => "127.0.0.1:8080".to_owned(),
    };
    let mut problem = document.problem(
        &strings(&["web", "listen"]),
        format!("`{text}` is no address"),
        Some(format!(
            "write listen: {meant} (expected address and port, such as 127.0.0.1:8080 or 0.0.0.0:8080)"
        )),
    );
    problem.in_chinese(format!(
        "「{text}」不是监听地址；请写 地址:端口，例如 listen: {meant}（只给本机用 127.0.0.1，给其他机器用 0.0.0.0）"
    ));
    problem
}

/// Longest name of an account, in characters.
const ACCOUNT_NAME_MAX: usize = 64;

/// Checks the name of an account: it stands in addresses (`account/channel`), in paths of URLs and in commands.
fn account_name(document: &Document, name: &str) -> Option<Problem> {
    let first = name.chars().next().is_some_and(char::is_alphanumeric);
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    if first && name.chars().all(plain) && name.chars().count() <= ACCOUNT_NAME_MAX {
        return None;
    }
    let typed: String = name
        .chars()
        .filter(|c| plain(*c))
        .take(ACCOUNT_NAME_MAX)
        .collect();
    let typed = typed.trim_start_matches(['-', '_', '.']);
    let typed = if typed.is_empty() { "qq" } else { typed };
    let message = format!(
        "`{}` can't be the name of an account / 不能用作帐号名",
        name.escape_debug()
    );
    let help = format!(
        "use letters, digits and -_. only, a letter or digit first, such as `{typed}:` / 只能用文字、数字和 -_.，以文字或数字开头"
    );
    Some(document.problem(&strings(&["accounts", name]), message, Some(help)))
}

/// Checks the keys together: every address names an account that is there, every rate can be kept.
fn check(document: &Document, file: &File, problems: &mut Vec<Problem>) {
    if file.accounts.is_empty() && document.keys(&strings(&["accounts"])).is_empty() {
        let mut problem = document.problem(
            &[],
            "no accounts: the bot would be nowhere".to_owned(),
            Some("add `accounts:`; groupdesk.example.yaml shows how".to_owned()),
        );
        problem.in_chinese("没有账号，机器人哪里都不在；请加上 accounts: ，写法见 groupdesk.example.zh.yaml");
        problems.push(problem);
    }
    problems.extend(
        file.accounts
            .keys()
            .filter_map(|name| account_name(document, name)),
    );
    let known = |place: &Place| has_account(document, file, place.account.as_str());
    let names: Vec<&str> = file.accounts.keys().map(String::as_str).collect();
    let unknown = |path: Vec<String>, place: &Place| {
        if place.account.as_str().is_empty() {
            return no_channel(document, file, &path, place.channel.as_str());
        }
        let mut problem = document.problem(
            &path,
            format!("unknown account `{}` in `{place}`", place.account),
            Some(format!("the accounts are: {}", names.join(", "))),
        );
        problem.in_chinese(format!(
            "「{place}」里的账号「{}」不存在；现有账号：{}",
            place.account,
            names.join("、")
        ));
        problem
    };
    for (name, account) in &file.accounts {
        for (at, PlaceText(room)) in account.staff_rooms.iter().enumerate() {
            if !known(room) {
                let path = vec![
                    "accounts".to_owned(),
                    name.clone(),
                    "staff_rooms".to_owned(),
                    at.to_string(),
                ];
                problems.push(unknown(path, room));
            }
        }
    }
    let settings = file
        .channels
        .iter()
        .map(|(address, settings)| (address.as_str(), settings));
    let settings = settings.map(|(address, settings)| (strings(&["channels", address]), settings));
    let tags = file
        .tags
        .iter()
        .map(|(tag, settings)| (strings(&["tags", tag]), settings));
    let defaults = std::iter::once((strings(&["defaults"]), &file.defaults));
    for (mut path, settings) in settings.chain(tags).chain(defaults) {
        let above = path.len();
        for (at, PlaceText(room)) in settings.staff_rooms.iter().flatten().enumerate() {
            if !known(room) {
                path.truncate(above);
                path.extend(["staff_rooms".to_owned(), at.to_string()]);
                problems.push(unknown(path.clone(), room));
            }
        }
    }
    check_tags(document, file, problems);
    for (at, PlaceText(room)) in file.tickets.escalate_to.iter().enumerate() {
        if !known(room) {
            let mut path = strings(&["tickets", "escalate_to"]);
            path.push(at.to_string());
            problems.push(unknown(path, room));
        }
    }
    for address in file.channels.keys() {
        let path = strings(&["channels", address]);
        let mut problem = match place(address) {
            Some(place) if !known(&place) => unknown(path.clone(), &place),
            Some(_) => continue,
            None => no_channel(document, file, &path, address),
        };
        // The address is a key: its settings stand in the lines below.
        (problem.line, problem.column) = document.key_position(&path);
        problems.push(problem);
    }
    check_dashboard(document, file, problems);
    check_pace(document, file, problems);
}

/// Checks that no tag gives tags.
fn check_tags(document: &Document, file: &File, problems: &mut Vec<Problem>) {
    for (tag, settings) in &file.tags {
        if settings.tags.is_some() {
            let mut problem = document.problem(
                &strings(&["tags", tag, "tags"]),
                "a tag gives no tags".to_owned(),
                Some("tags stand under `defaults` or a channel".to_owned()),
            );
            problem.in_chinese("标签里面不能再写 tags；tags 写在 defaults 或某个会话下面");
            problems.push(problem);
        }
    }
}

/// Checks that no pace forbids everything.
fn check_pace(document: &Document, file: &File, problems: &mut Vec<Problem>) {
    for (name, account) in &file.accounts {
        for (key, rate) in [
            ("account", account.pace.account),
            ("channel", account.pace.channel),
        ] {
            if rate.is_some_and(|rate| {
                !(rate.per_second > 0.0 && rate.per_second.is_finite()) || rate.burst == 0
            }) {
                let path = vec![
                    "accounts".to_owned(),
                    name.clone(),
                    "pace".to_owned(),
                    key.to_owned(),
                ];
                let help = "to silence a channel use `listen: off`".to_owned();
                let mut problem = document.problem(&path, "a pace of nothing".to_owned(), Some(help));
                problem.in_chinese(
                    "per_second 要大于 0，burst 至少是 1；想让机器人在某个会话不说话，请写 listen: off",
                );
                problems.push(problem);
            }
        }
    }
}

fn account(name: &str, file: &AccountFile, default_rooms: &[Place]) -> AccountConfig {
    let own = places(&file.staff_rooms);
    AccountConfig {
        name: name.to_owned(),
        platform: file.platform.clone(),
        staff: ids(&file.staff),
        admins: ids(&file.admins),
        bots: ids(&file.bots),
        ignore: ids(&file.ignore),
        staff_rooms: if own.is_empty() {
            default_rooms.to_vec()
        } else {
            own
        },
        pace: pace(file.pace.account, file.pace.channel),
    }
}

fn ids(ids: &[Id]) -> Vec<String> {
    ids.iter().map(|id| id.0.clone()).collect()
}

/// Returns the settings that channels with these tags have under their own; of several tags with a setting the last
/// counts.
fn tagged<'f>(defaults: &Policy, tags: &[String], file: &'f File) -> (Policy, Option<&'f Vec<PlaceText>>) {
    let mut under = defaults.clone();
    let mut rooms = None;
    for tag in tags.iter().filter_map(|tag| file.tags.get(tag)) {
        under = tag.over(&under);
        rooms = tag.staff_rooms.as_ref().or(rooms);
    }
    (under, rooms)
}

pub(super) fn strings(path: &[&str]) -> Vec<String> {
    path.iter().map(|key| (*key).to_owned()).collect()
}

/// Returns the schema of the file, with each platform's `connection` where its `platform` says so.
pub(super) fn json_schema(platforms: &Platforms) -> serde_json::Value {
    let mut schema = serde_json::to_value(schemars::schema_for!(File)).unwrap_or_default();
    let rules: Vec<serde_json::Value> = platforms
        .iter()
        .map(|platform| {
            serde_json::json!({
                "if": { "properties": { "platform": { "const": platform.name } } },
                "then": { "properties": { "connection": (platform.connection)() } },
            })
        })
        .collect();
    if let Some(account) = schema.pointer_mut("/$defs/AccountFile") {
        account["allOf"] = serde_json::Value::Array(rules);
    }
    schema
}
