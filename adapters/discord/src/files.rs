//! Pictures and files of messages. Discord signs their addresses for a day only
//! (<https://docs.discord.com/developers/reference#signed-attachment-cdn-urls>), so that a file is known by its channel, message
//! and number: to pass it on, the adapter fetches its current address, and then its content.

use crate::core::Core;
use crate::wire::{Attachment, Message};
use groupdesk_contract::{FileBytes, Reply, Segment, no_link, read_held_file};
use serde::Deserialize;
use std::borrow::Cow;

/// The largest file that is passed on, in bytes.
const FILE_MAX_BYTES: usize = 10 << 20;

/// A file at its current address.
pub(crate) struct Found {
    pub(crate) url: String,
    kind: Option<String>,
    size: Option<u64>,
}

/// Names a file for [`find`]; `None` if Discord gave it no number.
pub(crate) fn name(channel: u64, message: u64, file: &Attachment) -> Option<String> {
    Some(format!("{channel}/{message}/{}", file.id?.get()))
}

/// Finds a file by its name.
///
/// # Errors
/// The reason, in a sentence for an admin.
pub(crate) async fn find(core: &Core, file: &str) -> Result<Found, String> {
    let numbers: Vec<u64> = file.split('/').filter_map(|part| part.parse().ok()).collect();
    let [channel, message, number] = numbers.as_slice() else {
        return Err(format!("`{file}` is no file of Discord's"));
    };
    let path = format!("/channels/{channel}/messages/{message}");
    let told = core.api.get(&path).await.map_err(|fault| fault.message())?;
    let message = Message::deserialize(&told).map_err(|_| "its message can't be read".to_owned())?;
    let forwarded = message
        .message_snapshots
        .iter()
        .flat_map(|part| &part.message.attachments);
    let found = message
        .attachments
        .iter()
        .chain(forwarded)
        .find(|file| file.id.is_some_and(|id| id.get() == *number));
    let found = found.ok_or("it is not in its message any more")?;
    Ok(Found {
        url: found.url.clone().ok_or("Discord tells no address of it")?,
        kind: found.content_type.clone(),
        size: found.size,
    })
}

/// Fetches a file by its name.
///
/// # Errors
/// The reason, in a sentence for an admin.
pub(crate) async fn fetch(core: &Core, file: &str) -> Result<FileBytes, String> {
    let found = find(core, file).await?;
    let largest = u64::try_from(FILE_MAX_BYTES).unwrap_or(u64::MAX);
    if found.size.is_some_and(|size| size > largest) {
        return Err(format!("the file is larger than {} MiB", FILE_MAX_BYTES >> 20));
    }
    let (kind, bytes) = core.api.download(&found.url, FILE_MAX_BYTES).await?;
    let kind = found.kind.unwrap_or(kind);
    Ok(FileBytes {
        kind: kind.split(';').next().unwrap_or_default().trim().to_owned(),
        bytes,
    })
}

/// Returns `reply` with the contents of the account's own files; one that can't be fetched is named, with its address if it has
/// one.
pub(crate) async fn carried<'a>(core: &Core, reply: &'a Reply) -> Cow<'a, Reply> {
    let own = |segment: &Segment| -> Option<String> {
        let (Segment::Image { url: Some(url) } | Segment::File { url: Some(url), .. }) = segment else {
            return None;
        };
        let (account, file) = read_held_file(url)?;
        (account == core.account).then(|| file.to_owned())
    };
    if !reply.act.is_say() || !reply.segments.iter().any(|segment| own(segment).is_some()) {
        return Cow::Borrowed(reply);
    }
    let mut carried = reply.clone();
    for segment in &mut carried.segments {
        let Some(file) = own(segment) else { continue };
        match fetch(core, &file).await {
            Ok(file) => {
                let data = file.to_url();
                match segment {
                    Segment::Image { url } | Segment::File { url, .. } => *url = Some(data),
                    _ => {}
                }
            }
            Err(reason) => {
                tracing::warn!(account = %core.account, reason, "a picture or file is not passed on itself");
                let link = find(core, &file).await.map(|found| found.url).unwrap_or_default();
                let words = format!("\n{} {link}", no_link(segment));
                *segment = Segment::Text(words.trim_end().to_owned());
            }
        }
    }
    Cow::Owned(carried)
}
