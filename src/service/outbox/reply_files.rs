//! Pictures and files in replies: forbidden addresses are removed, and files of another account are downloaded when the
//! reply is sent, and not before.

use super::{OutboxState, account_sender::OutboxAccount};
use futures_util::FutureExt;
use groupdesk_contract::{
    AccountId, FileBytes, Reply, Segment, WITH_STAFF, no_link, passable, read_held_file,
};
use std::panic::AssertUnwindSafe;
use std::time::Duration;
use tokio::time::timeout;

/// Timeout of a download.
const DOWNLOAD_TIMEOUT: Duration = Duration::from_secs(20);

/// A reply as an account can send it.
#[derive(Debug)]
pub(super) struct Carried {
    pub(super) reply: Reply,
    /// Names of files that were left out and have no link either, for those who rely on them.
    pub(super) left_out: Vec<String>,
}

/// Inlines the files of other accounts into `reply`; `None` where `account` can send it as it is. A file that can't be
/// downloaded is replaced by its name, with a link where there is one: the text beside it arrives all the same.
pub(super) async fn inlined(shared: &OutboxState, account: &OutboxAccount, reply: &Reply) -> Option<Carried> {
    let own = account.adapter.account();
    let is_foreign = |segment: &Segment| {
        address(segment)
            .and_then(read_held_file)
            .is_some_and(|(of, _)| of != *own)
    };
    let passed = passable(&reply.segments);
    if passed.is_some() {
        tracing::warn!(account = %own, "a picture or file is left out of a reply: its address must not be passed on");
    }
    if passed.is_none() && !reply.segments.iter().any(is_foreign) {
        return None;
    }
    let capabilities = account.adapter.capabilities();
    let for_member = reply.note.is_none();
    let mut inlined = reply.clone();
    let mut left_out = Vec::new();
    if let Some(segments) = passed {
        inlined.segments = segments;
    }
    let takes = |segment: &Segment| {
        capabilities.uploads && (capabilities.files || !matches!(segment, Segment::File { .. }))
    };
    for segment in inlined.segments.iter_mut().filter(|segment| is_foreign(segment)) {
        let held = address(segment).and_then(read_held_file);
        let Some((of, file)) = held.map(|(of, file)| (of, file.to_owned())) else {
            continue;
        };
        let name = match segment {
            Segment::File { name: Some(name), .. } => name.clone(),
            _ => String::new(),
        };
        let fetched = if takes(segment) {
            fetch(shared, &of, &file).await
        } else {
            Err("the platform takes none".to_owned())
        };
        let reason = match fetched {
            Ok(fetched) => {
                put(segment, &fetched);
                if takes(segment) {
                    continue;
                }
                "it is no picture, and the platform takes nothing else".to_owned()
            }
            Err(reason) => reason,
        };
        let link = link(shared, &of, &file).await;
        tracing::warn!(account = %own, reason, has_link = link.is_some(), "a picture or file is not passed on itself");
        let words = no_link(segment);
        if link.is_none() {
            left_out.push(if name.is_empty() { words.clone() } else { name });
        }
        let rest = match link {
            Some(link) => format!(" {link}"),
            // A member must not wait for what does not come.
            None if for_member => WITH_STAFF.to_owned(),
            None => String::new(),
        };
        *segment = Segment::Text(format!("\n{words}{rest}"));
    }
    Some(Carried {
        reply: inlined,
        left_out,
    })
}

fn address(segment: &Segment) -> Option<&str> {
    match segment {
        Segment::Image { url } | Segment::File { url, .. } => url.as_deref(),
        _ => None,
    }
}

/// Puts a downloaded file into its segment: a supposed picture may be none.
fn put(segment: &mut Segment, file: &FileBytes) {
    let data = file.to_url();
    *segment = match segment {
        Segment::File { name, .. } => Segment::File {
            name: name.take(),
            url: Some(data),
        },
        _ if file.kind.starts_with("image/") => Segment::Image { url: Some(data) },
        _ => Segment::File {
            name: None,
            url: Some(data),
        },
    };
}

pub(super) async fn fetch(shared: &OutboxState, of: &AccountId, file: &str) -> Result<FileBytes, String> {
    let Some(holder) = shared.account(of) else {
        return Err(format!("the account `{of}` that has it is gone"));
    };
    let fetched = AssertUnwindSafe(holder.adapter.fetch(file)).catch_unwind();
    match timeout(DOWNLOAD_TIMEOUT, fetched).await {
        Ok(Ok(fetched)) => fetched,
        Ok(Err(_)) => Err("the adapter failed".to_owned()),
        Err(_) => Err(format!("no answer for {DOWNLOAD_TIMEOUT:?}")),
    }
}

/// Returns the link of a file that can't be passed on.
async fn link(shared: &OutboxState, of: &AccountId, file: &str) -> Option<String> {
    let holder = shared.account(of)?;
    let asked = AssertUnwindSafe(holder.adapter.file_link(file)).catch_unwind();
    timeout(DOWNLOAD_TIMEOUT, asked).await.ok()?.ok()?
}
