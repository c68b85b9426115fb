//! The "did you mean" and what is picked from it. A press of a button names its offer, and so does a quote; a bare number
//! is about the member's newest one. What an offer points to may have changed in the file since.

use super::channel_state::ChannelState;
use super::decision::{Decided, Decision};
use super::effects::Effects;
use super::handoff_reason::HandoffReason;
use super::member_state::{ANSWER_KEPT, BurstPart, Choices, Offer, Remark};
use super::reading::{self, Pick, digest, language_for};
use super::reason::Reason;
use super::{ChannelContext, Desk, MessageContext, command_ownership};
use crate::faq::Handoff;
use crate::language::Language;
use crate::texts::ComposedTexts;
use groupdesk_contract::{Button, MemberId, Message};
use jiff::{SignedDuration, Timestamp};

/// Time for which the buttons of an offer work.
const OFFER_KEPT: SignedDuration = SignedDuration::from_hours(1);

/// Offers that are remembered in a channel.
const OFFERS: usize = 16;

/// Limit of these per member: the store writes them all with every message.
const OFFERS_OF_ONE: usize = 4;

/// Picks that are remembered of an offer.
const REMEMBERED_PICKS_MAX: usize = 64;

/// A press of a button under an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Press {
    /// Number of the choice; 0 stands for none of them.
    number: usize,
    /// Key of the offer.
    key: u64,
}

/// An offer that a message may quote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum QuotedOffer {
    /// The offer with this key.
    Known(u64),
    /// One that is forgotten.
    Over,
    /// A message of the bot whose text nobody knows.
    Unknown,
    /// No offer.
    No,
}

/// Makes what a press of a choice says: it names the choice and the offer.
fn button_text(number: usize, key: u64) -> String {
    format!("/pick {number} {key:010x}")
}

/// Reads a press of a button under an offer. Buttons of earlier versions say the bare number.
pub(super) fn press(message: &Message) -> Option<Press> {
    if !command_ownership::calls(message) {
        return None;
    }
    let said = message.text();
    let mut parts = said.trim().strip_prefix("/pick ")?.split_whitespace();
    let number = parts.next()?.parse().ok().filter(|number| *number < 100)?;
    let key = u64::from_str_radix(parts.next()?, 16).ok()?;
    parts.next().is_none().then_some(Press { number, key })
}

/// Leaves out white space, which platforms change.
fn bare(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

impl ChannelState {
    /// Remembers an offer.
    fn keep_offer(&mut self, member: &MemberId, choices: Choices, now: Timestamp) {
        let theirs = self.offers.iter().filter(|offer| offer.member == *member).count();
        let leaves = if theirs >= OFFERS_OF_ONE {
            self.offers.iter().position(|offer| offer.member == *member)
        } else if self.offers.len() >= OFFERS {
            Some(0)
        } else {
            None
        };
        if let Some(leaves) = leaves {
            self.offers.remove(leaves);
        }
        self.offers.push(Offer {
            member: member.clone(),
            choices,
            taken: Vec::new(),
            listed_above: false,
            told_range: false,
            at: now,
        });
    }

    /// `true` if entries were listed in the channel under these titles so short a time ago that their numbers still pick one.
    pub(super) fn lists(&self, entries: &[String], titles: &[String], now: Timestamp) -> bool {
        self.offers.iter().any(|offer| {
            let choices = &offer.choices;
            let stands = !offer.listed_above && now < choices.until;
            stands && choices.entries == entries && choices.titles == titles
        })
    }

    /// Records that the choices of the last offer were not listed again.
    pub(super) fn point_to_list(&mut self) {
        if let Some(last) = self.offers.last_mut() {
            last.listed_above = true;
        }
    }

    /// Forgets the offers that are over, and names those that an earlier version made.
    pub(super) fn forget_offers(&mut self, now: Timestamp) {
        for offer in &mut self.offers {
            // The clock may have been set back.
            offer.at = offer.at.min(now);
        }
        self.offers
            .retain(|offer| now.duration_since(offer.at) < OFFER_KEPT);
        let mut nameless = Vec::new();
        for (id, member) in &mut self.members {
            if let Some(choices) = member.choices.as_mut().filter(|choices| choices.key == 0) {
                choices.key = key(id, "", choices.until, &choices.entries);
                nameless.push((id.clone(), choices.clone()));
            }
        }
        for (id, choices) in nameless {
            self.keep_offer(&id, choices, now);
        }
    }

    /// Number of offers to a member that are remembered, with entries to pick.
    pub(super) fn offers_to(&self, member: &MemberId) -> usize {
        let theirs = self.offers.iter().filter(|offer| offer.member == *member);
        theirs.filter(|offer| !offer.choices.entries.is_empty()).count()
    }

    /// Adds words to the question for which an offer was made: the ticket shows them.
    pub(super) fn add_to_offer(&mut self, key: u64, words: &str) {
        if let Some(offer) = self.offer(key) {
            offer.choices.asked = format!("{}\n{words}", offer.choices.asked);
        }
    }

    /// Returns the choices that a member may pick from, where nobody else has spoken since they were offered.
    pub(super) fn choices_just_offered(&self, member: &MemberId) -> Option<&Choices> {
        let choices = self.members.get(member)?.choices.as_ref()?;
        let offer = self
            .offers
            .iter()
            .rev()
            .find(|offer| offer.choices.key == choices.key)?;
        self.is_alone_since(member, offer.at).then_some(choices)
    }

    /// Returns the key of the offer that a member picks from: the open one, or to the bot, after a pick, the last one that still stands.
    pub(super) fn offer_picked_from(
        &self,
        member: &MemberId,
        pick: &Pick,
        called: bool,
        now: Timestamp,
    ) -> Option<u64> {
        let open = self
            .members
            .get(member)
            .and_then(|member| member.choices.as_ref());
        let standing = || {
            let stands = |offer: &&Offer| {
                let choices = &offer.choices;
                offer.member == *member && !choices.entries.is_empty() && now < choices.until
            };
            let last = self.offers.iter().rev().find(stands)?;
            (called && matches!(pick, Pick::Choices(_))).then_some(last.choices.key)
        };
        open.map(|choices| choices.key).or_else(standing)
    }

    fn offer(&mut self, key: u64) -> Option<&mut Offer> {
        self.offers
            .iter_mut()
            .rev()
            .find(|offer| offer.choices.key == key)
    }
}

/// Makes the key of an offer: 40 bits, never 0.
fn key(member: &MemberId, message: &str, at: Timestamp, entries: &[String]) -> u64 {
    let named = format!(
        "{member}\0{message}\0{}\0{}",
        at.as_microsecond(),
        entries.join("\0")
    );
    (digest(&named) & 0xff_ffff_ffff).max(1)
}

/// The visible part of an offer.
pub(super) struct Shown {
    /// Ids of the entries.
    pub(super) ids: Vec<String>,
    /// Titles of the choices, in the order of their numbers.
    pub(super) titles: Vec<String>,
    /// Buttons; none where the platform has none.
    pub(super) buttons: Vec<Button>,
}

impl Desk<'_> {
    /// Makes the turn that asks with an offer.
    pub(super) fn offering(
        &self,
        context: &MessageContext<'_>,
        offered: Shown,
        text: String,
        reason: Reason,
    ) -> Effects {
        let mut outgoing = self.reply(context, text);
        outgoing.reply.buttons = offered.buttons;
        Effects {
            outgoing: vec![outgoing],
            ..Effects::of(Decided {
                decision: Decision::Clarify { choices: offered.ids },
                reason,
            })
        }
    }

    /// Returns the ids of entries, and their titles.
    pub(super) fn ids_and_titles(&self, language: Language, entries: &[usize]) -> (Vec<String>, Vec<String>) {
        let known = self.knowledge.faq.entries();
        let entries = entries.iter().filter_map(|index| known.get(*index));
        entries
            .map(|entry| (entry.id.clone(), entry.title(language)))
            .unzip()
    }

    /// Makes an offer of entries to the case's member, who may pick one from now on.
    pub(super) fn offer(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
        language: Language,
        entries: &[usize],
        asked: String,
    ) -> Shown {
        self.expect_more(context, state);
        let (ids, titles) = self.ids_and_titles(language, entries);
        let key = key(context.member, context.last.message.as_str(), context.now, &ids);
        let until = context
            .now
            .saturating_add(context.channel_context.policy.clarify_for);
        let choices = Choices {
            entries: ids.clone(),
            until: until.unwrap_or(Timestamp::MAX),
            asked,
            key,
            titles: titles.clone(),
        };
        state.keep_offer(context.member, choices.clone(), context.now);
        state.member(context.member, context.now).choices = Some(choices);
        let buttons = if context.channel_context.buttons {
            self.in_language(language)
                .choice_buttons(&titles, |number| button_text(number, key))
        } else {
            Vec::new()
        };
        Shown { ids, titles, buttons }
    }

    /// Acts on a press of a button under an offer: it is about that offer, whatever was offered since.
    pub(super) fn pressed(
        &self,
        channel_context: &ChannelContext<'_>,
        now: Timestamp,
        state: &mut ChannelState,
        message: &Message,
        press: Press,
    ) -> Effects {
        let member = state.member(&message.sender.id, now);
        member.name.clone_from(&message.sender.name);
        let part = BurstPart::saying(message, "", true, now);
        let mut context = MessageContext::new(channel_context, now, message, Vec::new(), part);
        context.last_word = true;
        // The press has no language of its own.
        context.own_language = None;
        let pick = match press.number {
            0 => Pick::None,
            number => Pick::Choices(vec![number]),
        };
        if state.offer(press.key).is_none() {
            self.keep_forgotten(&context, state, press.key);
        }
        self.picked(&context, state, press.key, &pick, true)
    }

    /// Remembers that something was picked from an offer that is forgotten, so that it is said once that it is over.
    fn keep_forgotten(&self, context: &MessageContext<'_>, state: &mut ChannelState, key: u64) {
        let choices = Choices {
            entries: Vec::new(),
            until: context.now,
            asked: self.in_language(self.knowledge.faq.language()).none_of_these(),
            key,
            titles: Vec::new(),
        };
        state.keep_offer(context.member, choices, context.now);
    }

    /// Acts on a pick under a quoted offer that is forgotten.
    pub(super) fn picked_from_forgotten(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
        quoted: &str,
        pick: &Pick,
    ) -> Effects {
        let key = (digest(quoted) & 0xff_ffff_ffff).max(1);
        if state.offer(key).is_none() {
            self.keep_forgotten(context, state, key);
        }
        self.picked(context, state, key, pick, false)
    }

    /// Finds the offer that a message quotes.
    pub(super) fn quoted_offer(&self, state: &ChannelState, message: &Message) -> QuotedOffer {
        let Some(quote) = message.quote_of_bot() else {
            return QuotedOffer::No;
        };
        let Some(text) = quote.text.as_deref().map(bare).filter(|text| !text.is_empty()) else {
            return QuotedOffer::Unknown;
        };
        let faq = &self.knowledge.faq;
        let is_it = |choices: &Choices| {
            let in_words_of = |language: Language| {
                let titles = self.titles(choices, language);
                !titles.is_empty()
                    && titles
                        .iter()
                        .enumerate()
                        .all(|(at, title)| text.contains(&bare(&format!("{}.{title}", at + 1))))
            };
            faq.languages().any(in_words_of)
        };
        let mut fitting: Vec<_> = state
            .offers
            .iter()
            .rev()
            .filter(|offer| is_it(&offer.choices))
            .collect();
        // The same was offered to several: their own first.
        fitting.sort_by_key(|offer| offer.member != message.sender.id);
        match fitting.first() {
            Some(offer) => QuotedOffer::Known(offer.choices.key),
            None if faq.is_said("did_you_mean", &text) => QuotedOffer::Over,
            None => QuotedOffer::No,
        }
    }

    /// Titles of an offer's choices, as they were shown; an earlier version did not keep them.
    fn titles(&self, choices: &Choices, language: Language) -> Vec<String> {
        if !choices.titles.is_empty() {
            return choices.titles.clone();
        }
        let faq = &self.knowledge.faq;
        let entries = choices
            .entries
            .iter()
            .map(|id| faq.entries().get(faq.index_of(id)?));
        let titles: Option<Vec<String>> = entries.map(|entry| Some(entry?.title(language))).collect();
        titles.unwrap_or_default()
    }

    /// Acts on a pick from an offer. The same press again does nothing.
    pub(super) fn picked(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
        key: u64,
        pick: &Pick,
        pressed: bool,
    ) -> Effects {
        let Some(offer) = state.offer(key) else {
            return Effects::quiet(Reason::NotAQuestion);
        };
        let choices = offer.choices.clone();
        let language = language_for(&choices.asked, &self.knowledge.faq);
        let mut numbers = match pick {
            Pick::None => vec![0],
            Pick::Last => vec![choices.entries.len().max(1)],
            Pick::Choices(numbers) => numbers.clone(),
        };
        numbers.dedup();
        let known = choices.entries.len();
        let taken_by = |number: &usize| {
            let taken = (context.member.clone(), *number);
            offer.taken.contains(&taken)
        };
        let over = known == 0 && numbers != [0];
        let again = if over {
            let theirs = |(member, number): &(MemberId, usize)| member == context.member && *number > 0;
            offer.taken.iter().any(theirs)
        } else {
            numbers.iter().all(taken_by)
        };
        if again && (pressed || numbers == [0]) {
            return if pressed || !context.called() {
                Effects::quiet(Reason::PickedBefore)
            } else {
                self.my_ticket(context, language)
            };
        }
        if !over && numbers.iter().any(|number| *number > known) {
            if std::mem::replace(&mut offer.told_range, true) && !context.called() {
                return Effects::quiet(Reason::NotAQuestion);
            }
            let reply = self.reply(context, self.in_language(language).choices_are(known));
            return Effects::informing(Reason::NoSuchChoice, reply);
        }
        for number in &numbers {
            if offer.taken.len() >= REMEMBERED_PICKS_MAX {
                offer.taken.remove(0);
            }
            offer.taken.push((context.member.clone(), *number));
        }
        if over {
            self.expect_more(context, state);
            let reply = self.reply(context, self.in_language(language).offer_over());
            return Effects::informing(Reason::OfferOver, reply);
        }
        if numbers == [0] {
            return self.none_meant(context, state, language, choices);
        }
        // Another offer of theirs stays open.
        let member = state.member(context.member, context.now);
        let open = member.choices.clone().filter(|open| open.key != key);
        let expected = member.expected;
        let mut effects: Option<Effects> = None;
        for number in numbers {
            let next = match self.entry_of(context, &choices, number) {
                Some(index) => {
                    let hands_over = self
                        .knowledge
                        .faq
                        .entries()
                        .get(index)
                        .is_some_and(|entry| entry.handoff == Handoff::Always);
                    if hands_over && effects.as_ref().is_some_and(|effects| !effects.steps.is_empty()) {
                        continue;
                    }
                    let reason = Reason::Picked { choice: number };
                    let next = self.give(context, state, language, index, reason, None);
                    state.keep_choices(context.member, &choices);
                    next
                }
                None => self.choice_gone(context, state, language, &choices, number),
            };
            effects = Some(match effects {
                None => next,
                Some(mut effects) => {
                    effects.outgoing.extend(next.outgoing);
                    effects.steps.extend(next.steps);
                    effects
                }
            });
        }
        if open.is_some() {
            let member = state.member(context.member, context.now);
            member.choices = open;
            member.expected = member.expected.max(expected);
        }
        effects.unwrap_or_else(|| Effects::quiet(Reason::NotAQuestion))
    }

    /// Finds the entry of a choice in the file as it is now: its id may have changed, or belong to another entry.
    fn entry_of(&self, context: &MessageContext<'_>, choices: &Choices, number: usize) -> Option<usize> {
        let faq = &self.knowledge.faq;
        let place = context.channel_context.place.to_string();
        let open = |index: &usize| faq.is_for(*index, &place, &context.channel_context.policy.tags);
        let at = number.checked_sub(1)?;
        let title = choices.titles.get(at);
        let is_titled = |index: usize| {
            faq.entries().get(index).is_some_and(|entry| {
                faq.languages()
                    .any(|language| Some(&entry.title(language)) == title)
            })
        };
        let by_id = choices
            .entries
            .get(at)
            .and_then(|id| faq.index_of(id))
            .filter(open);
        by_id
            .filter(|index| is_titled(*index))
            .or_else(|| (0..faq.entries().len()).find(|index| is_titled(*index) && open(index)))
            .or(by_id)
    }

    /// Says that a choice is no longer there: the file was changed.
    fn choice_gone(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
        language: Language,
        choices: &Choices,
        number: usize,
    ) -> Effects {
        let title = number.checked_sub(1).and_then(|at| choices.titles.get(at));
        let text = self.in_language(language).choice_gone(title.map(String::as_str));
        self.helped(context, state);
        self.expect_more(context, state);
        Effects::informing(Reason::ChoiceGone, self.reply(context, text))
    }

    /// Brings in a human with what was asked: no choice was meant.
    pub(super) fn none_meant(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
        language: Language,
        choices: Choices,
    ) -> Effects {
        // It stands in the ticket as its question; that the answer was another's is why there is a ticket.
        state.recent.retain(|recent| {
            recent.member != *context.member
                || !(choices.asked.contains(recent.text.as_str())
                    || reading::doubt_to_bot(&recent.text).is_some())
        });
        // Of a forgotten offer nobody knows what was asked.
        let why = if choices.entries.is_empty() {
            HandoffReason::Asked
        } else {
            HandoffReason::NoneMeant
        };
        let asked = BurstPart {
            text: choices.asked,
            ..context.last.clone()
        };
        let context = MessageContext {
            unread: Vec::new(),
            earlier: Vec::new(),
            last: asked,
            ..*context
        };
        let reason = Reason::AskedForHuman { confidence: 1.0 };
        self.hand_off(&context, state, language, why, None, reason)
    }

    /// `true` if a button under an answer is pressed that the same member pressed a moment ago.
    pub(super) fn pressed_again(
        &self,
        channel_context: &ChannelContext<'_>,
        now: Timestamp,
        state: &mut ChannelState,
        message: &Message,
    ) -> bool {
        let quote = message.quote_of_bot();
        let Some(quote) = quote.filter(|_| channel_context.buttons) else {
            return false;
        };
        let said = message.text();
        let said = said.trim();
        let is_button = self
            .knowledge
            .faq
            .every_text()
            .flat_map(ComposedTexts::answer_buttons)
            .any(|button| button.says == said);
        if !is_button {
            return false;
        }
        let what = digest(&format!("{}\0{said}", quote.message));
        let member = state.member(&message.sender.id, now);
        let remark = Remark { what, at: now };
        member
            .remarked
            .replace(remark)
            .is_some_and(|before| before.what == what && now.duration_since(before.at) < ANSWER_KEPT)
    }
}
