//! Our Message-IDs: `t12.7.3f2a...@desk.example` is reply 7, of ticket 12. The last part is a signature over the account, the
//! target and the rest, so that nobody can write into a ticket by guessing, and an answer names its target by itself. They are
//! kept without the angle brackets.

use groupdesk_contract::{AccountId, ReplyKey, Secret};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use std::fmt::Write;
use subtle::ConstantTimeEq;

/// Hex digits of the signature that an id bears.
const SIGNED: usize = 16;

/// Makes and recognises the Message-IDs of an account.
#[derive(Debug)]
pub(crate) struct Threads {
    account: AccountId,
    domain: String,
    secret: Secret,
}

/// The meaning of one of our Message-IDs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Named {
    /// The ticket; none for a mail of its own.
    pub(crate) ticket: Option<u64>,
    /// It is the start of a ticket's thread, which no mail bears.
    pub(crate) root: bool,
}

impl Threads {
    pub(crate) fn new(account: AccountId, domain: &str, secret: Secret) -> Self {
        Self {
            account,
            domain: domain.to_owned(),
            secret,
        }
    }

    /// The id of a mail: of a ticket's thread, or one of its own.
    pub(crate) fn mail(&self, target: &str, ticket: Option<u64>, key: ReplyKey) -> String {
        match ticket {
            Some(ticket) => self.signed(target, &format!("t{ticket}.{}", key.0)),
            None => self.signed(target, &format!("n{}", key.0)),
        }
    }

    /// Returns the id that all mails of a ticket refer to. No mail bears it: a ticket that is opened again, or that goes to two
    /// rooms, has several first mails, and servers drop the second of two mails with one id.
    pub(crate) fn root(&self, target: &str, ticket: u64) -> String {
        self.signed(target, &format!("t{ticket}.0"))
    }

    /// Returns the meaning of `id`, if we made it for `target`. The comparison takes constant time, so that its duration doesn't
    /// tell how much of `id` is right.
    pub(crate) fn recognise(&self, target: &str, id: &str) -> Option<Named> {
        let named = self.parse(id)?;
        let (name, _) = id.split_once('@')?.0.rsplit_once('.')?;
        let right = self.signed(target, name);
        bool::from(right.as_bytes().ct_eq(id.as_bytes())).then_some(named)
    }

    /// The form alone; anybody can write that.
    fn parse(&self, id: &str) -> Option<Named> {
        let (local, domain) = id.split_once('@')?;
        let (name, _) = local.rsplit_once('.')?;
        if domain != self.domain {
            return None;
        }
        if let Some(key) = name.strip_prefix('n') {
            key.parse::<i64>().ok()?;
            return Some(Named {
                ticket: None,
                root: false,
            });
        }
        let (ticket, key) = name.strip_prefix('t')?.split_once('.')?;
        Some(Named {
            ticket: Some(ticket.parse().ok()?),
            root: key.parse::<i64>().ok()? == 0,
        })
    }

    fn signed(&self, target: &str, name: &str) -> String {
        #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
        let mut mac = Hmac::<Sha256>::new_from_slice(self.secret.expose().as_bytes()).expect("any length");
        // A NUL stands in no name, so that no two triples read the same.
        for part in [self.account.as_str(), "\0", target, "\0", name] {
            mac.update(part.as_bytes());
        }
        format!(
            "{name}.{}@{}",
            hex(mac.finalize().into_bytes().iter().take(SIGNED / 2)),
            self.domain
        )
    }
}

/// A new secret for signing ids.
///
/// # Errors
/// A sentence for the operator, if the system has no randomness to give.
pub(crate) fn new_secret() -> Result<Secret, String> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| format!("no randomness: {error}"))?;
    Ok(Secret::new(hex(&bytes)))
}

/// A text in eight bytes, to know it again.
pub(crate) fn fingerprint(text: &str) -> u64 {
    let hash = Sha256::digest(text.as_bytes());
    hash.iter()
        .take(8)
        .fold(0, |print, byte| print << 8 | u64::from(*byte))
}

pub(crate) fn hex<'a>(bytes: impl IntoIterator<Item = &'a u8>) -> String {
    bytes.into_iter().fold(String::new(), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn threads(account: &str, secret: &str) -> Threads {
        Threads::new(account.into(), "desk.example", Secret::new(secret))
    }

    #[test]
    fn what_was_made_is_recognised_for_its_own_target_and_account_only() {
        let ours = threads("mail", "a secret of ours");
        let id = ours.mail("support", Some(12), ReplyKey(7));
        assert!(id.starts_with("t12.7.") && id.ends_with("@desk.example"), "{id}");
        assert_eq!(id, ours.mail("support", Some(12), ReplyKey(7)));
        let named = ours.recognise("support", &id).unwrap();
        assert_eq!((named.ticket, named.root), (Some(12), false));
        assert!(ours.recognise("support", &ours.root("support", 12)).unwrap().root);
        let own = ours.mail("support", None, ReplyKey(9));
        assert_eq!(ours.recognise("support", &own).unwrap().ticket, None);
        assert_eq!(ours.recognise("sales", &id), None);
        assert_eq!(
            threads("other", "a secret of ours").recognise("support", &id),
            None
        );
        assert_eq!(threads("mail", "another secret").recognise("support", &id), None);
    }

    #[test]
    fn forged_and_foreign_ids_are_nobody() {
        let ours = threads("mail", "a secret of ours");
        let id = ours.mail("support", Some(12), ReplyKey(7));
        let other_ticket = id.replacen("t12", "t13", 1);
        let other_domain = id.replace("desk.example", "desk.example.com");
        for wrong in [
            &other_ticket,
            &other_domain,
            "",
            "@",
            "t1.2@desk.example",
            "t12.7.@desk.example",
            "x@desk.example",
        ] {
            assert_eq!(ours.recognise("support", wrong), None, "{wrong}");
        }
    }

    #[test]
    fn secrets_differ_and_are_not_shown() {
        assert_ne!(new_secret().unwrap(), new_secret().unwrap());
        assert!(!format!("{:?}", threads("mail", "hush")).contains("hush"));
    }
}
