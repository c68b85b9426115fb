//! `groupdesk labels`: judges what the bot answered, or would have answered in shadow mode.

use super::language::{either, said, said_in_lines};
use super::tickets::on_store;
use super::{Failure, clock, output};
use crate::figures::LabelCounts;
use crate::store::{
    Batch, Decisions, KeptDecision, Label, NamedDecision, NewLabel, Store, StoreError, Unlabelled,
};
use groupdesk_contract::clean_line;
use serde_json::{Value, json};
use std::cmp::Reverse;
use std::fmt::Write;
use std::path::PathBuf;

/// Labelled decisions that a report is made of.
const REPORTED: u32 = 100_000;

/// Name under which labels of the command line are kept.
const BY: &str = "command line";

/// The arguments of `labels`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  groupdesk labels list                      (answers without a label, newest first)
  groupdesk labels list --nearest            (questions without an answer too, with what was nearest)
  groupdesk labels set right 12 13 14        (right, wrong, needless; none takes a label back)
  groupdesk labels set wrong qq/group:123456/7412
  groupdesk labels report                    (precision with its exact interval, and what is still needed)")]
pub(super) struct Options {
    /// The configuration, which names the store [default: groupdesk.yaml here, where there is one]
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
    /// Print JSON
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// List answers without a label, newest first
    List {
        /// List the labelled ones instead
        #[arg(long, conflicts_with = "nearest")]
        labelled: bool,
        /// List questions without an answer too: a label then says if the nearest entry would have been right
        #[arg(long)]
        nearest: bool,
        /// The largest number of them
        #[arg(long, value_name = "N", default_value_t = 50)]
        limit: u32,
    },
    /// Label decisions
    Set {
        /// The label: right, wrong, needless, or none to take one back
        #[arg(value_name = "LABEL", value_parser = label)]
        label: Given,
        /// Numbers of decisions, or messages as ACCOUNT/CHANNEL/MESSAGE
        #[arg(value_name = "DECISION", required = true)]
        decisions: Vec<String>,
    },
    /// Show what the labels say, by channel: precision, its exact interval, and how many labels are still needed
    Report,
}

/// A label as it is typed; `None` takes one back.
#[derive(Debug, Clone, Copy)]
struct Given(Option<Label>);

fn label(text: &str) -> Result<Given, String> {
    if matches!(text, "none" | "undo" | "撤销") {
        return Ok(Given(None));
    }
    Label::of_word(text)
        .map(|label| Given(Some(label)))
        .ok_or_else(|| {
            said!(
                "请写 right（对）、wrong（错）、needless（不必）或 none（撤销）",
                "write right, wrong, needless or none"
            )
        })
}

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    let config = options.config.as_deref();
    match &options.command {
        Command::List {
            labelled,
            nearest,
            limit,
        } => {
            let found = on_store(config, async |store: &dyn Store| {
                list(store, *labelled, *nearest, *limit).await
            })?;
            output::text(if options.json {
                let rows: Vec<Value> = found.iter().map(as_json).collect();
                json(&rows.into())
            } else {
                found.iter().map(shown).collect()
            })
        }
        Command::Set { label, decisions } => set(options, label.0, decisions),
        Command::Report => {
            let judged = on_store(config, async |store: &dyn Store| {
                store.judged_decisions(REPORTED).await
            })?;
            output::text(report(&judged, options.json))
        }
    }
}

async fn list(
    store: &dyn Store,
    labelled: bool,
    nearest: bool,
    limit: u32,
) -> Result<Vec<KeptDecision>, StoreError> {
    if labelled {
        let mut judged = store.judged_decisions(REPORTED).await?;
        judged.retain(|one| one.label.is_some());
        judged.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        return Ok(judged);
    }
    let unlabelled = async |answered| {
        let filter = Unlabelled {
            answered,
            below: None,
            limit,
        };
        store.unlabelled(&filter).await
    };
    let mut found = unlabelled(true).await?;
    if nearest {
        found.extend(unlabelled(false).await?);
        found.sort_by_key(|one| Reverse((one.decision.at, one.id)));
        found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    }
    Ok(found)
}

fn set(options: &Options, label: Option<Label>, decisions: &[String]) -> Result<(), Failure> {
    let now = clock::of_process()?.now();
    let (set, unknown) = on_store(options.config.as_deref(), async |store: &dyn Store| {
        let (mut set, mut unknown) = (Vec::new(), Vec::new());
        for named in decisions {
            let found = match NamedDecision::read(named.trim_start_matches('#')) {
                Some(named) => named.find(store).await?,
                None => None,
            };
            match found {
                Some(found) => set.push(found),
                None => unknown.push(named.as_str()),
            }
        }
        let labels = set.iter().map(|one| NewLabel {
            decision: one.id,
            label,
            at: now,
            by: BY.to_owned(),
        });
        let batch = Batch {
            decisions: Decisions {
                labels: labels.collect(),
                ..Decisions::default()
            },
            ..Batch::default()
        };
        // All of them, or none: a typing error in a long list is put right and typed again.
        if unknown.is_empty() {
            store.commit(&batch).await?;
        }
        Ok((set, unknown.join(", ")))
    })?;
    if !unknown.is_empty() {
        return Err(Failure::Usage(said!(
            "没有这些可以标注的判断，什么都没有标：{unknown}；编号见 groupdesk labels list",
            "no such decisions to label, and nothing was labelled: {unknown}; `groupdesk labels list` has their numbers"
        )));
    }
    let named = label.map_or("none", Label::name);
    output::text(set.iter().fold(String::new(), |mut text, one| {
        // Writing to a string can't fail, here and below.
        let _ = writeln!(
            text,
            "{}  {}  {named}",
            one.id,
            one.labelled_entry().unwrap_or_default()
        );
        text
    }))
}

/// Renders a decision in two lines.
fn shown(one: &KeptDecision) -> String {
    let row = &one.decision;
    let best = row.best.first().map(|(_, confidence)| *confidence);
    let confidence = row.confidence.or(best).unwrap_or_default();
    let did = match (&row.entry, row.shadow) {
        (Some(_), false) => either("回答", "answer"),
        (Some(_), true) => either("影子回答", "shadow answer"),
        (None, _) => either("没有回答；最近的", "no answer; nearest"),
    };
    let label = one.label.as_ref().map_or("-", |(label, ..)| label.name());
    format!(
        "{}  {label}  {}/{}  {did}: {} {confidence:.3}\n    {}\n",
        one.id,
        row.place,
        row.message,
        one.labelled_entry().unwrap_or_default(),
        clean_line(row.text.as_deref().unwrap_or("-"))
    )
}

fn as_json(one: &KeptDecision) -> Value {
    let row = &one.decision;
    json!({
        "id": one.id, "at": row.at, "channel": row.place.to_string(), "message": row.message.as_str(), "text": row.text,
        "decision": row.decision, "rule": row.rule, "answered": row.entry.is_some(), "entry": one.labelled_entry(),
        "confidence": row.confidence, "needed": row.needed, "called": row.called, "shadow": row.shadow,
        "label": one.label.as_ref().map(|(label, ..)| label.name()),
        "labelled_by": one.label.as_ref().map(|(_, _, by)| by),
    })
}

fn json(value: &Value) -> String {
    // A `Value` is always JSON.
    serde_json::to_string_pretty(value).unwrap_or_default() + "\n"
}

/// Renders what the labels say of each channel, and of all.
fn report(judged: &[KeptDecision], as_json: bool) -> String {
    let mut rows: Vec<(String, LabelCounts)> = LabelCounts::by_channel(judged)
        .into_iter()
        .map(|(channel, labels)| (channel.to_string(), labels))
        .collect();
    rows.push(("*".to_owned(), LabelCounts::of(judged)));
    if as_json {
        let rows: Vec<Value> = rows
            .iter()
            .map(|(channel, labels)| row(channel, labels))
            .collect();
        return json(&rows.into());
    }
    let mut text = String::new();
    for (channel, labels) in rows {
        let (low, high) = labels.interval();
        let [of_095, of_098] = labels.still_needed();
        let said = said_in_lines!(
            "  对 {right}，错 {wrong}，不必 {needless}，服务中看出不对 {by_service}\n  精确率 [{low:.1} %, {high:.1} %]（单侧 95 %）；还需标注：0.95 {of_095}，0.98 \
             {of_098}",
            "  right {right}, wrong {wrong}, needless {needless}, by service {by_service}\n  precision [{low:.1} %, {high:.1} %] (one-sided 95 \
             %); still needed: 0.95 {of_095}, 0.98 {of_098}",
            right = labels.right,
            wrong = labels.wrong,
            needless = labels.needless,
            by_service = labels.by_service,
            low = 100.0 * low,
            high = 100.0 * high,
        );
        let _ = writeln!(text, "{}\n{said}", clean_line(&channel));
    }
    text
}

fn row(channel: &str, labels: &LabelCounts) -> Value {
    let (low, high) = labels.interval();
    let [of_095, of_098] = labels.still_needed();
    json!({
        "channel": channel, "right": labels.right, "wrong": labels.wrong, "needless": labels.needless,
        "by_service": labels.by_service, "labelled": labels.whole(), "low": low, "high": high,
        "still_needed": { "0.95": of_095, "0.98": of_098 },
    })
}
