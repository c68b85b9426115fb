//! Downloads a file for somebody else, who asked for it by the id that `read` named it with.

use crate::core::Core;
use crate::write::{Kind, id_and_kind};
use groupdesk_contract::FileBytes;
use teloxide_core::payloads::GetFile;
use teloxide_core::types::FileId;

/// The largest file that is passed on, in bytes. Telegram itself gives bots 20 MB.
const FILE_MAX_BYTES: usize = 10 << 20;

pub(crate) async fn fetch(core: &Core, held: &str) -> Result<FileBytes, String> {
    let (id, kind) = id_and_kind(held);
    let file = core
        .api
        .call(GetFile::new(FileId(id.to_owned())))
        .await
        .map_err(|fault| fault.message())?;
    if file.path.starts_with('/') {
        // The Bot API server runs with --local and names a file of its own disk.
        return Err("the Bot API server keeps files on its own disk (--local)".to_owned());
    }
    if usize::try_from(file.size).unwrap_or(usize::MAX) > FILE_MAX_BYTES && file.size != u32::MAX {
        return Err(format!("the file is larger than {} MiB", FILE_MAX_BYTES >> 20));
    }
    let bytes = core.api.download(&file.path, FILE_MAX_BYTES).await?;
    Ok(FileBytes {
        kind: media_type(&file.path, kind).to_owned(),
        bytes,
    })
}

/// The media type of a file, by the end of its name; photos are always JPEG.
fn media_type(path: &str, kind: Option<Kind>) -> &'static str {
    let end = path.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase());
    match end.as_deref() {
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("png") => "image/png",
        Some("gif") => "image/gif",
        Some("webp") => "image/webp",
        Some("mp4") => "video/mp4",
        Some("oga" | "ogg") => "audio/ogg",
        Some("mp3") => "audio/mpeg",
        Some("pdf") => "application/pdf",
        Some("txt" | "log") => "text/plain",
        Some("zip") => "application/zip",
        None if kind.is_none_or(|kind| kind == Kind::Photo) => "image/jpeg",
        _ => "application/octet-stream",
    }
}
