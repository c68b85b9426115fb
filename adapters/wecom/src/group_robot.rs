//! A group robot (群机器人): posts into the internal group that it was added to, and receives nothing. A staff room's end.
//!
//! Wire format: <https://developer.work.weixin.qq.com/document/path/91770>.

use crate::address::ApiUrl;
use crate::fault::Fault;
use crate::http;
use crate::rate_limits::{self, RateLimits};
use crate::render::{self, Style};
use async_trait::async_trait;
use groupdesk_contract::{
    AccountId, AccountState, Act, Adapter, AdapterError, AddressError, Capabilities, ChannelId, Clock,
    Delivery, Event, Link, Reply, ReplyKey, Secret, Segment, Storage, check_target,
};
use groupdesk_kit::{BoundedMap, SplitLimit, split_text};
use parking_lot::Mutex;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// The longest text and the longest Markdown, in bytes.
const TEXT_AND_MARKDOWN_MAX_BYTES: (usize, usize) = (2_048, 4_096);
/// The most unfinished replies whose progress is remembered.
const UNDER_WAY: usize = 1_000;
/// The retry delay of a group when WeCom names none.
const BUSY_PAUSE: Duration = Duration::from_secs(60);

/// Groups that a group robot posts to.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupRobotSettings {
    /// The groups: a name of your own, and the key of the robot in that group, such as `${WECOM_GROUP_KEY}`; the whole
    /// address that WeCom shows, with `?key=`, does too. `staff_rooms: [ACCOUNT/NAME]` posts there.
    pub groups: BTreeMap<String, Secret>,
    /// Format of texts: plain (`text`), or Markdown (`markdown`).
    #[serde(default)]
    pub format: Format,
    /// Address of WeCom's API, if the company has a private deployment. Plain http only to this machine or a private network,
    /// since every request holds the key.
    #[serde(default)]
    pub api_url: ApiUrl,
}

/// Format of texts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// As they stand; up to 2,048 bytes a message.
    #[default]
    Text,
    /// With Markdown's signs; up to 4,096 bytes a message.
    Markdown,
}

/// Group robots.
pub struct GroupRobot {
    account: AccountId,
    settings: GroupRobotSettings,
    clock: Arc<dyn Clock>,
    client: reqwest::Client,
    pace: Mutex<RateLimits>,
    progress: Mutex<BoundedMap<ReplyKey, usize>>,
    retries: groupdesk_kit::Retries,
}

impl GroupRobot {
    /// The account `account`, with the groups that `settings` name. There is nothing to remember over a restart.
    ///
    /// # Errors
    /// The reason, in a sentence for the operator: no group, a key that can't be one, or no HTTP client.
    pub fn new(
        account: AccountId,
        settings: GroupRobotSettings,
        clock: Arc<dyn Clock>,
        _memory: Arc<dyn Storage>,
    ) -> Result<Arc<Self>, String> {
        if settings.groups.is_empty() {
            return Err(
                "`groups` names no group: write `groups: { NAME: \"${WECOM_GROUP_KEY}\" }`".to_owned(),
            );
        }
        for (name, key) in &settings.groups {
            if key_of(key).is_none() {
                return Err(format!(
                    "the key of the group `{name}` is none: it is what stands behind `key=` in the robot's address; is the \
                     variable set?"
                ));
            }
        }
        Ok(Arc::new(Self {
            account,
            settings,
            clock,
            client: http::client()?,
            pace: Mutex::new(RateLimits::new(rate_limits::GROUP_ROBOT)),
            progress: Mutex::new(BoundedMap::new(UNDER_WAY)),
            retries: groupdesk_kit::Retries::default(),
        }))
    }

    async fn say(&self, group: &str, key: &Secret, body: &Value) -> Result<(), Fault> {
        let now = self.clock.now();
        self.pace.lock().take(group, now).map_err(|wait| {
            Fault::Wait(
                "WeCom takes 20 messages a minute from a group robot".to_owned(),
                Some(wait),
            )
        })?;
        let key = key_of(key).unwrap_or_default();
        let url = format!(
            "{}/cgi-bin/webhook/send?key={key}",
            self.settings.api_url.as_str()
        );
        let outcome = http::call(&self.client, &url, Some(body)).await;
        if let Err(Fault::Wait(_, wait)) = &outcome {
            self.pace.lock().hit(group, wait.unwrap_or(BUSY_PAUSE), now);
        }
        outcome.map(drop)
    }

    fn bodies(&self, reply: &Reply) -> Vec<Value> {
        match self.settings.format {
            Format::Text => {
                let text = render::text(reply, Style::Plain);
                let mentioned = mentioned(reply);
                let mut bodies: Vec<Value> =
                    split_text(&text, SplitLimit::bytes(TEXT_AND_MARKDOWN_MAX_BYTES.0))
                        .into_iter()
                        .map(|part| json!({"msgtype": "text", "text": {"content": part}}))
                        .collect();
                if let Some(text) = bodies.first_mut().and_then(|body| body.get_mut("text"))
                    && let Some(text) = text.as_object_mut()
                    && !mentioned.is_empty()
                {
                    text.insert("mentioned_list".to_owned(), json!(mentioned));
                }
                bodies
            }
            Format::Markdown => {
                let text = render::text(reply, Style::Markdown);
                let mut bodies: Vec<Value> =
                    split_text(&text, SplitLimit::bytes(TEXT_AND_MARKDOWN_MAX_BYTES.1))
                        .into_iter()
                        .map(|part| json!({"msgtype": "markdown", "markdown": {"content": part}}))
                        .collect();
                // Markdown can't call everybody; a text can, and has to say something.
                if !bodies.is_empty() && reply.segments.contains(&Segment::MentionAll) {
                    let call = json!({"content": "↑", "mentioned_list": ["@all"]});
                    bodies.push(json!({"msgtype": "text", "text": call}));
                }
                bodies
            }
        }
    }
}

/// Returns the value of `key=`, or the whole text.
fn key_of(secret: &Secret) -> Option<&str> {
    let text = secret.expose().trim();
    let key = text.rsplit_once("key=").map_or(text, |(_, key)| key);
    let shaped = key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    (shaped && !key.is_empty()).then_some(key)
}

fn mentioned(reply: &Reply) -> Vec<&str> {
    let named = reply.segments.iter().filter_map(|segment| match segment {
        Segment::Mention(member) => Some(member.as_str()),
        Segment::MentionAll => Some("@all"),
        _ => None,
    });
    named.collect()
}

impl fmt::Debug for GroupRobot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GroupRobot")
            .field("account", &self.account)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl Adapter for GroupRobot {
    fn account(&self) -> &AccountId {
        &self.account
    }

    fn capabilities(&self) -> Capabilities {
        sending_only(TEXT_AND_MARKDOWN_MAX_BYTES.0)
    }

    fn check_channel(&self, channel: &ChannelId) -> Result<(), AddressError> {
        check_target(channel, || self.settings.groups.keys().map(String::as_str))
    }

    async fn run(&self, link: Link) -> Result<(), AdapterError> {
        link.post(Event::State(AccountState::Connected)).await?;
        link.shutdown.cancelled().await;
        Ok(())
    }

    async fn send(&self, key: ReplyKey, reply: &Reply) -> Delivery {
        let Some(secret) = self.settings.groups.get(reply.channel.as_str()) else {
            let known: Vec<&str> = self.settings.groups.keys().map(String::as_str).collect();
            return Delivery::Refused {
                reason: format!("no group `{}`; there are: {}", reply.channel, known.join(", ")),
            };
        };
        let bodies = match &reply.act {
            Act::Say => self.bodies(reply),
            Act::Edit(_) | Act::Unsend(_) => Vec::new(),
        };
        if bodies.is_empty() {
            return Delivery::Refused {
                reason: "there is nothing in it that a group robot can say".to_owned(),
            };
        }
        let before = self.progress.lock().get(&key).copied().unwrap_or(0);
        for (said, body) in bodies.iter().enumerate().skip(before) {
            if let Err(fault) = self.say(reply.channel.as_str(), secret, body).await {
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

/// The capabilities of an account that only sends texts.
pub(crate) fn sending_only(longest: usize) -> Capabilities {
    // A character takes up to four bytes.
    Capabilities::of_text(longest / 4)
}
