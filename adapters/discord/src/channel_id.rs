//! Channel ids and their places: `channel:ID` in a server (a text channel, a thread, a forum's post), `dm:ID` between two. The
//! thread of a ticket is no channel of its own to the desk: its messages count as messages in the staff room, about the ticket.

use crate::core::Core;
use groupdesk_contract::{Channel, ChannelId, ChannelKind, Reply};
use jiff::{SignedDuration, Timestamp};

/// The milliseconds at which Discord's ids begin.
const EPOCH: i64 = 1_420_070_400_000;

/// The place of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MessagePlace {
    pub(crate) channel: Channel,
    /// The ticket whose thread it is.
    pub(crate) ticket: Option<u64>,
    /// The title of the forum's post.
    pub(crate) title: Option<String>,
}

/// The number in the id of a channel of ours.
pub(crate) fn number(channel: &ChannelId) -> Option<u64> {
    let (kind, id) = channel.as_str().split_once(':')?;
    let id = id.parse().ok().filter(|id| *id != 0)?;
    matches!(kind, "channel" | "dm").then_some(id)
}

/// The place that Discord numbers `channel`.
pub(crate) async fn spot(core: &Core, channel: u64, guild: Option<u64>) -> MessagePlace {
    let Some(_) = guild else {
        let channel = Channel {
            id: ChannelId::new(format!("dm:{channel}")),
            kind: ChannelKind::Direct,
            name: None,
        };
        return MessagePlace {
            channel,
            ticket: None,
            title: None,
        };
    };
    let of_ticket = core.notebook.get(&format!("thread:{channel}")).await;
    let of_ticket = of_ticket.as_deref().and_then(|note| {
        let (parent, ticket) = note.split_once(':')?;
        Some((parent.parse().ok()?, ticket.parse().ok()?))
    });
    let (home, ticket) = match of_ticket {
        Some((parent, ticket)) => (parent, Some(ticket)),
        None => (channel, None),
    };
    let state = core.state();
    let known = state.guilds.room_of(home);
    let is_post = known
        .and_then(|room| room.parent)
        .and_then(|parent| state.guilds.room_of(parent))
        .is_some_and(|parent| parent.is_forum());
    let name = known
        .map(|room| room.name.clone())
        .filter(|name| !name.is_empty());
    MessagePlace {
        title: name.clone().filter(|_| is_post),
        channel: Channel {
            id: ChannelId::new(format!("channel:{home}")),
            kind: ChannelKind::Group,
            name,
        },
        ticket,
    }
}

/// True if `reply`, sent to `home`, is for staff: it tells of a ticket, or the channel has been told of one before.
pub(crate) async fn is_for_staff(core: &Core, home: u64, reply: &Reply) -> bool {
    let key = format!("staff:{home}");
    let known = core.notebook.get(&key).await.is_some();
    if reply.note.is_some() && !known {
        core.notebook.put(&key, "1").await;
    }
    known || reply.note.is_some()
}

/// Returns the address of a server's message. Direct messages have none: only the two people can open them, and neither is staff.
pub(crate) fn link(guild: Option<u64>, channel: u64, message: u64) -> Option<String> {
    let guild = guild?;
    Some(format!(
        "https://discord.com/channels/{guild}/{channel}/{message}"
    ))
}

/// The time in an id: milliseconds since 2015 above its 22 lowest bits.
pub(crate) fn time_of(id: u64) -> Timestamp {
    let milliseconds = i64::try_from(id >> 22).unwrap_or(0).saturating_add(EPOCH);
    Timestamp::from_millisecond(milliseconds).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// The first id of the moment `age` before `at`.
pub(crate) fn id_at(at: Timestamp, age: SignedDuration) -> u64 {
    let at = at.saturating_sub(age).unwrap_or(Timestamp::MIN);
    let milliseconds = at.as_millisecond().saturating_sub(EPOCH);
    u64::try_from(milliseconds).unwrap_or(0) << 22
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_and_times_are_read_from_ids() {
        assert_eq!(number(&ChannelId::from("channel:77")), Some(77));
        assert_eq!(number(&ChannelId::from("dm:7")), Some(7));
        for wrong in ["channel:", "channel:0", "group:7", "7", "dm:x"] {
            assert_eq!(number(&ChannelId::from(wrong)), None, "{wrong}");
        }
        let at: Timestamp = "2026-11-23T10:00:00Z".parse().unwrap();
        assert_eq!(time_of(id_at(at, SignedDuration::ZERO)), at);
        assert_eq!(
            time_of(id_at(at, SignedDuration::from_hours(1))),
            at - SignedDuration::from_hours(1)
        );
        assert_eq!(id_at(Timestamp::UNIX_EPOCH, SignedDuration::ZERO), 0);
    }
}
