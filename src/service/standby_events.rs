//! Events that a standby hears from accounts with a connection of their own to every node: those of the last minute are kept in memory, and go to
//! its inbox when it takes the desk. What the holder before it has committed, the store knows by its id.

use groupdesk_contract::{AccountId, Event, Incoming};
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Time for which is kept what is recorded: several times as long as the next holder needs to take the desk.
const KEPT_FOR: Duration = Duration::from_secs(60);

/// Events that are kept at most: half a minute of 500 messages a second.
pub(super) const KEPT_MAX: usize = 16_384;

/// Receives events before there is an inbox.
pub(super) struct StandbyRecorder(State);

enum State {
    Closed {
        coming: mpsc::Receiver<Incoming>,
        most: usize,
    },
    Open {
        recording: JoinHandle<RecordedEvents>,
        enough: CancellationToken,
    },
}

/// Events for an inbox: those that a standby recorded come first.
pub struct RecordedEvents {
    before: Vec<Incoming>,
    coming: mpsc::Receiver<Incoming>,
}

impl RecordedEvents {
    /// Takes the events apart: those recorded before, and the way of those that come.
    pub(super) fn into_parts(self) -> (Vec<Incoming>, mpsc::Receiver<Incoming>) {
        (self.before, self.coming)
    }
}

impl From<mpsc::Receiver<Incoming>> for RecordedEvents {
    fn from(coming: mpsc::Receiver<Incoming>) -> Self {
        Self {
            before: Vec::new(),
            coming,
        }
    }
}

impl StandbyRecorder {
    /// Makes one that keeps at most `most` events.
    pub(super) fn new(coming: mpsc::Receiver<Incoming>, most: usize) -> Self {
        Self(State::Closed { coming, most })
    }

    /// Begins to hear.
    pub(super) fn open(&mut self) {
        let (_, nothing) = mpsc::channel(1);
        let closed = State::Closed {
            coming: nothing,
            most: 0,
        };
        self.0 = match std::mem::replace(&mut self.0, closed) {
            State::Closed { coming, most } => {
                let enough = CancellationToken::new();
                let recording = tokio::spawn(record_events(coming, ReplayBuffer::new(most), enough.clone()));
                State::Open { recording, enough }
            }
            open @ State::Open { .. } => open,
        };
    }

    /// Ends it, and returns what was recorded.
    pub(super) async fn close(self) -> RecordedEvents {
        match self.0 {
            State::Closed { coming, .. } => coming.into(),
            State::Open { recording, enough } => {
                enough.cancel();
                recording.await.unwrap_or_else(|_| {
                    // The accounts find their inbox closed, and their supervisor ends them: nothing is taken for recorded that was not.
                    tracing::error!(
                        "what this standby recorded is lost: the task that kept it broke off; please report it"
                    );
                    mpsc::channel(1).1.into()
                })
            }
        }
    }
}

async fn record_events(
    mut coming: mpsc::Receiver<Incoming>,
    mut kept: ReplayBuffer,
    enough: CancellationToken,
) -> RecordedEvents {
    loop {
        tokio::select! {
            biased;
            () = enough.cancelled() => break,
            incoming = coming.recv() => match incoming {
                Some(incoming) => kept.add(incoming, Instant::now()),
                None => break,
            },
        }
    }
    RecordedEvents {
        before: kept.into_events(Instant::now()),
        coming,
    }
}

/// Events of the last minute, and the standing of the accounts.
#[derive(Debug)]
struct ReplayBuffer {
    most: usize,
    events: VecDeque<(Instant, Incoming)>,
    states: BTreeMap<AccountId, Incoming>,
    alerts: BTreeMap<(AccountId, String), Incoming>,
}

impl ReplayBuffer {
    fn new(most: usize) -> Self {
        Self {
            most,
            events: VecDeque::new(),
            states: BTreeMap::new(),
            alerts: BTreeMap::new(),
        }
    }

    fn add(&mut self, incoming: Incoming, now: Instant) {
        let account = incoming.account.clone();
        match &incoming.event {
            Event::State(_) => {
                self.states.insert(account, incoming);
            }
            Event::Alert(alert) => {
                let name = (account, alert.name.clone());
                if alert.message.is_some() {
                    self.alerts.insert(name, incoming);
                } else {
                    self.alerts.remove(&name);
                }
            }
            Event::Message(_) | Event::Edit(_) | Event::Recall(_) | Event::Undelivered(_) => {
                self.forget(now);
                if self.events.len() >= self.most {
                    self.events.pop_front();
                }
                self.events.push_back((now, incoming));
            }
        }
    }

    fn forget(&mut self, now: Instant) {
        while let Some((at, _)) = self.events.front()
            && now.duration_since(*at) > KEPT_FOR
        {
            self.events.pop_front();
        }
    }

    fn into_events(mut self, now: Instant) -> Vec<Incoming> {
        self.forget(now);
        if !self.events.is_empty() {
            tracing::info!(
                events = self.events.len(),
                "recorded as a standby in the last minute; what the holder before did not take in is answered now"
            );
        }
        let standing = self.states.into_values().chain(self.alerts.into_values());
        standing
            .chain(self.events.into_iter().map(|(_, incoming)| incoming))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use groupdesk_contract::{AccountState, Alert, ChannelId, MessageId, Recall};
    use jiff::Timestamp;

    fn incoming(event: Event) -> Incoming {
        Incoming {
            account: AccountId::new("qq"),
            event,
            committed: None,
        }
    }

    fn said(id: usize) -> Incoming {
        incoming(Event::Recall(Recall {
            channel: ChannelId::new("group:1"),
            message: MessageId::new(id.to_string()),
            at: Timestamp::UNIX_EPOCH,
            by: None,
        }))
    }

    #[tokio::test(start_paused = true)]
    async fn the_last_minute_is_kept_in_order_behind_the_standing_and_no_more_than_there_is_room_for() {
        let (events, coming) = mpsc::channel(64);
        let mut recorder = StandbyRecorder::new(coming, 5);
        recorder.open();
        let alert = |message: Option<&str>| {
            incoming(Event::Alert(Alert {
                name: "offline".to_owned(),
                message: message.map(str::to_owned),
            }))
        };
        events.send(said(1)).await.unwrap();
        events
            .send(incoming(Event::State(AccountState::Connecting)))
            .await
            .unwrap();
        events.send(alert(Some("it is"))).await.unwrap();
        tokio::time::sleep(KEPT_FOR / 2).await;
        for id in 2..=4 {
            events.send(said(id)).await.unwrap();
        }
        events
            .send(incoming(Event::State(AccountState::Connected)))
            .await
            .unwrap();
        events.send(alert(None)).await.unwrap();
        tokio::time::sleep(KEPT_FOR / 2 + Duration::from_secs(1)).await;
        let (recorded, mut coming) = recorder.close().await.into_parts();
        events.send(said(5)).await.unwrap();
        let ids = |recorded: &[Incoming]| -> Vec<String> {
            recorded
                .iter()
                .map(|incoming| match &incoming.event {
                    Event::Recall(recall) => recall.message.as_str().to_owned(),
                    Event::State(state) => state.is_connected().to_string(),
                    _ => "?".to_owned(),
                })
                .collect()
        };
        assert_eq!(ids(&recorded), ["true", "2", "3", "4"]);
        assert_eq!(ids(&[coming.recv().await.unwrap()]), ["5"]);

        let (events, coming) = mpsc::channel(64);
        let mut recorder = StandbyRecorder::new(coming, 5);
        recorder.open();
        for id in 1..=9 {
            events.send(said(id)).await.unwrap();
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
        let (recorded, _) = recorder.close().await.into_parts();
        assert_eq!(ids(&recorded), ["5", "6", "7", "8", "9"]);
    }
}
