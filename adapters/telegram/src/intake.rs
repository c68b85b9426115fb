//! From updates to the desk: what has to be looked up is looked up, `read` makes the event, the desk commits it. Only then
//! does this return, so that only then anything is acknowledged to Telegram.

use crate::ChatAdmins;
use crate::admins;
use crate::album::{self, Group};
use crate::core::{Core, Origin};
use crate::read::{self, Around, Myself};
use crate::wire;
use futures_util::future::try_join_all;
use groupdesk_contract::{AdapterError, ChannelRole, Event, Link, Standing};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use teloxide_core::payloads::AnswerCallbackQuery;
use teloxide_core::types::{
    CallbackQuery, CallbackQueryId, Chat, ChatId, ChatMemberUpdated, Message, MessageEntityKind,
    MessageReactionUpdated, Update, UpdateKind, User,
};
use tokio_util::sync::CancellationToken;

/// The most events that wait together for the desk's commit.
const UNCOMMITTED_EVENTS_MAX: usize = 25;
/// The longest time for which a pressed button spins.
const BUTTON_SPIN_MAX: Duration = Duration::from_secs(5);
/// The longest wait of a chat's first message for the list of its administrators.
const LOOK_UP: Duration = Duration::from_secs(2);

/// An event, and what waits for its commit.
struct Coming {
    event: Event,
    committed: Option<CancellationToken>,
}

/// Hands `updates` to the desk in their order; returns when all are committed.
///
/// # Errors
/// [`AdapterError::Stopped`] when the desk takes no more; none of them may be acknowledged then.
pub(crate) async fn take(core: &Arc<Core>, link: &Link, updates: Vec<Update>) -> Result<(), AdapterError> {
    let Some(me) = core.state().me.clone() else {
        return Err(AdapterError::Stopped);
    };
    let mut met = BTreeSet::new();
    let mut fresh = updates;
    fresh.retain(|update| met.insert(update.id.0) && core.state().seen.get(&update.id.0).is_none());
    let ids: Vec<u32> = fresh.iter().map(|update| update.id.0).collect();
    let mut coming = Vec::new();
    for group in album::grouped(fresh) {
        coming.extend(event(core, &me, &group).await);
    }
    for together in coming.chunks(UNCOMMITTED_EVENTS_MAX) {
        // Polled in order, so they reach the inbox in order.
        try_join_all(together.iter().map(|coming| link.deliver(coming.event.clone()))).await?;
        for coming in together {
            if let Some(committed) = &coming.committed {
                committed.cancel();
            }
        }
    }
    let mut state = core.state();
    for id in ids {
        state.seen.insert(id, ());
    }
    Ok(())
}

async fn event(core: &Arc<Core>, me: &Myself, group: &Group) -> Option<Coming> {
    let plain = |event| Coming {
        event,
        committed: None,
    };
    match &group.first()?.kind {
        UpdateKind::Message(first) => {
            let album = album::messages(group);
            message(core, me, first, &album).await.map(plain)
        }
        UpdateKind::EditedMessage(message) => {
            meet(core, message);
            let around = around_message(core, me, message).await;
            read::edit(message, &around).map(plain)
        }
        UpdateKind::CallbackQuery(query) => press(core, me, query).await,
        UpdateKind::MessageReaction(reaction) => dislike(core, me, reaction).await.map(plain),
        UpdateKind::MyChatMember(changed) => {
            core.state().admins.forget(changed.chat.id.0);
            tell_membership(core, changed);
            None
        }
        UpdateKind::ChatMember(changed) => {
            core.state().admins.forget(changed.chat.id.0);
            None
        }
        _ => None,
    }
}

async fn message(core: &Arc<Core>, me: &Myself, first: &Message, album: &[&Message]) -> Option<Event> {
    if let Some(to) = first.migrate_to_chat_id() {
        core.moved(first.chat.id.0, to.0).await;
    }
    if let Some(from) = first.migrate_from_chat_id() {
        core.moved(from.0, first.chat.id.0).await;
    }
    for message in album {
        meet(core, message);
    }
    let around = around_message(core, me, first).await;
    let event = read::message(album, &around)?;
    if let Some(thread) = read::thread(first) {
        remember(core, &event, Some(thread), None);
    }
    Some(event)
}

async fn press(core: &Arc<Core>, me: &Myself, query: &CallbackQuery) -> Option<Coming> {
    // Answered even when nothing comes of it: the button spins on the member's screen.
    let committed = CancellationToken::new();
    tokio::spawn(answer(Arc::clone(core), query.id.clone(), committed.clone()));
    learn_name(core, &query.from);
    let Some(under) = &query.message else {
        committed.cancel();
        return None;
    };
    let thread = under.regular_message().and_then(read::thread);
    let who = (Some(query.from.id.0), false);
    let around = around(core, me, under.chat(), thread, who, Some(under.id().0)).await;
    let Some(event) = read::press(query, &around) else {
        committed.cancel();
        return None;
    };
    remember(core, &event, thread, Some(under.id().0));
    Some(Coming {
        event,
        committed: Some(committed),
    })
}

/// Tells Telegram that the press was taken, once the desk has it.
async fn answer(core: Arc<Core>, query: CallbackQueryId, committed: CancellationToken) {
    tokio::select! {
        () = committed.cancelled() => {}
        () = tokio::time::sleep(BUTTON_SPIN_MAX) => {}
    }
    if let Err(fault) = core.api.call(AnswerCallbackQuery::new(query)).await {
        let reason = fault.message();
        tracing::debug!(account = %core.account, reason, "a button's press could not be answered");
    }
}

async fn dislike(core: &Arc<Core>, me: &Myself, reaction: &MessageReactionUpdated) -> Option<Event> {
    let (chat, number) = (reaction.chat.id.0, reaction.message_id.0);
    // The update does not tell whose message it is.
    let ours = core.state().said.get(&(chat, number)).is_some();
    if !ours || !read::is_new_dislike(reaction) {
        return None;
    }
    let user = reaction.user()?;
    learn_name(core, user);
    let who = (Some(user.id.0), false);
    let around = around(core, me, &reaction.chat, None, who, Some(number)).await;
    let event = read::dislike(reaction, &around)?;
    remember(core, &event, None, Some(number));
    Some(event)
}

async fn around_message<'a>(core: &'a Arc<Core>, me: &'a Myself, message: &Message) -> Around<'a> {
    let user = message.from.as_ref().map(|user| user.id.0);
    let who = (user, read::is_anonymous_admin(message));
    let ours = message
        .reply_to_message()
        .filter(|quoted| quoted.from.as_ref().is_some_and(|user| user.id.0 == me.id))
        .map(|quoted| quoted.id.0);
    around(core, me, &message.chat, read::thread(message), who, ours).await
}

async fn around<'a>(
    core: &'a Arc<Core>,
    me: &'a Myself,
    chat: &Chat,
    thread: Option<i32>,
    (user, anonymous_admin): (Option<u64>, bool),
    ours: Option<i32>,
) -> Around<'a> {
    let first = core.first_of(chat.id.0).await;
    let ticket = match thread.filter(|_| core.settings.topics) {
        Some(thread) => core.notebook.number(&format!("thread:{first}:{thread}")).await,
        None => None,
    };
    let role = match user {
        _ if chat.is_private() => ChannelRole::Member,
        _ if anonymous_admin => ChannelRole::Admin,
        Some(user) => role(core, chat.id.0, user).await,
        None => ChannelRole::Member,
    };
    let part_of = match ours {
        Some(number) => {
            core.notebook
                .number(&format!("part:{}:{number}", chat.id.0))
                .await
        }
        None => None,
    };
    Around {
        account: &core.account,
        me,
        first,
        ticket,
        role,
        standing: match role {
            ChannelRole::Member => Standing::Member,
            ChannelRole::Owner | ChannelRole::Admin => core.settings.chat_admins.standing(),
        },
        part_of,
        now: core.clock.now(),
    }
}

/// Returns the rank of `user` in `chat`: by a fresh list, else by the last one while a new one is fetched. If there never was
/// one, the message waits for it, for a moment, unless Telegram did not respond to such a call lately.
async fn role(core: &Arc<Core>, chat: i64, user: u64) -> ChannelRole {
    let now = core.clock.now();
    if let Some(role) = core.state().admins.role(chat, user, now) {
        return role;
    }
    if core.state().admins.last_known(chat, user).is_none()
        && let Some(note) = core.notebook.get(&note_of(chat)).await
    {
        core.state().admins.restore(chat, admins::of_note(&note));
    }
    let (known, begins, waits) = {
        let mut state = core.state();
        let known = state.admins.last_known(chat, user);
        // Where administrators are members like all others nothing depends on it.
        let matters = core.settings.chat_admins != ChatAdmins::Member;
        let waits = matters && known.is_none() && state.admins.answers(now);
        (known, state.admins.begin(chat), waits)
    };
    if begins {
        let asked = tokio::spawn(ask_admins(Arc::clone(core), chat));
        if waits && tokio::time::timeout(LOOK_UP, asked).await.is_err() {
            core.state().admins.fell_silent(now);
        }
    }
    let learned = core.state().admins.last_known(chat, user);
    learned.or(known).unwrap_or_default()
}

/// Asks for the administrators of `chat`, and keeps the answer.
async fn ask_admins(core: Arc<Core>, chat: i64) {
    let call = wire::GetChatAdministrators {
        chat_id: ChatId(chat),
    };
    let answer = match core.api.call(call).await {
        Ok(answer) => Some(answer),
        Err(fault) => {
            let reason = fault.message();
            tracing::warn!(account = %core.account, chat, reason, "the administrators can't be asked for; the last list holds");
            None
        }
    };
    let now = core.clock.now();
    let note = core
        .state()
        .admins
        .learn(chat, answer.as_ref(), now)
        .map(admins::to_note);
    if let Some(note) = note {
        core.notebook.put(&note_of(chat), &note).await;
    }
}

fn note_of(chat: i64) -> String {
    format!("admins:{chat}")
}

/// Keeps where `event` came from, for the reply that quotes it.
fn remember(core: &Core, event: &Event, thread: Option<i32>, quote: Option<i32>) {
    if let Event::Message(said) = event {
        let key = (said.channel.id.clone(), said.id.clone());
        core.state().origins.insert(key, Origin { thread, quote });
    }
}

/// Learns the names of everybody in a message.
fn meet(core: &Core, message: &Message) {
    let quoted = message.reply_to_message().and_then(|quoted| quoted.from.as_ref());
    for user in message.from.iter().chain(quoted) {
        learn_name(core, user);
    }
    let entities = message.entities().or_else(|| message.caption_entities());
    for entity in entities.unwrap_or_default() {
        if let MessageEntityKind::TextMention { user } = &entity.kind {
            learn_name(core, user);
        }
    }
}

fn learn_name(core: &Core, user: &User) {
    core.state().people.insert(user.id.0, read::name(user));
}

fn tell_membership(core: &Core, changed: &ChatMemberUpdated) {
    let chat = changed.chat.id.0;
    let title = changed.chat.title().unwrap_or("a private chat");
    if changed.new_chat_member.is_present() {
        tracing::info!(account = %core.account, chat, title, channel = format!("group:{chat}"), "the bot is in this chat");
    } else {
        tracing::warn!(account = %core.account, chat, title, "the bot is not in this chat any more");
    }
}
