//! The audit log: who did what to users, the FAQ and what is kept, and who logged in or failed to.

use super::overview::Clock;
use crate::app::App;
use crate::page_frame::{self, Frame, UserContext};
use askama::Template;
use axum::Extension;
use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::Response;
use serde::Deserialize;
use std::sync::Arc;

/// Rows of a page.
const ROWS: u32 = 100;

#[derive(Template)]
#[template(path = "audit.html")]
struct Page {
    f: Frame,
    rows: Vec<Row>,
    older: Option<String>,
}

/// An entry, as the page shows it.
#[derive(Debug)]
struct Row {
    time: String,
    at: String,
    who: String,
    label: String,
    /// Action as the export names it.
    action: String,
    detail: String,
}

/// Query of the page.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct QueryParams {
    #[serde(default)]
    below: String,
}

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(seat): Extension<UserContext>,
    Query(asked): Query<QueryParams>,
) -> Response<Body> {
    let made = async {
        let clock = Clock::new(&app, &seat);
        let mut found = app.backend.audit(asked.below.parse().ok(), ROWS + 1).await?;
        let limit = usize::try_from(ROWS).unwrap_or(usize::MAX);
        let more = found.len() > limit;
        found.truncate(limit);
        let older = found
            .last()
            .filter(|_| more)
            .map(|(id, _)| format!("?below={id}"));
        Ok(Page {
            f: Frame::inside(&app, &seat, "/audit", seat.language.words().audit).await?,
            rows: found
                .into_iter()
                .map(|(_, entry)| Row {
                    time: clock.time(entry.at),
                    at: entry.at.to_string(),
                    who: seat.language.who(&entry.who).to_owned(),
                    label: seat.language.action(&entry.action).to_owned(),
                    action: entry.action,
                    detail: entry.detail,
                })
                .collect(),
            older,
        })
    };
    page_frame::page_or_fault(&app, seat.language, made.await)
}
