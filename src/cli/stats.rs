//! `groupdesk stats`: the figures of a span, their definitions, and what they count.

use super::language::{self, TerminalLanguage, either, in_one_or_both, said, said_in_lines, spoken};
use super::tickets::on_store;
use super::time_zone::Zone;
use super::{Failure, clock, configuration, load_knowledge, output, problem_report};
use crate::config::Config;
use crate::faq::{self, Faq};
use crate::figures::{By, Figure, History, Item, Measured, Selection, as_csv, groups};
use crate::service::figures_history::{Bounds, Rows};
use crate::store::Store;
use groupdesk_contract::clean_line;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

/// The arguments of `stats`.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// The configuration, which names the store and the FAQ [default: groupdesk.yaml here, where there is one]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Length of the span until now, such as 7d or 12h
    #[arg(long, value_name = "SPAN", default_value = "7d", value_parser = span)]
    since: SignedDuration,
    /// A row for each of these
    #[arg(long, value_enum)]
    by: Option<ByName>,
    /// Print one JSON object
    #[arg(long, conflicts_with = "csv")]
    json: bool,
    /// Print lines of comma-separated values
    #[arg(long)]
    csv: bool,
    /// Print the definitions of the figures, and nothing else
    #[arg(long)]
    definitions: bool,
    /// List what a figure counts, such as `precision`
    #[arg(long, value_name = "FIGURE", value_parser = figure)]
    list: Option<Figure>,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum ByName {
    Day,
    Channel,
    Tag,
    Entry,
    Person,
}

impl From<ByName> for By {
    fn from(name: ByName) -> Self {
        match name {
            ByName::Day => Self::Day,
            ByName::Channel => Self::Channel,
            ByName::Tag => Self::Tag,
            ByName::Entry => Self::Entry,
            ByName::Person => Self::Person,
        }
    }
}

/// Reads a length of time.
pub(super) fn span(text: &str) -> Result<SignedDuration, String> {
    let days = text.strip_suffix('d').and_then(|days| days.parse::<u32>().ok());
    let span = match days {
        Some(days) => Ok(SignedDuration::from_hours(24 * i64::from(days))),
        None => text.parse::<SignedDuration>(),
    };
    match span {
        Ok(span) if span.is_positive() => Ok(span),
        _ => Err(said!(
            "「{text}」不是时间长度，例如 7d、12h",
            "`{text}` is no span: write 7d or 12h"
        )),
    }
}

fn figure(text: &str) -> Result<Figure, String> {
    Figure::of_name(text).ok_or_else(|| {
        let names: Vec<&str> = Figure::ALL.iter().map(|figure| figure.name()).collect();
        let names = names.join(", ");
        said!("没有这个指标；有：{names}", "no such figure; there are: {names}")
    })
}

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    if options.definitions {
        return output::text(definitions());
    }
    let config = configuration::without_secrets(options.config.as_deref())?;
    let named = load_knowledge::faq_of(options.config.as_deref())?;
    let (name, text) = problem_report::faq_text(named.as_deref())?;
    let faq = faq::load(&name, &text).map_err(|problems| {
        problem_report::problems(&problems, &text);
        Failure::Found
    })?;
    let faq: Faq = faq.faq;
    let until = clock::of_process()?.now();
    let since = until.saturating_sub(options.since).unwrap_or(Timestamp::MIN);
    let texts = options.list.is_some();
    let rows = on_store(options.config.as_deref(), async |store: &dyn Store| {
        let bounds = Bounds {
            texts,
            ..Bounds::NONE
        };
        Rows::read(store, (since, until), &bounds).await
    })?;
    let entries: Vec<String> = faq.entries().iter().map(|entry| entry.id.clone()).collect();
    let history = rows.history(&entries, faq.service(), until);
    let zone = Zone::from(faq.service().time_zone().clone());
    let parts: BTreeMap<String, Selection<'_>> = match options.by {
        None => BTreeMap::from([(String::new(), history.all())]),
        Some(by) => groups(&history, by.into(), |place| tags(&config, place)),
    };
    if let Some(figure) = options.list {
        return output::text(listed(figure, &history, &parts, &zone));
    }
    let measured = parts.iter().map(|(part, selection)| {
        let of = |figure: Figure| (figure, figure.measure(&history, selection));
        (part.as_str(), Figure::ALL.map(of).to_vec())
    });
    let measured: Vec<(&str, Vec<(Figure, Measured)>)> = measured.collect();
    output::text(if options.json {
        as_json(&measured, (since, until))
    } else if options.csv {
        as_csv(&measured)
    } else {
        as_table(&measured, &zone, (since, until))
    })
}

fn tags(config: &Config, place: &groupdesk_contract::Place) -> Vec<String> {
    config.policy(place).tags.clone()
}

fn definitions() -> String {
    let mut text = String::new();
    for figure in Figure::ALL {
        let (name, chinese) = figure.in_chinese();
        let (code, english) = (figure.name(), figure.definition());
        let shown = match spoken() {
            Some(TerminalLanguage::Zh) => format!("{name}（{code}）\n  {chinese}\n"),
            Some(TerminalLanguage::En) => format!("{code}\n  {english}\n"),
            None => format!("{code} / {name}\n  {english}\n  {chinese}\n"),
        };
        // Writing to a string can't fail, here and below.
        let _ = writeln!(text, "{shown}");
    }
    text
}

fn as_table(
    measured: &[(&str, Vec<(Figure, Measured)>)],
    zone: &Zone,
    (since, until): (Timestamp, Timestamp),
) -> String {
    let mut text = format!(
        "{} … {} ({})\n",
        zone.minute(since),
        zone.minute(until),
        zone.name()
    );
    for (part, figures) in measured {
        if !part.is_empty() {
            let _ = writeln!(text, "\n{}", clean_line(part));
        }
        for (figure, value) in figures {
            let (name, _) = figure.in_chinese();
            let name = match spoken() {
                Some(TerminalLanguage::En) => format!("{}:", figure.name()),
                _ => format!("{:<19} {name}:", figure.name()),
            };
            let _ = writeln!(text, "  {name:<20} {}", shown(value));
        }
    }
    text.push_str(&said_in_lines!(
        "定义：groupdesk stats --definitions；明细：--list 指标",
        "definitions: groupdesk stats --definitions; what is counted: --list FIGURE"
    ));
    text.push('\n');
    text
}

fn shown(value: &Measured) -> String {
    match value {
        Measured::Count { count } => count.to_string(),
        Measured::Share {
            part,
            whole,
            confirmed,
            interval,
            still_needed,
        } => {
            let mut text = match percent(*part, *whole) {
                Some(percent) => format!("{percent:.1} % ({part}/{whole})"),
                None => "- (0)".to_owned(),
            };
            if let Some(confirmed) = confirmed {
                let assumed = part - confirmed;
                text.push_str(either("，", ", "));
                text.push_str(&said!(
                    "确认 {confirmed}，推定 {assumed}",
                    "confirmed {confirmed}, assumed {assumed}"
                ));
            }
            if let Some((low, high)) = interval.filter(|_| *whole > 0) {
                let _ = write!(text, " [{:.1} %, {:.1} %]", 100.0 * low, 100.0 * high);
            }
            if let Some([of_095, of_098]) = still_needed {
                text.push_str(either("，", ", "));
                text.push_str(&said!(
                    "还需标注：0.95 {of_095}，0.98 {of_098}",
                    "labels still needed: 0.95 {of_095}, 0.98 {of_098}"
                ));
            }
            text
        }
        Measured::PerThousand { part, whole } => match percent(*part, *whole) {
            Some(percent) => format!("{:.2} ‰ ({part}/{whole})", 10.0 * percent),
            None => "- (0)".to_owned(),
        },
        Measured::Times(times) => said!(
            "中位 {}，p90 {}，n {}，仍在等 {}",
            "median {}, p90 {}, n {}, still waiting {}",
            time(times.median_s),
            time(times.p90_s),
            times.count,
            times.waiting
        ),
        Measured::Ages {
            count,
            oldest_s,
            bands: [hour, day, three, older],
        } => said!(
            "{count}，最久 {}；<1h {hour}，<1d {day}，<3d {three}，≥3d {older}",
            "{count}, oldest {}; <1h {hour}, <1d {day}, <3d {three}, ≥3d {older}",
            time(*oldest_s)
        ),
        Measured::Entries {
            whole,
            never,
            most,
            doubted,
        } => {
            let counted = |entries: &[(String, u64)]| {
                let each = entries
                    .iter()
                    .take(3)
                    .map(|(entry, count)| format!("{entry} {count}"));
                each.collect::<Vec<_>>().join(", ")
            };
            said!(
                "从未作答 {}/{whole}；最多：{}；没用：{}",
                "never {}/{whole}; most: {}; did not help: {}",
                never.len(),
                counted(most),
                counted(doubted)
            )
        }
    }
}

/// Returns a share in percent; `None` of nothing.
#[expect(clippy::cast_precision_loss, reason = "counts of rows are far below 2^52")]
fn percent(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| 100.0 * part as f64 / whole as f64)
}

fn time(seconds: Option<i64>) -> String {
    match seconds {
        None => "-".to_owned(),
        Some(seconds) => format!("{:#}", SignedDuration::from_secs(seconds)),
    }
}

fn as_json(measured: &[(&str, Vec<(Figure, Measured)>)], (since, until): (Timestamp, Timestamp)) -> String {
    let of = |figures: &[(Figure, Measured)]| {
        let each = figures
            .iter()
            .map(|(figure, value)| (figure.name().to_owned(), json!(value)));
        Value::Object(each.collect())
    };
    let parts: Vec<Value> = measured
        .iter()
        .map(|(part, figures)| json!({"part": part, "figures": of(figures)}))
        .collect();
    let object = json!({"since": since, "until": until, "parts": parts});
    // A `Value` is always JSON.
    serde_json::to_string_pretty(&object).unwrap_or_default() + "\n"
}

fn listed(
    figure: Figure,
    history: &History<'_>,
    parts: &BTreeMap<String, Selection<'_>>,
    zone: &Zone,
) -> String {
    let (name, chinese) = figure.in_chinese();
    let (code, english) = (figure.name(), figure.definition());
    let mut text = in_one_or_both(
        "",
        || format!("{name}：{chinese}\n"),
        || format!("{code}: {english}\n"),
    );
    for (part, selection) in parts {
        if !part.is_empty() {
            let _ = writeln!(text, "\n{}", clean_line(part));
        }
        for item in figure.items(history, selection) {
            let role = item.role();
            let _ = match item {
                Item::Decision(one, _) => {
                    let row = &one.decision;
                    let said = row.text.as_deref().map(clean_line).unwrap_or_default();
                    writeln!(
                        text,
                        "{role}  {}  {}/{}  {} {}  {said}",
                        zone.minute(row.at),
                        row.place,
                        row.message,
                        language::kept_decision(row),
                        row.entry.as_deref().unwrap_or("-")
                    )
                }
                Item::Ticket(of, _, took) => writeln!(
                    text,
                    "{role}  {}  #{}  {}  {}",
                    zone.minute(of.ticket.opened),
                    of.ticket.number,
                    time(took.map(|took| took.as_secs())),
                    clean_line(&of.ticket.subject)
                ),
                Item::Entry(entry, _, count) => writeln!(text, "{role}  {entry}  {count}"),
            };
        }
    }
    text
}
