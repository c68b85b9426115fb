//! Sessions of the user: where they are logged in, and the end of one of these.

use super::note;
use super::overview::Clock;
use crate::app::App;
use crate::backend::TokenHash;
use crate::flash_notice::Notice;
use crate::page_frame::{self, UserContext};
use crate::secrets;
use axum::Extension;
use axum::body::Body;
use axum::extract::{Form, State};
use axum::http::Response;
use serde::Deserialize;
use std::sync::Arc;

/// A session, as the page shows it.
#[derive(Debug)]
pub(super) struct Row {
    /// Name by which the page ends it.
    pub(super) id: String,
    /// Browser, as it names itself.
    pub(super) agent: String,
    /// Time of the log-in, and of the last use.
    pub(super) created: String,
    /// Time of its last use.
    pub(super) seen: String,
    /// `true` for that of the page itself.
    pub(super) is_this: bool,
}

/// Returns a name for a session that nobody can log in with.
fn name_of(token: &TokenHash) -> String {
    secrets::hex(&secrets::sha256_of(token))
        .chars()
        .take(24)
        .collect()
}

/// Returns the sessions of a user, the one that was used last first.
pub(super) async fn rows(app: &App, seat: &UserContext) -> crate::Result<Vec<Row>> {
    let clock = Clock::new(app, seat);
    let found = app.backend.sessions(&seat.user.name).await?;
    Ok(found
        .into_iter()
        .map(|(token, session)| Row {
            id: name_of(&token),
            agent: browser(&session.agent),
            created: clock.time(session.created),
            seen: clock.time(session.seen),
            is_this: token == seat.token,
        })
        .collect())
}

/// Returns a browser's name in words that people know.
fn browser(agent: &str) -> String {
    let of = |known: &[(&str, &'static str)]| {
        known
            .iter()
            .find(|(sign, _)| agent.contains(sign))
            .map(|(_, name)| *name)
    };
    let name = of(&[
        ("MicroMessenger", "WeChat"),
        ("Edg/", "Edge"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = of(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ]);
    match (name, system) {
        (Some(name), Some(system)) => format!("{name}, {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => agent.chars().take(60).collect(),
    }
}

/// Form of the end of a session.
#[derive(Deserialize)]
pub(crate) struct FormFields {
    session: String,
}

pub(crate) async fn end(
    State(app): State<Arc<App>>,
    Extension(seat): Extension<UserContext>,
    Form(given): Form<FormFields>,
) -> Response<Body> {
    let ended = async {
        let found = app.backend.sessions(&seat.user.name).await?;
        let own = found.iter().find(|(token, _)| name_of(token) == given.session);
        if let Some((token, session)) = own {
            app.backend.end_session(*token).await?;
            note(&app, &seat.user.name, "session_ended", browser(&session.agent)).await?;
        }
        Ok(own.is_some())
    };
    let w = seat.language.words();
    match ended.await {
        Ok(done) => {
            let notice = if done {
                Notice::done(w.session_ended)
            } else {
                Notice::error(w.changed_meanwhile)
            };
            app.tell(seat.token, notice);
            page_frame::to(&app, "/account")
        }
        Err(error) => page_frame::broken(&app, seat.language, &error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_called_as_people_call_them() {
        for (agent, name) in [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
                "Chrome, Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1",
                "Safari, iPhone",
            ),
            ("curl/8.0", "curl/8.0"),
        ] {
            assert_eq!(browser(agent), name);
        }
    }
}
