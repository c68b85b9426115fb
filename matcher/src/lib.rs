//! Ranks a FAQ's entries for a message, each with a calibrated confidence.
//!
//! ```text
//! text -> normalise -> patterns, exact questions        certain
//!                   -> analyse -> index -> score -> model   a probability for each candidate
//! ```
//!
//! Pure and deterministic: no I/O, no clock, and the same ranking for the same input on every machine. The model is
//! fitted when the matcher is built, by leaving each of the file's own questions out in turn ([`Matcher::expected`] holds
//! the result).

mod analyse;
mod answer_passages;
mod asks_classifier;
mod build;
mod calibrate;
mod classify;
mod collect_questions;
pub mod dialogue_act;
mod embeddings;
mod exact_match;
mod features;
mod fitted_model;
#[cfg(feature = "fitting")]
#[doc(hidden)]
pub mod fitting;
mod foreign_things;
mod glyph_similarity;
mod group_tuning;
mod handoff_intent;
mod hash;
mod index;
mod language;
mod leave_one_out;
mod model;
mod normalise;
mod packed_tables;
mod patterns;
mod question_forms;
mod retrieve;
mod score;
mod search_terms;
mod sentences;
mod syllable_hash;
mod synonyms;
mod threshold_fitting;
mod tokens;
mod typo_correction;
mod unknown_nouns;
mod views;
mod vocabulary;
mod word_vectors;

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use analyse::{Analysis, analyse};
use asks_classifier::Asking;
use classify::Classifier;
pub use embeddings::{EmbeddedTexts, QuestionEmbeddings};
use exact_match::Exact;
use fitted_model::Fitted;
use foreign_things::Thing;
pub use group_tuning::{Judged, Tuning};
use index::Index;
use language::{Dictionaries, language};
pub use leave_one_out::LeftOut;
use normalise::{Normalised, normalise};
use patterns::Patterns;
use question_forms::Manners;
use retrieve::{Message, Without};
pub use search_terms::{search_terms, wanted_terms};
pub use sentences::sentences;
use synonyms::Synonyms;
pub use threshold_fitting::{Expected, Thresholds};
use tokens::tokens;
use typo_correction::Typos;
pub use views::{ViewTerm, Views};

use dialogue_act::{Act, Own, Reading};

/// The id of the built-in intent "let me talk to a human".
pub const HUMAN: &str = "@human";

/// Candidates that a ranking holds at most.
const CANDIDATES: usize = 6;
/// The least confidence of a message that is an example question word for word: above every threshold, below that of a
/// pattern, since two entries may well have the same question.
const EXACT: f32 = 0.97;
/// The factor on the other candidates' confidence when a pattern or an exact question decides.
const BESIDE_CERTAIN: f32 = 0.1;

/// The probability of asking from which a message may be answered without a mention of the bot.
const ASKS_PROBABILITY_MIN: f32 = 0.5;

/// A candidate before its target and id are looked up.
struct Proposed {
    entry: u32,
    /// The probability that it is the wanted entry, for a message that calls the bot.
    called: f32,
    /// Probability for a message that does not call the bot.
    unasked: f32,
    evidence: Evidence,
}

/// The input that a matcher is built from.
#[derive(Debug, Clone, Default)]
pub struct Input {
    /// The entries, in the order by which [`Target::Entry`] counts them.
    pub entries: Vec<EntryInput>,
    /// Groups of words that mean the same, on top of the built-in ones.
    pub synonyms: Vec<Vec<String>>,
    /// Further ways in which members ask for a human.
    pub human: HumanInput,
    /// Messages that no entry answers, though they look like it: those that admins marked as "not what was asked".
    pub out_of_scope: Vec<String>,
    /// The share of answers to unasked messages that should be right, such as 0.95.
    pub precision: f64,
    /// The embeddings of the questions and of [`Matcher::background`]; `None` builds the lexical tier alone.
    pub meanings: Option<Arc<QuestionEmbeddings>>,
}

/// One entry's example questions and patterns.
#[derive(Debug, Clone, Default)]
pub struct EntryInput {
    /// The entry's id.
    pub id: String,
    /// Example questions, in any language.
    pub questions: Vec<String>,
    /// Regular expressions, case-insensitive; a match makes the entry certain.
    pub patterns: Vec<String>,
    /// The entry's title and answer; empty if they say nothing.
    pub passage: String,
}

/// The admin's additions to the built-in intent [`HUMAN`].
#[derive(Debug, Clone, Default)]
pub struct HumanInput {
    /// Example requests.
    pub questions: Vec<String>,
    /// Regular expressions.
    pub patterns: Vec<String>,
}

/// The reasons for which a matcher can't be built.
#[derive(Debug, thiserror::Error)]
pub enum MatcherError {
    /// A pattern is not a regular expression, or is too large to be run.
    #[error("pattern {pattern:?} of {id:?}: {source}")]
    Pattern {
        /// The entry's id, or [`HUMAN`].
        id: String,
        /// The pattern as written.
        pattern: String,
        /// The error of the regular expression compiler.
        source: regex::Error,
    },
    /// More questions than the index can number.
    #[error("{questions} questions are too many; the most is {most}")]
    TooMany {
        /// The number of questions.
        questions: usize,
        /// The largest number of questions allowed.
        most: usize,
    },
}

/// The target of a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Target {
    /// The entry with this number in [`Input::entries`].
    Entry(usize),
    /// The built-in intent [`HUMAN`].
    Human,
}

/// The evidence by which a candidate was proposed.
#[derive(Debug, Clone, PartialEq)]
pub enum Evidence {
    /// A pattern matched; the pattern as written.
    Pattern(Arc<str>),
    /// The message is this example question, but for greetings, case and punctuation.
    Exact(Arc<str>),
    /// The most similar example question; [`Matcher::shared_words`] returns the words it shares with the message.
    Nearest(Arc<str>),
}

/// A proposed entry.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// The proposed entry or intent.
    pub target: Target,
    /// Id.
    pub id: Arc<str>,
    /// The calibrated probability, 0..=1, that it is what the message asks for.
    pub confidence: f32,
    /// Probability for a message that did not call the bot; its dialogue act counts too.
    pub unasked: f32,
    /// The evidence for it.
    pub evidence: Evidence,
}

/// A message's candidates.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranking {
    /// Best first, at most six.
    pub candidates: Vec<Candidate>,
    /// `true` if the message asks, requests, tells of trouble, or is an example question word for word.
    pub question: bool,
    /// The dialogue acts of the message.
    pub reading: Reading,
    /// The message in normal form, as it was compared.
    pub normalised: String,
    /// The probabilities above which to speak, for the tier that made this ranking.
    pub thresholds: Thresholds,
}

/// A question that a neighbouring entry would probably answer if it did not stand in the file: a member's paraphrase of
/// it may get either answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Collision {
    /// The question as written.
    pub question: Arc<str>,
    /// The entry it belongs to.
    pub own: Target,
    /// The entry that would answer it.
    pub other: Target,
    /// The probability of that, 0..=1.
    pub confidence: f32,
}

/// Ranks a file's entries for messages. Built once for a file and shared by all tasks.
#[derive(Debug)]
pub struct Matcher {
    ids: Vec<Arc<str>>,
    questions: Vec<Arc<str>>,
    exact: Exact,
    patterns: Patterns,
    synonyms: Synonyms,
    typos: Typos,
    /// The names that this file's members know as their own.
    own: Own,
    index: Index,
    classifier: Option<Classifier>,
    lexical: Fitted,
    /// The model for messages that have an embedding; `None` without a semantic tier.
    semantic: Option<Fitted>,
    /// The classifier that tells by its vector if a message asks; `None` without a semantic tier or if it tells nothing.
    asking: Option<Asking>,
    collisions: Vec<Collision>,
}

/// Loads the language tables that all matchers share, so that the first build or message finds them there. Takes
/// some tens of milliseconds the first time, nothing later; meant for a thread at start.
pub fn warm_up() {
    language();
    dialogue_act::warm_up();
}

impl Matcher {
    /// Ranks all entries for `text`.
    pub fn rank(&self, text: &str) -> Ranking {
        self.rank_where(text, |_| true)
    }

    /// Returns the texts beside the file's questions that the calibration needs embeddings of.
    pub fn background() -> impl Iterator<Item = &'static str> {
        handoff_intent::questions()
            .chain(calibrate::chatter())
            .chain(Asking::texts())
    }

    /// Returns `true` if a message is a request for a human and nothing else: it brings one in, whatever the file says.
    pub fn asks_for_human(text: &str) -> bool {
        handoff_intent::may_be_request(text)
            && handoff_intent::is_plain_request(&normalise(text, language()).text)
    }

    /// Returns `true` if a message has a word of requests for a human, and is short enough for one.
    pub fn may_ask_for_human(text: &str) -> bool {
        handoff_intent::may_be_request(text)
    }

    /// Returns the built-in ways of asking for a human.
    pub fn requests_for_human() -> impl Iterator<Item = &'static str> {
        handoff_intent::questions()
    }

    /// Converts a text to simplified characters.
    pub fn simplified(text: &str) -> Cow<'_, str> {
        language().simplified(text)
    }

    /// Reads the dialogue acts of a text, among members who know the names in this file.
    pub fn reading(&self, text: &str) -> Reading {
        question_forms::read(text, &self.own, language())
    }

    /// Ranks the entries that `allowed` accepts, by their number in [`Input::entries`], and [`HUMAN`].
    pub fn rank_where(&self, text: &str, allowed: impl Fn(usize) -> bool) -> Ranking {
        self.rank_with(text, None, allowed)
    }

    /// Ranks as [`Matcher::rank_where`]; `meaning` is the message's vector, from the model that [`Input::meanings`] came
    /// from. With `None`, or with a vector that can't be compared with those, only the lexical tier is used.
    pub fn rank_with(&self, text: &str, meaning: Option<&[f32]>, allowed: impl Fn(usize) -> bool) -> Ranking {
        let vector = meaning;
        let meaning = meaning.and_then(|vector| self.index.meanings.as_ref()?.comparable(vector));
        let fitted = self
            .semantic
            .as_ref()
            .filter(|_| meaning.is_some())
            .unwrap_or(&self.lexical);
        let language = language();
        let human = self.ids.len() - 1;
        // Entries behind it hold only messages that are out of scope.
        let allowed = |entry: u32| entry as usize >= human || allowed(entry as usize);
        let Normalised {
            text: normalised,
            asked,
        } = normalise(text, language);
        let mut analysis = self.analyse(&normalised, language);
        if !foreign_things::is_one_clause(text) {
            analysis.things.iter_mut().for_each(Thing::among_clauses);
        }
        let mut reading = question_forms::read(text, &self.own, language);
        if let (Some(asking), Some(vector), Some(_)) = (&self.asking, vector, &meaning) {
            reading = reading.shifted(asking.log_odds(vector));
        }
        let field = self.index.field(
            &Message {
                analysis: &analysis,
                asked,
                meaning: meaning.as_ref(),
            },
            self.classifier.as_ref(),
            Without::default(),
            allowed,
        );
        let mut probabilities = Vec::with_capacity(field.candidates.len());
        fitted.model.probabilities(&field, &mut probabilities);
        let clear = fitted.manners.clear(&reading);
        let mut candidates: Vec<Proposed> = field
            .candidates
            .iter()
            .zip(&probabilities)
            .map(|(c, &p)| Proposed {
                entry: c.entry,
                called: p * fitted.manners.called(c.entry, &reading),
                unasked: fitted.manners.of_ours(
                    c,
                    &field.none,
                    p * clear * fitted.manners.unasked(c.entry, &reading),
                ),
                evidence: Evidence::Nearest(Arc::clone(&self.questions[c.nearest as usize])),
            })
            .collect();
        if let Some(wanted) = candidates.iter_mut().find(|c| c.entry as usize == human) {
            // A member who declines a human, or tells of having asked for one, wants none.
            let asked = fitted.manners.asked(wanted.entry, &reading);
            wanted.called *= asked * (1.0 - reading.of(Act::State) - reading.of(Act::Report)).max(0.0);
        }
        candidates.sort_by(|a, b| b.called.total_cmp(&a.called).then(a.entry.cmp(&b.entry)));
        let (certain, outside) = self.certain(text, &normalised, allowed);
        let question = !certain.is_empty() || reading.asks() > ASKS_PROBABILITY_MIN;
        if outside || !certain.is_empty() {
            self.put_first(certain, &mut candidates, &reading);
        }
        candidates.truncate(CANDIDATES);
        let candidates = candidates.into_iter().map(|c| self.candidate(c)).collect();
        Ranking {
            candidates,
            question,
            reading,
            normalised,
            thresholds: fitted.thresholds,
        }
    }

    fn analyse(&self, normalised: &str, language: &Dictionaries) -> Analysis {
        let tokens = tokens(normalised, language);
        match self.typos.mend(normalised, &tokens, language) {
            Some(mended) => analyse(&mended, &self.synonyms, language),
            None => analyse::of_tokens(normalised, &tokens, &self.synonyms),
        }
    }

    /// Returns `true` if messages' vectors are of use: the input had embeddings, and their model tells the file's entries
    /// apart.
    pub fn reads_meanings(&self) -> bool {
        self.semantic.is_some()
    }

    /// Returns the probabilities above which to speak. With a semantic tier they are that tier's, since nearly all
    /// messages go through it. A message's own thresholds are in its [`Ranking`].
    pub fn thresholds(&self) -> Thresholds {
        self.semantic.as_ref().unwrap_or(&self.lexical).thresholds
    }

    /// Returns the precision and coverage to expect at these thresholds, estimated by leaving each question out in turn.
    pub fn expected(&self) -> Expected {
        self.semantic.as_ref().unwrap_or(&self.lexical).expected
    }

    /// Returns the file's questions that another entry than their own would probably answer if they were not there,
    /// surest first; at most a hundred.
    pub fn collisions(&self) -> &[Collision] {
        &self.collisions
    }

    /// Returns the words of `text` that `question` contains too, synonyms included, most telling first.
    pub fn shared_words(&self, text: &str, question: &str) -> Vec<String> {
        let language = language();
        let other = normalise(question, language).text;
        let other: Vec<u64> = tokens(&other, language)
            .iter()
            .map(|t| self.synonyms.alone(t))
            .collect();
        let text = normalise(text, language).text;
        let mut shared: Vec<_> = tokens(&text, language);
        shared.retain(|t| other.contains(&self.synonyms.alone(t)));
        shared.sort_by(|a, b| b.info.total_cmp(&a.info));
        let mut words: Vec<String> = Vec::new();
        for token in shared {
            if !words.iter().any(|w| w == token.text) {
                words.push(token.text.to_owned());
            }
        }
        words
    }

    /// Returns the share of the words of `text` that `other` has too, synonyms included, each with as much weight as it tells; 0 for
    /// a text without any.
    pub fn covered(&self, text: &str, other: &str) -> f32 {
        let language = language();
        let terms = |text: &str| {
            let text = normalise(text, language).text;
            analyse(&text, &self.synonyms, language).terms
        };
        let other: HashSet<u64> = terms(other).iter().map(|term| term.key).collect();
        let (mut all, mut shared) = (0.0, 0.0);
        for term in terms(text).iter().filter(|term| term.is_word()) {
            all += term.info;
            if other.contains(&term.key) {
                shared += term.info;
            }
        }
        if all > 0.0 { shared / all } else { 0.0 }
    }

    /// Finds the entries that a pattern or an exact question makes certain: an entry's patterns before its questions, and
    /// both before the built-in ways of asking for a human, unless the message is a plain request for one. The flag is
    /// `true` if the message is marked as out of scope, so that no entry is certain.
    fn certain(
        &self,
        raw: &str,
        normalised: &str,
        allowed: impl Fn(u32) -> bool,
    ) -> (Vec<(u32, Evidence)>, bool) {
        let human = (self.ids.len() - 1) as u32;
        let mut outside = false;
        let mut hits: Vec<(u32, Evidence)> = Vec::new();
        let mut add = |entry: u32, evidence: Evidence| {
            if allowed(entry) && !hits.iter().any(|h| h.0 == entry) {
                hits.push((entry, evidence));
            }
        };
        for (entry, pattern) in self.patterns.hits(raw, normalised) {
            add(entry, Evidence::Pattern(Arc::clone(pattern)));
        }
        for question in self.exact.questions(normalised) {
            let written = &self.questions[question as usize];
            if normalise(written, language()).text == normalised {
                let entry = self.index.question(question).entry;
                if self.index.outside == Some(entry) {
                    outside = true;
                } else {
                    add(entry, Evidence::Exact(Arc::clone(written)));
                }
            }
        }
        if handoff_intent::may_be_request(normalised) && handoff_intent::is_plain_request(normalised) {
            // No entry of the file may answer a plain request for a human.
            hits.retain(|h| h.0 == human);
            return (hits, false);
        }
        if outside || hits.iter().any(|h| h.0 != human) {
            hits.retain(|h| h.0 != human);
        }
        outside &= hits.is_empty();
        (hits, outside)
    }

    /// Puts certain candidates first and scales down the others' confidence.
    fn put_first(&self, certain: Vec<(u32, Evidence)>, candidates: &mut Vec<Proposed>, reading: &Reading) {
        let share = 1.0 / certain.len() as f32;
        let mut first: Vec<Proposed> = Vec::with_capacity(certain.len() + candidates.len());
        first.extend(certain.into_iter().map(|(entry, evidence)| {
            let own = candidates
                .iter()
                .find(|c| c.entry == entry)
                .map_or(0.0, |c| c.called);
            let confidence = match evidence {
                Evidence::Exact(_) if share == 1.0 => own.max(EXACT),
                _ => share,
            };
            let unasked = match evidence {
                Evidence::Pattern(_) if entry as usize + 1 < self.ids.len() => {
                    confidence * Manners::of_pattern(reading)
                }
                _ => confidence,
            };
            Proposed {
                entry,
                called: confidence,
                unasked,
                evidence,
            }
        }));
        // Several certain ones stay in the model's order.
        first.sort_by_key(|f| {
            let place = candidates.iter().position(|c| c.entry == f.entry);
            place.unwrap_or(usize::MAX)
        });
        candidates.retain(|c| !first.iter().any(|f| f.entry == c.entry));
        for candidate in candidates.iter_mut() {
            candidate.called *= BESIDE_CERTAIN;
            candidate.unasked *= BESIDE_CERTAIN;
        }
        first.append(candidates);
        *candidates = first;
    }

    fn candidate(&self, proposed: Proposed) -> Candidate {
        let Proposed {
            entry,
            called,
            unasked,
            evidence,
        } = proposed;
        let entry = entry as usize;
        let target = if entry + 1 == self.ids.len() {
            Target::Human
        } else {
            Target::Entry(entry)
        };
        Candidate {
            target,
            id: Arc::clone(&self.ids[entry]),
            confidence: called,
            unasked,
            evidence,
        }
    }
}

const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<Matcher>();
    shared::<Dictionaries>();
};

#[cfg(test)]
mod tests;
