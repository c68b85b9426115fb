//! Failing channels: a member who says that one fails is sent to the others that are open, or to a human, and is not sent there
//! again for a while.

use super::channel_state::ChannelState;
use super::effects::Effects;
use super::handoff_reason::HandoffReason;
use super::member_state::FailingContactPoint;
use super::reading::{self, ContactKind};
use super::reason::Reason;
use super::{Desk, MessageContext};
use crate::dialogue_act::{Act, Reading};
use crate::faq::{ContactPoint, bare};
use crate::language::Language;
use crate::matcher::{Evidence, Ranking, Target};
use groupdesk_contract::MemberId;
use std::cell::LazyCell;

impl ChannelState {
    /// Ids of the contact points that a member reported as failing.
    pub(super) fn failing_for(&self, member: &MemberId) -> Vec<String> {
        let member = self.members.get(member);
        let failing = member.iter().flat_map(|member| &member.failing);
        failing.map(|failing| failing.contact.clone()).collect()
    }

    /// Remembers that a member reported a contact point as failing.
    fn report(&mut self, context: &MessageContext<'_>, contact: &ContactPoint) {
        let failing = &mut self.member(context.member, context.now).failing;
        let before = failing.iter().position(|failing| failing.contact == contact.id);
        let before = before.map(|at| failing.remove(at));
        failing.push(FailingContactPoint {
            contact: contact.id.clone(),
            at: context.now,
            listed: before.is_some_and(|before| before.listed),
        });
    }

    /// Remembers that the other channels are listed to a member in the place of one that fails. `true` if they were before.
    fn list_others(&mut self, context: &MessageContext<'_>, contact: &ContactPoint) -> bool {
        let failing = &mut self.member(context.member, context.now).failing;
        let reported = failing.iter_mut().find(|failing| failing.contact == contact.id);
        reported.is_some_and(|failing| std::mem::replace(&mut failing.listed, true))
    }
}

/// Longest text that says of a channel named before that it fails, in characters.
const OF_THE_LAST: usize = 40;

/// Languages in which contact points have names.
const NAMES: [Language; 2] = [Language::CHINESE, Language::ENGLISH];

/// Kinds of channels that a contact point is of, by its names.
fn channels_of(contact: &ContactPoint) -> impl Iterator<Item = ContactKind> {
    let names = NAMES.map(|language| contact.name.get(language));
    let id = contact.id.replace(['-', '_'], " ");
    let named: Vec<ContactKind> = names
        .into_iter()
        .chain([id.as_str()])
        .flat_map(reading::channels_in)
        .collect();
    named.into_iter()
}

/// `true` if a contact point is of one of these kinds.
fn is_one_of(contact: &ContactPoint, kinds: &[ContactKind]) -> bool {
    channels_of(contact).any(|kind| kinds.contains(&kind))
}

/// Probability from which on a message tells of trouble.
const TROUBLE_PROBABILITY_MIN: f32 = 0.35;

/// `true` if a message says that something does not work.
fn tells(said: &str, reading: &Reading) -> bool {
    let trouble = reading.of(Act::Trouble);
    reading::fails(said)
        || reading::failing_channels(said).is_some()
        || (trouble > TROUBLE_PROBABILITY_MIN && trouble > reading.of(Act::Ask))
}

fn reason(failing: &ContactPoint) -> Reason {
    Reason::ChannelFails {
        contact: failing.id.clone(),
    }
}

impl Desk<'_> {
    /// Remembers the contact points of which a message says that they fail: by name, or the one that an answer named to its author
    /// a moment ago.
    pub(super) fn note_failing(&self, context: &MessageContext<'_>, state: &mut ChannelState, said: &str) {
        for contact in self.said_to_fail(context, state, said) {
            state.report(context, contact);
        }
    }

    /// Returns the contact points of which a message says that they fail.
    fn said_to_fail(
        &self,
        context: &MessageContext<'_>,
        state: &ChannelState,
        said: &str,
    ) -> Vec<&ContactPoint> {
        let bare_said = LazyCell::new(|| bare(said));
        let by_name = |contact: &ContactPoint| {
            let names = NAMES.map(|language| bare(contact.name.get(language)));
            let mut names = names.iter().filter(|name| !name.is_empty());
            channels_of(contact).next().is_none() && names.any(|name| bare_said.contains(name.as_str()))
        };
        let contacts = self.knowledge.faq.contact_points().iter();
        let failing = reading::failing_channels(said);
        match failing {
            Some(kinds) if !kinds.is_empty() => {
                contacts.filter(|contact| is_one_of(contact, &kinds)).collect()
            }
            // A name that only the file knows.
            _ if reading::cannot_reach(said) && reading::fails(said) && contacts.clone().any(by_name) => {
                contacts.filter(|contact| by_name(contact)).collect()
            }
            Some(_) if said.chars().count() <= OF_THE_LAST => {
                self.named_last(context, state).into_iter().collect()
            }
            _ => Vec::new(),
        }
    }

    /// Returns the contact point that an answer named to the member a moment ago.
    fn named_last(&self, context: &MessageContext<'_>, state: &ChannelState) -> Option<&ContactPoint> {
        let answered = state.answered_lately(context.member, context.now)?;
        let entry = self.knowledge.faq.index_of(&answered.entry)?;
        self.knowledge.faq.only_contact(entry)
    }

    /// `true` if a message says of a contact point of the file that it fails.
    pub(super) fn reports_failing(
        &self,
        context: &MessageContext<'_>,
        state: &ChannelState,
        said: &str,
    ) -> bool {
        !self.said_to_fail(context, state, said).is_empty()
    }

    /// `true` if an entry sends the member to a contact point that they reported as failing, and nowhere else.
    pub(super) fn sends_to_failing(
        &self,
        context: &MessageContext<'_>,
        state: &ChannelState,
        entry: usize,
    ) -> bool {
        let failing = state.failing_for(context.member);
        let only_failing = || {
            let contact = self.knowledge.faq.only_contact(entry);
            contact.is_some_and(|contact| failing.contains(&contact.id))
        };
        !failing.is_empty() && only_failing()
    }

    /// Lists the open channels besides those that a message leaves out: "除了邮箱还能怎么联系". `None` where it leaves out none.
    pub(super) fn other_than(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
        language: Language,
        ranking: &Ranking,
    ) -> Option<Effects> {
        let unwanted = reading::unwanted_channels(&context.said());
        if unwanted.is_empty() {
            return None;
        }
        let contacts = self.knowledge.faq.contact_points().iter();
        let left_out: Vec<&ContactPoint> = contacts.filter(|contact| is_one_of(contact, &unwanted)).collect();
        let first = left_out.first()?;
        let mut out = state.failing_for(context.member);
        out.extend(left_out.iter().map(|contact| contact.id.clone()));
        let others = self.knowledge.faq.open_but(&out, context.now, language);
        if others.is_empty() {
            return Some(self.human_instead(context, state, language, Some(ranking), first));
        }
        self.helped(context, state);
        self.expect_more(context, state);
        let names: Vec<&str> = left_out
            .iter()
            .map(|contact| contact.name.get(language))
            .collect();
        let text = self.in_language(language).channels_but(&names, &others);
        Some(Effects::pointing(reason(first), self.reply(context, text)))
    }

    /// Adds the other open channels to an answer that names one which fails for the member. `None` where it names none.
    pub(super) fn beside_failing(
        &self,
        context: &MessageContext<'_>,
        state: &ChannelState,
        language: Language,
        text: &str,
    ) -> Option<String> {
        let fail = state.failing_for(context.member);
        if fail.is_empty() {
            return None;
        }
        let contacts = self.knowledge.faq.contact_points().iter();
        let named = contacts
            .filter(|contact| fail.contains(&contact.id))
            .find(|contact| contact.is_written_in(text))?;
        let others = self.knowledge.faq.open_but(&fail, context.now, language);
        (!others.is_empty()).then(|| {
            self.in_language(language)
                .channel_fails(named.name.get(language), &others)
        })
    }

    /// Replaces the answer of an entry that sends a member to the contact point that they reported as failing. `None` where it
    /// does not.
    pub(super) fn known_to_fail(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
        language: Language,
        entry: usize,
        ranking: Option<&Ranking>,
    ) -> Option<Effects> {
        let failing = state.failing_for(context.member);
        if failing.is_empty() {
            return None;
        }
        let contact = self.knowledge.faq.only_contact(entry)?;
        let questions = &self.knowledge.faq.entries().get(entry)?.questions;
        let about_it = questions.iter().any(|question| reading::names_channel(question));
        // Where the file speaks of the trouble, its answer is what helps.
        let of_trouble = questions.iter().any(|question| reading::fails(question));
        (failing.contains(&contact.id) && about_it && !of_trouble)
            .then(|| self.other_channels(context, state, language, ranking, contact))
    }

    /// Takes the contact points that a member reported as failing out of an answer that lists them. `None` where it lists
    /// none of them; the text is empty where nothing is left.
    pub(super) fn listing_but_failing(
        &self,
        context: &MessageContext<'_>,
        state: &ChannelState,
        text: &str,
    ) -> Option<String> {
        let failing = state.failing_for(context.member);
        self.knowledge.faq.listing_but(&failing, text)
    }

    /// Brings in a human in the place of an answer of which nothing is left.
    pub(super) fn nothing_left(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
        language: Language,
        ranking: Option<&Ranking>,
    ) -> Effects {
        let failing = state.failing_for(context.member);
        let contact = failing.into_iter().next_back().unwrap_or_default();
        let reason = Reason::ChannelFails { contact };
        self.hand_off(context, state, language, HandoffReason::Unknown, ranking, reason)
    }

    /// Replaces the answer with this candidate, where it would send the member to a channel that they call broken. `None`
    /// where it would not.
    pub(super) fn channel_fails(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
        language: Language,
        ranking: &Ranking,
        candidate: usize,
    ) -> Option<Effects> {
        let candidate = ranking.candidates.get(candidate)?;
        let Target::Entry(entry) = candidate.target else {
            return None;
        };
        let said = context.said();
        if !tells(&said, &ranking.reading) || self.asks_behind_unhelpful(&said) {
            return None;
        }
        // Where the file itself speaks of the trouble, its answer is what helps, whatever address stands in it.
        let Evidence::Nearest(example) = &candidate.evidence else {
            return None;
        };
        if tells(example, &self.knowledge.matcher.reading(example)) {
            return None;
        }
        // An answer may name an address ("send the log to…") without being about it.
        let reported = self.reports_failing(context, state, &said);
        if !reading::names_channel(&said) && !reported {
            return None;
        }
        let failing = self.knowledge.faq.only_contact(entry)?;
        if reading::cannot_reach(&said) || reported {
            return Some(self.other_channels(context, state, language, Some(ranking), failing));
        }
        // Whose own mail fails is not helped by our address.
        Some(if context.called() {
            self.human_instead(context, state, language, Some(ranking), failing)
        } else {
            Effects::quiet(Reason::NotAQuestion)
        })
    }

    /// Lists the channels besides the one of which a message says that it fails. `None` where it says that of none.
    pub(super) fn others_than_failing(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
        language: Language,
        ranking: &Ranking,
    ) -> Option<Effects> {
        let failing = *self.said_to_fail(context, state, &context.said()).first()?;
        Some(self.other_channels(context, state, language, Some(ranking), failing))
    }

    /// Brings in a human in the place of a contact point that fails.
    fn human_instead(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
        language: Language,
        ranking: Option<&Ranking>,
        failing: &ContactPoint,
    ) -> Effects {
        let why = HandoffReason::Unknown;
        self.hand_off(context, state, language, why, ranking, reason(failing))
    }

    /// Handles "it does not work" from a member whom an answer sent to a channel a moment ago. `None` where it is about
    /// something else.
    pub(super) fn answered_channel_fails(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
        language: Language,
        ranking: &Ranking,
    ) -> Option<Effects> {
        let last = self.named_last(context, state)?;
        let said = context.said();
        // Where the message names another channel, it is of that one.
        let failing = *self.said_to_fail(context, state, &said).first().unwrap_or(&last);
        let named = reading::failing_channels(&said);
        let by_name = failing.id == last.id && named.as_ref().is_some_and(|named| !named.is_empty());
        // "没用" alone is of the answer only while nobody else has spoken.
        let barely = by_name
            || ((reading::fails_barely(&said) || named.is_some())
                && state.answer_spoken_of(context).is_some());
        barely.then(|| self.other_channels(context, state, language, Some(ranking), failing))
    }

    /// Lists the open channels besides the one that fails; brings in a human where none is open, or they were listed before.
    fn other_channels(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
        language: Language,
        ranking: Option<&Ranking>,
        failing: &ContactPoint,
    ) -> Effects {
        state.report(context, failing);
        let fail = state.failing_for(context.member);
        let others = self.knowledge.faq.open_but(&fail, context.now, language);
        // Who says again that it fails is not helped by the same list.
        let said = context.said();
        let again = state.list_others(context, failing)
            && (reading::tells_of_failure(&said) || self.reports_failing(context, state, &said));
        if others.is_empty() || again {
            return self.human_instead(context, state, language, ranking, failing);
        }
        self.expect_more(context, state);
        let member = state.member(context.member, context.now);
        member.burst = Vec::new();
        member.pending = None;
        let text = self
            .in_language(language)
            .channel_fails(failing.name.get(language), &others);
        Effects::pointing(reason(failing), self.reply(context, text))
    }
}
