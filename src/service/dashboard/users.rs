//! Users, sessions and the audit log, between the dashboard's types and the store's.

use super::failed;
use crate::store::{AuditRow, SessionRow, Store};
use groupdesk_dashboard::{AuditEntry, BackendError, Result, Role, Session, TokenHash, User};
use jiff::{SignedDuration, Timestamp};

/// Name of the first owner, for whom a link is printed where nobody has one.
const FIRST: &str = "owner";

/// Time after its last use from which on a session is forgotten; the dashboard ends it long before.
const FORGOTTEN: SignedDuration = SignedDuration::from_hours(31 * 24);

fn written(user: &User) -> Result<String> {
    serde_json::to_string(user).map_err(|error| BackendError(error.to_string()))
}

fn read(data: &str) -> Result<User> {
    serde_json::from_str(data).map_err(|error| BackendError(format!("a user can't be read: {error}")))
}

pub(super) async fn users(store: &dyn Store) -> Result<Vec<User>> {
    let found = store.dashboard_users().await.map_err(failed)?;
    found.iter().map(|data| read(data)).collect()
}

pub(super) async fn user(store: &dyn Store, name: &str) -> Result<Option<User>> {
    let found = store.dashboard_user(name).await.map_err(failed)?;
    found.map(|data| read(&data)).transpose()
}

pub(super) async fn put(store: &dyn Store, before: Option<&User>, user: &User) -> Result<bool> {
    let before = before.map(written).transpose()?;
    let data = written(user)?;
    let put = store.put_dashboard_user(&user.name, before.as_deref(), &data);
    put.await.map_err(failed)
}

pub(super) async fn start_session(store: &dyn Store, token: &TokenHash, session: &Session) -> Result<()> {
    let row = SessionRow {
        user: session.user.clone(),
        created: session.created,
        seen: session.seen,
        agent: session.agent.clone(),
    };
    let over = session
        .created
        .saturating_sub(FORGOTTEN)
        .unwrap_or(Timestamp::MIN);
    store.start_session(token, &row, over).await.map_err(failed)
}

pub(super) async fn session(store: &dyn Store, token: &TokenHash) -> Result<Option<Session>> {
    let found = store.session(token).await.map_err(failed)?;
    Ok(found.map(of_row))
}

pub(super) async fn sessions(store: &dyn Store, user: &str) -> Result<Vec<(TokenHash, Session)>> {
    let found = store.sessions(user).await.map_err(failed)?;
    Ok(found
        .into_iter()
        .map(|(token, row)| (token, of_row(row)))
        .collect())
}

fn of_row(row: SessionRow) -> Session {
    Session {
        user: row.user,
        created: row.created,
        seen: row.seen,
        agent: row.agent,
    }
}

pub(super) async fn note(store: &dyn Store, entry: &AuditEntry) -> Result<()> {
    let row = AuditRow {
        at: entry.at,
        who: entry.who.clone(),
        action: entry.action.clone(),
        detail: entry.detail.clone(),
    };
    store.add_audit(&row).await.map_err(failed)
}

pub(super) async fn audit(
    store: &dyn Store,
    below: Option<i64>,
    limit: u32,
) -> Result<Vec<(i64, AuditEntry)>> {
    let found = store
        .audit(below.unwrap_or(i64::MAX), limit)
        .await
        .map_err(failed)?;
    let entry = |(id, row): (i64, AuditRow)| {
        let entry = AuditEntry {
            at: row.at,
            who: row.who,
            action: row.action,
            detail: row.detail,
        };
        (id, entry)
    };
    Ok(found.into_iter().map(entry).collect())
}

/// Adds a user and returns the token of their one-time link; `None` if there is one of this name.
///
/// # Errors
/// Fails when the store does.
pub async fn invite(
    store: &dyn Store,
    name: &str,
    role: Role,
    rooms: Option<Vec<String>>,
    now: Timestamp,
) -> Result<Option<String>> {
    let (user, token) = User::invited(name, role, rooms, now);
    if !put(store, None, &user).await? {
        return Ok(None);
    }
    noted(store, "user_invited", &user, now).await?;
    Ok(Some(token))
}

/// Gives a user a new one-time link and returns its token; `None` if there is no user of this name. Somebody whose access was
/// ended has it again.
///
/// # Errors
/// Fails when the store does, or the user changes at the same moment.
pub async fn reset(store: &dyn Store, name: &str, now: Timestamp) -> Result<Option<String>> {
    let Some(before) = user(store, name).await? else {
        return Ok(None);
    };
    let mut after = before.clone();
    after.ended = false;
    let token = after.give_link(now);
    if !put(store, Some(&before), &after).await? {
        return Err(BackendError(
            "the user was changed at the same moment; try again".to_owned(),
        ));
    }
    noted(store, "user_reset", &after, now).await?;
    Ok(Some(token))
}

/// Returns the token of a one-time link for the first owner, while nobody has a password: a new one, in place of one before.
///
/// # Errors
/// Fails when the store does.
pub async fn invite_first_owner(store: &dyn Store, now: Timestamp) -> Result<Option<String>> {
    let users = users(store).await?;
    if users.iter().any(|user| user.password.is_some()) {
        return Ok(None);
    }
    match users.iter().find(|user| user.role == Role::Owner) {
        Some(owner) => reset(store, &owner.name, now).await,
        None => invite(store, FIRST, Role::Owner, None, now).await,
    }
}

async fn noted(store: &dyn Store, action: &str, user: &User, now: Timestamp) -> Result<()> {
    let entry = AuditEntry {
        at: now,
        who: "command line".to_owned(),
        action: action.to_owned(),
        detail: format!("{} ({})", user.name, user.role.name()),
    };
    note(store, &entry).await
}
