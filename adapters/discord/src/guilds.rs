//! The servers as the gateway tells of them: owners, permissions of roles, channels and threads.

use groupdesk_contract::ChannelRole;
use groupdesk_kit::BoundedMap;
use serde::Deserialize;
use serde_json::Value;
use serenity::all::{ChannelType, Permissions};
use std::collections::BTreeMap;

/// The most servers that are remembered.
const SERVERS_MAX: usize = 5_000;
/// The most channels that are remembered.
const CHANNELS_MAX: usize = 50_000;

#[derive(Debug)]
pub(crate) struct Guilds {
    servers: BoundedMap<u64, Server>,
    rooms: BoundedMap<u64, Room>,
}

#[derive(Debug, Default)]
struct Server {
    owner: Option<u64>,
    roles: BTreeMap<u64, Permissions>,
    /// The roles that Discord made for bots, by bot.
    of_bots: BTreeMap<u64, u64>,
}

/// A channel, a thread or a forum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Room {
    /// A thread's channel.
    pub(crate) parent: Option<u64>,
    pub(crate) kind: ChannelType,
    pub(crate) name: String,
}

impl Room {
    pub(crate) fn is_thread(&self) -> bool {
        use ChannelType::{NewsThread, PrivateThread, PublicThread};
        matches!(self.kind, NewsThread | PublicThread | PrivateThread)
    }

    pub(crate) fn is_forum(&self) -> bool {
        // 16 is a media channel, a forum of pictures.
        matches!(self.kind, ChannelType::Forum | ChannelType::Unknown(16))
    }
}

/// An id, which Discord writes as a text.
pub(crate) fn id(value: &Value, key: &str) -> Option<u64> {
    let id = value.get(key)?;
    id.as_str().and_then(|id| id.parse().ok()).or_else(|| id.as_u64())
}

impl Default for Guilds {
    fn default() -> Self {
        Self {
            servers: BoundedMap::new(SERVERS_MAX),
            rooms: BoundedMap::new(CHANNELS_MAX),
        }
    }
}

impl Guilds {
    /// Updates the servers from any event of the gateway.
    pub(crate) fn learn(&mut self, event: &str, data: &Value) {
        match event {
            "GUILD_CREATE" | "GUILD_UPDATE" => self.server(event, data),
            "GUILD_DELETE" => {
                if let Some(guild) = id(data, "id") {
                    self.servers.remove(&guild);
                }
            }
            "GUILD_ROLE_CREATE" | "GUILD_ROLE_UPDATE" => {
                if let (Some(guild), Some((role, may))) =
                    (id(data, "guild_id"), data.get("role").and_then(role))
                    && let Some(server) = self.servers.get_mut(&guild)
                {
                    server.roles.insert(role, may);
                    server.of_bots.extend(data.get("role").and_then(of_bot));
                }
            }
            "GUILD_ROLE_DELETE" => {
                if let (Some(guild), Some(role)) = (id(data, "guild_id"), id(data, "role_id"))
                    && let Some(server) = self.servers.get_mut(&guild)
                {
                    server.roles.remove(&role);
                }
            }
            "CHANNEL_CREATE" | "CHANNEL_UPDATE" | "THREAD_CREATE" | "THREAD_UPDATE" => {
                self.room(data);
            }
            "CHANNEL_DELETE" | "THREAD_DELETE" => {
                if let Some(channel) = id(data, "id") {
                    self.rooms.remove(&channel);
                }
            }
            "THREAD_LIST_SYNC" => {
                self.rooms_of(data, "threads");
            }
            _ => {}
        }
    }

    fn server(&mut self, event: &str, data: &Value) {
        let Some(guild) = id(data, "id") else { return };
        let roles = data.get("roles").and_then(Value::as_array);
        let of_bots = roles.into_iter().flatten().filter_map(of_bot).collect();
        let server = Server {
            of_bots,
            owner: id(data, "owner_id"),
            roles: roles.into_iter().flatten().filter_map(role).collect(),
        };
        self.servers.insert(guild, server);
        if event == "GUILD_CREATE" {
            self.rooms_of(data, "channels");
            self.rooms_of(data, "threads");
        }
    }

    fn rooms_of(&mut self, data: &Value, key: &str) {
        for room in data.get(key).and_then(Value::as_array).into_iter().flatten() {
            self.room(room);
        }
    }

    fn room(&mut self, data: &Value) {
        let Some(channel) = id(data, "id") else { return };
        let room = Room {
            parent: id(data, "parent_id"),
            kind: kind(data),
            name: data
                .get("name")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned(),
        };
        self.rooms.insert(channel, room);
    }

    pub(crate) fn room_of(&self, channel: u64) -> Option<&Room> {
        self.rooms.get(&channel)
    }

    /// The role that Discord made for `bot`.
    pub(crate) fn role_of_bot(&self, guild: u64, bot: u64) -> Option<u64> {
        self.servers.get(&guild)?.of_bots.get(&bot).copied()
    }

    /// The rank that somebody with these roles has.
    pub(crate) fn rank(&self, guild: u64, user: u64, roles: &[u64]) -> ChannelRole {
        let Some(server) = self.servers.get(&guild) else {
            return ChannelRole::Member;
        };
        if server.owner == Some(user) {
            return ChannelRole::Owner;
        }
        let may = roles
            .iter()
            .filter_map(|role| server.roles.get(role))
            .fold(Permissions::empty(), |all, may| all | *may);
        rank_of(may)
    }
}

/// The rank of somebody who may do this.
pub(crate) fn rank_of(may: Permissions) -> ChannelRole {
    let moderates = Permissions::ADMINISTRATOR | Permissions::MANAGE_GUILD | Permissions::MANAGE_MESSAGES;
    if may.intersects(moderates) {
        ChannelRole::Admin
    } else {
        ChannelRole::Member
    }
}

fn kind(room: &Value) -> ChannelType {
    let kind = room
        .get("type")
        .and_then(|kind| ChannelType::deserialize(kind).ok());
    kind.unwrap_or(ChannelType::Text)
}

/// Returns the channels and threads of a server that have messages, with the last message of each, from GUILD_CREATE.
pub(crate) fn spoken_in(server: &Value) -> Vec<(u64, u64)> {
    let of = |key: &str| server.get(key).and_then(Value::as_array);
    let rooms = of("channels").into_iter().chain(of("threads")).flatten();
    // A forum's last message is its last post, which is a thread.
    let rooms = rooms.filter(|room| !matches!(kind(room), ChannelType::Forum | ChannelType::Unknown(16)));
    rooms
        .filter_map(|room| Some((id(room, "id")?, id(room, "last_message_id")?)))
        .collect()
}

fn of_bot(role: &Value) -> Option<(u64, u64)> {
    Some((id(role.get("tags")?, "bot_id")?, id(role, "id")?))
}

fn role(role: &Value) -> Option<(u64, Permissions)> {
    let bits: u64 = role.get("permissions")?.as_str()?.parse().ok()?;
    Some((id(role, "id")?, Permissions::from_bits_truncate(bits)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn rank_comes_from_ownership_and_from_what_roles_may_now() {
        let mut guilds = Guilds::default();
        let server = json!({
                "id": "5", "owner_id": "1", "roles": [{"id": "60", "permissions": "8192"}, {"id": "61", "permissions": "0", "tags": {"bot_id": "42"}}],
                "channels": [{"id": "77", "type": 0, "name": "help", "last_message_id": "900"}, {"id": "78", "type": 15, "name": "forum"}],
                "threads": [{"id": "79", "type": 11, "name": "How?", "parent_id": "78", "last_message_id": "901"}],
        });
        guilds.learn("GUILD_CREATE", &server);
        assert_eq!(
            (guilds.role_of_bot(5, 42), guilds.role_of_bot(5, 43)),
            (Some(61), None)
        );
        assert_eq!(guilds.rank(5, 1, &[]), ChannelRole::Owner);
        assert_eq!(guilds.rank(5, 2, &[60]), ChannelRole::Admin);
        assert_eq!(guilds.rank(5, 2, &[61]), ChannelRole::Member);
        assert_eq!(guilds.rank(6, 1, &[60]), ChannelRole::Member);
        guilds.learn(
            "GUILD_ROLE_UPDATE",
            &json!({"guild_id": "5", "role": {"id": "61", "permissions": "8"}}),
        );
        guilds.learn("GUILD_ROLE_DELETE", &json!({"guild_id": "5", "role_id": "60"}));
        assert_eq!(guilds.rank(5, 2, &[61]), ChannelRole::Admin);
        assert_eq!(guilds.rank(5, 2, &[60]), ChannelRole::Member);
        assert_eq!(spoken_in(&server), [(77, 900), (79, 901)]);
        let post = guilds.room_of(79).unwrap();
        assert!(post.is_thread() && post.parent == Some(78) && guilds.room_of(78).unwrap().is_forum());
    }
}
