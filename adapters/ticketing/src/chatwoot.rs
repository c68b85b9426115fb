//! Chatwoot: an API inbox is a target, a conversation a ticket, a message an entry.
//!
//! `wire` is Chatwoot's JSON, `write` our contacts, conversations and messages, `read` theirs. Source: chatwoot/chatwoot
//! (`app/builders/messages/message_builder.rb`, `app/builders/conversation_builder.rb`, `app/finders/message_finder.rb`,
//! `app/views/api/v1`, `lib/webhooks/trigger.rb`), developers.chatwoot.com "Application APIs", and chatwoot/docs
//! `webhook-events.md`.
//!
//! A member's words are incoming messages, the desk's own are private notes; so every outgoing message that isn't private
//! is an agent's answer. A conversation that is resolved resolves the ticket.

mod read;
pub(crate) mod wire;
mod write;

use crate::adapter::Ticketing;
use crate::api_error::{ApiError, Hint, Listed};
use crate::remote::{self, Call, Found, Item, OutgoingEntry, Remote, Search, Updates};
use crate::rest::Rest;
use crate::settings::{ChatwootSettings, ChatwootTarget, check_secrets};
use crate::signature;
use async_trait::async_trait;
use axum::http::{HeaderName, StatusCode};
use groupdesk_contract::{AccountId, Clock, Secret, Storage, TicketNote};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use wire::{Contact, Contacts, Conversation, Conversations, Created, Message, Messages, Payload, Profile};

const SYSTEM: &str = "Chatwoot";
/// The number of conversations in a page of the list.
const PAGE_CONVERSATIONS: usize = 25;
/// The most pages of conversations that are read in one go.
const CONVERSATION_PAGES_MAX: usize = 8;
/// The number of messages in a page.
const PAGE_MESSAGES: usize = 20;
/// The most pages of messages that are read back.
const MESSAGE_PAGES_MAX: usize = 10;
/// The part of the list that is read again; Chatwoot gives whole seconds.
const OVERLAP_SECONDS: i64 = 30;

impl Ticketing {
    /// An account on a Chatwoot.
    ///
    /// # Errors
    /// A sentence for the operator, if a secret is empty or no HTTP client can be made.
    pub fn chatwoot(
        account: AccountId,
        settings: ChatwootSettings,
        clock: Arc<dyn Clock>,
        storage: Arc<dyn Storage>,
    ) -> Result<Arc<Self>, String> {
        check_secrets(&settings.token, settings.webhook_secret.as_ref())?;
        if settings.path_secret.as_ref().is_some_and(Secret::is_empty) {
            return Err("`path_secret` is empty: is its variable set?".to_owned());
        }
        let key = (
            HeaderName::from_static("api_access_token"),
            settings.token.expose().to_owned(),
        );
        let remote = Chatwoot {
            rest: Rest::new(
                SYSTEM,
                &settings.api_url,
                key,
                settings.timeout.0,
                HINT,
                Arc::clone(&clock),
            )?,
            clock: Arc::clone(&clock),
            webhook_secret: settings.webhook_secret,
            path_secret: settings.path_secret,
            targets: settings.targets,
        };
        Ok(Self::over(
            account,
            Box::new(remote),
            settings.poll.0,
            clock,
            storage,
        ))
    }
}

#[derive(Debug)]
struct Chatwoot {
    rest: Rest,
    clock: Arc<dyn Clock>,
    webhook_secret: Option<Secret>,
    path_secret: Option<Secret>,
    targets: BTreeMap<String, ChatwootTarget>,
}

impl Chatwoot {
    /// Finds the contact of the ticket's member.
    async fn contact(&self, target: &ChatwootTarget, note: &TicketNote) -> Result<Option<Contact>, ApiError> {
        let identifier = write::identifier(note);
        let found: Contacts = self
            .rest
            .get(
                &format!("{}/contacts/search", write::account(target)),
                &[("q", &identifier)],
            )
            .await?
            .json()?;
        Ok(Listed::<Contact>::of(found.payload)
            .read
            .into_iter()
            .find(|contact| contact.identifier.as_deref() == Some(identifier.as_str())))
    }

    async fn make_contact(&self, target: &ChatwootTarget, note: &TicketNote) -> Result<Contact, ApiError> {
        // A contact's identifier is unique, so a second one can't come of trying again.
        let made: Payload<Created> = self
            .rest
            .look(
                &format!("{}/contacts", write::account(target)),
                &write::contact(target, note),
            )
            .await?
            .json()?;
        Ok(made.payload.contact)
    }

    /// The newest messages of a conversation, back to `since`, oldest first.
    async fn messages(&self, remote: &str, since: i64) -> Result<Listed<Message>, ApiError> {
        let path = format!("{}/messages", read::path(remote)?);
        let mut all: Listed<Message> = Listed::default();
        for _ in 0..MESSAGE_PAGES_MAX {
            let before = all.read.first().map(|first| first.id.to_string());
            let query: Vec<(&str, &str)> = before.iter().map(|id| ("before", id.as_str())).collect();
            let page: Messages = self.rest.get(&path, &query).await?.json()?;
            let is_last = page.payload.len() < PAGE_MESSAGES;
            let page: Listed<Message> = Listed::of(page.payload);
            let is_old = page.read.first().is_none_or(|first| first.seconds() < since);
            all.read.splice(0..0, page.read);
            all.unreadable += page.unreadable;
            if is_last || is_old {
                break;
            }
        }
        all.read.retain(|message| message.seconds() >= since);
        Ok(all)
    }
}

#[async_trait]
impl Remote for Chatwoot {
    fn system(&self) -> &'static str {
        SYSTEM
    }

    fn targets(&self) -> Vec<&str> {
        self.targets.keys().map(String::as_str).collect()
    }

    async fn check(&self) -> Result<(), ApiError> {
        let _: Profile = self.rest.get("/api/v1/profile", &[]).await?.json()?;
        Ok(())
    }

    async fn open(&self, target: &str, letter: &OutgoingEntry<'_>) -> Result<String, ApiError> {
        let target = remote::target(&self.targets, target)?;
        let contact = match self.contact(target, letter.note).await? {
            Some(contact) => contact,
            None => self.make_contact(target, letter.note).await?,
        };
        let made: Conversation = self
            .rest
            .make(
                &format!("{}/conversations", write::account(target)),
                &write::conversation(letter, target, &contact),
            )
            .await?
            .json()?;
        Ok(read::remote(target, made.id))
    }

    async fn append(&self, _: &str, remote: &str, letter: &OutgoingEntry<'_>) -> Result<String, ApiError> {
        let path = format!("{}/messages", read::path(remote)?);
        let made: Message = self.rest.make(&path, &write::message(letter)).await?.json()?;
        Ok(read::message_id(&made))
    }

    async fn find_opening(&self, target: &str, search: &Search<'_>) -> Result<Found, ApiError> {
        let target = remote::target(&self.targets, target)?;
        let Some(contact) = self.contact(target, search.note).await? else {
            return Ok(Found::Missing);
        };
        let path = format!("{}/contacts/{}/conversations", write::account(target), contact.id);
        let theirs: Payload<Vec<Value>> = self.rest.get(&path, &[]).await?.json()?;
        Ok(Listed::<Conversation>::of(theirs.payload)
            .read
            .iter()
            .filter(|conversation| conversation.inbox_id == Some(target.inbox.get()))
            .find(|conversation| search.hits(conversation.mark()))
            .map_or(Found::Missing, |conversation| {
                Found::There(read::remote(target, conversation.id))
            }))
    }

    async fn find_entry(&self, _: &str, remote: &str, search: &Search<'_>) -> Result<Found, ApiError> {
        let messages = self.messages(remote, search.since.as_second()).await?;
        Ok(messages
            .read
            .iter()
            .find(|message| search.hits(message.source_id.as_deref().unwrap_or_default()))
            .map_or(Found::Missing, |message| Found::There(read::message_id(message))))
    }

    async fn updates(
        &self,
        target: &str,
        watched: &[String],
        cursor: Option<&str>,
    ) -> Result<Updates, ApiError> {
        let target = remote::target(&self.targets, target)?;
        let Some(cursor) = cursor.and_then(|cursor| cursor.parse::<i64>().ok()) else {
            let start = self.clock.now().saturating_sub(SignedDuration::from_secs(120));
            return Ok(Updates {
                cursor: Some(start.unwrap_or(Timestamp::MIN).as_second().to_string()),
                ..Updates::default()
            });
        };
        let mut news = Updates::default();
        let mut newest = cursor;
        let inbox = target.inbox.to_string();
        'pages: for page in 1..=CONVERSATION_PAGES_MAX {
            let list: Conversations = self
                .rest
                .get(
                    &format!("{}/conversations", write::account(target)),
                    &[
                        ("inbox_id", &inbox),
                        ("status", "all"),
                        ("assignee_type", "all"),
                        ("sort_by", "last_activity_at_desc"),
                        ("page", &page.to_string()),
                    ],
                )
                .await?
                .json()?;
            let count = list.data.payload.len();
            let list: Listed<Conversation> = Listed::of(list.data.payload);
            news.unreadable += list.unreadable;
            for conversation in list.read {
                let active = conversation.seconds();
                if active < cursor {
                    break 'pages;
                }
                newest = newest.max(active.saturating_sub(OVERLAP_SECONDS));
                let remote = read::remote(target, conversation.id);
                if !watched.contains(&remote) {
                    continue;
                }
                let messages = self.messages(&remote, cursor).await?;
                news.unreadable += messages.unreadable;
                news.items.extend(
                    messages
                        .read
                        .iter()
                        .filter_map(|message| read::answered(&remote, message)),
                );
                news.items.extend(read::state(target, &conversation));
            }
            if count < PAGE_CONVERSATIONS {
                break;
            }
        }
        news.items.sort_by_key(|item| item.at);
        news.cursor = Some(newest.to_string());
        Ok(news)
    }

    fn has_webhook(&self) -> bool {
        self.webhook_secret.is_some() || self.path_secret.is_some()
    }

    fn verify(&self, call: &Call<'_>) -> bool {
        if let Some(given) = call.path_secret {
            return self
                .path_secret
                .as_ref()
                .is_some_and(|secret| secret.matches(given));
        }
        let Some(secret) = &self.webhook_secret else {
            return false;
        };
        let timestamp = call.header("x-chatwoot-timestamp").unwrap_or_default();
        groupdesk_kit::is_fresh(timestamp, call.now)
            && signature::is_sha256(
                secret,
                &[timestamp.as_bytes(), b".", call.body],
                call.header("x-chatwoot-signature"),
            )
    }

    fn read(&self, body: &[u8]) -> Option<Vec<Item>> {
        read::webhook(&self.targets, body)
    }
}

const HINT: Hint = |status| match status {
    StatusCode::UNAUTHORIZED => "the token isn't accepted; put an agent's access token in `token`",
    StatusCode::FORBIDDEN => "the agent may not do this; make them a member of the inbox",
    StatusCode::NOT_FOUND => "there is no such account, inbox or conversation; check `account` and `inbox`",
    StatusCode::UNPROCESSABLE_ENTITY => "Chatwoot can't take it; is the inbox one of the kind \"API\"?",
    _ => "",
};
