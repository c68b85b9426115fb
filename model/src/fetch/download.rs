//! Downloads one file of a model from a server, and resumes a broken download.

use super::address::{Address, checked};
use super::finish::note_of;
use super::{
    Brought, FetchError, ModelFile, Progress, ProgressSink, READ_BYTES, create, hexadecimal, part_of,
};
use reqwest::header::{CONTENT_RANGE, CONTENT_TYPE, ETAG, HeaderMap, LAST_MODIFIED, LOCATION, RANGE};
use reqwest::{Client, Response, StatusCode, Url};
use sha2::{Digest, Sha256};
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::time::timeout;

/// The timeout of the response's headers.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);

/// The timeout between two parts of a file.
const IDLE_TIMEOUT: Duration = Duration::from_secs(60);

/// The timeout of one request; a slow line needs hours for half a gigabyte.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(24 * 3600);

/// The most redirects that are followed: publishers redirect to their storage.
const MAX_REDIRECTS: usize = 5;

/// The most times that a broken download is resumed within one call.
const MAX_RESUMES: usize = 20;

/// No file of a model that can be used is larger.
const MAX_FILE_BYTES: u64 = 4 << 30;

/// The SHA-256 that Hugging Face and its mirrors tell of large files, on the way to the bytes.
const LINKED_ETAG: &str = "x-linked-etag";

/// Brings files from one address into one folder.
pub(super) struct Download<'a> {
    client: Client,
    from: &'a Address,
    staging: &'a Path,
}

/// A server's response, with the metadata of the redirects before it.
struct Answer {
    response: Response,
    /// The SHA-256 of the whole file; `None` if the server doesn't tell.
    sha256: Option<String>,
}

/// The part of a file that is here.
struct Part {
    path: PathBuf,
    note: PathBuf,
    digest: Sha256,
    have: u64,
}

impl<'a> Download<'a> {
    pub(super) fn new(from: &'a Address, staging: &'a Path) -> Result<Self, FetchError> {
        Ok(Self {
            client: groupdesk_kit::client(REQUEST_TIMEOUT).map_err(FetchError::Client)?,
            from,
            staging,
        })
    }

    /// Fetches one file; `None` if the server has none of its name.
    pub(super) async fn bring(
        &self,
        file: ModelFile,
        told: ProgressSink<'_>,
    ) -> Result<Option<Brought>, FetchError> {
        let mut part = Part::open(self.staging, file)?;
        let mut resumes = 0;
        let sha256 = loop {
            let answer = match self.ask(file, part.have).await {
                Err(FetchError::Unreachable { why, .. }) if resumes > 0 => {
                    return Err(broken(file, part.have, why));
                }
                answer => answer?,
            };
            let status = answer.response.status();
            if matches!(status, StatusCode::NOT_FOUND | StatusCode::GONE) {
                part.clear()?;
                return Ok(None);
            }
            if !self.begin(file, &mut part, &answer)? {
                if status == StatusCode::RANGE_NOT_SATISFIABLE && part.have > 0 {
                    break answer.sha256;
                }
                continue;
            }
            let before = part.have;
            match self.take(file, &mut part, answer.response, told).await {
                Ok(()) => break answer.sha256,
                Err(FetchError::Broken { .. }) if part.have > before && resumes < MAX_RESUMES => resumes += 1,
                Err(error) => return Err(error),
            }
        };
        let found = hexadecimal(&part.digest.clone().finalize());
        if let Some(told) = sha256.clone().filter(|told| *told != found) {
            part.clear()?;
            return Err(FetchError::Checksum {
                file: file.name,
                told,
                found,
            });
        }
        Ok(Some(Brought {
            file: file.name,
            bytes: part.have,
            sha256: found,
            checked: sha256.is_some(),
        }))
    }

    /// Asks for what is missing of a file, wherever the server sends to for it.
    async fn ask(&self, file: ModelFile, have: u64) -> Result<Answer, FetchError> {
        let mut url = self.from.file(file.name)?;
        let mut linked = None;
        let mut first = None;
        for hop in 0..=MAX_REDIRECTS {
            checked(&url)?;
            let mut request = self.client.get(url.clone());
            if have > 0 {
                request = request.header(RANGE, format!("bytes={have}-"));
            }
            let unreachable = |why: String| FetchError::Unreachable {
                host: url.host_str().unwrap_or_default().to_owned(),
                why,
            };
            let response = timeout(ANSWER_TIMEOUT, request.send())
                .await
                .map_err(|_| unreachable("no answer in time".to_owned()))?
                .map_err(|error| unreachable(groupdesk_kit::request_error_message(error)))?;
            linked = linked.or_else(|| sha256(response.headers(), LINKED_ETAG));
            if hop == 0 {
                // Further on it is the store's of bytes, whose tags are of its own kind.
                first = sha256(response.headers(), ETAG.as_str());
            }
            match next(&url, &response) {
                Some(to) => url = to,
                None => {
                    let sha256 = linked.or(first).filter(|_| file.large);
                    return Ok(Answer { response, sha256 });
                }
            }
        }
        Err(FetchError::Unreachable {
            host: self.from.host().to_owned(),
            why: format!("it redirects more than {MAX_REDIRECTS} times"),
        })
    }

    /// Makes the part ready for a response's bytes: keeps it if they continue it, and empties it otherwise. `false` if none are
    /// needed: the file is complete, or must be asked for anew.
    fn begin(&self, file: ModelFile, part: &mut Part, answer: &Answer) -> Result<bool, FetchError> {
        let headers = answer.response.headers();
        let range = headers.get(CONTENT_RANGE).and_then(|range| range.to_str().ok());
        let version = version(answer);
        match answer.response.status() {
            StatusCode::OK if is_page(headers) => Err(FetchError::Page {
                host: self.from.host().to_owned(),
                file: file.name,
            }),
            StatusCode::OK => {
                part.clear()?;
                create(&part.path)?;
                part.note(&version)?;
                Ok(true)
            }
            StatusCode::PARTIAL_CONTENT if part.have > 0 => {
                let start = format!("bytes {}-", part.have);
                let goes_on = range.is_some_and(|range| range.starts_with(&start));
                if !goes_on || !part.is_of(&version) {
                    part.clear()?;
                    return Ok(false);
                }
                Ok(true)
            }
            StatusCode::RANGE_NOT_SATISFIABLE if part.have > 0 => {
                if range != Some(format!("bytes */{}", part.have).as_str()) {
                    part.clear()?;
                }
                Ok(false)
            }
            status => Err(FetchError::Status {
                host: self.from.host().to_owned(),
                file: file.name,
                status: status.as_u16(),
            }),
        }
    }

    /// Writes an answer's bytes behind those that are here.
    async fn take(
        &self,
        file: ModelFile,
        part: &mut Part,
        mut response: Response,
        told: ProgressSink<'_>,
    ) -> Result<(), FetchError> {
        let total = response.content_length().map(|rest| part.have + rest);
        if total.is_some_and(|total| total > MAX_FILE_BYTES) {
            return Err(too_large(file));
        }
        let mut output = OpenOptions::new()
            .append(true)
            .open(&part.path)
            .map_err(|why| FetchError::disk(&part.path, why))?;
        loop {
            let chunk = match timeout(IDLE_TIMEOUT, response.chunk()).await {
                Err(_) => return Err(broken(file, part.have, "nothing comes any more".to_owned())),
                Ok(Err(error)) => {
                    return Err(broken(
                        file,
                        part.have,
                        groupdesk_kit::request_error_message(error),
                    ));
                }
                Ok(Ok(None)) => break,
                Ok(Ok(Some(chunk))) => chunk,
            };
            if part.have + chunk.len() as u64 > MAX_FILE_BYTES {
                return Err(too_large(file));
            }
            output
                .write_all(&chunk)
                .map_err(|why| FetchError::disk(&part.path, why))?;
            part.digest.update(&chunk);
            part.have += chunk.len() as u64;
            told(&Progress {
                file: file.name,
                have: part.have,
                total,
            });
        }
        output.sync_all().map_err(|why| FetchError::disk(&part.path, why))
    }
}

impl Part {
    /// Opens the part that an earlier call left, if the file is large enough to resume.
    fn open(staging: &Path, file: ModelFile) -> Result<Self, FetchError> {
        let mut part = Self {
            path: part_of(staging, file.name),
            note: note_of(staging, file.name),
            digest: Sha256::new(),
            have: 0,
        };
        if !file.large || !part.path.is_file() {
            part.clear()?;
            return Ok(part);
        }
        let mut input = File::open(&part.path).map_err(|why| FetchError::disk(&part.path, why))?;
        let mut buffer = vec![0; READ_BYTES];
        loop {
            let count = input
                .read(&mut buffer)
                .map_err(|why| FetchError::disk(&part.path, why))?;
            let Some(chunk) = buffer.get(..count).filter(|chunk| !chunk.is_empty()) else {
                return Ok(part);
            };
            part.digest.update(chunk);
            part.have += chunk.len() as u64;
        }
    }

    /// Forgets the part, and of which version it was.
    fn clear(&mut self) -> Result<(), FetchError> {
        for path in [&self.path, &self.note] {
            match fs::remove_file(path) {
                Err(why) if why.kind() != ErrorKind::NotFound => return Err(FetchError::disk(path, why)),
                _ => {}
            }
        }
        self.digest = Sha256::new();
        self.have = 0;
        Ok(())
    }

    fn note(&self, version: &str) -> Result<(), FetchError> {
        fs::write(&self.note, version).map_err(|why| FetchError::disk(&self.note, why))
    }

    fn is_of(&self, version: &str) -> bool {
        !version.is_empty() && fs::read_to_string(&self.note).is_ok_and(|noted| noted == version)
    }
}

/// Names the version of a file: by its checksum, else by the server's tag or date; empty if there is none.
fn version(answer: &Answer) -> String {
    let headers = answer.response.headers();
    let tag = headers.get(ETAG).or_else(|| headers.get(LAST_MODIFIED));
    let tag = tag.and_then(|tag| tag.to_str().ok()).map(str::to_owned);
    answer.sha256.clone().or(tag).unwrap_or_default()
}

fn broken(file: ModelFile, have: u64, why: String) -> FetchError {
    FetchError::Broken {
        file: file.name,
        have,
        why,
    }
}

/// The place that an answer sends to.
fn next(from: &Url, response: &Response) -> Option<Url> {
    let place = response
        .headers()
        .get(LOCATION)
        .filter(|_| response.status().is_redirection())?;
    from.join(place.to_str().ok()?).ok()
}

/// A header's SHA-256, where its value is one.
fn sha256(headers: &HeaderMap, name: &str) -> Option<String> {
    let value = headers.get(name)?.to_str().ok()?;
    let value = value.trim_start_matches("W/").trim_matches('"');
    let is_one = value.len() == 64 && value.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_one.then(|| value.to_ascii_lowercase())
}

fn is_page(headers: &HeaderMap) -> bool {
    headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| kind.starts_with("text/html"))
}

fn too_large(file: ModelFile) -> FetchError {
    FetchError::TooLarge {
        file: file.name,
        limit: MAX_FILE_BYTES >> 20,
    }
}
