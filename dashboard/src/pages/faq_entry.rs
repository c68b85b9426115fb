//! One entry of the FAQ as a form, with its lines in the file beside it, checked while somebody types. What it changes is shown before it
//! is saved, as with every other edit.

use super::faq::{self, FormFields, ProblemRow};
use super::users::Fields;
use crate::app::App;
use crate::backend::{FaqEdit, FaqEntry, FaqText, LineKind};
use crate::flash_notice::Notice;
use crate::page_frame::{self, Frame, UserContext};
use crate::texts::{PageLanguage, Words};
use askama::Template;
use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::{Response, StatusCode};
use serde::Deserialize;
use std::sync::Arc;

/// Languages in which an answer that has versions can be written.
const LANGUAGES: [&str; 2] = ["zh", "en"];

#[derive(Template)]
#[template(path = "entry.html")]
struct Page {
    f: Frame,
    w: &'static Words,
    base: String,
    id: String,
    /// First question.
    title: String,
    is_new: bool,
    can_be_written: bool,
    is_built_in: bool,
    /// Fault for which the file is no text; empty where it is one.
    unreadable: String,
    questions: String,
    answers: Vec<Answer>,
    yaml: String,
    line: usize,
    refused: String,
    problems: Vec<ProblemRow>,
    checked: bool,
}

#[derive(Template)]
#[template(path = "entry_side.html")]
struct Side {
    w: &'static Words,
    yaml: String,
    line: usize,
    refused: String,
    problems: Vec<ProblemRow>,
    checked: bool,
}

/// A version of the answer, as the form has it.
#[derive(Debug)]
struct Answer {
    key: String,
    label: String,
    text: String,
}

/// Query of the page.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct QueryParams {
    #[serde(default)]
    id: String,
    /// Number of a ticket of which a new entry is made.
    #[serde(default)]
    ticket: String,
}

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(seat): Extension<UserContext>,
    Query(asked): Query<QueryParams>,
) -> Response<Body> {
    let w = seat.language.words();
    page_frame::page_or_missing(&app, seat.language, made(&app, &seat, &asked).await, w.no_entry)
}

/// Makes the page of an entry, or of a new one where no id is given.
async fn made(app: &App, seat: &UserContext, asked: &QueryParams) -> crate::Result<Option<Page>> {
    let id = asked.id.as_str();
    let w = seat.language.words();
    let faq = app.backend.faq_text().await?;
    let (entry, lines) = if id.is_empty() {
        let new = match asked.ticket.parse() {
            Ok(number) => of_ticket(app, seat, number).await?,
            Err(_) => (Vec::new(), Vec::new()),
        };
        let new = FaqEntry {
            id: String::new(),
            questions: new.0,
            answers: new.1,
        };
        (new, None)
    } else {
        let entries = app.backend.faq_entries().await?;
        let Some(entry) = entries.into_iter().find(|entry| entry.id == id) else {
            return Ok(None);
        };
        let lines = app.backend.faq_entry_lines(faq.text.clone(), id).await?;
        (entry, lines)
    };
    let (line, yaml) = lines.unwrap_or_default();
    let title = if id.is_empty() { w.new_entry } else { id };
    let f = Frame::inside(app, seat, "/faq", title).await?;
    Ok(Some(Page {
        yaml,
        line,
        is_new: id.is_empty(),
        title: entry.questions.first().unwrap_or(&entry.id).clone(),
        ..form(f, (seat.language, faq), entry)
    }))
}

/// Makes the page of an entry of the FAQ in a language, before anything is checked.
fn form(f: Frame, (language, faq): (PageLanguage, FaqText), entry: FaqEntry) -> Page {
    let w = language.words();
    Page {
        f,
        w,
        base: faq.version,
        can_be_written: faq.can_be_written,
        is_built_in: !faq.can_be_written && faq.unreadable.is_none(),
        unreadable: faq::unreadable(language, faq.unreadable),
        is_new: false,
        title: entry.id.clone(),
        answers: answers(&entry.answers, w),
        questions: entry.questions.join("\n"),
        id: entry.id,
        yaml: String::new(),
        line: 0,
        refused: String::new(),
        problems: Vec::new(),
        checked: false,
    }
}

/// Returns what a member asked in a ticket, and what staff answered last.
async fn of_ticket(
    app: &App,
    seat: &UserContext,
    number: u64,
) -> crate::Result<(Vec<String>, Vec<(String, String)>)> {
    let Some(ticket) = app.backend.ticket(&seat.user, number).await? else {
        return Ok((Vec::new(), Vec::new()));
    };
    let mut said = ticket.lines.into_iter().rev();
    let answer = said.find(|line| line.kind == LineKind::Staff);
    let answers = answer.map(|line| (String::new(), line.text)).into_iter();
    Ok((vec![ticket.row.subject], answers.collect()))
}

/// Returns the fields of an answer: its versions, and the languages that it may have as well.
fn answers(versions: &[(String, String)], w: &Words) -> Vec<Answer> {
    let field = |key: &str, text: &str| Answer {
        key: key.to_owned(),
        label: label(key, w),
        text: text.to_owned(),
    };
    if versions.is_empty() {
        return vec![field("", "")];
    }
    let mut fields: Vec<Answer> = versions.iter().map(|(key, text)| field(key, text)).collect();
    // A language more needs no other form where all versions are languages.
    if versions.iter().all(|(key, _)| LANGUAGES.contains(&key.as_str())) {
        let missing = LANGUAGES.into_iter();
        let missing = missing.filter(|language| versions.iter().all(|(key, _)| key != language));
        fields.extend(missing.map(|language| field(language, "")));
    }
    fields
}

/// Says for whom a version of an answer is.
fn label(key: &str, w: &Words) -> String {
    let part = |part: &str| match part {
        "zh" => "中文".to_owned(),
        "en" => "English".to_owned(),
        "ja" => "日本語".to_owned(),
        "zh-Hant" => "繁體中文".to_owned(),
        "open" => w.answer_open.to_owned(),
        "closed" => w.answer_closed.to_owned(),
        other => other.to_owned(),
    };
    let parts: Vec<String> = key.split('.').filter(|part| !part.is_empty()).map(part).collect();
    if parts.is_empty() {
        w.answer.to_owned()
    } else {
        format!("{} · {}", w.answer, parts.join(" · "))
    }
}

/// Reads the edit of a form.
fn edit(fields: &Fields) -> FaqEdit {
    let plain = |text: &str| text.replace("\r\n", "\n");
    let questions = plain(fields.one("questions"));
    let questions = questions.lines().map(str::trim).filter(|line| !line.is_empty());
    let answers = fields.pairs("key", "answer").into_iter();
    FaqEdit::Form {
        is_new: fields.one("new") == "yes",
        id: fields.one("id").trim().to_owned(),
        questions: questions.map(str::to_owned).collect(),
        answers: answers
            .map(|(key, text)| (key, plain(&text).trim().to_owned()))
            .collect(),
    }
}

/// Checks the form while it is filled in; a part of the page.
pub(crate) async fn check(
    State(app): State<Arc<App>>,
    Extension(seat): Extension<UserContext>,
    body: Bytes,
) -> Response<Body> {
    let fields = Fields::read(&body);
    let made = async {
        let mut side = Side {
            w: seat.language.words(),
            yaml: String::new(),
            line: 0,
            refused: String::new(),
            problems: Vec::new(),
            checked: true,
        };
        match app.backend.faq_with(edit(&fields)).await? {
            Ok(text) => {
                let problems = app.backend.faq_problems(text.clone()).await?;
                side.problems = faq::rows(seat.language, &problems);
                let lines = app.backend.faq_entry_lines(text, fields.one("id").trim()).await?;
                (side.line, side.yaml) = lines.unwrap_or_default();
            }
            Err(why) => side.refused = why,
        }
        Ok(side)
    };
    page_frame::page_or_fault(&app, seat.language, made.await)
}

/// Shows what the form, or the removal of its entry, changes in the FAQ.
pub(crate) async fn preview(
    State(app): State<Arc<App>>,
    Extension(seat): Extension<UserContext>,
    body: Bytes,
) -> Response<Body> {
    let w = seat.language.words();
    let fields = Fields::read(&body);
    let id = fields.one("id").trim().to_owned();
    let is_new = fields.one("new") == "yes";
    let (edit, note) = match fields.one("do") {
        "remove" => (FaqEdit::Remove { entry: id.clone() }, format!("- {id}")),
        _ if is_new => (edit(&fields), format!("+ {id}")),
        _ => (edit(&fields), id.clone()),
    };
    let made = async {
        let base = app.backend.faq_text().await?.version;
        Ok((base, app.backend.faq_with(edit).await?))
    };
    match made.await {
        Ok((base, Ok(text))) => {
            if base != fields.one("base") {
                app.tell(seat.token, Notice::error(w.faq_moved_on));
            }
            faq::show_preview(&app, &seat, FormFields::of_edit(base, text, note)).await
        }
        Ok((_, Err(why))) => again(&app, &seat, &fields, why).await,
        Err(error) => page_frame::broken(&app, seat.language, &error),
    }
}

/// Shows a form again that says why it was refused, with all that was typed.
async fn again(app: &App, seat: &UserContext, fields: &Fields, refused: String) -> Response<Body> {
    let w = seat.language.words();
    let made = async {
        let faq = app.backend.faq_text().await?;
        let typed = FaqEntry {
            id: fields.one("id").trim().to_owned(),
            questions: vec![fields.one("questions").to_owned()],
            answers: fields.pairs("key", "answer"),
        };
        let f = Frame::inside(app, seat, "/faq", w.faq).await?;
        Ok(Page {
            is_new: fields.one("new") == "yes",
            refused,
            ..form(f, (seat.language, faq), typed)
        })
    };
    match made.await {
        Ok(page) => page_frame::html(app, seat.language, StatusCode::UNPROCESSABLE_ENTITY, &page),
        Err(error) => page_frame::broken(app, seat.language, &error),
    }
}
