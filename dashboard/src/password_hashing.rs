//! The counter at which passwords are hashed: few at once and a short queue, because each takes 19 MiB and some 50 ms of a processor,
//! and strangers may ask for it.

use crate::secrets;
use crate::user_accounts::PASSWORD_MAX;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Passwords that are hashed at once.
const CONCURRENT_HASHES_MAX: usize = 2;

/// Passwords that are hashed or wait for it; further ones are refused.
const PLACES: usize = 16;

/// Hashes passwords.
#[derive(Debug)]
pub(crate) struct Counter {
    places: Arc<Semaphore>,
    hashing: Arc<Semaphore>,
}

/// A place in the queue.
#[derive(Debug)]
pub(crate) struct Ticket {
    place: OwnedSemaphorePermit,
    hashing: Arc<Semaphore>,
}

impl Default for Counter {
    fn default() -> Self {
        Self {
            places: Arc::new(Semaphore::new(PLACES)),
            hashing: Arc::new(Semaphore::new(CONCURRENT_HASHES_MAX)),
        }
    }
}

impl Counter {
    /// Takes a place in the queue; `None` if it is full.
    pub(crate) fn queue(&self) -> Option<Ticket> {
        Some(Ticket {
            place: Arc::clone(&self.places).try_acquire_owned().ok()?,
            hashing: Arc::clone(&self.hashing),
        })
    }
}

impl Ticket {
    /// Tells whether a password is the one that was hashed. It takes as long where there is none.
    pub(crate) async fn verify_password(self, password: String, hash: Option<String>) -> bool {
        let compare =
            move || password.len() <= PASSWORD_MAX && secrets::verify_password(&password, hash.as_deref());
        self.work(compare).await.unwrap_or(false)
    }

    /// Hashes a new password.
    pub(crate) async fn hash(self, password: String) -> Option<String> {
        self.work(move || secrets::hash_password(&password))
            .await
            .flatten()
    }

    /// Works when it is its turn. A caller who goes away meanwhile frees the place no sooner than the memory.
    async fn work<T: Send + 'static>(self, act: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        let turn = self.hashing.acquire_owned().await.ok()?;
        let place = self.place;
        let done = tokio::task::spawn_blocking(move || {
            let done = act();
            drop((turn, place));
            done
        });
        done.await.ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    #[test]
    fn no_more_than_two_passwords_are_hashed_at_once_and_a_long_queue_is_refused() {
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        let Ok(runtime) = runtime else {
            panic!("no runtime");
        };
        runtime.block_on(async {
            let counter = Counter::default();
            let tickets: Vec<Ticket> = std::iter::from_fn(|| counter.queue()).collect();
            assert_eq!(tickets.len(), PLACES);
            static NOW: AtomicUsize = AtomicUsize::new(0);
            static MOST: AtomicUsize = AtomicUsize::new(0);
            let work = || {
                MOST.fetch_max(NOW.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                std::thread::sleep(Duration::from_millis(5));
                NOW.fetch_sub(1, Ordering::SeqCst);
            };
            let working: Vec<_> = tickets
                .into_iter()
                .map(|ticket| tokio::spawn(ticket.work(work)))
                .collect();
            for one in working {
                assert!(one.await.is_ok_and(|done| done.is_some()));
            }
            assert_eq!(MOST.load(Ordering::SeqCst), CONCURRENT_HASHES_MAX);
            assert!(counter.queue().is_some());
        });
    }
}
