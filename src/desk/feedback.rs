//! Remarks about an answer, or about one that waits: "I need none any more", "that is not what I asked", "I don't
//! understand". They are no questions to the FAQ: the desk offers the next best entries for what was asked, and a human.

use super::answer::alternatives_of;
use super::answer_or_clarify::{Verdict, judge_called};
use super::burst_part::quoted_words;
use super::channel_state::ChannelState;
use super::decision_record::{AnswerFate, AnswerOf, Learned};
use super::effects::{Effects, Outgoing};
use super::handoff_reason::HandoffReason;
use super::member_state::{Alternatives, BurstPart, GivenAnswer};
use super::reading::{self, Behind, Doubt, Pick, language_for, language_of, readable};
use super::reason::Reason;
use super::{ChannelContext, Desk, MessageContext, command_ownership};
use crate::dialogue_act::Act;
use crate::faq::RenderContext;
use crate::language::Language;
use crate::matcher::Target;
use groupdesk_contract::{Act as Doing, Message, Reply, Segment};
use jiff::Timestamp;

/// An answer that a member doubts.
pub(super) struct Doubted {
    pub(super) entry: String,
    pub(super) alternatives: Alternatives,
    /// `true` if it was given to the one who doubts it, or they were pointed to it.
    pub(super) own: bool,
    /// `true` if it was said to the one who doubts it.
    pub(super) said_to_them: bool,
}

impl Desk<'_> {
    /// Handles a message that is a remark about an answer and nothing else. `None` where it is not.
    pub(super) fn said_of_answer(
        &self,
        channel_context: &ChannelContext<'_>,
        now: Timestamp,
        state: &mut ChannelState,
        message: &Message,
    ) -> Option<Effects> {
        let id = &message.sender.id;
        // Whoever has a ticket speaks of that, unless the bot has answered something since.
        let ticket = channel_context.tickets.of_member(channel_context.place, id);
        if let Some(ticket) = ticket.filter(|ticket| ticket.status.is_active()) {
            let spoke = ticket
                .staff_acted
                .map_or(ticket.opened, |acted| acted.max(ticket.opened));
            let answered = state.members.get(id).and_then(|member| member.answered.as_ref());
            if answered.is_none_or(|answered| answered.at <= spoke) {
                return None;
            }
        }
        let said = message.text();
        let said = readable(said.trim());
        let called = command_ownership::calls(message);
        if let Some(member) = state.members.get_mut(id)
            && member.pending.is_some()
            && (reading::settled(said) || reading::takes_back(said))
        {
            member.pending = None;
            for part in std::mem::take(&mut member.burst) {
                state.finish(&part.message);
            }
            return (!called || !reading::takes_back(said)).then(|| Effects::quiet(Reason::AskerSpoke));
        }
        let speaks_to_another = message
            .segments
            .iter()
            .any(|segment| matches!(segment, Segment::Mention(_) | Segment::MentionAll))
            || message.quote().is_some_and(|quote| quote.of_bot != Some(true));
        if called || !speaks_to_another {
            let part = BurstPart::saying(message, said, called, now);
            let mut context = MessageContext::new(channel_context, now, message, Vec::new(), part);
            context.last_word = true;
            let found_not = self.pointed_in_vain(&context, state, message, said);
            if found_not.is_some() {
                return found_not;
            }
        }
        let first_word = !called && message.quote().is_none() && state.is_first_word(id, &message.id, now);
        let doubts = if called || first_word {
            reading::doubt_to_bot
        } else {
            reading::doubt
        };
        // Under a quote of it the question is of the answer.
        let unsure = || message.quote_of_bot().is_some() && reading::is_unsure(said);
        let doubt = doubts(said)
            .or_else(|| self.doubts_for_a_reason(said, doubts))
            .or_else(|| unsure().then_some(Doubt::Unsure))
            .or_else(|| self.unsure_for_a_reason(message, said, called))?;
        if speaks_to_another && !called {
            return None;
        }
        let mut part = BurstPart::saying(message, said, called, now);
        part.quoted = message
            .quote()
            .and_then(|quote| quoted_words(quote.text.as_deref()?));
        let mut context = MessageContext::new(channel_context, now, message, Vec::new(), part);
        context.last_word = true;
        let open = state.members.get(id).and_then(|member| member.choices.clone());
        if let Some(choices) = open.filter(|_| doubt == Doubt::NotAsked) {
            // None of those that were offered.
            if doubts(said).is_none() {
                state.add_to_offer(choices.key, said);
            }
            return Some(self.picked(&context, state, choices.key, &Pick::None, false));
        }
        // Nor are they understood.
        if state
            .members
            .get(id)
            .is_some_and(|member| member.choices.is_some())
        {
            let language = language_of(said, self.language_of(said));
            return Some(self.offer_human(&context, state, language));
        }
        let doubted = self.doubted(now, state, message, called);
        // "是真的吗" of what somebody else was told is talk.
        if doubt == Doubt::Unsure && !doubted.as_ref().is_some_and(|doubted| doubted.own) {
            return None;
        }
        match doubted {
            Some(doubted) => Some(self.answer_doubt(&context, state, doubt, doubted, message)),
            // "这啥意思" behind a picture of their own is of that.
            None if called && state.shows_picture(id) => None,
            None if called => Some(self.offer_human(&context, state, self.language_of(said))),
            None => None,
        }
    }

    /// Reads an objection with a reason behind it: "答错了，已经改价了". Behind one may also stand what was meant instead, which
    /// is looked up.
    fn doubts_for_a_reason(&self, said: &str, doubts: fn(&str) -> Option<Doubt>) -> Option<Doubt> {
        let objects = |text: &str| doubts(text) == Some(Doubt::NotAsked);
        match reading::behind_objection(said, objects)? {
            Behind::Meant(_) => None,
            Behind::Words(rest) => (!self.wants_something(rest)).then_some(Doubt::NotAsked),
        }
    }

    /// Reads a question whether an answer is true, with a reason behind it: "确定吗？别人说不收费". In a group it must be said to the bot.
    fn unsure_for_a_reason(&self, message: &Message, said: &str, called: bool) -> Option<Doubt> {
        if !called && message.quote_of_bot().is_none() {
            return None;
        }
        let (first, reason) = said.split_once(['?', '？', '，', ',', '!', '！'])?;
        (reading::is_unsure(first) && !self.wants_something(reason.trim())).then_some(Doubt::Unsure)
    }

    /// `true` for "that did not help" with a reason behind it: "没用，已经试过了".
    pub(super) fn unhelpful_for_a_reason(&self, said: &str) -> bool {
        matches!(reading::behind_unhelpful(said), Some(Behind::Words(rest)) if !self.wants_something(rest))
    }

    /// `true` if a text says that the trouble goes on after the answer of an entry, and no other entry surely answers it.
    pub(super) fn still_fails_after(&self, entry: &str, said: &str) -> bool {
        let says_more = || reading::behind_unhelpful(said).is_some() || reading::correction(said).is_some();
        if !reading::still_fails(said) || says_more() {
            return false;
        }
        let given = self.knowledge.faq.index_of(entry).map(Target::Entry);
        let ranking = self.knowledge.matcher.rank(said);
        match judge_called(&ranking) {
            Verdict::Answer { candidate, .. } => {
                ranking.candidates.get(candidate).map(|best| best.target) == given
            }
            _ => true,
        }
    }

    /// `true` if something else is asked behind "that did not help": "没用，客服电话多少".
    pub(super) fn asks_behind_unhelpful(&self, said: &str) -> bool {
        reading::behind_unhelpful(said).is_some_and(|behind| match behind {
            Behind::Meant(_) => true,
            Behind::Words(rest) => {
                // "没用，打不开" and "没用，电话打不通" are of the channel.
                let of_channel = reading::fails_barely(rest)
                    || (reading::tells_of_failure(rest) && reading::names_channel(rest));
                !of_channel && self.wants_something(rest)
            }
        })
    }

    /// `true` if words behind an objection ask for something, or name what the file knows; else they are a reason for it.
    fn wants_something(&self, words: &str) -> bool {
        let ranking = self.knowledge.matcher.rank(words);
        let reading = &ranking.reading;
        let asks = reading.of(Act::Ask) + reading.of(Act::Request);
        let named = || {
            reading.act() == Act::Exclaim
                && !words.ends_with('了')
                && !matches!(judge_called(&ranking), Verdict::Unknown { .. })
        };
        asks > reading.of(Act::Trouble) + reading.of(Act::State) && reading.act() != Act::Exclaim
            || reading::tells_of_failure(words)
            || reading::requests_human(words).is_some()
            || named()
    }

    /// Handles what a member says to correct an answer: the one that they quote, or that they got a moment ago. What they meant
    /// is looked up, and goes to a human where nothing but that answer fits. `None` where it is no correction, or nobody
    /// called and nothing else fits.
    pub(super) fn corrected(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
        language: Language,
        own: &mut crate::matcher::Ranking,
    ) -> Option<Effects> {
        let quoted = context.parts().find_map(|part| part.of_answer.as_ref());
        let lately = state.answer_spoken_of(context);
        let wrong = quoted.or(lately.map(|answered| &answered.entry))?.clone();
        let mut given = lately.into_iter().chain(state.answers.iter().rev());
        let doubted = given
            .find(|given| given.entry == wrong)
            .and_then(|given| given.message.clone());
        let said = context.said();
        let unhelped = || {
            let behind = reading::behind_unhelpful(&said);
            behind.filter(|behind| !matches!(behind, Behind::Words(rest) if !self.wants_something(rest)))
        };
        let behind = reading::correction(&said).or_else(unhelped)?;
        let (Behind::Meant(meant) | Behind::Words(meant)) = behind;
        let entry = self.knowledge.faq.index_of(&wrong).map(Target::Entry);
        let asked = state.members.get(context.member);
        let asked = asked.and_then(|member| member.alternatives.as_ref());
        let slip = reading::owns_slip(&said);
        let is_unknown_word = || {
            slip && reading::is_one_word(meant)
                && !matches!(
                    judge_called(&self.rank_plainly(context, meant)),
                    Verdict::Answer { .. }
                )
        };
        let narrowed = asked
            .filter(|_| reading::only_narrows(meant) || is_unknown_word())
            .map(|answered| format!("{} {meant}", answered.asked));
        let mut ranking = self.rank_plainly(context, narrowed.as_deref().unwrap_or(meant));
        let best = ranking.candidates.first().map(|best| best.target);
        if slip && !context.called() && best == entry {
            return Some(Effects::quiet(Reason::NotAQuestion));
        }
        if (narrowed.is_some() || slip)
            && context.called()
            && best == entry
            && matches!(judge_called(&ranking), Verdict::Answer { .. })
        {
            return Some(self.nothing_more(context, state, language, &wrong));
        }
        ranking
            .candidates
            .retain(|candidate| Some(candidate.target) != entry);
        let objects =
            |text: &str| reading::doubt(text) == Some(Doubt::NotAsked) || reading::unhelpful(text, false);
        let mut effects = match judge_called(&ranking) {
            Verdict::Unknown { .. }
                if (context.called() || reading::behind_objection(&said, objects).is_some())
                    && (matches!(behind, Behind::Meant(_)) || self.wants_something(meant)) =>
            {
                if !context.last_word {
                    return Some(self.wait_for_more(context, state));
                }
                let reason = Reason::DoubtedAnswer { entry: wrong };
                self.hand_off(
                    context,
                    state,
                    language,
                    HandoffReason::NotHelped,
                    Some(&ranking),
                    reason,
                )
            }
            verdict
                if context.called() || matches!(verdict, Verdict::Answer { .. } | Verdict::Human { .. }) =>
            {
                self.act_called(context, state, language, &ranking, verdict)
            }
            // Nobody called: no human either for what is not known.
            Verdict::Clarify { candidates } if context.last_word => {
                self.clarify(context, state, language, &ranking, &candidates)
            }
            Verdict::Clarify { .. } => self.wait_for_more(context, state),
            _ => return None,
        };
        let learned = |message| Learned::of_member(AnswerOf::Message(message), AnswerFate::DidNotHelp);
        effects.record.learned.extend(doubted.map(learned));
        effects.record.asked = Some(meant.to_owned());
        *own = ranking;
        Some(effects)
    }

    pub(super) fn language_of(&self, said: &str) -> Language {
        language_for(said, &self.knowledge.faq)
    }

    /// Finds the answer that a message is about: the one that its sender got a moment ago, or the one that it quotes.
    fn doubted(
        &self,
        now: Timestamp,
        state: &ChannelState,
        message: &Message,
        called: bool,
    ) -> Option<Doubted> {
        let given = |member: &super::MemberState, own: bool| {
            let answered = member.answered.as_ref()?;
            Some(Doubted {
                entry: answered.entry.clone(),
                alternatives: member.alternatives.clone().unwrap_or_default(),
                own,
                said_to_them: own && answered.pointed.is_none(),
            })
        };
        let sender = &message.sender.id;
        if let Some(member) = state.members.get(sender)
            && member.answered.is_some()
            && (called || state.answered_just_before(sender, now).is_some())
        {
            return given(member, true);
        }
        let quote = message.quote_of_bot()?;
        let entry = self.standing_answer(state, quote.text.as_deref()?)?;
        let theirs = state.members.values().find(|member| {
            let answered = member.answered.as_ref();
            answered.is_some_and(|answered| answered.entry == entry.entry)
        });
        theirs.and_then(|member| given(member, false)).or_else(|| {
            Some(Doubted {
                entry: entry.entry.clone(),
                alternatives: Alternatives::default(),
                own: false,
                said_to_them: false,
            })
        })
    }

    /// Finds the answer that stands in the channel with this text.
    pub(super) fn standing_answer<'s>(&self, state: &'s ChannelState, text: &str) -> Option<&'s GivenAnswer> {
        let mut given = state.answers.iter().rev();
        given.find(|answer| self.is_answer(&answer.entry, text, answer.at))
    }

    /// `true` if a text is the answer of an entry, as it was rendered at `at`.
    pub(super) fn is_answer(&self, entry: &str, text: &str, at: Timestamp) -> bool {
        let faq = &self.knowledge.faq;
        let text = text.trim();
        faq.index_of(entry).is_some_and(|index| {
            faq.languages().any(|language| {
                let rendered = faq.render(index, &RenderContext { now: at, language }).text;
                let rendered = rendered.trim();
                !text.is_empty() && (text.starts_with(rendered) || rendered.starts_with(text))
            })
        })
    }

    fn answer_doubt(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
        doubt: Doubt,
        doubted: Doubted,
        message: &Message,
    ) -> Effects {
        let asked = &doubted.alternatives.asked;
        // In the language of the objection, where it shows one, else of the question.
        let said = &context.last.text;
        let language = language_of(said, language_of(asked, self.language_of(said)));
        let mut effects = match doubt {
            Doubt::Unclear | Doubt::Unsure if doubted.own && doubted.alternatives.unclear => {
                self.give_up(context, state, language, &doubted)
            }
            Doubt::Unclear | Doubt::Unsure => {
                let texts = self.in_language(language);
                let text = match doubt {
                    Doubt::Unsure => texts.as_written(),
                    _ => texts.explained_by_human(),
                };
                let effects = self.offer_human_beside(context, state, &doubted.entry, text);
                let member = state.member(context.member, context.now);
                if doubted.own {
                    member.alternatives.get_or_insert_default().unclear = true;
                }
                effects
            }
            Doubt::NotAsked => self
                .offer_others(context, state, language, &doubted)
                .unwrap_or_else(|| self.give_up(context, state, language, &doubted)),
        };
        if doubt == Doubt::NotAsked
            && doubted.said_to_them
            && let Some(taken_back) = self.take_back(context, message, &doubted)
        {
            // It stands there no more: nobody is pointed to it.
            state.answers.retain(|given| given.entry != doubted.entry);
            effects.outgoing.insert(0, taken_back);
        }
        effects
    }

    /// Offers the entries that were probably meant.
    fn offer_others(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
        language: Language,
        doubted: &Doubted,
    ) -> Option<Effects> {
        let faq = &self.knowledge.faq;
        let place = context.channel_context.place.to_string();
        let others: Vec<usize> = doubted
            .alternatives
            .entries
            .iter()
            .filter(|id| **id != doubted.entry)
            .filter_map(|id| faq.index_of(id))
            .filter(|index| faq.is_for(*index, &place, &context.channel_context.policy.tags))
            .collect();
        if others.is_empty() {
            return None;
        }
        self.helped(context, state);
        let asked = doubted.alternatives.asked.clone();
        let offered = self.offer(context, state, language, &others, asked);
        let member = state.member(context.member, context.now);
        member.answered = None;
        member.alternatives = None;
        let text = self.in_language(language).not_that_but(&offered.titles);
        let reason = Reason::DoubtedAnswer {
            entry: doubted.entry.clone(),
        };
        Some(self.offering(context, offered, text, reason))
    }

    /// Brings in a human: no entry is left to offer.
    pub(super) fn give_up(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
        language: Language,
        doubted: &Doubted,
    ) -> Effects {
        let reason = if reading::unhelpful(&context.last.text, context.called()) {
            Reason::DidNotHelp
        } else {
            Reason::DoubtedAnswer {
                entry: doubted.entry.clone(),
            }
        };
        self.hand_off(context, state, language, HandoffReason::NotHelped, None, reason)
    }

    /// Offers a human, whom the member's next message brings in, and asks for the question.
    fn offer_human(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
        language: Language,
    ) -> Effects {
        self.expect_more(context, state);
        let text = self.in_language(language).which_answer();
        Effects::asking_back(Reason::CalledWithoutQuestion, self.reply(context, text))
    }

    /// Offers a human beside the answer of an entry, by a text that says so. The member's next message brings one in.
    pub(super) fn offer_human_beside(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
        entry: &str,
        text: String,
    ) -> Effects {
        self.expect_more(context, state);
        let entry = entry.to_owned();
        Effects::asking_back(Reason::DoubtedAnswer { entry }, self.reply(context, text))
    }

    /// Recalls the quoted answer, where the settings say so and the platform can.
    fn take_back(
        &self,
        context: &MessageContext<'_>,
        message: &Message,
        doubted: &Doubted,
    ) -> Option<Outgoing> {
        let channel_context = context.channel_context;
        let quote = message.quote_of_bot()?;
        let is_it = quote
            .text
            .as_deref()
            .is_none_or(|text| self.is_answer(&doubted.entry, text, context.now));
        (channel_context.unsend && channel_context.policy.withdraw_wrong_answers && is_it).then(|| Outgoing {
            place: channel_context.place.clone(),
            reply: Reply::new(channel_context.place.channel.clone(), context.kind, Vec::new())
                .with_act(Doing::Unsend(quote.message.clone())),
            caller: None,
            about: None,
        })
    }

    /// Remembers the alternatives to the answer that a member gets now.
    pub(super) fn remember_alternatives(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
        entry: usize,
        ranking: Option<&crate::matcher::Ranking>,
    ) {
        let known = self.knowledge.faq.entries();
        let others = alternatives_of(ranking, entry);
        let entries = others
            .filter_map(|index| known.get(index))
            .map(|entry| entry.id.clone());
        let alternatives = Alternatives {
            asked: context.said().chars().take(ASKED_KEPT).collect(),
            entries: entries.collect(),
            unclear: false,
        };
        state.member(context.member, context.now).alternatives = Some(alternatives);
    }
}

/// Text that is kept of the question, in characters.
const ASKED_KEPT: usize = 200;
