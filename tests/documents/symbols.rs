//! Names of code in a page for developers, each beside a link to the file that has it.

/// Characters between a name and the link beside it, at most.
const BESIDE_CHARS: usize = 45;

/// A name of code and the file in which it must stand.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Symbol {
    /// Name as the page has it, such as `Desk::language`.
    pub(crate) name: String,
    /// File of the link beside it.
    pub(crate) file: String,
}

impl Symbol {
    /// `true` if every part of the name is a word of this text.
    pub(crate) fn stands_in(&self, text: &str) -> bool {
        let is_letter = |c: char| c.is_alphanumeric() || c == '_';
        let words: Vec<&str> = text.split(|c| !is_letter(c)).collect();
        let parts = self.name.split(|c| !is_letter(c));
        parts
            .filter(|part| !part.is_empty())
            .all(|part| words.contains(&part))
    }
}

/// A piece of a sentence that counts: a name or a link.
enum Piece {
    Name(String),
    Link(String),
}

/// Returns the names of code that stand beside a link to a Rust file, in the same sentence and with no other link between.
pub(crate) fn symbols(page: &str) -> Vec<Symbol> {
    let mut found = Vec::new();
    for paragraph in paragraphs(page) {
        for sentence in paragraph.split_inclusive(". ") {
            let pieces = pieces(sentence);
            for (at, (from, to, piece)) in pieces.iter().enumerate() {
                let Piece::Name(name) = piece else { continue };
                let link = |(start, end, piece): &(usize, usize, Piece)| match piece {
                    Piece::Link(file) => Some((
                        start.saturating_sub(*to).max(from.saturating_sub(*end)),
                        file.clone(),
                    )),
                    Piece::Name(_) => None,
                };
                let before = pieces.iter().take(at).rev().find_map(link);
                let after = pieces.iter().skip(at).find_map(link);
                let nearest = before.into_iter().chain(after).min();
                if let Some((_, file)) =
                    nearest.filter(|(apart, file)| *apart <= BESIDE_CHARS && file.ends_with(".rs"))
                {
                    found.push(Symbol {
                        name: name.clone(),
                        file,
                    });
                }
            }
        }
    }
    found
}

/// Returns the paragraphs and items of a page, each on one line.
fn paragraphs(page: &str) -> Vec<String> {
    let mut paragraphs = vec![String::new()];
    for line in page.lines() {
        let line_trimmed = line.trim();
        let is_item = line_trimmed.starts_with("- ")
            || line_trimmed
                .split_once(". ")
                .is_some_and(|(number, _)| number.bytes().all(|c| c.is_ascii_digit()));
        if line_trimmed.is_empty() || is_item {
            paragraphs.push(String::new());
        }
        if let Some(last) = paragraphs.last_mut() {
            last.push_str(line_trimmed);
            last.push(' ');
        }
    }
    paragraphs
}

/// Returns the names and links of a sentence with their places.
fn pieces(sentence: &str) -> Vec<(usize, usize, Piece)> {
    let mut pieces = Vec::new();
    let mut at = 0;
    while let Some(rest) = sentence.get(at..).filter(|rest| !rest.is_empty()) {
        let c = rest.chars().next().map_or(1, char::len_utf8);
        if rest.starts_with('[')
            && let Some((text, behind)) = rest.split_once("](")
            && let Some((target, _)) = behind.split_once(')')
            && !text.contains(' ')
        {
            let end = at + text.len() + 2 + target.len() + 1;
            pieces.push((at, end, Piece::Link(target.to_owned())));
            at = end;
        } else if rest.starts_with('`')
            && let Some((name, _)) = rest.get(1..).and_then(|rest| rest.split_once('`'))
        {
            let end = at + name.len() + 2;
            if is_symbol(name) {
                pieces.push((at, end, Piece::Name(name.to_owned())));
            }
            at = end;
        } else {
            at += c;
        }
    }
    pieces
}

/// `true` for what a file of Rust declares: no command, no path, no example with a placeholder in capitals.
fn is_symbol(name: &str) -> bool {
    let bare = name.trim_end_matches("()").trim_end_matches('!');
    let is_word = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphabetic())
            && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    bare.len() >= 3 && bare.split("::").all(is_word) && !bare.contains("NAME") && !bare.contains("LANGUAGE")
}
