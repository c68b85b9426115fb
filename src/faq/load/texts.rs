//! Reads `texts`: the bot's own sentences in the admin's words, each checked as it will be said.

use super::{Loader, path};
use crate::faq::file_schema::Head;
use crate::language::Language;
use crate::texts::{Catalogue, SENTENCE_MAX_CHARS, WordingFault, sentences};
use crate::yaml::nearest;
use std::sync::Arc;

/// Longest value that is shown, in characters.
const SHOWN_CHARS: usize = 20;

impl Loader<'_> {
    /// Returns the sentences with those that the file changes.
    pub(super) fn texts(&mut self, head: &Head, language: Language) -> Arc<Catalogue> {
        if head.texts.is_empty() && head.languages.is_empty() {
            return Arc::clone(Catalogue::built_in());
        }
        let mut catalogue = Catalogue::clone(Catalogue::built_in());
        self.languages(head, &mut catalogue);
        for (name, text) in &head.texts {
            let key = path(&["texts", name]);
            for (of, wording) in text.written() {
                let (at, of) = match of {
                    // Without a language it is in the file's.
                    None => (key.clone(), language),
                    Some(of) => (self.key_of(&key, of), of),
                };
                match catalogue.change(of, name, wording) {
                    Ok(()) => {
                        if let Some((placeholder, value)) = catalogue.hidden_by(of, name) {
                            self.hides(&at, placeholder, &value);
                        }
                    }
                    // Once, where the name stands.
                    Err(WordingFault::NoSuchSentence) => {
                        let before = self.problems.len();
                        self.text_error(&key, name, &WordingFault::NoSuchSentence);
                        let position = self.document.key_position(&key);
                        for problem in self.problems.iter_mut().skip(before) {
                            (problem.line, problem.column) = position;
                        }
                        break;
                    }
                    Err(fault) => self.text_error(&at, name, &fault),
                }
            }
        }
        Arc::new(catalogue)
    }

    /// Returns the path of a language's version, which may be written as `zh-TW`.
    fn key_of(&self, above: &[String], language: Language) -> Vec<String> {
        let tags = self.document.keys(above);
        let tag = tags
            .into_iter()
            .find(|tag| Language::from_tag(tag) == Some(language));
        let tag = tag.unwrap_or_else(|| language.to_string());
        above.iter().cloned().chain([tag]).collect()
    }

    /// Warns of a wording that says nothing with a value that comes up.
    fn hides(&mut self, at: &[String], placeholder: &str, value: &str) {
        let value: String = value.chars().take(SHOWN_CHARS).collect();
        let mut problem = self.document.problem(
            at,
            format!("the text says nothing where `{placeholder}` is `{value}`: the program's own words are said then"),
            Some("write something outside the conditions".to_owned()),
        );
        problem.in_chinese(format!(
            "{placeholder} 是「{value}」时，这句话会是空的，那时会改用程序自带的话；请在条件之外也写上内容"
        ));
        self.warnings.push(problem.into_warning());
    }

    fn text_error(&mut self, at: &[String], name: &str, fault: &WordingFault) {
        let (message, help, chinese) = wording_fault_message(name, fault);
        self.error(at, message, Some(help), chinese);
    }
}

/// Returns what is wrong with a wording, how to mend it, and both in Chinese.
pub(super) fn wording_fault_message(name: &str, fault: &WordingFault) -> (String, String, String) {
    let placeholders: Vec<String> = sentences()
        .find(|sentence| sentence.name == name)
        .map(|sentence| sentence.needed.iter().chain(sentence.optional))
        .into_iter()
        .flatten()
        .map(|placeholder| (*placeholder).to_owned())
        .collect();
    let listed = placeholders.join(", ");
    let (needs, chinese_needs) = needed_and_allowed(name);
    match fault {
        WordingFault::NoSuchSentence => {
            let names: Vec<String> = sentences().map(|sentence| sentence.name.to_owned()).collect();
            let (meant, chinese) = match nearest(name, &names) {
                Some(near) => (format!("did you mean `{near}`? "), format!("是不是要写 {near}？")),
                None => Default::default(),
            };
            (
                format!("the bot has no sentence `{name}`"),
                format!("{meant}`groupdesk texts` lists them all"),
                format!("机器人没有叫「{name}」的话；{chinese}groupdesk texts 会列出全部"),
            )
        }
        WordingFault::NoSuchPlaceholder(unknown) => {
            let (meant, chinese) = match nearest(unknown, &placeholders) {
                Some(near) => (format!("did you mean `{near}`? "), format!("是不是要写 {near}？")),
                None => Default::default(),
            };
            let (there_are, chinese_list) = match placeholders.is_empty() {
                true => (
                    "this sentence has none".to_owned(),
                    "这句话里没有可填的内容".to_owned(),
                ),
                false => (format!("there are: {listed}"), format!("可以写：{listed}")),
            };
            (
                format!("`{name}` is not told `{unknown}`"),
                format!("{meant}{there_are}"),
                format!("「{name}」这句话里没有「{unknown}」；{chinese}{chinese_list}"),
            )
        }
        WordingFault::Missing(missing) => (
            format!("the text leaves out {{{{ {missing} }}}}"),
            format!("put it where it belongs; `{name}` {needs}"),
            format!("少了 {{{{ {missing} }}}}；请把它写到合适的位置。「{name}」{chinese_needs}"),
        ),
        WordingFault::Unsaid(unsaid) => (
            format!("the text names {{{{ {unsaid} }}}} and never says it"),
            format!("write {{{{ {unsaid} }}}} where it is read; `{name}` {needs}"),
            format!(
                "写了 {unsaid}，说出来的话里却没有它；请把 {{{{ {unsaid} }}}} 写到看得到的位置。「{name}」{chinese_needs}"
            ),
        ),
        WordingFault::TooLong(characters) => (
            format!("the text is {characters} characters long"),
            format!("a sentence has {SENTENCE_MAX_CHARS} characters at most"),
            format!("这句话有 {characters} 个字，最多 {SENTENCE_MAX_CHARS} 个；请写短些"),
        ),
        WordingFault::Hidden(hidden) => (
            format!(
                "the text has the character U+{:04X}, which nobody sees",
                u32::from(*hidden)
            ),
            "type the text anew, or take the character out".to_owned(),
            format!(
                "有看不见的字符 U+{:04X}；请重新输入，或删掉它",
                u32::from(*hidden)
            ),
        ),
        WordingFault::Empty => (
            "the text is empty".to_owned(),
            "write what the bot is to say, or leave the name out".to_owned(),
            "内容是空的；请写上机器人要说的话，或删掉这一项".to_owned(),
        ),
        WordingFault::Template(why) => (
            format!("the text is not written right: {why}"),
            "a value stands in {{ }}, a condition in {% if %} ... {% endif %}".to_owned(),
            format!("写法不对（{why}）；要填的内容写在 {{{{ }}}} 里，条件写成 {{% if %}} … {{% endif %}}"),
        ),
    }
}

/// Says which placeholders a sentence needs, and which it may have, in English and in Chinese.
fn needed_and_allowed(name: &str) -> (String, String) {
    let Some(sentence) = sentences().find(|sentence| sentence.name == name) else {
        return Default::default();
    };
    let (needed, allowed) = (sentence.needed.join(", "), sentence.optional.join(", "));
    match sentence.optional.is_empty() {
        true => (format!("needs: {needed}"), format!("里要有：{needed}")),
        false => (
            format!("needs: {needed}; may have: {allowed}"),
            format!("里要有：{needed}；还可以写：{allowed}"),
        ),
    }
}
