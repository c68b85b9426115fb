//! Tables of websites: messages of visitors' conversations, and keys of programs.

use super::Database;
use super::engine::{Cells as _, Row, query};
use super::prune::STEP_ROWS_MAX;
use super::read::timestamp;
use crate::store::Result;
use crate::store::{ApiKey, KeyHash, WebMessage, Websites};
use async_trait::async_trait;
use groupdesk_contract::{AccountId, MemberId};
use jiff::{SignedDuration, Timestamp};

/// Age of the record of a key's last use from which on it is written anew.
const USED_AGAIN: SignedDuration = SignedDuration::from_hours(1);

/// Keys that are listed at most.
const KEYS_MAX: i64 = 500;

fn message(row: &Row) -> sqlx::Result<WebMessage> {
    Ok(WebMessage {
        position: row.try_get("position")?,
        visitor: MemberId::new(row.try_get::<String, _>("visitor")?),
        id: row.try_get("id")?,
        content: row.try_get("content")?,
    })
}

fn some_timestamp(row: &Row, column: &str) -> sqlx::Result<Option<Timestamp>> {
    let microsecond: Option<i64> = row.try_get(column)?;
    Ok(microsecond.and_then(|microsecond| Timestamp::from_microsecond(microsecond).ok()))
}

#[async_trait]
impl Websites for Database {
    async fn append_web_message(
        &self,
        account: &AccountId,
        visitor: &MemberId,
        (id, content): (&str, &str),
        at: Timestamp,
    ) -> Result<(WebMessage, bool)> {
        let mut writer = self.writer().await?;
        let connection = writer.connection()?;
        let kept = async {
            let new = query(
                "INSERT INTO web_messages (account, visitor, id, at, content) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            );
            let new = new
                .bind(account.as_str())
                .bind(visitor.as_str())
                .bind(id)
                .bind(at.as_microsecond())
                .bind(content)
                .execute(&mut *connection)
                .await?;
            let kept = query(
                "SELECT position, visitor, id, content FROM web_messages WHERE visitor = ? AND id = ? AND account = ?",
            );
            let kept = kept.bind(visitor.as_str()).bind(id).bind(account.as_str());
            let kept = kept.fetch_one(&mut *connection).await?;
            Ok::<_, sqlx::Error>((message(&kept)?, new.rows_affected() == 1))
        };
        let kept = kept.await;
        writer.finish(kept.map_err(Into::into)).await
    }

    async fn replace_web_message(
        &self,
        account: &AccountId,
        visitor: &MemberId,
        (id, content): (&str, &str),
    ) -> Result<()> {
        let put = query("UPDATE web_messages SET content = ? WHERE visitor = ? AND id = ? AND account = ?");
        let put = put
            .bind(content.to_owned())
            .bind(visitor.as_str().to_owned())
            .bind(id.to_owned())
            .bind(account.as_str().to_owned());
        self.write_one(put).await
    }

    async fn web_message(
        &self,
        account: &AccountId,
        visitor: &MemberId,
        id: &str,
    ) -> Result<Option<WebMessage>> {
        let found = query(
            "SELECT position, visitor, id, content FROM web_messages WHERE visitor = ? AND id = ? AND account = ?",
        );
        let found = found.bind(visitor.as_str()).bind(id).bind(account.as_str());
        let found = found.fetch_optional(&self.readers()).await;
        self.read(found.and_then(|row| row.as_ref().map(message).transpose()))
    }

    async fn web_messages_after(
        &self,
        account: &AccountId,
        visitor: Option<&MemberId>,
        position: i64,
        limit: u32,
    ) -> Result<Vec<WebMessage>> {
        let found = match visitor {
            Some(visitor) => query(
                "SELECT position, visitor, id, content FROM web_messages WHERE visitor = ? AND account = ? \
                 AND position > ? ORDER BY position LIMIT ?",
            )
            .bind(visitor.as_str()),
            None => query(
                "SELECT position, visitor, id, content FROM web_messages WHERE account = ? AND position > ? \
                 ORDER BY position LIMIT ?",
            ),
        };
        let found = found.bind(account.as_str()).bind(position).bind(limit);
        let found = found.fetch_all(&self.readers()).await;
        self.read(found.and_then(|rows| rows.iter().map(message).collect()))
    }

    async fn web_messages_before(
        &self,
        account: &AccountId,
        visitor: &MemberId,
        position: i64,
        limit: u32,
    ) -> Result<Vec<WebMessage>> {
        let found = query(
            "SELECT position, visitor, id, content FROM web_messages WHERE visitor = ? AND account = ? \
             AND position < ? ORDER BY position DESC LIMIT ?",
        );
        let found = found.bind(visitor.as_str()).bind(account.as_str());
        let found = found.bind(position).bind(limit).fetch_all(&self.readers()).await;
        self.read(found.and_then(|rows| rows.iter().rev().map(message).collect()))
    }

    async fn forget_web_messages(&self, account: &AccountId, before: Timestamp) -> Result<u64> {
        let mut forgotten = 0;
        loop {
            let step = query(
                "DELETE FROM web_messages WHERE position IN \
                 (SELECT position FROM web_messages WHERE account = ? AND at < ? LIMIT ?)",
            );
            let step = step
                .bind(account.as_str())
                .bind(before.as_microsecond())
                .bind(STEP_ROWS_MAX);
            let rows = self.step(step).await?;
            forgotten += rows;
            if rows < STEP_ROWS_MAX.unsigned_abs() {
                return Ok(forgotten);
            }
        }
    }

    async fn add_api_key(&self, hash: &KeyHash, key: &ApiKey) -> Result<bool> {
        let mut writer = self.writer().await?;
        let connection = writer.connection()?;
        let added = query(
            "INSERT INTO api_keys (hash, account, name, creator, created) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        )
        .bind(hash.as_slice())
        .bind(key.account.as_str())
        .bind(&key.name)
        .bind(&key.creator)
        .bind(key.created.as_microsecond())
        .execute(connection)
        .await
        .map(|added| added.rows_affected() == 1);
        writer.finish(added.map_err(Into::into)).await
    }

    async fn end_api_key(&self, account: &AccountId, name: &str, at: Timestamp) -> Result<bool> {
        let mut writer = self.writer().await?;
        let connection = writer.connection()?;
        let ended = query("UPDATE api_keys SET ended = ? WHERE account = ? AND name = ? AND ended IS NULL")
            .bind(at.as_microsecond())
            .bind(account.as_str())
            .bind(name)
            .execute(connection)
            .await
            .map(|ended| ended.rows_affected() == 1);
        writer.finish(ended.map_err(Into::into)).await
    }

    async fn use_api_key(
        &self,
        account: &AccountId,
        hash: &KeyHash,
        now: Timestamp,
    ) -> Result<Option<String>> {
        let found = query("SELECT name, used FROM api_keys WHERE hash = ? AND account = ? AND ended IS NULL");
        let found = found.bind(hash.as_slice()).bind(account.as_str());
        let found = found.fetch_optional(&self.readers()).await;
        let read = |row: Row| Ok((row.try_get("name")?, some_timestamp(&row, "used")?));
        let found = self.read(found.and_then(|row| row.map(read).transpose()))?;
        let Some((name, used)) = found else {
            return Ok(None);
        };
        if used.is_none_or(|used| now.duration_since(used) > USED_AGAIN) {
            let used = query("UPDATE api_keys SET used = ? WHERE hash = ?");
            let used = used.bind(now.as_microsecond()).bind(hash.to_vec());
            self.write_one(used).await?;
        }
        Ok(Some(name))
    }

    async fn api_keys(&self) -> Result<Vec<ApiKey>> {
        let found = query(
            "SELECT account, name, creator, created, used, ended FROM api_keys \
             ORDER BY ended IS NOT NULL, created DESC LIMIT ?",
        );
        let found = found.bind(KEYS_MAX).fetch_all(&self.readers()).await;
        let key = |row: &Row| {
            Ok(ApiKey {
                account: AccountId::new(row.try_get::<String, _>("account")?),
                name: row.try_get("name")?,
                creator: row.try_get("creator")?,
                created: timestamp(row, "created")?,
                used: some_timestamp(row, "used")?,
                ended: some_timestamp(row, "ended")?,
            })
        };
        self.read(found.and_then(|rows| rows.iter().map(key).collect()))
    }
}
