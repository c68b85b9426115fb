//! GitHub's issues and comments as what happened in a ticket. Pure.

use super::wire::{Comment, Hook, Issue};
use crate::api_error::{ApiError, Listed};
use crate::remote::{Item, Person, Updates, What, part};
use crate::settings::GitHubTarget;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// The part of a list that is read again.
const OVERLAP: SignedDuration = SignedDuration::from_secs(30);

/// An issue's id in an account: `owner/name#77`, in the settings' spelling.
pub(super) fn remote(target: &GitHubTarget, number: u64) -> String {
    format!("{}#{number}", target.repository.as_str())
}

/// The way to an issue.
pub(super) fn route(remote: &str) -> Result<String, ApiError> {
    match remote.split_once('#') {
        Some((repository, number)) => Ok(format!("/repos/{repository}/issues/{number}")),
        None => Err(ApiError::Refused(format!("`{remote}` is no issue"))),
    }
}

/// A comment's id as a message.
pub(super) fn comment_id(comment: &Comment) -> String {
    format!("comment:{}", comment.id)
}

/// A moment as GitHub's lists take it: whole seconds.
pub(super) fn since(at: Timestamp) -> String {
    Timestamp::from_second(at.as_second()).unwrap_or(at).to_string()
}

/// The read positions in the two lists of a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cursor {
    pub(super) comments: Timestamp,
    pub(super) issues: Timestamp,
}

impl Cursor {
    pub(super) fn at(start: Timestamp) -> Self {
        Self {
            comments: start,
            issues: start,
        }
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        let (comments, issues) = text.split_once(' ')?;
        Some(Self {
            comments: comments.parse().ok()?,
            issues: issues.parse().ok()?,
        })
    }

    pub(super) fn text(self) -> String {
        format!("{} {}", since(self.comments), since(self.issues))
    }
}

/// Merges the entries of both lists, and advances the cursor. `None` is a list without changes.
pub(super) fn read_updates(
    target: &GitHubTarget,
    login: &str,
    cursor: Cursor,
    comments: Option<Listed<Comment>>,
    issues: Option<Listed<Issue>>,
) -> Updates {
    let (comments, issues) = (comments.unwrap_or_default(), issues.unwrap_or_default());
    let unreadable = comments.unreadable + issues.unreadable;
    let (comments, issues) = (comments.read, issues.read);
    let next = Cursor {
        comments: on(cursor.comments, comments.last().map(|comment| comment.updated_at)),
        issues: on(cursor.issues, issues.last().map(|issue| issue.updated_at)),
    };
    let mut items: Vec<Item> = comments
        .iter()
        .filter_map(|comment| answered(target, login, comment, number_of(&comment.issue_url)?))
        .collect();
    items.extend(issues.iter().map(|issue| state(target, issue, None)));
    items.sort_by_key(|item| item.at);
    Updates {
        items,
        cursor: Some(next.text()),
        unreadable,
    }
}

/// Returns the next read position: a little before `last`, because changes don't become visible in the order of their times.
fn on(from: Timestamp, last: Option<Timestamp>) -> Timestamp {
    let next = last.and_then(|last| last.checked_sub(OVERLAP).ok());
    next.unwrap_or(from).max(from)
}

/// Reads a webhook call; `None` if it isn't JSON of GitHub's.
pub(super) fn webhook(
    targets: &BTreeMap<String, GitHubTarget>,
    login: Option<&str>,
    body: &[u8],
) -> Option<Vec<Item>> {
    // Not at once: a key that comes twice is no reason to lose the call.
    let body: Value = groupdesk_contract::read_json(body)
        .ok()
        .filter(Value::is_object)?;
    let hook = Hook::deserialize(&body).ok()?;
    let issue: Option<Issue> = part(&body, "issue")?;
    let comment: Option<Comment> = part(&body, "comment")?;
    let (Some(repository), Some(issue)) = (&hook.repository, &issue) else {
        return Some(Vec::new());
    };
    let target = targets.values().find(|target| {
        target
            .repository
            .as_str()
            .eq_ignore_ascii_case(&repository.full_name)
    });
    let (Some(target), Some(login)) = (target, login) else {
        // Before we know who we are, polling tells.
        return Some(Vec::new());
    };
    let item = match (&comment, hook.action.as_str()) {
        (Some(comment), "created") => answered(target, login, comment, issue.number),
        (None, "closed" | "reopened") => {
            let by = hook.sender.map(|sender| Person {
                is_bot: sender.kind == "Bot",
                name: sender.login.clone(),
                id: sender.login,
            });
            Some(state(target, issue, by))
        }
        _ => None,
    };
    Some(item.into_iter().collect())
}

fn answered(target: &GitHubTarget, login: &str, comment: &Comment, number: u64) -> Option<Item> {
    let user = comment.user.as_ref()?;
    let text = comment.body.as_deref().unwrap_or_default().trim();
    let is_staff = matches!(
        comment.author_association.as_str(),
        "OWNER" | "MEMBER" | "COLLABORATOR"
    );
    let is_ours = comment.is_of(login) && text.contains("<!-- groupdesk ");
    if !is_staff || is_ours || text.is_empty() || text.starts_with("//") {
        return None;
    }
    Some(Item {
        remote: remote(target, number),
        by: Some(Person {
            id: user.login.clone(),
            name: user.login.clone(),
            is_bot: user.kind == "Bot",
        }),
        at: comment.created_at,
        what: What::Answered {
            id: comment_id(comment),
            text: text.to_owned(),
            files: Vec::new(),
        },
    })
}

fn state(target: &GitHubTarget, issue: &Issue, by: Option<Person>) -> Item {
    let closed = issue.state == "closed";
    Item {
        remote: remote(target, issue.number),
        by,
        at: issue.closed_at.filter(|_| closed).unwrap_or(issue.updated_at),
        what: if closed { What::Closed } else { What::Open },
    }
}

fn number_of(issue_url: &str) -> Option<u64> {
    issue_url.rsplit('/').next()?.parse().ok()
}
