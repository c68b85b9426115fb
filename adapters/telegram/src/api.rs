//! The Bot API: two clients, one for calls and one for requests that Telegram holds open, and what an error means. Errors
//! of the library hold the address and with it the token; nothing here lets one out.

use crate::Settings;
use crate::wire;
use groupdesk_contract::Secret;
use serde_json::Value;
use std::error::Error;
use std::time::Duration;
use teloxide::types::AllowedUpdate;
use teloxide::{ApiError, Bot, RequestError};

/// The retry delay when Telegram names none.
const SOME_TIME: Duration = Duration::from_secs(5);
/// The timeout of a call.
const CALL: Duration = Duration::from_secs(20);

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
    /// For calls. It knows the token, so it is never shown.
    pub(crate) bot: Bot,
    poller: Bot,
    token: Secret,
    hold: Duration,
}

impl Api {
    pub(crate) fn new(settings: &Settings) -> Result<Self, String> {
        let hold = settings.poll_timeout.0;
        Ok(Self {
            bot: bot(settings, CALL)?,
            poller: bot(settings, hold + CALL)?,
            token: settings.token.clone(),
            hold,
        })
    }

    /// The updates from `offset` on, as they are; Telegram forgets those before it.
    pub(crate) async fn updates(&self, offset: Option<i64>, hold: bool) -> Result<Vec<Value>, RequestError> {
        let call = wire::GetUpdates {
            offset,
            limit: 100,
            timeout: if hold { self.hold.as_secs() } else { 0 },
            allowed_updates: WANTED.to_vec(),
        };
        let updates = match call.by(&self.poller).await {
            // One member's half of an emoji must not keep all others' messages back.
            Err(RequestError::InvalidJson { raw, source }) => {
                match groupdesk_contract::read_json::<Value>(raw.as_bytes()) {
                    Ok(mut answer) if answer.get("ok").and_then(Value::as_bool) == Some(true) => {
                        answer.get_mut("result").map(Value::take).unwrap_or_default()
                    }
                    _ => return Err(RequestError::InvalidJson { raw, source }),
                }
            }
            updates => updates?,
        };
        match updates {
            Value::Array(updates) => Ok(updates),
            _ => Ok(Vec::new()),
        }
    }

    /// Maps `error` to a fault.
    pub(crate) fn fault(&self, error: &RequestError) -> Fault {
        match error {
            RequestError::RetryAfter(seconds) => Fault::Wait(seconds.duration()),
            RequestError::MigrateToChatId(chat) => Fault::Moved(chat.0),
            RequestError::Network(network) if network.is_builder() || network.is_connect() => {
                Fault::NotWritten(self.clean(&format!("Telegram can't be reached: {}", innermost(network))))
            }
            RequestError::Network(network) if network.is_timeout() => {
                Fault::NoAnswer("Telegram did not answer in time".to_owned())
            }
            RequestError::Network(network) => Fault::NoAnswer(self.clean(&format!(
                "the connection to Telegram broke: {}",
                innermost(network)
            ))),
            RequestError::InvalidJson { raw, .. } => self.odd(raw),
            RequestError::Io(error) => Fault::NotWritten(self.clean(&error.to_string())),
            RequestError::Api(ApiError::Unknown(words)) => self.refused(words),
            RequestError::Api(ApiError::InvalidToken) => {
                Fault::Token("Telegram does not know the token: ask @BotFather for the right one and put it into `connection.token`"
                    .to_owned())
            }
            RequestError::Api(error) => self.refused(&error.to_string()),
        }
    }

    /// An answer that the library can't read: one that succeeded all the same, or a proxy's page.
    fn odd(&self, raw: &str) -> Fault {
        let answer: Value = serde_json::from_str(raw).unwrap_or_default();
        if answer.get("ok").and_then(Value::as_bool) == Some(true) {
            let number = answer.pointer("/result/message_id").and_then(Value::as_i64);
            return Fault::Taken(number.and_then(|number| i32::try_from(number).ok()));
        }
        let start: String = raw.chars().filter(|c| !c.is_control()).take(120).collect();
        Fault::NoAnswer(self.clean(&format!("something else than Telegram answered: {start}")))
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
            return Fault::NoAnswer(format!("Telegram has a fault: {clean}"));
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

fn bot(settings: &Settings, timeout: Duration) -> Result<Bot, String> {
    let client = teloxide::net::default_reqwest_settings()
        .connect_timeout(Duration::from_secs(10))
        .timeout(timeout)
        // The address holds the token.
        .referer(false)
        .build()
        .map_err(|error| format!("no HTTP client: {}", error.without_url()))?;
    let url = settings
        .api_url
        .as_str()
        .parse()
        .map_err(|_| "`api_url` is not an address".to_owned())?;
    Ok(Bot::with_client(settings.token.expose(), client).set_api_url(url))
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
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Wait(time) => format!("Telegram asks us to wait {} seconds", time.as_secs()),
            Self::Moved(chat) => format!("the group is the supergroup {chat} now"),
            Self::Taken(_) => "Telegram's answer has an unknown shape".to_owned(),
            Self::NotWritten(words) | Self::NoAnswer(words) | Self::Token(words) => words.clone(),
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
