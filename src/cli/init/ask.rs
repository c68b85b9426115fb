//! Asking: at a terminal, from a pipe, or not at all where everything is said by flags.

use crate::cli::language::TerminalLanguage;
use crate::cli::{Failure, output};
use std::io::{BufRead, IsTerminal, Write};

/// Asks questions on standard error, and reads the answers from standard input.
pub(super) struct Prompter {
    pub(super) language: TerminalLanguage,
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

impl Question<'_> {
    /// Returns an answer as it is meant: letters, digits and signs of a full-width keyboard are the others, but for a name and a
    /// secret, which stay as they are.
    fn meant(&self, typed: &str) -> String {
        if self.is_secret || self.flag == "--name" {
            return typed.to_owned();
        }
        typed.chars().map(half_width).collect()
    }
}

/// The half-width twin of a full-width sign: it stands 0xfee0 further at the front.
fn half_width(c: char) -> char {
    match c {
        '！'..='～' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        c => c,
    }
}

impl Prompter {
    pub(super) fn new(language: TerminalLanguage, yes: bool) -> Self {
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
            return read(&question.meant(given.trim())).map_err(|why| said(question.flag, why));
        }
        if self.yes {
            let default = question.default.ok_or_else(|| self.unanswered(question.flag))?;
            return read(default).map_err(|why| said(question.flag, why));
        }
        loop {
            let typed = question.meant(&self.ask(question)?);
            let answer = match (typed.as_str(), question.default) {
                ("", Some(default)) => default,
                (typed, _) => typed,
            };
            let why = match read(answer) {
                Ok(answer) => return Ok(answer),
                Err(why) if self.is_terminal => why,
                // Nobody is there to be asked again.
                Err(why) => return Err(self.unusable(question.flag, &why)),
            };
            output::tell(format_args!("  {why}"));
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
                    output::tell("");
                }
                Ok(typed.trim().to_owned())
            }
            None => {
                output::tell("");
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

    /// The answer of a pipe can't be used.
    fn unusable(&self, flag: &str, why: &str) -> Failure {
        Failure::Usage(self.language.of(
            format!("{why}。这个回答也可以用参数 {flag} 给出。没有写任何文件。"),
            format!("{why}. The flag {flag} gives this answer as well. Nothing was written."),
        ))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_width_letters_and_digits_are_read_as_the_others_but_in_a_name_and_a_secret() {
        let meant = |flag: &'static str, is_secret: bool, typed: &str| {
            let question = Question {
                flag,
                given: None,
                text: String::new(),
                default: None,
                is_secret,
            };
            question.meant(typed)
        };
        assert_eq!(meant("--platform", false, "１"), "1");
        assert_eq!(meant("--staff-room", false, "－１００１，ｑｑ"), "-1001,qq");
        assert_eq!(meant("--name", false, "ＡＢＣ数码"), "ＡＢＣ数码");
        assert_eq!(meant("--token-env", true, "ａ１"), "ａ１");
    }
}
