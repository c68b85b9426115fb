//! The day in figures, each with the list that it opens, and the FAQ's last edit.

use super::Clock;
use crate::backend::{Amount, FaqEdited, FigureRow, Today};
use crate::page_frame::UserContext;
use crate::texts::PageLanguage;
use crate::user_accounts::Role;

/// A figure of the day.
#[derive(Debug)]
pub(super) struct Tile {
    /// List that it opens.
    pub(super) page: String,
    pub(super) value: String,
    pub(super) label: &'static str,
    /// Share of all, or number of what still waits.
    pub(super) detail: String,
}

/// Last edit of the FAQ.
#[derive(Debug)]
pub(super) struct Edit {
    pub(super) time: String,
    pub(super) source: String,
    pub(super) author: String,
    pub(super) note: String,
    /// Page with the lines that it changed, for who may see it.
    pub(super) page: Option<String>,
}

/// Makes the figures of the day; none while they are being counted.
pub(super) fn tiles(today: Option<&Today>, language: PageLanguage) -> Vec<Tile> {
    let figures = today.map_or(&[][..], |today| &today.figures);
    figures.iter().filter_map(|row| tile(row, language)).collect()
}

fn tile(row: &FigureRow, language: PageLanguage) -> Option<Tile> {
    let w = language.words();
    // What a share counts is what it says of.
    let (label, role) = match row.name {
        "asked" => (w.today_asked, ""),
        "answer-rate" => (w.today_answered, "&as=yes"),
        "handed-over" => (w.today_handed_over, "&as=yes"),
        "unanswered" => (w.today_unanswered, "&as=yes"),
        "first-response" => (w.today_first_reply, ""),
        _ => return None,
    };
    let (value, detail) = match &row.amount {
        Amount::Count(count) => (count.to_string(), String::new()),
        Amount::Share { part, whole: 0, .. } => (part.to_string(), String::new()),
        Amount::Share { part, whole, .. } => (part.to_string(), format!("{} %", part * 100 / whole)),
        Amount::Times(times) => {
            let median = times.median.map(|seconds| language.length(seconds));
            let waiting = match times.waiting {
                0 => String::new(),
                waiting => format!("{} {waiting}", w.still_waiting),
            };
            (median.unwrap_or_else(|| "–".to_owned()), waiting)
        }
        _ => return None,
    };
    Some(Tile {
        page: format!("/figures/{}?span=today{role}", row.name),
        value,
        label,
        detail,
    })
}

/// Makes what the page says of the last edit of the FAQ.
pub(super) fn edit(edited: FaqEdited, seat: &UserContext, clock: &Clock) -> Edit {
    let row = edited.row;
    let may_see = edited.has_before && seat.user.may(Role::Admin);
    Edit {
        time: clock.time(row.at),
        source: seat.language.source(&row.source).to_owned(),
        author: row.author,
        note: row.note,
        page: may_see.then(|| format!("/faq/versions/{}/changes", row.version)),
    }
}
