//! Several questions in one call of which some have no sure answer: those that have one are answered, and of the others
//! none is dropped. The bot asks back where a part may mean an entry, and hands over a part that nothing fits, all in the
//! same message.

use super::{ASKS_PROBABILITY_MIN, PartAnswer, QUESTIONS_MAX, SURE, joined};
use crate::desk::answer_or_clarify::{NEEDED_WHEN_CALLED, Verdict, judge_called};
use crate::desk::effects::Effects;
use crate::desk::handoff_reason::HandoffReason;
use crate::desk::member_state::BurstPart;
use crate::desk::reading::one;
use crate::desk::reason::Reason;
use crate::desk::trouble_of_its_own::is_trouble_of_its_own;
use crate::desk::{ChannelState, Desk, MessageContext, reading};
use crate::dialogue_act::Act;
use crate::faq::Handoff;
use crate::language::Language;
use crate::matcher::{Evidence, Ranking, Target};
use crate::ticket::stands_alone;
use groupdesk_contract::Segment;
use regex::Regex;
use std::sync::LazyLock;

/// Probability from which on a part without a sure answer goes on with the part whose entry it fits best.
const GOES_ON: f32 = 0.3;

/// Most entries among which the bot asks back; they are picked by number.
const MOST_OFFERED: usize = 3;

/// Pattern of phrases that only ask for an answer, to whatever stands beside them.
const PLEA: &str = r"(?i)^(?:请|麻烦|劳烦|拜托|求|尽快|快点?|赶紧|赶快|急用?|很急|挺急的?|比较急|在线等|等|回复|回答|解答|答复|告知|告诉|指教|指点|求助|求解|帮忙|帮助|帮我|帮帮我|帮|看看|看|处理|一下|下|我|您|你|了|吧|啊|哦|谢谢|多谢|please|asap|urgent|help|me|reply|answer|thanks|thank you|waiting|\s|[[:punct:]，。！？、；：~～…])+$";

/// Parts of a call, sorted by what becomes of them.
#[derive(Default)]
struct Sorted<'t> {
    /// Entries that surely answer some.
    found: Vec<PartAnswer>,
    /// Parts that may mean an entry, or are one answer too many.
    unsure: Vec<&'t str>,
    /// Entries that the unsure parts may mean, best first.
    offered: Vec<usize>,
    /// Parts that nothing fits.
    open: Vec<(&'t str, Ranking)>,
}

impl Sorted<'_> {
    fn has(&self, entry: usize) -> bool {
        self.found.iter().any(|found| found.entry == entry)
    }

    /// `true` if an entry is found or offered for one of the parts.
    fn knows(&self, entry: usize) -> bool {
        self.has(entry) || self.offered.contains(&entry)
    }
}

/// `true` if a part only asks for an answer.
fn is_plea(part: &str) -> bool {
    static PLEAS: LazyLock<Option<Regex>> = LazyLock::new(|| one(PLEA));
    PLEAS.as_ref().is_some_and(|pleas| pleas.is_match(part))
}

/// `true` if a part tells of trouble, whether or not it asks.
fn tells_of_trouble(part: &str, ranking: &Ranking) -> bool {
    let reading = &ranking.reading;
    reading::tells_of_failure(part) || reading.of(Act::Trouble) > reading.of(Act::Ask)
}

fn fit(ranking: &Ranking, entry: usize) -> f32 {
    let best = ranking
        .candidates
        .first()
        .filter(|best| best.target == Target::Entry(entry));
    best.map_or(0.0, |best| best.confidence)
}

impl Desk<'_> {
    /// Replies to a call of which some parts have a sure answer and some have none. `whole` is the ranking of the message
    /// as it is: where that surely is one question, it is not split.
    pub(super) fn answers_and_rest(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
        language: Language,
        parts: &[&str],
        whole: &Ranking,
    ) -> Option<Effects> {
        let sorted = self.sorted(context, parts)?;
        if sorted.found.is_empty() || (sorted.open.is_empty() && sorted.unsure.is_empty()) {
            return None;
        }
        if let Some(best) = whole.candidates.first() {
            let exact = matches!(best.evidence, Evidence::Exact(_));
            let together = best.confidence >= NEEDED_WHEN_CALLED
                && !matches!(best.target, Target::Entry(entry) if sorted.knows(entry));
            if exact || together {
                return None;
            }
        }
        if !context.last_word {
            return Some(self.wait_for_more(context, state));
        }
        let Sorted {
            found,
            unsure,
            offered,
            open,
        } = sorted;
        let mut effects = self.give_all(context, state, language, found)?;
        // The ticket of an entry that hands over holds the whole message.
        let has_ticket = effects.decided.decision.ticket().is_some();
        if !open.is_empty() && !has_ticket {
            let rest = self.open_rest(context, state, language, &open);
            effects = joined(effects, rest, self.in_language(language));
        }
        if !unsure.is_empty() {
            self.ask_back(context, state, language, (&unsure, &offered), &mut effects);
        }
        Some(effects)
    }

    /// Sorts the parts by their result; `None` where two of them hand over: one ticket with all of the message does that.
    fn sorted<'t>(&self, context: &MessageContext<'_>, parts: &[&'t str]) -> Option<Sorted<'t>> {
        let mut sorted = Sorted::default();
        let mut before: Option<&str> = None;
        for part in parts {
            let skipped = reading::courtesy(part).is_some() || is_plea(part);
            if !skipped {
                self.sort(context, part, before, &mut sorted);
            }
            before = Some(part);
        }
        let Sorted {
            found,
            unsure,
            offered,
            open,
        } = &mut sorted;
        let hands_over = |found: &PartAnswer| {
            let entry = self.knowledge.faq.entries().get(found.entry);
            entry.is_some_and(|entry| entry.handoff == Handoff::Always)
        };
        if found.iter().filter(|found| hands_over(found)).count() > 1 {
            return None;
        }
        let known: Vec<usize> = found.iter().map(|found| found.entry).collect();
        open.retain(|(_, ranking)| known.iter().all(|entry| fit(ranking, *entry) < GOES_ON));
        offered.retain(|entry| !known.contains(entry));
        if offered.is_empty() {
            unsure.clear();
        }
        found.sort_by_key(hands_over);
        Some(sorted)
    }

    fn sort<'t>(
        &self,
        context: &MessageContext<'_>,
        part: &'t str,
        before: Option<&str>,
        sorted: &mut Sorted<'t>,
    ) {
        let ranking = self.rank_plainly(context, part);
        let trouble = tells_of_trouble(part, &ranking);
        let reading = &ranking.reading;
        // What does not ask by its form, and requests nothing, is the context of the others.
        let asks =
            reading::asks_by_form(part) || reading.asks() - reading.of(Act::Ask) >= ASKS_PROBABILITY_MIN;
        let wants = reading::tells_of_failure(part) || (asks && reading.asks() >= ASKS_PROBABILITY_MIN);
        // "…，还有别的法子没" asks nothing without the part before it, which is one question with it.
        let leant_on = before.filter(|before| !before.ends_with(['?', '？']) && reading::needs_context(part));
        let offer = |entries: Vec<usize>, sorted: &mut Sorted<'t>| {
            if leant_on.is_some() {
                return;
            }
            // What goes on with a part that is answered asks nothing else.
            if entries.first().is_some_and(|first| sorted.has(*first)) {
                return;
            }
            sorted.unsure.push(part);
            for entry in entries {
                if sorted.offered.len() < MOST_OFFERED && !sorted.offered.contains(&entry) {
                    sorted.offered.push(entry);
                }
            }
        };
        match judge_called(&ranking) {
            Verdict::Answer { candidate, reason } => {
                let Some(best) = ranking.candidates.get(candidate) else {
                    return;
                };
                let (Target::Entry(entry), confidence) = (best.target, best.confidence) else {
                    return;
                };
                let nearest = matches!(best.evidence, Evidence::Nearest(_));
                if sorted.has(entry) || (nearest && !wants) {
                    // It is answered already, or nothing is asked.
                } else if trouble && self.knowledge.faq.only_contact(entry).is_some() {
                    // Whose channel fails is not sent there.
                    sorted.open.push((part, ranking));
                } else if confidence < SURE || sorted.found.len() >= QUESTIONS_MAX {
                    offer(vec![entry], sorted);
                } else {
                    if let Some(before) = leant_on {
                        sorted.open.pop_if(|(open, _)| *open == before);
                        sorted.unsure.pop_if(|unsure| *unsure == before);
                    }
                    self.heed_context(context, part, before, entry, &ranking, sorted);
                    sorted.found.push(PartAnswer {
                        entry,
                        ranking,
                        reason,
                    });
                }
            }
            Verdict::Clarify { candidates }
                if wants
                    && !is_trouble_of_its_own(part, &ranking, |text| {
                        self.knowledge.matcher.reading(text)
                    }) =>
            {
                let entries = candidates.into_iter().filter_map(|at| {
                    let target = ranking.candidates.get(at)?.target;
                    match target {
                        Target::Entry(entry) => Some(entry),
                        Target::Human => None,
                    }
                });
                offer(entries.collect(), sorted);
            }
            Verdict::Clarify { .. } | Verdict::Unknown { .. }
                if wants && leant_on.is_none() && stands_alone(part) =>
            {
                sorted.open.push((part, ranking));
            }
            _ => {}
        }
    }

    /// Drops trouble that only leads up to a question as a matter of its own: "忘了密码。怎么重置？"
    fn heed_context(
        &self,
        context: &MessageContext<'_>,
        part: &str,
        before: Option<&str>,
        entry: usize,
        alone: &Ranking,
        sorted: &mut Sorted<'_>,
    ) {
        let told = sorted.open.pop_if(|(open, ranking)| {
            before == Some(*open) && !ranking.question && !open.contains(['?', '？']) && {
                let both = self.rank_plainly(context, &format!("{open}，{part}"));
                fit(&both, entry) >= fit(alone, entry)
            }
        });
        drop(told);
    }

    /// Brings in a human for the parts that nothing fits.
    fn open_rest(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
        language: Language,
        open: &[(&str, Ranking)],
    ) -> Effects {
        let parts: Vec<&str> = open.iter().map(|(part, _)| *part).collect();
        let last = BurstPart {
            text: parts.join("\n"),
            picture: context.parts().any(|part| part.picture),
            attached: context.parts().flat_map(|part| part.attached.clone()).collect(),
            left_out: context.parts().flat_map(|part| part.left_out.clone()).collect(),
            ..context.last.clone()
        };
        let rest = MessageContext {
            unread: Vec::new(),
            earlier: Vec::new(),
            last,
            ..*context
        };
        let ranking = open.first().map(|(_, ranking)| ranking);
        let confidence = ranking
            .and_then(|ranking| ranking.candidates.first())
            .map_or(0.0, |best| best.confidence);
        let (why, reason) = if reading::complaint(&rest.last.text).is_some() {
            (HandoffReason::Complaint, Reason::Complains)
        } else {
            (HandoffReason::Unknown, Reason::CalledButUnknown { confidence })
        };
        let mut effects = self.hand_off(&rest, state, language, why, ranking, reason);
        let told = effects
            .outgoing
            .first_mut()
            .filter(|outgoing| outgoing.place == *context.channel_context.place);
        match (told, effects.decided.decision.ticket()) {
            (Some(told), _) => {
                let about = self.in_language(language).introduce_parts(&parts);
                told.reply.segments.insert(0, Segment::Text(about));
            }
            // They were told of their ticket a moment ago.
            (None, Some(ticket)) => {
                let about = self.in_language(language).introduce_parts(&parts);
                let text = about + &self.in_language(language).ticket_joined(ticket);
                effects.outgoing.insert(0, self.reply(context, text));
            }
            (None, None) => {}
        }
        effects
    }

    /// Asks at the end of the message which entries the unsure parts mean.
    fn ask_back(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
        language: Language,
        (unsure, offered): (&[&str], &[usize]),
        effects: &mut Effects,
    ) {
        let offered = self.offer(context, state, language, offered, unsure.join("\n"));
        let Some(first) = effects.outgoing.first_mut() else {
            return;
        };
        let text = self.in_language(language).also_asked(unsure, &offered.titles);
        first.reply.segments.push(Segment::Text(format!("\n\n{text}")));
        if context.channel_context.buttons {
            first.reply.buttons = offered.buttons;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_plea;

    #[test]
    fn words_that_only_ask_for_an_answer_are_told_from_requests() {
        for text in [
            "请尽快回复",
            "麻烦看一下，急！",
            "在线等",
            "please help",
            "求解答",
        ] {
            assert!(is_plea(text), "{text}");
        }
        for text in [
            "我要投诉你们",
            "请给我发票",
            "服务器挂了",
            "help me with my invoice",
        ] {
            assert!(!is_plea(text), "{text}");
        }
    }
}
