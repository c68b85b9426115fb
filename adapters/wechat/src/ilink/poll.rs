//! Receives by long polling. How far was read is kept after the desk has committed.

use super::core::Core;
use super::wire::{self, Fault};
use super::{login, send};
use groupdesk_contract::{
    AdapterError, Channel, ChannelId, ChannelKind, ChannelRole, Event, Link, MemberId, Message, MessageId,
    Segment, Sender,
};
use groupdesk_kit::AccountStatus;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::time::Duration;

/// The time for which the server holds a poll open, unless it names another; and the margin of the client's timeout.
const HOLD: Duration = Duration::from_secs(35);
const MARGIN: Duration = Duration::from_secs(15);
/// Pauses after faults: the first ones, and from the third one on.
const PAUSE: (Duration, Duration) = (Duration::from_secs(2), Duration::from_secs(30));
/// Failures in a row of a connected account that are not reported.
const HICCUPS: u32 = 2;
/// A message by a person; others are the bot's own.
const BY_USER: i64 = 1;

/// Runs the account until it is time to stop.
pub(crate) async fn run(core: &Core, link: &Link) -> Result<(), AdapterError> {
    let login = core.remembered().await;
    core.state().login = login;
    let mut hold = HOLD;
    let status = AccountStatus::new(link.clone());
    loop {
        let step = tokio::select! {
            () = link.shutdown.cancelled() => return Ok(()),
            step = step(core, link, &mut hold) => step?,
        };
        match step {
            Ok(true) => status.connected().await?,
            // A login, which is not yet an answer to somebody who is logged in.
            Ok(false) => {}
            Err(fault) => {
                let failure = status.count_failure();
                if fault == Fault::Stale || !failure.is_hiccup(HICCUPS) {
                    status.disconnected(&fault.words()).await?;
                }
                if fault == Fault::Stale {
                    core.forget().await;
                    continue;
                }
                let pause = if failure.count < 3 { PAUSE.0 } else { PAUSE.1 };
                if status.pause(pause).await.is_break() {
                    return Ok(());
                }
            }
        }
    }
}

/// Logs in, or polls once; whether the server answered as to somebody who is logged in.
async fn step(core: &Core, link: &Link, hold: &mut Duration) -> Result<Result<bool, Fault>, AdapterError> {
    let login = core.state().login.clone();
    let Some(login) = login else {
        return Ok(match login::scan(core).await {
            Ok(Some(login)) => {
                tracing::info!(account = %core.account, owner = login.owner, "logged in");
                core.remember(&login).await;
                Ok(false)
            }
            Ok(None) => Ok(false),
            Err(fault) => Err(fault),
        });
    };
    let cursor = core.recall("cursor").await.unwrap_or_default();
    let body = json!({"get_updates_buf": cursor});
    let answer = match wire::post(core, &login, "getupdates", body, *hold + MARGIN).await {
        Ok(answer) => answer,
        Err(fault) => return Ok(Err(fault)),
    };
    if let Some(told) = answer.get("longpolling_timeout_ms").and_then(Value::as_u64) {
        *hold = Duration::from_millis(told.clamp(1_000, 300_000));
    }
    for value in answer.get("msgs").and_then(Value::as_array).into_iter().flatten() {
        if let Some((message, context)) = read(core, value, &login.owner) {
            // Kept first: what the desk says to the message may leave as soon as it is committed.
            let is_open = context.is_some();
            if let Some(context) = context {
                core.keep("context", &format!("{} {context}", message.at)).await;
            }
            link.deliver(Event::Message(message)).await?;
            if is_open && std::mem::take(&mut core.state().is_waiting) {
                // What waited for the owner can be said now.
                link.post(Event::Connected).await?;
            }
        }
    }
    let next = answer
        .get("get_updates_buf")
        .and_then(Value::as_str)
        .unwrap_or_default();
    if !next.is_empty() && next != cursor {
        core.keep("cursor", next).await;
    }
    Ok(Ok(true))
}

/// Reads a message of the owner's; other people's messages are ignored.
fn read(core: &Core, value: &Value, owner: &str) -> Option<(Message, Option<String>)> {
    let number = |name: &str| value.get(name).and_then(Value::as_i64);
    if number("message_type")? != BY_USER || value.get("from_user_id")?.as_str()? != owner {
        return None;
    }
    let id = number("message_id")?;
    let items = value.get("item_list").and_then(Value::as_array);
    let segments: Vec<Segment> = items.into_iter().flatten().map(segment).collect();
    let at = number("create_time_ms").and_then(|at| Timestamp::from_millisecond(at).ok());
    let message = Message {
        id: MessageId::new(id.to_string()),
        channel: Channel {
            id: ChannelId::from(send::OWNER),
            kind: ChannelKind::Direct,
            name: None,
        },
        sender: Sender {
            id: MemberId::new(owner),
            name: core.account.as_str().to_owned(),
            role: ChannelRole::Owner,
            is_bot: false,
            is_self: false,
            standing: core.settings.owner.standing(),
        },
        segments,
        mentions_bot: false,
        at: at.unwrap_or_else(|| core.clock.now()),
        ticket: None,
        link: None,
    };
    let context = value
        .get("context_token")
        .and_then(Value::as_str)
        .filter(|context| !context.is_empty());
    Some((message, context.map(str::to_owned)))
}

fn segment(item: &Value) -> Segment {
    let text = |part: &str, name: &str| Some(item.get(part)?.get(name)?.as_str()?.to_owned());
    let file = |name: Option<String>| Segment::File { name, url: None };
    match item.get("type").and_then(Value::as_i64) {
        Some(1) => Segment::Text(text("text_item", "text").unwrap_or_default()),
        Some(2) => Segment::Image { url: None },
        Some(3) => text("voice_item", "text").map_or_else(|| file(Some("voice".to_owned())), Segment::Text),
        Some(4) => file(text("file_item", "file_name")),
        Some(5) => file(Some("video".to_owned())),
        _ => Segment::Other("unknown".to_owned()),
    }
}
