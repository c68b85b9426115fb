//! Tickets as the dashboard shows them, within the rooms of who looks, and orders for them.

use super::{Dashboard, as_web, failed, ticket_targets};
use crate::faq::RenderContext;
use crate::matcher::{search_terms, wanted_terms};
use crate::service::routing::Routing;
use crate::store::{self, Store, TicketDelivery, TicketFilter};
use crate::ticket::{self, HistoryLine, Ticket};
use groupdesk_contract::{AccountId, DASHBOARD, MemberId, Place};
use groupdesk_dashboard::{
    BackendError, FittingAnswer, LineDelivery, LineKind, Ordered, Result, Search, Target, TicketLine,
    TicketOrder, TicketRow, TicketView, User,
};
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

/// Time that a search waits for the index of words.
const INDEX_TIMEOUT: Duration = Duration::from_secs(5);

/// Most answers of the FAQ that a ticket's page offers.
const ANSWERS_MAX: usize = 4;
/// Confidence that an answer needs to be offered.
const ANSWER_CONFIDENCE_MIN: f32 = 0.05;

/// Most channels of a tag that are asked for one by one.
const TAG_CHANNELS_MAX: usize = 32;
/// Tickets that are read at once where a tag has more channels.
const PAGE_TICKETS: u32 = 500;

/// `true` if a user sees a ticket.
pub(super) fn is_seen(ticket: &Ticket, user: &User) -> bool {
    let rooms: Vec<String> = ticket.rooms.iter().map(ToString::to_string).collect();
    user.sees(rooms.iter().map(String::as_str))
}

impl Dashboard {
    /// Returns all tickets that are not closed, newest first.
    pub(super) async fn open(&self) -> Result<Arc<Vec<Ticket>>> {
        // The number first: what is committed while they are read is read again.
        let version = *self.parts.store.changes().borrow();
        let kept = self.open.lock().clone();
        if let Some((of, kept)) = kept
            && of == version
        {
            return Ok(kept);
        }
        let filter = TicketFilter {
            not_closed: true,
            ..TicketFilter::default()
        };
        let found = Arc::new(self.parts.store.tickets(&filter).await.map_err(failed)?);
        *self.open.lock() = Some((version, Arc::clone(&found)));
        Ok(found)
    }

    /// Returns the id by which colleagues know a user: that of their row of the roster, else their name.
    fn known_as(&self, user: &User) -> (AccountId, MemberId) {
        let (account, id) = (AccountId::new(DASHBOARD), MemberId::new(user.name.as_str()));
        let roster = &self.parts.routing.tickets().roster;
        let first = roster
            .person(&account, &id)
            .and_then(|person| person.ids.first().cloned());
        first.unwrap_or((account, id))
    }

    pub(super) fn row(&self, ticket: &Ticket, user: &User) -> TicketRow {
        let (account, id) = self.known_as(user);
        TicketRow {
            number: ticket.number,
            subject: ticket.subject.clone(),
            member: ticket.member_name.clone(),
            channel: ticket.named_place(),
            status: ticket.status,
            owner: ticket.owner.as_ref().map(|owner| owner.name.clone()),
            is_mine: ticket
                .owner
                .as_ref()
                .is_some_and(|owner| owner.account == account && owner.id == id),
            is_overdue: ticket.is_overdue(),
            is_urgent: ticket.urgent,
            opened: ticket.opened,
            member_spoke: ticket.member_spoke,
            undelivered: ticket.undelivered.len(),
            watchers: ticket.watchers.len(),
        }
    }

    pub(super) async fn find(&self, user: &User, search: &Search) -> Result<Vec<TicketRow>> {
        let store = &self.parts.store;
        let terms = wanted_terms(&search.words);
        if !search.words.is_empty() {
            if terms.is_empty() {
                return Ok(Vec::new());
            }
            // Of a large store the rest goes on being indexed meanwhile: the task is not ended with the wait.
            let to_index = Arc::clone(store);
            let index = tokio::spawn(async move { to_index.index_tickets(&search_terms).await });
            if let Ok(Ok(indexed)) = tokio::time::timeout(INDEX_TIMEOUT, index).await {
                indexed.map_err(failed)?;
            }
        }
        let limits = user.limits().map(<[String]>::to_vec);
        // A room that somebody asks for is one of theirs, or nothing is found.
        let rooms = match (&search.room, limits) {
            (None, limits) => limits,
            (Some(room), None) => Some(vec![room.clone()]),
            (Some(room), Some(limits)) => Some(limits.into_iter().filter(|own| own == room).collect()),
        };
        let rooms = rooms.map(|rooms| {
            let places = rooms.iter().filter_map(|room| room.split_once('/'));
            places
                .map(|(account, channel)| Place::new(account, channel))
                .collect()
        });
        let (Some(member), Some(channel)) = (
            of_account(search.member.as_deref()),
            of_account(search.channel.as_deref()),
        ) else {
            return Ok(Vec::new());
        };
        let member = member.map(|(account, id)| (AccountId::new(account), MemberId::new(id)));
        let (account, member) = member.unzip();
        let filter = TicketFilter {
            place: channel.map(|(account, channel)| Place::new(account, channel)),
            status: search.status,
            account,
            member,
            owner: search.owner.clone(),
            from: search.since,
            rooms,
            terms: terms.into_iter().collect(),
            below: search.below,
            limit: Some(search.limit),
            ..TicketFilter::default()
        };
        let found = match &search.tag {
            None => store.tickets(&filter).await,
            Some(tag) => tagged(&**store, &self.parts.routing, tag, filter).await,
        };
        let found = found.map_err(failed)?;
        Ok(found.iter().map(|ticket| self.row(ticket, user)).collect())
    }

    /// Returns the tags of the channels that a user sees.
    pub(super) fn tags(&self, user: &User) -> Vec<String> {
        let seen = |rooms: &[Place]| {
            let rooms: Vec<String> = rooms.iter().map(ToString::to_string).collect();
            user.sees(rooms.iter().map(String::as_str))
        };
        self.parts.routing.tags(seen).into_iter().collect()
    }

    /// Returns the target of each of these tickets that ends first, where one still runs.
    pub(super) async fn next_targets(&self, user: &User, numbers: &[u64]) -> Result<BTreeMap<u64, Target>> {
        let knowledge = self.parts.knowledge.get();
        let now = self.parts.clock.now();
        let open = self.open().await?;
        let asked = open
            .iter()
            .filter(|ticket| numbers.contains(&ticket.number) && is_seen(ticket, user));
        let next = asked
            .filter(|ticket| ticket.status.is_active())
            .filter_map(|ticket| {
                let all = ticket_targets::all(ticket, knowledge.faq.service(), now);
                Some((ticket.number, *Target::next(&all)?))
            });
        Ok(next.collect())
    }

    pub(super) async fn seen(&self, user: &User, number: u64) -> Result<Option<Ticket>> {
        let found = self.parts.store.ticket(number).await.map_err(failed)?;
        Ok(found.filter(|ticket| is_seen(ticket, user)))
    }

    pub(super) async fn view(&self, user: &User, number: u64) -> Result<Option<TicketView>> {
        let Some(ticket) = self.seen(user, number).await? else {
            return Ok(None);
        };
        let store = &self.parts.store;
        let lines = store.ticket_lines(number).await.map_err(failed)?;
        let deliveries = store.ticket_deliveries(number).await.map_err(failed)?;
        let others = others(&lines, &ticket);
        let lines = lines
            .into_iter()
            .map(|line| shown(line, &others, &deliveries, &ticket))
            .collect();
        Ok(Some(TicketView {
            row: self.row(&ticket, user),
            targets: ticket_targets::all(
                &ticket,
                self.parts.knowledge.get().faq.service(),
                self.parts.clock.now(),
            ),
            aside: self.aside(number).await?,
            answers: self.answers(&ticket),
            member_address: format!("{}/{}", ticket.place.account, ticket.member),
            member_id: ticket.member.to_string(),
            link: ticket.link.filter(|link| link.starts_with("https://")),
            reason: ticket.reason,
            earlier: ticket.earlier,
            transcript: ticket.transcript,
            window: ticket.window.map(|window| (window.until, window.left)),
            watchers: ticket.watchers.into_iter().map(|watcher| watcher.name).collect(),
            draft: ticket
                .draft
                .filter(|draft| !draft.outdated)
                .map(|draft| draft.text()),
            lines,
            snippets: Arc::clone(&self.snippets),
        }))
    }

    /// Returns the entries that fit a ticket's question, with their answers.
    fn answers(&self, ticket: &Ticket) -> Vec<FittingAnswer> {
        let knowledge = self.parts.knowledge.get();
        let language = crate::desk::language_for(&ticket.subject, &knowledge.faq);
        let context = RenderContext {
            now: self.parts.clock.now(),
            language,
        };
        let ranking = knowledge.matcher.rank(&ticket.subject);
        let fitting = ranking
            .candidates
            .iter()
            .filter(|one| one.confidence >= ANSWER_CONFIDENCE_MIN)
            .take(ANSWERS_MAX);
        fitting
            .filter_map(|one| {
                let at = knowledge.faq.index_of(&one.id)?;
                Some(FittingAnswer {
                    title: knowledge.faq.title_of(&one.id, language),
                    text: knowledge.faq.render(at, &context).text,
                    confidence: one.confidence,
                })
            })
            .collect()
    }

    /// Carries out an order for a room that the user and the ticket share: the desk looks at that again when it decides.
    pub(super) async fn carry_out(
        &self,
        user: &User,
        number: u64,
        id: &str,
        order: &TicketOrder,
    ) -> Result<Ordered> {
        let refused = |overtaken_by| {
            Ok(Ordered {
                done: false,
                overtaken_by,
                told: Vec::new(),
            })
        };
        if !user.may(order.needs()) {
            return refused(None);
        }
        let Some(ticket) = self.seen(user, number).await? else {
            return refused(None);
        };
        let shared = |room: &&Place| user.sees(std::iter::once(room.to_string().as_str()));
        let Some(room) = ticket.rooms.iter().find(shared) else {
            return refused(None);
        };
        let _one = match order {
            TicketOrder::Reply { .. } => Some(self.replying.lock().await),
            _ => None,
        };
        if let TicketOrder::Reply { seen, .. } = order
            && !self.is_said(number, id).await?
            && let Some(colleague) = self.replied_since(number, *seen).await?
        {
            return refused(Some(colleague));
        }
        let order_of_room = as_web(order);
        let ordered = self
            .parts
            .web
            .order(&user.name, room, number, (id, &order_of_room));
        let receipts = ordered.await.map_err(|error| BackendError(error.to_string()))?;
        let done = match order {
            TicketOrder::Reply { .. } => self.is_said(number, id).await?,
            _ => receipts.iter().any(|receipt| receipt.confirms),
        };
        Ok(Ordered {
            done,
            overtaken_by: None,
            told: receipts.into_iter().map(|receipt| receipt.text).collect(),
        })
    }

    /// Returns the author of the first reply behind the `seen` ones that a page showed.
    async fn replied_since(&self, number: u64, seen: usize) -> Result<Option<String>> {
        let lines = self.parts.store.ticket_lines(number).await.map_err(failed)?;
        let mut replies = lines
            .into_iter()
            .filter(|line| line.kind == ticket::LineKind::Staff);
        Ok(replies.nth(seen).map(|line| line.who))
    }

    /// `true` if the reply with this id stands in the ticket.
    async fn is_said(&self, number: u64, id: &str) -> Result<bool> {
        let lines = self.parts.store.ticket_lines(number).await.map_err(failed)?;
        let of = |line: &HistoryLine| {
            let said = line.said.as_ref();
            said.is_some_and(|(place, message)| place.account.as_str() == DASHBOARD && message.as_str() == id)
        };
        Ok(lines.iter().any(of))
    }
}

/// Finds tickets of the channels with a tag, newest first.
async fn tagged(
    store: &dyn Store,
    routing: &Routing,
    tag: &str,
    mut filter: TicketFilter,
) -> store::Result<Vec<Ticket>> {
    let limit = filter.limit.unwrap_or(u32::MAX) as usize;
    let places = match &filter.place {
        Some(place) if routing.has_tag(place, tag) => Some(vec![place.clone()]),
        Some(_) => Some(Vec::new()),
        None => routing
            .tagged(tag)
            .filter(|places| places.len() <= TAG_CHANNELS_MAX),
    };
    let mut found = Vec::new();
    // Of few channels an index has the tickets of each.
    if let Some(places) = places {
        for place in places {
            filter.place = Some(place);
            found.extend(store.tickets(&filter).await?);
        }
        found.sort_by_key(|ticket| Reverse(ticket.number));
        found.truncate(limit);
        return Ok(found);
    }
    // A tag of many is soon found among the newest.
    filter.limit = Some(PAGE_TICKETS);
    loop {
        let page = store.tickets(&filter).await?;
        let Some(last) = page.last() else { break };
        filter.below = Some(last.number);
        found.extend(
            page.into_iter()
                .filter(|ticket| routing.has_tag(&ticket.place, tag)),
        );
        if found.len() >= limit {
            break;
        }
    }
    found.truncate(limit);
    Ok(found)
}

/// Parts what stands behind an account, as `account/id`: nothing where nothing is given, and `None` where there is no account.
fn of_account(given: Option<&str>) -> Option<Option<(&str, &str)>> {
    match given {
        None => Some(None),
        Some(given) => given.split_once('/').map(Some),
    }
}

/// Returns the authors of lines who are other members than the one who asked: they asked the same.
fn others(lines: &[HistoryLine], ticket: &Ticket) -> HashSet<String> {
    let (one, other) = (format!("({})", ticket.member), format!("（{}）", ticket.member));
    let is_askers = |who: &str| who.ends_with(&one) || who.ends_with(&other);
    let others = lines.iter().filter(|line| {
        let joined = line.kind == ticket::LineKind::Event && line.text == ticket::events::JOINED;
        joined || (line.kind == ticket::LineKind::Member && !is_askers(&line.who))
    });
    others.map(|line| line.who.clone()).collect()
}

/// Returns a row of a ticket's history, with what became of the reply in it where the member asked.
fn shown(
    line: HistoryLine,
    others: &HashSet<String>,
    deliveries: &[TicketDelivery],
    ticket: &Ticket,
) -> TicketLine {
    let of = |delivery: &&TicketDelivery| {
        let said = line.said.as_ref();
        said.is_some_and(|(_, message)| *message == delivery.message) && delivery.place == ticket.place
    };
    let delivery = match line.kind {
        ticket::LineKind::Staff => deliveries.iter().rfind(of).map(outcome),
        _ => None,
    };
    let pictures = line.said.as_ref().and_then(|(place, message)| {
        let mut kept = ticket.pictures.iter();
        kept.find(|kept| kept.message == *message && kept.place == *place)
    });
    TicketLine {
        of_others: others.contains(&line.who),
        pictures: pictures.map(|kept| kept.addresses.clone()).unwrap_or_default(),
        at: line.at,
        kind: match line.kind {
            ticket::LineKind::Member => LineKind::Member,
            ticket::LineKind::Staff => LineKind::Staff,
            ticket::LineKind::Note => LineKind::Note,
            ticket::LineKind::Event => LineKind::Event,
        },
        who: line.who,
        text: line.text,
        delivery,
    }
}

fn outcome(delivery: &TicketDelivery) -> LineDelivery {
    let reason = || delivery.reason.clone().unwrap_or_default();
    match delivery.state {
        0 => LineDelivery::Queued(delivery.reason.clone()),
        1 => LineDelivery::Sent,
        2 => LineDelivery::Refused(reason()),
        _ => LineDelivery::Unknown(reason()),
    }
}

#[cfg(test)]
mod tests {
    use crate::ticket::events;
    use groupdesk_dashboard::event_in_chinese;

    #[test]
    fn every_event_that_a_ticket_keeps_is_said_in_chinese() {
        for event in events::ALL {
            let chinese = event_in_chinese(event);
            assert!(chinese.is_some_and(|chinese| !chinese.is_ascii()), "{event}");
        }
    }
}
