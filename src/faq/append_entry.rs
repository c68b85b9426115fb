//! A new entry at the end of a FAQ file, whose comments and order stay as they are.

use super::Faq;
use super::file_lines::{end_of_list, quoted, standing, with};
use crate::matcher::Matcher;
use regex::Regex;
use std::sync::LazyLock;

/// The key of the list of entries.
const KEY: &str = "entries";

/// Removes what programs write for a mention, a face or a picture (`[CQ:at,qq=all]`, `<at id="1"/>`), and invisible
/// characters from a text: nobody asks with those.
pub fn without_markup(text: &str) -> String {
    static MARKUP: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?i)\[CQ:[^\[\]]*\]|</?(?:at|img|image|face|qqbot-at-user|qqbot-at-everyone|@!?[0-9]+|@&[0-9]+|#[0-9]+|a?:\w+:[0-9]+)\b[^<>]*>|<@!?\w+>")
            .ok()
    });
    let Some(markup) = MARKUP
        .as_ref()
        .filter(|markup| markup.is_match(text) || text.chars().any(is_invisible))
    else {
        return text.to_owned();
    };
    let plain = markup.replace_all(text, " ");
    let lines = plain.lines().map(|line| {
        let visible: String = line.chars().filter(|c| !is_invisible(*c)).collect();
        visible.split_whitespace().collect::<Vec<_>>().join(" ")
    });
    lines.collect::<Vec<_>>().join("\n").trim().to_owned()
}

/// Characters that show nothing and join no others: a zero-width space, a byte order mark, marks of direction.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{202a}'..='\u{202e}'
    )
}

/// An entry to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Id.
    pub id: String,
    /// Example questions.
    pub questions: Vec<String>,
    /// Answer, word for word: nothing in it is a template.
    pub answer: String,
}

impl Draft {
    /// Removes markup, and questions that were nothing else.
    #[must_use]
    pub fn plain(self) -> Self {
        let questions = self.questions.iter().map(|question| without_markup(question));
        Self {
            questions: questions
                .filter(|question| question.chars().any(char::is_alphanumeric))
                .collect(),
            answer: without_markup(&self.answer),
            id: self.id,
        }
    }

    /// Formats the entry as YAML, its dash `indent` spaces from the left.
    pub fn yaml(&self, indent: usize) -> String {
        let dash = " ".repeat(indent);
        let questions: Vec<String> = self.questions.iter().map(|text| quoted(text)).collect();
        format!(
            "{dash}- id: {}\n{dash}  questions: [{}]\n{dash}  answer: {}\n",
            quoted(&self.id),
            questions.join(", "),
            quoted(&literal(&self.answer))
        )
    }
}

/// Returns the file's text with the entry added behind its last one.
///
/// # Errors
/// A message for an admin: the file has errors, its entries are not written one below the other, or it has such an entry
/// already.
pub fn append(file: &str, text: &str, draft: &Draft) -> Result<String, String> {
    let before = standing(file, text)?;
    if before.index_of(&draft.id).is_some() {
        let id = &draft.id;
        return Err(format!(
            "{file} 里已经有条目 `{id}`：要改就直接改文件里的这一条，要重新采纳就先删掉它 / {file} has an entry `{id}` already: \
             edit it there, or delete it and accept again"
        ));
    }
    if let Some((question, entry)) = asked_already(&before, draft) {
        return Err(format!(
            "「{question}」已经是条目 `{entry}` 的问题：要改答案就直接改那一条，或换一个问法 / `{question}` is a question of entry \
             `{entry}` already: edit that one's answer, or write another question"
        ));
    }
    let Some((line, indent)) = end_of_list(text, KEY) else {
        return Err(format!(
            "the entries of {file} are not written one below the other, each with a dash: add the draft by hand"
        ));
    };
    with(
        file,
        text,
        (line, &draft.yaml(indent)),
        (KEY, "the draft"),
        |faq| {
            let added = faq.entries().last();
            added.is_some_and(|added| added.id == draft.id && added.questions == draft.questions)
        },
    )
}

/// Finds the first of a draft's questions that an entry has already; returns it with that entry's id. Two entries would
/// compete for it.
fn asked_already<'a>(faq: &'a Faq, draft: &'a Draft) -> Option<(&'a str, &'a str)> {
    let asked = |question: &str| {
        let bare = bare(question);
        let mut entries = faq.entries().iter();
        entries
            .find(|entry| !bare.is_empty() && entry.questions.iter().any(|other| self::bare(other) == bare))
    };
    let mut questions = draft.questions.iter();
    questions.find_map(|question| Some((question.as_str(), asked(question)?.id.as_str())))
}

/// Returns a question without differences that don't count: case, spaces, punctuation, traditional and full-width
/// characters.
pub(super) fn bare(question: &str) -> String {
    let narrow = |c: char| match c {
        '！'..='～' => u32::from(c)
            .checked_sub(0xfee0)
            .and_then(char::from_u32)
            .unwrap_or(c),
        c => c,
    };
    Matcher::simplified(question)
        .chars()
        .map(narrow)
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Returns a text that the template engine renders as `text`: a brace that would open something is written as a template
/// of its own. (`raw` would end at the first `endraw` in the text, in any of its spellings.)
pub(super) fn literal(text: &str) -> String {
    let mut literal = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        if c == '{' && matches!(rest.peek(), Some('{' | '%' | '#')) {
            literal.push_str("{{ '{' }}");
        } else {
            literal.push(c);
        }
    }
    literal
}

#[cfg(test)]
mod tests {
    use super::super::load;
    use super::*;
    use proptest::prelude::*;

    const FILE: &str = "# ours\nentries:\n  # the first\n  - id: a\n    questions: [几点开门] # often asked\n    answer: |\n      八点\n\n      - 周末也开\n  # the end\nlanguage: zh\n";

    fn draft(answer: &str) -> Draft {
        Draft {
            id: "ticket-12".to_owned(),
            questions: vec!["怎么退款: \"全额\"?".to_owned()],
            answer: answer.to_owned(),
        }
    }

    #[test]
    fn a_draft_goes_behind_the_last_entry_and_nothing_else_changes() {
        let after = append("faq.yaml", FILE, &draft("找客服 #1\n{{ 不是模板 }}")).unwrap();
        for line in FILE.lines() {
            assert!(after.contains(line), "{line}\n{after}");
        }
        let (entry, language) = (
            after.find("ticket-12").unwrap(),
            after.find("language: zh").unwrap(),
        );
        assert!(
            after.find("周末也开").unwrap() < entry && entry < language,
            "{after}"
        );
        let faq = load("faq.yaml", &after).unwrap().faq;
        let context = crate::faq::RenderContext {
            now: jiff::Timestamp::UNIX_EPOCH,
            language: crate::language::Language::CHINESE,
        };
        assert_eq!(faq.render(1, &context).text, "找客服 #1\n{{ 不是模板 }}");
        assert!(
            append("faq.yaml", &after, &draft("x"))
                .unwrap_err()
                .contains("直接改文件")
        );
    }

    #[test]
    fn a_question_that_another_entry_has_is_refused_and_the_entry_named() {
        for question in ["几点开门", "几点开门？", " 幾點開門 "] {
            let asked = Draft {
                questions: vec!["怎么退款".to_owned(), question.to_owned()],
                ..draft("九点")
            };
            let refusal = append("faq.yaml", FILE, &asked).unwrap_err();
            assert!(refusal.contains("条目 `a`"), "{refusal}");
        }
    }

    #[test]
    fn what_programs_write_between_words_is_no_part_of_a_draft() {
        let marked = Draft {
            questions: vec![
                "转人工\u{200b}  [CQ:at,qq=all]".to_owned(),
                "[CQ:face,id=1]".to_owned(),
            ],
            ..draft("找 <@1234> 客服[CQ:image,file=a.jpg]\n第二行 a < b > c")
        };
        let plain = marked.plain();
        assert_eq!(plain.questions, ["转人工"]);
        assert_eq!(plain.answer, "找 客服\n第二行 a < b > c");
        let untouched = "a  [b]\n  <b>c</b>";
        assert_eq!(without_markup(untouched), untouched);
    }

    #[test]
    fn a_file_in_another_style_or_with_errors_is_left_alone() {
        let flow = "entries: [{ id: a, questions: [x y], answer: b }]\n";
        assert!(append("f", flow, &draft("x")).unwrap_err().contains("by hand"));
        assert!(
            append("f", "entries:\n- id: a\n", &draft("x"))
                .unwrap_err()
                .contains("error")
        );
    }

    #[test]
    fn the_shipped_file_takes_a_draft() {
        let shipped = include_str!("../../faq.yaml");
        let after = append("faq.yaml", shipped, &draft("x")).unwrap();
        assert_eq!(after.lines().count(), shipped.lines().count() + 3);
    }

    /// Words, and the pieces of templates.
    fn pieces() -> impl Strategy<Value = String> {
        let piece = prop::sample::select(vec![
            "{", "}", "{{", "}}", "{%", "%}", "{#", "#}", "{%-", "-%}", "raw", "endraw", " ", "退款",
            "open_now", "'", "\"", ":",
        ]);
        prop::collection::vec(piece, 0..16).prop_map(|pieces| format!("答{}完", pieces.concat()))
    }

    proptest! {
        #[test]
        fn any_answer_is_said_word_for_word(
            answer in prop_oneof![pieces(), "[^\\p{C}\\s]([^\\p{C}]{0,60}[^\\p{C}\\s])?"]
        ) {
            if let Ok(after) = append("faq.yaml", FILE, &draft(&answer)) {
                let faq = load("faq.yaml", &after).unwrap().faq;
                let context = crate::faq::RenderContext {
                    now: jiff::Timestamp::UNIX_EPOCH,
                    language: crate::language::Language::CHINESE,
                };
                prop_assert_eq!(faq.render(1, &context).text, answer);
            }
        }
    }
}
