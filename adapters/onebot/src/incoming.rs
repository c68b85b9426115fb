//! What comes of a frame: an answer to a call, an event for the desk, or a number in the counters.

use crate::OneBot;
use crate::connection::Connection;
use crate::read::{self, Reading, Surroundings};
use crate::wire::Frame;
use groupdesk_contract::{Event, Message, Quote, Segment};
use serde::Serialize;
use std::collections::VecDeque;
use std::collections::hash_map::Entry;
use std::sync::Arc;
use std::time::Duration;

/// How long a quoted message may take to be looked up; longer, and the quote is taken as somebody else's.
const LOOK_UP: Duration = Duration::from_secs(1);

/// Takes the frames of one connection.
pub(crate) struct Receiver {
    bot: Arc<OneBot>,
    connection: Arc<Connection>,
}

impl Receiver {
    pub(crate) fn new(bot: Arc<OneBot>, connection: Arc<Connection>) -> Self {
        Self { bot, connection }
    }

    /// Takes one frame.
    ///
    /// # Errors
    /// Why the connection must end.
    pub(crate) async fn frame(&mut self, json: &str) -> Result<(), String> {
        let counters = &self.bot.counters;
        let Ok(frame) = Frame::parse(json) else {
            counters.malformed_frames.up();
            return Ok(());
        };
        if frame.is_answer() {
            self.connection.calls().answer(&frame, counters);
            return Ok(());
        }
        if let Some(id) = frame.self_id.id() {
            if self.bot.settings.self_id.as_ref().is_some_and(|expected| expected.as_str() != id) {
                return Err(format!("events of another account ({id}) came"));
            }
            self.connection.set_self_id(&id);
            self.connection.set_ids_as_text(frame.self_id.is_text());
        }
        let own = self.connection.self_id();
        let reading = read::event(&frame, Surroundings { self_id: own.as_deref(), now: self.bot.clock.now() });
        match reading {
            Reading::Message(message) => self.message(message).await,
            Reading::Recall(recall) => {
                counters.recalls.up();
                self.post(Event::Recall(recall)).await
            }
            Reading::Connected => {
                self.connection.heartbeat(false, None);
                self.bot.tell_presence("").await;
                Ok(())
            }
            Reading::Disabled => {
                self.connection.heartbeat(true, None);
                self.bot.tell_presence("the implementation was disabled").await;
                Ok(())
            }
            Reading::Heartbeat { health, interval } => {
                if self.connection.heartbeat(health.is_bad(), interval) {
                    self.bot.tell_presence("the implementation says that the account is offline").await;
                }
                Ok(())
            }
            Reading::Ignored => {
                counters.ignored_events.up();
                Ok(())
            }
            Reading::Unknown => {
                counters.unknown_events.up();
                Ok(())
            }
        }
    }

    async fn message(&self, mut message: Message) -> Result<(), String> {
        let bot = &self.bot;
        let key = (message.channel.id.clone(), message.id.clone());
        if !crate::lock(&bot.seen).insert(key, ()) {
            bot.counters.duplicates.up();
            return Ok(());
        }
        bot.counters.messages.up();
        bot.counters.unknown_segments.add(read::unknown_segments(&message));
        {
            let mut held = crate::lock(&bot.held);
            // Behind a message that waits, order is kept.
            if let Some(behind) = held.get_mut(&message.channel.id) {
                behind.push_back(message);
                return Ok(());
            }
            if self.must_look_up(&mut message) {
                if let Entry::Vacant(vacant) = held.entry(message.channel.id.clone()) {
                    vacant.insert(VecDeque::new());
                }
                let this = Self { bot: Arc::clone(bot), connection: Arc::clone(&self.connection) };
                tokio::spawn(async move { this.look_up(message).await });
                return Ok(());
            }
        }
        self.post(Event::Message(message)).await
    }

    /// Settles a quote of ours from memory; true where the implementation must be asked whose it is.
    fn must_look_up(&self, message: &mut Message) -> bool {
        if message.sender.is_self {
            return false;
        }
        let channel = message.channel.id.clone();
        let mut ask = false;
        for segment in &mut message.segments {
            if let Segment::Quote(quote) = segment
                && quote.of_bot.is_none()
            {
                if self.bot.was_sent(&channel, &quote.message) {
                    quote.of_bot = Some(true);
                } else {
                    ask = true;
                }
            }
        }
        ask
    }

    /// Asks whose the quoted message is, then hands over the message and those behind it.
    async fn look_up(&self, first: Message) {
        let channel = first.channel.id.clone();
        let mut next = Some(first);
        while let Some(mut message) = next.take() {
            if self.must_look_up(&mut message) {
                for segment in &mut message.segments {
                    if let Segment::Quote(quote) = segment {
                        self.ask(quote).await;
                    }
                }
            }
            if self.post(Event::Message(message)).await.is_err() {
                crate::lock(&self.bot.held).remove(&channel);
                return;
            }
            let mut held = crate::lock(&self.bot.held);
            next = held.get_mut(&channel).and_then(VecDeque::pop_front);
            if next.is_none() {
                held.remove(&channel);
            }
        }
    }

    async fn ask(&self, quote: &mut Quote) {
        #[derive(Serialize)]
        struct Params {
            message_id: crate::write::OutId,
        }
        let Some(connection) = self.bot.sender() else { return };
        let message_id = crate::write::OutId::new(quote.message.as_str(), connection.ids_as_text());
        let Ok(answer) = connection.call("get_msg", Params { message_id }, LOOK_UP).await else { return };
        let Some(past) = answer.data::<Frame<'_>>().filter(|_| answer.is_ok()) else { return };
        quote.text = read::past_text(&past);
        if let (Some(author), Some(own)) = (read::past_author(&past), self.connection.self_id()) {
            quote.of_bot = Some(author.as_ref() == own);
        }
    }

    async fn post(&self, event: Event) -> Result<(), String> {
        let Some(link) = self.bot.link() else { return Err("the account is not run any more".to_owned()) };
        link.post(event).await.map_err(|error| error.to_string())
    }
}
