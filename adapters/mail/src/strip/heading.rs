//! Finds the heading of a quoted mail: the lines that programs write above it, in any language.

use super::labels::{self, ANCHORS, Field, MIDDLE, WROTE};
use super::line::{Line, before, between, digits, from, has_address, names_us};
use super::lotus;
use super::{Context, QUOTE_BEGINS};

/// The longest sentence above a quoted mail, in lines.
const SENTENCE_LINES: usize = 5;
/// The longest sentence above a quoted mail, in characters.
const SENTENCE_CHARS: usize = 400;

/// The longest repeated header, in lines.
const BLOCK_LINES: usize = 24;

/// The parts of a heading are no further from each other, in empty lines.
const NEAR_LINES: usize = 5;

/// A heading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Heading {
    /// First line.
    pub(super) start: usize,
    /// The line behind its last.
    pub(super) end: usize,
    /// It is surely of a quoted mail; else it may be part of what somebody wrote.
    pub(super) sure: bool,
}

/// The first heading.
pub(super) fn first(lines: &[Line<'_>], context: &Context<'_>) -> Option<Heading> {
    (0..lines.len()).find_map(|at| whole(lines, at, context))
}

/// The heading that begins at `at`, with all that belongs to it: a rule, a title, a sentence, a repeated header.
pub(super) fn whole(lines: &[Line<'_>], at: usize, context: &Context<'_>) -> Option<Heading> {
    let mut end = at;
    let mut sure = false;
    let mut weak = true;
    let mut ruled = false;
    loop {
        let next = skip_blank(lines, end);
        let Some(line) = lines.get(next).filter(|_| next - end <= 3) else {
            break;
        };
        if line.bare.starts_with(QUOTE_BEGINS) {
            (end, sure, weak) = (next + 1, true, false);
        } else if let Some(dashed) = title(line.bare) {
            end = next + 1;
            ruled = true;
            if dashed {
                (sure, weak) = (true, false);
            }
        } else if is_rule(line.bare) {
            if ruled || (next > at && !weak) {
                break;
            }
            ruled = true;
            end = next + 1;
        } else if let Some(found) = block(lines, next, ruled || !weak, context) {
            (end, weak) = (found.end, false);
            sure |= found.sure;
            break;
        } else if let Some((found, is_sure)) = lotus::heading(lines, next, context) {
            (end, weak) = (found, false);
            sure |= is_sure;
            break;
        } else if let Some(found) = sentence(lines, next) {
            (end, weak, sure) = (found, false, true);
            break;
        } else {
            break;
        }
    }
    let next = skip_blank(lines, end);
    if lines.get(next).is_some_and(|line| is_banner(line.bare)) {
        end = next + 1;
    }
    (!weak).then_some(Heading { start: at, end, sure })
}

/// Finds the start of the heading above the mail whose first line, at `marker`, is surely ours.
pub(super) fn above(lines: &[Line<'_>], marker: usize, context: &Context<'_>) -> usize {
    let mut end = marker;
    let mut start = None;
    // What a server put in front of our mail ("external mail, be careful") stands between heading and marker.
    while let Some(line) = end.checked_sub(1).and_then(|last| lines.get(last)) {
        let low = end.saturating_sub(BLOCK_LINES);
        let covering = |at: &usize| {
            whole(lines, *at, context).is_some_and(|found| {
                let rest = between(lines, found.end, end);
                // What goes on in our mail is none.
                (end..=marker).contains(&found.end)
                    || found.end < end
                        && rest
                            .iter()
                            .all(|line| line.is_blank() || is_rule(line.bare) || is_banner(line.bare))
            })
        };
        if let Some(found) = (low..end).rev().find(covering) {
            // The same heading may begin earlier: a title above a header, a sentence that is wrapped.
            let first = (low..=found).find(|at| {
                covering(at)
                    && whole(lines, *at, context).map(|h| h.end)
                        == whole(lines, found, context).map(|h| h.end)
            });
            start = Some(first.unwrap_or(found));
            break;
        }
        if line.is_blank()
            || line.depth > 0
            || is_rule(line.bare)
            || line.bare.starts_with(QUOTE_BEGINS)
            || is_banner(line.bare)
        {
            end -= 1;
        } else {
            break;
        }
    }
    let start = start.unwrap_or_else(|| unknown(lines, end, context));
    let words = before(lines, start)
        .iter()
        .rposition(|line| !(line.is_blank() || is_rule(line.bare) || title(line.bare).is_some()));
    words.map_or(0, |last| last + 1)
}

/// True for the warning that a company's mail server puts in front of external mail.
fn is_banner(line: &str) -> bool {
    const WORDS: [&str; 9] = [
        "caution:",
        "external email",
        "external mail",
        "external sender",
        "[external]",
        "originated from outside",
        "comes from outside",
        "外部邮件",
        "来自外部",
    ];
    let lower = line.to_lowercase();
    line.chars().count() <= 200 && WORDS.iter().any(|word| lower.contains(word))
}

/// A heading in a language that we don't know: it stands right above our mail.
fn unknown(lines: &[Line<'_>], end: usize, context: &Context<'_>) -> usize {
    let paragraph = before(lines, end)
        .iter()
        .rposition(|line| line.is_blank())
        .map_or(0, |blank| blank + 1);
    let block = between(lines, paragraph, end);
    let all: String = block.iter().map(|line| line.bare).collect::<Vec<_>>().join(" ");
    if (2..=10).contains(&block.len())
        && block.iter().all(|line| labelled(line.bare).is_some())
        && (has_address(&all) || names_us(&all, context))
    {
        return paragraph;
    }
    let Some(last) = block.last() else { return end };
    let tells_who = |text: &str| has_address(text) || digits(text) >= 4;
    if last.bare.ends_with([':', '：']) {
        if block.len() <= 3 && tells_who(&all) {
            return paragraph;
        }
        if tells_who(last.bare) {
            return end - 1;
        }
    }
    if names_us(last.bare, context) && last.bare.chars().count() < 120 {
        return end - 1;
    }
    end
}

/// Returns the next line with content, if it is near.
fn skip_blank(lines: &[Line<'_>], at: usize) -> usize {
    let blank = from(lines, at)
        .iter()
        .take(NEAR_LINES)
        .take_while(|line| line.is_blank());
    at + blank.count()
}

/// A line drawn above what is quoted.
pub(super) fn is_rule(line: &str) -> bool {
    let drawn = |c: char| matches!(c, '-' | '_' | '=' | '—' | '–' | '─' | '*' | '·');
    let count = line.chars().filter(|c| !c.is_whitespace()).count();
    count >= 4 && line.chars().all(|c| drawn(c) || c.is_whitespace())
}

/// Recognises `-----Original Message-----` and its like: `Some(true)` between dashes, `Some(false)` if the words stand alone.
fn title(line: &str) -> Option<bool> {
    let frame = |c: char| {
        matches!(
            c,
            '-' | '—' | '–' | '─' | '_' | '=' | '*' | '|' | '<' | '>' | ':' | '：' | '"'
        ) || c.is_whitespace()
    };
    let bare = line.trim_matches(frame).to_lowercase();
    let dash = |c: char| matches!(c, '-' | '—' | '–' | '─' | '=' | '_');
    let line = line.trim_matches(['*', ' ']);
    let leading = line
        .chars()
        .take_while(|c| dash(*c) || *c == ' ')
        .filter(|c| dash(*c))
        .count();
    let trailing = line
        .chars()
        .rev()
        .take_while(|c| dash(*c) || *c == ' ')
        .filter(|c| dash(*c))
        .count();
    let dashed = leading >= 2 && trailing >= 2;
    if labels::is_title(&bare) {
        return Some(dashed);
    }
    // Zoho: `---- On Tue, 22 Dec 2015 14:17:36 +0530 Sam <s@x> wrote ----`.
    let sentence =
        leading >= 3 && trailing >= 3 && ends_in_wrote(&bare) && (digits(&bare) >= 2 || has_address(&bare));
    sentence.then_some(true)
}

struct Block {
    end: usize,
    sure: bool,
}

/// Finds the header that programs repeat: `From: ...`, `Sent: ...`, `To: ...`. `below` is true if a rule or a title stands above.
fn block(lines: &[Line<'_>], at: usize, below: bool, context: &Context<'_>) -> Option<Block> {
    lines.get(at).and_then(|line| labelled(line.bare))??;
    let mut kinds: Vec<Field> = Vec::new();
    let mut end = at;
    let mut ours = false;
    let mut at_line = at;
    let mut others = 0;
    let mut above = "";
    while let Some(line) = lines.get(at_line).filter(|_| at_line - at < BLOCK_LINES) {
        if line.is_blank() {
            // Paragraphs of HTML stand apart.
            let next = skip_blank(lines, at_line);
            let label = lines.get(next).and_then(|line| labelled(line.bare));
            let goes_on = next - at_line <= 1 && matches!(label, Some(Some(_)));
            if !goes_on {
                break;
            }
            at_line = next;
            above = "";
            continue;
        }
        match labelled(line.bare) {
            // One header names its sender once: what stands above it is somebody's own.
            Some(Some(field)) if field != Field::Other && field != Field::Copy && kinds.contains(&field) => {
                break;
            }
            Some(Some(field)) => {
                kinds.push(field);
                kinds.extend(inner(line.bare));
                ours |= names_us(line.bare, context);
                at_line += 1;
                end = at_line;
                others = 0;
            }
            // A value that was wrapped.
            _ if others < 2
                && at_line > at
                && (is_wrapped(above, line)
                    || (kinds.len() >= 2 && names_next(lines.get(at_line + 1), &kinds))) =>
            {
                others += 1;
                at_line += 1;
            }
            _ => break,
        }
        above = line.bare;
    }
    // The header's names are different ones; a list of one's own may have the same several times.
    let has = |field: Field| kinds.contains(&field);
    let count = [Field::From, Field::Date, Field::To, Field::Subject]
        .into_iter()
        .filter(|field| has(*field))
        .count();
    let inside = between(lines, at, end);
    let dated = inside.iter().any(|line| digits(line.bare) >= 4) && has(Field::Date);
    let sure = ours && count >= 2 || below && count >= 2 && has(Field::From);
    let guessed = has(Field::From) && count >= 3 && (dated || has(Field::Date));
    (sure || guessed).then_some(Block { end, sure })
}

/// True if a line is the next one of the header.
fn names_next(line: Option<&Line<'_>>, kinds: &[Field]) -> bool {
    let field = line.and_then(|line| labelled(line.bare)).flatten();
    field.is_some_and(|field| !kinds.contains(&field))
}

/// True if a line continues the value of the one before it.
fn is_wrapped(before: &str, line: &Line<'_>) -> bool {
    let open = before.ends_with([':', '：', ';', '；', ',', '，', '<', '(']) || before.chars().count() >= 60;
    open || line.bare.starts_with(['<', '(', '['])
        || (line.raw.starts_with([' ', '\t']) && line.depth == 0)
        || has_address(line.bare)
}

/// Labels behind the first one on the same line, as small screens have it.
fn inner(line: &str) -> Vec<Field> {
    let words = line.split_whitespace().skip(1);
    let pairs = words.clone().zip(words.skip(1));
    pairs
        .filter_map(|(label, colon)| (colon == ":").then(|| labels::field(label)).flatten())
        .collect()
}

/// Parses the label at the start of a line. `None`: no label; `Some(None)`: a label of no known field.
fn labelled(line: &str) -> Option<Option<Field>> {
    let line = line.trim_start_matches(['|', ' ', '\t', '*', '#', '•', '·']);
    let (label, value) = line.split_once([':', '：', '|'])?;
    let label = label.trim_matches(['*', '_', ' ', '\t', '|', '"']);
    if label.is_empty() || label.chars().count() > 24 || value.starts_with("//") {
        return None;
    }
    Some(labels::field(label))
}

/// Finds the end of the sentence ("On ... wrote:") that begins at `at`.
fn sentence(lines: &[Line<'_>], at: usize) -> Option<usize> {
    let rest = from(lines, at);
    let first = rest.first()?.bare;
    let reach = rest
        .iter()
        .take(SENTENCE_LINES)
        .take_while(|line| !line.is_blank())
        .count();
    let anchored = is_anchored(first);
    for length in 1..=reach {
        let told = before(rest, length);
        let parts: Vec<&str> = told.iter().map(|line| line.bare).collect();
        let text = parts.join(" ");
        if text.chars().count() > SENTENCE_CHARS {
            return None;
        }
        if !is_sentence(&text, lines, at + length) {
            continue;
        }
        if length == 1 {
            return Some(at + length);
        }
        // Only what begins like such a sentence takes lines along, and only if no later line begins one that ends there as well: else
        // the last lines are it, and the first are somebody's words.
        let opens = first
            .rsplit_once('<')
            .is_some_and(|(_, inside)| !inside.contains('>'));
        let begins = anchored || opens || (first.contains('<') && has_address(first));
        let last = told.last()?.bare;
        let closed = |open: char, close: char| {
            last.split_once(close)
                .is_none_or(|(before, _)| before.contains(open))
        };
        let whole = !last.starts_with('<') && closed('<', '>') && closed('(', ')');
        let later = whole && (is_sentence(last, lines, at + length) || title(last) == Some(true))
            || (1..).zip(told.iter().skip(1)).any(|(later, line)| {
                is_anchored(line.bare) && sentence(lines, at + later).is_some_and(|end| end == at + length)
            });
        let goes_on = anchored && first.ends_with(',');
        if begins && (goes_on || !later) {
            return Some(at + length);
        }
    }
    None
}

fn is_sentence(text: &str, lines: &[Line<'_>], after: usize) -> bool {
    let end = text.trim_end_matches([' ', '*', '"', '>', '_']);
    let colon = end.ends_with([':', '：']);
    let lower = text.to_lowercase();
    let angled = has_address(&lower) && ["<", "mailto:", "&lt;"].iter().any(|mark| lower.contains(mark));
    let dated = digits(text) >= 3;
    if ends_in_wrote(&lower)
        && (digits(text) >= 1 && (colon || is_anchored(text)) && (digits(text) >= 2 || angled)
            || has_address(&lower))
    {
        return colon || is_anchored(text);
    }
    // "Am 23.11.26 um 18:00 schrieb Desk:"
    let verb = MIDDLE.iter().any(|verb| lower.contains(verb));
    if colon && dated && (angled || verb && is_anchored(text)) {
        return true;
    }
    // Gmail in languages without a verb: `2016-03-03 17:21 GMT+01:00 Some One`, `2013/7/20 sam <info@x>`.
    let begins_dated = digits(&text.chars().take(10).collect::<String>()) >= 6;
    let quoted_next = from(lines, after)
        .iter()
        .find(|line| !line.is_blank())
        .is_some_and(|line| line.depth > 0 || line.raw.trim_start().starts_with('|'));
    begins_dated
        && ((text.contains(" GMT") && digits(text) >= 12)
            || (angled && end.len() + 1 >= text.trim_end().len() && quoted_next))
}

fn ends_in_wrote(lower: &str) -> bool {
    let end = lower.trim_end_matches(|c: char| {
        c.is_whitespace() || matches!(c, ':' | '：' | '*' | '-' | '"' | '>' | '|' | '_' | '\u{a0}')
    });
    WROTE.iter().any(|wrote| {
        end.strip_suffix(wrote).is_some_and(|before| {
            // A word of its own, where words stand apart.
            !wrote.is_ascii() || before.ends_with(|c: char| !c.is_alphanumeric())
        })
    })
}

fn is_anchored(line: &str) -> bool {
    let lower = line.trim_start_matches(['>', ' ', '*', '"']).to_lowercase();
    let begins_dated = digits(&lower.chars().take(12).collect::<String>()) >= 4
        || (lower.starts_with(|c: char| c.is_ascii_digit())
            && ["19", "20"].iter().any(|century| lower.contains(century))
            && lower.contains(':'));
    // A weekday, as it is shortened anywhere: "pe 20. lokakuuta 2017".
    let weekday = lower.chars().take_while(|c| c.is_alphabetic()).count();
    let rest: String = lower
        .chars()
        .skip(weekday)
        .take_while(|c| matches!(c, '.' | ',' | ' '))
        .collect();
    let dated = (2..=4).contains(&weekday)
        && !rest.is_empty()
        && lower
            .chars()
            .nth(weekday + rest.chars().count())
            .is_some_and(|c| c.is_ascii_digit())
        && digits(&lower) >= 5;
    begins_dated || dated || (digits(&lower) >= 1 && ANCHORS.iter().any(|anchor| lower.starts_with(anchor)))
}
