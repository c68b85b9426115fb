//! Texts that Discord would read as its markup, shown as they are.

/// Escapes `text` so that Discord shows it literally. Addresses stay unchanged.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut is_line_start = true;
    for word in text.split_inclusive(char::is_whitespace) {
        if is_address(word.trim_end()) {
            out.push_str(word);
        } else {
            escape_word(word, is_line_start, &mut out);
        }
        is_line_start = word.ends_with('\n') || (is_line_start && word.trim().is_empty());
    }
    out
}

/// Defuses mentions of everybody in `text`: the bot's messages ping nobody, and must not look as if they did.
pub(crate) fn tame(text: &str) -> String {
    text.replace("@everyone", "@\u{200b}everyone")
        .replace("@here", "@\u{200b}here")
        .replace("<@&", "<@\u{200b}&")
}

/// An address of the web without any character that could begin markup.
fn is_address(word: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._~:/?#@!$&'+,;=%".contains(c);
    (word.starts_with("https://") || word.starts_with("http://")) && word.chars().all(plain)
}

fn escape_word(word: &str, is_line_start: bool, out: &mut String) {
    let mut begins = is_line_start;
    for c in word.chars() {
        let is_markup = match c {
            '\\' | '*' | '_' | '~' | '`' | '|' | '[' | ']' | '<' => true,
            // A quotation, a heading, a list, small print.
            '>' | '#' | '-' | '+' => begins,
            _ => false,
        };
        if is_markup {
            out.push('\\');
        }
        out.push(c);
        if c == '@' {
            // Neither @everyone nor @here, whatever stands behind.
            out.push('\u{200b}');
        }
        begins &= c.is_whitespace();
    }
}

/// Returns an allowed name for a webhook; Discord refuses names that are empty, long or like its own.
pub(crate) fn hook_name(name: &str) -> String {
    let visible: String = name.chars().filter(|c| !c.is_control()).collect();
    let mut shown: String = visible.trim().chars().take(70).collect();
    for taken in ["discord", "clyde"] {
        while let Some(at) = shown.to_ascii_lowercase().find(taken) {
            // Between the first letter and the second, so that it reads the same.
            shown.insert(at + 1, '\u{200b}');
        }
    }
    if shown.is_empty() { "?".to_owned() } else { shown }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_and_words_of_members_neither_ping_nor_draw() {
        assert_eq!(
            escape("**小_明** @everyone"),
            "\\*\\*小\\_明\\*\\* @\u{200b}everyone"
        );
        assert_eq!(
            escape("<@&5> [x](https://evil)"),
            "\\<@\u{200b}&5> \\[x\\](https://evil)"
        );
        assert_eq!(
            escape("# big\n > quoted\n-# small a-b > c"),
            "\\# big\n \\> quoted\n\\-# small a-b > c"
        );
        assert_eq!(
            escape("see https://x.example/a_b_c ok"),
            "see https://x.example/a_b_c ok"
        );
        assert_eq!(escape("https://x](http://evil)"), "https://x\\](http://evil)");
        assert_eq!(tame("**@everyone** <@&5>"), "**@\u{200b}everyone** <@\u{200b}&5>");
    }

    #[test]
    fn a_webhook_is_called_as_discord_allows() {
        assert_eq!(hook_name("  小明\n"), "小明");
        assert_eq!(hook_name("Discord"), "D\u{200b}iscord");
        assert_eq!(hook_name(" "), "?");
        assert_eq!(hook_name(&"x".repeat(200)).chars().count(), 70);
    }

    proptest! {
        #[test]
        fn what_is_taken_away_again_is_the_text(text in "[a-z*_<>@#\\\\\\[\\] \n-]{0,60}") {
            let mut back = String::new();
            let escaped = escape(&text).replace('\u{200b}', "");
            let mut chars = escaped.chars();
            while let Some(c) = chars.next() {
                match c {
                    '\\' => back.extend(chars.next()),
                    c => back.push(c),
                }
            }
            prop_assert_eq!(back, text);
        }
    }
}
