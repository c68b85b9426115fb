//! Commands such as `/help`: in a group they belong to whichever program is called, and to this one only where it is.
//!
//! Their names stand in the table of the contract (`COMMANDS`). Those of members are read in `reading`, `/t` in `staff/command`;
//! the service reads the words behind `/faq`, `/label` and `/why`, because it has the store and the file.

use super::policy::{Commands, Policy};
use super::reading::{self, MemberCommand};
use crate::desk::reading::WordList;
use crate::faq::Faq;
use groupdesk_contract::{ChannelKind, Message};

/// Folders that a path begins with where no second one follows: "/tmp 满了怎么办" is no command.
static FOLDERS: WordList = WordList::new(
    "tmp etc var home usr opt data root dev mnt srv bin sbin www proc sys boot lib log logs media run",
);

/// The longest word that is a command, in characters.
const COMMAND_MAX_CHARS: usize = 32;

/// `true` if a message calls the bot by its kind, whatever it says: a direct message, a mention, or a quote of the bot.
pub(super) fn calls(message: &Message) -> bool {
    message.channel.kind == ChannelKind::Direct || message.mentions_bot || message.quote_of_bot().is_some()
}

/// Reads the command of ours that a message gives.
pub(super) fn given<'t>(policy: &Policy, message: &Message, said: &'t str) -> Option<MemberCommand<'t>> {
    let ours = policy.commands == Commands::Always || calls(message);
    reading::command(said).filter(|_| ours)
}

/// `true` if a message is a command to another program, or to nobody. What the FAQ names is none of
/// others'.
pub(super) fn is_of_others(policy: &Policy, message: &Message, faq: &Faq) -> bool {
    let said = message.text();
    let said = said.trim();
    let begins_with_order = || order_of(said).is_some_and(|word| !is_named(faq, word));
    !calls(message) && (is_command(said) || begins_with_order()) && given(policy, message, said).is_none()
}

/// `true` if a question or title of an entry has a word, whatever its case.
fn is_named(faq: &Faq, word: &str) -> bool {
    let word = word.to_lowercase();
    let has = |text: &str| text.to_lowercase().contains(&word);
    faq.entries().iter().any(|entry| {
        entry.questions.iter().any(|question| has(question)) || has(&entry.title(faq.language()))
    })
}

/// Words that stand alone in front of what other programs of a group are to work on: "翻译 你们几点上班".
static ORDERS: WordList = WordList::new(
    "\
    翻译 翻譯 翻成英文 翻成中文 画图 画画 生图 绘图 点歌 签到 抽签 占卜 搜图 识图 朗读 总结 润色 translate tr draw imagine tts gpt chatgpt ai \
    deepseek kimi 豆包 元宝 文心 通义 siri alexa",
);

/// Returns the order to another program with which a text begins, with something behind it.
fn order_of(said: &str) -> Option<&str> {
    let said = said.trim_start_matches(['#', '＃', '@', '＠']);
    let ends = |c: char| c.is_whitespace() || matches!(c, ':' | '：');
    let at = said.find(ends)?;
    let (word, rest) = said.split_at_checked(at)?;
    let has_more = rest.chars().any(char::is_alphanumeric);
    (has_more && ORDERS.has(&word.to_lowercase())).then_some(word)
}

/// `true` if a text begins with a slash and a word, as commands of chat programs do.
fn is_command(said: &str) -> bool {
    let mut chars = said.chars();
    let rest = match chars.next() {
        Some('/' | '／' | '!' | '！') => chars.as_str(),
        // A tag may stand before a question.
        Some('#' | '＃') if !said.contains(char::is_whitespace) => chars.as_str(),
        // Not ".net".
        Some('.' | '。') if chars.as_str().starts_with(|c: char| !c.is_ascii()) => chars.as_str(),
        _ => return false,
    };
    let word = rest.split(char::is_whitespace).next().unwrap_or_default();
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '@');
    word.chars().next().is_some_and(char::is_alphabetic)
        && word.chars().all(plain)
        && word.chars().count() <= COMMAND_MAX_CHARS
        && !FOLDERS.has(word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::command_text::typed_behind;
    use crate::desk::staff;
    use groupdesk_contract::{COMMANDS, CommandKind};

    #[test]
    fn orders_to_other_programs_stand_alone_in_front() {
        for text in [
            "翻译 你们几点上班",
            "#翻译 what is your phone number",
            "GPT：几点上班",
            "ai 怎么退款",
        ] {
            assert!(order_of(text).is_some(), "{text}");
        }
        for text in [
            "翻译多少钱",
            "翻译",
            "ai",
            "air 怎么退款",
            "请问 翻译 多少钱",
            "10:30 上班吗",
        ] {
            assert!(order_of(text).is_none(), "{text}");
        }
    }

    #[test]
    fn every_name_in_the_table_of_commands_is_read() {
        for command in COMMANDS {
            for name in command.names() {
                let typed = format!("/{name}");
                assert_eq!(typed_behind(command.kind, &typed), Some(""), "{typed}");
                let for_tickets = staff::command::read(&typed, None) == Some(staff::command::Order::List);
                match command.kind {
                    CommandKind::Tickets => assert!(for_tickets, "{typed}"),
                    CommandKind::Ask | CommandKind::Human | CommandKind::MyTicket | CommandKind::Help => {
                        assert!(reading::command(&typed).is_some(), "{typed}");
                    }
                    // Their orders are read by the service, with `typed_behind`.
                    CommandKind::Faq | CommandKind::Label | CommandKind::Why => {
                        assert!(!for_tickets, "{typed}")
                    }
                }
            }
        }
    }

    #[test]
    fn commands_are_told_from_paths() {
        for text in [
            "/help",
            "/help 画图",
            "／人工",
            "/draw_cat",
            "/翻译 你们几点上班",
            "/start@OtherBot",
            "#转人工",
            "!help",
            ".转人工",
        ] {
            assert!(is_command(text), "{text}");
        }
        for text in [
            "/data/log 满了",
            "/tmp 满了怎么办",
            "/",
            "/ help",
            "//",
            "1/2",
            "/etc",
            "/a.b",
            ".net 怎么装",
            "#求助 怎么退款",
            "！！！",
        ] {
            assert!(!is_command(text), "{text}");
        }
    }
}
