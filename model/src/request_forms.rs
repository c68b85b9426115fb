//! Requests to a server that takes them in one of several forms, of which it is found out once which: counted, and with its refusals in
//! words.

use crate::Meter;
use crate::chat::{ChatError, ChatSettings};
use crate::server::{Failed, Server, is_busy, refusal};
use parking_lot::Mutex;
use reqwest::StatusCode;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;

/// The timeout of one request; members' messages are given less by who asks.
const TIMEOUT: Duration = Duration::from_secs(60);

/// The most bytes that are read of a response.
const MAX_BODY_BYTES: usize = 1 << 20;

/// Form of a request and its response.
pub(crate) trait Form: Copy + Send + Sync {
    /// The form that is tried first.
    const FIRST: Self;

    /// Returns the form for servers that do not know this one.
    fn simpler(self) -> Option<Self>;
}

/// A response, read.
pub(crate) struct Answer<T> {
    /// Value that was asked for, or the reason why there is none.
    pub(crate) said: Result<T, &'static str>,
    /// Tokens of the request.
    pub(crate) sent: u64,
    /// Tokens of the answer.
    pub(crate) received: u64,
}

/// One address of a server, with the form that it takes.
pub(crate) struct Asking<F> {
    server: Server,
    meter: Arc<Meter>,
    /// Kind of model that is wanted there.
    kind: &'static str,
    /// The form that the server takes, once it has taken one.
    form: Mutex<Option<F>>,
}

impl<F: Form> Asking<F> {
    /// Makes a client for `path` at the server, where a model for `kind` is, without a request yet; `meter` counts the requests and may
    /// stop them.
    ///
    /// # Errors
    /// The unusable setting, in a sentence for the operator, without the key.
    pub(crate) fn new(
        settings: &ChatSettings,
        path: &str,
        kind: &'static str,
        meter: Arc<Meter>,
    ) -> Result<Self, String> {
        Ok(Self {
            server: Server::new(
                &settings.url,
                path,
                settings.key.as_ref(),
                TIMEOUT,
                MAX_BODY_BYTES,
            )?,
            meter,
            kind,
            form: Mutex::new(None),
        })
    }

    /// Sends a request in the form that the server takes, and reads the response. Its tokens count for `used_for`.
    pub(crate) async fn ask<T>(
        &self,
        used_for: &'static str,
        request: impl Fn(F) -> Value + Send + Sync,
        read: impl Fn(&[u8], F) -> Answer<T> + Send + Sync,
    ) -> Result<T, ChatError> {
        let known = *self.form.lock();
        let mut form = known.unwrap_or(F::FIRST);
        loop {
            if !self.meter.take() {
                return Err(ChatError::UsedUp);
            }
            let failed = match self.server.post(&request(form)).await {
                Ok(body) => {
                    // A server that answers at all takes the form, whatever its model makes of it.
                    *self.form.lock() = Some(form);
                    let answer = read(&body, form);
                    self.meter.count(used_for, answer.sent, answer.received);
                    return answer.said.map_err(ChatError::Nonsense);
                }
                Err(failed) => failed,
            };
            // Servers refuse a form that they do not know as a bad request. What is refused in a form that was taken before is
            // refused for something else.
            let simpler = match &failed {
                Failed::Status(StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY, _)
                    if known.is_none() =>
                {
                    form.simpler()
                }
                _ => None,
            };
            form = simpler.ok_or_else(|| self.error(failed))?;
        }
    }

    fn error(&self, failed: Failed) -> ChatError {
        match failed {
            Failed::Unreachable(why) => ChatError::Unreachable(why),
            Failed::TooLong(_) => ChatError::Nonsense("far too long"),
            Failed::Status(status, after) => {
                let reason = refusal(status, "model", self.kind);
                if is_busy(status) {
                    ChatError::Busy { reason, after }
                } else {
                    ChatError::Refused(reason)
                }
            }
        }
    }
}
