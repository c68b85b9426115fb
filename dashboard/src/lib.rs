//! The dashboard: tickets, figures and the FAQ in a browser. Pages are HTML that the server writes; each works without a script,
//! but for live updates.
//!
//! A request passes `guard` (headers, origin, session, role by [`ROUTES`]) and reaches a function of `pages`. Pages ask the
//! program behind them through [`Backend`], which shows a user what is of their rooms and carries out their orders: no page writes
//! a ticket. Sentences are in `texts`, users and their secrets in `people` and `secrets`, live updates in `live`.

mod api_keys;
mod app;
mod assets;
mod backend;
mod flash_notice;
mod guard;
mod live_updates;
mod login_throttle;
mod page_frame;
mod pages;
mod password_hashing;
mod presence;
mod routes;
mod second_step;
mod secrets;
mod session_cookie;
mod short_lived;
mod sso;
mod streams;
mod texts;
mod totp;
mod user_accounts;

pub use api_keys::{ApiKeyRow, Keys, is_key_name};
pub use backend::{
    AccountStanding, Accounts, Amount, AuditEntry, Backend, BackendError, Candidate, ChannelStanding, Code,
    Colleague, Day, DayKind, FaqChanged, FaqEdit, FaqEdited, FaqEntry, FaqFormat, FaqPreview, FaqProblem,
    FaqText, FaqVersionRow, FigureRow, Figures, FiguresSpan, FittingAnswer, HoursEdit, ImportFile, Imported,
    Item, LabelReport, Labelled, LabelsPage, LineDelivery, LineKind, ListOf, Listed, Listening, MissState,
    MissedGroup, Month, Ordered, Part, Picture, Proposed, Refused, Result, Saved, Search, Session, Setting,
    Split, Status, Target, TicketLine, TicketOrder, TicketRow, TicketView, Times, ToLabel, Today, TokenHash,
    Trial, TrialChoices, Tried, Verdict, Why, WhyOf, Words,
};
pub use guard::{PeerAddress, ROUTES, Route};
pub use routes::{Settings, router};
pub use sso::{BegunLogin, Identity, IdentityProvider};
pub use texts::event_in_chinese;
pub use totp::Totp;
pub use user_accounts::{LINK_VALID, Link, Role, User, check_name};

/// Returns the path of the page on which a one-time link's token is used.
pub fn link_path(token: &str) -> String {
    format!("/join/{token}")
}
