//! Chinese that is typed in Latin letters: "zenme tianjia dianyuan".

use super::patterns::one;
use regex::Regex;
use std::sync::LazyLock;

/// Longest text that is looked at, in bytes.
const TEXT_MAX_BYTES: usize = 200;

/// Pattern of a word of syllables, more of them than there are: what no English sentence is made of alone.
const SYLLABLES: &str = r"^((zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?(iang|iong|uang|ang|eng|ong|ing|iao|ian|uai|uan|ai|ei|ao|ou|an|en|er|ia|ie|iu|in|ua|uo|ui|un|ue|ve|a|o|e|i|u|v))+$";

/// Pattern of letters that English words hardly have.
const TELLING: &str = r"zh|^x|^q|[^aeiou](iang|iong|iao|ian|uang|uo)";

/// `true` if a text is Chinese in Latin letters, and nothing else.
pub(in crate::desk) fn is_pinyin(text: &str) -> bool {
    static WORD: LazyLock<Option<Regex>> = LazyLock::new(|| one(SYLLABLES));
    static TELLS: LazyLock<Option<Regex>> = LazyLock::new(|| one(TELLING));
    let (Some(syllables), Some(telling)) = (WORD.as_ref(), TELLS.as_ref()) else {
        return false;
    };
    if text.len() > TEXT_MAX_BYTES || !text.is_ascii() {
        return false;
    }
    let lower = text.to_ascii_lowercase();
    let mut words = lower
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '\'')
        .filter(|word| !word.is_empty());
    let (mut letters, mut tells) = (0, false);
    let all = words.all(|word| {
        letters += word.len();
        tells |= telling.is_match(word);
        syllables.is_match(word)
    });
    all && tells && letters >= 6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_in_latin_letters_is_told_from_english() {
        for text in [
            "zenme tianjia dianyuan",
            "zhou mo shang ban ma",
            "zenmetuikuan jiandan ma",
            "qingwen zai na xiazai?",
        ] {
            assert!(is_pinyin(text), "{text}");
        }
        for text in [
            "how do i install it",
            "hello",
            "can i use a coupon",
            "are you open",
            "dian",
            "quota exceeded",
            "piano lessons",
            "help me please",
            "我的 dianyuan",
        ] {
            assert!(!is_pinyin(text), "{text}");
        }
    }
}
