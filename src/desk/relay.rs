//! Relays staff replies to a ticket's members: one message in every channel in which somebody asked, which quotes or
//! mentions those who asked there.

use super::effects::Outgoing;
use super::staff_notice::about;
use crate::ticket::{OpenTickets, Ticket, TicketReference};
use groupdesk_contract::{
    MemberId, MessageId, NO_LINK, Place, Reply, Segment, no_link, open_url, read_held_file,
};
use jiff::Timestamp;

/// Undelivered replies that a ticket keeps.
const UNDELIVERED_KEPT: usize = 20;

/// Channels of a ticket's members: each once, the asker's first, with the message that is quoted there.
pub(super) fn channels(ticket: &Ticket) -> Vec<(&Place, &MessageId)> {
    let mut channels = vec![(&ticket.place, &ticket.message)];
    for (place, message) in ticket
        .watchers
        .iter()
        .filter_map(|watcher| watcher.elsewhere.as_ref())
    {
        if channels.iter().all(|(known, _)| *known != place) {
            channels.push((place, message));
        }
    }
    channels
}

/// Members who asked in a channel of a ticket, where a quote alone does not reach them all.
fn mentioned<'t>(ticket: &'t Ticket, place: &Place) -> Vec<&'t MemberId> {
    let watchers = ticket
        .watchers
        .iter()
        .filter(|watcher| watcher.place(ticket) == place)
        .map(|watcher| &watcher.member);
    let mut members: Vec<&MemberId> = watchers.collect();
    if !members.is_empty() && ticket.place == *place {
        members.insert(0, &ticket.member);
    }
    members
}

/// Sends a text to one of a ticket's channels.
pub(super) fn said_in(
    ticket: &Ticket,
    place: &Place,
    quote: &MessageId,
    text: &str,
    carried: &[Segment],
    about: &TicketReference,
) -> Outgoing {
    let members = mentioned(ticket, place);
    addressed(ticket, (place, quote), &members, text, carried, about)
}

/// Sends a text to the one who asked, and to those who joined in the same channel, each by name: the first time that the
/// bot speaks of this ticket to them.
pub(super) fn said_to_asker(ticket: &Ticket, text: &str, about: &TicketReference) -> Outgoing {
    let mut members = mentioned(ticket, &ticket.place);
    if members.is_empty() {
        members.push(&ticket.member);
    }
    addressed(
        ticket,
        (&ticket.place, &ticket.message),
        &members,
        text,
        &[],
        about,
    )
}

fn addressed(
    ticket: &Ticket,
    (place, quote): (&Place, &MessageId),
    members: &[&MemberId],
    text: &str,
    carried: &[Segment],
    about: &TicketReference,
) -> Outgoing {
    let mentions = members.iter().map(|member| Segment::Mention((*member).clone()));
    let mut segments: Vec<Segment> = mentions.collect();
    let space = if segments.is_empty() { "" } else { " " };
    segments.push(Segment::Text(format!("{space}{text}")));
    segments.extend(carried.iter().cloned());
    Outgoing {
        place: place.clone(),
        reply: Reply::new(place.channel.clone(), ticket.kind, segments).with_quote(Some(quote.clone())),
        caller: None,
        about: Some(about.clone()),
    }
}

/// Messages of the desk itself to a ticket's members.
pub(super) struct MemberNotices {
    pub(super) outgoing: Vec<Outgoing>,
    /// `true` if the platform still takes a message where the ticket was opened.
    pub(super) reached_asker: bool,
}

/// Tells all members of a ticket about its state.
pub(super) fn tell_all(
    open_tickets: &mut OpenTickets,
    ticket: &Ticket,
    text: &str,
    now: Timestamp,
) -> MemberNotices {
    let open = ticket.window.is_none_or(|window| window.is_open(now));
    if open {
        open_tickets.mark(ticket.number, |ticket| {
            if let Some(window) = &mut ticket.window {
                window.left = window.left.saturating_sub(1);
            }
        });
    }
    let about = TicketReference {
        ticket: ticket.number,
        urgent: false,
        report: None,
    };
    let outgoing = channels(ticket)
        .into_iter()
        .filter(|(place, _)| open || **place != ticket.place)
        .map(|(place, message)| said_in(ticket, place, message, text, &[], &about))
        .collect();
    MemberNotices {
        outgoing,
        reached_asker: open,
    }
}

/// Tells those who joined a ticket, and not the one who asked for it.
pub(super) fn tell_watchers(ticket: &Ticket, text: &str) -> Vec<Outgoing> {
    let Some(about) = about(ticket.number) else {
        return Vec::new();
    };
    let mut outgoing = Vec::new();
    for (place, quote) in channels(ticket) {
        let mut members = mentioned(ticket, place);
        members.retain(|member| ticket.place != *place || **member != ticket.member);
        if !members.is_empty() {
            outgoing.push(addressed(ticket, (place, quote), &members, text, &[], &about));
        }
    }
    outgoing
}

/// Replaces a file by its link, where the other platform can't take it as it is. A file without a public link is
/// downloaded when it is sent.
pub(super) fn sendable(segment: Segment) -> Segment {
    match segment {
        Segment::File { url: Some(url), name } if read_held_file(&url).is_some() => {
            Segment::File { name, url: Some(url) }
        }
        Segment::File { name, url } => Segment::Text(format!(
            "\n[{}] {}",
            name.unwrap_or_default(),
            url.unwrap_or_default()
        )),
        other => other,
    }
}

pub(super) fn keep_undelivered(ticket: &mut Ticket, text: &str) {
    if ticket.undelivered.len() < UNDELIVERED_KEPT {
        ticket.undelivered.push(text.trim().to_owned());
    }
}

/// Returns a message as the history keeps it: pictures and files as links.
pub(super) fn transcript(text: &str, carried: &[Segment]) -> String {
    let mut lines = vec![text.trim().to_owned()];
    lines.extend(carried.iter().filter_map(|segment| match segment {
        Segment::Image { url } | Segment::File { url, .. } => {
            let link = url.as_deref().map(open_url)?;
            Some(link.map_or_else(|| no_link(segment), str::to_owned))
        }
        _ => None,
    }));
    lines.retain(|line| !line.is_empty());
    lines.join("\n")
}

/// Returns an address that people can open, or what stands for one.
pub(super) fn shown_link(url: &str) -> &str {
    open_url(url).unwrap_or(NO_LINK)
}
