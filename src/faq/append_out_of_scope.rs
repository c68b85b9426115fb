//! Adds a message that no entry answers to the file, when an admin marks it as "not what was asked".

use crate::texts::ComposedTexts;

use super::file_lines::{before, end_of_list, quoted, standing, with};

/// The key of the list.
const KEY: &str = "out_of_scope";

/// Returns the file's text with `message` added to those out of scope.
///
/// # Errors
/// A message for an admin: the file has errors, holds the message already, or is written in a way that can't be added to.
pub fn exclude(file: &str, text: &str, message: &str) -> Result<String, String> {
    let known = standing(file, text)?;
    if known.out_of_scope().iter().any(|other| other == message) {
        return Err(ComposedTexts::both().faq_message_excluded(file, message));
    }
    if let Some(entry) = known.entry_asking(message) {
        return Err(ComposedTexts::both().faq_message_is_question(message, entry));
    }
    let by_hand = || format!("add it to `{KEY}` in {file} by hand: {}", quoted(message));
    let (line, yaml) = if known.out_of_scope().is_empty() {
        let line = before(text, "entries").ok_or_else(by_hand)?;
        let yaml = format!(
            "# Messages that look like questions of ours and are none.\n{KEY}:\n  - {}\n\n",
            quoted(message)
        );
        (line, yaml)
    } else {
        let (line, indent) = end_of_list(text, KEY).ok_or_else(by_hand)?;
        (line, format!("{}- {}\n", " ".repeat(indent), quoted(message)))
    };
    with(file, text, (line, &yaml), (KEY, "the message"), |faq| {
        faq.out_of_scope().last().is_some_and(|added| added == message)
    })
}

#[cfg(test)]
mod tests {
    use super::super::load;
    use super::*;

    const FILE: &str = "# ours\nlanguage: zh\n\n# what we answer\nentries:\n  - id: a\n    questions: [几点开门] # often asked\n    answer: 八点\n";

    #[test]
    fn messages_are_added_one_by_one_and_nothing_else_changes() {
        let messages = ["开门红活动: \"几点\"?", "- # {{ x }}", "电影院几点开门"];
        let mut text = FILE.to_owned();
        for message in messages {
            text = exclude("faq.yaml", &text, message).unwrap();
        }
        for line in FILE.lines() {
            assert!(text.contains(line), "{line}\n{text}");
        }
        assert!(text.contains("\n\n# what we answer\nentries:"), "{text}");
        assert_eq!(load("faq.yaml", &text).unwrap().faq.out_of_scope(), messages);
        let again = exclude("faq.yaml", &text, messages[1]).unwrap_err();
        assert!(again.contains("已经排除") && again.contains("already"), "{again}");
    }

    #[test]
    fn a_question_of_an_entry_is_not_excluded() {
        let error = exclude("faq.yaml", FILE, "几点开门？").unwrap_err();
        assert!(
            error.contains("条目「a」") && error.contains("entry `a`"),
            "{error}"
        );
    }

    #[test]
    fn a_file_of_windows_keeps_its_line_ends() {
        let windows = FILE.replace('\n', "\r\n");
        let after = exclude("faq.yaml", &windows, "电影院几点开门").unwrap();
        assert_eq!(after.matches('\n').count(), after.matches("\r\n").count());
        assert!(windows.lines().all(|line| after.contains(line)));
    }

    #[test]
    fn what_can_only_be_added_by_hand_is_said() {
        let flow = format!("out_of_scope: [x y]\n{FILE}");
        assert!(exclude("f", &flow, "z").unwrap_err().contains("by hand"));
        let empty = format!("out_of_scope: []\n{FILE}");
        assert!(exclude("f", &empty, "z").unwrap_err().contains("error"));
        assert!(exclude("f", FILE, " ?").unwrap_err().contains("error"));
    }

    #[test]
    fn the_shipped_file_takes_one() {
        let shipped = include_str!("../../faq.yaml");
        let after = exclude("faq.yaml", shipped, "谁有客服的表情包").unwrap();
        assert!(after.lines().count() > shipped.lines().count());
    }
}
