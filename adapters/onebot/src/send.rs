//! Sends a reply message by message, each in the form that the implementation accepts, and again unless it was surely refused.

use crate::calls::{Answer, SentMessage, Unanswered};
use crate::channel_id::Target;
use crate::codes::{self, Verdict};
use crate::connection::Connection;
use crate::core::Core;
use crate::find::{self, Failure};
use crate::pictures;
use crate::progress::{Next, Progress};
use crate::write::{self, MAX_TEXT, OutId, OutSegment, SendParams};
use groupdesk_contract::{Act, ChannelId, Delivery, MessageId, PastReply, Reply, ReplyKey};
use jiff::Timestamp;
use serde_json::json;
use std::sync::Arc;
use tokio::time::Instant;

/// Sends `reply`, or the rest of it if an earlier try sent a part.
pub(crate) async fn send(core: &Core, key: ReplyKey, reply: &Reply) -> Delivery {
    let Some(target) = Target::of(&reply.channel) else {
        return refused(format!("`{}` is no channel of OneBot", reply.channel));
    };
    match &reply.act {
        Act::Say => {}
        Act::Unsend(message) => return unsend(core, &reply.channel, message).await,
        Act::Edit(_) => return refused("QQ messages can't be changed".to_owned()),
    }
    let reply = pictures::screened(core, reply).await;
    let messages = write::messages(&reply, MAX_TEXT);
    if messages.is_empty() {
        return refused("the reply has nothing that OneBot can send".to_owned());
    }
    let before = core.progress(key);
    let since = before.since.unwrap_or_else(|| core.clock.now());
    if let Some((until, reason)) = before.rests_until
        && Instant::now() < until
    {
        return Delivery::Later { reason, after: None };
    }
    if before.look_first
        && let Some(delivery) = look_for_last_try(core, key, &reply, &messages, since).await
    {
        return delivery;
    }
    let mut progress = core.progress(key);
    (progress.look_first, progress.since) = (false, Some(since));
    while let Some(message) = messages.get(progress.said) {
        let count = messages.len();
        if let Some(delivery) =
            send_message(core, key, (target, &reply), (message, count), &mut progress).await
        {
            return delivery;
        }
    }
    let mut notes = core.notes();
    notes.replies.remove(&key);
    if !progress.left_out.is_empty() {
        notes.left_out.insert(key, progress.left_out);
    }
    Delivery::Sent {
        message: progress.first,
    }
}

/// Looks for what the last try may have sent. Returns the delivery where that ends this try.
async fn look_for_last_try(
    core: &Core,
    key: ReplyKey,
    reply: &Reply,
    messages: &[Vec<OutSegment>],
    since: Timestamp,
) -> Option<Delivery> {
    match find::look(core, key, reply, messages, since, Failure::Answered).await {
        PastReply::Arrived(message) => {
            core.notes().replies.remove(&key);
            Some(Delivery::Sent {
                message: Some(message),
            })
        }
        PastReply::NotNow => Some(Delivery::Later {
            reason: "the implementation could not be asked whether the last try arrived".to_owned(),
            after: None,
        }),
        PastReply::Missing | PastReply::CannotTell => None,
    }
}

/// Sends the next message of a reply, one of `count`, in the form that `progress` has come to. Returns the delivery where that ends this try.
async fn send_message(
    core: &Core,
    key: ReplyKey,
    (target, reply): (Target<'_>, &Reply),
    (whole, count): (&[OutSegment], usize),
    progress: &mut Progress,
) -> Option<Delivery> {
    let names = |member: &str| core.name_of(member);
    let mut message = progress.form(whole, &names);
    let answered = match progress.late.take() {
        Some(late) => {
            message = late.message;
            Ok((late.verdict, late.reason))
        }
        None => {
            let sent = SentMessage {
                key,
                channel: reply.channel.clone(),
                number: progress.said,
                of: count,
                message: message.clone(),
            };
            say(core, target, sent).await
        }
    };
    let next = match answered {
        Ok((verdict, reason)) => progress.take(verdict, reason, &message),
        Err(delivery) => {
            if matches!(delivery, Delivery::Unknown { .. }) {
                progress.doubt_picture(&message);
            }
            Next::End(delivery)
        }
    };
    match next {
        Next::Said(id) => {
            if let Some(id) = &id {
                core.confirm(key, &reply.channel, id);
            }
            progress.was_said(id, whole, &message);
            if count > 1 {
                core.keep_progress(key, progress);
            }
            None
        }
        Next::Again(reason) => {
            tracing::warn!(account = %core.account, channel = %reply.channel, reason, "a reply is said in a simpler form");
            core.keep_progress(key, progress);
            None
        }
        Next::End(delivery) => {
            let rest = progress.rest.take();
            progress.rests_until = rest.map(|(pause, reason)| (Instant::now() + pause, reason));
            core.keep_progress(key, progress);
            Some(match count {
                1 => delivery,
                all => of_part(delivery, progress.said + 1, all),
            })
        }
    }
}

fn ready(core: &Core, channel: &ChannelId) -> Result<Arc<Connection>, Delivery> {
    let route = core.route(channel);
    let ready = core.connections.ready_sender(route.as_deref());
    ready.map_err(|reason| Delivery::Later { reason, after: None })
}

/// Takes a message of ours back, with `delete_msg` of OneBot v11; QQ allows it for two minutes.
async fn unsend(core: &Core, channel: &ChannelId, message: &MessageId) -> Delivery {
    let connection = match ready(core, channel) {
        Ok(connection) => connection,
        Err(later) => return later,
    };
    let params = json!({ "message_id": connection.message_id(message.as_str()) });
    let answer: Result<Answer, Unanswered> = connection
        .call("delete_msg", params, core.settings.call_timeout.0)
        .await;
    match answer {
        Ok(answer) => {
            let reason = codes::reason(&answer);
            match codes::of(&answer, &[]) {
                Verdict::Sent(_) => Delivery::Sent { message: None },
                Verdict::Later(after) => Delivery::Later { reason, after },
                Verdict::Network | Verdict::Doubtful => Delivery::Later { reason, after: None },
                Verdict::Refused
                | Verdict::Picture
                | Verdict::Quote
                | Verdict::Mention
                | Verdict::Unclear => refused(reason),
            }
        }
        // Taking it back once more does no harm.
        Err(Unanswered::NotWritten | Unanswered::Lost | Unanswered::TimedOut | Unanswered::Unreadable) => {
            Delivery::Later {
                reason: "the implementation did not answer".to_owned(),
                after: None,
            }
        }
    }
}

/// Sends one message; returns the verdict on it, with the response's text.
async fn say(core: &Core, target: Target<'_>, said: SentMessage) -> Result<(Verdict, String), Delivery> {
    let connection = ready(core, &said.channel)?;
    let as_text = connection.spells_places_as_text();
    let mut address = target.address(as_text);
    if let Target::Private(_) = target {
        address.group_id = core
            .notes()
            .temporary
            .get(&said.channel)
            .map(|group| OutId::new(group, as_text));
    }
    let message: Vec<OutSegment> = said.message.clone();
    let params = SendParams {
        address,
        message: &message,
    };
    let answer: Result<Answer, Unanswered> = connection
        .say(
            target.send_action(),
            params,
            core.settings.call_timeout.0,
            Some(said),
        )
        .await;
    match answer {
        Ok(answer) => Ok((codes::of(&answer, &message), codes::reason(&answer))),
        Err(Unanswered::NotWritten) => Err(Delivery::Later {
            reason: "the connection was lost before the message was written".to_owned(),
            after: None,
        }),
        Err(Unanswered::Lost) => Err(Delivery::Unknown {
            reason: "the connection was lost before the implementation answered".to_owned(),
        }),
        Err(Unanswered::Unreadable) => Err(Delivery::Unknown {
            reason: "the implementation's answer could not be read".to_owned(),
        }),
        Err(Unanswered::TimedOut) => {
            core.counters.unanswered_calls.up();
            Err(Delivery::Unknown {
                reason: "the implementation did not answer in time".to_owned(),
            })
        }
    }
}

/// The outcome of a reply whose message `number` of `all` was not sent.
fn of_part(delivery: Delivery, number: usize, all: usize) -> Delivery {
    let which = |reason: String| format!("message {number} of {all}: {reason}");
    match delivery {
        Delivery::Refused { reason } => Delivery::Refused {
            reason: which(reason),
        },
        Delivery::Later { reason, after } => Delivery::Later {
            reason: which(reason),
            after,
        },
        Delivery::Unknown { reason } => Delivery::Unknown {
            reason: which(reason),
        },
        sent @ Delivery::Sent { .. } => sent,
    }
}

fn refused(reason: String) -> Delivery {
    Delivery::Refused { reason }
}
