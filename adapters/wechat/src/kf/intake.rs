//! Reports the items of a page to the desk, in order, and waits for the commit. Also does the work that the platform leaves to
//! us: the welcome, messages that did not arrive, sessions that changed hands.

use super::channel_id::Customer;
use super::core::Core;
use super::handover;
use super::read::{Happened, Item};
use super::write;
use futures_util::future::try_join_all;
use groupdesk_contract::{AdapterError, Event, Link, MessageId, Undelivered};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The most messages committed together.
const COMMIT_BATCH_MAX: usize = 50;
/// The most names requested at once; the platform's limit.
const NAMES: usize = 100;
/// The time in which the platform accepts a welcome.
const WELCOME: SignedDuration = SignedDuration::from_secs(20);

/// Takes what a page holds; returns when the desk has it.
pub(crate) async fn take(
    core: &Core,
    link: &Link,
    open_kfid: &str,
    list: &[Value],
) -> Result<(), AdapterError> {
    let items: Vec<Item> = list.iter().filter_map(|value| item(core, value)).collect();
    learn_names(core, &items).await;
    let mut events = Vec::new();
    for item in &items {
        let name = item
            .customer()
            .and_then(|user| core.state().names.get(&user.to_owned()).cloned());
        let menu = match (item.clicked(), item.customer()) {
            (Some(_), Some(user)) => core.notebook.get(&format!("menu:{open_kfid}/{user}")).await,
            _ => None,
        };
        match item.happened(open_kfid, name.as_deref(), menu.as_deref()) {
            Happened::Event(event) => events.push(*event),
            Happened::Entered { code, scene, at } => {
                tracing::debug!(account = %core.account, open_kfid, scene, "somebody entered");
                welcome(core, code.as_deref(), at).await;
            }
            Happened::Failed {
                customer,
                message,
                why,
                at,
            } => {
                events.push(failed(&customer, &message, why, at));
            }
            Happened::Session {
                customer,
                change,
                servicer,
                code,
                at,
            } => {
                if let Some(code) = code {
                    handover::keep_code(core, &customer, &code, change, at).await;
                }
                events.extend(handover::changed(core, item, &customer, change, &servicer).await);
            }
            Happened::Nothing => {}
        }
    }
    for some in events.chunks(COMMIT_BATCH_MAX) {
        try_join_all(some.iter().map(|event| link.deliver(event.clone()))).await?;
    }
    Ok(())
}

fn item(core: &Core, value: &Value) -> Option<Item> {
    match Item::deserialize(value) {
        Ok(item) => Some(item),
        Err(error) => {
            tracing::warn!(account = %core.account, %error, "an item of a page can't be read; it is passed over");
            None
        }
    }
}

/// Asks what customers call themselves who were not seen since the program began. It works without.
async fn learn_names(core: &Core, items: &[Item]) {
    let unknown: BTreeSet<&str> = {
        let state = core.state();
        let users = items.iter().filter_map(Item::customer);
        users
            .filter(|user| state.names.get(&(*user).to_owned()).is_none())
            .collect()
    };
    let unknown: Vec<&str> = unknown.into_iter().collect();
    for some in unknown.chunks(NAMES) {
        let body = json!({"external_userid_list": some, "need_enter_session_context": 0});
        let answer = match core.api.post("cgi-bin/kf/customer/batchget", &body).await {
            Ok(answer) => answer,
            Err(fault) => {
                tracing::debug!(account = %core.account, reason = fault.message(), "names can't be asked for");
                return;
            }
        };
        let customers = answer.get("customer_list").and_then(Value::as_array);
        let mut state = core.state();
        for customer in customers.into_iter().flatten() {
            let text = |name: &str| {
                customer
                    .get(name)
                    .and_then(Value::as_str)
                    .filter(|text| !text.is_empty())
            };
            if let (Some(user), Some(name)) = (text("external_userid"), text("nickname")) {
                state.names.insert(user.to_owned(), name.to_owned());
            }
        }
    }
}

/// Says the welcome, once for a code.
async fn welcome(core: &Core, code: Option<&str>, at: Timestamp) {
    let (Some(code), Some(words)) = (code, &core.settings.welcome) else {
        return;
    };
    if core.clock.now().duration_since(at) > WELCOME {
        return;
    }
    let body = json!({"code": code, "msgtype": "text", "text": {"content": crate::text::beginning(words, write::MAX_TEXT)}});
    if let Err(fault) = core.api.post("cgi-bin/kf/send_msg_on_event", &body).await {
        tracing::warn!(account = %core.account, reason = fault.message(), "the welcome was not taken");
    }
}

/// A message of ours did not arrive after all.
fn failed(customer: &Customer, message: &str, why: i64, at: Timestamp) -> Event {
    Event::Undelivered(Undelivered {
        channel: customer.channel(),
        message: MessageId::new(write::whole(message)),
        reason: reason(why).to_owned(),
        at,
    })
}

/// Returns the reason for which a message did not arrive: <https://developer.work.weixin.qq.com/document/path/94670>.
fn reason(why: i64) -> &'static str {
    match why {
        1 => "the Customer Service account was deleted",
        2 => "the app was closed",
        4 => "the customer's last message is more than 48 hours ago",
        5 => "the session had ended",
        6 => "five messages were sent since the customer's last one",
        7..=9 => "the customer came by 视频号, which takes no such message",
        10 => "the customer refuses messages",
        _ => "the platform does not say why",
    }
}
