//! An event on its way to the desk: completed with what it quotes, noted as something that can be answered, committed.

use crate::api::Body;
use crate::channel_id::ChannelRef;
use crate::core::Core;
use crate::passive_replies::To;
use crate::read::{self, ParsedEvent, Pressed, Quoted, Said};
use crate::wire::Payload;
use groupdesk_contract::{AdapterError, ChannelKind, Event, Link, MessageId, Quote, Segment};
use reqwest::Method;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

/// The timeout of a look-up of a quoted message.
const LOOKUP: Duration = Duration::from_secs(1);

/// Reports an event to the desk, and returns when the desk has committed it.
///
/// # Errors
/// [`AdapterError::Stopped`] when the desk takes no more events.
pub(crate) async fn take(core: &Arc<Core>, link: &Link, payload: &Payload) -> Result<(), AdapterError> {
    let me = core.state().me.clone();
    match read::read(payload, me.as_deref(), core.clock.now()) {
        ParsedEvent::Said(said) => take_message(core, link, *said).await,
        ParsedEvent::Pressed(pressed) => take_press(core, link, payload, *pressed).await,
        ParsedEvent::Recalled(recall) => link.deliver(Event::Recall(recall)).await,
        ParsedEvent::Notice(notice) => {
            let channel = notice.room.as_ref().map(ChannelRef::channel);
            let channel = channel.as_ref().map(ToString::to_string).unwrap_or_default();
            let review = notice.review.as_ref().map(|(id, _)| id.as_str());
            if notice.is_trouble {
                tracing::warn!(account = %core.account, channel, review, "{}", notice.words);
            } else {
                tracing::info!(account = %core.account, channel, review, "{}", notice.words);
            }
            if let (Some(room), Some(event)) = (notice.room, notice.answerable) {
                let id = MessageId::new(format!("event:{event}"));
                core.ledger
                    .record_message(&room, &id, To::Event(event), None, core.clock.now(), true)
                    .await;
            }
            Ok(())
        }
        ParsedEvent::Nothing => Ok(()),
    }
}

async fn take_message(core: &Arc<Core>, link: &Link, said: Said) -> Result<(), AdapterError> {
    let Said {
        room,
        mut message,
        idx,
        quoted,
    } = said;
    if let Some(quoted) = quoted
        && let Some(quote) = quote(core, &room, quoted).await
    {
        message.segments.insert(0, Segment::Quote(quote));
    }
    if !message.sender.is_self {
        let to = To::Message(message.id.as_str().to_owned());
        let is_for_us = message.mentions_bot || message.channel.kind == ChannelKind::Direct;
        core.ledger
            .record_message(&room, &message.id, to, idx, message.at, is_for_us)
            .await;
    }
    tracing::debug!(account = %core.account, channel = %message.channel.id, sender = %message.sender.id, "a message");
    link.deliver(Event::Message(message)).await
}

/// Resolves a quote. The author is told by the message's id or number, never by a name.
async fn quote(core: &Core, room: &ChannelRef, quoted: Quoted) -> Option<Quote> {
    let known = match &quoted.id {
        Some(id) => core.ledger.quoted(room, id).await,
        None => None,
    };
    if let Some((message, ours)) = known {
        return Some(Quote {
            message,
            of_bot: Some(ours),
            text: quoted.text,
        });
    }
    let id = quoted.id?;
    if let ChannelRef::Channel(channel) = room {
        return Some(look_up(core, channel, id).await);
    }
    Some(Quote {
        message: MessageId::new(id),
        of_bot: quoted.by_bot.filter(|by_bot| !by_bot),
        text: quoted.text,
    })
}

/// A guild's message, asked for by its id.
async fn look_up(core: &Core, channel: &str, id: String) -> Quote {
    let path = ["channels", channel, "messages", &id];
    let asked = tokio::time::timeout(LOOKUP, core.api.call(Method::GET, &path, &Body::None)).await;
    let found = asked.ok().and_then(Result::ok);
    let found = found.map(|answer| {
        let inner = serde_json::from_value::<crate::wire::Answer>(answer.message.clone());
        inner
            .ok()
            .filter(|inner| inner.author.is_some())
            .unwrap_or(answer)
    });
    let author = found.as_ref().and_then(|found| found.author.as_ref()?.id.clone());
    let me = core.state().me.clone();
    Quote {
        message: MessageId::new(id),
        of_bot: author.and_then(|author| Some(*me? == *author)),
        text: found.and_then(|found| found.content),
    }
}

async fn take_press(
    core: &Arc<Core>,
    link: &Link,
    payload: &Payload,
    pressed: Pressed,
) -> Result<(), AdapterError> {
    let Pressed {
        room,
        interaction,
        mut message,
        under,
        button,
    } = pressed;
    let under = match under {
        Some(under) => Some(MessageId::new(under)),
        None => match button.as_deref().and_then(crate::keyboard::key_of) {
            Some(key) => core.ledger.first(&room, key).await,
            None => None,
        },
    };
    if let Some(under) = under {
        let known = core.ledger.quoted(&room, under.as_str()).await;
        let quote = Quote {
            message: known.map_or(under, |(message, _)| message),
            // Only the bot's own messages have its buttons.
            of_bot: Some(true),
            text: None,
        };
        message.segments.insert(0, Segment::Quote(quote));
    }
    let event = payload.id.clone().unwrap_or_else(|| interaction.clone());
    core.ledger
        .record_message(&room, &message.id, To::Event(event), None, message.at, true)
        .await;
    link.deliver(Event::Message(message)).await?;
    // The member's client shows a clock on the button until then.
    let core = Arc::clone(core);
    tokio::spawn(async move {
        let path = ["interactions", interaction.as_str()];
        let outcome = core
            .api
            .call(Method::PUT, &path, &Body::Json(json!({"code": 0})))
            .await;
        if let Err(fault) = outcome {
            tracing::warn!(account = %core.account, reason = fault.message(), "QQ was not told that a press arrived");
        }
    });
    Ok(())
}
