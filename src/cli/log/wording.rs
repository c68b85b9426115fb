//! The log's sentences in Chinese, for a terminal that speaks it: from the catalogue, or the Chinese half of an alert. What has neither stays
//! English; JSON always does, so that it can be searched.

use crate::cli::language::half;
use crate::cli::reason;
use std::collections::HashMap;
use std::fmt::{Debug, Result};
use std::sync::Arc;
use tracing::field::Field;
use tracing_subscriber::fmt::format::Writer;

/// The Chinese sentences by their English ones.
const CHINESE: &str = include_str!("../log.zh.yaml");

/// Field in which an event's sentence stands.
const SENTENCE: &str = "message";

/// Field in which a platform's reason stands.
const REASON: &str = "reason";

/// Writes an event's fields, its sentence in Chinese.
#[derive(Debug, Clone)]
pub(super) struct Wording(Arc<HashMap<String, String>>);

impl Wording {
    /// Reads the sentences; a test holds that they can be read.
    pub(super) fn chinese() -> Self {
        Self(Arc::new(serde_yaml::from_str(CHINESE).unwrap_or_default()))
    }

    /// Writes a field. Nobody's words steer the terminal: control characters are shown by their numbers.
    pub(super) fn write(&self, to: &mut Writer<'_>, field: &Field, value: &dyn Debug) -> Result {
        let mut text = format!("{value:?}");
        if field.name() == SENTENCE {
            text = match self.0.get(&text) {
                Some(chinese) => chinese.clone(),
                None => problem(&text).unwrap_or_else(|| half(&text).to_owned()),
            };
        } else {
            write!(to, "{}=", field.name())?;
            if field.name() == REASON {
                // A decision's reason says itself in Chinese in this form, adapters' reasons are in the catalogue.
                let own = format!("{value:#?}");
                let shown = || reason::in_chinese(text.trim_matches('"'));
                text = if own == text { shown().unwrap_or(own) } else { own };
            }
        }
        for character in text.chars() {
            match character.is_control() && !matches!(character, '\n' | '\t') {
                true => write!(to, "{}", character.escape_unicode())?,
                false => to.write_char(character)?,
            }
        }
        Ok(())
    }
}

/// Returns a problem of a file, which says itself in both languages, as commands print it in Chinese.
fn problem(text: &str) -> Option<String> {
    let (english, chinese) = text.split_once("\n  中文: ")?;
    let kinds = [(": error: ", "错误"), (": warning: ", "警告")];
    kinds.into_iter().find_map(|(mark, kind)| {
        let (place, _) = english.split_once(mark)?;
        Some(format!("{place}: {kind}：{chinese}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::Reason;
    use parking_lot::Mutex;
    use tracing_subscriber::field::MakeExt as _;
    use tracing_subscriber::fmt::MakeWriter;
    use tracing_subscriber::fmt::format::debug_fn;
    use tracing_subscriber::layer::SubscriberExt as _;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl std::io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    impl<'a> MakeWriter<'a> for Lines {
        type Writer = Self;

        fn make_writer(&'a self) -> Self {
            self.clone()
        }
    }

    #[test]
    fn a_sentence_is_chinese_its_fields_stay_and_escapes_are_shown() {
        let (lines, wording) = (Lines::default(), Wording::chinese());
        let fields = debug_fn(move |to: &mut Writer<'_>, field: &Field, value: &dyn Debug| {
            wording.write(to, field, value)
        });
        let layer = tracing_subscriber::fmt::layer()
            .with_writer(lines.clone())
            .with_ansi(false)
            .without_time()
            .with_target(false)
            .fmt_fields(fields.delimited(" "));
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
            tracing::info!(address = %"127.0.0.1\u{1b}[2J", "listening");
            tracing::info!("a sentence of nobody");
            tracing::info!(reason = %Reason::Urgent.logged(), "decided");
            tracing::warn!(reason = "no answer in time", "disconnected");
            tracing::info!("a.yaml:2:1: warning: no room\n  help: add one\n  中文: 没有客服群");
        });
        let text = String::from_utf8(lines.0.lock().clone()).unwrap();
        assert_eq!(
            text,
            " INFO 正在监听 address=127.0.0.1\\u{1b}[2J\n INFO a sentence of nobody\n INFO 已判断 reason=消息里有管理员定为紧急的词\n \
             WARN 断开了 reason=没有按时应答\n INFO a.yaml:2:1: 警告：没有客服群\n"
        );
    }
}
