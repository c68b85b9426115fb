//! Decides on a message outside of tickets: the FAQ's answer, a question back, a human, or nothing.

use super::conversation::{Pending, PendingKind};
use super::judge::{Verdict, judge_called};
use super::policy::Listen;
use super::reading::{self, Complaint, language_for, language_of};
use super::reason::Reason;
use super::turn::Turn;
use super::{Case, ChannelState, Desk, Judging, handoff};
use crate::dialogue_act::{Act, Reading};
use crate::language::Language;
use crate::matcher::{Evidence, Ranking, Target};
use jiff::Timestamp;
use std::ops::ControlFlow::{Break, Continue};

/// Probability from which on a message passes on what others said.
pub(super) const REPORTED: f32 = 0.5;
/// Probability from which on a message is said to another member.
const TO_MEMBER: f32 = 0.5;
/// A message that asks with less than this probability only tells something.
const ONLY_TELLS: f32 = 0.12;
/// Below this probability an entry is not offered to a member who says that something fails...
const FITS_TROUBLE: f32 = 0.45;

/// ...and below this one, where what it is likened to tells of no trouble: "I can't log in" is likened to "do I have to log in".
const FITS_THOUGH_NO_TROUBLE: f32 = 0.75;
/// Probability from which on a question of the file is about trouble.
const TELLS: f32 = 0.2;

/// `true` if what stands beside "no human" is neither known nor asked: "没必要转人工，群里说一下就行".
fn says_no_more(rest: &Ranking) -> bool {
    let wants = matches!(rest.reading.act(), Act::Ask | Act::Trouble);
    !wants && matches!(judge_called(rest), Verdict::Unknown { .. })
}

/// `true` if a member only tells the bot something: "我刚提了工单" asks for no address.
fn only_tells(said: &str, ranking: &Ranking) -> bool {
    let reading = &ranking.reading;
    !is_certain(ranking)
        && reading.asks() < ONLY_TELLS
        && reading.of(Act::State) > reading.of(Act::Exclaim)
        && !reading::is_fault(said)
}

/// `true` if the message is word for word a question of the file, or fits one of its patterns.
pub(super) fn is_certain(ranking: &Ranking) -> bool {
    ranking
        .candidates
        .first()
        .is_some_and(|best| !matches!(best.evidence, Evidence::Nearest(_)))
}

/// `true` if a message tells of trouble that no entry fits well: then it is none of those that could be offered.
pub(super) fn is_trouble_of_its_own(
    said: &str,
    ranking: &Ranking,
    reading_of: impl Fn(&str) -> Reading,
) -> bool {
    let told = ranking.reading.of(Act::Trouble) > ranking.reading.of(Act::Ask);
    if !told && !reading::tells_of_failure(said) && !reading::tells_of_fault(said) {
        return false;
    }
    let Some(best) = ranking.candidates.first() else {
        return true;
    };
    let tells = |example: &str| {
        let reading = reading_of(example);
        reading.of(Act::Trouble) > TELLS || reading::tells_of_failure(example)
    };
    // Bare topics tell of nothing.
    let topics = ranking.reading.act() == Act::Exclaim && !reading::tells_of_failure(said);
    let needed = match &best.evidence {
        Evidence::Nearest(example) if !topics && !tells(example) => FITS_THOUGH_NO_TROUBLE,
        _ => FITS_TROUBLE,
    };
    best.confidence < needed
}

impl Desk<'_> {
    /// Ranks the burst (the last message alone, and all of it as one) and acts on the verdict.
    pub(super) fn consider(&self, case: &Case<'_>, state: &mut ChannelState, expected: bool) -> Turn {
        let mut ranking = self.rank_beside_thanks(case);
        let turn = self.act_on(case, state, expected, &mut ranking);
        self.with_ranking(turn, case, &ranking)
    }

    fn act_on(
        &self,
        case: &Case<'_>,
        state: &mut ChannelState,
        expected: bool,
        ranking: &mut Ranking,
    ) -> Turn {
        let language = self.language(case);
        let said = case.said();
        if reading::declines_human(&said) {
            match reading::beside_declining(&said).map(|rest| self.rank_plainly(case, &rest)) {
                Some(rest) if rest.question && !says_no_more(&rest) => *ranking = rest,
                _ => return self.declined(case, state, language),
            }
        }
        if self.is_courtesy(case, ranking) {
            // Thanks are thanks, whatever entry thinks them its question.
            ranking.candidates.clear();
        }
        self.knowledge.heed(&said, ranking);
        let reported = ranking.reading.of(Act::Report) > REPORTED;
        let requests = if case.called() {
            reading::requests_human_of_bot
        } else {
            reading::requests_human
        };
        let human = !reported && requests(&said).is_some();
        self.note_failing(case, state, &said);
        if let Some(turn) = self.answered_channel_fails(case, state, language, ranking) {
            return turn;
        }
        if let Some(turn) = self.corrected(case, state, language, ranking) {
            return turn;
        }
        if case.called() {
            if reading::asks_help(&said) && !self.waits(case) {
                return self.introduced(case, state, language);
            }
            if let Some(turn) = self.greeted(case, state, language, ranking) {
                return turn;
            }
            if let Some(turn) = self.small_talk(case, state, language, ranking) {
                return turn;
            }
            if let Some(turn) = self.said_aside(case, state, language, ranking) {
                return turn;
            }
            if !human && let Some(turn) = self.other_than(case, state, language, ranking) {
                return turn;
            }
            let asks_too = said.contains(['?', '？']);
            if !human
                && !asks_too
                && let Some(turn) = self.complained(case, state, language, ranking)
            {
                return turn;
            }
            if !human && let Some(turn) = self.several(case, state, language, true, ranking) {
                return turn;
            }
            if !human
                && asks_too
                && let Some(turn) = self.complained(case, state, language, ranking)
            {
                return turn;
            }
            let verdict = if human {
                Verdict::Human { confidence: 1.0 }
            } else {
                judge_called(ranking)
            };
            if matches!(verdict, Verdict::Answer { .. }) && only_tells(&said, ranking) {
                if self.waits(case) {
                    let (why, reason) = (handoff::Why::Unknown, Reason::CalledAgainWithoutAnswer);
                    return self.hand_off(case, state, language, why, Some(ranking), reason);
                }
                return self.courteous(case, state, self.in_language(language).all_right());
            }
            if let Some(turn) = self.asks_on(case, state, language, ranking, &verdict) {
                return turn;
            }
            return self.act_called(case, state, language, ranking, verdict);
        }
        let plain = reading::names_complaint(&said) && reading::complaint(&said) == Some(Complaint::Plain);
        if plain
            && case.setting.policy.listen != Listen::Mentions
            && !reported
            && ranking.reading.to_member < TO_MEMBER
            && let Some(turn) = self.complained(case, state, language, ranking)
        {
            return turn;
        }
        if expected
            && let verdict @ (Verdict::Answer { .. } | Verdict::Human { .. } | Verdict::Clarify { .. }) =
                judge_called(ranking)
            && ranking.question
        {
            return match self.asks_on(case, state, language, ranking, &verdict) {
                Some(turn) => turn,
                None => self.act_called(case, state, language, ranking, verdict),
            };
        }
        if case.setting.policy.listen == Listen::Mentions {
            return Turn::quiet(Reason::OnlyWhenCalled);
        }
        if human && ranking.reading.to_member < TO_MEMBER {
            return self.asked_for_human(case, state, language, 1.0);
        }
        if !human && state.is_attended(case.member, case.now) {
            return Turn::quiet(Reason::AttendedByStaff);
        }
        // The judge agrees with one answer, not with several.
        let vetoed = self.judging.is_some_and(Judging::vetoes);
        if !human
            && !vetoed
            && let Some(turn) = self.several(case, state, language, false, ranking)
        {
            return turn;
        }
        self.act_unasked(case, state, language, ranking)
    }

    /// Hands a complaint to a human, unless the file has an entry about complaints that fits.
    fn complained(
        &self,
        case: &Case<'_>,
        state: &mut ChannelState,
        language: Language,
        ranking: &Ranking,
    ) -> Option<Turn> {
        reading::complaint(&case.said())?;
        let fits = ranking
            .candidates
            .first()
            .is_some_and(|best| match &best.evidence {
                Evidence::Nearest(example) => {
                    reading::names_complaint(example)
                        && matches!(judge_called(ranking), Verdict::Answer { .. })
                }
                _ => true,
            });
        if fits {
            return None;
        }
        if !case.last_word {
            return Some(self.hold(case, state));
        }
        Some(self.hand_off(
            case,
            state,
            language,
            handoff::Why::Complaint,
            Some(ranking),
            Reason::Complains,
        ))
    }

    /// Ranks a message, and what it says beside its thanks: "谢谢，那几点上班" asks what "几点上班" does.
    pub(super) fn rank_beside_thanks(&self, case: &Case<'_>) -> Ranking {
        let ranking = self.rank(case);
        let Some(beside) = reading::beside_thanks(&case.said()).filter(|_| !is_certain(&ranking)) else {
            return ranking;
        };
        let alone = self.rank_plainly(case, &beside);
        let surer = match (alone.candidates.first(), ranking.candidates.first()) {
            (Some(alone), Some(whole)) => alone.confidence > whole.confidence,
            (alone, _) => alone.is_some(),
        };
        if (alone.question || reading::asks_about_topic(&beside)) && surer {
            alone
        } else {
            ranking
        }
    }

    fn rank(&self, case: &Case<'_>) -> Ranking {
        let allowed = self.allowed(case);
        let alone = self.rank_text(&case.last.text, &allowed);
        if case.earlier.is_empty() {
            return alone;
        }
        let joined = self.rank_text(&case.said(), &allowed);
        let confidence = |ranking: &Ranking| ranking.candidates.first().map_or(0.0, |best| best.confidence);
        if confidence(&joined) > confidence(&alone) {
            joined
        } else {
            alone
        }
    }

    /// Returns the test for entries that are open to the channel of a case.
    fn allowed<'c>(&'c self, case: &'c Case<'_>) -> impl Fn(usize) -> bool + 'c {
        let place = case.setting.place.to_string();
        move |entry| {
            self.knowledge
                .faq
                .is_for(entry, &place, &case.setting.policy.tags)
        }
    }

    /// `true` if the sender waits for staff and says what no entry surely answers: staff read it, instead of an offer that nobody asked
    /// for.
    fn is_for_staff(&self, case: &Case<'_>, ranking: &Ranking, verdict: &Verdict) -> bool {
        let setting = case.setting;
        let ticket = setting.tickets.asked_by(setting.place, case.member);
        ticket.is_some_and(|ticket| ticket.status.is_active())
            && match verdict {
                Verdict::Clarify { .. } => true,
                Verdict::Answer { .. } => !ranking.question && !is_certain(ranking),
                Verdict::Human { .. } | Verdict::Unknown { .. } | Verdict::Quiet(_) => false,
            }
    }

    pub(super) fn act_called(
        &self,
        case: &Case<'_>,
        state: &mut ChannelState,
        language: Language,
        ranking: &Ranking,
        verdict: Verdict,
    ) -> Turn {
        if !only_tells(&case.said(), ranking) {
            match self.counsel_on_call(case, state, ranking, &verdict) {
                Continue(Some((ranking, reason))) => {
                    return self.answer_unless_failing(case, state, language, &ranking, 0, reason);
                }
                Continue(None) => {}
                Break(waiting) => return waiting,
            }
        }
        if self.is_for_staff(case, ranking, &verdict) {
            let reason = Reason::CalledAgainWithoutAnswer;
            return self.hand_off(
                case,
                state,
                language,
                handoff::Why::Unknown,
                Some(ranking),
                reason,
            );
        }
        match verdict {
            Verdict::Answer { candidate, reason } => {
                self.answer_unless_failing(case, state, language, ranking, candidate, reason)
            }
            Verdict::Human { confidence } => self.asked_for_human(case, state, language, confidence),
            _ if !case.last_word => self.hold(case, state),
            Verdict::Clarify { .. }
                if is_trouble_of_its_own(&case.said(), ranking, |text| {
                    self.knowledge.matcher.reading(text)
                }) =>
            {
                let confidence = ranking.candidates.first().map_or(0.0, |best| best.confidence);
                let named = confidence >= FITS_TROUBLE;
                named
                    .then(|| self.channel_fails(case, state, language, ranking, 0))
                    .flatten()
                    .unwrap_or_else(|| self.unknown(case, state, language, ranking, confidence))
            }
            Verdict::Clarify { candidates } => {
                let leads_on = |at: &usize| match ranking.candidates.get(*at).map(|best| best.target) {
                    Some(Target::Entry(entry)) => !self.sends_to_failing(case, state, entry),
                    Some(Target::Human) | None => true,
                };
                let reports = self.reports_failing(case, state, &case.said());
                let candidates: Vec<usize> = candidates.into_iter().filter(leads_on).collect();
                if candidates.is_empty() || reports {
                    let confidence = ranking.candidates.first().map_or(0.0, |best| best.confidence);
                    return self.unknown(case, state, language, ranking, confidence);
                }
                self.clarify(case, state, language, ranking, &candidates)
            }
            Verdict::Unknown { confidence } => self.unknown(case, state, language, ranking, confidence),
            Verdict::Quiet(reason) => Turn::quiet(reason),
        }
    }

    fn act_unasked(
        &self,
        case: &Case<'_>,
        state: &mut ChannelState,
        language: Language,
        ranking: &Ranking,
    ) -> Turn {
        let verdict = self.knowledge.judge_unasked(ranking);
        match self.counsel_unasked(case, state, ranking, &verdict) {
            Continue(Some((ranking, reason))) => {
                if let Some(waiting) = self.wait_for_human(case, state) {
                    return waiting;
                }
                return self.answer_unless_failing(case, state, language, &ranking, 0, reason);
            }
            Continue(None) => {}
            Break(quiet) => return quiet,
        }
        match verdict {
            Verdict::Human { confidence } => self.asked_for_human(case, state, language, confidence),
            Verdict::Answer { candidate, reason } => {
                if let Some(waiting) = self.wait_for_human(case, state) {
                    return waiting;
                }
                self.answer_unless_failing(case, state, language, ranking, candidate, reason)
            }
            Verdict::Quiet(reason) => Turn::quiet(reason),
            Verdict::Clarify { .. } | Verdict::Unknown { .. } => Turn::quiet(Reason::NotAQuestion),
        }
    }

    /// Answers with a candidate, unless the answer would send the member to a channel of which they say that it fails.
    fn answer_unless_failing(
        &self,
        case: &Case<'_>,
        state: &mut ChannelState,
        language: Language,
        ranking: &Ranking,
        candidate: usize,
        reason: Reason,
    ) -> Turn {
        self.channel_fails(case, state, language, ranking, candidate)
            .unwrap_or_else(|| self.answer(case, state, language, ranking, candidate, reason))
    }

    /// Lets staff or the asker speak first before an answer that nobody called for, where the settings say so.
    pub(super) fn wait_for_human(&self, case: &Case<'_>, state: &mut ChannelState) -> Option<Turn> {
        let wait = case.setting.policy.wait_for_human;
        if !wait.is_positive() || case.last_word {
            return None;
        }
        let due = case.last.at.saturating_add(wait).unwrap_or(Timestamp::MAX);
        if due <= case.now {
            return None;
        }
        state.member(case.member, case.now).pending = Some(Pending {
            due,
            kind: PendingKind::Answer,
        });
        Some(Turn::quiet(Reason::Waiting { until: due }))
    }

    /// Brings in the human that the member asks for; `confidence` is the probability of that, 0 to 1.
    fn asked_for_human(
        &self,
        case: &Case<'_>,
        state: &mut ChannelState,
        language: Language,
        confidence: f32,
    ) -> Turn {
        let reason = Reason::AskedForHuman { confidence };
        self.hand_off(case, state, language, handoff::Why::Asked, None, reason)
    }

    /// Waits for the member to go on typing before the bot says that it has no answer.
    pub(super) fn hold(&self, case: &Case<'_>, state: &mut ChannelState) -> Turn {
        let due = case
            .last
            .at
            .saturating_add(case.setting.policy.burst)
            .unwrap_or(Timestamp::MAX);
        state.member(case.member, case.now).pending = Some(Pending {
            due,
            kind: PendingKind::Call,
        });
        Turn::quiet(Reason::Waiting { until: due })
    }

    /// Language of the last message's own text; of the burst where that shows none.
    pub(super) fn language(&self, case: &Case<'_>) -> Language {
        let desk = self.knowledge.faq.language();
        // Latin letters are English only where the desk's own language is not written in them.
        let is_told = |own: &Language| *own != Language::ENGLISH || !desk.is_latin();
        case.own_language
            .filter(is_told)
            .unwrap_or_else(|| language_of(&case.last.text, language_for(&case.said(), &self.knowledge.faq)))
    }

    /// Ends what the bot has offered to a member, or asked of them, who takes back what they asked.
    pub(super) fn taken_back(&self, case: &Case<'_>, state: &mut ChannelState) -> Turn {
        let language = self.language(case);
        let member = state.member(case.member, case.now);
        let was_open = member.choices.is_some() || member.expected.is_some() || member.unhelped > 0;
        self.helped(case, state);
        let text = self.in_language(language).all_right();
        if was_open {
            return Turn::asking_back(Reason::TookBack, self.reply(case, text));
        }
        self.courteous(case, state, text)
    }

    /// Acknowledges that the member wants no human.
    fn declined(&self, case: &Case<'_>, state: &mut ChannelState, language: Language) -> Turn {
        if case.called() {
            self.courteous(case, state, self.in_language(language).no_human())
        } else {
            Turn::quiet(Reason::DeclinedHuman)
        }
    }

    /// Ranks a text that is not the message's own, lexically: it has no vector.
    pub(super) fn rank_plainly(&self, case: &Case<'_>, words: &str) -> Ranking {
        let ranking = self.knowledge.matcher.rank_where(words, self.allowed(case));
        self.with_tuning(ranking)
    }
}
