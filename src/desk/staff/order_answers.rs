//! Answers to what staff wrote in their room.

use super::Staff;
use crate::desk::effects::{Effects, Outgoing};
use crate::desk::reason::Reason;
use crate::desk::staff_notice::{about, note};
use crate::desk::{Decided, Decision};
use crate::ticket::Ticket;
use groupdesk_contract::{NoteKind, Reply};

impl Staff<'_> {
    /// Tells why words were not delivered, or an order was not carried out, in words that name no member.
    pub(super) fn ask(&self, text: String, ticket: Option<u64>) -> Effects {
        self.effects(text, ticket, NoteKind::Answer)
    }

    /// Answers an order.
    pub(super) fn say(&self, text: String, ticket: Option<u64>) -> Effects {
        self.effects(text, ticket, NoteKind::Event)
    }

    /// Refuses words to the member of a ticket that the room knows nothing of, and gives them back: an answer that came by mail
    /// stands nowhere else. Behind an order it stands in the room above.
    pub(super) fn said_to_nobody(&self, number: u64, said: &str) -> Effects {
        let mut text = self.texts().no_such_ticket(&number.to_string());
        if !self.is_slashed() && !said.trim().is_empty() {
            text.push_str(&self.texts().tell_said_to_nobody(said));
        }
        self.ask(text, None)
    }

    /// Confirms an order.
    pub(super) fn receipt(&self, text: String, ticket: u64) -> Effects {
        self.effects(text, Some(ticket), NoteKind::Receipt)
    }

    fn effects(&self, text: String, ticket: Option<u64>, kind: NoteKind) -> Effects {
        Effects {
            outgoing: vec![self.in_room(text, ticket, kind)],
            ..Effects::of(match ticket {
                Some(number) => self.decided(number),
                None => Decided::quiet(Reason::StaffRoom),
            })
        }
    }

    /// Sends a text to the room, quoting the order.
    pub(super) fn in_room(&self, text: String, number: Option<u64>, kind: NoteKind) -> Outgoing {
        Outgoing {
            place: self.room.clone(),
            reply: Reply::of_text(self.room.channel.clone(), self.message.channel.kind, text)
                .with_quote(Some(self.message.id.clone()))
                .with_note(self.noted_in(&kind).and_then(|ticket| note(ticket, kind))),
            caller: None,
            about: number.and_then(about),
        }
    }

    /// Finds the ticket whose thread an answer belongs in: an order for no ticket is answered where it was written. A mail
    /// quotes ours; its answer stays out of the thread, because what is answered to that would go to the member.
    fn noted_in(&self, kind: &NoteKind) -> Option<&Ticket> {
        let thread = || {
            let is_mail = self.message.quote().is_some();
            self.written_in
                .as_ref()
                .filter(|_| *kind == NoteKind::Answer && !is_mail)
        };
        self.ticket.as_ref().or_else(thread)
    }

    pub(super) fn decided(&self, number: u64) -> Decided {
        Decided {
            decision: Decision::ObeyStaff { ticket: number },
            reason: Reason::StaffActed {
                by: self.agent.name.clone(),
            },
        }
    }
}
