//! `5×8` in all its spellings: `5x8`, `5*8`, `5 X 8`, `五乘八`, `24/7` the other way round.

/// Rewrites every "a times b" of two small numbers as `axb`.
pub(super) fn rewrite(chars: &mut Vec<char>) {
    if !chars.iter().any(|&c| is_times(c) || c == '/') {
        return;
    }
    let mut out = Vec::with_capacity(chars.len());
    let mut i = 0;
    while i < chars.len() {
        let after_word = i > 0 && chars[i - 1].is_ascii_alphanumeric();
        match (!after_word).then(|| product(&chars[i..])).flatten() {
            Some((a, b, len)) => {
                let (a, b) = if (a, b) == (24, 7) { (b, a) } else { (a, b) };
                out.extend(format!("{a}x{b}").chars());
                i += len;
            }
            None => {
                out.push(chars[i]);
                i += 1;
            }
        }
    }
    *chars = out;
}

/// Returns `true` if `text`, once joined, may hold a notation that punctuation had hidden.
pub(super) fn is_near(text: &str) -> bool {
    text.match_indices(['x', '乘']).any(|(i, sign)| {
        let after = text[i + sign.len()..]
            .trim_start_matches(['以', ' '])
            .chars()
            .next();
        after.is_some_and(|c| c.is_ascii_digit() || c == '十' || numeral(c).is_some())
    })
}

fn is_times(c: char) -> bool {
    matches!(c, 'x' | '*' | '×' | '✕' | '✖' | '╳' | '⨯' | '乘')
}

/// Reads "a times b" at the start of `chars`; the two numbers and the length read.
fn product(chars: &[char]) -> Option<(u32, u32, usize)> {
    let (a, mut at) = number(chars)?;
    at += blanks(&chars[at..]);
    let sign = *chars.get(at)?;
    at += 1;
    if sign == '乘' && chars.get(at) == Some(&'以') {
        at += 1;
    }
    at += blanks(&chars[at..]);
    let (b, len) = number(&chars[at..])?;
    at += len;
    let ends = !chars.get(at).is_some_and(|c| c.is_ascii_alphanumeric());
    let slash = sign == '/' && matches!((a, b), (24, 7) | (7, 24));
    (ends && (is_times(sign) || slash)).then_some((a, b, at))
}

fn blanks(chars: &[char]) -> usize {
    chars.iter().take(2).take_while(|&&c| c == ' ').count()
}

/// A number below 100 in digits or Chinese numerals, and its length.
fn number(chars: &[char]) -> Option<(u32, usize)> {
    let digits = chars.iter().take(3).take_while(|c| c.is_ascii_digit()).count();
    if digits > 0 {
        let value = chars[..digits]
            .iter()
            .filter_map(|c| c.to_digit(10))
            .fold(0, |n, d| n * 10 + d);
        return (digits < 3).then_some((value, digits));
    }
    let tens = chars.first().and_then(|&c| numeral(c));
    let mut len = usize::from(tens.is_some());
    if chars.get(len) != Some(&'十') {
        return tens.map(|n| (n, len));
    }
    len += 1;
    let ones = chars.get(len).and_then(|&c| numeral(c));
    len += usize::from(ones.is_some());
    Some((tens.unwrap_or(1) * 10 + ones.unwrap_or(0), len))
}

fn numeral(c: char) -> Option<u32> {
    let index = "一二三四五六七八九".chars().position(|n| n == c);
    match c {
        '两' => Some(2),
        _ => index.and_then(|n| u32::try_from(n + 1).ok()),
    }
}
