//! Fetches a model into a folder, from its publisher or from another folder, because an operator asked for it.
//!
//! ```text
//! server -> NAME.part/FILE.part (resumed, its checksum compared) -> NAME.part/FILE -> opened -> NAME
//! ```
//!
//! A folder under its final name is whole and was opened: nothing else ever stands there.

mod address;
mod download;
mod error;
mod finish;

pub use address::Address;
pub use error::FetchError;

use crate::catalog::Recommended;
use download::Download;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{Read, Write as _};
use std::path::{Path, PathBuf};

/// A file of a model.
#[derive(Debug, Clone, Copy)]
struct ModelFile {
    name: &'static str,
    /// A model is none without it.
    needed: bool,
    /// Worth being resumed.
    large: bool,
}

const fn file(name: &'static str, needed: bool, large: bool) -> ModelFile {
    ModelFile { name, needed, large }
}

/// All files that are fetched; required and small ones first, so that a wrong address is known early.
const FILES: [ModelFile; 7] = [
    file("config.json", true, false),
    file("modules.json", false, false),
    file("1_Pooling/config.json", false, false),
    file("sentence_bert_config.json", false, false),
    file(PROMPTS, false, false),
    file("tokenizer.json", true, true),
    file("model.safetensors", true, true),
];

/// The file with the prefixes of questions and passages.
const PROMPTS: &str = "config_sentence_transformers.json";

/// The bytes that are read at once from a file.
const READ_BYTES: usize = 1 << 20;

/// The state of a file that is being brought.
#[derive(Debug)]
pub struct Progress<'a> {
    /// The file.
    pub file: &'a str,
    /// The bytes that are here.
    pub have: u64,
    /// The size of the file; `None` if the server doesn't tell.
    pub total: Option<u64>,
}

/// Called for every part that came.
pub type ProgressSink<'a> = &'a mut dyn FnMut(&Progress<'_>);

/// A file that was brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brought {
    /// Name in the folder.
    pub file: &'static str,
    /// Size in bytes.
    pub bytes: u64,
    /// The SHA-256 of what came, in hexadecimal digits.
    pub sha256: String,
    /// The server announced the same SHA-256.
    pub checked: bool,
}

/// Fetches a model from a server into `folder`, which must not be there yet. Goes on with the parts of an earlier call.
///
/// # Errors
/// The failure, for the operator; the received part stays for the next call, unless it is of no use.
pub async fn fetch(
    from: &Address,
    folder: &Path,
    known: Option<&Recommended>,
    told: ProgressSink<'_>,
) -> Result<Vec<Brought>, FetchError> {
    let staging = finish::staging(folder)?;
    let fetched = fetch_files(from, &staging, told).await;
    if fetched.is_err() {
        // Goes only where nothing came: what did is gone on with.
        let _ = fs::remove_dir(&staging);
    }
    let brought = fetched?;
    finish::finish(&staging, folder, known)?;
    Ok(brought)
}

async fn fetch_files(
    from: &Address,
    staging: &Path,
    told: ProgressSink<'_>,
) -> Result<Vec<Brought>, FetchError> {
    let download = Download::new(from, staging)?;
    let mut brought = Vec::new();
    for file in FILES {
        match download.bring(file, told).await? {
            Some(found) => brought.push(found),
            None if file.needed => {
                return Err(FetchError::Missing {
                    file: file.name,
                    place: from.to_string(),
                });
            }
            None => {}
        }
    }
    Ok(brought)
}

/// Copies a model from another folder into `folder`, which must not be there yet.
///
/// # Errors
/// The failure, for the operator; nothing stays then.
pub fn copy(
    from: &Path,
    folder: &Path,
    known: Option<&Recommended>,
    told: ProgressSink<'_>,
) -> Result<Vec<Brought>, FetchError> {
    // A static table needs no config.json; whether one is missing is known when the model is opened.
    let missing = FILES
        .iter()
        .find(|file| file.needed && file.large && !from.join(file.name).is_file());
    if let Some(file) = missing {
        return Err(FetchError::Missing {
            file: file.name,
            place: from.display().to_string(),
        });
    }
    let staging = finish::staging(folder)?;
    let copied = copy_files(from, &staging, told).and_then(|brought| {
        finish::finish(&staging, folder, known)?;
        Ok(brought)
    });
    if copied.is_err() {
        // The error says it all; a copy that can't be removed is in nobody's way.
        let _ = fs::remove_dir_all(&staging);
    }
    copied
}

fn copy_files(from: &Path, staging: &Path, told: ProgressSink<'_>) -> Result<Vec<Brought>, FetchError> {
    let mut brought = Vec::new();
    for file in FILES {
        let source = from.join(file.name);
        if source.is_file() {
            brought.push(copy_file(&source, &part_of(staging, file.name), file.name, told)?);
        }
    }
    Ok(brought)
}

fn copy_file(
    source: &Path,
    target: &Path,
    file: &'static str,
    told: ProgressSink<'_>,
) -> Result<Brought, FetchError> {
    let mut input = File::open(source).map_err(|why| FetchError::disk(source, why))?;
    let total = input.metadata().ok().map(|meta| meta.len());
    let mut output = create(target)?;
    let mut digest = Sha256::new();
    let mut buffer = vec![0; READ_BYTES];
    let mut have = 0;
    loop {
        let count = input
            .read(&mut buffer)
            .map_err(|why| FetchError::disk(source, why))?;
        let Some(chunk) = buffer.get(..count).filter(|chunk| !chunk.is_empty()) else {
            break;
        };
        output
            .write_all(chunk)
            .map_err(|why| FetchError::disk(target, why))?;
        digest.update(chunk);
        have += chunk.len() as u64;
        told(&Progress { file, have, total });
    }
    output.sync_all().map_err(|why| FetchError::disk(target, why))?;
    Ok(Brought {
        file,
        bytes: have,
        sha256: hexadecimal(&digest.finalize()),
        checked: false,
    })
}

/// Makes a file, and the folder that it is in.
fn create(path: &Path) -> Result<File, FetchError> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|why| FetchError::disk(folder, why))?;
    }
    File::create(path).map_err(|why| FetchError::disk(path, why))
}

/// The name that a file has while not all of it is here.
fn part_of(staging: &Path, file: &str) -> PathBuf {
    staging.join(format!("{file}.part"))
}

fn hexadecimal(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a string can't fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}
