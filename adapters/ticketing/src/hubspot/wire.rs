//! HubSpot's JSON, as far as it is used: CRM objects (v3), their search and batches, associations (v4).

use groupdesk_kit::lenient_json;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// `GET /account-info/v3/details`.
#[derive(Debug, Deserialize)]
pub(crate) struct Account {
    #[serde(rename = "portalId")]
    _portal: u64,
}

/// A ticket or a note.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Object {
    pub(crate) id: String,
    #[serde(default, deserialize_with = "lenient_json::or_default")]
    pub(crate) properties: BTreeMap<String, Value>,
    #[serde(rename = "createdAt")]
    pub(crate) created_at: Timestamp,
    #[serde(rename = "updatedAt")]
    pub(crate) updated_at: Timestamp,
}

impl Object {
    /// Returns a property's value; empty if it has none.
    pub(crate) fn property(&self, name: &str) -> &str {
        self.properties
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }
}

/// The response of a search or a batch.
#[derive(Debug, Deserialize)]
pub(crate) struct Objects {
    #[serde(default, deserialize_with = "lenient_json::or_default")]
    pub(crate) results: Vec<Value>,
}

/// `POST /crm/v4/associations/{from}/{to}/batch/read`.
#[derive(Debug, Deserialize)]
pub(crate) struct Links {
    #[serde(default, deserialize_with = "lenient_json::list")]
    pub(crate) results: Vec<Link>,
}

/// The associations of one object.
#[derive(Debug, Deserialize)]
pub(crate) struct Link {
    pub(crate) from: From,
    #[serde(default, deserialize_with = "lenient_json::list")]
    pub(crate) to: Vec<To>,
}

/// An object by its id.
#[derive(Debug, Deserialize)]
pub(crate) struct From {
    pub(crate) id: String,
}

/// `GET /crm/v4/objects/{from}/{id}/associations/{to}`.
#[derive(Debug, Deserialize)]
pub(crate) struct Linked {
    #[serde(default, deserialize_with = "lenient_json::list")]
    pub(crate) results: Vec<To>,
}

/// The other end of an association.
#[derive(Debug, Deserialize)]
pub(crate) struct To {
    #[serde(rename = "toObjectId")]
    pub(crate) id: Id,
}

/// An id; the documentation has a text, the examples a number.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Id {
    Number(u64),
    Text(String),
}

impl Id {
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text.clone(),
        }
    }
}
