//! Sends replies to a customer, part by part; a part that was sent is not sent again.

use super::channel_id::{Customer, SERVICERS};
use super::core::Core;
use super::handover;
use super::write::{self, Part};
use crate::api::Fault;
use crate::picture;
use groupdesk_contract::{Delivery, MessageId, Reply, ReplyKey};
use serde_json::{Value, json};

/// The platform refuses while a servicer has the conversation, or after its end.
const NOT_OURS: [i64; 2] = [95013, 95018];

pub(crate) async fn send(core: &Core, key: ReplyKey, reply: &Reply) -> Delivery {
    if reply.channel.as_str() == SERVICERS {
        return handover::hand_over(core, key, reply).await;
    }
    let Some(customer) = Customer::parse(&reply.channel).filter(|customer| core.serves(&customer.open_kfid))
    else {
        return refused(format!("`{}` is no channel of this account", reply.channel));
    };
    if !reply.act.is_say() {
        return refused("Customer Service changes no messages and takes none back".to_owned());
    }
    let parts = write::parts(reply);
    if parts.is_empty() {
        return refused("the reply has nothing that WeChat can show".to_owned());
    }
    let store = match core.store.get(core.storage.as_ref()).await {
        Ok(store) => store,
        Err(error) => {
            return Delivery::Later {
                reason: format!("what was sent before can't be known now: {error}"),
                after: None,
            };
        }
    };
    let mut sent = core.state().progress.get(&key).cloned().unwrap_or_default();
    for (at, part) in parts.iter().enumerate().skip(sent.len()) {
        let id = write::id(&core.account, store, key, at);
        match say(core, &customer, &id, part).await {
            Ok(id) => sent.push(id),
            Err(fault) => return fault.delivery(&core.retries, key),
        }
        if matches!(part, Part::Menu { .. })
            && let Some(id) = sent.last()
        {
            core.notebook.put(&format!("menu:{customer}"), id).await;
        }
        if parts.len() > 1 {
            core.state().progress.insert(key, sent.clone());
        }
    }
    core.state().progress.remove(&key);
    Delivery::Sent {
        message: sent.first().map(|id| MessageId::new(id.as_str())),
    }
}

/// Says one part, or the address of its picture where the platform refuses that; the id that it got.
async fn say(core: &Core, customer: &Customer, id: &str, part: &Part) -> Result<String, Fault> {
    let outcome = say_once(core, customer, id, part).await;
    match (&outcome, part) {
        (Err(fault @ Fault::Coded { .. }), Part::Picture(url)) => {
            say_once(core, customer, id, &in_words(core, url, &fault.message())).await
        }
        _ => outcome,
    }
}

async fn say_once(core: &Core, customer: &Customer, id: &str, part: &Part) -> Result<String, Fault> {
    let (part, media) = prepared(core, part).await?;
    let (kind, content) = part.body(&media);
    let body = json!({
        "touser": customer.user, "open_kfid": customer.open_kfid, "msgid": id, "msgtype": kind, kind: content,
    });
    let answer = match core.api.post("cgi-bin/kf/send_msg", &body).await {
        Err(fault) if fault.code().is_some_and(|code| NOT_OURS.contains(&code)) => {
            with_code(core, customer, id, &part, fault).await
        }
        answer => answer,
    }?;
    let told = answer
        .get("msgid")
        .and_then(Value::as_str)
        .filter(|id| !id.is_empty());
    Ok(told.unwrap_or(id).to_owned())
}

/// Uploads the picture of a part. A picture that can't be fetched or isn't accepted is sent as its address.
async fn prepared(core: &Core, part: &Part) -> Result<(Part, String), Fault> {
    let Part::Picture(url) = part else {
        return Ok((part.clone(), String::new()));
    };
    let reason = match picture::fetch(&core.api.fetcher, url).await {
        Ok(upload) => match core.api.upload(&upload).await {
            Ok(media) => return Ok((part.clone(), media)),
            // An upload is shown to nobody: one that the platform takes too long over may be left.
            Err(fault @ (Fault::Coded { .. } | Fault::NoAnswer(_))) => fault.message(),
            Err(fault) => return Err(fault.into_not_sent()),
        },
        Err(reason) => reason,
    };
    Ok((in_words(core, url, &reason), String::new()))
}

fn in_words(core: &Core, url: &str, reason: &str) -> Part {
    tracing::warn!(account = %core.account, reason, "a picture can't be sent; its address is said instead");
    Part::Text(picture::in_words(url, write::MAX_TEXT, &core.api.fetcher).to_owned())
}

/// A servicer has the conversation: the platform's code lets one text through.
async fn with_code(
    core: &Core,
    customer: &Customer,
    id: &str,
    part: &Part,
    fault: Fault,
) -> Result<Value, Fault> {
    let text = match part {
        Part::Text(text) => text,
        Part::Menu { head, .. } if !head.is_empty() => head,
        _ => return Err(fault),
    };
    let Some(code) = handover::code(core, customer).await else {
        return Err(fault);
    };
    handover::spend_code(core, customer).await;
    let body = json!({"code": code, "msgid": id, "msgtype": "text", "text": {"content": text}});
    let answer = core.api.post("cgi-bin/kf/send_msg_on_event", &body).await;
    answer.map_err(|other| if other.code().is_some() { fault } else { other })
}

fn refused(reason: String) -> Delivery {
    Delivery::Refused { reason }
}
