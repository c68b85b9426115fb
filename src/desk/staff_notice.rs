//! Notices of a ticket for staff: the same text in each room, with the staff on duty mentioned by id.

use super::effects::Outgoing;
use crate::ticket::{Person, Ticket, TicketReference};
use groupdesk_contract::{Button, ChannelKind, MemberId, NoteKind, Place, Reply, Segment, TicketNote};

/// A notice of one ticket for staff.
pub(super) struct Notice<'a> {
    ticket: &'a Ticket,
    kind: NoteKind,
    text: String,
    /// Staff to mention, and the text before them.
    people: Option<(String, Vec<Called<'a>>)>,
    pictures: Vec<Segment>,
    buttons: Vec<Button>,
    /// The text under the notice that only these rooms get.
    below: Option<(String, Vec<Place>)>,
}

/// Somebody to mention.
pub(super) enum Called<'a> {
    /// Staff of the roster, by the id that they have in the room.
    Person(&'a Person),
    /// Staff who are known in one account only.
    Id(&'a Place, MemberId),
}

impl<'a> Notice<'a> {
    pub(super) fn new(ticket: &'a Ticket, kind: NoteKind, text: impl Into<String>) -> Self {
        Self {
            ticket,
            kind,
            text: text.into(),
            people: None,
            pictures: Vec::new(),
            buttons: Vec::new(),
            below: None,
        }
    }

    /// Adds words under the text, in these rooms alone.
    pub(super) fn adding(mut self, words: String, rooms: Vec<Place>) -> Self {
        self.below = Some((words, rooms));
        self
    }

    /// Puts buttons under the text.
    pub(super) fn with_buttons(mut self, buttons: Vec<Button>) -> Self {
        self.buttons = buttons;
        self
    }

    /// Mentions people under the text, after `words`.
    pub(super) fn calling(mut self, words: String, people: Vec<Called<'a>>) -> Self {
        self.people = (!people.is_empty()).then_some((words, people));
        self
    }

    /// Shows pictures under the text.
    pub(super) fn with_pictures(mut self, pictures: Vec<Segment>) -> Self {
        self.pictures = pictures;
        self
    }

    /// Makes the notice for each room; staff speak of the ticket when they quote it there.
    pub(super) fn for_rooms(&self, rooms: &[Place]) -> Vec<Outgoing> {
        let mut told: Vec<&Place> = Vec::with_capacity(rooms.len());
        for room in rooms {
            if !told.contains(&room) {
                told.push(room);
            }
        }
        told.into_iter().map(|room| self.in_room(room)).collect()
    }

    fn in_room(&self, room: &Place) -> Outgoing {
        let mut segments = vec![Segment::Text(self.text.clone())];
        if let Some((words, people)) = &self.people {
            let called = people.iter().filter_map(|person| match person {
                Called::Person(person) => Some(person.id_on(&room.account).map_or_else(
                    || Segment::Text(format!("{} ", person.name)),
                    |id| Segment::Mention(id.clone()),
                )),
                Called::Id(at, id) => (at.account == room.account).then(|| Segment::Mention(id.clone())),
            });
            let mut called = called.peekable();
            // Who is known elsewhere only can't be called here: no line for nobody.
            if called.peek().is_some() {
                segments.push(Segment::Text(format!("\n{words}")));
                segments.extend(called);
            }
        }
        if let Some((words, rooms)) = &self.below
            && rooms.contains(room)
        {
            segments.push(Segment::Text(format!("\n{words}")));
        }
        segments.extend(self.pictures.iter().cloned());
        Outgoing {
            place: room.clone(),
            reply: Reply::new(room.channel.clone(), ChannelKind::Group, segments)
                .with_note(note(self.ticket, self.kind.clone()))
                .with_buttons(self.buttons.clone()),
            caller: None,
            about: Some(TicketReference {
                urgent: self.ticket.urgent,
                ticket: self.ticket.number,
                report: None,
            }),
        }
    }
}

/// Makes the structured note for ticket systems.
pub(super) fn note(ticket: &Ticket, kind: NoteKind) -> Option<Box<TicketNote>> {
    Some(Box::new(TicketNote {
        ticket: ticket.number,
        subject: ticket.subject.clone(),
        member: ticket.member.clone(),
        member_name: ticket.member_name.clone(),
        asked_in: ticket.place.clone(),
        kind,
    }))
}

pub(super) fn about(ticket: u64) -> Option<TicketReference> {
    Some(TicketReference {
        ticket,
        urgent: false,
        report: None,
    })
}

/// Sends a text about no ticket to a room.
pub(super) fn plain(room: &Place, text: String) -> Outgoing {
    Outgoing {
        place: room.clone(),
        reply: Reply::of_text(room.channel.clone(), ChannelKind::Group, text),
        caller: None,
        about: None,
    }
}
