//! Checks a member's id as the platform of its account writes ids.

use crate::config::Config;
use crate::service::{accounts, address_check};
use groupdesk_contract::{Clock, InMemoryStorage, MemberId};
use std::sync::Arc;

/// Returns the form that the platform's ids have, in Chinese and in English, where `member` can be none of an account's. `None` also where the
/// configuration does not name the account, or its accounts can't be made: then nothing is known of its ids.
pub(super) fn expected(
    config: &Config,
    account: &str,
    member: &str,
    clock: &Arc<dyn Clock>,
) -> Option<(String, String)> {
    let built = accounts::build(config, clock, &|_| Arc::new(InMemoryStorage::default())).ok()?;
    let account = built
        .iter()
        .find(|built| built.adapter.account().as_str() == account)?;
    let wrong = account.adapter.check_member(&MemberId::new(member)).err()?;
    Some((address_check::in_chinese(&wrong.expected), wrong.expected))
}
