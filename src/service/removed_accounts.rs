//! Accounts that are no longer configured, renamed or removed, and what hangs on them: tickets in which nobody hears what staff
//! say, replies that nobody sends, channels in which nothing falls due.

use crate::store::{Batch, Memo, Result, Store, TicketFilter};
use crate::texts::ComposedTexts;
use groupdesk_contract::{AccountId, Adapter, Place};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Owner and key of the memo with the names of all accounts that were ever served, as a list in JSON.
const SERVED: (&str, &str) = ("service", "accounts");

/// An account that is not configured any more, with what waits for it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct LeftBehind {
    account: AccountId,
    /// Tickets that are not closed.
    tickets: usize,
    /// Replies that are not sent.
    replies: usize,
    /// Channels in which something is due.
    channels: usize,
    /// Only account that can be the same under another name.
    renamed: Option<AccountId>,
}

/// Work that waits for one account.
#[derive(Debug, Default)]
struct WaitingWork {
    tickets: usize,
    replies: usize,
    channels: usize,
    places: Vec<Place>,
}

/// Finds the accounts that are not among `adapters` any more and have something that waits for them. Where there are none, it
/// notes those that are served from now on.
///
/// # Errors
/// Fails where the store can't be read or written.
pub(super) async fn find(store: &dyn Store, adapters: &[Arc<dyn Adapter>]) -> Result<Vec<LeftBehind>> {
    let open = TicketFilter {
        not_closed: true,
        ..TicketFilter::default()
    };
    let mut waiting: BTreeMap<AccountId, WaitingWork> = BTreeMap::new();
    let is_gone = |place: &Place| adapters.iter().all(|adapter| *adapter.account() != place.account);
    let mut count = |place: Place, add: fn(&mut WaitingWork)| {
        if is_gone(&place) {
            let of_account = waiting.entry(place.account.clone()).or_default();
            add(of_account);
            of_account.places.push(place);
        }
    };
    for ticket in store.tickets(&open).await? {
        count(ticket.place, |waiting| waiting.tickets += 1);
    }
    for reply in store.due().await? {
        count(reply.place, |waiting| waiting.replies += 1);
    }
    for (place, _) in store.waking().await? {
        count(place, |waiting| waiting.channels += 1);
    }
    let served = served(store).await?;
    if waiting.is_empty() {
        note(store, served, adapters).await?;
        return Ok(Vec::new());
    }
    // An older version noted none: then any of them may be an old one.
    let is_new = |account: &AccountId| {
        let served = served.as_ref();
        served.is_some_and(|served| !served.contains(account.as_str()))
    };
    let found = waiting.into_iter().map(|(account, waiting)| {
        let could_be = |adapter: &&Arc<dyn Adapter>| {
            let has = |place: &Place| adapter.check_channel(&place.channel).is_ok();
            is_new(adapter.account()) && waiting.places.iter().all(has)
        };
        let mut candidates = adapters.iter().filter(could_be);
        let renamed = match (candidates.next(), candidates.next()) {
            (Some(only), None) => Some(only.account().clone()),
            _ => None,
        };
        LeftBehind {
            account,
            tickets: waiting.tickets,
            replies: waiting.replies,
            channels: waiting.channels,
            renamed,
        }
    });
    Ok(found.collect())
}

/// Returns the names of the accounts that were served before; `None` where none were noted.
async fn served(store: &dyn Store) -> Result<Option<BTreeSet<String>>> {
    let (owner, key) = SERVED;
    let noted = store.memo(owner, key).await?;
    Ok(noted.and_then(|noted| serde_json::from_str(&noted).ok()))
}

/// Adds the accounts of `adapters` to those that were served.
async fn note(
    store: &dyn Store,
    served: Option<BTreeSet<String>>,
    adapters: &[Arc<dyn Adapter>],
) -> Result<()> {
    let mut all = served.clone().unwrap_or_default();
    all.extend(adapters.iter().map(|adapter| adapter.account().to_string()));
    if served.as_ref() == Some(&all) {
        return Ok(());
    }
    let (owner, key) = SERVED;
    let memo = Memo {
        owner: owner.to_owned(),
        key: key.to_owned(),
        value: serde_json::json!(all).to_string(),
    };
    store.commit(&Batch::of_memo(memo)).await.map(drop)
}

impl LeftBehind {
    /// Returns the name of the alert of it.
    pub(super) fn alert(&self) -> String {
        format!("{}/left_behind", self.account)
    }

    /// Says what waits, and what to type, in both languages.
    pub(super) fn in_words(&self) -> String {
        let Self {
            account,
            tickets,
            replies,
            channels,
            renamed,
        } = self;
        ComposedTexts::both().alert_left_behind(
            account.as_str(),
            *tickets,
            *replies,
            *channels,
            renamed.as_ref().map(AccountId::as_str),
        )
    }
}
