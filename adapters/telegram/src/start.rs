//! The calls before updates are received: the bot's identity, the transport of updates, the list of commands.

use crate::api::{Fault, WANTED};
use crate::core::Core;
use crate::read::Myself;
use crate::wire;
use groupdesk_contract::COMMANDS;
use groupdesk_texts::Catalogue;
use groupdesk_texts::language::Language;
use serde_json::Value;
use std::sync::Arc;
use teloxide_core::payloads::{DeleteWebhook, SetMyCommands, SetWebhook};
use teloxide_core::types::{BotCommand, BotCommandScope};

/// Learns who the account is and sets it up.
///
/// # Errors
/// The failure; trying again is worth while.
pub(crate) async fn start(core: &Core) -> Result<(), Fault> {
    let me = core.api.call(wire::GetMe {}).await?;
    let Some(me) = myself(&me) else {
        return Err(Fault::NotTaken(
            "what answers at `api_url` is no Bot API server".to_owned(),
        ));
    };
    tell(core, &me);
    set_way(core).await?;
    core.state().me = Some(Arc::new(me));
    Ok(())
}

fn myself(me: &Value) -> Option<Myself> {
    Some(Myself {
        id: me.get("id")?.as_u64()?,
        username: me.get("username")?.as_str()?.to_owned(),
        hears_everything: me
            .get("can_read_all_group_messages")
            .and_then(Value::as_bool)
            .unwrap_or_default(),
    })
}

fn tell(core: &Core, me: &Myself) {
    let (account, bot) = (&core.account, &me.username);
    if me.hears_everything {
        tracing::info!(%account, bot, "privacy mode is off: the bot hears everything in groups that it is in");
    } else {
        tracing::warn!(
            %account, bot,
            "privacy mode is on: in groups the bot hears only commands, its @name and replies to it, unless it is an \
             administrator there. To answer questions that nobody addressed to it: @BotFather, /setprivacy, Disable; then \
             remove the bot from the groups and add it again"
        );
    }
}

/// Sets or deletes the webhook, because webhook and polling exclude each other.
async fn set_way(core: &Core) -> Result<(), Fault> {
    let Some(webhook) = &core.settings.webhook else {
        core.api.call(DeleteWebhook::new()).await?;
        return Ok(());
    };
    let address = format!("{}{}", webhook.url.as_str(), crate::webhook::path(&core.account));
    let Ok(url) = address.parse() else {
        // The settings were checked; an account's name can't spoil them.
        tracing::error!(account = %core.account, "the webhook's address is none");
        return Ok(());
    };
    let mut call = SetWebhook::new(url);
    call.secret_token = Some(webhook.secret.expose().to_owned());
    call.allowed_updates = Some(WANTED.to_vec());
    core.api.call(call).await?;
    Ok(())
}

/// Lists the members' commands, in Chinese for those whose Telegram is Chinese, in English for all others. The bot works
/// without.
pub(crate) async fn list_commands(core: &Core) {
    for (language, spoken) in [(None, Language::ENGLISH), (Some("zh"), Language::CHINESE)] {
        let texts = Catalogue::built_in().texts(spoken);
        for scope in [BotCommandScope::AllPrivateChats, BotCommandScope::AllGroupChats] {
            let commands = COMMANDS
                .iter()
                .filter(|command| !command.for_staff)
                .map(|command| BotCommand::new(command.name, texts.menu_line(command.kind)));
            let mut call = SetMyCommands::new(commands);
            call.scope = Some(scope);
            call.language_code = language.map(str::to_owned);
            if let Err(fault) = core.api.call(call).await {
                let reason = fault.message();
                tracing::warn!(account = %core.account, reason, "the commands can't be listed");
                return;
            }
        }
    }
}
