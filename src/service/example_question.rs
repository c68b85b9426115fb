//! A question of the FAQ in service, which the terminal's greeting offers to try.

use super::live_knowledge::read_faq;
use crate::faq::{self, Unasked};
use crate::language::Language;
use std::path::Path;

/// Returns a question that the FAQ answers without being called, in this language where there is one: something to try.
pub(super) fn example_question(faq: Option<&Path>, language: Language) -> Option<String> {
    let (file, text) = read_faq(faq).ok()?;
    let faq = faq::load(&file, &text).ok()?.faq;
    let answered = faq
        .entries()
        .iter()
        .filter(|entry| entry.unasked != Unasked::Never);
    let questions: Vec<&String> = answered.flat_map(|entry| &entry.questions).collect();
    let mut spoken = questions
        .iter()
        .filter(|question| question.is_ascii() == language.is_latin());
    let question = spoken.next().or(questions.first())?;
    Some((*question).clone())
}
