//! Words that mean the same: the built-in groups of support talk, and the admin's own on top.

use rustc_hash::FxHashMap;

use super::hash;
use super::language::Dictionaries;
use super::normalise::normalise;
use super::tokens::{Token, tokens};

const BUILT_IN: &str = include_str!("data/synonyms.txt");

/// The information of a concept whose group gives none: that of a fairly rare word.
const DEFAULT_INFO: f32 = 0.9;

/// Phrases by their first word, longest first.
#[derive(Debug, Default)]
pub(crate) struct Synonyms {
    phrases: FxHashMap<u64, Vec<Phrase>>,
}

#[derive(Debug)]
struct Phrase {
    rest: Vec<u64>,
    concept: u64,
    info: f32,
}

/// A phrase of a group, found at the start of some tokens.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Found {
    pub(crate) concept: u64,
    pub(crate) info: f32,
    /// The number of tokens it covers.
    pub(crate) tokens: usize,
}

impl Synonyms {
    /// Builds the table, the admin's groups first: a phrase belongs to the first group that names it, and an admin's
    /// group that shares a phrase with a built-in one extends it.
    pub(crate) fn build(own: &[Vec<String>], language: &Dictionaries) -> Self {
        let mut synonyms = Self::default();
        let built_in: Vec<(Option<f32>, Vec<&str>)> = BUILT_IN
            .lines()
            .filter(|l| !l.starts_with('#') && !l.is_empty())
            .map(|line| {
                let (info, list) = line
                    .split_once('=')
                    .map_or((None, line), |(w, l)| (w.trim().parse().ok(), l));
                (info, list.split('|').map(str::trim).collect())
            })
            .collect();
        let concept_of = |phrase: &str| {
            let text = normalise(phrase, language).text;
            built_in
                .iter()
                .position(|(_, group)| group.contains(&text.as_str()))
        };
        for (i, group) in own.iter().enumerate() {
            let shared = group.iter().find_map(|p| concept_of(p));
            let concept = shared.map_or(hash::salted(10, &i.to_string()), built_in_concept);
            let info = shared.and_then(|s| built_in[s].0).unwrap_or(DEFAULT_INFO);
            group
                .iter()
                .for_each(|p| synonyms.add(p, concept, info, language));
        }
        for (i, (info, group)) in built_in.iter().enumerate() {
            let info = info.unwrap_or(DEFAULT_INFO);
            group
                .iter()
                .for_each(|p| synonyms.add(p, built_in_concept(i), info, language));
        }
        for phrases in synonyms.phrases.values_mut() {
            phrases.sort_by_key(|p| std::cmp::Reverse(p.rest.len()));
        }
        synonyms
    }

    fn add(&mut self, phrase: &str, concept: u64, info: f32, language: &Dictionaries) {
        let text = normalise(phrase, language).text;
        let hashes: Vec<u64> = tokens(&text, language).iter().map(|t| t.hash).collect();
        let Some((&first, rest)) = hashes.split_first() else {
            return;
        };
        let known = self.phrases.entry(first).or_default();
        if !known.iter().any(|p| p.rest == rest) {
            known.push(Phrase {
                rest: rest.to_vec(),
                concept,
                info,
            });
        }
    }

    /// Finds the longest phrase that `tokens` begins with.
    pub(crate) fn find(&self, tokens: &[Token<'_>]) -> Option<Found> {
        let (first, following) = tokens.split_first()?;
        let phrase = self.phrases.get(&first.hash)?.iter().find(|p| {
            p.rest.len() <= following.len() && p.rest.iter().zip(following).all(|(a, b)| *a == b.hash)
        })?;
        Some(Found {
            concept: phrase.concept,
            info: phrase.info,
            tokens: phrase.rest.len() + 1,
        })
    }

    /// Returns the hash of a single word's concept, or its own if it has none.
    pub(crate) fn alone(&self, token: &Token<'_>) -> u64 {
        self.find(std::slice::from_ref(token))
            .map_or(token.hash, |f| f.concept)
    }
}

fn built_in_concept(group: usize) -> u64 {
    hash::salted(11, &group.to_string())
}

#[cfg(test)]
mod tests {
    use super::super::language::language;
    use super::*;

    fn concepts(own: &[Vec<String>], text: &str) -> Vec<u64> {
        let synonyms = Synonyms::build(own, language());
        tokens(text, language())
            .iter()
            .map(|t| synonyms.alone(t))
            .collect()
    }

    #[test]
    fn the_two_languages_meet_in_a_concept() {
        assert_eq!(concepts(&[], "工单"), concepts(&[], "ticket"));
        assert_eq!(concepts(&[], "tickets"), concepts(&[], "ticket"));
        assert_ne!(concepts(&[], "工单"), concepts(&[], "邮箱"));
    }

    #[test]
    fn an_admins_group_extends_the_built_in_one() {
        let own = [vec!["单子".to_owned(), "工单".to_owned()]];
        assert_eq!(concepts(&own, "单子"), concepts(&own, "ticket"));
    }
}
