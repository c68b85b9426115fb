//! A thread for every ticket in staff rooms. Messages of staff in it belong to its ticket.

use crate::api::Fault;
use crate::core::Core;
use crate::settings::TicketThreads;
use crate::{guilds, markup};
use groupdesk_contract::{ChannelKind, NoteKind, Reply, TicketNote};
use serde_json::{Value, json};
use std::time::Duration;

/// The longest name of a thread, in characters.
const NAME: usize = 100;
/// Minutes without a message after which Discord puts a thread away: a week. Writing into it brings it back.
const ARCHIVE_AFTER_MINUTES: u32 = 10_080;
/// A thread hangs on this message already.
const THREAD_EXISTS: u64 = 160_004;
/// The longest wait for a thread below a message that was sent already.
const THREAD_TIMEOUT: Duration = Duration::from_secs(5);

/// The destination of a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    /// The channel or the thread.
    pub(crate) channel: u64,
    /// The channel of the thread.
    pub(crate) parent: Option<u64>,
    /// It is the thread of the reply's ticket.
    pub(crate) of_ticket: bool,
    /// It is a forum, in which only posts can be made.
    pub(crate) is_forum: bool,
    /// The roles that are called into a new private thread.
    pub(crate) ping: Option<String>,
}

impl Target {
    pub(crate) fn plain(channel: u64) -> Self {
        Self {
            channel,
            parent: None,
            of_ticket: false,
            is_forum: false,
            ping: None,
        }
    }

    fn thread(channel: u64, parent: u64) -> Self {
        Self {
            parent: Some(parent),
            of_ticket: true,
            ..Self::plain(channel)
        }
    }

    /// The channel by which the desk knows it.
    pub(crate) fn home(&self) -> u64 {
        self.parent.filter(|_| self.of_ticket).unwrap_or(self.channel)
    }

    /// The channel that webhooks belong to.
    pub(crate) fn room(&self) -> u64 {
        self.parent.unwrap_or(self.channel)
    }
}

/// Finds the destination of `reply`; creates a private thread if its ticket was opened just now.
///
/// # Errors
/// The fault that prevents it for now; trying again is worth while.
///
/// # Errors
/// The obstacle, if trying again is worth while.
pub(crate) async fn of(core: &Core, home: u64, reply: &Reply) -> Result<Target, Fault> {
    if reply.kind == ChannelKind::Direct {
        return Ok(Target::plain(home));
    }
    if let Some(thread) = known(core, home, reply).await {
        let opened = reply
            .note
            .as_ref()
            .is_some_and(|note| matches!(note.kind, NoteKind::Opened { .. }));
        let wants = opened && core.settings.ticket_threads == TicketThreads::Private;
        return Ok(Target {
            ping: wants.then(|| ping(core)).flatten(),
            ..Target::thread(thread, home)
        });
    }
    let (is_thread, is_forum) = {
        let state = core.state();
        let room = state.guilds.room_of(home);
        (
            room.is_some_and(guilds::Room::is_thread),
            room.is_some_and(guilds::Room::is_forum),
        )
    };
    if is_forum {
        return Ok(Target {
            is_forum,
            ..Target::plain(home)
        });
    }
    // Without anybody to call into it a private thread would be read by nobody.
    let wants_private =
        core.settings.ticket_threads == TicketThreads::Private && !is_thread && ping(core).is_some();
    if let Some(note) = reply.note.as_deref().filter(|_| wants_private)
        && matches!(note.kind, NoteKind::Opened { .. })
        && !core.is_flat(home, "threads")
    {
        return private(core, home, note).await;
    }
    let parent = core
        .state()
        .guilds
        .room_of(home)
        .filter(|room| room.is_thread())
        .and_then(|room| room.parent);
    Ok(Target {
        parent,
        ..Target::plain(home)
    })
}

/// The thread of the reply's ticket, or the one in which the message stands that it answers.
pub(crate) async fn known(core: &Core, home: u64, reply: &Reply) -> Option<u64> {
    if let Some(note) = &reply.note
        && let Some(thread) = core.notebook.number(&key(home, note.ticket)).await
    {
        return Some(thread);
    }
    let quote = reply.quote.as_ref()?;
    core.notebook.number(&format!("in:{quote}")).await
}

/// The thread of `reply`'s ticket is not there any more.
pub(crate) async fn forget(core: &Core, home: u64, reply: &Reply) {
    if let Some(note) = &reply.note {
        core.notebook.put(&key(home, note.ticket), "").await;
    }
    if let Some(quote) = &reply.quote {
        core.notebook.put(&format!("in:{quote}"), "").await;
    }
}

/// Hangs the ticket's thread on the message that tells of the ticket, if the settings want one. A failure doesn't affect the
/// message, which is sent.
pub(crate) async fn hang(core: &Core, home: u64, message: u64, reply: &Reply) {
    let wanted = core.settings.ticket_threads == TicketThreads::Public && reply.kind == ChannelKind::Group;
    let Some(note) = reply.note.as_deref().filter(|_| wanted) else {
        return;
    };
    let in_thread = core
        .state()
        .guilds
        .room_of(home)
        .is_some_and(guilds::Room::is_thread);
    let opened = matches!(note.kind, NoteKind::Opened { .. });
    if in_thread || !opened || core.is_flat(home, "threads") {
        return;
    }
    let path = format!("/channels/{home}/messages/{message}/threads");
    let body = json!({"name": name(note), "auto_archive_duration": ARCHIVE_AFTER_MINUTES});
    let mut made = core.api.post(&path, &body).await;
    if let Err(Fault::Wait(time)) = made {
        tokio::time::sleep(time.min(THREAD_TIMEOUT)).await;
        made = core.api.post(&path, &body).await;
    }
    match made {
        Ok(_) => keep(core, home, message, note).await,
        // A thread has the number of the message that it hangs on.
        Err(fault) if fault.code() == THREAD_EXISTS => keep(core, home, message, note).await,
        Err(fault) => cannot(core, home, &fault).await,
    }
}

async fn private(core: &Core, home: u64, note: &TicketNote) -> Result<Target, Fault> {
    let path = format!("/channels/{home}/threads");
    let body = json!({"name": name(note), "type": 12, "invitable": false, "auto_archive_duration": ARCHIVE_AFTER_MINUTES});
    match core.api.post(&path, &body).await {
        Ok(made) => {
            let Some(thread) = guilds::id(&made, "id") else {
                return Err(Fault::NotWritten("Discord gave no thread".to_owned()));
            };
            keep(core, home, thread, note).await;
            Ok(Target {
                ping: ping(core),
                ..Target::thread(thread, home)
            })
        }
        Err(fault @ Fault::Refused { .. }) => {
            cannot(core, home, &fault).await;
            Ok(Target::plain(home))
        }
        // A thread that was made all the same stays empty.
        Err(Fault::NoAnswer(words)) => Err(Fault::NotWritten(words)),
        Err(fault) => Err(fault),
    }
}

/// A post in a forum, which is the ticket's thread; its number.
///
/// # Errors
/// Discord's fault.
pub(crate) async fn post(core: &Core, forum: u64, note: &TicketNote, first: &Value) -> Result<u64, Fault> {
    let body = json!({"name": name(note), "auto_archive_duration": ARCHIVE_AFTER_MINUTES, "message": first});
    let made = core
        .api
        .post(&format!("/channels/{forum}/threads"), &body)
        .await?;
    let Some(thread) = guilds::id(&made, "id") else {
        return Err(Fault::NoAnswer("Discord gave no post".to_owned()));
    };
    keep(core, forum, thread, note).await;
    Ok(thread)
}

async fn keep(core: &Core, home: u64, thread: u64, note: &TicketNote) {
    let back = format!("{home}:{}", note.ticket);
    core.notebook.put(&format!("thread:{thread}"), &back).await;
    core.notebook
        .put(&key(home, note.ticket), &thread.to_string())
        .await;
}

/// The alert about threads that can't be made or written into.
pub(crate) const ALERT: &str = "threads";

async fn cannot(core: &Core, home: u64, fault: &Fault) {
    if matches!(fault, Fault::Refused { .. }) {
        core.flatten(home, "threads");
    }
    let told = format!(
        "no thread can be made for tickets in channel:{home}: the bot needs the permissions to create threads there and to \
         write in them; tickets stand in the channel itself ({})",
        fault.message()
    );
    core.alert(ALERT, Some(told)).await;
}

/// The bot may make a ticket's thread but not write in it: tickets stand in the room for a while.
pub(crate) async fn cannot_write(core: &Core, home: u64, fault: &Fault) {
    core.flatten(home, "threads");
    let told = format!(
        "the bot can't write in the threads of tickets in channel:{home}: give it Send Messages in Threads (and View Channel) \
         there; tickets stand in the channel itself ({})",
        fault.message()
    );
    core.alert(ALERT, Some(told)).await;
}

/// The mentions that bring staff into a private thread.
fn ping(core: &Core) -> Option<String> {
    let settings = &core.settings;
    let roles = settings.staff_roles.iter().chain(&settings.admin_roles);
    let mentions: Vec<String> = roles.map(|role| format!("<@&{}>", role.0)).collect();
    (!mentions.is_empty()).then(|| format!("{}\n", mentions.join(" ")))
}

/// The roles that may be pinged into a private thread.
pub(crate) fn roles(core: &Core) -> Value {
    let settings = &core.settings;
    let mut ids: Vec<String> = Vec::new();
    for role in settings.staff_roles.iter().chain(&settings.admin_roles) {
        let id = role.0.to_string();
        if !ids.contains(&id) && ids.len() < 100 {
            ids.push(id);
        }
    }
    json!(ids)
}

fn key(home: u64, ticket: u64) -> String {
    format!("ticket:{home}:{ticket}")
}

/// Makes the thread's name, `#12 subject`, on one line.
fn name(note: &TicketNote) -> String {
    let about = if note.subject.trim().is_empty() {
        &note.member_name
    } else {
        &note.subject
    };
    let line: Vec<&str> = about.split_whitespace().collect();
    let name = format!("#{} {}", note.ticket, markup::tame(&line.join(" ")));
    name.chars().take(NAME).collect()
}
