//! Texts about a ticket that several members share because they asked the same.

use super::quoted;
use crate::texts::ComposedTexts;
use crate::ticket::{StaffReply, Ticket};
use groupdesk_contract::{Place, clean_name};

impl ComposedTexts<'_> {
    /// Another member asks the same, and it is answered; `here`: in the same channel.
    pub(in crate::desk) fn tell_answered(self, number: u64, said: &[&StaffReply], here: bool) -> String {
        self.ticket_answered(number, &self.replies(said), here)
    }

    /// Another member asks the same; something was answered, and more is to come.
    pub(in crate::desk) fn tell_answered_so_far(self, number: u64, said: &[&StaffReply]) -> String {
        self.ticket_answered_so_far(number, &self.replies(said))
    }

    fn replies(self, replies: &[&StaffReply]) -> String {
        let lines = replies.iter().map(|reply| self.reply_by(&reply.by, &reply.text));
        lines.collect::<Vec<_>>().join("\n")
    }

    /// Tells staff of a message about a ticket from a member who joined it.
    pub(in crate::desk) fn tell_watcher_wrote(
        self,
        number: u64,
        who: &str,
        elsewhere: Option<&Place>,
        (asker, question): (&str, &str),
        said: &str,
    ) -> String {
        let place = elsewhere.map(ToString::to_string);
        self.notice_watcher(number, who, place.as_deref(), asker, question, said)
    }

    /// History of the shared ticket, for the new one after it.
    pub(in crate::desk) fn tell_shared_before(self, ticket: &Ticket) -> String {
        let replies: Vec<&StaffReply> = ticket.replies.iter().collect();
        let replies = (!replies.is_empty()).then(|| self.replies(&replies));
        self.shared_before(ticket.number, &ticket.transcript, replies.as_deref())
    }

    /// Lines of a ticket's card: the latest replies of staff, and the members who joined it.
    pub(in crate::desk) fn answered_and_joined(self, ticket: &Ticket) -> String {
        let mut text = String::new();
        if !ticket.replies.is_empty() {
            let replies: Vec<&StaffReply> = ticket.replies.iter().collect();
            text.push_str(&self.staff_said(&quoted(&self.replies(&replies))));
        }
        text + &self.list_joined(ticket)
    }

    /// Line of a ticket's card: the members who joined it; empty where there are none.
    pub(in crate::desk) fn list_joined(self, ticket: &Ticket) -> String {
        if ticket.watchers.is_empty() {
            return String::new();
        }
        let joined = ticket.watchers.iter().map(|watcher| {
            let place = watcher.place(ticket);
            let name = clean_name(&watcher.name);
            match ticket.replies_for(place).next() {
                Some(_) => self.joined_answered(&name, place),
                None => self.joined_unanswered(&name, place),
            }
        });
        self.who_joined(&joined.collect::<Vec<_>>())
    }
}
