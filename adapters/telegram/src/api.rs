//! Calls of the Bot API on the library's types, and what an answer means. Not the library's own requests: they read an answer
//! to its end, however long it is. The address holds the token; nothing here lets it out.

use crate::Settings;
use crate::upload;
use crate::wire;
use groupdesk_contract::{FileBytes, Secret};
use groupdesk_kit::Unread;
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use reqwest::{Client, StatusCode, Url};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::error::Error;
use std::time::Duration;
use teloxide_core::requests::Payload;
use teloxide_core::types::AllowedUpdate;

/// The retry delay when Telegram names none.
const SOME_TIME: Duration = Duration::from_secs(5);
/// The timeout of a call.
const CALL: Duration = Duration::from_secs(20);
/// The timeout of a file that Telegram gives us.
const DOWNLOAD: Duration = Duration::from_secs(60);

/// The updates that we want; what is not listed does not come.
pub(crate) const WANTED: [AllowedUpdate; 6] = [
    AllowedUpdate::Message,
    AllowedUpdate::EditedMessage,
    AllowedUpdate::CallbackQuery,
    AllowedUpdate::MessageReaction,
    AllowedUpdate::MyChatMember,
    AllowedUpdate::ChatMember,
];

pub(crate) struct Api {
    client: Client,
    /// The address of calls, without the method. It holds the token, so it is never shown.
    base: Secret,
    /// The address of files, likewise.
    files: Secret,
    token: Secret,
    hold: Duration,
}

impl Api {
    pub(crate) fn new(settings: &Settings) -> Result<Self, String> {
        let (url, token) = (settings.api_url.as_str(), settings.token.expose());
        Ok(Self {
            client: groupdesk_kit::client(CALL)?,
            base: Secret::new(format!("{url}/bot{token}")),
            files: Secret::new(format!("{url}/file/bot{token}")),
            token: settings.token.clone(),
            hold: settings.poll_timeout.0,
        })
    }

    /// Makes a call.
    pub(crate) async fn call<P>(&self, call: P) -> Result<P::Output, Fault>
    where
        P: Payload + Serialize,
        P::Output: DeserializeOwned,
    {
        self.ask::<P>(json(&call)?, CALL).await
    }

    /// Makes a call that brings a file: the field that holds it names [`upload::HERE`].
    pub(crate) async fn upload<P>(&self, call: P, name: &str, file: &FileBytes) -> Result<P::Output, Fault>
    where
        P: Payload + Serialize,
        P::Output: DeserializeOwned,
    {
        let fields = serde_json::to_value(call).map_err(unwritable)?;
        self.ask::<P>(upload::form(&fields, name, file), CALL).await
    }

    /// The updates from `offset` on, as they are; Telegram forgets those before it.
    pub(crate) async fn updates(&self, offset: Option<i64>, hold: bool) -> Result<Vec<Value>, Fault> {
        let call = wire::GetUpdates {
            offset,
            limit: 100,
            timeout: if hold { self.hold.as_secs() } else { 0 },
            allowed_updates: WANTED.to_vec(),
        };
        match self
            .ask::<wire::GetUpdates>(json(&call)?, self.hold + CALL)
            .await?
        {
            Value::Array(updates) => Ok(updates),
            // Who takes it for "nothing new" is deaf, and says that all is well.
            _ => Err(Fault::NotTaken(
                "the answer to getUpdates holds no list of updates; is a proxy in the way?".to_owned(),
            )),
        }
    }

    /// Downloads a file from the path that Telegram named.
    ///
    /// # Errors
    /// The reason, in a sentence for an admin.
    pub(crate) async fn download(&self, path: &str, largest: usize) -> Result<Vec<u8>, String> {
        let lost = |why: &str| self.clean(&format!("the file can't be downloaded from Telegram: {why}"));
        let mut url = Url::parse(self.files.expose()).map_err(|_| lost("`api_url` is not an address"))?;
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.extend(path.split('/'));
        }
        let answer = self.client.get(url).timeout(DOWNLOAD).send().await;
        let answer = answer.map_err(|error| lost(&innermost(&error)))?;
        if !answer.status().is_success() {
            return Err(lost(answer.status().as_str()));
        }
        match groupdesk_kit::body(answer, largest).await {
            Ok(bytes) => Ok(bytes),
            Err(Unread::TooLarge(_)) => Err(format!("the file is larger than {} MiB", largest >> 20)),
            Err(error) => Err(lost(&error.to_string())),
        }
    }

    async fn ask<P>(&self, (kind, body): (String, Vec<u8>), patience: Duration) -> Result<P::Output, Fault>
    where
        P: Payload,
        P::Output: DeserializeOwned,
    {
        let asked = self
            .client
            .post(format!("{}/{}", self.base.expose(), P::NAME))
            .header(CONTENT_TYPE, kind)
            .timeout(patience)
            .body(body)
            .send()
            .await;
        let answer = asked.map_err(|error| self.lost(&error))?;
        let status = answer.status();
        // What was done is told with 200, and never in a page.
        let may_be_done = status == StatusCode::OK && !is_page(answer.headers());
        let answer = match groupdesk_kit::body(answer, groupdesk_kit::MAX_ANSWER_BYTES).await {
            Ok(answer) => answer,
            Err(_) if !may_be_done => return Err(self.odd(status, b"")),
            Err(Unread::Lost(error)) => return Err(self.lost(&error)),
            Err(error) => {
                return Err(Fault::NoAnswer(format!(
                    "Telegram's answer can't be read: {error}"
                )));
            }
        };
        // One member's half of an emoji must not keep all others' messages back.
        let Ok(mut said) = groupdesk_contract::read_json::<Value>(&answer) else {
            let is_part = may_be_done && matches!(answer.trim_ascii_start().first(), None | Some(b'{'));
            return Err(match is_part {
                true => Fault::NoAnswer("Telegram's answer broke off".to_owned()),
                false => self.odd(status, &answer),
            });
        };
        match said.get("ok").and_then(Value::as_bool) {
            Some(true) => {
                let number = said.pointer("/result/message_id").and_then(Value::as_i64);
                let result = said.get_mut("result").map(Value::take).unwrap_or_default();
                let number = number.and_then(|number| i32::try_from(number).ok());
                serde_json::from_value(result).map_err(|_| Fault::Taken(number))
            }
            Some(false) => Err(self.refusal(status, &said)),
            None => Err(self.odd(status, &answer)),
        }
    }

    /// Maps a request without an answer to a fault.
    fn lost(&self, error: &reqwest::Error) -> Fault {
        if error.is_builder() || error.is_connect() {
            let why = format!("Telegram can't be reached: {}", innermost(error));
            return Fault::NotWritten(self.clean(&why));
        }
        if error.is_timeout() {
            return Fault::NoAnswer("Telegram did not answer in time".to_owned());
        }
        let why = format!("the connection to Telegram broke: {}", innermost(error));
        Fault::NoAnswer(self.clean(&why))
    }

    /// Maps an answer that is not `ok` to a fault.
    fn refusal(&self, status: StatusCode, said: &Value) -> Fault {
        let parameter = |name: &str| said.pointer(&format!("/parameters/{name}"));
        if let Some(seconds) = parameter("retry_after") {
            let seconds = seconds.as_u64().and_then(|seconds| u32::try_from(seconds).ok());
            return Fault::Wait(seconds.map_or(SOME_TIME, |seconds| Duration::from_secs(seconds.into())));
        }
        if let Some(chat) = parameter("migrate_to_chat_id").and_then(Value::as_i64) {
            return Fault::Moved(chat);
        }
        let words = said
            .get("description")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let code = said.get("error_code").and_then(Value::as_u64);
        if status.is_server_error() || code.is_some_and(|code| code >= 500) {
            return self.own_fault(words);
        }
        match words {
            // "Not Found" of the whole address: of a chat it has other words.
            "Unauthorized" | "Not Found" => Fault::Token(
                "Telegram does not know the token: ask @BotFather for the right one and put it into `connection.token`"
                    .to_owned(),
            ),
            words => self.refused(words),
        }
    }

    /// Maps an answer that is none of Telegram's to a fault: the page of a proxy or of a network that wants a log-in.
    fn odd(&self, status: StatusCode, answer: &[u8]) -> Fault {
        if status == StatusCode::PAYLOAD_TOO_LARGE {
            return Fault::Refused("the file is too large for what stands before Telegram".to_owned());
        }
        let start = String::from_utf8_lossy(answer);
        let start: String = start.chars().filter(|c| !c.is_control()).take(120).collect();
        let colon = if start.is_empty() { "" } else { ": " };
        Fault::NotTaken(self.clean(&format!(
            "something else than Telegram answered ({status}){colon}{start}"
        )))
    }

    /// Maps a fault that Telegram tells of itself, which passes.
    fn own_fault(&self, words: &str) -> Fault {
        Fault::NotTaken(format!("Telegram has a fault: {}", self.clean(words)))
    }

    fn refused(&self, words: &str) -> Fault {
        let clean = self.clean(words);
        let lower = words.to_lowercase();
        const PASSING: [&str; 8] = [
            "internal server error",
            "internal error",
            "bad gateway",
            "gateway time",
            "service unavailable",
            "request timeout",
            "timeout",
            "restart",
        ];
        if lower.starts_with("too many requests") {
            // Without a time: the library knows those that have one.
            return Fault::Wait(SOME_TIME);
        }
        if PASSING.iter().any(|words| lower.starts_with(words)) {
            return self.own_fault(words);
        }
        if lower.contains("terminated by other getupdates") || lower.contains("while webhook is active") {
            return Fault::Conflict(clean);
        }
        Fault::Refused(clean)
    }

    /// Returns `text` without the token or its half.
    pub(crate) fn clean(&self, text: &str) -> String {
        let token = self.token.expose();
        let key = token.split_once(':').map_or(token, |(_, key)| key);
        if key.is_empty() {
            return text.to_owned();
        }
        text.replace(token, "***").replace(key, "***")
    }
}

/// True for a page to look at: Telegram answers calls in JSON alone.
fn is_page(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.trim_start().to_ascii_lowercase().starts_with("text/html"))
}

fn json(call: &impl Serialize) -> Result<(String, Vec<u8>), Fault> {
    let body = serde_json::to_vec(call).map_err(unwritable)?;
    Ok(("application/json".to_owned(), body))
}

fn unwritable(error: serde_json::Error) -> Fault {
    Fault::Refused(format!("the call can't be written: {error}"))
}

/// Returns the innermost message of an error, which holds no address.
pub(crate) fn innermost(error: &dyn Error) -> String {
    let mut deepest = None;
    let mut next = error.source();
    while let Some(error) = next {
        deepest = Some(error);
        next = error.source();
    }
    deepest.map_or_else(|| "no connection".to_owned(), |error| error.to_string())
}

/// The failures of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Too much at once: 429.
    Wait(Duration),
    /// The group is a supergroup now, with this id.
    Moved(i64),
    /// Nothing reached Telegram.
    NotWritten(String),
    /// An answer shows that it was not done, and that it may be another time: a fault of Telegram's own, or what a proxy says in
    /// its place. A proxy that gave up waiting may be wrong; better something twice than never.
    NotTaken(String),
    /// It may have been done, or not.
    NoAnswer(String),
    /// It was done, and the response has a shape that the library does not know; the message's number, if the response has it.
    Taken(Option<i32>),
    /// The token is wrong or was revoked.
    Token(String),
    /// Another program asks for the same updates.
    Conflict(String),
    /// Telegram refuses, with its own text.
    Refused(String),
}

impl Fault {
    /// Describes the fault in a sentence for an admin.
    pub(crate) fn message(&self) -> String {
        match self {
            Self::Wait(time) => format!("Telegram asks us to wait {} seconds", time.as_secs()),
            Self::Moved(chat) => format!("the group is the supergroup {chat} now"),
            Self::Taken(_) => "Telegram's answer has an unknown shape".to_owned(),
            Self::NotWritten(words) | Self::NotTaken(words) | Self::NoAnswer(words) | Self::Token(words) => {
                words.clone()
            }
            Self::Conflict(words) => format!(
                "another program receives this bot's messages (a second groupdesk, another bot framework, a webhook): stop \
                 it, or give this one a token of its own. Telegram says: {words}"
            ),
            Self::Refused(words) => in_words(words),
        }
    }

    /// True for a refusal whose text contains `words`.
    pub(crate) fn says(&self, words: &str) -> bool {
        matches!(self, Self::Refused(refusal) if refusal.to_lowercase().contains(words))
    }
}

/// Returns the remedy for a refusal, followed by Telegram's own text.
fn in_words(refusal: &str) -> String {
    let lower = refusal.to_lowercase();
    let hints = [
        ("blocked by the user", "the member has blocked the bot"),
        ("user is deactivated", "the member's account is gone"),
        (
            "initiate conversation",
            "the member has not written to the bot yet, and bots can't begin",
        ),
        ("was kicked", "the bot was removed from the group: add it again"),
        ("not a member", "the bot is not in the group: add it"),
        ("chat not found", "there is no such chat, or the bot is not in it"),
        ("deactivated", "the group is gone"),
        (
            "not enough rights",
            "the group does not let the bot do that: give it the right",
        ),
        (
            "have no rights",
            "the group does not let the bot write: give it the right",
        ),
        (
            "write_forbidden",
            "the group does not let the bot write: give it the right",
        ),
        (
            "can't be deleted",
            "the message is too old to be taken back, or the bot may not",
        ),
        ("can't be edited", "the message can't be changed any more"),
        ("message to edit not found", "the message is not there any more"),
    ];
    match hints.iter().find(|(part, _)| lower.contains(part)) {
        Some((_, hint)) => format!("{hint} (Telegram: {refusal})"),
        None => format!("Telegram: {refusal}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    async fn asked(api_url: String) -> Fault {
        let settings = json!({"token": "1:hush", "api_url": api_url});
        let settings: Settings = serde_json::from_value(settings).unwrap();
        let api = Api::new(&settings).unwrap();
        api.call(wire::GetMe {}).await.unwrap_err()
    }

    #[tokio::test]
    async fn without_a_connection_or_without_tls_nothing_was_written() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((mut socket, _)) = listener.accept().await {
                let _ = socket.read(&mut [0; 1024]).await;
                let _ = socket.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
            }
        });
        for api_url in ["http://127.0.0.1:9".to_owned(), format!("https://{address}")] {
            let fault = asked(api_url.clone()).await;
            let shown = format!("{fault:?}");
            assert!(matches!(fault, Fault::NotWritten(_)), "{api_url}: {shown}");
            assert!(!shown.contains("hush"), "{shown}");
        }
    }
}
