//! Orders about drafts: ask for one, and send it.

use super::Staff;
use crate::desk::effects::DraftRequest;
use crate::desk::effects::Effects;
use crate::ticket::{OpenTickets, ReplyDraft, Ticket};

impl Staff<'_> {
    /// Asks the model for a draft, which comes under the order. Without a slash the word may be for the member.
    pub(super) fn want_draft(
        &self,
        open_tickets: &mut OpenTickets,
        ticket: &Ticket,
        said: &str,
        slashed: bool,
    ) -> Effects {
        let (language, number) = (self.language, ticket.number);
        if !slashed && !self.policy.drafts {
            return self.reply(open_tickets, number, said, false);
        }
        if !slashed {
            let text = self
                .in_language(language)
                .ask_order_meant(number, &self.texts().order_draft(), said);
            return self.ask(text, Some(number));
        }
        if !self.policy.drafts {
            return self.ask(self.in_language(language).drafts_are_off(), Some(number));
        }
        if !ticket.status.is_active() {
            return self.ask(self.in_language(language).over(number), Some(number));
        }
        Effects {
            wanted: Some(DraftRequest {
                ticket: number,
                asked: Some((self.room.clone(), self.message.id.clone())),
            }),
            ..Effects::of(self.decided(number))
        }
    }

    /// Sends the draft as what this staff member says, unless the member got a reply after it. Where there never was one, "send" may
    /// be for the member.
    pub(super) fn send_draft(
        &self,
        open_tickets: &mut OpenTickets,
        ticket: &Ticket,
        said: &str,
        slashed: bool,
    ) -> Effects {
        let (language, number) = (self.language, ticket.number);
        let text = match &ticket.draft {
            Some(draft) if !ticket.status.is_active() || draft.outdated => {
                self.in_language(language).draft_outdated(number)
            }
            // Under an earlier draft nobody means this one.
            Some(draft) if self.quotes_another(draft) => self.in_language(language).another_draft(number),
            Some(draft) => return self.reply(open_tickets, number, &draft.text(), false),
            None if !slashed && !self.policy.drafts => return self.reply(open_tickets, number, said, false),
            None if slashed => self.in_language(language).no_draft_to_send(number),
            None => self
                .in_language(language)
                .ask_order_meant(number, &self.texts().order_send(), said),
        };
        self.ask(text, Some(number))
    }

    /// `true` if the quoted message is a draft, and not this one.
    fn quotes_another(&self, draft: &ReplyDraft) -> bool {
        let quoted = self.message.quote().and_then(|quote| quote.text.as_deref());
        let is_draft = |quoted: &str| {
            let bare: String = quoted.chars().filter(|c| !c.is_whitespace()).collect();
            bare.starts_with('📝') || self.desk.knowledge.faq.is_said("draft", &bare)
        };
        quoted.is_some_and(|quoted| is_draft(quoted) && !draft.is_in(quoted))
    }
}
