//! `groupdesk status`: how the program stands: accounts, last events and sends, tickets, FAQ and store.

use super::language::{either, half, label, said, word};
use super::runtime::runtime;
use super::time_zone::Zone;
use super::{Failure, configuration, health, output, problem_report, reason, tickets};
use crate::config::StoreSettings;
use crate::service::stores;
use crate::store::{Lease, Nodes, Store, StoreError, TicketFilter};
use groupdesk_contract::clean_line;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};
use std::fmt::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// The options of `status`.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// The configuration, which names the store and the listener [default: groupdesk.yaml here, where there is one]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Where the program listens, instead of what the configuration says
    #[arg(long, value_name = "ADDRESS")]
    address: Option<SocketAddr>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// The state of the program, from itself and from its files.
struct Status {
    /// Process that serves with the store.
    process: Option<String>,
    /// The answer of the program; else the reason why there is none.
    told: Result<Value, NoAnswer>,
    /// Contents of the store; else the reason why it can't be read.
    kept: Result<Kept, String>,
    faq: Option<PathBuf>,
    faq_changed: Option<Timestamp>,
    store: PathBuf,
    store_bytes: Option<u64>,
    /// `true` if the store is a database, of which nobody knows the size.
    is_database: bool,
}

/// Reason why the program with this store does not tell of itself.
#[derive(Debug)]
struct NoAnswer {
    /// Its name for programs, the same in every language.
    cause: &'static str,
    words: String,
}

/// Contents of the store, as they are shown.
#[derive(Debug)]
struct Kept {
    tickets: Counted,
    /// The nodes that share a database.
    nodes: Option<Nodes>,
}

/// Tickets that are not closed.
#[derive(Debug, Default, Serialize)]
struct Counted {
    open: usize,
    overdue: usize,
}

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    let config = configuration::without_secrets(options.config.as_deref())?;
    let process = config.store.file().and_then(Lease::holder_of);
    let address = health::reachable(options.address.unwrap_or_else(|| config.listen()));
    let told = health::answer_of(address)?
        .map_err(|unreachable| {
            let why = unreachable.in_words();
            NoAnswer {
                cause: unreachable.cause(),
                words: said!("{address} 没有回应：{why}", "{address} does not answer: {why}"),
            }
        })
        .and_then(|(_, told)| match options.address {
            Some(_) => Ok(told),
            None => its_own(told, process.as_deref(), &config.store.shown(), address),
        });
    let status = Status {
        process,
        told,
        kept: match kept(options.config.as_deref(), &config.store) {
            Ok(kept) => Ok(kept),
            Err(Failure::Broken(why)) => Err(why),
            Err(failure) => return Err(failure),
        },
        is_database: config.store.file().is_none(),
        faq_changed: config.faq.as_deref().and_then(changed),
        faq: config.faq,
        store_bytes: config.store.file().and_then(size),
        store: config.store.shown(),
    };
    if options.json {
        output::line(status.to_json())?;
    } else {
        output::text(status.in_words(&Zone::of_service(options.config.as_deref())))?;
    }
    status.kept.map(drop).map_err(Failure::Broken)
}

/// Returns an answer if the groupdesk with this store gave it: another may listen where this one would.
fn its_own(told: Value, process: Option<&str>, store: &Path, address: SocketAddr) -> Result<Value, NoAnswer> {
    let teller = told["process"].as_u64().map(|process| process.to_string());
    let of_store = told["store"].as_str().map(PathBuf::from);
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let is_process = process.is_some() && teller.as_deref() == process;
    if is_process || of_store.is_some_and(|told| real(&told) == real(store)) {
        return Ok(told);
    }
    let teller = teller.unwrap_or_else(|| "?".to_owned());
    Err(NoAnswer {
        cause: "other_desk",
        words: said!(
            "在 {address} 回应的是另一个 groupdesk（进程 {teller}）",
            "another groupdesk (process {teller}) answers on {address}"
        ),
    })
}

fn kept(config: Option<&Path>, store: &StoreSettings) -> Result<Kept, Failure> {
    Ok(Kept {
        tickets: count(config, store)?,
        nodes: nodes(store)?,
    })
}

fn count(config: Option<&Path>, store: &StoreSettings) -> Result<Counted, Failure> {
    if !stores::may_exist(store) {
        return Ok(Counted::default());
    }
    tickets::reading(config, async |store: &dyn Store| -> Result<Counted, StoreError> {
        let filter = TicketFilter {
            not_closed: true,
            ..TicketFilter::default()
        };
        let open = store.tickets(&filter).await?;
        Ok(Counted {
            overdue: open.iter().filter(|ticket| ticket.is_overdue()).count(),
            open: open.iter().filter(|ticket| ticket.ended.is_none()).count(),
        })
    })
}

/// Asks the database for its nodes.
fn nodes(store: &StoreSettings) -> Result<Option<Nodes>, Failure> {
    let runtime = runtime()?;
    runtime
        .block_on(stores::nodes(store))
        .map_err(|error| Failure::Broken(problem_report::store(&error)))
}

/// The size of a store: with the log beside it.
fn size(store: &Path) -> Option<u64> {
    let bytes = |path: &Path| std::fs::metadata(path).map(|found| found.len()).ok();
    let mut log = store.as_os_str().to_owned();
    log.push("-wal");
    Some(bytes(store)? + bytes(Path::new(&log)).unwrap_or(0))
}

fn changed(file: &Path) -> Option<Timestamp> {
    let changed = std::fs::metadata(file).ok()?.modified().ok()?;
    Timestamp::try_from(changed).ok()
}

impl Status {
    fn nodes(&self) -> Option<&Nodes> {
        self.kept.as_ref().ok()?.nodes.as_ref()
    }

    fn to_json(&self) -> Value {
        let mut status = json!({
            "running": self.process.is_some() || self.told.is_ok(),
            "process": self.process,
            "source": if self.told.is_ok() { "program" } else { "store" },
            "tickets": self.kept.as_ref().ok().map(|kept| &kept.tickets),
            "store": { "path": self.store, "bytes": self.store_bytes },
            "faq": { "file": self.faq, "changed": self.faq_changed },
        });
        if let Err(why) = &self.kept {
            status["store"]["failing"] = json!(why);
        }
        if let Some(nodes) = self.nodes() {
            let holder = nodes.holder.as_ref();
            status["nodes"] = json!({
                "holder": holder.map(|holder| json!({
                    "node": holder.node, "address": holder.address, "epoch": holder.epoch,
                })),
                "standbys": nodes.standbys,
                "synchronous": nodes.synchronous,
                "primaries": nodes.primaries,
            });
        }
        match &self.told {
            Ok(told) => {
                for key in [
                    "status", "started", "version", "accounts", "alerts", "outbox", "entries",
                ] {
                    status[key] = told[key].clone();
                }
                status["faq"]["loaded"] = told["faq"]["loaded"].clone();
            }
            Err(why) => {
                status["cause"] = json!(why.cause);
                status["note"] = json!(why.words);
            }
        }
        status
    }

    fn in_words(&self, zone: &Zone) -> String {
        let mut text = String::new();
        // Writing to a string can't fail, here and below.
        let _ = match &self.told {
            Ok(told) => {
                let version = told["version"].as_str().unwrap_or("?");
                let process = &told["process"];
                let mut line = said!(
                    "版本 {version}，进程 {process}",
                    "version {version}, process {process}"
                );
                // A standby does not tell since when it waits.
                if told["started"].is_string() {
                    let started = moment(&told["started"], zone);
                    line.push_str(either("，", ", "));
                    line.push_str(&said!("启动于 {started}", "started {started}"));
                }
                writeln!(text, "{}  {line}", health::word(&told["status"]))
            }
            Err(why) => {
                let state = match &self.process {
                    Some(process) => said!("正在运行（进程 {process}）", "running (process {process})"),
                    None => said!("没有运行", "not running"),
                };
                let alone = said!(
                    "以下只来自数据文件，看不到账号",
                    "from the store alone, without the accounts"
                );
                writeln!(text, "{state}\n{alone}: {}", clean_line(&why.words))
            }
        };
        if let Ok(told) = &self.told {
            let accounts = told["accounts"].as_object().into_iter().flatten();
            for (account, standing) in accounts {
                let _ = writeln!(
                    text,
                    "{} {}: {}",
                    said!("账号", "account"),
                    clean_line(account),
                    account_in_words(standing, zone)
                );
            }
            for alert in told["alerts"].as_array().into_iter().flatten() {
                let part = |key: &str| clean_line(alert[key].as_str().unwrap_or_default()).into_owned();
                let _ = writeln!(
                    text,
                    "{} {} ({}, {}): {}",
                    said!("警报", "alert"),
                    part("name"),
                    part("severity"),
                    moment(&alert["since"], zone),
                    half(&part("message"))
                );
            }
        }
        let _ = match &self.kept {
            Ok(Kept {
                tickets: Counted { open, overdue },
                ..
            }) => writeln!(
                text,
                "{}{}",
                label("工单", "tickets"),
                said!("未结束 {open}，超时 {overdue}", "{open} open, {overdue} overdue")
            ),
            Err(why) => writeln!(
                text,
                "{}{}: {}",
                label("工单", "tickets"),
                said!(
                    "现在读不了数据，不知道有多少",
                    "unknown, the store can't be read now"
                ),
                clean_line(why)
            ),
        };
        let faq = match &self.faq {
            Some(file) => file.display().to_string(),
            None => said!("（程序内置）", "(built in)"),
        };
        let _ = match (&self.told, self.faq_changed) {
            // A standby has none in service.
            (Ok(told), _) if told["entries"].is_number() => {
                let (entries, loaded) = (&told["entries"], moment(&told["faq"]["loaded"], zone));
                let loaded = said!(
                    "{entries} 个条目，载入于 {loaded}",
                    "{entries} entries, loaded {loaded}"
                );
                writeln!(text, "FAQ: {faq}; {loaded}")
            }
            (_, Some(changed)) => {
                let changed = zone.minute(changed);
                let changed = said!("修改于 {changed}", "changed {changed}");
                writeln!(text, "FAQ: {faq}; {changed}")
            }
            (_, None) => writeln!(text, "FAQ: {faq}"),
        };
        let store = self.store.display();
        let _ = match self.store_bytes {
            None if self.is_database => writeln!(text, "{}{store}", label("数据", "store")),
            Some(bytes) => writeln!(text, "{}{store}, {}", label("数据", "store"), in_units(bytes)),
            None => writeln!(
                text,
                "{}{store}, {}",
                label("数据", "store"),
                said!("还没有", "not there yet")
            ),
        };
        if let Some(nodes) = self.nodes() {
            text.push_str(&nodes_in_words(nodes));
        }
        let name = zone.name();
        let _ = writeln!(text, "{}", said!("时间为 {name}", "times in {name}"));
        text
    }
}

fn nodes_in_words(nodes: &Nodes) -> String {
    let holder = match &nodes.holder {
        Some(holder) => {
            let address = match holder.address.as_str() {
                "" => said!(
                    "没有写 web.advertise，备用节点无法转交",
                    "no `web.advertise`, so nothing is passed on to it"
                ),
                address => address.to_owned(),
            };
            said!(
                "由 {node} 服务（第 {epoch} 任，{address}）",
                "{node} serves (epoch {epoch}, {address})",
                node = clean_line(&holder.node),
                address = clean_line(&address),
                epoch = holder.epoch,
            )
        }
        None => said!("现在没有节点在服务", "no node serves now"),
    };
    let standbys: Vec<_> = nodes.standbys.iter().map(|node| clean_line(node)).collect();
    let standbys = match standbys.as_slice() {
        [] => said!("无", "none"),
        some => some.join("、"),
    };
    let mut words = format!(
        "{}{holder}; {}{standbys}\n",
        label("节点", "nodes"),
        label("备用", "standbys")
    );
    if nodes.primaries.len() > 1 {
        let names = nodes.primaries.join("、");
        let several = said!(
            "有不止一个能写：{names}。程序用时间线最新的那个；请马上把旧的主库隔离（停掉，用 pg_rewind 改成备库）",
            "more than one takes writes: {names}. The one with the newest timeline is used; fence the old primary at once (stop it, and \
             make it a standby with pg_rewind)"
        );
        let _ = writeln!(words, "{}{several}", label("数据库", "database"));
    }
    if !nodes.synchronous {
        let alone = said!(
            "synchronous_standby_names 是空的，提交时不等备库；如果有备库，主库坏掉时最后几条可能没复制过去",
            "synchronous_standby_names is empty: commits wait for no standby of the database; where there is one, what was said last \
             may be missing when it is promoted"
        );
        let _ = writeln!(words, "{}{alone}", label("数据库", "database"));
    }
    words
}

fn account_in_words(standing: &Value, zone: &Zone) -> String {
    let state = match standing["state"].as_str().unwrap_or_default() {
        _ if standing["cause"] == "bad_credentials" => {
            said!("平台拒绝了凭据", "the platform refuses its credentials")
        }
        "starting" => word(health::state_in_chinese("starting"), "not connected yet"),
        code => word(health::state_in_chinese(code), code),
    };
    let since = moment(&standing["since"], zone);
    let mut words = format!("{state}, {}", said!("自 {since}", "since {since}"));
    if let Some(reason) = standing["reason"].as_str() {
        let _ = write!(words, " ({})", reason::shown(&clean_line(reason)));
    }
    let event = match &standing["last_event"] {
        Value::Null => said!("无", "none"),
        at => moment(at, zone),
    };
    let _ = write!(words, "; {}", said!("最近收到 {event}", "last event {event}"));
    let last = &standing["last_send"];
    let outcome = match last["outcome"].as_str() {
        None => return words + "; " + &said!("最近发送：无", "last send none"),
        Some("sent") => said!("成功", "sent"),
        Some("refused") => said!("被拒绝", "refused"),
        Some("unknown") => said!("不知道是否送达", "unknown"),
        Some("retrying") => said!("失败，会再试", "failed, is tried again"),
        Some(other) => other.to_owned(),
    };
    let _ = write!(
        words,
        "; {} {} {outcome}",
        said!("最近发送", "last send"),
        moment(&last["at"], zone)
    );
    if let Some(reason) = last["reason"].as_str() {
        let _ = write!(words, " ({})", reason::shown(&clean_line(reason)));
    }
    words
}

/// A moment of the program's answer, in the zone of the service hours.
fn moment(at: &Value, zone: &Zone) -> String {
    let at = at.as_str().and_then(|at| at.parse::<Timestamp>().ok());
    at.map_or_else(|| "?".to_owned(), |at| zone.minute(at))
}

fn in_units(bytes: u64) -> String {
    const KIB: u64 = 1024;
    const MIB: u64 = KIB * KIB;
    if bytes < MIB {
        return format!("{} KiB", bytes.div_ceil(KIB));
    }
    format!("{}.{} MiB", bytes / MIB, bytes % MIB * 10 / MIB)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_program_tells_is_shown_where_the_store_cannot_be_read() {
        let status = Status {
            process: None,
            told: Ok(json!({ "status": "standby", "process": 7, "version": "1" })),
            kept: Err("the disk is full".to_owned()),
            faq: None,
            faq_changed: None,
            store: "postgres://one/desk".into(),
            store_bytes: None,
            is_database: true,
        };
        let words = status.in_words(&Zone::from(jiff::tz::TimeZone::UTC));
        for part in [
            "standby",
            "进程 7 / version 1, process 7",
            "the store can't be read now: the disk is full",
        ] {
            assert!(words.contains(part), "{part}: {words}");
        }
        assert!(
            !words.contains("started") && !words.contains("not there yet"),
            "{words}"
        );
        let json = status.to_json();
        assert_eq!(json["store"]["failing"], "the disk is full");
        assert_eq!(
            (&json["status"], &json["tickets"]),
            (&json!("standby"), &Value::Null)
        );
    }

    #[test]
    fn sizes_are_in_words_and_another_program_s_answer_is_not_taken() {
        assert_eq!(in_units(1), "1 KiB");
        assert_eq!(in_units((5 << 20) + (1 << 19)), "5.5 MiB");
        let told = json!({ "status": "ok", "process": 7, "store": "/data/groupdesk.db" });
        let address = SocketAddr::from(([127, 0, 0, 1], 1));
        let taken = |process, store| its_own(told.clone(), process, Path::new(store), address);
        assert!(taken(Some("7"), "elsewhere.db").is_ok());
        assert!(taken(None, "/data/groupdesk.db").is_ok());
        let other = taken(Some("8"), "elsewhere.db").unwrap_err();
        assert!(
            other.cause == "other_desk" && other.words.contains('7'),
            "{other:?}"
        );
        assert!(taken(None, "elsewhere.db").is_err());
    }
}
