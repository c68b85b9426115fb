//! Extracts the author's own text from an answer, without the quoted history and signature that the mail program added.
//!
//! Every mail of ours begins with one line and ends with another, and we remember what stood between. So what a program quotes
//! of it is known wherever it puts it, and what people write above, below and between its lines is theirs. Where the writer took
//! our lines away, `heading` knows what programs write above a quoted mail; `footer` knows what stands below somebody's words.

mod footer;
mod heading;
mod labels;
mod line;
mod lotus;
mod our_lines;

pub(crate) use our_lines::Known;

use line::{Line, before, between, from};

/// The first line of every mail of ours: every mail program puts its quote below, marked or not.
pub(crate) const MARKER: &str = "## 请在此行以上回复 / Reply above this line ##";

/// The last line of every mail of ours: the text below it is the author's.
pub(crate) const END: &str = "## 邮件到此为止 / End of this mail ##";

/// Either half is enough: programs wrap, translate and re-encode what they quote.
const MARKS: [&str; 2] = ["请在此行以上回复", "reply above this line"];
const ENDS: [&str; 2] = ["邮件到此为止", "end of this mail"];

/// Marks, in text made from HTML, the place at which the HTML begins a quoted mail. A character for private use.
pub(crate) const QUOTE_BEGINS: char = '\u{e0f1}';

/// The deepest nesting of quoted histories that is followed.
const DEEPEST: usize = 4;

/// The context of an answer: the mail of ours that it answers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Context<'a> {
    /// Our own address, in lower case.
    pub(crate) us: &'a str,
    /// The lines that we wrote in the thread.
    pub(crate) known: &'a Known,
}

/// The author's own text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Own {
    /// The text; empty if there is none.
    pub(crate) text: String,
    /// The line from which on everything was left out, if that is a guess.
    pub(crate) guessed: Option<String>,
}

/// Returns the author's own text.
pub(crate) fn strip(text: &str, context: &Context<'_>) -> Own {
    let text = line::tidy(text);
    let lines: Vec<Line<'_>> = text.lines().map(Line::new).collect();
    let mut guessed = None;
    let mut kept = match lines.iter().position(|line| has(line, &MARKS)) {
        Some(marker) => around(&lines, marker, context, &mut guessed),
        None => without(&lines, context, &mut guessed, 0),
    };
    kept.retain(|line| !line.contains(QUOTE_BEGINS));
    Own {
        text: join(&kept),
        guessed,
    }
}

/// True for a text that is nothing but a mail program's advertisement.
pub(crate) fn is_footer(text: &str) -> bool {
    let text = text.trim();
    !text.is_empty() && text.lines().count() == 1 && footer::is_advert(text)
}

fn has(line: &Line<'_>, marks: &[&str; 2]) -> bool {
    let lower = line.bare.to_lowercase();
    marks.iter().any(|mark| lower.contains(mark))
}

/// Returns the author's lines around our mail, whose first line is at `marker`.
fn around<'a>(
    lines: &[Line<'a>],
    marker: usize,
    context: &Context<'_>,
    guessed: &mut Option<String>,
) -> Vec<&'a str> {
    let start = heading::above(lines, marker, context);
    let mut kept = head(before(lines, start), context, guessed);
    let below = from(lines, marker + 1);
    let end = below.iter().rposition(|line| has(line, &ENDS));
    let next = below.iter().find(|line| !line.is_blank());
    let style = lines
        .get(marker)
        .and_then(Style::of)
        .or_else(|| next.and_then(Style::of));
    let rest = match (style, end) {
        // Marked line by line: what has no mark was written between them, or below.
        (Some(style), _) => unquoted(below, style, context),
        // Else what we remember tells; where we remember nothing, what is quoted can't be told from what was written between.
        (None, end) => {
            let quoted = before(below, end.unwrap_or(below.len()));
            let mut rest = context.known.others(quoted, false).unwrap_or_default();
            rest.extend(end.map(|end| from(below, end + 1)).unwrap_or_default());
            rest
        }
    };
    append(&mut kept, own(&rest, context));
    kept
}

/// Returns what was written below a quote without an empty quoted line that the program put between.
fn behind_mark<'l, 'a>(lines: &'l [Line<'a>]) -> &'l [Line<'a>] {
    let marks = lines.iter().take_while(|line| line.is_blank());
    from(lines, marks.count())
}

/// Returns the author's lines above the heading of our mail. An author who answers their own answer quotes that as well.
fn head<'a>(lines: &[Line<'a>], context: &Context<'_>, guessed: &mut Option<String>) -> Vec<&'a str> {
    let Some(found) = heading::first(lines, context) else {
        return own(lines, context);
    };
    let inside = between(lines, found.start, found.end);
    let after = from(lines, found.end).iter().find(|line| !line.is_blank());
    let quotes = after.is_some_and(|line| line.depth > 0)
        || inside.iter().any(|line| line::names_us(line.bare, context));
    // Headers that somebody pasted stay: the history of this mail begins where its marker is.
    if quotes {
        without(lines, context, guessed, 0)
    } else {
        own(lines, context)
    }
}

/// Returns the author's lines in a mail without our first line.
fn without<'a>(
    lines: &[Line<'a>],
    context: &Context<'_>,
    guessed: &mut Option<String>,
    depth: usize,
) -> Vec<&'a str> {
    let end = lines.iter().rposition(|line| has(line, &ENDS));
    let (lines, below) = match end {
        Some(end) => (before(lines, end), from(lines, end + 1)),
        None => (lines, from(lines, lines.len())),
    };
    let others = end.and_then(|_| context.known.others(lines, true));
    let lines = others.as_deref().unwrap_or(lines);
    let mut kept = match heading::first(lines, context) {
        None if below.is_empty() && lines.iter().all(|line| line.depth > 0 || line.is_blank()) => Vec::new(),
        None => own(lines, context),
        Some(found) => {
            let mut kept = own(before(lines, found.start), context);
            let rest = from(lines, found.end);
            let quoted = rest.iter().find(|line| !line.is_blank()).and_then(Style::of);
            if let Some(style) = quoted {
                let rest = unquoted(rest, style, context);
                let more = if depth < DEEPEST {
                    without(&rest, context, guessed, depth + 1)
                } else {
                    own(&rest, context)
                };
                append(&mut kept, more);
            } else if kept.is_empty() && depth < DEEPEST {
                // Nothing above, and nothing that is marked: somebody took what we wrote away and wrote there.
                let others = context.known.others(rest, false);
                kept = without(others.as_deref().unwrap_or(rest), context, guessed, depth + 1);
            } else if !found.sure && guessed.is_none() && rest.iter().any(|line| !line.is_blank()) {
                let first = from(lines, found.start).iter().find(|line| !line.is_blank());
                *guessed = first.map(|line| line.bare.chars().take(80).collect());
            }
            kept
        }
    };
    append(&mut kept, own(behind_mark(below), context));
    kept
}

/// The way in which a quote is marked.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Style {
    /// `> `
    Arrow,
    /// `| `
    Bar,
    /// `Richard> `
    Named,
}

impl Style {
    fn of(line: &Line<'_>) -> Option<Self> {
        if line.depth > 0 {
            return Some(Self::Arrow);
        }
        let raw = line.raw.trim_start();
        if raw.starts_with("| ") && !raw.trim_end().ends_with('|') {
            return Some(Self::Bar);
        }
        is_named(raw).then_some(Self::Named)
    }

    fn marks(&self, line: &Line<'_>) -> bool {
        line.depth > 0
            || match self {
                Self::Arrow => false,
                Self::Bar => line.raw.trim_start().starts_with('|'),
                Self::Named => is_named(line.raw.trim_start()),
            }
    }
}

fn is_named(line: &str) -> bool {
    let rest = line.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    (1..=12).contains(&(line.len() - rest.len())) && rest.starts_with('>')
}

/// The lines that are not marked as quoted. Below the last line that is surely ours, a mark is somebody's own.
fn unquoted<'a>(lines: &[Line<'a>], style: Style, context: &Context<'_>) -> Vec<Line<'a>> {
    let is_ours = |line: &Line<'_>| has(line, &MARKS) || has(line, &ENDS) || context.known.has(line.bare);
    let last = lines.iter().rposition(is_ours).unwrap_or(lines.len());
    let below = lines.get(last + 1..).unwrap_or_default();
    let own_from = last + 1 + below.len() - behind_mark(below).len();
    let kept = lines.iter().enumerate().filter(|(at, line)| {
        let quoted = *at < own_from && (style.marks(line) || is_broken_off(lines, *at, &style));
        !quoted && !is_ours(line)
    });
    kept.map(|(_, line)| *line).collect()
}

/// The end of a long quoted line, which a program broke without marking it again.
fn is_broken_off(lines: &[Line<'_>], at: usize, style: &Style) -> bool {
    let Some([before, line, after]) = at.checked_sub(1).and_then(|first| lines.get(first..=at + 1)) else {
        return false;
    };
    let long = before.bare.chars().count() >= 55;
    let open = !before
        .bare
        .ends_with(['.', '?', '!', ':', ';', '。', '？', '！', '：', '；', '>']);
    style.marks(before)
        && style.marks(after)
        && !line.is_blank()
        && long
        && open
        && line.bare.chars().count() < before.bare.chars().count()
}

/// Returns the author's own text: without the quote of our mail, without the signature.
fn own<'a>(lines: &[Line<'a>], context: &Context<'_>) -> Vec<&'a str> {
    let lines: Vec<Line<'a>> = lines
        .iter()
        .filter(|line| {
            !(line.bare.starts_with(QUOTE_BEGINS) || line.depth > 0 && context.known.has(line.bare))
        })
        .copied()
        .collect();
    let written = before(&lines, footer::end(&lines));
    let last = written
        .iter()
        .rposition(|line| !line.is_blank() || line.depth > 0);
    let written = before(written, last.map_or(0, |last| last + 1));
    written.iter().map(|line| line.raw.trim_end()).collect()
}

fn append<'a>(kept: &mut Vec<&'a str>, more: Vec<&'a str>) {
    if more.iter().all(|line| line.trim().is_empty()) {
        return;
    }
    // Who answers below has their program's footer above.
    if is_footer(&kept.join("\n")) {
        kept.clear();
    }
    if !kept.is_empty() {
        kept.push("");
    }
    kept.extend(more);
}

fn join(lines: &[&str]) -> String {
    let mut joined = String::new();
    let mut blank = 0;
    for line in lines.iter().skip_while(|line| line.trim().is_empty()) {
        if line.is_empty() {
            blank += 1;
            continue;
        }
        if !joined.is_empty() {
            joined.push_str(&"\n".repeat(1 + blank.min(2)));
        }
        blank = 0;
        joined.push_str(line);
    }
    joined
}

/// Joins the lines that a program broke for the transport only (RFC 3676, `format=flowed`); with `delsp` it also removes the
/// space at the break. Quoted lines stay unchanged.
pub(crate) fn unflow(text: &str, delsp: bool) -> String {
    let mut joined = String::with_capacity(text.len());
    let mut open = false;
    for line in text.lines() {
        let quoted = line.starts_with('>');
        if !joined.is_empty() && (!open || quoted) {
            joined.push('\n');
        }
        let line = if quoted {
            line
        } else {
            line.strip_prefix(' ').unwrap_or(line)
        };
        open = !quoted && line != "-- " && line.ends_with(' ');
        joined.push_str(match line.strip_suffix(' ') {
            Some(joint) if open && delsp => joint,
            _ => line,
        });
    }
    joined
}

#[cfg(test)]
mod tests;

#[cfg(test)]
mod corpus;

#[cfg(test)]
mod forms;
