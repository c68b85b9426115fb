//! The ticket systems' part of an account in `groupdesk.yaml`: what all of them share, and GitHub's own.

use groupdesk_contract::{Endpoint, Plain, Secret, Span, in_both, service_url};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, de};
use std::collections::BTreeMap;
use std::num::NonZeroU64;
use std::time::Duration;

/// The form of an API's address.
const API: Endpoint = Endpoint::api(Plain::Near, "https://desk.example.com");

/// GitHub issues as a staff room: each target is a repository, `account/target`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GitHubSettings {
    /// Address of the API; `https://HOST/api/v3` for GitHub Enterprise.
    #[serde(default = "github_api")]
    pub api_url: ApiUrl,
    /// A token that may read and write issues of the repositories (fine-grained: Issues, read and write).
    pub token: Secret,
    /// The secret of the repository's webhook to `/ticketing/ACCOUNT` (content type `application/json`, events "Issues"
    /// and "Issue comments"). Without one, answers are only polled for.
    #[serde(default)]
    pub webhook_secret: Option<Secret>,
    /// Poll interval for answers.
    #[serde(default = "minute")]
    pub poll: Span,
    /// Timeout of a request.
    #[serde(default = "ten_seconds")]
    pub timeout: Span,
    /// The repositories by a name of your choice.
    pub targets: BTreeMap<String, GitHubTarget>,
}

/// A repository whose issues are tickets.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GitHubTarget {
    /// `owner/name`.
    pub repository: Repository,
    /// Labels that new issues get.
    #[serde(default)]
    pub labels: Vec<String>,
    /// Only people who may read the conversation can read the issues. Only then do issues name the member and the chat,
    /// and only then are the desk's own notes (claimed, waits for too long) written to them.
    #[serde(default)]
    pub private: bool,
}

/// Chatwoot as a staff room: each target is an inbox of the kind "API", `account/target`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChatwootSettings {
    /// Address of Chatwoot, `https://desk.example.com`.
    pub api_url: ApiUrl,
    /// An agent's access token (Profile Settings, Access Token).
    pub token: Secret,
    /// The secret of the webhook or of the API inbox, whose calls go to `/ticketing/ACCOUNT` (events "Message created" and
    /// "Conversation status changed"). Without this and `path_secret`, answers are only polled for.
    #[serde(default)]
    pub webhook_secret: Option<Secret>,
    /// For versions of Chatwoot that don't sign: a long random text, and the calls go to `/ticketing/ACCOUNT/TEXT`.
    #[serde(default)]
    pub path_secret: Option<Secret>,
    /// Poll interval for answers. Only the last hundred tickets are polled.
    #[serde(default = "minute")]
    pub poll: Span,
    /// Timeout of a request.
    #[serde(default = "ten_seconds")]
    pub timeout: Span,
    /// The inboxes by a name of your choice.
    pub targets: BTreeMap<String, ChatwootTarget>,
}

/// An inbox whose conversations are tickets. "Lock to single conversation" must be off, as a member can have several.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChatwootTarget {
    /// The number of the account: in the address, after `/app/accounts/`.
    pub account: NonZeroU64,
    /// The number of the inbox: in the address, after `/inbox/`.
    pub inbox: NonZeroU64,
}

/// Zammad as a staff room: each target is a group of Zammad's, `account/target`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ZammadSettings {
    /// Address of Zammad, `https://desk.example.com`.
    pub api_url: ApiUrl,
    /// An agent's access token with `ticket.agent` (Profile, Token Access).
    pub token: Secret,
    /// The HMAC SHA1 signature token of the webhook to `/ticketing/ACCOUNT`, which a trigger calls when a ticket is updated.
    /// Without one, answers are only polled for.
    #[serde(default)]
    pub webhook_secret: Option<Secret>,
    /// Poll interval for answers. Each of the last hundred tickets is polled by itself.
    #[serde(default = "minute")]
    pub poll: Span,
    /// Timeout of a request.
    #[serde(default = "ten_seconds")]
    pub timeout: Span,
    /// The groups by a name of your choice.
    pub targets: BTreeMap<String, ZammadTarget>,
}

/// A group whose tickets are tickets of ours.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ZammadTarget {
    /// The group's name in Zammad.
    #[serde(deserialize_with = "said")]
    pub group: String,
    /// The e-mail address of the customer that new tickets are of; Zammad makes one that it doesn't know.
    #[serde(deserialize_with = "mail_address")]
    pub customer: String,
    /// The states, by Zammad's names, in which a ticket is done.
    #[serde(default = "zammad_closed")]
    pub closed_states: Vec<String>,
}

/// HubSpot as a staff room: each target is a pipeline of tickets, `account/target`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HubSpotSettings {
    /// Address of the API.
    #[serde(default = "hubspot_api")]
    pub api_url: ApiUrl,
    /// The access token of a private app that may read and write tickets and contacts (notes come with the latter).
    pub token: Secret,
    /// Poll interval for answers. HubSpot calls nobody about notes, so there is no webhook.
    #[serde(default = "minute")]
    pub poll: Span,
    /// Timeout of a request.
    #[serde(default = "ten_seconds")]
    pub timeout: Span,
    /// The pipelines by a name of your choice.
    pub targets: BTreeMap<String, HubSpotTarget>,
}

/// A pipeline whose tickets are tickets of ours.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HubSpotTarget {
    /// The pipeline's id; `0` is the one that every portal has.
    #[serde(default = "zero", deserialize_with = "said")]
    pub pipeline: String,
    /// The id of the stage of new tickets; `1` in the pipeline that every portal has.
    #[serde(default = "one", deserialize_with = "said")]
    pub stage: String,
    /// The ids of the stages in which a ticket is done; `4` in the pipeline that every portal has.
    #[serde(default = "four")]
    pub closed_stages: Vec<String>,
    /// Prefixes of notes for the member; notes without one stay between staff. All notes in HubSpot are internal.
    #[serde(default = "prefixes")]
    pub answer_prefixes: Vec<String>,
}

/// `owner/name` on GitHub.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(with = "String")]
pub struct Repository(String);

impl Repository {
    /// The repository, as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Repository {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        let plain = |part: &str| {
            !part.is_empty()
                && part != "."
                && part != ".."
                && part
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
        };
        match name.split_once('/') {
            Some((owner, repository)) if plain(owner) && plain(repository) => Ok(Self(name)),
            _ => Err(in_both(
                "this is not a repository: write owner/name",
                "这不是仓库；请写成 所有者/仓库名，例如 owner/name",
            )),
        }
    }
}

service_url! {
    /// Address of an API: https, or http on this machine or in a private network. Without a slash at its end.
    pub struct ApiUrl(API);
}

/// Reads a name or an id; it must not be blank.
fn said<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    match text.trim().is_empty() {
        true => Err(de::Error::custom(in_both(
            "it is empty: write the name or id as the ticket system shows it",
            "这里是空的；请填上工单系统里显示的名称或编号",
        ))),
        false => Ok(text),
    }
}

/// Reads a mail address.
fn mail_address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    let is_address = text
        .split_once('@')
        .is_some_and(|(name, domain)| !name.is_empty() && !domain.is_empty() && !domain.contains('@'))
        && !text.contains(char::is_whitespace);
    match is_address {
        true => Ok(text),
        false => Err(de::Error::custom(in_both(
            "this is not a mail address: write something like desk@example.com",
            "这不是邮箱地址；请写成类似 desk@example.com",
        ))),
    }
}

fn github_api() -> ApiUrl {
    ApiUrl("https://api.github.com".to_owned())
}

fn hubspot_api() -> ApiUrl {
    ApiUrl("https://api.hubapi.com".to_owned())
}

fn zammad_closed() -> Vec<String> {
    vec!["closed".to_owned(), "merged".to_owned()]
}

fn zero() -> String {
    "0".to_owned()
}

fn one() -> String {
    "1".to_owned()
}

fn four() -> Vec<String> {
    vec!["4".to_owned()]
}

fn prefixes() -> Vec<String> {
    vec!["reply:".to_owned(), "回复：".to_owned(), "回复:".to_owned()]
}

pub(crate) fn minute() -> Span {
    Span(Duration::from_secs(60))
}

pub(crate) fn ten_seconds() -> Span {
    Span(Duration::from_secs(10))
}

/// Refuses empty secrets: a variable of the environment that is set to nothing. A caller who signs with an empty key could speak
/// for the staff. Refuses a token that no header carries, too.
pub(crate) fn check_secrets(token: &Secret, webhook: Option<&Secret>) -> Result<(), String> {
    if token.is_empty() {
        return Err("`token` is empty: is its variable set?".to_owned());
    }
    token.check_header()?;
    if webhook.is_some_and(Secret::is_empty) {
        return Err(
            "`webhook_secret` is empty: is its variable set? Leave it out to do without a webhook".to_owned(),
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests;
