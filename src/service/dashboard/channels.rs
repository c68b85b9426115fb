//! Accounts and channels as the dashboard shows them, and the switch of what the bot listens to.

use super::decisions::listening;
use super::{Dashboard, failed};
use crate::desk::Listen;
use crate::service::accounts;
use crate::service::channel_switches::{self, Switch};
use crate::store::DecisionFilter;
use groupdesk_contract::{AccountId, Place};
use groupdesk_dashboard::{
    AccountStanding, Accounts, ChannelStanding, Code, Listening, Refused, Result, User,
};
use jiff::{SignedDuration, Timestamp};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Most channels that the page lists.
const CHANNELS_MAX: usize = 100;
/// Most refused replies that the page lists.
const REFUSED_MAX: u32 = 20;

/// Latest decisions that are counted.
const DECISIONS: u32 = 2_000;

/// Time in which a channel is called lively.
const LATELY: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Longest address of a channel that can be switched, in bytes.
const ADDRESS_MAX: usize = 400;

impl Dashboard {
    pub(super) async fn accounts(&self) -> Result<Accounts> {
        let store = &self.parts.store;
        let mut queued = BTreeMap::new();
        for one in store.queued_replies().await.map_err(failed)? {
            queued.insert(one.account.clone(), one);
        }
        let accounts = self.parts.config.accounts.iter().map(|account| {
            let waits = queued.get(&AccountId::new(account.name.as_str()));
            AccountStanding {
                name: account.name.clone(),
                platform: account.platform.clone(),
                queued: waits.map_or(0, |waits| waits.replies),
                oldest: waits.map(|waits| waits.oldest),
                has_code: accounts::has_code(&account.platform),
            }
        });
        let refused = store.refused_replies(REFUSED_MAX).await.map_err(failed)?;
        Ok(Accounts {
            accounts: accounts.collect(),
            channels: self.channel_states().await?,
            refused: refused
                .into_iter()
                .map(|one| Refused {
                    at: one.at,
                    channel: one.place.to_string(),
                    reason: one.reason,
                    ticket: one.ticket,
                })
                .collect(),
        })
    }

    async fn channel_states(&self) -> Result<Vec<ChannelStanding>> {
        let store = &self.parts.store;
        let routing = &self.parts.routing;
        let now = self.parts.clock.now();
        let since = now.saturating_sub(LATELY).unwrap_or(Timestamp::MIN);
        let mut switched = channel_switches::read(&**store).await.map_err(failed)?;
        let mut messages: BTreeMap<Place, u64> = routing.channels().map(|place| (place.clone(), 0)).collect();
        for channel in switched.keys() {
            messages.extend(channel_switches::place(channel).map(|place| (place, 0)));
        }
        for count in store.decision_counts(since, now).await.map_err(failed)? {
            if self.has_account(&count.place) && !routing.is_staff_room(&count.place) {
                *messages.entry(count.place).or_default() += u64::from(count.messages);
            }
        }
        // What called the bot or reads as a question has a row of its own.
        let filter = DecisionFilter {
            since: Some(since),
            limit: Some(DECISIONS),
            ..DecisionFilter::default()
        };
        for one in store.decisions(&filter).await.map_err(failed)? {
            *messages.entry(one.decision.place).or_default() += 1;
        }
        let mut channels: Vec<(Place, u64)> = messages.into_iter().collect();
        channels.sort_by_key(|(_, messages)| Reverse(*messages));
        channels.truncate(CHANNELS_MAX);
        let state = |(place, messages): (Place, u64)| {
            let written = routing.written(&place);
            let channel = place.to_string();
            ChannelStanding {
                listens: listening(routing.channel(&place).policy.listen),
                written: listening(written.policy.listen),
                switched: switched.remove(&channel).map(|switch| (switch.by, switch.at)),
                messages,
                rooms: written.tell.iter().map(ToString::to_string).collect(),
                settings: self.settings(&place),
                channel,
            }
        };
        Ok(channels.into_iter().map(state).collect())
    }

    pub(super) fn has_account(&self, place: &Place) -> bool {
        let accounts = &self.parts.config.accounts;
        accounts
            .iter()
            .any(|account| account.name == place.account.as_str())
    }

    pub(super) async fn switch(&self, user: &User, channel: &str, to: Option<Listening>) -> Result<bool> {
        let place = channel_switches::place(channel).filter(|place| {
            let known = self.parts.routing.adapter(&place.account);
            channel.len() <= ADDRESS_MAX
                && self.has_account(place)
                && known.is_some_and(|adapter| adapter.check_channel(&place.channel).is_ok())
        });
        let Some(place) = place else {
            return Ok(false);
        };
        let switch = to.map(|to| Switch {
            listen: match to {
                Listening::All => Listen::All,
                Listening::Mentions => Listen::Mentions,
                Listening::Shadow => Listen::Shadow,
                Listening::Off => Listen::Off,
            },
            by: user.name.clone(),
            at: self.parts.clock.now(),
        });
        let put = channel_switches::put(&*self.parts.store, &self.parts.routing, &place, switch);
        put.await.map_err(failed)?;
        Ok(true)
    }

    /// Returns the code of an account: the one by which somebody logs it in now, or the one by which members come.
    pub(super) async fn code(&self, name: &str) -> Result<Option<Code>> {
        let config = &self.parts.config;
        let Some(account) = config.accounts.iter().find(|account| account.name == name) else {
            return Ok(None);
        };
        if !accounts::has_code(&account.platform) {
            return Ok(None);
        }
        let adapter = self.parts.routing.adapter(&AccountId::new(name));
        let waits_for = adapter.and_then(|adapter| adapter.log_in_link());
        let link = match waits_for {
            Some(link) => Ok(link),
            None => self.member_link(account).await,
        };
        Ok(Some(
            match link.and_then(|link| Ok((accounts::code(&link)?, link))) {
                Ok((svg, link)) => Code::Picture { svg, link },
                Err(why) => Code::None(why),
            },
        ))
    }

    /// Returns the link by which members come to an account. It is made once a run: each is one more of the platform's.
    async fn member_link(
        &self,
        account: &crate::config::AccountConfig,
    ) -> std::result::Result<String, String> {
        let mut links = self.links.lock().await;
        if let Some(link) = links.get(&account.name) {
            return Ok(link.clone());
        }
        let made = accounts::member_link(&self.parts.config, account, &self.parts.clock).await?;
        links.insert(account.name.clone(), made.clone());
        Ok(made)
    }
}
