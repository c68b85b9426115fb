//! A platform that does what a test tells it, a store that only remembers, and a clock that goes with Tokio's.

use super::*;
use crate::store::{
    Batch, DecisionCount, DecisionFilter, DeduplicationKey, DueReply, FaqChange, FaqVersion, Forget,
    Forgotten, Horizon, Judgements, KeptDecision, KeptGroup, Memo, MissChange, MissGroup, Misses, Pruned,
    Quarantined, QueuedMiss, Quoted, Relayed, SaidByUs, StaffAnswer, TermsOf, TicketFilter, Unlabelled,
    VectorKey,
};
use crate::ticket::{HistoryLine, Ticket};
use crate::unanswered::State;
use async_trait::async_trait;
use groupdesk_contract::{
    AdapterError, Capabilities, ChannelKind, Delivery, Link, MemberId, MessageId, PastReply, Segment,
};
use parking_lot::Mutex;
use std::collections::{HashSet, VecDeque};

pub(super) fn start() -> Timestamp {
    Timestamp::from_second(1_790_000_000).unwrap()
}

/// Clock that shows the time of Tokio's (paused) clock.
#[derive(Debug)]
pub(super) struct TokioClock(Instant);

impl TokioClock {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self(Instant::now()))
    }

    /// Returns it as the clock for times, and as the one for durations.
    pub(super) fn both() -> (Arc<dyn Clock>, Arc<dyn Clock>) {
        (Self::new(), Self::new())
    }
}

impl Clock for TokioClock {
    fn now(&self) -> Timestamp {
        start() + self.0.elapsed()
    }
}

/// Reaction of the fake to an attempt.
#[derive(Debug, Clone)]
pub(super) enum Act {
    Say(Delivery),
    /// Takes the message, but its answer gets lost.
    SayUnanswered,
    Hang(Duration),
    Panic,
}

/// A fake platform and its adapter.
pub(super) struct Fake {
    account: AccountId,
    began: Instant,
    /// Reactions to the next attempts in a channel; without any it takes the message.
    pub(super) script: Mutex<HashMap<String, VecDeque<Act>>>,
    /// Reactions to the next attempts at a text, before those of its channel.
    pub(super) by_text: Mutex<HashMap<String, VecDeque<Act>>>,
    /// Answers to look-ups of a past reply; without any it looks at what stands in the channel.
    past: Mutex<VecDeque<PastReply>>,
    stands: Mutex<Vec<(String, String)>>,
    attempts: Mutex<Vec<(u64, String)>>,
    /// Segments of the last attempt.
    pub(super) segments: Mutex<Vec<Segment>>,
    looks: Mutex<Vec<(ReplyKey, Timestamp)>>,
}

impl Fake {
    pub(super) fn new(account: &str) -> Arc<Self> {
        Arc::new(Self {
            account: account.into(),
            began: Instant::now(),
            script: Mutex::default(),
            by_text: Mutex::default(),
            past: Mutex::default(),
            stands: Mutex::default(),
            attempts: Mutex::default(),
            segments: Mutex::default(),
            looks: Mutex::default(),
        })
    }

    pub(super) fn script(&self, channel: &str, acts: impl IntoIterator<Item = Act>) {
        self.script
            .lock()
            .entry(channel.to_owned())
            .or_default()
            .extend(acts);
    }

    pub(super) fn script_text(&self, text: &str, acts: Vec<Act>) {
        self.by_text.lock().insert(text.to_owned(), acts.into());
    }

    pub(super) fn past(&self, past: impl IntoIterator<Item = PastReply>) {
        self.past.lock().extend(past);
    }

    /// Returns the texts that stand in a channel.
    pub(super) fn stands(&self, channel: &str) -> Vec<String> {
        let stands = self.stands.lock();
        stands
            .iter()
            .filter(|(place, _)| place == channel)
            .map(|(_, text)| text.clone())
            .collect()
    }

    /// Returns the attempts so far: milliseconds and text.
    pub(super) fn attempts(&self) -> Vec<(u64, String)> {
        self.attempts.lock().clone()
    }

    pub(super) fn looks(&self) -> Vec<(ReplyKey, Timestamp)> {
        self.looks.lock().clone()
    }

    fn say(&self, reply: &Reply) -> MessageId {
        let mut stands = self.stands.lock();
        stands.push((reply.channel.as_str().to_owned(), reply.text()));
        MessageId::from(format!("p{}", stands.len()).as_str())
    }
}

#[async_trait]
impl Adapter for Fake {
    fn account(&self) -> &AccountId {
        &self.account
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::of_text(1000).with(|can| {
            can.quote = true;
            can.images = true;
            can.uploads = true;
            can.files = true;
            can.receives_all_messages = true;
        })
    }

    async fn run(&self, _: Link) -> std::result::Result<(), AdapterError> {
        Ok(())
    }

    async fn send(&self, _: ReplyKey, reply: &Reply) -> Delivery {
        let after = u64::try_from(self.began.elapsed().as_millis()).unwrap();
        self.attempts.lock().push((after, reply.text()));
        self.segments.lock().clone_from(&reply.segments);
        if let groupdesk_contract::Act::Unsend(id) = &reply.act {
            let at: usize = id.as_str().trim_start_matches('p').parse().unwrap();
            self.stands.lock()[at - 1].1.clear();
            return Delivery::Sent { message: None };
        }
        let next = |script: &Mutex<HashMap<String, VecDeque<Act>>>, key: &str| {
            script.lock().get_mut(key).and_then(VecDeque::pop_front)
        };
        let act = next(&self.by_text, &reply.text()).or_else(|| next(&self.script, reply.channel.as_str()));
        match act {
            None => Delivery::Sent {
                message: Some(self.say(reply)),
            },
            Some(Act::Say(delivery)) => delivery,
            Some(Act::SayUnanswered) => {
                self.say(reply);
                unknown()
            }
            Some(Act::Hang(pause)) => {
                tokio::time::sleep(pause).await;
                Delivery::Sent {
                    message: Some(self.say(reply)),
                }
            }
            Some(Act::Panic) => panic!("the fake adapter was told to"),
        }
    }

    async fn find_sent(&self, key: ReplyKey, reply: &Reply, since: Timestamp) -> PastReply {
        self.looks.lock().push((key, since));
        if let Some(past) = self.past.lock().pop_front() {
            return past;
        }
        let said = (reply.channel.as_str().to_owned(), reply.text());
        match self.stands.lock().iter().position(|stands| *stands == said) {
            Some(at) => PastReply::Arrived(format!("p{}", at + 1).as_str().into()),
            None => PastReply::Missing,
        }
    }
}

pub(super) fn unknown() -> Delivery {
    Delivery::Unknown {
        reason: "no answer".to_owned(),
    }
}

pub(super) fn later(after: Option<u64>) -> Act {
    Act::Say(Delivery::Later {
        reason: "busy".to_owned(),
        after: after.map(Duration::from_secs),
    })
}

pub(super) fn refused() -> Act {
    Act::Say(Delivery::Refused {
        reason: "muted".to_owned(),
    })
}

/// Makes a reply with its own text in a channel of the account `qq`.
pub(super) fn queued(key: i64, channel: &str, text: &str) -> Queued {
    Queued {
        key: ReplyKey(key),
        place: Place::new("qq", channel),
        reply: reply(channel, text),
        decided: start(),
        not_before: start(),
        about: None,
        caller: None,
        to: None,
        trace: Trace::default(),
    }
}

pub(super) fn reply(channel: &str, text: &str) -> Reply {
    Reply::of_text(channel.into(), ChannelKind::Group, text.to_owned())
}

/// Store that remembers outcomes, and fails as often as it is told.
#[derive(Default)]
pub(super) struct Storage {
    pub(super) due: Mutex<Vec<DueReply>>,
    pub(super) settled: Mutex<Vec<(ReplyKey, DeliveryOutcome)>>,
    pub(super) failures: Mutex<u32>,
    /// Replies that are no longer there.
    pub(super) forgotten: Mutex<Vec<ReplyKey>>,
}

impl Storage {
    /// Returns the recorded outcomes of a reply, in order.
    pub(super) fn of(&self, key: i64) -> Vec<DeliveryOutcome> {
        let settled = self.settled.lock();
        settled
            .iter()
            .filter(|(settled, _)| settled.0 == key)
            .map(|(_, settled)| settled.clone())
            .collect()
    }
}

#[async_trait]
impl Store for Storage {
    async fn known(&self, keys: &[DeduplicationKey]) -> Result<Vec<bool>> {
        Ok(vec![false; keys.len()])
    }

    async fn channel_states(&self, places: &[Place]) -> Result<Vec<Option<String>>> {
        Ok(vec![None; places.len()])
    }

    async fn waking(&self) -> Result<Vec<(Place, Timestamp)>> {
        Ok(Vec::new())
    }

    async fn commit(&self, _: &Batch) -> Result<Vec<ReplyKey>> {
        Ok(Vec::new())
    }

    async fn due(&self) -> Result<Vec<DueReply>> {
        Ok(self.due.lock().clone())
    }

    async fn settle(&self, settled: &[(ReplyKey, DeliveryOutcome)]) -> Result<()> {
        let mut failures = self.failures.lock();
        if *failures > 0 {
            *failures -= 1;
            return Err(crate::store::StoreError::Closed);
        }
        self.settled.lock().extend_from_slice(settled);
        Ok(())
    }

    async fn decisions(&self, _: &DecisionFilter) -> Result<Vec<KeptDecision>> {
        Ok(Vec::new())
    }

    async fn logged_questions(&self, _: u32) -> Result<Vec<KeptDecision>> {
        Ok(Vec::new())
    }

    async fn decisions_named(&self, _: &str) -> Result<Vec<KeptDecision>> {
        Ok(Vec::new())
    }

    async fn accounts(&self) -> Result<Vec<String>> {
        Ok(Vec::new())
    }

    async fn index_tickets(&self, _: TermsOf<'_>) -> Result<()> {
        Ok(())
    }

    async fn decisions_on(&self, _: &Place, _: &MessageId) -> Result<Vec<KeptDecision>> {
        Ok(Vec::new())
    }

    async fn decision(&self, _: i64) -> Result<Option<KeptDecision>> {
        Ok(None)
    }

    async fn unlabelled(&self, _: &Unlabelled) -> Result<Vec<KeptDecision>> {
        Ok(Vec::new())
    }

    async fn judgements(&self) -> Result<Vec<Judgements>> {
        Ok(Vec::new())
    }

    async fn judged_decisions(&self, _: u32) -> Result<Vec<KeptDecision>> {
        Ok(Vec::new())
    }

    async fn decisions_of_ticket(&self, _: u64) -> Result<Vec<KeptDecision>> {
        Ok(Vec::new())
    }

    async fn decision_counts(&self, _: Timestamp, _: Timestamp) -> Result<Vec<DecisionCount>> {
        Ok(Vec::new())
    }

    async fn quoted(&self, _: &Place, _: &MessageId) -> Result<Quoted> {
        Ok(Quoted::default())
    }

    async fn ticket_lines(&self, _: u64) -> Result<Vec<HistoryLine>> {
        Ok(Vec::new())
    }

    async fn is_queued(&self, key: ReplyKey) -> Result<bool> {
        Ok(!self.forgotten.lock().contains(&key))
    }

    async fn is_call_told(&self, _: ReplyKey, _: &Place) -> Result<bool> {
        Ok(false)
    }

    async fn said_by_us(&self, _: &Place, _: &MessageId) -> Result<Option<SaidByUs>> {
        Ok(None)
    }

    async fn relayed(&self, _: &Place, _: &MessageId) -> Result<Vec<Relayed>> {
        Ok(Vec::new())
    }

    async fn is_reply_queued(&self, _: &Place, _: &MessageId) -> Result<bool> {
        Ok(false)
    }

    async fn sent_as(&self, _: ReplyKey) -> Result<Option<MessageId>> {
        Ok(None)
    }

    async fn memo(&self, _: &str, _: &str) -> Result<Option<String>> {
        Ok(None)
    }

    async fn memos(&self, _: &str) -> Result<Vec<Memo>> {
        Ok(Vec::new())
    }

    async fn next_ticket_number(&self) -> Result<u64> {
        Ok(1)
    }

    async fn tickets(&self, _: &TicketFilter) -> Result<Vec<Ticket>> {
        Ok(Vec::new())
    }

    async fn ticket(&self, _: u64) -> Result<Option<Ticket>> {
        Ok(None)
    }

    async fn prune(&self, _: &Horizon) -> Result<Pruned> {
        Ok(Pruned::default())
    }

    async fn quarantine(&self, _: u32) -> Result<Vec<(i64, Quarantined)>> {
        Ok(Vec::new())
    }

    async fn quarantine_count(&self) -> Result<u64> {
        Ok(0)
    }

    async fn forget_quarantined(&self, _: Option<i64>) -> Result<u64> {
        Ok(0)
    }

    async fn retry_quarantined(&self, _: i64, _: &DeduplicationKey) -> Result<()> {
        Ok(())
    }

    async fn check(&self) -> Result<()> {
        Ok(())
    }

    fn take_notices(&self) -> Vec<String> {
        Vec::new()
    }

    async fn forget(&self, _: &Forget) -> Result<Forgotten> {
        Ok(Forgotten::default())
    }

    async fn vectors(&self, _: &str, keys: &[VectorKey]) -> Result<Vec<Option<Vec<f32>>>> {
        Ok(vec![None; keys.len()])
    }

    async fn keep_vectors(&self, _: &str, _: &[(VectorKey, Vec<f32>)]) -> Result<()> {
        Ok(())
    }

    async fn forget_vectors_but(&self, _: &str, _: &HashSet<VectorKey>) -> Result<u64> {
        Ok(0)
    }

    async fn keep_faq(&self, _: &str, _: &[u8], _: &FaqChange) -> Result<bool> {
        Ok(true)
    }

    async fn faq_versions(&self, _: u32) -> Result<Vec<FaqVersion>> {
        Ok(Vec::new())
    }

    async fn faq_content(&self, _: &str) -> Result<Option<Vec<u8>>> {
        Ok(None)
    }

    async fn close(&self) {}
}

#[async_trait]
impl Misses for Storage {
    async fn queued_misses(&self, _: Timestamp, _: u32) -> Result<Vec<QueuedMiss>> {
        Ok(Vec::new())
    }

    async fn place_misses(&self, _: &[MissChange]) -> Result<Vec<(u64, i64)>> {
        Ok(Vec::new())
    }

    async fn recount_miss_groups(&self, _: u32) -> Result<Vec<i64>> {
        Ok(Vec::new())
    }

    async fn kept_miss_groups(&self, _: u32, _: u32) -> Result<Vec<KeptGroup>> {
        Ok(Vec::new())
    }

    async fn kept_miss_group(&self, _: i64) -> Result<Option<KeptGroup>> {
        Ok(None)
    }

    async fn merge_miss_groups(&self, _: &[(i64, i64)]) -> Result<()> {
        Ok(())
    }

    async fn miss_groups(&self, _: State, _: Option<Timestamp>, _: u32) -> Result<Vec<MissGroup>> {
        Ok(Vec::new())
    }

    async fn miss_group(&self, _: i64) -> Result<Option<MissGroup>> {
        Ok(None)
    }

    async fn misses_in(&self, _: i64, _: u32) -> Result<Vec<KeptDecision>> {
        Ok(Vec::new())
    }

    async fn staff_answers(&self, _: i64) -> Result<Vec<StaffAnswer>> {
        Ok(Vec::new())
    }

    async fn asked_by(
        &self,
        _: &Place,
        _: &MemberId,
        _: (Timestamp, Timestamp),
    ) -> Result<Vec<KeptDecision>> {
        Ok(Vec::new())
    }

    async fn put_aside(&self, _: &[i64], _: bool, _: &Memo) -> Result<()> {
        Ok(())
    }

    async fn settle_miss_group(
        &self,
        _: i64,
        _: State,
        _: (&str, Timestamp),
        _: Option<&[u8]>,
    ) -> Result<()> {
        Ok(())
    }

    async fn queued_misses_count(&self) -> Result<u64> {
        Ok(0)
    }
}
