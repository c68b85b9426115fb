//! `groupdesk tickets list`: which tickets, and in which form.

use super::{StatusName, every, pretty, status, table};
use crate::cli::language::said;
use crate::cli::stats::span;
use crate::cli::time_zone::Zone;
use crate::cli::{Failure, output};
use crate::figures::cell;
use crate::matcher::{search_terms, wanted_terms};
use crate::store::{Store, StoreError, TicketFilter};
use crate::ticket::{Status, Ticket};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use std::fmt::Write;

/// The arguments of `tickets list`.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// Words that were said in it, all of them; closed tickets are searched too
    words: Vec<String>,
    /// Only those that stand there
    #[arg(long, value_enum)]
    status: Option<StatusName>,
    /// Closed ones too
    #[arg(long)]
    all: bool,
    /// Only those opened since then: a date, or a span until now, such as 2026-11-01 or 7d
    #[arg(long, value_name = "WHEN", value_parser = when)]
    since: Option<When>,
    /// Only those opened before then
    #[arg(long, value_name = "WHEN", value_parser = when)]
    until: Option<When>,
    /// Only those of a member, by platform id or a part of the name; those who joined count too
    #[arg(long, value_name = "WHO")]
    member: Option<String>,
    /// Only those of a member of staff, by platform id or a part of the name; `-` for those without an owner
    #[arg(long, value_name = "WHO")]
    owner: Option<String>,
    /// Print a JSON array
    #[arg(long, conflicts_with = "csv")]
    json: bool,
    /// Print lines of comma-separated values
    #[arg(long)]
    csv: bool,
}

/// A time, as it is typed.
#[derive(Debug, Clone, Copy)]
enum When {
    Date(Date),
    Ago(SignedDuration),
}

impl When {
    fn at(self, zone: &Zone, now: Timestamp) -> Timestamp {
        match self {
            Self::Date(date) => zone.start_of(date),
            Self::Ago(ago) => now.saturating_sub(ago).unwrap_or(Timestamp::MIN),
        }
    }
}

fn when(text: &str) -> Result<When, String> {
    if let Ok(date) = text.parse() {
        return Ok(When::Date(date));
    }
    span(text).map(When::Ago).map_err(|_| {
        said!(
            "「{text}」不是日期，也不是时间长度，例如 2026-11-01、7d",
            "`{text}` is neither a date nor a span: write 2026-11-01 or 7d"
        )
    })
}

/// Checks what can be checked without the store.
///
/// # Errors
/// [`Failure::Usage`] where the words have nothing that can be searched for.
pub(super) fn check(options: &Options) -> Result<(), Failure> {
    let wordless = options.words.iter().find(|word| wanted_terms(word).is_empty());
    wordless.map_or(Ok(()), |word| {
        Err(Failure::Usage(said!(
            "「{word}」里没有可以搜索的字",
            "there is nothing in `{word}` that can be searched for"
        )))
    })
}

/// Lists tickets, newest first.
pub(super) async fn list(
    store: &dyn Store,
    options: &Options,
    zone: &Zone,
    now: Timestamp,
) -> Result<String, StoreError> {
    let searched = !options.words.is_empty();
    if searched && let Err(error) = store.index_tickets(&search_terms).await {
        match error {
            // What was said before is found all the same; a store that can't be read either says so below.
            StoreError::Closed | StoreError::Failed { .. } => output::tell(said!(
                "数据现在写不进去，最近说的话可能搜不到",
                "the store takes no writes now: what was said last may not be found"
            )),
            error => return Err(error),
        }
    }
    let terms = options.words.iter().flat_map(|word| wanted_terms(word));
    let filter = TicketFilter {
        status: options.status.map(Status::from),
        not_closed: options.status.is_none() && !options.all && !searched,
        from: options.since.map(|since| since.at(zone, now)),
        until: options.until.map(|until| until.at(zone, now)),
        terms: terms.collect(),
        ..TicketFilter::default()
    };
    let mut tickets = every(store, filter).await?;
    tickets.retain(|ticket| is_of(ticket, options));
    Ok(if options.json {
        pretty(&json!(tickets))
    } else if options.csv {
        as_csv(&tickets, zone)
    } else {
        table(&tickets, zone)
    })
}

/// `true` if a ticket concerns the people who are asked for.
fn is_of(ticket: &Ticket, options: &Options) -> bool {
    let named = |wanted: &str, id: &str, name: &str| {
        id == wanted || name.to_lowercase().contains(&wanted.to_lowercase())
    };
    let member = options.member.as_deref().is_none_or(|wanted| {
        let mut watchers = ticket.watchers.iter();
        named(wanted, ticket.member.as_str(), &ticket.member_name)
            || watchers.any(|watcher| named(wanted, watcher.member.as_str(), &watcher.name))
    });
    let owner = options.owner.as_deref().is_none_or(|wanted| match &ticket.owner {
        Some(owner) => named(wanted, owner.id.as_str(), &owner.name),
        None => wanted == "-",
    });
    member && owner
}

/// Renders a line a ticket, for a spreadsheet.
fn as_csv(tickets: &[Ticket], zone: &Zone) -> String {
    // Without the mark a spreadsheet takes UTF-8 for the encoding of its country.
    let mut text = "\u{feff}number,status,opened,first_reply,ended,account,channel,channel_name,member,member_name,owner,joined,reason,subject\n"
        .to_owned();
    let minute = |at: Option<Timestamp>| at.map(|at| zone.minute(at)).unwrap_or_default();
    for ticket in tickets {
        let owner = ticket.owner.as_ref().map_or("", |owner| owner.name.as_str());
        let _ = writeln!(
            text,
            "{},{},{},{},{},{},{},{},{},{},{},{},{},{}",
            ticket.number,
            status(ticket.status),
            zone.minute(ticket.opened),
            minute(ticket.first_reply),
            minute(ticket.ended),
            cell(ticket.place.account.as_str()),
            cell(ticket.place.channel.as_str()),
            cell(ticket.place_name.as_deref().unwrap_or_default()),
            cell(ticket.member.as_str()),
            cell(&ticket.member_name),
            cell(owner),
            ticket.watchers.len(),
            cell(&ticket.reason),
            cell(&ticket.subject)
        );
    }
    text
}
