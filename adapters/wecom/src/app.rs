//! A self-built application (自建应用): writes to staff in its own name, or into groups that it made, and receives nothing. A staff
//! room's end.
//!
//! Wire format: <https://developer.work.weixin.qq.com/document/path/90236> and path 90248.

use crate::address::ApiUrl;
use crate::fault::Fault;
use crate::group_robot::{Format, sending_only};
use crate::http;
use crate::rate_limits::{self, RateLimits};
use crate::render::{self, Style};
use async_trait::async_trait;
use groupdesk_contract::{
    AccountId, AccountState, Act, Adapter, AdapterError, AddressError, Capabilities, ChannelId, Clock,
    Delivery, Event, Link, Reply, ReplyKey, Secret, Storage, check_kind_and_id, in_both,
};
use groupdesk_kit::{Access, BoundedMap, GrantedToken, SplitLimit, split_text};
use parking_lot::Mutex;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// The longest text, in bytes.
const TEXT_MAX_BYTES: usize = 2_048;
/// The most unfinished replies whose progress is remembered.
const UNDER_WAY: usize = 1_000;
/// The time before a token's end at which it is renewed.
const TOKEN_RENEWAL_MARGIN: Duration = Duration::from_secs(300);
/// Pauses between attempts to get the first token, at first and at most.
const BACKOFF: (Duration, Duration) = (Duration::from_secs(2), Duration::from_secs(300));
/// The retry delay of a chat when WeCom names none.
const BUSY_PAUSE: Duration = Duration::from_secs(2);

/// In whose name is written.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AppSettings {
    /// The company's id (企业ID), from *My company* of the admin page.
    pub corpid: String,
    /// The application's Secret, such as `${WECOM_APP_SECRET}`.
    pub secret: Secret,
    /// The application's AgentId.
    pub agentid: i64,
    /// Format of texts: plain (`text`), or Markdown (`markdown`), which WeCom shows only in its own app.
    #[serde(default)]
    pub format: Format,
    /// Address of WeCom's API, if the company has a private deployment. Plain http only to this machine or a private network,
    /// since every request holds the token.
    #[serde(default)]
    pub api_url: ApiUrl,
}

/// A self-built application.
pub struct App {
    account: AccountId,
    settings: AppSettings,
    clock: Arc<dyn Clock>,
    client: reqwest::Client,
    access: Access,
    pace: Mutex<RateLimits>,
    progress: Mutex<BoundedMap<ReplyKey, usize>>,
    retries: groupdesk_kit::Retries,
}

/// The recipients of a message.
enum To<'a> {
    /// One or more members, `a|b`.
    Users(&'a str),
    /// A group that the application made.
    Chat(&'a str),
}

impl App {
    /// Makes the account `account` from `settings`. It has nothing to remember over a restart.
    ///
    /// # Errors
    /// The reason, in a sentence for the operator: something is empty, or there is no HTTP client.
    pub fn new(
        account: AccountId,
        settings: AppSettings,
        clock: Arc<dyn Clock>,
        _memory: Arc<dyn Storage>,
    ) -> Result<Arc<Self>, String> {
        let is_word = |text: &str| {
            !text.is_empty() && text.chars().all(|c| c.is_ascii_graphic() && !"&=#?%".contains(c))
        };
        if !is_word(&settings.corpid) {
            return Err("`corpid` is none: it looks like ww1234567890abcdef".to_owned());
        }
        if settings.agentid < 1 {
            return Err(in_both(
                "`agentid` is none: it is the number on the application's page, such as 1000002",
                "agentid 不对；它是应用页面上的数字，例如 1000002",
            ));
        }
        if !is_word(settings.secret.expose()) {
            return Err("`secret` is none; is the variable set?".to_owned());
        }
        Ok(Arc::new(Self {
            account,
            client: http::client()?,
            access: Access::new(Arc::clone(&clock), TOKEN_RENEWAL_MARGIN),
            settings,
            clock,
            pace: Mutex::new(RateLimits::new(rate_limits::APP)),
            progress: Mutex::new(BoundedMap::new(UNDER_WAY)),
            retries: groupdesk_kit::Retries::default(),
        }))
    }

    async fn token(&self) -> Result<Secret, Fault> {
        self.access
            .get(async || {
                let url = format!(
                    "{}/cgi-bin/gettoken?corpid={}&corpsecret={}",
                    self.settings.api_url.as_str(),
                    self.settings.corpid,
                    self.settings.secret.expose()
                );
                // Asking for a token says nothing to anybody.
                let answer = match http::call(&self.client, &url, None).await {
                    Err(Fault::NoAnswer(words)) => return Err(Fault::NotWritten(words)),
                    answer => answer?,
                };
                let token = answer.get("access_token").and_then(Value::as_str);
                let lasts = answer.get("expires_in").and_then(Value::as_u64);
                match token.filter(|token| !token.is_empty()) {
                    Some(token) => Ok(GrantedToken {
                        token: Secret::new(token),
                        lasts: Duration::from_secs(lasts.unwrap_or(7_200)),
                    }),
                    None => Err(Fault::NotWritten("WeCom granted no access token".to_owned())),
                }
            })
            .await
    }

    /// Says one text; with a new token when the old one is refused.
    async fn say(&self, channel: &ChannelId, to: &To<'_>, text: &str) -> Result<(), Fault> {
        let now = self.clock.now();
        self.pace.lock().take(channel.as_str(), now).map_err(|wait| {
            let words = "WeCom takes 30 messages a minute and 1,000 an hour for a member";
            Fault::Wait(words.to_owned(), Some(wait))
        })?;
        let mut outcome = self.say_once(to, text).await;
        if let Err(Fault::Token(_)) = outcome {
            outcome = self.say_once(to, text).await;
        }
        if let Err(Fault::Wait(_, wait)) = &outcome {
            self.pace
                .lock()
                .hit(channel.as_str(), wait.unwrap_or(BUSY_PAUSE), now);
        }
        outcome
    }

    async fn say_once(&self, to: &To<'_>, text: &str) -> Result<(), Fault> {
        let token = self.token().await?;
        let (kind, content) = match self.settings.format {
            Format::Text => ("text", json!({"content": text})),
            Format::Markdown => ("markdown", json!({"content": text})),
        };
        let (path, body) = match to {
            To::Users(users) => (
                "message/send",
                json!({"touser": users, "agentid": self.settings.agentid, "msgtype": kind, kind: content}),
            ),
            To::Chat(chat) => (
                "appchat/send",
                json!({"chatid": chat, "msgtype": kind, kind: content}),
            ),
        };
        let url = format!(
            "{}/cgi-bin/{path}?access_token={}",
            self.settings.api_url.as_str(),
            token.expose()
        );
        match http::call(&self.client, &url, Some(&body)).await {
            Ok(answer) => {
                let missed = answer.get("invaliduser").and_then(Value::as_str);
                if let Some(missed) = missed.filter(|missed| !missed.is_empty()) {
                    tracing::warn!(account = %self.account, userids = missed, "some of those named can't be reached: check the userids, and that the application is visible to them");
                }
                Ok(())
            }
            Err(Fault::Token(words)) => {
                self.access.refused(&token).await;
                Err(Fault::Token(words))
            }
            Err(fault) => Err(fault),
        }
    }
}

fn to(channel: &ChannelId) -> Option<To<'_>> {
    match channel.as_str().split_once(':')? {
        (_, "") => None,
        ("user", users) => Some(To::Users(users)),
        ("chat", chat) => Some(To::Chat(chat)),
        _ => None,
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App")
            .field("account", &self.account)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl Adapter for App {
    fn account(&self) -> &AccountId {
        &self.account
    }

    fn capabilities(&self) -> Capabilities {
        sending_only(TEXT_MAX_BYTES)
    }

    fn check_channel(&self, channel: &ChannelId) -> Result<(), AddressError> {
        check_kind_and_id(channel.as_str(), &["user", "chat"], "ID", |id| !id.is_empty())
    }

    /// Reports the account as connected while WeCom grants it tokens.
    async fn run(&self, link: Link) -> Result<(), AdapterError> {
        let mut pause = BACKOFF.0;
        let mut told = None;
        loop {
            let granted = tokio::select! {
                () = link.shutdown.cancelled() => return Ok(()),
                granted = self.token() => granted,
            };
            match granted {
                Ok(_) => break,
                Err(fault) => {
                    let reason = fault.message().to_owned();
                    tracing::warn!(account = %self.account, reason, ?pause, "WeCom grants no access token; asking again after a pause");
                    if told.as_ref() != Some(&reason) {
                        let state = match fault {
                            Fault::Token(reason) => AccountState::BadCredentials { reason },
                            _ => AccountState::Degraded {
                                reason: reason.clone(),
                            },
                        };
                        link.post(Event::State(state)).await?;
                        told = Some(reason);
                    }
                }
            }
            tokio::select! {
                () = link.shutdown.cancelled() => return Ok(()),
                () = tokio::time::sleep(pause) => pause = (pause * 2).min(BACKOFF.1),
            }
        }
        link.post(Event::State(AccountState::Connected)).await?;
        link.shutdown.cancelled().await;
        Ok(())
    }

    async fn send(&self, key: ReplyKey, reply: &Reply) -> Delivery {
        let Some(to) = to(&reply.channel) else {
            return Delivery::Refused {
                reason: format!(
                    "`{}` is no channel of an application; there are user:USERID and chat:CHATID",
                    reply.channel
                ),
            };
        };
        let style = match self.settings.format {
            Format::Text => Style::Plain,
            Format::Markdown => Style::Markdown,
        };
        let text = match &reply.act {
            Act::Say => render::text(reply, style),
            Act::Edit(_) | Act::Unsend(_) => String::new(),
        };
        let parts = split_text(&text, SplitLimit::bytes(TEXT_MAX_BYTES));
        if parts.is_empty() {
            return Delivery::Refused {
                reason: "there is nothing in it that an application can say".to_owned(),
            };
        }
        let before = self.progress.lock().get(&key).copied().unwrap_or(0);
        for (said, part) in parts.into_iter().enumerate().skip(before) {
            if let Err(fault) = self.say(&reply.channel, &to, part).await {
                if said > 0 {
                    self.progress.lock().insert(key, said);
                }
                return fault.delivery(&self.retries, key);
            }
        }
        self.progress.lock().remove(&key);
        Delivery::Sent { message: None }
    }
}
