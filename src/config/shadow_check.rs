//! Checks shadow mode: somebody must be there to hear of a call that the group gets no reply to.

use super::file_schema::File;
use super::{AccountConfig, Channel};
use crate::desk::{Listen, Policy};
use crate::yaml::{Document, Problem};

/// Reports channels in shadow mode without a staff room.
pub(super) fn unheard(
    document: &Document,
    file: &File,
    defaults: &Policy,
    (accounts, channels): (&[AccountConfig], &[Channel]),
) -> Vec<Problem> {
    let problem = |path: &[String], of: &str| {
        let mut problem = document.problem(
            path,
            format!("shadow mode without a staff room: nobody hears of those who call the bot in `{of}`"),
            Some("add `staff_rooms` to the account, or to the channel".to_owned()),
        );
        problem.in_chinese(format!(
            "「{of}」开了影子模式，却没有客服群：有人叫机器人时没有人会知道；请给账号或这个会话写上 staff_rooms"
        ));
        problem
    };
    let path = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>();
    let rooms = |name: &str| {
        let mut accounts = accounts.iter();
        accounts.any(|account| account.name == name && !account.staff_rooms.is_empty())
    };
    let mut found = Vec::new();
    for channel in channels {
        let own = channel.staff_rooms.as_ref().map(|rooms| !rooms.is_empty());
        let heard = own.unwrap_or_else(|| rooms(channel.place.account.as_str()));
        if channel.policy.listen == Listen::Shadow && !heard {
            let address = channel.place.to_string();
            let here = file.channels.get(&address);
            let keys = match here.and_then(|settings| settings.listen) {
                Some(_) => path(&["channels", &address, "listen"]),
                None => path(&["channels", &address]),
            };
            found.push(problem(&keys, &address));
        }
    }
    if defaults.listen == Listen::Shadow && file.defaults.listen.is_some() {
        let silent = accounts.iter().filter(|account| account.staff_rooms.is_empty());
        found.extend(silent.map(|account| problem(&path(&["defaults", "listen"]), &account.name)));
    }
    found
}
