//! Takes all questions of a file apart, in order, on as many threads as the machine lends.
//!
//! The result is compact (a key of eight bytes a term), since a large file has tens of millions of terms; and it is the
//! same for any number of threads.

use rustc_hash::FxHashMap;

use super::analyse::{self, Outline};
use super::hash;
use super::language::Dictionaries;
use super::normalise::normalise;
use super::synonyms::Synonyms;
use super::tokens::tokens;
use super::typo_correction::Learnt;
use super::word_vectors::Row;

/// Fewer questions than this are not worth a thread.
const WORTH_A_THREAD: usize = 500;
/// More threads bring nothing: the next steps go through the parts one by one.
const MOST_THREADS: usize = 4;

/// A stretch of questions.
#[derive(Debug, Default)]
pub(crate) struct Part {
    /// The terms' keys, question by question, ascending within each.
    pub(crate) keys: Vec<u64>,
    /// The end of each question's keys.
    pub(crate) ends: Vec<usize>,
    /// Places in `keys` of words that are parts of a concept and tell nothing beside it; ascending.
    pub(crate) silent: Vec<usize>,
    pub(crate) outlines: Vec<Outline>,
    /// Hash of each question in normal form; 0 for an empty one.
    pub(crate) exact: Vec<u64>,
    /// Each word's information and sense.
    pub(crate) words: FxHashMap<u64, (f32, Row)>,
    /// The keys once more, each once, ascending.
    pub(crate) distinct: Vec<u64>,
    pub(crate) learnt: Learnt,
}

/// The hash by which a text in normal form is found again; never 0 but for an empty text.
pub(crate) fn exact_hash(normalised: &str) -> u64 {
    if normalised.is_empty() {
        0
    } else {
        hash::text(normalised).max(1)
    }
}

/// Takes `questions` apart; the parts follow one another.
pub(crate) fn collect(questions: &[&str], synonyms: &Synonyms, language: &Dictionaries) -> Vec<Part> {
    in_parts(questions, threads(questions.len()), synonyms, language)
}

/// Collects as [`collect`] does, on so many threads: all parts together do not depend on the number.
pub(crate) fn in_parts(
    questions: &[&str],
    threads: usize,
    synonyms: &Synonyms,
    language: &Dictionaries,
) -> Vec<Part> {
    if threads < 2 {
        return vec![part(questions, synonyms, language)];
    }
    std::thread::scope(|scope| {
        let running: Vec<_> = questions
            .chunks(questions.len().div_ceil(threads))
            .map(|chunk| scope.spawn(move || part(chunk, synonyms, language)))
            .collect();
        running.into_iter().map(join).collect()
    })
}

/// Returns the number of threads that are worth their start for so many questions.
pub(crate) fn threads(questions: usize) -> usize {
    let lent = std::thread::available_parallelism().map_or(1, |n| n.get());
    lent.min(MOST_THREADS).min(questions / WORTH_A_THREAD)
}

/// Returns the result of a scoped thread; resumes its panic in the caller.
pub(crate) fn join<T>(thread: std::thread::ScopedJoinHandle<'_, T>) -> T {
    thread
        .join()
        .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

fn part(questions: &[&str], synonyms: &Synonyms, language: &Dictionaries) -> Part {
    let mut part = Part::default();
    for question in questions {
        let text = normalise(question, language).text;
        let tokens = tokens(&text, language);
        part.learnt.learn(&tokens);
        part.exact.push(exact_hash(&text));
        let analysis = analyse::of_tokens(&text, &tokens, synonyms);
        for term in &analysis.terms {
            if term.is_word() {
                if term.info == 0.0 {
                    part.silent.push(part.keys.len());
                }
                let known = part.words.entry(term.key).or_insert((term.info, term.sense));
                known.0 = known.0.max(term.info);
            }
            part.keys.push(term.key);
        }
        part.ends.push(part.keys.len());
        part.outlines.push(analysis.outline);
    }
    part.distinct.clone_from(&part.keys);
    part.distinct.sort_unstable();
    part.distinct.dedup();
    part.distinct.shrink_to_fit();
    part
}
