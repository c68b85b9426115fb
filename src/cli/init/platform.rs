//! The platforms that `init` can set up: those of the program's list that say how.

use crate::cli::language::TerminalLanguage;
use crate::service::accounts;
use groupdesk_contract::{Platform, Setup};

/// A platform that `init` offers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Offered {
    /// The platform.
    pub(super) platform: &'static Platform,
    /// Its questions and texts.
    pub(super) setup: &'static Setup,
}

/// Returns the help of `--platform`.
pub(in crate::cli) fn platforms_help(language: TerminalLanguage) -> String {
    let all = Offered::all();
    let names = all.iter().map(|offered| {
        let hint = language.of(offered.setup.hint.0, offered.setup.hint.1);
        named(offered.platform.name, hint, language)
    });
    let names: Vec<String> = names.collect();
    let names = names.join(language.of("、", ", "));
    language.of(format!("平台：{names}"), format!("The platform: {names}"))
}

/// Returns the help of `--id`.
pub(in crate::cli) fn ids_help(language: TerminalLanguage) -> String {
    let (mut ids, mut lists) = (Vec::new(), Vec::new());
    for offered in Offered::all() {
        if let Some(id) = &offered.setup.id {
            let named = named(language.of(id.name.0, id.name.1), offered.platform.name, language);
            if id.is_list { &mut lists } else { &mut ids }.push(named);
        }
    }
    let between = language.of("、", ", ");
    let ids = [ids.join(between), lists.join(between)];
    let ids: Vec<String> = ids.into_iter().filter(|ids| !ids.is_empty()).collect();
    let ids = ids.join(language.of("；或", "; or "));
    language.of(
        format!("机器人在平台上的 ID：{ids}"),
        format!("The platform's id of the bot: {ids}"),
    )
}

/// Returns a name with a word about it in brackets.
fn named(name: &str, about: &str, language: TerminalLanguage) -> String {
    match about {
        "" => name.to_owned(),
        about => language.of(format!("{name}（{about}）"), format!("{name} ({about})")),
    }
}

impl Offered {
    /// Returns the platforms that this program was built with and that can be set up, in the order in which they are offered.
    pub(super) fn all() -> Vec<Self> {
        let platforms = accounts::platforms();
        let offered = platforms.iter().filter_map(|platform| {
            let setup = platform.setup?;
            Some(Self { platform, setup })
        });
        let mut all: Vec<Self> = offered.collect();
        all.sort_by_key(|offered| offered.setup.place);
        all
    }

    /// The platform of this name, or with this number in the list.
    pub(super) fn find(text: &str, language: TerminalLanguage) -> Result<Self, String> {
        let all = Self::all();
        let number = text
            .parse::<usize>()
            .ok()
            .and_then(|number| number.checked_sub(1));
        let found = number
            .and_then(|at| all.get(at))
            .or_else(|| all.iter().find(|offered| offered.platform.name == text));
        found.copied().ok_or_else(|| {
            let names: Vec<&str> = all.iter().map(|offered| offered.platform.name).collect();
            let names = names.join(", ");
            language.of(
                format!("没有「{text}」；可以写 {names}。其他平台的写法见 docs/zh 里各平台的说明"),
                format!("there is no `{text}`; write one of {names}. The others are described in docs/, a page a platform"),
            )
        })
    }

    /// Returns the refusal of what is typed for a group, or for a person, and can be none here: with the form in which it is typed.
    pub(super) fn no_address(&self, typed: &str, is_person: bool, language: TerminalLanguage) -> String {
        let (group, person) = self.setup.ids;
        let is_number = typed.bytes().all(|byte| byte.is_ascii_digit());
        // The sign gets lost where a group's number is copied.
        let meant = format!("-{typed}");
        let example = match is_person {
            true => person,
            false if is_number && group.starts_with('-') && meant.len() == group.len() => meant.as_str(),
            false => group,
        };
        let (kind_chinese, kind) = match is_person {
            true => ("人员的号码", "the id of a person"),
            false => ("群的号码", "the id of a group"),
        };
        let name = self.platform.name;
        language.of(
            format!(
                "「{typed}」在平台 {name} 上不会是{kind_chinese}；请只写号码，写成类似 {example}（多个用逗号分开；没有就不写，提问时直接回车）"
            ),
            format!(
                "`{typed}` can't be {kind} on the platform {name}; write the id alone, such as {example} (several separated by commas; \
                 for none leave it out, or press Enter)"
            ),
        )
    }

    /// Returns the name that people use.
    pub(super) fn label(&self, language: TerminalLanguage) -> &'static str {
        language.of(self.setup.label.0, self.setup.label.1)
    }
}
