//! [`Store`] by the statements of this folder. Every file here is compiled once for each database, against that one's `engine`
//! (connections, queries, rows), `rows` (many rows in one statement) and `dialect` (what both write differently).

use super::{
    Database, commit_batch, dashboard, decisions, forget, message_origin, quarantine, read, tickets, vectors,
    versions,
};
use crate::store::store_failures::COMMIT;
use crate::store::{
    Batch, DecisionCount, DecisionFilter, DeduplicationKey, DeliveryOutcome, DueReply, FaqChange, FaqVersion,
    Forget, Forgotten, Horizon, Judgements, KeptDecision, Memo, Pruned, Quarantined, Quoted, Relayed, Result,
    SaidByUs, Store, TermsOf, TicketFilter, Unlabelled, VectorKey,
};
use crate::ticket::{HistoryLine, Ticket};
use async_trait::async_trait;
use groupdesk_contract::{MessageId, Place, ReplyKey};
use jiff::Timestamp;
use std::collections::HashSet;

#[async_trait]
impl Store for Database {
    async fn known(&self, keys: &[DeduplicationKey]) -> Result<Vec<bool>> {
        self.read(self.known_keys(keys).await)
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
        let prepared = commit_batch::prepare(batch)?;
        let mut writer = self.writer().await?;
        if let Some(keys) = writer.committed_before(batch) {
            let settled = commit_batch::settle(writer.connection()?, &batch.settled).await;
            let settled = writer.finish(settled.map_err(Into::into)).await;
            self.health.note(COMMIT, &settled);
            return settled.map(|()| keys);
        }
        let written = commit_batch::commit(writer.connection()?, batch, &prepared).await;
        if let Ok(keys) = &written {
            writer.promise(batch, keys);
        }
        let written = writer.finish(written).await;
        self.health.note(COMMIT, &written);
        if let Some(highest) = batch.tickets.iter().map(|ticket| ticket.number).max()
            && written.is_ok()
        {
            self.note_number(highest);
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
        let written = commit_batch::settle(writer.connection()?, settled).await;
        let written = writer.finish(written.map_err(Into::into)).await;
        self.health.note("settle", &written);
        written
    }

    async fn quoted(&self, place: &Place, message: &MessageId) -> Result<Quoted> {
        self.read(message_origin::quoted(&self.readers(), place, message).await)
    }

    async fn is_queued(&self, key: ReplyKey) -> Result<bool> {
        self.read(message_origin::is_queued(&self.readers(), key).await)
    }

    async fn is_call_told(&self, notice: ReplyKey, room: &Place) -> Result<bool> {
        self.read(message_origin::is_call_told(&self.readers(), notice, room).await)
    }

    async fn said_by_us(&self, place: &Place, message: &MessageId) -> Result<Option<SaidByUs>> {
        self.read(message_origin::said_by_us(&self.readers(), place, message).await)
    }

    async fn relayed(&self, room: &Place, message: &MessageId) -> Result<Vec<Relayed>> {
        self.read(message_origin::relayed(&self.readers(), room, message).await)
    }

    async fn is_reply_queued(&self, place: &Place, message: &MessageId) -> Result<bool> {
        self.read(message_origin::is_reply_queued(&self.readers(), place, message).await)
    }

    async fn sent_as(&self, key: ReplyKey) -> Result<Option<MessageId>> {
        self.read(message_origin::sent_as(&self.readers(), key).await)
    }

    async fn next_ticket_number(&self) -> Result<u64> {
        Ok(self.highest_number().await? + 1)
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

    async fn decisions(&self, filter: &DecisionFilter) -> Result<Vec<KeptDecision>> {
        self.read(decisions::list(&self.readers(), filter).await)
    }

    async fn logged_questions(&self, limit: u32) -> Result<Vec<KeptDecision>> {
        self.read(decisions::questions(&self.readers(), limit).await)
    }

    async fn decisions_on(&self, place: &Place, message: &MessageId) -> Result<Vec<KeptDecision>> {
        self.read(decisions::of_message(&self.readers(), place, message).await)
    }

    async fn decisions_named(&self, message: &str) -> Result<Vec<KeptDecision>> {
        self.read(decisions::named(&self.readers(), message).await)
    }

    async fn accounts(&self) -> Result<Vec<String>> {
        self.read(forget::accounts(&self.readers()).await)
    }

    async fn index_tickets(&self, terms_of: TermsOf<'_>) -> Result<()> {
        self.index_changed_tickets(terms_of).await
    }

    async fn decision(&self, id: i64) -> Result<Option<KeptDecision>> {
        self.read(decisions::numbered(&self.readers(), id).await)
    }

    async fn unlabelled(&self, filter: &Unlabelled) -> Result<Vec<KeptDecision>> {
        self.read(decisions::unlabelled(&self.readers(), filter).await)
    }

    async fn judgements(&self) -> Result<Vec<Judgements>> {
        self.read(decisions::judgements(&self.readers()).await)
    }

    async fn judged_decisions(&self, limit: u32) -> Result<Vec<KeptDecision>> {
        self.read(decisions::judged(&self.readers(), limit).await)
    }

    async fn decisions_of_ticket(&self, number: u64) -> Result<Vec<KeptDecision>> {
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

    async fn retry_quarantined(&self, number: i64, key: &DeduplicationKey) -> Result<()> {
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
        self.check_now().await
    }

    fn take_notices(&self) -> Vec<String> {
        self.health.take_notices()
    }

    async fn close(&self) {
        self.close_all().await;
    }
}
