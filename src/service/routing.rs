//! Settings of a channel: its policy, its staff, its staff rooms.

use crate::config::{Config, UnansweredDigest};
use crate::desk::{Listen, Policy, TicketPolicy};
use crate::store::DecisionHorizon;
use groupdesk_contract::{AccountId, Adapter, Capabilities, MemberId, Place, ReplyWindow};
use jiff::{SignedDuration, Timestamp};
use parking_lot::RwLock;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::fmt;
use std::sync::Arc;

/// Looks up the operator's settings of a channel.
#[derive(Debug, Clone, Default)]
pub struct Routing {
    defaults: Arc<ChannelSettings>,
    accounts: HashMap<AccountId, Arc<ChannelSettings>>,
    channels: HashMap<Place, Arc<ChannelSettings>>,
    /// Settings of channels that were switched in the dashboard, while the program runs.
    switched: Arc<RwLock<HashMap<Place, Arc<ChannelSettings>>>>,
    staff: HashSet<(AccountId, MemberId)>,
    admins: HashSet<(AccountId, MemberId)>,
    rooms: HashSet<Place>,
    capabilities: HashMap<AccountId, Capabilities>,
    adapters: Adapters,
    tickets: TicketPolicy,
    digest: UnansweredDigest,
    conversation_retention: SignedDuration,
    platforms: HashMap<AccountId, String>,
    /// Other accounts on an account's platform, where there are any.
    siblings: HashMap<AccountId, Vec<AccountId>>,
}

/// Adapters of the accounts, for what differs between their channels.
#[derive(Clone, Default)]
struct Adapters(HashMap<AccountId, Arc<dyn Adapter>>);

impl fmt::Debug for Adapters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// Settings of one channel, or of every channel that has none of its own.
#[derive(Debug, Clone, Default)]
pub struct ChannelSettings {
    /// Behaviour of the bot there.
    pub policy: Policy,
    /// Staff rooms that are told of hand-overs.
    pub tell: Vec<Place>,
}

impl Routing {
    /// Makes the routing that a configuration describes.
    pub fn new(config: &Config) -> Self {
        let mut routing = Self {
            defaults: Arc::new(ChannelSettings {
                policy: config.defaults.clone(),
                tell: Vec::new(),
            }),
            tickets: config.tickets.clone(),
            digest: config.unanswered,
            conversation_retention: config.conversation_retention,
            ..Self::default()
        };
        routing.rooms.extend(config.tickets.escalate_to.iter().cloned());
        for account in &config.accounts {
            let id = AccountId::new(account.name.as_str());
            let entry = ChannelSettings {
                policy: passing_over(config.defaults.clone(), &account.bots, &account.ignore),
                tell: account.staff_rooms.clone(),
            };
            routing.accounts.insert(id.clone(), Arc::new(entry));
            routing.rooms.extend(account.staff_rooms.iter().cloned());
            for member in &account.admins {
                routing
                    .admins
                    .insert((id.clone(), MemberId::new(member.as_str())));
            }
            for member in account.staff.iter().chain(&account.admins) {
                routing.staff.insert((id.clone(), MemberId::new(member.as_str())));
            }
        }
        for person in &config.tickets.roster.people {
            routing.staff.extend(person.ids.iter().cloned());
        }
        for channel in &config.channels {
            let account = routing.accounts.get(&channel.place.account);
            let tell = match &channel.staff_rooms {
                Some(rooms) => rooms.clone(),
                None => account.map(|account| account.tell.clone()).unwrap_or_default(),
            };
            routing.rooms.extend(tell.iter().cloned());
            let here = |of: &&crate::config::AccountConfig| of.name == channel.place.account.as_str();
            let (bots, ignore) = config
                .accounts
                .iter()
                .find(here)
                .map_or((&[][..], &[][..]), |of| (&of.bots, &of.ignore));
            let entry = ChannelSettings {
                policy: passing_over(channel.policy.clone(), bots, ignore),
                tell,
            };
            routing.channels.insert(channel.place.clone(), Arc::new(entry));
        }
        for account in &config.accounts {
            let others = config.accounts.iter();
            let others =
                others.filter(|other| other.platform == account.platform && other.name != account.name);
            let siblings: Vec<AccountId> = others.map(|other| AccountId::new(other.name.as_str())).collect();
            let id = AccountId::new(account.name.as_str());
            routing.siblings.insert(id.clone(), siblings);
            routing.platforms.insert(id, account.platform.clone());
        }
        routing.tickets.staff_rooms = routing.staff_rooms();
        routing
    }

    /// Records the adapters of the accounts, and the capabilities of their platforms.
    pub fn set_adapters(&mut self, adapters: impl IntoIterator<Item = Arc<dyn Adapter>>) {
        for adapter in adapters {
            let account = adapter.account().clone();
            self.capabilities.insert(account.clone(), adapter.capabilities());
            self.adapters.0.insert(account, adapter);
        }
    }

    /// Returns how often the staff rooms are sent what nobody answered.
    pub fn digest(&self) -> UnansweredDigest {
        self.digest
    }

    /// Returns the reply window of a channel: how long, and how often, a message there can be answered.
    pub fn reply_window(&self, place: &Place) -> Option<ReplyWindow> {
        self.adapters.0.get(&place.account)?.reply_window(&place.channel)
    }

    /// Returns the platform that an account is on.
    pub fn platform(&self, account: &AccountId) -> &str {
        self.platforms.get(account).map_or("", String::as_str)
    }

    /// Returns the other accounts on an account's platform.
    pub fn siblings(&self, account: &AccountId) -> &[AccountId] {
        self.siblings.get(account).map_or(&[], Vec::as_slice)
    }

    /// Returns the ids by which members see an account, as far as they are known.
    pub fn own_ids(&self, account: &AccountId) -> Vec<MemberId> {
        let adapter = self.adapters.0.get(account);
        adapter.map(|adapter| adapter.own_ids()).unwrap_or_default()
    }

    /// Returns the capabilities of an account's platform.
    pub fn capabilities(&self, account: &AccountId) -> Option<&Capabilities> {
        self.capabilities.get(account)
    }

    /// Returns the settings of a channel.
    pub fn channel(&self, place: &Place) -> Arc<ChannelSettings> {
        let switched = self.switched.read();
        match switched.get(place) {
            Some(entry) => Arc::clone(entry),
            None => Arc::clone(self.written(place)),
        }
    }

    /// Returns the settings of a channel as groupdesk.yaml has them.
    pub fn written(&self, place: &Place) -> &Arc<ChannelSettings> {
        self.channels
            .get(place)
            .or_else(|| self.accounts.get(&place.account))
            .unwrap_or(&self.defaults)
    }

    /// Switches what the bot listens to in a channel; `None` leaves that to groupdesk.yaml again.
    pub fn switch(&self, place: &Place, listen: Option<Listen>) {
        let mut switched = self.switched.write();
        match listen {
            None => {
                switched.remove(place);
            }
            Some(listen) => {
                let mut entry = ChannelSettings::clone(self.written(place));
                entry.policy.listen = listen;
                switched.insert(place.clone(), Arc::new(entry));
            }
        }
    }

    /// Returns what a channel was switched to, where it was.
    pub fn switched(&self, place: &Place) -> Option<Listen> {
        let switched = self.switched.read();
        switched.get(place).map(|entry| entry.policy.listen)
    }

    /// Returns the channels with settings of their own.
    pub fn channels(&self) -> impl Iterator<Item = &Place> {
        self.channels.keys()
    }

    /// Returns the settings that are written: of channels, of accounts, and of everything else.
    fn entries(&self) -> impl Iterator<Item = &Arc<ChannelSettings>> {
        let written = self.channels.values().chain(self.accounts.values());
        written.chain([&self.defaults])
    }

    /// Returns the tags of channels whose tickets come to rooms that are `seen`, in order.
    pub fn tags(&self, seen: impl Fn(&[Place]) -> bool) -> BTreeSet<String> {
        let seen = self.entries().filter(|entry| seen(&entry.tell));
        seen.flat_map(|entry| entry.policy.tags.iter().cloned()).collect()
    }

    /// `true` if a channel has a tag.
    pub fn has_tag(&self, place: &Place, tag: &str) -> bool {
        self.channel(place).policy.tags.iter().any(|one| one == tag)
    }

    /// Returns the channels that have a tag; `None` where those have it that are written nowhere.
    pub fn tagged(&self, tag: &str) -> Option<Vec<Place>> {
        let others = self.accounts.values().chain([&self.defaults]);
        let mut others = others.flat_map(|entry| &entry.policy.tags);
        if others.any(|one| one == tag) {
            return None;
        }
        let mut places: Vec<Place> = self.channels.keys().cloned().collect();
        places.retain(|place| self.has_tag(place, tag));
        places.sort();
        Some(places)
    }

    /// Returns the adapter of an account.
    pub fn adapter(&self, account: &AccountId) -> Option<&Arc<dyn Adapter>> {
        self.adapters.0.get(account)
    }

    /// Returns the time after the last message for which a channel's latest messages are kept.
    pub fn conversation_retention(&self) -> SignedDuration {
        self.conversation_retention
    }

    /// Returns the times before which kept decisions are removed.
    pub fn decision_horizon(&self, now: Timestamp) -> DecisionHorizon {
        let before = |policy: &Policy| {
            let kept = policy.decisions.retention;
            now.saturating_sub(kept).unwrap_or(Timestamp::MIN)
        };
        let usual = before(&self.defaults.policy);
        let channels = self.channels.iter();
        let mut channels: Vec<(Place, Timestamp)> = channels
            .map(|(place, entry)| (place.clone(), before(&entry.policy)))
            .filter(|(_, before)| *before != usual)
            .collect();
        channels.sort();
        DecisionHorizon {
            before: usual,
            channels,
        }
    }

    /// Returns the longest time that a reply waits for a member or for staff, in any channel.
    pub fn longest_wait(&self) -> SignedDuration {
        let entries = self.accounts.values().chain(self.channels.values());
        let waits = entries
            .chain([&self.defaults])
            .map(|entry| entry.policy.longest_wait());
        waits.max().unwrap_or_default()
    }

    /// Returns the rules for the life of tickets.
    pub fn tickets(&self) -> &TicketPolicy {
        &self.tickets
    }

    /// `true` if a person is staff on an account. Admins are.
    pub fn is_staff(&self, account: &AccountId, member: &MemberId) -> bool {
        // Two clones of an Arc each, on a path that has just parsed JSON: not worth a borrowed key.
        self.staff.contains(&(account.clone(), member.clone()))
    }

    /// `true` if a person may change the FAQ.
    pub fn is_admin(&self, account: &AccountId, member: &MemberId) -> bool {
        self.admins.contains(&(account.clone(), member.clone()))
    }

    /// `true` if a channel is a staff room, or the dashboard's for the staff of one.
    pub fn is_staff_room(&self, place: &Place) -> bool {
        self.rooms.contains(&*place.stands_for())
    }

    /// Returns every staff room, for notices about the whole installation.
    pub fn staff_rooms(&self) -> Vec<Place> {
        let mut rooms: Vec<Place> = self.rooms.iter().cloned().collect();
        rooms.sort();
        rooms
    }
}

/// Adds to a channel's policy the senders whom its account ignores everywhere.
fn passing_over(mut policy: Policy, bots: &[String], ignore: &[String]) -> Policy {
    policy.bots.extend_from_slice(bots);
    policy.ignore.extend_from_slice(ignore);
    policy
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Environment;
    use crate::desk::Commands::{Always, Called};
    use std::path::Path;

    #[test]
    fn whom_the_bot_passes_over_stands_under_an_account_or_a_channel_and_is_checked_there() {
        let text = "accounts:
  qq: { platform: onebot, staff_rooms: [qq/group:1], bots: [7, '8'], ignore: [9] }
defaults: { commands: always, withdraw_wrong_answers: true }
channels:
  qq/group:2: { bots: [10], commands: called }
";
        let config = crate::config::load(
            Path::new("groupdesk.yaml"),
            text,
            &Environment::given(HashMap::new()),
            &crate::service::accounts::platforms(),
        )
        .unwrap();
        let routing = Routing::new(&config);
        let policy = |place: &str| routing.channel(&Place::new("qq", place)).policy.clone();
        let here = policy("group:2");
        assert_eq!(
            (here.bots.join(","), here.ignore.join(",")),
            ("10,7,8".into(), "9".into())
        );
        assert_eq!(policy("group:3").bots, ["7", "8"]);
        assert_eq!((here.commands, policy("group:3").commands), (Called, Always));
        assert!(here.withdraw_wrong_answers);
        let named: Vec<String> = config
            .addresses()
            .iter()
            .map(|address| address.path.join("."))
            .collect();
        for path in [
            "accounts.qq.bots.1",
            "accounts.qq.ignore.0",
            "channels.qq/group:2.bots.0",
        ] {
            assert!(named.iter().any(|named| named == path), "{path}: {named:?}");
        }
    }
}
