//! Sends replies to Discord, once, and edits and deletes them; reports the true outcome of each.

mod change;
mod find;

pub(crate) use find::find_sent;

use crate::api::Fault;
use crate::core::Core;
use crate::threads::{self, Target};
use crate::upload::{self, Upload};
use crate::{acknowledge, channel_id, files, relay_webhooks, write};
use groupdesk_contract::{Act, Delivery, MessageId, NO_LINK, NoteKind, Reply, ReplyKey, no_file_link};
use groupdesk_kit::set_field;
use jiff::SignedDuration;
use serde_json::Value;

/// Discord's codes for objects that are gone or not open.
pub(crate) const UNKNOWN_CHANNEL: u64 = 10_003;
pub(crate) const UNKNOWN_MESSAGE: u64 = 10_008;
pub(crate) const UNKNOWN_WEBHOOK: u64 = 10_015;
const MISSING_ACCESS: u64 = 50_001;
const MISSING_PERMISSIONS: u64 = 50_013;
const THREAD_ARCHIVED: u64 = 50_083;
const THREAD_LOCKED: u64 = 160_005;
const INVALID_FORM: u64 = 50_035;
/// A reply without the permission to read the history.
const NO_HISTORY: u64 = 160_002;

/// The time in which an interaction can be answered, with a margin: Discord's limit is 15 minutes.
const FOLLOWUP: SignedDuration = SignedDuration::from_mins(14);

/// Sends `reply`, or what is left of it after an earlier try.
pub(crate) async fn send(core: &Core, key: ReplyKey, reply: &Reply) -> Delivery {
    let Some(home) = channel_id::number(&reply.channel) else {
        return Delivery::Refused {
            reason: format!("`{}` is no channel of Discord", reply.channel),
        };
    };
    if core.state().me.is_none() {
        return Delivery::Later {
            reason: "Discord is not connected yet".to_owned(),
            after: None,
        };
    }
    let outcome = match &reply.act {
        Act::Say => {
            acknowledge::settled(core, reply).await;
            let reply = files::carried(core, reply).await;
            say(core, key, home, &reply).await
        }
        Act::Edit(message) => change::edit(core, home, message, reply).await,
        Act::Unsend(message) => change::unsend(core, home, message).await,
    };
    match outcome {
        Ok(number) => Delivery::Sent {
            message: number.map(|number| MessageId::new(number.to_string())),
        },
        Err(fault) => fault.delivery(),
    }
}

/// Sends the parts of `reply` that were not sent yet; returns the number of its first message.
async fn say(core: &Core, key: ReplyKey, home: u64, reply: &Reply) -> Result<Option<u64>, Fault> {
    let mut target = threads::of(core, home, reply).await?;
    let mut outcome = say_in(core, key, &target, reply).await;
    if let Err(fault) = &outcome
        && target.channel != home
        && is_shut(fault)
    {
        // Staff deleted or locked the ticket's thread, or the bot may not write in it: what is said of it stands in the room.
        if !matches!(fault.code(), THREAD_ARCHIVED | THREAD_LOCKED) {
            threads::forget(core, home, reply).await;
        }
        if matches!(fault.code(), MISSING_ACCESS | MISSING_PERMISSIONS) {
            threads::cannot_write(core, home, fault).await;
        }
        target = Target::plain(home);
        outcome = say_in(core, key, &target, reply).await;
    }
    let said = outcome?;
    if target.of_ticket {
        core.alert(threads::ALERT, None).await;
    }
    core.state().progress.remove(&key);
    core.state().doubtful.remove(&key);
    change::keep_parts(core, &said).await;
    if target.channel != home {
        for number in &said {
            let place = target.channel.to_string();
            core.notebook.put(&format!("in:{number}"), &place).await;
        }
    }
    let first = said.first().copied();
    if let Some(first) = first
        && target.channel == home
    {
        threads::hang(core, home, first, reply).await;
    }
    Ok(first)
}

/// True for a fault by which a thread accepts no message at all.
fn is_shut(fault: &Fault) -> bool {
    matches!(
        fault.code(),
        UNKNOWN_CHANNEL | THREAD_ARCHIVED | THREAD_LOCKED | MISSING_ACCESS | MISSING_PERMISSIONS
    )
}

/// True for a fault about the quoted message: it is gone, it can't be quoted, or the bot may not read the history.
fn is_about_quote(fault: &Fault) -> bool {
    matches!(fault.code(), UNKNOWN_MESSAGE | NO_HISTORY)
        || (fault.code() == INVALID_FORM && fault.message().contains("message_reference"))
}

async fn say_in(core: &Core, key: ReplyKey, target: &Target, reply: &Reply) -> Result<Vec<u64>, Fault> {
    if target.is_forum {
        return post(core, key, target, reply).await;
    }
    if let Some(said) = say_as_member(core, key, target, reply).await? {
        return Ok(said);
    }
    let mut texts = write::texts(reply, channel_id::is_for_staff(core, target.home(), reply).await);
    if let Some(ping) = &target.ping
        && let Some(first) = texts.first_mut()
        && first.len() + ping.len() < crate::split::MAX_TEXT
    {
        *first = format!("{ping}{first}");
    }
    if texts.is_empty() {
        return Err(Fault::refused("the reply has nothing that Discord can show"));
    }
    let quote = quoted(core, reply, target.channel).await;
    let store = core.store_mark().await?;
    let mut bodies = write::bodies(store, key, reply, &texts, quote);
    if let Some((first, _)) = bodies.split_first_mut()
        && target.ping.is_some()
        && let Some(allowed) = first.get_mut("allowed_mentions")
    {
        set_field(allowed, "roles", threads::roles(core));
    }
    let path = format!("/channels/{}/messages", target.channel);
    let files = upload::of(reply);
    let mut said = say_all(core, key, &bodies, &files, &path).await;
    if quote.is_some()
        && said.as_ref().is_err_and(is_about_quote)
        && let Some(first) = bodies.first_mut().and_then(Value::as_object_mut)
    {
        first.remove("message_reference");
        said = say_all(core, key, &bodies, &files, &path).await;
    }
    if let Err(fault) = &said
        && matches!(fault.code(), MISSING_ACCESS | MISSING_PERMISSIONS)
        && let Some(path) = followup(core, reply)
    {
        // A command is taken also where the bot may not write, and its answer is.
        for body in &mut bodies {
            if let Some(body) = body.as_object_mut() {
                body.retain(|key, _| matches!(key.as_str(), "content" | "components" | "allowed_mentions"));
            }
        }
        return say_all(core, key, &bodies, &files, &path).await;
    }
    said
}

/// Returns the path that answers the interaction that the reply quotes, while Discord accepts answers to it.
fn followup(core: &Core, reply: &Reply) -> Option<String> {
    let state = core.state();
    let (token, at) = state.followups.get(&reply.quote.as_ref()?.as_str().to_owned())?;
    let is_open = core.clock.now().duration_since(*at) < FOLLOWUP;
    let application = state.me?.application;
    is_open.then(|| format!("/webhooks/{application}/{}?wait=true", token.expose()))
}

/// Sends a member's text through a webhook, if the settings want that and it works.
async fn say_as_member(
    core: &Core,
    key: ReplyKey,
    target: &Target,
    reply: &Reply,
) -> Result<Option<Vec<u64>>, Fault> {
    if !core.settings.relay_webhooks {
        return Ok(None);
    }
    let avatar = avatar(core, reply);
    let Some(bodies) = write::relayed(reply, target.of_ticket, avatar.as_deref()) else {
        return Ok(None);
    };
    for _ in 0..2 {
        let Some(hook) = relay_webhooks::of(core, target.room()).await else {
            return Ok(None);
        };
        let path = relay_webhooks::path(&hook, target);
        match say_all(core, key, &bodies, &[], &path).await {
            Err(fault) if fault.code() == UNKNOWN_WEBHOOK => {
                core.state().hooks.remove(&target.room());
            }
            said => {
                for number in said.iter().flatten() {
                    core.notebook
                        .put(&format!("hook:{number}"), &target.room().to_string())
                        .await;
                }
                return said.map(Some);
            }
        }
    }
    Ok(None)
}

/// Returns the avatar of the author, if it is the ticket's member and on this account.
fn avatar(core: &Core, reply: &Reply) -> Option<String> {
    let note = reply.note.as_deref()?;
    let NoteKind::Said { by, .. } = &note.kind else {
        return None;
    };
    if note.asked_in.account != core.account || *by != note.member_name {
        return None;
    }
    let user: u64 = note.member.as_str().parse().ok()?;
    let hash = core.state().avatars.get(&user).cloned()?;
    Some(format!("https://cdn.discordapp.com/avatars/{user}/{hash}.png"))
}

/// A post of its own in a forum, with the rest of the reply below it.
async fn post(core: &Core, key: ReplyKey, target: &Target, reply: &Reply) -> Result<Vec<u64>, Fault> {
    let Some(note) = reply.note.as_deref() else {
        return Err(Fault::refused(
            "this channel is a forum, in which only tickets get posts: name a post of it, or a text channel",
        ));
    };
    let mut texts = write::texts(reply, channel_id::is_for_staff(core, target.channel, reply).await);
    let files = upload::of(reply);
    if !files.is_empty() && texts.len() == 1 {
        // The first message makes the post, the last carries the files.
        texts.push(String::new());
    }
    if let Some(first) = texts.first_mut().filter(|first| first.is_empty()) {
        NO_LINK.clone_into(first);
    }
    let mut bodies = write::bodies(core.store_mark().await?, key, reply, &texts, None);
    let made = core
        .state()
        .progress
        .get(&key)
        .and_then(|said| said.first().copied());
    let thread = match (made, bodies.first_mut()) {
        (Some(thread), _) => thread,
        (None, Some(first)) => {
            if let Some(body) = first.as_object_mut() {
                body.remove("nonce");
                body.remove("enforce_nonce");
            }
            let thread = threads::post(core, target.channel, note, first).await?;
            core.state().progress.insert(key, vec![thread]);
            thread
        }
        (None, None) => return Err(Fault::refused("the reply has nothing that Discord can show")),
    };
    // The first message of a post has the post's number.
    core.notebook
        .put(&format!("in:{thread}"), &thread.to_string())
        .await;
    let path = format!("/channels/{thread}/messages");
    let said = say_all(core, key, &bodies, &files, &path).await?;
    for number in &said {
        core.notebook
            .put(&format!("in:{number}"), &thread.to_string())
            .await;
    }
    Ok(said)
}

/// Sends the bodies that were not sent yet; the last carries the files.
async fn say_all(
    core: &Core,
    key: ReplyKey,
    bodies: &[Value],
    files: &[Upload],
    path: &str,
) -> Result<Vec<u64>, Fault> {
    let mut said = core.state().progress.get(&key).cloned().unwrap_or_default();
    for (at, body) in bodies.iter().enumerate().skip(said.len()) {
        let carries = !files.is_empty() && at + 1 == bodies.len();
        let doubted = core.state().doubtful.get(&key).is_some();
        let mut answer = match carries {
            true if doubted => core.api.post(path, &without_files(body, files)).await,
            true => core.api.upload(path, upload::form(body, files)).await,
            false => core.api.post(path, body).await,
        };
        match &answer {
            // It may be the files: if it is not, the words are refused as well.
            Err(Fault::Refused { words, .. }) if carries && !doubted => {
                tracing::warn!(account = %core.account, reason = words, "files are left out of a reply");
                answer = core.api.post(path, &without_files(body, files)).await;
            }
            Err(Fault::NoAnswer(_)) if carries => {
                core.state().doubtful.insert(key, ());
            }
            _ => {}
        }
        let answer = answer?;
        let Some(number) = crate::guilds::id(&answer, "id") else {
            return Err(Fault::NoAnswer(
                "what answers at `api_url` does not speak as Discord does".to_owned(),
            ));
        };
        said.push(number);
        let mut state = core.state();
        state.said.insert(number, ());
        if bodies.len() > 1 {
            state.progress.insert(key, said.clone());
        }
    }
    Ok(said)
}

/// Returns a message without the files that Discord refuses: its text, with a note of each file.
fn without_files(body: &Value, files: &[Upload]) -> Value {
    let mut body = body.clone();
    let words = body.get("content").and_then(Value::as_str).unwrap_or_default();
    let left_out = files
        .iter()
        .map(|upload| match upload.file.kind.starts_with("image/") {
            true => NO_LINK.to_owned(),
            false => no_file_link(Some(&upload.name)),
        });
    let left_out: Vec<String> = left_out.collect();
    let words = format!("{words}\n{}", left_out.join("\n"));
    set_field(&mut body, "content", words.trim_start());
    body
}

/// Returns the message to quote in `channel`; for an interaction the message that Discord shows for it. A message of another
/// channel can't be quoted.
pub(crate) async fn quoted(core: &Core, reply: &Reply, channel: u64) -> Option<u64> {
    let quote = reply.quote.as_ref()?;
    let instead = core.state().origins.get(&quote.as_str().to_owned()).copied();
    let number = instead.or_else(|| write::number(quote))?;
    let home = channel_id::number(&reply.channel)?;
    let stands_in: Option<u64> = core.notebook.number(&format!("in:{number}")).await;
    (stands_in.unwrap_or(home) == channel).then_some(number)
}
