//! Makes the desk's events of the gateway's and of channels' histories: looks up missing facts, lets `read` make the event, waits for
//! the desk's commit, and only then records the message as processed.

use crate::api::Fault;
use crate::core::{Core, Myself};
use crate::read::{self, Around};
use crate::read_marks::{self, Had};
use crate::wire::{Interaction, Member, Message, User};
use crate::{channel_id, guilds};
use futures_util::future::try_join_all;
use groupdesk_contract::{AdapterError, ChannelRole, Event, Link, Secret};
use serde::Deserialize;
use serde_json::Value;
use serenity::all::Permissions;

/// The most events that wait together for the desk's commit.
pub(crate) const UNCOMMITTED_EVENTS_MAX: usize = 25;
/// The alert about messages that arrive without text.
const WORDLESS: &str = "message-content";

/// An event for the desk, and the message to record as processed after its commit.
#[derive(Debug, Default)]
pub(crate) struct Coming {
    pub(crate) event: Option<Event>,
    pub(crate) had: Option<Had>,
}

/// Delivers events in order, and records each message as processed after its commit.
pub(crate) async fn deliver(core: &Core, link: &Link, coming: Vec<Coming>) -> Result<(), AdapterError> {
    for together in coming.chunks(UNCOMMITTED_EVENTS_MAX) {
        // Polled in order, so they reach the inbox in order.
        let events = together.iter().filter_map(|coming| coming.event.clone());
        try_join_all(events.map(|event| link.deliver(event))).await?;
        for had in together.iter().filter_map(|coming| coming.had) {
            core.state().seen.insert(had.message, ());
            read_marks::note(core, had).await;
        }
    }
    Ok(())
}

/// Returns what an event of the gateway means to the desk.
pub(crate) async fn event(core: &Core, me: Myself, kind: &str, data: &Value) -> Vec<Coming> {
    let plain = |event| {
        vec![Coming {
            event: Some(event),
            had: None,
        }]
    };
    match kind {
        "MESSAGE_CREATE" => match read_as::<Message>(core, kind, data).await {
            Some(said) if said.author.is_none() && said.webhook_id.is_none() => {
                unreadable(core, kind, data).await;
                Vec::new()
            }
            Some(said) => vec![message(core, me, &said, None).await],
            None => Vec::new(),
        },
        "MESSAGE_UPDATE" => {
            let Some(changed) = read_as::<Message>(core, kind, data).await else {
                return Vec::new();
            };
            let guild = changed.guild_id.map(|guild| guild.get());
            let around = around_message(core, me, &changed, guild).await;
            read::edit(&changed, &around).map(plain).unwrap_or_default()
        }
        "MESSAGE_DELETE" => recall(core, guilds::id(data, "id"), data)
            .await
            .map(plain)
            .unwrap_or_default(),
        "MESSAGE_DELETE_BULK" => {
            let mut all = Vec::new();
            for message in data.get("ids").and_then(Value::as_array).into_iter().flatten() {
                let message = message.as_str().and_then(|id| id.parse().ok());
                all.extend(recall(core, message, data).await.map(plain).unwrap_or_default());
            }
            all
        }
        "INTERACTION_CREATE" => match read_as::<Interaction>(core, kind, data).await {
            Some(done) => interaction(core, me, &done).await.map(plain).unwrap_or_default(),
            None => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// Parses an event. The log names an unreadable one without showing it, since it is a member's.
async fn read_as<T: for<'a> Deserialize<'a>>(core: &Core, kind: &str, data: &Value) -> Option<T> {
    let read = T::deserialize(data).ok();
    if read.is_none() {
        unreadable(core, kind, data).await;
    } else {
        core.note_unreadable(0).await;
    }
    read
}

/// Logs an unreadable event, and counts it if a member may have sent it.
async fn unreadable(core: &Core, kind: &str, data: &Value) {
    let id = guilds::id(data, "id");
    tracing::warn!(account = %core.account, kind, id, "an event of Discord's can't be read; please report it");
    core.note_unreadable(1).await;
}

/// A message of the gateway's, or one of a channel's history in the server `guild`.
pub(crate) async fn message(core: &Core, me: Myself, message: &Message, guild: Option<u64>) -> Coming {
    let guild = message.guild_id.map(|guild| guild.get()).or(guild);
    let number = message.id.get();
    let had = Had {
        message: number,
        channel: message.channel_id.get(),
        is_direct: guild.is_none(),
    };
    if core.state().seen.get(&number).is_some() {
        return Coming::default();
    }
    let mut coming = Coming {
        event: None,
        had: Some(had),
    };
    if !read::is_spoken(message, me) {
        return coming;
    }
    if read::is_wordless(message) {
        let told = format!("a message arrived without its text. {}", crate::start::NO_CONTENT);
        core.alert(WORDLESS, Some(told)).await;
    } else if read::shows_content(message, me) {
        core.alert(WORDLESS, None).await;
    }
    let around = around_message(core, me, message, guild).await;
    coming.event = read::message(message, &around);
    if coming.event.is_some() && around.spot.ticket.is_some() {
        // The desk knows the staff room only: what answers this belongs into the thread.
        let thread = had.channel.to_string();
        core.notebook.put(&format!("in:{number}"), &thread).await;
    }
    coming
}

async fn recall(core: &Core, message: Option<u64>, data: &Value) -> Option<Event> {
    let message = message?;
    if core.state().said.get(&message).is_some() {
        return None;
    }
    let channel = guilds::id(data, "channel_id")?;
    let spot = channel_id::spot(core, channel, guilds::id(data, "guild_id")).await;
    Some(read::recall(message, &spot, core.clock.now()))
}

async fn interaction(core: &Core, me: Myself, done: &Interaction) -> Option<Event> {
    let channel = done.channel_id?.get();
    let guild = done.guild_id.map(|guild| guild.get());
    let who = done.who()?;
    let part_of = match &done.message {
        Some(under) => core.notebook.number(&format!("part:{}", under.id)).await,
        None => None,
    };
    let mut around = around(core, me, channel, guild, Some(who), done.member.as_ref()).await;
    around.part_of = part_of;
    let may = done
        .member
        .as_ref()
        .and_then(|member| member.permissions.as_deref()?.parse().ok());
    if let Some(may) = may
        && around.role == ChannelRole::Member
    {
        around.role = guilds::rank_of(Permissions::from_bits_truncate(may));
    }
    let event = read::interaction(done, &around)?;
    let id = format!("i{}", done.id);
    if around.spot.ticket.is_some() {
        core.notebook.put(&format!("in:{id}"), &channel.to_string()).await;
    }
    let token = Secret::new(done.token.as_str());
    core.state()
        .followups
        .insert(id.clone(), (token, core.clock.now()));
    if let Some(under) = &done.message {
        core.state().origins.insert(id, under.id.get());
    }
    Some(event)
}

async fn around_message(core: &Core, me: Myself, message: &Message, guild: Option<u64>) -> Around {
    let channel = message.channel_id.get();
    let who = message.author.as_ref();
    let mut around = around(core, me, channel, guild, who, message.member.as_ref()).await;
    if let Some(quoted) = &message.referenced_message {
        around.part_of = core.notebook.number(&format!("part:{}", quoted.id)).await;
    }
    around
}

async fn around(
    core: &Core,
    me: Myself,
    channel: u64,
    guild: Option<u64>,
    who: Option<&User>,
    member: Option<&Member>,
) -> Around {
    let mut roles = Vec::new();
    let mut role = ChannelRole::Member;
    if let Some(who) = who {
        let user = who.id.get();
        if let Some(avatar) = &who.avatar {
            core.state().avatars.insert(user, avatar.clone());
        }
        if let Some(guild) = guild.filter(|_| !who.bot) {
            roles = roles_of(core, guild, user, member).await;
            role = core.state().guilds.rank(guild, user, &roles);
        }
    }
    Around {
        account: core.account.clone(),
        me,
        spot: channel_id::spot(core, channel, guild).await,
        guild,
        nick: member.and_then(|member| member.nick.clone()),
        role,
        standing: core.settings.standing(&roles),
        part_of: None,
        own_role: guild.and_then(|guild| core.state().guilds.role_of_bot(guild, me.user)),
        now: core.clock.now(),
    }
}

/// Returns the roles of a member: from the message, or from Discord for a message of a channel's history.
async fn roles_of(core: &Core, guild: u64, user: u64, member: Option<&Member>) -> Vec<u64> {
    let key = (guild, user);
    if let Some(member) = member {
        let roles = member.role_ids();
        core.state().roles.insert(key, roles.clone());
        return roles;
    }
    if let Some(roles) = core.state().roles.get(&key) {
        return roles.clone();
    }
    let path = format!("/guilds/{guild}/members/{user}");
    let found = match core.api.get(&path).await {
        Ok(member) => Member::deserialize(&member).ok(),
        // Not a member any more.
        Err(Fault::Refused { .. }) => None,
        Err(fault) => {
            tracing::debug!(account = %core.account, reason = fault.message(), "a member's roles can't be asked for now");
            return Vec::new();
        }
    };
    let roles = found.map(|member| member.role_ids()).unwrap_or_default();
    core.state().roles.insert(key, roles.clone());
    roles
}
