//! Sends a reply: it is sent when it is kept for its visitor. Open pages are told; who comes later reads it.

use super::wire::Content;
use super::{Core, VisitsError, channel_id, write};
use groupdesk_contract::{Act, Delivery, MemberId, MessageId, PastReply, Reply, ReplyKey};

fn reply_id(key: ReplyKey) -> String {
    format!("r-{}", key.0)
}

/// Returns the id of the event of an edit or a recall.
fn change_id(key: ReplyKey) -> String {
    format!("e-{}", key.0)
}

/// Keeps a reply. The same one again changes nothing.
pub(crate) async fn keep(core: &Core, key: ReplyKey, reply: &Reply) -> Delivery {
    let Some(visitor) = channel_id::visitor(&reply.channel) else {
        return Delivery::Refused {
            reason: format!("`{}` is no visitor of this website", reply.channel),
        };
    };
    let kept = match &reply.act {
        Act::Say => store_reply(core, &visitor, key, reply).await,
        Act::Edit(message) => edited(core, &visitor, key, (message, reply)).await,
        Act::Unsend(message) => recalled(core, &visitor, key, message).await,
    };
    match kept {
        Ok(message) => {
            core.tell(&visitor);
            Delivery::Sent {
                message: Some(message),
            }
        }
        Err(error) => Delivery::Later {
            reason: format!("the reply can't be kept for the visitor now: {error}"),
            after: None,
        },
    }
}

async fn store_reply(
    core: &Core,
    visitor: &MemberId,
    key: ReplyKey,
    reply: &Reply,
) -> Result<MessageId, VisitsError> {
    let now = core.clock.now();
    let id = reply_id(key);
    let content = written(&write::content(reply, now))?;
    core.visits()?.append(visitor, &id, &content, now).await?;
    // What is answered was committed, although the program may have ended before that was noted.
    if let Some(quote) = &reply.quote {
        confirm(core, visitor, quote.as_str()).await?;
    }
    Ok(MessageId::new(id))
}

async fn edited(
    core: &Core,
    visitor: &MemberId,
    key: ReplyKey,
    (message, reply): (&MessageId, &Reply),
) -> Result<MessageId, VisitsError> {
    let now = core.clock.now();
    let (text, links) = write::parts(reply);
    if let Some(kept) = core.visits()?.kept(visitor, message.as_str()).await?
        && let Some(Content::Reply { at, answers, .. }) = read(&kept.content)
    {
        let content = Content::Reply {
            text: text.clone(),
            at,
            answers,
            buttons: reply.buttons.clone(),
            links: links.clone(),
            edited: true,
        };
        let content = written(&content)?;
        core.visits()?
            .replace(visitor, message.as_str(), &content)
            .await?;
    }
    let change = Content::Edited {
        message: message.as_str().to_owned(),
        text,
        at: now,
        buttons: reply.buttons.clone(),
        links,
    };
    let change = written(&change)?;
    core.visits()?
        .append(visitor, &change_id(key), &change, now)
        .await?;
    Ok(message.clone())
}

async fn recalled(
    core: &Core,
    visitor: &MemberId,
    key: ReplyKey,
    message: &MessageId,
) -> Result<MessageId, VisitsError> {
    let now = core.clock.now();
    let content = written(&Content::Recalled {
        message: message.as_str().to_owned(),
        at: now,
    })?;
    // Its words are kept no more.
    core.visits()?
        .replace(visitor, message.as_str(), &content)
        .await?;
    core.visits()?
        .append(visitor, &change_id(key), &content, now)
        .await?;
    Ok(message.clone())
}

/// Notes that the desk has a visitor's message.
pub(crate) async fn confirm(core: &Core, visitor: &MemberId, id: &str) -> Result<(), VisitsError> {
    let Some(kept) = core.visits()?.kept(visitor, id).await? else {
        return Ok(());
    };
    let Some(Content::Said {
        text,
        at,
        quote,
        pending: true,
    }) = read(&kept.content)
    else {
        return Ok(());
    };
    let content = written(&Content::Said {
        text,
        at,
        quote,
        pending: false,
    })?;
    core.visits()?.replace(visitor, id, &content).await
}

/// Looks for a reply whose outcome is not known.
pub(crate) async fn find(core: &Core, key: ReplyKey, reply: &Reply) -> PastReply {
    let Some(visitor) = channel_id::visitor(&reply.channel) else {
        return PastReply::Missing;
    };
    let (id, message) = match &reply.act {
        Act::Say => (reply_id(key), MessageId::new(reply_id(key))),
        Act::Edit(message) | Act::Unsend(message) => (change_id(key), message.clone()),
    };
    let found = match core.visits() {
        Ok(visits) => visits.kept(&visitor, &id).await,
        Err(error) => Err(error),
    };
    match found {
        Ok(Some(_)) => PastReply::Arrived(message),
        Ok(None) => PastReply::Missing,
        Err(_) => PastReply::NotNow,
    }
}

/// Writes a content for the store.
pub(crate) fn written(content: &Content) -> Result<String, VisitsError> {
    serde_json::to_string(content).map_err(|error| VisitsError(error.to_string()))
}

/// Reads a content of the store; `None` if another version wrote it.
pub(crate) fn read(content: &str) -> Option<Content> {
    serde_json::from_str(content).ok()
}
