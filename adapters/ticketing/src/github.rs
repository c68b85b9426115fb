//! GitHub issues: a repository is a target, an issue a ticket, a comment an entry.
//!
//! `api` makes the requests, `wire` is GitHub's JSON, `write` our issues and comments, `read` theirs. Source:
//! github/rest-api-description (REST API version 2022-11-28), and docs.github.com "Best practices for using the REST API"
//! (conditional requests, rate limits) and "Validating webhook deliveries".
//!
//! An answer to the member is a comment of an owner, member or collaborator of the repository that doesn't begin with
//! `//`. Other people's comments stay on GitHub. A comment is our own when our login wrote it and it holds our mark: so an
//! admin may answer with the same login that the token is of.

mod api;
mod read;
pub(crate) mod wire;
mod write;

use crate::adapter::Ticketing;
use crate::api_error::{Answer, ApiError, Listed};
use crate::remote::{self, Call, Found, Item, OutgoingEntry, Remote, Search, Updates};
use crate::settings::{GitHubSettings, GitHubTarget, check_secrets};
use crate::signature;
use api::Api;
use async_trait::async_trait;
use groupdesk_contract::{AccountId, Clock, Secret, Storage};
use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::sync::Arc;
use wire::{Comment, Issue, User};

/// The number of entries in a page; the most that GitHub allows.
const PAGE: usize = 100;
/// The most pages read in one go; the next round reads the pages behind them.
const PAGES: usize = 10;
/// The longest time by which GitHub's clock may be behind ours.
const CLOCK_SKEW_MAX: SignedDuration = SignedDuration::from_secs(120);

impl Ticketing {
    /// An account on GitHub.
    ///
    /// # Errors
    /// A sentence for the operator, if a secret is empty or no HTTP client can be made.
    pub fn github(
        account: AccountId,
        settings: GitHubSettings,
        clock: Arc<dyn Clock>,
        storage: Arc<dyn Storage>,
    ) -> Result<Arc<Self>, String> {
        check_secrets(&settings.token, settings.webhook_secret.as_ref())?;
        let poll = settings.poll.0;
        let remote = GitHub {
            api: Api::new(&settings, Arc::clone(&clock))?,
            clock: Arc::clone(&clock),
            webhook_secret: settings.webhook_secret,
            targets: settings.targets,
            login: Mutex::new(None),
            tags: Mutex::default(),
        };
        Ok(Self::over(account, Box::new(remote), poll, clock, storage))
    }
}

#[derive(Debug)]
struct GitHub {
    api: Api,
    clock: Arc<dyn Clock>,
    webhook_secret: Option<Secret>,
    targets: BTreeMap<String, GitHubTarget>,
    /// The login of the token's owner, once GitHub told it.
    login: Mutex<Option<String>>,
    /// The last page of each list that was empty of news, by its route: asking with it costs nothing of the rate limit.
    tags: Mutex<BTreeMap<String, String>>,
}

impl GitHub {
    fn known_login(&self) -> Option<String> {
        self.login.lock().clone()
    }

    async fn login(&self) -> Result<String, ApiError> {
        match self.known_login() {
            Some(login) => Ok(login),
            None => {
                self.check().await?;
                self.known_login()
                    .ok_or_else(|| ApiError::later("GitHub doesn't say whose token it is"))
            }
        }
    }

    /// A list's pages from `route` on; `None` when nothing changed since it was last asked.
    async fn list<T: serde::de::DeserializeOwned>(&self, route: &str) -> Result<Option<Listed<T>>, ApiError> {
        let tag = self.tags.lock().get(route).cloned();
        let mut all = Listed::default();
        for page in 1..=PAGES {
            let tag = tag.as_deref().filter(|_| page == 1);
            let answer = self
                .api
                .get(&format!("{route}&per_page={PAGE}&page={page}"), tag)
                .await?;
            if answer.status == axum::http::StatusCode::NOT_MODIFIED {
                return Ok(None);
            }
            let part: Listed<T> = answer.list()?;
            let is_last = part.read.len() + part.unreadable < PAGE;
            if page == 1 && is_last {
                self.keep_tag(route, &answer);
            }
            all.read.extend(part.read);
            all.unreadable += part.unreadable;
            if is_last {
                break;
            }
        }
        Ok(Some(all))
    }

    fn keep_tag(&self, route: &str, answer: &Answer) {
        let mut tags = self.tags.lock();
        // The routes hold a time that moves on: those of earlier times are of no more use.
        let list = route.split('?').next().unwrap_or_default();
        tags.retain(|kept, _| kept.split('?').next() != Some(list));
        if let Some(tag) = answer.headers.get("etag").and_then(|tag| tag.to_str().ok()) {
            tags.insert(route.to_owned(), tag.to_owned());
        }
    }
}

#[async_trait]
impl Remote for GitHub {
    fn system(&self) -> &'static str {
        "GitHub"
    }

    fn targets(&self) -> Vec<&str> {
        self.targets.keys().map(String::as_str).collect()
    }

    fn takes_events(&self, target: &str) -> bool {
        self.targets.get(target).is_some_and(|target| target.private)
    }

    async fn check(&self) -> Result<(), ApiError> {
        // What was read before the trouble may not have been taken in: every list is read again.
        self.tags.lock().clear();
        let user: User = self.api.get("/user", None).await?.json()?;
        *self.login.lock() = Some(user.login);
        Ok(())
    }

    async fn open(&self, target: &str, letter: &OutgoingEntry<'_>) -> Result<String, ApiError> {
        let target = remote::target(&self.targets, target)?;
        let repository = target.repository.as_str();
        let body = write::issue(letter, target);
        let answer = self
            .api
            .post(&format!("/repos/{repository}/issues"), &body)
            .await?;
        let issue: Issue = answer.json()?;
        Ok(read::remote(target, issue.number))
    }

    async fn append(
        &self,
        target: &str,
        remote: &str,
        letter: &OutgoingEntry<'_>,
    ) -> Result<String, ApiError> {
        let target = remote::target(&self.targets, target)?;
        let route = format!("{}/comments", read::route(remote)?);
        let answer = self.api.post(&route, &write::comment(letter, target)).await?;
        let comment: Comment = answer.json()?;
        Ok(read::comment_id(&comment))
    }

    async fn find_opening(&self, target: &str, search: &Search<'_>) -> Result<Found, ApiError> {
        let target = remote::target(&self.targets, target)?;
        let login = self.login().await?;
        let route = format!(
            "/repos/{}/issues?state=all&creator={login}&since={}&sort=created&direction=desc",
            target.repository.as_str(),
            read::since(search.since)
        );
        // Asked without a tag: what matters is the answer, not whether it changed.
        self.tags.lock().remove(&route);
        let issues: Listed<Issue> = self.list(&route).await?.unwrap_or_default();
        Ok(issues
            .read
            .iter()
            .find(|issue| search.hits(issue.body.as_deref().unwrap_or_default()))
            .map_or(Found::Missing, |issue| {
                Found::There(read::remote(target, issue.number))
            }))
    }

    async fn find_entry(&self, _: &str, remote: &str, search: &Search<'_>) -> Result<Found, ApiError> {
        let login = self.login().await?;
        let route = format!(
            "{}/comments?since={}",
            read::route(remote)?,
            read::since(search.since)
        );
        self.tags.lock().remove(&route);
        let comments: Listed<Comment> = self.list(&route).await?.unwrap_or_default();
        Ok(comments
            .read
            .iter()
            .filter(|comment| comment.is_of(&login))
            .find(|comment| search.hits(comment.body.as_deref().unwrap_or_default()))
            .map_or(Found::Missing, |comment| Found::There(read::comment_id(comment))))
    }

    async fn updates(&self, target: &str, _: &[String], cursor: Option<&str>) -> Result<Updates, ApiError> {
        let target = remote::target(&self.targets, target)?;
        let login = self.login().await?;
        let Some(cursor) = cursor.and_then(read::Cursor::parse) else {
            let start = self
                .clock
                .now()
                .saturating_sub(CLOCK_SKEW_MAX)
                .unwrap_or(Timestamp::MIN);
            return Ok(Updates {
                cursor: Some(read::Cursor::at(start).text()),
                ..Updates::default()
            });
        };
        let repository = target.repository.as_str();
        let since = read::since(cursor.comments);
        let comments: Option<Listed<Comment>> = self
            .list(&format!(
                "/repos/{repository}/issues/comments?since={since}&sort=updated&direction=asc"
            ))
            .await?;
        let since = read::since(cursor.issues);
        let issues: Option<Listed<Issue>> = self
            .list(&format!(
                "/repos/{repository}/issues?since={since}&state=all&sort=updated&direction=asc"
            ))
            .await?;
        Ok(read::read_updates(target, &login, cursor, comments, issues))
    }

    fn has_webhook(&self) -> bool {
        self.webhook_secret.is_some()
    }

    fn verify(&self, call: &Call<'_>) -> bool {
        self.webhook_secret.as_ref().is_some_and(|secret| {
            call.path_secret.is_none()
                && signature::is_sha256(secret, &[call.body], call.header("x-hub-signature-256"))
        })
    }

    fn read(&self, body: &[u8]) -> Option<Vec<Item>> {
        read::webhook(&self.targets, self.known_login().as_deref(), body)
    }
}

/// Reads a webhook call, given the login of the token's owner.
#[cfg(test)]
pub(crate) fn read_as(login: &str, body: &[u8]) -> Option<Vec<Item>> {
    let target = GitHubTarget {
        repository: "acme/desk".to_owned().try_into().ok()?,
        labels: Vec::new(),
        private: false,
    };
    read::webhook(&BTreeMap::from([("a".to_owned(), target)]), Some(login), body)
}
