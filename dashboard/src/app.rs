//! The state that the requests of the dashboard share.

use crate::backend::{Backend, TokenHash};
use crate::flash_notice::Notice;
use crate::login_throttle::Throttle;
use crate::password_hashing::Counter;
use crate::presence::TicketViewers;
use crate::second_step::SecondSteps;
use crate::sso::OnWays;
use crate::streams::Streams;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// Largest body of a request with a FAQ: each of its bytes may be three in a form.
pub(crate) const FAQ_BODY_MAX: usize = 12 << 20;

/// Sessions for which notices are kept.
const NOTICES_MAX: usize = 1_000;

/// State that the requests share.
pub(crate) struct App {
    pub(crate) backend: Arc<dyn Backend>,
    pub(crate) base: String,
    pub(crate) throttle: Throttle,
    pub(crate) counter: Counter,
    pub(crate) shutdown: CancellationToken,
    pub(crate) presence: TicketViewers,
    pub(crate) streams: Streams,
    pub(crate) second_steps: SecondSteps,
    pub(crate) on_ways: OnWays,
    notices: Mutex<HashMap<TokenHash, Vec<Notice>>>,
}

impl App {
    /// Makes the state of a program that has just begun. Streams of live updates end with `shutdown`.
    pub(crate) fn new(backend: Arc<dyn Backend>, base: String, shutdown: CancellationToken) -> Self {
        Self {
            backend,
            base,
            throttle: Throttle::default(),
            counter: Counter::default(),
            shutdown,
            presence: TicketViewers::default(),
            streams: Streams::default(),
            second_steps: SecondSteps::default(),
            on_ways: OnWays::default(),
            notices: Mutex::default(),
        }
    }

    /// Keeps a notice for the next page of a session.
    pub(crate) fn tell(&self, session: TokenHash, notice: Notice) {
        let mut notices = self.notices.lock();
        if notices.len() >= NOTICES_MAX {
            notices.clear();
        }
        notices.entry(session).or_default().push(notice);
    }

    /// Takes the notices for a page of a session.
    pub(crate) fn take_notices(&self, session: TokenHash) -> Vec<Notice> {
        let mut notices = self.notices.lock();
        notices.remove(&session).unwrap_or_default()
    }
}
