//! HubSpot's wire format (developers.hubspot.com: CRM objects v3, search, associations v4), and what is HubSpot's alone.

use crate::desk::clock;
use crate::world::{By, Entry, System, Ticket, Told, World, lock};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use groupdesk_contract::Storage;
use groupdesk_ticketing::{HubSpotSettings, Ticketing};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::sync::Arc;

#[derive(Clone, Copy)]
pub(crate) struct Spot;

fn ticket(ticket: &Ticket) -> Value {
    json!({
        "id": ticket.id.to_string(), "createdAt": ticket.created, "updatedAt": ticket.updated, "archived": false,
        "properties": {
            "subject": ticket.title, "content": ticket.text, "hs_pipeline": "0", "hs_object_id": ticket.id.to_string(),
            "hs_pipeline_stage": if ticket.closed.is_some() { "4" } else { "1" }, "hs_ticket_priority": null,
        },
    })
}

fn note(entry: &Entry) -> Value {
    let author = match entry.by {
        By::Us => Value::Null,
        By::Agent => json!("7"),
        By::Outsider => json!("8"),
    };
    let html = entry.by != By::Us;
    json!({
        "id": entry.id.to_string(), "createdAt": entry.at, "updatedAt": entry.at, "archived": false,
        "properties": {
            "hs_note_body": if html { format!("<p>{}</p>", entry.text) } else { entry.text.clone() },
            "hs_created_by": author, "hubspot_owner_id": null, "hs_timestamp": entry.at,
        },
    })
}

/// The least value of a filter on a time.
fn since(body: &Value, property: &str) -> Timestamp {
    let filters = body["filterGroups"][0]["filters"].as_array().unwrap();
    let filter = filters
        .iter()
        .find(|filter| filter["propertyName"] == property)
        .unwrap();
    assert_eq!(filter["operator"], "GTE");
    Timestamp::from_millisecond(filter["value"].as_str().unwrap().parse().unwrap()).unwrap()
}

async fn open(State(world): State<World>, Json(body): Json<Value>) -> Response {
    let properties = &body["properties"];
    if properties["hs_pipeline"] != "0" || properties["hs_pipeline_stage"] != "1" {
        return (
            StatusCode::BAD_REQUEST,
            Json(json!({"message": "INVALID_OPTION"})),
        )
            .into_response();
    }
    let made = lock(&world).open(
        properties["subject"].as_str().unwrap(),
        properties["content"].as_str().unwrap(),
        "",
    );
    (StatusCode::CREATED, Json(ticket(&made))).into_response()
}

async fn tickets(State(world): State<World>, Json(body): Json<Value>) -> Json<Value> {
    let model = lock(&world);
    let mut found: Vec<&Ticket> = model.tickets.iter().collect();
    if body["sorts"][0]["propertyName"] == "createdate" {
        let since = since(&body, "createdate");
        found.retain(|ticket| ticket.created >= since);
        found.reverse();
    } else {
        let since = since(&body, "hs_lastmodifieddate");
        found.retain(|ticket| ticket.updated >= since);
        found.sort_by_key(|ticket| ticket.updated);
    }
    let results: Vec<Value> = found.into_iter().map(ticket).collect();
    Json(json!({"total": results.len(), "results": results}))
}

async fn notes(State(world): State<World>, Json(body): Json<Value>) -> Json<Value> {
    let since = since(&body, "hs_lastmodifieddate");
    let model = lock(&world);
    let mut found: Vec<&Entry> = model.tickets.iter().flat_map(|ticket| &ticket.entries).collect();
    found.retain(|entry| entry.at >= since);
    found.sort_by_key(|entry| entry.at);
    let results: Vec<Value> = found.into_iter().map(note).collect();
    Json(json!({"total": results.len(), "results": results}))
}

async fn say(State(world): State<World>, Json(body): Json<Value>) -> Response {
    let link = &body["associations"][0];
    assert_eq!(
        link["types"][0],
        json!({"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 228})
    );
    assert!(body["properties"]["hs_timestamp"].is_string());
    let id: u64 = link["to"]["id"].as_str().unwrap().parse().unwrap();
    let text = body["properties"]["hs_note_body"].as_str().unwrap();
    match lock(&world).add(id, By::Us, false, text, "") {
        Some(entry) => (StatusCode::CREATED, Json(note(&entry))).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn linked(State(world): State<World>, Path(id): Path<u64>) -> Json<Value> {
    let model = lock(&world);
    let entries = model
        .tickets
        .iter()
        .filter(|ticket| ticket.id == id)
        .flat_map(|ticket| &ticket.entries);
    let results: Vec<Value> = entries
        .map(|entry| json!({"toObjectId": entry.id, "associationTypes": [{"category": "HUBSPOT_DEFINED", "typeId": 227}]}))
        .collect();
    Json(json!({"results": results}))
}

fn ids(body: &Value) -> Vec<String> {
    let inputs = body["inputs"].as_array().unwrap();
    inputs
        .iter()
        .map(|input| input["id"].as_str().unwrap().to_owned())
        .collect()
}

async fn batch(State(world): State<World>, Json(body): Json<Value>) -> Json<Value> {
    let ids = ids(&body);
    let model = lock(&world);
    let entries = model.tickets.iter().flat_map(|ticket| &ticket.entries);
    let found = entries.filter(|entry| ids.contains(&entry.id.to_string()));
    Json(json!({"status": "COMPLETE", "results": found.map(note).collect::<Vec<_>>()}))
}

async fn links(State(world): State<World>, Json(body): Json<Value>) -> Json<Value> {
    let ids = ids(&body);
    let model = lock(&world);
    let mut results = Vec::new();
    for ticket in &model.tickets {
        for entry in ticket
            .entries
            .iter()
            .filter(|entry| ids.contains(&entry.id.to_string()))
        {
            results.push(json!({"from": {"id": entry.id.to_string()}, "to": [{"toObjectId": ticket.id, "associationTypes": []}]}));
        }
    }
    Json(json!({"status": "COMPLETE", "results": results}))
}

impl System for Spot {
    fn router(self) -> Router<World> {
        Router::new()
            .route(
                "/account-info/v3/details",
                get(async || Json(json!({"portalId": 123_456, "timeZone": "US/Eastern"}))),
            )
            .route("/crm/v3/objects/tickets", post(open))
            .route("/crm/v3/objects/tickets/search", post(tickets))
            .route("/crm/v3/objects/notes", post(say))
            .route("/crm/v3/objects/notes/search", post(notes))
            .route("/crm/v3/objects/notes/batch/read", post(batch))
            .route("/crm/v4/objects/tickets/{id}/associations/notes", get(linked))
            .route("/crm/v4/associations/notes/tickets/batch/read", post(links))
    }

    fn token(self, headers: &HeaderMap) -> Option<String> {
        let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
        value.strip_prefix("Bearer ").map(str::to_owned)
    }

    fn adapter(self, url: &str, token: &str, storage: Arc<dyn Storage>) -> Arc<Ticketing> {
        let settings: HubSpotSettings = serde_json::from_value(json!({
            "api_url": url, "token": token, "poll": "150ms", "timeout": "1s", "targets": {"acme": {}},
        }))
        .unwrap();
        Ticketing::hubspot("desk".into(), settings, clock(), storage).unwrap()
    }

    fn hook(self, _: &Ticket, _: &Told) -> Option<Vec<u8>> {
        None
    }

    fn sign(self, _: &[u8]) -> Vec<(String, String)> {
        Vec::new()
    }

    fn public(self, text: &str) -> String {
        format!("Reply: {text}")
    }
}
