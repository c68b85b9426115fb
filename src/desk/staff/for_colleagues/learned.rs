//! Reading learnt from lessons: words to colleagues, told from words to a member where no form tells them apart. A linear model of the
//! characters and words of [`LESSONS`], learnt when it is first asked.

use super::cues;
use rustc_hash::{FxHashMap, FxHasher};
use std::hash::{Hash, Hasher};
use std::sync::LazyLock;

/// Lessons: a kind, a tab, the words.
const LESSONS: &str = include_str!("lessons.tsv");

/// Names that stand in the lessons for those of the roster.
const NAMES: [&str; 4] = ["老王", "小李", "May", "Tom"];

/// Score from which on words are rather for colleagues. Tests say how many of each kind are on the wrong side.
const RATHER: f32 = 0.3;

/// Rounds over all lessons, the step of each lesson, and how much of a weight is forgotten with it.
const ROUNDS: usize = 40;
const LEARNING_RATE: f32 = 0.4;
const FORGOTTEN: f32 = 0.0016;

/// Distance between one lesson and the next, so that neighbours in the file are none in learning.
const STRIDE: usize = 389;

/// Weight of a cue beside a piece of text.
const CUE: f32 = 3.0;

/// Longest text that is read, in pieces.
const READ_PIECES: usize = 200;

/// A linear model.
struct ColleagueModel {
    places: FxHashMap<u64, usize>,
    weights: Vec<f32>,
    bias: f32,
}

/// The model of the lessons.
static MODEL: LazyLock<ColleagueModel> = LazyLock::new(|| ColleagueModel::learn(&lessons()));

/// Learns the lessons, so that no staff quote waits for it.
pub fn warm_up() {
    LazyLock::force(&MODEL);
}

/// A feature: its digest, and its size.
type Feature = (u64, f32);

/// `true` if words are rather for colleagues than for the member.
pub(super) fn is_rather_for_colleagues(text: &str, colleagues: &[&str]) -> bool {
    MODEL.score(&features(text, colleagues)) >= RATHER
}

/// Reads the lessons: `true` for colleagues, and the words.
fn lessons() -> Vec<(bool, &'static str)> {
    let lines = LESSONS.lines().filter_map(|line| line.split_once('\t'));
    lines.map(|(kind, words)| (kind == "note", words)).collect()
}

impl ColleagueModel {
    /// Learns from lessons, each of which moves the weights of its features towards what it is.
    fn learn(lessons: &[(bool, &str)]) -> Self {
        let mut model = Self {
            places: FxHashMap::default(),
            weights: Vec::new(),
            bias: 0.0,
        };
        let mut known: Vec<(f32, Vec<(usize, f32)>)> = Vec::with_capacity(lessons.len());
        for (note, words) in lessons {
            let found = features(words, &NAMES);
            let found = found
                .into_iter()
                .map(|(digest, size)| (model.place(digest), size));
            known.push((if *note { 1.0 } else { 0.0 }, found.collect()));
        }
        for _ in 0..ROUNDS {
            for turn in 0..known.len() {
                if let Some((is, found)) = known.get(turn * STRIDE % known.len()) {
                    model.step(*is, found);
                }
            }
        }
        model
    }

    fn place(&mut self, digest: u64) -> usize {
        let next = self.weights.len();
        let place = *self.places.entry(digest).or_insert(next);
        if place == next {
            self.weights.push(0.0);
        }
        place
    }

    fn step(&mut self, is: f32, found: &[(usize, f32)]) {
        let length = length(found.len());
        let sum: f32 = found
            .iter()
            .filter_map(|(place, size)| Some(self.weights.get(*place)? * size))
            .sum();
        let score = self.bias + sum / length;
        let missed = is - 1.0 / (1.0 + (-score.clamp(-30.0, 30.0)).exp());
        for (place, size) in found {
            if let Some(weight) = self.weights.get_mut(*place) {
                *weight = *weight * (1.0 - FORGOTTEN) + LEARNING_RATE * missed * size / length;
            }
        }
        self.bias += LEARNING_RATE * missed * 0.1;
    }

    fn score(&self, features: &[Feature]) -> f32 {
        let known = features
            .iter()
            .filter_map(|(digest, size)| Some(self.weights.get(*self.places.get(digest)?)? * size));
        self.bias + known.sum::<f32>() / length(features.len())
    }
}

#[expect(clippy::cast_precision_loss, reason = "a few hundred features")]
fn length(features: usize) -> f32 {
    (features.max(1) as f32).sqrt()
}

/// Returns the features of a text: its runs of one to three pieces, and its cues.
fn features(text: &str, colleagues: &[&str]) -> Vec<Feature> {
    let pieces = pieces(text, colleagues);
    let is_han = pieces
        .iter()
        .any(|piece| piece.starts_with(|c| matches!(c, '\u{3400}'..='\u{9fff}')));
    let longest = if is_han { 3 } else { 2 };
    let runs = (1..=longest).flat_map(|count| pieces.windows(count).map(|run| (digest(&run), 1.0)));
    let cues = cues::found(text)
        .into_iter()
        .chain(cues::names_colleague(text, colleagues).then_some("named"));
    let cues = cues.map(|cue| (digest(&("cue", cue)), CUE));
    let size = (digest(&("length", (pieces.len() / 4).min(5))), CUE);
    let mut found: Vec<Feature> = runs.chain(cues).chain([size]).collect();
    found.sort_by_key(|(digest, _)| *digest);
    found.dedup_by_key(|(digest, _)| *digest);
    found
}

fn digest(what: &impl Hash) -> u64 {
    let mut hasher = FxHasher::default();
    what.hash(&mut hasher);
    hasher.finish()
}

/// Splits a text into what it is read by: Chinese characters, words of other scripts, signs. Names of colleagues, addresses and numbers are
/// the same whichever they are.
fn pieces(text: &str, colleagues: &[&str]) -> Vec<String> {
    let mut plain = text.to_owned();
    for name in colleagues.iter().filter(|name| !name.is_empty()) {
        plain = cues::without_name(&plain, name);
    }
    let mut pieces = vec!["^".to_owned()];
    for word in plain.split_whitespace() {
        if word.contains("://") {
            pieces.push("U".to_owned());
            continue;
        }
        let mut latin = String::new();
        for c in word.chars().map(|c| if c == '’' { '\'' } else { c }) {
            if c.is_ascii_alphanumeric() || c == '\'' {
                latin.extend(c.to_lowercase());
                continue;
            }
            push_word(&mut pieces, &mut latin);
            if c.is_alphanumeric() || "?？!！:：,，.。…“\"".contains(c) || c == cues::NAME {
                pieces.push(c.to_string());
            }
        }
        push_word(&mut pieces, &mut latin);
        if pieces.len() > READ_PIECES {
            break;
        }
    }
    pieces.push("$".to_owned());
    pieces
}

fn push_word(pieces: &mut Vec<String>, word: &mut String) {
    let word = std::mem::take(word);
    if word.is_empty() {
        return;
    }
    let is_number = word.starts_with(|c: char| c.is_ascii_digit());
    pieces.push(if is_number { "0".to_owned() } else { word });
}

#[cfg(test)]
mod tests {
    use super::super::reads_as_note;
    use super::{ColleagueModel, NAMES, RATHER, features, lessons};

    /// Words that the lessons and the cues were not made with.
    const HELD_OUT: &str = include_str!("held_out.tsv");

    /// Returns how many of a hundred notes would be sent, and how many of a hundred replies asked about.
    fn wrong<'t>(judged: impl Iterator<Item = (bool, bool, &'t str)>) -> (f32, f32) {
        let (mut notes, mut sent, mut replies, mut asked) = (0.0_f32, 0.0_f32, 0.0_f32, 0.0_f32);
        for (note, asks, _) in judged {
            if note {
                notes += 1.0;
                sent += f32::from(u8::from(!asks));
            } else {
                replies += 1.0;
                asked += f32::from(u8::from(asks));
            }
        }
        assert!(notes >= 50.0 && replies >= 50.0);
        (100.0 * sent / notes, 100.0 * asked / replies)
    }

    #[test]
    fn lessons_that_were_left_out_are_mostly_told_apart() {
        let all = lessons();
        let mut judged = Vec::new();
        for fold in 0..5 {
            let of_fold = |at: &usize| at % 5 == fold;
            let rest: Vec<(bool, &str)> = all
                .iter()
                .enumerate()
                .filter(|(at, _)| !of_fold(at))
                .map(|(_, one)| *one)
                .collect();
            let model = ColleagueModel::learn(&rest);
            for (_, (note, text)) in all.iter().enumerate().filter(|(at, _)| of_fold(at)) {
                let asks = super::super::cues::speak_to_colleagues(text, &NAMES, "小明")
                    || model.score(&features(text, &NAMES)) >= RATHER;
                judged.push((*note, asks, *text));
            }
        }
        let (sent, asked) = wrong(judged.into_iter());
        assert!(sent <= 20.0 && asked <= 15.0, "{sent} {asked}");
    }

    #[test]
    fn of_words_never_seen_few_notes_are_sent_and_few_replies_asked_about() {
        let lines = HELD_OUT.lines().filter_map(|line| line.split_once('\t'));
        let judged = lines.map(|(kind, text)| (kind == "note", reads_as_note(text, &NAMES, "小明"), text));
        let (sent, asked) = wrong(judged);
        assert!(sent <= 5.0 && asked <= 15.0, "{sent} {asked}");
    }
}
