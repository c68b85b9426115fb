//! Pulls messages page by page until the platform has no more, and advances the read position only after the desk's commit: a
//! crash in between brings the page again. One puller an account, since the platform allows no more.

use super::core::{Bell, Core};
use super::intake;
use crate::api::Fault;
use groupdesk_contract::{AdapterError, Link};
use groupdesk_kit::AccountStatus;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

/// The most messages requested at once; the platform's limit.
const PAGE: u32 = 1000;
/// The lifetime of a callback's token.
const TOKEN: SignedDuration = SignedDuration::from_mins(10);
/// The delay from which an alert warns of loss: the platform keeps messages for three days.
const DELAY_ALERT_AFTER: SignedDuration = SignedDuration::from_hours(24);
/// Pauses after faults, at first and at most.
const BACKOFF: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));
/// Failures in a row of a connected account that are not reported.
const QUIET_FAILURES_MAX: u32 = 2;
/// The platform answers that a callback's token is not good any more.
const STALE_TOKEN: i64 = 95007;

/// Runs the account until it is time to stop.
pub(crate) async fn run(core: &Arc<Core>, link: &Link) -> Result<(), AdapterError> {
    let status = Arc::new(AccountStatus::new(link.clone()));
    loop {
        match accounts(core).await {
            Ok(()) => break,
            Err(fault) => {
                if rest(core, &status, &fault).await? {
                    return Ok(());
                }
            }
        }
    }
    status.connected().await?;
    let mut pulled = BTreeSet::new();
    let mut pullers = JoinSet::new();
    loop {
        let bells = core.state().bells.clone();
        for (open_kfid, bell) in bells {
            if pulled.insert(open_kfid.clone()) {
                let (core, link, status) = (Arc::clone(core), link.clone(), Arc::clone(&status));
                pullers.spawn(async move { pull(&core, &link, &status, &open_kfid, &bell).await });
            }
        }
        tokio::select! {
            () = link.shutdown.cancelled() => return Ok(()),
            () = core.newcomer.notified() => {}
            Some(ended) = pullers.join_next() => match ended {
                Ok(Ok(())) => {}
                Ok(Err(_)) if link.shutdown.is_cancelled() => return Ok(()),
                Ok(Err(error)) => return Err(error),
                Err(error) => return Err(AdapterError::Broken(format!("a puller ended: {error}"))),
            },
        }
    }
}

/// Learns which Customer Service accounts there are.
async fn accounts(core: &Core) -> Result<(), Fault> {
    let mut wanted = core.settings.open_kfids.clone();
    if wanted.is_empty() {
        let answer = core
            .api
            .post("cgi-bin/kf/account/list", &json!({"offset": 0, "limit": 100}))
            .await?;
        let listed = answer.get("account_list").and_then(Value::as_array);
        wanted = listed
            .into_iter()
            .flatten()
            .filter_map(|account| Some(account.get("open_kfid")?.as_str()?.to_owned()))
            .collect();
        if wanted.is_empty() {
            tracing::warn!(
                account = %core.account,
                "there is no Customer Service account that the app may serve: add one in the admin console under \
                 微信客服, managed by API"
            );
        }
    }
    let mut state = core.state();
    for open_kfid in wanted {
        state.bells.entry(open_kfid).or_default();
    }
    Ok(())
}

async fn pull(
    core: &Arc<Core>,
    link: &Link,
    status: &AccountStatus,
    open_kfid: &str,
    bell: &Bell,
) -> Result<(), AdapterError> {
    let mut place = Place::load(core, open_kfid).await;
    loop {
        let outcome = tokio::select! {
            () = link.shutdown.cancelled() => return Ok(()),
            outcome = drain(core, link, open_kfid, bell, &mut place) => outcome?,
        };
        match outcome {
            Ok(()) => status.connected().await?,
            Err(fault) => {
                if rest(core, status, &fault).await? {
                    return Ok(());
                }
                continue;
            }
        }
        tokio::select! {
            () = link.shutdown.cancelled() => return Ok(()),
            () = bell.ring.notified() => {}
            () = tokio::time::sleep(core.settings.poll.0) => {}
        }
    }
}

/// Pulls all pages that there are.
async fn drain(
    core: &Arc<Core>,
    link: &Link,
    open_kfid: &str,
    bell: &Bell,
    place: &mut Place,
) -> Result<Result<(), Fault>, AdapterError> {
    loop {
        let token = token(core, bell);
        let mut body =
            json!({"cursor": place.cursor, "limit": PAGE, "voice_format": 0, "open_kfid": open_kfid});
        if let (Some(token), Some(body)) = (&token, body.as_object_mut()) {
            body.insert("token".to_owned(), json!(token));
        }
        let page = match core.api.post("cgi-bin/kf/sync_msg", &body).await {
            Ok(page) => page,
            Err(fault) if token.is_some() && fault.code() == Some(STALE_TOKEN) => {
                *bell.token.lock() = None;
                continue;
            }
            Err(fault) => return Ok(Err(fault.into_not_sent())),
        };
        let list = page.get("msg_list").and_then(Value::as_array).map(Vec::as_slice);
        intake::take(core, link, open_kfid, list.unwrap_or_default()).await?;
        let next = page
            .get("next_cursor")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let is_moved = !next.is_empty() && next != place.cursor;
        if is_moved {
            place.advance(core, open_kfid, next).await;
        }
        let has_more = match page.get("has_more") {
            Some(Value::Bool(more)) => *more,
            Some(more) => more.as_i64().unwrap_or_default() != 0,
            None => false,
        };
        if !has_more {
            return Ok(Ok(()));
        }
        if !is_moved {
            let words = "the platform says that there is more, and not where: asking again later";
            return Ok(Err(Fault::NotSent(words.to_owned())));
        }
    }
}

/// The last callback's token, while it is good.
fn token(core: &Core, bell: &Bell) -> Option<String> {
    let kept = bell.token.lock();
    let (token, at) = kept.as_ref()?;
    (core.clock.now().duration_since(*at) < TOKEN).then(|| token.clone())
}

/// Waits after a fault, and reports it unless it is one of the first hiccups. True when it is time to stop.
async fn rest(core: &Core, status: &AccountStatus, fault: &Fault) -> Result<bool, AdapterError> {
    let failure = status.count_failure();
    let reason = fault.message();
    tracing::debug!(account = %core.account, reason, "pulling failed");
    if !failure.is_hiccup(QUIET_FAILURES_MAX) {
        match fault.is_for_admin() {
            true => status.bad_credentials(&reason).await?,
            false => status.disconnected(&reason).await?,
        };
    }
    Ok(status
        .pause(failure.backoff(BACKOFF.0, BACKOFF.1))
        .await
        .is_break())
}

/// The read position.
struct Place {
    cursor: String,
}

impl Place {
    async fn load(core: &Core, open_kfid: &str) -> Self {
        let note = core.notebook.get(&key(open_kfid)).await.unwrap_or_default();
        let (at, cursor) = note.split_once(' ').unwrap_or_default();
        let age = at
            .parse::<Timestamp>()
            .map(|at| core.clock.now().duration_since(at));
        if age.is_ok_and(|age| age > DELAY_ALERT_AFTER) {
            tracing::warn!(
                account = %core.account, open_kfid, since = at,
                "nothing was pulled for more than a day; the platform keeps messages for three"
            );
        }
        Self {
            cursor: cursor.to_owned(),
        }
    }

    async fn advance(&mut self, core: &Core, open_kfid: &str, next: &str) {
        next.clone_into(&mut self.cursor);
        let note = format!("{} {next}", core.clock.now());
        core.notebook.put(&key(open_kfid), &note).await;
    }
}

fn key(open_kfid: &str) -> String {
    format!("cursor:{open_kfid}")
}
