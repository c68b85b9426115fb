//! The list of tickets: tabs, a search, and what a row shows.

use super::overview::Clock;
use crate::app::App;
use crate::backend::{Search, Status, Target, TicketRow};
use crate::live_updates::Counts;
use crate::page_frame::{self, Frame, UserContext};
use askama::Template;
use axum::Extension;
use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::Response;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Rows of a page.
const ROWS: u32 = 50;

/// Ages of tickets that a filter offers, in days.
const SINCE: [i64; 4] = [1, 7, 30, 90];

#[derive(Template)]
#[template(path = "inbox.html")]
struct Page {
    f: Frame,
    tabs: Vec<Tab>,
    tab: &'static str,
    words: String,
    searched: bool,
    filters: Filters,
    here: String,
    rows: Vec<Row>,
    older: Option<String>,
}

/// A tab of the list.
#[derive(Debug)]
struct Tab {
    name: &'static str,
    label: &'static str,
    count: Option<usize>,
    is_current: bool,
}

/// A ticket, as a list shows it.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) number: u64,
    pub(super) subject: String,
    pub(super) member: String,
    pub(super) channel: String,
    pub(super) status: &'static str,
    pub(super) status_class: &'static str,
    pub(super) owner: Option<String>,
    pub(super) is_mine: bool,
    pub(super) is_overdue: bool,
    pub(super) is_urgent: bool,
    pub(super) undelivered: bool,
    pub(super) watchers: usize,
    pub(super) age: String,
    pub(super) opened: String,
    /// Time that is left until the target that ends first, with its class and the time at which it ends.
    pub(super) left: Option<(String, &'static str, String)>,
    /// Names of other users who look at it now.
    pub(super) others: String,
}

impl Clock {
    pub(super) fn row(&self, row: &TicketRow) -> Row {
        Row {
            number: row.number,
            subject: if row.subject.is_empty() {
                "—".to_owned()
            } else {
                row.subject.clone()
            },
            member: row.member.clone(),
            channel: row.channel.clone(),
            status: self.language.words().status(row.status),
            status_class: row.status.name(),
            owner: row.owner.clone(),
            is_mine: row.is_mine,
            is_overdue: row.is_overdue,
            is_urgent: row.is_urgent,
            undelivered: row.undelivered > 0,
            watchers: row.watchers,
            age: self.span(row.opened),
            opened: self.time(row.opened),
            left: None,
            others: String::new(),
        }
    }

    /// Says how long is left until a target, with its class, and the time at which it ends.
    pub(super) fn left(&self, target: &Target) -> Option<(String, &'static str, String)> {
        let left = target.left?;
        let class = match left {
            ..0 => "bad",
            left if left * 4 < target.seconds => "warn",
            _ => "",
        };
        let due = target.due.map(|due| self.time(due)).unwrap_or_default();
        Some((self.language.left(left), class, due))
    }
}

/// Makes rows with the time that is left of each, and who looks at it.
pub(super) async fn rows(
    app: &App,
    seat: &UserContext,
    found: Vec<&TicketRow>,
    clock: &Clock,
) -> crate::Result<Vec<Row>> {
    let numbers: Vec<u64> = found.iter().map(|row| row.number).collect();
    let targets = app.backend.next_targets(&seat.user, &numbers).await?;
    let row = |row: &TicketRow| {
        let others = app.presence.others(row.number, &seat.user.name, clock.now);
        let others: Vec<String> = others.into_iter().map(|one| one.name).collect();
        Row {
            others: others.join(", "),
            left: targets.get(&row.number).and_then(|target| clock.left(target)),
            ..clock.row(row)
        }
    };
    Ok(found.into_iter().map(row).collect())
}

/// Query of the page.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct QueryParams {
    #[serde(default)]
    tab: String,
    #[serde(default)]
    q: String,
    #[serde(default)]
    below: String,
    #[serde(default)]
    status: String,
    #[serde(default)]
    room: String,
    #[serde(default)]
    channel: String,
    #[serde(default)]
    tag: String,
    #[serde(default)]
    member: String,
    #[serde(default)]
    owner: String,
    #[serde(default)]
    since: String,
}

impl QueryParams {
    fn words(&self) -> String {
        self.q.trim().chars().take(200).collect()
    }

    fn below(&self) -> Option<u64> {
        self.below.parse().ok()
    }

    fn days(&self) -> Option<i64> {
        self.since.parse().ok().filter(|days| SINCE.contains(days))
    }

    /// `true` if it asks for more than a tab.
    fn is_search(&self) -> bool {
        let filters = [
            &self.status,
            &self.room,
            &self.channel,
            &self.tag,
            &self.member,
            &self.owner,
        ];
        !self.words().is_empty() || self.days().is_some() || filters.iter().any(|filter| !filter.is_empty())
    }

    /// Returns the filters that are set.
    fn filters(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let all = [
            ("status", self.status.as_str()),
            ("room", &self.room),
            ("channel", &self.channel),
            ("tag", &self.tag),
            ("member", &self.member),
            ("owner", &self.owner),
            ("since", &self.since),
        ];
        all.into_iter().filter(|(_, value)| !value.is_empty())
    }

    fn search(&self, now: Timestamp) -> Search {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let since = self.days().map(|days| {
            let span = SignedDuration::from_hours(24 * days);
            now.saturating_sub(span).unwrap_or(Timestamp::MIN)
        });
        Search {
            words: self.words(),
            status: Status::of_name(&self.status),
            room: some(&self.room),
            channel: some(self.channel.trim()),
            tag: some(&self.tag),
            member: some(self.member.trim()),
            owner: some(&self.owner),
            since,
            below: self.below(),
            limit: ROWS + 1,
        }
    }

    /// Writes the query of the page that begins below a number.
    fn query(&self, tab: &str, below: Option<u64>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("tab", tab);
        let words = self.words();
        let words = Some(("q", words.as_str())).filter(|_| !words.is_empty());
        for (name, value) in words.into_iter().chain(self.filters()) {
            query.append_pair(name, value);
        }
        if let Some(below) = below {
            query.append_pair("below", &below.to_string());
        }
        query.finish()
    }
}

/// Choices of the filters.
#[derive(Debug)]
struct Filters {
    /// Filters that are set, which a search keeps.
    set: Vec<(&'static str, String)>,
    is_open: bool,
    statuses: Vec<(&'static str, &'static str, bool)>,
    rooms: Vec<(String, bool)>,
    owners: Vec<(String, bool)>,
    tags: Vec<(String, bool)>,
    since: Vec<(i64, String, bool)>,
    channel: String,
    member: String,
}

async fn filters(
    app: &App,
    seat: &UserContext,
    asked: &QueryParams,
    open: &[TicketRow],
) -> crate::Result<Filters> {
    let w = seat.language.words();
    let rooms = match seat.user.limits() {
        Some(rooms) => rooms.to_vec(),
        None => app.backend.rooms(),
    };
    let colleagues = app.backend.colleagues().await?;
    let mut owners: BTreeSet<String> = colleagues.into_iter().map(|one| one.name).collect();
    owners.extend(open.iter().filter_map(|row| row.owner.clone()));
    owners.extend(Some(asked.owner.clone()).filter(|owner| !owner.is_empty()));
    let mut tags: BTreeSet<String> = app.backend.tags(&seat.user).into_iter().collect();
    tags.extend(Some(asked.tag.clone()).filter(|tag| !tag.is_empty()));
    Ok(Filters {
        set: asked
            .filters()
            .map(|(name, value)| (name, value.to_owned()))
            .collect(),
        tags: tags
            .into_iter()
            .map(|tag| (tag.clone(), tag == asked.tag))
            .collect(),
        is_open: asked.is_search() && asked.words().is_empty() || !asked.status.is_empty(),
        statuses: Status::ALL
            .into_iter()
            .map(|status| (status.name(), w.status(status), status.name() == asked.status))
            .collect(),
        rooms: rooms
            .into_iter()
            .map(|room| (room.clone(), room == asked.room))
            .collect(),
        owners: owners
            .into_iter()
            .map(|owner| (owner.clone(), owner == asked.owner))
            .collect(),
        since: SINCE
            .into_iter()
            .map(|days| (days, format!("{days} {}", w.days), asked.days() == Some(days)))
            .collect(),
        channel: asked.channel.clone(),
        member: asked.member.clone(),
    })
}

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(seat): Extension<UserContext>,
    Query(asked): Query<QueryParams>,
) -> Response<Body> {
    page_frame::page_or_fault(&app, seat.language, made(&app, &seat, &asked).await)
}

async fn made(app: &App, seat: &UserContext, asked: &QueryParams) -> crate::Result<Page> {
    let w = seat.language.words();
    let open = app.backend.open_tickets(&seat.user).await?;
    let counts = Counts::of(&open);
    let tab = ["waits", "mine", "open", "overdue", "closed"]
        .into_iter()
        .find(|tab| *tab == asked.tab)
        .unwrap_or("waits");
    let clock = Clock::new(app, seat);
    let limit = usize::try_from(ROWS).unwrap_or(usize::MAX);
    let searched = asked.is_search();
    let filters = filters(app, seat, asked, &open).await?;
    let below = asked.below();
    let mut found: Vec<TicketRow> = if searched || tab == "closed" {
        let mut search = asked.search(clock.now);
        if !searched {
            search.status = Some(Status::Closed);
        }
        app.backend.find_tickets(&seat.user, &search).await?
    } else {
        let here = |row: &TicketRow| match tab {
            "waits" => row.status.is_active() && row.owner.is_none(),
            "mine" => row.status.is_active() && row.is_mine,
            "overdue" => row.status.is_active() && row.is_overdue,
            _ => row.status.is_active(),
        };
        open.into_iter()
            .filter(|row| here(row) && below.is_none_or(|below| row.number < below))
            .take(limit + 1)
            .collect()
    };
    let more = found.len() > limit;
    found.truncate(limit);
    let last = found.last().filter(|_| more);
    let tabs = [
        ("waits", w.waits, Some(counts.waits)),
        ("mine", w.mine, Some(counts.mine)),
        ("overdue", w.overdue, Some(counts.overdue)),
        ("open", w.open_all, Some(counts.open)),
        ("closed", w.closed, None),
    ];
    Ok(Page {
        f: Frame::inside(app, seat, "/tickets", w.tickets).await?,
        tabs: tabs
            .into_iter()
            .map(|(name, label, count)| Tab {
                name,
                label,
                count,
                is_current: !searched && name == tab,
            })
            .collect(),
        tab,
        here: format!("/tickets?{}", asked.query(tab, below)),
        words: asked.words(),
        searched,
        filters,
        rows: rows(app, seat, found.iter().collect(), &clock).await?,
        older: last.map(|row| format!("?{}", asked.query(tab, Some(row.number)))),
    })
}
