//! Checks a member's id as the platform of its account writes ids.

use crate::config::{self, Config};
use crate::service::accounts;
use groupdesk_contract::{Clock, Forgetful, MemberId};
use std::path::Path;
use std::sync::Arc;

/// Returns the form that the platform's ids have, where `member` can be none of an account's. `None` also where no
/// configuration names the account: then nothing is known of its ids.
pub(super) fn expected(
    path: Option<&Path>,
    account: &str,
    member: &str,
    clock: &Arc<dyn Clock>,
) -> Option<String> {
    let config = match path.or_else(|| Some(Path::new("groupdesk.yaml")).filter(|path| path.exists())) {
        Some(path) => {
            let text = std::fs::read_to_string(path).ok()?;
            // Its secrets are not needed here.
            let environment = config::Environment::lenient();
            config::load(path, &text, &environment, &accounts::platforms()).ok()?
        }
        None => Config::console(),
    };
    let built = accounts::build(&config, clock, &|_| Arc::new(Forgetful::default())).ok()?;
    let account = built
        .iter()
        .find(|built| built.adapter.account().as_str() == account)?;
    let wrong = account.adapter.check_member(&MemberId::new(member)).err()?;
    Some(wrong.expected)
}
