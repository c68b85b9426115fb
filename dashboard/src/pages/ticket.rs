//! A ticket: what was said, and the orders of staff. Each order has an id of its own from the page, so that a repeated request does
//! nothing twice.

use super::inbox::Row;
use super::overview::Clock;
use super::{note, picture};
use crate::app::App;
use crate::backend::{
    Colleague, FittingAnswer, LineDelivery, LineKind, Status, Target, TicketLine, TicketOrder, TicketView,
    Words,
};
use crate::flash_notice::Notice;
use crate::page_frame::{self, Frame, UserContext};
use crate::presence::Other;
use crate::secrets;
use crate::user_accounts::Role;
use askama::Template;
use axum::Extension;
use axum::body::Body;
use axum::extract::{Form, Path, State};
use axum::http::{Response, StatusCode};
use serde::Deserialize;
use std::sync::Arc;

/// Most characters of a reply, a note or a draft.
const TEXT_MAX: usize = 8_000;

#[derive(Template)]
#[template(path = "ticket.html")]
struct Page {
    f: Frame,
    t: Row,
    member_id: String,
    member_query: String,
    others: Vec<Other>,
    answers: Vec<Answer>,
    /// Name of who said that the question is none for the FAQ, and when.
    aside: Option<(String, String)>,
    link: Option<String>,
    reason: String,
    earlier: String,
    window: Option<Window>,
    targets: Vec<TargetRow>,
    also: String,
    model_draft: Option<String>,
    lines: Vec<LineRow>,
    snippets: Arc<Vec<(String, String)>>,
    colleagues: Vec<Colleague>,
    rooms: Vec<String>,
    draft: String,
    note: String,
    seen: usize,
    may_order: bool,
    may_edit: bool,
    can: Can,
    /// Id of the next order from this page, one a form.
    ids: Ids,
}

/// Orders that make sense in the ticket's state.
#[derive(Debug)]
struct Can {
    claim: bool,
    release: bool,
    reply: bool,
    end: bool,
    reopen: bool,
}

/// Ids of the orders of a page's forms.
#[derive(Debug)]
struct Ids {
    simple: String,
    reply: String,
    note: String,
    hand: String,
}

/// Reply window, as the page shows it.
#[derive(Debug)]
struct Window {
    until: String,
    left: u32,
    is_open: bool,
}

/// An entry that fits the question.
#[derive(Debug)]
struct Answer {
    title: String,
    text: String,
    confidence: String,
}

/// A target, as the page shows it.
#[derive(Debug)]
struct TargetRow {
    label: &'static str,
    span: String,
    state: String,
    class: &'static str,
    due: String,
}

/// A row of the history, as the page shows it.
#[derive(Debug)]
struct LineRow {
    class: &'static str,
    who: String,
    /// Id of who it was, where the history has it behind the name.
    id: String,
    time: String,
    at: String,
    text: String,
    delivery: Option<(&'static str, &'static str, String)>,
    /// Places of the pictures in it: line and link.
    pictures: Vec<String>,
}

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(seat): Extension<UserContext>,
    Path(number): Path<u64>,
) -> Response<Body> {
    let found = match app.backend.ticket(&seat.user, number).await {
        Ok(Some(found)) => found,
        Ok(None) => return missing(&app, &seat),
        Err(error) => return page_frame::broken(&app, seat.language, &error),
    };
    page_frame::page_or_fault(&app, seat.language, made(&app, &seat, found).await)
}

pub(super) fn missing(app: &App, seat: &UserContext) -> Response<Body> {
    page_frame::refusal(
        app,
        seat.language,
        StatusCode::NOT_FOUND,
        seat.language.words().no_ticket,
    )
}

async fn made(app: &App, seat: &UserContext, view: TicketView) -> crate::Result<Page> {
    let clock = Clock::new(app, seat);
    let number = view.row.number;
    let status = view.row.status;
    let active = status.is_active();
    let id = || secrets::order_id(clock.now.as_millisecond());
    if seat.user.may(Role::Staff) && !seat.by_script {
        app.presence.sign(number, &seat.user.name, false, clock.now);
    }
    Ok(Page {
        f: Frame::inside(app, seat, "/tickets", &format!("#{number} {}", view.row.subject)).await?,
        t: Row {
            left: next_target(&view, &clock),
            ..clock.row(&view.row)
        },
        member_id: view.member_id,
        member_query: form_urlencoded::byte_serialize(view.member_address.as_bytes()).collect(),
        others: app.presence.others(number, &seat.user.name, clock.now),
        answers: view.answers.into_iter().map(answer).collect(),
        aside: view.aside.map(|(by, at)| (by, clock.time(at))),
        link: view.link,
        reason: view.reason,
        earlier: view.earlier,
        window: view.window.map(|(until, left)| Window {
            until: clock.time(until),
            left,
            is_open: clock.now < until && left > 0,
        }),
        targets: view
            .targets
            .iter()
            .map(|target| target_row(target, &clock))
            .collect(),
        also: view.watchers.join("、"),
        model_draft: view.draft,
        lines: view
            .lines
            .iter()
            .enumerate()
            .map(|(at, line)| line_row((at, line), &clock))
            .collect(),
        snippets: view.snippets,
        colleagues: app.backend.colleagues().await?,
        rooms: app.backend.rooms(),
        seen: view
            .lines
            .iter()
            .filter(|line| line.kind == LineKind::Staff)
            .count(),
        draft: app.backend.draft(&seat.user, number, Words::Reply).await?,
        note: app.backend.draft(&seat.user, number, Words::Note).await?,
        may_order: seat.user.may(Role::Staff),
        may_edit: seat.user.may(Role::Admin),
        can: Can {
            claim: active && !view.row.is_mine,
            release: active && view.row.owner.is_some(),
            reply: status != Status::Closed,
            end: active,
            reopen: status == Status::Resolved,
        },
        ids: Ids {
            simple: id(),
            reply: id(),
            note: id(),
            hand: id(),
        },
    })
}

fn answer(fitting: FittingAnswer) -> Answer {
    Answer {
        title: fitting.title,
        text: fitting.text,
        confidence: format!("{:.2}", fitting.confidence),
    }
}

/// Says how long is left until the target that ends first.
fn next_target(view: &TicketView, clock: &Clock) -> Option<(String, &'static str, String)> {
    let next = Target::next(&view.targets).filter(|_| view.row.status.is_active())?;
    clock.left(next)
}

/// Says how a target stands.
fn target_row(target: &Target, clock: &Clock) -> TargetRow {
    let w = clock.language.words();
    let (state, class, due) = match clock.left(target) {
        Some((left, class, due)) => (left, class, due),
        None if target.missed => (w.target_missed.to_owned(), "bad", String::new()),
        None => (w.target_met.to_owned(), "good", String::new()),
    };
    TargetRow {
        label: if target.of_resolution {
            w.target_resolution
        } else {
            w.target_answer
        },
        span: clock.language.length(target.seconds),
        state,
        class,
        due,
    }
}

fn line_row((place, line): (usize, &TicketLine), clock: &Clock) -> LineRow {
    let w = clock.language.words();
    let delivery = line.delivery.as_ref().map(|delivery| match delivery {
        LineDelivery::Sent => ("✓", "good", w.delivered.to_owned()),
        LineDelivery::Queued(None) => ("…", "warn", w.delivery_queued.to_owned()),
        LineDelivery::Queued(Some(why)) => ("…", "warn", format!("{}：{why}", w.delivery_queued)),
        LineDelivery::Refused(why) => ("✗", "bad", format!("{}：{why}", w.delivery_refused)),
        LineDelivery::Unknown(why) => ("?", "warn", format!("{}：{why}", w.delivery_unknown)),
    });
    let (who, id) = name_and_id(&line.who);
    LineRow {
        class: line.kind.name(),
        who,
        id,
        time: clock.time(line.at),
        at: line.at.to_string(),
        text: match line.kind {
            LineKind::Event => clock.language.event(&line.text),
            _ => line.text.clone(),
        },
        delivery,
        pictures: match line.kind {
            LineKind::Member => picture::all(line)
                .enumerate()
                .filter(|(_, link)| line.pictures.iter().any(|held| held == link) || picture::is_likely(link))
                .map(|(link, _)| format!("{place}/{link}"))
                .collect(),
            _ => Vec::new(),
        },
    }
}

/// Parts a name as histories keep it from the id behind it: `小王 (10001)`, `小王（10001）`.
pub(super) fn name_and_id(who: &str) -> (String, String) {
    let inner = who.strip_suffix([')', '）']);
    let parted = inner.and_then(|inner| inner.rsplit_once(['(', '（']));
    match parted {
        Some((name, id)) if !name.trim().is_empty() && !id.is_empty() => {
            (name.trim_end().to_owned(), id.to_owned())
        }
        _ => (who.to_owned(), String::new()),
    }
}

/// Form of an order.
#[derive(Deserialize)]
pub(crate) struct FormFields {
    id: String,
    order: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    to: String,
    #[serde(default)]
    seen: usize,
}

impl FormFields {
    fn order(&self) -> Option<TicketOrder> {
        let text = || self.text.trim().chars().take(TEXT_MAX).collect::<String>();
        Some(match self.order.as_str() {
            "claim" => TicketOrder::Claim,
            "release" => TicketOrder::Release,
            "resolve" => TicketOrder::Resolve,
            "close" => TicketOrder::Close,
            "reopen" => TicketOrder::Reopen,
            "reply" => TicketOrder::Reply {
                text: text(),
                seen: self.seen,
            },
            "note" => TicketOrder::Note(text()),
            "hand" => TicketOrder::HandOn(self.to.trim().to_owned()),
            _ => return None,
        })
    }
}

pub(crate) async fn order(
    State(app): State<Arc<App>>,
    Extension(seat): Extension<UserContext>,
    Path(number): Path<u64>,
    Form(given): Form<FormFields>,
) -> Response<Body> {
    let w = seat.language.words();
    let Some(order) = given.order().filter(|_| secrets::is_order_id(&given.id)) else {
        return page_frame::refusal(&app, seat.language, StatusCode::BAD_REQUEST, w.broken);
    };
    let back = format!("/tickets/{number}");
    let empty = match &order {
        TicketOrder::Reply { text, .. } | TicketOrder::Note(text) | TicketOrder::HandOn(text) => {
            text.is_empty()
        }
        _ => false,
    };
    if empty {
        app.tell(seat.token, Notice::error(w.empty_reply));
        return page_frame::to(&app, &back);
    }
    match carry_out(&app, &seat, number, &given.id, &order).await {
        Ok(true) => page_frame::to(&app, &back),
        Ok(false) => missing(&app, &seat),
        Err(error) => page_frame::broken(&app, seat.language, &error),
    }
}

/// Carries out an order and keeps what is told of it for the next page; `false` if the user has no such ticket.
async fn carry_out(
    app: &App,
    seat: &UserContext,
    number: u64,
    id: &str,
    order: &TicketOrder,
) -> crate::Result<bool> {
    let w = seat.language.words();
    if app.backend.ticket(&seat.user, number).await?.is_none() {
        return Ok(false);
    }
    // Before it is sent: what is refused, or lost on the way, is still there.
    if let Some((of, text)) = order.words() {
        app.backend.put_draft(&seat.user, number, of, text).await?;
    }
    let ordered = app.backend.order(&seat.user, number, id, order).await?;
    if let Some((of, _)) = order.words() {
        if ordered.done {
            app.backend.put_draft(&seat.user, number, of, "").await?;
        } else {
            let text = match (&ordered.overtaken_by, of) {
                (Some(colleague), _) => format!("{colleague}{} {}", w.overtaken, w.reply_not_sent),
                (None, Words::Reply) => w.reply_not_sent.to_owned(),
                (None, Words::Note) => w.note_not_saved.to_owned(),
            };
            app.tell(seat.token, Notice::error(text));
        }
    }
    for told in ordered.told {
        let notice = if ordered.done {
            Notice::done(told)
        } else {
            Notice::error(told)
        };
        app.tell(seat.token, notice);
    }
    Ok(true)
}

/// Form of what is said of a ticket's question.
#[derive(Deserialize)]
pub(crate) struct OfQuestion {
    #[serde(rename = "do")]
    action: String,
}

/// Records that a ticket's question is none for the FAQ, or takes that back.
pub(crate) async fn question(
    State(app): State<Arc<App>>,
    Extension(seat): Extension<UserContext>,
    Path(number): Path<u64>,
    Form(given): Form<OfQuestion>,
) -> Response<Body> {
    let w = seat.language.words();
    let (aside, action) = match given.action.as_str() {
        "aside" => (true, "question_aside"),
        "back" => (false, "question_back"),
        _ => return page_frame::refusal(&app, seat.language, StatusCode::BAD_REQUEST, w.broken),
    };
    let put = async {
        let put = app.backend.put_aside(&seat.user, number, aside).await?;
        if put {
            note(&app, &seat.user.name, action, format!("#{number}")).await?;
        }
        Ok(put)
    };
    match put.await {
        Ok(true) => page_frame::to(&app, &format!("/tickets/{number}")),
        Ok(false) => missing(&app, &seat),
        Err(error) => page_frame::broken(&app, seat.language, &error),
    }
}

/// Form of a draft.
#[derive(Deserialize)]
pub(crate) struct Draft {
    text: String,
}

pub(crate) async fn save_draft(
    State(app): State<Arc<App>>,
    Extension(seat): Extension<UserContext>,
    Path(number): Path<u64>,
    Form(draft): Form<Draft>,
) -> Response<Body> {
    let text: String = draft.text.chars().take(TEXT_MAX).collect();
    let saved = async {
        if app.backend.ticket(&seat.user, number).await?.is_none() {
            return Ok(false);
        }
        app.backend
            .put_draft(&seat.user, number, Words::Reply, &text)
            .await?;
        Ok(true)
    };
    match saved.await {
        Ok(true) => {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::NO_CONTENT;
            response
        }
        Ok(false) => missing(&app, &seat),
        Err(error) => page_frame::broken(&app, seat.language, &error),
    }
}

/// Sign of a page that somebody looks at.
#[derive(Deserialize)]
pub(crate) struct Sign {
    state: String,
}

/// Takes the sign of a page that its user is there, types, or goes.
pub(crate) async fn here(
    State(app): State<Arc<App>>,
    Extension(seat): Extension<UserContext>,
    Path(number): Path<u64>,
    Form(sign): Form<Sign>,
) -> Response<Body> {
    match app.backend.ticket(&seat.user, number).await {
        Ok(Some(_)) => {}
        Ok(None) => return missing(&app, &seat),
        Err(error) => return page_frame::broken(&app, seat.language, &error),
    }
    let name = &seat.user.name;
    match sign.state.as_str() {
        "left" => app.presence.leave(number, name),
        state => app
            .presence
            .sign(number, name, state == "types", app.backend.now()),
    }
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stands_apart_from_its_id() {
        for (who, name, id) in [
            ("小王 (10001)", "小王", "10001"),
            ("小王（10001）", "小王", "10001"),
            ("A (b) (user:42)", "A (b)", "user:42"),
            ("老王", "老王", ""),
            ("(10001)", "(10001)", ""),
            ("", "", ""),
        ] {
            assert_eq!(name_and_id(who), (name.to_owned(), id.to_owned()), "{who}");
        }
    }
}
