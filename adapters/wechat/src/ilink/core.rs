//! The state that the parts of an account share, and its durable notes: the login, the read position, the owner's last message.

use super::settings::Settings;
use crate::ApiUrl;
use groupdesk_contract::{AccountId, Clock, ReplyKey, Secret, Storage, StoreMark};
use groupdesk_kit::{BoundedMap, Notebook, Retries};
use jiff::Timestamp;
use parking_lot::{Mutex, MutexGuard};
use reqwest::Client;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// Longer than any long poll of the server's; a poll may ask for more.
const TIMEOUT: Duration = Duration::from_secs(60);

pub(crate) struct Core {
    pub(crate) account: AccountId,
    pub(crate) settings: Settings,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) storage: Arc<dyn Storage>,
    pub(crate) notebook: Notebook,
    /// Tells our messages from those of another store, whose replies have the same numbers.
    pub(crate) store: StoreMark,
    pub(crate) client: Client,
    /// The time of the last send: the server refuses more than one a second.
    pub(crate) pace: tokio::sync::Mutex<Option<Instant>>,
    /// Replies that were refused for a reason nobody knows.
    pub(crate) retries: Retries,
    state: Mutex<State>,
}

pub(crate) struct State {
    pub(crate) login: Option<Login>,
    /// The link in the code that is to be scanned.
    pub(crate) code: Option<String>,
    /// A message could not be sent because the owner's last message is too old.
    pub(crate) is_waiting: bool,
    /// The number of a reply's parts that were sent before one failed.
    pub(crate) progress: BoundedMap<ReplyKey, usize>,
}

/// The result of a scan.
#[derive(Debug, Clone)]
pub(crate) struct Login {
    pub(crate) token: Secret,
    /// The person who scanned.
    pub(crate) owner: String,
    pub(crate) base: ApiUrl,
}

/// The permission to write that the owner's last message gives.
#[derive(Debug, Clone)]
pub(crate) struct Context {
    pub(crate) token: String,
    pub(crate) at: Timestamp,
}

impl Core {
    pub(crate) fn new(
        account: AccountId,
        settings: Settings,
        clock: Arc<dyn Clock>,
        storage: Arc<dyn Storage>,
    ) -> Result<Self, String> {
        Ok(Self {
            account,
            settings,
            clock,
            notebook: Notebook::without_cache(Arc::clone(&storage)),
            storage,
            store: StoreMark::default(),
            client: groupdesk_kit::client(TIMEOUT)?,
            pace: tokio::sync::Mutex::new(None),
            retries: Retries::default(),
            state: Mutex::new(State {
                login: None,
                code: None,
                is_waiting: false,
                progress: BoundedMap::new(1_000),
            }),
        })
    }

    /// Locks the state; callers hold it for moments only, never over a call.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock()
    }

    /// The login of an earlier run.
    pub(crate) async fn remembered(&self) -> Option<Login> {
        let note: Value = serde_json::from_str(&self.notebook.get("login").await?).ok()?;
        let text = |name: &str| note.get(name).and_then(Value::as_str);
        Some(Login {
            token: Secret::new(text("token")?),
            owner: text("owner")?.to_owned(),
            base: self.settings.api_url.sibling(text("base")?)?,
        })
    }

    pub(crate) async fn remember(&self, login: &Login) {
        let note = json!({"token": login.token.expose(), "owner": login.owner, "base": login.base.as_str()});
        self.notebook.put("login", &note.to_string()).await;
        self.state().login = Some(login.clone());
    }

    /// The login is none any more; a new one reads from the beginning.
    pub(crate) async fn forget(&self) {
        self.state().login = None;
        for key in ["login", "cursor", "context"] {
            self.notebook.put(key, "").await;
        }
    }

    pub(crate) async fn context(&self) -> Option<Context> {
        let note = self.notebook.get("context").await?;
        let (at, token) = note.split_once(' ')?;
        Some(Context {
            token: token.to_owned(),
            at: at.parse().ok()?,
        })
    }
}
