//! A ticket as a file, for who may see it: what its member and staff said, internal notes marked, without the words of other members.

use super::note;
use super::overview::Clock;
use super::ticket::{missing, name_and_id};
use crate::app::App;
use crate::backend::{LineDelivery, LineKind, TicketLine, TicketView};
use crate::page_frame::{self, UserContext};
use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{Response, StatusCode};
use groupdesk_contract::{clean_line, clean_name, clean_text};
use serde_json::{Value, json};
use std::fmt::Write;
use std::sync::Arc;

/// Gives a ticket as a file of a format.
pub(crate) async fn export(
    State(app): State<Arc<App>>,
    Extension(seat): Extension<UserContext>,
    Path((number, format)): Path<(u64, String)>,
) -> Response<Body> {
    let w = seat.language.words();
    let kind = match format.as_str() {
        "md" => "text/markdown; charset=utf-8",
        "json" => "application/json",
        _ => return page_frame::refusal(&app, seat.language, StatusCode::NOT_FOUND, w.not_found),
    };
    let made = async {
        let Some(view) = app.backend.ticket(&seat.user, number).await? else {
            return Ok(None);
        };
        let text = if format == "md" {
            markdown(&view, &Clock::new(&app, &seat))
        } else {
            format!("{:#}\n", object(&view))
        };
        note(
            &app,
            &seat.user.name,
            "ticket_exported",
            format!("#{number} {format}"),
        )
        .await?;
        Ok(Some(text))
    };
    match made.await {
        Ok(Some(text)) => page_frame::file(text, kind, &format!("ticket-{number}.{format}")),
        Ok(None) => missing(&app, &seat),
        Err(error) => page_frame::broken(&app, seat.language, &error),
    }
}

/// Returns the lines that may leave: those of the member who asked, of staff, and what happened to the ticket.
fn lines(view: &TicketView) -> impl Iterator<Item = &TicketLine> {
    view.lines.iter().filter(|line| !line.of_others)
}

fn object(view: &TicketView) -> Value {
    let row = &view.row;
    let line = |line: &TicketLine| {
        let (who, id) = name_and_id(&line.who);
        let delivery = line.delivery.as_ref().map(|delivery| match delivery {
            LineDelivery::Sent => "sent",
            LineDelivery::Queued(_) => "queued",
            LineDelivery::Refused(_) => "refused",
            LineDelivery::Unknown(_) => "unknown",
        });
        json!({
            "at": line.at, "kind": line.kind.name(), "internal": line.kind == LineKind::Note, "who": who, "id": id,
            "text": line.text, "delivery": delivery,
        })
    };
    json!({
        "number": row.number,
        "subject": row.subject,
        "status": row.status.name(),
        "opened": row.opened,
        "member": { "name": row.member, "address": view.member_address },
        "channel": row.channel,
        "owner": row.owner,
        "reason": view.reason,
        "urgent": row.is_urgent,
        "overdue": row.is_overdue,
        "also_asked": row.watchers,
        "lines": lines(view).map(line).collect::<Vec<_>>(),
    })
}

/// Writes words so that they are words in Markdown too: neither a tag, nor a link, nor a picture that is fetched.
fn plain(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '<' | '[' | '`') {
            written.push('\\');
        }
        written.push(c);
    }
    written
}

fn markdown(view: &TicketView, clock: &Clock) -> String {
    let w = clock.language.words();
    let row = &view.row;
    let owner = row
        .owner
        .as_deref()
        .map_or(w.nobody.to_owned(), |owner| plain(&clean_name(owner)));
    let mut text = format!("# #{} {}\n\n", row.number, plain(&clean_line(&row.subject)));
    let member = format!(
        "{} ({})",
        plain(&clean_name(&row.member)),
        plain(&clean_line(&view.member_address))
    );
    for (label, value) in [
        (w.member, member),
        (w.channel, plain(&clean_line(&row.channel))),
        (w.state, w.status(row.status).to_owned()),
        (w.owner, owner),
        (w.time, clock.full(row.opened)),
        (w.reason, plain(&clean_line(&view.reason))),
    ] {
        // Writing to a string can't fail, here and below.
        let _ = writeln!(text, "- {label}: {value}");
    }
    if row.watchers > 0 {
        let _ = writeln!(text, "- {}: {}", w.also_asked, row.watchers);
    }
    let _ = writeln!(text, "\n## {}\n", w.history);
    for line in lines(view) {
        let at = clock.full(line.at);
        let who = plain(&clean_line(&line.who));
        if line.kind == LineKind::Event {
            let event = clock.language.event(&line.text);
            let _ = writeln!(text, "- {at} {who} — {}", plain(&clean_line(&event)));
            continue;
        }
        let mark = if line.kind == LineKind::Note {
            format!(" ({})", w.note)
        } else {
            String::new()
        };
        let words = plain(&clean_text(&line.text)).replace('\n', "\n  > ");
        let _ = writeln!(text, "- {at} **{who}**{mark}\n  > {words}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn words_stay_words() {
        assert_eq!(plain("a <b> ![x](y) `c`"), "a \\<b> !\\[x](y) \\`c\\`");
    }
}
