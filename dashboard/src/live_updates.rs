//! Live updates: one stream a browser tells that something changed, with the counts that stand on every page.

use crate::app::App;
use crate::backend::TicketRow;
use crate::guard;
use crate::page_frame::UserContext;
use crate::streams::StreamPlace;
use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, Response, header};
use axum::response::sse::{Event, Sse};
use futures_util::stream;
use groupdesk_contract::{heartbeat, unbuffered};
use serde_json::json;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Interval of a sign of life: a page says that the connection is lost when three are missing.
const HEARTBEAT_INTERVAL: Duration = Duration::from_millis(1_500);

/// Time in which several changes become one.
const CHANGES_MERGED_WITHIN: Duration = Duration::from_millis(80);

/// Signs of life after which the session is looked at again.
const LOOK_AGAIN: u32 = 20;

/// A stream of one browser.
struct Stream {
    app: Arc<App>,
    seat: UserContext,
    changes: watch::Receiver<u64>,
    presence: watch::Receiver<u64>,
    beats: u32,
    begun: bool,
    place: StreamPlace,
}

/// Streams changes until the browser goes, the session ends or opens too many others, or the program stops.
pub(crate) async fn stream(
    State(app): State<Arc<App>>,
    Extension(seat): Extension<UserContext>,
) -> Response<Body> {
    let mut changes = app.backend.changes();
    changes.mark_unchanged();
    let mut presence = app.presence.changes();
    presence.mark_unchanged();
    let stream = Stream {
        place: app.streams.enter(seat.token),
        app,
        presence,
        seat,
        changes,
        beats: 0,
        begun: false,
    };
    let events = stream::unfold(stream, async |mut stream| {
        let event = stream.next().await?;
        Some((Ok::<_, Infallible>(event), stream))
    });
    let mut response = unbuffered(Sse::new(events));
    // With the stream its connection ends, and its place is free at once.
    let close = HeaderValue::from_static("close");
    response.headers_mut().insert(header::CONNECTION, close);
    response
}

impl Stream {
    /// Returns the next event; `None` ends the stream.
    async fn next(&mut self) -> Option<Event> {
        if !self.begun {
            self.begun = true;
            return self.change().await;
        }
        let shutdown = self.app.shutdown.clone();
        let changed = tokio::select! {
            () = shutdown.cancelled() => return None,
            () = self.place.over.cancelled() => return None,
            changed = self.changes.changed() => {
                changed.ok()?;
                tokio::time::sleep(CHANGES_MERGED_WITHIN).await;
                self.changes.mark_unchanged();
                true
            }
            changed = self.presence.changed() => {
                changed.ok()?;
                tokio::time::sleep(CHANGES_MERGED_WITHIN).await;
                self.presence.mark_unchanged();
                true
            }
            () = tokio::time::sleep(HEARTBEAT_INTERVAL) => {
                self.app.presence.sweep(self.app.backend.now());
                false
            }
        };
        self.beats += 1;
        if (changed || self.beats.is_multiple_of(LOOK_AGAIN)) && !guard::goes_on(&self.app, &self.seat).await
        {
            return None;
        }
        if changed {
            self.change().await
        } else {
            Some(heartbeat())
        }
    }

    async fn change(&self) -> Option<Event> {
        let rows = self.app.backend.open_tickets(&self.seat.user).await.ok()?;
        let counts = Counts::of(&rows);
        let data = json!({
            "waits": counts.waits, "mine": counts.mine, "overdue": counts.overdue, "open": counts.open,
            "spoke": last_spoken(&rows),
        });
        Some(Event::default().event("change").data(data.to_string()))
    }
}

/// Returns the time at which a member of the user's tickets, or of one that nobody has, last spoke, in milliseconds since 1970;
/// 0 where there is none.
fn last_spoken(rows: &[TicketRow]) -> i64 {
    let active = rows.iter().filter(|row| row.status.is_active());
    active
        .filter(|row| row.is_mine || row.owner.is_none())
        .map(|row| row.member_spoke.as_millisecond())
        .max()
        .unwrap_or_default()
}

/// Numbers of tickets, as they stand on pages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Tickets that nobody has.
    pub(crate) waits: usize,
    /// Tickets of the user.
    pub(crate) mine: usize,
    /// Tickets with a missed target.
    pub(crate) overdue: usize,
    /// All that are not over.
    pub(crate) open: usize,
}

impl Counts {
    /// Counts tickets that are not closed.
    pub(crate) fn of(rows: &[TicketRow]) -> Self {
        let active = || rows.iter().filter(|row| row.status.is_active());
        Self {
            waits: active().filter(|row| row.owner.is_none()).count(),
            mine: active().filter(|row| row.is_mine).count(),
            overdue: active().filter(|row| row.is_overdue).count(),
            open: active().count(),
        }
    }
}
