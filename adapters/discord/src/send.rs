//! Replies on their way to Discord: said, changed or taken back, once.

use crate::api::{Api, Fault};
use crate::write;
use groupdesk_contract::{Act, ChannelId, Delivery, MessageId, Reply, ReplyKey};
use reqwest::Method;
use serde_json::Value;

pub(crate) async fn send(api: &Api, key: ReplyKey, reply: &Reply) -> Delivery {
    match try_send(api, key, reply).await {
        Ok(message) => Delivery::Sent { message },
        Err(fault) => fault.delivery(),
    }
}

async fn try_send(api: &Api, key: ReplyKey, reply: &Reply) -> Result<Option<MessageId>, Fault> {
    let channel = number(&reply.channel)?;
    let path = format!("/channels/{channel}/messages");
    let of = |message: &MessageId| {
        let refused = || Fault::Refused(format!("`{message}` is no message of Discord's"));
        write::number(message)
            .map(|id| format!("{path}/{id}"))
            .ok_or_else(refused)
    };
    match &reply.act {
        Act::Edit(message) => {
            let long = || Fault::Refused("the new text is empty or over 2000 characters".to_owned());
            let body = write::edited(reply).ok_or_else(long)?;
            api.call(Method::PATCH, &of(message)?, Some(&body)).await?;
            Ok(Some(message.clone()))
        }
        Act::Unsend(message) => {
            api.call(Method::DELETE, &of(message)?, None).await?;
            Ok(None)
        }
        Act::Say => {
            let bodies = write::bodies(key, reply);
            if bodies.is_empty() {
                return Err(Fault::Refused(
                    "the reply has nothing that Discord can show".to_owned(),
                ));
            }
            // A part that was said before is found again by its nonce, for some minutes.
            let mut first = None;
            for body in &bodies {
                let said = api.call(Method::POST, &path, Some(body)).await?;
                let id = said.get("id").and_then(Value::as_str).map(MessageId::new);
                first = first.or(id);
            }
            Ok(first)
        }
    }
}

fn number(channel: &ChannelId) -> Result<u64, Fault> {
    let id = channel
        .as_str()
        .split_once(':')
        .and_then(|(_, id)| id.parse().ok());
    id.ok_or_else(|| Fault::Refused(format!("`{channel}` is no channel of Discord's")))
}
