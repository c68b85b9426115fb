//! Replies on their way to WeCom, by the first way that takes them: the answer to the message, a message of its own, or the
//! address that came with the message. A way that took nothing leaves the next one.

use super::answerable::ReplyRoute;
use super::channel_id::chat;
use super::core::Core;
use super::socket::{Live, req_id};
use super::{card, requesters, response_url};
use crate::fault::Fault;
use crate::render::{self, Style};
use groupdesk_contract::{Act, ChannelId, Delivery, MessageId, Reply, ReplyKey};
use groupdesk_kit::{SplitLimit, split_text};
use serde_json::{Value, json};
use std::time::Duration;

/// The longest Markdown text, in bytes; WeCom takes 20,480, of which a mention needs some.
pub(crate) const MAX_TEXT: usize = 20_400;

/// One message or card to send.
#[derive(Clone, Copy)]
enum Step<'a> {
    Text(&'a str),
    Card(&'a Value),
}

/// Says `reply`, or what is left of it after an earlier try.
pub(super) async fn send(core: &Core, key: ReplyKey, reply: &Reply) -> Delivery {
    let refused = |reason: &str| Delivery::Refused {
        reason: reason.to_owned(),
    };
    if reply.act != Act::Say {
        return refused("WeCom can't change or take back a message");
    }
    if chat(&reply.channel).is_none() {
        return Delivery::Refused {
            reason: format!(
                "`{}` is no channel of a robot; there are group:CHATID and private:USERID",
                reply.channel
            ),
        };
    }
    let text = render::text(reply, Style::Markdown);
    let texts = split_text(&text, SplitLimit::bytes(MAX_TEXT));
    if texts.is_empty() {
        return refused("the reply has nothing that WeCom can show");
    }
    let card = card::card(&reply.buttons, key, core.clock.now());
    let mut steps: Vec<Step<'_>> = texts.iter().map(|text| Step::Text(text)).collect();
    steps.extend(card.as_ref().map(Step::Card));
    let mut said = core.state().progress.get(&key).copied().unwrap_or(0);
    while let Some(step) = steps.get(said) {
        let next = steps.get(said + 1);
        match say(core, key, reply, said, step, next).await {
            Ok(steps) => said += steps,
            // The words say the same as the buttons.
            Err(fault) if matches!(step, Step::Card(_)) && !matches!(fault, Fault::Wait(..)) => {
                tracing::info!(account = %core.account, reason = fault.message(), "buttons could not be shown");
                said += 1;
            }
            Err(fault) => {
                if said > 0 {
                    core.state().progress.insert(key, said);
                }
                return fault.delivery(&core.retries, key);
            }
        }
    }
    core.state().progress.remove(&key);
    let message = card::message_id(key);
    core.said
        .by_us(&reply.channel, &render::plain_text(reply), &message)
        .await;
    Delivery::Sent {
        message: Some(message),
    }
}

/// Sends one step, with the card behind it if there is one; returns the number of steps sent.
async fn say(
    core: &Core,
    key: ReplyKey,
    reply: &Reply,
    at: usize,
    step: &Step<'_>,
    next: Option<&Step<'_>>,
) -> Result<usize, Fault> {
    let channel = &reply.channel;
    let now = core.clock.now();
    let live = core.state().live.clone();
    let quote = reply.quote.as_ref();
    let way = core.state().questions.reply_route(channel, quote, now);
    // Over the long connection what answers nobody is a message of its own; a callback's answer is the only way there is.
    let way = way.filter(|(_, way)| at == 0 && (quote.is_some() || matches!(way, ReplyRoute::Callback(_))));
    // Without a connection there is nothing to pace, and an answer to a callback is limited by the callbacks.
    if live.is_some() {
        let turn = core.state().pace.take(channel.as_str(), now);
        turn.map_err(|wait| {
            Fault::Wait(
                "WeCom takes 30 messages a minute and 1,000 an hour in a chat".to_owned(),
                Some(wait),
            )
        })?;
    }
    let mut last = None;
    if let (Some((message, way)), Step::Text(text)) = (way, step) {
        match answer(
            core,
            live.as_ref(),
            channel,
            &message,
            way,
            &stream(key, text, next),
        )
        .await
        {
            Ok(true) => return Ok(1 + usize::from(matches!(next, Some(Step::Card(_))))),
            Ok(false) => {}
            Err(fault) => last = Some(go_on(core, channel, fault)?),
        }
    }
    if let Some(live) = &live {
        let named = match step {
            Step::Text(text) if at == 0 => Some(requesters::named(core, channel, quote, text).await),
            _ => None,
        };
        let step = named.as_deref().map_or(*step, Step::Text);
        match push(core, live, channel, &step).await {
            Ok(()) => return Ok(1),
            Err(fault) => last = Some(go_on(core, channel, fault)?),
        }
    }
    if let Step::Text(text) = step
        && let Some(message) = response_url::message(core, channel, reply.quote.as_ref()).await
    {
        match response_url::say(core, channel, &message, text).await {
            Ok(()) => return Ok(1),
            Err(fault) => last = Some(go_on(core, channel, fault)?),
        }
    }
    Err(last.unwrap_or_else(|| nothing_left(core)))
}

/// Returns the fault if another route may be tried.
///
/// # Errors
/// The fault, if something may have been sent, or if the chat has to wait.
fn go_on(core: &Core, channel: &ChannelId, fault: Fault) -> Result<Fault, Fault> {
    match fault {
        Fault::NoAnswer(_) => Err(fault),
        Fault::Wait(_, wait) => {
            let wait = wait.unwrap_or(Duration::from_secs(2));
            core.state().pace.hit(channel.as_str(), wait, core.clock.now());
            Err(fault)
        }
        other => Ok(other),
    }
}

fn nothing_left(core: &Core) -> Fault {
    Fault::NotWritten(if core.verifier.is_some() {
        "WeCom takes no more answers until the member writes again: a message can be answered at once, and once more within \
         an hour"
            .to_owned()
    } else {
        "the robot is not connected".to_owned()
    })
}

/// An answer to a message: a stream that is whole with its first piece, with the card if that is all that comes.
fn stream(key: ReplyKey, text: &str, next: Option<&Step<'_>>) -> Value {
    let stream = json!({"id": format!("gd{}", key.0), "finish": true, "content": text});
    match next {
        Some(Step::Card(card)) => {
            json!({"msgtype": "stream_with_template_card", "stream": stream, "template_card": card})
        }
        _ => json!({"msgtype": "stream", "stream": stream}),
    }
}

/// Answers a message as such; `false` when that is not possible any more.
async fn answer(
    core: &Core,
    live: Option<&Live>,
    channel: &ChannelId,
    message: &MessageId,
    way: ReplyRoute,
    body: &Value,
) -> Result<bool, Fault> {
    match way {
        ReplyRoute::Frame(number, id) => {
            let Some(live) = live.filter(|live| live.number == number) else {
                return Ok(false);
            };
            let outcome = live.call("aibot_respond_msg", &id, body).await;
            if !matches!(outcome, Err(Fault::NotWritten(_) | Fault::Wait(..))) {
                let now = core.clock.now();
                core.state().questions.answered(channel, message, now);
            }
            outcome.map(|()| true)
        }
        ReplyRoute::Callback(slot) => {
            let mut body = body.clone();
            if let Some(id) = body.pointer_mut("/stream/id") {
                *id = json!(slot.stream);
            }
            Ok(slot.offer(body).await)
        }
    }
}

/// A message of its own.
async fn push(core: &Core, live: &Live, channel: &ChannelId, step: &Step<'_>) -> Result<(), Fault> {
    let Some((chat, kind)) = chat(channel) else {
        return Err(Fault::Refused("no channel of a robot".to_owned()));
    };
    let mut body = match step {
        Step::Text(text) => json!({"msgtype": "markdown", "markdown": {"content": text}}),
        Step::Card(card) => json!({"msgtype": "template_card", "template_card": card}),
    };
    if let Some(body) = body.as_object_mut() {
        body.insert("chatid".to_owned(), json!(chat));
        body.insert("chat_type".to_owned(), json!(kind));
    }
    let id = req_id("aibot_send_msg", core.clock.now().as_millisecond());
    live.call("aibot_send_msg", &id, &body).await
}
