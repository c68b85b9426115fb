//! Every address in groupdesk.yaml with its place, so that the platform it is on can say whether it can exist.

use super::file::{File, Id, PlaceText, place};
use groupdesk_contract::{AccountId, ChannelId, MemberId};

/// A channel or a person that the operator named.
#[derive(Debug, Clone)]
pub struct Address {
    /// The account it is on.
    pub account: AccountId,
    /// What it names there.
    pub names: Named,
    /// The keys that lead to it.
    pub path: Vec<String>,
    /// It is the key at the end of the path, not the value.
    pub is_key: bool,
}

/// What an address names.
#[derive(Debug, Clone)]
pub enum Named {
    /// A channel.
    Channel(ChannelId),
    /// A channel in which staff are told of what nobody there asked.
    StaffRoom(ChannelId),
    /// A person.
    Member(MemberId),
}

/// The addresses of a file.
pub(super) fn addresses(file: &File) -> Vec<Address> {
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
