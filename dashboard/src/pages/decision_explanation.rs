//! Explanation of a decision: rule, candidates, confidence, settings and clock of then.

use super::overview::Clock;
use crate::app::App;
use crate::backend::{Verdict, Why, WhyOf};
use crate::page_frame::{self, Frame, UserContext};
use crate::texts::PageLanguage;
use askama::Template;
use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{Response, StatusCode};
use serde::Deserialize;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "why.html")]
struct Page {
    f: Frame,
    asked: String,
    looked: bool,
    found: Vec<Card>,
}

/// A decision, as the page shows it.
#[derive(Debug)]
struct Card {
    id: i64,
    time: String,
    what: String,
    entry: Option<String>,
    ticket: Option<u64>,
    reason: String,
    text: Option<String>,
    facts: Vec<(&'static str, String)>,
    rule: String,
    faq_version: String,
    confidence: String,
    candidates: Vec<CandidateRow>,
    other_file: bool,
    shadow: bool,
    outcome: String,
    label: Option<(&'static str, &'static str)>,
    settings: Vec<crate::backend::Setting>,
}

/// A candidate, as the page shows it.
#[derive(Debug)]
struct CandidateRow {
    entry: String,
    confidence: String,
    shared: String,
    lacks: String,
}

/// Query of the page.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct QueryParams {
    #[serde(default)]
    of: String,
}

pub(crate) async fn ask(
    State(app): State<Arc<App>>,
    Extension(seat): Extension<UserContext>,
    Query(asked): Query<QueryParams>,
) -> Response<Body> {
    let text: String = asked.of.trim().chars().take(400).collect();
    let of = match text.trim_start_matches(['#', '＃']).parse() {
        Ok(ticket) => Some(WhyOf::Ticket(ticket)),
        Err(_) => (!text.is_empty()).then(|| WhyOf::Named(text.clone())),
    };
    answer(&app, &seat, text, of).await
}

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(seat): Extension<UserContext>,
    Path(id): Path<i64>,
) -> Response<Body> {
    answer(&app, &seat, String::new(), Some(WhyOf::Number(id))).await
}

async fn answer(app: &App, seat: &UserContext, asked: String, of: Option<WhyOf>) -> Response<Body> {
    let made = async {
        let found = match &of {
            None => Vec::new(),
            Some(of) => app.backend.why(&seat.user, of).await?,
        };
        let clock = Clock::new(app, seat);
        Ok(Page {
            f: Frame::inside(app, seat, "/why", seat.language.words().why).await?,
            asked,
            looked: of.is_some(),
            found: found.into_iter().map(|why| card(why, &clock)).collect(),
        })
    };
    match made.await {
        Ok(page) if page.looked && page.found.is_empty() => {
            page_frame::html(app, seat.language, StatusCode::NOT_FOUND, &page)
        }
        Ok(page) => page_frame::page(app, seat.language, &page),
        Err(error) => page_frame::broken(app, seat.language, &error),
    }
}

/// Returns the words of a label, with its class in style sheets.
pub(super) fn label(verdict: Verdict, language: PageLanguage) -> (&'static str, &'static str) {
    let w = language.words();
    match verdict {
        Verdict::Right => (w.label_right, "good"),
        Verdict::Wrong => (w.label_wrong, "bad"),
        Verdict::Needless => (w.label_needless, "warn"),
    }
}

fn card(why: Why, clock: &Clock) -> Card {
    let language = clock.language;
    let w = language.words();
    let (english, chinese) = why.reason;
    let decision = why.decision;
    let yes = |yes: bool| if yes { w.role_yes } else { w.role_no };
    let facts = vec![
        (w.channel, why.channel),
        (w.member, why.member),
        (w.message, why.message),
        (w.called, yes(why.called).to_owned()),
        (
            w.is_question,
            format!("{} · {}", yes(why.question), language.act(&why.act)),
        ),
        (w.staff_there, yes(why.service_open).to_owned()),
    ];
    let number = |value: Option<f32>| value.map_or_else(|| "–".to_owned(), |value| format!("{value:.3}"));
    Card {
        id: why.id,
        time: clock.time(why.at),
        what: language.either(decision.1, decision.0),
        entry: why.entry,
        ticket: why.ticket,
        reason: language.either(chinese, english),
        text: why.text,
        facts,
        rule: why.rule,
        faq_version: why.faq_version,
        confidence: match (why.confidence, why.needed) {
            (None, None) => String::new(),
            (confidence, needed) => format!("{} / {}", number(confidence), number(needed)),
        },
        candidates: why
            .candidates
            .into_iter()
            .map(|one| CandidateRow {
                entry: one.entry,
                confidence: format!("{:.3}", one.confidence),
                shared: one.shared,
                lacks: one.lacks,
            })
            .collect(),
        other_file: !why.is_same_file,
        shadow: why.shadow,
        outcome: why
            .outcome
            .map(|(outcome, at, by)| {
                let said = outcome_in_words(&outcome, language);
                let by = if by.is_empty() {
                    String::new()
                } else {
                    format!(" · {by}")
                };
                format!("{said} · {}{by}", clock.time(at))
            })
            .unwrap_or_default(),
        label: why.label.map(|(verdict, ..)| label(verdict, language)),
        settings: why.settings,
    }
}

fn outcome_in_words(name: &str, language: PageLanguage) -> &str {
    let w = language.words();
    match name {
        "helped" => w.outcome_helped,
        "answered_by_staff" => w.outcome_answered_by_staff,
        "handed_over" => w.outcome_handed_over,
        "did_not_help" => w.outcome_did_not_help,
        "withdrawn" => w.outcome_withdrawn,
        other => other,
    }
}
