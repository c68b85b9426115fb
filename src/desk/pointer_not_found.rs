//! Members who were pointed to an answer that stands above, and do not find it: they get the answer itself, once, and then a human.

use super::channel_state::ChannelState;
use super::effects::Effects;
use super::feedback::Doubted;
use super::member_state::GivenAnswer;
use super::reading::{self, language_of};
use super::reason::Reason;
use super::{Desk, MessageContext};
use groupdesk_contract::Message;

/// Longest line that points to an answer, in characters.
const POINTER_CHARS: usize = 200;

/// Part that a message is a reply to.
enum Pointed {
    /// Answer that its author, or who they quote, was pointed to.
    To(String),
    /// Answer that its author got again for the same reason.
    Again,
}

impl Desk<'_> {
    /// Handles words that say of an answer above that it is not found. `None` where nobody was pointed to one.
    pub(super) fn pointed_in_vain(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
        message: &Message,
        said: &str,
    ) -> Option<Effects> {
        if !reading::cannot_find(said) {
            return None;
        }
        let before = state.members.get(context.member);
        let mut alternatives = before
            .and_then(|before| before.alternatives.clone())
            .unwrap_or_default();
        let desk = self.language_of(said);
        let language = language_of(said, language_of(&alternatives.asked, desk));
        match self.pointed(context, state, message)? {
            Pointed::Again => {
                let entry = state.answered_lately(context.member, context.now)?.entry.clone();
                let doubted = Doubted {
                    entry,
                    alternatives,
                    own: true,
                    said_to_them: true,
                };
                Some(self.give_up(context, state, language, &doubted))
            }
            Pointed::To(entry) => {
                let index = self.knowledge.faq.index_of(&entry)?;
                // What stands above helps them not: it is said anew.
                state.answers.retain(|given| given.entry != entry);
                let effects = self.give(context, state, language, index, Reason::PointedInVain, None);
                let member = state.member(context.member, context.now);
                if member.answered.is_some() {
                    alternatives.unclear = true;
                    member.alternatives = Some(alternatives);
                }
                Some(effects)
            }
        }
    }

    /// Finds the answer that a message says not to find: the one that its author was pointed to a moment ago, or the one that the quoted line
    /// points to.
    fn pointed(
        &self,
        context: &MessageContext<'_>,
        state: &ChannelState,
        message: &Message,
    ) -> Option<Pointed> {
        let quoted = message.quote_of_bot();
        let line = quoted.and_then(|quote| quote.text.as_deref());
        if let Some(entry) = line.and_then(|line| self.pointed_to_by(state, line)) {
            return Some(Pointed::To(entry));
        }
        let answered = state.answer_spoken_of(context)?;
        let is_pointer =
            |given: &GivenAnswer| given.entry == answered.entry && given.pointed == Some(answered.at);
        if state.answers.iter().any(is_pointer) {
            return Some(Pointed::To(answered.entry.clone()));
        }
        let alternatives = state.members.get(context.member)?.alternatives.as_ref()?;
        let again = alternatives.unclear && answered.pointed.is_none();
        again.then_some(Pointed::Again)
    }

    /// Returns the entry to whose answer a line of the bot points.
    fn pointed_to_by(&self, state: &ChannelState, line: &str) -> Option<String> {
        if line.chars().count() > POINTER_CHARS {
            return None;
        }
        let faq = &self.knowledge.faq;
        let mut pointed = state.answers.iter().rev().filter(|given| given.pointed.is_some());
        let names = |given: &&GivenAnswer| {
            let entry = faq
                .index_of(&given.entry)
                .and_then(|index| faq.entries().get(index));
            entry.is_some_and(|entry| {
                faq.languages()
                    .any(|language| line.contains(&entry.title(language)))
            })
        };
        let given = pointed.find(names)?;
        (!self.is_answer(&given.entry, line, given.at)).then(|| given.entry.clone())
    }
}
