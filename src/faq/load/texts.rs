//! Reads `texts`: the bot's own sentences in the admin's words, each checked as it will be said.

use super::{Loader, path};
use crate::faq::file::Head;
use crate::language::Language;
use crate::texts::{Catalogue, WordingFault, sentences};
use crate::yaml::nearest;
use std::sync::Arc;

impl Loader<'_> {
    /// Returns the sentences with those that the file changes.
    pub(super) fn texts(&mut self, head: &Head, language: Language) -> Arc<Catalogue> {
        if head.texts.is_empty() {
            return Arc::clone(Catalogue::built_in());
        }
        let mut catalogue = Catalogue::clone(Catalogue::built_in());
        for (name, text) in &head.texts {
            let key = path(&["texts", name]);
            for (of, wording) in text.written() {
                let (at, of) = match of {
                    // Without a language it is in the file's.
                    None => (key.clone(), language),
                    Some(of) => (self.key_of(&key, of), of),
                };
                if let Err(fault) = catalogue.change(of, name, wording) {
                    self.text_error(&at, name, &fault);
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

    fn text_error(&mut self, at: &[String], name: &str, fault: &WordingFault) {
        let placeholders: Vec<String> = sentences()
            .find(|sentence| sentence.name == name)
            .map(|sentence| sentence.needed.iter().chain(sentence.optional))
            .into_iter()
            .flatten()
            .map(|placeholder| (*placeholder).to_owned())
            .collect();
        let listed = placeholders.join(", ");
        let (message, help, chinese) = match fault {
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
                format!("put it where it belongs; `{name}` has: {listed}"),
                format!("少了 {{{{ {missing} }}}}；请把它写到合适的位置。「{name}」里要有：{listed}"),
            ),
            WordingFault::Empty => (
                "the text is empty".to_owned(),
                "write what the bot is to say, or leave the name out".to_owned(),
                "内容是空的；请写上机器人要说的话，或删掉这一项".to_owned(),
            ),
            WordingFault::Template(why) => (
                format!("the text is not written right: {why}"),
                "a value stands in {{ }}, a condition in {% if %} ... {% endif %}".to_owned(),
                format!(
                    "写法不对（{why}）；要填的内容写在 {{{{ }}}} 里，条件写成 {{% if %}} … {{% endif %}}"
                ),
            ),
        };
        self.error(at, message, Some(help), chinese);
    }
}
