//! The FAQ as text: checked while it is typed, shown with its effect before it is saved, and brought back from any version.

use super::note;
use super::overview::Clock;
use crate::app::App;
use crate::backend::{FaqEntry, FaqProblem, FaqText, MissState, Saved};
use crate::flash_notice::Notice;
use crate::page_frame::{self, Frame, UserContext};
use crate::texts::PageLanguage;
use askama::Template;
use axum::Extension;
use axum::body::Body;
use axum::extract::{Form, Path, Query, State};
use axum::http::{Response, StatusCode};
use serde::Deserialize;
use std::sync::Arc;

/// Entries that the page lists.
const ENTRIES: usize = 200;

#[derive(Template)]
#[template(path = "faq.html")]
struct Page {
    f: Frame,
    file: String,
    base: String,
    text: String,
    can_be_written: bool,
    is_built_in: bool,
    /// Fault for which the file is no text; empty where it is one.
    unreadable: String,
    problems: Vec<ProblemRow>,
    checked: bool,
    words: String,
    entries: Vec<EntryRow>,
    /// Number of entries that are not listed.
    more: usize,
}

/// An entry, as the list shows it.
#[derive(Debug)]
struct EntryRow {
    id: String,
    question: String,
    questions: usize,
}

#[derive(Template)]
#[template(path = "faq_problems.html")]
struct Problems {
    w: &'static crate::texts::Words,
    problems: Vec<ProblemRow>,
    checked: bool,
}

#[derive(Template)]
#[template(path = "faq_preview.html")]
struct Preview {
    f: Frame,
    base: String,
    text: String,
    note: String,
    lines: Vec<DiffLine>,
    /// Fault for which the file is no text now; empty where it is one.
    unreadable: String,
    problems: Vec<ProblemRow>,
    checked: bool,
    told: String,
    can_save: bool,
    /// `true` if it is an older version that would come back.
    is_rollback: bool,
    group: Option<i64>,
    becomes: String,
}

#[derive(Template)]
#[template(path = "faq_versions.html")]
struct Versions {
    f: Frame,
    rows: Vec<VersionRow>,
}

#[derive(Template)]
#[template(path = "faq_changes.html")]
struct Changes {
    f: Frame,
    version: String,
    time: String,
    source: String,
    author: String,
    note: String,
    is_current: bool,
    is_first: bool,
    lines: Vec<DiffLine>,
}

/// A mistake, as pages show it.
#[derive(Debug)]
pub(super) struct ProblemRow {
    pub(super) place: String,
    pub(super) text: String,
    pub(super) is_error: bool,
}

/// A line of a difference.
#[derive(Debug)]
struct DiffLine {
    class: &'static str,
    text: String,
}

/// A version, as the list shows it.
#[derive(Debug)]
struct VersionRow {
    version: String,
    time: String,
    source: String,
    author: String,
    note: String,
    is_current: bool,
}

pub(super) fn rows(language: PageLanguage, problems: &[FaqProblem]) -> Vec<ProblemRow> {
    problems
        .iter()
        .map(|problem| ProblemRow {
            place: if problem.line == 0 {
                String::new()
            } else {
                format!("{}:{}", problem.line, problem.column)
            },
            text: language.either(&problem.chinese, &problem.english).clone(),
            is_error: problem.is_error,
        })
        .collect()
}

/// Says for which fault the file is no text, with its place; nothing where it is one.
pub(super) fn unreadable(language: PageLanguage, problem: Option<FaqProblem>) -> String {
    let rows = rows(language, problem.as_slice());
    let said = rows.into_iter().map(|row| match row.place.as_str() {
        "" => row.text,
        place => format!("{place} {}", row.text),
    });
    said.collect()
}

fn diff(lines: &str) -> Vec<DiffLine> {
    lines
        .lines()
        .map(|line| DiffLine {
            class: match line.as_bytes().first() {
                Some(b'+') => "added",
                Some(b'-') => "removed",
                Some(b'@') => "at",
                _ => "same",
            },
            text: line.to_owned(),
        })
        .collect()
}

/// Query of the page.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct QueryParams {
    #[serde(default)]
    q: String,
}

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(seat): Extension<UserContext>,
    Query(asked): Query<QueryParams>,
) -> Response<Body> {
    let made = async {
        let faq = app.backend.faq_text().await?;
        let page = editor(&app, &seat, faq, None).await?;
        listed(&app, page, &asked.q).await
    };
    answer(&app, &seat, StatusCode::OK, made.await)
}

/// Adds the list of entries in which words stand, or of all of them.
async fn listed(app: &App, page: Page, words: &str) -> crate::Result<Page> {
    let wanted: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
    let fits = |entry: &FaqEntry| {
        let texts = entry
            .questions
            .iter()
            .chain(entry.answers.iter().map(|(_, text)| text));
        let texts: Vec<String> = texts.chain([&entry.id]).map(|text| text.to_lowercase()).collect();
        wanted
            .iter()
            .all(|word| texts.iter().any(|text| text.contains(word)))
    };
    let found = app.backend.faq_entries().await?;
    let found: Vec<FaqEntry> = found.into_iter().filter(fits).collect();
    let entries = found.iter().take(ENTRIES).map(|entry| EntryRow {
        id: entry.id.clone(),
        question: entry.questions.first().unwrap_or(&entry.id).clone(),
        questions: entry.questions.len(),
    });
    Ok(Page {
        words: words.to_owned(),
        entries: entries.collect(),
        more: found.len().saturating_sub(ENTRIES),
        ..page
    })
}

/// Makes the page of the FAQ, with a text that somebody typed and what is wrong with it in place of the file's own.
async fn editor(
    app: &App,
    seat: &UserContext,
    faq: FaqText,
    typed: Option<(String, Vec<FaqProblem>)>,
) -> crate::Result<Page> {
    let (text, problems) = typed.unwrap_or((faq.text, Vec::new()));
    Ok(Page {
        f: Frame::inside(app, seat, "/faq", seat.language.words().faq).await?,
        is_built_in: !faq.can_be_written && faq.unreadable.is_none(),
        unreadable: unreadable(seat.language, faq.unreadable),
        file: faq.file,
        base: faq.version,
        text,
        can_be_written: faq.can_be_written,
        checked: !problems.is_empty(),
        problems: rows(seat.language, &problems),
        words: String::new(),
        entries: Vec::new(),
        more: 0,
    })
}

fn answer(
    app: &App,
    seat: &UserContext,
    status: StatusCode,
    made: crate::Result<impl Template>,
) -> Response<Body> {
    match made {
        Ok(page) => page_frame::html(app, seat.language, status, &page),
        Err(error) => page_frame::broken(app, seat.language, &error),
    }
}

/// Form of the editor.
#[derive(Deserialize)]
pub(crate) struct FormFields {
    #[serde(default)]
    pub(super) base: String,
    #[serde(default)]
    pub(super) text: String,
    #[serde(default)]
    pub(super) note: String,
    #[serde(default)]
    pub(super) rollback: String,
    /// Group of questions that the edit answers, and the state that the group has with it.
    pub(super) group: Option<i64>,
    #[serde(default)]
    pub(super) becomes: String,
}

impl FormFields {
    /// Makes what a page's edit of the version `base` would send.
    pub(super) fn of_edit(base: String, text: String, note: String) -> Self {
        Self {
            base,
            text,
            note,
            rollback: String::new(),
            group: None,
            becomes: String::new(),
        }
    }
}

/// Checks the text while it is typed; a part of a page.
pub(crate) async fn check(
    State(app): State<Arc<App>>,
    Extension(seat): Extension<UserContext>,
    Form(given): Form<FormFields>,
) -> Response<Body> {
    let made = async {
        let problems = app.backend.faq_problems(given.text).await?;
        Ok(Problems {
            w: seat.language.words(),
            problems: rows(seat.language, &problems),
            checked: true,
        })
    };
    answer(&app, &seat, StatusCode::OK, made.await)
}

pub(crate) async fn preview(
    State(app): State<Arc<App>>,
    Extension(seat): Extension<UserContext>,
    Form(given): Form<FormFields>,
) -> Response<Body> {
    answer(&app, &seat, StatusCode::OK, previewed(&app, &seat, given).await)
}

/// Shows what an edit changes.
pub(super) async fn show_preview(app: &App, seat: &UserContext, given: FormFields) -> Response<Body> {
    answer(app, seat, StatusCode::OK, previewed(app, seat, given).await)
}

async fn previewed(app: &App, seat: &UserContext, given: FormFields) -> crate::Result<Preview> {
    let found = app.backend.faq_preview(given.text.clone()).await?;
    let w = seat.language.words();
    let has_error = found.problems.iter().any(|problem| problem.is_error);
    Ok(Preview {
        f: Frame::inside(app, seat, "/faq", w.faq_preview).await?,
        base: given.base,
        text: given.text,
        note: given.note,
        can_save: !has_error && (!found.lines.is_empty() || found.unreadable.is_some()),
        unreadable: unreadable(seat.language, found.unreadable),
        lines: diff(&found.lines),
        checked: true,
        problems: rows(seat.language, &found.problems),
        told: found.told.unwrap_or_default(),
        is_rollback: !given.rollback.is_empty(),
        group: given.group,
        becomes: given.becomes,
    })
}

/// Returns the state that a form names.
fn state_of(becomes: &str) -> MissState {
    match becomes {
        "out_of_scope" => MissState::OutOfScope,
        _ => MissState::Accepted,
    }
}

pub(crate) async fn save(
    State(app): State<Arc<App>>,
    Extension(seat): Extension<UserContext>,
    Form(given): Form<FormFields>,
) -> Response<Body> {
    let w = seat.language.words();
    let remark: String = given.note.trim().chars().take(200).collect();
    let saved = async {
        let saved = app
            .backend
            .save_faq(&seat.user, &given.base, &given.text, &remark)
            .await?;
        if saved == Saved::Done
            && let Some(group) = given.group
        {
            let state = state_of(&given.becomes);
            app.backend.settle_missed(&seat.user, group, state).await?;
        }
        if saved == Saved::Done {
            note(&app, &seat.user.name, "faq_saved", remark.as_str()).await?;
        }
        Ok(saved)
    };
    let (why, problems) = match saved.await {
        Ok(Saved::Done) => {
            app.tell(seat.token, Notice::done(w.faq_saved));
            return page_frame::to(&app, "/faq");
        }
        Ok(Saved::Changed) => (w.faq_changed.to_owned(), Vec::new()),
        Ok(Saved::Wrong(problems)) => (w.faq_wrong.to_owned(), problems),
        Ok(Saved::Failed(why)) => (why, Vec::new()),
        Err(error) => return page_frame::broken(&app, seat.language, &error),
    };
    // Nothing is lost: the text stands in the editor, and is compared with what is in the file now.
    app.tell(seat.token, Notice::error(why));
    let made = async {
        let faq = app.backend.faq_text().await?;
        let page = editor(&app, &seat, faq, Some((given.text, problems))).await?;
        listed(&app, page, "").await
    };
    answer(&app, &seat, StatusCode::CONFLICT, made.await)
}

pub(crate) async fn versions(
    State(app): State<Arc<App>>,
    Extension(seat): Extension<UserContext>,
) -> Response<Body> {
    let made = async {
        let clock = Clock::new(&app, &seat);
        let found = app.backend.faq_versions().await?;
        let now = app.backend.faq_text().await?.version;
        Ok(Versions {
            f: Frame::inside(&app, &seat, "/faq", seat.language.words().faq_versions).await?,
            rows: found
                .into_iter()
                .map(|row| VersionRow {
                    is_current: row.version == now,
                    version: row.version,
                    time: clock.time(row.at),
                    source: seat.language.source(&row.source).to_owned(),
                    author: row.author,
                    note: row.note,
                })
                .collect(),
        })
    };
    answer(&app, &seat, StatusCode::OK, made.await)
}

/// Shows the lines that a version changed when it came.
pub(crate) async fn changes(
    State(app): State<Arc<App>>,
    Extension(seat): Extension<UserContext>,
    Path(version): Path<String>,
) -> Response<Body> {
    let w = seat.language.words();
    let made = async {
        let Some(changed) = app.backend.faq_changed(&version).await? else {
            return Ok(None);
        };
        let clock = Clock::new(&app, &seat);
        Ok(Some(Changes {
            f: Frame::inside(&app, &seat, "/faq", w.faq_lines).await?,
            is_current: app.backend.faq_text().await?.version == version,
            is_first: changed.before.is_none(),
            lines: diff(&changed.lines),
            time: clock.time(changed.row.at),
            source: seat.language.source(&changed.row.source).to_owned(),
            author: changed.row.author,
            note: changed.row.note,
            version: changed.row.version,
        }))
    };
    page_frame::page_or_missing(&app, seat.language, made.await, w.not_found)
}

/// Shows what changes if a version comes back.
pub(crate) async fn version(
    State(app): State<Arc<App>>,
    Extension(seat): Extension<UserContext>,
    Path(version): Path<String>,
) -> Response<Body> {
    let made = async {
        let Some(text) = app.backend.faq_version(&version).await? else {
            return Ok(None);
        };
        let given = FormFields {
            base: app.backend.faq_text().await?.version,
            text,
            note: format!("= {version}"),
            rollback: version,
            group: None,
            becomes: String::new(),
        };
        previewed(&app, &seat, given).await.map(Some)
    };
    match made.await {
        Ok(Some(page)) => page_frame::page(&app, seat.language, &page),
        Ok(None) => page_frame::refusal(
            &app,
            seat.language,
            StatusCode::NOT_FOUND,
            seat.language.words().not_found,
        ),
        Err(error) => page_frame::broken(&app, seat.language, &error),
    }
}
