//! Private networks: no address in them is fetched for a stranger.

use crate::in_both;
use ipnet::IpNet;
use schemars::JsonSchema;
use serde::Deserialize;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use url::{Host, Url};

/// The address of Azure's host services, which lies among public ones.
const AZURE_HOST: Ipv4Addr = Ipv4Addr::new(168, 63, 129, 16);

/// Ends of names that a house or a company gives to its own machines.
const OWN_DOMAINS: [&str; 9] = [
    "localhost",
    "local",
    "localdomain",
    "internal",
    "intranet",
    "lan",
    "home",
    "home.arpa",
    "corp",
];

/// Tells whether an address is not on the public internet: this machine, a private or carrier's network (RFC 1918, 6598, 4193), the local
/// link with the metadata service of clouds, and what is reserved; also inside of the IPv6 forms that carry an IPv4 address.
pub fn is_private_address(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_private_v4(address),
        IpAddr::V6(address) => is_private_v6(address),
    }
}

fn is_private_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (b == 18 || b == 19))
        || address == AZURE_HOST
}

fn is_private_v6(address: Ipv6Addr) -> bool {
    let [a, b, c, d, e, f, g, h] = address.segments();
    let v4 = |high: u16, low: u16| {
        let ([one, two], [three, four]) = (high.to_be_bytes(), low.to_be_bytes());
        is_private_v4(Ipv4Addr::new(one, two, three, four))
    };
    match (a, b) {
        // Unspecified, loopback, IPv4-compatible and IPv4-mapped.
        (0, 0) if [c, d, e] == [0, 0, 0] && (f == 0xffff || f == 0) => v4(g, h),
        (0, _) => true,
        // NAT64 of RFC 6052; that of RFC 8215 is for local use.
        (0x64, 0xff9b) if [c, d, e, f] == [0, 0, 0, 0] => v4(g, h),
        (0x64, 0xff9b) => true,
        (0x100, _) => true,
        // Teredo and ORCHID, which nobody serves pictures from, and documentation.
        (0x2001, 0..=0x1ff) | (0x2001, 0xdb8) | (0x3fff, _) => true,
        // 6to4.
        (0x2002, _) => v4(b, c),
        _ => {
            // Unique local, link local and site local, multicast.
            a & 0xfe00 == 0xfc00 || a & 0xff80 == 0xfe80 || a & 0xff00 == 0xff00
        }
    }
}

/// Tells whether an address that a name resolved to is not on the public internet. Proxies in China that answer for every name (Clash's
/// "fake-ip") use 198.18.0.0/15 for it, so that this range counts as public behind a name.
pub fn is_private_answer(address: IpAddr) -> bool {
    let is_fake = matches!(address, IpAddr::V4(v4) if matches!(v4.octets(), [198, 18 | 19, ..]));
    !is_fake && is_private_address(address)
}

/// True if an address names a machine in a private network, judged by its spelling. A name may still resolve to one.
pub fn is_private_host(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => is_private_v4(address),
        Some(Host::Ipv6(address)) => is_private_v6(address),
        Some(Host::Domain(name)) => is_own_name(name),
        None => true,
    }
}

fn is_own_name(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    !name.contains('.')
        || OWN_DOMAINS.iter().any(|own| {
            name.strip_suffix(own)
                .is_some_and(|before| before.is_empty() || before.ends_with('.'))
        })
        || spelled_address(&name).is_some_and(|address| {
            // Versions and hashes look like the others.
            let reserved = matches!(address.octets()[0], 0 | 224..) && !address.is_unspecified();
            is_private_v4(address) && !reserved
        })
}

/// Returns the address that is spelled in a name, as services give names to every address (nip.io, sslip.io and their like):
/// `10.0.0.1.nip.io`, `app-10-0-0-1.nip.io`, `0a000001.nip.io`. A client that fetches from such a name reaches that address, even
/// if the name can't be resolved here.
fn spelled_address(name: &str) -> Option<Ipv4Addr> {
    let octets = |parts: &[&str]| -> Option<Ipv4Addr> {
        let octets: Vec<u8> = parts
            .iter()
            .map(|part| part.parse().ok())
            .collect::<Option<_>>()?;
        <[u8; 4]>::try_from(octets).ok().map(Ipv4Addr::from)
    };
    let labels: Vec<&str> = name.split('.').collect();
    if let Some(address) = labels.windows(4).find_map(octets) {
        return Some(address);
    }
    let by_hex = [".nip.io", ".sslip.io"].iter().any(|of| name.ends_with(of));
    labels.iter().find_map(|label| {
        let parts: Vec<&str> = label.split('-').collect();
        let dashed = parts.windows(4).find_map(octets);
        dashed.or_else(|| {
            let hex = parts.last().filter(|hex| by_hex && hex.len() == 8)?;
            u32::from_str_radix(hex, 16).ok().map(Ipv4Addr::from)
        })
    })
}

/// The part of the operator's own network that pictures may be fetched from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct PrivateHosts(Vec<PrivateHost>);

/// A machine or a network of the operator's own.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(with = "String")]
enum PrivateHost {
    Name(String),
    Network(IpNet),
}

impl PrivateHosts {
    /// Tells whether an address may be fetched from although it is private; `name` is what it was resolved from.
    pub fn allow(&self, name: Option<&str>, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|host| match host {
            PrivateHost::Network(network) => network.contains(&address),
            PrivateHost::Name(allowed) => name.is_some_and(|name| is_same_name(name, allowed)),
        })
    }

    /// Tells whether the host of an address is allowed by its spelling.
    pub fn allow_host(&self, url: &Url) -> bool {
        match url.host() {
            Some(Host::Ipv4(address)) => self.allow(None, address.into()),
            Some(Host::Ipv6(address)) => self.allow(None, address.into()),
            Some(Host::Domain(name)) => self
                .0
                .iter()
                .any(|host| matches!(host, PrivateHost::Name(allowed) if is_same_name(name, allowed))),
            None => false,
        }
    }
}

fn is_same_name(name: &str, allowed: &str) -> bool {
    name.trim_end_matches('.').eq_ignore_ascii_case(allowed)
}

impl TryFrom<String> for PrivateHost {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let text = text.trim();
        if let Ok(network) = text.parse::<IpNet>() {
            return Ok(Self::Network(network));
        }
        if let Ok(address) = text.trim_matches(['[', ']']).parse::<IpAddr>() {
            return Ok(Self::Network(address.into()));
        }
        let is_name = !text.is_empty()
            && text
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_'));
        match is_name {
            true => Ok(Self::Name(text.trim_end_matches('.').to_ascii_lowercase())),
            false => Err(in_both(
                "this is no host: write a name such as wiki.example.lan, an address such as 192.168.1.5, or a network such as 192.168.1.0/24",
                "这不是主机；请写名称（如 wiki.example.lan）、地址（如 192.168.1.5）或网段（如 192.168.1.0/24）",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn private(url: &str) -> bool {
        is_private_host(&url.parse().unwrap())
    }

    #[test]
    fn ones_own_network_is_recognised_however_it_is_spelled() {
        for own in [
            "http://127.0.0.1:22/",
            "http://127.1/",
            "http://2130706433/",
            "http://0x7f000001/",
            "http://0177.0.0.1/",
            "http://0/",
            "http://10.1.2.3/",
            "http://172.31.0.1/",
            "http://192.168.0.1/",
            "http://169.254.169.254/latest/meta-data/",
            "http://100.100.100.200/latest/meta-data/",
            "http://100.64.0.1/",
            "http://168.63.129.16/",
            "http://198.18.0.1/",
            "http://224.0.0.1/",
            "http://255.255.255.255/",
            "http://[::1]/",
            "http://[::]/",
            "http://[::ffff:127.0.0.1]/",
            "http://[::ffff:a9fe:a9fe]/",
            "http://[::7f00:1]/",
            "http://[64:ff9b::10.0.0.1]/",
            "http://[64:ff9b:1::8.8.8.8]/",
            "http://[2002:7f00:1::]/",
            "http://[2001:0:1::1]/",
            "http://[fe80::1]/",
            "http://[fec0::1]/",
            "http://[fd00::1]/",
            "http://[fc00::1]/",
            "http://[ff02::1]/",
            "http://localhost/",
            "http://LOCALHOST./",
            "http://a.localhost/",
            "http://redis:6379/",
            "http://nas.local/",
            "http://metadata.google.internal/",
            "http://127.0.0.1.nip.io/",
            "http://a.10.0.0.1.sslip.io/",
            "http://app-192-168-0-1.nip.io/",
            "http://app-7f000001.nip.io/",
            "http://0.0.0.0.nip.io/",
            "http://router.lan/",
        ] {
            assert!(private(own), "{own}");
        }
        for public in [
            "http://8.8.8.8/",
            "http://172.32.0.1/",
            "http://100.128.0.1/",
            "http://[2606:4700::1111]/",
            "http://[::ffff:8.8.8.8]/",
            "http://[64:ff9b::8.8.8.8]/",
            "https://example.com/",
            "https://notlocalhost.com/",
            "https://multimedia.nt.qq.com.cn/download",
            "https://8.8.8.8.nip.io/",
            "https://v-0-1-2-3.example.com/",
            "https://0a1b2c3d.cdn.example.com/",
        ] {
            assert!(!private(public), "{public}");
        }
        assert!(!is_private_answer("198.18.0.5".parse().unwrap()));
        assert!(is_private_answer("127.0.0.1".parse().unwrap()));
    }

    #[test]
    fn what_is_allowed_is_a_name_an_address_or_a_network() {
        let hosts: PrivateHosts = serde_json::from_value(serde_json::json!([
            "192.168.1.0/24",
            "Wiki.Example.lan",
            "10.0.0.7",
            "::1"
        ]))
        .unwrap();
        let allowed = |url: &str| hosts.allow_host(&url.parse().unwrap());
        for good in [
            "http://192.168.1.200/",
            "http://wiki.example.LAN:8080/",
            "http://10.0.0.7/",
            "http://[::1]/",
        ] {
            assert!(allowed(good), "{good}");
        }
        for bad in ["http://192.168.2.1/", "http://wiki.example/", "http://127.0.0.1/"] {
            assert!(!allowed(bad), "{bad}");
        }
        assert!(hosts.allow(Some("wiki.example.lan"), "127.0.0.1".parse().unwrap()));
        assert!(hosts.allow(None, "::ffff:192.168.1.3".parse().unwrap()));
        let error = serde_json::from_value::<PrivateHosts>(serde_json::json!(["http://x/"])).unwrap_err();
        assert!(error.to_string().contains("192.168.1.0/24"), "{error}");
    }
}
