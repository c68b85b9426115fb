//! Screens the pictures of a reply. The implementation fetches them itself, as a rule from a machine in the operator's own
//! network, so that it must not be sent to fetch from there, nor to read a file of its disk.

use crate::core::Core;
use groupdesk_contract::{FileUrl, NO_LINK, Reply, Segment, passable};
use groupdesk_kit::private_reason;
use groupdesk_texts::Catalogue;
use std::borrow::Cow;
use std::time::Duration;
use tokio::time::Instant;

/// The lifetime of a host's check for a private network.
const HOST_CHECK_TTL: Duration = Duration::from_secs(300);

/// Returns the reply with a text in place of every picture that the implementation must not fetch.
pub(crate) async fn screened<'r>(core: &Core, reply: &'r Reply) -> Cow<'r, Reply> {
    let mut screened = match passable(&reply.segments) {
        Some(segments) => Cow::Owned(reply.clone().with(|reply| {
            reply.segments = segments;
        })),
        None => Cow::Borrowed(reply),
    };
    for at in 0..screened.segments.len() {
        let Some(Segment::Image { url: Some(url) }) = screened.segments.get(at) else {
            continue;
        };
        let Some(reason) = refusal(core, url).await else {
            continue;
        };
        tracing::warn!(account = %core.account, reason, "a picture is left out of a reply");
        if let Some(segment) = screened.to_mut().segments.get_mut(at) {
            let left = Catalogue::both().private_picture_left();
            *segment = Segment::Text(format!("\n{NO_LINK}（{left}）"));
        }
    }
    screened
}

/// Returns the reason for which the implementation must not fetch from `url`.
async fn refusal(core: &Core, url: &str) -> Option<&'static str> {
    let Ok(FileUrl::Web(url)) = FileUrl::parse(url) else {
        return None;
    };
    let host = url.host_str()?.to_owned();
    let now = Instant::now();
    let known = core.notes().hosts.get(&host).copied();
    if let Some((asked, reason)) = known
        && now.duration_since(asked) < HOST_CHECK_TTL
    {
        return reason;
    }
    let reason = private_reason(&url, &core.settings.private_hosts).await;
    core.notes().hosts.insert(host, (now, reason));
    reason
}
