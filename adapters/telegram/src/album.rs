//! Albums: Telegram sends every picture as a message of its own; people see one. Messages with the same `media_group_id` in the
//! same chat become one message, named after the first of them.

use std::collections::BTreeMap;
use teloxide_core::types::{Message, Update, UpdateKind};

/// One or more updates that are one event.
pub(crate) type Group = Vec<Update>;

/// The album that an update is a piece of.
pub(crate) fn key(update: &Update) -> Option<(i64, String)> {
    match &update.kind {
        UpdateKind::Message(message) => {
            let group = message.media_group_id()?;
            Some((message.chat.id.0, group.to_string()))
        }
        _ => None,
    }
}

/// Groups `updates`: the pieces of an album stand together, at the place of the first.
pub(crate) fn grouped(updates: Vec<Update>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut albums: BTreeMap<(i64, String), usize> = BTreeMap::new();
    for update in updates {
        let Some(key) = key(&update) else {
            groups.push(vec![update]);
            continue;
        };
        match albums.get(&key).and_then(|at| groups.get_mut(*at)) {
            Some(group) => group.push(update),
            None => {
                albums.insert(key, groups.len());
                groups.push(vec![update]);
            }
        }
    }
    for group in &mut groups {
        group.sort_by_key(|update| {
            messages(std::slice::from_ref(update))
                .first()
                .map(|message| message.id.0)
        });
    }
    groups
}

/// The messages of a group.
pub(crate) fn messages(group: &[Update]) -> Vec<&Message> {
    group
        .iter()
        .filter_map(|update| match &update.kind {
            UpdateKind::Message(message) => Some(message),
            _ => None,
        })
        .collect()
}
