//! Picks few of a group's messages that stand for all: by pairs of characters, so that no table of the language is needed.

use std::cmp::Ordering;

/// Characters of a text that are compared.
const COMPARED_CHARS: usize = 200;

/// Texts that are compared with each other: of more, the first.
const COMPARED: usize = 32;

/// Likeness from which on two texts say the same.
const SAME: f32 = 0.8;

/// Returns the texts in the order in which they stand for all, the most typical one first. Those that say the same come once.
pub fn typical_first<'t>(texts: &[&'t str]) -> Vec<&'t str> {
    let (texts, pairs) = compared(texts);
    let mut order: Vec<(usize, f32)> = (0..texts.len())
        .map(|at| {
            (
                at,
                pairs.iter().map(|other| likeness(of(&pairs, at), other)).sum(),
            )
        })
        .collect();
    order.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    order
        .iter()
        .filter_map(|(at, _)| texts.get(*at).copied())
        .collect()
}

/// Returns at most `most` texts: the most typical one, then always the one that is least like those before it.
pub fn diverse<'t>(texts: &[&'t str], most: usize) -> Vec<&'t str> {
    let typical = typical_first(texts);
    let pairs: Vec<Pairs> = typical.iter().map(|text| pairs_of(text)).collect();
    let mut picked: Vec<usize> = Vec::new();
    while picked.len() < most.min(typical.len()) {
        let nearest = |at: usize| {
            let likenesses = picked
                .iter()
                .map(|other| likeness(of(&pairs, at), of(&pairs, *other)));
            likenesses.fold(0.0, f32::max)
        };
        let next = (0..typical.len())
            .filter(|at| !picked.contains(at))
            .map(|at| (at, nearest(at)))
            .min_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
        match next {
            Some((_, likeness)) if likeness >= SAME => break,
            Some((at, _)) => picked.push(at),
            None => break,
        }
    }
    picked.iter().filter_map(|at| typical.get(*at).copied()).collect()
}

/// Pairs of neighbouring characters, in order, each once.
type Pairs = Vec<(char, char)>;

fn of(pairs: &[Pairs], at: usize) -> &Pairs {
    static NOTHING: Pairs = Vec::new();
    pairs.get(at).unwrap_or(&NOTHING)
}

/// Returns the texts that differ from each other, with their pairs.
fn compared<'t>(texts: &[&'t str]) -> (Vec<&'t str>, Vec<Pairs>) {
    let (mut kept, mut pairs): (Vec<&str>, Vec<Pairs>) = (Vec::new(), Vec::new());
    for text in texts {
        let its = pairs_of(text);
        if its.is_empty() || pairs.contains(&its) {
            continue;
        }
        kept.push(text);
        pairs.push(its);
        if kept.len() == COMPARED {
            break;
        }
    }
    (kept, pairs)
}

fn pairs_of(text: &str) -> Pairs {
    let mut pairs = Pairs::new();
    let mut last = '^';
    let read = text.chars().filter(|c| c.is_alphanumeric()).take(COMPARED_CHARS);
    for c in read.flat_map(char::to_lowercase) {
        pairs.push((last, c));
        last = c;
    }
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

#[expect(clippy::cast_precision_loss, reason = "a few hundred pairs")]
fn likeness(a: &Pairs, b: &Pairs) -> f32 {
    let (mut shared, mut rest_a, mut rest_b) = (0_usize, a.as_slice(), b.as_slice());
    while let ([x, more_a @ ..], [y, more_b @ ..]) = (rest_a, rest_b) {
        match x.cmp(y) {
            Ordering::Less => rest_a = more_a,
            Ordering::Greater => rest_b = more_b,
            Ordering::Equal => {
                shared += 1;
                (rest_a, rest_b) = (more_a, more_b);
            }
        }
    }
    let all = a.len() + b.len();
    if all == 0 {
        0.0
    } else {
        2.0 * shared as f32 / all as f32
    }
}
