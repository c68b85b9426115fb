//! Addresses that can't exist on their platform: found before anybody waits for somebody who is told nothing.

use super::accounts::Built;
use crate::config::{Config, Named};
use crate::yaml::Problem;

/// An error for every channel and person of the configuration that can't be on the account it names.
pub(super) fn impossible(config: &Config, built: &[Built]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for address in config.addresses() {
        let adapter = built
            .iter()
            .map(|account| &account.adapter)
            .find(|adapter| *adapter.account() == address.account);
        // An account that is not there, or could not be made, is complained of already.
        let Some(adapter) = adapter else { continue };
        let (given, what, what_chinese, checked) = match &address.names {
            Named::Channel(channel) => (
                channel.as_str(),
                "channel",
                "频道",
                adapter.check_channel(channel),
            ),
            Named::Member(member) => (member.as_str(), "person", "人员", adapter.check_member(member)),
        };
        let Err(error) = checked else { continue };
        let account = &address.account;
        let (help, chinese) = match &error.suggestion {
            Some(meant) => (
                format!("did you mean {account}/{meant}? ({error})"),
                format!("是不是要写 {account}/{meant}？"),
            ),
            None => (
                format!("{error} behind `{account}/`"),
                format!("这里要写：{}", error.expected),
            ),
        };
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
