//! `groupdesk quarantine`: events that could not be handled, and were set aside so that they stop nothing else.

use super::language::said;
use super::tickets::on_store;
use super::time_zone::Zone;
use super::{Failure, output};
use crate::store::{DeduplicationKey, Quarantined, Store, StoreError};
use groupdesk_contract::{Message, clean_line, clean_text};
use serde_json::{Value, json};
use std::fmt::Write;
use std::path::PathBuf;

/// The largest number of events that are listed.
const LISTED_EVENTS: u32 = 1000;

/// The arguments of `quarantine`.
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
    /// List events that were set aside, newest first
    List {
        /// Print a JSON array
        #[arg(long)]
        json: bool,
    },
    /// Show one with all that is known of it
    Show {
        /// Its number in the list
        number: i64,
    },
    /// Hand a message back to the program, to be decided once more: after an update that mends the fault
    Retry {
        /// Its number in the list
        number: i64,
    },
    /// Forget one, or all
    Forget {
        /// Its number in the list
        #[arg(required_unless_present = "all")]
        number: Option<i64>,
        /// All of them
        #[arg(long, conflicts_with = "number")]
        all: bool,
    },
}

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    let printed = on_store(options.config.as_deref(), async |store: &dyn Store| {
        let zone = Zone::of_service(options.config.as_deref());
        act(store, &options.command, &zone).await
    })?;
    match printed {
        Some(text) => output::text(text),
        None => Err(Failure::Usage(said!(
            "没有搁置这个编号的事件；`groupdesk quarantine list` 列出编号",
            "no such event is set aside; `groupdesk quarantine list` shows their numbers"
        ))),
    }
}

async fn act(store: &dyn Store, command: &Command, zone: &Zone) -> Result<Option<String>, StoreError> {
    match command {
        Command::List { json } => {
            let events = store.quarantine(LISTED_EVENTS).await?;
            if *json {
                let events: Vec<Value> = events
                    .iter()
                    .map(|(number, event)| object(*number, event))
                    .collect();
                let text = serde_json::to_string_pretty(&events).unwrap_or_default();
                return Ok(Some(text + "\n"));
            }
            let mut text = String::new();
            for (number, event) in &events {
                // Writing to a string can't fail.
                let _ = writeln!(text, "{number}  {}", head(event, zone));
            }
            let count = store.quarantine_count().await?;
            let name = zone.name();
            let counted = said!(
                "共搁置 {count} 条事件，时间为 {name}",
                "{count} event(s) set aside, times in {name}"
            );
            let _ = writeln!(text, "{counted}");
            Ok(Some(text))
        }
        Command::Show { number } => {
            let events = store.quarantine(u32::MAX).await?;
            let found = events.into_iter().find(|(each, _)| each == number);
            Ok(found.map(|(_, event)| {
                let name = zone.name();
                format!(
                    "{}\n{}\n{}\n\n{}\n",
                    head(&event, zone),
                    said!("时间为 {name}", "times in {name}"),
                    clean_text(&event.reason),
                    clean_text(&event.payload)
                )
            }))
        }
        Command::Retry { number } => {
            let events = store.quarantine(u32::MAX).await?;
            let Some((_, event)) = events.into_iter().find(|(each, _)| each == number) else {
                return Ok(None);
            };
            let message = serde_json::from_str::<Message>(&event.payload).ok();
            let Some(message) = message.filter(|_| event.kind == "message") else {
                let told = said!(
                    "只有消息可以重新处理，{number} 是另一种事件（{kind}）；请人工处理后运行 `groupdesk quarantine forget {number}`",
                    "only messages can be handed back, and {number} is another kind of event ({kind}): see to it by hand, then \
                     `groupdesk quarantine forget {number}`",
                    kind = event.kind
                );
                return Ok(Some(told + "\n"));
            };
            store
                .retry_quarantined(*number, &DeduplicationKey::of(event.place, &message))
                .await?;
            let told = said!(
                "已交还 {number}：正在运行的程序几秒内会重新处理，否则下次启动时处理；仍然处理不了时会以新编号再次搁置",
                "{number} is handed back: a program that runs takes it within seconds, else the next one at its start. Where it can't \
                 be handled again, it is set aside again under a new number"
            );
            Ok(Some(told + "\n"))
        }
        Command::Forget { number, all: _ } => {
            let forgotten = store.forget_quarantined(*number).await?;
            if number.is_some() && forgotten == 0 {
                return Ok(None);
            }
            let told = said!("已删除 {forgotten} 条", "{forgotten} event(s) forgotten");
            Ok(Some(told + "\n"))
        }
    }
}

fn head(event: &Quarantined, zone: &Zone) -> String {
    format!(
        "{}  {}  {}  {}  {}",
        zone.minute(event.at),
        event.kind,
        clean_line(&event.place.to_string()),
        clean_line(event.member.as_str()),
        clean_line(event.message.as_str()),
    )
}

fn object(number: i64, event: &Quarantined) -> Value {
    json!({
        "number": number,
        "at": event.at,
        "kind": event.kind,
        "account": event.place.account,
        "channel": event.place.channel,
        "member": event.member,
        "message": event.message,
        "reason": event.reason,
        "payload": event.payload,
    })
}
