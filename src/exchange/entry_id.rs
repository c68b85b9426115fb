//! Ids for entries: short, of ASCII letters, and the same for the same question.

use pinyin::ToPinyin;

/// The longest id that is made, in characters.
const MAX_CHARS: usize = 32;

/// Words at the beginning of questions that say nothing of what is asked.
const OPENERS: [&str; 22] = [
    "请问一下",
    "请问",
    "你好",
    "您好",
    "我想问一下",
    "我想知道",
    "怎么样才能",
    "怎样才能",
    "如何才能",
    "怎么才能",
    "怎么样",
    "怎么",
    "怎样",
    "如何",
    "为什么",
    "为何",
    "什么是",
    "how do i ",
    "how can i ",
    "how to ",
    "what is ",
    "where can i ",
];

/// Proposes an id for an entry with this question.
pub(super) fn propose(question: &str) -> String {
    let lower = question.trim().to_lowercase();
    let mut rest = lower.as_str();
    while let Some(shorter) = OPENERS
        .iter()
        .find_map(|opener| rest.strip_prefix(opener))
        .filter(|rest| rest.chars().filter(|c| c.is_alphanumeric()).count() >= 2)
    {
        rest = shorter.trim_start_matches(|c: char| !c.is_alphanumeric());
    }
    let mut id = String::new();
    for syllable in syllables(rest) {
        let length = id.len() + 1 + syllable.len();
        if !id.is_empty() && length > MAX_CHARS {
            break;
        }
        if !id.is_empty() {
            id.push('-');
        }
        id.extend(syllable.chars().take(MAX_CHARS));
    }
    match id.bytes().filter(u8::is_ascii_alphanumeric).count() {
        0..3 => format!("q-{}", mark(question)),
        _ => id,
    }
}

/// The id with a mark of the question, for one that another entry has.
pub(super) fn marked(id: &str, question: &str) -> String {
    let mark = mark(question);
    format!("{id}-{}", mark.get(..4).unwrap_or(&mark))
}

/// The id that a file gives, in the characters that an id may have; nothing where it is only a number, or no letter is left.
pub(super) fn given(id: &str) -> Option<String> {
    let id = id.trim();
    let mut given = String::new();
    for c in id.chars().take(100) {
        match c {
            c if c.is_alphanumeric() || matches!(c, '-' | '_' | '.') => given.push(c),
            _ if !given.ends_with('-') => given.push('-'),
            _ => {}
        }
    }
    let given = given.trim_start_matches(['-', '_', '.']).trim_end_matches('-');
    given.contains(char::is_alphabetic).then(|| given.to_owned())
}

/// The ASCII words and the syllables of Chinese characters.
fn syllables(text: &str) -> Vec<String> {
    let mut syllables = Vec::new();
    let mut word = String::new();
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            word.push(c);
            continue;
        }
        if !word.is_empty() {
            syllables.push(std::mem::take(&mut word));
        }
        if let Some(sound) = c.to_pinyin() {
            syllables.push(sound.plain().replace('ü', "v"));
        }
    }
    if !word.is_empty() {
        syllables.push(word);
    }
    syllables
}

/// Six hexadecimal digits that a question always has (FNV-1a).
fn mark(question: &str) -> String {
    let mut hash: u32 = 0x811c_9dc5;
    for byte in question.trim().bytes() {
        hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    }
    format!("{:06x}", hash & 0x00ff_ffff)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_short_and_says_what_is_asked() {
        for (question, id) in [
            ("怎么申请退款？", "shen-qing-tui-kuan"),
            ("请问，如何开发票", "kai-fa-piao"),
            ("How do I reset my Password?", "reset-my-password"),
            ("QQ群号是多少", "qq-qun-hao-shi-duo-shao"),
            ("女生节有活动吗", "nv-sheng-jie-you-huo-dong-ma"),
        ] {
            assert_eq!(propose(question), id);
        }
        for odd in ["?", "ありがとう", "5×8", ""] {
            assert!(propose(odd).starts_with("q-"), "{odd}: {}", propose(odd));
        }
        let long = "非常".repeat(50);
        assert!(propose(&long).len() <= MAX_CHARS);
    }
}
