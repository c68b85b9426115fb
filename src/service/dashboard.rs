//! The dashboard's way to the program: what it shows is read from the store, and its orders go the way of every staff room's.

mod channels;
mod decisions;
mod entries;
mod faq;
mod figures;
mod figures_of_today;
mod files;
mod hours;
mod keys;
mod not_for_faq;
#[cfg(feature = "oidc")]
mod oidc;
mod ticket_targets;
mod tickets;
mod try_it;
mod unanswered_questions;
mod users;

use super::accounts::{Pictures, RoomAction, Web};
use super::health::Health;
use super::inbox::duty_storage;
use super::live_knowledge::LiveKnowledge;
use super::routing::Routing;
use super::unanswered_grouping::Unanswered;
use crate::config::Config;
use crate::store::{Store, StoreError};
use crate::ticket::Ticket;
use async_trait::async_trait;
use groupdesk_contract::Clock;
use groupdesk_dashboard::{
    Accounts, AuditEntry, Backend, BackendError, Code, Colleague, FaqChanged, FaqEdit, FaqEdited, FaqEntry,
    FaqFormat, FaqPreview, FaqProblem, FaqText, FaqVersionRow, Figures, FiguresSpan, HoursEdit,
    IdentityProvider, ImportFile, Imported, LabelsPage, ListOf, Listed, Listening, MissState, MissedGroup,
    Month, Ordered, Picture, Result, Saved, Search, Session, Split, Target, TicketOrder, TicketRow,
    TicketView, ToLabel, Today, TokenHash, Trial, TrialChoices, Tried, User, Verdict, Why, WhyOf, Words,
};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use parking_lot::Mutex;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs::File;
use std::sync::Arc;
use tokio::sync::watch;

pub use users::{invite, invite_first_owner, reset};

/// Parts of the program that the dashboard works with.
pub(super) struct Parts {
    pub(super) config: Arc<Config>,
    pub(super) store: Arc<dyn Store>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) knowledge: Arc<LiveKnowledge>,
    pub(super) routing: Arc<Routing>,
    pub(super) health: Arc<Health>,
    pub(super) web: Arc<Web>,
    pub(super) unanswered: Arc<Unanswered>,
    /// Accounts that have an API.
    pub(super) websites: Vec<String>,
}

/// The program, as the dashboard sees it.
pub(super) struct Dashboard {
    parts: Parts,
    /// Tickets that are not closed, as of a number of the store's changes.
    open: Mutex<Option<(u64, Arc<Vec<Ticket>>)>>,
    snippets: Arc<Vec<(String, String)>>,
    /// Replies are given one at a time: the second of two sees the first.
    replying: tokio::sync::Mutex<()>,
    /// Figures are computed one at a time.
    counting: tokio::sync::Mutex<()>,
    today: Arc<figures_of_today::Kept>,
    /// Links by which members come to accounts.
    links: tokio::sync::Mutex<BTreeMap<String, String>>,
    pictures: Pictures,
    provider: Option<Box<dyn IdentityProvider>>,
}

impl Dashboard {
    pub(super) fn new(parts: Parts) -> Self {
        let snippets = parts.routing.tickets().snippets.clone();
        Self {
            snippets: Arc::new(snippets.into_iter().collect()),
            open: Mutex::default(),
            replying: tokio::sync::Mutex::default(),
            counting: tokio::sync::Mutex::default(),
            today: Arc::default(),
            links: tokio::sync::Mutex::default(),
            pictures: Pictures::default(),
            provider: provider(&parts),
            parts,
        }
    }
}

fn failed(error: StoreError) -> BackendError {
    BackendError(error.to_string())
}

#[async_trait]
impl Backend for Dashboard {
    fn now(&self) -> Timestamp {
        self.parts.clock.now()
    }

    fn zone(&self) -> TimeZone {
        self.parts.knowledge.get().faq.service().time_zone().clone()
    }

    fn changes(&self) -> watch::Receiver<u64> {
        self.parts.store.changes()
    }

    async fn users(&self) -> Result<Vec<User>> {
        users::users(&*self.parts.store).await
    }

    async fn user(&self, name: &str) -> Result<Option<User>> {
        users::user(&*self.parts.store, name).await
    }

    async fn put_user(&self, before: Option<&User>, user: &User) -> Result<bool> {
        users::put(&*self.parts.store, before, user).await
    }

    async fn start_session(&self, token: TokenHash, session: &Session) -> Result<()> {
        users::start_session(&*self.parts.store, &token, session).await
    }

    async fn session(&self, token: TokenHash) -> Result<Option<Session>> {
        users::session(&*self.parts.store, &token).await
    }

    async fn sessions(&self, user: &str) -> Result<Vec<(TokenHash, Session)>> {
        users::sessions(&*self.parts.store, user).await
    }

    async fn touch_session(&self, token: TokenHash, seen: Timestamp) -> Result<()> {
        self.parts.store.touch_session(&token, seen).await.map_err(failed)
    }

    async fn end_session(&self, token: TokenHash) -> Result<()> {
        self.parts.store.end_session(&token).await.map_err(failed)
    }

    async fn end_sessions(&self, user: &str) -> Result<()> {
        self.parts.store.end_sessions(user).await.map_err(failed)
    }

    async fn note(&self, entry: &AuditEntry) -> Result<()> {
        users::note(&*self.parts.store, entry).await
    }

    async fn audit(&self, below: Option<i64>, limit: u32) -> Result<Vec<(i64, AuditEntry)>> {
        users::audit(&*self.parts.store, below, limit).await
    }

    async fn draft(&self, user: &User, number: u64, of: Words) -> Result<String> {
        let found = self.parts.store.reply_draft(number, &drafter(user, of)).await;
        Ok(found.map_err(failed)?.unwrap_or_default())
    }

    async fn put_draft(&self, user: &User, number: u64, of: Words, text: &str) -> Result<()> {
        let user = drafter(user, of);
        let put = self.parts.store.put_reply_draft(number, &user, text).await;
        put.map_err(failed)
    }

    async fn open_tickets(&self, user: &User) -> Result<Vec<TicketRow>> {
        let open = self.open().await?;
        Ok(open
            .iter()
            .filter(|ticket| tickets::is_seen(ticket, user))
            .map(|ticket| self.row(ticket, user))
            .collect())
    }

    async fn find_tickets(&self, user: &User, search: &Search) -> Result<Vec<TicketRow>> {
        self.find(user, search).await
    }

    async fn ticket(&self, user: &User, number: u64) -> Result<Option<TicketView>> {
        self.view(user, number).await
    }

    async fn next_targets(&self, user: &User, numbers: &[u64]) -> Result<BTreeMap<u64, Target>> {
        Self::next_targets(self, user, numbers).await
    }

    async fn put_aside(&self, user: &User, number: u64, aside: bool) -> Result<bool> {
        Self::put_aside(self, user, number, aside).await
    }

    async fn order(&self, user: &User, number: u64, id: &str, order: &TicketOrder) -> Result<Ordered> {
        self.carry_out(user, number, id, order).await
    }

    async fn colleagues(&self) -> Result<Vec<Colleague>> {
        let people = &self.parts.routing.tickets().roster.people;
        if people.is_empty() {
            return Ok(Vec::new());
        }
        let said = duty_storage::read(&*self.parts.store).await.map_err(failed)?;
        let knowledge = self.parts.knowledge.get();
        let now = self.now();
        let mut colleagues: Vec<Colleague> = people
            .iter()
            .map(|person| Colleague {
                name: person.name.clone(),
                is_there: person.is_there(said.get(&person.name), knowledge.faq.service(), now),
            })
            .collect();
        colleagues.sort_by_key(|colleague| !colleague.is_there);
        Ok(colleagues)
    }

    async fn faq_text(&self) -> Result<FaqText> {
        Self::faq_text(self).await
    }

    async fn faq_problems(&self, text: String) -> Result<Vec<FaqProblem>> {
        Self::faq_problems(self, text).await
    }

    async fn faq_preview(&self, text: String) -> Result<FaqPreview> {
        Self::faq_preview(self, text).await
    }

    async fn save_faq(&self, user: &User, base: &str, text: &str, note: &str) -> Result<Saved> {
        Self::save_faq(self, user, base, text, note).await
    }

    async fn faq_entries(&self) -> Result<Vec<FaqEntry>> {
        Self::faq_entries(self).await
    }

    async fn faq_entry_lines(&self, text: String, entry: &str) -> Result<Option<(usize, String)>> {
        Self::faq_entry_lines(self, text, entry).await
    }

    async fn faq_versions(&self) -> Result<Vec<FaqVersionRow>> {
        Self::faq_versions(self).await
    }

    async fn faq_edited(&self) -> Result<Option<FaqEdited>> {
        Self::faq_edited(self).await
    }

    async fn faq_changed(&self, version: &str) -> Result<Option<FaqChanged>> {
        Self::faq_changed(self, version).await
    }

    async fn faq_version(&self, version: &str) -> Result<Option<String>> {
        Self::faq_version(self, version).await
    }

    async fn missed(&self) -> Result<Vec<MissedGroup>> {
        Self::missed(self).await
    }

    async fn settle_missed(&self, user: &User, id: i64, state: MissState) -> Result<()> {
        Self::settle_missed(self, user, id, state).await
    }

    async fn merge_missed(&self, user: &User, one: i64, other: i64) -> Result<Option<i64>> {
        Self::merge_missed(self, user, one, other).await
    }

    async fn faq_with(&self, edit: FaqEdit) -> Result<std::result::Result<String, String>> {
        Self::faq_with(self, edit).await
    }

    async fn try_out(&self, user: &User, trial: Trial) -> Result<Option<Tried>> {
        Self::try_out(self, user, trial).await
    }

    async fn trial_choices(&self, user: &User) -> Result<TrialChoices> {
        Self::trial_choices(self, user).await
    }

    async fn today(&self, user: &User) -> Result<Option<Arc<Today>>> {
        Self::today(self, user).await
    }

    async fn figures(&self, user: &User, span: FiguresSpan, split: Option<Split>) -> Result<Figures> {
        Self::figures(self, user, span, split).await
    }

    async fn figures_csv(&self, user: &User, span: FiguresSpan, split: Option<Split>) -> Result<String> {
        Self::figures_csv(self, user, span, split).await
    }

    async fn listed(&self, user: &User, of: &ListOf) -> Result<Option<Listed>> {
        Self::listed(self, user, of).await
    }

    async fn why(&self, user: &User, of: &WhyOf) -> Result<Vec<Why>> {
        Self::why(self, user, of).await
    }

    async fn labels(&self, of: &ToLabel) -> Result<LabelsPage> {
        Self::labels(self, of).await
    }

    async fn label(&self, user: &User, decision: i64, verdict: Option<Verdict>) -> Result<bool> {
        Self::label(self, user, decision, verdict).await
    }

    async fn accounts(&self) -> Result<Accounts> {
        Self::accounts(self).await
    }

    async fn switch(&self, user: &User, channel: &str, to: Option<Listening>) -> Result<bool> {
        Self::switch(self, user, channel, to).await
    }

    async fn code(&self, account: &str) -> Result<Option<Code>> {
        Self::code(self, account).await
    }

    async fn month(&self, name: &str, first: Date) -> Result<Option<Month>> {
        Self::month(self, name, first).await
    }

    async fn hours_with(&self, edit: HoursEdit) -> Result<std::result::Result<String, String>> {
        Self::hours_with(self, edit).await
    }

    async fn faq_as(&self, format: FaqFormat) -> Result<std::result::Result<Vec<u8>, String>> {
        Self::faq_as(self, format).await
    }

    async fn faq_with_import(&self, files: Vec<ImportFile>) -> Result<std::result::Result<Imported, String>> {
        Self::faq_with_import(self, files).await
    }

    async fn back_up(&self) -> Result<File> {
        Self::back_up(self).await
    }

    async fn picture(&self, url: &str) -> Result<std::result::Result<Picture, String>> {
        Self::picture(self, url).await
    }

    fn identity_provider(&self) -> Option<&dyn IdentityProvider> {
        self.provider.as_deref()
    }

    fn tags(&self, user: &User) -> Vec<String> {
        Self::tags(self, user)
    }

    fn rooms(&self) -> Vec<String> {
        self.parts
            .routing
            .staff_rooms()
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    fn health(&self) -> Value {
        self.parts.health.to_json()
    }
}

/// Makes the identity provider by which users log in.
#[cfg(feature = "oidc")]
fn provider(parts: &Parts) -> Option<Box<dyn IdentityProvider>> {
    let settings = parts.config.oidc.clone()?;
    match oidc::Provider::new(settings, Arc::clone(&parts.clock)) {
        Ok(provider) => Some(Box::new(provider)),
        Err(error) => {
            tracing::error!(error, "nobody can log in by the identity provider");
            None
        }
    }
}

/// Returns none: a file that names one is refused before.
#[cfg(not(feature = "oidc"))]
fn provider(_parts: &Parts) -> Option<Box<dyn IdentityProvider>> {
    None
}

/// Returns the name under which a user's draft is kept: no user's name has a space.
fn drafter(user: &User, of: Words) -> String {
    match of {
        Words::Reply => user.name.clone(),
        Words::Note => format!("{} note", user.name),
    }
}

/// Returns the order as the account of the dashboard takes it.
fn as_web(order: &TicketOrder) -> RoomAction {
    match order {
        TicketOrder::Claim => RoomAction::Claim,
        TicketOrder::Release => RoomAction::Release,
        TicketOrder::Reply { text, .. } => RoomAction::Reply(text.clone()),
        TicketOrder::Note(text) => RoomAction::Note(text.clone()),
        TicketOrder::HandOn(to) => RoomAction::HandOn(to.clone()),
        TicketOrder::Resolve => RoomAction::Resolve,
        TicketOrder::Close => RoomAction::Close,
        TicketOrder::Reopen => RoomAction::Reopen,
    }
}
