//! The try-it box: what the bot would say to a message, in a group or a direct chat of any channel, called or not, in any language,
//! at any moment. Nobody is told.

use crate::app::App;
use crate::backend::{Trial, Tried};
use crate::page_frame::{self, Frame, UserContext};
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
    channel: String,
    channels: Vec<String>,
    languages: Vec<(String, String, bool)>,
    settings: Vec<(String, String, String)>,
    is_unknown: bool,
    tried: Option<Tried>,
    candidates: Vec<(String, String)>,
    reason: String,
}

/// Query of the page.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct QueryParams {
    #[serde(default)]
    text: String,
    #[serde(default)]
    how: String,
    #[serde(default)]
    at: String,
    #[serde(default)]
    channel: String,
    #[serde(default)]
    language: String,
}

/// Names of languages in themselves.
const LANGUAGES: [(&str, &str); 4] = [
    ("zh", "简体中文"),
    ("zh-Hant", "繁體中文"),
    ("en", "English"),
    ("ja", "日本語"),
];

fn language_name(tag: &str) -> String {
    let known = LANGUAGES.iter().find(|(known, _)| *known == tag);
    known.map_or(tag, |(_, name)| name).to_owned()
}

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(seat): Extension<UserContext>,
    Query(asked): Query<QueryParams>,
) -> Response<Body> {
    let made = async {
        let text: String = asked.text.trim().chars().take(TEXT_MAX).collect();
        let how = ["called", "group", "direct"]
            .into_iter()
            .find(|how| *how == asked.how)
            .unwrap_or("called");
        let local = asked.at.parse::<DateTime>().ok();
        let at = local.and_then(|local| app.backend.zone().to_timestamp(local).ok());
        let choices = app.backend.trial_choices(&seat.user).await?;
        let channel = asked.channel.trim().to_owned();
        let language = choices.languages.iter().find(|tag| **tag == asked.language);
        let tried = if text.is_empty() {
            None
        } else {
            let trial = Trial {
                text: text.clone(),
                direct: how == "direct",
                called: how != "group",
                at,
                channel: Some(channel.clone()).filter(|channel| !channel.is_empty()),
                language: language.cloned(),
            };
            app.backend.try_out(&seat.user, trial).await?
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
            is_unknown: tried.is_none() && !text.is_empty(),
            settings: tried
                .iter()
                .flat_map(|tried| &tried.settings)
                .map(|one| (one.key.clone(), one.value.clone(), one.origin.clone()))
                .collect(),
            languages: choices
                .languages
                .iter()
                .map(|tag| (tag.clone(), language_name(tag), Some(tag) == language))
                .collect(),
            channels: choices.channels,
            channel,
            text,
            how,
            at: if at.is_some() { asked.at } else { String::new() },
            tried,
        })
    };
    page_frame::page_or_fault(&app, seat.language, made.await)
}
