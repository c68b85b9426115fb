//! Puts questions that nobody answered into groups, beside the answering of members: what the store's queue holds is placed in small
//! steps, groups that ask the same are merged, and groups that the FAQ answers by now are settled.

use super::alerts::notice;
use super::faq_orders;
use super::live_knowledge::LiveKnowledge;
use super::{Routing, preview_messages};
use crate::config::UnansweredDigest;
use crate::desk::{Desk, Knowledge, Outgoing};
use crate::matcher::Views;
use crate::preview::outcome;
use crate::store::{Batch, KeptGroup, Memo, MissChange, Result, Store};
use crate::ticket::Caller;
use crate::unanswered::{GROUPS_MAX, Groups, MergeWalk, State, Vector, is_answered, is_unanswered};
use groupdesk_contract::{Clock, MemberId};
use jiff::civil::Weekday;
use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// Questions that are placed in one step.
const STEP_QUESTIONS: u32 = 128;

/// Groups that are read in one step at the start.
const PAGE_GROUPS: u32 = 250;

/// Groups that are counted anew in one step.
const RECOUNTED: u32 = 16;

/// Steps in which messages of a merged group are moved at once; the rest is moved beside the answering.
const MOVES: usize = 20;

/// Groups over which one step of a merge goes.
const MERGED: usize = 32;

/// Pause while there is nothing to do.
const IDLE_INTERVAL: Duration = Duration::from_millis(500);
/// Pause between two steps.
const STEP_INTERVAL: Duration = Duration::from_millis(10);

/// Pause after the store failed.
const FAILURE_DELAY: Duration = Duration::from_secs(5);

/// Hour of the night in which groups are merged, whatever came.
const NIGHT_HOUR: i8 = 3;

/// Time between two merges of a night.
const NIGHTLY_INTERVAL: SignedDuration = SignedDuration::from_hours(12);
/// Time between two merges of what came meanwhile.
const MERGE_INTERVAL: SignedDuration = SignedDuration::from_mins(10);

/// Questions since the last merge that are worth one before the night.
const MERGE_QUESTIONS: usize = 50;

/// Heaviest groups of which it is looked whether the FAQ answers them.
const CHECKED_GROUPS: u32 = 200;
/// Messages of each such group.
const CHECKED_MESSAGES: u32 = 10;

/// Owner of the memos of this part.
pub(super) const OWNER: &str = "@unanswered";

/// Key of the memo with the time of the last merge.
const MERGED_AT: &str = "merged";

/// Key of the memo with the time of the last digest.
const DIGEST_AT: &str = "digest";

/// Day and hour of the weekly digest, in the time zone of the service hours.
const DIGEST_ON: (Weekday, i8) = (Weekday::Monday, 9);

/// Time over which a digest goes.
const WEEK: SignedDuration = SignedDuration::from_hours(24 * 7);

/// First key of groups that have no number yet.
const NEW: u64 = 1 << 63;

/// Groups of questions that nobody answered, of a program that serves.
pub struct Unanswered {
    store: Arc<dyn Store>,
    knowledge: Arc<LiveKnowledge>,
    routing: Arc<Routing>,
    clock: Arc<dyn Clock>,
    /// Inbox's queue of notices.
    tell: mpsc::Sender<Vec<Outgoing>>,
    groups: Mutex<Groups>,
    /// Held by whoever puts questions into groups or makes groups one: one at a time.
    one: tokio::sync::Mutex<()>,
}

impl fmt::Debug for Unanswered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unanswered").finish_non_exhaustive()
    }
}

/// State of the work between two steps.
#[derive(Default)]
struct Round {
    /// Merge that is under way.
    walk: Option<MergeWalk>,
    /// Time of the last merge.
    merged: Option<Timestamp>,
    /// Questions that were placed since.
    placed: usize,
    /// Version of the FAQ over which groups were looked at.
    looked_at: String,
    /// Time of the last digest, where there are any.
    digest: Option<Timestamp>,
}

impl Unanswered {
    /// Makes the part; [`Unanswered::work`] does the work.
    pub fn new(
        store: Arc<dyn Store>,
        knowledge: Arc<LiveKnowledge>,
        routing: Arc<Routing>,
        clock: Arc<dyn Clock>,
        tell: mpsc::Sender<Vec<Outgoing>>,
    ) -> Self {
        Self {
            store,
            knowledge,
            routing,
            clock,
            tell,
            groups: Mutex::default(),
            one: tokio::sync::Mutex::default(),
        }
    }

    /// Works until `stop`. A store that fails is tried again.
    pub async fn work(self: Arc<Self>, stop: CancellationToken) {
        let work = async {
            loop {
                let Err(error) = self.rounds().await;
                tracing::warn!(%error, "questions without an answer are not grouped; trying again");
                tokio::time::sleep(FAILURE_DELAY).await;
            }
        };
        tokio::select! {
            () = work => {}
            () = stop.cancelled() => {}
        }
    }

    async fn rounds(self: &Arc<Self>) -> Result<std::convert::Infallible> {
        self.load().await?;
        let merged = self.store.memo(OWNER, MERGED_AT).await?;
        let mut round = Round {
            merged: merged.and_then(|at| at.parse().ok()),
            digest: self.last_digest().await?,
            ..Round::default()
        };
        loop {
            let pause = if self.step(&mut round).await? {
                STEP_INTERVAL
            } else {
                IDLE_INTERVAL
            };
            tokio::time::sleep(pause).await;
        }
    }

    /// Does the next thing that there is to do; `false` if there was nothing.
    async fn step(self: &Arc<Self>, round: &mut Round) -> Result<bool> {
        let placed = self.place().await?;
        round.placed += placed;
        if placed > 0 {
            return Ok(true);
        }
        if self.recount().await? {
            return Ok(true);
        }
        if let Some(mut walk) = round.walk.take() {
            if self.merge(&mut walk).await? {
                round.walk = Some(walk);
            }
            return Ok(true);
        }
        let now = self.clock.now();
        if self.is_time_to_merge(round, now) {
            round.walk = Some(MergeWalk::default());
            round.merged = Some(now);
            round.placed = 0;
            round.looked_at.clear();
            self.note(MERGED_AT, now).await?;
            return Ok(true);
        }
        if let Some(last) = round.digest
            && self.is_time_for_digest(last, now)
        {
            self.send_digest(now).await?;
            round.digest = Some(now);
        }
        let version = self.knowledge.get().version.clone();
        if round.looked_at != version {
            self.settle_answered(now).await?;
            round.looked_at = version;
            return Ok(true);
        }
        Ok(false)
    }

    fn is_time_to_merge(&self, round: &Round, now: Timestamp) -> bool {
        let zone = self.knowledge.get().faq.service().time_zone().clone();
        let since = round.merged.map(|merged| now.duration_since(merged).abs());
        let is_older = |than| since.is_none_or(|since| since >= than);
        let night = zone.to_datetime(now).hour() == NIGHT_HOUR;
        (night && is_older(NIGHTLY_INTERVAL))
            || is_older(NIGHTLY_INTERVAL * 2)
            || (round.placed >= MERGE_QUESTIONS && is_older(MERGE_INTERVAL))
    }

    async fn note(&self, key: &str, at: Timestamp) -> Result<()> {
        let memo = Memo {
            owner: OWNER.to_owned(),
            key: key.to_owned(),
            value: at.to_string(),
        };
        self.store.commit(&Batch::of_memo(memo)).await.map(drop)
    }

    /// Returns the time of the last digest. The first one comes at the end of a week that begins now; `None` where there are none.
    async fn last_digest(&self) -> Result<Option<Timestamp>> {
        if self.routing.digest() == UnansweredDigest::Off {
            return Ok(None);
        }
        let last = self.store.memo(OWNER, DIGEST_AT).await?;
        if let Some(last) = last.and_then(|at| at.parse().ok()) {
            return Ok(Some(last));
        }
        let now = self.clock.now();
        self.note(DIGEST_AT, now).await?;
        Ok(Some(now))
    }

    /// `true` if the day and hour of a digest was since the last one.
    fn is_time_for_digest(&self, last: Timestamp, now: Timestamp) -> bool {
        let zone = self.knowledge.get().faq.service().time_zone().clone();
        let (weekday, hour) = DIGEST_ON;
        // Counted from that hour, a week is over when the number of its Mondays grows.
        let week = |at: Timestamp| {
            let local = zone
                .to_datetime(at)
                .saturating_sub(SignedDuration::from_hours(i64::from(hour)));
            let day = local.date();
            let back = day.weekday().since(weekday);
            day.saturating_sub(SignedDuration::from_hours(24 * i64::from(back)))
        };
        week(now) > week(last)
    }

    /// Sends each staff room what was asked there in the last week and nobody answered.
    async fn send_digest(&self, now: Timestamp) -> Result<()> {
        let since = now.saturating_sub(WEEK).unwrap_or(Timestamp::MIN);
        let mut told = Vec::new();
        for room in self.routing.staff_rooms() {
            let parts = (&*self.store, &*self.routing, self);
            if let Some(digest) = faq_orders::digest(parts, &room, (since, now)).await? {
                told.push(Outgoing {
                    caller: Some(Caller::several(&room, MemberId::new(""))),
                    ..notice(&room, &digest)
                });
            }
        }
        self.note(DIGEST_AT, now).await?;
        if !told.is_empty() {
            // Without an inbox the program ends.
            let _ = self.tell.send(told).await;
        }
        Ok(())
    }

    /// Reads the groups of the store into memory.
    async fn load(self: &Arc<Self>) -> Result<()> {
        *self.groups.lock() = Groups::default();
        let mut skip = 0;
        while (skip as usize) < GROUPS_MAX {
            let kept = self.store.kept_miss_groups(skip, PAGE_GROUPS).await?;
            if kept.is_empty() {
                break;
            }
            skip += PAGE_GROUPS;
            self.put(kept).await;
            tokio::time::sleep(STEP_INTERVAL).await;
        }
        Ok(())
    }

    /// Puts groups of the store into memory, in place of what was there of them.
    async fn put(self: &Arc<Self>, kept: Vec<KeptGroup>) {
        self.run_blocking(move |of, knowledge| {
            let views: Vec<(KeptGroup, Vec<Views>)> = kept
                .into_iter()
                .map(|group| {
                    let views = group
                        .texts
                        .iter()
                        .map(|text| knowledge.matcher.views(text))
                        .collect();
                    (group, views)
                })
                .collect();
            let mut groups = of.groups.lock();
            for (group, views) in views {
                let key = group.id.unsigned_abs();
                groups.remove(key);
                let mean = group.mean.as_deref().and_then(Vector::of_bytes);
                match mean.filter(|_| group.state.is_quiet()) {
                    Some(mean) => groups.keep(key, mean),
                    None => views.iter().for_each(|views| groups.put(key, views)),
                }
            }
        })
        .await;
    }

    /// Places what the queue holds, and returns how much that was.
    async fn place(self: &Arc<Self>) -> Result<usize> {
        let _one = self.one.lock().await;
        let queued = self.store.queued_misses(self.clock.now(), STEP_QUESTIONS).await?;
        if queued.is_empty() {
            return Ok(0);
        }
        let count = queued.len();
        let changes = self
            .run_blocking(move |of, knowledge| {
                let mut next = NEW;
                let mut changes = Vec::with_capacity(queued.len());
                for queued in queued {
                    let decision = queued.decision;
                    changes.push(match (queued.miss, queued.group) {
                        (None, _) => MissChange::Leaves { decision },
                        (Some(miss), Some(_)) => MissChange::Weighs {
                            decision,
                            weight: miss.weight,
                        },
                        (Some(miss), None) => {
                            let views = knowledge.matcher.views(&miss.text);
                            let placed = of.groups.lock().place(&views, next);
                            next += u64::from(placed.new);
                            MissChange::Into {
                                decision,
                                miss,
                                group: (placed.group < NEW).then(|| i64::try_from(placed.group).unwrap_or(0)),
                                begins: placed.group,
                            }
                        }
                    });
                }
                changes
            })
            .await;
        let new = self.store.place_misses(&changes).await?;
        let mut groups = self.groups.lock();
        for (key, id) in new {
            groups.rename(key, id.unsigned_abs());
        }
        Ok(count)
    }

    /// Counts groups anew that lost messages; what was forgotten leaves the memory too.
    async fn recount(self: &Arc<Self>) -> Result<bool> {
        let _one = self.one.lock().await;
        let changed = self.store.recount_miss_groups(RECOUNTED).await?;
        for id in &changed {
            match self.store.kept_miss_group(*id).await? {
                Some(kept) => self.put(vec![kept]).await,
                None => self.groups.lock().remove(id.unsigned_abs()),
            }
        }
        Ok(!changed.is_empty())
    }

    /// Goes on with a merge; `false` at its end.
    async fn merge(self: &Arc<Self>, walk: &mut MergeWalk) -> Result<bool> {
        let mut on = *walk;
        let _one = self.one.lock().await;
        let (merges, on) = self
            .run_blocking(move |of, _| (of.groups.lock().merge_step(&mut on, MERGED), on))
            .await;
        *walk = on;
        let Some(merges) = merges else { return Ok(false) };
        let number = |key: u64| i64::try_from(key).unwrap_or(0);
        let merges: Vec<(i64, i64)> = merges
            .iter()
            .map(|merge| (number(merge.from), number(merge.into)))
            .collect();
        self.store.merge_miss_groups(&merges).await?;
        Ok(true)
    }

    /// Settles groups whose questions the FAQ answers by now, whoever wrote that, and opens those again that it answers no longer: their
    /// entry is gone, or the file was rolled back. One that keeps some of its answers stays settled.
    async fn settle_answered(self: &Arc<Self>, now: Timestamp) -> Result<()> {
        // An answer that did not help is none.
        let helps = |answer: &str, unhelped: Option<&str>| Some(answer) != unhelped;
        self.settle_where((State::Open, State::Accepted), now, helps, is_answered)
            .await?;
        let any = |_: &str, _: Option<&str>| true;
        self.settle_where((State::Accepted, State::Open), now, any, is_unanswered)
            .await
    }

    /// Gives groups in one state another one where so many of their questions get an answer that `counts`.
    async fn settle_where(
        self: &Arc<Self>,
        (from, to): (State, State),
        now: Timestamp,
        counts: fn(&str, Option<&str>) -> bool,
        is_reached: fn(usize, usize) -> bool,
    ) -> Result<()> {
        for group in self.store.miss_groups(from, None, CHECKED_GROUPS).await? {
            let decided = self.store.misses_in(group.id, CHECKED_MESSAGES).await?;
            let asked = preview_messages::of_decided(&self.routing, decided);
            let tuning = self.knowledge.tuning();
            let reached = self
                .run_blocking(move |_, knowledge| {
                    let desk = Desk::new(&knowledge).tuned(tuning.as_deref());
                    let answered = asked.iter().filter(|(asked, entry)| {
                        let outcome = outcome(&desk, asked, now).outcome;
                        outcome
                            .answer()
                            .is_some_and(|answer| counts(answer, entry.as_deref()))
                    });
                    !asked.is_empty() && is_reached(answered.count(), asked.len())
                })
                .await;
            if reached {
                self.settle(group.id, to, "faq.yaml").await?;
            }
        }
        Ok(())
    }

    /// Changes the state of a group, in the store and in memory. What is put aside takes in what is near it from now on.
    ///
    /// # Errors
    /// Fails with a [`StoreError`](crate::store::StoreError).
    pub async fn settle(self: &Arc<Self>, id: i64, state: State, by: &str) -> Result<()> {
        let mean = if state.is_quiet() {
            let decided = self.store.misses_in(id, STEP_QUESTIONS).await?;
            let texts: Vec<String> = decided.into_iter().filter_map(|one| one.decision.text).collect();
            let mean = self
                .run_blocking(move |_, knowledge| {
                    let views: Vec<Views> = texts.iter().map(|text| knowledge.matcher.views(text)).collect();
                    Vector::mean(&views)
                })
                .await;
            Some(mean)
        } else {
            None
        };
        let bytes = mean.as_ref().map(Vector::to_bytes);
        let by = (by, self.clock.now());
        self.store
            .settle_miss_group(id, state, by, bytes.as_deref())
            .await?;
        if state == State::Open
            && let Some(kept) = self.store.kept_miss_group(id).await?
        {
            self.put(vec![kept]).await;
            return Ok(());
        }
        let mut groups = self.groups.lock();
        match mean {
            Some(mean) => groups.keep(id.unsigned_abs(), mean),
            None if !state.attracts() => groups.remove(id.unsigned_abs()),
            None => {}
        }
        Ok(())
    }

    /// Makes two groups one, as an admin wishes: the older one stays, and its number is returned; `None` unless both are there and
    /// wait for an admin. Nothing parts them again.
    ///
    /// # Errors
    /// Fails with a [`StoreError`](crate::store::StoreError).
    pub async fn unite(self: &Arc<Self>, one: i64, other: i64) -> Result<Option<i64>> {
        let into = {
            let _one = self.one.lock().await;
            let one = self.store.miss_group(one).await?;
            let other = self.store.miss_group(other).await?;
            let (Some(one), Some(other)) = (one, other) else {
                return Ok(None);
            };
            let (from, into) = (one.id.max(other.id), one.id.min(other.id));
            let wait = one.state == State::Open && other.state == State::Open;
            if from == into || !wait {
                return Ok(None);
            }
            self.store.merge_miss_groups(&[(from, into)]).await?;
            self.groups.lock().remove(from.unsigned_abs());
            into
        };
        // Its messages are moved, and the one that stays is known by those of both.
        for _ in 0..MOVES {
            if !self.recount().await? {
                break;
            }
        }
        Ok(Some(into))
    }

    /// Does work on a thread on which nobody waits for an answer.
    async fn run_blocking<R: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Self, Arc<Knowledge>) -> R + Send + 'static,
    ) -> R {
        let of = Arc::clone(self);
        let knowledge = self.knowledge.get();
        match tokio::task::spawn_blocking(move || work(&of, knowledge)).await {
            Ok(done) => done,
            Err(fault) => std::panic::resume_unwind(fault.into_panic()),
        }
    }

    /// `true` if the FAQ in service has an entry of this id.
    pub fn has_entry(&self, id: &str) -> bool {
        self.knowledge.get().faq.index_of(id).is_some()
    }

    /// Tells if the entry of this id in the FAQ in service has a text among its questions; `None` where there is no such entry.
    pub fn has_question(&self, id: &str, text: &str) -> Option<bool> {
        self.knowledge.get().faq.has_question(id, text)
    }

    /// Returns the knowledge in service.
    pub(super) fn knowledge(&self) -> Arc<Knowledge> {
        self.knowledge.get()
    }
}
