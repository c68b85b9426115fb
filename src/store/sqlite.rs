//! The store in one SQLite file: the default, with nothing to install.
//!
//! One connection writes, in the order of the calls; a few read beside it, as the write-ahead log allows. Each
//! connection is a thread of its own, so that no disk is waited for on the runtime's threads.

mod before_release;
mod copy;
mod dashboard;
mod decisions;
mod faults;
mod file;
mod forget;
mod health;
pub(in crate::store) mod migrations;
mod misses;
mod open;
mod prune;
mod quarantine;
mod read;
pub(in crate::store) mod rows;
mod said;
mod search;
mod tickets;
mod vectors;
mod versions;
mod websites;
mod write;
mod writer;

pub use copy::{backup, look, restore};

use crate::store::{
    Batch, Decided, DecisionCount, DecisionFilter, DeliveryOutcome, DueReply, FaqChange, FaqVersion, Forget,
    Forgotten, Horizon, InboxKey, Judgements, Memo, Pruned, Quarantined, Quoted, Relayed, Result, SaidByUs,
    Store, StoreError, TicketFilter, Unlabelled, VectorKey,
};
use crate::ticket::{HistoryLine, Ticket};
use async_trait::async_trait;
use faults::Faults;
use file::LastTicket;
use groupdesk_contract::{MessageId, Place, ReplyKey};
use health::{COMMIT, Health, READ};
use jiff::Timestamp;
use open::Opening;
use sqlx::{SqliteConnection, SqlitePool};
use std::collections::HashSet;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::{Mutex, watch};
use writer::{State, Writer};

/// Time without a write after which a probe tries if the disk takes anything.
const PROBE_INTERVAL: Duration = Duration::from_secs(30);

/// Duration of a write from which on the disk counts as not responding.
const WRITE_HANGS_AFTER: Duration = Duration::from_secs(10);

/// Owner of the store's own memos.
const OWNER: &str = "store";

/// Failure that a commit survives.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Durability {
    /// A power failure: a commit returns when the disk has it.
    #[default]
    PowerFailure,
    /// A crash of the program, kill -9 included, but not of the machine: the last seconds before a power failure can
    /// be lost (messages answered then may be answered again, or never). For disks on which a flush takes too long.
    ProgramCrash,
}

/// The store in one SQLite file.
#[derive(Debug)]
pub struct SqliteStore {
    opening: Opening,
    writer: Mutex<State>,
    readers: RwLock<SqlitePool>,
    faults: Faults,
    health: Health,
    last_ticket: LastTicket,
    probes: AtomicU64,
    /// Steps of upkeep that were done.
    steps: AtomicU64,
    /// `true` if there are messages of a version that kept only their ids.
    ids_only: bool,
    /// Commits that changed what is known of a ticket.
    changes: watch::Sender<u64>,
}

impl SqliteStore {
    /// Opens the store in the file at `path`, creates the file (but not its folder) where there is none, and migrates it
    /// to this version's schema. Commits survive a power failure.
    ///
    /// # Errors
    /// [`StoreError::Open`] when the file can't be read and written, is not a store, or is a newer version's.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self> {
        Self::open_with(path, Durability::default()).await
    }

    /// Opens the store like [`SqliteStore::open`], with commits as durable as `durability` says.
    ///
    /// # Errors
    /// As for [`SqliteStore::open`].
    pub async fn open_with(path: impl AsRef<Path>, durability: Durability) -> Result<Self> {
        let path = path.as_ref();
        let opening = Opening::new(path, durability);
        let faults = Faults::of(path);
        let mut writer = opening.begin().await?;
        let ids_only = read::has_ids_only(&mut writer)
            .await
            .map_err(|error| faults.opening(&error))?;
        Ok(Self {
            writer: Mutex::new(State::new(writer, path)),
            readers: RwLock::new(opening.readers()),
            faults,
            health: Health::of(path),
            last_ticket: LastTicket::of(path),
            probes: AtomicU64::new(0),
            steps: AtomicU64::new(0),
            ids_only,
            changes: watch::Sender::new(0),
            opening,
        })
    }

    /// Returns the writing connection, for one caller at a time.
    async fn writer(&self) -> Result<Writer<'_>> {
        let state = self.writer.lock().await;
        let writer = Writer::ready(self, state).await;
        self.health.note("open", &writer);
        writer
    }

    fn readers(&self) -> SqlitePool {
        self.readers
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Reopens the reading connections, for a file that was put in place of another.
    fn renew_readers(&self) {
        *self.readers.write().unwrap_or_else(PoisonError::into_inner) = self.opening.readers();
    }

    /// Converts the error of a read, and records it.
    fn read<T>(&self, result: sqlx::Result<T>) -> Result<T> {
        let result = result.map_err(|error| {
            if faults::is_damage(&error) {
                tracing::error!(%error, "the store is damaged: restore it from a backup");
            }
            self.faults.reading(&error)
        });
        self.health.note(READ, &result);
        result
    }

    /// Writes a memo that shows whether writing works.
    async fn probe(&self, connection: &mut SqliteConnection) -> sqlx::Result<()> {
        let probe = self.probes.fetch_add(1, Ordering::Relaxed) + 1;
        write::probe(connection, &format!("{}-{probe}", std::process::id())).await
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn known(&self, keys: &[InboxKey]) -> Result<Vec<bool>> {
        self.read(read::known(&self.readers(), keys, self.ids_only).await)
    }

    async fn channel_states(&self, places: &[Place]) -> Result<Vec<Option<String>>> {
        self.read(read::channel_states(&self.readers(), places).await)
    }

    async fn waking(&self) -> Result<Vec<(Place, Timestamp)>> {
        self.read(read::waking(&self.readers()).await)
    }

    async fn commit(&self, batch: &Batch) -> Result<Vec<ReplyKey>> {
        if batch.is_empty() {
            return Ok(Vec::new());
        }
        let prepared = write::prepare(batch)?;
        let mut writer = self.writer().await?;
        let written = write::commit(writer.connection()?, batch, &prepared).await;
        let written = writer.finish(written).await;
        self.health.note(COMMIT, &written);
        if let Some(highest) = batch.tickets.iter().map(|ticket| ticket.number).max()
            && written.is_ok()
        {
            self.last_ticket.note(highest);
        }
        if written.is_ok() && dashboard::is_of_ticket(batch) {
            self.note_change();
        }
        written
    }

    async fn due(&self) -> Result<Vec<DueReply>> {
        self.read(read::due(&self.readers()).await)
    }

    async fn settle(&self, settled: &[(ReplyKey, DeliveryOutcome)]) -> Result<()> {
        if settled.is_empty() {
            return Ok(());
        }
        let mut writer = self.writer().await?;
        let written = write::settle(writer.connection()?, settled).await;
        let written = writer.finish(written.map_err(Into::into)).await;
        self.health.note("settle", &written);
        written
    }

    async fn quoted(&self, place: &Place, message: &MessageId) -> Result<Quoted> {
        self.read(said::quoted(&self.readers(), place, message).await)
    }

    async fn is_queued(&self, key: ReplyKey) -> Result<bool> {
        self.read(said::is_queued(&self.readers(), key).await)
    }

    async fn is_call_told(&self, notice: ReplyKey, room: &Place) -> Result<bool> {
        self.read(said::is_call_told(&self.readers(), notice, room).await)
    }

    async fn said_by_us(&self, place: &Place, message: &MessageId) -> Result<Option<SaidByUs>> {
        self.read(said::said_by_us(&self.readers(), place, message).await)
    }

    async fn relayed(&self, room: &Place, message: &MessageId) -> Result<Vec<Relayed>> {
        self.read(said::relayed(&self.readers(), room, message).await)
    }

    async fn is_reply_queued(&self, place: &Place, message: &MessageId) -> Result<bool> {
        self.read(said::is_reply_queued(&self.readers(), place, message).await)
    }

    async fn sent_as(&self, key: ReplyKey) -> Result<Option<MessageId>> {
        self.read(said::sent_as(&self.readers(), key).await)
    }

    async fn next_ticket_number(&self) -> Result<u64> {
        let stored = self.read(tickets::highest_number(&self.readers()).await)?;
        let noted = self.last_ticket.number();
        if noted > stored {
            let path = self.opening.path.display();
            self.health.tell(format!(
                "数据库 {path} 里最大的工单号是 #{stored}，但已经发出过 #{noted}：数据库被清空、或被旧的替换了，其间的工单已不在；新工单从 \
                 #{next} 开始 / the store {path} knows tickets up to #{stored}, but #{noted} was given already: it was emptied or \
                 replaced by an older one, and the tickets between are gone; new ones begin with #{next}",
                next = noted + 1
            ));
        }
        Ok(stored.max(noted) + 1)
    }

    async fn tickets(&self, filter: &TicketFilter) -> Result<Vec<Ticket>> {
        self.read(tickets::tickets(&self.readers(), filter).await)
    }

    async fn ticket(&self, number: u64) -> Result<Option<Ticket>> {
        self.read(tickets::ticket(&self.readers(), number).await)
    }

    async fn ticket_lines(&self, number: u64) -> Result<Vec<HistoryLine>> {
        self.read(tickets::lines(&self.readers(), number).await)
    }

    async fn memo(&self, owner: &str, key: &str) -> Result<Option<String>> {
        self.read(read::memo(&self.readers(), owner, key).await)
    }

    async fn memos(&self, owner: &str) -> Result<Vec<Memo>> {
        self.read(read::memos(&self.readers(), owner).await)
    }

    async fn prune(&self, horizon: &Horizon) -> Result<Pruned> {
        let pruned = self.prune_all(horizon).await;
        self.health.note("prune", &pruned);
        pruned
    }

    async fn forget(&self, which: &Forget) -> Result<Forgotten> {
        let forgotten = match which {
            Forget::Before(before) => self.forget_before(*before).await,
            Forget::Member(account, member) => self.forget_member(account, member).await,
        };
        self.health.note("forget", &forgotten);
        forgotten
    }

    async fn decisions(&self, filter: &DecisionFilter) -> Result<Vec<Decided>> {
        self.read(decisions::list(&self.readers(), filter).await)
    }

    async fn logged_questions(&self, limit: u32) -> Result<Vec<Decided>> {
        self.read(decisions::questions(&self.readers(), limit).await)
    }

    async fn decisions_on(&self, place: &Place, message: &MessageId) -> Result<Vec<Decided>> {
        self.read(decisions::of_message(&self.readers(), place, message).await)
    }

    async fn decision(&self, id: i64) -> Result<Option<Decided>> {
        self.read(decisions::numbered(&self.readers(), id).await)
    }

    async fn unlabelled(&self, filter: &Unlabelled) -> Result<Vec<Decided>> {
        self.read(decisions::unlabelled(&self.readers(), filter).await)
    }

    async fn judgements(&self) -> Result<Vec<Judgements>> {
        self.read(decisions::judgements(&self.readers()).await)
    }

    async fn judged_decisions(&self, limit: u32) -> Result<Vec<Decided>> {
        self.read(decisions::judged(&self.readers(), limit).await)
    }

    async fn decisions_of_ticket(&self, number: u64) -> Result<Vec<Decided>> {
        self.read(decisions::of_ticket(&self.readers(), number).await)
    }

    async fn decision_counts(&self, since: Timestamp, until: Timestamp) -> Result<Vec<DecisionCount>> {
        self.read(decisions::counts(&self.readers(), since, until).await)
    }

    async fn quarantine(&self, limit: u32) -> Result<Vec<(i64, Quarantined)>> {
        self.read(quarantine::list(&self.readers(), limit).await)
    }

    async fn quarantine_count(&self) -> Result<u64> {
        self.read(quarantine::count(&self.readers()).await)
    }

    async fn forget_quarantined(&self, number: Option<i64>) -> Result<u64> {
        let mut writer = self.writer().await?;
        let done = quarantine::forget(writer.connection()?, number).await;
        writer.finish(done.map_err(Into::into)).await
    }

    async fn retry_quarantined(&self, number: i64, key: &InboxKey) -> Result<()> {
        let mut writer = self.writer().await?;
        let done = quarantine::retry(writer.connection()?, number, key).await;
        writer.finish(done.map_err(Into::into)).await
    }

    async fn vectors(&self, model: &str, keys: &[VectorKey]) -> Result<Vec<Option<Vec<f32>>>> {
        self.read(vectors::read(&self.readers(), model, keys).await)
    }

    async fn keep_vectors(&self, model: &str, vectors: &[(VectorKey, Vec<f32>)]) -> Result<()> {
        for vectors in vectors::kept_steps(vectors) {
            let mut writer = self.writer().await?;
            let kept = vectors::keep(writer.connection()?, model, vectors).await;
            writer.finish(kept.map_err(Into::into)).await?;
        }
        Ok(())
    }

    async fn forget_vectors_but(&self, model: &str, needed: &HashSet<VectorKey>) -> Result<u64> {
        let needless = self.read(vectors::needless(&self.readers(), model, needed).await)?;
        for rows in vectors::steps(&needless) {
            let mut writer = self.writer().await?;
            let forgotten = vectors::forget(writer.connection()?, rows).await;
            writer.finish(forgotten.map_err(Into::into)).await?;
        }
        Ok(needless.len() as u64)
    }

    async fn keep_faq(&self, version: &str, content: &[u8], change: &FaqChange) -> Result<bool> {
        let mut writer = self.writer().await?;
        let kept = versions::keep(writer.connection()?, version, content, change).await;
        let kept = writer.finish(kept.map_err(Into::into)).await?;
        if kept {
            let needless = self.read(versions::needless(&self.readers()).await)?;
            for versions in versions::steps(&needless) {
                let mut writer = self.writer().await?;
                let forgotten = versions::forget(writer.connection()?, versions).await;
                writer.finish(forgotten.map_err(Into::into)).await?;
            }
        }
        Ok(kept)
    }

    async fn faq_versions(&self, limit: u32) -> Result<Vec<FaqVersion>> {
        self.read(versions::list(&self.readers(), limit).await)
    }

    async fn faq_content(&self, version: &str) -> Result<Option<Vec<u8>>> {
        self.read(versions::content(&self.readers(), version).await)
    }

    async fn check(&self) -> Result<()> {
        let Ok(state) = self.writer.try_lock() else {
            let busy = self.health.writing_for();
            if busy < WRITE_HANGS_AFTER {
                return self.health.failure().map_or(Ok(()), Err);
            }
            return Err(StoreError::Failed {
                what: "write to",
                path: self.opening.path.clone(),
                why: format!("the disk has not answered for {} s", busy.as_secs()),
                help: "look at the disk and at the system's log",
            });
        };
        let writer = Writer::ready(self, state).await;
        self.health.note("open", &writer);
        let mut writer = writer?;
        let failure = self.health.failure();
        let probed = if failure.is_some() || writer.idle() >= PROBE_INTERVAL {
            self.probe(writer.connection()?).await
        } else {
            Ok(())
        };
        let probed = writer.finish(probed.map_err(Into::into)).await;
        self.health.note("probe", &probed);
        probed?;
        failure.map_or(Ok(()), Err)
    }

    fn take_notices(&self) -> Vec<String> {
        self.health.take_notices()
    }

    async fn close(&self) {
        // The readers first: the last connection to go writes the log back into the file and removes it.
        self.readers().close().await;
        self.writer.lock().await.close().await;
    }
}
