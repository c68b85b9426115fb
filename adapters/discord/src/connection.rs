//! An account while it runs: serenity's client on the gateway, its events handed to the desk one after the other.

use crate::Discord;
use crate::api::{Fault, TOKEN};
use crate::read::{self, Myself};
use groupdesk_contract::{AdapterError, COMMANDS, Event, Link, MessageId, Recall};
use reqwest::Method;
use serde_json::{Value, json};
use serenity::all as discord;
use std::time::Duration;
use tokio::sync::mpsc;

/// Pauses after faults, at first and at most.
const PAUSE: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));

const INTENTS: &str = "Discord refuses the intents: switch on Message Content Intent in the developer portal (Bot, Privileged Gateway Intents)";

/// Serenity runs every event in a task of its own; here they stand in a row again.
struct Queue(mpsc::UnboundedSender<discord::Event>);

#[serenity::async_trait]
impl discord::RawEventHandler for Queue {
    async fn raw_event(&self, _: discord::Context, event: discord::Event) {
        let _ = self.0.send(event);
    }
}

/// Runs the account until it is time to stop.
pub(crate) async fn run(account: &Discord, link: &Link) -> Result<(), AdapterError> {
    let mut pause = PAUSE.0;
    loop {
        let reason = tokio::select! {
            () = link.shutdown.cancelled() => return Ok(()),
            ended = once(account, link) => ended?,
        };
        link.post(Event::Disconnected { reason }).await?;
        tokio::select! {
            () = link.shutdown.cancelled() => return Ok(()),
            () = tokio::time::sleep(pause) => {}
        }
        pause = pause.saturating_mul(2).min(PAUSE.1);
    }
}

/// One client from its start to its end; why it ended, where a new one may help.
async fn once(account: &Discord, link: &Link) -> Result<String, AdapterError> {
    let me = match account.api.call(Method::GET, "/users/@me", None).await {
        Ok(me) => me,
        Err(Fault::Token) => return Err(AdapterError::Broken(TOKEN.to_owned())),
        Err(Fault::NotWritten(reason) | Fault::NoAnswer(reason) | Fault::Refused(reason)) => {
            return Ok(reason);
        }
        Err(Fault::Wait(_)) => return Ok("Discord asked us to wait".to_owned()),
    };
    let Some(me) = me.get("id").and_then(|id| id.as_str()?.parse().ok()).map(Myself) else {
        return Ok("Discord did not say who the bot is; is `api_url` Discord's?".to_owned());
    };
    let (queue, mut events) = mpsc::unbounded_channel();
    // The built-in rate limiter would pass the proxy by.
    let http = discord::HttpBuilder::new(format!("Bot {}", account.settings.token.expose()))
        .proxy(account.settings.api_url.trim_end_matches('/'))
        .ratelimiter_disabled(true)
        .build();
    let intents = discord::GatewayIntents::GUILDS
        | discord::GatewayIntents::GUILD_MESSAGES
        | discord::GatewayIntents::DIRECT_MESSAGES
        | discord::GatewayIntents::MESSAGE_CONTENT;
    let mut client = discord::ClientBuilder::new_with_http(http, intents)
        .raw_event_handler(Queue(queue))
        .await
        .map_err(|error| AdapterError::Broken(format!("Discord's client can't be made: {error}")))?;
    let shards = std::sync::Arc::clone(&client.shard_manager);
    let ended = tokio::select! {
        ended = client.start() => ended,
        handed = hand_over(account, link, me, &mut events) => {
            shards.shutdown_all().await;
            handed?;
            return Ok("Discord's client ended".to_owned());
        }
        () = link.shutdown.cancelled() => {
            shards.shutdown_all().await;
            return Ok("stopping".to_owned());
        }
    };
    use serenity::gateway::GatewayError as Gateway;
    match ended {
        Err(serenity::Error::Gateway(Gateway::InvalidAuthentication | Gateway::NoAuthentication)) => {
            Err(AdapterError::Broken(TOKEN.to_owned()))
        }
        Err(serenity::Error::Gateway(Gateway::DisallowedGatewayIntents)) => {
            Err(AdapterError::Broken(INTENTS.to_owned()))
        }
        Err(error) => Ok(format!("the gateway: {error}")),
        Ok(()) => Ok("the gateway's connection ended".to_owned()),
    }
}

/// Hands events to the desk until serenity has no more.
async fn hand_over(
    account: &Discord,
    link: &Link,
    me: Myself,
    events: &mut mpsc::UnboundedReceiver<discord::Event>,
) -> Result<(), AdapterError> {
    while let Some(event) = events.recv().await {
        let event = match event {
            discord::Event::Ready(ready) => {
                for guild in &ready.ready.guilds {
                    list_commands(account, ready.ready.application.id.get(), guild.id.get()).await;
                }
                link.post(Event::Connected).await?;
                continue;
            }
            discord::Event::MessageCreate(event) => read::message(&event.message, me, &account.settings),
            discord::Event::MessageUpdate(event) => read::edit(&event, me),
            discord::Event::MessageDelete(event) => Some(Event::Recall(Recall {
                channel: read::place(event.channel_id, event.guild_id),
                message: MessageId::new(event.message_id.to_string()),
                by: None,
                at: account.clock.now(),
            })),
            discord::Event::InteractionCreate(event) => match &event.interaction {
                discord::Interaction::Component(press) => {
                    answer(account, press.id.get(), &press.token, json!({"type": 6})).await;
                    read::press(press, me, &account.settings)
                }
                discord::Interaction::Command(command) => {
                    // Only the member sees it; the desk's answer is a message of its own.
                    let said: String = read::command_text(command).chars().take(1900).collect();
                    let data = json!({"content": said, "flags": 64, "allowed_mentions": {"parse": []}});
                    answer(
                        account,
                        command.id.get(),
                        &command.token,
                        json!({"type": 4, "data": data}),
                    )
                    .await;
                    Some(read::command(command, &account.settings))
                }
                _ => None,
            },
            _ => None,
        };
        if let Some(event) = event {
            link.deliver(event).await?;
        }
    }
    Ok(())
}

/// Acknowledges an interaction, which Discord wants within three seconds.
async fn answer(account: &Discord, id: u64, token: &str, body: Value) {
    let path = format!("/interactions/{id}/{token}/callback");
    if let Err(fault) = account.api.call(Method::POST, &path, Some(&body)).await {
        tracing::warn!(account = %account.account, ?fault, "an interaction could not be acknowledged");
    }
}

/// Puts the commands into a server's menu.
async fn list_commands(account: &Discord, application: u64, guild: u64) {
    let commands: Vec<Value> = COMMANDS
        .iter()
        .map(|command| {
            let options: Vec<Value> = command
                .argument
                .iter()
                .map(|name| json!({"type": 3, "name": name, "description": command.english}))
                .collect();
            json!({
                "name": command.name, "description": command.english,
                "description_localizations": {"zh-CN": command.chinese}, "options": options,
            })
        })
        .collect();
    let path = format!("/applications/{application}/guilds/{guild}/commands");
    if let Err(fault) = account
        .api
        .call(Method::PUT, &path, Some(&Value::from(commands)))
        .await
    {
        tracing::warn!(account = %account.account, guild, ?fault, "the commands could not be listed");
    }
}
