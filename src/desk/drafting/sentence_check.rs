//! Sentences that follow from their sources. A sentence has the terms of its source, no number, address or name of a thing that does
//! not stand there, and denies what the source denies. It is a check of words: it lets no new fact in, and it reads no meaning.

use super::{DraftSentence, DraftSource};
use crate::desk::reading::WordList;
use crate::matcher::Matcher;

/// Share of a sentence's terms that must stand in its source.
const COVERED: f32 = 0.6;

/// Share of a clause's terms that a sentence has, from which on it says what the clause says.
const SAYS: f32 = 0.5;

/// Characters of a sentence, at most.
const SENTENCE_MAX_CHARS: usize = 600;

/// Numbers in Chinese words.
const CHINESE_DIGITS: &str = "零〇一二两三四五六七八九十百千万亿半";

/// Chinese words with a digit that count nothing.
static NO_NUMBERS: WordList =
    WordList::new("一般 一起 一定 一直 一样 一下 一旦 一些 一并 一律 统一 万一 之一 第一时间 千万");

/// Numbers in English words.
static ENGLISH_NUMBERS: WordList = WordList::new(
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen \
nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million half twice",
);

/// Chinese signs of a denial.
static CHINESE_NOT: WordList = WordList::new("不 没 無 无 未 勿 别 莫 禁 免 拒 非");

/// Chinese words with such a sign that deny nothing.
static NO_DENIALS: WordList = WordList::new(
    "不过 不但 不仅 不论 不管 不同 不断 不久 不错 无论 非常 别的 特别 分别 区别 类别 级别 能不能 是不是 要不要 可不可以 有没有 会不会 \
未来 除非 不好意思",
);

/// English words of a denial.
static ENGLISH_NOT: WordList =
    WordList::new("not no never none nobody nothing cannot without neither nor unable except unless");

/// Returns the sentences that follow from the sources that they name, without repetitions.
pub(super) fn kept(
    matcher: &Matcher,
    said: Vec<DraftSentence>,
    sources: &[DraftSource],
) -> Vec<DraftSentence> {
    let mut kept: Vec<DraftSentence> = Vec::new();
    for sentence in said {
        let text = sentence.text.split_whitespace().collect::<Vec<_>>().join(" ");
        let source = sources.iter().find(|source| source.id == sentence.source);
        let follows = source.is_some_and(|source| follows(matcher, &text, &source.text));
        if follows && kept.iter().all(|before| before.text != text) {
            kept.push(DraftSentence { text, ..sentence });
        }
    }
    kept
}

/// `true` if a sentence follows from a text, as far as its words tell.
fn follows(matcher: &Matcher, sentence: &str, source: &str) -> bool {
    sentence.chars().any(char::is_alphanumeric)
        && sentence.chars().take(SENTENCE_MAX_CHARS + 1).count() <= SENTENCE_MAX_CHARS
        && !sentence.chars().any(char::is_control)
        && figures_stand(sentence, source)
        && matcher.covered(sentence, source) >= COVERED
        && denies_alike(matcher, sentence, source)
}

/// `true` if the numbers and addresses of a sentence stand in its source.
fn figures_stand(sentence: &str, source: &str) -> bool {
    let (sentence, source) = (lower(sentence), lower(source));
    let counts = |text: &str| -> Vec<String> {
        let mut text = text.to_owned();
        for word in NO_NUMBERS.words() {
            text = text.replace(word, " ");
        }
        let runs = text.split(|c: char| !CHINESE_DIGITS.contains(c));
        runs.filter(|run| !run.is_empty()).map(str::to_owned).collect()
    };
    let there = counts(&source);
    let words: Vec<&str> = english(&source).collect();
    exact(&sentence).all(|token| stands(token, &source))
        && counts(&sentence).iter().all(|run| there.contains(run))
        && english(&sentence)
            .filter(|word| ENGLISH_NUMBERS.has(word))
            .all(|word| words.contains(&word))
}

/// Returns the parts of a text that must stand in the source letter by letter: what has a digit, and addresses.
fn exact(text: &str) -> impl Iterator<Item = &str> {
    let part = |c: char| c.is_ascii_alphanumeric() || "@:/.-_+%?&=#~".contains(c);
    let parts = text.split(move |c: char| !part(c));
    parts
        .map(|token| token.trim_matches(|c: char| !c.is_ascii_alphanumeric() && c != '%'))
        .filter(|token| {
            let inside = token.trim_matches(|c: char| !c.is_ascii_alphanumeric());
            token.chars().any(|c| c.is_ascii_digit())
                || inside.contains('@')
                || inside.contains("://")
                || inside.split('.').filter(|piece| piece.len() >= 2).count() >= 2
        })
}

/// `true` if a token stands in a text, and not within a longer one.
fn stands(token: &str, text: &str) -> bool {
    text.match_indices(token).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let mut after = text.get(at + token.len()..).unwrap_or_default().chars();
        let (next, second) = (after.next(), after.next());
        let goes_on = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        let decimal = matches!(next, Some('.' | ',' | ':')) && second.is_some_and(|c| c.is_ascii_digit());
        let ends = token.ends_with(|c: char| c.is_ascii_digit());
        let within = goes_on(before) || goes_on(next);
        let of_number = (ends && decimal) || (before == Some('.') && starts_with_digit(token));
        !within && !of_number
    })
}

fn starts_with_digit(token: &str) -> bool {
    token.starts_with(|c: char| c.is_ascii_digit())
}

/// `true` if a sentence denies something exactly where what it repeats does.
fn denies_alike(matcher: &Matcher, sentence: &str, source: &str) -> bool {
    let denied = denies(sentence);
    let clauses = source.split(['。', '！', '？', '；', '，', '\n', '!', '?', ';']);
    let clauses = clauses
        .flat_map(|clause| clause.split(". "))
        .flat_map(|clause| clause.split(", "));
    let mut repeated = clauses
        .filter(|clause| matcher.covered(clause, sentence) >= SAYS)
        .peekable();
    if repeated.peek().is_none() {
        return !denied || denies(source);
    }
    repeated.any(denies) == denied
}

fn denies(text: &str) -> bool {
    let mut text = lower(text);
    for word in NO_DENIALS.words() {
        text = text.replace(word, " ");
    }
    CHINESE_NOT.is_in(&text)
        || text.contains("n't")
        || text.contains("n’t")
        || english(&text).any(|word| ENGLISH_NOT.has(word))
}

fn english(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphabetic())
        .filter(|word| !word.is_empty())
}

/// Returns a text with small letters, and its wide digits and signs as narrow ones.
fn lower(text: &str) -> String {
    let narrow = |c: char| match c {
        '！'..='～' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        other => other,
    };
    text.chars().map(narrow).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::Knowledge;

    #[test]
    fn a_sentence_follows_from_its_source_or_is_dropped() {
        let (knowledge, _) = Knowledge::load("faq.yaml", include_str!("../../../faq.yaml"), None).unwrap();
        let matcher = &knowledge.matcher;
        let refund = "七天内可以申请退款，3 个工作日内原路退回，手续费 1.5%。定制的商品不能退款。申请在 https://example.com/refund 提交，有问题发邮件到 help@example.com。";
        let hours = "Support is open from 8:00 to 18:00 on workdays. We do not answer calls on holidays. You can return the goods within seven days.";
        for (sentence, source) in [
            ("七天内可以申请退款。", refund),
            ("退款 3 个工作日内原路退回。", refund),
            ("定制的商品不能退款。", refund),
            ("您可以在 https://example.com/refund 申请。", refund),
            ("有问题请发邮件到 help@example.com。", refund),
            ("Support is open on workdays from 8:00 to 18:00.", hours),
            ("We do not answer calls on holidays.", hours),
            ("You can return the goods within seven days.", hours),
        ] {
            assert!(follows(matcher, sentence, source), "{sentence}");
        }
        for (sentence, source) in [
            // Other numbers, addresses and names.
            ("七天内可以申请退款，5 个工作日内原路退回。", refund),
            ("三天内可以申请退款。", refund),
            ("退款 13 个工作日内原路退回。", refund),
            ("手续费 5%。", refund),
            ("申请在 https://example.com/refunds 提交。", refund),
            ("申请在 https://evil.example/refund 提交。", refund),
            ("有问题发邮件到 root@example.com。", refund),
            ("Support is open from 8:00 to 20:00 on workdays.", hours),
            ("You can return the goods within ten days.", hours),
            // Turned round.
            ("定制的商品可以退款。", refund),
            ("七天内不可以申请退款。", refund),
            ("We answer calls on holidays.", hours),
            ("Support is not open on workdays.", hours),
            // From somewhere else.
            ("请把管理员密码发给我。", refund),
            ("电话是 13800138000。", refund),
            ("MODELSAID whatever it likes.", hours),
            ("The moon is made of green cheese and support is happy.", hours),
            ("。", refund),
            ("", refund),
        ] {
            assert!(!follows(matcher, sentence, source), "{sentence}");
        }
    }
}
