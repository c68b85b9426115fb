//! Checks addresses: ids that can't exist on their platform, and rooms that can't get notices, are found before staff
//! rely on them.

use super::accounts::BuiltAdapter;
use crate::config::{Address, Config, Named};
use crate::faq::Faq;
use crate::yaml::Problem;
use groupdesk_contract::{Adapter, AddressError, MemberId, Place};
use std::sync::Arc;
use std::time::Duration;

/// Reports an error for every channel and person of the configuration that can't be on the account it names.
pub(super) fn impossible(config: &Config, built: &[&BuiltAdapter]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for address in config.addresses() {
        if let Named::MemberAnywhere(member) = &address.names {
            problems.extend(nobody_anywhere(config, built, address, member));
            continue;
        }
        let adapter = built
            .iter()
            .map(|account| &account.adapter)
            .find(|adapter| *adapter.account() == address.account);
        // An account that is not there, or could not be made, is complained of already.
        let Some(adapter) = adapter else { continue };
        let (given, what, what_chinese, checked) = match &address.names {
            Named::Channel(channel) | Named::StaffRoom(channel) => (
                channel.as_str(),
                "channel",
                "会话",
                adapter.check_channel(channel),
            ),
            Named::Member(member) | Named::MemberAnywhere(member) => {
                (member.as_str(), "person", "人员", adapter.check_member(member))
            }
        };
        let Err(error) = checked else { continue };
        let account = &address.account;
        let (help, chinese) = what_to_write(account.as_str(), &error);
        let message = format!("`{account}/{given}` can be no {what} of the account `{account}`");
        let mut problem = match address.is_key {
            true => config.key_problem(&address.path, message, Some(help)),
            false => config.problem(&address.path, message, Some(help)),
        };
        problem.in_chinese(format!(
            "账号「{account}」里不会有{what_chinese}「{given}」；{chinese}"
        ));
        problems.push(problem);
    }
    problems
}

/// Reports a person whom no account with members can have. An account that could not be made may have them.
fn nobody_anywhere(
    config: &Config,
    built: &[&BuiltAdapter],
    address: &Address,
    member: &MemberId,
) -> Option<Problem> {
    if built.len() < config.accounts.len() {
        return None;
    }
    let with_members = || built.iter().filter(|account| account.has_members);
    let mut first = None;
    for account in with_members() {
        match account.adapter.check_member(member) {
            Ok(()) => return None,
            Err(error) => first = first.or(Some((account.adapter.account(), error))),
        }
    }
    let (account, error) = first?;
    let (_, chinese) = what_to_write(account.as_str(), &error);
    let mut problem = config.problem(
        &address.path,
        format!("`{member}` can be no person of any account"),
        Some(error.to_string()),
    );
    problem.in_chinese(format!("哪个账号里都不会有人员「{member}」；{chinese}"));
    Some(problem)
}

/// Returns the correction of an address, in both languages.
fn what_to_write(account: &str, error: &AddressError) -> (String, String) {
    match &error.suggestion {
        Some(meant) => (
            format!("did you mean {account}/{meant}? ({error})"),
            format!("是不是要写 {account}/{meant}？"),
        ),
        None => (
            format!("{error} behind `{account}/`"),
            format!("这里要写：{}", in_chinese(&error.expected)),
        ),
    }
}

/// Translates the form of an address into Chinese, except for the parts that are typed literally.
pub(crate) fn in_chinese(expected: &str) -> String {
    let words = [
        ("a number, such as ", "数字，例如 "),
        ("a mail address, such as ", "邮箱地址，例如 "),
        (
            "a name under `targets`, which has none",
            "targets 下面的一个名称（现在一个也没有）",
        ),
        (" or ", " 或 "),
        ("NUMBER", "号码"),
        ("NAME", "名称"),
    ];
    words
        .iter()
        .fold(expected.to_owned(), |text, (english, chinese)| {
            text.replace(english, chinese)
        })
}

/// Warns of every staff room that only takes replies to a message: notices of tickets come when nobody there has said
/// anything.
pub fn only_answered(config: &Config, adapters: &[Arc<dyn Adapter>]) -> Vec<Problem> {
    let rooms = config
        .addresses()
        .iter()
        .filter_map(|address| match &address.names {
            Named::StaffRoom(channel) => Some((address, channel)),
            Named::Channel(_) | Named::Member(_) | Named::MemberAnywhere(_) => None,
        });
    let mut problems = Vec::new();
    for (address, channel) in rooms {
        let account = &address.account;
        let adapter = adapters.iter().find(|adapter| adapter.account() == account);
        let Some(window) = adapter.and_then(|adapter| adapter.reply_window(channel)) else {
            continue;
        };
        let (english, chinese) = in_words(window.within);
        let message = format!(
            "`{account}/{channel}` is a poor staff room: its platform takes what answers a message of the last {english}, and nothing else, \
             so that notices of tickets don't arrive there"
        );
        let help =
            "name a room of another account (OneBot, Telegram, a mailbox, a webhook), alone or beside it"
                .to_owned();
        let mut problem = config.problem(&address.path, message, Some(help)).into_warning();
        problem.in_chinese(format!(
            "「{account}/{channel}」不适合做客服群：该平台只能回复最近 {chinese} 内的消息，不能主动发，工单通知到不了；请另设一个客服群（如 \
             OneBot、Telegram、邮箱、webhook）"
        ));
        problems.push(problem);
    }
    problems
}

/// Renders a time in English and in Chinese.
fn in_words(time: Duration) -> (String, String) {
    match time.as_secs() / 60 {
        minutes if minutes >= 120 => (
            format!("{} hours", minutes / 60),
            format!("{} 小时", minutes / 60),
        ),
        minutes => (format!("{minutes} minutes"), format!("{minutes} 分钟")),
    }
}

fn place(text: &str) -> Option<Place> {
    let (account, channel) = text.split_once('/')?;
    (!account.is_empty() && !channel.is_empty()).then(|| Place::new(account, channel))
}

/// Warns of every channel in an entry's audience that can't exist: the entry would never be given there.
pub fn audience(faq: &Faq, adapters: &[Arc<dyn Adapter>]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (at, named) in faq.audience_channels() {
        let Some(place) = place(named) else {
            continue; // Complained of by the file itself.
        };
        let account = &place.account;
        let adapter = adapters.iter().find(|adapter| adapter.account() == account);
        let (message, help, chinese) = match adapter {
            None => {
                let known: Vec<&str> = adapters
                    .iter()
                    .map(|adapter| adapter.account().as_str())
                    .collect();
                let known = known.join(", ");
                (
                    format!("`{named}` is on no account: `{account}` does not stand in groupdesk.yaml"),
                    format!("the accounts are: {known}"),
                    format!("「{named}」的账号「{account}」不在 groupdesk.yaml 里；已有的账号：{known}"),
                )
            }
            Some(adapter) => {
                let Err(error) = adapter.check_channel(&place.channel) else {
                    continue;
                };
                let (help, chinese) = what_to_write(account.as_str(), &error);
                (
                    format!("`{named}` can be no channel of the account `{account}`"),
                    help,
                    format!("账号「{account}」里不会有会话「{}」；{chinese}", place.channel),
                )
            }
        };
        let mut problem = faq.audience_problem(at, message, Some(help)).into_warning();
        problem.in_chinese(chinese);
        problems.push(problem);
    }
    problems
}
