//! Addresses in groupdesk.yaml with their places in the file, so that each platform can check those on it.

use super::file_schema::File;
use super::ids::{Id, PlaceText, place};
use crate::desk::Listen;
use crate::yaml::{Document, Problem};
use groupdesk_contract::{AccountId, ChannelId, MemberId, Place};

/// A channel or a person that the operator named.
#[derive(Debug, Clone)]
pub struct Address {
    /// Account that it is on.
    pub account: AccountId,
    /// Object of the address.
    pub names: Named,
    /// Keys that lead to it.
    pub path: Vec<String>,
    /// `true` if it is the key at the end of the path, not the value.
    pub is_key: bool,
}

/// Object of an address.
#[derive(Debug, Clone)]
pub enum Named {
    /// A channel.
    Channel(ChannelId),
    /// A channel in which staff get messages that nobody there asked for.
    StaffRoom(ChannelId),
    /// A person.
    Member(MemberId),
    /// A person of any account with members: settings of several channels name it.
    MemberAnywhere(MemberId),
}

/// Collects the addresses of a file. Where one of its accounts can't be read, nothing is said of people of any account: it may have
/// them.
pub(super) fn addresses(document: &Document, file: &File) -> Vec<Address> {
    let mut found = every_address(file);
    if document.keys(&["accounts".to_owned()]).len() > file.accounts.len() {
        found.retain(|address| !matches!(address.names, Named::MemberAnywhere(_)));
    }
    found
}

fn every_address(file: &File) -> Vec<Address> {
    let mut found = Vec::new();
    for (name, account) in &file.accounts {
        let above = ["accounts", name];
        rooms(&above, "staff_rooms", Some(&account.staff_rooms), &mut found);
        let lists = [
            ("staff", &account.staff),
            ("admins", &account.admins),
            ("bots", &account.bots),
            ("ignore", &account.ignore),
        ];
        for (key, ids) in lists {
            members(name, &above, key, ids, &mut found);
        }
    }
    for (name, person) in &file.roster {
        found.extend(person.ids.iter().enumerate().map(|(at, id)| Address {
            account: AccountId::new(id.0.as_str()),
            names: Named::Member(MemberId::new(id.1.as_str())),
            path: path(&["roster", name], &["ids", &at.to_string()]),
            is_key: false,
        }));
    }
    for (address, settings) in &file.channels {
        let above = ["channels", address];
        if let Some(place) = place(address) {
            for (key, ids) in [("bots", &settings.bots), ("ignore", &settings.ignore)] {
                let ids = ids.as_deref().unwrap_or_default();
                members(place.account.as_str(), &above, key, ids, &mut found);
            }
            found.push(Address {
                account: place.account,
                names: Named::Channel(place.channel),
                path: path(&above, &[]),
                is_key: true,
            });
        }
        rooms(&above, "staff_rooms", settings.staff_rooms.as_ref(), &mut found);
    }
    let above = file
        .tags
        .iter()
        .map(|(tag, settings)| (vec!["tags", tag], settings));
    for (above, settings) in above.chain([(vec!["defaults"], &file.defaults)]) {
        for (key, ids) in [("bots", &settings.bots), ("ignore", &settings.ignore)] {
            let ids = ids.as_deref().unwrap_or_default();
            found.extend(ids.iter().enumerate().map(|(at, id)| Address {
                account: AccountId::new(""),
                names: Named::MemberAnywhere(MemberId::new(id.0.as_str())),
                path: path(&above, &[key, &at.to_string()]),
                is_key: false,
            }));
        }
    }
    for (tag, settings) in &file.tags {
        rooms(
            &["tags", tag],
            "staff_rooms",
            settings.staff_rooms.as_ref(),
            &mut found,
        );
    }
    rooms(
        &["defaults"],
        "staff_rooms",
        file.defaults.staff_rooms.as_ref(),
        &mut found,
    );
    rooms(
        &["tickets"],
        "escalate_to",
        Some(&file.tickets.escalate_to),
        &mut found,
    );
    found
}

/// Reports staff rooms that are members' groups too: a channel with settings of its own in which the bot listens. All who are
/// there would be staff.
pub(super) fn served_staff_rooms(document: &Document, file: &File) -> Vec<Problem> {
    let served: Vec<Place> = file
        .channels
        .iter()
        .filter(|(_, settings)| {
            // Which programs and people are passed over can be set for a staff room too.
            let passes_over = settings.bots.is_some() || settings.ignore.is_some();
            let only_that = passes_over && settings.tags.is_none() && settings.staff_rooms.is_none();
            match settings.listen {
                Some(listen) => listen != Listen::Off,
                None => file.defaults.listen != Some(Listen::Off) && !only_that,
            }
        })
        .filter_map(|(address, _)| place(address))
        .collect();
    let mut problems = Vec::new();
    for address in every_address(file) {
        let Named::StaffRoom(channel) = &address.names else {
            continue;
        };
        if !served
            .iter()
            .any(|place| place.account == address.account && place.channel == *channel)
        {
            continue;
        }
        let place = format!("{}/{channel}", address.account);
        let mut problem = document.problem(
            &address.path,
            format!("`{place}` is a staff room and a group with members under `channels`: its members would all be staff"),
            Some(format!(
                "write the address of the staff's own room here, or remove `{place}` from `channels`"
            )),
        );
        problem.in_chinese(format!(
            "「{place}」既是客服群，又在 channels 里当成员群，群里的人都会成为客服；请在这里写客服自己的群，或从 channels 里删掉「{place}」"
        ));
        problems.push(problem);
    }
    problems
}

fn rooms(above: &[&str], key: &str, rooms: Option<&Vec<PlaceText>>, found: &mut Vec<Address>) {
    let rooms = rooms.into_iter().flatten().enumerate();
    found.extend(rooms.map(|(at, PlaceText(place))| Address {
        account: place.account.clone(),
        names: Named::StaffRoom(place.channel.clone()),
        path: path(above, &[key, &at.to_string()]),
        is_key: false,
    }));
}

fn members(account: &str, above: &[&str], key: &str, ids: &[Id], found: &mut Vec<Address>) {
    found.extend(ids.iter().enumerate().map(|(at, id)| Address {
        account: AccountId::new(account),
        names: Named::Member(MemberId::new(id.0.as_str())),
        path: path(above, &[key, &at.to_string()]),
        is_key: false,
    }));
}

fn path(above: &[&str], keys: &[&str]) -> Vec<String> {
    above.iter().chain(keys).map(|key| (*key).to_owned()).collect()
}

/// Makes the error about a channel's address that names no account, with the address that was probably meant.
pub(super) fn no_channel(document: &Document, file: &File, path: &[String], text: &str) -> Problem {
    let account = account_at(file, path);
    let kind = kind_of(file, account);
    let meant = meant(file, account, text, |account, id| {
        format!("{account}/{}{id}", kind_of(file, account))
    });
    let meant = meant.unwrap_or_else(|| format!("{account}/{kind}123456"));
    let mut problem = document.problem(
        path,
        format!("`{text}` is no channel: expected account/channel"),
        Some(format!("write {meant}")),
    );
    problem.in_chinese(format!("「{text}」不是会话地址；请写成 账号/会话：{meant}"));
    problem
}

/// Makes the same error about a person's address.
pub(super) fn nobody(document: &Document, file: &File, path: &[String], text: &str) -> Problem {
    let account = account_at(file, path);
    let meant = meant(file, account, text, |account, id| format!("{account}/{id}"));
    let meant = meant.unwrap_or_else(|| format!("{account}/10001"));
    let mut problem = document.problem(
        path,
        format!("`{text}` is nobody: expected account/id"),
        Some(format!("write {meant}")),
    );
    problem.in_chinese(format!("「{text}」不是人员；请写成 账号/号码：{meant}"));
    problem
}

/// Returns the address that was probably meant: a number alone is on the account at hand, and another sign may stand for
/// the slash.
fn meant(file: &File, account: &str, text: &str, address: impl Fn(&str, &str) -> String) -> Option<String> {
    let is_number = |text: &str| {
        let digits = text.strip_prefix('-').unwrap_or(text);
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    let of = |account: &str, rest: &str| match rest.split_once([':', '：']) {
        _ if is_number(rest) => Some(address(account, rest)),
        Some((kind, id)) if !kind.is_empty() && is_number(id.trim()) => {
            Some(format!("{account}/{kind}:{}", id.trim()))
        }
        _ => None,
    };
    let other_sign = text.split_once(['／', ':', '：', '\\', '-', '_', ' ']);
    match other_sign.filter(|(name, _)| file.accounts.contains_key(*name)) {
        Some((name, rest)) => of(name, rest.trim()),
        None => of(account, text),
    }
}

/// Returns the account that a path of the file is about, else the first with members.
fn account_at<'f>(file: &'f File, path: &'f [String]) -> &'f str {
    match path {
        [top, name, ..] if top == "accounts" => name,
        _ => file
            .accounts
            .iter()
            .find(|(_, account)| file.platforms.has_members(&account.platform))
            .or(file.accounts.iter().next())
            .map_or("qq", |(name, _)| name),
    }
}

/// Returns the prefix of a group's number in an account's addresses.
fn kind_of(file: &File, account: &str) -> &'static str {
    let platform = file
        .accounts
        .get(account)
        .map(|account| account.platform.as_str());
    file.platforms.group_kind(platform.unwrap_or_default())
}
