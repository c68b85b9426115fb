//! Hands an order over, waits until it is committed, and for the answer that a staff room would get.

use super::Web;
use super::read::{self, RoomAction};
use groupdesk_contract::{Event, NoteKind, Place};
use parking_lot::Mutex;
use std::collections::HashMap;
use std::time::Duration;
use tokio::sync::mpsc;

/// Time that the first answer may take: it is on its way when the order is committed.
const FIRST: Duration = Duration::from_millis(250);

/// Time in which further answers come.
const FURTHER: Duration = Duration::from_millis(15);

/// Error for which an order was not taken: the same may be given again.
#[derive(Debug, thiserror::Error)]
pub enum OrderError {
    /// The program starts, or stops.
    #[error("the desk takes no orders now")]
    Stopped,
}

/// Answer to an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Text of it.
    pub text: String,
    /// `true` if it only confirms the order.
    pub confirms: bool,
}

/// Orders whose answers somebody waits for, by their ids.
#[derive(Debug, Default)]
pub(crate) struct Waiting(Mutex<HashMap<String, mpsc::UnboundedSender<Receipt>>>);

impl Waiting {
    /// Passes an answer on to whoever waits for it.
    pub(crate) fn answer(&self, id: &str, receipt: Receipt) {
        let waiting = self.0.lock();
        if let Some(waits) = waiting.get(id) {
            let _ = waits.send(receipt);
        }
    }

    fn wait(&self, id: &str) -> (Waiter<'_>, mpsc::UnboundedReceiver<Receipt>) {
        let (answers, receiver) = mpsc::unbounded_channel();
        let mut waiting = self.0.lock();
        waiting.insert(id.to_owned(), answers);
        (
            Waiter {
                waiting: self,
                id: id.to_owned(),
            },
            receiver,
        )
    }
}

/// A place among those who wait; it is left when this is dropped.
struct Waiter<'w> {
    waiting: &'w Waiting,
    id: String,
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        let mut waiting = self.waiting.0.lock();
        waiting.remove(&self.id);
    }
}

impl Web {
    /// Carries out an order of `user` in a ticket of `room`. When this returns it is committed, or was before: an order with the
    /// same id does nothing twice. Returns what was answered to it.
    ///
    /// # Errors
    /// [`OrderError::Stopped`] while the account does not run; the order may then be given again.
    pub async fn order(
        &self,
        user: &str,
        room: &Place,
        number: u64,
        (id, order): (&str, &RoomAction),
    ) -> Result<Vec<Receipt>, OrderError> {
        let link = self.link.get().ok_or(OrderError::Stopped)?;
        let message = read::message(user, room, number, id, order, self.clock.now());
        let (_place, mut answers) = self.waiting.wait(id);
        let taken = link.deliver(Event::Message(message)).await;
        taken.map_err(|_| OrderError::Stopped)?;
        let mut receipts = Vec::new();
        let mut patience = if matches!(order, RoomAction::Reply(_)) {
            FURTHER * 4
        } else {
            FIRST
        };
        while let Ok(Some(receipt)) = tokio::time::timeout(patience, answers.recv()).await {
            receipts.push(receipt);
            patience = FURTHER;
        }
        Ok(receipts)
    }
}

impl Receipt {
    /// Makes the receipt of an answer of this kind.
    pub(crate) fn of(text: String, kind: Option<&NoteKind>) -> Self {
        Self {
            text,
            confirms: matches!(kind, Some(NoteKind::Receipt)),
        }
    }
}
