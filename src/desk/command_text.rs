//! A command as it is typed: the slash, the name, the verbs behind `/faq`.

use groupdesk_contract::CommandKind;

/// Signs that stand for a slash: those of a Chinese keyboard on the same key, and the one that leans the other way.
pub(super) const SLASHES: [char; 5] = ['/', '／', '、', '\\', '＼'];

/// A verb behind `/faq`, with which it is an order of staff and no question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaqVerb {
    /// Draft an entry from a ticket.
    Draft,
    /// Write an entry into the FAQ.
    Accept,
    /// Put questions out of scope.
    Exclude,
    /// Never show a group again.
    Ignore,
    /// List the questions that nobody answered.
    Misses,
    /// List a group again.
    Reopen,
}

impl FaqVerb {
    /// Every verb.
    pub const ALL: [Self; 6] = [
        Self::Draft,
        Self::Accept,
        Self::Exclude,
        Self::Ignore,
        Self::Misses,
        Self::Reopen,
    ];

    /// Returns the words that are read for it, that of the help first.
    pub const fn words(self) -> &'static [&'static str] {
        match self {
            Self::Draft => &["draft", "草稿"],
            Self::Accept => &["accept", "采纳"],
            Self::Exclude => &["exclude", "排除"],
            Self::Ignore => &["ignore", "忽略"],
            Self::Misses => &["misses", "unanswered", "未答"],
            Self::Reopen => &["reopen", "restore", "恢复", "重开"],
        }
    }

    /// Finds the verb of a word.
    pub fn of_word(word: &str) -> Option<Self> {
        let word = word.to_lowercase();
        let has_word = |verb: &Self| verb.words().contains(&word.as_str());
        Self::ALL.into_iter().find(has_word)
    }

    /// `true` if a text behind `/faq` is an order of staff: `draft 3`.
    pub(super) fn begins(argument: &str) -> bool {
        argument
            .split_whitespace()
            .next()
            .and_then(Self::of_word)
            .is_some()
    }
}

/// Returns the text behind a slash and a name of this command, with its space: `" 12"` of `/why 12`. The name ends where its letters
/// do; `None` where it is another.
pub fn typed_behind(command: CommandKind, text: &str) -> Option<&str> {
    let rest = text.trim().strip_prefix(SLASHES)?;
    let end = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
    let (name, rest) = rest.split_at_checked(end)?;
    let name = name.to_lowercase();
    let is_its = command.command().names().any(|known| known == name);
    is_its.then_some(rest)
}
