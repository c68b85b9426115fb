//! The command line's help and errors in Chinese: clap writes both in English and has no catalogue of its own.
//!
//! `help.zh.yaml` has every text by its English one.

use super::init::platform::{ids_help, platforms_help};
use super::language::TerminalLanguage;
use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, Error, ErrorFormatter, ErrorKind};
use clap::{Arg, Command};
use serde::Deserialize;
use std::collections::HashMap;
use std::ffi::OsString;
use std::fmt::Write as _;

const CHINESE: &str = include_str!("help.zh.yaml");

/// A template of clap's in which the word for "Usage" is Chinese.
const TEMPLATE: &str = "{before-help}{about-with-newline}\n用法：{usage}\n\n{all-args}{after-help}";

/// Takes `--lang LANGUAGE` out of the words, wherever it stands, and returns it; else the terminal's language, if it names one. Behind
/// a command that has a `--lang` of its own it is that.
///
/// # Errors
/// A sentence about `--lang`, in the terminal's language.
pub(super) fn language(
    given: &mut Vec<OsString>,
    command: &Command,
) -> Result<Option<TerminalLanguage>, String> {
    let of_process = TerminalLanguage::of_process();
    let end = given.iter().position(|word| word == "--").unwrap_or(given.len());
    let own = own_language(given.get(..end).unwrap_or_default(), command);
    let is_lang = |word: &OsString| {
        let word = word.to_str().unwrap_or_default();
        word == "--lang" || word.starts_with("--lang=")
    };
    let before = own.unwrap_or(end);
    let Some(at) = given.iter().take(before).position(is_lang) else {
        return Ok(of_process);
    };
    let word = given.get(at).and_then(|word| word.to_str()).unwrap_or_default();
    let (value, words) = match word.strip_prefix("--lang=") {
        Some(value) => (Some(value), 1),
        None => (given.get(at + 1).and_then(|word| word.to_str()), 2),
    };
    let chosen = match value {
        Some("zh") => TerminalLanguage::Zh,
        Some("en") => TerminalLanguage::En,
        Some(value) if !value.starts_with('-') => {
            return Err(no_language(value, of_process.unwrap_or(TerminalLanguage::En)));
        }
        // Nothing stands behind it: clap says so.
        _ => return Ok(of_process),
    };
    given.drain(at..at + words);
    Ok(Some(chosen))
}

/// Returns the place of the command among the words, if it has a `--lang` of its own.
fn own_language(given: &[OsString], command: &Command) -> Option<usize> {
    let mut below = command;
    for (at, word) in given.iter().enumerate().skip(1) {
        let Some(found) = below.find_subcommand(word) else {
            continue;
        };
        if found.get_arguments().any(|arg| arg.get_long() == Some("lang")) {
            return Some(at);
        }
        below = found;
    }
    None
}

/// The refusal of a language that help and errors are not written in.
fn no_language(value: &str, language: TerminalLanguage) -> String {
    language.of(
        format!("错误：「{value}」不能用于 --lang <LANG>；可选：zh、en"),
        format!("error: invalid value '{value}' for '--lang <LANG>'\n  [possible values: zh, en]"),
    )
}

/// Prints the help, or the error, of words that are no arguments of `command`, and returns the exit code.
pub(super) fn print(
    command: Command,
    given: Vec<OsString>,
    english: &clap::Error,
    language: TerminalLanguage,
) -> u8 {
    let code = u8::try_from(english.exit_code()).unwrap_or(2);
    // The terminal may be gone; the code tells it as well.
    let _ = match language {
        TerminalLanguage::En => english.print(),
        TerminalLanguage::Zh => match in_chinese(command).try_get_matches_from(given) {
            Err(error) => error.apply::<Chinese>().print(),
            Ok(_) => english.print(),
        },
    };
    code
}

/// Texts in Chinese by their English ones.
#[derive(Debug, Deserialize)]
struct Catalogue {
    texts: HashMap<String, String>,
    endings: HashMap<String, String>,
}

impl Catalogue {
    fn load() -> Option<Self> {
        let mut catalogue: Self = serde_yaml::from_str(CHINESE).ok()?;
        catalogue.texts = catalogue
            .texts
            .into_iter()
            .map(|(english, chinese)| (one_line(&english), chinese))
            .collect();
        // Those that follow from the platforms.
        for help in [platforms_help, ids_help] {
            let english = one_line(&help(TerminalLanguage::En));
            catalogue.texts.insert(english, help(TerminalLanguage::Zh));
        }
        Some(catalogue)
    }

    /// Returns a text in Chinese; what is not in the catalogue stays English.
    fn text(&self, english: &str) -> String {
        self.texts
            .get(&one_line(english))
            .cloned()
            .unwrap_or_else(|| english.to_owned())
    }
}

/// Joins lines, so that it does not matter where a text is broken; its last full stop does not matter either.
pub(super) fn one_line(text: &str) -> String {
    let joined = text.split_whitespace().collect::<Vec<_>>().join(" ");
    joined.trim_end_matches('.').to_owned()
}

/// Translates a command and all below it.
fn in_chinese(mut command: Command) -> Command {
    let Some(catalogue) = Catalogue::load() else {
        return command;
    };
    // The arguments and the command that clap adds are there only now.
    command.build();
    translate(command, &catalogue, "")
}

fn translate(command: Command, catalogue: &Catalogue, path: &str) -> Command {
    let text = |english: &StyledStr| catalogue.text(&english.to_string());
    let (about, long) = (command.get_about().map(text), command.get_long_about().map(text));
    let mut command = command
        .help_template(TEMPLATE)
        .subcommand_help_heading("命令")
        .mut_args(|arg| translate_arg(arg, catalogue))
        .mut_subcommands(|below| {
            let path = format!("{path} {}", below.get_name()).trim().to_owned();
            translate(below, catalogue, &path)
        });
    if let Some(about) = about {
        command = command.about(about);
    }
    if let Some(long) = long {
        command = command.long_about(long);
    }
    match catalogue.endings.get(path) {
        Some(ending) => command.after_help(ending.clone()),
        None => command,
    }
}

fn translate_arg(arg: Arg, catalogue: &Catalogue) -> Arg {
    let text = |english: &StyledStr| catalogue.text(&english.to_string());
    let (help, long) = (arg.get_help().map(text), arg.get_long_help().map(text));
    let mut more = String::new();
    let takes_value = arg.get_action().takes_values();
    let defaults: Vec<_> = arg
        .get_default_values()
        .iter()
        .map(|value| value.to_string_lossy())
        .collect();
    // A hidden one stands in the help's own words.
    if takes_value && !defaults.is_empty() && !arg.is_hide_default_value_set() {
        let _ = write!(more, "【默认：{}】", defaults.join("、"));
    }
    let values = if takes_value {
        arg.get_possible_values()
    } else {
        Vec::new()
    };
    let shown: Vec<String> = values
        .iter()
        .filter(|value| !value.is_hide_set())
        .map(|value| match value.get_help() {
            Some(help) => format!("{}（{}）", value.get_name(), text(help)),
            None => value.get_name().to_owned(),
        })
        .collect();
    if !shown.is_empty() {
        let _ = write!(more, "【可选：{}】", shown.join("、"));
    }
    let heading = if arg.is_positional() { "参数" } else { "选项" };
    let mut arg = arg
        .help_heading(heading)
        .hide_default_value(true)
        .hide_possible_values(true);
    // Below a heading of our own clap sorts by name.
    if let Some(place) = arg.get_index() {
        arg = arg.display_order(place);
    }
    if let Some(help) = help {
        arg = arg.help(format!("{help}{more}"));
    }
    match long {
        Some(long) => arg.long_help(format!("{long}{more}")),
        None => arg,
    }
}

/// Writes clap's errors in Chinese.
struct Chinese;

impl ErrorFormatter for Chinese {
    fn format_error(error: &Error<Self>) -> StyledStr {
        let mut text = StyledStr::new();
        let _ = writeln!(text, "错误：{}", problem(error));
        let suggested = [
            ContextKind::SuggestedSubcommand,
            ContextKind::SuggestedArg,
            ContextKind::SuggestedValue,
        ]
        .into_iter()
        .find_map(|kind| error.get(kind));
        if let Some(suggested) = suggested {
            let _ = writeln!(text, "\n是不是要写 {}？", listed(suggested));
        }
        if let Some(usage) = error.get(ContextKind::Usage) {
            let usage = usage.to_string();
            let usage = usage.trim();
            let _ = writeln!(text, "\n用法：{}", usage.strip_prefix("Usage: ").unwrap_or(usage));
        }
        let _ = writeln!(text, "\n加 --help 看说明。");
        text
    }
}

/// Returns the problem in a sentence. The words of a value's own check are its own.
fn problem(error: &Error<Chinese>) -> String {
    let told = |kind: ContextKind| error.get(kind).map(listed).unwrap_or_default();
    let arg = told(ContextKind::InvalidArg);
    match error.kind() {
        ErrorKind::UnknownArgument => format!("没有参数 {arg}"),
        ErrorKind::InvalidSubcommand => format!("没有命令 {}", told(ContextKind::InvalidSubcommand)),
        ErrorKind::MissingSubcommand => format!("缺少命令：{}", told(ContextKind::ValidSubcommand)),
        ErrorKind::MissingRequiredArgument => format!("缺少 {arg}"),
        ErrorKind::ArgumentConflict => match told(ContextKind::PriorArg).as_str() {
            "" => format!("{arg} 不能和其他参数一起用"),
            prior if prior == arg => format!("{arg} 只能写一次"),
            prior => format!("{arg} 不能和 {prior} 一起用"),
        },
        ErrorKind::InvalidValue => {
            let value = told(ContextKind::InvalidValue);
            let mut text = if value.is_empty() {
                format!("{arg} 后面要有一个值")
            } else {
                format!("「{value}」不能用于 {arg}")
            };
            if let Some(values) = error.get(ContextKind::ValidValue) {
                let _ = write!(text, "；可选：{}", listed(values));
            }
            text
        }
        ErrorKind::ValueValidation => {
            let value = told(ContextKind::InvalidValue);
            let why = std::error::Error::source(error)
                .map(ToString::to_string)
                .unwrap_or_default();
            format!("「{value}」不能用于 {arg}：{why}")
        }
        ErrorKind::TooManyValues => format!("{arg} 的值太多：{}", told(ContextKind::InvalidValue)),
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => format!("{arg} 的值的个数不对"),
        ErrorKind::InvalidUtf8 => "参数不是 UTF-8 文字".to_owned(),
        kind => kind.as_str().unwrap_or("参数不对").to_owned(),
    }
}

/// Returns the words of one piece of an error's context.
fn listed(value: &ContextValue) -> String {
    match value {
        ContextValue::Strings(words) => words.join("、"),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;
    use std::collections::BTreeSet;

    /// All commands below one, with their paths.
    fn walk<'c>(command: &'c Command, path: &str, found: &mut Vec<(String, &'c Command)>) {
        found.push((path.to_owned(), command));
        for below in command.get_subcommands() {
            walk(below, format!("{path} {}", below.get_name()).trim(), found);
        }
    }

    fn commands(command: &Command) -> Vec<(String, &Command)> {
        let mut found = Vec::new();
        walk(command, "", &mut found);
        // What clap says of itself below `help` is said once at the top.
        found.retain(|(path, _)| !path.split(' ').any(|name| name == "help") || path == "help");
        found
    }

    #[test]
    fn every_text_of_the_help_is_there_in_chinese_and_none_in_vain() {
        let mut command = super::super::Arguments::command();
        command.build();
        let catalogue = Catalogue::load().expect("help.zh.yaml is read");
        let mut wanted = BTreeSet::new();
        let mut endings = BTreeSet::new();
        for (path, command) in commands(&command) {
            let mut texts: Vec<&StyledStr> = command
                .get_about()
                .into_iter()
                .chain(command.get_long_about())
                .collect();
            texts.extend(
                command
                    .get_arguments()
                    .flat_map(|arg| arg.get_help().into_iter().chain(arg.get_long_help())),
            );
            wanted.extend(texts.into_iter().map(|text| one_line(&text.to_string())));
            let values = command
                .get_arguments()
                .filter(|arg| arg.get_action().takes_values());
            wanted.extend(
                values
                    .flat_map(Arg::get_possible_values)
                    .filter_map(|value| value.get_help().map(|help| one_line(&help.to_string()))),
            );
            if let Some(ending) = command.get_after_help() {
                let chinese = catalogue
                    .endings
                    .get(&path)
                    .map(String::as_str)
                    .unwrap_or_default();
                for line in ending
                    .to_string()
                    .lines()
                    .filter(|line| line.starts_with("  groupdesk "))
                {
                    let code = line.trim().split("  ").next().unwrap_or_default();
                    assert!(
                        chinese.contains(code),
                        "{path}: {code:?} is not in the Chinese ending"
                    );
                }
                endings.insert(path);
            }
        }
        let known: BTreeSet<String> = catalogue.texts.keys().cloned().collect();
        let missing: Vec<_> = wanted.difference(&known).collect();
        let vain: Vec<_> = known.difference(&wanted).collect();
        assert!(
            missing.is_empty() && vain.is_empty(),
            "missing: {missing:#?}\nin vain: {vain:#?}"
        );
        assert_eq!(endings, catalogue.endings.keys().cloned().collect());
    }

    #[test]
    fn help_and_errors_are_chinese_throughout() {
        let said = |words: &[&str]| {
            let given = std::iter::once("groupdesk").chain(words.iter().copied());
            let error = in_chinese(super::super::Arguments::command())
                .try_get_matches_from(given)
                .expect_err("help and errors are what clap calls errors");
            error.apply::<Chinese>().render().to_string()
        };
        let help = said(&["tickets", "list", "--help"]);
        for part in [
            "用法：groupdesk tickets list",
            "参数:",
            "选项:",
            "【可选：open、claimed",
        ] {
            assert!(help.contains(part), "{part}: {help}");
        }
        assert!(said(&["labels", "list", "-h"]).contains("【默认：50】"));
        let top = said(&["--help"]);
        assert!(top.contains("命令:") && top.contains("显示本说明"), "{top}");
        for (words, told) in [
            (&["tickets", "lst"] as &[&str], "没有命令 lst"),
            (&["tickets", "lst"], "是不是要写 list？"),
            (&["ask", "--at"], "--at <TIME> 后面要有一个值"),
            (&["ask"], "缺少 <QUESTION>..."),
            (&["stats", "--by", "x"], "可选：day、channel"),
            (
                &["stats", "--since", "x"],
                "「x」不能用于 --since <SPAN>：「x」不是时间长度",
            ),
            (&["health", "--jsn"], "没有参数 --jsn"),
            (&["stats", "--json", "--json"], "--json 只能写一次"),
        ] {
            let text = said(words);
            assert!(text.contains(told), "{words:?}: {text}");
        }
        // None of clap's own words are left, in no command's help.
        let mut command = super::super::Arguments::command();
        command.build();
        for (path, _) in commands(&command) {
            let mut words: Vec<&str> = path.split(' ').filter(|word| !word.is_empty()).collect();
            words.push("--help");
            if path == "help" {
                continue;
            }
            let text = said(&words);
            for english in [
                "Usage:",
                "Options:",
                "Arguments:",
                "Commands:",
                "Print help",
                "[default",
                "[possible",
            ] {
                assert!(!text.contains(english), "{path}: {english}\n{text}");
            }
        }
    }

    #[test]
    fn the_language_is_taken_out_before_and_behind_the_command() {
        let command = super::super::Arguments::command();
        let taken = |line: &str| {
            let mut given: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            let language = language(&mut given, &command);
            let rest: Vec<&str> = given.iter().filter_map(|word| word.to_str()).collect();
            (language, rest.join(" "))
        };
        for (line, chosen, rest) in [
            (
                "groupdesk --lang zh ask x",
                Some(TerminalLanguage::Zh),
                "groupdesk ask x",
            ),
            ("groupdesk --lang=en", Some(TerminalLanguage::En), "groupdesk"),
            (
                "groupdesk check --lang zh",
                Some(TerminalLanguage::Zh),
                "groupdesk check",
            ),
            (
                "groupdesk tickets list --lang=zh --json",
                Some(TerminalLanguage::Zh),
                "groupdesk tickets list --json",
            ),
            (
                "groupdesk --lang en init --lang zh",
                Some(TerminalLanguage::En),
                "groupdesk init --lang zh",
            ),
        ] {
            assert_eq!(taken(line), (Ok(chosen), rest.to_owned()), "{line}");
        }
        // Of a command, it is the command's own; and what stands behind `--` is no option.
        for line in [
            "groupdesk init --lang zh",
            "groupdesk import x --lang ja",
            "groupdesk ask -- --lang zh",
            "groupdesk --lang",
        ] {
            assert_eq!(taken(line).1, line);
        }
        for line in [
            "groupdesk --lang fr check x",
            "groupdesk check --lang=fr",
            "groupdesk --lang fr",
        ] {
            let error = taken(line).0.unwrap_err();
            assert!(
                error.contains("fr") && error.contains("zh") && error.contains("en"),
                "{error}"
            );
        }
    }

    #[test]
    fn a_default_stands_once_and_arguments_in_the_order_in_which_they_are_typed() {
        let help = |name: &str| {
            let error = in_chinese(super::super::Arguments::command())
                .try_get_matches_from(["groupdesk", name, "--help"])
                .unwrap_err();
            error.apply::<Chinese>().render().to_string()
        };
        let init = help("init");
        assert!(
            init.contains("【默认：当前文件夹】") && !init.contains("【默认：.】"),
            "{init}"
        );
        let diff = help("diff");
        assert!(diff.find("  <OLD>") < diff.find("  <NEW>"), "{diff}");
    }
}
