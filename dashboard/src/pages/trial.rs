//! The try-it box: what the bot would say to a message, in a group or a direct chat, called or not, at any moment. Nobody is told.

use crate::app::App;
use crate::backend::{Trial, Tried};
use crate::shell::{self, Frame, Seat};
use askama::Template;
use axum::Extension;
use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::Response;
use jiff::civil::DateTime;
use serde::Deserialize;
use std::sync::Arc;

/// Most characters of a message.
const TEXT_MAX: usize = 2_000;

#[derive(Template)]
#[template(path = "trial.html")]
struct Page {
    f: Frame,
    text: String,
    how: &'static str,
    at: String,
    tried: Option<Tried>,
    candidates: Vec<(String, String)>,
    reason: String,
}

/// Query of the page.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    text: String,
    #[serde(default)]
    how: String,
    #[serde(default)]
    at: String,
}

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(seat): Extension<Seat>,
    Query(asked): Query<Asked>,
) -> Response<Body> {
    let made = async {
        let text: String = asked.text.trim().chars().take(TEXT_MAX).collect();
        let how = ["called", "group", "direct"]
            .into_iter()
            .find(|how| *how == asked.how)
            .unwrap_or("called");
        let local = asked.at.parse::<DateTime>().ok();
        let at = local.and_then(|local| app.backend.zone().to_timestamp(local).ok());
        let tried = if text.is_empty() {
            None
        } else {
            let trial = Trial {
                text: text.clone(),
                direct: how == "direct",
                called: how != "group",
                at,
            };
            Some(app.backend.try_out(trial).await?)
        };
        let candidates = tried.iter().flat_map(|tried| &tried.candidates);
        let reason = tried.as_ref();
        let reason = reason.map(|tried| {
            seat.language
                .either(&tried.reason_in_chinese, &tried.reason)
                .clone()
        });
        Ok(Page {
            reason: reason.unwrap_or_default(),
            f: Frame::inside(&app, &seat, "/try", seat.language.words().try_it).await?,
            candidates: candidates
                .map(|(entry, confidence)| (entry.clone(), format!("{confidence:.2}")))
                .collect(),
            text,
            how,
            at: if at.is_some() { asked.at } else { String::new() },
            tried,
        })
    };
    shell::page_or_fault(&app, seat.language, made.await)
}
