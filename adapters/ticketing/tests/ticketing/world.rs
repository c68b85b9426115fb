//! A ticket system in memory; each system's fake puts its wire format around it.

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use groupdesk_contract::Storage;
use groupdesk_ticketing::Ticketing;
use jiff::{SignedDuration, Timestamp};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio::net::TcpListener;

/// The moment at which every test begins.
pub(crate) const START: &str = "2026-11-23T02:00:00Z";
pub(crate) const TOKEN: &str = "t0ken";
pub(crate) const SECRET: &str = "hook-secret";

/// The author of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    Us,
    Agent,
    Outsider,
}

#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) id: u64,
    pub(crate) text: String,
    pub(crate) by: By,
    pub(crate) internal: bool,
    pub(crate) at: Timestamp,
    /// Our marker, in systems that keep it beside the text.
    pub(crate) mark: String,
}

#[derive(Debug, Clone)]
pub(crate) struct Ticket {
    pub(crate) id: u64,
    pub(crate) title: String,
    pub(crate) text: String,
    pub(crate) mark: String,
    pub(crate) entries: Vec<Entry>,
    pub(crate) closed: Option<Timestamp>,
    pub(crate) updated: Timestamp,
    pub(crate) created: Timestamp,
}

/// A fault of the fake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Every request is answered with this status.
    Status(u16),
    /// The request is carried out, and the response doesn't come in time.
    Silence,
    /// The request is carried out, and a gateway on the way answers 502.
    Gateway,
}

#[derive(Debug, Default)]
pub(crate) struct Model {
    pub(crate) tickets: Vec<Ticket>,
    pub(crate) contacts: Vec<(u64, String, String)>,
    pub(crate) fault: Option<Fault>,
    pub(crate) requests: Vec<String>,
    /// Files that came with what we wrote: name, media type, what is in it.
    pub(crate) files: Vec<(String, String, String)>,
    /// Odd elements in lists, beside the valid ones.
    pub(crate) odd: Vec<serde_json::Value>,
    ticks: i64,
    ids: u64,
}

impl Model {
    /// Returns a time later than every earlier one.
    pub(crate) fn tick(&mut self) -> Timestamp {
        self.ticks += 1;
        let start: Timestamp = START.parse().unwrap();
        start + SignedDuration::from_secs(self.ticks * 60)
    }

    pub(crate) fn id(&mut self) -> u64 {
        self.ids += 1;
        100 + self.ids
    }

    pub(crate) fn open(&mut self, title: &str, text: &str, mark: &str) -> Ticket {
        let at = self.tick();
        let ticket = Ticket {
            id: self.id(),
            title: title.to_owned(),
            text: text.to_owned(),
            mark: mark.to_owned(),
            entries: Vec::new(),
            closed: None,
            updated: at,
            created: at,
        };
        self.tickets.push(ticket.clone());
        ticket
    }

    pub(crate) fn add(
        &mut self,
        ticket: u64,
        by: By,
        internal: bool,
        text: &str,
        mark: &str,
    ) -> Option<Entry> {
        let at = self.tick();
        let entry = Entry {
            id: self.id(),
            text: text.to_owned(),
            by,
            internal,
            at,
            mark: mark.to_owned(),
        };
        let ticket = self.tickets.iter_mut().find(|known| known.id == ticket)?;
        ticket.updated = at;
        ticket.entries.push(entry.clone());
        Some(entry)
    }

    pub(crate) fn close(&mut self, ticket: u64, closed: bool) {
        let at = self.tick();
        if let Some(ticket) = self.tickets.iter_mut().find(|known| known.id == ticket) {
            ticket.closed = closed.then_some(at);
            ticket.updated = at;
        }
    }
}

pub(crate) type World = Arc<Mutex<Model>>;

/// The subject of a webhook call.
#[derive(Debug, Clone)]
pub(crate) enum Told {
    Entry(Entry),
    State,
}

/// A system, as the suite needs it.
pub(crate) trait System: Copy + Send + Sync + 'static {
    /// The routes of the fake, and how it reads the token of a request.
    fn router(self) -> Router<World>;
    fn token(self, headers: &HeaderMap) -> Option<String>;
    fn adapter(self, url: &str, token: &str, storage: Arc<dyn Storage>) -> Arc<Ticketing>;
    /// The body of a call that tells of the ticket, if the system calls, and its signed headers.
    fn hook(self, ticket: &Ticket, told: &Told) -> Option<Vec<u8>>;
    fn sign(self, body: &[u8]) -> Vec<(String, String)>;
    /// The form in which staff write to the member.
    fn public(self, text: &str) -> String {
        text.to_owned()
    }
}

pub(crate) fn lock(world: &World) -> MutexGuard<'_, Model> {
    world.lock().unwrap()
}

/// A running fake.
pub(crate) struct Served {
    pub(crate) world: World,
    pub(crate) url: String,
}

pub(crate) async fn serve(system: impl System) -> Served {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    serve_on(system, listener)
}

pub(crate) fn serve_on(system: impl System, listener: TcpListener) -> Served {
    let world = World::default();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let guard = from_fn_with_state(
        world.clone(),
        move |State(world): State<World>, request: Request, next: Next| guard(system, world, request, next),
    );
    let router = system.router().layer(guard).with_state(world.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    Served { world, url }
}

async fn guard(system: impl System, world: World, request: Request, next: Next) -> Response {
    let writes = request.method() == "POST"
        && !["/search", "/read", "/contacts"]
            .iter()
            .any(|end| request.uri().path().ends_with(end));
    let fault = {
        let mut model = lock(&world);
        let tag = if request.headers().contains_key("if-none-match") {
            " with its tag"
        } else {
            ""
        };
        model
            .requests
            .push(format!("{} {}{tag}", request.method(), request.uri()));
        model.fault
    };
    if let Some(Fault::Status(status)) = fault {
        return StatusCode::from_u16(status).unwrap().into_response();
    }
    if system.token(request.headers()).as_deref() != Some(TOKEN) {
        return (StatusCode::UNAUTHORIZED, r#"{"message":"Bad credentials"}"#).into_response();
    }
    let response = next.run(request).await;
    if writes && fault == Some(Fault::Silence) {
        tokio::time::sleep(Duration::from_secs(5)).await;
    }
    if writes && fault == Some(Fault::Gateway) {
        return StatusCode::BAD_GATEWAY.into_response();
    }
    response
}

/// A digest in hexadecimal digits.
pub(crate) fn hex(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A query's parameter.
pub(crate) fn query(request: &Request, name: &str) -> Option<String> {
    let url = format!("http://x/?{}", request.uri().query()?);
    let url = url.parse::<axum::http::Uri>().ok()?;
    url.query()?.split('&').find_map(|pair| {
        let (key, value) = pair.split_once('=')?;
        (key == name).then(|| value.replace("%3A", ":").replace("%20", " ").replace('+', " "))
    })
}
