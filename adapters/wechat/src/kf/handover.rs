//! The platform's own hand-over. The staff room `servicers` is no chat: a ticket in it gives the customer's conversation to a
//! servicer, who answers in WeCom's own client; the servicers' actions come back as commands.
//!
//! Session states: <https://developer.work.weixin.qq.com/document/path/94669>.

use super::channel_id::{Customer, SERVICERS};
use super::core::Core;
use super::read::person;
use crate::api::Fault;
use groupdesk_contract::{
    Channel, ChannelId, ChannelKind, Delivery, Event, Message, MessageId, NoteKind, Reply, ReplyKey, Segment,
    Standing, TicketNote,
};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

/// The state of a session in the pool.
const STATE_POOL: i64 = 2;
/// The state of a session with a servicer.
const STATE_SERVICER: i64 = 3;
/// The state of a session that ended.
const STATE_ENDED: i64 = 4;
/// The lifetime of the message code of a hand-over.
const HANDOVER_CODE_LIFETIME: SignedDuration = SignedDuration::from_hours(48);
/// The lifetime of the message code of a session's end.
const END_CODE_LIFETIME: SignedDuration = SignedDuration::from_secs(20);
/// A session that ended.
const ENDED: i64 = 3;
/// The servicer is not on duty.
const OFF_DUTY: i64 = 95014;

/// Handles a reply to the staff room: an opened ticket hands the conversation over; the servicers see everything else in their
/// client.
pub(crate) async fn hand_over(core: &Core, key: ReplyKey, reply: &Reply) -> Delivery {
    let sent = Delivery::Sent { message: None };
    let Some(note) = reply.note.as_deref() else {
        return sent;
    };
    let customer = Customer::parse(&note.asked_in.channel).filter(|_| note.asked_in.account == core.account);
    let is_opened = match note.kind {
        NoteKind::Opened { .. } => true,
        NoteKind::Ended if customer.is_some() => false,
        _ => return sent,
    };
    let Some(customer) = customer else {
        return Delivery::Refused {
            reason: format!(
                "ticket #{} was opened in {}: servicers can only be given customers of `{}`; name another staff room for it",
                note.ticket, note.asked_in, core.account
            ),
        };
    };
    let (done, in_vain) = if is_opened {
        (
            give(core, &customer, note).await,
            "the conversation was not handed over",
        )
    } else {
        (
            take_back(core, &customer, note).await,
            "the conversation was not taken out of the pool",
        )
    };
    match done {
        Ok(()) => sent,
        // Asking for the same state again does no harm.
        Err(fault) => match fault.into_not_sent().delivery(&core.retries, key) {
            Delivery::Refused { reason } => Delivery::Refused {
                reason: format!("{in_vain}: {reason}"),
            },
            other => other,
        },
    }
}

/// Gives a conversation to the servicers.
async fn give(core: &Core, customer: &Customer, note: &TicketNote) -> Result<(), Fault> {
    let _one = core.handing.lock().await;
    core.notebook
        .put(&format!("ticket:{customer}"), &note.ticket.to_string())
        .await;
    let (at, servicer) = state(core, customer).await?;
    if matches!(at, Some(STATE_POOL | STATE_SERVICER)) {
        if at == Some(STATE_SERVICER) && !servicer.is_empty() {
            claim(core, note.ticket, &servicer).await;
        }
        return Ok(());
    }
    for servicer in on_duty(core, &customer.open_kfid).await {
        match trans(core, customer, STATE_SERVICER, Some(&servicer)).await {
            Ok(()) => {
                claim(core, note.ticket, &servicer).await;
                return Ok(());
            }
            Err(fault) if fault.code() == Some(OFF_DUTY) => {}
            Err(fault) => return Err(fault),
        }
    }
    trans(core, customer, STATE_POOL, None).await
}

/// Ends a session that waits in the pool for somebody to look after a ticket that is over: else the customer would go on
/// talking to nobody, and the bot could not answer. Where a servicer has the conversation, it is theirs to end.
async fn take_back(core: &Core, customer: &Customer, note: &TicketNote) -> Result<(), Fault> {
    let _one = core.handing.lock().await;
    if core.ticket_of(customer).await != Some(note.ticket) {
        return Ok(());
    }
    let (state, _) = state(core, customer).await?;
    if state == Some(STATE_POOL) {
        trans(core, customer, STATE_ENDED, None).await?;
    }
    Ok(())
}

/// Returns the state of a customer's session, and its servicer.
async fn state(core: &Core, customer: &Customer) -> Result<(Option<i64>, String), Fault> {
    let who = json!({"open_kfid": customer.open_kfid, "external_userid": customer.user});
    let answer = core.api.post("cgi-bin/kf/service_state/get", &who).await?;
    let servicer = answer.get("servicer_userid").and_then(Value::as_str);
    Ok((
        answer.get("service_state").and_then(Value::as_i64),
        servicer.unwrap_or_default().to_owned(),
    ))
}

/// The named servicers of an account who are on duty, in the order in which they are named. When the platform does not tell,
/// all are tried.
async fn on_duty(core: &Core, open_kfid: &str) -> Vec<String> {
    let Some(named) = core
        .settings
        .servicers
        .get(open_kfid)
        .filter(|named| !named.is_empty())
    else {
        return Vec::new();
    };
    let Ok(answer) = core
        .api
        .get("cgi-bin/kf/servicer/list", &[("open_kfid", open_kfid)])
        .await
    else {
        return named.clone();
    };
    let list = answer
        .get("servicer_list")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    let is_there = |name: &&String| {
        list.iter().any(|servicer| {
            servicer.get("userid").and_then(Value::as_str) == Some(name.as_str())
                && servicer.get("status").and_then(Value::as_i64) == Some(0)
        })
    };
    named.iter().filter(is_there).cloned().collect()
}

async fn trans(core: &Core, customer: &Customer, state: i64, servicer: Option<&str>) -> Result<(), Fault> {
    let mut body = json!({
        "open_kfid": customer.open_kfid, "external_userid": customer.user, "service_state": state,
    });
    if let (Some(servicer), Some(body)) = (servicer, body.as_object_mut()) {
        body.insert("servicer_userid".to_owned(), json!(servicer));
    }
    let answer = core.api.post("cgi-bin/kf/service_state/trans", &body).await?;
    if let Some(code) = answer.get("msg_code").and_then(Value::as_str) {
        let change = if state == STATE_ENDED { ENDED } else { 0 };
        keep_code(core, customer, code, change, core.clock.now()).await;
    }
    Ok(())
}

/// Keeps a code with which one more message may be sent to a customer whom a servicer has; the last one counts.
pub(crate) async fn keep_code(core: &Core, customer: &Customer, code: &str, change: i64, at: Timestamp) {
    let lasts = if change == ENDED {
        END_CODE_LIFETIME
    } else {
        HANDOVER_CODE_LIFETIME
    };
    let until = at.saturating_add(lasts).unwrap_or(Timestamp::MAX);
    core.notebook
        .put(&format!("code:{customer}"), &format!("{until} {code}"))
        .await;
}

/// The code that is kept for a customer, if it is good.
pub(crate) async fn code(core: &Core, customer: &Customer) -> Option<String> {
    // A hand-over that is under way may bring one.
    drop(core.handing.lock().await);
    let note = core.notebook.get(&format!("code:{customer}")).await?;
    let (until, code) = note.split_once(' ')?;
    let until: Timestamp = until.parse().ok()?;
    (core.clock.now() < until).then(|| code.to_owned())
}

/// A code is good for one message.
pub(crate) async fn spend_code(core: &Core, customer: &Customer) {
    core.notebook.put(&format!("code:{customer}"), "").await;
}

/// Translates a change of the session to commands in the ticket, by the servicer.
pub(crate) async fn changed(
    core: &Core,
    item: &super::read::Item,
    customer: &Customer,
    change: i64,
    servicer: &str,
) -> Vec<Event> {
    let Some(ticket) = core.ticket_of(customer).await else {
        return Vec::new();
    };
    let orders: &[&str] = match change {
        1 | 2 => &["claim"],
        ENDED => &["resolve"],
        4 => &["reopen", "claim"],
        _ => &[],
    };
    let servicer = if servicer.is_empty() {
        "微信客服"
    } else {
        servicer
    };
    orders
        .iter()
        .map(|text| {
            order(
                core,
                &format!("{}:{text}", item.msgid),
                ticket,
                servicer,
                (*text).to_owned(),
            )
        })
        .collect()
}

async fn claim(core: &Core, ticket: u64, servicer: &str) {
    let link = core.link.get();
    if let Some(link) = link {
        let id = format!("claim:{ticket}:{servicer}:{}", core.clock.now());
        let event = order(core, &id, ticket, servicer, "claim".to_owned());
        // The program ends: the ticket stays open, and the servicer has the conversation.
        let _ = link.post(event).await;
    }
}

/// The event of a servicer's command in a ticket.
pub(crate) fn order(core: &Core, id: &str, ticket: u64, servicer: &str, text: String) -> Event {
    Event::Message(Message {
        id: MessageId::new(id),
        channel: Channel {
            id: ChannelId::from(SERVICERS),
            kind: ChannelKind::Group,
            name: None,
        },
        sender: person(servicer, servicer, Standing::Staff),
        segments: vec![Segment::Text(text)],
        mentions_bot: false,
        at: core.clock.now(),
        ticket: Some(ticket),
        link: None,
    })
}
