//! The files that `init` writes: their texts, and writing them over nothing.

use super::platform::{Platform, Token};
use crate::cli::language::TerminalLanguage;
use crate::config::{self, Environment};
use crate::faq::{self, is_template};
use crate::service::accounts;
use crate::yaml::{Problem, Severity};
use groupdesk_contract::{Clock, InMemoryStorage, SystemClock};
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const FAQ_ZH: &str = include_str!("faq.zh.yaml");
const FAQ_EN: &str = include_str!("faq.en.yaml");

/// The answers given so far.
#[derive(Debug, Clone)]
pub(super) struct Answers {
    pub(super) language: TerminalLanguage,
    pub(super) platform: &'static Platform,
    pub(super) id: Option<String>,
    pub(super) secret: Secret,
    pub(super) listen: Option<SocketAddr>,
    pub(super) staff_rooms: Vec<String>,
    pub(super) staff: Vec<String>,
    pub(super) groups: Vec<String>,
}

/// The place from which the secret comes.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Secret {
    /// There is none.
    None,
    /// An environment variable.
    Variable(String),
    /// It was typed, and goes into a file of its own.
    Typed(String),
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::None => "None",
            Self::Variable(_) => "Variable",
            Self::Typed(_) => "Typed",
        })
    }
}

impl Answers {
    /// groupdesk.yaml: nothing but what was asked.
    pub(super) fn config(&self) -> String {
        let value = match (&self.secret, &self.platform.token) {
            (Secret::Variable(name), _) => Some(format!("${{{name}}}")),
            (Secret::Typed(_), Some(token)) => Some(format!("${{file:{}}}", token.file)),
            _ => None,
        };
        self.config_with(value.as_deref())
    }

    fn config_with(&self, secret: Option<&str>) -> String {
        let Platform { name, account, .. } = self.platform;
        let mut text = self
            .language
            .of(
                "# groupdesk init 写的。其余设置都有默认值，写法见 docs/zh/operation.md 和 groupdesk.example.zh.yaml；写错了 groupdesk check 会指出。\n",
                "# Written by groupdesk init. All else has defaults; docs/operation.md and groupdesk.example.yaml show it, and groupdesk check\n\
                 # finds mistakes.\n",
            )
            .to_owned();
        // Writing to a string can't fail, here and below.
        let _ = write!(
            text,
            "faq: faq.yaml\n\naccounts:\n  {account}:\n    platform: {name}\n"
        );
        let id = self.platform.id.as_ref().zip(self.id.as_deref());
        let id = id.map(|((key, _), id)| (*key, id));
        let secret = self.platform.token.as_ref().zip(secret);
        let secret = secret.map(|(Token { key, .. }, secret)| (*key, secret));
        if id.is_some() || secret.is_some() {
            text.push_str("    connection:\n");
            for (key, value) in id.into_iter().chain(secret) {
                let value = match key {
                    "origins" => format!("[{}]", quoted(value)),
                    _ => quoted(value),
                };
                let _ = writeln!(text, "      {key}: {value}");
            }
        }
        if self.platform.name == "console" {
            text.push_str("    staff: [staff]\n    admins: [staff]\n    staff_rooms: [here/group:staff]\n");
        }
        for (key, list) in [("staff", &self.staff), ("staff_rooms", &self.staff_rooms)] {
            if !list.is_empty() {
                let list: Vec<String> = list.iter().map(|item| plain(item)).collect();
                let _ = writeln!(text, "    {key}: [{}]", list.join(", "));
            }
        }
        if let Some(listen) = self.listen {
            let _ = write!(text, "\nweb:\n  listen: \"{listen}\"\n");
        }
        if !self.groups.is_empty() {
            text.push_str(self.language.of(
                "\n# 在这些群里，有把握的问题不用叫它也会回答；在其他群里只回答 @它 的人\ndefaults: { listen: mentions }\nchannels:\n",
                "\n# In these groups it answers unasked where it is sure; elsewhere only who calls it\ndefaults: { listen: mentions }\nchannels:\n",
            ));
            for group in &self.groups {
                let _ = writeln!(text, "  {}: {{ listen: all }}", plain(group));
            }
        }
        text
    }

    /// The address of a group as it was typed: a number alone is on this account.
    pub(super) fn address(&self, typed: &str) -> String {
        let Platform { name, account, .. } = self.platform;
        let typed = typed.replace('：', ":");
        if typed.contains('/') {
            typed
        } else if typed.contains(':') {
            format!("{account}/{typed}")
        } else {
            format!("{account}/{}{typed}", accounts::platforms().group_kind(name))
        }
    }

    /// Returns what the program says against a start with these answers, in the language of the terminal.
    pub(super) fn fault(&self) -> Option<String> {
        let problem = self.problems().next()?;
        Some(in_language(problem, self.language))
    }

    /// Returns `true` if a group or a person among the answers can't be one.
    pub(super) fn has_wrong_address(&self) -> bool {
        let is_address = |path: &str| {
            let in_account = path.starts_with("accounts.") && !path.contains(".connection");
            path.starts_with("channels") || (in_account && path.contains(".staff"))
        };
        self.problems().any(|problem| is_address(&problem.path))
    }

    /// Returns the errors in these answers.
    fn problems(&self) -> impl Iterator<Item = Problem> {
        let is_known = |name: &str| std::env::var_os(name).is_some();
        let text = match (&self.secret, &self.platform.token) {
            // Looked at as if it stood there, and nowhere else.
            (Secret::Typed(secret), _) => self.config_with(Some(&secret.replace("${", "$${"))),
            // The rest can be wrong whatever the secret will be.
            (Secret::Variable(name), Some(token)) if !is_known(name) => self.config_with(Some(token.sample)),
            _ => self.config(),
        };
        let problems = refused(&text).into_iter();
        problems.filter(|problem| problem.severity == Severity::Error)
    }
}

fn refused(text: &str) -> Vec<Problem> {
    let path = Path::new("groupdesk.yaml");
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    match config::load(path, text, &Environment::lenient(), &accounts::platforms()) {
        Err(problems) => problems,
        Ok(config) => accounts::build(&config, &clock, &|_| Arc::new(InMemoryStorage::default()))
            .err()
            .unwrap_or_default(),
    }
}

fn in_language(problem: Problem, language: TerminalLanguage) -> String {
    match (language, problem.chinese, problem.help) {
        (TerminalLanguage::Zh, Some(chinese), _) => chinese,
        (_, _, Some(help)) => format!("{}; {help}", problem.message),
        (_, _, None) => problem.message,
    }
}

/// faq.yaml of a business of this name.
///
/// # Errors
/// What is wrong with the name.
pub(super) fn faq(name: &str, language: TerminalLanguage) -> Result<String, String> {
    if name.is_empty() || is_template(name) {
        return Err(language.of(
            "请写一个名字，不要带 {{ 、{% 或 {#".to_owned(),
            "write a name, without {{, {% and {#".to_owned(),
        ));
    }
    let zone = jiff::tz::TimeZone::system();
    let zone = zone.iana_name().unwrap_or("UTC");
    let escaped = quoted(name);
    let inner = escaped.trim_start_matches('"');
    let text = language
        .of(FAQ_ZH, FAQ_EN)
        .replace("@COMMENT@", name)
        .replace("@NAME@", inner.strip_suffix('"').unwrap_or(inner))
        .replace("@ZONE@", zone);
    match faq::load("faq.yaml", &text) {
        Ok(_) => Ok(text),
        Err(problems) => Err(problems
            .into_iter()
            .next()
            .map_or_else(String::new, |problem| in_language(problem, language))),
    }
}

/// A text between double quotes, as YAML and JSON have it.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A number or an address as people write it, in quotes only where it needs them.
fn plain(text: &str) -> String {
    let is_number =
        text.len() < 18 && text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    let is_address = text.split_once('/').is_some_and(|(account, channel)| {
        let plain = |text: &str| {
            text.bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"_-:".contains(&byte))
        };
        plain(account) && plain(channel) && !channel.ends_with(':')
    });
    if is_number || is_address {
        text.to_owned()
    } else {
        quoted(text)
    }
}

/// A file to write.
pub(super) struct NewFile {
    pub(super) path: PathBuf,
    pub(super) text: String,
    /// Only its owner reads it.
    pub(super) is_secret: bool,
}

/// Writes all of the files, or none; over none that is there.
///
/// # Errors
/// The file that could not be written, and why.
pub(super) fn write(files: &[NewFile]) -> Result<(), (PathBuf, std::io::Error)> {
    let mut written: Vec<&Path> = Vec::new();
    for file in files {
        let mut options = File::options();
        options.write(true).create_new(true);
        #[cfg(unix)]
        if file.is_secret {
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        }
        let made = options.open(&file.path).and_then(|mut new| {
            written.push(&file.path);
            new.write_all(file.text.as_bytes()).and_then(|()| new.sync_all())
        });
        if let Err(error) = made {
            for path in written {
                // Half a set of files is worse than none.
                let _ = fs::remove_file(path);
            }
            return Err((file.path.clone(), error));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(platform: &'static Platform, language: TerminalLanguage) -> Answers {
        Answers {
            language,
            platform,
            id: platform.id.as_ref().map(|_| match platform.name {
                "web" => "https://shop.example.com".to_owned(),
                _ => "102000001".to_owned(),
            }),
            secret: match platform.token {
                Some(_) => Secret::Variable("INIT_TEST_NOT_SET".to_owned()),
                None => Secret::None,
            },
            listen: None,
            staff_rooms: Vec::new(),
            staff: Vec::new(),
            groups: Vec::new(),
        }
    }

    #[test]
    fn what_is_written_for_every_platform_in_both_languages_is_good() {
        for platform in Platform::all() {
            for language in [TerminalLanguage::Zh, TerminalLanguage::En] {
                let answers = answers(platform, language);
                assert_eq!(answers.fault(), None, "{}", answers.config());
                let shown = answers.config();
                let problems = refused(&shown);
                assert!(
                    problems
                        .iter()
                        .all(|problem| problem.path.contains(".connection")),
                    "{problems:?}\n{shown}"
                );
            }
        }
    }

    #[test]
    fn numbers_become_addresses_of_the_account_and_what_can_t_be_one_is_told_in_the_terminal_s_language() {
        let onebot = Platform::find("onebot", TerminalLanguage::En).unwrap();
        let mut answers = answers(onebot, TerminalLanguage::Zh);
        answers.secret = Secret::None;
        for typed in ["900001", "group:900001", "group：900001", "qq/group:900001"] {
            assert_eq!(answers.address(typed), "qq/group:900001");
        }
        answers.staff_rooms = vec![answers.address("900001")];
        answers.staff = vec!["10001".to_owned(), "10002".to_owned()];
        answers.groups = vec![answers.address("123456")];
        let text = answers.config();
        assert_eq!(answers.fault(), None, "{text}");
        for line in [
            "    staff: [10001, 10002]\n",
            "    staff_rooms: [qq/group:900001]\n",
            "  qq/group:123456: { listen: all }\n",
        ] {
            assert!(text.contains(line), "{text}");
        }
        answers.staff = vec!["小王".to_owned()];
        assert!(
            answers
                .fault()
                .unwrap()
                .contains("账号「qq」里不会有人员「小王」")
        );
        answers.language = TerminalLanguage::En;
        assert!(answers.fault().unwrap().contains("can be no person"));
        // A listener for others needs a token.
        answers.staff.clear();
        answers.listen = Some(SocketAddr::from(([0, 0, 0, 0], 8080)));
        assert!(answers.fault().unwrap().contains("access_token"));
        answers.secret = Secret::Typed("a\"token\"with${signs}".to_owned());
        assert_eq!(answers.fault(), None);
        assert!(
            answers
                .config()
                .contains("access_token: \"${file:onebot-token.txt}\"")
        );
        assert!(!format!("{answers:?}").contains("signs"));
    }

    #[test]
    fn any_name_of_a_business_makes_a_good_faq_or_is_refused_in_words() {
        for name in [
            "晨星数码",
            "O'Reilly & Sons: \"Books\" #1",
            "\\ back",
            "\u{202e}x",
            "null",
            "- a",
        ] {
            for language in [TerminalLanguage::Zh, TerminalLanguage::En] {
                let text = faq(name, language).unwrap();
                let loaded = faq::load("faq.yaml", &text).ok().unwrap();
                assert_eq!(loaded.faq.entries().len(), 6, "{text}");
            }
        }
        assert!(
            faq("{{ contact_list }}", TerminalLanguage::En).is_err()
                && faq("", TerminalLanguage::Zh).is_err()
        );
    }

    #[test]
    fn what_can_t_be_a_group_or_an_app_is_refused_though_the_secret_is_not_known() {
        let telegram = Platform::find("telegram", TerminalLanguage::Zh).unwrap();
        let mut wrong = answers(telegram, TerminalLanguage::Zh);
        for typed in ["1001234567890", "abc"] {
            wrong.staff_rooms = vec![wrong.address(typed)];
            assert!(wrong.has_wrong_address(), "{typed}: {:?}", wrong.fault());
        }
        wrong.staff_rooms = vec![wrong.address("-1001234567890")];
        assert_eq!(wrong.fault(), None);
        wrong.staff = vec!["@wang".to_owned()];
        assert!(wrong.has_wrong_address(), "{:?}", wrong.fault());
        for language in [TerminalLanguage::Zh, TerminalLanguage::En] {
            let words = telegram.no_address("1001234567890", false, language);
            assert!(
                words.contains(" -1001234567890") && !words.contains("group:"),
                "{words}"
            );
            assert!(
                telegram
                    .no_address("@wang", true, language)
                    .contains(" 123456789")
            );
        }
        let qq = Platform::find("qq", TerminalLanguage::Zh).unwrap();
        let mut wrong = answers(qq, TerminalLanguage::Zh);
        wrong.id = Some("abc".to_owned());
        assert!(wrong.fault().unwrap().contains("app_id"));
        assert!(!wrong.has_wrong_address());
    }

    #[test]
    fn what_the_bot_says_of_itself_is_left_to_it() {
        for built_in in [
            "who are you",
            "what do you do",
            "what can you do",
            "你是谁",
            "你能做什么",
        ] {
            assert!(
                !FAQ_EN.contains(built_in) && !FAQ_ZH.contains(built_in),
                "{built_in}"
            );
        }
    }
}
