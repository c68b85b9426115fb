//! The commands in each server's menu: registered when the bot joins the server, and again when they change.

use crate::api::Fault;
use crate::core::Core;
use crate::status::Ended;
use groupdesk_contract::{AdapterError, COMMANDS, CommandKind, Link};
use groupdesk_kit::set_field;
use groupdesk_texts::Catalogue;
use groupdesk_texts::language::Language;
use serde_json::{Value, json};
use serenity::all::Permissions;
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use tokio::sync::mpsc;

/// Lists the commands in every server that is named, one after the other.
pub(crate) async fn run(
    core: Arc<Core>,
    link: Link,
    mut guilds: mpsc::UnboundedReceiver<u64>,
) -> Result<Ended, AdapterError> {
    let commands = listed();
    loop {
        let guild = tokio::select! {
            () = link.shutdown.cancelled() => return Ok(Ended::Stop),
            guild = guilds.recv() => guild,
        };
        let Some(guild) = guild else {
            // The intake ended; what it says is what counts.
            link.shutdown.cancelled().await;
            return Ok(Ended::Stop);
        };
        tokio::select! {
            () = link.shutdown.cancelled() => return Ok(Ended::Stop),
            () = list(&core, guild, &commands) => {}
        }
    }
}

async fn list(core: &Core, guild: u64, commands: &Value) {
    let Some(me) = core.state().me else { return };
    let key = format!("commands:{guild}");
    let mark = format!("{:016x}", commands_digest(me.application, commands));
    if core.notebook.get(&key).await.as_deref() == Some(mark.as_str()) {
        return;
    }
    let path = format!("/applications/{}/guilds/{guild}/commands", me.application);
    for _ in 0..5 {
        match core.api.call(reqwest::Method::PUT, &path, Some(commands)).await {
            Ok(_) => {
                core.notebook.put(&key, &mark).await;
                return;
            }
            Err(Fault::Wait(time)) => tokio::time::sleep(time).await,
            Err(fault) => {
                tracing::warn!(
                    account = %core.account, guild, reason = fault.message(),
                    "the commands can't be listed in this server: was the bot invited with the scope applications.commands? \
                     It understands them as text all the same"
                );
                return;
            }
        }
    }
}

/// The bot is not in the server any more; when it comes back its commands are gone.
pub(crate) async fn forget(core: &Core, guild: u64) {
    core.notebook.put(&format!("commands:{guild}"), "").await;
}

/// Renders the commands for Discord. The commands of staff are visible to members who may manage messages, unless the server's
/// settings override that.
fn listed() -> Value {
    let catalogue = Catalogue::built_in();
    let command = |command: &groupdesk_contract::Command| {
        let about = |language| catalogue.texts(language).menu_line(command.kind);
        let english = about(Language::ENGLISH);
        let options: Vec<Value> = command
            .argument
            .iter()
            .map(|name| {
                json!({"type": 3, "name": name, "description": english, "required": command.kind == CommandKind::Ask})
            })
            .collect();
        let mut told = json!({
            "type": 1, "name": command.name, "description": english, "options": options,
            "description_localizations": {
                "zh-CN": about(Language::CHINESE), "zh-TW": about(Language::TRADITIONAL_CHINESE), "ja": about(Language::JAPANESE),
            },
        });
        if command.for_staff {
            let needed = Permissions::MANAGE_MESSAGES.bits().to_string();
            set_field(&mut told, "default_member_permissions", needed);
        }
        told
    };
    COMMANDS.iter().map(command).collect()
}

/// Returns a fingerprint of a list of commands, stable over versions.
fn commands_digest(application: u64, commands: &Value) -> u64 {
    /// FNV-1a, which never changes, as the standard library's may.
    struct Fnv(u64);
    impl Hasher for Fnv {
        fn finish(&self) -> u64 {
            self.0
        }
        fn write(&mut self, bytes: &[u8]) {
            for byte in bytes {
                self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
            }
        }
    }
    let mut hasher = Fnv(0xcbf2_9ce4_8422_2325);
    application.hash(&mut hasher);
    commands.to_string().hash(&mut hasher);
    hasher.finish()
}
