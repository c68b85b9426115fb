//! Rate limits: buckets that fill again, one a visitor, an address and a program; and the streams that may stand at once.

use super::settings::{LimitSettings, Settings};
use axum::http::HeaderMap;
use groupdesk_contract::{MemberId, Peer};
use groupdesk_kit::BoundedMap;
use jiff::Timestamp;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

/// Visitors, addresses and programs that are counted at once; the oldest is forgotten first.
const COUNTED_MAX: usize = 20_000;
/// The most streams of one visitor, or of one program.
const CALLER_STREAMS_MAX: usize = 8;
/// The most streams in all.
const STREAMS_MAX: usize = 2_000;

/// Returns the address of a caller for counting: that which a proxy of ours names, else its own. A client can write anything into
/// the header but what the last proxy adds at its end.
pub(crate) fn address(peer: Option<Peer>, headers: &HeaderMap, settings: &Settings) -> String {
    let Some(Peer(peer)) = peer else {
        return String::new();
    };
    let peer = peer.to_canonical();
    let is_proxy = |address: IpAddr| address.is_loopback() || settings.proxies.allow(None, address);
    if !is_proxy(peer) {
        return counted(peer);
    }
    let lists = headers.get_all("x-forwarded-for").iter().rev();
    let named = lists
        .filter_map(|list| list.to_str().ok())
        .flat_map(|list| list.rsplit(','))
        .map_while(|address| address.trim().parse::<IpAddr>().ok())
        .map(|address| address.to_canonical())
        .find(|address| !is_proxy(*address));
    counted(named.unwrap_or(peer))
}

/// Returns what an address is counted as: of IPv6 the network that one line has.
fn counted(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

/// Rest of somebody's allowance.
#[derive(Debug, Clone, Copy)]
struct Bucket {
    left: f64,
    at: Timestamp,
}

/// The counts of one account.
pub(crate) struct Limits {
    settings: LimitSettings,
    buckets: Mutex<BoundedMap<String, Bucket>>,
    streams: Arc<Mutex<HashMap<String, usize>>>,
}

impl Limits {
    pub(crate) fn new(settings: LimitSettings) -> Self {
        Self {
            settings,
            buckets: Mutex::new(BoundedMap::new(COUNTED_MAX)),
            streams: Arc::default(),
        }
    }

    /// Counts a message of a visitor from an address.
    ///
    /// # Errors
    /// The seconds after which another is taken.
    pub(crate) fn message(&self, visitor: &MemberId, address: &str, now: Timestamp) -> Result<(), u64> {
        self.take(
            format!("a/{address}"),
            (self.settings.address_per_minute, 60),
            now,
        )?;
        self.take(
            format!("v/{}", visitor.as_str()),
            (self.settings.visitor_per_minute, 60),
            now,
        )
    }

    /// Counts a message of a program.
    ///
    /// # Errors
    /// The seconds after which another is taken.
    pub(crate) fn of_program(&self, program: &str, now: Timestamp) -> Result<(), u64> {
        self.take(
            format!("p/{program}"),
            (self.settings.program_per_minute, 60),
            now,
        )
    }

    /// Counts a new visitor from an address.
    ///
    /// # Errors
    /// The seconds after which another is taken.
    pub(crate) fn new_visitor(&self, address: &str, now: Timestamp) -> Result<(), u64> {
        self.take(
            format!("n/{address}"),
            (self.settings.visitors_per_hour, 3_600),
            now,
        )
    }

    fn take(&self, who: String, (most, seconds): (u32, u32), now: Timestamp) -> Result<(), u64> {
        let most = f64::from(most);
        let rate = most / f64::from(seconds);
        let mut buckets = self.buckets.lock();
        let bucket = buckets.get(&who).copied();
        let mut bucket = bucket.unwrap_or(Bucket { left: most, at: now });
        // A clock that was set back gives nothing and takes nothing.
        let passed = now.duration_since(bucket.at).as_secs_f64().max(0.0);
        bucket.left = (bucket.left + passed * rate).min(most);
        bucket.at = now;
        let taken = if bucket.left >= 1.0 {
            bucket.left -= 1.0;
            Ok(())
        } else {
            let wait = ((1.0 - bucket.left) / rate).ceil().max(1.0);
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "at least 1, and an hour at most"
            )]
            Err(wait as u64)
        };
        buckets.insert(who, bucket);
        taken
    }

    /// Takes a place for a stream; `None` if there are too many, of this one or in all.
    pub(crate) fn stream(&self, who: &str) -> Option<StreamPlace> {
        let mut streams = self.streams.lock();
        let all: usize = streams.values().sum();
        let own = streams.get(who).copied().unwrap_or_default();
        if own >= CALLER_STREAMS_MAX || all >= STREAMS_MAX {
            return None;
        }
        streams.insert(who.to_owned(), own + 1);
        Some(StreamPlace {
            streams: Arc::clone(&self.streams),
            who: who.to_owned(),
        })
    }
}

/// A place of a stream; it is left when this is dropped.
#[derive(Debug)]
pub(crate) struct StreamPlace {
    streams: Arc<Mutex<HashMap<String, usize>>>,
    who: String,
}

impl Drop for StreamPlace {
    fn drop(&mut self) {
        let mut streams = self.streams.lock();
        if let Some(own) = streams.get_mut(&self.who) {
            *own = own.saturating_sub(1);
            if *own == 0 {
                streams.remove(&self.who);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn an_allowance_is_used_up_and_comes_back_with_time() {
        let limits = Limits::new(LimitSettings {
            visitor_per_minute: 2,
            address_per_minute: 3,
            ..LimitSettings::default()
        });
        let at = |second| Timestamp::from_second(second).unwrap();
        let (one, other) = (MemberId::new("guest:1"), MemberId::new("guest:2"));
        assert_eq!(limits.message(&one, "1.1.1.1", at(0)), Ok(()));
        assert_eq!(limits.message(&one, "1.1.1.1", at(0)), Ok(()));
        assert_eq!(limits.message(&one, "1.1.1.1", at(0)), Err(30));
        // The address is used up too, for everybody there and nobody elsewhere.
        assert_eq!(limits.message(&other, "1.1.1.1", at(0)), Err(20));
        assert_eq!(limits.message(&other, "2.2.2.2", at(0)), Ok(()));
        assert_eq!(limits.message(&one, "2.2.2.2", at(29)), Err(1));
        assert_eq!(limits.message(&one, "2.2.2.2", at(30)), Ok(()));
        // The clock goes back.
        assert_eq!(limits.message(&one, "2.2.2.2", at(10)), Err(30));
    }

    #[test]
    fn streams_of_one_are_few_and_a_place_is_given_back() {
        let limits = Limits::new(LimitSettings::default());
        let mut places: Vec<StreamPlace> = (0..CALLER_STREAMS_MAX)
            .filter_map(|_| limits.stream("v"))
            .collect();
        assert_eq!(places.len(), CALLER_STREAMS_MAX);
        assert!(limits.stream("v").is_none() && limits.stream("w").is_some());
        places.pop();
        assert!(limits.stream("v").is_some());
    }

    #[test]
    fn a_proxy_of_ours_says_who_calls_and_nobody_else_does() {
        let settings: Settings =
            serde_json::from_value(serde_json::json!({ "proxies": ["172.16.0.0/12"] })).unwrap();
        let peer = |address: &str| address.parse().ok().map(Peer);
        let mut headers = HeaderMap::new();
        headers.insert(
            "x-forwarded-for",
            HeaderValue::from_static("6.6.6.6, 9.9.9.9, 172.18.0.3"),
        );
        for (from, counted) in [
            ("127.0.0.1", "9.9.9.9"),
            ("172.18.0.2", "9.9.9.9"),
            ("::ffff:127.0.0.1", "9.9.9.9"),
            ("8.8.8.8", "8.8.8.8"),
            ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ] {
            assert_eq!(address(peer(from), &headers, &settings), counted, "{from}");
        }
        assert_eq!(
            address(peer("127.0.0.1"), &HeaderMap::new(), &settings),
            "127.0.0.1"
        );
    }
}
