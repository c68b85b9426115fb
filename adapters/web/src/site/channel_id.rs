//! Ids of visitors and their channels. A visitor is `user:ID`, whom the website or a program vouches for, or `guest:NUMBER`; the
//! channel is `private:` and the visitor.

use groupdesk_contract::{AddressError, ChannelId, MemberId, clean_line};

/// The longest id by which a website may know somebody, in characters.
const ID_MAX_CHARS: usize = 128;

/// The kinds of visitors.
const KINDS: [&str; 2] = ["user:", "guest:"];

/// Makes the id of somebody whom the website knows by `id`; `None` if that can't be an id.
pub(crate) fn user(id: &str) -> Option<MemberId> {
    let good =
        !id.is_empty() && id.chars().count() <= ID_MAX_CHARS && id.trim() == id && clean_line(id) == id;
    good.then(|| MemberId::new(format!("user:{id}")))
}

/// Makes the id of a guest.
pub(crate) fn guest(number: &str) -> MemberId {
    MemberId::new(format!("guest:{number}"))
}

/// Returns `true` for somebody whom the website vouches for.
pub(crate) fn is_user(visitor: &MemberId) -> bool {
    visitor.as_str().starts_with("user:")
}

/// Returns the end of a visitor's id, by which staff tell nameless ones apart.
pub(crate) fn tail(visitor: &MemberId) -> String {
    let id = visitor.as_str().split_once(':').map_or("", |(_, id)| id);
    let characters = id.chars().count();
    id.chars().skip(characters.saturating_sub(4)).collect()
}

/// Returns the channel of a visitor.
pub(crate) fn channel(visitor: &MemberId) -> ChannelId {
    ChannelId::new(format!("private:{}", visitor.as_str()))
}

/// Returns the visitor of a channel; `None` if it is none of ours.
pub(crate) fn visitor(channel: &ChannelId) -> Option<MemberId> {
    let visitor = channel.as_str().strip_prefix("private:")?;
    is_visitor(visitor).then(|| MemberId::new(visitor))
}

fn is_visitor(text: &str) -> bool {
    KINDS
        .iter()
        .any(|kind| text.strip_prefix(kind).is_some_and(|id| !id.is_empty()))
}

/// Checks a channel as the operator wrote it.
///
/// # Errors
/// The form that it should have.
pub(crate) fn check_channel(channel: &ChannelId) -> Result<(), AddressError> {
    if visitor(channel).is_some() {
        return Ok(());
    }
    let given = channel.as_str();
    let rest = given.split_once(':').map_or(given, |(_, rest)| rest);
    Err(AddressError {
        expected: "private:user:ID or private:guest:NUMBER".to_owned(),
        suggestion: (!rest.is_empty() && !rest.contains(':')).then(|| format!("private:user:{rest}")),
    })
}

/// Checks a visitor as the operator wrote one.
///
/// # Errors
/// The form that it should have.
pub(crate) fn check_member(member: &MemberId) -> Result<(), AddressError> {
    let given = member.as_str();
    if is_visitor(given) {
        return Ok(());
    }
    Err(AddressError {
        expected: "user:ID or guest:NUMBER".to_owned(),
        suggestion: (!given.is_empty() && !given.contains(':')).then(|| format!("user:{given}")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_visitor_and_their_channel_name_each_other() {
        for visitor_id in [user("a:b/c 汉字").unwrap(), guest("0a1b")] {
            assert_eq!(visitor(&channel(&visitor_id)), Some(visitor_id.clone()));
            assert!(check_member(&visitor_id).is_ok() && check_channel(&channel(&visitor_id)).is_ok());
        }
        let long = "x".repeat(129);
        for bad in ["", " a", "a\nb", "a\u{202e}b", long.as_str()] {
            assert_eq!(user(bad), None, "{bad:?}");
        }
        for (given, meant) in [("42", "private:user:42"), ("private:42", "private:user:42")] {
            let error = check_channel(&given.into()).unwrap_err();
            assert_eq!(error.suggestion.as_deref(), Some(meant), "{given}");
        }
        assert_eq!(
            check_member(&"42".into()).unwrap_err().suggestion.as_deref(),
            Some("user:42")
        );
        assert_eq!(
            (tail(&guest("0a1b2c3d")), tail(&"user:小明".into())),
            ("2c3d".to_owned(), "小明".to_owned())
        );
    }
}
