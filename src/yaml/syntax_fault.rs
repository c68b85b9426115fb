//! Finds the mistake behind an error of syntax. A parser reports the place where it could not go on, which may be many
//! lines below the mistake. So every likely mistake above that place is mended on trial, and the one whose change lets
//! the parser go on is reported.

use super::blocks;
use super::line::Line;
use super::mask_secrets;
use super::mistake::Mistake;
use super::mistakes::{candidates, indent_signs};
use super::positions::SyntaxError;
use super::{Problem, positions};
use serde_yaml::Value;

/// The most mistakes of syntax that are found in one file; a file with more shows these first.
const MISTAKES_MAX: usize = 10;

/// The most lines above the parser's place that are searched.
const LINES_ABOVE_MAX: usize = 300;

/// The bytes of all trial parses together: a larger file gets fewer trials...
const TRIAL_BYTES_MAX: usize = 32 << 20;
/// ...and never more than this number.
const TRIALS_MAX: usize = 400;

/// The longest line that is shown as a correction, in characters.
const SHOWN_CHARS_MAX: usize = 120;

/// Explains the mistakes in a text with broken syntax, one by one.
pub(super) fn explain(file: &str, text: &str, error: SyntaxError) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut trials = TRIALS_MAX.min(TRIAL_BYTES_MAX / text.len().max(1));
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let mut error = Some(error);
    while let Some(found) = error.take() {
        if problems.len() >= MISTAKES_MAX {
            break;
        }
        let shown: Vec<&str> = lines.iter().map(String::as_str).collect();
        let Some((mistake, next)) = cause(&shown, &found, &mut trials) else {
            problems.push(unexplained(file, &shown, &found));
            break;
        };
        problems.push(mistake_problem(file, &shown, &mistake));
        for (at, new) in mistake.change {
            if let Some(line) = lines.get_mut(at) {
                *line = new;
            }
        }
        error = next;
    }
    problems.sort_by_key(|problem| (problem.line, problem.column));
    problems
}

/// Finds the mistake that stopped the parser, and the next error after its correction.
fn cause(lines: &[&str], error: &SyntaxError, trials: &mut usize) -> Option<(Mistake, Option<SyntaxError>)> {
    let place = error.line.min(lines.len()).saturating_sub(1);
    if let Some(found) = not_spaces(lines, place, error, trials) {
        return Some(found);
    }
    let first = place.saturating_sub(LINES_ABOVE_MAX);
    let above = || (first..=place).rev();
    // What stands in a text that is not indented is no mistake of its own.
    let around = above()
        .flat_map(|at| text_under_key(lines, at))
        .filter(|mistake| mistake.change.iter().any(|(at, _)| *at == place))
        .take(1)
        .collect();
    if let Some(found) = best(lines, error, around, trials) {
        return Some(found);
    }
    // The line below too: a parser may notice only at its end what a line lacks.
    let signs = above().chain([place + 1]).map(|at| candidates(lines, at));
    let near = [place, place.saturating_sub(1), place + 1];
    let indents = near
        .into_iter()
        .map(|at| [text_under_key(lines, at), shifted(lines, at)].concat());
    let texts = above().map(|at| text_under_key(lines, at));
    // Of what may be wrong with one line, the change that lets the parser get furthest; nearer lines go first.
    signs
        .chain(indents)
        .chain(texts)
        .find_map(|mistakes| best(lines, error, mistakes, trials))
}

/// Finds a tab, or another sign that is no space, at the left of a line near the parser's place. It goes before all other
/// mistakes: it can't be seen, and a line that looks right on the screen would be blamed for other reasons.
fn not_spaces(
    lines: &[&str],
    place: usize,
    error: &SyntaxError,
    trials: &mut usize,
) -> Option<(Mistake, Option<SyntaxError>)> {
    let is_odd = |at: usize| {
        lines.get(at).is_some_and(|raw| {
            let line = Line::of(raw);
            !line.is_empty() && line.indent.contains(|c| c != ' ')
        })
    };
    let near = (place.saturating_sub(1)..=place + 1).find(|at| is_odd(*at));
    let above =
        || (place.saturating_sub(LINES_ABOVE_MAX)..place).find(|at| is_odd(*at) && !is_text(lines, *at));
    let mut at = near.or_else(above)?;
    // A tab seldom comes alone: the first of them is reported.
    while at > 0 && is_odd(at - 1) && !is_text(lines, at - 1) {
        at -= 1;
    }
    let mut found = Vec::new();
    indent_signs(lines, at, &Line::of(lines.get(at)?), &mut found);
    let first = found.first().cloned()?;
    let mended = best(lines, error, found, trials);
    if mended.is_some() || near.is_none() {
        return mended;
    }
    let mut after: Vec<&str> = lines.to_vec();
    for (at, new) in &first.change {
        *after.get_mut(*at)? = new;
    }
    let next = syntax_error(&after.join("\n"));
    Some((first, next))
}

/// Returns `true` if a line belongs to a text under `|`, in which any white space may follow its spaces.
fn is_text(lines: &[&str], at: usize) -> bool {
    let spaces = |raw: &str| raw.len() - raw.trim_start_matches(' ').len();
    let Some(own) = lines.get(at).map(|raw| spaces(raw)) else {
        return false;
    };
    let above = lines.get(..at).unwrap_or_default();
    above
        .iter()
        .rev()
        .find(|raw| !raw.trim().is_empty() && spaces(raw) < own)
        .is_some_and(|raw| {
            let line = Line::of(raw);
            line.value.starts_with(['|', '>']) && line.key_depth() < own
        })
}

/// The change that mends all, else the one after which the parser gets furthest.
fn best(
    lines: &[&str],
    error: &SyntaxError,
    mistakes: Vec<Mistake>,
    trials: &mut usize,
) -> Option<(Mistake, Option<SyntaxError>)> {
    let mut best: Option<(Mistake, SyntaxError)> = None;
    for mistake in mistakes {
        match mends(lines, error, &mistake, trials) {
            Some(None) => return Some((mistake, None)),
            Some(Some(next)) if best.as_ref().is_none_or(|(_, known)| next.line > known.line) => {
                best = Some((mistake, next));
            }
            _ => {}
        }
    }
    best.map(|(mistake, next)| (mistake, Some(next)))
}

/// Tries a change. Returns `None` if it is no improvement, else the error that remains.
fn mends(
    lines: &[&str],
    error: &SyntaxError,
    mistake: &Mistake,
    trials: &mut usize,
) -> Option<Option<SyntaxError>> {
    *trials = trials.checked_sub(1)?;
    let mut tried: Vec<&str> = lines.to_vec();
    for (at, new) in &mistake.change {
        *tried.get_mut(*at)? = new;
    }
    match syntax_error(&tried.join("\n")) {
        None => Some(None),
        // An error further below is an improvement, if it is below the mistake too.
        Some(next) if next.line > error.line && next.line > mistake.line + 1 => Some(Some(next)),
        Some(_) => None,
    }
}

/// The first error of syntax in a text.
fn syntax_error(text: &str) -> Option<SyntaxError> {
    if let Some(error) = positions::syntax_error(text) {
        return Some(error);
    }
    let error = serde_yaml::from_str::<Value>(text).err()?;
    // A repeated key is no mistake of syntax, and reported elsewhere.
    (!error.to_string().contains("duplicate entry")).then(|| super::syntax_error_of(&error))
}

/// Text under `|` that is not indented further than the key.
fn text_under_key(lines: &[&str], at: usize) -> Vec<Mistake> {
    let Some(line) = lines.get(at).map(|raw| Line::of(raw)) else {
        return Vec::new();
    };
    if line.key.is_none() || !line.value.starts_with(['|', '>']) {
        return Vec::new();
    }
    let wanted = line.key_depth() + 2;
    let is_next = |raw: &str| {
        let below = Line::of(raw);
        below.depth() <= line.key_depth()
            && ((below.key.is_some_and(str::is_ascii) && below.has_real_colon()) || !below.dashes.is_empty())
    };
    let end = (at + 1..lines.len())
        .find(|below| is_next(lines[*below]))
        .unwrap_or(lines.len());
    let text = || (at + 1..end).filter(|below| !lines[*below].trim().is_empty());
    let Some(first) = text().find(|below| Line::of(lines[*below]).depth() < wanted) else {
        return Vec::new();
    };
    let change = text()
        .map(|below| (below, format!("{}{}", " ".repeat(wanted), lines[below].trim())))
        .collect();
    vec![Mistake {
        line: first,
        column: 1,
        english: format!(
            "the text under `{}: |` must be indented further than the key: begin it with {wanted} spaces",
            line.key.unwrap_or_default()
        ),
        chinese: format!(
            "「{}: |」下面的文字要比它再缩进一层；请在这几行行首输入 {wanted} 个空格",
            line.key.unwrap_or_default()
        ),
        change,
        show: false,
        typed: Vec::new(),
    }]
}

/// Returns the changes that indent a line, with the lines under it, like one of those above it.
fn shifted(lines: &[&str], at: usize) -> Vec<Mistake> {
    let Some(line) = lines
        .get(at)
        .map(|raw| Line::of(raw))
        .filter(|line| !line.is_empty())
    else {
        return Vec::new();
    };
    let own = line.depth();
    let mut levels: Vec<(usize, usize)> = Vec::new();
    for above in (at.saturating_sub(40)..at).rev() {
        let neighbour = Line::of(lines[above]);
        if neighbour.is_empty() {
            continue;
        }
        for level in [neighbour.depth(), neighbour.key_depth()] {
            if level != own && levels.iter().all(|(known, _)| *known != level) {
                levels.push((level, above));
            }
        }
    }
    levels.sort_by_key(|(level, above)| (level.abs_diff(own), at - above));
    // The lines under it end at an item that has the indentation tried.
    let end_at = |level: usize| {
        (at + 1..lines.len())
            .find(|below| {
                let below = Line::of(lines[*below]);
                let depth = below.depth();
                !below.is_empty() && (depth <= own || (depth <= level && !below.dashes.is_empty()))
            })
            .unwrap_or(lines.len())
    };
    let others = levels
        .into_iter()
        .take(4)
        .flat_map(|(level, above)| [(level, above, at + 1), (level, above, end_at(level))])
        .map(|(level, above, end)| {
            let last = (at..end)
                .rev()
                .find(|at| !lines[*at].trim().is_empty())
                .unwrap_or(at);
            let change = (at..end)
                .map(|moved| {
                    let raw = lines[moved];
                    let depth = Line::of(raw).depth();
                    let text = raw.trim_start();
                    let spaces = if text.is_empty() {
                        0
                    } else {
                        (depth + level).saturating_sub(own)
                    };
                    (moved, format!("{}{text}", " ".repeat(spaces)))
                })
                .collect();
            Mistake {
                line: at,
                column: own + 1,
                english: format!(
                    "the line begins with {own} spaces; it should begin with {level}, like line {}{}",
                    above + 1,
                    along(own, level, at, last).0
                ),
                chinese: format!(
                    "缩进没有对齐：这一行开头有 {own} 个空格，应与第 {} 行对齐，改成 {level} 个空格{}",
                    above + 1,
                    along(own, level, at, last).1
                ),
                change,
                show: false,
                typed: Vec::new(),
            }
        });
    first_of_block(lines, at).into_iter().chain(others).collect()
}

/// Moves the first key of a block to the place of the keys below it, if most of them stand where the line at `at` does.
fn first_of_block(lines: &[&str], at: usize) -> Option<Mistake> {
    let own = Line::of(lines.get(at)?).depth();
    let filled = |range: std::ops::Range<usize>| {
        range.filter_map(|at| Some((at, Line::of(lines.get(at)?))).filter(|(_, line)| !line.is_empty()))
    };
    let (first, line) = filled(0..at).rev().find(|(_, line)| line.depth() < own)?;
    let (_, head) = filled(0..first).next_back()?;
    let begins = head.key.is_some() && head.value.is_empty() && head.key_depth() < line.depth();
    if !begins || line.key.is_none() || !line.dashes.is_empty() {
        return None;
    }
    let depths = || filled(first..lines.len()).map(|(_, line)| line.depth());
    let depths: Vec<usize> = depths().take_while(|depth| *depth > head.key_depth()).collect();
    let count = |wanted: usize| depths.iter().filter(|depth| **depth == wanted).count();
    let usual = own == head.key_depth() + 2;
    if count(own) < count(line.depth()) + usize::from(!usual) {
        return None;
    }
    let below = filled(first + 1..lines.len()).next().map_or(first, |(at, _)| at);
    let (shown, text) = (below + 1, lines.get(first)?.trim_start());
    let depth = line.depth();
    Some(Mistake {
        line: first,
        column: depth + 1,
        english: format!(
            "the line begins with {depth} spaces; it should begin with {own}, like line {shown}"
        ),
        chinese: format!(
            "缩进没有对齐：这一行开头有 {depth} 个空格，应与第 {shown} 行对齐，改成 {own} 个空格"
        ),
        change: vec![(first, format!("{}{text}", " ".repeat(own)))],
        show: false,
        typed: Vec::new(),
    })
}

/// Describes the lines below that must be moved as well, in English and in Chinese; empty if there are none.
fn along(own: usize, level: usize, at: usize, last: usize) -> (String, String) {
    if last == at {
        return Default::default();
    }
    let by = own.abs_diff(level);
    let (way, way_chinese) = if level > own {
        ("right", "右")
    } else {
        ("left", "左")
    };
    let lines = if last == at + 1 {
        (format!("line {}", at + 2), format!("第 {} 行", at + 2))
    } else {
        (
            format!("lines {} to {}", at + 2, last + 1),
            format!("第 {} 到 {} 行", at + 2, last + 1),
        )
    };
    (
        format!("; move {} by {by} to the {way} as well", lines.0),
        format!("；{}也一起{way_chinese}移 {by} 格", lines.1),
    )
}

/// Makes the error about a mistake, with what to type.
pub(super) fn mistake_problem(file: &str, lines: &[&str], mistake: &Mistake) -> Problem {
    let mut problem = Problem {
        line: mistake.line + 1,
        column: mistake.column,
        ..Problem::of_file(file, mistake.english.clone())
    };
    let mut chinese = mistake.chinese.clone();
    if !mistake.typed.is_empty() {
        problem.help = Some(format!("write:{}", blocks::joined(&mistake.typed)));
        let typed = blocks::joined(&mistake.typed);
        chinese.push_str(&format!("，写成：{}", typed.trim_start_matches(' ')));
    } else if let (true, [(at, new)]) = (mistake.show, mistake.change.as_slice()) {
        let mut after: Vec<&str> = lines.to_vec();
        if let Some(line) = after.get_mut(*at) {
            *line = new;
        }
        let typed = shortened(mask_secrets::masked(&after, *at).trim());
        problem.help = Some(format!("write: {typed}"));
        chinese.push_str(&format!("，写成：{typed}"));
    }
    problem.in_chinese(chinese);
    problem
}

/// Reports the parser's own message, at a line that exists.
fn unexplained(file: &str, lines: &[&str], error: &SyntaxError) -> Problem {
    let written = lines
        .iter()
        .rposition(|line| !line.trim().is_empty())
        .map_or(0, |at| at + 1);
    let (line, column) = if error.line > written {
        (
            written,
            lines
                .get(written.saturating_sub(1))
                .map_or(0, |line| line.chars().count())
                + 1,
        )
    } else {
        (error.line, error.column)
    };
    let mut problem = Problem {
        line,
        column,
        help: Some(
            "look at this line and those above it: quotes or brackets that are not closed, a space missing behind a colon or \
             dash, or lines that are not aligned"
                .to_owned(),
        ),
        ..Problem::of_file(file, error.message.clone())
    };
    problem.in_chinese(
        "从这里起读不懂了；请检查这一行和它上面几行：引号、括号是否成对，冒号和短横后面有没有空格，行首的空格是否对齐",
    );
    problem
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(SHOWN_CHARS_MAX) {
        Some((end, _)) => format!("{} ...", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
