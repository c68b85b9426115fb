//! `out_of_scope`: messages that no entry answers.

use super::entries::{QUESTION_AND_ANSWER_MAX_CHARS, QuestionPositions, bare};
use super::{Loader, path};
use crate::faq::file_schema::Head;

/// The most messages that are out of scope.
const MESSAGES_MAX: usize = 20_000;

impl Loader<'_> {
    pub(super) fn out_of_scope(&mut self, head: &Head, asked: &QuestionPositions) {
        if head.out_of_scope.len() > MESSAGES_MAX {
            let message = format!("more than {MESSAGES_MAX} messages out of scope");
            let chinese = format!("out_of_scope 超过 {MESSAGES_MAX} 条；请删掉一些");
            self.error(&path(&["out_of_scope"]), message, None, chinese);
        }
        for (index, message) in head.out_of_scope.iter().enumerate() {
            let here = path(&["out_of_scope", &index.to_string()]);
            if !message.chars().any(char::is_alphanumeric) {
                let help = "write a message as a member wrote it, or remove the line".to_owned();
                let chinese = "这一项是空的；请写上成员的原话，或删掉";
                self.error(&here, "an empty message".to_owned(), Some(help), chinese);
            }
            self.length(&here, "message", message, QUESTION_AND_ANSWER_MAX_CHARS.0);
            if let Some((entry, question)) = asked.get(&bare(message)) {
                let question = ["entries", &entry.to_string(), "questions", &question.to_string()];
                let (line, _) = self.document.position(&path(&question));
                let chinese = format!(
                    "「{message}」在这里是不回答的内容，在第 {line} 行又是条目的问题；请删掉其中一处"
                );
                let message = format!(
                    "`{message}` is out of scope here and a question of an entry in line {line}: the entry answers it"
                );
                let help = "remove it in one of the two places".to_owned();
                let mut problem = self.document.problem(&here, message, Some(help));
                problem.in_chinese(chinese);
                self.warnings.push(problem.into_warning());
            }
        }
    }
}
