//! Edited and recalled messages. The desk corrects what still waits, tells staff of a member's edit, and edits or recalls
//! the relayed copies of a staff message where the platform can. It reads an edited staff message as an order again.

use super::channel_state::ChannelState;
use super::effects::{Effects, Outgoing};
use super::policy::TicketPolicy;
use super::reason::Reason;
use super::staff::command::Order;
use super::staff::ticket_actions::TicketAction;
use super::staff_notice::{Notice, about, plain};
use super::{ChannelContext, Desk, relay, staff};
use crate::texts::{ComposedTexts, Texts};
use crate::ticket::{OpenTickets, REPLY_KEPT, StaffReply, Ticket};
use groupdesk_contract::{
    Act, Capabilities, Edit, Message, MessageId, NoteKind, Place, Recall, Reply, Segment,
};
use jiff::Timestamp;

/// A message in a channel of members that was edited or recalled.
#[derive(Debug, Clone, Copy)]
pub struct MemberEdit<'a> {
    /// Channel in which it stands.
    pub place: &'a Place,
    /// Ticket that it belongs to, if any.
    pub ticket: Option<&'a Ticket>,
    /// Ticket of the message that it quotes.
    pub quotes: Option<u64>,
}

/// A message in a staff room that was edited or recalled.
#[derive(Debug, Clone, Default)]
pub struct StaffEdit<'a> {
    /// Ticket to whose member it was relayed, while that relay stands.
    pub said_in: Option<u64>,
    /// Ticket of the message that it quotes.
    pub quotes: Option<u64>,
    /// Copies of it in members' channels, oldest first.
    pub copies: Vec<RelayedCopy<'a>>,
    /// `true` while all its copies wait in the outbox and can be kept from being sent.
    pub held: bool,
}

/// The bot's message that carries a staff message to a member.
#[derive(Debug, Clone)]
pub struct RelayedCopy<'a> {
    /// Channel of the copy.
    pub place: Place,
    /// Id of the copy there.
    pub message: MessageId,
    /// Content of the copy.
    pub reply: Reply,
    /// Capabilities of the platform there; `None` where its account is not set up.
    pub capabilities: Option<&'a Capabilities>,
    /// `true` while it is being sent, or may have been.
    pub under_way: bool,
}

/// Effects of a staff message that was edited or recalled.
#[derive(Debug, Clone, PartialEq)]
pub struct Amendment {
    /// Messages and ticket changes of the desk.
    pub effects: Effects,
    /// `true` if deliveries of the earlier text that still wait must be dropped.
    pub withdrawn: bool,
}

impl Amendment {
    fn withdrawn(effects: Effects) -> Self {
        Self {
            effects,
            withdrawn: true,
        }
    }

    /// Makes an amendment that lets waiting deliveries go out.
    fn going_on(effects: Effects) -> Self {
        Self {
            effects,
            withdrawn: false,
        }
    }
}

impl Desk<'_> {
    /// Forgets the reply that a member's recalled message waits for, and tells staff of the recall.
    pub fn recall(
        &self,
        mut state: ChannelState,
        recall: &Recall,
        amended: &MemberEdit<'_>,
    ) -> (Effects, ChannelState) {
        for member in state.members.values_mut() {
            member.burst.retain(|part| part.message != recall.message);
            if member.burst.is_empty() {
                member.pending = None;
            }
        }
        let mut effects = Effects::quiet(Reason::Recalled);
        let language = self.knowledge.faq.language();
        if let Some(ticket) = amended.ticket.filter(|ticket| is_members(ticket, amended.place)) {
            let texts = self.in_language(language);
            let mut replies = ticket.replies.iter();
            let text = match replies.any(|reply| reply.message.as_ref() == Some(&recall.message)) {
                true => texts.unsent(ticket.number),
                false => texts.member_recalled(ticket.number, &ticket.member_name),
            };
            effects.outgoing = Notice::new(ticket, NoteKind::Event, text).for_rooms(&ticket.rooms);
        }
        (effects, state)
    }

    /// Replaces a member's pending message by the edited one, and tells staff of the edit. A message without effects so
    /// far is read as new; `staff` says that the sender is staff.
    pub fn edit(
        &self,
        channel_context: &ChannelContext<'_>,
        now: Timestamp,
        mut state: ChannelState,
        edit: &Edit,
        staff: bool,
        amended: &MemberEdit<'_>,
    ) -> (Effects, ChannelState) {
        if !staff
            && amended.ticket.is_none()
            && let Some(effects) = self.read_anew(channel_context, now, &mut state, edit, amended.quotes)
        {
            return (effects, state);
        }
        let text = edit.message.text();
        for member in state.members.values_mut() {
            for part in &mut member.burst {
                if part.message == edit.message.id {
                    part.text.clone_from(&text);
                }
            }
        }
        let mut effects = Effects::quiet(Reason::Edited);
        let language = self.knowledge.faq.language();
        if let Some(ticket) = amended.ticket.filter(|ticket| is_members(ticket, amended.place)) {
            let who = &edit.message.sender.name;
            let notice = self
                .in_language(language)
                .tell_member_edited(ticket.number, who, &text);
            let said = NoteKind::Said {
                by: who.clone(),
                said: text,
            };
            effects.outgoing = Notice::new(ticket, said, notice).for_rooms(&ticket.rooms);
        }
        (effects, state)
    }

    /// Recalls the relayed copies of a message that staff recalled.
    pub fn staff_recall(
        &self,
        room: &Place,
        open_tickets: &mut OpenTickets,
        now: Timestamp,
        recall: &Recall,
        written: &StaffEdit<'_>,
    ) -> Amendment {
        let mut effects = Effects::quiet(Reason::Recalled);
        if let Some(ticket) = said_in(open_tickets, room, written) {
            let by = recall.by.as_ref().map_or("staff", |by| by.as_str());
            effects.outgoing = self.withdraw(
                open_tickets,
                &ticket,
                (room, &recall.message),
                by,
                (written, false),
                now,
            );
        } else if let Some(number) = written.said_in {
            effects.outgoing = self.withdraw_from_closed(number, room, written);
            let by = recall.by.as_ref().map_or("staff", |by| by.as_str());
            open_tickets.withdrawn(number, by, (room, &recall.message), now);
        }
        Amendment::withdrawn(effects)
    }

    /// Takes back what was said in a ticket that is closed: its copies are all that is left of it.
    fn withdraw_from_closed(&self, number: u64, room: &Place, written: &StaffEdit<'_>) -> Vec<Outgoing> {
        let language = self.knowledge.faq.language();
        let mut outgoing = taken_back(written.copies.iter(), number, self.in_language(language));
        let gone = !written.copies.is_empty() && outgoing.len() == written.copies.len();
        let text = if gone { Texts::unsent } else { Texts::cannot_unsend };
        outgoing.push(plain(room, text(*self.in_language(language), number)));
        outgoing
    }

    /// Reads a message that staff edited as an order again. Another text to the same member edits the relayed copies;
    /// another meaning recalls them, and the new order is carried out.
    pub fn staff_edit(
        &self,
        room: &Place,
        open_tickets: &mut OpenTickets,
        policy: &TicketPolicy,
        now: Timestamp,
        edit: &Edit,
        written: &StaffEdit<'_>,
    ) -> Amendment {
        // It is as late as its change.
        let message = Message {
            at: edit.at,
            ..edit.message.clone()
        };
        if message.sender.is_self || message.sender.is_bot {
            return Amendment::going_on(Effects::quiet(Reason::OwnMessage));
        }
        let before = said_in(open_tickets, room, written);
        // An edit takes no quote away: where it tells of none, what was quoted is gone, and the words are for whom they were for.
        let under_quote = before.as_ref().filter(|ticket| was_under_quote(ticket, &message));
        let quotes = written.quotes.or(under_quote.map(|ticket| ticket.number));
        let order = staff::command::read(&message.text(), quotes.or(message.ticket));
        let words = match &order {
            Some(Order::Ticket { number, action }) => words_of(action).map(|words| (*number, words)),
            _ => None,
        };
        let mut anew = false;
        if let (Some(ticket), Some((number, (text, to_all)))) = (&before, words)
            && ticket.number == number
            && to_all == was_to_all(ticket, &message.id)
        {
            let copies = standing(ticket, written);
            let able =
                |copy: &&RelayedCopy<'_>| !copy.under_way && copy.capabilities.is_some_and(|can| can.edit);
            // Elsewhere what stands is taken back as far as the platform can, and the new words are said below.
            if stands_already(
                ticket,
                &message,
                (text, self.in_language(ticket.language)),
                &copies,
            ) || (!copies.is_empty() && !written.held && copies.iter().all(able))
            {
                let effects = self.reword(open_tickets, policy, ticket, (room, &message), text, written, now);
                return Amendment::going_on(effects);
            }
            if staff::snippet(policy, self.in_language(self.knowledge.faq.language()), text).is_ok() {
                anew = true;
            }
        }
        // A preview of the draft that was sent changes nothing of it.
        if let (
            Some(_),
            Some(Order::Ticket {
                action: TicketAction::Send { .. },
                ..
            }),
        ) = (&before, &order)
        {
            return Amendment::going_on(Effects::quiet(Reason::Edited));
        }
        let mut outgoing = Vec::new();
        if let Some(ticket) = &before {
            let by = message.sender.name.as_str();
            outgoing = self.withdraw(
                open_tickets,
                ticket,
                (room, &message.id),
                by,
                (written, anew),
                now,
            );
        }
        let mut effects = match order {
            Some(_) => self.staff_room(room, open_tickets, policy, now, &message, quotes),
            None => Effects::quiet(Reason::Edited),
        };
        outgoing.append(&mut effects.outgoing);
        Amendment::withdrawn(Effects { outgoing, ..effects })
    }

    /// Edits the relayed copies of a message, on platforms that can.
    #[expect(clippy::too_many_arguments, reason = "each is another part of what happened")]
    fn reword(
        &self,
        open_tickets: &mut OpenTickets,
        policy: &TicketPolicy,
        ticket: &Ticket,
        (room, message): (&Place, &Message),
        text: &str,
        written: &StaffEdit<'_>,
        now: Timestamp,
    ) -> Effects {
        let language = self.knowledge.faq.language();
        let number = ticket.number;
        let mut effects = Effects::quiet(Reason::Edited);
        let agent = staff::agent(&policy.roster, room, &message.sender);
        let text = match staff::snippet(policy, self.in_language(language), text) {
            Ok(snippet) => snippet.unwrap_or(text).trim(),
            Err(unknown) => {
                let rooms = std::slice::from_ref(room);
                effects.outgoing = Notice::new(ticket, NoteKind::Event, unknown).for_rooms(rooms);
                return effects;
            }
        };
        let relayed = self
            .in_language(ticket.language)
            .relayed(number, &agent.name, text);
        let copies = standing(ticket, written);
        if stands_already(
            ticket,
            message,
            (text, self.in_language(ticket.language)),
            &copies,
        ) {
            // What was changed is not what was relayed: a preview of a link, the quote.
            return effects;
        }
        for copy in &copies {
            let parts = copy.reply.segments.iter();
            let mentions = parts.filter(|segment| matches!(segment, Segment::Mention(_)));
            let mut segments: Vec<Segment> = mentions.cloned().collect();
            let space = if segments.is_empty() { "" } else { " " };
            segments.push(Segment::Text(format!("{space}{relayed}")));
            effects
                .outgoing
                .push(copy.again(number, Act::Edit(copy.message.clone()), segments));
        }
        let at = (room, &message.id);
        open_tickets.reworded(number, &agent.name, at, text.to_owned(), now);
        let receipt = self.in_language(language).edited(number);
        let told = Notice::new(ticket, NoteKind::Receipt, receipt).for_rooms(std::slice::from_ref(room));
        effects.outgoing.extend(told);
        effects
    }

    /// Recalls the relayed copies of a message; where a platform can only edit, their text is emptied. `anew` says that
    /// another text goes to the same member instead.
    fn withdraw(
        &self,
        open_tickets: &mut OpenTickets,
        ticket: &Ticket,
        (room, message): (&Place, &MessageId),
        by: &str,
        (written, anew): (&StaffEdit<'_>, bool),
        now: Timestamp,
    ) -> Vec<Outgoing> {
        let language = self.knowledge.faq.language();
        let number = ticket.number;
        let copies = standing(ticket, written);
        let mut outgoing = taken_back(copies.iter().copied(), number, self.in_language(ticket.language));
        let gone = outgoing.len() == copies.len() && (written.held || !copies.is_empty());
        let words = if !gone {
            Texts::cannot_unsend
        } else if copies.iter().any(|copy| copy.under_way) {
            Texts::withdrawn_when_sent
        } else if !copies.is_empty() {
            Texts::unsent
        } else if anew {
            Texts::replaced_unsent
        } else {
            Texts::dropped_unsent
        };
        let text = words(*self.in_language(language), number);
        open_tickets.withdrawn(number, by, (room, message), now);
        let kind = if gone { NoteKind::Receipt } else { NoteKind::Event };
        outgoing.extend(Notice::new(ticket, kind, text).for_rooms(std::slice::from_ref(room)));
        outgoing
    }
}

/// Recalls copies; where a platform can only edit, their text is emptied, in the members' language. A copy on a platform that can do
/// neither is left out.
fn taken_back<'c>(
    copies: impl Iterator<Item = &'c RelayedCopy<'c>>,
    number: u64,
    texts: ComposedTexts<'_>,
) -> Vec<Outgoing> {
    let taken = copies.filter_map(|copy| {
        let can = copy.capabilities?;
        if can.unsend {
            Some(copy.again(number, Act::Unsend(copy.message.clone()), Vec::new()))
        } else {
            let words = Segment::Text(texts.withdrawn(number));
            can.edit
                .then(|| copy.again(number, Act::Edit(copy.message.clone()), vec![words]))
        }
    });
    taken.collect()
}

/// Returns the text that an order has for members, and whether it is for those in other groups, too.
fn words_of(action: &TicketAction) -> Option<(&str, bool)> {
    match action {
        TicketAction::Reply(text) => Some((text, false)),
        TicketAction::ReplyToAll(text) => Some((text, true)),
        _ => None,
    }
}

/// `true` if the reply that staff gave with a message went to those in other groups, too.
fn was_to_all(ticket: &Ticket, message: &MessageId) -> bool {
    let mut replies = ticket.replies.iter();
    replies.any(|reply| reply.to_all && reply.message.as_ref() == Some(message))
}

/// `true` if the message relayed a plain reply under a quote, and its new text is no internal note (`//`).
fn was_under_quote(ticket: &Ticket, message: &Message) -> bool {
    let mut replies = ticket.replies.iter();
    !message.text().trim_start().starts_with("//")
        && replies.any(|reply| reply.under_quote && reply.message.as_ref() == Some(&message.id))
}

/// `true` if the members read this text already: the edit changes nothing for them.
fn stands_already(
    ticket: &Ticket,
    message: &Message,
    (text, texts): (&str, ComposedTexts<'_>),
    copies: &[&RelayedCopy<'_>],
) -> bool {
    let said = |reply: &&StaffReply| reply.message.as_ref() == Some(&message.id);
    let Some(reply) = ticket.replies.iter().rev().find(said) else {
        return false;
    };
    if copies.is_empty() {
        // It is on its way, or nobody knows its id: what was said last is what counts, and the links of its pictures are not changed.
        let kept: String = text.chars().take(REPLY_KEPT).collect();
        let rest = reply.text.strip_prefix(kept.as_str());
        return rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('\n'));
    }
    let relayed = texts.relayed(ticket.number, &reply.by, text);
    let as_relayed = |copy: &&RelayedCopy<'_>| copy.reply.text().trim() == relayed;
    copies.iter().all(as_relayed) && (reply.text.starts_with(text) || text.starts_with(&reply.text))
}

/// Finds the ticket to whose member a message of a room was relayed.
fn said_in(open_tickets: &OpenTickets, room: &Place, written: &StaffEdit<'_>) -> Option<Ticket> {
    open_tickets.get_in(room, written.said_in?).cloned()
}

/// Copies that stand in a ticket's channels. Of several in one channel only the last: those before it were recalled.
fn standing<'w, 'a>(ticket: &Ticket, written: &'w StaffEdit<'a>) -> Vec<&'w RelayedCopy<'a>> {
    let channels = relay::channels(ticket);
    channels
        .iter()
        .filter_map(|(place, _)| written.copies.iter().rev().find(|copy| copy.place == **place))
        .collect()
}

/// `true` if a place is a channel of the ticket's members, and not a staff room.
fn is_members(ticket: &Ticket, place: &Place) -> bool {
    let watched = |at: &Option<(Place, MessageId)>| at.as_ref().is_some_and(|(at, _)| at == place);
    ticket.place == *place || ticket.watchers.iter().any(|watcher| watched(&watcher.elsewhere))
}

impl RelayedCopy<'_> {
    /// Repeats the message, edited or recalled.
    fn again(&self, ticket: u64, act: Act, segments: Vec<Segment>) -> Outgoing {
        Outgoing {
            place: self.place.clone(),
            reply: self.reply.clone().with(|reply| {
                reply.segments = segments;
                reply.act = act;
                reply.buttons = Vec::new();
                reply.note = None;
            }),
            caller: None,
            about: about(ticket),
        }
    }
}
