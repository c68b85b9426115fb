//! Webhooks of staff rooms, which show members' messages under the members' names.

use crate::api::Fault;
use crate::core::{Core, RelayWebhook};
use crate::guilds;
use crate::threads::Target;
use groupdesk_contract::Secret;
use serde_json::{Value, json};

/// The name of our webhooks in a channel's settings.
const NAME: &str = "groupdesk";

/// Returns the webhook of `channel`; `None` if there can't be one now, so that the name stands in the text.
pub(crate) async fn of(core: &Core, channel: u64) -> Option<RelayWebhook> {
    if let Some(hook) = core.state().hooks.get(&channel) {
        return Some(hook.clone());
    }
    if core.is_flat(channel, "hooks") {
        return None;
    }
    match find_or_make(core, channel).await {
        Ok(hook) => {
            core.state().hooks.insert(channel, hook.clone());
            Some(hook)
        }
        Err(fault) => {
            if matches!(fault, Fault::Refused { .. }) {
                core.flatten(channel, "hooks");
                tracing::warn!(
                    account = %core.account, channel, reason = fault.message(),
                    "no webhook can be made: the bot needs the permission Manage Webhooks in the staff room; names stand in the text"
                );
            }
            None
        }
    }
}

async fn find_or_make(core: &Core, channel: u64) -> Result<RelayWebhook, Fault> {
    let path = format!("/channels/{channel}/webhooks");
    let me = core.state().me.map(|me| me.application);
    if let Value::Array(known) = core.api.get(&path).await? {
        let ours = known
            .iter()
            .filter(|hook| me.is_some() && guilds::id(hook, "application_id") == me);
        if let Some(hook) = ours.filter_map(read).next() {
            return Ok(hook);
        }
    }
    let made = core.api.post(&path, &json!({"name": NAME})).await?;
    read(&made).ok_or_else(|| Fault::NoAnswer("Discord gave no webhook".to_owned()))
}

fn read(hook: &Value) -> Option<RelayWebhook> {
    Some(RelayWebhook {
        id: guilds::id(hook, "id")?,
        token: Secret::new(hook.get("token")?.as_str()?),
    })
}

/// Returns the path that sends a message through the webhook.
pub(crate) fn path(hook: &RelayWebhook, target: &Target) -> String {
    let path = format!("/webhooks/{}/{}?wait=true", hook.id, hook.token.expose());
    match target.parent {
        Some(_) => format!("{path}&thread_id={}", target.channel),
        None => path,
    }
}

/// Returns the path of a message that was sent through the webhook.
pub(crate) fn message_path(hook: &RelayWebhook, target: &Target, message: u64) -> String {
    let path = format!("/webhooks/{}/{}/messages/{message}", hook.id, hook.token.expose());
    match target.parent {
        Some(_) => format!("{path}?thread_id={}", target.channel),
        None => path,
    }
}
