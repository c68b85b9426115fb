//! Messages of a member who has a ticket: they join it, the bot keeps out of a human's conversation, and "my ticket" gets
//! its state.

use super::answer_or_clarify::judge_called;
use super::decision::{Decided, Decision};
use super::effects::{Effects, Outgoing, TicketChange};
use super::message_context::who;
use super::reading::{self, Response};
use super::reason::Reason;
use super::staff_notice::{Notice, about};
use super::ticket_subject::subject_at_last;
use super::{ChannelContext, ChannelState, Desk, MessageContext, Verdict, composed_texts, relay};
use crate::dialogue_act::Act;
use crate::language::Language;
use crate::texts::{ComposedTexts, Texts};
use crate::ticket::{Status, Ticket, Warning, has_topic_of};
use groupdesk_contract::{ChannelKind, MemberId, Message, NoteKind, Segment};
use jiff::{SignedDuration, Timestamp};

/// Relation of a message to the sender's ticket.
pub(super) struct Relation {
    /// `true` if it calls the bot, or only the bot can read it.
    pub(super) called: bool,
    /// `true` if it quotes a message of the ticket.
    pub(super) quotes_ticket: bool,
    /// `true` if it mentions one of the staff.
    mentions_staff: bool,
    /// `true` if it is addressed to somebody else.
    pub(super) elsewhere: bool,
    /// `true` if staff answered a moment ago and nobody else has spoken since: what is said to nobody else is said to
    /// them.
    answers_staff: bool,
}

impl Relation {
    /// Reads the relation off a message; `quoted` is the ticket that the quoted message belongs to.
    pub(super) fn of(
        (channel_context, now, state): (&ChannelContext<'_>, Timestamp, &ChannelState),
        message: &Message,
        called: bool,
        quoted: Option<u64>,
        ticket: &Ticket,
    ) -> Self {
        let quotes_ticket = quoted == Some(ticket.number);
        let account = &channel_context.place.account;
        let is_staff = |id: &MemberId| {
            let owner = ticket.owner.as_ref();
            owner.is_some_and(|owner| owner.account == *account && owner.id == *id)
                || channel_context.lifecycle.roster.person(account, id).is_some()
        };
        let mut mentions = message.segments.iter();
        let mentions_staff = mentions.any(|segment| matches!(segment, Segment::Mention(id) if is_staff(id)));
        let mentions_somebody = !mentions_staff
            && message
                .segments
                .iter()
                .any(|segment| matches!(segment, Segment::Mention(_) | Segment::MentionAll));
        let quotes_else = message
            .quote()
            .is_some_and(|quote| quote.of_bot != Some(true) && !quotes_ticket);
        let elsewhere = !called && !quotes_ticket && (mentions_somebody || quotes_else);
        let member = &message.sender.id;
        let at_once = |acted: Timestamp| {
            let mut since = state.recent.iter().filter(|said| said.at > acted);
            !elsewhere
                && now.duration_since(acted) <= channel_context.lifecycle.follow
                && !since.any(|said| said.member != *member)
        };
        let answered = ticket.status == Status::Waiting && ticket.is_answered_in(channel_context.place);
        // Staff who say it into the group, to nobody by name, answer who spoke last.
        let others_spoke = |said: Timestamp| {
            let mut recent = state.recent.iter();
            let mut tickets = channel_context.tickets.all();
            recent
                .any(|recent| recent.member != *member && recent.at > ticket.member_spoke && recent.at < said)
                || tickets.any(|other| {
                    other.place == *channel_context.place
                        && other.status.is_active()
                        && other.member_spoke > ticket.member_spoke
                })
        };
        let answered_here =
            |said: Timestamp| said > ticket.opened && ticket.status.is_active() && !others_spoke(said);
        let answers_staff = ticket.staff_acted.is_some_and(|acted| answered && at_once(acted))
            || state
                .staff_said
                .is_some_and(|said| answered_here(said) && at_once(said));
        Self {
            called,
            quotes_ticket,
            mentions_staff,
            elsewhere,
            answers_staff,
        }
    }

    /// `true` if it is said to the bot or to staff, as far as the message shows.
    pub(super) fn is_addressed(&self) -> bool {
        self.called || self.quotes_ticket || self.mentions_staff
    }

    /// `true` if "solved" in this message is about the ticket: said into the group it may be about anything.
    pub(super) fn ends(&self) -> bool {
        self.is_addressed() || self.answers_staff
    }
}

/// Service time after the last message after which a call is told again who has the ticket.
const HOLDER_TOLD_AGAIN: SignedDuration = SignedDuration::from_hours(1);

/// Time after which the member is told again that further messages were added to the ticket.
const ADDED_TOLD_AGAIN: SignedDuration = SignedDuration::from_mins(30);

/// `true` if something of a ticket is due to be told once more: [`ADDED_TOLD_AGAIN`] later, or after staff acted.
pub(super) fn told_again(told: Option<Timestamp>, ticket: &Ticket, now: Timestamp) -> bool {
    told.is_none_or(|told| {
        now.duration_since(told) >= ADDED_TOLD_AGAIN || ticket.staff_acted.is_some_and(|acted| acted > told)
    })
}

/// Tells the member that their message was added to the ticket, where that is news.
pub(super) fn added(
    context: &MessageContext<'_>,
    texts: ComposedTexts<'_>,
    ticket: &Ticket,
) -> Option<String> {
    told_again(ticket.told_added, ticket, context.now).then(|| texts.ticket_joined(ticket.number))
}

/// Probability from which on words after the end of a ticket ask something.
const ASKS_PROBABILITY_MIN: f32 = 0.5;

/// `true` if a ticket ended so recently that its member's message is about its end.
fn just_ended(context: &MessageContext<'_>, ticket: &Ticket) -> bool {
    ticket
        .ended
        .is_some_and(|ended| context.now.duration_since(ended) <= context.channel_context.lifecycle.follow)
}

/// `true` if the last reply of staff, if any, asks the member something.
fn asked_something(ticket: &Ticket) -> bool {
    !ticket.replies.is_empty() && reading::asks(ticket)
}

impl Desk<'_> {
    /// Handles a message from a member who asked for a ticket. Returns `None` if the FAQ should answer it.
    pub(super) fn with_ticket(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
        language: Language,
        ticket: &Ticket,
        relation: &Relation,
    ) -> Option<Effects> {
        let number = ticket.number;
        let response = context.response();
        let concerns = relation.is_addressed() || self.goes_on(context, ticket, relation);
        let said = context.said();
        // The bot can't read a picture; staff can, and who has a ticket shows it to them.
        let shows = context.is_picture_alone()
            && !relation.elsewhere
            && (relation.called || self.goes_on(context, ticket, relation));
        let withdraws = (relation.is_addressed()
            && (reading::withdraws(&said) || reading::does_it_alone(&said)))
            || (concerns && !relation.elsewhere && reading::declines_human(&said));
        // "好了" says that it is solved; that something was done, where staff asked for that.
        let finished = response == Some(Response::Agreed)
            && reading::finished(&said)
            && (ticket.status != Status::Waiting
                || !reading::asks(ticket)
                || reading::asks_whether_it_works(ticket));
        // Thanks may stand beside what was done: "重启了一下就好了，谢谢".
        let beside =
            matches!(response, Some(Response::Agreed | Response::Thanks)) && !reading::finished(&said);
        let over = (response.is_none() || beside)
            && !context.parts().any(|part| part.picture)
            && !reading::takes_back(&said)
            && reading::says_solved(&said);
        if ticket.status.is_active() && (withdraws || finished || over || response == Some(Response::Solved))
        {
            if withdraws || relation.ends() {
                return Some(self.solved(context, language, ticket, withdraws && !over, over));
            }
            // It may be said of something else: staff read it, and nothing ends.
            if concerns {
                return Some(self.agreed(context, ticket));
            }
        }
        if ticket.status.is_active() && relation.called && reading::presses_for_answer(&said) {
            return Some(self.urged(context, language, ticket));
        }
        let mut with_word = |word, effects| Some(self.and_a_word(context, state, relation, word, effects));
        match ticket.status {
            Status::Claimed | Status::Waiting if !concerns => {
                Some(Effects::quiet(Reason::HeldByHuman { number }))
            }
            Status::Claimed | Status::Waiting if response == Some(Response::Thanks) => with_word(
                self.in_language(language).welcome(),
                self.thanked(context, ticket),
            ),
            // Nobody waits for it: staff who have asked nothing are not called.
            Status::Claimed if response == Some(Response::Agreed) && !asked_something(ticket) => with_word(
                self.in_language(language).all_right(),
                self.thanked(context, ticket),
            ),
            Status::Waiting if response == Some(Response::Agreed) && !reading::asks(ticket) => with_word(
                self.in_language(language).all_right(),
                self.agreed(context, ticket),
            ),
            Status::Waiting if self.asks_the_bot(context, ticket, relation) => None,
            Status::Claimed | Status::Waiting => {
                let word = relation
                    .called
                    .then(|| self.holder(context, language, ticket))
                    .flatten();
                Some(self.join(context, ticket, word))
            }
            Status::Open if relation.quotes_ticket && response == Some(Response::Thanks) => with_word(
                self.in_language(language).welcome(),
                Effects::quiet(Reason::Thanked),
            ),
            Status::Open if relation.quotes_ticket || shows => Some(self.join(
                context,
                ticket,
                added(context, self.in_language(language), ticket),
            )),
            Status::Open if self.tells_trouble_at_last(context, ticket, relation) => {
                let word = || added(context, self.in_language(language), ticket);
                Some(self.join(context, ticket, relation.called.then(word).flatten()))
            }
            Status::Resolved
                if relation.quotes_ticket && response.is_some_and(|said| said != Response::Persists) =>
            {
                with_word(
                    self.in_language(language).welcome(),
                    Effects::quiet(Reason::Thanked),
                )
            }
            Status::Resolved if relation.quotes_ticket && self.knows_another(context, ticket) => None,
            // The bot has answered them since.
            Status::Resolved
                if !relation.quotes_ticket
                    && reading::unhelpful(&said, false)
                    && state
                        .answered_lately(context.member, context.now)
                        .is_some_and(|answered| ticket.ended.is_some_and(|ended| answered.at > ended)) =>
            {
                None
            }
            Status::Resolved
                if relation.quotes_ticket
                    || (shows && just_ended(context, ticket))
                    || (response == Some(Response::Persists) && !relation.elsewhere) =>
            {
                Some(self.join(
                    context,
                    ticket,
                    Some(self.in_language(language).ticket_reopened(number)),
                ))
            }
            Status::Open | Status::Resolved | Status::Closed => None,
        }
    }

    /// `true` if a message tells of the trouble for which its sender called a human before, with words that named none.
    fn tells_trouble_at_last(
        &self,
        context: &MessageContext<'_>,
        ticket: &Ticket,
        relation: &Relation,
    ) -> bool {
        let said = context.said();
        self.is_matter_of(context, ticket, relation)
            && (reading::tells_of_failure(&said)
                || reading::clauses(&said).any(reading::tells_of_failure)
                || self.knowledge.matcher.reading(&said).act() == Act::Trouble)
    }

    /// `true` if a message may be what a ticket is about, whose sender was asked for that.
    fn is_matter_of(&self, context: &MessageContext<'_>, ticket: &Ticket, relation: &Relation) -> bool {
        ticket.status == Status::Open
            && !relation.elsewhere
            && (relation.is_addressed() || self.goes_on(context, ticket, relation))
            && subject_at_last(ticket, &context.said()).is_some()
    }

    /// Shows staff the question that the bot answers to a member who has just called a human, with words that named no matter: the member
    /// may have been asking them.
    pub(super) fn answered_beside_ticket(
        &self,
        context: &MessageContext<'_>,
        state: &ChannelState,
        ticket: &Ticket,
        relation: &Relation,
        mut effects: Effects,
    ) -> Effects {
        let answers = matches!(
            effects.decided.decision,
            Decision::Answer { .. } | Decision::Clarify { .. }
        );
        if answers
            && effects.steps.is_empty()
            && state.is_first_word_to_human(context)
            && self.is_matter_of(context, ticket, relation)
        {
            let joined = self.join(context, ticket, None);
            let here = |outgoing: &Outgoing| outgoing.place == *context.channel_context.place;
            effects
                .outgoing
                .extend(joined.outgoing.into_iter().filter(|outgoing| !here(outgoing)));
            effects.steps = joined.steps;
        }
        effects
    }

    /// Adds a message that the FAQ has no reply to, to the sender's ticket. `None` where it is about something else.
    pub(super) fn after_silence(
        &self,
        context: &MessageContext<'_>,
        language: Language,
        ticket: &Ticket,
        relation: &Relation,
    ) -> Option<Effects> {
        let response = context.response();
        let says_something = !matches!(
            response,
            Some(Response::Thanks | Response::Agreed | Response::Solved)
        );
        match ticket.status {
            Status::Open if self.goes_on(context, ticket, relation) => Some(if says_something {
                self.join(context, ticket, None)
            } else {
                Effects::quiet(Reason::Thanked)
            }),
            // Said a moment after the end, it is about the end; later only what says that it is not solved is.
            Status::Resolved
                if says_something
                    && !reading::declines_human(&context.said())
                    && !relation.elsewhere
                    && just_ended(context, ticket)
                    && !self.asks_another(context, ticket) =>
            {
                Some(self.join(
                    context,
                    ticket,
                    Some(self.in_language(language).ticket_reopened(ticket.number)),
                ))
            }
            _ => None,
        }
    }

    /// `true` if a message asks or tells of trouble in another matter than the ticket's.
    fn asks_another(&self, context: &MessageContext<'_>, ticket: &Ticket) -> bool {
        let said = context.said();
        self.knowledge.matcher.reading(&said).asks() > ASKS_PROBABILITY_MIN && !has_topic_of(ticket, &said)
    }

    /// `true` if a message asks something in another matter that the FAQ surely answers.
    fn knows_another(&self, context: &MessageContext<'_>, ticket: &Ticket) -> bool {
        let ranking = self.rank_beside_thanks(context);
        ranking.question
            && matches!(judge_called(&ranking), Verdict::Answer { .. })
            && !has_topic_of(ticket, &context.said())
    }

    /// `true` if a message continues the ticket: it comes within the follow-up time and is not said to somebody else.
    pub(super) fn goes_on(&self, context: &MessageContext<'_>, ticket: &Ticket, relation: &Relation) -> bool {
        let last = ticket
            .staff_acted
            .map_or(ticket.member_spoke, |staff| staff.max(ticket.member_spoke));
        ticket.status.is_active()
            && !relation.elsewhere
            && context.now.duration_since(last) <= context.channel_context.lifecycle.follow
    }

    /// `true` if a member whose ticket waits for them asks the bot something else, and it surely knows the answer. In a
    /// direct chat a message goes to the human while their conversation is under way: there every message calls the bot.
    fn asks_the_bot(&self, context: &MessageContext<'_>, ticket: &Ticket, relation: &Relation) -> bool {
        let apart = context.kind == ChannelKind::Group || !self.goes_on(context, ticket, relation);
        relation.called
            && !relation.quotes_ticket
            && apart
            && matches!(
                self.knowledge.judge_unasked(&self.rank_beside_thanks(context)),
                Verdict::Answer { .. }
            )
    }

    /// Tells a member who calls the bot who has the ticket: once, until it changes hands or all were silent for long.
    pub(super) fn holder(
        &self,
        context: &MessageContext<'_>,
        language: Language,
        ticket: &Ticket,
    ) -> Option<String> {
        let owner = ticket.owner.as_ref().filter(|_| ticket.status.is_held())?;
        let service = self.knowledge.faq.service();
        let last = ticket.told_holder.map(|told| told.max(ticket.member_spoke));
        let last = last.max(ticket.told_holder.and(ticket.staff_acted));
        if last.is_some_and(|last| service.business_time(last, context.now) < HOLDER_TOLD_AGAIN) {
            return None;
        }
        let since = ticket
            .held_since
            .map(|since| self.when(context.now, since, language));
        let channel_context = context.channel_context;
        let away = self.owner_is_away(
            channel_context.tickets,
            &channel_context.lifecycle.roster,
            ticket,
            context.now,
        );
        let name = &self.in_language(language).owner_name(owner);
        Some(
            self.in_language(language)
                .ticket_held(ticket.number, name, since.as_deref(), away),
        )
    }

    /// Adds a short word to `effects` where the member called the bot in a group with a courtesy to staff; once per
    /// cool-down.
    fn and_a_word(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
        relation: &Relation,
        word: String,
        effects: Effects,
    ) -> Effects {
        if !relation.called || context.kind != ChannelKind::Group {
            return effects;
        }
        let mut said = self.courteous(context, state, word);
        said.outgoing.extend(effects.outgoing);
        said.steps.extend(effects.steps);
        said
    }

    /// Records thanks in the history. The turn to speak stays with nobody.
    fn thanked(&self, context: &MessageContext<'_>, ticket: &Ticket) -> Effects {
        if !context.unread.is_empty() {
            return self.join(context, ticket, None);
        }
        Effects {
            steps: vec![self.add_without_reopening(context, ticket)],
            ..Effects::quiet(Reason::Thanked)
        }
    }

    /// Passes on an "all right" that staff did not ask for: it is still the member's turn.
    fn agreed(&self, context: &MessageContext<'_>, ticket: &Ticket) -> Effects {
        let said = context.transcript();
        let mut effects = self.thanked(context, ticket);
        if !said.is_empty() && context.unread.is_empty() {
            let text = self.in_language(self.knowledge.faq.language()).notice_more(
                ticket.number,
                &who(context),
                &self.shown(&said, context),
            );
            let kind = NoteKind::Said {
                by: context.member_name.to_owned(),
                said,
            };
            effects.outgoing = Notice::new(ticket, kind, text).for_rooms(&ticket.rooms);
        }
        effects
    }

    /// Ends the ticket of a member who needs nobody any more, because it is solved or although it is not. `explains`: the
    /// message says more than that, which staff read.
    fn solved(
        &self,
        context: &MessageContext<'_>,
        language: Language,
        ticket: &Ticket,
        withdraws: bool,
        explains: bool,
    ) -> Effects {
        let number = ticket.number;
        let ended = if withdraws && reading::declines_human(&context.said()) {
            Texts::ticket_withdrawn
        } else {
            Texts::ticket_solved
        };
        let mut outgoing = vec![Outgoing {
            about: about(number),
            ..self.reply(context, ended(*self.in_language(language), number))
        }];
        // "不需要了，自己弄好了" tells of both.
        let said = context.said();
        let needs_nobody = (withdraws || reading::needs_nobody(&said)) && !reading::managed(&said);
        let others = self.in_language(ticket.language);
        let others = if needs_nobody {
            others.ticket_withdrawn_for_asker(number)
        } else {
            others.ticket_solved_for_asker(number)
        };
        outgoing.extend(relay::tell_watchers(ticket, &others));
        let words = if needs_nobody {
            Texts::notice_withdrawn
        } else {
            Texts::notice_solved
        };
        let mut notice = words(
            *self.in_language(self.knowledge.faq.language()),
            number,
            &who(context),
        );
        let mut steps = Vec::new();
        if explains || !context.unread.is_empty() {
            notice.push('\n');
            notice.push_str(&self.shown(&context.transcript(), context));
            steps.push(self.add_without_reopening(context, ticket));
        }
        outgoing.extend(Notice::new(ticket, NoteKind::Ended, notice).for_rooms(&ticket.rooms));
        steps.push(TicketChange::Solved {
            number,
            who: who(context),
        });
        Effects {
            outgoing,
            steps,
            ..Effects::of(Decided {
                decision: Decision::EndTicket { ticket: number },
                reason: Reason::SolvedByMember { number },
            })
        }
    }

    /// Replies to "my ticket": its number, its state, its place in the queue, and when to expect an answer.
    pub(super) fn my_ticket(&self, context: &MessageContext<'_>, language: Language) -> Effects {
        let tickets = context.channel_context.tickets;
        let ticket = tickets.of_member(context.channel_context.place, context.member);
        Effects::informing(
            Reason::AskedForTicket,
            Outgoing {
                about: ticket.and_then(|ticket| about(ticket.number)),
                ..self.reply(context, self.state_of(context, language, ticket))
            },
        )
    }

    /// Tells a member who presses for an answer how their ticket stands, and staff, once in a while, that they do. Where nobody is there, it
    /// names whom the member can reach now.
    fn urged(&self, context: &MessageContext<'_>, language: Language, ticket: &Ticket) -> Effects {
        let mut text = self.state_of(context, language, Some(ticket));
        let faq = &self.knowledge.faq;
        let open_now = faq.open_but(&[], context.now, language);
        if !faq.service_open(context.now) && !open_now.is_empty() {
            text.push_str(&self.in_language(language).reach_us_if_urgent(&open_now));
        }
        let reply = |text| Outgoing {
            about: about(ticket.number),
            ..self.reply(context, text)
        };
        // Words that staff have not seen yet are told with it.
        let silent = context.unread.is_empty() && !told_again(ticket.told_added, ticket, context.now);
        if silent {
            return Effects {
                steps: vec![self.add_without_reopening(context, ticket)],
                ..Effects::informing(Reason::AskedForTicket, reply(text))
            };
        }
        let mut effects = self.join(context, ticket, Some(text.clone()));
        let here = |outgoing: &Outgoing| outgoing.place == *context.channel_context.place;
        if !effects.outgoing.iter().any(here) {
            effects.outgoing.insert(0, reply(text));
        }
        effects
    }

    /// Says how a member's ticket stands.
    fn state_of(&self, context: &MessageContext<'_>, language: Language, ticket: Option<&Ticket>) -> String {
        let tickets = context.channel_context.tickets;
        let opens = self.knowledge.faq.next_opening(context.now, language);
        let owner = ticket.and_then(|ticket| ticket.owner.as_ref());
        let owner = owner.map(|owner| self.in_language(language).owner_name(owner));
        match ticket {
            None => self.in_language(language).no_ticket(),
            Some(ticket) => self
                .in_language(language)
                .ticket_status(&composed_texts::StatusValues {
                    number: ticket.number,
                    subject: &ticket.subject,
                    status: ticket.status,
                    owner: owner.as_deref(),
                    ahead: tickets.ahead_of(ticket),
                    opens: opens.as_deref(),
                    expected: self
                        .target(ticket, Warning::FirstResponseMissed)
                        .filter(|at| ticket.first_reply.is_none() && *at > context.now)
                        .map(|at| self.when(context.now, at, language))
                        .as_deref(),
                }),
        }
    }
}
