//! Files in and out: the FAQ in other formats, tickets, the audit log, and a copy of the store while the program serves.

use super::faq::{self, FormFields};
use super::note;
use crate::app::{App, FAQ_BODY_MAX};
use crate::backend::{AuditEntry, FaqFormat, ImportFile, Search};
use crate::flash_notice::Notice;
use crate::page_frame::{self, Frame, UserContext};
use crate::texts::PageLanguage;
use crate::user_accounts::Role;
use askama::Template;
use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::rejection::BytesRejection;
use axum::extract::{Form, Path, State};
use axum::http::{HeaderMap, Response, StatusCode, header};
use futures_util::stream;
use serde::Deserialize;
use serde_json::json;
use std::convert::Infallible;
use std::fmt::Write;
use std::sync::Arc;
use tokio::io::AsyncReadExt;

/// Most tickets, or entries of the audit log, of an export.
const ROWS_MAX: usize = 50_000;
/// Tickets, or entries of the audit log, that are read at once.
const PAGE_ROWS: u32 = 500;

/// Most files of one import.
const FILES_MAX: usize = 20;
/// Most notes about an import that are shown.
const NOTES_MAX: usize = 12;

/// Bytes of a copy that are sent at once.
const CHUNK: usize = 64 << 10;

#[derive(Template)]
#[template(path = "data.html")]
struct Page {
    f: Frame,
    formats: Vec<(&'static str, &'static str)>,
    may_back_up: bool,
}

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(seat): Extension<UserContext>,
) -> Response<Body> {
    let w = seat.language.words();
    let f = match Frame::inside(&app, &seat, "/data", w.data).await {
        Ok(f) => f,
        Err(error) => return page_frame::broken(&app, seat.language, &error),
    };
    let page = Page {
        f,
        formats: FaqFormat::ALL
            .into_iter()
            .map(|format| (format.name(), format.label()))
            .collect(),
        may_back_up: seat.user.may(Role::Owner),
    };
    page_frame::page(&app, seat.language, &page)
}

/// Gives the FAQ in another format.
pub(crate) async fn export_faq(
    State(app): State<Arc<App>>,
    Extension(seat): Extension<UserContext>,
    Path(format): Path<String>,
) -> Response<Body> {
    let w = seat.language.words();
    let Some(format) = FaqFormat::of_name(&format) else {
        return page_frame::refusal(&app, seat.language, StatusCode::NOT_FOUND, w.not_found);
    };
    let made = async {
        let made = app.backend.faq_as(format).await?;
        if made.is_ok() {
            note(&app, &seat.user.name, "faq_exported", format.name()).await?;
        }
        Ok(made)
    };
    match made.await {
        Ok(Ok(bytes)) => page_frame::file(bytes, format.kind(), &format!("faq.{}", format.extension())),
        Ok(Err(why)) => {
            app.tell(seat.token, Notice::error(why));
            page_frame::to(&app, "/data")
        }
        Err(error) => page_frame::broken(&app, seat.language, &error),
    }
}

/// Form of an import.
#[derive(Deserialize)]
pub(crate) struct Import {
    text: String,
}

/// Shows what the FAQ would be with the entries of a pasted text.
pub(crate) async fn import_faq(
    State(app): State<Arc<App>>,
    Extension(seat): Extension<UserContext>,
    Form(given): Form<Import>,
) -> Response<Body> {
    let pasted = ImportFile {
        name: None,
        bytes: given.text.into_bytes(),
    };
    import(&app, &seat, vec![pasted]).await
}

/// Shows what the FAQ would be with the entries of files.
pub(crate) async fn upload(
    State(app): State<Arc<App>>,
    Extension(seat): Extension<UserContext>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response<Body> {
    let w = seat.language.words();
    let refused = |why: String| {
        app.tell(seat.token, Notice::error(why));
        page_frame::to(&app, "/data")
    };
    let Ok(body) = body else {
        return refused(format!("{} {} MB", w.file_too_large, FAQ_BODY_MAX >> 20));
    };
    match uploaded(&headers, body).await {
        Some(files) if !files.is_empty() => import(&app, &seat, files).await,
        _ => refused(w.no_file.to_owned()),
    }
}

/// Returns the files of a form; `None` where the request is none.
async fn uploaded(headers: &HeaderMap, body: Bytes) -> Option<Vec<ImportFile>> {
    let kind = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let boundary = multer::parse_boundary(kind).ok()?;
    let body = stream::once(async move { Ok::<Bytes, Infallible>(body) });
    let mut parts = multer::Multipart::new(body, boundary);
    let mut files = Vec::new();
    while let Some(part) = parts.next_field().await.ok()? {
        let name = part.file_name().map(str::to_owned);
        let bytes = part.bytes().await.ok()?;
        // A form without a chosen file sends an empty one.
        if let Some(name) = name.filter(|name| !name.is_empty())
            && files.len() < FILES_MAX
        {
            files.push(ImportFile {
                name: Some(name),
                bytes: bytes.to_vec(),
            });
        }
    }
    Some(files)
}

async fn import(app: &App, seat: &UserContext, files: Vec<ImportFile>) -> Response<Body> {
    let w = seat.language.words();
    let names = files.iter().filter_map(|file| file.name.clone());
    let names: Vec<String> = names.collect();
    let made = async {
        let base = app.backend.faq_text().await?.version;
        Ok((base, app.backend.faq_with_import(files).await?))
    };
    match made.await {
        Ok((base, Ok(imported))) => {
            app.tell(
                seat.token,
                Notice::done(format!("{} {}", w.entries_read, imported.entries)),
            );
            if !imported.notes.is_empty() {
                app.tell(seat.token, Notice::error(notes(&imported.notes, seat.language)));
            }
            let remark = format!("{} {}", w.imported, names.join(", "));
            faq::show_preview(
                app,
                seat,
                FormFields::of_edit(base, imported.text, remark.trim().to_owned()),
            )
            .await
        }
        Ok((_, Err(why))) => {
            app.tell(seat.token, Notice::error(why));
            page_frame::to(app, "/data")
        }
        Err(error) => page_frame::broken(app, seat.language, &error),
    }
}

/// Says what an import left out or changed.
fn notes(notes: &[(String, String)], language: PageLanguage) -> String {
    let mut lines = vec![format!("{} {}", language.words().not_as_read, notes.len())];
    let said = notes.iter().take(NOTES_MAX);
    lines.extend(said.map(|(chinese, english)| language.either(chinese, english).clone()));
    if notes.len() > NOTES_MAX {
        lines.push("…".to_owned());
    }
    lines.join("\n")
}

/// Writes a cell of a table; what a spreadsheet would take for a formula is disarmed.
fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@']) && text.len() > 1;
    let text: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    format!(
        "\"{}{}\"",
        if formula { "'" } else { "" },
        text.replace('"', "\"\"")
    )
}

/// Gives the newest tickets as a table.
pub(crate) async fn export_tickets(
    State(app): State<Arc<App>>,
    Extension(seat): Extension<UserContext>,
) -> Response<Body> {
    let made = async {
        let mut text = "\u{feff}number,status,opened,member,channel,owner,also_asked,subject\n".to_owned();
        let mut search = Search {
            limit: PAGE_ROWS,
            ..Search::default()
        };
        let mut count = 0;
        loop {
            let rows = app.backend.find_tickets(&seat.user, &search).await?;
            let Some(last) = rows.last() else { break };
            search.below = Some(last.number);
            for row in &rows {
                let owner = row.owner.as_deref().unwrap_or_default();
                // Writing to a string can't fail.
                let _ = writeln!(
                    text,
                    "{},{},{},{},{},{},{},{}",
                    row.number,
                    row.status.name(),
                    row.opened,
                    cell(&row.member),
                    cell(&row.channel),
                    cell(owner),
                    row.watchers,
                    cell(&row.subject)
                );
            }
            count += rows.len();
            if count >= ROWS_MAX {
                break;
            }
        }
        note(&app, &seat.user.name, "tickets_exported", count.to_string()).await?;
        Ok(text)
    };
    match made.await {
        Ok(text) => page_frame::file(text, "text/csv; charset=utf-8", "tickets.csv"),
        Err(error) => page_frame::broken(&app, seat.language, &error),
    }
}

/// Gives the audit log as lines of JSON, newest first.
pub(crate) async fn export_audit(
    State(app): State<Arc<App>>,
    Extension(seat): Extension<UserContext>,
) -> Response<Body> {
    let made = async {
        note(&app, &seat.user.name, "audit_exported", "").await?;
        let (mut text, mut below, mut count) = (String::new(), None, 0);
        while count < ROWS_MAX {
            let rows = app.backend.audit(below, PAGE_ROWS).await?;
            let Some((last, _)) = rows.last() else { break };
            below = Some(*last);
            count += rows.len();
            for (
                id,
                AuditEntry {
                    at,
                    who,
                    action,
                    detail,
                },
            ) in &rows
            {
                let line = json!({"id": id, "at": at, "who": who, "action": action, "detail": detail});
                text += &format!("{line}\n");
            }
        }
        Ok(text)
    };
    match made.await {
        Ok(text) => page_frame::file(text, "application/x-ndjson", "audit.jsonl"),
        Err(error) => page_frame::broken(&app, seat.language, &error),
    }
}

/// Gives a copy of the store, made and read through while the program serves.
pub(crate) async fn back_up(
    State(app): State<Arc<App>>,
    Extension(seat): Extension<UserContext>,
) -> Response<Body> {
    let made = async {
        let copy = app.backend.back_up().await?;
        note(&app, &seat.user.name, "backed_up", "").await?;
        Ok(copy)
    };
    let file = match made.await {
        Ok(file) => file,
        Err(error) => return page_frame::broken(&app, seat.language, &error),
    };
    let length = file.metadata().map(|facts| facts.len()).ok();
    let file = tokio::fs::File::from_std(file);
    let bytes = stream::unfold(file, async |mut file| {
        let mut chunk = vec![0; CHUNK];
        match file.read(&mut chunk).await {
            Ok(0) => None,
            Ok(count) => {
                chunk.truncate(count);
                Some((Ok(Bytes::from(chunk)), file))
            }
            Err(error) => Some((Err(error), file)),
        }
    });
    let today = app.backend.zone().to_datetime(app.backend.now()).date();
    let name = format!("groupdesk-{today}.db");
    let mut response = page_frame::file(Body::from_stream(bytes), "application/vnd.sqlite3", &name);
    if let Some(length) = length {
        response
            .headers_mut()
            .insert(header::CONTENT_LENGTH, length.into());
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_no_formula_and_stays_in_its_line() {
        assert_eq!(cell("=1+1"), "\"'=1+1\"");
        assert_eq!(cell("a\"b\nc"), "\"a\"\"b c\"");
        assert_eq!(cell("-"), "\"-\"");
    }
}
