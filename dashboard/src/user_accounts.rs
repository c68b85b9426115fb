//! Users of the dashboard: their roles, their rooms, their passwords and one-time links.

use crate::secrets::{self, TokenHash};
use crate::totp::Totp;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// Longest name of a user, in characters.
const NAME_MAX: usize = 40;

/// Names that addresses have for something else: that of a form, and those that browsers take out.
const TAKEN: [&str; 3] = ["invite", ".", ".."];

/// Fewest characters of a password.
pub(crate) const PASSWORD_MIN: usize = 10;

/// Most bytes of a password: more is no password.
pub(crate) const PASSWORD_MAX: usize = 1024;

/// Time for which a one-time link can be used.
pub const LINK_VALID: SignedDuration = SignedDuration::from_hours(72);

/// Rights of a user. Each has those of the ones before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Sees, and changes nothing.
    Viewer,
    /// Answers members.
    Staff,
    /// Changes the FAQ too, and sees every room.
    Admin,
    /// Invites users too.
    Owner,
}

impl Role {
    /// All of them, the fewest rights first.
    pub const ALL: [Self; 4] = [Self::Viewer, Self::Staff, Self::Admin, Self::Owner];

    /// Returns its name in forms and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Staff => "staff",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }

    /// Returns the role of this name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}

/// A user of the dashboard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Name by which they log in, and which members and colleagues see.
    pub name: String,
    /// Rights of the user.
    pub role: Role,
    /// Staff rooms whose tickets they see, as `account/channel`; `None` are all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rooms: Option<Vec<String>>,
    /// Hash of the password; `None` until they choose one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    /// E-mail address or name by which the identity provider knows them; `None` if they may not log in by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login: Option<String>,
    /// Id of them at the identity provider, since their first log-in by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// One-time link that was given to them and is not used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<Link>,
    /// Language of their pages, where they chose one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Second step of their log-in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub totp: Option<Totp>,
    /// `true` if they may not log in any more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ended: bool,
    /// Time of the invitation.
    pub created: Timestamp,
}

/// A one-time link: whoever opens it chooses a password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// SHA-256 of its token, in hexadecimal digits.
    pub token: String,
    /// Time until which it can be used.
    pub until: Timestamp,
}

impl User {
    /// Makes a user with a one-time link, and returns the token of that.
    pub fn invited(name: &str, role: Role, rooms: Option<Vec<String>>, now: Timestamp) -> (Self, String) {
        let mut user = Self {
            name: name.to_owned(),
            role,
            rooms,
            password: None,
            login: None,
            subject: None,
            link: None,
            language: None,
            totp: None,
            ended: false,
            created: now,
        };
        let token = user.give_link(now);
        (user, token)
    }

    /// Gives the user a new one-time link in place of an older one, and returns its token. The password stays until it is used.
    pub fn give_link(&mut self, now: Timestamp) -> String {
        let token = secrets::token();
        self.link = Some(Link {
            token: secrets::hex(&secrets::sha256(&token)),
            until: now.saturating_add(LINK_VALID).unwrap_or(Timestamp::MAX),
        });
        token
    }

    /// `true` if this token is that of the link, and can be used.
    pub fn has_link(&self, token: TokenHash, now: Timestamp) -> bool {
        self.link.as_ref().is_some_and(|link| {
            now < link.until && !self.ended && secrets::same(&link.token, &secrets::hex(&token))
        })
    }

    /// `true` if the user sees what is of one of these rooms. Whoever sees every room sees what is of none, too.
    pub fn sees<'r>(&self, mut rooms: impl Iterator<Item = &'r str>) -> bool {
        match self.limits() {
            None => true,
            Some(own) => rooms.any(|room| own.iter().any(|own| own == room)),
        }
    }

    /// Returns the rooms that limit the user; `None` if all are theirs.
    pub fn limits(&self) -> Option<&[String]> {
        match self.role {
            Role::Admin | Role::Owner => None,
            Role::Viewer | Role::Staff => self.rooms.as_deref(),
        }
    }

    /// `true` if the user has these rights.
    pub fn may(&self, role: Role) -> bool {
        !self.ended && self.role >= role
    }
}

/// Checks the name of a user: it stands in chats, in addresses and on the command line.
///
/// # Errors
/// The reason, in both languages, for the one who chose it.
pub fn check_name(name: &str) -> Result<(), &'static str> {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    let good = !name.is_empty()
        && name.chars().count() <= NAME_MAX
        && name.chars().all(plain)
        && !TAKEN.contains(&name);
    if good {
        Ok(())
    } else {
        Err(
            "名字只能用文字、数字和 - _ .，最多 40 个字，也不能是 invite / a name has letters, digits and - _ . only, at most 40 characters, and is not `invite`",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_can_be_used_in_time_with_its_own_token_and_until_another_is_given() {
        let now = Timestamp::UNIX_EPOCH;
        let (mut user, token) = User::invited("小李", Role::Staff, None, now);
        let hash = secrets::sha256(&token);
        assert!(user.has_link(hash, now));
        assert!(!user.has_link(hash, now + LINK_VALID));
        assert!(!user.has_link(secrets::sha256("another"), now));
        let newer = user.give_link(now);
        assert!(!user.has_link(hash, now));
        assert!(user.has_link(secrets::sha256(&newer), now));
        user.ended = true;
        assert!(!user.has_link(secrets::sha256(&newer), now));
    }

    #[test]
    fn rooms_limit_those_who_answer_and_not_those_who_run_the_desk() {
        let rooms = Some(vec!["qq/group:1".to_owned()]);
        let (mut user, _) = User::invited("a", Role::Staff, rooms, Timestamp::UNIX_EPOCH);
        assert!(user.sees(["qq/group:2", "qq/group:1"].into_iter()));
        assert!(!user.sees(["qq/group:2"].into_iter()) && !user.sees([].into_iter()));
        user.role = Role::Admin;
        assert!(user.sees([].into_iter()));
    }

    #[test]
    fn names_have_nothing_that_an_address_or_a_command_could_take_for_its_own() {
        for good in ["老王", "alice", "a.b-c_1"] {
            assert!(check_name(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            ".",
            "..",
            "invite",
            "a b",
            "a/b",
            "<b>",
            "a\n",
            &"x".repeat(41),
        ] {
            assert!(check_name(bad).is_err(), "{bad}");
        }
    }
}
