//! The calls before events are received: the bot's identity, its intents, the gateway's address and the number of shards.

use crate::api::Fault;
use crate::core::{Core, Myself};
use crate::guilds;
use crate::settings::TicketThreads;
use serde_json::Value;
use std::time::Duration;

/// The switches of an application that let it read messages: for many servers, and for up to 100.
const MESSAGE_CONTENT: u64 = (1 << 18) | (1 << 19);

/// Discord's answer about the gateway.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) url: String,
    pub(crate) shards: u32,
    /// Sessions that may be begun before `reset`.
    pub(crate) remaining: u32,
    pub(crate) reset: Duration,
    /// Shards that may identify in the same five seconds.
    pub(crate) together: u32,
}

/// Learns who the account is and how the gateway is reached.
///
/// # Errors
/// The failure; trying again is worth while unless it is the token.
pub(crate) async fn start(core: &Core) -> Result<Plan, Fault> {
    let user = core.api.get("/users/@me").await?;
    let application = core.api.get("/applications/@me").await?;
    let (Some(user), Some(id)) = (guilds::id(&user, "id"), guilds::id(&application, "id")) else {
        return Err(strange());
    };
    tell(core, &application);
    let gateway = core.api.get("/gateway/bot").await?;
    let plan = plan(&gateway).ok_or_else(strange)?;
    core.state().me = Some(Myself {
        user,
        application: id,
    });
    Ok(plan)
}

fn strange() -> Fault {
    Fault::NotWritten("what answers at `api_url` does not speak as Discord does".to_owned())
}

fn tell(core: &Core, application: &Value) {
    let account = &core.account;
    let settings = &core.settings;
    let calls_nobody = settings.staff_roles.is_empty() && settings.admin_roles.is_empty();
    if settings.ticket_threads == TicketThreads::Private && calls_nobody {
        tracing::warn!(
            %account,
            "`ticket_threads: private` without `staff_roles` and `admin_roles` would call nobody into a thread: tickets stand \
             in the staff room itself"
        );
    }
    let Some(flags) = application.get("flags").and_then(Value::as_u64) else {
        return;
    };
    if flags & MESSAGE_CONTENT == 0 {
        tracing::warn!(%account, "{NO_CONTENT}");
    }
}

/// The remedy for a missing Message Content intent.
pub(crate) const NO_CONTENT: &str = "Message Content Intent is off, without which the bot sees no text in servers unless it \
    is mentioned: switch it on in the developer portal (Bot, Privileged Gateway Intents)";

fn plan(gateway: &Value) -> Option<Plan> {
    let limit = gateway.get("session_start_limit");
    let of = |key: &str| {
        let number = limit?.get(key)?.as_u64()?;
        u32::try_from(number).ok()
    };
    let shards = gateway.get("shards").and_then(Value::as_u64);
    Some(Plan {
        url: gateway.get("url")?.as_str()?.to_owned(),
        shards: u32::try_from(shards.unwrap_or(1)).ok()?.max(1),
        remaining: of("remaining").unwrap_or(1000),
        reset: Duration::from_millis(of("reset_after").unwrap_or(0).into()),
        together: of("max_concurrency").unwrap_or(1).max(1),
    })
}
