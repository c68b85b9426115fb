//! Renders our issues and comments. A member's text is quoted as plain text: it notifies nobody, refers to nothing, and can't
//! look like our mark.

use crate::remote::{OutgoingEntry, Words};
use crate::settings::GitHubTarget;
use crate::text;
use serde_json::{Value, json};

/// The longest title that GitHub takes is 256 characters.
const TITLE: usize = 200;
/// The longest body that GitHub takes is 65,536 characters, our mark included.
const BODY: usize = 64_000;
/// An id shorter than this is too likely to be a part of something else to be left out.
const ID: usize = 5;

/// The body of `POST /repos/{owner}/{repo}/issues`.
pub(super) fn issue(letter: &OutgoingEntry<'_>, target: &GitHubTarget) -> Value {
    let note = letter.note;
    let subject = hidden(letter, target, note.subject.trim());
    let subject = subject.split_whitespace().collect::<Vec<_>>().join(" ");
    let title = match subject.as_str() {
        "" => format!("Ticket {}", note.ticket),
        subject => format!("Ticket {}: {subject}", note.ticket),
    };
    let title: String = title.chars().take(TITLE).collect();
    json!({ "title": title, "body": body(letter, target), "labels": target.labels })
}

/// The body of `POST /repos/{owner}/{repo}/issues/{number}/comments`.
pub(super) fn comment(letter: &OutgoingEntry<'_>, target: &GitHubTarget) -> Value {
    json!({ "body": body(letter, target) })
}

fn body(letter: &OutgoingEntry<'_>, target: &GitHubTarget) -> String {
    let note = letter.note;
    let mark = format!("<!-- {} -->", letter.mark);
    let (who, said) = match letter.words {
        Words::Desk(text) => return format!("{}\n\n{mark}", quoted(text)),
        Words::Member { by, said } if target.private => (
            format!("{} in {}", plain(by), plain(&note.asked_in.to_string())),
            said,
        ),
        Words::Member { by, said } if by == note.member_name => ("The member".to_owned(), said),
        Words::Member { said, .. } => ("Another member".to_owned(), said),
    };
    format!(
        "**{who}:**\n\n{}\n\n{mark}",
        quoted(&hidden(letter, target, said))
    )
}

/// Returns a text without the ids of the member and of the channel, if the public reads it.
fn hidden(letter: &OutgoingEntry<'_>, target: &GitHubTarget, text: &str) -> String {
    let mut text = text.to_owned();
    if !target.private {
        for id in [letter.note.member.as_str(), letter.note.asked_in.channel.as_str()] {
            if id.chars().count() >= ID {
                text = text.replace(id, "…");
            }
        }
    }
    text
}

fn quoted(text: &str) -> String {
    let lines: Vec<String> = text
        .trim()
        .lines()
        .map(|line| format!("> {}", plain(line)))
        .collect();
    text::cut(&lines.join("\n"), BODY)
}

/// Escapes a line so that GitHub shows it literally. Addresses stay unchanged, so that they can be followed.
fn plain(line: &str) -> String {
    let mut shown = String::with_capacity(line.len());
    for word in line.split_inclusive(char::is_whitespace) {
        let address = ["https://", "http://"]
            .iter()
            .filter_map(|scheme| word.find(scheme))
            .min();
        let (words, address) = word.split_at(address.unwrap_or(word.len()));
        for c in words.chars() {
            match c {
                '<' => shown.push_str("&lt;"),
                // Breaks mentions and references, and can't be seen.
                '@' | '#' => shown.extend([c, '\u{200b}']),
                '\\' | '`' | '*' | '_' | '~' | '[' | ']' | '|' => shown.extend(['\\', c]),
                c => shown.push(c),
            }
        }
        shown.push_str(&address.replace('<', "%3C"));
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_words_and_addresses_addresses() {
        for (said, shown) in [
            (
                "看https://example.com/a_b.png#1 好",
                "看https://example.com/a_b.png#1 好",
            ),
            (
                "![x](https://example.com/a.png)",
                "!\\[x\\](https://example.com/a.png)",
            ),
            ("@anna fixes #5 *now*", "@\u{200b}anna fixes #\u{200b}5 \\*now\\*"),
            ("<!-- groupdesk", "&lt;!-- groupdesk"),
        ] {
            assert_eq!(plain(said), shown);
        }
        assert!(quoted(&"*".repeat(70_000)).chars().count() <= BODY);
    }
}
