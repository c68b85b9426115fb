//! A token that a platform grants for some hours: asked for once, renewed ahead of its end, given up when it is refused.

use groupdesk_contract::{Clock, Secret};
use jiff::{SignedDuration, Timestamp};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;

/// A token that a platform granted, with its lifetime.
#[derive(Debug, Clone)]
pub struct GrantedToken {
    /// The token.
    pub token: Secret,
    /// The lifetime of the token, counted from now.
    pub lasts: Duration,
}

/// The token that is good now.
pub struct Access {
    clock: Arc<dyn Clock>,
    ahead: SignedDuration,
    held: Mutex<Option<Held>>,
}

struct Held {
    token: Secret,
    renew: Timestamp,
    until: Timestamp,
}

impl Access {
    /// Holds nothing yet; renews `ahead` of the end, or at half of a shorter life.
    pub fn new(clock: Arc<dyn Clock>, ahead: Duration) -> Self {
        Self {
            clock,
            ahead: SignedDuration::try_from(ahead).unwrap_or(SignedDuration::ZERO),
            held: Mutex::new(None),
        }
    }

    /// The token, from `ask` when none is held or the one held ends soon. Callers that come meanwhile wait for the same
    /// answer. When the platform grants no new one, the old one is used to its end.
    ///
    /// # Errors
    /// Those of `ask`, when no token is good.
    pub async fn get<E>(&self, ask: impl AsyncFnOnce() -> Result<GrantedToken, E>) -> Result<Secret, E> {
        let mut held = self.held.lock().await;
        let now = self.clock.now();
        if let Some(held) = held.as_ref().filter(|held| now < held.renew) {
            return Ok(held.token.clone());
        }
        match ask().await {
            Ok(granted) => {
                let lasts = SignedDuration::try_from(granted.lasts).unwrap_or(SignedDuration::MAX);
                let renew = lasts.saturating_sub(self.ahead).max(lasts / 2);
                let at = |after| now.saturating_add(after).unwrap_or(Timestamp::MAX);
                let token = granted.token.clone();
                *held = Some(Held {
                    token: granted.token,
                    renew: at(renew),
                    until: at(lasts),
                });
                Ok(token)
            }
            Err(error) => match &*held {
                Some(held) if now < held.until => Ok(held.token.clone()),
                _ => Err(error),
            },
        }
    }

    /// The platform refuses `token`: the next caller asks for another. A token that was renewed meanwhile is kept.
    pub async fn refused(&self, token: &Secret) {
        let mut held = self.held.lock().await;
        if held.as_ref().is_some_and(|held| held.token == *token) {
            *held = None;
        }
    }
}

impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Access").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use groupdesk_contract::ManualClock;
    use std::sync::atomic::{AtomicU32, Ordering};

    struct Platform {
        asked: AtomicU32,
        lasts: Duration,
    }

    impl Platform {
        async fn grant(&self) -> Result<GrantedToken, String> {
            let number = self.asked.fetch_add(1, Ordering::SeqCst) + 1;
            tokio::task::yield_now().await;
            Ok(GrantedToken {
                token: Secret::new(format!("token {number}")),
                lasts: self.lasts,
            })
        }
    }

    #[tokio::test]
    async fn a_token_is_asked_for_once_renewed_ahead_of_its_end_and_given_up_when_it_is_refused() {
        let clock = Arc::new(ManualClock::at(Timestamp::UNIX_EPOCH));
        let access = Access::new(Arc::clone(&clock) as Arc<dyn Clock>, Duration::from_secs(300));
        let platform = Platform {
            asked: AtomicU32::new(0),
            lasts: Duration::from_secs(7200),
        };
        let get = || access.get(async || platform.grant().await);
        let (one, two) = tokio::join!(get(), get());
        assert_eq!(one.unwrap().expose(), "token 1");
        assert_eq!(two.unwrap().expose(), "token 1");
        clock.advance(SignedDuration::from_secs(6899));
        assert_eq!(get().await.unwrap().expose(), "token 1");
        clock.advance(SignedDuration::from_secs(1));
        assert_eq!(get().await.unwrap().expose(), "token 2");
        access.refused(&Secret::new("token 1")).await;
        assert_eq!(get().await.unwrap().expose(), "token 2");
        access.refused(&Secret::new("token 2")).await;
        assert_eq!(get().await.unwrap().expose(), "token 3");
    }

    #[tokio::test]
    async fn an_old_token_is_used_to_its_end_when_no_new_one_is_granted() {
        let clock = Arc::new(ManualClock::at(Timestamp::UNIX_EPOCH));
        let access = Access::new(Arc::clone(&clock) as Arc<dyn Clock>, Duration::from_secs(300));
        let platform = Platform {
            asked: AtomicU32::new(0),
            lasts: Duration::from_secs(7200),
        };
        access.get(async || platform.grant().await).await.unwrap();
        let fail = || access.get(async || Err::<GrantedToken, _>("down"));
        clock.advance(SignedDuration::from_secs(7199));
        assert_eq!(fail().await.unwrap().expose(), "token 1");
        clock.advance(SignedDuration::from_secs(1));
        assert_eq!(fail().await.unwrap_err(), "down");
    }

    #[tokio::test]
    async fn a_token_that_lives_shorter_than_the_margin_is_not_renewed_at_every_call() {
        let clock = Arc::new(ManualClock::at(Timestamp::UNIX_EPOCH));
        let access = Access::new(Arc::clone(&clock) as Arc<dyn Clock>, Duration::from_secs(300));
        let platform = Platform {
            asked: AtomicU32::new(0),
            lasts: Duration::from_secs(60),
        };
        for _ in 0..3 {
            access.get(async || platform.grant().await).await.unwrap();
        }
        assert_eq!(platform.asked.load(Ordering::SeqCst), 1);
        clock.advance(SignedDuration::from_secs(31));
        access.get(async || platform.grant().await).await.unwrap();
        assert_eq!(platform.asked.load(Ordering::SeqCst), 2);
    }
}
