//! Finds the part of a template that is not written right, and what its writer meant.

use super::{is_identifier, reference};

/// A part of a template that is not written right.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::faq) struct TemplateFault {
    /// The lines above it in the text.
    pub(in crate::faq) lines_above: usize,
    pub(in crate::faq) english: String,
    pub(in crate::faq) chinese: String,
}

/// Words that open or close something between `{%` and `%}`.
const STATEMENTS: [&str; 11] = [
    "if", "elif", "else", "endif", "for", "endfor", "set", "endset", "with", "endwith", "raw",
];

/// Such words as people guess them, the longer ones first.
const GUESSED: [(&str, &str); 15] = [
    ("否则如果", "elif"),
    ("else if", "elif"),
    ("elseif", "elif"),
    ("elsif", "elif"),
    ("结束如果", "endif"),
    ("如果结束", "endif"),
    ("end if", "endif"),
    ("否则", "else"),
    ("不然", "else"),
    ("其他", "else"),
    ("结束", "endif"),
    ("end", "endif"),
    ("fi", "endif"),
    ("如果", "if"),
    ("若", "if"),
];

/// The half-width sign that was meant by a full-width one.
fn half_width(c: char) -> Option<char> {
    Some(match c {
        '。' | '．' | '·' => '.',
        '，' => ',',
        '（' => '(',
        '）' => ')',
        '“' | '”' | '‘' | '’' => '\'',
        '！'..='～' => char::from_u32(u32::from(c) - 0xfee0)?,
        '\u{3000}' => ' ',
        _ => return None,
    })
}

/// Finds the first fault. `names` are the names under `hours` and `contact`, each with what it stands under.
pub(in crate::faq) fn find(text: &str, names: &[(&str, &str)]) -> Option<TemplateFault> {
    let mut open: Vec<(&str, &str, usize)> = Vec::new();
    let mut at = 0;
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let Some(start) = ["{{", "{%", "{#"].iter().filter_map(|mark| rest.find(mark)).min() else {
            break;
        };
        let tag_at = at + start;
        let inside = text.get(tag_at + 2..)?;
        let kind = text.get(tag_at + 1..tag_at + 2)?;
        let (begin, close) = match kind {
            "{" => ("{{", "}}"),
            "%" => ("{%", "%}"),
            _ => ("{#", "#}"),
        };
        let fault = |english: String, chinese: String| {
            let above = text.get(..tag_at).unwrap_or_default();
            Some(TemplateFault {
                lines_above: above.matches('\n').count(),
                english,
                chinese,
            })
        };
        let limit = [inside.find("{{"), inside.find("{%"), inside.find('\n')];
        let limit = limit.into_iter().flatten().min().unwrap_or(inside.len());
        let Some(end) = inside.find(close).filter(|end| kind == "#" || *end <= limit) else {
            let code = inside.get(..limit)?;
            let written = format!("{begin}{}", code.trim_end());
            let body = code.split(['}', '｝', '%', '％', '"']).next().unwrap_or(code);
            let fixed = match body.len() < code.len() {
                true => format!("{begin} {} {close}", body.trim()),
                false => format!(
                    "{begin} {} {close}",
                    body.split_whitespace().next().unwrap_or("...")
                ),
            };
            let written: String = written.chars().take(40).collect();
            return fault(
                format!("`{written}` is not closed by `{close}`: write {fixed}"),
                format!("「{written}」没有用 {close} 结束；请写成 {fixed}"),
            );
        };
        at = tag_at + 2 + end + 2;
        if kind == "#" {
            continue;
        }
        let code = inside.get(..end)?.trim_matches(['-', '+']).trim();
        let tag = format!("{begin} {code} {close}");
        let write = |fixed: &str| {
            let fixed = format!("{begin} {} {close}", fixed.trim());
            fault(
                format!("`{tag}` is not written right: write {fixed}"),
                format!("「{tag}」写法不对；请写成 {fixed}"),
            )
        };
        if let Some(fixed) = with_names(code, names) {
            return write(&fixed);
        }
        let plain: String = code.chars().map(|c| half_width(c).unwrap_or(c)).collect();
        if plain != code && !code.contains(['"', '\'']) {
            let sign = code.chars().find(|c| half_width(*c).is_some()).unwrap_or(' ');
            let fixed = format!("{begin} {} {close}", guessed(&plain).unwrap_or(plain));
            return fault(
                format!("`{sign}` in `{tag}` is a full-width sign: write {fixed}"),
                format!("「{tag}」里的「{sign}」是全角符号；请写成 {fixed}"),
            );
        }
        if kind == "{" {
            let bare = code.trim_matches(['{', '}']).trim();
            if bare != code {
                return write(bare);
            }
            if let [above @ ("hours" | "contact"), name] =
                code.split_whitespace().collect::<Vec<_>>().as_slice()
                && is_identifier(name)
            {
                return write(&format!("{above}.{name}"));
            }
            if code.is_empty() {
                return fault(
                    "`{{ }}` names nothing: write a name into it, or remove it".to_owned(),
                    "{{ }} 里面是空的；请写上名称，或删掉它".to_owned(),
                );
            }
            continue;
        }
        if let Some(fixed) = guessed(code) {
            return write(&fixed);
        }
        let word = code.split_whitespace().next().unwrap_or_default();
        match word {
            "if" if code == "if" => return write("if service_open"),
            "if" | "for" => open.push((word, code, tag_at)),
            "else" | "elif" if open.is_empty() => {
                return fault(
                    format!(
                        "`{tag}` stands without an `if` before it: write {{% if service_open %}} before the first text"
                    ),
                    format!("「{tag}」前面没有 if；请在第一段文字前面写上 {{% if service_open %}}"),
                );
            }
            "endif" | "endfor" if open.pop().is_none() => {
                return fault(
                    format!("`{tag}` closes nothing: remove it"),
                    format!("「{tag}」前面没有对应的 if；请删掉它"),
                );
            }
            _ if !STATEMENTS.contains(&word) && !word.starts_with("end") => {
                return fault(
                    format!(
                        "`{tag}` is no condition: write {{% if service_open %}} ... {{% else %}} ... {{% endif %}}"
                    ),
                    format!(
                        "「{tag}」不是条件；条件写成 {{% if service_open %}} ... {{% else %}} ... {{% endif %}}"
                    ),
                );
            }
            _ => {}
        }
    }
    let (word, code, tag_at) = open.pop()?;
    Some(TemplateFault {
        lines_above: text.get(..tag_at)?.matches('\n').count(),
        english: format!("`{{% {code} %}}` is not closed: write {{% end{word} %}} where it ends"),
        chinese: format!("「{{% {code} %}}」没有结束；请在这一段的末尾写上 {{% end{word} %}}"),
    })
}

/// Writes a guessed word as the template language has it.
fn guessed(code: &str) -> Option<String> {
    let known = code
        .split_whitespace()
        .next()
        .is_some_and(|word| STATEMENTS.contains(&word));
    if known && !code.starts_with("else if") {
        return None;
    }
    GUESSED.iter().find_map(|(guess, meant)| {
        let rest = code.strip_prefix(guess)?;
        let apart = !guess.is_ascii() || rest.is_empty() || rest.starts_with(' ');
        apart.then(|| format!("{meant} {}", rest.trim()).trim().to_owned())
    })
}

/// Writes names that are no words of a template, such as `hours.24h`, as `hours['24h']`.
fn with_names(code: &str, names: &[(&str, &str)]) -> Option<String> {
    let mut odd: Vec<_> = names
        .iter()
        .filter(|(_, name)| !is_identifier(&super::identifier(name)))
        .collect();
    odd.sort_by_key(|(_, name)| std::cmp::Reverse(name.len()));
    let mut fixed = code.to_owned();
    for (above, name) in odd {
        fixed = fixed.replace(&format!("{above}.{name}"), &reference(above, name));
    }
    (fixed != code).then_some(fixed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_part_that_is_wrong_is_told_with_what_to_write() {
        let names = [("hours", "24h"), ("contact", "400电话"), ("hours", "客服（晚）")];
        for (text, line, part) in [
            ("打 {{ contact.phone.value } 就行", 0, "{{ contact.phone.value }}"),
            (
                "一\n打 {{ contact.phone.value\n三",
                1,
                "{{ contact.phone.value }}",
            ),
            ("{{ contact。phone.value }}", 0, "{{ contact.phone.value }}"),
            ("{% 如果 service_open %}在{% endif %}", 0, "{% if service_open %}"),
            (
                "{% if service_open %}在{% 否则 %}不在{% endif %}",
                0,
                "{% else %}",
            ),
            (
                "{% if service_open %}在{% else if x %}不在{% endif %}",
                0,
                "{% elif x %}",
            ),
            ("一\n{% if service_open %}在", 1, "{% endif %}"),
            ("{% if service_open }在{% endif %}", 0, "{% if service_open %}"),
            ("在{% else %}不在", 0, "{% if service_open %}"),
            ("在{% endif %}", 0, "{% endif %}"),
            ("{{ hours.24h }}", 0, "{{ hours['24h'] }}"),
            ("{{ hours.客服（晚） }}", 0, "{{ hours['客服（晚）'] }}"),
            ("{{ contact.400电话.value }}", 0, "{{ contact['400电话'].value }}"),
            ("{{ hours office }}", 0, "{{ hours.office }}"),
            ("{{{ open_now }}}", 0, "{{ open_now }}"),
            ("{{ }}", 0, "{{ }}"),
            ("{% when service_open %}", 0, "{% if service_open %}"),
        ] {
            let fault = find(text, &names).unwrap_or_else(|| panic!("nothing is wrong with {text}"));
            assert_eq!(fault.lines_above, line, "{text}");
            assert!(fault.english.contains(part), "{text}: {}", fault.english);
            assert!(fault.chinese.contains(part), "{text}: {}", fault.chinese);
        }
        for text in [
            "没有模板",
            "{% if service_open %}在{% else %}{{ hours.office }}{% endif %}",
            "{# 注 #}",
        ] {
            assert_eq!(find(text, &names), None, "{text}");
        }
    }
}
