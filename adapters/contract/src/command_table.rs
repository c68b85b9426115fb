//! The bot's commands: one table, by which the desk knows them and from which platforms make their menus.

use crate::ticket_orders::{SpellingTrait, TicketOrder};

/// A command: its names, and who has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Command {
    /// The command, whatever name it is typed under.
    pub kind: CommandKind,
    /// Name in menus, without the slash.
    pub name: &'static str,
    /// Other names that are read, in English and Chinese, without the slash.
    pub aliases: &'static [&'static str],
    /// The name of its argument; `None` if it takes none.
    pub argument: Option<&'static str>,
    /// Only staff rooms have it.
    pub for_staff: bool,
}

impl Command {
    /// Returns all its names, that of menus first.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.name).chain(self.aliases.iter().copied())
    }
}

/// Declares the commands, so that each kind has its row.
macro_rules! commands {
    ($($(#[$about:meta])* $kind:ident {
        name: $name:literal, aliases: $aliases:expr, argument: $argument:expr, for_staff: $for_staff:literal,
    })*) => {
        /// The commands of members, then those of staff.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum CommandKind {
            $($(#[$about])* $kind,)*
        }

        impl CommandKind {
            /// Returns its row in [`COMMANDS`].
            pub const fn command(self) -> Command {
                match self {
                    $(Self::$kind => Command {
                        kind: Self::$kind,
                        name: $name,
                        aliases: $aliases,
                        argument: $argument,
                        for_staff: $for_staff,
                    },)*
                }
            }
        }

        /// All commands. The desk reads them as text (`/ask how do I ...`) on every platform. Two may share a name where one is the
        /// members' and the other the staff's. What each does in a menu's line is a sentence of the catalogue (`Texts::menu_line`).
        pub const COMMANDS: &[Command] = &[$(CommandKind::$kind.command(),)*];
    };
}

commands! {
    /// A question to the bot.
    Ask {
        name: "ask", aliases: &["问"], argument: Some("question"), for_staff: false,
    }
    /// A call for a human.
    Human {
        name: "human", aliases: &["人工", "转人工"], argument: Some("reason"), for_staff: false,
    }
    /// The state of the member's own ticket.
    MyTicket {
        name: "ticket", aliases: &["工单"], argument: None, for_staff: false,
    }
    /// The abilities of the bot.
    Help {
        name: "help", aliases: &["帮助", "start"], argument: None, for_staff: false,
    }
    /// Orders about tickets, and about who is on duty.
    Tickets {
        name: "t", aliases: &["ticket", "工单"], argument: Some("order"), for_staff: true,
    }
    /// Orders about drafts, unanswered questions and the FAQ; in a members' group `/faq` and a question ask it.
    Faq {
        name: "faq", aliases: &[], argument: Some("order"), for_staff: true,
    }
    /// Labels of answers.
    Label {
        name: "label", aliases: &["labels", "标注"], argument: Some("order"), for_staff: true,
    }
    /// The reason of a decision.
    Why {
        name: "why", aliases: &["为什么"], argument: Some("ticket"), for_staff: true,
    }
}

impl CommandKind {
    /// Finds the command of members that has this name, in any case; `/faq` is theirs too.
    pub fn of_member(name: &str) -> Option<Self> {
        let name = name.to_lowercase();
        let has_name = |command: &&Command| {
            (!command.for_staff || command.kind == Self::Faq) && command.names().any(|known| known == name)
        };
        COMMANDS.iter().find(has_name).map(|command| command.kind)
    }
}

/// Words that make a command of a message about a ticket, together with the rest, if the message begins with one.
const BEGINNINGS: [&str; 13] = [
    "note",
    "notes:",
    "internal note",
    "private note",
    "internal",
    "hand",
    "give",
    "备注",
    "内部",
    "仅内部",
    "转给",
    "转交",
    "移交",
];

/// Marks `text` so that the desk sends it to the member and takes it for nothing else: "Note that ..." in a mail, and wherever
/// nobody sees the outcome at once, is no note among staff, and neither is a later line with two slashes: a comment in code, an
/// address, a signature. Explicit commands (`/t ...`, a word of [`TicketOrder`] alone on the first line) stay commands.
pub fn plainly_said(ticket: u64, text: &str) -> String {
    let small: String = text
        .trim_start_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '/' | '／' | '!' | '！'))
        .chars()
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
            _ => c,
        })
        .collect::<String>()
        .to_lowercase();
    let order = BEGINNINGS.iter().any(|beginning| {
        small.strip_prefix(beginning).is_some_and(|after| {
            // The words of Chinese have no space between them.
            let apart = !beginning.is_ascii()
                || beginning.ends_with(':')
                || !after.starts_with(|c: char| c.is_ascii_alphanumeric());
            apart && after.contains(char::is_alphanumeric)
        })
    });
    if order || has_slashed_line(text) {
        format!("/t {ticket} reply {text}")
    } else {
        text.to_owned()
    }
}

/// Words of a form, which says for whom they are: nothing in them is an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormWords<'t> {
    /// Words for the ticket's member.
    Reply(&'t str),
    /// Words for colleagues.
    Note(&'t str),
}

impl<'t> FormWords<'t> {
    /// Writes them as staff type an order.
    pub fn typed(self, ticket: u64) -> String {
        match self {
            Self::Reply(words) => format!("/t {ticket} 回复：{words}"),
            Self::Note(words) => format!("/t {ticket} 备注：{words}"),
        }
    }

    /// Reads what [`FormWords::typed`] wrote, with the number of the ticket.
    pub fn read(text: &'t str) -> Option<(u64, Self)> {
        let (number, rest) = text.strip_prefix("/t ")?.split_once(' ')?;
        let words = rest.strip_prefix("回复：").map(Self::Reply);
        let words = words.or_else(|| rest.strip_prefix("备注：").map(Self::Note));
        Some((number.parse().ok()?, words?))
    }
}

/// True if a line below the first begins with two slashes, and the first is no command.
fn has_slashed_line(text: &str) -> bool {
    let mut lines = text.trim().lines().map(str::trim);
    let first = lines.next().unwrap_or_default().to_lowercase();
    let command =
        first.starts_with(['/', '／', '、']) || TicketOrder::is_word_that(SpellingTrait::ByMail, &first);
    let two = |line: &str| line.chars().take_while(|c| matches!(c, '/' | '／')).count() >= 2;
    !command && lines.any(two)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_begin_like_an_order_are_made_plain() {
        assert_eq!(
            plainly_said(7, "Note that it restarts"),
            "/t 7 reply Note that it restarts"
        );
        for text in [
            "备注 栏留空",
            "备注栏留空",
            "备注：x",
            "【备注】x",
            "ＮＯＴＥ：x",
            "Internal: x",
            "notes:x",
        ] {
            assert_eq!(plainly_said(7, text), format!("/t 7 reply {text}"));
        }
        for code in [
            "改成这样：\nint main() {\n  // 初始化\n}",
            "地址是\n//cdn.example.com/a.js",
            "请重启\r\n／／老王",
        ] {
            assert_eq!(plainly_said(7, code), format!("/t 7 reply {code}"));
        }
        for plain in [
            "//x\n//y",
            "/t 7 note x\n// y",
            "claim\n// x",
            "claim",
            "note",
            "notes are here",
            "/t 7 note he is away",
            "重启一下",
        ] {
            assert_eq!(plainly_said(7, plain), plain);
        }
    }
}
