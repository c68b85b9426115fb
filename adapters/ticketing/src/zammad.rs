//! Zammad: a group is a target, a ticket a ticket, an article an entry.
//!
//! `wire` is Zammad's JSON, `write` our tickets and articles, `read` theirs. Source: zammad/zammad-documentation
//! (`api/ticket/index.rst`, `api/ticket/articles.rst`, `api/user.rst`), zammad/zammad-admin-documentation
//! (`manage/webhook/payload.rst`) and zammad/zammad `lib/user_agent.rb` for the signature.
//!
//! An agent's article that isn't internal is an answer to the member, with its pictures and files. A member's words are notes
//! of the sender `Customer`, which agents and customers read; the desk's own are internal notes of the sender `Agent`: those of
//! the sender `System` are not shown whole to everybody (`api/ticket/articles.rst`). Our articles end with our mark in a line,
//! as Zammad has no field for it.

mod read;
pub(crate) mod wire;
mod write;

use crate::adapter::Ticketing;
use crate::api_error::{ApiError, Hint, Listed};
use crate::remote::{self, Call, Found, Item, OutgoingEntry, Remote, Search, Updates};
use crate::rest::Rest;
use crate::settings::{ZammadSettings, ZammadTarget, check_secrets};
use crate::signature;
use async_trait::async_trait;
use axum::http::{StatusCode, header};
use groupdesk_contract::{AccountId, Clock, FileBytes, Secret, Storage};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use wire::{Article, Made, Ticket, User};

const SYSTEM: &str = "Zammad";
/// The part of a list that is read again, which is also the largest lag of Zammad's clock.
const OVERLAP: SignedDuration = SignedDuration::from_secs(120);

impl Ticketing {
    /// An account on a Zammad.
    ///
    /// # Errors
    /// A sentence for the operator, if a secret is empty or no HTTP client can be made.
    pub fn zammad(
        account: AccountId,
        settings: ZammadSettings,
        clock: Arc<dyn Clock>,
        storage: Arc<dyn Storage>,
    ) -> Result<Arc<Self>, String> {
        check_secrets(&settings.token, settings.webhook_secret.as_ref())?;
        let key = (
            header::AUTHORIZATION,
            format!("Token token={}", settings.token.expose()),
        );
        let remote = Zammad {
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
struct Zammad {
    rest: Rest,
    clock: Arc<dyn Clock>,
    webhook_secret: Option<Secret>,
    targets: BTreeMap<String, ZammadTarget>,
}

impl Zammad {
    async fn articles(&self, remote: &str) -> Result<Listed<Article>, ApiError> {
        let path = format!("/api/v1/ticket_articles/by_ticket/{remote}");
        self.rest.get(&path, &[("expand", "true")]).await?.list()
    }

    /// Fetches a ticket with its state as text; `None` if it is deleted, or the token may no longer see it.
    async fn ticket(&self, remote: &str) -> Result<Option<Ticket>, ApiError> {
        let path = format!("/api/v1/tickets/{remote}");
        match self.rest.get(&path, &[("expand", "true")]).await {
            Ok(answer) => answer.json().map(Some),
            Err(ApiError::Refused(reason)) => {
                // Of this ticket alone, or of everything?
                self.check().await?;
                tracing::debug!(remote, "not asked about: {reason}");
                Ok(None)
            }
            Err(trouble) => Err(trouble),
        }
    }
}

#[async_trait]
impl Remote for Zammad {
    fn system(&self) -> &'static str {
        SYSTEM
    }

    fn targets(&self) -> Vec<&str> {
        self.targets.keys().map(String::as_str).collect()
    }

    fn takes_files(&self) -> bool {
        true
    }

    async fn fetch(&self, file: &str) -> Result<FileBytes, String> {
        let path = read::file_path(file).ok_or_else(|| format!("`{file}` is no file of Zammad's"))?;
        self.rest.download(&path).await
    }

    async fn check(&self) -> Result<(), ApiError> {
        let _: User = self.rest.get("/api/v1/users/me", &[]).await?.json()?;
        Ok(())
    }

    async fn open(&self, target: &str, letter: &OutgoingEntry<'_>) -> Result<String, ApiError> {
        let body = write::ticket(letter, remote::target(&self.targets, target)?);
        let made: Made = self.rest.make("/api/v1/tickets", &body).await?.json()?;
        Ok(made.id.to_string())
    }

    async fn append(&self, _: &str, remote: &str, letter: &OutgoingEntry<'_>) -> Result<String, ApiError> {
        let body = write::article(letter, remote)?;
        let made: Made = self.rest.make("/api/v1/ticket_articles", &body).await?.json()?;
        Ok(read::article_id(made.id))
    }

    async fn find_opening(&self, _: &str, search: &Search<'_>) -> Result<Found, ApiError> {
        for mark in search.marks {
            let found: Value = self
                .rest
                .get(
                    "/api/v1/tickets/search",
                    &[
                        ("query", &mark.to_string()),
                        ("limit", "20"),
                        ("sort_by", "created_at"),
                        ("order_by", "desc"),
                    ],
                )
                .await?
                .json()?;
            // The search looks for words; the mark must be there as it is, in what opened the ticket.
            for id in wire::hits(&found) {
                let articles = self.articles(&id.to_string()).await?;
                if articles
                    .read
                    .iter()
                    .take(1)
                    .any(|article| search.hits(&article.text()))
                {
                    return Ok(Found::There(id.to_string()));
                }
            }
        }
        Ok(if search.fresh {
            Found::TooSoon
        } else {
            Found::Missing
        })
    }

    async fn find_entry(&self, _: &str, remote: &str, search: &Search<'_>) -> Result<Found, ApiError> {
        let articles = self.articles(remote).await?;
        Ok(articles
            .read
            .iter()
            .find(|article| search.hits(&article.text()))
            .map_or(Found::Missing, |article| {
                Found::There(read::article_id(article.id))
            }))
    }

    async fn updates(
        &self,
        target: &str,
        watched: &[String],
        cursor: Option<&str>,
    ) -> Result<Updates, ApiError> {
        let target = remote::target(&self.targets, target)?;
        let Some(cursor) = cursor.and_then(|cursor| cursor.parse::<Timestamp>().ok()) else {
            let start = self.clock.now().saturating_sub(OVERLAP).unwrap_or(Timestamp::MIN);
            return Ok(Updates {
                cursor: Some(start.to_string()),
                ..Updates::default()
            });
        };
        let mut news = Updates::default();
        let mut newest = cursor;
        for remote in watched {
            let Some(ticket) = self.ticket(remote).await? else {
                continue;
            };
            if ticket.updated_at < cursor {
                continue;
            }
            newest = newest.max(ticket.updated_at.saturating_sub(OVERLAP).unwrap_or(cursor));
            let articles = self.articles(remote).await?;
            news.unreadable += articles.unreadable;
            for article in articles.read {
                if article.created_at >= cursor {
                    news.items.extend(read::answered(remote, &article));
                }
            }
            news.items.push(read::state(target, &ticket));
        }
        news.items.sort_by_key(|item| item.at);
        news.cursor = Some(newest.to_string());
        Ok(news)
    }

    fn has_webhook(&self) -> bool {
        self.webhook_secret.is_some()
    }

    fn verify(&self, call: &Call<'_>) -> bool {
        self.webhook_secret.as_ref().is_some_and(|secret| {
            call.path_secret.is_none()
                && signature::is_sha1(secret, &[call.body], call.header("x-hub-signature"))
        })
    }

    fn read(&self, body: &[u8]) -> Option<Vec<Item>> {
        read::webhook(&self.targets, body)
    }
}

const HINT: Hint = |status| match status {
    StatusCode::UNAUTHORIZED => "the token isn't accepted; make a new one and put it in `token`",
    StatusCode::FORBIDDEN => "the token may not do this; it needs `ticket.agent`, and its agent the group",
    StatusCode::NOT_FOUND => "there is no such ticket; is `api_url` right?",
    StatusCode::UNPROCESSABLE_ENTITY => "Zammad can't take it; check `group` and `customer`",
    _ => "",
};
