//! Answers with branches of both kinds on one level: by language, and by open and closed.

use super::Loader;
use crate::faq::localized_text::AnswerFile;
use crate::language::Language;
use crate::yaml::flow_item;

/// The longest text that is shown again in a correction, in characters.
const SHOWN_CHARS_MAX: usize = 60;

impl Loader<'_> {
    /// Reports branches of both kinds on one level, where one of the texts would never be said, or readers of the FAQ's
    /// own language would get the other one. Returns `true` if it did.
    pub(super) fn mixed(
        &mut self,
        path: &[String],
        parts: &[(String, AnswerFile)],
        default: Language,
    ) -> bool {
        let at = |wanted: &dyn Fn(&str) -> bool| parts.iter().find(|(key, _)| wanted(key));
        let open = at(&|key| key == "open");
        let closed = at(&|key| key == "closed");
        let own = at(&|key| Language::from_tag(key) == Some(default));
        let other = at(&|key| Language::from_tag(key).is_some_and(|language| language != default));
        let (Some((time, _)), Some((language, _))) = (open.or(closed), own.or(other)) else {
            return false;
        };
        // Every reader has a text at any time: the own language's by the time, the other's always the same.
        if open.is_some() && closed.is_some() && own.is_none() {
            return false;
        }
        let text = |part: Option<&(String, AnswerFile)>| match part {
            Some((_, AnswerFile::Text(text)))
                if !text.trim_end().contains('\n') && text.chars().count() <= SHOWN_CHARS_MAX =>
            {
                flow_item(text.trim_end())
            }
            _ => "...".to_owned(),
        };
        let times = format!(
            "{{ open: {}, closed: {} }}",
            text(open.or(own)),
            text(closed.or(own))
        );
        let typed = match other {
            Some((tag, _)) => format!("{{ {}: {times}, {tag}: {} }}", default.tag(), text(other)),
            None => times,
        };
        let key = path.last().map_or("answer", String::as_str);
        let mut below = path.to_vec();
        below.push(time.clone());
        self.error(
            &below,
            format!("`{time}` and `{language}` stand on one level, so that one of them hides the other"),
            Some(format!(
                "open and closed stand within a language; write: {key}: {typed}"
            )),
            format!(
                "{time} 和 {language} 不能写在同一层，否则有一句永远不会说；open 和 closed 要写在语言里面，写成：{key}: {typed}"
            ),
        );
        true
    }
}
