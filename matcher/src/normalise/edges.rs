//! Greetings, politeness and fillers at either end of a message.

use std::sync::OnceLock;

use super::is_wide;

/// Phrases at the front or back that don't change the question; `?` marks those that announce one.
const PHRASES: &str = include_str!("../data/edges.txt");

struct Phrases {
    front: Vec<(&'static str, bool)>,
    back: Vec<(&'static str, bool)>,
}

/// Strips edge phrases while something remains; `asked` is set when one of them announces a question.
pub(super) fn strip(mut text: String, asked: &mut bool) -> String {
    let phrases = phrases();
    let (mut start, mut end) = (0, text.len());
    // Bounded, so that a text of nothing but greetings costs no more than a few looks.
    for _ in 0..16 {
        let rest = &text[start..end];
        if let Some((len, asks)) = find(&phrases.front, rest, true) {
            start += len;
            *asked |= asks;
        } else if let Some((len, asks)) = find(&phrases.back, rest, false) {
            end -= len;
            *asked |= asks;
        } else {
            break;
        }
    }
    if start > 0 || end < text.len() {
        text.truncate(end);
        text.drain(..start);
    }
    text
}

/// Finds the longest phrase at the front (or back) of `text` that leaves something; the length includes the blank beside
/// it.
fn find(phrases: &[(&'static str, bool)], text: &str, front: bool) -> Option<(usize, bool)> {
    phrases.iter().find_map(|&(phrase, asks)| {
        let rest = if front {
            text.strip_prefix(phrase)?
        } else {
            text.strip_suffix(phrase)?
        };
        let (inner, outer) = if front {
            (rest.chars().next()?, phrase.chars().next_back()?)
        } else {
            (rest.chars().next_back()?, phrase.chars().next()?)
        };
        let whole = inner == ' ' || is_wide(inner) || is_wide(outer);
        whole.then(|| (text.len() - rest.trim_matches(' ').len(), asks))
    })
}

fn phrases() -> &'static Phrases {
    static TABLE: OnceLock<Phrases> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table = Phrases {
            front: Vec::new(),
            back: Vec::new(),
        };
        for line in PHRASES.lines().filter(|l| !l.starts_with('#')) {
            let Some((side, list)) = line.split_once(':') else {
                continue;
            };
            let all = list.split('|').map(str::trim).filter(|p| !p.is_empty());
            let all = all.map(|p| p.strip_suffix('?').map_or((p, false), |p| (p, true)));
            if side == "front" {
                table.front.extend(all)
            } else {
                table.back.extend(all)
            }
        }
        for side in [&mut table.front, &mut table.back] {
            side.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then(a.0.cmp(b.0)));
        }
        table
    })
}
