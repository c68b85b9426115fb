//! One shard: its WebSocket, heartbeats, the session that is resumed after a loss, and what ends it for good. Source:
//! <https://docs.discord.com/developers/events/gateway>.

mod gateway;
mod socket;

pub(crate) use gateway::Gateway;

use crate::api::TOKEN;
use crate::core::Core;
use crate::status::{Ended, Status};
use crate::wire::Happening;
use groupdesk_contract::{AdapterError, Link};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// Pauses after failed attempts, at first and at most.
const BACKOFF: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(60));

/// A part of the gateway.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shard {
    pub(crate) id: u32,
    pub(crate) total: u32,
}

/// A session, to be resumed after a loss of the connection.
#[derive(Debug, Clone)]
struct Session {
    id: String,
    /// The address to resume it at.
    url: Option<String>,
    /// The last event that came.
    seq: u64,
}

/// The end of a connection.
enum End {
    Stop,
    /// A new one may help.
    Lost {
        reason: String,
        /// The session can be resumed.
        resume: bool,
        /// The wait that Discord asked for.
        pause: Option<Duration>,
    },
    /// Only a person can help.
    Broken(String),
    /// The number of shards is wrong, or no session may be begun.
    Anew,
}

/// Keeps the shard connected until it is time to stop.
pub(crate) async fn run(
    core: Arc<Core>,
    link: Link,
    shard: Shard,
    gateway: Arc<Gateway>,
    status: Arc<Status>,
    queue: mpsc::Sender<Happening>,
) -> Result<Ended, AdapterError> {
    let mut session: Option<Session> = None;
    let mut failures: u32 = 0;
    loop {
        let mut received = false;
        let line = socket::Line {
            core: &core,
            link: &link,
            shard,
            gateway: &gateway,
            status: &status,
            queue: &queue,
        };
        match line.run(&mut session, &mut received).await? {
            End::Stop => return Ok(Ended::Stop),
            End::Anew => return Ok(Ended::Anew),
            End::Broken(words) => return Err(AdapterError::Broken(words)),
            End::Lost {
                reason,
                resume,
                pause,
            } => {
                tracing::debug!(account = %core.account, shard = shard.id, reason, resume, "the gateway's connection ended");
                status.lost(shard.id);
                if !resume {
                    session = None;
                }
                failures = if received { 0 } else { failures.saturating_add(1) };
                if failures > 0 {
                    status.down(&reason).await?;
                }
                let grown = BACKOFF.0.saturating_mul(1 << failures.min(8)) / 2;
                // Between half and the whole pause, so that many who lost the same server don't come back at once.
                let grown = grown.min(BACKOFF.1).mul_f64(0.5 + fastrand::f64() / 2.0);
                let wait = pause.unwrap_or(grown);
                tokio::select! {
                    () = link.shutdown.cancelled() => return Ok(Ended::Stop),
                    () = tokio::time::sleep(wait) => {}
                }
            }
        }
    }
}

const INTENTS: &str = "Discord refuses the intents: switch on Message Content Intent in the developer portal (Bot, Privileged \
                       Gateway Intents), then start again";

/// Maps a close code to the end of the connection. Source: <https://docs.discord.com/developers/topics/opcodes-and-status-codes>.
fn closed(code: Option<u16>) -> End {
    use serenity::constants::close_codes as codes;
    let Some(code) = code else {
        return End::Lost {
            reason: "the gateway's connection broke".to_owned(),
            resume: true,
            pause: None,
        };
    };
    match code {
        codes::AUTHENTICATION_FAILED => End::Broken(TOKEN.to_owned()),
        codes::DISALLOWED_GATEWAY_INTENTS => End::Broken(INTENTS.to_owned()),
        codes::INVALID_SHARD | codes::SHARDING_REQUIRED => End::Anew,
        codes::INVALID_GATEWAY_INTENTS | 4012 => End::Broken(format!(
            "Discord's gateway does not take what this version of groupdesk says (close code {code}): a newer one is needed"
        )),
        // A session that ended, or that never was.
        1000 | 1001 | codes::NOT_AUTHENTICATED | 4006 | codes::INVALID_SEQUENCE | codes::SESSION_TIMEOUT => {
            End::Lost {
                reason: format!("the gateway ended the session ({code})"),
                resume: false,
                pause: None,
            }
        }
        codes::RATE_LIMITED => End::Lost {
            reason: format!("the gateway was asked too much ({code})"),
            resume: true,
            pause: Some(Duration::from_secs(5)),
        },
        code => End::Lost {
            reason: format!("the gateway closed the connection ({code})"),
            resume: true,
            pause: None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_close_code_means_what_discord_says() {
        assert!(matches!(closed(Some(4004)), End::Broken(words) if words.contains("token")));
        assert!(matches!(closed(Some(4014)), End::Broken(words) if words.contains("Message Content Intent")));
        assert!(matches!(closed(Some(4011)), End::Anew));
        for (code, resumes) in [
            (None, true),
            (Some(4000), true),
            (Some(4009), false),
            (Some(4007), false),
        ] {
            assert!(
                matches!(closed(code), End::Lost { resume, .. } if resume == resumes),
                "{code:?}"
            );
        }
    }
}
