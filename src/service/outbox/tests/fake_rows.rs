//! The parts of [`Memory`] that the outbox does not ask for: nothing is there.

use super::fake::Storage;
use crate::store::{
    ApiKey, AuditRow, Dashboard, KeyHash, QueuedReplies, RefusedReply, Result, SessionRow, SessionToken,
    StoreError, TicketDelivery, WebMessage, Websites,
};
use async_trait::async_trait;
use groupdesk_contract::{AccountId, MemberId};
use jiff::Timestamp;
use tokio::sync::watch;

#[async_trait]
impl Dashboard for Storage {
    fn changes(&self) -> watch::Receiver<u64> {
        watch::Sender::new(0).subscribe()
    }

    async fn dashboard_users(&self) -> Result<Vec<String>> {
        Ok(Vec::new())
    }

    async fn dashboard_user(&self, _: &str) -> Result<Option<String>> {
        Ok(None)
    }

    async fn put_dashboard_user(&self, _: &str, _: Option<&str>, _: &str) -> Result<bool> {
        Ok(false)
    }

    async fn start_session(&self, _: &SessionToken, _: &SessionRow, _: Timestamp) -> Result<()> {
        Ok(())
    }

    async fn session(&self, _: &SessionToken) -> Result<Option<SessionRow>> {
        Ok(None)
    }

    async fn sessions(&self, _: &str) -> Result<Vec<(SessionToken, SessionRow)>> {
        Ok(Vec::new())
    }

    async fn touch_session(&self, _: &SessionToken, _: Timestamp) -> Result<()> {
        Ok(())
    }

    async fn end_session(&self, _: &SessionToken) -> Result<()> {
        Ok(())
    }

    async fn end_sessions(&self, _: &str) -> Result<()> {
        Ok(())
    }

    async fn reply_draft(&self, _: u64, _: &str) -> Result<Option<String>> {
        Ok(None)
    }

    async fn put_reply_draft(&self, _: u64, _: &str, _: &str) -> Result<()> {
        Ok(())
    }

    async fn add_audit(&self, _: &AuditRow) -> Result<()> {
        Ok(())
    }

    async fn audit(&self, _: i64, _: u32) -> Result<Vec<(i64, AuditRow)>> {
        Ok(Vec::new())
    }

    async fn ticket_deliveries(&self, _: u64) -> Result<Vec<TicketDelivery>> {
        Ok(Vec::new())
    }

    async fn queued_replies(&self) -> Result<Vec<QueuedReplies>> {
        Ok(Vec::new())
    }

    async fn refused_replies(&self, _: u32) -> Result<Vec<RefusedReply>> {
        Ok(Vec::new())
    }
}

#[async_trait]
impl Websites for Storage {
    async fn append_web_message(
        &self,
        _: &AccountId,
        _: &MemberId,
        _: (&str, &str),
        _: Timestamp,
    ) -> Result<(WebMessage, bool)> {
        Err(StoreError::Closed)
    }

    async fn replace_web_message(&self, _: &AccountId, _: &MemberId, _: (&str, &str)) -> Result<()> {
        Ok(())
    }

    async fn web_message(&self, _: &AccountId, _: &MemberId, _: &str) -> Result<Option<WebMessage>> {
        Ok(None)
    }

    async fn web_messages_after(
        &self,
        _: &AccountId,
        _: Option<&MemberId>,
        _: i64,
        _: u32,
    ) -> Result<Vec<WebMessage>> {
        Ok(Vec::new())
    }

    async fn web_messages_before(
        &self,
        _: &AccountId,
        _: &MemberId,
        _: i64,
        _: u32,
    ) -> Result<Vec<WebMessage>> {
        Ok(Vec::new())
    }

    async fn forget_web_messages(&self, _: &AccountId, _: Timestamp) -> Result<u64> {
        Ok(0)
    }

    async fn add_api_key(&self, _: &KeyHash, _: &ApiKey) -> Result<bool> {
        Ok(false)
    }

    async fn end_api_key(&self, _: &AccountId, _: &str, _: Timestamp) -> Result<bool> {
        Ok(false)
    }

    async fn use_api_key(&self, _: &AccountId, _: &KeyHash, _: Timestamp) -> Result<Option<String>> {
        Ok(None)
    }

    async fn api_keys(&self) -> Result<Vec<ApiKey>> {
        Ok(Vec::new())
    }
}
