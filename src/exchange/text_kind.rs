//! The look of a text: a question, an answer, or the name of a column.

/// Words that stand in questions, and hardly elsewhere.
const ASKING: [&str; 7] = ["怎么", "怎样", "如何", "为什么", "多少", "能不能", "是否"];
/// Words that stand in questions, and elsewhere, too.
const MAYBE: [&str; 9] = [
    "什么", "哪", "可以", "how ", "what ", "why ", "where ", "when ", "can ",
];
/// Signs that stand in sentences, and not in names.
const SIGNS: [char; 15] = [
    '。', '，', '！', '？', '；', '：', '、', '.', ',', '!', '?', ';', ':', '\n', '/',
];
/// The longest name of a column, in characters: of Chinese, and of other letters.
const NAME_CHARS_MAX: (usize, usize) = (8, 24);

/// `true` if a text is put as a question.
pub(super) fn asks(text: &str) -> bool {
    let lower = text.to_lowercase();
    surely_asks(text) || MAYBE.iter().any(|word| lower.contains(word))
}

/// `true` if a text is put as a question, and can hardly be anything else.
pub(super) fn surely_asks(text: &str) -> bool {
    text.trim_end().ends_with(['?', '？', '吗', '呢', '么']) || ASKING.iter().any(|word| text.contains(word))
}

/// `true` if a text holds a sentence.
fn is_sentence(text: &str) -> bool {
    text.contains(['。', '，', '！', '；', '\n']) || text.contains(". ") || text.trim_end().ends_with('.')
}

/// `true` if a row of two cells reads like a question with its answer.
pub(super) fn is_pair(question: &str, answer: &str) -> bool {
    !question.trim().is_empty() && !answer.trim().is_empty() && (asks(question) || is_sentence(answer))
}

/// `true` if two cells read like the names of their columns: both are short names of the same writing, and neither asks.
pub(super) fn are_names(first: &str, second: &str) -> bool {
    let is_name = |text: &str| {
        let most = match is_chinese(text) {
            true => NAME_CHARS_MAX.0,
            false => NAME_CHARS_MAX.1,
        };
        let length = text.chars().count();
        (1..=most).contains(&length)
            && !asks(text)
            && !text.contains(SIGNS)
            && !text.chars().any(char::is_numeric)
            && text.chars().any(char::is_alphabetic)
    };
    let (first, second) = (first.trim(), second.trim());
    is_name(first) && is_name(second) && is_chinese(first) == is_chinese(second)
}

fn is_chinese(text: &str) -> bool {
    text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}
