//! What staff write in their room: `/t` and its friends, and words under a quoted notice.

use crate::ticket::MAX_NUMBER;

/// What staff want.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::desk) enum Order {
    /// How this works.
    Help,
    /// The tickets that wait.
    List,
    /// The speaker is there, or is not.
    Here(bool),
    /// Who is there.
    Who,
    /// Something with one ticket.
    Ticket {
        /// Its number.
        number: u64,
        /// What.
        action: Action,
    },
}

/// What is to be done with a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::desk) enum Action {
    /// Show it.
    Show,
    /// Take it.
    Claim,
    /// Give it back to all.
    Release,
    /// Give it to the one who is mentioned, or to the room of this address.
    HandOn(String),
    /// A word among staff.
    Note(String),
    /// It is answered.
    Resolve,
    /// It is over.
    Close,
    /// It is not over.
    Reopen,
    /// Say this to the member, and to those in the member's group who asked the same.
    Reply(String),
    /// Say this to all who asked the same, in other groups too.
    ReplyToAll(String),
}

/// Reads a message of a staff room; `None` is talk among staff. `quoted` is the ticket whose message is quoted.
pub(in crate::desk) fn read(text: &str, quoted: Option<u64>) -> Option<Order> {
    let text = text.trim();
    if let Some(rest) = slash(text) {
        let (first, after) = word(rest);
        if first.is_empty() {
            return Some(Order::List);
        }
        if let Some(number) = number(first) {
            return Some(Order::Ticket {
                number,
                action: action(after, true).unwrap_or_else(|| reply_or_show(after)),
            });
        }
        match (rest.trim().to_lowercase().as_str(), quoted) {
            ("on" | "上班" | "上线", _) => return Some(Order::Here(true)),
            ("off" | "下班" | "下线", _) => return Some(Order::Here(false)),
            ("who" | "值班", _) => return Some(Order::Who),
            _ => {}
        }
        return match quoted {
            Some(number) => Some(Order::Ticket {
                number,
                action: action(rest, true).unwrap_or_else(|| reply_or_show(rest)),
            }),
            None => Some(Order::Help),
        };
    }
    let number = quoted?;
    Some(Order::Ticket {
        number,
        action: action(text, false).unwrap_or_else(|| Action::Reply(text.to_owned())),
    })
}

/// A ticket's number. One that is larger than any ticket's is no ticket's either, and is answered like that.
fn number(word: &str) -> Option<u64> {
    let digits = word.trim_start_matches('#');
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(digits.parse().unwrap_or(MAX_NUMBER).min(MAX_NUMBER))
}

fn slash(text: &str) -> Option<&str> {
    let rest = text.strip_prefix('/').or_else(|| text.strip_prefix('／'))?;
    let (first, after) = word(rest);
    match first.to_lowercase().as_str() {
        "t" | "ticket" | "工单" => Some(after),
        _ => None,
    }
}

fn word(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    match text.split_once(char::is_whitespace) {
        Some((first, after)) => (first, after.trim()),
        None => (text, ""),
    }
}

fn reply_or_show(text: &str) -> Action {
    if text.is_empty() {
        Action::Show
    } else {
        Action::Reply(text.to_owned())
    }
}

/// A command word; only a note, and a hand-over's mention, may have more behind it, so that "close the window first"
/// stays a reply.
fn action(text: &str, slashed: bool) -> Option<Action> {
    let (first, after) = word(text);
    let first = first.to_lowercase();
    match first.as_str() {
        "note" | "备注" if !after.is_empty() => return Some(Action::Note(after.to_owned())),
        "to" if slashed => return to_all(after, &["all", "everyone"]),
        "all" | "全部" | "所有人" | "都回复" | "回复全部" if slashed => {
            return to_all(text, &[&first]);
        }
        // Whatever they begin with, the words behind it are for the member.
        "reply" | "回复" if slashed && !after.is_empty() => return Some(Action::Reply(after.to_owned())),
        "hand" | "give" | "转给" => return Some(Action::HandOn(after.to_owned())),
        _ if !after.is_empty() => return None,
        _ => {}
    }
    match first.as_str() {
        "claim" | "认领" | "我来" => Some(Action::Claim),
        "release" | "释放" | "放弃" => Some(Action::Release),
        "resolve" | "resolved" | "已解决" | "解决" => Some(Action::Resolve),
        "close" | "关闭" => Some(Action::Close),
        "reopen" | "重开" | "重新打开" => Some(Action::Reopen),
        "show" | "查看" => Some(Action::Show),
        _ => None,
    }
}

/// Words for all, behind one of these.
fn to_all(text: &str, names: &[&str]) -> Option<Action> {
    let (first, words) = word(text);
    let all = names.contains(&first.to_lowercase().as_str()) && !words.is_empty();
    all.then(|| Action::ReplyToAll(words.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(number: u64, action: Action) -> Option<Order> {
        Some(Order::Ticket { number, action })
    }

    #[test]
    fn commands_words_and_replies_are_told_apart() {
        assert_eq!(read("/t", None), Some(Order::List));
        assert_eq!(read("/t 12", None), of(12, Action::Show));
        assert_eq!(read("/t 12 claim", None), of(12, Action::Claim));
        assert_eq!(read("／工单 #12 认领", None), of(12, Action::Claim));
        assert_eq!(
            read("/t 12 请重启一下", None),
            of(12, Action::Reply("请重启一下".to_owned()))
        );
        assert_eq!(
            read("/t 12 note 老客户", None),
            of(12, Action::Note("老客户".to_owned()))
        );
        for all in [
            "/t 12 to all 已修复",
            "/t 12 all 已修复",
            "/t 12 全部 已修复",
            "/t to all 已修复",
        ] {
            let quoted = Some(12);
            assert_eq!(
                read(all, quoted),
                of(12, Action::ReplyToAll("已修复".to_owned())),
                "{all}"
            );
        }
        for one in ["all services are back", "to all of you: it is back"] {
            assert_eq!(read(one, Some(3)), of(3, Action::Reply(one.to_owned())));
        }
        assert_eq!(
            read("/t 12 to be safe, restart", None),
            of(12, Action::Reply("to be safe, restart".to_owned()))
        );
        assert_eq!(read("认领", Some(3)), of(3, Action::Claim));
        assert_eq!(
            read("close the window first", Some(3)),
            of(3, Action::Reply("close the window first".to_owned()))
        );
        assert_eq!(
            read("/t 12 reply note that it restarts", None),
            of(12, Action::Reply("note that it restarts".to_owned()))
        );
        assert_eq!(
            read("reply soon", Some(3)),
            of(3, Action::Reply("reply soon".to_owned()))
        );
        for order in groupdesk_contract::TICKET_ORDERS {
            let read = read(order, Some(3));
            assert!(
                !matches!(
                    read,
                    Some(Order::Ticket {
                        action: Action::Reply(_),
                        ..
                    })
                ),
                "{order}"
            );
        }
        assert_eq!(read("/t resolve", Some(3)), of(3, Action::Resolve));
        assert_eq!(read("/t what", None), Some(Order::Help));
        assert_eq!(read("/t on", None), Some(Order::Here(true)));
        assert_eq!(read("/工单 下班", Some(3)), Some(Order::Here(false)));
        assert_eq!(read("/t 值班", None), Some(Order::Who));
        assert_eq!(read("中午吃什么", None), None);
        assert_eq!(read("/tmp 满了", None), None);
        for huge in [
            "9223372036854775808",
            "18446744073709551616",
            "99999999999999999999999",
        ] {
            let order = format!("/t {huge} claim");
            assert_eq!(read(&order, None), of(MAX_NUMBER, Action::Claim));
        }
    }
}
