//! Urgent words: those with which the admin wants a human at once, where they tell of something that goes on now.

use super::decide_outside_tickets::REPORTED;
use super::reading;
use super::{Desk, MessageContext};
use crate::desk::reading::set;
use crate::dialogue_act::{Act, Reading};
use regex::RegexSet;
use std::sync::LazyLock;

/// Patterns of the end of what stands before a word that it turns around: "没有宕机", "怎么避免数据丢失".
const TURNED: &[&str] = &[
    "(没有?|没再|并未|不会|不是|避免|防止|预防|以防|防范|从不|从未|从来没)(有|再|被|会|发生|出现|真的|因为)?$",
    r"(?i)(\b(no|not|never|avoid|prevent|without)|n['’]t)( \w+)?( (an?|the|any))? ?$",
];

/// Patterns of a clause about another time, or about none.
const NOT_NOW: &[&str] = &[
    "上次|上回|上个月|上周|去年|前年|以前|之前|曾经|那次|当年|历史上|假如|假设|如果|要是|万一|什么是|什么叫|面试|考题",
    r"(?i)\b(last (time|year|month|week)|in the past|used to|if|what is|what does|interview|interviewer)\b",
];

/// `true` if a clause speaks of a word's matter as of what is not, was, or might be.
fn is_not_now(clause: &str, word: &str) -> bool {
    static TURNS: LazyLock<RegexSet> = LazyLock::new(|| set(TURNED));
    static TIMES: LazyLock<RegexSet> = LazyLock::new(|| set(NOT_NOW));
    let clause = clause.to_lowercase();
    let before = clause.split(&word.to_lowercase()).next().unwrap_or_default();
    TURNS.is_match(before) || TIMES.is_match(&clause)
}

/// `true` if a text tells of trouble and does not ask about it.
fn tells_of_trouble(said: &str, reading: &Reading) -> bool {
    let asks = said.contains(['?', '？']) || said.ends_with(['吗', '么', '呢']) || reading.act() == Act::Ask;
    !asks && (reading.act() == Act::Trouble || reading::clauses(said).any(reading::tells_of_failure))
}

impl Desk<'_> {
    /// `true` if a message has an urgent word and says it of what goes on now. Of what members say to each other, only what plainly
    /// tells of trouble is.
    pub(super) fn is_urgent(&self, context: &MessageContext<'_>, said: &str, elsewhere: bool) -> bool {
        let policy = context.channel_context.policy;
        if !policy.is_urgent(said) {
            return false;
        }
        let mut told = policy
            .urgent
            .iter()
            .filter(|word| !word.is_empty())
            .flat_map(|word| {
                let has = |clause: &&str| clause.to_lowercase().contains(&word.to_lowercase());
                reading::clauses(said)
                    .filter(has)
                    .map(move |clause| is_not_now(clause, word))
            });
        // A word may reach over a comma.
        let all_past = told.next().is_some_and(|first| first && told.all(|past| past));
        let reading = self.knowledge.matcher.reading(said);
        !all_past && reading.of(Act::Report) <= REPORTED && (!elsewhere || tells_of_trouble(said, &reading))
    }
}
