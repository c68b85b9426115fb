//! Questions that nobody answered: each group becomes an entry, further questions of one, or is put aside. An edit of the FAQ is shown
//! before it is saved.

use super::faq::{self, FormFields};
use super::overview::Clock;
use super::{note, users::Fields};
use crate::app::App;
use crate::backend::{FaqEdit, MissState, MissedGroup, Proposed};
use crate::flash_notice::Notice;
use crate::page_frame::{self, Frame, UserContext};
use askama::Template;
use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::Response;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "misses.html")]
struct Page {
    f: Frame,
    groups: Vec<Row>,
    /// Numbers and first words of all of them.
    titles: Vec<(i64, String)>,
}

/// A group, as the page shows it.
#[derive(Debug)]
struct Row {
    id: i64,
    messages: u64,
    members: u64,
    last: String,
    questions: Vec<(String, bool)>,
    answers: Vec<String>,
    answer: String,
    proposal: String,
    entry: Option<String>,
    weight: String,
}

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(seat): Extension<UserContext>,
) -> Response<Body> {
    let made = async {
        let clock = Clock::new(&app, &seat);
        let groups = app.backend.missed().await?;
        Ok(Page {
            f: Frame::inside(&app, &seat, "/unanswered", seat.language.words().unanswered).await?,
            titles: groups
                .iter()
                .map(|group| {
                    let first = group.chosen.first().or(group.questions.first());
                    (
                        group.id,
                        first.map_or("", |first| first).chars().take(40).collect(),
                    )
                })
                .collect(),
            groups: groups.into_iter().map(|group| row(group, &clock)).collect(),
        })
    };
    page_frame::page_or_fault(&app, seat.language, made.await)
}

fn row(group: MissedGroup, clock: &Clock) -> Row {
    let w = clock.language.words();
    let (proposal, entry) = match &group.proposed {
        Proposed::Questions(entry, confidence) => (
            format!("{} {entry} ({confidence:.2})", w.miss_questions_of),
            Some(entry.clone()),
        ),
        Proposed::Mend(entry) => (format!("{} {entry}", w.miss_mend), Some(entry.clone())),
        Proposed::Entry(Some((entry, confidence))) => (
            format!("{} ({}: {entry}, {confidence:.2})", w.miss_new, w.miss_nearest),
            Some(entry.clone()),
        ),
        Proposed::Entry(None) => (w.miss_new.to_owned(), None),
    };
    let mut questions: Vec<(String, bool)> = group
        .chosen
        .iter()
        .map(|question| (question.clone(), true))
        .collect();
    for question in group.questions {
        if !group.chosen.contains(&question) {
            questions.push((question, false));
        }
    }
    if group.chosen.is_empty() {
        questions.iter_mut().for_each(|(_, chosen)| *chosen = true);
    }
    Row {
        id: group.id,
        messages: group.messages,
        members: group.members,
        last: clock.time(group.last),
        questions,
        answers: group.answers,
        answer: group.answer,
        proposal,
        entry,
        weight: format!("{:.1}", group.weight),
    }
}

pub(crate) async fn act(
    State(app): State<Arc<App>>,
    Extension(seat): Extension<UserContext>,
    Path(id): Path<i64>,
    body: Bytes,
) -> Response<Body> {
    let w = seat.language.words();
    let fields = Fields::read(&body);
    let questions = fields.all("question");
    let entry = fields.one("entry").trim().to_owned();
    let answer = fields.one("answer").trim().to_owned();
    let edit = match fields.one("do") {
        "ignore" => {
            let settled = async {
                app.backend
                    .settle_missed(&seat.user, id, MissState::Ignored)
                    .await?;
                note(&app, &seat.user.name, "unanswered_ignored", format!("m{id}")).await
            };
            if let Err(error) = settled.await {
                return page_frame::broken(&app, seat.language, &error);
            }
            app.tell(seat.token, Notice::done(format!("m{id}: {}", w.miss_ignored)));
            return page_frame::to(&app, "/unanswered");
        }
        "merge" => return merge(&app, &seat, id, fields.one("with")).await,
        _ if questions.is_empty() => {
            app.tell(seat.token, Notice::error(w.miss_choose));
            return page_frame::to(&app, "/unanswered");
        }
        "entry" if !entry.is_empty() && !answer.is_empty() => FaqEdit::Entry {
            // The nearest entry is there already: a new one has a name of its own.
            id: if entry == fields.one("nearest") {
                format!("m{id}")
            } else {
                entry
            },
            questions,
            answer,
        },
        "questions" if !entry.is_empty() => FaqEdit::Questions { entry, questions },
        "exclude" => FaqEdit::Exclude { messages: questions },
        _ => {
            app.tell(seat.token, Notice::error(w.empty_reply));
            return page_frame::to(&app, "/unanswered");
        }
    };
    let becomes = match edit {
        FaqEdit::Exclude { .. } => "out_of_scope",
        _ => "accepted",
    };
    let made = async {
        let base = app.backend.faq_text().await?.version;
        Ok(match app.backend.faq_with(edit).await? {
            Ok(text) => Ok(FormFields {
                base,
                text,
                note: format!("+ m{id}"),
                rollback: String::new(),
                group: Some(id),
                becomes: becomes.to_owned(),
            }),
            Err(why) => Err(why),
        })
    };
    match made.await {
        Ok(Ok(given)) => faq::show_preview(&app, &seat, given).await,
        Ok(Err(why)) => {
            app.tell(seat.token, Notice::error(why));
            page_frame::to(&app, "/unanswered")
        }
        Err(error) => page_frame::broken(&app, seat.language, &error),
    }
}

/// Makes a group one with another.
async fn merge(app: &App, seat: &UserContext, id: i64, with: &str) -> Response<Body> {
    let w = seat.language.words();
    let merged = async {
        let Ok(other) = with.parse() else {
            return Ok(None);
        };
        let merged = app.backend.merge_missed(&seat.user, id, other).await?;
        if let Some(into) = merged {
            let detail = format!("m{id} + m{other} → m{into}");
            note(app, &seat.user.name, "unanswered_merged", detail.as_str()).await?;
            return Ok(Some(detail));
        }
        Ok(None)
    };
    match merged.await {
        Ok(Some(detail)) => app.tell(seat.token, Notice::done(format!("{}{detail}", w.miss_merged))),
        Ok(None) => app.tell(seat.token, Notice::error(w.miss_not_merged)),
        Err(error) => return page_frame::broken(app, seat.language, &error),
    }
    page_frame::to(app, "/unanswered")
}
