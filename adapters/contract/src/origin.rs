//! Tells pages in somebody's browser from programs. A page may send requests and open WebSockets to any address that its browser
//! reaches, this machine's own included; by a name that it makes resolve to this machine (DNS rebinding) it even counts as being from
//! here.

use std::net::IpAddr;

/// Address of the caller of a request, which the program's HTTP listener puts into its extensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer(pub IpAddr);

/// Tells whether an `Origin` is a page's of another host than the one that its request is for. Programs send none, or that of the
/// address that they call.
pub fn is_foreign_origin(origin: &str, host: Option<&str>) -> bool {
    let from = origin.split_once("://").map(|(_, from)| from);
    match (from, host) {
        (Some(from), Some(host)) => !from.eq_ignore_ascii_case(host),
        (None, _) | (_, None) => true,
    }
}

/// Tells whether a `Host` is one that no stranger can have a page on: an address, `localhost`, or a name without a dot, as containers
/// have.
pub fn is_own_host(host: &str) -> bool {
    let host = host.trim().to_ascii_lowercase();
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    let name = name.trim_end_matches('.');
    !name.is_empty()
        && (name.parse::<IpAddr>().is_ok() || !name.contains('.') || name.ends_with(".localhost"))
}
