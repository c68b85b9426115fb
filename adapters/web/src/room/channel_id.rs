//! Channels of the dashboard: one for the staff of each room, named by the room's address, and rooms that are the dashboard's alone.

use groupdesk_contract::{AddressError, ChannelId};

/// Checks a room that is the dashboard's alone, as it is written in groupdesk.yaml: `dashboard/team`.
///
/// # Errors
/// The form that it should have.
pub(crate) fn check(channel: &ChannelId) -> Result<(), AddressError> {
    let name = channel.as_str();
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    if !name.is_empty() && name.chars().all(plain) {
        return Ok(());
    }
    let typed: String = name.chars().filter(|c| plain(*c)).collect();
    Err(AddressError {
        expected: "a name of letters, digits and -_.".to_owned(),
        suggestion: Some(if typed.is_empty() {
            "team".to_owned()
        } else {
            typed
        }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_of_the_dashboard_has_a_name_and_no_address_of_another() {
        assert!(check(&"team".into()).is_ok() && check(&"售后".into()).is_ok());
        for (given, meant) in [("qq/group:1", "qqgroup1"), ("", "team"), ("a b", "ab")] {
            let error = check(&given.into()).err();
            assert_eq!(
                error.and_then(|error| error.suggestion).as_deref(),
                Some(meant),
                "{given}"
            );
        }
    }
}
