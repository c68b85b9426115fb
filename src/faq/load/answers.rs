//! Compiles the variants of answers, and tries each in every language, in open and closed hours, so that a mistake is
//! found here and not in a group.

use super::Loader;
use crate::faq::localized_text::AnswerFile;
use crate::faq::template::{Facts, Source, Variant};
use crate::faq::{Entry, RenderContext};
use crate::language::Language;
use jiff::Timestamp;
use std::sync::Arc;

/// The moment from which on openings and closings are searched. Any would do.
const FROM: Timestamp = Timestamp::UNIX_EPOCH;

impl Loader<'_> {
    /// Compiles the variants of an answer.
    pub(super) fn variants(
        &mut self,
        path: &[String],
        answer: &AnswerFile,
        facts: &mut Facts,
        default: Language,
    ) -> Vec<Variant> {
        let mut variants = Vec::new();
        self.collect((path, default), answer, None, None, facts, &mut variants);
        // A reader in a language without a text gets the default language's.
        variants.sort_by_key(|variant| variant.language.is_some_and(|language| language != default));
        let missing = [true, false]
            .into_iter()
            .find(|open| variants.iter().all(|v| v.open.is_some_and(|o| o != *open)));
        if let Some(open) = missing.filter(|_| !variants.is_empty()) {
            let key = if open { "open" } else { "closed" };
            self.error(
                path,
                format!("there is nothing to say while {key}"),
                Some(format!("add `{key}:`")),
                format!("只写了一种情况，缺少 {key}；请加上 {key}:"),
            );
        }
        variants
    }

    fn collect(
        &mut self,
        (path, default): (&[String], Language),
        answer: &AnswerFile,
        language: Option<Language>,
        open: Option<bool>,
        facts: &mut Facts,
        variants: &mut Vec<Variant>,
    ) {
        match answer {
            AnswerFile::Text(text) if text.trim().is_empty() => {
                self.error(
                    path,
                    "the answer is empty".to_owned(),
                    Some("write what the bot is to say".to_owned()),
                    "答案是空的；请写上机器人要说的话",
                );
            }
            AnswerFile::Text(text) => {
                self.answer_length(path, text);
                self.braces(path, text, facts);
                match facts.compile(path.join("."), text) {
                    Ok(source) => variants.push(Variant {
                        language,
                        open,
                        source,
                    }),
                    Err(error) => self.template_error(path, &error, facts, None),
                }
            }
            AnswerFile::Variants(parts) if parts.is_empty() => {
                self.error(
                    path,
                    "the answer is empty".to_owned(),
                    Some("write what the bot is to say".to_owned()),
                    "答案是空的；请写上机器人要说的话",
                );
            }
            AnswerFile::Variants(parts) if self.mixed(path, parts, default) => {}
            AnswerFile::Variants(parts) => {
                for (key, part) in parts {
                    let mut below = path.to_vec();
                    below.push(key.clone());
                    let (inner_language, inner_open) = match key.as_str() {
                        "open" => (None, Some(true)),
                        "closed" => (None, Some(false)),
                        tag => (Language::from_tag(tag), None),
                    };
                    let twice = inner_open.is_some() && open.is_some()
                        || inner_language.is_some() && language.is_some();
                    if twice {
                        self.error(
                            &below,
                            format!("`{key}` stands inside another of its kind"),
                            None,
                            format!("{key} 里面又套了一层同类的分支；请只保留一层"),
                        );
                        continue;
                    }
                    self.collect(
                        (&below, default),
                        part,
                        inner_language.or(language),
                        inner_open.or(open),
                        facts,
                        variants,
                    );
                }
            }
        }
    }

    /// Renders every variant in every language, in open and in closed hours.
    pub(super) fn try_answers(&mut self, entries: &[Entry], facts: &Arc<Facts>) {
        let mut moments = vec![FROM];
        moments.extend(facts.service.next_opening(FROM));
        moments.extend(facts.service.next_closing(FROM));
        for entry in entries {
            for variant in &entry.answer.variants {
                let Source::Template(name) = &variant.source else {
                    continue;
                };
                let path: Vec<String> = name.split('.').map(str::to_owned).collect();
                let tries = moments.iter().flat_map(|now| {
                    let languages = match variant.language {
                        Some(language) => vec![language],
                        None => facts.catalogue.languages().collect(),
                    };
                    languages
                        .into_iter()
                        .map(|language| RenderContext { now: *now, language })
                });
                for context in tries {
                    match facts.try_render(&variant.source, &context) {
                        Ok(text) if text.trim().is_empty() => {
                            let help = "write something outside the conditions".to_owned();
                            self.error(
                                &path,
                                "the answer renders to nothing".to_owned(),
                                Some(help),
                                "有的时候这个答案会是空的；请在条件之外也写上内容",
                            );
                            break;
                        }
                        Ok(_) => {}
                        Err(error) => {
                            let name = facts.lost_name(&variant.source, &context);
                            self.template_error(&path, &error, facts, name.as_deref());
                            break;
                        }
                    }
                }
            }
        }
    }

    /// Warns of a name in single or full-width braces: it would be sent as it is written.
    fn braces(&mut self, path: &[String], text: &str, facts: &Facts) {
        let names = facts.names();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '｛']) {
            let (_, after) = rest.split_at(at);
            let inner = after.trim_start_matches(['{', '｛']);
            let open = after.get(..after.len() - inner.len()).unwrap_or_default();
            rest = inner;
            let Some((name, behind)) = inner.split_once(['}', '｝']) else {
                break;
            };
            let name = name.trim();
            let top = name.split('.').next().unwrap_or(name);
            let is_name = names.iter().any(|known| known == name)
                || (matches!(top, "hours" | "contact")
                    && name.contains('.')
                    && !name.contains(char::is_whitespace));
            let close = inner.get(inner.len() - behind.len()..).map_or(1, |more| {
                1 + more.chars().take_while(|c| matches!(c, '}' | '｝')).count()
            });
            let right = open == "{{" && close >= 2 && !inner.contains('｝');
            if !is_name || right {
                continue;
            }
            let (line, column) = self.place_of(path, name);
            let mut problem = self.document.problem(
                path,
                format!("`{open}{name}` is said as it stands: a fact stands in two half-width braces"),
                Some(format!("write {{{{ {name} }}}}, and the whole text in quotes")),
            );
            (problem.line, problem.column) = (line, column);
            problem.in_chinese(format!(
                "「{name}」会原样发出去；引用事实要用两个花括号（半角）：{{{{ {name} }}}}，整段文字加英文引号"
            ));
            self.warnings.push(problem.into_warning());
        }
    }

    /// Returns line and column of a word in the text at a path.
    fn place_of(&self, path: &[String], word: &str) -> (usize, usize) {
        let (line, column) = self.document.position(path);
        let below = self
            .lines
            .iter()
            .enumerate()
            .skip(line.saturating_sub(1))
            .take(200);
        let found = below.clone().find_map(|(at, text)| {
            let (before, _) = text.split_once(word)?;
            Some((at + 1, before.chars().count() + 1))
        });
        found.unwrap_or((line, column))
    }

    /// Reports an error in a template; `name` is the one in it that does not exist.
    fn template_error(
        &mut self,
        path: &[String],
        error: &minijinja::Error,
        facts: &Facts,
        name: Option<&str>,
    ) {
        let undefined = matches!(error.kind(), minijinja::ErrorKind::UndefinedError);
        // A template reads `a-b` as a difference of two names; it was meant as one name.
        let name = name.filter(|name| undefined || name.contains('-'));
        let undefined = undefined || name.is_some();
        let what = match error.kind() {
            _ if undefined => "the template names what does not exist",
            minijinja::ErrorKind::SyntaxError => "the template is not written right",
            minijinja::ErrorKind::OutOfFuel => "the template does too much work",
            _ => "the template can't be rendered",
        };
        let (line, column) = self.document.position(path);
        let source = self
            .lines
            .get(line.saturating_sub(1))
            .copied()
            .unwrap_or_default();
        let block = source
            .chars()
            .nth(column.saturating_sub(1))
            .is_some_and(|c| matches!(c, '|' | '>'));
        // What the engine says of a text that it can't read is no help: the part that is wrong is.
        let fault = match undefined {
            true => None,
            false => self.document.text_at(path).and_then(|text| facts.fault(text)),
        };
        let inside = match &fault {
            Some(fault) => fault.lines_above + 1,
            None => error.line().unwrap_or(1),
        };
        let detail = match name {
            Some(name) => format!(": `{name}`"),
            None => error
                .detail()
                .map_or(String::new(), |detail| format!(": {detail}")),
        };
        let meant = name.and_then(|name| facts.meant(name));
        let (meant, meant_chinese) = match meant {
            Some(meant) => (
                format!("did you mean `{meant}`? "),
                format!("是不是要写 {meant}？"),
            ),
            None => Default::default(),
        };
        let help = match error.kind() {
            _ if undefined => Some(format!("{meant}there are: {}", facts.names().join(", "))),
            minijinja::ErrorKind::SyntaxError => {
                Some("a name stands in {{ }}, a condition in {% if %} ... {% endif %}".to_owned())
            }
            _ => None,
        };
        // A value that could not be read is reported, not the references to it.
        let lost = |key: &str, name: &str| {
            self.misread.contains(key)
                && source_text(&self.lines, line, inside, block).contains(&format!("{name}."))
        };
        if undefined && (lost("hours", "hours") || lost("contact_points", "contact")) {
            return;
        }
        let (message, help) = match &fault {
            Some(fault) => (what.to_owned(), Some(fault.english.clone())),
            None => (format!("{what}{detail}"), help),
        };
        let mut problem = self.document.problem(path, message, help);
        let fault = fault.map(|fault| format!("模板写法不对：{}", fault.chinese));
        problem.in_chinese(fault.unwrap_or_else(|| match error.kind() {
            _ if undefined => {
                let name = name.map_or(detail, |name| format!("「{name}」"));
                format!(
                    "引用了不存在的名称{name}；{meant_chinese}可以用：{}",
                    facts.names().join("、")
                )
            }
            minijinja::ErrorKind::SyntaxError => {
                "模板写法不对；名称写在 {{ }} 里，条件写成 {% if %} ... {% endif %}".to_owned()
            }
            minijinja::ErrorKind::OutOfFuel => "模板的计算量太大；请写得简单一些".to_owned(),
            _ => "模板无法生成文字；请检查 {{ }} 里的内容".to_owned(),
        }));
        // A template may end in the middle of something, behind its last line.
        let at = if block { line + inside } else { line + inside - 1 }.min(self.lines.len().max(line));
        if at != line {
            problem.line = at;
            problem.column = self.lines.get(at.saturating_sub(1)).map_or(1, |text| {
                1 + text.chars().take_while(|c| c.is_whitespace()).count()
            });
        }
        self.problems.push(problem);
    }
}

/// Returns the line of a template that an error is in.
fn source_text<'a>(lines: &[&'a str], line: usize, inside: usize, block: bool) -> &'a str {
    let at = if block { line + inside } else { line + inside - 1 };
    lines.get(at.saturating_sub(1)).copied().unwrap_or_default()
}
