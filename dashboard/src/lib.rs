//! The dashboard: tickets, figures and the FAQ in a browser. Pages are HTML that the server writes; each works without a script,
//! but for live updates.
//!
//! A request passes `guard` (headers, origin, session, role by [`ROUTES`]) and reaches a function of `pages`. Pages ask the
//! program behind them through [`Backend`], which shows a user what is of their rooms and carries out their orders: no page writes
//! a ticket. Sentences are in `texts`, users and their secrets in `people` and `secrets`, live updates in `live`.

mod app;
mod assets;
mod backend;
mod counter;
mod guard;
mod keys;
mod live;
mod pages;
mod people;
mod secrets;
mod shell;
mod texts;
mod throttle;

pub use app::{Settings, router};
pub use backend::{
    AuditEntry, Backend, BackendError, Colleague, Delivery, FaqEdit, FaqPreview, FaqProblem, FaqText,
    FaqVersionRow, LineKind, MissState, MissedGroup, Order, Ordered, Proposed, Result, Saved, Search,
    Session, Status, Target, TicketLine, TicketRow, TicketView, TokenHash, Trial, Tried, Words,
};
pub use guard::{PeerAddress, ROUTES, Route};
pub use keys::{ApiKeyRow, Keys, is_key_name};
pub use people::{LINK_VALID, Link, Role, User, check_name};

/// Returns the path of the page on which a one-time link's token is used.
pub fn link_path(token: &str) -> String {
    format!("/join/{token}")
}
