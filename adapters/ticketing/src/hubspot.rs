//! HubSpot: a pipeline is a target, a ticket a ticket, a note an entry.
//!
//! `wire` is HubSpot's JSON, `write` our tickets and notes, `read` theirs. Source: developers.hubspot.com "Tickets", "Notes",
//! "Search the CRM", "Associations v4" and "Account information", in their v3 and v4 forms.
//!
//! All notes in HubSpot are internal; so a note is an answer to the member only when it begins with one of
//! `answer_prefixes`, which is left out of the message. There is no webhook: HubSpot's tell of a ticket's properties, not of
//! notes. Our tickets and notes end with our mark in a line.

mod read;
pub(crate) mod wire;
mod write;

use crate::adapter::Ticketing;
use crate::api_error::{ApiError, Hint, Listed};
use crate::remote::{self, Call, Found, Item, OutgoingEntry, Remote, Search, Updates};
use crate::rest::Rest;
use crate::settings::{HubSpotSettings, HubSpotTarget, check_secrets};
use async_trait::async_trait;
use axum::http::{StatusCode, header};
use groupdesk_contract::{AccountId, Clock, Storage};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use wire::{Account, Linked, Links, Object, Objects};

const SYSTEM: &str = "HubSpot";
/// The most results of one search, and the most objects of one batch.
const PAGE: usize = 100;
/// The part of a list that is read again: HubSpot's search may be a few moments behind, and its clock behind ours.
const OVERLAP: SignedDuration = SignedDuration::from_secs(120);

impl Ticketing {
    /// An account on HubSpot.
    ///
    /// # Errors
    /// A sentence for the operator, if a secret is empty or no HTTP client can be made.
    pub fn hubspot(
        account: AccountId,
        settings: HubSpotSettings,
        clock: Arc<dyn Clock>,
        storage: Arc<dyn Storage>,
    ) -> Result<Arc<Self>, String> {
        check_secrets(&settings.token, None)?;
        let key = (
            header::AUTHORIZATION,
            format!("Bearer {}", settings.token.expose()),
        );
        let remote = HubSpot {
            rest: Rest::new(
                SYSTEM,
                &settings.api_url,
                key,
                settings.timeout.0,
                HINT,
                Arc::clone(&clock),
            )?,
            clock: Arc::clone(&clock),
            targets: settings.targets,
        };
        Ok(Self::over(
            account,
            Box::new(remote),
            settings.poll.0,
            clock,
            storage,
        ))
    }
}

#[derive(Debug)]
struct HubSpot {
    rest: Rest,
    clock: Arc<dyn Clock>,
    targets: BTreeMap<String, HubSpotTarget>,
}

impl HubSpot {
    /// Objects of a kind that `filters` let through, in the order of `sort`.
    async fn search(
        &self,
        kind: &str,
        filters: Value,
        properties: &[&str],
        sort: Value,
    ) -> Result<Listed<Object>, ApiError> {
        let body = json!({
            "filterGroups": [{ "filters": filters }], "properties": properties, "sorts": [sort], "limit": PAGE,
        });
        let path = format!("/crm/v3/objects/{kind}/search");
        let found: Objects = self.rest.look(&path, &body).await?.json()?;
        Ok(Listed::of(found.results))
    }

    /// The tickets of some notes: pairs of a note's and a ticket's id.
    async fn tickets_of(&self, notes: &[&Object]) -> Result<Vec<(String, String)>, ApiError> {
        if notes.is_empty() {
            return Ok(Vec::new());
        }
        let inputs: Vec<Value> = notes.iter().map(|note| json!({ "id": note.id })).collect();
        let links: Links = self
            .rest
            .look(
                "/crm/v4/associations/notes/tickets/batch/read",
                &json!({ "inputs": inputs }),
            )
            .await?
            .json()?;
        let pairs = links.results.into_iter().flat_map(|link| {
            let note = link.from.id;
            link.to.into_iter().map(move |to| (note.clone(), to.id.text()))
        });
        Ok(pairs.collect())
    }
}

/// The search for changes since a time, oldest first.
fn changed(since: Timestamp) -> (Value, Value) {
    let filter = json!({
        "propertyName": "hs_lastmodifieddate", "operator": "GTE", "value": since.as_millisecond().to_string(),
    });
    (
        filter,
        json!({ "propertyName": "hs_lastmodifieddate", "direction": "ASCENDING" }),
    )
}

/// Returns the next read position: the end of a list that was cut, else a little before its last entry.
fn on(from: Timestamp, list: &Listed<Object>) -> Timestamp {
    let Some(last) = list.read.last().map(|last| last.updated_at) else {
        return from;
    };
    let next = if list.read.len() + list.unreadable < PAGE {
        last.saturating_sub(OVERLAP).unwrap_or(from)
    } else {
        last
    };
    next.max(from)
}

#[async_trait]
impl Remote for HubSpot {
    fn system(&self) -> &'static str {
        SYSTEM
    }

    fn targets(&self) -> Vec<&str> {
        self.targets.keys().map(String::as_str).collect()
    }

    async fn check(&self) -> Result<(), ApiError> {
        let _: Account = self.rest.get("/account-info/v3/details", &[]).await?.json()?;
        Ok(())
    }

    async fn open(&self, target: &str, letter: &OutgoingEntry<'_>) -> Result<String, ApiError> {
        let body = write::ticket(letter, remote::target(&self.targets, target)?);
        let made: Object = self.rest.make("/crm/v3/objects/tickets", &body).await?.json()?;
        Ok(made.id)
    }

    async fn append(&self, _: &str, remote: &str, letter: &OutgoingEntry<'_>) -> Result<String, ApiError> {
        let body = write::note(letter, remote, self.clock.now());
        let made: Object = self.rest.make("/crm/v3/objects/notes", &body).await?.json()?;
        Ok(read::note_id(&made))
    }

    async fn find_opening(&self, target: &str, search: &Search<'_>) -> Result<Found, ApiError> {
        let target = remote::target(&self.targets, target)?;
        let filters = json!([
            { "propertyName": "createdate", "operator": "GTE", "value": search.since.as_millisecond().to_string() },
            { "propertyName": "hs_pipeline", "operator": "EQ", "value": target.pipeline },
        ]);
        let sort = json!({ "propertyName": "createdate", "direction": "DESCENDING" });
        let tickets = self.search("tickets", filters, &["content"], sort).await?;
        let found = tickets
            .read
            .iter()
            .find(|ticket| search.hits(ticket.property("content")));
        Ok(match found {
            Some(ticket) => Found::There(ticket.id.clone()),
            None if search.fresh => Found::TooSoon,
            None => Found::Missing,
        })
    }

    async fn find_entry(&self, _: &str, remote: &str, search: &Search<'_>) -> Result<Found, ApiError> {
        let path = format!("/crm/v4/objects/tickets/{remote}/associations/notes");
        let linked: Linked = self.rest.get(&path, &[("limit", "500")]).await?.json()?;
        let mut ids: Vec<String> = linked.results.into_iter().map(|link| link.id.text()).collect();
        // The newest have the greatest numbers.
        ids.sort_by_key(|id| std::cmp::Reverse(id.parse::<u64>().unwrap_or_default()));
        ids.truncate(PAGE);
        if ids.is_empty() {
            return Ok(Found::Missing);
        }
        let inputs: Vec<Value> = ids.iter().map(|id| json!({ "id": id })).collect();
        let body = json!({ "properties": ["hs_note_body"], "inputs": inputs });
        let notes: Objects = self
            .rest
            .look("/crm/v3/objects/notes/batch/read", &body)
            .await?
            .json()?;
        Ok(Listed::<Object>::of(notes.results)
            .read
            .iter()
            .find(|note| search.hits(note.property("hs_note_body")))
            .map_or(Found::Missing, |note| Found::There(read::note_id(note))))
    }

    async fn updates(&self, target: &str, _: &[String], cursor: Option<&str>) -> Result<Updates, ApiError> {
        let target = remote::target(&self.targets, target)?;
        let cursor = cursor.and_then(|cursor| {
            let (notes, tickets) = cursor.split_once(' ')?;
            Some((
                notes.parse::<Timestamp>().ok()?,
                tickets.parse::<Timestamp>().ok()?,
            ))
        });
        let Some((notes_since, tickets_since)) = cursor else {
            let start = self.clock.now().saturating_sub(OVERLAP).unwrap_or(Timestamp::MIN);
            return Ok(Updates {
                cursor: Some(format!("{start} {start}")),
                ..Updates::default()
            });
        };
        let (since, sort) = changed(notes_since);
        let properties = [
            "hs_note_body",
            "hs_created_by",
            "hubspot_owner_id",
            "hs_attachment_ids",
        ];
        let notes = self.search("notes", json!([since]), &properties, sort).await?;
        let answers: Vec<&Object> = notes
            .read
            .iter()
            .filter(|note| read::answer(target, note).is_some())
            .collect();
        let mut items = Vec::new();
        for (note, ticket) in self.tickets_of(&answers).await? {
            if let Some(note) = answers.iter().find(|answer| answer.id == note) {
                items.extend(read::answered(target, &ticket, note));
            }
        }
        let (since, sort) = changed(tickets_since);
        let pipeline = json!({ "propertyName": "hs_pipeline", "operator": "EQ", "value": target.pipeline });
        let tickets = self
            .search("tickets", json!([since, pipeline]), &["hs_pipeline_stage"], sort)
            .await?;
        items.extend(tickets.read.iter().map(|ticket| read::state(target, ticket)));
        items.sort_by_key(|item| item.at);
        let next = format!("{} {}", on(notes_since, &notes), on(tickets_since, &tickets));
        Ok(Updates {
            items,
            cursor: Some(next),
            unreadable: notes.unreadable + tickets.unreadable,
        })
    }

    fn has_webhook(&self) -> bool {
        false
    }

    fn verify(&self, _: &Call<'_>) -> bool {
        false
    }

    fn read(&self, _: &[u8]) -> Option<Vec<Item>> {
        None
    }
}

const HINT: Hint = |status| match status {
    StatusCode::UNAUTHORIZED => "the token isn't accepted; put the private app's access token in `token`",
    StatusCode::FORBIDDEN => {
        "the private app may not do this; give it the scopes `tickets` and contacts, read and write"
    }
    StatusCode::NOT_FOUND => "there is no such ticket; was it deleted?",
    StatusCode::BAD_REQUEST => "HubSpot can't take it; check `pipeline` and `stage`",
    _ => "",
};
