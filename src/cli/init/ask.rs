//! Asking: at a terminal, from a pipe, or not at all where everything is said by flags.

use crate::cli::language::Language;
use crate::cli::{Failure, out};
use std::io::{BufRead, IsTerminal, Write};

/// Asks questions on standard error, and reads the answers from standard input.
pub(super) struct Asker {
    pub(super) language: Language,
    /// Nothing is asked.
    yes: bool,
    /// Somebody sits there, and can be asked again.
    pub(super) is_terminal: bool,
    /// Something was read.
    heard: bool,
}

/// A question, and how else it can be answered.
pub(super) struct Question<'a> {
    /// The flag that answers it.
    pub(super) flag: &'static str,
    /// The value of the flag.
    pub(super) given: Option<&'a str>,
    pub(super) text: String,
    /// The value that an empty answer stands for; without it there has to be an answer.
    pub(super) default: Option<&'a str>,
    /// The answer is not shown.
    pub(super) is_secret: bool,
}

impl Asker {
    pub(super) fn new(language: Language, yes: bool) -> Self {
        Self {
            language,
            yes,
            is_terminal: std::io::stdin().is_terminal(),
            heard: false,
        }
    }

    /// Gets an answer that `read` can use. One that it can't use is told, and asked for again where somebody is there.
    ///
    /// # Errors
    /// [`Failure::Usage`] where there is no answer, or none that can be used.
    pub(super) fn get<T>(
        &mut self,
        question: &Question<'_>,
        mut read: impl FnMut(&str) -> Result<T, String>,
    ) -> Result<T, Failure> {
        let said = |flag: &str, why: String| Failure::Usage(format!("{flag}: {why}"));
        if let Some(given) = question.given {
            return read(given.trim()).map_err(|why| said(question.flag, why));
        }
        if self.yes {
            let default = question.default.ok_or_else(|| self.unanswered(question.flag))?;
            return read(default).map_err(|why| said(question.flag, why));
        }
        loop {
            let typed = self.ask(question)?;
            let answer = match (typed.as_str(), question.default) {
                ("", Some(default)) => default,
                (typed, _) => typed,
            };
            let why = match read(answer) {
                Ok(answer) => return Ok(answer),
                Err(why) if self.is_terminal => why,
                Err(why) => return Err(said(question.flag, why)),
            };
            out::tell(format_args!("  {why}"));
        }
    }

    fn ask(&mut self, question: &Question<'_>) -> Result<String, Failure> {
        let default = question.default.filter(|default| !default.is_empty());
        let default = default.map(|default| format!(" [{default}]")).unwrap_or_default();
        // Standard error may be gone; the answer can come all the same.
        let mut prompt = std::io::stderr().lock();
        let _ = write!(prompt, "{}{default}: ", question.text).and_then(|()| prompt.flush());
        drop(prompt);
        let typed = if question.is_secret && self.is_terminal {
            rpassword::read_password().ok()
        } else {
            self.line(question.flag)?
        };
        match typed {
            Some(typed) => {
                self.heard = true;
                if !self.is_terminal {
                    // What comes from a pipe ends no line of the prompts.
                    out::tell("");
                }
                Ok(typed.trim().to_owned())
            }
            None => {
                out::tell("");
                // Who said something and then no more wants the rest as it is.
                match question.default {
                    Some(_) if self.heard => Ok(String::new()),
                    _ => Err(self.unanswered(question.flag)),
                }
            }
        }
    }

    /// A line of standard input; `None` at its end.
    fn line(&self, flag: &str) -> Result<Option<String>, Failure> {
        let mut bytes = Vec::new();
        let read = std::io::stdin().lock().read_until(b'\n', &mut bytes);
        match read {
            Ok(0) | Err(_) => Ok(None),
            Ok(_) => String::from_utf8(bytes).map(Some).map_err(|_| {
                Failure::Usage(self.language.of(
                    format!("{flag}：输入不是 UTF-8 文字；请把终端或文件改成 UTF-8"),
                    format!("{flag}: what was typed is no UTF-8; set the terminal or the file to UTF-8"),
                ))
            }),
        }
    }

    fn unanswered(&self, flag: &str) -> Failure {
        Failure::Usage(self.language.of(
            format!(
                "没有人回答（标准输入已结束），缺 {flag}。在终端里运行 groupdesk init，或用参数写明：\n  groupdesk init --yes --platform onebot \
                 --name 业务名称 [--token-env 变量名] [--staff-room 客服群号] [--staff 客服号码] [--group 群号]\n没有写任何文件。"
            ),
            format!(
                "nobody answers (standard input has ended), and {flag} is missing. Run groupdesk init at a terminal, or say it by \
                 flags:\n  groupdesk init --yes --platform onebot --name NAME [--token-env VARIABLE] [--staff-room GROUP] [--staff IDS] \
                 [--group GROUPS]\nNothing was written."
            ),
        ))
    }
}
