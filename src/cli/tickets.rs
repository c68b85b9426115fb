//! `groupdesk tickets`: lists, shows, exports and deletes tickets.

mod list;

use super::erasure_report::erased;
use super::language::{label, said, spoken};
use super::runtime::runtime;
use super::time_zone::Zone;
use super::{Failure, clock, configuration, member_id, output, problem_report};
use crate::config::StoreSettings;
use crate::service::stores;
use crate::store::{Forget, Forgotten, Store, StoreError, TicketFilter};
use crate::ticket::{HistoryLine, LineKind, Status, Ticket};
use groupdesk_contract::{clean_line, clean_name, clean_text};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::borrow::Cow;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The arguments of `tickets`.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// The configuration, which names the store [default: groupdesk.yaml here, where there is one]
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// List tickets, newest first, or find them
    List(list::Options),
    /// Show one ticket with all that was said and done
    Show {
        /// Its number
        number: u64,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Print tickets with their transcripts, as Markdown or JSON lines
    Export {
        /// Their numbers [default: all]
        numbers: Vec<u64>,
        /// Print one JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// Forget a member's closed tickets and all that was said in them
    Forget {
        /// The account's name in groupdesk.yaml
        account: String,
        /// The member's platform id
        member: String,
    },
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum StatusName {
    Open,
    Claimed,
    Waiting,
    Resolved,
    Closed,
}

impl From<StatusName> for Status {
    fn from(name: StatusName) -> Self {
        match name {
            StatusName::Open => Self::Open,
            StatusName::Claimed => Self::Claimed,
            StatusName::Waiting => Self::Waiting,
            StatusName::Resolved => Self::Resolved,
            StatusName::Closed => Self::Closed,
        }
    }
}

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    if let Command::Forget { account, member } = &options.command {
        let forgotten = forget(options.config.as_deref(), account, member)?;
        return output::text(erased(&forgotten));
    }
    if let Command::List(list) = &options.command {
        list::check(list)?;
    }
    let now = clock::of_process()?.now();
    let printed = reading(options.config.as_deref(), async |store: &dyn Store| {
        let zone = Zone::of_service(options.config.as_deref());
        act(store, &options.command, &zone, now).await
    })?;
    match printed {
        Some(text) => output::text(text),
        None => Err(Failure::Usage(said!(
            "没有这个工单；`groupdesk tickets list --all` 列出所有编号",
            "there is no such ticket; `groupdesk tickets list --all` shows their numbers"
        ))),
    }
}

/// Erases what is kept of a member, and returns what that was.
///
/// # Errors
/// [`Failure::Usage`] if `member` can be no id there, or nothing is kept of the account; as [`on_store`] else.
pub(super) fn forget(config: Option<&Path>, account: &str, member: &str) -> Result<Forgotten, Failure> {
    let known = configuration::without_secrets(config)?;
    if let Some((form, expected)) = member_id::expected(&known, account, member, &clock::of_process()?) {
        return Err(Failure::Usage(said!(
            "「{member}」不是账号「{account}」上的成员号码，什么都没有删除；请写平台的号码（{form}），工单里在名字后面的括号里",
            "`{member}` can be no member of account `{account}`: nothing was forgotten. Write the platform's id ({expected}); tickets show it in brackets behind the name"
        )));
    }
    // Of an account that is set up there may be decisions when all else is gone.
    let is_set_up = known.accounts.iter().any(|known| known.name == account);
    let forgotten = on_store(config, async |store: &dyn Store| {
        let known = store.accounts().await?;
        if !is_set_up && !known.iter().any(|known| known == account) {
            return Ok(Err(no_such_account(account, &known)));
        }
        let which = Forget::Member(account.into(), member.into());
        store.forget(&which).await.map(Ok)
    })?;
    forgotten.map_err(Failure::Usage)
}

/// Formats the error that nothing is stored of an account of this name.
fn no_such_account(account: &str, known: &[String]) -> String {
    let known = if known.is_empty() {
        "-".to_owned()
    } else {
        known.join(", ")
    };
    said!(
        "没有叫「{account}」的账号，什么都没有删除；账号名与 groupdesk.yaml 里一致（区分大小写），现有：{known}",
        "the store knows no account `{account}`: nothing was forgotten. Accounts are named as in groupdesk.yaml, capitals included; the store knows: {known}"
    )
}

/// Opens the store that the configuration names, and calls `act` with it.
///
/// # Errors
/// [`Failure::Usage`] if there is no store or the configuration can't be read; [`Failure::Found`] after printing its
/// problems; [`Failure::Broken`] if the store fails.
pub(super) fn on_store<T>(
    config: Option<&Path>,
    act: impl AsyncFnOnce(&dyn Store) -> Result<T, StoreError>,
) -> Result<T, Failure> {
    on_opened(config, stores::open, act)
}

/// Calls `act` with the store that the configuration names, which may be open for reading alone.
///
/// # Errors
/// As for [`on_store`].
pub(super) fn reading<T>(
    config: Option<&Path>,
    act: impl AsyncFnOnce(&dyn Store) -> Result<T, StoreError>,
) -> Result<T, Failure> {
    on_opened(config, stores::open_to_read, act)
}

fn on_opened<T>(
    config: Option<&Path>,
    open: impl AsyncFnOnce(&StoreSettings) -> Result<Arc<dyn Store>, StoreError>,
    act: impl AsyncFnOnce(&dyn Store) -> Result<T, StoreError>,
) -> Result<T, Failure> {
    let settings = store_settings(config)?;
    if !stores::may_exist(&settings) {
        let path = settings.shown();
        return Err(Failure::Usage(said!(
            "{path} 处没有数据文件：还没有转过人工，或者应该用 --config 指定另一个配置",
            "there is no store at {path}: nothing was handed over yet, or --config names another one",
            path = path.display()
        )));
    }
    let runtime = runtime()?;
    let done = runtime.block_on(async {
        let store = open(&settings).await?;
        let done = act(&*store).await;
        store.close().await;
        done
    });
    done.map_err(|error: StoreError| Failure::Broken(problem_report::store(&error)))
}

/// Returns the place of the store that the configuration names.
pub(super) fn store_settings(config: Option<&Path>) -> Result<StoreSettings, Failure> {
    Ok(configuration::without_secrets(config)?.store)
}

/// `true` unless nothing can be kept yet where the configuration says.
pub(super) fn has_store(config: Option<&Path>) -> Result<bool, Failure> {
    Ok(stores::may_exist(&store_settings(config)?))
}

/// Carries out a command. Returns the text to print; `None` if a named ticket does not exist.
async fn act(
    store: &dyn Store,
    command: &Command,
    zone: &Zone,
    now: Timestamp,
) -> Result<Option<String>, StoreError> {
    match command {
        Command::List(options) => list::list(store, options, zone, now).await.map(Some),
        Command::Show { number, json } => {
            let Some(ticket) = store.ticket(*number).await? else {
                return Ok(None);
            };
            let lines = store.ticket_lines(*number).await?;
            Ok(Some(if *json {
                pretty(&object(&ticket, &lines))
            } else {
                markdown(&ticket, &lines, zone)
            }))
        }
        Command::Export { numbers, json } => {
            let mut tickets = Vec::new();
            if numbers.is_empty() {
                tickets = every(store, TicketFilter::default()).await?;
                tickets.reverse();
            }
            for number in numbers {
                let Some(ticket) = store.ticket(*number).await? else {
                    return Ok(None);
                };
                tickets.push(ticket);
            }
            let mut text = String::new();
            for ticket in tickets {
                let lines = store.ticket_lines(ticket.number).await?;
                if *json {
                    // Writing to a string can't fail, here and below.
                    let _ = writeln!(text, "{}", escaped(&object(&ticket, &lines).to_string()));
                } else {
                    let _ = writeln!(text, "{}", markdown(&ticket, &lines, zone));
                }
            }
            Ok(Some(text))
        }
        // It is carried out before the others.
        Command::Forget { .. } => Ok(None),
    }
}

/// The number of tickets that are read at once: few enough not to hold up a program that serves with the same file.
const PAGE_TICKETS: u32 = 500;

/// Reads all tickets of a filter, newest first.
async fn every(store: &dyn Store, mut filter: TicketFilter) -> Result<Vec<Ticket>, StoreError> {
    filter.limit = Some(PAGE_TICKETS);
    let mut tickets = Vec::new();
    loop {
        let page = store.tickets(&filter).await?;
        let Some(last) = page.last() else {
            return Ok(tickets);
        };
        filter.below = Some(last.number);
        tickets.extend(page);
    }
}

fn pretty(value: &Value) -> String {
    // A `Value` is always JSON.
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    escaped(&text) + "\n"
}

/// Escapes everything in JSON that steers a terminal; JSON itself asks that of the oldest control characters only.
fn escaped(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        let mut bytes = [0; 4];
        if c == '\n' || matches!(clean_line(c.encode_utf8(&mut bytes)), Cow::Borrowed(_)) {
            text.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a string can't fail.
                let _ = write!(text, "\\u{unit:04x}");
            }
        }
    }
    text
}

fn table(tickets: &[Ticket], zone: &Zone) -> String {
    let mut text = String::new();
    for ticket in tickets {
        let owner = ticket.owner.as_ref().map(|agent| clean_name(&agent.name));
        let owner = owner.as_deref().unwrap_or("-");
        let _ = writeln!(
            text,
            "#{}  {}  {}  {owner}  {}  {}  {}",
            ticket.number,
            status(ticket.status),
            zone.minute(ticket.opened),
            ticket.named_place(),
            clean_name(&ticket.member_name),
            clean_line(&ticket.subject)
        );
    }
    let count = tickets.len();
    let name = zone.name();
    let counted = said!(
        "共 {count} 个工单，时间为 {name}",
        "{count} ticket(s), times in {name}"
    );
    let _ = writeln!(text, "{counted}");
    text
}

/// Formats a status; `--status` takes its code.
fn status(status: Status) -> String {
    let chinese = match status {
        Status::Open => "待认领",
        Status::Claimed => "处理中",
        Status::Waiting => "等成员",
        Status::Resolved => "已解决",
        Status::Closed => "已关闭",
    };
    match spoken() {
        Some(language) => language.of(chinese, status.name()).to_owned(),
        None => format!("{}/{chinese}", status.name()),
    }
}

fn object(ticket: &Ticket, lines: &[HistoryLine]) -> Value {
    let lines: Vec<Value> = lines
        .iter()
        .map(|line| json!({ "at": line.at, "kind": line.kind.name(), "who": line.who, "text": line.text }))
        .collect();
    let mut object = json!(ticket);
    object["lines"] = Value::Array(lines);
    object
}

fn markdown(ticket: &Ticket, lines: &[HistoryLine], zone: &Zone) -> String {
    let mut text = format!(
        "# {} #{}: {}\n\n- {}{} (`{}`, `{}`)\n- {}{}\n- {}{} {} ({})\n",
        said!("工单", "Ticket"),
        ticket.number,
        clean_line(&ticket.subject),
        label("成员", "member"),
        clean_name(&ticket.member_name),
        ticket.member,
        ticket.place,
        label("状态", "status"),
        status(ticket.status),
        label("开单", "opened"),
        zone.minute(ticket.opened),
        zone.name(),
        clean_line(&ticket.reason),
    );
    if let Some(owner) = &ticket.owner {
        let name = clean_name(&owner.name);
        let _ = writeln!(
            text,
            "- {}{name} (`{}/{}`)",
            label("负责人", "owner"),
            owner.account,
            owner.id
        );
    }
    for watcher in &ticket.watchers {
        let name = clean_name(&watcher.name);
        let _ = writeln!(
            text,
            "- {}{name} (`{}`)",
            label("问同样问题", "asks the same"),
            watcher.member
        );
    }
    text.push('\n');
    for line in lines {
        let at = zone.in_form(line.at, "%m-%d %H:%M");
        let who = clean_line(&line.who);
        let quoted = clean_text(&line.text).replace('\n', "\n  > ");
        let _ = match line.kind {
            LineKind::Event => writeln!(text, "- {at} *{who} {}*", clean_line(&line.text)),
            LineKind::Note => writeln!(text, "- {at} **{who}** {}:\n  > {quoted}", said!("备注", "notes")),
            LineKind::Member | LineKind::Staff => {
                writeln!(text, "- {at} **{who}**:\n  > {quoted}")
            }
        };
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use groupdesk_contract::Place;

    #[test]
    fn what_members_wrote_steers_no_terminal_and_forges_no_line() {
        let hostile = "王\u{1b}[2J\n#9  closed\u{9b}1A\u{202e}\u{2028}x";
        let place = Place::new("qq", "group:1");
        let json = json!({
            "number": 1, "place": place, "kind": "group", "language": "zh", "member": "3", "member_name": hostile,
            "message": "m", "subject": hostile, "transcript": hostile, "reason": hostile,
            "opened": "2026-11-23T02:00:00Z", "rooms": [], "status": "open", "owner": null, "watchers": [],
            "member_spoke": "2026-11-23T02:00:00Z", "staff_acted": null, "first_reply": null, "ended": null,
            "in_digest": false,
        });
        let ticket: Ticket = serde_json::from_value(json).unwrap();
        let line = |kind| HistoryLine {
            ticket: 1,
            at: ticket.opened,
            kind,
            who: hostile.to_owned(),
            text: hostile.to_owned(),
            said: None,
        };
        let lines = [LineKind::Member, LineKind::Event, LineKind::Note].map(line);
        let zone = Zone::from(jiff::tz::TimeZone::get("Asia/Shanghai").unwrap());
        let listed = table(std::slice::from_ref(&ticket), &zone);
        assert_eq!(listed.lines().count(), 2, "{listed}");
        let shown = markdown(&ticket, &lines, &zone);
        // The zone is named once; in JSON times stay as they are.
        for text in [&listed, &shown] {
            assert!(
                text.contains("2026-11-23 10:00") && text.matches("Asia/Shanghai").count() <= 2,
                "{text}"
            );
        }
        assert!(shown.contains("- 11-23 10:00 "), "{shown}");
        for line in shown.lines().filter(|line| line.contains("#9")) {
            assert!(line.starts_with(['-', '#', ' ']), "{line:?}");
        }
        let json = pretty(&object(&ticket, &lines));
        for text in [&listed, &shown, &json] {
            let steers = |c: char| c != '\n' && (c.is_control() || ('\u{2028}'..='\u{202e}').contains(&c));
            assert!(!text.contains(steers), "{text:?}");
        }
        let read: Value = serde_json::from_str(&json).unwrap();
        assert_eq!(read["member_name"], hostile);
        assert_eq!(read["opened"], "2026-11-23T02:00:00Z");
    }
}
