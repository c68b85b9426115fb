//! From a message to ranked entries with a calibrated confidence.
//!
//! ```text
//! text -> normalise -> patterns, exact questions        certain
//!                   -> analyse -> index -> score -> model   a probability for each candidate
//! ```
//!
//! Pure and deterministic: no I/O, no clock, and the same ranking for the same input on every machine. The model is
//! fitted when the matcher is built, by leaving each of the file's own questions out in turn ([`Matcher::expected`]
//! says what that promises).

mod analyse;
mod asking;
mod build;
mod calibrate;
mod classify;
mod collect;
mod decide;
mod exact;
mod fitted;
#[cfg(feature = "fitting")]
#[doc(hidden)]
pub mod fitting;
mod hash;
mod human;
mod index;
mod language;
mod manners;
mod meaning;
mod model;
mod normalise;
mod passages;
mod patterns;
mod retrieve;
mod score;
mod sense;
mod shape;
mod sound;
mod synonyms;
mod typos;
mod vocabulary;

use std::borrow::Cow;
use std::sync::Arc;

use analyse::{Analysis, analyse};
use asking::Asking;
use classify::Classifier;
pub use decide::{Expected, Thresholds};
use exact::Exact;
use fitted::Fitted;
use index::Index;
use language::{Language, language};
use manners::Manners;
pub use meaning::{Meanings, Texts};
use normalise::{Normalised, normalise};
use patterns::Patterns;
use retrieve::{Message, Without};
use synonyms::Synonyms;
use typos::Typos;

use crate::dialogue_act::{self, Act, Own, Reading};

/// The id of the built-in intent "let me talk to a human".
pub const HUMAN: &str = "@human";

/// Candidates that a ranking holds at most.
const CANDIDATES: usize = 5;
/// The least confidence of a question that stands in the file word for word: above every threshold, below what a
/// pattern decides, since two entries may well be asked for in the same words.
const EXACT: f32 = 0.97;
/// What remains of the other candidates' confidence when something certain hit.
const BESIDE_CERTAIN: f32 = 0.1;

/// A message that is at least so likely to ask may be answered unasked.
const ASKS: f32 = 0.5;

/// A candidate on its way.
struct Proposed {
    entry: u32,
    /// The probability that it is what somebody who called the bot asks for.
    called: f32,
    /// The same of somebody who did not.
    unasked: f32,
    evidence: Evidence,
}

/// What the matcher is built from.
#[derive(Debug, Clone, Default)]
pub struct Input {
    /// The entries, in the order by which [`Target::Entry`] counts them.
    pub entries: Vec<EntryInput>,
    /// Groups of words that mean the same, on top of the built-in ones.
    pub synonyms: Vec<Vec<String>>,
    /// Further ways in which members ask for a human.
    pub human: HumanInput,
    /// Messages that no entry answers, though they look as if one did: what admins marked as "not what was asked".
    pub out_of_scope: Vec<String>,
    /// The share of answers to unasked messages that should be right, such as 0.95.
    pub precision: f64,
    /// What the questions, and [`Matcher::background`], mean; `None` is the lexical tier alone.
    pub meanings: Option<Arc<Meanings>>,
}

/// One entry's ways to be asked.
#[derive(Debug, Clone, Default)]
pub struct EntryInput {
    /// The entry's id.
    pub id: String,
    /// Example questions, in any language.
    pub questions: Vec<String>,
    /// Regular expressions that make the entry certain where they match, in any case.
    pub patterns: Vec<String>,
    /// Its title and answer; empty where they say nothing.
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

/// Why a matcher could not be built.
#[derive(Debug, thiserror::Error)]
pub enum MatcherError {
    /// A pattern is not a regular expression, or is too large to be run.
    #[error("pattern {pattern:?} of {id:?}: {source}")]
    Pattern {
        /// The entry's id, or [`HUMAN`].
        id: String,
        /// The pattern as written.
        pattern: String,
        /// What is wrong with it.
        source: regex::Error,
    },
    /// More questions than the index can number.
    #[error("{questions} questions are too many; the most is {most}")]
    TooMany {
        /// How many there are.
        questions: usize,
        /// How many there may be.
        most: usize,
    },
}

/// What a candidate stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Target {
    /// The entry with this number in [`Input::entries`].
    Entry(usize),
    /// The built-in intent [`HUMAN`].
    Human,
}

/// What told.
#[derive(Debug, Clone, PartialEq)]
pub enum Evidence {
    /// A pattern matched; the pattern as written.
    Pattern(Arc<str>),
    /// The message is this example question, but for greetings, case and punctuation.
    Exact(Arc<str>),
    /// The most similar example question; [`Matcher::shared_words`] says what it has in common with the message.
    Nearest(Arc<str>),
}

/// A proposed entry.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// What is proposed.
    pub target: Target,
    /// Its id.
    pub id: Arc<str>,
    /// The calibrated probability, 0..=1, that it is what the message asks for.
    pub confidence: f32,
    /// The same of a message that did not call the bot: what is done with the words counts too.
    pub unasked: f32,
    /// What told.
    pub evidence: Evidence,
}

/// A message's candidates.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranking {
    /// Best first, at most five.
    pub candidates: Vec<Candidate>,
    /// The message asks, requests, tells of trouble, or stands in the file word for word.
    pub question: bool,
    /// What is done with its words.
    pub reading: Reading,
    /// The message as it was compared.
    pub normalised: String,
    /// The probabilities above which to speak, for the tier that made this ranking.
    pub thresholds: Thresholds,
}

/// A question for which a neighbour is likely if it did not stand in the file: what members say in words of their own may
/// be answered by either entry.
#[derive(Debug, Clone, PartialEq)]
pub struct Collision {
    /// The question as written.
    pub question: Arc<str>,
    /// What it belongs to.
    pub own: Target,
    /// What would answer it.
    pub other: Target,
    /// With which probability, 0..=1.
    pub confidence: f32,
}

/// Ranks a file's entries for messages. Built once for a file, shared by all who ask.
#[derive(Debug)]
pub struct Matcher {
    ids: Vec<Arc<str>>,
    questions: Vec<Arc<str>>,
    exact: Exact,
    patterns: Patterns,
    synonyms: Synonyms,
    typos: Typos,
    /// Names that are no others' here.
    own: Own,
    index: Index,
    classifier: Option<Classifier>,
    lexical: Fitted,
    /// Where there is a semantic tier: for messages whose meaning is known.
    semantic: Option<Fitted>,
    /// Whether a message asks, by its vector; where there is a semantic tier that tells.
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

    /// Texts beside the file's questions whose meaning the calibration asks for.
    pub fn background() -> impl Iterator<Item = &'static str> {
        human::questions()
            .chain(calibrate::chatter())
            .chain(Asking::texts())
    }

    /// Whether a message is a request for a human and nothing else: it brings one in, whatever the file says.
    pub fn asks_for_human(text: &str) -> bool {
        human::may_be_request(text) && human::is_plain_request(&normalise(text, language()).text)
    }

    /// The built-in ways of asking for a human.
    pub fn requests_for_human() -> impl Iterator<Item = &'static str> {
        human::questions()
    }

    /// A text in simplified characters.
    pub fn simplified(text: &str) -> Cow<'_, str> {
        language().simplified(text)
    }

    /// What is done with the words of a text, among members who know the names in this file.
    pub fn reading(&self, text: &str) -> Reading {
        manners::read(text, &self.own, language())
    }

    /// Ranks the entries that `allowed` lets through, by their number in [`Input::entries`], and [`HUMAN`].
    pub fn rank_where(&self, text: &str, allowed: impl Fn(usize) -> bool) -> Ranking {
        self.rank_with(text, None, allowed)
    }

    /// As [`Matcher::rank_where`]; `meaning` is the message's vector, from the model that [`Input::meanings`] came from.
    /// `None`, or a vector that can't be compared with those, is the lexical tier alone.
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
        // Behind it only what is out of scope.
        let allowed = |entry: u32| entry as usize >= human || allowed(entry as usize);
        let Normalised {
            text: normalised,
            asked,
        } = normalise(text, language);
        let analysis = self.analyse(&normalised, language);
        let mut reading = manners::read(text, &self.own, language);
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
        let mut candidates: Vec<Proposed> = field
            .candidates
            .iter()
            .zip(&probabilities)
            .map(|(c, &p)| Proposed {
                entry: c.entry,
                called: p * fitted.manners.called(c.entry, &reading),
                unasked: p * fitted.manners.unasked(c.entry, &reading),
                evidence: Evidence::Nearest(Arc::clone(&self.questions[c.nearest as usize])),
            })
            .collect();
        if let Some(wanted) = candidates.iter_mut().find(|c| c.entry as usize == human) {
            // Whoever declines a human, or tells of having asked for one, wants none.
            let asked = fitted.manners.asked(wanted.entry, &reading);
            wanted.called *= asked * (1.0 - reading.of(Act::State) - reading.of(Act::Report)).max(0.0);
        }
        candidates.sort_by(|a, b| b.called.total_cmp(&a.called).then(a.entry.cmp(&b.entry)));
        let (certain, outside) = self.certain(text, &normalised, allowed);
        let question = !certain.is_empty() || reading.asks() > ASKS;
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

    fn analyse(&self, normalised: &str, language: &Language) -> Analysis {
        let tokens = analyse::tokens(normalised, language);
        match self.typos.mend(normalised, &tokens, language) {
            Some(mended) => analyse(&mended, &self.synonyms, language),
            None => analyse::of_tokens(normalised, &tokens, &self.synonyms),
        }
    }

    /// Whether messages' vectors are of use: they were given, and their model tells the file's entries apart.
    pub fn reads_meanings(&self) -> bool {
        self.semantic.is_some()
    }

    /// The probabilities above which to speak: of the semantic tier where there is one, since nearly all messages go through
    /// it. What holds for one message is in its [`Ranking`].
    pub fn thresholds(&self) -> Thresholds {
        self.semantic.as_ref().unwrap_or(&self.lexical).thresholds
    }

    /// What precision and coverage to expect at these thresholds, found by leaving each question out in turn.
    pub fn expected(&self) -> Expected {
        self.semantic.as_ref().unwrap_or(&self.lexical).expected
    }

    /// The file's questions for which another entry than their own is likely if they were not there, surest first; at
    /// most a hundred.
    pub fn collisions(&self) -> &[Collision] {
        &self.collisions
    }

    /// The words of `text` that `question` contains too, synonyms included, most telling first.
    pub fn shared_words(&self, text: &str, question: &str) -> Vec<String> {
        let language = language();
        let other = normalise(question, language).text;
        let other: Vec<u64> = analyse::tokens(&other, language)
            .iter()
            .map(|t| self.synonyms.alone(t))
            .collect();
        let text = normalise(text, language).text;
        let mut shared: Vec<_> = analyse::tokens(&text, language);
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

    /// Entries that a pattern or an exact question makes certain: an entry's patterns before its questions, and
    /// both before the built-in ways of asking for a human, unless the message is a plain request for one. And whether none is,
    /// since the message is marked as out of scope.
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
        if human::may_be_request(normalised) && human::is_plain_request(normalised) {
            // Whatever the file says: who asks for a human gets one.
            hits.retain(|h| h.0 == human);
            return (hits, false);
        }
        if outside || hits.iter().any(|h| h.0 != human) {
            hits.retain(|h| h.0 != human);
        }
        outside &= hits.is_empty();
        (hits, outside)
    }

    /// Puts what is certain, if anything, before the others, of which little remains.
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
        // Several certain ones: in the order of what the model thinks of them.
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
    shared::<Language>();
};

#[cfg(test)]
mod tests;
