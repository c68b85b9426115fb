//! Several questions in one message: each is read by itself, and where all have a sure answer they are answered together. `rest` is
//! about calls in which some have none.

mod rest;

use super::answer_or_clarify::{NEEDED_WHEN_CALLED, Verdict, judge_called};
use super::effects::Effects;
use super::reading;
use super::reason::Reason;
use super::{ChannelState, Desk, MessageContext};
use crate::desk::reading::one;
use crate::dialogue_act::Act;
use crate::faq::Handoff;
use crate::language::Language;
use crate::matcher::{Ranking, Target};
use crate::texts::ComposedTexts;
use groupdesk_contract::Segment;
use regex::Regex;
use std::sync::LazyLock;

/// Most questions of one message that are answered together.
const QUESTIONS_MAX: usize = 3;

/// Probability from which on a part of a message that called the bot has a sure answer.
const SURE: f32 = 0.7;

/// A part that asks with less than this probability adds to the others.
const ASKS_PROBABILITY_MIN: f32 = 0.2;

/// Pattern of the border between two questions.
const BETWEEN: &str = r"(?i)[?？!！。;；\n]+|\.\s+|(?:[，,、\s]*)(?:另外|再问(?:一)?下|顺便(?:再)?问)|[，,、\s]+(?:还有|以及|顺便|再就是)|,?\s+(?:and also|also,?|and (?:how|what|where|when|who|can|could|is|are|do|does))\s";

/// Pattern of filler words before the second of two questions.
const OPENINGS: &str = r"(?i)^(?:(?:另外|再问(?:一)?下|顺便(?:再)?问(?:一)?下?|对了|顺便|再就是)[，,：:、\s]*|(?:还有|以及)[，,：:、\s]+|(?:and also|also|and|by the way|btw)\b[，,：:、\s]*)";

/// One question with its answer.
struct PartAnswer {
    entry: usize,
    ranking: Ranking,
    reason: Reason,
}

/// Splits a message into its parts, in order. The sign that ends a part stays with it, as far as it shows a question.
fn parts(text: &str) -> Vec<&str> {
    static SPLITS: LazyLock<Option<Regex>> = LazyLock::new(|| one(BETWEEN));
    static OPENS: LazyLock<Option<Regex>> = LazyLock::new(|| one(OPENINGS));
    let (Some(splits), Some(opens)) = (SPLITS.as_ref(), OPENS.as_ref()) else {
        return vec![text];
    };
    let mut parts = Vec::new();
    let mut begin = 0;
    let mut push = |part: &'_ str, from: usize| {
        let trimmed = part.trim_start_matches(|c: char| !c.is_alphanumeric());
        let opening = opens.find(trimmed).map_or(0, |found| found.end());
        let bare = trimmed.get(opening..).unwrap_or_default().trim();
        if bare.chars().any(char::is_alphanumeric) {
            let start = from + part.len() - trimmed.len() + opening;
            parts.push((start, start + bare.len()));
        }
    };
    for found in splits.find_iter(text) {
        let marks = found.as_str().chars().take_while(|c| matches!(c, '?' | '？'));
        let end = found.start() + marks.map(char::len_utf8).sum::<usize>();
        push(text.get(begin..end).unwrap_or_default(), begin);
        // A word that begins the next question is part of it.
        begin = end;
    }
    push(text.get(begin..).unwrap_or_default(), begin);
    parts
        .into_iter()
        .filter_map(|(from, to)| text.get(from..to))
        .collect()
}

/// Splits a part at its commas into clauses, each with the place where it ends; not at those of numbers.
fn clauses(part: &str) -> Vec<(&str, usize)> {
    let mut clauses = Vec::new();
    let mut begin = 0;
    let mut before = ' ';
    let mut chars = part.char_indices().peekable();
    while let Some((at, sign)) = chars.next() {
        let in_number =
            before.is_ascii_digit() && chars.peek().is_some_and(|(_, next)| next.is_ascii_digit());
        if matches!(sign, '，' | ',' | '、') && !in_number {
            clauses.extend(part.get(begin..at).map(|clause| (clause, at)));
            begin = at + sign.len_utf8();
        }
        before = sign;
    }
    clauses.extend(part.get(begin..).map(|clause| (clause, part.len())));
    clauses.retain(|(clause, _)| clause.chars().any(char::is_alphanumeric));
    clauses
}

impl Desk<'_> {
    /// Splits parts further at the commas behind which another question begins: "怎么注册，多少钱". A clause that asks nothing goes
    /// with the question behind it, or else with the one before it.
    fn by_comma<'t>(&self, parts: &[&'t str]) -> Vec<&'t str> {
        let mut finer = Vec::new();
        for part in parts {
            let (mut asking, mut ends) = (0, Vec::new());
            let clauses = clauses(part);
            // One clause holds one question: most messages need no reading of their parts.
            for (clause, end) in clauses.iter().copied().filter(|_| clauses.len() > 1) {
                let reading = self.knowledge.matcher.reading(clause);
                let fails = reading::tells_of_failure(clause);
                let asks = reading.act() == Act::Ask && !fails && reading::asks_by_form(clause);
                // What only tells something stands beside the questions: "我是新用户，怎么注册".
                let tells = reading.act() == Act::State && reading.asks() < ASKS_PROBABILITY_MIN && !fails;
                asking += usize::from(asks);
                if asks || tells || reading::courtesy(clause).is_some() {
                    ends.push(end);
                }
            }
            if asking < 2 {
                finer.push(*part);
                continue;
            }
            let mut begin = 0;
            for (at, end) in ends.iter().enumerate() {
                let end = if at + 1 == ends.len() { part.len() } else { *end };
                let bare = part.get(begin..end).unwrap_or_default();
                finer.push(bare.trim_start_matches(|c: char| !c.is_alphanumeric()).trim_end());
                begin = end;
            }
        }
        finer
    }

    /// Answers all questions of a message, where there are several and each has a sure answer of its own. `whole` is the
    /// ranking of the message as it is: where that finds an entry that none of the parts does, they are one question
    /// together.
    pub(super) fn several(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
        language: Language,
        called: bool,
        whole: &Ranking,
    ) -> Option<Effects> {
        let said = context.said();
        // Of what is too long to be read, no part may go unsaid.
        if said != context.transcript() {
            return None;
        }
        let coarse = parts(&said);
        let finer = self.by_comma(&coarse);
        let split = finer.len() > coarse.len();
        split
            .then(|| self.several_parts(context, state, language, (&finer, called), whole))
            .flatten()
            .or_else(|| self.several_parts(context, state, language, (&coarse, called), whole))
    }

    fn several_parts(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
        language: Language,
        (parts, called): (&[&str], bool),
        whole: &Ranking,
    ) -> Option<Effects> {
        if parts.len() < 2 {
            return None;
        }
        let Some(found) = self.sure_answers(context, parts, called) else {
            // Nobody asked for the rest of what was not said to the bot.
            return called
                .then(|| self.answers_and_rest(context, state, language, parts, whole))
                .flatten();
        };
        let together = whole
            .candidates
            .first()
            .filter(|best| best.confidence >= NEEDED_WHEN_CALLED);
        let fits = |target: Target| found.iter().any(|found| target == Target::Entry(found.entry));
        if together.is_some_and(|best| !fits(best.target)) {
            return None;
        }
        if !called && let Some(waiting) = self.wait_for_human(context, state) {
            return Some(waiting);
        }
        self.give_all(context, state, language, found)
    }

    /// Joins the answers of entries in one reply; `None` where there are none.
    fn give_all(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
        language: Language,
        found: Vec<PartAnswer>,
    ) -> Option<Effects> {
        let given = found.into_iter().map(|found| {
            self.give(
                context,
                state,
                language,
                found.entry,
                found.reason,
                Some(&found.ranking),
            )
        });
        given.reduce(|before, effects| joined(before, effects, self.in_language(language)))
    }

    /// Entries that surely answer the parts, each once; `None` unless there are several and no part is left over. One
    /// that hands over comes last, and there is one such at most: a member has one ticket.
    fn sure_answers(
        &self,
        context: &MessageContext<'_>,
        parts: &[&str],
        called: bool,
    ) -> Option<Vec<PartAnswer>> {
        let mut found: Vec<PartAnswer> = Vec::new();
        for part in parts.iter().filter(|part| reading::courtesy(part).is_none()) {
            let ranking = self.rank_plainly(context, part);
            let verdict = if called {
                judge_called(&ranking)
            } else {
                self.knowledge.judge_unasked(&ranking)
            };
            let reading = &ranking.reading;
            let (candidate, reason) = match verdict {
                Verdict::Answer { candidate, reason } => (candidate, reason),
                // "我是新用户。怎么注册？"
                _ if reading.asks() < ASKS_PROBABILITY_MIN && !reading::tells_of_failure(part) => continue,
                _ => return None,
            };
            let best = ranking.candidates.get(candidate)?;
            let Target::Entry(entry) = best.target else {
                return None;
            };
            let asks = ranking.question && reading.of(Act::Trouble) <= reading.of(Act::Ask);
            if !asks || reading::fails(part) || (called && best.confidence < SURE) {
                return None;
            }
            if found.iter().all(|found| found.entry != entry) {
                found.push(PartAnswer {
                    entry,
                    ranking,
                    reason,
                });
            }
        }
        let hands_over = |found: &PartAnswer| {
            let entry = self.knowledge.faq.entries().get(found.entry);
            entry.is_some_and(|entry| entry.handoff == Handoff::Always)
        };
        found.sort_by_key(hands_over);
        let one_ticket = found.iter().filter(|found| hands_over(found)).count() <= 1;
        (one_ticket && (2..=QUESTIONS_MAX).contains(&found.len())).then_some(found)
    }
}

/// Joins two turns on one message, with one message to the member.
fn joined(mut before: Effects, mut effects: Effects, texts: ComposedTexts<'_>) -> Effects {
    if effects.outgoing.is_empty() {
        return before;
    }
    if before.outgoing.is_empty() {
        return effects;
    }
    let mut answer = effects.outgoing.remove(0);
    if let Some(first) = before.outgoing.first_mut() {
        let offer = texts.human_on_offer();
        let has_human = effects.decided.decision.ticket().is_some();
        if (has_human || answer.reply.text().ends_with(&offer))
            && let Some(Segment::Text(text)) = first.reply.segments.first_mut()
            && let Some(rest) = text.strip_suffix(&offer)
        {
            // It is offered once, at the end.
            *text = rest.trim_end().to_owned();
        }
        first.reply.segments.push(Segment::Text("\n\n".to_owned()));
        first.reply.segments.append(&mut answer.reply.segments);
        if first.reply.buttons.is_empty() {
            first.reply.buttons = answer.reply.buttons;
        }
        first.about = first.about.take().or(answer.about);
    }
    before.outgoing.append(&mut effects.outgoing);
    before.steps.append(&mut effects.steps);
    if effects.decided.decision.ticket().is_some() {
        before.decided = effects.decided;
    }
    before
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn a_message_is_cut_where_another_question_begins() {
        for (text, cut) in [
            (
                "怎么注册？另外客服电话是多少？",
                vec!["怎么注册？", "客服电话是多少？"],
            ),
            ("怎么注册，另外客服电话是多少", vec!["怎么注册", "客服电话是多少"]),
            (
                "怎么注册，还有电话多少？谢谢！",
                vec!["怎么注册", "还有电话多少？", "谢谢"],
            ),
            (
                "你们几点上班\n工单在哪里提交",
                vec!["你们几点上班", "工单在哪里提交"],
            ),
            ("周末还有人上班吗", vec!["周末还有人上班吗"]),
            (
                "How do I register? And also what is your phone number?",
                vec!["How do I register?", "what is your phone number?"],
            ),
            (
                "when are you open and where can I open a ticket",
                vec!["when are you open", "where can I open a ticket"],
            ),
            ("升级到 5.2 怎么办", vec!["升级到 5.2 怎么办"]),
            ("？？", vec![]),
        ] {
            assert_eq!(parts(text), cut, "{text}");
        }
    }
}
