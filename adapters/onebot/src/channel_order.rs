//! Keeps the events of a channel in order while one of them waits for what it quotes, without holding up any other
//! channel.

use groupdesk_contract::{AdapterError, ChannelId, Event, Link, Quote, Segment};
use parking_lot::Mutex;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::oneshot;

/// The most events of one channel that wait behind a quote; looking it up takes about a second.
const WAITING_EVENTS_MAX: usize = 1_024;

/// The channels in which something waits.
#[derive(Debug, Default)]
pub(crate) struct ChannelOrder {
    waiting: Mutex<HashMap<ChannelId, VecDeque<Held>>>,
    count: AtomicUsize,
}

#[derive(Debug)]
struct Held {
    event: Event,
    quote: Option<oneshot::Receiver<Quote>>,
}

impl ChannelOrder {
    /// Hands `event` of `channel` to the desk, after the events that wait in that channel. With `quote`, the event itself waits
    /// for it. Returns at once, unless the desk's inbox or the lane is full.
    pub(crate) async fn post(
        self: &Arc<Self>,
        link: &Link,
        channel: ChannelId,
        event: Event,
        quote: Option<oneshot::Receiver<Quote>>,
    ) -> Result<(), AdapterError> {
        // ChannelOrder of this connection are opened by the task that is here now, so none can open behind its back.
        if quote.is_none() && self.count.load(Ordering::Acquire) == 0 {
            return link.post(event).await;
        }
        let mut held = Held { event, quote };
        loop {
            match self.enter(&channel, held) {
                Entered::Behind => return Ok(()),
                Entered::Opened => {
                    let channel_order = self.clone();
                    let link = link.clone();
                    tokio::spawn(async move { channel_order.drain(&link, channel).await });
                    return Ok(());
                }
                Entered::Free(event) => return link.post(event).await,
                Entered::Full(back) => held = back,
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    fn enter(&self, channel: &ChannelId, held: Held) -> Entered {
        let mut waiting = self.waiting.lock();
        match waiting.get_mut(channel) {
            Some(lane) if lane.len() >= WAITING_EVENTS_MAX => Entered::Full(held),
            Some(lane) => {
                lane.push_back(held);
                Entered::Behind
            }
            None if held.quote.is_none() => Entered::Free(held.event),
            None => {
                waiting.insert(channel.clone(), VecDeque::from([held]));
                self.count.fetch_add(1, Ordering::Release);
                Entered::Opened
            }
        }
    }

    /// Posts what waits in the lane, in order, until it is empty.
    async fn drain(&self, link: &Link, channel: ChannelId) {
        loop {
            let held = {
                let mut waiting = self.waiting.lock();
                let next = waiting.get_mut(&channel).and_then(VecDeque::pop_front);
                if next.is_none() {
                    // Closed only when its last event has been posted, so that the next one can't overtake it.
                    waiting.remove(&channel);
                    self.count.fetch_sub(1, Ordering::Release);
                }
                next
            };
            let Some(Held { mut event, quote }) = held else {
                return;
            };
            if let Some(quote) = quote
                && let Ok(found) = quote.await
            {
                fill_in(&mut event, found);
            }
            // When the desk takes no more, the rest goes the same way and the lane closes.
            let _ = link.post(event).await;
        }
    }
}

enum Entered {
    /// It waits behind others.
    Behind,
    /// It waits alone; the lane wants to be drained.
    Opened,
    /// Nothing waits there, and it needn't.
    Free(Event),
    /// Too many wait.
    Full(Held),
}

fn fill_in(event: &mut Event, found: Quote) {
    let Event::Message(message) = event else {
        return;
    };
    let quote = message.segments.iter_mut().find_map(|segment| match segment {
        Segment::Quote(quote) if quote.message == found.message => Some(quote),
        _ => None,
    });
    if let Some(quote) = quote {
        quote.of_bot = quote.of_bot.or(found.of_bot);
        quote.text = quote.text.take().or(found.text);
    }
}
