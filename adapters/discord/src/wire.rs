//! Discord's messages and interactions, as far as they are read. Everything else in them is passed over, so that what is new
//! about a message can't spoil it. Source: <https://docs.discord.com/developers/resources/message>.

use groupdesk_kit::lenient_json;
use serde::Deserialize;
use serde_json::Value;
use serenity::all::{
    ApplicationId, AttachmentId, ChannelId, GuildId, InteractionId, MessageId, MessageType, RoleId, UserId,
    WebhookId,
};

/// An event of the gateway, unparsed. It holds members' texts, and tokens, so that it is never printed.
pub(crate) struct Happening {
    pub(crate) shard: u32,
    pub(crate) kind: String,
    pub(crate) data: Value,
}

/// A message, from the gateway or from a channel's history; in an update most of it may be missing.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Message {
    pub(crate) id: MessageId,
    pub(crate) channel_id: ChannelId,
    #[serde(default, deserialize_with = "lenient_json::or_default")]
    pub(crate) guild_id: Option<GuildId>,
    #[serde(default, deserialize_with = "lenient_json::or_default")]
    pub(crate) author: Option<User>,
    #[serde(default, deserialize_with = "lenient_json::or_default")]
    pub(crate) member: Option<Member>,
    /// Words that are no text are not passed over: such a message can't be read.
    #[serde(default)]
    pub(crate) content: Option<String>,
    #[serde(default, deserialize_with = "lenient_json::or_default")]
    pub(crate) edited_timestamp: Option<String>,
    #[serde(rename = "type", default, deserialize_with = "lenient_json::or_default")]
    pub(crate) kind: Option<MessageType>,
    #[serde(default, deserialize_with = "lenient_json::or_default")]
    pub(crate) webhook_id: Option<WebhookId>,
    #[serde(default, deserialize_with = "lenient_json::or_default")]
    pub(crate) application_id: Option<ApplicationId>,
    #[serde(default, deserialize_with = "lenient_json::list")]
    pub(crate) attachments: Vec<Attachment>,
    #[serde(default, deserialize_with = "lenient_json::list")]
    pub(crate) sticker_items: Vec<Sticker>,
    #[serde(default, deserialize_with = "lenient_json::list")]
    pub(crate) embeds: Vec<Value>,
    #[serde(default, deserialize_with = "lenient_json::or_default")]
    pub(crate) poll: Option<Value>,
    #[serde(default, deserialize_with = "lenient_json::or_default")]
    pub(crate) referenced_message: Option<Box<Self>>,
    #[serde(default, deserialize_with = "lenient_json::list")]
    pub(crate) message_snapshots: Vec<Snapshot>,
}

/// A forwarded message.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Snapshot {
    pub(crate) message: Forwarded,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Forwarded {
    #[serde(default, deserialize_with = "lenient_json::text")]
    pub(crate) content: String,
    #[serde(default, deserialize_with = "lenient_json::list")]
    pub(crate) attachments: Vec<Attachment>,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct User {
    pub(crate) id: UserId,
    #[serde(default, deserialize_with = "lenient_json::text")]
    pub(crate) username: String,
    #[serde(default, deserialize_with = "lenient_json::or_default")]
    pub(crate) global_name: Option<String>,
    #[serde(default, deserialize_with = "lenient_json::or_default")]
    pub(crate) avatar: Option<String>,
    #[serde(default, deserialize_with = "lenient_json::or_default")]
    pub(crate) bot: bool,
}

/// A member of a server.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Member {
    #[serde(default, deserialize_with = "lenient_json::or_default")]
    pub(crate) user: Option<User>,
    #[serde(default, deserialize_with = "lenient_json::or_default")]
    pub(crate) nick: Option<String>,
    #[serde(default, deserialize_with = "lenient_json::list")]
    pub(crate) roles: Vec<RoleId>,
    /// Interactions tell what the member may do.
    #[serde(default, deserialize_with = "lenient_json::or_default")]
    pub(crate) permissions: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Attachment {
    #[serde(default, deserialize_with = "lenient_json::or_default")]
    pub(crate) id: Option<AttachmentId>,
    /// Size in bytes.
    #[serde(default, deserialize_with = "lenient_json::or_default")]
    pub(crate) size: Option<u64>,
    #[serde(default, deserialize_with = "lenient_json::or_default")]
    pub(crate) filename: Option<String>,
    #[serde(default, deserialize_with = "lenient_json::or_default")]
    pub(crate) url: Option<String>,
    #[serde(default, deserialize_with = "lenient_json::or_default")]
    pub(crate) content_type: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Sticker {
    #[serde(default, deserialize_with = "lenient_json::text")]
    pub(crate) name: String,
}

/// A slash command or a press. Its token acts for it, so that it is never printed.
#[derive(Clone, Deserialize)]
pub(crate) struct Interaction {
    pub(crate) id: InteractionId,
    /// 2 is a command, 3 a component.
    #[serde(rename = "type")]
    pub(crate) kind: u8,
    pub(crate) token: String,
    #[serde(default, deserialize_with = "lenient_json::or_default")]
    pub(crate) guild_id: Option<GuildId>,
    #[serde(default, deserialize_with = "lenient_json::or_default")]
    pub(crate) channel_id: Option<ChannelId>,
    #[serde(default, deserialize_with = "lenient_json::or_default")]
    pub(crate) member: Option<Member>,
    #[serde(default, deserialize_with = "lenient_json::or_default")]
    pub(crate) user: Option<User>,
    #[serde(default, deserialize_with = "lenient_json::or_default")]
    pub(crate) message: Option<Message>,
    #[serde(default, deserialize_with = "lenient_json::or_default")]
    pub(crate) data: Data,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Data {
    #[serde(default, deserialize_with = "lenient_json::text")]
    pub(crate) name: String,
    #[serde(default, deserialize_with = "lenient_json::text")]
    pub(crate) custom_id: String,
    #[serde(default, deserialize_with = "lenient_json::list")]
    pub(crate) values: Vec<Value>,
    #[serde(default, deserialize_with = "lenient_json::list")]
    pub(crate) options: Vec<Argument>,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Argument {
    #[serde(default, deserialize_with = "lenient_json::or_default")]
    pub(crate) value: Option<Value>,
}

impl User {
    /// The name to show.
    pub(crate) fn name(&self) -> &str {
        self.global_name.as_deref().unwrap_or(&self.username)
    }
}

impl Interaction {
    /// The user who did it.
    pub(crate) fn who(&self) -> Option<&User> {
        let member = self.member.as_ref().and_then(|member| member.user.as_ref());
        member.or(self.user.as_ref())
    }

    /// A command as the text that it stands for: `/ask how do I ...`.
    pub(crate) fn text(&self) -> String {
        let mut text = format!("/{}", self.data.name);
        for option in &self.data.options {
            if let Some(value) = option.value.as_ref().and_then(Value::as_str) {
                text.push(' ');
                text.push_str(value);
            }
        }
        text
    }
}

impl Member {
    pub(crate) fn role_ids(&self) -> Vec<u64> {
        self.roles.iter().map(|role| role.get()).collect()
    }
}
