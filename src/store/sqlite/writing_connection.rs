//! The writing connection. It is made anew after every failure, so that none begins with a half-done transaction, and it
//! is used only as long as the file is the one that was opened. A file that was deleted or replaced while it was open is
//! still whole behind the open connections; it is copied out and put back.

use super::copy::COPY_MARK;
use super::faults::is_damage;
use super::file::{self, Found, Identity};
use super::rows::sql;
use super::{SqliteStore, commit_batch::CommitFault};
use crate::store::{Batch, Result, StoreError};
use groupdesk_contract::ReplyKey;
use sqlx::{AssertSqlSafe, Connection, SqliteConnection};
use std::fs::File;
use std::path::Path;
use std::time::{Duration, Instant};
use tokio::sync::MutexGuard;

/// Time after a restore within which a replaced file means that somebody goes on replacing it.
const RESTORED_AGAIN_AFTER: Duration = Duration::from_secs(600);

/// Timeout for closing a connection that is given up.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);

/// The writing connection and the state of the file behind it.
#[derive(Debug)]
pub(super) struct State {
    connection: Option<SqliteConnection>,
    closed: bool,
    /// `true` if a write began and its result was never reported.
    in_use: bool,
    /// Database file, held open so that it is known whatever becomes of its name, and the log beside it.
    file: Option<File>,
    log: Option<Identity>,
    restored: Option<Instant>,
    /// Time of the last write.
    wrote: Instant,
    /// `true` if the mark of a copy was removed, or nothing is ever written.
    unmarked: bool,
}

impl State {
    pub(super) fn new(connection: SqliteConnection, path: &Path) -> Self {
        let mut state = Self {
            connection: Some(connection),
            closed: false,
            in_use: false,
            file: None,
            log: None,
            restored: None,
            wrote: Instant::now(),
            unmarked: false,
        };
        state.identify(path);
        state
    }

    /// Makes the state of a store that is only read: it takes no write.
    pub(super) fn reading() -> Self {
        Self {
            connection: None,
            closed: true,
            in_use: false,
            file: None,
            log: None,
            restored: None,
            wrote: Instant::now(),
            unmarked: true,
        }
    }

    fn identify(&mut self, path: &Path) {
        let named = file::look(path).ok().flatten();
        let held = self.file.as_ref().and_then(|file| Found::open(file).ok());
        if held.is_none() || held.map(|held| held.identity) != named.map(|named| named.identity) {
            self.file = File::open(path).ok();
        }
        let log = file::look(&file::beside(path, "-wal"));
        self.log = log.ok().flatten().map(|found| found.identity);
    }

    /// Closes the connection for good.
    pub(super) async fn close(&mut self) {
        self.closed = true;
        if let Some(connection) = self.connection.take()
            && let Err(error) = connection.close().await
        {
            tracing::warn!(%error, "can't close the store cleanly; the next start puts it right");
        }
    }

    async fn discard(&mut self) {
        if let Some(connection) = self.connection.take() {
            // Its end is waited for, so that the next one does not find its locks; but a disk may hang.
            let _ = tokio::time::timeout(CLOSE_TIMEOUT, connection.close()).await;
        }
    }
}

/// The writing connection, for one caller; [`Writer::finish`] gives it back.
pub(super) struct Writer<'a> {
    store: &'a SqliteStore,
    state: MutexGuard<'a, State>,
}

impl Drop for Writer<'_> {
    fn drop(&mut self) {
        self.store.health.writing(false);
    }
}

impl<'a> Writer<'a> {
    /// Takes the connection for one caller; opens it anew where the last one failed.
    pub(super) async fn ready(store: &'a SqliteStore, state: MutexGuard<'a, State>) -> Result<Self> {
        if state.closed {
            return Err(StoreError::Closed);
        }
        store.health.writing(true);
        let mut writer = Self { store, state };
        if std::mem::replace(&mut writer.state.in_use, false) {
            writer.state.discard().await;
        }
        if writer.is_moved()? {
            writer.restore().await?;
        }
        if writer.state.connection.is_none() {
            let opened = store.opening.again().await;
            let opened = opened.map_err(|error| store.faults.writing(&error))?;
            writer.state.connection = Some(opened);
            let path = store.opening.path.clone();
            writer.state.identify(&path);
        }
        if !writer.state.unmarked {
            writer.unmark().await?;
        }
        writer.state.in_use = true;
        Ok(writer)
    }

    /// Removes the mark of a copy that was begun: from now on the file is another than what was copied.
    async fn unmark(&mut self) -> Result<()> {
        let (owner, key) = COPY_MARK;
        let removed = sqlx::query(sql("DELETE FROM memos WHERE owner = ? AND key = ?"))
            .bind(owner)
            .bind(key)
            .execute(self.connection()?)
            .await;
        if let Err(error) = removed {
            self.state.discard().await;
            return Err(self.store.faults.writing(&error));
        }
        self.state.unmarked = true;
        Ok(())
    }

    /// Returns the connection.
    pub(super) fn connection(&mut self) -> Result<&mut SqliteConnection> {
        self.state.connection.as_mut().ok_or(StoreError::Closed)
    }

    /// Returns the keys of a batch that was committed although its caller was told that it failed: a file tells the truth.
    #[expect(clippy::unused_self, reason = "the other database works here")]
    pub(super) fn committed_before(&self, _: &Batch) -> Option<Vec<ReplyKey>> {
        None
    }

    /// Records what the caller will be told when the batch is committed.
    #[expect(clippy::unused_self, reason = "the other database works here")]
    pub(super) fn promise(&self, _: &Batch, _: &[ReplyKey]) {}

    /// Returns the time since the last write.
    pub(super) fn idle(&self) -> Duration {
        self.state.wrote.elapsed()
    }

    /// Reports the result of a write, and gives the connection back.
    pub(super) async fn finish<T>(mut self, result: std::result::Result<T, CommitFault>) -> Result<T> {
        self.state.in_use = false;
        match result {
            Ok(done) => {
                self.state.wrote = Instant::now();
                // What was written into a file that is gone by now would be gone with it.
                if self.is_moved().unwrap_or(false)
                    && let Err(error) = self.restore().await
                {
                    // It is written all the same, and must not be written twice; whoever comes next restores first.
                    tracing::error!(%error, "the store can't be written back yet");
                    if error.is_final() {
                        return Err(error);
                    }
                }
                Ok(done)
            }
            Err(fault) => {
                // Where a statement was refused, and its transaction rolled back, the connection is as good as before. That of a file
                // that was moved is all that is left of it.
                if matches!(fault, CommitFault::Database(_)) && !self.is_moved().unwrap_or(false) {
                    self.state.discard().await;
                }
                Err(fault.into_error(&self.store.faults))
            }
        }
    }

    /// `true` if another file, or none, stands at the path of the open one.
    fn is_moved(&self) -> Result<bool> {
        let Some(Ok(opened)) = self.state.file.as_ref().map(Found::open) else {
            return Ok(false);
        };
        let opened = opened.identity;
        let path = &self.store.opening.path;
        match file::look(path) {
            Ok(Some(found)) if found.identity == opened && found.bytes == 0 => {
                Err(self.store.faults.emptied())
            }
            Ok(Some(found)) => Ok(found.identity != opened),
            Ok(None) => Ok(true),
            // Not an answer: what is written next will tell.
            Err(error) => {
                tracing::debug!(%error, "the file system does not tell what stands at the store's path");
                Ok(false)
            }
        }
    }

    /// Copies the content of the open connections back to the path.
    async fn restore(&mut self) -> Result<()> {
        let path = self.store.opening.path.clone();
        let lost = |why: String| {
            self.store.faults.lost(
                why,
                "nobody but groupdesk may move or replace its store while it runs: put the right file in its place, and \
                 start again"
                    .to_owned(),
            )
        };
        if let Some(restored) = self.state.restored
            && restored.elapsed() < RESTORED_AGAIN_AFTER
        {
            return Err(lost("somebody replaces it again and again".to_owned()));
        }
        tracing::error!(store = %path.display(), "the store was moved, replaced or deleted while it was open; writing it anew");
        let copy = file::beside(&path, ".restoring");
        if let Some(folder) = path.parent() {
            // A failure shows with the copy.
            let _ = std::fs::create_dir_all(folder);
        }
        let _ = std::fs::remove_file(&copy);
        if let Err(error) = self.copy_to(&copy).await {
            let _ = std::fs::remove_file(&copy);
            return Err(match &error {
                CopyError::Nothing => lost("it was deleted, and nothing of it is open any more".to_owned()),
                CopyError::Database(error) if is_damage(error) => lost(error.to_string()),
                CopyError::Database(error) => self.store.faults.writing(error),
            });
        }
        let held = self.state.file.as_ref().and_then(|file| Found::open(file).ok());
        let ours: Vec<Identity> = held
            .map(|held| held.identity)
            .into_iter()
            .chain(self.state.log)
            .collect();
        let aside = format!(".found-{}", std::process::id());
        let found = file::put_in_place(&copy, &path, &ours, &aside).map_err(|error| StoreError::Failed {
            what: "put back",
            path: path.clone(),
            why: error.to_string(),
            help: "give the program's user the right to write the file and its folder",
        })?;
        self.state.discard().await;
        let opened = self.store.opening.again().await;
        let opened = opened.map_err(|error| self.store.faults.writing(&error))?;
        self.state.connection = Some(opened);
        self.state.identify(&path);
        self.state.restored = Some(Instant::now());
        self.store.renew_readers();
        let path = path.display();
        self.store.health.tell(match found {
            None => format!(
                "数据库 {path} 在运行中被删除，已由程序完整写回，没有丢失 / the store {path} was deleted while groupdesk ran; it was \
                 written back whole, nothing is lost"
            ),
            Some(found) => format!(
                "数据库 {path} 在运行中被替换，已写回原来的内容；放进来的文件移到了 {found}，要用它请先停止 groupdesk / the store {path} was \
                 replaced while groupdesk ran; what it was is written back, what was put there is at {found}: to use it, stop \
                 groupdesk first",
                found = found.display()
            ),
        });
        Ok(())
    }

    async fn copy_to(&mut self, copy: &Path) -> std::result::Result<(), CopyError> {
        let into = format!("VACUUM INTO '{}'", copy.display().to_string().replace('\'', "''"));
        if let Some(connection) = &mut self.state.connection {
            // A transaction that failed may still be open.
            let _ = sqlx::query(sql("ROLLBACK")).execute(&mut *connection).await;
            sqlx::query(AssertSqlSafe(into))
                .execute(connection)
                .await
                .map_err(CopyError::Database)?;
            return Ok(());
        }
        // A reader that was opened before has the file; one that is opened now would not.
        let readers = self.store.readers();
        let mut reader = readers.try_acquire().ok_or(CopyError::Nothing)?;
        sqlx::query(sql("PRAGMA query_only = off"))
            .execute(&mut *reader)
            .await
            .map_err(CopyError::Database)?;
        sqlx::query(AssertSqlSafe(into))
            .execute(&mut *reader)
            .await
            .map_err(CopyError::Database)?;
        Ok(())
    }
}

/// Reason for which the open file can't be copied.
enum CopyError {
    /// No connection to it is left.
    Nothing,
    Database(sqlx::Error),
}
