//! The answer to an interaction that Discord wants within three seconds, and that the member sees: a button stops turning, a
//! question stands in the channel for the answer to quote, other commands get a tick that only the member sees.

use crate::core::Core;
use crate::wire::Interaction;
use crate::{guilds, markup};
use groupdesk_contract::{CommandKind, Reply};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// The time that an answer waits for the acknowledgement; Discord takes none after three seconds.
const ACKNOWLEDGE_TIMEOUT: Duration = Duration::from_secs(5);
/// The longest command that is repeated, in characters.
const REPEATED: usize = 900;

/// Acknowledges the interaction `data` in a task of its own.
pub(crate) fn spawn(core: &Arc<Core>, data: &Value) {
    let Ok(interaction) = Interaction::deserialize(data) else {
        tracing::debug!(account = %core.account, "an interaction can't be read");
        return;
    };
    let Some(body) = body(&interaction) else { return };
    let (done, settled) = watch::channel(false);
    core.state().acknowledging.insert(id(&interaction), settled);
    let core = Arc::clone(core);
    tokio::spawn(async move {
        answer(&core, &interaction, &body).await;
        done.send_replace(true);
        core.state().acknowledging.remove(&id(&interaction));
    });
}

/// The id of the desk's message for an interaction.
fn id(interaction: &Interaction) -> String {
    format!("i{}", interaction.id)
}

/// Waits until the interaction that `reply` answers is acknowledged: the question that is shown for it comes before its answer,
/// which quotes it.
pub(crate) async fn settled(core: &Core, reply: &Reply) {
    let Some(quote) = &reply.quote else { return };
    let settled = core
        .state()
        .acknowledging
        .get(&quote.as_str().to_owned())
        .cloned();
    if let Some(mut settled) = settled {
        let _ = tokio::time::timeout(ACKNOWLEDGE_TIMEOUT, settled.wait_for(|done| *done)).await;
    }
}

async fn answer(core: &Core, interaction: &Interaction, body: &Value) {
    let path = format!(
        "/interactions/{}/{}/callback?with_response=true",
        interaction.id, interaction.token
    );
    let mut answer = core.api.post(&path, body).await;
    if matches!(answer, Err(crate::api::Fault::NotWritten(_))) {
        answer = core.api.post(&path, body).await;
    }
    match answer {
        Ok(answer) if is_public(body) => {
            let shown = answer
                .get("resource")
                .and_then(|resource| resource.get("message"));
            if let Some(message) = shown.and_then(|message| guilds::id(message, "id")) {
                let mut state = core.state();
                state.said.insert(message, ());
                state.origins.insert(id(interaction), message);
            }
        }
        Ok(_) => {}
        Err(fault) => {
            tracing::warn!(account = %core.account, reason = fault.message(), "an interaction could not be acknowledged");
        }
    }
}

/// Returns the response to a command or a button press; `None` to any other interaction.
fn body(interaction: &Interaction) -> Option<Value> {
    match interaction.kind {
        2 => Some(command(interaction)),
        // The message stays as it is.
        3 => Some(json!({"type": 6})),
        _ => None,
    }
}

/// Acknowledges a command: a question visibly for all, since all see its answer; a command for one member alone invisibly.
fn command(interaction: &Interaction) -> Value {
    let name = interaction.data.name.as_str();
    let is_question = name == CommandKind::Ask.command().name;
    let text: String = interaction.text().chars().take(REPEATED).collect();
    let text = markup::escape(&text);
    let data = if is_question {
        json!({"content": text, "allowed_mentions": {"parse": []}})
    } else {
        json!({"content": format!("✓ {text}"), "flags": 64, "allowed_mentions": {"parse": []}})
    };
    json!({"type": 4, "data": data})
}

fn is_public(body: &Value) -> bool {
    body.get("data").is_some_and(|data| data.get("flags").is_none())
}
